package task

import "github.com/rapport-crm/rapport/customer"

// The reason codes of handovers. They are format. Rule is the rule book.
const (
	CodeTogether  = "task.together"   // Of: who has taken something of the customer already; Fact: her load then; Mark: her capacity
	CodeKnows     = "task.knows"      // Of: who knows the customer; Fact and Mark as above
	CodeLeastLoad = "task.least-load" // Of: who has the least load for her capacity; Fact and Mark as above
	CodeOnly      = "task.only"       // Of: the only one who can take so much; Fact and Mark as above
	CodeApart     = "task.apart"      // Of: the customer, whose items nobody can take all; Fact: of how many she takes so many; Mark: all

	CodeNoSkill     = "task.no-skill"     // Of: the skill; Fact: how many lack it; Mark: of how many
	CodeNoDesk      = "task.no-desk"      // Of: the desk; Fact: how many do not work at it; Mark: of how many
	CodeNotThere    = "task.not-there"    // On: the day on which it is needed; Fact: how many are away; Mark: of how many
	CodeNotHere     = "task.not-here"     // Fact: how many have not come yet, have left, or leave before it is over; Mark: of how many
	CodeNoRoom      = "task.no-room"      // Fact: how many have no room; Mark: of how many
	CodeNoCandidate = "task.no-candidate" // nobody was proposed
	CodeToManager   = "task.to-manager"   // Of: who has it, as nobody else can take it

	CodeBack      = "task.back"      // Of: who is back; On: since when
	CodeElsewhere = "task.elsewhere" // Of: whose it is by now
)

func explainHandover(r customer.Reason, w words) (text string, ok bool) {
	switch r.Code {
	case CodeTogether:
		return w.in("%s has this customer's other things", "%s已接手该客户的其他事项", r.Of), true
	case CodeKnows:
		return w.in("%s knows this customer", "%s熟悉该客户", r.Of), true
	case CodeLeastLoad:
		return w.in("%s has the least load for what she may have: %d of %d", "%s的工作量最轻：%d（上限%d）", r.Of, r.Fact, r.Mark), true
	case CodeOnly:
		return w.in("nobody but %s can take it", "只有%s能够接手", r.Of), true
	case CodeApart:
		if r.Of == "" {
			return w.in("%d of %d together", "%[2]d项中的%[1]d项一起移交", r.Fact, r.Mark), true
		}
		return w.in("nobody can take all %[3]d things of %[1]s: %[2]d of them", "没有人能接手%[1]s的全部%[3]d项，此处为其中%[2]d项", r.Of, r.Fact, r.Mark), true
	case CodeNoSkill:
		return w.in("%[2]d of %[3]d cannot do it: %[1]s", "%[3]d人中有%[2]d人不具备技能“%[1]s”", r.Of, r.Fact, r.Mark), true
	case CodeNoDesk:
		return w.in("%[2]d of %[3]d do not work there: %[1]s", "%[3]d人中有%[2]d人不负责“%[1]s”", r.Of, r.Fact, r.Mark), true
	case CodeNotThere:
		return w.in("%d of %d are away on %s", "%[2]d人中有%[1]d人在%[3]s不在岗", r.Fact, r.Mark, w.language.DayOfYear(r.On)), true
	case CodeNotHere:
		return w.in("%d of %d are not here for so long", "%[2]d人中有%[1]d人届时不在职", r.Fact, r.Mark), true
	case CodeNoRoom:
		return w.in("%d of %d have no room for more", "%[2]d人中有%[1]d人工作量已满", r.Fact, r.Mark), true
	case CodeNoCandidate:
		return w.in("nobody was proposed to take it", "没有接手人选"), true
	case CodeToManager:
		return w.in("nobody else can take it: %s has it, and decides", "无人能够接手，由%s负责并决定", r.Of), true
	case CodeBack:
		return w.in("%s is back on %s", "%s于%s返回", r.Of, w.language.DayOfYear(r.On)), true
	case CodeElsewhere:
		return w.in("it is %s's by now, and stays there", "现由%s负责，不再交还", r.Of), true
	}
	return "", false
}
