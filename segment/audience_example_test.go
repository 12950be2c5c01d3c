package segment_test

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/segment"
)

// audienceYoungWomen is a target group as a cosmetics chain writes it down.
const audienceYoungWomen = `{
	"id": "young-women", "version": 3, "zone": "Asia/Shanghai", "targets": "person",
	"condition": {"all": [
		{"age": {"from": 18, "to": 35}},
		{"label": {"key": "gender", "in": ["female"]}},
		{"any": [
			{"label": {"key": "tier", "in": ["gold", "platinum"]}},
			{"number": {"name": "contribution", "unit": "minor", "from": 50000}}
		]}
	]}
}`

// A cosmetics chain addresses young women of 18 to 35 who are of a high tier or bring
// something in. One of whom the day of birth is not known is not refused: she is unknown,
// and counted apart.
//
// row C9: "18—35 岁的年轻女性" on a day.
func ExampleAudience() {
	audience, on, err := openAudience(audienceYoungWomen, "2026-07-01")
	if err != nil {
		fmt.Println(err) // every fault of the rules, at once
		return
	}
	people := []segment.AudienceFacts{
		{
			ID: "anna", Kind: segment.AudiencePerson, Born: mustDay("1990-07-02"), // 35, for one more day
			Labels:  []segment.AudienceLabel{{Key: "gender", Text: "female"}, {Key: "tier", Text: "silver"}},
			Numbers: []segment.AudienceNumber{{Name: "contribution", Value: 62_000, Unit: customer.UnitMinor}},
		},
		{
			ID: "berta", Kind: segment.AudiencePerson, Born: mustDay("2008-07-02"), // 17, for one more day
			Labels: []segment.AudienceLabel{{Key: "gender", Text: "female"}, {Key: "tier", Text: "silver"}},
		},
		{
			ID: "carla", Kind: segment.AudiencePerson, // no day of birth
			Labels: []segment.AudienceLabel{{Key: "gender", Text: "female"}, {Key: "tier", Text: "gold"}},
		},
		{
			ID: "dora", Kind: segment.AudiencePerson, Born: mustDay("1999-02-28"),
			Labels: []segment.AudienceLabel{{Key: "gender", Text: "female"}, {Key: "tier", Text: "platinum"}},
		},
	}

	// The whole population, in one pass, with one of those addressed picked by chance.
	tally, err := audience.Tally(on, segment.AudienceSample{Salt: "july-letter", Size: 1})
	if err != nil {
		fmt.Println(err) // not in force on the day, say
		return
	}
	for i := range people {
		if err := tally.Add(&people[i]); err != nil {
			fmt.Println(err)
			return
		}
	}
	figures := tally.Figures()[0]
	fmt.Printf("%d yes, %d no, %d unknown; sample %v\n", figures.Yes, figures.No, figures.Unknown, tally.Sample(0))

	// One of them, and why.
	for _, facts := range people[:3] {
		answer, reasons, err := audience.Decide(&facts, on)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("\n%s: %s\n", facts.ID, answer)
		for _, reason := range reasons {
			fmt.Println("  -", segment.Explain(reason, customer.English))
			fmt.Println("  -", segment.Explain(reason, customer.Chinese))
		}
	}
	// Output:
	// 2 yes, 1 no, 1 unknown; sample [anna]
	//
	// anna: yes
	//   - young-women/3 targets: the customer is a person
	//   - young-women/3 targets：客户为个人
	//   - young-women/3 all[0].age: 35 years old, at least 18
	//   - young-women/3 all[0].age：35周岁，不小于18周岁
	//   - young-women/3 all[0].age: 35 years old, at most 35
	//   - young-women/3 all[0].age：35周岁，不大于35周岁
	//   - young-women/3 all[1].label[gender]: of her texts (1) one is among the 1 asked for
	//   - young-women/3 all[1].label[gender]：已有标签(1个)中有一个属于所要求的1个
	//   - young-women/3 all[2].any[1].number[contribution]: 62000, at least 50000
	//   - young-women/3 all[2].any[1].number[contribution]：62000，不低于50000
	//
	// berta: no
	//   - young-women/3 all[0].age: 17 years old, younger than 18
	//   - young-women/3 all[0].age：17周岁，小于18周岁
	//
	// carla: unknown
	//   - young-women/3 all[0].age: the day of birth is not known
	//   - young-women/3 all[0].age：出生日期未知
}

// openAudience reads a rule book, loads its zone, and says which day it is there at noon
// of a day in UTC.
func openAudience(rules, noon string) (*segment.Audience, customer.Date, error) {
	parsed, err := segment.ParseAudienceRules([]byte(rules))
	if err != nil {
		return nil, 0, err
	}
	zone, err := time.LoadLocation(parsed.Zone)
	if err != nil {
		return nil, 0, err
	}
	audience, err := segment.NewAudience(parsed, zone)
	if err != nil {
		return nil, 0, err
	}
	return audience, audience.Day(mustDay(noon).Start(time.UTC).Add(12 * time.Hour)), nil
}

// A department that serves companies gives credit to those with a good record: a tenth
// brought back at most, no payment overdue, and a customer for a year.
//
// row C11: 良好购买记录; row B24: the customers, groups and not persons, of one service
// department.
func ExampleAudience_goodRecord() {
	audience, on, err := openAudience(`{
		"id": "credit", "version": 1, "zone": "Asia/Shanghai",
		"scope": {"level": "service-department", "name": "key accounts"}, "targets": "group",
		"condition": {"record": {"returns_at_most_permille": 100, "overdue_at_most": 0, "tenure_months": 12}}
	}`, "2026-03-01")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, facts := range []segment.AudienceFacts{
		{
			ID: "school", Kind: segment.AudienceGroup, Department: "key accounts",
			Record: segment.AudienceRecord{
				Since: mustDay("2025-03-01"), Bought: 500, Returned: 50, ReturnsKnown: true, PaymentsKnown: true,
			},
		},
		{
			ID: "hospital", Kind: segment.AudienceGroup, Department: "key accounts",
			Record: segment.AudienceRecord{
				Since: mustDay("2025-03-02"), Bought: 500, Returned: 51, ReturnsKnown: true, Overdue: 2, PaymentsKnown: true,
			},
		},
		{
			ID: "museum", Kind: segment.AudienceGroup, Department: "key accounts", // its payments are in another system
			Record: segment.AudienceRecord{Since: mustDay("2019-05-05"), Bought: 10, ReturnsKnown: true},
		},
	} {
		answer, reasons, err := audience.Decide(&facts, on)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%s: %s\n", facts.ID, answer)
		for _, reason := range reasons {
			fmt.Println("  -", segment.Explain(reason, customer.English))
		}
	}
	// Output:
	// school: yes
	//   - credit/1 scope[key accounts]: she belongs to this service department
	//   - credit/1 targets: the customer is a group
	//   - credit/1 record.returns_at_most_permille: brought back 10 %, at most 10 %
	//   - credit/1 record.overdue_at_most: overdue payments: 0, at most 0
	//   - credit/1 record.tenure_months: a customer for 365 days, at least 365 days
	// hospital: no
	//   - credit/1 record.returns_at_most_permille: brought back 10.2 %, more than 10 %
	//   - credit/1 record.overdue_at_most: overdue payments: 2, more than 0
	//   - credit/1 record.tenure_months: a customer for 364 days, less than 365 days
	// museum: unknown
	//   - credit/1 record.overdue_at_most: nothing is known of her payments
}

// A telephone team sorts its customers by what they need, first things first, and sees
// where its groups overlap and whom they leave out.
//
// row B36: 按照业务需求类型分组.
func ExampleAudienceSet() {
	rules, err := segment.ParseAudienceSetRules([]byte(`{
		"id": "needs", "version": 1,
		"audiences": [
			{"id": "repair", "version": 1, "zone": "Asia/Shanghai", "condition": {"number": {"name": "open repairs", "from": 1}}},
			{"id": "refill", "version": 1, "zone": "Asia/Shanghai", "condition": {"number": {"name": "days since purchase", "unit": "days", "from": 25, "to": 40}}},
			{"id": "advice", "version": 1, "zone": "Asia/Shanghai", "condition": {"label": {"key": "interest", "in": ["skin", "hair"]}}}
		]
	}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		fmt.Println(err)
		return
	}
	set, err := segment.NewAudienceSet(rules, shanghai)
	if err != nil {
		fmt.Println(err)
		return
	}
	on := mustDay("2026-07-01")
	tally, err := set.Tally(on, segment.AudienceSample{})
	if err != nil {
		fmt.Println(err)
		return
	}
	facts := func(id customer.ID, repairs, since int64, interests ...string) segment.AudienceFacts {
		facts := segment.AudienceFacts{ID: id, Numbers: []segment.AudienceNumber{
			{Name: "open repairs", Value: repairs}, {Name: "days since purchase", Value: since, Unit: customer.UnitDays},
		}}
		for _, interest := range interests {
			facts.Labels = append(facts.Labels, segment.AudienceLabel{Key: "interest", Text: interest})
		}
		return facts
	}
	for _, one := range []segment.AudienceFacts{
		facts("anna", 1, 30, "skin"), facts("berta", 0, 25, "food"), facts("carla", 0, 41, "food", "hair"), facts("dora", 0, 200),
	} {
		place, _, err := set.Place(&one, on)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%s: %q, in %d, unknown %d\n", one.ID, place.First, place.In, place.Unknown)
		if err := tally.Add(&one); err != nil {
			fmt.Println(err)
			return
		}
	}
	fmt.Println(tally.Overlaps(), "in more than one,", tally.Nobodys(), "in none;", tally.Shared(0, 2), "wants both repair and advice")
	// Output:
	// anna: "repair", in 3, unknown 0
	// berta: "refill", in 1, unknown 0
	// carla: "advice", in 1, unknown 0
	// dora: "", in 0, unknown 1
	// 1 in more than one, 1 in none; 1 wants both repair and advice
}
