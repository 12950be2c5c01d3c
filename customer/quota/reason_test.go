package quota_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/quota"
)

func TestExplain(t *testing.T) {
	until := time.Date(2026, 11, 25, 13, 0, 0, 0, time.UTC)
	for code, want := range map[string]struct{ english, chinese string }{
		quota.CodeSpent:        {"tea/2026-11 has 3 left, 5 asked for", "tea/2026-11只剩3，需要5"},
		quota.CodeHeld:         {"tea/2026-11 has 3 free now, 5 asked for; others hold the rest and may give it back", "tea/2026-11目前可用3，需要5；其余暂被占用，可稍后再试"},
		quota.CodeExpired:      {"the hold on tea/2026-11 was over at 25 Nov 2026, 13:00 UTC; 3 left, 5 asked for", "tea/2026-11的保留已于2026年11月25日13:00(UTC)到期，现剩3，需要5"},
		quota.CodeReleased:     {"the hold on tea/2026-11 was given back; 3 left, 5 asked for", "tea/2026-11的保留已退回，现剩3，需要5"},
		quota.CodeCaptured:     {"the hold on tea/2026-11 was used for 3 and cannot be given back", "tea/2026-11的保留已使用3，不能再退回"},
		quota.CodeOverHold:     {"3 of tea/2026-11 are held, 5 asked for", "tea/2026-11只保留了3，需要5"},
		quota.CodeNoHold:       {"nothing of tea/2026-11 is held under this reference", "tea/2026-11没有以此编号保留"},
		quota.CodeNoQuota:      {"no limit was set for tea/2026-11", "tea/2026-11没有设定额度"},
		quota.CodeNotCaptured:  {"nothing of tea/2026-11 was used under this reference, so nothing comes back", "tea/2026-11未以此编号使用，无可退回"},
		quota.CodeOverCaptured: {"3 of tea/2026-11 were used, and 5 cannot come back", "tea/2026-11只使用了3，不能退回5"},
		"loyalty.short":        {"loyalty.short", "loyalty.short"},
	} {
		reason := customer.Reason{Code: code, Rule: "tea/2026-11", Fact: 3, Mark: 5, At: until, Until: until}
		assert.Equal(t, want.english, quota.Explain(reason, customer.English))
		assert.Equal(t, want.chinese, quota.Explain(reason, customer.Chinese))
	}
}

// The codes are stored and counted by hosts: they never change.
func TestCodes(t *testing.T) {
	assert.Equal(t, []string{
		"quota.spent", "quota.held", "quota.expired", "quota.released",
		"quota.captured", "quota.over-hold", "quota.no-hold", "quota.no-quota",
		"quota.not-captured", "quota.over-captured",
	}, []string{
		quota.CodeSpent, quota.CodeHeld, quota.CodeExpired, quota.CodeReleased,
		quota.CodeCaptured, quota.CodeOverHold, quota.CodeNoHold, quota.CodeNoQuota,
		quota.CodeNotCaptured, quota.CodeOverCaptured,
	})
}
