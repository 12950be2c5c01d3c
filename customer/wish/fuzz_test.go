package wish_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/wish"
)

// Whatever bytes are taken for a history: they are refused, or lead to a memory that may be, which
// can be written and read again, and of which every question has an answer.
func FuzzEntries(f *testing.F) {
	book := bookOf(f, whole())
	data, err := os.ReadFile(filepath.Join("testdata", "entries.golden"))
	require.NoError(f, err)
	f.Add([]byte("[" + strings.Join(strings.Split(strings.TrimSpace(string(data)), "\n"), ",") + "]"))
	f.Add([]byte(`[]`))
	f.Add([]byte(`[{"v":1,"kind":"want","at":"2026-05-01T09:00:00Z","by":"a","ref":"w","body":{"product":"p","quantity":2,"until":"2026-06-01"}},` +
		`{"v":1,"kind":"buy","at":"2026-05-01T09:00:00Z","by":"a","ref":"b","body":{"sku":"s","product":"p","quantity":1,"fills":[{"wish":"w","pieces":1},{"wish":"w","pieces":1}]}}]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var entries []wish.Entry
		if json.Unmarshal(data, &entries) != nil {
			return
		}
		m, err := wish.Replay(entries)
		if err != nil {
			require.ErrorIs(t, err, wish.ErrBroken)
			return
		}
		require.NoError(t, machineFault(m))
		machineAsk(t, book, m)
		written, err := json.Marshal(entries)
		require.NoError(t, err)
		var again []wish.Entry
		require.NoError(t, json.Unmarshal(written, &again))
		rewritten, err := json.Marshal(again)
		require.NoError(t, err)
		require.Equal(t, string(written), string(rewritten))
		replayed, err := wish.Replay(again)
		require.NoError(t, err)
		require.Equal(t, formatMemory(t, m), formatMemory(t, replayed))
	})
}

// Whatever bytes are taken for rules: they are refused, with customer.Faults where they can be read,
// or make a book; and rules that make one are written and read again.
func FuzzRules(f *testing.F) {
	for _, file := range []string{"hotel.json", "computer-shop-wish.json", "rules.golden"} {
		data, err := os.ReadFile(filepath.Join("testdata", file))
		require.NoError(f, err)
		f.Add(data)
	}
	location := zone(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		rules, err := wish.ParseRules(data)
		if err != nil {
			return
		}
		book, err := wish.New(rules, location)
		if err != nil {
			var faults customer.Faults
			if !errors.As(err, &faults) || len(faults) == 0 {
				t.Fatalf("refused without a fault: %v", err)
			}
			return
		}
		written, err := json.Marshal(rules)
		require.NoError(t, err)
		again, err := wish.ParseRules(written)
		require.NoError(t, err)
		_, err = wish.New(again, location)
		require.NoError(t, err)
		_, err = book.Propose(wish.Memory{}, free("A seat:a"), at("2026-08-01 09:00"))
		require.NoError(t, err)
	})
}
