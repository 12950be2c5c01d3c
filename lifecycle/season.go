package lifecycle

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// ErrCounted says that figures were counted by other seasons or closed days than those
// they are to be joined with or read into: days of one count are no days of the other.
var ErrCounted = errors.New("lifecycle: the figures were counted by other seasons or closed days")

// MaxClosedDays is how many closed days NewSeasons takes: a century and more.
const MaxClosedDays = 40_000

// SeasonRules is the rule book of the days that count, as plain data. Out of season,
// silence stands still.
type SeasonRules struct {
	customer.Edition

	// Seasons are up to 100 parts of the year. None at all is a rule book of closed days
	// alone.
	Seasons []Season `json:"seasons,omitempty"`
}

// Season is a part of every year in which something is bought.
type Season struct {
	// Key is the name of the season: "christmas".
	Key string `json:"key"`
	// Spans are 1 to 12 parts of the year; they may overlap.
	Spans []YearSpan `json:"spans"`
	// Items are the codes of what is bought in this season only: up to 100,000
	// categories or products, as the coder of the lines numbers them, each in one season.
	// Seasons of customers have none.
	Items []uint32 `json:"items,omitempty"`
	// OwnYears is in how many different years' seasons somebody must have bought, and
	// never out of season, for this season to be her own: 2 to 100, see [Seasons.Own].
	// 0: it is nobody's own. The season's year begins after its longest rest, so that
	// December and the January after it are one, and so are two spans of one year.
	OwnYears int `json:"own_years,omitempty"`
}

// YearSpan is a stretch of every year, both ends included: from "11-15" through
// "12-24". One whose end lies before its beginning wraps over the new year. It holds the
// days whose month and day lie between both: so "02-29" is an end like 28 February in a
// year without such a day, and a beginning like 1 March.
type YearSpan struct {
	From    string `json:"from"`
	Through string `json:"through"`
}

// ParseSeasonRules reads SeasonRules from JSON, strictly; see customer.ParseRules.
func ParseSeasonRules(data []byte) (SeasonRules, error) {
	return customer.ParseRules[SeasonRules](data)
}

// Seasons is the compiled rule book together with the closed days. It is immutable and
// safe for concurrent use. A nil *Seasons counts every day.
type Seasons struct {
	all     *Counted   // the whole year, without closed days
	seasons []*Counted // in the order of the rules
	keys    []string
	years   []int // OwnYears
	items   []seasonItem
	sum     string // 32 bytes, the same for all that count the same days for the same items
}

type seasonItem struct {
	item   uint32
	season int
}

// NewSeasons checks the rules whole, returning customer.Faults, and compiles them with
// the days on which the shop was or will be closed, which count in no season. Closed days
// that lie ahead matter too: a due day is not put on one. Both are copied.
//
// A host that has a calendar (package calendar) finds them by asking Calendar.Day day by day,
// as far back as visits are known and some years ahead: closed is what is not Working.
func NewSeasons(rules SeasonRules, closed customer.Days) (*Seasons, error) {
	var faults customer.Faults
	rules.Edition.Check(&faults)
	faults.Within("seasons", len(rules.Seasons), 0, maxSeasons)
	faults.Within("closed", len(closed), 0, MaxClosedDays)
	if part := customer.Faults(nil); errors.As(closed.Validate(), &part) {
		faults.Join("closed", part)
	}
	if len(faults) > 0 {
		closed = nil // only the rules are looked through any further
	}
	s := &Seasons{all: newCounted(rules.Edition, "", nil, closed)}
	for i, season := range rules.Seasons[:min(len(rules.Seasons), maxSeasons)] {
		s.add(&faults, fmt.Sprintf("seasons[%d]", i), rules.Edition, season, closed)
	}
	slices.SortStableFunc(s.items, func(a, b seasonItem) int { return cmp.Compare(a.item, b.item) })
	for i := range s.items[:max(len(s.items)-1, 0)] {
		if s.items[i].item == s.items[i+1].item {
			faults.Add(fmt.Sprintf("seasons[%d].items", s.items[i+1].season), s.items[i].item, "is named once, in one season")
		}
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	sum, err := s.canonical().Sum()
	if err != nil {
		return nil, err
	}
	raw, err := hex.DecodeString(sum)
	s.sum = string(raw)
	return s, err
}

// seasonsSum is how many bytes the hash of Seasons has.
const seasonsSum = sha256.Size

const (
	maxSeasons     = 100
	maxSpans       = 12
	maxSeasonItems = 100_000
)

// add compiles a season, noting its faults.
func (s *Seasons) add(faults *customer.Faults, path string, edition customer.Edition, season Season, closed customer.Days) {
	faults.Name(path+".key", season.Key)
	if slices.Contains(s.keys, season.Key) {
		faults.Add(path+".key", season.Key, "is used once")
	}
	in := yearSpans(faults, path, season.Spans)
	faults.Within(path+".items", len(season.Items), 0, maxSeasonItems)
	for _, item := range season.Items[:min(len(season.Items), maxSeasonItems)] {
		s.items = append(s.items, seasonItem{item: item, season: len(s.seasons)})
	}
	if season.OwnYears != 0 {
		faults.Within(path+".own_years", season.OwnYears, 2, 100)
	}
	s.seasons = append(s.seasons, newCounted(edition, season.Key, in, closed))
	s.keys, s.years = append(s.keys, season.Key), append(s.years, season.OwnYears)
}

// canonical is the days that count for each item, and nothing else: a new version of the
// rules that changes none of them, but the keys, say, or a season of customers, measures
// alike.
func (s *Seasons) canonical() *customer.Canonical {
	c := new(customer.Canonical)
	c.Text("all", s.all.sum)
	items := slices.DeleteFunc(slices.Clone(s.items), func(one seasonItem) bool { return s.seasons[one.season].sum == s.all.sum })
	c.List("items", len(items), func(i int) {
		c.Int("item", int64(items[i].item))
		c.Text("days", s.seasons[items[i].season].sum)
	})
	return c
}

// Of returns the days that count for an item: those of its season, or of the whole year.
func (s *Seasons) Of(item uint32) *Counted {
	if s == nil {
		return nil
	}
	at, found := slices.BinarySearchFunc(s.items, item, func(a seasonItem, item uint32) int { return cmp.Compare(a.item, item) })
	if !found {
		return s.all
	}
	return s.seasons[s.items[at].season]
}

// same reports whether both count the same days for every item.
func (s *Seasons) same(other *Seasons) bool {
	return s == other || s != nil && other != nil && s.sum == other.sum
}

// Key returns the days that count in the season of a name, of the whole year for "", and
// false where the rules have no such season.
func (s *Seasons) Key(key string) (*Counted, bool) {
	if s == nil {
		return nil, key == ""
	}
	if key == "" {
		return s.all, true
	}
	if at := slices.Index(s.keys, key); at >= 0 {
		return s.seasons[at], true
	}
	return nil, false
}

// Own returns the key of the season that is somebody's own: the first of the rules in
// which all her days of purchase lie, in as many different years' seasons as OwnYears
// asks. "" is the whole year: she has no season of her own, or too short a history to
// tell. Nothing is concluded from a shop that was closed.
func (s *Seasons) Own(days customer.Days) string {
	if s == nil || days.Validate() != nil {
		return ""
	}
	for i, years := range s.years {
		if years > 0 && s.seasons[i].year.years(days) >= years {
			return s.keys[i]
		}
	}
	return ""
}

// yearSpans reads the spans as days of a leap year, 0 to 365, noting their faults.
func yearSpans(faults *customer.Faults, path string, spans []YearSpan) *seasonYear {
	faults.Within(path+".spans", len(spans), 1, maxSpans)
	in := new(seasonYear)
	for i, span := range spans[:min(len(spans), maxSpans)] {
		at := fmt.Sprintf("%s.spans[%d]", path, i)
		from, ok := leapDay(faults, at+".from", span.From)
		through, okay := leapDay(faults, at+".through", span.Through)
		if !ok || !okay {
			continue
		}
		for day := from; ; day = (day + 1) % leapDays {
			in.holds[day] = true
			if day == through {
				break
			}
		}
	}
	in.count()
	return in
}

// leapDay reads a month and day such as 02-29 as a day of a leap year, from 0.
func leapDay(faults *customer.Faults, path, text string) (int, bool) {
	const leap = "2000-"
	day, err := time.Parse(time.DateOnly, leap+text)
	if err != nil {
		faults.Add(path, text, "is a month and a day such as 12-24")
		return 0, false
	}
	return day.YearDay() - 1, true
}

// seasonYear is a season in tables: which days of the year it holds, and how many up to each.
type seasonYear struct {
	holds  [leapDays]bool      // by the day of a leap year
	begins int                 // the day of a leap year on which the season's year begins: after its longest rest
	common [leapDays]int16     // days held before a day of a common year; the last is all
	leap   [leapDays + 1]int16 // the same of a leap year
}

const (
	leapDays   = 366
	leapDay29  = 31 + 28 // 29 February, from 0
	cycleDays  = 146_097 // of 400 years
	cycleYears = 400
	cycleLeaps = 97
)

func (y *seasonYear) count() {
	for day, holds := range y.holds {
		y.leap[day+1] = y.leap[day]
		if holds {
			y.leap[day+1]++
		}
		if day == leapDay29 {
			continue
		}
		at := day
		if day > leapDay29 {
			at--
		}
		y.common[at+1] = y.common[at]
		if holds {
			y.common[at+1]++
		}
	}
	rest, longest := 0, 0
	for day := range 2 * leapDays { // twice, for a rest over the new year
		if !y.holds[day%leapDays] {
			rest++
			continue
		}
		if rest > longest {
			longest, y.begins = rest, day%leapDays
		}
		rest = 0
	}
}

// table returns how many days are held before each day of a year.
func (y *seasonYear) table(number int) []int16 {
	if leapYear(number) {
		return y.leap[:]
	}
	return y.common[:]
}

func leapYear(number int) bool { return number%4 == 0 && (number%100 != 0 || number%400 == 0) }

// before returns the days before 1 January of a year, and how many of them are held.
func (y *seasonYear) before(number int) (days, held int) {
	past := number - 1
	leaps := past/4 - past/100 + past/400
	return past*365 + leaps, (past-leaps)*int(y.common[leapDays-1]) + leaps*int(y.leap[leapDays])
}

// upTo returns how many days up to and including a day are held since the year 1.
func (y *seasonYear) upTo(day customer.Date) int {
	if day < 1 {
		return 0
	}
	number, start, held := y.number(day)
	return held + int(y.table(number)[int(day)-start])
}

// number returns the year of a day, and of the days before its 1 January how many there
// are and how many of them are held.
func (y *seasonYear) number(day customer.Date) (number, start, held int) {
	past := int(day) - 1 // days before it
	number = past*cycleYears/cycleDays + 1
	start, held = y.before(number)
	switch {
	case past < start:
		number--
		start, held = y.before(number)
	case past >= start+365 && (past >= start+leapDays || !leapYear(number)):
		number++
		start, held = y.before(number)
	}
	return number, start, held
}

// day returns the day that is the n-th held one since the year 1, or zero past the
// calendar. n is 1 or more, and the season holds a day.
func (y *seasonYear) day(n int) customer.Date {
	perCycle := (cycleYears-cycleLeaps)*int(y.common[leapDays-1]) + cycleLeaps*int(y.leap[leapDays])
	number := min((n-1)/perCycle*cycleYears+(n-1)%perCycle*cycleYears/perCycle+1, 9999)
	// The estimate is off by the leap years within a cycle: a few years where few days
	// are held, and by a whole stretch between leap years for a season of 29 February.
	_, held := y.before(number)
	for held >= n {
		number--
		_, held = y.before(number)
	}
	for {
		_, next := y.before(number + 1)
		if next >= n {
			break
		}
		if number++; number > 9999 {
			return 0
		}
		held = next
	}
	table := y.table(number)
	at, _ := slices.BinarySearch(table, int16(n-held)) // the first place with so many before it
	start, _ := y.before(number)
	return customer.Date(start + at)
}

// years returns in how many different years' seasons the days lie, and 0 unless the
// season holds all of them.
func (y *seasonYear) years(days customer.Days) int {
	years, last := 0, 0
	for i, day := range days {
		number, start, _ := y.number(day)
		at := int(day) - start - 1
		if at >= leapDay29 && !leapYear(number) {
			at++
		}
		if !y.holds[at] {
			return 0
		}
		if at < y.begins {
			number-- // the season of the year before goes on
		}
		if i == 0 || number != last {
			years++
		}
		last = number
	}
	return years
}

// Counted is a set of civil days that count: those of a season, less the days on which
// the shop was closed. It measures gaps and silence. It is immutable and safe for
// concurrent use. A nil *Counted counts every day.
type Counted struct {
	edition customer.Edition
	name    string      // "" where the season is the whole year
	year    *seasonYear // nil: the whole year
	closed  []customer.Date
	open    []int  // by closed day: how many days counted up to it
	sum     string // the same for all that count the same days
}

func newCounted(edition customer.Edition, key string, in *seasonYear, closed customer.Days) *Counted {
	c := &Counted{edition: edition, name: edition.Name(), year: in}
	if key != "" {
		c.name += "/" + key
	}
	for _, day := range closed {
		if at := c.held(day); at > c.held(day-1) {
			c.closed = append(c.closed, day)
			c.open = append(c.open, at-len(c.closed))
		}
	}
	var canonical customer.Canonical
	part := in != nil && in.leap[leapDays] < leapDays // and not the whole year, as a season
	canonical.Bool("season", part)
	for day := 0; part && day < leapDays; day++ {
		canonical.Bool(strconv.Itoa(day), in.holds[day])
	}
	canonical.List("closed", len(c.closed), func(i int) { canonical.Date("day", c.closed[i]) })
	c.sum, _ = canonical.Sum() // yes and no and days can always be written
	return c
}

// held counts the days of the season up to and including a day, closed or not.
func (c *Counted) held(day customer.Date) int {
	if c.year == nil {
		return int(day)
	}
	return c.year.upTo(day)
}

// upTo counts the days that count up to and including a day.
func (c *Counted) upTo(day customer.Date) int {
	closed, _ := slices.BinarySearch(c.closed, day+1)
	return c.held(day) - closed
}

// Between returns how many days count after from, up to and including to: 0 where to is
// no later. Both are days.
func (c *Counted) Between(from, to customer.Date) int {
	if to <= from {
		return 0
	}
	if c == nil {
		return int(to - from)
	}
	return c.upTo(to) - c.upTo(from)
}

// After returns the n-th day that counts after a day, or the zero Date where that lies
// past the calendar. n is 1 or more.
func (c *Counted) After(day customer.Date, n int) customer.Date {
	if c == nil {
		return day.AddDays(n)
	}
	if !day.Valid() || n < 1 || n > int(customer.MaxDate) {
		return 0
	}
	return c.nth(n + c.upTo(day))
}

// nth returns the n-th day that counts since the year 1, n being 1 or more, or the zero
// Date where that lies past the calendar.
func (c *Counted) nth(n int) customer.Date {
	closed, _ := slices.BinarySearch(c.open, n) // those before the day sought
	n += closed
	if c.year == nil {
		if n > int(customer.MaxDate) {
			return 0
		}
		return customer.Date(n)
	}
	return c.year.day(n)
}

// Holds reports whether a day counts.
func (c *Counted) Holds(day customer.Date) bool {
	return c == nil || day.Valid() && c.upTo(day) > c.upTo(day-1)
}

// covers returns a *customer.Refusal on a day on which the rules are not in force.
func (c *Counted) covers(on customer.Date) error {
	if c == nil {
		return nil
	}
	return c.edition.Covers(on)
}

// same reports whether both count the same days.
func (c *Counted) same(other *Counted) bool {
	return c == other || c != nil && other != nil && c.sum == other.sum
}
