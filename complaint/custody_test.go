package complaint_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
)

// evidenceZone is Shanghai without the zone database: it has no summer time.
func evidenceZone() *time.Location { return time.FixedZone("Asia/Shanghai", 8*60*60) }

// evidenceAt is a minute of 25 November 2026 and after, counted from 9:00.
func evidenceAt(minutes int) time.Time {
	return time.Date(2026, time.November, 25, 9, minutes, 0, 0, evidenceZone())
}

func evidencePolicy(t require.TestingT, rules complaint.EvidenceRules) *complaint.Policy {
	p, err := complaint.NewPolicy(complaint.Rules{
		Edition:  customer.Edition{ID: "house", Version: 1},
		Zone:     "Asia/Shanghai",
		Currency: customer.Currency{Code: "CNY", Digits: 2},
		Evidence: rules,
	}, evidenceZone())
	require.NoError(t, err)
	return p
}

func evidenceStep(ref string, minutes int) complaint.Step {
	return complaint.Step{Ref: ref, By: "rosa", At: evidenceAt(minutes)}
}

// evidenceDone is the case after a decision that must be taken.
func evidenceDone(t require.TestingT) func(complaint.Decision, error) complaint.Case {
	return func(d complaint.Decision, err error) complaint.Case {
		require.NoError(t, err)
		return d.Next
	}
}

// evidenceMissing are the codes of a refusal, and what each speaks of: nil where the command
// was not refused.
func evidenceMissing(t require.TestingT, err error) (codes []string) {
	if err == nil {
		return nil
	}
	var refusal *customer.Refusal
	require.ErrorAs(t, err, &refusal)
	for _, one := range refusal.Missing {
		assert.NotEmpty(t, one.Rule)
		assert.NotEqual(t, one.Code, complaint.Explain(one, customer.English), "it has no words")
		if one.Of != "" {
			codes = append(codes, one.Code+" "+one.Of)
		} else {
			codes = append(codes, one.Code)
		}
	}
	return codes
}

// evidenceCase has been received at 9:00 with four issues, and assessed.
func evidenceCase(t require.TestingT, p *complaint.Policy) complaint.Case {
	c := evidenceDone(t)(p.Receive(complaint.Case{}, complaint.Receive{
		Step: evidenceStep("r", 0), Customer: "c-1", Channel: complaint.Visit, Service: "sms/orders", Area: "cn/gd/shenzhen",
		Happened: evidenceAt(-6 * 60), // 3:00
		Claims: []complaint.Claim{
			{Issue: "colour", Kind: "colour"},
			{Issue: "clerk", Kind: "attitude", About: "tim"},
			{Issue: "queue", Kind: "waiting"},
			{Issue: "fund", Kind: complaint.MisSelling},
		},
	}))
	return evidenceDone(t)(p.Assess(c, complaint.Assess{Step: evidenceStep("a", 0), Assessment: complaint.Assessment{Severity: complaint.Low}}))
}

func evidenceShoe() complaint.HandIn {
	return complaint.HandIn{
		Step: evidenceStep("in", 10), Item: "shoe", What: "a pair of shoes", Serial: "42", Receipt: "R-1",
		Condition: []string{"left toe pale", "soles hardly worn"}, Word: "worn twice", Holder: "shop",
	}
}

func evidenceMove(ref string, minutes int, from, to string) (complaint.Move, complaint.Agent) {
	accepted := complaint.Agent{ID: "at-" + to, Desk: to}
	return complaint.Move{Step: evidenceStep(ref, minutes), Item: "shoe", From: from, To: to, Accepted: accepted.ID}, accepted
}

// row A48.
func TestCustodyGuards(t *testing.T) {
	p := evidencePolicy(t, complaint.EvidenceRules{})
	none := evidenceCase(t, p)
	held := evidenceDone(t)(p.HandIn(none, evidenceShoe()))
	toLab, lina := evidenceMove("m", 60, "shop", "lab")
	atLab := evidenceDone(t)(p.Move(held, toLab, lina))
	back := evidenceDone(t)(p.HandBack(atLab, complaint.HandBack{Step: evidenceStep("hb", 120), Item: "shoe", From: "lab", Condition: []string{"clean"}}))
	lost := evidenceDone(t)(p.Lose(atLab, complaint.Lose{Step: evidenceStep("l", 120), Item: "shoe", From: "lab"}))
	agreed := func(c complaint.Case, minutes int, direction complaint.Direction) complaint.Case {
		return evidenceDone(t)(p.Log(c, complaint.Log{Step: evidenceStep("call", minutes), Channel: complaint.Phone, Direction: direction}))
	}
	move := func(c complaint.Case, minutes int, from, to string, change func(*complaint.Move, *complaint.Agent)) error {
		x, receiver := evidenceMove("m", minutes, from, to)
		if change != nil {
			change(&x, &receiver)
		}
		_, err := p.Move(c, x, receiver)
		return err
	}
	paid := func(c complaint.Case, item string, state complaint.RemedyState) complaint.Case {
		c = agreed(c, 130, complaint.FromCustomer)
		c.Remedies = []complaint.Remedy{{Offer: complaint.Offer{Remedy: "rem-1", Kind: complaint.CompensationRemedy, Item: item}, At: evidenceAt(120), State: state}}
		return c
	}
	handIn := func(c complaint.Case, minutes int) error {
		x := evidenceShoe()
		x.At = evidenceAt(minutes)
		_, err := p.HandIn(c, x)
		return err
	}
	handBackTo := func(c complaint.Case, minutes int, from, to, receipt string) error {
		_, err := p.HandBack(c, complaint.HandBack{Step: evidenceStep("hb", minutes), Item: "shoe", From: from, To: to, Receipt: receipt, Condition: []string{"clean"}})
		return err
	}
	handBack := func(c complaint.Case, minutes int, from, receipt string) error {
		return handBackTo(c, minutes, from, "", receipt)
	}
	settledAt := func(c complaint.Case, minutes int) complaint.Case {
		c = paid(c, "shoe", complaint.RemedySettled)
		c.Remedies[0].At = evidenceAt(minutes)
		return c
	}
	missed := evidenceDone(t)(p.Log(held, complaint.Log{Step: evidenceStep("call", 30), Channel: complaint.Phone, Direction: complaint.FromCustomer, Missed: true}))
	scrap := func(c complaint.Case, minutes int, from, consent, remedy string) error {
		_, err := p.Scrap(c, complaint.Scrap{Step: evidenceStep("s", minutes), Item: "shoe", From: from, Consent: consent, Remedy: remedy})
		return err
	}
	lose := func(c complaint.Case, minutes int, from string) error {
		_, err := p.Lose(c, complaint.Lose{Step: evidenceStep("l", minutes), Item: "shoe", From: from})
		return err
	}
	inspect := func(c complaint.Case, minutes int, item string) error {
		x := evidenceInspection("i", minutes, complaint.CauseProduct)
		x.Item, x.Records, x.Fault = item, "", complaint.FaultOfMake
		_, err := p.Inspect(c, x, evidenceLina())
		return err
	}
	for _, row := range []struct {
		what string
		err  error
		want []string
	}{
		{"what nobody handed in cannot be moved", move(none, 60, "shop", "lab", nil), []string{"complaint.item-none", "complaint.item-unknown shoe"}},
		{"another thing cannot", move(held, 60, "shop", "lab", func(x *complaint.Move, _ *complaint.Agent) { x.Item = "hat" }), []string{"complaint.item-unknown hat"}},
		{"the holder hands it on", move(held, 60, "shop", "lab", nil), nil},
		{"at the very minute of the hand-in", move(held, 10, "shop", "lab", nil), nil},
		{"not a minute before", move(held, 9, "shop", "lab", nil), []string{"complaint.item-order shoe"}},
		{"who gave it away has it no longer", move(atLab, 61, "shop", "depot", nil), []string{"complaint.item-holder lab"}},
		{"nobody accepted", move(held, 60, "shop", "lab", func(x *complaint.Move, _ *complaint.Agent) { x.Accepted = "" }), []string{"complaint.item-accepted lab"}},
		{"another was passed than signed", move(held, 60, "shop", "lab", func(x *complaint.Move, _ *complaint.Agent) { x.Accepted = "rosa" }), []string{"complaint.item-accepted lab"}},
		{"who signed works elsewhere", move(held, 60, "shop", "lab", func(_ *complaint.Move, a *complaint.Agent) { a.Desk = "shop" }), []string{"complaint.item-accepted lab"}},
		{"the giver signs for her own desk", move(evidenceDone(t)(p.Move(held, complaint.Move{Step: evidenceStep("m1", 20), Item: "shoe", From: "shop", To: "rosa", Accepted: "rosa"}, complaint.Agent{ID: "rosa", Desk: "shop"})), 60, "rosa", "shop",
			func(x *complaint.Move, a *complaint.Agent) { x.Accepted, a.ID = "rosa", "rosa" }), []string{"complaint.item-accepted shop"}},
		{"it is there already", move(held, 60, "shop", "shop", nil), []string{"complaint.item-there shop"}},
		{
			"everything at once", move(held, 9, "depot", "lab", func(x *complaint.Move, _ *complaint.Agent) { x.Accepted = "" }),
			[]string{"complaint.item-holder shop", "complaint.item-order shoe", "complaint.item-accepted lab"},
		},
		{"what went home is not moved", move(back, 180, "lab", "shop", nil), []string{"complaint.item-none", "complaint.item-gone shoe"}},

		{"the same item is not taken in twice", handIn(held, 20), []string{"complaint.item-here shoe"}},
		{"nor while it is lost", handIn(lost, 180), []string{"complaint.item-here shoe"}},
		{"it may come again", handIn(back, 120), nil},
		{"not before it went", handIn(back, 119), []string{"complaint.item-order shoe"}},

		{"without her receipt it is given back all the same", handBack(held, 60, "shop", ""), nil},
		{"not against another's", handBack(held, 60, "shop", "R-2"), []string{"complaint.item-receipt shoe"}},
		{"nobody gives back what another has", handBack(atLab, 61, "shop", "R-1"), []string{"complaint.item-holder lab"}},
		{"somebody else takes it with her receipt", handBackTo(held, 60, "shop", "ann", "R-1"), nil},
		{"not without", handBackTo(held, 60, "shop", "ann", ""), []string{"complaint.item-bearer ann"}},
		{"nor with another's", handBackTo(held, 60, "shop", "ann", "R-2"), []string{"complaint.item-receipt shoe"}},
		{"it goes back once", handBack(back, 180, "lab", "R-1"), []string{"complaint.item-none", "complaint.item-gone shoe"}},

		{"nothing is scrapped without her consent", scrap(held, 60, "shop", "", ""), []string{"complaint.item-consent shoe"}},
		{"a contact that nobody logged is none", scrap(held, 60, "shop", "call", ""), []string{"complaint.item-consent shoe"}},
		{"what we told her is no consent of hers", scrap(agreed(held, 30, complaint.ToCustomer), 60, "shop", "call", ""), []string{"complaint.item-consent shoe"}},
		{"nor is one that came later", scrap(agreed(held, 61, complaint.FromCustomer), 60, "shop", "call", ""), []string{"complaint.item-consent shoe"}},
		{"nor is a call that nobody answered", scrap(missed, 60, "shop", "call", ""), []string{"complaint.item-consent shoe"}},
		{"nor what she said the day before she brought it", scrap(agreed(held, -9*60-1, complaint.FromCustomer), 60, "shop", "call", ""), []string{"complaint.item-consent shoe"}},
		{"what she said on that day, before she brought it, may be", scrap(agreed(held, -9*60, complaint.FromCustomer), 60, "shop", "call", ""), nil},
		{"her word is", scrap(agreed(held, 60, complaint.FromCustomer), 60, "shop", "call", ""), nil},
		{"a lost item takes the remedy too", scrap(agreed(lost, 130, complaint.FromCustomer), 140, "lab", "call", ""), []string{"complaint.item-remedy shoe"}},
		{"one that there is not is none", scrap(agreed(lost, 130, complaint.FromCustomer), 140, "lab", "call", "rem-1"), []string{"complaint.item-remedy shoe"}},
		{"one that is owed has not been carried out", scrap(paid(lost, "shoe", complaint.RemedyGranted), 140, "lab", "call", "rem-1"), []string{"complaint.item-remedy shoe"}},
		{"nor one that was withdrawn", scrap(paid(lost, "shoe", complaint.RemedyWithdrawn), 140, "lab", "call", "rem-1"), []string{"complaint.item-remedy shoe"}},
		{"one for something else is not for this", scrap(paid(lost, "hat", complaint.RemedySettled), 140, "lab", "call", "rem-1"), []string{"complaint.item-remedy shoe"}},
		{"one that was carried out is", scrap(paid(lost, "shoe", complaint.RemedySettled), 140, "lab", "call", "rem-1"), nil},
		{"one decided at the very minute of the loss is", scrap(settledAt(lost, 120), 140, "lab", "call", "rem-1"), nil},
		{"one decided before was for something else", scrap(settledAt(lost, 119), 140, "lab", "call", "rem-1"), []string{"complaint.item-remedy shoe"}},
		{"she may not want it", scrap(paid(lost, "shoe", complaint.RemedyDeclined), 140, "lab", "call", "rem-1"), nil},
		{"and the holder who lost it", scrap(paid(lost, "shoe", complaint.RemedySettled), 140, "shop", "call", "rem-1"), []string{"complaint.item-holder lab"}},
		{"a remedy does not replace her consent", scrap(paid(lost, "shoe", complaint.RemedySettled), 140, "lab", "", "rem-1"), []string{"complaint.item-consent shoe"}},

		{"a loss is that of who has it", lose(atLab, 120, "shop"), []string{"complaint.item-holder lab"}},
		{"it is lost once", lose(lost, 130, "lab"), []string{"complaint.item-lost shoe"}},

		{"what is in hand is inspected", inspect(held, 10, "shoe"), nil},
		{"not before", inspect(held, 9, "shoe"), []string{"complaint.item-away shoe"}},
		{"not what was never here", inspect(held, 10, "hat"), []string{"complaint.item-unknown hat"}},
		{"not what is lost", inspect(lost, 120, "shoe"), []string{"complaint.item-away shoe"}},
		{"but what was found while it was here", inspect(lost, 119, "shoe"), nil},
		{"not what she has at home", inspect(back, 120, "shoe"), []string{"complaint.item-away shoe"}},
	} {
		assert.Equal(t, row.want, evidenceMissing(t, row.err), row.what)
	}
	var refusal *customer.Refusal
	require.ErrorAs(t, move(atLab, 61, "shop", "depot", nil), &refusal)
	assert.Equal(t, "it is lab who has it, since 25 Nov 2026, 10:00 Asia/Shanghai", complaint.Explain(refusal.Missing[0], customer.English))
}

// Pitfall: an item in custody at close. It keeps the case open, and so does one lost that nothing
// makes good for.
func TestCustodyKeepsOpen(t *testing.T) {
	p := evidencePolicy(t, complaint.EvidenceRules{})
	bars := func(c complaint.Case) (codes []string) {
		for _, one := range p.Allowed(c, "rosa", evidenceAt(500)) {
			if one.Kind != complaint.KindClose {
				continue
			}
			for _, missing := range one.Missing {
				if missing.Code == complaint.CodeItemHeld || missing.Code == complaint.CodeItemLost {
					codes = append(codes, missing.Code)
				}
			}
		}
		return codes
	}
	c := evidenceCase(t, p)
	assert.Empty(t, bars(c))
	held := evidenceDone(t)(p.HandIn(c, evidenceShoe()))
	assert.Equal(t, []string{complaint.CodeItemHeld}, bars(held))
	move, lina := evidenceMove("m", 60, "shop", "lab")
	atLab := evidenceDone(t)(p.Move(held, move, lina))
	assert.Equal(t, []string{complaint.CodeItemHeld}, bars(atLab), "handing it on does not get round it")
	lost := evidenceDone(t)(p.Lose(atLab, complaint.Lose{Step: evidenceStep("l", 70), Item: "shoe", From: "lab"}))
	assert.Equal(t, []string{complaint.CodeItemLost}, bars(lost), "nor does losing it")
	found, at := evidenceMove("f", 80, "lab", "shop")
	d, err := p.Move(lost, found, at)
	require.NoError(t, err)
	assert.Equal(t, complaint.CodeItemFound, d.Entries[0].Because.Code)
	assert.Equal(t, []string{complaint.CodeItemHeld}, bars(d.Next))
	back := evidenceDone(t)(p.HandBack(d.Next, complaint.HandBack{Step: evidenceStep("b", 90), Item: "shoe", From: "shop", Condition: []string{"clean"}}))
	assert.Empty(t, bars(back))
	agreed := func(c complaint.Case) complaint.Case {
		return evidenceDone(t)(p.Log(c, complaint.Log{Step: evidenceStep("call", 80), Channel: complaint.Phone, Direction: complaint.FromCustomer}))
	}
	scrapped := evidenceDone(t)(p.Scrap(agreed(atLab), complaint.Scrap{Step: evidenceStep("s", 90), Item: "shoe", From: "lab", Consent: "call"}))
	assert.Empty(t, bars(scrapped))
	assert.Equal(t, complaint.Scrapped, scrapped.Items[0].Fate)
	settled := agreed(lost)
	settled.Remedies = []complaint.Remedy{{Offer: complaint.Offer{Remedy: "rem-1", Kind: complaint.CompensationRemedy, Item: "shoe"}, At: evidenceAt(70), State: complaint.RemedySettled}}
	off := evidenceDone(t)(p.Scrap(settled, complaint.Scrap{Step: evidenceStep("s", 90), Item: "shoe", From: "lab", Consent: "call", Remedy: "rem-1"}))
	assert.Empty(t, bars(off))
	assert.Equal(t, complaint.WrittenOff, off.Items[0].Fate)
	assert.Equal(t, []string{"call", "rem-1"}, []string{off.Items[0].Consent, off.Items[0].Remedy})
}

// What came back is held against what was handed in, note by note.
func TestCustodyDifference(t *testing.T) {
	p := evidencePolicy(t, complaint.EvidenceRules{})
	held := evidenceDone(t)(p.HandIn(evidenceCase(t, p), evidenceShoe()))
	added, gone := held.Items[0].Difference()
	assert.Empty(t, append(added, gone...), "nothing is said of what is still here")
	for _, row := range []struct {
		condition   []string
		added, gone []string
	}{
		{[]string{"soles hardly worn", "left toe pale"}, nil, nil},
		{[]string{"left toe pale"}, nil, []string{"soles hardly worn"}},
		{[]string{"left toe pale", "soles hardly worn", "heel off"}, []string{"heel off"}, nil},
		{[]string{"new"}, []string{"new"}, []string{"left toe pale", "soles hardly worn"}},
	} {
		d, err := p.HandBack(held, complaint.HandBack{Step: evidenceStep("b", 60), Item: "shoe", From: "shop", Condition: row.condition})
		require.NoError(t, err)
		added, gone := d.Next.Items[0].Difference()
		assert.Equal(t, row.added, added)
		assert.Equal(t, row.gone, gone)
		if len(added)+len(gone) == 0 {
			assert.Empty(t, d.Reasons)
			continue
		}
		require.Len(t, d.Reasons, 1)
		assert.Equal(t, []int64{int64(len(added)), int64(len(gone))}, []int64{d.Reasons[0].Fact, d.Reasons[0].Mark})
	}
}

// custodian is what custody must be: for each minute, who has the shoe. It is written down by
// the minute, and so has no chain that could have a gap.
type custodian struct {
	holder [200]string // by minute; empty: nobody here
	lost   [200]bool
	last   int // minute of the last change
	in     bool
}

func (m *custodian) from(minute int, holder string, lost bool) {
	for ; minute < len(m.holder); minute++ {
		m.holder[minute], m.lost[minute] = holder, lost
	}
}

// Whatever is tried, in whatever order and with whatever instants: exactly one holder at any
// instant from hand-in to the end, and no gap between two of them.
//
// row A48.
func TestCustodyChain(t *testing.T) {
	p := evidencePolicy(t, complaint.EvidenceRules{})
	holders := []string{"shop", "lab", "depot"}
	rapid.Check(t, func(t *rapid.T) {
		c := evidenceDone(t)(p.Log(evidenceCase(t, p), complaint.Log{Step: evidenceStep("call", 0), Channel: complaint.Phone, Direction: complaint.FromCustomer}))
		var model custodian
		var history []complaint.Entry
		begun := c
		for i := range rapid.IntRange(1, 25).Draw(t, "steps") {
			minute := min(199, max(0, model.last+rapid.IntRange(-1, 9).Draw(t, "later")))
			from, to := rapid.SampledFrom(holders).Draw(t, "from"), rapid.SampledFrom(holders).Draw(t, "to")
			ref := fmt.Sprint("x", i)
			was, lost := model.holder[199], model.lost[199]
			holds := model.in && was == from && minute >= model.last
			var d complaint.Decision
			var err error
			var want bool
			after := func() {}
			switch what := rapid.SampledFrom([]string{"in", "move", "move", "move", "back", "scrap", "lose"}).Draw(t, "what"); what {
			case "in":
				x := evidenceShoe()
				x.Step, x.Holder = evidenceStep(ref, minute), to
				d, err = p.HandIn(c, x)
				want = !model.in && minute >= model.last
				after = func() { model.in = true; model.from(minute, to, false) }
			case "move":
				x, receiver := evidenceMove(ref, minute, from, to)
				d, err = p.Move(c, x, receiver)
				want = holds && (lost || to != was)
				after = func() { model.from(minute, to, false) }
			case "back":
				d, err = p.HandBack(c, complaint.HandBack{Step: evidenceStep(ref, minute), Item: "shoe", From: from, Condition: []string{"clean"}})
				want = holds
				after = func() { model.in = false; model.from(minute, "", false) }
			case "scrap":
				d, err = p.Scrap(c, complaint.Scrap{Step: evidenceStep(ref, minute), Item: "shoe", From: from, Consent: "call"})
				want = holds && !lost
				after = func() { model.in = false; model.from(minute, "", false) }
			case "lose":
				d, err = p.Lose(c, complaint.Lose{Step: evidenceStep(ref, minute), Item: "shoe", From: from})
				want = holds && !lost
				after = func() { model.from(minute, from, true) }
			}
			if !want {
				require.Error(t, err)
				continue
			}
			require.NoError(t, err)
			after()
			model.last, c = minute, d.Next
			history = append(history, d.Entries...)
			chainHolds(t, &model, c)
		}
		again, err := begun.Apply(history...)
		require.NoError(t, err)
		require.Equal(t, c, again)
	})
}

// chainHolds holds the chains of a case to what was written down by the minute.
func chainHolds(t *rapid.T, model *custodian, c complaint.Case) {
	for _, item := range c.Items {
		require.NotEmpty(t, item.Chain)
		for i, hold := range item.Chain {
			require.NotEmpty(t, hold.Holder)
			if i+1 < len(item.Chain) {
				require.Equal(t, hold.To, item.Chain[i+1].From, "a gap, or two at once")
			}
		}
		require.Equal(t, item.Ended, item.Chain[len(item.Chain)-1].To)
		require.Equal(t, item.Fate == 0, item.Ended.IsZero())
	}
	for minute := range model.holder {
		at := evidenceAt(minute)
		var holder string
		var lost bool
		for _, item := range c.Items {
			hold, held := item.Holder(at)
			if !held {
				continue
			}
			require.Empty(t, holder, "two chains at once")
			holder, lost = hold.Holder, hold.Lost
		}
		require.Equal(t, model.holder[minute], holder, "minute %d", minute)
		require.Equal(t, model.lost[minute], lost, "minute %d", minute)
	}
}

// A chain that has no room for another link can still be ended: otherwise the item could never
// go home, and the case never be closed.
func TestCustodyFullChain(t *testing.T) {
	p := evidencePolicy(t, complaint.EvidenceRules{})
	c := evidenceDone(t)(p.HandIn(evidenceCase(t, p), evidenceShoe()))
	places := []string{"shop", "lab"}
	for i := range complaint.MaxList - 1 {
		move, receiver := evidenceMove("m", 20, places[i%2], places[(i+1)%2])
		c = evidenceDone(t)(p.Move(c, move, receiver))
	}
	require.Len(t, c.Items[0].Chain, complaint.MaxList)
	move, receiver := evidenceMove("m", 20, "lab", "shop")
	_, err := p.Move(c, move, receiver)
	assert.Equal(t, []string{"complaint.item-full shoe"}, evidenceMissing(t, err))
	_, err = p.Lose(c, complaint.Lose{Step: evidenceStep("l", 30), Item: "shoe", From: "lab"})
	assert.Equal(t, []string{"complaint.item-full shoe"}, evidenceMissing(t, err))
	back := evidenceDone(t)(p.HandBack(c, complaint.HandBack{Step: evidenceStep("b", 30), Item: "shoe", From: "lab", Condition: []string{"clean"}}))
	assert.Equal(t, complaint.HandedBack, back.Items[0].Fate)
}

// Two branches from one state: what one does to an item, the other does not see, and neither
// does the state that both came from.
func TestCustodyBranches(t *testing.T) {
	p := evidencePolicy(t, complaint.EvidenceRules{})
	held := evidenceDone(t)(p.HandIn(evidenceCase(t, p), evidenceShoe()))
	before, err := json.Marshal(held)
	require.NoError(t, err)
	toLab, lina := evidenceMove("a", 60, "shop", "lab")
	toDepot, ben := evidenceMove("b", 70, "shop", "depot")
	a, b := evidenceDone(t)(p.Move(held, toLab, lina)), evidenceDone(t)(p.Move(held, toDepot, ben))
	assert.Equal(t, "lab", a.Items[0].Chain[1].Holder)
	assert.Equal(t, "depot", b.Items[0].Chain[1].Holder)
	assert.Equal(t, evidenceAt(60), a.Items[0].Chain[0].To)
	after, err := json.Marshal(held)
	require.NoError(t, err)
	assert.Equal(t, string(before), string(after))
	condition := []string{"as new"}
	x := complaint.HandBack{Step: evidenceStep("h", 90), Item: "shoe", From: "lab", Condition: condition}
	back := evidenceDone(t)(p.HandBack(a, x))
	condition[0] = "torn"
	assert.Equal(t, []string{"as new"}, back.Items[0].Returned, "the caller's list is the caller's")
}

// A forged history is refused, whatever it says.
func TestCustodyForged(t *testing.T) {
	p := evidencePolicy(t, complaint.EvidenceRules{})
	held := evidenceDone(t)(p.HandIn(evidenceCase(t, p), evidenceShoe()))
	entry := func(minutes int, body complaint.Body) complaint.Entry {
		return complaint.Entry{Version: complaint.EntryVersion, At: evidenceAt(minutes), By: "rosa", Ref: "f", Body: body}
	}
	for _, forged := range []complaint.Entry{
		entry(60, complaint.HandIn{Item: "shoe", Holder: "depot"}),
		entry(60, complaint.Move{Item: "hat", From: "shop", To: "lab"}),
		entry(60, complaint.Move{Item: "shoe", From: "lab", To: "depot"}),
		entry(9, complaint.Move{Item: "shoe", From: "shop", To: "lab"}),
		entry(60, complaint.HandBack{Item: "shoe", From: "lab"}),
		entry(60, complaint.Scrap{Item: "shoe", From: "lab"}),
		entry(60, complaint.Lose{Item: "shoe", From: "lab"}),
		entry(60, complaint.Inspect{Item: "hat"}),
		entry(60, complaint.Inspect{Records: "bill", Issues: []string{"none"}}),
	} {
		_, err := held.Apply(forged)
		assert.ErrorIs(t, err, complaint.ErrBroken, "%s", forged.Kind())
	}
}

// A stored case whose custody no history leads to is not read, and so none is decided on.
func TestCustodyStored(t *testing.T) {
	p := evidencePolicy(t, complaint.EvidenceRules{})
	held := evidenceDone(t)(p.HandIn(evidenceCase(t, p), evidenceShoe()))
	move, lina := evidenceMove("m", 60, "shop", "lab")
	atLab := evidenceDone(t)(p.Move(held, move, lina))
	for _, row := range []struct {
		what   string
		change func(*complaint.Item)
		good   bool
	}{
		{"as it was stored", func(*complaint.Item) {}, true},
		{"no holder at all", func(i *complaint.Item) { i.Chain = nil }, false},
		{"a gap", func(i *complaint.Item) { i.Chain[1].From = evidenceAt(61) }, false},
		{"two at once", func(i *complaint.Item) { i.Chain[1].From = evidenceAt(59) }, false},
		{"a link without end, and another after it", func(i *complaint.Item) { i.Chain[0].To = time.Time{} }, false},
		{"backwards", func(i *complaint.Item) { i.Chain[0].To, i.Chain[1].From = evidenceAt(9), evidenceAt(9) }, false},
		{"nobody's", func(i *complaint.Item) { i.Chain[1].Holder = "" }, false},
		{"ended in the chain alone", func(i *complaint.Item) { i.Chain[1].To = evidenceAt(70) }, false},
		{"a fate without an end", func(i *complaint.Item) { i.Fate = complaint.Scrapped }, false},
		{"an end without a fate", func(i *complaint.Item) { i.Ended, i.Chain[1].To = evidenceAt(70), evidenceAt(70) }, false},
		{"handed back", func(i *complaint.Item) {
			i.Fate, i.Ended, i.Chain[1].To = complaint.HandedBack, evidenceAt(70), evidenceAt(70)
		}, true},
	} {
		text, err := json.Marshal(atLab)
		require.NoError(t, err)
		var forged complaint.Case
		require.NoError(t, json.Unmarshal(text, &forged))
		row.change(&forged.Items[0])
		text, err = json.Marshal(forged)
		require.NoError(t, err)
		assert.Equal(t, row.good, json.Unmarshal(text, new(complaint.Case)) == nil, row.what)
	}
}

func TestCustodyFaults(t *testing.T) {
	p := evidencePolicy(t, complaint.EvidenceRules{})
	c := evidenceCase(t, p)
	step := evidenceStep("x", 0)
	_, err := p.HandIn(c, complaint.HandIn{Step: step})
	assert.Equal(t, []string{"item", "what", "receipt", "condition", "holder"}, customertest.Paths(t, err))
	x := evidenceShoe()
	x.Condition = []string{"pale", "pale"}
	_, err = p.HandIn(c, x)
	assert.Equal(t, []string{"condition[1]"}, customertest.Paths(t, err))
	x.Condition = make([]string, 60)
	_, err = p.HandIn(c, x)
	assert.NotContains(t, customertest.Paths(t, err), "condition[50]", "of a list that is too long only as much is looked at as may be")
	_, err = p.Move(c, complaint.Move{Step: step}, complaint.Agent{})
	assert.Equal(t, []string{"item", "from", "to"}, customertest.Paths(t, err))
	_, err = p.HandBack(c, complaint.HandBack{Step: step})
	assert.Equal(t, []string{"item", "from", "condition"}, customertest.Paths(t, err))
	_, err = p.Scrap(c, complaint.Scrap{Step: step})
	assert.Equal(t, []string{"item", "from"}, customertest.Paths(t, err))
	_, err = p.Lose(c, complaint.Lose{Step: step})
	assert.Equal(t, []string{"item", "from"}, customertest.Paths(t, err))
	_, err = p.Inspect(c, complaint.Inspect{Step: step}, complaint.Agent{})
	assert.Equal(t, []string{"issues", "item", "inspector", "place", "cause", "text"}, customertest.Paths(t, err))
	inspect := evidenceInspection("i", 0, complaint.CauseCustomer)
	inspect.Records, inspect.Item = "", "shoe"
	for _, row := range []struct {
		fault complaint.Fault
		cause complaint.Cause
		good  bool
	}{
		{complaint.FaultOfMake, complaint.CauseCustomer, false},
		{complaint.FaultOfMake, complaint.CauseProduct, true},
		{complaint.FaultOfUse, complaint.CauseProduct, false},
		{complaint.FaultOfUse, complaint.CauseCustomer, true},
		{complaint.Wear, complaint.CauseCustomer, true},
		{complaint.Unclear, complaint.CauseCustomer, false},
		{complaint.Unclear, complaint.CauseUnknown, true},
		{complaint.NoFault, complaint.CauseProduct, false},
		{complaint.NoFault, complaint.CauseUnknown, true},
		{0, complaint.CauseUnknown, false},
	} {
		inspect.Fault, inspect.Cause = row.fault, row.cause
		_, err := p.Inspect(c, inspect, evidenceLina())
		var faults customer.Faults
		assert.Equal(t, row.good, !errors.As(err, &faults), "%v %v", row.fault, row.cause)
	}
}
