package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/promo/personal"
	"github.com/rapport-crm/rapport/promo/wallet"
)

// print writes what the six fortnights came to.
func (l *loop) print(p *printer) {
	p.line("")
	p.line("THE LOOP  six fortnights from %s: lists, redemption, points, the bill, the next lists", l.from)
	p.line("What customers do with a list is made up by this program: every effect below is simulated.")
	p.line("")
	p.line("%-11s%7s%10s%9s%9s%7s%10s%14s%11s%11s%14s%9s%8s", "list of", "lists", "held out", "no list", "coupons", "used",
		"receipts", "sales", "coupons", "specials", "manufacturers", "points", "spent")
	p.line("%-11s%7s%10s%9s%9s%7s%10s%14s%11s%11s%14s%9s%8s", "", "", "", "", "", "", "", "", "saved", "saved", "bore", "", "")
	var all lap
	for k := range l.rounds {
		printRound(p, l.from.AddDays(k*fortnight).String(), &l.rounds[k])
		all.add(&l.rounds[k])
	}
	printRound(p, "all", &all)
	p.line("%s payments failed at first, and their coupons were used when she paid again; %s requests were sent twice and answered from the books",
		thousands(all.failed), thousands(all.replayed))
	p.line("%s goods came back; points now: %s", thousands(all.returned), l.points)
	p.line("")
	l.printBill(p)
	l.printEffect(p)
	l.printFamily(p)
}

func (r *lap) add(more *lap) {
	r.lists += more.lists
	r.heldOut += more.heldOut
	r.refused += more.refused
	r.coupons += more.coupons
	r.used += more.used
	r.receipts += more.receipts
	r.replayed += more.replayed
	r.failed += more.failed
	r.returned += more.returned
	r.sales += more.sales
	r.saved += more.saved
	r.specials += more.specials
	r.byManufacturers += more.byManufacturers
	r.earned += more.earned
	r.spent += more.spent
	r.regained += more.regained
}

func printRound(p *printer, name string, r *lap) {
	money := func(minor int64) string { return amount100(minor, euro()) }
	p.line("%-11s%7s%10s%9s%9s%7s%10s%14s%11s%11s%14s%9s%8s", name, thousands(r.lists), thousands(r.heldOut), thousands(r.refused),
		thousands(r.coupons), thousands(r.used), thousands(r.receipts), money(r.sales), money(r.saved), money(r.specials), money(r.byManufacturers),
		thousands(r.earned), thousands(r.spent))
}

// borne is what one party bears of what customers saved, in minor units.
type borne struct {
	by                string // empty: the shop
	coupons, specials int64
}

// borne adds up who bears what, the most first, and what the coupons come to: those by the
// bill, the specials by the receipts.
func (l *loop) borne() (parties []borne, coupons int64) {
	sums := map[string]*borne{}
	of := func(by string) *borne {
		if sums[by] == nil {
			sums[by] = &borne{by: by}
		}
		return sums[by]
	}
	for _, row := range l.bill.Rows() {
		coupons += row.Due()
		of(row.By).coupons += row.Due()
	}
	for by, minor := range l.special {
		of(by).specials += minor
	}
	for _, by := range slices.Sorted(maps.Keys(sums)) {
		parties = append(parties, *sums[by])
	}
	slices.SortStableFunc(parties, func(a, b borne) int { return cmp.Compare(b.coupons+b.specials, a.coupons+a.specials) })
	return parties, coupons
}

func (l *loop) printBill(p *printer) {
	parties, total := l.borne()
	p.line("BILL of the coupons, by offer and who bears it (in EUR)")
	rows := l.bill.Rows()
	slices.SortStableFunc(rows, func(a, b wallet.BillRow) int { return cmp.Compare(b.Saved, a.Saved) })
	for _, row := range rows[:min(6, len(rows))] {
		p.line("  %-28s %-18s %6s times  %10s  back %8s", row.Offer, cmp.Or(row.By, "the shop"), thousands(row.Times), amount100(row.Saved, euro()), amount100(row.Back, euro()))
	}
	if more := len(rows) - 6; more > 0 {
		p.line("  and %d more rows", more)
	}
	for _, party := range parties {
		if party.coupons != 0 {
			p.line("  %-47s due %10s", cmp.Or(party.by, "the shop"), amount100(party.coupons, euro()))
		}
	}
	agrees := "the receipts say the same"
	if total != l.redeemed {
		agrees = fmt.Sprintf("BUT the receipts say %s", amount100(l.redeemed, euro()))
	}
	p.line("  %-47s     %10s: %s", "in all", amount100(total, euro()), agrees)
	p.line("")
}

func (l *loop) printEffect(p *printer) {
	customers, coupons := l.effect.Redemption()
	p.line("EFFECT (simulated), those with lists against those held out, 95 %% confidence")
	p.line("  redeemed: %s of the customers with lists, %s of their coupons", share(customers.Of, customers.All), share(coupons.Of, coupons.All))
	for _, one := range []struct {
		name string
		diff personal.Difference
	}{{"bought the shop's brand of what the first list names, in its fortnight", l.effect.Repurchase(leastGroup)}, {"came over to the store brand", l.effect.Conversion(leastGroup)}} {
		p.line("  %s:", one.name)
		for _, reason := range one.diff.Reasons() {
			p.line("    - %s", personal.Explain(reason, l.study.options.language))
		}
	}
	for group, name := range []string{"with lists", "held out"} {
		before, after := l.dependent(group)
		p.line("  bought on deal only, %s: %s of the units before the lists, %s since (mean of the categories)", name, permille(before), permille(after))
	}
	p.line("")
}

// dependent is the share of units that a group bought on deal before the lists, and since:
// the mean over the categories, since a gram and a roll do not add up.
func (l *loop) dependent(group int) (before, after int64) {
	var sums, items [2]int64
	for _, shares := range l.dependence[group].Items() {
		for i := range shares {
			if onDeal, _ := shares[i].Permille(); shares[i].OnDeal+shares[i].AtList > 0 {
				sums[i] += onDeal
				items[i]++
			}
		}
	}
	return sums[0] / max(1, items[0]), sums[1] / max(1, items[1])
}

func permille(n int64) string { return fmt.Sprintf("%d.%d %%", n/10, n%10) }

// printReceipt shows what each line cost, and what each offer took off it.
func (l *loop) printReceipt(p *printer, trip *diaryTrip) {
	for i := range trip.priced.Lines {
		line := &trip.priced.Lines[i]
		p.line("        %-32s %7s x %6s %8s", line.SKU, line.Quantity, line.ListPrice.Decimal.StringFixed(2), line.Paid.Decimal.StringFixed(2))
		for _, run := range trip.priced.Runs {
			switch {
			case run.Line != i+1:
			case run.Points > 0:
				p.line("          %-44s %s", run.Offer, pointsOf(run.Points))
			case run.Coupon != "":
				p.line("          %-44s -%s by coupon", run.Offer, amount100(run.Saved, euro()))
			default:
				p.line("          %-44s -%s", run.Offer, amount100(run.Saved, euro()))
			}
		}
	}
}

// pointsOf counts points in words.
func pointsOf(n int64) string {
	if n == 1 {
		return "1 point"
	}
	return thousands(n) + " points"
}

// printFamily tells one household's fortnights.
func (l *loop) printFamily(p *printer) {
	if l.family == nil {
		p.line("nobody used four coupons, so that there is no story to tell")
		return
	}
	names := l.study.coder.Categories()
	p.line("ONE HOUSEHOLD  %s", l.family.id)
	shown := false // a receipt, once
	for i := range l.family.rounds {
		r := &l.family.rounds[i]
		if r.list.Customer == "" {
			p.line("  %s  no list", r.on)
			for _, reason := range r.why {
				p.line("      - %s", l.maker.Explain(reason, l.study.options.language))
			}
		} else {
			p.line("  %s  list %s of %d lines that may save her %s, up to %s", r.on, r.code, len(r.list.Lines), amount100(r.list.Saving, euro()), amount100(r.list.Envelope, euro()))
		}
		for _, line := range r.list.Lines {
			if line.Coupon.ID == "" {
				p.line("      %-28s to remember", names[line.Item])
				continue
			}
			p.line("      %-28s %s off, about %s", names[line.Item], customer.English.Percent(int64(line.Coupon.Permille)), amount100(line.Saving, euro()))
			if i == 0 {
				for _, reason := range line.Reasons {
					p.line("          - %s", l.maker.Explain(reason, l.study.options.language))
				}
			}
		}
		for _, trip := range r.trips {
			text := fmt.Sprintf("pays %s, saved %s, %s", amount100(trip.total, euro()), amount100(trip.saved, euro()), pointsOf(trip.earned))
			if trip.spent > 0 {
				text += ", " + pointsOf(trip.spent) + " spent"
			}
			if len(trip.used) > 0 {
				text += "; coupons: " + strings.Join(trip.used, ", ")
			}
			p.line("    %s  %s", trip.at.Format("Mon 2 Jan"), text)
			if !shown && len(trip.used) > 0 {
				shown = true
				l.printReceipt(p, &trip)
			}
		}
	}
	p.line("  points to spend at the end: %d", l.family.rounds[loopLists-1].balance)
}
