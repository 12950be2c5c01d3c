package segment_test

import (
	"cmp"
	"encoding/hex"
	"fmt"
	"maps"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/segment"
)

func seatCell(brand segment.Brand, usage segment.Usage) segment.Cell {
	return segment.Cell{Brand: brand, Usage: usage}
}

// Whatever is added is found again, by walking, by asking, and after storage.
func TestSeatsKeepWhatTheyAreGiven(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key := rapid.SampledFrom([]func(uint32) cardNo{
			func(n uint32) cardNo { return cardNo(fmt.Sprint(n)) },
			func(n uint32) cardNo { return cardNo(fmt.Sprintf("customer-%08d", n)) },
		}).Draw(t, "keys")
		people := map[cardNo][]segment.Seat{}
		for _, n := range rapid.SliceOfDistinct(rapid.OneOf(rapid.Uint32Range(0, 20), rapid.Uint32()), rapid.ID).Draw(t, "customers") {
			var seats []segment.Seat
			for _, category := range rapid.SliceOfDistinct(rapid.OneOf(rapid.Uint32Range(0, 20), rapid.Uint32Range(math.MaxUint32-1, math.MaxUint32)), rapid.ID).Draw(t, "categories") {
				seats = append(seats, segment.Seat{Category: category, Cell: someCell().Draw(t, "cell")})
			}
			slices.SortFunc(seats, func(a, b segment.Seat) int { return cmp.Compare(a.Category, b.Category) })
			people[key(n)] = seats
		}
		var seats segment.Seats[cardNo]
		for _, who := range slices.Sorted(maps.Keys(people)) {
			require.NoError(t, seats.Add(who, people[who]...))
		}
		var back segment.Seats[cardNo]
		require.NoError(t, back.UnmarshalBinary(marshal(t, &seats)))
		assert.Equal(t, marshal(t, &seats), marshal(t, &back))

		usher := back.Usher()
		for _, who := range slices.Sorted(maps.Keys(people)) {
			if rapid.IntRange(0, 3).Draw(t, "not asked for") == 0 {
				continue
			}
			known := slices.DeleteFunc(slices.Clone(people[who]), func(s segment.Seat) bool { return s.Cell == segment.Cell{} })
			assert.Equal(t, fmt.Sprint(known), fmt.Sprint(usher.Of(who)))
			for _, seat := range people[who] {
				assert.Equal(t, seat.Cell, usher.Cell(who, seat.Category))
			}
			assert.Zero(t, usher.Cell(who, 1000))
			delete(people, who)
		}
		for who, seats := range back.All() {
			if left, ok := people[who]; ok {
				known := slices.DeleteFunc(slices.Clone(left), func(s segment.Seat) bool { return s.Cell == segment.Cell{} })
				assert.Equal(t, known, seats)
			}
		}
	})
}

func TestSeatsRefuse(t *testing.T) {
	heavy := seatCell(segment.StoreLoyal, segment.Heavy)
	var seats segment.Seats[uint32]
	require.NoError(t, seats.Add(0, segment.Seat{Category: 0, Cell: heavy}), "the zero key comes first")
	require.ErrorIs(t, seats.Add(0, segment.Seat{Cell: heavy}), population.ErrOrder)
	require.NoError(t, seats.Add(7, segment.Seat{Category: 3, Cell: heavy}))
	require.ErrorIs(t, seats.Add(6), population.ErrOrder)
	require.Error(t, seats.Add(8, segment.Seat{Category: 3, Cell: heavy}, segment.Seat{Category: 3, Cell: heavy}))
	require.Error(t, seats.Add(8, segment.Seat{Category: 3, Cell: seatCell(segment.StoreLoyal+1, segment.Heavy)}))
	require.NoError(t, seats.Add(8, segment.Seat{Category: 3}), "who is nowhere has no seat")
	assert.Equal(t, goldenSeats, hex.EncodeToString(marshal(t, &seats)), "and a refusal leaves nothing behind")

	usher := seats.Usher()
	assert.Equal(t, heavy, usher.Cell(7, 3))
	assert.Empty(t, usher.Of(0), "she is past")
	assert.Empty(t, usher.Of(9))
}

// Version 1: customer 0 in category 0 and customer 7 in category 3, both store-loyal/heavy
// (3 << 2 | 3): distance, how many, distance << 4 | cell.
const goldenSeats = "01" + "00" + "01" + "0f" + "07" + "01" + "3f"

func TestSeatsRefuseBytes(t *testing.T) {
	for name, text := range map[string]string{
		"nothing":                    "",
		"another version":            "02",
		"a customer without seats":   "010000",
		"a seat of no cell":          "01000110",
		"a customer twice":           "0100010f" + "00010f",
		"a category beyond 32 bits":  "010001" + "ffffffffff1f" + "0f",
		"seats that are cut off":     "010002" + "0f",
		"a key beyond the key range": "01" + "ffffffff1f" + "010f",
	} {
		var seats segment.Seats[uint32]
		require.ErrorIs(t, seats.UnmarshalBinary(unhex(t, text)), population.ErrFormat, name)
		assert.Equal(t, "01", hex.EncodeToString(marshal(t, &seats)), "it stays as it was")
	}
	var texts segment.Seats[customer.ID]
	for name, text := range map[string]string{
		"shares more than there is": "01" + "0101" + "61" + "010f",
		"a text that is before":     "01" + "0001" + "62" + "010f" + "0001" + "61" + "010f",
		"shares less than there is": "01" + "0002" + "6161" + "010f" + "0002" + "6162" + "010f",
	} {
		require.ErrorIs(t, texts.UnmarshalBinary(unhex(t, text)), population.ErrFormat, name)
	}
}

func TestUsherOfNoSeats(t *testing.T) {
	for _, usher := range []*segment.Usher[uint32]{new(segment.Usher[uint32]), new(segment.Seats[uint32]).Usher()} {
		assert.Empty(t, usher.Of(1))
		assert.Zero(t, usher.Cell(1, 1))
	}
}

// Bytes that are accepted are those that Add writes for the same seats.
func fuzzSeats[K population.Key](f *testing.F, seeds ...string) {
	f.Helper()
	fuzzState(f, func(data []byte) (func() ([]byte, error), error) {
		var seats, again segment.Seats[K]
		err := seats.UnmarshalBinary(data)
		for who, hers := range seats.All() {
			if err := again.Add(who, hers...); err != nil {
				panic(err)
			}
		}
		return again.MarshalBinary, err
	}, seeds...)
}

func FuzzSeatsOfNumbers(f *testing.F) {
	fuzzSeats[uint32](f, goldenSeats, "0100ffffffffffffffff7f0f")
}

func FuzzSeatsOfTexts(f *testing.F) {
	fuzzSeats[customer.ID](f, "01"+"0002"+"6161"+"010f"+"0101"+"62"+"02071f")
}
