package complaint

import "github.com/rapport-crm/rapport/customer"

// Clock TODO.
type Clock struct{}

// ClockRule TODO.
type ClockRule struct{}

// readClocks checks the rules and compiles them.
func (p *Policy) readClocks(faults *customer.Faults) {}

// Extend TODO.
type Extend struct {
	Step `json:"-"`
}

func (Extend) kind() Kind { return KindExtend }

// Canonical writes the command in canonical form.
func (x Extend) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x Extend) apply(g *ground, e *Entry) error { return nil }

// Switch TODO.
type Switch struct {
	Step `json:"-"`
}

func (Switch) kind() Kind { return KindSwitch }

// Canonical writes the command in canonical form.
func (x Switch) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x Switch) apply(g *ground, e *Entry) error { return nil }

// Confirm TODO.
type Confirm struct {
	Step `json:"-"`
}

func (Confirm) kind() Kind { return KindConfirm }

// Canonical writes the command in canonical form.
func (x Confirm) Canonical(c *customer.Canonical) {
	x.canonical(c)
}

func (x Confirm) apply(g *ground, e *Entry) error { return nil }

// ClockStarted TODO.
type ClockStarted struct{}

func (ClockStarted) kind() Kind { return KindClockStarted }

func (x ClockStarted) apply(g *ground, e *Entry) error { return nil }

// ClockStopped TODO.
type ClockStopped struct{}

func (ClockStopped) kind() Kind { return KindClockStopped }

func (x ClockStopped) apply(g *ground, e *Entry) error { return nil }

// ClockPaused TODO.
type ClockPaused struct{}

func (ClockPaused) kind() Kind { return KindClockPaused }

func (x ClockPaused) apply(g *ground, e *Entry) error { return nil }

// ClockResumed TODO.
type ClockResumed struct{}

func (ClockResumed) kind() Kind { return KindClockResumed }

func (x ClockResumed) apply(g *ground, e *Entry) error { return nil }

// RungReached TODO.
type RungReached struct{}

func (RungReached) kind() Kind { return KindRungReached }

func (x RungReached) apply(g *ground, e *Entry) error { return nil }

// followClocks starts, stops, pauses and resumes clocks as an entry says.
func (d *desk) followClocks(e *Entry) {}

func explainClock(r customer.Reason, w words) (text string, ok bool) { return "", false }
