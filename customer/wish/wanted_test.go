package wish_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/wish"
)

func want(ref, when string) wish.Want {
	return wish.Want{
		Step: step(ref, when), Product: "book-14", Family: "notebooks", Variant: []wish.Attribute{{Name: "colour", Value: "white"}}, Quantity: 1, Channel: "sms",
	}
}

func tell(ref, of, when string) wish.Tell {
	return wish.Tell{Step: step(ref, when), Wish: of, With: []string{"B14-W"}, Allowed: true}
}

// row B16.
func TestWant(t *testing.T) {
	r := begin(t, whole())
	d := r.must(r.Want(r.m, want("w", "2026-05-01 23:30")))
	assert.Equal(t, day("2026-07-30"), r.m.Wishes[0].Until, "ninety days, that of the wish included")
	assert.Equal(t, []string{wish.CodeWishUntil}, codes(d.Reasons))
	w := r.m.Wishes[0]
	assert.Equal(t, wish.Waits, w.Standing(day("2026-07-29")))
	assert.Equal(t, wish.Expired, w.Standing(day("2026-07-30")))
	assert.Len(t, r.m.OpenWishes(day("2026-07-29")), 1)
	assert.Empty(t, r.m.OpenWishes(day("2026-07-30")), "computed when it is asked, booked by nobody")

	for until, code := range map[string][]string{"2026-05-02": nil, "2026-07-30": nil, "2026-07-31": {wish.CodeWishLong}} {
		x := want("x", "2026-05-01 23:30")
		x.Until = day(until)
		d, err := r.Want(r.m, x)
		if code == nil {
			require.NoError(t, err)
			assert.Equal(t, day(until), d.Next.Wishes[1].Until)
		} else {
			assert.Equal(t, code, missing(t, d, err))
		}
	}
	again, err := r.Want(r.m, want("w", "2026-05-02 09:00"))
	assert.Equal(t, []string{wish.CodeWishThere}, missing(t, again, err))

	rules := whole()
	rules.Wishes = wish.WaitRules{}
	none, err := bookOf(t, rules).Want(r.m, want("x", "2026-05-02 09:00"))
	assert.Equal(t, []string{wish.CodeWishNone}, missing(t, none, err))
}

func TestWantFaults(t *testing.T) {
	r := begin(t, whole())
	for name, tc := range map[string]struct {
		change func(*wish.Want)
		paths  []string
	}{
		"nothing":             {func(x *wish.Want) { *x = wish.Want{} }, []string{"ref", "by", "at", "product", "quantity"}},
		"a long reference":    {func(x *wish.Want) { x.Ref = strings.Repeat("x", 201) }, []string{"ref"}},
		"two colours":         {func(x *wish.Want) { x.Variant = append(x.Variant, wish.Attribute{Name: "colour", Value: "black"}) }, []string{"variant[1].name"}},
		"too many":            {func(x *wish.Want) { x.Quantity = 10_001 }, []string{"quantity"}},
		"below nothing":       {func(x *wish.Want) { x.MaxMinor = -1 }, []string{"max_minor"}},
		"a fortune":           {func(x *wish.Want) { x.MaxMinor = 1_000_000_000_001 }, []string{"max_minor"}},
		"over today":          {func(x *wish.Want) { x.Until = day("2026-05-01") }, []string{"until"}},
		"a control character": {func(x *wish.Want) { x.Family, x.Channel, x.Note = "\t", "\t", "\t" }, []string{"family", "channel", "note"}},
	} {
		x := want("w", "2026-05-01 09:00")
		tc.change(&x)
		_, err := r.Want(r.m, x)
		assert.Equal(t, tc.paths, customertest.Paths(t, err), name)
	}
	rules := whole()
	rules.Currency = customer.Currency{}
	x := want("w", "2026-05-01 09:00")
	x.MaxMinor = 1
	_, err := bookOf(t, rules).Want(r.m, x)
	assert.Equal(t, []string{"max_minor"}, customertest.Paths(t, err), "no currency, no price")

	long := want(strings.Repeat("x", 200), "2026-05-01 09:00")
	long.Quantity, long.MaxMinor = 10_000, 1_000_000_000_000
	r.must(r.Want(r.m, long))
}

// A wish is changed by one that takes its place, and keeps its turn if it is for the same product.
func TestWantInstead(t *testing.T) {
	r := begin(t, whole())
	r.must(r.Want(r.m, want("w", "2026-05-01 09:00")))
	longer := want("w-2", "2026-07-29 09:00")
	longer.Variant, longer.Instead = nil, "w"
	r.must(r.Want(r.m, longer))
	open := r.m.OpenWishes(day("2026-07-29"))
	require.Len(t, open, 1)
	assert.Equal(t, at("2026-05-01 09:00"), open[0].At, "she keeps her turn")
	assert.Equal(t, day("2026-10-27"), open[0].Until)
	assert.Empty(t, open[0].Variant)
	d, err := r.Tell(r.m, tell("w/1", "w", "2026-07-29 10:00"))
	assert.Equal(t, []string{wish.CodeWishWithdrawn}, missing(t, d, err), "what has come was white, and she would take it in black now")

	other := want("w-3", "2026-08-01 09:00")
	other.Product, other.Instead = "air-13", "w-2"
	r.must(r.Want(r.m, other))
	assert.Equal(t, at("2026-08-01 09:00"), r.m.Wishes[2].At, "nobody jumps the queue for another product")
	r.must(r.Tell(r.m, tell("w-3/1", "w-3", "2026-08-01 10:00")))
	for instead, code := range map[string]string{"w-3": wish.CodeWishTold, "w-2": wish.CodeWishWithdrawn, "v": wish.CodeWishUnknown} {
		x := want("x", "2026-08-02 09:00")
		x.Instead = instead
		d, err := r.Want(r.m, x)
		assert.Equal(t, []string{code}, missing(t, d, err), instead)
	}
	late := want("x", "2026-10-30 09:00")
	late.Instead = "w-3"
	d, err = r.Want(r.m, late)
	assert.Equal(t, []string{wish.CodeWishExpired, wish.CodeWishTold}, missing(t, d, err))
}

// A report that comes twice takes back the notice that it is about, and none that was given since.
func TestBounceOfAnEarlierNotice(t *testing.T) {
	r := begin(t, whole())
	r.must(r.Want(r.m, want("w", "2026-05-01 09:00")))
	r.must(r.Tell(r.m, tell("w/1", "w", "2026-05-02 09:00")))
	r.must(r.Bounce(r.m, wish.Bounce{Step: step("x-1", "2026-05-02 10:00"), Notice: "w/1"}))
	r.must(r.Tell(r.m, tell("w/2", "w", "2026-05-02 11:00")))
	d, err := r.Bounce(r.m, wish.Bounce{Step: step("x-2", "2026-05-02 12:00"), Notice: "w/1"})
	assert.Equal(t, []string{wish.CodeWishNotTold}, missing(t, d, err))
	assert.Equal(t, wish.Notified, r.m.Wishes[0].Standing(day("2026-05-02")))
}

// row B17: she is told once, not after a purchase, not after its end, not where she may not be.
func TestTellOnce(t *testing.T) {
	r := begin(t, whole())
	r.must(r.Want(r.m, want("w", "2026-05-01 09:00")))
	silent := want("silent", "2026-05-01 09:00")
	silent.Channel, silent.Product = "", "mouse-1"
	r.must(r.Want(r.m, silent))
	no := tell("t", "silent", "2026-05-02 09:00")
	no.Allowed = false
	d, err := r.Tell(r.m, no)
	assert.Equal(t, []string{wish.CodeWishSilent, wish.CodeWishConsent}, missing(t, d, err))
	d, err = r.Tell(r.m, tell("t", "w", "2026-07-30 00:00"))
	assert.Equal(t, []string{wish.CodeWishExpired}, missing(t, d, err))
	kept := tell("t", "w", "2026-05-02 09:00")
	kept.Kept, kept.With = day("2027-01-01"), nil
	_, err = r.Tell(r.m, kept)
	assert.Equal(t, []string{"with", "kept"}, customertest.Paths(t, err))

	r.must(r.Tell(r.m, tell("w/1", "w", "2026-05-02 09:00")))
	assert.Equal(t, day("2026-05-05"), r.m.Wishes[0].Told.Kept, "three days, that of the notice included")
	assert.Equal(t, wish.Notified, r.m.Wishes[0].Standing(day("2026-05-03")))
	d, err = r.Tell(r.m, tell("w/2", "w", "2026-05-03 09:00"))
	assert.Equal(t, []string{wish.CodeWishTold}, missing(t, d, err))

	// What did not reach her does not count.
	r.must(r.Bounce(r.m, wish.Bounce{Step: step("x", "2026-05-03 09:00"), Notice: "w/1"}))
	d, err = r.Bounce(r.m, wish.Bounce{Step: step("x-2", "2026-05-03 09:00"), Notice: "w/1"})
	assert.Equal(t, []string{wish.CodeWishNotTold}, missing(t, d, err))
	r.must(r.Tell(r.m, tell("w/2", "w", "2026-05-03 09:00")))
	r.must(r.Bounce(r.m, wish.Bounce{Step: step("x-3", "2026-05-03 10:00"), Notice: "w/2"}))
	assert.Equal(t, 2, r.m.Wishes[0].Bounced)

	r.must(r.Buy(r.m, wish.Buy{Step: step("b", "2026-05-04 09:00"), SKU: "B14-W", Product: "book-14", Has: []wish.Attribute{{Name: "size", Value: "14"}, {Name: "colour", Value: "white"}}, Quantity: 1}))
	d, err = r.Tell(r.m, tell("w/3", "w", "2026-05-05 09:00"))
	assert.Equal(t, []string{wish.CodeWishBought}, missing(t, d, err))
	d, err = r.Withdraw(r.m, wish.Withdraw{Step: step("y", "2026-05-05 09:00"), Wish: "w"})
	assert.Equal(t, []string{wish.CodeWishBought}, missing(t, d, err))
	r.must(r.Withdraw(r.m, wish.Withdraw{Step: step("y", "2026-05-05 09:00"), Wish: "silent"}))
	d, err = r.Tell(r.m, tell("s/1", "silent", "2026-05-05 09:00"))
	assert.Equal(t, []string{wish.CodeWishWithdrawn, wish.CodeWishSilent}, missing(t, d, err))
}

// row B17: a purchase ends the wishes that it fulfils.
func TestBuy(t *testing.T) {
	white, black := []wish.Attribute{{Name: "colour", Value: "white"}}, []wish.Attribute{{Name: "colour", Value: "black"}}
	three := want("three", "2026-05-01 09:00")
	three.Quantity = 3
	for name, tc := range map[string]struct {
		buy  wish.Buy
		when string
		want string // pieces bought of each wish
	}{
		"the older first":        {wish.Buy{Product: "book-14", Has: white, Quantity: 1}, "2026-05-10 09:00", "three 1 waits, one 0 waits"},
		"and then the next":      {wish.Buy{Product: "book-14", Has: white, Quantity: 4}, "2026-05-10 09:00", "three 3 bought, one 1 bought"},
		"more than anybody asks": {wish.Buy{Product: "book-14", Has: white, Quantity: 9}, "2026-05-10 09:00", "three 3 bought, one 1 bought"},
		"another variant":        {wish.Buy{Product: "book-14", Has: black, Quantity: 1}, "2026-05-10 09:00", "three 0 waits, one 0 waits"},
		"another product":        {wish.Buy{Product: "air-13", Has: white, Quantity: 1}, "2026-05-10 09:00", "three 0 waits, one 0 waits"},
		"which does instead":     {wish.Buy{Product: "air-13", Has: black, Quantity: 1, Instead: "three"}, "2026-05-10 09:00", "three 3 bought, one 0 waits"},
		"before the second":      {wish.Buy{Product: "book-14", Has: white, Quantity: 9}, "2026-05-02 08:59", "three 3 bought, one 0 waits"},
		"at the second":          {wish.Buy{Product: "book-14", Has: white, Quantity: 9}, "2026-05-02 09:00", "three 3 bought, one 1 bought"},
		"before both":            {wish.Buy{Product: "book-14", Has: white, Quantity: 9}, "2026-04-30 09:00", "three 0 waits, one 0 waits"},
		"after both have ended":  {wish.Buy{Product: "book-14", Has: white, Quantity: 9}, "2026-08-30 09:00", "three 0 expired, one 0 expired"},
	} {
		t.Run(name, func(t *testing.T) {
			r := begin(t, whole())
			r.must(r.Want(r.m, three))
			r.must(r.Want(r.m, want("one", "2026-05-02 09:00")))
			tc.buy.Step, tc.buy.SKU = step("b", tc.when), "X"
			r.must(r.Buy(r.m, tc.buy))
			var got []string
			for _, w := range r.m.Wishes {
				got = append(got, fmt.Sprint(w.Ref, " ", w.Bought, " ", w.Standing(r.Day(tc.buy.At))))
			}
			assert.Equal(t, tc.want, strings.Join(got, ", "))
		})
	}
	r := begin(t, whole())
	d, err := r.Buy(r.m, wish.Buy{Step: step("b", "2026-05-10 09:00"), SKU: "X", Product: "x", Quantity: 1})
	require.NoError(t, err)
	assert.Empty(t, d.Entries, "what fulfils nothing is nothing to remember")
	d, err = r.Buy(r.m, wish.Buy{Step: step("b", "2026-05-10 09:00"), SKU: "X", Product: "x", Quantity: 1, Instead: "w"})
	assert.Equal(t, []string{wish.CodeWishUnknown}, missing(t, d, err))
	_, err = r.Buy(r.m, wish.Buy{Step: step("b", "2026-05-10 09:00"), Fills: []wish.Filled{{Wish: "w", Pieces: 1}}})
	assert.Equal(t, []string{"sku", "product", "quantity", "fills"}, customertest.Paths(t, err))
}

// Goods that come back open no wish again; she may wish anew, and waits from then on.
func TestReturnedGoodsReopenNothing(t *testing.T) {
	r := begin(t, whole())
	r.must(r.Want(r.m, want("w", "2026-05-01 09:00")))
	r.must(r.Buy(r.m, wish.Buy{Step: step("b", "2026-05-04 09:00"), SKU: "B14-W", Product: "book-14", Has: []wish.Attribute{{Name: "colour", Value: "white"}}, Quantity: 1}))
	assert.Empty(t, r.m.OpenWishes(day("2026-05-20")))
	r.must(r.Want(r.m, want("w-2", "2026-05-20 09:00")))
	assert.Equal(t, at("2026-05-20 09:00"), r.m.OpenWishes(day("2026-05-20"))[0].At)
}

// No history has what no decision leads to.
func TestBrokenHistories(t *testing.T) {
	r := life(t)
	entry := func(body wish.Body) wish.Entry {
		return wish.Entry{Version: 1, At: at("2026-06-01 09:00"), By: "ann", Ref: "z", Body: body}
	}
	until := day("2026-08-01")
	for name, e := range map[string]wish.Entry{
		"nothing":             entry(nil),
		"no version":          {At: at("2026-06-01 09:00"), By: "ann", Ref: "z", Body: wish.Withdraw{Wish: "w-4"}},
		"nobody":              {Version: 1, At: at("2026-06-01 09:00"), Ref: "z", Body: wish.Withdraw{Wish: "w-4"}},
		"no day":              entry(wish.Say{Kind: "taste", Value: "a", Leaning: wish.For, Strength: 1}),
		"an unknown need":     entry(wish.Close{Need: "n-9", With: "a"}),
		"a need that is met":  entry(wish.Close{Need: "n-1", Note: "a"}),
		"an unknown wish":     entry(wish.Withdraw{Wish: "w-9"}),
		"a wish bought":       entry(wish.Withdraw{Wish: "w-1"}),
		"told by nobody":      entry(wish.Bounce{Notice: "w-4/1"}),
		"told without leave":  entry(wish.Tell{Wish: "w-4", With: []string{"a"}, Kept: until}),
		"kept for no time":    entry(wish.Tell{Wish: "w-4", With: []string{"a"}, Allowed: true}),
		"more than wished":    entry(wish.Buy{SKU: "a", Product: "b", Quantity: 5, Fills: []wish.Filled{{Wish: "w-4", Pieces: 2}}}),
		"nothing of it":       entry(wish.Buy{SKU: "a", Product: "b", Quantity: 5, Fills: []wish.Filled{{Wish: "w-4"}}}),
		"fills nothing":       entry(wish.Buy{SKU: "a", Product: "b", Quantity: 5}),
		"no end":              entry(wish.Want{Product: "a", Quantity: 1}),
		"forget the unknown":  entry(wish.Forget{Kind: "seat", Value: "x"}),
		"no intent":           entry(wish.Intend{Why: "a"}),
		"too many that suit":  entry(wish.Link{Need: "n-3", With: make([]string, 51)}),
		"a wish of that name": {Version: 1, At: at("2026-06-01 09:00"), By: "ann", Ref: "w-4", Body: wish.Want{Product: "a", Quantity: 1, Until: until}},
		"a need of that name": {Version: 1, At: at("2026-06-01 09:00"), By: "ann", Ref: "n-3", Body: wish.Need{Group: "a", Depth: wish.Desire}},
		"instead of one told": {Version: 1, At: at("2026-06-01 09:00"), By: "ann", Ref: "v", Body: wish.Want{Product: "a", Quantity: 1, Until: until, Instead: "w-1"}},
		"a long name":         {Version: 1, At: at("2026-06-01 09:00"), By: "ann", Ref: strings.Repeat("x", 201), Body: wish.Want{Product: "a", Quantity: 1, Until: until}},
	} {
		next, err := r.m.Apply(entry(wish.Withdraw{Wish: "w-4"}), e)
		if name == "a wish bought" || name == "told by nobody" || strings.Contains(name, "wish") || strings.Contains(name, "told") {
			next, err = r.m.Apply(e)
		}
		require.ErrorIs(t, err, wish.ErrBroken, name)
		assert.Equal(t, r.m, next, "the memory before all of them")
	}
	_, err := wish.Replay([]wish.Entry{entry(wish.Withdraw{Wish: "w-4"})})
	require.ErrorIs(t, err, wish.ErrBroken)
}

// At the end of the calendar nothing breaks: a wish and a notice end with it.
func TestTheLastDays(t *testing.T) {
	rules := whole()
	rules.From, rules.Until = 0, 0
	r := begin(t, rules)
	r.must(r.Want(r.m, want("w", "9999-12-01 09:00")))
	assert.Equal(t, customer.MaxDate, r.m.Wishes[0].Until)
	r.must(r.Tell(r.m, tell("w/1", "w", "9999-12-30 09:00")))
	assert.Equal(t, customer.MaxDate, r.m.Wishes[0].Told.Kept)
	r.must(r.Say(r.m, wish.Say{Step: step("s", "9999-12-30 09:00"), Kind: "seat", Value: "window", Leaning: wish.For, Strength: 3}))
	assert.Equal(t, "+window said", read(t, r, "seat", "9999-12-31"))
	_, err := r.Arrival(shelf("B14 book-14 white 1"), []wish.Waiting{{Customer: "c", Wanted: r.m.Wishes[0], Allowed: true}}, at("9999-12-31 09:00"))
	require.NoError(t, err)
}

// The last hours of the year 9999 are on no day in the east: nothing is answered of them.
func TestNoDay(t *testing.T) {
	rules := whole()
	rules.From, rules.Until = 0, 0
	r := begin(t, rules)
	late := time.Date(9999, 12, 31, 16, 0, 0, 0, time.UTC)
	_, err := r.Arrival(nil, nil, late)
	assert.Equal(t, []string{"at"}, customertest.Paths(t, err))
	_, err = r.Propose(r.m, nil, late)
	assert.Equal(t, []string{"at"}, customertest.Paths(t, err))
	_, err = r.Arrival(nil, nil, late.Add(-time.Second))
	require.NoError(t, err)
}

// A day is that of the book's zone, whatever zone an instant carries, and whatever the clocks do.
func TestDaysAreTheBooks(t *testing.T) {
	rules := whole()
	rules.Zone = "Europe/Berlin"
	berlin, err := time.LoadLocation(rules.Zone)
	require.NoError(t, err)
	book, err := wish.New(rules, berlin)
	require.NoError(t, err)
	x := want("w", "2026-01-01 09:00")
	x.At = time.Date(2026, 7, 27, 21, 59, 59, 0, time.UTC) // a second before midnight in Berlin
	d, err := book.Want(wish.Memory{}, x)
	require.NoError(t, err)
	assert.Equal(t, day("2026-10-25"), d.Next.Wishes[0].Until, "ninety days, over the end of summer time")
	x.At = x.At.Add(time.Second)
	d, err = book.Want(wish.Memory{}, x)
	require.NoError(t, err)
	assert.Equal(t, day("2026-10-26"), d.Next.Wishes[0].Until)
	waiting := []wish.Waiting{{Customer: "c", Wanted: d.Next.Wishes[0], Allowed: true}}
	for instant, told := range map[time.Time]int{
		time.Date(2026, 10, 25, 22, 59, 59, 0, time.UTC): 1, // the last second of a day of 25 hours
		time.Date(2026, 10, 25, 23, 0, 0, 0, time.UTC):   0,
	} {
		arrived, err := book.Arrival(shelf("B14 book-14 white 1"), waiting, instant)
		require.NoError(t, err)
		assert.Len(t, arrived.Notices, told, instant)
	}
}
