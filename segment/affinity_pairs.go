package segment

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// AffinityPairs is the second pass of affinity: in how many baskets two items lie
// together. Baskets may be added in any order and any split; merged, the bytes are the
// same. Memory grows with the distinct pairs met, 21 to 43 bytes each. It is not safe for
// concurrent use.
type AffinityPairs struct {
	affinity *Affinity
	period   population.Period
	known    int                    // items of the first pass
	items    map[string]*pairedItem // of the first pass, and any that it had not met
	ranked   []*pairedItem          // those that may pair, by ascending name
	excluded []AffinityExcluded
	want     affinityTotals // what the first pass counted
	pinned   [sha256.Size]byte

	got   affinityTotals
	pairs pairTable[uint32] // baskets with both, by their places in ranked

	serial uint64
	basket []*pairedItem
	ranks  []uint32
}

// pairedItem is an item in the second pass.
type pairedItem struct {
	name string
	want int64 // baskets with it that the first pass counted
	got  int64 // baskets with it that this pass counted; of ranked items only
	rank int   // its place in ranked, or -1
	last uint64
}

// affinityTotals are what both passes must agree on, beside the ranked items.
type affinityTotals struct {
	baskets, large int64
	others         int64 // items in baskets that may not pair
}

// affinityPairsVersion is the format of MarshalBinary.
const affinityPairsVersion = 1

var errOtherBaskets = errors.New("segment: the second pass counted other baskets than the first")

func newAffinityPairs(affinity *Affinity, items *AffinityItems) *AffinityPairs {
	names := items.names()
	p := &AffinityPairs{
		affinity: affinity, period: items.period, known: len(names),
		items: make(map[string]*pairedItem, len(names)),
		want:  affinityTotals{baskets: items.baskets, large: items.large},
	}
	pin := append(population.AppendPeriod(nil, items.period), affinity.name...)
	pin = binary.AppendUvarint(pin, uint64(items.maxItems))
	for _, name := range names {
		item := &pairedItem{name: name, want: items.items[name].baskets, rank: -1}
		p.items[name] = item
		if p.mayPair(item) {
			item.rank = len(p.ranked)
			p.ranked = append(p.ranked, item)
			pin = population.AppendBytes(pin, name)
			pin = binary.AppendUvarint(pin, uint64(item.want))
		} else {
			p.want.others += item.want
		}
	}
	for _, n := range []int64{p.want.baskets, p.want.large, p.want.others} {
		pin = binary.AppendUvarint(pin, uint64(n))
	}
	p.pinned = sha256.Sum256(pin)
	return p
}

// mayPair reports whether an item is in no way excluded and has evidence enough.
func (p *AffinityPairs) mayPair(item *pairedItem) bool {
	rules := &p.affinity.rules
	named := p.affinity.exclude[item.name]
	if named || rules.AlwaysPermille > 0 && compareShare(item.want, p.want.baskets, rules.AlwaysPermille) > 0 {
		p.excluded = append(p.excluded, AffinityExcluded{Item: item.name, Baskets: item.want, Named: named})
		return false
	}
	return item.want >= int64(rules.MinItem)
}

// Add counts the pairs of a basket, one that the first pass counted. A malformed basket is
// an error and counts nothing; so is one more when there are MaxAffinityPairs distinct
// pairs: then the rules ask for too little evidence of an item.
func (p *AffinityPairs) Add(day customer.Date, items []string) error {
	if err := checkBasket(day, items, p.got.baskets+p.got.large); err != nil {
		return err
	}
	if p.pairs.n >= MaxAffinityPairs {
		return errTooManyPairs(p.pairs.n+1, MaxAffinityPairs, "min_item lets too many items in")
	}
	if len(items) == 0 || !p.period.Contains(day) {
		return nil
	}
	p.serial++
	p.basket = p.basket[:0]
	for _, name := range items {
		item := p.items[name]
		if item == nil { // not met by the first pass; where it lies in a counted basket, others will differ
			item = &pairedItem{name: name, rank: -1}
			p.items[name] = item
		}
		if item.last != p.serial {
			item.last = p.serial
			p.basket = append(p.basket, item)
		}
	}
	if len(p.basket) > p.affinity.rules.MaxItems {
		p.got.large++
		return nil
	}
	p.got.baskets++
	p.count()
	return nil
}

// count counts the basket at hand.
func (p *AffinityPairs) count() {
	p.ranks = p.ranks[:0]
	for _, item := range p.basket {
		if item.rank < 0 {
			p.got.others++
			continue
		}
		item.got++
		p.ranks = append(p.ranks, uint32(item.rank))
	}
	slices.Sort(p.ranks)
	for i, first := range p.ranks {
		for _, second := range p.ranks[i+1:] {
			*p.pairs.at(pairKey(first, second))++
		}
	}
}

// Merge counts every basket that other counted. Only pairs of the same rules and the same
// first pass merge. Other stays as it is.
func (p *AffinityPairs) Merge(other *AffinityPairs) error {
	if p.pinned != other.pinned {
		return errors.New("segment: pairs of other rules or another first pass do not merge")
	}
	if n := p.got.baskets + p.got.large + other.got.baskets + other.got.large; n > MaxAffinityBaskets {
		return fmt.Errorf("segment: %d baskets do not merge: at most %d", n, MaxAffinityBaskets)
	}
	if n := p.pairs.union(&other.pairs); n > MaxAffinityPairs {
		return errTooManyPairs(n, MaxAffinityPairs, "min_item lets too many items in")
	}
	p.got.baskets += other.got.baskets
	p.got.large += other.got.large
	p.got.others += other.got.others
	for rank, item := range other.ranked {
		p.ranked[rank].got += item.got
	}
	slots := other.pairs.slots // as they are now, should other be p and its table grow
	for i := range slots {
		if slot := &slots[i]; slot.key != 0 {
			*p.pairs.at(slot.key) += slot.value
		}
	}
	return nil
}

// check returns an error unless this pass has seen the baskets of the first.
func (p *AffinityPairs) check() error {
	if p.affinity == nil {
		return errors.New("segment: pairs without rules: Affinity.Pairs makes them")
	}
	if p.got != p.want {
		return errOtherBaskets
	}
	for _, item := range p.ranked {
		if item.got != item.want {
			return errOtherBaskets
		}
	}
	return nil
}

// evidence returns an answer without pairs, or a *customer.Refusal where there are too few
// baskets to speak of.
func (p *AffinityPairs) evidence() (AffinityAnswer, error) {
	if err := p.check(); err != nil {
		return AffinityAnswer{}, err
	}
	if least := int64(p.affinity.rules.MinBaskets); p.got.baskets < least {
		return AffinityAnswer{}, p.refuse(CodeAffinityFewBaskets, p.got.baskets, least)
	}
	return AffinityAnswer{
		Rule: p.affinity.name, Baskets: p.got.baskets, Large: p.got.large,
		Items: p.known, Paired: len(p.ranked), Excluded: slices.Clone(p.excluded),
	}, nil
}

func (p *AffinityPairs) refuse(code string, fact, mark int64) error {
	reason := customer.Reason{Code: code, Rule: p.affinity.name, Fact: fact, Mark: mark, Unit: customer.UnitTimes}
	return &customer.Refusal{Rule: p.affinity.name, Missing: []customer.Reason{reason}}
}

// pair returns two items as a pair, and whether there is evidence enough that they are
// together more often than by chance.
func (p *AffinityPairs) pair(key uint64, both uint32) (AffinityPair, bool) {
	first, second := p.ranked[key>>32], p.ranked[uint32(key)]
	pair := AffinityPair{
		A: first.name, B: second.name, Both: int64(both),
		WithA: first.want, WithB: second.want, Baskets: p.want.baskets,
	}
	lift := pair.Lift()
	return pair, int64(both) >= int64(p.affinity.rules.MinPair) && lift.Part > lift.Whole
}

// Strongest returns the k strongest pairs: the greatest lift first, then the greatest
// support, then by names. Where there are too few baskets the answer is a
// *customer.Refusal; where the passes saw different baskets, an error.
func (p *AffinityPairs) Strongest(k int) (AffinityAnswer, error) {
	answer, err := p.evidence()
	if err != nil {
		return AffinityAnswer{}, err
	}
	for i := range p.pairs.slots {
		if slot := &p.pairs.slots[i]; slot.key != 0 {
			if pair, enough := p.pair(slot.key, slot.value); enough {
				answer.Pairs = append(answer.Pairs, pair)
			}
		}
	}
	answer.strongest(k)
	return answer, nil
}

// Partners returns the k strongest pairs with an item, in the order of Strongest. An item
// that cannot pair is a *customer.Refusal that says why.
func (p *AffinityPairs) Partners(item string, k int) (AffinityAnswer, error) {
	answer, err := p.evidence()
	if err != nil {
		return AffinityAnswer{}, err
	}
	of := p.items[item]
	if of == nil {
		of = &pairedItem{rank: -1}
	}
	if of.rank < 0 {
		excluded := slices.IndexFunc(p.excluded, func(one AffinityExcluded) bool { return one.Item == item })
		switch {
		case excluded < 0:
			return AffinityAnswer{}, p.refuse(CodeAffinityRareItem, of.want, int64(p.affinity.rules.MinItem))
		case p.excluded[excluded].Named:
			return AffinityAnswer{}, p.refuse(CodeAffinityNamedItem, of.want, p.want.baskets)
		default:
			return AffinityAnswer{}, p.refuse(CodeAffinityAlwaysItem, of.want, p.want.baskets)
		}
	}
	for other := range p.ranked {
		if other == of.rank {
			continue
		}
		key := pairKey(uint32(min(of.rank, other)), uint32(max(of.rank, other)))
		if pair, enough := p.pair(key, p.pairs.find(key)); enough {
			answer.Pairs = append(answer.Pairs, pair)
		}
	}
	answer.strongest(k)
	return answer, nil
}

// strongest sorts the pairs and leaves the first k.
func (a *AffinityAnswer) strongest(k int) {
	slices.SortFunc(a.Pairs, compareAffinity)
	a.Pairs = slices.Clip(a.Pairs[:min(max(k, 0), len(a.Pairs))])
}

// MarshalBinary writes the pairs in the order of their items, so that equal counts have
// equal bytes. The first pass is not in it, only its fingerprint.
func (p *AffinityPairs) MarshalBinary() ([]byte, error) {
	data := append([]byte{affinityPairsVersion}, p.pinned[:]...)
	for _, n := range []int64{p.got.baskets, p.got.large, p.got.others} {
		data = binary.AppendUvarint(data, uint64(n))
	}
	for _, item := range p.ranked {
		data = binary.AppendUvarint(data, uint64(item.got))
	}
	data = binary.AppendUvarint(data, uint64(p.pairs.n))
	previous := uint64(0)
	for _, slot := range p.pairs.sorted() {
		data = binary.AppendUvarint(data, slot.key-previous)
		data = binary.AppendUvarint(data, uint64(slot.value))
		previous = slot.key
	}
	return data, nil
}

// UnmarshalBinary reads what MarshalBinary wrote into pairs that [Affinity.Pairs] made of
// the same rules and first pass; any others are an error. At an error the pairs stay as
// they were.
func (p *AffinityPairs) UnmarshalBinary(data []byte) error {
	from := population.NewDecoder(data, affinityPairsVersion)
	for _, b := range p.pinned {
		if from.Byte() != b {
			from.Fail("pairs of other rules or another first pass")
		}
	}
	got := affinityTotals{baskets: from.Count(), large: from.Count(), others: from.Count()}
	if got.baskets > p.want.baskets || got.large > p.want.large || got.others > p.want.others {
		from.Fail("more baskets than the first pass counted")
	}
	counts := make([]int64, len(p.ranked))
	for rank := range counts {
		if counts[rank] = from.Count(); counts[rank] > min(p.ranked[rank].want, got.baskets) {
			from.Fail("an item in more baskets than there are")
		}
	}
	pairs := p.readPairs(from, counts)
	if err := from.Close(); err != nil {
		return fmt.Errorf("segment: affinity pairs: %w", err)
	}
	p.got, p.pairs = got, pairs
	for rank, count := range counts {
		p.ranked[rank].got = count
	}
	return nil
}

func (p *AffinityPairs) readPairs(from *population.Decoder, counts []int64) pairTable[uint32] {
	var pairs pairTable[uint32]
	n, key := from.Uvarint(), uint64(0)
	if n > MaxAffinityPairs+MaxAffinityItems*MaxAffinityItems { // the last basket may bring all of its own
		from.Fail("too many pairs")
	}
	for i := uint64(0); i < n && from.Err() == nil; i++ {
		gap, both := from.Uvarint(), from.Count()
		next := key + gap
		first, second := next>>32, next&(1<<32-1)
		if next <= key || first >= second || second >= uint64(len(counts)) ||
			both < 1 || both > min(counts[first], counts[second]) {
			from.Fail("pairs out of order or range")
			break
		}
		key = next
		*pairs.at(key) = uint32(both)
	}
	return pairs
}
