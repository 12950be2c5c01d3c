package desk

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
)

// Way says how far a place is from where the customer is now. The zero Way is refused.
type Way uint8

// The ways. Their texts are format.
const (
	Here         Way = iota + 1 // at her site, by her channel
	Elsewhere                   // at another site, by her channel
	OtherChannel                // by another channel: the cash machine in the hall, the telephone, the web
)

// String returns the stored text.
func (w Way) String() string {
	switch w {
	case Here:
		return "here"
	case Elsewhere:
		return "elsewhere"
	case OtherChannel:
		return "other-channel"
	}
	return "way " + strconv.Itoa(int(w))
}

// MarshalText writes the stored text; anything else is an error.
func (w Way) MarshalText() ([]byte, error) { return customer.WriteStored("desk", w, OtherChannel) }

// UnmarshalText reads what MarshalText wrote.
func (w *Way) UnmarshalText(text []byte) error {
	return customer.ReadStored("desk", "way", w, OtherChannel, text)
}

// Question is what a customer comes for, and where she is.
type Question struct {
	Task        string   `json:"task"`
	AmountMinor int64    `json:"amount_minor,omitempty"` // in minor units, held against limits; 0: none
	Site        string   `json:"site,omitempty"`         // where she is; empty: at none
	Channel     string   `json:"channel,omitempty"`      // by which she is served there; empty: any is hers
	Language    string   `json:"language,omitempty"`     // that somebody has to speak; needs a roster
	Skills      []string `json:"skills,omitempty"`       // beside those of the task
}

// Place is a desk at which it can be done, now or later.
type Place struct {
	Site    string `json:"site"`
	Desk    string `json:"desk"`
	Channel string `json:"channel"`
	Number  string `json:"number,omitempty"`
	Way     Way    `json:"way"`
	Now     bool   `json:"now,omitempty"`
	// Open is when: from the instant itself, or from the first later one at which all that it
	// needs is there at once, without a break up to its end. An open one has none in sight.
	Open    customer.Span     `json:"open"`
	Agents  []string          `json:"agents,omitempty"` // who is there for it when it opens, by ID
	Because []customer.Reason `json:"because"`          // when it can be done, and what is in the way up to then
}

// Blocked is a desk at which it cannot be done within the horizon, with everything that is
// in the way at once.
type Blocked struct {
	Site    string            `json:"site"`
	Desk    string            `json:"desk"`
	Channel string            `json:"channel"`
	Way     Way               `json:"way"`
	Because []customer.Reason `json:"because"`
}

// Answer is where it can be done and where not.
type Answer struct {
	Rule    string            `json:"rule"`
	At      time.Time         `json:"at"`
	Places  []Place           `json:"places,omitempty"`  // the best first
	Blocked []Blocked         `json:"blocked,omitempty"` // of the desks that do the task, and of all desks here
	Because []customer.Reason `json:"because,omitempty"` // what holds of the site, or of all of them
}

// Where says where a task can be done, and for the desks where it cannot, why not: the
// answer before a customer is sent anywhere. Nobody is sent from counter to counter for one
// thing at a time.
//
// Places come in this order: here now; here later (within PatienceSeconds, where the rules
// have them); elsewhere now; by another channel now; here later than that; elsewhere later;
// by another channel later. Among equals the one that opens first, then the nearer site,
// then the site's ID and the desk's. A desk that serves by another channel than the
// customer's is of another channel wherever it stands.
//
// A desk can do the task when the door, the desk and the task's own hours are open and,
// unless it is automatic, one agent who works there, has every skill and the language is on
// shift and not away. Without a roster (nil) a desk is taken to have such an agent in its
// hours.
func (d *Directory) Where(asked Question, roster *Roster, at time.Time) (Answer, error) {
	task, err := d.question(&asked, roster, at)
	if err != nil {
		return Answer{}, err
	}
	answer := Answer{Rule: d.name, At: at}
	here, atHere := d.sites[asked.Site]
	jobs := d.does[task]
	answer.Places = make([]Place, 0, len(jobs))
	done := false // here, whatever the hour
	for i := range jobs {
		done = done || atHere && d.places[jobs[i].desk].site == here
		found, blocked, err := d.serve(&asked, &jobs[i], roster, at)
		if err != nil {
			return Answer{}, err
		}
		if blocked == nil {
			answer.Places = append(answer.Places, found)
			continue
		}
		answer.Blocked = append(answer.Blocked, Blocked{found.Site, found.Desk, found.Channel, found.Way, blocked})
	}
	if atHere {
		answer.Blocked = append(answer.Blocked, d.withoutTask(&asked, here, task)...)
		if !done {
			answer.Because = append(answer.Because, customer.Reason{Code: CodeNotHere, Rule: d.name, Of: asked.Site})
		}
	}
	if len(answer.Places) == 0 {
		answer.Because = append(answer.Because, customer.Reason{Code: CodeNowhere, Rule: d.name, Of: asked.Task, Fact: int64(len(jobs))})
	}
	d.sort(&answer, &asked)
	return answer, nil
}

// Can says whether a desk can do it at an instant: the question before a customer is sent
// or handed over there. The answer no is a *customer.Refusal with all that is in the way;
// the Until of its reasons are when each of them is out of the way.
func (d *Directory) Can(asked Question, desk string, roster *Roster, at time.Time) (Place, error) {
	task, err := d.question(&asked, roster, at)
	if err != nil {
		return Place{}, err
	}
	number, known := d.desks[desk]
	if !known {
		return Place{}, customer.Faults{{Path: "desk", Value: desk, Rule: "is a desk of the directory"}}
	}
	job, does := d.job(task, number)
	if !does {
		return Place{}, &customer.Refusal{Rule: d.name, Missing: []customer.Reason{{Code: CodeNoTask, Rule: d.name, Of: desk}}}
	}
	found, blocked, err := d.serve(&asked, job, roster, at)
	switch {
	case err != nil:
		return Place{}, err
	case blocked != nil:
		return Place{}, &customer.Refusal{Rule: d.name, Missing: blocked}
	case !found.Now:
		return Place{}, &customer.Refusal{Rule: d.name, Missing: found.Because[1:]} // the first says when it opens
	}
	return found, nil
}

// question checks a question and finds its task.
func (d *Directory) question(asked *Question, roster *Roster, at time.Time) (task int, err error) {
	var faults customer.Faults
	if err := d.asked(&faults, roster, asked.Language, at); err != nil {
		return 0, err
	}
	task, known := d.tasks[asked.Task]
	if !known {
		faults.Add("task", asked.Task, "is a task of the directory")
	}
	d.knowsSite(&faults, "site", asked.Site)
	faults.Text("channel", asked.Channel)
	d.checkLimit(&faults, "amount_minor", asked.AmountMinor)
	if len(asked.Skills) > 0 && roster == nil {
		faults.Add("skills", len(asked.Skills), "are asked for beside a roster")
	}
	asked.Skills = names(&faults, "skills", asked.Skills, MaxSkills)
	if err := faults.Err(); err != nil {
		return 0, err
	}
	return task, d.rules.Covers(customer.DateOf(at, d.zone))
}

// asked checks what all questions share.
func (d *Directory) asked(faults *customer.Faults, roster *Roster, language string, at time.Time) error {
	if d == nil || d.zone == nil {
		return errNoDirectory
	}
	faults.Instant("at", at)
	faults.Text("language", language)
	if roster == nil && language != "" {
		faults.Add("language", language, "is asked for beside a roster")
	}
	if roster != nil && roster.directory != d {
		faults.Add("roster", "", "is of this directory")
	}
	return nil
}

// withoutTask lists the desks of a site that do not do a task.
func (d *Directory) withoutTask(asked *Question, site, task int) []Blocked {
	var blocked []Blocked
	first, _ := slices.BinarySearchFunc(d.places, site, func(p place, site int) int { return cmp.Compare(p.site, site) })
	for number := first; number < len(d.places) && d.places[number].site == site; number++ {
		if _, does := d.job(task, number); does {
			continue
		}
		found := d.place(number, asked)
		because := []customer.Reason{{Code: CodeNoTask, Rule: d.name, Of: found.Desk}}
		blocked = append(blocked, Blocked{found.Site, found.Desk, found.Channel, found.Way, because})
	}
	return blocked
}

// job finds a task at a desk.
func (d *Directory) job(task, number int) (*job, bool) {
	jobs := d.does[task]
	i, does := slices.BinarySearchFunc(jobs, number, func(j job, number int) int { return cmp.Compare(j.desk, number) })
	if !does {
		return nil, false
	}
	return &jobs[i], true
}

// serve says when a desk can do what is asked, or all that blocks it.
func (d *Directory) serve(asked *Question, j *job, roster *Roster, at time.Time) (Place, []customer.Reason, error) {
	found := d.place(j.desk, asked)
	var blocked []customer.Reason
	if j.upTo > 0 && asked.AmountMinor > j.upTo {
		blocked = append(blocked, customer.Reason{
			Code: CodeLimit, Rule: d.name, Of: found.Desk, Fact: asked.AmountMinor, Mark: j.upTo, Unit: customer.UnitMinor,
		})
	}
	wanted := need{j.skills, asked.Language}
	if len(asked.Skills) > 0 {
		wanted.skills = union(j.skills, asked.Skills)
	}
	more, err := d.staffed(&found, j.desk, j.hours, asked.Task, wanted, nil, roster, at)
	if err == nil && blocked != nil && more == nil && !found.Now {
		more = found.Because[1:] // it is closed besides
	}
	return found, append(blocked, more...), err
}

// place begins the answer for a desk.
func (d *Directory) place(number int, asked *Question) Place {
	p := &d.places[number]
	found := Place{Site: d.rules.Sites[p.site].ID, Desk: p.ID, Channel: p.Channel, Number: p.Number, Way: Elsewhere}
	switch {
	case asked.Channel != "" && p.Channel != asked.Channel:
		found.Way = OtherChannel
	case asked.Site == found.Site:
		found.Way = Here
	}
	return found
}

// staffed fills in when a desk is open for a task with somebody there who can do it, or
// returns all that blocks it. Where only is given, nobody else will do.
func (d *Directory) staffed(
	found *Place, number int, own *calendar.Calendar, task string, wanted need, only *agent, roster *Roster, at time.Time,
) ([]customer.Reason, error) {
	p := &d.places[number]
	hours := hours{p.door, p.open, own, nil}
	shut, blocked, err := d.shut(hours, found, task, at)
	if err != nil {
		return nil, err
	}
	known := blocked == nil // the calendars reach so far
	found.Open = customer.Span{}
	open := false
	if p.Automatic || roster == nil {
		if known {
			found.Open, open, err = hours.meet(at, nil)
		}
	} else {
		var duty, lacks []customer.Reason
		open, duty, lacks, err = d.manned(found, number, hours, wanted, only, roster, at, known)
		shut, blocked = append(shut, duty...), append(blocked, lacks...)
	}
	if err := unknown(err, &blocked); err != nil {
		return nil, err
	}
	if !open {
		if blocked == nil {
			until := at.Add(HorizonDays * 24 * time.Hour)
			blocked = []customer.Reason{{Code: CodeNever, Rule: d.name, Of: found.Desk, At: d.on(number, at), Until: d.on(number, until)}}
		}
		return append(blocked, shut...), nil
	}
	if blocked != nil {
		return append(blocked, shut...), nil
	}
	found.Now = found.Open.From.Equal(at)
	found.Open.From = d.on(number, found.Open.From)
	if !found.Open.To.IsZero() {
		found.Open.To = d.on(number, found.Open.To)
	}
	opens := customer.Reason{Code: CodeOpen, Rule: d.name, Of: found.Desk, At: found.Open.From, Until: found.Open.To}
	found.Because = append([]customer.Reason{opens}, shut...)
	return nil, nil
}

// on shows an instant on the desk's own clock.
func (d *Directory) on(number int, at time.Time) time.Time {
	return at.In(d.places[number].open.Location())
}

// unknown turns the refusal of a calendar that does not know so far into what blocks.
func unknown(err error, blocked *[]customer.Reason) error {
	var refusal *customer.Refusal
	if errors.As(err, &refusal) {
		*blocked = append(*blocked, refusal.Missing...)
		return nil
	}
	return err
}

// shut says which of the hours of a desk are over at an instant.
func (d *Directory) shut(h hours, found *Place, task string, at time.Time) (shut, blocked []customer.Reason, err error) {
	for i, one := range h {
		if one == nil {
			continue
		}
		open, err := one.Open(at)
		if err := unknown(err, &blocked); err != nil {
			return nil, nil, err
		}
		if err == nil && open.From.After(at) {
			code, of := CodeDoorClosed, found.Site
			switch i {
			case 1:
				code, of = CodeClosed, found.Desk
			case 2:
				code, of = CodeTaskClosed, task
			}
			shut = append(shut, customer.Reason{Code: code, Rule: one.Edition().Name(), Of: of, At: at.In(one.Location()), Until: open.From})
		}
	}
	return shut, blocked, nil
}

// manned finds when one of those who can do it is at a desk. It reports whether anybody is
// within the horizon; that all of them are off duty at the instant; and what they lack.
func (d *Directory) manned(
	found *Place, number int, h hours, wanted need, only *agent, roster *Roster, at time.Time, known bool,
) (open bool, duty, lacks []customer.Reason, err error) {
	able, working := 0, false
	var comes time.Time          // when the first of those who are not at work is
	var unsure []customer.Reason // whose shifts are not known so far ahead, if nobody else's are
	for _, i := range roster.at[number] {
		one := &roster.agents[i]
		if only != nil && one != only || !wanted.met(one) {
			continue
		}
		able++
		if known {
			h[3] = one.hours
			there, meets, err := h.meet(at, one.Away)
			if err := unknown(err, &unsure); err != nil {
				return false, nil, nil, err
			}
			if err == nil && meets {
				found.join(one.ID, there, !open)
				open, working = true, working || there.From.Equal(at)
			}
		}
		if working {
			continue // nobody asks when the others come
		}
		shift, on, err := hours{3: one.hours}.meet(at, one.Away)
		if err := unknown(err, &unsure); err != nil {
			return false, nil, nil, err
		}
		switch {
		case err != nil || !on:
		case shift.From.Equal(at):
			working = true
		case comes.IsZero() || shift.From.Before(comes):
			comes = shift.From
		}
	}
	switch {
	case able == 0:
		return false, nil, wanted.unmet(roster, number, d.name), nil
	case !open:
		lacks = once(unsure)
	}
	if !working {
		off := customer.Reason{Code: CodeOffDuty, Rule: d.name, Of: found.Desk, Fact: int64(able), At: d.on(number, at)}
		if !comes.IsZero() {
			off.Until = d.on(number, comes)
		}
		duty = append(duty, off)
	}
	return open, duty, lacks, nil
}

// join adds an agent to those who are there when a place opens. Among those who are there
// from the same instant, the one who stays longest says how long it is open.
func (p *Place) join(id string, there customer.Span, first bool) {
	switch {
	case first || there.From.Before(p.Open.From):
		p.Open, p.Agents = there, append(p.Agents[:0], id)
	case there.From.Equal(p.Open.From):
		p.Agents = append(p.Agents, id)
		if !p.Open.To.IsZero() && (there.To.IsZero() || there.To.After(p.Open.To)) {
			p.Open.To = there.To
		}
	}
}

// sort puts an answer in its order.
func (d *Directory) sort(answer *Answer, asked *Question) {
	near := map[int]int(nil)
	if here, atHere := d.sites[asked.Site]; atHere {
		near = d.near[here]
	}
	far := func(site string) int {
		if site == asked.Site {
			return 0
		}
		if step, named := near[d.sites[site]]; named {
			return step
		}
		return math.MaxInt
	}
	slices.SortFunc(answer.Places, func(a, b Place) int {
		return cmp.Or(
			cmp.Compare(d.rank(&a, answer.At), d.rank(&b, answer.At)),
			a.Open.From.Compare(b.Open.From),
			cmp.Compare(far(a.Site), far(b.Site)),
			cmp.Compare(a.Site, b.Site),
			cmp.Compare(a.Desk, b.Desk),
		)
	})
	slices.SortFunc(answer.Blocked, func(a, b Blocked) int {
		return cmp.Or(
			cmp.Compare(a.Way, b.Way),
			cmp.Compare(far(a.Site), far(b.Site)),
			cmp.Compare(a.Site, b.Site),
			cmp.Compare(a.Desk, b.Desk),
		)
	})
}

// rank is the class of a place in the order that Where promises.
func (d *Directory) rank(p *Place, at time.Time) int {
	patience := time.Duration(d.rules.PatienceSeconds) * time.Second
	switch {
	case p.Now && p.Way == Here:
		return 0
	case p.Way == Here && (patience == 0 || p.Open.From.Sub(at) <= patience):
		return 1
	case p.Now:
		return int(p.Way) // 2: elsewhere, 3: by another channel
	}
	return 3 + int(p.Way)
}
