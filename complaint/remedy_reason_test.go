package complaint_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
)

// Every code of decisions and remedies, in both languages. A code that is missing here, or renamed,
// fails the test.
func TestExplainRemedies(t *testing.T) {
	policy := casePolicy(t, remedyRules())
	said := []string{}
	for _, tc := range []struct{ code, english, chinese string }{
		{complaint.CodeIssueWithdrawn, "issue x was withdrawn on 25 Nov 2026, 09:00 CST", "事项x已于2026年11月25日09:00(CST)撤回"},
		{complaint.CodeDemanded, "issue x asks for 2.50 CNY: it is upheld or it is not", "事项x要求2.50 CNY，须作出支持或不支持的决定"},
		{complaint.CodeNotFully, "issue x is not fully upheld with 2.50 CNY of 1.00 CNY", "事项x仅认可2.50 CNY（主张1.00 CNY），不属于全部支持"},
		{complaint.CodeNothingAccepted, "issue x is not upheld, and 2.50 CNY accepted all the same", "事项x不予支持，却认可了2.50 CNY"},
		{complaint.CodeNothingOffered, "issue x is upheld, and nothing is offered", "事项x予以支持，却没有任何补救"},
		{complaint.CodeNoReason, "no reason is given for what is refused in issue x", "事项x：未说明不予支持的理由"},
		{complaint.CodeNoClause, "no clause is cited for what is refused in issue x", "事项x：未引用不予支持所依据的条款"},
		{complaint.CodeNoAppeal, "no way to appeal is named in issue x", "事项x：未告知申诉途径"},
		{complaint.CodeNoAlternative, "nothing else is offered for what is refused in issue x", "事项x：未提供替代方案"},
		{complaint.CodeNoChannel, "no channel is named through which the customer is told of issue x", "事项x：未说明通过何种渠道告知顾客"},
		{complaint.CodeUncovered, "issue x: what is offered, and paid before, comes to 2.50 CNY, where 1.00 CNY is accepted", "事项x：补救与已付合计2.50 CNY，与认可的1.00 CNY不符"},
		{complaint.CodeOfferedThere, "a duplicate of x: what the customer gets is decided there", "本投诉与x重复：补救应在该投诉中决定"},
		{complaint.CodeAboveClaim, "issue x: 2.50 CNY is more than the 1.00 CNY claimed, and no deviation allows it", "事项x：认可的2.50 CNY超过主张的1.00 CNY，且未获准例外处理"},
		{complaint.CodeDeviates, "deviation x allows up to 1.00 CNY; 2.50 CNY is accepted", "例外x允许至多1.00 CNY，现认可2.50 CNY"},
		{complaint.CodeNoDeviation, "nobody has allowed deviation x for this issue", "该事项没有获准的例外x"},
		{complaint.CodeOverDeviation, "deviation x allows up to 1.00 CNY, not 2.50 CNY", "例外x至多允许1.00 CNY，而非2.50 CNY"},
		{complaint.CodeOwnDeviation, "who allowed deviation x decides, or handles the case: somebody else allows it", "例外x由决定人或经办人本人批准，须由他人批准"},
		{complaint.CodeDeviationThere, "there is a deviation x already", "例外x已存在"},
		{complaint.CodeDeviatesWhy, "deviation x has no reason", "例外x未说明理由"},
		{complaint.CodeRemedyThere, "there is a remedy x already", "补救x已存在"},
		{complaint.CodeRemedyUnknown, "there is no remedy x", "没有补救x"},
		{complaint.CodeRemedyState, "the remedy is x", "该补救目前“x”"},
		{complaint.CodeRemedyLater, "remedy x was decided on 25 Nov 2026, 09:00 CST, which is later", "补救x于2026年11月25日09:00(CST)才决定，晚于此操作"},
		{complaint.CodeDuePast, "x would be due on 24 Nov 2026, which is past", "x的期限2026年11月24日已过"},
		{complaint.CodeOnce, "for x it was given already, on 25 Nov 2026, 09:00 CST; once is enough", "x已于2026年11月25日09:00(CST)给付过一次"},
		{complaint.CodeBeneficiary, "x gets the remedy, and neither decides, approves nor pays it", "x是受益人，不得决定、批准或支付该补救"},
		{complaint.CodeUnapproved, "remedy x has 250 of 100 approvals", "补救x已获250项批准（需100项）"},
		{complaint.CodeObjected, "remedy x was refused approval: its issue is to be decided again", "补救x未获批准，须重新决定该事项"},
		{complaint.CodeUnpaid, "of remedy x, 2.50 CNY of 1.00 CNY is paid", "补救x应付1.00 CNY，已付2.50 CNY"},
		{complaint.CodeUndone, "remedy x has not been carried out", "补救x尚未执行"},
		{complaint.CodeOverpaid, "of remedy x, 1.00 CNY is left to pay, not 2.50 CNY", "补救x尚余1.00 CNY未付，而非2.50 CNY"},
		{complaint.CodeNothingPaid, "remedy x is money: it is not said how much", "补救x为金钱，未说明金额"},
		{complaint.CodeNotMoney, "remedy x is no money: it is carried out whole, and nothing is paid", "补救x并非金钱，应整项执行，不填支付金额"},
		{complaint.CodeBackTooMuch, "of remedy x, 1.00 CNY was paid: 2.50 CNY cannot come back", "补救x已付1.00 CNY，不可能退回2.50 CNY"},
		{complaint.CodeExternalTwice, "x is booked on the remedy already", "外部凭证x已入账"},
		{complaint.CodeUnlimited, "remedy x needs no approval: there are no limits", "未设权限，补救x无须批准"},
		{complaint.CodeCostless, "remedy x costs nothing and needs no approval", "补救x不产生费用，无须批准"},
		{complaint.CodeWithin, "2.50 CNY is within what x may give, 1.00 CNY", "2.50 CNY在x的权限1.00 CNY之内"},
		{complaint.CodeWithinPoints, "250 points in the case is within what x may give, 100 points", "本案250积分在x的权限100积分之内"},
		{complaint.CodeApprovalSought, "approval is asked for remedy x", "补救x主动提请批准"},
		{complaint.CodeNoLimit, "remedy x needs approval: nothing is within the limits of this agent", "补救x须经批准：该员工没有给付权限"},
		{complaint.CodeOtherKind, "x gives no remedy of this kind without approval", "x无权自行给付此类补救"},
		{complaint.CodeOverLimit, "2.50 CNY is above what x may give for one remedy, 1.00 CNY", "2.50 CNY超过x的单项权限1.00 CNY"},
		{complaint.CodeOverCase, "all remedies of the case come to 2.50 CNY, above what x may give, 1.00 CNY", "本案补救合计2.50 CNY，超过x的单案权限1.00 CNY"},
		{complaint.CodeOverPoints, "250 points in the case is above what x may give, 100 points", "本案250积分超过x的权限100积分"},
		{complaint.CodeOverAllowance, "2.50 CNY of goodwill is above the whole allowance of x, 1.00 CNY", "善意补偿2.50 CNY超过x的整期额度1.00 CNY"},
		{complaint.CodeUsedUp, "x has 2.50 CNY left, not 1.00 CNY: ask for approval", "额度x仅余2.50 CNY，不足1.00 CNY，请提请批准"},
		{complaint.CodeNoAllowance, "no limit is set for x", "额度x尚未设定"},
		{complaint.CodeOverrun, "x had 2.50 CNY left when 1.00 CNY was booked: it is overrun", "额度x仅余2.50 CNY，已记入1.00 CNY，超出额度"},
		{complaint.CodeNoApprover, "remedy x brings the case to 2.50 CNY, and nobody approves more than 1.00 CNY", "补救x使本案合计达2.50 CNY，最高批准权限为1.00 CNY"},
		{complaint.CodeApproves, "x approves up to 1.00 CNY; it comes to 2.50 CNY", "x的批准权限为1.00 CNY，合计2.50 CNY"},
		{complaint.CodeDeputes, "a deputy of x, from 25 Nov 2026, 09:00 CST to 26 Nov 2026, 09:00 CST, approves up to 1.00 CNY; it comes to 2.50 CNY", "x的代理人（自2026年11月25日09:00(CST)至2026年11月26日09:00(CST)）批准权限为1.00 CNY，合计2.50 CNY"},
		{complaint.CodeApproved, "remedy x has all its approvals, 250 of 100", "补救x已获全部批准（250/100）"},
		{complaint.CodeHandler, "x handles the case, or decided this, and does not approve it", "x是经办人，不得批准"},
		{complaint.CodeApprovedTwice, "x has approved it before", "x已批准过"},
		{complaint.CodeNoAuthority, "x approves up to 1.00 CNY, and it comes to 2.50 CNY", "x的批准权限为1.00 CNY，合计2.50 CNY，权限不足"},
		{complaint.CodeObjectsWhy, "no reason is given why remedy x is refused", "未说明拒绝批准补救x的理由"},
		{complaint.CodeRemedyOverdue, "remedy x was due by 24 Nov 2026, and has not been carried out", "补救x的期限为2026年11月24日，已逾期未执行"},
		{complaint.CodeActionOverdue, "corrective action x was due by 24 Nov 2026, and is not found effective", "整改x的期限为2026年11月24日，已逾期未验证有效"},
		{complaint.CodeOwnMeasure, "x takes no measure on herself", "x不得对本人作出处理"},
		{complaint.CodeNotEntitled, "x may not see measures on staff, nor take any", "x无权查看或作出对员工的处理"},
		{complaint.CodeActionThere, "there is a corrective action x already", "整改x已存在"},
		{complaint.CodeActionUnknown, "there is no corrective action x", "没有整改x"},
		{complaint.CodeActionDone, "corrective action x was found effective on 25 Nov 2026, 09:00 CST", "整改x已于2026年11月25日09:00(CST)验证有效"},
		{complaint.CodeOwnCheck, "x owns the corrective action: somebody else checks it", "x是整改责任人，须由他人验证"},
		{complaint.CodeNoAction, "it is not said what corrective action x is", "整改x未说明内容"},
		{complaint.CodeNoActionOwner, "nobody owns corrective action x", "整改x没有责任人"},
		{complaint.CodeNoActionDue, "corrective action x has no last day", "整改x没有期限"},
	} {
		r := customer.Reason{
			Code: tc.code, Of: "x", Fact: 250, Mark: 100,
			At: caseAt("2026-11-25 09:00"), Until: caseAt("2026-11-26 09:00"), On: remedyDay("2026-11-25"), By: remedyDay("2026-11-24"),
		}
		assert.Equal(t, tc.english, policy.Explain(r, customer.English))
		assert.Equal(t, tc.chinese, policy.Explain(r, customer.Chinese))
		said = append(said, tc.code)
	}
	assert.Equal(t, customertest.Codes(t, "remedy_reason.go"), said)

	for _, tc := range []struct {
		reason           customer.Reason
		english, chinese string
	}{
		{customer.Reason{Code: complaint.CodeDemanded, Of: "x"}, "issue x asks for something: it is upheld or it is not", "事项x提出了要求，须作出支持或不支持的决定"},
		{customer.Reason{Code: complaint.CodeApproves}, "there are no limits: she may approve", "未设权限，有权批准"},
		{
			customer.Reason{Code: complaint.CodeDeputes, At: caseAt("2026-11-25 12:00"), Until: caseAt("2026-11-25 13:00")},
			"there are no limits: a deputy may approve, from 25 Nov 2026, 12:00 CST to 25 Nov 2026, 13:00 CST",
			"未设权限，代理人有权批准（自2026年11月25日12:00(CST)至2026年11月25日13:00(CST)）",
		},
		{
			customer.Reason{Code: complaint.CodeDeputes, At: caseAt("2026-11-25 12:00")},
			"there are no limits: a deputy may approve, from 25 Nov 2026, 12:00 CST on", "未设权限，代理人有权批准（自2026年11月25日12:00(CST)起）",
		},
		{
			customer.Reason{Code: complaint.CodeNoAuthority, Of: "x", Unit: customer.UnitMinor}, // what costs nothing waits for approval too
			"x approves nothing", "x没有批准权限",
		},
		{
			customer.Reason{Code: complaint.CodeNoApprover, Of: "x", Fact: 250, Unit: customer.UnitMinor},
			"remedy x brings the case to 2.50 CNY, and nobody approves anything", "补救x使本案合计达2.50 CNY，无人有批准权限",
		},
		{
			customer.Reason{Code: complaint.CodeNoAuthority, Of: "x", Fact: 2, Mark: 1, Unit: customer.UnitPoints},
			"x approves up to 1 point, and it comes to 2 points", "x的批准权限为1积分，合计2积分，权限不足",
		},
		{customer.Reason{Code: complaint.CodeRemedyState, Of: "proposed"}, "the remedy is proposed", "该补救目前“待批准”"},
		{customer.Reason{Code: complaint.CodeRemedyState, Of: "granted"}, "the remedy is granted", "该补救目前“待执行”"},
		{customer.Reason{Code: complaint.CodeRemedyState, Of: "settled"}, "the remedy is settled", "该补救目前“已完成”"},
		{customer.Reason{Code: complaint.CodeRemedyState, Of: "objected"}, "the remedy is objected", "该补救目前“未获批准”"},
		{customer.Reason{Code: complaint.CodeRemedyState, Of: "withdrawn"}, "the remedy is withdrawn", "该补救目前“已撤销”"},
		{customer.Reason{Code: complaint.CodeRemedyState, Of: "declined"}, "the remedy is declined", "该补救目前“顾客放弃”"},
	} {
		assert.Equal(t, tc.english, policy.Explain(tc.reason, customer.English))
		assert.Equal(t, tc.chinese, policy.Explain(tc.reason, customer.Chinese))
	}
}

// The texts of the enumerations are format.
func TestRemedyTexts(t *testing.T) {
	assert.Equal(t, "upheld partly-upheld not-upheld none-needed", customertest.Texts(t, complaint.NoneNeeded))
	assert.Equal(t, "refund credit compensation discount points replacement repair loan help apology explanation correction other", customertest.Texts(t, complaint.OtherRemedy))
	assert.Equal(t, "proposed granted settled objected withdrawn declined", customertest.Texts(t, complaint.RemedyDeclined))
	assert.Equal(t, "done failed declined", customertest.Texts(t, complaint.SettlementDeclined))
	assert.Equal(t, "day week month", customertest.Texts(t, complaint.PerMonth))
	assert.Equal(t, "claim terms rules", customertest.Texts(t, complaint.FromRules))
	assert.Equal(t, "talk training warning transfer none other", customertest.Texts(t, complaint.OtherMeasure))
	assert.Equal(t, "effective ineffective", customertest.Texts(t, complaint.Ineffective))
}
