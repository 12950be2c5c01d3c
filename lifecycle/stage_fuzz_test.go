package lifecycle

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// fuzzHistory is a customer who was known, bought, grew, left, came back and left again.
func fuzzHistory() []Entry {
	entry := func(from, to Stage, on, last customer.Date) Entry {
		return Entry{Version: EntryVersion, Kind: Moved, At: time.Unix(0, 0), On: on, From: from, To: to, First: 100, Last: last}
	}
	return []Entry{
		{Version: EntryVersion, Kind: Known, At: time.Unix(0, 0), On: 90, Source: FromAdvert, Campaign: "spring"},
		entry(Potential, Developing, 100, 100), entry(Developing, Growing, 130, 128), entry(Growing, Mature, 160, 159),
		entry(Mature, Ending, 260, 170), entry(Ending, Growing, 300, 298), entry(Growing, Ending, 400, 330),
	}
}

func fuzzPlaybook(tb testing.TB) *Playbook {
	tb.Helper()
	book, err := NewPlaybook(PlaybookRules{
		Edition: customer.Edition{ID: "book", Version: 1},
		Plays:   []Play{{ID: "call", Stage: Ending, Kind: WinBackPlay, Trigger: OnEntering, Role: "sales"}},
		Keep:    KeepRules{Size: 3, WindowDays: 10, Currency: customer.Currency{Code: "EUR"}, LeastSpend: decimal.New(5, 0)},
	})
	require.NoError(tb, err)
	return book
}

func fuzzKeepList(tb testing.TB) *KeepList[uint32] {
	tb.Helper()
	list, err := NewKeepList[uint32](fuzzPlaybook(tb), 1000)
	require.NoError(tb, err)
	return list
}

// fuzzStates are one state of each stored form, each with something in it.
func fuzzStates(tb testing.TB) []state {
	tb.Helper()
	period := population.Period{From: 95, Until: 380}
	stages, err := NewStageReport(period)
	require.NoError(tb, err)
	leads, err := NewLeadReport(population.Period{From: 1, Until: 380})
	require.NoError(tb, err)
	for n := range fuzzHistory() {
		require.NoError(tb, stages.Add(fuzzHistory()[:n+1]))
		require.NoError(tb, leads.Add(fuzzHistory()[:n+1]))
	}
	keep := fuzzKeepList(tb)
	for key := range uint32(5) {
		facts := Facts{On: 1000, Days: []FactDay{{On: 1000, Lines: 1, Bought: int64(5 + key)}}}
		require.NoError(tb, keep.Add(key, Standing{Life: Life{Stage: Mature}}, facts))
	}
	partners, err := NewPartnerReport(30)
	require.NoError(tb, err)
	require.NoError(tb, partners.Add([]PartnerTouch{{"bakery", 5}}, []PartnerSale{{"r", 6, 100, true}, {"s", 100, 0, false}}))
	var history FactHistory[uint32]
	for day := range customer.Date(5) {
		line := population.Line[uint32]{Customer: uint32(day % 2), Item: uint32(day), Day: 100 + day, Returned: day == 3, Priced: day > 1, Amount: int64(day/2) * 70}
		require.NoError(tb, history.Add(line))
	}
	return []state{stages, leads, keep, partners, &history}
}

// The stored forms. A changed line is a migration of data.
func TestStageStates(t *testing.T) {
	want := []string{
		"015ffc02" + "0000000000000000" + "0701000006000000" + "0001000000050000" + "0003000000000400" + "0001000000000003" +
			"0001000000020000" + "06050001" + "02000002a201" + strings.Repeat("00", 35),
		"0101fc02010106737072696e6707060504030200011406",
		"01e807030a05050003020701080109",
		"011e0101000001000662616b65727901010164",
		"0102020003000164010100000000020166010000004600040168010000008c01000102010165010100000000030167000001000046",
	}
	for i, one := range fuzzStates(t) {
		data, err := one.MarshalBinary()
		require.NoError(t, err)
		assert.Equal(t, want[i], fmt.Sprintf("%x", data), "%T", one)
	}
}

func FuzzStageStates(f *testing.F) {
	for _, one := range fuzzStates(f) {
		data, err := one.MarshalBinary()
		require.NoError(f, err)
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		checkState(t, data, must(NewStageReport(population.Period{From: 1, Until: 2})))
		checkState(t, data, must(NewLeadReport(population.Period{From: 1, Until: 2})))
		checkState(t, data, fuzzKeepList(t))
		checkState(t, data, must(NewPartnerReport(0)))
		checkState(t, data, &FactHistory[uint32]{})
		checkState(t, data, &FactHistory[customer.ID]{})
	})
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err) // the tests' own periods
	}
	return value
}

// Entries that somebody sends lead to a life that some rules lead to, or to an error.
func FuzzStageEntries(f *testing.F) {
	text, err := json.Marshal(fuzzHistory())
	require.NoError(f, err)
	f.Add(text)
	f.Fuzz(func(t *testing.T, text []byte) {
		var history []Entry
		if json.Unmarshal(text, &history) != nil {
			return
		}
		standing, err := Replay(history)
		if err != nil {
			return
		}
		life := standing.Life
		if life.Stage > Ending || (life.Cycle > 0) != (life.Stage >= Developing) || life.First > life.Last || life.Last > life.Since && life.Cycle > 0 {
			t.Errorf("%s leads to %+v", text, life)
		}
		stored, err := json.Marshal(standing)
		require.NoError(t, err)
		var read Standing
		require.NoError(t, json.Unmarshal(stored, &read))
	})
}

// Rule files that somebody sends are rules or faults.
func FuzzStageRules(f *testing.F) {
	f.Add([]byte(`{"id":"s","version":1,"zone":"UTC","first_purchase":{"id":"a"},"return":{"id":"b"},"end":{"id":"c","latest_days":9},
		"grow":{"id":"d","match":"any","marks":[{"measure":"visits","window_days":30,"enter":3,"leave":1}]},
		"mature":{"id":"e","match":"all","marks":[{"measure":"tenure-days","enter":90}]}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		rules, err := ParseStageRules(text)
		if err != nil {
			return
		}
		stages, err := NewStages(rules, time.UTC)
		if err != nil {
			return
		}
		at := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
		day := customer.DateOf(at, time.UTC)
		facts := Facts{On: day, Days: []FactDay{{On: day - 10, Lines: 2, Bought: 500}}, Items: []FactItem{{Item: 1, Last: day - 10}}}
		d, err := stages.Assess(Standing{}, facts, Wake{Ref: "night", Customer: "c-1", At: at})
		if err == nil && len(d.Entries) != 1 {
			t.Errorf("%s places nobody", text)
		}
		if err == nil {
			_, err = stages.Outlook(d.Next, facts, at)
			require.NoError(t, err)
		}
	})
}
