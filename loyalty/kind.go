package loyalty

import (
	"strconv"

	"github.com/rapport-crm/rapport/customer"
)

// Kind says what an Entry is. The zero Kind is refused.
type Kind uint8

// The kinds. Their texts are format. Behind each stand the books it may post between.
const (
	Sold      Kind = iota + 1 // a receipt that something can still come back of; no points
	Earned                    // issued → pending or member: opens a lot
	Vested                    // pending → member
	Lapsed                    // member → expired
	Closed                    // nothing of a sale or of a payment can come back any more; no points
	Spent                     // member → redeemed or partner
	SetAside                  // member → held
	Captured                  // held → redeemed or partner
	Released                  // held → member, or → expired where the lot has expired meanwhile
	Brought                   // goods of a sale came back; no points
	TakenBack                 // pending, member or owed → issued
	Forgiven                  // points that a return should have taken and the shop lets go; no posting
	GivenBack                 // redeemed or partner → member, or → expired where the lot has expired meanwhile
	Repaid                    // member → owed
	Adjusted                  // issued → member: opens a lot; or member → issued
	Active                    // sets the day on which idle points go; no points
	Tiered                    // a tier is reached, kept or lowered; no points
	Granting                  // a tier is granted by hand; no points
	Revoked                   // a grant is ended before its time; no points
	Sent                      // member or pending → in-transit, or a debt: in-transit → owed
	Yielded                   // a sale, a payment or figures are handed over: redeemed or partner → in-transit, or no points
	Delivered                 // in-transit → moved, or a debt: moved → in-transit; without points it closes the parcel
	Recalled                  // in-transit → member or pending, or a debt: owed → in-transit; without points it closes the parcel
	Received                  // moved → member or pending: opens a lot; or a debt: owed → moved
	Declined                  // a parcel is not taken in; no points
	Adopted                   // a sale, a payment or figures are taken over: moved or in-transit → redeemed or partner, or no points
	Joined                    // a member joins; no points
	Left                      // a member leaves; no points
)

// String returns the stored text.
func (k Kind) String() string {
	switch k {
	case Sold:
		return "sold"
	case Earned:
		return "earned"
	case Vested:
		return "vested"
	case Lapsed:
		return "lapsed"
	case Closed:
		return "closed"
	case Spent:
		return "spent"
	case SetAside:
		return "set-aside"
	case Captured:
		return "captured"
	case Released:
		return "released"
	case Brought:
		return "brought"
	case TakenBack:
		return "taken-back"
	case Forgiven:
		return "forgiven"
	case GivenBack:
		return "given-back"
	case Repaid:
		return "repaid"
	case Adjusted:
		return "adjusted"
	case Active:
		return "active"
	case Tiered:
		return "tiered"
	case Granting:
		return "granted"
	case Revoked:
		return "revoked"
	case Sent:
		return "sent"
	case Yielded:
		return "yielded"
	case Delivered:
		return "delivered"
	case Recalled:
		return "recalled"
	case Received:
		return "received"
	case Declined:
		return "declined"
	case Adopted:
		return "adopted"
	case Joined:
		return "joined"
	case Left:
		return "left"
	}
	return "kind " + strconv.Itoa(int(k))
}

// Valid reports whether k is one of the kinds.
func (k Kind) Valid() bool { return k >= Sold && k <= Left }

// MarshalText writes the stored text; anything else is an error.
func (k Kind) MarshalText() ([]byte, error) { return customer.WriteStored("loyalty", k, Left) }

// UnmarshalText reads what MarshalText wrote.
func (k *Kind) UnmarshalText(text []byte) error {
	return customer.ReadStored("loyalty", "kind", k, Left, text)
}

// posts reports whether a kind may move points between two books.
func (k Kind) posts(from, to Book) bool {
	none := from == 0 && to == 0
	switch k {
	case Earned:
		return from == Issued && (to == Pending || to == Member)
	case Vested:
		return from == Pending && to == Member
	case Lapsed:
		return from == Member && to == Expired
	case Spent:
		return from == Member && (to == Redeemed || to == Partner)
	case SetAside:
		return from == Member && to == Held
	case Captured:
		return from == Held && (to == Redeemed || to == Partner)
	case Released:
		return from == Held && (to == Member || to == Expired)
	case TakenBack:
		return (from == Pending || from == Member || from == Owed) && to == Issued
	case GivenBack:
		return (from == Redeemed || from == Partner) && (to == Member || to == Expired)
	case Repaid:
		return from == Member && to == Owed
	case Adjusted:
		return from == Issued && to == Member || from == Member && to == Issued
	case Sent:
		return (from == Member || from == Pending) && to == InTransit || from == InTransit && to == Owed
	case Yielded:
		return none || (from == Redeemed || from == Partner) && to == InTransit
	case Delivered:
		return none || from == InTransit && to == Moved || from == Moved && to == InTransit
	case Recalled:
		return none || from == InTransit && (to == Member || to == Pending) || from == Owed && to == InTransit
	case Received:
		return from == Moved && (to == Member || to == Pending) || from == Owed && to == Moved
	case Adopted:
		return none || (from == Moved || from == InTransit) && (to == Redeemed || to == Partner)
	case Sold, Closed, Brought, Forgiven, Active, Tiered, Granting, Revoked, Declined, Joined, Left:
		return none
	}
	return false
}
