package conversation

import (
	"fmt"
	"strings"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
)

// The reason codes of this package. They are format. Rule is the book, with what else is said.
const (
	CodeActMissing    = "conversation.act-missing"    // Rule: the variant; Of: the act; Mark: its place
	CodeActPlace      = "conversation.act-place"      // Rule: the variant; Of: the act; Fact: the place at which it came; Mark: where it is due
	CodeActLeftOut    = "conversation.act-left-out"   // Rule: the variant, which leaves it out on purpose; Of: the act
	CodeActUnwanted   = "conversation.act-unwanted"   // Rule: the variant, in which it does harm; Of: the act, which was done
	CodeActExtra      = "conversation.act-extra"      // Of: an act of which the variant says nothing
	CodeNoAlternative = "conversation.no-alternative" // she was refused something and offered nothing else
	CodeNotToldAbove  = "conversation.not-told-above" // she asked for somebody above, and did not get to him

	CodePointMissing = "conversation.point-missing" // Rule: the script; Of: the script and the point, which nobody has ticked; Mark: its place
	CodePointBroken  = "conversation.point-broken"  // likewise, of a point that was not kept
	CodePointPlace   = "conversation.point-place"   // likewise; Fact: the place at which it came; Mark: where it is due

	CodeWords        = "conversation.words"         // Rule: the group; Of: the phrase; Fact: the turn; Mark: its place in characters; At: the turn's beginning
	CodeBrokeIn      = "conversation.broke-in"      // Fact: the turn; At, Until: both spoke
	CodeKeptWaiting  = "conversation.kept-waiting"  // Fact: seconds; Mark: allowed; At, Until: nobody spoke
	CodeUnidentified = "conversation.unidentified"  // Of: agent or unit, which was not said; Mark: within so many turns
	CodeTalkShare    = "conversation.talk-share"    // Fact: the agent's share of the talk in ‰; Mark: at most
	CodeHungUp       = "conversation.hung-up-first" // the agent ended the call

	CodeCriterionMet     = "conversation.criterion-met"     // Rule: the level; Of: the criterion
	CodeCriterionFailed  = "conversation.criterion-failed"  // likewise; it is not met
	CodeCriterionUnknown = "conversation.criterion-unknown" // likewise; nobody has said

	CodeUnrest    = "conversation.unrest"     // Fact: small requests; Mark: from so many on; At: after this; Until: up to this
	CodeDenied    = "conversation.denied"     // Rule: the kind; Of: the request that was refused, or given up for its price; At: when
	CodeSmall     = "conversation.small"      // Rule: the kind; Of: a small request; At: when
	CodeUntold    = "conversation.untold"     // Rule: the kind; Of: the request; At: made; Until: granted, and charged without having been told
	CodeWithdrawn = "conversation.withdrawn"  // Rule: the kind; Of: the request; At: made; Until: withdrawn, when she was told the price
	CodeUnfounded = "conversation.unfounded"  // Rule: the kind; Of: the report; At: made; Until: looked into, and nothing found
	CodeSoon      = "conversation.soon-after" // Of: the request; Fact: seconds after the one before; Mark: remarked upon up to; At: when

	CodeLesson = "conversation.lesson" // Rule: the code that was found; Of: of what; Fact: in so many contacts; Mark: of so many
)

// reading is a reason with the names that it is written with.
type reading struct {
	customer.Reason
	language customer.Language
	name     string // what Of is called
}

// Explain renders a reason of this package as a sentence. It knows no book: points, phrases and
// criteria it calls by their IDs. Instants are shown in the zone that they carry. A code of the
// packages customer and customer/calendar is rendered too; any other is returned as it is.
func Explain(reason customer.Reason, language customer.Language) string {
	return explain(reason, language, nil)
}

// Explain renders a reason as the function Explain does, with points, phrases and criteria as
// the book words them.
func (b *Book) Explain(reason customer.Reason, language customer.Language) string {
	return explain(reason, language, b.words)
}

func explain(reason customer.Reason, language customer.Language, words map[string]wording) string {
	r := reading{reason, language, reason.Of}
	drawer, known := worded(reason)
	called := words[drawer+r.Of]
	switch {
	case known && language == customer.Chinese && called.chinese != "":
		r.name = called.chinese
	case known && language != customer.Chinese && called.english != "":
		r.name = called.english
	case known:
		r.name = strings.TrimPrefix(r.Of, "criterion/")
	case language == customer.Chinese:
		r.name = chinese(r.Of)
	case r.Code == CodeUnidentified && r.Of == "agent":
		r.name = "number"
	}
	for _, part := range [...]func() (string, bool){r.act, r.point, r.talk, r.level, r.stay} {
		if text, ok := part(); ok {
			return text
		}
	}
	return calendar.Explain(reason, language)
}

// worded says of which things that a book words a reason speaks, and whether of any: a phrase, a
// point, a criterion. An act that has the name of a phrase is not called as the phrase is.
func worded(r customer.Reason) (drawer string, is bool) {
	code := r.Code
	if code == CodeLesson {
		code = r.Rule
	}
	switch code {
	case CodeWords:
		return "phrase/", true
	case CodePointMissing, CodePointBroken, CodePointPlace:
		return "point/", true
	case CodeCriterionMet, CodeCriterionFailed, CodeCriterionUnknown:
		return "", true // which Of says itself
	}
	return "", false
}

// either returns the text of the language.
func (r *reading) either(english, chinese string) (text string, ok bool) {
	if r.language == customer.Chinese {
		return chinese, true
	}
	return english, true
}

// chinese returns the name of an act, or of what an agent should say of himself.
func chinese(of string) string {
	switch of {
	case "apology":
		return "受理并道歉"
	case "explanation":
		return "解释"
	case "sympathy":
		return "同情和理解"
	case "solution":
		return "提出方案并行动"
	case "resolve":
		return "再次道歉并表示决心"
	case "thanks":
		return "感谢"
	case "own-cause":
		return "说明自身原因"
	case "alternative":
		return "提供替代方案"
	case "agent":
		return "工号"
	case "unit":
		return "单位"
	}
	return of
}

func (r *reading) act() (text string, ok bool) {
	switch r.Code {
	case CodeActMissing:
		return r.either(
			fmt.Sprintf("missing: %s, due in place %d", r.name, r.Mark),
			fmt.Sprintf("缺少：%s，应在第%d步", r.name, r.Mark))
	case CodeActPlace:
		return r.either(
			fmt.Sprintf("out of place: %s came in place %d and is due in place %d", r.name, r.Fact, r.Mark),
			fmt.Sprintf("次序不当：%s在第%d步，应在第%d步", r.name, r.Fact, r.Mark))
	case CodeActLeftOut:
		return r.either(
			fmt.Sprintf("left out on purpose: %s", r.name),
			fmt.Sprintf("有意省略：%s", r.name))
	case CodeActUnwanted:
		return r.either(
			fmt.Sprintf("does harm here, and was done: %s", r.name),
			fmt.Sprintf("此处不宜，却做了：%s", r.name))
	case CodeActExtra:
		return r.either(
			fmt.Sprintf("came on top: %s", r.name),
			fmt.Sprintf("额外做了：%s", r.name))
	case CodeNoAlternative:
		return r.either("she was refused, and offered nothing in its place", "拒绝了顾客的要求，却没有提供替代方案")
	case CodeNotToldAbove:
		return r.either("she asked for somebody above, and did not get to him", "顾客要求见上级，却没有得到满足")
	}
	return "", false
}

func (r *reading) point() (text string, ok bool) {
	switch r.Code {
	case CodePointMissing:
		return r.either(
			fmt.Sprintf("nobody has ticked step %d: %s", r.Mark, r.name),
			fmt.Sprintf("第%d步没有记录：%s", r.Mark, r.name))
	case CodePointBroken:
		return r.either(
			fmt.Sprintf("not kept: %s", r.name),
			fmt.Sprintf("没有做到：%s", r.name))
	case CodePointPlace:
		return r.either(
			fmt.Sprintf("out of place: step %d came in place %d: %s", r.Mark, r.Fact, r.name),
			fmt.Sprintf("次序不当：第%d步做在了第%d步：%s", r.Mark, r.Fact, r.name))
	case CodeLesson:
		what := r.lesson()
		if r.name != "" {
			separator, _ := r.either(": ", "：")
			what += separator + r.name
		}
		return r.either(
			fmt.Sprintf("in %d of %s: %s", r.Fact, customer.English.Count(r.Mark, "contact"), what),
			fmt.Sprintf("%d次接触中有%d次%s", r.Mark, r.Fact, what))
	}
	return "", false
}

// lesson says in a few words what a code is about that was found with an agent.
func (r *reading) lesson() string {
	english, chinese := r.Rule, r.Rule
	switch r.Rule {
	case CodeActMissing:
		english, chinese = "left out", "缺少"
	case CodeActPlace, CodePointPlace:
		english, chinese = "out of place", "次序不当"
	case CodeActUnwanted:
		english, chinese = "did harm", "做了不宜做的"
	case CodeNoAlternative:
		english, chinese = "refused without an alternative", "拒绝而没有替代方案"
	case CodeNotToldAbove:
		english, chinese = "did not let her see somebody above", "没有让顾客见上级"
	case CodePointMissing:
		english, chinese = "not ticked", "没有记录"
	case CodePointBroken:
		english, chinese = "not kept", "没有做到"
	case CodeWords:
		english, chinese = "words to avoid", "用了应避免的用语"
	case CodeBrokeIn:
		english, chinese = "broke in on her", "打断顾客"
	case CodeKeptWaiting:
		english, chinese = "kept her waiting", "让顾客久等"
	case CodeUnidentified:
		english, chinese = "did not say who he is", "没有报出身份"
	case CodeTalkShare:
		english, chinese = "spoke too much", "说得太多"
	case CodeHungUp:
		english, chinese = "hung up first", "先挂断电话"
	case CodeUntold:
		english, chinese = "charged without having told", "没有事先告知收费"
	}
	text, _ := r.either(english, chinese)
	return text
}

func (r *reading) talk() (text string, ok bool) {
	switch r.Code {
	case CodeWords:
		return r.either(
			fmt.Sprintf("words to avoid in turn %d, from character %d: %s", r.Fact, r.Mark+1, r.name),
			fmt.Sprintf("第%d段第%d字起出现应避免的用语：%s", r.Fact, r.Mark+1, r.name))
	case CodeBrokeIn:
		spoke := r.Until.Sub(r.At).Seconds()
		return r.either(
			fmt.Sprintf("turn %d breaks in on her for %.1f s", r.Fact, spoke),
			fmt.Sprintf("第%d段打断顾客%.1f秒", r.Fact, spoke))
	case CodeKeptWaiting:
		return r.either(
			fmt.Sprintf("kept her waiting for %s, %d allowed", customer.English.Count(r.Fact, "second"), r.Mark),
			fmt.Sprintf("让顾客等待了%d秒，上限%d秒", r.Fact, r.Mark))
	case CodeUnidentified:
		return r.either(
			fmt.Sprintf("did not say his %s within %s", r.name, customer.English.Count(r.Mark, "turn")),
			fmt.Sprintf("前%d段内没有报出%s", r.Mark, r.name))
	case CodeTalkShare:
		return r.either(
			fmt.Sprintf("%s of the talk was the agent's, at most %s", r.language.Percent(r.Fact), r.language.Percent(r.Mark)),
			fmt.Sprintf("客服说话占%s，上限%s", r.language.Percent(r.Fact), r.language.Percent(r.Mark)))
	case CodeHungUp:
		return r.either("the agent hung up before the customer", "客服先于顾客挂断电话")
	}
	return "", false
}

func (r *reading) level() (text string, ok bool) {
	r.name = strings.TrimPrefix(r.name, "criterion/")
	switch r.Code {
	case CodeCriterionMet:
		return r.either("met: "+r.name, "已达到："+r.name)
	case CodeCriterionFailed:
		return r.either("not met: "+r.name, "未达到："+r.name)
	case CodeCriterionUnknown:
		return r.either("nobody has said: "+r.name, "尚无评价："+r.name)
	}
	return "", false
}

func (r *reading) stay() (text string, ok bool) {
	at, until := r.language.Instant(r.At), r.language.Instant(r.Until)
	switch r.Code {
	case CodeUnrest:
		return r.either(
			fmt.Sprintf("%s between %s and %s, a sign of discontent from %d on", customer.English.Count(r.Fact, "small request"), at, until, r.Mark),
			fmt.Sprintf("%s至%s共有%d次小要求，达到%d次即表示不满", at, until, r.Fact, r.Mark))
	case CodeDenied:
		return r.either(
			fmt.Sprintf("request %s was refused, or given up for its price, on %s", r.Of, at),
			fmt.Sprintf("要求%s于%s被拒绝或因加价而放弃", r.Of, at))
	case CodeSmall:
		return r.either(
			fmt.Sprintf("small request %s on %s", r.Of, at),
			fmt.Sprintf("小要求%s，%s", r.Of, at))
	case CodeUntold:
		return r.either(
			fmt.Sprintf("request %s was charged on %s, and she had not been told before", r.Of, until),
			fmt.Sprintf("要求%s于%s收费，事先没有告知顾客", r.Of, until))
	case CodeWithdrawn:
		return r.either(
			fmt.Sprintf("request %s was withdrawn on %s, when she knew what it costs", r.Of, until),
			fmt.Sprintf("要求%s于%s在得知收费后撤回", r.Of, until))
	case CodeUnfounded:
		return r.either(
			fmt.Sprintf("report %s: nothing was found on %s; it is kept as she made it", r.Of, until),
			fmt.Sprintf("报修%s：%s检查未发现问题，按顾客所述保留", r.Of, until))
	case CodeSoon:
		return r.either(
			fmt.Sprintf("request %s came %s after the one before", r.Of, customer.English.Count(r.Fact, "second")),
			fmt.Sprintf("要求%s距上一次仅%d秒", r.Of, r.Fact))
	}
	return "", false
}
