package digest

import (
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/task"
)

// Row is one item of a digest, and why it stands there.
type Row struct {
	task.Item
	Important bool
	// Levels is how far above the item's owner the digest's person stands: 0 is her own, or what is
	// nobody's, in the digest of the keeper.
	Levels  int
	Reasons []customer.Reason
}

// Tally counts items. Each stands in one of Overdue, Today, Ahead and Undated, and an important one
// in Important too.
type Tally struct {
	Important int64
	Overdue   int64
	Today     int64
	Ahead     int64 // its day comes
	Undated   int64 // it has no day
}

// Items is how many items were counted.
func (t Tally) Items() int64 { return t.Overdue + t.Today + t.Ahead + t.Undated }

// plus adds what was counted elsewhere, n times.
func (t Tally) plus(other Tally, n int64) Tally {
	return Tally{
		t.Important + n*other.Important, t.Overdue + n*other.Overdue, t.Today + n*other.Today, t.Ahead + n*other.Ahead, t.Undated + n*other.Undated,
	}
}

// Digest is what one of the staff is to look at on a day.
type Digest struct {
	Rule   string
	On     customer.Date
	Person string
	Rows   []Row // at most as many as the rules say, the first ones of all
	All    Tally // what there was to show
	Left   Tally // of it, what is not among Rows
	Later  int64 // how many of her own items are not to be shown yet
}
