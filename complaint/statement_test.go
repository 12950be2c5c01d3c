package complaint_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
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
	_, err = p.Testify(c, complaint.Testify{
		Step:    evidenceStep("t", 0),
		Figures: []complaint.Figure{{}, {Figure: "a", Unit: 99}, {Figure: "b", Unit: 1, Claim: complaint.MaxMinor + 1}, {Figure: "b", Unit: 1}},
		Facts:   []complaint.ProductFact{{Figure: "a", Unit: 1, Least: 2, Most: 1}, {Figure: "a", Unit: 1}},
	})
	assert.Equal(t, []string{
		"issue", "staff", "said", "product", "text", "figures[0].figure", "figures[0].unit", "figures[1].unit", "figures[2]", "figures[3].figure", "facts[0]", "facts[1].figure",
	}, evidenceFaults(t, err))
}

func evidenceSuitability() complaint.SuitabilityRules {
	return complaint.SuitabilityRules{
		Edition: customer.Edition{ID: "sales", Version: 3, From: evidenceDay(2020, 1, 1), Until: evidenceDay(2027, 1, 1)},
		Risks: []complaint.RiskRule{
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
		Product: complaint.ProductRisk{Product: "QDII", Risk: 5, Term: 36},
		Profile: complaint.Profile{Age: 63, Income: "pension", SavingsPermille: 1000, Experience: 1, Horizon: 12},
	}
}

// row A30: 63岁,靠领退休金，全部买了QDII基金: every mark that was missed is told, and each mark holds
// up to exactly itself.
func TestSuitability(t *testing.T) {
	s, err := complaint.NewSuitability(evidenceSuitability())
	require.NoError(t, err)
	all := []string{
		complaint.CodeSuitAge, complaint.CodeSuitEndAge, complaint.CodeSuitIncome, complaint.CodeSuitSavings, complaint.CodeSuitExperience, complaint.CodeSuitTerm,
	}
	fit := complaint.Profile{Age: 60, Income: "salary", SavingsPermille: 300, Experience: 24, Horizon: 36}
	for _, row := range []struct {
		what   string
		change func(*complaint.ProductRisk, *complaint.Profile)
		want   []string
	}{
		{"exactly on every mark", nil, nil},
		{"the pensioner", func(_ *complaint.ProductRisk, f *complaint.Profile) { *f = evidenceVet().Profile }, all},
		{"of whom nothing is known", func(_ *complaint.ProductRisk, f *complaint.Profile) { *f = complaint.Profile{} }, all},
		{"a year older", func(r *complaint.ProductRisk, f *complaint.Profile) { f.Age, r.Term = 61, 0 }, all[:1]},
		{"too old at the end", func(r *complaint.ProductRisk, f *complaint.Profile) { r.Term, f.Horizon = 61, 61 }, all[1:2]},
		{"exactly old enough at the end", func(r *complaint.ProductRisk, f *complaint.Profile) { r.Term, f.Horizon = 60, 60 }, nil},
		{"no income", func(_ *complaint.ProductRisk, f *complaint.Profile) { f.Income = "none" }, all[2:3]},
		{"a thousandth more", func(_ *complaint.ProductRisk, f *complaint.Profile) { f.SavingsPermille = 301 }, all[3:4]},
		{"a month less", func(_ *complaint.ProductRisk, f *complaint.Profile) { f.Experience = 23 }, all[4:5]},
		{"bound a month too long", func(_ *complaint.ProductRisk, f *complaint.Profile) { f.Horizon = 35 }, all[5:]},
		{"risk 4 is asked for what risk 5 is", func(r *complaint.ProductRisk, f *complaint.Profile) { r.Risk, f.Experience = 4, 23 }, all[4:5]},
		{"risk 3 for less", func(r *complaint.ProductRisk, f *complaint.Profile) { r.Risk, f.Experience, f.Age = 3, 6, 70 }, nil},
		{"risk 1 for nothing", func(r *complaint.ProductRisk, f *complaint.Profile) { r.Risk, *f = 1, complaint.Profile{} }, nil},
		{"risk 6 is for nobody", func(r *complaint.ProductRisk, _ *complaint.Profile) { r.Risk = 6 }, []string{complaint.CodeSuitRisk}},
	} {
		product, profile := complaint.ProductRisk{Product: "QDII", Risk: 5, Term: 36}, fit
		if row.change != nil {
			row.change(&product, &profile)
		}
		got, err := s.Assess(product, profile, evidenceDay(2025, 11, 20))
		require.NoError(t, err, row.what)
		assert.Equal(t, row.want, incidentCodes(got.Missed), row.what)
		assert.Equal(t, row.want == nil, got.Suits, row.what)
		for _, missed := range got.Missed {
			assert.Equal(t, "sales/3", missed.Rule)
		}
	}
	for _, day := range []customer.Date{0, evidenceDay(2019, 12, 31), evidenceDay(2027, 1, 1)} {
		_, err := s.Assess(evidenceVet().Product, fit, day)
		var refusal *customer.Refusal
		require.ErrorAs(t, err, &refusal, "the rules were not in force")
	}
	_, err = s.Assess(complaint.ProductRisk{}, complaint.Profile{Age: -1}, evidenceDay(2025, 1, 1))
	assert.Equal(t, []string{"product.product", "product.risk", "profile.age"}, evidenceFaults(t, err))
	var none *complaint.Suitability
	_, err = none.Assess(evidenceVet().Product, fit, evidenceDay(2025, 1, 1))
	assert.Error(t, err)
}

// Less risk, more income, more time: what suits goes on to suit. No rules that are let through
// could ask less of a higher risk.
func TestSuitabilityMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules := complaint.SuitabilityRules{Edition: customer.Edition{ID: "s", Version: 1}}
		risk := 0
		for range rapid.IntRange(1, 4).Draw(t, "rules") {
			risk += rapid.IntRange(1, 2).Draw(t, "up")
			rules.Risks = append(rules.Risks, complaint.RiskRule{
				Risk: risk, MaxAge: rapid.SampledFrom([]int{0, 80, 70, 60}).Draw(t, "age"), MinExperience: rapid.SampledFrom([]int{0, 6, 12}).Draw(t, "experience"),
				MaxSavingsPermille: rapid.SampledFrom([]int{0, 500, 300}).Draw(t, "savings"), WithinHorizon: rapid.Bool().Draw(t, "horizon"),
				NotIncomes: rapid.SampledFrom([][]string{nil, {"pension"}, {"pension", "none"}}).Draw(t, "incomes"),
			})
		}
		s, err := complaint.NewSuitability(rules)
		if err != nil {
			t.Skip("the rules ask less of a higher risk")
		}
		profile := complaint.Profile{
			Age: rapid.IntRange(0, 90).Draw(t, "her age"), Income: rapid.SampledFrom([]string{"", "salary", "pension", "none"}).Draw(t, "income"),
			SavingsPermille: rapid.IntRange(0, 1000).Draw(t, "share"), Experience: rapid.IntRange(0, 24).Draw(t, "months"), Horizon: rapid.IntRange(0, 24).Draw(t, "for"),
		}
		product := complaint.ProductRisk{Product: "p", Risk: rapid.IntRange(2, 9).Draw(t, "risk"), Term: rapid.IntRange(0, 24).Draw(t, "term")}
		higher, err := s.Assess(product, profile, evidenceDay(2026, 1, 1))
		require.NoError(t, err)
		product.Risk--
		lower, err := s.Assess(product, profile, evidenceDay(2026, 1, 1))
		require.NoError(t, err)
		if higher.Suits {
			require.True(t, lower.Suits)
		}
	})
}

func TestSuitabilityRules(t *testing.T) {
	_, err := complaint.NewSuitability(complaint.SuitabilityRules{})
	assert.Equal(t, []string{"id", "version", "risks"}, evidenceFaults(t, err))
	rules := evidenceSuitability()
	rules.Risks = append(rules.Risks, complaint.RiskRule{Risk: 5, MaxAge: 61, MaxSavingsPermille: 301, MinExperience: 23, NotIncomes: []string{"pension"}})
	_, err = complaint.NewSuitability(rules)
	assert.Equal(t, []string{
		"risks[3].risk", "risks[3].max_age", "risks[3].max_end_age", "risks[3].max_savings_permille", "risks[3].min_experience_months", "risks[3].not_incomes", "risks[3].within_horizon",
	}, evidenceFaults(t, err), "a higher risk never asks for less")
	rules = evidenceSuitability()
	text, err := json.Marshal(rules)
	require.NoError(t, err)
	read, err := complaint.ParseSuitabilityRules(text)
	require.NoError(t, err)
	assert.Equal(t, rules, read)
	_, err = complaint.ParseSuitabilityRules([]byte(`{"id":"s","version":1,"risks":[{"risk":1,"max_ages":60}]}`))
	require.Error(t, err, "a misspelt mark is not a mark switched off")
	s, err := complaint.NewSuitability(rules)
	require.NoError(t, err)
	rules.Risks[2].MaxAge, rules.Risks[2].NotIncomes[0] = 99, "x"
	got, err := s.Assess(evidenceVet().Product, evidenceVet().Profile, evidenceDay(2025, 11, 20))
	require.NoError(t, err)
	assert.Len(t, got.Missed, 6, "the rules are copied")
}

func TestAge(t *testing.T) {
	for _, row := range []struct {
		born, on customer.Date
		want     int
	}{
		{evidenceDay(1962, 11, 20), evidenceDay(2025, 11, 19), 62},
		{evidenceDay(1962, 11, 20), evidenceDay(2025, 11, 20), 63},
		{evidenceDay(2000, 2, 29), evidenceDay(2025, 2, 27), 24},
		{evidenceDay(2000, 2, 29), evidenceDay(2025, 2, 28), 25},
		{evidenceDay(2000, 2, 29), evidenceDay(2024, 2, 28), 23},
		{evidenceDay(2000, 2, 29), evidenceDay(2024, 2, 29), 24},
		{evidenceDay(2026, 1, 1), evidenceDay(2026, 1, 1), 0},
		{evidenceDay(2026, 1, 2), evidenceDay(2026, 1, 1), 0},
		{0, evidenceDay(2026, 1, 1), 0},
	} {
		assert.Equal(t, row.want, complaint.Age(row.born, row.on), "%s %s", row.born, row.on)
	}
}

// A vetting pins what the answer was made from: the same at the sale, at the complaint, and on
// every replay, whatever the rules have become.
//
// row A30.
func TestVet(t *testing.T) {
	p := evidencePolicy(t, complaint.EvidenceRules{})
	c := evidenceCase(t, p)
	s, err := complaint.NewSuitability(evidenceSuitability())
	require.NoError(t, err)
	x := evidenceVet()
	atSale, err := s.Assess(x.Product, x.Profile, x.Sold)
	require.NoError(t, err)
	d, err := p.Vet(c, x, s)
	require.NoError(t, err)
	require.Len(t, d.Entries, 2)
	assert.Equal(t, complaint.KindVetted, d.Entries[1].Kind())
	got := d.Next.Vettings[0]
	assert.Equal(t, atSale, got.Fitness)
	assert.Equal(t, atSale.Missed, d.Reasons)
	later := evidenceSuitability()
	later.Version, later.Risks = 4, later.Risks[:1]
	lax, err := complaint.NewSuitability(later)
	require.NoError(t, err)
	replayed, err := c.Apply(d.Entries...)
	require.NoError(t, err)
	assert.Equal(t, d.Next, replayed)
	again, err := s.Assess(got.Product, got.Profile, got.Sold)
	require.NoError(t, err)
	assert.Equal(t, got.Fitness, again, "what is pinned gives the same answer again")
	other, err := lax.Assess(got.Product, got.Profile, got.Sold)
	require.NoError(t, err)
	assert.NotEqual(t, got.Fitness, other)

	x.Profile = complaint.Profile{Age: 30, Income: "salary", SavingsPermille: 10, Experience: 99, Horizon: 99}
	fits, err := p.Vet(c, x, s)
	require.NoError(t, err)
	assert.Equal(t, []string{complaint.CodeSuits}, incidentCodes(fits.Reasons))

	for _, row := range []struct {
		change func(*complaint.Vet)
		want   []string
	}{
		{func(x *complaint.Vet) { x.Issue = "colour" }, []string{"complaint.vet-kind colour"}},
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
	assert.Equal(t, []string{"issue", "sold", "product.product", "product.risk"}, evidenceFaults(t, err))

	forged := d.Entries[1]
	_, err = c.Apply(forged)
	require.ErrorIs(t, err, complaint.ErrBroken, "no verdict without a vetting")
	_, err = d.Next.Apply(forged)
	assert.ErrorIs(t, err, complaint.ErrBroken, "and none in place of another")
}

// The evidence of a statement and of a vetting can carry a finding.
func TestFindOnStatement(t *testing.T) {
	p := evidencePolicy(t, complaint.EvidenceRules{})
	s, err := complaint.NewSuitability(evidenceSuitability())
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
