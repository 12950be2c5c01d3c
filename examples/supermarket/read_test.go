package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
)

const (
	header   = "customer_id,timestamp,order_id,sku,category,brand_kind,quantity,unit_price,discount\n"
	settling = "customer_id,timestamp,order_id,sku,category,brand_kind,quantity,unit_price,discount,sales_value\n"
)

func dollar() customer.Currency { return customer.Currency{Code: "USD", Digits: 2} }

// fileOf is a purchases file with this content.
func fileOf(tb testing.TB, content string) *purchasesFile {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "purchases.csv")
	require.NoError(tb, os.WriteFile(path, []byte(content), 0o600))
	return &purchasesFile{Path: path, Currency: dollar(), Zone: time.UTC}
}

// receiptsOf writes each receipt of a source as a line, up to the end or the error.
func receiptsOf(tb testing.TB, from source) (receipts []string, err error) {
	tb.Helper()
	for e, failed := range from() {
		require.NoError(tb, err, "an error is the last thing that a sequence yields")
		if err = failed; err == nil {
			require.NoError(tb, validate(e))
			receipts = append(receipts, describe(e))
		}
	}
	return receipts, err
}

// validate also holds the shape against the promise that exactly one kind is set.
func validate(e event) error {
	switch {
	case e.Sale != nil && e.Return == nil:
		return e.Sale.Validate()
	case e.Return != nil && e.Sale == nil:
		return e.Return.Validate()
	}
	return fmt.Errorf("event %+v is not exactly one receipt", e)
}

func describe(e event) string {
	var text strings.Builder
	line := func(line customer.Line) {
		fmt.Fprintf(&text, " | %s", line.SKU)
		if line.Category != "" {
			fmt.Fprintf(&text, " (%s)", line.Category)
		}
		if line.Kind != customer.UnknownBrand {
			fmt.Fprintf(&text, " %s", line.Kind)
		}
		fmt.Fprintf(&text, " %s", line.Quantity)
		if line.ListPrice.Valid {
			fmt.Fprintf(&text, " at %s", line.ListPrice.Decimal)
		}
		if line.Paid.Valid {
			fmt.Fprintf(&text, " paid %s", line.Paid.Decimal)
		}
	}
	head := func(kind, ref string, id customer.ID, at time.Time, currency customer.Currency) {
		fmt.Fprintf(&text, "%s %s of %s %s", kind, ref, id, at.Format("01-02T15:04Z07:00"))
		if currency != (customer.Currency{}) {
			fmt.Fprintf(&text, " %s", currency.Code)
		}
	}
	if sale := e.Sale; sale != nil {
		head("sale", sale.Ref, sale.Customer, sale.At, sale.Currency)
		for _, l := range sale.Lines {
			line(l)
		}
		return text.String()
	}
	back := e.Return
	head("return", back.Ref, back.Customer, back.At, back.Currency)
	for _, l := range back.Lines {
		line(l.Line)
	}
	return text.String()
}

func TestRowsBecomeReceipts(t *testing.T) {
	for _, test := range []struct {
		name, header, rows string
		want               []string
	}{
		{"a row of every column", header, "c1,2026-01-05T10:00:00Z,o1,milk,dairy,store,2,1.99,0.50\n", []string{
			"sale o1 of c1 01-05T10:00Z USD | milk (dairy) store 2 at 1.99 paid 3.48",
		}},
		{"no rows", header, "", nil},
		{"rows of one receipt, then another order, time and customer", header, "" +
			"c1,2026-01-05T10:00:00Z,o1,milk,,,1,,\n" +
			"c1,2026-01-05T10:00:00Z,o1,bread,,,1,,\n" +
			"c1,2026-01-05T10:00:00Z,o2,milk,,,1,,\n" +
			"c1,2026-01-05T10:00:01Z,o2,milk,,,1,,\n" +
			"c2,2026-01-05T10:00:01Z,o2,milk,,,1,,\n", []string{
			"sale o1 of c1 01-05T10:00Z | milk 1 | bread 1",
			"sale o2 of c1 01-05T10:00Z | milk 1",
			"sale o2 of c1 01-05T10:00Z | milk 1",
			"sale o2 of c2 01-05T10:00Z | milk 1",
		}},
		{"one instant written in two ways is one receipt", header, "" +
			"c1,2026-01-05T10:00:00Z,o1,milk,,,1,,\nc1,2026-01-05T11:00:00+01:00,o1,bread,,,1,,\n", []string{
			"sale o1 of c1 01-05T10:00Z | milk 1 | bread 1",
		}},
		{"the next customer may come earlier in time", header, "" +
			"c1,2026-01-05,o1,milk,,,1,,\nc2,2025-12-31,o2,milk,,,1,,\n", []string{
			"sale o1 of c1 01-05T00:00Z | milk 1",
			"sale o2 of c2 12-31T00:00Z | milk 1",
		}},
		{"ids are texts, so 10 comes before 9", header, "" +
			"10,2026-01-05,o1,milk,,,1,,\n9,2026-01-05,o2,milk,,,1,,\n", []string{
			"sale o1 of 10 01-05T00:00Z | milk 1",
			"sale o2 of 9 01-05T00:00Z | milk 1",
		}},
		{"negative quantities come back with positive figures", header, "" +
			"c1,2026-01-05,o1,milk,,national,-1,1.99,0.10\n", []string{
			"return o1 of c1 01-05T00:00Z USD | milk national 1 at 1.99 paid 1.89",
		}},
		{"a till that turns the discount's sign too", header, "" +
			"c1,2026-01-05,o1,milk,,,-1,1.99,-0.10\n", []string{
			"return o1 of c1 01-05T00:00Z USD | milk 1 at 1.99 paid 1.89",
		}},
		{"bought and brought back on one receipt", header, "" +
			"c1,2026-01-05,o1,milk,,,-1,1,\nc1,2026-01-05,o1,bread,,,1,2,\nc1,2026-01-05,o1,jam,,,-0.5,4,\n", []string{
			"sale o1 of c1 01-05T00:00Z USD | bread 1 at 2 paid 2",
			"return o1 of c1 01-05T00:00Z USD | milk 1 at 1 paid 1 | jam 0.5 at 4 paid 2",
		}},
		{"an unknown quantity, whose price is unknown", header, "" +
			"c1,2026-01-05,o1,milk,,,,1.99,\nc1,2026-01-05,o1,bread,,,0,1.99,0.50\nc1,2026-01-05,o1,jam,,,-0,,\n", []string{
			"sale o1 of c1 01-05T00:00Z USD | milk 0 at 1.99 | bread 0 at 1.99 | jam 0",
		}},
		{"no price in the receipt, no currency", header, "" +
			"c1,2026-01-05,o1,milk,,,2,,\nc1,2026-01-05,o1,bread,,,1,,0.50\nc1,2026-01-06,o2,milk,,,2,,\nc1,2026-01-06,o2,bread,,,1,0,\n", []string{
			"sale o1 of c1 01-05T00:00Z | milk 2 | bread 1",
			"sale o2 of c1 01-06T00:00Z USD | milk 2 | bread 1 at 0 paid 0",
		}},
		{"what was paid goes before what can be computed", settling, "" +
			"c1,2026-01-05,o1,milk,,,2,1.99,0.50,3.00\n" +
			"c1,2026-01-05,o1,bread,,,2,1.99,0.50,\n" +
			"c1,2026-01-05,o1,jam,,,0,,,0\n" +
			"c1,2026-01-05,o1,tea,,,,,,2.5\n" +
			"c1,2026-01-05,o1,cake,,,-1,3,,-2.50\n" +
			"c1,2026-01-05,o1,pie,,,-1,3,,2.50\n", []string{
			"sale o1 of c1 01-05T00:00Z USD | milk 2 at 1.99 paid 3 | bread 2 at 1.99 paid 3.48 | jam 0 paid 0 | tea 0 paid 2.5",
			"return o1 of c1 01-05T00:00Z USD | cake 1 at 3 paid 2.5 | pie 1 at 3 paid 2.5",
		}},
		{
			"columns in another order, among others",
			"weather,sku,quantity,discount,unit_price,brand_kind,order_id,customer_id,category,timestamp,till\n",
			"rain,milk,2,0.5,1.99,store,o1,c1,dairy,2026-01-05,7\n",
			[]string{"sale o1 of c1 01-05T00:00Z USD | milk (dairy) store 2 at 1.99 paid 3.48"},
		},
		{
			"what spreadsheets write: a byte order mark, carriage returns, quotes", "\ufeff" + strings.ReplaceAll(header, "\n", "\r\n"),
			"\"c1\",2026-01-05,o1,\"milk, fresh\",\"\"\"dairy\"\"\",,1,,\r\n",
			[]string{
				`sale o1 of c1 01-05T00:00Z | milk, fresh ("dairy") 1`,
			},
		},
		{"the last line without its end, and empty lines", header, "\nc1,2026-01-05,o1,milk,,,1,,\n\nc1,2026-01-05,o1,bread,,,1,,", []string{
			"sale o1 of c1 01-05T00:00Z | milk 1 | bread 1",
		}},
		{"unusual numbers", header, "" +
			"c1,2026-01-05,o1,milk,,,1e1,+2.5E-1,.5\nc1,2026-01-05,o1,bread,,,0001.50,5.,1.0000000000000000000\n", []string{
			"sale o1 of c1 01-05T00:00Z USD | milk 10 at 0.25 paid 2 | bread 1.5 at 5 paid 6.5",
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := receiptsOf(t, fileOf(t, test.header+test.rows).events)
			require.NoError(t, err)
			assert.Equal(t, test.want, got)
		})
	}
}

func TestRowsWithoutACustomerAreOnlyCounted(t *testing.T) {
	file := fileOf(t, header+
		",nonsense,,,,,-,free,\n"+
		"c1,2026-01-05,o1,milk,,,1,,\n"+
		",2020-01-01,o9,milk,,,1,,\n"+ // and neither order nor receipt care about them
		"c1,2026-01-05,o1,bread,,,1,,\n")
	got, err := receiptsOf(t, file.events)
	require.NoError(t, err)
	assert.Equal(t, []string{"sale o1 of c1 01-05T00:00Z | milk 1 | bread 1"}, got)
	assert.Equal(t, 2, file.Tally.Anonymous)
	assert.Equal(t, 4, file.Tally.Rows)
}

func TestAmountsAreRoundedHalfToEven(t *testing.T) {
	for _, test := range []struct {
		quantity, price, discount, sales string
		digits                           int32
		want                             string
		rounded                          int
	}{
		{"1", "1.99", "", "", 2, "1.99", 0},
		{"1", "1.9900", "", "", 2, "1.99", 0}, // zeros are no digits
		{"3", "0.333", "", "", 2, "1", 1},
		{"1", "0.0049", "", "", 2, "0", 1},
		{"1", "0.005", "", "", 2, "0", 1},
		{"1", "0.0051", "", "", 2, "0.01", 1},
		{"1", "0.0149", "", "", 2, "0.01", 1},
		{"1", "0.015", "", "", 2, "0.02", 1},
		{"1", "0.025", "", "", 2, "0.02", 1},
		{"-1", "0.015", "", "", 2, "0.02", 1},
		{"1", "0.02", "0.005", "", 2, "0.02", 1},
		{"1", "0.01", "0.01", "", 2, "0", 0},
		{"1", "0.01", "0.014", "", 2, "0", 1}, // -0.004 is no amount below 0
		{"2", "14.665", "", "", 2, "29.33", 0},
		{"1", "149.5", "", "", 0, "150", 1},
		{"1", "148.5", "", "", 0, "148", 1},
		{"1", "0.0005", "", "", 3, "0", 1},
		{"0.333", "2.999", "0.0007", "", 4, "0.998", 1},
		{"1", "1.99", "", "1.985", 2, "1.98", 1},
		{"1", "1.99", "", "4.440892e-16", 2, "0", 1}, // floating point that was written down
		{"1", "1.99", "", "1.990", 2, "1.99", 0},
		{"123456789", "1.00000000001", "", "", 2, "123456789", 1}, // beyond the short way
		{"999999999.999", "99999.9999", "", "", 2, "99999999899900", 1},
		{"1", "1", "0." + strings.Repeat("0", 61) + "1", "", 2, "1", 1},         // as long as a number may be
		{"1000000000", "200000000", "0.000001", "", 0, "200000000000000000", 1}, // and beyond it in one step only
	} {
		t.Run(strings.Join([]string{test.quantity, test.price, test.discount, test.sales}, " "), func(t *testing.T) {
			file := fileOf(t, fmt.Sprintf("%sc1,2026-01-05,o1,milk,,,%s,%s,%s,%s\n", settling, test.quantity, test.price, test.discount, test.sales))
			file.Currency.Digits = test.digits
			got, err := receiptsOf(t, file.events)
			require.NoError(t, err)
			require.Len(t, got, 1)
			assert.True(t, strings.HasSuffix(got[0], " paid "+test.want), got[0])
			assert.Equal(t, test.rounded, file.Tally.Rounded)
		})
	}
}

func TestOnlyRoundedAmountsAreCounted(t *testing.T) {
	file := fileOf(t, header+
		"c1,2026-01-05,o1,milk,,,1,0.005,\n"+
		"c1,2026-01-05,o1,bread,,,1,,\n"+
		"c1,2026-01-05,o1,jam,,,0,0.005,\n"+
		"c1,2026-01-05,o1,tea,,own,1,0.005,\n"+ // set aside
		"c1,2026-01-05,o1,tea,,,-1,0.005,\n")
	file.SkipBad = true
	_, err := receiptsOf(t, file.events)
	require.NoError(t, err)
	assert.Equal(t, 2, file.Tally.Rounded)
}

// The short way through int64 and the long one through decimals agree.
func TestAmountIsExact(t *testing.T) {
	number := rapid.Custom(func(t *rapid.T) string {
		digits := rapid.Int32Range(0, 8).Draw(t, "digits")
		most := rapid.SampledFrom([]int64{20, 10_000, 1 << 31, 1 << 40}).Draw(t, "most")
		return decimal.New(rapid.Int64Range(0, most).Draw(t, "units"), -digits).StringFixed(digits)
	})
	rapid.Check(t, func(t *rapid.T) {
		var figures [3]figure
		for i := range figures {
			text := number.Draw(t, "number")
			read, rule := parseFigure(text)
			if rule != "" || !read.value.Equal(decimal.RequireFromString(text)) {
				t.Fatalf("%s is read as %s, %q", text, read.value, rule)
			}
			figures[i] = read
		}
		digits := rapid.Int32Range(0, 4).Draw(t, "currency")
		exact := figures[0].value.Mul(figures[1].value).Sub(figures[2].value)
		got, rounded := amount(figures[0], figures[1], figures[2], digits)
		if want := exact.RoundBank(digits); !got.Equal(want) || rounded == want.Equal(exact) {
			t.Fatalf("%s is rounded to %s, %v; %s is right", exact, got, rounded, want)
		}
	})
}

func TestTimestamps(t *testing.T) {
	berlin := berlin(t)
	for _, test := range []struct {
		stamp string
		want  string // in UTC; "" is a fault
	}{
		{"2026-01-05T10:30:00Z", "2026-01-05T10:30:00Z"},
		{"2026-01-05T10:30:00.5Z", "2026-01-05T10:30:00.5Z"},
		{"2026-01-05T10:30:00+08:00", "2026-01-05T02:30:00Z"},
		{"2026-01-05", "2026-01-04T23:00:00Z"}, // the day starts in the zone
		{"2026-07-05", "2026-07-04T22:00:00Z"},
		{"0001-01-02", "0001-01-01T23:06:32Z"},
		{"2026-02-29", ""},
		{"2026-01-05 10:30:00", ""},
		{"2026-01-05T10:30:00", ""},
		{"05.01.2026", ""},
		{"0000-12-31", ""},
		{"0000-12-31T00:00:00Z", ""},
		{"", ""},
	} {
		t.Run(test.stamp, func(t *testing.T) {
			file := fileOf(t, header+"c1,"+test.stamp+",o1,milk,,,1,,\n")
			file.Zone = berlin
			var at time.Time
			for e, err := range file.events() {
				if test.want == "" {
					bad := (*rowError)(nil)
					require.ErrorAs(t, err, &bad)
					require.Len(t, bad.Faults, 1)
					assert.Equal(t, "timestamp", bad.Faults[0].Path)
					return
				}
				require.NoError(t, err)
				at = e.at()
			}
			assert.Equal(t, test.want, at.UTC().Format(time.RFC3339Nano))
			assert.Equal(t, berlin, at.Location())
		})
	}
}

// faultsOf writes faults as "column value".
func faultsOf(faults customer.Faults) (texts []string) {
	for _, fault := range faults {
		texts = append(texts, fault.Path+" "+fault.Value)
	}
	return texts
}

func TestBadRows(t *testing.T) {
	long := "0." + strings.Repeat("0", 62) + "1"
	for _, test := range []struct {
		name, row string
		want      []string // column and value of each fault
	}{
		{"brand kind", "c1,2026-01-05,o1,milk,,unknown,1,,,", []string{"brand_kind unknown"}},
		{"brand kind in capitals", "c1,2026-01-05,o1,milk,,Store,1,,,", []string{"brand_kind Store"}},
		{"quantity", "c1,2026-01-05,o1,milk,,,two,,,", []string{"quantity two"}},
		{"quantity with a comma", `c1,2026-01-05,o1,milk,,,"1,5",,,`, []string{"quantity 1,5"}},
		{"quantity with a blank", "c1,2026-01-05,o1,milk,,, 1,,,", []string{"quantity  1"}},
		{"quantity of 19 digits", "c1,2026-01-05,o1,milk,,,1234567890123456789,,,", []string{"quantity 1234567890123456789"}},
		{"quantity of an exponent", "c1,2026-01-05,o1,milk,,,1e13,,,", []string{"quantity 1e13"}},
		{"quantity of a gigabyte", "c1,2026-01-05,o1,milk,,,1e1000000000,,,", []string{"quantity 1e1000000000"}},
		{"number without digits", "c1,2026-01-05,o1,milk,,,1,-,.,", []string{"unit_price -", "discount ."}},
		{"number of two points", "c1,2026-01-05,o1,milk,,,1,1.2.3,,", []string{"unit_price 1.2.3"}},
		{"number too long", "c1,2026-01-05,o1,milk,,,1,1," + long + ",", []string{"discount " + long}},
		{"number too small", "c1,2026-01-05,o1,milk,,,1,1,1e-65,", []string{"discount 1e-65"}},
		{"unit price below 0", "c1,2026-01-05,o1,milk,,,1,-0.01,,", []string{"unit_price -0.01"}},
		{"unit price below 0, brought back", "c1,2026-01-05,o1,milk,,,-1,-0.01,,", []string{"unit_price -0.01"}},
		{"discount below 0", "c1,2026-01-05,o1,milk,,,1,1,-0.01,", []string{"discount -0.01"}},
		{"discount beyond the price", "c1,2026-01-05,o1,milk,,,1,1,1.01,", []string{"discount 1.01"}},
		{"refund below 0", "c1,2026-01-05,o1,milk,,,-1,1,1.01,", []string{"discount 1.01"}},
		{"paid below 0", "c1,2026-01-05,o1,milk,,,1,1,,-0.01", []string{"sales_value -0.01"}},
		{"paid too much to be money", "c1,2026-01-05,o1,milk,,,1,1,,99999999999999999.99", []string{"sales_value 99999999999999999.99"}},
		{"computed too much to be money", "c1,2026-01-05,o1,milk,,,999999999,999999999999,,", []string{"quantity 999999999"}},
		{"quantity of four decimal places", "c1,2026-01-05,o1,milk,,,0.0005,,,", []string{"quantity 0.0005"}},
		{"quantity over a thousand million", "c1,2026-01-05,o1,milk,,,1000000000.001,,,", []string{"quantity 1000000000.001"}},
		{"no sku", "c1,2026-01-05,o1,,,,1,,,", []string{"sku "}},
		{"no order", "c1,2026-01-05,,milk,,,1,,,", []string{"order_id "}},
		{"long texts", "c1,2026-01-05,o1," + strings.Repeat("s", 257) + "," + strings.Repeat("c", 257) + ",,1,,,", []string{
			"sku " + strings.Repeat("s", 77) + "…", "category " + strings.Repeat("c", 77) + "…",
		}},
		{"control characters", "c1\x01,2026-01-05,o\x02,\"mi\nlk\",\xff,,1,,,", []string{"customer_id c1\x01", "order_id o\x02", "sku mi\nlk", "category \xff"}},
		{"everything at once", "c1,yesterday,,,,cheap,many,dear,none,some", []string{
			"timestamp yesterday", "order_id ", "sku ", "brand_kind cheap", "quantity many", "unit_price dear", "discount none", "sales_value some",
		}},
		{"too few fields", "c1,2026-01-05,o1,milk,,,1,,", []string{"row 9 fields"}},
		{"too many fields", "c1,2026-01-05,o1,milk,,,1,,,,", []string{"row 11 fields"}},
		{"too few fields without a customer", ",,", []string{"row 3 fields"}},
		{"a quote inside a field", `c1,2026-01-05,o1,5" pipe,,,1,,,`, []string{"row column 19"}},
		{"a quote left open over two lines", "c1,2026-01-05,o1,\"milk,,,1,,,\nc1,2026-01-05,o1,\"bread,,,1,,,", []string{"row lines 4 to 5"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			const before = "c0,2026-01-05,o0,milk,,,1,,,\nc1,2026-01-05,o1,bread,,,1,,,\n"
			const after = "c1,2026-01-05,o1,jam,,,1,,,\nc9,2026-01-05,o9,milk,,,1,,,\n"
			file := fileOf(t, settling+before+test.row+"\n"+after)

			_, err := receiptsOf(t, file.events)
			bad := (*rowError)(nil)
			require.ErrorAs(t, err, &bad)
			assert.Equal(t, test.want, faultsOf(bad.Faults))
			assert.Equal(t, 4, bad.Line)
			assert.Equal(t, file.Path, bad.File)

			// Set aside, the row leaves everything else as it is.
			file.SkipBad = true
			got, err := receiptsOf(t, file.events)
			require.NoError(t, err)
			assert.Equal(t, 1, file.Tally.Bad)
			assert.Equal(t, 5, file.Tally.Rows)
			var rules []string
			for _, count := range file.Tally.Faults {
				assert.Equal(t, 1, count.Rows)
				assert.Equal(t, 4, count.First.Line)
				rules = append(rules, count.Column+": "+count.Rule)
			}
			for i, fault := range bad.Faults {
				assert.Equal(t, fault.Path+": "+fault.Rule, rules[i])
			}
			var lines int
			for _, receipt := range got {
				lines += strings.Count(receipt, "|")
			}
			assert.Equal(t, 4, lines, got)
		})
	}
}

func TestABadRowReadsLikeThis(t *testing.T) {
	file := fileOf(t, header+"c1,2026-01-05,o1,milk,,own,1,x,\n")
	file.Path, _ = filepath.Abs(file.Path)
	_, err := receiptsOf(t, file.events)
	assert.EqualError(t, err, file.Path+`:2: brand_kind = "own": is national, store or empty; unit_price = "x": is a number such as 1.99`)
}

func TestSkippedRowsAreCountedByRule(t *testing.T) {
	file := fileOf(t, header+
		"c1,2026-01-05,o1,milk,,own,x,,\n"+ // two rules, one row
		"c1,2026-01-05,o1,bread,,,1,,\n"+
		"c1,2026-01-05,o1,jam,,own,1,,\n"+
		"c1,never,o1,jam,,,1,,\n"+ // and does not end the receipt
		"c1,2026-01-05,o1,tea,,,1,,\n"+
		"c2,2026-01-05,o2,milk,,own,1,,\n") // a receipt of which nothing is left
	file.SkipBad = true
	got, err := receiptsOf(t, file.events)
	require.NoError(t, err)
	assert.Equal(t, []string{"sale o1 of c1 01-05T00:00Z | bread 1 | tea 1"}, got)
	assert.Equal(t, 4, file.Tally.Bad)
	assert.Equal(t, 1, file.Tally.Customers)
	var counts []string
	for _, count := range file.Tally.Faults {
		counts = append(counts, fmt.Sprintf("%s %d from line %d", count.Column, count.Rows, count.First.Line))
	}
	assert.Equal(t, []string{"brand_kind 3 from line 2", "quantity 1 from line 2", "timestamp 1 from line 5"}, counts)
}

// A row that is set aside may stand in the middle of a receipt.
func TestABadRowDoesNotSplitAReceipt(t *testing.T) {
	const start, end = "c1,2026-01-05,o1,milk,,,1,,\n", "c1,2026-01-05,o1,tea,,,1,,\n"
	for name, row := range map[string]string{
		"quantity":       "c1,2026-01-05,o1,jam,,,x,,\n",
		"no order":       "c1,2026-01-05,,jam,,,1,,\n",
		"another order":  "c1,2026-01-05,o2,jam,,,x,,\n",
		"another stamp":  "c1,2026-01-05T00:00:00Z,o1,jam,,,x,,\n",
		"timestamp":      "c1,soon,o1,jam,,,1,,\n",
		"fields":         "c1,2026-01-05\n",
		"no customer":    ",2026-01-05,o1,jam,,,1,,\n",
		"all and return": "c1,2026-01-05,,,,,-x,,\n",
	} {
		t.Run(name, func(t *testing.T) {
			file := fileOf(t, header+start+row+row+end)
			file.SkipBad = true
			got, err := receiptsOf(t, file.events)
			require.NoError(t, err)
			assert.Equal(t, []string{"sale o1 of c1 01-05T00:00Z | milk 1 | tea 1"}, got)
		})
	}
}

// Sound rows of another order do: only rows that follow each other are a receipt.
func TestOrdersThatAlternate(t *testing.T) {
	got, err := receiptsOf(t, fileOf(t, header+
		"c1,2026-01-05,o1,milk,,,1,,\nc1,2026-01-05,o2,jam,,,1,,\nc1,2026-01-05,o1,tea,,,1,,\n").events)
	require.NoError(t, err)
	assert.Equal(t, []string{
		"sale o1 of c1 01-05T00:00Z | milk 1", "sale o2 of c1 01-05T00:00Z | jam 1", "sale o1 of c1 01-05T00:00Z | tea 1",
	}, got)
}

func TestTheReceiptsBeforeABadRowAreYielded(t *testing.T) {
	got, err := receiptsOf(t, fileOf(t, header+
		"c1,2026-01-05,o1,milk,,,1,,\n"+
		"c1,2026-01-06,o2,milk,,,1,,\n"+
		"c1,2026-01-06,o2,bread,,,x,,\n"+
		"c1,2026-01-07,o3,milk,,,1,,\n").events)
	require.Error(t, err)
	assert.Equal(t, []string{"sale o1 of c1 01-05T00:00Z | milk 1"}, got, "the receipt of the bad row is not known whole")
}

func TestAFileOutOfOrderCannotBeSkipped(t *testing.T) {
	for _, test := range []struct{ name, rows, column string }{
		{"customers", "c2,2026-01-05,o1,milk,,,1,,\nc1,2026-01-06,o2,milk,,,1,,\n", "customer_id"},
		{"customers sorted as numbers", "2,2026-01-05,o1,milk,,,1,,\n10,2026-01-06,o2,milk,,,1,,\n", "customer_id"},
		{"a customer again", "c1,2026-01-05,o1,milk,,,1,,\nc2,2026-01-05,o2,milk,,,1,,\nc1,2026-01-06,o2,milk,,,1,,\n", "customer_id"},
		{"times", "c1,2026-01-05T10:00:01Z,o1,milk,,,1,,\nc1,2026-01-05T10:00:00Z,o2,milk,,,1,,\n", "timestamp"},
		{"times, in a row at fault", "c1,2026-01-05,o1,milk,,,1,,\nc1,2026-01-04,o2,milk,,,x,,\n", "timestamp"},
		{"times, after a row at fault", "c1,2026-01-05,o1,milk,,,x,,\nc1,2026-01-04,o2,milk,,,1,,\n", "timestamp"},
	} {
		t.Run(test.name, func(t *testing.T) {
			file := fileOf(t, header+test.rows)
			file.SkipBad = true
			_, err := receiptsOf(t, file.events)
			bad := (*rowError)(nil)
			require.ErrorAs(t, err, &bad)
			assert.Equal(t, strings.Count(test.rows, "\n")+1, bad.Line)
			require.Len(t, bad.Faults, 1)
			assert.Equal(t, test.column, bad.Faults[0].Path)
			assert.Contains(t, bad.Faults[0].Rule, "sorted by customer as text, byte by byte (10 before 2), then time")
		})
	}
}

func TestHeader(t *testing.T) {
	for _, test := range []struct {
		name, content string
		want          []string
	}{
		{"a missing column", strings.Replace(header, "sku", "product", 1), []string{"sku "}},
		{"all that is missing", "customer_id,timestamp,sku,category,brand_kind,quantity\n", []string{"order_id ", "unit_price ", "discount "}},
		{"another spelling", strings.Replace(header, "discount", "Discount", 1), []string{"discount "}},
		{"a column twice", strings.Replace(settling, "sales_value", "sku", 1), []string{"sku sku"}},
		{"sales_value twice", strings.Replace(settling, "\n", ",sales_value\n", 1), []string{"sales_value sales_value"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			file := fileOf(t, test.content+"c1,2026-01-05,o1,milk,,,1,,\n")
			file.SkipBad = true // a header cannot be set aside
			_, err := receiptsOf(t, file.events)
			bad := (*rowError)(nil)
			require.ErrorAs(t, err, &bad)
			assert.Equal(t, test.want, faultsOf(bad.Faults))
			assert.Equal(t, 1, bad.Line)
		})
	}
}

func zip(tb testing.TB, content string) string {
	tb.Helper()
	var zipped bytes.Buffer
	writer := gzip.NewWriter(&zipped)
	_, err := io.WriteString(writer, content)
	require.NoError(tb, err)
	require.NoError(tb, writer.Close())
	return zipped.String()
}

func TestGzipIsToldByItsContent(t *testing.T) {
	const row = "c1,2026-01-05,o1,milk,,,1,,\n"
	want := []string{"sale o1 of c1 01-05T00:00Z | milk 1 | milk 1"}
	for name, content := range map[string]string{
		"plain":        header + row + row,
		"gzip":         zip(t, header+row+row),
		"gzip in two":  zip(t, header+row) + zip(t, row),
		"gzip and BOM": zip(t, "\ufeff"+header+row+row),
	} {
		t.Run(name, func(t *testing.T) {
			file := fileOf(t, content) // its name ends in .csv
			got, err := receiptsOf(t, file.events)
			require.NoError(t, err)
			assert.Equal(t, want, got)
			assert.Equal(t, int64(len(content)), file.Tally.Size)
			assert.Equal(t, file.Tally.Size, file.Tally.Bytes)
		})
	}
}

func TestFilesThatCannotBeRead(t *testing.T) {
	const row = "c1,2026-01-05,o1,milk,,,1,,\n"
	rows := strings.Repeat(row, 1000)
	for _, test := range []struct {
		name, content string
		want          error // nil: any error will do
	}{
		{"empty", "", nil},
		{"one byte", "c", nil},
		{"gzip of nothing", zip(t, ""), nil},
		{"cut off in the zipped header", zip(t, header+rows)[:5], io.ErrUnexpectedEOF},
		{"cut off between zipped rows", zip(t, header+rows)[:40], io.ErrUnexpectedEOF},
		{"cut off before the checksum", strings.TrimSuffix(zip(t, header+rows), zip(t, header+rows)[len(zip(t, header+rows))-8:]), io.ErrUnexpectedEOF},
		{"wrong checksum", zip(t, header+rows)[:len(zip(t, header+rows))-8] + "\x00\x00\x00\x00\x00\x00\x00\x00", gzip.ErrChecksum},
		{"a row without end", header + row + `c1,2026-01-05,o1,"` + strings.Repeat("milk\n", maxRowBytes/4), nil},
		{"a row without end and with a stray quote", header + row + `c1,2026-01-05,o1,m"` + strings.Repeat("milk", maxRowBytes/3) + row, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			file := fileOf(t, test.content)
			file.SkipBad = true // none of it is a row's fault
			_, err := receiptsOf(t, file.events)
			require.Error(t, err)
			if test.want != nil {
				require.ErrorIs(t, err, test.want)
			}
			assert.Contains(t, err.Error(), file.Path)
		})
	}
	t.Run("no file", func(t *testing.T) {
		file := fileOf(t, "")
		file.Path += ".missing"
		_, err := receiptsOf(t, file.events)
		assert.ErrorIs(t, err, fs.ErrNotExist)
	})
	t.Run("no currency", func(t *testing.T) {
		file := fileOf(t, header)
		file.Currency = customer.Currency{}
		_, err := receiptsOf(t, file.events)
		var faults customer.Faults
		assert.ErrorAs(t, err, &faults)
	})
	t.Run("no zone", func(t *testing.T) {
		file := fileOf(t, header)
		file.Zone = nil
		_, err := receiptsOf(t, file.events)
		assert.Error(t, err)
	})
}

func TestALongRowIsNotARowWithoutEnd(t *testing.T) {
	note := strings.Repeat("so\n", maxRowBytes/4)
	file := fileOf(t, strings.Replace(header, "\n", ",note\n", 1)+strings.Repeat("c1,2026-01-05,o1,milk,,,1,,,\""+note+"\"\n", 3))
	got, err := receiptsOf(t, file.events)
	require.NoError(t, err)
	assert.Equal(t, []string{"sale o1 of c1 01-05T00:00Z | milk 1 | milk 1 | milk 1"}, got)
}

func TestBlankLinesAreNoRow(t *testing.T) {
	const first, second = "c1,2026-01-05,o1,milk,,,1,,\n", "c1,2026-01-05,o1,tea,,,1,,\n"
	const enough = maxRowBytes + 1<<18 // more than is read ahead
	feeds, pairs := strings.Repeat("\n", enough), strings.Repeat("\r\n", enough/2)
	for name, content := range map[string]string{
		"before":  pairs + header + first + second,
		"between": header + first + pairs + second,
		"behind":  header + first + second + pairs,
		"marked":  "\ufeff" + header + first + second + feeds,
	} {
		t.Run(name, func(t *testing.T) {
			got, err := receiptsOf(t, fileOf(t, content).events)
			require.NoError(t, err)
			assert.Equal(t, []string{"sale o1 of c1 01-05T00:00Z | milk 1 | tea 1"}, got)
		})
	}
	t.Run("in an open quote", func(t *testing.T) {
		_, err := receiptsOf(t, fileOf(t, header+first+`c1,2026-01-05,o1,"`+pairs).events)
		assert.ErrorContains(t, err, "is a quote left open?")
	})
	t.Run("carriage returns end no line", func(t *testing.T) {
		_, err := receiptsOf(t, fileOf(t, header+first+strings.Repeat("\r", enough)).events)
		assert.ErrorContains(t, err, "is a quote left open?")
	})
	t.Run("a byte at a time", func(t *testing.T) {
		limit := &limited{Reader: iotest.OneByteReader(strings.NewReader(pairs))}
		n, err := io.Copy(io.Discard, limit)
		require.NoError(t, err)
		assert.Equal(t, int64(len(pairs)), n)
	})
}

// What can be read only once gives its rows to the first pass, and an empty file to the
// others.
func TestWhatIsNoRegularFileIsRefused(t *testing.T) {
	paths := []string{t.TempDir(), os.DevNull}
	if from, to, err := os.Pipe(); assert.NoError(t, err) {
		t.Cleanup(func() { _, _ = from.Close(), to.Close() })
		if path := fmt.Sprintf("/dev/fd/%d", from.Fd()); fileExists(path) { // what a shell makes of <(…)
			paths = append(paths, path)
		}
	}
	for _, path := range paths {
		err := run([]string{"-purchases", path}, new(bytes.Buffer), new(bytes.Buffer))
		assert.ErrorContains(t, err, path+" is not a regular file: it is read three times")
	}
}

func fileExists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func TestAReceiptHasAtMostTenThousandLines(t *testing.T) {
	row := "c1,2026-01-05,o1,milk,,,1,,\n"
	full := header + strings.Repeat(row, customer.MaxLines)
	_, err := receiptsOf(t, fileOf(t, full).events)
	require.NoError(t, err)

	file := fileOf(t, full+row)
	_, err = receiptsOf(t, file.events)
	bad := (*rowError)(nil)
	require.ErrorAs(t, err, &bad)
	assert.Equal(t, customer.MaxLines+2, bad.Line)
	assert.Equal(t, []string{"order_id o1"}, faultsOf(bad.Faults))

	back := strings.Replace(row, ",1,", ",-1,", 1)
	file = fileOf(t, full+row+strings.Repeat(back, customer.MaxLines+1))
	file.SkipBad = true
	got, err := receiptsOf(t, file.events)
	require.NoError(t, err)
	require.Len(t, got, 2, "goods brought back are a receipt of their own")
	assert.Equal(t, customer.MaxLines, strings.Count(got[0], "|"))
	assert.Equal(t, customer.MaxLines, strings.Count(got[1], "|"))
	assert.Equal(t, 2, file.Tally.Bad)
}

func TestAFileIsReadAnyNumberOfTimes(t *testing.T) {
	file := fileOf(t, zip(t, header+"c1,2026-01-05,o1,milk,,,1,0.005,\nc1,2026-01-05,o1,milk,,,-1,0.005,\nc2,2026-01-06,o2,bread,,,1,,\n"))
	first, err := receiptsOf(t, file.events)
	require.NoError(t, err)
	tally := file.Tally
	for e, err := range file.events() { // a pass that is given up, in the middle of an order even
		require.NoError(t, err)
		assert.NotNil(t, e.Sale)
		break
	}
	assert.Equal(t, 1, file.Tally.Customers)
	second, err := receiptsOf(t, file.events)
	require.NoError(t, err)
	assert.Equal(t, first, second)
	assert.Equal(t, tally, file.Tally)
}

// A receipt belongs to whoever receives it, though the reader's memory is used again.
func TestReceiptsCanBeKept(t *testing.T) {
	file := fileOf(t, header+
		"c1,2026-01-05,o1,milk,,,-1,1,\nc1,2026-01-05,o1,bread,,,1,2,\nc1,2026-01-06,o2,jam,,,3,3,\nc1,2026-01-06,o2,tea,,,-4,4,\n")
	var kept []event
	var want, got []string
	for e, err := range file.events() {
		require.NoError(t, err)
		kept, want = append(kept, e), append(want, describe(e))
	}
	for _, e := range kept {
		got = append(got, describe(e))
	}
	assert.Equal(t, want, got)
}

func TestProgress(t *testing.T) {
	var content strings.Builder
	content.WriteString(header)
	for i := range 2*progressRows + 1 {
		fmt.Fprintf(&content, ",%d,,,,,,,\n", i)
	}
	file := fileOf(t, content.String())
	var rows []int
	var bytes int64
	file.Progress = func(read tally) {
		rows = append(rows, read.Rows)
		assert.GreaterOrEqual(t, read.Bytes, bytes)
		bytes = read.Bytes
		assert.Equal(t, int64(content.Len()), read.Size)
	}
	for _, err := range file.events() {
		require.NoError(t, err)
	}
	assert.Equal(t, []int{progressRows, 2 * progressRows, 2*progressRows + 1}, rows)
	assert.Equal(t, int64(content.Len()), bytes)
}

// More texts and numbers than are remembered change nothing but the speed.
func TestMoreDifferentTextsThanAreRemembered(t *testing.T) {
	const rows = maxRemembered + 100
	var content strings.Builder
	content.WriteString(header)
	for i := range rows {
		fmt.Fprintf(&content, "c%06d,2026-01-05,o,sku%d,,,1,%d.25,\n", i, i, i)
	}
	i := 0
	for e, err := range fileOf(t, content.String()).events() {
		require.NoError(t, err)
		line := e.Sale.Lines[0]
		if number := strconv.Itoa(i); line.SKU != "sku"+number || line.Paid.Decimal.String() != number+".25" {
			t.Fatalf("row %s is read as %s at %s", number, line.SKU, line.Paid.Decimal)
		}
		i++
	}
	assert.Equal(t, rows, i)
}

// The real files are read once, to the end, with money and brands, without money, and
// without categories, where the sku serves. The first customers of each are enough to
// study.
func TestRealFiles(t *testing.T) {
	for _, test := range []struct {
		file    string
		want    tally
		sales   int64
		returns int64
		survey  string
	}{
		{"dunnhumby_sample", tally{Rows: 75_000, Customers: 2377, Rounded: 1}, 47_243, 0, "money: 233,935.24 USD, known for 100.0 % of the lines\n290 categories; 331 lines have none"},
		{"x5_retailhero", tally{Rows: 11_511, Customers: 101}, 1861, 0, "money: none recorded\n465 categories; 1 lines have none"},
		{"online_retail", tally{Rows: 541_909, Anonymous: 135_080, Customers: 4372, Rounded: 4}, 18_566, 3655, "no categories; each of 3,684 skus serves as one\n"},
		{"cdnow_sample", tally{Rows: 6919, Customers: 2357, Rounded: 938}, 6919, 0, ""},
	} {
		t.Run(test.file, func(t *testing.T) {
			file := realFile(t, test.file)
			lines := 0
			inOrder := inOrder(t)
			whole := newStudy(func() iter.Seq2[event, error] {
				return func(yield func(event, error) bool) {
					for e, err := range file.events() {
						require.NoError(t, err)
						require.NoError(t, validate(e))
						inOrder(e)
						lines += linesOf(e)
						if !yield(e, err) {
							return
						}
					}
				}
			})
			whole.file = file
			require.NoError(t, whole.look())
			test.want.Bytes, test.want.Size = file.Tally.Size, file.Tally.Size
			assert.Equal(t, test.want, file.Tally)
			assert.Equal(t, test.want.Rows-test.want.Anonymous, lines)
			assert.Equal(t, test.sales, whole.survey.sales)
			assert.Equal(t, test.returns, whole.survey.returns)
			var out strings.Builder
			p := &printer{out: &out}
			whole.printSurvey(p)
			require.NoError(t, p.err)
			assert.Contains(t, out.String(), test.survey)
			assert.Contains(t, out.String(), " set aside; "+thousands(int64(test.want.Customers))+" customers\n")

			first := newStudy(firstCustomers(file.events, 100))
			first.file = file
			require.NoError(t, first.run())
			out.Reset()
			require.NoError(t, first.print(&out))
			assert.Contains(t, out.String(), "\nBACKTEST")
			assert.NotContains(t, section(out.String(), "BACKTEST"), "too short")
		})
	}
}

// firstCustomers is the beginning of a source.
func firstCustomers(from source, customers int) source {
	return func() iter.Seq2[event, error] {
		return func(yield func(event, error) bool) {
			seen, latest := 0, customer.ID("")
			for e, err := range from() {
				if err == nil && e.customer() != latest {
					seen, latest = seen+1, e.customer()
				}
				if seen > customers || !yield(e, err) {
					return
				}
			}
		}
	}
}

func realFile(tb testing.TB, name string) *purchasesFile {
	tb.Helper()
	path := filepath.Join("..", "..", "..", "shared", "data", name+".csv.gz")
	if _, err := os.Stat(path); err != nil {
		tb.Skipf("the data set is not here (its terms keep it out of the project): %v", err)
	}
	return &purchasesFile{Path: path, Currency: dollar(), Zone: time.UTC}
}

func linesOf(e event) int {
	if e.Sale != nil {
		return len(e.Sale.Lines)
	}
	return len(e.Return.Lines)
}

// inOrder checks what every source promises of its events, one after the other.
func inOrder(tb testing.TB) func(event) {
	tb.Helper()
	var id customer.ID
	var at time.Time
	return func(e event) {
		tb.Helper()
		require.GreaterOrEqual(tb, e.customer(), id, "customers ascend")
		require.False(tb, e.customer() == id && e.at().Before(at), "times ascend within %s", id)
		id, at = e.customer(), e.at()
	}
}

// writeCSV writes a source's receipts as a purchases file.
func writeCSV(tb testing.TB, to io.Writer, from source) (rows int) {
	tb.Helper()
	buffered := bufio.NewWriter(to)
	writer := csv.NewWriter(buffered)
	// Goods by weight say what was paid, as their rounding is the till's own.
	row := func(id customer.ID, at time.Time, ref, sign string, line customer.Line) {
		discount, sales := "", ""
		if line.Quantity.IsInteger() {
			discount = line.Quantity.Mul(line.ListPrice.Decimal).Sub(line.Paid.Decimal).String()
		} else {
			sales = line.Paid.Decimal.String()
		}
		kind := line.Kind.String()
		if line.Kind == customer.UnknownBrand {
			kind = ""
		}
		require.NoError(tb, writer.Write([]string{
			string(id), at.Format(time.RFC3339), ref, line.SKU, line.Category, kind,
			sign + line.Quantity.String(), line.ListPrice.Decimal.String(), discount, sales,
		}))
		rows++
	}
	_, err := buffered.WriteString(settling)
	require.NoError(tb, err)
	for e, err := range from() {
		require.NoError(tb, err)
		if sale := e.Sale; sale != nil {
			for _, line := range sale.Lines {
				row(sale.Customer, sale.At, sale.Ref, "", line)
			}
			continue
		}
		for _, line := range e.Return.Lines {
			row(e.Return.Customer, e.Return.At, e.Return.Ref, "-", line.Line)
		}
	}
	writer.Flush()
	require.NoError(tb, writer.Error())
	require.NoError(tb, buffered.Flush())
	return rows
}

// The built shop, written to a file and read again, is the same but for what the file
// has no columns for.
func TestTheShopThroughAFile(t *testing.T) {
	shop := newShop(1, 30, time.UTC)
	var content bytes.Buffer
	rows := writeCSV(t, &content, shop.events)
	file := fileOf(t, zip(t, content.String()))
	file.Currency = euro()
	got, err := receiptsOf(t, file.events)
	require.NoError(t, err)
	var want []string
	anonymous := 0
	for e, err := range shop.events() {
		require.NoError(t, err)
		if e.customer() == "" {
			anonymous += linesOf(e)
			continue
		}
		want = append(want, describe(e))
	}
	assert.Equal(t, want, got)
	assert.Equal(t, rows, file.Tally.Rows)
	assert.Equal(t, anonymous, file.Tally.Anonymous)
	assert.Zero(t, file.Tally.Rounded)
}

// Whatever the bytes, the reader ends, accounts for every row, and yields receipts
// that are valid and in order.
func FuzzPurchasesFile(f *testing.F) {
	f.Add([]byte(header + "c1,2026-01-05,o1,milk,,,1,1.99,\nc1,2026-01-05,o1,bread,,,-1,,\n,x\n"))
	f.Add([]byte(settling + "c1,2026-01-05T10:00:00Z,o1,\"m\"\"ilk\",a,store,1e3,4.440892e-16,.5,\n"))
	f.Add([]byte("\ufeff" + settling + "c1,2026-01-05T10:00:00Z,o1,mi\"lk,a,store,1,1,1,1\n"))
	f.Add([]byte(zip(f, header+"c1,2026-01-05,o1,milk,,,1,1.99,\n")))
	f.Fuzz(func(t *testing.T, content []byte) {
		file := fileOf(t, string(content))
		file.SkipBad = true
		inOrder := inOrder(t)
		lines, failed := 0, false
		customers := map[customer.ID]bool{}
		for e, err := range file.events() {
			require.False(t, failed, "an error is the last thing that a sequence yields")
			if failed = err != nil; failed {
				continue
			}
			require.NoError(t, validate(e))
			inOrder(e)
			lines += linesOf(e)
			customers[e.customer()] = true
		}
		require.Len(t, customers, file.Tally.Customers)
		if !failed {
			require.Equal(t, file.Tally.Rows, file.Tally.Anonymous+file.Tally.Bad+lines)
		}
	})
}

func benchmarkFile(b *testing.B, file *purchasesFile) {
	b.Helper()
	b.ReportAllocs()
	rows := 0
	for b.Loop() {
		for _, err := range file.events() {
			require.NoError(b, err)
		}
		rows += file.Tally.Rows
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "lines/s")
	b.ReportMetric(0, "ns/op")
}

func BenchmarkRead(b *testing.B) {
	var content bytes.Buffer
	writeCSV(b, &content, newShop(1, 500, time.UTC).events)
	for _, kind := range []struct{ name, content string }{
		{"plain", content.String()}, {"gzip", zip(b, content.String())},
	} {
		b.Run(kind.name, func(b *testing.B) {
			file := fileOf(b, kind.content)
			file.Currency = euro()
			benchmarkFile(b, file)
		})
	}
	b.Run("online_retail", func(b *testing.B) { benchmarkFile(b, realFile(b, "online_retail")) })
}
