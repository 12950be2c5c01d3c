package journal_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

func TestKey(t *testing.T) {
	for _, test := range []struct{ verb, ref, want string }{
		{"earn", "R-1", "earn:R-1"},
		{"void-earn2", "R-1", "void-earn2:R-1"},
		{"e", "a:b", "e:a:b"},                                          // only the first colon counts
		{"earn", "小票 17", "earn:小票 17"},                                // any script
		{"earn", " ", "earn: "},                                        // spaces are the host's business
		{strings.Repeat("v", 32), "x", strings.Repeat("v", 32) + ":x"}, // longest verb
		{"earn", strings.Repeat("x", 251), "earn:" + strings.Repeat("x", 251)},
	} {
		key, err := journal.Key(test.verb, test.ref)
		require.NoError(t, err)
		assert.Equal(t, test.want, key)
		assert.LessOrEqual(t, len(key), journal.MaxKey)
	}
}

func TestKeyRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		verb, ref string
		paths     []string
	}{
		"no verb":            {"", "R-1", []string{"verb"}},
		"capitals":           {"Earn", "R-1", []string{"verb"}},
		"colon in the verb":  {"earn:x", "R-1", []string{"verb"}},
		"starts with digit":  {"2earn", "R-1", []string{"verb"}},
		"starts with hyphen": {"-earn", "R-1", []string{"verb"}},
		"verb too long":      {strings.Repeat("v", 33), "R-1", []string{"verb"}},
		"verb of a megabyte": {strings.Repeat("v", 1<<20), "R-1", []string{"verb", "ref"}},
		"no reference":       {"earn", "", []string{"ref"}},
		"too long":           {"earn", strings.Repeat("x", 252), []string{"ref"}},
		"megabyte":           {"earn", strings.Repeat("x", 1<<20), []string{"ref"}},
		"line break":         {"earn", "R\n1", []string{"ref"}},
		"NUL":                {"earn", "R\x001", []string{"ref"}},
		"C1 control":         {"earn", "R\u0085", []string{"ref"}},
		"not UTF-8":          {"earn", "R\xff", []string{"ref"}},
		"both":               {"", "", []string{"verb", "ref"}},
	} {
		t.Run(name, func(t *testing.T) {
			key, err := journal.Key(test.verb, test.ref)
			assert.Empty(t, key)
			var faults customer.Faults
			require.ErrorAs(t, err, &faults)
			var paths []string
			for _, fault := range faults {
				paths = append(paths, fault.Path)
			}
			assert.Equal(t, test.paths, paths)
			assert.Less(t, len(err.Error()), 500)
		})
	}
}

func TestDecisionValidate(t *testing.T) {
	good := func() booking {
		sum, err := journal.Fingerprint("add", units(1))
		require.NoError(t, err)
		return booking{Key: "add:1", Fingerprint: sum, Entries: []int64{1}, Next: 1}
	}
	require.NoError(t, good().Validate())
	for path, spoil := range map[string]func(*booking){
		"key":         func(d *booking) { d.Key = "add" },
		"key.verb":    func(d *booking) { d.Key = "Add:1" },
		"key.ref":     func(d *booking) { d.Key = "add:" },
		"fingerprint": func(d *booking) { d.Fingerprint = d.Fingerprint[1:] },
		"entries":     func(d *booking) { d.Entries = nil },
		"reasons":     func(d *booking) { d.Reasons = make([]customer.Reason, journal.MaxEntries+1) },
	} {
		d := good()
		spoil(&d)
		var faults customer.Faults
		require.ErrorAs(t, d.Validate(), &faults)
		require.Len(t, faults, 1)
		assert.Equal(t, path, faults[0].Path)
	}
	d := good()
	d.Entries = make([]int64, journal.MaxEntries)
	require.NoError(t, d.Validate())
	d.Entries = make([]int64, journal.MaxEntries+1)
	require.Error(t, d.Validate())
	require.Error(t, booking{}.Validate())
}

func FuzzKey(f *testing.F) {
	f.Add("earn", "R-1")
	f.Add("earn:x", "1")
	f.Add("", "\xff\x00")
	f.Fuzz(func(t *testing.T, verb, ref string) {
		key, err := journal.Key(verb, ref)
		if err != nil {
			assert.Empty(t, key)
			return
		}
		before, after, found := strings.Cut(key, ":")
		assert.True(t, found)
		assert.Equal(t, verb, before, "the verb can be read back")
		assert.Equal(t, ref, after)
		assert.LessOrEqual(t, len(key), journal.MaxKey)
	})
}
