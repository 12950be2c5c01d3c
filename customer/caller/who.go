package caller

import (
	"slices"
	"strings"

	"github.com/rapport-crm/rapport/customer"
)

// String writes the identifier without its value: what a log may have of it.
func (i Identifier) String() string { return i.Scheme + " …" }

// masked returns who somebody is with dots in the place of most of each identifier.
func (s *Screen) masked(who Who) Who {
	who.Identifiers = slices.Clone(who.Identifiers)
	for i := range who.Identifiers {
		who.Identifiers[i].Value = mask(who.Identifiers[i].Value, s.rules.Shown)
	}
	who.Classes = slices.Clone(who.Classes)
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
	class := ""
	if at := slices.IndexFunc(who.Classes, func(class string) bool { return slices.Contains(m.rules.Bypass, class) }); at >= 0 {
		class = who.Classes[at]
	}
	if who.KeyAccount || class != "" {
		m.view.Bypass = true
		m.view.Through = who.Owner
		m.urge(placeOwner, 0, nil, customer.Reason{Code: CodeBypass, Of: class})
	}
	if who.Owner == "" {
		return
	}
	m.urge(placeOwner, 0, nil, customer.Reason{Code: CodeOwner, Of: who.Owner})
	if who.StandIn != "" {
		if m.view.Through != "" {
			m.view.Through = who.StandIn
		}
		m.urge(placeOwner, 0, nil, customer.Reason{Code: CodeStandIn, Of: who.StandIn})
	}
}
