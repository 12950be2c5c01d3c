package lifecycle_test

import (
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/lifecycle"
)

// Every code of referrals, signals, leaving, satisfaction and promises, in both languages.
// The file is read as text in review; a code that is renamed is a migration.
func TestExplainRelations(t *testing.T) {
	var told []string
	for _, file := range []string{"referral_reason.go", "signal_reason.go", "satisfaction_reason.go", "promise_reason.go"} {
		for _, code := range customertest.Codes(t, file) {
			reason := customer.Reason{Code: code, Rule: "book/1/price", Fact: 150, Mark: 2000, On: on("2026-11-02"), By: on("2027-01-30")}
			english, chinese := lifecycle.Explain(reason, customer.English), lifecycle.Explain(reason, customer.Chinese)
			for _, text := range []string{english, chinese} {
				assert.NotContains(t, text, "%!")
				assert.NotContains(t, text, reason.Code)
			}
			assert.True(t, strings.ContainsFunc(chinese, func(c rune) bool { return unicode.Is(unicode.Han, c) }), chinese)
			assert.False(t, strings.ContainsAny(chinese, ",;:()"), "%s has half-width punctuation", chinese)
			assert.False(t, strings.ContainsFunc(english, func(c rune) bool { return unicode.Is(unicode.Han, c) }), english)
			told = append(told, reason.Code+"\n\t"+english+"\n\t"+chinese)
		}
	}
	customertest.Golden(t, "relation-reasons.golden", strings.Join(told, "\n")+"\n")
}

// Figures and words that the golden file does not reach.
func TestExplainRelationDetails(t *testing.T) {
	r, s := newReferrals(t, referralRules()), newSignals(t, signalRules())
	brought := customer.Reason{Code: lifecycle.CodeReferralBrought, Mark: 2050, On: on("2026-11-02"), By: on("2026-12-02")}
	left := func(cause string) customer.Reason {
		return customer.Reason{Code: lifecycle.CodeLeft, Rule: "signals/2/" + cause, On: on("2026-11-02")}
	}
	quiet := customer.Reason{Code: lifecycle.CodePaidLate, On: on("2026-11-02")}
	for _, tc := range []struct {
		explain          func(customer.Reason, customer.Language) string
		reason           customer.Reason
		english, chinese string
	}{
		{
			r.Explain, brought,
			"brought on 2 Nov 2026; rewarded for a first purchase of 20.50 EUR or more by 2 Dec 2026",
			"2026年11月2日由他人介绍；最迟于2026年12月2日首次购买满20.50 EUR即可获得奖励",
		},
		{s.Explain, left("firm-sold"), "lost on 2 Nov 2026: her firm was sold", "2026年11月2日流失：公司被出售"},
		{s.Explain, left("price"), "lost on 2 Nov 2026: it is cheaper elsewhere", "2026年11月2日流失：别处更便宜"},
		{lifecycle.Explain, left("firm-sold"), "lost on 2 Nov 2026: firm-sold", "2026年11月2日流失：firm-sold"},
		{lifecycle.Explain, quiet, "2 Nov 2026: she paid late", "2026年11月2日付款延迟"},
		{r.Explain, quiet, "2 Nov 2026: she paid late", "2026年11月2日付款延迟"},
		{
			lifecycle.Explain,
			customer.Reason{Code: lifecycle.CodeSilence, Fact: 1, Mark: 1},
			"1 of 1 customer who left had never complained", "1位流失顾客中有1位从未投诉",
		},
		{
			lifecycle.Explain,
			customer.Reason{Code: lifecycle.CodeReferralTakeBack, Fact: 1, On: on("2026-11-02")},
			"1 reward of the introduction of 2 Nov 2026 must be taken back", "2026年11月2日的介绍有1项奖励须收回",
		},
		{s.Explain, customer.Reason{Code: "shop.closed"}, "shop.closed", "shop.closed"},
	} {
		assert.Equal(t, tc.english, tc.explain(tc.reason, customer.English))
		assert.Equal(t, tc.chinese, tc.explain(tc.reason, customer.Chinese))
	}
	for _, cause := range []lifecycle.Cause{
		lifecycle.CausePersonalTie, lifecycle.CauseBuyerChanged, lifecycle.CausePrice, lifecycle.CauseProduct,
		lifecycle.CauseService, lifecycle.CauseComplaintLost, lifecycle.CauseWalkedOut, lifecycle.CauseCompetitor,
		lifecycle.CauseMovedAway, lifecycle.CauseNoNeed, lifecycle.CauseUnknown,
	} {
		for _, language := range []customer.Language{customer.English, customer.Chinese} {
			text := lifecycle.Explain(left(string(cause)), language)
			assert.False(t, strings.HasSuffix(text, string(cause)), text)
		}
		d, err := s.Observe(lifecycle.Standing{}, lifecycle.Observation{Ref: "l", At: noon("2026-11-02"), Remark: lifecycle.Remark{Cause: cause, Told: lifecycle.Said}})
		assert.Equal(t, []customer.Reason{left(string(cause))}, d.Reasons, err)
	}
}
