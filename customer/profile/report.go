package profile

import (
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Report is what one customer bought, as of a day. Amounts are minor units as receipts have them,
// tax in them; see [Coder]. What came back is counted in the period in which it came back.
type Report struct {
	Basis Basis         `json:"basis"`
	On    customer.Date `json:"on"`             // the last day that counts
	From  customer.Date `json:"from,omitzero"`  // of the period
	Until customer.Date `json:"until,omitzero"` // the first day after it, or after On; both zero: there is nothing to report on

	Figures
	Measured int64 `json:"measured"` // receipts all of whose prices are known: what Average, Median and the bands speak of
	Average  int64 `json:"average"`  // of a measured receipt, rounded half up
	Median   int64 `json:"median"`   // of two in the middle their mean, rounded down
	First    Deal  `json:"first"`
	Latest   Deal  `json:"latest"`
	Largest  Deal  `json:"largest"` // of the measured receipts; of equal ones the first

	Hours     [24]Pattern `json:"hours"`
	HourBands []HourRow   `json:"hour_bands,omitempty"`
	Weekdays  [7]Pattern  `json:"weekdays"` // from Monday
	Months    [12]Pattern `json:"months"`   // from January, of all years of the period

	AmountBands []AmountRow   `json:"amount_bands,omitempty"`
	Categories  []CategoryRow `json:"categories,omitempty"`  // in the order of their IDs, goods of none in front, delivery at the end
	YearBefore  *Comparison   `json:"year_before,omitempty"` // nil: everything since the first deal is compared with nothing
	Years       []YearRow     `json:"years,omitempty"`       // every year since the first deal, whatever the period
	Each        []PeriodRow   `json:"each,omitempty"`        // the periods that the query lists

	// Of a key account: products and holders, by what she kept of them, the greatest in front;
	// equal ones by code.
	Products []ProductRow `json:"products,omitempty"`
	Holders  []HolderRow  `json:"holders,omitempty"`

	Reasons []customer.Reason `json:"reasons,omitempty"`
}

// Figures are sums of a stretch of days. All are 0 or more.
type Figures struct {
	Receipts int64 `json:"receipts"`
	Visits   int64 `json:"visits"` // different days with a receipt
	Lines    int64 `json:"lines"`
	Sold     int64 `json:"sold"`
	Discount int64 `json:"discount"`
	Unlisted int64 `json:"unlisted"` // of Sold: the list price is not known, nor so what was taken off it
	Unpriced int64 `json:"unpriced"` // of Lines: the price is not known

	UnlistedDiscount int64 `json:"unlisted_discount"` // of Discount: paid in points for goods whose list price is not known

	Returns         int64 `json:"returns"` // receipts of goods that came back
	ReturnLines     int64 `json:"return_lines"`
	Returned        int64 `json:"returned"` // what was refunded
	ReturnsUnpriced int64 `json:"returns_unpriced"`
}

// Kept is what was sold less what came back; below 0 where more came back than was sold.
func (f Figures) Kept() int64 { return f.Sold - f.Returned }

// ReturnPermille is Returned in ‰ of Sold, rounded down; it may exceed 1000. There is none where
// nothing was sold.
func (f Figures) ReturnPermille() (permille int64, ok bool) { return permilleOf(f.Returned, f.Sold) }

// DiscountPermille is Discount in ‰ of what the goods would have cost without it, rounded down,
// of the goods whose list price is known. There is none where that is not known of any.
func (f Figures) DiscountPermille() (permille int64, ok bool) {
	discount := f.Discount - f.UnlistedDiscount
	return permilleOf(discount, discount+f.Sold-f.Unlisted)
}

func permilleOf(part, whole int64) (permille int64, ok bool) {
	if whole <= 0 {
		return 0, false
	}
	return population.ScaledFloor(part, 1000, whole), true
}

// minus takes off what was there before.
func (f Figures) minus(before *Figures) Figures {
	return Figures{
		f.Receipts - before.Receipts, f.Visits - before.Visits, f.Lines - before.Lines, f.Sold - before.Sold,
		f.Discount - before.Discount, f.Unlisted - before.Unlisted, f.Unpriced - before.Unpriced,
		f.UnlistedDiscount - before.UnlistedDiscount,
		f.Returns - before.Returns, f.ReturnLines - before.ReturnLines, f.Returned - before.Returned,
		f.ReturnsUnpriced - before.ReturnsUnpriced,
	}
}

// Deal is one receipt. The zero Deal is none.
type Deal struct {
	Receipt Code          `json:"receipt,omitzero"`
	Day     customer.Date `json:"day,omitzero"`
	Hour    uint8         `json:"hour"`
	Lines   int64         `json:"lines"`
	Amount  int64         `json:"amount"` // of the lines whose price is known
}

// Pattern is what fell on an hour, a weekday, a month: receipts of goods sold, and their amount.
type Pattern struct {
	Receipts int64 `json:"receipts"`
	Sold     int64 `json:"sold"`
}

func (p *Pattern) add(amount int64) {
	p.Receipts++
	p.Sold += amount
}

// HourRow is what fell into a band of hours.
type HourRow struct {
	Name string `json:"name"`
	Pattern
}

// AmountRow is the receipts of a size.
type AmountRow struct {
	Name string `json:"name"`
	From int64  `json:"from"` // minor units
	Pattern
}

// CategoryRow is what was bought of a category in the period. A receipt is counted in each of its
// categories.
type CategoryRow struct {
	Category string `json:"category"` // "": of none
	Lines    int64  `json:"lines"`
	Receipts int64  `json:"receipts"`
	Sold     int64  `json:"sold"`
	Returned int64  `json:"returned"`
	Kept     Growth `json:"kept"` // against the same period of the year before
}

// Comparison is the same period of the year before; see population.Period.YearBefore.
type Comparison struct {
	From  customer.Date `json:"from,omitzero"` // zero: the calendar has no such days
	Until customer.Date `json:"until,omitzero"`
	Figures
	KeptGrowth     Growth `json:"kept_growth"`
	ReceiptsGrowth Growth `json:"receipts_growth"`
	VisitsGrowth   Growth `json:"visits_growth"`
	Small          bool   `json:"small,omitempty"` // too few receipts then to make much of a rate
}

// Growth is a figure now and then.
type Growth struct {
	Now  int64 `json:"now"`
	Then int64 `json:"then"`
	// Known: Then is above 0. From nothing, or from more returns than sales, there is no rate.
	Known bool `json:"known"`
	// Permille is (Now − Then)/Then in thousandths, rounded towards minus infinity.
	Permille int64 `json:"permille"`
}

func growth(now, then int64) Growth {
	g := Growth{Now: now, Then: then, Known: then > 0}
	if g.Known {
		g.Permille = population.ScaledFloor(now-then, 1000, then)
	}
	return g
}

// YearRow is a business year up to On, and what was spent in it by category.
type YearRow struct {
	From  customer.Date `json:"from"`
	Until customer.Date `json:"until"` // the first day after it; of the year that is not over, after On
	Figures
	Categories []YearCategory `json:"categories,omitempty"` // in the order of Report.Categories
}

// YearCategory is what was spent on a category in a year.
type YearCategory struct {
	Category string `json:"category"`
	Sold     int64  `json:"sold"`
	Returned int64  `json:"returned"`
}

// PeriodRow is one of the periods listed, and the same period of the year before.
type PeriodRow struct {
	From  customer.Date `json:"from"`
	Until customer.Date `json:"until"`
	Whole bool          `json:"whole"` // it is a whole day, week, month, quarter or year
	Figures
	ThenFrom  customer.Date `json:"then_from,omitzero"`
	ThenUntil customer.Date `json:"then_until,omitzero"`
	Then      Figures       `json:"then"`
	Kept      Growth        `json:"kept"`
}

// ProductRow is what a key account bought of a product in the period.
type ProductRow struct {
	Product   Code          `json:"product"`
	Category  string        `json:"category"` // of its latest receipt; of several on that the last
	Lines     int64         `json:"lines"`
	Receipts  int64         `json:"receipts"`
	Units     int64         `json:"units"` // thousandths of a unit of sale, bought
	Sold      int64         `json:"sold"`
	Discount  int64         `json:"discount"`
	Unpriced  int64         `json:"unpriced"`
	Returned  int64         `json:"returned"`
	UnitsBack int64         `json:"units_back"`
	First     customer.Date `json:"first,omitzero"` // day on which it was bought
	Latest    customer.Date `json:"latest,omitzero"`

	receipt, seen int64 // of the last line bought, and of the last line
	category      uint16
}

// HolderRow is what somebody bought with a key account's card in the period.
type HolderRow struct {
	Holder   Code          `json:"holder"` // zero: nobody said
	Receipts int64         `json:"receipts"`
	Visits   int64         `json:"visits"`
	Lines    int64         `json:"lines"`
	Sold     int64         `json:"sold"`
	Discount int64         `json:"discount"`
	Returned int64         `json:"returned"`
	Largest  Deal          `json:"largest"`
	First    customer.Date `json:"first,omitzero"` // day of a purchase
	Latest   customer.Date `json:"latest,omitzero"`

	receipt  int64
	measured bool
	deal     Deal
}

// Clone returns a report that shares no memory with r, to keep it.
func (r *Report) Clone() *Report {
	kept := *r
	kept.HourBands, kept.AmountBands = slices.Clone(r.HourBands), slices.Clone(r.AmountBands)
	kept.Categories, kept.Each = slices.Clone(r.Categories), slices.Clone(r.Each)
	kept.Products, kept.Holders = slices.Clone(r.Products), slices.Clone(r.Holders)
	kept.Reasons, kept.Years = slices.Clone(r.Reasons), slices.Clone(r.Years)
	for i := range kept.Years {
		kept.Years[i].Categories = slices.Clone(kept.Years[i].Categories)
	}
	if r.YearBefore != nil {
		before := *r.YearBefore
		kept.YearBefore = &before
	}
	return &kept
}
