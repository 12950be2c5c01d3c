package desk

import (
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// MaxSpanDays is the longest stretch of time over which gaps are looked for.
const MaxSpanDays = 92

// Call is whom somebody wants to reach. The zero Call is anybody at all.
type Call struct {
	Desk     string `json:"desk,omitempty"`
	Agent    string `json:"agent,omitempty"`
	Channel  string `json:"channel,omitempty"`
	Language string `json:"language,omitempty"`
}

// Reach says at which desks, and so by which channels, somebody can be reached: those with
// somebody there now, in the order of the rules, then the others by when they are; and for
// the rest what is in the way. Automatic desks reach nobody. Without a roster (nil) somebody
// is at each desk in its hours.
//
// Of all Places Way is Here: a call comes from nowhere.
func (d *Directory) Reach(call Call, roster *Roster, at time.Time) (Answer, error) {
	only, err := d.call(call, roster, at)
	if err != nil {
		return Answer{}, err
	}
	answer := Answer{Rule: d.name, At: at}
	for number := range d.places {
		if !d.called(call, number) || only != nil && !slices.Contains(only.Desks, d.places[number].ID) {
			continue
		}
		found := d.place(number, &Question{})
		found.Way = Here
		blocked, err := d.staffed(&found, number, nil, "", need{language: call.Language}, only, roster, at)
		if err != nil {
			return Answer{}, err
		}
		if blocked != nil {
			answer.Blocked = append(answer.Blocked, Blocked{found.Site, found.Desk, found.Channel, Here, blocked})
			continue
		}
		found.Because[0].Code = CodeReached
		answer.Places = append(answer.Places, found)
	}
	sortReached(answer.Places)
	if len(answer.Places) == 0 {
		answer.Because = []customer.Reason{{Code: CodeUnreached, Rule: d.name, Fact: int64(len(answer.Blocked))}}
	}
	return answer, nil
}

// Gaps returns the stretches of a span in which nobody can be reached at all: where a promise
// to be there always is not kept. The span has both ends, and is at most MaxSpanDays long.
func (d *Directory) Gaps(call Call, roster *Roster, within customer.Span) ([]customer.Span, error) {
	if _, err := d.call(call, roster, within.From); err != nil {
		return nil, err
	}
	if within.To.Before(within.From) || within.To.Sub(within.From) > MaxSpanDays*24*time.Hour {
		return nil, customer.Faults{{
			Path: "within.to", Value: within.To.Format(time.RFC3339), Rule: fmt.Sprintf("is at most %d days after from", MaxSpanDays),
		}}
	}
	if within.Empty() {
		return nil, nil
	}
	if err := d.rules.Covers(customer.DateOf(within.To.Add(-1), d.zone)); err != nil {
		return nil, err
	}
	var gaps []customer.Span
	for cursor := within.From; cursor.Before(within.To); {
		answer, err := d.Reach(call, roster, cursor)
		if err != nil {
			return nil, err
		}
		reached := cursor // up to here somebody is there
		for i := range answer.Places {
			place := &answer.Places[i]
			switch {
			case !place.Now:
			case place.Open.To.IsZero():
				return gaps, nil
			case place.Open.To.After(reached):
				reached = place.Open.To
			}
		}
		if reached.After(cursor) {
			cursor = reached
			continue
		}
		gap := customer.Span{From: cursor, To: within.To}
		if len(answer.Places) > 0 && answer.Places[0].Open.From.Before(gap.To) {
			gap.To = answer.Places[0].Open.From
		}
		gaps = append(gaps, gap)
		cursor = gap.To
	}
	return gaps, nil
}

// call checks a call, and finds the agent that it names.
func (d *Directory) call(call Call, roster *Roster, at time.Time) (*agent, error) {
	var faults customer.Faults
	if err := d.asked(&faults, roster, call.Language, at); err != nil {
		return nil, err
	}
	if _, known := d.desks[call.Desk]; call.Desk != "" && !known {
		faults.Add("desk", call.Desk, "is a desk of the directory")
	}
	faults.Text("channel", call.Channel)
	var only *agent
	if call.Agent != "" {
		if roster != nil {
			only = roster.find(call.Agent)
		}
		if only == nil {
			faults.Add("agent", call.Agent, "is an agent of the roster")
		}
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return only, d.rules.Covers(customer.DateOf(at, d.zone))
}

// called reports whether a desk is one that a call may reach.
func (d *Directory) called(call Call, number int) bool {
	p := &d.places[number]
	return !p.Automatic && (call.Desk == "" || p.ID == call.Desk) && (call.Channel == "" || p.Channel == call.Channel)
}

// sortReached orders by the instant from which somebody is there; desks are in the order of
// the rules, which a stable sort keeps.
func sortReached(places []Place) {
	slices.SortStableFunc(places, func(a, b Place) int { return a.Open.From.Compare(b.Open.From) })
}
