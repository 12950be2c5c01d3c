package customertest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Golden holds text against a file of testdata: what is stored, or printed, and must not
// change unseen. The flag -update, which is that of the stories, writes the file.
func Golden(t testing.TB, file, got string) {
	t.Helper()
	path := filepath.Join("testdata", file)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s has changed:\n%s", path, diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")))
	}
}
