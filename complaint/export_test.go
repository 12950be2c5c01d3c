package complaint_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/privacy"
)

// A case is a part of what is written down for a customer who asks what is held on her: all of its
// entries, in her words, and nobody of the staff but by a role.
func TestExport(t *testing.T) {
	lines, err := os.ReadFile("testdata/entries.golden")
	require.NoError(t, err)
	var all []complaint.Entry
	for line := range strings.Lines(string(lines)) {
		var entry complaint.Entry
		require.NoError(t, json.Unmarshal([]byte(line), &entry))
		all = append(all, entry)
	}
	c, err := complaint.Replay(all)
	require.NoError(t, err)
	p, err := privacy.New(privacy.Standard(privacy.Rules{Edition: customer.Edition{ID: "privacy", Version: 1}, Zone: "UTC", AnswerDays: 30}), time.UTC)
	require.NoError(t, err)
	document, err := p.Export("c-1", time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC), customer.English, map[string]string{"cid": "clerk"},
		privacy.PartOf("complaint", complaint.ID("K-2"), c, []complaint.Decision{{Entries: all}}))
	require.NoError(t, err)
	require.Len(t, document.Parts, 1)
	assert.Equal(t, "K-2", document.Parts[0].ID)
	assert.Len(t, document.Parts[0].History, len(all))
	text, err := json.Marshal(document)
	require.NoError(t, err)
	for _, staff := range []string{"ann", "bea", "ben", "cid", "hal", "lea", "pia", "tim"} {
		assert.NotContains(t, string(text), `"`+staff+`"`)
	}
	assert.Contains(t, string(text), "she is upset")
	assert.Contains(t, string(text), `"clerk"`)
}
