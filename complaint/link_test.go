package complaint_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
)

// linkCase is a case of a customer, received at an instant.
func linkCase(tb testing.TB, p *complaint.Policy, who customer.ID, at string) complaint.Case {
	tb.Helper()
	d, err := p.Receive(complaint.Case{}, complaint.Receive{Step: caseStep("ann", at), Customer: who, Channel: complaint.Phone})
	require.NoError(tb, err)
	return d.Next
}

func TestLink(t *testing.T) {
	r := caseBegin(t)
	earlier, later := linkCase(t, r.Policy, "c-1", "2026-11-24 09:00"), linkCase(t, r.Policy, "c-1", "2026-11-26 09:00")
	same, stranger := linkCase(t, r.Policy, "c-1", "2026-11-25 09:00"), linkCase(t, r.Policy, "c-9", "2026-11-24 09:00")
	this := linkCase(t, r.Policy, "c-1", "2026-11-25 09:00")
	step := caseStep("cid", "2026-11-27 09:00")
	for _, tc := range []struct {
		name     string
		id       complaint.ID
		as       complaint.Relation
		other    complaint.Case
		refusals []string
	}{
		{"an earlier one is the root", "K-5", complaint.Duplicate, earlier, nil},
		{"a later one is not", "K-5", complaint.Duplicate, later, []string{complaint.CodeOtherLater}},
		{"of two at one instant the smaller ID is", "K-2", complaint.Duplicate, same, nil},
		{"and the larger is not", "K-0", complaint.Duplicate, same, []string{complaint.CodeOtherLater}},
		{"a repetition is the later", "K-5", complaint.Repeat, later, []string{complaint.CodeOtherLater}},
		{"a sequel is the later", "K-5", complaint.Follows, later, []string{complaint.CodeOtherLater}},
		{"of what belongs together neither is", "K-5", complaint.Related, later, nil},
		{"what belongs together may be two customers'", "K-5", complaint.Related, stranger, nil},
		{"a duplicate may not", "K-5", complaint.Duplicate, stranger, []string{complaint.CodeOtherCustomer}},
		{"both at once", "K-0", complaint.Duplicate, linkCase(t, r.Policy, "c-9", "2026-11-25 09:00"), []string{complaint.CodeOtherLater, complaint.CodeOtherCustomer}},
		{"nobody's", "K-5", complaint.Related, complaint.Case{}, []string{complaint.CodeOtherUnknown}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := caseRun{T: t, Policy: r.Policy, c: this}
			link := complaint.Link{Step: step, Case: tc.id, Other: "K-1", As: tc.as}
			d, err := r.Link(r.c, link, tc.other)
			if tc.refusals != nil {
				r.refused(tc.refusals...)(d, err)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tc.other.Received, d.Next.Links[0].Received)
			r.refused(complaint.CodeLinkThere)(r.Link(d.Next, link, tc.other))
		})
	}
	r.c = this
	r.faulty("other")(r.Link(r.c, complaint.Link{Step: step, Case: "K-1", Other: "K-1", As: complaint.Related}, earlier))
	r.faulty("case", "other", "as", "other")(r.Link(r.c, complaint.Link{Step: step}, earlier))
	r.refused(complaint.CodePhase)(r.Link(complaint.Case{}, complaint.Link{Step: step, Case: "K-2", Other: "K-1", As: complaint.Duplicate}, earlier))

	// One root only.
	d, err := r.Link(this, complaint.Link{Step: step, Case: "K-5", Other: "K-1", As: complaint.Duplicate}, earlier)
	require.NoError(t, err)
	assert.Equal(t, complaint.ID("K-1"), d.Next.DuplicateOf())
	r.refused(complaint.CodeDuplicateThere)(r.Link(d.Next, complaint.Link{Step: step, Case: "K-5", Other: "K-2", As: complaint.Duplicate}, earlier))
}

// What is unlinked is as if it had never been linked, but for the two entries.
func TestUnlinkUndoesWholly(t *testing.T) {
	r := caseReceived(t)
	before := r.c
	earlier := linkCase(t, r.Policy, "c-1", "2026-11-24 09:00")
	step := caseStep("cid", "2026-11-27 09:00")
	r.must(r.Link(r.c, complaint.Link{Step: step, Case: "K-5", Other: "K-1", As: complaint.Duplicate}, earlier))
	r.must(r.Link(r.c, complaint.Link{Step: step, Case: "K-5", Other: "K-1", As: complaint.Repeat}, earlier))
	r.refused(complaint.CodeNoLink)(r.Unlink(r.c, complaint.Unlink{Step: step, Other: "K-1", As: complaint.Related}))
	r.refused(complaint.CodeNoLink)(r.Unlink(r.c, complaint.Unlink{Step: step, Other: "K-2", As: complaint.Repeat}))
	r.must(r.Unlink(r.c, complaint.Unlink{Step: step, Other: "K-1", As: complaint.Duplicate}))
	assert.Empty(t, r.c.DuplicateOf())
	assert.Len(t, r.c.Links, 1)
	r.must(r.Unlink(r.c, complaint.Unlink{Step: step, Other: "K-1", As: complaint.Repeat}))
	after := r.c
	after.Entries = before.Entries
	assert.Equal(t, before, after)
	r.stored()
}

// A case that was closed as a duplicate would be answered by nobody once it is none.
func TestUnlinkOfAClosedDuplicate(t *testing.T) {
	r := caseReceived(t)
	earlier := linkCase(t, r.Policy, "c-1", "2026-11-24 09:00")
	r.must(r.Link(r.c, complaint.Link{Step: caseStep("cid", "2026-11-27 09:00"), Case: "K-5", Other: "K-1", As: complaint.Duplicate}, earlier))
	r.close("2026-11-27 10:00", complaint.OutcomeDuplicate)
	unlink := complaint.Unlink{Step: caseStep("cid", "2026-11-27 11:00"), Other: "K-1", As: complaint.Duplicate}
	r.refused(complaint.CodeClosedMerged)(r.Unlink(r.c, unlink))
	_, err := r.c.Apply(complaint.Entry{Version: complaint.EntryVersion, At: unlink.At, By: "x", Ref: "y", Body: complaint.Unlink{Other: "K-1", As: complaint.Duplicate}})
	require.ErrorIs(t, err, complaint.ErrBroken, "a forged history does not get round it")
	r.must(r.Reopen(r.c, complaint.Reopen{Step: unlink.Step, Why: complaint.OurMistake, Issues: []string{"colour"}}))
	r.must(r.Unlink(r.c, unlink))
	assert.Empty(t, r.c.DuplicateOf())
}

// A merge goes in no circle, whoever links what and however late they all look: every link is
// decided on cases as they were at the beginning, as in a race.
func TestNoCircleOfDuplicates(t *testing.T) {
	p := casePolicy(t, caseRules())
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 6).Draw(t, "cases")
		cases := map[complaint.ID]complaint.Case{}
		var ids []complaint.ID
		for i := range n {
			id := complaint.ID(fmt.Sprintf("K-%d", i))
			ids = append(ids, id)
			d, err := p.Receive(complaint.Case{}, complaint.Receive{
				Step:     caseStep("ann", fmt.Sprintf("2026-11-%02d 09:00", 20+rapid.IntRange(0, 2).Draw(t, "day"))),
				Customer: "c-1", Channel: complaint.Phone,
			})
			if err != nil {
				t.Fatal(err)
			}
			cases[id] = d.Next
		}
		before := map[complaint.ID]complaint.Case{}
		for id, c := range cases {
			before[id] = c
		}
		for range rapid.IntRange(0, 30).Draw(t, "links") {
			this, other := rapid.SampledFrom(ids).Draw(t, "this"), rapid.SampledFrom(ids).Draw(t, "other")
			d, err := p.Link(cases[this], complaint.Link{Step: caseStep("cid", "2026-11-27 09:00"), Case: this, Other: other, As: complaint.Duplicate}, before[other])
			if err == nil {
				cases[this] = d.Next
			}
		}
		for _, id := range ids {
			steps := 0
			for at := id; at != ""; at = cases[at].DuplicateOf() {
				if steps++; steps > n {
					t.Fatalf("%s leads in a circle", id)
				}
			}
		}
	})
}

// A forged entry does not get round the order either.
func TestApplyRefusesLinksOutOfOrder(t *testing.T) {
	r := caseReceived(t)
	for _, link := range []complaint.Link{
		{Case: "K-5", Other: "K-1", As: complaint.Duplicate},
		{Case: "K-5", Other: "K-1", As: complaint.Duplicate, Received: r.c.Received.Add(1)},
		{Case: "K-1", Other: "K-5", As: complaint.Duplicate, Received: r.c.Received},
		{Case: "K-1", Other: "K-1", As: complaint.Related, Received: r.c.Received},
	} {
		_, err := r.c.Apply(complaint.Entry{Version: complaint.EntryVersion, At: r.c.Received, By: "x", Ref: "y", Body: link})
		require.ErrorIs(t, err, complaint.ErrBroken)
	}
}

// What she complains of after a case was closed is not answered by that one: as its duplicate it
// would be answered by nobody. Of two cases that were open together the one answers both.
func TestNoDuplicateOfWhatIsOver(t *testing.T) {
	r := caseReceived(t)
	r.withdraw("2026-11-25 10:00", "colour", "clerk")
	r.close("2026-11-26 09:00", complaint.OutcomeWithdrawn)
	root, step := r.c, caseStep("cid", "2026-11-27 09:00")
	for _, tc := range []struct {
		received string
		as       complaint.Relation
		refusals []string
	}{
		{"2026-11-26 09:00", complaint.Duplicate, []string{complaint.CodeOtherClosed}},
		{"2026-11-26 08:59", complaint.Duplicate, nil},
		{"2026-11-26 09:00", complaint.Follows, nil},
		{"2026-11-26 09:00", complaint.Repeat, nil},
	} {
		r := caseRun{T: t, Policy: r.Policy, c: linkCase(t, r.Policy, "c-1", tc.received)}
		d, err := r.Link(r.c, complaint.Link{Step: step, Case: "K-5", Other: "K-1", As: tc.as}, root)
		if tc.refusals != nil {
			r.refused(tc.refusals...)(d, err)
			continue
		}
		require.NoError(t, err)
	}
	r.faulty("received")(r.Link(r.c, complaint.Link{Step: step, Case: "K-5", Other: "K-1", As: complaint.Related, Received: root.Received}, root))
}

// Whatever the customer says of a merged case, the answer names the root to which it is forwarded.
func TestForwardsAllThatSheSays(t *testing.T) {
	r := caseReceived(t)
	r.must(r.Link(r.c, complaint.Link{
		Step: caseStep("cid", "2026-11-25 10:00"), Case: "K-5", Other: "K-1", As: complaint.Duplicate,
	}, linkCase(t, r.Policy, "c-1", "2026-11-24 09:00")))
	forwarded := func(d complaint.Decision, err error) {
		t.Helper()
		r.must(d, err)
		assert.Contains(t, r.told(), complaint.CodeForward)
	}
	step := caseStep("ann", "2026-11-25 11:00")
	forwarded(r.Insist(r.c, complaint.Insist{Step: step, Until: caseAt("2026-11-25 18:00")}))
	forwarded(r.Add(r.c, complaint.Add{Step: step, Claim: complaint.Claim{Issue: "wait", Kind: "waiting"}}))
	forwarded(r.File(r.c, complaint.File{Step: step, Body: "consumers"}))
}
