package customertest

import (
	"slices"
	"time"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
)

// Returns draws valid returns: of a part of some receipt, or of goods whose receipt
// nobody has.
func Returns() *rapid.Generator[customer.Return] {
	return rapid.Custom(func(t *rapid.T) customer.Return {
		returned := ReturnsOf(Purchases().Draw(t, "sale")).Draw(t, "return")
		if rapid.IntRange(0, 3).Draw(t, "the sale is not known") == 3 {
			returned.Sale = ""
			for i := range returned.Lines {
				returned.Lines[i].SaleLine = 0
			}
		}
		return returned
	})
}

// ReturnsOf draws valid returns of a valid sale, at the same instant or within 90 days:
// some of its lines, each as a whole or, where it is two packs or more, k of its n packs
// with floor(S·k/n) of every sum S in it. One return never takes more than the sale had;
// several drawn from one sale may.
func ReturnsOf(sale customer.Purchase) *rapid.Generator[customer.Return] {
	return rapid.Custom(func(t *rapid.T) customer.Return {
		places := make([]int, len(sale.Lines))
		for i := range places {
			places[i] = i
		}
		places = rapid.Permutation(places).Draw(t, "lines")
		places = places[:rapid.IntRange(1, len(places)).Draw(t, "number of lines")]
		lines := make([]customer.ReturnLine, len(places))
		for i, place := range places {
			lines[i] = customer.ReturnLine{SaleLine: place + 1, Line: part(t, sale.Lines[place], sale.Currency)}
		}
		who := sale.Customer
		if rapid.IntRange(0, 3).Draw(t, "nobody shows a card") == 3 {
			who = ""
		}
		days := rapid.IntRange(0, 90).Draw(t, "days later")
		return customer.Return{
			Ref:      labels().Draw(t, "ref"),
			Sale:     sale.Ref,
			Customer: who,
			At:       sale.At.Add(time.Duration(days) * 24 * time.Hour),
			Shop:     maybe(t, "shop", labels()),
			Currency: sale.Currency,
			Lines:    lines,
		}
	})
}

// part draws what comes back of a line: all of it, or some of its packs.
func part(t *rapid.T, line customer.Line, currency customer.Currency) customer.Line {
	packs, whole := customer.Scaled(line.Quantity, 0)
	if !whole || packs < 2 || rapid.Bool().Draw(t, "the whole line") {
		line.Tenders = slices.Clone(line.Tenders)
		return line
	}
	back := rapid.Int64Range(1, packs-1).Draw(t, "packs")
	share := func(sum decimal.Decimal) decimal.Decimal {
		minor, err := currency.Minor(sum)
		if err != nil {
			t.Fatalf("the sale is not valid: %v", err)
		}
		return currency.Amount(minor * back / packs)
	}
	line.Quantity = decimal.NewFromInt(back)
	line.BaseUnits = decimal.NullDecimal{} // follows from the quantity
	line.Tenders = nil                     // refunded as money
	if line.Paid.Valid {
		line.Paid.Decimal = share(line.Paid.Decimal)
	}
	if line.Cost.Valid {
		line.Cost.Decimal = share(line.Cost.Decimal)
	}
	if !line.Deposit.IsZero() {
		line.Deposit = share(line.Deposit)
	}
	return line
}
