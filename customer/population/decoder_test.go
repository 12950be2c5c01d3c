package population_test

import (
	"encoding/binary"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

func TestDecoderReadsWhatWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		unsigned, signed := rapid.Uint64().Draw(t, "unsigned"), rapid.Int64().Draw(t, "signed")
		small, count := rapid.Uint32().Draw(t, "small"), rapid.Int64Min(0).Draw(t, "count")
		text := rapid.SliceOf(rapid.Byte()).Draw(t, "text")
		data := binary.AppendUvarint([]byte{7}, unsigned)
		data = binary.AppendVarint(data, signed)
		data = binary.AppendUvarint(data, uint64(small))
		data = binary.AppendUvarint(data, uint64(count))
		data = append(binary.AppendUvarint(data, uint64(len(text))), text...)

		from := population.NewDecoder(data, 7)
		assert.Equal(t, unsigned, from.Uvarint())
		assert.Equal(t, signed, from.Varint())
		assert.Equal(t, small, from.Uint32())
		assert.Equal(t, count, from.Count())
		assert.Equal(t, string(text), string(from.Bytes()))
		assert.NoError(t, from.Close())
	})
}

func TestDecoderRefuses(t *testing.T) {
	uvarint := func(from *population.Decoder) { from.Uvarint() }
	for _, test := range []struct {
		name string
		data []byte // after the version
		read func(*population.Decoder)
	}{
		{"a number that is not there", nil, uvarint},
		{"half a number", []byte{0x80}, uvarint},
		{"a number of 65 bits", []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2}, uvarint},
		{"a number in a longer form", []byte{0x81, 0}, uvarint},
		{"33 bits where 32 are meant", binary.AppendUvarint(nil, math.MaxUint32+1), func(from *population.Decoder) { from.Uint32() }},
		{"64 bits where a count is meant", binary.AppendUvarint(nil, math.MaxInt64+1), func(from *population.Decoder) { from.Count() }},
		{"a text longer than the rest", []byte{4, 'a', 'b', 'c'}, func(from *population.Decoder) { from.Bytes() }},
		{"a text of astronomic length", binary.AppendUvarint(nil, math.MaxUint64), func(from *population.Decoder) { from.Bytes() }},
		{"no byte", nil, func(from *population.Decoder) { from.Byte() }},
		{"bytes left over", []byte{1, 2}, func(from *population.Decoder) { from.Byte() }},
	} {
		t.Run(test.name, func(t *testing.T) {
			from := population.NewDecoder(append([]byte{7}, test.data...), 7)
			test.read(from)
			assert.ErrorIs(t, from.Close(), population.ErrFormat)
		})
	}
}

func TestDecoderReadsUpToItsBounds(t *testing.T) {
	data := binary.AppendUvarint([]byte{7}, math.MaxUint32)
	data = binary.AppendUvarint(data, math.MaxInt64)
	data = binary.AppendUvarint(data, math.MaxUint64)
	from := population.NewDecoder(data, 7)
	assert.Equal(t, uint32(math.MaxUint32), from.Uint32())
	assert.Equal(t, int64(math.MaxInt64), from.Count())
	assert.Equal(t, uint64(math.MaxUint64), from.Uvarint())
	assert.NoError(t, from.Close())
}

func TestDecoderRefusesAnotherVersion(t *testing.T) {
	for _, data := range [][]byte{nil, {}, {0}, {1}, {3}, {255}} {
		require.ErrorIs(t, population.NewDecoder(data, 2).Close(), population.ErrFormat)
	}
	assert.NoError(t, population.NewDecoder([]byte{2}, 2).Close())
}

// The first fault stays, and everything after it reads as zero: a reader may check
// once, at the end.
func TestDecoderKeepsItsFirstFault(t *testing.T) {
	from := population.NewDecoder([]byte{7, 1, 2, 3}, 7)
	from.Fail("days out of order")
	from.Fail("something later")
	require.ErrorContains(t, from.Err(), "days out of order")
	assert.NotContains(t, from.Err().Error(), "later")
	assert.Zero(t, from.Byte())
	assert.Zero(t, from.Uvarint())
	assert.Zero(t, from.Varint())
	assert.Empty(t, from.Bytes())
	assert.Empty(t, from.Days())
	histogram := from.Histogram()
	assert.Zero(t, histogram.Total())
	assert.ErrorContains(t, from.Close(), "days out of order")
}

func TestDays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var days customer.Days
		for _, day := range rapid.SliceOf(rapid.Int32Range(1, int32(customer.MaxDate))).Draw(t, "days") {
			days.Add(customer.Date(day))
		}
		from := population.NewDecoder(population.AppendDays([]byte{7}, days), 7)
		read := from.Days()
		require.NoError(t, from.Close())
		assert.Equal(t, days, read)
	})
}

func TestAppendBytes(t *testing.T) {
	data := population.AppendBytes([]byte{9}, "")
	data = population.AppendBytes(data, "ab")
	data = population.AppendBytes(data, []byte{0, 0xff})
	assert.Equal(t, []byte{9, 0, 2, 'a', 'b', 2, 0, 0xff}, data)
	from := population.NewDecoder(data, 9)
	assert.Empty(t, from.Bytes())
	assert.Equal(t, "ab", string(from.Bytes()))
	assert.Equal(t, []byte{0, 0xff}, from.Bytes())
	require.NoError(t, from.Close())
}

func TestDaysGoldenBytes(t *testing.T) {
	assert.Equal(t, []byte{0}, population.AppendDays(nil, nil))
	assert.Equal(t, []byte{3, 0x80, 1, 1, 30}, population.AppendDays(nil, customer.Days{128, 129, 159}))
}

func TestDaysRefused(t *testing.T) {
	beyond := binary.AppendUvarint([]byte{1}, uint64(customer.MaxDate)+1)
	last := binary.AppendUvarint([]byte{2}, uint64(customer.MaxDate))
	for name, data := range map[string][]byte{
		"fewer than said":       {2, 5},
		"a day twice":           {2, 5, 0},
		"no day":                {1, 0},
		"a day beyond MaxDate":  beyond,
		"a day after MaxDate":   append(last, 1),
		"an astronomic number":  binary.AppendUvarint(nil, math.MaxUint64),
		"a gap of over 32 bits": binary.AppendUvarint([]byte{2, 5}, 1<<32+1),
	} {
		t.Run(name, func(t *testing.T) {
			from := population.NewDecoder(append([]byte{7}, data...), 7)
			from.Days()
			assert.ErrorIs(t, from.Close(), population.ErrFormat)
		})
	}
	from := population.NewDecoder(append([]byte{7}, append([]byte{1}, last[1:]...)...), 7)
	assert.Equal(t, customer.Days{customer.MaxDate}, from.Days(), "MaxDate itself is a day")
	assert.NoError(t, from.Close())
}
