package desk_test

import (
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/rapport-crm/rapport/complaint/desk"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
)

func must[V any](value V, err error) V {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

// branch is a bank's small branch, where companies are served at a counter that rests at noon,
// and its main branch.
func branch() (*desk.Directory, *time.Location) {
	zone := must(time.LoadLocation("Asia/Shanghai"))
	hours := func(id string, spans ...calendar.Hours) *calendar.Calendar {
		return must(calendar.New(calendar.Rules{
			Edition: customer.Edition{ID: id, Version: 1}, Zone: "Asia/Shanghai",
			Weekly: []calendar.Weekly{{Days: []customer.Weekday{1, 2, 3, 4, 5}, Hours: spans}},
		}, zone))
	}
	rules := must(desk.ParseRules([]byte(`{
		"id": "branches", "version": 1, "zone": "Asia/Shanghai",
		"currency": {"code": "CNY", "digits": 2},
		"tasks": [
			{"id": "withdrawal"},
			{"id": "company account", "skills": ["corporate"]},
			{"id": "transfer abroad", "skills": ["forex"]}
		],
		"sites": [
			{"id": "Station Road", "near": ["Main Street"], "desks": [
				{"id": "S1", "channel": "counter", "calendar": "all day", "does": [{"task": "withdrawal", "up_to_minor": 5000000}]},
				{"id": "S2", "channel": "counter", "calendar": "with a break", "does": [{"task": "company account"}]},
				{"id": "S3", "channel": "cash machine", "calendar": "all day", "automatic": true,
					"does": [{"task": "withdrawal", "up_to_minor": 2000000}]}
			]},
			{"id": "Main Street", "desks": [
				{"id": "M1", "channel": "counter", "calendar": "all day", "number": "8001",
					"does": [{"task": "withdrawal"}, {"task": "company account"}, {"task": "transfer abroad"}]}
			]}
		]
	}`)))
	nine, noon, one, five := "09:00", "12:00", "13:00", "17:00"
	directory := must(desk.New(rules, zone,
		hours("all day", calendar.Hours{From: nine, To: five}),
		hours("with a break", calendar.Hours{From: nine, To: noon}, calendar.Hours{From: one, To: five}),
	))
	return directory, zone
}

// A customer wants to open an account for his company at ten past twelve: he is told at the
// door what he would otherwise learn at three counters.
func ExampleDirectory_Where() {
	branches, zone := branch()
	staff := must(branches.Roster([]desk.Agent{
		{ID: "Li", Desks: []string{"S1"}, Skills: []string{"cash"}},
		{ID: "Wang", Desks: []string{"S2"}, Skills: []string{"corporate"}},
		{ID: "Zhao", Desks: []string{"M1"}, Skills: []string{"cash", "corporate"}},
	}))
	at := time.Date(2026, time.November, 25, 12, 10, 0, 0, zone)
	here := desk.Question{Task: "company account", Site: "Station Road", Channel: "counter"}

	answer := must(branches.Where(here, staff, at))
	for _, place := range answer.Places {
		fmt.Println(place.Way, place.Desk, place.Agents)
		for _, reason := range place.Because {
			fmt.Println("  ", branches.Explain(reason, customer.English))
		}
	}

	here.Task = "transfer abroad"
	answer = must(branches.Where(here, staff, at))
	fmt.Println("places:", len(answer.Places))
	for _, reason := range answer.Because {
		fmt.Println("  ", branches.Explain(reason, customer.English))
	}
	for _, one := range answer.Blocked {
		if one.Way == desk.Elsewhere {
			fmt.Println("  ", branches.Explain(one.Because[0], customer.English))
		}
	}
	// Output:
	// here S2 [Wang]
	//    done at S2 from 25 Nov 2026, 13:00 CST to 25 Nov 2026, 17:00 CST
	//    S2 is closed at 25 Nov 2026, 12:10 CST, and opens at 25 Nov 2026, 13:00 CST (with a break/1)
	// elsewhere M1 [Zhao]
	//    done at M1 from 25 Nov 2026, 12:10 CST to 25 Nov 2026, 17:00 CST
	// places: 0
	//    no desk of Station Road does this (branches/1)
	//    transfer abroad can be done nowhere at present; desks that do it at all: 1 (branches/1)
	//    skill forex is lacking: 1 of 1 there do not have it
}

// The queue for withdrawals is long, and the cash machine in the hall is free.
func ExampleDirectory_Where_divert() {
	branches, zone := branch()
	at := time.Date(2026, time.November, 25, 10, 0, 0, 0, zone)
	for _, amount := range []int64{20_000_00, 30_000_00} {
		answer := must(branches.Where(desk.Question{
			Task: "withdrawal", AmountMinor: amount, Site: "Station Road", Channel: "counter",
		}, nil, at))
		for _, place := range answer.Places {
			fmt.Println(place.Way, place.Desk)
		}
		for _, one := range answer.Blocked {
			fmt.Println("not at", one.Desk+":", branches.Explain(one.Because[0], customer.English))
		}
	}
	// Output:
	// here S1
	// elsewhere M1
	// other-channel S3
	// not at S2: S2 does not do this (branches/1)
	// here S1
	// elsewhere M1
	// not at S2: S2 does not do this (branches/1)
	// not at S3: S3 goes up to 20000.00 CNY; asked for is 30000.00 CNY (branches/1)
}

// Nobody is handed to a desk that cannot help.
func ExampleDirectory_Can() {
	branches, zone := branch()
	at := time.Date(2026, time.November, 25, 12, 59, 0, 0, zone)
	for range 2 {
		_, err := branches.Can(desk.Question{Task: "company account"}, "S2", nil, at)
		var refusal *customer.Refusal
		if errors.As(err, &refusal) {
			fmt.Println(desk.Explain(refusal.Missing[0], customer.English))
		} else {
			fmt.Println("send her on")
		}
		at = at.Add(time.Minute)
	}
	// Output:
	// S2 is closed at 25 Nov 2026, 12:59 CST, and opens at 25 Nov 2026, 13:00 CST (with a break/1)
	// send her on
}

func ExampleDirectory_Gaps() {
	branches, zone := branch()
	day := customer.Date(739_580).Start(zone) // 25 November 2026
	gaps := must(branches.Gaps(desk.Call{Desk: "S2"}, nil, customer.Span{From: day, To: day.AddDate(0, 0, 1)}))
	for _, gap := range gaps {
		fmt.Println("nobody from", gap.From.Format("15:04"), "to", gap.To.Format("15:04"))
	}
	// Output:
	// nobody from 00:00 to 09:00
	// nobody from 12:00 to 13:00
	// nobody from 17:00 to 00:00
}

// A case goes back to who had it; not to who is complained about.
func ExampleDirectory_Assign() {
	branches, zone := branch()
	at := time.Date(2026, time.November, 25, 10, 0, 0, 0, zone)
	staff := must(branches.Roster([]desk.Agent{
		{ID: "Li", Desks: []string{"M1"}, Skills: []string{"corporate"}, Open: 4},
		{ID: "Sun", Desks: []string{"M1"}, Skills: []string{"corporate"}, Open: 2},
		{ID: "Zhao", Desks: []string{"M1"}, Skills: []string{"corporate", "forex"}},
	}))
	for _, need := range []desk.Need{
		{Desk: "M1", Skills: []string{"corporate"}},
		{Desk: "M1", Skills: []string{"corporate"}, Had: []string{"Zhao"}},
		{Desk: "M1", Skills: []string{"corporate"}, Had: []string{"Zhao"}, Except: []string{"Zhao"}},
		{Desk: "M1", Owner: "Li"},
	} {
		assignment := must(branches.Assign(need, staff, at))
		fmt.Println(desk.Explain(assignment.Because[0], customer.English))
	}
	// Output:
	// Sun fits best: 0 skills beyond what is needed, 2 open cases
	// Zhao had the case before
	// Sun fits best: 0 skills beyond what is needed, 2 open cases
	// Li looks after this customer by name
}

func ExampleTopics_Route() {
	zone := must(time.LoadLocation("Asia/Shanghai"))
	topics := must(desk.NewTopics(desk.TopicRules{
		Edition: customer.Edition{ID: "hotline", Version: 2}, Zone: "Asia/Shanghai", Number: "95500",
		Groups: []desk.Group{
			{ID: "cards", Desk: "card line", Skills: []string{"cards"}},
			{ID: "lost cards", Desk: "card line", Skills: []string{"cards", "blocking"}},
			{ID: "duty manager", Desk: "manager", Context: []string{"what was asked"}},
		},
		Topics: []desk.Topic{
			{Topic: "card", Group: "cards"},
			{Topic: "card/lost", Group: "lost cards"},
		},
		Fallback: "duty manager",
	}, zone, nil))
	at := time.Date(2026, time.November, 25, 10, 0, 0, 0, zone)
	for _, topic := range []string{"card/fee", "card/lost/abroad", "cardigan"} {
		route := must(topics.Route(topic, "", at))
		fmt.Println(topic, "→", route.Desk, route.Skills, "by", route.Number+":", desk.Explain(route.Because[0], customer.English))
	}
	_, err := topics.HandOver("cardigan", "", nil, nil, at)
	var refusal *customer.Refusal
	if errors.As(err, &refusal) {
		fmt.Println(desk.Explain(refusal.Missing[0], customer.English))
	}
	// Output:
	// card/fee → card line [cards] by 95500: topic card (hotline/2)
	// card/lost/abroad → card line [blocking cards] by 95500: topic card/lost (hotline/2)
	// cardigan → manager [] by 95500: topic cardigan is in no row, so it is escalated (hotline/2)
	// to be told on, and missing: what was asked (hotline/2)
}

// Gold stands where others stand after five minutes; whoever has waited for twenty minutes is
// next.
func ExampleQueue_Order() {
	zone := must(time.LoadLocation("Asia/Shanghai"))
	queue := must(desk.NewQueue(desk.QueueRules{
		Edition: customer.Edition{ID: "hall", Version: 1}, Zone: "Asia/Shanghai",
		RankSeconds: 300, PromiseSeconds: 600, NoticeSeconds: 300, FirstAfterSeconds: 1200,
	}, zone))
	at := time.Date(2026, time.November, 25, 10, 0, 0, 0, zone)
	ago := func(minutes int) time.Time { return at.Add(-time.Duration(minutes) * time.Minute) }
	waiting := []desk.Ticket{
		{ID: "A7", Arrived: ago(3), Rank: 1},
		{ID: "A5", Arrived: ago(7)},
		{ID: "A1", Arrived: ago(20)},
		{ID: "A8", Arrived: ago(1), Promised: at},
	}
	for _, turn := range must(queue.Order(waiting, at)) {
		fmt.Println(turn.ID, turn.Score)
		for _, reason := range queue.Because(turn)[1:] {
			fmt.Println("  ", desk.Explain(reason, customer.English))
		}
	}
	wait := must(queue.Wait(waiting, "A5", desk.Counters{Open: 2, MeanSeconds: 240}, at))
	fmt.Println(desk.Explain(wait.Because[1], customer.English))
	// Output:
	// A1 1200
	//    first, after 20 min of waiting; from 20 min on (hall/1)
	// A8 660
	//    promised by 25 Nov 2026, 10:00 CST, which counts as 10 min more (hall/1)
	// A7 480
	//    rank 1 counts as 5 min more (hall/1)
	// A5 420
	// about 8 min still to wait
}

// A hundred calls in half an hour, three minutes each, 80 % within 20 seconds.
func ExampleStaff() {
	calls := desk.Load{Arrivals: 100, IntervalSeconds: 1800, MeanSeconds: 180}
	staffing := must(desk.Staff(calls, desk.Target{WithinPermille: 800, WithinSeconds: 20, SlackPermille: 100}))
	fmt.Println(staffing.Agents, "with slack;", staffing.Needed)
	fmt.Println(must(desk.Service(calls, 11, 20)))
	fmt.Println(must(desk.Service(calls, 10, 20)))
	// Output:
	// 16 with slack; 14 agents, 715 ‰ busy, 175 ‰ wait, 888 ‰ in time, mean wait 7836 ms
	// 11 agents, 910 ‰ busy, 683 ‰ wait, 389 ‰ in time, mean wait 122782 ms
	// 10 agents, the queue grows
}

// Four windows, two of them open, five of the staff behind: what was the matter?
func ExampleCope() {
	noon := desk.Load{Arrivals: 45, IntervalSeconds: 3600, MeanSeconds: 240}
	capacity := must(desk.Cope(noon, desk.Hall{Windows: 4, Open: 2, Behind: 5}, desk.Target{MeanWaitSeconds: 600}))
	for _, reason := range capacity.Because {
		fmt.Println(desk.Explain(reason, customer.English))
	}
	fmt.Println("then:", capacity.Could)
	// Output:
	// takes 4 agents for a load of 3
	// the queue grows: a load of 3 for 2 agents
	// 2 counters could be opened at once, with 5 of the staff behind
	// then: 4 agents, 750 ‰ busy, 510 ‰ wait, 490 ‰ in time, mean wait 122265 ms
}

// A customer's text messages do not come. The agent who answers sees the notice that she has
// not read.
func ExampleBoard_Suggest() {
	zone := must(time.LoadLocation("Asia/Shanghai"))
	board := must(desk.NewBoard(desk.BulletinRules{
		Edition: customer.Edition{ID: "notices", Version: 12}, Zone: "Asia/Shanghai",
		Bulletins: []desk.Bulletin{
			{ID: "text messages delayed", Version: 2, From: time.Date(2026, 11, 25, 8, 0, 0, 0, zone), Topics: []string{"sms"}, Areas: []string{"north"}},
			{ID: "new fees", Version: 1, From: time.Date(2026, 11, 1, 0, 0, 0, 0, zone)},
		},
	}, zone))
	at := time.Date(2026, time.November, 25, 9, 0, 0, 0, zone)
	receipts := []desk.Receipt{{Agent: "Li", Bulletin: "new fees", Version: 1, At: at.AddDate(0, 0, -20)}}
	for _, notice := range must(board.Suggest(desk.About{Topic: "sms/delay", Area: "north"}, "Li", receipts, at)) {
		fmt.Println(desk.Explain(notice.Because[len(notice.Because)-1], customer.English))
	}
	// Output:
	// notice text messages delayed, version 2, has not been read, in force since 25 Nov 2026, 08:00 CST
	// notice new fees, version 1, holds from 1 Nov 2026, 00:00 CST
}

func ExampleOffers_Advise() {
	zone := must(time.LoadLocation("Asia/Shanghai"))
	offers := must(desk.NewOffers(desk.OfferRules{
		Edition: customer.Edition{ID: "services", Version: 1}, Zone: "Asia/Shanghai",
		Offers: []desk.Offer{{
			ID: "oven repair", Traits: []desk.Trait{desk.Technical, desk.PlaceBound},
			Niche: desk.Niche{Background: "catering", Industry: "bakery", Manner: "on site"},
		}},
		Hints: []desk.Hint{
			{ID: "technical", Traits: []desk.Trait{desk.Technical}, Skills: []string{"tools"}, Desk: "workshop"},
			{ID: "in the field", Traits: []desk.Trait{desk.Technical, desk.PlaceBound}, Skills: []string{"driving"}, Desk: "field", SlackPermille: 300},
		},
	}, zone, nil))
	advice := must(offers.Advise("oven repair", time.Date(2026, 11, 25, 9, 0, 0, 0, zone)))
	fmt.Println(advice.Desk, advice.Skills, advice.SlackPermille)
	// Output:
	// field [driving tools] 300
}

// Everything that is missing for an errand, at once: nobody queues for one thing, and then for
// the next.
func ExampleDirectory_Lacks() {
	zone := must(time.LoadLocation("Asia/Shanghai"))
	hours := must(calendar.New(calendar.Rules{
		Edition: customer.Edition{ID: "hours", Version: 1}, Zone: "Asia/Shanghai", Weekly: []calendar.Weekly{calendar.Daily(calendar.Hours{From: "09:00", To: "17:00"})},
	}, zone))
	rules := must(desk.ParseRules([]byte(`{
		"id": "branches", "version": 1, "zone": "Asia/Shanghai",
		"tasks": [{"id": "correct the name", "requires": [
			{"require": "document", "any_of": ["permit", "passport"], "where": "exit-entry office"},
			{"require": "own-site", "where": "by telephone"},
			{"require": "approval", "any_of": ["supervisor"], "where": "2nd floor"}
		]}],
		"sites": [
			{"id": "Station Road", "desks": [{"id": "counter 1", "channel": "counter", "calendar": "hours", "does": [{"task": "correct the name"}]}]},
			{"id": "Main Street", "desks": [{"id": "counter 2", "channel": "counter", "calendar": "hours", "does": [{"task": "correct the name"}]}]}
		]
	}`)))
	directory := must(desk.New(rules, zone, hours))
	lacks := must(directory.Lacks(desk.Errand{
		Task: "correct the name", Site: "Main Street", Keeper: "Station Road", Documents: []string{"permit"},
	}, time.Date(2026, time.November, 25, 9, 0, 0, 0, zone)))
	for _, lack := range lacks {
		fmt.Printf("%s: %s\n", directory.Explain(lack.Why, customer.English), lack.Where)
	}
	// Output:
	// only Station Road may change its data, or give its word for it (branches/1): by telephone
	// an approval is missing: supervisor (branches/1): 2nd floor
}
