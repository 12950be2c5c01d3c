package complaint

import (
	"strconv"

	"github.com/rapport-crm/rapport/customer"
)

// PromiseKind says what was promised. The zero PromiseKind is refused.
type PromiseKind uint8

// The kinds of promises. Their texts are format.
const (
	PromisedCallback     PromiseKind = iota + 1 // that we call her
	PromisedAppointment                         // that somebody has time for her
	PromisedVisit                               // that somebody comes to her
	PromisedDelivery                            // that goods arrive
	PromisedInstallation                        // that it is put up and works
	PromisedRepair                              // that it works again
	PromisedLoanDevice                          // that she has another one until then
	PromisedGuarantee                           // what we vouch for
	PromisedAnswer                              // what was found, or decided
	PromisedOther                               // its Text says what

	lastPromise = PromisedOther
)

// String returns the stored text.
func (k PromiseKind) String() string {
	switch k {
	case PromisedCallback:
		return "callback"
	case PromisedAppointment:
		return "appointment"
	case PromisedVisit:
		return "visit"
	case PromisedDelivery:
		return "delivery"
	case PromisedInstallation:
		return "installation"
	case PromisedRepair:
		return "repair"
	case PromisedLoanDevice:
		return "loan-device"
	case PromisedGuarantee:
		return "guarantee"
	case PromisedAnswer:
		return "answer"
	case PromisedOther:
		return "other"
	}
	return "promise " + strconv.Itoa(int(k))
}

// MarshalText writes the stored text; anything else is an error.
func (k PromiseKind) MarshalText() ([]byte, error) {
	return customer.WriteStored("complaint", k, lastPromise)
}

// UnmarshalText reads what MarshalText wrote.
func (k *PromiseKind) UnmarshalText(text []byte) error {
	return customer.ReadStored("complaint", "promise", k, lastPromise, text)
}

func (k PromiseKind) valid() bool { return k != 0 && k <= lastPromise }

// text is for canonical forms, in which what is zero leaves no trace.
func (k PromiseKind) text() string {
	if k == 0 {
		return ""
	}
	return k.String()
}

// words names the kind in a sentence.
func (k PromiseKind) words(w words) string {
	switch {
	case !w.chinese() && k == PromisedLoanDevice:
		return "loan device"
	case !w.chinese() && k == PromisedOther:
		return "something else"
	case !w.chinese():
		return k.String()
	}
	switch k {
	case PromisedCallback:
		return "回电"
	case PromisedAppointment:
		return "预约"
	case PromisedVisit:
		return "上门"
	case PromisedDelivery:
		return "送货"
	case PromisedInstallation:
		return "安装"
	case PromisedRepair:
		return "维修"
	case PromisedLoanDevice:
		return "备用机"
	case PromisedGuarantee:
		return "保证"
	case PromisedAnswer:
		return "答复"
	case PromisedOther:
		return "其他"
	}
	return k.String()
}

// toldHer reports whether a promise of the kind is kept by telling her something, so that it
// says on which channel and where she is reached.
func (k PromiseKind) toldHer() bool { return k == PromisedCallback || k == PromisedAnswer }

// PromiseVerdict is what became of a promise. The zero PromiseVerdict is none.
type PromiseVerdict uint8

// The verdicts. Their texts are format.
const (
	PromiseAwaited  PromiseVerdict = iota + 1 // open, and not yet due
	PromiseKept                               // by the time promised
	PromiseKeptLate                           // broken, and kept in the end: both count
	PromiseBroken                             // its time passed without it, whatever was agreed afterwards
	PromiseRenewed                            // another time was agreed with her before the first had passed
	PromiseReleased                           // she let us off before its time had passed
)

// String returns the stored text.
func (v PromiseVerdict) String() string {
	switch v {
	case PromiseAwaited:
		return "awaited"
	case PromiseKept:
		return "kept"
	case PromiseKeptLate:
		return "kept-late"
	case PromiseBroken:
		return "broken"
	case PromiseRenewed:
		return "renewed"
	case PromiseReleased:
		return "released"
	}
	return "verdict " + strconv.Itoa(int(v))
}

// MarshalText writes the stored text; anything else is an error.
func (v PromiseVerdict) MarshalText() ([]byte, error) {
	return customer.WriteStored("complaint", v, PromiseReleased)
}

// UnmarshalText reads what MarshalText wrote.
func (v *PromiseVerdict) UnmarshalText(text []byte) error {
	return customer.ReadStored("complaint", "verdict", v, PromiseReleased, text)
}
