package complaint

import "github.com/rapport-crm/rapport/customer/journal"

// Step is what every command has: the request's reference, unique among the commands of its
// kind on one case; who gives it; and the business instant. By is an agent, by the host's own ID;
// the customer, by her customer.ID; a program, by a name that the host gives it.
type Step = journal.Step
