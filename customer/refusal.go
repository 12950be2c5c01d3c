package customer

import (
	"fmt"
	"strings"
)

// Refusal is the answer "no" of a rule to a well-formed question: the rule that
// said it, and everything that is missing, so that nobody is sent from counter to
// counter for one thing at a time. It is an error; find it with errors.As. A
// malformed question gets [Faults] instead.
type Refusal struct {
	Rule    string   `json:"rule"`
	Missing []Reason `json:"missing"`
}

// Error names the rule and the codes of all that is missing. What a customer or an
// agent should read comes from the Explain of the package that refused.
func (r *Refusal) Error() string {
	codes := make([]string, len(r.Missing))
	for i, missing := range r.Missing {
		codes[i] = missing.Code
	}
	return fmt.Sprintf("customer: refused by %s: %s", r.Rule, strings.Join(codes, ", "))
}
