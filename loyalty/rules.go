package loyalty

import (
	"strconv"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
)

// Bounds of Rules.
const (
	MaxEarnings = 256
	MaxEvents   = 1000
	MaxCaps     = 100
	MaxRewards  = 10_000
	MaxListed   = 100_000 // skus, categories and brands over all conditions
)

// Rules is the rule book of a points programme, as plain data. Points are written in
// whole points with at most PointDigits decimal places; inside they are counted in the
// smallest unit.
type Rules struct {
	customer.Edition

	Zone        string            `json:"zone"`                   // IANA name; whose midnight ends a day
	Currency    customer.Currency `json:"currency"`               // of every amount in the rules and on receipts
	PointDigits int32             `json:"point_digits,omitempty"` // 0 to 3, in every edition the same

	// Base lists the parts of a receipt's lines that earn. What is not listed does not.
	Base []Portion `json:"base"`
	// Earnings apply in the order in which they stand: each adds to what the ones before
	// it gave, or multiplies it.
	Earnings []Earning `json:"earnings"`
	// Events give points for what is no purchase: a sign-up, a survey, a referral.
	Events []Event `json:"events,omitempty"`
	// Caps limit the sum of what Earnings and Events give. Where several are full, each
	// takes away what is left over by the ones before it.
	Caps []Cap `json:"caps,omitempty"`

	// VestDays keeps points of purchases pending for so many days after the day of sale;
	// VestAtClose keeps them pending until nothing of the sale can come back. At most one
	// of the two is set.
	VestDays    int  `json:"vest_days,omitempty"`
	VestAtClose bool `json:"vest_at_close,omitempty"`

	Expiry Expiry `json:"expiry,omitzero"` // zero: points never expire

	Tender  *Tender  `json:"tender,omitempty"` // nil: points are no means of payment
	Rewards []Reward `json:"rewards,omitempty"`

	Tiers *Tiers `json:"tiers,omitempty"` // nil: there are none

	// ReturnDays is for how many days after its day a sale can be returned or voided,
	// and a payment in points given back: 0 to 3660. What comes back later is refused by
	// name.
	ReturnDays int `json:"return_days,omitempty"`
	// Shortfall says what happens when goods come back and the points they earned are
	// spent.
	Shortfall Shortfall `json:"shortfall"`
	// MostOwed is the floor: a member never owes more points, and what a return would take
	// beyond it is let go. Zero: there is none. It goes with the shortfalls that owe.
	MostOwed decimal.Decimal `json:"most_owed,omitzero"`
}

// Portion is a part of a receipt's line, as far as earning is concerned. The zero
// Portion is refused.
type Portion uint8

// The portions. Their texts are format.
const (
	Goods      Portion = iota + 1 // the net price of merchandise
	Tax                           // the tax on every other portion that earns
	Deposit                       // deposits that come back with the bottle
	Delivery                      // the net price of delivery
	GiftCards                     // gift cards sold
	PaidPoints                    // the part of all that which was paid with points; not listed, it does not earn
)

// String returns the stored text.
func (p Portion) String() string {
	switch p {
	case Goods:
		return "goods"
	case Tax:
		return "tax"
	case Deposit:
		return "deposit"
	case Delivery:
		return "delivery"
	case GiftCards:
		return "gift-cards"
	case PaidPoints:
		return "paid-with-points"
	}
	return "portion " + strconv.Itoa(int(p))
}

// MarshalText writes the stored text; anything else is an error.
func (p Portion) MarshalText() ([]byte, error) { return customer.WriteStored("loyalty", p, PaidPoints) }

// UnmarshalText reads what MarshalText wrote.
func (p *Portion) UnmarshalText(text []byte) error {
	return customer.ReadStored("loyalty", "portion", p, PaidPoints, text)
}

// Earning gives points for a purchase. Exactly one of Rate, Times, Points and Each is
// set.
type Earning struct {
	ID   string `json:"id"`
	When When   `json:"when,omitzero"`

	// Rate gives points in proportion to the base of the lines that When matches.
	Rate *Rate `json:"rate,omitempty"`
	// Times multiplies what the earnings before this one gave on the lines that When
	// matches: 2 doubles it. Above 1, at most three decimal places.
	Times decimal.Decimal `json:"times,omitzero"`
	// Points are given once, where When matches any line.
	Points decimal.Decimal `json:"points,omitzero"`
	// Each is given for every whole unit of the lines that When matches. A quantity that
	// is not whole (a weight) counts its whole part.
	Each decimal.Decimal `json:"each,omitzero"`

	// Rounding makes points of the result of Rate and Times, to PointDigits, once per
	// receipt, or per line where PerLine is set; nothing else is rounded.
	Rounding Rounding `json:"rounding,omitzero"`
	PerLine  bool     `json:"per_line,omitempty"`

	// Sponsor bears the cost of these points: a partner of the coalition, or a joint debit
	// of its contracts. Empty: the partner in whose shop the purchase is.
	Sponsor string `json:"sponsor,omitempty"`
}

// Rate is points per amount: 1 point per 10.00.
type Rate struct {
	Points decimal.Decimal `json:"points"`
	Per    decimal.Decimal `json:"per"`
	// Full counts full amounts only: 19.99 at 1 per full 10.00 is 1 point. Otherwise the
	// rate is proportional, and Rounding makes points of it.
	Full bool `json:"full,omitempty"`
}

// When says to what an earning applies. Every field that is set must hold; the zero
// When always does. Lines match by SKUs, Categories, Brands and Kind: a line matches
// when it is in any of the lists, and of the kind where that is set.
type When struct {
	SKUs       []string           `json:"skus,omitempty"`
	Categories []string           `json:"categories,omitempty"`
	Brands     []string           `json:"brands,omitempty"`
	Kind       customer.BrandKind `json:"kind,omitzero"`

	Partners      []string           `json:"partners,omitempty"`  // the partner in whose shop it was
	Shops         []string           `json:"shops,omitempty"`     // the shop of the receipt
	Weekdays      []customer.Weekday `json:"weekdays,omitempty"`  // of the sale, in the zone
	FromHour      int                `json:"from_hour,omitempty"` // local clock, 0 to 23
	ToHour        int                `json:"to_hour,omitempty"`   // exclusive, 1 to 24; 0: no hours are set
	From          customer.Date      `json:"from,omitzero"`       // of a campaign
	Until         customer.Date      `json:"until,omitzero"`      // exclusive
	BirthdayDays  int                `json:"birthday_days,omitempty"`
	Tiers         []string           `json:"tiers,omitempty"` // that she has before this purchase, grants included
	FirstPurchase bool               `json:"first_purchase,omitempty"`
	Spend         decimal.Decimal    `json:"spend,omitzero"`       // the receipt's base, at least
	SpendBelow    decimal.Decimal    `json:"spend_below,omitzero"` // the receipt's base, less than this
}

// Event gives points for something that is no purchase.
type Event struct {
	ID       string          `json:"id"` // sign-up, referral, survey
	Points   decimal.Decimal `json:"points"`
	VestDays int             `json:"vest_days,omitempty"` // pending for so many days
	// Most is how often one account may have it; 0 is any number of times.
	Most    int    `json:"most,omitempty"`
	Sponsor string `json:"sponsor,omitempty"` // who bears the cost, as Earning.Sponsor
	Counts  bool   `json:"counts,omitempty"`  // the points count towards tiers measured in points
}

// Cap limits points that are given. What a return takes back frees no room: otherwise
// buying and returning would move points from a full period into the next.
type Cap struct {
	ID     string          `json:"id"`
	Of     []string        `json:"of,omitempty"` // the earnings and events that it counts; empty: all
	Per    Period          `json:"per"`
	Points decimal.Decimal `json:"points"`
}

// Period is a stretch of civil time. The zero Period is refused.
type Period uint8

// The periods. Their texts are format.
const (
	PerReceipt Period = iota + 1
	PerDay
	PerMonth
	PerYear
	PerLifetime
)

// String returns the stored text.
func (p Period) String() string {
	switch p {
	case PerReceipt:
		return "receipt"
	case PerDay:
		return "day"
	case PerMonth:
		return "month"
	case PerYear:
		return "year"
	case PerLifetime:
		return "lifetime"
	}
	return "period " + strconv.Itoa(int(p))
}

// MarshalText writes the stored text; anything else is an error.
func (p Period) MarshalText() ([]byte, error) { return customer.WriteStored("loyalty", p, PerLifetime) }

// UnmarshalText reads what MarshalText wrote.
func (p *Period) UnmarshalText(text []byte) error {
	return customer.ReadStored("loyalty", "period", p, PerLifetime, text)
}

// first is the first day of the period that a day lies in; zero for those that do not
// begin on a day.
func (p Period) first(day customer.Date) customer.Date {
	_, month, number := day.Civil()
	switch p {
	case PerDay:
		return day
	case PerMonth:
		return day.AddDays(1 - number)
	case PerYear:
		return day.AddDays(1 - number).AddMonths(1 - int(month))
	case PerReceipt, PerLifetime:
	}
	return 0
}

// Expiry says when points are gone. At most one of Days, Months and IdleMonths is set;
// all zero is never. Points may be spent through the whole of their last day in the
// zone.
type Expiry struct {
	Days   int `json:"days,omitempty"`   // after the day on which they were earned
	Months int `json:"months,omitempty"` // after it; 31 January plus one month is the end of February
	// To moves the end of Days or Months on to the end of that month, quarter or year;
	// alone it is the end of the month, quarter or year in which they can first be spent.
	To CalendarEnd `json:"to,omitzero"`
	// IdleMonths lets all points of the account go when there has been no activity
	// (points given or spent) for so many months; every activity extends them all.
	IdleMonths int `json:"idle_months,omitempty"`
}

// CalendarEnd is a point of the calendar at which points go. The zero CalendarEnd is
// none.
type CalendarEnd uint8

// The ends. Their texts are format.
const (
	EndOfMonth CalendarEnd = iota + 1
	EndOfQuarter
	EndOfYear
)

// String returns the stored text.
func (c CalendarEnd) String() string {
	switch c {
	case EndOfMonth:
		return "month"
	case EndOfQuarter:
		return "quarter"
	case EndOfYear:
		return "year"
	}
	return "calendar end " + strconv.Itoa(int(c))
}

// MarshalText writes the stored text; anything else is an error.
func (c CalendarEnd) MarshalText() ([]byte, error) {
	return customer.WriteStored("loyalty", c, EndOfYear)
}

// UnmarshalText reads what MarshalText wrote.
func (c *CalendarEnd) UnmarshalText(text []byte) error {
	return customer.ReadStored("loyalty", "calendar end", c, EndOfYear, text)
}

// Tender makes points a means of payment.
type Tender struct {
	Points decimal.Decimal `json:"points"` // so many points
	Worth  decimal.Decimal `json:"worth"`  // are worth this amount
	// Least and Multiple are in points: no payment below Least, and only in whole
	// multiples of Multiple, which must be worth whole minor units.
	Least    decimal.Decimal `json:"least,omitzero"`
	Most     decimal.Decimal `json:"most,omitzero"` // of one payment; zero: there is no such limit
	Multiple decimal.Decimal `json:"multiple"`
	// MostPermille is how much of a bill points may pay: 1 to 1000 ‰.
	MostPermille int `json:"most_permille"`
}

// Reward is something of a catalogue that points buy.
type Reward struct {
	ID     string          `json:"id"`
	Points decimal.Decimal `json:"points"`
	// Gives says what it is in the shop's words: a mug, a recipe, a diet plan, the
	// express lane for a year, delivery. It need not be worth money.
	Gives string `json:"gives"`
	// Stock is the name under which the host counts it (package quota); empty: there is
	// no end of it.
	Stock string        `json:"stock,omitempty"`
	From  customer.Date `json:"from,omitzero"`
	Until customer.Date `json:"until,omitzero"`  // exclusive
	Tiers []string      `json:"tiers,omitempty"` // who may have it; empty: everybody
}

// Shortfall says what happens when a return takes points that are no longer there. The
// zero Shortfall is refused.
type Shortfall uint8

// The shortfalls. Their texts are format.
const (
	Forgive           Shortfall = iota + 1 // let them go
	Owe                                    // the member owes them; the next points repay
	OthersThenOwe                          // take other points first
	OthersThenForgive                      // take other points first, and let the rest go
)

// String returns the stored text.
func (s Shortfall) String() string {
	switch s {
	case Forgive:
		return "forgive"
	case Owe:
		return "owe"
	case OthersThenOwe:
		return "others-then-owe"
	case OthersThenForgive:
		return "others-then-forgive"
	}
	return "shortfall " + strconv.Itoa(int(s))
}

// MarshalText writes the stored text; anything else is an error.
func (s Shortfall) MarshalText() ([]byte, error) {
	return customer.WriteStored("loyalty", s, OthersThenForgive)
}

// UnmarshalText reads what MarshalText wrote.
func (s *Shortfall) UnmarshalText(text []byte) error {
	return customer.ReadStored("loyalty", "shortfall", s, OthersThenForgive, text)
}

// ParseRules reads Rules from JSON, strictly; see customer.ParseRules. NewProgram
// checks what they say.
func ParseRules(data []byte) (Rules, error) { return customer.ParseRules[Rules](data) }
