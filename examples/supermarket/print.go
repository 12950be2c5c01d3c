package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/promo/personal"
	"github.com/rapport-crm/rapport/segment"
)

// print writes everything that the study found. It is the same text every time.
func (s *study) print(out io.Writer) error {
	p := &printer{out: out}
	s.printSurvey(p)
	s.printCells(p)
	s.printChosen(p)
	s.printBacktest(p)
	if s.loop != nil {
		s.loop.print(p)
	}
	return p.err
}

// printer keeps the first error of many lines.
type printer struct {
	out io.Writer
	err error
}

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.out, format+"\n", args...)
	}
}

func (s *study) printSurvey(p *printer) {
	found := &s.survey
	where := fmt.Sprintf("a built shop of %s customers, seed %d", thousands(int64(s.options.customers)), s.options.seed)
	if s.file != nil {
		where = s.options.purchases
	}
	p.line("PURCHASES  %s", where)
	p.line("%s receipts with %s lines, and %s returns, from %s to %s",
		thousands(found.sales), thousands(found.lines), thousands(found.returns), found.first, found.last)
	if found.later > 0 {
		p.line("%s receipts and returns on %s or later are not looked at", thousands(found.later), s.on)
	}
	// One mistyped date would decide what today is.
	if gap := int64(found.last - found.beforeLast); found.beforeLast != 0 && gap > longGap {
		p.line("the last day, %s, comes %s days after the shopping day before it; if it is mistyped, -on sets the day of decision", found.last, thousands(gap))
	}
	if found.anonymous > 0 {
		p.line("%s receipts without a customer: they say nothing about anybody", thousands(found.anonymous))
	}
	if found.priced > 0 {
		p.line("money: %s %s, known for %s of the lines", amount100(found.paid, found.currency), found.currency.Code, share(found.priced, found.lines))
	} else {
		p.line("money: none recorded")
	}
	categories := fmt.Sprintf("%s categories", thousands(int64(len(found.labels))))
	switch {
	case found.bySKU:
		categories = fmt.Sprintf("no categories; each of %s skus serves as one", thousands(int64(len(found.labels))))
	case found.unlabelled > 0:
		categories += fmt.Sprintf("; %s lines have none and are left out", thousands(found.unlabelled))
	}
	p.line("%s", categories)
	if s.file != nil {
		s.printFile(p, s.file.Tally)
	}
	p.line("")
}

func (s *study) printFile(p *printer, read tally) {
	p.line("%s rows, %s of them without a customer, %s set aside; %s customers",
		thousands(int64(read.Rows)), thousands(int64(read.Anonymous)), thousands(int64(read.Bad)), thousands(int64(read.Customers)))
	for _, fault := range read.Faults {
		p.line("  %s rows: %s %s; the first: %v", thousands(int64(fault.Rows)), fault.Column, fault.Rule, fault.First)
	}
	if read.Rounded > 0 {
		p.line("%s amounts had more digits than the currency and were rounded half to even, line by line", thousands(int64(read.Rounded)))
	}
}

func (s *study) printCells(p *printer) {
	period := s.rules.Period(s.on)
	p.line("NINE CELLS  %s to %s, as of %s; brand known from %d days of purchase", period.From, period.Until.AddDays(-1), s.on, s.rules.MinBuys)
	p.line("Shares are of purchases here; what is bought elsewhere is unknown.")
	fitted := map[string]segment.Marks{}
	for _, marks := range s.rules.Marks {
		fitted[marks.Category] = marks
	}
	categories := s.coder.Categories()
	codes := make([]uint32, len(categories))
	for i := range codes {
		codes[i] = uint32(i)
	}
	slices.SortStableFunc(codes, func(a, b uint32) int {
		return cmp.Compare(s.census.Coverage(b).Buyers, s.census.Coverage(a).Buyers)
	})
	shown := codes
	if s.options.shown > 0 {
		shown = codes[:min(len(codes), s.options.shown)]
	}
	for _, code := range shown {
		p.line("")
		s.printCategory(p, code, categories[code], fitted[categories[code]])
	}
	p.line("")
	if left := len(codes) - len(shown); left > 0 {
		p.line("%d more categories; -categories 0 prints all", left)
	}
	if len(s.unfit) > 0 {
		p.line("%d of %d categories have no usage terciles, so their usage is unknown; the first: %s %s",
			len(s.unfit), len(codes), s.unfit[0].Path, s.unfit[0].Rule)
	}
	p.line("")
}

func (s *study) printCategory(p *printer, code uint32, name string, marks segment.Marks) {
	coverage := s.census.Coverage(code)
	p.line("%s", strings.ToUpper(name))
	known := coverage.Bought.Store + coverage.Bought.National
	p.line("  %s buyers, %s of them on %d days or more; brand known for %s of the units; quantity known for %s of the lines",
		thousands(coverage.Buyers), share(coverage.Enough, coverage.Buyers), s.rules.MinBuys,
		share(known, known+coverage.Bought.Unknown), share(coverage.Lines-coverage.Unmeasured, coverage.Lines))
	if marks.Fitted != nil {
		p.line("  medium from %s units (%s of buyers below), heavy from %s (%s below)",
			marks.MediumAt, share(marks.Fitted.BelowMedium, marks.Fitted.Buyers),
			marks.HeavyAt, share(marks.Fitted.BelowHeavy, marks.Fitted.Buyers))
	}
	columns := []segment.Usage{segment.Light, segment.Medium, segment.Heavy}
	counted := s.cells[code]
	for cell := range counted {
		if cell.Usage == segment.UsageUnknown {
			columns = append(columns, segment.UsageUnknown)
			break
		}
	}
	head := strings.Repeat(" ", 18)
	for _, usage := range columns {
		head += fmt.Sprintf("%10s", usage)
	}
	p.line("%s", head)
	for _, brand := range []segment.Brand{segment.NationalLoyal, segment.Switcher, segment.StoreLoyal, segment.BrandUnknown} {
		row := fmt.Sprintf("  %-16s", brand)
		for _, usage := range columns {
			row += fmt.Sprintf("%10s", thousands(int64(counted[segment.Cell{Brand: brand, Usage: usage}])))
		}
		p.line("%s", row)
	}
}

func (s *study) printChosen(p *printer) {
	grid, err := segment.NewGrid(s.rules) // these rules have been compiled before
	if err != nil {
		p.err = cmp.Or(p.err, err)
		return
	}
	if s.chosen.id == "" {
		p.line("CUSTOMER  none: no purchase of any customer has a category")
		p.line("")
		return
	}
	names, language := s.coder.Categories(), s.options.language
	p.line("CUSTOMER %s  %d shopping days", s.chosen.id, s.chosen.days)
	counts := slices.Clone(s.chosen.counts)
	slices.SortStableFunc(counts, func(a, b segment.Counts) int { return cmp.Compare(b.Days, a.Days) })
	if s.options.shown > 0 {
		counts = counts[:min(len(counts), s.options.shown)]
	}
	p.line("Cells, the %d categories she bought on the most days:", len(counts))
	for _, one := range counts {
		cell, reasons := grid.Classify(one, segment.Cell{})
		p.line("  %-28s %s", names[one.Category], cell)
		for _, reason := range reasons {
			p.line("    - %s", segment.Explain(reason, language))
		}
	}
	p.line("")
	p.line("DUE for %s in the fortnight from %s, best first:", s.chosen.id, s.on)
	for i, due := range s.chosen.due {
		p.line("%3d. %s", i+1, names[due.Item])
		for _, reason := range due.Reasons {
			p.line("     - %s", personal.Explain(reason, language))
		}
	}
	if len(s.chosen.due) == 0 {
		p.line("     nothing")
	}
	p.line("")
}

func (s *study) printBacktest(p *printer) {
	p.line("BACKTEST  lists of at most %d lines, each made from the purchases before its day only", s.options.lines)
	p.line("This counts hits. It says nothing about people who never saw a list: no effect is claimed.")
	if len(s.backtest) == 0 {
		p.line("the purchases are too short for a list and the fortnight after it")
		return
	}
	p.line("%-11s%10s%10s%12s%16s%18s%18s", "list of", "customers", "lines", "bought on", "of these on", "on everybody's", "lines bought in")
	p.line("%-11s%10s%10s%12s%16s%18s%18s", "", "", "", "next trip", "her list", "same list", "the fortnight")
	var all backtest
	for _, test := range s.backtest {
		printTest(p, test.on.String(), test)
		all.customers += test.customers
		all.listed += test.listed
		all.bought += test.bought
		all.hits += test.hits
		all.bestHits += test.bestHits
		all.inFortnight += test.inFortnight
	}
	printTest(p, "all", &all)
}

func printTest(p *printer, name string, test *backtest) {
	p.line("%-11s%10s%10s%12s%16s%18s%18s", name, thousands(int64(test.customers)), thousands(int64(test.listed)), thousands(int64(test.bought)),
		share(int64(test.hits), int64(test.bought)), share(int64(test.bestHits), int64(test.bought)), share(int64(test.inFortnight), int64(test.listed)))
}

// share writes part of whole in percent, rounded down to a tenth. 0 ≤ part ≤ whole.
func share(part, whole int64) string {
	if whole == 0 {
		return "–"
	}
	permille, _ := customer.Permille(part, whole)
	return fmt.Sprintf("%d.%d %%", permille/10, permille%10)
}

// amount100 writes minor units as an amount with thousands set apart.
func amount100(minor int64, currency customer.Currency) string {
	text := currency.Amount(minor).StringFixed(currency.Digits)
	whole, fraction, found := strings.Cut(text, ".")
	if number, err := strconv.ParseInt(whole, 10, 64); err == nil {
		whole = thousands(number)
	}
	if found {
		return whole + "." + fraction
	}
	return whole
}

// thousands writes a number with its thousands set apart.
func thousands(n int64) string {
	text := strconv.FormatInt(n, 10)
	for at := len(text) - 3; at > 0 && text[at-1] != '-'; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}
