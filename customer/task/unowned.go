package task

import (
	"iter"
	"slices"

	"github.com/rapport-crm/rapport/customer"
)

// Stray is an item that nobody looks after, and why.
type Stray struct {
	Item
	Reason customer.Reason
}

// Unowned returns the items whose owner nobody ever was, is not here yet, or has left by a day, in
// the order of what names them. All others have an owner who works here, though she may be away.
// What is wrong with an item is customer.Faults.
func Unowned(items iter.Seq[Item], staff *Staff, on customer.Date) ([]Stray, error) {
	var faults customer.Faults
	checkAsked(&faults, staff, on)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	var all []Stray
	for item := range items {
		if item.check(&faults); len(faults) > 0 {
			return nil, faults
		}
		if at := staff.place(item.Owner); !staff.here(at, on) {
			item.Skills = slices.Clone(item.Skills)
			all = append(all, Stray{item, staff.gone(item.Owner, at, on)})
		}
	}
	slices.SortFunc(all, func(a, b Stray) int { return a.same(&b.Item) })
	return all, nil
}

// checkAsked checks what every question about the staff of a day has.
func checkAsked(faults *customer.Faults, staff *Staff, on customer.Date) {
	if staff == nil || staff.people == nil {
		faults.Add("staff", staff, "is a staff that NewStaff has made")
	}
	checkGiven(faults, "on", on)
}

// gone says why somebody at a place, or nobody, is no owner on a day.
func (s *Staff) gone(owner string, at int, on customer.Date) customer.Reason {
	switch {
	case owner == "":
		return customer.Reason{Code: CodeNobody}
	case at < 0:
		return customer.Reason{Code: CodeStranger, Of: owner}
	case on < s.people[at].Joined:
		return customer.Reason{Code: CodeNotYet, Of: owner, On: s.people[at].Joined}
	}
	return customer.Reason{Code: CodeLeft, Of: owner, On: s.people[at].Left}
}
