package task_test

import (
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/task"
)

func digestRules() task.DigestRules {
	return task.DigestRules{
		Edition: customer.Edition{ID: "morning", Version: 3}, Currency: customer.Currency{Code: "CNY", Digits: 2}, Importance: 500, AmountMinor: 1_000_000,
		AheadDays: 2, ImportantAheadDays: 7, Most: 5,
		Rises: []task.Rise{
			{ID: "key", Importance: 800, Levels: 1}, {ID: "money", AmountMinor: 5_000_000, Levels: 2}, {ID: "late", Kinds: []string{"promise", "case"}, OverdueDays: 3, Levels: 1},
			{ID: "burning", Importance: 500, OverdueDays: 10, Levels: 3},
		},
	}
}

func handoverRules() task.HandoverRules {
	return task.HandoverRules{
		Edition: customer.Edition{ID: "leaving", Version: 1}, Loads: []task.KindLoad{{Kind: "customer", Load: 3}, {Kind: "note", Load: 0}}, SlackPermille: 150, TellDays: 5, TellWithinDays: 3,
	}
}
