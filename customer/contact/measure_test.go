package contact_test

import (
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer/contact"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/population"
)

func november() population.Period {
	return population.Period{From: day("2026-11-01"), Until: day("2026-12-01")}
}

// measured are contacts of many kinds, some of them at the edges of November.
func measured(n int, seed uint64) []contact.Contact {
	draw := rand.New(rand.NewPCG(seed, 1))
	began := []time.Time{when("2026-10-31 23:59:59"), when("2026-11-01 00:00"), when("2026-11-30 23:59:59"), when("2026-12-01 00:00")}
	all := make([]contact.Contact, n)
	for i := range all {
		one := contact.Contact{
			Ref: fmt.Sprint("l-", i), Staff: []string{"ann", "bob", "cat"}[draw.IntN(3)], Desk: []string{"", "orders"}[draw.IntN(2)], Channel: []string{"phone", "visit"}[draw.IntN(2)],
			Purpose: []string{"", "advice"}[draw.IntN(2)], Began: began[draw.IntN(4)], Seconds: draw.IntN(400), Missed: draw.IntN(4) == 0, Unnoted: draw.IntN(4) == 0,
		}
		if one.Channel == "phone" && !one.Missed {
			one.TargetSeconds = 180
		}
		if memory := contact.Memory(draw.IntN(4)); memory > 0 {
			one.Notes = []contact.Noted{{Memory: memory}}
		}
		all[i] = one
	}
	return all
}

// The order of contacts and the split of files never matter.
func TestMeasureMerges(t *testing.T) {
	// row B29
	p := wholesaler(t)
	measure := func(t tester) *contact.Measure {
		m, err := p.Measure(november())
		require.NoError(t, err)
		return m
	}
	rapid.Check(t, func(t *rapid.T) {
		contacts := measured(rapid.IntRange(0, 60).Draw(t, "contacts"), rapid.Uint64().Draw(t, "seed"))
		whole := measure(t)
		require.NoError(t, whole.Add(contact.File{Contacts: contacts}))
		bytes, err := whole.MarshalBinary()
		require.NoError(t, err)

		parts := []*contact.Measure{measure(t), measure(t), measure(t)}
		for _, one := range rapid.Permutation(contacts).Draw(t, "order") {
			require.NoError(t, parts[rapid.IntRange(0, 2).Draw(t, "part")].Add(contact.File{Contacts: []contact.Contact{one}}))
		}
		merged := measure(t)
		for _, part := range rapid.Permutation(parts).Draw(t, "merges") {
			require.NoError(t, merged.Merge(part))
		}
		again, err := merged.MarshalBinary()
		require.NoError(t, err)
		assert.Equal(t, bytes, again)
		read := measure(t)
		require.NoError(t, read.UnmarshalBinary(bytes))
		assert.Equal(t, whole.Rows(), read.Rows())

		var held, over int64 // the obvious sum
		for _, one := range contacts {
			if day := one.Began.Format("01"); day == "11" && !one.Missed {
				held++
				if one.TargetSeconds > 0 && one.Seconds > one.TargetSeconds {
					over++
				}
			}
		}
		for _, rows := range [][]contact.MeasureRow{whole.Rows(), whole.ByDesk(), whole.ByStaff(), whole.ByChannel()} {
			var sumHeld, sumOver int64
			for _, row := range rows {
				sumHeld, sumOver = sumHeld+row.Held, sumOver+row.Over
			}
			assert.Equal(t, []int64{held, over}, []int64{sumHeld, sumOver})
		}
	})
}

func TestMeasureFormat(t *testing.T) {
	p := wholesaler(t)
	m, err := p.Measure(november())
	require.NoError(t, err)
	require.NoError(t, m.Add(contact.File{Contacts: measured(40, 7)}))
	data, err := m.MarshalBinary()
	require.NoError(t, err)
	customertest.Golden(t, "measure.golden", hex.EncodeToString(data)+"\n")

	other, err := p.Measure(population.Period{From: day("2026-11-01"), Until: day("2026-12-02")})
	require.NoError(t, err)
	require.Error(t, other.UnmarshalBinary(data))
	require.Error(t, other.Merge(m))
	require.Error(t, new(contact.Measure).Merge(m))
	require.Error(t, new(contact.Measure).Add(contact.File{}))
	require.Error(t, new(contact.Measure).UnmarshalBinary(data))
	_, err = new(contact.Measure).MarshalBinary()
	require.Error(t, err)
	assert.Nil(t, new(contact.Measure).Reasons(contact.MeasureRow{}))
	_, err = p.Measure(population.Period{})
	assert.Equal(t, []string{"period"}, customertest.Paths(t, err))
	_, err = new(contact.Policy).Measure(november())
	require.Error(t, err)
	for end := range data {
		require.Error(t, m.UnmarshalBinary(data[:end]))
	}
	again, err := m.MarshalBinary()
	require.NoError(t, err)
	assert.Equal(t, data, again, "at an error it stays as it was")
}

// Of too few contacts no share is told.
func TestMeasureReasons(t *testing.T) {
	p := wholesaler(t)
	m, err := p.Measure(november())
	require.NoError(t, err)
	one := contact.Contact{Staff: "ann", Channel: "phone", Began: when("2026-11-25 09:00"), Seconds: 181, TargetSeconds: 180}
	require.NoError(t, m.Add(contact.File{Contacts: []contact.Contact{one}}))
	assert.Equal(t, []string{"few"}, codes(m.Reasons(m.ByStaff()[0])))
	one.Seconds = 180
	one.Notes = []contact.Noted{{Memory: contact.Faded}}
	require.NoError(t, m.Add(contact.File{Contacts: []contact.Contact{one}}))
	why := m.Reasons(m.ByStaff()[0])
	assert.Equal(t, []string{"share-over", "share-noteless", "share-late", "share-missed"}, codes(why))
	for i, want := range [][2]int64{{1, 2}, {1, 2}, {1, 2}, {0, 2}} {
		assert.Equal(t, want, [2]int64{why[i].Fact, why[i].Mark})
	}
	assert.Equal(t, "phone", m.Reasons(m.ByChannel()[0])[0].Of)
	assert.Equal(t, "ann, phone", m.Reasons(m.Rows()[0])[0].Of, "she has other channels, too")
	assert.Empty(t, m.Reasons(m.ByDesk()[0])[0].Of)
}

func FuzzMeasure(f *testing.F) {
	p := wholesaler(f)
	m, err := p.Measure(november())
	if err != nil {
		f.Fatal(err)
	}
	if err := m.Add(contact.File{Contacts: measured(40, 7)}); err != nil {
		f.Fatal(err)
	}
	data, err := m.MarshalBinary()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := p.Measure(november())
		if err != nil {
			t.Fatal(err)
		}
		if m.UnmarshalBinary(data) != nil {
			return
		}
		again, err := m.MarshalBinary()
		if err != nil || string(again) != string(data) {
			t.Fatalf("%x, read and written: %x, %v", data, again, err)
		}
		for _, row := range m.Rows() {
			m.Reasons(row)
		}
		m.ByDesk()
	})
}
