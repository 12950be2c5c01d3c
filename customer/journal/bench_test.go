package journal_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
)

// receipt is a purchase of twenty lines with all that a till usually knows.
func receipt() customer.Purchase {
	p := customer.Purchase{
		Ref: "till-7/000123", Customer: "c-1", At: time.Date(2026, 11, 25, 9, 30, 0, 0, time.UTC), Shop: "s-1",
		Currency: customer.Currency{Code: "EUR", Digits: 2},
	}
	for i := range 20 {
		price := decimal.New(int64(199+i*37), -2)
		p.Lines = append(p.Lines, customer.Line{
			SKU: fmt.Sprintf("40123456%05d", i), Category: "tea", Brand: "own", Kind: customer.StoreBrand,
			Quantity: decimal.NewFromInt(2), ListPrice: decimal.NewNullDecimal(price),
			Paid: decimal.NewNullDecimal(price.Add(price)), Tax: customer.Tax{Rate: decimal.New(19, -2)},
		})
	}
	return p
}

func BenchmarkFingerprint(b *testing.B) {
	p := receipt()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := journal.Fingerprint("earn", p); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRun(b *testing.B) {
	journaltest.BenchmarkStore(b, func(testing.TB) journal.Store[customer.ID, journaltest.State, journaltest.Entry] {
		return new(journal.Mem[customer.ID, journaltest.State, journaltest.Entry])
	})
}
