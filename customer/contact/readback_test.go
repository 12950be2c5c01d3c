package contact_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/contact"
	"github.com/rapport-crm/rapport/customer/customertest"
)

// What may have been meant: the day itself, what is easily misheard for it, the next such weekday.
func TestReadings(t *testing.T) {
	// row B30
	p := mandarin(t)
	for _, row := range []struct {
		on      string
		weekday customer.Weekday
		want    string
	}{
		{"2026-11-18", 3, ""},
		{"2026-11-17", 3, "tuesday 2026-11-17, wednesday 2026-11-11, wednesday 2026-11-18"},
		{"2026-11-11", 2, "wednesday 2026-11-11, tuesday 2026-11-17"},                                         // which is the next tuesday, too
		{"2026-11-04", 2, "wednesday 2026-11-04, tuesday 2026-11-10"},                                         // 4 and 10
		{"2026-11-01", 6, "sunday 2026-11-01, saturday 2026-11-07"},                                           // 1 and 7
		{"2026-01-05", 7, "monday 2026-01-05, sunday 2026-07-05, sunday 2026-01-11"},                          // the month: January and July
		{"2026-04-06", 2, "monday 2026-04-06, tuesday 2026-10-06, tuesday 2026-04-07"},                        // April and October
		{"2026-10-31", 2, "saturday 2026-10-31, tuesday 2026-11-03"},                                          // there is no 31 April
		{"2026-02-28", 7, "saturday 2026-02-28, sunday 2026-03-01"},                                           // over the month's end
		{"2026-12-31", 5, "thursday 2026-12-31, friday 2027-01-01"},                                           // and the year's
		{"9999-12-31", 1, "friday 9999-12-31, monday 9999-12-27"},                                             // there is no next one
		{"0001-01-01", 7, "monday 0001-01-01, sunday 0001-07-01, sunday 0001-01-07"},                          // 1 and 7 again
		{"2026-01-01", 2, "thursday 2026-01-01, tuesday 2026-01-06"},                                          // nothing sounds like it
		{"2026-07-17", 6, "friday 2026-07-17, saturday 2026-01-17, saturday 2026-07-11, saturday 2026-07-18"}, // both, ascending
	} {
		var got []string
		for _, one := range meant(p.ReadBack(day(row.on), row.weekday, time.Time{})) {
			got = append(got, strings.ToLower(one.Weekday().String())+" "+one.String())
		}
		assert.Equal(t, row.want, strings.Join(got, ", "), row.on)
	}
	assert.Equal(t, []customer.Date{day("2026-11-17"), day("2026-11-18")}, meant(p.ReadBack(day("2026-11-17"), 3, when("2026-11-12 00:00"))), "the 11th is over")
	assert.Len(t, meant(p.ReadBack(day("2026-11-17"), 3, when("2026-11-11 23:59"))), 3)
	assert.Equal(t, []string{"on", "weekday"}, customertest.Paths(t, p.ReadBack(0, 0, time.Time{})))
	assert.Equal(t, []string{"on", "weekday"}, customertest.Paths(t, p.ReadBack(-5, 8, time.Time{})))
	require.ErrorContains(t, (*contact.Policy)(nil).ReadBack(day("2026-11-18"), 3, time.Time{}), "comes from New")
}

// meant are the days that may have been meant.
func meant(err error) (all []customer.Date) {
	var refusal *customer.Refusal
	if errors.As(err, &refusal) {
		for _, reason := range refusal.Missing[1:] {
			all = append(all, reason.On)
		}
	}
	return all
}

// A day and its weekday agree, or what is meant is a day with its weekday: the day said, or another one
// with the weekday said, of which the last is the next.
func TestReadBackProperty(t *testing.T) {
	p := mandarin(t)
	rapid.Check(t, func(t *rapid.T) {
		on := customer.Date(rapid.Int32Range(1, int32(customer.MaxDate)-7).Draw(t, "day"))
		weekday := customer.Weekday(rapid.IntRange(1, 7).Draw(t, "weekday"))
		err := p.ReadBack(on, weekday, time.Time{})
		if (err == nil) != (weekdayOf(on) == weekday) {
			t.Fatalf("%s, a %s: %v", on, weekday, err)
		}
		if err == nil {
			return
		}
		days := meant(err)
		for i, one := range days[1:] {
			if weekdayOf(one) != weekday {
				t.Fatalf("%s, a %s: not %s, the reading %d", on, weekday, one, i)
			}
		}
		if last := days[len(days)-1]; days[0] != on || last <= on || last-on > 6 {
			t.Fatalf("%s, a %s: %v", on, weekday, days)
		}
	})
}

// mandarin is a policy for those who speak it.
func mandarin(t tester) *contact.Policy {
	t.Helper()
	return wholesaler(t, func(rules *contact.Rules) { rules.Alike = contact.Mandarin() })
}

// misheard are what a number may have been, in the order in which they are told.
func misheard(p *contact.Policy, number string) string {
	var all []string
	for _, reason := range p.Numbers([]contact.Number{{What: "x", Number: number}})[1:] {
		all = append(all, fmt.Sprint(reason.Mark))
	}
	return strings.Join(all, " ")
}

func TestMisheard(t *testing.T) {
	p := mandarin(t)
	for number, want := range map[string]string{
		"1": "7", "7": "1", "4": "10", "10": "4 70", "11": "17 71", "17": "11 77", "14": "40 74", "40": "14", "45": "", "238": "", "171": "111 177 771", "": "", "1x": "", "-1": "",
		"1000000000000000000": "", // 19 digits
		"117":                 "111 177 717", "01": "7",
	} {
		assert.Equal(t, want, misheard(p, number), number)
	}
	assert.Equal(t, "30", misheard(wholesaler(t, func(rules *contact.Rules) { rules.Alike = contact.English() }), "13"))
	assert.Empty(t, misheard(wholesaler(t, func(rules *contact.Rules) { rules.Alike = nil }), "17"))
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.StringMatching(`[1-9][0-9]{0,17}`).Draw(t, "number")
		for other := range strings.FieldsSeq(misheard(p, number)) {
			if !slices.Contains(strings.Fields(misheard(p, other)), number) {
				t.Fatalf("%s may have been %s, and that not %s", number, other, number)
			}
		}
	})
}

// An appointment that was made by ear is flagged until its day and its numbers were read back; one
// that was made in writing is not.
func TestUnconfirmed(t *testing.T) {
	// row B30
	p := wholesaler(t)
	for _, row := range []struct {
		channel string
		weekday customer.Weekday
		want    string
	}{
		{"phone", 5, "[unconfirmed number-unconfirmed]"},
		{"phone", 0, "weekday-missing"},
		{"letter", 5, "[number-unconfirmed]"},
		{"letter", 0, "[number-unconfirmed]"},
	} {
		x := call("l-1", "ann", "2026-11-25 09:00")
		x.Channel = row.channel
		x.Appointments = []contact.Appointment{{ID: "a-1", On: day("2026-11-27"), Weekday: row.weekday, Numbers: []contact.Number{{What: "phone"}}}}
		d, err := p.Log(contact.File{}, x)
		if err != nil {
			assert.Equal(t, row.want, strings.Join(missing(err), " "))
			continue
		}
		all, why := p.Unconfirmed(d.Next, when("2026-11-27 23:59"))
		assert.Equal(t, row.want, fmt.Sprint(codes(why)))
		assert.Len(t, all, 1)
		all, _ = p.Unconfirmed(d.Next, when("2026-11-28 00:00"))
		assert.Empty(t, all, "its day is over")
	}
}

func TestAppointmentRefused(t *testing.T) {
	p := wholesaler(t)
	x := call("l-1", "ann", "2026-11-25 09:00")
	x.Appointments = []contact.Appointment{{ID: "a-1", On: day("2026-11-25"), Weekday: 3, Numbers: []contact.Number{{What: "crates", Number: "17"}}}, {ID: "a-2", On: customer.MaxDate, Weekday: 5}}
	f := must(t)(p.Log(contact.File{}, x))
	confirm := contact.Confirm{Step: step("c", "ann", "2026-11-25 10:00"), Appointment: "a-1", On: day("2026-11-26"), Weekday: 4, Numbers: []contact.Number{
		{What: "crates", Number: "11", Confirmed: true}, {What: "gate", Number: "1", Confirmed: true},
	}}
	_, err := p.Confirm(f, confirm)
	assert.Equal(t, []string{"read-back-differs", "number-differs", "number-unknown"}, missing(err))
	confirm.On = day("2026-11-17")
	_, err = p.Confirm(f, confirm)
	assert.Equal(t, []string{"weekday-differs", "read-back-differs", "number-differs", "number-unknown"}, missing(err))
	confirm.Appointment, confirm.On, confirm.Weekday, confirm.Numbers[0].Confirmed = "", 0, 0, false
	_, err = p.Confirm(f, confirm)
	assert.Equal(t, []string{"appointment", "on", "weekday", "numbers[0].confirmed"}, customertest.Paths(t, err))
	_, err = p.Confirm(f, contact.Confirm{Step: confirm.Step, Appointment: "a-9", On: day("2026-11-26"), Weekday: 4})
	assert.Equal(t, []string{"appointment-unknown"}, missing(err))

	move := contact.Move{Step: step("m", "ann", "2026-11-25 10:00"), Appointment: "a-1", On: day("2026-11-24")}
	_, err = p.Move(f, move)
	assert.Equal(t, []string{"weekday-missing", "appointment-past"}, missing(err))
	move.Weekday, move.Time, move.Over = 3, "24:00", when("2026-11-25 10:00")
	_, err = p.Move(f, move)
	assert.Equal(t, []string{"time", "over"}, customertest.Paths(t, err))
	move.Time, move.Over = "", time.Time{}
	_, err = p.Move(f, move)
	assert.Equal(t, []string{"weekday-differs", "meant", "appointment-past"}, missing(err))
	f = must(t)(p.Move(f, contact.Move{Step: step("m", "ann", "2026-11-25 10:00"), Appointment: "a-1", On: day("2026-11-25"), Weekday: 3, Time: "23:59", Confirmed: true}))
	_, why := p.Unconfirmed(f, when("2026-11-25 10:00"))
	assert.Equal(t, []string{"number-unconfirmed", "misheard", "misheard", "unconfirmed"}, codes(why))

	f = must(t)(p.Cancel(f, contact.Cancel{Step: step("x", "ann", "2026-11-25 11:00"), Appointment: "a-1"}))
	_, err = p.Cancel(f, contact.Cancel{Step: step("y", "ann", "2026-11-25 11:00"), Appointment: "a-1"})
	assert.Equal(t, []string{"appointment-cancelled"}, missing(err))
	_, err = p.Cancel(f, contact.Cancel{Step: step("y", "ann", "2026-11-25 11:00"), Appointment: "a-9"})
	assert.Equal(t, []string{"appointment-unknown"}, missing(err))
	all, _ := p.Unconfirmed(f, when("2026-11-25 10:00"))
	assert.Len(t, all, 1, "what is cancelled need not be read back")
}
