package warranty

import (
	"strconv"

	"github.com/rapport-crm/rapport/customer"
)

// MaxDays is the longest window in days: a hundred years.
const MaxDays = 36_500

// Start is the day from which a window counts. The zero Start is refused.
type Start uint8

// The starts. Their texts are format.
const (
	FromPurchase Start = iota + 1
	FromDelivery
	FromInstallation
)

// String returns the stored text.
func (s Start) String() string {
	switch s {
	case FromPurchase:
		return "purchase"
	case FromDelivery:
		return "delivery"
	case FromInstallation:
		return "installation"
	}
	return "start " + strconv.Itoa(int(s))
}

// MarshalText writes the stored text; anything else is an error.
func (s Start) MarshalText() ([]byte, error) {
	return customer.WriteStored("warranty", s, FromInstallation)
}

// UnmarshalText reads what MarshalText wrote.
func (s *Start) UnmarshalText(text []byte) error {
	return customer.ReadStored("warranty", "start", s, FromInstallation, text)
}

// Window is how long something lasts: exactly one of Days, Months, Years, Lifetime and LastDay,
// counted from a start.
type Window struct {
	Days     int           `json:"days,omitempty"`
	Months   int           `json:"months,omitempty"`
	Years    int           `json:"years,omitempty"`
	Lifetime bool          `json:"lifetime,omitempty"`
	LastDay  customer.Date `json:"last_day,omitzero"` // the same for all: presents of December up to 31 January

	Counted Start `json:"counted"`
	// FirstDayCounts makes the start the first day of the window. Otherwise it does not count.
	FirstDayCounts bool `json:"first_day_counts,omitempty"`
	// RepairsProlong leaves the days at a repairer out of the window.
	RepairsProlong bool `json:"repairs_prolong,omitempty"`
	// ExchangeRenews begins the window anew on the day of an exchange.
	ExchangeRenews bool `json:"exchange_renews,omitempty"`
}

// Check notes the faults of the window.
func (w Window) Check(faults *customer.Faults) {
	lengths := 0
	for _, one := range [...]struct {
		path   string
		number int
		most   int
	}{{"days", w.Days, MaxDays}, {"months", w.Months, 1200}, {"years", w.Years, 100}} {
		faults.Within(one.path, one.number, 0, one.most)
		if one.number != 0 {
			lengths++
		}
	}
	if w.Lifetime {
		lengths++
	}
	if w.LastDay != 0 {
		lengths++
		if !w.LastDay.Valid() {
			faults.Add("last_day", w.LastDay, "is a day, or absent")
		}
	}
	if lengths != 1 {
		faults.Add("", lengths, "has exactly one of days, months, years, lifetime and last_day")
	}
	if w.Lifetime && w.RepairsProlong {
		faults.Add("repairs_prolong", w.RepairsProlong, "is of a window that ends")
	}
	if w.LastDay != 0 && w.ExchangeRenews {
		faults.Add("exchange_renews", w.ExchangeRenews, "is of a window that counts from a day")
	}
	if w.Counted < FromPurchase || w.Counted > FromInstallation {
		faults.Add("counted", w.Counted, "is purchase, delivery or installation")
	}
}
