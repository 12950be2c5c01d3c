package quality

import (
	"strconv"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Costs adds up what contacts took and cost in a period, by the day of each, be the case open
// or closed: what a call costs by channel, and what it costs to serve each customer. What was
// paid to her is no part of it. It is made by [Gauge.Costs], and not safe for concurrent use.
type Costs struct {
	gauge  Gauge
	by     By
	counts tally[[1]string]
}

// CostRow is what contacts took and cost under one name.
type CostRow struct {
	Of        string // as the By of the report says
	Cases     int64  // with any of these contacts
	Contacts  int64
	Seconds   int64
	CostMinor int64
}

const (
	costCases = iota
	costContacts
	costSeconds
	costMinor
	costFigures
)

// Costs begins to add up a period by something. By ByChannel it is that of the contact, by
// ByAgent who had the contact, and ByDesk the one that has the case now, or had it last; ByCause
// is refused, for no contact has one cause.
func (g *Gauge) Costs(period population.Period, by By) (*Costs, error) {
	faults := period.Faults("period")
	if by == 0 || by > lastBy || by == ByCause {
		faults.Add("by", by, "is what contacts are counted by, and no cause")
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	counts, err := newTally(g, shape[[1]string]{"costs", costFigures, -1, func(_ [1]string, f []int64) bool {
		return f[costContacts] > 0 && f[costCases] > 0 && f[costCases] <= f[costContacts]
	}, nil}, period, strconv.Itoa(int(by)))
	if err != nil {
		return nil, err
	}
	return &Costs{*g, by, counts}, nil
}

// Add counts the contacts of a case that were in the period.
func (c *Costs) Add(f *Facts) error {
	if err := c.counts.begin(); err != nil {
		return err
	}
	for i := range f.Contacts {
		contact := &f.Contacts[i]
		if !c.counts.period.Contains(contact.On) {
			continue
		}
		under := c.by.of(f)
		switch {
		case c.by == ByChannel:
			under = contact.Channel.String()
		case c.by == ByAgent:
			under = contact.By
		case c.by == ByDesk:
			under = f.Desk
		}
		if contact.Seconds < 0 || contact.CostMinor < 0 || contact.CostMinor > complaint.MaxMinor {
			return errFacts
		}
		more := c.under(under)
		more[costCases] = 1
		more[costContacts]++
		more[costSeconds] = plus(more[costSeconds], int64(contact.Seconds))
		more[costMinor] = plus(more[costMinor], contact.CostMinor)
	}
	return c.counts.end()
}

// under are the figures of a name, which one Add has once.
func (c *Costs) under(name string) []int64 {
	for i := range c.counts.more {
		if one := &c.counts.more[i]; one.Of[0] == name {
			return one.Figures
		}
	}
	return c.counts.count([1]string{name})
}

// Merge counts everything that other counted, of the same period and by the same.
func (c *Costs) Merge(other *Costs) error { return c.counts.merge(&other.counts) }

// MarshalBinary writes the counts by ascending name.
func (c *Costs) MarshalBinary() ([]byte, error) { return c.counts.state() }

// UnmarshalBinary reads what MarshalBinary wrote, into a report of the same period and by the
// same; at an error it stays as it was.
func (c *Costs) UnmarshalBinary(data []byte) error { return c.counts.read(data) }

// Rows returns the counts by name.
func (c *Costs) Rows() []CostRow {
	rows := make([]CostRow, 0, c.counts.sums.Len())
	for l, f := range c.counts.sums.All() {
		rows = append(rows, CostRow{l[0], f[costCases], f[costContacts], f[costSeconds], f[costMinor]})
	}
	return rows
}

// Reason says what a contact of the row cost, rounded half up. It is a sum that was spent, so
// few contacts are not too few to tell.
func (c *Costs) Reason(r CostRow) customer.Reason {
	return customer.Reason{
		Code: CodeContactCost, Rule: c.gauge.name, Of: r.Of, Fact: mean(r.CostMinor, r.Contacts), Mark: r.Contacts, Unit: customer.UnitMinor,
	}
}
