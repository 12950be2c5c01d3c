package complaint_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/complaint/suitability"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
)

func evidenceSuitability() suitability.Rules {
	return suitability.Rules{
		Edition: customer.Edition{ID: "sales", Version: 3, From: evidenceDay(2020, 1, 1), Until: evidenceDay(2027, 1, 1)},
		Bands: []suitability.Band{
			{Risk: 2},
			{Risk: 3, MaxAge: 70, MinExperience: 6, WithinHorizon: true},
			{Risk: 5, MaxAge: 60, MaxEndAge: 65, NotIncomes: []string{"pension", "none"}, MaxSavingsPermille: 300, MinExperience: 24, WithinHorizon: true},
		},
	}
}

// evidenceVet is the fund of case 2-3: sold to a pensioner of 63, with all that she had.
func evidenceVet() complaint.Vet {
	return complaint.Vet{
		Step: evidenceStep("v", 40), Issue: "fund", Sold: evidenceDay(2025, 11, 20), Staff: "tim",
		Product: suitability.Product{ID: "QDII", Risk: 5, Term: 36},
		Profile: suitability.Profile{Age: 63, Income: "pension", SavingsPermille: 1000, Experience: 1, Horizon: 12},
	}
}

// A vetting pins what the answer was made from: the same at the sale, at the complaint, and on
// every replay, whatever the rules have become.
//
// row A30.
func TestVet(t *testing.T) {
	p := evidencePolicy(t, complaint.EvidenceRules{})
	c := evidenceCase(t, p)
	s, err := suitability.New(evidenceSuitability())
	require.NoError(t, err)
	x := evidenceVet()
	atSale, err := s.Assess(x.Product, x.Profile, x.Sold)
	require.NoError(t, err)
	d, err := p.Vet(c, x, s)
	require.NoError(t, err)
	require.Len(t, d.Entries, 2)
	assert.Equal(t, complaint.KindVetted, d.Entries[1].Kind())
	got := d.Next.Vettings[0]
	assert.Equal(t, atSale, got.Verdict)
	assert.Equal(t, atSale.Missed, d.Reasons)
	assert.Equal(t, "her age for QDII: 63, at most 60", complaint.Explain(d.Reasons[0], customer.English), "a case tells the reasons of the book, too")
	assert.Equal(t, "购买产品QDII的年龄：63岁，最高60岁", p.Explain(d.Reasons[0], customer.Chinese))
	later := evidenceSuitability()
	later.Version, later.Bands = 4, later.Bands[:1]
	lax, err := suitability.New(later)
	require.NoError(t, err)
	replayed, err := c.Apply(d.Entries...)
	require.NoError(t, err)
	assert.Equal(t, d.Next, replayed)
	again, err := s.Assess(got.Product, got.Profile, got.Sold)
	require.NoError(t, err)
	assert.Equal(t, got.Verdict, again, "what is pinned gives the same answer again")
	other, err := lax.Assess(got.Product, got.Profile, got.Sold)
	require.NoError(t, err)
	assert.NotEqual(t, got.Verdict, other)

	x.Profile = suitability.Profile{Age: 30, Income: "salary", SavingsPermille: 10, Experience: 99, Horizon: 99}
	fits, err := p.Vet(c, x, s)
	require.NoError(t, err)
	assert.Equal(t, []string{suitability.CodeSuits}, incidentCodes(fits.Reasons))

	for _, row := range []struct {
		change func(*complaint.Vet)
		want   []string
	}{
		{func(x *complaint.Vet) { x.Issue = "colour" }, []string{"complaint.vet-kind colour"}},
		{func(x *complaint.Vet) { x.By = "tim" }, []string{"complaint.concerned tim"}}, // who would know her well enough to suit her
		{func(x *complaint.Vet) { x.Issue = "none" }, []string{"complaint.evidence-issue none"}},
		{func(x *complaint.Vet) { x.Sold = evidenceDay(2026, 11, 26) }, []string{"complaint.vet-later fund"}},
		{func(x *complaint.Vet) { x.Sold = evidenceDay(2026, 11, 25) }, nil},
		{func(x *complaint.Vet) { x.Sold = evidenceDay(2019, 1, 1) }, []string{"customer.not-yet-in-force"}},
	} {
		x := evidenceVet()
		row.change(&x)
		_, err := p.Vet(c, x, s)
		assert.Equal(t, row.want, evidenceMissing(t, err))
	}
	_, err = p.Vet(c, evidenceVet(), nil)
	require.Error(t, err)
	_, err = p.Vet(c, complaint.Vet{Step: evidenceStep("v", 0)}, s)
	assert.Equal(t, []string{"issue", "sold", "product.product", "product.risk"}, customertest.Paths(t, err))

	forged := d.Entries[1]
	_, err = c.Apply(forged)
	require.ErrorIs(t, err, complaint.ErrBroken, "no verdict without a vetting")
	_, err = d.Next.Apply(forged)
	assert.ErrorIs(t, err, complaint.ErrBroken, "and none in place of another")
}
