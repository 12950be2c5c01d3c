package entitlement_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/complaint/entitlement"
	"github.com/rapport-crm/rapport/customer"
)

// A telephone for 299.00 is seen for 279.00 four days later. The difference is owed once: on a case
// of package complaint it is the offer of a refund, with its Once. Row E13.
func ExampleGuarantee_Of() {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		fmt.Println(err)
		return
	}
	guarantee, err := entitlement.NewGuarantee(entitlement.GuaranteeRules{
		Edition: customer.Edition{ID: "never-dearer", Version: 1}, Zone: "Europe/Berlin", Currency: customer.Currency{Code: "EUR", Digits: 2}, Days: 14,
	}, zone)
	if err != nil {
		fmt.Println(err)
		return
	}
	bought := customer.Purchase{
		Ref: "S-7", Customer: "c-1", At: time.Date(2026, 11, 20, 15, 0, 0, 0, time.UTC), Currency: customer.Currency{Code: "EUR", Digits: 2},
		Lines: []customer.Line{{SKU: "phone-x", Quantity: decimal.NewFromInt(1), Paid: decimal.NewNullDecimal(decimal.RequireFromString("299.00"))}},
	}
	seen, err := customer.ParseDate("2026-11-24")
	if err != nil {
		fmt.Println(err)
		return
	}
	claim := entitlement.PriceClaim{
		Customer: "c-1", At: time.Date(2026, 11, 25, 8, 0, 0, 0, time.UTC), Line: 1, Quantity: decimal.NewFromInt(1),
		SKU: "phone-x", Seller: "the shop opposite", SeenOn: seen, PriceMinor: 279_00, Proof: "photo-1",
	}
	found, err := guarantee.Of(claim, bought, nil, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(guarantee.Explain(found.Because[0], customer.English))
	fmt.Println(found.AmountMinor, "for", found.Once)

	claim.Proof, claim.SeenOn = "", 0
	_, err = guarantee.Of(claim, bought, nil, []string{found.Once})
	var refusal *customer.Refusal
	if errors.As(err, &refusal) {
		for _, missing := range refusal.Missing {
			fmt.Println("refused:", guarantee.Explain(missing, customer.English))
		}
	}
	// Output:
	// phone-x cost 299.00 EUR here, and 279.00 EUR there
	// 2000 for S-7/1
	// refused: the difference for S-7/1 was refunded before
	// refused: there is no proof of the lower price
	// refused: it is not said when the lower price was seen
}
