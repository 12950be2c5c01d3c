package journal

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rapport-crm/rapport/customer"
)

// MaxKey is the longest key in bytes, its verb included.
const MaxKey = 256

const maxVerb = 32

// Key returns the key of a request: the verb, a colon, and the host's reference, which
// is unique over all its shops and tills for that verb. A verb is a word of lower-case
// letters, digits and hyphens, at most 32 bytes; a reference is any text without
// control characters. What is wrong with them comes back as customer.Faults.
func Key(verb, ref string) (string, error) {
	var faults customer.Faults
	checkVerb(&faults, verb)
	checkText(&faults, "ref", ref, MaxKey-len(verb)-1)
	if err := faults.Err(); err != nil {
		return "", err
	}
	return verb + ":" + ref, nil
}

func checkKey(faults *customer.Faults, key string) {
	verb, ref, found := strings.Cut(key, ":")
	if !found {
		faults.Add("key", key, "is a verb, a colon and a reference, as Key makes it")
		return
	}
	var parts customer.Faults
	checkVerb(&parts, verb)
	checkText(&parts, "ref", ref, MaxKey-len(verb)-1)
	faults.Join("key", parts)
}

func checkVerb(faults *customer.Faults, verb string) {
	word := verb != "" && len(verb) <= maxVerb && verb[0] >= 'a' && verb[0] <= 'z'
	for i := range min(len(verb), maxVerb) {
		c := verb[i]
		word = word && (c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-')
	}
	if !word {
		faults.Add("verb", verb, "is a word of a to z, digits and hyphens, at most 32 bytes")
	}
}

// checkText adds a fault unless text is one line of 1 to most bytes.
func checkText(faults *customer.Faults, path, text string, most int) {
	switch {
	case text == "":
		faults.Add(path, text, "is required")
	case len(text) > most:
		faults.Add(path, text, "is too long: keys and ids have at most 256 bytes")
	case !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl):
		faults.Add(path, text, "is UTF-8 text without control characters")
	}
}
