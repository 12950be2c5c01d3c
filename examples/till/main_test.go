package main

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer/customertest"
)

func output(t *testing.T, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, run(args, &out, io.Discard))
	return out.String()
}

// row E10, E15: a point for each full 10.00, worth 0.10 as tender, at a till from the
// opening of the card to the statement.
func TestTheMonthReads(t *testing.T) {
	customertest.Golden(t, "en.golden", output(t))
	customertest.Golden(t, "zh.golden", output(t, "-language", "zh"))
}

func TestChineseCharactersAreTwoWide(t *testing.T) {
	assert.Equal(t, "合计  |", left("合计", 6)+"|")
	assert.Equal(t, "  合计|", right("合计", 6)+"|")
	assert.Equal(t, "total |", left("total", 6)+"|")
}

func TestFlags(t *testing.T) {
	for _, row := range []struct {
		args string
		code int
		says string
	}{
		{"-language fr", 2, `invalid value "fr" for flag -language: is en or zh`},
		{"-langage en", 2, "flag provided but not defined: -langage"},
		{"november", 2, `argument "november": there are flags only`},
		{"-help", 0, "-language en|zh"},
		{"-language en", 0, ""},
	} {
		var stderr bytes.Buffer
		code := status(run(strings.Fields(row.args), io.Discard, &stderr), &stderr)
		assert.Equal(t, row.code, code, row.args)
		if row.says == "" {
			assert.Empty(t, stderr.String(), row.args)
		}
		assert.Contains(t, stderr.String(), row.says)
	}
}

// broken is a screen that cannot be written to.
type broken struct{}

var errScreen = errors.New("the screen is off")

func (broken) Write([]byte) (int, error) { return 0, errScreen }

func TestAScreenThatIsOffIsAnError(t *testing.T) {
	err := run(nil, broken{}, io.Discard)
	require.ErrorIs(t, err, errScreen)
	assert.Equal(t, 1, status(err, io.Discard))
}
