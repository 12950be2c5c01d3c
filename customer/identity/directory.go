package identity

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Directory finds whom a token identifies, among millions, without reading a store. A host makes it
// from the records of one tenant, and puts a record into it again after each decision on it. It holds
// nothing that the records do not: it is made anew, not stored. A token is found as it is, in its
// scheme and of its issuer, and nowhere else; so what one issuer numbered never answers for another.
//
// The zero Directory is empty and ready to use. Any number of goroutines may read it at once, while
// none writes to it. It is not copied.
type Directory struct { //nolint:recvcheck // printed by value too, so that neither prints identifiers
	spaces map[space]uint32
	names  []space
	tokens []map[string]head // by space and value
	slots  []slot
	rest   []shared // what few slots have; place 0 is nobody's
	rests  map[more]uint32

	numbers map[customer.ID]uint32
	files   []file
	out, in map[uint32][]uint32 // links that stand, from younger to older files and back

	freeSlots, freeFiles, freeRest []uint32
	records, held                  int
	filing                         filing // of one call, kept for its memory
}

// space is whose numbers a token is one of.
type space struct{ scheme, issuer string }

// head is where the slots of a token begin: 1 + the place of the first one. As nearly all tokens are one
// record's and hold for good, and memory that is far away is what a lookup takes its time for, such a
// head says itself that it is plain, and which file it leads to.
type head uint64

const (
	plainHead head = 1 << 63
	fileShift      = 32
)

func (h head) plain() bool   { return h&plainHead != 0 }
func (h head) file() uint32  { return uint32(h &^ plainHead >> fileShift) }
func (h head) first() uint32 { return uint32(h) }

// head returns that of a token; 0: nobody has it.
func (d *Directory) head(token *Token) head {
	number, known := d.space(token)
	if !known {
		return 0
	}
	return d.tokens[number][token.Value]
}

// space returns the number of the space that a token is one of. Few are found faster by looking through
// them.
func (d *Directory) space(token *Token) (number uint32, known bool) {
	const few = 8
	for i := range d.names[:min(len(d.names), few)] {
		if one := &d.names[i]; one.scheme == token.Scheme && one.issuer == token.Issuer {
			return uint32(i), true
		}
	}
	if len(d.names) <= few {
		return 0, false
	}
	number, known = d.spaces[space{token.Scheme, token.Issuer}]
	return number, known
}

// begin makes a slot, by 1 + its place, the first one of its token.
func (d *Directory) begin(first uint32) {
	one := &d.slots[first-1]
	h := head(first)
	if one.next == 0 && one.rest == 0 {
		h |= plainHead | head(one.file)<<fileShift
	}
	d.tokens[one.space][one.value] = h
}

// slot is an identifier of a record. Its neighbours are given as 1 + their places, 0 for none. Those of
// one token and one record are neighbours, in the record's order.
type slot struct {
	value      string
	space      uint32
	file       uint32
	next, prev uint32 // of the same token
	own        uint32 // next of the same record
	rest       uint32 // place of what else there is to it; 0: nothing
}

// more is what an identifier has that does not hold for good, in UTC. Identifiers that have the same,
// such as all the list codes of one day, share it.
type more struct {
	valid            customer.Span
	ended            time.Time
	flaw             Flaw
	flawed, restored time.Time
	extension        string
	holder           string
}

func moreOf(h *Held) more {
	return more{
		valid: customer.Span{From: h.Valid.From.UTC(), To: h.Valid.To.UTC()}, ended: h.Ended.UTC(),
		flaw: h.Flawed.Flaw, flawed: h.Flawed.At.UTC(), restored: h.Flawed.Restored.UTC(),
		extension: h.Extension, holder: h.Holder,
	}
}

// alone reports whether hardly another identifier has the same: it became so at an instant of its own.
func (m *more) alone() bool { return m.flaw != 0 || !m.ended.IsZero() }

// status is that of the identifier that this is the rest of.
func (m *more) status(scheme string, at time.Time) (Status, customer.Reason) {
	var h Held
	h.Scheme, h.Valid, h.Ended = scheme, m.valid, m.ended
	h.Flawed.Flaw, h.Flawed.At, h.Flawed.Restored = m.flaw, m.flawed, m.restored
	return h.status(at)
}

// file is what the directory knows of a record.
type file struct {
	id      customer.ID
	second  int64  // of its opening, of the Unix clock
	entries uint64 // 0: nobody has put it; a link leads to it
	nano    int32  // of that second
	slots   uint32 // 1 + the place of the first one
	root    uint32 // the oldest file of its group
	kind    Kind
}

func (f *file) opened() time.Time { return time.Unix(f.second, int64(f.nano)).UTC() }

// open says when the record was opened, and reports whether that is news.
func (f *file) open(at time.Time) (news bool) {
	second, nano := f.second, f.nano
	f.second, f.nano = at.Unix(), int32(at.Nanosecond())
	return f.second != second || f.nano != nano
}

// maxDirectory bounds the records and the identifiers of a directory.
const maxDirectory = math.MaxInt32

// filing is a record as it is put into a directory.
type filing struct {
	id      customer.ID
	opened  time.Time
	entries uint64
	kind    Kind
	items   []item
	links   []tied
}

// reset empties a filing, and keeps its memory.
func (f *filing) reset() {
	clear(f.items)
	clear(f.links)
	*f = filing{items: f.items[:0], links: f.links[:0]}
}

type item struct {
	token Token
	rest  more
}

// shared is what several slots have.
type shared struct {
	more
	slots uint32
}

// tied is a link to an older record.
type tied struct {
	to     customer.ID
	opened time.Time
}

// Put takes a record, instead of what the directory had of it. A record with fewer entries than it
// had is old news and changes nothing: so records may be put in any order, and by whoever committed
// them. What cannot be put is customer.Faults.
func (d *Directory) Put(id customer.ID, r Record) error {
	var faults customer.Faults
	faults.Name("id", string(id))
	if r.Entries == 0 {
		faults.Add("record", "", "is one that was opened")
	}
	if uint64(d.held)+uint64(len(r.Identifiers)) > maxDirectory || uint64(len(d.files))+uint64(len(r.Links))+1 > maxDirectory {
		faults.Add("record", "", fmt.Sprintf("is one for which there is room: %d records and identifiers", uint64(maxDirectory)))
	}
	if err := faults.Err(); err != nil {
		return err
	}
	f := &d.filing
	f.id, f.opened, f.entries, f.kind = id, r.Opened.At, r.Entries, r.Opened.Kind
	for i := range r.Identifiers {
		f.items = append(f.items, item{r.Identifiers[i].Token, moreOf(&r.Identifiers[i])})
	}
	for i := range r.Links {
		if one := &r.Links[i]; one.Stands() {
			f.links = append(f.links, tied{one.To, one.Opened})
		}
	}
	d.put(f)
	return nil
}

// Remove takes a record out. Records that are linked to it stay in one group, as long as their links
// name it.
func (d *Directory) Remove(id customer.ID) {
	at, found := d.numbers[id]
	if !found || d.files[at].entries == 0 {
		return
	}
	d.strip(at)
	d.files[at].entries, d.files[at].kind = 0, 0
	d.records--
	d.relink(at, nil, true)
}

// Merge takes whatever another directory of the same tenant has. Of a record that both have it keeps
// the one with more entries. The other one is not changed.
func (d *Directory) Merge(other *Directory) error {
	if d == other {
		return nil
	}
	if uint64(d.held)+uint64(other.held) > maxDirectory || uint64(len(d.files))+uint64(len(other.files)) > maxDirectory {
		var faults customer.Faults
		faults.Add("other", other.held, fmt.Sprintf("is one for which there is room: %d records and identifiers", uint64(maxDirectory)))
		return faults.Err()
	}
	for at := range other.files {
		one := &other.files[at]
		if one.entries == 0 {
			continue
		}
		f := &d.filing
		f.id, f.opened, f.entries, f.kind = one.id, one.opened(), one.entries, one.kind
		for s := one.slots; s != 0; s = other.slots[s-1].own {
			held := &other.slots[s-1]
			name := other.names[held.space]
			it := item{token: Token{name.scheme, name.issuer, held.value}}
			if held.rest != 0 {
				it.rest = other.rest[held.rest].more
			}
			f.items = append(f.items, it)
		}
		for _, to := range other.out[uint32(at)] {
			f.links = append(f.links, tied{other.files[to].id, other.files[to].opened()})
		}
		d.put(f)
	}
	return nil
}

// Len is how many records the directory has, and how many identifiers: ended ones too.
func (d *Directory) Len() (records, identifiers int) { return d.records, d.held }

func (d *Directory) put(f *filing) {
	defer f.reset()
	at := d.number(f.id, f.opened)
	one := &d.files[at]
	if one.entries > f.entries {
		return
	}
	if one.entries == 0 {
		d.records++
	}
	news := one.open(f.opened)
	one.entries, one.kind = f.entries, f.kind
	if !d.holds(at, f.items) {
		d.strip(at)
		for i := len(f.items) - 1; i >= 0; i-- { // the first one ends up in front
			d.attach(at, &f.items[i])
		}
	}
	d.relink(at, f.links, news)
}

// holds reports whether a file has just these identifiers: most entries change none.
func (d *Directory) holds(at uint32, items []item) bool {
	s := d.files[at].slots
	for i := range items {
		if s == 0 {
			return false
		}
		one, it := &d.slots[s-1], &items[i]
		if one.value != it.token.Value || d.names[one.space] != (space{it.token.Scheme, it.token.Issuer}) {
			return false
		}
		if rest := one.rest; rest == 0 && it.rest != (more{}) || rest != 0 && d.rest[rest].more != it.rest {
			return false
		}
		s = one.own
	}
	return s == 0
}

// number returns the place of a record's file, and makes one where it has none.
func (d *Directory) number(id customer.ID, opened time.Time) uint32 {
	if at, found := d.numbers[id]; found {
		return at
	}
	if d.numbers == nil {
		d.numbers = map[customer.ID]uint32{}
	}
	at := taken(&d.files, &d.freeFiles)
	d.files[at] = file{id: id, root: at}
	d.files[at].open(opened)
	d.numbers[id] = at
	return at
}

// taken returns a free place in a list, at its end where it has none.
func taken[T any](list *[]T, free *[]uint32) uint32 {
	if n := len(*free); n > 0 {
		at := (*free)[n-1]
		*free = (*free)[:n-1]
		return at
	}
	var none T
	*list = append(*list, none)
	return uint32(len(*list) - 1)
}

// attach puts an identifier in front of those of its record, and of those of its token.
func (d *Directory) attach(at uint32, it *item) {
	name := space{it.token.Scheme, it.token.Issuer}
	number, found := d.spaces[name]
	if !found {
		if d.spaces == nil {
			d.spaces = map[space]uint32{}
		}
		number = uint32(len(d.names))
		d.spaces[name] = number
		d.names, d.tokens = append(d.names, name), append(d.tokens, map[string]head{})
	}
	first := d.tokens[number][it.token.Value].first()
	s := taken(&d.slots, &d.freeSlots)
	d.slots[s] = slot{value: it.token.Value, space: number, file: at, next: first, own: d.files[at].slots, rest: d.share(it.rest)}
	if first != 0 {
		d.slots[first-1].prev = s + 1
	}
	d.begin(s + 1)
	d.files[at].slots = s + 1
	d.held++
}

// share returns the place of what an identifier has besides.
func (d *Directory) share(rest more) uint32 {
	if rest == (more{}) {
		return 0
	}
	at, found := d.rests[rest]
	if !found {
		if d.rests == nil {
			d.rests, d.rest = map[more]uint32{}, make([]shared, 1)
		}
		at = taken(&d.rest, &d.freeRest)
		d.rest[at] = shared{more: rest}
		if !rest.alone() {
			d.rests[rest] = at
		}
	}
	d.rest[at].slots++
	return at
}

// unshare gives up what an identifier has besides.
func (d *Directory) unshare(at uint32) {
	if at == 0 {
		return
	}
	if d.rest[at].slots--; d.rest[at].slots == 0 {
		delete(d.rests, d.rest[at].more)
		d.rest[at] = shared{}
		d.freeRest = append(d.freeRest, at)
	}
}

// strip takes all identifiers of a file away.
func (d *Directory) strip(at uint32) {
	for s := d.files[at].slots; s != 0; {
		one := &d.slots[s-1]
		if one.next != 0 {
			d.slots[one.next-1].prev = one.prev
		}
		switch {
		case one.prev != 0:
			before := &d.slots[one.prev-1]
			if before.next = one.next; before.prev == 0 {
				d.begin(one.prev)
			}
		case one.next != 0:
			d.begin(one.next)
		default:
			delete(d.tokens[one.space], one.value)
		}
		d.unshare(one.rest)
		d.freeSlots = append(d.freeSlots, s-1)
		d.held--
		s, *one = one.own, slot{}
	}
	d.files[at].slots = 0
}

// relink gives a file other links than it had, and finds the groups anew that it was in or is in: all of
// them where a link went, or where it is news when the record was opened; where links were only added, the
// younger side of each comes to the older one.
func (d *Directory) relink(at uint32, links []tied, news bool) {
	before, after := d.out[at], []uint32(nil)
	for _, link := range links {
		after = append(after, d.number(link.to, link.opened))
	}
	if slices.Equal(before, after) && !news {
		return // as nearly all are
	}
	news = news || slices.ContainsFunc(before, func(to uint32) bool { return !slices.Contains(after, to) })
	for _, to := range after {
		if a, b := d.files[at].root, d.files[to].root; a != b && !news {
			if d.older(a, b) > 0 {
				a, b = b, a
			}
			d.rooted(d.connected(b), a)
		}
		if !slices.Contains(before, to) {
			d.hook(at, to)
		}
	}
	if !news {
		d.out[at] = after // in their order
		return
	}
	touched := slices.Concat([]uint32{at}, before, after)
	for _, to := range touched[1 : 1+len(before)] {
		if !slices.Contains(after, to) {
			d.unhook(at, to)
		}
	}
	for _, one := range touched {
		if d.files[one].entries > 0 || len(d.in[one]) > 0 || len(d.out[one]) > 0 {
			members := d.connected(one)
			d.rooted(members, slices.MinFunc(members, d.older))
		} else if d.files[one].id != "" { // it may stand there twice
			delete(d.numbers, d.files[one].id)
			d.files[one] = file{root: one}
			d.freeFiles = append(d.freeFiles, one)
		}
	}
}

// hook adds a link.
func (d *Directory) hook(from, to uint32) {
	if d.out == nil {
		d.out, d.in = map[uint32][]uint32{}, map[uint32][]uint32{}
	}
	d.out[from] = append(d.out[from], to)
	d.in[to] = append(d.in[to], from)
}

// unhook takes a link away.
func (d *Directory) unhook(from, to uint32) {
	for _, end := range [...]struct {
		links    map[uint32][]uint32
		at, gone uint32
	}{{d.out, from, to}, {d.in, to, from}} {
		end.links[end.at] = slices.DeleteFunc(end.links[end.at], func(one uint32) bool { return one == end.gone })
		if len(end.links[end.at]) == 0 {
			delete(end.links, end.at)
		}
	}
}

// rooted gives files a root.
func (d *Directory) rooted(files []uint32, root uint32) {
	for _, one := range files {
		d.files[one].root = root
	}
}

// older orders files as records are ordered.
func (d *Directory) older(a, b uint32) int {
	x, y := &d.files[a], &d.files[b]
	return older(x.opened(), x.id, y.opened(), y.id)
}

// connected returns all files of a file's group, in no order that means anything.
func (d *Directory) connected(at uint32) []uint32 {
	all := []uint32{at}
	if len(d.out[at]) == 0 && len(d.in[at]) == 0 {
		return all
	}
	seen := map[uint32]bool{at: true}
	for i := 0; i < len(all); i++ {
		for _, near := range [...][]uint32{d.out[all[i]], d.in[all[i]]} {
			for _, one := range near {
				if !seen[one] {
					seen[one] = true
					all = append(all, one)
				}
			}
		}
	}
	return all
}

// Group returns the group of a record, without its links; what to load for [Register.Golden]. Absent
// are those that nobody has put. It reports whether the directory has heard of the record.
func (d *Directory) Group(id customer.ID) (group Group, known bool) {
	at, known := d.numbers[id]
	if !known {
		return Group{}, false
	}
	members := d.connected(at)
	slices.SortFunc(members, d.older)
	group.Root = d.files[members[0]].id
	for _, one := range members {
		group.Members = append(group.Members, d.files[one].id)
		if d.files[one].entries == 0 {
			group.Absent = append(group.Absent, d.files[one].id)
		}
	}
	return group, true
}

// joins returns the root of two records that are in one group, and nothing of others.
func (d *Directory) joins(a, b customer.ID) customer.ID {
	if d == nil {
		return ""
	}
	x, known := d.numbers[a]
	y, also := d.numbers[b]
	if !known || !also || d.files[x].root != d.files[y].root {
		return ""
	}
	return d.files[d.files[x].root].id
}

// Found is a record that a token leads to.
type Found struct {
	Customer  customer.ID     `json:"customer"` // under which the record is kept
	Root      customer.ID     `json:"root"`     // of its group: the customer
	Kind      Kind            `json:"kind"`
	Status    Status          `json:"status"`              // of the identifier
	Why       customer.Reason `json:"why"`                 // it has that status
	Extension string          `json:"extension,omitempty"` // as it was told with the number
	Holder    string          `json:"holder,omitempty"`    // of a card: which cardholder has it
}

// Find returns the records that have, or had, a token, oldest first: several where they share it, and
// records of one customer that are linked each for itself, with their root. An old number still leads
// to whose it was, and says that it has ended. A record that was given the token more than once is
// found once, as it stands best. It allocates nothing where one record has the token and what it
// returns is not kept.
func (d *Directory) Find(token Token, at time.Time) []Found {
	var one [1]Found // on the stack of the caller, into whose code this is copied
	return d.find(one[:0], &token, at)
}

// find appends to what it is given, which is empty.
func (d *Directory) find(all []Found, token *Token, at time.Time) []Found {
	h := d.head(token)
	if h == 0 {
		return nil
	}
	if h.plain() {
		one := &d.files[h.file()]
		all = all[:1] // which is filled in place
		f := &all[0]
		f.Customer, f.Root, f.Kind, f.Status = one.id, d.files[one.root].id, one.kind, Good
		f.Why.Code, f.Why.Of = CodeGood, token.Scheme
		return all
	}
	var few [8]uint32
	places := few[:0]
	for s := h.first(); s != 0; s = d.slots[s-1].next {
		places = append(places, s-1)
	}
	slices.SortStableFunc(places, func(a, b uint32) int {
		if x, y := d.slots[a].file, d.slots[b].file; x != y {
			return d.older(x, y)
		}
		return 0
	})
	last := uint32(0)
	for i, place := range places {
		one := &d.slots[place]
		next := d.found(one, token, at)
		switch {
		case i == 0 || one.file != last:
			all = append(all, next)
		case next.Status <= all[len(all)-1].Status: // as good, and told later
			all[len(all)-1] = next
		}
		last = one.file
	}
	return all
}

func (d *Directory) found(s *slot, token *Token, at time.Time) Found {
	one := &d.files[s.file]
	f := Found{Customer: one.id, Root: d.files[one.root].id, Kind: one.kind}
	if s.rest == 0 {
		f.Status, f.Why = Good, customer.Reason{Code: CodeGood, Of: token.Scheme}
		return f
	}
	rest := &d.rest[s.rest]
	f.Status, f.Why = rest.status(token.Scheme, at)
	f.Extension, f.Holder = rest.extension, rest.holder
	return f
}

// Sharing returns the records of the same kind, in the order of their age, that share an identifier with
// a record: those to hold against it with [Register.Compare] when it is new, without going through all
// the others. What leads nowhere or was given up says nothing, and neither does what more than MaxBlock
// records share.
func (d *Directory) Sharing(id customer.ID) (all []customer.ID) {
	at, known := d.numbers[id]
	if !known {
		return nil
	}
	var files []uint32
	for s := d.files[at].slots; s != 0; s = d.slots[s-1].own {
		if !d.speaks(s - 1) {
			continue
		}
		var some []uint32
		for other := d.tokens[d.slots[s-1].space][d.slots[s-1].value].first(); other != 0 && len(some) <= MaxBlock; other = d.slots[other-1].next {
			if file := d.slots[other-1].file; d.speaks(other-1) && d.files[file].kind == d.files[at].kind && !slices.Contains(some, file) {
				some = append(some, file)
			}
		}
		if len(some) <= MaxBlock {
			files = append(files, some...)
		}
	}
	slices.SortFunc(files, d.older)
	for _, file := range slices.Compact(files) {
		if file != at {
			all = append(all, d.files[file].id)
		}
	}
	return all
}

// speaks reports whether an identifier says who somebody is.
func (d *Directory) speaks(slot uint32) bool {
	rest := d.slots[slot].rest
	return rest == 0 || speaks(d.rest[rest].ended, d.rest[rest].flaw, d.rest[rest].restored)
}

// holders is how many customers of a kind have a token that says who they are, see speaks; of more than
// can matter to a score, not all.
func (d *Directory) holders(token Token, kind Kind) int {
	roots := map[uint32]bool{}
	for s := d.head(&token).first(); s != 0 && len(roots) <= 2*maxMatchScore; s = d.slots[s-1].next {
		one := &d.slots[s-1]
		if d.speaks(s-1) && d.files[one.file].kind == kind {
			roots[d.files[one.file].root] = true
		}
	}
	return len(roots)
}
