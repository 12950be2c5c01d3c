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
	Said     bool    `json:"said"`               // she said so; false: it was only observed
	Strength int     `json:"strength,omitempty"` // of what she said
	Times    int64   `json:"times"`              // how often she was seen so
	// Last is the latest day on which she was; zero: never.
	Last customer.Date `json:"last,omitzero"`
	// WeightPermille is what is left of these observations: 1000 for one of the day asked for.
	WeightPermille int64 `json:"weight_permille"`
	// Grade is how much it is liked, or disliked, within its kind: above 500, up to 1000, what she
	// said, by its strength; 1 to 499 what was seen, the more the oftener and the later.
	Grade int64 `json:"grade"`
	// Ask says that she was seen otherwise so often that somebody asks her. Until then her word
	// holds.
	Ask     bool              `json:"ask,omitempty"`
	Reasons []customer.Reason `json:"reasons"`
}

// Likes returns what a customer likes of a kind on a day, the best liked first, and after that what
// she dislikes, the most disliked first. What she said stands before what was seen. A sensitive kind
// has nothing to tell unless it is among those to whose use she consents, as the host passes it.
// What was booked of later days is not known yet. A kind that the rules do not have is
// customer.Faults.
func (b *Book) Likes(m Memory, kind string, on customer.Date, consented ...string) ([]Liking, error) {
	var faults customer.Faults
	faults.GivenDay("on", on)
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
	r.permille = k.weight(s, on) >> 10 * 1000 >> 20 // of so many that a sum of them still fits
	return r
}

// weight is what observations up to a day weigh on it, in units of 2⁻³⁰.
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
	c := chapter{kind: k, rule: b.name, rows: m.ofKind(k.ID), on: on}
	word := c.word()
	c.recent()
	all := make([]Liking, 0, len(c.rows))
	reasons := make([]customer.Reason, 0, 2*len(c.rows)) // shared by all, clipped for each
	for i := range c.rows {
		p := &c.rows[i]
		l := Liking{Kind: p.Kind, Value: p.Value}
		pro, contra := k.read(&p.For, on), k.read(&p.Against, on)
		switch {
		case p.Said.holds(on) && (!k.One || p.Said.Leaning == Against || i == word):
			l.Leaning, l.Said, l.Strength = p.Said.Leaning, true, p.Said.Strength
			l.Grade = 500 + 500/MaxStrength*int64(l.Strength)
		case k.refused(p, pro, contra):
			l.Leaning = Against
		case pro.times >= int64(k.LeastTimes):
			l.Leaning = For
		default:
			continue
		}
		seen := pro
		if l.Leaning == Against {
			seen = contra
		}
		if !l.Said && seen.permille < int64(k.LeastPermille) {
			continue
		}
		l.Times, l.Last, l.WeightPermille = seen.times, seen.last, seen.permille
		if !l.Said {
			l.Grade = max(1, 500*l.WeightPermille/(l.WeightPermille+1000))
		}
		from := len(reasons)
		reasons = c.because(reasons, p, &l)
		l.Reasons = slices.Clip(reasons[from:])
		all = append(all, l)
	}
	slices.SortFunc(all, func(a, b Liking) int {
		return cmp.Or(cmp.Compare(a.Leaning, b.Leaning), cmp.Compare(b.Grade, a.Grade), cmp.Compare(b.WeightPermille, a.WeightPermille),
			cmp.Compare(b.Last, a.Last), cmp.Compare(a.Value, b.Value))
	})
	return all
}

// chapter is what is known of a kind on a day.
type chapter struct {
	*kind
	rule string
	rows []Preference
	on   customer.Date
	// The row that she was last seen with, the day of it, and the latest day of any other.
	latest      int
	last, other customer.Date
}

// recent finds what she was last seen with.
func (c *chapter) recent() {
	for i := range c.rows {
		switch last := c.rows[i].For.until(c.on); {
		case last > c.last:
			c.latest, c.last, c.other = i, last, c.last
		case last > c.other:
			c.other = last
		}
	}
}

// otherwise is the latest day on which she was seen with another value of the kind, or refused this
// one.
func (c *chapter) otherwise(p *Preference) customer.Date {
	last := c.last
	if p == &c.rows[c.latest] {
		last = c.other
	}
	return max(last, p.Against.until(c.on))
}

// word is the place of what she said last that she likes, -1 where she said nothing. It tells which
// of several words holds where she has one value at a time.
func (c *chapter) word() int {
	place := -1
	for i := range c.rows {
		s := &c.rows[i].Said
		if s.Leaning != For || !s.holds(c.on) {
			continue
		}
		if place < 0 || cmp.Or(cmp.Compare(s.On, c.rows[place].Said.On), s.At.Compare(c.rows[place].Said.At)) > 0 {
			place = i
		}
	}
	return place
}

// because says why she is thought to like, or dislike, a value, and whether to ask her.
func (c *chapter) because(all []customer.Reason, p *Preference, l *Liking) []customer.Reason {
	r := customer.Reason{Rule: c.rule, Of: named(p.Kind, p.Value)}
	codeSaid, codeSeen := CodeSaidLikes, CodeSeenChosen
	if l.Leaning == Against {
		codeSaid, codeSeen = CodeSaidDislikes, CodeSeenRefused
	}
	if l.Said {
		said := r
		said.Code, said.Fact, said.Mark, said.On, said.By = codeSaid, int64(l.Strength), MaxStrength, p.Said.On, p.Said.Until
		all = append(all, said)
	}
	r.Unit = customer.UnitTimes
	if l.Times > 0 {
		seen := r
		seen.Code, seen.Fact, seen.On = codeSeen, l.Times, l.Last
		if c.One && l.Leaning == For {
			if run := p.For.after(c.otherwise(p), c.on); run > 0 {
				seen.Code, seen.Fact = CodeSeenLast, run
			}
		}
		all = append(all, seen)
	}
	if l.Said && c.AskAfter > 0 {
		if against := c.contradicted(p); against >= int64(c.AskAfter) {
			l.Ask = true
			r.Code, r.Fact, r.Mark, r.On = CodeAsk, against, int64(c.AskAfter), p.Said.On
			all = append(all, r)
		}
	}
	return all
}

// until is the latest day, not after one, on which it was seen; zero: there is none.
func (s *Seen) until(on customer.Date) customer.Date {
	for i := len(s.Days) - 1; i >= 0; i-- {
		if s.Days[i].On <= on {
			return s.Days[i].On
		}
	}
	return 0
}

// contradicted counts what was seen against her word since she said it, or since she was last seen
// to keep to it. What was seen on that day itself does not count.
func (c *chapter) contradicted(p *Preference) int64 {
	with, against := &p.For, &p.Against
	if p.Said.Leaning == Against {
		with, against = against, with
	}
	since := max(p.Said.On, with.until(c.on))
	times := against.after(since, c.on)
	if c.One && p.Said.Leaning == For {
		for i := range c.rows {
			if other := &c.rows[i]; other != p {
				times += other.For.after(since, c.on)
			}
		}
	}
	return times
}
