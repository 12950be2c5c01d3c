package agenda_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
	"github.com/rapport-crm/rapport/customer/consent"
	"github.com/rapport-crm/rapport/lifecycle/agenda"
)

// workOf is a week of people and tasks, with everything allowed.
func workOf(people []agenda.Person, tasks ...agenda.Task) agenda.Work {
	work := agenda.Work{First: on("2026-11-23"), Last: on("2026-11-29"), Tasks: tasks, People: people}
	seen := map[customer.ID]bool{}
	for _, task := range tasks {
		if !seen[task.Customer] {
			work.Reaches = append(work.Reaches, everything(task.Customer))
		}
		seen[task.Customer] = true
	}
	return work
}

func person(id string, perDay int) agenda.Person {
	return agenda.Person{ID: id, Calendar: "shop", PerDay: perDay}
}

// placesOf are "customer: day person" of what is placed, in its order.
func placesOf(plan agenda.Plan) []string {
	var list []string
	for _, placed := range plan.Placed {
		list = append(list, fmt.Sprintf("%s: %.3s %s", placed.Customer, placed.Day.Weekday(), placed.Person))
	}
	return list
}

// row D6: whom a task goes to, and why.
func TestPlanPeople(t *testing.T) {
	monday := on("2026-11-23")
	owned := func(id customer.ID, owner string) agenda.Task {
		task := call(id, "care", monday, monday+1)
		task.Owner = owner
		return task
	}
	for _, tc := range []struct {
		name   string
		people []agenda.Person
		tasks  []agenda.Task
		want   []string
		codes  []string // of the people, in the order of the places
	}{
		{
			name: "her own person first", people: []agenda.Person{person("a", 9), person("b", 9)}, tasks: []agenda.Task{owned("c-1", "b"), owned("c-2", "b")},
			want: []string{"c-1: Mon b", "c-2: Tue b"}, codes: []string{"agenda.owner", "agenda.owner"},
		},
		{
			name: "on leave: the substitute", tasks: []agenda.Task{owned("c-1", "a")}, people: []agenda.Person{
				{ID: "a", Calendar: "shop", PerDay: 9, Substitute: "c", Away: []agenda.Absence{{From: monday - 3, Through: monday + 1}}}, person("b", 9), person("c", 9),
			},
			want: []string{"c-1: Mon c"}, codes: []string{"agenda.owner-away"},
		},
		{
			name: "back on Tuesday", tasks: []agenda.Task{owned("c-1", "a")}, people: []agenda.Person{
				{ID: "a", Calendar: "shop", PerDay: 9, Substitute: "c", Away: []agenda.Absence{{From: monday - 3, Through: monday}}}, person("b", 9), person("c", 9),
			},
			want: []string{"c-1: Tue a"}, codes: []string{"agenda.owner"},
		},
		{
			name: "full, and the substitute away: anybody", tasks: []agenda.Task{owned("c-1", "a"), owned("c-2", "a"), owned("c-3", "a")}, people: []agenda.Person{
				{ID: "a", Calendar: "shop", PerDay: 1, Substitute: "c"}, person("b", 9), {ID: "c", Calendar: "shop", PerDay: 9, Away: []agenda.Absence{{From: monday, Through: monday + 7}}},
			},
			want: []string{"c-1: Mon a", "c-3: Mon b", "c-2: Tue a"}, codes: []string{"agenda.owner", "agenda.owner-full", "agenda.owner"},
		},
		{
			name: "no longer here", people: []agenda.Person{person("a", 9)}, tasks: []agenda.Task{owned("c-1", "x")},
			want: []string{"c-1: Mon a"}, codes: []string{"agenda.owner-unknown"},
		},
		{
			name: "without the skill", people: []agenda.Person{person("a", 9), {ID: "b", Calendar: "shop", PerDay: 9, Skills: []string{"repair"}}},
			tasks: []agenda.Task{func() agenda.Task { task := owned("c-1", "a"); task.Skill = "repair"; return task }()},
			want:  []string{"c-1: Mon b"}, codes: []string{"agenda.owner-unskilled"},
		},
		{
			name: "nobody's: people and days in turn", people: []agenda.Person{person("b", 9), person("a", 9)},
			tasks: []agenda.Task{owned("c-1", ""), owned("c-2", ""), owned("c-3", ""), owned("c-4", ""), owned("c-5", "")},
			want:  []string{"c-1: Mon a", "c-5: Mon a", "c-2: Mon b", "c-3: Tue a", "c-4: Tue b"},
			codes: []string{"agenda.anybody", "agenda.anybody", "agenda.anybody", "agenda.anybody", "agenda.anybody"},
		},
		{
			name: "half a day's person gets half as much", people: []agenda.Person{person("a", 2), person("b", 4)},
			tasks: func() (tasks []agenda.Task) {
				for i := range 6 {
					task := owned(customer.ID(fmt.Sprint("c-", i)), "")
					task.By = task.From
					tasks = append(tasks, task)
				}
				return tasks
			}(),
			want:  []string{"c-1: Mon a", "c-4: Mon a", "c-0: Mon b", "c-2: Mon b", "c-3: Mon b", "c-5: Mon b"},
			codes: []string{"agenda.anybody", "agenda.anybody", "agenda.anybody", "agenda.anybody", "agenda.anybody", "agenda.anybody"},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			plan, err := newPlanner(t, planRules(), contactRules()).Plan(workOf(tc.people, tc.tasks...))
			require.NoError(t, err)
			require.Empty(t, plan.Unplaced)
			assert.Equal(t, tc.want, placesOf(plan))
			var codes []string
			for _, placed := range plan.Placed {
				assert.Equal(t, agenda.CodePlaced, placed.Because[0].Code)
				codes = append(codes, placed.Because[1].Code)
			}
			assert.Equal(t, tc.codes, codes)
		})
	}
}

// What goes first where there is room for one only.
func TestPlanOrder(t *testing.T) {
	monday := on("2026-11-23")
	base := call("c-5", "care", monday, monday)
	change := func(id customer.ID, change func(*agenda.Task)) agenda.Task {
		task := base
		task.Customer, task.ID = id, agenda.TaskID(task.Kind, id, "care")
		change(&task)
		return task
	}
	for _, tc := range []struct {
		name  string
		other agenda.Task
		first bool // the priority before the deadline
		want  string
	}{
		{name: "owed before offered", other: change("c-9", func(task *agenda.Task) { task.Purpose = "service"; task.By++ }), want: "c-9"},
		{name: "priority", other: change("c-9", func(task *agenda.Task) { task.Priority = 1 }), want: "c-9"},
		{name: "value", other: change("c-9", func(task *agenda.Task) { task.Value = 1 }), want: "c-9"},
		{name: "the smaller ID", other: change("c-4", func(*agenda.Task) {}), want: "c-4"},
		{name: "the larger ID", other: change("c-6", func(*agenda.Task) {}), want: "c-5"},
		{name: "deadline before priority", other: change("c-9", func(task *agenda.Task) { task.By++; task.Priority = 9 }), want: "c-5"},
		{name: "priority before deadline", other: change("c-9", func(task *agenda.Task) { task.By++; task.Priority = 9 }), first: true, want: "c-9"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rules := planRules()
			rules.PriorityFirst = tc.first
			work := workOf([]agenda.Person{person("a", 1)}, base, tc.other)
			work.Last = work.First
			plan, err := newPlanner(t, rules, contactRules()).Plan(work)
			require.NoError(t, err)
			require.Len(t, plan.Placed, 1)
			assert.Equal(t, customer.ID(tc.want), plan.Placed[0].Customer)
			assert.Equal(t, []string{agenda.CodeNoCapacity}, codesOf(plan.Unplaced[0].Because))
			assert.Equal(t, monday+1, plan.Unplaced[0].Could)
		})
	}
}

// A task that finds its only day full makes room where another can move.
func TestPlanMakesRoom(t *testing.T) {
	monday := on("2026-11-23")
	plan, err := newPlanner(t, planRules(), contactRules()).Plan(workOf([]agenda.Person{person("a", 1)},
		call("c-1", "service", monday, monday+2), call("c-2", "service", monday, monday+2), call("c-3", "care", monday, monday),
	))
	require.NoError(t, err)
	assert.Equal(t, []string{"c-3: Mon a", "c-2: Tue a", "c-1: Wed a"}, placesOf(plan))
}

// Everything that is in the way is told, each thing by itself.
func TestPlanUnplaced(t *testing.T) {
	monday := on("2026-11-23")
	away := []agenda.Absence{{From: monday, Through: monday + 1}}
	for _, tc := range []struct {
		name   string
		people []agenda.Person
		task   agenda.Task
		change func(*consent.Reach)
		nobody bool // nothing is known of the customer
		want   []string
		could  string
	}{
		{name: "done", task: call("c-1", "care", monday, monday), change: func(r *consent.Reach) {
			r.Contacts = []consent.Contact{{On: monday - 1, Task: "at-risk/c-1/care"}}
		}, want: []string{"agenda.done"}},
		{name: "window over", task: call("c-1", "care", monday-3, monday-1), want: []string{"agenda.window-over"}, could: "2026-11-23"},
		{name: "window later", task: call("c-1", "care", monday+8, monday+9), want: []string{"agenda.window-later"}, could: "2026-12-01"},
		{name: "a stranger", task: call("c-1", "care", monday, monday), nobody: true, want: []string{"consent.no-consent"}},
		{name: "opted out, complaint", task: call("c-1", "care", monday, monday), change: func(r *consent.Reach) { r.OptedOut, r.OpenComplaint = true, true }, want: []string{"consent.opted-out", "consent.open-complaint"}},
		{name: "Sunday, and Saturday too short", task: func() agenda.Task { task := call("c-1", "care", monday+5, monday+6); task.Minutes = 121; return task }(), want: []string{"agenda.nobody-at-work", "agenda.quiet"}, could: "2026-11-30"},
		{name: "Saturday just long enough", task: func() agenda.Task { task := call("c-1", "care", monday+5, monday+6); task.Minutes = 120; return task }()},
		{name: "nobody there, and nobody able", people: []agenda.Person{{ID: "a", Calendar: "shop", PerDay: 1, Away: away}}, task: func() agenda.Task { task := call("c-1", "care", monday, monday+1); task.Skill = "repair"; return task }(), want: []string{"agenda.nobody-skilled", "agenda.nobody-at-work"}},
		{name: "no people at all", people: []agenda.Person{}, task: call("c-1", "care", monday, monday), want: []string{"agenda.nobody-at-work"}},
		{name: "cap until Wednesday", task: call("c-1", "care", monday, monday+1), change: func(r *consent.Reach) {
			r.Contacts = []consent.Contact{{On: monday - 5, Purpose: "care"}, {On: monday - 1, Purpose: "care"}}
		}, want: []string{"consent.cap"}, could: "2026-11-25"},
		{name: "her hours are not theirs", task: call("c-1", "care", monday, monday), people: []agenda.Person{{ID: "a", Calendar: "office", PerDay: 1}}, change: func(r *consent.Reach) { r.Hours = "evenings" }, want: []string{"agenda.quiet"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			people := tc.people
			if people == nil {
				people = []agenda.Person{person("a", 5)}
			}
			work := workOf(people, tc.task)
			if tc.change != nil {
				tc.change(&work.Reaches[0])
			}
			if tc.nobody {
				work.Reaches = nil
			}
			plan, err := newPlanner(t, planRules(), contactRules()).Plan(work)
			require.NoError(t, err)
			if tc.want == nil {
				require.Len(t, plan.Placed, 1)
				return
			}
			require.Len(t, plan.Unplaced, 1)
			assert.Equal(t, tc.want, codesOf(plan.Unplaced[0].Because))
			assert.Equal(t, tc.could, plan.Unplaced[0].Could.String())
		})
	}
}

// The channel is the first that she allows and that is open long enough; what was passed
// over is told.
func TestPlanChannel(t *testing.T) {
	saturday := on("2026-11-28")
	task := call("c-1", "care", saturday, saturday)
	task.Channels, task.Minutes = []string{"visit", "phone", "letter"}, 150
	work := workOf([]agenda.Person{person("a", 5)}, task)
	work.Reaches[0].Allowed = []consent.Permission{{Channel: "phone", Purpose: "care"}, {Channel: "letter", Purpose: "care"}}
	plan, err := newPlanner(t, planRules(), contactRules()).Plan(work)
	require.NoError(t, err)
	require.Len(t, plan.Placed, 1)
	placed := plan.Placed[0]
	assert.Equal(t, "letter", placed.Channel)
	assert.Equal(t, []string{agenda.CodePlaced, agenda.CodeAnybody, consent.CodeNoConsent, agenda.CodeQuiet}, codesOf(placed.Because))
	assert.Equal(t, 4*time.Hour, placed.Between.To.Sub(placed.Between.From), "all of Saturday's hours")
}

// Half a week is done and one visit is agreed: what has its place stays, counts, and takes
// its load, and the rest goes around it. row D6.
func TestPlanAgain(t *testing.T) {
	monday := on("2026-11-23")
	people := []agenda.Person{person("a", 1)}
	work := workOf(people, call("c-1", "care", monday, monday+3), call("c-2", "care", monday, monday+3), call("c-3", "care", monday, monday+3))
	planner := newPlanner(t, planRules(), contactRules())
	plan, err := planner.Plan(work)
	require.NoError(t, err)
	require.Equal(t, []string{"c-1: Mon a", "c-2: Tue a", "c-3: Wed a"}, placesOf(plan))

	// On Tuesday evening: c-1 was done on Monday, c-2 was not at home and is agreed for
	// Wednesday; c-4 has come in.
	agreed := plan.Placed[1]
	agreed.Day = monday + 2
	work.First, work.Fixed = monday+2, []agenda.Placed{plan.Placed[0], agreed}
	work.Tasks = append(work.Tasks, call("c-4", "care", monday+2, monday+4))
	work.Reaches = append(work.Reaches, everything("c-4"))
	work.Reaches[0].Contacts = []consent.Contact{{On: monday, Purpose: "care", Task: plan.Placed[0].ID}}
	plan, err = planner.Plan(work)
	require.NoError(t, err)
	require.Empty(t, plan.Unplaced)
	assert.Equal(t, []string{"c-1: Mon a", "c-2: Wed a", "c-3: Thu a", "c-4: Fri a"}, placesOf(plan))
	assert.Equal(t, []string{agenda.CodeFixed}, codesOf(plan.Placed[1].Because))
	assert.Equal(t, agenda.Load{Day: monday + 2, Person: "a", Load: 1, Capacity: 1}, plan.Loads[0])
}

// A contact that is fixed is counted once, though the customer's contacts name it too.
func TestPlanCountsFixedOnce(t *testing.T) {
	monday := on("2026-11-23")
	done := agenda.Placed{Task: call("c-1", "care", monday, monday), Day: monday, Person: "a"}
	second := call("c-1", "greeting", monday+1, monday+1)
	work := workOf([]agenda.Person{person("a", 5)}, second)
	work.Fixed = []agenda.Placed{done}
	work.Reaches[0].Contacts = []consent.Contact{{On: monday, Purpose: "care", Task: done.ID}}
	planner := newPlanner(t, planRules(), contactRules())
	plan, err := planner.Plan(work)
	require.NoError(t, err)
	assert.Empty(t, plan.Unplaced, "one of two in seven days")

	work.Reaches[0].Contacts = append(work.Reaches[0].Contacts, consent.Contact{On: monday - 1, Purpose: "care"})
	plan, err = planner.Plan(work)
	require.NoError(t, err)
	assert.Len(t, plan.Unplaced, 1, "two of two")
}

// What is fixed for one day and was done on another counts on the day on which it was done.
func TestPlanCountsFixedWhenDone(t *testing.T) {
	monday := on("2026-11-23")
	limits := contactRules()
	limits.ApartDays = 2
	work := workOf([]agenda.Person{person("a", 5)}, call("c-1", "greeting", monday+2, monday+2))
	work.Fixed = []agenda.Placed{{Task: call("c-1", "care", monday, monday), Day: monday, Person: "a"}}
	planner := newPlanner(t, planRules(), limits)
	plan, err := planner.Plan(work)
	require.NoError(t, err)
	require.Empty(t, plan.Unplaced, "two days apart")

	work.Reaches[0].Contacts = []consent.Contact{{On: monday + 1, Purpose: "care", Task: work.Fixed[0].ID}}
	plan, err = planner.Plan(work)
	require.NoError(t, err)
	require.Len(t, plan.Unplaced, 1, "she was rung up on Tuesday")
	assert.Equal(t, []string{consent.CodeApart}, codesOf(plan.Unplaced[0].Because))
}

// One ID is one task of one customer.
func TestPlanRefusesAnIDOfTwoCustomers(t *testing.T) {
	monday := on("2026-11-23")
	work := workOf([]agenda.Person{person("a", 5)}, call("c-1", "care", monday, monday))
	hers := work.Tasks[0]
	hers.Customer = "c-2"
	work.Fixed = []agenda.Placed{{Task: hers, Day: monday, Person: "a"}}
	_, err := newPlanner(t, planRules(), contactRules()).Plan(work)
	assert.Equal(t, []string{"fixed[0].customer = c-2"}, faultsOf(err))
}

// What was not made by its constructor answers with an error.
func TestZeroBooks(t *testing.T) {
	monday := on("2026-11-23")
	_, err := new(agenda.Planner).Plan(agenda.Work{First: monday, Last: monday})
	require.Error(t, err)
	_, err = agenda.NewPlanner(planRules(), new(consent.Policy), nil)
	require.Equal(t, []string{"policy = "}, faultsOf(err))
	_, _, err = new(agenda.FollowUps).Due(agenda.Client{Customer: "c-1", Events: []agenda.Event{{Ref: "1", Kind: "repair", At: monday.Start(time.UTC)}}}, monday, monday)
	require.Error(t, err)
	due, _, err := new(agenda.Visits).Due(agenda.Client{Customer: "c-1"}, monday, monday)
	require.NoError(t, err)
	assert.Empty(t, due)
}

// In minutes a day holds no more than its working hours.
func TestPlanMinutes(t *testing.T) {
	saturday := on("2026-11-28")
	var tasks []agenda.Task
	for i := range 5 {
		task := call(customer.ID(fmt.Sprint("c-", i)), "care", saturday, saturday)
		task.Channels, task.Minutes = []string{"letter"}, 60
		tasks = append(tasks, task)
	}
	rules := planRules()
	rules.Measure = agenda.CountMinutes
	plan, err := newPlanner(t, rules, contactRules()).Plan(workOf([]agenda.Person{person("a", 480)}, tasks...))
	require.NoError(t, err)
	assert.Len(t, plan.Placed, 4, "nine to one")
	assert.Equal(t, agenda.Load{Day: saturday, Person: "a", Load: 240, Capacity: 240}, plan.Loads[5])
	assert.Equal(t, customer.Reason{
		Code: agenda.CodePlaced, Rule: "plan/1", Fact: 240 * 60, Mark: 240 * 60, Unit: customer.UnitSeconds, On: saturday, By: saturday,
	}, plan.Placed[0].Because[0])
}

// Work that contradicts itself.
func TestPlanFaults(t *testing.T) {
	monday := on("2026-11-23")
	planner := newPlanner(t, planRules(), contactRules())
	good := call("c-1", "care", monday, monday)
	bad := agenda.Task{ID: good.ID, Value: -1, By: monday, Act: agenda.Act{Purpose: "spam", Channels: []string{"fax"}, Minutes: -1, Priority: 1001}}
	_, err := planner.Plan(agenda.Work{
		First: monday, Last: monday + agenda.MaxPeriodDays,
		Tasks:   []agenda.Task{good, bad, {ID: "x", Kind: 9, Customer: "c", From: monday, Due: monday, By: monday - 1, Act: agenda.Act{Purpose: "care"}}},
		Fixed:   []agenda.Placed{{Task: good}, {Task: good, Day: monday}},
		People:  []agenda.Person{person("a", 0), {ID: "a", Calendar: "moon", PerDay: 10_001, Skills: []string{""}, Away: []agenda.Absence{{From: 2, Through: 1}}}},
		Reaches: []consent.Reach{{}, {Customer: "c-1", Hours: "moon"}, {Customer: "c-1", Contacts: []consent.Contact{{}}}},
	})
	assert.Equal(t, []string{
		"last = 2027-02-23",
		"tasks[1].id = " + good.ID, "tasks[1].kind = kind 0", "tasks[1].customer = ", "tasks[1].value = -1", "tasks[1].purpose = spam",
		"tasks[1].channels[0] = fax", "tasks[1].minutes = -1", "tasks[1].priority = 1001", "tasks[1].by = 2026-11-23", "tasks[1].due = ",
		"tasks[2].kind = kind 9", "tasks[2].channels = 0", "tasks[2].by = 2026-11-22", "tasks[2].due = 2026-11-23",
		"fixed[0].day = ", "fixed[1].id = " + good.ID,
		"people[0].per_day = 0", "people[1].id = a", "people[1].calendar = moon", "people[1].per_day = 10001", "people[1].skills[0] = ", "people[1].away[0] = 0001-01-01",
		"reaches[0].customer = ", "reaches[1].hours = moon", "reaches[2].customer = c-1", "reaches[2].contacts[0].on = ",
	}, faultsOf(err))

	rules := planRules()
	rules.Measure, rules.LookAheadDays = 0, 93
	_, err = agenda.NewPlanner(rules, nil, nil)
	assert.Equal(t, []string{"measure = measure 0", "look_ahead_days = 93", "policy = "}, faultsOf(err))

	rules.Measure, rules.LookAheadDays, rules.Until = agenda.CountMinutes, 0, monday+6
	planner = newPlanner(t, rules, contactRules())
	good.Minutes = 0
	work := workOf([]agenda.Person{person("a", 1)}, good)
	_, err = planner.Plan(work)
	assert.Equal(t, []string{"tasks[0].minutes = 0"}, faultsOf(err), "counted in minutes every task takes one")
	work.Tasks[0].Minutes = 1
	var refusal *customer.Refusal
	_, err = planner.Plan(work)
	require.ErrorAs(t, err, &refusal, "the rules end within the week")
	work.Last--
	_, err = planner.Plan(work)
	require.NoError(t, err)
}

// A calendar that does not know a day of the period is told; beyond the period it counts as
// closed. One of another zone is a fault.
func TestPlanCalendars(t *testing.T) {
	monday := on("2026-11-23")
	book := calendar.Rules{
		Edition: customer.Edition{ID: "short", Version: 1, Until: monday + 7}, Zone: "UTC",
		Weekly: []calendar.Weekly{calendar.Daily(calendar.Hours{From: "09:00", To: "18:00"})},
	}
	short, err := calendar.New(book, time.UTC)
	require.NoError(t, err)
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	book.Zone = "Asia/Shanghai"
	other, err := calendar.New(book, shanghai)
	require.NoError(t, err)
	all := calendars()
	all["short"] = short
	planner, err := agenda.NewPlanner(planRules(), newPolicy(t, contactRules()), all)
	require.NoError(t, err)

	work := workOf([]agenda.Person{{ID: "a", Calendar: "short", PerDay: 1}}, call("c-1", "care", monday-2, monday-1))
	plan, err := planner.Plan(work)
	require.NoError(t, err)
	assert.Equal(t, monday, plan.Unplaced[0].Could)
	work.Last++
	_, err = planner.Plan(work)
	var refusal *customer.Refusal
	require.ErrorAs(t, err, &refusal)

	all["shanghai"] = other
	_, err = agenda.NewPlanner(planRules(), newPolicy(t, contactRules()), all)
	assert.Equal(t, []string{"calendars[shanghai] = Asia/Shanghai"}, faultsOf(err))
	rules := contactRules()
	rules.Channels[2].Hours = "shanghai"
	_, err = consent.New(rules, all, time.UTC)
	assert.Equal(t, []string{"channels[2].hours = Asia/Shanghai"}, faultsOf(err))
	_, err = agenda.NewFollowUps(followUpRules(), other, time.UTC)
	assert.Equal(t, []string{"working = Asia/Shanghai"}, faultsOf(err))
}

// Nothing to do, and nobody to do it.
func TestPlanEmpty(t *testing.T) {
	monday := on("2026-11-23")
	plan, err := newPlanner(t, planRules(), contactRules()).Plan(agenda.Work{First: monday, Last: monday})
	require.NoError(t, err)
	assert.Empty(t, plan.Placed)
	assert.Empty(t, plan.Unplaced)
	assert.Empty(t, plan.Loads)
}

// No two tasks share an ID, whatever their parts.
func TestTaskID(t *testing.T) {
	assert.Equal(t, "greeting/c-1/birthday/2027", agenda.TaskID(agenda.Greeting, "c-1", "birthday", "2027"))
	assert.Equal(t, "visit/a%2Fb%25/c", agenda.TaskID(agenda.Visit, "a/b%", "c"))
	assert.NotEqual(t, agenda.TaskID(agenda.Visit, "a/b", "c"), agenda.TaskID(agenda.Visit, "a", "b/c"))
	assert.NotEqual(t, agenda.TaskID(agenda.Visit, "a%2Fb"), agenda.TaskID(agenda.Visit, "a/b"))
}

// What was due longest comes first.
func TestCompareDue(t *testing.T) {
	monday := on("2026-11-23")
	older := agenda.Task{ID: "b", Due: monday - 9, By: monday + 9}
	newer := agenda.Task{ID: "a", Due: monday, By: monday}
	assert.Negative(t, older.CompareDue(newer))
	assert.Positive(t, older.Compare(newer))
	assert.Zero(t, older.CompareDue(older))
}

// The stored form of a plan: a host keeps it, and passes its places back as fixed.
func TestPlanAsJSON(t *testing.T) {
	monday := on("2026-11-23")
	late := call("c-2", "care", monday-2, monday-1)
	plan, err := newPlanner(t, planRules(), contactRules()).Plan(func() agenda.Work {
		work := workOf([]agenda.Person{person("a", 3)}, call("c-1", "care", monday, monday), late)
		work.Last = work.First
		return work
	}())
	require.NoError(t, err)
	data, err := json.Marshal(plan)
	require.NoError(t, err)
	const stored = `{"rule":"plan/1",` +
		`"placed":[{"id":"at-risk/c-1/care","kind":"at-risk","customer":"c-1","purpose":"care","channels":["phone"],"minutes":30,` +
		`"from":"2026-11-23","due":"2026-11-23","by":"2026-11-23","day":"2026-11-23","person":"a","channel":"phone",` +
		`"between":{"from":"2026-11-23T10:00:00Z","to":"2026-11-23T18:00:00Z"},` +
		`"because":[{"code":"agenda.placed","rule":"plan/1","fact":1,"mark":3,"unit":"times","on":"2026-11-23","by":"2026-11-23"},` +
		`{"code":"agenda.anybody","rule":"a","fact":0,"mark":0,"unit":"days","on":"2026-11-23","by":"2026-11-23"}]}],` +
		`"unplaced":[{"id":"at-risk/c-2/care","kind":"at-risk","customer":"c-2","purpose":"care","channels":["phone"],"minutes":30,` +
		`"from":"2026-11-21","due":"2026-11-21","by":"2026-11-22",` +
		`"because":[{"code":"agenda.window-over","rule":"plan/1","fact":0,"mark":0,"on":"2026-11-23","by":"2026-11-22"}],"could":"2026-11-23"}],` +
		`"loads":[{"day":"2026-11-23","person":"a","load":1,"capacity":3}]}`
	assert.Equal(t, strings.Split(stored, ","), strings.Split(string(data), ","))
	var again agenda.Plan
	require.NoError(t, json.Unmarshal(data, &again))
	dataAgain, err := json.Marshal(again)
	require.NoError(t, err)
	assert.Equal(t, data, dataAgain)
}

// The stored texts.
func TestStoredTexts(t *testing.T) {
	for kind, want := range map[agenda.Kind]string{
		agenda.Visit: "visit", agenda.Greeting: "greeting", agenda.FollowUp: "follow-up", agenda.AtRisk: "at-risk", agenda.Onboarding: "onboarding",
		agenda.Play: "play", agenda.WinBack: "win-back",
	} {
		text, err := kind.MarshalText()
		require.NoError(t, err)
		assert.Equal(t, want, string(text))
		var again agenda.Kind
		require.NoError(t, again.UnmarshalText(text))
		assert.Equal(t, kind, again)
	}
	for shift, want := range map[agenda.Move]string{
		agenda.KeepDay: "keep-day", agenda.NextWorkday: "next-workday", agenda.PreviousWorkday: "previous-workday",
	} {
		text, err := shift.MarshalText()
		require.NoError(t, err)
		assert.Equal(t, want, string(text))
	}
	for measure, want := range map[agenda.Measure]string{agenda.CountTasks: "tasks", agenda.CountMinutes: "minutes"} {
		text, err := measure.MarshalText()
		require.NoError(t, err)
		assert.Equal(t, want, string(text))
	}
	_, err := agenda.Kind(0).MarshalText()
	require.ErrorContains(t, err, "agenda: kind 0")
	_, err = agenda.Move(4).MarshalText()
	require.ErrorContains(t, err, "agenda: move 4")
	_, err = agenda.Measure(3).MarshalText()
	assert.ErrorContains(t, err, "agenda: measure 3")
}

// only makes somebody of the shop who works on some days of the week of 23 November.
func only(id string, skills []string, days ...customer.Date) agenda.Person {
	one := agenda.Person{ID: id, Calendar: "shop", PerDay: 1, Skills: skills}
	for day := on("2026-11-23"); day <= on("2026-11-29"); day++ {
		if !slices.Contains(days, day) {
			one.Away = append(one.Away, agenda.Absence{From: day, Through: day})
		}
	}
	return one
}

// ranked makes one of several tasks of a customer.
func ranked(id customer.ID, about string, priority int, owner, skill string, from, by customer.Date) agenda.Task {
	task := call(id, "care", from, by)
	task.ID, task.Priority, task.Owner, task.Skill = agenda.TaskID(agenda.Visit, id, about), priority, owner, skill
	return task
}

// Two tasks of one customer do not move on one way: each alone would be far enough from
// where the other stands, and together they would end a day apart.
func TestPlanMovesOneTaskOfACustomer(t *testing.T) {
	monday := on("2026-11-23")
	rules, limits := planRules(), contactRules()
	rules.PriorityFirst, limits.ApartDays = true, 2
	work := workOf([]agenda.Person{
		only("p", []string{"y"}, monday, monday+1), only("q", []string{"y", "z"}, monday+3), only("r", []string{"z"}, monday, monday+2),
	},
		ranked("c-1", "second", 9, "", "z", monday+2, monday+3), // Thursday by q, or Wednesday by r
		ranked("c-2", "only", 8, "", "y", monday+1, monday+3),   // Tuesday by p, or Thursday by q
		ranked("c-1", "first", 7, "p", "", monday, monday+1),    // Monday or Tuesday
		ranked("c-3", "only", 0, "p", "", monday, monday),       // Monday, for which all three would have to move
	)
	work.Fixed = []agenda.Placed{{Task: ranked("c-4", "only", 0, "", "", monday, monday), Day: monday, Person: "r"}}
	plan, err := newPlanner(t, rules, limits).Plan(work)
	require.NoError(t, err)
	assert.Equal(t, []string{"c-1: Mon p", "c-4: Mon r", "c-2: Tue p", "c-1: Thu q"}, placesOf(plan))
}

// A task that a neighbour of the same customer kept out gets its place once the neighbour
// has moved for somebody else.
func TestPlanLooksAgain(t *testing.T) {
	monday := on("2026-11-23")
	rules, limits := planRules(), contactRules()
	rules.PriorityFirst, limits.ApartDays = true, 2
	plan, err := newPlanner(t, rules, limits).Plan(workOf([]agenda.Person{only("p", nil, monday, monday+3), only("q", []string{"z"}, monday+1)},
		ranked("c-1", "first", 9, "p", "", monday, monday+3),
		ranked("c-1", "second", 8, "", "z", monday+1, monday+1),
		ranked("c-2", "only", 7, "p", "", monday, monday),
	))
	require.NoError(t, err)
	assert.Equal(t, []string{"c-2: Mon p", "c-1: Tue q", "c-1: Thu p"}, placesOf(plan))
}

// Rather than leaving a task out, one served before is handed on by its own person.
func TestPlanHandsOn(t *testing.T) {
	monday := on("2026-11-23")
	plan, err := newPlanner(t, planRules(), contactRules()).Plan(workOf([]agenda.Person{only("p", []string{"z"}, monday), only("q", nil, monday)},
		ranked("c-1", "only", 9, "p", "", monday, monday),
		ranked("c-2", "only", 0, "", "z", monday, monday),
	))
	require.NoError(t, err)
	require.Equal(t, []string{"c-2: Mon p", "c-1: Mon q"}, placesOf(plan))
	assert.Equal(t, []string{agenda.CodePlaced, agenda.CodeOwnerFull}, codesOf(plan.Placed[1].Because))
}

// In Berlin the clock goes forward on 29 March 2026 and back on 25 October. A line that is
// open over midnight is open twice on each day, and a day has the minutes that really pass.
func TestPlanOverMidnightAndClockChanges(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	daily := func(from, to string) *calendar.Calendar {
		made, err := calendar.New(calendar.Rules{
			Edition: customer.Edition{ID: from, Version: 1}, Zone: "Europe/Berlin",
			Weekly: []calendar.Weekly{calendar.Daily(calendar.Hours{From: from, To: to})},
		}, berlin)
		require.NoError(t, err)
		return made
	}
	all := consent.Calendars{"always": daily("00:00", "24:00"), "night": daily("21:00", "03:00")}
	policy, err := consent.New(consent.Rules{
		Edition: customer.Edition{ID: "contact", Version: 1}, Zone: "Europe/Berlin",
		Channels: []consent.Channel{{ID: "phone", Hours: "night"}}, Purposes: []consent.Purpose{{ID: "care", Weight: 1}},
		Caps: []consent.Cap{{ID: "day", Most: 1, Days: 1}},
	}, all, berlin)
	require.NoError(t, err)
	rules := planRules()
	rules.Measure = agenda.CountMinutes
	planner, err := agenda.NewPlanner(rules, policy, all)
	require.NoError(t, err)
	for _, tc := range []struct {
		day      string
		minutes  int // of the call
		from, to string
		capacity int // minutes of the day
	}{
		{"2026-03-28", 180, "2026-03-28T00:00:00+01:00", "2026-03-28T03:00:00+01:00", 1440},
		{"2026-03-29", 120, "2026-03-29T00:00:00+01:00", "2026-03-29T03:00:00+02:00", 1380},
		{"2026-03-29", 121, "2026-03-29T21:00:00+02:00", "2026-03-30T00:00:00+02:00", 1380},
		{"2026-10-25", 240, "2026-10-25T00:00:00+02:00", "2026-10-25T03:00:00+01:00", 1500},
	} {
		day := on(tc.day)
		task := call("c-1", "care", day, day)
		task.Minutes = tc.minutes
		reach := consent.Reach{Customer: "c-1", Allowed: []consent.Permission{{Channel: "phone", Purpose: "care"}}}
		plan, err := planner.Plan(agenda.Work{
			First: day, Last: day, Tasks: []agenda.Task{task}, Reaches: []consent.Reach{reach},
			People: []agenda.Person{{ID: "a", Calendar: "always", PerDay: 10_000}},
		})
		require.NoError(t, err)
		require.Len(t, plan.Placed, 1)
		between := plan.Placed[0].Between
		assert.Equal(t, []string{tc.from, tc.to}, []string{between.From.Format(time.RFC3339), between.To.Format(time.RFC3339)})
		assert.Equal(t, tc.capacity, plan.Loads[0].Capacity)
	}
}

// A yes that ends within the period is worth nothing from that day on; a channel that does not
// reach her is worth nothing at all.
func TestPlanUntilConsentEnds(t *testing.T) {
	monday := on("2026-11-23")
	planner := newPlanner(t, planRules(), contactRules())
	task := call("c-1", "care", monday+2, monday+4)
	task.Channels = []string{"letter", "phone"}
	work := workOf([]agenda.Person{{ID: "a", Calendar: "shop", PerDay: 9}}, task)
	work.Last = monday + 6
	plan := func(letter, phone customer.Date, invalid ...string) agenda.Plan {
		work.Reaches = []consent.Reach{{Customer: "c-1", Invalid: invalid, Allowed: []consent.Permission{
			{Channel: "letter", Purpose: "care", Until: letter}, {Channel: "phone", Purpose: "care", Until: phone},
		}}}
		plan, err := planner.Plan(work)
		require.NoError(t, err)
		return plan
	}

	placed := plan(monday+3, 0).Placed
	require.Len(t, placed, 1)
	assert.Equal(t, "letter", placed[0].Channel, "on the last day that it holds")
	assert.Equal(t, monday+2, placed[0].Day)

	placed = plan(monday+2, 0).Placed
	require.Len(t, placed, 1)
	assert.Equal(t, "phone", placed[0].Channel)
	assert.Contains(t, codesOf(placed[0].Because), consent.CodeEnds)

	placed = plan(0, 0, "letter").Placed
	require.Len(t, placed, 1)
	assert.Equal(t, "phone", placed[0].Channel)
	assert.Contains(t, codesOf(placed[0].Because), consent.CodeInvalid)

	unplaced := plan(monday+2, monday+1).Unplaced
	require.Len(t, unplaced, 1)
	assert.Equal(t, []string{consent.CodeEnds, consent.CodeEnds}, codesOf(unplaced[0].Because), "and no hour is quiet")
	assert.Zero(t, unplaced[0].Could)
	assert.Equal(t, "her yes ends with 24 Nov 2026: contact/1#letter-care", agenda.Explain(unplaced[0].Because[0], customer.English))

	assert.Equal(t, []string{consent.CodeInvalid, consent.CodeInvalid}, codesOf(plan(0, 0, "phone", "letter").Unplaced[0].Because))

	// Hours that rule nothing out since her yes has ended by then are not told.
	work.Tasks[0].Channels = []string{"phone"}
	work.People[0].Calendar = "office"
	work.Reaches = []consent.Reach{{Customer: "c-1", Hours: "evenings", Allowed: []consent.Permission{{Channel: "phone", Purpose: "care", Until: monday + 3}}}}
	never, err := planner.Plan(work)
	require.NoError(t, err)
	require.Equal(t, []string{consent.CodeEnds, agenda.CodeQuiet}, codesOf(never.Unplaced[0].Because))
	assert.Equal(t, [2]customer.Date{monday + 2, monday + 2}, [2]customer.Date{never.Unplaced[0].Because[1].On, never.Unplaced[0].Because[1].By})
}
