package identity

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/rapport-crm/rapport/customer"
)

// Concern is a part of the house that a link has consequences for. The zero Concern is refused.
type Concern uint8

// The concerns. Their texts are format.
const (
	Points    Concern = iota + 1 // the account of points
	Cases                        // complaints, and whatever else is open
	Purchases                    // what she bought, and all that is counted from it
	Consents                     // what she allowed and refused
	Lists                        // personal lists, vouchers, and how often she is contacted

	lastConcern = Lists
)

// String returns the stored text.
func (c Concern) String() string {
	switch c {
	case Points:
		return "points"
	case Cases:
		return "cases"
	case Purchases:
		return "purchases"
	case Consents:
		return "consents"
	case Lists:
		return "lists"
	}
	return "concern " + strconv.Itoa(int(c))
}

// MarshalText writes the stored text; anything else is an error.
func (c Concern) MarshalText() ([]byte, error) {
	return customer.WriteStored("identity", c, lastConcern)
}

// UnmarshalText reads what MarshalText wrote.
func (c *Concern) UnmarshalText(text []byte) error {
	return customer.ReadStored("identity", "concern", c, lastConcern, text)
}

// Consequence is something that the host has to do, or to read in another way, after records became
// those of one customer, or of two again. This package moves nothing.
//
// The root of a group is the customer that other packages know. From is the one that was a root, or
// that splits off from; To is whose the Records are from now on:
//
//	           a link                              an unlink
//	Points     transfer what From has to To        nothing comes back by itself: Moved is what was
//	                                               transferred between the two, to decide on
//	Cases      show those of Records as To's       show them as To's again: they were never changed
//	Purchases  count those of Records as To's      count them apart again
//	Consents   of two that differ the stricter     each holds as it was given
//	Lists      one list, one cap: withdraw From's  make two
type Consequence struct {
	Concern Concern         `json:"concern"`
	From    customer.ID     `json:"from"`
	To      customer.ID     `json:"to"`
	Records []customer.ID   `json:"records"`         // that were From's and are To's, oldest first
	Ref     string          `json:"ref"`             // for what the host books: always the same one for this link, or unlink, and concern
	Moved   []Moved         `json:"moved,omitempty"` // after an unlink: what was moved between From's and To's, in the order given
	Reason  customer.Reason `json:"reason"`
}

// Moved is something that a host has moved from one customer to another, because of some link.
type Moved struct {
	Concern Concern     `json:"concern"`
	Ref     string      `json:"ref"` // the host's: that of the transfer
	From    customer.ID `json:"from"`
	To      customer.ID `json:"to"`
}

// Consequences says what follows from a link of the record id that was made, or taken back: an item
// of its Links, as it is after that. Members are the records of both groups as they are now; a record
// that they name and that is not among them is a fault. Nothing follows where the two records had been
// joined by other links anyhow: by those made before it, or, where it was taken back, by those that were
// taken back after it or stand. So a host that asks late, after others were made or taken back, and asks
// of each, misses nothing: every customer who is none by herself any more leads to the one that she is of
// now. Moved is whatever the host has moved between any of them; of an
// unlink, each consequence names what crossed from one side to the other, whichever link had been the
// reason: a merchant's clerk decides on it, since points may have been spent meanwhile.
//
// The answer depends on what it is given alone, so that a host which crashed asks again, and Ref
// keeps what it books from being booked twice.
func Consequences(id customer.ID, link Linked, members []Member, moved ...Moved) ([]Consequence, error) {
	g, err := unjoined(members)
	if err != nil {
		return nil, err
	}
	var faults customer.Faults
	for _, end := range [...]customer.ID{id, link.To} {
		if i, known := g.at[end]; !known || g.nodes[i].record == nil {
			faults.Add("members", end, "are all records of both groups: this one is missing")
		}
	}
	for i := range g.nodes {
		if one := g.nodes[i].id; g.nodes[i].record == nil && one != link.To {
			faults.Add("members", one, "are all records of both groups: this one is missing")
		}
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	young, old := g.at[id], g.at[link.To]
	row := slices.IndexFunc(g.nodes[young].record.Links, func(one Linked) bool { return one.Ref == link.Ref })
	g.join(func(_ customer.ID, _ int, one *Linked) bool { return one.Stands() })
	whole := g.root(young)
	g.join(func(from customer.ID, k int, one *Linked) bool {
		if link.Stands() {
			return one.Stands() && cmp.Or(one.At.Compare(link.At), cmp.Compare(from, id), cmp.Compare(k, row)) < 0
		}
		return one.Stands() || !one.At.After(link.Unlinked) &&
			cmp.Or(one.Unlinked.Compare(link.Unlinked), cmp.Compare(from, id), cmp.Compare(k, row)) > 0
	})
	// The older one of the two roots is where both are read; the other one is what joins it or splits off.
	root, part := g.root(young), g.root(old)
	if root == part {
		return nil, nil
	}
	if root > part {
		root, part = part, root
	}
	records := g.group(part)
	from, to := g.nodes[part].id, g.nodes[whole].id
	if !link.Stands() {
		from, to = g.nodes[root].id, g.nodes[part].id
	}
	var all []Consequence
	for concern := Points; concern <= lastConcern; concern++ {
		ref, err := followRef(id, &link, concern)
		if err != nil {
			return nil, err
		}
		one := Consequence{Concern: concern, From: from, To: to, Records: slices.Clone(records), Ref: ref}
		one.Reason = customer.Reason{Code: followCode(concern, link.Stands()), Of: string(to), At: link.At}
		if !link.Stands() {
			one.Reason.At = link.Unlinked
			one.Moved = g.crossed(concern, root, part, moved)
			one.Reason.Fact = int64(len(one.Moved))
		}
		all = append(all, one)
	}
	return all, nil
}

// crossed returns what was moved between two groups.
func (g *graph) crossed(concern Concern, a, b int, moved []Moved) (all []Moved) {
	for _, one := range moved {
		from, known := g.at[one.From]
		to, also := g.at[one.To]
		if !known || !also || one.Concern != concern {
			continue
		}
		from, to = g.root(from), g.root(to)
		if from == a && to == b || from == b && to == a {
			all = append(all, one)
		}
	}
	return all
}

// followRef derives a reference that is as unique as the link is: that of a command is so only under
// one id.
func followRef(id customer.ID, link *Linked, concern Concern) (string, error) {
	const verb, digits = "link-", 32
	var c customer.Canonical
	c.Text("id", string(id))
	c.Text("to", string(link.To))
	c.Text("ref", link.Ref)
	c.Text("unlink", link.UnlinkRef)
	c.Text("concern", concern.String())
	sum, err := c.Sum()
	if err != nil {
		return "", err
	}
	return verb + sum[:digits], nil
}

func followCode(concern Concern, stands bool) string {
	switch concern {
	case Points:
		if stands {
			return CodePointsTransfer
		}
		return CodePointsReview
	case Cases:
		if stands {
			return CodeCasesJoin
		}
		return CodeCasesPart
	case Purchases:
		if stands {
			return CodePurchasesJoin
		}
		return CodePurchasesPart
	case Consents:
		if stands {
			return CodeConsentsStricter
		}
		return CodeConsentsOwn
	case Lists:
		if stands {
			return CodeListsJoin
		}
		return CodeListsPart
	}
	return ""
}
