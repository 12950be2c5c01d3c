package caller

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/rapport-crm/rapport/customer"
)

// hidden stands for what is not shown.
const hidden = "…"

// Format writes the customer's ID, whatever the verb: what a log may have of her.
func (w Who) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("customer " + string(w.Customer))) }

// Format writes the identifier without its value, whatever the verb.
func (i Identifier) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(i.Scheme + " " + hidden)) }

// masked returns who somebody is with dots in the place of most of each identifier.
func (s *Screen) masked(who Who) Who {
	who.Identifiers = slices.Clone(who.Identifiers)
	for i := range who.Identifiers {
		who.Identifiers[i].Value = mask(who.Identifiers[i].Value, s.rules.Shown)
	}
	return who
}

// mask leaves the last characters of a value, and never more than half of them; as many dots stand
// before them whatever its length.
func mask(value string, shown int) string {
	letters := []rune(strings.TrimLeft(value, "•"))
	shown = min(shown, len(letters)/2)
	return "•••" + string(letters[len(letters)-shown:])
}

// who says with whom and how to speak. Row B23.
func (m *making) who() {
	who := &m.parts.Who
	if who.Sharing > 1 {
		m.urge(placeShared, 0, nil, customer.Reason{Code: CodeShared, Fact: int64(who.Sharing), Unit: customer.UnitCustomers})
	}
	if who.Bypass {
		m.view.Through = cmp.Or(who.StandIn, who.Owner)
		m.urge(placeOwner, 0, nil, customer.Reason{Code: CodeBypass, Of: who.Class, Fact: count(who.KeyAccount)})
	} else if who.KeyAccount {
		m.urge(placeOwner, 0, nil, customer.Reason{Code: CodeKeyAccount})
	}
	if who.Owner == "" {
		return
	}
	m.urge(placeOwner, 0, nil, customer.Reason{Code: CodeOwner, Of: who.Owner})
	if who.StandIn != "" {
		m.urge(placeOwner, 0, nil, customer.Reason{Code: CodeStandIn, Of: who.StandIn})
	}
}

// count is 1 where something is so.
func count(is bool) int64 {
	if is {
		return 1
	}
	return 0
}
