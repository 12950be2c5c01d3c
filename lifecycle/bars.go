package lifecycle

import (
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport/customer"
)

// Bars is what stands in the way of approaching a customer on a day, as the host finds it in
// its other books. The zero Bars bars nothing.
type Bars struct {
	ComplaintOpen bool     // a complaint of hers is open: no promotion until it is settled
	OptedOut      bool     // she does not want to be won back at all: nothing goes out
	Channels      []string // on which she cannot be reached, or has not agreed to be
}

// bars says why an approach on a channel cannot go, or nothing.
func (b *Bars) against(promotion bool, channel string) (code string) {
	switch {
	case b.OptedOut:
		return CodeBarredOptOut
	case b.ComplaintOpen && promotion:
		return CodeBarredComplaint
	case slices.Contains(b.Channels, channel):
		return CodeBarredChannel
	}
	return ""
}

// check notes what is no bar.
func (b *Bars) check(faults *customer.Faults) {
	for i, channel := range b.Channels {
		faults.Name(fmt.Sprintf("bars.channels[%d]", i), channel)
	}
}
