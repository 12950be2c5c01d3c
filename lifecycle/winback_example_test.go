package lifecycle_test

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/lifecycle"
)

// autumnLadder is a ladder with tripwires at 30, 60 and 90 days, as a shop writes it.
const autumnLadder = `{
	"id": "autumn", "version": 1, "zone": "Europe/Berlin", "currency": {"code": "EUR", "digits": 2},
	"held_out_permille": 200, "salt": "autumn-2026",
	"rungs": [
		{"id": "coupon", "silence_days": 30, "play": "5 euro off", "channel": "e-mail", "message": "we-miss-you", "promotion": true},
		{"id": "letter", "silence_days": 60, "play": "10 euro off", "channel": "letter", "message": "come-back", "promotion": true},
		{"id": "visit", "silence_days": 90, "gaps_permille": 4000, "play": "ask what is wrong", "channel": "visit", "message": "visit", "due_days": 7}
	],
	"between_days": 14, "ladder_days": 90, "result_days": 30, "rest_days": 60, "on_complaint": "wait"
}`

func autumn() (*lifecycle.Ladder, *time.Location, error) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		return nil, nil, err
	}
	rules, err := lifecycle.ParseLadderRules([]byte(autumnLadder))
	if err != nil {
		return nil, nil, err
	}
	ladder, err := lifecycle.NewLadder(rules, berlin)
	return ladder, berlin, err
}

// row D6: a customer who has fallen silent is won back, day by day. The host wakes the ladder
// on the days that it names, and brings what it knows: her rhythm, and what stands in the way.
func ExampleLadder() {
	ladder, berlin, err := autumn()
	if err != nil {
		fmt.Println(err)
		return
	}
	rhythm, err := lifecycle.NewRhythm(rhythmRules())
	if err != nil {
		fmt.Println(err)
		return
	}

	var standing lifecycle.Standing
	visits := customer.Days{on("2026-05-08"), on("2026-05-15"), on("2026-05-22"), on("2026-05-29")}
	wake := on("2026-06-15") // some night; from then on the ladder says when
	for range 4 {
		expectation, err := rhythm.Expect(visits, nil, wake)
		if err != nil {
			fmt.Println(err)
			return
		}
		decision, err := ladder.Step(standing, expectation, lifecycle.Bars{}, lifecycle.Wake{
			Ref: "night of " + wake.String(), Customer: "c-16", At: wake.Start(berlin).Add(4 * time.Hour),
		})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(wake)
		for _, reason := range decision.Reasons {
			fmt.Println("  " + ladder.Explain(reason, customer.English))
		}
		standing = decision.Next
		wake, _ = ladder.Next(standing, expectation)
	}
	back := on("2026-09-02").Start(berlin).Add(15 * time.Hour)
	decision, err := ladder.Bought(standing, lifecycle.Bought{Ref: "receipt 4711", At: back, Paid: decimal.NewNullDecimal(decimal.New(3450, -2))})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, reason := range decision.Reasons {
		fmt.Println(ladder.Explain(reason, customer.English))
		fmt.Println(ladder.Explain(reason, customer.Chinese))
	}
	// Output:
	// 2026-06-15
	//   silent for 17 days since 29 May; autumn/1 coupon is next, at 30 on 28 Jun
	// 2026-06-28
	//   silent for 30 days since 29 May: an attempt to win her back, whose result counts up to 25 Oct
	//   autumn/1 coupon: silent for 30 days since 29 May, at 30 or more
	// 2026-07-28
	//   autumn/1 letter: silent for 60 days since 29 May, at 60 or more
	// 2026-08-27
	//   autumn/1 visit: silent for 90 days since 29 May, at 90 or more; to be done by 3 Sep
	//   that was the last rung
	// she came back on 2 Sep, 66 days after the attempt began and within its 120
	// 她在9月2日回来购买，距挽回开始66天，在120天窗口之内
}

// row D6: did the ladder win anybody back who would not have come by herself? After a few
// attempts nobody can tell, and the answer says so.
func ExampleUplift() {
	ladder, _, err := autumn()
	if err != nil {
		fmt.Println(err)
		return
	}
	july := population.Period{From: on("2026-07-01"), Until: on("2026-08-01")}
	for _, attempts := range []int{40, 1000} {
		uplift, err := lifecycle.NewUplift("autumn", july, on("2026-12-31"))
		if err != nil {
			fmt.Println(err)
			return
		}
		for i := range attempts { // of all histories, as Attempts finds them
			attempt := lifecycle.Attempt{
				Number: 1, Ladder: "autumn", HeldOut: i%5 == 0, Opened: on("2026-07-10"), Silent: on("2026-06-10"), Interval: 7,
				RungsEnd: on("2026-10-08"), Ends: on("2026-11-07"), Result: lifecycle.StayedAway, Settled: on("2026-11-07"),
			}
			if !attempt.HeldOut {
				attempt.Taken = []lifecycle.Taken{{Rung: "coupon", On: on("2026-07-10")}, {Rung: "letter", On: on("2026-08-09")}}
			}
			latest := attempt.Silent
			if back := i / 5 % 10; back < 2 || !attempt.HeldOut && back < 4 { // two of ten by themselves, four with the ladder
				latest = on("2026-08-01").AddDays(back * 7)
				attempt.Result, attempt.Back, attempt.Settled, attempt.Spent, attempt.Priced = lifecycle.CameBack, latest, latest, 2000, true
			}
			if err := uplift.Add(attempt, latest); err != nil {
				fmt.Println(err)
				return
			}
		}
		fmt.Printf("after %d attempts\n", attempts)
		for _, reason := range uplift.Lift(30).Reasons() {
			fmt.Println("  " + ladder.Explain(reason, customer.English))
			fmt.Println("  " + ladder.Explain(reason, customer.Chinese))
		}
		for _, rung := range uplift.Rungs() {
			fmt.Printf("  %s: taken %d times, %d came back before the next\n", rung.Rung, rung.Taken, rung.CameBack)
		}
	}
	// Output:
	// after 40 attempts
	//   16 of 32 came back after an attempt
	//   挽回32次，其中回来16次
	//   2 of 8 who were held out came back by themselves
	//   对照组8次，其中自行回来2次
	//   too few to tell: 8 attempts in the smaller group, 30 needed
	//   太少，无法判断：较小一组8次，至少需要30次
	//   coupon: taken 32 times, 8 came back before the next
	//   letter: taken 32 times, 8 came back before the next
	// after 1000 attempts
	//   320 of 800 came back after an attempt
	//   挽回800次，其中回来320次
	//   40 of 200 who were held out came back by themselves
	//   对照组200次，其中自行回来40次
	//   more come back: by 13 to 26.1 percentage points (95 % confidence)
	//   回来的比例提高（差值95 %置信区间：13至26.1个百分点）
	//   they spent 6400.00 EUR on the day they came back, 3200.00 EUR more than without the ladder
	//   回来当天共消费6400.00 EUR，比没有阶梯时多3200.00 EUR
	//   11120 days more of life as customers over 800 attempts than without the ladder
	//   800次挽回后，顾客关系比没有阶梯时共长11120天
	//   coupon: taken 800 times, 160 came back before the next
	//   letter: taken 800 times, 160 came back before the next
}

// rows D6, A28, A19: whom the shop would lose most by losing, and what may be done for each.
// Figures are what the rhythm, a churn model and the early signals said.
func ExampleRiskList() {
	playbook, err := lifecycle.NewPlaybook(lifecycle.PlaybookRules{
		Edition: customer.Edition{ID: "playbook", Version: 1},
		Plays: []lifecycle.Play{
			{ID: "member day", Stage: lifecycle.Mature, Kind: lifecycle.MemberPlay, Trigger: lifecycle.OnEntering, Role: "marketing", Promotion: true},
			{ID: "visit", Stage: lifecycle.Mature, Kind: lifecycle.PersonalPlay, Trigger: lifecycle.OnEntering, Role: "shop manager"},
			{ID: "double points", Stage: lifecycle.Growing, Kind: lifecycle.PointsPlay, Trigger: lifecycle.OnEntering, Role: "marketing", Promotion: true},
			{ID: "come back", Stage: lifecycle.Ending, Kind: lifecycle.WinBackPlay, Trigger: lifecycle.OnEntering, Role: "marketing", Promotion: true},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	risks, err := lifecycle.NewRisks(lifecycle.RiskRules{
		Edition: customer.Edition{ID: "risk", Version: 1}, Currency: customer.Currency{Code: "EUR", Digits: 2},
		HorizonDays: 365, LeastLikelihoodPermille: 300, LeastLoss: decimal.New(10, 0), Most: 4,
		Answers: []lifecycle.RiskAnswer{
			{Stage: lifecycle.Mature, Play: "visit", Channel: "visit", DueDays: 5},
			{Stage: lifecycle.Mature, Play: "member day", Channel: "e-mail"},
			{Stage: lifecycle.Growing, Play: "double points", Channel: "app"},
			{Stage: lifecycle.Ending, Play: "come back", Channel: "letter"},
		},
	}, playbook)
	if err != nil {
		fmt.Println(err)
		return
	}
	list, err := lifecycle.NewRiskList[customer.ID](risks, on("2026-11-22"))
	if err != nil {
		fmt.Println(err)
		return
	}
	for id, stake := range map[customer.ID]lifecycle.Stake{
		"hotel":    {Likelihood: 450, Signals: 300, Value: 180_000, Stage: lifecycle.Mature, Last: on("2026-09-25")}, // the buyer has changed
		"family":   {Likelihood: 620, Value: 90_000, Stage: lifecycle.Growing, Bars: lifecycle.Bars{ComplaintOpen: true}},
		"student":  {Likelihood: 990, Value: 4_000, Stage: lifecycle.Ending},
		"regular":  {Likelihood: 299, Value: 250_000, Stage: lifecycle.Mature}, // within her rhythm
		"walk-out": {Signals: 310, Value: 60_000, Stage: lifecycle.Growing},    // went to the door without a word
	} {
		if err := list.Add(id, stake); err != nil {
			fmt.Println(err)
			return
		}
	}
	customers, atRisk := list.Counted()
	fmt.Printf("%d of %d customers are at risk\n", atRisk, customers)
	for i, row := range list.Rows() {
		fmt.Printf("%d. %s\n", i+1, row.Customer)
		for _, reason := range row.Reasons {
			fmt.Println("   " + risks.Explain(reason, customer.English))
		}
		if row.Task.ID != "" {
			fmt.Printf("   task %q for the %s, from %s to %s\n", row.Task.ID, row.Task.Role, row.Task.From, row.Task.Due)
		}
	}
	// Output:
	// 4 of 5 customers are at risk
	// 1. hotel
	//    1350.00 EUR expected to be lost, of 1800.00 EUR that she would bring up to 22 Nov 2027
	//    75 % likely to be gone
	//    30 percentage points of that from early signals
	//    suggested: risk/1 visit, by 27 Nov 2026
	//    task "risk:visit:2026-09-25" for the shop manager, from 2026-11-22 to 2026-11-27
	// 2. family
	//    558.00 EUR expected to be lost, of 900.00 EUR that she would bring up to 22 Nov 2027
	//    62 % likely to be gone
	//    risk/1 double points is held back: a complaint of hers is open on 22 Nov 2026
	//    settle her complaint first
	// 3. walk-out
	//    186.00 EUR expected to be lost, of 600.00 EUR that she would bring up to 22 Nov 2027
	//    31 % likely to be gone
	//    31 percentage points of that from early signals
	//    suggested: risk/1 double points
	// 4. student
	//    39.60 EUR expected to be lost, of 40.00 EUR that she would bring up to 22 Nov 2027
	//    99 % likely to be gone
	//    suggested: risk/1 come back
}
