package loyalty_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/loyalty"
)

func TestHouseholdStories(t *testing.T) {
	customertest.Stories(t, storiesIn{os.DirFS("testdata"), "household"}, func(t *testing.T) func(customertest.Step) string {
		t.Helper()
		rules := ladder(loyalty.Calendar, 12, loyalty.OneStep)
		rules.Shortfall = loyalty.OthersThenOwe
		return (&family{t: t, shop: newShop(t, program(t, rules))}).tell
	})
}

// family is several cards in one shop.
type family struct {
	t    *testing.T
	shop *shop
}

func (f *family) tell(step customertest.Step) string {
	f.t.Helper()
	s, p := f.shop, f.shop.program
	ref, at, on := step.Words[0], clock(step.Value("at")), customer.ID(step.Value("on"))
	member := customer.ID(step.Value("member"))
	var entries []loyalty.Entry
	var err error
	switch step.Name {
	case "join":
		entries, err = run(s, on, "join", ref, loyalty.Joining{Ref: ref, At: at, Member: member}, p.Join)
	case "buy":
		receipt := bought(ref, at, items("groceries", "2", step.Value("paid")))
		if receipt.Customer = on; member != "" {
			receipt.Customer = member
		}
		entries, err = run(s, on, "earn", ref, receipt, p.Earn)
	case "pay":
		entries, err = run(s, on, "redeem", ref, loyalty.Spending{Ref: ref, At: at, Points: dec(step.Value("points"))}, p.Redeem)
	case "return":
		entries, err = run(s, on, "return", ref, brought(ref, step.Value("sale"), at, 1, step.Value("quantity")), p.Return)
	case "give":
		transfer := loyalty.Transfer{Ref: ref, At: at, From: on, To: customer.ID(step.Value("to")), Reason: step.Value("reason")}
		if points := step.Value("points"); points == "all" {
			transfer.All = true
		} else {
			transfer.Points = dec(points)
		}
		entries, err = run(s, on, "send", ref, transfer, p.Send)
	case "leave":
		var share loyalty.Share
		require.NoError(f.t, share.UnmarshalText([]byte(step.Value("with"))), step.Where)
		entries, err = run(s, on, "leave", ref, loyalty.Leaving{Ref: ref, At: at, Account: on, Member: member, Share: share}, p.Leave)
	default:
		f.t.Fatalf("%s: unknown step %s", step.Where, step.Name)
	}
	if err == nil {
		err = p.Forward(f.t.Context(), s.store, loyalty.Parcels(entries)...)
	}
	var told []string
	if err != nil {
		refusal := new(customer.Refusal)
		require.ErrorAs(f.t, err, &refusal, step.Where)
		for _, missing := range refusal.Missing {
			told = append(told, "no: "+p.Explain(missing, customer.English))
		}
	}
	for _, id := range []customer.ID{"h-1", "c-1", "c-2", "c-3"} {
		a := s.account(id)
		if a.Entries == 0 {
			continue
		}
		line := fmt.Sprintf("%s: %d points to spend, tier %s", id, a.Balances.In(loyalty.Member), tier(f.t, p, a, at.Format("2006-01-02")))
		if a.Into != "" {
			line = fmt.Sprintf("%s: went into %s", id, a.Into)
		}
		if owed := -a.Balances.In(loyalty.Owed); owed > 0 {
			line += fmt.Sprintf(", owes %d", owed)
		}
		told = append(told, line)
	}
	return strings.Join(told, "\n")
}
