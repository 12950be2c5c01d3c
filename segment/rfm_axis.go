package segment

import (
	"fmt"
	"math/bits"

	"github.com/rapport-crm/rapport/customer"
)

// rfmAxis is one axis of the rules in the form in which it is reckoned: more is better, so
// days ago are counted below 0.
type rfmAxis struct {
	rfmScale
	path      string                 // of the cuts in the rules
	slackPath string                 // of the slack in the rules
	ago       bool                   // the rules have the figures' opposites
	text      func(cut int64) string // as the rules have it
	slack     int64                  // ‰
	least     int64                  // that the figure can be, as far as it makes a difference
	most      int64                  // that the figure can be
}

// rfmScale turns figures into scores. It is empty where there are no cuts.
type rfmScale struct {
	cuts    []int64 // ascending: a score of 2, 3, … begins at each
	lowered []int64 // the cuts as the slack lowers them for those who sit above
	raised  []int64 // the cuts as the slack raises them for those who sit below
}

// maxCut is far beyond every cut that a window allows: a fault that shows it need not show
// more of what stood there, and nothing overflows.
const maxCut = 1 << 40

// axes returns recency, frequency and monetary. Cuts and slack out of range are faults of
// their own.
func (r RFMRules) axes() [3]rfmAxis {
	recency, frequency := make([]int64, len(r.Cuts.RecencyDays)), make([]int64, len(r.Cuts.FrequencyDays))
	for i, days := range r.Cuts.RecencyDays {
		recency[i] = -min(max(int64(days), -maxCut), maxCut)
	}
	for i, days := range r.Cuts.FrequencyDays {
		frequency[i] = min(max(int64(days), -maxCut), maxCut)
	}
	monetary := make([]int64, len(r.Cuts.Monetary))
	for i, amount := range r.Cuts.Monetary {
		monetary[i], _ = customer.Scaled(amount, r.Currency.Digits)
		monetary[i] = min(max(monetary[i], -maxCut), maxSum)
	}
	window := int64(r.WindowDays)
	axes := [3]rfmAxis{
		{
			path: "cuts.recency_days", slackPath: "recency_slack_permille", ago: true,
			text:     func(cut int64) string { return fmt.Sprint(-cut) },
			rfmScale: rfmScale{cuts: recency}, slack: int64(r.RecencySlackPermille), least: -window, most: -1,
		},
		{
			path: "cuts.frequency_days", slackPath: "frequency_slack_permille",
			text:     func(cut int64) string { return fmt.Sprint(cut) },
			rfmScale: rfmScale{cuts: frequency}, slack: int64(r.FrequencySlackPermille), least: 1, most: window,
		},
		{
			path: "cuts.monetary", slackPath: "monetary_slack_permille",
			text:     func(cut int64) string { return r.Currency.Amount(cut).String() },
			rfmScale: rfmScale{cuts: monetary}, slack: int64(r.MonetarySlackPermille), least: -1, most: maxSum,
		},
	}
	for i := range axes {
		axes[i].widen()
	}
	return axes
}

// widen sets what the slack makes of the cuts.
func (a *rfmAxis) widen() {
	slack := min(max(a.slack, 0), 999)
	a.lowered, a.raised = make([]int64, len(a.cuts)), make([]int64, len(a.cuts))
	for i, cut := range a.cuts {
		down, up := 1000-slack, 1000+slack
		if cut < 0 {
			down, up = up, down
		}
		a.lowered[i], a.raised[i] = timesPermille(cut, down), timesPermille(cut, up)
	}
}

// timesPermille is a cut times so many ‰, below 2000, rounded up: the least whole figure
// on or above it, so that holding whole figures against it is exact.
func timesPermille(cut, permille int64) int64 {
	if cut < 0 {
		return -(-cut * permille / 1000) // days
	}
	high, low := bits.Mul64(uint64(cut), uint64(permille))
	quotient, rest := bits.Div64(high, low, 1000)
	if rest > 0 {
		quotient++
	}
	return int64(quotient) // of at most 2·maxSum
}

// check holds the cuts against each other, against what the figure can be (no score may
// be out of everybody's reach) and against the slack, which may neither trap a customer
// in a score nor let her reach across one.
func (a *rfmAxis) check(faults *customer.Faults) {
	least, most, order := a.text(a.least+1), a.text(a.most), "more"
	if a.ago {
		least, most, order = most, least, "less"
	}
	before, possible := len(*faults), true // the cut before
	for i, cut := range a.cuts[:min(len(a.cuts), MaxRFMParts)] {
		path := fmt.Sprintf("%s[%d]", a.path, i)
		switch {
		case cut <= a.least || cut > a.most:
			faults.Add(path, a.text(cut), fmt.Sprintf("is %s to %s", least, most))
			possible = false
			continue
		case i > 0 && possible && cut <= a.cuts[i-1]:
			faults.Add(path, a.text(cut), fmt.Sprintf("is %s than the cut before it, %s", order, a.text(a.cuts[i-1])))
		}
		possible = true
	}
	if len(*faults) > before {
		return // slack between such cuts says nothing
	}
	for i, cut := range a.cuts {
		below, above := a.least, a.most
		if i > 0 {
			below = a.cuts[i-1]
		}
		if i+1 < len(a.cuts) {
			above = a.cuts[i+1]
		}
		if a.lowered[i] <= below || a.raised[i] > above {
			faults.Add(a.slackPath, a.slack, fmt.Sprintf(
				"leaves a way across the cut of %s, and does not reach the one next to it", a.text(cut)))
			return
		}
	}
}

// score is 1 for a figure below the first cut, and one more for each cut that it reaches;
// 0 where there are no cuts. A sitting score is kept within the cuts as the slack widens
// them.
func (s *rfmScale) score(figure int64, sitting uint8) (score uint8, kept bool) {
	if len(s.cuts) == 0 {
		return 0, false
	}
	score = 1
	for _, cut := range s.cuts {
		if figure >= cut {
			score++
		}
	}
	if sitting == score || sitting == 0 || int(sitting) > len(s.cuts)+1 {
		return score, false
	}
	if sitting > 1 && figure < s.lowered[sitting-2] || int(sitting) <= len(s.cuts) && figure >= s.raised[sitting-1] {
		return score, false
	}
	return sitting, true
}
