package consent

import (
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport/customer"
)

// Evidence is what shows that she said it. Who took it down, and when, stands beside it.
type Evidence struct {
	// Notice, Version and Hash are the text that she was shown, and Hash is of the text itself.
	// All three or none.
	Notice  string `json:"notice,omitempty"`
	Version int    `json:"version,omitempty"`
	Hash    string `json:"hash,omitempty"`
	Medium  string `json:"medium,omitempty"` // "paper", "web", "phone", "till"
	Record  string `json:"record,omitempty"` // where it can be found: the form, the recording
}

func (v Evidence) canonical(c *customer.Canonical) {
	c.Text("notice", v.Notice)
	c.Int("version", int64(v.Version))
	c.Text("hash", v.Hash)
	c.Text("medium", v.Medium)
	c.Text("record", v.Record)
}

// check notes the faults of what shows it; a yes needs at least a medium.
func (v Evidence) check(faults *customer.Faults, yes bool) {
	faults.Text("evidence.notice", v.Notice)
	if v.Notice == "" {
		if v.Version != 0 || v.Hash != "" {
			faults.Add("evidence.notice", "", "is there where a version or a hash is")
		}
	} else {
		faults.Within("evidence.version", v.Version, 1, maxVersion)
		if !isHash(v.Hash) {
			faults.Add("evidence.hash", v.Hash, ruleHash)
		}
	}
	if yes {
		faults.Name("evidence.medium", v.Medium)
	} else {
		faults.Text("evidence.medium", v.Medium)
	}
	faults.Text("evidence.record", v.Record)
}

// Recipient is what she was told of a third party: as of a Party, on the day she said yes.
type Recipient struct {
	Name    string   `json:"name"`
	Contact string   `json:"contact"`
	Way     string   `json:"way"`
	Data    []string `json:"data"`
}

// IsZero reports whether nobody was told of.
func (r Recipient) IsZero() bool {
	return r.Name == "" && r.Contact == "" && r.Way == "" && len(r.Data) == 0
}

func (r Recipient) check(faults *customer.Faults, path string) {
	faults.Name(path+"name", r.Name)
	faults.Name(path+"contact", r.Contact)
	faults.Name(path+"way", r.Way)
	faults.Names(path+"data", r.Data, 1, maxRules)
}

func (p *Party) recipient() Recipient {
	return Recipient{p.Name, p.Contact, p.Way, slices.Clone(p.Data)}
}

// Scope is what a no is about. The zero Scope is all that the shop itself does, and not what third
// parties do; Parties makes it an end of everything.
type Scope struct { //nolint:recvcheck // a value, read in place
	Purposes []string `json:"purposes,omitempty"` // none: every purpose; at most 100
	Channels []string `json:"channels,omitempty"` // none: every channel, and what has none; at most 100
	Party    string   `json:"party,omitempty"`    // empty: the shop itself
	// Parties says that it is about the shop and every third party.
	Parties bool `json:"parties,omitempty"`
}

func (s *Scope) canonical(c *customer.Canonical) {
	c.List("purposes", len(s.Purposes), func(i int) { c.Text("id", s.Purposes[i]) })
	c.List("channels", len(s.Channels), func(i int) { c.Text("id", s.Channels[i]) })
	c.Text("party", s.Party)
	c.Bool("parties", s.Parties)
}

func (s *Scope) check(faults *customer.Faults) {
	faults.Names("purposes", s.Purposes, 0, maxRules)
	faults.Names("channels", s.Channels, 0, maxRules)
	faults.Text("party", s.Party)
	if s.Parties && s.Party != "" {
		faults.Add("party", s.Party, "is empty where it is about all of them")
	}
}

// clone returns a scope that shares nothing with the command's.
func (s Scope) clone() Scope {
	s.Purposes, s.Channels = slices.Clone(s.Purposes), slices.Clone(s.Channels)
	return s
}

// covers reports whether a no is about a question.
func (s *Scope) covers(q *Question) bool {
	return (s.Parties || s.Party == q.Party) &&
		(len(s.Purposes) == 0 || slices.Contains(s.Purposes, q.Purpose)) &&
		(len(s.Channels) == 0 || slices.Contains(s.Channels, q.Channel))
}

// checkScope notes the faults of a scope that names what neither the rules know nor she has said yes to:
// what the rules have dropped she takes back as well.
func (p *Policy) checkScope(faults *customer.Faults, s *Scope, c *Consents) {
	check := func(path, name, rule string, all map[string]int, of func(*Grant) string) {
		if _, known := all[name]; known {
			return
		}
		for i := range c.Grants {
			if of(&c.Grants[i]) == name {
				return
			}
		}
		faults.Add(path, name, rule)
	}
	for i, purpose := range s.Purposes[:min(len(s.Purposes), maxRules)] {
		check(fmt.Sprintf("purposes[%d]", i), purpose, rulePurpose, p.purposes, func(g *Grant) string { return g.Purpose })
	}
	for i, channel := range s.Channels[:min(len(s.Channels), maxRules)] {
		check(fmt.Sprintf("channels[%d]", i), channel, ruleChannel, p.channels, func(g *Grant) string { return g.Channel })
	}
	if s.Party != "" {
		check("party", s.Party, ruleParty, p.parties, func(g *Grant) string { return g.Party })
	}
}

func (p *Policy) checkParty(faults *customer.Faults, party string) {
	if _, known := p.parties[party]; party != "" && !known {
		faults.Add("party", party, ruleParty)
	}
}

const (
	rulePurpose = "is a purpose of the rules"
	ruleChannel = "is a channel of the rules"
	ruleParty   = "is a party of the rules"
)

// find finds the places of a question, noting the faults of one that cannot be asked.
func (p *Policy) find(faults *customer.Faults, path string, q *Question) (purpose int, known bool) {
	purpose, known = p.purposes[q.Purpose]
	if !known {
		faults.Add(path+"purpose", q.Purpose, rulePurpose)
	}
	switch _, channel := p.channels[q.Channel]; {
	case known && p.rules.Purposes[purpose].Silent:
		if q.Channel != "" {
			faults.Add(path+"channel", q.Channel, fmt.Sprintf("is empty: %s contacts nobody", q.Purpose))
		}
	case !channel:
		faults.Add(path+"channel", q.Channel, ruleChannel)
	}
	return purpose, known
}
