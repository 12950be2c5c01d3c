package contact

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// Policy is a rule book of contacts, compiled. Each kind of command has a method of its name: it
// returns a [Decision], a *customer.Refusal with all that stands in the way, or customer.Faults. A
// policy is immutable and safe for concurrent use.
type Policy struct {
	rules    Rules
	zone     *time.Location
	name     string
	channels map[string]Channel
	targets  map[[2]string]int // by channel and purpose: seconds
}

var errNoPolicy = errors.New("contact: a policy comes from New")

// New checks the rules whole, returning customer.Faults, and compiles them. The zone must be the
// one that the rules name.
func New(rules Rules, zone *time.Location) (*Policy, error) {
	var faults customer.Faults
	rules.check(&faults)
	faults.Zone("zone", rules.Zone, zone)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	p := &Policy{rules: rules.clone(), zone: zone, name: rules.Name(), channels: map[string]Channel{}, targets: map[[2]string]int{}}
	for _, channel := range p.rules.Channels {
		p.channels[channel.ID] = channel
	}
	for _, target := range p.rules.Targets {
		p.targets[[2]string{target.Channel, target.Purpose}] = target.Seconds
	}
	return p, nil
}

// target returns how long a contact should take at most, in seconds; 0: as long as it takes.
func (p *Policy) target(channel, purpose string) int {
	if seconds, own := p.targets[[2]string{channel, purpose}]; own {
		return seconds
	}
	return p.targets[[2]string{channel, ""}]
}

// local returns an instant in the policy's zone, in which reasons are told; the zero Time as it is, and
// so what would be of a year there that JSON does not write.
func (p *Policy) local(at time.Time) time.Time {
	if at.IsZero() || p.zone == nil {
		return at
	}
	if there := at.In(p.zone); customer.DateOf(there, p.zone).Valid() {
		return there
	}
	return at
}

// draft is a decision in the making.
type draft = journal.Draft[File, Body, Form]

// begin begins a decision on a command in a file.
func (p *Policy) begin(f *File, step journal.Step, check func(*customer.Faults)) (*draft, error) {
	if p == nil || p.zone == nil {
		return nil, errNoPolicy
	}
	return journal.Begin(p.rules.Edition, p.zone, *f, f.Entries, step, check)
}

// signed returns a reason with the policy's name.
func (p *Policy) signed(reason customer.Reason) customer.Reason {
	reason.Rule = p.name
	return reason
}

// left notes a fault for what a command says that the policy has to say.
func left(faults *customer.Faults, path string, value any, none bool) {
	if !none {
		faults.Add(path, value, "is left to the policy")
	}
}

// many notes the faults of a list of at most so many items, each under its own path.
func many[T any](faults *customer.Faults, path string, list []T, most int, check func(*customer.Faults, *T)) {
	faults.Within(path, len(list), 0, most)
	for i := range list[:min(len(list), most)] {
		var one customer.Faults
		if check(&one, &list[i]); len(one) > 0 {
			faults.Join(fmt.Sprintf("%s[%d]", path, i), one)
		}
	}
}

// once notes a fault for each item of a list whose name stands there before.
func once[T any](faults *customer.Faults, path, field string, list []T, name func(*T) string) {
	for i := range list {
		named := name(&list[i])
		if slices.ContainsFunc(list[:i], func(one T) bool { return name(&one) == named }) {
			faults.Add(fmt.Sprintf("%s[%d].%s", path, i, field), named, "stands only once")
		}
	}
}

// hidden stands in a fault for what may be personal: errors end in logs.
const hidden = "…"

// note notes the fault of a note, which it does not repeat.
func note(faults *customer.Faults, path, text string) {
	told := len(*faults)
	faults.Note(path, text)
	hide((*faults)[told:])
}

// value notes the fault of a customer's data, which it does not repeat.
func value(faults *customer.Faults, path, text string) {
	told := len(*faults)
	faults.Text(path, text)
	hide((*faults)[told:])
}

func hide(faults customer.Faults) {
	for i := range faults {
		faults[i].Value = hidden
	}
}

// texts writes a list of texts in canonical form.
func texts(c *customer.Canonical, name string, list []string) {
	c.List(name, len(list), func(i int) { c.Text("name", list[i]) })
}
