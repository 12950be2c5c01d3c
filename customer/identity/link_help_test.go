package identity_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/customer/journal"
)

// linkRules are the rules of a shop whose customers come in more than once.
func linkRules() identity.Rules {
	return identity.Rules{
		Edition: customer.Edition{ID: "desk", Version: 1},
		Zone:    "Asia/Shanghai",
		Schemes: []identity.Scheme{
			{ID: "card", Issuers: []string{"rapport", "partner"}},
			{ID: "phone", Shared: true, Shown: 4},
			{ID: "list-code", Issuers: []string{"rapport"}, ValidDays: 30},
			{ID: "passport", Issuers: []string{"CN", "DE"}, Document: true},
		},
		Fields: []identity.Field{
			{ID: "name", Type: identity.Text, Survive: identity.MostComplete},
			{ID: "birth-date", Type: identity.Day, Survive: identity.MostTrusted, Personal: true},
			{ID: "address", Type: identity.Text, Survive: identity.Newest},
		},
		Sources: []identity.Source{{ID: "till", Trust: 10}, {ID: "form", Trust: 50}, {ID: "passport-seen", Trust: 900}},
		Matches: []identity.Match{
			{ID: "same-passport", Scheme: "passport", Score: 100},
			{ID: "other-passport", Scheme: "passport", Score: -80},
			{ID: "same-phone", Scheme: "phone", Score: 40},
			{ID: "same-name", Field: "name", Normal: "name-folded", Score: 30},
			{ID: "same-birth-date", Field: "birth-date", Score: 20},
			{ID: "other-birth-date", Field: "birth-date", Score: -50},
		},
		CandidateAt: 60,
	}
}

// linkNormal is the normaliser of that shop: digits of a phone number with its extension apart, names
// without case and blanks, and all else as it is told.
func linkNormal(scheme, issuer, raw string) (identity.Normal, error) {
	switch scheme {
	case "phone":
		number, extension, _ := strings.Cut(raw, "ext.")
		digits := strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return -1
			}
			return r
		}, number)
		if len(digits) < 3 {
			return identity.Normal{}, errors.New("too short")
		}
		return identity.Normal{Value: digits, Extension: strings.TrimSpace(extension), How: "digits/1"}, nil
	case "name-folded":
		return identity.Normal{Value: strings.ToLower(strings.Join(strings.Fields(raw), " ")), How: "fold/1"}, nil
	}
	return identity.Verbatim(scheme, issuer, raw)
}

func linkZone(tb linkTB) *time.Location {
	tb.Helper()
	zone, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(tb, err)
	return zone
}

func linkRegister(tb linkTB) *identity.Register {
	tb.Helper()
	g, err := identity.New(linkRules(), linkZone(tb), linkNormal)
	require.NoError(tb, err)
	return g
}

// linkDay is nine o'clock of a day of the shop's first year.
func linkDay(day int) time.Time {
	return time.Date(2026, 1, day, 9, 0, 0, 0, time.FixedZone("CST", 8*60*60))
}

// linkTB is what the helpers need of a test, be it one of rapid, which shrinks what they find.
type linkTB interface {
	require.TestingT
	Helper()
	Context() context.Context
}

// linkDesk keeps records in a store, and gives every command a reference.
type linkDesk struct {
	tb    linkTB
	g     *identity.Register
	store *journal.Mem[customer.ID, identity.Record, identity.Entry]
	at    time.Time
	refs  int
}

func newLinkDesk(tb linkTB) *linkDesk {
	tb.Helper()
	return &linkDesk{tb: tb, g: linkRegister(tb), store: new(journal.Mem[customer.ID, identity.Record, identity.Entry]), at: linkDay(1)}
}

func (d *linkDesk) step() journal.Step {
	d.refs++
	return journal.Step{Ref: fmt.Sprintf("r-%d", d.refs), By: "ann", At: d.at}
}

func (d *linkDesk) load(id customer.ID) identity.Record {
	d.tb.Helper()
	r, _, err := d.store.Load(d.tb.Context(), id)
	require.NoError(d.tb, err)
	return r
}

func (d *linkDesk) member(id customer.ID) identity.Member {
	return identity.Member{ID: id, Record: d.load(id)}
}

func (d *linkDesk) members(ids ...customer.ID) (all []identity.Member) {
	for _, id := range ids {
		all = append(all, d.member(id))
	}
	return all
}

// open opens a record with facts "name=Li Wei" and identifiers "phone=123", "card/rapport=1".
func (d *linkDesk) open(id customer.ID, source string, told ...string) identity.Record {
	d.tb.Helper()
	return d.openAs(identity.Person, id, source, told...)
}

func (d *linkDesk) openAs(kind identity.Kind, id customer.ID, source string, told ...string) identity.Record {
	d.tb.Helper()
	x := identity.Open{Step: d.step(), Kind: kind, Source: source}
	for _, one := range told {
		key, value, _ := strings.Cut(one, "=")
		scheme, issuer, _ := strings.Cut(key, "/")
		switch scheme {
		case "card", "phone", "list-code", "passport":
			x.Identifiers = append(x.Identifiers, identity.Identifier{Token: identity.Token{Scheme: scheme, Issuer: issuer}, Raw: value})
		default:
			x.Facts = append(x.Facts, identity.Fact{Field: key, Value: value})
		}
	}
	answer, err := journal.Book(d.tb.Context(), d.store, id, x, d.g.Open)
	require.NoError(d.tb, err)
	return answer.State
}

// tell tells facts of a day of January.
func (d *linkDesk) tell(id customer.ID, source string, permille, day int, told ...string) {
	d.tb.Helper()
	on, err := customer.NewDate(2026, 1, day)
	require.NoError(d.tb, err)
	x := identity.Tell{Step: d.step(), Source: source, On: on, Permille: permille}
	if x.At.Before(linkDay(day)) {
		x.At = linkDay(day)
	}
	for _, one := range told {
		key, value, _ := strings.Cut(one, "=")
		x.Facts = append(x.Facts, identity.Fact{Field: key, Value: value})
	}
	_, err = journal.Book(d.tb.Context(), d.store, id, x, d.g.Tell)
	require.NoError(d.tb, err)
}

func (d *linkDesk) pair(a, b customer.ID) identity.Pair {
	return identity.PairOf(d.member(a), d.member(b))
}

// link links a younger record to an older one.
func (d *linkDesk) link(id, to customer.ID) (identity.Record, error) {
	x := identity.Link{Step: d.step(), Pair: d.pair(id, to), Evidence: "both-cards-shown"}
	answer, err := journal.Book(d.tb.Context(), d.store, id, x, d.g.Link)
	return answer.State, err
}

func (d *linkDesk) mustLink(id, to customer.ID) {
	d.tb.Helper()
	_, err := d.link(id, to)
	require.NoError(d.tb, err)
}

func (d *linkDesk) unlink(id, to customer.ID) (identity.Record, error) {
	answer, err := journal.Book(d.tb.Context(), d.store, id, identity.Unlink{Step: d.step(), To: to, Why: "two-passports-shown"}, d.g.Unlink)
	return answer.State, err
}

func (d *linkDesk) distinct(id, to customer.ID) (identity.Record, error) {
	x := identity.Distinct{Step: d.step(), Pair: d.pair(id, to), Why: "mother-and-daughter"}
	answer, err := journal.Book(d.tb.Context(), d.store, id, x, d.g.Distinct)
	return answer.State, err
}

func (d *linkDesk) reconsider(id, to customer.ID) (identity.Record, error) {
	x := identity.Reconsider{Step: d.step(), To: to, Why: "she-says-so"}
	answer, err := journal.Book(d.tb.Context(), d.store, id, x, d.g.Reconsider)
	return answer.State, err
}

// linkMissing are the codes of what stood in a command's way.
func linkMissing(tb linkTB, err error) (codes []string) {
	tb.Helper()
	var refusal *customer.Refusal
	require.ErrorAs(tb, err, &refusal)
	for _, missing := range refusal.Missing {
		codes = append(codes, missing.Code)
	}
	return codes
}

// linkCodes are the codes of reasons.
func linkCodes(reasons []customer.Reason) (codes []string) {
	for _, reason := range reasons {
		codes = append(codes, reason.Code)
	}
	return codes
}

// linkShuffled draws an order of members.
func linkShuffled(t *rapid.T, members []identity.Member) []identity.Member {
	return rapid.Permutation(members).Draw(t, "order")
}
