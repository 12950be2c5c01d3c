package identity_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
)

// recordHides fails where a print of a value shows what is personal, by whatever verb.
func recordHides(t *testing.T, what string, value any) {
	t.Helper()
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x", "%X", "% x", "%20.3v"} {
		text := fmt.Sprintf(verb, value)
		for _, secret := range recordSecrets() {
			assert.NotContains(t, text, secret, "%s by %s", what, verb)
			assert.NotContains(t, strings.ToLower(strings.ReplaceAll(text, " ", "")), hex.EncodeToString([]byte(secret)), "%s by %s", what, verb)
		}
	}
}

// No print of what is personal shows it, whatever is printed and by whatever verb.
func TestRedaction(t *testing.T) {
	d := recordLife(t)
	stored, err := json.Marshal(d.r)
	require.NoError(t, err)
	for _, secret := range recordSecrets() {
		is := strings.Contains(journaltest.WriteEntries(t, d.history)+string(stored), secret)
		assert.True(t, is || secret == "1985-04-12", "%q is in the record, or nothing is tested", secret)
	}
	recordHides(t, "record", d.r)
	recordHides(t, "pointer", &d.r)
	recordHides(t, "record in a map", map[string]any{"r": d.r})
	recordHides(t, "history", d.history)
	v := reflect.ValueOf(d.r)
	for i := range v.NumField() {
		recordHides(t, v.Type().Field(i).Name, v.Field(i).Interface())
	}
	for i, e := range d.history {
		recordHides(t, e.Kind(), e)
		recordHides(t, e.Kind(), e.Body)
		recordHides(t, e.Kind(), &d.history[i])
		recordHides(t, e.Kind(), identity.Decision{Entries: []identity.Entry{e}, Next: d.r})
	}
	for _, held := range d.r.Identifiers {
		recordHides(t, "held", held)
		recordHides(t, "identifier", held.Identifier)
		recordHides(t, "token", held.Token)
		recordHides(t, "flawed", held.Flawed)
		recordHides(t, "key of a map", map[identity.Token]bool{held.Token: true})
	}
	address := d.Address(d.r, "zh", d.at)
	assert.Equal(t, "Xiaoxiao", address.Text)
	recordHides(t, "address", address)
	recordHides(t, "normal", identity.Normal{Value: "87654321", Extension: "888800000", How: "digits/1"})
	recordHides(t, "fact", identity.Fact{Field: "birth-date", Value: "1985-04-12"})
	recordHides(t, "register", d.Register)

	// Neither do the answers on several records, and the commands that link them.
	var directory identity.Directory
	require.NoError(t, directory.Put("c-1", d.r))
	recordHides(t, "directory", directory)
	recordHides(t, "directory", &directory)
	assert.Equal(t, "directory of 1 record and 10 identifiers", fmt.Sprint(&directory))
	golden, err := d.Golden(d.at, identity.Member{ID: "c-1", Record: d.r})
	require.NoError(t, err)
	recordHides(t, "golden", golden)
	recordHides(t, "golden record", golden.Record())
	recordHides(t, "member", identity.Member{ID: "c-1", Record: d.r})
	found, err := d.Identify(&directory, "phone", "", "057187654321", d.at)
	require.NoError(t, err)
	recordHides(t, "recognition", found)
	for _, body := range []identity.Body{
		identity.Link{Pair: identity.Pair{Older: "c-1", Younger: "c-2"}, Note: "whispered"},
		identity.Unlink{To: "c-1", Note: "whispered"},
		identity.Distinct{Pair: identity.Pair{Older: "c-1", Younger: "c-2"}, Note: "whispered"},
		identity.Reconsider{To: "c-1", Note: "whispered"},
	} {
		recordHides(t, "body", body)
	}
}

// What is shown is what the scheme said when the identifier was attached, and never more than half.
func TestRedactionShown(t *testing.T) {
	for _, one := range []struct {
		value string
		shown int
		want  string
	}{
		{"13805718765", 4, "phone …8765"},
		{"13805718765", 0, "phone …"},
		{"1234", 4, "phone …34"},
		{"123", 4, "phone …3"},
		{"1", 4, "phone …"},
		{"", 4, "phone …"},
		{"张三丰李四", 2, "phone …李四"},
		{"张三丰", 4, "phone …丰"},
	} {
		id := identity.Identifier{Token: identity.Token{Scheme: "phone", Value: one.value}, Shown: one.shown}
		assert.Equal(t, one.want, id.String())
		assert.Equal(t, one.want, fmt.Sprintf("%d", identity.Held{Identifier: id}))
		assert.Equal(t, "phone …", id.Token.String())
	}
	assert.Equal(t, "no token", fmt.Sprint(identity.Token{}))
	assert.Equal(t, "card/rapport …", fmt.Sprint(identity.Token{Scheme: "card", Issuer: "rapport", Value: "12345678"}))
	assert.Equal(t, "no address", fmt.Sprint(identity.Address{}))
	assert.Equal(t, "good", fmt.Sprint(identity.Flawed{}))
}

// Faults and refusals end in logs: they repeat nothing personal, and of what is not personal what stood
// there.
func TestRedactionErrors(t *testing.T) {
	d := recordLife(t)
	long := strings.Repeat("87654321 ", 40)
	bad := func(text string) identity.Identifier {
		return identity.Identifier{Token: identity.Token{Scheme: "phone"}, Raw: text}
	}
	token := identity.Token{Scheme: "phone", Value: long}
	for name, decide := range map[string]func() (identity.Decision, error){
		"attach": func() (identity.Decision, error) {
			return d.Attach(d.r, identity.Attach{Step: d.step("ann"), Identifier: bad(long), Source: "till"})
		},
		"control": func() (identity.Decision, error) {
			return d.Attach(d.r, identity.Attach{Step: d.step("ann"), Identifier: bad("7654321\x00"), Source: "till"})
		},
		"detach": func() (identity.Decision, error) {
			return d.Detach(d.r, identity.Detach{Step: d.step("ann"), Token: token, Note: "whispered\x00"})
		},
		"unheld": func() (identity.Decision, error) {
			return d.Detach(d.r, identity.Detach{Step: d.step("ann"), Token: identity.Token{Scheme: "phone", Value: "7654321"}})
		},
		"spoil": func() (identity.Decision, error) {
			return d.Spoil(d.r, identity.Spoil{Step: d.step("ann"), Token: token, Note: "whispered\x00"})
		},
		"restore": func() (identity.Decision, error) {
			return d.Restore(d.r, identity.Restore{Step: d.step("ann"), Token: token, Note: "whispered\x00"})
		},
		"confirm": func() (identity.Decision, error) {
			return d.Confirm(d.r, identity.Confirm{Step: d.step("ann"), Token: token})
		},
		"tell": func() (identity.Decision, error) {
			return d.Tell(d.r, recordTell(d.step("ann"), "till", "", "family-name="+strings.Repeat("Ouyang", 9)))
		},
		"correct": func() (identity.Decision, error) {
			return d.Correct(d.r, identity.Correct{Step: d.step("ann"), Field: "family-name", Value: strings.Repeat("Ouyang", 9), Source: "till", Evidence: "she-called"})
		},
		"number": func() (identity.Decision, error) {
			return d.Correct(d.r, identity.Correct{Step: d.step("ann"), Was: token, Becomes: bad("7654321\x00"), Source: "till", Evidence: "she-called", Note: "whispered\x00"})
		},
		"issue": func() (identity.Decision, error) {
			return d.Issue(d.r, identity.Issue{Step: d.step("ann"), Holder: "h-9", Name: "Wangxiao\x00", Card: bad("7654321\x00"), Source: "till"})
		},
		"reissue": func() (identity.Decision, error) {
			return d.Reissue(d.r, identity.Reissue{Step: d.step("ann"), Holder: "h-1", Card: bad("7654321\x00"), Source: "till"})
		},
		"call": func() (identity.Decision, error) {
			return d.Call(d.r, identity.Call{Step: d.step("ann"), Language: "zh", Called: "Xiaoxiao\x00"})
		},
		"reject": func() (identity.Decision, error) {
			return d.Reject(d.r, identity.Reject{Step: d.step("ann"), Correction: "r-016", Note: "whispered\x00"})
		},
		"strike": func() (identity.Decision, error) {
			return d.Strike(d.r, identity.Strike{Step: d.step("ann"), Field: "title", Note: "whispered\x00"})
		},
		"open": func() (identity.Decision, error) {
			return d.Open(identity.Record{}, identity.Open{Step: d.step("ann"), Kind: identity.Person, Source: "till", Identifiers: []identity.Identifier{bad(long), bad("76")}, Facts: []identity.Fact{{Field: "birth-date", Value: "1985-04-12 8:00"}}})
		},
		"spend": func() (identity.Decision, error) {
			_, err := d.Spend(d.r, token, 0, nil, d.at)
			return identity.Decision{}, err
		},
		"token": func() (identity.Decision, error) {
			_, err := d.Token("phone", "", long)
			return identity.Decision{}, err
		},
	} {
		_, err := decide()
		require.Error(t, err, name)
		recordHides(t, name, err)
		var faults customer.Faults
		if errors.As(err, &faults) {
			recordHides(t, name, faults)
		}
	}
	// What the normaliser said stands in no print of the error, though errors.Is finds it.
	_, err := d.Token("phone", "", "7654321"[:4])
	require.ErrorIs(t, err, errRecordPhone)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
		assert.NotContains(t, fmt.Sprintf(verb, err), "7654")
	}

	// An entry that cannot be read says so without what stood there.
	for name, body := range map[string]string{
		"a day":         `"kind":"attach","body":{"scheme":"phone","raw":"1","value":"1","from":"87654321","source":"e"}`,
		"an instant":    `"kind":"attach","body":{"scheme":"phone","raw":"1","value":"1","valid":{"from":"87654321"},"source":"e"}`,
		"a number":      `"kind":"attach","body":{"scheme":"phone","raw":"1","value":"1","shown":87654321876543218765432187654321,"source":"e"}`,
		"a text":        `"kind":"attach","body":{"scheme":"phone","raw":87654321,"value":"1","source":"e"}`,
		"a word":        `"kind":"spoil","body":{"token":{"scheme":"phone","value":"1"},"flaw":"87654321","evidence":"e"}`,
		"a control":     `"kind":"attach","body":{"scheme":"phone","raw":"1","value":"87654321\u0000","source":"e"}`,
		"a list":        `"kind":"tell","body":{"source":"e","facts":"Ouyang"}`,
		"a broken text": `"kind":"call","body":{"language":"zh","called":"Xiaoxiao\uZZ"}`,
	} {
		err := json.Unmarshal([]byte(`{"v":1,"at":"2026-05-04T10:00:00Z","by":"a","ref":"r",`+body+`}`), new(identity.Entry))
		require.Error(t, err, name)
		recordHides(t, name, err)
	}
	err = json.Unmarshal([]byte(`{"v":1,"at":"2026-05-04T10:00:00Z","by":"a","ref":"r","kind":"call","body":{"language":"zh","call":"x"}}`), new(identity.Entry))
	require.ErrorContains(t, err, `unknown field "call"`, "a field that a later version has is named")

	// An entry that does not fit says so without the identifier.
	entry := d.history[1]
	_, err = d.r.Apply(entry)
	require.ErrorIs(t, err, identity.ErrBroken)
	recordHides(t, "broken", err)
}

// What log/slog writes as text shows nothing personal of a record, a command, an entry, a decision or an
// error; what it writes as JSON neither, where it is told to print.
func TestRedactionSlog(t *testing.T) {
	d := recordLife(t)
	_, failed := d.Token("phone", "", "87654321\x00")
	require.Error(t, failed)
	for name, handler := range map[string]func(io.Writer) slog.Handler{
		"text": func(w io.Writer) slog.Handler { return slog.NewTextHandler(w, nil) },
		"JSON": func(w io.Writer) slog.Handler {
			return slog.NewJSONHandler(w, &slog.HandlerOptions{ReplaceAttr: printed})
		},
	} {
		var out bytes.Buffer
		log := slog.New(handler(&out))
		for _, e := range d.history {
			log.Info(e.Kind(), "entry", e, "body", e.Body, "decision", identity.Decision{Entries: []identity.Entry{e}, Next: d.r})
		}
		for _, held := range d.r.Identifiers {
			log.With("held", held).WithGroup("g").Info("held", "token", held.Token, "list", []any{held, &held}, slog.Group("inner", "held", held))
		}
		log.Error("failed", "err", failed, "record", d.r, "pointer", &d.r)
		assert.Contains(t, out.String(), "phone …4321")
		for _, secret := range recordSecrets() {
			assert.NotContains(t, out.String(), secret, name)
		}
	}
}

// printed is the ReplaceAttr of a slog handler that writes JSON: what is no plain value is printed, as
// package fmt does it.
func printed(_ []string, a slog.Attr) slog.Attr {
	if a.Value.Kind() == slog.KindAny {
		a.Value = slog.StringValue(fmt.Sprint(a.Value.Any()))
	}
	return a
}

// What panics with something personal shows it no more than a print does: the runtime asks an error and
// a Stringer for its text, and of a struct that is neither it writes the address.
func TestRedactionPanic(t *testing.T) {
	d := recordLife(t)
	_, failed := d.Token("phone", "", "87654321\x00")
	for _, value := range []any{failed, d.r.Identifiers[0], d.r.Identifiers[0].Token, d.r.Facts[0], d.r.Wishes[0], d.history[0], d.r} {
		recordHides(t, "panic", func() (recovered any) {
			defer func() { recovered = recover() }()
			panic(value)
		}())
		switch asked := value.(type) {
		case error:
			recordHides(t, "panic", asked.Error())
		case fmt.Stringer:
			recordHides(t, "panic", asked.String())
		default:
			assert.Equal(t, reflect.Struct, reflect.TypeOf(value).Kind())
		}
	}
}
