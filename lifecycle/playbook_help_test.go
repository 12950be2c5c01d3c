package lifecycle_test

import (
	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/lifecycle"
)

// playbookRules is a playbook with plays for each stage: rows D2, D3, D4, D5 and D14.
func playbookRules() lifecycle.PlaybookRules {
	return lifecycle.PlaybookRules{
		Edition: customer.Edition{ID: "playbook", Version: 1},
		Plays: []lifecycle.Play{
			{ID: "name", Stage: lifecycle.Potential, Kind: lifecycle.BrandPlay, Trigger: lifecycle.OnEntering, DueDays: 14, Role: "marketing"},
			{ID: "flyer", Stage: lifecycle.Potential, Kind: lifecycle.AdvertPlay, Trigger: lifecycle.WhileStaying, AfterDays: 30, EveryDays: 30, DueDays: 7, Role: "marketing", Promotion: true},
			{ID: "thanks", Stage: lifecycle.Developing, Kind: lifecycle.WelcomePlay, Trigger: lifecycle.OnFirstPurchase, DueDays: 1, Role: "sales"},
			{ID: "does-it-work", Stage: lifecycle.Developing, Kind: lifecycle.WelcomePlay, Trigger: lifecycle.OnFirstPurchase, AfterDays: 7, DueDays: 3, Role: "service"},
			{ID: "partner-offer", Stage: lifecycle.Developing, Kind: lifecycle.CrossSellPlay, Trigger: lifecycle.OnFirstPurchase, AfterDays: 30, DueDays: 14, Role: "sales", Promotion: true},
			{ID: "points", Stage: lifecycle.Growing, Kind: lifecycle.PointsPlay, Trigger: lifecycle.OnEntering, DueDays: 7, Role: "loyalty desk"},
			{ID: "welcome-back", Stage: lifecycle.Growing, Kind: lifecycle.MemberPlay, Trigger: lifecycle.OnReturning, DueDays: 3, Role: "shop manager"},
			{ID: "visit", Stage: lifecycle.Mature, Kind: lifecycle.PersonalPlay, Trigger: lifecycle.WhileStaying, AfterDays: 14, EveryDays: 90, DueDays: 14, Role: "shop manager"},
			{ID: "call", Stage: lifecycle.Ending, Kind: lifecycle.WinBackPlay, Trigger: lifecycle.OnEntering, AfterDays: 1, DueDays: 7, Role: "shop manager"},
		},
		Keep: lifecycle.KeepRules{
			Size: 2, WindowDays: 365, Currency: customer.Currency{Code: "EUR", Digits: 2}, LeastSpend: decimal.RequireFromString("500"),
		},
	}
}
