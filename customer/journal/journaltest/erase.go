package journaltest

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// Erasing is a history that can be erased, and what its package offers for it.
type Erasing[S journal.Folds[S, B, F], B any, F journal.Form[B], C journal.Command] struct {
	History []journal.Entry[B, F] // from the first entry on, with every kind that there is
	Order   C                     // to erase it, given after the last entry
	Decide  func(S, C) (journal.Decision[S, journal.Entry[B, F]], error)
	Scrub   func([]journal.Entry[B, F]) []journal.Entry[B, F]
	Keep    []string // texts of bodies that stay, since there is nothing personal in them
}

// TestErasure checks how a package erases a history, as package privacy relies on it: the state after
// the order has nothing of what was said, the scrubbed history leads to the same state, has as many
// entries, and survives storage; nothing is booked afterwards.
func TestErasure[S journal.Folds[S, B, F], B any, F journal.Form[B], C journal.Command](t *testing.T, e Erasing[S, B, F, C]) {
	t.Helper()
	var found report
	checkErasure(&found, e)
	for _, broken := range found.broken {
		t.Error(broken)
	}
}

func checkErasure[S journal.Folds[S, B, F], B any, F journal.Form[B], C journal.Command](r *report, e Erasing[S, B, F, C]) {
	var zero S
	full, err := zero.Apply(e.History...)
	if err != nil {
		r.errorf("the history does not apply: %v", err)
		return
	}
	decided, err := e.Decide(full, e.Order)
	if err != nil || len(decided.Entries) != 1 || decided.Entries[0].Kind() != journal.KindErase {
		r.errorf("the order leads to one entry of kind %s: %d entries, error %v", journal.KindErase, len(decided.Entries), err)
		return
	}
	whole := append(slices.Clip(e.History), decided.Entries...)
	before := written(r, whole)
	scrubbed := e.Scrub(whole)
	if string(before) != string(written(r, whole)) {
		r.errorf("Scrub changed the entries that it was given")
	}
	e.checkSame(r, whole, scrubbed)
	if string(written(r, scrubbed)) != string(written(r, e.Scrub(scrubbed))) {
		r.errorf("Scrub of what is scrubbed changes it")
	}

	// What is stored is read again, and leads to the state that the order has left.
	var read []journal.Entry[B, F]
	if err := json.Unmarshal(written(r, scrubbed), &read); err != nil {
		r.errorf("what is scrubbed cannot be read: %v", err)
		return
	}
	state := written(r, decided.Next)
	replayed, err := zero.Apply(read...)
	if err != nil {
		r.errorf("what is scrubbed does not apply: %v", err)
	} else if text := written(r, replayed); string(text) != string(state) {
		r.errorf("what is scrubbed leads to %s, and the order to %s", text, state)
	}
	for n := range scrubbed {
		if _, err := zero.Apply(scrubbed[:n]...); err != nil {
			r.errorf("the first %d entries do not apply once they are scrubbed: %v", n, err)
			break
		}
	}
	e.checkGone(r, whole, [][]byte{state, written(r, scrubbed)})
	e.checkOver(r, decided.Next)
}

// checkSame checks that what is scrubbed has as many entries, each by the same person, at the same
// instant, under the same reference.
func (e *Erasing[S, B, F, C]) checkSame(r *report, whole, scrubbed []journal.Entry[B, F]) {
	if len(scrubbed) != len(whole) {
		r.errorf("%d entries are %d once they are scrubbed", len(whole), len(scrubbed))
		return
	}
	for i := range whole {
		a, b := &whole[i], &scrubbed[i]
		if !a.At.Equal(b.At) || a.By != b.By || a.Ref != b.Ref || a.Rule != b.Rule {
			r.errorf("entry %d is of another step once it is scrubbed", i+1)
		}
		if b.Because != (customer.Reason{}) && a.Kind() != journal.KindErase {
			r.errorf("entry %d still says why", i+1)
		}
	}
}

// checkGone looks for the texts of what was said in what is left of it.
func (e *Erasing[S, B, F, C]) checkGone(r *report, whole []journal.Entry[B, F], left [][]byte) {
	allowed := map[string]bool{"": true}
	for _, text := range e.Keep {
		allowed[text] = true
	}
	said := map[string]bool{}
	for i := range whole {
		entry := &whole[i]
		allowed[entry.By], allowed[entry.Ref], allowed[entry.Rule], allowed[entry.Kind()] = true, true, true, true
		if entry.Kind() == journal.KindErase {
			gatherTexts(allowed, written(r, entry.Body))
			continue
		}
		gatherTexts(said, written(r, entry.Body))
		said[entry.Because.Of] = true
	}
	remain := map[string]bool{}
	for _, data := range left {
		gatherTexts(remain, data)
	}
	for text := range said {
		if allowed[text] {
			continue
		}
		if remain[text] {
			r.errorf("%q is still there", text)
			continue
		}
		if _, err := customer.ParseDate(text); err == nil || len(text) < 6 {
			continue // it may be part of another by chance
		}
		for _, data := range left {
			quoted, _ := json.Marshal(text)
			if bytes.Contains(data, quoted[1:len(quoted)-1]) && !within(allowed, text) {
				r.errorf("%q is still there, in a longer text", text)
			}
		}
	}
}

// within reports whether a text is part of one that may stay.
func within(allowed map[string]bool, text string) bool {
	for whole := range allowed {
		if strings.Contains(whole, text) {
			return true
		}
	}
	return false
}

// checkOver checks that nothing follows an erasure, and that there is nothing to erase twice. Where
// nothing was said, the order decides nothing, or is booked so that nothing follows it.
func (e *Erasing[S, B, F, C]) checkOver(r *report, erased S) {
	var zero S
	if again, err := e.Decide(erased, e.Order); err != nil || len(again.Entries) != 0 {
		r.errorf("erasing what is erased decides nothing: %d entries, error %v", len(again.Entries), err)
	}
	ends := []S{erased}
	if first, err := e.Decide(zero, e.Order); err != nil {
		r.errorf("erasing nothing is no error: %v", err)
	} else if len(first.Entries) > 0 {
		ends = append(ends, first.Next)
	}
	for _, state := range ends {
		for i := range e.History {
			if _, err := state.Apply(e.History[i]); err == nil {
				r.errorf("a %s is booked after the erasure", e.History[i].Kind())
			}
		}
		gone, is := any(&state).(interface{ ErasedAt() time.Time })
		if !is || !gone.ErasedAt().Equal(e.Order.Given().At) {
			r.errorf("the state does not say since when it is erased: it embeds a journal.Erasable")
		}
	}
}

// written is a value as it is stored.
func written(r *report, value any) []byte {
	data, err := json.Marshal(value)
	if err != nil {
		r.errorf("%T cannot be written: %v", value, err)
	}
	return data
}

// gatherTexts notes the texts of a JSON value that are no instants.
func gatherTexts(texts map[string]bool, data []byte) {
	var value any
	if json.Unmarshal(data, &value) == nil {
		gatherAny(texts, value)
	}
}

func gatherAny(texts map[string]bool, value any) {
	switch value := value.(type) {
	case string:
		if _, err := time.Parse(time.RFC3339Nano, value); err != nil {
			texts[value] = true
		}
	case []any:
		for _, one := range value {
			gatherAny(texts, one)
		}
	case map[string]any:
		for _, one := range value {
			gatherAny(texts, one)
		}
	}
}

// ReadEntries reads entries as a golden file has them: one on each line.
func ReadEntries[B any, F journal.Form[B]](t testing.TB, lines []byte) []journal.Entry[B, F] {
	t.Helper()
	var entries []journal.Entry[B, F]
	for line := range bytes.Lines(lines) {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		var entry journal.Entry[B, F]
		if err := json.Unmarshal(line, &entry); err != nil {
			t.Fatalf("entry %d cannot be read: %v", len(entries)+1, err)
		}
		entries = append(entries, entry)
	}
	return entries
}

// WriteEntries writes entries as ReadEntries reads them.
func WriteEntries[B any, F journal.Form[B]](t testing.TB, entries []journal.Entry[B, F]) string {
	t.Helper()
	var lines strings.Builder
	for i := range entries {
		line, err := json.Marshal(entries[i])
		if err != nil {
			t.Fatalf("entry %d cannot be written: %v", i+1, err)
		}
		lines.Write(append(line, '\n'))
	}
	return lines.String()
}
