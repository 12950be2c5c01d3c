package conversation_test

import (
	"fmt"

	"github.com/rapport-crm/rapport/complaint/conversation"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

func exampleDay() customer.Date {
	day, _ := customer.ParseDate("2026-11-22")
	return day
}

// A line was to be repaired three weeks ago and is not. Why it is not, the customer does not
// want to hear. Rows A37, A39.
func ExampleBook_Check() {
	book, err := conversation.New(conversation.Rules{
		Edition: customer.Edition{ID: "service", Version: 1},
		Variants: []conversation.Variant{{
			ID:      "broken-promise",
			Order:   []conversation.Act{conversation.Apology, conversation.Sympathy, conversation.Solution, conversation.Resolve, conversation.Thanks},
			LeftOut: []conversation.Act{conversation.Explanation},
		}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	heard := conversation.Heard{
		Acts:       []conversation.Act{conversation.Apology, conversation.Explanation, conversation.Sympathy, conversation.Solution, conversation.Thanks},
		AskedAbove: true,
	}
	findings, err := book.Check(heard, "broken-promise", exampleDay())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, one := range findings {
		fmt.Println(book.Explain(one.Reason, customer.English))
	}
	// Output:
	// missing: resolve, due in place 4
	// does harm here, and was done: explanation
	// she asked for somebody above, and did not get to him
}

// A call is looked through: the agent breaks in, blames those above, and says 但是. Rows A17,
// A35, A53.
func ExampleBook_Listen() {
	book, err := conversation.New(conversation.Rules{
		Edition: customer.Edition{ID: "service", Version: 1},
		Phrases: []conversation.Phrase{
			{ID: "but", Language: "zh", Words: "但是", Group: "contradiction", Unless: []string{"不但是"}},
			{ID: "understaffed", Language: "zh", Words: "编制不足", Group: "blame"},
		},
		Listening: conversation.ListeningRules{BreakInMillis: 500, IdentifyTurns: 1},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	talk, err := book.Listen(conversation.Transcript{
		Agent: "0815", Unit: "北门支行", Language: "zh",
		Turns: []conversation.Turn{
			{Speaker: conversation.Agent, From: clock("10:00:00"), To: clock("10:00:03"), Text: "您好，北门支行"},
			{Speaker: conversation.Customer, From: clock("10:00:03"), To: clock("10:00:20"), Text: "我等了两个小时，不但是我……"},
			{Speaker: conversation.Agent, From: clock("10:00:15"), To: clock("10:00:25"), Text: "上级给的编制不足，但是我们尽力了"},
		},
	}, exampleDay())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, one := range talk.Findings {
		fmt.Println(book.Explain(one.Reason, customer.English))
	}
	fmt.Println("she spoke for", talk.CustomerTalk, "and the agent for", talk.AgentTalk)
	// Output:
	// words to avoid in turn 3, from character 5: understaffed
	// words to avoid in turn 3, from character 10: but
	// turn 3 breaks in on her for 5.0 s
	// did not say his number within 1 turn
	// she spoke for 17s and the agent for 13s
}

// Answering the phone takes six steps; a trainee goes through them. Rows B33, B49, A34.
func ExampleBook_Rehearse() {
	book, err := conversation.New(conversation.Rules{
		Edition: customer.Edition{ID: "service", Version: 1},
		Scripts: []conversation.Script{{ID: "answering", Ordered: true, Points: []conversation.Point{
			{ID: "pick-up", English: "pick up by the third ring"},
			{ID: "identify", English: "say your number and your branch"},
			{ID: "ask", English: "ask what it is about"},
			{ID: "listen", English: "listen to the end and write it down"},
			{ID: "sum-up", English: "sum up what was agreed, and by when"},
			{ID: "close", English: "thank her, and let her hang up first"},
		}}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	beats, next, err := book.Rehearse("answering", ticks("pick-up", "ask", "identify", "listen"), exampleDay())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, beat := range beats {
		fmt.Println(beat.Did, beat.Right, beat.Due)
	}
	fmt.Println("next:", next)
	// Output:
	// pick-up true [pick-up]
	// ask false [identify]
	// identify true [identify]
	// listen true [listen]
	// next: [sum-up]
}

// What was found in a month of calls goes to the agent's next talk with his team leader. Row A35.
func ExampleCoaching() {
	november := population.Period{From: exampleDay() - 21, Until: exampleDay() + 9}
	north, _ := conversation.NewCoaching(november)
	south, _ := conversation.NewCoaching(november)
	but := conversation.Finding{Fault: true, Reason: customer.Reason{Code: conversation.CodeWords, Of: "but"}}
	for _, add := range []error{
		north.Add("0815", exampleDay(), []conversation.Finding{but, but}),
		north.Add("0815", exampleDay()+1, nil),
		south.Add("0815", exampleDay()+2, []conversation.Finding{but}),
		north.Merge(south),
	} {
		if add != nil {
			fmt.Println(add)
			return
		}
	}
	for _, lesson := range north.Lessons() {
		fmt.Println(lesson.Agent, conversation.Explain(lesson.Reason(), customer.English), "-", lesson.Times, "times")
	}
	// Output:
	// 0815 in 2 of 3 contacts: words to avoid: but - 3 times
}
