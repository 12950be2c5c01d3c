package main

import (
	"context"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/loyalty"
)

// request is one thing that the till asks for: exactly one of the facts is set. It is
// kept as JSON until it is answered, and asks for the same after it was read back.
type request struct {
	Card    customer.ID       `json:"card"`
	Open    *loyalty.Occasion `json:"open,omitempty"`
	Hold    *loyalty.Spending `json:"hold,omitempty"`
	Capture *loyalty.Finish   `json:"capture,omitempty"`
	Sale    *loyalty.Receipt  `json:"sale,omitempty"`
	Return  *customer.Return  `json:"return,omitempty"`
}

// what is the name of a request and what it asks for.
type what struct {
	verb, ref string
	at        time.Time
	fact      journal.Fact
}

func (r request) what() what {
	switch {
	case r.Open != nil:
		return what{"open", r.Open.Ref, r.Open.At, r.Open}
	case r.Hold != nil:
		return what{"hold", r.Hold.Ref, r.Hold.At, r.Hold}
	case r.Capture != nil:
		return what{"capture", r.Capture.Ref, r.Capture.At, r.Capture}
	case r.Sale != nil:
		return what{"earn", r.Sale.Ref, r.Sale.At, r.Sale}
	}
	return what{"return", r.Return.Ref, r.Return.At, r.Return}
}

func (r request) decide(program *loyalty.Program, account loyalty.Account) (loyalty.Decision, error) {
	switch {
	case r.Open != nil:
		return program.Award(account, *r.Open)
	case r.Hold != nil:
		return program.Hold(account, *r.Hold)
	case r.Capture != nil:
		return program.Capture(account, *r.Capture)
	case r.Sale != nil:
		return program.Earn(account, *r.Sale)
	}
	return program.Return(account, *r.Return)
}

// outcome is the store's answer to a request.
type outcome = journal.Outcome[loyalty.Account, loyalty.Entry]

// send books the request. Its key is the same however often it is sent, so it is booked
// once.
func (r request) send(ctx context.Context, store loyalty.Store, program *loyalty.Program) (outcome, error) {
	what := r.what()
	key, err := journal.Key(what.verb, what.ref)
	if err != nil {
		return outcome{}, err
	}
	return journal.Run(ctx, store, r.Card, key, what.fact, func(account loyalty.Account) (loyalty.Decision, error) {
		return r.decide(program, account)
	})
}
