package suitability_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/complaint/suitability"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
)

func day(year, month, date int) customer.Date {
	on, err := customer.NewDate(year, time.Month(month), date)
	if err != nil {
		panic(err)
	}
	return on
}

func codes(reasons []customer.Reason) (all []string) {
	for _, reason := range reasons {
		all = append(all, reason.Code)
	}
	return all
}

func salesRules() suitability.Rules {
	return suitability.Rules{
		Edition: customer.Edition{ID: "sales", Version: 3, From: day(2020, 1, 1), Until: day(2027, 1, 1)},
		Bands: []suitability.Band{
			{Risk: 2},
			{Risk: 3, MaxAge: 70, MinExperience: 6, WithinHorizon: true},
			{Risk: 5, MaxAge: 60, MaxEndAge: 65, NotIncomes: []string{"pension", "none"}, MaxSavingsPermille: 300, MinExperience: 24, WithinHorizon: true},
		},
	}
}

// fund is what a pensioner of 63 was sold, for all that she had.
func fund() suitability.Product { return suitability.Product{ID: "QDII", Risk: 5, Term: 36} }

func pensioner() suitability.Profile {
	return suitability.Profile{Age: 63, Income: "pension", SavingsPermille: 1000, Experience: 1, Horizon: 12}
}

// row A30: 63岁,靠领退休金，全部买了QDII基金: every mark that was missed is told, and each mark holds
// up to exactly itself.
func TestAssess(t *testing.T) {
	s, err := suitability.New(salesRules())
	require.NoError(t, err)
	all := []string{
		suitability.CodeAge, suitability.CodeEndAge, suitability.CodeIncome, suitability.CodeSavings, suitability.CodeExperience, suitability.CodeTerm,
	}
	fit := suitability.Profile{Age: 60, Income: "salary", SavingsPermille: 300, Experience: 24, Horizon: 36}
	for _, row := range []struct {
		what   string
		change func(*suitability.Product, *suitability.Profile)
		want   []string
	}{
		{"exactly on every mark", nil, nil},
		{"the pensioner", func(_ *suitability.Product, f *suitability.Profile) { *f = pensioner() }, all},
		{"of whom nothing is known", func(_ *suitability.Product, f *suitability.Profile) { *f = suitability.Profile{} }, all},
		{"a year older", func(r *suitability.Product, f *suitability.Profile) { f.Age, r.Term = 61, 0 }, all[:1]},
		{"too old at the end", func(r *suitability.Product, f *suitability.Profile) { r.Term, f.Horizon = 61, 61 }, all[1:2]},
		{"exactly old enough at the end", func(r *suitability.Product, f *suitability.Profile) { r.Term, f.Horizon = 60, 60 }, nil},
		{"no income", func(_ *suitability.Product, f *suitability.Profile) { f.Income = "none" }, all[2:3]},
		{"a thousandth more", func(_ *suitability.Product, f *suitability.Profile) { f.SavingsPermille = 301 }, all[3:4]},
		{"a month less", func(_ *suitability.Product, f *suitability.Profile) { f.Experience = 23 }, all[4:5]},
		{"bound a month too long", func(_ *suitability.Product, f *suitability.Profile) { f.Horizon = 35 }, all[5:]},
		{"risk 4 is asked for what risk 5 is", func(r *suitability.Product, f *suitability.Profile) { r.Risk, f.Experience = 4, 23 }, all[4:5]},
		{"risk 3 for less", func(r *suitability.Product, f *suitability.Profile) { r.Risk, f.Experience, f.Age = 3, 6, 70 }, nil},
		{"risk 1 for nothing", func(r *suitability.Product, f *suitability.Profile) { r.Risk, *f = 1, suitability.Profile{} }, nil},
		{"risk 6 is for nobody", func(r *suitability.Product, _ *suitability.Profile) { r.Risk = 6 }, []string{suitability.CodeRisk}},
	} {
		product, profile := suitability.Product{ID: "QDII", Risk: 5, Term: 36}, fit
		if row.change != nil {
			row.change(&product, &profile)
		}
		got, err := s.Assess(product, profile, day(2025, 11, 20))
		require.NoError(t, err, row.what)
		assert.Equal(t, row.want, codes(got.Missed), row.what)
		assert.Equal(t, row.want == nil, got.Suits, row.what)
		for _, missed := range got.Missed {
			assert.Equal(t, "sales/3", missed.Rule)
		}
	}
	for _, day := range []customer.Date{0, day(2019, 12, 31), day(2027, 1, 1)} {
		_, err := s.Assess(fund(), fit, day)
		var refusal *customer.Refusal
		require.ErrorAs(t, err, &refusal, "the rules were not in force")
	}
	_, err = s.Assess(suitability.Product{}, suitability.Profile{Age: -1}, day(2025, 1, 1))
	assert.Equal(t, []string{"product.product", "product.risk", "profile.age"}, customertest.Paths(t, err))
	var none *suitability.Book
	_, err = none.Assess(fund(), fit, day(2025, 1, 1))
	assert.Error(t, err)
}

// Less risk, more income, more time: what suits goes on to suit. No rules that are let through
// could ask less of a higher risk.
func TestMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules := suitability.Rules{Edition: customer.Edition{ID: "s", Version: 1}}
		risk := 0
		for range rapid.IntRange(1, 4).Draw(t, "rules") {
			risk += rapid.IntRange(1, 2).Draw(t, "up")
			rules.Bands = append(rules.Bands, suitability.Band{
				Risk: risk, MaxAge: rapid.SampledFrom([]int{0, 80, 70, 60}).Draw(t, "age"), MinExperience: rapid.SampledFrom([]int{0, 6, 12}).Draw(t, "experience"),
				MaxSavingsPermille: rapid.SampledFrom([]int{0, 500, 300}).Draw(t, "savings"), WithinHorizon: rapid.Bool().Draw(t, "horizon"),
				NotIncomes: rapid.SampledFrom([][]string{nil, {"pension"}, {"pension", "none"}}).Draw(t, "incomes"),
			})
		}
		s, err := suitability.New(rules)
		if err != nil {
			t.Skip("the rules ask less of a higher risk")
		}
		profile := suitability.Profile{
			Age: rapid.IntRange(0, 90).Draw(t, "her age"), Income: rapid.SampledFrom([]string{"", "salary", "pension", "none"}).Draw(t, "income"),
			SavingsPermille: rapid.IntRange(0, 1000).Draw(t, "share"), Experience: rapid.IntRange(0, 24).Draw(t, "months"), Horizon: rapid.IntRange(0, 24).Draw(t, "for"),
		}
		product := suitability.Product{ID: "p", Risk: rapid.IntRange(2, 9).Draw(t, "risk"), Term: rapid.IntRange(0, 24).Draw(t, "term")}
		higher, err := s.Assess(product, profile, day(2026, 1, 1))
		require.NoError(t, err)
		product.Risk--
		lower, err := s.Assess(product, profile, day(2026, 1, 1))
		require.NoError(t, err)
		if higher.Suits {
			require.True(t, lower.Suits)
		}
	})
}

func TestRules(t *testing.T) {
	_, err := suitability.New(suitability.Rules{})
	assert.Equal(t, []string{"id", "version", "bands"}, customertest.Paths(t, err))
	rules := salesRules()
	rules.Bands = append(rules.Bands, suitability.Band{Risk: 5, MaxAge: 61, MaxSavingsPermille: 301, MinExperience: 23, NotIncomes: []string{"pension"}})
	_, err = suitability.New(rules)
	assert.Equal(t, []string{
		"bands[3].risk", "bands[3].max_age", "bands[3].max_end_age", "bands[3].max_savings_permille", "bands[3].min_experience_months", "bands[3].not_incomes", "bands[3].within_horizon",
	}, customertest.Paths(t, err), "a higher risk never asks for less")
	rules = salesRules()
	text, err := json.Marshal(rules)
	require.NoError(t, err)
	read, err := suitability.ParseRules(text)
	require.NoError(t, err)
	assert.Equal(t, rules, read)
	_, err = suitability.ParseRules([]byte(`{"id":"s","version":1,"bands":[{"risk":1,"max_ages":60}]}`))
	require.Error(t, err, "a misspelt mark is not a mark switched off")
	s, err := suitability.New(rules)
	require.NoError(t, err)
	rules.Bands[2].MaxAge, rules.Bands[2].NotIncomes[0] = 99, "x"
	got, err := s.Assess(fund(), pensioner(), day(2025, 11, 20))
	require.NoError(t, err)
	assert.Len(t, got.Missed, 6, "the rules are copied")
}

func TestAge(t *testing.T) {
	for _, row := range []struct {
		born, on customer.Date
		want     int
	}{
		{day(1962, 11, 20), day(2025, 11, 19), 62},
		{day(1962, 11, 20), day(2025, 11, 20), 63},
		{day(2000, 2, 29), day(2025, 2, 27), 24},
		{day(2000, 2, 29), day(2025, 2, 28), 25},
		{day(2000, 2, 29), day(2024, 2, 28), 23},
		{day(2000, 2, 29), day(2024, 2, 29), 24},
		{day(2026, 1, 1), day(2026, 1, 1), 0},
		{day(2026, 1, 2), day(2026, 1, 1), 0},
		{0, day(2026, 1, 1), 0},
	} {
		assert.Equal(t, row.want, suitability.Age(row.born, row.on), "%s %s", row.born, row.on)
	}
}

// Every reason reads as a sentence in both languages, and every code has one.
func TestExplain(t *testing.T) {
	seen := map[string]bool{}
	for _, row := range []struct {
		reason           customer.Reason
		english, chinese string
	}{
		{customer.Reason{Code: suitability.CodeSuits, Of: "QDII"}, "QDII suits her", "产品QDII适合该顾客"},
		{customer.Reason{Code: suitability.CodeRisk, Of: "QDII", Fact: 6, Mark: 5}, "QDII has risk 6, and nobody may be sold above 5", "产品QDII风险等级为6，可售最高为5"},
		{customer.Reason{Code: suitability.CodeAge, Of: "QDII", Fact: 63, Mark: 60, Unit: customer.UnitYears}, "her age for QDII: 63, at most 60", "购买产品QDII的年龄：63岁，最高60岁"},
		{customer.Reason{Code: suitability.CodeAge, Of: "QDII", Mark: 60, Unit: customer.UnitYears}, "her age for QDII: not known, at most 60", "购买产品QDII的年龄：不详，最高60岁"},
		{customer.Reason{Code: suitability.CodeEndAge, Of: "QDII", Fact: 66, Mark: 65, Unit: customer.UnitYears}, "her age at the end of QDII: 66, at most 65", "产品QDII到期时的年龄：66岁，最高65岁"},
		{customer.Reason{Code: suitability.CodeEndAge, Of: "QDII", Mark: 65, Unit: customer.UnitYears}, "her age at the end of QDII: not known, at most 65", "产品QDII到期时的年龄：不详，最高65岁"},
		{customer.Reason{Code: suitability.CodeIncome, Of: "pension"}, "an income of the kind pension cannot bear the risk", "收入类型“pension”不能承受该风险"},
		{customer.Reason{Code: suitability.CodeIncome}, "her kind of income is not known", "收入类型不详"},
		{customer.Reason{Code: suitability.CodeSavings, Of: "QDII", Fact: 1000, Mark: 300, Unit: customer.UnitPermille}, "the share of her savings in QDII: 100 %, at most 30 %", "产品QDII占其储蓄的比例：100 %，最高30 %"},
		{customer.Reason{Code: suitability.CodeSavings, Of: "QDII", Mark: 300, Unit: customer.UnitPermille}, "the share of her savings in QDII: not known, at most 30 %", "产品QDII占其储蓄的比例：不详，最高30 %"},
		{customer.Reason{Code: suitability.CodeExperience, Of: "QDII", Fact: 1, Mark: 24, Unit: customer.UnitMonths}, "her experience for QDII: 1 month, at least 24 months", "购买产品QDII的投资经验：1个月，至少24个月"},
		{customer.Reason{Code: suitability.CodeTerm, Of: "QDII", Fact: 36, Mark: 12, Unit: customer.UnitMonths}, "QDII binds her money for 36 months, and she can do without it for 12 months", "产品QDII期限36个月，而她可投资期限为12个月"},
	} {
		assert.Equal(t, row.english, suitability.Explain(row.reason, customer.English))
		assert.Equal(t, row.chinese, suitability.Explain(row.reason, customer.Chinese))
		assert.False(t, strings.ContainsAny(row.chinese, ",;()"), "half-width punctuation: %s", row.chinese)
		seen[row.reason.Code] = true
	}
	for _, code := range customertest.Codes(t, "reason.go") {
		assert.True(t, seen[code], "%s has no row", code)
	}
	assert.Equal(t, "promo.x", suitability.Explain(customer.Reason{Code: "promo.x"}, customer.English))
}

// A verdict that was stored is one that a book can have given: anything else is a forgery.
func TestVerdictCheck(t *testing.T) {
	s, err := suitability.New(salesRules())
	require.NoError(t, err)
	missed, err := s.Assess(fund(), pensioner(), day(2025, 11, 20))
	require.NoError(t, err)
	suits, err := s.Assess(suitability.Product{ID: "deposit", Risk: 1}, suitability.Profile{}, day(2025, 11, 20))
	require.NoError(t, err)
	for _, row := range []struct {
		what    string
		verdict suitability.Verdict
		change  func(*suitability.Verdict)
		want    []string
	}{
		{"as given", missed, nil, nil},
		{"as given, of what suits", suits, nil, nil},
		{"no book", suits, func(v *suitability.Verdict) { v.Rule = "" }, []string{"rule"}},
		{"turned round", missed, func(v *suitability.Verdict) { v.Suits = true }, []string{"suits"}},
		{"for no mark", suits, func(v *suitability.Verdict) { v.Suits = false }, []string{"suits"}},
		{"of another book", missed, func(v *suitability.Verdict) { v.Rule = "other/1" }, []string{"missed", "missed", "missed", "missed", "missed", "missed"}},
		{"a mark that there is not", missed, func(v *suitability.Verdict) {
			v.Missed = []customer.Reason{{Code: "complaint.phase", Rule: v.Rule}}
		}, []string{"missed"}},
		{"a text of megabytes", missed, func(v *suitability.Verdict) {
			v.Missed = []customer.Reason{{Code: suitability.CodeIncome, Rule: v.Rule, Of: strings.Repeat("x", 1<<20)}}
		}, []string{"missed"}},
		{"more marks than there are", missed, func(v *suitability.Verdict) {
			v.Missed = append(v.Missed[:6:6], v.Missed[0])
		}, []string{"missed"}},
	} {
		if row.change != nil {
			row.change(&row.verdict)
		}
		var faults customer.Faults
		row.verdict.Check(&faults)
		var paths []string
		for _, fault := range faults {
			paths = append(paths, fault.Path)
		}
		assert.Equal(t, row.want, paths, row.what)
	}
}
