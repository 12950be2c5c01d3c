package lifecycle_test

import (
	"cmp"
	"encoding/hex"
	"encoding/json"
	"math"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/lifecycle"
)

// riskPlaybook has a promotion and a call for mature customers, and a coupon for growing ones.
func riskPlaybook(t require.TestingT) *lifecycle.Playbook {
	playbook, err := lifecycle.NewPlaybook(lifecycle.PlaybookRules{
		Edition: customer.Edition{ID: "playbook", Version: 1},
		Plays: []lifecycle.Play{
			{ID: "member-day", Stage: lifecycle.Mature, Kind: lifecycle.MemberPlay, Trigger: lifecycle.OnEntering, Role: "marketing", Promotion: true},
			{ID: "call", Stage: lifecycle.Mature, Kind: lifecycle.PersonalPlay, Trigger: lifecycle.OnEntering, Role: "shop manager"},
			{ID: "double", Stage: lifecycle.Growing, Kind: lifecycle.PointsPlay, Trigger: lifecycle.OnEntering, Role: "marketing", Promotion: true},
			{ID: "letter", Stage: lifecycle.Ending, Kind: lifecycle.WinBackPlay, Trigger: lifecycle.OnEntering, Role: "marketing", Promotion: true},
		},
	})
	require.NoError(t, err)
	return playbook
}

func riskRules() lifecycle.RiskRules {
	return lifecycle.RiskRules{
		Edition: customer.Edition{ID: "risk", Version: 1}, Currency: customer.Currency{Code: "EUR", Digits: 2},
		HorizonDays: 365, LeastLikelihoodPermille: 300, LeastLoss: decimal.New(5, 0), Most: 3,
		Answers: []lifecycle.RiskAnswer{
			{Stage: lifecycle.Mature, Play: "member-day", Channel: "e-mail"},
			{Stage: lifecycle.Mature, Play: "call", Channel: "phone", DueDays: 5},
			{Stage: lifecycle.Growing, Play: "double", Channel: "app"},
		},
	}
}

func newRisks(t require.TestingT, rules lifecycle.RiskRules) *lifecycle.Risks {
	risks, err := lifecycle.NewRisks(rules, riskPlaybook(t))
	require.NoError(t, err)
	return risks
}

func newRiskList[K population.Key](t require.TestingT, risks *lifecycle.Risks) *lifecycle.RiskList[K] {
	list, err := lifecycle.NewRiskList[K](risks, on("2026-11-22"))
	require.NoError(t, err)
	return list
}

func TestRiskRulesFaults(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(*lifecycle.RiskRules)
		want   []string
	}{
		"in order":   {func(*lifecycle.RiskRules) {}, nil},
		"no answers": {func(r *lifecycle.RiskRules) { r.Answers = nil }, nil},
		"figures": {func(r *lifecycle.RiskRules) {
			r.ID, r.Currency.Digits, r.HorizonDays, r.LeastLikelihoodPermille, r.Most = "", 5, 0, 1001, 0
		}, []string{"id = ", "currency.digits = 5", "horizon_days = 0", "least_likelihood_permille = 1001", "most = 0"}},
		"a most below the least": {func(r *lifecycle.RiskRules) { r.MostLikelihoodPermille = 299 }, []string{"most_likelihood_permille = 299"}},
		"a most above all":       {func(r *lifecycle.RiskRules) { r.MostLikelihoodPermille = 1001 }, []string{"most_likelihood_permille = 1001"}},
		"a most at the least":    {func(r *lifecycle.RiskRules) { r.MostLikelihoodPermille = 300 }, nil},
		"a third of a cent":      {func(r *lifecycle.RiskRules) { r.LeastLoss = decimal.New(5001, -3) }, []string{"least_loss = 5.001"}},
		"loss below 0":           {func(r *lifecycle.RiskRules) { r.LeastLoss = decimal.New(-1, 0) }, []string{"least_loss = -1"}},
		"too many":               {func(r *lifecycle.RiskRules) { r.Most = 100_001 }, []string{"most = 100001"}},
		"no such play":           {func(r *lifecycle.RiskRules) { r.Answers[0].Play = "dance" }, []string{"answers[0].play = dance"}},
		"of another stage":       {func(r *lifecycle.RiskRules) { r.Answers[2].Stage = lifecycle.Mature }, []string{"answers[2].stage = mature"}},
		"no channel":             {func(r *lifecycle.RiskRules) { r.Answers[1].Channel, r.Answers[1].DueDays = "", 367 }, []string{"answers[1].channel = ", "answers[1].due_days = 367"}},
		"many answers":           {func(r *lifecycle.RiskRules) { r.Answers = slices.Repeat(r.Answers[:1], 501) }, []string{"answers = 501"}},
	} {
		t.Run(name, func(t *testing.T) {
			rules := riskRules()
			tc.change(&rules)
			_, err := lifecycle.NewRisks(rules, riskPlaybook(t))
			assert.Equal(t, tc.want, faults(err))
		})
	}
	_, err := lifecycle.NewRisks(riskRules(), nil)
	assert.Len(t, faults(err), 3, "answers without a playbook")
	rules := riskRules()
	rules.Answers = nil
	_, err = lifecycle.NewRisks(rules, nil)
	require.NoError(t, err)

	data, err := json.Marshal(riskRules())
	require.NoError(t, err)
	read, err := lifecycle.ParseRiskRules(data)
	require.NoError(t, err)
	again, err := json.Marshal(read)
	require.NoError(t, err)
	assert.JSONEq(t, string(data), string(again))

	rules = riskRules()
	rules.Until = on("2026-11-22")
	_, err = lifecycle.NewRiskList[uint32](newRisks(t, rules), on("2026-11-22"))
	assert.NotEmpty(t, codes(t, err))
}

// Both sides of the marks, exactly on them, and where nothing can be lost: row D6.
func TestRiskMarks(t *testing.T) {
	for name, tc := range map[string]struct {
		stake lifecycle.Stake
		loss  int64 // -1: not at risk
	}{
		"likely enough, exactly":      {lifecycle.Stake{Likelihood: 300, Value: 10_000}, 3000},
		"not quite":                   {lifecycle.Stake{Likelihood: 299, Value: 10_000}, -1},
		"signals tip it":              {lifecycle.Stake{Likelihood: 299, Signals: 1, Value: 10_000}, 3000},
		"signals are capped":          {lifecycle.Stake{Likelihood: 900, Signals: 300, Value: 10_000}, 10_000},
		"lost enough, exactly":        {lifecycle.Stake{Likelihood: 500, Value: 1000}, 500},
		"half a cent less":            {lifecycle.Stake{Likelihood: 500, Value: 999}, -1},   // 4.995
		"rounded down for show":       {lifecycle.Stake{Likelihood: 333, Value: 1502}, 500}, // 5.00166
		"a thousandth of a cent less": {lifecycle.Stake{Likelihood: 333, Value: 1501}, -1},  // 4.99833
		"certain":                     {lifecycle.Stake{Likelihood: 1000, Value: 500}, 500},
		"nothing to lose":             {lifecycle.Stake{Likelihood: 1000}, -1},
		"returns above sales":         {lifecycle.Stake{Likelihood: 1000, Value: -10_000}, -1},
		"alive":                       {lifecycle.Stake{Value: 10_000}, -1},
		"huge":                        {lifecycle.Stake{Likelihood: 999, Value: math.MaxInt64}, 9214148664817921031},
		"all there is":                {lifecycle.Stake{Likelihood: 1000, Signals: 1000, Value: math.MaxInt64}, math.MaxInt64},
	} {
		t.Run(name, func(t *testing.T) {
			list := newRiskList[uint32](t, newRisks(t, riskRules()))
			require.NoError(t, list.Add(1, tc.stake))
			rows := list.Rows()
			if tc.loss < 0 {
				assert.Empty(t, rows)
				return
			}
			require.Len(t, rows, 1)
			assert.Equal(t, tc.loss, rows[0].Loss)
			assert.Equal(t, tc.stake.Value, rows[0].Value)
		})
	}
	rules := riskRules()
	rules.MostLikelihoodPermille = 950
	list := newRiskList[uint32](t, newRisks(t, rules))
	for id, likelihood := range []int64{949, 950, 951, 1000} {
		require.NoError(t, list.Add(uint32(id), lifecycle.Stake{Likelihood: likelihood, Value: 10_000}))
	}
	require.NoError(t, list.Add(4, lifecycle.Stake{Likelihood: 900, Signals: 51, Value: 10_000}))
	rows := list.Rows()
	require.Len(t, rows, 2, "who is as good as gone is lost, not at risk")
	assert.Equal(t, [2]uint32{1, 0}, [2]uint32{rows[0].Customer, rows[1].Customer})

	rules = riskRules()
	rules.LeastLikelihoodPermille, rules.LeastLoss = 0, decimal.Decimal{}
	list = newRiskList[uint32](t, newRisks(t, rules))
	require.NoError(t, list.Add(1, lifecycle.Stake{Value: 1}))
	require.NoError(t, list.Add(2, lifecycle.Stake{Likelihood: 1}))
	require.NoError(t, list.Add(3, lifecycle.Stake{Likelihood: 1, Value: 1}))
	customers, atRisk := list.Counted()
	assert.Equal(t, [2]int64{3, 1}, [2]int64{customers, atRisk}, "without marks, whoever may be lost")

	for _, stake := range []lifecycle.Stake{{Likelihood: -1}, {Likelihood: 1001}, {Signals: -1}, {Signals: 1001}, {Stage: 6}, {Last: -1}, {Last: on("2026-11-23")}, {Bars: lifecycle.Bars{Channels: []string{""}}}, {Bars: lifecycle.Bars{Channels: make([]string, 51)}}} {
		require.Len(t, faults(list.Add(4, stake)), 1)
	}
	customers, _ = list.Counted()
	assert.Equal(t, int64(3), customers)
}

// Equal losses: the likelier first, then the lower number of the customer.
func TestRiskTies(t *testing.T) {
	rules := riskRules()
	rules.Most = 5
	list := newRiskList[uint32](t, newRisks(t, rules))
	for id, stake := range map[uint32]lifecycle.Stake{
		7: {Likelihood: 400, Value: 3000},
		3: {Likelihood: 400, Value: 3000},
		5: {Likelihood: 600, Value: 2000},
		1: {Likelihood: 400, Value: 2999},
		9: {Likelihood: 401, Value: 3000},
		8: {Likelihood: 300, Value: 3999},
	} {
		require.NoError(t, list.Add(id, stake))
	}
	var order []uint32
	for _, row := range list.Rows() {
		order = append(order, row.Customer)
	}
	assert.Equal(t, []uint32{9, 5, 3, 7, 8}, order)
}

// row A28: an open complaint blocks what advertises.
func TestRiskAnswers(t *testing.T) {
	complaint := lifecycle.Bars{ComplaintOpen: true}
	for name, tc := range map[string]struct {
		stage lifecycle.Stage
		bars  lifecycle.Bars
		play  string
		due   string
		codes string
	}{
		"the better":            {lifecycle.Mature, lifecycle.Bars{}, "member-day", "", "play"},
		"the one that may":      {lifecycle.Mature, complaint, "call", "2026-11-27", "complaint task"},
		"another channel":       {lifecycle.Mature, lifecycle.Bars{Channels: []string{"sms", "e-mail"}}, "call", "2026-11-27", "channel task"},
		"settle it first":       {lifecycle.Growing, complaint, "", "", "complaint settle-first"},
		"neither way":           {lifecycle.Mature, lifecycle.Bars{ComplaintOpen: true, Channels: []string{"phone"}}, "", "", "complaint channel settle-first"},
		"she wants nothing":     {lifecycle.Mature, lifecycle.Bars{OptedOut: true, ComplaintOpen: true}, "", "", "opt-out"},
		"no channel":            {lifecycle.Growing, lifecycle.Bars{Channels: []string{"app"}}, "", "", "channel"},
		"no answer":             {lifecycle.Ending, lifecycle.Bars{}, "", "", "no-play"},
		"no answer, no stage":   {0, lifecycle.Bars{}, "", "", "no-play"},
		"no answer, complained": {lifecycle.Ending, complaint, "", "", "no-play"},
	} {
		t.Run(name, func(t *testing.T) {
			risks := newRisks(t, riskRules())
			list := newRiskList[uint32](t, risks)
			require.NoError(t, list.Add(1, lifecycle.Stake{Likelihood: 500, Value: 10_000, Stage: tc.stage, Bars: tc.bars}))
			row := list.Rows()[0]
			assert.Equal(t, tc.play, row.Play)
			assert.Equal(t, tc.due, row.Task.Due.String())
			var told []string
			for _, reason := range row.Reasons[2:] {
				told = append(told, reason.Code[strings.Index(reason.Code, "-")+1:])
			}
			told[0] = strings.TrimPrefix(told[0], "barred-")
			assert.Equal(t, tc.codes, strings.Join(told, " "))
			if tc.due != "" {
				assert.Equal(t, lifecycle.Task{
					ID: "risk:call:2026-11-22", Play: "call", Stage: lifecycle.Mature, Kind: lifecycle.PersonalPlay,
					From: on("2026-11-22"), Due: on("2026-11-27"), Role: "shop manager", Because: row.Reasons[0],
				}, row.Task)
			}
		})
	}
}

func riskStakes() *rapid.Generator[lifecycle.Stake] {
	return rapid.Custom(func(t *rapid.T) lifecycle.Stake {
		return lifecycle.Stake{
			Likelihood: rapid.Int64Range(0, 1000).Draw(t, "likelihood"),
			Signals:    rapid.SampledFrom([]int64{0, 0, 1, 500}).Draw(t, "signals"),
			Value:      rapid.OneOf(rapid.Int64Range(-5, 30), rapid.Int64Range(0, 100_000), rapid.Int64()).Draw(t, "value"),
			Stage:      lifecycle.Stage(rapid.IntRange(0, 5).Draw(t, "stage")),
			InAttempt:  rapid.Bool().Draw(t, "in attempt"),
			Last:       customer.Date(rapid.SampledFrom([]int{0, 1, int(on("2026-11-22"))}).Draw(t, "last")),
			Bars: lifecycle.Bars{
				ComplaintOpen: rapid.Bool().Draw(t, "complaint"), OptedOut: rapid.Bool().Draw(t, "opted out"),
				Channels: rapid.SampledFrom([][]string{nil, {"app"}, {"phone", "e-mail"}}).Draw(t, "channels"),
			},
		}
	})
}

type riskFact struct {
	id    customer.ID
	stake lifecycle.Stake
}

// obviousRisks sorts everybody by the product in integers of any size.
func obviousRisks(facts []riskFact, rules lifecycle.RiskRules) []customer.ID {
	least := new(big.Int).Mul(big.NewInt(1000), big.NewInt(rules.LeastLoss.Shift(2).IntPart()))
	permille := func(s lifecycle.Stake) int64 { return min(s.Likelihood+s.Signals, 1000) }
	product := func(s lifecycle.Stake) *big.Int {
		return new(big.Int).Mul(big.NewInt(permille(s)), big.NewInt(s.Value))
	}
	facts = slices.DeleteFunc(slices.Clone(facts), func(f riskFact) bool {
		p := product(f.stake)
		return permille(f.stake) < int64(rules.LeastLikelihoodPermille) || permille(f.stake) > int64(cmp.Or(rules.MostLikelihoodPermille, 1000)) || p.Sign() <= 0 || p.Cmp(least) < 0
	})
	slices.SortFunc(facts, func(x, y riskFact) int {
		return cmp.Or(product(y.stake).Cmp(product(x.stake)), cmp.Compare(permille(y.stake), permille(x.stake)), cmp.Compare(y.stake.Value, x.stake.Value), cmp.Compare(x.id, y.id))
	})
	var ids []customer.ID
	for _, f := range facts[:min(len(facts), rules.Most)] {
		ids = append(ids, f.id)
	}
	return ids
}

// The list is that of a model which sorts everybody, and the bytes are the same in any order
// and any split, merged and stored in between.
func TestRiskListMerges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules := riskRules()
		rules.Most = rapid.IntRange(1, 8).Draw(t, "most")
		rules.LeastLikelihoodPermille = rapid.SampledFrom([]int{0, 300}).Draw(t, "least")
		rules.MostLikelihoodPermille = rapid.SampledFrom([]int{0, 950}).Draw(t, "most likelihood")
		rules.LeastLoss = decimal.New(rapid.SampledFrom([]int64{0, 5}).Draw(t, "least loss"), 0)
		risks := newRisks(t, rules)
		facts := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) riskFact {
			return riskFact{customer.ID(rapid.StringN(0, 3, -1).Draw(t, "id")), riskStakes().Draw(t, "stake")}
		}), 0, 40, func(f riskFact) customer.ID { return f.id }).Draw(t, "facts")
		whole := newRiskList[customer.ID](t, risks)
		for _, f := range facts {
			require.NoError(t, whole.Add(f.id, f.stake))
		}
		merged := newRiskList[customer.ID](t, risks)
		for _, part := range parts(t, facts) {
			one := newRiskList[customer.ID](t, risks)
			for i, f := range part {
				require.NoError(t, one.Add(f.id, f.stake))
				if i == len(part)/2 {
					one.Rows() // looking changes nothing
				}
			}
			read := newRiskList[customer.ID](t, risks)
			require.NoError(t, read.UnmarshalBinary(marshal(t, one)))
			require.Equal(t, one.Rows(), read.Rows())
			require.NoError(t, merged.Merge(read))
		}
		require.Equal(t, marshal(t, whole), marshal(t, merged))
		var ids []customer.ID
		for _, row := range merged.Rows() {
			ids = append(ids, row.Customer)
		}
		require.Equal(t, obviousRisks(facts, rules), ids)
		require.Equal(t, whole.Rows(), merged.Rows())
	})
}

// A customer who is added twice, in two parts for instance, stands once with the greater loss.
func TestRiskListTwice(t *testing.T) {
	rules := riskRules()
	rules.Most = 2
	rapid.Check(t, func(t *rapid.T) {
		risks := newRisks(t, rules)
		adds := []riskFact{
			{"a", lifecycle.Stake{Likelihood: 900, Value: 10_000}},
			{"a", lifecycle.Stake{Likelihood: 300, Value: 10_000}},
			{"b", lifecycle.Stake{Likelihood: 500, Value: 10_000}},
			{"b", lifecycle.Stake{Likelihood: 500, Value: 10_000, Stage: lifecycle.Mature}},
			{"c", lifecycle.Stake{Likelihood: 400, Value: 10_000}},
			{"d", lifecycle.Stake{Likelihood: 300, Value: 10_000}},
		}
		list := newRiskList[customer.ID](t, risks)
		for _, part := range parts(t, adds) {
			one := newRiskList[customer.ID](t, risks)
			for _, f := range part {
				require.NoError(t, one.Add(f.id, f.stake))
			}
			require.NoError(t, list.Merge(one))
		}
		rows := list.Rows()
		require.Len(t, rows, 2)
		require.Equal(t, customer.ID("a"), rows[0].Customer)
		require.Equal(t, int64(9000), rows[0].Loss)
		require.Equal(t, customer.ID("b"), rows[1].Customer)
		require.Equal(t, lifecycle.Mature, rows[1].Stage)
	})
}

// Lists of several days ask for one visit for each silence, and none where a ladder already
// approaches her, or holds her out.
func TestRiskTaskOnce(t *testing.T) {
	risks := newRisks(t, riskRules())
	ids := map[string]int{}
	for day := on("2026-11-22"); day < on("2026-11-25"); day++ {
		list, err := lifecycle.NewRiskList[uint32](risks, day)
		require.NoError(t, err)
		stake := lifecycle.Stake{Likelihood: 500, Value: 10_000, Stage: lifecycle.Mature, Last: on("2026-10-01"), Bars: lifecycle.Bars{Channels: []string{"e-mail"}}}
		require.NoError(t, list.Add(1, stake))
		stake.InAttempt = true
		require.NoError(t, list.Add(2, stake))
		rows := list.Rows()
		ids[rows[0].Task.ID]++
		require.Equal(t, uint32(2), rows[1].Customer)
		assert.Zero(t, rows[1].Task)
		assert.Empty(t, rows[1].Play)
		assert.Equal(t, lifecycle.CodeRiskInAttempt, rows[1].Reasons[2].Code)
	}
	assert.Equal(t, map[string]int{"risk:call:2026-10-01": 3}, ids)
}

// A list that is merged with itself has the same rows, and the zero list takes nobody in.
func TestRiskListItself(t *testing.T) {
	list := newRiskList[uint32](t, newRisks(t, riskRules()))
	for id := range uint32(5) {
		require.NoError(t, list.Add(id, lifecycle.Stake{Likelihood: 500, Value: 10_000 + int64(id)}))
	}
	want := list.Rows()
	require.NoError(t, list.Merge(list))
	assert.Equal(t, want, list.Rows())

	var zero lifecycle.RiskList[uint32]
	require.Error(t, zero.Add(1, lifecycle.Stake{}))
	require.Error(t, zero.Merge(list))
	require.Error(t, list.Merge(&zero))
	require.Error(t, zero.UnmarshalBinary(nil))
	_, err := zero.MarshalBinary()
	require.Error(t, err)
	assert.Empty(t, zero.Rows())
}

// The stored form of a list, and what does not merge or cannot be read.
func TestRiskListFormat(t *testing.T) {
	risks := newRisks(t, riskRules())
	list := newRiskList[customer.ID](t, risks)
	require.NoError(t, list.Add("c-2", lifecycle.Stake{Likelihood: 500, Signals: 100, Value: 10_000, Last: on("2026-11-06"), Stage: lifecycle.Mature, InAttempt: true, Bars: lifecycle.Bars{ComplaintOpen: true, Channels: []string{"app"}}}))
	require.NoError(t, list.Add("c-1", lifecycle.Stake{Likelihood: 300, Value: 20_000, Bars: lifecycle.Bars{OptedOut: true}}))
	require.NoError(t, list.Add("c-3", lifecycle.Stake{}))
	data := marshal(t, list)
	assert.Equal(t, "01067269736b2f31"+"e6942d"+"030202"+ // risk/1, the day, customers, at risk, rows
		"0003632d31"+"ac0200a09c01"+"00"+"000200"+ // c-1: likelihood, signals, value; her last purchase; stage, flags, channels
		"020132"+"f40364904e"+"d6942d"+"04050103617070", hex.EncodeToString(data)) // as of format version 1

	rules := riskRules()
	rules.Version = 2
	require.Error(t, list.Merge(newRiskList[customer.ID](t, newRisks(t, rules))))
	other := newRiskList[customer.ID](t, newRisks(t, rules))
	require.Error(t, other.UnmarshalBinary(data))
	later, err := lifecycle.NewRiskList[customer.ID](risks, on("2026-11-23"))
	require.NoError(t, err)
	require.Error(t, list.Merge(later))
	require.Error(t, later.UnmarshalBinary(data))
	assert.Equal(t, data, marshal(t, list))
}

// Accepted bytes are written again as they were; refused ones change nothing.
func FuzzRiskList(f *testing.F) {
	rules := riskRules()
	rules.Most = 100
	risks := newRisks(f, rules)
	seed := newRiskList[customer.ID](f, risks)
	for _, id := range []customer.ID{"a", "ab", "b"} {
		require.NoError(f, seed.Add(id, lifecycle.Stake{Likelihood: 700, Value: 10_000, Stage: lifecycle.Mature, Bars: lifecycle.Bars{Channels: []string{"app"}}}))
	}
	f.Add(marshal(f, seed))
	f.Fuzz(func(t *testing.T, data []byte) {
		list := newRiskList[customer.ID](t, risks)
		want := marshal(t, list)
		if list.UnmarshalBinary(data) == nil {
			want = data
			list.Rows()
		}
		require.Equal(t, want, marshal(t, list))
	})
}
