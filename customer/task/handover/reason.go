package handover

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/task"
)

// The reason codes of handovers. They are format. Rule is the rule book.
const (
	CodeTogether  = "handover.together"   // Of: who has taken something of the customer already; Fact: her load then; Mark: her capacity
	CodeKnows     = "handover.knows"      // Of: who knows the customer; Fact and Mark as above
	CodeLeastLoad = "handover.least-load" // Of: who has the least load for her capacity; Fact and Mark as above
	CodeOnly      = "handover.only"       // Of: the only one who can take so much; Fact and Mark as above
	CodeApart     = "handover.apart"      // Of: the customer, whose items nobody can take all; Fact: of how many she takes so many; Mark: all

	CodeNoSkill     = "handover.no-skill"     // Of: the skill; Fact: how many lack it; Mark: of how many
	CodeNoDesk      = "handover.no-desk"      // Of: the desk; Fact: how many do not work at it; Mark: of how many
	CodeNotThere    = "handover.not-there"    // On: the day on which it is needed; Fact: how many are away; Mark: of how many
	CodeNotHere     = "handover.not-here"     // Fact: how many have not come yet, have left, or leave before it is over; Mark: of how many
	CodeNoRoom      = "handover.no-room"      // Fact: how many have no room; Mark: of how many
	CodeNoCandidate = "handover.no-candidate" // nobody was proposed
	CodeToManager   = "handover.to-manager"   // Of: who has it, as nobody else can take it

	CodeBack      = "handover.back"      // Of: who is back; On: since when
	CodeElsewhere = "handover.elsewhere" // Of: whose it is by now

	CodeRead   = "handover.read"   // a duty; Of: the customer, empty: of none; Fact: how many things of hers are taken over; By: the last day
	CodeTell   = "handover.tell"   // likewise
	CodeDecide = "handover.decide" // likewise; Fact: how many of hers nobody could take
)

// Explain renders a reason of a handover as a sentence. What is no code of this package is rendered
// by package task. No rule book is needed for it, and so none has a method of the name.
func Explain(r customer.Reason, language customer.Language) string {
	in := func(english, chinese string, values ...any) string {
		if language == customer.Chinese {
			return fmt.Sprintf(chinese, values...)
		}
		return fmt.Sprintf(english, values...)
	}
	switch r.Code {
	case CodeTogether:
		return in("%s has other things of this customer", "%s已接手该客户的其他事项", r.Of)
	case CodeKnows:
		return in("%s knows this customer", "%s熟悉该客户", r.Of)
	case CodeLeastLoad:
		return in("%s has the least load for her capacity: %d of %d with it", "按可承担的上限计算，%s的工作量最轻：接手后%d，上限%d", r.Of, r.Fact, r.Mark)
	case CodeOnly:
		return in("nobody else can take as much of this as %s: her load is %d of %d with it", "其他人选接不了这么多，由%s接手：接手后工作量%d，上限%d", r.Of, r.Fact, r.Mark)
	case CodeApart:
		return in("nobody can take all %[3]d items of customer %[1]s, so they are split: %[2]d in this part", "客户%[1]s的%[3]d项无人能全部接手，只能拆分，此部分%[2]d项", r.Of, r.Fact, r.Mark)
	case CodeNoSkill:
		return in("without the skill %s: %d of %d candidates", "%[3]d名人选中有%[2]d名不具备技能“%[1]s”", r.Of, r.Fact, r.Mark)
	case CodeNoDesk:
		return in("not working at %s: %d of %d candidates", "%[3]d名人选中有%[2]d名不负责“%[1]s”", r.Of, r.Fact, r.Mark)
	case CodeNotThere:
		return in("away on %[3]s: %[1]d of %[2]d candidates", "%[2]d名人选中有%[1]d名在%[3]s不在岗", r.Fact, r.Mark, language.DayOfYear(r.On))
	case CodeNotHere:
		return in("not on the staff for the whole time: %d of %d candidates", "%[2]d名人选中有%[1]d名并非全程在职", r.Fact, r.Mark)
	case CodeNoRoom:
		return in("without room for more: %d of %d candidates", "%[2]d名人选中有%[1]d名工作量已满", r.Fact, r.Mark)
	case CodeNoCandidate:
		return in("there are no candidates", "没有接手人选")
	case CodeToManager:
		return in("nobody can take it, so it goes to %s, who decides", "暂无人能够接手，先由%s负责并决定去向", r.Of)
	case CodeBack:
		return in("%s is back on %s", "%s于%s返岗", r.Of, language.DayOfYear(r.On))
	case CodeElsewhere:
		return in("%s looks after it now, so it does not go back", "现由%s负责，不再交还", r.Of)
	case CodeRead:
		if r.Of == "" {
			return in("by %s, read what is known of %s", "%s前，通读所接手的%s的全部资料", language.DayOfYear(r.By), things(r.Fact, language))
		}
		return in("by %s, read all that is known of customer %s: %s taken over", "%s前，通读客户%s的全部资料：接手%s", language.DayOfYear(r.By), r.Of, things(r.Fact, language))
	case CodeTell:
		return in("by %s, tell customer %s who is there for her now", "%s前，告知客户%s现由谁负责", language.DayOfYear(r.By), r.Of)
	case CodeDecide:
		if r.Of == "" {
			return in("by %s, decide who gets %s that nobody could take", "%s前，决定无人能接手的%s由谁负责", language.DayOfYear(r.By), things(r.Fact, language))
		}
		return in("by %s, decide who gets %[3]s of customer %[2]s that nobody could take", "%s前，决定客户%s的%s由谁负责：暂无人能接手", language.DayOfYear(r.By), r.Of, things(r.Fact, language))
	}
	return task.Explain(r, language)
}

// things counts what changes hands.
func things(n int64, language customer.Language) string {
	if language == customer.Chinese {
		return language.Count(n, "个事项")
	}
	return language.Count(n, "thing")
}
