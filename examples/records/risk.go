package main

import (
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/lifecycle"
	"github.com/rapport-crm/rapport/lifecycle/churn"
)

// outlook is how far ahead a loss is reckoned, as in the rule book: half a year, in which money
// loses nothing.
var outlook = churn.Outlook{PeriodDays: 182, Periods: 1}

// stake is what the shop stands to lose in a customer: how likely the model takes her to be
// gone, and what she would bring if she is not.
func (k *keeper) stake(b *buyer) (lifecycle.Stake, error) {
	history, spending, err := churn.Bought(b.lines, k.closing)
	if err != nil {
		return lifecycle.Stake{}, err
	}
	value, err := churn.AtStake(k.model, k.worth, history, spending, outlook)
	return lifecycle.Stake{
		Likelihood: 1000 - churn.Thousandths(k.model.Alive(history)), Value: value, Stage: b.standing.Life.Stage,
		InAttempt: b.standing.Attempt.Running(), Last: b.days.Last(),
	}, err
}

// atRisk ranks the customers on the closing day.
func (k *keeper) atRisk() ([]lifecycle.RiskRow[customer.ID], error) {
	list, err := lifecycle.NewRiskList[customer.ID](k.risks, k.closing)
	if err != nil {
		return nil, err
	}
	for _, b := range k.buyers {
		stake, err := k.stake(b)
		if err != nil {
			return nil, err
		}
		if err := list.Add(b.id, stake); err != nil {
			return nil, err
		}
	}
	return list.Rows(), nil
}

// tellRisk says whom the shop would lose most by losing.
func (k *keeper) tellRisk(p *printer) error {
	rows, err := k.atRisk()
	if err != nil {
		return err
	}
	p.printf("At risk on %s\n", k.closing)
	for _, row := range rows {
		p.printf("  %s, %s\n", row.Customer, row.Stage)
		for _, reason := range row.Reasons {
			p.printf("    %s\n", k.risks.Explain(reason, p.language))
		}
	}
	p.printf("\n")
	return nil
}
