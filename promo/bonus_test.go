package promo_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/rapport-crm/rapport/loyalty"
	"github.com/rapport-crm/rapport/promo"
)

// Bonus points go to the programme with their line and their offer; what changes the
// price does not.
func TestBonus(t *testing.T) {
	priced := promo.Priced{Runs: []promo.Run{
		{Line: 1, Units: 2000, Offer: "week", Saved: 40},
		{Line: 2, Units: 3000, Offer: "extra", Points: 15},
	}}
	assert.Equal(t, []loyalty.Bonus{{Line: 2, Offer: "extra", Points: 15}}, priced.Bonus())
	assert.Empty(t, promo.Priced{}.Bonus())
}
