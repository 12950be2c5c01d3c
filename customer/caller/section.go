package caller

import (
	"strconv"

	"github.com/rapport-crm/rapport/customer"
)

// Section is a part of a view, and of what the host supplies for it. The zero Section is refused.
type Section uint8

// The sections, in the order in which they are shown. Their texts are format.
const (
	Orders Section = iota + 1
	Cases
	Products
	Money
	Promises
	Wishes
	Quotes
	Contacts
	Purchases
	Consents
)

// String returns the stored text.
func (s Section) String() string {
	switch s {
	case Orders:
		return "orders"
	case Cases:
		return "cases"
	case Products:
		return "products"
	case Money:
		return "money"
	case Promises:
		return "promises"
	case Wishes:
		return "wishes"
	case Quotes:
		return "quotes"
	case Contacts:
		return "contacts"
	case Purchases:
		return "purchases"
	case Consents:
		return "consents"
	}
	return "section " + strconv.Itoa(int(s))
}

// MarshalText writes the stored text; anything else is an error.
func (s Section) MarshalText() ([]byte, error) { return customer.WriteStored("caller", s, Consents) }

// UnmarshalText reads what MarshalText wrote.
func (s *Section) UnmarshalText(text []byte) error {
	return customer.ReadStored("caller", "section", s, Consents, text)
}

// Topic is something that is worth telling a customer, also when she calls about something else.
// The zero Topic is refused.
type Topic uint8

// The topics. Their texts are format.
const (
	OrderReady     Topic = iota + 1 // an order waits for her
	OrderLate                       // an order is later than she was told
	OrderUnderWay                   // an order is on its way, in time
	CaseWithHer                     // a case waits for her
	CaseLate                        // the answer in a case is later than she was told
	CaseUnderWay                    // a case is being worked on, in time
	PromiseBroken                   // somebody promised her something, and the time is over
	PromiseDue                      // somebody promised her something, and there is time left
	WishArrived                     // what she waits for is here
	WarrantyEnding                  // a warranty is about to end
	QuoteEnding                     // a quote is about to end
	PaymentLate                     // a bill is overdue
)

// String returns the stored text.
func (t Topic) String() string {
	switch t {
	case OrderReady:
		return "order-ready"
	case OrderLate:
		return "order-late"
	case OrderUnderWay:
		return "order-under-way"
	case CaseWithHer:
		return "case-with-her"
	case CaseLate:
		return "case-late"
	case CaseUnderWay:
		return "case-under-way"
	case PromiseBroken:
		return "promise-broken"
	case PromiseDue:
		return "promise-due"
	case WishArrived:
		return "wish-arrived"
	case WarrantyEnding:
		return "warranty-ending"
	case QuoteEnding:
		return "quote-ending"
	case PaymentLate:
		return "payment-late"
	}
	return "topic " + strconv.Itoa(int(t))
}

// MarshalText writes the stored text; anything else is an error.
func (t Topic) MarshalText() ([]byte, error) { return customer.WriteStored("caller", t, PaymentLate) }

// UnmarshalText reads what MarshalText wrote.
func (t *Topic) UnmarshalText(text []byte) error {
	return customer.ReadStored("caller", "topic", t, PaymentLate, text)
}

// With is on whom a case waits. The zero With is refused.
type With uint8

// Those on whom a case may wait. Their texts are format.
const (
	WithUs With = iota + 1
	WithHer
	WithOthers // a maker, a carrier, an insurer
)

// String returns the stored text.
func (w With) String() string {
	switch w {
	case WithUs:
		return "us"
	case WithHer:
		return "customer"
	case WithOthers:
		return "others"
	}
	return "with " + strconv.Itoa(int(w))
}

// MarshalText writes the stored text; anything else is an error.
func (w With) MarshalText() ([]byte, error) { return customer.WriteStored("caller", w, WithOthers) }

// UnmarshalText reads what MarshalText wrote.
func (w *With) UnmarshalText(text []byte) error {
	return customer.ReadStored("caller", "with", w, WithOthers, text)
}
