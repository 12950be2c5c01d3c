package identity_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/customer/journal"
)

// errRecordPhone is what the shop's normaliser says of what is no phone number.
var errRecordPhone = errors.New("no phone number")

// recordNormal is the normaliser of the shop: phone numbers as digits with the extension apart, and all
// else as it was told.
func recordNormal(scheme, issuer, raw string) (identity.Normal, error) {
	if scheme != "phone" && scheme != "fax" {
		return identity.Verbatim(scheme, issuer, raw)
	}
	number, extension, _ := strings.Cut(raw, "ext.")
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, number)
	if len(digits) < 5 {
		return identity.Normal{}, fmt.Errorf("%w: %s", errRecordPhone, raw)
	}
	return identity.Normal{Value: "+86" + strings.TrimPrefix(digits, "0"), Extension: strings.TrimSpace(extension), How: "digits/1"}, nil
}

// recordRules are the rules of a wholesaler who sells to persons and to companies.
func recordRules() identity.Rules {
	least, volume := int64(10), int64(5_000_000)
	ask := func(weight int, refresh, again int, at ...string) identity.Asking {
		return identity.Asking{Weight: weight, Ask: at, RefreshDays: refresh, AgainDays: again}
	}
	return identity.Rules{
		Edition:  customer.Edition{ID: "house", Version: 3, From: recordDate("2026-01-01"), Until: recordDate("2030-01-01")},
		Zone:     "Asia/Shanghai",
		Currency: customer.Currency{Code: "CNY", Digits: 2},
		Schemes: []identity.Scheme{
			{ID: "card", Issuers: []string{"rapport", "partner"}, Shown: 4, Asking: ask(100, 0, 0, "purchase")},
			{ID: "phone", Shared: true, Shown: 4, Asking: ask(300, 365, 30, "first-contact", "purchase", "service")},
			{ID: "fax", Kinds: []identity.Kind{identity.Organisation}},
			{ID: "email", Shown: 2, Asking: ask(50, 180, 90, "purchase")},
			{ID: "list-code", Issuers: []string{"rapport"}, ValidDays: 30},
			{ID: "permit", Issuers: []string{"CN"}, Document: true, Shown: 2},
			{ID: "licence", Kinds: []identity.Kind{identity.Organisation}, Document: true, Shown: 3},
			{ID: "buyer-card", Issuers: []string{"rapport"}, Kinds: []identity.Kind{identity.Organisation}, Holders: true, Shown: 4},
		},
		Fields: []identity.Field{
			{ID: "family-name", Type: identity.Text, Survive: identity.MostTrusted, Personal: true, Least: 1, Most: 40, Asking: ask(200, 0, 0, "first-contact", "purchase")},
			{ID: "title", Type: identity.Choice, Survive: identity.Newest, OneOf: []string{"Ms", "Mr", "Dr"}, Asking: ask(20, 0, 0, "first-contact")},
			{ID: "birth-date", Type: identity.Day, Survive: identity.MostTrusted, Personal: true, Past: true, Kinds: []identity.Kind{identity.Person}, Asking: ask(150, 0, 60, "purchase")},
			{ID: "address", Type: identity.Text, Survive: identity.Newest, Personal: true, Asking: ask(180, 730, 0, "purchase", "service")},
			{ID: "trade", Type: identity.Choice, Survive: identity.Newest, OneOf: []string{"retail", "authority", "school", "other"}, Kinds: []identity.Kind{identity.Organisation}},
			{ID: "stores", Type: identity.Number, Survive: identity.Newest, Least: 0, Most: 100_000, Kinds: []identity.Kind{identity.Organisation}},
			{ID: "yearly-volume-minor", Type: identity.Number, Survive: identity.Newest, Kinds: []identity.Kind{identity.Organisation}},
			{ID: "licensed-until", Type: identity.Day, Survive: identity.Newest, Kinds: []identity.Kind{identity.Organisation}},
			{ID: "shop-name", Type: identity.Text, Survive: identity.MostComplete},
		},
		Sources:   []identity.Source{{ID: "till", Trust: 10}, {ID: "form", Trust: 50}, {ID: "call", Trust: 40}, {ID: "permit-seen", Trust: 900}},
		Occasions: []string{"first-contact", "purchase", "service"},
		Correcting: identity.CorrectionRules{
			Roles: []string{"shift-lead", "manager"}, Evidence: []string{"permit-seen", "licence-seen", "she-called"}, Alone: []string{"email", "title"},
		},
		Classes: []identity.Class{
			{ID: "walk-in"},
			{ID: "retailer", Kinds: []identity.Kind{identity.Organisation}},
			{ID: "group", Kinds: []identity.Kind{identity.Organisation}, Service: identity.Service{Bypass: true}},
		},
		KeyAccounts: identity.Service{Bypass: true, Detailed: true},
		Memberships: []identity.Membership{{
			ID: "wholesale-club", Kinds: []identity.Kind{identity.Organisation}, Classes: []string{"retailer", "group"}, Schemes: []string{"licence"},
			Conditions: []identity.Condition{
				{Field: "trade", OneOf: []string{"retail", "authority"}},
				{Field: "stores", Least: &least, MaxAgeDays: 365},
				{Field: "yearly-volume-minor", Least: &volume, Permille: 800},
				{Field: "licensed-until", NotPast: true},
			},
		}},
		Addresses: []identity.AddressRule{
			{Language: "zh", Kinds: []identity.Kind{identity.Person}, Pattern: "主人"},
			{Language: "en", Kinds: []identity.Kind{identity.Organisation}, Classes: []string{"group"}, Pattern: "Dear partners at {shop-name}"},
			{Language: "en", Pattern: "Dear {title} {family-name}"},
			{Language: "en", Classes: []string{"walk-in"}, Pattern: "Dear customer"},
		},
	}
}

func recordDate(text string) customer.Date {
	date, err := customer.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return date
}

func recordZone(tb testing.TB) *time.Location {
	tb.Helper()
	zone, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(tb, err)
	return zone
}

func recordRegister(tb testing.TB) *identity.Register {
	tb.Helper()
	g, err := identity.New(recordRules(), recordZone(tb), recordNormal)
	require.NoError(tb, err)
	return g
}

// recordAt is an instant of the shop's clock.
func recordAt(text string) time.Time {
	at, err := time.ParseInLocation("2006-01-02 15:04", text, time.FixedZone("CST", 8*60*60))
	if err != nil {
		panic(err)
	}
	return at
}

// recordDesk keeps one record and its history.
type recordDesk struct {
	tb testing.TB
	*identity.Register
	r       identity.Record
	history []identity.Entry
	at      time.Time
	refs    int
}

// recordBegin is a desk with a person's record, or an organisation's, that says nothing.
func recordBegin(tb testing.TB, kind identity.Kind) *recordDesk {
	tb.Helper()
	d := &recordDesk{tb: tb, Register: recordRegister(tb), at: recordAt("2026-05-04 09:30")}
	d.must(d.Open(d.r, identity.Open{Step: d.step("ann"), Kind: kind, Source: "till"}))
	return d
}

func (d *recordDesk) step(by string) journal.Step {
	d.refs++
	return journal.Step{Ref: fmt.Sprintf("r-%03d", d.refs), By: by, At: d.at}
}

// must books a decision, and holds what it leads to.
func (d *recordDesk) must(decision identity.Decision, err error) identity.Decision {
	d.tb.Helper()
	require.NoError(d.tb, err)
	require.Equal(d.tb, d.r.Entries, decision.Base)
	next, err := d.r.Apply(decision.Entries...)
	require.NoError(d.tb, err)
	require.Equal(d.tb, next, decision.Next)
	d.r, d.history = decision.Next, append(d.history, decision.Entries...)
	return decision
}

func (d *recordDesk) attach(scheme, issuer, raw string) identity.Token {
	d.tb.Helper()
	id := identity.Identifier{Token: identity.Token{Scheme: scheme, Issuer: issuer}, Raw: raw}
	d.must(d.Attach(d.r, identity.Attach{Step: d.step("ann"), Identifier: id, Source: "till"}))
	return d.r.Identifiers[len(d.r.Identifiers)-1].Token
}

func (d *recordDesk) tell(source, on string, told ...string) {
	d.tb.Helper()
	d.must(d.Tell(d.r, recordTell(d.step("ann"), source, on, told...)))
}

func recordTell(step journal.Step, source, on string, told ...string) identity.Tell {
	x := identity.Tell{Step: step, Source: source}
	if on != "" {
		x.On = recordDate(on)
	}
	for _, one := range told {
		field, value, _ := strings.Cut(one, "=")
		x.Facts = append(x.Facts, identity.Fact{Field: field, Value: value})
	}
	return x
}

// recordMissing are the codes of what stood in a command's way, with what they speak of.
func recordMissing(tb testing.TB, err error) (codes []string) {
	tb.Helper()
	var refusal *customer.Refusal
	require.ErrorAs(tb, err, &refusal)
	for _, missing := range refusal.Missing {
		code := strings.TrimPrefix(missing.Code, "identity.")
		if missing.Of != "" {
			code += " " + missing.Of
		}
		codes = append(codes, code)
	}
	return codes
}
