package agenda

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/rapport-crm/rapport/customer"
)

// Kind says where a task comes from. The zero Kind is refused.
type Kind uint8

// The kinds of tasks. Their texts are format.
const (
	// Visit is a regular visit or call, by her tier: see Visits.
	Visit Kind = iota + 1
	// Greeting is a card or a word on an occasion: see Greetings.
	Greeting
	// FollowUp asks after something that happened: see FollowUps.
	FollowUp
	// AtRisk goes to somebody who is about to leave; package lifecycle's list at risk says
	// who. See Plays for this and what follows.
	AtRisk
	// Onboarding goes to somebody who bought for the first time; package lifecycle's
	// playbooks say what.
	Onboarding
	// Play is what a playbook has for somebody in her stage.
	Play
	// WinBack is a rung of the ladder that wins somebody back.
	WinBack
)

// String returns the stored text.
func (k Kind) String() string {
	switch k {
	case Visit:
		return "visit"
	case Greeting:
		return "greeting"
	case FollowUp:
		return "follow-up"
	case AtRisk:
		return "at-risk"
	case Onboarding:
		return "onboarding"
	case Play:
		return "play"
	case WinBack:
		return "win-back"
	}
	return "kind " + strconv.Itoa(int(k))
}

// MarshalText writes the stored text; an unknown kind is an error.
func (k Kind) MarshalText() ([]byte, error) { return customer.WriteStored("agenda", k, WinBack) }

// UnmarshalText reads what MarshalText wrote.
func (k *Kind) UnmarshalText(text []byte) error {
	return customer.ReadStored("agenda", "kind", k, WinBack, text)
}

// Act is what is to be done: the part of a task that its rule decides.
type Act struct {
	// Purpose is what consent and caps take it for: one of the purposes of consent.Rules.
	Purpose string `json:"purpose"`
	// Channels it may go through, the preferred one first: 1 to MaxChannels.
	Channels []string `json:"channels"`
	// Skill is what somebody must be able to do for it, or be; empty: nothing special.
	Skill string `json:"skill,omitempty"`
	// Minutes is how long it takes: 0 to 1440. A contact time shorter than this will not do.
	Minutes int `json:"minutes,omitempty"`
	// Priority is from 0 to 1000; more goes first.
	Priority int `json:"priority,omitempty"`
	// Ask is the keys of the questions to ask, in their order: at most 100.
	Ask []string `json:"ask,omitempty"`
}

// MaxChannels is how many channels one act may have.
const MaxChannels = 8

func (a Act) check(faults *customer.Faults, path string) {
	faults.Name(path+"purpose", a.Purpose)
	if len(a.Channels) == 0 {
		faults.Add(path+"channels", "", "has a channel")
	}
	faults.Names(path+"channels", a.Channels, 0, MaxChannels)
	faults.Text(path+"skill", a.Skill)
	faults.Within(path+"minutes", a.Minutes, 0, 1440)
	faults.Within(path+"priority", a.Priority, 0, 1000)
	faults.Names(path+"ask", a.Ask, 0, 100)
}

func (a Act) clone() Act {
	a.Channels, a.Ask = slices.Clone(a.Channels), slices.Clone(a.Ask)
	return a
}

// ruleName is how reasons cite one rule of a book: "visits/1#gold-visit".
func ruleName(book customer.Edition, parts ...string) string {
	parts = slices.DeleteFunc(parts, func(part string) bool { return part == "" })
	if len(parts) == 0 {
		return book.Name()
	}
	return book.Name() + "#" + strings.Join(parts, "-")
}

// shift moves a day by so many days, to the first or last day there is at the most.
func shift(day customer.Date, days int) customer.Date {
	return customer.Date(min(max(int64(day)+int64(days), 1), int64(customer.MaxDate)))
}

// Task is one contact that ought to be made with one customer, within a window of days.
// It shares its Channels and Ask with the rule book: read them only.
type Task struct {
	// ID says what the task is for, and nothing else: whoever asks again gets the same
	// one. See TaskID.
	ID       string      `json:"id"`
	Kind     Kind        `json:"kind"`
	Rule     string      `json:"rule,omitempty"` // which rule of which book: "visits/1#gold-visit"
	Customer customer.ID `json:"customer"`
	Owner    string      `json:"owner,omitempty"` // her own person; empty: none
	Value    int64       `json:"value,omitempty"` // what is at stake, in the host's measure, 0 or more; more goes first
	Act

	From customer.Date `json:"from"` // the first day that will do
	Due  customer.Date `json:"due"`  // the day that is meant
	By   customer.Date `json:"by"`   // the last day that will do, included

	Reasons []customer.Reason `json:"reasons,omitempty"` // why there is such a task
}

// TaskID is the ID of what is to be done for a customer: the kind, the customer and what it
// is about, joined by slashes: "greeting/c-1/birthday/2027". A slash or a percent sign in
// a part is written as %2F or %25, so that no two tasks share an ID. The form is format.
func TaskID(kind Kind, id customer.ID, about ...string) string {
	var text strings.Builder
	text.WriteString(kind.String())
	part := func(s string) {
		text.WriteByte('/')
		if strings.ContainsAny(s, "/%") {
			s = strings.ReplaceAll(strings.ReplaceAll(s, "%", "%25"), "/", "%2F")
		}
		text.WriteString(s)
	}
	part(string(id))
	for _, s := range about {
		part(s)
	}
	return text.String()
}

// maxTaskID leaves room for a kind, a customer and three parts, every byte escaped.
const maxTaskID = 16 * customer.MaxText

// Compare orders tasks as they are served and listed: the earlier By first, then the
// higher Priority, the higher Value, and the smaller ID. What is overdue longest has the
// earliest Due; see CompareDue.
func (t Task) Compare(other Task) int {
	return cmp.Or(cmp.Compare(t.By, other.By), t.compareWorth(other))
}

// CompareDue orders tasks by how long they have been due, longest first, then as Compare.
func (t Task) CompareDue(other Task) int {
	return cmp.Or(cmp.Compare(t.Due, other.Due), t.Compare(other))
}

// comparePriority is Compare with the priority before the deadline.
func (t Task) comparePriority(other Task) int {
	return cmp.Or(cmp.Compare(other.Priority, t.Priority), t.Compare(other))
}

func (t Task) compareWorth(other Task) int {
	return cmp.Or(
		cmp.Compare(other.Priority, t.Priority),
		cmp.Compare(other.Value, t.Value),
		cmp.Compare(t.ID, other.ID),
	)
}
