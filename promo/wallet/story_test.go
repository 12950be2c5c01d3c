package wallet_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/promo/wallet"
)

func TestStories(t *testing.T) {
	customertest.Stories(t, os.DirFS("testdata"), func(t *testing.T) func(customertest.Step) string {
		t.Helper()
		p := opened(t, rules(), grant("tea"), grant("jam"))
		return func(step customertest.Step) string { return p.tell(t, step) }
	})
}

// tell plays one step at the till: `pay r-1 at=… hold=…`, with a row for each coupon.
func (p *purse) tell(t *testing.T, step customertest.Step) string {
	t.Helper()
	at, ref := clock(step.Value("at")), step.Words[0]
	var d wallet.Decision
	var err error
	switch step.Name {
	case "pay", "begin":
		asked := wallet.Redemption{Ref: ref, At: at, Hold: step.Value("hold")}
		for _, row := range step.Rows(t) {
			var line int
			var units, saved int64
			_, bad := fmt.Sscan(row.Value("line")+" "+row.Value("units")+" "+row.Value("cents"), &line, &units, &saved)
			require.NoError(t, bad, step.Where)
			asked.Runs = append(asked.Runs, run(row.Name, line, units, saved))
		}
		decide := p.r.Redeem
		if step.Name == "begin" {
			decide = p.r.Hold
		}
		d, err = decide(p.wallet, asked)
	case "fail":
		d, err = p.r.Release(p.wallet, wallet.Finish{Ref: "fail-" + ref, Hold: ref, At: at})
	case "cancel":
		d, err = p.r.Void(p.wallet, wallet.Voiding{Ref: "cancel-" + ref, Sale: ref, At: at})
	case "return":
		var line int
		_, bad := fmt.Sscan(step.Value("line"), &line)
		require.NoError(t, bad, step.Where)
		d, err = p.r.Return(p.wallet, brought(ref, step.Value("of"), step.Value("at"), line, step.Value("units")))
	default:
		t.Fatalf("%s: unknown step %s", step.Where, step.Name)
	}
	var told []string
	refusal := new(customer.Refusal)
	if err != nil {
		require.ErrorAs(t, err, &refusal)
		for _, reason := range refusal.Missing {
			told = append(told, "no: "+p.r.Explain(reason, customer.English))
		}
		return strings.Join(told, "\n")
	}
	p.book(d, nil)
	for _, reason := range d.Reasons {
		told = append(told, p.r.Explain(reason, customer.English))
	}
	for _, coupon := range p.r.Usable(p.wallet, at) {
		told = append(told, "left: "+coupon.ID)
	}
	return strings.Join(told, "\n")
}
