package identity

import "github.com/rapport-crm/rapport/customer"

// Source is from where a fact came.
type Source struct {
	ID    string `json:"id"`    // "till", "form", "passport-seen"
	Trust int    `json:"trust"` // 1 to 1000: more is trusted more
}

func (s *Source) check(faults *customer.Faults) {
	faults.Name("id", s.ID)
	faults.Within("trust", s.Trust, 1, 1000)
}
