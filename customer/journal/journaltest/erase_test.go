package journaltest

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// A slip is a state as somebody might write it, whose entries can be erased.
type slip struct {
	Entries uint64 `json:"entries"`
	Name    string `json:"name,omitempty"`
	journal.Erasable
}

type slipBody interface {
	kind() string
	apply(*slip, *slipEntry)
}

type (
	slipEntry    = journal.Entry[slipBody, slipForm]
	slipDecision = journal.Decision[slip, slipEntry]
)

type slipName struct {
	journal.Step `json:"-"`

	Name string `json:"name"`
}

func (slipName) kind() string                  { return "name" }
func (x slipName) apply(s *slip, _ *slipEntry) { s.Name = x.Name }
func (slipErase) kind() string                 { return journal.KindErase }
func (slipErase) apply(s *slip, e *slipEntry) {
	*s = slip{Entries: s.Entries, Erasable: journal.Erasable{Erased: e.At}}
}
func (slipScrubbed) kind() string               { return journal.KindScrubbed }
func (slipScrubbed) apply(*slip, *slipEntry)    {}
func (x slipErase) check(f *customer.Faults)    { x.Check(f) }
func (x slipScrubbed) check(f *customer.Faults) { x.Check(f) }

type (
	slipErase    struct{ journal.Erasure }
	slipScrubbed struct{ journal.Scrubbed }
	slipForm     struct{}
)

func (slipForm) Format() (string, int) { return "slip", 1 }

func (slipForm) Kind(b slipBody) string {
	if b == nil {
		return ""
	}
	return b.kind()
}

func (slipForm) Read(kind string, _ int, data []byte) (slipBody, error) {
	switch kind {
	case "name":
		return journal.ReadBody[slipName](data, nil)
	case journal.KindErase:
		return journal.ReadBody(data, (*slipErase).check)
	case journal.KindScrubbed:
		return journal.ReadBody(data, (*slipScrubbed).check)
	}
	return nil, fmt.Errorf("%q is unknown", kind)
}

func (s slip) Apply(entries ...slipEntry) (slip, error) {
	for i := range entries {
		e := &entries[i]
		if err := e.Check(); err != nil {
			return s, err
		}
		if err := s.Fits(e.Kind()); err != nil {
			return s, err
		}
		e.Body.apply(&s, e)
		s.Entries++
	}
	return s, nil
}

func slipDecide(s slip, x slipErase) (slipDecision, error) {
	if s.Entries == 0 || !s.Erased.IsZero() {
		return slipDecision{}, nil
	}
	d, err := journal.Begin(customer.Edition{ID: "slips", Version: 1}, time.UTC, s, s.Entries, x.Take(), x.Check)
	if err != nil {
		return slipDecision{}, err
	}
	d.Post(x)
	return d.Decision()
}

func slipScrub(entries []slipEntry) []slipEntry {
	return journal.Scrub(entries, func(_ slipBody, was journal.Scrubbed) slipBody { return slipScrubbed{was} })
}

// The suite passes what keeps its promises, and catches what breaks one.
func TestErasureCatches(t *testing.T) {
	at := time.Date(2026, 11, 25, 9, 30, 0, 0, time.UTC)
	good := func() Erasing[slip, slipBody, slipForm, slipErase] {
		return Erasing[slip, slipBody, slipForm, slipErase]{
			History: []slipEntry{
				{Version: 1, At: at, By: "ann", Ref: "1", Because: customer.Reason{Code: "slip.told", Of: "Wang Xiaojie"}, Body: slipName{Name: "Wang Xiaojie"}},
				{Version: 1, At: at, By: "ann", Ref: "2", Body: slipName{Name: "Xiaojie"}},
			},
			Order:  slipErase{journal.Erasure{Step: journal.Step{Ref: "e", By: "dpo", At: at}, Asked: "customer", Ground: "PIPL 47"}},
			Decide: slipDecide, Scrub: slipScrub,
		}
	}
	for name, test := range map[string]struct {
		spoil func(*Erasing[slip, slipBody, slipForm, slipErase])
		want  string
	}{
		"good": {func(*Erasing[slip, slipBody, slipForm, slipErase]) {}, ""},
		"a history that does not apply": {func(e *Erasing[slip, slipBody, slipForm, slipErase]) {
			e.History = append(e.History, slipEntry{})
		}, "does not apply"},
		"an order that is refused": {func(e *Erasing[slip, slipBody, slipForm, slipErase]) { e.Order.Asked = "" }, "leads to one entry"},
		"bodies that stay": {func(e *Erasing[slip, slipBody, slipForm, slipErase]) {
			e.Scrub = func(entries []slipEntry) []slipEntry {
				return journal.Scrub(entries, func(body slipBody, _ journal.Scrubbed) slipBody { return body })
			}
		}, "is still there"},
		"a text in a longer one": {func(e *Erasing[slip, slipBody, slipForm, slipErase]) {
			e.Scrub = func(entries []slipEntry) []slipEntry {
				return journal.Scrub(entries, func(body slipBody, was journal.Scrubbed) slipBody {
					if name, is := body.(slipName); is {
						was.Was = "name of " + name.Name
					}
					return slipScrubbed{was}
				})
			}
		}, "in a longer text"},
		"reasons that stay": {func(e *Erasing[slip, slipBody, slipForm, slipErase]) {
			e.Scrub = func(entries []slipEntry) []slipEntry {
				scrubbed := slipScrub(entries)
				scrubbed[0].Because = entries[0].Because
				return scrubbed
			}
		}, "still says why"},
		"an entry less": {func(e *Erasing[slip, slipBody, slipForm, slipErase]) {
			e.Scrub = func(entries []slipEntry) []slipEntry { return slipScrub(entries)[1:] }
		}, "3 entries are 2"},
		"other steps": {func(e *Erasing[slip, slipBody, slipForm, slipErase]) {
			e.Scrub = func(entries []slipEntry) []slipEntry {
				scrubbed := slipScrub(entries)
				scrubbed[0].Ref = "x"
				return scrubbed
			}
		}, "another step"},
		"entries changed in place": {func(e *Erasing[slip, slipBody, slipForm, slipErase]) {
			e.Scrub = func(entries []slipEntry) []slipEntry {
				copy(entries, slipScrub(entries))
				return entries
			}
		}, "changed the entries"},
		"scrubbed bodies that are scrubbed": {func(e *Erasing[slip, slipBody, slipForm, slipErase]) {
			e.Scrub = func(entries []slipEntry) []slipEntry {
				scrubbed := slipScrub(entries)
				for i := range entries {
					if entries[i].Kind() == journal.KindScrubbed {
						scrubbed[i].Body = slipScrubbed{journal.Scrubbed{Was: journal.KindScrubbed}}
					}
				}
				return scrubbed
			}
		}, "changes it"},
		"a body that cannot be read": {func(e *Erasing[slip, slipBody, slipForm, slipErase]) {
			e.Scrub = func(entries []slipEntry) []slipEntry {
				return journal.Scrub(entries, func(slipBody, journal.Scrubbed) slipBody { return slipScrubbed{} })
			}
		}, "cannot be read"},
		"another state": {func(e *Erasing[slip, slipBody, slipForm, slipErase]) {
			e.Decide = func(s slip, x slipErase) (slipDecision, error) {
				d, err := slipDecide(s, x)
				d.Next.Name = s.Name
				return d, err
			}
		}, "and the order to"},
		"erased twice": {func(e *Erasing[slip, slipBody, slipForm, slipErase]) {
			e.Decide = func(s slip, x slipErase) (slipDecision, error) {
				s.Erased = time.Time{}
				if s.Entries == 0 {
					return slipDecision{}, nil
				}
				return slipDecide(s, x)
			}
		}, "decides nothing"},
	} {
		t.Run(name, func(t *testing.T) {
			e := good()
			test.spoil(&e)
			var found report
			checkErasure(&found, e)
			if test.want == "" {
				assert.Empty(t, found.broken)
				return
			}
			assert.Condition(t, func() bool {
				for _, broken := range found.broken {
					if containsText(broken, test.want) {
						return true
					}
				}
				return false
			}, "%q in %q", test.want, found.broken)
		})
	}
	TestErasure(t, good())
}

func containsText(text, part string) bool { return within(map[string]bool{text: true}, part) }
