package wish_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/wish"
)

func zone(tb testing.TB) *time.Location {
	tb.Helper()
	loaded, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(tb, err)
	return loaded
}

// at reads an instant: "2026-11-25 09:30", in Shanghai.
func at(text string) time.Time {
	read, err := time.ParseInLocation("2006-01-02 15:04", text, time.FixedZone("CST", 8*60*60))
	if err != nil {
		panic(err)
	}
	return read
}

func day(text string) customer.Date {
	read, err := customer.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return read
}

func step(ref, when string) journal.Step { return journal.Step{Ref: ref, By: "ann", At: at(when)} }

func rulesOf(tb testing.TB, file string) wish.Rules {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", file))
	require.NoError(tb, err)
	rules, err := wish.ParseRules(data)
	require.NoError(tb, err)
	return rules
}

func bookOf(tb testing.TB, rules wish.Rules) *wish.Book {
	tb.Helper()
	book, err := wish.New(rules, zone(tb))
	require.NoError(tb, err)
	return book
}

// whole are rules with every field set.
func whole() wish.Rules {
	return wish.Rules{
		Edition: customer.Edition{ID: "house", Version: 2, From: day("2020-01-01"), Until: day("2040-01-01")},
		Zone:    "Asia/Shanghai", Currency: customer.Currency{Code: "CNY", Digits: 2},
		Kinds: []wish.KindRule{
			{ID: "seat", Weight: 10, One: true, HalfLifeDays: 100, LeastTimes: 2, LeastPermille: 50, AskAfter: 3, SaidDays: 400},
			{ID: "taste", Weight: 3, HalfLifeDays: 365},
			{ID: "health", Weight: 20, Sensitive: true},
		},
		Needs: wish.NeedRules{
			Groups:   []wish.GroupRule{{ID: "quiet", Suits: []string{"garden", "attic"}}, {ID: "stairs", Suits: []string{"ground"}}, {ID: "sauna"}},
			LeadDays: 7,
		},
		Wishes:  wish.WaitRules{Days: 90, KeptDays: 3, Alternatives: 2, AlternativesAlone: true},
		Intents: wish.IntentRules{Whys: []string{"price", "staff"}, Days: 365},
	}
}

// run is a memory in the making.
type run struct {
	tb testing.TB
	*wish.Book
	m       wish.Memory
	history []wish.Entry
}

func begin(tb testing.TB, rules wish.Rules) *run {
	tb.Helper()
	return &run{tb: tb, Book: bookOf(tb, rules)}
}

// must goes on with a decision.
func (r *run) must(d wish.Decision, err error) wish.Decision {
	r.tb.Helper()
	require.NoError(r.tb, err)
	r.m = d.Next
	r.history = append(r.history, d.Entries...)
	return d
}

// missing are the codes of a refusal.
func missing(tb testing.TB, _ wish.Decision, err error) []string {
	tb.Helper()
	var refusal *customer.Refusal
	if !errors.As(err, &refusal) {
		tb.Fatalf("no refusal, but %v", err)
	}
	return codes(refusal.Missing)
}

func codes(reasons []customer.Reason) []string {
	var all []string
	for _, r := range reasons {
		all = append(all, r.Code)
	}
	return all
}

// life is a memory that has one of everything.
func life(tb testing.TB) *run {
	tb.Helper()
	r := begin(tb, whole())
	white := []wish.Attribute{{Name: "colour", Value: "white"}}
	r.must(r.Observe(r.m, wish.Observe{Step: step("o-1", "2026-01-10 08:00"), Saw: []wish.Sight{{Kind: "seat", Value: "window", Leaning: wish.For}, {Kind: "taste", Value: "fish", Leaning: wish.Against}}}))
	r.must(r.Observe(r.m, wish.Observe{Step: step("o-2", "2026-03-10 08:00"), On: day("2026-03-09"), Saw: []wish.Sight{{Kind: "seat", Value: "window", Leaning: wish.For}}}))
	r.must(r.Observe(r.m, wish.Observe{Step: step("o-3", "2026-04-10 08:00"), Saw: []wish.Sight{{Kind: "seat", Value: "aisle", Leaning: wish.For}, {Kind: "health", Value: "cane", Leaning: wish.For}}, Consent: "form-7"}))
	r.must(r.Say(r.m, wish.Say{Step: step("s-1", "2026-04-11 08:00"), Kind: "taste", Value: "spicy", Leaning: wish.For, Strength: 4, Until: day("2027-01-01")}))
	r.must(r.Say(r.m, wish.Say{Step: step("s-2", "2026-04-11 08:01"), Kind: "health", Value: "feathers", Leaning: wish.Against, Strength: 5, Consent: "form-7"}))
	r.must(r.Say(r.m, wish.Say{Step: step("s-3", "2026-04-11 08:02"), Kind: "seat", Value: "terrace", Leaning: wish.For, Strength: 2}))
	r.must(r.Forget(r.m, wish.Forget{Step: step("f-1", "2026-04-12 08:00"), Kind: "health", Value: "cane", Why: "she asked\nfor it"}))
	r.must(r.Need(r.m, wish.Need{Step: step("n-1", "2026-04-12 09:00"), Group: "quiet", Depth: wish.Necessity, Note: "the lift", Suits: []string{"attic"}}))
	r.must(r.Need(r.m, wish.Need{Step: step("n-2", "2026-04-12 09:01"), Group: "sauna", Depth: wish.Desire}))
	r.must(r.Need(r.m, wish.Need{Step: step("n-3", "2026-04-12 09:02"), Group: "stairs", Depth: wish.Necessity, Expected: day("2026-06-01")}))
	r.must(r.Link(r.m, wish.Link{Step: step("u-1", "2026-04-13 09:00"), Need: "n-1", With: []string{"attic", "suite-5"}}))
	r.must(r.Close(r.m, wish.Close{Step: step("m-1", "2026-04-14 09:00"), Need: "n-1", With: "suite-5", Note: "she slept well"}))
	r.must(r.Close(r.m, wish.Close{Step: step("d-1", "2026-04-14 09:01"), Need: "n-2", Note: "we build none"}))
	r.must(r.Want(r.m, wish.Want{Step: step("w-1", "2026-05-01 10:00"), Product: "book-14", Family: "notebooks", Variant: white, Quantity: 2, MaxMinor: 699900, Channel: "sms", Note: "the white one"}))
	r.must(r.Want(r.m, wish.Want{Step: step("w-2", "2026-05-01 10:01"), Product: "mouse-1", Quantity: 1, Until: day("2026-05-20"), Channel: "sms"}))
	r.must(r.Tell(r.m, wish.Tell{Step: step("w-1/1", "2026-05-11 10:00"), Wish: "w-1", With: []string{"B14-W", "A13-W"}, Allowed: true}))
	r.must(r.Bounce(r.m, wish.Bounce{Step: step("x-1", "2026-05-11 10:30"), Notice: "w-1/1", Why: "no such number"}))
	r.must(r.Tell(r.m, wish.Tell{Step: step("w-1/2", "2026-05-11 11:00"), Wish: "w-1", With: []string{"B14-W"}, Allowed: true}))
	r.must(r.Buy(r.m, wish.Buy{Step: step("b-1", "2026-05-12 11:00"), SKU: "B14-W", Product: "book-14", Has: white, Quantity: 1}))
	r.must(r.Buy(r.m, wish.Buy{Step: step("b-2", "2026-05-13 11:00"), SKU: "A13-W", Product: "air-13", Has: white, Quantity: 1, Instead: "w-1"}))
	r.must(r.Withdraw(r.m, wish.Withdraw{Step: step("y-1", "2026-05-14 11:00"), Wish: "w-2", Why: "she has one"}))
	r.must(r.Intend(r.m, wish.Intend{Step: step("i-1", "2026-05-15 11:00"), Intent: wish.Return, Why: "staff", Note: "they remembered"}))
	r.must(r.Want(r.m, wish.Want{Step: step("w-3", "2026-05-16 10:00"), Product: "book-14", Family: "notebooks", Variant: white, Quantity: 1, Channel: "sms"}))
	r.must(r.Want(r.m, wish.Want{Step: step("w-4", "2026-05-17 10:00"), Product: "book-14", Family: "notebooks", Quantity: 1, Channel: "phone", Instead: "w-3"}))
	return r
}
