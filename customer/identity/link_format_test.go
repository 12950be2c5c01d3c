package identity_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
)

// The stored form of what ties records, and of a record that was tied: a changed line is a migration of
// data.
func TestLinkFormat(t *testing.T) {
	d := newLinkDesk(t)
	d.open("c-1", "form", "name=Li Wei", "phone=13800001111")
	d.at = linkDay(2)
	d.open("c-2", "form", "name=Li Wei", "phone=13800001111")
	_, err := d.distinct("c-2", "c-1")
	require.NoError(t, err)
	_, err = d.reconsider("c-2", "c-1")
	require.NoError(t, err)
	d.mustLink("c-2", "c-1")
	_, err = d.unlink("c-2", "c-1")
	require.NoError(t, err)
	d.mustLink("c-2", "c-1")
	want := d.load("c-2")

	history := d.store.History("c-2")
	customertest.Golden(t, "link.entries.golden", journaltest.WriteEntries(t, history))
	customertest.Golden(t, "link.record.golden", recordText(t, want))
	data, err := os.ReadFile("testdata/link.entries.golden")
	require.NoError(t, err)
	var read []identity.Entry
	for line := range strings.Lines(string(data)) {
		var e identity.Entry
		require.NoError(t, json.Unmarshal([]byte(line), &e), line)
		read = append(read, e)
		for name, bad := range map[string]string{
			"a field":        strings.Replace(line, `"body":{`, `"body":{"more":1,`, 1),
			"a control mark": strings.NewReplacer(`"to":"c-1"`, `"to":"c-1\u0000"`, `"older":"c-1"`, `"older":"c-1\u0000"`).Replace(line),
		} {
			if bad != line {
				require.Error(t, json.Unmarshal([]byte(bad), &e), "%s of %s", name, line)
			}
		}
	}
	replayed, err := identity.Replay(read)
	require.NoError(t, err)
	assert.Equal(t, recordText(t, want), recordText(t, replayed))
	var stored identity.Record
	require.NoError(t, json.Unmarshal([]byte(recordText(t, want)), &stored))
	assert.Equal(t, recordText(t, want), recordText(t, stored))

	// Each state is its own: what is applied later changes none before it.
	var r identity.Record
	for i := range history {
		before := recordText(t, r)
		next, err := r.Apply(history[i])
		require.NoError(t, err)
		assert.Equal(t, before, recordText(t, r))
		r = next
	}
}
