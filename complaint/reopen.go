package complaint

import "github.com/rapport-crm/rapport/customer"

// Again TODO.
type Again struct{}

// ReopenWhy is why a case is reopened. The zero ReopenWhy is refused.
type ReopenWhy uint8

// Why cases are reopened. Their texts are format.
const (
	StillProblem ReopenWhy = iota + 1 // what we did has not helped
)

// String returns the stored text.
func (r ReopenWhy) String() string { return "still-a-problem" }

// Reopen begins another cycle of a closed case. It names the issues that are decided anew.
type Reopen struct {
	Step `json:"-"`

	Why    ReopenWhy `json:"why"`
	Issues []string  `json:"issues,omitempty"`
}

func (Reopen) kind() Kind { return KindReopen }

// Canonical writes the command in canonical form.
func (x Reopen) Canonical(c *customer.Canonical) {
	x.canonical(c)
	if x.Why != 0 {
		c.Text("why", x.Why.String())
	}
	c.List("issues", len(x.Issues), func(i int) { c.Text("issue", x.Issues[i]) })
}

func (x Reopen) apply(g *ground, e *Entry) error {
	g.Cycle++
	return g.enter(Assessed, e)
}
