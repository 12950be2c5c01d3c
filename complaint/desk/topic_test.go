package desk_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/complaint/desk"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
)

func topicRules() desk.TopicRules {
	return desk.TopicRules{
		Edition: customer.Edition{ID: "topics", Version: 4}, Zone: shanghai, Number: "95500",
		Groups: []desk.Group{
			{ID: "cards", Desk: "line", Skills: []string{"cards"}, Context: []string{"what was promised", "card number ends in"}},
			{ID: "lost", Desk: "line", Skills: []string{"cards", "blocking"}, Responsible: "li"},
			{ID: "south", Desk: "main-cash"},
			{ID: "managers", Desk: "main-company", Context: []string{"what was asked"}},
		},
		Topics: []desk.Topic{
			{Topic: "card", Group: "cards"},
			{Topic: "card/lost", Group: "lost"},
			{Topic: "card", Area: "south", Group: "south"},
			{Topic: "card/fee", Area: "south", Group: "south"},
		},
		Fallback: "managers",
		Answers: []desk.StandardAnswer{
			{ID: "fee", Version: 1, Group: "cards", Topic: "card/fee", Until: 739800, Text: "10 yuan a year"},
			{ID: "fee", Version: 2, Group: "cards", Topic: "card/fee", From: 739700, Text: "free of charge"},
			{ID: "fee", Version: 2, Group: "cards", Topic: "card/fee", From: 739700, Language: "zh", Text: "免费"},
			{ID: "hours", Version: 1, Group: "cards", Text: "08:00 to 20:00"},
			{ID: "block", Version: 1, Group: "lost", Text: "blocked at once"},
		},
	}
}

func topics(tb require.TestingT, change ...func(*desk.TopicRules)) *desk.Topics {
	rules := topicRules()
	for _, one := range change {
		one(&rules)
	}
	all, err := desk.NewTopics(rules, zoneOf(tb, shanghai), bank(tb))
	require.NoError(tb, err)
	return all
}

// rows A54, A55: one number, and the right desk at the first attempt.
func TestRoute(t *testing.T) {
	for _, tc := range []struct {
		topic, area, group, because string
		escalated                   bool
	}{
		{"card", "", "cards", "desk.topic card", false},
		{"card/fee", "", "cards", "desk.topic card", false},
		{"card/lost", "", "lost", "desk.topic card/lost", false},
		{"card/lost/abroad/stolen", "", "lost", "desk.topic card/lost", false},
		{"card/loss", "", "cards", "desk.topic card", false},
		{"cardigan", "", "managers", "desk.no-topic cardigan", true},
		{"car", "", "managers", "desk.no-topic car", true},
		{"", "", "managers", "desk.no-topic", true},
		{"card", "south", "south", "desk.topic-here card", false},
		{"card/fee", "south", "south", "desk.topic-here card/fee", false},
		{"card/lost", "south", "lost", "desk.topic card/lost", false}, // the longer path before the area
		{"card/other", "south", "south", "desk.topic-here card", false},
		{"card/fee", "north", "cards", "desk.topic card", false},
	} {
		got, err := topics(t).Route(tc.topic, tc.area, at(t, "2026-11-25 10:00"))
		require.NoError(t, err)
		assert.Equal(t, tc.group, got.Group, "%+v", tc)
		assert.Equal(t, tc.escalated, got.Escalated, "%+v", tc)
		assert.Equal(t, []string{tc.because}, codes(got.Because), "%+v", tc)
		assert.Equal(t, "95500", got.Number)
		assert.Equal(t, "topics/4", got.Rule)
	}
}

// The longest row that is the topic or above it wins, whatever the order of the rows.
func TestRouteFindsTheLongest(t *testing.T) {
	paths := []string{"a", "a/b", "a/b/c", "a/bc", "b", "b/a", "ab"}
	rapid.Check(t, func(t *rapid.T) {
		rules := desk.TopicRules{Edition: customer.Edition{ID: "t", Version: 1}, Zone: shanghai, Groups: []desk.Group{{ID: "none", Desk: "x"}}, Fallback: "none"}
		for _, path := range rapid.SliceOfDistinct(rapid.SampledFrom(paths), rapid.ID).Draw(t, "rows") {
			rules.Groups = append(rules.Groups, desk.Group{ID: path, Desk: "x"})
			rules.Topics = append(rules.Topics, desk.Topic{Topic: path, Group: path})
		}
		rules.Topics = rapid.Permutation(rules.Topics).Draw(t, "shuffled")
		all, err := desk.NewTopics(rules, zoneOf(t, shanghai), nil)
		require.NoError(t, err)
		topic := rapid.SampledFrom(append(paths, "a/b/c/d", "c", "a/x")).Draw(t, "topic")
		want := "none"
		for _, row := range rules.Topics {
			if strings.HasPrefix(topic+"/", row.Topic+"/") && (want == "none" || len(row.Topic) > len(want)) {
				want = row.Topic
			}
		}
		got, err := all.Route(topic, "", at(t, "2026-11-25 10:00"))
		require.NoError(t, err)
		require.Equal(t, want, got.Group)
	})
}

// row A55: one answer for everybody, in its version and for its time.
func TestAnswers(t *testing.T) {
	for _, tc := range []struct {
		topic, language string
		day             customer.Date
		want            []string
	}{
		{"card/fee", "", 739699, []string{"10 yuan a year", "08:00 to 20:00"}},
		{"card/fee", "", 739700, []string{"free of charge", "08:00 to 20:00"}}, // of two that are valid the later version
		{"card/fee", "", 739800, []string{"free of charge", "08:00 to 20:00"}},
		{"card/fee", "zh", 739700, []string{"free of charge", "免费", "08:00 to 20:00"}},
		{"card/fee/abroad", "", 739700, []string{"free of charge", "08:00 to 20:00"}},
		{"card", "", 739700, []string{"08:00 to 20:00"}},
		{"card/lost", "", 739700, []string{"blocked at once"}},
		{"weather", "", 739700, nil},
	} {
		got, err := topics(t).Answers(tc.topic, "", tc.language, tc.day.Start(zoneOf(t, shanghai)))
		require.NoError(t, err)
		var texts []string
		for _, one := range got {
			texts = append(texts, one.Text)
		}
		assert.Equal(t, tc.want, texts, "%+v", tc)
	}
	// A version that has run out leaves the one before it, if that is still valid.
	got, err := topics(t, func(r *desk.TopicRules) { r.Answers[1].Until = 739750 }).Answers("card/fee", "", "", customer.Date(739760).Start(zoneOf(t, shanghai)))
	require.NoError(t, err)
	assert.Equal(t, 1, got[0].Version)
}

// row B35: who does not know hands over at once, and tells what she knows.
func TestHandOver(t *testing.T) {
	when := at(t, "2026-11-25 10:00")
	all := topics(t)
	got, err := all.HandOver("card", "", []string{"cash", "cards"}, nil, when)
	require.NoError(t, err)
	assert.False(t, got.Needed)
	assert.Equal(t, []string{"desk.has-skills cards"}, codes(got.Because))

	_, err = all.HandOver("card", "", []string{"cash"}, []string{"weather"}, when)
	assert.Equal(t, []string{"desk.context card number ends in", "desk.context what was promised"}, codes(missing(t, err)))
	_, err = all.HandOver("card", "", nil, []string{"what was promised"}, when)
	assert.Equal(t, []string{"desk.context card number ends in"}, codes(missing(t, err)))
	got, err = all.HandOver("card", "", nil, []string{"what was promised", "card number ends in"}, when)
	require.NoError(t, err)
	assert.True(t, got.Needed)
	assert.Equal(t, []string{"desk.lacks-skill cards"}, codes(got.Because))

	got, err = all.HandOver("card/lost", "", []string{"cards"}, nil, when)
	require.NoError(t, err)
	assert.Equal(t, "li", got.To.Responsible)
	assert.Equal(t, []string{"desk.lacks-skill blocking"}, codes(got.Because))

	// What no topic matches is for the fallback, whatever she can do.
	got, err = all.HandOver("weather", "", []string{"cards", "blocking"}, []string{"what was asked"}, when)
	require.NoError(t, err)
	assert.True(t, got.Needed)
	assert.Equal(t, []string{"desk.no-topic weather"}, codes(got.Because))

	_, err = all.HandOver("card", "", []string{""}, []string{"\x00"}, when)
	assert.Equal(t, []string{"skills[0]", "context[0]"}, customertest.Paths(t, err))
}

func TestTopicsFaults(t *testing.T) {
	deep := strings.Repeat("a/", 16) + "a"
	_, err := desk.NewTopics(desk.TopicRules{
		Edition: customer.Edition{ID: "t", Version: 1}, Zone: shanghai, Number: "\x00",
		Groups: []desk.Group{{ID: "a", Desk: "x", Skills: []string{""}, Context: []string{""}, Responsible: "\x00"}, {ID: "a", Desk: ""}},
		Topics: []desk.Topic{{Topic: "", Group: "a"}, {Topic: "/a", Group: "x"}, {Topic: "a//b", Group: "a"}, {Topic: deep, Group: "a"}, {Topic: "b", Group: "a"}, {Topic: "b", Group: "a"}, {Topic: "b", Area: "\x00", Group: "a"}},
		Answers: []desk.StandardAnswer{
			{ID: "", Version: 0, Group: "x", Topic: "a/", Language: "\x00", From: -1, Until: -1},
			{ID: "b", Version: 1, Group: "a", From: 5, Until: 5, Text: strings.Repeat("x", 8193)},
			{ID: "b", Version: 1, Group: "a", Text: "\xff"},
		},
	}, zoneOf(t, shanghai), bank(t))
	assert.Equal(t, []string{
		"number", "groups[0].desk", "groups[0].responsible", "groups[0].skills[0]", "groups[0].context[0]", "groups[1].id", "groups[1].desk",
		"topics[0].topic", "topics[1].topic", "topics[1].group", "topics[2].topic", "topics[3].topic", "topics[5]", "topics[6].area", "fallback",
		"answers[0].id", "answers[0].version", "answers[0].topic", "answers[0].language", "answers[0].from", "answers[0].until", "answers[0].text", "answers[0].group",
		"answers[1].until", "answers[1].text", "answers[2].text", "answers[2]",
	}, customertest.Paths(t, err))
	_, err = desk.NewTopics(desk.TopicRules{
		Edition: customer.Edition{ID: "t", Version: 1}, Zone: shanghai,
		Groups: make([]desk.Group, desk.MaxGroups+1), Topics: make([]desk.Topic, desk.MaxTopics+1), Answers: make([]desk.StandardAnswer, desk.MaxAnswers+1),
	}, zoneOf(t, shanghai), nil)
	assert.Equal(t, []string{"groups", "topics", "fallback", "answers"}, customertest.Paths(t, err))

	all := topics(t, func(r *desk.TopicRules) { r.Until = date(t, "2026-12-01") })
	_, err = all.Route("a//b", "\x00", at(t, "2026-11-25 10:00"))
	assert.Equal(t, []string{"topic", "area"}, customertest.Paths(t, err))
	_, err = all.Answers("card", "", "", at(t, "2026-12-01 00:00"))
	assert.Equal(t, []string{"customer.no-longer-in-force"}, codes(missing(t, err)))
	_, err = all.HandOver("card", "", nil, nil, at(t, "2026-12-01 00:00"))
	require.Error(t, err)
	_, err = new(desk.Topics).Route("card", "", at(t, "2026-11-25 10:00"))
	require.Error(t, err)
}
