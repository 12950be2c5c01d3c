package complaint_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
)

// evidenceInspection is one of the camera's record, for the colour of the shoe.
func evidenceInspection(ref string, minutes int, cause complaint.Cause) complaint.Inspect {
	return complaint.Inspect{
		Step: evidenceStep(ref, minutes), Issues: []string{"colour"}, Records: "camera 3",
		Inspector: "lina", Place: "laboratory", Cause: cause, Text: "seen",
	}
}

// evidenceLina is the technician of the laboratory.
func evidenceLina() complaint.Agent {
	return complaint.Agent{ID: "lina", Desk: "laboratory", Roles: []string{"technician"}}
}

const evidenceClause = "A text message is kept for 24 hours for a telephone that is switched off."

func evidenceRules() complaint.EvidenceRules {
	return complaint.EvidenceRules{
		Clauses: []complaint.Clause{
			{ID: "sms", Version: 1, Hash: complaint.HashText("old"), Until: evidenceDay(2026, 1, 1)},
			{
				ID: "sms", Version: 2, Hash: complaint.HashText(evidenceClause), From: evidenceDay(2026, 1, 1),
				Settles: []complaint.Cause{complaint.CauseCustomer}, Kinds: []string{"colour"},
			},
			{ID: "care", Version: 1, Hash: complaint.HashText("care"), From: evidenceDay(2026, 11, 26)},
		},
		Inspect:    []complaint.Cause{complaint.CausePartner},
		Inspectors: []string{"expert", "technician"},
	}
}

func evidenceDay(year, month, day int) customer.Date {
	date, err := customer.NewDate(year, time.Month(month), day)
	if err != nil {
		panic(err)
	}
	return date
}

// row A46, A9, A16: 员工肯定地说是顾客牛仔裤擦黑的: the cause is the customer's only where somebody
// has looked, or where a clause settles it.
func TestFindGuards(t *testing.T) {
	p := evidencePolicy(t, evidenceRules())
	c := evidenceCase(t, p)
	book := func(c complaint.Case, ref string, minutes int, cause complaint.Cause, change func(*complaint.Inspect)) complaint.Case {
		x := evidenceInspection(ref, minutes, cause)
		if change != nil {
			change(&x)
		}
		inspector := evidenceLina()
		inspector.ID = x.Inspector
		return evidenceDone(t)(p.Inspect(c, x, inspector))
	}
	guilty := book(c, "i-1", 30, complaint.CauseCustomer, nil)
	innocent := book(c, "i-1", 30, complaint.CauseProduct, nil)
	contact := evidenceDone(t)(p.Log(c, complaint.Log{Step: evidenceStep("call", 20), Channel: complaint.Phone, Direction: complaint.FromCustomer}))
	inspection := func(refs ...string) (all []complaint.Evidence) {
		for _, ref := range refs {
			all = append(all, complaint.Evidence{Kind: complaint.ByInspection, Ref: ref})
		}
		return all
	}
	withdrawn := evidenceDone(t)(caseWithdraw(p, guilty, complaint.Withdraw{Step: evidenceStep("wd", 40), Issue: "colour"}))
	decided := c
	decided.Phase = complaint.Decided
	clause := complaint.Citation{Clause: "sms", Version: 2, Hash: complaint.HashText(evidenceClause)}
	suspected := evidenceDone(t)(p.Suspect(c, complaint.Suspect{Step: evidenceStep("s", 1), Hypothesis: "h", Issue: "queue", Cause: complaint.CauseCapacity, Text: "two of four windows"}))
	weighed := evidenceDone(t)(p.Weigh(suspected, complaint.Weigh{Step: evidenceStep("w", 2), Hypothesis: "h", Side: complaint.For, Queue: complaint.QueueFacts{Open: 2, Counters: 4, StaffBehind: 5, Waiting: 30, WaitSeconds: 3000}}))
	matched := evidenceDone(t)(p.Match(c, complaint.Match{Step: evidenceStep("m", 2), Known: evidenceOutage()}))
	for _, row := range []struct {
		what   string
		on     complaint.Case
		change func(*complaint.Find)
		want   []string
	}{
		{"a cause on nothing", c, nil, []string{"complaint.finding-basis colour", "complaint.finding-inspection colour"}},
		{"her word for it is no inspection", contact, func(x *complaint.Find) {
			x.Grounds = []complaint.Evidence{{Kind: complaint.ByContact, Ref: "call"}}
		}, []string{"complaint.finding-inspection colour"}},
		{"nor is a document of ours", c, func(x *complaint.Find) {
			x.Grounds = []complaint.Evidence{{Kind: complaint.ByDocument, Ref: "memo"}}
		}, []string{"complaint.finding-inspection colour"}},
		{"nor one that nobody made", c, func(x *complaint.Find) { x.Grounds = inspection("i-9") }, []string{"complaint.evidence-unknown i-9", "complaint.finding-inspection colour"}},
		{"an inspection that indicates it", guilty, func(x *complaint.Find) { x.Grounds = inspection("i-1") }, nil},
		{"it has to be named", guilty, nil, []string{"complaint.finding-basis colour", "complaint.finding-inspection colour"}},
		{"and to be earlier", guilty, func(x *complaint.Find) { x.At, x.Grounds = evidenceAt(29), inspection("i-1") }, []string{"complaint.evidence-later i-1"}},
		{
			"one that says otherwise", innocent, func(x *complaint.Find) { x.Grounds = inspection("i-1") },
			[]string{"complaint.inspection-other i-1", "complaint.inspection-silent i-1", "complaint.finding-inspection colour"},
		},
		{
			"one that finds nothing", book(c, "i-1", 30, complaint.CauseUnknown, nil), func(x *complaint.Find) { x.Grounds = inspection("i-1") },
			[]string{"complaint.inspection-silent i-1", "complaint.finding-inspection colour"},
		},
		{
			"a later one says otherwise", book(guilty, "i-2", 31, complaint.CauseProduct, nil), func(x *complaint.Find) { x.Grounds = inspection("i-1") },
			[]string{"complaint.inspection-other i-2"},
		},
		{"a later one finds nothing", book(guilty, "i-2", 31, complaint.CauseUnknown, nil), func(x *complaint.Find) { x.Grounds = inspection("i-1") }, nil},
		{"an earlier one, booked later, said otherwise", book(guilty, "i-2", 29, complaint.CauseProduct, nil), func(x *complaint.Find) { x.Grounds = inspection("i-1") }, nil},
		{
			"one for another issue", book(c, "i-1", 30, complaint.CauseCustomer, func(x *complaint.Inspect) { x.Issues = []string{"clerk"} }), func(x *complaint.Find) { x.Grounds = inspection("i-1") },
			[]string{"complaint.inspection-issue i-1", "complaint.finding-inspection colour"},
		},
		{
			"one by the clerk complained about", book(c, "i-1", 30, complaint.CauseCustomer, func(x *complaint.Inspect) { x.Issues, x.Inspector = []string{"clerk"}, "tim" }),
			func(x *complaint.Find) { x.Issue, x.Grounds = "clerk", inspection("i-1") },
			[]string{"complaint.inspection-own i-1", "complaint.finding-inspection clerk"},
		},
		{
			"one that he books under another's name", book(c, "i-1", 30, complaint.CauseCustomer, func(x *complaint.Inspect) { x.Issues, x.By = []string{"clerk"}, "tim" }),
			func(x *complaint.Find) { x.Issue, x.Grounds = "clerk", inspection("i-1") },
			[]string{"complaint.inspection-own i-1", "complaint.finding-inspection clerk"},
		},
		{
			"he does not find the cause himself", book(c, "i-1", 30, complaint.CauseCustomer, func(x *complaint.Inspect) { x.Issues = []string{"clerk"} }),
			func(x *complaint.Find) { x.Issue, x.By, x.Grounds = "clerk", "tim", inspection("i-1") },
			[]string{"complaint.concerned tim"},
		},
		{
			"one by him for another issue: he says of the shoe, too, that it was her", book(c, "i-1", 30, complaint.CauseCustomer, func(x *complaint.Inspect) { x.Inspector = "tim" }),
			func(x *complaint.Find) { x.Grounds = inspection("i-1") },
			[]string{"complaint.inspection-own i-1", "complaint.finding-inspection colour"},
		},
		{
			"his word against hers stands in no finding's way", book(book(c, "i-1", 30, complaint.CausePartner, nil), "i-2", 31, complaint.CauseCustomer, func(x *complaint.Inspect) { x.Inspector = "tim" }),
			func(x *complaint.Find) { x.Cause, x.Grounds = complaint.CausePartner, inspection("i-1") }, nil,
		},
		{
			"his word for her does", book(guilty, "i-2", 31, complaint.CauseProduct, func(x *complaint.Inspect) { x.Inspector = "tim" }),
			func(x *complaint.Find) { x.Grounds = inspection("i-1") },
			[]string{"complaint.inspection-other i-2"},
		},
		{"an issue that she withdrew", withdrawn, func(x *complaint.Find) { x.Grounds = inspection("i-1") }, []string{"complaint.evidence-withdrawn colour"}},
		{"once it is decided, no less is asked for", decided, nil, []string{"complaint.finding-basis colour", "complaint.finding-inspection colour"}},
		{"a good one among others", book(guilty, "i-2", 29, complaint.CauseUnknown, nil), func(x *complaint.Find) { x.Grounds = inspection("i-2", "i-1") }, nil},

		{"a clause that settles it", c, func(x *complaint.Find) { x.Clause = clause }, nil},
		{"it settles nothing of another kind", c, func(x *complaint.Find) { x.Issue, x.Clause = "queue", clause }, []string{"complaint.clause-settles sms/2", "complaint.finding-inspection queue"}},
		{"not against an inspection", innocent, func(x *complaint.Find) { x.Clause = clause }, []string{"complaint.inspection-other i-1"}},
		{"another text under its name", c, func(x *complaint.Find) { x.Clause = clause; x.Clause.Hash = complaint.HashText("we owe nothing") }, []string{"complaint.clause-text sms/2"}},
		{
			"an old version", c, func(x *complaint.Find) {
				x.Clause = complaint.Citation{Clause: "sms", Version: 1, Hash: complaint.HashText("old")}
			},
			[]string{"complaint.clause-no-longer sms/1", "complaint.clause-settles sms/1", "complaint.finding-inspection colour"},
		},
		{
			"one that came after the event", c, func(x *complaint.Find) {
				x.Clause = complaint.Citation{Clause: "care", Version: 1, Hash: complaint.HashText("care")}
			},
			[]string{"complaint.clause-not-yet care/1", "complaint.clause-settles care/1", "complaint.finding-inspection colour"},
		},
		{
			"one that nobody wrote", c, func(x *complaint.Find) { x.Clause = clause; x.Clause.Version = 3 },
			[]string{"complaint.clause-unknown sms/3", "complaint.clause-settles sms/3", "complaint.finding-inspection colour"},
		},

		{"the product's fault takes evidence", c, func(x *complaint.Find) { x.Cause = complaint.CauseProduct }, []string{"complaint.finding-basis colour"}},
		{"any that there is", contact, func(x *complaint.Find) {
			x.Cause, x.Grounds = complaint.CauseProduct, []complaint.Evidence{{Kind: complaint.ByContact, Ref: "call"}}
		}, nil},
		{"a partner's, here, an inspection", contact, func(x *complaint.Find) {
			x.Cause, x.Grounds = complaint.CausePartner, []complaint.Evidence{{Kind: complaint.ByContact, Ref: "call"}}
		}, []string{"complaint.finding-inspection colour"}},
		{"not to know takes nothing", c, func(x *complaint.Find) { x.Cause = complaint.CauseUnknown }, nil},
		{"an issue that there is not", c, func(x *complaint.Find) { x.Issue, x.Cause = "none", complaint.CauseUnknown }, []string{"complaint.evidence-issue none"}},

		{"capacity takes the facts of the queue", contact, func(x *complaint.Find) {
			x.Issue, x.Cause, x.Grounds = "queue", complaint.CauseCapacity, []complaint.Evidence{{Kind: complaint.ByContact, Ref: "call"}}
		}, []string{"complaint.finding-queue queue"}},
		{"with the finding", c, func(x *complaint.Find) {
			x.Issue, x.Cause, x.Queue = "queue", complaint.CauseCapacity, complaint.QueueFacts{Open: 2, Counters: 4}
		}, nil},
		{"or on a hypothesis of the issue", weighed, func(x *complaint.Find) {
			x.Issue, x.Cause, x.Grounds = "queue", complaint.CauseCapacity, []complaint.Evidence{{Kind: complaint.ByDocument, Ref: "tickets"}}
		}, nil},
		{"not on one that nobody had weighed by then", weighed, func(x *complaint.Find) {
			x.At, x.Issue, x.Cause, x.Grounds = evidenceAt(1), "queue", complaint.CauseCapacity, []complaint.Evidence{{Kind: complaint.ByDocument, Ref: "tickets"}}
		}, []string{"complaint.finding-queue queue"}},
		{"not of another", weighed, func(x *complaint.Find) {
			x.Issue, x.Cause, x.Grounds = "fund", complaint.CauseCapacity, []complaint.Evidence{{Kind: complaint.ByDocument, Ref: "tickets"}}
		}, []string{"complaint.finding-queue fund"}},

		{"a known incident takes its match", c, func(x *complaint.Find) {
			x.Cause, x.Grounds = complaint.CauseIncident, []complaint.Evidence{{Kind: complaint.ByDocument, Ref: "bulletin"}}
		}, []string{"complaint.finding-incident colour"}},
		{"not one to which it is not matched", c, func(x *complaint.Find) {
			x.Cause, x.Grounds = complaint.CauseIncident, []complaint.Evidence{{Kind: complaint.ByIncident, Ref: "o-1"}}
		}, []string{"complaint.evidence-unknown o-1"}},
		{"which is a ground", matched, func(x *complaint.Find) {
			x.Cause, x.Grounds = complaint.CauseIncident, []complaint.Evidence{{Kind: complaint.ByIncident, Ref: "o-1"}}
		}, nil},
	} {
		x := complaint.Find{Step: evidenceStep("f", 60), Issue: "colour", Cause: complaint.CauseCustomer, Text: "the jeans rubbed it off"}
		if row.change != nil {
			row.change(&x)
		}
		before, err := json.Marshal(row.on)
		require.NoError(t, err)
		d, err := p.Find(row.on, x)
		assert.Equal(t, row.want, evidenceMissing(t, err), row.what)
		after, _ := json.Marshal(row.on)
		assert.Equal(t, string(before), string(after), "the case that was asked about is as it was")
		if row.want == nil && err == nil {
			for _, issue := range d.Next.Issues {
				assert.Equal(t, issue.Issue == x.Issue, issue.Finding.Cause == x.Cause, "one issue has its finding, no other")
			}
		}
	}
	received := c
	received.Phase = complaint.Received
	_, err := p.Find(received, complaint.Find{Step: evidenceStep("f", 60), Issue: "colour", Cause: complaint.CauseUnknown, Text: "?"})
	assert.Equal(t, []string{"complaint.phase received"}, evidenceMissing(t, err), "no cause before somebody has assessed the case")
}

// A finding that a later inspection speaks against stays in the books, and the answer says so.
func TestFindingOvertaken(t *testing.T) {
	p := evidencePolicy(t, evidenceRules())
	c := evidenceDone(t)(p.Inspect(evidenceCase(t, p), evidenceInspection("i-1", 30, complaint.CauseCustomer), evidenceLina()))
	c = evidenceDone(t)(p.Find(c, complaint.Find{
		Step: evidenceStep("f", 40), Issue: "colour", Cause: complaint.CauseCustomer, Text: "hers", Grounds: []complaint.Evidence{{Kind: complaint.ByInspection, Ref: "i-1"}},
	}))
	for _, row := range []struct {
		what    string
		minutes int
		cause   complaint.Cause
		issue   string
		want    bool
	}{
		{"another cause", 50, complaint.CauseProduct, "colour", true},
		{"the same", 50, complaint.CauseCustomer, "colour", false},
		{"none", 50, complaint.CauseUnknown, "colour", false},
		{"one made before", 29, complaint.CauseProduct, "colour", false},
		{"of another issue", 50, complaint.CauseProduct, "queue", false},
	} {
		x := evidenceInspection("i-2", row.minutes, row.cause)
		x.Issues = []string{row.issue}
		d, err := p.Inspect(c, x, evidenceLina())
		require.NoError(t, err)
		assert.Equal(t, row.want, slices.Contains(incidentCodes(d.Reasons), complaint.CodeFindingOvertaken), row.what)
		assert.Equal(t, complaint.CauseCustomer, d.Next.Issues[0].Finding.Cause)
	}
}

// A forged finding that blames the customer for nothing is in no history.
func TestFindForged(t *testing.T) {
	p := evidencePolicy(t, evidenceRules())
	c := evidenceCase(t, p)
	contact := evidenceDone(t)(p.Log(c, complaint.Log{Step: evidenceStep("call", 20), Channel: complaint.Phone, Direction: complaint.FromCustomer}))
	inspected := evidenceDone(t)(p.Inspect(contact, evidenceInspection("i-1", 30, complaint.CauseCustomer), evidenceLina()))
	for _, row := range []struct {
		what    string
		on      complaint.Case
		grounds []complaint.Evidence
		clause  complaint.Citation
		good    bool
	}{
		{"on nothing", inspected, nil, complaint.Citation{}, false},
		{"on her word", inspected, []complaint.Evidence{{Kind: complaint.ByContact, Ref: "call"}}, complaint.Citation{}, false},
		{"on an inspection that nobody made", contact, []complaint.Evidence{{Kind: complaint.ByInspection, Ref: "i-1"}}, complaint.Citation{}, false},
		{"on one that somebody made", inspected, []complaint.Evidence{{Kind: complaint.ByInspection, Ref: "i-1"}}, complaint.Citation{}, true},
		{"on a clause", c, nil, complaint.Citation{Clause: "sms", Version: 1, Hash: complaint.HashText("old")}, true},
	} {
		_, err := row.on.Apply(complaint.Entry{
			Version: complaint.EntryVersion, At: evidenceAt(60), By: "rosa", Ref: "f",
			Body: complaint.Find{Issue: "colour", Cause: complaint.CauseCustomer, Text: "hers", Grounds: row.grounds, Clause: row.clause},
		})
		assert.Equal(t, !row.good, errors.Is(err, complaint.ErrBroken), row.what)
	}
}

// An opinion of somebody who may not inspect is no inspection, whatever she calls it.
func TestInspectors(t *testing.T) {
	p := evidencePolicy(t, evidenceRules())
	c := evidenceCase(t, p)
	x := evidenceInspection("i", 30, complaint.CauseCustomer)
	d, err := p.Inspect(c, x, evidenceLina())
	require.NoError(t, err)
	assert.Equal(t, "complaint.inspector-role technician", d.Entries[0].Because.Code+" "+d.Entries[0].Because.Of, "by which role is pinned")
	clerk := complaint.Agent{ID: "lina", Roles: []string{"clerk"}}
	_, err = p.Inspect(c, x, clerk)
	assert.Equal(t, []string{"complaint.inspector-none lina"}, evidenceMissing(t, err))
	clerk.ID, clerk.Roles = "rosa", evidenceLina().Roles
	_, err = p.Inspect(c, x, clerk)
	assert.Equal(t, []string{"inspector"}, customertest.Paths(t, err), "another's role is another's")
	anybody := evidencePolicy(t, complaint.EvidenceRules{})
	d, err = anybody.Inspect(c, x, complaint.Agent{ID: "lina"})
	require.NoError(t, err)
	assert.Empty(t, d.Entries[0].Because)
}

// A clause holds by the day of the event, in the policy's zone, and where nobody knows that day
// by the day of receipt.
//
// row A11.
func TestClauseInForce(t *testing.T) {
	rules := complaint.EvidenceRules{Clauses: []complaint.Clause{{
		ID: "k", Version: 1, Hash: complaint.HashText("text"), From: evidenceDay(2026, 11, 24), Until: evidenceDay(2026, 11, 25),
		Settles: []complaint.Cause{complaint.CauseCustomer},
	}}}
	p := evidencePolicy(t, rules)
	cite := complaint.Citation{Clause: "k", Version: 1, Hash: complaint.HashText("text")}
	assert.True(t, cite.Cites("text"))
	assert.False(t, cite.Cites("text "))
	assert.Equal(t, "982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1", cite.Hash, "printf text | sha256sum")
	for _, row := range []struct {
		minutes int // of the event, from 9:00 on the 25th
		want    []string
	}{
		{-33*60 - 1, []string{"complaint.clause-not-yet k/1"}}, // 23:59 of the 23rd
		{-33 * 60, nil},  // the 24th begins
		{-9*60 - 1, nil}, // 23:59 of the 24th
		{-9 * 60, []string{"complaint.clause-no-longer k/1"}}, // the 25th begins
		{0, []string{"complaint.clause-no-longer k/1"}},       // not known: received on the 25th
	} {
		c := evidenceCase(t, p)
		c.Happened = evidenceAt(row.minutes).UTC()
		if row.minutes == 0 {
			c.Happened = time.Time{}
		}
		_, err := p.Find(c, complaint.Find{Step: evidenceStep("f", 60), Issue: "colour", Cause: complaint.CauseCustomer, Text: "x", Clause: cite})
		assert.Equal(t, row.want, evidenceMissing(t, err), "%d", row.minutes)
	}
}

func TestEvidenceRules(t *testing.T) {
	hash := complaint.HashText("text")
	for _, row := range []struct {
		rules complaint.EvidenceRules
		want  []string
	}{
		{complaint.EvidenceRules{}, nil},
		{evidenceRules(), nil},
		{complaint.EvidenceRules{Clauses: []complaint.Clause{{ID: "a", Version: 1, Hash: hash, Kinds: []string{"colour"}}}}, []string{"evidence.clauses[0].kinds"}},
		{complaint.EvidenceRules{Clauses: []complaint.Clause{{}}}, []string{"evidence.clauses[0].id", "evidence.clauses[0].version", "evidence.clauses[0].hash"}},
		{complaint.EvidenceRules{Clauses: []complaint.Clause{{ID: "a", Version: 1, Hash: hash}, {ID: "a", Version: 2, Hash: hash}, {ID: "a", Version: 1, Hash: hash}}}, []string{"evidence.clauses[2].version"}},
		{complaint.EvidenceRules{Clauses: []complaint.Clause{{ID: "a", Version: 1, Hash: "982D9E3EB996F559E633F4D194DEF3761D909F5A3B647D1A851FEAD67C32C9D1"}}}, []string{"evidence.clauses[0].hash"}},
		{complaint.EvidenceRules{Clauses: []complaint.Clause{{ID: "a", Version: 1, Hash: hash, From: evidenceDay(2026, 1, 2), Until: evidenceDay(2026, 1, 2)}}}, []string{"evidence.clauses[0].until"}},
		{
			complaint.EvidenceRules{Clauses: []complaint.Clause{{ID: "a", Version: 1, Hash: hash, Settles: []complaint.Cause{complaint.CauseCustomer, complaint.CauseCustomer, 0, 99}}}},
			[]string{"evidence.clauses[0].settles[1]", "evidence.clauses[0].settles[2]", "evidence.clauses[0].settles[3]"},
		},
		{complaint.EvidenceRules{Inspectors: []string{"a", "", "a"}}, []string{"evidence.inspectors[1]", "evidence.inspectors[2]"}},
		{complaint.EvidenceRules{Inspect: []complaint.Cause{0, complaint.CausePartner, complaint.CausePartner}}, []string{"evidence.inspect[0]", "evidence.inspect[2]"}},
	} {
		_, err := complaint.NewPolicy(complaint.Rules{Edition: customer.Edition{ID: "h", Version: 1}, Zone: "Asia/Shanghai", Evidence: row.rules}, evidenceZone())
		if row.want == nil {
			require.NoError(t, err)
			continue
		}
		assert.Equal(t, row.want, customertest.Paths(t, err))
	}
	rules := evidenceRules()
	p := evidencePolicy(t, rules)
	rules.Clauses[1].Settles[0] = complaint.CauseProduct
	_, err := p.Find(evidenceCase(t, p), complaint.Find{
		Step: evidenceStep("f", 60), Issue: "colour", Cause: complaint.CauseCustomer, Text: "x",
		Clause: complaint.Citation{Clause: "sms", Version: 2, Hash: complaint.HashText(evidenceClause)},
	})
	require.NoError(t, err, "the policy has copied what it keeps")
	text, err := json.Marshal(complaint.Rules{Edition: customer.Edition{ID: "h", Version: 1}, Zone: "Asia/Shanghai", Evidence: evidenceRules()})
	require.NoError(t, err)
	read, err := complaint.ParseRules(text)
	require.NoError(t, err)
	assert.Equal(t, evidenceRules(), read.Evidence)
}

// Hypotheses are weighed by evidence that the case has, by whom and when, and decide nothing.
//
// row A9.
func TestHypotheses(t *testing.T) {
	p := evidencePolicy(t, complaint.EvidenceRules{})
	c := evidenceCase(t, p)
	suspect := complaint.Suspect{Step: evidenceStep("s", 1), Hypothesis: "off", Issue: "colour", Cause: complaint.CauseCustomer, Text: "the telephone was off for more than a day"}
	one := evidenceDone(t)(p.Suspect(c, suspect))
	_, err := p.Suspect(one, suspect)
	assert.Equal(t, []string{"complaint.hypothesis-known off"}, evidenceMissing(t, err))
	_, err = p.Suspect(c, complaint.Suspect{Step: evidenceStep("s", 1), Hypothesis: "off", Issue: "none", Cause: complaint.CauseCustomer, Text: "x"})
	assert.Equal(t, []string{"complaint.evidence-issue none"}, evidenceMissing(t, err))
	_, err = p.Suspect(c, complaint.Suspect{Step: evidenceStep("s", 1)})
	assert.Equal(t, []string{"hypothesis", "issue", "cause", "text"}, customertest.Paths(t, err))
	assert.Equal(t, complaint.Finding{}, one.Issues[0].Finding, "a suspicion is no finding")

	weigh := func(c complaint.Case, change func(*complaint.Weigh)) (complaint.Decision, error) {
		x := complaint.Weigh{
			Step: evidenceStep("w", 5), Hypothesis: "off", Side: complaint.Against, Text: "two other messages came through",
			Ground: complaint.Evidence{Kind: complaint.ByDocument, Ref: "log-17"},
		}
		if change != nil {
			change(&x)
		}
		return p.Weigh(c, x)
	}
	two := evidenceDone(t)(weigh(one, nil))
	require.Len(t, two.Hypotheses[0].Weighings, 1)
	assert.Empty(t, one.Hypotheses[0].Weighings, "the state before is as it was")
	got := two.Hypotheses[0].Weighings[0]
	assert.Equal(t, complaint.Weighing{Ref: "w", At: evidenceAt(5), By: "rosa", Side: complaint.Against, Ground: complaint.Evidence{Kind: complaint.ByDocument, Ref: "log-17"}, Text: "two other messages came through"}, got)
	three := evidenceDone(t)(weigh(two, func(x *complaint.Weigh) { x.Ref, x.Side = "w-2", complaint.For }))
	four := evidenceDone(t)(weigh(two, func(x *complaint.Weigh) { x.Ref, x.Side = "w-3", complaint.Against }))
	assert.Equal(t, "w-2", three.Hypotheses[0].Weighings[1].Ref, "two branches share nothing")
	assert.Equal(t, "w-3", four.Hypotheses[0].Weighings[1].Ref)
	for _, row := range []struct {
		change func(*complaint.Weigh)
		want   []string
	}{
		{func(x *complaint.Weigh) { x.Hypothesis = "none" }, []string{"complaint.hypothesis-unknown none"}},
		{func(x *complaint.Weigh) { x.Ground = complaint.Evidence{Kind: complaint.ByStatement, Ref: "s"} }, []string{"complaint.evidence-unknown s"}},
		{func(x *complaint.Weigh) { x.Ground = complaint.Evidence{Kind: complaint.ByVetting, Ref: "s"} }, []string{"complaint.evidence-unknown s"}},
	} {
		_, err := weigh(one, row.change)
		assert.Equal(t, row.want, evidenceMissing(t, err))
	}
	_, err = weigh(one, func(x *complaint.Weigh) { x.Ground, x.Side = complaint.Evidence{}, 0 })
	assert.Equal(t, []string{"side", "ground.kind", "ground.ref"}, customertest.Paths(t, err))
	_, err = weigh(one, func(x *complaint.Weigh) { x.Queue = complaint.QueueFacts{Open: 5, Counters: 4, WaitSeconds: -1} })
	assert.Equal(t, []string{"queue.open", "queue.wait_seconds"}, customertest.Paths(t, err))
}

// Of a queue is told what was seen, and nothing of what was not.
func TestQueueFactsReasons(t *testing.T) {
	for _, row := range []struct {
		queue complaint.QueueFacts
		want  []string
	}{
		{complaint.QueueFacts{}, nil},
		{complaint.QueueFacts{Counters: 4}, []string{"0 of 4 counters were open"}},
		{complaint.QueueFacts{StaffBehind: 5}, []string{"staff behind who did not serve: 5"}},
		{complaint.QueueFacts{WaitSeconds: 60}, []string{"she waited 60 seconds"}},
		{complaint.QueueFacts{Open: 2, Counters: 4, Waiting: 7}, []string{"2 of 4 counters were open", "7 customers in the queue"}},
	} {
		var told []string
		for _, reason := range row.queue.Reasons() {
			told = append(told, complaint.Explain(reason, customer.English))
		}
		assert.Equal(t, row.want, told)
	}
}

// What somebody thinks that she is after is there to be read, and no rule reads it.
//
// row A12.
func TestJudgements(t *testing.T) {
	p := evidencePolicy(t, complaint.EvidenceRules{})
	c := evidenceCase(t, p)
	one := evidenceDone(t)(p.Judge(c, complaint.Judge{Step: evidenceStep("j", 5), Intent: complaint.Gain, Text: "she named a sum before anything else"}))
	other := complaint.Judge{Step: evidenceStep("k", 6), Intent: complaint.Redress, Text: "nobody had called her back"}
	other.By = "ben"
	two := evidenceDone(t)(p.Judge(one, other))
	assert.Equal(t, []complaint.Judgement{
		{Ref: "j", At: evidenceAt(5), By: "rosa", Intent: complaint.Gain, Text: "she named a sum before anything else"},
		{Ref: "k", At: evidenceAt(6), By: "ben", Intent: complaint.Redress, Text: "nobody had called her back"},
	}, two.Judgements, "the second takes nothing away from the first")
	assert.Len(t, one.Judgements, 1)
	assert.Equal(t, p.Allowed(c, "rosa", evidenceAt(9)), p.Allowed(two, "rosa", evidenceAt(9)), "what may be done does not hang on it")
	judged, unjudged := two, c
	judged.Judgements, judged.Entries = nil, 0
	unjudged.Entries = 0
	assert.Equal(t, unjudged, judged, "nothing else of the case changes")
	_, err := p.Judge(c, complaint.Judge{Step: evidenceStep("j", 5)})
	assert.Equal(t, []string{"intent", "text"}, customertest.Paths(t, err), "a judgement says why")
}
