package desk

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/rapport-crm/rapport/customer"
)

// Bounds of the routing. What exceeds them is a fault.
const (
	MaxGroups      = 10_000
	MaxTopics      = 100_000
	MaxAnswers     = 100_000
	MaxDepth       = 16   // parts of a topic
	MaxAnswerBytes = 8192 // of the text of one answer
	MaxContext     = 100  // things that are told on
)

// TopicRules is the rule book of routing, as plain data: one number to call, the table that
// leads from a topic to a group of questions and its desk, and the answers that everybody
// gives alike.
type TopicRules struct {
	customer.Edition

	Zone   string  `json:"zone"`             // IANA name; whose days answers are valid on
	Number string  `json:"number,omitempty"` // the one number, or address, for everything
	Groups []Group `json:"groups"`
	Topics []Topic `json:"topics,omitempty"`
	// Fallback is the group that takes what no topic matches. It decides and is answerable;
	// nobody is asked to try another number.
	Fallback string           `json:"fallback"`
	Answers  []StandardAnswer `json:"answers,omitempty"`
}

// Group is questions that the same people answer.
type Group struct {
	ID     string   `json:"id"`
	Desk   string   `json:"desk"`
	Skills []string `json:"skills,omitempty"` // all of which an agent needs
	// Responsible is who knows when nobody else does; empty: nobody special.
	Responsible string `json:"responsible,omitempty"`
	// Context is what is told on when somebody hands over to the group, so that the customer
	// does not tell it again: "receipt", "what was promised".
	Context []string `json:"context,omitempty"`
}

// Topic is a row of the table. Topics are paths: "card" matches "card" and "card/lost", and
// not "cardigan". Where several rows match, the one with the longest path wins, and of two
// equally long ones the one of the customer's own area.
type Topic struct {
	Topic string `json:"topic"`
	Area  string `json:"area,omitempty"` // a branch, a region; empty: everywhere
	Group string `json:"group"`
}

// StandardAnswer is a standard answer to the questions of a group. Of several versions in one
// language that are valid on a day the highest counts.
type StandardAnswer struct {
	ID       string        `json:"id"`
	Version  int           `json:"version"` // from 1
	Group    string        `json:"group"`
	Topic    string        `json:"topic,omitempty"` // of all that the group answers, this only; a path
	Language string        `json:"language,omitempty"`
	From     customer.Date `json:"from,omitzero"`  // zero: since ever
	Until    customer.Date `json:"until,omitzero"` // the first day without it; zero: until further notice
	Text     string        `json:"text"`
}

// ParseTopicRules reads TopicRules from JSON, strictly; see customer.ParseRules.
func ParseTopicRules(data []byte) (TopicRules, error) { return customer.ParseRules[TopicRules](data) }

// Topics is the compiled rule book of routing. It is immutable and safe for concurrent use.
type Topics struct {
	rules   TopicRules
	name    string
	zone    *time.Location
	groups  map[string]int
	rows    map[row]int // index into rules.Topics
	answers [][]int     // by group, index into rules.Answers: by ID and language, the highest version first
}

var errNoTopics = errors.New("desk: topics come from NewTopics")

type row struct{ topic, area string }

// NewTopics checks the rules whole, returning customer.Faults, and compiles them. The desks
// are held against a directory where one is given; nil: any name will do.
func NewTopics(rules TopicRules, zone *time.Location, directory *Directory) (*Topics, error) {
	var faults customer.Faults
	rules.Edition.Check(&faults)
	faults.Zone("zone", rules.Zone, zone)
	faults.Text("number", rules.Number)
	t := &Topics{rules: rules, name: rules.Name(), zone: zone}
	t.readGroups(&faults, directory)
	t.readTopics(&faults)
	if _, known := t.groups[rules.Fallback]; !known {
		faults.Add("fallback", rules.Fallback, "is a group of the rules")
	}
	t.readAnswers(&faults)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return t, nil
}

func (t *Topics) readGroups(faults *customer.Faults, directory *Directory) {
	t.groups = make(map[string]int, len(t.rules.Groups))
	if !few(faults, "groups", len(t.rules.Groups), MaxGroups) {
		return
	}
	t.rules.Groups = slices.Clone(t.rules.Groups)
	for i := range t.rules.Groups {
		group, path := &t.rules.Groups[i], fmt.Sprintf("groups[%d]", i)
		enter(faults, path+".id", group.ID, t.groups, i)
		faults.Name(path+".desk", group.Desk)
		directory.knows(faults, path+".desk", group.Desk)
		faults.Text(path+".responsible", group.Responsible)
		group.Skills = names(faults, path+".skills", group.Skills, MaxSkills)
		group.Context = names(faults, path+".context", group.Context, MaxContext)
	}
}

func (t *Topics) readTopics(faults *customer.Faults) {
	t.rows = make(map[row]int, len(t.rules.Topics))
	if !few(faults, "topics", len(t.rules.Topics), MaxTopics) {
		return
	}
	t.rules.Topics = slices.Clone(t.rules.Topics)
	for i, topic := range t.rules.Topics {
		path := fmt.Sprintf("topics[%d]", i)
		checkTopic(faults, path+".topic", topic.Topic, false)
		faults.Text(path+".area", topic.Area)
		if _, known := t.groups[topic.Group]; !known {
			faults.Add(path+".group", topic.Group, "is a group of the rules")
		}
		key := row{topic.Topic, topic.Area}
		if _, twice := t.rows[key]; twice {
			faults.Add(path, topic.Topic, "stands once for an area")
		}
		t.rows[key] = i
	}
}

func (t *Topics) readAnswers(faults *customer.Faults) {
	t.answers = make([][]int, len(t.rules.Groups))
	if !few(faults, "answers", len(t.rules.Answers), MaxAnswers) {
		return
	}
	t.rules.Answers = slices.Clone(t.rules.Answers)
	type version struct {
		id, language string
		number       int
	}
	seen := make(map[version]bool, len(t.rules.Answers))
	for i, one := range t.rules.Answers {
		path := fmt.Sprintf("answers[%d]", i)
		one.check(faults, path)
		key := version{one.ID, one.Language, one.Version}
		if seen[key] {
			faults.Add(path, fmt.Sprintf("%s/%d", one.ID, one.Version), "stands once in a language")
		}
		seen[key] = true
		if group, known := t.groups[one.Group]; known && group < len(t.answers) {
			t.answers[group] = append(t.answers[group], i)
		} else {
			faults.Add(path+".group", one.Group, "is a group of the rules")
		}
	}
	for _, list := range t.answers {
		slices.SortFunc(list, func(a, b int) int {
			x, y := &t.rules.Answers[a], &t.rules.Answers[b]
			return cmp.Or(cmp.Compare(x.ID, y.ID), cmp.Compare(x.Language, y.Language), cmp.Compare(y.Version, x.Version))
		})
	}
}

func (a *StandardAnswer) check(faults *customer.Faults, path string) {
	faults.Name(path+".id", a.ID)
	if a.Version < 1 {
		faults.Add(path+".version", a.Version, "is 1 or more")
	}
	checkTopic(faults, path+".topic", a.Topic, true)
	faults.Text(path+".language", a.Language)
	faults.Day(path+".from", a.From)
	if a.Until != 0 && (!a.Until.Valid() || a.Until <= a.From) {
		faults.Add(path+".until", a.Until, "is a day after from, or absent")
	}
	if a.Text == "" || len(a.Text) > MaxAnswerBytes || !utf8.ValidString(a.Text) {
		faults.Add(path+".text", a.Text, fmt.Sprintf("is 1 to %d bytes of UTF-8", MaxAnswerBytes))
	}
}

// checkTopic notes a fault unless the topic is a path: parts between slashes, none empty.
func checkTopic(faults *customer.Faults, path, topic string, optional bool) {
	if topic == "" && optional {
		return
	}
	faults.Name(path, topic)
	if topic == "" {
		return
	}
	if strings.HasPrefix(topic, "/") || strings.HasSuffix(topic, "/") || strings.Contains(topic, "//") || strings.Count(topic, "/") >= MaxDepth {
		faults.Add(path, topic, fmt.Sprintf("is at most %d parts with a slash between them, none of them empty", MaxDepth))
	}
}

// above returns the topic above one: "card" of "card/lost". It is false at the top.
func above(topic string) (string, bool) {
	i := strings.LastIndexByte(topic, '/')
	if i < 0 {
		return "", false
	}
	return topic[:i], true
}

// depth is how much one topic, of a rule, says of another: the number of its parts where it
// is the other or above it, else 0. The empty topic of a rule says nothing, and is never 0.
func depth(rule, topic string) (int, bool) {
	if rule == "" {
		return 0, true
	}
	if rest, within := strings.CutPrefix(topic, rule); !within || rest != "" && rest[0] != '/' {
		return 0, false
	}
	return strings.Count(rule, "/") + 1, true
}

// Route is where a topic goes.
type Route struct {
	Rule        string            `json:"rule"`
	Number      string            `json:"number,omitempty"`
	Group       string            `json:"group"`
	Desk        string            `json:"desk"`
	Skills      []string          `json:"skills,omitempty"` // sorted; shared with the rule book, not to be changed
	Responsible string            `json:"responsible,omitempty"`
	Context     []string          `json:"context,omitempty"`   // as Skills
	Escalated   bool              `json:"escalated,omitempty"` // no topic matched
	Because     []customer.Reason `json:"because"`
}

// Route says which group and desk a topic goes to at the first attempt. A topic that matches
// nothing is escalated to the fallback, and the empty topic is one: whoever cannot say what
// it is about is helped all the same.
func (t *Topics) Route(topic, area string, at time.Time) (Route, error) {
	if err := t.asked(topic, area, at); err != nil {
		return Route{}, err
	}
	for part, more := topic, topic != ""; more; part, more = above(part) {
		for _, key := range [...]row{{part, area}, {part, ""}} {
			if i, found := t.rows[key]; found {
				because := customer.Reason{Code: CodeTopic, Rule: t.name, Of: part}
				if key.area != "" {
					because.Code = CodeTopicHere
				}
				return t.route(t.rules.Topics[i].Group, because), nil
			}
		}
	}
	route := t.route(t.rules.Fallback, customer.Reason{Code: CodeNoTopic, Rule: t.name, Of: topic})
	route.Escalated = true
	return route, nil
}

func (t *Topics) route(id string, because customer.Reason) Route {
	group := &t.rules.Groups[t.groups[id]]
	return Route{
		Rule: t.name, Number: t.rules.Number, Group: group.ID, Desk: group.Desk, Skills: group.Skills,
		Responsible: group.Responsible, Context: group.Context, Because: []customer.Reason{because},
	}
}

func (t *Topics) asked(topic, area string, at time.Time) error {
	if t == nil || t.zone == nil {
		return errNoTopics
	}
	var faults customer.Faults
	faults.Instant("at", at)
	checkTopic(&faults, "topic", topic, true)
	faults.Text("area", area)
	if err := faults.Err(); err != nil {
		return err
	}
	return t.rules.Covers(customer.DateOf(at, t.zone))
}

// Answers returns the standard answers to a topic that are valid at an instant, in a
// language or in none stated: those of the group that it goes to, the one that says most of
// the topic first, then by ID. Of each ID it is the highest version that is valid.
func (t *Topics) Answers(topic, area, language string, at time.Time) ([]StandardAnswer, error) {
	route, err := t.Route(topic, area, at)
	if err != nil {
		return nil, err
	}
	day := customer.DateOf(at, t.zone)
	var found []StandardAnswer
	var last *StandardAnswer
	for _, i := range t.answers[t.groups[route.Group]] {
		one := &t.rules.Answers[i]
		if last != nil && one.ID == last.ID && one.Language == last.Language || day < one.From || one.Until != 0 && day >= one.Until {
			continue
		}
		last = one
		if _, says := depth(one.Topic, topic); says && (one.Language == "" || one.Language == language) {
			found = append(found, *one)
		}
	}
	slices.SortStableFunc(found, func(a, b StandardAnswer) int { return cmp.Compare(len(b.Topic), len(a.Topic)) })
	return found, nil
}

// Handover is the answer to somebody who may not be the right one for a topic.
type Handover struct {
	Needed  bool              `json:"needed,omitempty"` // else she has every skill herself
	To      Route             `json:"to"`
	Because []customer.Reason `json:"because"`
}

// HandOver says whether an agent with certain skills should hand a topic over, and to whom:
// at once, before she has tried what she does not know, and with what the receiving group
// is to be told. What no topic matches is for the fallback, whatever she can do. Context is what
// has been written down for them; while some of it is missing the handover is a
// *customer.Refusal that names all of it.
func (t *Topics) HandOver(topic, area string, skills, context []string, at time.Time) (Handover, error) {
	var faults customer.Faults
	skills, context = names(&faults, "skills", skills, MaxSkills), names(&faults, "context", context, MaxContext)
	if err := faults.Err(); err != nil {
		return Handover{}, err
	}
	route, err := t.Route(topic, area, at)
	if err != nil {
		return Handover{}, err
	}
	handover := Handover{To: route}
	for _, skill := range lacking(route.Skills, skills) {
		handover.Because = append(handover.Because, customer.Reason{Code: CodeLacksSkill, Rule: t.name, Of: skill})
	}
	if route.Escalated {
		handover.Because = append(handover.Because, route.Because[0])
	}
	if handover.Needed = len(handover.Because) > 0; !handover.Needed {
		handover.Because = []customer.Reason{{Code: CodeHasSkills, Rule: t.name, Of: route.Group}}
		return handover, nil
	}
	refusal := &customer.Refusal{Rule: t.name}
	for _, item := range lacking(route.Context, context) {
		refusal.Missing = append(refusal.Missing, customer.Reason{Code: CodeContext, Rule: t.name, Of: item})
	}
	if len(refusal.Missing) > 0 {
		return Handover{}, refusal
	}
	return handover, nil
}
