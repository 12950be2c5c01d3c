package identity

import (
	"slices"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Outcome is what came of asking who somebody is. The zero Outcome is none.
type Outcome uint8

// The outcomes. Their texts are format.
const (
	Recognised Outcome = iota + 1 // it is one customer's
	Several                       // it is several customers': ask which of them
	Unknown                       // nobody has it
	NotGood                       // it was somebody's, or will be, and identifies nobody then: see Status
	Unreadable                    // it is no identifier of the scheme
)

// String returns the stored text.
func (o Outcome) String() string {
	switch o {
	case Recognised:
		return "recognised"
	case Several:
		return "several"
	case Unknown:
		return "unknown"
	case NotGood:
		return "not-good"
	case Unreadable:
		return "unreadable"
	}
	return "outcome " + strconv.Itoa(int(o))
}

// MarshalText writes the stored text; anything else is an error.
func (o Outcome) MarshalText() ([]byte, error) {
	return customer.WriteStored("identity", o, Unreadable)
}

// UnmarshalText reads what MarshalText wrote.
func (o *Outcome) UnmarshalText(text []byte) error {
	return customer.ReadStored("identity", "outcome", o, Unreadable, text)
}

// Recognition is who somebody is, as far as what she showed or said tells it. Printed, it hides the
// identifier.
type Recognition struct {
	Outcome Outcome `json:"outcome"`
	Status  Status  `json:"status,omitzero"` // of the identifier; of several that of the best
	Token   Token   `json:"token,omitzero"`
	// Customer is the root of the records that have it, where these are one customer's: also where it
	// is no longer good, so that an old number still leads to whose it was.
	Customer customer.ID `json:"customer,omitempty"`
	// Customers are the roots of all records that have it with this status, by the age of the record
	// that has it.
	Customers []customer.ID     `json:"customers,omitempty"`
	Matches   []Found           `json:"matches,omitempty"` // every record that has it, or had, oldest first
	Reasons   []customer.Reason `json:"reasons"`
}

// Identify says whose an identifier is that somebody shows at a till, types in, or calls from, as it
// was told. It normalises it, looks it up, and reads linked records as the one customer that they are.
// Of several who share a number, and of whom one was told with the extension that was told now, it is
// that one. Whatever is not good it says, with whose it was, and lets the host decide what that is
// worth.
//
// A call without an instant or a directory is customer.Faults; all else is an outcome.
func (g *Register) Identify(directory *Directory, scheme, issuer, raw string, at time.Time) (Recognition, error) {
	if g == nil || g.zone == nil {
		return Recognition{}, errNoRegister
	}
	var faults customer.Faults
	if directory == nil {
		faults.Add("directory", "", "is required")
	}
	faults.Instant("at", at)
	if err := faults.Err(); err != nil {
		return Recognition{}, err
	}
	id, missing := g.readable(scheme, issuer, raw, at)
	if len(missing) > 0 {
		return Recognition{Outcome: Unreadable, Reasons: missing}, nil
	}
	r := Recognition{Outcome: Unknown, Token: id.Token, Matches: directory.Find(id.Token, at)}
	if len(r.Matches) == 0 {
		r.because(g, customer.Reason{Code: CodeUnknown, Of: scheme})
		return r, nil
	}
	r.Status = slices.MinFunc(r.Matches, func(a, b Found) int { return int(a.Status) - int(b.Status) }).Status
	seen := map[customer.ID]bool{}
	for i := range r.Matches {
		one := &r.Matches[i]
		if one.Why.Rule = g.rules.Name(); !one.Why.At.IsZero() {
			one.Why.At = one.Why.At.In(g.zone)
		}
		if !one.Why.Until.IsZero() {
			one.Why.Until = one.Why.Until.In(g.zone)
		}
		if one.Status == r.Status && !seen[one.Root] {
			seen[one.Root] = true
			r.Customers = append(r.Customers, one.Root)
		}
	}
	if len(r.Customers) == 1 {
		r.Customer = r.Customers[0]
	}
	r.conclude(g, id.Extension)
	return r, nil
}

// readable reads an identifier that is looked up, or says why it is none.
func (g *Register) readable(scheme, issuer, raw string, at time.Time) (Identifier, []customer.Reason) {
	id := Identifier{Token: Token{Scheme: scheme, Issuer: issuer}, Raw: raw}
	in := reading{register: g}
	if id.asked(&in.faults); len(in.faults) == 0 {
		in.read("", &id, 0, at)
	}
	if len(in.faults) > 0 {
		in.miss(CodeUnreadable, scheme)
	}
	return id, in.missing
}

// conclude says what the matches come to.
func (r *Recognition) conclude(g *Register, extension string) {
	for i := range r.Matches {
		if one := &r.Matches[i]; one.Status == r.Status && r.Status != Good {
			r.Reasons = append(r.Reasons, one.Why)
		}
	}
	switch {
	case r.Status != Good && r.Customer != "":
		r.Outcome = NotGood
		r.because(g, customer.Reason{Code: CodeWasOf, Of: string(r.Customer)})
	case r.Status != Good:
		r.Outcome = NotGood
		r.because(g, customer.Reason{Code: CodeWasOfSeveral, Fact: int64(len(r.Customers)), Unit: customer.UnitCustomers})
	case r.Customer != "":
		r.Outcome = Recognised
		r.because(g, customer.Reason{Code: CodeRecognised, Of: string(r.Customer)})
		seen := map[customer.ID]bool{r.Customer: true}
		for i := range r.Matches {
			if other := r.Matches[i].Root; !seen[other] {
				seen[other] = true
				r.because(g, customer.Reason{Code: CodeNotGoodFor, Of: string(other)})
			}
		}
	default:
		r.Outcome = Several
		if one := r.extended(extension); one != "" {
			r.Outcome, r.Customer = Recognised, one
			r.because(g, customer.Reason{Code: CodeByExtension, Of: string(one), Fact: int64(len(r.Customers)), Unit: customer.UnitCustomers})
			return
		}
		r.because(g, customer.Reason{Code: CodeSeveral, Fact: int64(len(r.Customers)), Unit: customer.UnitCustomers})
	}
}

// extended returns the one customer that has the number with an extension, if it is one.
func (r *Recognition) extended(extension string) (one customer.ID) {
	for i := range r.Matches {
		found := &r.Matches[i]
		switch {
		case extension == "" || found.Extension != extension || found.Status != Good || found.Root == one:
		case one != "":
			return ""
		default:
			one = found.Root
		}
	}
	return one
}

func (r *Recognition) because(g *Register, reason customer.Reason) {
	reason.Rule = g.rules.Name()
	r.Reasons = append(r.Reasons, reason)
}
