package loyalty

import (
	"fmt"
	"math/bits"

	"github.com/rapport-crm/rapport/customer"
)

// Contract is the contract liability of points: the part of the price of past sales
// that belongs to points not yet redeemed. It is a running account over the whole
// programme, in minor units and in the programme's smallest unit of points.
//
// The method is that of IFRS 15 (paragraphs B39 to B43 on unexercised rights and B44 to
// B47 on breakage; Illustrative Example 52) and of ASC 606-10-55-42 to 55-49. The price
// of a sale is allocated between goods and points by their relative stand-alone selling
// prices, that of a point being what it buys times the likelihood that it is redeemed.
// What is allocated to points is revenue in proportion to the points redeemed over the
// points expected to be redeemed; breakage is thereby recognised along with the pattern
// of redemption, and a new estimate corrects the sum so far. Whether a programme is
// accounted for in this way is its accountant's judgement.
type Contract struct {
	Allocated int64 `json:"allocated"` // of sales so far, to points
	Issued    int64 `json:"issued"`    // points
	Redeemed  int64 `json:"redeemed"`  // points
	Released  int64 `json:"released"`  // of Allocated: revenue so far
}

// Allocate splits the price of sales between goods and the points given with them, by
// relative stand-alone selling prices, and books the points' share. price is what was
// charged; goods the stand-alone price of the goods; worth the amount that the points
// buy; redeemedPermille the share of points expected to be redeemed. The points' share
// is rounded half up to the minor unit.
func (c Contract) Allocate(price, goods, worth, points int64, redeemedPermille int) (Contract, error) {
	var faults customer.Faults
	notNegative(&faults, "price", price)
	notNegative(&faults, "goods", goods)
	notNegative(&faults, "worth", worth)
	notNegative(&faults, "points", points)
	if redeemedPermille < 1 || redeemedPermille > 1000 {
		faults.Add("redeemed_permille", redeemedPermille, "is 1 to 1000")
	}
	if err := faults.Err(); err != nil {
		return c, err
	}
	// price · worth·p / (goods·1000 + worth·p), with p the expected share.
	selling, ok := Floor.scale(worth, int64(redeemedPermille), 1)
	whole, carry := bits.Add64(uint64(selling), 0, 0)
	high, low := bits.Mul64(uint64(goods), 1000)
	whole, carry = bits.Add64(whole, low, carry)
	if !ok || high != 0 || carry != 0 || whole > 1<<62 {
		return c, fmt.Errorf("loyalty: prices of %d and %d are too large to allocate", goods, worth)
	}
	if whole > 0 {
		share, ok := HalfUp.scale(price, selling, int64(whole))
		if !ok {
			return c, fmt.Errorf("loyalty: a price of %d is too large to allocate", price)
		}
		c.Allocated += share
	}
	c.Issued += points
	return c, nil
}

// Release recognises revenue for points redeemed since the last time, under the present
// estimate of how many of the points issued so far will be redeemed in all. It returns
// the revenue of this step: below 0 when the estimate rose by more than was redeemed.
// The revenue so far is rounded half up to the minor unit; since every step is the
// difference of two such sums, no rounding is left over at the end.
//
// The estimate is at most what was issued and at least what was redeemed.
func (c Contract) Release(redeemed, expected int64) (next Contract, revenue int64, err error) {
	var faults customer.Faults
	notNegative(&faults, "redeemed", redeemed)
	total := c.Redeemed + redeemed
	if expected < total || expected > c.Issued || expected == 0 {
		faults.Add("expected", expected, fmt.Sprintf("is at least the %d redeemed and at most the %d issued, and above 0", total, c.Issued))
	}
	if err := faults.Err(); err != nil {
		return c, 0, err
	}
	released, ok := HalfUp.scale(c.Allocated, total, expected)
	if !ok {
		return c, 0, fmt.Errorf("loyalty: %d allocated over %d of %d points is too large", c.Allocated, total, expected)
	}
	revenue = released - c.Released
	c.Redeemed, c.Released = total, released
	return c, revenue, nil
}

// Liability is what is still owed in points, in minor units.
func (c Contract) Liability() int64 { return c.Allocated - c.Released }

func notNegative(faults *customer.Faults, path string, n int64) {
	if n < 0 || n > MaxPoints {
		faults.Add(path, n, fmt.Sprintf("is 0 to %d", int64(MaxPoints)))
	}
}
