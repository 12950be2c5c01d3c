// Embed is the smallest program that embeds Rapport: three purchases, and when the
// next one is due. README.md shows it; a test keeps the two alike.
package main

import (
	"fmt"
	"log"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/lifecycle"
)

func main() {
	rhythm, err := lifecycle.NewRhythm(lifecycle.RhythmRules{
		Edition: customer.Edition{ID: "dog-food", Version: 1},
		OwnGaps: 20, WindowDays: 7,
	}) // checked whole: an error names every fault at once
	if err != nil {
		log.Fatal(err)
	}
	today, err := customer.NewDate(2026, 11, 21) // time is an argument
	if err != nil {
		log.Fatal(err)
	}
	bought := customer.Days{today.AddDays(-38), today.AddDays(-24), today.AddDays(-10)}
	next, err := rhythm.Expect(bought, nil, today)
	if err != nil {
		log.Fatal(err)
	}
	for _, reason := range next.Reasons() {
		fmt.Println(lifecycle.Explain(reason, customer.English))
	}
}
