package segment

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of the expected basket. Rule is the rule book's name, but in
// CodeBasketMissing the category. They are format.
//
// Shares are in ‰ of the expected weight, rounded down; the comparison itself is that of
// BasketCoverage.Covered and Expected.
const (
	CodeBasketBought   = "segment.basket-bought"    // Fact: expected categories that she buys here; Mark: all expected
	CodeBasketMost     = "segment.basket-most"      // share of the expected weight is Mark or more
	CodeBasketNotMost  = "segment.basket-not-most"  // share of the expected weight is less than Mark
	CodeBasketHereOnly = "segment.basket-here-only" // what she buys elsewhere is not known: no share of wallet
	CodeBasketMissing  = "segment.basket-missing"   // Rule: the category's ID; Fact: days bought here; Mark: days needed
)

// explainBasket renders the reasons of the expected basket.
func explainBasket(r customer.Reason, language customer.Language) (text string, ok bool) {
	if language == customer.Chinese {
		percent := customer.Chinese.Percent
		switch r.Code {
		case CodeBasketBought:
			return fmt.Sprintf("家庭日常所需的%d个品类中，有%d个在本店购买", r.Mark, r.Fact), true
		case CodeBasketMost:
			return fmt.Sprintf("预期日常消费中%s的品类在本店购买，达到%s即为大部分", percent(r.Fact), percent(r.Mark)), true
		case CodeBasketNotMost:
			return fmt.Sprintf("预期日常消费中%s的品类在本店购买，未达到大部分的界限%s", percent(r.Fact), percent(r.Mark)), true
		case CodeBasketHereOnly:
			return "仅以本店的购买为依据：她在别处买了什么无从得知，因此这不是钱包份额", true
		case CodeBasketMissing:
			return fmt.Sprintf("%s：在本店购买%d天，需%d天", r.Rule, r.Fact, r.Mark), true
		}
		return "", false
	}
	percent := customer.English.Percent
	switch r.Code {
	case CodeBasketBought:
		return fmt.Sprintf("buys %d of the %d categories of an expected household basket here", r.Fact, r.Mark), true
	case CodeBasketMost:
		return fmt.Sprintf("categories worth %s of the expected basket, most of it from %s", percent(r.Fact), percent(r.Mark)), true
	case CodeBasketNotMost:
		return fmt.Sprintf("categories worth %s of the expected basket, below %s where most of it begins", percent(r.Fact), percent(r.Mark)), true
	case CodeBasketHereOnly:
		return "purchases in this shop only: what she buys elsewhere is unknown, so this is no share of wallet", true
	case CodeBasketMissing:
		return fmt.Sprintf("%s: bought here on %d %s, %d needed", r.Rule, r.Fact, days(r.Fact), r.Mark), true
	}
	return "", false
}
