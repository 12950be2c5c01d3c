package contact_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/contact"
)

// filed is a file of so many calls.
func filed(b *testing.B, p *contact.Policy, calls int) contact.File {
	b.Helper()
	var history []contact.Entry
	for i := range calls {
		x := call(fmt.Sprint("l-", i), "ann", "2026-11-25 09:00")
		x.Began = x.Began.Add(time.Duration(i) * time.Minute)
		x.At = x.Began.Add(time.Hour)
		d, err := p.Log(contact.File{}, x)
		if err != nil {
			b.Fatal(err)
		}
		history = append(history, d.Entries...)
	}
	f, err := contact.Replay(history)
	if err != nil {
		b.Fatal(err)
	}
	return f
}

// A call is booked on files of several lengths: decided on and applied.
func BenchmarkLog(b *testing.B) {
	p := wholesaler(b)
	for _, calls := range []int{0, 100, contact.MaxRows - 1} {
		b.Run(fmt.Sprint(calls), func(b *testing.B) {
			f := filed(b, p, calls)
			x := call("next", "ann", "2027-11-25 09:00")
			b.ReportAllocs()
			for b.Loop() {
				if _, err := p.Log(f, x); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// A price is named against 999 earlier ones of a hundred products in her own file, and against
// ten files of a hundred of her group.
func BenchmarkQuote(b *testing.B) {
	p := wholesaler(b, func(rules *contact.Rules) {
		rules.Quotes.TolerancePermille, rules.Quotes.ApprovePermille, rules.Quotes.Roles = 1000, 0, nil
	})
	quotes := func(n int) []contact.Quoted {
		all := make([]contact.Quoted, n)
		for i := range all {
			x := price(fmt.Sprint("q-", i), "ann", "2026-11-25 09:00", 100_00)
			x.Product = fmt.Sprint("oil-", i%100)
			d, err := p.Quote(contact.File{}, x)
			if err != nil {
				b.Fatal(err)
			}
			all[i] = d.Next.Quotes[0]
		}
		return all
	}
	x := price("next", "bob", "2026-11-26 09:00", 101_00)
	x.Product = "oil-7"
	b.Run("999 of her own", func(b *testing.B) {
		f := contact.File{Quotes: quotes(999)}
		b.ReportAllocs()
		for b.Loop() {
			if _, err := p.Quote(f, x); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("1000 of her group", func(b *testing.B) {
		var others []contact.Quotes
		for i := range 10 {
			others = append(others, contact.Quotes{Customer: customer.ID(fmt.Sprint("c-", i)), Quotes: quotes(100)})
		}
		b.ReportAllocs()
		for b.Loop() {
			if _, err := p.Quote(contact.File{}, x, others...); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// The share of contacts over their target, over files of fifty contacts each.
func BenchmarkMeasure(b *testing.B) {
	p := wholesaler(b)
	f := contact.File{Contacts: measured(50, 7)}
	m, err := p.Measure(november())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := m.Add(f); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*50/b.Elapsed().Seconds(), "contacts/s")
}

func BenchmarkReadBack(b *testing.B) {
	p, on := wholesaler(b), day("2026-11-18")
	b.ReportAllocs()
	for b.Loop() {
		if err := p.ReadBack(on, 3, time.Time{}); err != nil {
			b.Fatal(err)
		}
	}
}
