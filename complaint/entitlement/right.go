package entitlement

import (
	"cmp"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
	"github.com/rapport-crm/rapport/customer/warranty"
)

// Rights is what an item entitles to on a day.
type Rights struct {
	On  customer.Date `json:"on"`
	Age int           `json:"age"` // days since the purchase, whose own day does not count: on the next day it is 1
	// All has one Right for each grant that speaks of such goods: by remedy, and of each remedy
	// the best one first.
	All []Right `json:"all,omitempty"`
	// Because says that no terms speak of such goods, where All is empty.
	Because []customer.Reason `json:"because,omitempty"`
}

// Right is one grant, answered for an item and a day.
type Right struct {
	Remedy Remedy `json:"remedy"`
	Terms  string `json:"terms"`            // the ID of the terms
	Grant  string `json:"grant"`            // the ID of the grant in them
	Source string `json:"source,omitempty"` // of the terms
	Open   bool   `json:"open"`             // she may have it on this day
	Holds  bool   `json:"holds"`            // of the rights to this remedy the best for her

	From  customer.Date `json:"from,omitzero"`  // the day from which the window counts; zero: it has not begun
	Until customer.Date `json:"until,omitzero"` // its last day, as known on this day; zero: it has none, or has not begun
	Day   int           `json:"day"`            // which day of the window it is: day 6
	Days  int           `json:"days"`           // of so many, with what repairs have added; 0 without Until: without end

	// The amounts are those of this day, and for show where the right is not open.
	FeeMinor    int64           `json:"fee_minor"`       // what she pays for the use that she has had
	RefundMinor int64           `json:"refund_minor"`    // of a return: the price less the fee
	Refund      calendar.Budget `json:"refund,omitzero"` // how long the shop may take to pay it, once it has the goods back

	// Because is what the answer rests on, Missing everything for want of which it is not open.
	Because []customer.Reason `json:"because"`
	Missing []customer.Reason `json:"missing,omitempty"`
}

// Of answers what an item entitles to on a day. The book must be in force on the day of the
// purchase; otherwise the answer is a *customer.Refusal. An item or a day that is malformed is
// customer.Faults.
func (b *Book) Of(item Item, on customer.Date) (Rights, error) {
	if len(b.terms) == 0 {
		return Rights{}, errNoBook
	}
	if err := b.asked(&item, on); err != nil {
		return Rights{}, err
	}
	k := item.knownOn(on)
	rights := Rights{On: on, Age: int(on - item.Bought)}
	for i := range b.terms {
		if one := &b.terms[i]; one.speaksOf(&item) {
			for j := range one.Grants {
				rights.All = append(rights.All, one.right(j, &k))
			}
		}
	}
	if len(rights.All) == 0 {
		rights.Because = []customer.Reason{{Code: CodeNoTerms, Rule: b.edition.Name(), On: item.Bought}}
		return rights, nil
	}
	rights.compare()
	return rights, nil
}

// asked returns what is wrong with a question.
func (b *Book) asked(item *Item, on customer.Date) error {
	var faults customer.Faults
	item.check(&faults)
	if item.PriceMinor != 0 && b.currency == (customer.Currency{}) {
		faults.Add("price_minor", item.PriceMinor, "is 0 where the book has no currency")
	}
	if !on.Valid() || on < item.Bought {
		faults.Add("on", on, "is a day, not before the purchase")
	}
	if err := faults.Err(); err != nil {
		return err
	}
	return b.edition.Covers(item.Bought)
}

// speaksOf reports whether the terms are for such goods, bought on such a day. What they
// except, and what was sold in another way, they still speak of: they say no.
func (t *terms) speaksOf(item *Item) bool {
	return item.Bought >= t.From && (t.Until == 0 || item.Bought < t.Until) &&
		(len(t.products) == 0 || t.products[item.Product]) &&
		(len(t.categories) == 0 || t.categories[item.Category]) &&
		(len(t.brands) == 0 || t.brands[item.Brand])
}

// right answers a grant.
func (t *terms) right(at int, k *known) Right {
	g := &t.Grants[at]
	w := &g.Window
	laid := w.Term(&k.Known)
	r := Right{
		Remedy: g.Remedy, Terms: t.ID, Grant: g.ID, Source: t.Source,
		From: laid.From, Until: laid.Until, Days: laid.Days, Day: laid.Day(k.On), Refund: g.Refund,
	}
	r.window(w, &laid, k)
	t.goods(&r, k.Item)
	g.conditions(&r, k)
	g.trouble(&r, k)
	g.price(&r, k)
	for _, list := range [...][]customer.Reason{r.Because, r.Missing} {
		for i := range list {
			list[i].Rule = t.rules[at]
		}
	}
	r.Open = len(r.Missing) == 0
	return r
}

// window says where in the window the day is.
func (r *Right) window(w *Window, laid *warranty.Term, k *known) {
	if laid.Renewed {
		r.because(customer.Reason{Code: CodeRenewed, On: k.Exchanged})
	}
	switch {
	case laid.From == 0:
		r.because(customer.Reason{Code: CodeNotBegun, Of: w.Counted.String(), On: k.Bought})
	case laid.Until == 0:
		r.because(customer.Reason{Code: CodeForLife, Fact: int64(r.Day), Unit: customer.UnitDays, On: laid.From})
	case k.On > laid.Until:
		over := customer.Reason{Code: CodeOver, Fact: int64(k.On - laid.Until), Mark: int64(laid.Days), Unit: customer.UnitDays, On: laid.From, By: laid.Until}
		r.miss(over)
	default:
		r.because(customer.Reason{Code: CodeDay, Fact: int64(r.Day), Mark: int64(laid.Days), Unit: customer.UnitDays, On: laid.From, By: laid.Until})
	}
	if laid.Prolonged > 0 {
		r.because(customer.Reason{Code: CodeProlonged, Fact: int64(laid.Prolonged), Unit: customer.UnitDays, By: laid.Until})
		if since := k.AtRepairer(); since != 0 {
			r.because(customer.Reason{Code: CodeAtRepairer, Fact: int64(k.On - since), Unit: customer.UnitDays, On: since})
		}
	}
}

// goods says whether the terms leave such goods out.
func (t *terms) goods(r *Right, item *Item) {
	for _, name := range append([]string{item.Product, item.Category}, item.Traits...) {
		if name != "" && t.except[name] {
			r.miss(customer.Reason{Code: CodeExcepted, Of: name})
		}
	}
	if t.Remote && !item.Remote {
		r.miss(customer.Reason{Code: CodeNotRemote})
	}
}

// conditions says what else must hold.
func (g *Grant) conditions(r *Right, k *known) {
	switch {
	case len(g.Defects) == 0:
		r.because(customer.Reason{Code: CodeUnreasoned})
	case slices.Contains(g.Defects, k.Defect):
		r.because(customer.Reason{Code: CodeDefect, Of: k.Defect})
	case k.Defect == "":
		r.miss(customer.Reason{Code: CodeNoDefect})
	default:
		r.miss(customer.Reason{Code: CodeOther, Of: k.Defect})
	}
	if g.Unused && !k.Unused {
		r.miss(customer.Reason{Code: CodeNotUnused})
	}
	if g.Proof && !k.Proof {
		r.miss(customer.Reason{Code: CodeNoProof})
	}
}

// trouble says whether repairs have gone wrong as the grant wants it. One way is enough; where
// there is none, all are missing.
func (g *Grant) trouble(r *Right, k *known) {
	if g.Trouble == (Trouble{}) {
		return
	}
	var gone, missing []customer.Reason
	note := func(reason customer.Reason, wrong bool) {
		if wrong {
			gone = append(gone, reason)
			return
		}
		missing = append(missing, reason)
	}
	if want := int64(g.Trouble.FailedRepairs); want > 0 {
		failed := k.failed()
		note(customer.Reason{Code: CodeFailedRepairs, Fact: failed, Mark: want, Unit: customer.UnitTimes}, failed >= want)
	}
	for _, late := range [...]struct {
		code  string
		delay Delay
		days  int
	}{{CodePartsMissing, PartsMissing, g.Trouble.PartsMissingDays}, {CodeRepairerFault, RepairerFault, g.Trouble.RepairerFaultDays}} {
		if late.days > 0 {
			reason := customer.Reason{Code: late.code, Mark: int64(late.days), Unit: customer.UnitDays}
			if since, last := k.slowest(late.delay); since != 0 {
				reason.Fact, reason.On, reason.By = int64(last-since), since, since.AddDays(late.days+1)
			}
			note(reason, reason.Fact > reason.Mark)
		}
	}
	if len(gone) > 0 {
		r.Because = append(r.Because, gone...)
		return
	}
	r.Missing = append(r.Missing, missing...)
}

// price says what it costs and what is paid back.
func (g *Grant) price(r *Right, k *known) {
	if from := k.usedFrom(&g.Window); !g.Fee.none() && from != 0 {
		away := k.DaysAway(from+1, k.On)
		used := int(k.On-from) - away
		fee, capped := g.Fee.of(k.PriceMinor, used)
		daily, _ := customer.Scaled(g.Fee.DailyPermille, 3)
		r.FeeMinor = fee
		r.because(customer.Reason{Code: CodeUsed, Fact: int64(used), Mark: int64(away), Unit: customer.UnitDays, On: from})
		r.because(customer.Reason{Code: CodeFee, Fact: fee, Mark: k.PriceMinor, Unit: customer.UnitMinor})
		r.because(customer.Reason{Code: CodeRate, Fact: daily, Mark: int64(g.Fee.FreeDays)})
		if capped {
			most := int64(cmp.Or(g.Fee.MostPermille, 1000))
			r.because(customer.Reason{Code: CodeCapped, Fact: most, Mark: 1000, Unit: customer.UnitPermille})
		}
	}
	if g.Remedy == Return {
		r.RefundMinor = k.PriceMinor - r.FeeMinor
	}
}

func (r *Right) because(reason customer.Reason) { r.Because = append(r.Because, reason) }
func (r *Right) miss(reason customer.Reason)    { r.Missing = append(r.Missing, reason) }

// compare puts the rights in order and says which of them hold.
func (r *Rights) compare() {
	slices.SortStableFunc(r.All, func(a, b Right) int { return cmp.Or(cmp.Compare(a.Remedy, b.Remedy), better(&a, &b)) })
	best := 0
	for i := range r.All {
		one, holds := &r.All[i], &r.All[best]
		if i == 0 || one.Remedy != holds.Remedy {
			best, one.Holds = i, true
			continue
		}
		one.because(customer.Reason{Code: CodeBeaten, Rule: one.rule(), Of: holds.rule()})
		holds.because(customer.Reason{Code: CodeBetter, Rule: holds.rule(), Of: one.rule()})
	}
}

// rule is what the reasons of a right cite: whatever the answer, something in it rests on the
// window.
func (r *Right) rule() string {
	if len(r.Because) > 0 {
		return r.Because[0].Rule
	}
	return r.Missing[0].Rule
}

// better orders rights to one remedy, the better for the customer first: open before not open;
// what may still open before what is over; the fewest things missing; the lower fee; the later
// end. Equals stay in the order of the book.
func better(a, b *Right) int {
	return cmp.Or(
		least(b.Open, a.Open),
		least(a.over(), b.over()),
		cmp.Compare(len(a.Missing), len(b.Missing)),
		cmp.Compare(a.FeeMinor, b.FeeMinor),
		cmp.Compare(b.end(), a.end()),
	)
}

// least puts false before true.
func least(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

func (r *Right) over() bool {
	return slices.ContainsFunc(r.Missing, func(m customer.Reason) bool { return m.Code == CodeOver })
}

// end is the last day; a right without end, or that has not begun, ends after all others.
func (r *Right) end() customer.Date {
	if r.Until == 0 {
		return customer.MaxDate + 1
	}
	return r.Until
}

// Best returns the right to a remedy that holds, open or not, and whether there is any.
func (r *Rights) Best(remedy Remedy) (Right, bool) {
	for i := range r.All {
		if r.All[i].Remedy == remedy && r.All[i].Holds {
			return r.All[i], true
		}
	}
	return Right{}, false
}

// Open returns what she may choose from on this day: of each remedy the right that holds, if it
// is open.
func (r *Rights) Open() []Right {
	var open []Right
	for i := range r.All {
		if r.All[i].Holds && r.All[i].Open {
			open = append(open, r.All[i])
		}
	}
	return open
}
