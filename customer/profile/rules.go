package profile

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Bounds of Rules.
const (
	MaxCategories  = 1000
	MaxLabels      = 10_000 // of all categories
	MaxServices    = 1000
	MaxHourBands   = 24
	MaxAmountBands = 100
)

// Rules is the rule book of reports, as plain data: how receipts are read, and in which bands
// and categories they are shown.
type Rules struct {
	customer.Edition

	Zone     string            `json:"zone"` // IANA name; whose clock and midnight count
	Currency customer.Currency `json:"currency"`
	// YearStartMonth is the month in which the business year begins, 1 to 12; 0: January.
	YearStartMonth int `json:"year_start_month,omitempty"`

	// Categories of goods. A line is in the one that has its label, or in none, so that the
	// categories of a report add up to its whole.
	Categories []Category `json:"categories,omitempty"`
	// Services that cost the shop something, in the host's words: "visit", "repair".
	Services []string `json:"services,omitempty"`

	// HourBands of the day, ascending from hour 0; none: hours are not banded. Bands of one name
	// are one: a night from 22 and from 0.
	HourBands []HourBand `json:"hour_bands,omitempty"`
	// AmountBands of receipts, ascending from 0; none: receipts are not banded.
	AmountBands []AmountBand `json:"amount_bands,omitempty"`

	// SmallBaseReceipts is below how many receipts a period is too small to be compared with:
	// rates of growth are told, and said to rest on little. 0: never.
	SmallBaseReceipts int `json:"small_base_receipts,omitempty"`
}

// Category is a kind of goods, and what receipts call it.
type Category struct {
	ID     string   `json:"id"`
	Labels []string `json:"labels"` // as in customer.Line.Category; each in one category only
}

// HourBand is a part of the day, up to the next band.
type HourBand struct {
	Name     string `json:"name"`
	FromHour int    `json:"from_hour"` // of the shop's clock
}

// AmountBand is a size of receipts, up to the next band.
type AmountBand struct {
	Name string          `json:"name"`
	From decimal.Decimal `json:"from"` // exact in minor units
}

// Delivery is the category of what customers pay for bringing the goods. It is no category of
// Rules. Goods of no category are in the empty one.
const Delivery = "delivery"

// ParseRules reads Rules from JSON, strictly; see customer.ParseRules. NewSheet checks what they
// say.
func ParseRules(data []byte) (Rules, error) { return customer.ParseRules[Rules](data) }

// Sheet is the rule book compiled: the form that is filled in for each customer. It is immutable
// and safe for concurrent use.
type Sheet struct {
	rules      Rules
	name       string
	register   population.Register
	yearStart  time.Month
	categories []string // by code; see Category
	labels     map[string]uint16
	services   []string // by code; see Service
	hourBand   [24]int  // place in hourNames; -1: none
	hourNames  []string
	amounts    []int64 // minor units from which the bands begin
}

var errNoSheet = errors.New("profile: nothing is read or reported without rules: a Sheet is made by NewSheet, a Coder and a Reporter by the Sheet")

// NewSheet checks the rules whole, returning customer.Faults, and compiles them. The zone must
// be the one that the rules name.
func NewSheet(rules Rules, zone *time.Location) (*Sheet, error) {
	var faults customer.Faults
	rules.check(&faults)
	if len(faults) == 0 {
		faults.Zone("zone", rules.Zone, zone)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	s := &Sheet{
		rules: rules.clone(), name: rules.Name(), register: population.Register{Zone: zone, Currency: rules.Currency},
		yearStart: time.Month(max(rules.YearStartMonth, 1)), labels: map[string]uint16{},
	}
	slices.SortFunc(s.rules.Categories, func(a, b Category) int { return cmp.Compare(a.ID, b.ID) })
	s.categories = append(s.categories, "")
	for _, category := range s.rules.Categories {
		for _, label := range category.Labels {
			s.labels[label] = uint16(len(s.categories))
		}
		s.categories = append(s.categories, category.ID)
	}
	s.categories = append(s.categories, Delivery)
	s.services = slices.Sorted(slices.Values(s.rules.Services))
	s.bands()
	return s, nil
}

func (s *Sheet) bands() {
	next := 0
	for hour := range s.hourBand {
		for next < len(s.rules.HourBands) && s.rules.HourBands[next].FromHour <= hour {
			next++
		}
		if s.hourBand[hour] = -1; next == 0 {
			continue
		}
		name := s.rules.HourBands[next-1].Name
		at := slices.Index(s.hourNames, name)
		if at < 0 {
			at, s.hourNames = len(s.hourNames), append(s.hourNames, name)
		}
		s.hourBand[hour] = at
	}
	for _, band := range s.rules.AmountBands {
		from, _ := customer.Scaled(band.From, s.rules.Currency.Digits) // exact: checked
		s.amounts = append(s.amounts, from)
	}
}

// Basis returns the basis of facts that coders of this sheet make. A changed rule book is a new
// version, and another basis: what was coded by the old one is coded anew, because the number of
// a category may be another.
func (s *Sheet) Basis() Basis { return Basis{Rules: s.name, Currency: s.rules.Currency} }

// Category returns the ID of a category by the number that facts have: 0 is "", then come those
// of the rules sorted by ID, then Delivery. Beyond, it is "" as well.
func (s *Sheet) Category(code uint16) string { return at(s.categories, code) }

// Service returns a service of the rules by the number that facts have, which is its place in
// their order; beyond, "".
func (s *Sheet) Service(code uint16) string { return at(s.services, code) }

func at(texts []string, code uint16) string {
	if int(code) < len(texts) {
		return texts[code]
	}
	return ""
}

// Period returns the whole period of a kind in which a day lies; years and quarters are those of
// the business year.
func (s *Sheet) Period(kind population.PeriodKind, day customer.Date) population.Period {
	return kind.OfYear(day, s.yearStart)
}

// clone returns rules that share no memory with r.
func (r Rules) clone() Rules {
	r.Categories = slices.Clone(r.Categories)
	for i := range r.Categories {
		r.Categories[i].Labels = slices.Clone(r.Categories[i].Labels)
	}
	r.Services = slices.Clone(r.Services)
	r.HourBands, r.AmountBands = slices.Clone(r.HourBands), slices.Clone(r.AmountBands)
	return r
}

func (r Rules) check(faults *customer.Faults) {
	r.Edition.Check(faults)
	faults.ZoneName("zone", r.Zone)
	faults.Currency("currency", r.Currency)
	faults.Within("year_start_month", r.YearStartMonth, 0, 12)
	r.checkCategories(faults)
	faults.Names("services", r.Services, 0, MaxServices)
	r.checkHours(faults)
	r.checkAmounts(faults)
	if r.SmallBaseReceipts < 0 {
		faults.Add("small_base_receipts", r.SmallBaseReceipts, "is 0 or more")
	}
}

func (r Rules) checkCategories(faults *customer.Faults) {
	faults.Within("categories", len(r.Categories), 0, MaxCategories)
	ids, labels := map[string]bool{}, map[string]string{}
	all := 0
	for i := range r.Categories[:min(len(r.Categories), MaxCategories)] {
		category, path := &r.Categories[i], fmt.Sprintf("categories[%d]", i)
		faults.Name(path+".id", category.ID)
		switch {
		case category.ID == Delivery:
			faults.Add(path+".id", category.ID, "is another than what delivery is called")
		case ids[category.ID]:
			faults.Add(path+".id", category.ID, "stands only once")
		}
		ids[category.ID] = true
		if all += len(category.Labels); all > MaxLabels {
			faults.Add(path+".labels", all, fmt.Sprintf("are at most %d in all categories", MaxLabels))
			return
		}
		faults.Names(path+".labels", category.Labels, 1, MaxLabels)
		for j, label := range category.Labels {
			if other, taken := labels[label]; taken && other != category.ID {
				faults.Add(fmt.Sprintf("%s.labels[%d]", path, j), label, "is a label of one category, not also of "+other)
			}
			labels[label] = category.ID
		}
	}
}

func (r Rules) checkHours(faults *customer.Faults) {
	faults.Within("hour_bands", len(r.HourBands), 0, MaxHourBands)
	for i, band := range r.HourBands[:min(len(r.HourBands), MaxHourBands)] {
		path := fmt.Sprintf("hour_bands[%d]", i)
		faults.Name(path+".name", band.Name)
		switch {
		case i == 0 && band.FromHour != 0:
			faults.Add(path+".from_hour", band.FromHour, "is 0: before it there is a gap")
		case i > 0 && band.FromHour <= r.HourBands[i-1].FromHour:
			faults.Add(path+".from_hour", band.FromHour, "is above that of the band before it, which it overlaps")
		case band.FromHour > 23:
			faults.Add(path+".from_hour", band.FromHour, "is 0 to 23")
		}
	}
}

func (r Rules) checkAmounts(faults *customer.Faults) {
	faults.Within("amount_bands", len(r.AmountBands), 0, MaxAmountBands)
	names, previous := map[string]bool{}, int64(-1)
	for i, band := range r.AmountBands[:min(len(r.AmountBands), MaxAmountBands)] {
		path := fmt.Sprintf("amount_bands[%d]", i)
		faults.Name(path+".name", band.Name)
		if names[band.Name] {
			faults.Add(path+".name", band.Name, "stands only once")
		}
		names[band.Name] = true
		from, exact := customer.Scaled(band.From, r.Currency.Digits)
		switch {
		case !exact || from < 0 || from > population.MaxAmount:
			faults.Add(path+".from", band.From, "is 0 or more, exact in minor units, and at most 10¹² of them")
		case i == 0 && from != 0:
			faults.Add(path+".from", band.From, "is 0: below it there is a gap")
		case from <= previous:
			faults.Add(path+".from", band.From, "is above that of the band before it, which it overlaps")
		}
		previous = max(previous, from)
	}
}
