package journaltest

import (
	"fmt"
	"math/big"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// TestFact checks the Canonical method of a fact: it changes every field of the sample
// in turn, lists and structs inside it included, and expects another fingerprint each
// time, for a forgotten field makes two requests one. In turn, what does not matter
// must not change it: the zone of an instant, the trailing zeros of a decimal.
//
// The sample is a struct, or a pointer to one. Each of its lists has at least one item
// and each of its pointers points to something, otherwise nothing there could be
// changed.
func TestFact(t *testing.T, sample journal.Fact) {
	t.Helper()
	var found report
	checkFact(&found, sample)
	for _, broken := range found.broken {
		t.Error(broken)
	}
}

func checkFact(r *report, sample journal.Fact) {
	f := facts{report: r, sample: reflect.ValueOf(sample), seen: map[string]string{}}
	whole, ok := f.fingerprint("the sample", f.sample)
	if !ok {
		return
	}
	f.seen[whole] = "the sample unchanged"
	if again, _ := f.fingerprint("the sample", f.sample); again != whole {
		f.errorf("the sample has another fingerprint the second time")
	}
	var form customer.Canonical
	blank(f.sample.Type()).Interface().(journal.Fact).Canonical(&form)
	if form.String() != "" {
		f.errorf("zero fields leave no trace, so that facts can grow; an empty fact wrote %q", form.String())
	}
	f.walk("", f.sample, func(change func(reflect.Value)) reflect.Value {
		fresh := clone(f.sample)
		change(fresh)
		return fresh
	})
}

// facts walks a sample. Each step gets with, which returns a fresh copy of the sample
// whose part at this place has been changed.
type facts struct {
	*report
	sample reflect.Value
	seen   map[string]string // what was changed, by fingerprint
}

type with func(change func(part reflect.Value)) (whole reflect.Value)

func (f *facts) walk(path string, part reflect.Value, with with) {
	if leaf(part.Type()) {
		f.leaf(path, part, with)
		return
	}
	switch part.Kind() {
	case reflect.Bool, reflect.String,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		f.leaf(path, part, with)
	case reflect.Pointer:
		if part.IsNil() {
			f.errorf("%s: the sample has nothing here, so nothing could be changed", path)
			return
		}
		f.walk(path, part.Elem(), func(change func(reflect.Value)) reflect.Value {
			return with(func(pointer reflect.Value) { change(pointer.Elem()) })
		})
	case reflect.Struct:
		for i := range part.NumField() {
			field := part.Type().Field(i)
			if !field.IsExported() {
				f.errorf("%s.%s: is not exported, so it could not be changed", path, field.Name)
				continue
			}
			f.walk(path+"."+field.Name, part.Field(i), func(change func(reflect.Value)) reflect.Value {
				return with(func(whole reflect.Value) { change(whole.Field(i)) })
			})
		}
	case reflect.Slice, reflect.Array:
		f.list(path, part, with)
	default:
		f.errorf("%s: a %s has no canonical form", path, part.Type())
	}
}

func (f *facts) list(path string, list reflect.Value, with with) {
	if list.Len() == 0 {
		f.errorf("%s: the sample has an empty list, so nothing could be changed", path)
		return
	}
	if list.Kind() == reflect.Slice {
		f.differs(path+", first item twice", with(func(list reflect.Value) {
			list.Set(reflect.Append(list, clone(list.Index(0))))
		}))
		f.differs(path+", no items", with(func(list reflect.Value) { list.SetZero() }))
	}
	for i := range list.Len() {
		f.walk(fmt.Sprintf("%s[%d]", path, i), list.Index(i), func(change func(reflect.Value)) reflect.Value {
			return with(func(list reflect.Value) { change(list.Index(i)) })
		})
		if i > 0 && !reflect.DeepEqual(list.Index(0).Interface(), list.Index(i).Interface()) {
			f.differs(fmt.Sprintf("%s, items 0 and %d exchanged", path, i), with(func(list reflect.Value) {
				first := clone(list.Index(0))
				list.Index(0).Set(list.Index(i))
				list.Index(i).Set(first)
			}))
		}
	}
}

func (f *facts) leaf(path string, part reflect.Value, with with) {
	f.differs(path, with(another))
	other := clone(part)
	if another(other); !part.IsZero() && !other.IsZero() {
		f.differs(path+", left out", with(func(part reflect.Value) { part.SetZero() }))
	}
	switch value := part.Interface().(type) {
	case time.Time:
		east := value.In(time.FixedZone("east", 8*60*60))
		f.same(path+", in another zone", with(func(part reflect.Value) { part.Set(reflect.ValueOf(east)) }))
	case decimal.Decimal:
		f.same(path+", with a trailing zero", with(func(part reflect.Value) { part.Set(reflect.ValueOf(trailing(value))) }))
	case decimal.NullDecimal:
		if value.Valid && !value.Decimal.IsZero() {
			f.differs(path+", zero instead of left out", with(func(part reflect.Value) {
				part.Set(reflect.ValueOf(decimal.NewNullDecimal(decimal.Zero)))
			}))
			long := decimal.NewNullDecimal(trailing(value.Decimal))
			f.same(path+", with a trailing zero", with(func(part reflect.Value) { part.Set(reflect.ValueOf(long)) }))
		}
	}
}

// differs expects a fingerprint that no other change has.
func (f *facts) differs(what string, changed reflect.Value) {
	sum, ok := f.fingerprint(what, changed)
	if !ok {
		return
	}
	if before, taken := f.seen[sum]; taken {
		f.errorf("%s changed: the fingerprint is that of %s", what, before)
		return
	}
	f.seen[sum] = what + " changed"
}

// same expects the fingerprint of the sample.
func (f *facts) same(what string, changed reflect.Value) {
	whole, _ := f.fingerprint("the sample", f.sample)
	if sum, ok := f.fingerprint(what, changed); ok && sum != whole {
		f.errorf("%s: the fingerprint is not that of the sample, and should be", what)
	}
}

func (f *facts) fingerprint(what string, fact reflect.Value) (string, bool) {
	sum, err := journal.Fingerprint("test", fact.Interface().(journal.Fact))
	if err != nil {
		f.errorf("%s: no fingerprint: %v", what, err)
	}
	return sum, err == nil
}

// leaf reports whether a struct type is one value with a form of its own.
func leaf(t reflect.Type) bool {
	return slices.Contains([]reflect.Type{
		reflect.TypeFor[time.Time](), reflect.TypeFor[decimal.Decimal](), reflect.TypeFor[decimal.NullDecimal](),
	}, t)
}

// another gives a leaf another value, the nearest that there is.
func another(part reflect.Value) {
	switch value := part.Interface().(type) {
	case time.Time:
		part.Set(reflect.ValueOf(value.Add(time.Nanosecond)))
		return
	case decimal.Decimal:
		part.Set(reflect.ValueOf(value.Add(decimal.New(1, -2))))
		return
	case decimal.NullDecimal:
		part.Set(reflect.ValueOf(decimal.NewNullDecimal(value.Decimal.Add(decimal.New(1, -2)))))
		return
	}
	switch {
	case part.Kind() == reflect.Bool:
		part.SetBool(!part.Bool())
	case part.Kind() == reflect.String:
		part.SetString(part.String() + "\x00")
	case part.CanInt():
		part.SetInt(part.Int() + 1)
	case part.CanUint():
		part.SetUint(part.Uint() + 1)
	}
}

// trailing returns the same number with one more digit.
func trailing(d decimal.Decimal) decimal.Decimal {
	return decimal.NewFromBigInt(new(big.Int).Mul(d.Coefficient(), big.NewInt(10)), d.Exponent()-1)
}

// clone copies a value and everything it points to, so that a change of the copy leaves
// the sample as it is. The copy can be set.
func clone(value reflect.Value) reflect.Value {
	fresh := reflect.New(value.Type()).Elem()
	fresh.Set(value)
	if leaf(value.Type()) {
		return fresh
	}
	switch value.Kind() {
	case reflect.Pointer:
		if !value.IsNil() {
			fresh.Set(clone(value.Elem()).Addr())
		}
	case reflect.Slice:
		if !value.IsNil() {
			fresh.Set(reflect.MakeSlice(value.Type(), value.Len(), value.Len()))
			for i := range value.Len() {
				fresh.Index(i).Set(clone(value.Index(i)))
			}
		}
	case reflect.Array:
		for i := range value.Len() {
			fresh.Index(i).Set(clone(value.Index(i)))
		}
	case reflect.Struct:
		for i := range value.NumField() {
			if value.Type().Field(i).IsExported() {
				fresh.Field(i).Set(clone(value.Field(i)))
			}
		}
	}
	return fresh
}

// blank returns the empty fact of a type.
func blank(t reflect.Type) reflect.Value {
	if t.Kind() == reflect.Pointer {
		return reflect.New(t.Elem())
	}
	return reflect.New(t).Elem()
}
