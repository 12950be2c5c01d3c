package segment_test

import (
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/segment"
)

const rfmJSON = `{
	"id": "club", "version": 3, "from": "2025-01-01", "zone": "Asia/Shanghai", "currency": {"code": "CNY", "digits": 2},
	"window_days": 365, "parts": 3, "recency": "stated", "frequency": "stated", "monetary": "quantiles",
	"recency_slack_permille": 100, "monetary_slack_permille": 50,
	"cuts": {"recency_days": [90, 30], "frequency_days": [2, 5], "monetary": ["99.5", "1000"],
		"fitted": {"on": "2025-11-01", "customers": 900, "measured": 800, "less_money": [300, 601]}},
	"groups": [
		{"name": "重要保持客户", "keep": true, "scores": [{"recency": {"most": 2}, "frequency": {"least": 2, "most": 3}, "monetary": {"least": 3}}]},
		{"name": "其他", "scores": [
			{"monetary": {"most": 2}}, {"recency": {"least": 3}, "monetary": {"least": 3}},
			{"recency": {"most": 2}, "frequency": {"most": 1}, "monetary": {"least": 3}}]}
	]
}`

// Rules survive JSON and back, and are read strictly.
func TestRFMRulesAreData(t *testing.T) {
	rules, err := segment.ParseRFMRules([]byte(rfmJSON))
	require.NoError(t, err)
	newRFM(t, rules)
	assert.JSONEq(t, rfmJSON, toJSON(t, rules))
	for _, whole := range []segment.RFMRules{clubRules(), rfmQuantiles()} {
		again, err := segment.ParseRFMRules([]byte(toJSON(t, whole)))
		require.NoError(t, err)
		assert.Equal(t, toJSON(t, whole), toJSON(t, again))
		newRFM(t, again)
	}
	for name, test := range map[string]struct{ from, to, path string }{
		"a misspelt field":         {`"parts"`, `"part"`, "part"},
		"money that is no text":    {`"99.5"`, `99.5`, "cuts.monetary[0]"},
		"an unknown source":        {`"quantiles"`, `"quintiles"`, "monetary"},
		"a range that is no range": {`{"most": 2}, "frequency"`, `[1, 2], "frequency"`, "groups[0].scores[0].recency"},
	} {
		_, err := segment.ParseRFMRules([]byte(strings.Replace(rfmJSON, test.from, test.to, 1)))
		assert.Contains(t, faultPaths(t, err), test.path, name)
	}
}

func TestRFMRulesAtFault(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*segment.RFMRules)
		paths  []string
	}{
		{"no edition", func(r *segment.RFMRules) { r.Edition = customer.Edition{} }, []string{"id", "version"}},
		{"no zone", func(r *segment.RFMRules) { r.Zone = "" }, []string{"zone"}},
		{"this machine's zone", func(r *segment.RFMRules) { r.Zone = "Local" }, []string{"zone"}},
		{"another zone than the one passed", func(r *segment.RFMRules) { r.Zone = "Europe/Paris" }, []string{"zone"}},
		{"no currency", func(r *segment.RFMRules) { r.Currency = customer.Currency{} }, []string{"currency.code"}},
		{"no window", func(r *segment.RFMRules) { r.WindowDays = 0; *r = stripCuts(*r) }, []string{"window_days"}},
		{"a window too long", func(r *segment.RFMRules) { r.WindowDays = segment.MaxWindowDays + 1 }, []string{"window_days"}},
		{"one part", func(r *segment.RFMRules) { r.Parts = 1; *r = stripCuts(*r) }, []string{"parts"}},
		{"ten parts", func(r *segment.RFMRules) { r.Parts = 10; *r = stripCuts(*r) }, []string{"parts"}},
		{"no sources", func(r *segment.RFMRules) { r.Recency, r.Frequency, r.Monetary = 0, segment.Terciles, 9 }, []string{"recency", "frequency", "monetary"}},
		{"a cut too few", func(r *segment.RFMRules) { r.Cuts.FrequencyDays = r.Cuts.FrequencyDays[:3] }, []string{"cuts.frequency_days"}},
		{"a cut too many", func(r *segment.RFMRules) { r.Cuts.RecencyDays = []int{180, 90, 45, 14, 7} }, []string{"cuts.recency_days"}},
		{"no stated cuts", func(r *segment.RFMRules) { r.Cuts = segment.RFMCuts{} }, []string{"cuts.recency_days", "cuts.frequency_days", "cuts.monetary"}},
		{"recency the wrong way round", func(r *segment.RFMRules) { r.Cuts.RecencyDays = []int{14, 45, 90, 180} }, []string{"cuts.recency_days[1]", "cuts.recency_days[2]", "cuts.recency_days[3]"}},
		{"recency cuts that coincide", func(r *segment.RFMRules) { r.Cuts.RecencyDays = []int{90, 45, 45, 14} }, []string{"cuts.recency_days[2]"}},
		{"frequency cuts that coincide", func(r *segment.RFMRules) { r.Cuts.FrequencyDays = []int{2, 2, 3, 4} }, []string{"cuts.frequency_days[1]"}},
		{"a recency that everybody has", func(r *segment.RFMRules) { r.Cuts.RecencyDays[0] = 365 }, []string{"cuts.recency_days[0]"}},
		{"a recency that nobody has", func(r *segment.RFMRules) { r.Cuts.RecencyDays[3] = 0 }, []string{"cuts.recency_days[3]"}},
		{"a frequency that everybody has", func(r *segment.RFMRules) { r.Cuts.FrequencyDays[0] = 1 }, []string{"cuts.frequency_days[0]"}},
		{"a frequency that nobody has", func(r *segment.RFMRules) { r.Cuts.FrequencyDays[3] = 366 }, []string{"cuts.frequency_days[3]"}},
		{"cuts below the least number", func(r *segment.RFMRules) { r.Cuts.RecencyDays[0] = -1 << 30; r.Cuts.FrequencyDays[0] = -1 << 30 }, []string{"cuts.recency_days[0]", "cuts.frequency_days[0]"}},
		{"money below 0", func(r *segment.RFMRules) { r.Cuts.Monetary[0] = dec("-0.01") }, []string{"cuts.monetary[0]"}},
		{"faults of every axis at once", func(r *segment.RFMRules) {
			r.Cuts.RecencyDays[1], r.Cuts.FrequencyDays[3], r.Cuts.Monetary[0], r.Cuts.Monetary[3] = 400, 8, dec("-1"), dec("0.001")
		}, []string{"cuts.monetary[0]", "cuts.monetary[3]", "cuts.recency_days[1]", "cuts.frequency_days[3]"}},
		{"money in tenths of cents", func(r *segment.RFMRules) { r.Cuts.Monetary[2] = dec("500.001") }, []string{"cuts.monetary[2]"}},
		{"money beyond every sum", func(r *segment.RFMRules) { r.Cuts.Monetary[3] = dec("10000000000000000.01") }, []string{"cuts.monetary[3]"}},
		{"money cuts that coincide", func(r *segment.RFMRules) { r.Cuts.Monetary[2] = dec("250.000") }, []string{"cuts.monetary[2]"}},
		{"slack out of range", func(r *segment.RFMRules) {
			r.RecencySlackPermille, r.FrequencySlackPermille, r.MonetarySlackPermille = -1, -1, -1
		}, []string{"recency_slack_permille", "frequency_slack_permille", "monetary_slack_permille"}},
		{"a whole of slack", func(r *segment.RFMRules) { r.MonetarySlackPermille = 1000 }, []string{"monetary_slack_permille", "monetary_slack_permille"}},
		{"no way down from frequency 2", func(r *segment.RFMRules) { r.FrequencySlackPermille = 500; r.Cuts.FrequencyDays = []int{2, 5, 12, 30} }, []string{"frequency_slack_permille"}},
		{"no way up to recency 5", func(r *segment.RFMRules) { r.RecencySlackPermille = 100; r.Cuts.RecencyDays[3] = 1 }, []string{"recency_slack_permille"}},
		{"no way down to recency 1", func(r *segment.RFMRules) { r.RecencySlackPermille = 100; r.Cuts.RecencyDays[0] = 332 }, []string{"recency_slack_permille"}},
		{"no way up to frequency 5", func(r *segment.RFMRules) { r.FrequencySlackPermille = 100; r.Cuts.FrequencyDays[3] = 332 }, []string{"frequency_slack_permille"}},
		{"slack that just does not reach across", func(r *segment.RFMRules) { r.MonetarySlackPermille = 100; r.Cuts.Monetary[1] = dec("111.12") }, nil},
		{"slack that reaches across", func(r *segment.RFMRules) { r.MonetarySlackPermille = 100; r.Cuts.Monetary[1] = dec("111.11") }, []string{"monetary_slack_permille"}},
		{"recency slack that reaches across upwards", func(r *segment.RFMRules) { r.RecencySlackPermille = 100; r.Cuts.RecencyDays = []int{111, 100, 45, 14} }, []string{"recency_slack_permille"}},
		{"quantiles without evidence", func(r *segment.RFMRules) { r.Recency = segment.Quantiles }, []string{"cuts.fitted.longer_ago"}},
		{"evidence of half the cuts", func(r *segment.RFMRules) {
			r.Cuts.Fitted = &segment.RFMFitted{On: on, Customers: 9, LongerAgo: []int64{1, 2}}
		}, []string{"cuts.fitted.longer_ago"}},
		{"evidence that cannot be", func(r *segment.RFMRules) {
			r.Cuts.Fitted = &segment.RFMFitted{Customers: 9, Measured: 10, LongerAgo: []int64{1, 2, 2, 9}, FewerDays: []int64{0, 2, 3, 4}}
		}, []string{
			"cuts.fitted.on", "cuts.fitted.measured",
			"cuts.fitted.longer_ago[2]", "cuts.fitted.longer_ago[3]", "cuts.fitted.fewer_days[0]",
		}},
		{"evidence below 0", func(r *segment.RFMRules) { r.Cuts.Fitted = &segment.RFMFitted{On: on, Customers: -1, Measured: -1} }, []string{"cuts.fitted.customers", "cuts.fitted.measured"}},
		{"evidence kept with cuts that the shop took over", func(r *segment.RFMRules) {
			r.Cuts.Fitted = &segment.RFMFitted{On: on, Customers: 9, LongerAgo: []int64{1, 2, 3, 8}}
		}, nil},
		{"the least slack cuts leave", func(r *segment.RFMRules) { r.Cuts.Monetary[0] = dec("0") }, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			rules := clubRules()
			test.change(&rules)
			berlin := zone(t, "Europe/Berlin")
			_, err := segment.NewRFM(rules, berlin)
			if test.paths == nil {
				require.NoError(t, err)
				return
			}
			assert.Equal(t, test.paths, faultPaths(t, err))
		})
	}
	_, err := segment.NewRFM(clubRules(), nil)
	assert.Equal(t, []string{"zone"}, faultPaths(t, err))
}

// stripCuts leaves the axes to the population, so that nothing but the point at issue is at
// fault.
func stripCuts(rules segment.RFMRules) segment.RFMRules {
	rules.Recency, rules.Frequency, rules.Monetary = segment.Quantiles, segment.Quantiles, segment.Quantiles
	rules.Cuts, rules.Groups = segment.RFMCuts{}, nil
	return rules
}

// Every gap and every overlap of the table is named, with its least triple and how many
// there are: no customer gets a group by the order of the rows, and none falls among
// others by accident.
func TestRFMGroupsAtFault(t *testing.T) {
	all := func(blocks ...segment.RFMBlock) []segment.RFMBlock { return blocks }
	upTo, from := func(most int) segment.RFMRange { return segment.RFMRange{Most: most} }, func(least int) segment.RFMRange { return segment.RFMRange{Least: least} }
	for _, test := range []struct {
		name   string
		groups []segment.RFMGroup
		want   []string
	}{
		{"one for all", []segment.RFMGroup{{Name: "all", Scores: all(segment.RFMBlock{})}}, nil},
		{"a gap", []segment.RFMGroup{{Name: "low", Scores: all(segment.RFMBlock{Recency: upTo(2)})}, {Name: "high", Scores: all(segment.RFMBlock{Recency: from(4)})}}, []string{
			"groups = 311: have a group for every triple of scores; 25 have none, of which this is the least",
		}},
		{"an overlap", []segment.RFMGroup{{Name: "low", Scores: all(segment.RFMBlock{Recency: upTo(3)})}, {Name: "high", Scores: all(segment.RFMBlock{Recency: from(3)})}}, []string{
			"groups[1].scores = 311: is in one group only; 25 triples are in low as well, of which this is the least",
		}},
		{"every pair that overlaps, and a gap", []segment.RFMGroup{
			{Name: "a", Scores: all(segment.RFMBlock{Recency: upTo(2)})},
			{Name: "b", Scores: all(segment.RFMBlock{Recency: upTo(2), Frequency: from(5)})},
			{Name: "c", Scores: all(segment.RFMBlock{Recency: from(2), Frequency: from(2), Monetary: from(2)})},
		}, []string{
			"groups = 311: have a group for every triple of scores; 27 have none, of which this is the least",
			"groups[1].scores = 151: is in one group only; 10 triples are in a as well, of which this is the least",
			"groups[2].scores = 222: is in one group only; 16 triples are in a as well, of which this is the least",
			"groups[2].scores = 252: is in one group only; 4 triples are in b as well, of which this is the least",
		}},
		{"one triple left out", []segment.RFMGroup{
			{Name: "a", Scores: all(segment.RFMBlock{Recency: upTo(4)}, segment.RFMBlock{Frequency: upTo(4)})}, // blocks of one group may overlap
			{Name: "b", Scores: all(segment.RFMBlock{Recency: from(5), Frequency: from(5), Monetary: upTo(4)})},
		}, []string{"groups = 555: have a group for every triple of scores; 1 have none, of which this is the least"}},
		{"names and ranges", []segment.RFMGroup{
			{Name: "", Scores: all(segment.RFMBlock{Recency: segment.RFMRange{Least: -1, Most: 6}})},
			{Name: "x", Scores: all(segment.RFMBlock{Frequency: segment.RFMRange{Least: 4, Most: 3}})},
			{Name: "x"},
		}, []string{
			"groups[0].name", "groups[0].scores[0].recency.least", "groups[0].scores[0].recency.most",
			"groups[1].scores[0].frequency.most", "groups[2].name", "groups[2].scores",
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			rules := clubRules()
			rules.Groups = test.groups
			_, err := segment.NewRFM(rules, zone(t, rules.Zone))
			if test.want == nil {
				require.NoError(t, err)
				return
			}
			var faults customer.Faults
			require.ErrorAs(t, err, &faults)
			var got []string
			for i, fault := range faults {
				text := fault.Path + " = " + fault.Value + ": " + fault.Rule
				if i < len(test.want) && !strings.Contains(test.want[i], " = ") {
					text = fault.Path
				}
				got = append(got, text)
			}
			assert.Equal(t, test.want, got)
		})
	}
}

// As many groups as there are triples are enough for any table, and more blocks are
// refused before they are worked through.
func TestRFMGroupsAtTheirBound(t *testing.T) {
	rules := stripCuts(clubRules())
	rules.Parts = segment.MaxRFMParts
	only := func(score int) segment.RFMRange { return segment.RFMRange{Least: score, Most: score} }
	for triple := range segment.MaxRFMBlocks {
		rules.Groups = append(rules.Groups, segment.RFMGroup{Name: "g-" + decimal.NewFromInt(int64(triple)).String(), Scores: []segment.RFMBlock{
			{Recency: only(triple/81 + 1), Frequency: only(triple/9%9 + 1), Monetary: only(triple%9 + 1)},
		}})
	}
	rfm := newRFM(t, rules)
	name, _ := rfm.Group(segment.Scores{Recency: 9, Frequency: 9, Monetary: 9})
	assert.Equal(t, "g-728", name)
	name, _ = rfm.Group(segment.Scores{Recency: 1, Frequency: 2, Monetary: 1})
	assert.Equal(t, "g-9", name)

	rules.Groups[0].Scores = append(rules.Groups[0].Scores, rules.Groups[0].Scores[0])
	_, err := segment.NewRFM(rules, zone(t, rules.Zone))
	assert.Equal(t, []string{"groups"}, faultPaths(t, err))
}

// A table that is accepted names exactly one group for every triple; one that is refused
// has a triple with none or with two, as a naive count finds.
func TestRFMGroupTablesAreChecked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules := stripCuts(clubRules())
		rules.Parts = rapid.IntRange(2, 4).Draw(t, "parts")
		bound := func() segment.RFMRange {
			least := rapid.IntRange(1, rules.Parts).Draw(t, "least")
			return segment.RFMRange{Least: least, Most: rapid.IntRange(least, rules.Parts).Draw(t, "most")}
		}
		if rapid.Bool().Draw(t, "split") { // a table that is in order to begin with
			at := rapid.IntRange(1, rules.Parts-1).Draw(t, "at")
			rules.Groups = []segment.RFMGroup{
				{Name: "low", Scores: []segment.RFMBlock{{Frequency: segment.RFMRange{Most: at}}}},
				{Name: "high", Scores: []segment.RFMBlock{{Frequency: segment.RFMRange{Least: at + 1}}}},
			}
		}
		for i := range rapid.IntRange(0, 3).Draw(t, "more") {
			rules.Groups = append(rules.Groups, segment.RFMGroup{Name: string(rune('a' + i)), Scores: []segment.RFMBlock{{Recency: bound(), Frequency: bound(), Monetary: bound()}}})
		}
		if len(rules.Groups) == 0 {
			return
		}
		in := func(r segment.RFMRange, score int) bool {
			return (r.Least == 0 || score >= r.Least) && (r.Most == 0 || score <= r.Most)
		}
		holding := map[segment.Scores][]string{}
		total, exact := 0, 0
		for r := range rules.Parts {
			for f := range rules.Parts {
				for m := range rules.Parts {
					scores := segment.Scores{Recency: uint8(r + 1), Frequency: uint8(f + 1), Monetary: uint8(m + 1)}
					for _, group := range rules.Groups {
						if block := group.Scores[0]; in(block.Recency, r+1) && in(block.Frequency, f+1) && in(block.Monetary, m+1) {
							holding[scores] = append(holding[scores], group.Name)
						}
					}
					total++
					if len(holding[scores]) == 1 {
						exact++
					}
				}
			}
		}
		berlin, err := rfmZone(rules.Zone)
		require.NoError(t, err)
		rfm, err := segment.NewRFM(rules, berlin)
		if exact < total {
			assert.NotEmpty(t, faultPaths(t, err))
			return
		}
		require.NoError(t, err)
		for scores, names := range holding {
			name, _ := rfm.Group(scores)
			assert.Equal(t, names[0], name)
		}
	})
}
