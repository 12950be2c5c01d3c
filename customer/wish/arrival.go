package wish

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/population"
)

// Stock is an article that can be had at a moment.
type Stock struct {
	SKU        string      `json:"sku"`
	Product    string      `json:"product"`          // the model
	Family     string      `json:"family,omitempty"` // among whose models it is an alternative
	Has        []Attribute `json:"has,omitempty"`    // its variant, and whatever else may be wished for
	PriceMinor int64       `json:"price_minor,omitempty"`
	Left       int64       `json:"left"` // pieces that may be had by those who wait
}

// Waiting is a wish and whose it is.
type Waiting struct {
	Customer customer.ID
	Wanted
	// Allowed is the host's fact that she may be told over the channel of the wish at this instant,
	// as package consent answers.
	Allowed bool
}

// Bounds of an arrival.
const (
	maxStock   = 1000      // articles
	maxWaiting = 1_000_000 // wishes
	maxPieces  = 1 << 40
)

// Arrived says who may be told of what has come, and who waits on: each in the order of their turns.
type Arrived struct {
	Notices []Notice `json:"notices,omitempty"`
	Waits   []Turn   `json:"waits,omitempty"` // still open, and nothing for them
	Silent  []Turn   `json:"silent,omitempty"`
}

// Notice is what one customer may be told of one wish.
type Notice struct {
	Customer customer.ID `json:"customer"`
	Wish     string      `json:"wish"`
	Ref      string      `json:"ref"` // of the command that books it
	Channel  string      `json:"channel"`
	SKU      string      `json:"sku,omitempty"` // what she wished for; empty: there are only alternatives
	// Alternatives are other models that have what she wished of the variant.
	Alternatives []string          `json:"alternatives,omitempty"`
	Quantity     int64             `json:"quantity"` // pieces, of each article that is named
	Kept         customer.Date     `json:"kept"`     // the first day on which they are no longer kept for her
	Reasons      []customer.Reason `json:"reasons"`
}

// Tell is the command that books the notice, at the instant of the arrival. Its reference is that of
// the wish, with the number of the attempt: sent twice it is booked once.
func (n Notice) Tell(by string, at time.Time) Tell {
	with := n.Alternatives
	if n.SKU != "" {
		with = append([]string{n.SKU}, with...)
	}
	return Tell{Step: journal.Step{Ref: n.Ref, By: by, At: at}, Wish: n.Wish, With: slices.Clone(with), Allowed: true}
}

// Turn is one wish of which nobody is told.
type Turn struct {
	Customer customer.ID     `json:"customer"`
	Wish     string          `json:"wish"`
	Place    int64           `json:"place,omitempty"` // among those who wait on for the product, from 1; 0: she does not wait
	Because  customer.Reason `json:"because"`
}

// Arrival says, of stock as it is at an instant, which of those who wait may be told. The host passes
// all wishes that may concern it ([Memory.OpenWishes]), and those of which somebody was told too: what
// is kept for her is told to nobody else. It passes at most 1000 articles and 1000000 wishes.
//
// A wish is met by an article of its product that has all of its variant, for at most its price, of
// which there are as many pieces as she wants: the first such in the order of the stock. Whoever has
// waited longer comes first (of one instant the smaller customer ID, then the smaller reference). No
// article is told to more people than there are pieces for them. A wish for more pieces than are left
// is passed over, and keeps its turn: what is not enough for her may be enough for the next.
//
// Alternatives are articles of other products of the family that have all of the variant too, for at
// most the price, in the order of the stock. They are named only once everybody has been told for
// whom there is what she wished for: then, if the rules allow it, one to each who would otherwise be
// told nothing, and after that up to the rules' number to each who is told. A second article of
// another product is another alternative; two of one product are one.
//
// Nobody is told who was told before (once for each wish), has bought or withdrawn, whose wish has
// expired, who has named no channel, or whom the host may not contact: these are Silent, and nothing
// is kept for them.
func (b *Book) Arrival(stock []Stock, waiting []Waiting, at time.Time) (Arrived, error) {
	if b.zone == nil {
		return Arrived{}, errNoBook
	}
	var faults customer.Faults
	b.checkAt(&faults, at)
	b.checkStock(&faults, stock)
	checkWaiting(&faults, waiting)
	if err := faults.Err(); err != nil {
		return Arrived{}, err
	}
	queue := turns(waiting)
	for i := 1; i < len(queue); i++ {
		if a, w := &waiting[queue[i-1]], &waiting[queue[i]]; a.Customer == w.Customer && a.Ref == w.Ref && a.At.Equal(w.At) {
			faults.Add(fmt.Sprintf("waiting[%d]", max(queue[i-1], queue[i])), w.Ref, ruleOnce)
		}
	}
	if err := faults.Err(); err != nil {
		return Arrived{}, err
	}
	a := arrival{Book: b, stock: stock, waiting: waiting, on: b.Day(at)}
	return a.decide(queue, at), nil
}

func (b *Book) checkStock(faults *customer.Faults, stock []Stock) {
	faults.Within("stock", len(stock), 0, maxStock)
	seen := map[string]bool{}
	for i := range stock[:min(len(stock), maxStock)] {
		var part customer.Faults
		s := &stock[i]
		if part.Name("sku", s.SKU); seen[s.SKU] {
			part.Add("sku", s.SKU, ruleOnce)
		}
		seen[s.SKU] = true
		part.Name("product", s.Product)
		part.Text("family", s.Family)
		checkAttributes(&part, "has", s.Has)
		checkMinor(&part, "price_minor", s.PriceMinor)
		b.noMoney(&part, "price_minor", s.PriceMinor)
		if s.Left < 0 || s.Left > maxPieces {
			part.Add("left", s.Left, "is 0 to 2⁴⁰ pieces")
		}
		if len(part) > 0 {
			faults.Join(fmt.Sprintf("stock[%d]", i), part)
		}
	}
}

func checkWaiting(faults *customer.Faults, waiting []Waiting) {
	faults.Within("waiting", len(waiting), 0, maxWaiting)
	for i := range waiting[:min(len(waiting), maxWaiting)] {
		var part customer.Faults
		w := &waiting[i]
		part.Name("customer", string(w.Customer))
		part.Name("ref", w.Ref)
		part.Instant("at", w.At)
		if w.Quantity < 1 || w.Quantity > maxQuantity || w.Bought < 0 || w.Bought > w.Quantity || w.Bought == w.Quantity && w.As == 0 {
			part.Add("quantity", w.Quantity, "is 1 to 10000, and of an open wish more than was bought")
		}
		if len(part) > 0 {
			faults.Join(fmt.Sprintf("waiting[%d]", i), part)
		}
	}
}

// turns are the places of those who wait, in the order of their turns.
func turns(waiting []Waiting) []int {
	type turn struct {
		seconds int64
		nanos   int
		place   int
	}
	all := make([]turn, len(waiting))
	for i := range waiting {
		all[i] = turn{waiting[i].At.Unix(), waiting[i].At.Nanosecond(), i}
	}
	slices.SortFunc(all, func(a, b turn) int {
		if order := cmp.Or(cmp.Compare(a.seconds, b.seconds), cmp.Compare(a.nanos, b.nanos)); order != 0 {
			return order
		}
		one, other := &waiting[a.place], &waiting[b.place]
		return cmp.Or(cmp.Compare(one.Customer, other.Customer), cmp.Compare(one.Ref, other.Ref), cmp.Compare(a.place, b.place))
	})
	queue := make([]int, len(all))
	for i := range all {
		queue[i] = all[i].place
	}
	return queue
}

// arrival is one arrival in the making.
type arrival struct {
	*Book
	stock   []Stock
	waiting []Waiting
	on      customer.Date
	left    []int64 // of each article, what is told to nobody yet
	classes map[string]*class
	key     []byte
}

// class are the articles that may meet all wishes for the same: by their places, of the product, and
// of the other products of the family.
type class struct{ exact, other []int }

// given is what is told of a wish: its article, or -1, and alternatives.
type given struct {
	*Waiting
	*class
	article int
	others  [MaxAlternatives]int
	n       int // of others
}

func (g *given) told() bool { return g.article >= 0 || g.n > 0 }

func (a *arrival) decide(queue []int, at time.Time) (out Arrived) {
	a.begin()
	asks := make([]given, 0, len(queue))
	for _, place := range queue {
		w := &a.waiting[place]
		if because, silent := a.silent(w); silent {
			out.Silent = append(out.Silent, Turn{w.Customer, w.Ref, 0, because})
			continue
		}
		g := given{Waiting: w, class: a.class(w), article: -1}
		for _, i := range g.exact {
			if a.take(w, i) {
				g.article = i
				break
			}
		}
		asks = append(asks, g)
	}
	if a.rules.Wishes.AlternativesAlone {
		for i := range asks {
			if g := &asks[i]; !g.told() {
				a.another(g)
			}
		}
	}
	waits := 0
	for i := range asks {
		g := &asks[i]
		if !g.told() {
			waits++
			continue
		}
		for more := true; more && g.n < a.rules.Wishes.Alternatives; {
			more = a.another(g)
		}
	}
	if waits > 0 {
		out.Waits = make([]Turn, 0, waits)
	}
	kept, places := a.kept(at), map[string]int64{}
	for i := range asks {
		if g := &asks[i]; g.told() {
			out.Notices = append(out.Notices, a.notice(g, kept))
		} else {
			places[g.Product]++
			out.Waits = append(out.Waits, Turn{g.Customer, g.Ref, places[g.Product], a.lacking(g)})
		}
	}
	return out
}

// begin counts what is left of the stock: what is kept for those who were told is not.
func (a *arrival) begin() {
	a.left, a.classes = make([]int64, len(a.stock)), map[string]*class{}
	articles := make(map[string]int, len(a.stock))
	for i := range a.stock {
		a.left[i] = a.stock[i].Left
		articles[a.stock[i].SKU] = i
	}
	for i := range a.waiting {
		w := &a.waiting[i]
		if w.As != 0 || w.Told.At.IsZero() || a.on >= w.Told.Kept {
			continue
		}
		for _, sku := range w.Told.With {
			if place, there := articles[sku]; there {
				a.left[place] = max(0, a.left[place]-w.left())
			}
		}
	}
}

// class returns the articles for a wish. Those who wish for the same share them, so that the shelf is
// searched once for each variant, not for each of a million wishes.
func (a *arrival) class(w *Waiting) *class {
	a.key = population.AppendBytes(population.AppendBytes(a.key[:0], w.Product), w.Family)
	for i := range w.Variant {
		a.key = population.AppendBytes(population.AppendBytes(a.key, w.Variant[i].Name), w.Variant[i].Value)
	}
	if known := a.classes[string(a.key)]; known != nil {
		return known
	}
	c := &class{}
	for i := range a.stock {
		s := &a.stock[i]
		switch {
		case s.Product != w.Product && (w.Family == "" || s.Family != w.Family) || !has(s.Has, w.Variant):
		case s.Product == w.Product:
			c.exact = append(c.exact, i)
		default:
			c.other = append(c.other, i)
		}
	}
	a.classes[string(a.key)] = c
	return c
}

// silent says why nobody is told of a wish, whatever has come.
func (a *arrival) silent(w *Waiting) (because customer.Reason, silent bool) {
	because, silent = a.over(&w.Wanted, a.on)
	switch {
	case silent:
	case !w.Told.At.IsZero():
		because, silent = customer.Reason{Code: CodeWishTold, Of: w.Ref, At: w.Told.At}, true
	case w.Channel == "":
		because, silent = customer.Reason{Code: CodeWishSilent, Of: w.Ref}, true
	case !w.Allowed:
		because, silent = customer.Reason{Code: CodeWishConsent, Of: w.Channel}, true
	}
	because.Rule = a.name
	return because, silent
}

// take takes the pieces for a wish from an article, if it has them and she can pay it.
func (a *arrival) take(w *Waiting, i int) bool {
	if a.left[i] < w.left() || !affordable(w, &a.stock[i]) {
		return false
	}
	a.left[i] -= w.left()
	return true
}

func affordable(w *Waiting, s *Stock) bool { return w.MaxMinor == 0 || s.PriceMinor <= w.MaxMinor }

// another names one more alternative, of a product that is not named yet, if there is one.
func (a *arrival) another(g *given) bool {
	for _, i := range g.other {
		named := func(j int) bool { return a.stock[j].Product == a.stock[i].Product }
		if !slices.ContainsFunc(g.others[:g.n], named) && a.take(g.Waiting, i) {
			g.others[g.n] = i
			g.n++
			return true
		}
	}
	return false
}

// notice says what is told.
func (a *arrival) notice(g *given, kept customer.Date) Notice {
	w := g.Waiting
	n := Notice{
		Customer: w.Customer, Wish: w.Ref, Ref: w.Ref + "/" + strconv.Itoa(w.Bounced+1), Channel: w.Channel, Quantity: w.left(), Kept: kept,
		Reasons: make([]customer.Reason, 0, 1+g.n),
	}
	if g.article >= 0 {
		n.SKU = a.stock[g.article].SKU
		n.Reasons = append(n.Reasons, customer.Reason{Code: CodeWishArrived, Rule: a.name, Of: n.SKU, Fact: n.Quantity, At: w.At, By: kept})
	}
	for _, i := range g.others[:g.n] {
		n.Alternatives = append(n.Alternatives, a.stock[i].SKU)
		n.Reasons = append(n.Reasons, customer.Reason{Code: CodeWishAlternative, Rule: a.name, Of: a.stock[i].SKU, Fact: n.Quantity, By: kept})
	}
	return n
}

// lacking says why there is nothing for a wish: the nearest thing that is missing.
func (a *arrival) lacking(g *given) customer.Reason {
	w := g.Waiting
	r := customer.Reason{Code: CodeWishNotThere, Rule: a.name, Of: w.Product, At: w.At}
	for _, i := range g.exact {
		s := &a.stock[i]
		switch {
		case !affordable(w, s):
			if r.Code == CodeWishNotThere || r.Code == CodeWishPrice && s.PriceMinor < r.Fact {
				r.Code, r.Of, r.Fact, r.Mark, r.Unit = CodeWishPrice, s.SKU, s.PriceMinor, w.MaxMinor, customer.UnitMinor
			}
		case r.Code != CodeWishShort || a.left[i] > r.Fact:
			r.Code, r.Of, r.Fact, r.Mark, r.Unit = CodeWishShort, s.SKU, a.left[i], w.left(), 0
		}
	}
	return r
}
