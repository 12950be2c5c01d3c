package identity_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/customer/journal"
)

// Whatever bytes are taken for a history: they are refused, or lead to a record that can be written and
// read again, and of which every question has an answer.
func FuzzRecordEntries(f *testing.F) {
	g := recordRegister(f)
	data, err := os.ReadFile(filepath.Join("testdata", "record.entries.golden"))
	if err != nil {
		f.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	f.Add([]byte("[" + strings.Join(lines, ",") + "]"))
	for _, line := range lines[1:] {
		f.Add([]byte("[" + lines[0] + "," + line + "]"))
	}
	at := recordAt("2026-06-01 09:00")
	f.Fuzz(func(t *testing.T, data []byte) {
		var entries []identity.Entry
		if json.Unmarshal(data, &entries) != nil {
			return
		}
		r, err := identity.Replay(entries)
		if err != nil {
			if !errors.Is(err, identity.ErrBroken) {
				t.Fatalf("refused as nothing that a caller knows: %v", err)
			}
			return
		}
		written, err := json.Marshal(entries)
		if err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		var again []identity.Entry
		if err := json.Unmarshal(written, &again); err != nil {
			t.Fatalf("what was written cannot be read: %v", err)
		}
		other, err := identity.Replay(again)
		if err != nil {
			t.Fatal(err)
		}
		if one, two := recordText(t, r), recordText(t, other); one != two {
			t.Fatalf("another record:\n%s\n%s", one, two)
		}
		_ = fmt.Sprintf("%+v", r)
		for _, held := range r.Identifiers {
			if _, _, found := r.Holds(held.Token, at); !found {
				t.Fatal("what is held does not resolve")
			}
			_, _ = g.Spend(r, held.Token, 1, nil, at)
		}
		_, _ = g.Eligible(r, "wholesale-club", at)
		_, _ = g.Questions(r, "purchase", at)
		g.Handling(r, at)
		g.Address(r, "en", at)
		if permille := g.Completeness(r, at).Permille; permille < 0 || permille > 1000 {
			t.Fatalf("known to %d", permille)
		}
		if r.Entries > 0 {
			step := journal.Step{Ref: "next", By: "next", At: at}
			decision, err := g.Tell(r, identity.Tell{Step: step, Source: "till", Facts: []identity.Fact{{Field: "title", Value: "Ms"}}})
			var refusal *customer.Refusal
			if err != nil && !errors.As(err, &refusal) {
				t.Fatal(err)
			}
			if err == nil && decision.Next.Entries != r.Entries+1 {
				t.Fatal("it does not go on")
			}
		}
	})
}

// Whatever bytes are taken for rules: they are refused, or make a register that decides.
func FuzzRecordRules(f *testing.F) {
	data, err := os.ReadFile(filepath.Join("testdata", "record.rules.golden"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(`{"id":"h","version":1,"zone":"Asia/Shanghai","schemes":[],"fields":[],"sources":[{"id":"till","trust":1}]}`))
	zone := recordZone(f)
	at := recordAt("2026-06-01 09:00")
	f.Fuzz(func(t *testing.T, data []byte) {
		rules, err := identity.ParseRules(data)
		if err != nil {
			return
		}
		g, err := identity.New(rules, zone, identity.Verbatim)
		if err != nil {
			if !errors.As(err, new(customer.Faults)) {
				t.Fatal(err)
			}
			return
		}
		d := &recordDesk{tb: t, Register: g, at: at}
		open := identity.Open{Step: d.step("ann"), Kind: identity.Organisation, Source: rules.Sources[0].ID}
		for _, field := range rules.Fields {
			if field.Type == identity.Text && field.Most == 0 && len(field.Kinds) == 0 && len(open.Facts) < identity.MaxTold {
				open.Facts = append(open.Facts, identity.Fact{Field: field.ID, Value: "x"})
			}
		}
		decision, err := g.Open(identity.Record{}, open)
		if err != nil {
			if refusal := new(customer.Refusal); !errors.As(err, &refusal) {
				t.Fatal(err)
			}
			return // not in force
		}
		for _, one := range rules.Memberships {
			if _, err := g.Eligible(decision.Next, one.ID, at); err != nil && errors.As(err, new(customer.Faults)) {
				t.Fatal(err)
			}
		}
		for _, one := range rules.Addresses {
			g.Address(decision.Next, one.Language, at)
		}
		for _, one := range rules.Occasions {
			if _, err := g.Questions(decision.Next, one, at); err != nil {
				t.Fatal(err)
			}
		}
		g.Completeness(decision.Next, at)
	})
}
