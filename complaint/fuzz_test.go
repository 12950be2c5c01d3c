package complaint_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"

	"github.com/rapport-crm/rapport/complaint"
)

// Whatever bytes are taken for a history: they are refused, or lead to a case that may be, which
// can be written and read again.
func FuzzEntries(f *testing.F) {
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
