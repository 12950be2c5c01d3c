package main

import (
	"cmp"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"math"
	"os"
	"slices"
	"strconv"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/promo/personal"
	"github.com/rapport-crm/rapport/segment"
)

//go:embed report.html
var reportPage string

// report is what the page shows. It is self-contained: no script, no font, nothing from
// elsewhere.
type report struct {
	Title, Where      string
	On                string
	Customers         string
	Categories        []heat
	Customer          string
	Days              int
	Timeline          *timeline
	Due               []dueRow
	Loop              bool
	Rounds            []roundRow
	Total             roundRow
	Funding           []fundingRow
	FundingTotal      string
	Agrees            bool
	Effects           []effectRow
	RedeemedCustomers string
	RedeemedCoupons   string
	Dependence        []dependenceRow
	Family            *familyStory
}

// heat is the nine cells of a category.
type heat struct {
	Name, Buyers, Unknown string
	Rows                  []heatRow

	unknown int
}

type heatRow struct {
	Brand string
	Cells []heatCell
}

// heatCell is one of the nine: Shade is 0 to 9, of the category's fullest cell.
type heatCell struct {
	Count string
	Shade int
}

// timeline is the days of purchase and the due windows of one customer, drawn to scale.
type timeline struct {
	Width, Height int
	Months        []mark
	Today         float64
	TodayText     string
	Rows          []timelineRow
}

type timelineRow struct {
	Name       string
	Y          int
	Days       []float64
	From, Size float64 // of the due window
	Window     string
	Overdue    bool
}

type mark struct {
	X    float64
	Text string
}

type dueRow struct {
	Place   int
	Name    string
	Reasons []string
}

type roundRow struct {
	On, Lists, HeldOut, Coupons, Used, Receipts, Sales, Saved, Specials, Manufacturers, Earned, Spent string
}

type fundingRow struct {
	By, Amount, Share string
	Coupons, Specials float64 // percent of the greatest
	Shop              bool
}

// effectRow is a difference with its interval, on an axis from -Span to +Span.
type effectRow struct {
	Name      string
	Sentences []string
	Shown     bool
	Low, Size float64 // percent of the axis
	Value     float64
	Text      string
	Span      string
}

// dependenceRow is how much a group bought on deal only.
type dependenceRow struct{ Group, Before, After string }

type familyStory struct {
	ID     string
	Rounds []familyRound
	Points int64
}

type familyRound struct {
	On, List string
	Lines    []familyLine
	Trips    []string
}

type familyLine struct {
	Name, Off, Saving string
	Used              bool
	Reasons           []string
}

// writeReport writes the page to a file.
func (s *study) writeReport(path string) (err error) {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = cmp.Or(err, file.Close()) }()
	return s.render(file)
}

func (s *study) render(out io.Writer) error {
	page, err := template.New("report").Parse(reportPage)
	if err != nil {
		return err
	}
	r, err := s.report()
	if err != nil {
		return err
	}
	return page.Execute(out, r)
}

func (s *study) report() (*report, error) {
	r := &report{
		Title: "Supermarket", Where: s.options.purchases, On: customer.English.DayOfYear(s.on),
		Customer: string(s.chosen.id), Days: s.chosen.days,
	}
	if s.file == nil {
		r.Where = fmt.Sprintf("a built shop of %s customers, seed %d", thousands(int64(s.options.customers)), s.options.seed)
	}
	r.Categories = s.heats()
	names := s.coder.Categories()
	for i, due := range s.chosen.due {
		row := dueRow{Place: i + 1, Name: names[due.Item]}
		for _, reason := range due.Reasons {
			row.Reasons = append(row.Reasons, personal.Explain(reason, s.options.language))
		}
		r.Due = append(r.Due, row)
	}
	r.Timeline = s.timeline()
	if s.loop != nil {
		s.loop.report(r)
	}
	return r, nil
}

// heats are the categories with the most buyers.
func (s *study) heats() []heat {
	names := s.coder.Categories()
	var all []heat
	codes := make([]uint32, len(names))
	for i := range codes {
		codes[i] = uint32(i)
	}
	slices.SortStableFunc(codes, func(a, b uint32) int {
		return cmp.Compare(s.census.Coverage(b).Buyers, s.census.Coverage(a).Buyers)
	})
	shown := len(codes)
	if s.options.shown > 0 {
		shown = min(shown, s.options.shown)
	}
	for _, code := range codes[:shown] {
		h := heat{Name: names[code], Buyers: thousands(s.census.Coverage(code).Buyers)}
		most := 1
		for _, n := range s.cells[code] {
			most = max(most, n)
		}
		for _, brand := range []segment.Brand{segment.NationalLoyal, segment.Switcher, segment.StoreLoyal} {
			row := heatRow{Brand: brand.String()}
			for _, usage := range []segment.Usage{segment.Light, segment.Medium, segment.Heavy} {
				n := s.cells[code][segment.Cell{Brand: brand, Usage: usage}]
				row.Cells = append(row.Cells, heatCell{Count: thousands(int64(n)), Shade: n * 9 / most})
			}
			h.Rows = append(h.Rows, row)
		}
		for cell, n := range s.cells[code] {
			if cell.Brand == segment.BrandUnknown || cell.Usage == segment.UsageUnknown {
				h.unknown += n
			}
		}
		h.Unknown = thousands(int64(h.unknown))
		all = append(all, h)
	}
	return all
}

const (
	timelineDays = 120 // before today
	timelineNext = 28  // and after it
	timelineLeft = 150 // for names
	timelineWide = 760
	timelineRowH = 26
)

// timeline draws the items of the due list.
func (s *study) timeline() *timeline {
	if len(s.chosen.due) == 0 {
		return nil
	}
	first, last := s.on.AddDays(-timelineDays), s.on.AddDays(timelineNext)
	x := func(day customer.Date) float64 {
		day = min(max(day, first), last)
		return timelineLeft + float64(day-first)*(timelineWide-timelineLeft-10)/float64(last-first)
	}
	t := &timeline{Width: timelineWide, Height: timelineRowH*len(s.chosen.due) + 46, Today: x(s.on), TodayText: customer.English.Day(s.on)}
	for day := first; day <= last; day++ {
		if _, month, number := day.Civil(); number == 1 {
			t.Months = append(t.Months, mark{x(day), month.String()[:3]})
		}
	}
	names := s.coder.Categories()
	for i, due := range s.chosen.due {
		row := timelineRow{Name: names[due.Item], Y: 34 + i*timelineRowH}
		for _, visits := range s.chosen.visits {
			if visits.Item != due.Item {
				continue
			}
			for _, day := range visits.Days {
				if day >= first && day < s.on {
					row.Days = append(row.Days, x(day))
				}
			}
		}
		if window := due.Expectation; window.From != 0 {
			row.From, row.Size = x(window.From), math.Max(6, x(window.Until)-x(window.From))
			row.Overdue = window.Until <= s.on
			row.Window = customer.English.Day(window.From) + " to " + customer.English.Day(window.Until.AddDays(-1))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (l *loop) report(r *report) {
	r.Loop = true
	var all lap
	for k := range l.rounds {
		r.Rounds = append(r.Rounds, rowOf(customer.English.DayOfYear(l.from.AddDays(k*fortnight)), &l.rounds[k]))
		all.add(&l.rounds[k])
	}
	r.Total = rowOf("all", &all)
	parties, total := l.borne()
	saved := int64(0)
	for _, party := range parties {
		saved += party.coupons + party.specials
	}
	for _, party := range parties {
		all := party.coupons + party.specials
		most := float64(max(1, parties[0].coupons+parties[0].specials))
		r.Funding = append(r.Funding, fundingRow{
			By: cmp.Or(party.by, "the shop"), Amount: amount100(all, euro()), Share: share(all, max(saved, 1)), Shop: party.by == "",
			Coupons: 100 * float64(party.coupons) / most, Specials: 100 * float64(party.specials) / most,
		})
	}
	r.FundingTotal, r.Agrees = amount100(total, euro()), total == l.redeemed
	customers, coupons := l.effect.Redemption()
	r.RedeemedCustomers, r.RedeemedCoupons = share(customers.Of, customers.All), share(coupons.Of, coupons.All)
	r.Effects = append(r.Effects,
		l.effectRow("bought the shop's brand of what the first list names, in its fortnight", l.effect.Repurchase(leastGroup)),
		l.effectRow("came over to the store brand", l.effect.Conversion(leastGroup)))
	for group, name := range []string{"with lists", "held out"} {
		before, after := l.dependent(group)
		r.Dependence = append(r.Dependence, dependenceRow{name, permille(before), permille(after)})
	}
	r.Family = l.story()
}

func rowOf(on string, r *lap) roundRow {
	money := func(minor int64) string { return amount100(minor, euro()) }
	return roundRow{
		on, thousands(r.lists), thousands(r.heldOut), thousands(r.coupons), thousands(r.used), thousands(r.receipts),
		money(r.sales), money(r.saved), money(r.specials), money(r.byManufacturers), thousands(r.earned), thousands(r.spent),
	}
}

// effectRow puts an interval on an axis that is as wide as it needs.
func (l *loop) effectRow(name string, d personal.Difference) effectRow {
	row := effectRow{Name: name}
	for _, reason := range d.Reasons() {
		row.Sentences = append(row.Sentences, personal.Explain(reason, l.study.options.language))
	}
	if d.Verdict == population.TooFew {
		return row
	}
	span := math.Ceil(20*math.Max(math.Abs(d.Low), math.Abs(d.Top))+0.5) / 20
	percent := func(v float64) float64 { return 50 + 50*v/span }
	row.Shown, row.Low, row.Size, row.Value = true, percent(d.Low), percent(d.Top)-percent(d.Low), percent(d.Value)
	row.Text = fmt.Sprintf("%+.1f percentage points", 100*d.Value)
	row.Span = strconv.FormatFloat(100*span, 'f', 0, 64)
	return row
}

func (l *loop) story() *familyStory {
	if l.family == nil {
		return nil
	}
	names := l.study.coder.Categories()
	f := &familyStory{ID: string(l.family.id), Points: l.family.rounds[loopLists-1].balance}
	for i := range l.family.rounds {
		from := &l.family.rounds[i]
		round := familyRound{On: customer.English.DayOfYear(from.on), List: "no list"}
		for _, reason := range from.why {
			round.List += "; " + l.maker.Explain(reason, l.study.options.language)
		}
		if from.list.Customer != "" {
			round.List = fmt.Sprintf("list %s, may save %s of up to %s", from.code, amount100(from.list.Saving, euro()), amount100(from.list.Envelope, euro()))
		}
		used := map[string]bool{}
		for _, trip := range from.trips {
			text := fmt.Sprintf("%s: paid %s, saved %s, %s", trip.at.Format("Mon 2 Jan"), amount100(trip.total, euro()), amount100(trip.saved, euro()), pointsOf(trip.earned))
			if trip.spent > 0 {
				text += fmt.Sprintf(", %d spent", trip.spent)
			}
			round.Trips = append(round.Trips, text)
			for _, category := range trip.used {
				used[category] = true
			}
		}
		for _, line := range from.list.Lines {
			one := familyLine{Name: names[line.Item], Off: "to remember", Used: used[names[line.Item]]}
			if line.Coupon.ID != "" {
				one.Off, one.Saving = customer.English.Percent(int64(line.Coupon.Permille))+" off", amount100(line.Saving, euro())
			}
			for _, reason := range line.Reasons {
				one.Reasons = append(one.Reasons, l.maker.Explain(reason, l.study.options.language))
			}
			round.Lines = append(round.Lines, one)
		}
		f.Rounds = append(f.Rounds, round)
	}
	return f
}
