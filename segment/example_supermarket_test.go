package segment_test

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/segment"
)

// A supermarket chain wants to know, for pain relief other than aspirin, who is loyal
// to its own brand, who to national brands and who goes to and fro, each with little,
// medium or much use.
//
// row C1, C2, C3, C4: from receipts to cells with their reasons, in one go.
func Example() {
	rules, on := chainRules(), mustDay("2026-07-01")
	berlin, err := time.LoadLocation(rules.Zone)
	if err != nil {
		fmt.Println(err)
		return
	}
	coder, err := segment.NewCoder(rules, berlin)
	if err != nil {
		fmt.Println(err) // every fault of the rules, at once
		return
	}

	// Count the half-year before the day of decision.
	tally := segment.NewTally[customer.ID](rules.Period(on))
	for _, receipt := range receipts(berlin) {
		lines, err := coder.Sale(nil, receipt)
		if err != nil {
			fmt.Println(err)
			return
		}
		if err := tally.Add(lines...); err != nil {
			fmt.Println(err)
			return
		}
	}

	// Freeze the population's thirds of usage, once per period; store the fitted rules.
	census := segment.NewCensus(rules.Period(on), rules.MinBuys)
	for _, counts := range tally.All() {
		census.Add(counts)
	}
	fitted, unfit, err := segment.Fit(rules, census, on)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, fault := range unfit {
		fmt.Println("no marks:", fault.Path, fault.Rule)
	}
	marks := fitted.Marks[0]
	fmt.Printf("%s: medium from %s tablets, heavy from %s\n", marks.Category, marks.MediumAt, marks.HeavyAt)
	fmt.Printf("below medium %d, below heavy %d of %d buyers\n\n", marks.Fitted.BelowMedium, marks.Fitted.BelowHeavy, marks.Fitted.Buyers)

	// Classify everybody.
	grid, err := segment.NewGrid(fitted)
	if err != nil {
		fmt.Println(err)
		return
	}
	for who, counts := range tally.All() {
		for _, one := range counts {
			cell, reasons := grid.Classify(one, segment.Cell{}) // no sitting cell: this is the first time
			fmt.Printf("%s in %s: %s\n", who, coder.Categories()[one.Category], cell)
			for _, reason := range reasons {
				fmt.Println("  -", segment.Explain(reason, customer.English))
			}
			if cell == (segment.Cell{Brand: segment.StoreLoyal, Usage: segment.Heavy}) {
				for _, reason := range reasons {
					fmt.Println("  -", segment.Explain(reason, customer.Chinese))
				}
			}
		}
	}

	// How much the cells can speak for. What was bought elsewhere is not known.
	coverage := census.Coverage(0)
	fmt.Printf("\n%d of %d buyers came on enough days; %d of %d lines without a quantity\n",
		coverage.Enough, coverage.Buyers, coverage.Unmeasured, coverage.Lines)

	// Output:
	// non-aspirin: medium from 48 tablets, heavy from 144
	// below medium 1, below heavy 2 of 3 buyers
	//
	// c-1 in non-aspirin: store-loyal/heavy
	//   - bought on 2 days, enough to tell the brand (2 needed)
	//   - 120 of the 144 units she kept, bought here, are store brand
	//   - store-brand share 83.3 %, loyal to the store brand from 66 %
	//   - heavy: 144 units, heavy from 144
	//   - 购买日2天，足以判断品牌倾向(需2天)
	//   - 在本店购买并保留的144单位中，商店品牌占120单位
	//   - 商店品牌份额83.3 %，达到66 %即为商店品牌忠诚
	//   - 高用量：144单位，从144起
	// c-2 in non-aspirin: switcher/medium
	//   - bought on 2 days, enough to tell the brand (2 needed)
	//   - 24 of the 48 units she kept, bought here, are store brand
	//   - store-brand share 50 %, below 66 % where store loyalty begins
	//   - store-brand share 50 %, above 30 % where national loyalty ends
	//   - medium: 48 units, from 48
	//   - not heavy: 48 units, heavy from 144
	// c-3 in non-aspirin: unknown/light
	//   - bought on 1 day, too few to tell the brand: 2 are needed
	//   - light: 20 units, medium from 48
	//
	// 2 of 3 buyers came on enough days; 0 of 6 lines without a quantity
}

// chainRules say what belongs to the category, with its content in tablets: a pack of
// 96 counts four times a pack of 24. The brand marks are the shop's, the usage cuts the
// population's.
func chainRules() segment.Rules {
	return segment.Rules{
		Edition:            customer.Edition{ID: "pain-relief", Version: 1},
		Zone:               "Europe/Berlin",
		WindowDays:         180,
		MinBuys:            2,
		Brand:              segment.Stated,
		StoreAtPermille:    660,
		NationalAtPermille: 700,
		Usage:              segment.Terciles,
		Categories: []segment.Category{{
			ID: "non-aspirin", Version: 1,
			Products: []segment.Product{
				{SKU: "own-ibuprofen-24", BaseUnits: decimal.NewFromInt(24)},
				{SKU: "own-ibuprofen-96", BaseUnits: decimal.NewFromInt(96)},
				{SKU: "brand-ibuprofen-24", BaseUnits: decimal.NewFromInt(24)},
				{SKU: "brand-paracetamol-20", BaseUnits: decimal.NewFromInt(20)},
			},
		}},
	}
}

func receipts(zone *time.Location) []customer.Purchase {
	return []customer.Purchase{
		receipt("1", "c-1", time.Date(2026, time.February, 3, 9, 30, 0, 0, zone), own("own-ibuprofen-96", 1), brand("brand-ibuprofen-24", 1)),
		receipt("2", "c-1", time.Date(2026, time.May, 9, 23, 30, 0, 0, zone), own("own-ibuprofen-24", 1), own("aspirin-20", 5)),
		receipt("3", "c-2", time.Date(2026, time.March, 14, 18, 0, 0, 0, zone), own("own-ibuprofen-24", 1)),
		receipt("4", "c-2", time.Date(2026, time.June, 30, 23, 30, 0, 0, zone), brand("brand-ibuprofen-24", 1)),
		receipt("5", "c-2", time.Date(2026, time.July, 1, 0, 30, 0, 0, zone), brand("brand-ibuprofen-24", 9)), // in the next period
		receipt("6", "c-3", time.Date(2026, time.June, 2, 12, 0, 0, 0, zone), brand("brand-paracetamol-20", 1)),
		receipt("7", "", time.Date(2026, time.June, 2, 12, 5, 0, 0, zone), brand("brand-paracetamol-20", 3)), // nobody's
	}
}

func receipt(ref string, who customer.ID, at time.Time, lines ...customer.Line) customer.Purchase {
	return customer.Purchase{Ref: ref, Customer: who, At: at, Lines: lines}
}

func own(sku string, packs int64) customer.Line {
	return customer.Line{SKU: sku, Kind: customer.StoreBrand, Quantity: decimal.NewFromInt(packs)}
}

func brand(sku string, packs int64) customer.Line {
	return customer.Line{SKU: sku, Kind: customer.NationalBrand, Quantity: decimal.NewFromInt(packs)}
}

func mustDay(text string) customer.Date {
	day, err := customer.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return day
}
