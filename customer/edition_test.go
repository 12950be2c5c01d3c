package customer_test

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
)

func TestEditionCheck(t *testing.T) {
	from, until := date("2026-11-25"), date("2027-01-11")
	for _, tc := range []struct {
		name    string
		edition customer.Edition
		want    string
	}{
		{"since ever, until further notice", customer.Edition{ID: "winter", Version: 1}, ""},
		{"with days", customer.Edition{ID: "winter", Version: math.MaxInt, From: from, Until: until}, ""},
		{"one day", customer.Edition{ID: "winter", Version: 1, From: from, Until: from + 1}, ""},
		{"until only", customer.Edition{ID: "winter", Version: 1, Until: 1}, ""},
		{"longest name", customer.Edition{ID: strings.Repeat("w", 256), Version: 1}, ""},
		{"no name", customer.Edition{Version: 1}, `id = "": is required`},
		{"name too long", customer.Edition{ID: strings.Repeat("w", 257), Version: 1}, `id = "` + strings.Repeat("w", 77) + `…": is UTF-8 text without control characters, at most 256 bytes`},
		{"no version", customer.Edition{ID: "winter"}, `version = "0": is 1 or more`},
		{"negative version", customer.Edition{ID: "winter", Version: -1}, `version = "-1": is 1 or more`},
		{"no such first day", customer.Edition{ID: "winter", Version: 1, From: -5}, `from = "-5": is a day, or absent`},
		{"no such last day", customer.Edition{ID: "winter", Version: 1, Until: customer.MaxDate + 1}, `until = "3652060": is a day after from, or absent`},
		{"no day at all", customer.Edition{ID: "winter", Version: 1, From: from, Until: from}, `until = "2026-11-25": is a day after from, or absent`},
		{"backwards", customer.Edition{ID: "winter", Version: 1, From: until, Until: from}, `until = "2026-11-25": is a day after from, or absent`},
	} {
		var faults customer.Faults
		tc.edition.Check(&faults)
		if tc.want == "" {
			require.NoError(t, faults.Err(), tc.name)
			continue
		}
		require.EqualError(t, faults.Err(), "customer: 1 fault: "+tc.want, tc.name)
	}
	var faults customer.Faults
	customer.Edition{From: -1, Until: -1}.Check(&faults)
	assert.Len(t, faults, 4, "all at once")
}

func TestEditionCovers(t *testing.T) {
	const none, notYet, noLonger, noDay = "", customer.CodeNotYetInForce, customer.CodeNoLongerInForce, customer.CodeNoDay
	both := customer.Edition{ID: "winter", Version: 3, From: date("2026-11-25"), Until: date("2027-01-11")}
	always := customer.Edition{ID: "always", Version: 1}
	for _, tc := range []struct {
		edition customer.Edition
		on      customer.Date
		want    string
	}{
		{both, date("2026-11-24"), notYet},
		{both, date("2026-11-25"), none},
		{both, date("2027-01-10"), none},
		{both, date("2027-01-11"), noLonger},
		{both, 0, noDay},
		{both, -1, noDay},
		{both, customer.MaxDate + 1, noDay},
		{always, 1, none},
		{always, customer.MaxDate, none},
		{always, 0, noDay},
	} {
		err := tc.edition.Covers(tc.on)
		if tc.want == none {
			require.NoError(t, err, "%s on %s", tc.edition.Name(), tc.on)
			continue
		}
		var refusal *customer.Refusal
		require.ErrorAs(t, err, &refusal)
		assert.Equal(t, tc.edition.Name(), refusal.Rule)
		require.Len(t, refusal.Missing, 1)
		assert.Equal(t, tc.want, refusal.Missing[0].Code)
		assert.Equal(t, tc.on, refusal.Missing[0].On)
	}
	assert.Equal(t, "winter/3", both.Name())
}
