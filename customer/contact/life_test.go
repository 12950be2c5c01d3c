package contact_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/contact"
)

// run is a file in the making, with its history.
type run struct {
	t       tester
	p       *contact.Policy
	f       contact.File
	history []contact.Entry
	reasons []customer.Reason // of the last decision
}

func (r *run) must(d contact.Decision, err error) {
	r.t.Helper()
	require.NoError(r.t, err)
	r.f, r.reasons = d.Next, d.Reasons
	r.history = append(r.history, d.Entries...)
}

// life is a history with every kind of entry, and every field of each somewhere.
func life(t tester) *run {
	t.Helper()
	p := wholesaler(t, func(rules *contact.Rules) { rules.Quotes.FlagUnexplained = true })
	r := &run{t: t, p: p}
	r.must(p.Prepare(r.f, contact.Prepare{Step: step("p-1", "ann", "2026-11-20 08:00"), Purpose: "order", For: when("2026-11-20 09:00"), Points: []contact.Point{
		{ID: "greeting", Importance: 1}, {ID: "deposit", Text: "two crates", Importance: 9, Must: true}, {ID: "rebate", Importance: 3},
	}}))
	r.must(p.Tick(r.f, contact.Tick{Step: step("t-1", "ann", "2026-11-20 09:01"), Preparation: "p-1", Points: []string{"greeting"}}))
	r.must(p.Log(r.f, contact.Log{
		Step: step("l-1", "switchboard", "2026-11-20 09:05"), Channel: "phone", Direction: contact.FromCustomer, Purpose: "order", Staff: "ann", Desk: "orders", With: "buyer",
		Began: when("2026-11-20 09:00"), Seconds: 181, About: []string{"oil"}, Note: "wants it early", Written: when("2026-11-20 09:04"), Preparation: "p-1", Ticked: []string{"greeting"},
		Appointments: []contact.Appointment{
			{
				ID: "a-1", On: day("2026-11-25"), Weekday: 3, Time: "09:30", About: "delivery", Confirmed: true,
				Numbers: []contact.Number{{What: "crates", Number: "17"}, {What: "gate", Number: "3", Confirmed: true}},
			},
			{ID: "a-2", On: day("2026-11-26"), Weekday: 4},
		},
		Promises: []contact.Promise{
			{ID: "m-1", What: "send the list", Until: when("2026-11-21 18:00")}, {ID: "m-2", What: "call again", Owner: "bob", Until: when("2026-11-22 18:00")},
		},
	}))
	r.must(p.Log(r.f, contact.Log{Step: step("l-2", "ann", "2026-11-20 10:00"), Channel: "newsletter", Direction: contact.ToCustomer, Began: when("2026-11-20 10:00")}))
	r.must(p.Log(r.f, contact.Log{Step: step("l-3", "ann", "2026-11-20 10:05"), Channel: "phone", Direction: contact.FromCustomer, Began: when("2026-11-20 10:04"), Seconds: 20, Missed: true}))
	r.must(p.Note(r.f, contact.Note{Step: step("n-1", "ann", "2026-11-21 10:00"), Contact: "l-1", Text: "or late", Written: when("2026-11-20 19:00")}))
	r.must(p.Prepare(r.f, contact.Prepare{Step: step("p-2", "bob", "2026-11-21 08:00"), Purpose: "order", Points: []contact.Point{{ID: "thanks", Importance: 5}}}))
	r.must(p.Drop(r.f, contact.Drop{Step: step("d-1", "bob", "2026-11-21 08:01"), Preparation: "p-2", Point: "rebate", Why: "there is none"}))
	r.must(p.Prepare(r.f, contact.Prepare{Step: step("p-3", "bob", "2026-11-21 09:00"), Purpose: "order"}))
	r.must(p.Confirm(r.f, contact.Confirm{Step: step("c-1", "ann", "2026-11-21 10:00"), Appointment: "a-1", On: day("2026-11-25"), Weekday: 3, Numbers: []contact.Number{{What: "crates", Number: "17", Confirmed: true}}}))
	r.must(p.Move(r.f, contact.Move{
		Step: step("mv-1", "ann", "2026-11-21 10:01"), Appointment: "a-1", On: day("2026-11-27"), Weekday: 5, Time: "10:00", Why: "rain", Confirmed: true, Numbers: []contact.Number{{What: "crates", Number: "11"}},
	}))
	r.must(p.Cancel(r.f, contact.Cancel{Step: step("cc-1", "ann", "2026-11-21 10:02"), Appointment: "a-2", Why: "twice"}))
	r.must(p.Assign(r.f, contact.Assign{Step: step("as-1", "eve", "2026-11-21 12:00"), Promise: "m-2", To: "cat", Why: "bob has left"}))
	r.must(p.Keep(r.f, contact.Keep{Step: step("k-1", "ann", "2026-11-21 18:00"), Promise: "m-1"}))
	r.must(p.Release(r.f, contact.Release{Step: step("rl-1", "ann", "2026-11-21 18:01"), Promise: "m-2", Why: "she has called"}))
	r.must(p.Plan(r.f, contact.Plan{
		Step: step("pl-1", "li", "2026-11-22 09:00"), Visit: "v-1", On: day("2026-11-23"), Time: "09:00", Staff: "wu", Purpose: "quarterly",
		Checks: []contact.Check{{ID: "shelf", Text: "at eye level"}}, Known: []contact.Known{{Field: "area", Value: "200"}, {Field: "hours", Value: "9-21"}},
	}))
	r.must(p.Plan(r.f, contact.Plan{Step: step("pl-2", "li", "2026-11-22 09:01"), Visit: "v-2", On: day("2026-11-24")}))
	r.must(p.Assign(r.f, contact.Assign{Step: step("as-2", "li", "2026-11-22 09:01"), Visit: "v-2", To: "wu", Why: "li is away"}))
	r.must(p.CallOff(r.f, contact.CallOff{Step: step("co-1", "li", "2026-11-22 09:02"), Visit: "v-2", Why: "holiday"}))
	visit := contact.Log{Step: step("l-4", "wu", "2026-11-23 10:00"), Channel: "visit", Direction: contact.ToCustomer, Began: when("2026-11-23 09:00"), Missed: true, Visit: "v-1"}
	r.must(p.Log(r.f, visit))
	visit.Ref, visit.Missed, visit.Seconds, visit.Note = "l-5", false, 3600, "rebuilt"
	r.must(p.Log(r.f, visit))
	r.must(p.Record(r.f, contact.Record{
		Step: step("r-1", "wu", "2026-11-24 11:00"), Visit: "v-1", Facts: "rebuilt", Checked: []contact.Checked{{Check: "shelf", Result: "knee"}}, Right: []string{"hours"},
		Changed: []contact.Change{{Field: "area", Was: "200", Is: "350"}}, Suggestions: []contact.Suggestion{{Product: "freezer", Why: "room"}},
	}))
	price := contact.Quote{Step: step("q-1", "ann", "2026-11-24 12:00"), Terms: contact.Terms{
		Product: "oil", PriceMinor: 62_50, Unit: "can", MinUnits: 100, Conditions: "net", LastDay: day("2026-12-24"), Contact: "l-5",
	}}
	r.must(p.Quote(r.f, price))
	price.Step, price.PriceMinor = step("q-2", "bob", "2026-11-24 13:00"), 58_00
	r.must(p.Quote(r.f, price))
	r.must(p.Justify(r.f, contact.Justify{Step: step("e-1", "eve", "2026-11-24 14:00"), Quote: "q-2", Exception: contact.Exception{Why: "dents", Approver: "eve", Role: "sales-manager", Lasting: true}}))
	r.must(p.Answer(r.f, contact.Answer{Step: step("an-1", "c-1", "2026-11-25 09:00"), Quote: "q-2", Accepted: true}))
	r.must(p.Withdraw(r.f, contact.Withdraw{Step: step("w-1", "ann", "2026-11-25 09:01"), Quote: "q-1", Why: "the new one holds"}))
	price.Step, price.PriceMinor, price.Exception = step("q-3", "bob", "2026-11-25 13:00"), 57_00, contact.Exception{Why: "more dents", Approver: "eve", Role: "sales-manager"}
	r.must(p.Quote(r.f, price))
	price.Step, price.PriceMinor, price.Exception = step("q-4", "cat", "2026-11-25 14:00"), 50_00, contact.Exception{}
	r.must(p.Quote(r.f, price))
	r.must(p.Assign(r.f, contact.Assign{Step: step("as-3", "eve", "2026-11-25 15:00"), Quote: "q-4", To: "ann", Why: "cat has left"}))
	r.must(p.Archive(r.f, contact.Archive{Step: step("ar-1", "timer", "2026-11-26 00:00"), Before: when("2026-11-20 10:01"), Lists: []string{"contacts", "promises"}}))
	return r
}

func TestLife(t *testing.T) {
	r := life(t)
	require.Len(t, r.f.Contacts, 3)
	require.Equal(t, uint64(len(r.history)), r.f.Entries)
	replayed, err := contact.Replay(r.history)
	require.NoError(t, err)
	require.Equal(t, text(t, r.f), text(t, replayed))
	whole, err := contact.ReplayWhole(r.history)
	require.NoError(t, err)
	require.Len(t, whole.Contacts, 5)
	require.Zero(t, whole.ContactsFrom)
	_, why := r.p.Unexplained(r.f, when("2026-11-26 09:00").Add(time.Hour))
	require.Equal(t, []string{"quote-flagged"}, codes(why))
}
