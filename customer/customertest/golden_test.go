package customertest

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// failing notes what a helper finds wrong, where a test would fail.
type failing struct {
	testing.TB
	found []string
}

func (f *failing) Errorf(format string, args ...any) {
	f.found = append(f.found, fmt.Sprintf(format, args...))
}

func (f *failing) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
func (f *failing) Fatal(args ...any)                 { panic(fmt.Sprint(args...)) }

func TestGolden(t *testing.T) {
	defer func(was bool) { *update = was }(*update)
	*update = false
	t.Chdir(t.TempDir())
	require.NoError(t, os.Mkdir("testdata", 0o755))
	f := &failing{TB: t}
	assert.Panics(t, func() { Golden(f, "a.golden", "1\n2\n") }, "no file is no agreement")

	*update = true
	Golden(f, "a.golden", "1\n2\n")
	text, err := os.ReadFile(filepath.Join("testdata", "a.golden"))
	require.NoError(t, err)
	assert.Equal(t, "1\n2\n", string(text))

	*update = false
	Golden(f, "a.golden", "1\n2\n")
	assert.Empty(t, f.found)
	Golden(f, "a.golden", "1\n3\n")
	require.Len(t, f.found, 1)
	assert.Contains(t, f.found[0], "a.golden has changed")
	assert.Contains(t, f.found[0], "3")
	text, err = os.ReadFile(filepath.Join("testdata", "a.golden"))
	require.NoError(t, err)
	assert.Equal(t, "1\n2\n", string(text), "only -update writes")
}
