package lifecycle_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
	"github.com/rapport-crm/rapport/lifecycle"
)

func referralRules() lifecycle.ReferralRules {
	return lifecycle.ReferralRules{
		Edition: customer.Edition{ID: "friends", Version: 3}, Zone: "UTC",
		ReferralTerms: lifecycle.ReferralTerms{
			Currency: customer.Currency{Code: "EUR", Digits: 2}, WithinDays: 30, LeastMinor: 2000, RewardAfterDays: 14,
			ForReferrer: []lifecycle.Reward{{Points: 500}, {Coupon: "tea"}}, ForNewcomer: []lifecycle.Reward{{Coupon: "welcome"}},
		},
		StayedFromDays: 30, StayedUntilDays: 180,
	}
}

func newReferrals(t require.TestingT, rules lifecycle.ReferralRules) *lifecycle.Referrals {
	referrals, err := lifecycle.NewReferrals(rules, time.UTC)
	require.NoError(t, err)
	return referrals
}

// noon is an instant of a civil day in UTC.
func noon(day string) time.Time { return on(day).Start(time.UTC).Add(12 * time.Hour) }

// took is the standing after a decision that must be one, from nothing or from another
// standing.
func took(t require.TestingT, d lifecycle.Decision, err error) lifecycle.Standing {
	require.NoError(t, err)
	return d.Next
}

// vouched is the standing of anna, who has bought since a day and may bring others.
func vouched(t require.TestingT, r *lifecycle.Referrals, first string) lifecycle.Standing {
	return vouchedAs(t, r, "anna", first)
}

func vouchedAs(t require.TestingT, r *lifecycle.Referrals, who customer.ID, first string) lifecycle.Standing {
	d, err := r.Vouch(lifecycle.Standing{}, lifecycle.Vouch{Ref: "v", At: noon("2026-11-02"), Customer: who}, on(first))
	return took(t, d, err)
}

// introduction is that of ben by anna on a day.
func introduction(day string) lifecycle.Introduction {
	return lifecycle.Introduction{Ref: "i-1", At: noon(day), Newcomer: "ben", By: "anna"}
}

// broughtOn is the standing of somebody whom anna brought on a day.
func broughtOn(t require.TestingT, r *lifecycle.Referrals, day string) lifecycle.Standing {
	d, err := r.Bring(lifecycle.Standing{}, introduction(day), lifecycle.Acquaintance{Referrer: vouched(t, r, "2026-03-14")})
	return took(t, d, err)
}

func TestReferralRules(t *testing.T) {
	rules := referralRules()
	text, err := json.Marshal(rules)
	require.NoError(t, err)
	read, err := lifecycle.ParseReferralRules(text)
	require.NoError(t, err)
	assert.Equal(t, rules, read)
	_, err = lifecycle.ParseReferralRules([]byte(`{"id": "x", "withindays": 3}`))
	require.Error(t, err, "a misspelt rule is not a rule switched off")

	_, err = lifecycle.NewReferrals(lifecycle.ReferralRules{Zone: "Local"}, time.UTC)
	assert.Equal(t, []string{
		"id = ", "version = 0", "zone = Local", "currency.code = ", "least_minor = 0", "for_referrer = ",
		"stayed_from_days = 0", "stayed_until_days = 0",
	}, faults(err))

	rules.WithinDays, rules.RewardAfterDays, rules.LeastMinor = 3661, -1, 1_000_000_000_001
	rules.ForReferrer = []lifecycle.Reward{{}, {Points: 5, Coupon: "both"}, {Points: -1}, {Points: 1_000_000_000_001}}
	rules.ForNewcomer = make([]lifecycle.Reward, lifecycle.MaxRewards+1)
	rules.StayedFromDays, rules.StayedUntilDays = 31, 30
	_, err = lifecycle.NewReferrals(rules, time.UTC)
	found := faults(err)
	for _, want := range []string{
		"within_days = 3661", "least_minor = 1000000000001", "reward_after_days = -1",
		"for_referrer[0] = ", "for_referrer[1] = both", "for_referrer[2].points = -1", "for_referrer[3].points = 1000000000001",
		"for_newcomer = 11", "stayed_until_days = 30",
	} {
		assert.Contains(t, found, want)
	}

	list := referralRules().ForReferrer
	kept := newReferrals(t, referralRules())
	changed := referralRules()
	changed.ForReferrer = list
	other := newReferrals(t, changed)
	list[0].Points = 1 // the rule book has its own
	assert.Equal(t, broughtOn(t, kept, "2026-11-02"), broughtOn(t, other, "2026-11-02"))
}

// row D13: who may bring whom, on both sides of every day.
func TestBring(t *testing.T) {
	r := newReferrals(t, referralRules())
	for _, tc := range []struct {
		name  string
		asked lifecycle.Introduction
		since string // the first day of purchase of the one who brings; "" has not vouched
		first string // the newcomer's; "" has not bought
		same  bool
		no    []string
	}{
		{name: "a friend", asked: introduction("2026-11-02"), since: "2026-03-14"},
		{name: "who bought for the first time that day", asked: introduction("2026-11-02"), since: "2026-11-02"},
		{name: "who bought the day after", asked: introduction("2026-10-31"), since: "2026-11-01", no: []string{lifecycle.CodeReferralTooEarly}},
		{name: "who has not vouched", asked: introduction("2026-11-02"), no: []string{lifecycle.CodeReferralNoVouch}},
		{name: "to her first basket", asked: introduction("2026-11-02"), since: "2026-03-14", first: "2026-11-02"},
		{name: "and she bought later, told late", asked: introduction("2026-11-02"), since: "2026-03-14", first: "2026-11-03"},
		{name: "but she bought the day before", asked: introduction("2026-11-02"), since: "2026-03-14", first: "2026-11-01", no: []string{lifecycle.CodeReferralNotNew}},
		{name: "herself", asked: lifecycle.Introduction{Ref: "i", At: noon("2026-11-02"), Newcomer: "anna", By: "anna"}, since: "2026-03-14", no: []string{lifecycle.CodeReferralSelf}},
		{name: "a second card", asked: introduction("2026-11-02"), since: "2026-03-14", same: true, no: []string{lifecycle.CodeReferralOnePerson}},
		{
			name: "all at once", asked: introduction("2026-11-02"), first: "2026-11-01", same: true,
			no: []string{lifecycle.CodeReferralOnePerson, lifecycle.CodeReferralNoVouch, lifecycle.CodeReferralNotNew},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			known := lifecycle.Acquaintance{OnePerson: tc.same}
			if tc.since != "" {
				known.Referrer = vouched(t, r, tc.since)
			}
			if tc.first != "" {
				known.First = on(tc.first)
			}
			d, err := r.Bring(lifecycle.Standing{}, tc.asked, known)
			if tc.no != nil {
				assert.Equal(t, tc.no, codes(t, err))
				return
			}
			standing := took(t, d, err)
			assert.Equal(t, customer.ID("anna"), standing.Brought.Bond.By)
			assert.Equal(t, lifecycle.BondOpen, standing.Brought.State)
			assert.Equal(t, on(tc.since), standing.Brought.Bond.Since, "pinned")
		})
	}

	ben := broughtOn(t, r, "2026-11-02")
	anna := lifecycle.Acquaintance{Referrer: vouched(t, r, "2026-03-14")}
	again := introduction("2026-11-03")
	again.By = "cleo"
	_, err := r.Bring(ben, again, lifecycle.Acquaintance{Referrer: vouchedAs(t, r, "cleo", "2026-03-14")})
	assert.Equal(t, []string{lifecycle.CodeReferralAlready}, codes(t, err), "once")
	_, err = r.Bring(vouchedAs(t, r, "ben", "2026-11-01"), introduction("2026-11-01"), anna)
	assert.Equal(t, []string{lifecycle.CodeReferralBrings}, codes(t, err), "who brings others is not brought later")

	again.By, again.Newcomer = "anna", "cleo"
	_, err = r.Bring(ben, again, anna)
	assert.Equal(t, []string{"newcomer = cleo"}, faults(err), "it is ben's standing")

	other := introduction("2026-11-02")
	other.By = "cleo"
	_, err = r.Bring(lifecycle.Standing{}, other, anna)
	assert.Equal(t, []string{lifecycle.CodeReferralNoVouch}, codes(t, err), "anna's vouch is not cleo's")
	_, err = r.Bring(lifecycle.Standing{}, lifecycle.Introduction{Newcomer: customer.ID(strings.Repeat("x", 201))}, lifecycle.Acquaintance{First: -1})
	assert.Equal(t, []string{"ref = ", "at = 0001-01-01T00:00:00Z", "newcomer = " + strings.Repeat("x", 77) + "…", "by = ", "first = -1"}, faults(err))
}

func TestVouch(t *testing.T) {
	r := newReferrals(t, referralRules())
	vouch := lifecycle.Vouch{Ref: "v", At: noon("2026-11-02"), Customer: "anna"}
	for _, first := range []customer.Date{0, on("2026-11-03")} {
		_, err := r.Vouch(lifecycle.Standing{}, vouch, first)
		assert.Equal(t, []string{lifecycle.CodeReferralNoPurchase}, codes(t, err))
	}
	d, err := r.Vouch(lifecycle.Standing{}, vouch, on("2026-11-02"))
	anna := took(t, d, err)
	assert.Equal(t, on("2026-11-02"), anna.Brought.Vouched)
	d, err = r.Vouch(anna, vouch, on("2026-10-01"))
	require.NoError(t, err)
	assert.Empty(t, d.Entries, "what was pinned stays, whatever is known later")
	assert.Equal(t, anna, d.Next)

	// Who was brought may bring others, and nobody else may in his standing.
	ben := broughtOn(t, r, "2026-11-02")
	_, err = r.Vouch(ben, vouch, on("2026-11-02"))
	assert.Equal(t, []string{"customer = anna"}, faults(err))
	vouch.Customer = "ben"
	d, err = r.Vouch(ben, vouch, on("2026-11-02"))
	assert.Equal(t, customer.ID("anna"), took(t, d, err).Brought.Bond.By)

	rules := referralRules()
	rules.Until = on("2026-11-02")
	_, err = newReferrals(t, rules).Vouch(lifecycle.Standing{}, vouch, on("2026-10-01"))
	assert.Equal(t, []string{customer.CodeNoLongerInForce}, codes(t, err))
}

// row D13: the reward, on both sides of every mark. Brought on 2 November, 30 days are
// until 2 December; goods come back for 14 days.
func TestSettle(t *testing.T) {
	r := newReferrals(t, referralRules())
	first := func(day string, paid, back int64) lifecycle.FirstPurchase {
		return lifecycle.FirstPurchase{On: on(day), PaidMinor: paid, BackMinor: back}
	}
	none := lifecycle.FirstPurchase{}
	for _, tc := range []struct {
		name, day string
		first     lifecycle.FirstPurchase
		state     lifecycle.BondState
		code      string
	}{
		{"no purchase yet", "2026-11-03", none, lifecycle.BondOpen, lifecycle.CodeReferralWaits},
		{"the days for it are over, those for a late report not", "2026-12-16", none, lifecycle.BondOpen, lifecycle.CodeReferralWaits},
		{"and now they are", "2026-12-17", none, lifecycle.BondForfeited, lifecycle.CodeReferralLate},
		{"on the day itself", "2026-11-17", first("2026-11-02", 2000, 0), lifecycle.BondRewarded, lifecycle.CodeReferralOwed},
		{"goods may come back today", "2026-11-16", first("2026-11-02", 2000, 0), lifecycle.BondOpen, lifecycle.CodeReferralWaits},
		{"on the last day", "2026-12-17", first("2026-12-02", 2000, 0), lifecycle.BondRewarded, lifecycle.CodeReferralOwed},
		{"a day late", "2026-12-17", first("2026-12-03", 2000, 0), lifecycle.BondForfeited, lifecycle.CodeReferralLate},
		{"a day late, told early", "2026-12-16", first("2026-12-03", 2000, 0), lifecycle.BondOpen, lifecycle.CodeReferralWaits},
		{"reported late by a till", "2026-12-16", first("2026-11-05", 2000, 0), lifecycle.BondRewarded, lifecycle.CodeReferralOwed},
		{"a cent too little", "2026-12-01", first("2026-11-05", 1999, 0), lifecycle.BondForfeited, lifecycle.CodeReferralSmall},
		{"exactly enough is left", "2026-12-01", first("2026-11-05", 2500, 500), lifecycle.BondRewarded, lifecycle.CodeReferralOwed},
		{"a cent too little is left", "2026-12-01", first("2026-11-05", 2500, 501), lifecycle.BondForfeited, lifecycle.CodeReferralReturned},
		{"more came back than was paid", "2026-12-01", first("2026-11-05", 2500, 9999), lifecycle.BondForfeited, lifecycle.CodeReferralReturned},
		{"she was no newcomer after all", "2026-12-01", first("2026-11-01", 2500, 0), lifecycle.BondForfeited, lifecycle.CodeReferralNotNew},
		{"the greatest sums", "2026-12-01", first("2026-11-05", 1e12, 0), lifecycle.BondRewarded, lifecycle.CodeReferralOwed},
	} {
		t.Run(tc.name, func(t *testing.T) {
			before := broughtOn(t, r, "2026-11-02")
			d, err := r.Settle(before, lifecycle.Settling{Ref: "night", At: noon(tc.day)}, tc.first)
			after := took(t, d, err)
			assert.Equal(t, tc.state, after.Brought.State)
			require.Len(t, d.Reasons, 1)
			assert.Equal(t, tc.code, d.Reasons[0].Code)
			assert.Equal(t, tc.state == lifecycle.BondOpen, len(d.Entries) == 0)

			// Whatever is known later changes nothing any more.
			late, err := r.Settle(after, lifecycle.Settling{Ref: "later", At: noon("2027-03-01")}, first("2026-11-05", 5000, 0))
			require.NoError(t, err)
			assert.Equal(t, tc.state == lifecycle.BondOpen, len(late.Entries) == 1)
		})
	}

	_, err := r.Settle(lifecycle.Standing{}, lifecycle.Settling{}, lifecycle.FirstPurchase{On: -5, PaidMinor: -1, BackMinor: 1e12 + 1})
	assert.Equal(t, []string{"ref = ", "at = 0001-01-01T00:00:00Z", "on = -5", "paid_minor = -1", "back_minor = 1000000000001"}, faults(err))
}

func TestSettleOwesWhatWasPromised(t *testing.T) {
	r := newReferrals(t, referralRules())
	ben := broughtOn(t, r, "2026-11-02")
	later := referralRules() // the terms of a later edition bind nobody who was brought before
	later.Version, later.LeastMinor, later.ForReferrer = 4, 99_999, nil
	asked := lifecycle.Settling{Ref: "night", At: noon("2026-12-20")}
	bought := lifecycle.FirstPurchase{On: on("2026-11-05"), PaidMinor: 2000}
	d, err := newReferrals(t, later).Settle(ben, asked, bought)
	assert.Equal(t, []lifecycle.RewardDue{
		{Ref: "i-1/referrer/1", To: "anna", Reward: lifecycle.Reward{Points: 500}},
		{Ref: "i-1/referrer/2", To: "anna", Reward: lifecycle.Reward{Coupon: "tea"}},
		{Ref: "i-1/newcomer/1", To: "ben", Reward: lifecycle.Reward{Coupon: "welcome"}},
	}, took(t, d, err).Brought.Dues)
	assert.Equal(t, d.Next.Brought.Dues, d.Entries[0].Dues)

	bought.Capped = true
	d, err = r.Settle(ben, asked, bought)
	assert.Equal(t, []lifecycle.RewardDue{
		{Ref: "i-1/newcomer/1", To: "ben", Reward: lifecycle.Reward{Coupon: "welcome"}},
	}, took(t, d, err).Brought.Dues, "the limit is the referrer's")
	assert.Equal(t, lifecycle.CodeReferralCapped, d.Reasons[1].Code)

	rules := referralRules()
	rules.ForNewcomer = nil
	r = newReferrals(t, rules)
	d, err = r.Settle(broughtOn(t, r, "2026-11-02"), asked, bought)
	assert.Equal(t, lifecycle.BondForfeited, took(t, d, err).Brought.State, "nothing is left to owe")
	assert.Equal(t, lifecycle.CodeReferralCapped, d.Reasons[0].Code)

	assert.Equal(t, "referral/anna/2026-11", ben.Brought.Bond.Quota())
}

// A referral's month is that of the rule book's zone, and so is its day.
func TestReferralZone(t *testing.T) {
	zone, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	rules := referralRules()
	rules.Zone = "Asia/Shanghai"
	r, err := lifecycle.NewReferrals(rules, zone)
	require.NoError(t, err)
	asked := introduction("2026-11-01")
	asked.At = time.Date(2026, 11, 30, 16, 0, 0, 0, time.UTC) // midnight in Shanghai
	d, err := r.Bring(lifecycle.Standing{}, asked, lifecycle.Acquaintance{Referrer: vouched(t, newReferrals(t, referralRules()), "2026-03-14")})
	assert.Equal(t, "referral/anna/2026-12", took(t, d, err).Brought.Bond.Quota())
}

// At the end of the calendar nothing overflows, and nothing is settled.
func TestReferralAtTheEndOfTime(t *testing.T) {
	r := newReferrals(t, referralRules())
	ben := broughtOn(t, r, "9999-12-31")
	d, err := r.Settle(ben, lifecycle.Settling{Ref: "night", At: noon("9999-12-30")}, lifecycle.FirstPurchase{})
	require.NoError(t, err)
	assert.Empty(t, d.Entries)
	assert.Equal(t, customer.MaxDate, d.Reasons[0].By)
	for _, first := range []lifecycle.FirstPurchase{{}, {On: customer.MaxDate, PaidMinor: 2000}} {
		d, err = r.Settle(ben, lifecycle.Settling{Ref: "night", At: noon("9999-12-31")}, first)
		require.NoError(t, err)
		assert.Empty(t, d.Entries, "the days for returns are never over")
		assert.Equal(t, customer.MaxDate, d.Reasons[0].By)
	}
}

// A shop that ends its referrals still owes what it promised, and mends what was wrong. It
// promises nothing new.
func TestReferralsAreOver(t *testing.T) {
	r := newReferrals(t, referralRules())
	ben := broughtOn(t, r, "2026-11-02")
	rules := referralRules()
	rules.Until = on("2026-11-03")
	over := newReferrals(t, rules)
	d, err := over.Settle(ben, lifecycle.Settling{Ref: "night", At: noon("2026-12-20")}, lifecycle.FirstPurchase{On: on("2026-11-05"), PaidMinor: 2000})
	paid := took(t, d, err)
	assert.Len(t, paid.Brought.Dues, 3)
	d, err = over.Withdraw(paid, lifecycle.Withdrawal{Ref: "w", At: noon("2026-12-24"), Introduction: "i-1"})
	assert.Equal(t, lifecycle.BondWithdrawn, took(t, d, err).Brought.State)
	_, err = over.Bring(lifecycle.Standing{}, introduction("2026-11-03"), lifecycle.Acquaintance{Referrer: vouched(t, r, "2026-03-14")})
	assert.Equal(t, []string{customer.CodeNoLongerInForce}, codes(t, err))
}

// The currency of a promise is part of it: kuna are not counted as euros.
func TestReferralCurrency(t *testing.T) {
	euros, rules := newReferrals(t, referralRules()), referralRules()
	rules.Currency.Code = "HRK"
	kuna := newReferrals(t, rules)
	ben := broughtOn(t, kuna, "2026-11-02")
	assert.Equal(t, "HRK", ben.Brought.Bond.Terms.Currency.Code)
	night, bought := lifecycle.Settling{Ref: "night", At: noon("2026-12-20")}, lifecycle.FirstPurchase{On: on("2026-11-05"), PaidMinor: 2000}
	_, err := euros.Settle(ben, night, bought)
	require.ErrorContains(t, err, "HRK")
	d, err := kuna.Settle(ben, night, bought)
	assert.Equal(t, lifecycle.BondRewarded, took(t, d, err).Brought.State)
}

// Whatever a caller does to an answer, the rule book keeps its terms.
func TestReferralRulesKeepTheirTerms(t *testing.T) {
	r := newReferrals(t, referralRules())
	known := lifecycle.Acquaintance{Referrer: vouched(t, r, "2026-03-14")}
	d, err := r.Bring(lifecycle.Standing{}, introduction("2026-11-02"), known)
	before := took(t, d, err)
	d.Entries[0].Bond.Terms.ForReferrer[0].Points = 1
	assert.EqualValues(t, 500, before.Brought.Bond.Terms.ForReferrer[0].Points)
	assert.Equal(t, before, broughtOn(t, r, "2026-11-02"))
}

// A rule book that its constructor did not make answers nothing.
func TestEmptyRelationBooks(t *testing.T) {
	at := noon("2026-11-02")
	_, err := new(lifecycle.Referrals).Vouch(lifecycle.Standing{}, lifecycle.Vouch{Ref: "v", At: at, Customer: "anna"}, 1)
	require.Error(t, err)
	_, err = new(lifecycle.Referrals).Settle(lifecycle.Standing{}, lifecycle.Settling{Ref: "s", At: at}, lifecycle.FirstPurchase{})
	require.Error(t, err)
	_, err = new(lifecycle.Signals).Observe(lifecycle.Standing{}, lifecycle.Observation{Ref: "o", At: at, Remark: lifecycle.Remark{Sign: 1, Told: 1}})
	require.Error(t, err)
	require.Error(t, new(lifecycle.WalkOuts).Add("door", at, 1))
}

func TestWithdraw(t *testing.T) {
	r := newReferrals(t, referralRules())
	ben := broughtOn(t, r, "2026-11-02")
	mistake := lifecycle.Withdrawal{Ref: "w", At: noon("2026-11-10"), Introduction: "i-1"}
	other := mistake
	other.Introduction = "i-2"
	for _, standing := range []lifecycle.Standing{{}, ben} {
		_, err := r.Withdraw(standing, other)
		assert.Equal(t, []string{lifecycle.CodeReferralNone}, codes(t, err))
	}

	d, err := r.Withdraw(ben, mistake)
	free := took(t, d, err)
	assert.Equal(t, lifecycle.BondWithdrawn, free.Brought.State)
	assert.Equal(t, lifecycle.CodeReferralMistake, d.Reasons[0].Code)
	d, err = r.Withdraw(free, mistake)
	require.NoError(t, err)
	assert.Empty(t, d.Entries)

	// It was Cleo who brought him, on that day; since then he has bought.
	cleo := lifecycle.Introduction{Ref: "i-3", At: noon("2026-11-02"), Newcomer: "ben", By: "cleo"}
	d, err = r.Bring(free, cleo, lifecycle.Acquaintance{Referrer: vouchedAs(t, r, "cleo", "2026-10-01"), First: on("2026-11-05")})
	right := took(t, d, err)
	assert.Equal(t, customer.ID("cleo"), right.Brought.Bond.By)
	d, err = r.Settle(right, lifecycle.Settling{Ref: "night", At: noon("2026-12-20")}, lifecycle.FirstPurchase{On: on("2026-11-05"), PaidMinor: 2000})
	paid := took(t, d, err)
	assert.Equal(t, "i-3/referrer/1", paid.Brought.Dues[0].Ref)

	// Both turn out to be one person: what was owed is to be taken back, and nobody is rewarded again.
	d, err = r.Withdraw(paid, lifecycle.Withdrawal{Ref: "w-2", At: noon("2026-12-24"), Introduction: "i-3", OnePerson: true})
	gone := took(t, d, err)
	assert.Equal(t, []string{lifecycle.CodeReferralOnePerson, lifecycle.CodeReferralTakeBack}, []string{d.Reasons[0].Code, d.Reasons[1].Code})
	assert.Len(t, gone.Brought.Dues, 3)
	_, err = r.Bring(gone, cleo, lifecycle.Acquaintance{Referrer: vouchedAs(t, r, "cleo", "2026-10-01")})
	assert.Equal(t, []string{lifecycle.CodeReferralAlready}, codes(t, err))
}

func TestReferralFacts(t *testing.T) {
	at := noon("2026-11-02")
	for _, fact := range []journal.Fact{
		lifecycle.Vouch{Ref: "v", At: at, Customer: "anna"},
		lifecycle.Introduction{Ref: "i", At: at, Newcomer: "ben", By: "anna"},
		lifecycle.Settling{Ref: "s", At: at},
		lifecycle.Withdrawal{Ref: "w", At: at, Introduction: "i", OnePerson: true},
		lifecycle.Observation{Ref: "o", At: at, Remark: lifecycle.Remark{
			Sign: lifecycle.BuyerChanged, Cause: "price", Told: lifecycle.Said, By: "staff", About: "tea", Note: "n",
		}},
	} {
		t.Run(fmt.Sprintf("%T", fact), func(t *testing.T) { journaltest.TestFact(t, fact) })
	}
}

// referralLife is a history with every kind of entry of referrals, signals and leaving.
func referralLife(t require.TestingT) (history []lifecycle.Entry, standing lifecycle.Standing) {
	r, office := newReferrals(t, referralRules()), officeSignals()
	anna := vouched(t, r, "2026-03-14")
	book := func(d lifecycle.Decision, err error) {
		require.NoError(t, err)
		require.Len(t, d.Entries, 1)
		history, standing = append(history, d.Entries...), d.Next
	}
	book(r.Bring(standing, introduction("2026-11-02"), lifecycle.Acquaintance{Referrer: anna}))
	book(r.Withdraw(standing, lifecycle.Withdrawal{Ref: "w-1", At: noon("2026-11-03"), Introduction: "i-1"}))
	again := introduction("2026-11-02")
	again.Ref = "i-2"
	book(r.Bring(standing, again, lifecycle.Acquaintance{Referrer: anna}))
	book(r.Settle(standing, lifecycle.Settling{Ref: "n-1", At: noon("2026-12-20")}, lifecycle.FirstPurchase{}))
	book(r.Withdraw(standing, lifecycle.Withdrawal{Ref: "w-2", At: noon("2026-12-21"), Introduction: "i-2"}))
	again.Ref = "i-3"
	book(r.Bring(standing, again, lifecycle.Acquaintance{Referrer: anna}))
	book(r.Settle(standing, lifecycle.Settling{Ref: "n-2", At: noon("2026-12-22")}, lifecycle.FirstPurchase{On: on("2026-11-05"), PaidMinor: 2450, BackMinor: 50}))
	book(r.Vouch(standing, lifecycle.Vouch{Ref: "v-2", At: noon("2026-12-23"), Customer: "ben"}, on("2026-11-05")))
	book(office.Observe(standing, lifecycle.Observation{Ref: "o-1", At: noon("2027-01-05"), Remark: lifecycle.Remark{
		Sign: lifecycle.BuyerChanged, Told: lifecycle.Judged, By: "staff-3", About: "paper", Note: "the new one has his own supplier",
	}}))
	book(office.Observe(standing, lifecycle.Observation{Ref: "o-2", At: noon("2026-12-29"), Remark: lifecycle.Remark{Sign: lifecycle.PaidLate, Told: lifecycle.Found}}))
	book(office.Observe(standing, lifecycle.Observation{Ref: "o-3", At: noon("2027-03-05"), Remark: lifecycle.Remark{Cause: "firm-sold", Told: lifecycle.Said}}))
	return history, standing
}

// The stored form. A changed line is a migration of data.
func TestReferralGolden(t *testing.T) {
	history, standing := referralLife(t)
	var lines []string
	seen := make(map[lifecycle.Kind]bool)
	for _, e := range history {
		if !seen[e.Kind] {
			text, err := json.Marshal(e)
			require.NoError(t, err)
			lines = append(lines, string(text))
		}
		seen[e.Kind] = true
	}
	assert.Len(t, seen, 7, "an entry of each kind")
	customertest.Golden(t, "referral-entries.golden", strings.Join(lines, "\n")+"\n")
	text, err := json.MarshalIndent(standing, "", "\t")
	require.NoError(t, err)
	customertest.Golden(t, "referral-standing.golden", string(text)+"\n")

	stored, err := json.Marshal(history)
	require.NoError(t, err)
	var read []lifecycle.Entry
	require.NoError(t, json.Unmarshal(stored, &read))
	replayed, err := lifecycle.Replay(read)
	require.NoError(t, err)
	assert.Equal(t, standing, replayed)
}

// Entries that nobody wrote do not lead anywhere.
func TestForgedReferralEntries(t *testing.T) {
	for name, forge := range map[string]func(h []lifecycle.Entry) []lifecycle.Entry{
		"brought twice":              func(h []lifecycle.Entry) []lifecycle.Entry { return append(h[:1], h[2:]...) },
		"rewarded twice":             func(h []lifecycle.Entry) []lifecycle.Entry { return append(h[:7:7], h[6]) },
		"rewarded without a bond":    func(h []lifecycle.Entry) []lifecycle.Entry { return h[6:7] },
		"forfeited without a bond":   func(h []lifecycle.Entry) []lifecycle.Entry { return h[3:4] },
		"withdrawn without a bond":   func(h []lifecycle.Entry) []lifecycle.Entry { return h[1:2] },
		"vouched twice":              func(h []lifecycle.Entry) []lifecycle.Entry { return append(h[:8:8], h[7]) },
		"brought after she vouched":  func(h []lifecycle.Entry) []lifecycle.Entry { return []lifecycle.Entry{h[7], h[0]} },
		"another withdrawn":          func(h []lifecycle.Entry) []lifecycle.Entry { h[1].Bond.Ref = "x"; return h },
		"brought as somebody else":   func(h []lifecycle.Entry) []lifecycle.Entry { h[2].Bond.Newcomer = "cleo"; return h },
		"vouched as somebody else":   func(h []lifecycle.Entry) []lifecycle.Entry { h[7].Bond.By = "cleo"; return h },
		"terms without a currency":   func(h []lifecycle.Entry) []lifecycle.Entry { h[0].Bond.Terms.Currency.Code = ""; return h },
		"a signal without a ref":     func(h []lifecycle.Entry) []lifecycle.Entry { h[8].Ref = ""; return h },
		"by herself":                 func(h []lifecycle.Entry) []lifecycle.Entry { h[0].Bond.By = "ben"; return h },
		"by nobody":                  func(h []lifecycle.Entry) []lifecycle.Entry { h[0].Bond.By = ""; return h },
		"before she bought":          func(h []lifecycle.Entry) []lifecycle.Entry { h[0].Bond.Since = h[0].On + 1; return h },
		"on another day":             func(h []lifecycle.Entry) []lifecycle.Entry { h[0].Bond.On--; return h },
		"terms":                      func(h []lifecycle.Entry) []lifecycle.Entry { h[0].Bond.Terms.LeastMinor = 0; return h },
		"vouched as nobody":          func(h []lifecycle.Entry) []lifecycle.Entry { h[7].Bond.By = ""; return h },
		"vouched before she bought":  func(h []lifecycle.Entry) []lifecycle.Entry { h[7].Bond.Since = h[7].On + 1; return h },
		"nothing owed":               func(h []lifecycle.Entry) []lifecycle.Entry { h[6].Dues = nil; return h },
		"more owed":                  func(h []lifecycle.Entry) []lifecycle.Entry { h[6].Dues[0].Points++; return h },
		"owed twice":                 func(h []lifecycle.Entry) []lifecycle.Entry { h[6].Dues[1] = h[6].Dues[0]; return h },
		"owed to somebody else":      func(h []lifecycle.Entry) []lifecycle.Entry { h[6].Dues[0].To = "x"; return h },
		"a signal without a sign":    func(h []lifecycle.Entry) []lifecycle.Entry { h[8].Remark.Sign = 0; return h },
		"a signal of a wrong sign":   func(h []lifecycle.Entry) []lifecycle.Entry { h[8].Remark.Sign = 99; return h },
		"a signal that is a leaving": func(h []lifecycle.Entry) []lifecycle.Entry { h[8].Kind = lifecycle.Left; return h },
		"who left without a reason":  func(h []lifecycle.Entry) []lifecycle.Entry { h[10].Remark.Cause = ""; return h },
		"told by nobody":             func(h []lifecycle.Entry) []lifecycle.Entry { h[8].Remark.Told = 0; return h },
		"another version":            func(h []lifecycle.Entry) []lifecycle.Entry { h[0].Version = 2; return h },
		"no kind":                    func(h []lifecycle.Entry) []lifecycle.Entry { h[0].Kind = 0; return h },
	} {
		t.Run(name, func(t *testing.T) {
			history, _ := referralLife(t)
			_, err := lifecycle.Replay(forge(history))
			require.ErrorIs(t, err, lifecycle.ErrBroken)
		})
	}
}

func TestReferralStoredTexts(t *testing.T) {
	assert.Equal(t, "open rewarded forfeited withdrawn", customertest.Texts[lifecycle.BondState](t, lifecycle.BondWithdrawn))
	assert.Equal(t, "buyer-changed contact-gone walked-out promise-broken complaint-made buys-less paid-late displeased", customertest.Texts[lifecycle.Sign](t, lifecycle.Displeased))
	assert.Equal(t, "said judged found", customertest.Texts[lifecycle.Teller](t, lifecycle.Found))
	assert.Equal(t, "awaited broken kept bettered", customertest.Texts[lifecycle.Verdict](t, lifecycle.Bettered))
}
