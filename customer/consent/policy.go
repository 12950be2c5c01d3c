package consent

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
)

// Policy is the compiled rule book. It is immutable and safe for concurrent use.
type Policy struct {
	rules     Rules
	name      string
	zone      *time.Location
	calendars Calendars
	channels  map[string]int
	purposes  map[string]int
	parties   map[string]int
	hours     []*calendar.Calendar // by channel; nil: at any time
	names     []string             // by purpose, as reasons cite it
	uses      []Purpose            // by Use: the purposes, and at the end one unknown to the rules
	texts     map[Notice]bool
	caps      []compiledCap
	memory    customer.Date // the longest of the caps and of ApartDays: no contact matters for longer
}

type compiledCap struct {
	name    string
	most    int
	days    customer.Date
	weights []int // by Use
}

var errNoPolicy = errors.New("consent: a policy comes from New")

// New checks the rules whole, returning customer.Faults, and compiles them. The host loads the zone
// and passes it, and the calendars that channels, and customers with hours of their own, name.
func New(rules Rules, calendars Calendars, zone *time.Location) (*Policy, error) {
	var faults customer.Faults
	rules.Edition.Check(&faults)
	faults.Zone("zone", rules.Zone, zone)
	p := &Policy{
		rules: rules, name: rules.Name(), zone: zone, calendars: maps.Clone(calendars),
		channels: map[string]int{}, purposes: map[string]int{}, parties: map[string]int{}, texts: map[Notice]bool{},
	}
	p.addChannels(&faults)
	p.addNotices(&faults)
	p.addPurposes(&faults)
	p.addParties(&faults)
	p.addCaps(&faults)
	faults.Within("apart_days", rules.ApartDays, 0, 366)
	faults.Within("guardian_under_years", rules.GuardianUnderYears, 0, 100)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	p.memory = customer.Date(rules.ApartDays)
	for _, one := range p.caps {
		p.memory = max(p.memory, one.days)
	}
	p.rules.Notices, p.rules.Caps = nil, nil // compiled
	return p, nil
}

// The most of each list of rules.
const (
	maxRules   = 100 // channels, purposes, parties, caps
	maxNotices = 1000
)

// once notes the faults of an ID that stands only once, and gives it its place.
func once(faults *customer.Faults, path, id string, seen map[string]int) {
	faults.Name(path+"id", id)
	if _, twice := seen[id]; twice {
		faults.Add(path+"id", id, "stands only once")
	}
	seen[id] = len(seen)
}

func (p *Policy) addChannels(faults *customer.Faults) {
	faults.Within("channels", len(p.rules.Channels), 1, maxRules)
	p.rules.Channels = slices.Clone(p.rules.Channels)
	for i, channel := range p.rules.Channels[:min(len(p.rules.Channels), maxRules)] {
		path := fmt.Sprintf("channels[%d].", i)
		once(faults, path, channel.ID, p.channels)
		hours := p.calendars[channel.Hours]
		if channel.Hours != "" && hours == nil {
			faults.Add(path+"hours", channel.Hours, "is one of the calendars that the host passes")
		}
		if channel.Hours == "" {
			hours = nil
		}
		if hours != nil && hours.Location().String() != p.rules.Zone {
			faults.Add(path+"hours", hours.Location(), "is a calendar in the zone "+p.rules.Zone)
		}
		faults.Within(path+"confirm_days", channel.ConfirmDays, 0, 366)
		p.hours = append(p.hours, hours)
	}
}

func (p *Policy) addNotices(faults *customer.Faults) {
	faults.Within("notices", len(p.rules.Notices), 0, maxNotices)
	seen := map[Notice]bool{}
	for i, notice := range p.rules.Notices[:min(len(p.rules.Notices), maxNotices)] {
		path := fmt.Sprintf("notices[%d].", i)
		faults.Name(path+"id", notice.ID)
		faults.Within(path+"version", notice.Version, 1, maxVersion)
		if !isHash(notice.Hash) {
			faults.Add(path+"hash", notice.Hash, ruleHash)
		}
		if seen[Notice{ID: notice.ID, Version: notice.Version}] {
			faults.Add(path+"version", notice.Version, "stands only once")
		}
		seen[Notice{ID: notice.ID, Version: notice.Version}] = true
		p.texts[notice] = true
	}
}

// checkNotice notes the faults of a notice that a rule asks for.
func (p *Policy) checkNotice(faults *customer.Faults, path, notice string, since int) {
	faults.Text(path+"notice", notice)
	faults.Within(path+"since_notice", since, 0, maxVersion)
	if notice == "" {
		if since != 0 {
			faults.Add(path+"since_notice", since, "is absent without a notice")
		}
		return
	}
	for known := range p.texts {
		if known.ID == notice && known.Version >= since {
			return
		}
	}
	faults.Add(path+"notice", notice, fmt.Sprintf("is one of the notices, in version %d or later", max(since, 1)))
}

func (p *Policy) addPurposes(faults *customer.Faults) {
	faults.Within("purposes", len(p.rules.Purposes), 1, maxRules)
	p.rules.Purposes = slices.Clone(p.rules.Purposes)
	for i := range p.rules.Purposes[:min(len(p.rules.Purposes), maxRules)] {
		purpose := &p.rules.Purposes[i]
		path := fmt.Sprintf("purposes[%d].", i)
		once(faults, path, purpose.ID, p.purposes)
		p.names = append(p.names, ruleName(p.rules.Edition, purpose.ID))
		least, most := 1, 100
		if purpose.Uncapped || purpose.Silent {
			least = 0
		}
		if purpose.Silent {
			most = 0
		}
		faults.Within(path+"weight", purpose.Weight, least, most)
		if purpose.Silent && len(purpose.Channels) > 0 {
			faults.Add(path+"channels", len(purpose.Channels), "are absent where nobody is contacted")
		}
		if purpose.Silent && purpose.Uncapped {
			faults.Add(path+"uncapped", true, "is absent where nobody is contacted")
		}
		if purpose.Silent && purpose.DespiteComplaint {
			faults.Add(path+"despite_complaint", true, "is absent where nobody is contacted")
		}
		faults.Names(path+"channels", purpose.Channels, 0, maxRules)
		p.known(faults, path+"channels", purpose.Channels, p.channels, "is one of the channels")
		purpose.Channels = slices.Clone(purpose.Channels)
		faults.Text(path+"basis", purpose.Basis)
		faults.Within(path+"valid_months", purpose.ValidMonths, 0, 1200)
		faults.Within(path+"renew_days", purpose.RenewDays, 0, 366)
		if purpose.RenewDays > 0 && purpose.ValidMonths == 0 {
			faults.Add(path+"renew_days", purpose.RenewDays, "is absent where a yes does not end")
		}
		faults.Within(path+"ask_again_days", purpose.AskAgainDays, 0, 36_600)
		p.checkNotice(faults, path, purpose.Notice, purpose.SinceNotice)
	}
	p.uses = append(slices.Clone(p.rules.Purposes), Purpose{Weight: 1})
}

// known notes the faults of names that nothing has.
func (*Policy) known(faults *customer.Faults, path string, names []string, all map[string]int, rule string) {
	for i, name := range names[:min(len(names), maxRules)] {
		if _, known := all[name]; !known {
			faults.Add(fmt.Sprintf("%s[%d]", path, i), name, rule)
		}
	}
}

func (p *Policy) addParties(faults *customer.Faults) {
	faults.Within("parties", len(p.rules.Parties), 0, maxRules)
	p.rules.Parties = slices.Clone(p.rules.Parties)
	for i := range p.rules.Parties[:min(len(p.rules.Parties), maxRules)] {
		party := &p.rules.Parties[i]
		path := fmt.Sprintf("parties[%d].", i)
		once(faults, path, party.ID, p.parties)
		party.recipient().check(faults, path)
		faults.Names(path+"purposes", party.Purposes, 1, maxRules)
		p.known(faults, path+"purposes", party.Purposes, p.purposes, "is one of the purposes")
		party.Data, party.Purposes = slices.Clone(party.Data), slices.Clone(party.Purposes)
		p.checkNotice(faults, path, party.Notice, party.SinceNotice)
	}
}

func (p *Policy) addCaps(faults *customer.Faults) {
	faults.Within("caps", len(p.rules.Caps), 0, maxRules)
	seen := map[string]int{}
	for i, rule := range p.rules.Caps[:min(len(p.rules.Caps), maxRules)] {
		path := fmt.Sprintf("caps[%d].", i)
		once(faults, path, rule.ID, seen)
		faults.Within(path+"most", rule.Most, 1, 10_000)
		faults.Within(path+"days", rule.Days, 1, 366)
		faults.Names(path+"purposes", rule.Purposes, 0, maxRules)
		p.known(faults, path+"purposes", rule.Purposes, p.purposes, "is one of the purposes")
		one := compiledCap{
			name: ruleName(p.rules.Edition, rule.ID), most: rule.Most, days: customer.Date(rule.Days),
			weights: make([]int, len(p.uses)),
		}
		for j, purpose := range p.uses {
			if len(rule.Purposes) > 0 && !slices.Contains(rule.Purposes, purpose.ID) {
				continue
			}
			one.weights[j] = purpose.Weight
			if !purpose.Uncapped && purpose.Weight > max(rule.Most, 1) { // one below 1 is told above
				faults.Add(path+"most", rule.Most, fmt.Sprintf("is at least the weight of %s, %d", purpose.ID, purpose.Weight))
			}
		}
		p.caps = append(p.caps, one)
	}
}

// Edition is the edition of the rules.
func (p *Policy) Edition() customer.Edition { return p.rules.Edition }

// Location is the zone in which days are read; that of the zero Policy is nil.
func (p *Policy) Location() *time.Location { return p.zone }

// Purposes returns the purposes of the rules, in their order. They are to be read only.
func (p *Policy) Purposes() []Purpose { return slices.Clone(p.rules.Purposes) }

// Channels returns the channels of the rules, in their order.
func (p *Policy) Channels() []Channel { return slices.Clone(p.rules.Channels) }

// Hours returns the calendar of a channel: outside of its open time it is quiet. Nil: she may be
// reached through it at any time, or there is no such channel.
func (p *Policy) Hours(channel string) *calendar.Calendar {
	at, known := p.channels[channel]
	if !known {
		return nil
	}
	return p.hours[at]
}

// ruleName is how reasons cite one rule of a book: "contact/1#phone-care".
func ruleName(book customer.Edition, parts ...string) string {
	parts = slices.DeleteFunc(parts, func(part string) bool { return part == "" })
	return book.Name() + "#" + strings.Join(parts, "-")
}

const maxVersion = 1_000_000

// Hash is the SHA-256 of a text as 64 hexadecimal digits: what says which text it was, to the
// last byte, wherever the text itself is kept.
func Hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

const ruleHash = "is the SHA-256 of the text, as 64 hexadecimal digits in small letters"

func isHash(text string) bool {
	return len(text) == 2*sha256.Size && strings.Trim(text, "0123456789abcdef") == ""
}
