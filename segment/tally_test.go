package segment_test

import (
	"encoding/hex"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/segment"
)

// Named keys, as hosts have them.
type (
	cardNo string
	num    uint32
	serial uint64
)

// Whatever the order of the lines, their split over tallies and the order of merging:
// the same bytes of tally and census, and the same fitted rules.
func TestAnyOrderAndSplitGivesTheSameBytes(t *testing.T) {
	rules := tercileRules()
	period := rules.Period(on)
	rapid.Check(t, func(t *rapid.T) {
		lines := somebodysLines(period).Draw(t, "lines")
		whole := tallyOf(t, period, lines...)

		parts := make([]*segment.Tally[uint32], rapid.IntRange(1, 4).Draw(t, "parts"))
		for i := range parts {
			parts[i] = segment.NewTally[uint32](period)
		}
		for _, line := range rapid.Permutation(lines).Draw(t, "order") {
			require.NoError(t, parts[rapid.IntRange(0, len(parts)-1).Draw(t, "part")].Add(line))
		}
		merged := segment.NewTally[uint32](period)
		for _, part := range rapid.Permutation(parts).Draw(t, "merge order") {
			before := marshal(t, part)
			require.NoError(t, merged.Merge(part))
			assert.Equal(t, before, marshal(t, part), "the merged part stays as it is")
		}
		assert.Equal(t, marshal(t, whole), marshal(t, merged))

		// The census of all, against censuses of customers dealt out at random.
		all := censusOf(whole, period, rules.MinBuys)
		dealt := []*segment.Census{segment.NewCensus(period, rules.MinBuys), segment.NewCensus(period, rules.MinBuys)}
		customers := rapid.Permutation([]uint32{0, 1, 2, 3, 4, 5, 6, 7, 8}).Draw(t, "customers")
		for _, key := range customers {
			dealt[rapid.IntRange(0, 1).Draw(t, "census")].Add(merged.Counts(key))
		}
		require.NoError(t, dealt[1].Merge(dealt[0]))
		assert.Equal(t, marshal(t, all), marshal(t, dealt[1]))

		fitted, unfit, err := segment.Fit(rules, all, on)
		require.NoError(t, err)
		again, unfitAgain, err := segment.Fit(rules, dealt[1], on)
		require.NoError(t, err)
		assert.Equal(t, toJSON(t, fitted), toJSON(t, again))
		assert.Equal(t, unfit, unfitAgain)
	})
}

func TestStateRoundTrip(t *testing.T) {
	period := population.Period{From: on - 30, Until: on}
	rapid.Check(t, func(t *rapid.T) {
		tally := tallyOf(t, period, somebodysLines(period).Draw(t, "lines")...)
		var again segment.Tally[uint32]
		require.NoError(t, again.UnmarshalBinary(marshal(t, tally)))
		assert.Equal(t, marshal(t, tally), marshal(t, &again))
		assert.Equal(t, tally.Customers(), again.Customers())
		for key, counts := range tally.All() {
			assert.Equal(t, counts, again.Counts(key))
		}

		census := censusOf(tally, period, 2)
		var censusAgain segment.Census
		require.NoError(t, censusAgain.UnmarshalBinary(marshal(t, census)))
		assert.Equal(t, marshal(t, census), marshal(t, &censusAgain))
		assert.Equal(t, census.Customers(), censusAgain.Customers())
		assert.Equal(t, census.Coverage(1), censusAgain.Coverage(1))

		// What was read goes on counting as what was written would have.
		more := somebodysLines(period).Draw(t, "more")
		require.NoError(t, tally.Add(more...))
		require.NoError(t, again.Add(more...))
		assert.Equal(t, marshal(t, tally), marshal(t, &again))
	})
}

// The key's name does not matter to the state, only its kind does.
func TestKeysOfEachKind(t *testing.T) {
	period := population.Period{From: on - 10, Until: on}
	text := tallyOf(t, period, population.Line[cardNo]{Customer: "4711", Day: on - 1})
	small := tallyOf(t, period, population.Line[num]{Customer: 4711, Day: on - 1})
	large := tallyOf(t, period, population.Line[serial]{Customer: 1 << 63, Day: on - 1})
	assert.Len(t, text.Counts("4711"), 1)
	assert.Len(t, small.Counts(4711), 1)
	assert.Len(t, large.Counts(1<<63), 1)
	assert.Empty(t, large.Counts(4711))

	var plain segment.Tally[customer.ID]
	require.NoError(t, plain.UnmarshalBinary(marshal(t, text)))
	assert.Len(t, plain.Counts("4711"), 1)
	var number segment.Tally[uint32]
	require.NoError(t, number.UnmarshalBinary(marshal(t, small)))
	var long segment.Tally[uint64]
	require.NoError(t, long.UnmarshalBinary(marshal(t, large)))

	for _, data := range [][]byte{marshal(t, small), marshal(t, large)} {
		require.ErrorIs(t, plain.UnmarshalBinary(data), population.ErrFormat)
	}
	require.ErrorIs(t, number.UnmarshalBinary(marshal(t, large)), population.ErrFormat)
	require.ErrorIs(t, long.UnmarshalBinary(marshal(t, small)), population.ErrFormat)
	assert.Equal(t, marshal(t, text), marshal(t, &plain), "after an error the tally stays as it was")

	counts, err := segment.NewCounter[cardNo](period).Count([]population.Line[cardNo]{{Customer: "4711", Day: on - 1}})
	require.NoError(t, err)
	assert.Equal(t, text.Counts("4711"), counts)
}

// What has stopped at its bounds is stored and read like anything else.
func TestTallyAtItsBounds(t *testing.T) {
	period := population.Period{From: on - 10, Until: on}
	tally := tallyOf(t, period, line{Day: on - 1, Units: 5}, line{Day: on - 2})
	for range 64 { // 2⁶⁴ of either line
		require.NoError(t, tally.Merge(tally))
		var back segment.Tally[uint32]
		require.NoError(t, back.UnmarshalBinary(marshal(t, tally)))
		assert.Equal(t, tally.Counts(0), back.Counts(0))
	}
	const most = 1_000_000_000_000_000_000
	assert.Equal(t, []segment.Counts{{Days: 2, Lines: most, Unmeasured: most, Bought: segment.Units{Unknown: most}}}, tally.Counts(0))
}

func TestTalliesOfOtherPeriodsDoNotMerge(t *testing.T) {
	tally := tallyOf(t, population.Period{From: on - 10, Until: on}, line{Customer: 1, Day: on - 1})
	before := marshal(t, tally)
	for _, period := range []population.Period{{From: on - 9, Until: on}, {From: on - 10, Until: on + 1}, {}} {
		require.Error(t, tally.Merge(segment.NewTally[uint32](period)))
	}
	assert.Equal(t, before, marshal(t, tally))
}

// A merged tally shares no memory with its source: counting on in one leaves the other.
func TestMergedTalliesShareNoMemory(t *testing.T) {
	period := population.Period{From: on - 10, Until: on}
	source := tallyOf(t, period, line{Customer: 1, Day: on - 9}, line{Customer: 1, Day: on - 3})
	target := segment.NewTally[uint32](period)
	require.NoError(t, target.Merge(source))
	before := marshal(t, source)
	require.NoError(t, target.Add(line{Customer: 1, Day: on - 5}, line{Customer: 1, Day: on - 1}))
	assert.Equal(t, before, marshal(t, source))
	assert.Equal(t, 4, target.Counts(1)[0].Days)
}

func TestTallyWalkStopsWhenTheReaderDoes(t *testing.T) {
	tally := tallyOf(t, population.Period{From: on - 10, Until: on}, line{Customer: 1, Day: on - 1}, line{Customer: 2, Day: on - 1})
	var walked []uint32
	for key := range tally.All() {
		walked = append(walked, key)
		break
	}
	assert.Equal(t, []uint32{1}, walked)
}

const (
	// Version 1, period 739570 to 739580, text keys, two customers.
	goldenTally = "01" + "f2912d" + "fc912d" + "01" + "02" +
		"04" + "63617431" + "01" + // cat1, one category
		"02" + "00c0bb0100d00f0000" + "0201" + "02" + "f2912d" + "09" + // category 2
		"04" + "63617432" + "02" +
		"00" + "000001000000" + "0100" + "01" + "fb912d" +
		"ac02" + "000000050000" + "0000" + "00" // only brought back
	// The same period with two days of evidence, two customers, three categories.
	goldenCensus = "01" + "f2912d" + "fc912d" + "02" + "02" + "03" +
		"00" + "01000001" + "0100" + "000001000000" + "00" + "01" + "0201" + "0000" +
		"02" + "01010001" + "0201" + "00c0bb0100d00f0000" + "00" + "01" + "80f70201" + "0000" +
		"ac02" + "00000000" + "0000" + "000000050000" + "0000" + "0000"
)

// 10¹⁸, the bound of every sum, and one more; 10¹², the most of a line, and one more.
const (
	greatestSum, beyondSum   = "808090bbbad6adf00d", "818090bbbad6adf00d"
	greatestLine, beyondLine = "80a094a58d1d", "81a094a58d1d"
)

func goldenLines() []population.Line[cardNo] {
	return []population.Line[cardNo]{
		{Customer: "cat2", Item: 300, Day: on - 2, Kind: customer.StoreBrand, Units: 5, Returned: true},
		{Customer: "cat1", Item: 2, Day: on - 10, Kind: customer.NationalBrand, Units: 24_000},
		{Customer: "cat1", Item: 2, Day: on - 1, Kind: customer.StoreBrand},
		{Customer: "cat1", Item: 2, Day: on - 1, Kind: customer.StoreBrand, Units: 2000, Returned: true},
		{Customer: "cat2", Item: 0, Day: on - 1, Units: 1},
	}
}

// The stored bytes, pinned: hosts keep them. A change is a new format version.
func TestGoldenState(t *testing.T) {
	period := population.Period{From: on - 10, Until: on}
	tally := tallyOf(t, period, goldenLines()...)
	assert.Equal(t, goldenTally, hex.EncodeToString(marshal(t, tally)))
	census := censusOf(tally, period, 2)
	assert.Equal(t, goldenCensus, hex.EncodeToString(marshal(t, census)))
	assert.Equal(t, int64(2), census.Customers())

	first := population.Period{From: 1, Until: 1}
	empty := marshal(t, segment.NewTally[uint64](first))
	assert.Equal(t, "01"+"0101"+"03"+"00", hex.EncodeToString(empty))
	none := marshal(t, segment.NewCensus(first, 1))
	assert.Equal(t, "01"+"0101"+"01"+"00"+"00", hex.EncodeToString(none))
}

func unhex(t failer, text string) []byte {
	t.Helper()
	data, err := hex.DecodeString(text)
	require.NoError(t, err)
	return data
}

// Every version but the known one is refused, and so are all bytes that end early or go
// on too long.
func TestStateOfOtherVersionsOrLengthsIsRefused(t *testing.T) {
	read := map[string]func([]byte) error{
		goldenTally:  func(data []byte) error { return new(segment.Tally[cardNo]).UnmarshalBinary(data) },
		goldenCensus: func(data []byte) error { return new(segment.Census).UnmarshalBinary(data) },
	}
	for golden, unmarshal := range read {
		data := unhex(t, golden)
		require.NoError(t, unmarshal(data))
		for version := range 256 {
			if version == 1 {
				continue
			}
			other := slices.Clone(data)
			other[0] = byte(version)
			require.ErrorIs(t, unmarshal(other), population.ErrFormat)
		}
		for length := range len(data) {
			require.ErrorIs(t, unmarshal(data[:length]), population.ErrFormat, "%d bytes", length)
		}
		assert.ErrorIs(t, unmarshal(append(data, 0)), population.ErrFormat)
	}
}

func TestImpossibleTalliesAreRefused(t *testing.T) {
	const head = "01" + "f2912d" + "fc912d" + "02" + "01" + "07" + "01" + "00" // one customer, one category
	const nothing = "000000"
	for name, body := range map[string]string{
		"more lines without quantity than lines": nothing + nothing + "0102" + "01" + "f2912d",
		"more days than lines":                   nothing + nothing + "0101" + "02" + "f2912d" + "01",
		"lines without a day":                    nothing + nothing + "0101" + "00",
		"a day without lines":                    nothing + nothing + "0000" + "01" + "f2912d",
		"units without a measured line":          "050000" + nothing + "0101" + "01" + "f2912d",
		"a measured line without units":          nothing + nothing + "0100" + "01" + "f2912d",
		"a day before the period":                nothing + nothing + "0202" + "02" + "f1912d" + "01",
		"a day after the period":                 nothing + nothing + "0202" + "02" + "fb912d" + "01",
		"lines beyond the bound":                 nothing + nothing + beyondSum + beyondSum + "01" + "f2912d",
		"units beyond the bound":                 beyondSum + "0000" + nothing + "0100" + "01" + "f2912d",
		"more units than a line has":             beyondLine + "0000" + nothing + "0100" + "01" + "f2912d",
		"more units in all than lines have":      greatestLine + greatestLine + "01" + nothing + "0200" + "01" + "f2912d",
		"less than a thousandth in a line":       "010000" + nothing + "0200" + "01" + "f2912d",
	} {
		t.Run(name, func(t *testing.T) {
			data := unhex(t, head+body)
			tally := tallyOf(t, population.Period{From: 1, Until: on}, line{Customer: 1, Day: on - 1})
			before := marshal(t, tally)
			require.ErrorIs(t, tally.UnmarshalBinary(data), population.ErrFormat)
			assert.Equal(t, before, marshal(t, tally), "the tally stays as it was")
		})
	}
	for name, body := range map[string]string{
		"units":           "050000" + nothing + "0100" + "01" + "f2912d",
		"the least units": "010100" + nothing + "0200" + "01" + "f2912d",
		"the most units":  greatestLine + greatestLine + "00" + nothing + "0200" + "01" + "f2912d",
		"units at their bound, of a million lines or more": greatestSum + greatestSum + "00" + nothing + "c0843d00" + "01" + "f2912d",
		"the most lines":  nothing + nothing + greatestSum + greatestSum + "01" + "f2912d",
		"the last day":    nothing + nothing + "0101" + "01" + "fb912d",
		"as many as days": nothing + nothing + "0202" + "02" + "f2912d" + "01",
	} {
		var tally segment.Tally[uint32]
		require.NoError(t, tally.UnmarshalBinary(unhex(t, head+body)), name)
	}
}

// The bounds of periods and evidence can be written and read. One more, and the state
// is neither written nor read.
func TestStateAtItsBounds(t *testing.T) {
	last := population.Period{From: customer.MaxDate, Until: customer.MaxDate}
	tally := marshal(t, segment.NewTally[uint32](last))
	require.NoError(t, new(segment.Tally[uint32]).UnmarshalBinary(tally))
	for _, minBuys := range []int{1, segment.MaxMinBuys} {
		census := marshal(t, segment.NewCensus(last, minBuys))
		require.NoError(t, new(segment.Census).UnmarshalBinary(census))
	}
	require.NoError(t, new(segment.Census).UnmarshalBinary(unhex(t, "01"+"0101"+"02"+greatestSum+"00")))

	for _, period := range []population.Period{{}, {From: 0, Until: 1}, {From: 1, Until: 0}, {From: customer.MaxDate + 1, Until: 1}, {From: 1, Until: customer.MaxDate + 1}, {From: -1, Until: 1}} {
		_, err := segment.NewTally[uint32](period).MarshalBinary()
		assert.NotEmpty(t, faultPaths(t, err))
		_, err = segment.NewCensus(period, 2).MarshalBinary()
		assert.NotEmpty(t, faultPaths(t, err))
	}
	for _, minBuys := range []int{-1, 0, segment.MaxMinBuys + 1} {
		_, err := segment.NewCensus(last, minBuys).MarshalBinary()
		require.Error(t, err)
	}
	for _, state := range []string{"0001" + "02" + "00", "0100" + "02" + "00", "dcf3de01" + "01" + "02" + "00", "01" + "dcf3de01" + "02" + "00"} {
		require.ErrorIs(t, new(segment.Tally[uint32]).UnmarshalBinary(unhex(t, "01"+state)), population.ErrFormat)
	}
	for _, state := range []string{"0001" + "02" + "0000", "dcf3de01" + "01" + "02" + "0000", "0101" + "00" + "0000", "0101" + "65" + "0000", "0101" + "02" + beyondSum + "00"} {
		require.ErrorIs(t, new(segment.Census).UnmarshalBinary(unhex(t, "01"+state)), population.ErrFormat)
	}
}

// fuzzState holds what is true of any state: bytes that are accepted are written again
// as they were, and reading takes memory in proportion to them.
func fuzzState(f *testing.F, read func([]byte) (again func() ([]byte, error), err error), seeds ...string) {
	f.Helper()
	for _, seed := range seeds {
		data, err := hex.DecodeString(seed)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
		f.Add(data[:len(data)-1])
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		again, err := read(data)
		runtime.ReadMemStats(&after)
		// A customer of 12 bytes takes some 400; the rest is the test's own.
		assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(1<<20+400*len(data)))
		if err != nil {
			require.ErrorIs(t, err, population.ErrFormat)
			return
		}
		written, err := again()
		require.NoError(t, err)
		require.Equal(t, data, written)
	})
}

func FuzzTallyOfTexts(f *testing.F) {
	fuzzState(f, func(data []byte) (func() ([]byte, error), error) {
		var tally segment.Tally[cardNo]
		err := tally.UnmarshalBinary(data)
		return tally.MarshalBinary, err
	}, goldenTally, "010101"+"0100")
}

func FuzzTallyOfNumbers(f *testing.F) {
	fuzzState(f, func(data []byte) (func() ([]byte, error), error) {
		var tally segment.Tally[uint32]
		err := tally.UnmarshalBinary(data)
		return tally.MarshalBinary, err
	}, "010101"+"0200", "01f2912dfc912d"+"02"+"01"+"07"+"01"+"00"+"050000"+"000000"+"0100"+"01"+"f2912d")
}

// What a census accepts can also be fitted: no figure in it leads astray.
func FuzzCensus(f *testing.F) {
	rules := tercileRules()
	rules.WindowDays = 10
	fuzzState(f, func(data []byte) (func() ([]byte, error), error) {
		var census segment.Census
		err := census.UnmarshalBinary(data)
		if fitted, _, fitErr := segment.Fit(rules, &census, on); err == nil && fitErr == nil {
			if _, gridErr := segment.NewGrid(fitted); gridErr != nil {
				panic(gridErr)
			}
		}
		return census.MarshalBinary, err
	}, goldenCensus, "010101"+"0100"+"00")
}

// A wholesaler's lines are folded as they come, in many categories with far-off codes and
// over years: nothing is lost, and the split does not show.
func TestTallyOfAWholesaler(t *testing.T) {
	period := population.Period{From: on - 3000, Until: on}
	chance := rand.New(rand.NewPCG(1, 2))
	var lines []population.Line[cardNo]
	for range 30_000 {
		line := population.Line[cardNo]{
			Customer: "wholesaler", Item: uint32(chance.IntN(40)), Day: on - customer.Date(1+chance.IntN(3000)),
			Kind: customer.BrandKind(chance.IntN(3)), Returned: chance.IntN(9) == 0, Units: chance.Int64N(3) * population.MaxUnits / 2,
		}
		if chance.IntN(3) == 0 {
			line.Item = 4_000_000_000 + line.Item // a coder's own numbers
		}
		if chance.IntN(50) == 0 {
			line.Customer = "passer-by"
		}
		lines = append(lines, line)
	}
	byCustomer := map[cardNo][]population.Line[cardNo]{}
	for _, line := range lines {
		byCustomer[line.Customer] = append(byCustomer[line.Customer], line)
	}
	whole := tallyOf(t, period, lines...)
	for who, hers := range byCustomer {
		want, err := segment.NewCounter[cardNo](period).Count(hers)
		require.NoError(t, err)
		assert.Equal(t, want, whole.Counts(who))
	}
	parts := tallyOf(t, period, lines[20_000:]...)
	for from := 0; from < 20_000; from += 500 {
		require.NoError(t, parts.Merge(tallyOf(t, period, lines[from:from+500]...)))
	}
	assert.Equal(t, marshal(t, whole), marshal(t, parts))
	var back segment.Tally[cardNo]
	require.NoError(t, back.UnmarshalBinary(marshal(t, whole)))
	require.NoError(t, back.Add(lines[:100]...))
	require.NoError(t, parts.Add(lines[:100]...))
	assert.Equal(t, marshal(t, &back), marshal(t, parts), "what was read goes on counting")
}
