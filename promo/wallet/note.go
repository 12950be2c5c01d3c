package wallet

import (
	"cmp"
	"slices"
)

// apply books one entry in place.
func (w *purse) apply(e *Entry) error {
	if err := e.check(); err != nil {
		return err
	}
	if err := w.note(e); err != nil {
		return err
	}
	w.Entries++
	if e.At.After(w.Settled) {
		w.Settled = e.At
	}
	return nil
}

// check says whether an entry is one that this package writes, as far as it can be seen
// without the wallet.
func (e *Entry) check() error {
	switch {
	case e.Version != EntryVersion:
		return broken(e, "format version %d, where %d is known", e.Version, EntryVersion)
	case !e.Kind.Valid():
		return broken(e, "it is no kind of entry")
	case e.Saved < 0 || e.Saved > MaxSaved || len(e.Runs) > MaxRuns || len(e.Parts) > MaxFunds+1:
		return broken(e, "its figures are out of bounds")
	}
	saved := int64(0)
	for i := range e.Runs {
		r := &e.Runs[i]
		if r.Line < 1 || r.From < 0 || r.From > maxUnits || r.Units < 1 || r.Units > maxUnits || r.Saved < 0 || r.Saved > MaxSaved-saved {
			return broken(e, "run %d is none", i+1)
		}
		saved += r.Saved
	}
	if saved != e.Saved && e.Kind != Released {
		return broken(e, "its runs come to %d, not %d", saved, e.Saved)
	}
	if e.Kind != Redeemed && e.Kind != GivenBack {
		return nil
	}
	for i := range e.Parts {
		p := &e.Parts[i]
		if p.Saved < 0 || p.Saved > saved || p.Back != 0 {
			return broken(e, "part %d is none", i+1)
		}
		saved -= p.Saved
	}
	if saved != 0 {
		return broken(e, "its parts do not add up to %d", e.Saved)
	}
	return nil
}

func (w *purse) note(e *Entry) error {
	switch e.Kind {
	case Issued:
		return w.noteIssued(e)
	case SetAside:
		return w.noteSetAside(e)
	case Released:
		return w.noteReleased(e)
	case Redeemed:
		return w.noteRedeemed(e)
	case Brought:
		return w.noteBrought(e)
	case GivenBack:
		return w.noteGivenBack(e)
	case Reopened:
		return w.noteReopened(e)
	case Closed:
		return w.noteClosed(e)
	case Expired:
		i, err := w.coupon(e, Open, "")
		if err != nil {
			return err
		}
		w.Coupons = slices.Delete(w.Coupons, i, i+1)
	}
	return nil
}

// coupon finds the coupon of an entry, which is in a state and a place.
func (w *purse) coupon(e *Entry, state State, in string) (int, error) {
	i, found := w.find(e.Coupon)
	switch {
	case !found:
		return 0, broken(e, "there is no coupon %q", e.Coupon)
	case w.Coupons[i].State != state || w.Coupons[i].In != in:
		return 0, broken(e, "coupon %q is %s in %q", e.Coupon, w.Coupons[i].State, w.Coupons[i].In)
	}
	return i, nil
}

func (w *purse) noteIssued(e *Entry) error {
	if e.Grant == nil || e.Grant.ID == "" || e.Grant.ID != e.Coupon {
		return broken(e, "has no coupon")
	}
	i, found := w.find(e.Coupon)
	switch {
	case found:
		return broken(e, "coupon %q is there already", e.Coupon)
	case len(w.Coupons) >= MaxCoupons:
		return broken(e, "the wallet is full: it has %d coupons", MaxCoupons)
	}
	w.Coupons = slices.Insert(w.Coupons, i, Coupon{Grant: *e.Grant, List: e.List, State: Open})
	return nil
}

// use is what an entry says of its coupon.
func (e *Entry) use() Use {
	return Use{
		Coupon: e.Coupon, Offer: e.Offer, Budget: e.Budget, Limit: e.Limit,
		Runs: e.Runs, Saved: e.Saved, Parts: e.Parts,
	}
}

func (w *purse) noteSetAside(e *Entry) error {
	at, err := w.coupon(e, Open, "")
	if err != nil {
		return err
	}
	i := w.hold(e.Ref)
	if i < 0 {
		if len(w.Holds) >= MaxOpen {
			return broken(e, "the wallet is full: it has %d open holds", MaxOpen)
		}
		hold := Hold{Ref: e.Ref, Ends: e.Ends}
		i, _ = slices.BinarySearchFunc(w.Holds, hold, func(x, y Hold) int {
			return cmp.Or(x.Ends.Compare(y.Ends), cmp.Compare(x.Ref, y.Ref))
		})
		w.Holds = slices.Insert(w.Holds, i, hold)
	}
	w.Holds[i].Uses = with(w.Holds[i].Uses, e.use())
	w.Coupons[at].State, w.Coupons[at].In = Held, e.Ref
	return nil
}

// with appends to a slice that earlier states share: their capacity is not used.
func with[T any](all []T, one T) []T { return append(slices.Clip(all), one) }

// unhold takes a coupon out of its hold; a hold without coupons is gone.
func (w *purse) unhold(e *Entry, ref string) (at int, err error) {
	if at, err = w.coupon(e, Held, ref); err != nil {
		return 0, err
	}
	i := w.hold(ref)
	if i < 0 {
		return 0, broken(e, "there is no hold %q", ref)
	}
	uses := slices.Clone(w.Holds[i].Uses) // shared with earlier states
	uses = slices.DeleteFunc(uses, func(u Use) bool { return u.Coupon == e.Coupon })
	if w.Holds[i].Uses = uses; len(uses) == 0 {
		w.Holds = slices.Delete(w.Holds, i, i+1)
	}
	return at, nil
}

func (w *purse) noteReleased(e *Entry) error {
	at, err := w.unhold(e, e.Ref)
	if err != nil {
		return err
	}
	w.Coupons[at].State, w.Coupons[at].In = Open, ""
	return nil
}

func (w *purse) noteRedeemed(e *Entry) error {
	at, err := 0, error(nil)
	if e.Hold == "" {
		at, err = w.coupon(e, Open, "")
	} else {
		at, err = w.unhold(e, e.Hold)
	}
	if err != nil {
		return err
	}
	i := w.payment(e.Ref)
	if i < 0 {
		if len(w.Payments) >= MaxOpen {
			return broken(e, "the wallet is full: it has %d open payments", MaxOpen)
		}
		payment := Payment{Ref: e.Ref, At: e.At, Hold: e.Hold, Ends: e.Ends, Closes: e.Closes}
		i, _ = slices.BinarySearchFunc(w.Payments, payment, func(x, y Payment) int {
			return cmp.Or(cmp.Compare(x.Closes, y.Closes), cmp.Compare(x.Ref, y.Ref))
		})
		w.Payments = slices.Insert(w.Payments, i, payment)
	}
	w.Payments[i].Uses = with(w.Payments[i].Uses, e.use())
	w.Coupons[at].State, w.Coupons[at].In = Used, e.Ref
	return nil
}

func (w *purse) noteBrought(e *Entry) error {
	i := w.payment(e.Sale)
	if i < 0 {
		return broken(e, "there is no open payment %q", e.Sale)
	}
	lines := slices.Clone(w.Payments[i].Lines) // shared with earlier states
	for _, back := range e.Lines {
		at, found := slices.BinarySearchFunc(lines, back.Line, func(c Count, line int) int { return cmp.Compare(c.Line, line) })
		if !found {
			lines = slices.Insert(lines, at, Count{Line: back.Line})
		}
		if back.Units < 1 || back.Units > 2*maxUnits-lines[at].Units {
			return broken(e, "%d units of line %d", back.Units, back.Line)
		}
		lines[at].Units += back.Units
	}
	w.Payments[i].Lines = lines
	return nil
}

// used finds the use of an entry's coupon in its payment, in a slice of its own.
func (w *purse) used(e *Entry) (*Use, error) {
	i := w.payment(e.Sale)
	if i < 0 {
		return nil, broken(e, "there is no open payment %q", e.Sale)
	}
	at := slices.IndexFunc(w.Payments[i].Uses, func(u Use) bool { return u.Coupon == e.Coupon })
	if at < 0 || w.Payments[i].Uses[at].Reopened {
		return nil, broken(e, "coupon %q is not used in it", e.Coupon)
	}
	uses := slices.Clone(w.Payments[i].Uses) // shared with earlier states
	w.Payments[i].Uses = uses
	return &uses[at], nil
}

func (w *purse) noteGivenBack(e *Entry) error {
	use, err := w.used(e)
	if err != nil {
		return err
	}
	for i := range e.Runs {
		use.Returned += e.Runs[i].Units
	}
	if use.Back += e.Saved; use.Back > use.Saved || use.Returned > use.units() || len(e.Parts) != len(use.Parts) {
		return broken(e, "more comes back than coupon %q was used for", e.Coupon)
	}
	use.Parts = slices.Clone(use.Parts)
	for i := range e.Parts {
		part := &use.Parts[i]
		if part.Back += e.Parts[i].Saved; part.By != e.Parts[i].By || part.Back > part.Saved {
			return broken(e, "gives %q %d of %d", e.Parts[i].By, part.Back, part.Saved)
		}
	}
	return nil
}

func (w *purse) noteReopened(e *Entry) error {
	use, err := w.used(e)
	if err != nil {
		return err
	}
	at, err := w.coupon(e, Used, e.Sale)
	if err != nil {
		return err
	}
	use.Reopened = true
	w.Coupons[at].State, w.Coupons[at].In = Open, ""
	return nil
}

func (w *purse) noteClosed(e *Entry) error {
	i := w.payment(e.Ref)
	if i < 0 {
		return broken(e, "there is no such open payment")
	}
	w.Payments = slices.Delete(w.Payments, i, i+1)
	w.Coupons = slices.DeleteFunc(w.Coupons, func(c Coupon) bool { return c.State == Used && c.In == e.Ref })
	return nil
}
