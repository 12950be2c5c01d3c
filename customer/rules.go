package customer

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/shopspring/decimal"
)

// MaxRuleBytes is the longest rule file that ParseRules reads.
const MaxRuleBytes = 16 << 20

// maxRuleDepth bounds the strict reading: a file of nothing but brackets must not
// become hours of work.
const maxRuleDepth = 64

// ParseRules reads a rule book's plain struct from JSON, strictly: an unknown,
// repeated or differently capitalised field, a null, a decimal that is not written as
// text, or anything after the value is a fault, because a misspelt rule must not be a
// rule switched off. All faults come back at once as [Faults]; JSON that cannot be
// read at all is an error of its own. After 1000 faults, or below 64 levels of nesting,
// it reads no further. What the rules say is checked by the package whose rules they
// are.
//
// Rules written by encoding/json can be read again where lists, maps and pointers are
// tagged omitempty or omitzero: a nil one would be written as null, which is refused.
func ParseRules[R any](data []byte) (R, error) {
	var rules R
	if len(data) > MaxRuleBytes {
		return rules, fmt.Errorf("customer: a rule file of %d bytes is over the limit of %d", len(data), MaxRuleBytes)
	}
	if !utf8.Valid(data) { // encoding/json would replace the bytes, and so change an ID in silence
		return rules, errors.New("customer: the rules are not UTF-8 text")
	}
	var whole json.RawMessage
	if err := json.Unmarshal(data, &whole); err != nil { // also where something follows the value
		return rules, fmt.Errorf("customer: the rules are not JSON: %w", err)
	}
	reading := strictReading{fields: map[reflect.Type]map[string]reflect.Type{}}
	reading.check("", whole, reflect.TypeFor[R](), 0)
	if err := reading.faults.Err(); err != nil {
		return rules, err
	}
	decoder := json.NewDecoder(bytes.NewReader(whole))
	decoder.DisallowUnknownFields() // a second net under the walk above
	if err := decoder.Decode(&rules); err != nil {
		var none R
		return none, fmt.Errorf("customer: the rules do not fit: %w", err)
	}
	return rules, nil
}

// strictReading holds JSON against the Go type that will receive it.
type strictReading struct {
	faults Faults
	fields map[reflect.Type]map[string]reflect.Type // of the structs met so far
}

// check walks one value in step with encoding/json, which alone would stop at the
// first fault and accept repeated fields.
func (r *strictReading) check(path string, raw json.RawMessage, t reflect.Type, depth int) {
	faults := &r.faults
	if depth > maxRuleDepth {
		faults.Add(path, string(raw), fmt.Sprintf("is nested at most %d deep", maxRuleDepth))
		return
	}
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if string(raw) == "null" {
		faults.Add(path, "null", "is a value; leave the field out to have none")
		return
	}
	if isLeaf(t) {
		checkLeaf(faults, path, raw, t)
		return
	}
	switch t.Kind() {
	case reflect.Struct:
		fields := r.fieldsOf(t)
		eachMember(faults, path, raw, func(name string, value json.RawMessage) {
			field, known := fields[name]
			if !known {
				faults.Add(join(path, name), string(value), "is a field of the rules: one of "+fieldNames(fields))
				return
			}
			r.check(join(path, name), value, field, depth+1)
		})
	case reflect.Map:
		eachMember(faults, path, raw, func(name string, value json.RawMessage) {
			r.check(join(path, name), value, t.Elem(), depth+1)
		})
	case reflect.Slice, reflect.Array:
		var items []json.RawMessage
		if err := json.Unmarshal(raw, &items); err != nil {
			faults.Add(path, string(raw), "is a list")
			return
		}
		for i, item := range items {
			if len(*faults) >= MaxFaults {
				return
			}
			r.check(fmt.Sprintf("%s[%d]", path, i), item, t.Elem(), depth+1)
		}
	default:
		checkLeaf(faults, path, raw, t)
	}
}

func isLeaf(t reflect.Type) bool {
	pointer := reflect.PointerTo(t)
	return pointer.Implements(reflect.TypeFor[json.Unmarshaler]()) ||
		pointer.Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}

func checkLeaf(faults *Faults, path string, raw json.RawMessage, t reflect.Type) {
	const decimalRule = `is a decimal written as text: "1.50"`
	isDecimal := t == reflect.TypeFor[decimal.Decimal]() || t == reflect.TypeFor[decimal.NullDecimal]()
	if isDecimal && (raw[0] != '"' || len(raw) > MaxText) { // a million digits would be read for seconds
		faults.Add(path, string(raw), decimalRule)
		return
	}
	if err := json.Unmarshal(raw, reflect.New(t).Interface()); err != nil {
		rule := "is " + typeWords(t)
		var wrongType *json.UnmarshalTypeError
		switch {
		case isDecimal:
			rule = decimalRule
		case isLeaf(t) && errors.As(err, &wrongType): // a number or an object
			rule = "is written as text" + ownWords(raw, t)
		case isLeaf(t): // the type's own words name what it takes
			rule = shorten(strings.TrimPrefix(err.Error(), "customer: "), 3*maxShown)
		}
		faults.Add(path, string(raw), rule)
	}
}

// ownWords is what a type says of a number that should have been one of its texts: 1 where
// "monday" is meant.
func ownWords(raw json.RawMessage, t reflect.Type) string {
	text, ok := reflect.New(t).Interface().(encoding.TextUnmarshaler)
	if !ok || raw[0] == '{' || raw[0] == '[' {
		return ""
	}
	err := text.UnmarshalText(raw)
	if err == nil {
		return ""
	}
	return ": " + shorten(strings.TrimPrefix(err.Error(), "customer: "), 3*maxShown)
}

func typeWords(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.String:
		return "text"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return fmt.Sprintf("a whole number of at most %d bits", t.Bits())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return fmt.Sprintf("a whole number of 0 or more and at most %d bits", t.Bits())
	}
	return "a value of type " + t.String()
}

// eachMember calls visit for every member of a JSON object, after checking that raw is
// one and that no name stands in it twice.
func eachMember(faults *Faults, path string, raw json.RawMessage, visit func(string, json.RawMessage)) {
	if raw[0] != '{' {
		faults.Add(path, string(raw), "is an object of fields")
		return
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	if _, err := decoder.Token(); err != nil {
		return // raw has been read once as valid JSON
	}
	seen := map[string]bool{}
	for decoder.More() && len(*faults) < MaxFaults {
		token, err := decoder.Token()
		if err != nil {
			return
		}
		name, _ := token.(string)
		var value json.RawMessage
		if decoder.Decode(&value) != nil {
			return
		}
		if seen[name] {
			faults.Add(join(path, name), string(value), "stands only once")
			continue
		}
		seen[name] = true
		visit(name, value)
	}
}

// fieldsOf maps the JSON names of a struct's fields to their types, those of embedded
// structs included.
func (r *strictReading) fieldsOf(t reflect.Type) map[string]reflect.Type {
	if known, ok := r.fields[t]; ok {
		return known
	}
	fields := map[string]reflect.Type{}
	r.fields[t] = fields
	for _, field := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if !field.IsExported() || name == "-" || field.Anonymous && name == "" {
			continue
		}
		if name == "" {
			name = field.Name
		}
		fields[name] = field.Type
	}
	return fields
}

func fieldNames(fields map[string]reflect.Type) string {
	names := make([]string, 0, len(fields))
	for name := range fields {
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

func join(path, name string) string {
	name = shorten(name, maxShown) // names stand in the file, which may be hostile
	if path == "" {
		return name
	}
	return path + "." + name
}
