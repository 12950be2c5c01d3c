package agenda

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
)

// LimitRules is the rule book of how often, and when, a customer may be contacted, over all
// channels and all packages, as plain data.
type LimitRules struct {
	customer.Edition

	// Zone is the IANA name of the zone in which days are read; the calendars are in it.
	Zone     string    `json:"zone"`
	Channels []Channel `json:"channels"` // 1 to 100
	Purposes []Purpose `json:"purposes"` // 1 to 100
	Caps     []Cap     `json:"caps,omitempty"`
	// ApartDays is how many days lie at least between two contacts that count: 0 to 366.
	// With 1 there are never two on one day.
	ApartDays int `json:"apart_days,omitempty"`
}

// Channel is a way to reach a customer.
type Channel struct {
	ID string `json:"id"` // "phone", "visit", "letter"
	// Hours names the calendar whose open time is when she may be reached; outside it is
	// quiet. Empty: at any time, as with letters.
	Hours string `json:"hours,omitempty"`
}

// Purpose is what a contact is for. What is not said is strict: it is capped, and stopped
// by an open complaint and by her opting out.
type Purpose struct {
	ID string `json:"id"` // "promotion", "greeting", "service"
	// Weight is how much one contact counts against the caps: 0 to 100. 0 does not count,
	// and is for what is uncapped.
	Weight int `json:"weight,omitempty"`
	// Uncapped is never held back by caps or by ApartDays: the call about her own repair. It
	// may still count, so that less is left for others.
	Uncapped bool `json:"uncapped,omitempty"`
	// DespiteComplaint goes on while a complaint of hers is open.
	DespiteComplaint bool `json:"despite_complaint,omitempty"`
	// DespiteOptOut goes on after she has opted out: what a contract asks for.
	DespiteOptOut bool `json:"despite_opt_out,omitempty"`
}

// Cap bounds contacts: at most Most within any Days days that follow each other.
type Cap struct {
	ID   string `json:"id"`
	Most int    `json:"most"` // 1 to 10,000: the sum of the weights
	Days int    `json:"days"` // 1 to 366
	// Purposes are those that it counts and holds back; none: all.
	Purposes []string `json:"purposes,omitempty"`
}

// ParseLimitRules reads LimitRules from JSON, strictly; see customer.ParseRules.
func ParseLimitRules(data []byte) (LimitRules, error) { return customer.ParseRules[LimitRules](data) }

// Calendars are compiled calendars by the names under which rules and people refer to them.
type Calendars map[string]*calendar.Calendar

// Limits is the compiled rule book. It is immutable and safe for concurrent use.
type Limits struct {
	rules    LimitRules
	name     string
	zone     *time.Location
	channels map[string]int
	purposes map[string]int
	hours    []*calendar.Calendar // by channel; nil: at any time
	caps     []compiledCap
	memory   customer.Date // the longest of the caps and of ApartDays: no contact matters for longer
}

type compiledCap struct {
	name    string
	most    int
	days    customer.Date
	weights []int // by purpose; at the end that of a purpose unknown to the rules
}

// NewLimits checks the rules whole, returning customer.Faults, and compiles them. The host
// loads the zone and passes it, and the calendars that channels name.
func NewLimits(rules LimitRules, calendars Calendars, zone *time.Location) (*Limits, error) {
	var faults customer.Faults
	rules.Edition.Check(&faults)
	faults.Zone("zone", rules.Zone, zone)
	l := &Limits{rules: rules, name: rules.Name(), zone: zone, channels: map[string]int{}, purposes: map[string]int{}}
	l.addChannels(&faults, calendars)
	l.addPurposes(&faults)
	l.addCaps(&faults)
	faults.Within("apart_days", rules.ApartDays, 0, 366)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	l.memory = customer.Date(rules.ApartDays)
	for _, one := range l.caps {
		l.memory = max(l.memory, one.days)
	}
	l.rules.Channels, l.rules.Purposes, l.rules.Caps = slices.Clone(rules.Channels), slices.Clone(rules.Purposes), nil
	return l, nil
}

func (l *Limits) addChannels(faults *customer.Faults, calendars Calendars) {
	faults.Within("channels", len(l.rules.Channels), 1, 100)
	for i, channel := range l.rules.Channels {
		path := fmt.Sprintf("channels[%d].", i)
		faults.Name(path+"id", channel.ID)
		if _, twice := l.channels[channel.ID]; twice {
			faults.Add(path+"id", channel.ID, "stands only once")
		}
		l.channels[channel.ID] = i
		hours := calendars[channel.Hours]
		if channel.Hours != "" && hours == nil {
			faults.Add(path+"hours", channel.Hours, "is one of the calendars that the host passes")
		}
		if channel.Hours == "" {
			hours = nil
		}
		checkZone(faults, path+"hours", hours, l.rules.Zone)
		l.hours = append(l.hours, hours)
	}
}

func (l *Limits) addPurposes(faults *customer.Faults) {
	faults.Within("purposes", len(l.rules.Purposes), 1, 100)
	for i, purpose := range l.rules.Purposes {
		path := fmt.Sprintf("purposes[%d].", i)
		faults.Name(path+"id", purpose.ID)
		if _, twice := l.purposes[purpose.ID]; twice {
			faults.Add(path+"id", purpose.ID, "stands only once")
		}
		l.purposes[purpose.ID] = i
		least := 1
		if purpose.Uncapped {
			least = 0
		}
		faults.Within(path+"weight", purpose.Weight, least, 100)
	}
}

func (l *Limits) addCaps(faults *customer.Faults) {
	faults.Within("caps", len(l.rules.Caps), 0, 100)
	seen := map[string]bool{}
	for i, rule := range l.rules.Caps {
		path := fmt.Sprintf("caps[%d].", i)
		faults.Name(path+"id", rule.ID)
		if seen[rule.ID] {
			faults.Add(path+"id", rule.ID, "stands only once")
		}
		seen[rule.ID] = true
		faults.Within(path+"most", rule.Most, 1, 10_000)
		faults.Within(path+"days", rule.Days, 1, 366)
		faults.Names(path+"purposes", rule.Purposes, 0, 100)
		one := compiledCap{
			name: ruleName(l.rules.Edition, rule.ID), most: rule.Most, days: customer.Date(rule.Days),
			weights: make([]int, len(l.rules.Purposes)+1),
		}
		for j, id := range rule.Purposes {
			if _, known := l.purposes[id]; !known {
				faults.Add(fmt.Sprintf("%spurposes[%d]", path, j), id, "is one of the purposes")
			}
		}
		if len(rule.Purposes) == 0 {
			one.weights[len(l.rules.Purposes)] = 1
		}
		for j, purpose := range l.rules.Purposes {
			if len(rule.Purposes) > 0 && !slices.Contains(rule.Purposes, purpose.ID) {
				continue
			}
			one.weights[j] = purpose.Weight
			if !purpose.Uncapped && purpose.Weight > rule.Most {
				faults.Add(path+"most", rule.Most, fmt.Sprintf("is at least the weight of %s, %d", purpose.ID, purpose.Weight))
			}
		}
		l.caps = append(l.caps, one)
	}
}

// Contact is a contact that was made with a customer, by whatever package, through whatever
// channel: caps count them all.
type Contact struct {
	On      customer.Date `json:"on"`
	Purpose string        `json:"purpose"`        // one that the rules do not know counts 1 in the caps on all purposes
	Task    string        `json:"task,omitempty"` // ID of the task that was done by it; empty: none
}

// doneOn returns the day on which a task was done, if it was.
func doneOn(contacts []Contact, task string) (customer.Date, bool) {
	for _, contact := range contacts {
		if contact.Task == task {
			return contact.On, true
		}
	}
	return 0, false
}

// checkZone notes a fault where a calendar reads its hours in another zone: its days would
// not be those of the rules.
func checkZone(faults *customer.Faults, path string, hours *calendar.Calendar, zone string) {
	if hours != nil && hours.Location().String() != zone {
		faults.Add(path, hours.Location(), "is a calendar in the zone "+zone)
	}
}

// maxContacts is how many contacts one customer may have in one question.
const maxContacts = 10_000

func checkContacts(faults *customer.Faults, path string, contacts []Contact) {
	if faults.Within(path, len(contacts), 0, maxContacts); len(contacts) > maxContacts {
		return
	}
	for i, contact := range contacts {
		if !contact.On.Valid() {
			faults.Add(path+"["+strconv.Itoa(i)+"].on", contact.On, "is a day")
		}
	}
}

// Permission is one purpose for which a customer may be reached through one channel.
type Permission struct {
	Channel string
	Purpose string
}

// Reach is how a customer may be reached: the facts of the day. What does not stand in
// it is not allowed.
type Reach struct {
	Customer      customer.ID
	Allowed       []Permission // at most 10,000
	OptedOut      bool         // she does not want to be contacted
	OpenComplaint bool
	Hours         string // the calendar of the hours in which she may be reached; empty: the channel's alone
	// Contacts are all that were made, of whatever package, as far back as the caps reach, in
	// any order: at most 10,000.
	Contacts []Contact
}

func (r *Reach) allows(channel, purpose string) bool {
	return slices.Contains(r.Allowed, Permission{Channel: channel, Purpose: purpose})
}

// May says whether a customer may be contacted now. Otherwise it is a *customer.Refusal
// with all that is in the way. It is for the moment before the call: a plan has asked the
// same for its days. hers is the calendar of her own hours (Reach.Hours); nil: none.
//
// It needs no plan: the rules, a Reach as of that moment and the instant are all.
func (l *Limits) May(reach Reach, channel, purpose string, at time.Time, hers *calendar.Calendar) error {
	var faults customer.Faults
	faults.Instant("at", at)
	way, p := l.channelOf(&faults, "channel", channel), l.purposeOf(&faults, "purpose", purpose)
	checkContacts(&faults, "contacts", reach.Contacts)
	if err := faults.Err(); err != nil {
		return err
	}
	on := customer.DateOf(at, l.zone)
	if err := l.rules.Covers(on); err != nil {
		return err
	}
	missing := l.standing(nil, &reach, p)
	if !reach.allows(channel, purpose) {
		missing = append(missing, l.noConsent(channel, purpose))
	}
	record := l.ledger(reach.Contacts, on)
	record.sort()
	missing = l.capped(missing, record, on, p, noJob)
	var err error
	if missing, err = l.quiet(missing, l.hours[way], ruleName(l.rules.Edition, channel), at); err != nil {
		return err
	}
	if hers != nil {
		if missing, err = l.quiet(missing, hers, hers.Edition().Name(), at); err != nil {
			return err
		}
	}
	if len(missing) > 0 {
		return &customer.Refusal{Rule: l.name, Missing: missing}
	}
	return nil
}

// quiet appends what a calendar has against an instant: that it is closed, or that nobody
// knows, since it is not in force.
func (l *Limits) quiet(missing []customer.Reason, hours *calendar.Calendar, rule string, at time.Time) ([]customer.Reason, error) {
	if hours == nil {
		return missing, nil
	}
	open, err := hours.Contains(at)
	var unknown *customer.Refusal
	switch {
	case errors.As(err, &unknown):
		return append(missing, unknown.Missing...), nil
	case err != nil || open:
		return missing, err
	}
	reason := customer.Reason{Code: CodeQuietNow, Rule: rule, At: at.In(l.zone)}
	if next, err := hours.Open(at); err == nil {
		reason.Until = next.From
	}
	return append(missing, reason), nil
}

func (l *Limits) channelOf(faults *customer.Faults, path, id string) int {
	channel, known := l.channels[id]
	if !known {
		faults.Add(path, id, "is a channel of the limits")
	}
	return channel
}

func (l *Limits) purposeOf(faults *customer.Faults, path, id string) int {
	purpose, known := l.purposes[id]
	if !known {
		faults.Add(path, id, "is a purpose of the limits")
	}
	return purpose
}

// standing appends what is in the way of a purpose on whatever day.
func (l *Limits) standing(missing []customer.Reason, reach *Reach, purpose int) []customer.Reason {
	p := l.rules.Purposes[purpose]
	rule := ruleName(l.rules.Edition, p.ID)
	if reach.OptedOut && !p.DespiteOptOut {
		missing = append(missing, customer.Reason{Code: CodeOptedOut, Rule: rule})
	}
	if reach.OpenComplaint && !p.DespiteComplaint {
		missing = append(missing, customer.Reason{Code: CodeOpenComplaint, Rule: rule})
	}
	return missing
}

func (l *Limits) noConsent(channel, purpose string) customer.Reason {
	return customer.Reason{Code: CodeNoConsent, Rule: ruleName(l.rules.Edition, channel, purpose)}
}

// noJob marks a contact that is no task of the plan: it has been made, or has its place.
const noJob = -1

// entry is one contact of a customer that counts.
type entry struct {
	day     customer.Date
	purpose int // len(purposes): one that the rules do not know
	job     int // whose place may still change; noJob: nobody's
}

func (e entry) compareDay(day customer.Date) int { return cmp.Compare(e.day, day) }

// ledger is a customer's contacts that count, ascending by day.
type ledger []entry

// ledger enters the contacts that may matter on a day or later.
func (l *Limits) ledger(contacts []Contact, day customer.Date) ledger {
	var book ledger
	for _, contact := range contacts {
		if purpose, counts := l.counts(contact.Purpose); counts && contact.On > day-l.memory {
			book = append(book, entry{contact.On, purpose, noJob})
		}
	}
	return book
}

// counts finds a contact's purpose, and whether it counts at all. One that the rules do not
// know counts as 1 in the caps over all purposes.
func (l *Limits) counts(id string) (int, bool) {
	purpose, known := l.purposes[id]
	if !known {
		return len(l.rules.Purposes), true
	}
	return purpose, l.rules.Purposes[purpose].Weight > 0
}

func (b ledger) sort() {
	slices.SortFunc(b, func(x, y entry) int { return cmp.Compare(x.day, y.day) })
}

// with enters one more, in its memory where there is room.
func (b ledger) with(e entry) ledger {
	at, _ := slices.BinarySearchFunc(b, e.day, entry.compareDay)
	return slices.Insert(b, at, e)
}

// without strikes a job out, in its memory.
func (b ledger) without(job int) ledger {
	return slices.DeleteFunc(b, func(e entry) bool { return e.job == job })
}

// fits reports whether one more contact for a purpose may stand on a day. The job without
// is looked at as if it had no place.
func (l *Limits) fits(book ledger, day customer.Date, purpose, without int) bool {
	if l.rules.Purposes[purpose].Weight == 0 || len(book) == 0 || len(book) == 1 && book[0].job == without && without != noJob {
		return true // as the construction sees to: one alone is below every cap
	}
	for i := range l.caps {
		if l.fullest(&l.caps[i], book, day, purpose, without) > l.caps[i].most {
			return false
		}
	}
	_, near := l.near(book, day, purpose, without)
	return !near
}

// held reports whether an entry is one that caps hold back. A contact that is uncapped may
// take a place beside full caps, but never beside a planned one that they hold back.
func (l *Limits) held(e entry) bool {
	return e.job != noJob && !l.rules.Purposes[e.purpose].Uncapped
}

// fullest returns the greatest sum of weights in any window of the cap that holds the day
// and one more contact on it: of all windows for a purpose that is held back, and otherwise
// of those with a planned contact that is. Only windows that begin with a contact or with the
// day need be looked at: any other can be moved on to the next of these without losing one.
func (l *Limits) fullest(limit *compiledCap, book ledger, day customer.Date, purpose, without int) int {
	weight := limit.weights[purpose]
	if weight == 0 {
		return 0
	}
	most, sum, held := 0, weight, 0
	count := func(e entry, sign int) {
		if e.job == without && without != noJob || limit.weights[e.purpose] == 0 {
			return
		}
		sum += sign * limit.weights[e.purpose]
		if l.held(e) {
			held += sign
		}
	}
	begin, _ := slices.BinarySearchFunc(book, day-limit.days+1, entry.compareDay)
	for end := begin; ; {
		start := day
		if begin < len(book) {
			start = min(book[begin].day, day)
		}
		for ; end < len(book) && book[end].day < start+limit.days; end++ {
			count(book[end], 1)
		}
		if held > 0 || !l.rules.Purposes[purpose].Uncapped {
			most = max(most, sum)
		}
		if start == day {
			return most
		}
		for ; begin < end && book[begin].day == start; begin++ {
			count(book[begin], -1)
		}
	}
}

// near finds a contact on too near a day.
func (l *Limits) near(book ledger, day customer.Date, purpose, without int) (customer.Date, bool) {
	p := l.rules.Purposes[purpose]
	if p.Weight == 0 {
		return 0, false
	}
	for _, e := range book {
		apart := max(e.day-day, day-e.day)
		if e.job == without && without != noJob || int(apart) >= l.rules.ApartDays {
			continue
		}
		if !p.Uncapped || l.held(e) {
			return e.day, true
		}
	}
	return 0, false
}

// capped appends the caps and distances that are in the way on a day, each with the first
// day on which it no longer is.
func (l *Limits) capped(missing []customer.Reason, book ledger, day customer.Date, purpose, without int) []customer.Reason {
	for i := range l.caps {
		limit := &l.caps[i]
		sum := l.fullest(limit, book, day, purpose, without)
		if sum <= limit.most {
			continue
		}
		missing = append(missing, customer.Reason{
			Code: CodeCap, Rule: limit.name, Fact: int64(sum - limit.weights[purpose]), Mark: int64(limit.most), Unit: customer.UnitTimes,
			On: day, By: l.freeFrom(book, day, func(on customer.Date) bool {
				return l.fullest(limit, book, on, purpose, without) <= limit.most
			}),
		})
	}
	if _, tooNear := l.near(book, day, purpose, without); tooNear {
		missing = append(missing, customer.Reason{
			Code: CodeApart, Rule: l.name, Mark: int64(l.rules.ApartDays), Unit: customer.UnitDays,
			On: day, By: l.freeFrom(book, day, func(on customer.Date) bool {
				_, tooNear := l.near(book, on, purpose, without)
				return !tooNear
			}),
		})
	}
	return missing
}

// freeFrom is the first day after a day on which something is free. Beyond the last contact
// by more than the longest cap everything is.
func (l *Limits) freeFrom(book ledger, day customer.Date, free func(customer.Date) bool) customer.Date {
	end := shift(max(day, book[len(book)-1].day), 367)
	for on := day + 1; on < end; on++ {
		if free(on) {
			return on
		}
	}
	return end
}
