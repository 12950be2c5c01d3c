package loyalty

import (
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Bounds of Traffic.
const (
	MaxSettlementDays = 366     // of one period
	maxTraffic        = 1 << 60 // points of one period, all that is counted taken together
	maxNames          = 1 + MaxPartners + MaxDebits
)

// Traffic is what points did in the shops of a coalition in a period, by partner and
// civil day: enough to settle, without any member's name. Members may be added in any
// order and any split; merged, the bytes are the same. It is made by Coalition.Traffic,
// and not safe for concurrent use.
//
// Points count on the day of their entry in the coalition's zone, whenever it was
// booked: pending ones on the day on which they were earned. Points given or taken by
// hand (Adjusted) are the operator's matter, and do not count.
type Traffic struct {
	zone   *time.Location
	period population.Period
	lapses bool // count points that lapse: somebody is paid for them
	total  int64
	names  map[string]map[customer.Date]counts
}

// counts are the points of one name and day: of a partner, a joint debit or, where the
// name is empty, the operator.
type counts [kinds]int64

const (
	issued    = iota // at his cost
	takenBack        // of what was issued at his cost
	redeemed         // in his shop
	givenBack        // of what was redeemed in his shop
	lapsed           // of what was issued at his cost
	kinds
)

// trafficVersion is the format of MarshalBinary.
const trafficVersion = 1

// Traffic begins to count a period of 1 to MaxSettlementDays days. Any other one is
// customer.Faults.
func (c *Coalition) Traffic(period population.Period) (*Traffic, error) {
	if err := checkSettled(period); err != nil {
		return nil, err
	}
	return &Traffic{zone: c.zone, period: period, lapses: c.lapses}, nil
}

func checkSettled(period population.Period) error {
	if err := period.Check(); err != nil {
		return err
	}
	var faults customer.Faults
	faults.Within("until", int(period.Until-period.From), 1, MaxSettlementDays)
	return faults.Err()
}

// Add counts entries of one member, in booking order; those outside the period do not
// count. An entry counts as often as it is added: each goes in once. Where a partner is
// paid for points that lapse, a member's entries stand in one call, from the earliest
// lot that may lapse in the period: the entry that opened a lot says whose points it
// has; those that came by hand or from another account are the operator's. Otherwise they
// may be split as well.
//
// An entry that this package does not write is ErrBroken, and more points than can be
// reckoned with are an error; then nothing of the call counts.
func (t *Traffic) Add(id customer.ID, entries []Entry) error {
	more := addition{traffic: t, names: map[string]map[customer.Date]counts{}, lots: map[uint64]*borne{}, sales: map[string]*borne{}}
	for i := range entries {
		if err := more.entry(&entries[i]); err != nil {
			return fmt.Errorf("%w (entry %d of %d of %q)", err, i+1, len(entries), id)
		}
	}
	return t.merge(more.names)
}

// addition is what one call of Add counts.
type addition struct {
	traffic *Traffic
	names   map[string]map[customer.Date]counts
	lots    map[uint64]*borne // who bears the points of each lot
	sales   map[string]*borne // and of each sale's
}

// borne is who bears the cost of a lot's points, and of how many that are neither taken
// back nor lapsed.
type borne struct {
	by   []string
	left []int64
}

func (a *addition) entry(e *Entry) error {
	if e.Version != EntryVersion || !e.Kind.posts(e.From, e.To) || e.Points < 0 || e.Points > MaxPoints || e.Points == 0 && e.From != 0 {
		return broken(e, "it is none of this package's")
	}
	day := customer.DateOf(e.At, a.traffic.zone)
	switch e.Kind {
	case Earned:
		return a.bearers(e, day, issued)
	case TakenBack:
		return a.bearers(e, day, takenBack)
	case Spent, Captured:
		return a.count(e, e.Partner, day, redeemed, e.Points)
	case GivenBack:
		if err := a.count(e, e.Partner, day, givenBack, e.Points); err != nil {
			return err
		}
	case Adjusted, Received:
		if (e.From == Issued || e.From == Moved) && a.traffic.lapses {
			a.lots[e.Lot] = &borne{by: []string{""}, left: []int64{e.Points}}
		}
	case Adopted: // what comes back of it lapses as the operator's
		if e.Open != nil && e.Open.Sale != nil {
			a.adopt(e.Open.Sale.Lot)
		}
		if e.Open != nil && e.Open.Payment != nil {
			for _, part := range e.Open.Payment.Parts {
				a.adopt(part.Lot)
			}
		}
	case Sold, Vested, Lapsed, Closed, SetAside, Released, Brought, Forgiven, Repaid, Active,
		Tiered, Granting, Revoked, Sent, Yielded, Delivered, Recalled, Declined, Joined, Left:
		// They issue nothing and redeem nothing; what they let lapse is next.
	}
	if e.To == Expired && a.traffic.lapses {
		return a.lapse(e, day)
	}
	return nil
}

// adopt lets the operator bear the points of a lot that came from another account.
func (a *addition) adopt(lot uint64) {
	if a.lots[lot] == nil {
		a.lots[lot] = &borne{by: []string{""}, left: []int64{0}}
	}
}

// bearers counts points for those who bear their cost: each charge for the one it names,
// and the rest for the partner.
func (a *addition) bearers(e *Entry, day customer.Date, kind int) error {
	who, rest := new(borne), e.Points
	for _, charge := range e.Charges {
		if charge.To == "" || charge.Points < 1 || charge.Points > rest {
			return broken(e, "charges %q %d of %d points", charge.To, charge.Points, rest)
		}
		rest -= charge.Points
		who.by, who.left = append(who.by, charge.To), append(who.left, charge.Points)
	}
	if rest > 0 {
		who.by, who.left = append(who.by, e.Partner), append(who.left, rest)
	}
	for i, name := range who.by {
		if err := a.count(e, name, day, kind, who.left[i]); err != nil {
			return err
		}
	}
	if !a.traffic.lapses {
		return nil
	}
	if kind == issued {
		a.lots[e.Lot] = who
		if e.Sale != "" {
			a.sales[e.Sale] = who
		}
	} else if sale := a.sales[e.Sale]; sale != nil {
		sale.less(who)
	}
	return nil
}

// less takes points off what is left, as far as there are any.
func (b *borne) less(other *borne) {
	for i, name := range other.by {
		if at := slices.Index(b.by, name); at >= 0 {
			b.left[at] -= min(b.left[at], other.left[i])
		}
	}
}

// lapse counts points that lapse for those who bear the lot, in proportion to what each
// still bears of it, by largest remainder, charges before the partner. Points that a
// return has taken from other lots instead are the operator's when they lapse: the one
// who bore them has them back already.
func (a *addition) lapse(e *Entry, day customer.Date) error {
	lot := a.lots[e.Lot]
	if lot == nil {
		return broken(e, "lapses points of lot %d, and the entry that opened it is not here", e.Lot)
	}
	points := min(e.Points, sum(lot.left))
	parts := make([]int64, len(lot.left))
	if points > 0 {
		if err := customer.SplitInto(parts, points, lot.left); err != nil {
			return err
		}
	}
	for i, part := range parts {
		lot.left[i] -= part
		if err := a.count(e, lot.by[i], day, lapsed, part); err != nil {
			return err
		}
	}
	return a.count(e, "", day, lapsed, e.Points-points)
}

func (a *addition) count(e *Entry, name string, day customer.Date, kind int, points int64) error {
	if !a.traffic.period.Contains(day) || points == 0 {
		return nil
	}
	if !named(name) {
		return broken(e, "names a partner %q", name)
	}
	days := a.names[name]
	if days == nil {
		days = make(map[customer.Date]counts)
		a.names[name] = days
	}
	one := days[day]
	if one[kind] += points; one[kind] > maxTraffic {
		return broken(e, "more than %d points in a day", int64(maxTraffic))
	}
	days[day] = one
	return nil
}

// named reports whether a name is one that can be settled with; empty is the operator.
func named(name string) bool {
	var faults customer.Faults
	faults.Text("name", name)
	return len(faults) == 0
}

// Merge counts everything that other counted. Traffic of another period or another zone
// does not merge, nor does one that counts points that lapse with one that does not.
func (t *Traffic) Merge(other *Traffic) error {
	if t.period != other.period || zoneName(t.zone) != zoneName(other.zone) || t.lapses != other.lapses {
		return fmt.Errorf("loyalty: traffic of %s to %s in %s (lapses %t) does not merge into that of %s to %s in %s (lapses %t)",
			other.period.From, other.period.Until, zoneName(other.zone), other.lapses, t.period.From, t.period.Until, zoneName(t.zone), t.lapses)
	}
	return t.merge(other.names)
}

func zoneName(zone *time.Location) string {
	if zone == nil {
		return ""
	}
	return zone.String()
}

// merge counts all or, where it would be too much, nothing.
func (t *Traffic) merge(names map[string]map[customer.Date]counts) error {
	total, more := t.total, len(t.names)
	for name, days := range names {
		if t.names[name] == nil {
			more++
		}
		for _, one := range days {
			for _, points := range one {
				if total += points; total > maxTraffic {
					return fmt.Errorf("loyalty: more than %d points of one period", int64(maxTraffic))
				}
			}
		}
	}
	if more > maxNames {
		return fmt.Errorf("loyalty: more than %d names of partners and joint debits", maxNames)
	}
	if t.names == nil {
		t.names = make(map[string]map[customer.Date]counts, len(names))
	}
	for name, days := range names {
		into := t.names[name]
		if into == nil {
			into = make(map[customer.Date]counts, len(days))
			t.names[name] = into
		}
		for day, one := range days {
			into[day] = into[day].plus(one)
		}
	}
	t.total = total
	return nil
}

func (c counts) plus(more counts) counts {
	for kind, points := range more {
		c[kind] += points
	}
	return c
}

// MarshalBinary writes the traffic by ascending name and day, so that equal traffic has
// equal bytes.
func (t *Traffic) MarshalBinary() ([]byte, error) {
	if err := checkSettled(t.period); err != nil {
		return nil, err
	}
	data := population.AppendPeriod([]byte{trafficVersion}, t.period)
	data = population.AppendBytes(data, zoneName(t.zone))
	data = append(data, flag(t.lapses))
	data = binary.AppendUvarint(data, uint64(len(t.names)))
	for _, name := range slices.Sorted(maps.Keys(t.names)) {
		days := t.names[name]
		data = population.AppendBytes(data, name)
		data = binary.AppendUvarint(data, uint64(len(days)))
		for _, day := range slices.Sorted(maps.Keys(days)) {
			data = binary.AppendUvarint(data, uint64(day-t.period.From))
			for _, points := range days[day] {
				data = binary.AppendUvarint(data, uint64(points))
			}
		}
	}
	return data, nil
}

func flag(set bool) byte {
	if set {
		return 1
	}
	return 0
}

// UnmarshalBinary reads what MarshalBinary wrote, into the traffic of a coalition with
// the same zone; at an error the traffic stays as it was.
func (t *Traffic) UnmarshalBinary(data []byte) error {
	from := population.NewDecoder(data, trafficVersion)
	read := Traffic{zone: t.zone, period: from.Period(), names: map[string]map[customer.Date]counts{}}
	if from.Err() == nil && checkSettled(read.period) != nil {
		from.Fail("a period that cannot be settled")
	}
	if zone := string(from.Bytes()); from.Err() == nil && (t.zone == nil || zone != t.zone.String()) {
		from.Fail(fmt.Sprintf("days of zone %q, where they are counted in %q", zone, zoneName(t.zone)))
	}
	lapses := from.Byte()
	if read.lapses = lapses == 1; lapses > 1 {
		from.Fail("a flag out of range")
	}
	n, previous := from.Uvarint(), ""
	if n > maxNames {
		from.Fail("too many names")
	}
	for i := uint64(0); i < n && from.Err() == nil; i++ {
		name := string(from.Bytes())
		if i > 0 && name <= previous || !named(name) {
			from.Fail("names out of order")
		}
		previous = name
		read.names[name] = read.days(from)
	}
	if err := from.Close(); err != nil {
		return fmt.Errorf("loyalty: traffic: %w", err)
	}
	*t = read
	return nil
}

// days reads the counts of one name.
func (t *Traffic) days(from *population.Decoder) map[customer.Date]counts {
	days, next := make(map[customer.Date]counts), uint64(0)
	n := from.Uvarint()
	if n == 0 {
		from.Fail("a name without days")
	}
	for i := uint64(0); i < n && from.Err() == nil; i++ {
		offset := from.Uvarint()
		if offset < next || offset >= uint64(t.period.Until-t.period.From) {
			from.Fail("days out of order")
			break
		}
		next = offset + 1
		var one counts
		for kind := range one {
			one[kind] = from.Count()
			if one[kind] > maxTraffic-t.total || kind == lapsed && one[kind] > 0 && !t.lapses {
				from.Fail("points out of range")
				break
			}
			t.total += one[kind]
		}
		if one == (counts{}) {
			from.Fail("a day without points")
		}
		days[t.period.From+customer.Date(offset)] = one
	}
	return days
}
