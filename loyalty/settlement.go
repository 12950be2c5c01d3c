package loyalty

import (
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Settlement is what the partners of a coalition and its operator owe each other for a
// period. Amounts are in minor units, points in the programme's smallest unit.
type Settlement struct {
	Coalition string            `json:"coalition"` // the edition of the contracts: "coalition/1"
	Period    population.Period `json:"period"`
	Bills     []Bill            `json:"bills"` // of the partners, in the order of the contracts
	// Operator is the other side of all bills: the Nets of all together are 0.
	Operator Bill `json:"operator"`
	// Corrects says that these are differences from an earlier settlement of the period.
	Corrects bool `json:"corrects,omitempty"`

	Next Carry `json:"next"` // for the settlement of the next period
}

// Bill is what came together for one partner, or for the operator.
type Bill struct {
	Partner   string `json:"partner,omitempty"`   // empty: the operator
	Issued    int64  `json:"issued,omitzero"`     // points at his cost, his shares of joint debits included
	TakenBack int64  `json:"taken_back,omitzero"` // of such points
	Redeemed  int64  `json:"redeemed,omitzero"`   // points in his shop
	GivenBack int64  `json:"given_back,omitzero"` // of such points
	Lapsed    int64  `json:"lapsed,omitzero"`     // points at his cost; counted where a partner is paid for them

	// Lines say what makes up the amounts: each Fact is minor units that he owes (below
	// 0: is owed), each Mark the points, each Rule the partner, and the block where it
	// concerns one. Codes and sentences are those of Coalition.Explain.
	Lines []customer.Reason `json:"lines,omitempty"`
	Owes  int64             `json:"owes,omitzero"` // to the operator: the Facts above 0
	Gets  int64             `json:"gets,omitzero"` // from the operator: the others
	Net   int64             `json:"net,omitzero"`  // Owes less Gets: he pays it, or below 0 is paid it
}

// Settle settles the traffic of a period. carry is the Next of the period before, with
// the blocks bought since; it stays as it is, so a period can be settled again from the
// same carry once late tills have reported, and Settlement.Since says what changed.
//
// Where points come from and go to is decided on totals, so that it does not depend on
// the order in which members were counted:
//
//   - A joint debit's points of the period are split by its shares, by largest remainder,
//     ties in listed order. What is taken back or lapses is split by what each partner
//     still bears of it, so that nobody gives back more than he bore; what is beyond
//     all that is known (issued before the first settlement) by the shares. The days of
//     the period then have these parts in proportion, by largest remainder.
//   - For each partner the days follow each other. Of a day, first all that was issued
//     comes out of the blocks that cover the day, the one that begins first, then by ID;
//     what is left is over the blocks. Then what was taken back goes the other way: off
//     what is over, then into the blocks, the last first. A block that has ended pays for
//     it as for what was left, or lets it lapse. Then blocks end whose last day it was.
//   - Points over the blocks, points spent in the shop and points that lapsed become
//     money once each, on the total of the period, by CoalitionRules.Rounding; a
//     block's refund is rounded down. The operator takes the other side of every line.
//
// Traffic that names nobody of the contracts, a period other than the one that the carry
// waits for, and a carry that this package has not made are customer.Faults; contracts
// that do not cover the whole period are a *customer.Refusal.
func (c *Coalition) Settle(carry Carry, traffic *Traffic) (Settlement, error) {
	if err := c.settles(carry, traffic); err != nil {
		return Settlement{}, err
	}
	s := clearing{
		Coalition: c, period: traffic.period, flows: make([]flow, len(c.partners)+1),
		blocks: slices.Clone(carry.Blocks), over: map[string]int64{}, joint: map[Bearing]int64{},
	}
	for _, one := range carry.Over {
		s.over[one.Partner] = one.Points
	}
	for _, one := range carry.Joint {
		s.joint[Bearing{Debit: one.Debit, Partner: one.Partner}] = one.Points
	}
	for name, days := range traffic.names { // in any order: each name is its own sum
		if place, direct := s.at(name); direct {
			s.flows[place].count(s.period, days)
		}
	}
	for i := range c.debits {
		if err := s.spread(&c.debits[i], traffic.names[c.debits[i].id]); err != nil {
			return Settlement{}, err
		}
	}
	settlement := Settlement{Coalition: c.name, Period: traffic.period}
	for i := range c.partners {
		bill, err := s.bill(carry, i)
		if err != nil {
			return Settlement{}, err
		}
		settlement.Bills = append(settlement.Bills, bill)
	}
	settlement.Operator = s.flows[len(c.partners)].bill("")
	sumUp(&settlement)
	settlement.Next = s.carry()
	var faults customer.Faults
	if settlement.Next.check(&faults); len(faults) > 0 { // sums of many periods
		return Settlement{}, fmt.Errorf("loyalty: settlement of %s: %w", c.name, faults.Err())
	}
	return settlement, nil
}

// settles reports what keeps a period from being settled.
func (c *Coalition) settles(carry Carry, traffic *Traffic) error {
	period := traffic.period
	if err := checkSettled(period); err != nil {
		return err
	}
	for _, day := range [2]customer.Date{period.From, period.Until - 1} {
		if err := c.rules.Covers(day); err != nil {
			return err
		}
	}
	var faults customer.Faults
	carry.check(&faults)
	if carry.From != 0 && carry.From != period.From {
		faults.Add("period.from", period.From, fmt.Sprintf("is %s, the first day that is not settled", carry.From))
	}
	if zoneName(traffic.zone) != c.zone.String() {
		faults.Add("traffic.zone", zoneName(traffic.zone), "is the coalition's, "+c.zone.String())
	}
	if c.lapses && !traffic.lapses {
		faults.Add("traffic.lapses", traffic.lapses, "is set: points that lapse are paid for")
	}
	var unknown []string
	for name := range traffic.names {
		_, partner := c.place[name]
		if _, joint := c.joint[name]; !partner && !joint && name != "" {
			unknown = append(unknown, name)
		}
	}
	slices.Sort(unknown)
	for _, name := range unknown {
		faults.Add("traffic", name, "is a partner or a joint debit of the contracts")
	}
	for i, b := range carry.Blocks {
		if _, known := c.place[b.Partner]; !known && !b.Ended {
			faults.Add(fmt.Sprintf("carry.blocks[%d].partner", i), b.Partner, "is a partner of the contracts while his block lasts")
		}
	}
	return faults.Err()
}

// clearing is a settlement in the making.
type clearing struct {
	*Coalition
	period population.Period
	flows  []flow // of the partners; the last is the operator's
	blocks []HeldBlock
	over   map[string]int64
	joint  map[Bearing]int64
}

// flow is the points of one partner: in all, and those that blocks cover by day.
type flow struct {
	total         counts
	issued, taken []int64 // by day of the period; nil: none
}

// at is the place of a partner's flow; the operator's is the last.
func (s *clearing) at(name string) (int, bool) {
	if name == "" {
		return len(s.partners), true
	}
	place, known := s.place[name]
	return place, known
}

func (f *flow) count(period population.Period, days map[customer.Date]counts) {
	f.grow(period)
	for day, one := range days {
		f.total = f.total.plus(one)
		f.issued[day-period.From] += one[issued]
		f.taken[day-period.From] += one[takenBack]
	}
}

func (f *flow) grow(period population.Period) {
	if f.issued == nil {
		f.issued, f.taken = make([]int64, period.Until-period.From), make([]int64, period.Until-period.From)
	}
}

func (f *flow) bill(partner string) Bill {
	return Bill{
		Partner: partner, Issued: f.total[issued], TakenBack: f.total[takenBack],
		Redeemed: f.total[redeemed], GivenBack: f.total[givenBack], Lapsed: f.total[lapsed],
	}
}

// spread gives the points of a joint debit to those who bear it.
func (s *clearing) spread(d *debit, days map[customer.Date]counts) error {
	if days == nil {
		return nil
	}
	var all flow
	all.count(s.period, days)
	if all.total[redeemed]+all.total[givenBack] > 0 {
		var faults customer.Faults
		faults.Add("traffic", d.id, "is a joint debit, which has no shop to spend points in")
		return faults
	}
	// Partners of an earlier edition, who still bear points, follow those of this one.
	who, shares := slices.Clone(d.partners), slices.Clone(d.permille)
	for bearing := range s.joint {
		if bearing.Debit == d.id && !slices.Contains(d.partners, bearing.Partner) {
			who = append(who, bearing.Partner)
		}
	}
	slices.Sort(who[len(shares):])
	shares = append(shares, make([]int64, len(who)-len(shares))...)
	left := make([]int64, len(who))
	for i, partner := range who {
		left[i] = s.joint[Bearing{Debit: d.id, Partner: partner}]
	}

	parts, err := customer.Split(all.total[issued], shares)
	if err != nil {
		return err
	}
	for i := range left {
		left[i] += parts[i]
	}
	takenParts, err := takeOff(left, all.total[takenBack], shares)
	if err != nil {
		return err
	}
	lapsedParts, err := takeOff(left, all.total[lapsed], shares)
	if err != nil {
		return err
	}
	flows := make([]*flow, len(who))
	for i, partner := range who {
		place, known := s.at(partner)
		if !known && parts[i]+takenParts[i]+lapsedParts[i] > 0 {
			var faults customer.Faults
			faults.Add("carry.joint", partner, "is a partner of the contracts while points that he bears come back")
			return faults
		}
		s.joint[Bearing{Debit: d.id, Partner: partner}] = left[i]
		flows[i] = &flow{} // of one who has left, with nothing in it
		if known {
			flows[i] = &s.flows[place]
		}
		flows[i].grow(s.period)
		flows[i].total[issued] += parts[i]
		flows[i].total[takenBack] += takenParts[i]
		flows[i].total[lapsed] += lapsedParts[i]
	}
	if err := overDays(parts, all.issued, func(i, day int, points int64) { flows[i].issued[day] += points }); err != nil {
		return err
	}
	return overDays(takenParts, all.taken, func(i, day int, points int64) { flows[i].taken[day] += points })
}

// takeOff takes points off what each has left, in proportion to it, by largest remainder:
// nobody gives more than he has. What is beyond all that is left goes by the shares.
func takeOff(left []int64, points int64, shares []int64) ([]int64, error) {
	known := min(points, sum(left))
	parts, err := customer.Split(known, left)
	if err != nil {
		return nil, err
	}
	beyond, err := customer.Split(points-known, shares)
	if err != nil {
		return nil, err
	}
	for i := range parts {
		left[i] -= parts[i]
		parts[i] += beyond[i]
	}
	return parts, nil
}

// overDays splits parts over days that have so many points in all, so that both every
// part and every day keep their sums.
func overDays(parts, days []int64, give func(i, day int, points int64)) error {
	left, now := slices.Clone(parts), make([]int64, len(parts))
	for day, points := range days {
		if points == 0 {
			continue
		}
		if err := customer.SplitInto(now, points, left); err != nil {
			return err
		}
		for i, n := range now {
			left[i] -= n
			give(i, day, n)
		}
	}
	return nil
}

// bill settles one partner.
func (s *clearing) bill(carry Carry, place int) (Bill, error) {
	terms, flow := &s.partners[place], &s.flows[place]
	bill := flow.bill(terms.id)
	first, _ := slices.BinarySearchFunc(s.blocks, terms.id, func(b HeldBlock, id string) int { return HeldBlock{Partner: b.Partner}.order(HeldBlock{Partner: id}) })
	last := first
	for last < len(s.blocks) && s.blocks[last].Partner == terms.id {
		last++
	}
	over := s.cover(s.blocks[first:last], flow, terms.id)
	for i := first; i < last; i++ {
		was, is := &carry.Blocks[i], &s.blocks[i]
		cite := terms.cite + " " + is.ID
		if is.From >= carry.From && is.From < s.period.Until { // the first settlement has what began before it, too
			bill.add(CodeBlockBought, cite, is.Price, is.Points)
		}
		bill.add(CodeBlockUsed, cite, 0, is.Used-was.Used)
		code := CodeBlockLapsed
		if is.Refunds {
			code = CodeBlockRefunded
		}
		bill.add(code, cite, was.refunded()-is.refunded(), is.gone()-was.gone())
	}
	code := CodeBilled
	if terms.billing == Prepaid {
		code = CodeOverBlock
	}
	for _, one := range []struct {
		code   string
		price  price
		points int64
		pays   int64
	}{
		{code, terms.issue, over, 1},
		{CodeReimbursed, terms.redeem, flow.total[redeemed] - flow.total[givenBack], -1},
		{CodeLapsedPaid, terms.lapsed, flow.total[lapsed], -1},
	} {
		if one.price == (price{}) {
			continue
		}
		minor, err := s.money(one.price, one.points)
		if err != nil {
			return Bill{}, fmt.Errorf("loyalty: settlement of %s: %w", terms.cite, err)
		}
		bill.add(one.code, terms.cite, one.pays*minor, one.points)
	}
	return bill, nil
}

// money is what points cost, rounded; points below 0 are the opposite of points above.
func (s *clearing) money(p price, points int64) (int64, error) {
	minor, ok := s.rules.Rounding.scale(max(points, -points), p.minor, p.points)
	if !ok {
		return 0, fmt.Errorf("%d points are worth more money than can be reckoned with", points)
	}
	if points < 0 {
		minor = -minor
	}
	return minor, nil
}

// add adds a line for what moved something.
func (b *Bill) add(code, cite string, minor, points int64) {
	if minor != 0 || points != 0 {
		b.Lines = append(b.Lines, customer.Reason{Code: code, Rule: cite, Fact: minor, Mark: points, Unit: customer.UnitMinor})
	}
}

// cover runs a partner's days through his blocks, which stand in the order of use, and
// returns how many points were over them, less those that went back.
func (s *clearing) cover(blocks []HeldBlock, flow *flow, partner string) (net int64) {
	flow.grow(s.period)
	for i := range flow.issued {
		day := s.period.From + customer.Date(i)
		points := flow.issued[i]
		for j := 0; points > 0 && j < len(blocks); j++ {
			if b := &blocks[j]; b.covers(day) {
				n := min(points, b.Left())
				b.Used += n
				points -= n
			}
		}
		net += points
		s.over[partner] += points

		points = flow.taken[i]
		n := min(points, s.over[partner])
		s.over[partner] -= n
		net -= n
		points -= n
		for j := len(blocks) - 1; points > 0 && j >= 0; j-- {
			n := min(points, blocks[j].Used)
			blocks[j].Used -= n
			points -= n
		}
		net -= points // issued before the first settlement

		for j := range blocks {
			if b := &blocks[j]; b.Until != 0 && b.Until <= day+1 {
				b.Ended = true
			}
		}
	}
	return net
}

// carry is what the next settlement begins with.
func (s *clearing) carry() Carry {
	next := Carry{Version: CarryVersion, From: s.period.Until}
	for _, b := range s.blocks {
		// From a block that has been over for longer than any sale stays open nothing can
		// come back.
		if !b.Ended || b.Used > 0 && b.Until.AddDays(maxReturnDays) > s.period.From {
			next.Blocks = append(next.Blocks, b)
		}
	}
	for partner, points := range s.over {
		if points > 0 {
			next.Over = append(next.Over, Bearing{Partner: partner, Points: points})
		}
	}
	for bearing, points := range s.joint {
		if bearing.Points = points; points > 0 {
			next.Joint = append(next.Joint, bearing)
		}
	}
	slices.SortFunc(next.Over, Bearing.order)
	slices.SortFunc(next.Joint, Bearing.order)
	return next
}

// maxReturnDays is the most that Rules.ReturnDays may be.
const maxReturnDays = 3660

// sumUp sums the bills up, and gives the operator the other side.
func sumUp(s *Settlement) {
	s.Operator.Owes, s.Operator.Gets = 0, 0
	for i := range s.Bills {
		b := &s.Bills[i]
		b.Owes, b.Gets = 0, 0
		for _, line := range b.Lines {
			b.Owes += max(line.Fact, 0)
			b.Gets -= min(line.Fact, 0)
		}
		b.Net = b.Owes - b.Gets
		s.Operator.Owes += b.Gets
		s.Operator.Gets += b.Owes
	}
	s.Operator.Net = s.Operator.Owes - s.Operator.Gets
}

// Since returns what a settlement changes in an earlier one of the same period: bills of
// the differences, line by line, of those for whom anything has changed. Together with
// the earlier ones they make the bills of this one, so that what late tills report is
// billed as an adjustment and nothing is billed twice. Next is that of this settlement;
// blocks bought meanwhile are bought again on it, and where it differs from the earlier
// one's, the periods settled since are settled again too.
func (s Settlement) Since(earlier Settlement) (Settlement, error) {
	if s.Period != earlier.Period || s.Corrects || earlier.Corrects {
		return Settlement{}, fmt.Errorf("loyalty: a settlement of %s to %s (correction %t) has no difference from one of %s to %s (correction %t)",
			s.Period.From, s.Period.Until, s.Corrects, earlier.Period.From, earlier.Period.Until, earlier.Corrects)
	}
	d := Settlement{Coalition: s.Coalition, Period: s.Period, Corrects: true, Next: s.Next, Operator: s.Operator.since(earlier.Operator)}
	bills := slices.Clone(s.Bills)
	for _, was := range earlier.Bills { // of one who is in the contracts no more
		if bill := s.Bill(was.Partner); bill.Partner == "" {
			bills = append(bills, Bill{Partner: was.Partner})
		}
	}
	for _, is := range bills {
		if bill := is.since(earlier.Bill(is.Partner)); bill.changed() {
			d.Bills = append(d.Bills, bill)
		}
	}
	sumUp(&d)
	return d, nil
}

// Bill returns the bill of a partner; the zero Bill where there is none.
func (s Settlement) Bill(partner string) Bill {
	for i := range s.Bills {
		if s.Bills[i].Partner == partner {
			return s.Bills[i]
		}
	}
	return Bill{}
}

func (b Bill) since(was Bill) Bill {
	d := Bill{
		Partner: b.Partner, Issued: b.Issued - was.Issued, TakenBack: b.TakenBack - was.TakenBack,
		Redeemed: b.Redeemed - was.Redeemed, GivenBack: b.GivenBack - was.GivenBack, Lapsed: b.Lapsed - was.Lapsed,
	}
	for _, is := range b.Lines {
		old := was.find(is)
		d.add(is.Code, is.Rule, is.Fact-old.Fact, is.Mark-old.Mark)
	}
	for _, old := range was.Lines {
		if is := b.find(old); is.Code == "" {
			d.add(old.Code, old.Rule, -old.Fact, -old.Mark)
		}
	}
	return d
}

// find returns the line that says the same thing, or the zero Reason.
func (b Bill) find(line customer.Reason) customer.Reason {
	for _, other := range b.Lines {
		if other.Code == line.Code && other.Rule == line.Rule {
			return other
		}
	}
	return customer.Reason{}
}

func (b Bill) changed() bool {
	return len(b.Lines) > 0 || b.Issued != 0 || b.TakenBack != 0 || b.Redeemed != 0 || b.GivenBack != 0 || b.Lapsed != 0
}
