package lifecycle

import (
	"strconv"
	"strings"

	"github.com/rapport-crm/rapport/customer"
)

// Play is one thing to do.
type Play struct {
	ID    string   `json:"id"`    // once in the playbook
	Stage Stage    `json:"stage"` // of the customers it is for
	Kind  PlayKind `json:"kind"`  // one that the stage has, see [PlayKind]: nobody mature is won back
	// Trigger says from which day it counts. OnFirstPurchase is for Developing, and goes on
	// when she grows: a regular after a week is still new. OnReturning is for Growing.
	Trigger   Trigger `json:"trigger"`
	AfterDays int     `json:"after_days,omitempty"` // from that day to the first day on which it may be done; 0 to 3660
	DueDays   int     `json:"due_days"`             // from the first day to the last on which it may be done; 0 to 3660
	EveryDays int     `json:"every_days,omitempty"` // of WhileStaying, and of no other trigger: again so many days later; 1 to 3660
	Role      string  `json:"role"`                 // who does it: "shop manager"
	// Promotion says that it sells. Whoever has an open complaint, or wants no
	// advertisement, is spared it; the caller sees to that.
	Promotion bool `json:"promotion,omitempty"`
}

func (p *Play) check(faults *customer.Faults, path string) {
	faults.Name(path+".id", p.ID)
	switch {
	case !p.Stage.Valid():
		faults.Add(path+".stage", uint8(p.Stage), "is a stage")
	case !p.Kind.Valid():
		faults.Add(path+".kind", uint8(p.Kind), "is a kind of play")
	case !p.Kind.fits(p.Stage):
		faults.Add(path+".kind", p.Kind, "is a kind that the stage has: "+playKindsOf(p.Stage))
	}
	switch {
	case !p.Trigger.Valid():
		faults.Add(path+".trigger", uint8(p.Trigger), "is a trigger")
	case p.Trigger == OnFirstPurchase && p.Stage != Developing, p.Trigger == OnReturning && p.Stage != Growing:
		faults.Add(path+".trigger", p.Trigger, "goes with the stage: first-purchase with developing, returning with growing")
	}
	faults.Within(path+".after_days", p.AfterDays, 0, MaxPlayDays)
	faults.Within(path+".due_days", p.DueDays, 0, MaxPlayDays)
	if p.Trigger == WhileStaying {
		faults.Within(path+".every_days", p.EveryDays, 1, MaxPlayDays)
	} else if p.EveryDays != 0 {
		faults.Add(path+".every_days", p.EveryDays, "is for the trigger staying only")
	}
	faults.Name(path+".role", p.Role)
}

// base is the day from which a play counts for somebody, and whether it is for her.
func (p *Play) base(life *Life) (customer.Date, bool) {
	switch p.Trigger {
	case OnEntering, WhileStaying:
		return life.Since, life.Stage == p.Stage
	case OnFirstPurchase:
		return life.First, life.Cycle == 1 && life.Stage != Ending
	case OnReturning:
		return life.Back, life.Back != 0 && life.Stage == p.Stage
	}
	return 0, false
}

// PlayKind says what a play does. The zero PlayKind is refused. A stage has the kinds that serve
// it:
//
//	Potential    brand, advert
//	Developing   welcome, cross-sell
//	Growing      cross-sell, points, threshold, member
//	Mature       cross-sell, points, threshold, member, priority, personal
//	Ending       win-back
type PlayKind uint8

// The kinds of plays. Their texts are format.
const (
	BrandPlay     PlayKind = iota + 1 // makes the shop's name known
	AdvertPlay                        // advertises
	WelcomePlay                       // sees to it that the first purchase serves her
	CrossSellPlay                     // offers what a partner sells, or has a partner offer the shop's
	PointsPlay                        // points for what she buys
	ThresholdPlay                     // something for reaching a mark
	MemberPlay                        // a promotion for members
	PriorityPlay                      // serves her before others
	PersonalPlay                      // one to one: a call, a visit
	WinBackPlay                       // wins her back
)

// String returns the stored text.
func (k PlayKind) String() string {
	switch k {
	case BrandPlay:
		return "brand"
	case AdvertPlay:
		return "advert"
	case WelcomePlay:
		return "welcome"
	case CrossSellPlay:
		return "cross-sell"
	case PointsPlay:
		return "points"
	case ThresholdPlay:
		return "threshold"
	case MemberPlay:
		return "member"
	case PriorityPlay:
		return "priority"
	case PersonalPlay:
		return "personal"
	case WinBackPlay:
		return "win-back"
	}
	return "play " + strconv.Itoa(int(k))
}

// Valid reports whether k is one of the kinds.
func (k PlayKind) Valid() bool { return k >= BrandPlay && k <= WinBackPlay }

// MarshalText writes the stored text; anything else is an error.
func (k PlayKind) MarshalText() ([]byte, error) {
	return customer.WriteStored("lifecycle", k, WinBackPlay)
}

// UnmarshalText reads what MarshalText wrote.
func (k *PlayKind) UnmarshalText(text []byte) error {
	return customer.ReadStored("lifecycle", "kind of play", k, WinBackPlay, text)
}

// fits reports whether a kind of play belongs to a stage.
func (k PlayKind) fits(stage Stage) bool {
	switch k {
	case BrandPlay, AdvertPlay:
		return stage == Potential
	case WelcomePlay:
		return stage == Developing
	case CrossSellPlay:
		return stage == Developing || stage == Growing || stage == Mature
	case PointsPlay, ThresholdPlay, MemberPlay:
		return stage == Growing || stage == Mature
	case PriorityPlay, PersonalPlay:
		return stage == Mature
	case WinBackPlay:
		return stage == Ending
	}
	return false
}

// playKindsOf lists the kinds that a stage has.
func playKindsOf(stage Stage) string {
	var kinds []string
	for k := BrandPlay; k.Valid(); k++ {
		if k.fits(stage) {
			kinds = append(kinds, k.String())
		}
	}
	return strings.Join(kinds, ", ")
}

// Trigger says from which day a play counts. The zero Trigger is refused.
type Trigger uint8

// The triggers. Their texts are format.
const (
	OnEntering      Trigger = iota + 1 // the day on which she came into the stage, by whichever edge
	OnFirstPurchase                    // the day of her first purchase
	OnReturning                        // the day on which she was found to be back
	WhileStaying                       // the day on which she came into the stage, again and again
)

// String returns the stored text.
func (t Trigger) String() string {
	switch t {
	case OnEntering:
		return "entering"
	case OnFirstPurchase:
		return "first-purchase"
	case OnReturning:
		return "returning"
	case WhileStaying:
		return "staying"
	}
	return "trigger " + strconv.Itoa(int(t))
}

// Valid reports whether t is one of the triggers.
func (t Trigger) Valid() bool { return t >= OnEntering && t <= WhileStaying }

// MarshalText writes the stored text; anything else is an error.
func (t Trigger) MarshalText() ([]byte, error) {
	return customer.WriteStored("lifecycle", t, WhileStaying)
}

// UnmarshalText reads what MarshalText wrote.
func (t *Trigger) UnmarshalText(text []byte) error {
	return customer.ReadStored("lifecycle", "trigger", t, WhileStaying, text)
}
