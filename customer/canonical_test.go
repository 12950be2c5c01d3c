package customer_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
)

func canonicalAmount(text string) decimal.NullDecimal {
	return decimal.NewNullDecimal(decimal.RequireFromString(text))
}

// canonicalLine has something in every field.
func canonicalLine(sku string) customer.Line {
	return customer.Line{
		SKU: sku, Category: "饮料", Brand: "own", Kind: customer.StoreBrand,
		Quantity: decimal.RequireFromString("1.50"), BaseUnits: canonicalAmount("48"),
		ListPrice: canonicalAmount("1.2345"), Paid: canonicalAmount("20.00"), Cost: canonicalAmount("0"),
		Tax: customer.Tax{Rate: decimal.RequireFromString("0.19"), Exclusive: true}, Deposit: decimal.RequireFromString("0.25"),
		NonDiscountable: true,
		Tenders:         []customer.Tender{{Kind: customer.PointsTender, Amount: decimal.RequireFromString("1.10")}, {Kind: customer.VoucherTender, Amount: decimal.RequireFromString("2")}},
	}
}

func canonicalPurchase() customer.Purchase {
	return customer.Purchase{
		Ref: "till-7/000123", Customer: "c-1", Shop: "s-1",
		At:       time.Date(2026, 11, 25, 17, 30, 0, 5, time.FixedZone("UTC+8", 8*60*60)),
		Currency: customer.Currency{Code: "EUR", Digits: 2},
		Lines:    []customer.Line{canonicalLine("4711"), {SKU: "bag"}},
	}
}

func TestCanonicalFacts(t *testing.T) {
	purchase := canonicalPurchase()
	purchase.Lines[1] = canonicalLine("4712")
	t.Run("Purchase", func(t *testing.T) { journaltest.TestFact(t, purchase) })
	t.Run("Return", func(t *testing.T) {
		journaltest.TestFact(t, customer.Return{
			Ref: "till-7/000124", Sale: purchase.Ref, Customer: "c-1", At: purchase.At, Shop: "s-2", Currency: purchase.Currency,
			Lines: []customer.ReturnLine{{SaleLine: 1, Line: purchase.Lines[0]}, {SaleLine: 2, Line: purchase.Lines[1]}},
		})
	})
}

// The form is format: it never changes.
func TestCanonicalForm(t *testing.T) {
	var form customer.Canonical
	canonicalPurchase().Canonical(&form)
	assert.Equal(t, strings.Join([]string{
		"ref$13:till-7/000123",
		"customer$3:c-1",
		"at@1795599000.000000005",
		"shop$3:s-1",
		"currency{",
		"code$3:EUR",
		"digits#2",
		"}",
		"lines[2",
		"sku$4:4711",
		"category$6:饮料",
		"brand$3:own",
		"kind$5:store",
		"quantity%15e-1",
		"base_units%48e0",
		"list_price%12345e-4",
		"paid%2e1",
		"cost%0e0",
		"tax{",
		"rate%19e-2",
		"exclusive?",
		"}",
		"deposit%25e-2",
		"non_discountable?",
		"tenders[2",
		"kind$6:points",
		"amount%11e-1",
		";",
		"kind$7:voucher",
		"amount%2e0",
		";",
		"]",
		";",
		"sku$3:bag",
		";",
		"]",
		"",
	}, "\n"), form.String())
}

func canonicalForm(write func(*customer.Canonical)) string {
	var form customer.Canonical
	write(&form)
	return form.String()
}

func TestCanonicalDecimals(t *testing.T) {
	for _, same := range [][]string{
		{"1.1", "1.10", "110e-2", "0.11e1", "1.10000000000000000"},
		{"100", "1e2", "100.00", "10e1"},
		{"-0.5", "-5e-1", "-0.50"},
		{"999999999999999999", "999999999999999999e0"},
		{"1e10000", "10e9999"},
	} {
		want := canonicalForm(func(c *customer.Canonical) { c.Decimal("d", decimal.RequireFromString(same[0])) })
		assert.NotEmpty(t, want)
		for _, text := range same {
			assert.Equal(t, want, canonicalForm(func(c *customer.Canonical) { c.Decimal("d", decimal.RequireFromString(text)) }), text)
			assert.Equal(t, want, canonicalForm(func(c *customer.Canonical) { c.NullDecimal("d", canonicalAmount(text)) }), text)
		}
	}
	// The largest exponents wrap nowhere and are not written out.
	assert.Equal(t, "d%1e-2147483648\n", canonicalForm(func(c *customer.Canonical) { c.Decimal("d", decimal.New(1, -2147483648)) }))
	assert.Equal(t, "d%1e2147483648\n", canonicalForm(func(c *customer.Canonical) { c.Decimal("d", decimal.New(10, 2147483647)) }))

	for _, zero := range []string{"0", "0.00", "0e5", "-0"} {
		assert.Empty(t, canonicalForm(func(c *customer.Canonical) { c.Decimal("d", decimal.RequireFromString(zero)) }))
		assert.Equal(t, "d%0e0\n", canonicalForm(func(c *customer.Canonical) { c.NullDecimal("d", canonicalAmount(zero)) }))
	}
	assert.Empty(t, canonicalForm(func(c *customer.Canonical) { c.NullDecimal("d", decimal.NullDecimal{}) }))
}

func TestCanonicalTimes(t *testing.T) {
	at := time.Date(2026, 11, 25, 9, 30, 0, 123456789, time.UTC)
	for _, same := range []time.Time{
		at, at.In(time.FixedZone("", -5*60*60)), at.Local(), time.Unix(at.Unix(), 123456789),
	} {
		assert.Equal(t, "t@1795599000.123456789\n", canonicalForm(func(c *customer.Canonical) { c.Time("t", same) }))
	}
	assert.Equal(t, "t@-1.999999999\n", canonicalForm(func(c *customer.Canonical) { c.Time("t", time.Unix(0, -1)) }))
	assert.Empty(t, canonicalForm(func(c *customer.Canonical) { c.Time("t", time.Time{}.In(time.FixedZone("", 3600))) }))
	assert.NotEmpty(t, canonicalForm(func(c *customer.Canonical) { c.Time("t", time.Unix(0, 0)) }))
}

func TestCanonicalZeroLeavesNoTrace(t *testing.T) {
	assert.Empty(t, canonicalForm(func(c *customer.Canonical) {
		c.Text("a", "")
		c.Int("b", 0)
		c.Bool("c", false)
		c.Date("d", 0)
		c.List("e", 0, func(int) {})
		c.List("e", -1, func(int) {})
		c.Group("f", func() { c.Int("g", 0); c.Group("h", func() {}) })
	}))
	// An item that is zero is still an item.
	assert.Equal(t, "e[2\n;\n;\n]\n", canonicalForm(func(c *customer.Canonical) {
		c.List("e", 2, func(int) { c.Int("b", 0) })
	}))
}

func TestCanonicalFaults(t *testing.T) {
	var form customer.Canonical
	big := decimal.RequireFromString("1234567890123456789")
	form.Decimal("price", big)
	form.Group("tax", func() { form.Decimal("rate", big) })
	form.List("lines", 2, func(i int) {
		form.List("tenders", 1, func(int) {
			if i == 1 {
				form.NullDecimal("amount", decimal.NewNullDecimal(decimal.NewFromBigInt(big.Coefficient(), 400_000_000)))
			}
		})
	})
	form.Text("Capital", "x")
	form.Text("", "x")
	form.Text("a$1:x\nb", "x") // a map's key that would imitate two fields
	sum, err := form.Sum()
	assert.Empty(t, sum)
	var faults customer.Faults
	require.ErrorAs(t, err, &faults)
	var paths []string
	for _, fault := range faults {
		paths = append(paths, fault.Path)
	}
	assert.Equal(t, []string{"price", "tax.rate", "lines[1].tenders[0].amount", "Capital", "", "a$1:x\nb"}, paths)
}

func TestCanonicalOfHostileFacts(t *testing.T) {
	digits := strings.Repeat("9", 100_000)
	var form customer.Canonical
	form.Decimal("d", decimal.RequireFromString(digits))
	_, err := form.Sum()
	require.Error(t, err)
	assert.Less(t, len(err.Error()), 500)

	// A long first item does not reserve its length for all.
	form = customer.Canonical{}
	form.List("lines", 1_000_000, func(i int) {
		if i == 0 {
			form.Text("sku", strings.Repeat("x", 1<<20))
		}
	})
	_, err = form.Sum()
	require.NoError(t, err)
	assert.Less(t, len(form.String()), 4<<20)
}

// tree is a fact of any shape: what the writer is given, and what a reader that knows
// only the description of the form reads back. If the two are always the same, no two
// facts have one form.
type tree struct {
	name  string
	mark  byte
	value string
	items [][]tree
}

func drawTrees(t *rapid.T, depth int) []tree {
	var trees []tree
	for range rapid.IntRange(0, 4).Draw(t, "fields") {
		marks := "$#?%@/"
		if depth > 0 {
			marks = "$#?%@/{["
		}
		field := tree{
			name: rapid.StringMatching(`[a-z_][a-z0-9_]{0,3}`).Draw(t, "name"),
			mark: marks[rapid.IntRange(0, len(marks)-1).Draw(t, "mark")],
		}
		switch field.mark {
		case '$':
			field.value = rapid.StringOfN(rapid.SampledFrom([]rune("ab1:;[]{}#$%@?/\n é")), 1, 12, -1).Draw(t, "text")
		case '#', '%', '@', '/':
			field.value = strconv.Itoa(rapid.IntRange(1, 99).Draw(t, "number"))
		case '{':
			inside := drawTrees(t, depth-1)
			if len(inside) == 0 {
				continue
			}
			field.items = [][]tree{inside}
		case '[':
			for range rapid.IntRange(1, 3).Draw(t, "items") {
				field.items = append(field.items, drawTrees(t, depth-1))
			}
		}
		trees = append(trees, field)
	}
	return trees
}

func writeTrees(c *customer.Canonical, trees []tree) {
	for _, field := range trees {
		n, _ := strconv.ParseInt(field.value, 10, 64)
		switch field.mark {
		case '$':
			c.Text(field.name, field.value)
		case '#':
			c.Int(field.name, n)
		case '?':
			c.Bool(field.name, true)
		case '%':
			c.Decimal(field.name, decimal.New(n, -1))
		case '@':
			c.Time(field.name, time.Unix(n, n))
		case '/':
			c.Date(field.name, customer.Date(n))
		case '{':
			c.Group(field.name, func() { writeTrees(c, field.items[0]) })
		case '[':
			c.List(field.name, len(field.items), func(i int) { writeTrees(c, field.items[i]) })
		}
	}
}

// readTrees reads fields up to the line that ends them, and returns what follows it.
func readTrees(form, end string) (trees []tree, rest string) {
	for form != "" && !strings.HasPrefix(form, end) {
		at := strings.IndexAny(form, "$#?%@/{[")
		field := tree{name: form[:at], mark: form[at]}
		form = form[at+1:]
		if field.mark == '$' {
			length, after, _ := strings.Cut(form, ":")
			n, _ := strconv.Atoi(length)
			field.value, form = after[:n], after[n+1:]
			trees = append(trees, field)
			continue
		}
		line, after, _ := strings.Cut(form, "\n")
		form = after
		switch field.mark {
		case '{':
			var inside []tree
			inside, form = readTrees(form, "}\n")
			field.items = [][]tree{inside}
		case '[':
			n, _ := strconv.Atoi(line)
			for range n {
				var item []tree
				item, form = readTrees(form, ";\n")
				field.items = append(field.items, item)
			}
			form = strings.TrimPrefix(form, "]\n")
		case '%':
			d := decimal.RequireFromString(line)
			field.value = d.Shift(1).String()
		case '@':
			field.value, _, _ = strings.Cut(line, ".")
		default:
			field.value = line
		}
		trees = append(trees, field)
	}
	return trees, strings.TrimPrefix(form, end)
}

func TestCanonicalCanBeReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		trees := drawTrees(t, 3)
		form := canonicalForm(func(c *customer.Canonical) { writeTrees(c, trees) })
		back, rest := readTrees(form, "end of form")
		assert.Empty(t, rest)
		assert.Equal(t, fmt.Sprint(trees), fmt.Sprint(back), form)
		assert.Equal(t, trees, back, form)
	})
}
