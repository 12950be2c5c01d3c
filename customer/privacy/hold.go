package privacy

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// MaxItems is how many items a question may name.
const MaxItems = 10_000

// Item is something of a customer that may hold up an erasure, as the host's books have it: an open
// case, an unpaid bill, the invoices of a year.
type Item struct {
	What string        `json:"what"` // in the words of the rules
	Ref  string        `json:"ref"`
	Open bool          `json:"open,omitempty"` // not closed, not paid: nobody knows until when
	Day  customer.Date `json:"day,omitzero"`   // of what is not open: closed, paid, issued
}

// Verdict is whether a customer may be erased on a day, and what is kept in spite of it.
type Verdict struct {
	On customer.Date `json:"on"`
	// AnswerBy is the last day for telling her, whatever the answer is.
	AnswerBy customer.Date `json:"answer_by"`
	// From is the day from which she may be erased, as far as that is known; zero: something is open.
	From customer.Date `json:"from,omitzero"`
	// Kept is what stays, for the [journal.Erasure].
	Kept []journal.Kept `json:"kept,omitempty"`
	// Because is why each of what is kept is.
	Because []customer.Reason `json:"because,omitempty"`
}

// MayErase answers whether a customer may be erased on a day, as asked for on another. What stands in
// the way is a *customer.Refusal that names all of it; the verdict beside it says from when it will
// not any more. An item that no rule speaks of is a fault: what nobody has decided about is not
// erased by mistake.
func (p *Policy) MayErase(asked, on customer.Date, items []Item) (Verdict, error) {
	var faults customer.Faults
	for _, one := range [...]struct {
		path string
		day  customer.Date
	}{{"asked", asked}, {"on", on}} {
		faults.GivenDay(one.path, one.day)
	}
	if on < asked {
		faults.Add("on", on, "is not before the request")
	}
	faults.Within("items", len(items), 0, MaxItems)
	for i := range items[:min(len(items), MaxItems)] {
		p.checkItem(&faults, fmt.Sprintf("items[%d]", i), &items[i])
	}
	if err := faults.Err(); err != nil {
		return Verdict{}, err
	}
	if err := p.rules.Covers(on); err != nil {
		return Verdict{}, err
	}
	v := Verdict{On: on, AnswerBy: asked.AddDays(p.rules.AnswerDays), From: on}
	if v.AnswerBy == 0 {
		v.AnswerBy = customer.MaxDate
	}
	var missing []customer.Reason
	endless := false
	for i := range items {
		for _, at := range p.holds[items[i].What] {
			hold := &p.rules.Holds[at]
			why, holds := hold.on(&items[i], on)
			if !holds {
				continue
			}
			why.Rule = p.rules.Name() + " " + hold.ID
			if hold.Effect == Keeps {
				v.keep(hold, why)
				continue
			}
			missing = append(missing, why)
			endless = endless || why.By == 0
			v.From = max(v.From, why.By)
		}
	}
	if len(v.Kept) > journal.MaxKept {
		return Verdict{}, fmt.Errorf("privacy: %d holds keep something, and an erasure names up to %d", len(v.Kept), journal.MaxKept)
	}
	if len(missing) == 0 {
		return v, nil
	}
	if endless {
		v.From = 0
	}
	v.Kept, v.Because = nil, nil
	return v, &customer.Refusal{Rule: p.rules.Name(), Missing: missing}
}

func (p *Policy) checkItem(faults *customer.Faults, path string, item *Item) {
	faults.Name(path+".ref", item.Ref)
	if len(p.holds[item.What]) == 0 {
		faults.Add(path+".what", item.What, "is something that a hold of the rules speaks of")
	}
	if item.Open != (item.Day == 0) || item.Day != 0 && !item.Day.Valid() {
		faults.Add(path+".day", item.Day, "is a day, and absent of what is open")
	}
}

// on says whether a hold holds an item on a day, and until when. What is open is held without an
// end; a hold without months is over once the item is closed.
func (h *Hold) on(item *Item, on customer.Date) (why customer.Reason, holds bool) {
	if item.Open {
		return customer.Reason{Code: CodeOpen, Of: item.What + " " + item.Ref}, true
	}
	if h.Months == 0 {
		return why, false
	}
	from := item.Day
	if h.YearEnd {
		year, _, _ := from.Civil()
		if end, err := customer.NewDate(year, 12, 31); err == nil {
			from = end
		}
	}
	until := from.AddMonths(h.Months)
	if until == 0 {
		until = customer.MaxDate
	} else {
		until++ // its last day is held still
	}
	why = customer.Reason{
		Code: CodeRetained, Of: item.What + " " + item.Ref, Fact: int64(until - on), Unit: customer.UnitDays, On: item.Day, By: min(until, customer.MaxDate),
	}
	return why, on < until
}

// keep notes what a hold keeps: once for each, until the last of its items may go.
func (v *Verdict) keep(hold *Hold, why customer.Reason) {
	why.Code = CodeKept
	v.Because = append(v.Because, why)
	for i := range v.Kept {
		kept := &v.Kept[i]
		if kept.What == hold.What && kept.Why == hold.ID {
			if why.By == 0 || kept.Until == 0 {
				kept.Until = 0
			} else {
				kept.Until = max(kept.Until, why.By)
			}
			return
		}
	}
	v.Kept = append(v.Kept, journal.Kept{What: hold.What, Why: hold.ID, Until: why.By})
}
