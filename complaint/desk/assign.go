package desk

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// MaxNamed is how many agents a need names in each of its lists.
const MaxNamed = 1000

// Need is a case, or a customer, for whom somebody is sought.
type Need struct {
	Desk     string   `json:"desk"`
	Skills   []string `json:"skills,omitempty"` // all of which she needs
	Language string   `json:"language,omitempty"`
	// Owner is who takes care of this customer by name: the account manager of a large
	// account. She takes it, however much she has already; empty: nobody.
	Owner  string   `json:"owner,omitempty"`
	Had    []string `json:"had,omitempty"`    // who had the case before, the latest first
	Knows  []string `json:"knows,omitempty"`  // who served the customer before, the latest first
	Except []string `json:"except,omitempty"` // who must not have it: those complained about
}

// Assignment is who takes it.
type Assignment struct {
	Rule    string            `json:"rule"`
	Agent   string            `json:"agent"`
	Because []customer.Reason `json:"because"`
}

// Assign finds the agent who takes a case with the fewest handoffs. The customer's own agent
// takes it wherever she works, or her substitute while she is away. Otherwise it is one of
// those who work at the desk, are on duty at the instant, have every skill and the
// language, and have room: the one who had the case before, the latest first; then one who
// served the customer before; then the one with the fewest other skills, so that those who
// can do everything stay free for what only they can do; then the one with the fewest open
// cases; then the smallest ID.
//
// Those in Except never take it, not even as its owner. Where nobody can, the answer is a
// *customer.Refusal with everything that is in the way: how many of how many lack what, and
// whose hours no calendar knows yet.
func (d *Directory) Assign(wanted Need, roster *Roster, at time.Time) (Assignment, error) {
	number, asked, err := d.wanted(&wanted, roster, at)
	if err != nil {
		return Assignment{}, err
	}
	found := Assignment{Rule: d.name}
	var because []customer.Reason
	if wanted.Owner != "" {
		owned, why, err := d.owned(&wanted, asked, roster, at)
		if err != nil {
			return Assignment{}, err
		}
		if because = why; owned != nil {
			found.Agent, found.Because = owned.ID, because
			return found, nil
		}
	}
	best, why, err := d.best(&wanted, number, asked, roster, at)
	if err != nil {
		return Assignment{}, err
	}
	if because = append(because, why...); best == nil {
		return Assignment{}, &customer.Refusal{Rule: d.name, Missing: once(because)}
	}
	found.Agent, found.Because = best.ID, because
	return found, nil
}

// wanted checks a need, and finds its desk.
func (d *Directory) wanted(wanted *Need, roster *Roster, at time.Time) (int, need, error) {
	var faults customer.Faults
	if err := d.asked(&faults, roster, wanted.Language, at); err != nil {
		return 0, need{}, err
	}
	if roster == nil {
		faults.Add("roster", "", "is given: somebody of it is sought")
	}
	number, known := d.desks[wanted.Desk]
	if !known {
		faults.Add("desk", wanted.Desk, "is a desk of the directory")
	}
	faults.Text("owner", wanted.Owner)
	asked := need{names(&faults, "skills", wanted.Skills, MaxSkills), wanted.Language}
	few(&faults, "had", len(wanted.Had), MaxNamed)
	few(&faults, "knows", len(wanted.Knows), MaxNamed)
	few(&faults, "except", len(wanted.Except), MaxNamed)
	if err := faults.Err(); err != nil {
		return 0, need{}, err
	}
	return number, asked, d.rules.Covers(customer.DateOf(at, d.zone))
}

// owned returns the customer's own agent or her substitute, and why; or nil, and why neither.
func (d *Directory) owned(wanted *Need, asked need, roster *Roster, at time.Time) (*agent, []customer.Reason, error) {
	owner, code := wanted.Owner, CodeOwner
	var because []customer.Reason
	for {
		one := roster.find(owner)
		why := customer.Reason{Code: code, Rule: d.name, Of: owner}
		switch {
		case slices.Contains(wanted.Except, owner):
			why.Code = CodeOwnerExcepted
		case one == nil:
			why.Code = CodeOwnerUnknown
		case !asked.met(one):
			why.Code = CodeOwnerUnable
		default:
			shift, comes, unsure, err := d.duty(one, at)
			if err != nil {
				return nil, nil, err
			}
			if comes && shift.From.Equal(at) {
				return one, append(because, why), nil
			}
			if why.Code, why.At = CodeOwnerAway, at.In(d.zone); comes {
				why.Until = shift.From.In(d.zone)
			} else {
				because = append(because, unsure...)
			}
		}
		because = append(because, why)
		if code == CodeSubstitute || one == nil || one.Substitute == "" {
			return nil, because, nil
		}
		owner, code = one.Substitute, CodeSubstitute
	}
}

// duty is when an agent is next at work, wherever that is: in her shift, or without one in
// the hours of any of her desks; and whose hours are not known so far ahead.
func (d *Directory) duty(one *agent, at time.Time) (first customer.Span, comes bool, unsure []customer.Reason, err error) {
	for _, id := range one.Desks {
		p := &d.places[d.desks[id]]
		there, meets, err := hours{p.door, p.open, nil, one.hours}.meet(at, one.Away)
		if err := unknown(err, &unsure); err != nil {
			return customer.Span{}, false, nil, err
		}
		if err == nil && meets && (!comes || there.From.Before(first.From)) {
			first, comes = there, true
		}
	}
	return first, comes, once(unsure), nil
}

// once returns reasons in their order, each once.
func once(reasons []customer.Reason) (all []customer.Reason) {
	for _, one := range reasons {
		if !slices.Contains(all, one) {
			all = append(all, one)
		}
	}
	return all
}

// merit is how well an agent fits: less is better, field by field.
type merit struct{ had, knows, spare, open int }

func (m merit) compare(other merit) int {
	return cmp.Or(cmp.Compare(m.had, other.had), cmp.Compare(m.knows, other.knows),
		cmp.Compare(m.spare, other.spare), cmp.Compare(m.open, other.open))
}

// best returns the fittest of a desk, and why; or nil, and all that is in the way.
func (d *Directory) best(wanted *Need, number int, asked need, roster *Roster, at time.Time) (*agent, []customer.Reason, error) {
	staff, p := roster.at[number], &d.places[number]
	var best *agent
	var fit merit
	var excepted, off, full int64
	var comes time.Time
	var unsure []customer.Reason // whose hours are not known so far ahead
	for _, i := range staff {
		one := &roster.agents[i]
		barred := slices.Contains(wanted.Except, one.ID)
		if barred {
			excepted++
		}
		there, meets, err := hours{p.door, p.open, nil, one.hours}.meet(at, one.Away)
		if err := unknown(err, &unsure); err != nil {
			return nil, nil, err
		}
		present := err == nil && meets && there.From.Equal(at)
		if !present {
			off++
			if err == nil && meets && (comes.IsZero() || there.From.Before(comes)) {
				comes = there.From
			}
		}
		if one.full() {
			full++
		}
		if barred || !present || one.full() || !asked.met(one) {
			continue
		}
		m := merit{position(wanted.Had, one.ID), position(wanted.Knows, one.ID), len(one.Skills) - len(asked.skills), one.Open}
		if best == nil || m.compare(fit) < 0 {
			best, fit = one, m
		}
	}
	if best != nil {
		return best, d.merits(best, fit), nil
	}
	missing := asked.unmet(roster, number, d.name)
	for _, count := range [...]struct {
		code  string
		n     int64
		until time.Time
	}{{CodeExcepted, excepted, time.Time{}}, {CodeAway, off, comes}, {CodeFull, full, time.Time{}}} {
		if count.n > 0 {
			reason := customer.Reason{Code: count.code, Rule: d.name, Of: p.ID, Fact: count.n, Mark: int64(len(staff))}
			if count.code == CodeAway {
				reason.At = d.on(number, at)
			}
			if !count.until.IsZero() {
				reason.Until = d.on(number, count.until)
			}
			missing = append(missing, reason)
		}
	}
	return nil, append(missing, once(unsure)...), nil
}

// merits says what spoke for an agent.
func (d *Directory) merits(best *agent, fit merit) []customer.Reason {
	because := customer.Reason{Rule: d.name, Of: best.ID}
	switch {
	case fit.had < math.MaxInt:
		because.Code = CodeHad
	case fit.knows < math.MaxInt:
		because.Code = CodeKnows
	default:
		because.Code, because.Fact, because.Mark = CodeFits, int64(fit.spare), int64(fit.open)
	}
	return []customer.Reason{because}
}

// position is where a list has an ID; an ID that it does not have comes after all.
func position(list []string, id string) int {
	if i := slices.Index(list, id); i >= 0 {
		return i
	}
	return math.MaxInt
}
