package journal

import (
	"strings"

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
	checkRef(&faults, ref, MaxKey-len(verb)-1)
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
	checkRef(&parts, ref, MaxKey-len(verb)-1)
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

// checkRef adds a fault unless a reference is text that fits into a key behind its verb.
func checkRef(faults *customer.Faults, ref string, most int) {
	faults.Name("ref", ref)
	if len(ref) > most && len(ref) <= customer.MaxText {
		faults.Add("ref", ref, "is too long: a key, with its verb, has at most 256 bytes")
	}
}
