package quality

import (
	"strconv"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/complaint/conversation"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Handling adds up how cases were handled in a period: what came in, by the day of receipt or
// reopening, and what was closed, by the day of closing, with what it took. Each cycle counts
// by itself. It is made by [Gauge.Handling], and not safe for concurrent use.
type Handling struct {
	gauge  Gauge
	by     By
	counts tally[[1]string]
}

// HandlingRow is how cases were handled under one name.
type HandlingRow struct {
	Of string // as the By of the report says

	Received int64
	Reopened int64 // cycles that began with a reopening
	Open     int64 // of both: not closed until now

	Closed      int64 // cycles; all that follows is theirs, except where it says otherwise
	Resolved    int64
	Partly      int64
	Rejected    int64
	Diverted    int64
	Withdrawn   int64
	Unreachable int64
	Lost        int64

	FirstContact      int64 // solved at the first contact
	FirstContactKnown int64 // of so many of which that is known
	RightDesk         int64 // cases closed and decided,
	RightAfter        int64 // and her contacts until they were at the right desk, in all

	Came        int64 // contacts of hers
	Chases      int64 // of promises
	Broken      int64 // promises
	Handoffs    int64
	Cold        int64 // of these
	WaitSeconds int64
	Escalated   int64

	Contacts  int64 // of all, with what they took and cost
	Seconds   int64
	CostMinor int64

	Judged    int64 // whose service level somebody judged
	Satisfied int64 // of these: satisfied, or better
	Answered  int64 // whom we asked afterwards, and who answered
	Still     int64 // of these: still had a problem

	Median, Ninety int64 // seconds from the beginning to closing: of half of them at most, and of nine of ten
}

const (
	handledReceived = iota
	handledReopened
	handledOpen
	handledClosed
	handledResolved
	handledPartly
	handledRejected
	handledDiverted
	handledWithdrawn
	handledUnreachable
	handledLost
	handledFirst
	handledFirstKnown
	handledRight
	handledRightAfter
	handledCame
	handledChases
	handledBroken
	handledHandoffs
	handledCold
	handledWait
	handledEscalated
	handledContacts
	handledSeconds
	handledCost
	handledJudged
	handledSatisfied
	handledAnswered
	handledStill
	handledFigures
)

// Handling begins to add up a period by something.
func (g *Gauge) Handling(period population.Period, by By) (*Handling, error) {
	faults := period.Faults("period")
	if by == 0 || by > lastBy {
		faults.Add("by", by, "is what cases are counted by")
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	counts, err := newTally(g, shape[[1]string]{"handling", handledFigures, handledClosed, handled, nil}, period, strconv.Itoa(int(by)))
	if err != nil {
		return nil, err
	}
	return &Handling{*g, by, counts}, nil
}

// handled reports whether figures can be those of cases that were handled.
func handled(_ [1]string, f []int64) bool {
	ended := f[handledResolved] + f[handledPartly] + f[handledRejected] + f[handledDiverted]
	rest := f[handledWithdrawn] + f[handledUnreachable] + f[handledLost]
	switch {
	case f[handledOpen] > f[handledReceived]+f[handledReopened],
		ended > f[handledClosed] || rest != f[handledClosed]-ended,
		f[handledFirst] > f[handledFirstKnown], f[handledFirstKnown] > ended+f[handledLost],
		f[handledRight] > f[handledClosed], f[handledRight] == 0 && f[handledRightAfter] > 0,
		f[handledCold] > f[handledHandoffs],
		f[handledContacts] == 0 && f[handledSeconds]+f[handledCost] > 0,
		f[handledSatisfied] > f[handledJudged], f[handledJudged] > f[handledClosed],
		f[handledStill] > f[handledAnswered], f[handledAnswered] > f[handledClosed]:
		return false
	}
	return f[handledClosed] > 0 || f[handledCame]+f[handledChases]+f[handledBroken]+f[handledHandoffs]+f[handledWait]+f[handledEscalated]+f[handledContacts] == 0
}

// Add counts the cycles of a case that began, or were closed, in the period. Those closed as
// duplicates count nowhere.
func (h *Handling) Add(f *Facts) error {
	if err := h.counts.begin(); err != nil {
		return err
	}
	for i := range f.Cycles {
		cycle := &f.Cycles[i]
		began, closed := h.counts.period.Contains(cycle.Began), cycle.Closed != 0 && h.counts.period.Contains(cycle.Closed)
		if cycle.Outcome == complaint.OutcomeDuplicate || !began && !closed {
			continue
		}
		for _, under := range h.under(f, cycle) {
			more := h.counts.countOf([1]string{under}, cycle.Seconds)
			if began {
				more[handledReceived], more[handledReopened] = bit(cycle.Number == 1), bit(cycle.Number > 1)
				more[handledOpen] = bit(cycle.Closed == 0)
			}
			if !closed {
				continue
			}
			if err := cycle.count(more); err != nil {
				return err
			}
			if i == len(f.Cycles)-1 && f.RightDesk != "" { // of the case as it is now: with the last cycle
				more[handledRight], more[handledRightAfter] = 1, int64(f.RightAfter)
			}
		}
	}
	return h.counts.end()
}

// under is what a cycle is counted under.
func (h *Handling) under(f *Facts, cycle *Cycle) []string {
	switch {
	case h.by == ByDesk:
		return []string{cycle.Desk}
	case h.by == ByAgent:
		return []string{cycle.Agent}
	case h.by == ByCause:
		return f.causesOf()
	}
	return []string{h.by.of(f)}
}

// count counts a closed cycle.
func (c *Cycle) count(f []int64) error {
	f[handledClosed] = 1
	switch c.Outcome {
	case complaint.OutcomeResolved:
		f[handledResolved] = 1
	case complaint.OutcomePartly:
		f[handledPartly] = 1
	case complaint.OutcomeRejected:
		f[handledRejected] = 1
	case complaint.OutcomeDiverted:
		f[handledDiverted] = 1
	case complaint.OutcomeWithdrawn:
		f[handledWithdrawn] = 1
	case complaint.OutcomeUnreachable:
		f[handledUnreachable] = 1
	case complaint.OutcomeLost:
		f[handledLost] = 1
	case complaint.OutcomeDuplicate: // which Add leaves out
		return errFacts
	default:
		return errFacts
	}
	f[handledFirst] = bit(c.FirstContact == FirstContactYes)
	f[handledFirstKnown] = bit(c.FirstContact == FirstContactYes || c.FirstContact == FirstContactNo)
	f[handledCame], f[handledChases], f[handledBroken] = int64(c.Came), int64(c.Chases), int64(c.Broken)
	f[handledHandoffs], f[handledCold], f[handledWait] = int64(c.Handoffs), int64(c.Cold), c.WaitSeconds
	f[handledEscalated] = int64(c.Escalated)
	f[handledContacts], f[handledSeconds], f[handledCost] = int64(c.Cost.Contacts), c.Cost.Seconds, c.Cost.Minor
	f[handledJudged], f[handledSatisfied] = bit(c.Level != 0), bit(c.Level >= conversation.Satisfied)
	f[handledAnswered], f[handledStill] = bit(c.Answered), bit(c.Answered && c.Still)
	return nil
}

// Merge counts everything that other counted, of the same period and by the same.
func (h *Handling) Merge(other *Handling) error { return h.counts.merge(&other.counts) }

// MarshalBinary writes the counts by ascending name.
func (h *Handling) MarshalBinary() ([]byte, error) { return h.counts.state() }

// UnmarshalBinary reads what MarshalBinary wrote, into a report of the same period and by the
// same; at an error it stays as it was.
func (h *Handling) UnmarshalBinary(data []byte) error { return h.counts.read(data) }

// Rows returns the counts by name.
func (h *Handling) Rows() []HandlingRow {
	rows := make([]HandlingRow, 0, h.counts.sums.Len())
	for l, f := range h.counts.sums.All() {
		rows = append(rows, HandlingRow{
			l[0], f[handledReceived], f[handledReopened], f[handledOpen],
			f[handledClosed], f[handledResolved], f[handledPartly], f[handledRejected], f[handledDiverted],
			f[handledWithdrawn], f[handledUnreachable], f[handledLost],
			f[handledFirst], f[handledFirstKnown], f[handledRight], f[handledRightAfter],
			f[handledCame], f[handledChases], f[handledBroken], f[handledHandoffs], f[handledCold], f[handledWait], f[handledEscalated],
			f[handledContacts], f[handledSeconds], f[handledCost],
			f[handledJudged], f[handledSatisfied], f[handledAnswered], f[handledStill],
			h.counts.quantile(l, 500), h.counts.quantile(l, 900),
		})
	}
	return rows
}

// Reasons says a row in sentences: how many were solved at the first contact, after how many
// contacts she was at the right desk, how often she had to chase, what a case cost, how long it
// took; of each, that there are too few to tell where there are.
func (h *Handling) Reasons(r HandlingRow) []customer.Reason {
	var reasons []customer.Reason
	g := h.gauge
	tell := func(of string, n int64, reason customer.Reason) {
		few, so := g.few(of, n, customer.UnitTimes)
		if so {
			reason = few
		}
		reason.Rule = g.name
		reasons = append(reasons, reason)
	}
	tell("cases", r.FirstContactKnown, customer.Reason{Code: CodeFirstShare, Fact: r.FirstContact, Mark: r.FirstContactKnown, Unit: customer.UnitTimes})
	tell("cases", r.RightDesk, customer.Reason{Code: CodeRightDesk, Fact: r.RightAfter, Mark: r.RightDesk, Unit: customer.UnitTimes})
	tell("cases", r.Closed, customer.Reason{Code: CodeEffort, Fact: r.Came, Mark: r.Closed, Unit: customer.UnitTimes})
	if r.Closed < g.least() {
		return reasons
	}
	if r.Chases > 0 {
		tell("cases", r.Closed, customer.Reason{Code: CodeCaseChased, Fact: r.Chases, Mark: r.Closed, Unit: customer.UnitTimes})
	}
	if r.CostMinor > 0 {
		tell("cases", r.Closed, customer.Reason{Code: CodeCaseCost, Fact: mean(r.CostMinor, r.Closed), Mark: r.Closed, Unit: customer.UnitMinor})
	}
	tell("cases", r.Closed, customer.Reason{Code: CodeCaseTook, Fact: r.Median, Mark: r.Ninety, Unit: customer.UnitSeconds})
	if r.Judged > 0 {
		tell("judged", r.Judged, customer.Reason{Code: CodeSatisfied, Fact: r.Satisfied, Mark: r.Judged, Unit: customer.UnitTimes})
	}
	return reasons
}

// mean is a sum over n of them, rounded half up; 0 of none.
func mean(sum, n int64) int64 {
	if n <= 0 {
		return 0
	}
	return sum/n + (sum%n*2)/n
}
