package lifecycle

import (
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Vouch is the request that a customer may bring others from now on: she asks for her
// code, or somebody names her at the till.
type Vouch struct {
	Ref      string      `json:"ref"`
	At       time.Time   `json:"at"`
	Customer customer.ID `json:"customer"`
}

// Canonical writes the request for a fingerprint.
func (v Vouch) Canonical(c *customer.Canonical) {
	c.Text("ref", v.Ref)
	c.Time("at", v.At)
	c.Text("customer", string(v.Customer))
}

// Vouch books that a customer may bring others. She must have bought: first is her first
// day of purchase, as far as the host knows, and zero where there is none. It is no part of
// the request, since it may be known better when the request is sent again. From now on
// she cannot be brought herself, so book who brought her first. One who has vouched gets an
// empty decision.
func (r *Referrals) Vouch(standing Standing, vouch Vouch, first customer.Date) (Decision, error) {
	var faults customer.Faults
	faults.Name("ref", vouch.Ref)
	faults.Instant("at", vouch.At)
	checkRef(&faults, "customer", string(vouch.Customer))
	faults.Day("first", first)
	standing.Brought.checkOf(&faults, "customer", vouch.Customer)
	if err := faults.Err(); err != nil {
		return Decision{}, err
	}
	d, err := open(r.rules.Edition, r.zone, standing, vouch.At, vouch.Ref)
	if err != nil || standing.Brought.Vouched != 0 {
		return Decision{Next: standing}, err
	}
	if first == 0 || first > d.day {
		return refuse(r.name, customer.Reason{Code: CodeReferralNoPurchase, On: d.day})
	}
	d.post(Entry{
		Kind: Vouched, Bond: Bond{By: vouch.Customer, Since: first},
		Because: customer.Reason{Code: CodeReferralVouched, On: first},
	})
	return d.decision()
}

// Introduction is the request to record who brought a newcomer. It belongs into the
// newcomer's standing.
type Introduction struct {
	Ref      string      `json:"ref"`
	At       time.Time   `json:"at"` // when she was brought; how long ago that may be is for the host to say
	Newcomer customer.ID `json:"newcomer"`
	By       customer.ID `json:"by"`
}

// Canonical writes the request for a fingerprint.
func (i Introduction) Canonical(c *customer.Canonical) {
	c.Text("ref", i.Ref)
	c.Time("at", i.At)
	c.Text("newcomer", string(i.Newcomer))
	c.Text("by", string(i.By))
}

// Acquaintance is what a host knows of the two people of an introduction when it decides.
// It is no part of the request, since it may be known better when the request is sent
// again.
type Acquaintance struct {
	Referrer Standing      // of the one who brings, as loaded from the store; an old copy does no harm
	First    customer.Date // the newcomer's first day of purchase, with whichever card; zero: she has not bought
	// OnePerson says that, by the host's register of identities, both are one person with
	// two cards, or one household, whichever the shop does not reward. A second card that
	// somebody else brings is no newcomer by First.
	OnePerson bool
}

// Bring books who brought a newcomer, with the rules' terms as they are now. The one who
// brings has vouched (see [Referrals.Vouch]) and bought by that day; the newcomer has not
// bought before that day, has not vouched and was not brought already. Her first basket on
// the same day counts as new: she may say at the till who sent her.
func (r *Referrals) Bring(standing Standing, introduction Introduction, known Acquaintance) (Decision, error) {
	var faults customer.Faults
	checkRef(&faults, "ref", introduction.Ref)
	faults.Instant("at", introduction.At)
	checkRef(&faults, "newcomer", string(introduction.Newcomer))
	checkRef(&faults, "by", string(introduction.By))
	faults.Day("first", known.First)
	standing.Brought.checkOf(&faults, "newcomer", introduction.Newcomer)
	if err := faults.Err(); err != nil {
		return Decision{}, err
	}
	d, err := open(r.rules.Edition, r.zone, standing, introduction.At, introduction.Ref)
	if err != nil {
		return Decision{}, err
	}
	if missing := d.strangers(introduction, known); len(missing) > 0 {
		return refuse(r.name, missing...)
	}
	bond := Bond{
		Ref: introduction.Ref, Newcomer: introduction.Newcomer, By: introduction.By,
		Since: known.Referrer.Brought.Vouched, On: d.day, Terms: r.rules.ReferralTerms.own(),
	}
	d.post(Entry{
		Kind: Brought, Bond: bond,
		Because: customer.Reason{
			Code: CodeReferralBrought, Mark: bond.Terms.LeastMinor, Unit: customer.UnitMinor,
			On: d.day, By: min(bond.last(), customer.MaxDate),
		},
	})
	return d.decision()
}

// strangers is everything that speaks against an introduction.
func (d *desk) strangers(introduction Introduction, known Acquaintance) (missing []customer.Reason) {
	no := func(code string, on, by customer.Date) {
		missing = append(missing, customer.Reason{Code: code, On: on, By: by})
	}
	own, other := d.ground.Brought, known.Referrer.Brought
	switch {
	case introduction.Newcomer == introduction.By:
		no(CodeReferralSelf, d.day, 0)
	case known.OnePerson:
		no(CodeReferralOnePerson, d.day, 0)
	}
	if other.Vouched == 0 || other.As != introduction.By { // or it is somebody else's standing
		no(CodeReferralNoVouch, d.day, 0)
	} else if other.Vouched > d.day {
		no(CodeReferralTooEarly, other.Vouched, d.day)
	}
	if own.Vouched != 0 {
		no(CodeReferralBrings, own.Vouched, 0)
	}
	if own.State != 0 && own.State != BondWithdrawn || len(own.Dues) > 0 {
		no(CodeReferralAlready, own.Bond.On, 0)
	}
	if known.First != 0 && known.First < d.day {
		no(CodeReferralNotNew, known.First, d.day)
	}
	return missing
}

// Settling is the request to look whether a referral is to be rewarded.
type Settling struct {
	Ref string    `json:"ref"`
	At  time.Time `json:"at"`
}

// Canonical writes the request for a fingerprint.
func (s Settling) Canonical(c *customer.Canonical) {
	c.Text("ref", s.Ref)
	c.Time("at", s.At)
}

// FirstPurchase is what a host knows of a newcomer's first day of purchase when it
// decides. The zero FirstPurchase says that she has not bought.
type FirstPurchase struct {
	On        customer.Date
	PaidMinor int64 // for all goods of that day, in minor units of the rule book's currency
	BackMinor int64 // of it, for goods that came back until now; above PaidMinor counts as all
	// Capped says that whoever brought her has been rewarded as often as the shop allows (see
	// [Bond.Quota]). Then only the newcomer's rewards are owed.
	Capped bool
}

// Settle books what has become of an open referral: rewarded or forfeited, each at most
// once, by the terms that were promised. While it is too early the decision is empty and
// its reason says until when; where nothing is open it is empty without one. Run it every
// night for standings whose bond is open; a purchase that an offline till reports late
// counts, as long as it is known before the return days after the last day are over.
//
// A promise is kept when the rule book is no longer in force, too: that a shop ends its
// referrals does not end what it owes. Any edition settles it that counts in the currency
// of the promise; in another one it is an error.
func (r *Referrals) Settle(standing Standing, settling Settling, first FirstPurchase) (Decision, error) {
	var faults customer.Faults
	faults.Name("ref", settling.Ref)
	faults.Instant("at", settling.At)
	faults.Day("on", first.On)
	checkReferralMinor(&faults, "paid_minor", first.PaidMinor)
	checkReferralMinor(&faults, "back_minor", first.BackMinor)
	if err := faults.Err(); err != nil {
		return Decision{}, err
	}
	d, err := open(r.always(), r.zone, standing, settling.At, settling.Ref)
	if err != nil {
		return Decision{}, err
	}
	bond := standing.Brought.Bond
	if standing.Brought.State != BondOpen {
		return Decision{Next: standing}, nil
	}
	terms := &bond.Terms
	if terms.Currency != r.rules.Currency {
		return Decision{}, fmt.Errorf("lifecycle: referral %q was promised in %s, and %s counts in %s", bond.Ref, terms.Currency.Code, r.name, r.rules.Currency.Code)
	}
	last := bond.last()
	bought := first.On != 0 && first.On <= last
	closes := last + customer.Date(terms.RewardAfterDays) + 1 // where the calendar ends before it, nothing is settled
	if bought {
		closes = first.On + customer.Date(terms.RewardAfterDays) + 1
	}
	left := first.PaidMinor - min(first.BackMinor, first.PaidMinor)
	because := customer.Reason{Fact: left, Mark: terms.LeastMinor, Unit: customer.UnitMinor, On: first.On}
	switch {
	case d.day < closes:
		d.why(customer.Reason{Code: CodeReferralWaits, On: d.day, By: min(closes, customer.MaxDate)})
		return d.decision()
	case !bought:
		because = customer.Reason{Code: CodeReferralLate, On: bond.On, By: last}
	case first.On < bond.On:
		because = customer.Reason{Code: CodeReferralNotNew, On: first.On, By: bond.On}
	case first.PaidMinor < terms.LeastMinor:
		because.Code, because.Fact = CodeReferralSmall, first.PaidMinor
	case left < terms.LeastMinor:
		because.Code = CodeReferralReturned
	default:
		return d.reward(bond, first.Capped, because)
	}
	d.post(Entry{Kind: Forfeited, Because: because})
	return d.decision()
}

// reward books the rewards of a referral, or, where a limit leaves none, that there are
// none.
func (d *desk) reward(bond Bond, capped bool, because customer.Reason) (Decision, error) {
	limit := customer.Reason{Code: CodeReferralCapped, On: bond.On}
	dues := bond.dues(capped)
	if len(dues) == 0 {
		d.post(Entry{Kind: Forfeited, Because: limit})
		return d.decision()
	}
	because.Code = CodeReferralOwed
	d.post(Entry{Kind: Rewarded, Dues: dues, Because: because})
	if capped && len(bond.Terms.ForReferrer) > 0 {
		d.why(limit)
	}
	return d.decision()
}

// Withdrawal is the request to undo an introduction: another one was meant, or both turned
// out to be one person.
type Withdrawal struct {
	Ref          string    `json:"ref"`
	At           time.Time `json:"at"`
	Introduction string    `json:"introduction"`         // its Ref
	OnePerson    bool      `json:"one_person,omitempty"` // why; otherwise it was a mistake
}

// Canonical writes the request for a fingerprint.
func (w Withdrawal) Canonical(c *customer.Canonical) {
	c.Text("ref", w.Ref)
	c.Time("at", w.At)
	c.Text("introduction", w.Introduction)
	c.Bool("one_person", w.OnePerson)
}

// Withdraw books that nobody brought her after all. Unless it was rewarded she can then be
// brought by somebody else, on the usual conditions. What was owed for it stays in
// Referral.Dues, for the host to take back where it went; a second reward there never is.
// An introduction that is not there is refused; one that was withdrawn is left as it is. As
// with Settle, the rule book need not be in force any more.
func (r *Referrals) Withdraw(standing Standing, withdrawal Withdrawal) (Decision, error) {
	var faults customer.Faults
	faults.Name("ref", withdrawal.Ref)
	faults.Instant("at", withdrawal.At)
	faults.Name("introduction", withdrawal.Introduction)
	if err := faults.Err(); err != nil {
		return Decision{}, err
	}
	d, err := open(r.always(), r.zone, standing, withdrawal.At, withdrawal.Ref)
	if err != nil {
		return Decision{}, err
	}
	own := standing.Brought
	switch {
	case own.State == 0 || own.Bond.Ref != withdrawal.Introduction:
		return refuse(r.name, customer.Reason{Code: CodeReferralNone, On: d.day})
	case own.State == BondWithdrawn:
		return Decision{Next: standing}, nil
	}
	because := customer.Reason{Code: CodeReferralMistake, On: own.Bond.On}
	if withdrawal.OnePerson {
		because.Code = CodeReferralOnePerson
	}
	d.post(Entry{Kind: Withdrawn, Bond: Bond{Ref: own.Bond.Ref}, Because: because})
	if len(own.Dues) > 0 {
		d.why(customer.Reason{Code: CodeReferralTakeBack, Fact: int64(len(own.Dues)), Unit: customer.UnitTimes, On: own.Bond.On})
	}
	return d.decision()
}

// always is the edition without its days.
func (r *Referrals) always() customer.Edition {
	return customer.Edition{ID: r.rules.ID, Version: r.rules.Version}
}

// checkOf notes a fault unless the standing may be that of a customer.
func (r *Referral) checkOf(faults *customer.Faults, path string, id customer.ID) {
	if !r.of(id) {
		faults.Add(path, string(id), "is the customer whose standing it is")
	}
}

func checkReferralMinor(faults *customer.Faults, path string, minor int64) {
	if minor < 0 || minor > population.MaxAmount {
		faults.Add(path, minor, "is 0 to 1000000000000")
	}
}
