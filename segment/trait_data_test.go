package segment_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/segment"
)

// Real baskets of 2017, and who has a pet, a small child or eats vegetables on the first
// day of 2018. The figures were computed by another program: Python's csv and datetime
// modules, with one dictionary of days per customer and trait, gone through by the words of
// TraitRule; and hashlib for the draws.
//
// row C5: traits with evidence and expiry; row C9, B36: an audience over them, in which
// whoever never bought evidence of anything is unknown.
func TestTraitsOfRealBaskets(t *testing.T) {
	rows, on := readSold(t, "dunnhumby_sample"), day(t, "2018-01-01")
	traits := newTraits(t, segment.TraitRules{
		Edition: customer.Edition{ID: "household", Version: 1}, Zone: "UTC", WindowDays: 365,
		Traits: []segment.TraitRule{
			{
				Name: "baby", Labels: []string{"BABY FOODS", "BABYFOOD", "DIAPERS & DISPOSABLES", "INFANT FORMULA"},
				MinDays: 2, MinUnits: dec("3"), WithinDays: 120, ExpiresAfterDays: 150,
			},
			{Name: "pet", Labels: []string{"DOG FOODS", "CAT FOOD"}, MinDays: 2, WithinDays: 90, ExpiresAfterDays: 120},
			{
				Name:    "vegetables",
				Labels:  []string{"VEGETABLES - ALL OTHERS", "VEGETABLES SALAD", "FRZN VEGETABLE/VEG DSH", "VEGETABLES - SHELF STABLE"},
				MinDays: 3, WithinDays: 60, ExpiresAfterDays: 60,
			},
			{Name: "never coded", Sensitive: true, Labels: []string{"SOUP"}, MinDays: 1, WithinDays: 1, ExpiresAfterDays: 2},
		},
	})
	sales, _ := realReceipts(rows)
	var lines []population.Line[customer.ID]
	for _, sale := range sales {
		var err error
		lines, err = traits.Coder().Sale(lines, sale)
		require.NoError(t, err)
	}
	tally, err := segment.NewTraitTally[customer.ID](traits, on)
	require.NoError(t, err)
	require.NoError(t, tally.Add(lines...))

	type sums struct{ held, since, until int }
	found := map[string]sums{}
	known := map[customer.ID][]segment.AudienceTrait{}
	for who, held := range tally.All() {
		known[who] = traits.Facts(nil, held)
		for _, trait := range held {
			sum := found[trait.Name]
			found[trait.Name] = sums{sum.held + 1, sum.since + int(trait.Since), sum.until + int(trait.Until)}
		}
	}
	assert.Equal(t, map[string]sums{
		"baby": {50, 36_827_741, 36_839_779}, "pet": {62, 45_666_502, 45_679_594}, "vegetables": {31, 22_836_446, 22_838_712},
	}, found)

	audience := realTraitAudience(t)
	counted, err := audience.Tally(on, segment.AudienceSample{Salt: "letter", Size: 5})
	require.NoError(t, err)
	facts := segment.AudienceFacts{}
	add := func() {
		if facts.ID != "" {
			facts.Traits = known[facts.ID]
			facts.Numbers[1].Value = int64(on) - facts.Numbers[1].Value
			require.NoError(t, counted.Add(&facts))
		}
	}
	for _, row := range rows { // by customer and time
		if row.Customer != facts.ID {
			add()
			facts = segment.AudienceFacts{ID: row.Customer, Numbers: []segment.AudienceNumber{
				{Name: "spend", Unit: customer.UnitMinor}, {Name: "days since purchase", Unit: customer.UnitDays},
			}}
		}
		if bought := customer.DateOf(row.At, time.UTC); bought < on {
			facts.Numbers[0].Value += row.Cents
			facts.Numbers[1].Value = int64(bought)
		}
	}
	add()
	assert.Equal(t, []segment.AudienceFigures{{Yes: 49, No: 1883, Unknown: 445, Addressed: 49, First: 49, Only: 49}}, counted.Figures())
	assert.Equal(t, []customer.ID{"644", "518", "1694", "932", "1566"}, counted.Sample(0))
}

// realTraitAudience is a letter to owners of pets without a small child, who were here
// within thirty days and spend a hundred or eat vegetables.
func realTraitAudience(t *testing.T) *segment.Audience {
	t.Helper()
	rules, err := segment.ParseAudienceRules([]byte(`{
		"id": "letter", "version": 1, "zone": "UTC",
		"condition": {"all": [
			{"trait": "pet"}, {"not": {"trait": "baby"}},
			{"any": [{"number": {"name": "spend", "unit": "minor", "from": 10000}}, {"trait": "vegetables"}]},
			{"number": {"name": "days since purchase", "unit": "days", "to": 30}}
		]}
	}`))
	require.NoError(t, err)
	require.NoError(t, rules.CheckNames(segment.AudienceNames{Traits: []string{"baby", "pet", "vegetables"}}))
	audience, err := segment.NewAudience(rules, time.UTC)
	require.NoError(t, err)
	return audience
}
