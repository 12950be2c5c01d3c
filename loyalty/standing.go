package loyalty

import (
	"cmp"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Figures are what counts towards tiers: minor units of the earning base, points given,
// visits and minor units of profit. They are kept side by side, so that a later rule book
// may measure another one. A return takes from them; spending and lapsing do not.
type Figures struct {
	Spend  int64 `json:"spend,omitzero"`
	Points int64 `json:"points,omitzero"`
	Visits int64 `json:"visits,omitzero"`
	Profit int64 `json:"profit,omitzero"`
}

// in returns the figure of a metric.
func (f Figures) in(metric Metric) int64 {
	switch metric {
	case BySpend:
		return f.Spend
	case ByPoints:
		return f.Points
	case ByVisits:
		return f.Visits
	case ByProfit:
		return f.Profit
	}
	return 0
}

func (f Figures) plus(g Figures) Figures {
	return Figures{Spend: f.Spend + g.Spend, Points: f.Points + g.Points, Visits: f.Visits + g.Visits, Profit: f.Profit + g.Profit}
}

func (f Figures) negative() Figures {
	return Figures{Spend: -f.Spend, Points: -f.Points, Visits: -f.Visits, Profit: -f.Profit}
}

// Day is what one day counts towards tiers. Its Visits are receipts.
type Day struct {
	On customer.Date `json:"on"`
	Of uint16        `json:"of,omitzero"` // the member who bought; see Account.Members
	Figures
}

// visited makes the receipts of a day one visit.
func (d Day) visited() Figures {
	f := d.Figures
	f.Visits = min(f.Visits, 1)
	return f
}

// Standing is the tier that an account has earned. Grants stand beside it.
type Standing struct {
	Tier  string        `json:"tier"`
	Was   string        `json:"was,omitempty"` // before Since
	Since customer.Date `json:"since"`
	Ends  customer.Date `json:"ends,omitzero"`  // the first day after the period; zero: it does not end
	Until customer.Date `json:"until,omitzero"` // the day on which it is reviewed: Ends, and the grace after it
	// Counted is what of the day Since had counted for the tier before: in the window
	// SinceTier a purchase does not count twice.
	Counted Figures `json:"counted,omitzero"`

	// Ground is what the tier was reached or kept by; zero for the lowest, and after a step
	// down that the figures did not support. A return that takes it away takes the tier with
	// it: to the one of Under that still stands.
	Ground Ground `json:"ground,omitzero"`
	Under  []Rung `json:"under,omitempty"` // what was reached before in the same stretch, the lowest first
}

// Ground is the figures of the days in [From, Until) that a tier rests on.
type Ground struct {
	From  customer.Date `json:"from"`
	Until customer.Date `json:"until"`
	Figures
}

// Rung is a tier that was there before a higher one was reached.
type Rung struct {
	Tier   string        `json:"tier"`
	Until  customer.Date `json:"until,omitzero"` // as Standing.Until
	Ground Ground        `json:"ground,omitzero"`
}

// ground adds to what the tier rests on, and those under it.
func (a *ledger) ground(on customer.Date, more Figures) {
	under := func(g *Ground) bool { return g.From <= on && on < g.Until }
	if under(&a.Standing.Ground) {
		a.Standing.Ground.Figures = a.Standing.Ground.plus(more)
	}
	if slices.ContainsFunc(a.Standing.Under, func(r Rung) bool { return under(&r.Ground) }) {
		a.Standing.Under = slices.Clone(a.Standing.Under) // shared with earlier states
		for i := range a.Standing.Under {
			if g := &a.Standing.Under[i].Ground; under(g) {
				g.Figures = g.plus(more)
			}
		}
	}
}

// Why a Tiered entry was written: its Reason.
const (
	tierJoined  = "joined"
	tierReached = "reached"
	tierKept    = "kept"
	tierLowered = "lowered"
	tierUndone  = "undone" // what it rested on was brought back
)

// forget drops the days before one: they no longer matter to any tier.
func (a *ledger) forget(before customer.Date) {
	a.DaysFrom = max(a.DaysFrom, before)
	old, _ := slices.BinarySearchFunc(a.Days, Day{On: a.DaysFrom}, Day.order)
	a.Days = a.Days[old:]
}

// count adds to the figures of a day. A day that is forgotten counts for the lifetime
// only.
func (a *ledger) count(on customer.Date, of uint16, more Figures) {
	life := more
	if on >= a.DaysFrom {
		i, found := slices.BinarySearchFunc(a.Days, Day{On: on, Of: of}, Day.order)
		if !found {
			a.Days = slices.Insert(a.Days, i, Day{On: on, Of: of})
		}
		before := a.Days[i].visited()
		a.Days[i].Figures = a.Days[i].plus(more)
		life.Visits = a.Days[i].visited().Visits - before.Visits
		if a.Days[i].Figures == (Figures{}) {
			a.Days = slices.Delete(a.Days, i, i+1)
		}
	} else {
		life.Visits = 0 // whether there is another receipt of that day is forgotten
	}
	a.ground(on, life)
	a.Lifetime = a.Lifetime.plus(life)
	if of > 0 && int(of) <= len(a.Members) {
		a.Members[of-1].Lifetime = a.Members[of-1].Lifetime.plus(life)
	}
}

func (d Day) order(other Day) int {
	return cmp.Or(cmp.Compare(d.On, other.On), cmp.Compare(d.Of, other.Of))
}

// figures are what a sale counts for, and what of it units that came back count for.
func (s *Sale) figures(back []SoldLine) (sold, gone Figures) {
	all, before := true, true // has everything come back, now and before
	for i := range s.Lines {
		line := &s.Lines[i]
		sold = sold.plus(Figures{Spend: line.Spend, Points: line.Given, Profit: line.Profit})
		before = before && line.Returned == line.Units
		if back == nil {
			continue
		}
		now := line.Returned + back[i].Units
		all = all && now == line.Units
		part := func(share int64) int64 {
			if share < 0 {
				return upTo(-share, line.Returned, line.Units) - upTo(-share, now, line.Units)
			}
			return upTo(share, now, line.Units) - upTo(share, line.Returned, line.Units)
		}
		gone = gone.plus(Figures{Spend: part(line.Spend), Points: part(line.Given), Profit: part(line.Profit)})
	}
	sold.Visits = 1
	if back != nil && all && !before {
		gone.Visits = 1
	}
	return sold, gone
}

// period is the period that a day lies in.
func (t *tiers) period(a *Account, day customer.Date) (from, until customer.Date) {
	anchor := a.Joined
	switch t.window {
	case Calendar:
		year, month, number := day.Civil()
		first := day.AddDays(1 - number)
		into := (12*year + int(month) - 1) % t.months
		return first.AddMonths(-into), first.AddMonths(t.months - into)
	case SinceTier:
		anchor = a.Standing.Since
	case Lifetime, Anniversary, RollingMonths:
	}
	if day <= anchor || anchor == 0 {
		day = max(day, anchor)
		return day, day.AddMonths(t.months)
	}
	year, month, _ := day.Civil()
	fromYear, fromMonth, _ := anchor.Civil()
	k := (12*(year-fromYear) + int(month) - int(fromMonth)) / t.months
	if anchor.AddMonths(k*t.months) > day { // always from the original day: 31 January, 28 February, 31 March
		k--
	}
	return anchor.AddMonths(k * t.months), anchor.AddMonths((k + 1) * t.months)
}

// sum is the figure of the days in [from, until).
func (t *tiers) sum(a *Account, from, until customer.Date) int64 {
	return t.figures(a, from, until).in(t.metric)
}

// figures are those of the days in [from, until). Days on which several members bought are
// one visit.
func (t *tiers) figures(a *Account, from, until customer.Date) (total Figures) {
	last := customer.Date(0)
	for i := range a.Days {
		if day := &a.Days[i]; day.On >= from && day.On < until {
			total = total.plus(day.after(&last))
		}
	}
	if t.window == SinceTier && from == a.Standing.Since {
		total = total.plus(a.Standing.Counted.negative())
		total = Figures{Spend: max(0, total.Spend), Points: max(0, total.Points), Visits: max(0, total.Visits), Profit: total.Profit}
	}
	return total
}

// after is what a day adds to the days before it, of which the last with a visit is kept.
func (d Day) after(last *customer.Date) Figures {
	figures := d.visited()
	if figures.Visits > 0 && d.On == *last {
		figures.Visits = 0
	} else if figures.Visits > 0 {
		*last = d.On
	}
	return figures
}

// leaves is the first day on which a day's figure no longer counts in the rolling window.
func (t *tiers) leaves(day customer.Date) customer.Date { return day.AddMonths(t.months) }

// figure is what counts on a day, in the period that it lies in.
func (t *tiers) figure(a *Account, day customer.Date) int64 {
	switch t.window {
	case Lifetime:
		return a.Lifetime.in(t.metric)
	case RollingMonths:
		return t.rolling(a, day)
	case Calendar, Anniversary, SinceTier:
	}
	from, until := t.period(a, day)
	return t.sum(a, from, until)
}

// rolling is the figure of the months before a day.
func (t *tiers) rolling(a *Account, day customer.Date) int64 {
	total, last := int64(0), customer.Date(0)
	for i := range a.Days {
		if t.leaves(a.Days[i].On) > day {
			total += a.Days[i].after(&last).in(t.metric)
		}
	}
	return total
}

// drops is the first day after a day on which the rolling figure no longer reaches a mark
// when nothing more is bought.
func (t *tiers) drops(a *Account, day customer.Date, mark int64) customer.Date {
	total, last := t.rolling(a, day), customer.Date(0)
	for i := range a.Days {
		leaves := t.leaves(a.Days[i].On)
		if leaves <= day {
			continue
		}
		total -= a.Days[i].after(&last).in(t.metric)
		if i+1 < len(a.Days) && t.leaves(a.Days[i+1].On) == leaves {
			continue // they leave together
		}
		if total < mark {
			return leaves
		}
	}
	return 0
}

// from is the first day that any tier may still ask for on a day.
func (t *tiers) from(a *Account, today customer.Date) customer.Date {
	switch t.window {
	case Lifetime:
		return today
	case RollingMonths:
		return today.AddMonths(-t.months)
	case Calendar, Anniversary, SinceTier:
	}
	if ends := a.Standing.Ends; ends != 0 && ends <= today {
		today = ends.AddDays(-1) // in the grace of the period before
	}
	from, _ := t.period(a, today)
	return from
}

// today is the day of the decision, or the one up to which the account is settled, if
// that is later.
func (d *desk) today() customer.Date {
	if d.account.Settled.IsZero() {
		return d.day
	}
	return max(d.day, customer.DateOf(d.account.Settled, d.program.zone))
}

// counts is the first day that still counts towards tiers, for a Sold or Earned entry. It
// reaches back to every sale that may still come back, and no further where there are no
// tiers yet: the lifetime is counted all the same.
func (d *desk) counts() customer.Date {
	t, today := d.program.tiers, d.today()
	from := max(1, today.AddDays(-d.program.rules.ReturnDays))
	if t == nil {
		return from
	}
	return max(1, min(t.from(&d.account.Account, today), from))
}

// qualify lifts the tier at once when the figures reach it, and moves its end where that
// follows the figures.
func (d *desk) qualify() {
	t, a := d.program.tiers, &d.account.Account
	if t == nil || d.err != nil {
		return
	}
	today := d.today()
	if a.Standing.Tier == "" {
		d.stand(0, today, d.at, tierJoined)
	}
	now := t.rank(a.Standing.Tier)
	figure := t.figure(a, today)
	rank := max(t.reaches(figure), t.forLife(a.Lifetime.in(t.metric)))
	switch {
	case rank > now:
		d.stand(rank, today, d.at, tierReached)
	case t.window == Lifetime:
		if rank := t.supports(figure, now); rank < now { // only what comes back lowers it
			d.stand(rank, today, d.at, tierUndone)
		}
	case t.undone(a, now, figure):
		rung, under := t.rung(a, today)
		a.Standing.Under = under
		d.stand(max(rung, t.supports(figure, now-1)), today, d.at, tierUndone)
	default:
		if t.ends(a, now, today) != a.Standing.Ends {
			d.stand(now, today, d.at, tierKept)
		}
	}
}

// undone reports whether what a tier rests on has been brought back, and nothing else
// supports it.
func (t *tiers) undone(a *Account, now int, figure int64) bool {
	return now > 0 && a.Standing.Ground.Until != 0 && a.Standing.Ground.in(t.metric) < t.levels[now].keep &&
		t.supports(figure, now) < now && t.forLife(a.Lifetime.in(t.metric)) < now
}

// rung is the highest tier under the present one that still stands, and the rungs up to
// it.
func (t *tiers) rung(a *Account, today customer.Date) (rank int, under []Rung) {
	for i := len(a.Standing.Under) - 1; i >= 0; i-- {
		r := &a.Standing.Under[i]
		rank := t.rank(r.Tier)
		if (r.Until == 0 || today < r.Until) && (r.Ground.Until == 0 || r.Ground.in(t.metric) >= t.levels[rank].keep) {
			return rank, a.Standing.Under[: i+1 : i+1]
		}
	}
	return 0, nil
}

// lowered is the tier that follows one that a period did not support.
func (t *tiers) lowered(supported, now int) int {
	switch t.down {
	case Stay:
		return max(supported, now)
	case OneStep:
		return max(supported, now-1)
	case ToEarned:
	}
	return supported
}

// judged is the figure by which a standing is reviewed: that of its period, to which the
// grace counts.
func (t *tiers) judged(a *Account) int64 {
	if t.window == Lifetime || t.window == RollingMonths {
		return t.figure(a, a.Standing.Until)
	}
	from, _ := t.period(a, a.Standing.Ends.AddDays(-1))
	return t.sum(a, from, a.Standing.Until)
}

// review decides, at the end of a period and its grace, which tier follows.
func (d *desk) review(int) {
	t, a := d.program.tiers, &d.account.Account
	on := a.Standing.Until
	at := on.Start(d.program.zone)
	if t == nil { // the rules have no tiers any more
		standing := a.Standing
		standing.Ends, standing.Until = 0, 0
		d.post(Entry{Kind: Tiered, At: at, Reason: tierKept, Standing: &standing})
		return
	}
	now := t.rank(a.Standing.Tier)
	rank := max(t.lowered(t.supports(t.judged(a), now), now), t.forLife(a.Lifetime.in(t.metric)))
	rank = max(rank, t.reaches(t.figure(a, on))) // by what was bought since the period's end
	switch {
	case rank > now:
		d.stand(rank, on, at, tierReached)
	case rank == now:
		d.stand(rank, on, at, tierKept)
	default:
		d.stand(rank, on, at, tierLowered)
	}
}

// stand books a tier from a day on, at an instant.
func (d *desk) stand(rank int, on customer.Date, at time.Time, why string) {
	t, a := d.program.tiers, &d.account.Account
	standing := a.Standing
	standing.Tier = t.levels[rank].rule.ID
	figure := t.figure(a, on)
	if why == tierJoined {
		standing = Standing{Tier: standing.Tier, Since: on}
	} else if standing.Tier != a.Standing.Tier {
		standing.Was, standing.Since, standing.Counted = a.Standing.Tier, on, Figures{}
		for i := range a.Days {
			if a.Days[i].On == on && t.window == SinceTier {
				standing.Counted = standing.Counted.plus(a.Days[i].visited())
			}
		}
	}
	d.rest(&standing, rank, on, why)
	after := *a // as it will be, for the end of the period
	after.Standing = standing
	standing.Ends, standing.Until = 0, 0
	if ends := t.ends(&after, rank, on); ends != 0 {
		standing.Ends, standing.Until = ends, ends.AddDays(t.grace)
	}
	d.post(Entry{Kind: Tiered, At: at, Rule: t.levels[rank].cite, Reason: why, Standing: &standing})
	reason := customer.Reason{Rule: t.levels[rank].cite, Fact: figure, Mark: t.levels[rank].at, Unit: t.metric.unit(), On: on, By: standing.Until}
	switch why {
	case tierReached:
		if reason.Code = CodeTierReached; rank > t.reaches(figure) {
			reason.Code, reason.Fact, reason.Mark = CodeTierForLife, a.Lifetime.in(t.metric), t.levels[rank].lifetime
		}
	case tierUndone:
		reason.Code = CodeTierUndone
		reason.Mark = t.levels[t.rank(standing.Was)].keep
	case tierLowered:
		reason.Code = CodeTierLowered
		reason.Mark = t.levels[t.rank(standing.Was)].keep
	default:
		return // nothing that she would notice
	}
	d.why(reason)
}

// rest says what a tier rests on from now on, before it is booked.
func (d *desk) rest(next *Standing, rank int, on customer.Date, why string) {
	t, a := d.program.tiers, &d.account.Account
	old := &a.Standing
	reviewed := old.Until != 0 && on >= old.Until
	switch {
	case t.window == Lifetime || rank == 0:
		next.Ground, next.Under = Ground{}, nil
	case why == tierReached:
		next.Under = append(slices.Clip(old.Under), Rung{Tier: old.Tier, Until: old.Until, Ground: old.Ground})
		next.Ground = t.restsOn(a, on)
		if judged := t.restedOn(a); reviewed && t.reaches(judged.in(t.metric)) >= rank {
			next.Ground, next.Under = judged, nil
		}
	case why == tierUndone:
		next.Ground = t.restsOn(a, on)
		if last := len(old.Under) - 1; last >= 0 && next.Tier == old.Under[last].Tier {
			next.Ground, next.Under = old.Under[last].Ground, old.Under[:last]
		}
	case reviewed:
		next.Ground, next.Under = Ground{}, nil
		if judged := t.restedOn(a); judged.in(t.metric) >= t.levels[rank].keep {
			next.Ground = judged
		}
	}
}

// restsOn is what counts on a day, it included.
func (t *tiers) restsOn(a *Account, on customer.Date) Ground {
	from, until := on.AddMonths(-t.months).AddDays(1), on.AddDays(1)
	if t.window != RollingMonths {
		from, _ = t.period(a, on)
	}
	return Ground{From: from, Until: until, Figures: t.figures(a, from, until)}
}

// restedOn is what a standing that is reviewed is judged by.
func (t *tiers) restedOn(a *Account) Ground {
	if t.window == RollingMonths || a.Standing.Until == 0 {
		return t.restsOn(a, max(a.Standing.Until, 1))
	}
	from, _ := t.period(a, a.Standing.Ends.AddDays(-1))
	return Ground{From: from, Until: a.Standing.Until, Figures: t.figures(a, from, a.Standing.Until)}
}

// ends is the first day after the period for which an account that stands as it does
// holds a tier; zero: it has no end. A period that has ended, but for its grace, is over
// when the grace is.
func (t *tiers) ends(a *Account, rank int, day customer.Date) customer.Date {
	if rank == 0 || t.down == Stay || t.window == Lifetime || rank <= t.forLife(a.Lifetime.in(t.metric)) {
		return 0
	}
	ended := a.Standing.Ends // 0 and in the future alike: it goes on
	inGrace := ended != 0 && ended <= day && day < a.Standing.Until
	if t.window != RollingMonths {
		if inGrace {
			return ended
		}
		_, until := t.period(a, day)
		return until
	}
	if figure := t.rolling(a, day); t.supports(figure, rank) >= rank {
		return t.drops(a, day, t.levels[rank].keep)
	}
	// It is not supported: after a step down for a whole period all the same, otherwise
	// until tomorrow (a return), and then the grace.
	if held := a.Standing.Since.AddMonths(t.months); t.rank(a.Standing.Was) > rank && held > day {
		return held
	}
	if inGrace {
		return ended
	}
	return day.AddDays(1)
}

// inherit takes over the tier of an account that went into this one, if it is higher, with
// the time that it holds.
func (d *desk) inherit(theirs Standing) {
	t, a := d.program.tiers, &d.account.Account
	if t == nil || d.err != nil || theirs.Tier == "" || t.rank(theirs.Tier) <= t.rank(a.Standing.Tier) {
		return
	}
	if theirs.Until != 0 && theirs.Until <= d.today() {
		return // it is due for a review there
	}
	next := theirs
	next.Was, next.Since, next.Counted = a.Standing.Tier, d.today(), Figures{}
	next.Under = append(slices.Clip(a.Standing.Under), Rung{Tier: a.Standing.Tier, Until: a.Standing.Until, Ground: a.Standing.Ground})
	rank := t.rank(next.Tier)
	d.post(Entry{Kind: Tiered, Rule: t.levels[rank].cite, Reason: tierReached, Standing: &next})
	d.why(customer.Reason{Code: CodeTierInherited, Rule: t.levels[rank].cite, On: next.Since, By: next.Until})
}

// rankOn is the tier on a day, grants included.
func (t *tiers) rankOn(a *Account, day customer.Date) int {
	id := a.Standing.Tier
	if day < a.Standing.Since {
		id = a.Standing.Was
	}
	return t.granted(a, t.rank(id), day)
}

// Progress says where an account stands among the tiers.
type Progress struct {
	Tier   Tier   // on that day, grants included, with what it offers
	Earned string // without grants
	Since  customer.Date
	// Next is what reaches the next tier above the earned one, nil at the top; Keep is what
	// keeps the earned one, nil where it cannot be lost. Grants do not enter into either.
	Next, Keep *Goal
	Reasons    []customer.Reason // the same for the customer, and every grant that applies
}

// Goal is a figure to reach: minor units, points in the smallest unit, or visits.
type Goal struct {
	Tier       string
	Have, Need int64
	Unit       customer.Unit
	Through    customer.Date // the last day on which purchases count; zero: there is none
}

// Missing is how much is missing; 0 where the goal is reached.
func (g Goal) Missing() int64 { return max(0, g.Need-g.Have) }

// Progress answers which tier an account has, what it is missing for the next one, what
// keeps the one it has, and by when. An account that is not settled up to the instant is
// looked at as if it were. It is an error where the rules have no tiers, or are not in
// force.
func (p *Program) Progress(account Account, at time.Time) (Progress, error) {
	if p.tiers == nil {
		return Progress{}, errNoTiers
	}
	d, err := p.open(account, at, "progress")
	if err != nil {
		return Progress{}, err
	}
	t, a := p.tiers, &d.account.Account
	now := t.rank(a.Standing.Tier)
	progress := Progress{Tier: t.levels[t.rankOn(a, d.day)].rule, Earned: t.levels[now].rule.ID, Since: a.Standing.Since}
	progress.Tier.Services = slices.Clone(progress.Tier.Services) // the program keeps its own
	goal := func(code string, rank int, have, need int64, through customer.Date) *Goal {
		progress.Reasons = append(progress.Reasons, customer.Reason{
			Code: code, Rule: t.levels[rank].cite, Fact: have, Mark: need, Unit: t.metric.unit(), On: d.day, By: through,
		})
		return &Goal{Tier: t.levels[rank].rule.ID, Have: have, Need: need, Unit: t.metric.unit(), Through: through}
	}
	if now+1 < len(t.levels) {
		progress.Next = goal(CodeTierNext, now+1, t.figure(a, d.day), t.levels[now+1].at, t.through(a, d.day))
	}
	if until := a.Standing.Until; until != 0 {
		progress.Keep = goal(CodeTierKeep, now, t.judged(a), t.levels[now].keep, until.AddDays(-1))
	}
	progress.Reasons = append(progress.Reasons, d.program.grantReasons(a, d.day)...)
	return progress, nil
}

// through is the last day on which what counts today counts together: the period's, or
// in the rolling window that of the oldest purchase.
func (t *tiers) through(a *Account, day customer.Date) customer.Date {
	switch t.window {
	case Lifetime:
		return 0
	case RollingMonths:
		for i := range a.Days {
			if leaves := t.leaves(a.Days[i].On); leaves > day {
				return leaves.AddDays(-1)
			}
		}
		return 0
	case Calendar, Anniversary, SinceTier:
	}
	_, until := t.period(a, day)
	return until.AddDays(-1)
}

// rank is the tier that the account has on the day of the decision, grants included.
func (d *desk) rank() int { return d.program.tiers.rankOn(&d.account.Account, d.day) }
