package wish

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Tally groups customers by their needs as of a day: how many have which need, whether they cannot
// do without it or would like it, in which segment, and whether anything offered meets it. It adds
// up in any order and any split, each customer once, and merges. The zero Tally is one of no day;
// [Book.Tally] makes one. It is not safe for concurrent use; parallel work fills one each.
type Tally struct {
	rules string
	on    customer.Date
	sums  population.Sums[[3]string] // by group, depth and segment
}

// NeedCount is one row of a tally.
type NeedCount struct {
	Group   string `json:"group"`
	Depth   Depth  `json:"depth"`
	Segment string `json:"segment,omitempty"` // in the host's words; empty: not said
	// Customers are those with such a need that is not met.
	Customers int64 `json:"customers"`
	// Open are their needs, of which Due are to be worked on, and Unsuited those that nothing
	// offered meets.
	Open     int64 `json:"open"`
	Due      int64 `json:"due,omitempty"`
	Unsuited int64 `json:"unsuited,omitempty"`
	Met      int64 `json:"met,omitempty"`     // needs that were
	Dropped  int64 `json:"dropped,omitempty"` // needs that were
}

const (
	ofCustomers = iota
	ofOpen
	ofDue
	ofUnsuited
	ofMet
	ofDropped
	figures
)

// Tally begins a tally of needs as they stand on a day.
func (b *Book) Tally(on customer.Date) (*Tally, error) {
	if err := b.asked(on); err != nil {
		return nil, err
	}
	return &Tally{b.name, on, population.NewSums[[3]string](figures)}, nil
}

// On is the day of the tally.
func (t *Tally) On() customer.Date { return t.on }

// Count counts the needs of a customer, who is added once, in her segment, which may be empty. offered
// are the IDs of what the host offers on the day of the tally. At an error nothing is added.
func (b *Book) Count(t *Tally, m Memory, segment string, offered map[string]bool) error {
	if b.zone == nil {
		return errNoBook
	}
	if t.rules != b.name {
		return fmt.Errorf("wish: a tally by %q does not count by %q", t.rules, b.name)
	}
	rows := make([]population.Sum[[3]string], 0, len(m.Needs))
	room := make([]int64, figures*len(m.Needs)) // for the figures of all rows
	for i := range m.Needs {
		n := &m.Needs[i]
		standing := b.standing(n, t.on)
		if standing == needUnknown {
			continue
		}
		of := [3]string{n.Group, n.Depth.String(), segment}
		place := slices.IndexFunc(rows, func(s population.Sum[[3]string]) bool { return s.Of == of })
		if place < 0 {
			place = len(rows)
			rows = append(rows, population.Sum[[3]string]{Of: of, Figures: room[:figures:figures]})
			room = room[figures:]
		}
		row := rows[place].Figures
		switch standing {
		case needUnknown:
		case needMet:
			row[ofMet]++
		case needDropped:
			row[ofDropped]++
		case needOpen:
			row[ofCustomers] = 1
			row[ofOpen]++
			if b.due(n, t.on) {
				row[ofDue]++
			}
			if !b.suited(n, offered) {
				row[ofUnsuited]++
			}
		}
	}
	return t.sums.Add(rows...)
}

// Merge adds everything that another tally of the same rules and day holds or, at an error,
// nothing.
func (t *Tally) Merge(other *Tally) error {
	if t.rules != other.rules || t.on != other.on {
		return fmt.Errorf("wish: a tally by %q of %s does not merge into one by %q of %s", other.rules, other.on, t.rules, t.on)
	}
	return t.sums.Merge(&other.sums)
}

// Counts returns the rows in ascending order of group, depth and segment.
func (t *Tally) Counts() []NeedCount {
	var all []NeedCount
	for of, row := range t.sums.All() {
		count := NeedCount{
			Group: of[0], Segment: of[2], Customers: row[ofCustomers], Open: row[ofOpen], Due: row[ofDue], Unsuited: row[ofUnsuited],
			Met: row[ofMet], Dropped: row[ofDropped],
		}
		_ = count.Depth.UnmarshalText([]byte(of[1])) // one that was added, or read and found in order
		all = append(all, count)
	}
	slices.SortStableFunc(all, func(a, b NeedCount) int {
		return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.Depth, b.Depth))
	})
	return all
}

// Unsuited returns the rows in which there are needs that nothing offered meets: those of most such
// needs first, needs before desires among equals, then by group and segment. It is what the shop
// might offer next.
func (t *Tally) Unsuited() []NeedCount {
	all := slices.DeleteFunc(t.Counts(), func(c NeedCount) bool { return c.Unsuited == 0 })
	slices.SortStableFunc(all, func(a, b NeedCount) int {
		return cmp.Or(cmp.Compare(b.Unsuited, a.Unsuited), cmp.Compare(a.Depth, b.Depth))
	})
	return all
}

// tallyVersion is the format in which tallies are written.
const tallyVersion = 1

// MarshalBinary writes the tally: the same bytes for the same counts, whatever the order.
func (t *Tally) MarshalBinary() ([]byte, error) {
	dst := population.AppendBytes([]byte{tallyVersion}, t.rules)
	return t.sums.Append(binary.AppendUvarint(dst, uint64(t.on))), nil
}

// UnmarshalBinary reads what MarshalBinary wrote. Other input is population.ErrFormat, and leaves
// the tally as it was.
func (t *Tally) UnmarshalBinary(data []byte) error {
	from := population.NewDecoder(data, tallyVersion)
	read := Tally{rules: string(from.Bytes()), sums: population.NewSums[[3]string](figures)}
	on := from.Uint32()
	var faults customer.Faults
	if faults.Name("rules", read.rules); len(faults) > 0 || on < 1 || on > uint32(customer.MaxDate) {
		from.Fail("a tally of no rules, or no day")
	}
	read.on = customer.Date(on)
	read.sums.Read(from, func(of [3]string, row []int64) bool {
		var depth Depth
		return of[0] != "" && depth.UnmarshalText([]byte(of[1])) == nil &&
			row[ofCustomers] <= row[ofOpen] && (row[ofCustomers] == 0) == (row[ofOpen] == 0) &&
			row[ofOpen] <= MaxList*row[ofCustomers] && max(row[ofDue], row[ofUnsuited]) <= row[ofOpen]
	})
	if err := from.Close(); err != nil {
		return err
	}
	*t = read
	return nil
}
