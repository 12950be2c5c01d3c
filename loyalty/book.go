package loyalty

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/rapport-crm/rapport/customer"
)

// Book is one of the places in which a point can be. Every posting moves points from
// one book to another, so the balances of an account always sum to zero. The zero Book
// is refused.
type Book uint8

// The books. Their texts are format.
const (
	Issued    Book = iota + 1 // where points come from; its balance is 0 or below, but for points taken by hand
	Pending                   // earned, not yet to be spent
	Member                    // to be spent
	Held                      // set aside for a payment under way
	Redeemed                  // spent with the shop
	Expired                   // lapsed
	Partner                   // spent with a partner of the coalition
	Owed                      // what the member owes after a return; its balance is 0 or below
	InTransit                 // on the way to another account
	Moved                     // passed to other accounts, less what came from them; over all accounts it sums to zero

	books = int(Moved) + 1
)

// String returns the stored text.
func (b Book) String() string {
	switch b {
	case Issued:
		return "issued"
	case Pending:
		return "pending"
	case Member:
		return "member"
	case Held:
		return "held"
	case Redeemed:
		return "redeemed"
	case Expired:
		return "expired"
	case Partner:
		return "partner"
	case Owed:
		return "owed"
	case InTransit:
		return "in-transit"
	case Moved:
		return "moved"
	}
	return "book " + strconv.Itoa(int(b))
}

// Valid reports whether b is one of the books.
func (b Book) Valid() bool { return b >= Issued && b <= Moved }

// MarshalText writes the stored text; anything else is an error.
func (b Book) MarshalText() ([]byte, error) { return customer.WriteStored("loyalty", b, Moved) }

// UnmarshalText reads what MarshalText wrote.
func (b *Book) UnmarshalText(text []byte) error {
	return customer.ReadStored("loyalty", "book", b, Moved, text)
}

// Balances are an account's points by book, in the programme's smallest unit. They sum
// to zero.
type Balances [books]int64

// In returns the balance of a book; 0 for one that does not exist.
func (b Balances) In(book Book) int64 {
	if !book.Valid() {
		return 0
	}
	return b[book]
}

// Sum returns the sum over all books: zero, in an account that Apply made.
func (b Balances) Sum() int64 {
	sum := int64(0)
	for _, balance := range b {
		sum += balance
	}
	return sum
}

// MarshalJSON writes the balances by the books' names, those of 0 left out.
func (b Balances) MarshalJSON() ([]byte, error) {
	named := make(map[Book]int64, books) // encoding/json sorts the names
	for book := Issued; book <= Moved; book++ {
		if b[book] != 0 {
			named[book] = b[book]
		}
	}
	return json.Marshal(named)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (b *Balances) UnmarshalJSON(data []byte) error {
	var named map[Book]int64
	if err := json.Unmarshal(data, &named); err != nil {
		return fmt.Errorf("loyalty: balances: %w", err)
	}
	*b = Balances{}
	for book, balance := range named {
		b[book] = balance
	}
	return nil
}
