package customertest

import (
	"encoding"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
)

// Terms are what a story's amounts and instants are read in.
type Terms struct {
	Currency customer.Currency
	Zone     *time.Location
}

// Key is the key under which a story gives a field: its JSON name with hyphens for underscores.
func Key(field reflect.StructField) string {
	name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
	return strings.ReplaceAll(name, "_", "-")
}

// Fill sets the fields of a struct from the values of a step, each by its [Key], those of embedded
// structs too. A field of minor units, total_minor, is given as an amount: total=12.50. What a step
// does not give stays as it is; a value that cannot be read fails the story.
func (c Terms) Fill(t testing.TB, into reflect.Value, step Step) {
	t.Helper()
	for i := range into.NumField() {
		field := into.Type().Field(i)
		key := Key(field)
		if key == "-" {
			continue
		}
		if field.Anonymous && key == "" {
			c.Fill(t, into.Field(i), step)
			continue
		}
		key, isMoney := strings.CutSuffix(key, "-minor")
		switch text := step.Value(key); {
		case text == "":
		case isMoney:
			into.Field(i).SetInt(c.Minor(t, step.Where, text))
		default:
			c.set(t, step.Where, into.Field(i), text)
		}
	}
}

// Minor reads an amount as minor units; where is for messages.
func (c Terms) Minor(t testing.TB, where, text string) int64 {
	t.Helper()
	amount, err := decimal.NewFromString(text)
	if err != nil {
		t.Fatalf("%s: %v", where, err)
	}
	minor, err := c.Currency.Minor(amount)
	if err != nil {
		t.Fatalf("%s: %v", where, err)
	}
	return minor
}

// Instant reads an instant of the zone: "2026-11-25 09:30", or with seconds.
func (c Terms) Instant(t testing.TB, where, text string) time.Time {
	t.Helper()
	layout := "2006-01-02 15:04"
	if len(text) > len(layout) {
		layout = time.DateTime
	}
	at, err := time.ParseInLocation(layout, text, c.Zone)
	if err != nil {
		t.Fatalf("%s: %v", where, err)
	}
	return at
}

func (c Terms) set(t testing.TB, where string, field reflect.Value, text string) {
	t.Helper()
	if field.Type() == reflect.TypeFor[time.Time]() {
		field.Set(reflect.ValueOf(c.Instant(t, where, text)))
		return
	}
	if read, can := field.Addr().Interface().(encoding.TextUnmarshaler); can {
		if err := read.UnmarshalText([]byte(text)); err != nil {
			t.Fatalf("%s: %v", where, err)
		}
		return
	}
	switch field.Kind() {
	case reflect.String:
		field.SetString(text)
	case reflect.Bool:
		field.SetBool(text == "yes")
	case reflect.Int, reflect.Int32, reflect.Int64:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || field.OverflowInt(n) {
			t.Fatalf("%s: %q is no number of a %s", where, text, field.Type())
		}
		field.SetInt(n)
	case reflect.Slice:
		for part := range strings.SplitSeq(text, ",") {
			item := reflect.New(field.Type().Elem()).Elem()
			c.set(t, where, item, part)
			field.Set(reflect.Append(field, item))
		}
	default:
		t.Fatalf("%s: a %s cannot be written in a story", where, field.Type())
	}
}
