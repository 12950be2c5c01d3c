package lifecycle_test

import (
	"flag"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// winbackGolden holds text against a file of testdata; -update, the flag of the stories, writes
// it.
func winbackGolden(t *testing.T, file, got string) {
	t.Helper()
	path := "testdata/" + file
	if flag.Lookup("update").Value.String() == "true" {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), got, file)
}
