package loyalty_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/loyalty"
)

// The figures of IFRS 15, Illustrative Example 52: 100,000 of sales give 10,000 points
// worth 1 each, of which 95 % should be redeemed; 4,500 are in the first year; in the
// second, with 8,500 in all, 97 % are expected.
func TestContractAsInIFRS15Example52(t *testing.T) {
	c, err := loyalty.Contract{}.Allocate(100_000, 100_000, 10_000, 10_000, 950)
	require.NoError(t, err)
	assert.EqualValues(t, 8_676, c.Allocated)

	c, revenue, err := c.Release(4_500, 9_500)
	require.NoError(t, err)
	assert.EqualValues(t, 4_110, revenue)
	assert.EqualValues(t, 4_566, c.Liability())

	c, revenue, err = c.Release(4_000, 9_700)
	require.NoError(t, err)
	assert.EqualValues(t, 3_493, revenue)
	assert.EqualValues(t, 1_073, c.Liability())
}
