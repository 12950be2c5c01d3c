package lifecycle

import (
	"encoding/binary"
	"strconv"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// MaxFigure bounds the figure of a Promise.
const MaxFigure = 1_000_000_000_000

// Promise is what somebody promised a customer, and what came of it: a day by which
// something is done, and where one was named a figure, ten points of quality or twenty
// minutes (7分…承諾給客戶是10分: what is worth seven must not be promised as ten).
type Promise struct {
	By      string `json:"by"`                // who promised
	Product string `json:"product,omitempty"` // what about, in the host's words
	// Due is the day by which it was promised, Done that on which it came; zero: it has not.
	Due  customer.Date `json:"due"`
	Done customer.Date `json:"done,omitzero"`
	// Promised is a figure, 0 to MaxFigure, and Delivered what it was; in any unit, the same
	// for both. AtMost says that less is better. All zero: only the day was promised.
	Promised  int64 `json:"promised,omitzero"`
	Delivered int64 `json:"delivered,omitzero"`
	AtMost    bool  `json:"at_most,omitempty"`
}

// Verdict is what became of a Promise. The zero Verdict is none.
type Verdict uint8

// The verdicts. Their texts are format.
const (
	Awaited  Verdict = iota + 1 // not done, and its day is not over
	Broken                      // not done by its day, or done worse than promised
	Kept                        // as promised
	Bettered                    // kept, and earlier or better than promised
)

// String returns the stored text.
func (v Verdict) String() string {
	switch v {
	case Awaited:
		return "awaited"
	case Broken:
		return "broken"
	case Kept:
		return "kept"
	case Bettered:
		return "bettered"
	}
	return "verdict " + strconv.Itoa(int(v))
}

// MarshalText writes the stored text; anything else is an error.
func (v Verdict) MarshalText() ([]byte, error) {
	return customer.WriteStored("lifecycle", v, Bettered)
}

// UnmarshalText reads what MarshalText wrote.
func (v *Verdict) UnmarshalText(text []byte) error {
	return customer.ReadStored("lifecycle", "verdict", v, Bettered, text)
}

// Check returns every fault of the promise as customer.Faults, or nil.
func (p Promise) Check() error {
	var faults customer.Faults
	faults.Name("by", p.By)
	faults.Text("product", p.Product)
	if !p.Due.Valid() {
		faults.Add("due", p.Due, "is a day: a promise without one is none")
	}
	faults.Day("done", p.Done)
	for _, figure := range []struct {
		path string
		n    int64
	}{{"promised", p.Promised}, {"delivered", p.Delivered}} {
		if figure.n < 0 || figure.n > MaxFigure {
			faults.Add(figure.path, figure.n, "is 0 to 1000000000000")
		}
	}
	if p.Promised == 0 && !p.AtMost && p.Delivered != 0 {
		faults.Add("delivered", p.Delivered, "is 0 where no figure was promised")
	}
	if p.Done == 0 && p.Delivered != 0 {
		faults.Add("delivered", p.Delivered, "is 0 until it is done")
	}
	return faults.Err()
}

// Verdict says what is known of a valid promise on a day. One of today is awaited until
// the day is over. A broken one is an early signal: see [PromiseBroken].
func (p Promise) Verdict(on customer.Date) Verdict {
	better := p.Delivered - p.Promised
	if p.AtMost {
		better = -better
	}
	switch done := p.Done != 0 && p.Done <= on; {
	case !done && on <= p.Due:
		return Awaited
	case !done || p.Done > p.Due || better < 0:
		return Broken
	case p.Done < p.Due || better > 0:
		return Bettered
	}
	return Kept
}

// permille is what was delivered of a figure that was promised.
func (p Promise) permille() int64 {
	part, whole := p.Delivered, p.Promised
	if p.AtMost {
		part, whole = whole, part
	}
	if whole <= part/10 {
		return 10_000
	}
	return part * 1000 / whole // rounded down; 10¹⁵ at most
}

// Promises adds up promises by who gave them and what about. They may be added in any
// order and any split, each once; merged, the bytes are the same. It is made by
// [NewPromises], and not safe for concurrent use.
type Promises struct {
	due    population.Period
	on     customer.Date
	counts population.Sums[reportName]
}

// PromiseRow is how somebody kept his word about one product.
type PromiseRow struct {
	By       string
	Product  string
	Awaited  int64
	Broken   int64
	Kept     int64 // exactly as promised
	Bettered int64 // and better
	// DaysEarly and DaysLate add up by how many days what is done came before or after its
	// day.
	DaysEarly, DaysLate int64
	// Measured is how many were done that had a figure above 0, and Permille adds up what was
	// delivered of what was promised, each in ‰ rounded down and at most 10 000: of ten
	// promised and seven delivered 700. Of figures at most, it is promised to delivered.
	Measured, Permille int64
}

const promisesVersion = 1

// NewPromises begins to add up the promises that were due in a period, as known on a day.
func NewPromises(due population.Period, on customer.Date) (*Promises, error) {
	faults := due.Faults("period")
	faults.GivenDay("on", on)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return &Promises{due, on, population.NewSums[reportName](8)}, nil
}

// Add counts a promise, if it was due in the period.
func (p *Promises) Add(promise Promise) error {
	if err := checkMade(p.on != 0, "period", "NewPromises"); err != nil {
		return err
	}
	if err := promise.Check(); err != nil || !p.due.Contains(promise.Due) {
		return err
	}
	row := make([]int64, 8)
	row[promise.Verdict(p.on)-Awaited] = 1
	if promise.Done != 0 && promise.Done <= p.on {
		row[4] = max(0, int64(promise.Due)-int64(promise.Done))
		row[5] = max(0, int64(promise.Done)-int64(promise.Due))
		if promise.Promised != 0 {
			row[6], row[7] = 1, promise.permille()
		}
	}
	return p.counts.Add(population.Sum[reportName]{Of: reportName{promise.By, promise.Product}, Figures: row})
}

// Merge counts everything that other counted, of the same period and day.
func (p *Promises) Merge(other *Promises) error {
	if string(p.terms()) != string(other.terms()) {
		return errTerms("counts of promises")
	}
	return p.counts.Merge(&other.counts)
}

// Rows returns the counts by person, then by product.
func (p *Promises) Rows() []PromiseRow {
	rows := make([]PromiseRow, 0, p.counts.Len())
	for name, f := range p.counts.All() {
		rows = append(rows, PromiseRow{
			By: name[0], Product: name[1],
			Awaited: f[0], Broken: f[1], Kept: f[2], Bettered: f[3], DaysEarly: f[4], DaysLate: f[5], Measured: f[6], Permille: f[7],
		})
	}
	return rows
}

// Reasons says how many of the promises that are over were kept, how many bettered, and
// how much was delivered of what was promised on average; with fewer than least of them,
// that these are too few to tell.
func (r PromiseRow) Reasons(least int64) []customer.Reason {
	over := r.Broken + r.Kept + r.Bettered
	if over < max(1, least) {
		return []customer.Reason{{Code: CodeTooFewPromises, Fact: over, Mark: max(1, least), Unit: customer.UnitTimes}}
	}
	reasons := []customer.Reason{
		{Code: CodePromisesKept, Fact: r.Kept + r.Bettered, Mark: over, Unit: customer.UnitTimes},
		{Code: CodePromisesBettered, Fact: r.Bettered, Mark: over, Unit: customer.UnitTimes},
	}
	if r.Measured > 0 {
		worth := customer.Reason{Code: CodePromisesWorth, Fact: r.Permille / r.Measured, Mark: r.Measured, Unit: customer.UnitPermille}
		reasons = append(reasons, worth)
	}
	return reasons
}

// Plus adds up two rows: a person's over products, a product's over people. By and Product
// stay where they are the same in both.
func (r PromiseRow) Plus(other PromiseRow) PromiseRow {
	if r.By != other.By {
		r.By = ""
	}
	if r.Product != other.Product {
		r.Product = ""
	}
	r.Awaited, r.Broken = r.Awaited+other.Awaited, r.Broken+other.Broken
	r.Kept, r.Bettered = r.Kept+other.Kept, r.Bettered+other.Bettered
	r.DaysEarly, r.DaysLate = r.DaysEarly+other.DaysEarly, r.DaysLate+other.DaysLate
	r.Measured, r.Permille = r.Measured+other.Measured, r.Permille+other.Permille
	return r
}

func (p *Promises) terms() []byte {
	return binary.AppendUvarint(population.AppendPeriod(nil, p.due), uint64(p.on))
}

// MarshalBinary writes the counts by ascending person and product, so that equal counts
// have equal bytes.
func (p *Promises) MarshalBinary() ([]byte, error) {
	return reportState(promisesVersion, p.terms(), &p.counts), nil
}

// UnmarshalBinary reads what MarshalBinary wrote, into counts of the same period and day;
// at an error they stay as they were.
func (p *Promises) UnmarshalBinary(data []byte) error {
	return readReport("promises", data, promisesVersion, p.terms(), &p.counts, func(name reportName, f []int64) bool {
		few := func(sum, each, n int64) bool { return (sum+each-1)/each <= n } // n facts make the sum, at most each by one
		return name[0] != "" && f[0]+f[1]+f[2]+f[3] > 0 &&
			few(f[4], int64(customer.MaxDate), f[1]+f[3]) && few(f[5], int64(customer.MaxDate), f[1]) &&
			f[6] <= f[1]+f[2]+f[3] && few(f[7], 10_000, f[6])
	})
}
