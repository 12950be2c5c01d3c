package complaint_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
)

// What is due is returned as data for the host, under a key that stays until something is booked.
func TestPayouts(t *testing.T) {
	r := remedyBegin(t, remedyRules())
	bill := remedyRefund("r", 90_00)
	bill.Due, bill.Item, bill.Once, bill.Beneficiary = remedyDay("2026-12-01"), "November", "bill-11", "c-2"
	r.must(r.Decide(r.c, remedyDecide("bill", 90_00, bill), remedyAnn))
	r.must(r.Decide(r.c, remedyDecide("clerk", 0, complaint.Offer{Remedy: "p", Kind: complaint.PointsRemedy, Points: 500}), remedyAnn))
	cny := customer.Currency{Code: "CNY", Digits: 2}
	want := []complaint.Payout{
		{
			Remedy: "r", Issue: "bill", Kind: complaint.RefundRemedy, AmountMinor: 90_00, Currency: cny, Item: "November", Beneficiary: "c-2",
			Due: remedyDay("2026-12-01"), Once: "bill-11", Key: "r/1",
		},
		{Remedy: "p", Issue: "clerk", Kind: complaint.PointsRemedy, Currency: cny, Points: 500, Beneficiary: "c-1", Key: "p/1"},
	}
	assert.Equal(t, want, r.Due(r.c))
	r.must(r.Settle(r.c, remedySettle("r", "2026-11-25 11:00", 40_00)))
	want[0].AmountMinor, want[0].Key = 50_00, "r/2"
	assert.Equal(t, want, r.Due(r.c))
	r.must(r.Settle(r.c, remedySettle("p", "2026-11-25 11:00", 0)))
	assert.Equal(t, want[:1], r.Due(r.c))
}

// Nothing is paid twice, beyond what was offered, or to nobody's knowledge of how much.
func TestSettle(t *testing.T) {
	r := remedyBegin(t, remedyRules())
	r.must(r.Decide(r.c, remedyDecide("bill", 90_00, remedyRefund("r", 90_00)), remedyAnn))
	r.must(r.Decide(r.c, remedyDecide("clerk", 0, complaint.Offer{Remedy: "a", Kind: complaint.ApologyRemedy}), remedyAnn))
	for _, tc := range []struct {
		remedy string
		minor  int64
		codes  []string
	}{
		{"r", 90_01, []string{complaint.CodeOverpaid}},
		{"r", 0, []string{complaint.CodeNothingPaid}},
		{"a", 1, []string{complaint.CodeNotMoney}},
		{"x", 1, []string{complaint.CodeRemedyUnknown}},
	} {
		r.refused(tc.codes...)(r.Settle(r.c, remedySettle(tc.remedy, "2026-11-25 11:00", tc.minor)))
	}
	own := remedySettle("r", "2026-11-25 11:00", 1)
	own.By = "c-1"
	r.refused(complaint.CodeBeneficiary)(r.Settle(r.c, own))
	part := remedySettle("r", "2026-11-25 11:00", 40_00)
	part.External, part.How = "bank-7", "transfer"
	r.must(r.Settle(r.c, part))
	part.Ref = "the same payment, booked by somebody else"
	r.refused(complaint.CodeExternalTwice)(r.Settle(r.c, part))
	r.refused(complaint.CodeOverpaid)(r.Settle(r.c, remedySettle("r", "2026-11-25 11:30", 50_01)))
	r.must(r.Settle(r.c, remedySettle("r", "2026-11-25 11:30", 50_00)))
	r.refused(complaint.CodeRemedyState)(r.Settle(r.c, remedySettle("r", "2026-11-25 12:00", 1)))
	r.must(r.Settle(r.c, remedySettle("a", "2026-11-25 11:30", 0)))
	r.refused(complaint.CodeRemedyState)(r.Settle(r.c, remedySettle("a", "2026-11-25 12:00", 0)))
	assert.Equal(t, []complaint.Payment{
		{Ref: "r-pia-2026-11-25 11:00", At: caseAt("2026-11-25 11:00"), Result: complaint.SettlementDone, How: "transfer", External: "bank-7", PaidMinor: 40_00},
		{Ref: "r-pia-2026-11-25 11:30", At: caseAt("2026-11-25 11:30"), Result: complaint.SettlementDone, PaidMinor: 50_00},
	}, r.c.Remedies[0].Payments)
	r.faulty("remedy", "result", "paid_minor", "how", "external", "note")(r.Settle(r.c, complaint.Settle{Step: part.Step, PaidMinor: -1, How: "\x00", External: "\x00", Note: "\x00"}))
	r.faulty("paid_minor")(r.Settle(r.c, complaint.Settle{Step: part.Step, Remedy: "r", Result: complaint.SettlementDeclined, PaidMinor: 1}))
	r.stored()
}

// A payment bounces, a repair does not hold: it is owed again, on a closed case too.
func TestFailures(t *testing.T) {
	r := remedyBegin(t, remedyRules())
	for _, issue := range []string{"lost", "clerk", "idea"} {
		r.withdraw("2026-11-25 09:40", issue)
	}
	r.must(r.Decide(r.c, remedyDecide("bill", 95_00, remedyRefund("r", 90_00), complaint.Offer{Remedy: "fix", Kind: complaint.RepairRemedy, AmountMinor: 5_00}), remedyAnn))
	assert.Equal(t, complaint.Decided, r.c.Phase)
	fail := func(remedy, at string, minor int64) complaint.Settle {
		x := remedySettle(remedy, at, minor)
		x.Result = complaint.SettlementFailed
		return x
	}
	r.must(r.Settle(r.c, fail("r", "2026-11-25 10:30", 0))) // nothing was paid yet
	assert.Equal(t, "r/2", r.Due(r.c)[0].Key)
	r.refused(complaint.CodeBackTooMuch)(r.Settle(r.c, fail("r", "2026-11-25 10:40", 1)))
	r.must(r.Settle(r.c, remedySettle("r", "2026-11-25 11:00", 90_00)))
	r.must(r.Settle(r.c, remedySettle("fix", "2026-11-25 11:00", 0)))
	assert.Equal(t, complaint.Sums{ClaimedMinor: 300_00, AcceptedMinor: 95_00, PaidMinor: 95_00}, r.c.Sums("bill"))
	r.refused(complaint.CodeNothingPaid)(r.Settle(r.c, fail("r", "2026-11-25 12:00", 0)))
	r.solution("2026-11-25 12:30")
	r.close("2026-11-25 13:00", complaint.OutcomePartly)
	r.must(r.Settle(r.c, fail("r", "2026-11-28 09:00", 30_00)))
	r.must(r.Settle(r.c, fail("fix", "2026-11-28 09:00", 0)))
	assert.Equal(t, []string{complaint.CodeUndone}, r.told())
	assert.Equal(t, complaint.Closed, r.c.Phase)
	due := r.Due(r.c)
	require.Len(t, due, 2)
	assert.Equal(t, []any{int64(30_00), "r/4"}, []any{due[0].AmountMinor, due[0].Key})
	assert.Equal(t, []any{"fix", "fix/3"}, []any{due[1].Remedy, due[1].Key})
	assert.Equal(t, 2, r.c.Remedies[0].Fails)
	r.must(r.Settle(r.c, remedySettle("r", "2026-11-28 10:00", 30_00)))
	r.stored()
}

// She does not want it, or not the rest of it: nothing more is owed. What bounces of the part that
// she took is.
func TestDeclined(t *testing.T) {
	r := remedyBegin(t, remedyRules())
	r.must(r.Decide(r.c, remedyDecide("bill", 90_00, remedyRefund("r", 50_00), remedyRefund("s", 40_00)), remedyAnn))
	r.must(r.Settle(r.c, remedySettle("s", "2026-11-25 10:30", 15_00)))
	for _, ref := range []string{"r", "s"} {
		x := remedySettle(ref, "2026-11-25 11:00", 0)
		x.Result = complaint.SettlementDeclined
		r.must(r.Settle(r.c, x))
		r.refused(complaint.CodeRemedyState)(r.Settle(r.c, x))
	}
	assert.Equal(t, complaint.Sums{ClaimedMinor: 300_00, AcceptedMinor: 90_00, PaidMinor: 15_00}, r.c.Sums("bill"))
	assert.Empty(t, r.Due(r.c))
	x := remedySettle("s", "2026-11-25 12:00", 15_00)
	x.Result = complaint.SettlementFailed
	r.must(r.Settle(r.c, x))
	assert.Equal(t, int64(15_00), r.Due(r.c)[0].AmountMinor)
	x.Remedy = "r"
	r.refused(complaint.CodeRemedyState)(r.Settle(r.c, x))
	r.stored()
}

// No case is closed while a remedy is not paid, not carried out, or waits for approval: each is
// named.
func TestCloseWithRemedies(t *testing.T) {
	r := remedyBegin(t, remedyRules())
	for _, issue := range []string{"lost", "clerk", "idea"} {
		r.withdraw("2026-11-25 09:40", issue)
	}
	apology := complaint.Offer{Remedy: "a", Kind: complaint.ApologyRemedy, Due: remedyDay("2026-11-26")}
	r.must(r.Decide(r.c, remedyDecide("bill", 290_00, remedyRefund("r", 90_00), remedyRefund("s", 200_00), apology), remedyAnn))
	r.must(r.Settle(r.c, remedySettle("r", "2026-11-25 10:30", 89_99)))
	r.solution("2026-11-25 10:40")
	close := complaint.Close{Step: caseStep("cid", "2026-11-25 13:00"), Outcome: complaint.OutcomePartly}
	_, err := r.Close(r.c, close)
	var refusal *customer.Refusal
	require.ErrorAs(t, err, &refusal)
	assert.Equal(t, []string{complaint.CodeUnpaid, complaint.CodeUnapproved, complaint.CodeUndone}, caseCodes(refusal.Missing))
	assert.Equal(t, []any{"r", int64(89_99), int64(90_00)}, []any{refusal.Missing[0].Of, refusal.Missing[0].Fact, refusal.Missing[0].Mark})
	assert.Equal(t, []any{"s", int64(0), int64(1)}, []any{refusal.Missing[1].Of, refusal.Missing[1].Fact, refusal.Missing[1].Mark})
	assert.Equal(t, remedyDay("2026-11-26"), refusal.Missing[2].By)
	close.Outcome = complaint.OutcomeUnreachable // nor by another way
	_, err = r.Close(r.c, close)
	require.ErrorAs(t, err, &refusal)
	assert.Subset(t, caseCodes(refusal.Missing), []string{complaint.CodeUnpaid, complaint.CodeUnapproved, complaint.CodeUndone})
	r.must(r.Settle(r.c, remedySettle("r", "2026-11-25 11:00", 1)))
	r.must(r.Settle(r.c, remedySettle("a", "2026-11-25 11:00", 0)))
	r.must(r.Approve(r.c, complaint.Approve{Step: caseStep("lea", "2026-11-25 11:00"), Remedy: "s"}, remedyStaff))
	r.refused(complaint.CodeUnpaid)(r.Close(r.c, complaint.Close{Step: close.Step, Outcome: complaint.OutcomePartly}))
	r.must(r.Settle(r.c, remedySettle("s", "2026-11-25 12:00", 200_00)))
	r.close("2026-11-25 13:00", complaint.OutcomePartly)
}

// row E13: what may be given for once only, the difference of a line bought too dear, is given once,
// for whichever issue.
func TestOnce(t *testing.T) {
	r := remedyBegin(t, remedyRules())
	offer := func(ref string) complaint.Offer {
		x := remedyRefund(ref, 10_00)
		x.Once = "3/S-1/1"
		return x
	}
	r.must(r.Decide(r.c, remedyDecide("bill", 10_00, offer("r")), remedyAnn))
	r.refused(complaint.CodeOnce)(r.Decide(r.c, remedyDecide("lost", 10_00, offer("s")), remedyAnn))
	r.must(r.Decide(r.c, remedyDecide("bill", 10_00, offer("t")), remedyAnn)) // in its place
	r.must(r.Settle(r.c, remedySettle("t", "2026-11-25 11:00", 10_00)))
	r.refused(complaint.CodeOnce)(r.Decide(r.c, remedyDecide("bill", 20_00, offer("u")), remedyAnn))
}

// That holds for a thing too of which nobody said what it is worth, and for what waits for approval.
func TestOnceOfAThing(t *testing.T) {
	for _, ask := range []bool{false, true} {
		r := remedyBegin(t, remedyRules())
		thing := complaint.Offer{Remedy: "r", Kind: complaint.ReplacementRemedy, Once: "S-1/1", Ask: ask}
		r.must(r.Decide(r.c, remedyDecide("clerk", 0, thing), remedyAnn))
		thing.Remedy = "s"
		r.refused(complaint.CodeOnce)(r.Decide(r.c, remedyDecide("lost", 0, thing), remedyAnn))
		r.must(r.Decide(r.c, remedyDecide("clerk", 0, thing), remedyAnn)) // in its place
	}
}

// One bounce that two clerks book is booked once: otherwise the rest would be paid again.
func TestBouncedOnce(t *testing.T) {
	r := remedyBegin(t, remedyRules())
	r.must(r.Decide(r.c, remedyDecide("bill", 90_00, remedyRefund("r", 90_00)), remedyAnn))
	fail := remedySettle("r", "2026-11-25 10:40", 0)
	fail.Result, fail.External = complaint.SettlementFailed, "bank-6"
	r.must(r.Settle(r.c, fail))
	r.must(r.Settle(r.c, fail)) // tried twice, and nothing was booked
	r.must(r.Settle(r.c, remedySettle("r", "2026-11-25 11:00", 40_00)))
	r.must(r.Settle(r.c, remedySettle("r", "2026-11-25 11:30", 50_00)))
	fail.PaidMinor, fail.External = 40_00, "bank-7"
	r.must(r.Settle(r.c, fail))
	fail.Ref = "the same bounce, booked by somebody else"
	r.refused(complaint.CodeExternalTwice)(r.Settle(r.c, fail))
	assert.Equal(t, int64(40_00), r.Due(r.c)[0].AmountMinor)
	fail.External = "bank-8"
	r.must(r.Settle(r.c, fail))
	assert.Equal(t, int64(80_00), r.Due(r.c)[0].AmountMinor)
}

// No history pays more than was offered, or what was never granted.
func TestApplyRefusesPaymentsThatAreNone(t *testing.T) {
	r := remedyBegin(t, remedyRules())
	r.must(r.Decide(r.c, remedyDecide("bill", 290_00, remedyRefund("r", 90_00), remedyRefund("s", 200_00)), remedyAnn))
	r.must(r.Decide(r.c, remedyDecide("clerk", 0, complaint.Offer{Remedy: "a", Kind: complaint.ApologyRemedy}), remedyAnn))
	entry := func(body complaint.Body) complaint.Entry {
		return complaint.Entry{Version: complaint.EntryVersion, At: caseAt("2026-11-25 11:00"), By: "pia", Ref: "forged", Body: body}
	}
	done, failed := complaint.SettlementDone, complaint.SettlementFailed
	for name, forged := range map[string][]complaint.Entry{
		"too much":             {entry(complaint.Settle{Remedy: "r", Result: done, PaidMinor: 90_01})},
		"too much, in parts":   {entry(complaint.Settle{Remedy: "r", Result: done, PaidMinor: 90_00}), entry(complaint.Settle{Remedy: "r", Result: done, PaidMinor: 1})},
		"nothing":              {entry(complaint.Settle{Remedy: "r", Result: done})},
		"less than nothing":    {entry(complaint.Settle{Remedy: "r", Result: failed, PaidMinor: -1})},
		"back what never went": {entry(complaint.Settle{Remedy: "r", Result: failed, PaidMinor: 1})},
		"not granted":          {entry(complaint.Settle{Remedy: "s", Result: done, PaidMinor: 1})},
		"words for money":      {entry(complaint.Settle{Remedy: "a", Result: done, PaidMinor: 1})},
		"twice":                {entry(complaint.Settle{Remedy: "a", Result: done}), entry(complaint.Settle{Remedy: "a", Result: done})},
		"no end":               {entry(complaint.Settle{Remedy: "a"})},
		"granted twice":        {entry(complaint.Granted{Remedy: "r"})},
		"of more than it is": {
			entry(complaint.Approve{Remedy: "s"}), entry(complaint.Granted{Remedy: "s", Allowance: "goodwill/clerk/2026-11", TakenMinor: 200_01}),
		},
		"from no allowance": {entry(complaint.Approve{Remedy: "s"}), entry(complaint.Granted{Remedy: "s", TakenMinor: 200_00})},
		"decided, not added up": {entry(complaint.Decide{
			Issue: "lost", Verdict: complaint.PartlyUpheld, AcceptedMinor: 1, Offers: []complaint.Offer{remedyRefund("x", 2)},
		})},
		"offered twice":    {entry(complaint.Decide{Issue: "lost", Verdict: complaint.PartlyUpheld, AcceptedMinor: 2, Offers: []complaint.Offer{remedyRefund("r", 2)}})},
		"an issue of none": {entry(complaint.Decide{Issue: "x", Verdict: complaint.NoneNeeded})},
		"bridge of none":   {entry(complaint.Bridge{Issue: "x", Way: "w"})},
		"deviation twice":  {entry(complaint.Deviate{Deviation: "d", Issue: "bill"}), entry(complaint.Deviate{Deviation: "d", Issue: "bill"})},
		"action unplanned": {entry(complaint.Correct{Action: "a", Effect: complaint.Effective})},
		"action done":      {entry(complaint.Correct{Action: "a"}), entry(complaint.Correct{Action: "a", Effect: complaint.Effective}), entry(complaint.Correct{Action: "a", Effect: complaint.Effective})},
	} {
		_, err := r.c.Apply(forged...)
		require.ErrorIs(t, err, complaint.ErrBroken, name)
	}
}
