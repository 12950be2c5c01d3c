package contact

import (
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

// misheard returns what a number may have been that was heard on the phone, in ascending order of its
// text: nothing where it cannot be mistaken. Numbers that are as long as each other are mistaken
// wherever they stand, since long numbers are told digit by digit; others only as a whole. What is no
// number, or has more than 18 digits, has none.
func misheard(number string, alike []Alike) []string {
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

// weekdayOf returns the weekday of a day.
func weekdayOf(on customer.Date) customer.Weekday { return customer.Weekday((on.Weekday()+6)%7 + 1) }

// ReadBack returns nil where a day and the weekday with which it was told agree, and a
// *customer.Refusal where they do not. It names both, and what may have been meant: the day itself, with
// its own weekday; the days with the weekday whose month or day of the month is easily misheard for that
// which was said; the next day with the weekday (the last one before, where the years end). What is over
// by the instant at which it is told is not meant. It is what to ask before anything is booked.
func (p *Policy) ReadBack(on customer.Date, weekday customer.Weekday, at time.Time) error {
	if p == nil || p.zone == nil {
		return errNoPolicy
	}
	var faults customer.Faults
	checkDay(&faults, on, weekday)
	if weekday == 0 {
		faults.Add("weekday", "", "is required")
	}
	if err := faults.Err(); err != nil {
		return err
	}
	if weekdayOf(on) == weekday {
		return nil
	}
	var missing []customer.Reason
	for _, reason := range p.readings("", on, weekday, at) {
		missing = append(missing, p.signed(reason))
	}
	return &customer.Refusal{Rule: p.name, Missing: missing}
}

// checkDay notes the faults of a day and of its weekday, if that was said.
func checkDay(faults *customer.Faults, on customer.Date, weekday customer.Weekday) {
	faults.GivenDay("on", on)
	if weekday != 0 && !weekday.Valid() {
		faults.Add("weekday", weekday, "is a day of the week")
	}
}

// readings says that a day and its weekday do not agree, and what may have been meant.
func (p *Policy) readings(id string, on customer.Date, weekday customer.Weekday, told time.Time) []customer.Reason {
	today := customer.DateOf(told, p.zone)
	year, month, day := on.Civil()
	ahead := (int(weekday) - int(weekdayOf(on)) + 7) % 7
	next := on.AddDays(ahead)
	if !next.Valid() {
		next = on.AddDays(ahead - 7)
	}
	var heard []customer.Date
	add := func(month time.Month, day int) {
		other, err := customer.NewDate(year, month, day)
		if err == nil && other != next && weekdayOf(other) == weekday {
			heard = append(heard, other)
		}
	}
	for _, text := range misheard(strconv.Itoa(day), p.rules.Alike) {
		other, _ := strconv.Atoi(text) // a few digits
		add(month, other)
	}
	for _, text := range misheard(strconv.Itoa(int(month)), p.rules.Alike) {
		other, _ := strconv.Atoi(text)
		add(time.Month(other), day)
	}
	slices.Sort(heard)
	why := []customer.Reason{{Code: CodeWeekdayDiffers, Of: id, On: on, Fact: int64(weekday)}}
	for _, meant := range slices.Concat([]customer.Date{on}, slices.Compact(heard), []customer.Date{next}) {
		if meant >= today {
			why = append(why, customer.Reason{Code: CodeMeant, Of: id, On: meant})
		}
	}
	return why
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
		for _, other := range misheard(one.Number, p.rules.Alike) {
			reason.Code = CodeMisheard
			reason.Mark = (&Number{Number: other}).figure()
			why = append(why, p.signed(reason))
		}
	}
	return why
}
