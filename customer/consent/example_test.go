package consent_test

import (
	"context"
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
	"github.com/rapport-crm/rapport/customer/consent"
	"github.com/rapport-crm/rapport/customer/journal"
)

func must[V any](v V, err error) V {
	if err != nil {
		panic(err)
	}
	return v
}

// day keeps the examples to what they show.
func day(month time.Month, day int) customer.Date { return must(customer.NewDate(2027, month, day)) }

func clock(month time.Month, day, hour, minute int) time.Time {
	return time.Date(2027, month, day, hour, minute, 0, 0, time.UTC)
}

// smallShop rings nobody up before ten, and writes or calls at most twice in seven days. The leaflet
// in the letterbox is an offer like a call; the call about her own repair is owed to her.
func smallShop() *consent.Policy {
	calls := must(calendar.New(calendar.Rules{
		Edition: customer.Edition{ID: "calls", Version: 1}, Zone: "UTC",
		Weekly: []calendar.Weekly{{Days: []customer.Weekday{1, 2, 3, 4, 5}, Hours: []calendar.Hours{{From: "10:00", To: "19:00"}}}},
	}, time.UTC))
	return must(consent.New(consent.Rules{
		Edition: customer.Edition{ID: "contact", Version: 1}, Zone: "UTC",
		Channels: []consent.Channel{{ID: "phone", Hours: "calls"}, {ID: "visit", Hours: "calls"}, {ID: "letter"}, {ID: "leaflet"}, {ID: "event"}},
		Purposes: []consent.Purpose{
			{ID: "offers", Weight: 1, ValidMonths: 24},
			{ID: "care", Weight: 1},
			{ID: "service", Weight: 1, Uncapped: true, DespiteComplaint: true, DespiteOptOut: true, Basis: "contract"},
		},
		Caps: []consent.Cap{{ID: "week", Most: 2, Days: 7}, {ID: "month", Most: 5, Days: 30}},
	}, consent.Calendars{"calls": calls}, time.UTC))
}

// Rows B13 and B47: "may I contact her now?", asked before every call and letter. She has said yes to
// calls for care and to letters with offers, at the till; two packages have contacted her this week.
func ExamplePolicy_May() {
	policy := smallShop()
	said := must(policy.Give(consent.Consents{}, consent.Give{
		Step:     journal.Step{Ref: "form-12", By: "till-3", At: clock(time.January, 11, 16, 20)},
		Boxes:    []consent.Box{{Purpose: "care", Channel: "phone"}, {Purpose: "offers", Channel: "letter"}},
		Evidence: consent.Evidence{Medium: "paper", Record: "form 12"},
	})).Next

	facts := consent.Facts{Contacts: []consent.Contact{
		{On: day(time.March, 3), Purpose: "offers"},
		{On: day(time.March, 5), Purpose: "newsletter"}, // of a package that these rules do not know
	}}
	ask := func(purpose, channel string, at time.Time) {
		answer := must(policy.May(said, consent.Question{Purpose: purpose, Channel: channel}, facts, at))
		fmt.Printf("%s by %s, %s: %v\n", purpose, channel, at.Format("Mon 2 Jan 15:04"), answer.Allowed)
		for _, reason := range append(answer.Missing, answer.Because) {
			if reason.Code != "" {
				fmt.Println("   ", consent.Explain(reason, customer.English))
				fmt.Println("   ", consent.Explain(reason, customer.Chinese))
			}
		}
		if !answer.Allowed && !answer.Until.IsZero() {
			fmt.Println("    but from", answer.Until.Format("Mon 2 Jan 15:04"))
		}
	}
	ask("care", "phone", clock(time.March, 8, 9, 30)) // all that is in the way is time
	ask("care", "phone", clock(time.March, 10, 10, 0))
	ask("service", "phone", clock(time.March, 8, 10, 0)) // what she is owed is not held back
	facts.OpenComplaint, facts.Invalid = true, []string{"phone"}
	ask("offers", "phone", clock(time.March, 10, 10, 0))
	// Output:
	// care by phone, Mon 8 Mar 09:30: false
	//     contact limit contact/1#week reached on 8 Mar: 2 of 2; free from 10 Mar
	//     3月8日联系次数已达上限（contact/1#week：2/2），3月10日起可再联系
	//     quiet hours on 8 Mar 2027, 09:30 UTC, until 8 Mar 2027, 10:00 UTC: contact/1#phone
	//     2027年3月8日09:30(UTC)为免打扰时段，2027年3月8日10:00(UTC)起可联系：contact/1#phone
	//     but from Wed 10 Mar 10:00
	// care by phone, Wed 10 Mar 10:00: true
	//     she said yes on 11 Jan 2027 to contact by phone: contact/1#care
	//     她已于2027年1月11日同意通过phone联系：contact/1#care
	// service by phone, Mon 8 Mar 10:00: true
	//     this needs no yes of hers, it rests on contract: contact/1#service
	//     此项依据contract进行，无须她另行同意：contact/1#service
	// offers by phone, Wed 10 Mar 10:00: false
	//     no consent: contact/1#phone-offers
	//     未取得她的同意：contact/1#phone-offers
	//     a complaint of hers is open: contact/1#offers
	//     她有投诉尚未结案：contact/1#offers
	//     she cannot be reached by phone: the number or address noted for it is not valid
	//     无法通过phone联系她：所登记的联系方式无效
}

// Words of hers are booked exactly once through package journal, and a no is taken as easily as a yes: it asks for
// nothing, and what rests on a contract goes on.
func ExamplePolicy_Withdraw() {
	ctx := context.Background()
	policy := smallShop()
	var store journal.Mem[customer.ID, consent.Consents, consent.Entry]
	give := consent.Give{
		Step:     journal.Step{Ref: "form-12", By: "till-3", At: clock(time.January, 11, 16, 20)},
		Boxes:    []consent.Box{{Purpose: "offers", Channel: "letter"}, {Purpose: "offers", Channel: "leaflet"}},
		Evidence: consent.Evidence{Medium: "paper", Record: "form 12"},
	}
	for range 2 { // the till did not hear the first answer
		answer := must(journal.Book(ctx, &store, "c-1", give, policy.Give))
		fmt.Println(answer.Result, answer.Decision.Key)
	}
	withdraw := consent.Withdraw{Step: journal.Step{Ref: "call-7", By: "ann", At: clock(time.March, 1, 11, 0)}}
	answer := must(journal.Book(ctx, &store, "c-1", withdraw, policy.Withdraw))
	for _, reason := range answer.Decision.Reasons {
		fmt.Println(consent.Explain(reason, customer.English))
	}
	for _, at := range []time.Time{clock(time.February, 28, 11, 0), clock(time.March, 1, 11, 0)} {
		was := must(policy.Allowed(answer.State, consent.Question{Purpose: "offers", Channel: "letter"}, at))
		fmt.Println(at.Format("2 Jan:"), was.Allowed, was.Grant.Evidence.Record)
	}
	// Output:
	// booked give:form-12
	// replayed give:form-12
	// this goes on all the same, resting on contract: contact/1#service
	// 28 Feb: true form 12
	// 1 Mar: false
}

// row B13: who gets a plan's calls and letters is made of what she has said: package agenda takes a Reach.
func ExamplePolicy_Reach() {
	policy := smallShop()
	said := must(policy.Give(consent.Consents{}, consent.Give{
		Step:     journal.Step{Ref: "form-12", By: "till-3", At: clock(time.January, 31, 16, 20)},
		Boxes:    []consent.Box{{Purpose: "care", Channel: "phone"}, {Purpose: "offers", Channel: "letter"}},
		Evidence: consent.Evidence{Medium: "paper"},
	})).Next
	reach := must(policy.Reach("c-1", said, consent.Facts{OpenComplaint: true}, clock(time.March, 1, 8, 0)))
	for _, one := range reach.Allowed {
		fmt.Printf("%s by %s until %q\n", one.Purpose, one.Channel, one.Until)
	}
	fmt.Println("a complaint is open:", reach.OpenComplaint)
	// Output:
	// offers by letter until "2029-01-31"
	// care by phone until ""
	// service by phone until ""
	// service by visit until ""
	// service by letter until ""
	// service by leaflet until ""
	// service by event until ""
	// a complaint is open: true
}

// Two records turn out to be of one customer. Under one name she has said no: that counts.
func ExampleStrictest() {
	policy := smallShop()
	card := must(policy.Give(consent.Consents{}, consent.Give{
		Step:  journal.Step{Ref: "form-12", By: "till-3", At: clock(time.March, 1, 16, 20)},
		Boxes: []consent.Box{{Purpose: "care", Channel: "phone"}, {Purpose: "offers", Channel: "letter"}}, Evidence: consent.Evidence{Medium: "paper"},
	})).Next
	web := must(policy.Decline(consent.Consents{}, consent.Decline{
		Step:  journal.Step{Ref: "page-5", By: "web", At: clock(time.January, 1, 12, 0)},
		Scope: consent.Scope{Purposes: []string{"offers"}},
	})).Next
	both := consent.Strictest(card, web)
	for _, q := range []consent.Question{{Purpose: "care", Channel: "phone"}, {Purpose: "offers", Channel: "letter"}} {
		answer := must(policy.Allowed(both, q, clock(time.March, 2, 11, 0)))
		fmt.Println(q.Purpose, answer.Allowed)
		for _, reason := range answer.Missing {
			fmt.Println("   ", consent.Explain(reason, customer.English))
		}
	}
	// Output:
	// care true
	// offers false
	//     she said no on 1 Jan 2027 (page-5): contact/1#offers
}
