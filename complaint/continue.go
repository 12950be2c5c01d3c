package complaint

import (
	"cmp"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Caller is what is known of a new contact before anybody knows which case it is about.
type Caller struct {
	At       time.Time
	Customer customer.ID // empty: not recognised
	Reach    string      // the host's token of the number or address that she comes from
	Topic    string
	Service  string
}

// Known is a case under its ID, as the host has loaded it.
type Known struct {
	ID   ID
	Case Case
}

// Continuation is a case that a new contact may belong to.
type Continuation struct {
	ID ID
	// Same says that nothing speaks for another matter: the contact is logged on this case, and
	// no other is opened.
	Same bool
	Last Contact // the last one of the case, whoever had it, with its note
	// Open is what the case is still owed: promises that are not kept.
	Open []customer.Reason
	// Reasons say what is the same, what differs, and what is to be done first: a closed case is
	// reopened, or is followed by another once that is too late.
	Reasons []customer.Reason
}

// Continue says which case a new contact goes on with, so that whoever answers has the case
// before her, and a customer who calls again opens no second one. Of the cases that the host has
// loaded, open ones and others, it returns those of this customer, or where she is not recognised
// those that are answered to where she comes from. First come those of which nothing differs,
// then open ones before closed, then by how much is the same; after that the last contact, the
// earlier receipt and the smaller ID decide. A duplicate is left out where its root is returned.
// Where several are the Same, and nothing that she said tells them apart, whoever answers asks.
func (p *Policy) Continue(caller Caller, cases []Known) []Continuation {
	if p.zone == nil {
		return nil
	}
	type ranked struct {
		Continuation
		of   *Case
		same int
	}
	var all []ranked
	for i := range cases {
		one := &cases[i]
		c := &one.Case
		reasons, same, other := p.compare(caller, c)
		if same == 0 || p.merged(caller, c, cases) {
			continue
		}
		row := ranked{Continuation{ID: one.ID, Same: other == 0, Reasons: reasons}, c, same}
		if n := len(c.Contacts); n > 0 {
			row.Last = c.Contacts[n-1]
		}
		if c.Phase == Closed {
			window := p.window(c, caller.At)
			row.Same = row.Same && window.Code == CodeReopenUntil
			row.Reasons = append(row.Reasons, window)
		}
		if root := c.duplicateOf(); root != "" {
			row.Reasons = append(row.Reasons, customer.Reason{Code: CodeForward, Of: string(root)})
		}
		p.barPromises(c, caller.At, func(open customer.Reason) { row.Open = append(row.Open, p.signed(open)) })
		for j := range row.Reasons {
			row.Reasons[j] = p.signed(row.Reasons[j])
		}
		all = append(all, row)
	}
	slices.SortFunc(all, func(a, b ranked) int {
		return cmp.Or(
			first(a.Same, b.Same), first(a.of.Open(), b.of.Open()), cmp.Compare(b.same, a.same),
			b.Last.At.Compare(a.Last.At), a.of.Received.Compare(b.of.Received), cmp.Compare(a.ID, b.ID),
		)
	})
	found := make([]Continuation, len(all))
	for i := range all {
		found[i] = all[i].Continuation
	}
	return found
}

// merged reports whether a case that this one is a duplicate of, be it by way of others, is one that
// the caller may mean.
func (p *Policy) merged(caller Caller, c *Case, cases []Known) bool {
	for range cases { // at most so many steps, whatever the links say
		root := c.duplicateOf()
		at := slices.IndexFunc(cases, func(k Known) bool { return root != "" && k.ID == root })
		if at < 0 {
			return false
		}
		c = &cases[at].Case
		if _, same, _ := p.compare(caller, c); same > 0 {
			return true
		}
	}
	return false
}

// first orders what is so before what is not.
func first(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// compare says what a caller has in common with a case, and how much of it, and how much differs.
// Somebody else's case has nothing, nor has one that nobody has received.
func (p *Policy) compare(caller Caller, c *Case) (reasons []customer.Reason, same, other int) {
	if c.Phase == 0 || caller.Customer != "" && caller.Customer != c.Customer {
		return nil, 0, 0
	}
	reach := caller.Reach != "" && caller.Reach == c.Reach
	if caller.Customer == "" && !reach {
		return nil, 0, 0
	}
	if caller.Customer != "" {
		same++
		reasons = append(reasons, customer.Reason{Code: CodeSameCustomer})
	}
	if reach {
		same++
		reasons = append(reasons, customer.Reason{Code: CodeSameReach})
	}
	for _, known := range [...]struct{ now, then, same, other string }{
		{caller.Topic, c.Topic, CodeSameTopic, CodeOtherTopic}, {caller.Service, c.Service, CodeSameService, CodeOtherService},
	} {
		switch {
		case known.now == "" || known.then == "": // it says nothing
		case known.now == known.then:
			same++
			reasons = append(reasons, customer.Reason{Code: known.same, Of: known.then})
		default:
			other++
			reasons = append(reasons, customer.Reason{Code: known.other, Of: known.then})
		}
	}
	return reasons, same, other
}
