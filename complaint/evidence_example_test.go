package complaint_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
)

// evidenceShop is the shoe shop whose policy the examples use: its rules, its customer's case, and what is
// to be done with whatever should not happen in an example.
func evidenceShop(clauses ...complaint.Clause) (*complaint.Policy, complaint.Case) {
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		panic(err)
	}
	policy, err := complaint.NewPolicy(complaint.Rules{
		Edition:  customer.Edition{ID: "shoes", Version: 1},
		Zone:     "Asia/Shanghai",
		Evidence: complaint.EvidenceRules{Clauses: clauses},
	}, zone)
	if err != nil {
		panic(err)
	}
	received, err := policy.Receive(complaint.Case{}, complaint.Receive{
		Step: complaint.Step{Ref: "k-7", By: "rosa", At: time.Date(2026, 11, 25, 10, 0, 0, 0, zone)}, Customer: "c-7",
		Channel: complaint.Visit, Happened: time.Date(2026, 11, 25, 3, 0, 0, 0, zone), Service: "sms/orders", Area: "cn/gd/shenzhen",
		Claims: []complaint.Claim{{Issue: "colour", Kind: "colour", Text: "the colour came off on the second day", Demand: complaint.Exchange}},
	})
	if err != nil {
		panic(err)
	}
	return policy, received.Next
}

// A customer leaves a shoe with the shop, which sends it to its laboratory. Whoever has it is
// known for every instant, and what came back is held against what she gave.
//
// row A48.
func ExampleItem() {
	policy, c := evidenceShop()
	step := func(ref string, day, hour int) complaint.Step {
		return complaint.Step{Ref: ref, By: "rosa", At: time.Date(2026, 11, day, hour, 0, 0, 0, c.Received.Location())}
	}
	take := func(d complaint.Decision, err error) {
		if err != nil {
			fmt.Println(err)
			return
		}
		c = d.Next
	}
	lina := complaint.Agent{ID: "lina", Desk: "laboratory"}
	rosa := complaint.Agent{ID: "rosa", Desk: "shop"}

	take(policy.HandIn(c, complaint.HandIn{
		Step: step("in", 25, 11), Item: "shoe", What: "a pair of shoes, brown", Receipt: "R-4711",
		Condition: []string{"left toe pale"}, Word: "worn twice, never in the rain", Holder: "shop",
	}))
	take(policy.Move(c, complaint.Move{Step: step("out", 25, 17), Item: "shoe", From: "shop", To: "laboratory", Accepted: "lina"}, lina))

	// The shop looks for it on its own shelf.
	_, err := policy.HandBack(c, complaint.HandBack{Step: step("early", 26, 9), Item: "shoe", From: "shop", Condition: []string{"left toe pale"}})
	var refusal *customer.Refusal
	if errors.As(err, &refusal) {
		fmt.Println("refused:", complaint.Explain(refusal.Missing[0], customer.English))
	}

	take(policy.Move(c, complaint.Move{Step: step("home", 28, 9), Item: "shoe", From: "laboratory", To: "shop", Accepted: "rosa"}, rosa))
	take(policy.HandBack(c, complaint.HandBack{
		Step: step("back", 28, 16), Item: "shoe", From: "shop", Receipt: "R-4711", Condition: []string{"left toe pale", "a sample cut from the tongue"},
	}))

	shoe := c.Items[0]
	for _, hold := range shoe.Chain {
		fmt.Printf("%s to %s: %s\n", hold.From.Format("2 Jan 15:04"), hold.To.Format("2 Jan 15:04"), hold.Holder)
	}
	added, _ := shoe.Difference()
	fmt.Println(shoe.Fate, added)
	// Output:
	// refused: it is laboratory who has it, since 25 Nov 2026, 17:00 CST
	// 25 Nov 11:00 to 25 Nov 17:00: shop
	// 25 Nov 17:00 to 28 Nov 09:00: laboratory
	// 28 Nov 09:00 to 28 Nov 16:00: shop
	// handed-back [a sample cut from the tongue]
}

// The clerk is sure that the customer's jeans rubbed the colour off. Being sure is not enough:
// somebody has to look first, and what she finds counts.
//
// row A46.
func ExamplePolicy_Find() {
	policy, c := evidenceShop()
	zone := c.Received.Location()
	assessed, err := policy.Assess(c, complaint.Assess{
		Step: complaint.Step{Ref: "a-1", By: "rosa", At: c.Received}, Assessment: complaint.Assessment{Severity: complaint.Low},
	})
	if err != nil {
		fmt.Println(err)
	}
	c = assessed.Next
	jeans := complaint.Find{
		Step:  complaint.Step{Ref: "f-1", By: "rosa", At: time.Date(2026, 11, 25, 12, 0, 0, 0, zone)},
		Issue: "colour", Cause: complaint.CauseCustomer, Text: "her jeans rubbed it off",
	}
	tell := func(err error) {
		var refusal *customer.Refusal
		if errors.As(err, &refusal) {
			for _, missing := range refusal.Missing {
				fmt.Println("refused:", complaint.Explain(missing, customer.English))
			}
		}
	}
	_, err = policy.Find(c, jeans)
	tell(err)

	looked, err := policy.Inspect(c, complaint.Inspect{
		Step:   complaint.Step{Ref: "lab-9", By: "lina", At: time.Date(2026, 11, 27, 15, 0, 0, 0, zone)},
		Issues: []string{"colour"}, Records: "the sample kept of the lot", Inspector: "lina", Place: "laboratory",
		Cause: complaint.CauseProduct, Text: "the dye was not fixed; no trace of indigo",
	}, complaint.Agent{ID: "lina", Desk: "laboratory"})
	if err != nil {
		fmt.Println(err)
	}
	jeans.At = time.Date(2026, 11, 27, 16, 0, 0, 0, zone)
	jeans.Grounds = []complaint.Evidence{{Kind: complaint.ByInspection, Ref: "lab-9"}}
	_, err = policy.Find(looked.Next, jeans)
	tell(err)

	dye := jeans
	dye.Cause, dye.Text = complaint.CauseProduct, "the dye was not fixed"
	found, err := policy.Find(looked.Next, dye)
	if err != nil {
		fmt.Println(err)
	}
	finding := found.Next.Issues[0].Finding
	fmt.Printf("found by %s: %s, because %s says so\n", finding.By, finding.Cause, finding.Grounds[0].Ref)
	// Output:
	// refused: the cause of colour rests on nothing: it takes evidence or a clause
	// refused: the cause of colour needs an inspection that indicates it, or a clause that settles it
	// refused: the latest inspection, lab-9 of 27 Nov 2026, 15:00 CST, indicates another cause
	// refused: the inspection lab-9 does not indicate this cause
	// refused: the cause of colour needs an inspection that indicates it, or a clause that settles it
	// found by rosa: product, because lab-9 says so
}

// The platform was updated from 2 to 4 in the night. An order of 3 o'clock was lost, and the
// house can prove that this customer had been told: the evening before, and not in the morning.
//
// row A7, A8.
func ExamplePolicy_MatchIncidents() {
	policy, c := evidenceShop()
	zone := c.Received.Location()
	night := func(hour int) time.Time { return time.Date(2026, 11, 25, hour, 0, 0, 0, zone) }
	update := complaint.KnownIncident{
		Incident: "update-31", Planned: true, Window: customer.Span{From: night(2), To: night(4)},
		Services: []string{"sms"}, Areas: []string{"cn/gd"},
		Notices: []complaint.Notice{
			{Ref: "n-1", Channel: complaint.Message, Sent: night(2).AddDate(0, 0, -1), To: complaint.ToAll, Hash: complaint.HashText("No orders from 2 to 4.")},
			{Ref: "n-2", Channel: complaint.Message, Sent: night(3), To: complaint.ToAll, Hash: complaint.HashText("We are back at 4.")},
		},
	}
	strike := complaint.KnownIncident{Incident: "strike", Window: customer.Span{From: night(5)}, Areas: []string{"cn/hk"}}
	for _, candidate := range policy.MatchIncidents(c, []complaint.KnownIncident{strike, update}) {
		fmt.Println(candidate.Incident, candidate.Fits)
		for _, reason := range candidate.Reasons {
			fmt.Println("   ", policy.Explain(reason, customer.English))
		}
	}
	matched, err := policy.Match(c, complaint.Match{Step: complaint.Step{Ref: "m-1", By: "rosa", At: night(11)}, Known: update})
	if err != nil {
		fmt.Println(err)
	}
	for _, reason := range policy.Notices(matched.Next) {
		fmt.Println("told:", policy.Explain(reason, customer.English))
	}
	// Output:
	// update-31 true
	//     it happened during update-31 (25 Nov 2026, 02:00 CST to 25 Nov 2026, 04:00 CST)
	//     the service was affected: sms/orders
	//     the area was affected: cn/gd/shenzhen
	// strike false
	//     it did not happen during strike (25 Nov 2026, 05:00 CST to an end not known yet)
	//     the service was affected: sms/orders
	//     the area was not affected: cn/gd/shenzhen
	// told: notice n-1 was sent to her on 24 Nov 2026, 02:00 CST, before it began on 25 Nov 2026, 02:00 CST
}
