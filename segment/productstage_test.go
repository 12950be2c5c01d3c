package segment_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/segment"
)

func newStages(t failer, rules segment.ProductStageRules) *segment.ProductStages {
	t.Helper()
	stages, err := segment.NewProductStages(rules)
	require.NoError(t, err)
	return stages
}

// stageFacts are units sold in the months up to November 2025, known since January 2020.
func stageFacts(t failer, packs ...int64) segment.ProductStageFacts {
	t.Helper()
	facts := segment.ProductStageFacts{Since: day(t, "2020-01-01")}
	first := day(t, "2025-12-01").AddMonths(-len(packs))
	for i, n := range packs {
		if n > 0 {
			facts.Months = append(facts.Months, segment.ProductStageMonth{First: first.AddMonths(i), Lines: 1, Bought: segment.Units{National: 1000 * n}})
		}
	}
	return facts
}

// row C10.
func TestProductStage(t *testing.T) {
	young := func(then, now int64) []int64 { // 7 months old: three against three
		return []int64{1, then, 0, 0, now, 0, 0}
	}
	for _, test := range []struct {
		name    string
		packs   []int64
		sitting segment.ProductStage
		since   string // of the sitting stage
		stage   segment.ProductStage
		codes   []string
	}{
		{name: "never sold", stage: segment.ProductStageUnknown, codes: []string{segment.CodeStageNeverSold}},
		{name: "last month was the first", packs: []int64{5}, stage: segment.ProductIntroduction, codes: []string{segment.CodeStageNew}},
		{name: "six months", packs: []int64{5, 0, 0, 0, 0, 900}, stage: segment.ProductIntroduction, codes: []string{segment.CodeStageNew}},
		{name: "gone for just so long", packs: []int64{900, 900, 0, 0, 0}, stage: segment.ProductDiscontinued, codes: []string{segment.CodeStageGone}},
		{name: "one month less", packs: []int64{900, 900, 0, 0}, stage: segment.ProductIntroduction, codes: []string{segment.CodeStageNew}},

		{name: "growth, exactly on the mark", packs: young(1000, 1200), stage: segment.ProductGrowth, codes: []string{segment.CodeStageAge, segment.CodeStageBefore, segment.CodeStageGrows}},
		{name: "one pack less", packs: young(1000, 1199), stage: segment.ProductMaturity, codes: []string{segment.CodeStageAge, segment.CodeStageBefore, segment.CodeStageBelowGrowth, segment.CodeStageAboveDecline}},
		{name: "decline, exactly on the mark", packs: young(1000, 800), stage: segment.ProductDecline, codes: []string{segment.CodeStageAge, segment.CodeStageBefore, segment.CodeStageDeclines}},
		{name: "one pack more", packs: young(1000, 801), stage: segment.ProductMaturity, codes: []string{segment.CodeStageAge, segment.CodeStageBefore, segment.CodeStageBelowGrowth, segment.CodeStageAboveDecline}},
		{name: "just enough units", packs: young(100, 100), stage: segment.ProductMaturity, codes: []string{segment.CodeStageAge, segment.CodeStageBefore, segment.CodeStageBelowGrowth, segment.CodeStageAboveDecline}},
		{name: "too few units", packs: young(100, 99), stage: segment.ProductStageUnknown, codes: []string{segment.CodeStageAge, segment.CodeStageBefore, segment.CodeStageFewUnits}},
		{name: "from nothing", packs: young(0, 500), stage: segment.ProductGrowth, codes: []string{segment.CodeStageAge, segment.CodeStageBefore, segment.CodeStageNoBase}},
		{name: "the first month is no base", packs: []int64{5000, 100, 100, 100, 100, 100, 100}, stage: segment.ProductMaturity, codes: []string{segment.CodeStageAge, segment.CodeStageBefore, segment.CodeStageBelowGrowth, segment.CodeStageAboveDecline}},

		{name: "growth sits above the mark to leave", packs: young(1000, 1051), sitting: segment.ProductGrowth, since: "2025-09-01", stage: segment.ProductGrowth, codes: []string{segment.CodeStageAge, segment.CodeStageBefore, segment.CodeStageKeptGrowth}},
		{name: "growth leaves on the mark", packs: young(1000, 1050), sitting: segment.ProductGrowth, since: "2025-09-01", stage: segment.ProductMaturity, codes: []string{segment.CodeStageAge, segment.CodeStageBefore, segment.CodeStageBelowGrowth, segment.CodeStageAboveDecline}},
		{name: "growth crashes", packs: young(1000, 800), sitting: segment.ProductGrowth, since: "2025-09-01", stage: segment.ProductDecline, codes: []string{segment.CodeStageAge, segment.CodeStageBefore, segment.CodeStageDeclines}},
		{name: "decline sits below the mark to leave", packs: young(1000, 949), sitting: segment.ProductDecline, since: "2025-09-01", stage: segment.ProductDecline, codes: []string{segment.CodeStageAge, segment.CodeStageBefore, segment.CodeStageKeptDecline}},
		{name: "decline leaves on the mark", packs: young(1000, 950), sitting: segment.ProductDecline, since: "2025-09-01", stage: segment.ProductMaturity, codes: []string{segment.CodeStageAge, segment.CodeStageBefore, segment.CodeStageBelowGrowth, segment.CodeStageAboveDecline}},
		{name: "decline recovers", packs: young(1000, 1200), sitting: segment.ProductDecline, since: "2025-09-01", stage: segment.ProductGrowth, codes: []string{segment.CodeStageAge, segment.CodeStageBefore, segment.CodeStageGrows}},
		{name: "maturity does not grow before the mark", packs: young(1000, 1199), sitting: segment.ProductMaturity, since: "2025-09-01", stage: segment.ProductMaturity, codes: []string{segment.CodeStageAge, segment.CodeStageBefore, segment.CodeStageBelowGrowth, segment.CodeStageAboveDecline}},
		{name: "it stays a month more", packs: young(1000, 100), sitting: segment.ProductGrowth, since: "2025-11-01", stage: segment.ProductGrowth, codes: []string{segment.CodeStageAge, segment.CodeStageBefore, segment.CodeStageStays}},
		{name: "it has stayed long enough", packs: young(1000, 100), sitting: segment.ProductGrowth, since: "2025-10-01", stage: segment.ProductDecline, codes: []string{segment.CodeStageAge, segment.CodeStageBefore, segment.CodeStageDeclines}},
		{name: "gone is gone at once", packs: []int64{9, 0, 0, 0}, sitting: segment.ProductGrowth, since: "2025-11-01", stage: segment.ProductDiscontinued, codes: []string{segment.CodeStageGone}},
		{name: "back from gone", packs: young(1000, 1000), sitting: segment.ProductDiscontinued, since: "2025-11-01", stage: segment.ProductMaturity, codes: []string{segment.CodeStageAge, segment.CodeStageBefore, segment.CodeStageBelowGrowth, segment.CodeStageAboveDecline}},

		{name: "a season is no decline", packs: []int64{1, 100, 100, 100, 0, 0, 0, 0, 0, 900, 900, 900, 900, 100, 100, 100}, stage: segment.ProductMaturity, codes: []string{segment.CodeStageAge, segment.CodeStageSeason, segment.CodeStageBelowGrowth, segment.CodeStageAboveDecline}},
		{name: "a year less a month old", packs: []int64{1, 100, 100, 0, 0, 0, 0, 0, 900, 900, 900, 900, 100, 100, 100}, stage: segment.ProductDecline, codes: []string{segment.CodeStageAge, segment.CodeStageBefore, segment.CodeStageDeclines}},
	} {
		t.Run(test.name, func(t *testing.T) {
			sitting := segment.ProductStageStanding{Stage: test.sitting}
			if test.since != "" {
				sitting.Since = day(t, test.since)
			}
			for _, on := range []string{"2025-12-01", "2025-12-31"} {
				standing, reasons, err := newStages(t, stageRules()).Assess(stageFacts(t, test.packs...), sitting, day(t, on))
				require.NoError(t, err)
				want := segment.ProductStageStanding{Stage: test.stage, Since: day(t, "2025-12-01")}
				if test.stage == test.sitting {
					want.Since = sitting.Since
				}
				assert.Equal(t, want, standing)
				assert.Equal(t, test.codes, codes(reasons))
			}
		})
	}
}

// What was known only from the middle of a product's life on is not taken for its beginning,
// and a month that is known in part is not compared with. row C10.
func TestProductStageOfOlderProducts(t *testing.T) {
	facts := stageFacts(t, 900, 900, 900, 900, 900, 900, 900) // from May 2025 on
	for _, test := range []struct {
		since string
		stage segment.ProductStage
		codes []string
	}{
		{"2025-02-28", segment.ProductMaturity, []string{segment.CodeStageAge, segment.CodeStageBefore, segment.CodeStageBelowGrowth, segment.CodeStageAboveDecline}},
		{"2025-03-01", segment.ProductMaturity, []string{segment.CodeStageOlder, segment.CodeStageBefore, segment.CodeStageBelowGrowth, segment.CodeStageAboveDecline}},
		{"2025-05-01", segment.ProductMaturity, []string{segment.CodeStageOlder, segment.CodeStageBefore, segment.CodeStageBelowGrowth, segment.CodeStageAboveDecline}},
	} {
		facts.Since = day(t, test.since)
		standing, reasons, err := newStages(t, stageRules()).Assess(facts, segment.ProductStageStanding{}, day(t, "2025-12-01"))
		require.NoError(t, err)
		assert.Equal(t, test.stage, standing.Stage, test.since)
		assert.Equal(t, test.codes, codes(reasons), test.since)
	}
	short := stageFacts(t, 900, 900, 900, 900, 900, 900) // from June 2025 on
	for since, want := range map[string]segment.ProductStage{"2025-06-01": segment.ProductMaturity, "2025-06-02": segment.ProductStageUnknown} {
		short.Since = day(t, since)
		standing, reasons, err := newStages(t, stageRules()).Assess(short, segment.ProductStageStanding{}, day(t, "2025-12-01"))
		require.NoError(t, err)
		assert.Equal(t, want, standing.Stage)
		if want == segment.ProductStageUnknown {
			assert.Equal(t, customer.Reason{Code: segment.CodeStageShort, Rule: "life/1", Fact: 5, Mark: 6, Unit: customer.UnitMonths}, reasons[1])
		}
	}
}

// Returns are taken off, month by month, and lines without a quantity are said.
func TestProductStageReturns(t *testing.T) {
	facts := stageFacts(t, 1, 1000, 0, 0, 1200, 0, 0)
	facts.Months[2].Returned = segment.Units{National: 200_000}
	facts.Months[2].Lines, facts.Months[2].Unmeasured = 4, 3
	facts.Months[0].Unmeasured = 1 // before both windows
	standing, reasons, err := newStages(t, stageRules()).Assess(facts, segment.ProductStageStanding{}, day(t, "2025-12-01"))
	require.NoError(t, err)
	assert.Equal(t, segment.ProductMaturity, standing.Stage)
	assert.Equal(t, customer.Reason{Code: segment.CodeStageUnmeasured, Rule: "life/1", Fact: 3, Unit: customer.UnitTimes}, reasons[1])
	assert.Equal(t, []int64{1_000_000, 1_000_000}, []int64{reasons[2].Fact, reasons[2].Mark})

	// Between the windows of a season lie nine months that are not compared.
	facts = stageFacts(t, 1, 500, 500, 500, 7, 7, 7, 7, 7, 7, 7, 7, 7, 500, 500, 500)
	for i := range facts.Months {
		facts.Months[i].Unmeasured = 1
	}
	_, reasons, err = newStages(t, stageRules()).Assess(facts, segment.ProductStageStanding{}, day(t, "2025-12-01"))
	require.NoError(t, err)
	assert.Equal(t, customer.Reason{Code: segment.CodeStageUnmeasured, Rule: "life/1", Fact: 6, Unit: customer.UnitTimes}, reasons[1])
}

// With nothing sitting, more units now never put a product further down; and whatever is
// asked, there is an answer with a reason.
func TestProductStagesAreMonotone(t *testing.T) {
	stages := newStages(t, stageRules())
	height := map[string]int{"decline": 1, "maturity": 2, "growth": 3}
	rapid.Check(t, func(t *rapid.T) {
		base := rapid.OneOf(rapid.Int64Range(200, 2000), rapid.Int64Range(200, 1_000_000_000_000_000)).Draw(t, "base")
		now := rapid.OneOf(rapid.Int64Range(0, 3000), rapid.Int64Range(0, 1_000_000_000_000_000)).Draw(t, "now")
		more := rapid.Int64Range(now, 1_000_000_000_000_000).Draw(t, "more")
		assess := func(packs int64) int {
			standing, reasons, err := stages.Assess(stageFacts(t, 1, base, 0, 1, packs, 0, 1), segment.ProductStageStanding{}, day(t, "2025-12-09"))
			require.NoError(t, err)
			require.NotEmpty(t, reasons)
			require.Contains(t, height, standing.Stage.String())
			return height[standing.Stage.String()]
		}
		assert.GreaterOrEqual(t, assess(more), assess(now))
	})
	rapid.Check(t, func(t *rapid.T) {
		packs := rapid.SliceOfN(rapid.Int64Range(0, 500), 0, 30).Draw(t, "packs")
		standing := segment.ProductStageStanding{Stage: segment.ProductStage(rapid.IntRange(0, 5).Draw(t, "sitting")), Since: day(t, "2025-10-01")}
		first, reasons, err := stages.Assess(stageFacts(t, packs...), standing, day(t, "2025-12-09"))
		require.NoError(t, err)
		require.NotEmpty(t, reasons)
		again, _, err := stages.Assess(stageFacts(t, packs...), first, day(t, "2025-12-09"))
		require.NoError(t, err)
		assert.Equal(t, first, again, "asked again with its own answer, it stays")
	})
}

func TestProductStageFaults(t *testing.T) {
	_, _, err := new(segment.ProductStages).Assess(segment.ProductStageFacts{Since: 1}, segment.ProductStageStanding{}, on)
	require.Error(t, err)
	for _, test := range []struct {
		spoil func(*segment.ProductStageRules)
		paths []string
	}{
		{func(r *segment.ProductStageRules) { *r = segment.ProductStageRules{} }, []string{
			"id", "version", "window_months", "introduction_months", "gone_months",
			"growth_enter_permille", "growth_leave_permille", "decline_enter_permille", "decline_leave_permille",
		}},
		{func(r *segment.ProductStageRules) { r.WindowMonths, r.IntroductionMonths = 13, 27 }, []string{"window_months"}},
		{func(r *segment.ProductStageRules) { r.IntroductionMonths = 6 }, []string{"introduction_months"}},
		{func(r *segment.ProductStageRules) { r.GoneMonths = 121 }, []string{"gone_months"}},
		{func(r *segment.ProductStageRules) { r.MinUnits = dec("0.0001") }, []string{"min_units"}},
		{func(r *segment.ProductStageRules) { r.MinUnits = dec("-1") }, []string{"min_units"}},
		{func(r *segment.ProductStageRules) { r.GrowthLeavePermille = 200 }, []string{"growth_leave_permille"}},
		{func(r *segment.ProductStageRules) { r.DeclineEnterPermille = 1001 }, []string{"decline_enter_permille"}},
		{func(r *segment.ProductStageRules) { r.DeclineLeavePermille = -1 }, []string{"decline_leave_permille"}},
		{func(r *segment.ProductStageRules) { r.StayMonths = -1 }, []string{"stay_months"}},
	} {
		rules := stageRules()
		test.spoil(&rules)
		_, err := segment.NewProductStages(rules)
		if rules.Version == 0 {
			assert.Subset(t, test.paths, faultPaths(t, err))
			continue
		}
		assert.Equal(t, test.paths, faultPaths(t, err))
	}
	read, err := segment.ParseProductStageRules([]byte(toJSON(t, stageRules())))
	require.NoError(t, err)
	assert.JSONEq(t, toJSON(t, stageRules()), toJSON(t, read))

	stages, assess := newStages(t, stageRules()), func(facts segment.ProductStageFacts) error {
		_, _, err := newStages(t, stageRules()).Assess(facts, segment.ProductStageStanding{}, on)
		return err
	}
	month := func(text string) segment.ProductStageMonth {
		return segment.ProductStageMonth{First: day(t, text), Lines: 1}
	}
	since := day(t, "2025-01-15")
	assert.Equal(t, []string{"since"}, faultPaths(t, assess(segment.ProductStageFacts{})))
	assert.Equal(t, []string{"months[0].first"}, faultPaths(t, assess(segment.ProductStageFacts{Since: since, Months: []segment.ProductStageMonth{month("2025-02-02")}})))
	assert.Equal(t, []string{"months[1].first"}, faultPaths(t, assess(segment.ProductStageFacts{Since: since, Months: []segment.ProductStageMonth{month("2025-01-01"), month("2025-01-01")}})))
	assert.Equal(t, []string{"months[0].first"}, faultPaths(t, assess(segment.ProductStageFacts{Since: since, Months: []segment.ProductStageMonth{month("2024-12-01")}})))
	assert.Equal(t, []string{"months[0].lines"}, faultPaths(t, assess(segment.ProductStageFacts{Since: since, Months: []segment.ProductStageMonth{{First: day(t, "2025-02-01"), Unmeasured: 1}}})))
	for until, paths := range map[customer.Date][]string{0: nil, -1: {"until"}, day(t, "2025-10-31"): {"until"}, day(t, "2025-11-01"): nil, customer.MaxDate: nil} {
		err := assess(segment.ProductStageFacts{Since: since, Until: until})
		if paths == nil {
			require.NoError(t, err)
			continue
		}
		assert.Equal(t, paths, faultPaths(t, err), until)
	}
	var refusal *customer.Refusal
	_, _, err = stages.Assess(segment.ProductStageFacts{Since: 1}, segment.ProductStageStanding{}, 0)
	require.ErrorAs(t, err, &refusal)
}

func TestProductStageTexts(t *testing.T) {
	texts := []string{}
	for stage := segment.ProductStageUnknown; stage <= segment.ProductDiscontinued; stage++ {
		text, err := stage.MarshalText()
		require.NoError(t, err)
		var read segment.ProductStage
		require.NoError(t, read.UnmarshalText(text))
		assert.Equal(t, stage, read)
		texts = append(texts, string(text))
	}
	assert.Equal(t, []string{"unknown", "introduction", "growth", "maturity", "decline", "discontinued"}, texts)
	_, err := (segment.ProductDiscontinued + 1).MarshalText()
	require.Error(t, err)
	require.Error(t, new(segment.ProductStage).UnmarshalText([]byte("old")))
	assert.JSONEq(t, `{"stage":"growth","since":"2025-12-01"}`, toJSON(t, segment.ProductStageStanding{Stage: segment.ProductGrowth, Since: day(t, "2025-12-01")}))
}

// Any order and any split gives the same bytes, and the facts are those of an obvious count.
func TestProductStageTallyMerges(t *testing.T) {
	period := population.Period{From: day(t, "2025-01-30"), Until: day(t, "2025-02-03")}
	rapid.Check(t, func(t *rapid.T) {
		lines := somebodysLines(period).Draw(t, "lines")
		whole, parts := segment.NewProductStageTally[uint32](period), []*segment.ProductStageTally[uint32]{
			segment.NewProductStageTally[uint32](period), segment.NewProductStageTally[uint32](period),
		}
		require.NoError(t, whole.Add(lines...))
		for _, line := range rapid.Permutation(lines).Draw(t, "order") {
			require.NoError(t, parts[rapid.IntRange(0, 1).Draw(t, "part")].Add(line))
		}
		require.NoError(t, parts[1].Merge(parts[0]))
		want := marshal(t, whole)
		assert.Equal(t, want, marshal(t, parts[1]))
		read := segment.NewProductStageTally[uint32](population.Period{From: 1, Until: 2})
		require.NoError(t, read.UnmarshalBinary(want))
		assert.Equal(t, want, marshal(t, read))

		type key struct {
			product uint32
			month   customer.Date
		}
		bought, got := map[key]segment.Units{}, map[key]segment.Units{}
		for _, line := range lines {
			if line.Returned || line.Units == 0 || !period.Contains(line.Day) {
				continue
			}
			at := key{line.Item, population.PeriodMonth.Of(line.Day).From}
			units := bought[at]
			switch line.Kind {
			case customer.StoreBrand:
				units.Store += line.Units
			case customer.NationalBrand:
				units.National += line.Units
			case customer.UnknownBrand:
				units.Unknown += line.Units
			}
			bought[at] = units
		}
		for product, facts := range whole.All() {
			assert.Equal(t, whole.Facts(product).Months, facts.Months)
			assert.Equal(t, period.From, facts.Since)
			for _, month := range facts.Months {
				if month.Bought != (segment.Units{}) {
					got[key{product, month.First}] = month.Bought
				}
			}
		}
		assert.Equal(t, bought, got)
	})
}

// Sales counted up to the middle of November say nothing of December: the half month is not a
// fall, and a month that nobody counted is not one without sales. row C10.
func TestProductStageTallyEndsWhereItEnds(t *testing.T) {
	tally := segment.NewProductStageTally[uint32](population.Period{From: day(t, "2024-01-01"), Until: day(t, "2025-11-15")})
	for month := range 20 {
		require.NoError(t, tally.Add(line{Item: 7, Day: day(t, "2024-03-10").AddMonths(month), Units: 300_000}))
	}
	stages := newStages(t, stageRules())
	_, _, err := stages.Assess(tally.Facts(7), segment.ProductStageStanding{}, day(t, "2025-12-01"))
	assert.Equal(t, []string{"until"}, faultPaths(t, err))
	standing, _, err := stages.Assess(tally.Facts(7), segment.ProductStageStanding{}, day(t, "2025-11-30"))
	require.NoError(t, err)
	assert.Equal(t, segment.ProductMaturity, standing.Stage)
}

func TestProductStageTallyState(t *testing.T) {
	const head = "01" + "f2912d" + "f9912d" + "02" + "01" + "07" + "01" // November 2025, product 7
	tally := segment.NewProductStageTally[uint32](population.Period{From: on - 10, Until: on - 3})
	require.NoError(t, tally.Add(line{Item: 7, Day: on - 5, Units: 5, Kind: customer.StoreBrand}, line{Item: 7, Day: on - 5}))
	golden := fmt.Sprintf("%x", marshal(t, tally))
	assert.Equal(t, head+"f6bd01"+"050000"+"000000"+"0201", golden)
	for name, state := range map[string]string{
		"another version":        "02" + golden[2:],
		"a month before":         head + "f5bd01" + "050000" + "000000" + "0201",
		"a month after":          head + "f7bd01" + "050000" + "000000" + "0201",
		"more unmeasured":        head + "f6bd01" + "050000" + "000000" + "0203",
		"units without a line":   head + "f6bd01" + "050000" + "000000" + "0202",
		"a line without units":   head + "f6bd01" + "000000" + "000000" + "0201",
		"beyond all sums":        head + "f6bd01" + beyondSum + "0000" + "000000" + "0201",
		"lines beyond all sums":  head + "f6bd01" + "050000" + "000000" + beyondSum + "01",
		"cut off":                golden[:len(golden)-2],
		"left over":              golden + "00",
		"keys of customers text": "01" + "f2912d" + "f9912d" + "01" + golden[16:],
	} {
		require.ErrorIs(t, tally.UnmarshalBinary(unhex(t, state)), population.ErrFormat, name)
	}
	assert.Equal(t, golden, fmt.Sprintf("%x", marshal(t, tally)))
	require.Error(t, tally.Merge(segment.NewProductStageTally[uint32](population.Period{From: 1, Until: 2})))
	require.Error(t, tally.Add(line{}))
	_, err := segment.NewProductStageTally[uint32](population.Period{}).MarshalBinary()
	require.Error(t, err)
}
