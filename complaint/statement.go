package complaint

import (
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Statement is what somebody of the staff had said or promised at the sale, as it was told
// later, beside the facts of the product as they were then.
type Statement struct {
	Ref     string        `json:"ref"`
	At      time.Time     `json:"at"` // when it was told
	By      string        `json:"by"`
	Issue   string        `json:"issue"`
	Staff   string        `json:"staff"`
	Said    time.Time     `json:"said"`
	To      string        `json:"to,omitempty"` // empty: to the customer
	Product string        `json:"product"`
	Text    string        `json:"text"`
	Figures []Figure      `json:"figures,omitempty"`
	Facts   []ProductFact `json:"facts,omitempty"`
}

// Figure is one figure that was claimed of a product: a rate in thousandths, a term in months.
type Figure struct {
	Figure string        `json:"figure"` // its name, in the host's words: rate
	Claim  int64         `json:"claim"`
	Unit   customer.Unit `json:"unit"`
}

// ProductFact is what one figure of a product truly was, from the least to the most: a rate that
// can be negative has a least below 0.
type ProductFact struct {
	Figure string        `json:"figure"`
	Least  int64         `json:"least"`
	Most   int64         `json:"most"`
	Unit   customer.Unit `json:"unit"`
}

// maxFigures is the most figures of one statement.
const maxFigures = 50

// Differences holds what was claimed against the facts, figure by figure: above the most, below
// the least, or nothing that the facts say. A figure with a fact in another unit is one of which
// they say nothing. None: all that was claimed is so.
func (s Statement) Differences() (differences []customer.Reason) {
	for _, figure := range s.Figures {
		reason := customer.Reason{Of: figure.Figure, Fact: figure.Claim, Unit: figure.Unit}
		place := slices.IndexFunc(s.Facts, func(fact ProductFact) bool {
			return fact.Figure == figure.Figure && fact.Unit == figure.Unit
		})
		switch {
		case place < 0:
			reason.Code = CodeStatementSilent
		case figure.Claim > s.Facts[place].Most:
			reason.Code, reason.Mark = CodeStatementAbove, s.Facts[place].Most
		case figure.Claim < s.Facts[place].Least:
			reason.Code, reason.Mark = CodeStatementBelow, s.Facts[place].Least
		default:
			continue
		}
		differences = append(differences, reason)
	}
	return differences
}

// Testify books what somebody of the staff had said at the sale, with the facts of the product
// beside it, as the host knows them for that day.
type Testify struct {
	Step `json:"-"`

	Issue   string        `json:"issue"`
	Staff   string        `json:"staff"`
	Said    time.Time     `json:"said"`
	To      string        `json:"to,omitempty"`
	Product string        `json:"product"`
	Text    string        `json:"text"`
	Figures []Figure      `json:"figures,omitempty"`
	Facts   []ProductFact `json:"facts,omitempty"`
}

func (Testify) kind() Kind { return KindTestify }

// Canonical writes the command in canonical form.
func (x Testify) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("issue", x.Issue)
	c.Text("staff", x.Staff)
	c.Time("said", x.Said)
	c.Text("to", x.To)
	c.Text("product", x.Product)
	c.Text("text", x.Text)
	c.List("figures", len(x.Figures), func(i int) {
		c.Text("figure", x.Figures[i].Figure)
		c.Int("claim", x.Figures[i].Claim)
		c.Text("unit", x.Figures[i].Unit.String())
	})
	c.List("facts", len(x.Facts), func(i int) {
		c.Text("figure", x.Facts[i].Figure)
		c.Int("least", x.Facts[i].Least)
		c.Int("most", x.Facts[i].Most)
		c.Text("unit", x.Facts[i].Unit.String())
	})
}

func (x Testify) faults(faults *customer.Faults) {
	faults.Name("issue", x.Issue)
	faults.Name("staff", x.Staff)
	faults.Instant("said", x.Said)
	faults.Text("to", x.To)
	faults.Name("product", x.Product)
	checkSaid(faults, "text", x.Text)
	faults.Within("figures", len(x.Figures), 0, maxFigures)
	for i, one := range x.Figures[:min(len(x.Figures), maxFigures)] {
		path := fmt.Sprintf("figures[%d]", i)
		checkFigure(faults, path, one.Figure, one.Unit, one.Claim, one.Claim)
		if slices.ContainsFunc(x.Figures[:i], func(had Figure) bool { return had.Figure == one.Figure && had.Unit == one.Unit }) {
			faults.Add(path+".figure", one.Figure, "stands only once for its unit")
		}
	}
	faults.Within("facts", len(x.Facts), 0, maxFigures)
	for i, one := range x.Facts[:min(len(x.Facts), maxFigures)] {
		path := fmt.Sprintf("facts[%d]", i)
		checkFigure(faults, path, one.Figure, one.Unit, one.Least, one.Most)
		if slices.ContainsFunc(x.Facts[:i], func(had ProductFact) bool { return had.Figure == one.Figure && had.Unit == one.Unit }) {
			faults.Add(path+".figure", one.Figure, "stands only once for its unit")
		}
	}
}

func checkFigure(faults *customer.Faults, path, name string, unit customer.Unit, least, most int64) {
	faults.Name(path+".figure", name)
	if _, err := unit.MarshalText(); err != nil || unit == 0 {
		faults.Add(path+".unit", unit, "is a unit")
	}
	if least > most || least < -MaxMinor || most > MaxMinor {
		faults.Add(path, most, "is from the least to the most, within 1000000000000 of 0")
	}
}

// Testify books a statement. The answer says where what was claimed differs from the facts.
func (p *Policy) Testify(c Case, x Testify) (Decision, error) {
	var d desk
	err := p.open(&d, &c, KindTestify, x.Take(), x.faults)
	if err != nil {
		return Decision{}, err
	}
	x.Figures, x.Facts = slices.Clone(x.Figures), slices.Clone(x.Facts)
	d.hasIssue(x.Issue)
	if x.Said.After(d.step.At) {
		d.miss(customer.Reason{Code: CodeStatementLater, Of: x.Staff, At: x.Said.In(p.zone)})
	}
	d.post(x)
	for _, difference := range x.statement(&Entry{}).Differences() {
		d.why(difference)
	}
	return d.decision()
}

// statement is the row that the command leads to.
func (x Testify) statement(e *Entry) Statement {
	return Statement{e.Ref, e.At, e.By, x.Issue, x.Staff, x.Said, x.To, x.Product, x.Text, x.Figures, x.Facts}
}

func (x Testify) apply(g *ground, e *Entry) error {
	if g.issue(x.Issue) < 0 {
		return fmt.Errorf("there is no issue %q", x.Issue)
	}
	statements := room(g, ofStatements, &g.Statements)
	*statements = append(*statements, x.statement(e))
	return nil
}
