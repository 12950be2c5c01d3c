package journal_test

import (
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// units is the smallest fact.
type units int64

func (u units) Canonical(c *customer.Canonical) { c.Int("units", int64(u)) }

// The fingerprints in stored journals were made by this function: one that changes
// turns every repeated request of the past into a reused key. The figures were worked
// out from the description of the form in customer.Canonical, not by this code.
func TestFingerprintGolden(t *testing.T) {
	shanghai := time.FixedZone("UTC+8", 8*60*60)
	purchase := customer.Purchase{
		Ref: "till-7/000123", Customer: "c-1", At: time.Date(2026, 11, 25, 17, 30, 0, 250, shanghai), Shop: "s-1",
		Currency: customer.Currency{Code: "EUR", Digits: 2},
		Lines: []customer.Line{
			{SKU: "4711", Category: "tea", Brand: "own", Kind: customer.StoreBrand, Quantity: decimal.NewFromInt(2), Paid: decimal.NewNullDecimal(decimal.RequireFromString("3.90"))},
			{SKU: "bag", Quantity: decimal.NewFromInt(1), Paid: decimal.NewNullDecimal(decimal.Zero)},
		},
	}
	back := customer.Return{
		Ref: "till-7/000124", Sale: purchase.Ref, Customer: "c-1", At: purchase.At.Add(time.Hour), Currency: purchase.Currency,
		Lines: []customer.ReturnLine{{SaleLine: 1, Line: purchase.Lines[0]}},
	}
	for name, test := range map[string]struct {
		verb string
		fact journal.Fact
		want string
	}{
		"purchase":       {"earn", purchase, "7c816a6fe390c9e6eb199f94ed2231355e654f59f41a01a228e5d1b45519a53c"},
		"other verb":     {"qualify", purchase, "5ca7b99a1e0d75521914f8329a8ce4b3c06c3956ca16b8ad051aefde32f1ada9"},
		"return":         {"return", back, "aa8741021f0fe624b9abb49ef58044e0c6a664af364542459f70c2eced2b2155"},
		"number":         {"add", units(-7), "169508c9d1381ff03d9c1464faef6f896bad149f78085a8cd8966ee65c6ecf1c"},
		"empty":          {"add", units(0), "c177aed0b7d8bd3020662ce6ccd481e76615398cf6aeaacf3fc93a32c7f247af"},
		"empty purchase": {"earn", customer.Purchase{}, "ba5e418ea594db5183a1c1325136fcc2762928dcd8a48db40140aa738a0e3940"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := journal.Fingerprint(test.verb, test.fact)
			require.NoError(t, err)
			assert.Equal(t, test.want, got)
		})
	}
}

func TestFingerprintOfAHugeDecimal(t *testing.T) {
	huge := customer.Purchase{Lines: []customer.Line{{}, {Quantity: decimal.RequireFromString("1234567890123456789")}}}
	sum, err := journal.Fingerprint("earn", huge)
	assert.Empty(t, sum)
	var faults customer.Faults
	require.ErrorAs(t, err, &faults)
	assert.Equal(t, "lines[1].quantity", faults[0].Path)
}

func TestFingerprintSeparatesVerbAndFact(t *testing.T) {
	seen := map[string]bool{}
	for _, verb := range []string{"earn", "earn\nunits#7", "ear", ""} {
		for n := range units(3) {
			sum, err := journal.Fingerprint(verb, n)
			require.NoError(t, err)
			assert.False(t, seen[sum])
			seen[sum] = true
		}
	}
}
