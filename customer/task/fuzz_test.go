package task_test

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/task"
	"github.com/rapport-crm/rapport/customer/task/digest"
	"github.com/rapport-crm/rapport/customer/task/handover"
)

// Whatever bytes are taken for a history: they are refused, or lead to a cycle that may be, which can
// be written and read again, and of which every question has an answer.
func FuzzEntries(f *testing.F) {
	data, err := os.ReadFile("testdata/entries.golden")
	if err != nil {
		f.Fatal(err)
	}
	all := strings.Split(strings.TrimSpace(string(data)), "\n")
	for n := range all {
		f.Add([]byte("[" + strings.Join(all[:n+1], ",") + "]"))
	}
	p := office(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		var entries []task.Entry
		if json.Unmarshal(data, &entries) != nil {
			return
		}
		c, err := task.Replay(entries)
		if err != nil {
			if !errors.Is(err, task.ErrBroken) {
				t.Fatalf("refused as nothing that a caller knows: %v", err)
			}
			return
		}
		if fault := cycleFault(c); fault != nil {
			t.Fatal(fault)
		}
		if c.Entries > 0 {
			if _, err := p.Read(c, customer.DateOf(c.Opened.At, time.UTC)); err != nil {
				t.Fatal(err)
			}
		}
		_, _ = task.Progress([]task.Kept{{ID: "a", Cycle: c}, {ID: "b", Cycle: c}})
		_, _ = p.Sequel(task.Kept{ID: "x", Cycle: c}, journal.Step{})
		written, err := json.Marshal(entries)
		if err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		var again []task.Entry
		if err := json.Unmarshal(written, &again); err != nil {
			t.Fatalf("what was written cannot be read: %v", err)
		}
		rewritten, err := json.Marshal(again)
		if err != nil || string(rewritten) != string(written) {
			t.Fatalf("%s, read and written: %s, %v", written, rewritten, err)
		}
	})
}

// Whatever bytes are taken for rules: they are refused, or make a rule book, and are written and read
// again as the same.
func FuzzRules(f *testing.F) {
	for _, file := range []string{"rules.golden", "chart.golden", "shop-digest.json", "shop-handover.json"} {
		data, err := os.ReadFile("testdata/" + file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	where := zone(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		reread(t, data, task.ParseRules, func(r task.Rules) error { _, err := task.New(r, where); return err })
		reread(t, data, task.ParseChart, func(r task.Chart) error { _, err := task.NewStaff(r); return err })
		reread(t, data, digest.ParseRules, func(r digest.Rules) error { _, err := digest.New(r); return err })
		reread(t, data, handover.ParseRules, func(r handover.Rules) error { _, err := handover.New(r); return err })
	})
}

func reread[R any](t *testing.T, data []byte, parse func([]byte) (R, error), make func(R) error) {
	t.Helper()
	rules, err := parse(data)
	if err != nil {
		return
	}
	if err := make(rules); err != nil {
		var faults customer.Faults
		if !errors.As(err, &faults) || len(faults) == 0 {
			t.Fatalf("refused without a fault: %v", err)
		}
		return
	}
	written, err := json.Marshal(rules)
	if err != nil {
		t.Fatal(err)
	}
	again, err := parse(written)
	if err != nil {
		t.Fatalf("%s cannot be read: %v", written, err)
	}
	if err := make(again); err != nil {
		t.Fatalf("%s makes no rule book: %v", written, err)
	}
}
