package conversation_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint/conversation"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
)

// Every code in both languages. The texts of codes are pinned: whoever renames one migrates data.
func TestExplain(t *testing.T) {
	book := serviceBook(t)
	at, until := clock("10:00:05"), clock("10:00:06.2")
	seen := map[string]bool{}
	for _, tc := range []struct {
		reason           customer.Reason
		english, chinese string
	}{
		{customer.Reason{Code: "conversation.act-missing", Of: "thanks", Mark: 6}, "missing: thanks, due in place 6", "缺少：感谢，应在第6步"},
		{customer.Reason{Code: "conversation.act-place", Of: "explanation", Fact: 2, Mark: 3}, "out of place: explanation came in place 2 and is due in place 3", "次序不当：解释在第2步，应在第3步"},
		{customer.Reason{Code: "conversation.act-left-out", Of: "explanation"}, "left out on purpose: explanation", "有意省略：解释"},
		{customer.Reason{Code: "conversation.act-unwanted", Of: "apology"}, "does harm here, and was done: apology", "此处不宜，却做了：受理并道歉"},
		{customer.Reason{Code: "conversation.act-extra", Of: "alternative"}, "came on top: alternative", "额外做了：提供替代方案"},
		{customer.Reason{Code: "conversation.act-extra", Of: "own-cause"}, "came on top: own-cause", "额外做了：说明自身原因"},
		{customer.Reason{Code: "conversation.act-extra", Of: "sympathy"}, "came on top: sympathy", "额外做了：同情和理解"},
		{customer.Reason{Code: "conversation.act-extra", Of: "solution"}, "came on top: solution", "额外做了：提出方案并行动"},
		{customer.Reason{Code: "conversation.act-extra", Of: "resolve"}, "came on top: resolve", "额外做了：再次道歉并表示决心"},
		{customer.Reason{Code: "conversation.no-alternative"}, "she was refused, and offered nothing in its place", "拒绝了顾客的要求，却没有提供替代方案"},
		{customer.Reason{Code: "conversation.not-told-above"}, "she asked for somebody above, and did not get to him", "顾客要求见上级，却没有得到满足"},
		{customer.Reason{Code: "conversation.point-missing", Of: "answering/greet", Mark: 2}, "nobody has ticked step 2: greet her, and say your number and your branch", "第2步没有记录：问候并报出工号和单位"},
		{customer.Reason{Code: "conversation.point-broken", Of: "manners/to-the-end", Mark: 2}, "not kept: let her speak to the end", "没有做到：听客户讲完"},
		{customer.Reason{Code: "conversation.point-place", Of: "answering/ask", Fact: 2, Mark: 3}, "out of place: step 3 came in place 2: ask who is calling and what it is about", "次序不当：第3步做在了第2步：询问来电者和事由"},
		{customer.Reason{Code: "conversation.words", Of: "but-zh", Fact: 3, Mark: 8}, "words to avoid in turn 3, from character 9: say \"and\" and go on", "第3段第9字起出现应避免的用语：改说“同时”"},
		{customer.Reason{Code: "conversation.broke-in", Fact: 3, At: at, Until: until}, "turn 3 breaks in on her for 1.2 s", "第3段打断顾客1.2秒"},
		{customer.Reason{Code: "conversation.kept-waiting", Fact: 31, Mark: 30}, "kept her waiting for 31 seconds, 30 allowed", "让顾客等待了31秒，上限30秒"},
		{customer.Reason{Code: "conversation.unidentified", Of: "agent", Mark: 1}, "did not say his number within 1 turn", "前1段内没有报出工号"},
		{customer.Reason{Code: "conversation.unidentified", Of: "unit", Mark: 2}, "did not say his unit within 2 turns", "前2段内没有报出单位"},
		{customer.Reason{Code: "conversation.talk-share", Fact: 666, Mark: 600}, "66.6 % of the talk was the agent's, at most 60 %", "客服说话占66.6 %，上限60 %"},
		{customer.Reason{Code: "conversation.hung-up-first"}, "the agent hung up before the customer", "客服先于顾客挂断电话"},
		{customer.Reason{Code: "conversation.criterion-met", Of: "criterion/praised"}, "met: she praised it", "已达到：得到称赞"},
		{customer.Reason{Code: "conversation.criterion-failed", Of: "criterion/trusted"}, "not met: she leaves it to us", "未达到：产生信任"},
		{customer.Reason{Code: "conversation.criterion-unknown", Of: "criterion/other"}, "nobody has said: other", "尚无评价：other"},
		{customer.Reason{Code: "conversation.unrest", Fact: 3, Mark: 3, At: at, Until: at.Add(time.Hour)}, "3 small requests between 22 Nov 2026, 10:00 UTC and 22 Nov 2026, 11:00 UTC, a sign of discontent from 3 on", "2026年11月22日10:00(UTC)至2026年11月22日11:00(UTC)共有3次小要求，达到3次即表示不满"},
		{customer.Reason{Code: "conversation.denied", Of: "R1", At: at}, "request R1 was refused, or given up for its price, on 22 Nov 2026, 10:00 UTC", "要求R1于2026年11月22日10:00(UTC)被拒绝或因加价而放弃"},
		{customer.Reason{Code: "conversation.small", Of: "R2", At: at}, "small request R2 on 22 Nov 2026, 10:00 UTC", "小要求R2，2026年11月22日10:00(UTC)"},
		{customer.Reason{Code: "conversation.untold", Of: "R2", Until: at}, "request R2 was charged on 22 Nov 2026, 10:00 UTC, and she had not been told before", "要求R2于2026年11月22日10:00(UTC)收费，事先没有告知顾客"},
		{customer.Reason{Code: "conversation.withdrawn", Of: "R2", Until: at}, "request R2 was withdrawn on 22 Nov 2026, 10:00 UTC, when she knew what it costs", "要求R2于2026年11月22日10:00(UTC)在得知收费后撤回"},
		{customer.Reason{Code: "conversation.unfounded", Of: "R2", Until: at}, "report R2: nothing was found on 22 Nov 2026, 10:00 UTC; it is kept as she made it", "报修R2：2026年11月22日10:00(UTC)检查未发现问题，按顾客所述保留"},
		{customer.Reason{Code: "conversation.soon-after", Of: "R2", Fact: 1}, "request R2 came 1 second after the one before", "要求R2距上一次仅1秒"},
		{customer.Reason{Code: "conversation.lesson", Rule: "conversation.words", Of: "but-zh", Fact: 2, Mark: 4}, "in 2 of 4 contacts: words to avoid: say \"and\" and go on", "4次接触中有2次用了应避免的用语：改说“同时”"},
	} {
		assert.Equal(t, tc.english, book.Explain(tc.reason, customer.English))
		assert.Equal(t, tc.chinese, book.Explain(tc.reason, customer.Chinese))
		seen[tc.reason.Code] = true
	}
	for _, code := range customertest.Codes(t, "reason.go") {
		assert.True(t, seen[code], code)
	}

	lessons := map[string][2]string{
		conversation.CodeActMissing:    {"left out", "缺少"},
		conversation.CodeActPlace:      {"out of place", "次序不当"},
		conversation.CodePointPlace:    {"out of place", "次序不当"},
		conversation.CodeActUnwanted:   {"did harm", "做了不宜做的"},
		conversation.CodeNoAlternative: {"refused without an alternative", "拒绝而没有替代方案"},
		conversation.CodeNotToldAbove:  {"did not let her see somebody above", "没有让顾客见上级"},
		conversation.CodePointMissing:  {"not ticked", "没有记录"},
		conversation.CodePointBroken:   {"not kept", "没有做到"},
		conversation.CodeBrokeIn:       {"broke in on her", "打断顾客"},
		conversation.CodeKeptWaiting:   {"kept her waiting", "让顾客久等"},
		conversation.CodeUnidentified:  {"did not say who he is", "没有报出身份"},
		conversation.CodeTalkShare:     {"spoke too much", "说得太多"},
		conversation.CodeHungUp:        {"hung up first", "先挂断电话"},
		conversation.CodeUntold:        {"charged without having told", "没有事先告知收费"},
		"other.code":                   {"other.code", "other.code"},
	}
	for code, want := range lessons {
		lesson := customer.Reason{Code: conversation.CodeLesson, Rule: code, Fact: 1, Mark: 1}
		assert.Equal(t, "in 1 of 1 contact: "+want[0], book.Explain(lesson, customer.English))
		assert.Equal(t, "1次接触中有1次"+want[1], book.Explain(lesson, customer.Chinese))
	}

	// Whatever the rules call by the name of something else does not lend it its words.
	alike, err := conversation.New(conversation.Rules{
		Edition: customer.Edition{ID: "alike", Version: 1},
		Phrases: []conversation.Phrase{{ID: "apology", Words: "sorry but", English: "say sorry", Chinese: "请说抱歉"}, {ID: "s/p", Words: "no", English: "say when"}, {ID: "unit", Words: "they"}},
		Scripts: []conversation.Script{{ID: "s", Points: []conversation.Point{{ID: "p", English: "greet her"}}}},
	})
	require.NoError(t, err)
	for _, row := range []struct {
		reason           customer.Reason
		english, chinese string
	}{
		{customer.Reason{Code: conversation.CodeActMissing, Of: "apology", Mark: 1}, "missing: apology, due in place 1", "缺少：受理并道歉，应在第1步"},
		{customer.Reason{Code: conversation.CodeWords, Of: "apology", Fact: 1}, "words to avoid in turn 1, from character 1: say sorry", "第1段第1字起出现应避免的用语：请说抱歉"},
		{customer.Reason{Code: conversation.CodeWords, Of: "unit", Fact: 1}, "words to avoid in turn 1, from character 1: unit", "第1段第1字起出现应避免的用语：unit"},
		{customer.Reason{Code: conversation.CodePointMissing, Of: "s/p", Mark: 1}, "nobody has ticked step 1: greet her", "第1步没有记录：s/p"},
		{customer.Reason{Code: conversation.CodeWords, Of: "s/p", Fact: 1}, "words to avoid in turn 1, from character 1: say when", "第1段第1字起出现应避免的用语：s/p"},
		{customer.Reason{Code: conversation.CodeLesson, Rule: conversation.CodeActMissing, Of: "apology", Fact: 1, Mark: 1}, "in 1 of 1 contact: left out: apology", "1次接触中有1次缺少：受理并道歉"},
	} {
		assert.Equal(t, row.english, alike.Explain(row.reason, customer.English))
		assert.Equal(t, row.chinese, alike.Explain(row.reason, customer.Chinese))
	}

	missing := customer.Reason{Code: conversation.CodePointMissing, Of: "answering/greet", Mark: 2}
	assert.Equal(t, "nobody has ticked step 2: answering/greet", conversation.Explain(missing, customer.English))
	assert.Equal(t, "第2步没有记录：answering/greet", conversation.Explain(missing, customer.Chinese))
	other := customer.Reason{Code: customer.CodeNoDay, Rule: "service/1"}
	assert.Equal(t, customer.Explain(other, customer.English), conversation.Explain(other, customer.English))
	assert.Equal(t, "other.code", conversation.Explain(customer.Reason{Code: "other.code"}, customer.Chinese))
}
