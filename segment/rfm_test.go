package segment_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/segment"
)

// rfmQuantiles leave every cut to the population.
func rfmQuantiles() segment.RFMRules {
	rules := clubRules()
	rules.Recency, rules.Frequency, rules.Monetary = segment.Quantiles, segment.Quantiles, segment.Quantiles
	rules.Cuts = segment.RFMCuts{}
	return rules
}

func newRFM(t failer, rules segment.RFMRules) *segment.RFM {
	t.Helper()
	berlin, err := rfmZone(rules.Zone)
	require.NoError(t, err)
	rfm, err := segment.NewRFM(rules, berlin)
	require.NoError(t, err)
	return rfm
}

// rfmFacts are those of somebody who came last so many days ago, on so many days, and kept
// goods for so many cents.
func rfmFacts(ago customer.Date, days int, cents int64) segment.RFMFacts {
	facts := segment.RFMFacts{On: on, Last: on - ago, Days: days, Lines: int64(days), Bought: max(cents, 0)}
	if cents < 0 {
		facts.Returns, facts.Returned = 1, -cents
	}
	return facts
}

// Both sides of every cut: exactly on it is the better score, on each axis, and recency
// gives the better score to the fewer days.
func TestRFMScoresAtTheCuts(t *testing.T) {
	rfm := newRFM(t, clubRules())
	for _, test := range []struct {
		ago   customer.Date
		days  int
		cents int64
		want  string
	}{
		{365, 1, 0, "111"},
		{181, 1, 99_99, "111"},
		{180, 2, 100_00, "222"}, // on the first cut of each axis
		{91, 3, 249_99, "222"},
		{90, 4, 250_00, "333"},
		{46, 7, 499_99, "333"},
		{45, 8, 500_00, "444"},
		{15, 14, 1199_99, "444"},
		{14, 15, 1200_00, "555"},
		{1, 365, population.MaxAmount, "555"}, // yesterday
		{1, 1, -1, "511"},                     // returns larger than sales: the lowest score
		{1, 1, -population.MaxAmount, "511"},
		{365, 15, 250_00, "153"}, // the axes are scored apart
	} {
		facts := rfmFacts(test.ago, test.days, test.cents)
		scores, group, why := rfm.Score(facts, segment.Scores{})
		assert.Equal(t, test.want, scores.String(), "%+v", facts)
		assert.True(t, scores.Known())
		assert.Equal(t, scores, rfm.Scores(facts, segment.Scores{}))
		named, keep := rfm.Group(scores)
		assert.Equal(t, named, group)
		assert.Equal(t, named == "keep", keep)
		assert.NotEmpty(t, why)
	}
}

// Nobody is silent, rare or cheap by not having been there: without a purchase in the
// window there are no scores, whatever she had before or brought back.
func TestRFMWithoutPurchase(t *testing.T) {
	rfm := newRFM(t, clubRules())
	for name, facts := range map[string]segment.RFMFacts{
		"nothing":                 {On: on},
		"only brought back":       {On: on, Returns: 2, Returned: 500},
		"the zero facts":          {},
		"last on the day":         {On: on, Last: on, Days: 1, Lines: 1},
		"last after the day":      {On: on, Last: on + 1, Days: 1, Lines: 1},
		"a last day that is none": {On: on, Last: -5, Days: 1, Lines: 1},
		"fewer days than none":    {On: on, Last: on - 1, Days: -1, Lines: 1},
	} {
		scores, group, why := rfm.Score(facts, segment.Scores{Recency: 5, Frequency: 5, Monetary: 5})
		assert.Equal(t, segment.Scores{}, scores, name)
		assert.False(t, scores.Known())
		assert.Empty(t, group, name)
		assert.Equal(t, []customer.Reason{{
			Code: segment.CodeRFMNoPurchase, Rule: "club/1", Mark: 365, Unit: customer.UnitDays, By: facts.On,
		}}, why, name)
	}
}

// One purchase only is enough for scores: a single visit of last week is recent, rare and
// worth what was kept of it.
func TestRFMOnePurchase(t *testing.T) {
	rfm := newRFM(t, clubRules())
	facts := rfmFacts(7, 1, 600_00)
	scores, group, why := rfm.Score(facts, segment.Scores{})
	assert.Equal(t, "514", scores.String())
	assert.Equal(t, "develop", group)
	assert.Equal(t, []customer.Reason{
		{Code: segment.CodeRFMRecency, Rule: "club/1", Fact: 7, Mark: 5, Unit: customer.UnitDays, On: on - 7, By: on},
		{Code: segment.CodeRFMWithin, Rule: "club/1", Fact: 7, Mark: 14, Unit: customer.UnitDays},
		{Code: segment.CodeRFMFrequency, Rule: "club/1", Fact: 1, Mark: 1, Unit: customer.UnitTimes},
		{Code: segment.CodeRFMBelow, Rule: "club/1", Fact: 1, Mark: 2, Unit: customer.UnitTimes},
		{Code: segment.CodeRFMMonetary, Rule: "club/1", Fact: 600_00, Mark: 4, Unit: customer.UnitMinor},
		{Code: segment.CodeRFMFrom, Rule: "club/1", Fact: 600_00, Mark: 500_00, Unit: customer.UnitMinor},
		{Code: segment.CodeRFMBelow, Rule: "club/1", Fact: 600_00, Mark: 1200_00, Unit: customer.UnitMinor},
		{Code: segment.CodeRFMGroup, Rule: "club/1 develop", Fact: 514},
	}, why)
}

// What the money cannot say is said: lines without a price, and returns above the sales.
func TestRFMMoneyStatesItsCoverage(t *testing.T) {
	rfm := newRFM(t, clubRules())
	partly := segment.RFMFacts{On: on, Last: on - 1, Days: 2, Lines: 5, Unpriced: 2, Returns: 2, UnpricedReturns: 1, Bought: 100_00, Returned: 150_00}
	scores, _, why := rfm.Score(partly, segment.Scores{})
	assert.Equal(t, "521", scores.String())
	assert.Equal(t, []customer.Reason{
		{Code: segment.CodeRFMMonetary, Rule: "club/1", Fact: -50_00, Mark: 1, Unit: customer.UnitMinor},
		{Code: segment.CodeRFMReturned, Rule: "club/1", Fact: 150_00, Mark: 100_00, Unit: customer.UnitMinor},
		{Code: segment.CodeRFMUnpriced, Rule: "club/1", Fact: 3, Mark: 7, Unit: customer.UnitTimes},
		{Code: segment.CodeRFMBelow, Rule: "club/1", Fact: -50_00, Mark: 100_00, Unit: customer.UnitMinor},
	}, why[5:9])

	// No price at all is not "nothing spent": the axis has no score, and she no group.
	unknown := segment.RFMFacts{On: on, Last: on - 1, Days: 2, Lines: 2, Unpriced: 2, Returns: 1, Returned: 150_00}
	scores, group, why := rfm.Score(unknown, segment.Scores{Monetary: 5})
	assert.Equal(t, segment.Scores{Recency: 5, Frequency: 2}, scores)
	assert.Empty(t, group)
	assert.Equal(t, []string{segment.CodeRFMNoMoney, segment.CodeRFMNoGroup}, codes(why[5:]))
	_, known := unknown.Kept()
	assert.False(t, known)

	for _, test := range []struct{ bought, returned, want int64 }{
		{0, 0, 0},
		{5, 5, 0},
		{5, 6, -1},
		{1 << 62, 0, 1_000_000_000_000_000_000}, // figures that no counter gives
		{-1 << 63, 1 << 62, -1_000_000_000_000_000_000},
	} {
		kept, known := segment.RFMFacts{Lines: 1, Bought: test.bought, Returned: test.returned}.Kept()
		assert.True(t, known)
		assert.Equal(t, test.want, kept)
	}
}

// An axis whose cuts were not fitted gives no score, and says so.
func TestRFMWithoutCuts(t *testing.T) {
	rfm := newRFM(t, rfmQuantiles())
	scores, group, why := rfm.Score(rfmFacts(7, 1, 600_00), segment.Scores{Recency: 3, Frequency: 3, Monetary: 3})
	assert.Equal(t, segment.Scores{}, scores)
	assert.Empty(t, group)
	assert.Equal(t, []string{
		segment.CodeRFMRecency, segment.CodeRFMNoCuts, segment.CodeRFMFrequency, segment.CodeRFMNoCuts,
		segment.CodeRFMMonetary, segment.CodeRFMNoCuts,
	}, codes(why))
	assert.Equal(t, []customer.Unit{customer.UnitDays, customer.UnitTimes, customer.UnitMinor}, []customer.Unit{why[1].Unit, why[3].Unit, why[5].Unit})
}

// A sitting score is kept until its cut is missed by more than the slack: 10 % of 45 days
// are 4.5, of 15 days 1.5, of 500 € 50 €. Both sides of each widened cut, up and down.
func TestRFMSlack(t *testing.T) {
	rules := clubRules()
	rules.RecencySlackPermille, rules.FrequencySlackPermille, rules.MonetarySlackPermille = 100, 100, 100
	rfm := newRFM(t, rules)
	sitting := func(r, f, m uint8) segment.Scores { return segment.Scores{Recency: r, Frequency: f, Monetary: m} }
	for _, test := range []struct {
		ago     customer.Date
		days    int
		cents   int64
		sitting segment.Scores
		want    string
	}{
		{50, 14, 449_99, sitting(4, 5, 4), "353"}, // 13.5 of 15 days, so 14, are kept; 50 days are more than 49.5
		{49, 13, 450_00, sitting(4, 5, 4), "444"},
		{40, 16, 549_99, sitting(3, 4, 3), "443"}, // upwards: 40 days are not more than 40.5; 16 days less than 16.5
		{41, 17, 550_00, sitting(3, 4, 3), "354"},
		{1, 365, 1300_00, sitting(1, 1, 1), "555"}, // far away nothing is kept
		{365, 1, 0, sitting(5, 5, 5), "111"},
		{45, 8, 500_00, sitting(4, 4, 4), "444"}, // the score she would have anyway
		{45, 8, 500_00, sitting(0, 0, 0), "444"},
		{45, 8, 500_00, sitting(6, 255, 9), "444"}, // scores of rules with more parts keep nothing
		{14, 15, -1, sitting(5, 5, 2), "551"},      // below 0 nothing is kept
	} {
		facts := rfmFacts(test.ago, test.days, test.cents)
		scores, _, why := rfm.Score(facts, test.sitting)
		assert.Equal(t, test.want, scores.String(), "%+v sitting %s", facts, test.sitting)
		assert.Equal(t, scores, rfm.Scores(facts, test.sitting))
		for _, reason := range why {
			switch reason.Code {
			case segment.CodeRFMWithin, segment.CodeRFMKeptWithin:
				assert.LessOrEqual(t, reason.Fact, reason.Mark)
			case segment.CodeRFMBeyond, segment.CodeRFMKeptBeyond:
				assert.Greater(t, reason.Fact, reason.Mark)
			case segment.CodeRFMFrom, segment.CodeRFMKeptFrom:
				assert.GreaterOrEqual(t, reason.Fact, reason.Mark)
			case segment.CodeRFMBelow, segment.CodeRFMKeptBelow:
				assert.Less(t, reason.Fact, reason.Mark)
			}
		}
	}

	_, _, why := rfm.Score(rfmFacts(49, 16, 450_00), sitting(4, 4, 4))
	assert.Equal(t, []customer.Reason{
		{Code: segment.CodeRFMKeptWithin, Rule: "club/1", Fact: 49, Mark: 49, Unit: customer.UnitDays},
		{Code: segment.CodeRFMKeptBeyond, Rule: "club/1", Fact: 49, Mark: 12, Unit: customer.UnitDays},
		{Code: segment.CodeRFMKeptFrom, Rule: "club/1", Fact: 16, Mark: 8, Unit: customer.UnitTimes},
		{Code: segment.CodeRFMKeptBelow, Rule: "club/1", Fact: 16, Mark: 17, Unit: customer.UnitTimes},
		{Code: segment.CodeRFMKeptFrom, Rule: "club/1", Fact: 450_00, Mark: 450_00, Unit: customer.UnitMinor},
		{Code: segment.CodeRFMKeptBelow, Rule: "club/1", Fact: 450_00, Mark: 1320_00, Unit: customer.UnitMinor},
	}, slices.DeleteFunc(why, func(r customer.Reason) bool {
		return r.Code == segment.CodeRFMRecency || r.Code == segment.CodeRFMFrequency || r.Code == segment.CodeRFMMonetary || r.Code == segment.CodeRFMKeep || r.Code == segment.CodeRFMGroup
	}))
}

// somebodysRFM draws facts around the cuts.
func somebodysRFM() *rapid.Generator[segment.RFMFacts] {
	return rapid.Custom(func(t *rapid.T) segment.RFMFacts {
		ago := rapid.IntRange(1, 365).Draw(t, "ago")
		return rfmFacts(
			customer.Date(ago),
			rapid.IntRange(1, min(30, 366-ago)).Draw(t, "days"),
			rapid.Int64Range(-10_00, 1500_00).Draw(t, "cents"),
		)
	})
}

// Better figures never lower a score, with any slack and any sitting score; equal figures
// have equal scores; without slack the score is one more than the cuts reached; what was
// decided stays decided.
func TestRFMScoresAreMonotoneAndStay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules := clubRules()
		slack := rapid.IntRange(0, 100)
		rules.RecencySlackPermille, rules.FrequencySlackPermille, rules.MonetarySlackPermille = slack.Draw(t, "recency"), slack.Draw(t, "frequency"), slack.Draw(t, "monetary")
		rfm := newRFM(t, rules)
		score := rapid.Uint8Range(0, 5)
		sitting := segment.Scores{Recency: score.Draw(t, "r"), Frequency: score.Draw(t, "f"), Monetary: score.Draw(t, "m")}
		facts, other := somebodysRFM().Draw(t, "facts"), somebodysRFM().Draw(t, "other")
		scores, others := rfm.Scores(facts, sitting), rfm.Scores(other, sitting)
		if facts.Recency() <= other.Recency() {
			assert.GreaterOrEqual(t, scores.Recency, others.Recency)
		}
		if facts.Days >= other.Days {
			assert.GreaterOrEqual(t, scores.Frequency, others.Frequency)
		}
		kept, _ := facts.Kept()
		if less, _ := other.Kept(); kept >= less {
			assert.GreaterOrEqual(t, scores.Monetary, others.Monetary)
		}
		assert.Equal(t, scores, rfm.Scores(facts, scores), "the same figures do not move it again")

		fresh, want := rfm.Scores(facts, segment.Scores{}), segment.Scores{Recency: 1, Frequency: 1, Monetary: 1}
		for i := range 4 {
			if facts.Recency() <= rules.Cuts.RecencyDays[i] {
				want.Recency++
			}
			if facts.Days >= rules.Cuts.FrequencyDays[i] {
				want.Frequency++
			}
			if kept >= rules.Cuts.Monetary[i].Shift(2).IntPart() {
				want.Monetary++
			}
		}
		assert.Equal(t, want, fresh)
	})
}

func TestRFMGroupOfScores(t *testing.T) {
	rfm := newRFM(t, clubRules())
	for _, test := range []struct {
		scores segment.Scores
		name   string
	}{
		{segment.Scores{Recency: 3, Frequency: 3, Monetary: 4}, "keep"},
		{segment.Scores{Recency: 4, Frequency: 3, Monetary: 4}, "valuable"},
		{segment.Scores{Recency: 3, Frequency: 2, Monetary: 4}, "win-back"},
		{segment.Scores{Recency: 3, Frequency: 3, Monetary: 3}, "silent"},
		{segment.Scores{Recency: 5, Frequency: 5, Monetary: 5}, "valuable"},
		{segment.Scores{}, ""},
		{segment.Scores{Recency: 1, Frequency: 1}, ""},
		{segment.Scores{Recency: 6, Frequency: 1, Monetary: 1}, ""}, // of rules with more parts
	} {
		name, keep := rfm.Group(test.scores)
		assert.Equal(t, test.name, name, test.scores.String())
		assert.Equal(t, name == "keep", keep)
	}
	rules := clubRules()
	rules.Groups = nil
	scores, group, why := newRFM(t, rules).Score(rfmFacts(1, 1, 1), segment.Scores{})
	assert.Equal(t, "511", scores.String())
	assert.Empty(t, group)
	assert.NotContains(t, codes(why), segment.CodeRFMNoGroup, "there are no groups to belong to")
}

// row C24: the list has the customers of the groups to keep, in ascending order, and is
// the same from the grouped form.
func TestRFMKeepList(t *testing.T) {
	rfm := newRFM(t, clubRules())
	tally := segment.NewRFMTally[uint32](clubRules().Period(on))
	var lines []line
	for _, key := range []uint32{9, 2, 7, 4} {
		ago := customer.Date(100)
		if key == 4 {
			ago = 1 // valuable
		}
		for visit := range customer.Date(4) {
			lines = append(lines, line{Customer: key, Day: on - ago - visit, Priced: true, Amount: 200_00})
		}
	}
	require.NoError(t, tally.Add(lines...))
	var listed []uint32
	for one := range segment.RFMKeepList(rfm, tally.All(), nil) {
		assert.Equal(t, "keep", one.Group)
		assert.Equal(t, tally.Facts(one.Customer), one.Facts)
		scores, _, why := rfm.Score(one.Facts, segment.Scores{})
		assert.Equal(t, scores, one.Scores)
		assert.Equal(t, why, one.Reasons)
		assert.Contains(t, codes(one.Reasons), segment.CodeRFMKeep)
		listed = append(listed, one.Customer)
	}
	assert.Equal(t, []uint32{2, 7, 9}, listed)
	for one := range segment.RFMKeepList(rfm, tally.All(), nil) {
		assert.Equal(t, uint32(2), one.Customer)
		break // a list may be left early
	}

	// With slack a sitting score keeps somebody on the list, or off it.
	rules := clubRules()
	rules.RecencySlackPermille = 100
	listed = nil
	slack := segment.NewRFMTally[uint32](rules.Period(on))
	for key := range uint32(2) {
		for visit := range customer.Date(4) {
			require.NoError(t, slack.Add(line{Customer: key, Day: on - 47 - visit, Priced: true, Amount: 200_00}))
		}
	}
	for one := range segment.RFMKeepList(newRFM(t, rules), slack.All(), map[uint32]segment.Scores{1: {Recency: 4}}) {
		listed = append(listed, one.Customer)
	}
	assert.Equal(t, []uint32{0}, listed, "47 days ago are 3, and still 4 for her who had 4")
}
