package wish_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/wish"
)

// Both sides of every bound of the rules; all faults come at once.
func TestRulesFaults(t *testing.T) {
	long := strings.Repeat("x", 65)
	for name, tc := range map[string]struct {
		change func(*wish.Rules)
		want   []string
	}{
		"as they are":            {func(*wish.Rules) {}, nil},
		"no zone":                {func(r *wish.Rules) { r.Zone = "" }, []string{"zone"}},
		"another zone":           {func(r *wish.Rules) { r.Zone = "Europe/Berlin" }, []string{"zone"}},
		"no edition":             {func(r *wish.Rules) { r.Edition = customer.Edition{} }, []string{"id", "version"}},
		"a currency":             {func(r *wish.Rules) { r.Currency.Code = "yuan" }, []string{"currency.code"}},
		"a kind twice":           {func(r *wish.Rules) { r.Kinds[1].ID = "seat" }, []string{"kinds[1].id"}},
		"a nameless kind":        {func(r *wish.Rules) { r.Kinds[0].ID = "" }, []string{"kinds[0].id"}},
		"a kind with a colon":    {func(r *wish.Rules) { r.Kinds[0].ID = "a:b" }, []string{"kinds[0].id"}},
		"a kind of 64 bytes":     {func(r *wish.Rules) { r.Kinds[0].ID = long[1:] }, nil},
		"a kind of 65 bytes":     {func(r *wish.Rules) { r.Kinds[0].ID = long }, []string{"kinds[0].id"}},
		"a kind of 300 bytes":    {func(r *wish.Rules) { r.Kinds[0].ID = strings.Repeat(long, 5) }, []string{"kinds[0].id"}},
		"weight 0":               {func(r *wish.Rules) { r.Kinds[0].Weight = 0 }, []string{"kinds[0].weight"}},
		"weight 100":             {func(r *wish.Rules) { r.Kinds[0].Weight = 100 }, nil},
		"weight 101":             {func(r *wish.Rules) { r.Kinds[0].Weight = 101 }, []string{"kinds[0].weight"}},
		"bounds of a kind":       {func(r *wish.Rules) { r.Kinds[0] = wish.KindRule{"a", 1, true, true, 3660, 100, 1_000_000, 100, 3660} }, nil},
		"beyond those":           {func(r *wish.Rules) { r.Kinds[0] = wish.KindRule{"a", 1, true, true, 3661, 101, 1_000_001, 101, 3661} }, []string{"kinds[0].half_life_days", "kinds[0].least_times", "kinds[0].least_permille", "kinds[0].ask_after", "kinds[0].said_days"}},
		"below 0":                {func(r *wish.Rules) { r.Kinds[0] = wish.KindRule{"a", 1, true, true, -1, -1, -1, -1, -1} }, []string{"kinds[0].half_life_days", "kinds[0].least_times", "kinds[0].least_permille", "kinds[0].ask_after", "kinds[0].said_days"}},
		"100 kinds":              {func(r *wish.Rules) { r.Kinds = kinds(100) }, nil},
		"101 kinds":              {func(r *wish.Rules) { r.Kinds = kinds(101) }, []string{"kinds"}},
		"a group twice":          {func(r *wish.Rules) { r.Needs.Groups[1].ID = "quiet" }, []string{"needs.groups[1].id"}},
		"a nameless group":       {func(r *wish.Rules) { r.Needs.Groups[1].ID = "" }, []string{"needs.groups[1].id"}},
		"what suits twice":       {func(r *wish.Rules) { r.Needs.Groups[0].Suits = []string{"a", "a"} }, []string{"needs.groups[0].suits[1]"}},
		"lead days":              {func(r *wish.Rules) { r.Needs.LeadDays = 3661 }, []string{"needs.lead_days"}},
		"no wishes":              {func(r *wish.Rules) { r.Wishes = wish.WaitRules{} }, nil},
		"wishes of no length":    {func(r *wish.Rules) { r.Wishes = wish.WaitRules{Alternatives: 1} }, []string{"wishes.days", "wishes.kept_days"}},
		"wishes too long":        {func(r *wish.Rules) { r.Wishes = wish.WaitRules{Days: 3661, KeptDays: 367, Alternatives: 3} }, []string{"wishes.days", "wishes.kept_days", "wishes.alternatives"}},
		"alternatives alone":     {func(r *wish.Rules) { r.Wishes.Alternatives = 0 }, []string{"wishes.alternatives_alone"}},
		"a reason twice":         {func(r *wish.Rules) { r.Intents.Whys = []string{"a", "a"} }, []string{"intents.whys[1]"}},
		"days of an intent":      {func(r *wish.Rules) { r.Intents.Days = -1 }, []string{"intents.days"}},
		"everything at once":     {func(r *wish.Rules) { r.Zone, r.Kinds[0].Weight, r.Intents.Days = "", 0, -1 }, []string{"kinds[0].weight", "intents.days", "zone"}},
		"nothing but an edition": {func(r *wish.Rules) { *r = wish.Rules{Edition: r.Edition, Zone: r.Zone} }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			rules := whole()
			tc.change(&rules)
			book, err := wish.New(rules, zone(t))
			if tc.want == nil {
				require.NoError(t, err)
				assert.Equal(t, rules.Edition, book.Edition())
				assert.Equal(t, rules.Currency, book.Currency())
				return
			}
			assert.Equal(t, tc.want, customertest.Paths(t, err))
		})
	}
	_, err := wish.New(whole(), nil)
	assert.Equal(t, []string{"zone"}, customertest.Paths(t, err))
}

func kinds(n int) (all []wish.KindRule) {
	for i := range n {
		all = append(all, wish.KindRule{ID: "k" + string(rune('a'+i/26)) + string(rune('a'+i%26)), Weight: 1})
	}
	return all
}

// Rules are data: written and parsed they are the same, and a misspelt field is a fault.
func TestRulesFormat(t *testing.T) {
	rules := whole()
	rules.Kinds[0].Sensitive, rules.Kinds[0].HalfLifeDays = true, 1
	text, err := json.MarshalIndent(rules, "", "\t")
	require.NoError(t, err)
	customertest.Golden(t, "rules.golden", string(text)+"\n")
	parsed, err := wish.ParseRules(text)
	require.NoError(t, err)
	assert.Equal(t, rules, parsed)
	_, err = wish.ParseRules([]byte(strings.Replace(string(text), `"one"`, `"ones"`, 1)))
	assert.Equal(t, []string{"kinds[0].ones"}, customertest.Paths(t, err))
	set := reflect.ValueOf(rules.Kinds[0])
	for i := range set.NumField() {
		assert.False(t, set.Field(i).IsZero(), set.Type().Field(i).Name)
	}
}

// The book has a copy of its rules: whoever changes theirs changes nothing.
func TestRulesAreCopied(t *testing.T) {
	rules := whole()
	r := begin(t, rules)
	rules.Kinds[0].ID, rules.Needs.Groups[0].ID, rules.Needs.Groups[1].Suits[0], rules.Intents.Whys[0] = "x", "x", "x", "x"
	r.must(r.Say(r.m, wish.Say{Step: step("s", "2026-01-01 09:00"), Kind: "seat", Value: "window", Leaning: wish.For, Strength: 1}))
	r.must(r.Need(r.m, wish.Need{Step: step("n", "2026-01-01 09:00"), Group: "quiet", Depth: wish.Desire}))
	r.must(r.Need(r.m, wish.Need{Step: step("o", "2026-01-01 09:00"), Group: "stairs", Depth: wish.Desire}))
	r.must(r.Intend(r.m, wish.Intend{Step: step("i", "2026-01-01 09:00"), Intent: wish.Return, Why: "price"}))
	open, err := r.Unmet(r.m, map[string]bool{"ground": true}, day("2026-01-01"))
	require.NoError(t, err)
	assert.Equal(t, []string{"ground"}, open[1].Offered)
}

// A book that nobody made says so, and does not panic.
func TestNoBook(t *testing.T) {
	var b wish.Book
	_, err := b.Say(wish.Memory{}, wish.Say{})
	require.ErrorContains(t, err, "made by its constructor")
	_, err = b.Likes(wish.Memory{}, "seat", day("2026-01-01"))
	require.Error(t, err)
	_, err = b.Propose(wish.Memory{}, nil, at("2026-01-01 09:00"))
	require.ErrorContains(t, err, "made by its constructor")
	_, err = b.Unmet(wish.Memory{}, nil, day("2026-01-01"))
	require.ErrorContains(t, err, "made by its constructor")
	_, err = b.Tally(day("2026-01-01"))
	require.ErrorContains(t, err, "made by its constructor")
	_, err = b.Arrival(nil, nil, at("2026-01-01 09:00"))
	require.ErrorContains(t, err, "made by its constructor")
	_, err = b.Outlook(wish.Memory{}, day("2026-01-01"))
	require.ErrorContains(t, err, "made by its constructor")
	require.ErrorContains(t, b.Count(&wish.Tally{}, life(t).m, "", nil), "made by its constructor")
	assert.Zero(t, b.Day(at("2026-01-01 09:00")))
}

// A book decides only on the days on which it is in force, by its own zone.
func TestInForce(t *testing.T) {
	r := begin(t, whole())
	say := wish.Say{Step: step("s", "2019-12-31 23:59"), Kind: "taste", Value: "fish", Leaning: wish.For, Strength: 1}
	d, err := r.Say(r.m, say)
	assert.Equal(t, []string{customer.CodeNotYetInForce}, missing(t, d, err))
	say.At = at("2020-01-01 00:00").UTC()
	_, err = r.Say(r.m, say)
	require.NoError(t, err)
	say.At = at("2040-01-01 00:00")
	d, err = r.Say(r.m, say)
	assert.Equal(t, []string{customer.CodeNoLongerInForce}, missing(t, d, err))
}
