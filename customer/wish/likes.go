package wish

import (
	"cmp"
	"slices"

	"github.com/rapport-crm/rapport/customer"
)

// Liking is what a customer thinks of one value of a kind on a day, and why that is thought.
type Liking struct {
	Kind     string  `json:"kind"`
	Value    string  `json:"value"`
	Leaning  Leaning `json:"leaning"`
	Source   Source  `json:"source"`
	Strength int     `json:"strength,omitempty"` // of what she said
	Times    int64   `json:"times"`              // how often she was seen so
	// Last is the latest day on which she was; zero: never.
	Last customer.Date `json:"last,omitzero"`
	// WeightPermille is what is left of these observations: 1000 for one of the day asked for.
	WeightPermille int64 `json:"weight_permille"`
	// Grade is how much it is liked, or disliked, within its kind: above 500, up to 1000, what she
	// said, by its strength; below 500 what was seen, the more the oftener and the later.
	Grade int64 `json:"grade"`
	// Ask says that she was seen otherwise so often that somebody asks her. Until then her word
	// holds.
	Ask     bool              `json:"ask,omitempty"`
	Reasons []customer.Reason `json:"reasons"`
}

func (l *Liking) name() string { return named(l.Kind, l.Value) }

// Likes returns what a customer likes of a kind on a day, the best liked first, and after that what
// she dislikes, the most disliked first. What she said stands before what was seen. A sensitive kind
// has nothing to tell unless it is among those to whose use she consents, as the host passes it.
// What was booked of later days is not known yet. A kind that the rules do not have is
// customer.Faults.
func (b *Book) Likes(m Memory, kind string, on customer.Date, consented ...string) ([]Liking, error) {
	var faults customer.Faults
	needDay(&faults, "on", on)
	k := b.kind(kind)
	if k == nil {
		faults.Add("kind", kind, "is a kind of the rules")
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	if k.Sensitive && !slices.Contains(consented, kind) {
		return nil, nil
	}
	return b.likings(&m, k, on), nil
}

// read is what the observations of a preference come to on a day.
type read struct {
	times    int64
	last     customer.Date
	permille int64
}

func (k *kind) read(s *Seen, on customer.Date) read {
	r := read{times: s.Times}
	for i := range s.Days {
		if day := &s.Days[i]; day.On <= on {
			r.last = day.On
		} else {
			r.times -= day.Times
		}
	}
	if r.last == 0 { // earlier ones than those that are kept are not known by their day
		return read{}
	}
	r.permille = k.weight(s, on) * 1000 >> 30
	return r
}

// weight is what observations up to a day weigh on it, in units of 2⁻³⁰: at most MaxTimes of 2³⁰.
func (k *kind) weight(s *Seen, on customer.Date) (sum int64) {
	for i := range s.Days {
		day := &s.Days[i]
		switch age := int(on - day.On); {
		case age < 0:
		case k.weights == nil:
			sum += day.Times << 30
		case age < len(k.weights):
			sum += day.Times * k.weights[age]
		}
	}
	return sum
}

// refused reports whether she was seen to refuse a value as much as to choose it, or more: then
// rather not. It is weighed on the latest day on which anything was seen, since what fades alike does
// not turn with time, and what is rounded might.
func (k *kind) refused(p *Preference, pro, contra read) bool {
	latest := max(pro.last, contra.last)
	return contra.times > 0 && k.weight(&p.Against, latest) >= k.weight(&p.For, latest)
}

// after counts how often something was seen after one day, and not after another.
func (s *Seen) after(from, on customer.Date) (times int64) {
	for _, day := range s.Days {
		if day.On > from && day.On <= on {
			times += day.Times
		}
	}
	return times
}

// holds reports whether a statement holds on a day.
func (s *Statement) holds(on customer.Date) bool {
	return s.Leaning != 0 && s.On <= on && (s.Until == 0 || on < s.Until)
}

// likings reads the preferences of a kind on a day.
func (b *Book) likings(m *Memory, k *kind, on customer.Date) []Liking {
	rows := m.ofKind(k.ID)
	word := k.word(rows, on)
	var all []Liking
	for i := range rows {
		p := &rows[i]
		l := Liking{Kind: p.Kind, Value: p.Value, Source: Said}
		pro, contra := k.read(&p.For, on), k.read(&p.Against, on)
		switch {
		case p.Said.holds(on) && (!k.One || p.Said.Leaning == Against || i == word):
			l.Leaning, l.Strength = p.Said.Leaning, p.Said.Strength
			l.Grade = 500 + 500/MaxStrength*int64(l.Strength)
		case k.refused(p, pro, contra):
			l.Leaning, l.Source = Against, Observed
		case pro.times >= int64(k.LeastTimes):
			l.Leaning, l.Source = For, Observed
		default:
			continue
		}
		seen := pro
		if l.Leaning == Against {
			seen = contra
		}
		if l.Source == Observed && seen.permille < int64(k.LeastPermille) {
			continue
		}
		l.Times, l.Last, l.WeightPermille = seen.times, seen.last, seen.permille
		if l.Source == Observed {
			l.Grade = 500 * l.WeightPermille / (l.WeightPermille + 1000)
		}
		l.Reasons = b.because(k, rows, p, &l, on)
		all = append(all, l)
	}
	slices.SortFunc(all, func(a, b Liking) int {
		return cmp.Or(cmp.Compare(a.Leaning, b.Leaning), cmp.Compare(b.Grade, a.Grade), cmp.Compare(b.WeightPermille, a.WeightPermille),
			cmp.Compare(b.Last, a.Last), cmp.Compare(a.Value, b.Value))
	})
	return all
}

// word is the place of what she said last that she likes, -1 where she said nothing. It tells which
// of several words holds where she has one value at a time.
func (k *kind) word(rows []Preference, on customer.Date) int {
	place := -1
	for i := range rows {
		s := &rows[i].Said
		if s.Leaning != For || !s.holds(on) {
			continue
		}
		if place < 0 || cmp.Or(cmp.Compare(s.On, rows[place].Said.On), s.At.Compare(rows[place].Said.At)) > 0 {
			place = i
		}
	}
	return place
}

// because says why she is thought to like, or dislike, a value, and whether to ask her.
func (b *Book) because(k *kind, rows []Preference, p *Preference, l *Liking, on customer.Date) []customer.Reason {
	var all []customer.Reason
	add := func(r customer.Reason) {
		r.Rule, r.Of = b.name, p.name()
		all = append(all, r)
	}
	codeSaid, codeSeen := CodeSaidLikes, CodeSeenChosen
	if l.Leaning == Against {
		codeSaid, codeSeen = CodeSaidDislikes, CodeSeenRefused
	}
	if l.Source == Said {
		add(customer.Reason{Code: codeSaid, Fact: int64(l.Strength), Mark: MaxStrength, On: p.Said.On, By: p.Said.Until})
	}
	if l.Times > 0 {
		r := customer.Reason{Code: codeSeen, Fact: l.Times, Unit: customer.UnitTimes, On: l.Last}
		if run := p.For.after(lastOther(rows, p, on), on); k.One && l.Leaning == For && run > 0 {
			r.Code, r.Fact = CodeSeenLast, run
		}
		add(r)
	}
	if l.Source == Said && k.AskAfter > 0 {
		if against := contradicted(k, rows, p, on); against >= int64(k.AskAfter) {
			l.Ask = true
			add(customer.Reason{Code: CodeAsk, Fact: against, Mark: int64(k.AskAfter), Unit: customer.UnitTimes, On: p.Said.On})
		}
	}
	return all
}

// lastOther is the latest day on which she was seen with another value of the kind, or refused this
// one.
func lastOther(rows []Preference, p *Preference, on customer.Date) (last customer.Date) {
	for i := range rows {
		seen := &rows[i].For
		if &rows[i] == p {
			seen = &rows[i].Against
		}
		last = max(last, seen.until(on))
	}
	return last
}

// until is the latest day, not after one, on which it was seen.
func (s *Seen) until(on customer.Date) (last customer.Date) {
	for _, day := range s.Days {
		if day.On <= on {
			last = day.On
		}
	}
	return last
}

// contradicted counts what was seen against her word since she said it, or since she was last seen
// to keep to it. What was seen on that day itself does not count.
func contradicted(k *kind, rows []Preference, p *Preference, on customer.Date) int64 {
	with, against := &p.For, &p.Against
	if p.Said.Leaning == Against {
		with, against = against, with
	}
	since := max(p.Said.On, with.until(on))
	times := against.after(since, on)
	if k.One && p.Said.Leaning == For {
		for i := range rows {
			if &rows[i] != p {
				times += rows[i].For.after(since, on)
			}
		}
	}
	return times
}
