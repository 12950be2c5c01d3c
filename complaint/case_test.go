package complaint_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/complaint/conversation"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
)

// row A36: "I want to complain about you!", and the line is dead. The case is opened without a
// claim, by the very agent.
func TestAStatedWishAlwaysOpensACase(t *testing.T) {
	r := caseBegin(t)
	r.must(r.Receive(r.c, complaint.Receive{Step: caseStep("bea", "2026-11-25 09:00"), Customer: "c-1", Channel: complaint.Phone}))
	assert.Equal(t, complaint.Received, r.c.Phase)
	assert.Equal(t, 1, r.c.Cycle)
	assert.True(t, r.c.Open())
	assert.Empty(t, r.told())
	require.Len(t, r.c.Contacts, 1, "the call itself stands in the log")
	assert.Equal(t, complaint.FromCustomer, r.c.Contacts[0].Direction)

	r = caseBegin(t)
	r.must(r.Receive(r.c, complaint.Receive{
		Step: caseStep("bea", "2026-11-25 09:00"), Customer: "c-1", Channel: complaint.Phone, Desk: "front",
		Claims: []complaint.Claim{{Issue: "clerk", Kind: "attitude", About: "bea", Demand: complaint.Dismissal}},
	}))
	assert.Equal(t, complaint.Owner{Desk: "front"}, r.c.Owner, "she is not its owner")
	assert.Equal(t, []string{complaint.CodeOtherHandler}, r.told())
	assert.Equal(t, "bea", r.reasons[0].Of)
	r.stored()

	r.refused(complaint.CodePhase)(r.Receive(r.c, complaint.Receive{Step: caseStep("ann", "2026-11-25 09:10"), Customer: "c-1", Channel: complaint.Phone}))
}

// The handler is the person complained about: she decides nothing about the case, nor gets rid of
// it by a merger or a withdrawal; she can still say what she knows.
func TestAnAgentTakesNoPartInACaseAboutHerself(t *testing.T) {
	r, other := caseReceived(t), caseReceived(t)
	by := caseStep("bea", "2026-11-25 10:00")
	only := r.refused(complaint.CodeConcerned)
	only(r.Assess(r.c, complaint.Assess{Step: by, Assessment: complaint.Assessment{Severity: complaint.Low}}))
	only(caseWithdraw(r.Policy, r.c, complaint.Withdraw{Step: by, Issue: "clerk"}))
	only(caseWithdraw(r.Policy, r.c, complaint.Withdraw{Step: by, Issue: "colour"}))
	only(r.Grade(r.c, complaint.Grade{Step: by, Level: conversation.Dissatisfied}))
	only(r.Link(r.c, complaint.Link{Step: by, Case: "K-2", Other: "K-1", As: complaint.Related}, other.c))
	r.refused(complaint.CodeConcerned, complaint.CodeNotFiled)(r.Conclude(r.c, complaint.Conclude{Step: by, Body: "regulator", Result: complaint.ForUs}))
	r.withdraw("2026-11-25 11:00", "clerk", "colour")
	only(r.Close(r.c, complaint.Close{Step: caseStep("bea", "2026-11-25 11:00"), Outcome: complaint.OutcomeWithdrawn}))
	r.refused(complaint.CodeConcerned, complaint.CodeNoLink)(r.Unlink(r.c, complaint.Unlink{Step: by, Other: "K-1", As: complaint.Related}))
	r.must(r.Log(r.c, complaint.Log{Step: by, Channel: complaint.Phone, Direction: complaint.Internal, Note: "what I remember"}))

	r = caseReceived(t)
	r.assess("2026-11-25 10:00", complaint.Low)
	only = r.refused(complaint.CodeConcerned)
	only(r.Investigate(r.c, complaint.Investigate{Step: by}))
}

// rows A1, A2, A47: what is claimed and what is asked for stand on each issue, apart from each
// other, and in the policy's currency.
func TestClaims(t *testing.T) {
	r := caseReceived(t)
	require.Len(t, r.c.Issues, 2)
	assert.Equal(t, int64(149_800), r.c.Issues[0].ClaimedMinor)
	assert.Equal(t, complaint.Exchange, r.c.Issues[0].Demand)
	assert.Equal(t, complaint.Apology, r.c.Issues[1].Demand)

	rules := caseRules()
	rules.Currency, rules.Intake.Costs = customer.Currency{}, nil
	r = &caseRun{T: t, Policy: casePolicy(t, rules)}
	r.must(r.Receive(r.c, complaint.Receive{
		Step: caseStep("ann", "2026-11-25 09:00"), Customer: "c-1", Channel: complaint.Visit, Claims: []complaint.Claim{{Issue: "colour", Kind: "colour"}, {Issue: "clerk", Kind: "attitude"}},
	}))
	priced := complaint.Claim{Issue: "i", Kind: "k", ClaimedMinor: 1}
	step := caseStep("ann", "2026-11-25 12:00")
	r.faulty("claims[0].claimed_minor")(r.Receive(complaint.Case{}, complaint.Receive{Step: step, Customer: "c-1", Channel: complaint.Phone, Claims: []complaint.Claim{priced}}))
	r.faulty("cost_minor")(r.Receive(complaint.Case{}, complaint.Receive{Step: step, Customer: "c-1", Channel: complaint.Phone, CostMinor: 1}))
	r.faulty("claimed_minor")(r.Add(r.c, complaint.Add{Step: step, Claim: priced}))
	r.faulty("cost_minor")(r.Log(r.c, complaint.Log{Step: step, Channel: complaint.Phone, Direction: complaint.FromCustomer, CostMinor: 1}))
	r.withdraw("2026-11-25 13:00", "colour", "clerk")
	r.close("2026-11-25 14:00", complaint.OutcomeWithdrawn)
	r.faulty("claims[0].claimed_minor")(r.Reopen(r.c, complaint.Reopen{Step: step, Why: complaint.StillProblem, Claims: []complaint.Claim{priced}}))
}

// The amounts of a case stay in the currency in which it was taken in: a policy of another one, of
// other digits, or of none refuses every step, and says which it is. Nothing is read as another.
func TestCurrencyOfACase(t *testing.T) {
	r := remedyBegin(t, remedyRules())
	r.must(r.Decide(r.c, remedyDecide("bill", 80_00, remedyRefund("m-1", 80_00)), remedyAnn))
	yuan := customer.Currency{Code: "CNY", Digits: 2}
	assert.Equal(t, yuan, r.c.Currency)
	step := caseStep("ann", "2026-11-25 12:00")
	for _, currency := range []customer.Currency{{Code: "EUR", Digits: 2}, {Code: "CNY"}, {}} {
		rules := caseRules()
		rules.Currency, rules.Intake.Costs = currency, nil
		other := casePolicy(t, rules)
		only := r.refused(complaint.CodeOtherCurrency)
		only(other.Log(r.c, complaint.Log{Step: step, Channel: complaint.Phone, Direction: complaint.FromCustomer}))
		only(other.Settle(r.c, complaint.Settle{Step: step, Remedy: "m-1", Result: complaint.SettlementDone, PaidMinor: 80_00}))
		_, err := other.Close(r.c, complaint.Close{Step: step, Outcome: complaint.OutcomeUnreachable})
		var refusal *customer.Refusal
		require.ErrorAs(t, err, &refusal)
		assert.Equal(t, customer.Reason{Code: complaint.CodeOtherCurrency, Rule: "hotline/1", Of: "CNY", Fact: 2}, refusal.Missing[0])
		for _, permission := range other.Allowed(r.c, "ann", step.At) {
			assert.Contains(t, caseCodes(permission.Missing), complaint.CodeOtherCurrency, permission.Kind)
		}
		assert.Equal(t, yuan, other.Due(r.c)[0].Currency, "what is owed is owed in what it was decided in")
	}
	later := remedyRules()
	later.Version = 2
	_, err := casePolicy(t, later).Log(r.c, complaint.Log{Step: step, Channel: complaint.Phone, Direction: complaint.FromCustomer})
	require.NoError(t, err)

	receive := complaint.Receive{Step: step, Customer: "c-1", Channel: complaint.Phone, Currency: yuan}
	d, err := r.Receive(complaint.Case{}, receive)
	require.NoError(t, err)
	assert.Equal(t, yuan, d.Next.Currency)
	receive.Currency.Code = "EUR"
	r.faulty("currency")(r.Receive(complaint.Case{}, receive))
}

func TestReceiveFaults(t *testing.T) {
	r := caseBegin(t)
	good := complaint.Receive{Step: caseStep("ann", "2026-11-25 09:00"), Customer: "c-1", Channel: complaint.Phone}
	for _, tc := range []struct {
		name   string
		change func(*complaint.Receive)
		paths  []string
	}{
		{"nobody", func(x *complaint.Receive) { x.Customer = "" }, []string{"customer"}},
		{"no way", func(x *complaint.Receive) { x.Channel = 0 }, []string{"channel"}},
		{"all at once", func(x *complaint.Receive) { *x = complaint.Receive{} }, []string{"ref", "by", "at", "customer", "channel"}},
		{"tomorrow", func(x *complaint.Receive) { x.Happened = x.At.Add(1) }, []string{"happened"}},
		{"a day long", func(x *complaint.Receive) { x.Seconds = 86_401 }, []string{"seconds"}},
		{"one issue twice", func(x *complaint.Receive) {
			x.Claims = []complaint.Claim{{Issue: "i", Kind: "k"}, {Issue: "i", Kind: "l"}}
		}, []string{"claims[1].issue"}},
		{"claim", func(x *complaint.Receive) {
			x.Claims = []complaint.Claim{{ClaimedMinor: -1, Demand: 99, Text: "\x00", About: "\n"}}
		}, []string{"claims[0].issue", "claims[0].kind", "claims[0].about", "claims[0].text", "claims[0].demand", "claims[0].claimed_minor"}},
		{"101 claims", func(x *complaint.Receive) {
			for i := range 101 {
				x.Claims = append(x.Claims, complaint.Claim{Issue: strings.Repeat("i", i+1), Kind: "k"})
			}
		}, []string{"claims"}},
		{"source", func(x *complaint.Receive) { x.Source = 9 }, []string{"source"}},
		{"a figure of a stated wish", func(x *complaint.Receive) { x.Figure, x.OutOf = 1, 5 }, []string{"out_of", "figure"}},
		{"a score above the best", func(x *complaint.Receive) { x.Source, x.Figure, x.OutOf = complaint.LowScore, 6, 5 }, []string{"figure"}},
		{"a score of nothing", func(x *complaint.Receive) { x.Source = complaint.LowScore }, []string{"out_of"}},
		{"a text of a best", func(x *complaint.Receive) { x.Source, x.OutOf = complaint.LowEffort, 5 }, []string{"out_of"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			changed := good
			tc.change(&changed)
			_, err := r.Receive(r.c, changed)
			assert.Equal(t, tc.paths, casePaths(err))
		})
	}
	at := good
	at.Happened = at.At
	r.must(r.Receive(r.c, at))
}

// row A68: who scores low, or writes next to nothing, has a case without having complained.
func TestSilentDissatisfaction(t *testing.T) {
	r := caseBegin(t)
	for _, tc := range []struct {
		source        complaint.Source
		figure, outOf int
		open          bool
	}{
		{complaint.LowScore, 3, 10, true}, // exactly on the mark
		{complaint.LowScore, 4, 10, false},
		{complaint.LowScore, 0, 10, true},
		{complaint.LowScore, 1, 5, true},
		{complaint.LowScore, 2, 5, false},
		{complaint.LowScore, 301, 1000, false}, // a thousandth above it
		{complaint.LowScore, 300, 1000, true},
		{complaint.LowScore, 271, 901, false}, // 300.8 thousandths, which round down to the mark
		{complaint.LowEffort, 4, 0, true},
		{complaint.LowEffort, 5, 0, false},
		{complaint.LowEffort, 0, 0, true},
		{0, 0, 0, false},
		{complaint.FromStaff, 0, 0, false},
		{complaint.LowScore, 11, 10, false}, // no such score
	} {
		reason, open := r.Silent(tc.source, tc.figure, tc.outOf)
		assert.Equal(t, tc.open, open, "%s %d of %d: %s", tc.source, tc.figure, tc.outOf, r.Explain(reason, customer.English))
	}
	low := complaint.Receive{
		Step: caseStep("survey", "2026-11-25 09:00"), Customer: "c-1", Channel: complaint.Web, Source: complaint.LowScore, Figure: 4, OutOf: 10,
	}
	r.refused(complaint.CodeLowScore)(r.Receive(r.c, low))
	low.Figure = 3
	r.must(r.Receive(r.c, low))
	assert.Equal(t, []string{complaint.CodeLowScore}, r.told())
	assert.Equal(t, r.reasons[0], r.entries[0].Because)
	assert.Equal(t, 3, r.c.Figure)
	assert.Equal(t, "scored 30 % of the best; a case is opened at 30 % or below", r.Explain(r.reasons[0], customer.English))
	r.stored()

	// A policy without marks asks for none: whoever finds it low opens the case.
	rules := caseRules()
	rules.Intake = complaint.IntakeRules{}
	r = caseBegin(t)
	r.Policy = casePolicy(t, rules)
	low.Figure = 10
	r.must(r.Receive(r.c, low))
	assert.Empty(t, r.told())
	_, open := r.Silent(complaint.LowScore, 0, 10)
	assert.False(t, open)
}

func TestSourcesAndTheirFirstContact(t *testing.T) {
	for _, tc := range []struct {
		source    complaint.Source
		direction complaint.Direction
	}{{0, complaint.FromCustomer}, {complaint.FromBody, complaint.FromOther}, {complaint.FromStaff, complaint.Internal}} {
		r := caseBegin(t)
		r.must(r.Receive(r.c, complaint.Receive{
			Step: caseStep("ann", "2026-11-25 09:00"), Customer: "c-1", Channel: complaint.Letter, Source: tc.source, Note: "the letter",
		}))
		assert.Equal(t, tc.source, r.c.Source)
		assert.Equal(t, tc.direction, r.c.Contacts[0].Direction)
		assert.Equal(t, "the letter", r.c.Contacts[0].Note)
	}
}

// rows A6, A14, B52: the log grows by every contact over whichever channel, never shrinks, and
// says what serving her cost.
func TestContactsAndTheirCost(t *testing.T) {
	r := caseReceived(t)
	for _, tc := range []struct {
		channel complaint.Channel
		seconds int
		said    int64
		want    int64
	}{
		{complaint.Phone, 0, 0, 200},
		{complaint.Phone, 3600, 0, 6200},
		{complaint.Phone, 1, 0, 202}, // 1.67 fen, rounded half up
		{complaint.Phone, 3, 0, 205}, // 5 fen
		{complaint.Phone, 60, 77, 77},
		{complaint.Letter, 600, 0, 350},
		{complaint.Fax, 600, 0, 0}, // the rules say nothing
	} {
		r.must(r.Log(r.c, complaint.Log{
			Step: caseStep("ann", "2026-11-25 10:00"), Channel: tc.channel, Direction: complaint.ToCustomer, Seconds: tc.seconds, CostMinor: tc.said,
		}))
		assert.Equal(t, tc.want, r.c.Contacts[len(r.c.Contacts)-1].CostMinor)
	}
	cost := r.c.Cost()
	assert.Equal(t, complaint.Cost{Contacts: 8, Seconds: 4864, Minor: 200 + 6200 + 202 + 205 + 77 + 350}, cost)
	assert.Equal(t, complaint.Cost{Contacts: 16, Seconds: 9728, Minor: 2 * cost.Minor}, cost.Plus(r.c.Cost()), "of a customer")
	assert.Zero(t, complaint.Case{}.Cost())
	r.stored()

	// A later policy with other prices leaves the booked ones as they were.
	before := r.c.Cost()
	replayed, err := complaint.Replay(r.entries)
	require.NoError(t, err)
	assert.Equal(t, before, replayed.Cost())
}

// Logging is never refused for what the case is: a reply is never dropped.
func TestLogIsNeverRefused(t *testing.T) {
	r, root := caseReceived(t), caseReceived(t)
	r.must(r.Link(r.c, complaint.Link{Step: caseStep("cid", "2026-11-25 10:00"), Case: "K-2", Other: "K-1", As: complaint.Duplicate}, root.c))
	assert.Equal(t, []string{complaint.CodeForward}, r.told())
	// A merged case gets a reply: it is logged, and belongs to the root.
	r.log("2026-11-25 11:00", complaint.FromCustomer, false)
	assert.Equal(t, []string{complaint.CodeForward}, r.told())
	assert.Equal(t, "K-1", r.reasons[0].Of)
	r.close("2026-11-25 12:00", complaint.OutcomeDuplicate)
	r.log("2026-11-25 13:00", complaint.FromCustomer, false)
	assert.Equal(t, []string{complaint.CodeForward}, r.told(), "closed as well as merged")
	r.log("2026-11-25 13:00", complaint.Internal, false)
	assert.Empty(t, r.told(), "a note among ourselves goes nowhere")

	root.withdraw("2026-11-25 14:00", "colour", "clerk")
	root.close("2026-11-25 15:00", complaint.OutcomeWithdrawn)
	root.log("2026-12-25 23:59", complaint.FromCustomer, false)
	assert.Equal(t, []string{complaint.CodeReopenUntil}, root.told())
	root.log("2026-12-26 00:00", complaint.FromCustomer, false)
	assert.Equal(t, []string{complaint.CodeReopenTooLate}, root.told())
	assert.Len(t, root.c.Contacts, 5)
}

// A list has a stated end. What comes after it is refused as one more reason, not as a fault.
func TestFullLog(t *testing.T) {
	r := caseReceived(t)
	entries := r.entries
	for range complaint.MaxList - 1 {
		entries = append(entries, complaint.Entry{
			Version: complaint.EntryVersion, At: caseAt("2026-11-25 10:00"), By: "ann", Ref: "l",
			Body: complaint.Log{Channel: complaint.Phone, Direction: complaint.FromCustomer},
		})
	}
	full, err := complaint.Replay(entries)
	require.NoError(t, err)
	r.refused(complaint.CodeFull)(r.Log(full, complaint.Log{Step: caseStep("ann", "2026-11-25 11:00"), Channel: complaint.Phone, Direction: complaint.FromCustomer}))
	_, err = full.Apply(entries[len(entries)-1])
	require.ErrorIs(t, err, complaint.ErrBroken)
}

// row A47: an issue may come up at any time; after everything was decided it leads back.
func TestAdd(t *testing.T) {
	r := caseReceived(t)
	wait := complaint.Claim{Issue: "wait", Kind: "waiting", About: "dan"}
	r.must(r.Add(r.c, complaint.Add{Step: caseStep("ann", "2026-11-25 10:00"), Claim: wait}))
	assert.Equal(t, complaint.Received, r.c.Phase)
	r.refused(complaint.CodeIssueThere)(r.Add(r.c, complaint.Add{Step: caseStep("ann", "2026-11-25 10:00"), Claim: wait}))
	r.withdraw("2026-11-25 11:00", "colour", "clerk")
	assert.Equal(t, complaint.Received, r.c.Phase, "one is left")
	r.withdraw("2026-11-25 11:00", "wait")
	assert.Equal(t, complaint.Decided, r.c.Phase)
	r.must(r.Add(r.c, complaint.Add{Step: caseStep("dan", "2026-11-25 12:00"), Claim: complaint.Claim{Issue: "again", Kind: "waiting"}}))
	assert.Equal(t, complaint.Investigating, r.c.Phase)
	assert.Equal(t, caseAt("2026-11-25 12:00"), r.c.Since)
	assert.Equal(t, []string{complaint.CodeOtherHandler}, r.told(), "dan is told")
	r.withdraw("2026-11-25 13:00", "again")
	r.close("2026-11-25 14:00", complaint.OutcomeWithdrawn)
	r.refused(complaint.CodePhase)(r.Add(r.c, complaint.Add{Step: caseStep("ann", "2026-11-25 15:00"), Claim: complaint.Claim{Issue: "late", Kind: "k"}}))
	r.stored()
}

// withdrawalNeedsHer holds that nobody withdraws the issue clerk for the customer: it takes a
// contact of hers, since the issue came up and by then, and not the one in which she complained.
func (r *caseRun) withdrawalNeedsHer() {
	r.Helper()
	intake := r.c.Contacts[0].Ref
	for _, row := range []struct {
		name string
		log  complaint.Log
		ref  string
	}{
		{"no contact at all", complaint.Log{}, ""},
		{"one that nobody booked", complaint.Log{}, "call"},
		{"the intake", complaint.Log{}, intake},
		{"what we told her", complaint.Log{Direction: complaint.ToCustomer}, "said"},
		{"a note among ourselves", complaint.Log{Direction: complaint.Internal}, "said"},
		{"what others say of her", complaint.Log{Direction: complaint.FromOther}, "said"},
		{"a call that nobody answered", complaint.Log{Direction: complaint.FromCustomer, Missed: true}, "said"},
		{"what she said before", complaint.Log{Step: complaint.Step{At: caseAt("2026-11-25 08:59")}, Direction: complaint.FromCustomer}, "said"},
		{"what she says later", complaint.Log{Step: complaint.Step{At: caseAt("2026-11-25 10:31")}, Direction: complaint.FromCustomer}, "said"},
	} {
		c := r.c
		if row.log.Direction != 0 {
			row.log.Ref, row.log.By, row.log.Channel = "said", "cid", complaint.Phone
			if row.log.At.IsZero() {
				row.log.At = caseAt("2026-11-25 10:20")
			}
			d, err := r.Log(c, row.log)
			require.NoError(r, err, row.name)
			c = d.Next
		}
		_, err := r.Withdraw(c, complaint.Withdraw{Step: caseStep("cid", "2026-11-25 10:30"), Issue: "clerk", Consent: row.ref})
		var refusal *customer.Refusal
		require.ErrorAs(r, err, &refusal, row.name)
		assert.Equal(r, []string{complaint.CodeWithdrawConsent}, caseCodes(refusal.Missing), row.name)
	}
}

func TestWithdraw(t *testing.T) {
	r := caseReceived(t)
	step := caseStep("cid", "2026-11-25 10:00")
	r.refused(complaint.CodeIssueUnknown)(r.Withdraw(r.c, complaint.Withdraw{Step: step, Issue: "size"}))
	r.withdraw("2026-11-25 10:00", "colour")
	r.refused(complaint.CodeIssueEnded)(caseWithdraw(r.Policy, r.c, complaint.Withdraw{Step: step, Issue: "colour"}))
	assert.Equal(t, caseAt("2026-11-25 10:00"), r.c.Issues[0].Withdrawn)
	r.withdrawalNeedsHer()
	assert.Equal(t, complaint.Received, r.c.Phase)
	r.withdraw("2026-11-25 10:30", "clerk")
	assert.Equal(t, complaint.Decided, r.c.Phase)
	assert.Equal(t, caseAt("2026-11-25 10:30"), r.c.Since)
}

func TestAssessAndInvestigate(t *testing.T) {
	r := caseReceived(t)
	step := caseStep("cid", "2026-11-25 10:00")
	r.refused(complaint.CodePhase)(r.Investigate(r.c, complaint.Investigate{Step: step}))
	r.faulty("severity", "complexity", "impact")(r.Assess(r.c, complaint.Assess{Step: step, Assessment: complaint.Assessment{Severity: 5, Complexity: 5, Impact: 5}}))
	r.faulty("severity")(r.Assess(r.c, complaint.Assess{Step: step}))
	r.must(r.Assess(r.c, complaint.Assess{Step: step, Assessment: complaint.Assessment{
		Severity: complaint.High, Complexity: complaint.Low, Impact: complaint.Normal, Safety: true, Immediate: true,
	}}))
	assert.Equal(t, complaint.Assessed, r.c.Phase)
	assert.Equal(t, []string{complaint.CodeImmediate}, r.told())
	r.assess("2026-11-25 10:30", complaint.Low)
	assert.Equal(t, caseAt("2026-11-25 10:00"), r.c.Since, "assessing again moves nothing")
	r.must(r.Investigate(r.c, complaint.Investigate{Step: step, Note: "asked the maker"}))
	assert.Equal(t, complaint.Investigating, r.c.Phase)
	r.assess("2026-11-25 11:30", complaint.Critical)
	assert.Equal(t, complaint.Investigating, r.c.Phase)
	assert.Equal(t, complaint.Critical, r.c.Assessed.Severity)
	r.refused(complaint.CodePhase)(r.Investigate(r.c, complaint.Investigate{Step: step}))
	r.stored()
}

// row A42: a threat raises the rank, and going there more so.
func TestPriority(t *testing.T) {
	threat := complaint.Recourse{Threat: "consumers"}
	filed := complaint.Recourse{Filings: []complaint.Filing{{Body: "consumers"}}}
	for _, tc := range []struct {
		assessed complaint.Assessment
		recourse complaint.Recourse
		want     int
	}{
		{complaint.Assessment{}, complaint.Recourse{}, 2},
		{complaint.Assessment{Severity: complaint.Low}, complaint.Recourse{}, 1},
		{complaint.Assessment{Severity: complaint.Critical}, complaint.Recourse{}, 4},
		{complaint.Assessment{Severity: complaint.Low, Safety: true}, complaint.Recourse{}, 3},
		{complaint.Assessment{Severity: complaint.Critical, Safety: true}, complaint.Recourse{}, 4},
		{complaint.Assessment{Severity: complaint.Low, Immediate: true}, complaint.Recourse{}, 4},
		{complaint.Assessment{Severity: complaint.Low}, threat, 4},
		{complaint.Assessment{Severity: complaint.High}, threat, 4},
		{complaint.Assessment{Severity: complaint.Critical}, threat, 5},
		{complaint.Assessment{Severity: complaint.Low}, filed, 5},
	} {
		c := complaint.Case{Assessed: tc.assessed, Recourse: tc.recourse}
		assert.Equal(t, tc.want, c.Priority(), "%+v", tc)
	}
}

// No field of a command is forgotten in its fingerprint.
func TestCaseFacts(t *testing.T) {
	step, at := caseStep("ann", "2026-11-25 09:00"), caseAt("2026-11-24 09:00")
	claim := complaint.Claim{Issue: "i", Kind: "k", About: "a", Text: "t", Demand: complaint.Refund, ClaimedMinor: 1}
	for _, fact := range []journal.Fact{
		complaint.Receive{
			Step: step, Customer: "c", Happened: at, Source: complaint.LowScore, Figure: 1, OutOf: 5, Channel: complaint.Phone, Seconds: 1, CostMinor: 1,
			Topic: "t", Service: "s", Area: "a", Site: "s", Reach: "r", Desk: "d", Claims: []complaint.Claim{claim}, Threat: "b", Note: "n",
		},
		complaint.Log{Step: step, Channel: complaint.Phone, Direction: complaint.ToCustomer, Missed: true, Note: "n", Seconds: 1, CostMinor: 1, Threat: "b"},
		complaint.Add{Step: step, Claim: claim},
		complaint.Withdraw{Step: step, Issue: "i", Consent: "r", Note: "n"},
		complaint.Assess{Step: step, Assessment: complaint.Assessment{Severity: 1, Complexity: 1, Impact: 1, Safety: true, Immediate: true}, Note: "n"},
		complaint.Investigate{Step: step, Note: "n"},
		complaint.Link{Step: step, Case: "K-2", Other: "K-1", As: complaint.Related, Received: at, Note: "n"},
		complaint.Unlink{Step: step, Other: "K-1", As: complaint.Related, Note: "n"},
		complaint.Advise{Step: step, Body: "b", Until: at, Channel: complaint.Phone, Note: "n"},
		complaint.File{Step: step, Body: "b", Number: "7", Note: "n"},
		complaint.Conclude{Step: step, Body: "b", Result: complaint.ForUs, Note: "n"},
		complaint.Close{Step: step, Outcome: complaint.OutcomeLost, Note: "n"},
		complaint.Reopen{Step: step, Why: complaint.OurMistake, Issues: []string{"i"}, Claims: []complaint.Claim{claim}, Note: "n"},
	} {
		journaltest.TestFact(t, fact)
	}
}

// The stored texts of the case.
func TestCaseTexts(t *testing.T) {
	assert.Equal(t, "received assessed investigating decided closed", customertest.Texts(t, complaint.Closed))
	assert.Equal(t, "low-score low-effort external-body staff", customertest.Texts(t, complaint.FromStaff))
	assert.Equal(t, "from-customer to-customer from-other to-other internal", customertest.Texts(t, complaint.Internal))
	assert.Equal(t, "phone visit letter email fax voicemail chat message web social event authority", customertest.Texts(t, complaint.Authority))
	assert.Equal(t, "compensation explanation apology repair exchange refund dismissal correction other", customertest.Texts(t, complaint.OtherDemand))
	assert.Equal(t, "low normal high critical", customertest.Texts(t, complaint.Critical))
	assert.Equal(t, "duplicate repeat follows related", customertest.Texts(t, complaint.Related))
	assert.Equal(t, "for-customer partly-for-customer for-us settled not-taken-up", customertest.Texts(t, complaint.NotTakenUp))
	assert.Equal(t, "resolved partly rejected withdrawn diverted duplicate unreachable lost", customertest.Texts(t, complaint.OutcomeLost))
	assert.Equal(t, "still-a-problem new-evidence external-body mistake", customertest.Texts(t, complaint.OurMistake))
}

func TestCaseRuleFaults(t *testing.T) {
	rules := caseRules()
	rules.Intake.LowScorePermille, rules.Intake.LowTextLength = 1000, 4001
	rules.Intake.Costs = append(rules.Intake.Costs, complaint.ContactCost{Channel: complaint.Phone, EachMinor: -1}, complaint.ContactCost{Channel: complaint.Phone})
	rules.Closing = complaint.ClosingRules{Tries: 1, TriesDays: 1, ReopenDays: 3651}
	rules.Recourse.Days = -1
	rules.Recourse.Bodies = append(rules.Recourse.Bodies, complaint.BodyRule{ID: "consumers", FirstDays: -1, WithinMonths: 121, Kinds: []complaint.BodyKind{
		{Kind: "billing", WithinMonths: 0}, {Kind: "billing", WithinMonths: 1},
	}})
	zone := casePolicyZone(t)
	_, err := complaint.NewPolicy(rules, zone)
	assert.Equal(t, []string{
		"intake.low_score_permille", "intake.low_text_length", "intake.costs[2].each_minor", "intake.costs[3].channel",
		"recourse.days", "recourse.bodies[2].id", "recourse.bodies[2].first_days", "recourse.bodies[2].within_months",
		"recourse.bodies[2].kinds[0].within_months", "recourse.bodies[2].kinds[1].kind",
		"closing.tries_days", "closing.reopen_days",
	}, casePaths(err))
	rules = caseRules()
	rules.Currency = customer.Currency{}
	_, err = complaint.NewPolicy(rules, zone)
	assert.Equal(t, []string{"intake.costs[0].each_minor", "intake.costs[0].hour_minor", "intake.costs[1].each_minor"}, casePaths(err))
}

// Two agents look at one case. Whoever decides on what she was shown, and not on what it has become
// since, overwrites nothing; sent again, the request that was first gets its answer again.
func TestDecidingOnWhatWasShown(t *testing.T) {
	ctx, policy := t.Context(), casePolicy(t, caseRules())
	var store journal.Mem[complaint.ID, complaint.Case, complaint.Entry]
	receive := complaint.Receive{
		Step: caseStep("ann", "2026-11-25 09:00"), Customer: "c-1", Channel: complaint.Phone, Claims: []complaint.Claim{{Issue: "i", Kind: "k"}},
	}
	_, err := journal.Run(ctx, &store, "K-1", "receive:1", receive, func(c complaint.Case) (complaint.Decision, error) { return policy.Receive(c, receive) })
	require.NoError(t, err)
	shown, _, err := store.Load(ctx, "K-1")
	require.NoError(t, err)
	run := func(by string) error {
		assess := complaint.Assess{Step: caseStep(by, "2026-11-25 10:00"), Assessment: complaint.Assessment{Severity: complaint.High}}
		_, err := journal.Run(ctx, &store, "K-1", "assess:"+by, assess, func(complaint.Case) (complaint.Decision, error) { return policy.Assess(shown, assess) })
		return err
	}
	require.NoError(t, run("cid"))
	require.ErrorIs(t, run("dan"), journal.ErrConflict)
	require.NoError(t, run("cid"), "a retry")
	now, _, err := store.Load(ctx, "K-1")
	require.NoError(t, err)
	assert.Equal(t, shown.Entries+1, now.Entries)
}
