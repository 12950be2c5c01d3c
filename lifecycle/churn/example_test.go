package churn_test

import (
	"encoding/json"
	"fmt"
	"sync"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/lifecycle/churn"
)

// failing ends an example whose data cannot be read.
type failing struct{}

func (failing) Errorf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
func (failing) FailNow()                          { panic("see above") }

// A music shop fits the modified model to the customers of one quarter as they stand
// 39 weeks later, stores it, and asks about two of them.
//
// row D6: the likelihood of having lost her, for one who came twice and for one who never
// came again.
func ExampleFitMBGNBD() {
	model, fit, err := churn.FitMBGNBD(cdnowCounts(failing{}), churn.Weeks)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d customers, log-likelihood %.1f, converged: %v\n", fit.Customers, fit.LogLikelihood, fit.Converged)
	for _, estimate := range fit.Estimates {
		fmt.Printf("  %-5s %.3f ± %.3f\n", estimate.Name, estimate.Value, estimate.StandardError)
	}

	twice := churn.History{Repeats: 2, RecencyDays: 213, AgeDays: 272}
	fmt.Printf("came again twice, 59 days ago: a customer still with %.3f, %.2f purchases in a year\n",
		model.Alive(twice), model.Expected(twice, 365))
	for _, age := range []int32{30, 90, 272} {
		once := churn.History{AgeDays: age}
		fmt.Printf("bought once, %d days ago: %d ‰\n", age, churn.Thousandths(model.Alive(once)))
	}
	fmt.Printf("a newcomer: %.2f purchases in a year\n", model.Newcomer(365))

	// Output:
	// 2357 customers, log-likelihood -9582.1, converged: true
	//   r     0.525 ± 0.083
	//   alpha 6.183 ± 0.696
	//   a     0.891 ± 0.155
	//   b     1.614 ± 0.537
	// came again twice, 59 days ago: a customer still with 0.706, 1.60 purchases in a year
	// bought once, 30 days ago: 578 ‰
	// bought once, 90 days ago: 500 ‰
	// bought once, 272 days ago: 389 ‰
	// a newcomer: 1.42 purchases in a year
}

// The published model, stored as JSON: 1.226 purchases within 39 weeks are expected of
// the first customer of the data. Of one who came once and never again it knows no
// better than that she is a customer.
func ExampleBGNBD() {
	parameters, err := customer.ParseRules[churn.BGNBDParameters]([]byte(`{"unit_days": 7, "r": 0.2426, "alpha": 4.4136, "a": 0.7929, "b": 2.4259}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	model, err := churn.NewBGNBD(parameters)
	if err != nil {
		fmt.Println(err)
		return
	}
	first := churn.History{Repeats: 2, RecencyDays: 213, AgeDays: 272} // 30.43 and 38.86 weeks
	fmt.Printf("%.3f purchases\n", model.Expected(first, 39*churn.Weeks))
	fmt.Println(model.Alive(churn.History{AgeDays: 3650}))
	// Output:
	// 1.226 purchases
	// 1
}

// What a fit needs of a customer are three figures, out of her days of purchase.
func ExampleHistoryOf() {
	var days customer.Days
	for _, text := range []string{"2026-01-05", "2026-02-02", "2026-02-02", "2026-04-20"} {
		day, err := customer.ParseDate(text)
		if err != nil {
			fmt.Println(err)
			return
		}
		days.Add(day) // the two bills of 2 February are one day
	}
	for _, text := range []string{"2026-01-31", "2026-06-30"} {
		on, err := customer.ParseDate(text)
		if err != nil {
			fmt.Println(err)
			return
		}
		history, err := churn.HistoryOf(days, on)
		if err != nil {
			fmt.Println(err)
			return
		}
		fact, err := json.Marshal(history)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(on, string(fact))
	}
	// Output:
	// 2026-01-31 {"repeats":0,"recency_days":0,"age_days":26}
	// 2026-06-30 {"repeats":2,"recency_days":105,"age_days":176}
}

// The host counts on all its processors, each its own share of the customers, and
// merges: the fit is the same to the last bit, however they were shared out.
func ExampleCounts_Merge() {
	customers := cdnow(failing{})
	parts := make([]churn.Counts, 4)
	var work sync.WaitGroup
	for i := range parts {
		work.Go(func() {
			for at := i; at < len(customers); at += len(parts) {
				if err := parts[i].Add(customers[at].History); err != nil {
					panic(err) // or hand it to the host's own way of failing
				}
			}
		})
	}
	work.Wait()
	all := new(churn.Counts)
	for i := range parts {
		if err := all.Merge(&parts[i]); err != nil {
			fmt.Println(err)
			return
		}
	}
	merged, _, err := churn.FitBGNBD(all, churn.Weeks)
	if err != nil {
		fmt.Println(err)
		return
	}
	whole, _, err := churn.FitBGNBD(cdnowCounts(failing{}), churn.Weeks)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(all.Customers(), merged.Parameters() == whole.Parameters())
	// Output: 2357 true
}
