package entitlement

import (
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/warranty"
)

// known is what is known of an item on a day: what lies after it has not happened yet.
type known struct {
	*Item
	warranty.Known
}

func (i *Item) knownOn(on customer.Date) known {
	goods := i.goods()
	return known{i, goods.Known(on)}
}

// goods returns what windows ask of an item.
func (i *Item) goods() warranty.Goods {
	goods := warranty.Goods{Bought: i.Bought, Delivered: i.Delivered, Installed: i.Installed, Exchanges: i.Exchanges}
	if len(i.Repairs) > 0 {
		goods.Repairs = make([]warranty.Repair, len(i.Repairs))
	}
	for n, fix := range i.Repairs {
		goods.Repairs[n] = warranty.Repair{From: fix.From, To: fix.To}
	}
	return goods
}

// usedFrom returns the day from which use is counted: that from which the window counts or, where
// it is known and later, that of the delivery; zero: she has had no use yet.
func (k *known) usedFrom(w *Window) customer.Date {
	start := w.Start(&k.Known)
	if start == 0 || k.Delivered > k.On {
		return 0
	}
	return max(start, k.Delivered)
}

// failed counts the repairs that have failed since the last exchange.
func (k *known) failed() (times int64) {
	for _, one := range k.Known.Repairs {
		if k.Item.Repairs[one.At].Failed && !one.Past && !one.Open {
			times++
		}
	}
	return times
}

// slowest returns the first and the last day of the longest repair since the last exchange
// that is delayed for a reason, and has not ended well; zero: there is none.
func (k *known) slowest(delay Delay) (since, last customer.Date) {
	for _, one := range k.Known.Repairs {
		fix := &k.Item.Repairs[one.At]
		if fix.Delay != delay || one.Past || !one.Open && !fix.Failed {
			continue
		}
		if since == 0 || one.Last-one.From > last-since {
			since, last = one.From, one.Last
		}
	}
	return since, last
}
