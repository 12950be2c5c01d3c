package wish_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/wish"
)

// shelf reads "B14 book-14 white 2, A13 air-13 white 1" as stock of notebooks; a fifth word is a
// price.
func shelf(text string) (all []wish.Stock) {
	for _, one := range strings.Split(text, ", ") {
		words := strings.Fields(one)
		left, err := strconv.ParseInt(words[3], 10, 64)
		if err != nil {
			panic(err)
		}
		s := wish.Stock{SKU: words[0], Product: words[1], Family: "notebooks", Has: []wish.Attribute{{Name: "size", Value: "14"}, {Name: "colour", Value: words[2]}}, Left: left}
		if len(words) > 4 {
			if s.PriceMinor, err = strconv.ParseInt(words[4], 10, 64); err != nil {
				panic(err)
			}
		}
		all = append(all, s)
	}
	return all
}

// queue reads "ann 1, bo 2": since so many days before the end of May, in May, and how many pieces
// after a "x".
func queue(text string) (all []wish.Waiting) {
	for _, one := range strings.Split(text, ", ") {
		words := strings.Fields(one)
		w := wish.Waiting{Customer: customer.ID(words[0]), Allowed: true, Wanted: wish.Wanted{
			Ref: "w", Product: "book-14", Family: "notebooks", Variant: []wish.Attribute{{Name: "colour", Value: "white"}}, Quantity: 1, Channel: "sms",
			At: at("2026-05-" + fmt.Sprintf("%02s", words[1]) + " 09:00"), Until: day("2026-08-01"),
		}}
		for _, word := range words[2:] {
			switch {
			case word[0] == 'x':
				w.Quantity, _ = strconv.ParseInt(word[1:], 10, 64)
			case word[0] == '<':
				w.MaxMinor, _ = strconv.ParseInt(word[1:], 10, 64)
			case word == "forbidden":
				w.Allowed = false
			case word == "silent":
				w.Channel = ""
			case word == "told":
				w.Told = wish.Told{At: at("2026-05-20 09:00"), By: "ann", With: []string{"B14"}, Kept: day("2026-06-02")}
			case word == "bought":
				w.As, w.Ended = wish.Bought, at("2026-05-20 09:00")
			case word == "withdrawn":
				w.As, w.Ended = wish.Withdrawn, at("2026-05-20 09:00")
			case word == "over":
				w.Until = day("2026-06-01")
			case word == "alone":
				w.Family = ""
			default:
				panic(word)
			}
		}
		all = append(all, w)
	}
	return all
}

// answer writes who is told of what, who waits and of whom nothing is told.
func answer(a wish.Arrived) string {
	var all []string
	for _, n := range a.Notices {
		all = append(all, fmt.Sprintf("%s: %s", n.Customer, strings.Join(n.Tell("x", time.Time{}).With, " ")))
	}
	for _, turn := range a.Waits {
		all = append(all, fmt.Sprintf("%s waits %d %s", turn.Customer, turn.Place, strings.TrimPrefix(turn.Because.Code, "wish.")))
	}
	for _, turn := range a.Silent {
		all = append(all, fmt.Sprintf("%s silent %s", turn.Customer, strings.TrimPrefix(turn.Because.Code, "wish.")))
	}
	return strings.Join(all, "; ")
}

// row B17.
func TestArrival(t *testing.T) {
	for name, tc := range map[string]struct{ stock, queue, want string }{
		"one for one":                  {"B14 book-14 white 1", "ann 1", "ann: B14"},
		"not for two":                  {"B14 book-14 white 1", "bo 2, ann 1", "ann: B14; bo waits 1 short"},
		"of one instant":               {"B14 book-14 white 1", "bo 1, ann 1", "ann: B14; bo waits 1 short"},
		"another colour":               {"B14 book-14 black 9", "ann 1, bo 2", "ann waits 1 not-there; bo waits 2 not-there"},
		"none left":                    {"B14 book-14 white 0", "ann 1", "ann waits 1 short"},
		"two are not enough for three": {"B14 book-14 white 2", "ann 1 x3, bo 2", "bo: B14; ann waits 1 short"},
		"for exactly her price":        {"B14 book-14 white 1 500", "ann 1 <500", "ann: B14"},
		"for a cent more":              {"B14 book-14 white 1 501", "ann 1 <500", "ann waits 1 price"},
		"of two articles the first":    {"B14 book-14 white 1, C14 book-14 white 1", "ann 1, bo 2", "ann: B14; bo: C14"},
		"the cheaper one":              {"B14 book-14 white 1 900, C14 book-14 white 1 400", "ann 1 <500", "ann: C14"},
		"two alternatives, no third":   {"B14 book-14 white 1, C air-13 white 1, D pro-16 white 1, E max-18 white 1", "ann 1", "ann: B14 C D"},
		"one of each product":          {"B14 book-14 white 1, C air-13 white 1, D air-13 white 1", "ann 1", "ann: B14 C"},
		"of her colour and price":      {"B14 book-14 white 1, C air-13 black 1, D pro-16 white 1 900, E max-18 white 1 400", "ann 1 <500", "ann: B14 E"},
		"no family, no alternatives":   {"B14 book-14 white 1, C air-13 white 1", "ann 1 alone", "ann: B14"},
		"an alternative alone":         {"C air-13 white 2", "ann 1", "ann: C"},
		"each one before anybody two":  {"C air-13 white 1, D pro-16 white 1", "ann 1, bo 2", "ann: C; bo: D"},
		"what she wished comes first":  {"B14 book-14 white 1, C air-13 white 1", "ann 1, bo 2", "ann: B14; bo: C"},
		"the turn decides, not what":   {"B14 book-14 white 2, C air-13 white 1", "ann 1 x3, bo 2 x2", "bo: B14; ann waits 1 short"},
		"told before, kept for her":    {"B14 book-14 white 1", "ann 1 told, bo 2", "bo waits 1 short; ann silent told"},
		"and one more":                 {"B14 book-14 white 2", "ann 1 told, bo 2", "bo: B14; ann silent told"},
		"bought, kept for nobody":      {"B14 book-14 white 1", "ann 1 told bought, bo 2", "bo: B14; ann silent bought"},
		"whose wish is over":           {"B14 book-14 white 1", "ann 1 over, bo 2", "bo: B14; ann silent expired"},
		"withdrawn":                    {"B14 book-14 white 1", "ann 1 withdrawn, bo 2", "bo: B14; ann silent withdrawn"},
		"who may not be told":          {"B14 book-14 white 1", "ann 1 forbidden, bo 2 silent, cai 3", "cai: B14; ann silent no-consent; bo silent silent"},
	} {
		t.Run(name, func(t *testing.T) {
			r := begin(t, whole())
			arrived, err := r.Arrival(shelf(tc.stock), queue(tc.queue), at("2026-06-01 10:00"))
			require.NoError(t, err)
			assert.Equal(t, tc.want, answer(arrived))
		})
	}

	// What was kept is free again once its days are over; she is not told a second time.
	r := begin(t, whole())
	arrived, err := r.Arrival(shelf("B14 book-14 white 1"), queue("ann 1 told, bo 2"), at("2026-06-02 00:00"))
	require.NoError(t, err)
	assert.Equal(t, "bo: B14; ann silent told", answer(arrived))

	// Where the rules do not allow alternatives alone, they go with what she wished for or not at all.
	rules := whole()
	rules.Wishes.AlternativesAlone = false
	arrived, err = bookOf(t, rules).Arrival(shelf("B14 book-14 white 1, C air-13 white 2"), queue("ann 1, bo 2"), at("2026-06-01 10:00"))
	require.NoError(t, err)
	assert.Equal(t, "ann: B14 C; bo waits 1 short", answer(arrived))
	rules.Wishes.Alternatives = 0
	arrived, err = bookOf(t, rules).Arrival(shelf("B14 book-14 white 1, C air-13 white 2"), queue("ann 1, bo 2"), at("2026-06-01 10:00"))
	require.NoError(t, err)
	assert.Equal(t, "ann: B14; bo waits 1 short", answer(arrived))
}

// A notice carries its figures, and is booked once however often it is sent.
func TestNotice(t *testing.T) {
	r := begin(t, whole())
	r.must(r.Want(r.m, want("w", "2026-05-01 09:00")))
	waiting := func() []wish.Waiting {
		return []wish.Waiting{{Customer: "ann", Wanted: r.m.Wishes[0], Allowed: true}}
	}
	arrived, err := r.Arrival(shelf("B14 book-14 white 1, C air-13 white 1"), waiting(), at("2026-06-01 10:00"))
	require.NoError(t, err)
	require.Len(t, arrived.Notices, 1)
	n := arrived.Notices[0]
	assert.Equal(t, wish.Notice{
		Customer: "ann", Wish: "w", Ref: "w/1", Channel: "sms", SKU: "B14", Alternatives: []string{"C"}, Quantity: 1, Kept: day("2026-06-04"),
		Reasons: []customer.Reason{
			{Code: wish.CodeWishArrived, Rule: "house/2", Of: "B14", Fact: 1, At: at("2026-05-01 09:00"), By: day("2026-06-04")},
			{Code: wish.CodeWishAlternative, Rule: "house/2", Of: "C", Fact: 1, By: day("2026-06-04")},
		},
	}, n)
	r.must(r.Tell(r.m, n.Tell("chen", at("2026-06-01 10:00"))))
	assert.Equal(t, wish.Told{Ref: "w/1", At: at("2026-06-01 10:00"), By: "chen", With: []string{"B14", "C"}, Kept: n.Kept}, r.m.Wishes[0].Told)
	again, err := r.Tell(r.m, n.Tell("chen", at("2026-06-01 10:00")))
	assert.Equal(t, []string{wish.CodeWishTold}, missing(t, again, err))
	r.must(r.Bounce(r.m, wish.Bounce{Step: step("x", "2026-06-01 11:00"), Notice: "w/1"}))
	arrived, err = r.Arrival(shelf("B14 book-14 white 1"), waiting(), at("2026-06-01 12:00"))
	require.NoError(t, err)
	assert.Equal(t, "w/2", arrived.Notices[0].Ref, "another attempt is another request")
}

func TestArrivalFaults(t *testing.T) {
	r := begin(t, whole())
	stock := shelf("B14 book-14 white 1, B14 book-14 white 1, C air white 1 1000000000001, D air white 1")
	stock[2].Left, stock[3] = -1, wish.Stock{Family: "\n", Has: []wish.Attribute{{}}, Left: 1<<40 + 1}
	waiting := queue("ann 1 x0, bo 2 x10001, cai 3")
	waiting[2] = wish.Waiting{}
	_, err := r.Arrival(stock, waiting, time.Time{})
	assert.Equal(t, []string{
		"at", "stock[1].sku", "stock[2].price_minor", "stock[2].left", "stock[3].sku", "stock[3].product", "stock[3].family", "stock[3].has[0].name",
		"stock[3].has[0].value", "stock[3].left", "waiting[0].quantity", "waiting[1].quantity", "waiting[2].customer", "waiting[2].ref",
		"waiting[2].at", "waiting[2].quantity",
	}, customertest.Paths(t, err))
	_, err = r.Arrival(shelf("B14 book-14 white 1"), queue("ann 1, bo 2, ann 1"), at("2026-06-01 10:00"))
	assert.Equal(t, []string{"waiting[2]"}, customertest.Paths(t, err), "nobody waits twice with one wish")
	_, err = r.Arrival(make([]wish.Stock, 1001), nil, at("2026-06-01 10:00"))
	assert.Equal(t, "stock", customertest.Paths(t, err)[0])
	rules := whole()
	rules.Currency = customer.Currency{}
	_, err = bookOf(t, rules).Arrival(shelf("B14 book-14 white 1 5"), nil, at("2026-06-01 10:00"))
	assert.Equal(t, []string{"stock[0].price_minor"}, customertest.Paths(t, err))
}

// Whatever has come and whoever waits: every wish has one answer; no article is told to more people
// than there are pieces, those told before included; whoever waits on had nobody behind her told of
// what would have been enough for her; and the order in which the host passes them does not matter.
func TestArrivalProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules := whole()
		rules.Wishes.Alternatives = rapid.IntRange(0, 2).Draw(t, "alternatives")
		rules.Wishes.AlternativesAlone = rules.Wishes.Alternatives > 0 && rapid.Bool().Draw(t, "alone")
		location, err := time.LoadLocation(rules.Zone)
		require.NoError(t, err)
		book, err := wish.New(rules, location)
		require.NoError(t, err)
		products, colours := []string{"book-14", "air-13", "pro-16"}, []string{"white", "black"}
		var stock []wish.Stock
		for i := range rapid.IntRange(0, 6).Draw(t, "stock") {
			stock = append(stock, wish.Stock{
				SKU: fmt.Sprint("S", i), Product: rapid.SampledFrom(products).Draw(t, "product"), Family: "notebooks",
				Has:        []wish.Attribute{{Name: "colour", Value: rapid.SampledFrom(colours).Draw(t, "colour")}},
				PriceMinor: rapid.Int64Range(0, 3).Draw(t, "price"), Left: rapid.Int64Range(0, 5).Draw(t, "left"),
			})
		}
		var waiting []wish.Waiting
		for i := range rapid.IntRange(0, 20).Draw(t, "waiting") {
			w := queue(fmt.Sprintf("c-%d %d", i, rapid.IntRange(1, 28).Draw(t, "since")))[0]
			w.Product, w.Quantity, w.MaxMinor = rapid.SampledFrom(products).Draw(t, "product"), rapid.Int64Range(1, 3).Draw(t, "pieces"), rapid.Int64Range(0, 3).Draw(t, "price")
			w.Variant[0].Value = rapid.SampledFrom(colours).Draw(t, "colour")
			w.Allowed = rapid.IntRange(0, 4).Draw(t, "allowed") > 0
			if len(stock) > 0 && rapid.IntRange(0, 4).Draw(t, "told") == 0 {
				w.Told = wish.Told{At: at("2026-05-29 09:00"), By: "ann", With: []string{stock[rapid.IntRange(0, len(stock)-1).Draw(t, "of")].SKU}, Kept: day("2026-06-01").AddDays(rapid.IntRange(0, 1).Draw(t, "kept"))}
			}
			waiting = append(waiting, w)
		}
		now := at("2026-06-01 10:00")
		arrived, err := book.Arrival(stock, waiting, now)
		require.NoError(t, err)
		shuffled, err := book.Arrival(stock, rapid.Permutation(waiting).Draw(t, "order"), now)
		require.NoError(t, err)
		require.Equal(t, arrived, shuffled)
		require.Len(t, waiting, len(arrived.Notices)+len(arrived.Waits)+len(arrived.Silent))

		named, kept := map[string]int64{}, map[string]int64{}
		for _, w := range waiting {
			for _, sku := range w.Told.With {
				if r := day("2026-06-01"); r < w.Told.Kept {
					kept[sku] += w.Quantity
				}
			}
		}
		told := map[customer.ID]wish.Notice{}
		for _, n := range arrived.Notices {
			told[n.Customer] = n
			with := n.Tell("ann", now).With
			require.NotEmpty(t, with)
			require.LessOrEqual(t, len(n.Alternatives), rules.Wishes.Alternatives)
			require.True(t, n.SKU != "" || rules.Wishes.AlternativesAlone)
			for _, sku := range with {
				named[sku] += n.Quantity
			}
		}
		for _, s := range stock {
			require.LessOrEqual(t, named[s.SKU], max(0, s.Left-kept[s.SKU]), "%s is told to more than there are pieces", s.SKU)
		}
		for _, turn := range arrived.Waits {
			i := slices.IndexFunc(waiting, func(w wish.Waiting) bool { return w.Customer == turn.Customer })
			w := waiting[i]
			for _, other := range waiting {
				n, was := told[other.Customer]
				if !was || n.SKU == "" || other.At.Before(w.At) || other.At.Equal(w.At) && other.Customer < w.Customer {
					continue
				}
				s := stock[slices.IndexFunc(stock, func(s wish.Stock) bool { return s.SKU == n.SKU })]
				fits := s.Product == w.Product && s.Has[0] == w.Variant[0] && (w.MaxMinor == 0 || s.PriceMinor <= w.MaxMinor)
				require.False(t, fits && w.Quantity <= n.Quantity, "%s was passed over for %s", w.Customer, other.Customer)
			}
		}
	})
}
