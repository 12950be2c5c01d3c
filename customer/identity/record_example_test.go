package identity_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/customer/journal"
)

// A record grows: little at the first contact, more at a purchase. What to ask next follows from what
// is missing and what it is worth; what she declined to answer is left alone. Row B15.
func ExampleRegister_Questions() {
	ctx := context.Background()
	zone, _ := time.LoadLocation("Asia/Shanghai")
	register, err := identity.New(identity.Rules{
		Edition: customer.Edition{ID: "house", Version: 1},
		Zone:    "Asia/Shanghai",
		Schemes: []identity.Scheme{
			{ID: "phone", Shared: true, Shown: 4, Asking: identity.Asking{Weight: 300, Ask: []string{"first-contact", "purchase"}}},
		},
		Fields: []identity.Field{
			{ID: "name", Type: identity.Text, Survive: identity.MostTrusted, Personal: true, Asking: identity.Asking{Weight: 200, Ask: []string{"first-contact"}}},
			{ID: "birth-date", Type: identity.Day, Survive: identity.MostTrusted, Personal: true, Past: true, Asking: identity.Asking{Weight: 150, Ask: []string{"purchase"}, AgainDays: 60}},
			{ID: "address", Type: identity.Text, Survive: identity.Newest, Personal: true, Asking: identity.Asking{Weight: 350, Ask: []string{"purchase"}, RefreshDays: 730}},
		},
		Sources:   []identity.Source{{ID: "till", Trust: 10}, {ID: "form", Trust: 50}},
		Occasions: []string{"first-contact", "purchase"},
	}, zone, identity.Verbatim)
	if err != nil {
		fmt.Println(err)
		return
	}
	var store journal.Mem[customer.ID, identity.Record, identity.Entry]
	step := func(ref, at string) journal.Step {
		instant, _ := time.ParseInLocation("2006-01-02 15:04", at, zone)
		return journal.Step{Ref: ref, By: "ann", At: instant}
	}
	show := func(record identity.Record, occasion string, at time.Time) {
		fmt.Printf("%d‰ known\n", register.Completeness(record, at).Permille)
		questions, _ := register.Questions(record, occasion, at)
		for _, question := range questions {
			fmt.Println("  ask:", identity.Explain(question.Reason, customer.English))
		}
	}

	open := identity.Open{
		Step: step("o-1", "2026-05-04 10:00"), Kind: identity.Person, Source: "till",
		Identifiers: []identity.Identifier{identity.Told("phone", "", "138 0571 8765")},
	}
	answer, _ := journal.Book(ctx, &store, "c-1", open, register.Open)
	show(answer.State, "first-contact", open.At)

	tell := identity.Tell{
		Step: step("t-1", "2026-05-20 17:30"), Source: "form", Permille: 900,
		Facts: []identity.Fact{{Field: "name", Value: "Chen Li"}},
	}
	answer, _ = journal.Book(ctx, &store, "c-1", tell, register.Tell)
	show(answer.State, "purchase", tell.At)

	decline := identity.Decline{Step: step("d-1", "2026-05-20 17:31"), What: "birth-date"}
	answer, _ = journal.Book(ctx, &store, "c-1", decline, register.Decline)
	show(answer.State, "purchase", decline.At)

	known, _ := register.Value(answer.State, "name")
	fmt.Println(known.Value, "by", known.Source, "on", known.On, "sure to", known.Permille)
	fmt.Println("printed:", known)
	// Output:
	// 300‰ known
	//   ask: name is not known, and is 20 % of what matters
	// 500‰ known
	//   ask: address is not known, and is 35 % of what matters
	//   ask: birth-date is not known, and is 15 % of what matters
	// 500‰ known
	//   ask: address is not known, and is 35 % of what matters
	// Chen Li by form on 2026-05-20 sure to 900
	// printed: name … (form, 2026-05-20)
}

// The number on the permit is not the one of the day on which the account was opened. Nobody is sent
// away: staff has seen the permit and corrects the record, a shift lead approves it on the telephone,
// and the old number still leads to her. Rows A22, A23.
func ExampleRegister_Correct() {
	zone, _ := time.LoadLocation("Asia/Shanghai")
	register, err := identity.New(identity.Rules{
		Edition:    customer.Edition{ID: "bank", Version: 1},
		Zone:       "Asia/Shanghai",
		Schemes:    []identity.Scheme{{ID: "permit", Issuers: []string{"CN"}, Document: true, Shown: 2}},
		Sources:    []identity.Source{{ID: "counter", Trust: 500}},
		Correcting: identity.CorrectionRules{Roles: []string{"shift-lead"}, Evidence: []string{"permit-seen"}},
	}, zone, identity.Verbatim)
	if err != nil {
		fmt.Println(err)
		return
	}
	day := func(text string) customer.Date {
		date, _ := customer.ParseDate(text)
		return date
	}
	step := func(ref, by string, year int) journal.Step {
		return journal.Step{Ref: ref, By: by, At: time.Date(year, 5, 4, 10, 0, 0, 0, zone)}
	}
	old := identity.Token{Scheme: "permit", Issuer: "CN", Value: "0012345678"}
	decision, _ := register.Open(identity.Record{}, identity.Open{
		Step: step("o-1", "ann", 2021), Kind: identity.Person, Source: "counter",
		Identifiers: []identity.Identifier{{Token: identity.Token{Scheme: "permit", Issuer: "CN"}, Raw: "0012345678", LastDay: day("2026-03-01")}},
	})
	decision, err = register.Correct(decision.Next, identity.Correct{
		Step: step("k-1", "ann", 2026), Was: old, Source: "counter", Evidence: "permit-seen", Proof: "scan-77",
		Becomes: identity.Identifier{Token: identity.Token{Scheme: "permit", Issuer: "CN"}, Raw: "T99887766", From: day("2026-02-01"), LastDay: day("2031-02-01")},
	})
	fmt.Println(err, identity.Explain(decision.Reasons[0], customer.English))

	_, err = register.Approve(decision.Next, identity.Approve{Step: step("a-1", "ann", 2026), Correction: "k-1", Role: "clerk"})
	var refusal *customer.Refusal
	if errors.As(err, &refusal) {
		for _, missing := range refusal.Missing {
			fmt.Println("no:", identity.Explain(missing, customer.English))
		}
	}
	decision, err = register.Approve(decision.Next, identity.Approve{Step: step("a-2", "bea", 2026), Correction: "k-1", Role: "shift-lead"})
	fmt.Println(err, identity.Explain(decision.Reasons[0], customer.English))

	record := decision.Next
	for _, held := range record.Identifiers {
		status, _ := held.Status(step("", "", 2026).At)
		fmt.Println(held, status)
	}
	audit := record.Corrections[0]
	fmt.Println(audit.By, "found it on", audit.Correct.Evidence, audit.Correct.Proof+",", audit.Decider, "approved as", audit.Role)
	// Output:
	// <nil> permit will be corrected once somebody else approves
	// no: ann found the correction, and somebody else approves it
	// no: a correction is not approved in the role clerk
	// <nil> permit is corrected
	// permit/CN …78 ended
	// permit/CN …66 good
	// ann found it on permit-seen scan-77, bea approved as shift-lead
}

// A company has buyers with cards of their own. Row B4.
func ExampleRegister_Spend() {
	zone, _ := time.LoadLocation("Asia/Shanghai")
	register, err := identity.New(identity.Rules{
		Edition:  customer.Edition{ID: "house", Version: 1},
		Zone:     "Asia/Shanghai",
		Currency: customer.Currency{Code: "CNY", Digits: 2},
		Schemes:  []identity.Scheme{{ID: "buyer-card", Holders: true, Shown: 4}},
		Sources:  []identity.Source{{ID: "desk", Trust: 100}},
	}, zone, identity.Verbatim)
	if err != nil {
		fmt.Println(err)
		return
	}
	at := time.Date(2026, 5, 4, 10, 0, 0, 0, zone)
	step := func(ref string) journal.Step { return journal.Step{Ref: ref, By: "ann", At: at} }
	card := identity.Token{Scheme: "buyer-card", Value: "88880001"}
	decision, _ := register.Open(identity.Record{}, identity.Open{Step: step("o-1"), Kind: identity.Organisation, Source: "desk"})
	decision, _ = register.Issue(decision.Next, identity.Issue{
		Step: step("i-1"), Holder: "h-1", Name: "Wang", Source: "desk",
		Card:   identity.Told("buyer-card", "", "88880001"),
		Limits: identity.Limits{PurchaseMinor: 200_000, DayMinor: 300_000},
	})
	company := decision.Next
	say := func(company identity.Record, card identity.Token, minor int64, bought ...identity.Bought) {
		answer, err := register.Spend(company, card, minor, bought, at)
		fmt.Println(answer.May, answer.Holder, err)
		for _, reason := range answer.Reasons {
			fmt.Println("  " + register.Explain(reason, customer.English))
		}
	}
	say(company, card, 150_000)
	say(company, card, 250_000, identity.Bought{At: at.Add(-time.Hour), Minor: 150_000})

	decision, _ = register.Spoil(company, identity.Spoil{Step: step("s-1"), Token: card, Flaw: identity.Lost, Evidence: "he-called"})
	decision, _ = register.Reissue(decision.Next, identity.Reissue{
		Step: step("i-2"), Holder: "h-1", Source: "desk", Card: identity.Told("buyer-card", "", "88880002"),
	})
	say(decision.Next, card, 100)
	card.Value = "88880002"
	say(decision.Next, card, 100)
	// Output:
	// true h-1 <nil>
	//   1500.00 CNY is within the 2000.00 CNY that h-1 may spend now
	// false h-1 <nil>
	//   h-1 may buy for 2000.00 CNY at once, and this is 2500.00 CNY
	//   h-1 may buy for 3000.00 CNY a day, and this makes 4000.00 CNY
	// false h-1 <nil>
	//   buyer-card: it is lost, known since 4 May 2026, 10:00 CST
	// true h-1 <nil>
	//   1.00 CNY is within the 2000.00 CNY that h-1 may spend now
}

// The shop says 「主人」 to everybody; who wants another name is called by that. Row E21.
func ExampleRegister_Address() {
	zone, _ := time.LoadLocation("Asia/Shanghai")
	register, err := identity.New(identity.Rules{
		Edition: customer.Edition{ID: "nuts", Version: 1},
		Zone:    "Asia/Shanghai",
		Fields:  []identity.Field{{ID: "family-name", Type: identity.Text, Survive: identity.Newest, Personal: true}},
		Sources: []identity.Source{{ID: "shop", Trust: 10}},
		Addresses: []identity.AddressRule{
			{Language: "zh", Kinds: []identity.Kind{identity.Person}, Pattern: "主人"},
			{Language: "en", Pattern: "Dear Ms {family-name}"},
			{Language: "en", Pattern: "Dear customer"},
		},
	}, zone, identity.Verbatim)
	if err != nil {
		fmt.Println(err)
		return
	}
	at := time.Date(2026, 5, 4, 10, 0, 0, 0, zone)
	step := func(ref string) journal.Step { return journal.Step{Ref: ref, By: "ann", At: at} }
	decision, _ := register.Open(identity.Record{}, identity.Open{Step: step("o-1"), Kind: identity.Person, Source: "shop"})
	fmt.Println(register.Address(decision.Next, "zh", at).Text, "/", register.Address(decision.Next, "en", at).Text)

	decision, _ = register.Tell(decision.Next, identity.Tell{Step: step("t-1"), Source: "shop", Facts: []identity.Fact{{Field: "family-name", Value: "Chen"}}})
	fmt.Println(register.Address(decision.Next, "zh", at).Text, "/", register.Address(decision.Next, "en", at).Text)

	decision, _ = register.Call(decision.Next, identity.Call{Step: step("w-1"), Language: "zh", Called: "小陈"})
	address := register.Address(decision.Next, "zh", at)
	fmt.Println(address.Text, "/", identity.Explain(address.Reasons[0], customer.Chinese))
	// Output:
	// 主人 / Dear customer
	// 主人 / Dear Ms Chen
	// 小陈 / 客户于2026年5月4日10:00(CST)要求如此称呼
}

// A log shows of a record what the rules say may be shown. As text log/slog prints by itself; a handler
// that writes JSON is told to print.
func ExampleRecord() {
	register, err := identity.New(identity.Rules{
		Edition: customer.Edition{ID: "house", Version: 1}, Zone: "UTC",
		Schemes: []identity.Scheme{{ID: "phone", Shown: 4}},
		Sources: []identity.Source{{ID: "till", Trust: 10}},
	}, time.UTC, identity.Verbatim)
	if err != nil {
		fmt.Println(err)
		return
	}
	decision, _ := register.Open(identity.Record{}, identity.Open{
		Step: journal.Step{Ref: "o-1", By: "ann", At: time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC)}, Kind: identity.Person, Source: "till",
		Identifiers: []identity.Identifier{identity.Told("phone", "", "13805718765")},
	})
	timeless := func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		if a.Value.Kind() == slog.KindAny {
			a.Value = slog.StringValue(fmt.Sprint(a.Value.Any()))
		}
		return a
	}
	log := slog.New(slog.NewJSONHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: timeless}))
	log.Info("calls", "by", decision.Next.Identifiers[0])
	// Output:
	// {"level":"INFO","msg":"calls","by":"phone …8765"}
}
