package journaltest

import (
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// order is a fact with one field of each kind.
type order struct {
	To    customer.ID
	Count int64
	Level uint8
	Gift  bool
	Price decimal.Decimal
	Paid  decimal.NullDecimal
	At    time.Time
	Day   customer.Date
	Parts []part
	Slots [2]int64
	Box   *part

	wrong string // which mistake the method makes; not part of the fact's type in real life
}

type part struct {
	SKU   string
	Count int64
}

func (p part) canonical(c *customer.Canonical) {
	c.Text("sku", p.SKU)
	c.Int("count", p.Count)
}

func sample(wrong string) order {
	return order{
		To: "c-1", Count: 2, Level: 1, Gift: true, Price: decimal.RequireFromString("1.10"),
		Paid: decimal.NewNullDecimal(decimal.RequireFromString("2.20")),
		At:   time.Date(2026, 11, 25, 9, 30, 0, 5, time.UTC), Day: 739_000,
		Parts: []part{{"a", 1}, {"b", 2}}, Slots: [2]int64{3, 4}, Box: &part{"box", 1}, wrong: wrong,
	}
}

func (o order) Canonical(c *customer.Canonical) {
	forgot := func(field string) bool { return o.wrong == "forgets "+field }
	if !forgot("To") {
		c.Text("to", string(o.To))
	}
	if !forgot("Count") {
		c.Int("count", o.Count)
	}
	c.Int("level", int64(o.Level))
	if !forgot("Gift") {
		c.Bool("gift", o.Gift)
	}
	switch o.wrong {
	case "rounds a price":
		c.Decimal("price", o.Price.Round(1))
	case "keeps the digits of a price":
		c.Text("price", o.Price.Coefficient().String())
		c.Int("exponent", int64(o.Price.Exponent()))
	default:
		c.Decimal("price", o.Price)
	}
	switch o.wrong {
	case "takes absent for zero":
		c.Decimal("paid", o.Paid.Decimal)
	default:
		c.NullDecimal("paid", o.Paid)
	}
	switch o.wrong {
	case "keeps the zone":
		c.Text("at", o.At.Format(time.RFC3339Nano))
	case "cuts to seconds":
		c.Time("at", o.At.Truncate(time.Second))
	default:
		c.Time("at", o.At)
	}
	if !forgot("Day") {
		c.Date("day", o.Day)
	}
	switch o.wrong {
	case "forgets the items after the first":
		c.List("parts", min(len(o.Parts), 1), func(i int) { o.Parts[i].canonical(c) })
	case "forgets a field of the items":
		c.List("parts", len(o.Parts), func(i int) { c.Text("sku", o.Parts[i].SKU) })
	case "ignores the order":
		sum := part{}
		for _, p := range o.Parts {
			if p.SKU > sum.SKU {
				sum.SKU = p.SKU
			}
			sum.Count += 10 * p.Count
		}
		c.Group("parts", func() { sum.canonical(c); c.Int("n", int64(len(o.Parts))) })
	default:
		c.List("parts", len(o.Parts), func(i int) { o.Parts[i].canonical(c) })
	}
	c.Int("slot_0", o.Slots[0])
	if !forgot("Slots[1]") {
		c.Int("slot_1", o.Slots[1])
	}
	if o.Box != nil && !forgot("Box.Count") {
		c.Group("box", func() { o.Box.canonical(c) })
	}
}

// visible hides the field wrong, which no real fact has.
func visible(r *report) []string {
	var broken []string
	for _, each := range r.broken {
		if !strings.Contains(each, ".wrong") {
			broken = append(broken, each)
		}
	}
	return broken
}

func TestFactPassesAGoodFact(t *testing.T) {
	var found report
	checkFact(&found, sample(""))
	assert.Empty(t, visible(&found))
	assert.Len(t, found.broken, 1, "a field that is not exported is named")
}

func TestFactCatches(t *testing.T) {
	for wrong, want := range map[string]string{
		"forgets To":                        ".To",
		"forgets Count":                     ".Count",
		"forgets Gift":                      ".Gift",
		"forgets Day":                       ".Day",
		"forgets Slots[1]":                  ".Slots[1]",
		"forgets Box.Count":                 ".Box.Count",
		"rounds a price":                    ".Price",
		"keeps the digits of a price":       ".Price, with a trailing zero",
		"takes absent for zero":             ".Paid",
		"keeps the zone":                    ".At, in another zone",
		"cuts to seconds":                   ".At changed",
		"forgets the items after the first": ".Parts",
		"forgets a field of the items":      ".Parts[0].Count",
		"ignores the order":                 ".Parts, items 0 and 1 exchanged",
	} {
		t.Run(wrong, func(t *testing.T) {
			var found report
			checkFact(&found, sample(wrong))
			assert.Contains(t, strings.Join(visible(&found), "\n"), want)
		})
	}
}

type constant struct{ Text string }

func (x constant) Canonical(c *customer.Canonical) {
	c.Int("version", 1)
	c.Text("text", x.Text)
}

type unsuitable struct {
	Prices map[string]int64
	Weight float64
	Any    any
}

func (u unsuitable) Canonical(*customer.Canonical) {}

type pointed struct{ Text string }

func (p *pointed) Canonical(c *customer.Canonical) { c.Text("text", p.Text) }

type restless struct{ Text string }

func (r *restless) Canonical(c *customer.Canonical) {
	c.Text("text", r.Text)
	r.Text += "."
}

func TestFactTypes(t *testing.T) {
	check := func(fact journal.Fact) string {
		var found report
		checkFact(&found, fact)
		return strings.Join(found.broken, "\n")
	}
	assert.Contains(t, check(constant{"x"}), "zero fields leave no trace")
	for _, want := range []string{".Prices: a map[string]int64", ".Weight: a float64", ".Any: a interface {}"} {
		assert.Contains(t, check(unsuitable{}), want)
	}
	assert.Contains(t, check(order{}), ".Parts: the sample has an empty list")
	assert.Contains(t, check(order{}), ".Box: the sample has nothing here")
	assert.Contains(t, check(&restless{"x"}), "the second time")
	assert.Empty(t, check(&pointed{"x"}))
}

func TestCloneLeavesTheSample(t *testing.T) {
	good := sample("")
	before, err := journal.Fingerprint("test", good)
	require.NoError(t, err)
	var found report
	checkFact(&found, good)
	after, err := journal.Fingerprint("test", good)
	require.NoError(t, err)
	assert.Equal(t, before, after)
}
