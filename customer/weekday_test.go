package customer_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
)

// The stored texts of weekdays are format.
func TestWeekdayTexts(t *testing.T) {
	week := []customer.Weekday{1, 2, 3, 4, 5, 6, 7}
	text, err := json.Marshal(map[string][]customer.Weekday{"week": week})
	require.NoError(t, err)
	assert.JSONEq(t, `{"week":["monday","tuesday","wednesday","thursday","friday","saturday","sunday"]}`, string(text))
	var read map[string][]customer.Weekday
	require.NoError(t, json.Unmarshal(text, &read))
	assert.Equal(t, week, read["week"])
	for _, none := range []customer.Weekday{0, 8} {
		_, err := none.MarshalText()
		require.Error(t, err)
		require.Error(t, read["week"][0].UnmarshalText([]byte(none.String())))
	}
}
