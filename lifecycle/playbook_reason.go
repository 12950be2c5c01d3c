package lifecycle

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of playbooks. Rule is the playbook and the play, "playbook/1 welcome";
// Fact the number of her stage; By the last day on which it may be done. They are format.
const (
	CodePlayEntering      = "lifecycle.play-entering"       // On: the day on which she came into the stage
	CodePlayFirstPurchase = "lifecycle.play-first-purchase" // On: the day of her first purchase
	CodePlayReturning     = "lifecycle.play-returning"      // On: the day on which she was found to be back
	CodePlayStaying       = "lifecycle.play-staying"        // On: the day since which she is in the stage

	CodeKept       = "lifecycle.kept"         // Fact: what she spent in the window, in minor units; Mark: her place on the keep list; On: its first day; By: its last
	CodeNoKeepList = "lifecycle.no-keep-list" // the playbook keeps none
)

// Explain renders a reason of this package as the package's Explain does, with money in
// the currency of the keep list.
func (b *Playbook) Explain(reason customer.Reason, language customer.Language) string {
	if currency := b.rules.Keep.Currency; currency != (customer.Currency{}) {
		if text, ok := playbookText(reason, language, currency.Text); ok {
			return text
		}
	}
	return Explain(reason, language)
}

// explainPlaybook renders the reasons of playbooks, with money in minor units.
func explainPlaybook(r customer.Reason, language customer.Language) (text string, ok bool) {
	return playbookText(r, language, customer.Words{Language: language}.Money)
}

func playbookText(r customer.Reason, language customer.Language, money func(int64) string) (text string, ok bool) {
	on, by := language.Between(r.On, r.By)
	stage := stageWord(Stage(r.Fact), language)
	if language == customer.Chinese {
		switch r.Code {
		case CodePlayEntering:
			return fmt.Sprintf("%s进入%s，最迟%s完成", on, stage, by), true
		case CodePlayFirstPurchase:
			return fmt.Sprintf("%s首次购买，最迟%s完成", on, by), true
		case CodePlayReturning:
			return fmt.Sprintf("%s挽回，最迟%s完成", on, by), true
		case CodePlayStaying:
			return fmt.Sprintf("自%s起处于%s，最迟%s完成", on, stage, by), true
		case CodeKept:
			return fmt.Sprintf("保留名单第%d位：%s至%s消费%s", r.Mark, on, by, money(r.Fact)), true
		case CodeNoKeepList:
			return "此方案没有保留名单", true
		}
		return "", false
	}
	switch r.Code {
	case CodePlayEntering:
		return fmt.Sprintf("%s since %s, to be done by %s", stage, on, by), true
	case CodePlayFirstPurchase:
		return fmt.Sprintf("first purchase on %s, to be done by %s", on, by), true
	case CodePlayReturning:
		return fmt.Sprintf("back since %s, to be done by %s", on, by), true
	case CodePlayStaying:
		return fmt.Sprintf("still %s, since %s, to be done by %s", stage, on, by), true
	case CodeKept:
		return fmt.Sprintf("place %d of those to keep: %s spent from %s to %s", r.Mark, money(r.Fact), on, by), true
	case CodeNoKeepList:
		return "this playbook keeps no list of customers to keep", true
	}
	return "", false
}
