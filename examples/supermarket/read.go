package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/segment"
)

// event is one receipt: a sale or goods brought back, exactly one of the two. It
// belongs to whoever receives it.
type event struct {
	Sale   *customer.Purchase
	Return *customer.Return
}

// customer returns whose receipt it is; the empty ID is nobody.
func (e event) customer() customer.ID {
	if e.Sale != nil {
		return e.Sale.Customer
	}
	return e.Return.Customer
}

// at returns the receipt's instant.
func (e event) at() time.Time {
	if e.Sale != nil {
		return e.Sale.At
	}
	return e.Return.At
}

// source yields the events of one customer together, by time, and the customers by
// ascending id, anonymous receipts first. Every call starts from the beginning. An
// error is the last thing that a sequence yields.
type source func() iter.Seq2[event, error]

// purchasesFile reads receipts from a CSV file, gzipped or not, that is sorted by
// customer, then time; its method events is a source. The columns are customer_id,
// timestamp, order_id, sku, category, brand_kind, quantity, unit_price and discount,
// in any order; sales_value, where there is such a column, is what was really paid
// for the line. Other columns are ignored.
//
// Rows that follow each other with the same customer, timestamp and order id are one
// receipt, of which one at a time is held. Where timestamps are plain days, rows of two
// orders may alternate: o1, o2, o1 are three receipts, and the same purchases of the
// same day. A row that is set aside does not split a receipt. Rows with a negative
// quantity form a [customer.Return] of their own, whose sale the file does not name.
// Rows without a customer are counted and not read. Only one pass may be under way at a
// time.
type purchasesFile struct {
	Path     string
	Currency customer.Currency // of the file's prices; receipts without any price have none
	Zone     *time.Location    // in which a plain day starts
	SkipBad  bool              // set rows at fault aside instead of ending with them
	Progress func(tally)       // told now and then, and at the end; nil: nobody is told

	Tally tally // of the latest pass
}

// tally is what a pass has read so far.
type tally struct {
	Rows      int // without the header
	Anonymous int // rows without a customer
	Bad       int // rows at fault, set aside
	Rounded   int // rows whose amount had more digits than the currency

	Customers int // with a receipt or a return

	Faults []faultCount // of the rows at fault, in the order of their first row

	Bytes, Size int64 // of the file as it is stored: read so far, and in all
}

// faultCount counts the rows that broke one rule; a row may break several.
type faultCount struct {
	Column, Rule string
	Rows         int
	First        *rowError
}

// rowError is a row at fault, with everything that is wrong with it. A fault's Path is
// the name of its column, or "row" where the row cannot be taken apart.
type rowError struct {
	File   string
	Line   int // in the (unzipped) file, from 1
	Faults customer.Faults
}

func (r *rowError) Error() string {
	faults := make([]string, len(r.Faults))
	for i, fault := range r.Faults {
		faults[i] = fmt.Sprintf("%s = %q: %s", fault.Path, fault.Value, fault.Rule)
	}
	return fmt.Sprintf("%s:%d: %s", r.File, r.Line, strings.Join(faults, "; "))
}

// The columns that are read. All but the last must be there.
const (
	customerColumn = iota
	timestampColumn
	orderColumn
	skuColumn
	categoryColumn
	brandColumn
	quantityColumn
	priceColumn
	discountColumn
	salesColumn
	columns
)

func columnNames() [columns]string {
	return [columns]string{
		"customer_id", "timestamp", "order_id", "sku", "category", "brand_kind",
		"quantity", "unit_price", "discount", "sales_value",
	}
}

const (
	maxRowBytes   = 1 << 20 // a quote that is never closed would make the rest of the file one row
	maxFigure     = 64      // bytes of a number's text
	maxRemembered = 1 << 16 // texts, and numbers, that are kept to be shared by later lines
	progressRows  = 1 << 16
)

// events reads the file once.
func (f *purchasesFile) events() iter.Seq2[event, error] {
	return func(yield func(event, error) bool) {
		f.Tally = tally{}
		p := &pass{file: f, yield: yield}
		if err := p.open(); err != nil && !p.stopped {
			yield(event{}, err)
		}
		if f.Progress != nil {
			f.Progress(f.Tally)
		}
	}
}

// pass is one reading of the file.
type pass struct {
	file    *purchasesFile
	yield   func(event, error) bool
	stopped bool // by the receiver, who must not be called again

	names   [columns]string
	place   [columns]int // of each column in the row; -1: not there
	texts   map[string]string
	figures map[string]figure

	// The receipt that is being read. The lines stand in memory that every receipt
	// uses again.
	head     customer.Purchase
	sold     []customer.Line
	returned []customer.ReturnLine

	// The latest row, even of one set aside, that says whose it is and when: the next
	// must not come before it.
	whose customer.ID
	when  time.Time
	stamp string // when, as the file writes it

	// The row that is being read.
	number  int // of its line
	fields  []string
	read    [1]customer.Line
	faults  customer.Faults
	rounded bool // its amount

	latest customer.ID // whose receipt was yielded last
}

// open reads the whole file.
func (p *pass) open() error {
	if err := p.file.Currency.Validate(); err != nil {
		return fmt.Errorf("the currency of %s: %w", p.file.Path, err)
	}
	if p.file.Zone == nil {
		return fmt.Errorf("%s needs a zone for its plain days", p.file.Path)
	}
	info, err := os.Stat(p.file.Path) // before it is opened, which at a pipe may wait for ever
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is not a regular file: it is read three times, as a pipe cannot be", p.file.Path)
	}
	file, err := os.Open(p.file.Path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // nothing was written that a close could lose
	p.file.Tally.Size = info.Size()
	if err := p.unzip(&counted{file, &p.file.Tally.Bytes}); err != nil {
		if bad := (*rowError)(nil); errors.As(err, &bad) {
			return err // it says all that
		}
		return fmt.Errorf("%s, after %d rows: %w", p.file.Path, p.file.Tally.Rows, err)
	}
	return nil
}

// unzip goes by the content: names lie, and some files have none.
func (p *pass) unzip(stored io.Reader) error {
	buffered := bufio.NewReaderSize(stored, 1<<16)
	// A file shorter than two bytes is not gzip, and has no header either.
	if start, _ := buffered.Peek(2); !bytes.Equal(start, []byte{0x1f, 0x8b}) {
		return p.rows(buffered)
	}
	plain, err := gzip.NewReader(buffered)
	if err != nil {
		return err
	}
	return p.rows(plain)
}

// rows reads the header and every row.
func (p *pass) rows(plain io.Reader) error {
	limit := &limited{Reader: plain, left: maxRowBytes}
	buffered := bufio.NewReaderSize(limit, 1<<16)
	if start, _ := buffered.Peek(3); string(start) == "\ufeff" { // spreadsheets write it
		mark, _ := buffered.Discard(3)
		limit.read, limit.text = limit.read-int64(mark), limit.text-int64(mark) // offsets are those of the CSV
	}
	rows := csv.NewReader(buffered)
	rows.ReuseRecord = true
	header, err := rows.Read()
	if errors.Is(err, io.EOF) {
		return errors.New("the file is empty: it has no header")
	}
	if err != nil {
		return err
	}
	if err := p.find(header); err != nil {
		return err
	}
	p.texts = map[string]string{}
	p.figures = map[string]figure{}

	for !p.stopped {
		limit.left, limit.row = maxRowBytes, rows.InputOffset()
		switch err := p.next(rows, len(header)); {
		case errors.Is(err, io.EOF):
			p.finish()
			return nil
		case err != nil:
			return err
		}
	}
	return nil
}

// next reads one row; io.EOF says that there was none.
func (p *pass) next(rows *csv.Reader, width int) error {
	fields, err := rows.Read()
	if err != nil {
		syntax := (*csv.ParseError)(nil)
		if !errors.As(err, &syntax) {
			return err
		}
		p.count()
		return p.setAside(syntax.StartLine, malformed(syntax, len(fields), width))
	}
	p.count()
	p.fields = fields
	p.number, _ = rows.FieldPos(0)
	return p.take()
}

// count counts a row and now and then shows how far the pass is.
func (p *pass) count() {
	read := &p.file.Tally
	read.Rows++
	if read.Rows%progressRows == 0 && p.file.Progress != nil {
		p.file.Progress(*read)
	}
}

// find notes where the columns stand.
func (p *pass) find(header []string) error {
	p.names = columnNames()
	bad := &rowError{File: p.file.Path, Line: 1}
	for column, name := range p.names {
		p.place[column] = slices.Index(header, name)
		if p.place[column] < 0 && column != salesColumn {
			bad.Faults.Add(name, "", "is a column of the file")
		}
		if p.place[column] >= 0 && slices.Contains(header[p.place[column]+1:], name) {
			bad.Faults.Add(name, name, "is the name of one column only")
		}
	}
	if len(bad.Faults) > 0 {
		return bad
	}
	return nil
}

// malformed is what is wrong with a row that is not CSV, or not as wide as the header.
func malformed(syntax *csv.ParseError, fields, width int) (faults customer.Faults) {
	switch {
	case errors.Is(syntax, csv.ErrFieldCount):
		faults.Add("row", fmt.Sprintf("%d fields", fields), fmt.Sprintf("has %d fields, as the header", width))
	case syntax.Line > syntax.StartLine:
		faults.Add("row", fmt.Sprintf("lines %d to %d", syntax.StartLine, syntax.Line), "is CSV: "+syntax.Err.Error())
	default:
		faults.Add("row", fmt.Sprintf("column %d", syntax.Column), "is CSV: "+syntax.Err.Error())
	}
	return faults
}

// field is the row's text in a column, "" where the file has no such column. It is
// valid until the next row.
func (p *pass) field(column int) string {
	if at := p.place[column]; at >= 0 {
		return p.fields[at]
	}
	return ""
}

// fault notes that a column breaks a rule.
func (p *pass) fault(column int, rule string) {
	p.faults.Add(p.names[column], p.field(column), rule)
}

// broken reports whether a fault of the column is known.
func (p *pass) broken(column int) bool {
	return slices.ContainsFunc(p.faults, func(f customer.Fault) bool { return f.Path == p.names[column] })
}

// take reads one row.
func (p *pass) take() error {
	id := p.field(customerColumn)
	if id == "" {
		p.file.Tally.Anonymous++
		return nil
	}
	p.faults, p.rounded = nil, false
	at := p.instant()
	brought := p.line()
	p.check(at)
	order, another := p.field(orderColumn), false
	if !p.broken(customerColumn) && !p.broken(timestampColumn) {
		if err := p.inOrder(id, at); err != nil {
			return err
		}
		p.note(id, at)
		another = id != string(p.head.Customer) || order != p.head.Ref || !at.Equal(p.head.At)
		if !another && (!brought && len(p.sold) == customer.MaxLines || brought && len(p.returned) == customer.MaxLines) {
			p.fault(orderColumn, fmt.Sprintf("has at most %d lines", customer.MaxLines))
		}
	}
	if len(p.faults) > 0 {
		if another && !p.file.SkipBad { // the receipt before the row that ends the pass
			p.finish()
		}
		slices.SortStableFunc(p.faults, func(a, b customer.Fault) int {
			return slices.Index(p.names[:], a.Path) - slices.Index(p.names[:], b.Path)
		})
		return p.setAside(p.number, p.faults)
	}
	if another {
		p.finish()
		p.head.Ref, p.head.Customer, p.head.At = strings.Clone(order), p.whose, at
	}
	if p.rounded {
		p.file.Tally.Rounded++
	}
	if brought {
		p.returned = append(p.returned, customer.ReturnLine{Line: p.read[0]})
	} else {
		p.sold = append(p.sold, p.read[0])
	}
	return nil
}

// instant reads the timestamp.
func (p *pass) instant() time.Time {
	stamp := p.field(timestampColumn)
	if stamp == p.stamp && stamp != "" {
		return p.when
	}
	if at, err := time.Parse(time.RFC3339, stamp); err == nil {
		return at.In(p.file.Zone)
	}
	if day, err := customer.ParseDate(stamp); err == nil {
		return day.Start(p.file.Zone)
	}
	p.fault(timestampColumn, "is an instant such as 2026-11-25T10:30:00Z, or a day")
	return time.Time{}
}

// inOrder refuses a row that should have come earlier. Its fault cannot be set aside:
// in such a file nobody knows when a customer is complete.
func (p *pass) inOrder(id string, at time.Time) error {
	const sorted = ": the file must be sorted by customer as text, byte by byte (10 before 2), then time"
	switch previous := string(p.whose); {
	case id < previous:
		p.fault(customerColumn, "is not below the row before"+sorted)
	case id == previous && at.Before(p.when):
		p.fault(timestampColumn, "is not before the row before"+sorted)
	default:
		return nil
	}
	fault := p.faults[len(p.faults)-1:]
	return &rowError{File: p.file.Path, Line: p.number, Faults: fault}
}

// note keeps whose the row is and when, in memory of its own.
func (p *pass) note(id string, at time.Time) {
	if id != string(p.whose) {
		p.whose = customer.ID(strings.Clone(id))
	}
	if stamp := p.field(timestampColumn); stamp != p.stamp {
		p.when, p.stamp = at, strings.Clone(stamp)
	}
}

// finish yields the receipt that is complete, the sale before the return.
func (p *pass) finish() {
	if len(p.sold) > 0 {
		sale := p.head
		sale.Lines = slices.Clone(p.sold)
		for i := range p.sold {
			sale.Currency = p.currency(sale.Currency, &p.sold[i])
		}
		p.send(event{Sale: &sale})
	}
	if len(p.returned) > 0 {
		back := customer.Return{Ref: p.head.Ref, Customer: p.head.Customer, At: p.head.At, Lines: slices.Clone(p.returned)}
		for i := range p.returned {
			back.Currency = p.currency(back.Currency, &p.returned[i].Line)
		}
		p.send(event{Return: &back})
	}
	p.sold, p.returned = p.sold[:0], p.returned[:0]
}

// currency is that of a receipt once it has a line with money.
func (p *pass) currency(sofar customer.Currency, line *customer.Line) customer.Currency {
	if line.Paid.Valid || line.ListPrice.Valid {
		return p.file.Currency
	}
	return sofar
}

func (p *pass) send(e event) {
	if p.stopped {
		return
	}
	read := &p.file.Tally
	if id := e.customer(); id != p.latest {
		read.Customers++
		p.latest = id
	}
	p.stopped = !p.yield(e, nil)
}

// line reads what was bought into p.read, and whether it was brought back.
func (p *pass) line() (brought bool) {
	line := &p.read[0]
	*line = customer.Line{SKU: p.text(p.field(skuColumn)), Category: p.text(p.field(categoryColumn))}
	switch p.field(brandColumn) {
	case "":
	case "national":
		line.Kind = customer.NationalBrand
	case "store":
		line.Kind = customer.StoreBrand
	default:
		p.fault(brandColumn, "is national, store or empty")
	}
	quantity, _ := p.figure(quantityColumn)
	if units, exact := customer.Scaled(quantity.value.Abs(), segment.UnitDigits); !exact || units > population.MaxUnits {
		p.fault(quantityColumn, "is at most 1000000000, exact in thousandths") // what the cells count in
	}
	price, priced := p.figure(priceColumn)
	discount, _ := p.figure(discountColumn)
	sales, settled := p.figure(salesColumn)

	brought = quantity.value.IsNegative()
	if brought { // some tills turn the sign of all figures, some only that of the quantity
		quantity, discount, sales = quantity.abs(), discount.abs(), sales.abs()
	}
	if discount.value.IsNegative() { // it would silently raise the price
		p.fault(discountColumn, "is 0 or more")
	}
	if sales.value.IsNegative() {
		p.fault(salesColumn, "is 0 or more")
	}
	line.Quantity = quantity.value
	if priced {
		line.ListPrice = decimal.NewNullDecimal(price.value)
	}
	if len(p.faults) > 0 || price.value.IsNegative() {
		return brought // an amount made of figures at fault says nothing
	}
	switch {
	case settled:
		line.Paid.Decimal, p.rounded = round(sales.value, p.file.Currency.Digits)
		line.Paid.Valid = true
	case priced && !quantity.value.IsZero(): // how much was paid for an unknown quantity is unknown
		paid, rounded := amount(quantity, price, discount, p.file.Currency.Digits)
		if paid.IsNegative() {
			p.fault(discountColumn, "is at most quantity times unit_price")
			break
		}
		line.Paid, p.rounded = decimal.NewNullDecimal(paid), rounded
	}
	return brought
}

// check holds the row, as a receipt of its own, against what any receipt must satisfy;
// so a fault is the row's even where a receipt has many. A Return without its sale
// has no rules beyond a Purchase's.
func (p *pass) check(at time.Time) {
	err := customer.Purchase{
		Ref: p.field(orderColumn), Customer: customer.ID(p.field(customerColumn)), At: at,
		Currency: p.file.Currency, Lines: p.read[:],
	}.Validate()
	var faults customer.Faults
	if err == nil || !errors.As(err, &faults) {
		return
	}
	for _, fault := range faults {
		column := p.columnOf(fault.Path)
		if p.broken(column) {
			continue
		}
		if fault.Path == "lines[0].paid" && column == quantityColumn {
			fault.Rule = "times unit_price is an amount of at most 18 digits"
		}
		p.fault(column, fault.Rule)
	}
}

// columnOf is where the field of a receipt was read from.
func (p *pass) columnOf(path string) int {
	switch path {
	case "ref":
		return orderColumn
	case "customer":
		return customerColumn
	case "at":
		return timestampColumn
	case "lines[0].sku":
		return skuColumn
	case "lines[0].category":
		return categoryColumn
	case "lines[0].quantity":
		return quantityColumn
	case "lines[0].paid":
		if p.field(salesColumn) != "" {
			return salesColumn
		}
		return quantityColumn // times the price it is too much
	}
	return priceColumn
}

// setAside counts a row at fault, or gives it back as the error that ends the pass.
func (p *pass) setAside(line int, faults customer.Faults) error {
	bad := &rowError{File: p.file.Path, Line: line, Faults: faults}
	if !p.file.SkipBad {
		return bad
	}
	read := &p.file.Tally
	read.Bad++
	for _, fault := range faults {
		same := func(c faultCount) bool { return c.Column == fault.Path && c.Rule == fault.Rule }
		at := slices.IndexFunc(read.Faults, same)
		if at < 0 {
			at = len(read.Faults)
			read.Faults = append(read.Faults, faultCount{Column: fault.Path, Rule: fault.Rule, First: bad})
		}
		read.Faults[at].Rows++
	}
	return nil
}

// text returns a copy of a text that lines with the same text share.
func (p *pass) text(text string) string {
	if len(text) > customer.MaxText {
		return text // and the row is refused
	}
	if kept, ok := p.texts[text]; ok {
		return kept
	}
	if len(p.texts) == maxRemembered {
		clear(p.texts)
	}
	text = strings.Clone(text)
	p.texts[text] = text
	return text
}

// figure reads the number of a column, and whether there is one.
func (p *pass) figure(column int) (figure, bool) {
	text := p.field(column)
	if text == "" {
		return figure{}, false
	}
	if known, ok := p.figures[text]; ok {
		return known, true
	}
	read, rule := parseFigure(text)
	if rule != "" {
		p.fault(column, rule)
		return figure{}, false
	}
	if len(p.figures) == maxRemembered {
		clear(p.figures)
	}
	p.figures[strings.Clone(text)] = read
	return read, true
}

// figure is a number of the file. A short one is also units·10^-digits, for
// arithmetic without allocations.
type figure struct {
	value  decimal.Decimal
	units  int64 // below 2³¹ either way
	digits int32 // 0 to 6
	long   bool  // units and digits do not hold it
}

func (f figure) abs() figure {
	f.value = f.value.Abs()
	f.units = max(f.units, -f.units)
	return f
}

// parseFigure reads a number, or says which rule its text breaks.
func parseFigure(text string) (f figure, rule string) {
	if units, digits, ok := parsePlain(text); ok {
		f = figure{value: decimal.New(units, -digits), units: units, digits: digits}
		f.long = units >= 1<<31 || units <= -1<<31 || digits > 6
		return f, ""
	}
	if len(text) > maxFigure {
		return figure{}, "is a number of at most 64 characters"
	}
	value, err := decimal.NewFromString(text)
	if err != nil {
		return figure{}, "is a number such as 1.99"
	}
	if exponent := value.Exponent(); exponent < -maxFigure || exponent > maxFigure {
		return figure{}, "has an exponent of -64 to 64" // arithmetic would write it out
	}
	return figure{value: value, long: true}, ""
}

// parsePlain reads what nearly every number looks like: a minus sign perhaps, up to
// 18 digits, a point perhaps.
func parsePlain(text string) (units int64, digits int32, ok bool) {
	rest := strings.TrimPrefix(text, "-")
	whole, fraction, _ := strings.Cut(rest, ".")
	if n := len(whole) + len(fraction); n < 1 || n > 18 {
		return 0, 0, false
	}
	for _, part := range [...]string{whole, fraction} {
		for i := range len(part) {
			if part[i] < '0' || part[i] > '9' {
				return 0, 0, false
			}
			units = units*10 + int64(part[i]-'0')
		}
	}
	if len(rest) < len(text) {
		units = -units
	}
	return units, int32(len(fraction)), true
}

// amount is quantity·price − discount, rounded half to even to a currency's digits,
// and whether that changed it.
func amount(quantity, price, discount figure, digits int32) (decimal.Decimal, bool) {
	if quantity.long || price.long || discount.long {
		return round(quantity.value.Mul(price.value).Sub(discount.value), digits)
	}
	product, scale := quantity.units*price.units, quantity.digits+price.digits // below 2⁶², at most 12
	common := max(scale, discount.digits, digits)
	product, ok := raise(product, common-scale)
	off, fits := raise(discount.units, common-discount.digits)
	step, _ := raise(1, common-digits)
	if !ok || !fits {
		return round(quantity.value.Mul(price.value).Sub(discount.value), digits)
	}
	exact := product - off
	minor, rest := exact/step, exact%step
	if twice := 2 * max(rest, -rest); twice > step || twice == step && minor%2 != 0 {
		if exact > 0 {
			minor++
		} else {
			minor--
		}
	}
	return decimal.New(minor, -digits), rest != 0
}

// round rounds half to even, and says whether that changed the value.
func round(value decimal.Decimal, digits int32) (decimal.Decimal, bool) {
	if minor, exact := customer.Scaled(value, digits); exact {
		return decimal.New(minor, -digits), false // without the zeros that a file may add
	}
	rounded := value.RoundBank(digits)
	return rounded, !rounded.Equal(value)
}

// raise returns n·10^by, and false where that passes 2⁶².
func raise(n int64, by int32) (int64, bool) {
	const most = 1 << 62 / 10
	for ; by > 0; by-- {
		if n > most || n < -most {
			return 0, false
		}
		n *= 10
	}
	return n, true
}

// counted counts what is read through it.
type counted struct {
	io.Reader
	bytes *int64
}

func (c *counted) Read(into []byte) (int, error) {
	n, err := c.Reader.Read(into)
	*c.bytes += int64(n)
	return n, err
}

// limited ends with an error when one row takes more than was left for it. Blank lines
// between rows, of which CSV takes no notice, take nothing.
type limited struct {
	io.Reader
	left int
	row  int64 // where the latest row ended
	read int64
	text int64 // where the latest byte ended that belongs to no blank line
	over bool  // stays: the middle of a row cannot be read as rows
}

func (l *limited) Read(into []byte) (int, error) {
	if l.text <= l.row {
		l.left = maxRowBytes
	}
	if l.over = l.over || l.left <= 0; l.over {
		return 0, fmt.Errorf("the next row is longer than %d bytes: is a quote left open?", maxRowBytes)
	}
	n, err := l.Reader.Read(into)
	l.left -= n
	l.read += int64(n)
	// Carriage returns alone end no line; one may be cut off from its line feed.
	text := bytes.TrimRight(into[:n], "\r\n")
	if n > 1 && bytes.IndexByte(into[len(text):n], '\n') < 0 {
		text = into[:n]
	}
	if len(text) > 0 {
		l.text = l.read - int64(n-len(text))
	}
	return n, err
}
