package quality

import (
	"slices"
	"strings"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
)

// Issue is one thing that a case is about, as quality counts it: as it stands now, whatever was
// decided about it in an earlier cycle.
type Issue struct {
	Issue     string            `json:"issue"`
	Kind      string            `json:"kind"` // in the host's words
	On        customer.Date     `json:"on"`   // when it came up
	Cause     complaint.Cause   `json:"cause,omitzero"`
	Decided   customer.Date     `json:"decided,omitzero"`
	Verdict   complaint.Verdict `json:"verdict,omitzero"`
	Withdrawn bool              `json:"withdrawn,omitempty"`
	// Remedies are the kinds that were granted or carried out, in ascending order, each once.
	Remedies []complaint.RemedyKind `json:"remedies,omitempty"`
	Deviates bool                   `json:"deviates,omitempty"` // somebody allowed a deviation

	ClaimedMinor  int64 `json:"claimed_minor,omitempty"`
	AcceptedMinor int64 `json:"accepted_minor,omitempty"`
	PaidMinor     int64 `json:"paid_minor,omitempty"`     // of what is accepted
	GoodwillMinor int64 `json:"goodwill_minor,omitempty"` // given beyond that
}

// Deviation is one deviation from the policy, as it was allowed.
type Deviation struct {
	Case      complaint.ID       `json:"case"`
	Deviation string             `json:"deviation"` // the host's ID of it
	On        customer.Date      `json:"on"`
	By        string             `json:"by"`            // who allowed it
	For       string             `json:"for,omitempty"` // in whose place
	From      complaint.Standard `json:"from"`
	UpToMinor int64              `json:"up_to_minor,omitempty"`
}

// issues are those of a case.
func issues(policy *complaint.Policy, c *complaint.Case) []Issue {
	all := make([]Issue, len(c.Issues))
	for i := range c.Issues {
		issue := &c.Issues[i]
		sums := c.Sums(issue.Issue)
		all[i] = Issue{
			Issue: issue.Issue, Kind: issue.Kind, On: policy.Day(issue.At), Cause: issue.Finding.Cause, Withdrawn: !issue.Withdrawn.IsZero(),
			ClaimedMinor: issue.ClaimedMinor, AcceptedMinor: sums.AcceptedMinor, PaidMinor: sums.PaidMinor, GoodwillMinor: sums.GoodwillMinor,
		}
		one := &all[i]
		if issue.Ruling.Verdict != 0 {
			one.Decided, one.Verdict = policy.Day(issue.Ruling.At), issue.Ruling.Verdict
		}
		for j := range c.Remedies {
			remedy := &c.Remedies[j]
			stands := remedy.State == complaint.RemedyGranted || remedy.State == complaint.RemedySettled
			if remedy.Issue == issue.Issue && stands && !slices.Contains(one.Remedies, remedy.Kind) {
				one.Remedies = append(one.Remedies, remedy.Kind)
			}
		}
		slices.Sort(one.Remedies)
		one.Deviates = slices.ContainsFunc(c.Deviations, func(d complaint.Deviation) bool { return d.Issue == issue.Issue })
	}
	return all
}

// deviations are those of a case.
func deviations(policy *complaint.Policy, id complaint.ID, c *complaint.Case) []Deviation {
	all := make([]Deviation, len(c.Deviations))
	for i := range c.Deviations {
		one := &c.Deviations[i]
		all[i] = Deviation{id, one.Deviation, policy.Day(one.At), one.By, one.For, one.From, one.UpToMinor}
	}
	return all
}

// remedies are the texts of the kinds of what was given.
func (i *Issue) remedies() string {
	kinds := make([]string, len(i.Remedies))
	for j, kind := range i.Remedies {
		kinds[j] = kind.String()
	}
	return strings.Join(kinds, ", ")
}

// causeText is the text of a cause; "" where none was found yet.
func causeText(cause complaint.Cause) string {
	if cause == 0 {
		return ""
	}
	return cause.String()
}

// causeOf reads the text of a cause, and reports whether it is one, or none yet.
func causeOf(text string) (cause complaint.Cause, ok bool) {
	if text == "" {
		return 0, true
	}
	return cause, cause.UnmarshalText([]byte(text)) == nil
}
