package lifecycle

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of stages. Rule is the rule book, or the rule book and the edge:
// "stages/1 grow". A stage, and a source, stands as its number. They are format.
const (
	CodeStageKnown     = "lifecycle.stage-known"      // Fact: the source; On: the day
	CodeStageKnownFrom = "lifecycle.stage-known-from" // Fact: the source that she is known from already; On: since when

	CodeStageMoved    = "lifecycle.stage-moved"    // Fact: the stage she comes to; Mark: the one she leaves, 0 for none; On: the day; By: until when she is held; zero: not held
	CodeStageFirst    = "lifecycle.stage-first"    // On: her first purchase
	CodeStageReturned = "lifecycle.stage-returned" // On: the purchase that brings her back
	CodeStageEarlier  = "lifecycle.stage-earlier"  // Fact: her stage; On: the day asked for; By: since when she is there
	CodeStageCoverage = "lifecycle.stage-coverage" // Fact: lines with an amount; Mark: all lines

	CodeStageVisits  = "lifecycle.stage-visits"  // Fact: visits; Mark: what they are held against, to enter or to leave; On, By: first and last day of the window; zero: since ever
	CodeStageSpend   = "lifecycle.stage-spend"   // Fact: money kept; Mark, On and By: as of visits
	CodeStageItems   = "lifecycle.stage-items"   // Fact: items; Mark, On and By: as of visits
	CodeStageDrop    = "lifecycle.stage-drop"    // Fact: ‰ by which visits are fewer than in the window before; Mark, On and By: as of visits
	CodeStageTenure  = "lifecycle.stage-tenure"  // Fact: days; Mark: as of visits; On: her first purchase
	CodeStageSilent  = "lifecycle.stage-silent"  // Fact: days, of those that count; Mark: as of visits; On: her last purchase
	CodeStageSilence = "lifecycle.stage-silence" // Fact: ‰ of gaps that were shorter; Mark: as of visits; On: her last purchase
	CodeStageLatest  = "lifecycle.stage-latest"  // Fact: days of silence, of those that count; Mark: how many are the end; On: her last purchase

	CodeStageNow        = "lifecycle.stage-now"         // Fact: her stage; Mark: the cycle; On: since when
	CodeStageHeld       = "lifecycle.stage-held"        // Fact: her stage; On: since when; By: the first day on which she may leave it
	CodeStagePurchase   = "lifecycle.stage-purchase"    // Fact: the stage that a purchase brings her to; Mark: her stage
	CodeStageSoon       = "lifecycle.stage-soon"        // Fact: the stage; By: the day on which she comes to it
	CodeStageAll        = "lifecycle.stage-all"         // Fact: how many things are missing; Mark: for which stage: all of them
	CodeStageAny        = "lifecycle.stage-any"         // Fact: how many things are missing; Mark: for which stage: one of them
	CodeStageMoreVisits = "lifecycle.stage-more-visits" // Fact: how many more; Mark: for which stage; By: the last day for them; zero: any
	CodeStageMoreSpend  = "lifecycle.stage-more-spend"  // Fact: how much more; Mark: for which stage; By: the last day for it; zero: any
	CodeStageMoreItems  = "lifecycle.stage-more-items"  // Fact: how many more; Mark: for which stage; By: the last day for them; zero: any
	CodeStageMoreDays   = "lifecycle.stage-more-days"   // Fact: how many more; Mark: for which stage; By: the day on which they are over
	CodeStageFalls      = "lifecycle.stage-falls"       // Fact: the stage; Mark: hers; By: the day on which she comes to it if she stays away, and silence does not end her stage before
	CodeStageEnds       = "lifecycle.stage-ends"        // Fact: Ending; Mark: her stage; On: her last purchase; By: the day on which she comes to it at the latest if she stays away
	CodeStageEndsAfter  = "lifecycle.stage-ends-after"  // Fact: how many more days of silence, of those that count, end her stage at the latest, the minimum stay aside; Mark: her stage; On: her last purchase
)

// Explain renders a reason of this package as the package's Explain does, with money in
// the rule book's currency.
func (s *Stages) Explain(reason customer.Reason, language customer.Language) string {
	if s.rules.Currency != (customer.Currency{}) {
		if text, ok := stageText(reason, language, s.rules.Currency.Text); ok {
			return text
		}
	}
	return Explain(reason, language)
}

// explainStage renders the reasons of stages, with money in minor units.
func explainStage(r customer.Reason, language customer.Language) (text string, ok bool) {
	return stageText(r, language, customer.Words{Language: language}.Money)
}

func stageText(r customer.Reason, language customer.Language, money func(int64) string) (text string, ok bool) {
	explain := stageEnglish
	if language == customer.Chinese {
		explain = stageChinese
	}
	text = explain(r, money)
	return text, text != ""
}

func stageEnglish(r customer.Reason, money func(int64) string) string {
	on, by := customer.English.Between(r.On, r.By)
	fact, mark := stageWord(Stage(r.Fact), customer.English), stageWord(Stage(r.Mark), customer.English)
	day := customer.English.DayOfYear
	window := ", ever"
	if r.On != 0 {
		window = fmt.Sprintf(" from %s to %s", on, by)
	}
	until := ""
	if r.By != 0 {
		until = " by " + day(r.By)
	}
	percent := customer.English.Percent
	switch r.Code {
	case CodeStageKnown:
		return fmt.Sprintf("known since %s, from %s", day(r.On), sourceWord(Source(r.Fact), customer.English))
	case CodeStageKnownFrom:
		return fmt.Sprintf("known already since %s, from %s", day(r.On), sourceWord(Source(r.Fact), customer.English))
	case CodeStageMoved:
		if r.Mark == 0 {
			return fmt.Sprintf("%s on %s", fact, day(r.On))
		}
		return fmt.Sprintf("from %s to %s on %s", mark, fact, day(r.On))
	case CodeStageFirst:
		return "first purchase on " + day(r.On)
	case CodeStageReturned:
		return fmt.Sprintf("back with a purchase on %s", day(r.On))
	case CodeStageEarlier:
		return fmt.Sprintf("%s since %s: of %s nothing can be said any more", fact, by, on)
	case CodeStageCoverage:
		return fmt.Sprintf("%d of %s have an amount", r.Fact, count(r.Mark, "line"))
	case CodeStageVisits:
		return fmt.Sprintf("%s%s; the mark is %d", count(r.Fact, "visit"), window, r.Mark)
	case CodeStageSpend:
		return fmt.Sprintf("%s spent%s; the mark is %s", money(r.Fact), window, money(r.Mark))
	case CodeStageItems:
		return fmt.Sprintf("%s bought%s; the mark is %d", count(r.Fact, "item"), window, r.Mark)
	case CodeStageDrop:
		return fmt.Sprintf("visits%s are %s fewer than before; the mark is %s", window, percent(r.Fact), percent(r.Mark))
	case CodeStageTenure:
		return fmt.Sprintf("%s since the first purchase on %s; the mark is %d", count(r.Fact, "day"), day(r.On), r.Mark)
	case CodeStageSilent:
		return fmt.Sprintf("silent for %s, since %s; the mark is %d", rhythmDays(r.Fact, r.Unit), day(r.On), r.Mark)
	case CodeStageSilence:
		return fmt.Sprintf("silent since %s: %s of gaps were shorter; the mark is %s", day(r.On), percent(r.Fact), percent(r.Mark))
	case CodeStageLatest:
		return fmt.Sprintf("silent for %s, since %s; more than %d are the end", rhythmDays(r.Fact, r.Unit), day(r.On), r.Mark-1)
	case CodeStageNow:
		switch {
		case r.Fact == 0:
			return "not known"
		case r.Mark > 1:
			return fmt.Sprintf("%s since %s, in cycle %d", fact, day(r.On), r.Mark)
		}
		return fmt.Sprintf("%s since %s", fact, day(r.On))
	case CodeStageHeld:
		return fmt.Sprintf("stays %s through %s", fact, day(r.By.AddDays(-1)))
	case CodeStagePurchase:
		if Stage(r.Mark) == Ending {
			return fmt.Sprintf("a purchase brings her back, to %s", fact)
		}
		return fmt.Sprintf("a purchase makes her %s", fact)
	case CodeStageSoon:
		return fmt.Sprintf("%s on %s, if it lasts", fact, day(r.By))
	case CodeStageAll:
		return fmt.Sprintf("for %s all of these %d are missing:", mark, r.Fact)
	case CodeStageAny:
		return fmt.Sprintf("for %s one of these %d is enough:", mark, r.Fact)
	case CodeStageMoreVisits:
		return fmt.Sprintf("for %s: %s%s", mark, count(r.Fact, "more visit"), until)
	case CodeStageMoreSpend:
		return fmt.Sprintf("for %s: %s more%s", mark, money(r.Fact), until)
	case CodeStageMoreItems:
		return fmt.Sprintf("for %s: %s%s", mark, count(r.Fact, "more item"), until)
	case CodeStageMoreDays:
		return fmt.Sprintf("for %s: %s, until %s", mark, count(r.Fact, "more day"), day(r.By))
	case CodeStageFalls:
		return fmt.Sprintf("without a purchase she is %s on %s, if not ending before", fact, day(r.By))
	case CodeStageEnds:
		return fmt.Sprintf("without a purchase she is %s on %s at the latest", fact, day(r.By))
	case CodeStageEndsAfter:
		return fmt.Sprintf("%s more without a purchase are the end", rhythmDays(r.Fact, r.Unit))
	}
	return ""
}

func stageChinese(r customer.Reason, money func(int64) string) string {
	on, by := customer.Chinese.Between(r.On, r.By)
	fact, mark := stageWord(Stage(r.Fact), customer.Chinese), stageWord(Stage(r.Mark), customer.Chinese)
	day := customer.Chinese.DayOfYear
	window := "迄今"
	if r.On != 0 {
		window = fmt.Sprintf("%s至%s", on, by)
	}
	until := ""
	if r.By != 0 {
		until = "最迟" + day(r.By)
	}
	percent := customer.Chinese.Percent
	switch r.Code {
	case CodeStageKnown:
		return fmt.Sprintf("自%s起已知，来源：%s", day(r.On), sourceWord(Source(r.Fact), customer.Chinese))
	case CodeStageKnownFrom:
		return fmt.Sprintf("早在%s已知，来源：%s", day(r.On), sourceWord(Source(r.Fact), customer.Chinese))
	case CodeStageMoved:
		if r.Mark == 0 {
			return fmt.Sprintf("%s进入%s", day(r.On), fact)
		}
		return fmt.Sprintf("%s由%s转入%s", day(r.On), mark, fact)
	case CodeStageFirst:
		return day(r.On) + "首次购买"
	case CodeStageReturned:
		return day(r.On) + "再次购买，已挽回"
	case CodeStageEarlier:
		return fmt.Sprintf("自%s起处于%s，无法再评定%s", by, fact, on)
	case CodeStageCoverage:
		return fmt.Sprintf("%[2]d行中有%[1]d行有金额", r.Fact, r.Mark)
	case CodeStageVisits:
		return fmt.Sprintf("%s到店%d次，标准为%d次", window, r.Fact, r.Mark)
	case CodeStageSpend:
		return fmt.Sprintf("%s消费%s，标准为%s", window, money(r.Fact), money(r.Mark))
	case CodeStageItems:
		return fmt.Sprintf("%s购买%d种，标准为%d种", window, r.Fact, r.Mark)
	case CodeStageDrop:
		return fmt.Sprintf("%s到店次数比前期减少%s，标准为%s", window, percent(r.Fact), percent(r.Mark))
	case CodeStageTenure:
		return fmt.Sprintf("自%s首次购买起%d天，标准为%d天", day(r.On), r.Fact, r.Mark)
	case CodeStageSilent:
		return fmt.Sprintf("自%s起沉默%s，标准为%d天", day(r.On), rhythmDaysChinese(r.Fact, r.Unit), r.Mark)
	case CodeStageSilence:
		return fmt.Sprintf("自%s起沉默，%s的间隔比这更短，标准为%s", day(r.On), percent(r.Fact), percent(r.Mark))
	case CodeStageLatest:
		return fmt.Sprintf("自%s起沉默%s，达到%d天即为终止", day(r.On), rhythmDaysChinese(r.Fact, r.Unit), r.Mark)
	case CodeStageNow:
		switch {
		case r.Fact == 0:
			return "未知"
		case r.Mark > 1:
			return fmt.Sprintf("自%s起处于%s，第%d个周期", day(r.On), fact, r.Mark)
		}
		return fmt.Sprintf("自%s起处于%s", day(r.On), fact)
	case CodeStageHeld:
		return fmt.Sprintf("%s至少保持到%s", fact, day(r.By.AddDays(-1)))
	case CodeStagePurchase:
		if Stage(r.Mark) == Ending {
			return fmt.Sprintf("再次购买即可挽回，转入%s", fact)
		}
		return fmt.Sprintf("购买即进入%s", fact)
	case CodeStageSoon:
		return fmt.Sprintf("如保持现状，%s进入%s", day(r.By), fact)
	case CodeStageAll:
		return fmt.Sprintf("进入%s还缺以下%d项，须全部达到：", mark, r.Fact)
	case CodeStageAny:
		return fmt.Sprintf("进入%s只需达到以下%d项之一：", mark, r.Fact)
	case CodeStageMoreVisits:
		return fmt.Sprintf("进入%s：%s再到店%d次", mark, until, r.Fact)
	case CodeStageMoreSpend:
		return fmt.Sprintf("进入%s：%s再消费%s", mark, until, money(r.Fact))
	case CodeStageMoreItems:
		return fmt.Sprintf("进入%s：%s再购买%d种", mark, until, r.Fact)
	case CodeStageMoreDays:
		return fmt.Sprintf("进入%s：还需%d天，至%s", mark, r.Fact, day(r.By))
	case CodeStageFalls:
		return fmt.Sprintf("如不再购买，且未提前转入终止期，%s转入%s", day(r.By), fact)
	case CodeStageEnds:
		return fmt.Sprintf("如不再购买，最迟%s转入%s", day(r.By), fact)
	case CodeStageEndsAfter:
		return fmt.Sprintf("再有%s不购买，即为终止", rhythmDaysChinese(r.Fact, r.Unit))
	}
	return ""
}

// sourceWord is a source as a sentence names it.
func sourceWord(s Source, language customer.Language) string {
	chinese := language == customer.Chinese
	word := func(english, han string) string {
		if chinese {
			return han
		}
		return english
	}
	switch s {
	case FromAdvert:
		return word("an advertisement", "广告")
	case FromBrand:
		return word("a campaign for the shop's name", "品牌宣传")
	case FromReferral:
		return word("another customer", "老客户推荐")
	case FromPartner:
		return word("a partner", "合作伙伴")
	case FromWrongNumber:
		return word("a wrong number", "打错的电话")
	case FromWalkIn:
		return word("walking in", "自行到店")
	case FromSite:
		return word("the web", "网站")
	case FromElsewhere:
		return word("elsewhere", "其他来源")
	}
	return s.String()
}

// stageWord is a stage as a sentence names it.
func stageWord(s Stage, language customer.Language) string {
	if language != customer.Chinese {
		return s.String()
	}
	switch s {
	case Potential:
		return "潜在期"
	case Developing:
		return "开发期"
	case Growing:
		return "成长期"
	case Mature:
		return "成熟期"
	case Ending:
		return "终止期"
	}
	return s.String()
}
