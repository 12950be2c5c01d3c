package main

import (
	"cmp"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

const decimal = "github.com/shopspring/decimal"

// pure are the packages of Go's library that library code may import: none of them
// can read a clock, a file, the environment or a random source, but for the names in
// impure. Left out of the hashes is hash/maphash, which is seeded anew in every
// process. The same list stands in .golangci.yaml.
var pure = []string{
	"bytes", "cmp", "context", "crypto/hmac", "crypto/sha256", "encoding",
	"encoding/base32", "encoding/binary", "encoding/hex", "encoding/json", "errors",
	"fmt", "hash", "hash/adler32", "hash/crc32", "hash/crc64", "hash/fnv", "iter", "maps",
	"math", "math/big", "math/bits", "reflect", "slices", "sort", "strconv", "strings",
	"sync", "time", "unicode", "unicode/utf16", "unicode/utf8",
}

// syncing are the packages with a Mem store, which alone have something to lock.
var syncing = []string{"customer/journal", "customer/quota"}

// impure are the names of pure packages that are not pure.
var impure = map[string]string{
	"context.AfterFunc":         "the library starts no goroutine",
	"context.WithDeadline":      "time is an argument",
	"context.WithDeadlineCause": "time is an argument",
	"context.WithTimeout":       "time is an argument",
	"context.WithTimeoutCause":  "time is an argument",
	"sync.WaitGroup":            "the library starts no goroutine",
	"time.After":                "the library does not wait",
	"time.AfterFunc":            "the library starts no goroutine",
	"time.LoadLocation":         "the host loads the zone and passes it",
	"time.Local":                "the host loads the zone and passes it",
	"time.NewTicker":            "the library does not wait",
	"time.NewTimer":             "the library does not wait",
	"time.Now":                  "time is an argument",
	"time.Since":                "time is an argument",
	"time.Sleep":                "the library does not wait",
	"time.Tick":                 "the library does not wait",
	"time.Until":                "time is an argument",
}

// below says what each floor may import besides its own subtree.
var below = map[string][]string{
	"customer":  {},
	"complaint": {"customer"},
	"lifecycle": {"customer"},
	"loyalty":   {"customer"},
	"segment":   {"customer"},
	"promo":     {"customer", "complaint", "lifecycle", "loyalty", "segment"},
}

// code checks every Go file of the module: what it imports, and that the library
// starts no goroutine and reads no clock.
func code(root string) ([]string, error) {
	files, err := sources(root)
	if err != nil {
		return nil, err
	}
	var faults []string
	for _, file := range files {
		positions := token.NewFileSet()
		parsed, err := parser.ParseFile(positions, filepath.Join(root, file.name), nil, 0)
		if err != nil {
			faults = append(faults, fault(file.name, "syntax", "%v", err))
			continue
		}
		at := func(node ast.Node) string {
			return file.name + ":" + strconv.Itoa(positions.Position(node.Pos()).Line)
		}
		for _, spec := range parsed.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value)
			if words := floor(file, imported); words != "" {
				faults = append(faults, fault(at(spec), "floors", "%s", words))
			}
			if words := purity(file, imported); words != "" {
				faults = append(faults, fault(at(spec), "purity", "%s", words))
			}
			if file.library() && spec.Name != nil && spec.Name.Name == "." {
				faults = append(faults, fault(at(spec), "purity", "a dot import hides what is called"))
			}
		}
		if !file.library() {
			continue
		}
		names := importNames(parsed)
		ast.Inspect(parsed, func(node ast.Node) bool {
			switch node := node.(type) {
			case *ast.GoStmt:
				faults = append(faults, fault(at(node), "purity", "the library starts no goroutine"))
			case *ast.SelectorExpr:
				// An identifier that the file itself declares hides the import.
				if x, ok := node.X.(*ast.Ident); ok && x.Obj == nil && names[x.Name] != "" {
					name := names[x.Name] + "." + node.Sel.Name
					if words := impure[name]; words != "" {
						faults = append(faults, fault(at(node), "purity", "%s: %s", name, words))
					}
				}
			}
			return true
		})
	}
	return faults, nil
}

// floor says why a file must not import a package of the module, or "". It holds for
// tests too: what a test needs from above belongs above.
func floor(file source, imported string) string {
	target, ours := strings.CutPrefix(imported+"/", module+"/")
	target = strings.TrimSuffix(target, "/")
	from, _, _ := strings.Cut(file.pkg, "/")
	to, _, _ := strings.Cut(target, "/")
	switch {
	case from == "examples":
		return ""
	case from == "":
		return "the root package imports nothing, not " + imported
	case !ours:
		return ""
	case to == "examples":
		return "nobody imports examples: " + target
	case to != from && !slices.Contains(below[from], to):
		return from + " does not import " + cmp.Or(target, "the root package")
	}
	return ""
}

// purity says why a file must not import a package for what that package is, or "".
func purity(file source, imported string) string {
	inside := strings.HasPrefix(imported+"/", module+"/")
	forTests := slices.ContainsFunc(required, func(path string) bool {
		return path != decimal && strings.HasPrefix(imported+"/", path+"/")
	})
	switch {
	case file.pkg == "":
		return "" // floor has said it
	case forTests && !file.testing():
		return "only tests import " + imported
	case !file.library():
		return ""
	case inside && strings.HasSuffix(imported, "test"):
		return "only tests import " + imported
	case inside || imported == decimal:
		return ""
	case !slices.Contains(pure, imported):
		return "the library does not import " + imported
	case imported == "sync" && !slices.Contains(syncing, file.pkg):
		return "only " + strings.Join(syncing, " and ") + " import sync"
	}
	return ""
}

// testing reports whether the file is test code: a _test.go file, or one of a package
// whose name ends in test.
func (s source) testing() bool { return s.test || strings.HasSuffix(s.pkg, "test") }

// library reports whether the file is what a host links in.
func (s source) library() bool {
	top, _, _ := strings.Cut(s.pkg, "/")
	return !s.testing() && top != "examples"
}

// importNames maps the names under which a file knows the packages it imports to
// their paths.
func importNames(file *ast.File) map[string]string {
	names := map[string]string{}
	for _, spec := range file.Imports {
		imported, _ := strconv.Unquote(spec.Path.Value)
		name := path.Base(imported)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		names[name] = imported
	}
	return names
}
