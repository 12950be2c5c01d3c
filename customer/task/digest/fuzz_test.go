package digest_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/task/digest"
)

// Whatever bytes are taken for rules: they are refused, or make a rule book, and are written and read
// again as the same.
func FuzzRules(f *testing.F) {
	f.Add([]byte(text(f, rules())))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := digest.ParseRules(data)
		if err != nil {
			return
		}
		var faults customer.Faults
		if _, err := digest.New(r); err != nil {
			if !errors.As(err, &faults) || len(faults) == 0 {
				t.Fatalf("refused without a fault: %v", err)
			}
			return
		}
		written, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		again, err := digest.ParseRules(written)
		if err != nil {
			t.Fatalf("%s cannot be read: %v", written, err)
		}
		if _, err := digest.New(again); err != nil {
			t.Fatalf("%s makes no rule book: %v", written, err)
		}
	})
}
