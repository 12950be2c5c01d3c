package population

import (
	"encoding/binary"
	"iter"
	"maps"
	"reflect"
	"slices"
)

// Table is the ungrouped form: one value for each customer and item, found or made in
// any order. The zero Table is empty and ready. It is not safe for concurrent use;
// parallel work fills one Table each and merges.
type Table[K Key, V any] struct {
	rows map[K]*Row[V]
	// Lines mostly come in stretches of one customer: the last row is at hand.
	last    *Row[V]
	lastKey K
}

// Row is what a Table holds of one customer: values by ascending item.
type Row[V any] struct {
	Items  []uint32
	Values []V

	// A long row is kept loose while it grows, so that items in any order cost the same:
	// in the order of arrival, with the place of each.
	places map[uint32]int
}

// longRow is from how many items on a row is kept loose.
const longRow = 64

// At returns the value of a customer and item, made new when there is none. The
// pointer holds until the next call of At.
func (t *Table[K, V]) At(key K, item uint32) *V {
	if t.last == nil || t.lastKey != key {
		row := t.rows[key]
		if row == nil {
			row = new(Row[V])
			if t.rows == nil {
				t.rows = make(map[K]*Row[V])
			}
			t.rows[key] = row
		}
		t.last, t.lastKey = row, key
	}
	return t.last.at(item)
}

func (r *Row[V]) at(item uint32) *V {
	var none V
	if r.places == nil {
		i, found := slices.BinarySearch(r.Items, item)
		switch {
		case found:
			return &r.Values[i]
		case i == len(r.Items) || len(r.Items) < longRow:
			r.Items = slices.Insert(r.Items, i, item)
			r.Values = slices.Insert(r.Values, i, none)
			return &r.Values[i]
		}
		r.places = make(map[uint32]int, 2*len(r.Items))
		for place, item := range r.Items {
			r.places[item] = place
		}
	}
	place, found := r.places[item]
	if !found {
		place = len(r.Items)
		r.places[item] = place
		r.Items, r.Values = append(r.Items, item), append(r.Values, none)
	}
	return &r.Values[place]
}

// sorted brings a loose row into the order of its items.
func (r *Row[V]) sorted() *Row[V] {
	if r.places == nil {
		return r
	}
	items, values := slices.Sorted(slices.Values(r.Items)), make([]V, len(r.Values))
	for i, item := range items {
		values[i] = r.Values[r.places[item]]
	}
	*r = Row[V]{Items: items, Values: values}
	return r
}

// Row returns what the table holds of one customer, empty when it is nothing. The row
// shares the table's memory.
func (t *Table[K, V]) Row(key K) Row[V] {
	if row := t.rows[key]; row != nil {
		return *row.sorted()
	}
	return Row[V]{}
}

// Len returns the number of customers.
func (t *Table[K, V]) Len() int { return len(t.rows) }

// All walks the customers in ascending order. The rows share the table's memory.
func (t *Table[K, V]) All() iter.Seq2[K, Row[V]] {
	return func(yield func(K, Row[V]) bool) {
		for _, key := range slices.Sorted(maps.Keys(t.rows)) {
			if !yield(key, *t.rows[key].sorted()) {
				return
			}
		}
	}
}

// Append writes the table in key order, each value as write writes it.
func (t *Table[K, V]) Append(dst []byte, write func([]byte, *V) []byte) []byte {
	kind := reflect.TypeFor[K]().Kind()
	dst = append(dst, keyCode(kind))
	dst = binary.AppendUvarint(dst, uint64(len(t.rows)))
	for key, row := range t.All() {
		dst = appendKey(dst, key, kind)
		dst = binary.AppendUvarint(dst, uint64(len(row.Items)))
		for i, item := range row.Items {
			dst = binary.AppendUvarint(dst, uint64(item))
			dst = write(dst, &row.Values[i])
		}
	}
	return dst
}

// Read replaces the table with one that Append wrote, each value as read reads it.
// Input that Append would not have written (keys of another kind, out of order or
// repeated) fails the Decoder, and leaves the table as it was.
func (t *Table[K, V]) Read(from *Decoder, read func(*Decoder, *V)) {
	kind := reflect.TypeFor[K]().Kind()
	if from.Byte() != keyCode(kind) {
		from.Fail("keys of another type")
	}
	rows := make(map[K]*Row[V])
	var previous K
	customers := from.Uvarint()
	for n := uint64(0); n < customers && from.Err() == nil; n++ {
		key := readKey[K](from, kind)
		if n > 0 && key <= previous {
			from.Fail("customers out of order")
		}
		previous = key
		row := new(Row[V])
		items := from.Uvarint()
		if items == 0 {
			from.Fail("a customer without items")
		}
		row.Items, row.Values = make([]uint32, 0, from.room(items)), make([]V, 0, from.room(items))
		for i := uint64(0); i < items && from.Err() == nil; i++ {
			item := from.Uint32()
			if i > 0 && item <= row.Items[i-1] {
				from.Fail("items out of order")
			}
			var value V
			read(from, &value)
			row.Items, row.Values = append(row.Items, item), append(row.Values, value)
		}
		rows[key] = row
	}
	if from.Err() == nil {
		*t = Table[K, V]{rows: rows}
	}
}

func appendKey[K Key](dst []byte, key K, kind reflect.Kind) []byte {
	value := reflect.ValueOf(key)
	if kind == reflect.String {
		dst = binary.AppendUvarint(dst, uint64(value.Len()))
		return append(dst, value.String()...)
	}
	return binary.AppendUvarint(dst, value.Uint())
}

func readKey[K Key](from *Decoder, kind reflect.Kind) K {
	var key K
	settable := reflect.ValueOf(&key).Elem()
	switch kind {
	case reflect.String:
		settable.SetString(string(from.Bytes()))
	case reflect.Uint32:
		settable.SetUint(uint64(from.Uint32()))
	default:
		settable.SetUint(from.Uvarint())
	}
	return key
}

// keyCode names the kind of the keys in the stored form.
func keyCode(kind reflect.Kind) byte {
	switch kind {
	case reflect.String:
		return 1
	case reflect.Uint32:
		return 2
	default: // uint64: Key admits no other
		return 3
	}
}
