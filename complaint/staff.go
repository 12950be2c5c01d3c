package complaint

import "github.com/rapport-crm/rapport/customer"

// Agent is what the host knows of one of its staff at the instant of a command. It comes beside
// the command, and what a rule reads of it is pinned in the entry.
type Agent struct {
	ID     string   `json:"id"`
	Roles  []string `json:"roles,omitempty"`  // as rules name them
	Desk   string   `json:"desk,omitempty"`   // where she works
	Skills []string `json:"skills,omitempty"` // what she can do
}

func (a *Agent) check(faults *customer.Faults, path string) {
	faults.Name(path+".id", a.ID)
	faults.Text(path+".desk", a.Desk)
}
