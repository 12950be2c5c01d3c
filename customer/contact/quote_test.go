package contact_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/contact"
	"github.com/rapport-crm/rapport/customer/customertest"
)

// price is a quote of oil by the can.
func price(ref, by, at string, minor int64) contact.Quote {
	return contact.Quote{Step: step(ref, by, at), Terms: contact.Terms{Product: "oil", PriceMinor: minor, Unit: "can"}}
}

// The tolerance and the mark of the approver are met exactly, up and down, for any price.
func TestQuoteTolerance(t *testing.T) {
	// row B41
	p := wholesaler(t)
	for _, row := range []struct {
		last, next int64
		want       []string
	}{
		{100_00, 100_00, nil},
		{100_00, 101_00, nil},
		{100_00, 101_01, []string{"quote-differs", "quote-explain"}},
		{100_00, 99_00, nil},
		{100_00, 98_99, []string{"quote-differs", "quote-explain"}},
		{100_00, 105_00, []string{"quote-differs", "quote-explain"}},
		{100_00, 105_01, []string{"quote-differs", "quote-explain", "quote-approve"}},
		{1, 2, []string{"quote-differs", "quote-explain", "quote-approve"}},
		{99, 100, []string{"quote-differs", "quote-explain"}},
		{100, 101, nil},
		{maxMinor, 1, []string{"quote-differs", "quote-explain", "quote-approve"}},
		{1, maxMinor, []string{"quote-differs", "quote-explain", "quote-approve"}},
		{maxMinor, maxMinor / 100 * 99, nil},
		{maxMinor, maxMinor/100*99 - 1, []string{"quote-differs", "quote-explain"}},
	} {
		f := must(t)(p.Quote(contact.File{}, price("q-1", "ann", "2026-11-25 09:00", row.last)))
		_, err := p.Quote(f, price("q-2", "bob", "2026-11-25 10:00", row.next))
		assert.Equal(t, row.want, missing(err), "%d after %d", row.next, row.last)
	}
}

// The tolerance is the same question in big numbers and in small ones, and what is explained and approved
// is never refused.
func TestQuoteProperty(t *testing.T) {
	p := wholesaler(t)
	rapid.Check(t, func(t *rapid.T) {
		last := rapid.Int64Range(1, 1_000_000).Draw(t, "last")
		next := rapid.Int64Range(1, 1_000_000).Draw(t, "next")
		scale := rapid.SampledFrom([]int64{1, 7, 1000, 1_000_000}).Draw(t, "scale")
		f := must(t)(p.Quote(contact.File{}, price("q-1", "ann", "2026-11-25 09:00", last)))
		big := must(t)(p.Quote(contact.File{}, price("q-1", "ann", "2026-11-25 09:00", last*scale)))
		_, small := p.Quote(f, price("q-2", "bob", "2026-11-25 10:00", next))
		_, large := p.Quote(big, price("q-2", "bob", "2026-11-25 10:00", next*scale))
		assert.Equal(t, missing(small), missing(large))
		explained := price("q-2", "bob", "2026-11-25 10:00", next)
		explained.Exception = contact.Exception{Why: "x", Approver: "eve", Role: "sales-manager"}
		_, err := p.Quote(f, explained)
		require.NoError(t, err)
		// By small steps nobody comes further than the tolerance.
		for i := range 20 {
			step := price(string(rune('a'+i)), "bob", "2026-11-25 11:00", max(1, f.Quotes[len(f.Quotes)-1].PriceMinor+rapid.Int64Range(-last/100-1, last/100+1).Draw(t, "step")))
			if d, err := p.Quote(f, step); err == nil {
				f = d.Next
			}
		}
		far := f.Quotes[len(f.Quotes)-1].PriceMinor - last
		if max(far, -far)*1000 > 10*last {
			t.Fatalf("from %d to %d by small steps", last, last+far)
		}
	})
}

// A quote is held against the last comparable one that binds, of whoever named it.
func TestQuoteAgainst(t *testing.T) {
	p := wholesaler(t)
	first := price("q-1", "ann", "2026-11-02 09:00", 100_00)
	f := must(t)(p.Quote(contact.File{}, first))
	quoted := f.Quotes[0]
	assert.Equal(t, day("2026-12-02"), quoted.LastDay)
	assert.True(t, quoted.Expires.Equal(when("2026-12-03 00:00")))
	assert.True(t, quoted.Binds.Equal(when("2027-02-01 00:00")), "60 days after 2 December")
	for name, row := range map[string]struct {
		change func(*contact.Quote)
		want   []string
		told   []string
	}{
		"the same":         {func(x *contact.Quote) { x.PriceMinor = 100_00 }, nil, []string{"quote-last", "quote-same"}},
		"another product":  {func(x *contact.Quote) { x.Product = "rice" }, nil, []string{"quote-first"}},
		"another unit":     {func(x *contact.Quote) { x.Unit = "barrel" }, nil, []string{"quote-last", "quote-unit"}},
		"another quantity": {func(x *contact.Quote) { x.MinUnits = 100 }, nil, []string{"quote-last", "quote-quantity"}},
		"other terms":      {func(x *contact.Quote) { x.PriceMinor, x.Conditions = 100_00, "cash" }, []string{"quote-terms", "quote-explain-terms"}, nil},
		"both":             {func(x *contact.Quote) { x.Conditions = "cash" }, []string{"quote-differs", "quote-terms", "quote-explain-terms", "quote-explain", "quote-approve"}, nil},
		"it binds still":   {func(x *contact.Quote) { x.At = when("2027-01-31 23:59:59") }, []string{"quote-differs", "quote-explain", "quote-approve"}, nil},
		"it binds no more": {func(x *contact.Quote) { x.At = when("2027-02-01 00:00") }, nil, []string{"quote-last", "quote-differs", "quote-lapsed"}},
		"another currency": {func(x *contact.Quote) { x.Currency = customer.Currency{Code: "EUR", Digits: 2} }, []string{"quote-currency"}, nil},
		"of other digits":  {func(x *contact.Quote) { x.Currency = customer.Currency{Code: "CNY", Digits: 3} }, []string{"quote-currency"}, nil},
		"taken":            {func(x *contact.Quote) { x.Ref, x.PriceMinor = "q-1", 100_00 }, []string{"taken"}, nil},
		"over":             {func(x *contact.Quote) { x.PriceMinor, x.LastDay = 100_00, day("2026-11-03") }, []string{"quote-past"}, nil},
		"a reason alone":   {func(x *contact.Quote) { x.Exception.Why = "x" }, []string{"quote-differs", "quote-approve"}, nil},
		"by herself":       {func(x *contact.Quote) { x.Exception = contact.Exception{Why: "x", Approver: "bob", Role: "clerk"} }, []string{"quote-self", "quote-role"}, nil},
		"explained": {func(x *contact.Quote) {
			x.Exception = contact.Exception{Why: "x", Approver: "eve", Role: "sales-manager"}
		}, nil, []string{"quote-last", "quote-differs", "quote-excepted"}},
	} {
		next := price("q-2", "bob", "2026-11-04 09:00", 90_00)
		row.change(&next)
		d, err := p.Quote(f, next)
		assert.Equal(t, row.want, missing(err), name)
		assert.Equal(t, row.told, codes(d.Reasons), name)
	}
	withdrawn := must(t)(p.Withdraw(f, contact.Withdraw{Step: step("w", "ann", "2026-11-03 09:00"), Quote: "q-1", Why: "a slip"}))
	d, err := p.Quote(withdrawn, price("q-2", "bob", "2026-11-04 09:00", 90_00))
	require.NoError(t, err)
	assert.Equal(t, []string{"quote-first"}, codes(d.Reasons))
	assert.Empty(t, withdrawn.LastQuotes())

	// An acceptance binds from its own day on, a refusal too.
	accepted := must(t)(p.Answer(f, contact.Answer{Step: step("a", "c-1", "2026-12-02 23:59"), Quote: "q-1", Accepted: true}))
	assert.True(t, accepted.Quotes[0].Binds.Equal(when("2027-02-01 00:00")))
	assert.Equal(t, contact.Accepted, accepted.Quotes[0].Standing(when("2027-06-01 00:00")))
	declined := must(t)(p.Answer(f, contact.Answer{Step: step("a", "c-1", "2027-01-02 10:00"), Quote: "q-1"}))
	assert.True(t, declined.Quotes[0].Binds.Equal(when("2027-03-04 00:00")))
	assert.Equal(t, contact.Declined, declined.Quotes[0].Standing(when("2026-11-03 00:00")))
	assert.Equal(t, contact.Open, f.Quotes[0].Standing(when("2026-12-02 23:59:59")))
	assert.Equal(t, contact.Expired, f.Quotes[0].Standing(when("2026-12-03 00:00")))
	_, err = p.Answer(f, contact.Answer{Step: step("a", "c-1", "2026-12-03 00:00"), Quote: "q-1", Accepted: true})
	assert.Equal(t, []string{"quote-expired"}, missing(err))
	_, err = p.Answer(declined, contact.Answer{Step: step("b", "c-1", "2026-11-03 00:00"), Quote: "q-1", Accepted: true})
	assert.Equal(t, []string{"quote-ended"}, missing(err))
	_, err = p.Withdraw(accepted, contact.Withdraw{Step: step("b", "c-1", "2026-11-03 00:00"), Quote: "q-9", Why: "x"})
	assert.Equal(t, []string{"quote-unknown"}, missing(err))
}

// Where the rules flag, an exception that nobody has approved is no price that others are held against.
func TestQuoteUnapproved(t *testing.T) {
	p := wholesaler(t, func(rules *contact.Rules) { rules.Quotes.FlagUnexplained = true })
	f := must(t)(p.Quote(contact.File{}, price("q-1", "ann", "2026-11-25 09:00", 100_00)))
	low := price("q-2", "bob", "2026-11-25 10:00", 50_00)
	low.Exception = contact.Exception{Why: "x", Lasting: true}
	f = must(t)(p.Quote(f, low))
	_, why := p.Unexplained(f, when("2026-11-25 11:00"))
	assert.Equal(t, []string{"quote-unapproved"}, codes(why), "it is explained")
	d, err := p.Quote(f, price("q-3", "bob", "2026-11-25 11:00", 50_00))
	require.NoError(t, err)
	assert.True(t, d.Next.Quotes[2].Unexplained)
	assert.Equal(t, int64(100_00), d.Next.Quotes[2].AnchorMinor)
}

// Of several quotes the one of the latest instant is the last, of one instant the one booked later; one
// that reaches the file late is held against it too.
func TestQuoteOrder(t *testing.T) {
	p := wholesaler(t, func(rules *contact.Rules) {
		rules.Quotes = contact.QuoteRules{FlagUnexplained: true, TolerancePermille: 1000, ValidDays: 5}
	})
	f := must(t)(p.Quote(contact.File{}, price("q-1", "ann", "2026-11-02 09:00", 100)))
	f = must(t)(p.Quote(f, price("q-2", "bob", "2026-11-02 09:00", 101)))
	f = must(t)(p.Quote(f, price("q-3", "cat", "2026-11-01 09:00", 102)))
	d, err := p.Quote(f, price("q-4", "dan", "2026-11-01 10:00", 103))
	require.NoError(t, err)
	assert.Equal(t, "bob", d.Reasons[0].Of)
	last := d.Next.LastQuotes()
	require.Len(t, last, 1)
	assert.Equal(t, "q-2", last[0].Ref)
	rice := price("q-5", "ann", "2026-11-02 09:00", 5)
	rice.Product = "rice"
	f = must(t)(p.Quote(d.Next, rice))
	last = f.LastQuotes()
	assert.Equal(t, []string{"q-5", "q-2"}, []string{last[0].Ref, last[1].Ref}, "the newest first")
}

// Where the rules flag, a price is named and stays flagged until it is explained.
func TestQuoteFlagged(t *testing.T) {
	p := wholesaler(t, func(rules *contact.Rules) { rules.Quotes.FlagUnexplained = true })
	f := must(t)(p.Quote(contact.File{}, price("q-1", "ann", "2026-11-25 09:00", 100_00)))
	d, err := p.Quote(f, price("q-2", "bob", "2026-11-25 10:00", 90_00))
	require.NoError(t, err)
	assert.Equal(t, []string{"quote-last", "quote-differs", "quote-explain", "quote-approve"}, codes(d.Reasons))
	f = d.Next
	flagged, why := p.Unexplained(f, when("2026-11-25 11:00"))
	require.Len(t, flagged, 1)
	assert.Equal(t, "q-2", flagged[0].Ref)
	assert.Equal(t, []string{"quote-flagged"}, codes(why))
	flagged, _ = p.Unexplained(f, when("2027-11-25 11:00"))
	assert.Empty(t, flagged, "it is over")

	// She accepts it all the same, and it is told that nobody has explained it.
	d, err = p.Answer(f, contact.Answer{Step: step("a", "c-1", "2026-11-26 09:00"), Quote: "q-2", Accepted: true})
	require.NoError(t, err)
	assert.Equal(t, []string{"quote-flagged"}, codes(d.Reasons))
	f = d.Next
	flagged, _ = p.Unexplained(f, when("2027-11-25 11:00"))
	assert.Len(t, flagged, 1, "a deal stays to be explained")

	except := contact.Justify{Step: step("e", "bob", "2026-11-26 10:00"), Quote: "q-2", Exception: contact.Exception{Why: "dents"}}
	_, err = p.Justify(f, except)
	assert.Equal(t, []string{"quote-approve"}, missing(err))
	except.Approver, except.Role = "bob", "clerk"
	_, err = p.Justify(f, except)
	assert.Equal(t, []string{"quote-self", "quote-role"}, missing(err))
	except.Approver, except.Role = "eve", "sales-manager"
	f = must(t)(p.Justify(f, except))
	_, err = p.Justify(f, except)
	assert.Equal(t, []string{"quote-explained"}, missing(err))
	except.Quote = "q-9"
	_, err = p.Justify(f, except)
	assert.Equal(t, []string{"quote-unknown"}, missing(err))
	flagged, _ = p.Unexplained(f, when("2026-11-27 11:00"))
	assert.Empty(t, flagged)

	// It was an exception: the price before it is the one that counts.
	d, err = p.Quote(f, price("q-3", "cat", "2026-11-27 10:00", 100_00))
	require.NoError(t, err)
	assert.Equal(t, []string{"quote-last", "quote-special", "quote-differs", "quote-last", "quote-same"}, codes(d.Reasons))
	assert.False(t, d.Next.Quotes[2].Unexplained)
}

// Others of her group are compared too, within bounds; in another currency they are not.
func TestQuoteOthers(t *testing.T) {
	p := wholesaler(t)
	other := must(t)(p.Quote(contact.File{}, price("q-1", "ann", "2026-11-25 09:00", 100_00))).Quotes
	_, err := p.Quote(contact.File{}, price("q-2", "bob", "2026-11-25 10:00", 90_00), contact.Quotes{Customer: "c-2", Quotes: other})
	assert.Equal(t, []string{"quote-elsewhere", "quote-differs", "quote-explain", "quote-approve"}, missing(err))
	d, err := p.Quote(contact.File{}, price("q-2", "bob", "2026-11-25 10:00", 100_00), contact.Quotes{Customer: "c-2", Quotes: other}, contact.Quotes{Customer: "c-3"})
	require.NoError(t, err)
	assert.Equal(t, []string{"quote-elsewhere", "quote-last", "quote-same"}, codes(d.Reasons))
	assert.Equal(t, "c-2", d.Reasons[0].Of)

	other[0].Currency = customer.Currency{Code: "EUR", Digits: 2}
	d, err = p.Quote(contact.File{}, price("q-2", "bob", "2026-11-25 10:00", 90_00), contact.Quotes{Customer: "c-2", Quotes: other})
	require.NoError(t, err, "what she is told abroad keeps nobody from naming a price here")
	assert.Equal(t, []string{"quote-elsewhere", "quote-other-currency"}, codes(d.Reasons))
	own, err := p.Quote(contact.File{Quotes: other}, price("q-2", "bob", "2026-11-25 10:00", 90_00))
	require.NoError(t, err, "her own from before the currency changed does not keep her from being quoted ever again")
	assert.Equal(t, []string{"quote-other-currency"}, codes(own.Reasons))

	_, err = p.Quote(contact.File{}, price("q-2", "bob", "2026-11-25 10:00", 90_00), make([]contact.Quotes, 1001)...)
	assert.Contains(t, customertest.Paths(t, err), "others")
}

func TestQuoteFaults(t *testing.T) {
	p := wholesaler(t)
	x := price("q-1", "ann", "2026-11-25 09:00", 0)
	x.Product, x.Unit, x.MinUnits, x.Conditions, x.LastDay, x.Contact = "", "", -1, "\x00", -5, "\n"
	x.Currency = customer.Currency{Code: "e"}
	x.Exception = contact.Exception{Approver: "\n", Role: "r"}
	x.Expires, x.Binds, x.AnchorMinor, x.Unexplained, x.Approve = x.At, x.At, -1, true, true
	_, err := p.Quote(contact.File{}, x, contact.Quotes{})
	assert.Equal(t, []string{
		"product", "price_minor", "currency.code", "unit", "min_units", "conditions", "last_day", "contact",
		"exception.why", "exception.approver", "anchor_minor", "expires", "binds", "anchor_minor", "unexplained", "approve", "others[0].customer",
	}, customertest.Paths(t, err))
	x = price("q-1", "ann", "2026-11-25 09:00", maxMinor+1)
	x.Exception = contact.Exception{Why: "x", Role: "r"}
	_, err = p.Quote(contact.File{}, x)
	assert.Equal(t, []string{"price_minor", "exception.role"}, customertest.Paths(t, err))

	none := wholesaler(t, func(rules *contact.Rules) { rules.Currency, rules.Quotes = customer.Currency{}, contact.QuoteRules{} })
	_, err = none.Quote(contact.File{}, price("q-1", "ann", "2026-11-25 09:00", 5))
	assert.Equal(t, []string{"quotes-none"}, missing(err))
	plain := wholesaler(t, func(rules *contact.Rules) { rules.Quotes = contact.QuoteRules{} })
	_, err = plain.Quote(contact.File{}, price("q-1", "ann", "2026-11-25 09:00", 5))
	assert.Equal(t, []string{"quote-no-day"}, missing(err))
	last := price("q-1", "ann", "2026-11-25 09:00", 5)
	last.LastDay = customer.MaxDate
	f := must(t)(p.Quote(contact.File{}, last))
	assert.Equal(t, contact.Open, f.Quotes[0].Standing(when("2999-01-01 00:00")), "it holds to the end of the calendar")
	own := wholesaler(t, func(rules *contact.Rules) { rules.Quotes.Roles = nil })
	f = must(t)(own.Quote(contact.File{}, price("q-1", "ann", "2026-11-25 09:00", 100)))
	next := price("q-2", "bob", "2026-11-25 09:00", 50)
	next.Exception = contact.Exception{Why: "x", Approver: "dan"}
	_, err = own.Quote(f, next)
	require.NoError(t, err, "anybody else may")
}
