package identity

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// AddressRule is a form of address: "Dear {title} {family-name}", 「主人」.
type AddressRule struct {
	Language string   `json:"language"`          // in the host's words: "zh", "en-GB"
	Kinds    []Kind   `json:"kinds,omitempty"`   // of whom; none: of anybody
	Classes  []string `json:"classes,omitempty"` // of customers of which class; none: of any
	// Pattern is the form, in which a field in braces stands for its value. It is taken only where all of
	// them are known.
	Pattern string `json:"pattern"`
}

func (a *AddressRule) check(faults *customer.Faults, g *Register) {
	faults.Name("language", a.Language)
	checkKinds(faults, "kinds", a.Kinds)
	knownNames(faults, "classes", a.Classes, MaxClasses, g.classes, "is a class of the rules")
	faults.Name("pattern", a.Pattern)
	_, fields, closed := a.parts()
	if !closed {
		faults.Add("pattern", a.Pattern, "has braces only around fields")
	}
	for _, field := range fields {
		if g.fields[field] == nil {
			faults.Add("pattern", field, "is a field of the rules")
		}
	}
}

// parts returns the fields of the pattern in their order, and the texts before, between and after them;
// false where braces stand around anything else.
func (a *AddressRule) parts() (texts, fields []string, closed bool) {
	rest := a.Pattern
	for {
		before, after, found := strings.Cut(rest, "{")
		if strings.Contains(before, "}") {
			return nil, nil, false
		}
		if texts = append(texts, before); !found {
			return texts, fields, true
		}
		field, left, found := strings.Cut(after, "}")
		if !found || strings.Contains(field, "{") {
			return nil, nil, false
		}
		fields, rest = append(fields, field), left
	}
}

// Wish is how she wants to be called in a language. Printed, it hides the name.
type Wish struct {
	Language string    `json:"language"`
	Called   string    `json:"called"`
	At       time.Time `json:"at"`
	By       string    `json:"by"`
}

// String names the language.
func (w Wish) String() string { return w.Language + " " + hidden }

// Format writes what String says, whatever the verb.
func (w Wish) Format(f fmt.State, _ rune) { show(f, w.String()) }

// Call says how a customer wants to be called in a language, whatever the rules say: by a first name,
// without a title, 「主人」. Printed, it hides that.
type Call struct {
	journal.Step `json:"-"`

	Language string `json:"language"`
	Called   string `json:"called,omitempty"` // empty: she no longer minds
}

func (Call) kind() string { return "call" }

// Format writes the command without what is personal, whatever the verb.
func (x Call) Format(f fmt.State, _ rune) { show(f, "call "+x.Language+" "+hidden) }

// Canonical writes the command in canonical form.
func (x Call) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("language", x.Language)
	c.Text("called", x.Called)
}

func (x Call) check(faults *customer.Faults) {
	faults.Name("language", x.Language)
	secretText(faults, "called", x.Called)
}

func (r *Record) wish(language string) int {
	return slices.IndexFunc(r.Wishes, func(one Wish) bool { return one.Language == language })
}

// Call books with a command how a customer wants to be called.
func (g *Register) Call(r Record, x Call) (Decision, error) {
	d, err := g.begin(r, x.Take(), x.check)
	if err != nil {
		return Decision{}, err
	}
	there := r.wish(x.Language) >= 0
	if x.Called == "" && !there && r.Entries > 0 {
		d.Miss(customer.Reason{Code: CodeNoWish, Of: x.Language})
	}
	if !there {
		missFull(d, "wishes", len(r.Wishes)+1, MaxWishes)
	}
	d.Post(x)
	return d.Decision()
}

func (x Call) apply(r *ground, e *Entry) error {
	at := r.wish(x.Language)
	switch {
	case at < 0 && x.Called == "":
		return fmt.Errorf("there is no wish in %q", x.Language)
	case at < 0 && len(r.Wishes) >= MaxWishes:
		return r.room("wishes", len(r.Wishes)+1, MaxWishes)
	}
	rows := mine(r, ofWishes, &r.Wishes)
	if at >= 0 {
		*rows = slices.Delete(*rows, at, at+1)
	}
	if x.Called != "" {
		*rows = append(*rows, Wish{x.Language, x.Called, e.At, e.By})
	}
	if len(*rows) == 0 {
		*rows = nil
	}
	return nil
}

// Address is how a customer is addressed. Printed as a whole it hides the text.
type Address struct {
	Text    string // empty: nothing fits; the reasons say what is missing
	Wished  bool   // it is what she wished for
	Reasons []customer.Reason
}

// String hides the text.
func (a Address) String() string {
	if a.Text == "" {
		return "no address"
	}
	return "address " + hidden
}

// Format writes what String says, whatever the verb.
func (a Address) Format(f fmt.State, _ rune) { show(f, a.String()) }

// Address says how a customer is addressed in a language at an instant: as she wished, and otherwise by
// the first form of the rules for her kind and class of which all fields are known.
func (g *Register) Address(r Record, language string, at time.Time) Address {
	if g.none() {
		return Address{}
	}
	rule := g.rules.Name()
	if !r.Erased.IsZero() {
		return Address{Reasons: []customer.Reason{{Code: CodeNoRecord, Rule: rule}}}
	}
	if at := r.wish(language); at >= 0 {
		one := &r.Wishes[at]
		return Address{Text: one.Called, Wished: true, Reasons: []customer.Reason{{Code: CodeWished, Rule: rule, Of: language, At: one.At.In(g.zone)}}}
	}
	var missing []customer.Reason
	class := r.class(g.Day(at)).Class
	for i := range g.rules.Addresses {
		one := &g.rules.Addresses[i]
		if one.Language != language || !ofKind(one.Kinds, r.Opened.Kind) || len(one.Classes) > 0 && !slices.Contains(one.Classes, class) {
			continue
		}
		texts, fields, _ := one.parts()
		text, whole := texts[0], true
		for n, field := range fields {
			known := g.value(&r, field)
			if known < 0 {
				if reason := (customer.Reason{Code: CodeNoFact, Rule: rule, Of: field}); !slices.Contains(missing, reason) {
					missing = append(missing, reason)
				}
				whole = false
				continue
			}
			text += r.Facts[known].Value + texts[n+1]
		}
		if whole {
			return Address{Text: text, Reasons: []customer.Reason{{Code: CodeForm, Rule: rule, Of: language}}}
		}
	}
	return Address{Reasons: append(missing, customer.Reason{Code: CodeNoForm, Rule: rule, Of: language})}
}
