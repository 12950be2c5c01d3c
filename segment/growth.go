package segment

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Bounds of GrowthRules.
const (
	MaxGrowthLabels = 10_000 // classes, and areas
	MaxGrowthBands  = 24

	dayMinutes = 24 * 60
)

// GrowthRules is the rule book by which sales, bills and customers are counted and
// compared over time, as plain data.
type GrowthRules struct {
	customer.Edition

	Zone string `json:"zone"` // IANA name; whose wall clock says day and hour
	// Currency is what amounts are counted in; zero: no money is read from receipts.
	Currency customer.Currency `json:"currency,omitzero"`

	// Classes and Areas are the labels that the host gives to receipts: kinds of
	// customers, road sections or shops. Another label is a fault: a misspelt class must
	// not become a class of its own. At most 10,000 each.
	Classes []string `json:"classes,omitempty"`
	Areas   []string `json:"areas,omitempty"`
	// Bands divide the day by the shop's wall clock, whatever the clocks do at night. They
	// leave no minute out and share none. None: no hours are told apart.
	Bands []GrowthBand `json:"bands,omitempty"`

	// A rate on fewer bills, or fewer customers with a card, in the earlier period is
	// marked as small and not ranked. 0 or more.
	MinBills     int `json:"min_bills,omitempty"`
	MinCustomers int `json:"min_customers,omitempty"`

	// MemberMarksPermille are the marks of the members' share of sales, ascending: 500, 750
	// and 900 for more than half, three quarters and nine tenths. A share on a mark has
	// reached it. At most 100, each 1 to 1000.
	MemberMarksPermille []int `json:"member_marks_permille,omitempty"`
}

// GrowthBand is a band of the day, from a minute up to, not including, another. One may go
// past midnight: from 1320 until 360 is 22:00 to 06:00. The whole day is 0 until 1440.
type GrowthBand struct {
	ID          string `json:"id"`
	FromMinute  int    `json:"from_minute"`  // of the day, 0 to 1439
	UntilMinute int    `json:"until_minute"` // 0 to 1440
}

// ParseGrowthRules reads rules from JSON, strictly; see customer.ParseRules.
func ParseGrowthRules(data []byte) (GrowthRules, error) {
	return customer.ParseRules[GrowthRules](data)
}

// GrowthBook reads receipts for growth. It is immutable and safe for concurrent use.
type GrowthBook struct {
	register population.Register
	name     string
	rules    GrowthRules
	classes  map[string]uint32 // codes from 1, in the order of the rules; 0 is no label
	areas    map[string]uint32
	bands    map[string]uint32
	minutes  [dayMinutes]uint8 // the band of each minute; 0 where there are none
}

// errNoGrowthBook is the error of the zero book, tally or census.
var errNoGrowthBook = errors.New("segment: growth is counted by a book that NewGrowthBook made")

// NewGrowthBook checks the rules whole, returning customer.Faults, and compiles them. The
// zone must be the one that the rules name.
func NewGrowthBook(rules GrowthRules, zone *time.Location) (*GrowthBook, error) {
	var faults customer.Faults
	rules.Edition.Check(&faults)
	faults.Zone("zone", rules.Zone, zone)
	if rules.Currency != (customer.Currency{}) {
		faults.Currency("currency", rules.Currency)
	}
	b := &GrowthBook{register: population.Register{Zone: zone, Currency: rules.Currency}, name: rules.Name()}
	b.classes = growthLabels(&faults, "classes", rules.Classes)
	b.areas = growthLabels(&faults, "areas", rules.Areas)
	b.layBands(&faults, rules.Bands)
	if rules.MinBills < 0 || rules.MinCustomers < 0 {
		faults.Add("min_bills", rules.MinBills, "and min_customers are 0 or more")
	}
	faults.Within("member_marks_permille", len(rules.MemberMarksPermille), 0, 100)
	for i, mark := range rules.MemberMarksPermille[:min(len(rules.MemberMarksPermille), 100)] {
		path := fmt.Sprintf("member_marks_permille[%d]", i)
		if faults.Within(path, mark, 1, 1000); i > 0 && mark <= rules.MemberMarksPermille[i-1] {
			faults.Add(path, mark, "is above the mark before it")
		}
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	rules.Classes, rules.Areas, rules.Bands = slices.Clone(rules.Classes), slices.Clone(rules.Areas), slices.Clone(rules.Bands)
	rules.MemberMarksPermille = slices.Clone(rules.MemberMarksPermille)
	b.rules = rules
	return b, nil
}

func growthLabels(faults *customer.Faults, path string, labels []string) map[string]uint32 {
	faults.Within(path, len(labels), 0, MaxGrowthLabels)
	codes := make(map[string]uint32, len(labels))
	for i, label := range labels[:min(len(labels), MaxGrowthLabels)] {
		var part customer.Faults
		part.Name("", label)
		if codes[label] > 0 {
			part.Add("", label, "stands only once")
		}
		codes[label] = uint32(i + 1)
		if len(part) > 0 {
			faults.Join(fmt.Sprintf("%s[%d]", path, i), part)
		}
	}
	return codes
}

// layBands lays the bands over the minutes of the day.
func (b *GrowthBook) layBands(faults *customer.Faults, bands []GrowthBand) {
	faults.Within("bands", len(bands), 0, MaxGrowthBands)
	b.bands = make(map[string]uint32, len(bands))
	for i, band := range bands[:min(len(bands), MaxGrowthBands)] {
		path := func(field string) string { return fmt.Sprintf("bands[%d].%s", i, field) }
		faults.Name(path("id"), band.ID)
		if b.bands[band.ID] > 0 {
			faults.Add(path("id"), band.ID, "stands only once")
		}
		b.bands[band.ID] = uint32(i + 1)
		from, until := band.FromMinute, band.UntilMinute
		if from < 0 || from >= dayMinutes || until < 0 || until > dayMinutes || from == until {
			faults.Add(path("from_minute"), from, "is 0 to 1439, and until_minute, 0 to 1440, another")
			continue
		}
		length := until - from
		if length < 0 {
			length += dayMinutes
		}
		shared := false
		for n := range length {
			minute := (from + n) % dayMinutes
			other := b.minutes[minute]
			if b.minutes[minute] = uint8(i + 1); other > 0 && !shared {
				shared = true
				faults.Add(path("from_minute"), from, fmt.Sprintf("shares %s with band %s", growthClock(minute), bands[other-1].ID))
			}
		}
	}
	if gap := slices.Index(b.minutes[:], 0); gap >= 0 && len(bands) > 0 {
		faults.Add("bands", growthClock(gap), "is in one of the bands, as is every minute of the day")
	}
}

// growthClock writes a minute of the day: 07:30.
func growthClock(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }

// Band returns the band of an instant, by the shop's wall clock; "" where the rules have
// none. An hour that the clocks strike twice is in its band both times.
func (b *GrowthBook) Band(at time.Time) string {
	if len(b.bands) == 0 {
		return ""
	}
	if code := b.band(at); code > 0 {
		return b.rules.Bands[code-1].ID
	}
	return ""
}

func (b *GrowthBook) band(at time.Time) uint32 {
	local := at.In(b.register.Zone)
	return uint32(b.minutes[60*local.Hour()+local.Minute()])
}

// GrowthBill is a receipt in code: what growth needs of it.
type GrowthBill struct {
	Day      customer.Date
	Slice    uint32 // class, band and area, as the book codes them
	Carded   bool   // a customer is known
	Returned bool   // goods that came back: no bill, and no visit
	Lines    int64
	Unpriced int64 // of Lines: the amount is not known
	Amount   int64 // minor units paid, or refunded where Returned
}

// Sale codes a purchase, with the labels that the host gives it; an empty label counts in
// the totals alone. Its amount is what was paid without deposits; money paid in on gift
// cards is no sale yet and left out.
func (b *GrowthBook) Sale(sale customer.Purchase, class, area string) (GrowthBill, error) {
	if b.register.Zone == nil {
		return GrowthBill{}, errNoGrowthBook
	}
	var faults customer.Faults
	bill := b.bill(&faults, sale.At, sale.Currency, class, area)
	bill.Carded = sale.Customer != ""
	for i := range sale.Lines {
		b.count(&faults, &bill, i, &sale.Lines[i])
	}
	if err := faults.Err(); err != nil {
		return GrowthBill{}, err
	}
	return bill, nil
}

// Return codes goods that came back, on the day and hour on which they did; see Sale.
func (b *GrowthBook) Return(back customer.Return, class, area string) (GrowthBill, error) {
	if b.register.Zone == nil {
		return GrowthBill{}, errNoGrowthBook
	}
	var faults customer.Faults
	bill := b.bill(&faults, back.At, back.Currency, class, area)
	bill.Carded, bill.Returned = back.Customer != "", true
	for i := range back.Lines {
		b.count(&faults, &bill, i, &back.Lines[i].Line)
	}
	if err := faults.Err(); err != nil {
		return GrowthBill{}, err
	}
	return bill, nil
}

func (b *GrowthBook) bill(faults *customer.Faults, at time.Time, currency customer.Currency, class, area string) GrowthBill {
	day := b.register.Day(faults, at)
	b.register.Money(faults, currency)
	return GrowthBill{Day: day, Slice: b.slice([3]uint32{
		growthCode(faults, "class", b.classes, class), b.band(at), growthCode(faults, "area", b.areas, area),
	})}
}

// growthCode is the code of a label, 0 of none.
func growthCode(faults *customer.Faults, path string, codes map[string]uint32, label string) uint32 {
	code, known := codes[label]
	if label != "" && !known {
		faults.Add(path, label, "is one of the labels in the rules, or empty")
	}
	return code
}

func (b *GrowthBook) count(faults *customer.Faults, bill *GrowthBill, i int, line *customer.Line) {
	if line.Sells == customer.GiftCardLine {
		return
	}
	amount, priced := b.register.Amount(faults, i, line)
	bill.Lines++
	if bill.Amount = bounded(bill.Amount, amount); !priced {
		bill.Unpriced++
	}
}

// slice puts the codes of class, band and area into one number.
func (b *GrowthBook) slice(codes [3]uint32) uint32 {
	return (codes[0]*uint32(len(b.bands)+1)+codes[1])*uint32(len(b.areas)+1) + codes[2]
}

// codes takes apart what slice put together.
func (b *GrowthBook) codes(slice uint32) [3]uint32 {
	areas, bands := uint32(len(b.areas)+1), uint32(len(b.bands)+1)
	return [3]uint32{slice / areas / bands, slice / areas % bands, slice % areas}
}

// has reports whether receipts can have a slice: where there are bands, each is in one.
func (b *GrowthBook) has(slice uint32) bool {
	codes := b.codes(slice)
	return int(codes[0]) <= len(b.classes) && (codes[1] > 0) == (len(b.bands) > 0)
}

// check returns the faults of a bill, or nil.
func (b *GrowthBook) check(bill *GrowthBill) error {
	if bill.Day.Valid() && b.has(bill.Slice) && bill.Unpriced >= 0 && bill.Unpriced <= bill.Lines &&
		bill.Lines <= maxSum && bill.Amount >= 0 && bill.Amount <= maxSum &&
		(bill.Amount == 0 || bill.Lines > bill.Unpriced) {
		return nil
	}
	var faults customer.Faults
	faults.Add("", fmt.Sprintf("%+v", *bill), "is a bill as the growth book codes it")
	return faults
}

// GrowthFigures is what was sold in a period.
type GrowthFigures struct {
	Sales    int64 // minor units paid, of lines whose amount is known
	Returned int64 // minor units refunded
	Lines    int64 // bought
	Unpriced int64 // of Lines: the amount is not known, and counts as 0
	// UnpricedReturns are lines brought back whose refund is not known.
	UnpricedReturns int64
	Bills           int64
	Carded          int64 // of Bills: a customer is known
	CardedSales     int64 // of Sales
	Customers       int64 // different ones, of Carded bills
}

// Net is what was sold less what was refunded; it may be below 0.
func (f GrowthFigures) Net() int64 { return f.Sales - f.Returned }

func (f *GrowthFigures) add(bill *GrowthBill) {
	if bill.Returned {
		f.Returned = bounded(f.Returned, bill.Amount)
		f.UnpricedReturns = bounded(f.UnpricedReturns, bill.Unpriced)
		return
	}
	f.Sales = bounded(f.Sales, bill.Amount)
	f.Lines = bounded(f.Lines, bill.Lines)
	f.Unpriced = bounded(f.Unpriced, bill.Unpriced)
	f.Bills = bounded(f.Bills, 1)
	if bill.Carded {
		f.Carded = bounded(f.Carded, 1)
		f.CardedSales = bounded(f.CardedSales, bill.Amount)
	}
}

// addGrowth adds sums; customers are only added where none can be in both.
func addGrowth(f, other *GrowthFigures) {
	into := growthFigures(f)
	for i, figure := range growthFigures(other) {
		*into[i] = bounded(*into[i], *figure)
	}
}

// growthFigures lists the figures in the order of the stored forms.
func growthFigures(f *GrowthFigures) [9]*int64 {
	return [...]*int64{
		&f.Sales, &f.Returned, &f.Lines, &f.Unpriced, &f.UnpricedReturns,
		&f.Bills, &f.Carded, &f.CardedSales, &f.Customers,
	}
}

// possible reports whether some bills have these figures.
func (f GrowthFigures) possible() bool {
	for _, figure := range growthFigures(&f) {
		if *figure > maxSum {
			return false
		}
	}
	return f.Unpriced <= f.Lines && f.Carded <= f.Bills && f.CardedSales <= f.Sales && f.Customers <= f.Carded &&
		(f.Bills > 0 || f.Lines+f.Sales == 0) && (f.Carded > 0 || f.CardedSales == 0) &&
		(f.Carded < f.Bills || f.CardedSales == f.Sales) && (f.Sales == 0 || f.Lines > f.Unpriced || f.Unpriced == maxSum)
}

// MemberShare is how much of what was sold went to customers with a card, in the shop's own
// figures. How many of them carry the cards of other shops as well is not in these figures:
// the overlap of cards is external data.
type MemberShare struct {
	Sales, AllSales int64 // minor units paid, before returns; anonymous receipts count in all
	Bills, AllBills int64
	MarkPermille    int // the greatest of the rules' marks that the share of sales has reached; 0: none
}

// MemberShare returns the members' share of sales and bills, and why the mark was reached.
func (b *GrowthBook) MemberShare(figures GrowthFigures) (MemberShare, []customer.Reason) {
	share := MemberShare{Sales: figures.CardedSales, AllSales: figures.Sales, Bills: figures.Carded, AllBills: figures.Bills}
	why := b.unpriced(nil, CodeGrowthUnpriced, &figures)
	why = append(why,
		customer.Reason{Code: CodeMemberSales, Rule: b.name, Fact: share.Sales, Mark: share.AllSales, Unit: customer.UnitMinor},
		customer.Reason{Code: CodeMemberBills, Rule: b.name, Fact: share.Bills, Mark: share.AllBills, Unit: customer.UnitTimes})
	if share.AllSales <= 0 || share.Sales < 0 || share.Sales > share.AllSales {
		return share, append(why, customer.Reason{Code: CodeMemberNoSales, Rule: b.name})
	}
	permille, _ := customer.Permille(share.Sales, share.AllSales)
	missed := 0
	for _, mark := range b.rules.MemberMarksPermille {
		if compareShare(share.Sales, share.AllSales, mark) < 0 {
			missed = mark
			break
		}
		share.MarkPermille = mark
	}
	if share.MarkPermille > 0 {
		why = append(why, customer.Reason{Code: CodeMemberReached, Rule: b.name, Fact: permille, Mark: int64(share.MarkPermille), Unit: customer.UnitPermille})
	}
	if missed > 0 {
		why = append(why, customer.Reason{Code: CodeMemberBelow, Rule: b.name, Fact: permille, Mark: int64(missed), Unit: customer.UnitPermille})
	}
	return share, why
}

// unpriced states the coverage of amounts where it is not whole.
func (b *GrowthBook) unpriced(why []customer.Reason, code string, figures *GrowthFigures) []customer.Reason {
	if figures.Unpriced > 0 {
		why = append(why, customer.Reason{Code: code, Rule: b.name, Fact: figures.Unpriced, Mark: figures.Lines, Unit: customer.UnitTimes})
	}
	return why
}

// GrowthView is what is counted: the receipts of a class, a band and an area; an empty one
// means all, those without a label included.
type GrowthView struct {
	Class string `json:"class,omitempty"`
	Band  string `json:"band,omitempty"`
	Area  string `json:"area,omitempty"`
}

// Views returns the total, and then each class, each band and each area by itself, in the
// order of the rules.
func (b *GrowthBook) Views() []GrowthView {
	views := []GrowthView{{}}
	for _, class := range b.rules.Classes {
		views = append(views, GrowthView{Class: class})
	}
	for _, band := range b.rules.Bands {
		views = append(views, GrowthView{Band: band.ID})
	}
	for _, area := range b.rules.Areas {
		views = append(views, GrowthView{Area: area})
	}
	return views
}

// view returns the codes of a view, 0 where it means all.
func (b *GrowthBook) view(faults *customer.Faults, path string, view GrowthView) [3]uint32 {
	return [3]uint32{
		growthCode(faults, path+".class", b.classes, view.Class),
		growthCode(faults, path+".band", b.bands, view.Band),
		growthCode(faults, path+".area", b.areas, view.Area),
	}
}

// checkGrowthPeriods notes the faults of the periods that are counted.
func checkGrowthPeriods(faults *customer.Faults, periods []population.Period) {
	faults.Within("periods", len(periods), 1, MaxGrowthPeriods)
	for i, period := range periods[:min(len(periods), MaxGrowthPeriods)] {
		if period.Check() != nil || period.Until <= period.From {
			faults.Add(fmt.Sprintf("periods[%d]", i), period.From, "is a day, and until a later one")
		}
		if slices.Contains(periods[:i], period) {
			faults.Add(fmt.Sprintf("periods[%d]", i), period.From, "stands only once")
		}
	}
}
