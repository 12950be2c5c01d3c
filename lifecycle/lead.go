package lifecycle

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// Lead is a request: somebody is known, and from where. It is for somebody who has not
// bought; of somebody who has, it tells afterwards how she came.
type Lead struct {
	Ref      string    `json:"ref"` // the host's reference, unique for leads
	At       time.Time `json:"at"`
	Source   Source    `json:"source"`
	Campaign string    `json:"campaign,omitempty"` // which advertisement, partner, …: a name of the shop's own, and nobody's
}

// Canonical writes the lead in its canonical form.
func (l Lead) Canonical(c *customer.Canonical) {
	c.Text("ref", l.Ref)
	c.Time("at", l.At)
	c.Int("source", int64(l.Source))
	c.Text("campaign", l.Campaign)
}

// Know books how a customer came to be known. The first source stands: of somebody whose
// source is known a *customer.Refusal says since when.
func (s *Stages) Know(standing Standing, lead Lead) (Decision, error) {
	var faults customer.Faults
	faults.Name("ref", lead.Ref)
	faults.Instant("at", lead.At)
	if !lead.Source.Valid() {
		faults.Add("source", uint8(lead.Source), "is a source")
	}
	faults.Text("campaign", lead.Campaign)
	if err := faults.Err(); err != nil {
		return Decision{}, err
	}
	d, err := open(s.rules.Edition, s.zone, standing, lead.At, lead.Ref)
	if err != nil {
		return Decision{}, err
	}
	if known := standing.Life; known.Source != 0 {
		return refuse(s.name, customer.Reason{Code: CodeStageKnownFrom, Fact: int64(known.Source), On: known.Known})
	}
	d.post(Entry{
		Kind: Known, Source: lead.Source, Campaign: lead.Campaign,
		Because: customer.Reason{Code: CodeStageKnown, Fact: int64(lead.Source), On: d.day},
	})
	return d.decision()
}

// MaxCampaigns is the most campaigns that one LeadReport tells apart.
const MaxCampaigns = 100_000

// LeadReport counts, source by source and campaign by campaign, what became of those who
// became known in a period: how many bought, after how many days, and how far they came.
// Customers may be added in any order and any split, each once; merged, the bytes are the
// same. It is made by NewLeadReport, and not safe for concurrent use.
type LeadReport struct {
	period  population.Period
	sources map[leadKey]*leadCounts
}

type leadKey struct {
	source   Source
	campaign string
}

type leadCounts struct {
	leads, bought, grew, matured, ended, back int64
	days                                      population.Histogram // of bought
}

// LeadRow is a row of the report.
type LeadRow struct {
	Source   Source
	Campaign string
	Leads    int64 // became known in the period
	Bought   int64 // of Leads: have bought since, or before their source was noted
	Grew     int64 // of Bought: were ever Growing or Mature
	Matured  int64 // of Grew: were ever Mature
	Ended    int64 // of Bought: were ever Ending
	Back     int64 // of Ended: came back
	// MedianDays from becoming known to the first purchase, of Bought: half of them or more
	// took so many or fewer. Whoever bought before her source was noted took 0. Of nobody it
	// is 0.
	MedianDays int64
}

// leadReportVersion is the format of MarshalBinary.
const leadReportVersion = 1

// NewLeadReport begins the report of those who become known in a period.
func NewLeadReport(period population.Period) (*LeadReport, error) {
	if err := period.Faults("period").Err(); err != nil {
		return nil, err
	}
	return &LeadReport{period: period, sources: make(map[leadKey]*leadCounts)}, nil
}

// Add counts one customer by her whole history, in booking order; entries that are not of
// stages are passed over. Whoever has no source, or became known outside the period, is in
// no figure. A history that does not fit together is ErrBroken, and then nothing is
// counted; so it is when she has one campaign too many.
func (r *LeadReport) Add(history []Entry) error {
	if err := checkMade(r.period.From != 0, "period", "NewLeadReport"); err != nil {
		return err
	}
	var g ground
	life := &g.Life
	var reached [Ending + 1]bool
	for i := range history {
		if err := g.applyLife(&history[i]); err != nil {
			return err
		}
		reached[life.Stage] = true
	}
	if life.Source == 0 || !r.period.Contains(life.Known) {
		return nil
	}
	counts, err := r.at(leadKey{life.Source, life.Campaign})
	if err != nil {
		return err
	}
	counts.leads++
	if life.Cycle == 0 {
		return nil
	}
	counts.bought++
	counts.days.Add(int64(max(0, life.First-life.Known)), 1)
	for _, one := range []struct {
		count *int64
		is    bool
	}{
		{&counts.grew, reached[Growing] || reached[Mature]},
		{&counts.matured, reached[Mature]},
		{&counts.ended, reached[Ending]},
		{&counts.back, life.Back != 0},
	} {
		if one.is {
			*one.count++
		}
	}
	return nil
}

func (r *LeadReport) at(key leadKey) (*leadCounts, error) {
	counts := r.sources[key]
	if counts == nil {
		if len(r.sources) >= MaxCampaigns {
			return nil, fmt.Errorf("lifecycle: a lead report tells %d campaigns apart", MaxCampaigns)
		}
		counts = new(leadCounts)
		r.sources[key] = counts
	}
	return counts, nil
}

// Merge counts everyone that other counted. Reports of different periods do not merge, nor
// those of more than MaxCampaigns campaigns, and then nothing is counted. Other stays as it
// is.
func (r *LeadReport) Merge(other *LeadReport) error {
	if r.period != other.period {
		return fmt.Errorf("lifecycle: a report of %s to %s does not merge into one of %s to %s",
			other.period.From, other.period.Until, r.period.From, r.period.Until)
	}
	more := 0
	for key, counts := range other.sources {
		mine := r.sources[key]
		if mine == nil {
			more++
		} else if mine.leads+counts.leads > maxReported {
			return errors.New("lifecycle: reports with figures above 2⁵⁶ do not merge")
		}
	}
	if len(r.sources)+more > MaxCampaigns {
		return fmt.Errorf("lifecycle: a lead report tells %d campaigns apart", MaxCampaigns)
	}
	for key, counts := range other.sources {
		mine, err := r.at(key)
		if err != nil {
			return err // not reached: counted above
		}
		from := counts.sums()
		for i, sum := range mine.sums() {
			*sum += *from[i]
		}
		mine.days.Merge(&counts.days)
	}
	return nil
}

// sums lists the sums in the order of the stored form.
func (c *leadCounts) sums() [6]*int64 {
	return [6]*int64{&c.leads, &c.bought, &c.grew, &c.matured, &c.ended, &c.back}
}

// Rows returns the sources in their order, and the campaigns of each by name.
func (r *LeadReport) Rows() []LeadRow {
	rows := make([]LeadRow, 0, len(r.sources))
	for _, key := range r.keys() {
		c := r.sources[key]
		rows = append(rows, LeadRow{
			Source: key.source, Campaign: key.campaign, Leads: c.leads, Bought: c.bought, Grew: c.grew,
			Matured: c.matured, Ended: c.ended, Back: c.back, MedianDays: medianDays(&c.days),
		})
	}
	return rows
}

// medianDays returns the least value with half of all at or below it.
func medianDays(days *population.Histogram) int64 {
	values, counts := days.Values()
	seen := int64(0)
	for i, value := range values {
		if seen += counts[i]; seen >= days.Total()-seen {
			return value
		}
	}
	return 0
}

func (r *LeadReport) keys() []leadKey {
	return slices.SortedFunc(maps.Keys(r.sources), func(a, b leadKey) int {
		return cmp.Or(cmp.Compare(a.source, b.source), cmp.Compare(a.campaign, b.campaign))
	})
}

// MarshalBinary writes the report by source and campaign, so that equal reports have equal
// bytes.
func (r *LeadReport) MarshalBinary() ([]byte, error) {
	if err := r.period.Check(); err != nil {
		return nil, err
	}
	data := population.AppendPeriod([]byte{leadReportVersion}, r.period)
	data = binary.AppendUvarint(data, uint64(len(r.sources)))
	for _, key := range r.keys() {
		data = append(data, byte(key.source))
		data = population.AppendBytes(data, key.campaign)
		counts := r.sources[key]
		for _, sum := range counts.sums() {
			data = binary.AppendUvarint(data, uint64(*sum))
		}
		data = counts.days.Append(data)
	}
	return data, nil
}

// UnmarshalBinary reads what MarshalBinary wrote; at an error the report stays as it was.
func (r *LeadReport) UnmarshalBinary(data []byte) error {
	from := population.NewDecoder(data, leadReportVersion)
	read := LeadReport{period: from.Period(), sources: make(map[leadKey]*leadCounts)}
	n, previous := from.Uvarint(), leadKey{}
	if n > MaxCampaigns {
		from.Fail("too many campaigns")
	}
	for i := uint64(0); i < n && from.Err() == nil; i++ {
		key := leadKey{Source(from.Byte()), string(from.Bytes())}
		counts := new(leadCounts)
		for _, sum := range counts.sums() {
			*sum = from.Count()
		}
		counts.days = from.Histogram()
		if cmp.Or(cmp.Compare(previous.source, key.source), cmp.Compare(previous.campaign, key.campaign)) >= 0 && i > 0 ||
			!key.source.Valid() || len(key.campaign) > customer.MaxText || !counts.sound() {
			from.Fail("sources out of order, or figures that no customers have")
			break
		}
		read.sources[key], previous = counts, key
	}
	if err := from.Close(); err != nil {
		return fmt.Errorf("lifecycle: lead report: %w", err)
	}
	*r = read
	return nil
}

// sound reports whether the figures fit together.
func (c *leadCounts) sound() bool {
	if values, _ := c.days.Values(); len(values) > 0 && (values[0] < 0 || values[len(values)-1] > int64(customer.MaxDate)) {
		return false
	}
	return c.leads >= 1 && c.leads <= maxReported && c.bought <= c.leads && c.days.Total() == c.bought && c.ended <= c.bought &&
		c.grew <= c.bought && c.matured <= c.grew && c.back <= c.ended && c.back <= c.grew
}
