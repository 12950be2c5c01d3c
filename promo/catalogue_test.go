package promo_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/promo"
)

// Everything wrong with the rules is told at once.
func TestCatalogueFaults(t *testing.T) {
	rules := promo.Rules{
		Zone: "Mars", CashStep: dec("0.001"), PointDigits: 4, Currency: euro,
		Offers: []promo.Offer{
			{
				ID: "a b", Text: "\x00", Who: promo.Who{Lists: []string{""}},
				On:    promo.On{SKUs: []string{""}, Categories: []string{""}, Brands: []string{""}, Except: []string{""}, Kind: 9},
				When:  promo.When{From: 20, Until: 20, Weekdays: []customer.Weekday{0}, FromHour: 24, ToHour: 24},
				Needs: promo.Needs{Quantity: dec("0.0001")}, Limits: promo.Limits{Units: -1, Budget: "\x00"}, Priority: 1_000_001,
				Funds: []promo.Fund{{By: "", Permille: 0}, {By: "m", Permille: 600}, {By: "m", Permille: 401}},
			},
			{ID: "twice", Gives: promo.Gives{Permille: 1001, Points: dec("0.00001")}},
			{ID: "twice", Gives: promo.Gives{Amount: dec("-1")}},
			{ID: "price", Gives: promo.Gives{Price: dec("0.001")}},
			{ID: "points", Gives: promo.Gives{Points: dec("1")}, Funds: []promo.Fund{{By: "m", Permille: 1}}},
		},
	}
	_, err := promo.NewCatalogue(rules, time.UTC)
	var faults customer.Faults
	require.ErrorAs(t, err, &faults)
	var paths []string
	for _, fault := range faults {
		paths = append(paths, fault.Path)
	}
	slices.Sort(paths)
	want := []string{
		"cash_step", "id", "version", "zone", "point_digits",
		"offers[0].funds[0].by", "offers[0].funds[0].permille", "offers[0].funds[2].by", "offers[0].funds[2].permille",
		"offers[0].gives", "offers[0].id", "offers[0].limits.budget", "offers[0].limits.units", "offers[0].needs.quantity",
		"offers[0].on.brands[0]", "offers[0].on.categories[0]", "offers[0].on.except[0]", "offers[0].on.kind", "offers[0].on.skus[0]",
		"offers[0].priority", "offers[0].text", "offers[0].when.from_hour", "offers[0].when.to_hour", "offers[0].when.until", "offers[0].when.weekdays[0]", "offers[0].who.lists[0]",
		"offers[1].gives", "offers[1].gives.permille", "offers[1].gives.points", "offers[2].gives.amount", "offers[2].id",
		"offers[3].gives.price", "offers[4].funds",
	}
	slices.Sort(want)
	assert.Equal(t, want, paths)

	_, err = promo.NewCatalogue(book(), nil)
	require.ErrorAs(t, err, &faults, "no zone")
	long := book(promo.Offer{ID: "long", On: promo.On{SKUs: make([]string, promo.MaxListed+1)}, Gives: off(1)})
	_, err = promo.NewCatalogue(long, time.UTC)
	require.ErrorAs(t, err, &faults)
	assert.Len(t, faults, 1)
	_, err = promo.NewCatalogue(book(make([]promo.Offer, promo.MaxOffers+1)...), time.UTC)
	require.ErrorAs(t, err, &faults)
	assert.Equal(t, "offers", faults[0].Path)
}

// full has every field of the rules filled in.
func full() promo.Rules {
	rules := book(
		promo.Offer{
			ID: "coffee-20", Text: "20 % off coffee", Priority: 3,
			Who:    promo.Who{Members: true, Lists: []string{"gold", "silver"}, Coupon: true},
			On:     promo.On{SKUs: []string{"espresso"}, Categories: []string{"coffee"}, Brands: []string{"roaster"}, Kind: customer.StoreBrand, Except: []string{"decaf"}},
			When:   promo.When{From: day("2026-11-16"), Until: day("2026-11-30"), Weekdays: []customer.Weekday{1, 7}, FromHour: 9, ToHour: 11},
			Needs:  promo.Needs{Quantity: dec("2")},
			Gives:  off(200),
			Limits: promo.Limits{Units: 3, Budget: "november"},
			Funds:  []promo.Fund{{By: "roaster", Permille: 500}},
		},
		promo.Offer{ID: "points", Gives: promo.Gives{Points: dec("2.5")}},
	)
	rules.From, rules.Until, rules.CashStep, rules.PointDigits = day("2026-01-01"), day("2027-01-01"), dec("0.05"), 1
	return rules
}

// Rules survive JSON and back, and a misspelt rule is no rule switched off.
func TestRulesJSON(t *testing.T) {
	for _, rules := range []promo.Rules{full(), book()} {
		text, err := json.Marshal(rules)
		require.NoError(t, err)
		read, err := promo.ParseRules(text)
		require.NoError(t, err)
		again, err := json.Marshal(read)
		require.NoError(t, err)
		assert.Equal(t, string(text), string(again))
		catalogue(t, read)
	}
	for _, text := range []string{
		`{"id":"a","version":1,"zone":"UTC","offers":[{"id":"x","give":{"permille":1}}]}`,
		`{"id":"a","version":1,"zone":"UTC","offers":[{"id":"x","gives":{"permille":1,"permille":2}}]}`,
		`{"id":"a","version":1,"zone":"UTC","offers":[{"id":"x","gives":{"amount":1.5}}]}`,
		`{"id":"a","version":1,"zone":"UTC","offers":null}`,
	} {
		_, err := promo.ParseRules([]byte(text))
		var faults customer.Faults
		require.ErrorAs(t, err, &faults, text)
	}
}

// A priced basket survives JSON too, and the names of a run's fields are format.
func TestPricedJSON(t *testing.T) {
	priced := price(t, book(promo.Offer{ID: "deal", Gives: off(200)}), promo.Shopper{}, item("a", "2", "1.00"))
	text, err := json.Marshal(priced)
	require.NoError(t, err)
	var read promo.Priced
	require.NoError(t, json.Unmarshal(text, &read))
	again, err := json.Marshal(read)
	require.NoError(t, err)
	assert.JSONEq(t, string(text), string(again))
	text, err = json.Marshal(promo.Run{Line: 1, Units: 2000, Offer: "o", Coupon: "k", Saved: 3, Points: 4})
	require.NoError(t, err)
	assert.JSONEq(t, `{"line":1,"units":2000,"offer":"o","coupon":"k","saved":3,"points":4}`, string(text))
}

// A catalogue keeps its own copy of the rules, and many tills may ask it at once.
func TestCatalogueIsImmutable(t *testing.T) {
	rules := book(promo.Offer{ID: "deal", On: onSKUs("b", "a"), Gives: off(500)})
	c := catalogue(t, rules)
	assert.Equal(t, []string{"b", "a"}, rules.Offers[0].On.SKUs)
	rules.Offers[0].On.SKUs[1] = "changed"
	basket := promo.Basket{Lines: []customer.Line{item("a", "1", "2.00")}}
	var tills sync.WaitGroup
	for range 8 {
		tills.Go(func() {
			for range 50 {
				priced, err := c.Price(basket, promo.Shopper{}, noon())
				if err != nil || !priced.Totals.Total.Equal(dec("1")) {
					t.Errorf("%v, %v", priced.Totals.Total, err)
				}
			}
		})
	}
	tills.Wait()
}

func TestExplainKnowsEveryCode(t *testing.T) {
	c := catalogue(t, full())
	var told []string
	for _, code := range customertest.Codes(t, "reason.go") {
		reason := customer.Reason{Code: code, Rule: "autumn/3 coffee-20", Fact: 1000, Mark: 2500, On: day("2026-11-25"), By: day("2026-11-30")}
		switch code {
		case promo.CodeWeekday:
			reason.Fact, reason.Mark = 3, 7
		case promo.CodeHours:
			reason.Fact, reason.Mark = 9, 11
		case promo.CodeCouponPermille:
			reason.Fact, reason.Mark = 250, 200
		case promo.CodeLimit:
			reason.Fact, reason.Mark = 2, 2
		}
		english, chinese := c.Explain(reason, customer.English), c.Explain(reason, customer.Chinese)
		for _, text := range []string{english, chinese} {
			assert.NotContains(t, text, "%!", code)
			assert.NotContains(t, text, code)
		}
		assert.True(t, strings.ContainsFunc(chinese, func(r rune) bool { return unicode.Is(unicode.Han, r) }), code)
		assert.False(t, strings.ContainsFunc(english, func(r rune) bool { return unicode.Is(unicode.Han, r) }), code)
		assert.False(t, strings.ContainsAny(strings.NewReplacer(":00", "").Replace(chinese), ",;:!?()"), "full-width punctuation: %s", chinese)
		assert.Equal(t, english, c.Explain(reason, 0), "a language that is not known reads English")
		told = append(told, code+"\n\t"+english+"\n\t"+chinese)
	}
	customertest.Golden(t, "reasons.golden", strings.Join(told, "\n")+"\n")
	assert.Equal(t, "other.code", c.Explain(customer.Reason{Code: "other.code"}, customer.Chinese))
	for rule, want := range map[string]string{
		"spring/1 gone": "1 more of anything for spring/1 gone", "": "1 more of anything for ", "autumn/3 points": "1 more of anything for points",
	} {
		assert.Equal(t, want, c.Explain(customer.Reason{Code: promo.CodeQuantity, Rule: rule, Mark: 1000}, customer.English))
	}
	many := catalogue(t, book(promo.Offer{ID: "many", On: promo.On{Brands: []string{"d", "c", "b", "a"}}, Gives: off(1)}))
	reason := customer.Reason{Code: promo.CodeQuantity, Rule: "autumn/3 many", Mark: 1000}
	assert.Equal(t, "1 more of brand a or b or c or others for many", many.Explain(reason, customer.English))
	assert.Equal(t, fmt.Sprintf("many还差%d件品牌a或b或c等", 1), many.Explain(reason, customer.Chinese))
}
