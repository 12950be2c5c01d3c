package main

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/loyalty"
)

// What the member reads adds up: opening and lines give each balance, and the closing is
// what the account has.
func TestThePrintedStatementReconciles(t *testing.T) {
	account := month(t).account(t)
	for language, heading := range map[string]string{"en": "STATEMENT of c-1", "zh": "c-1的积分对账单"} {
		_, statement, found := strings.Cut(output(t, "-language", language), heading)
		require.True(t, found)
		rows := strings.Split(strings.TrimSpace(statement), "\n")[1:]
		last := len(rows) - 1
		sum := figures(t, rows[0], 1)[0]
		for _, row := range rows[1:last] {
			moved := figures(t, row, 2)
			sum += moved[0]
			assert.Equal(t, sum, moved[1], row)
		}
		assert.Equal(t, sum, figures(t, rows[last], 1)[0], language)
		assert.Equal(t, account.Balances.In(loyalty.Member), sum)
	}
}

// figures are the last n columns of a row.
func figures(t *testing.T, row string, n int) []int64 {
	t.Helper()
	columns := strings.Fields(row)
	require.Greater(t, len(columns), n, row)
	all := make([]int64, n)
	for i, text := range columns[len(columns)-n:] {
		var err error
		all[i], err = strconv.ParseInt(text, 10, 64)
		require.NoError(t, err, row)
	}
	return all
}
