package caller_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/caller"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/warranty"
)

type tester interface {
	require.TestingT
	Helper()
}

func day(t tester, text string) customer.Date {
	t.Helper()
	parsed, err := customer.ParseDate(text)
	require.NoError(t, err)
	return parsed
}

// at is half past ten on a day.
func at(t tester, text string) time.Time {
	t.Helper()
	year, month, number := day(t, text).Civil()
	return time.Date(year, month, number, 10, 30, 0, 0, time.UTC)
}

func rules() caller.Rules {
	return caller.Rules{
		Edition: customer.Edition{ID: "desk", Version: 1}, Zone: "UTC", Currency: customer.Currency{Code: "CNY", Digits: 2},
		First: 20, Shown: 4, StaleMinutes: 60, EndingDays: 14,
		Tell: []caller.Tell{
			{Topic: caller.PromiseBroken},
			{Topic: caller.OrderLate},
			{Topic: caller.OrderReady},
			{Topic: caller.CaseWithHer},
			{Topic: caller.CaseLate},
			{Topic: caller.WishArrived, HushGrade: 2},
			{Topic: caller.WarrantyEnding, HushGrade: 3, Purpose: "service"},
			{Topic: caller.QuoteEnding, HushGrade: 1, Purpose: "offers"},
			{Topic: caller.OrderUnderWay},
			{Topic: caller.CaseUnderWay},
			{Topic: caller.PromiseDue},
			{Topic: caller.PaymentLate, HushGrade: 1},
		},
	}
}

func screen(t tester, rules caller.Rules) *caller.Screen {
	t.Helper()
	screen, err := caller.New(rules, time.UTC)
	require.NoError(t, err)
	return screen
}

func view(t tester, call caller.Call, parts caller.Parts) caller.View {
	t.Helper()
	view, err := screen(t, rules()).View(call, parts)
	require.NoError(t, err)
	return view
}

func who() caller.Who { return caller.Who{Customer: "c-1", Name: "Wang"} }

func codes(lines []caller.Line) []string {
	var codes []string
	for _, line := range lines {
		codes = append(codes, strings.TrimSpace(line.Ref+" "+strings.TrimPrefix(line.Why.Code, "caller.")))
	}
	return codes
}

func head(ref string, of ...string) caller.Head {
	return caller.Head{Ref: ref, What: "the " + ref, Of: of}
}

// What was not supplied is missing, what was supplied without rows is empty, and the two differ.
func TestMissingIsNotEmpty(t *testing.T) {
	call := caller.Call{At: at(t, "2026-11-25")}
	nothing := view(t, call, caller.Parts{Who: who()})
	assert.Len(t, nothing.Missing, int(caller.Consents), "every section")
	for i, why := range nothing.Missing {
		assert.Equal(t, caller.CodeNotSupplied, why.Code)
		assert.Equal(t, caller.Section(i+1).String(), why.Of)
	}
	assert.Zero(t, nothing.Money.Why, "nobody says that she owes nothing")

	asOf := call.At
	empty := view(t, call, caller.Parts{
		Who: who(), Orders: caller.Supplied[caller.Order](asOf), Cases: caller.Supplied[caller.Case](asOf), Products: caller.Supplied[caller.Product](asOf),
		Money: caller.Supplied[caller.Receivable](asOf), Promises: caller.Supplied[caller.Promise](asOf), Wishes: caller.Supplied[caller.Wish](asOf),
		Quotes: caller.Supplied[caller.Quote](asOf), Contacts: caller.Supplied[caller.Contact](asOf), Purchases: caller.Supplied[caller.Purchase](asOf),
		Consents: caller.Supplied[caller.Consent](asOf),
	})
	assert.Empty(t, empty.Missing)
	assert.Equal(t, caller.CodeOpen, empty.Money.Why[0].Code)
	assert.Empty(t, empty.First)
}

// Rows of nobody knows when are refused; rows of an hour ago are in order, a second later they are old.
func TestOld(t *testing.T) {
	call := caller.Call{At: at(t, "2026-11-25")}
	parts := caller.Parts{Who: who(), Orders: caller.Part[caller.Order]{Rows: []caller.Order{{Head: head("o-1"), Placed: day(t, "2026-11-01")}}}}
	_, err := screen(t, rules()).View(call, parts)
	assert.Equal(t, []string{"orders.as_of"}, customertest.Paths(t, err))

	for _, tc := range []struct {
		age time.Duration
		old bool
	}{{time.Hour, false}, {time.Hour + time.Second, true}} {
		parts.Orders.AsOf = call.At.Add(-tc.age)
		seen := view(t, call, parts)
		assert.Equal(t, tc.old, seen.Missing[0].Code == caller.CodeOld, tc.age)
		assert.Len(t, seen.Orders, 1, "what is old is shown all the same")
	}
}

// Row B23: who passes the queue is put through to whom she belongs to; others wait, key accounts too.
func TestBypass(t *testing.T) {
	for _, tc := range []struct {
		name    string
		who     caller.Who
		through string
		first   []string
	}{
		{"anybody", caller.Who{}, "", nil},
		{"with an owner", caller.Who{Owner: "ann"}, "", []string{"owner"}},
		{"a group", caller.Who{Class: "group", Bypass: true, Owner: "ann"}, "ann", []string{"no-queue", "owner"}},
		{"whose owner is away", caller.Who{Class: "group", Bypass: true, Owner: "ann", StandIn: "bob"}, "bob", []string{"no-queue", "owner", "stand-in"}},
		{"whose owner is away, without the right", caller.Who{Class: "group", Owner: "ann", StandIn: "bob"}, "", []string{"owner", "stand-in"}},
		{"a key account without an owner", caller.Who{KeyAccount: true, Bypass: true}, "", []string{"no-queue"}},
		{"a key account that waits", caller.Who{KeyAccount: true, Owner: "ann"}, "", []string{"key-account", "owner"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tc.who.Customer = "c"
			seen := view(t, caller.Call{At: at(t, "2026-11-25")}, caller.Parts{Who: tc.who})
			assert.Equal(t, tc.through, seen.Through)
			assert.Equal(t, append(tc.first, "incomplete"), codes(seen.First), "before all else")
		})
	}
	for who, text := range map[customer.Reason]string{
		{}:                         "passes the queue",
		{Of: "group"}:              "group: passes the queue",
		{Fact: 1}:                  "key account: passes the queue",
		{Fact: 1, Of: "wholesale"}: "key account (wholesale): passes the queue",
	} {
		who.Code = caller.CodeBypass
		assert.Equal(t, text, caller.Explain(who, customer.English))
	}
}

// Row B38: the number that she calls from may be several customers'; the view says so first, and
// shows no number whole.
func TestShared(t *testing.T) {
	parts := caller.Parts{Who: who()}
	parts.Who.Sharing = 3
	parts.Who.Identifiers = []caller.Identifier{{"phone", "+8613912345678"}, {"card", "77"}, {"passport", ""}, {"list-code", "•••4321"}}
	seen := view(t, caller.Call{At: at(t, "2026-11-25")}, parts)
	assert.Equal(t, caller.CodeShared, seen.First[0].Why.Code)
	assert.Equal(t, int64(3), seen.First[0].Why.Fact)
	var shown []string
	for _, held := range seen.Who.Identifiers {
		shown = append(shown, held.Value)
	}
	assert.Equal(t, []string{"•••5678", "•••7", "•••", "•••21"}, shown)
	assert.Equal(t, "+8613912345678", parts.Who.Identifiers[0].Value, "what was passed stays")
	parts.Who.Address = "3 Lake Road"
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		for _, logged := range []any{parts, &parts, parts.Who, parts.Who.Identifiers, seen} {
			text := fmt.Sprintf(verb, logged)
			assert.NotContains(t, text, "5678", "nor does a log have it")
			assert.NotContains(t, text, "Wang")
			assert.NotContains(t, text, "Lake")
		}
	}
	parts.Who.Identifiers[0].Value, parts.Who.Name = "13912345678\n", "Wang\n"
	_, err := screen(t, rules()).View(caller.Call{At: at(t, "2026-11-25")}, parts)
	assert.Equal(t, []string{"who.name", "who.identifiers[0].value"}, customertest.Paths(t, err))
	assert.NotContains(t, err.Error(), "5678", "nor an error")
	assert.NotContains(t, err.Error(), "Wang")
	assert.NotContains(t, strings.Join(screen(t, rules()).Lines(seen, customer.English), "\n"), "345678")
}

// Row B39: orders in the order in which they matter, both sides of each day.
func TestOrders(t *testing.T) {
	on := day(t, "2026-11-25")
	orders := []caller.Order{
		{Head: head("way"), Placed: on - 20, Promised: on, Stage: "assembling", Step: 2, Steps: 5},
		{Head: head("no-day"), Placed: on - 20},
		{Head: head("late"), Placed: on - 20, Promised: on - 1},
		{Head: head("later"), Placed: on - 20, Promised: on - 9},
		{Head: head("today"), Placed: on - 20, Ready: on},
		{Head: head("tomorrow"), Placed: on - 20, Ready: on + 1, Promised: on + 2},
	}
	seen := view(t, caller.Call{At: at(t, "2026-11-25")}, caller.Parts{Who: who(), Orders: caller.Supplied(at(t, "2026-11-25"), orders...)})
	var got []string
	for _, o := range seen.Orders {
		got = append(got, fmt.Sprint(o.Of.Ref, " ", strings.TrimPrefix(o.Why[0].Code, "caller."), " ", o.Why[0].Fact))
	}
	assert.Equal(t, []string{"today order-ready 0", "later order-late 9", "late order-late 1", "way order-under-way 2", "tomorrow order-under-way 0", "no-day order-under-way 0"}, got)
	assert.Equal(t, []string{"later order-late", "late order-late", "today order-ready"}, codes(seen.First[:3]))
}

// Row B39: what she owes. A bill is overdue on the day after its day; credit notes count against.
func TestMoney(t *testing.T) {
	on := day(t, "2026-11-25")
	bills := []caller.Receivable{
		{Head: head("today"), LeftMinor: 100_00, Due: on},
		{Head: head("yesterday"), LeftMinor: 50_00, Due: on - 1},
		{Head: head("old"), LeftMinor: 7_00, Due: on - 40},
		{Head: head("note"), LeftMinor: -20_00, Due: on - 60},
	}
	for _, tc := range []struct {
		limit caller.Credit
		left  int64
		codes []string
	}{
		{caller.Credit{}, 0, []string{caller.CodeOpen, caller.CodeOverdue}},
		{caller.Credit{Limited: true, LimitMinor: 137_01}, 1, []string{caller.CodeOpen, caller.CodeOverdue, caller.CodeLimitLeft}},
		{caller.Credit{Limited: true, LimitMinor: 137_00}, 0, []string{caller.CodeOpen, caller.CodeOverdue, caller.CodeLimitUsed}},
		{caller.Credit{Limited: true}, -137_00, []string{caller.CodeOpen, caller.CodeOverdue, caller.CodeLimitUsed}},
	} {
		seen := view(t, caller.Call{At: at(t, "2026-11-25")}, caller.Parts{Who: who(), Money: caller.Supplied(at(t, "2026-11-25"), bills...), Credit: tc.limit})
		assert.Equal(t, int64(137_00), seen.Money.OpenMinor)
		assert.Equal(t, int64(57_00), seen.Money.OverdueMinor)
		assert.Equal(t, on-40, seen.Money.Oldest, "a credit note is not overdue")
		assert.Equal(t, int64(40), seen.Money.Why[1].Mark)
		assert.Equal(t, tc.left, seen.Money.LeftMinor)
		var codes []string
		for _, why := range seen.Money.Why {
			codes = append(codes, why.Code)
		}
		assert.Equal(t, tc.codes, codes)
		assert.Equal(t, "note", seen.Money.Rows[0].Of.Ref)
	}
}

// Row B39: a warranty on a day, by the product's own rule: both sides of its last day, for life, not
// begun, prolonged by repairs, anew after an exchange.
func TestCovered(t *testing.T) {
	year := warranty.Window{Years: 1, Counted: warranty.FromPurchase}
	long := year
	long.RepairsProlong, long.ExchangeRenews = true, true
	product := func(change func(*caller.Product)) caller.Product {
		p := caller.Product{Head: head("p"), Bought: day(t, "2026-01-10"), Delivered: day(t, "2026-01-12"), Installed: day(t, "2026-01-15")}
		change(&p)
		return p
	}
	repair := caller.Service{Ref: "s-1", From: day(t, "2026-03-01"), To: day(t, "2026-03-05")}
	for _, tc := range []struct {
		name   string
		window warranty.Window
		change func(*caller.Product)
		on     string
		in     bool
		left   int
		codes  []string
	}{
		{"the last day", year, func(*caller.Product) {}, "2027-01-10", true, 1, []string{caller.CodeCovered}},
		{"the day after", year, func(*caller.Product) {}, "2027-01-11", false, 0, []string{caller.CodeOver}},
		{"three months", warranty.Window{Months: 3, Counted: warranty.FromDelivery}, func(*caller.Product) {}, "2026-04-12", true, 1, []string{caller.CodeCovered}},
		{"for life", warranty.Window{Lifetime: true, Counted: warranty.FromPurchase}, func(*caller.Product) {}, "2096-01-01", true, 0, []string{caller.CodeForLife}},
		{"from installation", warranty.Window{Years: 1, Counted: warranty.FromInstallation}, func(*caller.Product) {}, "2027-01-15", true, 1, []string{caller.CodeCovered}},
		{"not installed yet", warranty.Window{Years: 1, Counted: warranty.FromInstallation}, func(p *caller.Product) { p.Installed = 0 }, "2027-06-01", true, 0, []string{caller.CodeNotBegun}},
		{"before the purchase", year, func(*caller.Product) {}, "2026-01-09", false, 0, []string{caller.CodeNotBegun}},
		{"five days at the repairer, the last day", long, func(p *caller.Product) { p.Service = []caller.Service{repair} }, "2027-01-15", true, 1, []string{caller.CodeCovered, caller.CodeProlonged}},
		{"and the day after", long, func(p *caller.Product) { p.Service = []caller.Service{repair} }, "2027-01-16", false, 0, []string{caller.CodeOver, caller.CodeProlonged}},
		{"repaired at home", long, func(p *caller.Product) { p.Service = []caller.Service{repair}; p.Service[0].AtHome = true }, "2027-01-11", false, 0, []string{caller.CodeOver}},
		{"exchanged", long, func(p *caller.Product) {
			p.Service = []caller.Service{repair}
			p.Exchanges = customer.Days{day(t, "2026-06-20")}
		}, "2027-06-20", true, 1, []string{caller.CodeCovered, caller.CodeRenewed}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := product(tc.change)
			p.Covers = []caller.Cover{{"whole", tc.window}}
			require.NoError(t, p.Validate())
			covers := p.Covered(day(t, tc.on))
			require.Len(t, covers, 1)
			assert.Equal(t, tc.in, covers[0].InForce)
			assert.Equal(t, tc.left, covers[0].LeftDays)
			var codes []string
			for _, why := range covers[0].Why {
				codes = append(codes, why.Code)
				assert.Equal(t, "whole", why.Of)
			}
			assert.Equal(t, tc.codes, codes)
		})
	}
}

// Row A59: what was done to her things, the newest first, and what is at the repairer before all else.
// What is no longer hers is not at a repairer of hers.
func TestHistory(t *testing.T) {
	on := day(t, "2026-11-25")
	services := []caller.Service{
		{Ref: "s-1", What: "cleaned", From: on - 90, To: on - 88},
		{Ref: "s-3", From: on - 2},
		{Ref: "s-2", What: "fan changed", From: on - 30, To: on - 28, Failed: true},
		{Ref: "s-4", From: on + 1},
	}
	parts := caller.Parts{Who: who(), Products: caller.Supplied(
		at(t, "2026-11-25"),
		caller.Product{Head: head("new"), Bought: on - 10},
		caller.Product{Head: head("away"), Bought: on - 100, Service: services},
		caller.Product{Head: head("sold"), Bought: on - 50, Gone: on, Service: []caller.Service{{Ref: "s", From: on - 3}}},
	)}
	seen := view(t, caller.Call{At: at(t, "2026-11-25")}, parts)
	var order []string
	for _, owned := range seen.Products {
		order = append(order, owned.Of.Ref)
	}
	assert.Equal(t, []string{"away", "new", "sold"}, order)
	assert.Equal(t, []string{"away at-repairer"}, codes(seen.First[:1]))
	var done []string
	for _, why := range seen.Products[0].History {
		done = append(done, why.Of+" "+why.Code)
	}
	assert.Equal(t, []string{"s-3 " + caller.CodeInService, "fan changed " + caller.CodeServedInVain, "cleaned " + caller.CodeServed}, done)
	assert.Equal(t, caller.CodeGone, seen.Products[2].Why[1].Code)
	assert.NotEmpty(t, screen(t, rules()).Lines(seen, customer.Chinese))
}

// Row B40: what is told besides, in the order of the rules, and nothing twice.
func TestAlso(t *testing.T) {
	now := at(t, "2026-11-25")
	on := day(t, "2026-11-25")
	parts := func() caller.Parts {
		return caller.Parts{
			Who: who(),
			Orders: caller.Supplied(
				now,
				caller.Order{Head: head("o-1"), Placed: on - 9, Promised: on + 5},
				caller.Order{Head: head("o-2"), Placed: on - 9, Ready: on - 1},
				caller.Order{Head: head("o-3"), Placed: on - 9, Promised: on - 2},
			),
			Cases: caller.Supplied(
				now,
				caller.Case{Head: head("k-1", "o-3"), Opened: now.AddDate(0, 0, -3), With: caller.WithUs, Due: now.Add(-time.Hour)},
				caller.Case{Head: head("k-2"), Opened: now.AddDate(0, 0, -3), With: caller.WithHer, Due: now.Add(-time.Hour)},
			),
			Products: caller.Supplied(now, caller.Product{
				Head: head("p-1"), Bought: on - 351, Covers: []caller.Cover{{"year", warranty.Window{Days: 365, Counted: warranty.FromPurchase}}},
			}),
			Promises: caller.Supplied(now, caller.Promise{Head: head("m-1", "k-1"), By: "ann", Due: now.Add(-time.Minute)}, caller.Promise{Head: head("m-2"), By: "ann", Due: now}),
			Wishes:   caller.Supplied(now, caller.Wish{Head: head("w-1", "o-2"), Since: on - 30, Arrived: on - 1}, caller.Wish{Head: head("w-2"), Since: on - 30, Arrived: on}),
			Quotes:   caller.Supplied(now, caller.Quote{Head: head("q-1"), On: on - 3, EachMinor: 100, Until: on + 14}, caller.Quote{Head: head("q-2"), On: on - 3, EachMinor: 100, Until: on + 15}),
			Consents: caller.Supplied(now, caller.Consent{"service", "phone", true}, caller.Consent{"offers", "mail", true}),
		}
	}
	for _, tc := range []struct {
		name       string
		about      []string
		change     func(*caller.Parts)
		also, left []string
	}{
		{
			"nobody knows what about", nil, func(*caller.Parts) {},
			[]string{"m-1 broken", "o-3 order-late", "o-2 order-ready", "k-2 with-her", "w-2 arrived", "p-1 covered", "o-1 order-under-way", "m-2 promised"},
			[]string{"k-1 told-with", "w-1 told-with", "q-1 no-consent"},
		},
		{
			"about an order",
			[]string{"o-3"},
			func(*caller.Parts) {},
			[]string{"o-2 order-ready", "k-2 with-her", "w-2 arrived", "p-1 covered", "o-1 order-under-way", "m-2 promised"},
			[]string{"m-1 subject", "o-3 subject", "k-1 subject", "w-1 told-with", "q-1 no-consent"},
		},
		{
			"about the case of it",
			[]string{"k-1"},
			func(*caller.Parts) {},
			[]string{"o-2 order-ready", "k-2 with-her", "w-2 arrived", "p-1 covered", "o-1 order-under-way", "m-2 promised"},
			[]string{"m-1 subject", "o-3 subject", "k-1 subject", "w-1 told-with", "q-1 no-consent"},
		},
		{
			"a complaint of grade 1", nil, func(p *caller.Parts) { p.Cases.Rows[0].Grade = 1; p.Consents.Rows[1].Channel = caller.Phone },
			[]string{"m-1 broken", "o-3 order-late", "o-2 order-ready", "k-2 with-her", "w-2 arrived", "p-1 covered", "o-1 order-under-way", "m-2 promised"},
			[]string{"k-1 told-with", "w-1 told-with", "q-1 hushed"},
		},
		{
			"of grade 2", nil, func(p *caller.Parts) { p.Cases.Rows[0].Grade = 2 },
			[]string{"m-1 broken", "o-3 order-late", "o-2 order-ready", "k-2 with-her", "p-1 covered", "o-1 order-under-way", "m-2 promised"},
			[]string{"k-1 told-with", "w-1 told-with", "w-2 hushed", "q-1 hushed"},
		},
		{
			"nobody knows of complaints", nil, func(p *caller.Parts) { p.Cases = caller.Part[caller.Case]{} },
			[]string{"m-1 broken", "o-3 order-late", "o-2 order-ready", "o-1 order-under-way", "m-2 promised"},
			[]string{"w-1 told-with", "w-2 hush-unknown", "p-1 hush-unknown", "q-1 hush-unknown"},
		},
		{
			"nobody knows of consents", nil, func(p *caller.Parts) { p.Consents = caller.Part[caller.Consent]{} },
			[]string{"m-1 broken", "o-3 order-late", "o-2 order-ready", "k-2 with-her", "w-2 arrived", "o-1 order-under-way", "m-2 promised"},
			[]string{"k-1 told-with", "w-1 told-with", "p-1 no-consent", "q-1 no-consent"},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			parts := parts()
			tc.change(&parts)
			seen := view(t, caller.Call{At: now, About: tc.about}, parts)
			assert.Equal(t, tc.also, codes(seen.Also))
			assert.Equal(t, tc.left, codes(seen.Left))
		})
	}
}

// A shop's consents are in its own words: the rules say which channel is that of a call.
func TestChannel(t *testing.T) {
	now := at(t, "2026-11-25")
	for channel, want := range map[string][2]int{"": {0, 1}, caller.Phone: {0, 1}, "电话": {1, 0}} {
		rules := rules()
		rules.Channel, rules.Tell = channel, []caller.Tell{{Topic: caller.WishArrived, Purpose: "offers"}}
		seen, err := screen(t, rules).View(caller.Call{At: now}, caller.Parts{
			Who: who(), Wishes: caller.Supplied(now, caller.Wish{Head: head("w"), Since: day(t, "2026-11-01"), Arrived: day(t, "2026-11-24")}),
			Consents: caller.Supplied(now, caller.Consent{"offers", "电话", true}, caller.Consent{"offers", "phone", false}),
		})
		require.NoError(t, err)
		assert.Equal(t, want, [2]int{len(seen.Also), len(seen.Left)}, channel)
	}
	rules := rules()
	rules.Channel = "\n"
	_, err := caller.New(rules, time.UTC)
	assert.Contains(t, customertest.Paths(t, err), "channel")
}

// Row B40: a product is told of once, for the warranty that ends first, and not while it is at a
// repairer and the warranty grows by the day.
func TestWarrantyEnding(t *testing.T) {
	on := day(t, "2026-11-25")
	product := caller.Product{Head: head("p"), Bought: on - 100, Covers: []caller.Cover{
		{"whole", warranty.Window{Days: 105, Counted: warranty.FromPurchase, RepairsProlong: true}},
		{"motor", warranty.Window{Days: 102, Counted: warranty.FromPurchase, RepairsProlong: true}},
	}}
	at := at(t, "2026-11-25")
	seen := func(change func(*caller.Product)) caller.View {
		product := product
		change(&product)
		return view(t, caller.Call{At: at}, caller.Parts{
			Who: who(), Cases: caller.Supplied[caller.Case](at), Products: caller.Supplied(at, product), Consents: caller.Supplied(at, caller.Consent{"service", "phone", true}),
		})
	}
	once := seen(func(*caller.Product) {})
	assert.Equal(t, []string{"p covered"}, codes(once.Also))
	assert.Equal(t, "motor", once.Also[0].Why.Of)
	assert.Empty(t, once.Left)

	assert.Empty(t, seen(func(p *caller.Product) { p.Service = []caller.Service{{Ref: "s", From: on - 1}} }).Also)
	assert.Len(t, seen(func(p *caller.Product) { p.Service = []caller.Service{{Ref: "s", From: on - 1, AtHome: true}} }).Also, 1)
	assert.Empty(t, seen(func(p *caller.Product) { p.Gone = on }).Also)
	assert.Len(t, seen(func(p *caller.Product) { p.Gone = on + 1 }).Also, 1)
	assert.Len(t, seen(func(p *caller.Product) {
		p.Service = []caller.Service{{Ref: "s", From: on - 1}}
		p.Covers = []caller.Cover{{"whole", warranty.Window{Days: 100, Counted: warranty.FromPurchase}}}
	}).Also, 1, "one that repairs do not prolong ends all the same")
}

// Row B40: what she calls about belongs to a case, which belongs to an order: none of it is told
// besides. What belongs to the order beside it is.
func TestSubjectAbove(t *testing.T) {
	now, on := at(t, "2026-11-25"), day(t, "2026-11-25")
	seen := view(t, caller.Call{At: now, About: []string{"m-1", "unknown"}}, caller.Parts{
		Who:      who(),
		Orders:   caller.Supplied(now, caller.Order{Head: head("o-1", "o-1"), Placed: on - 9, Promised: on - 2}),
		Cases:    caller.Supplied(now, caller.Case{Head: head("k-1", "o-1"), Opened: now, With: caller.WithHer}),
		Promises: caller.Supplied(now, caller.Promise{Head: head("m-1", "k-1"), By: "ann", Due: now}, caller.Promise{Head: head("m-2", "o-1"), By: "ann", Due: now}),
	})
	assert.Equal(t, []string{"m-2 promised"}, codes(seen.Also))
	assert.Equal(t, []string{"o-1 subject", "k-1 subject", "m-1 subject"}, codes(seen.Left))
	assert.Equal(t, []string{"m-1 promised"}, codes(seen.Subject))
}

// What is late is said in the first ten seconds, a complaint beside its grade; an answer for which
// she herself is awaited is not.
func TestCases(t *testing.T) {
	now := at(t, "2026-11-25")
	one := func(ref string, grade int, with caller.With, due time.Time) caller.Case {
		return caller.Case{Head: head(ref), Opened: now.AddDate(0, 0, -3), Grade: grade, With: with, Due: due}
	}
	seen := view(t, caller.Call{At: now}, caller.Parts{Who: who(), Cases: caller.Supplied(
		now,
		one("question", 0, caller.WithUs, now),
		one("late", 0, caller.WithOthers, now.Add(-time.Second)),
		one("hers", 0, caller.WithHer, now.Add(-time.Second)),
		one("complaint", 1, caller.WithUs, time.Time{}),
		one("late-complaint", 2, caller.WithUs, now.Add(-time.Hour)),
	)})
	assert.Equal(t, []string{
		"late-complaint complaint", "complaint complaint", "late-complaint answer-late", "late answer-late", "hers with-her", "question with-us", "incomplete",
	}, codes(seen.First))
	assert.Equal(t, []string{"hers with-her", "late answer-late", "late-complaint answer-late", "complaint with-us", "question with-us"}, codes(seen.Also))
}

// A view of the most rows that it takes is made before the phone has rung twice: nothing grows with
// the square of the rows.
func TestMost(t *testing.T) {
	now, on := at(t, "2026-11-25"), day(t, "2026-11-25")
	parts := caller.Parts{Who: who(), Cases: caller.Supplied[caller.Case](now)}
	parts.Wishes.AsOf, parts.Quotes.AsOf, parts.Consents.AsOf = now, now, now
	for i := range caller.MaxRows {
		h := caller.Head{Ref: fmt.Sprint("q-", i), Of: []string{"root"}}
		parts.Quotes.Rows = append(parts.Quotes.Rows, caller.Quote{Head: h, On: on, Until: on})
		parts.Wishes.Rows = append(parts.Wishes.Rows, caller.Wish{Head: caller.Head{Ref: fmt.Sprint("w-", i)}, Since: on, Arrived: on})
		parts.Consents.Rows = append(parts.Consents.Rows, caller.Consent{Purpose: fmt.Sprint("p-", i), Channel: caller.Phone, May: true})
	}
	parts.Consents.Rows[caller.MaxRows-1].Purpose = "offers"
	seen := view(t, caller.Call{At: now, About: []string{"w-1"}}, parts)
	assert.Len(t, seen.Wishes, caller.MaxRows)
	assert.Len(t, seen.Also, 2*caller.MaxRows-1)
	parts.Consents.Rows = append(parts.Consents.Rows, caller.Consent{Purpose: "more", Channel: caller.Phone})
	_, err := screen(t, rules()).View(caller.Call{At: now}, parts)
	assert.Equal(t, []string{"consents.rows"}, customertest.Paths(t, err))
}

// A day is one of the shop's zone, and instants are told in it, wherever the host's clock stands.
func TestZone(t *testing.T) {
	zone := time.FixedZone("Mars/Olympus", 14*3600)
	book := rules()
	book.Zone = "Mars/Olympus"
	s, err := caller.New(book, zone)
	require.NoError(t, err)
	now := time.Date(2026, 11, 25, 10, 30, 0, 0, time.UTC) // half past midnight of the 26th
	on := day(t, "2026-11-26")
	seen, err := s.View(caller.Call{At: now}, caller.Parts{
		Who:      who(),
		Orders:   caller.Supplied(now.Add(-2*time.Hour), caller.Order{Head: head("o"), Placed: on - 9, Promised: on - 1}),
		Promises: caller.Supplied(now, caller.Promise{Head: head("m"), By: "ann", Due: now}),
		Contacts: caller.Supplied(now, caller.Contact{Head: head("t"), At: now, Channel: "phone", By: "bob"}),
	})
	require.NoError(t, err)
	assert.Equal(t, caller.CodeLate, seen.Orders[0].Why[0].Code)
	var told []string
	for _, why := range []customer.Reason{seen.Missing[0], seen.Promises[0].Why[0], seen.Contacts[0].Why[0], seen.Contacts[0].Why[1]} {
		told = append(told, s.Explain(why, customer.English))
	}
	assert.Equal(t, []string{
		"orders: as of 25 Nov 2026, 22:30 Mars/Olympus, 2 h ago", "promised by ann for 26 Nov 2026, 00:30 Mars/Olympus", "26 Nov 2026, 00:30 Mars/Olympus, phone", "with bob",
	}, told)
}

// What has begun today has not begun 0 days ago, and what a clock that is ahead has booked for
// tomorrow not -1 days ago.
func TestSince(t *testing.T) {
	for days, text := range map[int64][2]string{
		-1: {"at the repairer from 26 Nov 2026 on", "送修中，自2026年11月26日起"},
		0:  {"at the repairer since today", "送修中，今天起"},
		1:  {"at the repairer since 26 Nov 2026, for 1 day", "送修中，自2026年11月26日起，已1天"},
	} {
		reason := customer.Reason{Code: caller.CodeAtRepairer, Fact: days, On: day(t, "2026-11-26")}
		assert.Equal(t, text[0], caller.Explain(reason, customer.English))
		assert.Equal(t, text[1], caller.Explain(reason, customer.Chinese))
	}
}

// What she owes is said as people say it: nothing, something, or that something is owed to her.
func TestOwing(t *testing.T) {
	s := screen(t, rules())
	for _, tc := range []struct {
		why              customer.Reason
		english, chinese string
	}{
		{customer.Reason{Code: caller.CodeOpen}, "owes nothing", "没有欠款"},
		{customer.Reason{Code: caller.CodeOpen, Fact: 1250, Mark: 1}, "owes 12.50 CNY in all, 1 document", "共欠12.50 CNY，1笔"},
		{customer.Reason{Code: caller.CodeOpen, Fact: -1250, Mark: 2}, "12.50 CNY in the customer's favour, 2 documents", "客户有余额12.50 CNY，共2笔"},
		{customer.Reason{Code: caller.CodeLimitUsed, Mark: 1250}, "the credit limit of 12.50 CNY is used up", "信用额度12.50 CNY已用完"},
		{customer.Reason{Code: caller.CodeLimitUsed, Fact: -1, Mark: 1250}, "0.01 CNY over the credit limit of 12.50 CNY", "超出信用额度0.01 CNY，额度为12.50 CNY"},
	} {
		assert.Equal(t, tc.english, s.Explain(tc.why, customer.English))
		assert.Equal(t, tc.chinese, s.Explain(tc.why, customer.Chinese))
	}
	// Whoever buys on no credit and owes nothing is not told of first.
	now := at(t, "2026-11-25")
	seen := view(t, caller.Call{At: now}, caller.Parts{Who: who(), Money: caller.Supplied[caller.Receivable](now), Credit: caller.Credit{Limited: true}})
	assert.Equal(t, []string{"incomplete"}, codes(seen.First))
}

// How long something has been so is told in days from two days on; the bound's both sides.
func TestPassed(t *testing.T) {
	for seconds, want := range map[int64]string{3600: "1 h", 2*86400 - 60: "47 h 59 min", 2 * 86400: "2 days", 317_400: "3 days"} {
		reason := customer.Reason{Code: caller.CodeBroken, Of: "ann", Until: at(t, "2026-11-25"), Fact: seconds}
		assert.Equal(t, "promised by ann for 25 Nov 2026, 10:30 UTC, and not kept for "+want, caller.Explain(reason, customer.English))
	}
}

// What stands in the first ten seconds is not said again; a row of which more is known is.
func TestLinesOnce(t *testing.T) {
	now, on := at(t, "2026-11-25"), day(t, "2026-11-25")
	seen := view(t, caller.Call{At: now}, caller.Parts{
		Who: who(), Promises: caller.Supplied(now, caller.Promise{Head: head("m"), By: "ann", Due: now.AddDate(0, 0, -3)}),
		Orders: caller.Supplied(now, caller.Order{Head: head("o"), Placed: on - 9, Ready: on - 1, TotalMinor: 100}),
	})
	text := strings.Join(screen(t, rules()).Lines(seen, customer.English), "\n")
	assert.Equal(t, 1, strings.Count(text, "not kept for 3 days"), text)
	assert.NotContains(t, text, "\npromises")
	assert.Contains(t, text, "order of 1.00 CNY")
	assert.Contains(t, text, "tell besides\n    the m (m)\n")
}

// What was promised may be told at length, as packages contact and complaint take it: the row has it
// whole, a line its beginning.
func TestBrief(t *testing.T) {
	now := at(t, "2026-11-25")
	for what, line := range map[string]string{
		"":                      "m: promised by ann for 25 Nov 2026, 10:30 UTC",
		"call back":             "call back (m): promised by ann for 25 Nov 2026, 10:30 UTC",
		"call\n\n back ":        "call back (m): promised by ann for 25 Nov 2026, 10:30 UTC",
		strings.Repeat("长", 80): strings.Repeat("长", 80) + " (m): promised by ann for 25 Nov 2026, 10:30 UTC",
		strings.Repeat("长", customer.MaxNote/3): strings.Repeat("长", 79) + "… (m): promised by ann for 25 Nov 2026, 10:30 UTC",
	} {
		promise := caller.Promise{Head: caller.Head{Ref: "m", What: what}, By: "ann", Due: now}
		seen := view(t, caller.Call{At: now, About: []string{"m"}}, caller.Parts{Who: who(), Promises: caller.Supplied(now, promise)})
		assert.Equal(t, what, seen.Promises[0].Of.What)
		lines := screen(t, rules()).Lines(seen, customer.English)
		assert.Equal(t, "    "+line, lines[slices.Index(lines, "about")+1])
		assert.NotContains(t, strings.Join([]string{seen.Subject[0].What, seen.Left[0].What}, ""), "\n")
	}
	parts := caller.Parts{Who: who(), Promises: caller.Supplied(now, caller.Promise{Head: caller.Head{Ref: "m", What: strings.Repeat("x", customer.MaxNote+1)}, By: "ann", Due: now})}
	_, err := screen(t, rules()).View(caller.Call{At: now}, parts)
	assert.Equal(t, []string{"promises.rows[0].what"}, customertest.Paths(t, err))
}

// A view is read again as it was written: a screen may be another program.
func TestViewRoundTrip(t *testing.T) {
	now, on := at(t, "2026-11-25"), day(t, "2026-11-25")
	seen := view(t, caller.Call{At: now, About: []string{"p"}}, caller.Parts{
		Who: caller.Who{Customer: "c-1", Identifiers: []caller.Identifier{{"phone", "13912345678"}}},
		Products: caller.Supplied(now, caller.Product{
			Head: head("p"), Bought: on - 9, Covers: []caller.Cover{{"whole", warranty.Window{Days: 10, Counted: warranty.FromPurchase, FirstDayCounts: true}}},
		}),
		Money: caller.Supplied(now, caller.Receivable{Head: head("i"), LeftMinor: 1, Due: on - 1}),
	})
	data, err := json.Marshal(seen)
	require.NoError(t, err)
	assert.NotContains(t, string(data), "1391234")
	var read caller.View
	require.NoError(t, json.Unmarshal(data, &read))
	assert.Equal(t, seen, read)
}

// The order in which the parts came is never seen, what was passed is never changed, and every row
// is shown once.
func TestOrderDoesNotMatter(t *testing.T) {
	now := at(t, "2026-11-25")
	rapid.Check(t, func(t *rapid.T) {
		on := customer.DateOf(now, time.UTC)
		near := rapid.IntRange(-3, 3)
		ref := func(kind string, i int) caller.Head {
			h := caller.Head{Ref: fmt.Sprint(kind, i)}
			if rapid.Bool().Draw(t, "linked") {
				h.Of = []string{rapid.SampledFrom([]string{"o0", "o1", "k0", "k1", "p0"}).Draw(t, "of")}
			}
			return h
		}
		parts := caller.Parts{Who: who()}
		parts.Orders.AsOf, parts.Cases.AsOf, parts.Promises.AsOf, parts.Wishes.AsOf = now, now, now, now
		for i := range rapid.IntRange(0, 4).Draw(t, "rows") {
			parts.Orders.Rows = append(parts.Orders.Rows, caller.Order{Head: ref("o", i), Placed: on - 5, Promised: on + customer.Date(near.Draw(t, "promised"))})
			parts.Cases.Rows = append(parts.Cases.Rows, caller.Case{
				Head: ref("k", i), Opened: now, With: caller.With(rapid.IntRange(1, 3).Draw(t, "with")), Grade: rapid.IntRange(0, 3).Draw(t, "grade"),
			})
			parts.Promises.Rows = append(parts.Promises.Rows, caller.Promise{Head: ref("m", i), By: "ann", Due: now.Add(time.Duration(near.Draw(t, "due")) * time.Hour)})
			parts.Wishes.Rows = append(parts.Wishes.Rows, caller.Wish{Head: ref("w", i), Since: on - 9, Arrived: on + customer.Date(near.Draw(t, "arrived"))})
		}
		call := caller.Call{At: now}
		if rapid.Bool().Draw(t, "about") {
			call.About = []string{rapid.SampledFrom([]string{"o0", "k1", "m0"}).Draw(t, "what")}
		}
		before, err := json.Marshal(parts)
		require.NoError(t, err)
		seen := view(t, call, parts)
		after, err := json.Marshal(parts)
		require.NoError(t, err)
		assert.JSONEq(t, string(before), string(after))
		assert.Len(t, seen.Orders, len(parts.Orders.Rows))

		seed := rapid.Uint64().Draw(t, "shuffle")
		dice := rand.New(rand.NewPCG(seed, 1))
		shuffled := parts
		shuffled.Orders.Rows, shuffled.Cases.Rows = slices.Clone(parts.Orders.Rows), slices.Clone(parts.Cases.Rows)
		shuffled.Promises.Rows, shuffled.Wishes.Rows = slices.Clone(parts.Promises.Rows), slices.Clone(parts.Wishes.Rows)
		dice.Shuffle(len(shuffled.Orders.Rows), reflect.Swapper(shuffled.Orders.Rows))
		dice.Shuffle(len(shuffled.Cases.Rows), reflect.Swapper(shuffled.Cases.Rows))
		dice.Shuffle(len(shuffled.Promises.Rows), reflect.Swapper(shuffled.Promises.Rows))
		dice.Shuffle(len(shuffled.Wishes.Rows), reflect.Swapper(shuffled.Wishes.Rows))
		assert.Equal(t, seen, view(t, call, shuffled))

		// Nothing twice, and nothing of what the call is about.
		told := map[string]bool{}
		for _, line := range append(slices.Clone(seen.Also), seen.Left...) {
			assert.False(t, told[line.Ref], line.Ref)
			told[line.Ref] = true
		}
		for _, line := range seen.Also {
			assert.NotContains(t, call.About, line.Ref)
		}
	})
}

func TestFaults(t *testing.T) {
	_, err := caller.New(caller.Rules{
		First: -1, Shown: 11, StaleMinutes: -1, EndingDays: -1, Zone: "Mars",
		Tell: []caller.Tell{{}, {Topic: caller.OrderLate, HushGrade: -1, Purpose: "\x00"}, {Topic: caller.OrderLate}},
	}, nil)
	assert.Equal(t, []string{
		"id", "version", "zone", "currency.code", "first", "shown", "stale_minutes", "ending_days",
		"tell[0].topic", "tell[1].hush_grade", "tell[1].purpose", "tell[2].topic",
	}, slices.Compact(customertest.Paths(t, err)))

	now := at(t, "2026-11-25")
	_, err = screen(t, rules()).View(caller.Call{About: []string{""}}, caller.Parts{
		Who:    caller.Who{StandIn: "bob", Sharing: -1, Identifiers: []caller.Identifier{{}}},
		Orders: caller.Supplied(now, caller.Order{Step: 1, TotalMinor: caller.MaxMinor + 1, Promised: -1, Ready: -1}),
		Cases:  caller.Supplied(now, caller.Case{Grade: -1, Contacts: -1}),
		Products: caller.Supplied(now, caller.Product{
			Gone: -1, Covers: []caller.Cover{{}}, Service: []caller.Service{{To: -1, Failed: true}, {Failed: true}},
		}),
		Money:     caller.Supplied(now, caller.Receivable{LeftMinor: -caller.MaxMinor - 1}),
		Credit:    caller.Credit{LimitMinor: 1},
		Promises:  caller.Supplied(now, caller.Promise{}),
		Wishes:    caller.Supplied(now, caller.Wish{}),
		Quotes:    caller.Supplied(now, caller.Quote{}),
		Contacts:  caller.Supplied(now, caller.Contact{}),
		Purchases: caller.Supplied(now, caller.Purchase{}),
		Consents:  caller.Supplied(now, caller.Consent{}),
	})
	assert.Equal(t, []string{
		"at", "about[0]", "who.customer", "who.identifiers[0].scheme", "who.stand_in", "who.sharing",
		"orders.rows[0].ref", "orders.rows[0].placed", "orders.rows[0].promised", "orders.rows[0].ready", "orders.rows[0].step", "orders.rows[0].total_minor",
		"cases.rows[0].ref", "cases.rows[0].opened", "cases.rows[0].grade", "cases.rows[0].with", "cases.rows[0].contacts",
		"products.rows[0].ref", "products.rows[0].gone", "products.rows[0].covers[0].id", "products.rows[0].covers[0].window", "products.rows[0].covers[0].window.counted",
		"products.rows[0].service[0].ref", "products.rows[0].service[0].from", "products.rows[0].service[0].to",
		"products.rows[0].service[1].ref", "products.rows[0].service[1].from", "products.rows[0].service[1].failed", "products.rows[0].bought",
		"money.rows[0].ref", "money.rows[0].left_minor", "money.rows[0].due", "credit.limit_minor",
		"promises.rows[0].ref", "promises.rows[0].by", "promises.rows[0].due", "wishes.rows[0].ref", "wishes.rows[0].since",
		"quotes.rows[0].ref", "quotes.rows[0].on", "contacts.rows[0].ref", "contacts.rows[0].at", "contacts.rows[0].channel",
		"purchases.rows[0].ref", "purchases.rows[0].on", "consents.rows[0].purpose", "consents.rows[0].channel",
	}, customertest.Paths(t, err))

	twice := caller.Parts{Who: who(), Wishes: caller.Supplied(now, caller.Wish{Head: head("w"), Since: 739_000}, caller.Wish{Head: head("w"), Since: 739_000})}
	_, err = screen(t, rules()).View(caller.Call{At: now}, twice)
	assert.Equal(t, []string{"wishes.rows[1].ref"}, customertest.Paths(t, err))

	said := caller.Parts{Who: who(), Consents: caller.Supplied(now, caller.Consent{"offers", "phone", true}, caller.Consent{"offers", "mail", false}, caller.Consent{"offers", "phone", false})}
	_, err = screen(t, rules()).View(caller.Call{At: now}, said)
	assert.Equal(t, []string{"consents.rows[2]"}, customertest.Paths(t, err), "both yes and no")

	// A screen that New has not made says so.
	for _, none := range []*caller.Screen{nil, {}} {
		_, err = none.View(caller.Call{At: now}, caller.Parts{Who: who()})
		require.ErrorContains(t, err, "a screen comes from New")
		assert.Equal(t, "1 minor unit to be paid by 25 Nov 2026", none.Explain(customer.Reason{Code: caller.CodeBill, Fact: 1, By: day(t, "2026-11-25")}, customer.English))
		assert.NotEmpty(t, none.Lines(caller.View{}, customer.English))
	}

	// Rules that are not in force refuse.
	later := rules()
	later.From = day(t, "2026-11-26")
	_, err = screen(t, later).View(caller.Call{At: now}, caller.Parts{Who: who()})
	var refusal *customer.Refusal
	require.ErrorAs(t, err, &refusal)
}

func TestRulesRoundTrip(t *testing.T) {
	data, err := json.Marshal(rules())
	require.NoError(t, err)
	read, err := caller.ParseRules(data)
	require.NoError(t, err)
	assert.Equal(t, rules(), read)
}

func TestTexts(t *testing.T) {
	assert.Equal(t, "orders cases products money promises wishes quotes contacts purchases consents", customertest.Texts(t, caller.Consents))
	assert.Equal(t, "order-ready order-late order-under-way case-with-her case-late case-under-way promise-broken promise-due wish-arrived warranty-ending quote-ending payment-late",
		customertest.Texts(t, caller.PaymentLate))
	assert.Equal(t, "us customer others", customertest.Texts(t, caller.WithOthers))
}

// Every code has a sentence in both languages, with every figure that it holds and without. Row B12.
func TestExplain(t *testing.T) {
	seen := map[string]string{}
	for _, code := range customertest.Codes(t, "reason.go") {
		full := customer.Reason{
			Code: code, Of: "orders", Fact: 3, Mark: 5, Unit: customer.UnitDays,
			At: at(t, "2026-11-25"), Until: at(t, "2026-11-26"), On: day(t, "2026-11-20"), By: day(t, "2026-11-30"),
		}
		for _, reason := range []customer.Reason{full, {Code: code}} {
			for _, language := range []customer.Language{customer.English, customer.Chinese} {
				text := caller.Explain(reason, language)
				assert.NotEmpty(t, text, code)
				assert.NotContains(t, text, "caller.", code)
				assert.NotContains(t, text, "%!", code)
			}
		}
		for _, language := range []customer.Language{customer.English, customer.Chinese} {
			text := caller.Explain(full, language)
			assert.Equal(t, text, strings.TrimSpace(text), code)
			assert.Empty(t, seen[text], "%s and %s are one sentence", seen[text], code)
			seen[text] = code
		}
	}
	assert.Equal(t, "other.code", caller.Explain(customer.Reason{Code: "other.code"}, customer.English))
	assert.Contains(t, screen(t, rules()).Explain(customer.Reason{Code: caller.CodeBill, Fact: 1250}, customer.English), "12.50 CNY")
	for section := caller.Orders; section <= caller.Consents; section++ {
		chinese := caller.Explain(customer.Reason{Code: caller.CodeNotSupplied, Of: section.String()}, customer.Chinese)
		assert.NotContains(t, chinese, section.String())
	}
}

// BenchmarkView makes a view of a wholesaler: 20 orders, 5 cases, 10 products with 3 services each,
// 30 bills, and 10 rows of everything else.
func BenchmarkView(b *testing.B) {
	now := time.Date(2026, 11, 25, 10, 30, 0, 0, time.UTC)
	on := customer.DateOf(now, time.UTC)
	parts := caller.Parts{Who: who()}
	many := func(n int, each func(i int, h caller.Head)) {
		for i := range n {
			each(i, caller.Head{Ref: fmt.Sprint("r-", n, "-", i), What: "something"})
		}
	}
	parts.Orders.AsOf, parts.Cases.AsOf, parts.Products.AsOf, parts.Money.AsOf, parts.Promises.AsOf = now, now, now, now, now
	parts.Wishes.AsOf, parts.Quotes.AsOf, parts.Contacts.AsOf, parts.Purchases.AsOf, parts.Consents.AsOf = now, now, now, now, now
	many(20, func(i int, h caller.Head) {
		parts.Orders.Rows = append(parts.Orders.Rows, caller.Order{Head: h, Placed: on - 20, Promised: on + customer.Date(i-5)})
	})
	many(5, func(i int, h caller.Head) {
		parts.Cases.Rows = append(parts.Cases.Rows, caller.Case{Head: h, Opened: now.AddDate(0, 0, -i), With: caller.WithUs, Grade: i, Due: now.Add(time.Hour)})
	})
	many(11, func(i int, h caller.Head) {
		parts.Products.Rows = append(parts.Products.Rows, caller.Product{
			Head: h, Bought: on - customer.Date(100*i+60), Covers: []caller.Cover{{"year", warranty.Window{Years: 1, Counted: warranty.FromPurchase, RepairsProlong: true}}},
			Service: []caller.Service{{Ref: "s-1", From: on - 50, To: on - 48}, {Ref: "s-2", From: on - 40, To: on - 38}, {Ref: "s-3", From: on - 30, To: on - 28}},
		})
	})
	many(30, func(i int, h caller.Head) {
		parts.Money.Rows = append(parts.Money.Rows, caller.Receivable{Head: h, LeftMinor: 100_00, Due: on + customer.Date(i-10)})
	})
	many(10, func(i int, h caller.Head) {
		parts.Promises.Rows = append(parts.Promises.Rows, caller.Promise{Head: h, By: "ann", Due: now.AddDate(0, 0, i-2)})
		parts.Wishes.Rows = append(parts.Wishes.Rows, caller.Wish{Head: h, Since: on - 30, Arrived: on - 1})
		parts.Quotes.Rows = append(parts.Quotes.Rows, caller.Quote{Head: h, On: on - customer.Date(i), EachMinor: 100})
		parts.Contacts.Rows = append(parts.Contacts.Rows, caller.Contact{Head: h, At: now.AddDate(0, 0, -i), Channel: "phone"})
		parts.Purchases.Rows = append(parts.Purchases.Rows, caller.Purchase{Head: h, On: on - customer.Date(i), PaidMinor: 100})
	})
	s := screen(b, rules())
	b.Run("view", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := s.View(caller.Call{At: now}, parts); err != nil {
				b.Fatal(err)
			}
		}
	})
	seen, err := s.View(caller.Call{At: now}, parts)
	require.NoError(b, err)
	b.Run("lines", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			s.Lines(seen, customer.English)
		}
	})
}
