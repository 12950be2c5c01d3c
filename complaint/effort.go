package complaint

import (
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Effort is what a complaint has cost the customer: a figure of ours, not of hers.
type Effort struct {
	Handoffs    int    // of the case, or of herself
	Cold        int    // of these, without anybody ready for her
	WaitSeconds int64  // in all: where she was sent on from, for answers to offers, where she was diverted to
	Contacts    int    // of hers: the intake, each that is logged, each time that she had to go somewhere
	Desks       int    // that had the case, or to which she was sent
	RightDesk   string // that had it when all was decided; empty: not decided
	RightAfter  int    // her contacts until the case was at that desk for the first time
}

// Effort adds up what the case has cost the customer so far, over all its cycles.
func (c Case) Effort() Effort {
	effort := Effort{RightDesk: c.Decider.Desk}
	var arrived time.Time // at the right desk
	desks := map[string]struct{}{}
	for _, spell := range c.Spells {
		desks[spell.Desk] = struct{}{}
		if arrived.IsZero() && spell.Desk == c.Decider.Desk {
			arrived = spell.Since
		}
	}
	came := func(at time.Time) {
		effort.Contacts++
		if effort.RightDesk != "" && !at.After(arrived) {
			effort.RightAfter++
		}
	}
	for i := range c.Handoffs {
		h := &c.Handoffs[i]
		effort.WaitSeconds += int64(h.WaitSeconds)
		if h.Happened() {
			effort.Handoffs++
			if !h.Warm {
				effort.Cold++
			}
			desks[h.From.Desk], desks[h.To.Desk] = struct{}{}, struct{}{}
		}
		if !h.Sent.IsZero() {
			came(h.Sent)
		}
	}
	for i := range c.Contacts {
		if c.Contacts[i].Direction == FromCustomer {
			came(c.Contacts[i].At)
		}
	}
	for i := range c.Diversions {
		effort.WaitSeconds += int64(c.Diversions[i].WaitSeconds)
	}
	delete(desks, "")
	effort.Desks = len(desks)
	return effort
}

// Stop is one place where the customer was on a Trip.
type Stop struct {
	Desk        string    // or the channel to which she was diverted
	Site        string    // where known
	Arrived     time.Time // of the first stop: before the wait there
	Left        time.Time // zero: the last stop
	WaitSeconds int       // before she was sent on
	Reason      string    // why she was sent on
}

// Trip is where the customer was on one day, in order: the runaround as she had it.
type Trip struct {
	Day   customer.Date // in the policy's zone
	Stops []Stop
}

// Took is the time between her arrival at the first stop and at the last.
func (t Trip) Took() time.Duration {
	if len(t.Stops) == 0 {
		return 0
	}
	return t.Stops[len(t.Stops)-1].Arrived.Sub(t.Stops[0].Arrived)
}

// way is the customer's from one stop to the next.
type way struct {
	at                     time.Time
	from, to, site, reason string
	wait                   int
}

// Trips tells the days on which the customer was sent from place to place, by whatever
// command, and those of which she told.
func (p *Policy) Trips(c Case) []Trip {
	if p.zone == nil {
		return nil
	}
	var trips []Trip
	for _, next := range c.ways() {
		day := p.day(next.at)
		if n := len(trips); n == 0 || trips[n-1].Day != day {
			arrived := next.at.Add(-time.Duration(next.wait) * time.Second)
			trips = append(trips, Trip{day, []Stop{{Desk: next.from, Arrived: arrived.In(p.zone)}}})
		}
		trip := &trips[len(trips)-1]
		last := &trip.Stops[len(trip.Stops)-1]
		last.Left, last.WaitSeconds, last.Reason = next.at.In(p.zone), next.wait, next.reason
		trip.Stops = append(trip.Stops, Stop{Desk: next.to, Site: next.site, Arrived: last.Left})
	}
	return trips
}

// ways are the customer's, by their instants; those of one instant as they were booked.
func (c *Case) ways() []way {
	var ways []way
	for i := range c.Handoffs {
		if h := &c.Handoffs[i]; !h.Sent.IsZero() {
			ways = append(ways, way{h.Sent, h.From.Desk, h.To.Desk, h.Site, h.Reason, h.WaitSeconds})
		}
	}
	for i := range c.Diversions {
		row := &c.Diversions[i]
		ways = append(ways, way{at: row.At, from: row.From, to: row.To, reason: row.Task})
	}
	slices.SortStableFunc(ways, func(a, b way) int { return a.at.Compare(b.at) })
	return ways
}
