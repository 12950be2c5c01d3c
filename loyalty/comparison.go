package loyalty

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// maxFigure bounds every figure of a comparison, in either direction.
const maxFigure = 1 << 60

// errNoComparison says that a Comparison was not made by NewComparison.
var errNoComparison = errors.New("loyalty: a comparison needs two rule books: make it with NewComparison")

// Fact is something that happened, whatever the rules made of it. Exactly one field is
// set. A payment that was held and captured is a Spending, without Until, at the instant
// of its capture; one that was released did not happen. A Return names its Sale, since
// points are settled by its figures.
type Fact struct {
	Receipt    *Receipt         `json:"receipt,omitempty"`
	Return     *customer.Return `json:"return,omitempty"`
	Voiding    *Voiding         `json:"voiding,omitempty"`
	Spending   *Spending        `json:"spending,omitempty"`
	Refund     *Refund          `json:"refund,omitempty"`
	Occasion   *Occasion        `json:"occasion,omitempty"`
	Adjustment *Adjustment      `json:"adjustment,omitempty"`
	Grant      *Grant           `json:"grant,omitempty"`
	Revocation *Revocation      `json:"revocation,omitempty"`
}

// at is when a fact happened, and how many of its fields are set.
func (f *Fact) at() (at time.Time, fields int) {
	note := func(when time.Time) { at, fields = when, fields+1 }
	if f.Receipt != nil {
		note(f.Receipt.At)
	}
	if f.Return != nil {
		note(f.Return.At)
	}
	if f.Voiding != nil {
		note(f.Voiding.At)
	}
	if f.Spending != nil {
		note(f.Spending.At)
	}
	if f.Refund != nil {
		note(f.Refund.At)
	}
	if f.Occasion != nil {
		note(f.Occasion.At)
	}
	if f.Adjustment != nil {
		note(f.Adjustment.At)
	}
	if f.Grant != nil {
		note(f.Grant.At)
	}
	if f.Revocation != nil {
		note(f.Revocation.At)
	}
	return at, fields
}

// decide is what the rules make of a fact that they offer.
func (p *Program) decide(account Account, f *Fact) (Decision, error) {
	switch {
	case f.Receipt != nil:
		return p.Earn(account, *f.Receipt)
	case f.Return != nil:
		return p.Return(account, *f.Return)
	case f.Voiding != nil:
		return p.Void(account, *f.Voiding)
	case f.Spending != nil:
		return p.Redeem(account, *f.Spending)
	case f.Refund != nil:
		return p.Refund(account, *f.Refund)
	case f.Occasion != nil:
		return p.Award(account, *f.Occasion)
	case f.Adjustment != nil:
		return p.Adjust(account, *f.Adjustment)
	case f.Grant != nil:
		return p.Grant(account, *f.Grant)
	}
	return p.Revoke(account, *f.Revocation)
}

// offers reports whether the rules have what a fact asks for: the tender, the reward,
// the event, the tier.
func (p *Program) offers(f *Fact) bool {
	switch {
	case f.Spending != nil && f.Spending.Reward != "":
		return p.rewards[f.Spending.Reward] != nil
	case f.Spending != nil:
		return p.tender != nil
	case f.Occasion != nil:
		return p.events[f.Occasion.Event] != nil
	case f.Grant != nil:
		return p.place(f.Grant.Tier) >= 0
	}
	return true
}

// Comparison plays what happened under two rule books side by side: what would a change
// of the rules have done, to whom, and at what cost? It keeps sums and no customer.
// Customers may be added in any order and any split; merged, the bytes are the same. It
// is not safe for concurrent use while it is added to.
//
// Both books are played as if they had been in force all the time: the days of their
// editions do not count, those of a campaign or a reward do. Customers are taken to do
// what they did, and ask for as many points as they did: what other rules would have made
// them do is not computed. A payment that one book refuses leaves its receipt as it was.
type Comparison struct {
	old, changed *Program
	end          time.Time
	rules        [sha256.Size]byte // of both books and the end
	compared
}

// compared is what a Comparison counts.
type compared struct {
	customers, facts int64
	more, fewer      int64 // customers, by what they were given less what was taken from them
	before, after    outcome
	moves            []int64 // customers, by tier before, then tier after
}

// outcome is what one book made of the facts; see Outcome.
type outcome struct {
	opening, given, taken, lapsed, spent, pending, member, held, owed int64

	refused, absent int64
	codes           map[string]int64 // refused facts, by each code of their refusals
}

// figures lists the figures in the order of the stored form.
func (c *compared) figures() []*int64 {
	return append(append([]*int64{&c.customers, &c.facts, &c.more, &c.fewer}, c.before.figures()...), c.after.figures()...)
}

func (o *outcome) figures() []*int64 {
	return []*int64{
		&o.opening, &o.given, &o.taken, &o.lapsed, &o.spent, &o.pending, &o.member, &o.held, &o.owed,
		&o.refused, &o.absent,
	}
}

// plus adds what another counted, or, where a figure would exceed its bound, nothing.
func (c *compared) plus(other *compared) error {
	into, from := c.figures(), other.figures()
	for i := range into {
		if sum := *into[i] + *from[i]; sum > maxFigure || sum < -maxFigure {
			return fmt.Errorf("loyalty: a figure of the comparison exceeds %d", int64(maxFigure))
		}
	}
	for i := range into {
		*into[i] += *from[i]
	}
	c.before.codes = addCodes(c.before.codes, other.before.codes)
	c.after.codes = addCodes(c.after.codes, other.after.codes)
	for i, members := range other.moves {
		c.moves[i] += members
	}
	return nil
}

func addCodes(into, from map[string]int64) map[string]int64 {
	if into == nil && len(from) > 0 {
		into = make(map[string]int64, len(from))
	}
	for code, n := range from {
		into[code] += n
	}
	return into
}

// NewComparison compares two rule books over what happened up to an instant, up to which
// accounts are settled under either. Books that are not in one currency, one zone and
// the same PointDigits are customer.Faults.
func NewComparison(before, after *Program, end time.Time) (*Comparison, error) {
	var faults customer.Faults
	faults.Instant("end", end)
	old, changed := &before.rules, &after.rules
	if changed.Currency != old.Currency {
		faults.Add("currency", changed.Currency.Code, fmt.Sprintf("is that of the rules before, %s with %d digits", old.Currency.Code, old.Currency.Digits))
	}
	if changed.Zone != old.Zone {
		faults.Add("zone", changed.Zone, "is that of the rules before, "+old.Zone)
	}
	if changed.PointDigits != old.PointDigits {
		faults.Add("point_digits", changed.PointDigits, fmt.Sprintf("are those of the rules before, %d", old.PointDigits))
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	whole, err := json.Marshal(struct {
		Before, After *Rules
		End           time.Time
	}{old, changed, end.UTC()})
	if err != nil {
		return nil, fmt.Errorf("loyalty: comparison: %w", err)
	}
	c := &Comparison{old: before.always(), changed: after.always(), end: end, rules: sha256.Sum256(whole)}
	c.moves = make([]int64, c.old.places()*c.changed.places())
	return c, nil
}

// always is a program in force on every day.
func (p *Program) always() *Program {
	q := *p
	q.rules.From, q.rules.Until = 0, 0
	return &q
}

// places is how many tiers there are; rules without tiers have a single one, "".
func (p *Program) places() int {
	if p.tiers == nil {
		return 1
	}
	return len(p.tiers.levels)
}

// tier is the tier in a place, from the lowest.
func (p *Program) tier(place int) string {
	if p.tiers == nil {
		return ""
	}
	return p.tiers.levels[place].rule.ID
}

// place is the place of a tier, or below 0 where the rules do not know it.
func (p *Program) place(tier string) int {
	if p.tiers == nil {
		return -1
	}
	return slices.IndexFunc(p.tiers.levels, func(l level) bool { return l.rule.ID == tier })
}

// Add counts one customer, with all her facts in the order in which they happened, none
// after the end. Both books begin with the opening account; the zero Account is that of
// somebody new. What a book refuses is counted, with its reasons, and she goes on. Facts
// that are malformed, or ask for what neither book has, are an error that names customer
// and fact, and nothing is counted.
func (c *Comparison) Add(id customer.ID, opening Account, facts []Fact) error {
	if c.old == nil {
		return errNoComparison
	}
	one := compared{customers: 1, facts: int64(len(facts))}
	var from, to int
	err := c.check(facts)
	if err == nil {
		one.before, from, err = c.old.play(opening, facts, c.end)
	}
	if err == nil {
		one.after, to, err = c.changed.play(opening, facts, c.end)
	}
	if err == nil {
		switch cmp.Compare(one.after.net(), one.before.net()) {
		case +1:
			one.more = 1
		case -1:
			one.fewer = 1
		}
		err = c.plus(&one)
	}
	if err != nil {
		return fmt.Errorf("loyalty: comparison of customer %q: %w", id, err)
	}
	c.moves[from*c.changed.places()+to]++
	return nil
}

// check refuses facts that neither book could play.
func (c *Comparison) check(facts []Fact) error {
	var faults customer.Faults
	var last time.Time
	for i := range facts {
		fact, path := &facts[i], fmt.Sprintf("facts[%d]", i)
		at, fields := fact.at()
		switch {
		case fields != 1:
			faults.Add(path, fields, "has one field set")
			continue
		case at.Before(last):
			faults.Add(path, at.Format(time.RFC3339), "is not before the fact before it")
		case at.After(c.end):
			faults.Add(path, at.Format(time.RFC3339), "is not after the end of the comparison")
		case !c.old.offers(fact) && !c.changed.offers(fact):
			faults.Add(path, at.Format(time.RFC3339), "asks for a tender, reward, event or tier of one of the rule books")
		}
		last = at
	}
	return faults.Err()
}

// play decides facts one after the other, settles up to the end, and returns what became
// of them, and the place of the tier.
func (p *Program) play(account Account, facts []Fact, end time.Time) (outcome, int, error) {
	o := outcome{opening: left(account.Balances) + account.Balances.In(Owed)}
	opening := account.Balances
	book := func(d Decision) {
		for i := range d.Entries {
			switch e := &d.Entries[i]; {
			case e.From == Issued:
				o.given = min(o.given+e.Points, maxFigure+1) // which no sum takes
			case e.To == Issued:
				o.taken = min(o.taken+e.Points, maxFigure+1)
			}
		}
		account = d.Next
	}
	settle := func(at time.Time) error {
		for {
			d, err := p.Settle(account, at)
			if err != nil || len(d.Entries) == 0 {
				return err
			}
			book(d)
		}
	}
	for i := range facts {
		fact := &facts[i]
		if !p.offers(fact) {
			o.refused++
			o.absent++
			continue
		}
		d, err := p.decide(account, fact)
		if at, _ := fact.at(); errors.Is(err, ErrBehind) {
			if err = settle(at); err == nil {
				d, err = p.decide(account, fact)
			}
		}
		var refusal *customer.Refusal
		switch {
		case errors.As(err, &refusal):
			o.refuse(refusal)
		case err != nil:
			return o, 0, fmt.Errorf("facts[%d] under %s: %w", i, p.name, err)
		default:
			book(d)
		}
	}
	if err := settle(end); err != nil {
		return o, 0, fmt.Errorf("at the end, under %s: %w", p.name, err)
	}
	now := account.Balances
	o.lapsed = now.In(Expired) - opening.In(Expired)
	o.spent = now.In(Redeemed) + now.In(Partner) - opening.In(Redeemed) - opening.In(Partner)
	o.pending, o.member, o.held, o.owed = now.In(Pending), now.In(Member), now.In(Held), -now.In(Owed)
	if p.tiers == nil {
		return o, 0, nil
	}
	return o, p.tiers.rankOn(&account, customer.DateOf(end, p.zone)), nil
}

// left is the points of an account that can still be spent, now or later.
func left(b Balances) int64 { return b.In(Pending) + b.In(Member) + b.In(Held) }

// refuse counts a refused fact, once for each code.
func (o *outcome) refuse(refusal *customer.Refusal) {
	o.refused++
	if o.codes == nil {
		o.codes = map[string]int64{}
	}
	for i, missing := range refusal.Missing {
		same := func(r customer.Reason) bool { return r.Code == missing.Code }
		if !slices.ContainsFunc(refusal.Missing[:i], same) {
			o.codes[missing.Code]++
		}
	}
}

// net is the points given, less those taken.
func (o *outcome) net() int64 { return o.given - o.taken }

// Merge counts everyone that other counted. Comparisons of other rule books, or with
// another end, do not merge.
func (c *Comparison) Merge(other *Comparison) error {
	if c.rules != other.rules {
		return errors.New("loyalty: comparisons of other rules, or with another end, do not merge")
	}
	return c.plus(&other.compared)
}

// comparisonVersion is the format of MarshalBinary.
const comparisonVersion = 1

// maxCodes bounds how many codes a stored comparison may count.
const maxCodes = 256

// MarshalBinary writes the comparison's sums, codes in order, so that equal comparisons
// have equal bytes.
func (c *Comparison) MarshalBinary() ([]byte, error) {
	if c.old == nil {
		return nil, errNoComparison
	}
	data := append([]byte{comparisonVersion}, c.rules[:]...)
	for _, figure := range c.figures() {
		data = binary.AppendVarint(data, *figure)
	}
	for _, codes := range []map[string]int64{c.before.codes, c.after.codes} {
		data = binary.AppendUvarint(data, uint64(len(codes)))
		for _, code := range slices.Sorted(maps.Keys(codes)) {
			data = binary.AppendUvarint(data, uint64(len(code)))
			data = binary.AppendUvarint(append(data, code...), uint64(codes[code]))
		}
	}
	for _, members := range c.moves {
		data = binary.AppendUvarint(data, uint64(members))
	}
	return data, nil
}

// UnmarshalBinary reads what MarshalBinary wrote into a comparison that NewComparison
// made of the same rules, up to the same end; at an error it stays as it was.
func (c *Comparison) UnmarshalBinary(data []byte) error {
	if c.old == nil {
		return errNoComparison
	}
	from := population.NewDecoder(data, comparisonVersion)
	for _, want := range c.rules {
		if from.Byte() != want {
			from.Fail("it is of other rules, or has another end")
		}
	}
	read := compared{moves: make([]int64, len(c.moves))}
	for _, figure := range read.figures() {
		*figure = from.Varint()
	}
	read.before.codes, read.after.codes = readCodes(from), readCodes(from)
	for i := range read.moves {
		read.moves[i] = from.Count()
	}
	if from.Err() == nil && !read.possible() {
		from.Fail("figures that no customers have")
	}
	if err := from.Close(); err != nil {
		return fmt.Errorf("loyalty: comparison: %w", err)
	}
	c.compared = read
	return nil
}

func readCodes(from *population.Decoder) map[string]int64 {
	n, previous := from.Uvarint(), ""
	if n > maxCodes {
		from.Fail("too many codes")
	}
	var codes map[string]int64
	for i := uint64(0); i < n && from.Err() == nil; i++ {
		code, count := string(from.Bytes()), from.Count()
		if code <= previous || len(code) > customer.MaxText || count == 0 {
			from.Fail("codes out of order or range")
			return nil
		}
		codes = addCodes(codes, map[string]int64{code: count})
		previous = code
	}
	return codes
}

// possible reports whether some customers have these figures.
func (c *compared) possible() bool {
	for _, figure := range c.figures() {
		if *figure > maxFigure || *figure < -maxFigure {
			return false
		}
	}
	rest := c.customers
	for _, members := range c.moves {
		if members > rest {
			return false
		}
		rest -= members
	}
	return rest == 0 && min(c.customers, c.facts, c.more, c.fewer) >= 0 && c.more+c.fewer <= c.customers &&
		c.before.opening == c.after.opening && c.before.possible(c.facts) && c.after.possible(c.facts)
}

func (o *outcome) possible(facts int64) bool {
	named := o.absent // refused facts that a code or its absence explains, at least
	for _, n := range o.codes {
		if n > o.refused-o.absent {
			return false
		}
		named = min(named+n, maxFigure)
	}
	return min(o.given, o.taken, o.lapsed, o.pending, o.member, o.held, o.owed, o.absent, o.refused) >= 0 &&
		o.absent <= o.refused && o.refused <= min(facts, named) &&
		o.opening+o.given == o.taken+o.lapsed+o.spent+o.pending+o.member+o.held-o.owed
}

// Effect is what a change of the rules would have done: plain data, which Explain reads
// again after it was stored. Points are in the programme's smallest unit.
type Effect struct {
	Currency    customer.Currency `json:"currency"`
	PointDigits int32             `json:"point_digits,omitempty"`
	End         time.Time         `json:"end"`
	Customers   int64             `json:"customers"`
	Facts       int64             `json:"facts"`
	Before      Outcome           `json:"before"`
	After       Outcome           `json:"after"`
	// Points are the customers who are given more points, less those taken, fewer, and as
	// many.
	Points Shift `json:"points"`
	// Tiers are the customers who have a higher tier at the end, a lower one, and the same:
	// by the order of the new rules where these know the old tier, else of the old rules
	// where those know the new one, else by the tiers' places from the lowest.
	Tiers Shift `json:"tiers"`
	// Moves are how many customers have which tiers at the end, by the tier before, then
	// after, from the lowest; pairs that nobody has are left out. Rules without tiers have
	// a single one, "".
	Moves []Move `json:"moves,omitempty"`
}

// Outcome is what one rule book made of the facts. Opening and Given together are Taken,
// Lapsed, Spent, Pending, Member and Held, less Owed.
type Outcome struct {
	Rules string `json:"rules"` // the edition: "card/3"

	Opening int64 `json:"opening"` // there at the beginning, less what was owed
	Given   int64 `json:"given"`   // for purchases and events, and by hand
	Taken   int64 `json:"taken"`   // by returns, and by hand
	Lapsed  int64 `json:"lapsed"`
	Spent   int64 `json:"spent"` // less what came back; below 0 where payments before the opening did
	Pending int64 `json:"pending"`
	Member  int64 `json:"member"` // there to spend
	Held    int64 `json:"held"`
	Owed    int64 `json:"owed"` // by members

	Cost *Cost `json:"cost,omitempty"` // nil: points are no tender

	Refused  int64            `json:"refused"`            // facts
	Absent   int64            `json:"absent"`             // of Refused: for a tender, reward, event or tier that the rules do not have
	Refusals map[string]int64 `json:"refusals,omitempty"` // of Refused: those with a reason code, by each of their codes

	Tiers []TierCount `json:"tiers,omitempty"` // at the end, grants included, from the lowest
}

// Net is the points given, less those taken.
func (o Outcome) Net() int64 { return o.Given - o.Taken }

// Left is the points that members can still spend, now or later.
func (o Outcome) Left() int64 { return o.Pending + o.Member + o.Held }

// Cost is what points are worth as tender, for rewards and at partners too. Each figure
// is rounded once, half away from 0 to the minor unit.
type Cost struct {
	Net   decimal.Decimal `json:"net"` // see Outcome.Net
	Spent decimal.Decimal `json:"spent"`
	Left  decimal.Decimal `json:"left"` // see Outcome.Left
}

// Shift counts customers by what became of a figure of theirs.
type Shift struct {
	Up   int64 `json:"up"`
	Down int64 `json:"down"`
	Same int64 `json:"same"`
}

// Move is how many customers have one tier under the old rules and another, or the same,
// under the new ones.
type Move struct {
	From    string `json:"from"`
	To      string `json:"to"`
	Members int64  `json:"members"`
}

// TierCount is how many members a tier has.
type TierCount struct {
	Tier    string `json:"tier"`
	Members int64  `json:"members"`
}

// Effect returns what the customers counted so far say.
func (c *Comparison) Effect() Effect {
	if c.old == nil {
		return Effect{}
	}
	before, after := &c.old.rules, &c.changed.rules
	e := Effect{
		Currency: after.Currency, PointDigits: after.PointDigits, End: c.end, Customers: c.customers, Facts: c.facts,
		Before: c.before.under(c.old), After: c.after.under(c.changed),
		Points: Shift{Up: c.more, Down: c.fewer, Same: c.customers - c.more - c.fewer},
	}
	e.Before.Tiers, e.After.Tiers = c.old.noMembers(), c.changed.noMembers()
	for i, members := range c.moves {
		from, to := i/c.changed.places(), i%c.changed.places()
		if before.Tiers != nil {
			e.Before.Tiers[from].Members += members
		}
		if after.Tiers != nil {
			e.After.Tiers[to].Members += members
		}
		switch c.way(from, to) {
		case +1:
			e.Tiers.Up += members
		case -1:
			e.Tiers.Down += members
		default:
			e.Tiers.Same += members
		}
		if members > 0 {
			e.Moves = append(e.Moves, Move{From: c.old.tier(from), To: c.changed.tier(to), Members: members})
		}
	}
	return e
}

// noMembers lists the tiers with nobody in them.
func (p *Program) noMembers() (tiers []TierCount) {
	for place := 0; p.tiers != nil && place < len(p.tiers.levels); place++ {
		tiers = append(tiers, TierCount{Tier: p.tier(place)})
	}
	return tiers
}

// way is whether the tier after is higher or lower than the one before; see Effect.Tiers.
func (c *Comparison) way(from, to int) int {
	if place := c.changed.place(c.old.tier(from)); place >= 0 {
		return cmp.Compare(to, place)
	}
	if place := c.old.place(c.changed.tier(to)); place >= 0 {
		return cmp.Compare(place, from)
	}
	return cmp.Compare(to, from)
}

// under makes the figures an Outcome.
func (o *outcome) under(p *Program) Outcome {
	out := Outcome{
		Rules: p.name, Opening: o.opening, Given: o.given, Taken: o.taken, Lapsed: o.lapsed, Spent: o.spent,
		Pending: o.pending, Member: o.member, Held: o.held, Owed: o.owed,
		Refused: o.refused, Absent: o.absent, Refusals: maps.Clone(o.codes),
	}
	if t := p.tender; t != nil {
		digits := p.rules.Currency.Digits
		cost := func(points int64) decimal.Decimal {
			return decimal.New(points, -digits).Mul(decimal.New(t.worth, 0)).DivRound(decimal.New(t.points, 0), digits)
		}
		out.Cost = &Cost{Net: cost(out.Net()), Spent: cost(out.Spent), Left: cost(out.Left())}
	}
	return out
}
