package main

import (
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
	"github.com/rapport-crm/rapport/customer/consent"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/lifecycle"
	"github.com/rapport-crm/rapport/lifecycle/agenda"
)

const shopHoursJSON = `{
	"id": "shop", "version": 1, "zone": "Europe/Amsterdam",
	"weekly": [
		{"days": ["monday", "tuesday", "wednesday", "thursday", "friday"], "hours": [{"from": "09:00", "to": "12:30"}, {"from": "13:00", "to": "17:30"}]},
		{"days": ["saturday"], "hours": [{"from": "09:00", "to": "13:00"}]}
	],
	"holidays": [{"on": "2027-01-01", "name": "New Year's Day"}]
}`

const callHoursJSON = `{
	"id": "calls", "version": 1, "zone": "Europe/Amsterdam",
	"weekly": [{"days": ["monday", "tuesday", "wednesday", "thursday", "friday"], "hours": [{"from": "10:00", "to": "12:00"}, {"from": "15:00", "to": "20:00"}]}]
}`

const contactJSON = `{
	"id": "contact", "version": 1, "zone": "Europe/Amsterdam",
	"channels": [{"id": "phone", "hours": "calls"}, {"id": "card"}, {"id": "e-mail"}],
	"purposes": [{"id": "care", "weight": 1}, {"id": "promotion", "weight": 1}, {"id": "service", "weight": 1, "uncapped": true, "despite_complaint": true, "basis": "contract"}],
	"caps": [{"id": "week", "most": 1, "days": 7}, {"id": "month", "most": 3, "days": 30}]
}`

const playsJSON = `{
	"id": "plays", "version": 1, "promotion": "promotion",
	"plays": [
		{"purpose": "care", "channels": ["phone"], "minutes": 15, "priority": 5},
		{"play": "thanks", "purpose": "service", "channels": ["card"], "minutes": 5},
		{"play": "new releases", "purpose": "care", "channels": ["e-mail"], "minutes": 5}
	]
}`

const weekJSON = `{"id": "week", "version": 1, "measure": "minutes"}`

// tellWeek says who does what in the week after the second year: the tasks of the playbook,
// those at risk, and the ladder's calls.
func (k *keeper) tellWeek(p *printer) error {
	plan, err := k.nextWeek()
	if err != nil {
		return err
	}
	p.printf("The next week: %d tasks have their day, %d none\n", len(plan.Placed), len(plan.Unplaced))
	for _, load := range plan.Loads {
		if load.Load == 0 {
			continue
		}
		p.printf("  %s %-7s %3d of %d minutes\n", load.Day, load.Person, load.Load, load.Capacity)
	}
	for _, task := range plan.Placed[:min(3, len(plan.Placed))] {
		p.printf("  %s: %s by %s, %s\n", task.Day, task.Person, task.Channel, task.ID)
		for _, reason := range append(task.Reasons, task.Because...) {
			p.printf("    %s\n", k.explain(reason, p.language))
		}
	}
	for _, task := range plan.Unplaced[:min(2, len(plan.Unplaced))] {
		p.printf("  no day: %s\n", task.ID)
		for _, reason := range task.Because {
			p.printf("    %s\n", k.explain(reason, p.language))
		}
	}
	return nil
}

// explain renders a reason with money in the shop's currency, whoever gave it.
func (k *keeper) explain(reason customer.Reason, language customer.Language) string {
	if text := k.risks.Explain(reason, language); text != reason.Code {
		return text
	}
	return agenda.Explain(reason, language)
}

func (k *keeper) nextWeek() (agenda.Plan, error) {
	calendars := consent.Calendars{}
	for id, text := range map[string]string{"shop": shopHoursJSON, "calls": callHoursJSON} {
		one, err := built(text, calendar.ParseRules, func(r calendar.Rules) (*calendar.Calendar, error) { return calendar.New(r, k.zone) })
		if err != nil {
			return agenda.Plan{}, err
		}
		calendars[id] = one
	}
	policy, err := built(contactJSON, consent.ParseRules, func(r consent.Rules) (*consent.Policy, error) {
		return consent.New(r, calendars, k.zone)
	})
	if err != nil {
		return agenda.Plan{}, err
	}
	plays, err := built(playsJSON, agenda.ParsePlayRules, func(r agenda.PlayRules) (*agenda.Plays, error) {
		return agenda.NewPlays(r, policy)
	})
	if err != nil {
		return agenda.Plan{}, err
	}
	planner, err := built(weekJSON, agenda.ParsePlanRules, func(r agenda.PlanRules) (*agenda.Planner, error) {
		return agenda.NewPlanner(r, policy, calendars)
	})
	if err != nil {
		return agenda.Plan{}, err
	}
	work, err := k.work(policy, plays)
	if err != nil {
		return agenda.Plan{}, err
	}
	return planner.Plan(work)
}

// work is what there is to do in the week after the closing day, and who can do it.
func (k *keeper) work(policy *consent.Policy, plays *agenda.Plays) (agenda.Work, error) {
	work := agenda.Work{
		First: k.closing, Last: k.closing + 6,
		People: []agenda.Person{
			{ID: "counter", Calendar: "shop", PerDay: 120, Skills: []string{"sales", "service"}},
			{ID: "manager", Calendar: "shop", PerDay: 180, Skills: []string{"sales", "manager"}},
		},
	}
	rows, err := k.atRisk()
	if err != nil {
		return work, err
	}
	risky := map[customer.ID]lifecycle.RiskRow[customer.ID]{}
	for _, row := range rows {
		risky[row.Customer] = row
	}
	said, err := k.signed(policy)
	if err != nil {
		return work, err
	}
	for _, b := range k.buyers {
		who := agenda.Client{Customer: b.id}
		planned, err := k.playbook.Tasks(b.standing, work.First, work.Last+1)
		if err != nil {
			return work, err
		}
		tasks, err := plays.FromPlaybook(who, planned)
		if err != nil {
			return work, err
		}
		if row, listed := risky[b.id]; listed {
			task, given, err := agenda.FromRisk(plays, who, row)
			if err != nil {
				return work, err
			}
			if given {
				tasks = append(tasks, task)
			}
		}
		var rungs []lifecycle.Entry // of this Monday
		var facts consent.Facts
		for _, entry := range k.store.History(b.id) {
			switch {
			case entry.Kind != lifecycle.Stepped:
			case entry.On == k.closing:
				rungs = append(rungs, entry)
			case entry.On > k.closing-30: // what went out counts against her caps
				facts.Contacts = append(facts.Contacts, consent.Contact{On: entry.On, Purpose: "care"})
			}
		}
		climbed, err := plays.FromLadder(who, rungs)
		if err != nil {
			return work, err
		}
		reach, err := policy.Reach(b.id, said, facts, k.closing.Start(k.zone))
		if err != nil {
			return work, err
		}
		if tasks = append(tasks, climbed...); len(tasks) > 0 {
			work.Tasks, work.Reaches = append(work.Tasks, tasks...), append(work.Reaches, reach)
		}
	}
	return work, nil
}

// signed is what everybody in this shop has said on the form with which she joined: yes to both
// purposes, through all channels. What is owed to her needs no yes.
func (k *keeper) signed(policy *consent.Policy) (consent.Consents, error) {
	give := consent.Give{
		Step:     journal.Step{Ref: "form", By: "counter", At: k.opening.Start(k.zone)},
		Evidence: consent.Evidence{Medium: "paper"},
	}
	for _, purpose := range []string{"care", "promotion"} {
		for _, channel := range policy.Channels() {
			give.Boxes = append(give.Boxes, consent.Box{Purpose: purpose, Channel: channel.ID})
		}
	}
	decision, err := policy.Give(consent.Consents{}, give)
	return decision.Next, err
}
