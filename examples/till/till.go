package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/loyalty"
)

// till writes every request into its own journal first and sends it then. What gets no
// answer stays there, with everything behind it, so that a return never overtakes its
// sale.
type till struct {
	number   int
	currency customer.Currency
	program  *loyalty.Program
	store    loyalty.Store

	serial  int
	kept    [][]byte // the journal: requests without an answer, oldest first, in JSON
	offline bool     // the last request got no answer
	log     []event
	slips   []*slip
	err     error // the first mistake of many steps
}

// event is a request and what became of it, or the moment at which the line came back.
type event struct {
	request request
	outcome outcome
	refusal *customer.Refusal // the answer was no
	silent  bool              // there was no answer
	unsent  bool              // it was not sent, since the line was down
	again   int               // above 0: the line is back, and so many kept requests follow
}

// begin begins a receipt. Its number is unique over all tills.
func (t *till) begin(s slip) *slip {
	t.serial++
	s.ref = fmt.Sprintf("%d-%04d", t.number, t.serial)
	t.slips = append(t.slips, &s)
	return &s
}

// open gives a new card the points of an event.
func (t *till) open(ctx context.Context, at time.Time, welcome string) {
	s := t.begin(slip{at: at})
	t.deliver(ctx, request{Card: member, Open: &loyalty.Occasion{Ref: s.ref, Event: welcome, At: at}})
}

// sell sells goods, and lets points pay a part where the customer asks for it.
func (t *till) sell(ctx context.Context, at time.Time, points int64, lines ...customer.Line) {
	s := t.begin(slip{at: at, lines: lines})
	if points > 0 {
		t.payPoints(ctx, s, points)
	}
	t.deliver(ctx, request{Card: member, Sale: &loyalty.Receipt{Purchase: customer.Purchase{
		Ref: s.ref, Customer: member, At: at, Currency: t.currency, Lines: s.lines,
	}}})
}

// takeBack takes goods back. Money is handed out when the answer has said how much of it
// is points.
func (t *till) takeBack(ctx context.Context, at time.Time, sale string, lines ...customer.ReturnLine) {
	s := t.begin(slip{at: at, sale: sale})
	for _, line := range lines {
		s.lines = append(s.lines, line.Line)
	}
	t.deliver(ctx, request{Card: member, Return: &customer.Return{
		Ref: s.ref, Sale: sale, Customer: member, At: at, Currency: t.currency, Lines: lines,
	}})
}

// deliver keeps a request, and sends it unless the line is down.
func (t *till) deliver(ctx context.Context, r request) {
	written, err := json.Marshal(r)
	if err != nil {
		t.fail(err)
		return
	}
	t.kept = append(t.kept, written)
	if t.offline {
		t.log = append(t.log, event{request: r, unsent: true})
		return
	}
	t.sendKept(ctx)
}

// reconnect sends everything that the till has kept.
func (t *till) reconnect(ctx context.Context) {
	t.offline = false
	if len(t.kept) > 0 {
		t.log = append(t.log, event{again: len(t.kept)})
	}
	t.sendKept(ctx)
}

// sendKept sends what was kept, in order, until something gets no answer.
func (t *till) sendKept(ctx context.Context) {
	for len(t.kept) > 0 && !t.offline && t.err == nil {
		var r request
		if err := json.Unmarshal(t.kept[0], &r); err != nil {
			t.fail(err)
			return
		}
		if answer := t.send(ctx, r); !answer.silent {
			t.kept = t.kept[1:]
		}
	}
}

// send sends one request and writes down what became of it. A refusal is an answer.
// Silence is none: it may be booked, or not, and the same request finds out.
func (t *till) send(ctx context.Context, r request) event {
	answer := event{request: r}
	var err error
	answer.outcome, err = r.send(ctx, t.store, t.program)
	switch {
	case err == nil:
		t.settle(r, answer.outcome)
	case errors.As(err, &answer.refusal):
	case mistake(err):
		t.fail(err)
	default:
		answer.silent, t.offline = true, true
	}
	t.log = append(t.log, answer)
	return answer
}

// mistake reports whether an error is one of this program or of its data, which sending
// again does not mend.
func mistake(err error) bool {
	faults := customer.Faults(nil)
	return errors.As(err, &faults) || errors.Is(err, journal.ErrKeyReused) ||
		errors.Is(err, loyalty.ErrBroken) || errors.Is(err, loyalty.ErrBehind)
}

// fail keeps the first mistake.
func (t *till) fail(err error) {
	if t.err == nil {
		t.err = err
	}
}

// settle puts the answer on its receipt.
func (t *till) settle(r request, answer outcome) {
	if r.Hold != nil || r.Capture != nil {
		return // the sale is still to come
	}
	for _, slip := range t.slips {
		if slip.ref == r.what().ref {
			slip.answer = &answer
		}
	}
}
