package desk_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint/desk"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
)

func TestTraits(t *testing.T) {
	assert.Equal(t, "guidance technical social time-bound place-bound complex adaptive volume learning supervised",
		customertest.Texts(t, desk.Supervised))
}

func offerRules() desk.OfferRules {
	return desk.OfferRules{
		Edition: customer.Edition{ID: "offers", Version: 2}, Zone: shanghai,
		Offers: []desk.Offer{
			{ID: "repair", Traits: []desk.Trait{desk.Technical, desk.PlaceBound, desk.Learning}, Niche: desk.Niche{Background: "catering", Industry: "bakery", Manner: "on site"}},
			{ID: "checkout", Traits: []desk.Trait{desk.Volume, desk.TimeBound}},
			{ID: "gifts"},
		},
		Hints: []desk.Hint{
			{ID: "technical", Traits: []desk.Trait{desk.Technical}, Skills: []string{"tools"}, Desk: "main-cash", SlackPermille: 50},
			{ID: "field", Traits: []desk.Trait{desk.PlaceBound, desk.Technical}, Skills: []string{"driving", "tools"}, Desk: "line", SlackPermille: 300},
			{ID: "bakery", Niche: desk.Niche{Background: "catering", Industry: "bakery"}, Skills: []string{"ovens"}},
			{ID: "butcher", Niche: desk.Niche{Background: "catering", Industry: "butcher"}, Skills: []string{"saws"}},
			{ID: "peak", Traits: []desk.Trait{desk.Volume}, SlackPermille: 150},
			{ID: "social", Traits: []desk.Trait{desk.Volume, desk.Social}, Skills: []string{"talk"}},
		},
	}
}

// rows B25, B26: what the traits and the niche of an offer mean for who does it.
func TestAdvise(t *testing.T) {
	offers, err := desk.NewOffers(offerRules(), zoneOf(t, shanghai), bank(t))
	require.NoError(t, err)
	when := at(t, "2026-11-25 10:00")
	for _, tc := range []struct {
		offer string
		want  desk.Advice
		hints []string
	}{
		{"repair", desk.Advice{Skills: []string{"driving", "ovens", "tools"}, Desk: "line", SlackPermille: 300}, []string{"desk.hint bakery", "desk.hint field", "desk.hint technical"}},
		{"checkout", desk.Advice{SlackPermille: 150}, []string{"desk.hint peak"}},
		{"gifts", desk.Advice{}, nil},
	} {
		got, err := offers.Advise(tc.offer, when)
		require.NoError(t, err)
		assert.Equal(t, tc.hints, codes(got.Because))
		tc.want.Rule, tc.want.Because = "offers/2", got.Because
		assert.Equal(t, tc.want.SlackPermille, got.SlackPermille)
		assert.Equal(t, tc.want.Desk, got.Desk)
		assert.ElementsMatch(t, tc.want.Skills, got.Skills)
		assert.Equal(t, tc.want.Rule, got.Rule)
	}
	_, err = offers.Advise("x", time.Time{})
	assert.Equal(t, []string{"at", "offer"}, customertest.Paths(t, err))
	_, err = new(desk.Offers).Advise("gifts", when)
	require.Error(t, err)

	rules := offerRules()
	rules.Until = date(t, "2026-11-25")
	offers, err = desk.NewOffers(rules, zoneOf(t, shanghai), nil)
	require.NoError(t, err)
	_, err = offers.Advise("gifts", when)
	assert.Equal(t, []string{"customer.no-longer-in-force"}, codes(missing(t, err)))
}

func TestOffersFaults(t *testing.T) {
	_, err := desk.NewOffers(desk.OfferRules{
		Edition: customer.Edition{ID: "o", Version: 1}, Zone: shanghai,
		Offers: []desk.Offer{
			{ID: "a", Traits: []desk.Trait{0, desk.Social, desk.Social, 11, 200}, Niche: desk.Niche{Background: "\x00", Industry: "\x00", Manner: "\x00"}},
			{ID: "a"},
		},
		Hints: []desk.Hint{
			{ID: "h", Skills: []string{""}, Desk: "x", SlackPermille: -1},
			{ID: "h", Traits: []desk.Trait{desk.Social}},
		},
	}, zoneOf(t, shanghai), bank(t))
	assert.Equal(t, []string{
		"offers[0].niche.background", "offers[0].niche.industry", "offers[0].niche.manner",
		"offers[0].traits[0]", "offers[0].traits[2]", "offers[0].traits[3]", "offers[0].traits[4]", "offers[1].id",
		"hints[0]", "hints[0].skills[0]", "hints[0].desk", "hints[0].slack_permille", "hints[1].id", "hints[1]",
	}, customertest.Paths(t, err))
	_, err = desk.NewOffers(desk.OfferRules{
		Edition: customer.Edition{ID: "o", Version: 1}, Zone: shanghai,
		Offers: make([]desk.Offer, desk.MaxOffers+1), Hints: make([]desk.Hint, desk.MaxHints+1),
	}, zoneOf(t, shanghai), nil)
	assert.Equal(t, []string{"offers", "hints"}, customertest.Paths(t, err))
}
