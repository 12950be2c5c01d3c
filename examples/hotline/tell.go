package main

import (
	"context"
	"fmt"
	"io"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
)

// tell reports what happened.
func (d *desk) tell(w io.Writer) error {
	p := &printer{w: w}
	p.printf("%d complaints, %d wakes, %d payments; the bank's answer was lost %s, and nothing was paid twice.\n\n",
		len(d.ids), d.wakes, len(d.paid), customer.English.Count(int64(d.lost), "time"))
	p.printf("A clerk who closes %s at once is told all that is missing:\n", d.refused.id)
	d.reasons(p, d.refused.reasons)
	for _, part := range []func(*printer) error{d.tellLife, d.tellClock, d.tellWakes, d.tellMonth} {
		if err := part(p); err != nil {
			return err
		}
	}
	return p.err
}

// reasons writes reasons, a line each.
func (d *desk) reasons(p *printer, reasons []customer.Reason) {
	for _, reason := range reasons {
		p.printf("  %s\n", d.policy.Explain(reason, d.language))
	}
}

// tellLife tells the case with the longest history, entry by entry.
func (d *desk) tellLife(p *printer) error {
	longest, most := complaint.ID(""), 0
	for _, id := range d.ids {
		if n := len(d.store.History(id)); n > most {
			longest, most = id, n
		}
	}
	p.printf("\n%s from the first word to the last:\n", longest)
	for _, e := range d.store.History(longest) {
		p.printf("  %s  %-14s %s", e.At.In(d.zone).Format("02 Jan 15:04:05"), e.Kind(), e.By)
		if e.Because.Code != "" {
			p.printf("  %s", d.policy.Explain(e.Because, d.language))
		}
		p.printf("\n")
	}
	return nil
}

// tellClock tells one clock that was missed, in words.
func (d *desk) tellClock(p *printer) error {
	for _, id := range d.ids {
		c, _, err := d.store.Load(context.Background(), id)
		if err != nil {
			return err
		}
		for _, clock := range c.Clocks {
			reading, err := d.policy.Read(clock, d.now)
			if err != nil {
				return err
			}
			if reading.Breached && clock.Name == "settlement" {
				p.printf("\nA clock of %s that was missed:\n", id)
				d.reasons(p, reading.Reasons())
				return nil
			}
		}
	}
	return nil
}

// tellWakes tells what the first wakes found.
func (d *desk) tellWakes(p *printer) error {
	p.printf("\nWhat the diary found, the first ten times:\n")
	for _, one := range d.told[:min(10, len(d.told))] {
		p.printf("%s on %s\n", one.id, one.at.In(d.zone).Format("Mon 02 Jan 15:04"))
		d.reasons(p, one.reasons)
	}
	return nil
}

// printer writes, and remembers the first thing that went wrong.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) printf(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, args...)
	}
}
