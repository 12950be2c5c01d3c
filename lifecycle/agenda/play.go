package agenda

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/consent"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/lifecycle"
)

// PlayRules is the rule book that makes tasks of what package lifecycle would have done:
// the plays of a playbook, the customers at risk, the rungs of a ladder. It is plain data.
type PlayRules struct {
	customer.Edition

	// Promotion is the purpose of every play that sells, whatever its rule says: a purpose of
	// the policy that is capped, and that an open complaint or her opting out stops.
	Promotion string     `json:"promotion"`
	Plays     []PlayRule `json:"plays"` // 1 to 1000
}

// PlayRule says how one play is done. Its Purpose is for what does not sell.
type PlayRule struct {
	// Play is the ID that the play has in the playbook, or what a rung offers. The empty Play
	// is all that have no rule of their own.
	Play string `json:"play,omitempty"`
	// Act is what is to be done. Without a Skill the play's role is the skill that it takes,
	// and where the list at risk or the ladder names a channel, it goes through that one.
	Act
}

// ParsePlayRules reads PlayRules from JSON, strictly; see customer.ParseRules.
func ParsePlayRules(data []byte) (PlayRules, error) { return customer.ParseRules[PlayRules](data) }

// Plays is the compiled rule book. It is immutable and safe for concurrent use.
//
// What it makes has the same ID however often it is asked: a plan takes each ID once, and
// a Contact that names it is proof that it was done.
type Plays struct {
	rules    PlayRules
	channels map[string]bool
	byPlay   map[string]PlayRule
}

// NewPlays checks the rules whole, returning customer.Faults, and compiles them. The policy
// is that of the planner: it has the purposes and channels.
func NewPlays(rules PlayRules, policy *consent.Policy) (*Plays, error) {
	var faults customer.Faults
	rules.Edition.Check(&faults)
	if policy == nil || policy.Location() == nil {
		faults.Add("policy", "", rulePolicy)
		return nil, faults
	}
	purposes := purposesOf(policy)
	if promotion := purposes[rules.Promotion]; promotion == nil {
		faults.Add("promotion", rules.Promotion, rulePurpose)
	} else if promotion.Uncapped || promotion.DespiteComplaint || promotion.DespiteOptOut {
		faults.Add("promotion", rules.Promotion, "is capped, and stopped by a complaint and by opting out")
	}
	faults.Within("plays", len(rules.Plays), 1, 1000)
	p := &Plays{rules: rules, channels: map[string]bool{}, byPlay: map[string]PlayRule{}}
	for _, channel := range policy.Channels() {
		p.channels[channel.ID] = true
	}
	for i, rule := range rules.Plays {
		path := fmt.Sprintf("plays[%d].", i)
		faults.Text(path+"play", rule.Play)
		if _, twice := p.byPlay[rule.Play]; twice {
			faults.Add(path+"play", rule.Play, "stands only once")
		}
		rule.Act.check(&faults, path)
		checkPurpose(&faults, path+"purpose", purposes, rule.Purpose)
		for j, channel := range rule.Channels {
			p.checkChannel(&faults, fmt.Sprintf("%schannels[%d]", path, j), channel)
		}
		rule.Act = rule.Act.clone()
		p.byPlay[rule.Play] = rule
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	p.rules.Plays = nil
	return p, nil
}

func (p *Plays) checkChannel(faults *customer.Faults, path, channel string) {
	if !p.channels[channel] {
		faults.Add(path, channel, ruleChannel)
	}
}

// FromPlaybook makes tasks of those that Playbook.Tasks gives for a customer: Onboarding of what
// welcomes her or counts from her first purchase, and Play of the others.
func (p *Plays) FromPlaybook(who Client, tasks []lifecycle.Task) ([]Task, error) {
	var made []Task
	var faults customer.Faults
	who.check(&faults)
	for i := range tasks {
		from := &tasks[i]
		kind := Play
		if from.Kind == lifecycle.WelcomePlay || from.Because.Code == lifecycle.CodePlayFirstPurchase {
			kind = Onboarding
		}
		task := Task{ID: TaskID(kind, who.Customer, from.ID), Kind: kind, From: from.From, By: from.Due, Reasons: []customer.Reason{from.Because}}
		p.fill(&faults, fmt.Sprintf("tasks[%d]", i), &task, &who, from.Play, from.Role, "", from.Promotion)
		made = append(made, task)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return made, nil
}

// FromLadder makes tasks of the rungs among a ladder's entries that are for a person, such as the
// one that follows a lost complaint; other entries it passes over. The ID names the number
// of the attempt and the rung.
func (p *Plays) FromLadder(who Client, entries []lifecycle.Entry) ([]Task, error) {
	var made []Task
	var faults customer.Faults
	who.check(&faults)
	for i := range entries {
		from := &entries[i]
		if from.Kind != lifecycle.Stepped || from.Due == 0 {
			continue
		}
		id := TaskID(WinBack, who.Customer, fmt.Sprint(from.Attempt), from.Rung)
		task := Task{ID: id, Kind: WinBack, From: from.On, By: from.Due, Reasons: []customer.Reason{from.Because}}
		p.fill(&faults, fmt.Sprintf("entries[%d]", i), &task, &who, from.Play, "", from.Channel, from.Promotion)
		made = append(made, task)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return made, nil
}

// FromRisk makes a task of a row of the list at risk, where the row has one. What is at stake
// is the Value of the client, or without one the loss that is expected.
//
// The ID is that of the row's task: where the list knows her last purchase, it is the same
// until she buys again, however often the list is made.
func FromRisk[K population.Key](plays *Plays, who Client, row lifecycle.RiskRow[K]) (task Task, given bool, err error) {
	if row.Task.ID == "" {
		return Task{}, false, nil
	}
	var faults customer.Faults
	who.check(&faults)
	who.Value = cmp.Or(who.Value, row.Loss)
	from := &row.Task
	task = Task{
		ID: TaskID(AtRisk, who.Customer, from.ID), Kind: AtRisk, From: from.From, By: from.Due, Reasons: slices.Clone(row.Reasons),
	}
	plays.fill(&faults, "task", &task, &who, from.Play, from.Role, row.Channel, from.Promotion)
	if err := faults.Err(); err != nil {
		return Task{}, false, err
	}
	return task, true, nil
}

// fill gives a task what its rule and the client say. role and channel are those that package
// lifecycle names; empty: it names none.
func (p *Plays) fill(faults *customer.Faults, path string, task *Task, who *Client, play, role, channel string, promotion bool) {
	rule, known := p.byPlay[play]
	if !known {
		rule, known = p.byPlay[""]
	}
	if !known {
		faults.Add(path+".play", play, "has a rule in "+p.rules.Name())
		return
	}
	task.Act, task.Rule = rule.Act, ruleName(p.rules.Edition, rule.Play)
	task.Customer, task.Owner, task.Value, task.Due = who.Customer, who.Owner, who.Value, task.By
	task.Skill = cmp.Or(rule.Skill, role)
	if channel != "" {
		p.checkChannel(faults, path+".channel", channel)
		task.Channels = []string{channel}
	}
	if promotion {
		task.Purpose = p.rules.Promotion
	}
	if !task.From.Valid() || !task.By.Valid() || task.By < task.From {
		faults.Add(path+".due", task.By, "is a day, and not before the first")
	}
}
