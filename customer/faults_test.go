package customer_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
)

func TestFaultsText(t *testing.T) {
	var none, one, two customer.Faults
	require.NoError(t, none.Err())
	one.Add("quantity", dec("-1"), "is 0 or more")
	require.EqualError(t, one.Err(), `customer: 1 fault: quantity = "-1": is 0 or more`)
	two.Join("lines[3]", one)
	two.Add("", "[]", "is an object of fields")
	require.EqualError(t, two.Err(), "customer: 2 faults\n\tlines[3].quantity = \"-1\": is 0 or more\n\t\"[]\": is an object of fields")
	assert.Equal(t, "customer: 0 faults", none.Error())

	wrapped := fmt.Errorf("rules of the winter: %w", two.Err())
	var found customer.Faults
	require.ErrorAs(t, wrapped, &found)
	assert.Equal(t, two, found)
	require.NotErrorIs(t, wrapped, one, "an error without ==: asking must not panic")
}

// A list of names: how many, each of them one, and each once. Beyond the most nothing is looked at.
func TestFaultsNames(t *testing.T) {
	for _, tc := range []struct {
		name  string
		names []string
		want  []string
	}{
		{"none", nil, []string{"desks 0 is 1 to 3"}},
		{"one", []string{"a"}, nil},
		{"all", []string{"a", "b", "c"}, nil},
		{"too many", []string{"a", "b", "c", "c"}, []string{"desks 4 is 1 to 3"}},
		{"twice", []string{"a", "b", "a"}, []string{"desks[2] a stands only once"}},
		{"empty", []string{"a", ""}, []string{"desks[1]  is required"}},
		{"two faults", []string{"\x00", "\x00"}, []string{
			"desks[0] \x00 is UTF-8 text without control characters, at most 256 bytes",
			"desks[1] \x00 is UTF-8 text without control characters, at most 256 bytes",
			"desks[1] \x00 stands only once",
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var faults customer.Faults
			faults.Names("desks", tc.names, 1, 3)
			var got []string
			for _, fault := range faults {
				got = append(got, fault.Path+" "+fault.Value+" "+fault.Rule)
			}
			assert.Equal(t, tc.want, got)
		})
	}
}

func TestFaultsJoin(t *testing.T) {
	for _, tc := range []struct{ path, part, want string }{
		{"lines[3]", "quantity", "lines[3].quantity"},
		{"lines", "[3].quantity", "lines[3].quantity"},
		{"lines", "", "lines"},
		{"", "quantity", "quantity"},
		{"", "[3]", "[3]"},
		{"", "", ""},
	} {
		var whole, part customer.Faults
		part.Add(tc.part, 1, "is 2")
		whole.Join(tc.path, part)
		assert.Equal(t, customer.Faults{{Path: tc.want, Value: "1", Rule: "is 2"}}, whole)
		assert.Equal(t, tc.part, part[0].Path, "the part keeps its own path")
	}
}

func TestFaultsShowValues(t *testing.T) {
	for _, tc := range []struct {
		name  string
		value any
		want  string
	}{
		{"text", "North Gate", "North Gate"},
		{"control characters", "a\nb\x00", "a\nb\x00"}, // quoted by Error
		{"80 bytes", strings.Repeat("x", 80), strings.Repeat("x", 80)},
		{"81 bytes", strings.Repeat("x", 81), strings.Repeat("x", 77) + "…"},
		{"cut between characters", strings.Repeat("奶", 30), strings.Repeat("奶", 25) + "…"},
		{"not UTF-8, long", strings.Repeat("\x80", 100), "…"},
		{"a decimal", dec("1.50"), "1.5"},
		{"a decimal with 80 zeros", decimal.New(1, 80), "1" + strings.Repeat("0", 76) + "…"},
		{"a decimal with a gigabyte of zeros", decimal.New(1, 1_000_000_000), "1e1000000000"},
		{"a decimal with a gigabyte of places", decimal.New(-15, -1_000_000_000), "-15e-1000000000"},
		{"no decimal", decimal.NullDecimal{}, ""},
		{"a decimal that may be absent", some("2.5"), "2.5"},
		{"a day", date("2026-11-25"), "2026-11-25"},
		{"no day", customer.Date(0), ""},
		{"a day out of range", customer.Date(-5), "-5"},
		{"an unknown kind", customer.TenderKind(9), "tender kind 9"},
		{"a number", 17, "17"},
	} {
		var faults customer.Faults
		faults.Add("field", tc.value, "is another")
		assert.Equal(t, tc.want, faults[0].Value, tc.name)
		assert.LessOrEqual(t, len(faults[0].Value), 80, tc.name)
		if text, isText := tc.value.(string); !isText || utf8.ValidString(text) {
			assert.True(t, utf8.ValidString(faults[0].Value), tc.name)
		}
	}
}

func TestFaultsJSON(t *testing.T) {
	var faults customer.Faults
	faults.Add("lines[0].paid", dec("-1"), "is 0 or more")
	text, err := json.Marshal(faults)
	require.NoError(t, err)
	assert.JSONEq(t, `[{"path":"lines[0].paid","value":"-1","rule":"is 0 or more"}]`, string(text))
}

func TestRefusalText(t *testing.T) {
	refusal := &customer.Refusal{Rule: "winter/3", Missing: []customer.Reason{
		{Code: "loyalty.too-few-points", Fact: 90, Mark: 100, Unit: customer.UnitPoints},
		{Code: "loyalty.no-consent"},
	}}
	require.EqualError(t, refusal, "customer: refused by winter/3: loyalty.too-few-points, loyalty.no-consent")
	require.EqualError(t, &customer.Refusal{Rule: "winter/3"}, "customer: refused by winter/3: ")

	var found *customer.Refusal
	require.ErrorAs(t, fmt.Errorf("till 4: %w", refusal), &found)
	assert.Same(t, refusal, found)
	text, err := json.Marshal(refusal)
	require.NoError(t, err)
	assert.JSONEq(t, `{"rule":"winter/3","missing":[
		{"code":"loyalty.too-few-points","fact":90,"mark":100,"unit":"points"},
		{"code":"loyalty.no-consent","fact":0,"mark":0}]}`, string(text))
}

func TestFaultsCurrency(t *testing.T) {
	var faults customer.Faults
	faults.Currency("currency", customer.Currency{Code: "EUR", Digits: 2})
	assert.Empty(t, faults)
	faults.Currency("currency", customer.Currency{Code: "euro", Digits: 2})
	require.Len(t, faults, 1)
	assert.Equal(t, "currency.code", faults[0].Path)
}

// A rule book's zone is one that is the same on every machine, and the one that is passed.
func TestFaultsZone(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	for _, test := range []struct {
		name  string
		zone  *time.Location
		fault string
	}{
		{"Europe/Berlin", berlin, ""},
		{"UTC", time.UTC, ""},
		{"UTC", berlin, "is the zone that the host passes, which is Europe/Berlin"},
		{"UTC", nil, "is the zone that the host passes, which is UTC"}, // as a nil Location reads
		{"", time.UTC, "is the IANA name of a zone: Europe/Berlin"},
		{"Local", time.Local, "is the IANA name of a zone: Europe/Berlin"}, //nolint:gosmopolitan // the one that is refused
	} {
		var faults customer.Faults
		faults.Zone("zone", test.name, test.zone)
		if test.fault == "" {
			assert.Empty(t, faults, test.name)
			continue
		}
		require.Len(t, faults, 1, test.name)
		assert.Equal(t, customer.Fault{Path: "zone", Value: test.name, Rule: test.fault}, faults[0])
	}
}

// A note may have several lines, and no other control characters.
func TestFaultsNote(t *testing.T) {
	for text, good := range map[string]bool{
		"": true, "two\nlines": true, "tab\t": false, "\xff": false,
		strings.Repeat("x", customer.MaxNote): true, strings.Repeat("x", customer.MaxNote+1): false,
	} {
		var faults customer.Faults
		faults.Note("note", text)
		assert.Equal(t, good, len(faults) == 0, "%.20q", text)
	}
}

// A day may be absent, and is otherwise one of the years 1 to 9999.
func TestFaultsDay(t *testing.T) {
	for day, fault := range map[customer.Date]string{0: "", 1: "", customer.MaxDate: "", -1: "-1", customer.MaxDate + 1: "3652060"} {
		var faults customer.Faults
		faults.Day("on", day)
		if fault == "" {
			assert.Empty(t, faults, int(day))
			continue
		}
		assert.Equal(t, customer.Faults{{Path: "on", Value: fault, Rule: "is a day, or absent"}}, faults)
	}
}

// A day that must not be absent is one of the years 1 to 9999, and the zero Date none.
func TestFaultsGivenDay(t *testing.T) {
	for day, fault := range map[int]string{0: "", -1: "-1", int(customer.MaxDate) + 1: "3652060"} {
		var faults customer.Faults
		faults.GivenDay("on", customer.Date(day))
		assert.Equal(t, customer.Faults{{Path: "on", Value: fault, Rule: "is a day"}}, faults)
	}
	for _, day := range []customer.Date{1, customer.MaxDate} {
		var faults customer.Faults
		faults.GivenDay("on", day)
		assert.Empty(t, faults, int(day))
	}
}
