package customer

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"
)

// Reason is one "because" of an answer: a code that never changes its meaning, and
// the figures to check it by hand. It has a fixed size and can be compared, stored
// and counted. The code and the figures are the API; sentences come from the Explain
// of the package whose code it is.
type Reason struct {
	Code  string    `json:"code"`           // the package's name in front: segment.store-loyal
	Rule  string    `json:"rule,omitempty"` // which rule of which book said so
	Of    string    `json:"of,omitempty"`   // which of several things it speaks of, by the host's ID: a promise, an item
	Fact  int64     `json:"fact"`           // what was found
	Mark  int64     `json:"mark"`           // what it was held against
	Unit  Unit      `json:"unit,omitzero"`  // of Fact and Mark
	At    time.Time `json:"at,omitzero"`    // the instant it speaks of
	Until time.Time `json:"until,omitzero"` // the instant from which it no longer holds
	On    Date      `json:"on,omitzero"`    // the civil day it speaks of
	By    Date      `json:"by,omitzero"`    // the civil day by which, or until which
}

// Unit says what a Reason counts. The zero Unit is for reasons without figures.
type Unit uint8

// The units. Their texts are format.
const (
	UnitDays        Unit = iota + 1 // civil days
	UnitSeconds                     // physical time
	UnitPermille                    // thousandths of a whole
	UnitMinor                       // money in the currency's minor units
	UnitPoints                      // points in the programme's smallest unit
	UnitUsage                       // thousandths of a category's base unit
	UnitCustomers                   // customers
	UnitTimes                       // how often: visits, gaps, purchases
	UnitYears                       // completed years of life
	UnitMonths                      // calendar months
	UnitCountedDays                 // civil days less those of another season or a closed shop
)

// String returns the unit's stored text; for an unknown unit, its number in words.
func (u Unit) String() string {
	switch u {
	case 0:
		return ""
	case UnitDays:
		return "days"
	case UnitSeconds:
		return "seconds"
	case UnitPermille:
		return "permille"
	case UnitMinor:
		return "minor"
	case UnitPoints:
		return "points"
	case UnitUsage:
		return "usage"
	case UnitCustomers:
		return "customers"
	case UnitTimes:
		return "times"
	case UnitYears:
		return "years"
	case UnitMonths:
		return "months"
	case UnitCountedDays:
		return "counted-days"
	}
	return "unit " + strconv.Itoa(int(u))
}

// MarshalText writes the unit's stored text; an unknown unit is an error.
func (u Unit) MarshalText() ([]byte, error) {
	if u > UnitCountedDays {
		return nil, fmt.Errorf("customer: %s is unknown", u)
	}
	return []byte(u.String()), nil
}

// UnmarshalText reads what MarshalText wrote.
func (u *Unit) UnmarshalText(text []byte) error {
	for unit := Unit(0); unit <= UnitCountedDays; unit++ {
		if unit.String() == string(text) {
			*u = unit
			return nil
		}
	}
	return fmt.Errorf("customer: unit %q is unknown", shown(string(text)))
}

// Language is a language that reasons can be read in.
type Language uint8

// The languages of Explain.
const (
	English Language = iota + 1
	Chinese          // Simplified Chinese
)

// Day writes a civil day without its year: "25 Nov", "11月25日"; the zero Date as "".
func (l Language) Day(day Date) string {
	if !day.Valid() {
		return ""
	}
	_, month, number := day.Civil()
	if l == Chinese {
		return fmt.Sprintf("%d月%d日", int(month), number)
	}
	return fmt.Sprintf("%d %.3s", number, month)
}

// DayOfYear writes a civil day with its year: "25 Nov 2026", "2026年11月25日"; the zero
// Date as "".
func (l Language) DayOfYear(day Date) string {
	if !day.Valid() {
		return ""
	}
	year, _, _ := day.Civil()
	if l == Chinese {
		return fmt.Sprintf("%d年%s", year, l.Day(day))
	}
	return fmt.Sprintf("%s %d", l.Day(day), year)
}

// Between writes two days that belong together, with their years only where these
// differ: "11 Nov" and "25 Nov", but "28 Dec 2026" and "11 Jan 2027".
func (l Language) Between(first, second Date) (string, string) {
	firstYear, _, _ := first.Civil()
	secondYear, _, _ := second.Civil()
	if firstYear == secondYear {
		return l.Day(first), l.Day(second)
	}
	return l.DayOfYear(first), l.DayOfYear(second)
}

// Instant writes an instant in the zone that it carries: "25 Nov 2026, 13:00 UTC",
// "2026年11月25日13:00(UTC)".
func (l Language) Instant(at time.Time) string {
	day := l.DayOfYear(DateOf(at, at.Location()))
	if l == Chinese {
		return day + at.Format("15:04(MST)")
	}
	return day + at.Format(", 15:04 MST")
}

// Count writes how many there are of a noun with a regular plural: "1 day", "30 days". In
// Chinese it is a measure word, which stays as it is: "30天".
func (l Language) Count(n int64, noun string) string {
	switch {
	case l == Chinese:
		return fmt.Sprintf("%d%s", n, noun)
	case n == 1:
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// Length writes a length of time in hours, minutes and seconds, those left out that are 0:
// "2 h 40 min", "1小时5分钟3秒"; none as "0 s". A negative one has a minus before it.
func (l Language) Length(seconds int64) string {
	hour, minute, second, between := " h", " min", " s", " "
	if l == Chinese {
		hour, minute, second, between = "小时", "分钟", "秒", ""
	}
	sign, size := "", uint64(seconds)
	if seconds < 0 {
		sign, size = "-", -size
	}
	var parts []string
	for _, part := range [...]struct {
		number uint64
		unit   string
	}{{size / 3600, hour}, {size / 60 % 60, minute}, {size % 60, second}} {
		if part.number != 0 {
			parts = append(parts, fmt.Sprintf("%d%s", part.number, part.unit))
		}
	}
	if len(parts) == 0 {
		return "0" + second
	}
	return sign + strings.Join(parts, between)
}

// Percent writes thousandths of a whole as percent: "66.7 %", "30 %".
func (l Language) Percent(permille int64) string {
	return decimal.New(permille, -1).String() + " %"
}

// The reason codes of this package.
const (
	CodeNotYetInForce   = "customer.not-yet-in-force"   // On: the day asked for; By: the book's first day
	CodeNoLongerInForce = "customer.no-longer-in-force" // On: the day asked for; By: the first day without it
	CodeNoDay           = "customer.no-day"             // a decision was asked for without its day
	CodeErased          = "customer.erased"             // At: since when what was kept of the customer is erased; nothing is added to it
)

// Explain renders a reason of this package. A code of another package is returned as
// it is.
func Explain(reason Reason, language Language) string {
	if language == Chinese {
		switch reason.Code {
		case CodeNotYetInForce:
			return fmt.Sprintf("规则%s自%s起生效，%s尚未生效", reason.Rule, language.DayOfYear(reason.By), language.DayOfYear(reason.On))
		case CodeNoLongerInForce:
			return fmt.Sprintf("规则%s已于%s失效，不适用于%s", reason.Rule, language.DayOfYear(reason.By), language.DayOfYear(reason.On))
		case CodeNoDay:
			return fmt.Sprintf("规则%s需要一个日期", reason.Rule)
		case CodeErased:
			return fmt.Sprintf("该客户的资料已于%s删除，规则%s不再增补", language.Instant(reason.At), reason.Rule)
		}
		return reason.Code
	}
	switch reason.Code {
	case CodeNotYetInForce:
		return fmt.Sprintf("rule book %s holds from %s, not yet on %s", reason.Rule, language.DayOfYear(reason.By), language.DayOfYear(reason.On))
	case CodeNoLongerInForce:
		return fmt.Sprintf("rule book %s no longer holds from %s, so not on %s", reason.Rule, language.DayOfYear(reason.By), language.DayOfYear(reason.On))
	case CodeNoDay:
		return fmt.Sprintf("rule book %s needs the day to decide for", reason.Rule)
	case CodeErased:
		return fmt.Sprintf("what was kept of this customer was erased at %s; rule book %s adds nothing to it", language.Instant(reason.At), reason.Rule)
	}
	return reason.Code
}
