package customer

import (
	"fmt"
	"strconv"
	"time"

	"github.com/shopspring/decimal"
)

// MaxLines is the most lines that one receipt may have.
const MaxLines = 10_000

// Purchase is one receipt: what a customer bought, at one instant, in one shop. It is
// a fact, already paid; what a basket would cost is asked of package promo.
type Purchase struct {
	Ref      string    `json:"ref"`                // the host's receipt number, unique over its shops and tills
	Customer ID        `json:"customer,omitempty"` // empty: nobody showed a card
	At       time.Time `json:"at"`                 // the business instant of the sale
	Shop     string    `json:"shop,omitempty"`
	Currency Currency  `json:"currency,omitzero"` // zero: the source records no money, and no line has any
	Lines    []Line    `json:"lines"`             // 1 to MaxLines, in the order of the receipt
}

// Line is one line of a receipt: what a till knows about it. Amounts are those of the
// whole line, in the receipt's currency. What a source does not record stays empty,
// and answers that need it state their coverage.
type Line struct {
	SKU      string    `json:"sku"`
	Category string    `json:"category,omitempty"` // the source's own label
	Brand    string    `json:"brand,omitempty"`
	Kind     BrandKind `json:"kind,omitzero"`  // whose brand it is; unknown by default
	Sells    LineKind  `json:"sells,omitzero"` // what the line is for; goods by default

	// Quantity is how much was bought in the unit of sale, a number of packs or a
	// weight, 0 or more. 0 means bought, but how much is not known.
	Quantity decimal.Decimal `json:"quantity"`
	// BaseUnits is the content of the whole line in the category's base unit: 2 packs
	// of 24 tablets are 48. Absent, it follows from the category's definition, or else
	// the quantity serves.
	BaseUnits decimal.NullDecimal `json:"base_units,omitzero"`

	ListPrice decimal.NullDecimal `json:"list_price,omitzero"` // of one unit of sale; may have more digits than the currency
	Paid      decimal.NullDecimal `json:"paid,omitzero"`       // after all discounts, exact in minor units, deposit included
	Cost      decimal.NullDecimal `json:"cost,omitzero"`       // of the goods, to the shop, exact in minor units
	Tax       Tax                 `json:"tax,omitzero"`
	Deposit   decimal.Decimal     `json:"deposit,omitzero"` // the part of Paid that comes back with the empty bottle
	// NonDiscountable goods (books under a price law, tobacco, a gift card) take no
	// discount and cannot carry part of one.
	NonDiscountable bool `json:"non_discountable,omitempty"`
	// Tenders are the parts of Paid that were not plain money, each kind at most once,
	// together at most Paid.
	Tenders []Tender `json:"tenders,omitempty"`
}

// Tax is the tax of a line.
type Tax struct {
	Rate      decimal.Decimal `json:"rate,omitzero"`       // of the net price: 0.19 is 19 %; 0 to 1
	Exclusive bool            `json:"exclusive,omitempty"` // the tax comes on top of Paid; otherwise Paid contains it
}

// Tender is a part of a line's price that was paid with something other than money.
type Tender struct {
	Kind   TenderKind      `json:"kind"`
	Amount decimal.Decimal `json:"amount"` // above 0, exact in minor units
}

// BrandKind says whose brand a product is. The zero BrandKind is unknown.
type BrandKind uint8

// The kinds of brands. Their texts are format.
const (
	UnknownBrand  BrandKind = iota
	NationalBrand           // a manufacturer's brand, sold everywhere
	StoreBrand              // the shop's own
)

// String returns the kind's stored text: "unknown", "national" or "store".
func (k BrandKind) String() string {
	switch k {
	case UnknownBrand:
		return "unknown"
	case NationalBrand:
		return "national"
	case StoreBrand:
		return "store"
	}
	return "brand kind " + strconv.Itoa(int(k))
}

// MarshalText writes the kind's stored text; an unknown number is an error.
func (k BrandKind) MarshalText() ([]byte, error) {
	if k > StoreBrand {
		return nil, fmt.Errorf("customer: %s is none of unknown, national, store", k)
	}
	return []byte(k.String()), nil
}

// UnmarshalText reads what MarshalText wrote; empty text is unknown.
func (k *BrandKind) UnmarshalText(text []byte) error {
	switch string(text) {
	case "", "unknown":
		*k = UnknownBrand
	case "national":
		*k = NationalBrand
	case "store":
		*k = StoreBrand
	default:
		return fmt.Errorf("customer: brand kind %q is none of unknown, national, store", shown(string(text)))
	}
	return nil
}

// LineKind says what a line of a receipt sells. The zero LineKind is goods.
type LineKind uint8

// The kinds of lines. Their texts are format.
const (
	GoodsLine    LineKind = iota
	DeliveryLine          // bringing the goods: no product, and no use of a category
	GiftCardLine          // money paid in, to be spent later
)

// String returns the kind's stored text: "goods", "delivery" or "gift-card".
func (k LineKind) String() string {
	switch k {
	case GoodsLine:
		return "goods"
	case DeliveryLine:
		return "delivery"
	case GiftCardLine:
		return "gift-card"
	}
	return "line kind " + strconv.Itoa(int(k))
}

// MarshalText writes the kind's stored text; an unknown number is an error.
func (k LineKind) MarshalText() ([]byte, error) {
	if k > GiftCardLine {
		return nil, fmt.Errorf("customer: %s is none of goods, delivery, gift-card", k)
	}
	return []byte(k.String()), nil
}

// UnmarshalText reads what MarshalText wrote; empty text is goods.
func (k *LineKind) UnmarshalText(text []byte) error {
	switch string(text) {
	case "", "goods":
		*k = GoodsLine
	case "delivery":
		*k = DeliveryLine
	case "gift-card":
		*k = GiftCardLine
	default:
		return fmt.Errorf("customer: line kind %q is none of goods, delivery, gift-card", shorten(string(text), maxShown))
	}
	return nil
}

// TenderKind says what a part of a price was paid with. The zero TenderKind is
// refused.
type TenderKind uint8

// The kinds of tender that are not plain money. Their texts are format.
const (
	PointsTender   TenderKind = iota + 1 // loyalty points
	GiftCardTender                       // a gift card, paid for when it was sold
	VoucherTender                        // a voucher that a third party settles
)

// String returns the kind's stored text: "points", "gift-card" or "voucher".
func (k TenderKind) String() string {
	switch k {
	case PointsTender:
		return "points"
	case GiftCardTender:
		return "gift-card"
	case VoucherTender:
		return "voucher"
	}
	return "tender kind " + strconv.Itoa(int(k))
}

// MarshalText writes the kind's stored text; an unknown kind is an error.
func (k TenderKind) MarshalText() ([]byte, error) {
	if k < PointsTender || k > VoucherTender {
		return nil, fmt.Errorf("customer: %s is none of points, gift-card, voucher", k)
	}
	return []byte(k.String()), nil
}

// UnmarshalText reads what MarshalText wrote.
func (k *TenderKind) UnmarshalText(text []byte) error {
	for kind := PointsTender; kind <= VoucherTender; kind++ {
		if kind.String() == string(text) {
			*k = kind
			return nil
		}
	}
	return fmt.Errorf("customer: tender kind %q is none of points, gift-card, voucher", shown(string(text)))
}

// Validate returns every fault of the purchase as Faults, or nil. It checks what any
// receipt must satisfy; the rules of a shop are the rule books' business.
func (p Purchase) Validate() error {
	var faults Faults
	checkReceipt(&faults, p.Ref, p.Customer, p.At, p.Shop, p.Currency)
	if n := len(p.Lines); n < 1 || n > MaxLines {
		faults.Add("lines", n, "are 1 to 10000")
	}
	for i := range p.Lines[:min(len(p.Lines), MaxLines)] {
		var line Faults
		p.Lines[i].check(&line, p.Currency)
		if len(line) > 0 {
			faults.Join(fmt.Sprintf("lines[%d]", i), line)
		}
	}
	return faults.Err()
}

// checkReceipt checks what a Purchase and a Return have in common.
func checkReceipt(faults *Faults, ref string, customer ID, at time.Time, shop string, currency Currency) {
	faults.Name("ref", ref)
	faults.Text("customer", string(customer))
	faults.Instant("at", at)
	faults.Text("shop", shop)
	if currency != (Currency{}) {
		var part Faults
		currency.check(&part)
		faults.Join("currency", part)
	}
}

func (l *Line) check(faults *Faults, currency Currency) {
	faults.Name("sku", l.SKU)
	faults.Text("category", l.Category)
	faults.Text("brand", l.Brand)
	if l.Kind > StoreBrand {
		faults.Add("kind", l.Kind, "is unknown, national or store")
	}
	if l.Sells > GiftCardLine {
		faults.Add("sells", l.Sells, "is goods, delivery or gift-card")
	}
	checkFigure(faults, "quantity", l.Quantity)
	if l.BaseUnits.Valid {
		checkFigure(faults, "base_units", l.BaseUnits.Decimal)
	}
	if rate, ok := checkFigure(faults, "tax.rate", l.Tax.Rate); ok {
		// Held against 1 in steps of 10⁻¹², which every figure in bounds has; comparing
		// decimals would allocate for every line.
		if steps, ok := rate.scaled(MaxExponent); !ok || steps > 1_000_000_000_000 {
			faults.Add("tax.rate", l.Tax.Rate, "is 0 to 1: 0.19 is 19 %")
		}
	}
	l.checkMoney(faults, currency)
}

func (l *Line) checkMoney(faults *Faults, currency Currency) {
	if currency == (Currency{}) {
		l.checkMoneyless(faults)
		return
	}
	if l.ListPrice.Valid {
		checkFigure(faults, "list_price", l.ListPrice.Decimal)
	}
	paid, paidKnown := int64(0), true
	if l.Paid.Valid {
		paid, paidKnown = checkAmount(faults, "paid", l.Paid.Decimal, currency)
	}
	if l.Cost.Valid {
		checkAmount(faults, "cost", l.Cost.Decimal, currency)
	}
	deposit, ok := checkAmount(faults, "deposit", l.Deposit, currency)
	if ok && paidKnown && deposit > paid {
		faults.Add("deposit", l.Deposit, "is part of paid, so at most as much")
	}
	left, seen := paid, [VoucherTender + 1]bool{}
	for i, tender := range l.Tenders {
		var part Faults
		if tender.Kind < PointsTender || tender.Kind > VoucherTender {
			part.Add("kind", tender.Kind, "is points, gift-card or voucher")
		} else if seen[tender.Kind] {
			part.Add("kind", tender.Kind, "stands at most once in a line")
		} else {
			seen[tender.Kind] = true
		}
		amount, ok := checkAmount(&part, "amount", tender.Amount, currency)
		if ok && tender.Amount.IsZero() {
			part.Add("amount", tender.Amount, "is above 0")
		}
		if left -= amount; left < 0 && paidKnown {
			part.Add("amount", tender.Amount, "is part of paid, with the other tenders at most as much")
			left = 0
		}
		if len(part) > 0 {
			faults.Join(fmt.Sprintf("tenders[%d]", i), part)
		}
		if i > int(VoucherTender) {
			break // more entries than kinds: the repetition is reported above
		}
	}
}

// checkMoneyless checks that a line of a receipt without a currency has no money.
func (l *Line) checkMoneyless(faults *Faults) {
	const rule = "needs the receipt's currency"
	if l.ListPrice.Valid {
		faults.Add("list_price", l.ListPrice, rule)
	}
	if l.Paid.Valid {
		faults.Add("paid", l.Paid, rule)
	}
	if l.Cost.Valid {
		faults.Add("cost", l.Cost, rule)
	}
	// A zero may still carry an exponent that would be spelled out.
	if deposit, ok := checkFigure(faults, "deposit", l.Deposit); ok && deposit.coefficient != 0 {
		faults.Add("deposit", l.Deposit, rule)
	}
	if len(l.Tenders) > 0 {
		faults.Add("tenders", len(l.Tenders), rule)
	}
}

// figure is a decimal within the bounds, coefficient · 10^exponent: read out once, it is
// checked and converted without asking the decimal again.
type figure struct {
	coefficient int64
	exponent    int32
}

// scaled is Scaled.
func (f figure) scaled(digits int32) (int64, bool) {
	return shifted(f.coefficient, int64(f.exponent)+int64(digits))
}

// checkFigure adds a fault and returns false unless the value is 0 or more and within the
// bounds of decimals.
func checkFigure(faults *Faults, path string, value decimal.Decimal) (figure, bool) {
	// Exponent first: a hostile one must not reach arithmetic that writes it out. The
	// zeros that it stands for count as digits, because text spells them out and what is
	// stored must be accepted again when it is read.
	e := value.Exponent()
	if e == 0 && value.IsZero() { // a field left empty
		return figure{}, true
	}
	if e < -MaxExponent && e >= -100 {
		value = value.Normalize() // 1.000000000000000000 of a database is 1
		e = value.Exponent()
	}
	if e < -MaxExponent || e > MaxExponent || value.NumDigits()+max(0, int(e)) > MaxDigits {
		faults.Add(path, value, "has at most 18 digits and an exponent of -12 to 12")
		return figure{}, false
	}
	coefficient := value.CoefficientInt64()
	if coefficient < 0 {
		faults.Add(path, value, "is 0 or more")
		return figure{}, false
	}
	return figure{coefficient, e}, true
}

// checkAmount is checkFigure for money, which is exact in minor units as well. It
// returns the minor units, or 0 and false for an amount at fault.
func checkAmount(faults *Faults, path string, amount decimal.Decimal, currency Currency) (int64, bool) {
	value, ok := checkFigure(faults, path, amount)
	if !ok || currency.Digits < 0 || currency.Digits > maxMinorDigits {
		return 0, false // the currency is at fault, not every amount in it
	}
	minor, ok := value.scaled(currency.Digits)
	if !ok {
		faults.Add(path, amount, fmt.Sprintf("is exact in %s with %d digits", currency.Code, currency.Digits))
	}
	return minor, ok
}
