package handover_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/task/handover"
)

func TestTexts(t *testing.T) {
	assert.Equal(t, "read tell decide", customertest.Texts(t, handover.Decide))
}

// Each duty of a checklist has a sentence, also where it is of no customer; what is no duty has none.
//
// row B21.
func TestCheckReason(t *testing.T) {
	for duty, want := range map[handover.Duty][2]string{
		handover.Read:   {"by 25 Nov 2026, read all that is known of customer c-1: 2 things taken over", "by 25 Nov 2026, read what is known of 2 things"},
		handover.Tell:   {"by 25 Nov 2026, tell customer c-1 who is there for her now", ""},
		handover.Decide: {"by 25 Nov 2026, decide who gets 2 things of customer c-1 that nobody could take", "by 25 Nov 2026, decide who gets 2 things that nobody could take"},
		9:               {"", ""},
	} {
		check := handover.Check{Duty: duty, Who: "ann", Customer: "c-1", Items: 2, By: day(t, "2026-11-25")}
		assert.Equal(t, want[0], handover.Explain(check.Reason(), customer.English))
		if check.Customer = ""; want[1] != "" {
			assert.Equal(t, want[1], handover.Explain(check.Reason(), customer.English))
		}
	}
}

// The rules as they are stored, and read again.
func TestRulesFormat(t *testing.T) {
	customertest.Golden(t, "rules.golden", text(t, rules()))
	read, err := handover.ParseRules([]byte(text(t, rules())))
	require.NoError(t, err)
	assert.Equal(t, rules(), read)
	_, err = handover.ParseRules([]byte(`{"id":"x","version":1,"moist":5}`))
	require.Error(t, err, "a misspelt rule is no rule switched off")
}
