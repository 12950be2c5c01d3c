package complaint

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// KnownIncident is an outage, planned work or another event that the house knows of: what one
// record explains to many customers.
//
// Services and areas are names in levels, parted by "/": "cn/gd" covers "cn/gd" and
// "cn/gd/shenzhen", and neither "cn" nor "cn/gdx". A list that is empty covers everything.
type KnownIncident struct {
	Incident string        `json:"incident"`          // the host's ID
	Planned  bool          `json:"planned,omitempty"` // work that was decided on, and not a breakdown
	Window   customer.Span `json:"window"`            // half-open; without an end: it goes on
	Services []string      `json:"services,omitempty"`
	Areas    []string      `json:"areas,omitempty"`
	Notices  []Notice      `json:"notices,omitempty"` // what was sent about it
}

// Notice is one notice of an incident that was sent.
type Notice struct {
	Ref       string        `json:"ref"`
	Channel   Channel       `json:"channel"`
	Sent      time.Time     `json:"sent"`
	To        Audience      `json:"to"`
	Areas     []string      `json:"areas,omitempty"`     // of ToArea: in which
	Customers []customer.ID `json:"customers,omitempty"` // of ToList: who was on it, as far as it is asked for; no entry keeps them
	Hash      string        `json:"hash"`                // of the text: see HashText
}

// Audience says to whom a notice was sent. The zero Audience is refused.
type Audience uint8

// The audiences. Their texts are format.
const (
	ToAll  Audience = iota + 1 // customers
	ToArea                     // everybody in some areas
	ToList                     // the customers of a list
)

// String returns the stored text.
func (a Audience) String() string {
	switch a {
	case ToAll:
		return "all"
	case ToArea:
		return "area"
	case ToList:
		return "list"
	}
	return "audience " + strconv.Itoa(int(a))
}

// MarshalText writes the stored text; anything else is an error.
func (a Audience) MarshalText() ([]byte, error) { return customer.WriteStored("complaint", a, ToList) }

// UnmarshalText reads what MarshalText wrote.
func (a *Audience) UnmarshalText(text []byte) error {
	return customer.ReadStored("complaint", "audience", a, ToList, text)
}

// The most of what a known incident may list.
const (
	maxScopes    = 1000
	maxNotices   = 100
	maxOnNotices = 10_000
)

func (k KnownIncident) canonical(c *customer.Canonical) {
	c.Text("incident", k.Incident)
	c.Bool("planned", k.Planned)
	c.Time("from", k.Window.From)
	c.Time("to", k.Window.To)
	texts(c, "services", k.Services)
	texts(c, "areas", k.Areas)
	c.List("notices", len(k.Notices), func(i int) {
		one := &k.Notices[i]
		c.Text("ref", one.Ref)
		c.Text("channel", one.Channel.text())
		c.Time("sent", one.Sent)
		if one.To != 0 {
			c.Text("to", one.To.String())
		}
		texts(c, "areas", one.Areas)
		c.List("customers", len(one.Customers), func(i int) { c.Text("customer", string(one.Customers[i])) })
		c.Text("hash", one.Hash)
	})
}

func (k KnownIncident) check(faults *customer.Faults) {
	faults.Name("incident", k.Incident)
	faults.Instant("window.from", k.Window.From)
	if !k.Window.To.IsZero() {
		faults.Instant("window.to", k.Window.To)
	}
	if k.Window.Empty() {
		faults.Add("window.to", k.Window.To, "is after from, or absent")
	}
	checkScopes(faults, "services", k.Services)
	checkScopes(faults, "areas", k.Areas)
	faults.Within("notices", len(k.Notices), 0, maxNotices)
	for i := range k.Notices[:min(len(k.Notices), maxNotices)] {
		var part customer.Faults
		k.Notices[i].check(&part)
		if slices.ContainsFunc(k.Notices[:i], func(before Notice) bool { return before.Ref == k.Notices[i].Ref }) {
			part.Add("ref", k.Notices[i].Ref, "is not that of a notice above")
		}
		faults.Join(fmt.Sprintf("notices[%d]", i), part)
	}
}

func (n *Notice) check(faults *customer.Faults) {
	faults.Name("ref", n.Ref)
	checkChannel(faults, "channel", n.Channel)
	faults.Instant("sent", n.Sent)
	if n.To == 0 || n.To > ToList {
		faults.Add("to", n.To, "is all, area or list")
	}
	if (n.To == ToArea) != (len(n.Areas) > 0) {
		faults.Add("areas", len(n.Areas), "are given for a notice to an area, and only there")
	}
	checkScopes(faults, "areas", n.Areas)
	if n.To != ToList && len(n.Customers) > 0 {
		faults.Add("customers", len(n.Customers), "are given only for a notice to a list")
	}
	faults.Within("customers", len(n.Customers), 0, maxOnNotices)
	for i, id := range n.Customers[:min(len(n.Customers), maxOnNotices)] {
		faults.Name(fmt.Sprintf("customers[%d]", i), string(id))
	}
	checkHash(faults, "hash", n.Hash)
}

// checkScopes notes a fault for each name that is none in levels.
func checkScopes(faults *customer.Faults, path string, scopes []string) {
	faults.Names(path, scopes, 0, maxScopes)
	for i, scope := range scopes[:min(len(scopes), maxScopes)] {
		if slices.Contains(strings.Split(scope, "/"), "") && scope != "" {
			faults.Add(fmt.Sprintf("%s[%d]", path, i), scope, `is a name in levels, none of them empty: "cn/gd/shenzhen"`)
		}
	}
}

// covers reports whether one of the scopes is the place, or a level above it; no scope at all
// covers every place. Where the place is not known, only everything covers it.
func covers(scopes []string, place string) bool {
	if len(scopes) == 0 {
		return true
	}
	return slices.ContainsFunc(scopes, func(scope string) bool {
		rest, within := strings.CutPrefix(place, scope)
		return within && (rest == "" || rest[0] == '/')
	})
}

// Candidate is one known incident held against a case.
type Candidate struct {
	Incident string
	Fits     bool
	Reasons  []customer.Reason // each thing that was held against it, whether it fits or not
}

// MatchIncidents holds known incidents against a case: when it happened, the service and the
// area. Where nobody knows when it happened, anything of the day on which the case was received
// will do, up to then. Those that fit come first, otherwise they keep their order.
func (p *Policy) MatchIncidents(c Case, known []KnownIncident) []Candidate {
	all := make([]Candidate, len(known))
	for i := range known {
		all[i] = p.candidate(&known[i], &c)
	}
	slices.SortStableFunc(all, func(a, b Candidate) int {
		switch {
		case a.Fits == b.Fits:
			return 0
		case a.Fits:
			return -1
		}
		return 1
	})
	return all
}

// candidate holds one known incident against a case.
func (p *Policy) candidate(known *KnownIncident, c *Case) Candidate {
	found := Candidate{Incident: known.Incident, Fits: true, Reasons: make([]customer.Reason, 0, 3)}
	hold := func(fits bool, reason customer.Reason, otherwise string) {
		reason.Rule = p.name
		if !fits {
			reason.Code, found.Fits = otherwise, false
		}
		found.Reasons = append(found.Reasons, reason)
	}
	window := customer.Reason{Of: known.Incident, At: known.Window.From.In(p.zone)}
	if !known.Window.To.IsZero() {
		window.Until = known.Window.To.In(p.zone)
	}
	if c.Happened.IsZero() {
		// An empty stretch would match nothing: the instant of the receipt is part of it.
		day := customer.Span{From: p.day(c.Received).Start(p.zone), To: c.Received.Add(1)}
		window.Code = CodeIncidentDay
		hold(!known.Window.Intersect(day).Empty(), window, CodeIncidentOutside)
	} else {
		window.Code = CodeIncidentDuring
		hold(known.Window.Contains(c.Happened), window, CodeIncidentOutside)
	}
	hold(covers(known.Services, c.Service), customer.Reason{Code: CodeIncidentService, Of: c.Service}, CodeIncidentNoService)
	hold(covers(known.Areas, c.Area), customer.Reason{Code: CodeIncidentArea, Of: c.Area}, CodeIncidentNoArea)
	return found
}

// notice looks for the proof that a customer had notice of an incident before it began: of the
// notices that reach her, the first that was sent. A notice sent once it had begun proves nothing,
// and neither does one sent to others; the reasons say so of each.
func (p *Policy) notice(known *KnownIncident, c *Case) (proof *Notice, reasons []customer.Reason) {
	for i := range known.Notices {
		one := &known.Notices[i]
		reason := customer.Reason{Of: one.Ref, At: one.Sent.In(p.zone), Until: known.Window.From.In(p.zone)}
		switch {
		case !one.reaches(c):
			reason.Code = CodeNoticeOthers
		case !one.Sent.Before(known.Window.From):
			reason.Code = CodeNoticeLate
		default:
			reason.Code = CodeNoticeProven
			if proof == nil || one.Sent.Before(proof.Sent) {
				proof = one
			}
		}
		reasons = append(reasons, reason)
	}
	if len(reasons) == 0 {
		reasons = []customer.Reason{{Code: CodeNoticeNone, Of: known.Incident}}
	}
	return proof, reasons
}

// reaches reports whether the customer of a case was among those to whom the notice was sent.
func (n *Notice) reaches(c *Case) bool {
	switch n.To {
	case ToAll:
		return true
	case ToArea:
		return covers(n.Areas, c.Area)
	case ToList:
		return slices.Contains(n.Customers, c.Customer)
	}
	return false
}

// Incident is a known incident that the case was matched to, with the proof that its customer
// had notice of it, where there is one. It is a ground for a finding, and what it says of the
// notice one for the decision on liability.
type Incident struct {
	ID      string        `json:"incident"`
	Ref     string        `json:"ref"` // of the Match
	At      time.Time     `json:"at"`  // when it was matched
	By      string        `json:"by"`
	Planned bool          `json:"planned,omitempty"`
	Window  customer.Span `json:"window"` // as it was known then
	Notice  string        `json:"notice,omitempty"`
	Channel Channel       `json:"channel,omitzero"` // of the notice
	Sent    time.Time     `json:"sent,omitzero"`
	To      Audience      `json:"to,omitzero"`
	Hash    string        `json:"hash,omitempty"`
}

// Told reports whether it is proven that the customer had notice before the incident began.
func (i Incident) Told() bool { return i.Notice != "" }

// Notices say what the incidents that a case was matched to mean for liability: of each the notice
// that proves that the customer was told before, sent when; or that nothing proves it.
func (p *Policy) Notices(c Case) []customer.Reason {
	reasons := make([]customer.Reason, 0, len(c.Incidents))
	for i := range c.Incidents {
		one := &c.Incidents[i]
		reason := customer.Reason{Code: CodeNoticeNone, Rule: p.name, Of: one.ID}
		if one.Told() {
			reason = customer.Reason{Code: CodeNoticeProven, Rule: p.name, Of: one.Notice, At: one.Sent.In(p.zone), Until: one.Window.From.In(p.zone)}
		}
		reasons = append(reasons, reason)
	}
	return reasons
}

// Match matches the case to a known incident, as the host knows it at that instant: all of it
// is pinned, but for the customers on the lists of its notices. Whether this one was told is what
// a NoticeProven says, and who else was does not belong in her case. To match the same incident again, once its end is known, takes the place of the
// match before.
type Match struct {
	Step `json:"-"`

	Known KnownIncident `json:"known"`
}

func (Match) kind() Kind { return KindMatch }

// Canonical writes the command in canonical form.
func (x Match) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Group("known", func() { x.Known.canonical(c) })
}

func (x Match) faults(faults *customer.Faults) {
	var part customer.Faults
	x.Known.check(&part)
	faults.Join("known", part)
}

// Match matches the case to a known incident that fits it. One that does not is refused, with
// what does not fit.
func (p *Policy) Match(c Case, x Match) (Decision, error) {
	var d desk
	err := p.open(&d, &c, KindMatch, x.Take(), x.faults)
	if err != nil {
		return Decision{}, err
	}
	if c.Phase == 0 {
		return d.decision() // there is nothing to hold the incident against
	}
	known := x.Known
	x.Known = known.kept()
	found := p.candidate(&known, &c)
	for _, reason := range found.Reasons {
		switch reason.Code {
		case CodeIncidentOutside, CodeIncidentNoService, CodeIncidentNoArea:
			d.miss(reason)
		default:
			d.why(reason)
		}
	}
	d.post(x)
	proof, reasons := p.notice(&known, &c)
	for _, reason := range reasons {
		if proof != nil && reason.Of == proof.Ref {
			d.post(NoticeProven{x.Known.Incident, proof.Ref, proof.Channel, proof.Sent, proof.To, proof.Hash}, reason)
		} else {
			d.why(reason)
		}
	}
	return d.decision()
}

// kept copies what an entry keeps of the incident: all but the customers on its lists.
func (k KnownIncident) kept() KnownIncident {
	k.Services, k.Areas, k.Notices = slices.Clone(k.Services), slices.Clone(k.Areas), slices.Clone(k.Notices)
	for i := range k.Notices {
		k.Notices[i].Areas, k.Notices[i].Customers = slices.Clone(k.Notices[i].Areas), nil
	}
	return k
}

func (x Match) apply(g *ground, e *Entry) error {
	if slices.ContainsFunc(x.Known.Notices, func(one Notice) bool { return len(one.Customers) > 0 }) {
		return errInvalid("list of customers")
	}
	incidents := mine(g, ofIncidents, &g.Incidents)
	matched := Incident{ID: x.Known.Incident, Ref: e.Ref, At: e.At, By: e.By, Planned: x.Known.Planned, Window: x.Known.Window}
	if place := g.incident(x.Known.Incident); place >= 0 {
		(*incidents)[place] = matched
		return nil
	}
	*incidents = append(*incidents, matched)
	return nil
}

// incident returns the place of an incident, or -1.
func (c *Case) incident(id string) int {
	return slices.IndexFunc(c.Incidents, func(one Incident) bool { return one.ID == id })
}

// NoticeProven says that the customer had notice of an incident before it began. It follows from
// a Match.
type NoticeProven struct {
	Incident string    `json:"incident"`
	Notice   string    `json:"notice"`
	Channel  Channel   `json:"channel"`
	Sent     time.Time `json:"sent"`
	To       Audience  `json:"to"`
	Hash     string    `json:"hash"`
}

func (NoticeProven) kind() Kind { return KindNoticeProven }

func (x NoticeProven) faults(faults *customer.Faults) {
	faults.Name("incident", x.Incident)
	faults.Name("notice", x.Notice)
	checkChannel(faults, "channel", x.Channel)
	faults.Instant("sent", x.Sent)
	if x.To == 0 || x.To > ToList {
		faults.Add("to", x.To, "is all, area or list")
	}
	checkHash(faults, "hash", x.Hash)
}

func (x NoticeProven) apply(g *ground, _ *Entry) error {
	place := g.incident(x.Incident)
	if place < 0 || !x.Sent.Before(g.Incidents[place].Window.From) {
		return fmt.Errorf("no notice of incident %q was sent before it", x.Incident)
	}
	one := &(*mine(g, ofIncidents, &g.Incidents))[place]
	one.Notice, one.Channel, one.Sent, one.To, one.Hash = x.Notice, x.Channel, x.Sent, x.To, x.Hash
	return nil
}

// IncidentCount says how many complaints came of one incident.
type IncidentCount struct {
	Incident string
	Cases    int
	Told     int // of those: with proof that the customer had notice
}

// CountIncidents counts the cases of each incident that one was matched to, in the order of
// their IDs.
func CountIncidents(cases iter.Seq[Case]) []IncidentCount {
	counts := map[string]IncidentCount{}
	for c := range cases {
		for i := range c.Incidents {
			one := &c.Incidents[i]
			count := counts[one.ID]
			count.Incident = one.ID
			count.Cases++
			if one.Told() {
				count.Told++
			}
			counts[one.ID] = count
		}
	}
	all := make([]IncidentCount, 0, len(counts))
	for _, count := range counts {
		all = append(all, count)
	}
	slices.SortFunc(all, func(a, b IncidentCount) int { return cmp.Compare(a.Incident, b.Incident) })
	return all
}
