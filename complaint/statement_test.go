package complaint_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/complaint/suitability"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
)

// evidenceTestimony is what the clerk of the bank said of the fund.
func evidenceTestimony() complaint.Testify {
	return complaint.Testify{
		Step: evidenceStep("t", 30), Issue: "fund", Staff: "tim", Said: evidenceAt(-365 * 24 * 60), To: "her daughter", Product: "QDII",
		Text: "it brings several times what a deposit does",
		Figures: []complaint.Figure{
			{Figure: "rate", Claim: 120, Unit: customer.UnitPermille},
			{Figure: "term", Claim: 12, Unit: customer.UnitMonths},
			{Figure: "guarantee", Claim: 1000, Unit: customer.UnitPermille},
		},
		Facts: []complaint.ProductFact{
			{Figure: "rate", Least: -600, Most: 90, Unit: customer.UnitPermille},
			{Figure: "term", Least: 12, Most: 36, Unit: customer.UnitMonths},
		},
	}
}

// row A31.
func TestTestify(t *testing.T) {
	p := evidencePolicy(t, complaint.EvidenceRules{})
	c := evidenceCase(t, p)
	for _, row := range []struct {
		what   string
		change func(*complaint.Testify)
		want   []string
	}{
		{"above, and what no fact tells", nil, []string{complaint.CodeStatementAbove, complaint.CodeStatementSilent}},
		{"exactly the most", func(x *complaint.Testify) { x.Figures[0].Claim, x.Figures = 90, x.Figures[:1] }, nil},
		{"one more", func(x *complaint.Testify) { x.Figures[0].Claim, x.Figures = 91, x.Figures[:1] }, []string{complaint.CodeStatementAbove}},
		{"exactly the least", func(x *complaint.Testify) { x.Figures[0].Claim, x.Figures = -600, x.Figures[:1] }, nil},
		{"one less", func(x *complaint.Testify) { x.Figures[0].Claim, x.Figures = -601, x.Figures[:1] }, []string{complaint.CodeStatementBelow}},
		{"another unit", func(x *complaint.Testify) { x.Figures[1].Unit, x.Figures = customer.UnitYears, x.Figures[1:2] }, []string{complaint.CodeStatementSilent}},
		{"no figures", func(x *complaint.Testify) { x.Figures = nil }, nil},
	} {
		x := evidenceTestimony()
		if row.change != nil {
			row.change(&x)
		}
		d, err := p.Testify(c, x)
		require.NoError(t, err, row.what)
		assert.Equal(t, row.want, incidentCodes(d.Reasons), row.what)
		assert.Equal(t, row.want, incidentCodes(d.Next.Statements[0].Differences()), "what was booked gives the same answer later")
		assert.Empty(t, c.Statements)
	}
	x := evidenceTestimony()
	x.Issue, x.Said = "none", evidenceAt(31)
	_, err := p.Testify(c, x)
	assert.Equal(t, []string{"complaint.evidence-issue none", "complaint.statement-later tim"}, evidenceMissing(t, err))
	x.Issue, x.Said = "fund", evidenceAt(30)
	assert.Len(t, evidenceDone(t)(p.Testify(c, x)).Statements, 1, "at the very instant")
	closed := c
	closed.Phase = complaint.Closed
	_, err = p.Testify(closed, x)
	assert.Equal(t, []string{"complaint.phase closed"}, evidenceMissing(t, err), "a closed case is reopened first")
	_, err = p.Testify(c, complaint.Testify{
		Step:    evidenceStep("t", 0),
		Figures: []complaint.Figure{{}, {Figure: "a", Unit: 99}, {Figure: "b", Unit: 1, Claim: complaint.MaxMinor + 1}, {Figure: "b", Unit: 1}},
		Facts:   []complaint.ProductFact{{Figure: "a", Unit: 1, Least: 2, Most: 1}, {Figure: "a", Unit: 1}},
	})
	assert.Equal(t, []string{
		"issue", "staff", "said", "product", "text", "figures[0].figure", "figures[0].unit", "figures[1].unit", "figures[2]", "figures[3].figure", "facts[0]", "facts[1].figure",
	}, customertest.Paths(t, err))
}

// The evidence of a statement and of a vetting can carry a finding.
func TestFindOnStatement(t *testing.T) {
	p := evidencePolicy(t, complaint.EvidenceRules{})
	s, err := suitability.New(evidenceSuitability())
	require.NoError(t, err)
	c := evidenceDone(t)(p.Testify(evidenceCase(t, p), evidenceTestimony()))
	c = evidenceDone(t)(p.Vet(c, evidenceVet(), s))
	c = evidenceDone(t)(p.Find(c, complaint.Find{
		Step: evidenceStep("f", 60), Issue: "fund", Cause: complaint.CauseInformation, Text: "she was told of a rate that the fund does not have",
		Grounds: []complaint.Evidence{{Kind: complaint.ByStatement, Ref: "t"}, {Kind: complaint.ByVetting, Ref: "v"}},
	}))
	assert.Equal(t, complaint.CauseInformation, c.Issues[3].Finding.Cause)
	assert.Equal(t, evidenceAt(60).Format(time.RFC3339), c.Issues[3].Finding.At.Format(time.RFC3339))
}
