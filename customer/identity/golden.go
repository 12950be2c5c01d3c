package identity

import (
	"cmp"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/rapport-crm/rapport/customer"
)

// Golden is several records read as one: the golden record. It is computed whenever it is asked for
// and stored nowhere, so that taking a link back leaves nothing behind. Printed, it hides what is
// personal.
type Golden struct {
	Root    customer.ID   `json:"root"`    // the oldest record
	Members []customer.ID `json:"members"` // all of them, oldest first
	Kind    Kind          `json:"kind"`
	Opened  Opened        `json:"opened"` // as the oldest record was

	Fields      []GoldenField      `json:"fields,omitempty"`      // that have a value, in the order of the rules; then those that the rules do not know, by name
	Identifiers []GoldenIdentifier `json:"identifiers,omitempty"` // in the order of the records' age, and of booking
	Documents   []GoldenIdentifier `json:"documents,omitempty"`   // likewise; all of them, whatever their days
	Class       GoldenClass        `json:"class,omitzero"`
	Owner       GoldenOwner        `json:"owner,omitzero"`
	Holders     []GoldenHolder     `json:"holders,omitempty"` // cardholders of all records
	Wishes      []Wish             `json:"wishes,omitempty"`  // how she wants to be called, by language
	Reasons     []customer.Reason  `json:"reasons,omitempty"` // what should be looked at

	entries  uint64
	declined []Declined
}

// Field returns what the golden record has of a field.
func (g Golden) Field(id string) (GoldenField, bool) {
	at := slices.IndexFunc(g.Fields, func(f GoldenField) bool { return f.Field == id })
	if at < 0 {
		return GoldenField{}, false
	}
	return g.Fields[at], true
}

// GoldenField is the value of a field that survived, with its day and its source.
type GoldenField struct {
	Known
	Record customer.ID     `json:"record"`           // that it comes from
	Why    customer.Reason `json:"why"`              // it was chosen
	Others []GoldenFact    `json:"others,omitempty"` // that were not, the best first
}

// GoldenFact is a fact that another one was chosen over.
type GoldenFact struct {
	Known
	Record customer.ID     `json:"record"`
	Why    customer.Reason `json:"why"` // the first thing in which it stands behind
}

// GoldenIdentifier is an identifier of any of the records.
type GoldenIdentifier struct {
	Held
	Status  Status          `json:"status"`
	Why     customer.Reason `json:"why"`     // it has that status
	Record  customer.ID     `json:"record"`  // whose row of it this is
	Records []customer.ID   `json:"records"` // that have it, oldest first
}

// Golden reads records as one, at an instant, which matters to what is valid. The records are those of
// a [Group], or those of which somebody wonders what they would be together: links are not looked at.
// Their order decides nothing. Records of different kinds, one that stands there twice and one that
// nobody has opened are customer.Faults.
//
// Of each field the value is read that its rule prefers: the one of the latest day, of the most trusted
// source, or the longest one. Where that leaves several, the one of the latest day, then the one told
// last, of the more trusted source, the surer one, of the older record, and in one record the one that
// was booked last. Facts that were struck do not count.
//
// Identifiers are united. Where several rows say different things of one, the latest news of it holds,
// and of two at one instant the stricter; but what is lost, stolen or stopped in one record is so in
// all. What leads nowhere is left out.
//
// The class is the one that began last, in whichever record, and of two that began on one day the one
// told last; the owner is that of the oldest record that has one; the customer is a key account if any
// of the records is one; how she wants to be called is as she said last.
func (g *Register) Golden(at time.Time, members ...Member) (Golden, error) {
	if g == nil || g.zone == nil {
		return Golden{}, errNoRegister
	}
	var faults customer.Faults
	faults.Instant("at", at)
	if len(members) == 0 {
		faults.Add("members", 0, "are one record at least")
	}
	checkMembers(&faults, members)
	for i := range members {
		if members[i].Record.Opened.Kind != members[0].Record.Opened.Kind {
			faults.Add("members", members[i].ID, "are all persons, or all organisations")
			break
		}
	}
	if err := faults.Err(); err != nil {
		return Golden{}, err
	}
	members = slices.Clone(members)
	slices.SortFunc(members, func(a, b Member) int { return older(a.Record.Opened.At, a.ID, b.Record.Opened.At, b.ID) })
	golden := Golden{Root: members[0].ID, Kind: members[0].Record.Opened.Kind, Opened: members[0].Record.Opened}
	for i := range members {
		golden.Members = append(golden.Members, members[i].ID)
		golden.entries += members[i].Record.Entries
	}
	golden.Fields = g.fieldsOf(members)
	g.unite(&golden, members, at)
	g.relate(&golden, members, at)
	joinDeclined(&golden, members)
	g.dispute(&golden, members)
	return golden, nil
}

// fact is a fact of one of several records, with what it is judged by.
type fact struct {
	*Known
	member, row int // of the members by age; in booking order
	trust       int
	length      int
}

func (g *Register) judged(known *Known, member, row int) fact {
	one := fact{Known: known, member: member, row: row, length: utf8.RuneCountInString(known.Value)}
	if source := g.sources[known.Source]; source != nil {
		one.trust = source.Trust
	}
	return one
}

// fieldsOf chooses the value of each field.
func (g *Register) fieldsOf(members []Member) (all []GoldenField) {
	facts := map[string][]fact{}
	for i := range members {
		for k := range members[i].Record.Facts {
			known := &members[i].Record.Facts[k]
			if !known.Counts() {
				continue
			}
			facts[known.Field] = append(facts[known.Field], g.judged(known, i, k))
		}
	}
	for i := range g.rules.Fields {
		id := g.rules.Fields[i].ID
		if list := facts[id]; len(list) > 0 {
			all = append(all, g.choose(members, list, g.rules.Fields[i].Survive))
			delete(facts, id)
		}
	}
	old := len(all)
	for _, list := range facts { // a field that the rules had once
		all = append(all, g.choose(members, list, Newest))
	}
	slices.SortFunc(all[old:], func(a, b GoldenField) int { return cmp.Compare(a.Field, b.Field) })
	return all
}

// choose chooses among the facts of a field.
func (g *Register) choose(members []Member, facts []fact, survive Survival) GoldenField {
	slices.SortFunc(facts, func(a, b fact) int { return g.prefer(members, &a, &b, survive, nil) })
	best := &facts[0]
	chosen := GoldenField{Known: *best.Known, Record: members[best.member].ID}
	agree := true
	if len(facts) > 1 {
		chosen.Others = make([]GoldenFact, 0, len(facts)-1)
	}
	for i := 1; i < len(facts); i++ {
		one := &facts[i]
		why := customer.Reason{}
		g.prefer(members, best, one, survive, &why)
		if one.Value == best.Value {
			why = customer.Reason{Code: CodeSameValue, Of: one.Source, On: one.On}
		} else {
			agree = false
		}
		why.Rule = g.rules.Name()
		chosen.Others = append(chosen.Others, GoldenFact{*one.Known, members[one.member].ID, why})
	}
	chosen.Why = customer.Reason{Code: CodeOnlyValue, Rule: g.rules.Name(), Of: best.Source, On: best.On}
	if !agree {
		switch survive {
		case Newest:
			chosen.Why.Code = CodeNewest
		case MostTrusted:
			chosen.Why.Code, chosen.Why.Fact = CodeMostTrusted, int64(best.trust)
		case MostComplete:
			chosen.Why.Code, chosen.Why.Fact = CodeMostComplete, int64(best.length)
		}
	}
	return chosen
}

// prefer orders facts of a field, the one that is chosen before the other. It is 0 only of a fact and
// itself. Why, unless nil, gets the first thing in which the second stands behind.
func (g *Register) prefer(members []Member, a, b *fact, survive Survival, why *customer.Reason) int {
	behind := func(reason customer.Reason) {
		if why != nil {
			*why = reason
		}
	}
	trust := func() int { return cmp.Compare(b.trust, a.trust) }
	lessTrusted := customer.Reason{Code: CodeLessTrusted, Of: b.Source, Fact: int64(b.trust), Mark: int64(a.trust)}
	switch survive {
	case MostTrusted:
		if order := trust(); order != 0 {
			behind(lessTrusted)
			return order
		}
	case MostComplete:
		if order := cmp.Compare(b.length, a.length); order != 0 {
			behind(customer.Reason{Code: CodeShorter, Of: b.Source, Fact: int64(b.length), Mark: int64(a.length)})
			return order
		}
	case Newest:
	}
	if order := cmp.Compare(b.On, a.On); order != 0 {
		behind(customer.Reason{Code: CodeOlderValue, Of: b.Source, On: b.On, By: a.On})
		return order
	}
	if order := b.At.Compare(a.At); order != 0 {
		behind(customer.Reason{Code: CodeToldEarlier, Of: b.Source, At: b.At.In(g.zone), Until: a.At.In(g.zone)})
		return order
	}
	if order := trust(); order != 0 {
		behind(lessTrusted)
		return order
	}
	if order := cmp.Compare(b.Permille, a.Permille); order != 0 {
		behind(customer.Reason{Code: CodeLessSure, Of: b.Source, Fact: int64(b.Permille), Mark: int64(a.Permille), Unit: customer.UnitPermille})
		return order
	}
	if order := cmp.Compare(a.member, b.member); order != 0 {
		behind(customer.Reason{Code: CodeYoungerRecord, Of: string(members[b.member].ID)})
		return order
	}
	behind(customer.Reason{Code: CodeToldEarlier, Of: b.Source, At: b.At.In(g.zone), Until: a.At.In(g.zone)})
	return cmp.Compare(b.row, a.row)
}

// unite puts the identifiers of all records together.
func (g *Register) unite(golden *Golden, members []Member, at time.Time) {
	type days struct {
		Token
		from, last customer.Date
	}
	places := map[days]int{}
	rows := 0
	for i := range members {
		rows += len(members[i].Record.Identifiers)
	}
	all := make([]GoldenIdentifier, 0, rows)
	for i := range members {
		for k := range members[i].Record.Identifiers {
			held := &members[i].Record.Identifiers[k]
			status, why := held.status(at)
			one := GoldenIdentifier{Held: *held, Status: status, Why: why, Record: members[i].ID, Records: []customer.ID{members[i].ID}}
			place, found := places[days{held.Token, held.From, held.LastDay}]
			if !found {
				places[days{held.Token, held.From, held.LastDay}] = len(all)
				all = append(all, one)
				continue
			}
			was := &all[place]
			if records := was.Records; records[len(records)-1] != members[i].ID {
				was.Records = append(records, members[i].ID)
			}
			if overrides(&one, was) {
				one.Records = was.Records
				*was = one
			}
		}
	}
	for _, one := range all {
		if one.Status == Invalid {
			continue
		}
		if one.Why.Rule = g.rules.Name(); !one.Why.At.IsZero() {
			one.Why.At = one.Why.At.In(g.zone)
		}
		if scheme := g.schemes[one.Scheme]; scheme != nil && scheme.Document {
			golden.Documents = append(golden.Documents, one)
		} else {
			golden.Identifiers = append(golden.Identifiers, one)
		}
	}
}

// overrides reports whether what a row says of an identifier holds instead of what another one says.
func overrides(a, b *GoldenIdentifier) bool {
	if (a.Status == Blocked) != (b.Status == Blocked) {
		return a.Status == Blocked
	}
	if order := a.Held.news().Compare(b.Held.news()); order != 0 {
		return order > 0
	}
	return a.Status > b.Status
}

// news is when something was last heard of an identifier.
func (h *Held) news() time.Time {
	last := h.At
	for _, at := range [...]time.Time{h.Confirmed, h.Ended, h.Flawed.At, h.Flawed.Restored} {
		if at.After(last) {
			last = at
		}
	}
	return last
}

// dispute names those of the records of which somebody has said that they are distinct.
func (g *Register) dispute(golden *Golden, members []Member) {
	here := make(map[customer.ID]bool, len(members))
	for i := range members {
		here[members[i].ID] = true
	}
	for i := range members {
		for k := range members[i].Record.Distincts {
			parted := &members[i].Record.Distincts[k]
			if parted.Stands() && here[parted.To] {
				golden.Reasons = append(golden.Reasons, customer.Reason{
					Code: CodeGroupDistinct, Rule: g.rules.Name(), Of: string(parted.To), At: parted.At.In(g.zone),
				})
			}
		}
	}
}
