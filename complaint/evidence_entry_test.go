package complaint_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/complaint/suitability"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
)

// Whoever renames one of these texts migrates data.
func TestEvidenceTexts(t *testing.T) {
	assert.Equal(t, "product process person capacity partner information customer known-incident force-majeure unknown", customertest.Texts(t, complaint.CauseUnknown))
	assert.Equal(t, "make use wear unclear none", customertest.Texts(t, complaint.NoFault))
	assert.Equal(t, "handed-back scrapped written-off", customertest.Texts(t, complaint.WrittenOff))
	assert.Equal(t, "for against", customertest.Texts(t, complaint.Against))
	assert.Equal(t, "inspection incident contact statement vetting document", customertest.Texts(t, complaint.ByDocument))
	assert.Equal(t, "request redress gain", customertest.Texts(t, complaint.Gain))
	assert.Equal(t, "all area list", customertest.Texts(t, complaint.ToList))
}

// Every field of every command counts for its fingerprint.
func TestEvidenceFacts(t *testing.T) {
	step := evidenceStep("x", 0)
	ground := complaint.Evidence{Kind: complaint.ByInspection, Ref: "i"}
	queue := complaint.QueueFacts{Open: 2, Counters: 4, StaffBehind: 5, Waiting: 30, WaitSeconds: 3000}
	known := evidenceOutage()
	known.Notices[0].Areas, known.Notices[0].Customers = []string{"a"}, []customer.ID{"c"}
	for _, fact := range []journal.Fact{
		evidenceShoe(),
		complaint.Move{Step: step, Item: "shoe", From: "a", To: "b", Accepted: "c", Note: "d"},
		complaint.Inspect{
			Step: step, Issues: []string{"a"}, Item: "shoe", Records: "bill", Inspector: "b", Place: "c",
			Fault: complaint.FaultOfMake, Cause: complaint.CauseProcess, Text: "d",
		},
		complaint.HandBack{Step: step, Item: "shoe", From: "a", To: "f", Receipt: "b", Condition: []string{"c", "d"}, Note: "e"},
		complaint.Scrap{Step: step, Item: "shoe", From: "a", Consent: "b", Remedy: "c", Note: "d"},
		complaint.Lose{Step: step, Item: "shoe", From: "a", Note: "b"},
		complaint.Suspect{Step: step, Hypothesis: "a", Issue: "b", Cause: complaint.CauseProcess, Text: "c"},
		complaint.Weigh{Step: step, Hypothesis: "a", Side: complaint.For, Ground: ground, Queue: queue, Text: "b"},
		complaint.Find{
			Step: step, Issue: "a", Cause: complaint.CauseProcess, Text: "b", Grounds: []complaint.Evidence{ground},
			Clause: complaint.Citation{Clause: "c", Version: 1, Hash: "d"}, Queue: queue,
		},
		complaint.Judge{Step: step, Intent: complaint.Request, Text: "a"},
		complaint.Match{Step: step, Known: known},
		evidenceTestimony(),
		evidenceVet(),
	} {
		journaltest.TestFact(t, fact)
	}
}

// A whole history of evidence is written and read again, entry by entry, and leads to the same
// case.
func TestEvidenceEntries(t *testing.T) {
	p := evidencePolicy(t, evidenceRules())
	s, err := suitability.New(evidenceSuitability())
	require.NoError(t, err)
	begun := evidenceCase(t, p)
	c := begun
	var history []complaint.Entry
	book := func(d complaint.Decision, err error) {
		t.Helper()
		require.NoError(t, err)
		history = append(history, d.Entries...)
		c = d.Next
	}
	book(p.Log(c, complaint.Log{Step: evidenceStep("call", 5), Channel: complaint.Phone, Direction: complaint.FromCustomer}))
	book(p.HandIn(c, evidenceShoe()))
	move, lina := evidenceMove("m", 20, "shop", "lab")
	move.Note = "by the evening van"
	book(p.Move(c, move, lina))
	inspect := evidenceInspection("i", 30, complaint.CauseProduct)
	inspect.Item, inspect.Records, inspect.Fault = "shoe", "", complaint.FaultOfMake
	book(p.Inspect(c, inspect, evidenceLina()))
	book(p.Inspect(c, evidenceInspection("i-2", 31, complaint.CauseProduct), evidenceLina()))
	book(p.Lose(c, complaint.Lose{Step: evidenceStep("l", 40), Item: "shoe", From: "lab", Note: "not on the shelf"}))
	found, at := evidenceMove("f", 50, "lab", "shop")
	book(p.Move(c, found, at))
	book(p.HandBack(c, complaint.HandBack{Step: evidenceStep("b", 60), Item: "shoe", From: "shop", To: "ann", Receipt: "R-1", Condition: []string{"clean"}, Note: "she took it"}))
	again := evidenceShoe()
	again.Step = evidenceStep("in-2", 70)
	book(p.HandIn(c, again))
	book(p.Scrap(c, complaint.Scrap{Step: evidenceStep("s", 80), Item: "shoe", From: "shop", Consent: "call", Note: "beyond repair"}))
	book(p.Suspect(c, complaint.Suspect{Step: evidenceStep("h", 85), Hypothesis: "h", Issue: "queue", Cause: complaint.CauseCapacity, Text: "two of four windows"}))
	book(p.Weigh(c, complaint.Weigh{
		Step: evidenceStep("w", 86), Hypothesis: "h", Side: complaint.For, Ground: complaint.Evidence{Kind: complaint.ByContact, Ref: "call"},
		Queue: complaint.QueueFacts{Open: 2, Counters: 4, StaffBehind: 5, Waiting: 30, WaitSeconds: 3000}, Text: "as she says",
	}))
	book(p.Match(c, complaint.Match{Step: evidenceStep("k", 90), Known: evidenceOutage()}))
	book(p.Testify(c, evidenceTestimony()))
	book(p.Vet(c, evidenceVet(), s))
	book(p.Judge(c, complaint.Judge{Step: evidenceStep("j", 95), Intent: complaint.Redress, Text: "she wants to be heard"}))
	book(p.Find(c, complaint.Find{
		Step: evidenceStep("fd", 99), Issue: "colour", Cause: complaint.CauseProduct, Text: "the dye was not fixed",
		Grounds: []complaint.Evidence{{Kind: complaint.ByInspection, Ref: "i"}},
		Clause:  complaint.Citation{Clause: "sms", Version: 2, Hash: complaint.HashText(evidenceClause)},
	}))
	var kinds []complaint.Kind
	read := make([]complaint.Entry, len(history))
	for i, entry := range history {
		kinds = append(kinds, entry.Kind())
		text, err := json.Marshal(entry)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(text, &read[i]), "%s", text)
		rewritten, err := json.Marshal(read[i])
		require.NoError(t, err)
		assert.Equal(t, string(text), string(rewritten))
	}
	for _, kind := range []complaint.Kind{
		complaint.KindHandIn, complaint.KindMove, complaint.KindInspect, complaint.KindHandBack, complaint.KindScrap, complaint.KindLose,
		complaint.KindSuspect, complaint.KindWeigh, complaint.KindFind, complaint.KindJudge, complaint.KindMatch, complaint.KindTestify,
		complaint.KindVet, complaint.KindNoticeProven, complaint.KindVetted,
	} {
		assert.Contains(t, kinds, kind)
	}
	replayed, err := begun.Apply(read...)
	require.NoError(t, err)
	want, err := json.Marshal(c)
	require.NoError(t, err)
	got, err := json.Marshal(replayed)
	require.NoError(t, err)
	assert.JSONEq(t, string(want), string(got))
	var stored complaint.Case
	require.NoError(t, json.Unmarshal(want, &stored))
	restored, err := json.Marshal(stored)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(restored), "the case survives storage")

	// Entry by entry and all at once are the same, and no prefix is changed by what follows.
	step := begun
	for _, entry := range history {
		before, err := json.Marshal(step)
		require.NoError(t, err)
		next, err := step.Apply(entry)
		require.NoError(t, err)
		after, err := json.Marshal(step)
		require.NoError(t, err)
		require.Equal(t, string(before), string(after), "%s", entry.Kind())
		step = next
	}
	assert.Equal(t, c, step)
}
