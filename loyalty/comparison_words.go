package loyalty

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
)

// Explain renders an effect as a few sentences without their full stops: how many
// customers are given more points and fewer, what becomes of the points and what that
// costs, who changes tiers, and what is refused. What is 0 under both books is left out.
// At most MaxItems pairs of tiers are told, and codes, those with the most first.
func (e Effect) Explain(language customer.Language) []string {
	w := effectWords{&e, language}
	told := []string{w.shift(e.Points,
		"%[2]s of %[1]s members get more points, %[3]s fewer, %[4]s as many",
		"%[1]s名会员中，%[2]s名所得积分增加，%[3]s名减少，%[4]s名不变")}
	var before, after Cost
	cost := e.Before.Cost != nil && e.After.Cost != nil
	if cost {
		before, after = *e.Before.Cost, *e.After.Cost
	}
	for _, line := range []struct {
		english, chinese string
		before, after    int64
		more             decimal.Decimal // in worth
	}{
		{"the new rules give %s", "新规则发放的积分%s", e.Before.Net(), e.After.Net(), after.Net.Sub(before.Net)},
		{"members spend %s", "会员使用的积分%s", e.Before.Spent, e.After.Spent, after.Spent.Sub(before.Spent)},
		{"by lapse, members lose %s", "失效的积分%s", e.Before.Lapsed, e.After.Lapsed, decimal.Decimal{}},
		{"members are left with %s", "剩余的积分%s", e.Before.Left(), e.After.Left(), after.Left.Sub(before.Left)},
		{"members owe %s", "会员所欠的积分%s", e.Before.Owed, e.After.Owed, decimal.Decimal{}},
	} {
		if line.before != 0 || line.after != 0 {
			told = append(told, fmt.Sprintf(w.pick(line.english, line.chinese), w.change(line.before, line.after))+w.worth(line.more))
		}
	}
	if len(e.Before.Tiers)+len(e.After.Tiers) > 0 {
		told = append(told, w.shift(e.Tiers,
			"by tier, %[2]s of %[1]s members move up, %[3]s down, %[4]s stay",
			"%[1]s名会员中，%[2]s名升级，%[3]s名降级，%[4]s名等级不变"))
		told = append(told, w.moves()...)
	}
	if e.Before.Refused != 0 || e.After.Refused != 0 {
		told = append(told, w.refusals())
	}
	return told
}

// effectWords writes an effect in a language.
type effectWords struct {
	*Effect
	language customer.Language
}

func (w effectWords) pick(english, chinese string) string {
	if w.language == customer.Chinese {
		return chinese
	}
	return english
}

func (w effectWords) points(n int64) string {
	return grouped(decimal.New(n, -w.PointDigits).String())
}

// grouped sets the thousands of a decimal apart: 1,234,567.5.
func grouped(text string) string {
	sign := len(text) - len(strings.TrimPrefix(text, "-"))
	point := strings.IndexByte(text, '.')
	if point < 0 {
		point = len(text)
	}
	for i := point - 3; i > sign; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

func count(n int64) string { return grouped(strconv.FormatInt(n, 10)) }

func (w effectWords) shift(s Shift, english, chinese string) string {
	return fmt.Sprintf(w.pick(english, chinese), count(w.Customers), count(s.Up), count(s.Down), count(s.Same))
}

// change is how many points more or fewer there are.
func (w effectWords) change(before, after int64) string {
	if before == after {
		return fmt.Sprintf(w.pick("as many points, %s", "不变，为%s"), w.points(after))
	}
	more, percent := after-before, ""
	words := w.pick("%s points more%s: %s instead of %s", "增加%s%s：由%[4]s变为%[3]s")
	sign := "+"
	if more < 0 {
		more, sign = -more, "-"
		words = w.pick("%s points fewer%s: %s instead of %s", "减少%s%s：由%[4]s变为%[3]s")
	}
	if before > 0 && after >= 0 {
		if permille, ok := HalfUp.scale(more, 1000, before); ok && permille > 0 {
			percent = w.pick(" (%s%s)", "（%s%s）")
			percent = fmt.Sprintf(percent, sign, w.language.Percent(permille))
		}
	}
	return fmt.Sprintf(words, w.points(more), percent, w.points(after), w.points(before))
}

// worth is what a change costs or saves; nothing where the worth is the same.
func (w effectWords) worth(more decimal.Decimal) string {
	money := grouped(more.Abs().StringFixed(w.Currency.Digits)) + " " + w.Currency.Code
	switch more.Sign() {
	case +1:
		return fmt.Sprintf(w.pick(", worth %s more", "，价值增加%s"), money)
	case -1:
		return fmt.Sprintf(w.pick(", worth %s less", "，价值减少%s"), money)
	}
	return ""
}

// moves tells who has another tier.
func (w effectWords) moves() (told []string) {
	moved := slices.DeleteFunc(slices.Clone(w.Moves), func(m Move) bool { return m.From == m.To })
	slices.SortStableFunc(moved, func(x, y Move) int { return cmp.Compare(y.Members, x.Members) })
	for _, move := range moved[:min(len(moved), MaxItems)] {
		english := "%[1]s of %[2]s members move from %[3]s to %[4]s"
		if move.Members == 1 {
			english = "%[1]s of %[2]s members moves from %[3]s to %[4]s"
		}
		none := w.pick("no tier", "无等级")
		told = append(told, fmt.Sprintf(w.pick(english, "%[2]s名会员中有%[1]s名由%[3]s变为%[4]s"),
			count(move.Members), count(w.Customers), cmp.Or(move.From, none), cmp.Or(move.To, none)))
	}
	return told
}

// refusals tells how often the books say no, and the new one's reasons.
func (w effectWords) refusals() string {
	text := fmt.Sprintf(w.pick("of %s facts the new rules refuse %s, the old ones %s", "%s项事实中，新规则拒绝%s项，旧规则拒绝%s项"),
		count(w.Facts), count(w.After.Refused), count(w.Before.Refused))
	why := maps.Clone(w.After.Refusals)
	if w.After.Absent > 0 {
		why = addCodes(why, map[string]int64{"": w.After.Absent})
	}
	codes := slices.SortedFunc(maps.Keys(why), func(x, y string) int {
		return cmp.Or(cmp.Compare(why[y], why[x]), cmp.Compare(x, y))
	})
	for i, code := range codes[:min(len(codes), MaxItems)] {
		before := w.pick(", ", "，")
		if i == 0 {
			before = w.pick(": ", "：")
		}
		text += before + fmt.Sprintf(w.pick("%s %s", "%s%s项"), w.refusal(code), count(why[code]))
	}
	return text
}

// refusal is a code of a refusal in a few words, "" for what the rules do not have.
func (w effectWords) refusal(code string) string {
	switch code {
	case "":
		return w.pick("not in the rules", "规则中没有")
	case CodePoints:
		return w.pick("too few points", "积分不足")
	case CodeLeast:
		return w.pick("below the least payment", "低于最低支付")
	case CodeMultiple:
		return w.pick("not a multiple", "不是整数倍")
	case CodeShareOfBill:
		return w.pick("above the share of the bill", "超过可抵比例")
	case CodeRewardLater:
		return w.pick("reward not there yet", "奖品尚未提供")
	case CodeRewardOver:
		return w.pick("reward no longer there", "奖品已截止")
	case CodeRewardTier:
		return w.pick("reward for other tiers", "奖品仅限其他等级")
	case CodeNoPayment:
		return w.pick("no such payment", "没有此支付")
	case CodeNoSale:
		return w.pick("no such sale", "没有此销售")
	case CodeNoLine:
		return w.pick("no such line", "没有此行")
	case CodeTooMany:
		return w.pick("more than was sold", "多于所售")
	case CodePaymentBooked:
		return w.pick("payment booked already", "支付已入账")
	case CodeSaleReturned:
		return w.pick("goods had come back", "销售已有退货")
	case CodeSaleBooked:
		return w.pick("receipt booked already", "小票已入账")
	case CodeHadEvent:
		return w.pick("event had as often as allowed", "活动已达次数")
	case CodeGrantBooked:
		return w.pick("grant booked already", "等级授予已存在")
	case CodeMost:
		return w.pick("above the most of a payment", "高于单笔上限")
	case CodeOnSale:
		return w.pick("payment on an open sale", "支付属于未结小票")
	case CodeFull:
		return w.pick("account full", "账户已满")
	case CodeInto:
		return w.pick("booked with another account", "已并入其他账户")
	case CodeNoMember:
		return w.pick("no member of the account", "非账户成员")
	case CodeNoGrant:
		return w.pick("no such grant", "没有此等级授予")
	}
	return code
}
