package main

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// sound is a small tree without a fault: every floor, every allowance that the rules
// make, and what they must not see.
var sound = map[string]string{
	"go.mod": `module github.com/rapport-crm/rapport

go 1.25

require (
	github.com/shopspring/decimal v1.6.0
	github.com/stretchr/testify v1.12.1
	pgregory.net/rapid v1.3.0
)

require example.com/indirect v1.0.0 // indirect
`,
	"go.sum":                     "",
	"README.md":                  "",
	".gitignore":                 "*.prof\n",
	"cpu.prof":                   "",
	".ci/tool/main.go":           "package main\nimport \"os\"\nfunc main() { os.Exit(0) }",
	"doc.go":                     "package rapport",
	"customer/id.go":             "package customer\nimport (\"time\"; \"github.com/shopspring/decimal\")\nvar _ decimal.Decimal\nvar _ time.Time",
	"customer/id_test.go":        "package customer\nimport (\"os\"; \"testing\"; \"time\"; \"pgregory.net/rapid\")\nvar _ = time.Now\nfunc f() { go f() }",
	"customer/testdata/odd.go":   "package odd\nimport \"os\"",
	"customer/quota/mem.go":      "package quota\nimport \"sync\"\nvar _ sync.Mutex",
	"customer/journal/mem.go":    "package journal\nimport (\"sync\"; \"github.com/rapport-crm/rapport/customer\")",
	"customer/local.go":          "package customer\nimport \"time\"\nfunc g(t time.Time) { t.Local(); time := t; time.Local() }",
	"loyalty/tier.go":            "package loyalty\nimport \"github.com/rapport-crm/rapport/customer/journal\"",
	"segment/cell.go":            "package segment\nimport \"github.com/rapport-crm/rapport/customer\"",
	"segment/cell_test.go":       "package segment_test\nimport (\"github.com/stretchr/testify/assert\"; \"github.com/rapport-crm/rapport/customer/customertest\")",
	"complaint/clock.go":         "package complaint",
	"lifecycle/rhythm.go":        "package lifecycle\nimport \"github.com/rapport-crm/rapport/lifecycle/churn\"",
	"lifecycle/churn/churn.go":   "package churn\nimport \"math\"",
	"promo/price.go":             "package promo\nimport (\"github.com/rapport-crm/rapport/segment\"; \"github.com/rapport-crm/rapport/customer\")",
	"promo/wallet/wallet.go":     "package wallet\nimport \"github.com/rapport-crm/rapport/promo\"",
	"examples/bakery/main.go":    "package main\nimport (\"os\"; \"time\"; \"sync\"; \"github.com/rapport-crm/rapport/promo/wallet\"; \"github.com/rapport-crm/rapport/loyalty\")\nvar _ = time.Now\nfunc main() { go main() }",
	"examples/db/go.mod":         "module github.com/rapport-crm/rapport/examples/db\n\ngo 1.25\n",
	"examples/db/main.go":        "package main\nimport \"example.com/database\"",
	"customer/customertest/c.go": "package customertest\nimport (\"flag\"; \"io/fs\"; \"os\"; \"testing\"; \"pgregory.net/rapid\"; \"github.com/rapport-crm/rapport/customer\")\nfunc f() { go f() }",
}

func TestCheck(t *testing.T) {
	const library = "package segment\nimport "
	tests := []struct {
		name  string
		plant map[string]string // laid over the sound tree
		want  []string
	}{
		{name: "sound"},
		{
			name:  "a fourth direct requirement",
			plant: map[string]string{"go.mod": sound["go.mod"] + "require example.com/fourth v1.0.0\n"},
			want:  []string{"go.mod: requirements: example.com/fourth is a direct requirement beyond github.com/shopspring/decimal, github.com/stretchr/testify, pgregory.net/rapid"},
		},
		{
			name:  "a requirement that is gone",
			plant: map[string]string{"go.mod": strings.Replace(sound["go.mod"], "\tpgregory.net/rapid v1.3.0\n", "", 1)},
			want:  []string{"go.mod: requirements: pgregory.net/rapid is not required directly"},
		},
		{
			name:  "a requirement that is only indirect",
			plant: map[string]string{"go.mod": strings.Replace(sound["go.mod"], "rapid v1.3.0", "rapid v1.3.0 // indirect", 1)},
			want:  []string{"go.mod: requirements: pgregory.net/rapid is not required directly"},
		},
		{
			name:  "an os import on the ground floor",
			plant: map[string]string{"customer/env.go": "package customer\n\nimport \"os\"\n"},
			want:  []string{"customer/env.go:3: purity: the library does not import os"},
		},
		{
			name:  "an os import that this machine does not build",
			plant: map[string]string{"customer/env.go": "//go:build plan9\n\npackage customer\n\nimport \"os\"\n"},
			want:  []string{"customer/env.go:5: purity: the library does not import os"},
		},
		{
			name: "impure packages",
			plant: map[string]string{
				"segment/a.go": library + `"log"`,
				"segment/b.go": library + `"math/rand/v2"`,
				"segment/c.go": library + `"hash/maphash"`,
				"segment/d.go": library + `"html"`,
				"segment/e.go": library + `"C"`,
				"segment/f.go": library + `"example.com/indirect"`,
				"segment/g.go": library + `"sync"`,
				"segment/h.go": library + `"sync/atomic"`,
			},
			want: []string{
				"segment/a.go:2: purity: the library does not import log",
				"segment/b.go:2: purity: the library does not import math/rand/v2",
				"segment/c.go:2: purity: the library does not import hash/maphash",
				"segment/d.go:2: purity: the library does not import html",
				"segment/e.go:2: purity: the library does not import C",
				"segment/f.go:2: purity: the library does not import example.com/indirect",
				"segment/g.go:2: purity: only customer/journal and customer/quota import sync",
				"segment/h.go:2: purity: the library does not import sync/atomic",
			},
		},
		{
			name: "test packages outside tests",
			plant: map[string]string{
				"segment/a.go":           library + `"github.com/stretchr/testify/assert"`,
				"segment/b.go":           library + `"pgregory.net/rapid"`,
				"segment/c.go":           library + `"github.com/rapport-crm/rapport/customer/customertest"`,
				"examples/bakery/rye.go": "package main\nimport \"github.com/stretchr/testify/require\"",
			},
			want: []string{
				"examples/bakery/rye.go:2: purity: only tests import github.com/stretchr/testify/require",
				"segment/a.go:2: purity: only tests import github.com/stretchr/testify/assert",
				"segment/b.go:2: purity: only tests import pgregory.net/rapid",
				"segment/c.go:2: purity: only tests import github.com/rapport-crm/rapport/customer/customertest",
			},
		},
		{
			name: "a goroutine, a clock and a wait",
			plant: map[string]string{
				"loyalty/a.go":          "package loyalty\nfunc f() {\n\tgo f()\n}",
				"loyalty/b.go":          "package loyalty\nimport clock \"time\"\nvar _ = clock.Now\nvar _ = clock.Local",
				"loyalty/c.go":          "package loyalty\nimport . \"time\"\nvar _ = Now()",
				"customer/journal/g.go": "package journal\nimport \"sync\"\nvar _ sync.WaitGroup",
			},
			want: []string{
				"customer/journal/g.go:3: purity: sync.WaitGroup: the library starts no goroutine",
				"loyalty/a.go:3: purity: the library starts no goroutine",
				"loyalty/b.go:3: purity: time.Now: time is an argument",
				"loyalty/b.go:4: purity: time.Local: the host loads the zone and passes it",
				"loyalty/c.go:2: purity: a dot import hides what is called",
			},
		},
		{
			name: "sideways and upwards",
			plant: map[string]string{
				"customer/up.go":             "package customer\nimport \"github.com/rapport-crm/rapport/segment\"",
				"customer/in_test.go":        "package customer\nimport \"github.com/rapport-crm/rapport/loyalty\"",
				"customer/up_test.go":        "package customer_test\nimport \"github.com/rapport-crm/rapport/loyalty\"",
				"customer/customertest/u.go": "package customertest\nimport \"github.com/rapport-crm/rapport/promo\"",
				"segment/sideways.go":        "package segment\nimport \"github.com/rapport-crm/rapport/lifecycle\"",
				"lifecycle/churn/up.go":      "package churn\nimport \"github.com/rapport-crm/rapport/promo/wallet\"",
				"complaint/root.go":          "package complaint\nimport \"github.com/rapport-crm/rapport\"",
				"promo/shop.go":              "package promo\nimport \"github.com/rapport-crm/rapport/examples/bakery\"",
			},
			want: []string{
				"complaint/root.go:2: floors: complaint does not import the root package",
				"customer/customertest/u.go:2: floors: customer does not import promo",
				"customer/in_test.go:2: floors: customer does not import loyalty",
				"customer/up.go:2: floors: customer does not import segment",
				"customer/up_test.go:2: floors: customer does not import loyalty",
				"lifecycle/churn/up.go:2: floors: lifecycle does not import promo/wallet",
				"promo/shop.go:2: floors: nobody imports examples: examples/bakery",
				"segment/sideways.go:2: floors: segment does not import lifecycle",
			},
		},
		{
			name:  "a root package with imports",
			plant: map[string]string{"doc.go": "package rapport\nimport \"github.com/rapport-crm/rapport/customer\"\nimport \"fmt\""},
			want: []string{
				"doc.go:2: floors: the root package imports nothing, not github.com/rapport-crm/rapport/customer",
				"doc.go:3: floors: the root package imports nothing, not fmt",
			},
		},
		{
			name:  "drawers on the top level",
			plant: map[string]string{"util/util.go": "package util", "rules.go": "package rapport", "Makefile": "all:\n"},
			want: []string{
				"Makefile: top level: it holds only " + strings.Join(entries, ", "),
				"rules.go: top level: it holds only " + strings.Join(entries, ", "),
				"util: top level: it holds only " + strings.Join(entries, ", "),
			},
		},
		{
			name:  "a file that cannot be read as Go",
			plant: map[string]string{"segment/broken.go": "package segment\nfunc {"},
			want:  []string{"segment/broken.go: syntax: "},
		},
		{
			name:  "a file that is no Go at all",
			plant: map[string]string{"segment/broken.go": "pack segment"},
			want:  []string{"segment/broken.go: syntax: "},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			root := tree(t, test.plant)
			got, err := check(root)
			if err != nil {
				t.Fatal(err)
			}
			for i := range max(len(got), len(test.want)) {
				switch {
				case i >= len(got):
					t.Errorf("not found: %s", test.want[i])
				case i >= len(test.want):
					t.Errorf("found besides: %s", got[i])
				case strings.HasSuffix(test.want[i], ": "): // the rest is the parser's own
					if !strings.HasPrefix(got[i], test.want[i]) {
						t.Errorf("got  %s\nwant %s…", got[i], test.want[i])
					}
				case got[i] != test.want[i]:
					t.Errorf("got  %s\nwant %s", got[i], test.want[i])
				}
			}
		})
	}
}

func TestCheckTrackedFile(t *testing.T) {
	root := tree(t, map[string]string{"notes.txt": "gone soon"})
	if _, err := run(root, "git", "add", "notes.txt"); err != nil {
		t.Fatal(err)
	}
	if got, err := check(root); err != nil || len(got) != 1 || !strings.HasPrefix(got[0], "notes.txt: top level: ") {
		t.Errorf("check = %q, %v; notes.txt is tracked", got, err)
	}
	if err := os.Remove(filepath.Join(root, "notes.txt")); err != nil {
		t.Fatal(err)
	}
	if got, err := check(root); err != nil || len(got) > 0 {
		t.Errorf("check = %q, %v; a deleted file lies nowhere", got, err)
	}
}

func TestCheckUnreadable(t *testing.T) {
	root := tree(t, map[string]string{"go.mod": "modul"})
	if got, err := check(root); err == nil {
		t.Errorf("check = %q without an error on a go.mod that is none", got)
	}
}

// TestLinterList holds the linter's list of imports against the one here.
func TestLinterList(t *testing.T) {
	config, err := os.ReadFile(filepath.Join("..", "..", ".golangci.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(config), "\n          allow:\n")
	var listed []string
	for line := range strings.Lines(rest) {
		item, isItem := strings.CutPrefix(strings.TrimSpace(line), "- ")
		if !isItem {
			break
		}
		item, _, _ = strings.Cut(item, " #")
		listed = append(listed, item)
	}
	var want []string
	for _, path := range append(slices.Clone(pure), decimal) {
		want = append(want, path+"$")
	}
	want = append(want, module+"/")
	slices.Sort(listed)
	slices.Sort(want)
	if !slices.Equal(listed, want) {
		t.Errorf(".golangci.yaml lets the library import\n%q, this program\n%q", listed, want)
	}
}

// tree lays the sound tree and a plant over it into a git repository.
func tree(t *testing.T, plant map[string]string) string {
	t.Helper()
	root := t.TempDir()
	files := maps.Clone(sound)
	maps.Copy(files, plant)
	for name, text := range files {
		name = filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := run(root, "git", "init", "-q"); err != nil {
		t.Fatal(err)
	}
	return root
}
