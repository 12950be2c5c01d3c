package promo_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/promo"
)

// assortment is a catalogue of so many offers, each on two products, a category or a
// brand of its own, of all kinds, a fifth of them for a coupon.
func assortment(offers int) promo.Rules {
	rules := book()
	gives := []promo.Gives{off(200), {Amount: dec("0.50")}, {Price: dec("1.49")}, {Points: dec("10")}}
	for i := range offers {
		o := promo.Offer{ID: fmt.Sprintf("offer-%05d", i), Gives: gives[i%len(gives)], Priority: i % 7, Who: promo.Who{Coupon: i%5 == 0}}
		switch i % 10 {
		case 8:
			o.On.Categories = []string{fmt.Sprintf("category-%d", i)}
		case 9:
			o.On.Brands = []string{fmt.Sprintf("brand-%d", i)}
		default:
			o.On.SKUs = []string{fmt.Sprintf("sku-%d", i), fmt.Sprintf("sku-%d-large", i)}
		}
		rules.Offers = append(rules.Offers, o)
	}
	return rules
}

// trolley is 20 lines and 20 personal coupons, of which five offers apply.
func trolley(offers int) (promo.Basket, promo.Shopper) {
	var basket promo.Basket
	for i := range 20 {
		line := of(fmt.Sprintf("aisle-%d", i), fmt.Sprintf("plain-%d", i), fmt.Sprint(1+i%3), "2.99")
		line.Brand, line.Tax.Rate = fmt.Sprintf("maker-%d", i), dec("0.07")
		basket.Lines = append(basket.Lines, line)
	}
	at := offers / 2 // a multiple of 10
	basket.Lines[3].SKU = fmt.Sprintf("sku-%d", at)
	basket.Lines[7].SKU = fmt.Sprintf("sku-%d", at+1)
	basket.Lines[9].SKU = fmt.Sprintf("sku-%d-large", at+2)
	basket.Lines[12].Category = fmt.Sprintf("category-%d", at+8)
	basket.Lines[15].Brand = fmt.Sprintf("brand-%d", at+9)
	shopper := promo.Shopper{Customer: "c-1", Member: true}
	for i := range 20 {
		shopper.Coupons = append(shopper.Coupons, promo.Coupon{
			ID: fmt.Sprintf("coupon-%d", i), Offer: fmt.Sprintf("offer-%05d", (at+i*(offers/100)*5)%offers), Until: day("2026-12-24"),
		})
	}
	return basket, shopper
}

// pain P10: the price of a basket does not grow with the catalogue.
func BenchmarkPrice(b *testing.B) {
	for _, offers := range []int{1_000, 10_000} {
		c := catalogue(b, assortment(offers))
		basket, shopper := trolley(offers)
		priced, err := c.Price(basket, shopper, noon())
		require.NoError(b, err)
		applied := 0
		for _, l := range priced.Trace {
			if l.Applied() {
				applied++
			}
		}
		require.Equal(b, 5, applied)
		require.GreaterOrEqual(b, len(priced.Trace), 20)
		b.Run(fmt.Sprintf("%d", offers), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.Price(basket, shopper, noon()); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "baskets/s")
		})
	}
}

// pain P10: nor with the number of units: 20 lines of 6,000 each are 20 lines.
func BenchmarkPriceUnits(b *testing.B) {
	c := catalogue(b, assortment(1_000))
	for _, units := range []string{"1", "6000"} {
		basket, shopper := trolley(1_000)
		for i := range basket.Lines {
			basket.Lines[i].Quantity = dec(units)
		}
		b.Run(units, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.Price(basket, shopper, noon()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// 300 products that compete for offers with limits, each product with all of them.
func BenchmarkPriceLimits(b *testing.B) {
	rules := book()
	for i := range 20 {
		rules.Offers = append(rules.Offers, promo.Offer{
			ID: fmt.Sprintf("limited-%d", i), On: promo.On{Categories: []string{"all"}}, Gives: off(100 + 10*i), Limits: promo.Limits{Units: 5},
		})
	}
	c := catalogue(b, rules)
	var lines []customer.Line
	for i := range 300 {
		lines = append(lines, of("all", fmt.Sprintf("sku-%d", i), "3", fmt.Sprintf("%d.99", i%17)))
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Price(promo.Basket{Lines: lines}, promo.Shopper{}, noon()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkNewCatalogue(b *testing.B) {
	rules := assortment(10_000)
	b.ReportAllocs()
	for b.Loop() {
		catalogue(b, rules)
	}
}
