package main

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/calendar"
	"github.com/rapport-crm/rapport/customer/journal"
)

// desk is the host: it keeps the cases, knows the staff, has the clock, and pays.
type desk struct {
	policy       *complaint.Policy
	hours        *calendar.Calendar
	store        journal.Mem[complaint.ID, complaint.Case, complaint.Entry]
	staff        []complaint.Agent
	language     customer.Language
	zone         *time.Location
	ids          []complaint.ID
	now          time.Time
	next         map[complaint.ID]time.Time // when a case is to be woken
	diary        diary
	paid         map[string]int64 // the bank: what was paid under which key
	lost         int              // how many of its answers were lost
	wakes        int
	appointments int       // made so far
	told         []telling // what wakes found
	refused      telling   // a closing that was refused, for the report
}

// telling is what a command led to.
type telling struct {
	id      complaint.ID
	at      time.Time
	reasons []customer.Reason
}

func newDesk(language customer.Language) (*desk, error) {
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		return nil, err
	}
	open, err := hours(zone)
	if err != nil {
		return nil, err
	}
	policy, err := complaint.NewPolicy(procedure(), zone, open)
	if err != nil {
		return nil, err
	}
	return &desk{
		policy: policy, hours: open, staff: staff(), language: language, zone: zone, next: map[complaint.ID]time.Time{}, paid: map[string]int64{},
	}, nil
}

// appointment is something that happens at an instant.
type appointment struct {
	at    time.Time
	order int // in which it was put into the diary: no chance decides who comes first
	do    func(ctx context.Context, at time.Time) error
}

// diary is a heap of appointments, the earliest first.
type diary []appointment //nolint:recvcheck // as container/heap has it

func (d diary) Len() int { return len(d) }

func (d diary) Less(i, j int) bool {
	if !d[i].at.Equal(d[j].at) {
		return d[i].at.Before(d[j].at)
	}
	return d[i].order < d[j].order
}

func (d diary) Swap(i, j int) { d[i], d[j] = d[j], d[i] }

func (d *diary) Push(one any) { *d = append(*d, one.(appointment)) }

func (d *diary) Pop() any {
	last := (*d)[len(*d)-1]
	*d = (*d)[:len(*d)-1]
	return last
}

// at puts something into the diary.
func (d *desk) at(at time.Time, do func(context.Context, time.Time) error) {
	d.appointments++
	heap.Push(&d.diary, appointment{at, d.appointments, do})
}

// live does what is in the diary until it is empty. A host that is not a story waits for the
// next appointment here.
func (d *desk) live(ctx context.Context) error {
	for d.diary.Len() > 0 {
		next := heap.Pop(&d.diary).(appointment)
		d.now = next.at
		if err := next.do(ctx, next.at); err != nil {
			return err
		}
	}
	return nil
}

// book runs a command on a case, exactly once, and has the case woken when the policy wants it.
func book[C complaint.Command](
	ctx context.Context, d *desk, id complaint.ID, asked C, decide func(complaint.Case, C) (complaint.Decision, error),
) (complaint.Case, error) {
	answer, err := complaint.Run(ctx, &d.store, id, asked, decide)
	if err != nil {
		return answer.State, fmt.Errorf("%T on %s: %w", asked, id, err)
	}
	return answer.State, d.schedule(id, answer.State)
}

// schedule puts the next wake of a case into the diary. An earlier one that is no longer the next
// finds that out itself.
func (d *desk) schedule(id complaint.ID, c complaint.Case) error {
	at, due, err := d.policy.NextWake(c, d.now)
	if err != nil || !due {
		delete(d.next, id)
		return err
	}
	if d.next[id].Equal(at) {
		return nil
	}
	d.next[id] = at
	d.at(at, func(ctx context.Context, at time.Time) error { return d.wake(ctx, id, at) })
	return nil
}

// wake tells a case what time it is.
func (d *desk) wake(ctx context.Context, id complaint.ID, at time.Time) error {
	if !d.next[id].Equal(at) {
		return nil // something happened since, and another instant is the next
	}
	d.wakes++
	delete(d.next, id)
	asked := complaint.Wake{Step: complaint.Step{Ref: at.UTC().Format(time.RFC3339Nano), By: "diary", At: at}}
	c, err := book(ctx, d, id, asked, func(c complaint.Case, asked complaint.Wake) (complaint.Decision, error) {
		decision, err := d.policy.Wake(c, asked)
		if err == nil && len(decision.Reasons) > 0 {
			d.told = append(d.told, telling{id, at, decision.Reasons})
		}
		return decision, err
	})
	if err != nil {
		return err
	}
	for _, survey := range c.Surveys {
		if survey.Fell.Equal(at) {
			open, err := d.hours.Open(at) // it falls due at midnight, when nobody is called
			if err != nil {
				return err
			}
			d.at(open.From, func(ctx context.Context, at time.Time) error { return d.ask(ctx, id, at) })
		}
	}
	return nil
}

// pay carries out what a case owes, and books that it was.
func (d *desk) pay(ctx context.Context, id complaint.ID, c complaint.Case, at time.Time) (complaint.Case, error) {
	for _, due := range d.policy.Due(c) {
		for due.AmountMinor > 0 && !d.transfer(string(id)+"/"+due.Key, due.AmountMinor) {
			d.lost++
		}
		settled := complaint.Settle{
			Step: step(id, "settle-"+due.Key, "bank", at), Remedy: due.Remedy, Result: complaint.SettlementDone,
			PaidMinor: due.AmountMinor, External: string(id) + "/" + due.Key,
		}
		var err error
		if c, err = book(ctx, d, id, settled, d.policy.Settle); err != nil {
			return c, err
		}
	}
	return c, nil
}

// transfer is the bank: it pays once for a key, and loses every seventh answer. Whoever hears
// none asks again, under the same key.
func (d *desk) transfer(key string, minor int64) (heard bool) {
	_, known := d.paid[key]
	d.paid[key] = minor
	return known || len(d.paid)%7 != 0
}

// step is what every command has. Its reference is unique over all cases, as the host makes it.
func step(id complaint.ID, what, by string, at time.Time) complaint.Step {
	return complaint.Step{Ref: string(id) + "/" + what, By: by, At: at}
}

// agent is what is known of one of the staff.
func (d *desk) agent(id string) complaint.Agent {
	return d.staff[slices.IndexFunc(d.staff, func(one complaint.Agent) bool { return one.ID == id })]
}

// refusal returns the refusal that an error is, or nil.
func refusal(err error) *customer.Refusal {
	var no *customer.Refusal
	if errors.As(err, &no) {
		return no
	}
	return nil
}
