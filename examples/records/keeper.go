package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/lifecycle"
	"github.com/rapport-crm/rapport/lifecycle/churn"
)

// keeper is the host: it has the shop's customers and its storage, and knows the day.
type keeper struct {
	opening, decide, closing customer.Date // the first day, the first Monday of the second year, the Monday after it
	zone                     *time.Location
	buyers                   []*buyer

	rhythm   *lifecycle.Rhythm
	stages   *lifecycle.Stages
	ladder   *lifecycle.Ladder
	playbook *lifecycle.Playbook
	risks    *lifecycle.Risks

	store   journal.Mem[customer.ID, lifecycle.Standing, lifecycle.Entry]
	counter lifecycle.FactCounter[customer.ID]
	gaps    lifecycle.Gaps // of everybody, in the first year
	cohort  churn.Cohort   // likewise

	model *churn.MBGNBD
	fit   churn.Fit
	worth *churn.GammaGamma
}

var shopCurrency = customer.Currency{Code: "EUR", Digits: 2}

// built reads a rule book and compiles it.
func built[R, B any](text string, read func([]byte) (R, error), compile func(R) (B, error)) (B, error) {
	var none B
	rules, err := read([]byte(text))
	if err != nil {
		return none, err
	}
	return compile(rules)
}

func newKeeper(customers int, seed uint64) (*keeper, error) {
	k := &keeper{buyers: make([]*buyer, customers)}
	var err error
	if k.opening, err = customer.NewDate(2025, time.January, 6); err != nil {
		return nil, err
	}
	k.decide, k.closing = k.opening.AddDays(52*7), k.opening.AddDays(104*7)
	if k.zone, err = time.LoadLocation("Europe/Amsterdam"); err != nil {
		return nil, err
	}
	for i := range k.buyers {
		k.buyers[i] = newBuyer(i+1, seed, k.opening)
	}
	if k.rhythm, err = built(rhythmJSON, lifecycle.ParseRhythmRules, lifecycle.NewRhythm); err != nil {
		return nil, err
	}
	if k.stages, err = built(stagesJSON, lifecycle.ParseStageRules, func(r lifecycle.StageRules) (*lifecycle.Stages, error) {
		return lifecycle.NewStages(r, k.zone)
	}); err != nil {
		return nil, err
	}
	if k.ladder, err = built(ladderJSON, lifecycle.ParseLadderRules, func(r lifecycle.LadderRules) (*lifecycle.Ladder, error) {
		return lifecycle.NewLadder(r, k.zone)
	}); err != nil {
		return nil, err
	}
	if k.playbook, err = built(playbookJSON, lifecycle.ParsePlaybookRules, lifecycle.NewPlaybook); err != nil {
		return nil, err
	}
	k.risks, err = built(riskJSON, lifecycle.ParseRiskRules, func(r lifecycle.RiskRules) (*lifecycle.Risks, error) {
		return lifecycle.NewRisks(r, k.playbook)
	})
	return k, err
}

// Weeks of the first year, and those of them that the models are fitted to: the rest shows
// whether they foretell.
const yearWeeks, fitWeeks = 52, 39

// firstYear lets everybody buy, and learns from it: how long the gaps are, how many customers
// are lost, and what a purchase is worth.
func (k *keeper) firstYear() error {
	k.gaps.Through = k.decide - 1 // whoever has come once may still come again
	var counts churn.Counts
	var spends churn.Spends
	for _, b := range k.buyers {
		b.shop(k.decide)
		history, spending, err := churn.Bought(b.lines, k.opening.AddDays(fitWeeks*7-1))
		if err != nil {
			return err
		}
		if err := errors.Join(k.gaps.Add(b.days), k.cohort.Add(b.days), counts.Add(history), spends.Add(spending)); err != nil {
			return err
		}
	}
	var err error
	if k.model, k.fit, err = churn.FitMBGNBD(&counts, churn.Weeks); err != nil {
		return err
	}
	k.worth, _, err = churn.FitGammaGamma(&spends, shopCurrency)
	return err
}

// secondYear lives through it, Monday by Monday.
func (k *keeper) secondYear(ctx context.Context) error {
	for monday := k.decide; monday <= k.closing; monday += 7 {
		for _, b := range k.buyers {
			if err := k.week(ctx, b, monday); err != nil {
				return fmt.Errorf("%s in the week before %s: %w", b.id, monday, err)
			}
		}
	}
	return nil
}

// week books one customer's last week, early on a Monday. Each request has a key of its own:
// run again, the whole week would change nothing.
func (k *keeper) week(ctx context.Context, b *buyer, monday customer.Date) error {
	before := len(b.lines)
	b.shop(monday)
	for _, line := range b.lines[before:] {
		bought := lifecycle.Bought{
			Ref: fmt.Sprintf("%s-%s", b.id, line.Day), At: line.Day.Start(k.zone).Add(15 * time.Hour),
			Paid: decimal.NewNullDecimal(shopCurrency.Amount(line.Amount)),
		}
		if _, err := journal.Run(ctx, &k.store, b.id, "bought:"+bought.Ref, bought, func(s lifecycle.Standing) (lifecycle.Decision, error) {
			return k.ladder.Bought(s, bought)
		}); err != nil {
			return err
		}
	}
	expectation, facts, err := k.look(b, monday)
	if err != nil {
		return err
	}
	night := lifecycle.Wake{Ref: monday.String(), Customer: b.id, At: monday.Start(k.zone).Add(4 * time.Hour)}
	if _, err := journal.Run(ctx, &k.store, b.id, "assess:"+night.Ref, night, func(s lifecycle.Standing) (lifecycle.Decision, error) {
		return k.stages.Assess(s, facts, night)
	}); err != nil {
		return err
	}
	outcome, err := journal.Run(ctx, &k.store, b.id, "step:"+night.Ref, night, func(s lifecycle.Standing) (lifecycle.Decision, error) {
		return k.ladder.Step(s, expectation, lifecycle.Bars{}, night)
	})
	if err != nil {
		return err
	}
	b.standing = outcome.State
	for _, entry := range outcome.Decision.Entries {
		if entry.Kind == lifecycle.Stepped {
			b.tempt(monday)
		}
	}
	return nil
}

// look is what is known of a customer on a Monday.
func (k *keeper) look(b *buyer, monday customer.Date) (lifecycle.Expectation, lifecycle.Facts, error) {
	facts, err := k.counter.Count(b.lines, monday)
	if err != nil {
		return lifecycle.Expectation{}, facts, err
	}
	expectation, err := k.rhythm.Expect(b.days, &k.gaps, monday)
	facts.Pace = expectation.Pace()
	return expectation, facts, err
}
