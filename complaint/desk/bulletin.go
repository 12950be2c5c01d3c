package desk

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/rapport-crm/rapport/customer"
)

// Bounds of bulletins. What exceeds them is a fault.
const (
	MaxBulletins = 100_000 // versions in all
	MaxBears     = 1000    // topics, areas or desks of one bulletin
	MaxReceipts  = 1_000_000
)

// BulletinRules is the notices that the staff are to know, as plain data: the announcement of
// an outage, a recall, a changed procedure.
type BulletinRules struct {
	customer.Edition

	Zone      string     `json:"zone"` // IANA name; on whose days the edition is in force
	Bulletins []Bulletin `json:"bulletins,omitempty"`
}

// Bulletin is one version of a notice. A list that is empty says nothing: it bears on every
// topic, every area, every desk.
type Bulletin struct {
	ID      string    `json:"id"`
	Version int       `json:"version"`          // from 1; whoever has read an earlier one has not read this
	From    time.Time `json:"from"`             // the instant from which it is in force
	Until   time.Time `json:"until,omitzero"`   // the first instant at which it is not; zero: until further notice
	Topics  []string  `json:"topics,omitempty"` // paths, as in [Topic]: "card" bears on "card/lost"
	Areas   []string  `json:"areas,omitempty"`
	Desks   []string  `json:"desks,omitempty"` // whose agents have to read it
	Title   string    `json:"title,omitempty"`
}

// ParseBulletinRules reads BulletinRules from JSON, strictly; see customer.ParseRules.
func ParseBulletinRules(data []byte) (BulletinRules, error) {
	return customer.ParseRules[BulletinRules](data)
}

// Board is the compiled notices. It is immutable and safe for concurrent use.
type Board struct {
	rules     BulletinRules
	name      string
	zone      *time.Location
	bulletins []Bulletin // by ID, the highest version first
}

var errNoBoard = errors.New("desk: a board comes from NewBoard")

// NewBoard checks the notices whole, returning customer.Faults.
func NewBoard(rules BulletinRules, zone *time.Location) (*Board, error) {
	var faults customer.Faults
	rules.Edition.Check(&faults)
	faults.Zone("zone", rules.Zone, zone)
	b := &Board{rules: rules, name: rules.Name(), zone: zone}
	if few(&faults, "bulletins", len(rules.Bulletins), MaxBulletins) {
		b.read(&faults)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return b, nil
}

func (b *Board) read(faults *customer.Faults) {
	type version struct {
		id     string
		number int
	}
	seen := make(map[version]bool, len(b.rules.Bulletins))
	b.bulletins = make([]Bulletin, len(b.rules.Bulletins))
	for i, one := range b.rules.Bulletins {
		path := fmt.Sprintf("bulletins[%d]", i)
		faults.Name(path+".id", one.ID)
		if one.Version < 1 {
			faults.Add(path+".version", one.Version, "is 1 or more")
		}
		if key := (version{one.ID, one.Version}); seen[key] {
			faults.Add(path, fmt.Sprintf("%s/%d", one.ID, one.Version), "stands only once")
		} else {
			seen[key] = true
		}
		faults.Instant(path+".from", one.From)
		if !one.Until.IsZero() && !one.Until.After(one.From) {
			faults.Add(path+".until", one.Until.Format(time.RFC3339), "is after from, or absent")
		}
		if few(faults, path+".topics", len(one.Topics), MaxBears) {
			for j, topic := range one.Topics {
				checkTopic(faults, fmt.Sprintf("%s.topics[%d]", path, j), topic, false)
			}
		}
		one.Topics = union(one.Topics, nil)
		one.Areas = names(faults, path+".areas", one.Areas, MaxBears)
		one.Desks = names(faults, path+".desks", one.Desks, MaxBears)
		if len(one.Title) > MaxAnswerBytes || !utf8.ValidString(one.Title) {
			faults.Add(path+".title", one.Title, fmt.Sprintf("is at most %d bytes of UTF-8", MaxAnswerBytes))
		}
		b.bulletins[i] = one
	}
	slices.SortFunc(b.bulletins, func(x, y Bulletin) int {
		return cmp.Or(cmp.Compare(x.ID, y.ID), cmp.Compare(y.Version, x.Version))
	})
}

// Receipt is the fact that an agent has read a version of a notice.
type Receipt struct {
	Agent    string    `json:"agent"`
	Bulletin string    `json:"bulletin"`
	Version  int       `json:"version"`
	At       time.Time `json:"at"`
}

// About is what notices are sought for. What is empty says nothing, and every notice bears on
// it: no topic, all topics.
type About struct {
	Topic string `json:"topic,omitempty"`
	Area  string `json:"area,omitempty"`
	Desk  string `json:"desk,omitempty"`
}

// Notice is a bulletin that is in force.
type Notice struct {
	Bulletin                   // its lists are shared with the board, not to be changed
	Read     bool              `json:"read,omitempty"` // by the agent
	Because  []customer.Reason `json:"because"`
}

// InForce returns the notices that are in force at an instant and bear on something: of each
// ID the highest version that is. Those that say most of the topic come first, then the
// latest, then by ID.
func (b *Board) InForce(about About, at time.Time) ([]Notice, error) {
	var faults customer.Faults
	if err := b.asked(&faults, &about, at); err != nil {
		return nil, err
	}
	return b.inForce(&about, at), nil
}

// Suggest returns the notices in force that an agent should have before her when she judges
// something, the unread ones first, each part in the order of [Board.InForce]. Receipts of
// others, of other versions and of later are passed over.
func (b *Board) Suggest(about About, agent string, receipts []Receipt, at time.Time) ([]Notice, error) {
	var faults customer.Faults
	if err := b.asked(&faults, &about, at); err != nil {
		return nil, err
	}
	faults.Name("agent", agent)
	few(&faults, "receipts", len(receipts), MaxReceipts)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	read := map[receipt]bool{}
	for _, one := range receipts {
		if one.Agent == agent && !one.At.After(at) {
			read[receipt{agent, one.Bulletin, one.Version}] = true
		}
	}
	notices := b.inForce(&about, at)
	for i := range notices {
		one := &notices[i]
		if one.Read = read[receipt{agent, one.ID, one.Version}]; !one.Read {
			one.Because = append(one.Because, customer.Reason{Code: CodeUnread, Rule: b.name, Of: one.ID, Fact: int64(one.Version), At: one.From.In(b.zone)})
		}
	}
	slices.SortStableFunc(notices, func(x, y Notice) int { return before(!x.Read, !y.Read) })
	return notices, nil
}

// Unread says what an agent of a roster should have read and has not.
type Unread struct {
	Agent   string   `json:"agent"`
	Notices []Notice `json:"notices"`
}

// Unread returns who of a roster has not read what is in force for her desks at an instant,
// by ID of the agent, and what that is. Who has read everything is not in it.
func (b *Board) Unread(roster *Roster, receipts []Receipt, at time.Time) ([]Unread, error) {
	var faults customer.Faults
	if err := b.asked(&faults, &About{}, at); err != nil {
		return nil, err
	}
	few(&faults, "receipts", len(receipts), MaxReceipts)
	if roster == nil {
		faults.Add("roster", "", "is given")
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	read := make(map[receipt]bool, len(receipts))
	for _, one := range receipts {
		if !one.At.After(at) {
			read[receipt{one.Agent, one.Bulletin, one.Version}] = true
		}
	}
	all := b.inForce(&About{}, at)
	var unread []Unread
	for i := range roster.agents {
		her := &roster.agents[i]
		var notices []Notice
		for _, one := range all {
			if !read[receipt{her.ID, one.ID, one.Version}] && (len(one.Desks) == 0 || len(lacking(one.Desks, her.Desks)) < len(one.Desks)) {
				why := customer.Reason{Code: CodeUnread, Rule: b.name, Of: one.ID, Fact: int64(one.Version), At: one.From.In(b.zone)}
				one.Because = append(slices.Clone(one.Because), why)
				notices = append(notices, one)
			}
		}
		if len(notices) > 0 {
			unread = append(unread, Unread{her.ID, notices})
		}
	}
	return unread, nil
}

// receipt is what makes a receipt count.
type receipt struct {
	agent, bulletin string
	version         int
}

func (b *Board) asked(faults *customer.Faults, about *About, at time.Time) error {
	if b == nil || b.zone == nil {
		return errNoBoard
	}
	faults.Instant("at", at)
	checkTopic(faults, "about.topic", about.Topic, true)
	faults.Text("about.area", about.Area)
	faults.Text("about.desk", about.Desk)
	if err := faults.Err(); err != nil {
		return err
	}
	return b.rules.Covers(customer.DateOf(at, b.zone))
}

// inForce is InForce for a question that is in order.
func (b *Board) inForce(about *About, at time.Time) []Notice {
	type ranked struct {
		Notice
		depth int
	}
	var found []ranked
	last := ""
	for i := range b.bulletins {
		one := &b.bulletins[i]
		if one.ID == last || !(customer.Span{From: one.From, To: one.Until}).Contains(at) {
			continue
		}
		last = one.ID
		most, bears := one.bears(about)
		if !bears {
			continue
		}
		because := customer.Reason{Code: CodeInForce, Rule: b.name, Of: one.ID, Fact: int64(one.Version), At: one.From.In(b.zone)}
		if !one.Until.IsZero() {
			because.Until = one.Until.In(b.zone)
		}
		found = append(found, ranked{Notice{Bulletin: *one, Because: []customer.Reason{because}}, most})
	}
	slices.SortStableFunc(found, func(x, y ranked) int {
		return cmp.Or(cmp.Compare(y.depth, x.depth), y.From.Compare(x.From), cmp.Compare(x.ID, y.ID))
	})
	notices := make([]Notice, len(found))
	for i := range found {
		notices[i] = found[i].Notice
	}
	return notices
}

// bears reports whether a notice bears on something, and how much it says of the topic.
func (b *Bulletin) bears(about *About) (most int, bears bool) {
	for _, topic := range b.Topics {
		parts, says := depth(topic, about.Topic)
		bears = bears || says
		most = max(most, parts)
	}
	if len(b.Topics) > 0 && about.Topic != "" && !bears {
		return 0, false
	}
	return most, in(b.Areas, about.Area) && in(b.Desks, about.Desk)
}

// in reports whether a list that bounds something has it.
func in(list []string, one string) bool {
	if len(list) == 0 || one == "" {
		return true
	}
	_, found := slices.BinarySearch(list, one)
	return found
}
