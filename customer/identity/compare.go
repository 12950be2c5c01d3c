package identity

import (
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport/customer"
)

// Comparison is what speaks for two records being of one customer, and what against.
type Comparison struct {
	Pair      // which a Link of the two takes
	Score int `json:"score"`
	// Candidate says that somebody should look at them: the score reaches the mark, they are of one
	// kind, not linked, and nobody has said that they are distinct.
	Candidate bool              `json:"candidate"`
	Reasons   []customer.Reason `json:"reasons"` // each match that says something, in the order of the rules; then what it comes to
}

// Compare holds two records against each other, in either order. What they share with many others counts
// less: how many customers have it is looked up in the directory, where linked records are one, and so is
// whether these two are linked over others; without a directory, nil, there is nobody but these two. It
// decides nothing: a link is made by whoever has evidence.
func (g *Register) Compare(directory *Directory, a, b Member) Comparison {
	result := Comparison{Pair: PairOf(a, b)}
	if g == nil || g.zone == nil { // which knows nothing to say
		return result
	}
	if a.ID != result.Older {
		a, b = b, a
	}
	holders := func(match int, one trait[string]) int {
		if directory == nil {
			return 2
		}
		return max(2, directory.holders(Token{g.rules.Matches[match].Scheme, one.issuer, one.value}, a.Record.Opened.Kind))
	}
	weighed := func(says told) { result.Reasons = append(result.Reasons, g.says(says)) }
	if a.Record.Opened.Kind == b.Record.Opened.Kind {
		result.Score = weigh(g, g.traits(&a.Record), g.traits(&b.Record), holders, weighed)
	}
	g.judge(&result, &a.Record, &b.Record, directory.joins(a.ID, b.ID))
	return result
}

// says is what a match says, as a reason.
func (g *Register) says(one told) customer.Reason {
	r := customer.Reason{Code: CodeMatchSame, Rule: g.rules.Name(), Of: g.rules.Matches[one.match].ID, Fact: int64(one.score)}
	switch {
	case one.score < 0:
		r.Code = CodeMatchDiffers
	case one.holders > 2:
		r.Code, r.Mark = CodeMatchShared, int64(one.holders)
	}
	return r
}

// judge says whether two compared records are candidates, and why not. Root is that of both, where they
// are linked, over however many others.
func (g *Register) judge(c *Comparison, a, b *Record, root customer.ID) {
	c.Candidate = g.rules.CandidateAt > 0 && c.Score >= g.rules.CandidateAt
	bar := func(reason customer.Reason) {
		c.Candidate = false
		reason.Rule = g.rules.Name()
		c.Reasons = append(c.Reasons, reason)
	}
	if a.Opened.Kind != b.Opened.Kind {
		bar(customer.Reason{Code: CodeLinkKinds, Of: string(c.Older)})
	}
	if i := b.linked(c.Older); i >= 0 {
		bar(customer.Reason{Code: CodeLinkThere, Of: string(c.Older), At: b.Links[i].At.In(g.zone)})
	} else if root != "" && c.Older != c.Younger {
		bar(customer.Reason{Code: CodeLinkJoined, Of: string(root)})
	}
	if i := b.parted(c.Older); i >= 0 {
		bar(customer.Reason{Code: CodeLinkDistinct, Of: string(c.Older), At: b.Distincts[i].At.In(g.zone)})
	}
	if c.Older == c.Younger {
		bar(customer.Reason{Code: CodeCompareSelf, Of: string(c.Older)})
	}
	last := customer.Reason{Code: CodeNoCandidate, Rule: g.rules.Name(), Fact: int64(c.Score), Mark: int64(g.rules.CandidateAt)}
	if c.Score >= g.rules.CandidateAt && g.rules.CandidateAt > 0 {
		last.Code = CodeCandidate
	}
	c.Reasons = append(c.Reasons, last)
}

// MaxBlock is how many records may have one thing in common and still be compared with each other for
// that thing alone.
const MaxBlock = 50

// Candidates are pairs of records that somebody should look at.
type Candidates struct {
	Pairs []Comparison `json:"pairs,omitempty"` // by falling score; then by the age of the older record, and of the younger
	// Compared is how many pairs were held against each other.
	Compared int `json:"compared"`
	// Skipped says, for each match, how many things more than MaxBlock records have in common: those
	// were compared only where they have another thing in common.
	Skipped []customer.Reason `json:"skipped,omitempty"`
}

// Candidates finds the candidates among records, in whatever order these are given, without comparing
// each with each. What it finds is what Compare finds with a directory of these records. Two records are
// compared if they have something in common that speaks for them. What more than MaxBlock of them have
// in common, as a frequent name, makes them be compared only together with another such thing, as a
// birth date, that at most MaxBlock of them share besides. So the work grows with the number of records,
// and Skipped says where it did not look.
func (g *Register) Candidates(members []Member) (Candidates, error) {
	if g == nil || g.zone == nil {
		return Candidates{}, errNoRegister
	}
	s, err := newSearch(g, members)
	if err != nil {
		return Candidates{}, err
	}
	pairs := s.pairs()
	found := Candidates{Compared: len(pairs), Skipped: s.told()}
	if g.rules.CandidateAt == 0 {
		return found, nil
	}
	holders := func(_ int, one trait[int32]) int { return s.blocks[one.value].customers }
	for _, pair := range pairs {
		a, b := int32(pair>>32), int32(pair&(1<<32-1))
		if weigh(g, s.traits[a], s.traits[b], holders, nil) < g.rules.CandidateAt {
			continue
		}
		one := Comparison{Pair: PairOf(s.members[a], s.members[b])}
		one.Score = weigh(g, s.traits[a], s.traits[b], holders, func(says told) { one.Reasons = append(one.Reasons, g.says(says)) })
		if g.judge(&one, &s.members[a].Record, &s.members[b].Record, s.joined.joins(one.Older, one.Younger)); one.Candidate {
			found.Pairs = append(found.Pairs, one)
		}
	}
	slices.SortStableFunc(found.Pairs, func(a, b Comparison) int { return b.Score - a.Score }) // they come by age
	return found, nil
}

// search is records in the order of their age, with numbers for what they have.
type search struct {
	g       *Register
	joined  *graph
	members []Member
	traits  [][][]trait[int32]
	blocks  []block
	skipped []int // by match
}

// block is the records that have one thing.
type block struct {
	match     int
	members   []int32
	customers int // of shared schemes: how many have it
}

func newSearch(g *Register, members []Member) (*search, error) {
	joined, err := newGraph(members)
	if err != nil {
		return nil, err
	}
	s := &search{g: g, joined: joined, members: slices.Clone(members), traits: make([][][]trait[int32], len(members)), skipped: make([]int, len(g.rules.Matches))}
	slices.SortFunc(s.members, func(a, b Member) int { return older(a.Record.Opened.At, a.ID, b.Record.Opened.At, b.ID) })
	type thing struct {
		match int
		kind  Kind
		trait[string]
	}
	places, issuers := map[thing]int32{}, map[string]int32{}
	number := func(m int, kind Kind, one trait[string]) trait[int32] {
		issuer, found := issuers[one.issuer]
		if !found {
			issuer = int32(len(issuers))
			issuers[one.issuer] = issuer
		}
		place, found := places[thing{m, kind, one}]
		if !found {
			place = int32(len(s.blocks))
			places[thing{m, kind, one}] = place
			s.blocks = append(s.blocks, block{match: m})
		}
		return trait[int32]{issuer, place}
	}
	for i := range s.members {
		s.traits[i] = make([][]trait[int32], len(g.rules.Matches))
		for m, list := range g.traits(&s.members[i].Record) {
			for _, one := range list {
				n := number(m, s.members[i].Record.Opened.Kind, one)
				s.traits[i][m] = append(s.traits[i][m], n)
				s.blocks[n.value].members = append(s.blocks[n.value].members, int32(i))
			}
			slices.SortFunc(s.traits[i][m], compareTraits)
		}
	}
	for i := range s.blocks {
		if one := &s.blocks[i]; g.shared(one.match) {
			roots := make([]int, len(one.members))
			for k, member := range one.members {
				roots[k] = joined.root(joined.at[s.members[member].ID])
			}
			slices.Sort(roots)
			one.customers = len(slices.Compact(roots))
		}
	}
	return s, nil
}

// speaks reports whether what a block has in common speaks for its records.
func (s *search) speaks(one int32) bool { return s.g.rules.Matches[s.blocks[one].match].Score > 0 }

// pairs returns the pairs to compare, each once: the older one in the upper half, in order.
func (s *search) pairs() []uint64 {
	var all []uint64
	for one := range s.blocks {
		members := s.blocks[one].members
		switch {
		case len(members) < 2 || !s.speaks(int32(one)):
		case len(members) <= MaxBlock:
			all = each(all, members)
		default:
			s.skipped[s.blocks[one].match]++
			all = s.divide(all, int32(one))
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// divide adds the pairs of a large block that have something else in common of which there are many.
// What few have is a block of its own.
func (s *search) divide(all []uint64, large int32) []uint64 {
	parts := map[int32][]int32{}
	for _, i := range s.blocks[large].members {
		for m := range s.traits[i] {
			for _, one := range s.traits[i][m] {
				if one.value > large && len(s.blocks[one.value].members) > MaxBlock && s.speaks(one.value) {
					parts[one.value] = append(parts[one.value], i)
				}
			}
		}
	}
	for _, members := range parts { // their order is lost in the sorting
		if len(members) <= MaxBlock {
			all = each(all, members)
		}
	}
	return all
}

// each adds all pairs of members, which are in the order of their age.
func each(all []uint64, members []int32) []uint64 {
	for i, a := range members {
		for _, b := range members[i+1:] {
			all = append(all, uint64(a)<<32|uint64(b))
		}
	}
	return all
}

// told says where was not looked.
func (s *search) told() (all []customer.Reason) {
	for m, n := range s.skipped {
		if n > 0 {
			all = append(all, customer.Reason{
				Code: CodeBlockLarge, Rule: s.g.rules.Name(), Of: s.g.rules.Matches[m].ID, Fact: int64(n), Mark: MaxBlock,
			})
		}
	}
	return all
}

// String names the two and the score: nothing of what they have in common.
func (c Comparison) String() string {
	return fmt.Sprintf("%s and %s: %d", c.Older, c.Younger, c.Score)
}
