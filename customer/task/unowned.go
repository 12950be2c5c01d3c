package task

import (
	"fmt"
	"iter"
	"slices"

	"github.com/rapport-crm/rapport/customer"
)

// Stray is an item that nobody looks after, and why.
type Stray struct {
	Item
	Reason customer.Reason
}

// Unowned returns the items whose owner nobody ever was, is not here yet, or has left by a day, by
// kind, ID and part. All others have an owner who works here, though she may be away. What is wrong
// with items is customer.Faults, under the place of each: items[7].
func Unowned(items iter.Seq[Item], staff *Staff, on customer.Date) ([]Stray, error) {
	var faults customer.Faults
	if staff.Keeper() == "" {
		faults.Add("staff", staff, "is a staff that NewStaff has made")
	}
	faults.GivenDay("on", on)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	var all []Stray
	n := 0
	for item := range items {
		var part customer.Faults
		if item.Check(&part); len(part) > 0 {
			faults.Join(fmt.Sprintf("items[%d]", n), part)
		}
		if why, gone := staff.Gone(item.Owner, on); gone {
			item.Skills = slices.Clone(item.Skills)
			all = append(all, Stray{item, why})
		}
		n++
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(a, b Stray) int { return a.Compare(b.Item) })
	return all, nil
}
