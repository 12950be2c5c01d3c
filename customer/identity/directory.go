package identity

import (
	"cmp"
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
	heads  map[key]head
	slots  []slot
	rest   []shared // what few slots have; place 0 is nobody's
	rests  map[more]uint32

	numbers map[customer.ID]uint32
	files   []file
	out, in map[uint32][]uint32 // links that stand, from younger to older files and back

	freeSlots, freeFiles, freeRest []uint32
	records, held                  int
}

// space is whose numbers a token is one of.
type space struct{ scheme, issuer string }

// key is a token as the directory keeps it.
type key struct {
	value string
	space uint32
}

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

// begin makes a slot, by 1 + its place, the first one of its token.
func (d *Directory) begin(first uint32) {
	one := &d.slots[first-1]
	h := head(first)
	if one.next == 0 && one.rest == 0 {
		h |= plainHead | head(one.file)<<fileShift
	}
	d.heads[one.key] = h
}

// slot is an identifier of a record. Its neighbours are given as 1 + their places, 0 for none.
type slot struct {
	key
	file       uint32
	next, prev uint32 // of the same token
	own        uint32 // next of the same record
	rest       uint32 // place of what else there is to it; 0: nothing
	order      uint32 // among the record's identifiers
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
	opened  time.Time
	entries uint64 // 0: nobody has put it; a link leads to it
	slots   uint32 // 1 + the place of the first one
	root    uint32 // the oldest file of its group
	kind    Kind
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
	f := filing{id: id, opened: r.Opened.At, entries: r.Entries, kind: r.Opened.Kind}
	for i := range r.Identifiers {
		f.items = append(f.items, item{r.Identifiers[i].Token, moreOf(&r.Identifiers[i])})
	}
	for i := range r.Links {
		if one := &r.Links[i]; one.Stands() {
			f.links = append(f.links, tied{one.To, one.Opened})
		}
	}
	d.put(&f)
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
	d.relink(at, nil)
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
	names := make([]space, len(other.spaces))
	for name, number := range other.spaces {
		names[number] = name
	}
	for at := range other.files {
		one := &other.files[at]
		if one.entries == 0 {
			continue
		}
		f := filing{id: one.id, opened: one.opened, entries: one.entries, kind: one.kind}
		for s := one.slots; s != 0; s = other.slots[s-1].own {
			held := &other.slots[s-1]
			name := names[held.space]
			it := item{token: Token{name.scheme, name.issuer, held.value}}
			if held.rest != 0 {
				it.rest = other.rest[held.rest].more
			}
			f.items = append(f.items, it)
		}
		for _, to := range other.out[uint32(at)] {
			f.links = append(f.links, tied{other.files[to].id, other.files[to].opened})
		}
		d.put(&f)
	}
	return nil
}

// Len is how many records the directory has, and how many identifiers: ended ones too.
func (d *Directory) Len() (records, identifiers int) { return d.records, d.held }

func (d *Directory) put(f *filing) {
	at := d.number(f.id, f.opened)
	one := &d.files[at]
	if one.entries > f.entries {
		return
	}
	if one.entries == 0 {
		d.records++
	} else {
		d.strip(at)
	}
	one.entries, one.opened, one.kind = f.entries, f.opened.UTC(), f.kind
	for i := len(f.items) - 1; i >= 0; i-- { // the first one ends up in front
		d.attach(at, uint32(i), &f.items[i])
	}
	d.relink(at, f.links)
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
	d.files[at] = file{id: id, opened: opened.UTC(), root: at}
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
func (d *Directory) attach(at, order uint32, it *item) {
	name := space{it.token.Scheme, it.token.Issuer}
	number, found := d.spaces[name]
	if !found {
		if d.spaces == nil {
			d.spaces, d.heads = map[space]uint32{}, map[key]head{}
		}
		number = uint32(len(d.spaces))
		d.spaces[name] = number
	}
	k := key{it.token.Value, number}
	first := d.heads[k].first()
	s := taken(&d.slots, &d.freeSlots)
	d.slots[s] = slot{key: k, file: at, next: first, own: d.files[at].slots, order: order}
	if first != 0 {
		d.slots[first-1].prev = s + 1
	}
	d.slots[s].rest = d.share(it.rest)
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
		d.rests[rest] = at
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
			delete(d.heads, one.key)
		}
		d.unshare(one.rest)
		d.freeSlots = append(d.freeSlots, s-1)
		d.held--
		s, *one = one.own, slot{}
	}
	d.files[at].slots = 0
}

// relink gives a file other links than it had, and finds the groups anew that it was in or is in.
func (d *Directory) relink(at uint32, links []tied) {
	before := d.out[at]
	if len(before) == 0 && len(links) == 0 && len(d.in[at]) == 0 && d.files[at].entries > 0 {
		d.files[at].root = at // as nearly all are
		return
	}
	touched := append([]uint32{at}, before...)
	for _, to := range before {
		d.in[to] = slices.DeleteFunc(d.in[to], func(from uint32) bool { return from == at })
		if len(d.in[to]) == 0 {
			delete(d.in, to)
		}
	}
	delete(d.out, at)
	for _, link := range links {
		if d.out == nil {
			d.out, d.in = map[uint32][]uint32{}, map[uint32][]uint32{}
		}
		to := d.number(link.to, link.opened)
		d.out[at] = append(d.out[at], to)
		d.in[to] = append(d.in[to], at)
		touched = append(touched, to)
	}
	for _, one := range touched {
		if d.files[one].entries == 0 && len(d.in[one]) == 0 && len(d.out[one]) == 0 {
			if d.files[one].id != "" { // it may be among the touched twice
				delete(d.numbers, d.files[one].id)
				d.files[one] = file{root: one}
				d.freeFiles = append(d.freeFiles, one)
			}
			continue
		}
		members := d.connected(one)
		root := slices.MinFunc(members, d.older)
		for _, member := range members {
			d.files[member].root = root
		}
	}
}

// older orders files as records are ordered.
func (d *Directory) older(a, b uint32) int {
	x, y := &d.files[a], &d.files[b]
	return older(x.opened, x.id, y.opened, y.id)
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
// found once, as it stands best.
func (d *Directory) Find(token Token, at time.Time) []Found {
	number, known := d.spaces[space{token.Scheme, token.Issuer}]
	if !known {
		return nil
	}
	h := d.heads[key{token.Value, number}]
	first := h.first()
	switch {
	case first == 0:
		return nil
	case h.plain():
		one := &d.files[h.file()]
		return []Found{{
			Customer: one.id, Root: d.files[one.root].id, Kind: one.kind,
			Status: Good, Why: customer.Reason{Code: CodeGood, Of: token.Scheme},
		}}
	}
	var places []uint32
	for s := first; s != 0; s = d.slots[s-1].next {
		places = append(places, s-1)
	}
	slices.SortFunc(places, func(a, b uint32) int {
		x, y := &d.slots[a], &d.slots[b]
		if x.file != y.file {
			return d.older(x.file, y.file)
		}
		return cmp.Or(cmp.Compare(d.status(x, at), d.status(y, at)), cmp.Compare(y.order, x.order))
	})
	all := make([]Found, 0, len(places))
	for i, place := range places {
		if i == 0 || d.slots[place].file != d.slots[places[i-1]].file {
			all = append(all, d.found(&d.slots[place], &token, at))
		}
	}
	return all
}

func (d *Directory) status(s *slot, at time.Time) Status {
	if s.rest == 0 {
		return Good
	}
	status, _ := d.rest[s.rest].status("", at)
	return status
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
		for other := d.heads[d.slots[s-1].key].first(); other != 0 && len(some) <= MaxBlock; other = d.slots[other-1].next {
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
	number, known := d.spaces[space{token.Scheme, token.Issuer}]
	if !known {
		return 0
	}
	roots := map[uint32]bool{}
	for s := d.heads[key{token.Value, number}].first(); s != 0 && len(roots) <= 2*maxMatchScore; s = d.slots[s-1].next {
		one := &d.slots[s-1]
		if d.speaks(s-1) && d.files[one.file].kind == kind {
			roots[d.files[one.file].root] = true
		}
	}
	return len(roots)
}
