package complaint

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// isNote reports whether a text is valid UTF-8 whose only control characters break lines.
func isNote(text string) bool {
	return utf8.ValidString(text) && strings.IndexFunc(text, func(r rune) bool { return r != '\n' && unicode.IsControl(r) }) < 0
}
