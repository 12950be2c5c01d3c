package segment_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/segment"
)

// benchAudience is an audience of eight leaves, and people of whom some are in it.
func benchAudience(b *testing.B) (*segment.Audience, []segment.AudienceFacts) {
	b.Helper()
	rules, err := segment.ParseAudienceRules([]byte(`{
		"id": "bench", "version": 1, "zone": "UTC", "targets": "person",
		"condition": {"all": [
			{"age": {"from": 18, "to": 60}},
			{"label": {"key": "area", "in": ["north", "east", "west"]}},
			{"any": [{"label": {"key": "tier", "in": ["gold"]}}, {"number": {"name": "contribution", "unit": "minor", "from": 10000}}]},
			{"not": {"trait": "child"}},
			{"cell": {"category": "pain", "in": ["store-loyal/light", "store-loyal/medium", "switcher/heavy", "switcher/medium"]}},
			{"record": {"returns_at_most_permille": 200, "overdue_at_most": 0, "tenure_days": 90}}
		]}
	}`))
	if err != nil {
		b.Fatal(err)
	}
	audience, err := segment.NewAudience(rules, time.UTC)
	if err != nil {
		b.Fatal(err)
	}
	chance := rand.New(rand.NewPCG(5, 6))
	pick := func(texts ...string) string { return texts[chance.IntN(len(texts))] }
	people := make([]segment.AudienceFacts, 10_000)
	for i := range people {
		people[i] = segment.AudienceFacts{
			ID: byText(i), Kind: segment.AudiencePerson, Born: on - customer.Date(chance.IntN(30_000)),
			Labels: []segment.AudienceLabel{
				{Key: "gender", Text: pick("female", "male")}, {Key: "area", Text: pick("north", "east", "south", "west")}, {Key: "tier", Text: pick("gold", "silver")},
			},
			Numbers: []segment.AudienceNumber{
				{Name: "days since purchase", Value: chance.Int64N(300), Unit: customer.UnitDays}, {Name: "contribution", Value: chance.Int64N(20_000), Unit: customer.UnitMinor},
			},
			Traits: []segment.AudienceTrait{{Name: "pet", Held: chance.IntN(2) == 0}, {Name: "child", Held: chance.IntN(4) == 0}},
			Cells:  []segment.AudienceCell{{Category: "pain", Cell: segment.Cells()[chance.IntN(9)]}},
			Record: segment.AudienceRecord{Since: on - customer.Date(chance.IntN(2000)), Bought: 100, Returned: chance.Int64N(40), ReturnsKnown: true, PaymentsKnown: true},
		}
	}
	return audience, people
}

func personsPerSecond(b *testing.B, people int) {
	b.Helper()
	b.ReportMetric(float64(people)*float64(b.N)/b.Elapsed().Seconds(), "persons/s")
}

func BenchmarkAudienceAnswer(b *testing.B) {
	audience, people := benchAudience(b)
	b.ReportAllocs()
	for b.Loop() {
		for i := range people {
			if _, err := audience.Answer(&people[i], on); err != nil {
				b.Fatal(err)
			}
		}
	}
	personsPerSecond(b, len(people))
}

func BenchmarkAudienceDecide(b *testing.B) {
	audience, people := benchAudience(b)
	b.ReportAllocs()
	for b.Loop() {
		for i := range people {
			if _, reasons, err := audience.Decide(&people[i], on); err != nil || len(reasons) == 0 {
				b.Fatal(err)
			}
		}
	}
	personsPerSecond(b, len(people))
}

// The whole pass: facts checked, answered, counted, and a sample of a hundred drawn.
func BenchmarkAudienceTally(b *testing.B) {
	audience, people := benchAudience(b)
	input := func(yield func(segment.AudienceFacts, error) bool) {
		for i := range people {
			if !yield(people[i], nil) {
				return
			}
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		tally, err := audience.Tally(on, segment.AudienceSample{Salt: "bench", Size: 100})
		if err != nil {
			b.Fatal(err)
		}
		if err := tally.AddAll(input); err != nil {
			b.Fatal(err)
		}
	}
	personsPerSecond(b, len(people))
}
