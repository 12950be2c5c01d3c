package personal

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// Article numbers in print, with their check digits.
func TestCheckDigit(t *testing.T) {
	for _, number := range []string{"4006381333931", "5901234123457", "9780306406157", "0000000000000"} {
		assert.Equal(t, string(number[12]), string(checkDigit(number[:12])), number)
	}
}
