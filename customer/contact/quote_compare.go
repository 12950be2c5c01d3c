package contact

import (
	"cmp"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// compare holds a quote against the earlier ones, tells what differs, and notes what it lacks: an
// explanation, an approver.
func (p *Policy) compare(d *draft, f *File, x *Quote, others []Quotes) {
	var found gap
	told := p.against(d, "", f.Quotes, x, &found)
	for i := range others {
		told = p.against(d, string(others[i].Customer), others[i].Quotes, x, &found) || told
	}
	if !told {
		d.Why(customer.Reason{Code: CodeQuoteFirst, Of: x.Product, Fact: x.PriceMinor, Unit: customer.UnitMinor})
	}
	p.justify(d, x, &found)
}

// gap is by how much a quote differs from those before it.
type gap struct {
	price    bool              // its price wants an explanation,
	terms    bool              // and so do its terms
	approve  bool              // somebody else has to approve it
	permille int64             // by how much its price differs at most, rounded up
	from     []customer.Reason // the prices and terms from which it differs so much
}

// against holds a quote against those of one file, and tells what it finds. It reports whether there
// was any of the product.
func (p *Policy) against(d *draft, whose string, rows []Quoted, x *Quote, found *gap) bool {
	last, base := lastOf(rows, x, d.At)
	if last == nil {
		return false
	}
	p.tell(d, whose, last, x)
	switch {
	case base == nil:
		return true
	case base != last:
		p.tell(d, whose, base, x)
	}
	if !d.At.Before(base.Binds) {
		d.Why(customer.Reason{Code: CodeQuoteLapsed, Of: base.By, At: p.local(base.At), Until: p.local(base.Binds)})
		return true
	}
	if whose == "" {
		x.AnchorMinor = base.AnchorMinor
	}
	anchor := base.AnchorMinor
	difference := max(x.PriceMinor-anchor, anchor-x.PriceMinor)
	price, terms := above(difference, anchor, p.rules.Quotes.TolerancePermille), x.Conditions != base.Conditions
	if whose != "" && (price || terms) {
		found.from = append(found.from, p.elsewhere(whose, base))
	}
	if price {
		found.price = true
		found.from = append(found.from, p.drift(base, x)...)
	}
	if terms {
		found.terms = true
		found.from = append(found.from, p.termsDiffer(base))
	}
	if most := p.rules.Quotes.ApprovePermille; most > 0 && above(difference, anchor, most) {
		found.approve = true
	}
	found.permille = max(found.permille, (difference*1000+anchor-1)/anchor)
	return true
}

// above reports whether a difference is more than so many thousandths of a price: exactly, since
// both are at most 10¹² and the products fit an int64.
func above(difference, price int64, permille int) bool {
	return difference*1000 > int64(permille)*price
}

// lastOf returns the last quote of a product, and the last one that a quote is held against: of the same
// unit and quantity, one that binds still rather than one that does not, and of these no exception where
// there is another one. Nil: there is none. Of quotes of one instant the one that was booked later is the
// last.
func lastOf(rows []Quoted, x *Quote, at time.Time) (last, base *Quoted) {
	var special, lapsed *Quoted
	for i := range rows {
		row := &rows[i]
		if row.Product != x.Product || !row.Withdrawn.IsZero() {
			continue
		}
		later(&last, row)
		switch {
		case !row.comparable(x):
		case !at.Before(row.Binds):
			later(&lapsed, row)
		case row.Exception.Why != "" && !row.Exception.Lasting:
			later(&special, row)
		default:
			later(&base, row)
		}
	}
	return last, cmp.Or(base, special, lapsed)
}

func later(last **Quoted, row *Quoted) {
	if *last == nil || !row.At.Before((*last).At) {
		*last = row
	}
}

func (x *Quoted) comparable(other *Quote) bool {
	return x.Currency == other.Currency && x.Unit == other.Unit && x.MinUnits == other.MinUnits
}

// tell tells an earlier quote, and what differs from it.
func (p *Policy) tell(d *draft, whose string, row *Quoted, x *Quote) {
	at := p.local(row.At)
	if whose != "" {
		d.Why(p.elsewhere(whose, row))
	}
	if row.Currency != x.Currency { // its figure would be told as money of the policy
		d.Why(customer.Reason{Code: CodeQuoteOtherCurrency, Of: row.Currency.Code, At: at})
		return
	}
	d.Why(customer.Reason{Code: CodeQuoteLast, Of: row.By, Fact: row.PriceMinor, Unit: customer.UnitMinor, At: at, By: row.LastDay})
	if row.Exception.Why != "" {
		reason := customer.Reason{Code: CodeQuoteSpecial, Of: row.Exception.Approver, At: at}
		if row.Exception.Lasting {
			reason.Code = CodeQuoteLasting
		}
		d.Why(reason)
	}
	switch {
	case row.Unit != x.Unit:
		d.Why(customer.Reason{Code: CodeQuoteUnit, Of: row.Unit, At: at})
		return
	case row.MinUnits != x.MinUnits:
		d.Why(customer.Reason{Code: CodeQuoteQuantity, Fact: x.MinUnits, Mark: row.MinUnits, Unit: customer.UnitTimes, At: at})
		return
	case row.PriceMinor == x.PriceMinor && row.Conditions == x.Conditions:
		d.Why(customer.Reason{Code: CodeQuoteSame, Of: row.By, Fact: x.PriceMinor, Unit: customer.UnitMinor, At: at})
	case row.PriceMinor != x.PriceMinor:
		d.Why(p.differs(row, x))
	}
	if row.Conditions != x.Conditions {
		d.Why(p.termsDiffer(row))
	}
}

func (p *Policy) differs(row *Quoted, x *Quote) customer.Reason {
	return customer.Reason{Code: CodeQuoteDiffers, Of: row.By, Fact: x.PriceMinor, Mark: row.PriceMinor, Unit: customer.UnitMinor, At: p.local(row.At)}
}

// drift says from which price one differs too much: from that which was named last, or where that was
// within the tolerance, by small steps from the one before these.
func (p *Policy) drift(row *Quoted, x *Quote) []customer.Reason {
	var why []customer.Reason
	if row.PriceMinor != x.PriceMinor {
		why = append(why, p.differs(row, x))
	}
	if row.PriceMinor != row.AnchorMinor {
		why = append(why, customer.Reason{Code: CodeQuoteDrift, Fact: x.PriceMinor, Mark: row.AnchorMinor, Unit: customer.UnitMinor})
	}
	return why
}

func (p *Policy) elsewhere(whose string, row *Quoted) customer.Reason {
	return customer.Reason{Code: CodeQuoteElsewhere, Of: whose, At: p.local(row.At)}
}

func (p *Policy) termsDiffer(row *Quoted) customer.Reason {
	return customer.Reason{Code: CodeQuoteTerms, Of: row.By, At: p.local(row.At)}
}

// justify notes what a quote lacks that differs from earlier ones, or flags it.
func (p *Policy) justify(d *draft, x *Quote, found *gap) {
	has := x.Exception.Why != ""
	if has {
		p.missApprover(d, &x.Exception, d.By)
	}
	rules := &p.rules.Quotes
	var lacks []customer.Reason
	if found.terms && !has {
		lacks = append(lacks, customer.Reason{Code: CodeQuoteExplainTerms})
	}
	if found.price && !has {
		lacks = append(lacks, customer.Reason{Code: CodeQuoteExplain, Fact: found.permille, Mark: int64(rules.TolerancePermille), Unit: customer.UnitPermille})
	}
	if found.approve && x.Exception.Approver == "" {
		lacks = append(lacks, customer.Reason{Code: CodeQuoteApprove, Fact: found.permille, Mark: int64(rules.ApprovePermille), Unit: customer.UnitPermille})
	}
	switch {
	case len(lacks) == 0 && has:
		d.Why(customer.Reason{Code: CodeQuoteExcepted, Of: x.Exception.Approver, Fact: found.permille, Unit: customer.UnitPermille})
	case len(lacks) == 0:
	case !rules.FlagUnexplained:
		for _, one := range append(found.from, lacks...) {
			d.Miss(one)
		}
	default:
		x.Unexplained, x.Approve = true, found.approve
		for _, one := range lacks {
			d.Why(one)
		}
	}
}

// missApprover notes where whoever approves an exception may not.
func (p *Policy) missApprover(d *draft, x *Exception, quoted string) {
	if x.Approver == "" {
		return
	}
	if x.Approver == quoted {
		d.Miss(customer.Reason{Code: CodeQuoteSelf, Of: quoted})
	}
	if roles := p.rules.Quotes.Roles; len(roles) > 0 && !slices.Contains(roles, x.Role) {
		d.Miss(customer.Reason{Code: CodeQuoteRole, Of: x.Approver})
	}
}
