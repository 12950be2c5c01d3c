package segment_test

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/segment"
)

// traitRules have a trait by days, one by units and a sensitive one.
func traitRules() segment.TraitRules {
	return segment.TraitRules{
		Edition: customer.Edition{ID: "household", Version: 2}, Zone: "UTC", WindowDays: 200,
		Traits: []segment.TraitRule{
			{Name: "pet", Labels: []string{"Dog food", "Cat food"}, MinDays: 2, WithinDays: 30, ExpiresAfterDays: 60},
			{Name: "greens", Labels: []string{"Vegetables"}, MinUnits: dec("2.5"), WithinDays: 10, ExpiresAfterDays: 20},
			{Name: "expecting", Sensitive: true, Labels: []string{"Pregnancy"}, MinDays: 1, WithinDays: 30, ExpiresAfterDays: 60},
		},
	}
}

// The codes of traitRules: places by name.
const (
	greensTrait = iota
	petTrait
)

func newTraits(t failer, rules segment.TraitRules) *segment.Traits {
	t.Helper()
	traits, err := segment.NewTraits(rules, time.UTC)
	require.NoError(t, err)
	return traits
}

func traitsOn(t failer, traits *segment.Traits, on customer.Date, lines ...line) ([]segment.Trait, []customer.Reason) {
	t.Helper()
	counter, err := segment.NewTraitCounter[uint32](traits, on)
	require.NoError(t, err)
	held, err := counter.Infer(lines)
	require.NoError(t, err)
	held = slices.Clone(held)
	reasons, err := counter.Reasons(lines)
	require.NoError(t, err)

	tally, err := segment.NewTraitTally[uint32](traits, on)
	require.NoError(t, err)
	require.NoError(t, tally.Add(lines...))
	assert.Equal(t, reasons, tally.Reasons(0))
	assert.True(t, slices.Equal(held, tally.Infer(0)))
	return held, reasons
}

func traitBought(item uint32, ago int, units int64) line {
	return line{Item: item, Day: on.AddDays(-ago), Units: units}
}

func traitBack(item uint32, ago int, units int64) line {
	return line{Item: item, Day: on.AddDays(-ago), Units: units, Returned: true}
}

// row C5: evidence, threshold and expiry, each on both sides of its boundary.
func TestTraitInference(t *testing.T) {
	traits := newTraits(t, traitRules())
	held := func(since, last, until, days int, units int64) *segment.Trait {
		return &segment.Trait{
			Name: "pet", Since: on.AddDays(-since), Last: on.AddDays(-last), Until: on.AddDays(until), Days: days, Units: units,
		}
	}
	for name, test := range map[string]struct {
		lines []line
		want  *segment.Trait // nil: not held
		codes string         // of the trait pet, without "segment.trait-"
	}{
		"nothing":                         {nil, nil, "no-evidence"},
		"one day":                         {[]line{traitBought(petTrait, 1, 1000), traitBought(petTrait, 1, 5000)}, nil, "too-few-days"},
		"two days":                        {[]line{traitBought(petTrait, 2, 1000), traitBought(petTrait, 1, 5000)}, held(1, 1, 59, 2, 6000), "days holds"},
		"two days in any order":           {[]line{traitBought(petTrait, 1, 5000), traitBought(petTrait, 2, 1000)}, held(1, 1, 59, 2, 6000), "days holds"},
		"today does not count yet":        {[]line{traitBought(petTrait, 1, 1000), traitBought(petTrait, 0, 5000)}, nil, "too-few-days"},
		"within thirty days":              {[]line{traitBought(petTrait, 39, 0), traitBought(petTrait, 10, 0)}, held(10, 10, 50, 2, 0), "days holds"},
		"within thirty-one":               {[]line{traitBought(petTrait, 40, 0), traitBought(petTrait, 10, 0)}, nil, "too-few-days"},
		"the last day":                    {[]line{traitBought(petTrait, 60, 1), traitBought(petTrait, 59, 1)}, held(59, 59, 1, 2, 2), "days holds"},
		"expired":                         {[]line{traitBought(petTrait, 61, 1), traitBought(petTrait, 60, 1)}, nil, "expired"},
		"kept by one more day":            {[]line{traitBought(petTrait, 100, 1), traitBought(petTrait, 99, 1), traitBought(petTrait, 40, 1)}, held(99, 40, 20, 2, 2), "days holds"},
		"one more day, but too late":      {[]line{traitBought(petTrait, 100, 1), traitBought(petTrait, 99, 1), traitBought(petTrait, 39, 1)}, nil, "expired too-few-days"},
		"and reached anew":                {[]line{traitBought(petTrait, 100, 1), traitBought(petTrait, 99, 1), traitBought(petTrait, 39, 1), traitBought(petTrait, 30, 1)}, held(30, 30, 30, 2, 2), "days holds"},
		"the first day of the window":     {[]line{traitBought(petTrait, 200, 1), traitBought(petTrait, 171, 1), traitBought(petTrait, 112, 1), traitBought(petTrait, 53, 1)}, held(171, 53, 7, 2, 2), "days holds"},
		"a day before the window":         {[]line{traitBought(petTrait, 201, 1), traitBought(petTrait, 172, 1), traitBought(petTrait, 113, 1), traitBought(petTrait, 54, 1)}, nil, "too-few-days"},
		"of another trait":                {[]line{traitBought(greensTrait, 2, 1000), traitBought(petTrait, 1, 5000)}, nil, "too-few-days"},
		"all brought back":                {[]line{traitBought(petTrait, 3, 1000), traitBought(petTrait, 2, 1000), traitBack(petTrait, 1, 1000)}, nil, "brought-back too-few-days"},
		"nearly all brought back":         {[]line{traitBought(petTrait, 3, 1000), traitBought(petTrait, 2, 1000), traitBack(petTrait, 1, 999)}, held(2, 2, 58, 2, 1001), "days holds"},
		"back on the same day":            {[]line{traitBack(petTrait, 2, 1000), traitBought(petTrait, 3, 1000), traitBought(petTrait, 2, 1000)}, nil, "brought-back too-few-days"},
		"back before the sale":            {[]line{traitBack(petTrait, 4, 1000), traitBought(petTrait, 3, 1000), traitBought(petTrait, 2, 1000)}, held(2, 2, 58, 2, 2000), "days holds"},
		"back over two days":              {[]line{traitBought(petTrait, 3, 1000), traitBought(petTrait, 2, 1000), traitBack(petTrait, 1, 2000)}, nil, "brought-back no-evidence"},
		"back, nobody knows how much":     {[]line{traitBought(petTrait, 3, 9000), traitBought(petTrait, 2, 9000), traitBack(petTrait, 1, 0)}, nil, "brought-back too-few-days"},
		"back twice, nobody knows":        {[]line{traitBought(petTrait, 3, 9000), traitBack(petTrait, 1, 0), traitBack(petTrait, 1, 0)}, nil, "brought-back no-evidence"},
		"of unknown quantity, and back":   {[]line{traitBought(petTrait, 3, 0), traitBought(petTrait, 2, 0), traitBack(petTrait, 1, 500)}, nil, "brought-back too-few-days"},
		"measured goods come off first":   {[]line{traitBought(petTrait, 3, 700), traitBought(petTrait, 2, 0), traitBack(petTrait, 1, 300)}, held(2, 2, 58, 2, 400), "days holds"},
		"another trait's return":          {[]line{traitBought(petTrait, 3, 1000), traitBought(petTrait, 2, 1000), traitBack(greensTrait, 1, 9000)}, held(2, 2, 58, 2, 2000), "days holds"},
		"bought again after the return":   {[]line{traitBought(petTrait, 5, 10), traitBought(petTrait, 4, 10), traitBack(petTrait, 3, 10), traitBought(petTrait, 2, 10)}, held(2, 2, 58, 2, 20), "brought-back days holds"},
		"only a return, of an older sale": {[]line{traitBack(petTrait, 1, 1000), traitBack(petTrait, 1, 0)}, nil, "no-evidence"},
		"the greatest figures":            {[]line{traitBought(petTrait, 3, population.MaxUnits), traitBought(petTrait, 2, population.MaxUnits)}, held(2, 2, 58, 2, 2*population.MaxUnits), "days holds"},
	} {
		t.Run(name, func(t *testing.T) {
			got, reasons := traitsOn(t, traits, on, test.lines...)
			got = slices.DeleteFunc(got, func(trait segment.Trait) bool { return trait.Name != "pet" })
			if test.want == nil {
				assert.Empty(t, got)
			} else {
				assert.Equal(t, []segment.Trait{*test.want}, got)
			}
			var list []string
			for _, reason := range reasons {
				if reason.Rule == "household/2 pet" {
					list = append(list, strings.TrimPrefix(reason.Code, "segment.trait-"))
				}
			}
			assert.Equal(t, test.codes, strings.Join(list, " "))
		})
	}
}

// A trait by base units: 2.5 within ten days.
func TestTraitByUnits(t *testing.T) {
	traits := newTraits(t, traitRules())
	held, reasons := traitsOn(t, traits, on, traitBought(greensTrait, 10, 1500), traitBought(greensTrait, 1, 1000))
	assert.Equal(t, []segment.Trait{{Name: "greens", Since: on - 1, Last: on - 1, Until: on + 19, Days: 2, Units: 2500}}, held)
	assert.Equal(t, []string{segment.CodeTraitUnits, segment.CodeTraitHolds, segment.CodeTraitNoEvidence}, codes(reasons))
	held, reasons = traitsOn(t, traits, on, traitBought(greensTrait, 10, 1500), traitBought(greensTrait, 1, 999))
	assert.Empty(t, held)
	assert.Equal(t, customer.Reason{Code: segment.CodeTraitTooFewUnits, Rule: "household/2 greens", Fact: 2499, Mark: 2500, Unit: customer.UnitUsage, On: on - 1}, reasons[0])
	held, _ = traitsOn(t, traits, on, traitBought(greensTrait, 11, 1500), traitBought(greensTrait, 1, 1000))
	assert.Empty(t, held, "eleven days")
	held, _ = traitsOn(t, traits, on, traitBought(greensTrait, 1, 2500))
	assert.Len(t, held, 1, "one day is enough")

	// Both days and units.
	rules := traitRules()
	rules.Traits[1].MinDays = 2
	both := newTraits(t, rules)
	_, reasons = traitsOn(t, both, on, traitBought(greensTrait, 1, 2499))
	assert.Equal(t, []string{segment.CodeTraitTooFewDays, segment.CodeTraitTooFewUnits, segment.CodeTraitNoEvidence}, codes(reasons))
	_, reasons = traitsOn(t, both, on, traitBought(greensTrait, 1, 2500))
	assert.Equal(t, []string{segment.CodeTraitTooFewDays, segment.CodeTraitNoEvidence}, codes(reasons))
	held, _ = traitsOn(t, both, on, traitBought(greensTrait, 1, 2500), traitBought(greensTrait, 2, 0))
	assert.Len(t, held, 1)
}

// row C5: a sensitive trait is off by default: not coded, not computed, not explained.
func TestSensitiveTraitsAreOff(t *testing.T) {
	sale := customer.Purchase{Ref: "1", Customer: "c", At: on.AddDays(-1).Start(time.UTC), Lines: []customer.Line{
		{SKU: "a", Category: "Pregnancy", Quantity: decimal.NewFromInt(1)}, {SKU: "b", Category: "Dog food", Quantity: decimal.NewFromInt(2)},
	}}
	off := newTraits(t, traitRules())
	assert.Equal(t, []string{"greens", "pet"}, off.Coder().Categories())
	lines, err := off.Coder().Sale(nil, sale)
	require.NoError(t, err)
	assert.Equal(t, []population.Line[customer.ID]{{Customer: "c", Item: petTrait, Day: on - 1, Units: 2000}}, lines)
	_, reasons := traitsOn(t, off, on, line{Item: petTrait, Day: on - 1})
	assert.Len(t, reasons, 2)
	assert.Equal(t, []segment.AudienceTrait{{Name: "greens"}, {Name: "pet", Held: true}}, off.Facts(nil, []segment.Trait{{Name: "pet"}}))
	counter, err := segment.NewTraitCounter[uint32](off, on)
	require.NoError(t, err)
	_, err = counter.Infer([]line{{Item: 2, Day: on - 1}})
	assert.Equal(t, []string{"item"}, faultPaths(t, err), "there is no such code")

	rules := traitRules()
	rules.SwitchedOn = []string{"expecting"}
	switched := newTraits(t, rules)
	assert.Equal(t, []string{"expecting", "greens", "pet"}, switched.Coder().Categories())
	held, reasons := traitsOn(t, switched, on, line{Item: 0, Day: on - 1})
	assert.Equal(t, "expecting", held[0].Name)
	assert.Len(t, reasons, 4)

	// What is not looked for is unknown of everybody, and so is its opposite.
	not := audienceTrait("expecting")
	audience := newAudience(t, segment.Condition{Not: &not})
	answer, _ := audienceDecide(t, audience, segment.AudienceFacts{ID: "c", Traits: off.Facts(nil, nil)}, on)
	assert.Equal(t, segment.AudienceUnknown, answer)
	answer, _ = audienceDecide(t, audience, segment.AudienceFacts{ID: "c", Traits: switched.Facts(nil, nil)}, on)
	assert.Equal(t, segment.AudienceYes, answer)
}

// Products are evidence whatever their label, with their content.
func TestTraitProducts(t *testing.T) {
	rules := traitRules()
	rules.Traits[1].Products = []segment.TraitProduct{{SKU: "box", BaseUnits: dec("1.5")}, {SKU: "loose"}}
	coder := newTraits(t, rules).Coder()
	coded, err := coder.Sale(nil, customer.Purchase{Ref: "1", Customer: "c", At: on.Start(time.UTC), Lines: []customer.Line{
		{SKU: "box", Category: "Vegetables", Quantity: dec("2")}, {SKU: "loose", Quantity: dec("0.25")}, {SKU: "other", Quantity: dec("1")},
	}})
	require.NoError(t, err)
	assert.Equal(t, []population.Line[customer.ID]{
		{Customer: "c", Item: greensTrait, Day: on, Units: 3000}, {Customer: "c", Item: greensTrait, Day: on, Units: 250},
	}, coded)
}

func TestTraitFaults(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*segment.TraitRules)
		paths  []string
	}{
		"nothing at all": {func(r *segment.TraitRules) { *r = segment.TraitRules{} }, []string{"id", "version", "zone", "window_days", "traits"}},
		"another zone":   {func(r *segment.TraitRules) { r.Zone = "Europe/Berlin" }, []string{"zone"}},
		"Local":          {func(r *segment.TraitRules) { r.Zone = "Local" }, []string{"zone"}},
		"an empty trait": {func(r *segment.TraitRules) { r.Traits[0] = segment.TraitRule{} }, []string{"traits[0].name", "traits[0].labels", "traits[0].within_days", "traits[0].min_days", "traits[0].expires_after_days"}},
		"a name twice":   {func(r *segment.TraitRules) { r.Traits[1].Name = "pet" }, []string{"traits[1].name"}},
		"labels":         {func(r *segment.TraitRules) { r.Traits[0].Labels = []string{"", "a", "a", "\n"} }, []string{"traits[0].labels[0]", "traits[0].labels[2]", "traits[0].labels[3]"}},
		"products": {func(r *segment.TraitRules) {
			r.Traits[0].Products = []segment.TraitProduct{{SKU: "a", BaseUnits: dec("0.0001")}, {SKU: "a", BaseUnits: dec("-1")}, {}}
		}, []string{"traits[0].products[0].base_units", "traits[0].products[1].sku", "traits[0].products[1].base_units", "traits[0].products[2].sku"}},
		"more days than within": {func(r *segment.TraitRules) { r.Traits[0].MinDays = 31 }, []string{"traits[0].min_days"}},
		"units":                 {func(r *segment.TraitRules) { r.Traits[1].MinUnits = dec("0.0005") }, []string{"traits[1].min_units", "traits[1].min_days"}},
		"too many units":        {func(r *segment.TraitRules) { r.Traits[1].MinUnits = dec("1000000000.001") }, []string{"traits[1].min_units"}},
		"never to be held":      {func(r *segment.TraitRules) { r.Traits[0].ExpiresAfterDays = 1 }, []string{"traits[0].expires_after_days"}},
		"window too short":      {func(r *segment.TraitRules) { r.WindowDays = 89 }, []string{"traits[0].expires_after_days", "traits[2].expires_after_days"}},
		"switching on what is none": {func(r *segment.TraitRules) {
			r.SwitchedOn = []string{"pregnant", "pet", "expecting", "expecting"}
		}, []string{"switched_on[0]", "switched_on[1]", "switched_on[3]"}},
		"too many": {func(r *segment.TraitRules) { r.Traits = make([]segment.TraitRule, 1001) }, []string{"traits"}},
	} {
		t.Run(name, func(t *testing.T) {
			rules := traitRules()
			test.change(&rules)
			_, err := segment.NewTraits(rules, time.UTC)
			assert.Equal(t, test.paths, faultPaths(t, err))
		})
	}
	rules := traitRules()
	rules.WindowDays = 90
	newTraits(t, rules)

	rules = traitRules()
	rules.Traits[0].Labels = make([]string, segment.MaxTraitEvidence)
	for i := range rules.Traits[0].Labels {
		rules.Traits[0].Labels[i] = fmt.Sprint(i)
	}
	_, err := segment.NewTraits(rules, time.UTC)
	assert.Equal(t, []string{"traits"}, faultPaths(t, err))
}

func TestTraitRulesAsJSON(t *testing.T) {
	text := `{"id":"household","version":2,"zone":"UTC","window_days":365,"traits":[` +
		`{"name":"child","labels":["Nappies"],"products":[{"sku":"wipes"},{"sku":"milk","base_units":"0.8"}],"min_days":2,"min_units":"3","within_days":60,"expires_after_days":90},` +
		`{"name":"expecting","sensitive":true,"labels":["Pregnancy"],"min_days":1,"within_days":30,"expires_after_days":60}],"switched_on":["expecting"]}`
	rules, err := segment.ParseTraitRules([]byte(text))
	require.NoError(t, err)
	assert.Equal(t, text, toJSON(t, rules))
	newTraits(t, rules)
	_, err = segment.ParseTraitRules([]byte(`{"traits":[{"sensitiv":true,"min_units":3}]}`))
	assert.Equal(t, []string{"traits[0].sensitiv", "traits[0].min_units"}, faultPaths(t, err))
}

func TestTraitsInForce(t *testing.T) {
	rules := traitRules()
	rules.From = on
	traits := newTraits(t, rules)
	var refusal *customer.Refusal
	_, err := segment.NewTraitCounter[uint32](traits, on-1)
	require.ErrorAs(t, err, &refusal)
	_, err = segment.NewTraitTally[uint32](traits, on-1)
	require.ErrorAs(t, err, &refusal)
}

// The first and the last days there are.
func TestTraitsAtTheEndsOfTime(t *testing.T) {
	traits := newTraits(t, traitRules())
	held, _ := traitsOn(t, traits, 3, line{Item: petTrait, Day: 1}, line{Item: petTrait, Day: 2})
	assert.Equal(t, customer.Date(2), held[0].Since)
	held, _ = traitsOn(t, traits, customer.MaxDate, line{Item: petTrait, Day: customer.MaxDate - 2}, line{Item: petTrait, Day: customer.MaxDate - 1})
	assert.Empty(t, held, "it ends with the last day there is")
	held, _ = traitsOn(t, traits, customer.MaxDate-1, line{Item: petTrait, Day: customer.MaxDate - 3}, line{Item: petTrait, Day: customer.MaxDate - 2})
	assert.Equal(t, customer.MaxDate, held[0].Until)
}

// traitLines are lines of small figures, so that days meet and returns matter.
func traitLines() *rapid.Generator[[]line] {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) line {
		return line{
			Customer: rapid.Uint32Range(0, 3).Draw(t, "customer"),
			Item:     rapid.Uint32Range(0, 1).Draw(t, "item"),
			Day:      on.AddDays(-rapid.IntRange(0, 205).Draw(t, "ago")),
			Units:    rapid.Int64Range(0, 4).Draw(t, "units"),
			Returned: rapid.IntRange(0, 4).Draw(t, "returned") == 0,
		}
	}), 0, 40)
}

// Both forms give the same traits, and any order and split the same bytes.
func TestTraitsInAnyOrderAndSplit(t *testing.T) {
	rules := traitRules()
	rules.Traits[1].MinUnits = dec("0.006")
	traits := newTraits(t, rules)
	tallyOf := func(t failer) *segment.TraitTally[uint32] {
		tally, err := segment.NewTraitTally[uint32](traits, on)
		require.NoError(t, err)
		return tally
	}
	rapid.Check(t, func(t *rapid.T) {
		lines := traitLines().Draw(t, "lines")
		whole := tallyOf(t)
		require.NoError(t, whole.Add(lines...))
		parts := []*segment.TraitTally[uint32]{tallyOf(t), tallyOf(t), tallyOf(t)}
		for _, line := range rapid.Permutation(lines).Draw(t, "order") {
			require.NoError(t, parts[rapid.IntRange(0, 2).Draw(t, "part")].Add(line))
		}
		merged := tallyOf(t)
		for _, part := range parts {
			read, before := tallyOf(t), marshal(t, part)
			require.NoError(t, read.UnmarshalBinary(before))
			require.NoError(t, merged.Merge(read))
			require.NoError(t, merged.Merge(tallyOf(t)))
			assert.Equal(t, before, marshal(t, part))
		}
		assert.Equal(t, marshal(t, whole), marshal(t, merged))

		counter, err := segment.NewTraitCounter[uint32](traits, on)
		require.NoError(t, err)
		for key, held := range whole.All() {
			own := slices.DeleteFunc(slices.Clone(lines), func(line line) bool { return line.Customer != key })
			grouped, err := counter.Infer(rapid.Permutation(own).Draw(t, "own"))
			require.NoError(t, err)
			assert.True(t, slices.Equal(held, grouped))
			assert.True(t, slices.Equal(held, merged.Infer(key)))
			reasons, err := counter.Reasons(own)
			require.NoError(t, err)
			assert.Equal(t, reasons, merged.Reasons(key))
			assert.Equal(t, obviousTraits(rules, own), traitNames(held))
		}
	})
}

func traitNames(held []segment.Trait) []string {
	var names []string
	for _, trait := range held {
		names = append(names, trait.Name)
	}
	return names
}

// obviousTraits goes through the window day by day, and keeps every unit by itself. A unit
// of 0 stands for goods of unknown quantity.
func obviousTraits(rules segment.TraitRules, lines []line) (names []string) {
	for item, rule := range []segment.TraitRule{rules.Traits[1], rules.Traits[0]} {
		var pieces []customer.Date // measured, each one thousandth
		vague := make(map[customer.Date]bool)
		least, _ := customer.Scaled(rule.MinUnits, segment.UnitDigits)
		for day := on.AddDays(-rules.WindowDays); day < on; day++ {
			back, backs := 0, 0
			for _, line := range lines {
				switch {
				case line.Item != uint32(item) || line.Day != day:
				case line.Returned && line.Units == 0:
					backs++
				case line.Returned:
					back += int(line.Units)
				case line.Units == 0:
					vague[day] = true
				default:
					pieces = append(pieces, slices.Repeat([]customer.Date{day}, int(line.Units))...)
				}
			}
			off := min(back, len(pieces))
			pieces = pieces[:len(pieces)-off]
			if back > off {
				dropVagueTraitDay(vague)
			}
			for ; backs > 0; backs-- {
				last := customer.Date(0)
				for day := range vague {
					last = max(last, day)
				}
				if len(pieces) > 0 {
					last = max(last, pieces[len(pieces)-1])
				}
				delete(vague, last)
				pieces = slices.DeleteFunc(pieces, func(day customer.Date) bool { return day == last })
			}
		}
		until := customer.Date(0)
		for day := on.AddDays(-rules.WindowDays); day < on; day++ {
			if !vague[day] && !slices.Contains(pieces, day) {
				continue
			}
			days, units := 0, int64(0)
			for past := day - customer.Date(rule.WithinDays) + 1; past <= day; past++ {
				if vague[past] || slices.Contains(pieces, past) {
					days++
				}
			}
			for _, piece := range pieces {
				if piece <= day && piece > day-customer.Date(rule.WithinDays) {
					units++
				}
			}
			if day < until || days >= rule.MinDays && units >= least {
				until = day.AddDays(rule.ExpiresAfterDays)
			}
		}
		if on < until {
			names = append(names, rule.Name)
		}
	}
	return names
}

func dropVagueTraitDay(vague map[customer.Date]bool) {
	last := customer.Date(0)
	for day := range vague {
		last = max(last, day)
	}
	delete(vague, last)
}

// The stored form, pinned: version, book, day, traits; then the table: by customer and
// trait the days, each with lines, those of unknown quantity, units, lines back of unknown
// quantity, units back.
func TestTraitZero(t *testing.T) {
	bought := line{Customer: 1, Day: on}
	var tally segment.TraitTally[uint32]
	assert.Equal(t, []string{"item"}, faultPaths(t, tally.Add(bought)))
	require.NoError(t, tally.Merge(new(segment.TraitTally[uint32])))
	require.NoError(t, tally.UnmarshalBinary(marshal(t, &tally)))
	assert.Empty(t, tally.Infer(1))
	assert.Empty(t, tally.Reasons(1))
	var counter segment.TraitCounter[uint32]
	_, err := counter.Infer([]line{bought})
	assert.Equal(t, []string{"item"}, faultPaths(t, err))
	reasons, err := counter.Reasons(nil)
	require.NoError(t, err)
	assert.Empty(t, reasons)
}

func TestTraitTallyFormat(t *testing.T) {
	tally, err := segment.NewTraitTally[uint32](newTraits(t, traitRules()), on)
	require.NoError(t, err)
	require.NoError(t, tally.Add(
		line{Customer: 7, Item: petTrait, Day: on - 2, Units: 5}, line{Customer: 7, Item: petTrait, Day: on - 1},
		line{Customer: 7, Item: petTrait, Day: on - 1, Units: 3, Returned: true}, line{Customer: 7, Item: petTrait, Day: on - 1, Returned: true},
	))
	assert.Equal(t, "01"+"0b686f757365686f6c642f32"+"fc912d"+"80ca8197b8a1c782ba01"+"02"+"01"+"07"+"01"+"01"+"02"+
		"fa912d"+"0100050000"+"01"+"0101000103", hex.EncodeToString(marshal(t, tally)))
}

// Bytes that no tally wrote are an error, and leave the tally as it was.
func TestImpossibleTraitTalliesAreRefused(t *testing.T) {
	const head, one = "01" + "0b686f757365686f6c642f32" + "fc912d" + "80ca8197b8a1c782ba01" + "02", "01" + "07" + "01"
	traits := newTraits(t, traitRules())
	newTally := func() *segment.TraitTally[uint32] {
		tally, err := segment.NewTraitTally[uint32](traits, on)
		require.NoError(t, err)
		return tally
	}
	require.NoError(t, newTally().UnmarshalBinary(unhex(t, head+"00")))
	require.NoError(t, newTally().UnmarshalBinary(unhex(t, head+one+"01"+"01"+"fa912d"+"0201050000")))
	for name, state := range map[string]string{
		"nothing":                   "",
		"another version":           "02" + head[2:] + "00",
		"another book":              strings.Replace(head, "642f32", "642f33", 1) + "00",
		"another day":               strings.Replace(head, "fc912d", "fd912d", 1) + "00",
		"other traits":              "01" + "0b686f757365686f6c642f32" + "fc912d" + "03" + "02" + "00",
		"left over":                 head + "0000",
		"a trait that is not there": head + one + "02" + "01" + "fa912d" + "0201050000",
		"no days":                   head + one + "01" + "00",
		"cut short":                 head + one + "01" + "02" + "fa912d" + "0201050000",
		"a day twice":               head + one + "01" + "02" + "fa912d" + "0201050000" + "00" + "0201050000",
		"a day too late":            head + one + "01" + "01" + "fc912d" + "0201050000",
		"a day too early":           head + one + "01" + "01" + "01" + "0201050000",
		"a day beyond all":          head + one + "01" + "01" + "ffffffff0f" + "0201050000",
		"a day of nothing":          head + one + "01" + "01" + "fa912d" + "0000000000",
		"more vague than lines":     head + one + "01" + "01" + "fa912d" + "0102050000",
		"units of no line":          head + one + "01" + "01" + "fa912d" + "0101050000",
		"lines without units":       head + one + "01" + "01" + "fa912d" + "0201000000",
		"beyond the bound":          head + one + "01" + "01" + "fa912d" + "0100" + beyondSum + "0000",
	} {
		t.Run(name, func(t *testing.T) {
			tally := newTally()
			require.NoError(t, tally.Add(line{Customer: 1, Day: on - 1}))
			before := marshal(t, tally)
			require.ErrorIs(t, tally.UnmarshalBinary(unhex(t, state)), population.ErrFormat)
			assert.Equal(t, before, marshal(t, tally))
		})
	}

	other, err := segment.NewTraitTally[uint32](traits, on+1)
	require.NoError(t, err)
	require.Error(t, newTally().Merge(other))
	rules := traitRules()
	rules.SwitchedOn = []string{"expecting"}
	other, err = segment.NewTraitTally[uint32](newTraits(t, rules), on)
	require.NoError(t, err)
	require.Error(t, newTally().Merge(other), "the codes are others")
	swapped := traitRules() // without another version, as the book forbids
	swapped.Traits[0].Sensitive, swapped.SwitchedOn = true, []string{"expecting"}
	other, err = segment.NewTraitTally[uint32](newTraits(t, swapped), on)
	require.NoError(t, err)
	require.Error(t, newTally().Merge(other), "one sensitive trait is not another")
	require.ErrorIs(t, newTally().UnmarshalBinary(marshal(t, other)), population.ErrFormat)
	require.Error(t, newTally().Add(line{Item: 2, Day: on}))
	require.Error(t, newTally().Add(line{Item: 0}))
}

// Bytes from anywhere are a state or an error, and a state is written as it was read.
func FuzzTraitTally(f *testing.F) {
	traits := newTraits(f, traitRules())
	tally, err := segment.NewTraitTally[uint32](traits, on)
	require.NoError(f, err)
	require.NoError(f, tally.Add(line{Customer: 7, Item: petTrait, Day: on - 2, Units: 5}, line{Customer: 9, Day: on - 1, Returned: true}))
	f.Add(marshal(f, tally))
	f.Fuzz(func(t *testing.T, data []byte) {
		read, err := segment.NewTraitTally[uint32](traits, on)
		require.NoError(t, err)
		if read.UnmarshalBinary(data) != nil {
			return
		}
		assert.Equal(t, data, marshal(t, read))
		for key := range read.All() {
			assert.NotEmpty(t, read.Reasons(key))
		}
	})
}
