package customer_test

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
)

// The values are format: a changed draw moves customers between groups in the middle
// of a campaign. They can be had with any other tool as well:
//
//	printf '\0\0\0\0\0\0\0\6winter\0\0\0\0\0\0\0\00217' | sha256sum | cut -c 1-16
func TestDrawIsPinned(t *testing.T) {
	for _, tc := range []struct {
		salt string
		id   customer.ID
		want uint64
	}{
		{"winter", "17", 0x8494ac3668cb3d74},
		{"winter", "18", 0x6665a14bb25a92e3},
		{"summer", "17", 0x1f254611dc9f7c19},
		{"", "", 0x374708fff7719dd5},
		{"", "17", 0xe9d9cad5ba091e11},
		{"冬季", "顾客-17", 0xeba73eaa97f5e078},
		{strings.Repeat("s", 100), customer.ID(strings.Repeat("i", 256)), 0x6a7e5947fb6d24ee},
	} {
		assert.Equal(t, fmt.Sprintf("%#x", tc.want), fmt.Sprintf("%#x", customer.Draw(tc.salt, tc.id)), "%.20q, %.20q", tc.salt, tc.id)
	}
}

func TestDrawIsSHA256OverBothFieldsWithTheirLengths(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		salt, id := rapid.String().Draw(t, "salt"), rapid.String().Draw(t, "id")
		hash := sha256.New()
		for _, field := range []string{salt, id} {
			length := uint64(len(field))
			hash.Write([]byte{
				byte(length >> 56), byte(length >> 48), byte(length >> 40), byte(length >> 32),
				byte(length >> 24), byte(length >> 16), byte(length >> 8), byte(length),
			})
			hash.Write([]byte(field))
		}
		assert.Equal(t, binary.BigEndian.Uint64(hash.Sum(nil)), customer.Draw(salt, customer.ID(id)))
	})
}

func TestDrawTellsFieldsApart(t *testing.T) {
	assert.NotEqual(t, customer.Draw("ab", "c"), customer.Draw("a", "bc"))
	assert.NotEqual(t, customer.Draw("ab", ""), customer.Draw("", "ab"))
}

// Each of 1000 groups gets its share of 100,000 customers. With 999 degrees of freedom
// chi-squared lies between 867.7 and 1142.8 in 998 of 1000 fair draws. Draw has no luck:
// the figures are the same in every run.
func TestDrawIsFair(t *testing.T) {
	const customers, groups = 100_000, 1000
	for _, tc := range []struct{ salt, form string }{
		{"winter", "%d"},
		{"winter-2", "%d"},
		{"", "%08d"},
		{"winter", "customer/%d/north-gate"},
	} {
		var counts [groups]int
		for n := range customers {
			counts[customer.Draw(tc.salt, customer.ID(fmt.Sprintf(tc.form, n)))%groups]++
		}
		const expected = customers / groups
		squares := 0
		for _, count := range counts {
			squares += (count - expected) * (count - expected)
		}
		chiSquared := float64(squares) / expected
		assert.Greater(t, chiSquared, 867.7, "%q %q: too even to be chance", tc.salt, tc.form)
		assert.Less(t, chiSquared, 1142.8, "%q %q: some groups are favoured", tc.salt, tc.form)
	}
}

// A customer's groups in two campaigns have nothing to do with each other.
func TestDrawSaltsAreIndependent(t *testing.T) {
	both := 0
	for n := range 100_000 {
		id := customer.ID(fmt.Sprint(n))
		if customer.Draw("winter", id)%1000 < 100 && customer.Draw("summer", id)%1000 < 100 {
			both++
		}
	}
	assert.InDelta(t, 1000, both, 100, "a tenth of a tenth")
}

func BenchmarkDraw(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		customer.Draw("winter-2026", "3f8a6c1e-17")
	}
}
