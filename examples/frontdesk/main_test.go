package main

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
)

func output(t *testing.T, args ...string) string {
	t.Helper()
	var out, complaints bytes.Buffer
	require.NoError(t, run(args, &out, &complaints))
	assert.Empty(t, complaints.String())
	return out.String()
}

// The same story every time, in both languages, and every reason is a sentence.
// rows B1, B13, B15, B16, B17, B18, B21, B38, B39, B40, B41, B44, B45, A59: the computer shop.
func TestTheStoryReads(t *testing.T) {
	english, chinese := output(t), output(t, "-language", "zh")
	customertest.Golden(t, "en.golden", english)
	customertest.Golden(t, "zh.golden", chinese)
	assert.Equal(t, english, output(t))
	for _, code := range []string{"identity.", "consent.", "contact.", "wish.", "caller.", "task.", "handover.", "privacy."} {
		assert.NotContains(t, english+chinese, code, "every reason has a text")
	}
}

// Whoever is erased is a new customer when she comes back: nothing is booked on what was hers.
func TestNothingIsBookedAfterTheErasure(t *testing.T) {
	d, err := newDesk(customer.English)
	require.NoError(t, err)
	require.NoError(t, d.live(t.Context(), io.Discard))
	her, _, err := d.records.Load(t.Context(), lin)
	require.NoError(t, err)
	assert.Empty(t, her.Identifiers)
	assert.Empty(t, her.Facts)
	assert.Empty(t, d.bought.Of(lin))
	var refusal *customer.Refusal
	require.ErrorAs(t, d.quote(t.Context(), "q-9", "bo", 1), &refusal)
	assert.Equal(t, customer.CodeErased, refusal.Missing[0].Code)
}

func TestArguments(t *testing.T) {
	require.Error(t, run([]string{"-language", "fr"}, io.Discard, io.Discard))
	require.Error(t, run([]string{"-langage", "en"}, io.Discard, io.Discard))
}

// broken is a screen that cannot be written to.
type broken struct{}

var errScreen = errors.New("the screen is off")

func (broken) Write([]byte) (int, error) { return 0, errScreen }

func TestAScreenThatIsOffIsAnError(t *testing.T) {
	require.ErrorIs(t, run(nil, broken{}, io.Discard), errScreen)
}
