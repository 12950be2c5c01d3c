package lifecycle

import (
	"strconv"

	"github.com/rapport-crm/rapport/customer"
)

// PlayKind says what a play does. The zero PlayKind is refused.
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

// Trigger says from which day a play counts. The zero Trigger is refused.
type Trigger uint8

// The triggers. Their texts are format.
const (
	Entering    Trigger = iota + 1 // the day on which she came into the stage, by whichever edge
	FirstBought                    // the day of her first purchase
	Returning                      // the day on which she was found to be back
	Staying                        // the day on which she came into the stage, again and again
)

// String returns the stored text.
func (t Trigger) String() string {
	switch t {
	case Entering:
		return "entering"
	case FirstBought:
		return "first-purchase"
	case Returning:
		return "returning"
	case Staying:
		return "staying"
	}
	return "trigger " + strconv.Itoa(int(t))
}

// Valid reports whether t is one of the triggers.
func (t Trigger) Valid() bool { return t >= Entering && t <= Staying }

// MarshalText writes the stored text; anything else is an error.
func (t Trigger) MarshalText() ([]byte, error) { return customer.WriteStored("lifecycle", t, Staying) }

// UnmarshalText reads what MarshalText wrote.
func (t *Trigger) UnmarshalText(text []byte) error {
	return customer.ReadStored("lifecycle", "trigger", t, Staying, text)
}
