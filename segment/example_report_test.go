package segment_test

import (
	"errors"
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/segment"
)

// A manufacturer gets a table: which customers by cell bought his category in which area,
// how many and for how much. Nobody can be found in it, nor worked out of it.
//
// row B51: the names are gone, and so is whatever would bring them back.
func ExampleReport() {
	rules := segment.ReportRules{
		Edition: customer.Edition{ID: "manufacturers", Version: 1},
		K:       10, MinStores: 3, CustomerPermille: 500, RangePermille: 200,
		Currency: customer.Currency{Code: "EUR", Digits: 2}, MoneyRound: decimal.NewFromInt(10),
	}
	table := segment.ReportTable{
		ID: "cells-by-area", Category: "pain-relief", CategoryVersion: 1, From: mustDay("2026-01-01"), Until: mustDay("2026-04-01"),
		Rows:    []string{"national-loyal/heavy", "switcher/heavy", "store-loyal/heavy"},
		Columns: []segment.ReportColumn{{Name: "north"}, {Name: "south"}, {Name: "west"}},
		Stores:  []string{"s1", "s2", "s3", "s4"},
	}
	report, err := segment.NewReport(rules, table)
	if err != nil {
		fmt.Println(err) // every fault of the rules and the table, at once
		return
	}
	// One customer at a time, with all that she bought; here so many of each.
	for row, areas := range [][]int{{42, 38, 51}, {4, 29, 33}, {25, 61, 47}} {
		for column, customers := range areas {
			for i := range customers {
				if err := report.Add([]segment.ReportEntry{{Row: row, Column: column, Store: i % 4, Amount: int64(1000 + 25*i)}}); err != nil {
					fmt.Println(err)
					return
				}
			}
		}
	}

	published, gaps, err := report.Publish("2026-q1", nil, nil) // and the reports published before
	if err != nil {
		fmt.Println(err)
		return
	}
	printReport(published)
	fmt.Println("\nfor the house alone:")
	for _, gap := range gaps {
		for _, reason := range gap.Why {
			fmt.Printf("%s, %d customers: %s\n", gap.ReportCell, gap.Customers, segment.Explain(reason, customer.English))
		}
	}

	// A fortnight later somebody asks for the same table without store s4.
	table.Stores = table.Stores[:3]
	again, err := segment.NewReport(rules, table)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, _, err = again.Publish("2026-q1-without-s4", nil, []segment.Published{published})
	var refusal *customer.Refusal
	if errors.As(err, &refusal) {
		fmt.Println("\nrefused:", segment.Explain(refusal.Missing[0], customer.English))
		fmt.Println(segment.Explain(refusal.Missing[0], customer.Chinese))
	}

	// Output:
	//                             north        south         west        total
	// national-loyal/heavy      42  640      38  560      51  830     131 2020
	// switcher/heavy             ·    ·       ·    ·      33  460      66  900
	// store-loyal/heavy          ·    ·       ·    ·      47  740     133 2130
	// total                     71 1000     128 2010     131 2030     330 5050
	//
	// for the house alone:
	// switcher/heavy × north, 4 customers: too few customers: 4, where 10 are needed
	// switcher/heavy × south, 29 customers: a gap because others could be worked out from it
	// store-loyal/heavy × north, 25 customers: a gap because others could be worked out from it
	// store-loyal/heavy × south, 61 customers: a gap because others could be worked out from it
	//
	// refused: table against 2026-q1: differs by too few stores: 1, where 3 are needed
	// table against 2026-q1：相差的门店太少：1家，至少需3家
}

func printReport(p segment.Published) {
	fmt.Printf("%-20s", "")
	for _, column := range p.Table.Columns {
		fmt.Printf(" %12s", column.Name)
	}
	fmt.Printf(" %12s\n", "total")
	for row, line := range p.Figures {
		name := "total"
		if row < len(p.Table.Rows) {
			name = p.Table.Rows[row]
		}
		fmt.Printf("%-20s", name)
		for _, figure := range line {
			if figure.Gap {
				fmt.Printf(" %7s %4s", "·", "·")
			} else {
				fmt.Printf(" %7d %4s", figure.Customers, figure.Money)
			}
		}
		fmt.Println()
	}
}

// A chain tells the makers of its own brands what is asked for: units by product and by
// cell of its customers, from coded sales. National brands in the same sales stay out.
//
// row E14: own brands are flagged, and demand is fed back to those who make them.
func ExampleReport_demand() {
	products := []string{"own-ibuprofen-24", "own-ibuprofen-96"} // by the code of a line's item
	cells := []string{"store-loyal", "switcher"}
	table := segment.ReportTable{
		ID: "own-products-by-brand-axis", Category: "pain-relief", CategoryVersion: 1, Kind: customer.StoreBrand,
		From: mustDay("2026-01-01"), Until: mustDay("2026-04-01"),
		Rows: products, Columns: []segment.ReportColumn{{Name: cells[0]}, {Name: cells[1]}}, Stores: []string{"s1", "s2", "s3"},
	}
	report, err := segment.NewReport(segment.ReportRules{
		Edition: customer.Edition{ID: "feedback", Version: 1}, K: 3, MinStores: 3, RangePermille: 200, Units: true,
	}, table)
	if err != nil {
		fmt.Println(err)
		return
	}
	for who := range 12 {
		lines := []population.Line[customer.ID]{
			{Item: uint32(who % 2), Day: table.From, Kind: customer.StoreBrand, Units: 24_000},
			{Item: 0, Day: table.From, Kind: customer.NationalBrand, Units: 96_000}, // not this maker's business
		}
		var entries []segment.ReportEntry
		for _, line := range lines {
			entries = append(entries, segment.ReportEntry{
				Row: int(line.Item), Column: who / 2 % 2, Store: who % 3, Kind: line.Kind, Units: line.Units,
			})
		}
		if err := report.Add(entries); err != nil {
			fmt.Println(err)
			return
		}
	}
	published, _, err := report.Publish("own-2026-q1", nil, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for row, product := range published.Table.Rows {
		for col, cell := range cells {
			figure := published.Figures[row][col]
			fmt.Printf("%s, %s: %d customers, %s tablets\n", product, cell, figure.Customers, figure.Units)
		}
	}

	// Output:
	// own-ibuprofen-24, store-loyal: 3 customers, 72 tablets
	// own-ibuprofen-24, switcher: 3 customers, 72 tablets
	// own-ibuprofen-96, store-loyal: 3 customers, 72 tablets
	// own-ibuprofen-96, switcher: 3 customers, 72 tablets
}

// Two processes count a share of the customers each; the host sends one state to the other.
func ExampleReport_Merge() {
	rules := segment.ReportRules{Edition: customer.Edition{ID: "manufacturers", Version: 1}, K: 2, MinStores: 1, RangePermille: 200}
	table := segment.ReportTable{
		ID: "one-cell", Category: "tea", CategoryVersion: 1, From: mustDay("2026-01-01"), Until: mustDay("2026-02-01"),
		Rows: []string{"all"}, Columns: []segment.ReportColumn{{Name: "all"}}, Stores: []string{"s1"},
	}
	parts := make([]*segment.Report, 2)
	for i := range parts {
		var err error
		if parts[i], err = segment.NewReport(rules, table); err != nil {
			fmt.Println(err)
			return
		}
		for range 3 + i {
			if err := parts[i].Add([]segment.ReportEntry{{}}); err != nil {
				fmt.Println(err)
				return
			}
		}
	}
	if err := parts[0].Merge(parts[1]); err != nil {
		fmt.Println(err)
		return
	}
	published, _, err := parts[0].Publish("tea-2026-01", nil, nil)
	fmt.Println(published.Figures[0][0].Customers, err)

	// Output: 7 <nil>
}
