package personal_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/promo/personal"
)

const shopKey = "0123456789abcdef0123456789abcdef"

func newCodes(t require.TestingT, prefix int, key string) *personal.Codes {
	codes, err := personal.NewCodes(prefix, []byte(key))
	require.NoError(t, err)
	return codes
}

// row E3: known answers, reckoned apart from this code with Python's hmac, hashlib and
// struct from the form that Codes.Code states.
func TestCodes(t *testing.T) {
	for _, tc := range []struct {
		prefix   int
		key      string
		campaign string
		id       customer.ID
		from     string
		try      int
		want     string
	}{
		{20, shopKey, "fortnightly", "c-1", "2026-11-25", 0, "2072923833667"},
		{20, shopKey, "fortnightly", "c-1", "2026-11-25", 1, "2021777852973"},
		{20, shopKey, "fortnightly", "c-1", "2026-12-09", 0, "2082420092641"},
		{20, shopKey, "fortnightly", "c-2", "2026-11-25", 0, "2041500880806"},
		{29, shopKey, "fortnightly", "c-1", "2026-11-25", 0, "2972923833660"},
		{20, shopKey, "fortnightlyc", "-1", "2026-11-25", 0, "2047159218151"}, // no field runs into the next
		{20, shopKey, "双周", "c-1", "2026-11-25", 99, "2088798320546"},
		{20, "another key of 16+ bytes", "fortnightly", "c-1", "2026-11-25", 0, "2071984467651"},
	} {
		codes := newCodes(t, tc.prefix, tc.key)
		code, err := codes.Code(tc.campaign, tc.id, date(tc.from), tc.try)
		require.NoError(t, err)
		assert.Equal(t, tc.want, code)
		assert.True(t, codes.Readable(code))
		assert.True(t, codes.Verify(code, tc.campaign, tc.id, date(tc.from), tc.try))
		assert.False(t, codes.Verify(code, tc.campaign, tc.id+"x", date(tc.from), tc.try))
		assert.False(t, codes.Verify(code, tc.campaign, tc.id, date(tc.from)+1, tc.try))
		assert.False(t, codes.Verify(code, tc.campaign, tc.id, date(tc.from), (tc.try+1)%100))
		assert.False(t, codes.Verify(code, tc.campaign, "", date(tc.from), tc.try))
	}
}

// A till can tell a misread code from a code: one digit misread is always found.
func TestReadable(t *testing.T) {
	codes := newCodes(t, 20, shopKey)
	for code, want := range map[string]bool{
		"2072923833667":  true,
		"2072923833668":  false,
		"2172923833667":  false,
		"4006381333931":  false, // a good check digit, another prefix
		"207292383366":   false,
		"20729238336670": false,
		"20729238336６7":  false,
		"207292383366x":  false,
		"20x2923833667":  false,
		"":               false,
	} {
		assert.Equal(t, want, codes.Readable(code), code)
	}
	rapid.Check(t, func(t *rapid.T) {
		id := customer.ID(rapid.StringMatching(`c-[0-9]{1,9}`).Draw(t, "id"))
		code, err := codes.Code("fortnightly", id, date("2026-11-25"), rapid.IntRange(0, 99).Draw(t, "try"))
		require.NoError(t, err)
		require.True(t, codes.Readable(code))
		at, off := rapid.IntRange(0, 12).Draw(t, "at"), rapid.IntRange(1, 9).Draw(t, "off")
		misread := []byte(code)
		misread[at] = '0' + (misread[at]-'0'+byte(off))%10
		require.False(t, codes.Readable(string(misread)))
	})
}

func TestCodesFaults(t *testing.T) {
	for _, tc := range []struct {
		prefix, key int
		want        []string
	}{
		{20, 16, nil},
		{29, 16, nil},
		{19, 15, []string{"prefix = 19", "key = 15 bytes"}},
		{30, 0, []string{"prefix = 30", "key = 0 bytes"}},
	} {
		_, err := personal.NewCodes(tc.prefix, make([]byte, tc.key))
		assert.Equal(t, tc.want, faults(err))
	}
	codes := newCodes(t, 20, shopKey)
	_, err := codes.Code("", "", 0, 100)
	assert.Equal(t, []string{"campaign = ", "customer = ", "from = ", "try = 100"}, faults(err))
	_, err = codes.Code("fortnightly", "c-1", date("2026-11-25"), -1)
	assert.Equal(t, []string{"try = -1"}, faults(err))
}

// The key is the codes' own: who changes the slice later changes nothing.
func TestCodesKeepTheirKey(t *testing.T) {
	key := []byte(shopKey)
	codes, err := personal.NewCodes(20, key)
	require.NoError(t, err)
	key[0] = 'x'
	assert.True(t, codes.Verify("2072923833667", "fortnightly", "c-1", date("2026-11-25"), 0))
}

// 100,000 lists: about half a pair shares a code, so the retry is needed, and rarely.
func TestCodesCollide(t *testing.T) {
	codes := newCodes(t, 20, shopKey)
	issued := map[string]bool{}
	collisions := 0
	for i := range 100_000 {
		code, err := codes.Code("fortnightly", customer.ID(fmt.Sprintf("c-%d", i)), date("2026-11-25"), 0)
		require.NoError(t, err)
		if issued[code] {
			collisions++
		}
		issued[code] = true
	}
	assert.LessOrEqual(t, collisions, 5)
}
