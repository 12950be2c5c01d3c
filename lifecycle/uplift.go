package lifecycle

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"maps"
	"math/bits"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Uplift counts what came of the attempts of one ladder: how many came back of those who were
// treated and of those who were held out. Attempts may be added in any order and any split;
// merged, the bytes are the same. It is made by [NewUplift], and not safe for concurrent use.
//
// What counts is the group into which somebody was drawn, whatever she got: one whom an opt-out
// stopped after the first rung is treated, and so nobody leaves a group because of what was
// done to her. All attempts count, not the latest of each customer that her standing has, for
// that would leave out those who came back and fell silent again: [Attempts] finds them. Each
// is drawn by itself, and counts by itself.
type Uplift struct {
	ladder   string
	opened   population.Period
	asOf     customer.Date
	groups   [3]UpliftGroup // by the constants below
	rungs    map[string]RungEffect
	running  int64
	uncalled int64
	currency customer.Currency // of all that was spent; zero: no attempt had one
}

const (
	groupTreated = iota
	groupHeldOut
	groupLost
)

// UpliftGroup is what is counted of a group. Sums are over all its attempts, also of those who
// stayed away.
type UpliftGroup struct {
	Attempts int64
	CameBack int64 // within the window
	Priced   int64 // of CameBack: it is known what she spent on that day
	Spent    int64 // minor units
	// LifeDays are the days by which their lives as customers have become longer: from the
	// purchase before the silence to the latest that is known, be it within the window or
	// after.
	LifeDays int64
}

func (g *UpliftGroup) fields() [5]*int64 {
	return [...]*int64{&g.Attempts, &g.CameBack, &g.Priced, &g.Spent, &g.LifeDays}
}

// possible reports whether there are attempts of these figures.
func (g *UpliftGroup) possible() bool {
	return g.Spent >= 0 && g.Attempts <= maxUpliftAttempts && g.CameBack <= g.Attempts && g.Priced <= g.CameBack &&
		g.Spent <= g.Priced*maxSpent && g.LifeDays <= g.Attempts*int64(customer.MaxDate)
}

// RungEffect is what is counted of a rung, over those who were treated. It shows where they
// turned, not what a rung is worth: whom the first one brings back does not see the second.
type RungEffect struct {
	Rung     string
	Taken    int64 // attempts that took it
	CameBack int64 // of these: before the next one
	Spent    int64 // by these, in minor units
}

func (r *RungEffect) fields() [3]*int64 { return [...]*int64{&r.Taken, &r.CameBack, &r.Spent} }

// Bounds of what an Uplift counts. The product of the first and maxSpent fits an int64.
const (
	maxUpliftAttempts = 900_000_000
	maxUpliftRungs    = 1000
)

// NewUplift counts the attempts of a ladder, by its ID, that opened in a period, as of a day.
// An attempt whose window is not over on that day is left out even where she is back already:
// those who come back are known early and those who stay away are not, and to count the one
// without the other would flatter the ladder.
func NewUplift(ladder string, opened population.Period, on customer.Date) (*Uplift, error) {
	var faults customer.Faults
	faults.Name("ladder", ladder)
	faults = append(faults, opened.Faults("period")...)
	faults.GivenDay("on", on)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return &Uplift{ladder: ladder, opened: opened, asOf: on, rungs: make(map[string]RungEffect)}, nil
}

// Attempts returns all attempts of a customer's history, by their number and as they stand at
// its end. A history that does not fit is ErrBroken.
func Attempts(history []Entry) ([]Attempt, error) {
	var all ground
	var attempts []Attempt
	for i := range history {
		if err := all.apply(&history[i]); err != nil {
			return nil, err
		}
		switch latest := all.Attempt; {
		case latest.Number > len(attempts):
			attempts = append(attempts, latest)
		case latest.Number > 0:
			attempts[latest.Number-1] = latest
		}
	}
	return attempts, nil
}

// Add counts one attempt. latest is her latest day of purchase up to the day as of which is
// counted; 0 where none is known beyond the attempt itself. Attempts of other ladders and
// days are left out.
//
// An attempt whose window is over and that has no result is customer.Faults: settle it first.
// So is one that no history leads to, and one that counts money in another currency than those
// before it: count these by themselves.
func (u *Uplift) Add(attempt Attempt, latest customer.Date) error {
	if err := checkMade(u.asOf != 0, "period", "NewUplift"); err != nil {
		return err
	}
	if attempt.Number == 0 || attempt.Ladder != u.ladder || !u.opened.Contains(attempt.Opened) {
		return nil
	}
	var faults customer.Faults
	if latest != 0 && (!latest.Valid() || latest > u.asOf) {
		faults.Add("latest", latest, "is a day up to that as of which is counted, or absent")
	}
	if attempt.Ends <= u.asOf && !attempt.Result.Valid() {
		faults.Add("attempt.result", attempt.Result, "is there once the window is over")
	}
	for i := range attempt.Taken {
		rung := attempt.Taken[i].Rung
		again := slices.ContainsFunc(attempt.Taken[:i], func(t Taken) bool { return t.Rung == rung })
		if again || rung == "" || len(rung) > customer.MaxText {
			faults.Add(fmt.Sprintf("attempt.taken[%d]", i), rung, "has a name, and is taken once")
		}
	}
	if err := faults.Err(); err != nil {
		return err
	}
	switch {
	case attempt.Ends > u.asOf:
		u.running++
		return nil
	case attempt.Result == NeverSilent:
		u.uncalled++
		return nil
	case !u.counts(attempt.Currency):
		faults.Add("attempt.currency", attempt.Currency.Code, "is that of the attempts before it, "+u.currency.Code)
		return faults
	}
	at, one := groupTreated, UpliftGroup{Attempts: 1}
	switch {
	case attempt.LostCase:
		at = groupLost
	case attempt.HeldOut:
		at = groupHeldOut
	}
	if attempt.Result == CameBack {
		one.CameBack, one.Spent = 1, attempt.Spent
		if attempt.Priced {
			one.Priced = 1
		}
	}
	if attempt.Silent != 0 {
		one.LifeDays = int64(max(latest, attempt.Back, attempt.Silent) - attempt.Silent)
	}
	sum := u.groups[at]
	sum.add(&one)
	if !one.possible() || !sum.possible() {
		faults.Add("attempt", attempt.Number, "has figures that the count can hold")
		return faults
	}
	if at == groupTreated {
		if err := u.addRungs(&attempt); err != nil {
			return err
		}
	}
	u.groups[at] = sum
	u.currency = cmp.Or(u.currency, attempt.Currency)
	return nil
}

// counts reports whether money of a currency can be added to what was counted.
func (u *Uplift) counts(currency customer.Currency) bool {
	none := customer.Currency{}
	return u.currency == none || currency == none || u.currency == currency
}

func (g *UpliftGroup) add(other *UpliftGroup) {
	more := other.fields()
	for i, field := range g.fields() {
		*field += *more[i]
	}
}

// addRungs counts the rungs of a treated attempt, all or none.
func (u *Uplift) addRungs(attempt *Attempt) error {
	added := 0
	for i := range attempt.Taken {
		if _, known := u.rungs[attempt.Taken[i].Rung]; !known {
			added++
		}
	}
	if len(u.rungs)+added > maxUpliftRungs {
		return tooManyRungs()
	}
	for i := range attempt.Taken {
		taken := &attempt.Taken[i]
		effect := u.rungs[taken.Rung]
		effect.Rung = taken.Rung
		effect.Taken++
		last := i+1 == len(attempt.Taken) || attempt.Taken[i+1].On > attempt.Back
		if attempt.Result == CameBack && taken.On <= attempt.Back && last {
			effect.CameBack++
			effect.Spent += attempt.Spent
		}
		u.rungs[taken.Rung] = effect
	}
	return nil
}

func tooManyRungs() error {
	var faults customer.Faults
	faults.Add("attempt.taken", maxUpliftRungs, "are rungs of so many names at most")
	return faults
}

// Merge counts every attempt that other counted. Those of another ladder, period or day do not
// merge.
func (u *Uplift) Merge(other *Uplift) error {
	if u.ladder != other.ladder || u.opened != other.opened || u.asOf != other.asOf {
		return fmt.Errorf("lifecycle: the uplift of %s from %s as of %s does not merge into that of %s from %s as of %s",
			other.ladder, other.opened.From, other.asOf, u.ladder, u.opened.From, u.asOf)
	}
	if !u.counts(other.currency) {
		return fmt.Errorf("lifecycle: the uplift of %s: %s does not merge into %s", u.ladder, other.currency.Code, u.currency.Code)
	}
	merged := u.groups
	for g := range merged {
		if merged[g].add(&other.groups[g]); !merged[g].possible() {
			return fmt.Errorf("lifecycle: the uplift of %s: more than can be counted", u.ladder)
		}
	}
	rungs := maps.Clone(u.rungs)
	for name, more := range other.rungs {
		effect := rungs[name]
		effect.Rung = name
		others := more.fields()
		for i, field := range effect.fields() {
			*field += *others[i]
		}
		rungs[name] = effect
	}
	if len(rungs) > maxUpliftRungs {
		return tooManyRungs()
	}
	u.groups, u.rungs, u.currency = merged, rungs, cmp.Or(u.currency, other.currency)
	u.running, u.uncalled = addFact(u.running, other.running), addFact(u.uncalled, other.uncalled)
	return nil
}

// Running is how many attempts were left out because their window is not over.
func (u *Uplift) Running() int64 { return u.running }

// Void is how many attempts were left out because she had bought before they opened.
func (u *Uplift) Void() int64 { return u.uncalled }

// LostCases are the attempts that a lost complaint opened. Nobody is held out of them, so
// there is nothing to hold them against.
func (u *Uplift) LostCases() UpliftGroup { return u.groups[groupLost] }

// Rungs returns what is counted of each rung, by its name.
func (u *Uplift) Rungs() []RungEffect {
	rungs := make([]RungEffect, 0, len(u.rungs))
	for _, name := range slices.Sorted(maps.Keys(u.rungs)) {
		rungs = append(rungs, u.rungs[name])
	}
	return rungs
}

// Lift is by how much more of those who were treated came back than of those who were held
// out, in thousandths, and whether that can be told at all; see population.Compare. Where too
// few were counted its figures are 0.
type Lift struct {
	Treated, HeldOut UpliftGroup
	Least            int64 // attempts that each group must have
	Value            int64 // ‰, rounded half away from zero
	Low, Top         int64 // ‰: the bounds of the 95 % interval, rounded outwards
	Verdict          population.Verdict
}

// Lift holds those who were treated against those held out. least is how many attempts each
// group must have for an answer.
func (u *Uplift) Lift(least int64) Lift {
	lift := Lift{Treated: u.groups[groupTreated], HeldOut: u.groups[groupHeldOut]}
	found := population.Compare(
		population.Share{Of: lift.Treated.CameBack, All: lift.Treated.Attempts},
		population.Share{Of: lift.HeldOut.CameBack, All: lift.HeldOut.Attempts}, least)
	lift.Least, lift.Verdict = found.Least, found.Verdict
	lift.Value, lift.Low, lift.Top = found.Permille()
	return lift
}

// ExtraSpent is what those who were treated spent on the day they came back beyond what the
// same number of those held out did, in minor units, rounded down; and false where too few
// were counted. It has no interval: few large purchases carry it, and whether the ladder works
// is what Verdict says.
func (l Lift) ExtraSpent() (minor int64, ok bool) { return l.extra(l.Treated.Spent, l.HeldOut.Spent) }

// ExtraLifeDays is the same for the days by which their lives as customers became longer.
func (l Lift) ExtraLifeDays() (days int64, ok bool) {
	return l.extra(l.Treated.LifeDays, l.HeldOut.LifeDays)
}

// extra is treated - heldOut · (treated attempts / held-out attempts), rounded down.
func (l Lift) extra(treated, heldOut int64) (int64, bool) {
	if l.Verdict == 0 || l.Verdict == population.TooFew {
		return 0, false
	}
	high, low := bits.Mul64(uint64(heldOut), uint64(l.Treated.Attempts))
	if high >= uint64(l.HeldOut.Attempts) {
		return 0, false // beyond any int64
	}
	anyway, rest := bits.Div64(high, low, uint64(l.HeldOut.Attempts))
	if rest > 0 {
		anyway++
	}
	if anyway > 1<<62 {
		return 0, false
	}
	return treated - int64(anyway), true
}

// Reasons says what was found: the two groups, then the verdict, then, where a difference is
// shown, what it brought in money and in days of life.
func (l Lift) Reasons() []customer.Reason {
	reasons := []customer.Reason{
		{Code: CodeUpliftTreated, Fact: l.Treated.CameBack, Mark: l.Treated.Attempts, Unit: customer.UnitTimes},
		{Code: CodeUpliftHeldOut, Fact: l.HeldOut.CameBack, Mark: l.HeldOut.Attempts, Unit: customer.UnitTimes},
	}
	found := customer.Reason{Fact: l.Low, Mark: l.Top, Unit: customer.UnitPermille}
	switch l.Verdict {
	case population.Higher:
		found.Code = CodeUpliftHigher
	case population.Lower:
		found.Code = CodeUpliftLower
	case population.NoDifference:
		found.Code = CodeUpliftNotShown
	case population.TooFew:
		found = customer.Reason{
			Code: CodeUpliftTooFew, Fact: min(l.Treated.Attempts, l.HeldOut.Attempts), Mark: l.Least, Unit: customer.UnitTimes,
		}
	default:
		return nil // the zero Lift
	}
	reasons = append(reasons, found)
	if l.Verdict != population.Higher && l.Verdict != population.Lower {
		return reasons // what chance may have brought is told as no gain
	}
	if l.Treated.Priced+l.HeldOut.Priced > 0 {
		if spent, ok := l.ExtraSpent(); ok {
			reasons = append(reasons, customer.Reason{Code: CodeUpliftSpent, Fact: spent, Mark: l.Treated.Spent, Unit: customer.UnitMinor})
		}
	}
	if days, ok := l.ExtraLifeDays(); ok {
		reasons = append(reasons, customer.Reason{Code: CodeUpliftLife, Fact: days, Mark: l.Treated.Attempts, Unit: customer.UnitDays})
	}
	return reasons
}

// upliftVersion is the format of MarshalBinary.
const upliftVersion = 1

// MarshalBinary writes the counts, rungs by name, so that equal counts have equal bytes.
func (u *Uplift) MarshalBinary() ([]byte, error) {
	data := binary.AppendUvarint([]byte{upliftVersion}, uint64(len(u.ladder)))
	data = population.AppendPeriod(append(data, u.ladder...), u.opened)
	data = binary.AppendUvarint(data, uint64(u.asOf))
	for g := range u.groups {
		for _, field := range u.groups[g].fields() {
			data = binary.AppendUvarint(data, uint64(*field))
		}
	}
	data = binary.AppendUvarint(population.AppendBytes(data, u.currency.Code), uint64(u.currency.Digits))
	data = binary.AppendUvarint(data, uint64(u.running))
	data = binary.AppendUvarint(data, uint64(u.uncalled))
	data = binary.AppendUvarint(data, uint64(len(u.rungs)))
	previous := ""
	for _, rung := range u.Rungs() {
		data = population.AppendKey(data, previous, rung.Rung)
		for _, field := range rung.fields() {
			data = binary.AppendUvarint(data, uint64(*field))
		}
		previous = rung.Rung
	}
	return data, nil
}

// UnmarshalBinary reads what MarshalBinary wrote; at an error the counts stay as they were.
func (u *Uplift) UnmarshalBinary(data []byte) error {
	from := population.NewDecoder(data, upliftVersion)
	read := Uplift{ladder: string(from.Bytes()), opened: from.Period(), asOf: customer.Date(from.Uint32()), rungs: make(map[string]RungEffect)}
	if read.ladder == "" || len(read.ladder) > customer.MaxText || !read.asOf.Valid() {
		from.Fail("no ladder, or no day")
	}
	for g := range read.groups {
		for _, field := range read.groups[g].fields() {
			*field = from.Count()
		}
		if !read.groups[g].possible() {
			from.Fail("more of a part than of the whole")
		}
	}
	read.currency = customer.Currency{Code: string(from.Bytes()), Digits: int32(from.Uint32())}
	if read.currency != (customer.Currency{}) && read.currency.Validate() != nil {
		from.Fail("no currency")
	}
	if read.running, read.uncalled = from.Count(), from.Count(); max(read.running, read.uncalled) > maxFact {
		from.Fail("counts out of range")
	}
	read.readRungs(from)
	if err := from.Close(); err != nil {
		return fmt.Errorf("lifecycle: uplift: %w", err)
	}
	*u = read
	return nil
}

// readRungs reads rungs by ascending name, none of which is more than the treated are.
func (u *Uplift) readRungs(from *population.Decoder) {
	treated, previous := &u.groups[groupTreated], ""
	back, spent := treated.CameBack, treated.Spent
	n := from.Uvarint()
	if n > maxUpliftRungs {
		from.Fail("too many rungs")
	}
	for ; n > 0 && from.Err() == nil; n-- {
		rung := RungEffect{Rung: population.ReadKey(from, previous)}
		for _, field := range rung.fields() {
			*field = from.Count()
		}
		if rung.Rung <= previous || len(rung.Rung) > customer.MaxText || rung.Taken < 1 || rung.Taken > treated.Attempts ||
			rung.CameBack > min(back, rung.Taken) || rung.Spent > spent || rung.CameBack == 0 && rung.Spent > 0 {
			from.Fail("a rung is out of order, or more than all")
		}
		back, spent = back-rung.CameBack, spent-rung.Spent
		u.rungs[rung.Rung], previous = rung, rung.Rung
	}
}
