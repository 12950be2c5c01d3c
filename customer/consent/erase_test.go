package consent_test

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/consent"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
)

// Every kind of entry is erased without a trace, by an order that says so, and nothing follows it.
func TestErase(t *testing.T) {
	lines, err := os.ReadFile("testdata/entries.golden")
	require.NoError(t, err)
	history := journaltest.ReadEntries[consent.Body, consent.Form](t, lines)
	order := journal.Erasure{
		Step:  journal.Step{Ref: "e-1", By: "officer", At: history[len(history)-1].At.Add(time.Hour)},
		Asked: "customer", Ground: "PIPL 47", Kept: []journal.Kept{{What: "invoices", Why: "tax-10-years", Until: 750_000}},
	}
	journaltest.TestErasure(t, journaltest.Erasing[consent.Consents, consent.Body, consent.Form, consent.Erase]{
		History: history, Order: consent.Erase{Erasure: order}, Decide: smallShop().Erase, Scrub: consent.Scrub,
	})
}

// Who is erased is not contacted, whatever it would rest on: not after an objection that was erased
// with all else, not where nothing of hers was ever booked, not under a name that is linked to the
// erased one, and of no earlier instant either, of which nobody knows any more what she had said.
func TestErasedStopsAll(t *testing.T) {
	policy := newPolicy(t, askingRules())
	order := consent.Erase{Erasure: journal.Erasure{Step: step("e-1", "2026-03-01 09:00"), Asked: "customer", Ground: "PIPL 47"}}
	object, err := policy.Object(everything(t), consent.Object{Step: step("o-1", "2026-02-01 09:00")})
	require.NoError(t, err)
	for name, said := range map[string]consent.Consents{"nothing": {}, "yes": everything(t), "no contact": object.Next} {
		erased, err := policy.Erase(said, order)
		require.NoError(t, err)
		require.Len(t, erased.Entries, 1, "the order is booked even where nothing was said, for what is under way still")
		for who, read := range map[string]consent.Consents{
			"alone": erased.Next, "linked": consent.Strictest(everything(t), erased.Next), "links": consent.Strictest(erased.Next, everything(t)),
		} {
			for _, instant := range []time.Time{at("2020-06-01 12:00"), at("2026-02-02 12:00"), at("2026-03-02 12:00")} {
				label := name + ", " + who + ", " + instant.String()
				for _, cell := range append(machineCells(), question("phone/service"), question("phone/survey")) {
					answer, err := policy.Allowed(read, cell, instant)
					require.NoError(t, err)
					assert.Equal(t, []customer.Reason{{
						Code: consent.CodeErased, Rule: "contact/1#" + cell.Purpose, At: at("2026-03-01 09:00"),
					}}, answer.Missing, "%s: %v", label, cell)
					assert.Equal(t, consent.Answer{Missing: answer.Missing}, answer)
					if cell.Channel != "" {
						may, err := policy.May(read, cell, consent.Facts{}, instant)
						require.NoError(t, err)
						assert.Contains(t, codesOf(may.Missing), consent.CodeErased)
						assert.False(t, may.Allowed)
						assert.Zero(t, may.Until, "waiting does not help")
					}
				}
				asks, err := policy.Missing(read, instant)
				require.NoError(t, err)
				assert.Empty(t, asks, "she is asked for nothing any more")
				reach, err := policy.Reach("c-1", read, consent.Facts{}, instant)
				require.NoError(t, err)
				assert.Empty(t, reach.Allowed, label)
				assert.Equal(t, at("2026-03-01 09:00"), reach.Erased)
				assert.Equal(t, []customer.Reason{{Code: consent.CodeErased, Rule: "contact/1#service", At: at("2026-03-01 09:00")}},
					policy.Stopped(nil, &reach, "service"), "a plan says what is in the way")
			}
		}
		assert.Empty(t, erased.Next.History(question("letter/care")))
		_, err = policy.Give(erased.Next, give("late", "2026-02-01 12:00", "letter/care"))
		assert.Equal(t, []string{customer.CodeErased}, missingOf(t, err), "what was under way comes too late")
	}
}

// A plan that was made with what she allowed before, and heard of the erasure since, reaches her no more.
func TestErasedReach(t *testing.T) {
	reach := consent.Reach{Erased: at("2026-03-01 09:00"), Allowed: []consent.Permission{{Channel: "letter", Purpose: "service"}}}
	_, permitted := reach.Permits("letter", "service")
	assert.False(t, permitted)
}
