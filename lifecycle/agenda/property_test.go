package agenda_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/consent"
	"github.com/rapport-crm/rapport/lifecycle/agenda"
)

var channelNames = []string{"visit", "phone", "letter"}

// drawWork draws a period of up to two weeks with few people and customers, so that days
// are full, caps bind and customers have several tasks.
func drawWork(t *rapid.T) agenda.Work {
	first := on("2026-11-23").AddDays(rapid.IntRange(0, 6).Draw(t, "first"))
	days := rapid.IntRange(1, 14).Draw(t, "days")
	work := agenda.Work{First: first, Last: first.AddDays(days - 1)}
	day := rapid.Custom(func(t *rapid.T) customer.Date {
		return first.AddDays(rapid.IntRange(-8, 20).Draw(t, "day"))
	})
	skills := []string{"", "repair"}
	for i := range rapid.IntRange(0, 4).Draw(t, "people") {
		person := agenda.Person{
			ID: fmt.Sprint("p-", i), PerDay: rapid.SampledFrom([]int{1, 2, 3, 60, 100}).Draw(t, "per day"),
			Calendar:   rapid.SampledFrom([]string{"shop", "office", "evenings"}).Draw(t, "calendar"),
			Substitute: fmt.Sprint("p-", rapid.IntRange(0, 4).Draw(t, "substitute")),
		}
		if rapid.Bool().Draw(t, "repairs") {
			person.Skills = []string{"repair"}
		}
		if rapid.Bool().Draw(t, "leave") {
			from := day.Draw(t, "from")
			person.Away = []agenda.Absence{{From: from, Through: from.AddDays(rapid.IntRange(0, 5).Draw(t, "leave days"))}}
		}
		work.People = append(work.People, person)
	}
	var purposes []string
	for _, purpose := range contactRules().Purposes {
		purposes = append(purposes, purpose.ID)
	}
	for i := range rapid.IntRange(0, 6).Draw(t, "customers") {
		reach := consent.Reach{Customer: customer.ID(fmt.Sprint("c-", i))}
		for _, channel := range channelNames {
			for _, purpose := range purposes {
				if rapid.IntRange(0, 3).Draw(t, "allowed") > 0 {
					one := consent.Permission{Channel: channel, Purpose: purpose}
					if rapid.IntRange(0, 5).Draw(t, "ends") == 0 {
						one.Until = first.AddDays(rapid.IntRange(-1, 14).Draw(t, "until"))
					}
					reach.Allowed = append(reach.Allowed, one)
				}
			}
		}
		if rapid.IntRange(0, 9).Draw(t, "invalid") == 0 {
			reach.Invalid = []string{rapid.SampledFrom(channelNames).Draw(t, "invalid channel")}
		}
		reach.OptedOut = rapid.IntRange(0, 9).Draw(t, "opted out") == 0
		reach.OpenComplaint = rapid.IntRange(0, 9).Draw(t, "complaint") == 0
		reach.Hours = rapid.SampledFrom([]string{"", "", "evenings"}).Draw(t, "hours")
		for range rapid.IntRange(0, 3).Draw(t, "contacts") {
			reach.Contacts = append(reach.Contacts, consent.Contact{
				On: first.AddDays(rapid.IntRange(-30, -1).Draw(t, "ago")), Purpose: rapid.SampledFrom(append(purposes, "other")).Draw(t, "purpose"),
			})
		}
		work.Reaches = append(work.Reaches, reach)
	}
	drawTask := func(i int) agenda.Task {
		from := day.Draw(t, "from")
		channels := rapid.Permutation(channelNames).Draw(t, "channels")
		return agenda.Task{
			ID: fmt.Sprint("task-", i), Kind: agenda.Visit, Customer: customer.ID(fmt.Sprint("c-", rapid.IntRange(0, 6).Draw(t, "customer"))),
			Owner: rapid.SampledFrom([]string{"", "p-0", "p-1", "p-9"}).Draw(t, "owner"), Value: rapid.Int64Range(0, 2).Draw(t, "value"),
			Act: agenda.Act{
				Purpose: rapid.SampledFrom(purposes).Draw(t, "purpose"), Channels: channels[:rapid.IntRange(1, 3).Draw(t, "n")],
				Skill: rapid.SampledFrom(skills).Draw(t, "skill"), Minutes: rapid.SampledFrom([]int{10, 30, 45}).Draw(t, "minutes"),
				Priority: rapid.IntRange(0, 2).Draw(t, "priority"),
			},
			From: from, Due: from, By: from.AddDays(rapid.IntRange(0, 10).Draw(t, "window")),
		}
	}
	for i := range rapid.IntRange(0, 30).Draw(t, "tasks") {
		work.Tasks = append(work.Tasks, drawTask(i))
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "fixed") {
		task := drawTask(i)
		if i < len(work.Tasks) { // its task stands in Tasks too, as it was before
			task.Customer = work.Tasks[i].Customer
		}
		work.Fixed = append(work.Fixed, agenda.Placed{Task: task, Day: day.Draw(t, "fixed on"), Person: fmt.Sprint("p-", i)})
	}
	return work
}

func drawPlanRules(t *rapid.T) (agenda.PlanRules, consent.Rules) {
	rules, limits := planRules(), contactRules()
	rules.Measure = rapid.SampledFrom([]agenda.Measure{agenda.CountTasks, agenda.CountMinutes}).Draw(t, "measure")
	rules.PriorityFirst = rapid.Bool().Draw(t, "priority first")
	limits.ApartDays = rapid.IntRange(0, 3).Draw(t, "apart")
	return rules, limits
}

// row B47, row D6: whatever the work, no task is lost or doubled, and every promise holds:
// windows, skills, absence, working hours, consent, opting out, complaints, quiet hours,
// capacity, caps.
func TestPlanKeepsItsPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules, limits := drawPlanRules(t)
		work := drawWork(t)
		plan, err := newPlanner(t, rules, limits).Plan(work)
		require.NoError(t, err)

		var ids, want []string
		seen := map[string]bool{}
		for _, task := range work.Tasks {
			want, seen[task.ID] = append(want, task.ID), true
		}
		for _, fixed := range work.Fixed {
			if !seen[fixed.ID] {
				want = append(want, fixed.ID)
			}
		}
		for _, placed := range plan.Placed {
			ids = append(ids, placed.ID)
			if !placed.Fixed {
				checkPlaced(t, &work, rules, placed)
			} else {
				assert.True(t, slices.ContainsFunc(work.Fixed, func(f agenda.Placed) bool {
					return f.ID == placed.ID && f.Day == placed.Day && f.Person == placed.Person
				}), "what is fixed stays")
			}
		}
		for _, unplaced := range plan.Unplaced {
			ids = append(ids, unplaced.ID)
			assert.NotEmpty(t, unplaced.Because, "%s", unplaced.ID)
			if unplaced.Could != 0 {
				assert.GreaterOrEqual(t, unplaced.Could, max(work.First, unplaced.From))
				assert.Greater(t, unplaced.Could, min(work.Last, unplaced.By), "else it would have been placed")
			}
		}
		assert.ElementsMatch(t, want, ids, "placed + unplaced = all")
		checkLoads(t, &work, rules, plan)
		checkCaps(t, &work, limits, plan)
	})
}

func checkPlaced(t *rapid.T, work *agenda.Work, rules agenda.PlanRules, placed agenda.Placed) {
	t.Helper()
	assert.GreaterOrEqual(t, placed.Day, max(placed.From, work.First))
	assert.LessOrEqual(t, placed.Day, min(placed.By, work.Last))
	person := work.People[slices.IndexFunc(work.People, func(p agenda.Person) bool { return p.ID == placed.Person })]
	reach := work.Reaches[slices.IndexFunc(work.Reaches, func(r consent.Reach) bool { return r.Customer == placed.Customer })]
	assert.False(t, reach.OptedOut && placed.Purpose != "service")
	assert.False(t, reach.OpenComplaint && placed.Purpose != "service" && placed.Purpose != "notice")
	until, permitted := reach.Permits(placed.Channel, placed.Purpose)
	assert.True(t, permitted)
	assert.True(t, until == 0 || placed.Day < until, "her yes has not ended")
	assert.Contains(t, placed.Channels, placed.Channel)
	if placed.Skill != "" {
		assert.Contains(t, person.Skills, placed.Skill)
	}
	for _, away := range person.Away {
		assert.False(t, away.From <= placed.Day && placed.Day <= away.Through, "away")
	}
	hours := []string{person.Calendar}
	if placed.Channel != "letter" {
		hours = append(hours, "calls")
	}
	if reach.Hours != "" {
		hours = append(hours, reach.Hours)
	}
	assert.GreaterOrEqual(t, placed.Between.To.Sub(placed.Between.From), time.Duration(placed.Minutes)*time.Minute)
	assert.Equal(t, placed.Day, customer.DateOf(placed.Between.From, time.UTC))
	for _, name := range hours {
		open, err := calendars()[name].Between(placed.Between.From, placed.Between.To)
		require.NoError(t, err)
		assert.Equal(t, placed.Between.To.Sub(placed.Between.From), open, "within %s", name)
	}
}

func checkLoads(t *rapid.T, work *agenda.Work, rules agenda.PlanRules, plan agenda.Plan) {
	t.Helper()
	type cell struct {
		day    customer.Date
		person string
	}
	loads, fixed := map[cell]int{}, map[cell]int{}
	for _, placed := range plan.Placed {
		weight := 1
		if rules.Measure == agenda.CountMinutes {
			weight = placed.Minutes
		}
		at := cell{placed.Day, placed.Person}
		loads[at] += weight
		if placed.Fixed {
			fixed[at] += weight
		}
	}
	for _, load := range plan.Loads {
		at := cell{load.Day, load.Person}
		assert.Equal(t, loads[at], load.Load)
		assert.LessOrEqual(t, load.Load, max(load.Capacity, fixed[at]), "capacity")
		delete(loads, at)
	}
	for at := range loads { // what is left can only be fixed, on another day or by somebody unknown
		known := slices.ContainsFunc(work.People, func(p agenda.Person) bool { return p.ID == at.person })
		assert.True(t, !known || at.day < work.First || at.day > work.Last)
	}
}

// checkCaps counts the windows of days by hand: one that is too full holds no planned
// contact that caps hold back.
func checkCaps(t *rapid.T, work *agenda.Work, limits consent.Rules, plan agenda.Plan) {
	t.Helper()
	weight := map[string]int{"other": 1}
	uncapped := map[string]bool{}
	for _, purpose := range limits.Purposes {
		weight[purpose.ID], uncapped[purpose.ID] = purpose.Weight, purpose.Uncapped
	}
	type contact struct {
		day     customer.Date
		purpose string
		held    bool
	}
	for _, reach := range work.Reaches {
		var all []contact
		for _, one := range reach.Contacts {
			all = append(all, contact{one.On, one.Purpose, false})
		}
		for _, placed := range plan.Placed {
			if placed.Customer == reach.Customer {
				all = append(all, contact{placed.Day, placed.Purpose, !placed.Fixed && !uncapped[placed.Purpose]})
			}
		}
		for start := work.First - 60; start < work.Last+30; start++ {
			for _, limit := range limits.Caps {
				sum, held := 0, false
				for _, one := range all {
					if one.day >= start && one.day < start+customer.Date(limit.Days) {
						sum += weight[one.purpose]
						held = held || one.held
					}
				}
				assert.False(t, held && sum > limit.Most, "%s: %d in %d days from %s", limit.ID, sum, limit.Days, start)
			}
		}
		for i, one := range all {
			for k, other := range all {
				if i != k && one.held && weight[other.purpose] > 0 {
					assert.GreaterOrEqual(t, max(one.day-other.day, other.day-one.day), customer.Date(limits.ApartDays), "apart")
				}
			}
		}
	}
}

// The order of the lists does not matter, and a plan made again from its own result moves
// nothing.
func TestPlanIsIndependentOfOrderAndStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules, limits := drawPlanRules(t)
		work := drawWork(t)
		planner := newPlanner(t, rules, limits)
		plan, err := planner.Plan(work)
		require.NoError(t, err)

		other := work
		other.Tasks = rapid.Permutation(work.Tasks).Draw(t, "tasks again")
		other.Fixed = rapid.Permutation(work.Fixed).Draw(t, "fixed again")
		other.People = rapid.Permutation(work.People).Draw(t, "people again")
		other.Reaches = rapid.Permutation(work.Reaches).Draw(t, "reaches again")
		again, err := planner.Plan(other)
		require.NoError(t, err)
		assert.Equal(t, plan, again)

		other.Fixed = plan.Placed
		again, err = planner.Plan(other)
		require.NoError(t, err)
		assert.Len(t, again.Placed, len(plan.Placed))
		placeOf := map[string]agenda.Placed{}
		for _, placed := range plan.Placed {
			placeOf[placed.ID] = placed
		}
		for _, placed := range again.Placed {
			before := placeOf[placed.ID]
			assert.Equal(t, before.Day, placed.Day)
			assert.Equal(t, before.Person, placed.Person)
			assert.Equal(t, before.Channel, placed.Channel)
		}
		var left, leftAgain []string
		for _, unplaced := range plan.Unplaced {
			left = append(left, unplaced.ID)
		}
		for _, unplaced := range again.Unplaced {
			leftAgain = append(leftAgain, unplaced.ID)
		}
		assert.Equal(t, left, leftAgain)
	})
}

// drawFree draws work without caps: one task a customer, everything allowed, no owners, one
// day of the week like the other.
func drawFree(t *rapid.T, minutes []int) agenda.Work {
	first := on("2026-11-23") // a Monday
	work := agenda.Work{First: first, Last: first.AddDays(rapid.IntRange(0, 4).Draw(t, "days"))}
	for i := range rapid.IntRange(1, 3).Draw(t, "people") {
		person := agenda.Person{ID: fmt.Sprint("p-", i), Calendar: "shop", PerDay: rapid.IntRange(1, 4).Draw(t, "per day")}
		if rapid.Bool().Draw(t, "repairs") {
			person.Skills = []string{"repair"}
		}
		work.People = append(work.People, person)
	}
	for i := range rapid.IntRange(0, 20).Draw(t, "tasks") {
		id := customer.ID(fmt.Sprintf("c-%02d", i))
		from := first.AddDays(rapid.IntRange(0, 4).Draw(t, "from"))
		task := call(id, "care", from, from.AddDays(rapid.IntRange(0, 4).Draw(t, "window")))
		task.Minutes = rapid.SampledFrom(minutes).Draw(t, "minutes")
		task.Priority = rapid.IntRange(0, 2).Draw(t, "priority")
		task.Skill = rapid.SampledFrom([]string{"", "", "repair"}).Draw(t, "skill")
		work.Tasks = append(work.Tasks, task)
		work.Reaches = append(work.Reaches, everything(id))
	}
	return work
}

// matching is the obvious model: tasks as one side, places of days as the other, and the
// textbook's augmenting paths. per says how many places a cell has.
type matching struct {
	options [][]int // cells by task
	per     []int
	taken   [][]int // tasks by cell
}

func (m *matching) add(task int, seen map[int]bool) bool {
	for _, cell := range m.options[task] {
		if seen[cell] {
			continue
		}
		seen[cell] = true
		if len(m.taken[cell]) < m.per[cell] {
			m.taken[cell] = append(m.taken[cell], task)
			return true
		}
		for i, other := range m.taken[cell] {
			if m.add(other, seen) {
				m.taken[cell][i] = task
				return true
			}
		}
	}
	return false
}

// modelOf writes the options of every task down: cells are people times five days. by names
// whoever must do a task, if anybody must.
func modelOf(work agenda.Work, tasks []agenda.Task, by map[string]string, per func(person agenda.Person) int) *matching {
	m := &matching{taken: make([][]int, 5*len(work.People))}
	for _, person := range work.People {
		for range 5 {
			m.per = append(m.per, per(person))
		}
	}
	for _, task := range tasks {
		var cells []int
		for p, person := range work.People {
			if must := by[task.ID]; must != "" && must != person.ID {
				continue
			}
			for d := range int(work.Last-work.First) + 1 {
				day := work.First.AddDays(d)
				if day >= task.From && day <= task.By && (task.Skill == "" || slices.Contains(person.Skills, task.Skill)) {
					cells = append(cells, 5*p+d)
				}
			}
		}
		m.options = append(m.options, cells)
	}
	return m
}

// Counted in tasks, exactly those are left out that could not be placed without leaving out
// one of higher rank, whoever has to be asked, and the fullest day is the least full
// possible in the same hands.
func TestPlanPlacesTheMostAndLevelsTheFullest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		work := drawFree(t, []int{30})
		if rapid.Bool().Draw(t, "own people") {
			for i := range work.People {
				work.People[i].Substitute = fmt.Sprint("p-", rapid.IntRange(0, 3).Draw(t, "substitute"))
			}
			for i := range work.Tasks {
				work.Tasks[i].Owner = fmt.Sprint("p-", rapid.IntRange(0, 3).Draw(t, "owner"))
			}
		}
		rules := planRules()
		rules.PriorityFirst = rapid.Bool().Draw(t, "priority first")
		plan, err := newPlanner(t, rules, contactRules()).Plan(work)
		require.NoError(t, err)

		ranked := slices.Clone(work.Tasks)
		slices.SortFunc(ranked, func(a, b agenda.Task) int {
			if rules.PriorityFirst && a.Priority != b.Priority {
				return cmp.Compare(b.Priority, a.Priority)
			}
			return a.Compare(b)
		})
		m := modelOf(work, ranked, nil, func(person agenda.Person) int { return person.PerDay })
		var want, got []string
		var placed []agenda.Task
		for i := range ranked {
			if m.add(i, map[int]bool{}) {
				want, placed = append(want, ranked[i].ID), append(placed, ranked[i])
			}
		}
		substitutes, hands := map[string]string{}, map[string]string{}
		for _, person := range work.People {
			substitutes[person.ID] = person.Substitute
		}
		for _, one := range plan.Placed {
			got = append(got, one.ID)
			if one.Person == one.Owner || one.Person == substitutes[one.Owner] {
				hands[one.ID] = one.Person
			}
		}
		require.ElementsMatch(t, want, got)

		// The fullest share is one of k of n; one that is smaller must be impossible.
		fullest := agenda.Load{Capacity: 1}
		for _, load := range plan.Loads {
			if load.Load*fullest.Capacity > fullest.Load*load.Capacity {
				fullest = load
			}
		}
		if fullest.Load == 0 {
			return
		}
		below := modelOf(work, placed, hands, func(person agenda.Person) int {
			return (fullest.Load*person.PerDay - 1) / fullest.Capacity // the most with a share that is smaller
		})
		possible := true
		for i := range placed {
			possible = possible && below.add(i, map[int]bool{})
		}
		assert.False(t, possible, "all days could be less full than %d of %d", fullest.Load, fullest.Capacity)
	})
}

// Counted in minutes, people with the same day and tasks that could go anywhere leave the
// fullest day at most the longest task above the even share.
func TestPlanSpreadsMinutes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		work := drawFree(t, []int{5, 20, 45, 60})
		for i := range work.People {
			work.People[i].PerDay, work.People[i].Skills = 480, nil
		}
		total, longest := 0, 0
		for i := range work.Tasks {
			task := &work.Tasks[i]
			task.From, task.Due, task.By, task.Skill = work.First, work.First, work.Last, ""
			total, longest = total+task.Minutes, max(longest, task.Minutes)
		}
		rules := planRules()
		rules.Measure = agenda.CountMinutes
		plan, err := newPlanner(t, rules, contactRules()).Plan(work)
		require.NoError(t, err)
		if len(plan.Unplaced) > 0 {
			return // one person and one day of 480 minutes
		}
		cells := len(work.People) * (int(work.Last-work.First) + 1)
		fullest := slices.MaxFunc(plan.Loads, func(a, b agenda.Load) int { return cmp.Compare(a.Load, b.Load) })
		assert.LessOrEqual(t, fullest.Load*cells, total+longest*cells)
	})
}

// Caps hold also where tasks make room for each other: few customers with many tasks each,
// and few places.
func TestPlanKeepsCapsWhereTasksMove(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limits := contactRules()
		limits.ApartDays = rapid.IntRange(0, 2).Draw(t, "apart")
		limits.Caps = []consent.Cap{{ID: "few", Most: rapid.IntRange(1, 2).Draw(t, "most"), Days: rapid.IntRange(1, 4).Draw(t, "days")}}
		work := agenda.Work{First: on("2026-11-23"), Last: on("2026-11-27")}
		for i := range rapid.IntRange(1, 2).Draw(t, "people") {
			work.People = append(work.People, person(fmt.Sprint("p-", i), rapid.IntRange(1, 2).Draw(t, "per day")))
		}
		customers := rapid.IntRange(1, 4).Draw(t, "customers")
		for i := range customers {
			work.Reaches = append(work.Reaches, everything(customer.ID(fmt.Sprint("c-", i))))
		}
		for i := range rapid.IntRange(0, 16).Draw(t, "tasks") {
			id := customer.ID(fmt.Sprint("c-", rapid.IntRange(0, customers-1).Draw(t, "customer")))
			from := work.First.AddDays(rapid.IntRange(0, 4).Draw(t, "from"))
			task := call(id, rapid.SampledFrom([]string{"care", "care", "service"}).Draw(t, "purpose"), from, from.AddDays(rapid.IntRange(0, 4).Draw(t, "window")))
			task.ID += fmt.Sprint("/", i)
			work.Tasks = append(work.Tasks, task)
		}
		plan, err := newPlanner(t, planRules(), limits).Plan(work)
		require.NoError(t, err)
		assert.Len(t, work.Tasks, len(plan.Placed)+len(plan.Unplaced))
		checkCaps(t, &work, limits, plan)
		checkLoads(t, &work, planRules(), plan)
	})
}

// Levelling goes over days that are as full as the fullest: Monday's tasks can leave it for
// Tuesday only, and Tuesday's leave that for Wednesday.
func TestPlanLevelsOverFullDays(t *testing.T) {
	monday := on("2026-11-23")
	var tasks []agenda.Task
	for _, group := range []struct{ n, priority, from, by int }{
		{12, 9, 1, 2}, {6, 8, 0, 1}, {6, 0, 1, 1}, {6, 0, 0, 0}, // in this order: 12, 12 and 6 a day
	} {
		for range group.n {
			task := call(customer.ID(fmt.Sprint("c-", len(tasks))), "care", monday.AddDays(group.from), monday.AddDays(group.by))
			task.Priority = group.priority
			tasks = append(tasks, task)
		}
	}
	rules := planRules()
	rules.PriorityFirst = true
	plan, err := newPlanner(t, rules, contactRules()).Plan(workOf([]agenda.Person{person("a", 40)}, tasks...))
	require.NoError(t, err)
	for _, load := range plan.Loads[:3] {
		assert.Equal(t, 10, load.Load, "%s", load.Day)
	}
}
