package segment_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/segment"
)

// The texts that stand in hosts' tables. Renaming one is a data migration.
func TestStoredTextsOfCells(t *testing.T) {
	var texts []string
	for brand := segment.BrandUnknown; brand <= segment.StoreLoyal; brand++ {
		for usage := segment.UsageUnknown; usage <= segment.Heavy; usage++ {
			cell := segment.Cell{Brand: brand, Usage: usage}
			text, err := cell.MarshalText()
			require.NoError(t, err)
			texts = append(texts, string(text))

			var again segment.Cell
			require.NoError(t, again.UnmarshalText(text))
			assert.Equal(t, cell, again)
		}
	}
	assert.Equal(t, []string{
		"unknown/unknown", "unknown/light", "unknown/medium", "unknown/heavy",
		"national-loyal/unknown", "national-loyal/light", "national-loyal/medium", "national-loyal/heavy",
		"switcher/unknown", "switcher/light", "switcher/medium", "switcher/heavy",
		"store-loyal/unknown", "store-loyal/light", "store-loyal/medium", "store-loyal/heavy",
	}, texts)
}

func TestStoredTextsOfMarkSources(t *testing.T) {
	for text, source := range map[string]segment.MarkSource{"stated": segment.Stated, "terciles": segment.Terciles, "quantiles": segment.Quantiles} {
		written, err := source.MarshalText()
		require.NoError(t, err)
		assert.Equal(t, text, string(written))
		var again segment.MarkSource
		require.NoError(t, again.UnmarshalText(written))
		assert.Equal(t, source, again)
	}
	for _, source := range []segment.MarkSource{0, segment.Quantiles + 1} {
		_, err := source.MarshalText()
		require.Error(t, err)
		assert.Contains(t, source.String(), "mark source")
	}
	source := segment.Terciles
	for _, text := range []string{"", "Stated", "quartiles"} {
		require.Error(t, source.UnmarshalText([]byte(text)))
		assert.Equal(t, segment.Terciles, source, "stays as it was")
	}
}

// row C1: nine cells, three kinds of loyalty by three thirds of usage.
func TestTheNineCells(t *testing.T) {
	seen := map[segment.Cell]bool{}
	for _, cell := range segment.Cells() {
		assert.True(t, cell.OneOfNine(), "%s", cell)
		seen[cell] = true
	}
	assert.Len(t, seen, 9)
	for brand := segment.BrandUnknown; brand <= segment.StoreLoyal; brand++ {
		for usage := segment.UsageUnknown; usage <= segment.Heavy; usage++ {
			cell := segment.Cell{Brand: brand, Usage: usage}
			assert.Equal(t, seen[cell], cell.OneOfNine(), "%s", cell)
		}
	}
	first, last := segment.Cells()[0], segment.Cells()[8]
	assert.Equal(t, "national-loyal/light", first.String())
	assert.Equal(t, "store-loyal/heavy", last.String())
}

func TestNumbersThatAreNoCell(t *testing.T) {
	for _, cell := range []segment.Cell{{Brand: segment.StoreLoyal + 1}, {Usage: segment.Heavy + 1}} {
		_, err := cell.MarshalText()
		require.Error(t, err)
	}
	assert.Equal(t, "brand 9/usage 8", segment.Cell{Brand: 9, Usage: 8}.String())
}

func TestTextsThatAreNoCell(t *testing.T) {
	for _, text := range []string{"", "/", "store-loyal", "store-loyal/", "/heavy", "Store-loyal/heavy", "store-loyal/heavy/", "heavy/store-loyal", "brand 4/light"} {
		cell := segment.Cell{Brand: segment.Switcher, Usage: segment.Light}
		require.Error(t, cell.UnmarshalText([]byte(text)), "%q", text)
		assert.Equal(t, "switcher/light", cell.String(), "stays as it was")
	}
}

// Cells are keys of JSON objects as well as values: a host's table of cells.
func TestCellsInJSON(t *testing.T) {
	table := map[segment.Cell]int{{Brand: segment.StoreLoyal, Usage: segment.Heavy}: 3, {}: 1}
	data, err := json.Marshal(table)
	require.NoError(t, err)
	assert.JSONEq(t, `{"store-loyal/heavy": 3, "unknown/unknown": 1}`, string(data))
	var again map[segment.Cell]int
	require.NoError(t, json.Unmarshal(data, &again))
	assert.Equal(t, table, again)
}
