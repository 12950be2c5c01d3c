package main

import (
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/lifecycle"
)

func money(minor int64) string { return shopCurrency.Text(minor) }

// tellModel says what the first nine months taught, and holds it against the three after them.
func (k *keeper) tellModel(p *printer) error {
	p.printf("The first year: %d customers, by the modified BG/NBD model of its first %d weeks\n", k.fit.Customers, fitWeeks)
	for _, e := range k.fit.Estimates {
		p.printf("  %-5s %7.3f ± %.3f\n", e.Name, e.Value, e.StandardError)
	}
	tracking, err := k.cohort.Track(k.model, k.opening, fitWeeks, yearWeeks)
	if err != nil {
		return err
	}
	after := tracking.Holdout
	p.printf("  in the %d weeks after them it expected %.0f repeat purchases; there were %d (%+.1f %%)\n",
		after.Weeks, after.Expected, after.Actual, 100*after.Error)
	p.printf("  a purchase is worth %s on average\n\n", money(int64(k.worth.Newcomer())))
	return nil
}

// tellStages counts who stands where, and who moved. Row D6: extended life.
func (k *keeper) tellStages(p *printer) error {
	report, err := lifecycle.NewStageReport(population.Period{From: k.decide, Until: k.closing + 1})
	if err != nil {
		return err
	}
	for _, b := range k.buyers {
		if err := report.Add(k.store.History(b.id)); err != nil {
			return err
		}
	}
	p.printf("Stages at the end of the second year, and moves in it\n")
	stages := []lifecycle.Stage{lifecycle.Developing, lifecycle.Growing, lifecycle.Mature, lifecycle.Ending}
	for _, stage := range stages {
		_, end := report.At(stage)
		p.printf("  %-10s %5d ", stage, end)
		for _, to := range stages {
			if moves := report.Moves(stage, to); moves > 0 {
				p.printf("  %d to %s", moves, to)
			}
		}
		p.printf("\n")
	}
	for _, back := range report.Extended() {
		p.printf("  won back into cycle %d: %d, of whom %d are gone again; %d more days as customers so far\n",
			back.Cycle, back.Back, back.Ended, back.Days+back.OpenDays)
	}
	p.printf("\n")
	return nil
}

// tellOne tells the year of one customer who was won back.
func (k *keeper) tellOne(p *printer) error {
	for _, b := range k.buyers {
		history := k.store.History(b.id)
		attempts, err := lifecycle.Attempts(history)
		if err != nil {
			return err
		}
		if len(attempts) == 0 || len(attempts[0].Taken) < 2 || attempts[0].Result != lifecycle.CameBack {
			continue
		}
		p.printf("%s, who was won back\n", b.id)
		for _, entry := range history {
			what, text := entry.Kind.String(), k.ladder.Explain(entry.Because, p.language)
			if entry.Kind == lifecycle.Moved {
				what, text = "to "+entry.To.String(), k.stages.Explain(entry.Because, p.language)
			}
			p.printf("  %s  %-13s %s\n", entry.On, what, text)
		}
		p.printf("\n")
		return nil
	}
	return nil
}

// tellLadder says what the ladder brought, against those who were held out.
func (k *keeper) tellLadder(p *printer) error {
	uplift, err := lifecycle.NewUplift("come-back", population.Period{From: k.decide, Until: k.closing}, k.closing)
	if err != nil {
		return err
	}
	for _, b := range k.buyers {
		attempts, err := lifecycle.Attempts(k.store.History(b.id))
		if err != nil {
			return err
		}
		for _, attempt := range attempts {
			if err := uplift.Add(attempt, b.days.Last()); err != nil {
				return err
			}
		}
	}
	p.printf("The ladder\n")
	for _, reason := range uplift.Lift(100).Reasons() {
		p.printf("  %s\n", k.ladder.Explain(reason, p.language))
	}
	for _, rung := range uplift.Rungs() {
		p.printf("  %-8s taken %d times; %d came back before the next\n", rung.Rung, rung.Taken, rung.CameBack)
	}
	p.printf("\n")
	return nil
}
