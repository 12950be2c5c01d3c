package consent_test

import (
	"encoding/json"
	"errors"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/consent"
)

// Rule files come from outside: whatever stands in them, they are refused with Faults, or make a policy
// that answers.
func FuzzRules(f *testing.F) {
	for _, rules := range []consent.Rules{contactRules(), askingRules()} {
		data, err := json.Marshal(rules)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(lawJSON))
	f.Fuzz(func(t *testing.T, data []byte) {
		var faults customer.Faults
		var refusal *customer.Refusal
		check := func(err error) {
			if err != nil && !errors.As(err, &faults) && !errors.As(err, &refusal) {
				t.Errorf("neither Faults nor a Refusal: %v", err)
			}
		}
		rules, err := consent.ParseRules(data)
		if err != nil {
			return
		}
		policy, err := consent.New(rules, calendars(), time.UTC)
		if check(err); err != nil {
			return
		}
		said := consent.Consents{}
		for _, purpose := range rules.Purposes {
			box := consent.Box{Purpose: purpose.ID}
			if !purpose.Silent {
				box.Channel = rules.Channels[0].ID
			}
			d, err := policy.Give(said, consent.Give{Step: step("g-"+purpose.ID, "2026-11-23 11:00"), Boxes: []consent.Box{box}, Evidence: consent.Evidence{Medium: "till"}, Years: 100})
			if check(err); err == nil {
				said = d.Next
			}
			_, err = policy.May(said, consent.Question{Purpose: purpose.ID, Channel: box.Channel}, consent.Facts{
				Contacts: []consent.Contact{{On: on("2026-11-22"), Purpose: purpose.ID}, {On: on("2026-11-23"), Purpose: "other"}},
			}, eleven)
			check(err)
		}
		_, err = policy.Reach("c-1", said, consent.Facts{}, eleven)
		check(err)
		_, err = policy.Missing(said, eleven)
		check(err)
	})
}

// Whatever bytes are taken for a history: they are refused, or lead to consents that can be written and
// read again, and of which every question has an answer.
func FuzzEntries(f *testing.F) {
	policy := newPolicy(f, askingRules())
	data, err := os.ReadFile("testdata/entries.golden")
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte("[" + strings.Join(strings.Split(strings.TrimSpace(string(data)), "\n"), ",") + "]"))
	f.Add([]byte(`[{"v":1,"kind":"give","at":"2026-03-01T10:00:00+08:00","by":"a","ref":"g","body":{"boxes":[{"purpose":"x"}],"evidence":{"medium":"m"}}},` +
		`{"v":1,"kind":"withdraw","at":"2026-03-01T02:00:00Z","by":"a","ref":"w","body":{}}]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var entries []consent.Entry
		if json.Unmarshal(data, &entries) != nil {
			return
		}
		said, err := consent.Replay(entries)
		if err != nil {
			if !errors.Is(err, consent.ErrBroken) {
				t.Fatalf("refused as nothing that a caller knows: %v", err)
			}
			return
		}
		for _, q := range machineCells() {
			if answer, err := policy.Allowed(said, q, eleven); err != nil || answer.Allowed == (len(answer.Missing) > 0) {
				t.Fatalf("%v: %v, %v", q, answer, err)
			}
			said.History(q)
		}
		if _, err := policy.Missing(said, eleven); err != nil {
			t.Fatal(err)
		}
		for _, decide := range []func() (consent.Decision, error){
			func() (consent.Decision, error) {
				x := give("new", "2026-11-23 11:00", "letter/care")
				x.Years = 30
				return policy.Give(said, x)
			},
			func() (consent.Decision, error) {
				return policy.Confirm(said, consent.Confirm{Step: step("new", "2026-11-23 11:00"), Grant: "g", Channel: "mail"})
			},
			func() (consent.Decision, error) {
				return policy.Withdraw(said, consent.Withdraw{Step: step("new", "2026-11-23 11:00")})
			},
			func() (consent.Decision, error) {
				return policy.Object(said, consent.Object{Step: step("new", "2026-11-23 11:00")})
			},
		} {
			d, err := decide()
			for _, reason := range d.Reasons {
				consent.Explain(reason, customer.Chinese)
			}
			var refusal *customer.Refusal
			if err != nil && !errors.As(err, &refusal) && !errors.Is(err, consent.ErrBroken) {
				t.Fatalf("decided as nothing that a caller knows: %v", err)
			}
		}
		text, err := json.Marshal(said)
		if err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		var again consent.Consents
		if err := json.Unmarshal(text, &again); err != nil {
			t.Fatalf("what was written cannot be read: %v", err)
		}
		if text2, _ := json.Marshal(again); !reflect.DeepEqual(text, text2) {
			t.Fatalf("%s is read as %s", text, text2)
		}
	})
}
