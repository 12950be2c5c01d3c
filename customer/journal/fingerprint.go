package journal

import "github.com/rapport-crm/rapport/customer"

// Fact is what a request asks for, complete: a customer.Purchase, a customer.Return,
// or a struct of the host's or of another package that writes each of its fields once.
// It holds what the caller sent, never state, rules or the time of processing, which
// differ when the request is sent again. journaltest.TestFact finds forgotten fields.
type Fact interface {
	Canonical(*customer.Canonical)
}

// Fingerprint returns the SHA-256 of a verb and a fact in canonical form, as 64
// hexadecimal digits. Two requests have one fingerprint exactly if they ask for the
// same: amounts compare as numbers (1.10 is 1.1), instants without their zone, lists in
// their order. A fact that has no canonical form is returned as customer.Faults.
//
// A field that is zero leaves no trace, so that facts can grow: a field added later
// changes no fingerprint made before.
func Fingerprint(verb string, fact Fact) (string, error) {
	var form customer.Canonical
	form.Text("verb", verb)
	fact.Canonical(&form)
	return form.Sum()
}

func isFingerprint(text string) bool {
	hex := len(text) == 64
	for i := range len(text) {
		hex = hex && (text[i] >= '0' && text[i] <= '9' || text[i] >= 'a' && text[i] <= 'f')
	}
	return hex
}
