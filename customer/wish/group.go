package wish

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport/customer"
)

// Lacking is a customer whom [Book.Group] puts with those who need the same.
type Lacking struct {
	Customer customer.ID
	Memory   Memory
	// Reached is the host's fact that she can be reached: some identifier of hers leads to her of
	// which nobody has found that it bounces or does not exist (identity.Record.Good), and she allows
	// it to be used (package consent).
	Reached bool
}

// NeedGroup is the customers who have a need of one group and depth that is not met.
type NeedGroup struct {
	Group string `json:"group"`
	Depth Depth  `json:"depth"`
	// Customers are those who can be reached: those whose need is due before those whose need is not,
	// the sooner expected and then the longer known first, of equal ones the smaller ID.
	Customers []Lacks `json:"customers,omitempty"`
	// Unreached are the others, by ID: whoever meets one of them asks for another number.
	Unreached []customer.ID `json:"unreached,omitempty"`
}

// Lacks is a customer of a group, with the need for which she is in it: the first in the order of
// [Book.Unmet], where she has several of the group and depth.
type Lacks struct {
	Customer customer.ID `json:"customer"`
	Unmet
}

// maxLacking is how many customers one answer groups: a host with more asks for those of a desk.
const maxLacking = 100_000

// Group puts customers together by the needs that they have on a day and that are not met: who is to
// be called about what, where a [Tally] counts how many there are. Needs and desires stand apart;
// somebody who has needs of several groups is in each. The groups are in ascending order, needs before
// desires; the order of the customers, of whom there are at most 100000 and each once, does not
// matter. offered are the IDs of what the host offers on that day.
func (b *Book) Group(all []Lacking, offered map[string]bool, on customer.Date) ([]NeedGroup, error) {
	if err := b.asked(on); err != nil {
		return nil, err
	}
	var faults customer.Faults
	faults.Within("customers", len(all), 0, maxLacking)
	seen := make(map[customer.ID]bool, min(len(all), maxLacking))
	for i := range all[:min(len(all), maxLacking)] {
		id := all[i].Customer
		if faults.Name(fmt.Sprintf("customers[%d].customer", i), string(id)); seen[id] {
			faults.Add(fmt.Sprintf("customers[%d].customer", i), id, ruleOnce)
		}
		seen[id] = true
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	type key struct {
		group string
		depth Depth
	}
	places := map[key]int{}
	var groups []NeedGroup
	for i := range all {
		unmet, err := b.Unmet(all[i].Memory, offered, on)
		if err != nil {
			return nil, err
		}
		for n, one := range unmet {
			of := key{one.Group, one.Depth}
			if slices.ContainsFunc(unmet[:n], func(u Unmet) bool { return key{u.Group, u.Depth} == of }) {
				continue
			}
			place, there := places[of]
			if !there {
				place = len(groups)
				places[of], groups = place, append(groups, NeedGroup{Group: of.group, Depth: of.depth})
			}
			if g := &groups[place]; all[i].Reached {
				g.Customers = append(g.Customers, Lacks{all[i].Customer, one})
			} else {
				g.Unreached = append(g.Unreached, all[i].Customer)
			}
		}
	}
	for i := range groups {
		slices.SortFunc(groups[i].Customers, func(a, b Lacks) int {
			return cmp.Or(a.Unmet.before(&b.Unmet), cmp.Compare(a.Customer, b.Customer))
		})
		slices.Sort(groups[i].Unreached)
	}
	slices.SortFunc(groups, func(a, b NeedGroup) int {
		return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.Depth, b.Depth))
	})
	return groups, nil
}
