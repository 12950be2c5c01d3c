package privacy_test

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/privacy"
)

// points is something that is held without a history.
type points struct {
	Balance int64         `json:"balance"`
	Until   customer.Date `json:"until"`
	Tiers   []string      `json:"tiers"`
	Blocked bool          `json:"blocked"`
	Note    *string       `json:"note"`
}

func exported(t *testing.T, language customer.Language) privacy.Document {
	t.Helper()
	var store CardStore
	first := told("t-1", "Anna", "139 1234 5678")
	first.Owner, first.Guest = "bob", "Guestname"
	tell(t, &store, first)
	second := told("t-2", "Anna <B>", "05718765")
	second.By = "c-1"
	tell(t, &store, second)
	state, _, err := store.Load(t.Context(), "c-1")
	require.NoError(t, err)
	decisions, err := store.Decisions(t.Context(), "c-1")
	require.NoError(t, err)
	document, err := policy(t).Export("c-1", noon(), language, map[string]string{"ann": "cashier"},
		privacy.Rows("points", points{Balance: 12, Until: 740_000, Tiers: []string{"silver", "gold"}}), privacy.PartOf(state, decisions))
	require.NoError(t, err)
	return document
}

// The document is a stored format: for her to read in two languages, and for a machine.
func TestExportGolden(t *testing.T) {
	for language, file := range map[customer.Language]string{customer.English: "export.json", customer.Chinese: "export.zh.json"} {
		document := exported(t, language)
		data, err := json.MarshalIndent(document, "", "\t")
		require.NoError(t, err)
		customertest.Golden(t, file, string(data)+"\n")
		again, err := json.MarshalIndent(exported(t, language), "", "\t")
		require.NoError(t, err)
		assert.Equal(t, string(data), string(again), "the same parts, the same bytes")

		for _, printed := range []any{document, document.Parts, document.Parts[0].History, privacy.Rows("points", "139 1234 5678")} {
			for _, verb := range []string{"%v", "%+v", "%#v", "%x"} {
				for _, value := range []string{"1234", "Anna", "49, 51, 57"} {
					assert.NotContains(t, fmt.Sprintf(verb, printed), value, "a log has nothing of it")
				}
			}
		}
		assert.Equal(t, "export of c-1 at 2026-11-25T12:00:00Z: 2 parts", document.String())

		text := string(data)
		assert.NotContains(t, text, "Guestname", "of another person")
		assert.NotContains(t, text, `"ann"`, "staff are shown by their role")
		assert.NotContains(t, text, `"bob"`)
		assert.Equal(t, 1, document.LeftOut)
	}
}

// A part that the rules name and nobody supplied is named; one that they do not name is there.
func TestExportMissing(t *testing.T) {
	document, err := policy(t).Export("c-1", noon(), customer.English, nil, privacy.Rows("zoo", 1), privacy.Rows("points", nil), privacy.Rows("ark", 2))
	require.NoError(t, err)
	assert.Equal(t, []string{"card"}, document.Missing)
	var names []string
	for _, part := range document.Parts {
		names = append(names, part.Name)
	}
	assert.Equal(t, []string{"points", "ark", "zoo"}, names)
}

func TestExportFaults(t *testing.T) {
	_, err := policy(t).Export("", time.Time{}, 0, nil, privacy.Rows("a", 1), privacy.Rows("a", func() {}), privacy.Rows("", 1))
	assert.Equal(t, []string{"customer", "at", "language", "parts[1].name", "parts[1]", "parts[2].name"}, customertest.Paths(t, err))
	deep := strings.Repeat("[", 80) + strings.Repeat("]", 80)
	_, err = policy(t).Export("c-1", noon(), customer.English, nil, privacy.Rows("a", json.RawMessage(deep)))
	require.ErrorContains(t, err, "deeper")
}

// Complete: every field of the state, however deep, is in the document, unless it is of others.
func TestExportComplete(t *testing.T) {
	state := Card{}
	wanted := fill(reflect.ValueOf(&state).Elem())
	document, err := policy(t).Export("c-1", noon(), customer.English, nil, privacy.PartOf[Card, Word, CardForm](state, nil))
	require.NoError(t, err)
	require.Len(t, wanted, 4)
	for _, one := range wanted {
		assert.Contains(t, string(document.Parts[0].Data), one.value, one.path)
	}
	assert.Len(t, document.Parts[0].Words, len(wanted), "and in words")
}

// filled is a value of its own that a field was given, as JSON writes it.
type filled struct{ path, value string }

// fill gives every field of a value a value of its own, and returns them.
func fill(v reflect.Value) []filled {
	n := 5000
	return fillNext(v, "", &n)
}

func fillNext(v reflect.Value, path string, n *int) (all []filled) {
	*n++
	_, text := v.Interface().(encoding.TextMarshaler)
	switch {
	case v.Type() == reflect.TypeFor[time.Time]():
		at := time.Date(2000, 1, 1, 0, 0, *n, 0, time.UTC)
		v.Set(reflect.ValueOf(at))
		return []filled{{path, at.Format(time.RFC3339)}}
	case v.Type() == reflect.TypeFor[customer.Date]():
		v.SetInt(int64(700_000 + *n))
		return []filled{{path, customer.Date(v.Int()).String()}}
	case text && v.CanUint(): // an enumeration: its first value
		v.SetUint(1)
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			field := v.Type().Field(i)
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			if field.IsExported() && name != "-" {
				all = append(all, fillNext(v.Field(i), path+"/"+name, n)...)
			}
		}
	case v.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		return fillNext(v.Index(0), path, n)
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return fillNext(v.Elem(), path, n)
	case v.Kind() == reflect.String:
		v.SetString(fmt.Sprint("text-", *n))
		return []filled{{path, v.String()}}
	case v.Kind() == reflect.Bool:
		v.SetBool(true)
	case v.CanInt():
		v.SetInt(int64(*n))
		return []filled{{path, fmt.Sprint(*n)}}
	case v.CanUint():
		v.SetUint(uint64(*n))
		return []filled{{path, fmt.Sprint(*n)}}
	default:
		panic("a " + v.Type().String() + " cannot be filled")
	}
	return all
}

// BenchmarkExport writes down 1,000 entries.
func BenchmarkExport(b *testing.B) {
	var store CardStore
	for i := range 1000 {
		tell(b, &store, told(fmt.Sprint("t-", i), "Anna", "139 1234 5678"))
	}
	state, _, err := store.Load(b.Context(), "c-1")
	require.NoError(b, err)
	decisions, err := store.Decisions(b.Context(), "c-1")
	require.NoError(b, err)
	p := policy(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.Export("c-1", noon(), customer.English, nil, privacy.PartOf(state, decisions)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkErase erases a history of 1,000 entries that was erased before, which is the whole of the
// rewriting.
func BenchmarkErase(b *testing.B) {
	var store CardStore
	for i := range 1000 {
		tell(b, &store, told(fmt.Sprint("t-", i), "Anna", "139 1234 5678"))
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := erase(&store, order("e-1")); err != nil {
			b.Fatal(err)
		}
	}
}
