package segment_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/segment"
)

func audienceFigure[N int | int64](n N) *N { return &n }

func audienceRange(from, to int64) *segment.ConditionRange {
	return &segment.ConditionRange{From: &from, To: &to}
}

func audienceRules(condition segment.Condition) segment.AudienceRules {
	return segment.AudienceRules{
		Edition: customer.Edition{ID: "group", Version: 1}, Zone: "UTC", Condition: condition,
	}
}

func newAudience(t failer, condition segment.Condition) *segment.Audience {
	t.Helper()
	audience, err := segment.NewAudience(audienceRules(condition), time.UTC)
	require.NoError(t, err)
	return audience
}

// audienceDecide answers with reasons and without, which must be the same.
func audienceDecide(t failer, audience *segment.Audience, facts segment.AudienceFacts, on customer.Date) (segment.AudienceAnswer, []customer.Reason) {
	t.Helper()
	answer, reasons, err := audience.Decide(&facts, on)
	require.NoError(t, err)
	again, err := audience.Answer(&facts, on)
	require.NoError(t, err)
	assert.Equal(t, answer, again)
	assert.NotEmpty(t, reasons)
	return answer, reasons
}

// audienceTrait asks for a trait that the facts of kleeneFacts answer by its name.
func audienceTrait(name string) segment.Condition { return segment.Condition{Trait: name} }

func kleeneFacts() segment.AudienceFacts {
	return segment.AudienceFacts{ID: "c", Traits: []segment.AudienceTrait{{Name: "yes", Held: true}, {Name: "no"}}}
}

// Kleene's tables: unknown is not false.
func TestAudienceLogic(t *testing.T) {
	for _, test := range []struct {
		a, b          string
		all, any, not segment.AudienceAnswer
	}{
		{"yes", "yes", segment.AudienceYes, segment.AudienceYes, segment.AudienceNo},
		{"yes", "no", segment.AudienceNo, segment.AudienceYes, segment.AudienceNo},
		{"yes", "?", segment.AudienceUnknown, segment.AudienceYes, segment.AudienceNo},
		{"no", "yes", segment.AudienceNo, segment.AudienceYes, segment.AudienceYes},
		{"no", "no", segment.AudienceNo, segment.AudienceNo, segment.AudienceYes},
		{"no", "?", segment.AudienceNo, segment.AudienceUnknown, segment.AudienceYes},
		{"?", "yes", segment.AudienceUnknown, segment.AudienceYes, segment.AudienceUnknown},
		{"?", "no", segment.AudienceNo, segment.AudienceUnknown, segment.AudienceUnknown},
		{"?", "?", segment.AudienceUnknown, segment.AudienceUnknown, segment.AudienceUnknown},
	} {
		both := []segment.Condition{audienceTrait(test.a), audienceTrait(test.b)}
		first := audienceTrait(test.a)
		for _, one := range []struct {
			condition segment.Condition
			want      segment.AudienceAnswer
		}{
			{segment.Condition{All: both}, test.all},
			{segment.Condition{Any: both}, test.any},
			{segment.Condition{Not: &first}, test.not},
		} {
			answer, _ := audienceDecide(t, newAudience(t, one.condition), kleeneFacts(), on)
			assert.Equal(t, one.want, answer, "%s %s: %s", test.a, test.b, toJSON(t, one.condition))
		}
	}
}

// row C9, C11, B24: every leaf, on both sides of its marks and without its fact.
func TestAudienceLeaves(t *testing.T) {
	yes, no, unknown := segment.AudienceYes, segment.AudienceNo, segment.AudienceUnknown
	heavyStore := segment.Cell{Brand: segment.StoreLoyal, Usage: segment.Heavy}
	lightStore := segment.Cell{Brand: segment.StoreLoyal, Usage: segment.Light}
	mediumStore := segment.Cell{Brand: segment.StoreLoyal, Usage: segment.Medium}
	cell := func(brand segment.Brand, usage segment.Usage) segment.AudienceFacts {
		return segment.AudienceFacts{Cells: []segment.AudienceCell{
			{Category: "other", Cell: heavyStore}, {Category: "pain", Cell: segment.Cell{Brand: brand, Usage: usage}},
		}}
	}
	number := func(value int64, unit customer.Unit) segment.AudienceFacts {
		return segment.AudienceFacts{Numbers: []segment.AudienceNumber{{Name: "other", Value: 7}, {Name: "value", Value: value, Unit: unit}}}
	}
	record := func(record segment.AudienceRecord) segment.AudienceFacts {
		return segment.AudienceFacts{Record: record}
	}
	labels := func(texts ...string) segment.AudienceFacts {
		facts := segment.AudienceFacts{Labels: []segment.AudienceLabel{{Key: "class", Text: "gold"}}}
		for _, text := range texts {
			facts.Labels = append(facts.Labels, segment.AudienceLabel{Key: "tier", Text: text})
		}
		return facts
	}
	born := func(text string) segment.AudienceFacts { return segment.AudienceFacts{Born: day(t, text)} }
	type want struct {
		facts  segment.AudienceFacts
		answer segment.AudienceAnswer
		codes  string // without "segment.audience-"
	}
	for name, test := range map[string]struct {
		condition segment.Condition
		on        string
		wants     []want
	}{
		"trait": {segment.Condition{Trait: "pet"}, "", []want{
			{segment.AudienceFacts{Traits: []segment.AudienceTrait{{Name: "pet", Held: true}}}, yes, "trait"},
			{segment.AudienceFacts{Traits: []segment.AudienceTrait{{Name: "child", Held: true}, {Name: "pet"}}}, no, "not-trait"},
			{segment.AudienceFacts{Traits: []segment.AudienceTrait{{Name: "child", Held: true}}}, unknown, "no-trait"},
		}},
		"cell": {segment.Condition{Cell: &segment.ConditionCell{Category: "pain", In: []segment.Cell{heavyStore, lightStore}}}, "", []want{
			{cell(segment.StoreLoyal, segment.Heavy), yes, "cell"},
			{cell(segment.StoreLoyal, segment.Medium), no, "not-cell"},
			{cell(segment.Switcher, segment.Heavy), no, "not-cell"},
			{cell(segment.StoreLoyal, segment.UsageUnknown), unknown, "no-cell"},
			{cell(segment.BrandUnknown, segment.Heavy), unknown, "no-cell"},
			{cell(segment.NationalLoyal, segment.UsageUnknown), no, "not-cell"}, // whatever her usage is
			{cell(segment.BrandUnknown, segment.Medium), no, "not-cell"},        // whatever her brand is
			{cell(segment.BrandUnknown, segment.UsageUnknown), unknown, "no-cell"},
			{segment.AudienceFacts{}, unknown, "no-cell"},
		}},
		"cells of one brand": {segment.Condition{Cell: &segment.ConditionCell{Category: "pain", In: []segment.Cell{heavyStore, lightStore, mediumStore}}}, "", []want{
			{cell(segment.StoreLoyal, segment.UsageUnknown), yes, "cell"}, // whatever her usage is
			{cell(segment.BrandUnknown, segment.Light), unknown, "no-cell"},
		}},
		"rfm group": {segment.Condition{RFM: &segment.ConditionRFM{Groups: []string{"keep", "champion"}}}, "", []want{
			{segment.AudienceFacts{RFMGroup: "champion"}, yes, "group"},
			{segment.AudienceFacts{RFMGroup: "lost"}, no, "not-group"},
			{segment.AudienceFacts{}, unknown, "no-group"},
		}},
		"rfm scores": {segment.Condition{RFM: &segment.ConditionRFM{Recency: audienceRange(4, 5), Monetary: &segment.ConditionRange{From: audienceFigure(int64(3))}}}, "", []want{
			{segment.AudienceFacts{RFM: [3]uint8{4, 0, 3}}, yes, "from to from"},
			{segment.AudienceFacts{RFM: [3]uint8{5, 1, 255}}, yes, "from to from"},
			{segment.AudienceFacts{RFM: [3]uint8{3, 5, 3}}, no, "below"},
			{segment.AudienceFacts{RFM: [3]uint8{6, 5, 3}}, no, "above"},
			{segment.AudienceFacts{RFM: [3]uint8{6, 5, 2}}, no, "above below"},
			{segment.AudienceFacts{RFM: [3]uint8{5, 5, 0}}, unknown, "no-number"},
			{segment.AudienceFacts{RFM: [3]uint8{0, 5, 2}}, no, "below"},
		}},
		"label": {segment.Condition{Label: &segment.ConditionLabel{Key: "tier", In: []string{"gold", "black"}}}, "", []want{
			{labels("gold"), yes, "label"},
			{labels("tin", "black"), yes, "label"},
			{labels("tin", "silver"), no, "not-label"},
			{labels(), unknown, "no-label"},
		}},
		"number at least": {segment.Condition{Number: &segment.ConditionNumber{Name: "value", Unit: customer.UnitMinor, ConditionRange: segment.ConditionRange{From: audienceFigure(int64(100))}}}, "", []want{
			{number(99, customer.UnitMinor), no, "below"},
			{number(100, customer.UnitMinor), yes, "from"},
			{number(100, customer.UnitDays), unknown, "other-unit"},
			{segment.AudienceFacts{}, unknown, "no-number"},
		}},
		"number at most": {segment.Condition{Number: &segment.ConditionNumber{Name: "value", ConditionRange: segment.ConditionRange{To: audienceFigure(int64(-5))}}}, "", []want{
			{number(-5, 0), yes, "to"},
			{number(-4, 0), no, "above"},
			{number(math.MinInt64, 0), yes, "to"},
		}},
		"number between": {segment.Condition{Number: &segment.ConditionNumber{Name: "value", ConditionRange: *audienceRange(3, 3)}}, "", []want{
			{number(2, 0), no, "below"},
			{number(3, 0), yes, "from to"},
			{number(4, 0), no, "above"},
		}},
		"number, whole range": {segment.Condition{Number: &segment.ConditionNumber{Name: "value", ConditionRange: *audienceRange(math.MinInt64, math.MaxInt64)}}, "", []want{
			{number(math.MinInt64, 0), yes, "from"},
			{number(math.MaxInt64, 0), yes, "from"},
		}},
		"age": {segment.Condition{Age: audienceRange(18, 35)}, "2026-07-01", []want{
			{born("2008-07-02"), no, "age-below"},
			{born("2008-07-01"), yes, "age-from age-to"},
			{born("1990-07-02"), yes, "age-from age-to"},
			{born("1990-07-01"), no, "age-above"},
			{born("2026-07-02"), unknown, "no-age"}, // not yet born: the fact is wrong
			{segment.AudienceFacts{}, unknown, "no-age"},
		}},
		"age of one born on 29 February, the day before": {segment.Condition{Age: audienceRange(18, 18)}, "2026-02-28", []want{{born("2008-02-29"), no, "age-below"}}},
		"age of one born on 29 February, on 1 March":     {segment.Condition{Age: audienceRange(18, 18)}, "2026-03-01", []want{{born("2008-02-29"), yes, "age-from age-to"}}},
		"age of one born on 29 February, in a leap year": {segment.Condition{Age: audienceRange(20, 20)}, "2028-02-29", []want{{born("2008-02-29"), yes, "age-from age-to"}}},
		"age of one born today":                          {segment.Condition{Age: &segment.ConditionRange{To: audienceFigure(int64(0))}}, "2026-02-28", []want{{born("2026-02-28"), yes, "age-to"}}},
		"returns": {segment.Condition{Record: &segment.ConditionRecord{ReturnsAtMostPermille: audienceFigure(333)}}, "", []want{
			{record(segment.AudienceRecord{Bought: 1000, Returned: 333, ReturnsKnown: true}), yes, "returns"},
			{record(segment.AudienceRecord{Bought: 3, Returned: 1, ReturnsKnown: true}), no, "too-many-returns"},
			{record(segment.AudienceRecord{Bought: 3, Returned: 0, ReturnsKnown: true}), yes, "returns"},
			{record(segment.AudienceRecord{Bought: 1, Returned: math.MaxInt64, ReturnsKnown: true}), no, "too-many-returns"},
			{record(segment.AudienceRecord{Bought: math.MaxInt64, Returned: math.MaxInt64, ReturnsKnown: true}), no, "too-many-returns"},
			{record(segment.AudienceRecord{Bought: 0, Returned: 0, ReturnsKnown: true}), unknown, "no-returns"},
			{record(segment.AudienceRecord{Bought: 3, Returned: 0}), unknown, "no-returns"},
		}},
		"overdue": {segment.Condition{Record: &segment.ConditionRecord{OverdueAtMost: audienceFigure(1)}}, "", []want{
			{record(segment.AudienceRecord{Overdue: 1, PaymentsKnown: true}), yes, "payments"},
			{record(segment.AudienceRecord{Overdue: 2, PaymentsKnown: true}), no, "overdue"},
			{record(segment.AudienceRecord{}), unknown, "no-payments"},
		}},
		"tenure in days": {segment.Condition{Record: &segment.ConditionRecord{TenureDays: 30}}, "2026-07-01", []want{
			{record(segment.AudienceRecord{Since: day(t, "2026-06-01")}), yes, "tenure"},
			{record(segment.AudienceRecord{Since: day(t, "2026-06-02")}), no, "too-new"},
			{record(segment.AudienceRecord{Since: day(t, "2026-07-02")}), unknown, "no-tenure"},
			{record(segment.AudienceRecord{}), unknown, "no-tenure"},
		}},
		"tenure in months": {segment.Condition{Record: &segment.ConditionRecord{TenureMonths: 1}}, "2026-02-28", []want{
			{record(segment.AudienceRecord{Since: day(t, "2026-01-31")}), yes, "tenure"}, // the month is clamped
			{record(segment.AudienceRecord{Since: day(t, "2026-01-28")}), yes, "tenure"},
			{record(segment.AudienceRecord{Since: day(t, "2026-02-01")}), no, "too-new"},
			{record(segment.AudienceRecord{Since: day(t, "2026-03-01")}), unknown, "no-tenure"},
			{record(segment.AudienceRecord{}), unknown, "no-tenure"},
		}},
		"tenure beyond the last day": {segment.Condition{Record: &segment.ConditionRecord{TenureMonths: 12}}, "9999-12-31", []want{
			{record(segment.AudienceRecord{Since: day(t, "9999-06-01")}), no, "too-new"},
		}},
		"a whole record": {segment.Condition{Record: &segment.ConditionRecord{ReturnsAtMostPermille: audienceFigure(0), OverdueAtMost: audienceFigure(0), TenureDays: 1}}, "2026-07-01", []want{
			{record(segment.AudienceRecord{Bought: 5, ReturnsKnown: true, PaymentsKnown: true, Since: day(t, "2026-06-30")}), yes, "returns payments tenure"},
			{record(segment.AudienceRecord{Bought: 5, ReturnsKnown: true, PaymentsKnown: true, Since: day(t, "2026-07-01")}), no, "too-new"},
			{record(segment.AudienceRecord{Overdue: 1, PaymentsKnown: true, Since: day(t, "2026-07-01")}), no, "overdue too-new"},
			{record(segment.AudienceRecord{Since: day(t, "2026-06-30")}), unknown, "no-returns no-payments"},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			audience, on := newAudience(t, test.condition), on
			if test.on != "" {
				on = day(t, test.on)
			}
			for i, want := range test.wants {
				want.facts.ID = "c"
				require.NoError(t, want.facts.Check(), i)
				answer, reasons := audienceDecide(t, audience, want.facts, on)
				assert.Equal(t, want.answer, answer, i)
				found := strings.ReplaceAll(strings.Join(codes(reasons), " "), "segment.audience-", "")
				assert.Equal(t, want.codes, found, i)
			}
		})
	}
}

// row B24: an audience of an industry, an enterprise or a department, of persons or groups.
func TestAudienceScope(t *testing.T) {
	always := segment.Condition{Number: &segment.ConditionNumber{Name: "n", ConditionRange: *audienceRange(0, 9)}}
	one := segment.AudienceFacts{
		ID: "c", Kind: segment.AudienceGroup, Industry: "hotels", Enterprise: "Grand", Department: "banquets",
		Numbers: []segment.AudienceNumber{{Name: "n", Value: 3}},
	}
	for _, test := range []struct {
		level   segment.AudienceLevel
		name    string
		targets segment.AudienceKind
		change  func(*segment.AudienceFacts)
		want    segment.AudienceAnswer
		codes   []string
	}{
		{segment.AudienceIndustry, "hotels", segment.AudienceGroup, nil, segment.AudienceYes, []string{segment.CodeAudienceScope, segment.CodeAudienceTarget, segment.CodeAudienceFrom, segment.CodeAudienceTo}},
		{segment.AudienceEnterprise, "Grand", 0, nil, segment.AudienceYes, []string{segment.CodeAudienceScope, segment.CodeAudienceFrom, segment.CodeAudienceTo}},
		{segment.AudienceDepartment, "banquets", 0, nil, segment.AudienceYes, []string{segment.CodeAudienceScope, segment.CodeAudienceFrom, segment.CodeAudienceTo}},
		{segment.AudienceDepartment, "hotels", 0, nil, segment.AudienceNo, []string{segment.CodeAudienceNotScope}},
		{segment.AudienceIndustry, "hotels", segment.AudiencePerson, nil, segment.AudienceNo, []string{segment.CodeAudienceNotTarget}},
		{segment.AudienceIndustry, "banks", segment.AudiencePerson, nil, segment.AudienceNo, []string{segment.CodeAudienceNotScope, segment.CodeAudienceNotTarget}},
		{
			segment.AudienceIndustry, "hotels", segment.AudienceGroup,
			func(f *segment.AudienceFacts) { f.Industry, f.Kind = "", 0 },
			segment.AudienceUnknown,
			[]string{segment.CodeAudienceNoScope, segment.CodeAudienceNoTarget},
		},
		{
			segment.AudienceIndustry, "banks", segment.AudienceGroup,
			func(f *segment.AudienceFacts) { f.Kind = 0 },
			segment.AudienceNo,
			[]string{segment.CodeAudienceNotScope},
		},
	} {
		rules := audienceRules(always)
		rules.Scope, rules.Targets = segment.AudienceScope{Level: test.level, Name: test.name}, test.targets
		audience, err := segment.NewAudience(rules, time.UTC)
		require.NoError(t, err)
		facts := one
		if test.change != nil {
			test.change(&facts)
		}
		answer, reasons := audienceDecide(t, audience, facts, on)
		assert.Equal(t, test.want, answer)
		assert.Equal(t, test.codes, codes(reasons))
	}
}

// The reasons are those of the leaves that decided, each with its place in the tree.
func TestAudienceReasons(t *testing.T) {
	no := audienceTrait("no")
	tree := segment.Condition{All: []segment.Condition{
		audienceTrait("yes"),
		{Any: []segment.Condition{no, audienceTrait("yes"), audienceTrait("?"), {Not: &no}}},
		{Any: []segment.Condition{no, {All: []segment.Condition{audienceTrait("yes"), no, no}}}},
		audienceTrait("?"),
		{Not: &segment.Condition{Trait: "yes"}},
	}}
	rules := func(tree segment.Condition) (list []string) {
		_, reasons := audienceDecide(t, newAudience(t, tree), kleeneFacts(), on)
		for _, reason := range reasons {
			list = append(list, strings.TrimPrefix(reason.Rule, "group/1 "))
		}
		return list
	}
	assert.Equal(t, []string{"all[2].any[0].trait[no]", "all[2].any[1].all[1].trait[no]", "all[2].any[1].all[2].trait[no]", "all[4].not.trait[yes]"},
		rules(tree), "a no: all that is missing")
	tree.All = slices.Delete(tree.All, 2, 3)
	assert.Equal(t, []string{"all[3].not.trait[yes]"}, rules(tree))
	tree.All = tree.All[:3]
	assert.Equal(t, []string{"all[2].trait[?]"}, rules(tree), "unknown: what is not known")
	tree.All = tree.All[:2]
	assert.Equal(t, []string{"all[0].trait[yes]", "all[1].any[1].trait[yes]", "all[1].any[3].not.trait[no]"}, rules(tree), "a yes: what made it")
	assert.Equal(t, []string{"trait[?]"}, rules(audienceTrait("?")))
	answer, reasons := audienceDecide(t, newAudience(t, segment.Condition{RFM: &segment.ConditionRFM{Groups: []string{"a"}, Recency: audienceRange(1, 2)}}), kleeneFacts(), on)
	assert.Equal(t, segment.AudienceUnknown, answer)
	assert.Equal(t, "group/1 rfm.groups", reasons[0].Rule)
	assert.Equal(t, "group/1 rfm.recency", reasons[1].Rule)
}

// audienceTrees are random trees over numbers a to h.
func audienceTrees(depth int) *rapid.Generator[segment.Condition] {
	return rapid.Custom(func(t *rapid.T) segment.Condition {
		kind := rapid.IntRange(0, 3).Draw(t, "kind")
		if depth == 0 {
			kind = 0
		}
		switch kind {
		case 1:
			return segment.Condition{All: rapid.SliceOfN(audienceTrees(depth-1), 1, 4).Draw(t, "all")}
		case 2:
			return segment.Condition{Any: rapid.SliceOfN(audienceTrees(depth-1), 1, 4).Draw(t, "any")}
		case 3:
			not := audienceTrees(depth-1).Draw(t, "not")
			return segment.Condition{Not: &not}
		}
		from := rapid.Int64Range(0, 3).Draw(t, "from")
		return segment.Condition{Number: &segment.ConditionNumber{
			Name:           string(rune('a' + rapid.IntRange(0, 7).Draw(t, "name"))),
			ConditionRange: *audienceRange(from, from+rapid.Int64Range(0, 2).Draw(t, "more")),
		}}
	})
}

func audienceNumbers(t *rapid.T) segment.AudienceFacts {
	facts := segment.AudienceFacts{ID: "c"}
	for _, name := range "abcdefgh" {
		if value := rapid.Int64Range(-2, 5).Draw(t, string(name)); value >= 0 {
			facts.Numbers = append(facts.Numbers, segment.AudienceNumber{Name: string(name), Value: value})
		}
	}
	return facts
}

// audienceObvious is the answer by the definition: -1 is no, 0 unknown, 1 yes.
func audienceObvious(condition segment.Condition, facts segment.AudienceFacts) int {
	answer := -1
	switch {
	case condition.All != nil:
		answer = 1
		for _, part := range condition.All {
			answer = min(answer, audienceObvious(part, facts))
		}
	case condition.Any != nil:
		for _, part := range condition.Any {
			answer = max(answer, audienceObvious(part, facts))
		}
	case condition.Not != nil:
		return -audienceObvious(*condition.Not, facts)
	default:
		answer = 0
		for _, number := range facts.Numbers {
			if number.Name == condition.Number.Name {
				answer = -1
				if *condition.Number.From <= number.Value && number.Value <= *condition.Number.To {
					answer = 1
				}
			}
		}
	}
	return answer
}

func TestAudienceAgainstTheObvious(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tree, facts := audienceTrees(4).Draw(t, "tree"), audienceNumbers(t)
		audience := newAudience(t, tree)
		answer, reasons := audienceDecide(t, audience, facts, on)
		assert.Equal(t, audienceObvious(tree, facts), int(answer)-int(segment.AudienceUnknown))

		// What the reasons cite is enough: the other facts may be forgotten.
		cited := facts
		cited.Numbers = slices.DeleteFunc(slices.Clone(facts.Numbers), func(number segment.AudienceNumber) bool {
			return !slices.ContainsFunc(reasons, func(reason customer.Reason) bool {
				return strings.HasSuffix(reason.Rule, "number["+number.Name+"]")
			})
		})
		again, _ := audienceDecide(t, audience, cited, on)
		assert.Equal(t, answer, again)
		if answer == segment.AudienceUnknown {
			for _, reason := range reasons {
				assert.Equal(t, segment.CodeAudienceNoNumber, reason.Code)
			}
		}

		// To know more never turns a yes or a no.
		if len(facts.Numbers) > 0 {
			less := facts
			less.Numbers = slices.Delete(slices.Clone(facts.Numbers), 0, 1)
			before, _ := audienceDecide(t, audience, less, on)
			if before != segment.AudienceUnknown {
				assert.Equal(t, before, answer)
			}
		}
	})
}

// Everything that is wrong, at once, and where.
func TestAudienceFaults(t *testing.T) {
	nothing := segment.Condition{}
	for name, test := range map[string]struct {
		change func(*segment.AudienceRules)
		paths  []string
	}{
		"nothing at all":   {func(r *segment.AudienceRules) { *r = segment.AudienceRules{} }, []string{"id", "version", "zone", "condition"}},
		"Local":            {func(r *segment.AudienceRules) { r.Zone = "Local" }, []string{"zone"}},
		"another zone":     {func(r *segment.AudienceRules) { r.Zone = "Europe/Berlin" }, []string{"zone"}},
		"a level, no name": {func(r *segment.AudienceRules) { r.Scope.Level = segment.AudienceIndustry }, []string{"scope.name"}},
		"a name, no level": {func(r *segment.AudienceRules) { r.Scope.Name = "x" }, []string{"scope.level"}},
		"no such level":    {func(r *segment.AudienceRules) { r.Scope = segment.AudienceScope{Level: 4, Name: "x"} }, []string{"scope.level"}},
		"no such kind":     {func(r *segment.AudienceRules) { r.Targets = 3 }, []string{"targets"}},
		"two kinds":        {func(r *segment.AudienceRules) { r.Condition.Age = audienceRange(1, 2) }, []string{"condition"}},
		"empty all":        {func(r *segment.AudienceRules) { r.Condition = segment.Condition{All: []segment.Condition{}} }, []string{"condition.all"}},
		"empty any":        {func(r *segment.AudienceRules) { r.Condition = segment.Condition{Any: []segment.Condition{}} }, []string{"condition.any"}},
		"nothing within": {func(r *segment.AudienceRules) {
			r.Condition = segment.Condition{All: []segment.Condition{{}, {Not: &nothing}}}
		}, []string{"condition.all[0]", "condition.all[1].not"}},
		"too wide":      {func(r *segment.AudienceRules) { r.Condition = segment.Condition{Any: make([]segment.Condition, 101)} }, []string{"condition.any"}},
		"from above to": {func(r *segment.AudienceRules) { r.Condition = segment.Condition{Age: audienceRange(36, 35)} }, []string{"condition.age.from"}},
		"no end":        {func(r *segment.AudienceRules) { r.Condition = segment.Condition{Age: &segment.ConditionRange{}} }, []string{"condition.age"}},
		"an age of 151": {func(r *segment.AudienceRules) { r.Condition = segment.Condition{Age: audienceRange(-1, 151)} }, []string{"condition.age.from", "condition.age.to"}},
		"no record":     {func(r *segment.AudienceRules) { r.Condition = segment.Condition{Record: &segment.ConditionRecord{}} }, []string{"condition.record"}},
		"no rfm":        {func(r *segment.AudienceRules) { r.Condition = segment.Condition{RFM: &segment.ConditionRFM{}} }, []string{"condition.rfm"}},
		"a score of 0": {func(r *segment.AudienceRules) {
			r.Condition = segment.Condition{RFM: &segment.ConditionRFM{Frequency: audienceRange(0, 256)}}
		}, []string{"condition.rfm.frequency.from", "condition.rfm.frequency.to"}},
		"no group": {func(r *segment.AudienceRules) {
			r.Condition = segment.Condition{RFM: &segment.ConditionRFM{Groups: []string{}}}
		}, []string{"condition.rfm.groups"}},
		"label without key": {func(r *segment.AudienceRules) {
			r.Condition = segment.Condition{Label: &segment.ConditionLabel{In: []string{"", "a", "a"}}}
		}, []string{"condition.label.key", "condition.label.in[0]", "condition.label.in[2]"}},
		"label without text": {func(r *segment.AudienceRules) {
			r.Condition = segment.Condition{Label: &segment.ConditionLabel{Key: "tier"}}
		}, []string{"condition.label.in"}},
		"no such unit": {func(r *segment.AudienceRules) {
			r.Condition = segment.Condition{Number: &segment.ConditionNumber{Unit: 200}}
		}, []string{"condition.number.name", "condition.number.unit", "condition.number"}},
		"no cell": {func(r *segment.AudienceRules) {
			r.Condition = segment.Condition{Cell: &segment.ConditionCell{Category: "pain"}}
		}, []string{"condition.cell.in"}},
		"too many texts": {func(r *segment.AudienceRules) {
			r.Condition = segment.Condition{Label: &segment.ConditionLabel{Key: "tier", In: make([]string, segment.MaxConditionTexts+1)}}
		}, []string{"condition.label.in"}},
		"cells twice, and not of the nine": {func(r *segment.AudienceRules) {
			heavy := segment.Cell{Brand: segment.StoreLoyal, Usage: segment.Heavy}
			r.Condition = segment.Condition{Cell: &segment.ConditionCell{In: []segment.Cell{heavy, heavy, {Brand: segment.StoreLoyal}}}}
		}, []string{"condition.cell.category", "condition.cell.in[1]", "condition.cell.in[2]"}},
		"record out of range": {func(r *segment.AudienceRules) {
			r.Condition = segment.Condition{Record: &segment.ConditionRecord{
				ReturnsAtMostPermille: audienceFigure(1001), OverdueAtMost: audienceFigure(-1), TenureDays: 36_601, TenureMonths: 1201,
			}}
		}, []string{
			"condition.record.returns_at_most_permille", "condition.record.overdue_at_most", "condition.record.tenure_days",
			"condition.record.tenure_months", "condition.record.tenure_months",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			rules := audienceRules(audienceTrait("pet"))
			test.change(&rules)
			_, err := segment.NewAudience(rules, time.UTC)
			assert.Equal(t, test.paths, faultPaths(t, err))
		})
	}
}

// A tree is bounded in depth, width and number, even one that contains itself.
func TestAudienceBounds(t *testing.T) {
	deep := audienceTrait("pet")
	for range segment.MaxConditionDepth - 1 {
		inner := deep
		deep = segment.Condition{Not: &inner}
	}
	newAudience(t, deep)
	_, err := segment.NewAudience(audienceRules(segment.Condition{Not: &deep}), time.UTC)
	assert.Equal(t, []string{"condition" + strings.Repeat(".not", segment.MaxConditionDepth)}, faultPaths(t, err))

	ring := segment.Condition{}
	ring.Not = &ring
	_, err = segment.NewAudience(audienceRules(ring), time.UTC)
	assert.Len(t, faultPaths(t, err), 1)

	list := make([]segment.Condition, 100)
	for i := range list {
		list[i].All = list
	}
	_, err = segment.NewAudience(audienceRules(segment.Condition{All: list}), time.UTC)
	assert.NotEmpty(t, faultPaths(t, err))

	leaves := make([]segment.Condition, 99)
	for i := range leaves {
		leaves[i] = audienceTrait("pet")
	}
	full := make([]segment.Condition, 9) // 1 + 9 × (1 + 99) + 1 + 98 = 1000 nodes
	for i := range full {
		full[i].Any = leaves
	}
	full = append(full, segment.Condition{Any: leaves[:98]})
	newAudience(t, segment.Condition{All: full})
	_, err = segment.NewAudience(audienceRules(segment.Condition{All: append(full[:9:9], segment.Condition{Any: leaves})}), time.UTC)
	assert.Equal(t, []string{"condition.all[9].any[98]"}, faultPaths(t, err))
}

// Names that a host does not know are faults where it says which it knows.
func TestAudienceCheckNames(t *testing.T) {
	rules := audienceRules(segment.Condition{All: []segment.Condition{
		audienceTrait("pet"),
		{Cell: &segment.ConditionCell{Category: "pain", In: []segment.Cell{{Brand: segment.Switcher, Usage: segment.Light}}}},
		{Label: &segment.ConditionLabel{Key: "tier", In: []string{"gold"}}},
		{Number: &segment.ConditionNumber{Name: "value", ConditionRange: *audienceRange(1, 2)}},
		{RFM: &segment.ConditionRFM{Groups: []string{"keep", "lose"}}},
	}})
	require.NoError(t, rules.CheckNames(segment.AudienceNames{}))
	require.NoError(t, rules.CheckNames(segment.AudienceNames{
		Categories: []string{"pain"}, Traits: []string{"pet"}, Labels: []string{"tier"}, Numbers: []string{"value"}, RFMGroups: []string{"keep", "lose"},
	}))
	assert.Equal(t, []string{
		"condition.all[0].trait", "condition.all[1].cell.category", "condition.all[2].label.key",
		"condition.all[3].number.name", "condition.all[4].rfm.groups[1]",
	}, faultPaths(t, rules.CheckNames(segment.AudienceNames{
		Categories: []string{}, Traits: []string{"pets"}, Labels: []string{""}, Numbers: []string{}, RFMGroups: []string{"keep"},
	})))
	rules.Version = 0
	assert.Equal(t, []string{"version"}, faultPaths(t, rules.CheckNames(segment.AudienceNames{})))
}

// A misspelt rule is a fault, and rules written are rules read, byte for byte.
func TestAudienceRulesAsJSON(t *testing.T) {
	text := `{"id":"all","version":1,"from":"2026-01-01","until":"2027-01-01","zone":"UTC",` +
		`"scope":{"level":"enterprise","name":"Grand"},"targets":"group","address_unknown":true,"condition":{"all":[` +
		`{"any":[{"trait":"pet"},{"not":{"age":{"from":18}}}]},` +
		`{"cell":{"category":"pain","in":["store-loyal/heavy","switcher/light"]}},` +
		`{"rfm":{"groups":["keep"],"recency":{"from":4},"frequency":{"from":1,"to":3},"monetary":{"to":2}}},` +
		`{"label":{"key":"area","in":["north","east"]}},` +
		`{"number":{"name":"contribution","unit":"minor","from":-100,"to":0}},` +
		`{"record":{"returns_at_most_permille":0,"overdue_at_most":0,"tenure_days":90}}]}}`
	rules, err := segment.ParseAudienceRules([]byte(text))
	require.NoError(t, err)
	assert.Equal(t, text, toJSON(t, rules))
	_, err = segment.NewAudience(rules, time.UTC)
	require.NoError(t, err)

	for wrong, path := range map[string]string{
		`{"conditions":{}}`:                                          "conditions",
		`{"condition":{"and":[]}}`:                                   "condition.and",
		`{"condition":{"all":[{"any":[{"Trait":"pet"}]}]}}`:          "condition.all[0].any[0].Trait",
		`{"condition":{"not":null}}`:                                 "condition.not",
		`{"condition":{"age":{"from":"18"}}}`:                        "condition.age.from",
		`{"condition":{"age":{"from":18.5}}}`:                        "condition.age.from",
		`{"condition":{"cell":{"in":["store-loyal"]}}}`:              "condition.cell.in[0]",
		`{"condition":{"number":{"unit":"euro"}}}`:                   "condition.number.unit",
		`{"scope":{"level":"company"}}`:                              "scope.level",
		`{"targets":"people"}`:                                       "targets",
		`{"condition":{"trait":"a","trait":"b"}}`:                    "condition.trait",
		`{"condition":{"record":{"returns_at_most_permille":null}}}`: "condition.record.returns_at_most_permille",
	} {
		_, err := segment.ParseAudienceRules([]byte(wrong))
		assert.Equal(t, []string{path}, faultPaths(t, err), wrong)
	}
}

// A book is asked only on its days.
func TestAudienceInForce(t *testing.T) {
	rules := audienceRules(audienceTrait("yes"))
	rules.From, rules.Until = on, on+1
	audience, err := segment.NewAudience(rules, time.UTC)
	require.NoError(t, err)
	facts := kleeneFacts()
	audienceDecide(t, audience, facts, on)
	for _, day := range []customer.Date{0, on - 1, on + 1} {
		var refusal *customer.Refusal
		_, _, err = audience.Decide(&facts, day)
		require.ErrorAs(t, err, &refusal)
		_, err = audience.Answer(&facts, day)
		require.ErrorAs(t, err, &refusal)
		_, err = audience.Tally(day, segment.AudienceSample{})
		require.ErrorAs(t, err, &refusal)
	}
}

// Whose midnight it is decides on which day somebody comes of age.
func TestAudienceDay(t *testing.T) {
	rules := audienceRules(segment.Condition{Age: audienceRange(18, 99)})
	rules.Zone = "Asia/Shanghai"
	audience, err := segment.NewAudience(rules, zone(t, "Asia/Shanghai"))
	require.NoError(t, err)
	before := time.Date(2026, 6, 30, 15, 59, 59, 0, time.UTC)
	assert.Equal(t, day(t, "2026-06-30"), audience.Day(before))
	assert.Equal(t, day(t, "2026-07-01"), audience.Day(before.Add(time.Second)))
}

// Facts that cannot be are refused, all at once; none is needed but the ID.
func TestAudienceFactsCheck(t *testing.T) {
	require.NoError(t, (&segment.AudienceFacts{ID: "c"}).Check())
	long := strings.Repeat("x", customer.MaxText+1)
	facts := segment.AudienceFacts{
		Kind: 3, Industry: long, Enterprise: "\n", Department: long, RFMGroup: long, Born: -1,
		Labels:  []segment.AudienceLabel{{}, {Key: "a", Text: "b"}},
		Numbers: []segment.AudienceNumber{{Name: "a"}, {Name: "b"}, {Name: "a"}},
		Traits:  []segment.AudienceTrait{{}, {Name: "a"}, {Name: "a"}},
		Cells:   []segment.AudienceCell{{Category: "a"}, {Category: "a"}, {Category: "b", Cell: segment.Cell{Brand: 4}}},
		Record:  segment.AudienceRecord{Since: customer.MaxDate + 1, Overdue: -1},
	}
	assert.Equal(t, []string{
		"id", "kind", "industry", "enterprise", "department", "rfm_group", "born", "record.since",
		"labels[0].key", "labels[0].text", "numbers[2].name", "traits[0].name", "traits[2].name", "cells[1].category", "cells[2].cell", "record",
	}, faultPaths(t, facts.Check()))
	many := segment.AudienceFacts{ID: "c", Labels: make([]segment.AudienceLabel, 101)}
	for i := range many.Labels {
		many.Labels[i] = segment.AudienceLabel{Key: "interest", Text: fmt.Sprint(i)}
	}
	assert.Equal(t, []string{"labels"}, faultPaths(t, many.Check()))
	many.Labels = many.Labels[:100]
	require.NoError(t, many.Check())
}

// The stored texts of the closed words.
func TestAudienceWords(t *testing.T) {
	for text, value := range map[string]interface{ MarshalText() ([]byte, error) }{
		"industry": segment.AudienceIndustry, "enterprise": segment.AudienceEnterprise, "service-department": segment.AudienceDepartment,
		"person": segment.AudiencePerson, "group": segment.AudienceGroup,
		"no": segment.AudienceNo, "unknown": segment.AudienceUnknown, "yes": segment.AudienceYes,
	} {
		written, err := value.MarshalText()
		require.NoError(t, err)
		assert.Equal(t, text, string(written))
	}
	var answer segment.AudienceAnswer
	require.NoError(t, answer.UnmarshalText([]byte("unknown")))
	assert.Equal(t, segment.AudienceUnknown, answer)
	for _, none := range []interface{ MarshalText() ([]byte, error) }{
		segment.AudienceLevel(0), segment.AudienceLevel(4), segment.AudienceKind(0), segment.AudienceKind(3), segment.AudienceAnswer(0), segment.AudienceAnswer(4),
	} {
		_, err := none.MarshalText()
		require.Error(t, err)
	}
}

// Facts that nobody has checked are answered too, and nothing panics.
func TestAudienceTakesAnyFacts(t *testing.T) {
	audience := newAudience(t, segment.Condition{Any: []segment.Condition{
		{Age: audienceRange(0, 150)},
		{Record: &segment.ConditionRecord{ReturnsAtMostPermille: audienceFigure(0), OverdueAtMost: audienceFigure(0), TenureMonths: 1200}},
		{Record: &segment.ConditionRecord{TenureDays: 36_600}},
		{Cell: &segment.ConditionCell{Category: "pain", In: []segment.Cell{{Brand: segment.Switcher, Usage: segment.Light}}}},
	}})
	for _, date := range []customer.Date{math.MinInt32, -1, 0, customer.MaxDate, math.MaxInt32} {
		facts := segment.AudienceFacts{
			Kind: 200, Born: date, Cells: []segment.AudienceCell{{Category: "pain", Cell: segment.Cell{Brand: 200, Usage: 200}}},
			Record: segment.AudienceRecord{Since: date, Bought: math.MinInt64, Returned: math.MinInt64, ReturnsKnown: true, Overdue: -1, PaymentsKnown: true},
		}
		answer, _ := audienceDecide(t, audience, facts, on)
		assert.Equal(t, segment.AudienceUnknown, answer)
	}
}

func FuzzAudienceRules(f *testing.F) {
	f.Add([]byte(audienceYoungWomen))
	f.Add([]byte(`{"id":"a","version":1,"zone":"UTC","condition":{"not":{"any":[{"trait":"pet"},{"rfm":{"recency":{"from":1}}}]}}}`))
	f.Add([]byte(`{"condition":{"label":{"key":"x"},"all":[]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		rules, err := segment.ParseAudienceRules(data)
		if err != nil {
			return
		}
		text := toJSON(t, rules)
		again, err := segment.ParseAudienceRules([]byte(text))
		require.NoError(t, err)
		assert.Equal(t, text, toJSON(t, again))

		rules.Zone = "UTC"
		audience, err := segment.NewAudience(rules, time.UTC)
		if err != nil {
			var faults customer.Faults
			require.ErrorAs(t, err, &faults)
			return
		}
		for _, facts := range []segment.AudienceFacts{{ID: "c"}, {
			ID: "c", Kind: segment.AudiencePerson, Industry: "a", Enterprise: "a", Department: "a", Born: on - 10_000, RFM: [3]uint8{1, 2, 3}, RFMGroup: "a",
			Traits: []segment.AudienceTrait{{Name: "pet", Held: true}}, Labels: []segment.AudienceLabel{{Key: "gender", Text: "female"}},
			Numbers: []segment.AudienceNumber{{Name: "contribution", Value: 3, Unit: customer.UnitMinor}},
			Record:  segment.AudienceRecord{Since: on - 400, Bought: 5, Returned: 1, ReturnsKnown: true, PaymentsKnown: true},
		}} {
			answer, reasons, err := audience.Decide(&facts, on)
			var refusal *customer.Refusal
			if errors.As(err, &refusal) {
				return
			}
			require.NoError(t, err)
			plain, err := audience.Answer(&facts, on)
			require.NoError(t, err)
			require.Equal(t, answer, plain)
			require.NotEmpty(t, reasons)
			require.GreaterOrEqual(t, answer, segment.AudienceNo)
			require.LessOrEqual(t, answer, segment.AudienceYes)
			for _, reason := range reasons {
				require.NotContains(t, segment.Explain(reason, customer.Chinese), "%!")
			}
		}
	})
}
