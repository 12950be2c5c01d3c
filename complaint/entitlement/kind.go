package entitlement

import (
	"strconv"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/warranty"
)

// Remedy is what a customer may ask for. The zero Remedy is refused.
type Remedy uint8

// The remedies. Their texts are format.
const (
	Return   Remedy = iota + 1 // the goods back for the money
	Exchange                   // other goods of the same kind
	Repair                     // mended without charge
)

// String returns the stored text.
func (r Remedy) String() string {
	switch r {
	case Return:
		return "return"
	case Exchange:
		return "exchange"
	case Repair:
		return "repair"
	}
	return "remedy " + strconv.Itoa(int(r))
}

// MarshalText writes the stored text; anything else is an error.
func (r Remedy) MarshalText() ([]byte, error) {
	return customer.WriteStored("entitlement", r, Repair)
}

// UnmarshalText reads what MarshalText wrote.
func (r *Remedy) UnmarshalText(text []byte) error {
	return customer.ReadStored("entitlement", "remedy", r, Repair, text)
}

// Start is the day from which a window counts. The zero Start is refused.
type Start = warranty.Start

// The starts. Their texts are format.
const (
	FromPurchase     = warranty.FromPurchase
	FromDelivery     = warranty.FromDelivery
	FromInstallation = warranty.FromInstallation
)

// Delay is why a repair takes long. The zero Delay is none, or nobody has said.
type Delay uint8

// The delays. Their texts are format.
const (
	PartsMissing  Delay = iota + 1 // the maker has no parts
	RepairerFault                  // the repairer's own fault
)

// String returns the stored text.
func (d Delay) String() string {
	switch d {
	case PartsMissing:
		return "parts-missing"
	case RepairerFault:
		return "repairer-fault"
	}
	return "delay " + strconv.Itoa(int(d))
}

// MarshalText writes the stored text; anything else is an error.
func (d Delay) MarshalText() ([]byte, error) {
	return customer.WriteStored("entitlement", d, RepairerFault)
}

// UnmarshalText reads what MarshalText wrote.
func (d *Delay) UnmarshalText(text []byte) error {
	return customer.ReadStored("entitlement", "delay", d, RepairerFault, text)
}
