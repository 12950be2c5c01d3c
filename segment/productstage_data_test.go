package segment_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/segment"
)

// The stages of the gift shop's 4070 products on 1 December 2011, three months against the
// three before, and those of some products. The counts and units were computed by a program
// of its own in Python's standard library, which knows the rules in words and not this code.
// row C10.
func TestProductStagesOfRealSales(t *testing.T) {
	rows := readSold(t, "online_retail")
	tally := segment.NewProductStageTally[customer.ID](population.Period{From: day(t, "2010-12-01"), Until: day(t, "2012-01-01")})
	codes := map[string]uint32{}
	for _, row := range rows {
		if _, known := codes[row.SKU]; !known {
			codes[row.SKU] = uint32(len(codes))
		}
		require.NoError(t, tally.Add(population.Line[customer.ID]{
			Customer: row.Customer, Item: codes[row.SKU], Day: customer.DateOf(row.At, row.At.Location()),
			Returned: row.Quantity < 0, Units: 1000 * max(row.Quantity, -row.Quantity),
		}))
	}
	stages, err := segment.NewProductStages(stageRules())
	require.NoError(t, err)
	counts := map[string]int{}
	for _, facts := range tally.All() {
		standing, reasons, err := stages.Assess(facts, segment.ProductStageStanding{}, day(t, "2011-12-01"))
		require.NoError(t, err)
		require.NotEmpty(t, reasons)
		counts[standing.Stage.String()]++
	}
	assert.Len(t, codes, 4070)
	assert.Equal(t, map[string]int{
		"unknown": 1399, "introduction": 499, "growth": 839, "maturity": 306, "decline": 332, "discontinued": 695,
	}, counts)
	for _, test := range []struct {
		sku       string
		stage     segment.ProductStage
		now, then int64
	}{
		{"85123A", segment.ProductMaturity, 8791, 10_724},
		{"22423", segment.ProductMaturity, 2743, 2544},
		{"23084", segment.ProductGrowth, 21_423, 3794},
		{"22086", segment.ProductGrowth, 13_163, 1091},
		{"15036", segment.ProductDecline, 2346, 7633},
		{"16161P", segment.ProductDecline, 2000, 2525},
		{"20719", segment.ProductMaturity, 3014, 3539},
	} {
		standing, reasons, err := stages.Assess(tally.Facts(codes[test.sku]), segment.ProductStageStanding{}, day(t, "2011-12-01"))
		require.NoError(t, err)
		assert.Equal(t, test.stage, standing.Stage, test.sku)
		compared := reasons[1]
		assert.Equal(t, segment.CodeStageBefore, compared.Code)
		assert.Equal(t, []int64{1000 * test.now, 1000 * test.then}, []int64{compared.Fact, compared.Mark}, test.sku)
	}
}
