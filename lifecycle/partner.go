package lifecycle

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// MaxPartners is the most partners that one PartnerReport tells apart.
const MaxPartners = 100_000

// PartnerTouch is a partner who sends a customer, or offers her something of the shop.
type PartnerTouch struct {
	Partner string        `json:"partner"`
	On      customer.Date `json:"on"`
}

// PartnerSale is what a customer bought on one receipt.
type PartnerSale struct {
	Ref    string        `json:"ref"` // the receipt; a sale that is told twice counts once
	On     customer.Date `json:"on"`
	Paid   int64         `json:"paid"`            // minor units, less what came back; 0 or more
	Priced bool          `json:"priced,omitzero"` // Paid is known
}

// PartnerReport counts which partner brought which sales: cross-selling. A sale counts for
// one partner, the one whose touch is the latest on or before its day, and no older than
// the days that a touch counts; of several on one day, for the first by name. Customers may
// be added in any order and any split, each once; merged, the bytes are the same. In the zero
// PartnerReport a touch counts for its own day. It is not safe for concurrent use.
type PartnerReport struct {
	within   int
	partners map[string]*partnerCounts
	nobody   partnerCounts
}

type partnerCounts struct{ customers, sales, priced, paid int64 }

// PartnerRow is a row of the report.
type PartnerRow struct {
	Partner   string // empty: nobody's
	Customers int64  // with such a sale; one whom two partners brought counts for both
	Sales     int64
	Priced    int64 // of Sales: what was paid is known
	Paid      int64 // minor units
}

// partnerReportVersion is the format of MarshalBinary.
const partnerReportVersion = 1

// NewPartnerReport begins a report in which a touch counts for sales of its day and of so
// many days after it: 0 to 3660.
func NewPartnerReport(withinDays int) (*PartnerReport, error) {
	var faults customer.Faults
	faults.Within("within_days", withinDays, 0, MaxStageDays)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return &PartnerReport{within: withinDays, partners: make(map[string]*partnerCounts)}, nil
}

// Add counts one customer with all her touches and sales, in any order. Two different sales
// under one Ref are customer.Faults, and so is whatever else is malformed; then nothing is
// counted.
func (r *PartnerReport) Add(touches []PartnerTouch, sales []PartnerSale) error {
	if err := checkSales(touches, sales); err != nil {
		return err
	}
	touches, sales = slices.Clone(touches), slices.Clone(sales)
	slices.SortFunc(touches, func(a, b PartnerTouch) int {
		return cmp.Or(cmp.Compare(a.On, b.On), -cmp.Compare(a.Partner, b.Partner))
	})
	slices.SortFunc(sales, func(a, b PartnerSale) int { return cmp.Compare(a.Ref, b.Ref) })
	hers := PartnerReport{within: r.within, partners: make(map[string]*partnerCounts)}
	for _, sale := range slices.Compact(sales) {
		counts := &hers.nobody
		if partner := r.partner(touches, sale.On); partner != "" {
			if counts = hers.partners[partner]; counts == nil {
				counts = new(partnerCounts)
				hers.partners[partner] = counts
			}
		}
		counts.customers = 1
		counts.sales++
		if sale.Priced {
			counts.priced++
			counts.paid = addFact(counts.paid, sale.Paid)
		}
	}
	return r.Merge(&hers)
}

func checkSales(touches []PartnerTouch, sales []PartnerSale) error {
	var faults customer.Faults
	for i, touch := range touches {
		faults.Name(fmt.Sprintf("touches[%d].partner", i), touch.Partner)
		if !touch.On.Valid() {
			faults.Add(fmt.Sprintf("touches[%d].on", i), int32(touch.On), "is a day")
		}
	}
	seen := make(map[string]PartnerSale, len(sales))
	for i, sale := range sales {
		path := fmt.Sprintf("sales[%d]", i)
		faults.Name(path+".ref", sale.Ref)
		if !sale.On.Valid() {
			faults.Add(path+".on", int32(sale.On), "is a day")
		}
		if sale.Paid < 0 || sale.Paid > maxSpend || sale.Paid > 0 && !sale.Priced {
			faults.Add(path+".paid", sale.Paid, fmt.Sprintf("is 0 to %d, and 0 where it is not known", int64(maxSpend)))
		}
		if other, found := seen[sale.Ref]; found && other != sale {
			faults.Add(path+".ref", sale.Ref, "names one sale only")
		}
		seen[sale.Ref] = sale
	}
	return faults.Err()
}

// partner returns whose a sale of a day is: that of the latest touch up to it, which stands
// last in the order of touches.
func (r *PartnerReport) partner(touches []PartnerTouch, on customer.Date) string {
	after, _ := slices.BinarySearchFunc(touches, on+1, func(t PartnerTouch, day customer.Date) int { return cmp.Compare(t.On, day) })
	if after == 0 || int(on-touches[after-1].On) > r.within {
		return ""
	}
	return touches[after-1].Partner
}

// Merge counts everyone that other counted. Reports in which a touch counts for other days
// do not merge, nor those of more than MaxPartners partners, and then nothing is counted.
// Other stays as it is.
func (r *PartnerReport) Merge(other *PartnerReport) error {
	if r.within != other.within {
		return fmt.Errorf("lifecycle: a partner report of %d days does not merge into one of %d", other.within, r.within)
	}
	more := 0
	for partner := range other.partners {
		if r.partners[partner] == nil {
			more++
		}
	}
	if len(r.partners)+more > MaxPartners {
		return fmt.Errorf("lifecycle: a partner report tells %d partners apart", MaxPartners)
	}
	if r.partners == nil {
		r.partners = make(map[string]*partnerCounts)
	}
	r.nobody.join(other.nobody)
	for partner, counts := range other.partners {
		mine := r.partners[partner]
		if mine == nil {
			mine = new(partnerCounts)
			r.partners[partner] = mine
		}
		mine.join(*counts)
	}
	return nil
}

func (c *partnerCounts) join(other partnerCounts) {
	c.customers, c.sales = addFact(c.customers, other.customers), addFact(c.sales, other.sales)
	c.priced, c.paid = addFact(c.priced, other.priced), addFact(c.paid, other.paid)
}

// Rows returns the partners by name, and at the end what nobody brought.
func (r *PartnerReport) Rows() []PartnerRow {
	rows := make([]PartnerRow, 0, len(r.partners)+1)
	for _, partner := range slices.Sorted(maps.Keys(r.partners)) {
		rows = append(rows, r.partners[partner].row(partner))
	}
	return append(rows, r.nobody.row(""))
}

func (c *partnerCounts) row(partner string) PartnerRow {
	return PartnerRow{Partner: partner, Customers: c.customers, Sales: c.sales, Priced: c.priced, Paid: c.paid}
}

// MarshalBinary writes the report by partner, so that equal reports have equal bytes.
func (r *PartnerReport) MarshalBinary() ([]byte, error) {
	data := binary.AppendUvarint([]byte{partnerReportVersion}, uint64(r.within))
	data = r.nobody.append(data)
	data = binary.AppendUvarint(data, uint64(len(r.partners)))
	previous := ""
	for _, partner := range slices.Sorted(maps.Keys(r.partners)) {
		data = population.AppendKey(data, previous, partner)
		data = r.partners[partner].append(data)
		previous = partner
	}
	return data, nil
}

func (c *partnerCounts) append(dst []byte) []byte {
	for _, count := range [...]int64{c.customers, c.sales, c.priced, c.paid} {
		dst = binary.AppendUvarint(dst, uint64(count))
	}
	return dst
}

func readPartner(from *population.Decoder) partnerCounts {
	c := partnerCounts{customers: from.Count(), sales: from.Count(), priced: from.Count(), paid: from.Count()}
	if c.sales > maxFact || c.paid > maxFact || c.customers > c.sales || c.priced > c.sales || c.paid > 0 && c.priced == 0 ||
		(c.sales > 0) != (c.customers > 0) {
		from.Fail("figures that no sales have")
	}
	return c
}

// UnmarshalBinary reads what MarshalBinary wrote; at an error the report stays as it was.
func (r *PartnerReport) UnmarshalBinary(data []byte) error {
	from := population.NewDecoder(data, partnerReportVersion)
	read := PartnerReport{within: int(from.Uint32()), partners: make(map[string]*partnerCounts)}
	read.nobody = readPartner(from)
	n, previous := from.Uvarint(), ""
	if read.within > MaxStageDays || n > MaxPartners {
		from.Fail("too many days, or partners")
	}
	for i := uint64(0); i < n && from.Err() == nil; i++ {
		partner, counts := population.ReadKey(from, previous), readPartner(from)
		if partner == previous || len(partner) > customer.MaxText || counts.sales == 0 {
			from.Fail("a partner twice, without a name, or without a sale")
		}
		read.partners[partner], previous = &counts, partner
	}
	if err := from.Close(); err != nil {
		return fmt.Errorf("lifecycle: partner report: %w", err)
	}
	*r = read
	return nil
}
