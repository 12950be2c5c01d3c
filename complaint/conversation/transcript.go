package conversation

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/rapport-crm/rapport/customer"
)

// MaxTurnText is the longest text of a turn, in bytes.
const MaxTurnText = 16_000

// maxContact is how long a contact may take, so that sums of its times fit.
const maxContact = 7 * 24 * time.Hour

// Speaker is who speaks. The zero Speaker is refused.
type Speaker uint8

// The speakers. Their texts are format.
const (
	Customer Speaker = iota + 1
	Agent
	Other // whoever is there too: a colleague, her husband, a machine
)

// String returns the stored text.
func (s Speaker) String() string {
	switch s {
	case Customer:
		return "customer"
	case Agent:
		return "agent"
	case Other:
		return "other"
	}
	return "speaker " + strconv.Itoa(int(s))
}

// MarshalText writes the stored text; anything else is an error.
func (s Speaker) MarshalText() ([]byte, error) {
	return customer.WriteStored("conversation", s, Other)
}

// UnmarshalText reads what MarshalText wrote.
func (s *Speaker) UnmarshalText(text []byte) error {
	return customer.ReadStored("conversation", "speaker", s, Other, text)
}

// Transcript is what was said in a contact.
type Transcript struct {
	Agent    string  `json:"agent,omitempty"`    // the number that the agent should say
	Unit     string  `json:"unit,omitempty"`     // the unit that he should name: North Branch
	Language string  `json:"language,omitempty"` // as the phrases name it; empty: phrases of all languages are looked for
	EndedBy  Speaker `json:"ended_by,omitzero"`  // who hung up; zero: not known
	Turns    []Turn  `json:"turns"`              // by ascending From
}

// Turn is what one speaker says at a stretch. Either all turns have times or none has, as in a
// chat whose times nobody kept.
type Turn struct {
	Speaker Speaker   `json:"speaker"`
	From    time.Time `json:"from,omitzero"`
	To      time.Time `json:"to,omitzero"`
	Text    string    `json:"text,omitempty"`
}

// ListeningRules is what to listen for. Zero is off.
type ListeningRules struct {
	// BreakInMillis is for how long an agent may speak into what the customer says before it is
	// breaking in: to say "yes" or 嗯 is none. It is counted from the beginning of his turn.
	BreakInMillis int `json:"break_in_millis,omitempty"`
	// WaitSeconds is how long nobody may speak before the agent's next word.
	WaitSeconds int `json:"wait_seconds,omitempty"`
	// AgentPermille is the largest share of the talk that is the agent's, of his and hers.
	AgentPermille int `json:"agent_permille,omitempty"`
	// IdentifyTurns is within how many turns of his own an agent says his number and his unit.
	IdentifyTurns int `json:"identify_turns,omitempty"`
	// CustomerEnds says that the agent does not hang up before the customer.
	CustomerEnds bool `json:"customer_ends,omitempty"`
}

func (l *ListeningRules) check(faults *customer.Faults) {
	faults.Within("listening.break_in_millis", l.BreakInMillis, 0, 60_000)
	faults.Within("listening.wait_seconds", l.WaitSeconds, 0, 24*60*60)
	faults.Within("listening.agent_permille", l.AgentPermille, 0, 1000)
	faults.Within("listening.identify_turns", l.IdentifyTurns, 0, MaxTurns)
}

// Validate returns every fault of the transcript as customer.Faults, or nil.
func (t *Transcript) Validate() error {
	var faults customer.Faults
	faults.Text("agent", t.Agent)
	faults.Text("unit", t.Unit)
	faults.Text("language", t.Language)
	if t.EndedBy > Other {
		faults.Add("ended_by", t.EndedBy, "is a speaker, or absent")
	}
	faults.Within("turns", len(t.Turns), 0, MaxTurns)
	for i := range t.Turns[:min(len(t.Turns), MaxTurns)] {
		t.checkTurn(&faults, i)
	}
	return faults.Err()
}

func (t *Transcript) checkTurn(faults *customer.Faults, i int) {
	turn, path := &t.Turns[i], fmt.Sprintf("turns[%d]", i)
	if turn.Speaker < Customer || turn.Speaker > Other {
		faults.Add(path+".speaker", turn.Speaker, "is customer, agent or other")
	}
	if len(turn.Text) > MaxTurnText || !utf8.ValidString(turn.Text) || strings.IndexFunc(turn.Text, control) >= 0 {
		faults.Add(path+".text", turn.Text, "is UTF-8 text without control characters other than line breaks, at most 16000 bytes")
	}
	switch timed := !turn.From.IsZero(); {
	case timed != t.timed() || timed == turn.To.IsZero():
		faults.Add(path+".from", turn.From, "and to are filled in for all turns, or for none")
	case timed && turn.To.Before(turn.From):
		faults.Add(path+".to", turn.To, "is not before from")
	case timed && i > 0 && turn.From.Before(t.Turns[i-1].From):
		faults.Add(path+".from", turn.From, "is not before that of the turn before")
	case timed && turn.To.Sub(t.Turns[0].From) > maxContact:
		faults.Add(path+".to", turn.To, "is at most a week after the beginning")
	case timed:
		faults.Instant(path+".from", turn.From)
		faults.Instant(path+".to", turn.To)
	}
}

func control(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }

// timed reports whether the turns have times.
func (t *Transcript) timed() bool { return len(t.Turns) > 0 && !t.Turns[0].From.IsZero() }

// Talk is what was found in a transcript.
type Talk struct {
	Findings []Finding `json:"findings,omitempty"` // by turn, those of the whole contact last
	// AgentTalk and CustomerTalk are for how long each spoke; both 0 without times.
	AgentTalk    time.Duration `json:"agent_talk"`
	CustomerTalk time.Duration `json:"customer_talk"`
	BrokenInto   int           `json:"broken_into"` // how often the agent broke in
	Waits        int           `json:"waits"`       // how often she was kept waiting
}

// Listen looks through a transcript for words to avoid, for where the agent broke in or kept her
// waiting, whether he said who he is, how much of the talk was his, and who hung up.
func (b *Book) Listen(t Transcript, on customer.Date) (Talk, error) {
	if err := b.asked(nil, on); err != nil {
		return Talk{}, err
	}
	if err := t.Validate(); err != nil {
		return Talk{}, err
	}
	l := b.listen(&t)
	talk := Talk{AgentTalk: l.agent, CustomerTalk: l.customer, BrokenInto: len(l.broken), Waits: len(l.waits)}
	for _, m := range l.found {
		one := &b.phrases[m.phrase]
		talk.Findings = append(talk.Findings, Finding{
			Fault: true, Turn: m.turn, Rune: m.rune, Runes: m.runes,
			Reason: customer.Reason{Code: CodeWords, Rule: b.name + "/" + one.Group, Of: one.ID, Fact: int64(m.turn), Mark: int64(m.rune), At: t.Turns[m.turn-1].From},
		})
	}
	for _, one := range l.broken {
		talk.Findings = append(talk.Findings, Finding{Fault: true, Turn: one.turn, Reason: customer.Reason{
			Code: CodeBrokeIn, Rule: b.name, Fact: int64(one.turn), At: one.span.From, Until: one.span.To,
		}})
	}
	for _, one := range l.waits {
		talk.Findings = append(talk.Findings, Finding{Fault: true, Turn: one.turn, Reason: customer.Reason{
			Code: CodeKeptWaiting, Rule: b.name, At: one.span.From, Until: one.span.To,
			Fact: int64(one.span.To.Sub(one.span.From) / time.Second), Mark: int64(b.rules.Listening.WaitSeconds), Unit: customer.UnitSeconds,
		}})
	}
	slices.SortStableFunc(talk.Findings, func(a, b Finding) int { return cmp.Compare(a.Turn, b.Turn) })
	talk.Findings = append(talk.Findings, b.whole(&t, &l)...)
	return talk, nil
}

// whole returns what is found of the whole contact.
func (b *Book) whole(t *Transcript, l *listened) []Finding {
	var findings []Finding
	note := func(reason customer.Reason) {
		reason.Rule = b.name
		findings = append(findings, Finding{Fault: true, Reason: reason})
	}
	rules := &b.rules.Listening
	if rules.IdentifyTurns > 0 {
		for _, what := range l.unsaid {
			note(customer.Reason{Code: CodeUnidentified, Of: what, Mark: int64(rules.IdentifyTurns), Unit: customer.UnitTimes})
		}
	}
	if share, total := int64(rules.AgentPermille), int64(l.agent+l.customer); share > 0 && total > 0 {
		if spoke := int64(l.agent); spoke*1000 > share*total { // of nanoseconds of two weeks at most
			permille, _ := customer.Permille(spoke, total)
			note(customer.Reason{Code: CodeTalkShare, Fact: permille, Mark: share, Unit: customer.UnitPermille})
		}
	}
	if rules.CustomerEnds && t.EndedBy == Agent {
		note(customer.Reason{Code: CodeHungUp})
	}
	return findings
}

// listened is what there is in a transcript, before it is held against marks of the whole.
type listened struct {
	found           []match
	broken, waits   []stretch
	unsaid          []string // agent, unit
	agent, customer time.Duration
}

// stretch is a time that belongs to a turn, from 1.
type stretch struct {
	turn int
	span customer.Span
}

func (b *Book) listen(t *Transcript) listened {
	var l listened
	wanted := []struct {
		what  string
		words []rune
		said  bool
	}{{"agent", foldPhrase(t.Agent), false}, {"unit", foldPhrase(t.Unit), false}}
	turns := 0
	for i := range t.Turns {
		if t.Turns[i].Speaker != Agent {
			continue
		}
		turns++
		said := fold(t.Turns[i].Text)
		l.found = b.search(l.found, i+1, &said, t.Language)
		for k := range wanted {
			if most := b.rules.Listening.IdentifyTurns; most == 0 || turns <= most {
				wanted[k].said = wanted[k].said || said.contains(wanted[k].words)
			}
		}
	}
	for _, one := range wanted {
		if len(one.words) > 0 && !one.said {
			l.unsaid = append(l.unsaid, one.what)
		}
	}
	if t.timed() {
		l.agent, l.customer = t.talk(Agent), t.talk(Customer)
		if overlap := b.rules.Listening.BreakInMillis; overlap > 0 {
			l.broken = t.broken(time.Duration(overlap) * time.Millisecond)
		}
		if wait := b.rules.Listening.WaitSeconds; wait > 0 {
			l.waits = t.waits(time.Duration(wait) * time.Second)
		}
	}
	return l
}

// talk is for how long somebody speaks. Turns of one speaker that overlap count once.
func (t *Transcript) talk(speaker Speaker) time.Duration {
	var sum time.Duration
	var end time.Time
	for i := range t.Turns {
		turn := &t.Turns[i]
		if turn.Speaker != speaker || !turn.To.After(end) {
			continue
		}
		from := turn.From
		if from.Before(end) {
			from = end
		}
		sum += turn.To.Sub(from)
		end = turn.To
	}
	return sum
}

// broken returns where the agent begins to speak while the customer does, and speaks on into
// what she says for longer than is allowed. A turn breaks in once, however many of hers it
// meets: where it does for the longest time.
func (t *Transcript) broken(allowed time.Duration) []stretch {
	var broken []stretch
	var hers customer.Span // of her turns so far the one that ends last
	for i := range t.Turns {
		turn := &t.Turns[i]
		switch turn.Speaker {
		case Customer:
			if hers.From.IsZero() || turn.To.After(hers.To) {
				hers = customer.Span{From: turn.From, To: turn.To}
			}
		case Agent:
			both := hers.Intersect(customer.Span{From: turn.From, To: turn.To})
			if !hers.From.IsZero() && turn.From.After(hers.From) && both.To.Sub(both.From) > allowed {
				broken = append(broken, stretch{i + 1, both})
			}
		case Other:
		}
	}
	return broken
}

// waits returns where nobody speaks for longer than is allowed until the agent does.
func (t *Transcript) waits(allowed time.Duration) []stretch {
	var waits []stretch
	end := t.Turns[0].To
	for i := range t.Turns {
		turn := &t.Turns[i]
		if turn.Speaker == Agent && turn.From.Sub(end) > allowed {
			waits = append(waits, stretch{i + 1, customer.Span{From: end, To: turn.From}})
		}
		if turn.To.After(end) {
			end = turn.To
		}
	}
	return waits
}
