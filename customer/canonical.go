package customer

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/shopspring/decimal"
)

// Canonical writes a fact in its canonical form: the text whose hash says whether two
// requests ask for the same thing (see package journal). The zero Canonical is ready
// to use; one Canonical serves one fact and one goroutine.
//
// A fact has a method Canonical that names each of its fields once, always in the
// same order:
//
//	func (g Gift) Canonical(c *customer.Canonical) {
//		c.Text("to", string(g.To))
//		c.Int("points", g.Points)
//		c.Time("at", g.At)
//	}
//
// # The form
//
// One line per field: its name, a mark for its type, its value.
//
//	to$3:c-2                      text: its length in bytes, then the bytes
//	points#500                    whole number
//	exclusive?                    yes; no is left out
//	paid%11e-1                    decimal: 1.10, 1.1 and 110e-2 alike
//	at@1795599000.000000000       instant: seconds since 1970 in UTC, nanoseconds
//	on/739580                     civil day, counted as [Date] counts
//	tax{ … }                      fields that belong together
//	lines[2 … ; … ; ]             list in its order, each item closed
//
// Lengths stand before texts and counts before lists, so no two facts have the same
// form. A field that is zero leaves no trace. This is how facts grow: a field added
// later changes no old fingerprint as long as its zero keeps the old meaning. Where
// zero and absent differ, [Canonical.NullDecimal] keeps them apart; for other types the
// fact says so in a Bool beside it.
//
// There is nothing for maps, whose order is chance (sort them into a list), and
// nothing for floats. The form is pinned by tests and never changes: stored
// fingerprints depend on it.
type Canonical struct {
	form   []byte
	path   []place
	faults Faults
}

// place is a field on the way from the root to where the writer stands; item is -1
// outside a list.
type place struct {
	name string
	item int
}

// Text writes a text as its bytes: no case, space or accent is folded.
func (c *Canonical) Text(name, text string) {
	if text == "" {
		return
	}
	c.field(name, '$')
	c.form = strconv.AppendInt(c.form, int64(len(text)), 10)
	c.form = append(c.form, ':')
	c.form = append(c.form, text...)
	c.form = append(c.form, '\n')
}

// Int writes a whole number: a count, points, minor units.
func (c *Canonical) Int(name string, n int64) {
	if n == 0 {
		return
	}
	c.field(name, '#')
	c.form = strconv.AppendInt(c.form, n, 10)
	c.form = append(c.form, '\n')
}

// Bool writes a yes; a no leaves no trace.
func (c *Canonical) Bool(name string, yes bool) {
	if !yes {
		return
	}
	c.field(name, '?')
	c.form = append(c.form, '\n')
}

// Decimal writes a decimal without its trailing zeros. One of more than [MaxDigits]
// digits is a fault.
func (c *Canonical) Decimal(name string, d decimal.Decimal) {
	if !d.IsZero() {
		c.decimal(name, d)
	}
}

// NullDecimal writes a decimal that may be absent. 0 and absent differ: paid nothing
// is not the same as not recorded.
func (c *Canonical) NullDecimal(name string, d decimal.NullDecimal) {
	if d.Valid {
		c.decimal(name, d.Decimal)
	}
}

func (c *Canonical) decimal(name string, d decimal.Decimal) {
	if d.NumDigits() > MaxDigits {
		c.fault(name, d, "has at most 18 digits")
		return
	}
	coefficient := d.CoefficientInt64()
	exponent := int64(d.Exponent()) // wide enough for the zeros counted below
	if coefficient == 0 {
		exponent = 0
	}
	for coefficient != 0 && coefficient%10 == 0 {
		coefficient /= 10
		exponent++
	}
	c.field(name, '%')
	c.form = strconv.AppendInt(c.form, coefficient, 10)
	c.form = append(c.form, 'e')
	c.form = strconv.AppendInt(c.form, exponent, 10)
	c.form = append(c.form, '\n')
}

// Time writes an instant to the nanosecond; its zone and monotonic clock do not
// matter. A host that stores facts and sends them again keeps their nanoseconds, or
// cuts them before the first time.
func (c *Canonical) Time(name string, at time.Time) {
	if at.IsZero() {
		return
	}
	c.field(name, '@')
	c.form = strconv.AppendInt(c.form, at.Unix(), 10)
	c.form = append(c.form, '.')
	nanos := at.Nanosecond()
	for digit := 100_000_000; digit > 0; digit /= 10 {
		c.form = append(c.form, byte('0'+nanos/digit%10))
	}
	c.form = append(c.form, '\n')
}

// Date writes a civil day.
func (c *Canonical) Date(name string, day Date) {
	if day == 0 {
		return
	}
	c.field(name, '/')
	c.form = strconv.AppendInt(c.form, int64(day), 10)
	c.form = append(c.form, '\n')
}

// Group writes fields that belong together under one name. A group whose fields are
// all zero leaves no trace.
func (c *Canonical) Group(name string, fields func()) {
	before := len(c.form)
	c.field(name, '{')
	c.form = append(c.form, '\n')
	start := len(c.form)
	c.path = append(c.path, place{name, -1})
	fields()
	c.path = c.path[:len(c.path)-1]
	if len(c.form) == start {
		c.form = c.form[:before]
		return
	}
	c.form = append(c.form, '}', '\n')
}

// List writes n items in their order; item writes the fields of item i, from 0. An
// empty list leaves no trace.
func (c *Canonical) List(name string, n int, item func(i int)) {
	if n <= 0 {
		return
	}
	c.field(name, '[')
	c.form = strconv.AppendInt(c.form, int64(n), 10)
	c.form = append(c.form, '\n')
	c.path = append(c.path, place{name, 0})
	start := len(c.form)
	for i := range n {
		c.path[len(c.path)-1].item = i
		item(i)
		c.form = append(c.form, ';', '\n')
		if i == 0 { // the others are about as long; a guess that is bounded
			c.form = slices.Grow(c.form, min(n*(len(c.form)-start), 64<<10))
		}
	}
	c.path = c.path[:len(c.path)-1]
	c.form = append(c.form, ']', '\n')
}

// Sum returns the SHA-256 of the form as 64 hexadecimal digits. A form in which
// something could not be written stands for no fact: Sum returns all of it as
// [Faults].
func (c *Canonical) Sum() (string, error) {
	if err := c.faults.Err(); err != nil {
		return "", err
	}
	sum := sha256.Sum256(c.form)
	var text [2 * sha256.Size]byte
	hex.Encode(text[:], sum[:])
	return string(text[:]), nil
}

// String returns the form as written so far, to show why two facts differ.
func (c *Canonical) String() string {
	return string(c.form)
}

// field writes a name and its mark. Names are the code's own words: one that came
// from data, a map's key say, could imitate other fields.
func (c *Canonical) field(name string, mark byte) {
	named := name != ""
	for i := range len(name) {
		named = named && (name[i] == '_' || name[i] >= 'a' && name[i] <= 'z' || name[i] >= '0' && name[i] <= '9')
	}
	if !named {
		c.fault(name, name, "is a field name of the letters a to z, digits and _")
	}
	if c.form == nil {
		c.form = make([]byte, 0, 128) // enough for a small fact
	}
	c.form = append(c.form, name...)
	c.form = append(c.form, mark)
}

func (c *Canonical) fault(name string, value any, rule string) {
	path := ""
	for _, place := range c.path {
		path = join(path, place.name)
		if place.item >= 0 {
			path = fmt.Sprintf("%s[%d]", path, place.item)
		}
	}
	c.faults.Add(join(path, name), value, rule)
}

// Canonical writes the purchase in its canonical form.
func (p Purchase) Canonical(c *Canonical) {
	c.Text("ref", p.Ref)
	c.Text("customer", string(p.Customer))
	c.Time("at", p.At)
	c.Text("shop", p.Shop)
	p.Currency.canonical(c)
	c.List("lines", len(p.Lines), func(i int) { p.Lines[i].canonical(c) })
}

// Canonical writes the return in its canonical form.
func (r Return) Canonical(c *Canonical) {
	c.Text("ref", r.Ref)
	c.Text("sale", r.Sale)
	c.Text("customer", string(r.Customer))
	c.Time("at", r.At)
	c.Text("shop", r.Shop)
	r.Currency.canonical(c)
	c.List("lines", len(r.Lines), func(i int) {
		c.Int("sale_line", int64(r.Lines[i].SaleLine))
		r.Lines[i].Line.canonical(c)
	})
}

func (c Currency) canonical(form *Canonical) {
	form.Group("currency", func() {
		form.Text("code", c.Code)
		form.Int("digits", int64(c.Digits))
	})
}

func (l *Line) canonical(c *Canonical) {
	c.Text("sku", l.SKU)
	c.Text("category", l.Category)
	c.Text("brand", l.Brand)
	if l.Kind != UnknownBrand {
		c.Text("kind", l.Kind.String())
	}
	if l.Sells != GoodsLine {
		c.Text("sells", l.Sells.String())
	}
	c.Decimal("quantity", l.Quantity)
	c.NullDecimal("base_units", l.BaseUnits)
	c.NullDecimal("list_price", l.ListPrice)
	c.NullDecimal("paid", l.Paid)
	c.NullDecimal("cost", l.Cost)
	c.Group("tax", func() {
		c.Decimal("rate", l.Tax.Rate)
		c.Bool("exclusive", l.Tax.Exclusive)
	})
	c.Decimal("deposit", l.Deposit)
	c.Bool("non_discountable", l.NonDiscountable)
	c.List("tenders", len(l.Tenders), func(i int) {
		c.Text("kind", l.Tenders[i].Kind.String())
		c.Decimal("amount", l.Tenders[i].Amount)
	})
}
