package digest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/task/digest"
)

// The rules as they are stored, and read again.
func TestRulesFormat(t *testing.T) {
	customertest.Golden(t, "rules.golden", text(t, rules()))
	read, err := digest.ParseRules([]byte(text(t, rules())))
	require.NoError(t, err)
	assert.Equal(t, rules(), read)
	_, err = digest.ParseRules([]byte(`{"id":"x","version":1,"moist":5}`))
	require.Error(t, err, "a misspelt rule is no rule switched off")
}
