package lifecycle_test

import (
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/lifecycle"
)

// stageStories are the stories of testdata/stages.
type stageStories struct{ fs.FS }

// Glob implements fs.GlobFS.
func (s stageStories) Glob(string) ([]string, error) { return fs.Glob(s.FS, "stages/*.txt") }

// The stories of the stages, told with -update. Steps: lead (who, source, day), bought and
// returned (who, for how much, with the days below), assess (who, day by day up to a day),
// outlook (who, on a day), tasks (who, of the days of a period), in English or Chinese.
func TestStageStories(t *testing.T) {
	customertest.Stories(t, stageStories{os.DirFS("testdata")}, newStageStory)
}

type stageStory struct {
	t         *testing.T
	stages    *lifecycle.Stages
	playbook  *lifecycle.Playbook
	history   lifecycle.FactHistory[customer.ID]
	standings map[customer.ID]lifecycle.Standing
}

func newStageStory(t *testing.T) func(customertest.Step) string {
	t.Helper()
	playbook, err := lifecycle.NewPlaybook(playbookRules())
	require.NoError(t, err)
	s := &stageStory{t: t, stages: newStages(t, stageRules()), playbook: playbook, standings: map[customer.ID]lifecycle.Standing{}}
	return s.play
}

func (s *stageStory) play(step customertest.Step) string {
	who := customer.ID(strings.Join(step.Words, " "))
	language := customer.English
	switch step.Name {
	case "lead":
		var source lifecycle.Source
		require.NoError(s.t, source.UnmarshalText([]byte(step.Value("source"))), step.Where)
		d, err := s.stages.Know(s.standings[who], lifecycle.Lead{Ref: "lead", At: evening(on(step.Value("on"))), Source: source})
		require.NoError(s.t, err, step.Where)
		s.standings[who] = d.Next
		return told(d.Reasons, s.stages.Explain, language)
	case "bought", "returned":
		return s.bought(who, step)
	case "assess":
		return s.assess(who, on(step.Value("from")), on(step.Value("until")))
	case "outlook":
		if step.Value("in") == "Chinese" {
			language = customer.Chinese
		}
		reasons, err := s.stages.Outlook(s.standings[who], s.facts(who, on(step.Value("on"))), evening(on(step.Value("on"))))
		require.NoError(s.t, err, step.Where)
		return told(reasons, s.stages.Explain, language)
	case "tasks":
		tasks, err := s.playbook.Tasks(s.standings[who], on(step.Value("from")), on(step.Value("until")))
		require.NoError(s.t, err, step.Where)
		var lines []string
		for _, task := range tasks {
			lines = append(lines, fmt.Sprintf("%s to %s  %s: %s (%s)", task.From, task.Due, task.Role, task.Play,
				s.playbook.Explain(task.Because, language)))
		}
		return strings.Join(lines, "\n")
	}
	s.t.Fatalf("%s: unknown step %s", step.Where, step.Name)
	return ""
}

func (s *stageStory) bought(who customer.ID, step customertest.Step) string {
	amount, lines := int64(100*number(s.t, step, "for")), 0
	for _, days := range step.Input {
		for day := range strings.FieldsSeq(days) {
			lines++
			require.NoError(s.t, s.history.Add(population.Line[customer.ID]{
				Customer: who, Item: milk, Day: on(day), Returned: step.Name == "returned", Priced: true, Amount: amount,
			}), step.Where)
		}
	}
	facts := s.history.Facts(who, customer.MaxDate)
	return fmt.Sprintf("visits of %s: %d, kept %d", who, len(facts.Visits()), facts.Spent(0).Minor/100)
}

// facts are those of a day, with the pace of all customers of the story.
func (s *stageStory) facts(who customer.ID, day customer.Date) lifecycle.Facts {
	var gaps lifecycle.Gaps
	for _, facts := range s.history.All(day) {
		require.NoError(s.t, gaps.Add(facts.Visits()))
	}
	return paced(s.t, s.history.Facts(who, day), &gaps)
}

// assess tells what changes, day by day.
func (s *stageStory) assess(who customer.ID, from, until customer.Date) string {
	var days []string
	for day := from; day <= until; day++ {
		d, err := s.stages.Assess(s.standings[who], s.facts(who, day), night(day))
		require.NoError(s.t, err)
		if s.standings[who] = d.Next; len(d.Entries) > 0 {
			days = append(days, strings.ReplaceAll(told(d.Reasons, s.stages.Explain, customer.English), "\n", "\n    "))
		}
	}
	if len(days) == 0 {
		return "nothing changes"
	}
	return strings.Join(days, "\n")
}
