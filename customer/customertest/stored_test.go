package customertest

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
)

// lamp is an enumeration as it should be; the others have a fault each.
type lamp uint8

const (
	red lamp = iota + 1
	green
)

func (l lamp) String() string {
	switch l {
	case red:
		return "red"
	case green:
		return "green"
	}
	return "lamp " + strconv.Itoa(int(l))
}

func (l lamp) MarshalText() ([]byte, error) { return customer.WriteStored("shop", l, green) }
func (l *lamp) UnmarshalText(text []byte) error {
	return customer.ReadStored("shop", "lamp", l, green, text)
}

// misread reads whatever stands there as its first value.
type misread uint8

func (m misread) String() string               { return lamp(m).String() }
func (m misread) MarshalText() ([]byte, error) { return lamp(m).MarshalText() }
func (m *misread) UnmarshalText([]byte) error  { *m = 1; return nil }

// loose writes what is no value.
type loose uint8

func (l loose) String() string                   { return lamp(l).String() }
func (l loose) MarshalText() ([]byte, error)     { return []byte(l.String()), nil }
func (l *loose) UnmarshalText(text []byte) error { return (*lamp)(l).UnmarshalText(text) }

// renamed says another name than it writes.
type renamed uint8

func (r renamed) String() string                   { return "the " + lamp(r).String() }
func (r renamed) MarshalText() ([]byte, error)     { return lamp(r).MarshalText() }
func (r *renamed) UnmarshalText(text []byte) error { return (*lamp)(r).UnmarshalText(text) }

func TestTexts(t *testing.T) {
	for name, tc := range map[string]struct {
		texts func(t testing.TB) string
		found []string
	}{
		"as it should be": {texts: func(t testing.TB) string { return Texts[lamp](t, green) }},
		"misread": {func(t testing.TB) string { return Texts[misread](t, 2) }, []string{
			`"green" is written for green and read as red: <nil>`,
			`"lamp 0" is read, which is the text of no value`, `"lamp 3" is read, which is the text of no value`,
		}},
		"loose": {func(t testing.TB) string { return Texts[loose](t, 2) }, []string{
			`"lamp 0" is written for 0, which is no value`, `"lamp 3" is written for 3, which is no value`,
		}},
		"renamed": {func(t testing.TB) string { return Texts[renamed](t, 2) }, []string{
			`"red" is written for what is named "the red"`, `"green" is written for what is named "the green"`,
		}},
	} {
		f := &failing{TB: t}
		assert.Equal(t, "red green", tc.texts(f), name)
		assert.Equal(t, tc.found, f.found, name)
	}
	f := &failing{TB: t}
	assert.Equal(t, "red", Texts[lamp](f, red))
	assert.Len(t, f.found, 2, "there is a value after the last: written, and read")
	assert.Panics(t, func() { Texts[lamp](f, green+1) }, "a last value beyond the last is not written")
}

func TestCodes(t *testing.T) {
	f := &failing{TB: t}
	write := func(source string) string {
		path := filepath.Join(t.TempDir(), "reason.go")
		require.NoError(t, os.WriteFile(path, []byte("package shop\n\n"+source), 0o644))
		return path
	}
	assert.Equal(t, []string{"shop.open", "shop.closed"}, Codes(f, write(
		"const (\n\tCodeOpen = \"shop.open\" // a remark\n\tname = \"x\"\n\tCodeClosed = \"shop.closed\"\n)\n")))
	assert.Panics(t, func() { Codes(f, write("const name = \"x\"\n")) }, "none is found")
	assert.Panics(t, func() { Codes(f, write("const CodeOpen = name\n")) })
	assert.Panics(t, func() { Codes(f, write("const (\n")) })
	assert.Panics(t, func() { Codes(f, "none.go") })
}
