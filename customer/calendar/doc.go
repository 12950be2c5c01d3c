// Package calendar knows when a shop, a desk or a phone line is open: the business
// calendar under complaint clocks, quiet hours, visit plans and closed days. It turns
// working hours into instants and back, exactly, in any zone.
//
// # Shape
//
//	Rules                                                 Calendar
//	 weekly     mon–fri 09:00–12:00, 13:00–18:00           Contains, Open          open now? the next opening, the close
//	 overrides  a Sunday worked, a day closed      New     Between, Add            open time, outside of pauses
//	 holidays   whole days, by name             ──────►    Due(Budget)             open time, working days or calendar days
//	 cuts       wall time taken out last                   WorkingDays             how many; the others are the closed days
//	 zone       by name; the host loads it                 AddWorkingDays, Day     the nth; one day and why it is open or closed
//	                                                       Partway                 when a share of a Budget is used: where a clock warns
//
// A holiday closes its day whatever else is said, an override takes the place of the
// weekly hours, and cuts are taken out of what is left. The ID and Version of the rules
// are what a clock pins.
//
// Hours are read from the wall clock: it is open when the clock on the wall in the zone
// shows a time within the hours. An hour that is skipped in spring is no open time, one
// that comes twice in autumn is open twice, and a Duration is always the time that really
// passes. This holds for changes at midnight and for days that a zone left out.
//
// # Units
//
// A [Budget] is in one unit. Open time runs while it is open, and ends at the close when it
// ends with the hours. Working days are those on which hours begin; the day of receipt does
// not count, and the time of day is kept, or the last day runs to its close. Calendar days
// run from the day after receipt to the midnight that ends the last one. Nothing is
// converted: a working day is no number of hours. Only open time can be paused.
//
// Where a rule takes what comes after the close, or on a day off, as received when it next
// opens, the clock begins at the From of [Calendar.Open].
//
// # No guess
//
// Where there is no answer there is an error: a budget below 0, an instant of another
// century, hours that never come. Nothing is looked for more than [HorizonDays] ahead, and
// nothing falls back to the wall clock. Questions about days on which the edition is not in
// force are refused: a list of holidays that has run out must not pass for a year without
// any.
//
// # Plugging in
//
// The rules are data: [ParseRules] reads them from JSON, a row per holiday, however the host
// came by it (an official list, an iCal file, a table of its own). [New] takes about a
// millisecond; a Calendar is then kept, shared by all goroutines, and asked. A question
// takes less than a microsecond over any length of time and allocates nothing, but for
// [Calendar.Day].
//
// Quiet hours are a calendar too: its hours are when a customer may be disturbed, 08:00 to
// 21:00, and [Calendar.Open] says when next. A desk that never closes has
// Daily(Hours{From: "00:00", To: "24:00"}).
//
// # Left to the host
//
// Lists of holidays and of days worked for them, which differ by country and come late;
// which desk has which calendar; storing old versions as long as a clock cites them.
//
// # Stored text
//
// The field names of [Budget] and the reason codes are format: pinned by tests, never
// renamed.
package calendar
