package calendar

import (
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Day is a civil day as the calendar has it.
type Day struct {
	On      customer.Date
	Working bool              // hours begin on it
	Open    []customer.Span   // ascending, between its midnights; also what the evening before left over
	Why     []customer.Reason // what made it so: the weekly hours, an override, a holiday, cuts
}

// Day returns one day with its open spans and the reasons for them.
func (c *Calendar) Day(on customer.Date) (Day, error) {
	if err := c.covered(on, "on"); err != nil {
		return Day{}, err
	}
	day := int64(on - FirstDay)
	place, exceptional := c.open.pattern.sums.place(day)
	return Day{
		On:      on,
		Working: c.works(day),
		Open:    c.spans(day*dayLen, c.open.pattern.of(day, place, exceptional)),
		Why:     c.why(day),
	}, nil
}

// spans turns the readings of a day that begins at one into instants.
func (c *Calendar) spans(midnight int64, readings []span) []customer.Span {
	var open []span
	for _, s := range readings {
		c.zone.passes(span{midnight + s.from, midnight + s.to}, func(pass span) { open = append(open, pass) })
	}
	var spans []customer.Span
	for _, s := range union(open, nil) {
		spans = append(spans, customer.Span{From: c.time(s.from), To: c.time(s.to)})
	}
	return spans
}

// why gives the reasons of a day.
func (c *Calendar) why(day int64) []customer.Reason {
	start, end := c.zone.first(day*dayLen), c.zone.first((day+1)*dayLen)
	if start == end {
		return []customer.Reason{c.reason(CodeSkipped, "", day)}
	}
	if i, closed := find(c.book.holidays, int32(day)); closed {
		return []customer.Reason{c.reason(CodeHoliday, c.book.holidays[i].name, day)}
	}
	reasons := []customer.Reason{c.whyOwn(day)}
	if over, running := c.over(day); running {
		reasons = append(reasons, over)
	}
	i, _ := find(c.book.cuts, int32(day-1))
	for ; i < len(c.book.cuts) && int64(c.book.cuts[i].day) <= day; i++ {
		cut, midnight := c.book.cuts[i], int64(c.book.cuts[i].day)*dayLen
		from, to := midnight+cut.open[0].from, midnight+cut.open[0].to
		if to <= day*dayLen {
			continue // of the day before, and over by midnight
		}
		reason := c.reason(CodeCut, cut.name, day)
		reason.At, reason.Until = c.time(c.zone.first(from)), c.time(c.zone.first(to))
		reasons = append(reasons, reason)
	}
	return reasons
}

// whyOwn is the reason for the hours that begin on a day, or for there being none. Its
// figure is what is left of them, in seconds.
func (c *Calendar) whyOwn(day int64) customer.Reason {
	var reason customer.Reason
	i, overridden := find(c.book.overrides, int32(day))
	switch begun := c.book.begun(day); {
	case overridden && len(begun) > 0:
		reason = c.reason(CodeOverrideOpen, c.book.overrides[i].name, day)
	case overridden:
		return c.reason(CodeOverrideClosed, c.book.overrides[i].name, day)
	case len(begun) > 0:
		reason = c.reason(CodeWeekly, "", day)
	default:
		return c.reason(CodeNoHours, "", day)
	}
	reason.Unit = customer.UnitSeconds
	for _, s := range c.working.begin(day) {
		c.zone.passes(span{day*dayLen + s.from, day*dayLen + s.to}, func(pass span) {
			reason.Fact += pass.length() / int64(time.Second)
		})
	}
	return reason
}

// over is the reason for hours of the evening before that run into a day.
func (c *Calendar) over(day int64) (customer.Reason, bool) {
	own := c.book.own(day - 1)
	if len(own) == 0 || own[len(own)-1].to <= dayLen {
		return customer.Reason{}, false
	}
	reason := c.reason(CodeOvernight, "", day)
	reason.Until = c.time(c.zone.first((day-1)*dayLen + own[len(own)-1].to))
	return reason, true
}

// reason cites the rule book and the row of it that speaks.
func (c *Calendar) reason(code, row string, day int64) customer.Reason {
	reason := customer.Reason{Code: code, Rule: c.name, On: FirstDay + customer.Date(day)}
	if row != "" {
		reason.Rule += " " + row
	}
	return reason
}
