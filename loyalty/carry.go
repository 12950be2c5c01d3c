package loyalty

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
)

// CarryVersion is the format in which a Carry is written. Another one is refused.
const CarryVersion = 1

// MaxBlocks is how many blocks a Carry holds.
const MaxBlocks = 1000

// Block is points that a partner has bought in advance: a fact.
type Block struct {
	ID      string          `json:"id"` // the purchase's reference, unique in the coalition
	Partner string          `json:"partner"`
	Points  decimal.Decimal `json:"points"`
	Price   decimal.Decimal `json:"price"`          // of all of them
	From    customer.Date   `json:"from"`           // the first day on which it covers what is issued
	Until   customer.Date   `json:"until,omitzero"` // the first day on which it does not; zero: never
}

// Carry is what one settlement carries to the next: what is left of each block, and
// points that may still be taken back. The zero Carry begins. It is a value: methods
// return a new one and never change the slices of the one they are given.
type Carry struct {
	Version int           `json:"v"`
	From    customer.Date `json:"from,omitzero"`    // the first day that is not settled; zero: no day is settled
	Blocks  []HeldBlock   `json:"blocks,omitempty"` // by partner, then in the order of use: by From, then ID
	// Over is points that no block covered, by partner; Joint is points of joint debits,
	// by debit, then partner. Points taken back or lapsed since are not among them.
	Over  []Bearing `json:"over,omitempty"`
	Joint []Bearing `json:"joint,omitempty"`
}

// HeldBlock is a block with what came of it. Its terms are those of its purchase.
type HeldBlock struct {
	ID      string        `json:"id"`
	Partner string        `json:"partner"`
	From    customer.Date `json:"from"`
	Until   customer.Date `json:"until,omitzero"` // zero: never
	Points  int64         `json:"points"`
	Price   int64         `json:"price"`             // of all Points
	Refunds bool          `json:"refunds,omitempty"` // what is left at the end is paid back; otherwise it lapses
	Used    int64         `json:"used,omitzero"`     // of Points: issued, and not taken back
	Ended   bool          `json:"ended,omitempty"`
}

// Bearing is points whose cost a partner bears.
type Bearing struct {
	Debit   string `json:"debit,omitempty"`
	Partner string `json:"partner,omitempty"` // empty: the operator
	Points  int64  `json:"points"`
}

// Left is how many points the block still covers.
func (b HeldBlock) Left() int64 {
	if b.Ended {
		return 0
	}
	return b.Points - b.Used
}

// gone is points that were left when the block ended, or came back later.
func (b HeldBlock) gone() int64 {
	if !b.Ended {
		return 0
	}
	return b.Points - b.Used
}

// refunded is what is paid back for points that are gone, in all: rounded down, so that
// it is never more than the price, in whatever steps they come.
func (b HeldBlock) refunded() int64 {
	if !b.Refunds {
		return 0
	}
	return upTo(b.Price, b.gone(), b.Points)
}

// covers reports whether points issued on a day may come out of the block.
func (b HeldBlock) covers(day customer.Date) bool {
	return b.From <= day && (b.Until == 0 || day < b.Until) && b.Left() > 0
}

func (b HeldBlock) order(other HeldBlock) int {
	return cmp.Or(cmp.Compare(b.Partner, other.Partner), cmp.Compare(b.From, other.From), cmp.Compare(b.ID, other.ID))
}

func (b Bearing) order(other Bearing) int {
	return cmp.Or(cmp.Compare(b.Debit, other.Debit), cmp.Compare(b.Partner, other.Partner))
}

// Buy adds a block, under the terms of today: it is billed in the settlement of the
// period in which it begins, or in the first of all. The same block again changes nothing. What does not fit is
// customer.Faults: a partner who does not pay in advance, a block that begins in a period
// that is settled, another block under the same ID.
func (c *Coalition) Buy(carry Carry, block Block) (Carry, error) {
	var faults customer.Faults
	carry.check(&faults)
	faults.Name("id", block.ID)
	bought := HeldBlock{
		ID: block.ID, Partner: block.Partner, From: block.From, Until: block.Until,
		Points: c.points(&faults, "points", block.Points), Price: c.minor(&faults, "price", block.Price),
	}
	if place, known := c.place[block.Partner]; known && c.partners[place].billing == Prepaid {
		bought.Refunds = c.partners[place].refunds
	} else {
		faults.Add("partner", block.Partner, "is a partner who pays in advance")
	}
	faults.GivenDay("from", block.From)
	if block.Until != 0 && (!block.Until.Valid() || block.Until <= block.From) {
		faults.Add("until", int32(block.Until), "is a day after from, or absent")
	}
	if err := faults.Err(); err != nil {
		return carry, err
	}
	for _, held := range carry.Blocks {
		if held.ID != bought.ID {
			continue
		}
		bought.Used, bought.Ended, bought.Refunds = held.Used, held.Ended, held.Refunds // what came of it, and its own terms
		if held != bought {
			faults.Add("id", block.ID, "names another block already")
		}
		return carry, faults.Err()
	}
	if block.From < carry.From {
		faults.Add("from", block.From, fmt.Sprintf("is not before %s: until then all is settled", carry.From))
	}
	faults.Within("blocks", len(carry.Blocks)+1, 1, MaxBlocks)
	if err := faults.Err(); err != nil {
		return carry, err
	}
	at, _ := slices.BinarySearchFunc(carry.Blocks, bought, HeldBlock.order)
	carry.Version = CarryVersion
	carry.Blocks = slices.Insert(slices.Clone(carry.Blocks), at, bought)
	return carry, nil
}

// check adds the faults of a carry that was stored: it must be one that this package made.
func (c Carry) check(faults *customer.Faults) {
	begins := c.From == 0 && len(c.Blocks)+len(c.Over)+len(c.Joint) == 0
	if c.Version != CarryVersion && (c.Version != 0 || !begins) {
		faults.Add("carry.v", c.Version, fmt.Sprintf("is %d", CarryVersion))
	}
	faults.Day("carry.from", c.From)
	faults.Within("carry.blocks", len(c.Blocks), 0, MaxBlocks)
	for i, b := range c.Blocks[:min(len(c.Blocks), MaxBlocks)] {
		if !b.From.Valid() || b.Until != 0 && (b.Until <= b.From || !b.Until.Valid()) ||
			b.Points < 1 || b.Points > MaxPoints || b.Price < 1 || b.Price > MaxPoints || b.Used < 0 || b.Used > b.Points ||
			i > 0 && c.Blocks[i-1].order(b) >= 0 {
			faults.Add(fmt.Sprintf("carry.blocks[%d]", i), b.ID, "is a block, in order, with at most its points used")
		}
	}
	checkBearings(faults, "carry.over", c.Over)
	checkBearings(faults, "carry.joint", c.Joint)
}

func checkBearings(faults *customer.Faults, path string, all []Bearing) {
	total := int64(0)
	for i, one := range all {
		if one.Points < 1 || one.Points > maxTraffic-total || i > 0 && all[i-1].order(one) >= 0 {
			faults.Add(fmt.Sprintf("%s[%d]", path, i), one.Points, fmt.Sprintf("is above 0, in order, and together with those before at most %d", int64(maxTraffic)))
			return
		}
		total += one.Points
	}
}
