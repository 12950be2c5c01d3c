package segment_test

import (
	"testing"

	"github.com/rapport-crm/rapport/segment"
)

func TestBasketSentences(t *testing.T) {
	brandSentences(t, "basket_reason.go", []brandSentence{
		{segment.CodeBasketBought, "segment.basket-bought", 7, 9, "buys 7 of the 9 categories of an expected household basket here", "家庭日常所需的9个品类中，有7个在本店购买"},
		{segment.CodeBasketMost, "segment.basket-most", 640, 600, "categories worth 64 % of the expected basket, most of it from 60 %", "预期日常消费中64 %的品类在本店购买，达到60 %即为大部分"},
		{segment.CodeBasketNotMost, "segment.basket-not-most", 599, 600, "categories worth 59.9 % of the expected basket, below 60 % where most of it begins", "预期日常消费中59.9 %的品类在本店购买，未达到大部分的界限60 %"},
		{segment.CodeBasketHereOnly, "segment.basket-here-only", 0, 0, "purchases in this shop only: what she buys elsewhere is unknown, so this is no share of wallet", "仅以本店的购买为依据：她在别处买了什么无从得知，因此这不是钱包份额"},
		{segment.CodeBasketMissing, "segment.basket-missing", 1, 3, "milk: bought here on 1 day, 3 needed", "milk：在本店购买1天，需3天"},
	})
}
