package customertest

import (
	"encoding"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"
)

// Texts returns the stored texts of an enumeration from 1 to its last value, with blanks
// between them, to be held against a line of the test: whoever renames one migrates data.
// It fails where a text is not that of String, or is not read back as the value that it was
// written for, and where a value outside the enumeration is written or read.
func Texts[E interface {
	~uint8
	encoding.TextMarshaler
}, P interface {
	*E
	encoding.TextUnmarshaler
}](t testing.TB, last E) string {
	t.Helper()
	var all []string
	for one := E(1); one <= last; one++ {
		text, err := one.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		if named := fmt.Sprint(one); named != string(text) {
			t.Errorf("%q is written for what is named %q", text, named)
		}
		var read E
		if err := P(&read).UnmarshalText(text); err != nil || read != one {
			t.Errorf("%q is written for %v and read as %v: %v", text, one, read, err)
		}
		all = append(all, string(text))
	}
	for _, none := range []E{0, last + 1} {
		if text, err := none.MarshalText(); err == nil {
			t.Errorf("%q is written for %d, which is no value", text, none)
		}
		var read E
		if text := fmt.Sprint(none); P(&read).UnmarshalText([]byte(text)) == nil {
			t.Errorf("%q is read, which is the text of no value", text)
		}
	}
	return strings.Join(all, " ")
}

// Codes returns the reason codes that a Go file declares, in their order: the values of its
// constants whose names begin with Code. A test that walks them forgets none. A file without
// one is a failure.
func Codes(t testing.TB, file string) []string {
	t.Helper()
	source, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	ast.Inspect(source, func(node ast.Node) bool {
		constant, is := node.(*ast.ValueSpec)
		if !is || !strings.HasPrefix(constant.Names[0].Name, "Code") {
			return true
		}
		for _, value := range constant.Values {
			literal, is := value.(*ast.BasicLit)
			if !is {
				t.Fatalf("%s: %s is no text", file, constant.Names[0].Name)
			}
			code, err := strconv.Unquote(literal.Value)
			if err != nil {
				t.Fatal(err)
			}
			codes = append(codes, code)
		}
		return true
	})
	if len(codes) == 0 {
		t.Fatalf("%s declares no reason code", file)
	}
	return codes
}
