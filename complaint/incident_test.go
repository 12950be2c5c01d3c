package complaint_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
)

// evidenceOutage is the update of the message platform from 2:00 to 4:00 of 25 November; the
// case of evidenceCase happened at 3:00.
func evidenceOutage() complaint.KnownIncident {
	return complaint.KnownIncident{
		Incident: "o-1", Planned: true, Window: customer.Span{From: evidenceAt(-7 * 60), To: evidenceAt(-5 * 60)},
		Services: []string{"sms"}, Areas: []string{"cn/hk", "cn/gd"},
		Notices: []complaint.Notice{evidenceNotice("n-1", -24*60)},
	}
}

func evidenceNotice(ref string, minutes int) complaint.Notice {
	return complaint.Notice{Ref: ref, Channel: complaint.Message, Sent: evidenceAt(minutes), To: complaint.ToAll, Hash: complaint.HashText("maintenance")}
}

// incidentCodes are the codes of a candidate's reasons.
func incidentCodes(reasons []customer.Reason) (codes []string) {
	for _, reason := range reasons {
		codes = append(codes, reason.Code)
	}
	return codes
}

// A window is half-open, and one without an end goes on.
//
// row A7.
func TestMatchWindow(t *testing.T) {
	p := evidencePolicy(t, complaint.EvidenceRules{})
	c := evidenceCase(t, p)
	for _, row := range []struct {
		what     string
		happened time.Time
		to       time.Time
		fits     bool
		code     string
	}{
		{"a nanosecond before", evidenceAt(-7 * 60).Add(-1), evidenceAt(-5 * 60), false, complaint.CodeIncidentOutside},
		{"as it begins", evidenceAt(-7 * 60), evidenceAt(-5 * 60), true, complaint.CodeIncidentDuring},
		{"in another zone", evidenceAt(-7 * 60).UTC(), evidenceAt(-5 * 60), true, complaint.CodeIncidentDuring},
		{"a nanosecond before the end", evidenceAt(-5 * 60).Add(-1), evidenceAt(-5 * 60), true, complaint.CodeIncidentDuring},
		{"at the end", evidenceAt(-5 * 60), evidenceAt(-5 * 60), false, complaint.CodeIncidentOutside},
		{"it goes on", evidenceAt(5000), time.Time{}, true, complaint.CodeIncidentDuring},
		{"not known, on the day", time.Time{}, evidenceAt(-5 * 60), true, complaint.CodeIncidentDay},
	} {
		known := evidenceOutage()
		known.Window.To = row.to
		c.Happened = row.happened
		found := p.MatchIncidents(c, []complaint.KnownIncident{known})
		require.Len(t, found, 1)
		assert.Equal(t, row.fits, found[0].Fits, row.what)
		assert.Equal(t, []string{row.code, complaint.CodeIncidentService, complaint.CodeIncidentArea}, incidentCodes(found[0].Reasons), row.what)
	}
}

// Where nobody knows when it happened, the day of receipt will do, up to the receipt: she cannot
// complain of what comes after.
func TestMatchDay(t *testing.T) {
	p := evidencePolicy(t, complaint.EvidenceRules{})
	c := evidenceCase(t, p) // received at 9:00
	c.Happened = time.Time{}
	for _, row := range []struct {
		from, to int
		fits     bool
	}{
		{-20 * 60, -9 * 60, false},  // ends as the day begins
		{-20 * 60, -9*60 + 1, true}, // or a minute after
		{0, 60, true},               // begins as she calls
		{1, 60, false},              // or a minute after
		{-20 * 60, 60, true},
	} {
		known := evidenceOutage()
		known.Window = customer.Span{From: evidenceAt(row.from), To: evidenceAt(row.to)}
		assert.Equal(t, row.fits, p.MatchIncidents(c, []complaint.KnownIncident{known})[0].Fits, "%d to %d", row.from, row.to)
	}
}

// Services and areas have levels: what is above covers what is below, and not the other way.
func TestMatchScopes(t *testing.T) {
	p := evidencePolicy(t, complaint.EvidenceRules{})
	for _, row := range []struct {
		scopes []string
		place  string
		fits   bool
	}{
		{nil, "cn/gd", true},
		{nil, "", true},
		{[]string{"cn/gd"}, "cn/gd", true},
		{[]string{"cn/gd"}, "cn/gd/shenzhen", true},
		{[]string{"cn/gd"}, "cn/gdx", false},
		{[]string{"cn/gd"}, "cn", false},
		{[]string{"cn/gd"}, "CN/GD", false},
		{[]string{"cn/gd"}, "", false},
		{[]string{"us", "cn/gd"}, "cn/gd/x/y", true},
	} {
		c := evidenceCase(t, p)
		known := evidenceOutage()
		known.Areas, c.Area = row.scopes, row.place
		found := p.MatchIncidents(c, []complaint.KnownIncident{known})[0]
		assert.Equal(t, row.fits, found.Fits, "%v %q", row.scopes, row.place)
		want := complaint.CodeIncidentArea
		if !row.fits {
			want = complaint.CodeIncidentNoArea
		}
		assert.Contains(t, incidentCodes(found.Reasons), want)

		known, c = evidenceOutage(), evidenceCase(t, p)
		known.Services, c.Service = row.scopes, row.place
		assert.Equal(t, row.fits, p.MatchIncidents(c, []complaint.KnownIncident{known})[0].Fits)
	}
	c, other, far := evidenceCase(t, p), evidenceOutage(), evidenceOutage()
	other.Incident, other.Services = "o-0", []string{"mail"}
	far.Incident, far.Areas, far.Services, far.Window.To = "o-2", []string{"us"}, []string{"mail"}, evidenceAt(-6*60-1)
	found := p.MatchIncidents(c, []complaint.KnownIncident{other, far, evidenceOutage()})
	assert.Equal(t, []string{"o-1", "o-0", "o-2"}, []string{found[0].Incident, found[1].Incident, found[2].Incident}, "those that fit come first")
	assert.Equal(t, []string{complaint.CodeIncidentOutside, complaint.CodeIncidentNoService, complaint.CodeIncidentNoArea}, incidentCodes(found[2].Reasons), "all that does not fit is told at once")
}

// Notice is proven only by one that was sent before, and to her.
//
// row A8.
func TestNotice(t *testing.T) {
	p := evidencePolicy(t, complaint.EvidenceRules{})
	c := evidenceCase(t, p)
	notice := func(ref string, minutes int, to complaint.Audience, areas []string, customers ...customer.ID) complaint.Notice {
		n := evidenceNotice(ref, minutes)
		n.To, n.Areas, n.Customers = to, areas, customers
		return n
	}
	const start = -7 * 60
	for _, row := range []struct {
		what    string
		notices []complaint.Notice
		proof   string
		codes   []string
	}{
		{"none", nil, "", []string{complaint.CodeNoticeNone}},
		{"to all, a minute before", []complaint.Notice{notice("n", start-1, complaint.ToAll, nil)}, "n", []string{complaint.CodeNoticeProven}},
		{"as it begins", []complaint.Notice{notice("n", start, complaint.ToAll, nil)}, "", []string{complaint.CodeNoticeLate}},
		{"after", []complaint.Notice{notice("n", start+30, complaint.ToList, nil, "c-1")}, "", []string{complaint.CodeNoticeLate}},
		{"to her area", []complaint.Notice{notice("n", start-1, complaint.ToArea, []string{"cn/gd"})}, "n", []string{complaint.CodeNoticeProven}},
		{"to another", []complaint.Notice{notice("n", start-1, complaint.ToArea, []string{"cn/hk"})}, "", []string{complaint.CodeNoticeOthers}},
		{"to a list with her", []complaint.Notice{notice("n", start-1, complaint.ToList, nil, "c-9", "c-1")}, "n", []string{complaint.CodeNoticeProven}},
		{"to a list without", []complaint.Notice{notice("n", start-1, complaint.ToList, nil, "c-9")}, "", []string{complaint.CodeNoticeOthers}},
		{"to an empty list", []complaint.Notice{notice("n", start-1, complaint.ToList, nil)}, "", []string{complaint.CodeNoticeOthers}},
		{"the first that proves it", []complaint.Notice{
			notice("late", start, complaint.ToAll, nil), notice("b", start-1, complaint.ToAll, nil), notice("a", start-2, complaint.ToAll, nil), notice("others", start-3, complaint.ToList, nil),
		}, "a", []string{complaint.CodeNoticeLate, complaint.CodeNoticeProven, complaint.CodeNoticeProven, complaint.CodeNoticeOthers}},
	} {
		known := evidenceOutage()
		known.Notices = row.notices
		d, err := p.Match(c, complaint.Match{Step: evidenceStep("m", 5), Known: known})
		require.NoError(t, err, row.what)
		one := d.Next.Incidents[0]
		assert.Equal(t, row.proof, one.Notice, row.what)
		assert.Equal(t, row.proof != "", one.Told())
		assert.ElementsMatch(t, append([]string{complaint.CodeIncidentDuring, complaint.CodeIncidentService, complaint.CodeIncidentArea}, row.codes...), incidentCodes(d.Reasons), row.what)
		liability := p.Notices(d.Next)
		require.Len(t, liability, 1)
		if row.proof == "" {
			require.Len(t, d.Entries, 1)
			assert.Equal(t, complaint.CodeNoticeNone, liability[0].Code)
			continue
		}
		require.Len(t, d.Entries, 2)
		assert.Equal(t, complaint.CodeNoticeProven, d.Entries[1].Because.Code)
		assert.Equal(t, row.proof, d.Entries[1].Because.Of)
		assert.Equal(t, d.Entries[1].Because, liability[0])
		assert.Equal(t, complaint.HashText("maintenance"), one.Hash)
	}
}

func TestMatchGuards(t *testing.T) {
	p := evidencePolicy(t, complaint.EvidenceRules{})
	c := evidenceCase(t, p)
	match := func(c complaint.Case, change func(*complaint.KnownIncident)) (complaint.Decision, error) {
		x := complaint.Match{Step: evidenceStep("m", 5), Known: evidenceOutage()}
		if change != nil {
			change(&x.Known)
		}
		return p.Match(c, x)
	}
	_, err := match(c, func(k *complaint.KnownIncident) {
		k.Window.To, k.Services, k.Areas = evidenceAt(-6*60), []string{"mail"}, []string{"us"}
	})
	assert.Equal(t, []string{"complaint.incident-outside o-1", "complaint.incident-no-service sms/orders", "complaint.incident-no-area cn/gd/shenzhen"}, evidenceMissing(t, err))
	_, err = match(complaint.Case{}, nil)
	assert.Len(t, evidenceMissing(t, err), 1, "of a case that nobody has opened there is nothing else to say")

	// Once its end is known it is matched again: one row, and the proof anew.
	open := evidenceDone(t)(match(c, func(k *complaint.KnownIncident) { k.Window.To = time.Time{} }))
	assert.True(t, open.Incidents[0].Told())
	ended := evidenceDone(t)(match(open, func(k *complaint.KnownIncident) { k.Notices = nil }))
	require.Len(t, ended.Incidents, 1)
	assert.False(t, ended.Incidents[0].Told(), "what the second match does not prove is not proven")
	assert.True(t, open.Incidents[0].Told(), "the state before is as it was")

	known := complaint.KnownIncident{
		Window: customer.Span{From: evidenceAt(0), To: evidenceAt(0)}, Services: []string{"a//b", "/", "a/"}, Areas: []string{"x", "x"},
		Notices: []complaint.Notice{{}, {To: complaint.ToArea}, {Ref: "n", Channel: complaint.Fax, Sent: evidenceAt(0), To: complaint.ToAll, Areas: []string{"a"}, Customers: []customer.ID{""}, Hash: complaint.HashText("")}},
	}
	_, err = p.Match(c, complaint.Match{Step: evidenceStep("m", 5), Known: known})
	assert.Equal(t, []string{
		"known.incident", "known.window.to", "known.services[0]", "known.services[1]", "known.services[2]", "known.areas[1]",
		"known.notices[0].ref", "known.notices[0].channel", "known.notices[0].sent", "known.notices[0].to", "known.notices[0].hash",
		"known.notices[1].ref", "known.notices[1].channel", "known.notices[1].sent", "known.notices[1].areas", "known.notices[1].hash", "known.notices[1].ref",
		"known.notices[2].areas", "known.notices[2].customers", "known.notices[2].customers[0]",
	}, customertest.Paths(t, err))

	forged := complaint.Entry{Version: complaint.EntryVersion, At: evidenceAt(0), Ref: "f", Body: complaint.NoticeProven{Incident: "o-1", Sent: evidenceAt(-7 * 60)}}
	_, err = open.Apply(forged)
	require.ErrorIs(t, err, complaint.ErrBroken, "no history proves notice by what came too late")
	_, err = c.Apply(forged)
	assert.ErrorIs(t, err, complaint.ErrBroken, "nor of an incident that was not matched")
}

// What the caller does with his lists after a match does not change what was booked.
func TestMatchCopies(t *testing.T) {
	p := evidencePolicy(t, complaint.EvidenceRules{})
	x := complaint.Match{Step: evidenceStep("m", 5), Known: evidenceOutage()}
	x.Known.Notices[0].To, x.Known.Notices[0].Customers = complaint.ToList, []customer.ID{"c-1"}
	d, err := p.Match(evidenceCase(t, p), x)
	require.NoError(t, err)
	before, err := json.Marshal(d.Entries)
	require.NoError(t, err)
	x.Known.Services[0], x.Known.Areas[0], x.Known.Notices[0].Customers[0], x.Known.Notices[0].Ref = "?", "?", "?", "?"
	after, err := json.Marshal(d.Entries)
	require.NoError(t, err)
	assert.Equal(t, string(before), string(after))
}

// One incident, many complaints: counted in any order of the cases.
//
// row A7.
func TestCountIncidents(t *testing.T) {
	p := evidencePolicy(t, complaint.EvidenceRules{})
	var cases []complaint.Case
	for i := range 4 {
		c := evidenceCase(t, p)
		for k := range i {
			known := evidenceOutage()
			known.Incident = fmt.Sprint("o-", 3-k)
			if k == 1 {
				known.Notices = nil
			}
			c = evidenceDone(t)(p.Match(c, complaint.Match{Step: evidenceStep(fmt.Sprint("m", k), 5), Known: known}))
		}
		cases = append(cases, c)
	}
	want := []complaint.IncidentCount{{Incident: "o-1", Cases: 1, Told: 1}, {Incident: "o-2", Cases: 2}, {Incident: "o-3", Cases: 3, Told: 3}}
	rapid.Check(t, func(t *rapid.T) {
		shuffled := rapid.Permutation(cases).Draw(t, "cases")
		require.Equal(t, want, complaint.CountIncidents(slices.Values(shuffled)))
	})
	assert.Empty(t, complaint.CountIncidents(slices.Values(cases[:1])))
}
