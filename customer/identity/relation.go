package identity

import (
	"slices"
	"strings"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// GoldenClass is the class of several records read as one, and whether the customer is a key account.
type GoldenClass struct {
	Classed
	Record customer.ID       `json:"record,omitempty"` // that the class comes from; empty: none has one
	Why    []customer.Reason `json:"why,omitempty"`
	Others []GoldenClass     `json:"others,omitempty"` // that other records have, oldest record first: to be told
}

// GoldenOwner is whom several records belong to, read as one.
type GoldenOwner struct {
	Owned
	Record customer.ID     `json:"record,omitempty"` // that the owner comes from; empty: none has one
	Why    customer.Reason `json:"why,omitzero"`
	Others []GoldenOwner   `json:"others,omitempty"` // whom other records belong to, oldest first: to be told
}

// GoldenHolder is a cardholder of any of the records.
type GoldenHolder struct {
	Holder
	Record customer.ID `json:"record"`
}

// relate reads what else the records say as one.
func (g *Register) relate(golden *Golden, members []Member, at time.Time) {
	on := g.Day(at)
	var classes []GoldenClass
	for i := range members {
		r, id := &members[i].Record, members[i].ID
		if one := r.class(on); one.Class != "" || one.KeyAccount {
			classes = append(classes, GoldenClass{Classed: one, Record: id})
		}
		if owned, has := r.owner(on); has {
			g.joinOwner(golden, owned, id)
		}
		for _, one := range r.Holders {
			golden.Holders = append(golden.Holders, GoldenHolder{one, id})
		}
		for _, one := range r.Wishes {
			joinWish(golden, one)
		}
	}
	g.chooseClass(golden, classes)
	slices.SortFunc(golden.Wishes, func(a, b Wish) int { return strings.Compare(a.Language, b.Language) })
}

// chooseClass chooses among the classes of the records, which come oldest first.
func (g *Register) chooseClass(golden *Golden, classes []GoldenClass) {
	now := &golden.Class
	for _, one := range classes {
		if one.Class != "" && (now.Record == "" || one.From > now.From || one.From == now.From && one.At.After(now.At)) {
			*now = one
		}
	}
	now.KeyAccount = false
	reason := func(one *GoldenClass, code string) customer.Reason {
		return customer.Reason{Code: code, Rule: g.rules.Name(), Of: string(one.Record), On: one.From, At: one.At.In(g.zone)}
	}
	if now.Record != "" {
		now.Why = append(now.Why, reason(now, CodeLatestClass))
	}
	for _, one := range classes {
		if one.KeyAccount && !now.KeyAccount {
			now.KeyAccount = true
			now.Why = append(now.Why, customer.Reason{Code: CodeAnyRecord, Rule: g.rules.Name(), Of: string(one.Record)})
		}
		if one.Class != "" && one.Class != now.Class {
			why := reason(&one, CodeEarlierClass)
			why.By = now.From
			one.Why = append(one.Why, why)
			now.Others = append(now.Others, one)
		}
	}
}

// joinOwner reads the owner of a further, younger record.
func (g *Register) joinOwner(golden *Golden, one Owned, id customer.ID) {
	next := GoldenOwner{Owned: one, Record: id, Why: customer.Reason{Code: CodeOldestRecord, Rule: g.rules.Name(), Of: string(id)}}
	switch now := &golden.Owner; {
	case now.Record == "":
		*now = next
	case now.Owned.Owner != one.Owner:
		next.Why = customer.Reason{Code: CodeOtherOwner, Rule: g.rules.Name(), Of: string(id)}
		now.Others = append(now.Others, next)
	}
}

// joinWish reads how she wants to be called, by a further, younger record: of two, as she said last.
func joinWish(golden *Golden, one Wish) {
	at := slices.IndexFunc(golden.Wishes, func(w Wish) bool { return w.Language == one.Language })
	switch {
	case at < 0:
		golden.Wishes = append(golden.Wishes, one)
	case one.At.After(golden.Wishes[at].At):
		golden.Wishes[at] = one
	}
}

// Record returns the golden record in the form of one, for whatever reads a record: her completeness,
// what to ask her, how she is served and addressed, what she is eligible for. It holds what was chosen,
// has no history, and is never stored. Cardholders of one ID in several records stand there with that
// of their record before it, and a stroke between: "c-2/buyer".
func (g Golden) Record() Record {
	r := Record{Entries: g.entries, Opened: g.Opened, Wishes: slices.Clone(g.Wishes), Declined: slices.Clone(g.declined)}
	for i := range g.Fields {
		r.Facts = append(r.Facts, g.Fields[i].Known)
	}
	twice := map[string]int{}
	for _, one := range g.Holders {
		twice[one.ID]++
	}
	name := func(id string, record customer.ID) string {
		if twice[id] > 1 {
			return string(record) + "/" + id
		}
		return id
	}
	for _, one := range g.Holders {
		one.Holder.ID = name(one.ID, one.Record)
		r.Holders = append(r.Holders, one.Holder)
	}
	for _, list := range [...][]GoldenIdentifier{g.Identifiers, g.Documents} {
		for _, one := range list {
			one.Held.Holder = name(one.Held.Holder, one.Record)
			r.Identifiers = append(r.Identifiers, one.Held)
		}
	}
	if g.Class.Record != "" || g.Class.KeyAccount {
		r.Classes = []Classed{g.Class.Classed}
	}
	if g.Owner.Record != "" {
		r.Owners = []Owned{g.Owner.Owned}
	}
	return r
}

// joinDeclined reads what she would not answer, unless she has told it since.
func joinDeclined(golden *Golden, members []Member) {
	for i := range members {
		for _, one := range members[i].Record.Declined {
			at := slices.IndexFunc(golden.declined, func(d Declined) bool { return d.What == one.What })
			switch {
			case at < 0:
				golden.declined = append(golden.declined, one)
			case one.At.After(golden.declined[at].At):
				golden.declined[at] = one
			}
		}
	}
	golden.declined = slices.DeleteFunc(golden.declined, func(d Declined) bool { return answered(d, members) })
}

// answered reports whether she told after all, in whichever record, what she had not wanted to tell.
func answered(d Declined, members []Member) bool {
	return slices.ContainsFunc(members, func(m Member) bool {
		return slices.ContainsFunc(m.Record.Facts, func(k Known) bool { return k.Field == d.What && k.Counts() && k.At.After(d.At) }) ||
			slices.ContainsFunc(m.Record.Identifiers, func(h Held) bool { return h.Scheme == d.What && h.At.After(d.At) })
	})
}
