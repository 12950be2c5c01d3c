package customer_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
)

// Texts are read back to the value that wrote them; a text that no value has is answered
// with those that there are, and a value that does not exist is not written.
func TestWriteAndReadStored(t *testing.T) {
	const last = customer.Weekday(7)
	for day := customer.Weekday(1); day <= last; day++ {
		text, err := customer.WriteStored("shop", day, last)
		require.NoError(t, err)
		var read customer.Weekday
		require.NoError(t, customer.ReadStored("shop", "day", &read, last, text))
		assert.Equal(t, day, read)
	}
	for _, none := range []customer.Weekday{0, 8} {
		_, err := customer.WriteStored("shop", none, last)
		require.ErrorContains(t, err, "shop: weekday")
	}
	read := customer.Weekday(3)
	err := customer.ReadStored("shop", "day", &read, 2, []byte("sunday"))
	require.EqualError(t, err, `shop: day "sunday" is none of monday, tuesday`)
	assert.Equal(t, customer.Weekday(3), read, "an error changes nothing")
}
