package profile

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Nobody has found two texts with one code; here it is said of two that have none.
func TestNamesRefuseACollision(t *testing.T) {
	var names, other Names
	require.NoError(t, names.note(7, "milk"))
	require.NoError(t, names.note(7, "milk"))
	require.ErrorIs(t, names.note(7, "bread"), ErrCollision)
	require.NoError(t, other.note(7, "bread"))
	require.ErrorIs(t, names.Merge(&other), ErrCollision)
	assert.Equal(t, "milk", names.Text(7))
}

// What waits is the fact again, at all its bounds, and stands in the same order.
func TestWaiting(t *testing.T) {
	figure := rapid.OneOf(rapid.Int64Range(0, 3), rapid.Int64Range(0, population.MaxAmount), rapid.Just(int64(population.MaxAmount)))
	code := rapid.OneOf(rapid.Uint64Range(0, 2), rapid.Uint64())
	fact := rapid.Custom(func(t *rapid.T) Fact {
		return Fact{
			Receipt: Code(code.Draw(t, "receipt")), Order: Code(code.Draw(t, "order")), Product: Code(code.Draw(t, "product")), Holder: Code(code.Draw(t, "holder")),
			Units: figure.Draw(t, "units"), Amount: figure.Draw(t, "amount"), Tax: figure.Draw(t, "tax"), Discount: figure.Draw(t, "discount"), Cost: figure.Draw(t, "cost"),
			Day: customer.Date(rapid.OneOf(rapid.Just(int32(on)), rapid.Int32Range(1, int32(customer.MaxDate))).Draw(t, "day")), Hour: uint8(rapid.IntRange(0, 23).Draw(t, "hour")),
			Category: uint16(rapid.OneOf(rapid.IntRange(0, 1), rapid.IntRange(0, 65535)).Draw(t, "category")), Kind: Kind(rapid.IntRange(1, 3).Draw(t, "kind")),
			Priced: rapid.Bool().Draw(t, "priced"), Listed: rapid.Bool().Draw(t, "listed"), Costed: rapid.Bool().Draw(t, "costed"),
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		f, g := fact.Draw(t, "one"), fact.Draw(t, "the other")
		var w, v waiting
		w.set(&f)
		v.set(&g)
		var back Fact
		w.get(&back)
		require.Equal(t, f, back)
		if f.when() == g.when() {
			require.Equal(t, f.compare(&g) < 0, w.compare(&v) < 0)
			require.Equal(t, f.compare(&g) == 0, w.compare(&v) == 0)
		}
		require.Equal(t, f.compare(&g), -g.compare(&f))
		require.Zero(t, f.compare(&back))
	})
}

// Facts in another order than their own, or written longer than need be, were packed by nobody.
func TestPackedRefuses(t *testing.T) {
	pack := func(facts ...Fact) *packed {
		p, previous := new(packed), &Fact{}
		for i := range facts {
			p.data = appendFact(p.data, previous, &facts[i])
			previous = &facts[i]
		}
		return p
	}
	early := Fact{Day: on, Kind: Sold, Product: 1}
	late, next := early, early
	late.Product, next.Day = 2, on+1
	var again []byte
	assert.True(t, pack(early, early, late, next).read(4, &again))
	assert.False(t, pack(early, early, late, next).read(5, &again))
	assert.False(t, pack(early, early, late, next).read(3, &again))
	assert.False(t, pack().read(0, &again))
	assert.False(t, pack(late, early).read(2, &again), "products descend")
	assert.False(t, pack(next, early).read(2, &again), "days descend")
	long := pack(early)
	long.data[0] |= wideProduct
	long.data = append(long.data[:len(long.data)-1], 1, 0, 0, 0, 0, 0, 0, 0)
	assert.False(t, long.read(1, &again), "a small product in eight bytes")
}

// The products around the one from which on eight bytes are shorter. Their bytes are format.
func TestPackedWide(t *testing.T) {
	for product, want := range map[Code]int{wide - 1: 8, wide: 8, 1<<64 - 1: 8, 127: 1, 128: 2} {
		f := Fact{Day: 1, Kind: Sold, Product: product}
		data := appendFact(nil, &Fact{}, &f)
		assert.Len(t, data, 6+want, product)
		assert.Equal(t, product >= wide, data[0]&wideProduct != 0, product)
	}
}

// More facts at once than can be arranged are packed all the same.
func TestPackMany(t *testing.T) {
	if testing.Short() {
		t.Skip("two million facts")
	}
	lines := make([]waiting, MaxFacts+2)
	for i := range lines {
		lines[i].set(&Fact{Day: on - customer.Date(i%700), Kind: Sold, Product: Code(i)})
	}
	var m merger
	var p packed
	assert.Equal(t, MaxFacts/2, m.pack(&p, lines))
	var again []byte
	assert.True(t, p.read(MaxFacts+2, &again))
}

const on customer.Date = 739_580

// Few keys and many, of many hours or of one, come in the order that slices.Sort gives them.
func TestSortKeys(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.SampledFrom([]int{0, 1, 2, 9, fewKeys - 1, fewKeys, fewKeys + 1}).Draw(t, "number of keys")
		key := rapid.SampledFrom([]*rapid.Generator[uint64]{rapid.Uint64(), rapid.Uint64Range(0, 3), rapid.Uint64Range(1<<40, 1<<40+9000)}).Draw(t, "kind")
		var a arranger
		for range 2 { // again in the memory that is there
			keys := rapid.SliceOfN(key, n, n).Draw(t, "keys")
			a.keys = append(a.keys[:0], keys...)
			a.sort()
			slices.Sort(keys)
			require.Equal(t, keys, append([]uint64{}, a.keys...))
		}
	})
}

// A map that was very large is not kept: emptied, it would cost each customer that comes after.
func TestEmptied(t *testing.T) {
	for n, kept := range map[int]bool{0: true, manyPlaces: true, manyPlaces + 1: false} {
		p := places{}
		for i := range n {
			p[Code(i)] = 1
		}
		again := emptied(p)
		assert.Empty(t, again)
		again[1] = 1
		assert.Equal(t, kept, len(p) == 1, n)
	}
}
