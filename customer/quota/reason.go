package quota

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of this package. Rule is the quota's name; the figures are in the
// quota's own unit, which the store does not know.
const (
	CodeSpent    = "quota.spent"     // Fact: left; Mark: asked for, more than was not yet captured
	CodeHeld     = "quota.held"      // Fact: left; Mark: asked for; others hold the rest, and may release it
	CodeExpired  = "quota.expired"   // Until: when the hold was over; At: when it was asked for; Fact: left; Mark: asked for
	CodeReleased = "quota.released"  // the hold was given back before; Fact: left; Mark: asked for
	CodeCaptured = "quota.captured"  // the hold was captured before; Fact: how much
	CodeOverHold = "quota.over-hold" // Fact: held; Mark: asked for
	CodeNoHold   = "quota.no-hold"   // nothing was held under this key
	CodeNoQuota  = "quota.no-quota"  // no limit was set under this name

	CodeNotCaptured  = "quota.not-captured"  // nothing was captured under this key; Mark: to be given back
	CodeOverCaptured = "quota.over-captured" // Fact: captured; Mark: to be given back
)

// Explain renders a reason of this package. Instants are shown in the zone that they
// carry. A code of package customer
// is rendered too; any other is returned as it is.
func Explain(reason customer.Reason, language customer.Language) string {
	if language == customer.Chinese {
		switch reason.Code {
		case CodeSpent:
			return fmt.Sprintf("%s只剩%d，需要%d", reason.Rule, reason.Fact, reason.Mark)
		case CodeHeld:
			return fmt.Sprintf("%s目前可用%d，需要%d；其余暂被占用，可稍后再试", reason.Rule, reason.Fact, reason.Mark)
		case CodeExpired:
			return fmt.Sprintf("%s的保留已于%s到期，现剩%d，需要%d", reason.Rule, language.Instant(reason.Until), reason.Fact, reason.Mark)
		case CodeReleased:
			return fmt.Sprintf("%s的保留已退回，现剩%d，需要%d", reason.Rule, reason.Fact, reason.Mark)
		case CodeCaptured:
			return fmt.Sprintf("%s的保留已使用%d，不能再退回", reason.Rule, reason.Fact)
		case CodeOverHold:
			return fmt.Sprintf("%s只保留了%d，需要%d", reason.Rule, reason.Fact, reason.Mark)
		case CodeNoHold:
			return fmt.Sprintf("%s没有以此编号保留", reason.Rule)
		case CodeNoQuota:
			return fmt.Sprintf("%s没有设定额度", reason.Rule)
		case CodeNotCaptured:
			return fmt.Sprintf("%s未以此编号使用，无可退回", reason.Rule)
		case CodeOverCaptured:
			return fmt.Sprintf("%s只使用了%d，不能退回%d", reason.Rule, reason.Fact, reason.Mark)
		}
		return customer.Explain(reason, language)
	}
	switch reason.Code {
	case CodeSpent:
		return fmt.Sprintf("%s has %d left, %d asked for", reason.Rule, reason.Fact, reason.Mark)
	case CodeHeld:
		return fmt.Sprintf("%s has %d free now, %d asked for; others hold the rest and may give it back", reason.Rule, reason.Fact, reason.Mark)
	case CodeExpired:
		return fmt.Sprintf("the hold on %s was over at %s; %d left, %d asked for", reason.Rule, language.Instant(reason.Until), reason.Fact, reason.Mark)
	case CodeReleased:
		return fmt.Sprintf("the hold on %s was given back; %d left, %d asked for", reason.Rule, reason.Fact, reason.Mark)
	case CodeCaptured:
		return fmt.Sprintf("the hold on %s was used for %d and cannot be given back", reason.Rule, reason.Fact)
	case CodeOverHold:
		return fmt.Sprintf("%d of %s are held, %d asked for", reason.Fact, reason.Rule, reason.Mark)
	case CodeNoHold:
		return fmt.Sprintf("nothing of %s is held under this reference", reason.Rule)
	case CodeNoQuota:
		return fmt.Sprintf("no limit was set for %s", reason.Rule)
	case CodeNotCaptured:
		return fmt.Sprintf("nothing of %s was used under this reference, so nothing comes back", reason.Rule)
	case CodeOverCaptured:
		return fmt.Sprintf("%d of %s were used, and %d cannot come back", reason.Fact, reason.Rule, reason.Mark)
	}
	return customer.Explain(reason, language)
}
