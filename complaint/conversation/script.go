package conversation

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/rapport-crm/rapport/customer"
)

// Script is what is done in a contact: the steps of answering a call, or of making one, in
// their order; or a list of points to keep, in no order.
type Script struct {
	ID      string  `json:"id"`
	Ordered bool    `json:"ordered,omitempty"`
	Points  []Point `json:"points"` // 1 to MaxPoints
}

// Point is a step of a script, or something to keep.
type Point struct {
	ID       string `json:"id"`
	English  string `json:"english,omitempty"` // how it reads: say your number and your branch
	Chinese  string `json:"chinese,omitempty"`
	Optional bool   `json:"optional,omitempty"` // it may be left out: what there is no occasion for
	// Sign is what in a transcript shows whether it was kept; absent: somebody ticks it. Of a
	// script that is not ordered.
	Sign Sign `json:"sign,omitzero"`
	// Group is which phrases the sign no-words looks for; empty: all.
	Group string `json:"group,omitempty"`
}

// Sign is what a transcript can show. The zero Sign is none.
type Sign uint8

// The signs. Their texts are format.
const (
	Identified   Sign = iota + 1 // the agent says his number and his unit at the beginning
	Unbroken                     // the agent breaks in nowhere
	NoWords                      // none of a group of phrases is said
	CustomerEnds                 // the agent is not the one who hangs up
)

// String returns the stored text.
func (s Sign) String() string {
	switch s {
	case Identified:
		return "identified"
	case Unbroken:
		return "unbroken"
	case NoWords:
		return "no-words"
	case CustomerEnds:
		return "customer-ends"
	}
	return "sign " + strconv.Itoa(int(s))
}

// MarshalText writes the stored text; anything else is an error.
func (s Sign) MarshalText() ([]byte, error) {
	return customer.WriteStored("conversation", s, CustomerEnds)
}

// UnmarshalText reads what MarshalText wrote.
func (s *Sign) UnmarshalText(text []byte) error {
	return customer.ReadStored("conversation", "sign", s, CustomerEnds, text)
}

// Tick says of one point that it was kept, or that it was not. Ticks of a script that is ordered
// are in the order in which things were done.
type Tick struct {
	Point string `json:"point"`
	Kept  bool   `json:"kept"`
}

func (b *Book) readScripts(faults *customer.Faults) {
	faults.Within("scripts", len(b.rules.Scripts), 0, MaxScripts)
	b.rules.Scripts = slices.Clone(b.rules.Scripts)
	seen := map[string]bool{}
	for i := range b.rules.Scripts[:min(len(b.rules.Scripts), MaxScripts)] {
		s, path := &b.rules.Scripts[i], fmt.Sprintf("scripts[%d]", i)
		faults.Name(path+".id", s.ID)
		once(faults, seen, path+".id", s.ID)
		faults.Within(path+".points", len(s.Points), 1, MaxPoints)
		s.Points = slices.Clone(s.Points)
		points := map[string]bool{}
		for k := range s.Points[:min(len(s.Points), MaxPoints)] {
			point, path := &s.Points[k], fmt.Sprintf("%s.points[%d]", path, k)
			b.readPoint(faults, path, s, point)
			once(faults, points, path+".id", point.ID)
		}
	}
}

func (b *Book) readPoint(faults *customer.Faults, path string, s *Script, point *Point) {
	faults.Name(path+".id", point.ID)
	checkWording(faults, path, point.English, point.Chinese)
	switch {
	case point.Sign > CustomerEnds:
		faults.Add(path+".sign", point.Sign, "is a sign, or absent")
	case point.Sign != 0 && s.Ordered:
		faults.Add(path+".sign", point.Sign, "is of a script that is not ordered")
	}
	switch {
	case point.Group == "":
	case point.Sign != NoWords:
		faults.Add(path+".group", point.Group, "stands beside the sign no-words")
	case !slices.ContainsFunc(b.rules.Phrases, func(p Phrase) bool { return p.Group == point.Group }):
		faults.Add(path+".group", point.Group, "is a group of the phrases")
	}
	b.words["point/"+s.ID+"/"+point.ID] = wording{point.English, point.Chinese}
}

// followed is a script and what was ticked of it.
type followed struct {
	*Script
	rule string
	kept []string // the points that were kept, in the order of the ticks
	not  []string // the points that were not
}

// followed reads ticks of a script.
func (b *Book) followed(script string, ticks []Tick, on customer.Date) (followed, error) {
	var faults customer.Faults
	f := followed{Script: named(b.rules.Scripts, script, func(s *Script) string { return s.ID })}
	if f.Script == nil {
		faults.Add("script", script, "is a script of the rules")
		return followed{}, b.asked(faults, on)
	}
	f.rule = b.name + "/" + f.ID
	faults.Within("ticks", len(ticks), 0, MaxTicks)
	for i, tick := range ticks {
		if named(f.Points, tick.Point, func(p *Point) string { return p.ID }) == nil {
			faults.Add(fmt.Sprintf("ticks[%d].point", i), tick.Point, "is a point of the script")
		}
		if tick.Kept {
			f.kept = append(f.kept, tick.Point)
			continue
		}
		f.not = append(f.not, tick.Point)
	}
	return f, b.asked(faults, on)
}

// Follow holds ticks against a script: points that nobody has ticked, points that were not kept
// and, where the script is ordered, steps out of their place, as few of them as possible. A
// point that was kept and also not kept, as a transcript may show where somebody has ticked it,
// was not kept.
func (b *Book) Follow(script string, ticks []Tick, on customer.Date) ([]Finding, error) {
	f, err := b.followed(script, ticks, on)
	if err != nil {
		return nil, err
	}
	due := make([]string, 0, len(f.Points))
	for i := range f.Points {
		due = append(due, f.Points[i].ID)
	}
	var findings []Finding
	done, inPlace := order(due, f.kept)
	for i := range f.Points {
		point := &f.Points[i]
		reason := customer.Reason{Rule: f.rule, Of: f.ID + "/" + point.ID, Fact: int64(done[i]), Mark: int64(i + 1)}
		switch {
		case slices.Contains(f.not, point.ID):
			reason.Code, reason.Fact = CodePointBroken, 0
		case done[i] == 0 && !point.Optional:
			reason.Code = CodePointMissing
		case done[i] > 0 && f.Ordered && !inPlace[i]:
			reason.Code = CodePointPlace
		default:
			continue
		}
		findings = append(findings, Finding{Fault: true, Reason: reason})
	}
	return findings, nil
}

// Beat is one moment of a rehearsal: what was due, and what was done.
type Beat struct {
	Due   []string `json:"due"`   // the points that would have been right here, the next one first
	Did   string   `json:"did"`   // the point that was done
	Right bool     `json:"right"` // it was one of them
}

// Rehearse replays a contact against a script step by step, for a trainee or a recording: for
// each point that was kept what was due and whether it was right, and then what is due next; at the end of the
// script that is nothing. Of an ordered script the next point is due, and the optional ones
// before it; of any other whatever has not been done yet. After a step out of place the
// rehearsal goes on with the earliest step that is still to be done.
func (b *Book) Rehearse(script string, ticks []Tick, on customer.Date) (beats []Beat, next []string, err error) {
	f, err := b.followed(script, ticks, on)
	if err != nil {
		return nil, nil, err
	}
	done := map[string]bool{}
	next = f.due(done)
	for _, did := range f.kept {
		beats = append(beats, Beat{Due: next, Did: did, Right: slices.Contains(next, did)})
		done[did] = true
		if f.Ordered && beats[len(beats)-1].Right {
			f.passBy(done, did)
		}
		next = f.due(done)
	}
	return beats, next, nil
}

// due returns the points that may come next.
func (f *followed) due(done map[string]bool) []string {
	var due, optional []string
	for i := range f.Points {
		point := &f.Points[i]
		switch {
		case done[point.ID]:
		case f.Ordered && point.Optional:
			optional = append(optional, point.ID)
		case f.Ordered:
			return append([]string{point.ID}, optional...)
		default:
			due = append(due, point.ID)
		}
	}
	return append(due, optional...)
}

// passBy takes the optional points before one that was done as left out.
func (f *followed) passBy(done map[string]bool, did string) {
	for i := range f.Points {
		if f.Points[i].ID == did {
			return
		}
		done[f.Points[i].ID] = true
	}
}

// Seen ticks the points of a script for which a transcript has a sign. The others are left to
// whoever was there. A sign for which the transcript lacks what it takes (times, the number of
// the agent, who ended it) ticks nothing.
func (b *Book) Seen(script string, t Transcript, on customer.Date) ([]Tick, error) {
	f, err := b.followed(script, nil, on)
	if err != nil {
		return nil, err
	}
	if err := t.Validate(); err != nil {
		return nil, err
	}
	l := b.listen(&t)
	var ticks []Tick
	for i := range f.Points {
		point := &f.Points[i]
		kept, known := false, true
		switch point.Sign {
		case Identified:
			kept, known = len(l.unsaid) == 0, t.Agent != "" || t.Unit != ""
		case Unbroken:
			kept, known = len(l.broken) == 0, t.timed() && b.rules.Listening.BreakInMillis > 0
		case NoWords:
			kept = !slices.ContainsFunc(l.found, func(m match) bool { return point.Group == "" || b.phrases[m.phrase].Group == point.Group })
		case CustomerEnds:
			kept, known = t.EndedBy != Agent, t.EndedBy != 0
		default:
			known = false
		}
		if known {
			ticks = append(ticks, Tick{Point: point.ID, Kept: kept})
		}
	}
	return ticks, nil
}
