package main

import (
	"context"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/complaint/quality"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// month is what the reports of November are made from. A company with a million cases makes one
// for each part of them, and merges them.
type month struct {
	gauge    *quality.Gauge
	handling *quality.Handling
	clocks   *quality.Clocks
	promises *quality.Promises
}

func newMonth(from, until customer.Date) (*month, error) {
	gauge, err := quality.NewGauge(quality.Rules{
		Edition: customer.Edition{ID: "month", Version: 1}, Currency: procedure().Currency,
		FirstContact: quality.FirstContactRules{Days: 14, Handoffs: 1}, Least: 5, VitalPermille: 800,
	})
	if err != nil {
		return nil, err
	}
	period := population.Period{From: from, Until: until}
	m := &month{gauge: gauge}
	if m.handling, err = gauge.Handling(period, quality.ByTopic); err != nil {
		return nil, err
	}
	if m.clocks, err = gauge.Clocks(period); err != nil {
		return nil, err
	}
	m.promises, err = gauge.Promises(period)
	return m, err
}

// add counts one case.
func (m *month) add(f *quality.Facts) error {
	for _, add := range []func(*quality.Facts) error{m.handling.Add, m.clocks.Add, m.promises.Add} {
		if err := add(f); err != nil {
			return err
		}
	}
	return nil
}

// tellMonth tells how November was, in figures and with their reasons.
func (d *desk) tellMonth(p *printer) error {
	first, err := customer.ParseDate("2026-11-01")
	if err != nil {
		return err
	}
	m, err := newMonth(first, first.AddMonths(1))
	if err != nil {
		return err
	}
	for _, id := range d.ids {
		c, _, err := d.store.Load(context.Background(), id)
		if err != nil {
			return err
		}
		facts, err := m.gauge.Of(d.policy, complaint.Known{ID: id, Case: c}, d.now)
		if err != nil {
			return err
		}
		if err := m.add(&facts); err != nil {
			return err
		}
	}
	say := func(reasons []customer.Reason) {
		for _, reason := range reasons {
			p.printf("  %s\n", m.gauge.Explain(reason, d.language))
		}
	}
	p.printf("\nNovember, by what it was about:\n")
	for _, row := range m.handling.Rows() {
		p.printf("%s: %d received, %d closed\n", row.Of, row.Received, row.Closed)
		say(m.handling.Reasons(row))
	}
	p.printf("\nClocks:\n")
	for _, row := range m.clocks.ByClock() {
		p.printf("%s\n", row.Clock)
		say(m.clocks.Reasons(row))
	}
	p.printf("\nPromises:\n")
	for _, row := range m.promises.Rows() {
		p.printf("%s\n", row.Agent)
		say(m.promises.Reasons(row))
	}
	return nil
}
