package customer_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
)

// bonusRules is a rule book with a field of every kind that rule books have.
type bonusRules struct {
	customer.Edition
	Zone       string                     `json:"zone,omitempty"`
	Currency   customer.Currency          `json:"currency,omitzero"`
	MinSpend   decimal.Decimal            `json:"min_spend,omitzero"`
	MostPerDay decimal.NullDecimal        `json:"most_per_day,omitzero"`
	Points     int64                      `json:"points,omitempty"`
	Lanes      uint8                      `json:"lanes,omitempty"`
	Stacks     bool                       `json:"stacks,omitempty"`
	Brand      customer.BrandKind         `json:"brand,omitzero"`
	Closed     []customer.Date            `json:"closed,omitempty"`
	Steps      []bonusStep                `json:"steps,omitempty"`
	ByShop     map[string]bonusStep       `json:"by_shop,omitempty"`
	Share      map[string]decimal.Decimal `json:"share,omitempty"`
	Else       *bonusStep                 `json:"else,omitempty"`
	Since      time.Time                  `json:"since,omitzero"`
	Either     []bonusRules               `json:"either,omitempty"`
	Plain      string                     // without a tag
	Kept       string                     `json:"-"`
	hidden     string
}

type bonusStep struct {
	Above decimal.Decimal `json:"above,omitzero"`
	Rate  int64           `json:"rate"`
}

func TestParseRules(t *testing.T) {
	rules, err := customer.ParseRules[bonusRules]([]byte(` {
		"id": "winter", "version": 3, "from": "2026-11-25", "until": "",
		"zone": "Europe/Berlin", "currency": {"code": "EUR", "digits": 2},
		"min_spend": "12.50", "most_per_day": "1e2", "points": -9223372036854775808, "lanes": 255, "stacks": true,
		"brand": "store", "closed": ["2026-12-25", "2026-12-26"],
		"steps": [{"above": "10", "rate": 1}, {"rate": 2}], "by_shop": {"north": {"rate": 3}, "": {"rate": 4}},
		"share": {"soft drinks": "0.5"}, "else": {"rate": 5}, "since": "2026-11-25T09:00:00Z",
		"either": [{"id": "a", "either": []}], "Plain": "é \u4e2d"
	} `))
	require.NoError(t, err)
	assert.Equal(t, customer.Edition{ID: "winter", Version: 3, From: date("2026-11-25")}, rules.Edition)
	assert.Equal(t, eur(), rules.Currency)
	assert.True(t, rules.MinSpend.Equal(dec("12.5")))
	assert.True(t, rules.MostPerDay.Valid && rules.MostPerDay.Decimal.Equal(dec("100")))
	assert.Equal(t, []any{int64(-1 << 63), uint8(255), true, customer.StoreBrand}, []any{rules.Points, rules.Lanes, rules.Stacks, rules.Brand})
	assert.Equal(t, []customer.Date{date("2026-12-25"), date("2026-12-26")}, rules.Closed)
	require.Len(t, rules.Steps, 2)
	assert.True(t, rules.Steps[0].Above.Equal(dec("10")))
	assert.Equal(t, int64(3), rules.ByShop["north"].Rate)
	assert.True(t, rules.Share["soft drinks"].Equal(dec("0.5")))
	assert.Equal(t, int64(5), rules.Else.Rate)
	assert.True(t, rules.Since.Equal(instant(t, "2026-11-25T09:00:00Z")))
	assert.Equal(t, "a", rules.Either[0].ID)
	assert.Equal(t, "é 中", rules.Plain)

	empty, err := customer.ParseRules[bonusRules]([]byte(`{}`))
	require.NoError(t, err, "what a rule book needs is its own package's business")
	assert.Equal(t, bonusRules{hidden: ""}, empty)
}

func TestParseRulesFaults(t *testing.T) {
	const isDecimal = `is a decimal written as text: "1.50"`
	known := "is a field of the rules: one of Plain, brand, by_shop, closed, currency, either, else, from, id, lanes, min_spend, " +
		"most_per_day, points, share, since, stacks, steps, until, version, zone"
	for _, tc := range []struct{ name, rules, path, value, rule string }{
		{"unknown", `{"pionts": 1}`, "pionts", "1", known},
		{"wrong case", `{"Points": 1}`, "Points", "1", known},
		{"case of a field without a tag", `{"plain": "x"}`, "plain", `"x"`, known},
		{"a field that JSON does not have", `{"Kept": "x"}`, "Kept", `"x"`, known},
		{"a field of this package only", `{"hidden": "x"}`, "hidden", `"x"`, known},
		{"the embedded struct by name", `{"Edition": {}}`, "Edition", "{}", known},
		{"no name", `{"": 1}`, "", "1", known},
		{"unknown, deep", `{"steps": [{"rate": 1}, {"rat": 1}]}`, "steps[1].rat", "1", "is a field of the rules: one of above, rate"},
		{"unknown, in a map", `{"by_shop": {"north": {"rat": 1}}}`, "by_shop.north.rat", "1", "is a field of the rules: one of above, rate"},
		{"unknown, behind a pointer", `{"else": {"rat": 1}}`, "else.rat", "1", "is a field of the rules: one of above, rate"},
		{"repeated", `{"points": 1, "points": 1}`, "points", "1", "stands only once"},
		{"repeated in other letters", `{"points": 1, "p\u006fints": 2}`, "points", "2", "stands only once"},
		{"repeated, embedded", `{"id": "a", "version": 1, "id": "b"}`, "id", `"b"`, "stands only once"},
		{"repeated, deep", `{"steps": [{"rate": 1, "rate": 2}]}`, "steps[0].rate", "2", "stands only once"},
		{"repeated in a map", `{"share": {"a": "1", "a": "2"}}`, "share.a", `"2"`, "stands only once"},
		{"null", `{"points": null }`, "points", "null", "is a value; leave the field out to have none"},
		{"null for a list", `{"steps": null}`, "steps", "null", "is a value; leave the field out to have none"},
		{"null in a list", `{"closed": [ null ]}`, "closed[0]", "null", "is a value; leave the field out to have none"},
		{"null in a map", `{"share": {"a": null}}`, "share.a", "null", "is a value; leave the field out to have none"},
		{"null for a decimal", `{"most_per_day": null}`, "most_per_day", "null", "is a value; leave the field out to have none"},
		{"null for a pointer", `{"else": null}`, "else", "null", "is a value; leave the field out to have none"},
		{"null for it all", ` null `, "", "null", "is a value; leave the field out to have none"},
		{"a list for it all", `[]`, "", "[]", "is an object of fields"},
		{"a text for it all", `"winter"`, "", `"winter"`, "is an object of fields"},
		{"a decimal as a number", `{"min_spend": 12.50}`, "min_spend", "12.50", isDecimal},
		{"a decimal that may be absent, as a number", `{"most_per_day": 0}`, "most_per_day", "0", isDecimal},
		{"a decimal as a number in a map", `{"share": {"a": 1}}`, "share.a", "1", isDecimal},
		{"no decimal at all", `{"min_spend": "twelve"}`, "min_spend", `"twelve"`, isDecimal},
		{"an empty decimal", `{"min_spend": ""}`, "min_spend", `""`, isDecimal},
		{"a decimal as an object", `{"min_spend": {"value": "1"}}`, "min_spend", `{"value": "1"}`, isDecimal},
		{"a decimal of a gigabyte", `{"min_spend": "1e1000000000"}`, "min_spend", `"1e1000000000"`, isDecimal},
		{"a fraction for a count", `{"points": 1.5}`, "points", "1.5", "is a whole number of at most 64 bits"},
		{"a power for a count", `{"points": 1e3}`, "points", "1e3", "is a whole number of at most 64 bits"},
		{"a count as text", `{"points": "1"}`, "points", `"1"`, "is a whole number of at most 64 bits"},
		{"a count beyond its bits", `{"points": 9223372036854775808}`, "points", "9223372036854775808", "is a whole number of at most 64 bits"},
		{"a count below 0", `{"lanes": -1}`, "lanes", "-1", "is a whole number of 0 or more and at most 8 bits"},
		{"a small count beyond its bits", `{"lanes": 256}`, "lanes", "256", "is a whole number of 0 or more and at most 8 bits"},
		{"a number for a yes", `{"stacks": 1}`, "stacks", "1", "is true or false"},
		{"a yes as text", `{"stacks": "true"}`, "stacks", `"true"`, "is true or false"},
		{"a number for a text", `{"zone": 1}`, "zone", "1", "is text"},
		{"one thing for a list", `{"closed": "2026-12-25"}`, "closed", `"2026-12-25"`, "is a list"},
		{"an object for a list", `{"steps": {"rate": 1}}`, "steps", `{"rate": 1}`, "is a list"},
		{"a list for an object", `{"by_shop": []}`, "by_shop", "[]", "is an object of fields"},
		{"no such day", `{"closed": ["2026-12-25", "2026-02-30"]}`, "closed[1]", `"2026-02-30"`, `"2026-02-30" is not a day such as 2026-11-25`},
		{"a day as a number", `{"from": 20261125}`, "from", "20261125", `is written as text: "20261125" is not a day such as 2026-11-25`},
		{"a brand as a number", `{"brand": 1}`, "brand", "1", `is written as text: brand kind "1" is none of unknown, national, store`},
		{"a brand as an object", `{"brand": {"kind": 1}}`, "brand", `{"kind": 1}`, "is written as text"},
		{"no such brand", `{"brand": "Own"}`, "brand", `"Own"`, `brand kind "Own" is none of unknown, national, store`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rules, err := customer.ParseRules[bonusRules]([]byte(tc.rules))
			var faults customer.Faults
			require.ErrorAs(t, err, &faults)
			assert.Equal(t, customer.Faults{{Path: tc.path, Value: tc.value, Rule: tc.rule}}, faults)
			assert.Equal(t, bonusRules{}, rules, "nothing of a faulty file is used")
		})
	}
}

func TestParseRulesAllFaultsAtOnce(t *testing.T) {
	_, err := customer.ParseRules[bonusRules]([]byte(`{
		"id": 7, "min_spend": 12.5, "steps": [{"rate": "1"}, {"rat": 2, "rate": 2, "rate": 2}],
		"by_shop": {"north": {"above": null}}, "stacks": "no", "brand": "own", "brand": "store"
	}`))
	require.EqualError(t, err, `customer: 9 faults
	id = "7": is text
	min_spend = "12.5": is a decimal written as text: "1.50"
	steps[0].rate = "\"1\"": is a whole number of at most 64 bits
	steps[1].rat = "2": is a field of the rules: one of above, rate
	steps[1].rate = "2": stands only once
	by_shop.north.above = "null": is a value; leave the field out to have none
	stacks = "\"no\"": is true or false
	brand = "\"own\"": brand kind "own" is none of unknown, national, store
	brand = "\"store\"": stands only once`)
}

func TestParseRulesUnreadable(t *testing.T) {
	for _, tc := range []struct{ name, rules, want string }{
		{"nothing", "", "the rules are not JSON"},
		{"white space", " \n", "the rules are not JSON"},
		{"cut short", `{"id": "winter"`, "the rules are not JSON"},
		{"a comma too many", `{"id": "winter",}`, "the rules are not JSON"},
		{"a remark", "{} // winter", "the rules are not JSON"},
		{"a second value", `{} {}`, "the rules are not JSON"},
		{"a bracket too many", `{}}`, "the rules are not JSON"},
		{"a byte order mark", "\ufeff{}", "the rules are not JSON"},
		{"Latin-1", "{\"zone\": \"caf\xe9\"}", "the rules are not UTF-8 text"},
		{"nested without end", strings.Repeat(`[`, 1_000_000), "the rules are not JSON"},
		{"too long", `{"zone": "` + strings.Repeat("x", customer.MaxRuleBytes) + `"}`, "is over the limit of 16777216"},
	} {
		rules, err := customer.ParseRules[bonusRules]([]byte(tc.rules))
		require.ErrorContains(t, err, tc.want, tc.name)
		var faults customer.Faults
		require.NotErrorAs(t, err, &faults, tc.name)
		assert.Equal(t, bonusRules{}, rules, tc.name)
	}
	longest := "{}" + strings.Repeat(" ", customer.MaxRuleBytes-2)
	_, err := customer.ParseRules[bonusRules]([]byte(longest))
	require.NoError(t, err)
}

func TestParseRulesOfOtherTypes(t *testing.T) {
	list, err := customer.ParseRules[[]bonusStep]([]byte(`[{"rate": 1}]`))
	require.NoError(t, err)
	assert.Equal(t, []bonusStep{{Rate: 1}}, list)
	pointer, err := customer.ParseRules[*bonusStep]([]byte(`{"rate": 1}`))
	require.NoError(t, err)
	assert.Equal(t, &bonusStep{Rate: 1}, pointer)
	_, err = customer.ParseRules[[]bonusStep]([]byte(`[{"rate": 1}, {"rate": null}]`))
	require.EqualError(t, err, `customer: 1 fault: [1].rate = "null": is a value; leave the field out to have none`)

	// An embedded struct with a name of its own is a field, and its fields are not.
	type named struct {
		customer.Edition `json:"edition"`
	}
	inner, err := customer.ParseRules[named]([]byte(`{"edition": {"id": "winter"}}`))
	require.NoError(t, err)
	assert.Equal(t, "winter", inner.ID)
	inner, err = customer.ParseRules[named]([]byte(`{"id": "winter"}`))
	require.Error(t, err, "a rule that would be switched off in silence")
	assert.Empty(t, inner.ID)

	// Keys that are closed words are read by their type.
	brands, err := customer.ParseRules[map[customer.BrandKind]int64]([]byte(`{"store": 2}`))
	require.NoError(t, err)
	assert.Len(t, brands, 1)
	assert.Equal(t, int64(2), brands[customer.StoreBrand])
	_, err = customer.ParseRules[map[customer.BrandKind]int64]([]byte(`{"own": 2}`))
	require.Error(t, err)
}

func TestHostileRulesCostLittle(t *testing.T) {
	const size = 1 << 20
	wide := func(open, item, end string) []byte {
		return []byte(open + strings.Repeat(item, size/len(item)) + strings.TrimSuffix(item, ",") + end)
	}
	for _, tc := range []struct {
		name  string
		rules []byte
	}{
		{"a list of nothing but faults", wide(`{"closed": [`, `1,`, `]}`)},
		{"an object of nothing but faults", wide(`{`, `"a":1,`, `}`)},
		{"one value of megabytes", wide(`{"from": "`, "x", `"}`)},
		{"one name of megabytes", wide(`{"`, "x", `": 1}`)},
		{"one name of megabytes in a map", wide(`{"by_shop": {"`, "x", `": 1}}`)},
		{"an instant of megabytes", wide(`{"since": "`, "x", `"}`)},
		{"a decimal of a million digits", wide(`{"min_spend": "`, "9", `"}`)},
		{"nested thousands deep", []byte(strings.Repeat(`{"either": [`, 4000) + strings.Repeat(`]}`, 4000))},
	} {
		_, err := customer.ParseRules[bonusRules](tc.rules)
		var faults customer.Faults
		require.ErrorAs(t, err, &faults, tc.name)
		assert.LessOrEqual(t, len(faults), 1000, tc.name)
		assert.Less(t, len(err.Error()), 1<<20, tc.name)
	}
}

// A rule book survives JSON and back, as long as empty lists are left out.
func TestRulesSurviveJSON(t *testing.T) {
	rules := bonusRules{
		Edition: customer.Edition{ID: "winter", Version: 3, From: date("2026-11-25")}, Currency: eur(), MinSpend: dec("12.50"),
		Closed: []customer.Date{date("2026-12-25")}, Else: &bonusStep{Rate: 1},
	}
	text, err := json.Marshal(rules)
	require.NoError(t, err)
	read, err := customer.ParseRules[bonusRules](text)
	require.NoError(t, err)
	assert.True(t, rules.MinSpend.Equal(read.MinSpend))
	rules.MinSpend, read.MinSpend = decimal.Decimal{}, decimal.Decimal{}
	assert.Equal(t, rules, read)
}

func FuzzParseRules(f *testing.F) {
	for _, rules := range []string{
		`{"id": "winter", "version": 3, "from": "2026-11-25", "min_spend": "12.50", "closed": ["2026-12-25"], "stacks": true}`,
		`{"steps": [{"above": "10", "rate": 1}], "by_shop": {"north": {"rate": 3}}, "else": {"rate": 5}, "brand": "store"}`,
		`{"min_spend": 1, "Points": 1, "points": null, "points": 1}`, `{"either": [{"either": [{}]}], "share": {"a": "1e-7"}}`,
		`[]`, `null`, `{} {}`, `{"id": "\ud800"}`, `{"ID": 1, "id": "x"}`, `{"since": "2026-11-25T09:00:00+01:00"}`, "",
	} {
		f.Add([]byte(rules))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		rules, err := customer.ParseRules[bonusRules](text)
		if err != nil {
			assert.True(t, reflect.ValueOf(rules).IsZero(), "nothing of a faulty file is used")
			var faults customer.Faults
			errors.As(err, &faults) // none where the text is no JSON
			for _, fault := range faults {
				assert.NotEmpty(t, fault.Rule)
				assert.LessOrEqual(t, len(fault.Value), 80)
			}
			return
		}
		stored, err := json.Marshal(rules)
		require.NoError(t, err, "what is read can be stored")
		read, err := customer.ParseRules[bonusRules](stored)
		require.NoError(t, err, "and read again: %s", stored)
		again, err := json.Marshal(read)
		require.NoError(t, err)
		assert.Equal(t, string(stored), string(again))
	})
}
