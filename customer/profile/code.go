package profile

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/rapport-crm/rapport/customer"
)

// Code stands for a text in facts: a receipt's reference, a SKU, the holder of a card. It is
// made from the text alone, so that every till and every shard gives the same one without a
// dictionary between them. The zero Code is that of the empty text: none.
//
// A code is 64 bits of a SHA-256, so two texts may share one. What that does is bounded: codes
// are only ever held against codes of the same customer, and receipts against those of the same
// hour. Sums of money stay exact; two receipts of one hour would be counted as one, two products
// or holders of one customer shown as one. For a customer of a million products the chance that
// any two share a code is below one in thirty million. [Names] notices it and refuses.
type Code uint64

// CodeOf returns the code of a text: the number that customer.Draw gives it under the salt
// "profile", 1 where that is 0. It never changes, because stored state rests on it.
func CodeOf(text string) Code {
	if text == "" {
		return 0
	}
	return Code(max(customer.Draw("profile", customer.ID(text)), 1))
}

const codeDigits = 16

// String writes the code as 16 hexadecimal digits; the zero Code as "".
func (c Code) String() string {
	if c == 0 {
		return ""
	}
	return fmt.Sprintf("%0*x", codeDigits, uint64(c))
}

// MarshalText writes the code as String does: as a number, JSON would lose its last digits.
func (c Code) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (c *Code) UnmarshalText(text []byte) error {
	read := uint64(0)
	if len(text) > 0 {
		var err error
		if read, err = strconv.ParseUint(string(text), 16, 64); err != nil || Code(read).String() != string(text) {
			return fmt.Errorf("profile: %.40q is no code of %d hexadecimal digits", text, codeDigits)
		}
	}
	*c = Code(read)
	return nil
}

// ErrCollision says that two texts have the same code, so that figures of one cannot be told
// from those of the other.
var ErrCollision = errors.New("profile: two texts share a code")

// Names are the texts behind codes, to read a report by. The zero Names are empty. They are kept
// by whoever reads reports, for the customers at hand; counting needs none.
type Names struct{ texts map[Code]string }

// Add notes texts. At ErrCollision those before it are noted.
func (n *Names) Add(texts ...string) error {
	for _, text := range texts {
		code := CodeOf(text)
		if code == 0 {
			continue
		}
		if err := n.note(code, text); err != nil {
			return err
		}
	}
	return nil
}

func (n *Names) note(code Code, text string) error {
	known, found := n.texts[code]
	if found && known != text {
		return fmt.Errorf("%w: %q and %q", ErrCollision, known, text)
	}
	if n.texts == nil {
		n.texts = map[Code]string{}
	}
	n.texts[code] = text
	return nil
}

// Sale notes the reference of a purchase and the SKUs of its lines.
func (n *Names) Sale(sale customer.Purchase) error {
	if err := n.Add(sale.Ref); err != nil {
		return err
	}
	for i := range sale.Lines {
		if err := n.Add(sale.Lines[i].SKU); err != nil {
			return err
		}
	}
	return nil
}

// Return notes the references of a return and of its sale, and the SKUs of its lines.
func (n *Names) Return(back customer.Return) error {
	if err := n.Add(back.Ref, back.Sale); err != nil {
		return err
	}
	for i := range back.Lines {
		if err := n.Add(back.Lines[i].SKU); err != nil {
			return err
		}
	}
	return nil
}

// Merge notes everything that other has noted. At ErrCollision some of it is.
func (n *Names) Merge(other *Names) error {
	for code, text := range other.texts {
		if err := n.note(code, text); err != nil {
			return err
		}
	}
	return nil
}

// Text returns the text of a code; the code's own digits where nobody noted it.
func (n *Names) Text(code Code) string {
	if text, found := n.texts[code]; found {
		return text
	}
	return code.String()
}
