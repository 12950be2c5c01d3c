package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// live tells the story, chapter by chapter.
func (d *desk) live(ctx context.Context, out io.Writer) error {
	d.out = out
	d.print(d.in("The front desk of a computer shop", "电脑店的前台"))
	for _, chapter := range []func(context.Context) error{
		d.asksForAWhiteOne, d.aWhiteOneArrives, d.twoPrices, d.buys, d.isRepaired, d.callsFromHome, d.isTwoRecords, d.herSalesmanLeaves,
		d.asksWhatIsHeld, d.isErased,
	} {
		if err := chapter(ctx); err != nil {
			return err
		}
	}
	return d.failed
}

// print writes a line, and remembers the first thing that went wrong.
func (d *desk) print(text string) {
	if d.failed == nil {
		_, d.failed = fmt.Fprintln(d.out, text)
	}
}

// chapter sets the clock, and writes what it is about.
func (d *desk) chapter(when, english, chinese string) {
	d.clock(when)
	d.print("")
	d.print(fmt.Sprintf(d.in("%s: %s", "%s：%s"), d.language.Instant(d.now), d.in(english, chinese)))
}

// clock sets the clock.
func (d *desk) clock(when string) {
	at, err := time.ParseInLocation("2006-01-02 15:04", when, d.zone)
	d.now, d.failed = at, errors.Join(d.failed, err)
}

// say writes a line of the story.
func (d *desk) say(english, chinese string, values ...any) {
	d.print("  " + fmt.Sprintf(d.in(english, chinese), values...))
}

// why writes reasons, as the package that gave them explains them.
func (d *desk) why(explain func(customer.Reason, customer.Language) string, reasons ...customer.Reason) {
	for _, reason := range reasons {
		d.print("    - " + explain(reason, d.language))
	}
}

// refused writes all that stands in the way, if that is what the error says.
func (d *desk) refused(err error, explain func(customer.Reason, customer.Language) string) error {
	var refusal *customer.Refusal
	if !errors.As(err, &refusal) {
		return errors.Join(errors.New("this was to be refused"), err)
	}
	d.why(explain, refusal.Missing...)
	return nil
}

// money is an amount as the shop writes it.
func (d *desk) money(minor int64) string { return d.sheet.Basis().Currency.Text(minor) }
