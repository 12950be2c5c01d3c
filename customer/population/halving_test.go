package population_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer/population"
)

// The table must be the same on every machine, so these figures are pinned: a list that
// ranks otherwise elsewhere cannot be explained.
func TestHalvingIsPinned(t *testing.T) {
	for _, tc := range []struct {
		halfLife int
		weights  map[int]int64
		length   int
		sum      string // the first bytes of the SHA-256 over all weights, 8 bytes each, big-endian
	}{
		{1, map[int]int64{0: 1 << 30, 1: 1 << 29, 2: 1 << 28, 29: 2, 30: 1}, 31, "f71769316ff310e3"},
		{2, map[int]int64{0: 1 << 30, 1: 759250124, 2: 1 << 29, 60: 1}, 61, "64c99b7ffb22fad7"},
		{30, map[int]int64{1: 1049217526, 30: 1 << 29}, 901, "6288026244ea708d"},
		{90, map[int]int64{1: 1065504019, 14: 963991005, 45: 759250124, 89: 541021659, 90: 1 << 29, 91: 532752009, 365: 64573748}, 2701, "e658392f6e10fe7e"},
		{365, map[int]int64{1: 1071704687, 365: 1 << 29}, 10_951, "270c513fe6008afc"},
		{3660, map[int]int64{1: 1073538493, 1830: 759250124, 3659: 536972596, 3660: 1 << 29, 36_600: 1 << 20, 109_800: 1}, 109_801, "38c35c0f469abd62"},
	} {
		weights := population.Halving(tc.halfLife)
		require.Len(t, weights, tc.length, "half-life %d", tc.halfLife)
		for age, want := range tc.weights {
			assert.Equal(t, want, weights[age], "half-life %d, age %d", tc.halfLife, age)
		}
		hash := sha256.New()
		for _, weight := range weights {
			hash.Write(binary.BigEndian.AppendUint64(nil, uint64(weight)))
		}
		assert.Equal(t, tc.sum, hex.EncodeToString(hash.Sum(nil)[:8]), "half-life %d", tc.halfLife)
	}
}

// Whole at age 0, exactly half after each half-life, falling with every day, and never
// 1.2 units from the exact value: at most one is lost to rounding down, and a fifth is
// won because the age is cut off after 32 binary places.
func TestHalving(t *testing.T) {
	halfLives := []int{365, 366, 1000, 1024, 3659, 3660}
	for halfLife := range 100 {
		halfLives = append(halfLives, halfLife+1)
	}
	for _, halfLife := range halfLives {
		weights := population.Halving(halfLife)
		require.Equal(t, int64(1<<30), weights[0])
		require.Len(t, weights, 30*halfLife+1)
		for age, weight := range weights { // without testify, which would take seconds here
			exact := (1 << 30) * math.Exp2(-float64(age)/float64(halfLife))
			switch {
			case math.Abs(exact-float64(weight)) > 1.2:
				t.Fatalf("half-life %d, age %d: %d is not %f", halfLife, age, weight, exact)
			case age > 0 && weight > weights[age-1], 0 < age && age <= halfLife && weight == weights[age-1]:
				t.Fatalf("half-life %d, age %d: %d after %d", halfLife, age, weight, weights[age-1])
			case age >= halfLife && weight != weights[age-halfLife]/2:
				t.Fatalf("half-life %d, age %d: %d is not half of %d", halfLife, age, weight, weights[age-halfLife])
			}
		}
	}
}
