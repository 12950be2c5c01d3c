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
// many are added. It is made by [NewRiskList], and not safe for concurrent use; the zero
// RiskList is empty, and takes nobody in.
//
// One who is added twice nevertheless stands once, with the greater loss.
type RiskList[K population.Key] struct {
	risks *Risks
	on    customer.Date
	best  ranking[K, riskRow[K]] // those at risk, the worst first

	customers, atRisk int64
}

type riskRow[K population.Key] struct {
	customer K
	stake    Stake
	risk     risk
}

func (r riskRow[K]) of() K { return r.customer }

// compare orders rows, the worst first.
func (r riskRow[K]) compare(other riskRow[K]) int {
	if c := other.risk.compare(r.risk); c != 0 {
		return c
	}
	x, y := &r.stake, &other.stake
	return cmp.Or(
		cmp.Compare(y.permille(), x.permille()), cmp.Compare(y.Value, x.Value), cmp.Compare(r.customer, other.customer),
		cmp.Compare(y.Likelihood, x.Likelihood), cmp.Compare(y.Signals, x.Signals), cmp.Compare(y.Stage, x.Stage),
		cmp.Compare(y.Last, x.Last), cmp.Compare(y.flags(), x.flags()), slices.Compare(y.Bars.Channels, x.Bars.Channels),
	)
}

// flags are what is so or not, in its stored form.
func (s *Stake) flags() (flags byte) {
	if s.Bars.ComplaintOpen {
		flags |= 1
	}
	if s.Bars.OptedOut {
		flags |= 2
	}
	if s.InAttempt {
		flags |= 4
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
	return newRiskList[K](risks, on), nil
}

func newRiskList[K population.Key](risks *Risks, on customer.Date) *RiskList[K] {
	return &RiskList[K]{risks: risks, on: on, best: ranking[K, riskRow[K]]{places: risks.rules.Most}}
}

// made returns customer.Faults for the zero RiskList.
func (l *RiskList[K]) made() error {
	if l.risks != nil {
		return nil
	}
	var faults customer.Faults
	faults.Add("risks", "", "are required: NewRiskList makes the list")
	return faults
}

// Add counts one customer. A stake that cannot be is customer.Faults, and nothing is counted.
func (l *RiskList[K]) Add(id K, stake Stake) error {
	if err := l.made(); err != nil {
		return err
	}
	if err := stake.check(l.on); err != nil {
		return err
	}
	l.customers = addFact(l.customers, 1)
	of := riskOf(stake.permille(), stake.Value)
	if !l.risks.atRisk(&stake, of) {
		return nil
	}
	l.atRisk = addFact(l.atRisk, 1)
	row := riskRow[K]{id, stake, of}
	if l.best.admits(row) {
		row.stake.Bars.Channels = slices.Clone(stake.Bars.Channels)
		l.best.put(row)
	}
	return nil
}

// Merge takes in everybody whom other counted, on the same day and by the same rules.
func (l *RiskList[K]) Merge(other *RiskList[K]) error {
	if err := l.made(); err != nil {
		return err
	}
	if err := other.made(); err != nil {
		return err
	}
	if l.on != other.on || l.risks.name != other.risks.name || l.risks.rules.Most != other.risks.rules.Most {
		return fmt.Errorf("lifecycle: the customers at risk by %s on %s do not merge into those by %s on %s",
			other.risks.name, other.on, l.risks.name, l.on)
	}
	l.best.merge(&other.best)
	l.customers, l.atRisk = addFact(l.customers, other.customers), addFact(l.atRisk, other.atRisk)
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
	best := l.best.order()
	rows := make([]RiskRow[K], 0, len(best))
	for i := range best {
		from := &best[i]
		row := RiskRow[K]{
			Customer: from.customer, Likelihood: from.stake.permille(), Value: from.stake.Value, Loss: from.risk.loss(),
			Stage: from.stake.Stage, Reasons: l.risks.reasons(&from.stake, from.risk, l.on),
		}
		answer, reasons := l.risks.answer(&from.stake, l.on)
		row.Reasons = append(row.Reasons, reasons...)
		if answer != nil {
			row.Play, row.Channel = answer.Play, answer.Channel
			if answer.DueDays > 0 {
				row.Task = l.risks.task(answer, &from.stake, l.on, row.Reasons[0])
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
	if err := l.made(); err != nil {
		return nil, err
	}
	rows := l.best.byCustomer()
	data := binary.AppendUvarint([]byte{riskListVersion}, uint64(len(l.risks.name)))
	data = binary.AppendUvarint(append(data, l.risks.name...), uint64(l.on))
	data = binary.AppendUvarint(data, uint64(l.customers))
	data = binary.AppendUvarint(data, uint64(l.atRisk))
	data = binary.AppendUvarint(data, uint64(len(rows)))
	var previous K
	for i := range rows {
		stake := &rows[i].stake
		data = population.AppendKey(data, previous, rows[i].customer)
		data = binary.AppendUvarint(data, uint64(stake.Likelihood))
		data = binary.AppendUvarint(data, uint64(stake.Signals))
		data = binary.AppendUvarint(data, uint64(stake.Value))
		data = binary.AppendUvarint(data, uint64(stake.Last))
		data = append(data, byte(stake.Stage), stake.flags())
		data = binary.AppendUvarint(data, uint64(len(stake.Bars.Channels)))
		for _, channel := range stake.Bars.Channels {
			data = population.AppendBytes(data, channel)
		}
		previous = rows[i].customer
	}
	return data, nil
}

// UnmarshalBinary reads what MarshalBinary wrote, into a list of the same rules and day; at an
// error the list stays as it was.
func (l *RiskList[K]) UnmarshalBinary(data []byte) error {
	if err := l.made(); err != nil {
		return err
	}
	from := population.NewDecoder(data, riskListVersion)
	read := newRiskList[K](l.risks, l.on)
	if name, on := from.Bytes(), from.Uint32(); string(name) != l.risks.name || on != uint32(l.on) {
		from.Fail("of other rules, or another day")
	}
	read.customers, read.atRisk = from.Count(), from.Count()
	n := from.Count()
	if read.customers > maxFact || read.atRisk > read.customers || n > read.atRisk || n > int64(l.risks.rules.Most) || n < min(read.atRisk, 1) {
		from.Fail("more of a part than of the whole")
	}
	var previous K
	for i := int64(0); i < n && from.Err() == nil; i++ {
		row := riskRow[K]{customer: population.ReadKey(from, previous)}
		row.stake = readStake(from)
		row.risk = riskOf(row.stake.permille(), row.stake.Value)
		if i > 0 && row.customer == previous || row.stake.check(l.on) != nil || !l.risks.atRisk(&row.stake, row.risk) {
			from.Fail("a customer twice, or not at risk")
		}
		previous = row.customer
		read.best.put(row)
	}
	if err := from.Close(); err != nil {
		return fmt.Errorf("lifecycle: customers at risk: %w", err)
	}
	*l = *read
	return nil
}

func readStake(from *population.Decoder) Stake {
	stake := Stake{Likelihood: from.Count(), Signals: from.Count(), Value: from.Count(), Last: customer.Date(from.Uint32())}
	stake.Stage = Stage(from.Byte())
	flags := from.Byte()
	if flags > 7 {
		from.Fail("bars that are none")
	}
	stake.Bars.ComplaintOpen, stake.Bars.OptedOut, stake.InAttempt = flags&1 != 0, flags&2 != 0, flags&4 != 0
	n := from.Uvarint()
	if n > maxRiskChannels {
		from.Fail("too many channels")
	}
	for ; n > 0 && from.Err() == nil; n-- {
		stake.Bars.Channels = append(stake.Bars.Channels, string(from.Bytes()))
	}
	return stake
}
