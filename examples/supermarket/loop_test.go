package main

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/loyalty"
)

// played is the loop of a small shop.
func played(t *testing.T, customers int) *study {
	t.Helper()
	s := &study{options: options{
		zone: time.UTC, currency: euro(), customers: customers, seed: 1, lines: 6, minBuys: 2, shown: 6, language: customer.English, lists: true,
	}, progress: &progress{}}
	built := newShop(1, customers, time.UTC)
	s.events = built.events
	require.NoError(t, s.run())
	require.NoError(t, s.play(built))
	return s
}

// What receipts, wallets, budgets and points say of six fortnights is the same, to the
// cent and to the point.
func TestTheLoopAgreesWithItself(t *testing.T) {
	// row E3, row E4, row E6, row E7: coupons are redeemed by the card, the next list is
	// made from what was bought, and everybody's share is on the bill.
	l := played(t, 200).loop
	_, total := l.borne()
	assert.Equal(t, l.redeemed, total, "bill and receipts")
	assert.Positive(t, total)
	byOffer := map[string]int64{}
	for _, row := range l.bill.Rows() {
		byOffer[row.Offer] += row.Due()
	}
	for _, deal := range l.deals {
		level, err := l.budgets.Level(t.Context(), deal.Limits.Budget, l.from.AddDays(200).Start(time.UTC))
		require.NoError(t, err)
		assert.Equal(t, byOffer[deal.ID], level.Captured, deal.ID)
		assert.Zero(t, level.Held, deal.ID)
	}
	assert.Zero(t, l.points.Sum())
	var all lap
	for k := range l.rounds {
		r := &l.rounds[k]
		assert.Positive(t, r.lists, "round %d", k+1)
		assert.Positive(t, r.used, "round %d", k+1)
		all.add(r)
	}
	assert.Equal(t, all.spent, l.points.In(loyalty.Redeemed)+all.regained, "points spent, less those that came back")
	assert.LessOrEqual(t, -l.points.In(loyalty.Issued), all.earned)
	assert.Positive(t, all.replayed)
	require.NotNil(t, l.family)
	for _, r := range l.family.rounds {
		assert.LessOrEqual(t, r.list.Saving, r.list.Envelope)
		assert.LessOrEqual(t, r.list.Envelope, int64(4000), "row E6: 40.00 at most")
	}
}

// Lists follow what households need, and what they are worth to the shop: nobody without a
// dog gets dog food, and the better customer gets the larger envelope.
func TestListsFollowNeeds(t *testing.T) {
	// row C5, row C7, row D10, row E1
	s := &study{options: options{zone: time.UTC, customers: 200, seed: 1, lines: 6, minBuys: 2, lists: true}, progress: &progress{}}
	built := newShop(1, 200, time.UTC)
	s.events = built.events
	require.NoError(t, s.run())
	l, err := newLoop(s, built)
	require.NoError(t, err)
	names := s.coder.Categories()
	listed := make(map[trait]int)
	envelopes := map[int64]int64{}
	for number := 1; number <= built.customers; number++ {
		c := &client{loop: l, resident: built.resident(number)}
		c.told = &diary{id: c.ID}
		require.NoError(t, c.live(t.Context()))
		for _, r := range c.told.rounds {
			for _, line := range r.list.Lines {
				for _, shelf := range built.shelves {
					if shelf.name != names[line.Item] {
						continue
					}
					assert.Equal(t, shelf.only, c.Traits&shelf.only, "%s for %s", shelf.name, c.ID)
					listed[shelf.only|shelf.keen&c.Traits]++
				}
			}
			if r.list.Customer != "" {
				envelopes[c.value] = r.list.Envelope
			}
		}
	}
	for _, need := range []trait{hasDog, hasCat, hasBaby, lovesVegetables, getsHeadaches} {
		assert.Positive(t, listed[need], "trait %d", need)
	}
	last := int64(0)
	for _, value := range slices.Sorted(maps.Keys(envelopes)) {
		assert.GreaterOrEqual(t, envelopes[value], last)
		last = envelopes[value]
	}
	assert.Greater(t, len(envelopes), 20)
}

// One family's six fortnights, as a shop owner reads them.
func TestTheFamilysStory(t *testing.T) {
	var out bytes.Buffer
	l := played(t, 200).loop
	l.printFamily(&printer{out: &out})
	customertest.Golden(t, "family.txt", out.String())
}

func TestTheLoopIsPrinted(t *testing.T) {
	got := output(t, "-customers", "150")
	for _, want := range []string{"THE LOOP", "simulated", "BILL of the coupons", "the receipts say the same", "EFFECT (simulated)", "ONE HOUSEHOLD"} {
		assert.Contains(t, got, want)
	}
	assert.Equal(t, got, output(t, "-customers", "150"), "the same text every time")
	assert.NotContains(t, output(t, "-customers", "30", "-loop=false"), "THE LOOP")
	assert.NotContains(t, output(t, "-customers", "30", "-on", "2026-10-01"), "THE LOOP", "the loop follows the whole year")
}

// The page needs nothing from elsewhere, and no name breaks it.
func TestReport(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report.html")
	output(t, "-customers", "150", "-report", path)
	page, err := os.ReadFile(path)
	require.NoError(t, err)
	text := string(page)
	for _, want := range []string{"<!doctype html>", "Nine cells", "<svg", "Who paid for", "What the lists did", "six fortnights", "prefers-color-scheme: dark", "@media print", "</html>"} {
		assert.Contains(t, text, want)
	}
	for _, never := range []string{"http://", "https://", "<script", "<link", "url(", "ZgotmplZ", "%!", "NaN"} {
		assert.NotContains(t, text, never)
	}
	t.Run("of a file, without a loop", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "shop.csv")
		require.NoError(t, run([]string{"-customers", "25", "-write", file}, new(bytes.Buffer), new(bytes.Buffer)))
		rows, err := os.ReadFile(file)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(file, []byte(strings.ReplaceAll(string(rows), ",bread,", ",<b>bread</b>,")), 0o644))
		output(t, "-purchases", file, "-currency", "EUR", "-report", path)
		page, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.NotContains(t, string(page), "Six fortnights")
		assert.NotContains(t, string(page), "<b>bread</b>")
		assert.Contains(t, string(page), "&lt;b&gt;bread&lt;/b&gt;")
	})
	t.Run("a folder that is not there", func(t *testing.T) {
		err := run([]string{"-customers", "20", "-loop=false", "-report", filepath.Join(t.TempDir(), "none", "x.html")}, new(bytes.Buffer), new(bytes.Buffer))
		require.ErrorIs(t, err, os.ErrNotExist)
	})
}
