package identity_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
)

// recordModel is what a record is, in a form that is obviously right. Time goes forward in it.
type recordModel struct {
	live     map[identity.Token]string    // "good" or a flaw, of those that have not ended
	since    map[identity.Token]time.Time // when it was told last
	found    map[string]time.Time         // of a correction
	old      map[identity.Token]bool
	values   map[string][]string // of each field, those that count, in booking order; all of the same day or later
	pending  map[string]identity.Correct
	had      map[string]string
	author   map[string]string
	declined map[string]bool
	card     map[string]identity.Token // of each holder; the last one that he got
	of       map[identity.Token]string // whose card it is
	wish     map[string]string
	class    string
	owner    string
}

func (m *recordModel) newest(field string) string {
	if values := m.values[field]; len(values) > 0 {
		return values[len(values)-1]
	}
	return ""
}

// recordSent is a command that was booked, to be sent again.
type recordSent func() (journal.Outcome[identity.Record, identity.Entry], error)

// recordGame is a record in play, in a store that loses every so many a reply.
type recordGame struct {
	*rapid.T
	*identity.Register
	store journal.Store[customer.ID, identity.Record, identity.Entry]
	mem   *journal.Mem[customer.ID, identity.Record, identity.Entry]
	m     recordModel
	at    time.Time
	refs  int
	sent  []recordSent
}

func (g *recordGame) step(by string) journal.Step {
	g.refs++ // never two at one instant, where a correction, which is sure, outdoes what is only told: see TestGoldenTies
	g.at = g.at.Add(time.Duration(rapid.IntRange(1, 48).Draw(g.T, "hours")) * time.Hour)
	return journal.Step{Ref: fmt.Sprintf("r-%d", g.refs), By: by, At: g.at}
}

// recordGive sends a command, and holds whether it is booked to what the model says.
func recordGive[C journal.Command](g *recordGame, x C, decide func(identity.Record, C) (identity.Decision, error), may bool) bool {
	send := func() (out journal.Outcome[identity.Record, identity.Entry], err error) {
		for err = journaltest.ErrInjected; errors.Is(err, journaltest.ErrInjected); {
			out, err = journal.Book(g.Context(), g.store, "c-1", x, decide)
		}
		return out, err
	}
	before := len(g.mem.History("c-1"))
	_, err := send()
	var refusal *customer.Refusal
	if !may {
		require.ErrorAs(g.T, err, &refusal, "%T", x)
		require.Len(g.T, g.mem.History("c-1"), before)
		return false
	}
	require.NoError(g.T, err, "%T", x)
	require.Len(g.T, g.mem.History("c-1"), before+1)
	g.sent = append(g.sent, send)
	return true
}

func (g *recordGame) token() identity.Token {
	return rapid.SampledFrom([]identity.Token{
		{Scheme: "card", Issuer: "rapport", Value: "1"},
		{Scheme: "card", Issuer: "partner", Value: "1"},
		{Scheme: "email", Value: "a@b.cn"},
		{Scheme: "buyer-card", Issuer: "rapport", Value: "7"},
		{Scheme: "buyer-card", Issuer: "rapport", Value: "8"},
		{Scheme: "buyer-card", Issuer: "rapport", Value: "9"},
	}).Draw(g.T, "token")
}

func recordIdentifier(token identity.Token) identity.Identifier {
	return identity.Identifier{Token: identity.Token{Scheme: token.Scheme, Issuer: token.Issuer}, Raw: " " + token.Value}
}

func (g *recordGame) attach(*rapid.T) {
	token := g.token()
	_, held := g.m.live[token]
	if recordGive(g, identity.Attach{Step: g.step("ann"), Identifier: recordIdentifier(token), Source: "till"}, g.Attach, !held) {
		g.m.live[token], g.m.since[token] = "good", g.at
		delete(g.m.of, token)
		delete(g.m.declined, token.Scheme)
	}
}

func (g *recordGame) detach(*rapid.T) {
	token := g.token()
	_, held := g.m.live[token]
	if recordGive(g, identity.Detach{Step: g.step("ann"), Token: token}, g.Detach, held) {
		g.end(token)
	}
}

func (g *recordGame) end(token identity.Token) {
	delete(g.m.live, token)
	g.m.old[token] = true
}

func (g *recordGame) spoil(*rapid.T) {
	token := g.token()
	flaw := identity.Flaw(rapid.IntRange(1, int(identity.Stopped)).Draw(g.T, "flaw"))
	if recordGive(g, identity.Spoil{Step: g.step("ann"), Token: token, Flaw: flaw, Evidence: "e"}, g.Spoil, g.m.live[token] == "good") {
		g.m.live[token] = flaw.String()
	}
}

func (g *recordGame) restore(*rapid.T) {
	token := g.token()
	state, held := g.m.live[token]
	if recordGive(g, identity.Restore{Step: g.step("ann"), Token: token, Evidence: "e"}, g.Restore, held && state != "good") {
		g.m.live[token] = "good"
	}
}

func (g *recordGame) confirm(*rapid.T) {
	token := g.token()
	if recordGive(g, identity.Confirm{Step: g.step("ann"), Token: token, Source: "till"}, g.Confirm, g.m.live[token] == "good") {
		delete(g.m.declined, token.Scheme)
	}
}

func (g *recordGame) field() string {
	return rapid.SampledFrom([]string{"title", "address"}).Draw(g.T, "field")
}

func (g *recordGame) value(field string) string {
	if field == "title" {
		return rapid.SampledFrom([]string{"Ms", "Mr", "Dr"}).Draw(g.T, "title")
	}
	return rapid.SampledFrom([]string{"1 Street", "2 Street", "3 Street"}).Draw(g.T, "address")
}

func (g *recordGame) tell(*rapid.T) {
	x := identity.Tell{Step: g.step("ann"), Source: "till"}
	for _, field := range []string{"title", "address"} {
		if rapid.Bool().Draw(g.T, "tells") || len(x.Facts) == 0 && field == "address" {
			x.Facts = append(x.Facts, identity.Fact{Field: field, Value: g.value(field)})
		}
	}
	if recordGive(g, x, g.Tell, true) {
		for _, one := range x.Facts {
			g.m.values[one.Field] = append(g.m.values[one.Field], one.Value)
			delete(g.m.declined, one.Field)
		}
	}
}

func (g *recordGame) strike(*rapid.T) {
	field := g.field()
	if recordGive(g, identity.Strike{Step: g.step("ann"), Field: field}, g.Strike, len(g.m.values[field]) > 0) {
		delete(g.m.values, field)
	}
}

func (g *recordGame) correct(*rapid.T) {
	if rapid.Bool().Draw(g.T, "identifier") {
		g.correctToken()
		return
	}
	field := g.field()
	value, had := g.value(field), g.m.newest(field)
	x := identity.Correct{Step: g.step("ann"), Field: field, Value: value, Source: "till", Evidence: "she-called"}
	if !recordGive(g, x, g.Correct, had != "" && had != value) {
		return
	}
	if field == "title" { // corrected by whoever sees it
		g.m.values[field] = []string{value}
		delete(g.m.declined, field)
		return
	}
	g.m.pending[x.Ref], g.m.had[x.Ref], g.m.author[x.Ref] = x, had, "ann"
}

func (g *recordGame) correctToken() {
	was := g.token()
	becomes := g.token()
	_, held := g.m.live[was]
	_, other := g.m.live[becomes]
	if was.Scheme != becomes.Scheme {
		return
	}
	x := identity.Correct{Step: g.step("ann"), Was: was, Becomes: recordIdentifier(becomes), Source: "till", Evidence: "she-called"}
	if !recordGive(g, x, g.Correct, held && !other) {
		return
	}
	if was.Scheme == "email" {
		g.exchange(was, becomes)
		return
	}
	x.Becomes.Token = becomes // as it is read
	g.m.pending[x.Ref], g.m.author[x.Ref], g.m.found[x.Ref] = x, "ann", g.at
}

func (g *recordGame) exchange(was, becomes identity.Token) {
	g.end(was)
	delete(g.m.declined, becomes.Scheme)
	g.m.live[becomes], g.m.since[becomes] = "good", g.at
	delete(g.m.of, becomes)
	if holder := g.m.of[was]; holder != "" {
		g.m.of[becomes], g.m.card[holder] = holder, becomes
	}
}

func (g *recordGame) correction() string {
	return rapid.SampledFrom(append(slices.Sorted(maps.Keys(g.m.pending)), "none")).Draw(g.T, "correction")
}

func (g *recordGame) approve(*rapid.T) {
	ref := g.correction()
	by := rapid.SampledFrom([]string{"ann", "bea"}).Draw(g.T, "by")
	role := rapid.SampledFrom([]string{"manager", "porter"}).Draw(g.T, "role")
	x, is := g.m.pending[ref]
	fits := is && by != "ann" && role == "manager"
	if x.Field != "" {
		fits = fits && g.m.newest(x.Field) == g.m.had[ref]
	} else {
		_, held := g.m.live[x.Was]
		_, other := g.m.live[x.Becomes.Token]
		fits = fits && held && !other && !g.m.since[x.Was].After(g.m.found[ref])
	}
	if !recordGive(g, identity.Approve{Step: g.step(by), Correction: ref, Role: role}, g.Approve, fits) {
		return
	}
	delete(g.m.pending, ref)
	if x.Field != "" {
		g.m.values[x.Field] = []string{x.Value}
		delete(g.m.declined, x.Field)
		return
	}
	g.exchange(x.Was, x.Becomes.Token)
}

func (g *recordGame) reject(*rapid.T) {
	ref := g.correction()
	_, is := g.m.pending[ref]
	if recordGive(g, identity.Reject{Step: g.step("bea"), Correction: ref}, g.Reject, is) {
		delete(g.m.pending, ref)
	}
}

func (g *recordGame) decline(*rapid.T) {
	what := rapid.SampledFrom([]string{"title", "address", "email"}).Draw(g.T, "what")
	if recordGive(g, identity.Decline{Step: g.step("ann"), What: what, Never: true}, g.Decline, true) {
		g.m.declined[what] = true
	}
}

func (g *recordGame) classify(*rapid.T) {
	class := rapid.SampledFrom([]string{"", "walk-in", "retailer", "royal"}).Draw(g.T, "class")
	if recordGive(g, identity.Classify{Step: g.step("ann"), Class: class}, g.Classify, class != "royal") {
		g.m.class = class
	}
}

func (g *recordGame) assign(*rapid.T) {
	owner := rapid.SampledFrom([]string{"", "bea", "cem"}).Draw(g.T, "owner")
	if recordGive(g, identity.Assign{Step: g.step("ann"), Owner: owner}, g.Assign, true) {
		g.m.owner = owner
	}
}

func (g *recordGame) issue(*rapid.T) {
	holder, token := rapid.SampledFrom([]string{"h-1", "h-2"}).Draw(g.T, "holder"), g.token()
	_, held := g.m.live[token]
	_, there := g.m.card[holder]
	x := identity.Issue{Step: g.step("ann"), Holder: holder, Name: "x", Card: recordIdentifier(token), Source: "till", Limits: identity.Limits{DayMinor: 100}}
	if recordGive(g, x, g.Issue, token.Scheme == "buyer-card" && !held && !there) {
		g.m.live[token], g.m.since[token], g.m.card[holder], g.m.of[token] = "good", g.at, token, holder
	}
}

func (g *recordGame) reissue(*rapid.T) {
	holder, token := rapid.SampledFrom([]string{"h-1", "h-2"}).Draw(g.T, "holder"), g.token()
	_, held := g.m.live[token]
	_, there := g.m.card[holder]
	x := identity.Reissue{Step: g.step("ann"), Holder: holder, Card: recordIdentifier(token), Source: "till"}
	if !recordGive(g, x, g.Reissue, token.Scheme == "buyer-card" && !held && there) {
		return
	}
	for old := range g.m.live {
		if g.m.of[old] == holder {
			g.end(old)
		}
	}
	g.m.live[token], g.m.since[token], g.m.card[holder], g.m.of[token] = "good", g.at, token, holder
}

func (g *recordGame) limit(*rapid.T) {
	holder := rapid.SampledFrom([]string{"h-1", "h-2"}).Draw(g.T, "holder")
	_, there := g.m.card[holder]
	recordGive(g, identity.Limit{Step: g.step("ann"), Holder: holder, Limits: identity.Limits{DayMinor: 7}}, g.Limit, there)
}

func (g *recordGame) call(*rapid.T) {
	language := rapid.SampledFrom([]string{"zh", "en"}).Draw(g.T, "language")
	called := rapid.SampledFrom([]string{"", "Li", "Lili"}).Draw(g.T, "called")
	_, there := g.m.wish[language]
	if !recordGive(g, identity.Call{Step: g.step("ann"), Language: language, Called: called}, g.Call, there || called != "") {
		return
	}
	if g.m.wish[language] = called; called == "" {
		delete(g.m.wish, language)
	}
}

// again sends a command that was booked before: it is answered, and books nothing.
func (g *recordGame) again(*rapid.T) {
	if len(g.sent) == 0 {
		return
	}
	before := len(g.mem.History("c-1"))
	out, err := g.sent[rapid.IntRange(0, len(g.sent)-1).Draw(g.T, "nth")]()
	require.NoError(g.T, err)
	assert.Equal(g.T, journal.Replayed, out.Result)
	assert.Len(g.T, g.mem.History("c-1"), before)
}

// holds holds the record to the model.
func (g *recordGame) holds(t *rapid.T) {
	r, _, err := g.mem.Load(t.Context(), "c-1")
	require.NoError(t, err)
	replayed, err := identity.Replay(g.mem.History("c-1"))
	require.NoError(t, err)
	require.Equal(t, r, replayed)
	text, err := json.Marshal(g.mem.History("c-1"))
	require.NoError(t, err)
	var read []identity.Entry
	require.NoError(t, json.Unmarshal(text, &read))
	stored, err := identity.Replay(read)
	require.NoError(t, err)
	want, err := json.Marshal(r)
	require.NoError(t, err)
	got, err := json.Marshal(stored)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got))

	for token, state := range g.m.live {
		held, status, found := r.Holds(token, g.at)
		require.True(t, found)
		assert.Equal(t, state == "good", status == identity.Good, token.Scheme)
		assert.Equal(t, g.m.of[token], held.Holder)
	}
	for token := range g.m.old {
		_, status, found := r.Holds(token, g.at)
		assert.True(t, found, "what has ended still resolves")
		if _, live := g.m.live[token]; !live {
			assert.NotEqual(t, identity.Good, status)
		}
	}
	for _, field := range []string{"title", "address"} {
		known, _ := g.Value(r, field)
		assert.Equal(t, g.m.newest(field), known.Value)
	}
	pending := 0
	for _, one := range r.Corrections {
		if one.Verdict == identity.Pending {
			pending++
		}
		if one.Verdict == identity.Holds && len(one.Correct.Roles) > 0 {
			assert.NotEqual(t, one.By, one.Decider)
			assert.Contains(t, one.Correct.Roles, one.Role)
		}
	}
	assert.Len(t, g.m.pending, pending)
	assert.Len(t, r.Declined, len(g.m.declined))
	assert.Equal(t, g.m.class, r.Class(g.Day(g.at)).Class)
	owned, _ := r.Owner(g.Day(g.at))
	assert.Equal(t, g.m.owner, owned.Owner)
	assert.Len(t, r.Holders, len(g.m.card))
	assert.Len(t, r.Wishes, len(g.m.wish))
	for language, called := range g.m.wish {
		assert.Equal(t, called, g.Address(r, language, g.at).Text)
	}
	permille := g.Completeness(r, g.at).Permille
	assert.True(t, permille >= 0 && permille <= 1000)
}

// Whatever is told of a customer in whatever order, the record is what a simple model says, each command
// is booked once, and its history leads to it.
func TestRecordMachine(t *testing.T) {
	register := recordRegister(t)
	rapid.Check(t, func(t *rapid.T) {
		g := &recordGame{T: t, Register: register, mem: new(journal.Mem[customer.ID, identity.Record, identity.Entry]), at: recordAt("2026-05-04 09:30")}
		g.store = g.mem
		if nth := rapid.IntRange(0, 3).Draw(t, "every nth reply is lost"); nth > 0 {
			g.store = journaltest.LostReply[customer.ID, identity.Record, identity.Entry](g.mem, nth+1)
		}
		g.m = recordModel{
			live: map[identity.Token]string{}, since: map[identity.Token]time.Time{}, found: map[string]time.Time{}, old: map[identity.Token]bool{}, values: map[string][]string{}, pending: map[string]identity.Correct{},
			had: map[string]string{}, author: map[string]string{}, declined: map[string]bool{}, card: map[string]identity.Token{}, of: map[identity.Token]string{}, wish: map[string]string{},
		}
		recordGive(g, identity.Open{Step: g.step("ann"), Kind: identity.Organisation, Source: "till"}, g.Open, true)
		t.Repeat(map[string]func(*rapid.T){
			"attach": g.attach, "detach": g.detach, "spoil": g.spoil, "restore": g.restore, "confirm": g.confirm, "tell": g.tell, "strike": g.strike,
			"correct": g.correct, "approve": g.approve, "reject": g.reject, "decline": g.decline, "classify": g.classify, "assign": g.assign,
			"issue": g.issue, "reissue": g.reissue, "limit": g.limit, "call": g.call, "again": g.again, "": g.holds,
		})
	})
}
