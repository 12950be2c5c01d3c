package entitlement

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/warranty"
)

// Bounds of an item.
const (
	MaxRepairs = warranty.MaxRepairs
	MaxMinor   = 1_000_000_000_000 // of a price
	maxTraits  = 100
)

// Item is one thing that somebody bought, as the host's books and the service desk know it. All
// days are civil days in the shop's zone.
type Item struct {
	Product  string   `json:"product,omitempty"`
	Category string   `json:"category,omitempty"`
	Brand    string   `json:"brand,omitempty"`
	Traits   []string `json:"traits,omitempty"` // what exceptions speak of, in the host's words: made-to-measure, unsealed
	Remote   bool     `json:"remote,omitempty"` // sold at a distance

	Bought    customer.Date `json:"bought"`
	Delivered customer.Date `json:"delivered,omitzero"` // zero: not yet; goods carried away from the shop are delivered when bought
	Installed customer.Date `json:"installed,omitzero"` // zero: not yet; without installation, when delivered

	PriceMinor int64 `json:"price_minor,omitempty"` // paid for it, after all discounts

	Proof  bool   `json:"proof,omitempty"`  // the purchase is proved: a receipt, the shop's own books
	Unused bool   `json:"unused,omitempty"` // somebody looked: as it was sold
	Defect string `json:"defect,omitempty"` // what is wrong with it, in the words of the rules; empty: nothing, or not known

	Repairs   []Fix         `json:"repairs,omitempty"`   // in any order, overlapping or not
	Exchanges customer.Days `json:"exchanges,omitempty"` // when it was exchanged for another of its kind
}

// Fix is one repair.
type Fix struct {
	From   customer.Date `json:"from"`             // when the goods were handed in
	To     customer.Date `json:"to,omitzero"`      // when she had them back; zero: not yet
	Failed bool          `json:"failed,omitempty"` // they came back no better
	Delay  Delay         `json:"delay,omitzero"`   // why it takes, or took, long
}

// Item makes an item of a line of a purchase, counted from 1, by the shop's zone: all that the
// line sold, for all that was paid for it, proved, and taken home on the day. Goods that are
// delivered later have Delivered set to 0 until they are; what is known besides, the host adds.
// A purchase in another currency than the book's, or a line whose price was not recorded, is
// customer.Faults; a book without a currency asks for neither.
func (b *Book) Item(p customer.Purchase, line int, zone *time.Location) (Item, error) {
	var faults customer.Faults
	switch {
	case zone == nil:
		faults.Add("zone", "", "is required")
	case b.currency != (customer.Currency{}) && p.Currency != b.currency:
		faults.Add("currency", p.Currency.Code, "is that of the book")
	}
	faults.Within("line", line, 1, len(p.Lines))
	faults.Instant("at", p.At)
	if err := faults.Err(); err != nil {
		return Item{}, err
	}
	sold, on := &p.Lines[line-1], customer.DateOf(p.At, zone)
	item := Item{
		Product: sold.SKU, Category: sold.Category, Brand: sold.Brand,
		Bought: on, Delivered: on, Installed: on, Proof: true,
	}
	if b.currency != (customer.Currency{}) {
		paid, err := b.currency.Minor(sold.Paid.Decimal)
		if err != nil || !sold.Paid.Valid {
			faults.Add("paid", sold.Paid, "is recorded, and exact in minor units")
		}
		item.PriceMinor = paid
	}
	item.check(&faults)
	if err := faults.Err(); err != nil {
		return Item{}, err
	}
	return item, nil
}

// Validate returns every fault of the item as customer.Faults, or nil.
func (i *Item) Validate() error {
	var faults customer.Faults
	i.check(&faults)
	return faults.Err()
}

func (i *Item) check(faults *customer.Faults) {
	faults.Text("product", i.Product)
	faults.Text("category", i.Category)
	faults.Text("brand", i.Brand)
	faults.Names("traits", i.Traits, 0, maxTraits)
	if i.PriceMinor < 0 || i.PriceMinor > MaxMinor {
		faults.Add("price_minor", i.PriceMinor, fmt.Sprintf("is 0 to %d", int64(MaxMinor)))
	}
	faults.Text("defect", i.Defect)
	goods := i.goods()
	goods.Check(faults)
	for k := range i.Repairs[:min(len(i.Repairs), MaxRepairs)] {
		i.Repairs[k].check(faults, fmt.Sprintf("repairs[%d]", k))
	}
}

func (f *Fix) check(faults *customer.Faults, path string) {
	if f.Failed && f.To == 0 {
		faults.Add(path+".failed", f.Failed, "is of a repair that has ended")
	}
	if f.Delay > RepairerFault {
		faults.Add(path+".delay", f.Delay, "is parts-missing, repairer-fault, or absent")
	}
}
