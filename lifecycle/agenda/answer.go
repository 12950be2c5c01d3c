package agenda

import (
	"cmp"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/consent"
)

// plan reads the answer off the board.
func (b *board) plan() Plan {
	plan := Plan{Rule: b.planner.name}
	plan.Placed = make([]Placed, 0, len(b.jobs)+len(b.work.Fixed))
	for i := range b.work.Fixed {
		one := b.work.Fixed[i]
		one.Fixed = true
		one.Because = []customer.Reason{{Code: CodeFixed, Rule: b.planner.name, On: one.Day}}
		plan.Placed = append(plan.Placed, one)
	}
	for number := range b.jobs {
		if j := &b.jobs[number]; j.cell == noCell {
			plan.Unplaced = append(plan.Unplaced, b.unplaced(number))
		} else {
			plan.Placed = append(plan.Placed, b.placed(j))
		}
	}
	slices.SortStableFunc(plan.Placed, func(x, y Placed) int {
		order := cmp.Or(cmp.Compare(x.Day, y.Day), cmp.Compare(x.Person, y.Person))
		if order == 0 && x.Fixed != y.Fixed {
			if x.Fixed {
				return -1
			}
			return 1
		}
		if order == 0 && x.Fixed {
			return cmp.Compare(x.ID, y.ID) // the order of the list does not matter
		}
		return order // the jobs are in the order in which they are served
	})
	for d := range b.days {
		for person := range b.people {
			cell := person*b.span + d
			if b.capacity[cell] > 0 || b.load[cell] > 0 {
				plan.Loads = append(plan.Loads, Load{
					Day: b.first + customer.Date(d), Person: b.people[person].ID, Load: int(b.load[cell]), Capacity: int(b.capacity[cell]),
				})
			}
		}
	}
	return plan
}

// placed is a job's place, with the reasons for it.
func (b *board) placed(j *job) Placed {
	person, d := j.cell/b.span, j.cell%b.span
	day := b.first + customer.Date(d)
	reach := &b.work.Reaches[j.reach]
	answer := Placed{Task: *j.task, Day: day, Person: b.people[person].ID, Because: make([]customer.Reason, 0, 3)}
	answer.Because = append(answer.Because, b.loadReason(j), b.handsReason(j, person))
	for _, channel := range j.task.Channels {
		if until, permitted := reach.Permits(channel, j.task.Purpose); !permitted || d >= b.endOf(until) {
			answer.Because = b.policy.Barred(answer.Because, reach, channel, j.task.Purpose, day)
			continue
		}
		calendars := b.calendars(person, b.planner.channels[channel], reach.Hours)
		for _, span := range b.times.between(d, calendars) {
			if minutesOf(span) >= int32(max(j.task.Minutes, 1)) {
				answer.Channel, answer.Between = channel, span
				return answer
			}
		}
		answer.Because = append(answer.Because, customer.Reason{
			Code: CodeQuiet, Rule: ruleName(b.policy.Edition(), channel), Fact: 1, Mark: 1, Unit: customer.UnitDays, On: day, By: day,
		})
	}
	return answer
}

// loadReason says how full the day is.
func (b *board) loadReason(j *job) customer.Reason {
	reason := customer.Reason{
		Code: CodePlaced, Rule: b.planner.name, Fact: int64(b.load[j.cell]), Mark: int64(b.capacity[j.cell]), Unit: customer.UnitTimes,
		On: b.first + customer.Date(j.cell%b.span), By: j.task.By,
	}
	if b.planner.rules.Measure == CountMinutes {
		reason.Unit, reason.Fact, reason.Mark = customer.UnitSeconds, 60*reason.Fact, 60*reason.Mark
	}
	return reason
}

// handsReason says why it is this person.
func (b *board) handsReason(j *job, person int) customer.Reason {
	window := customer.Reason{Rule: j.task.Owner, Unit: customer.UnitDays, On: b.first + customer.Date(j.lo), By: b.first + customer.Date(j.hi)}
	switch {
	case j.task.Owner == "":
		window.Code, window.Rule = CodeAnybody, b.people[person].ID
	case j.owner == nobody:
		window.Code = CodeOwnerUnknown
	case j.owner == person:
		window.Code = CodeOwner
	case j.task.Skill != "" && !slices.Contains(b.people[j.owner].Skills, j.task.Skill):
		window.Code = CodeOwnerUnskilled
	default:
		window.Code = CodeOwnerFull
		window.Mark = int64(j.hi - j.lo + 1)
		for d := j.lo; d <= j.hi; d++ {
			if b.absent[j.owner][d] {
				window.Fact++
			}
		}
		if window.Fact == window.Mark {
			window.Code = CodeOwnerAway
		}
	}
	return window
}

// unplaced is a job without a place, with everything that is in its way: each reason
// stands whether or not there are others, so that mending one of them is not found to be
// in vain.
func (b *board) unplaced(number int) Unplaced {
	j := &b.jobs[number]
	answer := Unplaced{Task: *j.task}
	if j.done != 0 {
		answer.Because = []customer.Reason{{Code: CodeDone, Rule: j.task.Rule, On: j.done, By: j.task.Due}}
		return answer
	}
	last := b.first + customer.Date(b.days-1)
	switch {
	case j.task.By < b.first:
		answer.Because = append(answer.Because, customer.Reason{Code: CodeWindowOver, Rule: b.planner.name, On: b.first, By: j.task.By})
	case j.task.From > last:
		answer.Because = append(answer.Because, customer.Reason{Code: CodeWindowLater, Rule: b.planner.name, On: j.task.From, By: last})
	}
	reach := b.standing(&answer, j)
	skilled := b.skilled(&answer, j)
	if j.lo <= j.hi {
		b.blockedDays(&answer, number, reach, skilled)
	}
	if j.shape != nil {
		answer.Could = b.could(number)
	}
	return answer
}

// standing appends what is in the way of a customer on any day, and returns the channels
// that are left to reach her through: those allowed, or where none is, all of them, so
// that their quiet hours can be told as well.
func (b *board) standing(answer *Unplaced, j *job) []string {
	reach := &consent.Reach{} // of somebody unknown: nothing is allowed
	if j.reach != noReach {
		reach = &b.work.Reaches[j.reach]
	}
	answer.Because = b.policy.Stopped(answer.Because, reach, j.task.Purpose)
	var allowed []string
	for _, channel := range j.task.Channels {
		until, permitted := reach.Permits(channel, j.task.Purpose)
		if permitted && b.endOf(until) > j.lo {
			allowed = append(allowed, channel)
		}
		if !permitted || b.endOf(until) <= j.hi {
			answer.Because = b.policy.Barred(answer.Because, reach, channel, j.task.Purpose, b.first+customer.Date(j.hi))
		}
	}
	if len(allowed) == 0 {
		return j.task.Channels
	}
	return allowed
}

// skilled returns the places of the people who could do a job; where nobody could, it says
// so and returns everybody.
func (b *board) skilled(answer *Unplaced, j *job) []int {
	var able, all []int
	for i := range b.people {
		all = append(all, i)
		if j.task.Skill == "" || slices.Contains(b.people[i].Skills, j.task.Skill) {
			able = append(able, i)
		}
	}
	if len(able) > 0 || j.task.Skill == "" {
		return able
	}
	answer.Because = append(answer.Because, customer.Reason{Code: CodeNobodySkilled, Rule: j.task.Skill, Mark: int64(len(all)), Unit: customer.UnitTimes})
	return all
}

// blockedDays appends what is in the way on single days of a job's window, each thing with
// the number of days it rules out.
func (b *board) blockedDays(answer *Unplaced, number int, channels []string, people []int) {
	j := &b.jobs[number]
	var absent, quiet, full blocked
	limits := map[string]int{}
	var caps []customer.Reason
	for d := j.lo; d <= j.hi; d++ {
		day := b.first + customer.Date(d)
		left := b.permitted(j, d, channels)
		works, reachable, room := b.onDay(j, d, left, people)
		absent.note(day, !works)
		quiet.note(day, works && !reachable && len(left) > 0)
		full.note(day, works && !room)
		if j.reach == noReach {
			continue
		}
		for _, reason := range b.books[j.reach].Missing(nil, day, j.use, number) {
			if _, told := limits[reason.Rule+reason.Code]; !told { // each once, with its first day
				limits[reason.Rule+reason.Code] = len(caps)
				caps = append(caps, reason)
			}
		}
	}
	window := int64(j.hi - j.lo + 1)
	answer.Because = absent.reason(answer.Because, CodeNobodyAtWork, b.planner.name, window)
	answer.Because = quiet.reason(answer.Because, CodeQuiet, b.policy.Edition().Name(), window)
	answer.Because = append(answer.Because, caps...)
	answer.Because = full.reason(answer.Because, CodeNoCapacity, b.planner.name, window)
}

// permitted returns those channels whose permission, where there is one, has not ended by a day.
func (b *board) permitted(j *job, d int, channels []string) []string {
	if j.reach == noReach {
		return channels
	}
	reach := &b.work.Reaches[j.reach]
	ended := func(channel string) bool {
		until, permitted := reach.Permits(channel, j.task.Purpose)
		return permitted && d >= b.endOf(until)
	}
	if !slices.ContainsFunc(channels, ended) {
		return channels
	}
	return slices.DeleteFunc(slices.Clone(channels), ended)
}

// onDay says of one day whether any of the people works, whether any of those has a time
// at which the customer may be reached, and whether any of these, or where there is none
// any of those who work, has room.
func (b *board) onDay(j *job, d int, channels []string, people []int) (works, reachable, room bool) {
	reach := &consent.Reach{}
	if j.reach != noReach {
		reach = &b.work.Reaches[j.reach]
	}
	vacant := false
	for _, person := range people {
		if b.absent[person][d] {
			continue
		}
		works = true
		cell := person*b.span + d
		fits := b.load[cell]+j.weight <= b.capacity[cell]
		vacant = vacant || fits
		for _, channel := range channels {
			longest := b.times.minutes(b.calendars(person, b.planner.channels[channel], reach.Hours))
			if longest[d] >= int32(max(j.task.Minutes, 1)) {
				reachable, room = true, room || fits
				break
			}
		}
	}
	if !reachable {
		room = vacant
	}
	return works, reachable, room
}

// blocked is the days that one thing rules out.
type blocked struct {
	days        int64
	first, last customer.Date
}

func (b *blocked) note(day customer.Date, rulesOut bool) {
	if !rulesOut {
		return
	}
	if b.days == 0 {
		b.first = day
	}
	b.days, b.last = b.days+1, day
}

func (b *blocked) reason(reasons []customer.Reason, code, rule string, window int64) []customer.Reason {
	if b.days == 0 {
		return reasons
	}
	return append(reasons, customer.Reason{Code: code, Rule: rule, Fact: b.days, Mark: window, Unit: customer.UnitDays, On: b.first, By: b.last})
}

// could is the first day, from the first of its window on, on which a job without a place
// could go to anybody.
func (b *board) could(number int) customer.Date {
	j := &b.jobs[number]
	for d := j.lo; d < b.span; d++ {
		day := b.first + customer.Date(d)
		if !b.books[j.reach].Fits(day, j.use, number) {
			continue
		}
		for person := range b.people {
			cell := person*b.span + d
			if j.shape.open[person*b.words+d/64]&(1<<(d%64)) != 0 && b.load[cell]+j.weight <= b.capacity[cell] {
				return day
			}
		}
	}
	return 0
}
