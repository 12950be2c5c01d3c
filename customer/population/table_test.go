package population_test

import (
	"encoding/binary"
	"encoding/hex"
	"maps"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// A named key of each kind, as hosts have them.
type (
	cardNo  string
	num     uint32
	bigNum  uint64
	visits  = population.Table[cardNo, uint64]
	counted struct {
		customer string
		item     uint32
	}
)

func write(dst []byte, value *uint64) []byte       { return binary.AppendUvarint(dst, *value) }
func read(from *population.Decoder, value *uint64) { *value = from.Uvarint() }
func marshal[K population.Key](t *population.Table[K, uint64]) []byte {
	return t.Append([]byte{1}, write)
}

func unmarshal[K population.Key](data []byte) (*population.Table[K, uint64], error) {
	var table population.Table[K, uint64]
	from := population.NewDecoder(data, 1)
	table.Read(from, read)
	return &table, from.Close()
}

func TestTableEqualsAMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var table visits
		model := map[counted]uint64{}
		steps := rapid.SliceOf(rapid.Custom(func(t *rapid.T) counted {
			return counted{rapid.SampledFrom([]string{"", "a", "b", "ba", "é"}).Draw(t, "customer"), rapid.Uint32Range(0, 6).Draw(t, "item")}
		})).Draw(t, "steps")
		// Somebody with a long row, in any order, who is looked at in between.
		for _, item := range rapid.SliceOfN(rapid.Uint32Range(0, 1<<20), 0, 150).Draw(t, "items of b") {
			steps = append(steps, counted{"b", item})
			if item%50 == 0 {
				steps = append(steps, counted{"look at b", 0})
			}
		}
		for _, step := range steps {
			if step.customer == "look at b" {
				row := table.Row("b")
				assert.True(t, slices.IsSorted(row.Items))
				continue
			}
			*table.At(cardNo(step.customer), step.item)++
			model[step]++
		}

		walked, last := map[counted]uint64{}, cardNo("")
		for key, row := range table.All() {
			if len(walked) > 0 {
				assert.Less(t, last, key)
			}
			last = key
			assert.True(t, slices.IsSorted(row.Items))
			assert.Equal(t, row, table.Row(key))
			for i, item := range row.Items {
				walked[counted{string(key), item}] = row.Values[i]
			}
		}
		assert.Equal(t, model, walked)
		customers := map[string]bool{}
		for step := range maps.Keys(model) {
			customers[step.customer] = true
		}
		assert.Equal(t, len(customers), table.Len())
		assert.Empty(t, table.Row("nobody").Items)

		again, err := unmarshal[cardNo](marshal(&table))
		require.NoError(t, err)
		assert.Equal(t, marshal(&table), marshal(again))
		assert.Equal(t, table.Len(), again.Len())
	})
}

func TestTableWalkStopsWhenTheReaderDoes(t *testing.T) {
	var table visits
	table.At("a", 1)
	table.At("b", 1)
	walked := 0
	for range table.All() {
		walked++
		break
	}
	assert.Equal(t, 1, walked)
}

// One customer, items 1 and 300, values 5 and 0, under keys of each kind.
func TestTableGoldenBytes(t *testing.T) {
	var text visits
	*text.At("Ä1", 300) = 0
	*text.At("Ä1", 1) = 5
	var small population.Table[num, uint64]
	*small.At(200, 300) = 0
	*small.At(200, 1) = 5
	var big population.Table[bigNum, uint64]
	*big.At(math.MaxUint64, 300) = 0
	*big.At(math.MaxUint64, 1) = 5

	for _, test := range []struct {
		name, want string
		data       []byte
		again      func([]byte) ([]byte, error)
	}{
		//             version, kind of key, customers, key, items, (item, value)…
		{"text", "01" + "01" + "01" + "03c38431" + "02" + "0105" + "ac0200", marshal(&text), remarshal[cardNo]},
		{"uint32", "01" + "02" + "01" + "c801" + "02" + "0105" + "ac0200", marshal(&small), remarshal[num]},
		{"uint64", "01" + "03" + "01" + "ffffffffffffffffff01" + "02" + "0105" + "ac0200", marshal(&big), remarshal[bigNum]},
	} {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, test.want, hex.EncodeToString(test.data))
			again, err := test.again(test.data)
			require.NoError(t, err)
			assert.Equal(t, test.data, again)
		})
	}
}

func remarshal[K population.Key](data []byte) ([]byte, error) {
	table, err := unmarshal[K](data)
	return marshal(table), err
}

func TestTableRefusesWhatAppendDoesNotWrite(t *testing.T) {
	for name, data := range map[string]string{
		"nothing":                    "",
		"keys of uint32":             "02" + "01" + "07" + "01" + "0105",
		"keys of an unknown kind":    "04" + "00",
		"fewer customers than said":  "01" + "02" + "0161" + "01" + "0105",
		"a customer without items":   "01" + "01" + "0161" + "00",
		"a customer twice":           "01" + "02" + "0161" + "01" + "0105" + "0161" + "01" + "0205",
		"customers descending":       "01" + "02" + "0162" + "01" + "0105" + "0161" + "01" + "0105",
		"an item twice":              "01" + "01" + "0161" + "02" + "0105" + "0105",
		"items descending":           "01" + "01" + "0161" + "02" + "0205" + "0105",
		"fewer items than said":      "01" + "01" + "0161" + "02" + "0105",
		"a key longer than the rest": "01" + "01" + "0561",
		"an item of over 32 bits":    "01" + "01" + "0161" + "01" + "808080801005",
		"bytes left over":            "01" + "00" + "00",
	} {
		t.Run(name, func(t *testing.T) {
			body, err := hex.DecodeString(data)
			require.NoError(t, err)
			table := new(visits)
			*table.At("sitting", 1) = 4
			before := marshal(table)
			from := population.NewDecoder(append([]byte{1}, body...), 1)
			table.Read(from, read)
			require.ErrorIs(t, from.Close(), population.ErrFormat)
			if name != "bytes left over" { // that is seen only by Close, after the table was read
				assert.Equal(t, before, marshal(table), "the table stays as it was")
			}
		})
	}
}

func TestTableReadReplaces(t *testing.T) {
	var table visits
	*table.At("old", 1) = 4
	empty := population.NewDecoder(marshal(new(visits)), 1)
	table.Read(empty, read)
	require.NoError(t, empty.Close())
	assert.Zero(t, table.Len())
	assert.Zero(t, *table.At("old", 1), "no row of the old table is still at hand")
}

// Days are the values that package lifecycle keeps in a table.
func TestTableOfDays(t *testing.T) {
	var table population.Table[uint32, customer.Days]
	table.At(1, 1).Add(20)
	table.At(1, 1).Add(10)
	table.At(1, 1).Add(20)
	assert.Equal(t, customer.Days{10, 20}, table.Row(1).Values[0])
}
