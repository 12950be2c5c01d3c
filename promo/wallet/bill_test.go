package wallet_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/promo/wallet"
)

func november() population.Period {
	return population.Period{From: day("2026-11-01"), Until: day("2026-12-01")}
}

// months is a payment of the last day of November and a return of the first of December.
func months(t require.TestingT) *purse {
	p := opened(t, rules(), grant("a"), grant("b"))
	p.book(p.r.Redeem(p.wallet, redemption("r-1", "2026-11-30 23:59", run("a", 1, 3, 100), run("b", 2, 1, 50))))
	p.book(p.r.Return(p.wallet, brought("b-1", "r-1", "2026-12-01 00:00", 1, "1")))
	return p
}

// row E7: what each manufacturer is billed for each offer, and the shop's own share
// beside it, come to what the receipts say, to the minor unit; each in its month.
func TestBill(t *testing.T) {
	p := months(t)
	bill, err := p.r.Bill(november())
	require.NoError(t, err)
	require.NoError(t, bill.Add("c-1", p.history))
	assert.Equal(t, []wallet.BillRow{
		{Offer: "o-a", Times: 1, Units: 3000, Saved: 33},
		{Offer: "o-a", By: "Nordmilk", Times: 1, Units: 3000, Saved: 67},
		{Offer: "o-b", Times: 1, Units: 1000, Saved: 17},
		{Offer: "o-b", By: "Nordmilk", Times: 1, Units: 1000, Saved: 33},
	}, bill.Rows())
	december, err := p.r.Bill(population.Period{From: day("2026-12-01"), Until: day("2027-01-01")})
	require.NoError(t, err)
	require.NoError(t, december.Add("c-1", p.history))
	assert.Equal(t, []wallet.BillRow{
		{Offer: "o-a", UnitsBack: 1000, Back: 11},
		{Offer: "o-a", By: "Nordmilk", UnitsBack: 1000, Back: 22},
	}, december.Rows())
	require.Error(t, bill.Merge(december))
	_, err = p.r.Bill(population.Period{From: 5, Until: 5})
	require.Error(t, err)
}

// In any order and split, merged or not, a bill has the same bytes.
func TestBillMerges(t *testing.T) {
	p := months(t)
	marshal := func(b *wallet.Bill) []byte {
		data, err := b.MarshalBinary()
		require.NoError(t, err)
		return data
	}
	begin := func() *wallet.Bill {
		b, err := p.r.Bill(november())
		require.NoError(t, err)
		return b
	}
	whole, first, second := begin(), begin(), begin()
	require.NoError(t, whole.Add("c-1", p.history))
	for i := range p.history {
		part := first
		if i%2 == 0 {
			part = second
		}
		require.NoError(t, part.Add("c-1", p.history[i:i+1]))
	}
	require.NoError(t, second.Merge(first))
	assert.Equal(t, marshal(whole), marshal(second))
	read := begin()
	require.NoError(t, read.UnmarshalBinary(marshal(whole)))
	assert.Equal(t, whole.Rows(), read.Rows())

	spoilt := append([]wallet.Entry(nil), p.history...)
	spoilt[3].Saved++
	require.ErrorIs(t, whole.Add("c-1", spoilt), wallet.ErrBroken)
	assert.Equal(t, marshal(read), marshal(whole), "nothing of the call counts")
}

// Accepted bytes are written again as they were; refused ones change nothing.
func FuzzBill(f *testing.F) {
	p := months(f)
	bill, err := p.r.Bill(november())
	if err != nil {
		f.Fatal(err)
	}
	require.NoError(f, bill.Add("c-1", p.history))
	data, err := bill.MarshalBinary()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add(data[:len(data)-1])
	f.Fuzz(func(t *testing.T, data []byte) {
		read, err := p.r.Bill(population.Period{From: 1, Until: 3})
		require.NoError(t, err)
		before, err := read.MarshalBinary()
		require.NoError(t, err)
		failed := read.UnmarshalBinary(data)
		want := data
		if failed != nil {
			want = before
		}
		after, err := read.MarshalBinary()
		require.NoError(t, err)
		if !bytes.Equal(want, after) {
			t.Errorf("read %x (%v), wrote %x", data, failed, after)
		}
	})
}

func BenchmarkRedeem(b *testing.B) {
	var grants []wallet.Grant
	for i := range 20 {
		g := grant("c" + time.Duration(i).String())
		grants = append(grants, g)
	}
	p := opened(b, rules(), grants...)
	asked := redemption("r-1", "2026-11-02 12:00", run(grants[3].ID, 1, 1, 100), run(grants[9].ID, 2, 2, 55), run(grants[15].ID, 3, 1, 20))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.r.Redeem(p.wallet, asked); err != nil {
			b.Fatal(err)
		}
	}
}
