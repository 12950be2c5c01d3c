package identity_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/customer/journal"
)

// One register and one record serve many at once: none of what they decide shows in another's, nor in
// the record.
func TestRecordShared(t *testing.T) {
	d := recordLife(t)
	before := recordText(t, d.r)
	var wait sync.WaitGroup
	for worker := range 4 {
		wait.Go(func() {
			for k := range 50 {
				step := journal.Step{Ref: fmt.Sprintf("w-%d-%d", worker, k), By: "ann", At: d.at}
				decision, err := d.Tell(d.r, identity.Tell{Step: step, Source: "till", Facts: []identity.Fact{{Field: "title", Value: "Ms"}}})
				if err != nil {
					t.Error(err)
					return
				}
				id := identity.Identifier{Token: identity.Token{Scheme: "card", Issuer: "rapport"}, Raw: step.Ref}
				decision, err = d.Attach(decision.Next, identity.Attach{Step: step, Identifier: id, Source: "till"})
				if err != nil {
					t.Error(err)
					return
				}
				if known, _ := d.Value(decision.Next, "title"); known.Ref != "tell:"+step.Ref {
					t.Errorf("%s is somebody else's", known.Ref)
				}
				if last := decision.Next.Identifiers[len(decision.Next.Identifiers)-1]; last.Raw != step.Ref {
					t.Error("the card is somebody else's")
				}
				_, _ = d.Strike(d.r, identity.Strike{Step: step, Field: "address"})
				_, _ = d.Detach(d.r, identity.Detach{Step: step, Token: d.r.Identifiers[0].Token})
				_, _ = d.Eligible(d.r, "wholesale-club", d.at)
				questions, _ := d.Questions(d.r, "purchase", d.at)
				for _, one := range questions {
					d.Explain(one.Reason, customer.Chinese)
				}
				d.Handling(d.r, d.at)
				d.Address(d.r, "en", d.at)
			}
		})
	}
	wait.Wait()
	if after := recordText(t, d.r); after != before {
		t.Fatal("what was shared has changed")
	}
}
