package loyalty

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
)

// Bounds of a difference. What exceeds them is counted; texts are cut at
// customer.MaxText bytes.
const (
	MaxChanges = 1000 // of two rule books
	MaxParts   = 32   // of a thing that came or went
	MaxItems   = 5    // of what came into a plain list, or went out of it
)

// Change is one difference between two rule books. It is plain data: Explain reads it
// again after it was stored.
type Change struct {
	// Path is the field, from the root: tender.worth. An element of a list stands by its
	// id, or by its place from 0 where it has none, and a value of a plain list by
	// itself: earnings[double].when.skus[a]. One that is empty, or has a bracket or a
	// quote in it, is quoted as in Go.
	Path string     `json:"path,omitempty"`
	Kind ChangeKind `json:"kind"`
	// Before and After are a field's stored texts: decimals without trailing zeros, days
	// as 2026-11-25; empty where it says nothing. Where an element moved, they are the
	// ids of those that it followed and follows; empty where it is the first.
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
	// Parts are the fields of a thing that came or went, or the values that came into a
	// plain list or went out of it, the first of them; Count is how many there are.
	Parts []Change `json:"parts,omitempty"`
	Count int      `json:"count,omitempty"`
}

// ChangeKind says what became of a field or an element. The zero ChangeKind is refused.
type ChangeKind uint8

// The kinds of changes. Their texts are format.
const (
	Changed   ChangeKind = iota + 1 // it says something else
	Added                           // it said nothing, or did not exist
	Removed                         // it says nothing, or does not exist, any more
	Reordered                       // it stands elsewhere in a list that applies in its order
	Untold                          // Count further changes, beyond MaxChanges
)

// String returns the stored text.
func (k ChangeKind) String() string {
	switch k {
	case Changed:
		return "changed"
	case Added:
		return "added"
	case Removed:
		return "removed"
	case Reordered:
		return "moved"
	case Untold:
		return "untold"
	}
	return "change kind " + strconv.Itoa(int(k))
}

// MarshalText writes the stored text; anything else is an error.
func (k ChangeKind) MarshalText() ([]byte, error) {
	return customer.WriteStored("loyalty", k, Untold)
}

// UnmarshalText reads what MarshalText wrote.
func (k *ChangeKind) UnmarshalText(text []byte) error {
	return customer.ReadStored("loyalty", "change kind", k, Untold, text)
}

// Difference returns what a new edition of the rules changes, in the order of the
// fields of Rules; nil when both say the same. The rules need not be in order: they are
// compared as they stand.
//
// Decimals compare as numbers. A field that is absent, zero or empty says nothing: these
// three are the same. Elements that have an id are matched by it: first come those of
// the new book, then those that are gone. Where the order of a list has a meaning, the
// fewest elements that explain a new order have moved. Plain lists are sets: a value's
// place and repetition do not count.
//
// At most MaxChanges are told; a last one, Untold, counts the rest.
func Difference(before, after Rules) []Change {
	all := telling{most: MaxChanges}
	all.fields("", reflect.ValueOf(before), reflect.ValueOf(after))
	if untold := all.count - len(all.told); untold > 0 {
		return append(all.told, Change{Kind: Untold, Count: untold})
	}
	return all.told
}

// telling collects changes, the first of them, and counts all. Its methods walk any
// type that is plain data, so that a new field of the rules is compared as it comes.
type telling struct {
	told        []Change
	most, count int
}

func (t *telling) add(change Change) {
	if t.count++; len(t.told) < t.most {
		t.told = append(t.told, change)
	}
}

// fields compares two structs field by field.
func (t *telling) fields(path string, before, after reflect.Value) {
	for _, field := range ruleFields(before.Type()) {
		at := field.name
		if path != "" {
			at = path + "." + field.name
		}
		t.values(at, field.anyOrder(), field.of(before), field.of(after))
	}
}

// values compares what two fields say, whatever their type is.
func (t *telling) values(path string, anyOrder bool, before, after reflect.Value) {
	switch kind := before.Kind(); {
	case isPlain(before.Type()):
		t.texts(path, plainText(before), plainText(after))
	case kind == reflect.Pointer:
		t.values(path, anyOrder, pointed(before), pointed(after))
	case kind == reflect.Struct:
		nothing := reflect.Zero(before.Type())
		switch was, is := !isSilent(before), !isSilent(after); {
		case was && is:
			t.fields(path, before, after)
		case is:
			t.whole(path, Added, nothing, after)
		case was:
			t.whole(path, Removed, before, nothing)
		}
	case isPlain(before.Type().Elem()):
		t.sets(path, before, after)
	default:
		t.elements(path, anyOrder, before, after)
	}
}

func (t *telling) texts(path, before, after string) {
	if before == after {
		return
	}
	kind := Changed
	switch {
	case before == "":
		kind = Added
	case after == "":
		kind = Removed
	}
	t.add(Change{Path: path, Kind: kind, Before: shownText(before), After: shownText(after)})
}

// whole tells a thing that came or went, with its fields as parts.
func (t *telling) whole(path string, kind ChangeKind, before, after reflect.Value) {
	parts := telling{most: MaxParts}
	if before.Kind() == reflect.Struct {
		parts.fields(path, before, after)
	} else {
		parts.values(path, false, before, after)
	}
	t.add(Change{Path: path, Kind: kind, Parts: parts.told, Count: parts.count})
}

// sets compares plain lists.
func (t *telling) sets(path string, before, after reflect.Value) {
	was, is := itemTexts(before), itemTexts(after)
	came, went := Changed, Changed
	if len(was) == 0 {
		came = Added
	}
	if len(is) == 0 {
		went = Removed
	}
	t.some(path, came, Added, textsWithout(is, was))
	t.some(path, went, Removed, textsWithout(was, is))
}

// some tells the first of the values that came into a plain list or went out of it.
func (t *telling) some(path string, kind, each ChangeKind, values []string) {
	if len(values) == 0 {
		return
	}
	change := Change{Path: path, Kind: kind, Count: len(values)}
	for _, value := range values[:min(len(values), MaxItems)] {
		part := Change{Path: path + bracket(value), Kind: each}
		if each == Added {
			part.After = shownText(value)
		} else {
			part.Before = shownText(value)
		}
		change.Parts = append(change.Parts, part)
	}
	t.add(change)
}

// elements compares lists of things.
func (t *telling) elements(path string, anyOrder bool, before, after reflect.Value) {
	was, is := elementNames(before), elementNames(after)
	places := make(map[elementName]int, len(was)) // in was
	for i, one := range was {
		places[one] = i
	}
	var kept []int // places in was, in the order of is
	for _, one := range is {
		if place, ok := places[one]; ok {
			kept = append(kept, place)
		}
	}
	stays := longestAscent(kept)
	for i, one := range is {
		at := path + bracket(one.id)
		place, ok := places[one]
		if !ok {
			t.whole(at, Added, onlyNamed(after.Index(i)), pointed(after.Index(i)))
			continue
		}
		delete(places, one)
		// What follows the same one as before has moved along with it.
		first, then := nameBefore(was, place), nameBefore(is, i)
		if !anyOrder && !stays[place] && first != then {
			t.add(Change{Path: at, Kind: Reordered, Before: shownText(first.id), After: shownText(then.id)})
		}
		if x, y := pointed(before.Index(place)), pointed(after.Index(i)); x.Kind() == reflect.Struct {
			t.fields(at, x, y)
		} else {
			t.values(at, false, x, y)
		}
	}
	for i, one := range was {
		if _, gone := places[one]; gone {
			t.whole(path+bracket(one.id), Removed, pointed(before.Index(i)), onlyNamed(before.Index(i)))
		}
	}
}

// elementName is what an element of a list is matched by.
type elementName struct {
	id  string
	nth int // of those with this id: a rule book that is not in order repeats one
}

// elementNames returns the names of a list's elements: their ids, or else their places.
func elementNames(list reflect.Value) []elementName {
	all := make([]elementName, list.Len())
	times := make(map[string]int, list.Len())
	for i := range all {
		id := strconv.Itoa(i)
		if field, ok := idField(list.Index(i)); ok {
			id = field.String()
		}
		all[i] = elementName{id: id, nth: times[id]}
		times[id]++
	}
	return all
}

// onlyNamed returns an element that has an id and nothing else.
func onlyNamed(element reflect.Value) reflect.Value {
	element = pointed(element)
	nothing := reflect.New(element.Type()).Elem()
	if field, ok := idField(element); ok {
		if own, _ := idField(nothing); own.CanSet() {
			own.Set(field)
		}
	}
	return nothing
}

func idField(element reflect.Value) (reflect.Value, bool) {
	element = pointed(element)
	if element.Kind() == reflect.Struct {
		for _, field := range ruleFields(element.Type()) {
			if id := field.of(element); field.name == "id" && id.Kind() == reflect.String {
				return id, true
			}
		}
	}
	return reflect.Value{}, false
}

func nameBefore(all []elementName, place int) elementName {
	if place == 0 {
		return elementName{}
	}
	return all[place-1]
}

// longestAscent returns the members of a longest ascending subsequence of different
// numbers: the elements that need not move.
func longestAscent(numbers []int) map[int]bool {
	var ends []int // of the ascents of each length, the place whose number is least
	before := make([]int, len(numbers))
	for i, number := range numbers {
		length, _ := slices.BinarySearchFunc(ends, number, func(end, number int) int { return cmp.Compare(numbers[end], number) })
		before[i] = -1
		if length > 0 {
			before[i] = ends[length-1]
		}
		if length == len(ends) {
			ends = append(ends, i)
		}
		ends[length] = i
	}
	members := map[int]bool{}
	if len(ends) > 0 {
		for i := ends[len(ends)-1]; i >= 0; i = before[i] {
			members[numbers[i]] = true
		}
	}
	return members
}

// ruleField is a field of the rules as JSON sees it; those of embedded structs stand
// among the fields of the outer one.
type ruleField struct {
	name  string // in JSON
	owner reflect.Type
	reflect.StructField
}

func ruleFields(t reflect.Type) []ruleField {
	var fields []ruleField
	for _, field := range reflect.VisibleFields(t) {
		tag, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if !field.IsExported() || tag == "-" || field.Anonymous && tag == "" {
			continue
		}
		owner := t
		if outer := field.Index[:len(field.Index)-1]; len(outer) > 0 {
			owner = t.FieldByIndex(outer).Type
		}
		fields = append(fields, ruleField{name: cmp.Or(tag, field.Name), owner: owner, StructField: field})
	}
	return fields
}

// key names the field for its words: Earning.times.
func (f ruleField) key() string { return f.owner.Name() + "." + f.name }

// anyOrder reports whether the order of a list has no meaning.
func (f ruleField) anyOrder() bool {
	switch f.key() {
	case "Rules.events", "Rules.rewards":
		return true
	}
	return false
}

// of returns the field's value in a struct.
func (f ruleField) of(whole reflect.Value) reflect.Value {
	if value, err := whole.FieldByIndexErr(f.Index); err == nil {
		return value
	}
	return reflect.Zero(f.Type) // of an embedded struct that is absent
}

// isPlain reports whether a type is one value, written as one text.
func isPlain(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer:
		return isPlain(t.Elem())
	case reflect.Struct, reflect.Slice, reflect.Array:
		return t.Implements(reflect.TypeFor[fmt.Stringer]()) || t == reflect.TypeFor[decimal.NullDecimal]()
	}
	return true
}

// plainText writes a plain value; "" where it says nothing. A zero behind a pointer says
// something, since the pointer is there to keep it apart.
func plainText(v reflect.Value) string {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return ""
		}
		return itemText(v.Elem())
	}
	d, isDecimal := v.Interface().(decimal.Decimal)
	if v.IsZero() || isDecimal && d.IsZero() || v.Kind() == reflect.Map && v.Len() == 0 {
		return ""
	}
	return itemText(v)
}

// itemText writes a plain value, zero or not.
func itemText(v reflect.Value) string {
	switch value := v.Interface().(type) {
	case decimal.Decimal:
		return decimalText(value)
	case decimal.NullDecimal:
		return decimalText(value.Decimal)
	case fmt.Stringer:
		if v.Kind() == reflect.Pointer && v.IsNil() {
			return ""
		}
		if text := value.String(); text != "" || !v.CanInt() {
			return text
		}
		return strconv.FormatInt(v.Int(), 10) // a day that is none
	}
	if v.Kind() == reflect.String {
		return v.String()
	}
	return fmt.Sprint(pointed(v))
}

// decimalText writes equal numbers alike, and does not spell out the zeros of a huge
// exponent.
func decimalText(d decimal.Decimal) string {
	d = d.Normalize()
	if exponent := d.Exponent(); exponent < -customer.MaxText || exponent > customer.MaxText {
		return fmt.Sprintf("%se%d", d.Coefficient(), exponent)
	}
	return d.String()
}

// isSilent reports whether a value says nothing.
func isSilent(v reflect.Value) bool {
	switch kind := v.Kind(); {
	case isPlain(v.Type()):
		return plainText(v) == ""
	case kind == reflect.Pointer:
		return v.IsNil() || isSilent(v.Elem())
	case kind == reflect.Struct:
		return !slices.ContainsFunc(ruleFields(v.Type()), func(f ruleField) bool { return !isSilent(f.of(v)) })
	}
	return v.Len() == 0
}

// pointed follows a pointer; an absent one leads to a zero.
func pointed(v reflect.Value) reflect.Value {
	if v.Kind() != reflect.Pointer {
		return v
	}
	if v.IsNil() {
		return reflect.Zero(v.Type().Elem())
	}
	return v.Elem()
}

// itemTexts returns the different values of a plain list, in its order.
func itemTexts(list reflect.Value) []string {
	all := make([]string, list.Len())
	for i := range all {
		all[i] = itemText(list.Index(i))
	}
	return textsWithout(all, nil)
}

// textsWithout returns each value once, those of another list left out.
func textsWithout(values, other []string) []string {
	seen := make(map[string]bool, len(values)+len(other))
	for _, value := range other {
		seen[value] = true
	}
	var left []string
	for _, value := range values {
		if !seen[value] {
			seen[value] = true
			left = append(left, value)
		}
	}
	return left
}

// shownText makes a text fit to be read: bounded, and without control characters.
func shownText(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return unicode.ReplacementChar
		}
		return r
	}, text)
	if len(text) <= customer.MaxText {
		return text
	}
	end := customer.MaxText - len("…")
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "…"
}

// bracket writes an id or a value as a step of a path.
func bracket(id string) string {
	id = shownText(id)
	if id == "" || strings.ContainsAny(id, `[]"`) {
		id = strconv.Quote(id)
	}
	return "[" + id + "]"
}
