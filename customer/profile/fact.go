package profile

import (
	"cmp"
	"fmt"
	"strconv"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Kind says what a fact tells. The zero Kind is refused.
type Kind uint8

// The kinds. Their texts are format.
const (
	Sold     Kind = iota + 1 // a line of a receipt
	Returned                 // a line that came back
	Served                   // a service that cost the shop something: a visit, a repair, a delivery made free
)

// String returns the stored text.
func (k Kind) String() string {
	switch k {
	case Sold:
		return "sold"
	case Returned:
		return "returned"
	case Served:
		return "served"
	}
	return "kind " + strconv.Itoa(int(k))
}

// MarshalText writes the stored text; an unknown kind is an error.
func (k Kind) MarshalText() ([]byte, error) { return customer.WriteStored("profile", k, Served) }

// UnmarshalText reads what MarshalText wrote.
func (k *Kind) UnmarshalText(text []byte) error {
	return customer.ReadStored("profile", "kind", k, Served, text)
}

// Fact is one line of a receipt, or one service, in code: what a report is made from. A
// [Coder] makes it. Figures are 0 or more; a Kind says which way the goods and the money went.
type Fact struct {
	Receipt Code `json:"receipt"`          // of the receipt, the return, the service itself
	Order   Code `json:"order,omitzero"`   // the sale it belongs to: its own receipt; of a return the sale's, 0 where nobody knows it; of a service, if any
	Product Code `json:"product,omitzero"` // 0: none
	Holder  Code `json:"holder,omitzero"`  // who used the account's card; 0: nobody said

	Units    int64 `json:"units,omitempty"`    // thousandths of a unit of sale; 0: how much is not known
	Amount   int64 `json:"amount,omitempty"`   // minor units paid in money, or refunded; tax as the receipt has it, deposit apart
	Tax      int64 `json:"tax,omitempty"`      // contained in Amount
	Discount int64 `json:"discount,omitempty"` // below the list price, and paid in points
	Cost     int64 `json:"cost,omitempty"`     // of the goods; of what came back, what it is still worth; of a service, what it cost

	Day      customer.Date `json:"day"`
	Category uint16        `json:"category,omitempty"` // see Sheet.Category; of a service, see Sheet.Service
	Hour     uint8         `json:"hour"`               // of the shop's clock, 0 to 23; an hour struck twice is one
	Kind     Kind          `json:"kind"`
	Priced   bool          `json:"priced,omitempty"` // Amount is known
	Listed   bool          `json:"listed,omitempty"` // the list price is known, so that Discount is whole
	Costed   bool          `json:"costed,omitempty"` // Cost is known
}

// Line is a fact of a customer, as it streams by the million.
type Line[K population.Key] struct {
	Customer K `json:"customer"`
	Fact
}

// Valid reports whether Check finds no fault, at the cost of no call.
func (f *Fact) Valid() bool {
	return f.Day.Valid() && f.Hour < 24 && f.Kind-1 < Served &&
		uint64(f.Units) <= population.MaxUnits && uint64(f.Amount) <= population.MaxAmount &&
		uint64(f.Tax) <= uint64(f.Amount) && uint64(f.Discount) <= population.MaxAmount && uint64(f.Cost) <= population.MaxAmount &&
		(f.Priced && f.Kind != Served || f.Amount|f.Discount == 0 && !f.Priced && !f.Listed) &&
		(f.Costed || f.Cost == 0 && f.Kind != Served)
}

// Check returns the faults of a fact as customer.Faults, or nil.
func (f *Fact) Check() error {
	if f.Valid() {
		return nil
	}
	var faults customer.Faults
	if !f.Day.Valid() {
		faults.Add("day", int32(f.Day), "is a day of the years 1 to 9999")
	}
	faults.Within("hour", int(f.Hour), 0, 23)
	if f.Kind < Sold || f.Kind > Served {
		faults.Add("kind", f.Kind, "is sold, returned or served")
	}
	if f.Units < 0 || f.Units > population.MaxUnits {
		faults.Add("units", f.Units, fmt.Sprintf("is 0 to %d", int64(population.MaxUnits)))
	}
	for _, figure := range []struct {
		path   string
		amount int64
	}{{"amount", f.Amount}, {"discount", f.Discount}, {"cost", f.Cost}} {
		if figure.amount < 0 || figure.amount > population.MaxAmount {
			faults.Add(figure.path, figure.amount, fmt.Sprintf("is 0 to %d", int64(population.MaxAmount)))
		}
	}
	if f.Tax < 0 || f.Tax > f.Amount {
		faults.Add("tax", f.Tax, "is a part of amount")
	}
	switch {
	case f.Kind == Served && (f.Priced || !f.Costed):
		faults.Add("kind", f.Kind, "has a cost and no price")
	case !f.Priced && (f.Amount != 0 || f.Discount != 0 || f.Listed):
		faults.Add("amount", f.Amount, "is known where there is an amount, a discount or a list price")
	case !f.Costed && f.Cost != 0:
		faults.Add("cost", f.Cost, "is 0 where it is not known")
	}
	return faults.Err()
}

// when is the hour of a fact, counted.
func (f *Fact) when() uint32 { return uint32(f.Day)<<5 | uint32(f.Hour) }

// compare orders facts by time, then by receipt, then by everything else, so that equal sets of
// facts stand in one order only.
func (f *Fact) compare(g *Fact) int {
	if order := f.compareReceipt(g); order != 0 {
		return order
	}
	if f.Category != g.Category {
		return cmp.Compare(f.Category, g.Category)
	}
	if f.Product != g.Product {
		return cmp.Compare(f.Product, g.Product)
	}
	return cmp.Or(
		cmp.Compare(f.flags(), g.flags()), cmp.Compare(f.Units, g.Units), cmp.Compare(f.Amount, g.Amount),
		cmp.Compare(f.Tax, g.Tax), cmp.Compare(f.Discount, g.Discount), cmp.Compare(f.Cost, g.Cost),
	)
}

// compareReceipt orders facts by what those of one receipt have in common.
func (f *Fact) compareReceipt(g *Fact) int {
	if a, b := f.when(), g.when(); a != b {
		return cmp.Compare(a, b)
	}
	if f.Receipt != g.Receipt {
		return cmp.Compare(f.Receipt, g.Receipt)
	}
	if f.Kind == g.Kind && f.Order == g.Order && f.Holder == g.Holder {
		return 0
	}
	return cmp.Or(cmp.Compare(f.Kind, g.Kind), cmp.Compare(f.Order, g.Order), cmp.Compare(f.Holder, g.Holder))
}

// sameReceipt reports whether two facts are of one receipt: of one hour, one reference and one
// kind. A reference that comes back at another hour is another receipt.
func (f *Fact) sameReceipt(g *Fact) bool {
	return f.Receipt == g.Receipt && f.Day == g.Day && f.Hour == g.Hour && f.Kind == g.Kind
}

func (f *Fact) flags() (bits byte) {
	if f.Priced {
		bits |= pricedBit
	}
	if f.Listed {
		bits |= listedBit
	}
	if f.Costed {
		bits |= costedBit
	}
	return bits
}
