package conversation

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Outcome is what became of a request. The zero Outcome is none yet.
type Outcome uint8

// The outcomes. Their texts are format.
const (
	Granted   Outcome = iota + 1
	Refused           // by us
	Withdrawn         // by her
	Unfounded         // a fault that she reported, and nobody could find
)

// String returns the stored text.
func (o Outcome) String() string {
	switch o {
	case Granted:
		return "granted"
	case Refused:
		return "refused"
	case Withdrawn:
		return "withdrawn"
	case Unfounded:
		return "unfounded"
	}
	return "outcome " + strconv.Itoa(int(o))
}

// MarshalText writes the stored text; anything else is an error.
func (o Outcome) MarshalText() ([]byte, error) {
	return customer.WriteStored("conversation", o, Unfounded)
}

// UnmarshalText reads what MarshalText wrote.
func (o *Outcome) UnmarshalText(text []byte) error {
	return customer.ReadStored("conversation", "outcome", o, Unfounded, text)
}

// Request is one thing that a customer asked for, or reported, during a stay.
type Request struct {
	Ref  string    `json:"ref"`
	At   time.Time `json:"at"`
	Kind string    `json:"kind"` // in the host's words: other-hall, water, machine-broken

	Outcome Outcome   `json:"outcome,omitzero"`
	Ended   time.Time `json:"ended,omitzero"` // when it was granted, refused, withdrawn, or nothing was found

	// Charged says that it costs her something. Told is when she was told so; zero: nobody did.
	Charged bool      `json:"charged,omitempty"`
	Told    time.Time `json:"told,omitzero"`
}

// UnrestRules says which requests are a sign that something is wrong. Zero is off.
type UnrestRules struct {
	// Small are the kinds that are small things each. A fault that nobody could find is one, too.
	Small []string `json:"small,omitempty"`
	// Times is how many small requests after a refusal, within Minutes of it, are unrest.
	Times   int `json:"times,omitempty"`
	Minutes int `json:"minutes,omitempty"`
	// Withdrawals makes a request that she withdrew when she was told what it costs as good as
	// refused.
	Withdrawals bool `json:"withdrawals,omitempty"`
	// GapMinutes is how soon after another a request is remarked upon.
	GapMinutes int `json:"gap_minutes,omitempty"`
}

// Stay is what the requests of a stay say.
type Stay struct {
	// Unrest says that small things were asked for again and again after a refusal: she is not
	// content, and it is not about the water.
	Unrest bool `json:"unrest"`
	// Since is the refusal that it followed; of several the first.
	Since time.Time `json:"since,omitzero"`
	// Because is the refusal and the small requests after it.
	Because []customer.Reason `json:"because,omitempty"`
	// Findings are a charge that she was not told of before it fell due (a fault), and remarks:
	// what was withdrawn at the price, requests soon after each other, faults that nobody could
	// find, which stay in the log as she reported them.
	Findings []Finding `json:"findings,omitempty"`
}

const maxMinutes = 30 * 24 * 60

func (b *Book) readUnrest(faults *customer.Faults) {
	u := &b.rules.Unrest
	faults.Within("unrest.small", len(u.Small), 0, MaxPoints)
	for i, kind := range u.Small[:min(len(u.Small), MaxPoints)] {
		path := fmt.Sprintf("unrest.small[%d]", i)
		faults.Name(path, kind)
		once(faults, b.small, path, kind)
	}
	u.Small = nil
	faults.Within("unrest.times", u.Times, 0, MaxRequests)
	faults.Within("unrest.minutes", u.Minutes, 0, maxMinutes)
	faults.Within("unrest.gap_minutes", u.GapMinutes, 0, maxMinutes)
	if (u.Times == 0) != (u.Minutes == 0) {
		faults.Add("unrest.minutes", u.Minutes, "and times are filled in, or both absent")
	}
}

func (r *Request) check(faults *customer.Faults, path string) {
	faults.Name(path+".ref", r.Ref)
	faults.Name(path+".kind", r.Kind)
	faults.Instant(path+".at", r.At)
	if r.Outcome > Unfounded {
		faults.Add(path+".outcome", r.Outcome, "is granted, refused, withdrawn, unfounded, or absent")
	}
	if (r.Outcome == 0) != r.Ended.IsZero() || !r.Ended.IsZero() && r.Ended.Before(r.At) {
		faults.Add(path+".ended", r.Ended, "is an instant not before at where there is an outcome, and absent otherwise")
	}
	if !r.Told.IsZero() && !r.Charged {
		faults.Add(path+".told", r.Told, "is of a request that is charged")
	}
}

// Stay looks through the requests of one stay, which are in the order of their instants.
func (b *Book) Stay(requests []Request, on customer.Date) (Stay, error) {
	var faults customer.Faults
	faults.Within("requests", len(requests), 0, MaxRequests)
	seen := map[string]bool{}
	for i := range requests[:min(len(requests), MaxRequests)] {
		one, path := &requests[i], fmt.Sprintf("requests[%d]", i)
		one.check(&faults, path)
		once(&faults, seen, path+".ref", one.Ref)
		if i > 0 && one.At.Before(requests[i-1].At) {
			faults.Add(path+".at", one.At, "is not before that of the request before")
		}
	}
	if err := b.asked(faults, on); err != nil {
		return Stay{}, err
	}
	stay := Stay{Findings: b.remarks(requests)}
	for _, refused := range b.denied(requests) {
		if b.unrest(&stay, refused, requests) {
			break
		}
	}
	return stay, nil
}

// remarks are what is found of single requests.
func (b *Book) remarks(requests []Request) []Finding {
	var findings []Finding
	gap := time.Duration(b.rules.Unrest.GapMinutes) * time.Minute
	for i := range requests {
		one := &requests[i]
		note := func(fault bool, reason customer.Reason) {
			reason.Rule, reason.Of, reason.At = b.name+"/"+one.Kind, one.Ref, one.At
			findings = append(findings, Finding{Fault: fault, Reason: reason})
		}
		if one.Charged && one.Outcome == Granted && (one.Told.IsZero() || one.Told.After(one.Ended)) {
			note(true, customer.Reason{Code: CodeUntold, Until: one.Ended})
		}
		if one.withdrawnAtPrice() {
			note(false, customer.Reason{Code: CodeWithdrawn, Until: one.Ended})
		}
		if one.Outcome == Unfounded {
			note(false, customer.Reason{Code: CodeUnfounded, Until: one.Ended})
		}
		if i > 0 && gap > 0 {
			if since := one.At.Sub(requests[i-1].At); since <= gap {
				note(false, customer.Reason{Code: CodeSoon, Fact: int64(since / time.Second), Mark: int64(gap / time.Second), Unit: customer.UnitSeconds})
			}
		}
	}
	return findings
}

// withdrawnAtPrice reports whether she withdrew a request after she was told what it costs.
func (r *Request) withdrawnAtPrice() bool {
	return r.Outcome == Withdrawn && r.Charged && !r.Told.IsZero() && !r.Told.After(r.Ended)
}

// denied returns the requests that were refused, or given up for their price, by when they were.
func (b *Book) denied(requests []Request) (denied []*Request) {
	for i := range requests {
		if one := &requests[i]; one.Outcome == Refused || b.rules.Unrest.Withdrawals && one.withdrawnAtPrice() {
			denied = append(denied, one)
		}
	}
	slices.SortStableFunc(denied, func(a, b *Request) int { return a.Ended.Compare(b.Ended) })
	return denied
}

// unrest notes the small requests after a refusal if they are enough, and reports whether.
func (b *Book) unrest(stay *Stay, refused *Request, requests []Request) bool {
	rules, at := &b.rules.Unrest, refused.Ended
	if rules.Times == 0 {
		return false
	}
	until := at.Add(time.Duration(rules.Minutes) * time.Minute)
	var small []customer.Reason
	for i := range requests {
		one := &requests[i]
		if one.At.After(at) && !one.At.After(until) && (b.small[one.Kind] || one.Outcome == Unfounded) {
			small = append(small, customer.Reason{Code: CodeSmall, Rule: b.name + "/" + one.Kind, Of: one.Ref, At: one.At})
		}
	}
	if len(small) < rules.Times {
		return false
	}
	stay.Unrest, stay.Since = true, at
	stay.Because = slices.Concat([]customer.Reason{
		{Code: CodeUnrest, Rule: b.name, Fact: int64(len(small)), Mark: int64(rules.Times), Unit: customer.UnitTimes, At: at, Until: until},
		{Code: CodeDenied, Rule: b.name + "/" + refused.Kind, Of: refused.Ref, At: at},
	}, small)
	return true
}
