package lifecycle_test

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/lifecycle"
)

// row D12: a shop asks for marks from 1 to 5. Most are satisfied; whether they are loyal is
// another question, and whoever answered last week has not answered it yet.
func ExampleSatisfaction() {
	rules, err := lifecycle.ParseSatisfactionRules([]byte(`{
		"id": "marks", "version": 1, "least": 1, "most": 5, "satisfied_from": 4,
		"loyal_visits": 1, "loyal_days": 60, "least_answers": 3
	}`))
	if err != nil {
		panic(err)
	}
	satisfaction, err := lifecycle.NewSatisfaction(rules)
	if err != nil {
		panic(err)
	}
	survey, err := satisfaction.Survey(population.Period{From: on("2026-01-01"), Until: on("2027-01-01")}, on("2026-11-30"))
	if err != nil {
		panic(err)
	}
	september, november := on("2026-09-01"), on("2026-11-24")
	for _, one := range []struct {
		asked   customer.Date
		score   int
		visited customer.Days
	}{
		{september, 5, customer.Days{on("2026-09-01"), on("2026-10-01")}},
		{september, 5, customer.Days{on("2026-09-01")}}, // on the day itself: that is what she was asked about
		{september, 4, nil},
		{september, 2, customer.Days{on("2026-09-20"), on("2026-10-31")}},
		{november, 5, customer.Days{on("2026-11-28")}},
		{september, 0, nil}, // no answer
	} {
		answer := lifecycle.Answer{Asked: one.asked}
		if one.score > 0 {
			answer.On, answer.Score = one.asked, one.score
		}
		if err := survey.Add(answer, one.visited); err != nil {
			panic(err)
		}
	}
	report := survey.Report()
	fmt.Printf("satisfied     %+v\nnot satisfied %+v\nno answer     %+v\n", report.Satisfied, report.Dissatisfied, report.Unanswered)
	for _, reason := range report.Reasons() {
		fmt.Println(lifecycle.Explain(reason, customer.English))
		fmt.Println(lifecycle.Explain(reason, customer.Chinese))
	}
	// Output:
	// satisfied     {Loyal:1 Gone:2 Open:1}
	// not satisfied {Loyal:1 Gone:0 Open:0}
	// no answer     {Loyal:0 Gone:1 Open:0}
	// 5 of 6 asked answered (83.3 %)
	// 询问6位，回答5位（83.3 %）
	// 4 of 5 who answered are satisfied (80 %)
	// 回答的5位中满意的有4位（80 %）
	// for 1 of 5 who answered it is too early to say whether they are loyal
	// 回答的5位中有1位的观察期未满，是否忠诚尚不可知
	// 2 of 4 whose outcome is known bought again (50 %)
	// 结果已知的4位中再次购买的有2位（50 %）
	// satisfied but gone: 2 of 3 (66.6 %)
	// 满意却离开：3位中有2位（66.6 %）
	// too few of those who are not satisfied to tell: 1, where 3 are needed
	// 不满意者中结果已知的太少，无法判断：仅1位，至少需要3位
}

// row D15: what is worth seven must not be promised as ten. Two people promise repairs; one
// promises less than he can do.
func ExamplePromises() {
	promises, err := lifecycle.NewPromises(population.Period{From: on("2026-11-01"), Until: on("2026-12-01")}, on("2026-11-30"))
	if err != nil {
		panic(err)
	}
	for _, promise := range []lifecycle.Promise{
		{By: "li", Product: "phone", Due: on("2026-11-05"), Done: on("2026-11-04"), Promised: 7, Delivered: 9},
		{By: "li", Product: "phone", Due: on("2026-11-10"), Done: on("2026-11-08"), Promised: 7, Delivered: 7},
		{By: "li", Product: "radio", Due: on("2026-11-12"), Done: on("2026-11-12")},
		{By: "wu", Product: "phone", Due: on("2026-11-06"), Done: on("2026-11-06"), Promised: 10, Delivered: 7},
		{By: "wu", Product: "phone", Due: on("2026-11-20")},
		{By: "wu", Product: "phone", Due: on("2026-11-30")},
	} {
		if err := promises.Add(promise); err != nil {
			panic(err)
		}
	}
	for _, word := range promises.Rows() {
		fmt.Printf("%s, %s: %d broken, %d kept, %d bettered, %d awaited\n", word.By, word.Product, word.Broken, word.Kept, word.Bettered, word.Awaited)
		for _, reason := range word.Reasons(2) {
			fmt.Println(" ", lifecycle.Explain(reason, customer.English))
		}
	}
	// Output:
	// li, phone: 0 broken, 0 kept, 2 bettered, 0 awaited
	//   2 of 2 promises kept (100 %)
	//   2 of 2 promises bettered (100 %)
	//   114.2 % of what was promised was delivered, on average over 2 promises
	// li, radio: 0 broken, 1 kept, 0 bettered, 0 awaited
	//   too few promises to tell: 1, where 2 are needed
	// wu, phone: 2 broken, 0 kept, 0 bettered, 1 awaited
	//   0 of 2 promises kept (0 %)
	//   0 of 2 promises bettered (0 %)
	//   70 % of what was promised was delivered, on average over 1 promise
}
