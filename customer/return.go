package customer

import (
	"fmt"
	"time"
)

// Return is what came back: goods of one earlier sale, or goods whose sale is not
// known. It is not a visit, and it is no sale with a minus sign: every figure in it
// is positive.
type Return struct {
	Ref      string       `json:"ref"`                // the return's own receipt number
	Sale     string       `json:"sale,omitempty"`     // Ref of the Purchase; empty when nobody has the receipt
	Customer ID           `json:"customer,omitempty"` // empty: not known
	At       time.Time    `json:"at"`                 // when the goods came back
	Shop     string       `json:"shop,omitempty"`     // where they came back
	Currency Currency     `json:"currency,omitzero"`
	Lines    []ReturnLine `json:"lines"` // 1 to MaxLines
}

// ReturnLine is the part of a sale's line that came back: Quantity and BaseUnits of
// the part, Paid what was refunded for it.
type ReturnLine struct {
	// SaleLine is the line's place on the sale's receipt, from 1. It is required when
	// the sale is known, and 0 otherwise.
	SaleLine int `json:"sale_line,omitempty"`
	Line
}

// Validate returns every fault of the return as Faults, or nil. Whether the sale had
// that much to give back is known to whoever keeps the sale, not here.
func (r Return) Validate() error {
	var faults Faults
	checkReceipt(&faults, r.Ref, r.Customer, r.At, r.Shop, r.Currency)
	faults.Text("sale", r.Sale)
	if n := len(r.Lines); n < 1 || n > MaxLines {
		faults.Add("lines", n, "are 1 to 10000")
	}
	for i := range r.Lines[:min(len(r.Lines), MaxLines)] {
		var line Faults
		returned := &r.Lines[i]
		if known := r.Sale != ""; known && (returned.SaleLine < 1 || returned.SaleLine > MaxLines) {
			line.Add("sale_line", returned.SaleLine, "is 1 to 10000 where the sale is known")
		} else if !known && returned.SaleLine != 0 {
			line.Add("sale_line", returned.SaleLine, "is absent where the sale is not known")
		}
		returned.Line.check(&line, r.Currency)
		if len(line) > 0 {
			faults.Join(fmt.Sprintf("lines[%d]", i), line)
		}
	}
	return faults.Err()
}
