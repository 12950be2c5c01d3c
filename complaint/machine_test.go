package complaint_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
)

// machineMoves are the changes of phase that there are: from, by what, to. Everything else stays
// where it is.
var machineMoves = map[string][]string{
	"phase 0":       {"receive received"},
	"received":      {"assess assessed", "withdraw decided", "close closed"},
	"assessed":      {"investigate investigating", "withdraw decided", "decide decided", "close closed"},
	"investigating": {"withdraw decided", "decide decided", "close closed"},
	"decided":       {"add investigating", "close closed"},
	"closed":        {"reopen received", "reopen assessed"},
}

// machineFault says what no case may be, whatever led to it.
func machineFault(c complaint.Case) error {
	if c.Phase == 0 {
		if !reflect.DeepEqual(c, complaint.Case{}) {
			return fmt.Errorf("a case that nobody has opened is %+v", c)
		}
		return nil
	}
	if _, err := json.Marshal(c); err != nil {
		return err // a value that no text stands for
	}
	if (c.Phase == complaint.Closed) != (c.Ended != 0) {
		return fmt.Errorf("%s with the outcome %s", c.Phase, c.Ended)
	}
	if c.Cycle != 1+len(c.Reopening) {
		return fmt.Errorf("cycle %d after %d reopenings", c.Cycle, len(c.Reopening))
	}
	seen := map[string]bool{}
	for _, issue := range c.Issues {
		if seen[issue.Issue] || issue.Issue == "" {
			return fmt.Errorf("the issue %q is there twice, or nameless", issue.Issue)
		}
		seen[issue.Issue] = true
		if c.Phase == complaint.Decided && issue.Withdrawn.IsZero() && reflect.ValueOf(issue.Ruling).IsZero() {
			return fmt.Errorf("decided, and %q is not", issue.Issue)
		}
		if issue.About != "" && issue.About == c.Owner.Agent {
			return fmt.Errorf("%s has a case about herself", issue.About)
		}
	}
	duplicates := 0
	for _, link := range c.Links {
		if link.As == complaint.Duplicate {
			duplicates++
		}
		if link.As != complaint.Related && link.Received.After(c.Received) {
			return fmt.Errorf("%s of a later case", link.As)
		}
	}
	if duplicates > 1 || c.Ended == complaint.OutcomeDuplicate && duplicates == 0 {
		return fmt.Errorf("a duplicate of %d, %s", duplicates, c.Ended)
	}
	if len(c.Contacts) == 0 || c.Customer == "" || c.Received.IsZero() {
		return errors.New("it has no intake")
	}
	for _, contact := range c.Contacts {
		if contact.CostMinor < 0 || contact.Seconds < 0 {
			return errors.New("a contact that gives something back")
		}
	}
	return nil
}

// machineCommand draws a command, valid or not, and gives it.
func machineCommand(t *rapid.T, p *complaint.Policy, c complaint.Case) (complaint.Decision, error) {
	step := complaint.Step{
		Ref: "r", By: rapid.SampledFrom([]string{"ann", "bea", "cid"}).Draw(t, "by"),
		At: caseAt("2026-11-25 09:00").Add(time.Duration(rapid.IntRange(-50, 2000).Draw(t, "hours")) * time.Hour),
	}
	issue := func() string { return rapid.SampledFrom([]string{"i", "j", "k"}).Draw(t, "issue") }
	claim := func() complaint.Claim {
		return complaint.Claim{Issue: issue(), Kind: "billing", About: rapid.SampledFrom([]string{"", "bea"}).Draw(t, "about")}
	}
	body := func() string { return rapid.SampledFrom([]string{"regulator", "consumers"}).Draw(t, "body") }
	as := func() complaint.Relation { return complaint.Relation(rapid.IntRange(1, 4).Draw(t, "as")) }
	switch rapid.IntRange(0, 14).Draw(t, "command") {
	case 0:
		return p.Receive(c, complaint.Receive{Step: step, Customer: "c-1", Channel: complaint.Phone, Claims: []complaint.Claim{claim()}})
	case 1:
		return p.Add(c, complaint.Add{Step: step, Claim: claim()})
	case 2, 3:
		return p.Withdraw(c, complaint.Withdraw{Step: step, Issue: issue(), Consent: "r"}) // any call but the first
	case 4:
		return p.Assess(c, complaint.Assess{Step: step, Assessment: complaint.Assessment{Severity: complaint.Severity(rapid.IntRange(1, 4).Draw(t, "severity"))}})
	case 5:
		return p.Investigate(c, complaint.Investigate{Step: step})
	case 6:
		var other complaint.Case
		other.Customer, other.Phase, other.Received = "c-1", complaint.Received, caseAt("2026-11-25 09:00").Add(time.Duration(rapid.IntRange(-30, 30).Draw(t, "other"))*time.Hour)
		return p.Link(c, complaint.Link{Step: step, Case: "K-5", Other: complaint.ID(rapid.SampledFrom([]string{"K-1", "K-9"}).Draw(t, "id")), As: as()}, other)
	case 7:
		return p.Unlink(c, complaint.Unlink{Step: step, Other: complaint.ID(rapid.SampledFrom([]string{"K-1", "K-9"}).Draw(t, "id")), As: as()})
	case 8:
		return p.Advise(c, complaint.Advise{Step: step, Body: body(), Channel: complaint.Phone})
	case 9:
		if rapid.Bool().Draw(t, "file") {
			return p.File(c, complaint.File{Step: step, Body: body()})
		}
		return p.Conclude(c, complaint.Conclude{Step: step, Body: body(), Result: complaint.ForUs})
	case 10:
		return p.Close(c, complaint.Close{Step: step, Outcome: complaint.Outcome(rapid.IntRange(1, 8).Draw(t, "outcome"))})
	case 12, 13:
		return p.Decide(c, complaint.Decide{Step: step, Issue: issue(), Verdict: complaint.NoneNeeded}, complaint.Agent{ID: step.By})
	case 11:
		return p.Reopen(c, complaint.Reopen{Step: step, Why: complaint.ReopenWhy(rapid.IntRange(1, 4).Draw(t, "why")), Issues: []string{issue()}})
	}
	return p.Log(c, complaint.Log{Step: step, Channel: complaint.Phone, Direction: complaint.Direction(rapid.IntRange(1, 5).Draw(t, "direction")), Missed: rapid.Bool().Draw(t, "missed")})
}

// Whatever is asked, in whatever order: a case is never what it may not be, moves only as it may,
// and replays to itself; and what was decided on a case changes neither it nor another decision
// that was made on it.
func TestMachine(t *testing.T) {
	p := casePolicy(t, caseRules())
	text := func(t *rapid.T, c complaint.Case) string {
		data, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	rapid.Check(t, func(t *rapid.T) {
		var c complaint.Case
		var history []complaint.Entry
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			before := text(t, c)
			d, err := machineCommand(t, p, c)
			var refusal *customer.Refusal
			if err != nil {
				if !errors.As(err, &refusal) || len(refusal.Missing) == 0 {
					t.Fatalf("neither done nor refused: %v", err)
				}
				continue
			}
			after := text(t, d.Next)
			applied, err := c.Apply(d.Entries...)
			if err != nil || !reflect.DeepEqual(applied, d.Next) {
				t.Fatalf("decided %s, applied %s: %v", after, text(t, applied), err)
			}
			if other, err := machineCommand(t, p, c); err == nil {
				_, _ = machineCommand(t, p, other.Next)
			}
			if text(t, c) != before || text(t, d.Next) != after {
				t.Fatalf("a decision changed what was there: %s, now %s", before, text(t, c))
			}
			if fault := machineFault(d.Next); fault != nil {
				t.Fatal(fault)
			}
			for _, e := range d.Entries {
				move := e.Kind().String() + " " + d.Next.Phase.String()
				if d.Next.Phase != c.Phase && !slices.Contains(machineMoves[c.Phase.String()], move) {
					t.Fatalf("%s from %s", move, c.Phase)
				}
			}
			if len(d.Next.Contacts) < len(c.Contacts) || len(c.Contacts) > 0 && !reflect.DeepEqual(c.Contacts, d.Next.Contacts[:len(c.Contacts)]) {
				t.Fatal("a contact is gone")
			}
			history = append(history, d.Entries...)
			c = d.Next
		}
		replayed, err := complaint.Replay(history)
		if err != nil || !reflect.DeepEqual(replayed, c) {
			t.Fatalf("replayed %s: %v", text(t, replayed), err)
		}
		if c.Entries != uint64(len(history)) {
			t.Fatalf("%d entries of %d", c.Entries, len(history))
		}
	})
}

// Allowed says of each command what Allowed's caller may do: in a phase, and as the person she is.
func TestAllowed(t *testing.T) {
	r := caseReceived(t)
	at := caseAt("2026-11-25 10:00")
	missing := func(c complaint.Case, by string, kind complaint.Kind) []string {
		for _, permission := range r.Allowed(c, by, at) {
			if permission.Kind == kind {
				return caseCodes(permission.Missing)
			}
		}
		return []string{"no row"}
	}
	assert.Empty(t, missing(r.c, "cid", complaint.KindAssess))
	assert.Equal(t, []string{complaint.CodeConcerned}, missing(r.c, "bea", complaint.KindAssess))
	assert.Equal(t, []string{complaint.CodePhase, complaint.CodeConcerned}, missing(r.c, "bea", complaint.KindInvestigate))
	assert.Empty(t, missing(r.c, "bea", complaint.KindLog), "she may say what she knows")
	assert.Equal(t, []string{complaint.CodePhase}, missing(r.c, "cid", complaint.KindReceive))
	assert.Empty(t, missing(complaint.Case{}, "bea", complaint.KindReceive), "nobody is kept from taking in a complaint")
	assert.Equal(t, []string{complaint.CodePhase}, missing(complaint.Case{}, "cid", complaint.KindClose))
	assert.Len(t, r.Allowed(r.c, "cid", at), int(complaint.KindGrade), "one row for each command")
	for _, permission := range r.Allowed(r.c, "bea", at) {
		for _, reason := range permission.Missing {
			assert.Equal(t, "hotline/1", reason.Rule)
		}
	}
	assert.Nil(t, new(complaint.Policy).Allowed(r.c, "cid", at))
}

// A screen has no button for what has nothing to be about: a remedy that nobody decided, a clock that
// does not run. It has one before each step that was taken.
func TestAllowedSaysWhatIsIdle(t *testing.T) {
	kinds := []complaint.Kind{
		complaint.KindWithdraw, complaint.KindSettle, complaint.KindApprove, complaint.KindObject, complaint.KindWeigh,
		complaint.KindExtend, complaint.KindSwitch, complaint.KindConfirm,
	}
	r := wholeLife(t)
	idle := func(entries int, kind complaint.Kind, by string, at time.Time) bool {
		c, err := complaint.Replay(r.history[:entries])
		require.NoError(t, err)
		for _, permission := range r.Allowed(c, by, at) {
			if permission.Kind == kind {
				return slices.Contains(caseCodes(permission.Missing), complaint.CodeNothing)
			}
		}
		return false
	}
	var seen []complaint.Kind
	for i, e := range r.history {
		if slices.Contains(kinds, e.Kind()) {
			seen = append(seen, e.Kind())
			assert.False(t, idle(i, e.Kind(), e.By, e.At), "before %s", e.Kind())
		}
	}
	bare := caseBegin(t)
	bare.must(bare.Receive(bare.c, complaint.Receive{Step: caseStep("ann", "2026-11-25 09:00"), Customer: "c-1", Channel: complaint.Phone}))
	for _, permission := range bare.Allowed(bare.c, "ann", caseAt("2026-11-25 10:00")) {
		if slices.Contains(kinds, permission.Kind) && permission.Kind != complaint.KindSettle { // which waits for an assessment besides
			assert.Equal(t, []string{complaint.CodeNothing}, caseCodes(permission.Missing), permission.Kind)
			assert.Contains(t, seen, permission.Kind)
		}
	}
	last := func(kind complaint.Kind) int {
		return slices.IndexFunc(r.history, func(e complaint.Entry) bool { return e.Kind() == kind })
	}
	at := r.history[last(complaint.KindAssess)].At
	assert.True(t, idle(last(complaint.KindAssess)+1, complaint.KindSettle, "cid", at), "nothing is decided")
	assert.True(t, idle(last(complaint.KindClockExtended)+1, complaint.KindExtend, "cid", at.Add(time.Hour)), "no clock has another extension")
	assert.True(t, idle(last(complaint.KindConfirm)+1, complaint.KindConfirm, "cid", at.Add(time.Hour)), "it is confirmed")
	assert.True(t, idle(last(complaint.KindInvestigate)+1, complaint.KindExtend, "cid", at.AddDate(0, 0, 9)), "what is breached is extended no more")
}

// An entry that does not fit is refused as a whole: the case is what it was before.
func TestApplyRefusesWhatDoesNotFit(t *testing.T) {
	r := caseReceived(t)
	good := complaint.Entry{Version: complaint.EntryVersion, At: caseAt("2026-11-25 10:00"), By: "ann", Ref: "r", Body: complaint.Log{Channel: complaint.Phone, Direction: complaint.FromCustomer}}
	for name, bad := range map[string]complaint.Entry{
		"a second intake":       r.entries[0],
		"an unknown version":    {Version: complaint.EntryVersion + 1, At: good.At, By: "ann", Ref: "r", Body: good.Body},
		"no version":            {At: good.At, By: "ann", Ref: "r", Body: good.Body},
		"no instant":            {Version: complaint.EntryVersion, By: "ann", Ref: "r", Body: good.Body},
		"nothing said":          {Version: complaint.EntryVersion, At: good.At, By: "ann", Ref: "r"},
		"an unknown issue":      {Version: complaint.EntryVersion, At: good.At, By: "ann", Ref: "r", Body: complaint.Withdraw{Issue: "size"}},
		"an issue twice":        {Version: complaint.EntryVersion, At: good.At, By: "ann", Ref: "r", Body: complaint.Add{Claim: complaint.Claim{Issue: "colour"}}},
		"no severity":           {Version: complaint.EntryVersion, At: good.At, By: "ann", Ref: "r", Body: complaint.Assess{}},
		"not assessed":          {Version: complaint.EntryVersion, At: good.At, By: "ann", Ref: "r", Body: complaint.Investigate{}},
		"not closed":            {Version: complaint.EntryVersion, At: good.At, By: "ann", Ref: "r", Body: complaint.Reopen{Why: complaint.OurMistake}},
		"no why":                {Version: complaint.EntryVersion, At: good.At, By: "ann", Ref: "r", Body: complaint.Reopen{}},
		"not filed":             {Version: complaint.EntryVersion, At: good.At, By: "ann", Ref: "r", Body: complaint.Conclude{Result: complaint.ForUs}},
		"not linked":            {Version: complaint.EntryVersion, At: good.At, By: "ann", Ref: "r", Body: complaint.Unlink{}},
		"told of what was over": {Version: complaint.EntryVersion, At: good.At, By: "ann", Ref: "r", Body: complaint.Advise{Until: good.At}},
	} {
		t.Run(name, func(t *testing.T) {
			after, err := r.c.Apply(good, bad)
			require.ErrorIs(t, err, complaint.ErrBroken)
			assert.Equal(t, r.c, after)
			_, err = complaint.Replay([]complaint.Entry{r.entries[0], good, bad})
			require.ErrorIs(t, err, complaint.ErrBroken)
		})
	}
	_, err := complaint.Replay([]complaint.Entry{good})
	require.ErrorIs(t, err, complaint.ErrBroken, "a case begins with its intake")
	nothing, err := complaint.Replay(nil)
	require.NoError(t, err)
	assert.Zero(t, nothing.Entries)
}

// A body from outside this package follows rules of its own, and a pointer to one may point
// nowhere: neither is one.
func TestApplyRefusesBodiesOfOthers(t *testing.T) {
	type foreign struct{ complaint.Log }
	r := caseReceived(t)
	log := complaint.Log{Channel: complaint.Phone, Direction: complaint.FromCustomer}
	for _, body := range []complaint.Body{(*complaint.Log)(nil), &log, foreign{log}, foreign{}} {
		e := complaint.Entry{Version: 1, At: r.c.Received, By: "x", Ref: "y", Body: body}
		assert.Zero(t, e.Kind())
		_, err := r.c.Apply(e)
		require.ErrorIs(t, err, complaint.ErrBroken)
		_, err = json.Marshal(e)
		require.Error(t, err)
	}
}

// What is read is an entry of a version that is known, of a kind that is known, with no field that
// the kind does not have and no value that no command may say.
func TestReadingRefuses(t *testing.T) {
	good := `{"v":1,"kind":"log","at":"2026-11-25T09:00:00Z","by":"ann","ref":"r","body":{"channel":"phone","direction":"internal"}}`
	var e complaint.Entry
	require.NoError(t, json.Unmarshal([]byte(good), &e))
	for _, bad := range []string{
		`{"v":3,"kind":"log","at":"2026-11-25T09:00:00Z","by":"ann","ref":"r","body":{"channel":"phone","direction":"internal"}}`,
		`{"v":0,"kind":"log","at":"2026-11-25T09:00:00Z","by":"ann","ref":"r","body":{"channel":"phone","direction":"internal"}}`,
		`{"v":1,"kind":"gossip","at":"2026-11-25T09:00:00Z","by":"ann","ref":"r","body":{"channel":"phone","direction":"internal"}}`,
		`{"v":1,"at":"2026-11-25T09:00:00Z","by":"ann","ref":"r","body":{"channel":"phone","direction":"internal"}}`,
		`{"v":1,"kind":"log","by":"ann","ref":"r","body":{"channel":"phone","direction":"internal"}}`,
		`{"v":1,"kind":"log","at":"2026-11-25T09:00:00Z","ref":"r","body":{"channel":"phone","direction":"internal"}}`,
		`{"v":1,"kind":"log","at":"2026-11-25T09:00:00Z","by":"ann","body":{"channel":"phone","direction":"internal"}}`,
		`{"v":1,"kind":"log","at":"2026-11-25T09:00:00Z","by":"ann","ref":"r","more":1,"body":{"channel":"phone","direction":"internal"}}`,
		`{"v":1,"kind":"log","at":"2026-11-25T09:00:00Z","by":"ann","ref":"r","body":{"channel":"phone","direction":"internal","more":1}}`,
		`{"v":1,"kind":"log","at":"2026-11-25T09:00:00Z","by":"ann","ref":"r","body":{"channel":"phone","direction":"inward"}}`,
		`{"v":1,"kind":"log","at":"2026-11-25T09:00:00Z","by":"ann","ref":"r","body":{"channel":"phone","direction":"internal","cost_minor":-1}}`,
		`{"v":1,"kind":"log","at":"2026-11-25T09:00:00Z","by":"ann","ref":"r","body":{"direction":"internal"}}`,
		`{"v":1,"kind":"log","at":"2026-11-25T09:00:00Z","by":"ann","ref":"r"}`,
		`[]`,
	} {
		before := e
		require.Error(t, json.Unmarshal([]byte(bad), &e), bad)
		assert.Equal(t, before, e, "an entry is never read in part")
	}
	_, err := json.Marshal(complaint.Entry{})
	require.Error(t, err)
}

// machinePerfect gives a command of a kind that says nothing wrong, as far as the case lets it; of
// some kinds only.
func machinePerfect(p *complaint.Policy, c complaint.Case, kind complaint.Kind, step complaint.Step) (complaint.Decision, error) {
	claim := complaint.Claim{Issue: "new", Kind: "billing"}
	issue, body, promise, other := "i", "regulator", "none", complaint.Linked{Other: "none", As: complaint.Related}
	var issues []string
	for _, one := range c.Issues {
		if issues = append(issues, one.Issue); one.Withdrawn.IsZero() && one.Ruling.Verdict == 0 && !step.At.Before(one.At) {
			issue = one.Issue
		}
	}
	for _, filing := range c.Recourse.Filings {
		if filing.Concluded.IsZero() {
			body = filing.Body
		}
	}
	for _, one := range c.Commitments {
		if one.Open() && !step.At.Before(one.Made) {
			promise = one.Promise
		}
	}
	for _, link := range c.Links {
		if link.As != complaint.Duplicate || c.Ended != complaint.OutcomeDuplicate {
			other = link
		}
	}
	switch kind { //nolint:exhaustive // of some kinds only
	case complaint.KindReceive:
		return p.Receive(c, complaint.Receive{Step: step, Customer: "c-1", Channel: complaint.Phone})
	case complaint.KindLog:
		return p.Log(c, complaint.Log{Step: step, Channel: complaint.Phone, Direction: complaint.FromCustomer})
	case complaint.KindAdd:
		return p.Add(c, complaint.Add{Step: step, Claim: claim})
	case complaint.KindWithdraw:
		return caseWithdraw(p, c, complaint.Withdraw{Step: step, Issue: issue})
	case complaint.KindAssess:
		return p.Assess(c, complaint.Assess{Step: step, Assessment: complaint.Assessment{Severity: complaint.Low}})
	case complaint.KindInvestigate:
		return p.Investigate(c, complaint.Investigate{Step: step})
	case complaint.KindUnlink:
		return p.Unlink(c, complaint.Unlink{Step: step, Other: other.Other, As: other.As})
	case complaint.KindConclude:
		return p.Conclude(c, complaint.Conclude{Step: step, Body: body, Result: complaint.ForUs})
	case complaint.KindReopen:
		why := complaint.OurMistake
		if len(c.Recourse.Filings) > 0 {
			why = complaint.BodyAsks
		}
		return p.Reopen(c, complaint.Reopen{Step: step, Why: why, Issues: issues, Claims: []complaint.Claim{claim}})
	case complaint.KindClose:
		var err error
		for outcome := complaint.OutcomeResolved; outcome <= complaint.OutcomeWithdrawn; outcome++ { // that its issues came to
			var d complaint.Decision
			if d, err = p.Close(c, complaint.Close{Step: step, Outcome: outcome}); err == nil {
				return d, nil
			}
		}
		if c.DuplicateOf() != "" {
			return p.Close(c, complaint.Close{Step: step, Outcome: complaint.OutcomeDuplicate})
		}
		return complaint.Decision{}, err
	case complaint.KindInsist:
		return p.Insist(c, complaint.Insist{Step: step, Until: step.At})
	case complaint.KindKeep:
		return p.Keep(c, complaint.Keep{Step: step, Promise: promise})
	case complaint.KindAsk:
		return p.Ask(c, complaint.Ask{Step: step, Channel: complaint.Phone})
	case complaint.KindAnswer:
		for cycle := range len(c.Reopening) + 1 {
			d, err := p.Answer(c, complaint.Answer{Step: step, Cycle: cycle + 1, Answers: []complaint.Reply{{Key: "still-a-problem", Said: complaint.SaidNo}}})
			if err == nil {
				return d, nil
			}
		}
		return p.Answer(c, complaint.Answer{Step: step, Answers: []complaint.Reply{{Key: "still-a-problem", Said: complaint.SaidNo}}})
	default:
		return complaint.Decision{}, errors.ErrUnsupported
	}
}

// What Allowed forbids is refused however well it is said, and what it allows is done if it is
// said well.
func TestAllowedIsWhatIsDone(t *testing.T) {
	rules := caseRules()
	rules.Until = customer.DateOf(caseAt("2027-01-20 00:00"), caseZone)
	rules.Survey = complaint.SurveyRules{AfterDays: 3, WithinDays: 5, ReopenDays: 14}
	p := casePolicy(t, rules)
	rapid.Check(t, func(t *rapid.T) {
		var c complaint.Case
		for i := range rapid.IntRange(1, 20).Draw(t, "steps") {
			step := complaint.Step{
				Ref: fmt.Sprint("r-", i), By: rapid.SampledFrom([]string{"ann", "bea"}).Draw(t, "by"),
				At: caseAt("2026-11-25 09:00").Add(time.Duration(rapid.IntRange(-50, 1400).Draw(t, "hours")) * time.Hour),
			}
			for _, permission := range p.Allowed(c, step.By, step.At) {
				_, err := machinePerfect(p, c, permission.Kind, step)
				if errors.Is(err, errors.ErrUnsupported) {
					continue
				}
				if (err == nil) != (len(permission.Missing) == 0) {
					t.Fatalf("%s of a %s case, %v: allowed but for %v", permission.Kind, c.Phase, err, permission.Missing)
				}
			}
			d, err := machineCommand(t, p, c)
			switch rapid.IntRange(0, 7).Draw(t, "or") {
			case 0:
				d, err = machinePerfect(p, c, complaint.KindAsk, step)
			case 1:
				d, err = machinePerfect(p, c, complaint.KindAnswer, step)
			case 2:
				d, err = machinePerfect(p, c, complaint.KindClose, step)
			case 3:
				d, err = p.Promise(c, complaint.Promise{Step: step, Promise: step.Ref, Kind: complaint.PromisedVisit, Desk: "front", Until: step.At.Add(time.Hour)})
			case 4:
				d, err = machinePerfect(p, c, complaint.KindKeep, step)
			}
			if err == nil {
				c = d.Next
			}
		}
	})
}
