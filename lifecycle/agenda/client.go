package agenda

import (
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/consent"
)

// Client is what is known of a customer from whom tasks may follow. Each list reads what it
// needs, so one Client does for all of them.
type Client struct {
	Customer customer.ID
	Owner    string            // her own person; empty: none
	Value    int64             // as Task.Value
	Contacts []consent.Contact // of Greetings and FollowUps: what was done; more may stand in it, in any order; at most 10,000

	// Of Visits.
	Tier    string        // her tier now
	TierOn  customer.Date // since when; zero: it never changed
	Known   customer.Date // since when she is known; zero: since the day that is asked for
	Visited []PastVisit   // the last visit of each series; more may stand in it, in any order

	// Of Greetings: the days of her own, in any order.
	Days []OwnDay

	// Of FollowUps: at most MaxEvents, in any order. An event stays in the list for as long as
	// its follow-up may be due, and for as long as it may supersede another one.
	Events []Event
}

// check notes the faults of what every list reads of her.
func (c *Client) check(faults *customer.Faults) {
	faults.Name("customer", string(c.Customer))
	faults.Text("owner", c.Owner)
	if c.Value < 0 {
		faults.Add("value", c.Value, "is 0 or more")
	}
}

func checkThrough(faults *customer.Faults, on, through customer.Date) {
	if !through.Valid() || through < on {
		faults.Add("through", through, "is a day, and not before the day asked for")
	}
}
