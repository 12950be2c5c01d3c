package main

import (
	"fmt"
	"math/rand/v2"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/lifecycle"
)

// buyer is a made-up customer: she buys every so often, at random, and after each purchase
// she may lose interest for good.
type buyer struct {
	id    customer.ID
	rng   *rand.Rand
	gap   float64       // days between two purchases, on average
	spend float64       // minor units of a purchase, on average
	leave float64       // the chance that a purchase was her last
	next  customer.Date // her next purchase, as things are; zero: none

	days  customer.Days
	lines []population.Line[customer.ID]

	standing lifecycle.Standing
}

const genres = 6

func newBuyer(number int, seed uint64, opening customer.Date) *buyer {
	rng := rand.New(rand.NewPCG(seed, uint64(number)))
	return &buyer{
		id: customer.ID(fmt.Sprintf("c%05d", number)), rng: rng,
		gap: 10 + 60*rng.ExpFloat64(), spend: 1500 + 2000*rng.ExpFloat64(), leave: rng.Float64() / 4,
		next: opening.AddDays(rng.IntN(12 * 7)), // in the shop's first twelve weeks
	}
}

// shop is what she does before a day.
func (b *buyer) shop(until customer.Date) {
	for b.next != 0 && b.next < until {
		b.days.Add(b.next)
		b.lines = append(b.lines, population.Line[customer.ID]{
			Customer: b.id, Item: uint32(1 + b.rng.IntN(genres)), Day: b.next, Units: 1000,
			Amount: int64(b.spend * (0.5 + b.rng.Float64())), Priced: true,
		})
		if b.rng.Float64() < b.leave {
			b.next = 0
			return
		}
		b.next = b.next.AddDays(1 + int(b.gap*b.rng.ExpFloat64()))
	}
}

// tempt is what a rung of the ladder does to her: of four who had lost interest, or would not
// have come for weeks, one comes within ten days.
func (b *buyer) tempt(on customer.Date) {
	if b.rng.IntN(4) == 0 && (b.next == 0 || b.next > on.AddDays(20)) {
		b.next = on.AddDays(1 + b.rng.IntN(10))
	}
}
