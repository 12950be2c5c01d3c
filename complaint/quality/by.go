package quality

import (
	"strconv"

	"github.com/rapport-crm/rapport/customer"
)

// By says under what cases are counted. The zero By is refused.
type By uint8

// What cases are counted by. Their texts are format.
const (
	Overall    By = iota + 1 // all in one row, without a name
	ByCustomer               // memory grows with the customers
	BySite                   // where the case was received
	ByDesk                   // that had it when its cycle was closed, or has it
	ByAgent                  // who had it then, or has it
	ByTopic
	ByService // the product or service that it is about
	ByChannel // over which it was received; of costs: of the contact
	ByCause   // of its issues: a case counts once under each cause, so that these rows do not add up to all

	lastBy = ByCause
)

// String returns the stored text.
func (b By) String() string {
	switch b {
	case Overall:
		return "overall"
	case ByCustomer:
		return "customer"
	case BySite:
		return "site"
	case ByDesk:
		return "desk"
	case ByAgent:
		return "agent"
	case ByTopic:
		return "topic"
	case ByService:
		return "service"
	case ByChannel:
		return "channel"
	case ByCause:
		return "cause"
	}
	return "by " + strconv.Itoa(int(b))
}

// MarshalText writes the stored text; anything else is an error.
func (b By) MarshalText() ([]byte, error) { return customer.WriteStored("quality", b, lastBy) }

// UnmarshalText reads what MarshalText wrote.
func (b *By) UnmarshalText(text []byte) error {
	return customer.ReadStored("quality", "by", b, lastBy, text)
}

// of is what the whole case is counted under; a cycle, a contact or an issue may say it better.
func (b By) of(f *Facts) string {
	switch b {
	case ByCustomer:
		return string(f.Customer)
	case BySite:
		return f.Site
	case ByTopic:
		return f.Topic
	case ByService:
		return f.Service
	case ByChannel:
		if f.Channel != 0 {
			return f.Channel.String()
		}
	case Overall, ByDesk, ByAgent, ByCause:
	}
	return ""
}
