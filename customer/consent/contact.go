package consent

import (
	"slices"
	"strconv"

	"github.com/rapport-crm/rapport/customer"
)

// Contact is a contact that was made with a customer, by whatever package, through whatever
// channel: caps count them all.
type Contact struct {
	On      customer.Date `json:"on"`
	Purpose string        `json:"purpose"`        // one that the rules do not know counts 1 in the caps on all purposes
	Task    string        `json:"task,omitempty"` // ID of the task that was done by it; empty: none
}

// MaxContacts is how many contacts one customer may have in one question.
const MaxContacts = 10_000

// CheckContacts notes the faults of a list of contacts.
func CheckContacts(faults *customer.Faults, path string, contacts []Contact) {
	if faults.Within(path, len(contacts), 0, MaxContacts); len(contacts) > MaxContacts {
		return
	}
	for i := range contacts {
		if !contacts[i].On.Valid() {
			faults.Add(path+"["+strconv.Itoa(i)+"].on", contacts[i].On, "is a day")
		}
	}
}

// Facts is what else is known of a customer at the moment: it comes from the host.
type Facts struct {
	OpenComplaint bool     // she waits for an answer to a complaint
	Invalid       []string // channels through which she cannot be reached: a number that does not exist, mail that comes back
	Hours         string   // the calendar of the hours in which she wants to be reached, by its name; empty: the channel's alone
	// Contacts are all that were made, of whatever package, as far back as the caps reach, in
	// any order: at most MaxContacts. Appointments ahead may stand among them.
	Contacts []Contact
}

// check notes the faults of the facts.
func (f *Facts) check(faults *customer.Faults, p *Policy) {
	if len(f.Invalid) > 0 {
		faults.Names("invalid", f.Invalid, 0, maxRules)
	}
	if f.Hours != "" {
		switch hers := p.calendars[f.Hours]; {
		case hers == nil:
			faults.Add("hours", f.Hours, "is one of the calendars of the policy")
		case hers.Location().String() != p.rules.Zone:
			faults.Add("hours", hers.Location(), "is a calendar in the zone "+p.rules.Zone)
		}
	}
	CheckContacts(faults, "contacts", f.Contacts)
}

// reaches reports whether she can be reached through a channel at all.
func (f *Facts) reaches(channel string) bool { return !slices.Contains(f.Invalid, channel) }
