package lifecycle

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Bounds of referrals.
const (
	MaxRewards = 10  // for each side of a referral
	MaxRef     = 200 // bytes of an ID or a reference: rewards, quotas and errands are named after it
)

// ReferralRules is the rule book of referrals, as plain data.
type ReferralRules struct {
	customer.Edition

	Zone string `json:"zone"` // IANA name; whose midnight begins a day

	ReferralTerms

	// StayedFromDays and StayedUntilDays say who stayed: somebody brought who bought again
	// from so many to so many days after her first purchase, both days included. 1 to 3660.
	// Until the last of these days is over nobody is said to have gone.
	StayedFromDays  int `json:"stayed_from_days"`
	StayedUntilDays int `json:"stayed_until_days"`
}

// ReferralTerms is what is promised to both sides when somebody is brought. They are
// pinned with the referral, so that a later edition changes no promise.
type ReferralTerms struct {
	Currency customer.Currency `json:"currency"` // of LeastMinor
	// WithinDays is for how many days after the day of the referral a first purchase counts:
	// 0 to 3660.
	WithinDays int `json:"within_days"`
	// LeastMinor is what the newcomer's purchases of her first day must come to, in minor
	// units, returned goods taken off: 1 to 10¹².
	LeastMinor int64 `json:"least_minor"`
	// RewardAfterDays is for how many days after that day goods can come back: 0 to 3660.
	// Nothing is rewarded, and nothing forfeited, before they are over.
	RewardAfterDays int `json:"reward_after_days"`
	// ForReferrer and ForNewcomer are what each of them gets. Not both are empty.
	ForReferrer []Reward `json:"for_referrer,omitempty"`
	ForNewcomer []Reward `json:"for_newcomer,omitempty"`
}

// Reward is points or a coupon, as another package knows it.
type Reward struct {
	Points int64  `json:"points,omitzero"`  // in the programme's smallest unit: 1 to 10¹²
	Coupon string `json:"coupon,omitempty"` // the host's name for it
}

// ParseReferralRules reads ReferralRules from JSON, strictly; see customer.ParseRules.
// NewReferrals checks what they say.
func ParseReferralRules(data []byte) (ReferralRules, error) {
	return customer.ParseRules[ReferralRules](data)
}

// Referrals is the compiled rule book. It decides who brought whom and when that is
// rewarded. It is immutable and safe for concurrent use.
type Referrals struct {
	rules ReferralRules
	name  string
	zone  *time.Location
}

// NewReferrals checks the rules whole, returning customer.Faults, and compiles them. The
// zone must be the one that the rules name.
func NewReferrals(rules ReferralRules, zone *time.Location) (*Referrals, error) {
	var faults customer.Faults
	rules.Edition.Check(&faults)
	faults.Zone("zone", rules.Zone, zone)
	rules.ReferralTerms.check(&faults)
	if len(rules.ForReferrer)+len(rules.ForNewcomer) == 0 {
		faults.Add("for_referrer", "", "is not empty where for_newcomer is")
	}
	faults.Within("stayed_from_days", rules.StayedFromDays, 1, 3660)
	faults.Within("stayed_until_days", rules.StayedUntilDays, max(1, rules.StayedFromDays), 3660)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	rules.ReferralTerms = rules.ReferralTerms.own()
	return &Referrals{rules: rules, name: rules.Name(), zone: zone}, nil
}

func (t ReferralTerms) check(faults *customer.Faults) {
	faults.Currency("currency", t.Currency)
	faults.Within("within_days", t.WithinDays, 0, 3660)
	if t.LeastMinor < 1 || t.LeastMinor > population.MaxAmount {
		faults.Add("least_minor", t.LeastMinor, "is 1 to 1000000000000")
	}
	faults.Within("reward_after_days", t.RewardAfterDays, 0, 3660)
	checkRewards(faults, "for_referrer", t.ForReferrer)
	checkRewards(faults, "for_newcomer", t.ForNewcomer)
}

// own returns the terms with lists that nobody else has.
func (t ReferralTerms) own() ReferralTerms {
	t.ForReferrer, t.ForNewcomer = slices.Clone(t.ForReferrer), slices.Clone(t.ForNewcomer)
	return t
}

func checkRewards(faults *customer.Faults, path string, rewards []Reward) {
	faults.Within(path, len(rewards), 0, MaxRewards)
	for i, reward := range rewards[:min(len(rewards), MaxRewards)] {
		place := fmt.Sprintf("%s[%d]", path, i)
		switch {
		case (reward.Points == 0) == (reward.Coupon == ""):
			faults.Add(place, reward.Coupon, "is points or a coupon")
		case reward.Points < 0 || reward.Points > population.MaxAmount:
			faults.Add(place+".points", reward.Points, "is 1 to 1000000000000")
		}
		faults.Text(place+".coupon", reward.Coupon)
	}
}

// Bond is who brought whom, with the terms as they were promised.
type Bond struct {
	Ref      string        `json:"ref,omitempty"`      // the introduction's
	Newcomer customer.ID   `json:"newcomer,omitempty"` // who was brought
	By       customer.ID   `json:"by,omitempty"`       // who brought her
	Since    customer.Date `json:"since,omitzero"`     // the first day of purchase of the one who brings
	On       customer.Date `json:"on,omitzero"`        // the day of the introduction
	Terms    ReferralTerms `json:"terms,omitzero"`
}

// BondState is what became of a referral. The zero BondState is that of somebody whom
// nobody brought.
type BondState uint8

// The states. Their texts are format.
const (
	BondOpen      BondState = iota + 1 // the first purchase, or the end of its returns, is awaited
	BondRewarded                       // the rewards are owed, once and for all
	BondForfeited                      // there will be none; still she was brought
	BondWithdrawn                      // she was not brought after all
)

// String returns the stored text.
func (b BondState) String() string {
	switch b {
	case BondOpen:
		return "open"
	case BondRewarded:
		return "rewarded"
	case BondForfeited:
		return "forfeited"
	case BondWithdrawn:
		return "withdrawn"
	}
	return "bond state " + strconv.Itoa(int(b))
}

// MarshalText writes the stored text; anything else is an error.
func (b BondState) MarshalText() ([]byte, error) {
	return customer.WriteStored("lifecycle", b, BondWithdrawn)
}

// UnmarshalText reads what MarshalText wrote.
func (b *BondState) UnmarshalText(text []byte) error {
	return customer.ReadStored("lifecycle", "bond state", b, BondWithdrawn, text)
}

// Referral is a customer's part in bringing customers: who brought her, and whether she
// may bring others.
//
// There are no cycles, of whatever length and however requests race. Whoever brings
// somebody has vouched before; whoever has vouched can no longer be brought; and neither
// is ever undone. So along every chain the entries Vouched stand in strictly ascending
// order of commits, and no chain comes back to where it began. Each half of this is one
// entry in one standing, which a Store commits one after another, and an old copy of the
// referrer's standing serves as well as a new one: a vouch that is in it stays.
type Referral struct {
	Vouched customer.Date `json:"vouched,omitzero"` // her first day of purchase, once she may bring others
	As      customer.ID   `json:"as,omitempty"`     // and the ID under which she vouched
	Bond    Bond          `json:"bond,omitzero"`    // who brought her
	State   BondState     `json:"state,omitzero"`   // of Bond
	Dues    []RewardDue   `json:"dues,omitempty"`   // once BondRewarded: what is owed to whom
}

// RewardDue is one reward that somebody is owed, for the host to carry into the books
// where points and coupons are. Ref is the same however often it is asked for: under a key
// made of it, it is booked there once.
type RewardDue struct {
	Ref string      `json:"ref"` // introduction's Ref, then "/referrer/1", "/newcomer/1", …
	To  customer.ID `json:"to"`
	Reward
}

// Quota names the quota (see package customer/quota) that limits how often one customer is
// rewarded in a calendar month: that of the introduction, so that it is the same on every
// retry. The claim's key is the introduction's Ref.
func (b Bond) Quota() string {
	year, month, _ := b.On.Civil()
	return fmt.Sprintf("referral/%s/%04d-%02d", b.By, year, int(month))
}

// last is the last day on which a first purchase counts, though the calendar end before it.
func (b Bond) last() customer.Date { return b.On + customer.Date(b.Terms.WithinDays) }

func (r *Referral) note(e *Entry) error {
	switch {
	case e.Kind == Vouched:
		return r.noteVouched(e)
	case e.Kind == Brought:
		return r.noteBrought(e)
	case e.Kind == Rewarded:
		if r.State != BondOpen {
			return errors.New("no referral is open")
		}
		if err := checkDues(e.Dues, r.Bond); err != nil {
			return err
		}
		r.State, r.Dues = BondRewarded, slices.Clone(e.Dues)
		return nil
	case e.Kind == Forfeited:
		if r.State != BondOpen {
			return errors.New("no referral is open")
		}
		r.State = BondForfeited
		return nil
	default: // Withdrawn
		if r.State == 0 || r.State == BondWithdrawn || e.Bond.Ref != r.Bond.Ref {
			return errors.New("there is no such referral")
		}
		r.State = BondWithdrawn
		return nil
	}
}

func (r *Referral) noteVouched(e *Entry) error {
	var faults customer.Faults
	checkRef(&faults, "by", string(e.Bond.By))
	switch {
	case len(faults) > 0:
		return faults
	case !r.of(e.Bond.By):
		return errors.New("it is the standing of somebody else")
	case !e.Bond.Since.Valid() || e.Bond.Since > e.On || r.Vouched != 0:
		return errors.New("she has vouched already, or before she bought")
	}
	r.Vouched, r.As = e.Bond.Since, e.Bond.By
	return nil
}

func (r *Referral) noteBrought(e *Entry) error {
	b, faults := e.Bond, customer.Faults{}
	checkRef(&faults, "ref", b.Ref)
	checkRef(&faults, "newcomer", string(b.Newcomer))
	checkRef(&faults, "by", string(b.By))
	b.Terms.check(&faults)
	switch {
	case r.Vouched != 0:
		return errors.New("who has vouched cannot be brought")
	case r.State != 0 && r.State != BondWithdrawn || len(r.Dues) > 0:
		return errors.New("she was brought already")
	case !r.of(b.Newcomer):
		return errors.New("it is the standing of somebody else")
	case b.By == b.Newcomer || !b.Since.Valid() || b.Since > b.On || b.On != e.On:
		return errors.New("nobody brings herself, or before she bought")
	case len(faults) > 0:
		return faults
	}
	b.Terms = b.Terms.own()
	r.Bond, r.State = b, BondOpen
	return nil
}

// checkDues holds what is owed against the terms: each reward at most once, to whom it was
// promised.
func checkDues(dues []RewardDue, b Bond) error {
	if len(dues) == 0 {
		return errors.New("nothing is owed")
	}
	promised := b.dues(false)
	for _, due := range dues {
		i := slices.Index(promised, due)
		if i < 0 {
			return fmt.Errorf("%q was not promised", due.Ref)
		}
		promised = promised[i+1:]
	}
	return nil
}

// dues are the rewards by the terms of a referral, the referrer's first. Capped leaves
// those out.
func (b Bond) dues(capped bool) []RewardDue {
	var dues []RewardDue
	side := func(name string, to customer.ID, rewards []Reward) {
		for i, reward := range rewards {
			dues = append(dues, RewardDue{Ref: fmt.Sprintf("%s/%s/%d", b.Ref, name, i+1), To: to, Reward: reward})
		}
	}
	if !capped {
		side("referrer", b.By, b.Terms.ForReferrer)
	}
	side("newcomer", b.Newcomer, b.Terms.ForNewcomer)
	return dues
}

// of reports whether the standing may be that of a customer: one that names another is not.
func (r *Referral) of(id customer.ID) bool {
	return (r.As == "" || r.As == id) && (r.Bond.Newcomer == "" || r.Bond.Newcomer == id)
}

// checkRef notes the faults of an ID or a reference after which something else is named.
func checkRef(faults *customer.Faults, path, text string) {
	faults.Name(path, text)
	if len(text) > MaxRef {
		faults.Add(path, text, "has at most 200 bytes")
	}
}
