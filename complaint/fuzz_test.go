package complaint_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
)

// Whatever bytes are taken for a history: they are refused, or lead to a case that may be, which
// can be written and read again, and of which every question has an answer.
func FuzzEntries(f *testing.F) {
	p := wholePolicy(f, wholeRules())
	for _, file := range []string{"entries.golden", "entries.v1.golden"} {
		data, err := os.ReadFile(filepath.Join("testdata", file))
		if err != nil {
			f.Fatal(err)
		}
		f.Add([]byte("[" + strings.Join(strings.Split(strings.TrimSpace(string(data)), "\n"), ",") + "]"))
	}
	for _, seed := range []string{
		`[]`,
		`[{"v":1,"kind":"receive","at":"2026-11-25T09:00:00+08:00","by":"ann","ref":"r","body":{"customer":"c-1","channel":"phone","claims":[{"issue":"i","kind":"k","about":"bea","demand":"refund","claimed_minor":5}],"threat":"b"}},` +
			`{"v":1,"kind":"assess","at":"2026-11-25T09:00:00Z","by":"ann","ref":"r","body":{"severity":"high","safety":true}},` +
			`{"v":1,"kind":"investigate","at":"2026-11-25T09:00:00Z","by":"ann","ref":"r","body":{}},` +
			`{"v":1,"kind":"add","at":"2026-11-25T09:00:00Z","by":"ann","ref":"r","body":{"issue":"j","kind":"k"}},` +
			`{"v":1,"kind":"withdraw","at":"2026-11-25T09:00:00Z","by":"ann","ref":"r","body":{"issue":"i"}},` +
			`{"v":1,"kind":"withdraw","at":"2026-11-25T09:00:00Z","by":"ann","ref":"r","body":{"issue":"j"}},` +
			`{"v":1,"kind":"close","at":"2026-11-25T09:00:00Z","by":"ann","ref":"r","body":{"outcome":"withdrawn"}},` +
			`{"v":1,"kind":"reopen","at":"2026-11-25T09:00:00Z","by":"ann","ref":"r","body":{"why":"mistake","issues":["j"],"claims":[{"issue":"l","kind":"k"}]}}]`,
		`[{"v":1,"kind":"receive","at":"2026-11-25T09:00:00Z","by":"ann","ref":"r","body":{"customer":"c-1","channel":"web","source":"low-score","figure":1,"out_of":5}},` +
			`{"v":1,"kind":"log","at":"2026-11-25T09:00:00Z","by":"ann","ref":"r","body":{"channel":"phone","direction":"to-customer","missed":true,"seconds":9,"cost_minor":5}},` +
			`{"v":1,"kind":"link","at":"2026-11-25T09:00:00Z","by":"ann","ref":"r","body":{"case":"K-2","other":"K-1","as":"duplicate","received":"2026-11-24T09:00:00Z"}},` +
			`{"v":1,"kind":"advise","at":"2026-11-25T09:00:00Z","by":"ann","ref":"r","because":{"code":"x","fact":1,"mark":2},"body":{"body":"b","channel":"phone","until":"2026-11-26T09:00:00Z"}},` +
			`{"v":1,"kind":"file","at":"2026-11-25T09:00:00Z","by":"ann","ref":"r","body":{"body":"b","number":"7"}},` +
			`{"v":1,"kind":"conclude","at":"2026-11-25T09:00:00Z","by":"ann","ref":"r","body":{"body":"b","result":"for-us"}},` +
			`{"v":1,"kind":"close","at":"2026-11-25T09:00:00Z","by":"ann","ref":"r","body":{"outcome":"duplicate"}},` +
			`{"v":1,"kind":"unlink","at":"2026-11-25T09:00:00Z","by":"ann","ref":"r","body":{"other":"K-1","as":"duplicate"}}]`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var entries []complaint.Entry
		if json.Unmarshal(data, &entries) != nil {
			return
		}
		c, err := complaint.Replay(entries)
		if err != nil {
			if !errors.Is(err, complaint.ErrBroken) {
				t.Fatalf("refused as nothing that a caller knows: %v", err)
			}
			return
		}
		if fault := machineFault(c); fault != nil {
			t.Fatal(fault)
		}
		at := clockAt("2026-12-01 09:00")
		p.Allowed(c, "ann", at)
		if _, _, err := p.NextWake(c, at); err == nil {
			_, _ = p.Wake(c, complaint.Wake{Step: complaint.Step{Ref: "w", By: "timer", At: at}})
		}
		for i := range c.Clocks {
			_, _ = p.Read(c.Clocks[i], at)
		}
		p.Due(c)
		p.Trips(c)
		p.PromiseFacts(c, at)
		written, err := json.Marshal(entries)
		if err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		var again []complaint.Entry
		if err := json.Unmarshal(written, &again); err != nil {
			t.Fatalf("what was written cannot be read: %v", err)
		}
		if rewritten, err := json.Marshal(again); err != nil || !reflect.DeepEqual(rewritten, written) {
			t.Fatalf("%s, read and written: %s, %v", written, rewritten, err)
		}
	})
}

// Whatever bytes are taken for rules: they are refused, with customer.Faults where they can be read,
// or make a policy; and rules that make one are written and read again.
func FuzzRules(f *testing.F) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range append(files, filepath.Join("testdata", "rules.golden")) {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	zone := clockZone(f, "Asia/Shanghai")
	calendars := clockCalendars(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		rules, err := complaint.ParseRules(data)
		if err != nil {
			return
		}
		p, err := complaint.NewPolicy(rules, zone, calendars...)
		var faults customer.Faults
		if err != nil {
			if !errors.As(err, &faults) || len(faults) == 0 {
				t.Fatalf("refused without a fault: %v", err)
			}
			return
		}
		written, err := json.Marshal(rules)
		if err != nil {
			t.Fatalf("what was parsed cannot be written: %v", err)
		}
		again, err := complaint.ParseRules(written)
		if err != nil {
			t.Fatalf("%s cannot be parsed: %v", written, err)
		}
		if _, err := complaint.NewPolicy(again, zone, calendars...); err != nil {
			t.Fatalf("%s, read again, makes no policy: %v", written, err)
		}
		d, err := p.Receive(complaint.Case{}, complaint.Receive{
			Step: caseStep("ann", "2026-11-25 09:00"), Customer: "c-1", Channel: complaint.Phone, Desk: "front", Claims: []complaint.Claim{{Issue: "i", Kind: "bill"}},
		})
		var refusal *customer.Refusal
		switch {
		case err == nil:
			_, _, _ = p.NextWake(d.Next, caseAt("2026-11-25 09:00"))
		case !errors.As(err, &refusal):
			t.Fatalf("neither received nor refused: %v", err)
		}
	})
}
