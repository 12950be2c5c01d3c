package segment_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/segment"
)

// Bytes that are read are written again as they were; bytes that are refused change nothing.
func FuzzProductStates(f *testing.F) {
	rules := growthRules()
	rules.Zone = "UTC"
	book, err := segment.NewGrowthBook(rules, time.UTC)
	if err != nil {
		f.Fatal(err)
	}
	period := population.Period{From: on, Until: on + 9}
	grades, plan := newGrades(f, gradeRules(segment.GradeByMargin)), newPlan(f, commissionRules(segment.CommissionOnRevenue))
	type state interface {
		MarshalBinary() ([]byte, error)
		UnmarshalBinary([]byte) error
	}
	states := func() []state {
		census, err := book.Census([]population.Period{period}, book.Views())
		if err != nil {
			f.Fatal(err)
		}
		return []state{
			grades.Tally(period),
			plan.Statement(period),
			segment.NewProductStageTally[uint32](period), census, segment.NewGrowthTally[customer.ID](book),
		}
	}
	bill, err := book.Sale(growthSale("c", on, "1", ""), "private", "station")
	if err != nil {
		f.Fatal(err)
	}
	seeds := states()
	if err := seeds[4].(*segment.GrowthTally[customer.ID]).Add("c", bill); err != nil {
		f.Fatal(err)
	}
	if err := seeds[2].(*segment.ProductStageTally[uint32]).Add(line{Item: 3, Day: on, Units: 4}); err != nil {
		f.Fatal(err)
	}
	for i, seed := range seeds {
		f.Add(uint8(i), marshal(f, seed))
	}
	f.Fuzz(func(t *testing.T, which uint8, data []byte) {
		into := states()[int(which)%len(seeds)]
		want := marshal(t, into)
		if into.UnmarshalBinary(data) == nil {
			want = data
		}
		if !bytes.Equal(want, marshal(t, into)) {
			t.Errorf("read %x, wrote %x", data, marshal(t, into))
		}
	})
}
