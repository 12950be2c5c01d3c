package handover

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/task"
)

// Bounds of one handover. What exceeds them is a fault.
const (
	MaxItems      = 100_000
	MaxCandidates = 1000
	MaxKnown      = 100_000 // customers whom one candidate knows
)

// Leaving is what is to be handed over, and to whom it may go.
type Leaving struct {
	// Ref is the host's reference of the handover: it stands in every key, so that what is sent twice
	// is booked once. It has no slash.
	Ref string `json:"ref"`
	// Person is who leaves. Empty: the items are those of nobody; see [task.Unowned].
	Person string        `json:"person,omitempty"`
	On     customer.Date `json:"on"`            // the first day without her
	Back   customer.Date `json:"back,omitzero"` // the day on which she is back; zero: she has left for good
	// Items are all that she owns, or that is nobody's: none of them is of somebody else who works here.
	Items []task.Item `json:"items"`
	// To are those who may take something.
	To []Candidate `json:"to,omitempty"`
	// Earlier are transfers that were proposed before under the same Ref, carried out or not: they stand as
	// they are, and the rest goes around them. One to somebody who is gone by now is left out.
	Earlier []Transfer `json:"earlier,omitempty"`
}

// Candidate is somebody who may take something.
type Candidate struct {
	Person   string        `json:"person"`
	Load     int64         `json:"load,omitempty"`  // what she has already, without what this handover gives her: 0 to MaxCapacity
	Capacity int64         `json:"capacity"`        // the most that she may have: 1 to MaxCapacity
	Knows    []customer.ID `json:"knows,omitempty"` // customers whom she serves already, or did
}

// Transfer is one item that changes hands.
type Transfer struct {
	task.Item
	From    string            `json:"from,omitempty"` // who had it; empty: nobody
	To      string            `json:"to"`
	On      customer.Date     `json:"on"`                // from which day on
	Until   customer.Date     `json:"until,omitzero"`    // the day on which it goes back; zero: it stays
	Ref     string            `json:"ref"`               // of the command that carries it out
	Key     string            `json:"key"`               // under which it is booked, once
	Untaken bool              `json:"untaken,omitempty"` // nobody could take it: the manager has it, and decides
	Reasons []customer.Reason `json:"reasons,omitempty"`
}

// Assign is the command that carries a transfer of a cycle's item out. Those of other kinds are commands of
// whoever keeps them, such as contact.Assign and identity.Assign. False: it is of another kind.
func (t Transfer) Assign(by string, at time.Time, why string) (task.ID, task.Assign, bool) {
	if t.Kind != task.KindGoal && t.Kind != task.KindAction {
		return "", task.Assign{}, false
	}
	return task.ID(t.ID), task.Assign{Step: journal.Step{Ref: t.Ref, By: by, At: at}, To: t.To, Action: t.Part, Until: t.Until, Why: why}, true
}

// Duty is what is to be done beside the transfers. The zero Duty is refused.
type Duty uint8

// The duties. Their texts are format.
const (
	Read   Duty = iota + 1 // who takes it reads what is known: what was said, promised, complained of
	Tell                   // the customer is told who is there for her now
	Decide                 // the manager decides about what nobody could take
)

// String returns the stored text.
func (d Duty) String() string {
	switch d {
	case Read:
		return "read"
	case Tell:
		return "tell"
	case Decide:
		return "decide"
	}
	return "duty " + strconv.Itoa(int(d))
}

// MarshalText writes the stored text; anything else is an error.
func (d Duty) MarshalText() ([]byte, error) { return customer.WriteStored("handover", d, Decide) }

// UnmarshalText reads what MarshalText wrote.
func (d *Duty) UnmarshalText(text []byte) error {
	return customer.ReadStored("handover", "duty", d, Decide, text)
}

// Check is one line of the checklist.
type Check struct {
	Duty     Duty          `json:"duty"`
	Who      string        `json:"who"`
	Customer customer.ID   `json:"customer,omitempty"` // empty: what is of no customer
	Items    int           `json:"items"`              // how many she takes of this customer
	By       customer.Date `json:"by"`
}

// Reason returns what the line says, for [Explain]: what is to be done, by when, by whoever it is for. The
// rule book is the proposal's.
func (c Check) Reason() customer.Reason {
	reason := customer.Reason{Of: string(c.Customer), Fact: int64(c.Items), By: c.By}
	switch c.Duty {
	case Read:
		reason.Code = CodeRead
	case Tell:
		reason.Code = CodeTell
	case Decide:
		reason.Code = CodeDecide
	}
	return reason
}

// Load is how much somebody has before the handover and after it.
type Load struct {
	Person   string `json:"person"`
	Items    int    `json:"items"`              // how many she takes
	Before   int64  `json:"before"`             // in the units of Candidate.Load
	After    int64  `json:"after"`              // likewise, with what she takes
	Capacity int64  `json:"capacity,omitempty"` // 0: of a manager who is no candidate, none is known
}

// Stay is an item that does not go back, and why.
type Stay struct {
	task.Item
	Reason customer.Reason `json:"reason"`
}

// Proposal is who takes what, and what goes with it.
type Proposal struct {
	Rule   string        `json:"rule"`
	Ref    string        `json:"ref"`
	Person string        `json:"person,omitempty"`
	On     customer.Date `json:"on"`
	Back   customer.Date `json:"back,omitzero"`
	// Transfers are one for each item and each earlier transfer, by customer and by what names the item: what
	// is of no customer comes first.
	Transfers []Transfer `json:"transfers,omitempty"`
	Loads     []Load     `json:"loads,omitempty"`  // of the candidates and of the manager, by person
	Checks    []Check    `json:"checks,omitempty"` // by day, who, customer and duty
	// Reports are those who reported to who has left for good: they report to ReportTo from now on,
	// empty: to nobody, and the chart is to say so.
	Reports  []string `json:"reports,omitempty"`
	ReportTo string   `json:"report_to,omitempty"`
	Manager  string   `json:"manager,omitempty"` // who has what nobody could take
	Stays    []Stay   `json:"stays,omitempty"`   // of a return: what stays where it is, and why
}

// check checks what is to be handed over, whole.
func (p *Policy) check(l *Leaving, staff *task.Staff) error {
	var faults customer.Faults
	checkAsked(&faults, staff, "on", l.On)
	if p == nil || p.loads == nil {
		faults.Add("policy", p, "is one that New has made")
	}
	checkSlash(&faults, "ref", l.Ref)
	if l.Back != 0 && (!l.Back.Valid() || l.Back <= l.On) {
		faults.Add("back", l.Back, "is a day after the first one without her, or absent")
	}
	if len(faults) > 0 {
		return faults.Err()
	}
	l.checkPerson(&faults, staff)
	checkItems(&faults, l.Items)
	for i := range l.Items[:min(len(l.Items), MaxItems)] {
		l.checkItem(&faults, i, staff)
	}
	l.checkTo(&faults, staff)
	l.checkEarlier(&faults, staff)
	return faults.Err()
}

// checkAsked checks what every question has: a staff, and a day.
func checkAsked(faults *customer.Faults, staff *task.Staff, path string, day customer.Date) {
	if staff.Keeper() == "" {
		faults.Add("staff", staff, "is a staff that NewStaff has made")
	}
	faults.GivenDay(path, day)
}

// checkSlash notes a fault unless a name that stands in a key, before a slash, has none itself.
func checkSlash(faults *customer.Faults, path, text string) {
	if faults.Name(path, text); strings.Contains(text, "/") {
		faults.Add(path, text, "has no slash")
	}
}

func (l *Leaving) checkPerson(faults *customer.Faults, staff *task.Staff) {
	switch {
	case l.Person == "":
		if l.Back != 0 {
			faults.Add("back", l.Back, "is absent where the items are nobody's")
		}
	case !known(staff, l.Person):
		faults.Add("person", l.Person, "is one of the staff")
	}
	switch last := l.last(staff); {
	case last == l.Person:
		faults.Add("person", l.Person, "reports to somebody, or is not the keeper: what nobody can take needs an owner")
	case !staff.Here(last, l.On):
		faults.Add("staff", last, "has a keeper who works here on the day")
	}
}

func known(staff *task.Staff, id string) bool {
	_, known := staff.Person(id)
	return known
}

// last is who has what nobody can take: the manager of who leaves, or else the keeper.
func (l *Leaving) last(staff *task.Staff) string {
	return cmp.Or(staff.Manager(l.Person, l.On), staff.Keeper())
}

func (l *Leaving) checkItem(faults *customer.Faults, i int, staff *task.Staff) {
	item := l.Items[i]
	var part customer.Faults
	if strings.Contains(item.Kind, "/") {
		part.Add("kind", item.Kind, "has no slash")
	}
	if item.Owner != l.Person && staff.Here(item.Owner, l.On) {
		part.Add("owner", item.Owner, "is who leaves, or nobody who works here")
	}
	if item.Kind != "" && item.ID != "" && passKey(passRef(l.Ref, "back", &item)) == "" {
		part.Add("id", item.ID, "is short enough for a key of 256 bytes with the reference, kind and part")
	}
	if len(part) > 0 {
		faults.Join(fmt.Sprintf("items[%d]", i), part)
	}
}

func (l *Leaving) checkTo(faults *customer.Faults, staff *task.Staff) {
	faults.Within("to", len(l.To), 0, MaxCandidates)
	seen := map[string]bool{}
	for i := range l.To[:min(len(l.To), MaxCandidates)] {
		one := &l.To[i]
		var part customer.Faults
		switch {
		case !known(staff, one.Person):
			part.Add("person", one.Person, "is one of the staff")
		case one.Person == l.Person:
			part.Add("person", one.Person, "is not who leaves")
		case seen[one.Person]:
			part.Add("person", one.Person, "stands only once")
		}
		seen[one.Person] = true
		if one.Load < 0 || one.Load > MaxCapacity {
			part.Add("load", one.Load, fmt.Sprintf("is 0 to %d", MaxCapacity))
		}
		if one.Capacity < 1 || one.Capacity > MaxCapacity {
			part.Add("capacity", one.Capacity, fmt.Sprintf("is 1 to %d", MaxCapacity))
		}
		part.Within("knows", len(one.Knows), 0, MaxKnown)
		if len(part) > 0 {
			faults.Join(fmt.Sprintf("to[%d]", i), part)
		}
	}
}

func (l *Leaving) checkEarlier(faults *customer.Faults, staff *task.Staff) {
	faults.Within("earlier", len(l.Earlier), 0, MaxItems)
	seen := map[itemName]bool{}
	for i := range l.Earlier[:min(len(l.Earlier), MaxItems)] {
		one := &l.Earlier[i]
		var part customer.Faults
		one.Check(&part)
		if want := passRef(l.Ref, "out", &one.Item); one.Ref != want {
			part.Add("ref", one.Ref, "is that of a transfer of this handover: "+want)
		}
		if !staff.Here(one.To, l.On) || one.To == l.Person {
			part.Add("to", one.To, "works here on the day, and is not who leaves")
		}
		if seen[name(one.Item)] {
			part.Add("id", one.ID, "stands only once of its kind and part")
		}
		if seen[name(one.Item)] = true; len(part) > 0 {
			faults.Join(fmt.Sprintf("earlier[%d]", i), part)
		}
	}
}

// passRef is the reference of the command that passes an item on, out to somebody or back: whoever asks
// again gets the same.
func passRef(ref, way string, item *task.Item) string {
	text := ref + "/" + way + "/" + item.Kind + "/" + strconv.Itoa(len(item.ID)) + ":" + item.ID
	if item.Part != "" {
		text += "/" + item.Part
	}
	return text
}

// Propose says who takes what. The order of no list matters.
//
// What is of one customer goes to one person. The important customers are served first, then those of
// whom something is due earlier, then those who are more load.
//
// Somebody can take an item who works here, until the return or for good; is not away on the day on
// which it is needed (that of the handover, or a later one on which it is due before the return); has
// all its skills; works at its desk; and has room for its load. Of those who can take all that is of
// the customer it is who has taken something of her already; else who knows her, within the slack of
// the rules; else who will have the least load for her capacity, and of these the first by ID. Where
// nobody can take it all, it is taken apart: who can take most of it takes that, and so on. What
// nobody can take goes to the manager of who leaves, or where she reports to nobody to the keeper; the
// reasons say what was in the way of how many.
//
// Where all can take everything, have the same capacity and nobody knows anybody, the loads of two of
// those who took something differ by no more than the load of one customer.
func (p *Policy) Propose(l Leaving, staff *task.Staff) (Proposal, error) {
	if err := p.check(&l, staff); err != nil {
		return Proposal{}, err
	}
	if err := p.rules.Covers(l.On); err != nil {
		return Proposal{}, err
	}
	w := p.begin(&l, staff)
	for _, bundle := range w.bundles() {
		w.give(bundle)
	}
	return w.end(), nil
}

// itemName is what names an item, to be found in a map.
type itemName struct{ kind, id, part string }

func name(item task.Item) itemName { return itemName{item.Kind, item.ID, item.Part} }

// checkItems checks a list of items, none of them twice, and returns where each stands.
func checkItems(faults *customer.Faults, items []task.Item) map[itemName]int {
	faults.Within("items", len(items), 0, MaxItems)
	if len(items) > MaxItems {
		return nil
	}
	seen := make(map[itemName]int, len(items))
	for at, one := range items {
		var part customer.Faults
		one.Check(&part)
		if _, has := seen[name(one)]; has {
			part.Add("id", one.ID, "stands only once of its kind and part")
		}
		seen[name(one)] = at
		if len(part) > 0 {
			faults.Join(fmt.Sprintf("items[%d]", at), part)
		}
	}
	return seen
}

// compareTransfers orders transfers by customer, and what names the item.
func compareTransfers(a, b Transfer) int {
	return cmp.Or(cmp.Compare(a.Customer, b.Customer), a.Compare(b.Item))
}

// compareChecks orders the lines of a checklist.
func compareChecks(a, b Check) int {
	return cmp.Or(cmp.Compare(a.By, b.By), cmp.Compare(a.Who, b.Who), cmp.Compare(a.Customer, b.Customer), cmp.Compare(a.Duty, b.Duty))
}

// Return takes back what was handed over for a time. Items are those of the handover that are still
// open, as they are owned now: whatever the stand-in still has, or nobody, goes back on the day on
// which she is back; what is somebody else's by now stays there, and is said. What the items do not name is done,
// and what the handover did not pass on does not belong here.
func (p *Policy) Return(over Proposal, items []task.Item, staff *task.Staff) (Proposal, error) {
	var faults customer.Faults
	if checkAsked(&faults, staff, "back", over.Back); over.Back.Valid() && over.Back <= over.On {
		faults.Add("back", over.Back, "is after the first day without her")
	}
	if p == nil || p.loads == nil {
		faults.Add("policy", p, "is one that New has made")
	}
	checkSlash(&faults, "ref", over.Ref)
	open := checkItems(&faults, items)
	faults.Within("transfers", len(over.Transfers), 0, 2*MaxItems)
	passed := map[itemName]*Transfer{}
	for i := range over.Transfers[:min(len(over.Transfers), 2*MaxItems)] {
		passed[name(over.Transfers[i].Item)] = &over.Transfers[i]
	}
	for i := range items {
		if i < MaxItems && (passed[name(items[i])] == nil || passKey(passRef(over.Ref, "back", &items[i])) == "") {
			faults.Add(fmt.Sprintf("items[%d].id", i), items[i].ID, "is one that the handover has passed on")
		}
	}
	if err := faults.Err(); err != nil {
		return Proposal{}, err
	}
	if err := p.rules.Covers(over.Back); err != nil {
		return Proposal{}, err
	}
	if why, gone := staff.Gone(over.Person, over.Back); gone {
		why.Rule = p.rules.Name()
		return Proposal{}, &customer.Refusal{Rule: why.Rule, Missing: []customer.Reason{why}}
	}
	back := Proposal{Rule: p.rules.Name(), Ref: over.Ref, Person: over.Person, On: over.Back}
	for name, at := range open {
		item, was := items[at], passed[name]
		item.Skills = slices.Clone(item.Skills)
		if item.Owner == over.Person { // it has gone back already
			continue
		}
		if item.Owner != was.To && staff.Here(item.Owner, over.Back) {
			back.Stays = append(back.Stays, Stay{item, customer.Reason{Code: CodeElsewhere, Rule: back.Rule, Of: item.Owner}})
			continue
		}
		ref := passRef(over.Ref, "back", &item)
		back.Transfers = append(back.Transfers, Transfer{
			Item: item, From: item.Owner, To: over.Person, On: over.Back, Ref: ref, Key: passKey(ref),
			Reasons: []customer.Reason{{Code: CodeBack, Rule: back.Rule, Of: over.Person, On: over.Back}},
		})
	}
	slices.SortFunc(back.Transfers, compareTransfers)
	slices.SortFunc(back.Stays, func(a, b Stay) int { return cmp.Or(cmp.Compare(a.Customer, b.Customer), a.Compare(b.Item)) })
	back.list(p.tells(int64(over.Back-over.On)), &p.rules)
	return back, nil
}

// passKey is the key under which a transfer is booked; of a reference that can be none it is empty,
// which is checked with the item.
func passKey(ref string) string {
	key, _ := journal.Key("assign", ref)
	return key
}
