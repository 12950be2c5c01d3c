package contact

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Alike are two numbers that are easily misheard for each other on the phone.
type Alike struct {
	One   string `json:"one"`
	Other string `json:"other"`
}

// Mandarin returns the numbers that sound alike in Mandarin: 1 and 7 (yī, qī; on the phone 1 is
// therefore said yāo), 4 and 10 (sì, shí), 11 and 17, 14 and 40.
func Mandarin() []Alike { return []Alike{{"1", "7"}, {"4", "10"}, {"11", "17"}, {"14", "40"}} }

// English returns the numbers that sound alike in English: 13 and 30 to 19 and 90, 5 and 9.
func English() []Alike {
	return []Alike{{"13", "30"}, {"14", "40"}, {"15", "50"}, {"16", "60"}, {"17", "70"}, {"18", "80"}, {"19", "90"}, {"5", "9"}}
}

const (
	maxAlike  = 100
	maxDigits = 18 // of a number that is read back: it fits an int64
)

func isDigits(text string, most int) bool {
	return text != "" && len(text) <= most && strings.Trim(text, "0123456789") == ""
}

// checkAlike notes the faults of a list of numbers that sound alike.
func checkAlike(faults *customer.Faults, path string, list []Alike) {
	many(faults, path, list, maxAlike, func(one *customer.Faults, alike *Alike) {
		const rule = "is 1 to 4 digits"
		if !isDigits(alike.One, 4) {
			one.Add("one", alike.One, rule)
		}
		if !isDigits(alike.Other, 4) {
			one.Add("other", alike.Other, rule)
		} else if alike.Other == alike.One {
			one.Add("other", alike.Other, "is another number than one")
		}
	})
}

// Misheard returns what a number may have been that was heard on the phone, in ascending order of its
// text: nothing where it cannot be mistaken. Numbers that are as long as each other are mistaken
// wherever they stand, since long numbers are told digit by digit; others only as a whole. What is no
// number, or has more than 18 digits, has none.
func Misheard(number string, alike []Alike) []string {
	if !isDigits(number, maxDigits) {
		return nil
	}
	var all []string
	swap := func(heard, meant string) {
		if len(heard) != len(meant) {
			if number == heard {
				all = append(all, meant)
			}
			return
		}
		for at := 0; at+len(heard) <= len(number); at++ {
			if number[at:at+len(heard)] == heard {
				all = append(all, number[:at]+meant+number[at+len(heard):])
			}
		}
	}
	for _, pair := range alike {
		if pair.One != "" && pair.Other != "" {
			swap(pair.One, pair.Other)
			swap(pair.Other, pair.One)
		}
	}
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(one string) bool { return one == number })
}

// Day is a day as it is told on the phone: with its weekday, so that a day that was misheard is found
// out.
type Day struct {
	On      customer.Date    `json:"on"`
	Weekday customer.Weekday `json:"weekday"`
}

// WeekdayOf returns the weekday of a day; the zero Weekday of none.
func WeekdayOf(on customer.Date) customer.Weekday {
	switch weekday := on.Weekday(); {
	case !on.Valid():
		return 0
	case weekday == time.Sunday:
		return 7
	default:
		return customer.Weekday(weekday)
	}
}

// String writes the day as "friday 2026-11-27".
func (d Day) String() string { return d.Weekday.String() + " " + d.On.String() }

// ReadBack returns nil where a day and its weekday agree, and customer.Faults where they do not: the
// fault names both, and what may have been meant; see [Day.Readings]. It is what to ask before
// anything is booked.
func ReadBack(said Day, alike []Alike) error {
	var faults customer.Faults
	checkAlike(&faults, "alike", alike)
	if !said.On.Valid() {
		faults.Add("on", said.On, "is a day")
	}
	if !said.Weekday.Valid() {
		faults.Add("weekday", said.Weekday, "is a day of the week")
	}
	if len(faults) == 0 {
		said.check(&faults, alike)
	}
	return faults.Err()
}

// check notes a fault where a day and its weekday, of which both are there, do not agree.
func (d Day) check(faults *customer.Faults, alike []Alike) {
	readings := d.Readings(alike)
	if len(readings) < 2 {
		return
	}
	var meant []string
	for _, one := range readings {
		meant = append(meant, one.String())
	}
	last := len(meant) - 1
	faults.Add("weekday", d.Weekday, fmt.Sprintf("is that of %s, which is a %s: either %s or %s is meant",
		d.On, WeekdayOf(d.On), strings.Join(meant[:last], ", "), meant[last]))
}

// Readings returns what may have been meant by a day and a weekday. Where they agree, it is what was
// said. Otherwise they are the day with its own weekday, then the days with the weekday whose month
// or day of the month is easily misheard for that which was said, then the next day with the
// weekday (the last one before, where the years end). What is no day, or no weekday, has none.
func (d Day) Readings(alike []Alike) []Day {
	own := WeekdayOf(d.On)
	if own == 0 || !d.Weekday.Valid() {
		return nil
	}
	all := []Day{{d.On, own}}
	if own == d.Weekday {
		return all
	}
	year, month, day := d.On.Civil()
	next := d.On.AddDays((int(d.Weekday) - int(own) + 7) % 7)
	if !next.Valid() {
		next = d.On.AddDays((int(d.Weekday)-int(own)+7)%7 - 7)
	}
	var misheard []customer.Date
	add := func(month, day int) {
		on, err := customer.NewDate(year, time.Month(month), day)
		if err == nil && on != next && WeekdayOf(on) == d.Weekday {
			misheard = append(misheard, on)
		}
	}
	for _, text := range Misheard(strconv.Itoa(day), alike) {
		other, _ := strconv.Atoi(text) // a few digits
		add(int(month), other)
	}
	for _, text := range Misheard(strconv.Itoa(int(month)), alike) {
		other, _ := strconv.Atoi(text)
		add(other, day)
	}
	slices.Sort(misheard)
	for _, on := range slices.Compact(misheard) {
		all = append(all, Day{on, d.Weekday})
	}
	return append(all, Day{next, d.Weekday})
}

// Number is a number that was told on the phone, and whether it was read back and confirmed. What
// identifies a person, such as her own phone number, is left out here and has its What alone.
type Number struct {
	What      string `json:"what"`             // "quantity", "house-number"
	Number    string `json:"number,omitempty"` // 1 to 18 digits
	Confirmed bool   `json:"confirmed,omitempty"`
}

func (x *Number) check(faults *customer.Faults) {
	faults.Name("what", x.What)
	if x.Number != "" && !isDigits(x.Number, maxDigits) {
		faults.Add("number", hidden, "is 1 to 18 digits, or absent")
	}
}

func (x *Number) canonical(c *customer.Canonical) {
	c.Text("what", x.What)
	c.Text("number", x.Number)
	c.Bool("confirmed", x.Confirmed)
}

// figure is the number, 0 where it is left out: a zero in front of it is not heard.
func (x *Number) figure() int64 {
	figure, _ := strconv.ParseInt(x.Number, 10, 64) // at most 18 digits
	return figure
}

// Numbers says of each number that was told on the phone whether it was confirmed, and of one that was
// not what else it may have been.
func (p *Policy) Numbers(numbers []Number) []customer.Reason {
	var why []customer.Reason
	for _, one := range numbers {
		reason := customer.Reason{Code: CodeNumberConfirmed, Of: one.What, Fact: one.figure()}
		if one.Confirmed {
			why = append(why, p.signed(reason))
			continue
		}
		reason.Code = CodeNumberUnconfirmed
		why = append(why, p.signed(reason))
		for _, other := range Misheard(one.Number, p.rules.Alike) {
			reason.Code = CodeMisheard
			reason.Mark = (&Number{Number: other}).figure()
			why = append(why, p.signed(reason))
		}
	}
	return why
}
