package complaint

import (
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/rapport-crm/rapport/customer"
)

// QuestionKind says how a question is answered. The zero QuestionKind is refused.
type QuestionKind uint8

// The kinds of questions. Their texts are format.
const (
	ScoreQuestion QuestionKind = iota + 1 // from 1, the worst, to Best
	YesNoQuestion
	TextQuestion
)

// String returns the stored text.
func (k QuestionKind) String() string {
	switch k {
	case ScoreQuestion:
		return "score"
	case YesNoQuestion:
		return "yes-no"
	case TextQuestion:
		return "text"
	}
	return "question " + strconv.Itoa(int(k))
}

// MarshalText writes the stored text; anything else is an error.
func (k QuestionKind) MarshalText() ([]byte, error) {
	return customer.WriteStored("complaint", k, TextQuestion)
}

// UnmarshalText reads what MarshalText wrote.
func (k *QuestionKind) UnmarshalText(text []byte) error {
	return customer.ReadStored("complaint", "question", k, TextQuestion, text)
}

// Said is the answer to a question of yes or no. The zero Said is none.
type Said uint8

// The answers. Their texts are format.
const (
	SaidYes Said = iota + 1
	SaidNo
)

// String returns the stored text.
func (s Said) String() string {
	switch s {
	case SaidYes:
		return "yes"
	case SaidNo:
		return "no"
	}
	return "said " + strconv.Itoa(int(s))
}

// MarshalText writes the stored text; anything else is an error.
func (s Said) MarshalText() ([]byte, error) { return customer.WriteStored("complaint", s, SaidNo) }

// UnmarshalText reads what MarshalText wrote.
func (s *Said) UnmarshalText(text []byte) error {
	return customer.ReadStored("complaint", "answer", s, SaidNo, text)
}

// Question is one that the customer is asked afterwards, as data. What it says in words is the
// host's.
type Question struct {
	Key  string       `json:"key"`
	Kind QuestionKind `json:"kind"`
	Best int          `json:"best,omitempty"` // of a score: 2 to 100

	// Which answers mean that somebody looks into it, though she does not complain: a score
	// of LowAt or less, a LowIf, a text of fewer than ShortUnder characters. Zero: none.
	LowAt      int  `json:"low_at,omitempty"`
	LowIf      Said `json:"low_if,omitzero"`
	ShortUnder int  `json:"short_under,omitempty"`

	// Problem says that a yes means that she still has the problem.
	Problem bool `json:"problem,omitempty"`
}

// StandardQuestions returns the seven questions of a call a week after a repair: how she was
// treated when she bought and when it was repaired, whether there is still a problem, what she
// thinks of the product, what other models she would like, why she came to this shop, and
// whether she will come again. Scores go up to 5.
func StandardQuestions() []Question {
	return []Question{
		{Key: "sales-attitude", Kind: ScoreQuestion, Best: 5, LowAt: 2},
		{Key: "repair", Kind: ScoreQuestion, Best: 5, LowAt: 2},
		{Key: "still-a-problem", Kind: YesNoQuestion, Problem: true},
		{Key: "product", Kind: TextQuestion},
		{Key: "wished-models", Kind: TextQuestion},
		{Key: "why-here", Kind: TextQuestion},
		{Key: "come-again", Kind: YesNoQuestion, LowIf: SaidNo},
	}
}

const maxQuestions = 50

func (q *Question) check(faults *customer.Faults) {
	faults.Name("key", q.Key)
	if q.Kind == 0 || q.Kind > TextQuestion {
		faults.Add("kind", q.Kind, "is a kind of question")
	}
	if q.Kind == ScoreQuestion {
		faults.Within("best", q.Best, 2, 100)
		faults.Within("low_at", q.LowAt, 0, max(q.Best-1, 0))
	} else if q.Best != 0 || q.LowAt != 0 {
		faults.Add("best", q.Best, "goes with a score, and so does low_at")
	}
	if q.LowIf > SaidNo || q.Kind != YesNoQuestion && (q.LowIf != 0 || q.Problem) {
		faults.Add("low_if", q.LowIf, "goes with a question of yes or no, and so does problem")
	}
	if q.Kind == TextQuestion {
		faults.Within("short_under", q.ShortUnder, 0, customer.MaxNote)
	} else if q.ShortUnder != 0 {
		faults.Add("short_under", q.ShortUnder, "goes with a text")
	}
}

func checkQuestions(faults *customer.Faults, all []Question) {
	faults.Within("questions", len(all), 0, maxQuestions)
	for i := range all {
		var one customer.Faults
		all[i].check(&one)
		if question(all[:i], all[i].Key) != nil {
			one.Add("key", all[i].Key, "stands only once")
		}
		faults.Join("questions["+strconv.Itoa(i)+"]", one)
	}
}

// Reply is what the customer answered to one question, in the field that its kind has.
type Reply struct {
	Key   string `json:"key"`
	Score int    `json:"score,omitempty"`
	Said  Said   `json:"said,omitzero"`
	Text  string `json:"text,omitempty"`
}

func (r *Reply) canonical(c *customer.Canonical) {
	c.Text("key", r.Key)
	c.Int("score", int64(r.Score))
	if r.Said != 0 {
		c.Text("said", r.Said.String())
	}
	c.Text("text", r.Text)
}

func (r *Reply) check(faults *customer.Faults) {
	faults.Name("key", r.Key)
	faults.Within("score", r.Score, 0, 100)
	if r.Said > SaidNo {
		faults.Add("said", r.Said, "is yes, no or absent")
	}
	faults.Note("text", r.Text)
	given := 0
	for _, one := range [...]bool{r.Score != 0, r.Said != 0, r.Text != ""} {
		if one {
			given++
		}
	}
	if given != 1 {
		faults.Add("", r.Key, "has one of score, said and text; a question without an answer is left out")
	}
}

// answers reports whether the reply is of the question's kind and within its score.
func (q *Question) answers(r *Reply) bool {
	switch q.Kind {
	case ScoreQuestion:
		return r.Score >= 1 && r.Score <= q.Best
	case YesNoQuestion:
		return r.Said != 0
	case TextQuestion:
		return r.Text != ""
	}
	return false
}

// low says why a reply means that somebody looks into it; an empty code: it does not.
func (q *Question) low(r *Reply) customer.Reason {
	switch length := utf8.RuneCountInString(r.Text); {
	case q.Kind == ScoreQuestion && r.Score <= q.LowAt:
		return customer.Reason{Code: CodeSurveyLow, Of: q.Key, Fact: int64(r.Score), Mark: int64(q.LowAt)}
	case q.Kind == YesNoQuestion && q.LowIf != 0 && r.Said == q.LowIf:
		return customer.Reason{Code: CodeSurveySaid, Of: q.Key, Fact: int64(r.Said)}
	case q.Kind == TextQuestion && length < q.ShortUnder:
		return customer.Reason{Code: CodeSurveyShort, Of: q.Key, Fact: int64(length), Mark: int64(q.ShortUnder)}
	}
	return customer.Reason{}
}

// question returns the question with a key, or nil.
func question(all []Question, key string) *Question {
	i := slices.IndexFunc(all, func(one Question) bool { return one.Key == key })
	if i < 0 {
		return nil
	}
	return &all[i]
}
