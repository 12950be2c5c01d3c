package loyalty_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/loyalty"
)

// changesTold renders a difference, a sentence on each line.
func changesTold(before, after loyalty.Rules, language customer.Language) string {
	var lines []string
	for _, change := range loyalty.Difference(before, after) {
		lines = append(lines, change.Explain(language))
	}
	return strings.Join(lines, "\n")
}

func TestDifference(t *testing.T) {
	for name, tc := range map[string]struct {
		change           func(r *loyalty.Rules)
		english, chinese string
	}{
		"nothing":                {func(*loyalty.Rules) {}, "", ""},
		"the same number":        {func(r *loyalty.Rules) { r.Earnings[1].Times = dec("2.00") }, "", ""},
		"empty lists":            {func(r *loyalty.Rules) { r.Earnings[0].When.SKUs = []string{} }, "", ""},
		"an absent rate of zero": {func(r *loyalty.Rules) { r.Earnings[1].Rate = new(loyalty.Rate) }, "", ""},
		"events in any order": {func(r *loyalty.Rules) {
			r.Events = []loyalty.Event{{ID: "sign-up", Points: dec("5")}, r.Events[0]}
		}, "event sign-up is new: 5 points", "新增奖励事件sign-up：5积分"},
		"the edition": {
			func(r *loyalty.Rules) { r.Version, r.From, r.Until = 2, day("2026-07-01"), 0 },
			"version 1 becomes 2\nfirst day in force 1 Jan 2026 becomes 1 Jul 2026\nno longer in force until before 1 Jan 2027",
			"版本由1改为2\n生效首日由2026年1月1日改为2026年7月1日\n取消：自2027年1月1日起失效",
		},
		"currency": {
			func(r *loyalty.Rules) { r.Currency.Code = "EUR" },
			"currency: code CNY becomes EUR", "币种：代码由CNY改为EUR",
		},
		"base": {
			func(r *loyalty.Rules) {
				r.Base = []loyalty.Portion{loyalty.Delivery, loyalty.Goods, loyalty.Tax}
			},
			"what earns: no longer deposit, gift-cards, paid-with-points", "计分范围去掉押金、礼品卡、积分支付部分",
		},
		"times": {
			func(r *loyalty.Rules) { r.Earnings[1].Times = dec("3") },
			"earning double: times 2 becomes 3", "积分规则double：倍数由2改为3",
		},
		"the rate": {
			func(r *loyalty.Rules) { r.Earnings[0].Rate.Points, r.Earnings[0].Rate.Full = dec("2"), false },
			"earning base, rate: points 1 becomes 2\nearning base, rate: no longer full amounts only",
			"积分规则base，比率：积分由1改为2\n积分规则base，比率：取消：仅计整额",
		},
		"another way to earn": {
			func(r *loyalty.Rules) { r.Earnings[3].Each, r.Earnings[3].Points = decimal.Zero, dec("1") },
			"earning each: now 1 point once\nearning each: no longer 1 point for each unit",
			"积分规则each：新增：一次性1积分\n积分规则each：取消：每件1积分",
		},
		"a condition is gone": {
			func(r *loyalty.Rules) { r.Earnings[1].When = loyalty.When{} },
			"earning double: no longer only for skus a; for categories b; for brands c; for brands of kind store; at partners p-1; in shops s-1; on monday, sunday; from 8:00; before 20:00; from 1 Mar 2026; before 1 Apr 2026; for 7 days from the birthday; at the first purchase; for a spend of at least 20",
			"积分规则double：取消：仅限商品a，品类b，品牌c，商店品牌，合作伙伴p-1，门店s-1，星期一、星期日，8点起，20点前，自2026年3月1日起，2026年4月1日之前，自生日起7天内，首次购物，消费不低于20",
		},
		"a condition is new": {
			func(r *loyalty.Rules) { r.Earnings[0].When = loyalty.When{Weekdays: []customer.Weekday{6, 7}} },
			"earning base: now only on saturday, sunday", "积分规则base：新增：仅限星期六、星期日",
		},
		"many skus": {
			func(r *loyalty.Rules) { r.Earnings[1].When.SKUs = strings.Split("i h g f e d c b", " ") },
			"earning double, condition: skus: now also i, h, g, f, e and 3 more\nearning double, condition: skus: no longer a",
			"积分规则double，条件：商品增加i、h、g、f、e等8项\n积分规则double，条件：商品去掉a",
		},
		"the first skus, and the last": {
			func(r *loyalty.Rules) {
				r.Earnings[1].When.SKUs = nil
				r.Caps[0].Of = nil
				r.Earnings[1].When.Brands = []string{"c", "d"}
			},
			"earning double, condition: no longer for skus a\nearning double, condition: brands: now also d\ncap month: no longer only for double, survey",
			"积分规则double，条件：取消：商品a\n积分规则double，条件：品牌增加d\n上限month：取消：仅计double、survey",
		},
		"an earning moves": {
			func(r *loyalty.Rules) {
				r.Earnings = []loyalty.Earning{r.Earnings[1], r.Earnings[0], r.Earnings[2], r.Earnings[3]}
			},
			"earning double stood after base and now stands first", "积分规则double原排在base之后，现排最前",
		},
		"two move together": {
			func(r *loyalty.Rules) {
				r.Earnings = append(r.Earnings, loyalty.Earning{ID: "last", Points: dec("1")})
				e := r.Earnings
				r.Earnings = []loyalty.Earning{e[3], e[4], e[0], e[1], e[2]}
			},
			"earning each stood after once and now stands first\nearning last is new: 1 point once",
			"积分规则each原排在once之后，现排最前\n新增积分规则last：一次性1积分",
		},
		"what was before it is gone": {
			func(r *loyalty.Rules) { r.Earnings = r.Earnings[1:] },
			"earning base is gone: it was 1 point, per amount of 10, full amounts only",
			"取消积分规则base：原为1积分，每10金额，仅计整额",
		},
		"a renamed cap": {
			func(r *loyalty.Rules) { r.Caps[0].ID = "monthly" },
			"cap monthly is new: only for double, survey; per month; at most 100 points\ncap month is gone: it was only for double, survey; per month; at most 100 points",
			"新增上限monthly：仅计double、survey，每月，至多100积分\n取消上限month：原为仅计double、survey，每月，至多100积分",
		},
		"vesting": {
			func(r *loyalty.Rules) { r.VestDays, r.VestAtClose = 0, true },
			"no longer points of purchases pending for 14 days\nnow points of purchases pending until nothing of the sale can come back",
			"取消：购物积分14天后可用\n新增：购物积分待无可退货后方可使用",
		},
		"no expiry": {
			func(r *loyalty.Rules) { r.Expiry = loyalty.Expiry{} },
			"points no longer expire: they expired after 12 months, at the end of the quarter",
			"积分不再失效：原为12个月后，该季末",
		},
		"another expiry": {
			func(r *loyalty.Rules) { r.Expiry.Months, r.Expiry.To = 24, loyalty.EndOfYear },
			"expiry: months 12 becomes 24\nexpiry: at the end of the quarter becomes year",
			"积分有效期：月数由12改为24\n积分有效期：期末由季改为年",
		},
		"tender": {
			func(r *loyalty.Rules) { r.Tender.MostPermille, r.Tender.Worth = 505, dec("0.10") },
			"payment with points: share of a bill 100 % becomes 50.5 %", "积分支付：可付账单比例由100 %改为50.5 %",
		},
		"no tender": {
			func(r *loyalty.Rules) { r.Tender = nil },
			"points can no longer pay: it was 1 point, worth 0.1, at least 10 points, in multiples of 1, up to 100 % of a bill",
			"积分不再可用于支付：原为1积分，抵0.1，至少10积分，须为1的整数倍，至多付账单的100 %",
		},
		"rewards": {
			func(r *loyalty.Rules) {
				r.Rewards = append(r.Rewards, loyalty.Reward{ID: "cup", Points: dec("10"), Gives: "a cup"}, loyalty.Reward{ID: "empty"})
				r.Rewards[0].Until = 0
				r.Rewards[0].Points = dec("90")
			},
			"reward mug: points 80 becomes 90\nreward mug: no longer before 1 May 2026\nreward cup is new: 10 points, a cup\nreward empty is new",
			"奖品mug：积分由80改为90\n奖品mug：取消：2026年5月1日之前\n新增奖品cup：10积分，a cup\n新增奖品empty",
		},
		"shortfall": {
			func(r *loyalty.Rules) { r.Shortfall = loyalty.Forgive },
			"shortfall at a return others-then-owe becomes forgive", "退货时积分不足的处理由先扣其他积分，不足记欠改为免除",
		},
	} {
		t.Run(name, func(t *testing.T) {
			after := everything()
			tc.change(&after)
			assert.Equal(t, tc.english, changesTold(everything(), after, customer.English))
			assert.Equal(t, tc.chinese, changesTold(everything(), after, customer.Chinese))
		})
	}
}

func TestDifferenceIsData(t *testing.T) {
	after := everything()
	after.Earnings[1].When.SKUs = []string{"a", "b"}
	after.Rewards[0].ID = `[a "mug"]`
	changes := loyalty.Difference(everything(), after)
	text, err := json.Marshal(changes)
	require.NoError(t, err)
	const reward = `"kind":"%s","parts":[` +
		`{"path":"rewards[%[2]s].points","kind":"%[1]s","%[3]s":"80"},{"path":"rewards[%[2]s].gives","kind":"%[1]s","%[3]s":"a mug"},` +
		`{"path":"rewards[%[2]s].stock","kind":"%[1]s","%[3]s":"mugs"},{"path":"rewards[%[2]s].from","kind":"%[1]s","%[3]s":"2026-02-01"},` +
		`{"path":"rewards[%[2]s].until","kind":"%[1]s","%[3]s":"2026-05-01"}],"count":5}`
	const quoted = `\"[a \\\"mug\\\"]\"`
	assert.JSONEq(t, `[{"path":"earnings[double].when.skus","kind":"changed","parts":[{"path":"earnings[double].when.skus[b]","kind":"added","after":"b"}],"count":1},`+
		`{"path":"rewards[`+quoted+`]",`+fmt.Sprintf(reward, "added", quoted, "after")+`,`+
		`{"path":"rewards[mug]",`+fmt.Sprintf(reward, "removed", "mug", "before")+`]`, string(text))
	assert.Equal(t, `reward [a "mug"] is new: 80 points, a mug, stock mugs, from 1 Feb 2026, before 1 May 2026`, changes[1].Explain(customer.English))
	var read []loyalty.Change
	require.NoError(t, json.Unmarshal(text, &read))
	assert.Equal(t, changes, read)

	for i, want := range []string{"changed", "added", "removed", "moved", "untold"} {
		kind := loyalty.Changed + loyalty.ChangeKind(i)
		text, err := kind.MarshalText()
		require.NoError(t, err)
		assert.Equal(t, want, string(text))
		var read loyalty.ChangeKind
		require.NoError(t, read.UnmarshalText(text))
		assert.Equal(t, kind, read)
	}
	var kind loyalty.ChangeKind
	require.Error(t, kind.UnmarshalText([]byte("lost")))
	_, err = kind.MarshalText()
	require.Error(t, err)
}

// A book that NewProgram would refuse is compared all the same, within the bounds.
func TestDifferenceOfHostileRules(t *testing.T) {
	var hostile loyalty.Rules
	hostile.ID = strings.Repeat("é", 1<<20) + "\n"
	hostile.Until = -7
	hostile.Base = []loyalty.Portion{0, 99, 99}
	for i := range 3000 {
		hostile.Earnings = append(hostile.Earnings, loyalty.Earning{ID: "same\x00\xff", Points: decimal.New(int64(i), 1_000_000_000)})
		hostile.Caps = append(hostile.Caps, loyalty.Cap{ID: fmt.Sprint(i), Points: decimal.New(1, -1_000_000_000)})
	}
	hostile.Events = []loyalty.Event{{}, {ID: "]"}, {ID: `"`}, {ID: strings.Repeat("[", 1<<20)}}
	hostile.Earnings[0].When.SKUs = make([]string, loyalty.MaxListed)
	for i := range hostile.Earnings[0].When.SKUs {
		hostile.Earnings[0].When.SKUs[i] = fmt.Sprint(i)
	}
	assert.Empty(t, loyalty.Difference(hostile, hostile))
	for _, books := range [][2]loyalty.Rules{{hostile, {}}, {{}, hostile}, {hostile, everything()}} {
		changes := loyalty.Difference(books[0], books[1])
		require.Len(t, changes, loyalty.MaxChanges+1)
		last := changes[loyalty.MaxChanges]
		assert.Equal(t, loyalty.Untold, last.Kind)
		assert.Equal(t, fmt.Sprintf("%d further changes are not listed", last.Count), last.Explain(customer.English))
		assert.Equal(t, fmt.Sprintf("另有%d处改动未列出", last.Count), last.Explain(customer.Chinese))
		for _, change := range changes {
			for _, language := range []customer.Language{customer.English, customer.Chinese} {
				text := change.Explain(language)
				assert.NotEmpty(t, text)
				assert.Less(t, len(text), 8*customer.MaxText)
				assert.NotContains(t, text, "\n")
			}
		}
	}
	again := hostile
	again.Earnings = slices.Clone(hostile.Earnings)
	again.Earnings[2999].Points = dec("1")
	assert.Equal(t, "earning same\uFFFD\uFFFD: points 2999e1000000000 becomes 1", changesTold(hostile, again, customer.English))
}

func TestDifferenceIsEmptyForTheSameRules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules := drawRules(t)
		assert.Nil(t, loyalty.Difference(rules, rules))
		assert.Nil(t, loyalty.Difference(rules, copiedRules(t, rules)))

		shuffled := copiedRules(t, rules)
		slices.Reverse(shuffled.Events)
		slices.Reverse(shuffled.Rewards)
		slices.Reverse(shuffled.Base)
		for i := range shuffled.Caps {
			slices.Reverse(shuffled.Caps[i].Of)
		}
		for i := range shuffled.Earnings {
			when := &shuffled.Earnings[i].When
			for _, list := range [][]string{when.SKUs, when.Categories, when.Brands, when.Partners, when.Shops} {
				slices.Reverse(list)
			}
			slices.Reverse(when.Weekdays)
			when.SKUs = append(when.SKUs, when.SKUs...)
		}
		assert.Nil(t, loyalty.Difference(rules, shuffled))
	})
}

func TestDifferenceMissesNoField(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before := drawRules(t)
		after := copiedRules(t, before)
		var all []mutation
		mutations(t, "", reflect.ValueOf(&after).Elem(), func(m mutation) { all = append(all, m) })
		one := rapid.SampledFrom(all).Draw(t, "mutation")
		one.change()
		for _, changes := range [][]loyalty.Change{loyalty.Difference(before, after), loyalty.Difference(after, before)} {
			require.NotEmpty(t, changes, one.path)
			text, err := json.Marshal(changes)
			require.NoError(t, err)
			var read []loyalty.Change
			require.NoError(t, json.Unmarshal(text, &read))
			for i, change := range changes {
				for _, language := range []customer.Language{customer.English, customer.Chinese} {
					require.NotEmpty(t, change.Explain(language))
					require.Equal(t, change.Explain(language), read[i].Explain(language))
				}
			}
		}
	})
}

func TestDifferenceMovesAsFewAsNeeded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var before, after loyalty.Rules
		n := rapid.IntRange(0, 7).Draw(t, "n")
		for i := range n {
			before.Caps = append(before.Caps, loyalty.Cap{ID: fmt.Sprint(i), Points: dec("1")})
		}
		after.Caps = rapid.Permutation(before.Caps).Draw(t, "order")
		changes := loyalty.Difference(before, after)
		for _, change := range changes {
			require.Equal(t, loyalty.Reordered, change.Kind)
			require.NotEqual(t, change.Before, change.After)
		}
		// The most caps that can stay are those of the longest run that ascends.
		longest := 0
		for choice := range 1 << n {
			run, ascends, last := 0, true, ""
			for i, one := range after.Caps {
				if choice&(1<<i) != 0 {
					ascends = ascends && last < one.ID
					run, last = run+1, one.ID
				}
			}
			if ascends {
				longest = max(longest, run)
			}
		}
		require.LessOrEqual(t, len(changes), n-longest)
		require.Equal(t, longest == n, len(changes) == 0)
	})
}

func copiedRules(t *rapid.T, rules loyalty.Rules) loyalty.Rules {
	text, err := json.Marshal(rules)
	require.NoError(t, err)
	read, err := loyalty.ParseRules(text)
	require.NoError(t, err)
	return read
}

// drawRules draws rules of any sense or none, whatever fields they have.
func drawRules(t *rapid.T) loyalty.Rules {
	var rules loyalty.Rules
	drawInto(t, "", reflect.ValueOf(&rules).Elem())
	return rules
}

func drawInto(t *rapid.T, path string, v reflect.Value) {
	switch v.Interface().(type) {
	case decimal.Decimal:
		if n := rapid.Int64Range(0, 3000).Draw(t, path); n > 0 {
			v.Set(reflect.ValueOf(decimal.New(n, -2)))
		}
		return
	case decimal.NullDecimal:
		if rapid.Bool().Draw(t, path) {
			drawInto(t, path, v.FieldByName("Decimal"))
			v.FieldByName("Valid").SetBool(true)
		}
		return
	case customer.Date:
		v.SetInt(rapid.Int64Range(0, 9).Draw(t, path))
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, path))
	case reflect.String:
		v.SetString(rapid.StringMatching(`[a-z%"\[\]. ]{0,3}`).Draw(t, path))
	case reflect.Uint8: // an enumeration
		v.SetUint(rapid.Uint64Range(1, 2).Draw(t, path))
	case reflect.Pointer:
		if rapid.Bool().Draw(t, path) {
			v.Set(reflect.New(v.Type().Elem()))
			drawInto(t, path, v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			drawInto(t, path+"."+v.Type().Field(i).Name, v.Field(i))
		}
	case reflect.Slice:
		names := rapid.Permutation([]int{1, 2, 3}).Draw(t, path)[:rapid.IntRange(0, 3).Draw(t, path)]
		v.Set(reflect.MakeSlice(v.Type(), len(names), len(names)))
		for i, one := range names {
			drawInto(t, path, v.Index(i))
			setName(v.Index(i), one)
		}
	default:
		v.Set(reflect.ValueOf(rapid.IntRange(0, 9).Draw(t, path)).Convert(v.Type()))
	}
}

// setName makes an element of a list one of its own.
func setName(element reflect.Value, one int) {
	switch element.Kind() {
	case reflect.Struct:
		if id := element.FieldByName("ID"); id.IsValid() {
			id.SetString(fmt.Sprintf("]%d", one))
		}
	case reflect.String:
		element.SetString(fmt.Sprint(one))
	default:
		element.Set(reflect.ValueOf(one).Convert(element.Type()))
	}
}

type mutation struct {
	path   string
	change func()
}

// mutations are all the ways to change one field.
func mutations(t *rapid.T, path string, v reflect.Value, add func(mutation)) {
	note := func(change func()) { add(mutation{path, change}) }
	switch d := v.Interface().(type) {
	case decimal.Decimal:
		note(func() { v.Set(reflect.ValueOf(d.Add(dec("0.001")))) })
		return
	case decimal.NullDecimal:
		note(func() { v.Set(reflect.ValueOf(decimal.NewNullDecimal(d.Decimal.Add(dec("0.001"))))) })
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		note(func() { v.SetBool(!v.Bool()) })
	case reflect.String:
		note(func() { v.SetString(v.String() + "x") })
	case reflect.Uint8:
		note(func() { v.SetUint(3 - v.Uint()) })
	case reflect.Pointer:
		if !v.IsNil() {
			mutations(t, path, v.Elem(), add)
			if !v.Elem().IsZero() {
				note(func() { v.SetZero() })
			}
			return
		}
		fresh := reflect.New(v.Type().Elem())
		mutations(t, path, fresh.Elem(), func(m mutation) {
			note(func() { m.change(); v.Set(fresh) })
		})
	case reflect.Struct:
		for i := range v.NumField() {
			mutations(t, path+"."+v.Type().Field(i).Name, v.Field(i), add)
		}
	case reflect.Slice:
		mutateList(t, path, v, add)
	default:
		note(func() { v.SetInt(v.Int() + 1) })
	}
}

func mutateList(t *rapid.T, path string, v reflect.Value, add func(mutation)) {
	if v.Type().Elem().Kind() == reflect.Struct {
		for i := range v.Len() {
			mutations(t, fmt.Sprintf("%s[%d]", path, i), v.Index(i), add)
		}
	}
	add(mutation{path + ", one more", func() {
		fresh := reflect.New(v.Type().Elem()).Elem()
		setName(fresh, 4)
		v.Set(reflect.Append(v, fresh))
	}})
	if v.Len() > 0 {
		add(mutation{path + ", one less", func() { v.Set(v.Slice(1, v.Len())) }})
	}
}
