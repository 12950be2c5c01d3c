package customer_test

import (
	"math"
	"math/big"
	"runtime"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
)

func eur() customer.Currency { return customer.Currency{Code: "EUR", Digits: 2} }
func jpy() customer.Currency { return customer.Currency{Code: "JPY"} }

func dec(text string) decimal.Decimal { return decimal.RequireFromString(text) }

func some(text string) decimal.NullDecimal { return decimal.NewNullDecimal(dec(text)) }

// huge is 10^zeros with an exponent that takes the zeros back: the number 1.
func huge(zeros int64) decimal.Decimal {
	return decimal.NewFromBigInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(zeros), nil), int32(-zeros))
}

func TestCurrencyMinor(t *testing.T) {
	kwd := customer.Currency{Code: "KWD", Digits: 3}
	for _, tc := range []struct {
		name     string
		currency customer.Currency
		amount   decimal.Decimal
		want     int64
	}{
		{"cents", eur(), dec("12.34"), 1234},
		{"no digits written", eur(), dec("12"), 1200},
		{"one digit written", eur(), dec("-12.3"), -1230},
		{"trailing zeros", eur(), dec("12.340000"), 1234},
		{"a power of ten", eur(), decimal.New(12, 3), 1_200_000},
		{"yen", jpy(), dec("12.00"), 12},
		{"fils", kwd, dec("0.005"), 5},
		{"nothing", eur(), decimal.Decimal{}, 0},
		{"the most", eur(), dec("92233720368547758.07"), math.MaxInt64},
		{"the least", eur(), dec("-92233720368547758.08"), math.MinInt64},
		{"the most, whole", jpy(), dec("9223372036854775807"), math.MaxInt64},
		{"the least, whole", jpy(), dec("-9223372036854775808"), math.MinInt64},
		{"the most, by exponent", jpy(), decimal.New(922_337_203_685_477_580, 1), 9_223_372_036_854_775_800},
		{"18 digits and a zero", jpy(), dec("1000000000000000000.0"), 1_000_000_000_000_000_000},
		{"the most with zeros beyond 18 digits", eur(), dec("92233720368547758.0700000000000000000000"), math.MaxInt64},
		{"one with 100 zeros", eur(), huge(100), 100},
		{"zero of the greatest exponent", eur(), decimal.New(0, math.MaxInt32), 0},
		{"zero of the least exponent", eur(), decimal.New(0, math.MinInt32), 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			minor, err := tc.currency.Minor(tc.amount)
			require.NoError(t, err)
			assert.Equal(t, tc.want, minor)
		})
	}
}

func TestCurrencyMinorRefuses(t *testing.T) {
	for _, tc := range []struct {
		name     string
		currency customer.Currency
		amount   decimal.Decimal
	}{
		{"a tenth of a cent", eur(), dec("12.345")},
		{"a tenth of a cent, negative", eur(), dec("-0.001")},
		{"half a yen", jpy(), dec("0.5")},
		{"one above the most", eur(), dec("92233720368547758.08")},
		{"one below the least", eur(), dec("-92233720368547758.09")},
		{"one above the most, whole", jpy(), dec("9223372036854775808")},
		{"one below the least, whole", jpy(), dec("-9223372036854775809")},
		{"above the most by exponent", jpy(), decimal.New(922_337_203_685_477_581, 1)},
		{"the least times ten", customer.Currency{Code: "XXX", Digits: 1}, dec("-9223372036854775808")},
		{"wraps to a small number unless checked", jpy(), dec("18446744073709551617")}, // 2^64 + 1
		{"1e30, whose IntPart wraps", jpy(), dec("1e30")},
		{"20 digits, none of them a zero to drop", eur(), dec("123456789012345678.91")},
		{"one with more than 100 zeros", eur(), huge(101)},
		{"the greatest exponent", eur(), decimal.New(1, math.MaxInt32)},
		{"the least exponent", eur(), decimal.New(1, math.MinInt32)},
		{"ten to the 17 of the least exponent", eur(), decimal.New(100_000_000_000_000_000, math.MinInt32)},
		{"many digits of the greatest exponent", eur(), decimal.NewFromBigInt(huge(40).Coefficient(), math.MaxInt32)},
		{"many digits of the least exponent", eur(), decimal.NewFromBigInt(huge(40).Coefficient(), math.MinInt32)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			minor, err := tc.currency.Minor(tc.amount)
			require.ErrorIs(t, err, customer.ErrInexact)
			assert.Zero(t, minor)
			assert.Less(t, len(err.Error()), 200, "an error does not spell out a huge number")
		})
	}
	_, err := eur().Minor(dec("12.345"))
	require.EqualError(t, err, "customer: amount is not exact in minor units: 12.345 in EUR with 2 digits")
}

func TestCurrencyText(t *testing.T) {
	kwd := customer.Currency{Code: "KWD", Digits: 3}
	for _, tc := range []struct {
		currency customer.Currency
		minor    int64
		want     string
	}{
		{eur(), 0, "0.00 EUR"},
		{eur(), 1230, "12.30 EUR"},
		{eur(), -5, "-0.05 EUR"},
		{jpy(), 1230, "1230 JPY"},
		{kwd, 1230, "1.230 KWD"},
		{eur(), math.MaxInt64, "92233720368547758.07 EUR"},
		{eur(), math.MinInt64, "-92233720368547758.08 EUR"},
	} {
		assert.Equal(t, tc.want, tc.currency.Text(tc.minor))
	}
}

func TestScaledDigits(t *testing.T) {
	for _, tc := range []struct {
		value  string
		digits int32
		want   int64
		exact  bool
	}{
		{"0.5", 3, 500, true},
		{"0.0005", 3, 0, false},
		{"1200", -2, 12, true},
		{"1250", -2, 0, false},
		{"1", 18, 1_000_000_000_000_000_000, true},
		{"9", 18, 9_000_000_000_000_000_000, true},
		{"10", 18, 0, false},
		{"1", math.MaxInt32, 0, false},
		{"1", math.MinInt32, 0, false},
		{"0", math.MaxInt32, 0, true},
	} {
		scaled, exact := customer.Scaled(dec(tc.value), tc.digits)
		assert.Equal(t, tc.exact, exact, "%s in steps of 10^-%d", tc.value, tc.digits)
		assert.Equal(t, tc.want, scaled, "%s in steps of 10^-%d", tc.value, tc.digits)
	}
}

// The model computes with big integers throughout.
func TestScaledAgainstModel(t *testing.T) {
	ten := big.NewInt(10)
	rapid.Check(t, func(t *rapid.T) {
		coefficient := big.NewInt(rapid.Int64().Draw(t, "coefficient"))
		zeros := rapid.Int64Range(0, 40).Draw(t, "zeros")
		coefficient.Mul(coefficient, new(big.Int).Exp(ten, big.NewInt(zeros), nil))
		exponent := rapid.Int32Range(-60, 20).Draw(t, "exponent")
		digits := rapid.Int32Range(0, 4).Draw(t, "digits")

		want, exact := new(big.Int).Set(coefficient), true
		if shift := int64(exponent) + int64(digits); shift >= 0 {
			want.Mul(want, new(big.Int).Exp(ten, big.NewInt(shift), nil))
		} else {
			remainder := new(big.Int)
			want.QuoRem(want, new(big.Int).Exp(ten, big.NewInt(-shift), nil), remainder)
			exact = remainder.Sign() == 0
		}
		exact = exact && want.IsInt64()

		scaled, ok := customer.Scaled(decimal.NewFromBigInt(coefficient, exponent), digits)
		require.Equal(t, exact, ok)
		if exact {
			require.Equal(t, want.Int64(), scaled)
		} else {
			require.Zero(t, scaled)
		}
	})
}

func TestCurrencyAmountAndBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		currency := customer.Currency{Code: "XXX", Digits: rapid.Int32Range(0, 4).Draw(t, "digits")}
		minor := rapid.Int64().Draw(t, "minor")
		back, err := currency.Minor(currency.Amount(minor))
		require.NoError(t, err)
		require.Equal(t, minor, back)
	})
	assert.Equal(t, "-92233720368547758.08", eur().Amount(math.MinInt64).String())
}

func TestCurrencyValidate(t *testing.T) {
	for _, currency := range []customer.Currency{eur(), jpy(), {Code: "CLF", Digits: 4}} {
		require.NoError(t, currency.Validate(), currency.Code)
	}
	for _, tc := range []struct {
		name     string
		currency customer.Currency
		want     string
	}{
		{"none", customer.Currency{}, `customer: 1 fault: code = "": is three capital letters, as in ISO 4217`},
		{"two letters", customer.Currency{Code: "EU"}, `customer: 1 fault: code = "EU": is three capital letters, as in ISO 4217`},
		{"four letters", customer.Currency{Code: "EURO"}, `customer: 1 fault: code = "EURO": is three capital letters, as in ISO 4217`},
		{"small letters", customer.Currency{Code: "eur"}, `customer: 1 fault: code = "eur": is three capital letters, as in ISO 4217`},
		{"before A", customer.Currency{Code: "E@R"}, `customer: 1 fault: code = "E@R": is three capital letters, as in ISO 4217`},
		{"after Z", customer.Currency{Code: "EU["}, `customer: 1 fault: code = "EU[": is three capital letters, as in ISO 4217`},
		{"three bytes, no letters", customer.Currency{Code: "元"}, `customer: 1 fault: code = "元": is three capital letters, as in ISO 4217`},
		{"five digits", customer.Currency{Code: "EUR", Digits: 5}, `customer: 1 fault: digits = "5": is 0 to 4`},
		{"negative digits", customer.Currency{Code: "EUR", Digits: -1}, `customer: 1 fault: digits = "-1": is 0 to 4`},
	} {
		require.EqualError(t, tc.currency.Validate(), tc.want, tc.name)
	}
}

func TestSplit(t *testing.T) {
	const most, least = math.MaxInt64, math.MinInt64
	for _, tc := range []struct {
		name    string
		total   int64
		weights []int64
		want    []int64
	}{
		{"even", 9, []int64{1, 1, 1}, []int64{3, 3, 3}},
		{"a tie goes to the first", 10, []int64{1, 1, 1}, []int64{4, 3, 3}},
		{"two left, first two", 11, []int64{5, 5, 5}, []int64{4, 4, 3}},
		{"a tie of three, two left", 100, []int64{1, 1, 4}, []int64{17, 17, 66}}, // 16⅔, 16⅔, 66⅔
		{"largest remainder last", 10, []int64{10, 14, 26}, []int64{2, 3, 5}},
		{"no weight, no part", 10, []int64{0, 3, 0, 3, 0}, []int64{0, 5, 0, 5, 0}},
		{"no weight, no left-over unit", 1, []int64{0, 1, 1}, []int64{0, 1, 0}},
		{"negative as its opposite", -10, []int64{1, 1, 1}, []int64{-4, -3, -3}},
		{"less than a unit each", 2, []int64{1, 1, 1, 1}, []int64{1, 1, 0, 0}},
		{"one", 7, []int64{3}, []int64{7}},
		{"nothing over nothing", 0, nil, []int64{}},
		{"nothing over no weight", 0, []int64{0, 0}, []int64{0, 0}},
		{"the most to one", most, []int64{most}, []int64{most}},
		{"the least to one", least, []int64{most}, []int64{least}},
		{"the least to one of two", least, []int64{0, 1}, []int64{0, least}},
		{"the least over two", least, []int64{1, 1}, []int64{least / 2, least / 2}},
		{"the most over two", most, []int64{1, 1}, []int64{1 << 62, 1<<62 - 1}},
		{"great weights", 3, []int64{most - 1, 1}, []int64{3, 0}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			weights := append([]int64(nil), tc.weights...)
			parts, err := customer.Split(tc.total, weights)
			require.NoError(t, err)
			assert.Equal(t, tc.want, parts)
			assert.Equal(t, tc.weights, weights, "the weights are the caller's")
		})
	}
}

func TestSplitRefuses(t *testing.T) {
	for _, tc := range []struct {
		name    string
		total   int64
		weights []int64
		want    string
	}{
		{"a negative weight", 10, []int64{3, -1}, "customer: split: weight 1 is -1, below 0"},
		{"a negative weight, nothing to split", 0, []int64{-1}, "customer: split: weight 0 is -1, below 0"},
		{"no weights", 10, nil, "customer: split: 10 cannot be divided over weights that are all 0"},
		{"weights of 0", -1, []int64{0, 0}, "customer: split: -1 cannot be divided over weights that are all 0"},
		{"a sum beyond an int64", 10, []int64{math.MaxInt64, 1}, "customer: split: the weights' sum exceeds an int64"},
		{"a sum beyond a uint64", 10, []int64{math.MaxInt64, math.MaxInt64, 2}, "customer: split: the weights' sum exceeds an int64"},
	} {
		parts, err := customer.Split(tc.total, tc.weights)
		require.EqualError(t, err, tc.want, tc.name)
		assert.Nil(t, parts, tc.name)
	}
}

func TestSplitInto(t *testing.T) {
	weights := []int64{1999, 549, 25}
	require.NoError(t, customer.SplitInto(weights, 1000, weights), "the weights make room for the parts")
	assert.Equal(t, []int64{777, 213, 10}, weights)

	parts := []int64{7, 7, 7}
	require.EqualError(t, customer.SplitInto(parts, 10, []int64{1, 1}), "customer: split: 3 parts for 2 weights")
	for _, weights := range [][]int64{{1, -1, 1}, {0, 0, 0}, {math.MaxInt64, 1, 0}} {
		require.Error(t, customer.SplitInto(parts, 10, weights))
		assert.Equal(t, []int64{7, 7, 7}, parts, "at an error the parts are as they were")
	}
	require.NoError(t, customer.SplitInto(parts, 0, []int64{0, 0, 0}))
	assert.Equal(t, []int64{0, 0, 0}, parts, "nothing leaves nothing of what stood there")

	for _, n := range []int{1, 64, 65, 1000} { // around the room on the stack
		weights, parts := make([]int64, n), make([]int64, n)
		for i := range weights {
			weights[i] = int64(i%7 + 1)
		}
		want, err := customer.Split(99_999, weights)
		require.NoError(t, err)
		require.NoError(t, customer.SplitInto(parts, 99_999, weights))
		assert.Equal(t, want, parts)
		if n <= 64 {
			assert.Zero(t, testing.AllocsPerRun(10, func() { _ = customer.SplitInto(parts, 99_999, weights) }))
		}
	}
}

// splitModel hands out the left-over units one by one, each to the first of the largest
// remainders that has none yet.
func splitModel(total int64, weights []int64) []*big.Int {
	sum := new(big.Int)
	for _, weight := range weights {
		sum.Add(sum, big.NewInt(weight))
	}
	whole := new(big.Int).Abs(big.NewInt(total))
	left := new(big.Int).Set(whole)
	parts, remainders := make([]*big.Int, len(weights)), make([]*big.Int, len(weights))
	for i, weight := range weights {
		parts[i], remainders[i] = new(big.Int).QuoRem(new(big.Int).Mul(whole, big.NewInt(weight)), sum, new(big.Int))
		left.Sub(left, parts[i])
	}
	for ; left.Sign() > 0; left.Sub(left, big.NewInt(1)) {
		first := 0
		for i := range remainders {
			if remainders[i].Cmp(remainders[first]) > 0 {
				first = i
			}
		}
		parts[first].Add(parts[first], big.NewInt(1))
		remainders[first] = big.NewInt(-1)
	}
	for i := range parts {
		if total < 0 {
			parts[i].Neg(parts[i])
		}
	}
	return parts
}

func TestSplitAgainstModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := rapid.Int64().Draw(t, "total")
		most := rapid.SampledFrom([]int64{3, 1000, math.MaxInt64 / 12}).Draw(t, "greatest weight")
		weights := rapid.SliceOfN(rapid.Int64Range(0, most), 1, 12).Draw(t, "weights")
		weights[rapid.IntRange(0, len(weights)-1).Draw(t, "not 0")]++

		parts, err := customer.Split(total, weights)
		require.NoError(t, err)
		for i, want := range splitModel(total, weights) {
			require.True(t, want.IsInt64())
			require.Equal(t, want.Int64(), parts[i], "part %d of %v", i, parts)
		}
	})
}

func TestSplitOfManyAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := rapid.Int64().Draw(t, "total")
		weights := make([]int64, 10_000)
		step := rapid.Int64Range(1, 1<<40).Draw(t, "step")
		for i := range weights {
			weights[i] = step * int64(i%97)
		}
		parts, err := customer.Split(total, weights)
		require.NoError(t, err)
		var sum int64 // wraps on the way, if at all, and back
		for i, part := range parts {
			sum += part
			if weights[i] == 0 {
				require.Zero(t, part)
			}
		}
		require.Equal(t, total, sum)
	})
}

// allocated returns the bytes that do allocates.
func allocated(do func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func TestHostileAmountsCostLittle(t *testing.T) {
	amounts := []decimal.Decimal{
		decimal.New(1, 1_000_000_000), decimal.New(1, -1_000_000_000),
		decimal.New(0, 1_000_000_000), decimal.New(math.MinInt64, math.MinInt32),
	}
	used := allocated(func() {
		for _, amount := range amounts {
			_, _ = eur().Minor(amount)
		}
	})
	assert.Less(t, used, uint64(64<<10))
}

// As a till writes it, short of the currency's digits, and with a database's zeros.
func BenchmarkCurrencyMinor(b *testing.B) {
	currency := eur()
	for _, text := range []string{"1234.56", "0", "12", "1234.560000", "1.000000000000000000"} {
		amount := dec(text)
		b.Run(text, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := currency.Minor(amount); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkSplit(b *testing.B) {
	weights := make([]int64, 20)
	for i := range weights {
		weights[i] = int64(100 + 37*i)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := customer.Split(99_999, weights); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSplitInto(b *testing.B) {
	weights, parts := make([]int64, 20), make([]int64, 20)
	for i := range weights {
		weights[i] = int64(100 + 37*i)
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := customer.SplitInto(parts, 99_999, weights); err != nil {
			b.Fatal(err)
		}
	}
}
