package complaint_test

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
)

// A call that was promised for eleven: the customer comes back before and after, and somebody
// else calls her in the end.
func ExamplePolicy_Promise() {
	policy, err := complaint.NewPolicy(complaint.Rules{Edition: customer.Edition{ID: "hotline", Version: 1}, Zone: "UTC"}, time.UTC)
	if err != nil {
		panic(err)
	}
	var c complaint.Case
	at := func(clock string) time.Time {
		instant, err := time.Parse("2006-01-02 15:04", "2026-11-25 "+clock)
		if err != nil {
			panic(err)
		}
		return instant
	}
	book := func(d complaint.Decision, err error) {
		if err != nil {
			fmt.Println(err)
			return
		}
		c = d.Next
		for _, reason := range d.Reasons {
			fmt.Println(policy.Explain(reason, customer.English))
		}
	}
	called := func(ref, clock string) complaint.Log {
		return complaint.Log{Step: complaint.Step{Ref: ref, By: "ann", At: at(clock)}, Channel: complaint.Phone, Direction: complaint.FromCustomer}
	}

	book(policy.Receive(c, complaint.Receive{
		Step: complaint.Step{Ref: "K-1", By: "ann", At: at("10:00")}, Customer: "c-1", Channel: complaint.Phone, Reach: "number-1",
	}))
	promise := complaint.Promise{
		Step: complaint.Step{Ref: "P-1", By: "ann", At: at("10:00")}, Promise: "P-1", Kind: complaint.PromisedCallback, Agent: "ann", Channel: complaint.Phone,
		Text: "soon",
	}
	book(policy.Promise(c, promise))
	promise.Until = at("11:00")
	book(policy.Promise(c, promise))
	book(policy.Log(c, called("L-1", "10:40")))
	book(policy.Log(c, called("L-2", "11:30")))
	book(policy.Keep(c, complaint.Keep{Step: complaint.Step{Ref: "P-1", By: "ben", At: at("12:00")}, Promise: "P-1"}))
	for _, fact := range policy.PromiseFacts(c, at("13:00")) {
		fmt.Println(fact.Promise, "of", fact.Agent, "kept by", fact.KeptBy+":", fact.Verdict)
	}
	// Output:
	// customer: refused by hotline/1: complaint.promise-when
	// promise P-1 is due on 25 Nov 2026, 11:00 UTC
	// she came back for promise P-1 before it is due on 25 Nov 2026, 11:00 UTC (1 time by now)
	// promise P-1 was broken: it was due on 25 Nov 2026, 11:00 UTC
	// she came back for promise P-1, which was due on 25 Nov 2026, 11:00 UTC (2 times by now)
	// promise P-1, due on 25 Nov 2026, 11:00 UTC, was kept late: on 25 Nov 2026, 12:00 UTC
	// P-1 of ann kept by ben: kept-late
}

// A week after the case was closed the shop calls, and there is still a problem.
func ExamplePolicy_Answer() {
	policy, err := complaint.NewPolicy(complaint.Rules{
		Edition: customer.Edition{ID: "service", Version: 1}, Zone: "UTC",
		Survey: complaint.SurveyRules{AfterDays: 7, WithinDays: 3, ReopenDays: 14},
	}, time.UTC)
	if err != nil {
		panic(err)
	}
	var c complaint.Case
	step := func(ref string, day int) complaint.Step {
		return complaint.Step{Ref: ref, By: "ann", At: time.Date(2026, time.November, day, 10, 0, 0, 0, time.UTC)}
	}
	book := func(d complaint.Decision, err error) {
		if err != nil {
			panic(err)
		}
		c = d.Next
	}
	book(policy.Receive(c, complaint.Receive{
		Step: step("K-1", 2), Customer: "c-1", Channel: complaint.Visit, Claims: []complaint.Claim{{Issue: "jam", Kind: "defect"}},
	}))
	book(policy.Log(c, complaint.Log{Step: step("call-1", 4), Channel: complaint.Phone, Direction: complaint.FromCustomer}))
	book(policy.Withdraw(c, complaint.Withdraw{Step: step("K-1", 4), Issue: "jam", Consent: "call-1"}))
	book(policy.Close(c, complaint.Close{Step: step("K-1", 4), Outcome: complaint.OutcomeWithdrawn}))
	fmt.Println("ask on", c.Surveys[0].On)
	book(policy.Ask(c, complaint.Ask{Step: step("S-1", 11), Channel: complaint.Phone}))
	answered, err := policy.Answer(c, complaint.Answer{Step: step("S-1", 11), Answers: []complaint.Reply{
		{Key: "repair", Score: 2},
		{Key: "still-a-problem", Said: complaint.SaidYes},
	}})
	if err != nil {
		panic(err)
	}
	for _, e := range answered.Entries {
		fmt.Println(e.Kind())
	}
	for _, reason := range answered.Reasons {
		fmt.Println(policy.Explain(reason, customer.English))
	}
	fmt.Println("cycle", answered.Next.Cycle)
	// Output:
	// ask on 2026-11-11
	// answer
	// reopen
	// on 11 Nov 2026 she still has a problem: the case is reopened, as it may be until 18 Nov 2026
	// repair got 2: somebody should look into answers up to 2
	// cycle 2
}
