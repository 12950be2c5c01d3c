package segment

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// MaxAudienceSample is the largest sample of an audience.
const MaxAudienceSample = 10_000

// AudienceSample says how many of those whom an audience addresses are to be picked out by
// chance, and which chance. They are the ones with the smallest customer.Draw of the salt;
// so a sample hangs on nothing but who is addressed, and one of a greater size contains
// it. A salt that also chose who is held out would pick the sample from one side of that
// choice: give each its own.
type AudienceSample struct {
	Salt string // as in customer.Draw
	Size int    // 0: no sample
}

// AudienceTally counts a population against one audience or a set of them, in one pass.
// Customers may be added in any order and any split; merged, the bytes are the same. Each
// customer is added once: her ID is not kept, except in the samples. It is not safe for
// concurrent use.
type AudienceTally struct {
	book      string // name of the rule book
	on        customer.Date
	sample    AudienceSample
	audiences []*Audience

	persons int64
	figures []AudienceFigures
	both    []int64 // of each pair of audiences: pairPlace
	samples [][]audienceDrawn

	in []int // scratch: the audiences that address the customer at hand
}

// AudienceFigures is one audience's count.
type AudienceFigures struct {
	Yes, No, Unknown int64
	Addressed        int64 // Yes, and Unknown where the rules say so
	First            int64 // of Addressed: by no audience before this one
	Only             int64 // of First: by no other audience at all
}

// audienceDrawn is a customer of a sample and her place in it.
type audienceDrawn struct {
	draw uint64
	id   customer.ID
}

func compareAudienceDrawn(a, b audienceDrawn) int {
	return cmp.Or(cmp.Compare(a.draw, b.draw), cmp.Compare(a.id, b.id))
}

// audienceTallyVersion is the format of MarshalBinary.
const audienceTallyVersion = 1

// Tally begins a count of the audience on a day. A day on which the book is not in force is
// a *customer.Refusal; a sample out of bounds is customer.Faults.
func (a *Audience) Tally(on customer.Date, sample AudienceSample) (*AudienceTally, error) {
	return newAudienceTally(a.edition, []*Audience{a}, on, sample)
}

// Tally begins a count of all audiences of the set on a day, together with where they
// overlap; see Audience.Tally.
func (s *AudienceSet) Tally(on customer.Date, sample AudienceSample) (*AudienceTally, error) {
	return newAudienceTally(s.edition, s.audiences, on, sample)
}

func newAudienceTally(edition customer.Edition, audiences []*Audience, on customer.Date, sample AudienceSample) (*AudienceTally, error) {
	if err := edition.Covers(on); err != nil {
		return nil, err
	}
	var faults customer.Faults
	faults.Text("salt", sample.Salt)
	faults.Within("size", sample.Size, 0, MaxAudienceSample)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	n := len(audiences)
	return &AudienceTally{
		book: edition.Name(), on: on, sample: sample, audiences: audiences,
		figures: make([]AudienceFigures, n), both: make([]int64, n*(n-1)/2), samples: make([][]audienceDrawn, n),
	}, nil
}

// audiencePairPlace is where a tally keeps what the audiences i < j share.
func audiencePairPlace(i, j int) int { return j*(j-1)/2 + i }

// Add counts one customer. Malformed facts are customer.Faults, and not counted.
func (t *AudienceTally) Add(facts *AudienceFacts) error {
	if err := facts.Check(); err != nil {
		return err
	}
	if t.persons >= maxSum {
		return errAudienceFull
	}
	t.persons++
	t.in = t.in[:0]
	for i, audience := range t.audiences {
		answer := audience.root.answer(facts, t.on)
		t.figures[i].count(answer)
		if audience.Addresses(answer) {
			t.figures[i].Addressed++
			t.in = append(t.in, i)
		}
	}
	if len(t.in) == 0 {
		return nil
	}
	t.figures[t.in[0]].First++
	if len(t.in) == 1 {
		t.figures[t.in[0]].Only++
	}
	for n, j := range t.in {
		for _, i := range t.in[:n] {
			t.both[audiencePairPlace(i, j)]++
		}
	}
	if t.sample.Size > 0 {
		one := audienceDrawn{customer.Draw(t.sample.Salt, facts.ID), facts.ID}
		for _, i := range t.in {
			t.samples[i] = t.sample.add(t.samples[i], one)
		}
	}
	return nil
}

// AddAll counts a population as it comes. It stops at the first error of the source, and
// at malformed facts, having counted the customers before.
func (t *AudienceTally) AddAll(people iter.Seq2[AudienceFacts, error]) error {
	for facts, err := range people {
		if err != nil {
			return err
		}
		if err := t.Add(&facts); err != nil {
			return err
		}
	}
	return nil
}

var errAudienceFull = errors.New("segment: an audience's tally counts at most 10¹⁸ customers")

func (f *AudienceFigures) count(answer AudienceAnswer) {
	switch answer {
	case AudienceYes:
		f.Yes++
	case AudienceNo:
		f.No++
	case AudienceUnknown:
		f.Unknown++
	}
}

// add keeps the smallest draws. A customer who is there already stays there once.
func (s AudienceSample) add(sample []audienceDrawn, one audienceDrawn) []audienceDrawn {
	full := len(sample) == s.Size
	if full && compareAudienceDrawn(sample[len(sample)-1], one) <= 0 {
		return sample
	}
	at, found := slices.BinarySearchFunc(sample, one, compareAudienceDrawn)
	if found {
		return sample
	}
	if full {
		sample = sample[:len(sample)-1]
	}
	return slices.Insert(sample, at, one)
}

// Persons returns how many customers were counted.
func (t *AudienceTally) Persons() int64 { return t.persons }

// Figures returns the count of each audience, in the order of the set.
func (t *AudienceTally) Figures() []AudienceFigures { return slices.Clone(t.figures) }

// Nobodys returns how many customers no audience addresses.
func (t *AudienceTally) Nobodys() int64 {
	nobody := t.persons
	for i := range t.figures {
		nobody -= t.figures[i].First
	}
	return nobody
}

// Overlaps returns how many customers more than one audience addresses.
func (t *AudienceTally) Overlaps() int64 {
	several := int64(0)
	for i := range t.figures {
		several += t.figures[i].First - t.figures[i].Only
	}
	return several
}

// Shared returns how many customers two audiences of the set, by their places, both
// address; 0 for places that do not exist.
func (t *AudienceTally) Shared(i, j int) int64 {
	i, j = min(i, j), max(i, j)
	switch {
	case i < 0 || j >= len(t.figures):
		return 0
	case i == j:
		return t.figures[i].Addressed
	}
	return t.both[audiencePairPlace(i, j)]
}

// Sample returns the customers picked out of an audience, by its place in the set, those
// with the smallest draws first.
func (t *AudienceTally) Sample(i int) []customer.ID {
	if i < 0 || i >= len(t.samples) {
		return nil
	}
	ids := make([]customer.ID, len(t.samples[i]))
	for n, one := range t.samples[i] {
		ids[n] = one.id
	}
	return ids
}

// Merge counts everyone that other counted. Tallies of other rule books, days or samples
// do not merge.
func (t *AudienceTally) Merge(other *AudienceTally) error {
	if t.book != other.book || t.on != other.on || t.sample != other.sample || len(t.figures) != len(other.figures) {
		return fmt.Errorf("segment: a tally of %s on %s (sample %q of %d) does not merge into one of %s on %s (%q of %d)",
			other.book, other.on, other.sample.Salt, other.sample.Size, t.book, t.on, t.sample.Salt, t.sample.Size)
	}
	if t.persons > maxSum-other.persons {
		return errAudienceFull
	}
	t.persons += other.persons
	for i := range other.figures {
		into, from := &t.figures[i], &other.figures[i]
		into.Yes += from.Yes
		into.No += from.No
		into.Unknown += from.Unknown
		into.Addressed += from.Addressed
		into.First += from.First
		into.Only += from.Only
		for _, one := range other.samples[i] {
			t.samples[i] = t.sample.add(t.samples[i], one)
		}
	}
	for i, n := range other.both {
		t.both[i] += n
	}
	return nil
}

// MarshalBinary writes the tally, so that equal tallies have equal bytes.
func (t *AudienceTally) MarshalBinary() ([]byte, error) {
	data := population.AppendBytes([]byte{audienceTallyVersion}, t.book)
	data = binary.AppendUvarint(data, uint64(t.on))
	data = population.AppendBytes(data, t.sample.Salt)
	data = binary.AppendUvarint(data, uint64(t.sample.Size))
	data = binary.AppendUvarint(data, uint64(len(t.figures)))
	data = binary.AppendUvarint(data, uint64(t.persons))
	for i := range t.figures { // No and Addressed follow from these
		figures := &t.figures[i]
		for _, n := range []int64{figures.Yes, figures.Unknown, figures.First, figures.Only} {
			data = binary.AppendUvarint(data, uint64(n))
		}
		data = binary.AppendUvarint(data, uint64(len(t.samples[i])))
		for _, one := range t.samples[i] {
			data = population.AppendBytes(data, string(one.id))
		}
	}
	for _, n := range t.both {
		data = binary.AppendUvarint(data, uint64(n))
	}
	return data, nil
}

// UnmarshalBinary reads what MarshalBinary wrote for the same rule book, day and sample; at
// an error the tally stays as it was. The tally comes from [Audience.Tally] or
// [AudienceSet.Tally].
func (t *AudienceTally) UnmarshalBinary(data []byte) error {
	from := population.NewDecoder(data, audienceTallyVersion)
	n := len(t.audiences)
	read := *t
	read.figures, read.both, read.samples = make([]AudienceFigures, n), make([]int64, len(t.both)), make([][]audienceDrawn, n)
	read.in = nil
	same := string(from.Bytes()) == t.book
	same = customer.Date(from.Uint32()) == t.on && same
	same = string(from.Bytes()) == t.sample.Salt && same
	same = from.Uvarint() == uint64(t.sample.Size) && same
	same = from.Uvarint() == uint64(n) && same
	if !same {
		from.Fail("another rule book, day or sample")
	}
	if read.persons = from.Count(); read.persons > maxSum {
		from.Fail("customers out of range")
	}
	for i := 0; i < n && from.Err() == nil; i++ {
		figures := &read.figures[i]
		figures.Yes, figures.Unknown, figures.First, figures.Only = from.Count(), from.Count(), from.Count(), from.Count()
		if max(figures.Yes, figures.Unknown) > read.persons || figures.Yes+figures.Unknown > read.persons {
			from.Fail("more answers than customers")
			break
		}
		figures.No = read.persons - figures.Yes - figures.Unknown
		figures.Addressed = figures.Yes
		if t.audiences[i].addressUnknown {
			figures.Addressed += figures.Unknown
		}
		read.samples[i] = t.sample.read(from, figures.Addressed)
	}
	for i := range read.both {
		read.both[i] = from.Count()
	}
	if from.Err() == nil && !read.possible() {
		from.Fail("figures that no customers have")
	}
	if err := from.Close(); err != nil {
		return fmt.Errorf("segment: audience tally: %w", err)
	}
	*t = read
	return nil
}

// read reads a sample of so many customers, in the order of their draws.
func (s AudienceSample) read(from *population.Decoder, addressed int64) []audienceDrawn {
	n := from.Uvarint()
	if n > uint64(s.Size) || n > uint64(addressed) || n == 0 && s.Size > 0 && addressed > 0 {
		from.Fail("a sample of another size")
	}
	var sample []audienceDrawn
	for i := uint64(0); i < n && from.Err() == nil; i++ {
		id := customer.ID(from.Bytes())
		one := audienceDrawn{customer.Draw(s.Salt, id), id}
		var faults customer.Faults
		if faults.Name("id", string(id)); len(faults) > 0 {
			from.Fail("no customer's ID")
		}
		if i > 0 && compareAudienceDrawn(sample[i-1], one) >= 0 {
			from.Fail("a sample out of order")
		}
		sample = append(sample, one)
	}
	return sample
}

// possible reports whether some customers have these figures: whoever is addressed by an
// audience is first or shared with an audience before it, and is its own or shared with
// another.
func (t *AudienceTally) possible() bool {
	all := int64(0)
	for j := range t.figures {
		figures := &t.figures[j]
		before, others := int64(0), int64(0)
		mostBefore, mostOthers := int64(0), int64(0)
		for i := range t.figures {
			if i == j {
				continue
			}
			shared := t.Shared(i, j)
			if shared > min(figures.Addressed, t.figures[i].Addressed) {
				return false
			}
			others, mostOthers = bounded(others, shared), max(mostOthers, shared)
			if i < j {
				before, mostBefore = bounded(before, shared), max(mostBefore, shared)
			}
		}
		notFirst, notOnly := figures.Addressed-figures.First, figures.Addressed-figures.Only
		if figures.First > figures.Addressed || figures.Only > figures.First ||
			notFirst > before || notFirst < mostBefore || notOnly > others || notOnly < mostOthers {
			return false
		}
		if all += figures.First; all > t.persons {
			return false
		}
	}
	return true
}
