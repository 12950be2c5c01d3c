package conversation

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/rapport-crm/rapport/customer"
)

// Act is something that an agent does with words. The zero Act is refused.
type Act uint8

// The acts. Their texts are format.
const (
	Apology     Act = iota + 1 // to take it on and say sorry
	Explanation                // to say how it came about
	Sympathy                   // to say that one understands how it is for her
	Solution                   // to say what is done about it, and by when
	Resolve                    // to apologize again, and say what will be done so that it does not happen again
	Thanks                     // to thank her for having said so
	OwnCause                   // to say what was one's own part in it
	Alternative                // to offer something else in place of what is refused
)

// String returns the stored text.
func (a Act) String() string {
	switch a {
	case Apology:
		return "apology"
	case Explanation:
		return "explanation"
	case Sympathy:
		return "sympathy"
	case Solution:
		return "solution"
	case Resolve:
		return "resolve"
	case Thanks:
		return "thanks"
	case OwnCause:
		return "own-cause"
	case Alternative:
		return "alternative"
	}
	return "act " + strconv.Itoa(int(a))
}

// MarshalText writes the stored text; anything else is an error.
func (a Act) MarshalText() ([]byte, error) {
	return customer.WriteStored("conversation", a, Alternative)
}

// UnmarshalText reads what MarshalText wrote.
func (a *Act) UnmarshalText(text []byte) error {
	return customer.ReadStored("conversation", "act", a, Alternative, text)
}

// Variant is which acts are due in one kind of conversation.
type Variant struct {
	ID      string `json:"id"`                 // standard, billing, broken-promise, about-the-agent
	Order   []Act  `json:"order"`              // the acts that are due, in their order
	LeftOut []Act  `json:"left_out,omitempty"` // what does harm here, and is left out on purpose
}

// Heard is what was done with words in one contact.
type Heard struct {
	Acts []Act `json:"acts,omitempty"` // in their order; what is done again is there again
	// Refused says that she was refused something.
	Refused bool `json:"refused,omitempty"`
	// AskedAbove says that she asked for somebody above the agent, ToldAbove that she got to him
	// or was told when he calls.
	AskedAbove bool `json:"asked_above,omitempty"`
	ToldAbove  bool `json:"told_above,omitempty"`
}

func (v *Variant) check(faults *customer.Faults, path string) {
	faults.Name(path+".id", v.ID)
	faults.Within(path+".order", len(v.Order), 1, int(Alternative))
	var seen [Alternative + 1]bool
	for _, list := range [...]struct {
		path string
		acts []Act
	}{{".order", v.Order}, {".left_out", v.LeftOut}} {
		for i, act := range list.acts {
			place := fmt.Sprintf("%s%s[%d]", path, list.path, i)
			switch {
			case act < Apology || act > Alternative:
				faults.Add(place, act, "is an act")
			case seen[act]:
				faults.Add(place, act, "stands only once")
			default:
				seen[act] = true
			}
		}
	}
	if slices.Contains(v.LeftOut, Alternative) {
		faults.Add(path+".left_out", Alternative, "is never left out: a refusal comes with it")
	}
}

// Check holds what was heard against a variant. First come the acts that are due, in their
// order: missing, or out of their place. As few acts as possible are said to be out of place;
// an act that was done several times counts by its first. Then what was left out on purpose,
// what was done although it does harm, and what came on top.
func (b *Book) Check(heard Heard, variant string, on customer.Date) ([]Finding, error) {
	var faults customer.Faults
	v := named(b.rules.Variants, variant, func(v *Variant) string { return v.ID })
	if v == nil {
		faults.Add("variant", variant, "is a variant of the rules")
	}
	faults.Within("acts", len(heard.Acts), 0, MaxTicks)
	for i, act := range heard.Acts {
		if act < Apology || act > Alternative {
			faults.Add(fmt.Sprintf("acts[%d]", i), act, "is an act")
		}
	}
	if err := b.asked(faults, on); err != nil {
		return nil, err
	}
	rule := b.name + "/" + v.ID
	var findings []Finding
	note := func(fault bool, reason customer.Reason) {
		reason.Rule = rule
		findings = append(findings, Finding{Fault: fault, Reason: reason})
	}
	done, places := order(v.Order, heard.Acts)
	for i, act := range v.Order {
		switch place := done[i]; {
		case place == 0:
			note(true, customer.Reason{Code: CodeActMissing, Of: act.String(), Mark: int64(i + 1)})
		case !places[i]:
			note(true, customer.Reason{Code: CodeActPlace, Of: act.String(), Fact: int64(place), Mark: int64(i + 1)})
		}
	}
	for _, act := range v.LeftOut {
		if slices.Contains(heard.Acts, act) {
			note(true, customer.Reason{Code: CodeActUnwanted, Of: act.String()})
			continue
		}
		note(false, customer.Reason{Code: CodeActLeftOut, Of: act.String()})
	}
	for act := Apology; act <= Alternative; act++ {
		if slices.Contains(heard.Acts, act) && !slices.Contains(v.Order, act) && !slices.Contains(v.LeftOut, act) {
			note(false, customer.Reason{Code: CodeActExtra, Of: act.String()})
		}
	}
	if heard.Refused && !slices.Contains(heard.Acts, Alternative) && !slices.Contains(v.Order, Alternative) {
		note(true, customer.Reason{Code: CodeNoAlternative})
	}
	if heard.AskedAbove && !heard.ToldAbove {
		note(true, customer.Reason{Code: CodeNotToldAbove})
	}
	return findings, nil
}

// order returns, for each thing that is due, its place from 1 among the things done (0: it was
// not done), and whether it is in its place. Those in their place are the longest row of things
// that were done in the order in which they are due; among rows of one length the one whose
// things are due first.
func order[T comparable](due, did []T) (done []int, inPlace []bool) {
	done, inPlace = make([]int, len(due)), make([]bool, len(due))
	for i, one := range due {
		done[i] = slices.Index(did, one) + 1
	}
	// longest[i] is the longest row that begins with thing i; next is what follows i in it.
	longest, next := make([]int, len(due)), make([]int, len(due))
	first := -1
	for i := len(due) - 1; i >= 0; i-- {
		next[i] = -1
		if done[i] == 0 {
			continue
		}
		longest[i] = 1
		for k := len(due) - 1; k > i; k-- {
			if done[k] > done[i] && longest[k]+1 >= longest[i] {
				longest[i], next[i] = longest[k]+1, k
			}
		}
		if first < 0 || longest[i] >= longest[first] {
			first = i
		}
	}
	for ; first >= 0; first = next[first] {
		inPlace[first] = true
	}
	return done, inPlace
}
