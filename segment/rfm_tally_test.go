package segment_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/segment"
)

// rfmLines are somebody's lines, some of them priced.
func rfmLines(period population.Period) *rapid.Generator[[]line] {
	return rapid.Custom(func(t *rapid.T) []line {
		lines := somebodysLines(period).Draw(t, "lines")
		for i := range lines {
			if lines[i].Priced = rapid.IntRange(0, 4).Draw(t, "priced") > 0; lines[i].Priced {
				lines[i].Amount = rapid.OneOf(rapid.Int64Range(0, 5000), rapid.Just(int64(population.MaxAmount))).Draw(t, "amount")
			}
		}
		return lines
	})
}

// rfmNaive is the facts of one customer, counted in the plainest way.
func rfmNaive(lines []line, key uint32, period population.Period) segment.RFMFacts {
	facts, days := segment.RFMFacts{On: period.Until}, customer.Days{}
	for _, l := range lines {
		switch {
		case l.Customer != key || l.Day < period.From || l.Day >= period.Until:
		case l.Returned:
			facts.Returns++
			facts.Returned += l.Amount
			if !l.Priced {
				facts.UnpricedReturns++
			}
		default:
			facts.Lines++
			facts.Bought += l.Amount
			if !l.Priced {
				facts.Unpriced++
			}
			days.Add(l.Day)
			facts.Last = max(facts.Last, l.Day)
		}
	}
	facts.Days = len(days)
	return facts
}

// Same-day bills are one visit, returns are none, and what lies outside the period is left
// out: the day of decision, and the days before the window.
func TestRFMFacts(t *testing.T) {
	period := population.Period{From: on - 100, Until: on}
	paid := func(ago customer.Date, amount int64) line {
		return line{Customer: 1, Item: uint32(amount), Day: on - ago, Priced: true, Amount: amount}
	}
	back := func(ago customer.Date, amount int64) line {
		one := paid(ago, amount)
		one.Returned = true
		return one
	}
	unpriced := line{Customer: 1, Day: on - 9}
	for _, test := range []struct {
		name  string
		lines []line
		want  segment.RFMFacts
		ago   int
		kept  int64
		known bool
	}{
		{name: "nothing", want: segment.RFMFacts{On: on}},
		{name: "same-day bills", lines: []line{paid(7, 100), paid(7, 50), paid(7, 100)}, want: segment.RFMFacts{On: on, Last: on - 7, Days: 1, Lines: 3, Bought: 250}, ago: 7, kept: 250, known: true},
		{name: "one purchase", lines: []line{paid(1, 0)}, want: segment.RFMFacts{On: on, Last: on - 1, Days: 1, Lines: 1}, ago: 1, known: true},
		{name: "the ends of the period", lines: []line{paid(0, 1), paid(1, 2), paid(100, 4), paid(101, 8)}, want: segment.RFMFacts{On: on, Last: on - 1, Days: 2, Lines: 2, Bought: 6}, ago: 1, kept: 6, known: true},
		{name: "a return is no visit", lines: []line{paid(9, 100), back(2, 30)}, want: segment.RFMFacts{On: on, Last: on - 9, Days: 1, Lines: 1, Returns: 1, Bought: 100, Returned: 30}, ago: 9, kept: 70, known: true},
		{name: "a return alone", lines: []line{back(2, 30)}, want: segment.RFMFacts{On: on, Returns: 1, Returned: 30}},
		{name: "returns larger than sales", lines: []line{paid(9, 100), back(2, 300)}, want: segment.RFMFacts{On: on, Last: on - 9, Days: 1, Lines: 1, Returns: 1, Bought: 100, Returned: 300}, ago: 9, kept: -200, known: true},
		{name: "a price is missing", lines: []line{paid(9, 100), unpriced}, want: segment.RFMFacts{On: on, Last: on - 9, Days: 1, Lines: 2, Unpriced: 1, Bought: 100}, ago: 9, kept: 100, known: true},
		{name: "no price", lines: []line{unpriced}, want: segment.RFMFacts{On: on, Last: on - 9, Days: 1, Lines: 1, Unpriced: 1}, ago: 9},
	} {
		t.Run(test.name, func(t *testing.T) {
			facts, err := segment.NewRFMCounter[uint32](period).Count(test.lines)
			require.NoError(t, err)
			assert.Equal(t, test.want, facts)
			assert.Equal(t, test.ago, facts.Recency())
			kept, known := facts.Kept()
			assert.Equal(t, test.kept, kept)
			assert.Equal(t, test.known, known)
		})
	}
}

// Any order and any split of the lines, merged in any order, gives the same bytes, and the
// facts are those of the grouped form and of a naive count.
func TestRFMTallyIsFreeOfOrderAndSplit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		period := population.Period{From: on - customer.Date(rapid.IntRange(1, 200).Draw(t, "window")), Until: on}
		lines := rfmLines(period).Draw(t, "lines")
		whole := segment.NewRFMTally[uint32](period)
		require.NoError(t, whole.Add(lines...))

		parts := make([]*segment.RFMTally[uint32], rapid.IntRange(1, 4).Draw(t, "parts"))
		for i := range parts {
			parts[i] = segment.NewRFMTally[uint32](period)
		}
		for _, one := range rapid.Permutation(lines).Draw(t, "order") {
			require.NoError(t, parts[rapid.IntRange(0, len(parts)-1).Draw(t, "part")].Add(one))
		}
		merged := segment.NewRFMTally[uint32](period)
		for _, part := range rapid.Permutation(parts).Draw(t, "merging") {
			require.NoError(t, merged.Merge(part))
			require.NoError(t, part.Merge(part)) // what was merged shares nothing with its source
		}
		data := marshal(t, whole)
		assert.Equal(t, data, marshal(t, merged))
		var again segment.RFMTally[uint32]
		require.NoError(t, again.UnmarshalBinary(data))
		assert.Equal(t, data, marshal(t, &again))

		counter := segment.NewRFMCounter[uint32](period)
		previous := int64(-1)
		for key, facts := range merged.All() {
			assert.Greater(t, int64(key), previous)
			previous = int64(key)
			want := rfmNaive(lines, key, period)
			assert.Equal(t, want, facts)
			assert.Equal(t, want, whole.Facts(key))
			var run []line
			for _, one := range lines {
				if one.Customer == key {
					run = append(run, one)
				}
			}
			counted, err := counter.Count(rapid.Permutation(run).Draw(t, "run"))
			require.NoError(t, err)
			assert.Equal(t, want, counted)
		}
		assert.Equal(t, segment.RFMFacts{On: on}, whole.Facts(1_000_000))
	})
}

// A malformed line is an error, and leaves nothing of its customer to the next one.
func TestRFMCountRefusesMalformedLines(t *testing.T) {
	period := population.Period{From: on - 100, Until: on}
	good, bad := line{Day: on - 50, Priced: true, Amount: 7}, line{Day: on - 5, Amount: 7}
	counter := segment.NewRFMCounter[uint32](period)
	_, err := counter.Count([]line{bad})
	assert.Equal(t, []string{"amount"}, faultPaths(t, err))
	_, err = counter.Count([]line{good, good, bad})
	assert.Equal(t, []string{"amount"}, faultPaths(t, err))
	facts, err := counter.Count([]line{{Day: on - 3, Priced: true, Amount: 9}})
	require.NoError(t, err)
	assert.Equal(t, segment.RFMFacts{On: on, Last: on - 3, Days: 1, Lines: 1, Bought: 9}, facts)

	tally := segment.NewRFMTally[uint32](period)
	assert.Equal(t, []string{"amount"}, faultPaths(t, tally.Add(good, bad, good)))
	assert.Equal(t, int64(1), tally.Facts(0).Lines, "the lines before it are counted")
	assert.Equal(t, 1, tally.Customers())
	require.Error(t, tally.Merge(segment.NewRFMTally[uint32](population.Period{From: on - 99, Until: on})))
}

// Periods of any length, and such as no host should ask for, count what lies in them.
func TestRFMCountAnyPeriod(t *testing.T) {
	for _, period := range []population.Period{
		{},
		{From: on, Until: on},
		{From: on, Until: on - 9},
		{From: -1 << 31, Until: 1<<31 - 1},
		{From: 1, Until: customer.MaxDate},
		{From: on - 64, Until: on},
		{From: on - 65, Until: on},
		{From: 1<<31 - 1, Until: -1 << 31},
	} {
		counter := segment.NewRFMCounter[uint32](period)
		for range 2 {
			facts, err := counter.Count([]line{{Day: on - 1}, {Day: on - 65}, {Day: 1}, {Day: on - 64}, {Day: customer.MaxDate}, {Day: on - 1}})
			require.NoError(t, err)
			want := 0
			for _, day := range []customer.Date{1, on - 65, on - 64, on - 1, customer.MaxDate} {
				if period.Contains(day) {
					want++
				}
			}
			assert.Equal(t, want, facts.Days, "%+v", period)
			_, err = counter.Count([]line{{Day: on - 1}, {Day: -1}})
			require.Error(t, err)
		}
	}
}

func TestRFMCountDoesNotAllocate(t *testing.T) {
	counter := segment.NewRFMCounter[uint32](population.Period{From: on - 365, Until: on})
	lines := []line{{Day: on - 3}, {Day: on - 300}, {Day: on - 200, Returned: true}}
	assert.Zero(t, testing.AllocsPerRun(10, func() {
		if _, err := counter.Count(lines); err != nil {
			t.Error(err)
		}
	}))
	rfm := newRFM(t, clubRules())
	assert.Zero(t, testing.AllocsPerRun(10, func() {
		if _, keep := rfm.Group(rfm.Scores(rfmFacts(60, 4, 600_00), segment.Scores{})); !keep {
			t.Error("not kept")
		}
	}))
}

// goldenRFMTally is format version 1: the period, texts as keys, and two customers with
// lines, unpriced, returns, unpriced returns, bought, returned and days.
const goldenRFMTally = "01" + "f2912d" + "fc912d" + "01" + "02" +
	"01" + "61" + "01" + "00" + "03" + "01" + "01" + "00" + "ac02" + "32" + "02" + "f2912d" + "04" +
	"01" + "62" + "01" + "00" + "00" + "00" + "02" + "01" + "00" + "07" + "00"

func TestRFMTallyFormat(t *testing.T) {
	period := population.Period{From: on - 10, Until: on}
	tally := segment.NewRFMTally[cardNo](period)
	require.NoError(t, tally.Add(
		population.Line[cardNo]{Customer: "b", Day: on - 1, Returned: true, Priced: true, Amount: 7},
		population.Line[cardNo]{Customer: "a", Day: on - 6, Priced: true, Amount: 200},
		population.Line[cardNo]{Customer: "a", Day: on - 10, Priced: true, Amount: 100},
		population.Line[cardNo]{Customer: "a", Day: on - 6},
		population.Line[cardNo]{Customer: "a", Day: on - 2, Returned: true, Priced: true, Amount: 50},
		population.Line[cardNo]{Customer: "b", Day: on - 2, Returned: true},
	))
	assert.Equal(t, unhex(t, goldenRFMTally), marshal(t, tally))
	var again segment.RFMTally[cardNo]
	require.NoError(t, again.UnmarshalBinary(unhex(t, goldenRFMTally)))
	assert.Equal(t, tally.Facts("a"), again.Facts("a"))
}

// rfmStates are readers of the stored forms.
func rfmStates() map[string]func([]byte) error {
	return map[string]func([]byte) error{
		goldenRFMTally:  func(data []byte) error { return new(segment.RFMTally[cardNo]).UnmarshalBinary(data) },
		goldenRFMCensus: func(data []byte) error { return new(segment.RFMCensus).UnmarshalBinary(data) },
	}
}

func TestRFMStateOfOtherVersionsOrLengthsIsRefused(t *testing.T) {
	for golden, read := range rfmStates() {
		data := unhex(t, golden)
		require.NoError(t, read(data))
		for length := range len(data) {
			require.ErrorIs(t, read(data[:length]), population.ErrFormat, "%d bytes", length)
		}
		require.ErrorIs(t, read(append(data, 0)), population.ErrFormat)
		data[0] = 2
		require.ErrorIs(t, read(data), population.ErrFormat)
	}
}

func TestImpossibleRFMTalliesAreRefused(t *testing.T) {
	const head = "01" + "f2912d" + "fc912d" + "02" + "01" + "07"
	const item, day = "01" + "00", "01" + "f2912d"
	for name, body := range map[string]string{
		"more without a price than lines":    item + "010200000000" + day,
		"more returns without a price":       item + "010001020000" + day,
		"more days than lines":               item + "010000000000" + "02" + "f2912d" + "01",
		"lines without a day":                item + "010000000000" + "00",
		"a day without lines":                item + "000001000000" + day,
		"nobody's lines":                     item + "000000000000" + "00",
		"money without a priced line":        item + "010100000500" + day,
		"refunds without a priced line":      item + "010001010005" + day,
		"more money than the lines can bear": item + "01000000" + "81a094a58d1d" + "00" + day,
		"a day before the period":            item + "020000000000" + "02" + "f1912d" + "01",
		"a day after the period":             item + "020000000000" + "02" + "fb912d" + "01",
		"lines beyond the bound":             item + beyondSum + "0000000000" + day,
		"money beyond the bound":             item + greatestSum + "000000" + beyondSum + "00" + day,
		"another item":                       "01" + "05" + "010000000000" + day,
		"two items":                          "02" + "00" + "010000000000" + day + "01" + "010000000000" + day,
	} {
		t.Run(name, func(t *testing.T) {
			tally := segment.NewRFMTally[uint32](population.Period{From: 1, Until: on})
			require.NoError(t, tally.Add(line{Customer: 1, Day: on - 1}))
			before := marshal(t, tally)
			require.ErrorIs(t, tally.UnmarshalBinary(unhex(t, head+body)), population.ErrFormat)
			assert.Equal(t, before, marshal(t, tally), "the tally stays as it was")
		})
	}
	for name, body := range map[string]string{
		"a line":               item + "010000000000" + day,
		"the most of one line": item + "01000000" + "80a094a58d1d" + "00" + day,
		"the greatest sums":    item + greatestSum + "00" + greatestSum + "00" + greatestSum + greatestSum + day,
		"only brought back":    item + "000001000000" + "00",
	} {
		var tally segment.RFMTally[uint32]
		require.NoError(t, tally.UnmarshalBinary(unhex(t, head+body)), name)
		// Sums at their bound stay there, whatever comes.
		require.NoError(t, tally.Add(line{Customer: 7, Day: on - 1, Priced: true, Amount: population.MaxAmount}))
		require.NoError(t, tally.Merge(&tally))
		require.NoError(t, new(segment.RFMTally[uint32]).UnmarshalBinary(marshal(t, &tally)), name)
	}
	for _, period := range []population.Period{{}, {From: 1}, {From: -1, Until: 5}} {
		_, err := segment.NewRFMTally[uint32](period).MarshalBinary()
		assert.NotEmpty(t, faultPaths(t, err))
		_, err = segment.NewRFMCensus(period).MarshalBinary()
		assert.NotEmpty(t, faultPaths(t, err))
	}
}

func FuzzRFMTally(f *testing.F) {
	fuzzState(f, func(data []byte) (func() ([]byte, error), error) {
		var tally segment.RFMTally[cardNo]
		err := tally.UnmarshalBinary(data)
		return tally.MarshalBinary, err
	}, goldenRFMTally, "010101"+"0100")
}

// What a census accepts can also be fitted, and what was fitted compiles.
func FuzzRFMCensus(f *testing.F) {
	rules := rfmQuantiles()
	rules.WindowDays, rules.Parts, rules.Groups = 10, 3, nil
	berlin, err := rfmZone(rules.Zone)
	if err != nil {
		f.Fatal(err)
	}
	fuzzState(f, func(data []byte) (func() ([]byte, error), error) {
		var census segment.RFMCensus
		err := census.UnmarshalBinary(data)
		if fitted, _, fitErr := segment.FitRFM(rules, &census, on); err == nil && fitErr == nil {
			if _, err := segment.NewRFM(fitted, berlin); err != nil {
				panic(err)
			}
		}
		return census.MarshalBinary, err
	}, goldenRFMCensus, "010101"+"000000000000"+"0000"+"0000"+"0000")
}
