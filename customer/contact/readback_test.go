package contact_test

import (
	"fmt"
	"strings"
	"testing"

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
	for _, row := range []struct {
		on      string
		weekday customer.Weekday
		want    string
	}{
		{"2026-11-18", 3, "wednesday 2026-11-18"},
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
		said := contact.Day{On: day(row.on), Weekday: row.weekday}
		var got []string
		for _, one := range said.Readings(contact.Mandarin()) {
			got = append(got, one.String())
		}
		assert.Equal(t, row.want, strings.Join(got, ", "), row.on)
	}
	assert.Nil(t, contact.Day{Weekday: 1}.Readings(nil))
	assert.Nil(t, contact.Day{On: day("2026-11-18"), Weekday: 8}.Readings(nil))
	assert.Zero(t, contact.WeekdayOf(0))
	assert.Equal(t, customer.Weekday(7), contact.WeekdayOf(day("2026-11-29")))
}

func TestReadBackFaults(t *testing.T) {
	require.NoError(t, contact.ReadBack(contact.Day{On: day("2026-11-18"), Weekday: 3}, nil))
	assert.Equal(t, []string{"alike[0].one", "on", "weekday"}, customertest.Paths(t, contact.ReadBack(contact.Day{}, []contact.Alike{{Other: "7"}})))
	err := contact.ReadBack(contact.Day{On: day("2026-11-18"), Weekday: 4}, nil)
	require.EqualError(t, err, `customer: 1 fault: weekday = "thursday": is that of 2026-11-18, which is a wednesday: either wednesday 2026-11-18 or thursday 2026-11-19 is meant`)
}

// A day and its weekday agree, or what is meant is a day with its weekday: the day said, or another one
// with the weekday said, of which the last is the next.
func TestReadBackProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		said := contact.Day{
			On:      customer.Date(rapid.Int32Range(1, int32(customer.MaxDate)-7).Draw(t, "day")),
			Weekday: customer.Weekday(rapid.IntRange(1, 7).Draw(t, "weekday")),
		}
		readings := said.Readings(contact.Mandarin())
		agrees := contact.WeekdayOf(said.On) == said.Weekday
		if (contact.ReadBack(said, contact.Mandarin()) == nil) != agrees || agrees != (len(readings) == 1) {
			t.Fatalf("%s: %v", said, readings)
		}
		for i, one := range readings {
			if contact.WeekdayOf(one.On) != one.Weekday || (i > 0 && one.Weekday != said.Weekday) {
				t.Fatalf("%s may not be %s", said, one)
			}
		}
		if last := readings[len(readings)-1].On; readings[0].On != said.On || last < said.On || last-said.On > 6 {
			t.Fatalf("%s: %v", said, readings)
		}
	})
}

func TestMisheard(t *testing.T) {
	alike := contact.Mandarin()
	for number, want := range map[string]string{
		"1": "7", "7": "1", "4": "10", "10": "4 70", "11": "17 71", "17": "11 77", "14": "40 74", "40": "14", "45": "", "238": "", "171": "111 177 771", "": "", "1x": "", "-1": "",
		"1000000000000000000": "", // 19 digits
		"117":                 "111 177 717",
	} {
		got := contact.Misheard(number, alike)
		assert.Equal(t, want, strings.Join(got, " "), number)
	}
	assert.Equal(t, []string{"30"}, contact.Misheard("13", contact.English()))
	assert.Empty(t, contact.Misheard("17", nil))
	assert.Empty(t, contact.Misheard("17", []contact.Alike{{}}))
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.StringMatching(`[0-9]{1,18}`).Draw(t, "number")
		for _, other := range contact.Misheard(number, alike) {
			back := contact.Misheard(other, alike)
			found := len(other) > 18
			for _, one := range back {
				found = found || one == number
			}
			if !found {
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
	confirm.Appointment, confirm.On, confirm.Numbers[0].Confirmed = "", day("2026-11-17"), false
	_, err = p.Confirm(f, confirm)
	assert.Equal(t, []string{"appointment", "weekday", "numbers[0].confirmed"}, customertest.Paths(t, err))
	_, err = p.Confirm(f, contact.Confirm{Step: confirm.Step, Appointment: "a-9", On: day("2026-11-26"), Weekday: 4})
	assert.Equal(t, []string{"appointment-unknown"}, missing(err))

	move := contact.Move{Step: step("m", "ann", "2026-11-25 10:00"), Appointment: "a-1", On: day("2026-11-24")}
	_, err = p.Move(f, move)
	assert.Equal(t, []string{"weekday-missing", "appointment-past"}, missing(err))
	move.Weekday, move.Time, move.Over = 3, "24:00", when("2026-11-25 10:00")
	_, err = p.Move(f, move)
	assert.Equal(t, []string{"weekday", "time", "over"}, customertest.Paths(t, err))
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
