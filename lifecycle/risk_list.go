package lifecycle

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// RiskList keeps those of a population whom the shop would lose most by losing, on one day: by
// expected loss, likelihood times value, exactly; then by likelihood, by value, and by
// ascending customer. Customers are added once each, in any order and any split; merged, the
// bytes and the rows are the same. Its memory is bounded by the length of the list, however
// many are added. It is made by [NewRiskList], and not safe for concurrent use.
//
// One who is added twice nevertheless stands once, with the greater loss.
type RiskList[K population.Key] struct {
	risks  *Risks
	on     customer.Date
	rows   []riskRow[K] // up to twice the list; sorted where sorted is true
	sorted bool
	full   bool // the list has been cut: who is not worse than its last has no place
	last   riskRow[K]
	seen   map[K]bool // scratch

	customers, atRisk int64
}

type riskRow[K population.Key] struct {
	customer K
	stake    Stake
	risk     risk
}

// compare orders rows, the worst first. Nothing is left to the order in which they came.
func (r *riskRow[K]) compare(other *riskRow[K]) int {
	if c := other.risk.compare(r.risk); c != 0 {
		return c
	}
	x, y := &r.stake, &other.stake
	return cmp.Or(
		cmp.Compare(y.permille(), x.permille()), cmp.Compare(y.Value, x.Value), cmp.Compare(r.customer, other.customer),
		cmp.Compare(y.Likelihood, x.Likelihood), cmp.Compare(y.Signals, x.Signals), cmp.Compare(y.Stage, x.Stage),
		cmp.Compare(y.Bars.flags(), x.Bars.flags()), slices.Compare(y.Bars.Channels, x.Bars.Channels),
	)
}

// flags are the bars in their stored form.
func (b *Bars) flags() (flags byte) {
	if b.ComplaintOpen {
		flags |= 1
	}
	if b.OptedOut {
		flags |= 2
	}
	return flags
}

// NewRiskList begins a list as of a day, on which the rules and their playbook must be in
// force.
func NewRiskList[K population.Key](risks *Risks, on customer.Date) (*RiskList[K], error) {
	if err := risks.rules.Covers(on); err != nil {
		return nil, err
	}
	if risks.playbook != nil {
		if err := risks.playbook.rules.Covers(on); err != nil {
			return nil, err
		}
	}
	return &RiskList[K]{risks: risks, on: on}, nil
}

// Add counts one customer. A stake that cannot be is customer.Faults, and nothing is counted.
func (l *RiskList[K]) Add(id K, stake Stake) error {
	if err := stake.check(); err != nil {
		return err
	}
	l.customers++
	of := riskOf(stake.permille(), stake.Value)
	if !l.risks.atRisk(&stake, of) {
		return nil
	}
	l.atRisk++
	row := riskRow[K]{id, stake, of}
	if l.full && row.compare(&l.last) > 0 {
		return nil
	}
	row.stake.Bars.Channels = slices.Clone(stake.Bars.Channels)
	l.take(row)
	return nil
}

// take keeps a row, and cuts the list when it has twice its length.
func (l *RiskList[K]) take(row riskRow[K]) {
	l.rows, l.sorted = append(l.rows, row), false
	if len(l.rows) >= 2*l.risks.rules.Most {
		l.sort()
	}
}

// sort orders the rows, leaves the worst of each customer, and cuts them to the list.
func (l *RiskList[K]) sort() {
	if l.sorted {
		return
	}
	slices.SortFunc(l.rows, func(x, y riskRow[K]) int { return x.compare(&y) })
	if l.seen == nil {
		l.seen = make(map[K]bool, len(l.rows))
	}
	clear(l.seen)
	l.rows = slices.DeleteFunc(l.rows, func(row riskRow[K]) bool {
		again := l.seen[row.customer]
		l.seen[row.customer] = true
		return again
	})
	if most := l.risks.rules.Most; len(l.rows) >= most {
		clear(l.rows[most:])
		l.rows, l.full = l.rows[:most], true
		l.last = l.rows[most-1]
	}
	l.sorted = true
}

// Merge takes in everybody whom other counted, on the same day and by the same rules.
func (l *RiskList[K]) Merge(other *RiskList[K]) error {
	if l.on != other.on || l.risks.name != other.risks.name || l.risks.rules.Most != other.risks.rules.Most {
		return fmt.Errorf("lifecycle: the customers at risk by %s on %s do not merge into those by %s on %s",
			other.risks.name, other.on, l.risks.name, l.on)
	}
	for _, row := range other.rows {
		l.take(row)
	}
	l.customers, l.atRisk = l.customers+other.customers, l.atRisk+other.atRisk
	return nil
}

// RiskRow is one customer on the list.
type RiskRow[K population.Key] struct {
	Customer   K
	Likelihood int64 // ‰ that she is gone, signals included
	Value      int64 // minor units expected within the horizon if she stays
	Loss       int64 // Likelihood times Value, rounded down
	Stage      Stage
	Play       string // what is suggested; empty where nothing may be done now
	Channel    string
	Task       Task // the play as a task for a person, such as a visit; zero where it is none
	// Reasons say what is at stake, how likely, and what is suggested, or why nothing is. The
	// host knows more: [Expectation.Late] on her silence, and what each signal weighs.
	Reasons []customer.Reason
}

// Rows returns the list, the worst first.
func (l *RiskList[K]) Rows() []RiskRow[K] {
	l.sort()
	rows := make([]RiskRow[K], 0, len(l.rows))
	for i := range l.rows {
		from := &l.rows[i]
		row := RiskRow[K]{
			Customer: from.customer, Likelihood: from.stake.permille(), Value: from.stake.Value, Loss: from.risk.loss(),
			Stage: from.stake.Stage, Reasons: l.risks.reasons(&from.stake, from.risk, l.on),
		}
		answer, reasons := l.risks.answer(&from.stake, l.on)
		row.Reasons = append(row.Reasons, reasons...)
		if answer != nil {
			row.Play, row.Channel = answer.Play, answer.Channel
			if answer.DueDays > 0 {
				row.Task = answer.task(l.on, row.Reasons[0])
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// Counted returns how many customers were added, and how many of them are at risk by the
// rules' marks, on the list or not.
func (l *RiskList[K]) Counted() (customers, atRisk int64) { return l.customers, l.atRisk }

// riskListVersion is the format of MarshalBinary.
const riskListVersion = 1

// MarshalBinary writes the list by ascending customer; equal lists have equal bytes.
func (l *RiskList[K]) MarshalBinary() ([]byte, error) {
	l.sort()
	data := binary.AppendUvarint([]byte{riskListVersion}, uint64(len(l.risks.name)))
	data = binary.AppendUvarint(append(data, l.risks.name...), uint64(l.on))
	data = binary.AppendUvarint(data, uint64(l.customers))
	data = binary.AppendUvarint(data, uint64(l.atRisk))
	data = binary.AppendUvarint(data, uint64(len(l.rows)))
	rows := slices.Clone(l.rows)
	slices.SortFunc(rows, func(x, y riskRow[K]) int { return cmp.Compare(x.customer, y.customer) })
	var previous K
	for i := range rows {
		stake := &rows[i].stake
		data = population.AppendKey(data, previous, rows[i].customer)
		data = binary.AppendUvarint(data, uint64(stake.Likelihood))
		data = binary.AppendUvarint(data, uint64(stake.Signals))
		data = binary.AppendUvarint(data, uint64(stake.Value))
		data = append(data, byte(stake.Stage), stake.Bars.flags())
		data = binary.AppendUvarint(data, uint64(len(stake.Bars.Channels)))
		for _, channel := range stake.Bars.Channels {
			data = append(binary.AppendUvarint(data, uint64(len(channel))), channel...)
		}
		previous = rows[i].customer
	}
	return data, nil
}

// UnmarshalBinary reads what MarshalBinary wrote, into a list of the same rules and day; at an
// error the list stays as it was.
func (l *RiskList[K]) UnmarshalBinary(data []byte) error {
	from := population.NewDecoder(data, riskListVersion)
	read := RiskList[K]{risks: l.risks, on: l.on}
	if name, on := from.Bytes(), from.Uint32(); string(name) != l.risks.name || on != uint32(l.on) {
		from.Fail("of other rules, or another day")
	}
	read.customers, read.atRisk = from.Count(), from.Count()
	n := from.Count()
	if read.customers > 1<<60 || read.atRisk > read.customers || n > read.atRisk || n > int64(l.risks.rules.Most) || n < min(read.atRisk, 1) {
		from.Fail("more of a part than of the whole")
	}
	var previous K
	for i := int64(0); i < n && from.Err() == nil; i++ {
		row := riskRow[K]{customer: population.ReadKey(from, previous)}
		row.stake = readStake(from)
		row.risk = riskOf(row.stake.permille(), row.stake.Value)
		if i > 0 && row.customer == previous || row.stake.check() != nil || !l.risks.atRisk(&row.stake, row.risk) {
			from.Fail("a customer twice, or not at risk")
		}
		read.rows, previous = append(read.rows, row), row.customer
	}
	if err := from.Close(); err != nil {
		return fmt.Errorf("lifecycle: customers at risk: %w", err)
	}
	read.sort()
	*l = read
	return nil
}

func readStake(from *population.Decoder) Stake {
	stake := Stake{Likelihood: from.Count(), Signals: from.Count(), Value: from.Count(), Stage: Stage(from.Byte())}
	flags := from.Byte()
	if flags > 3 {
		from.Fail("bars that are none")
	}
	stake.Bars.ComplaintOpen, stake.Bars.OptedOut = flags&1 != 0, flags&2 != 0
	n := from.Uvarint()
	if n > maxRiskChannels {
		from.Fail("too many channels")
	}
	for ; n > 0 && from.Err() == nil; n-- {
		stake.Bars.Channels = append(stake.Bars.Channels, string(from.Bytes()))
	}
	return stake
}
