package consent_test

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/consent"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
)

// machineRules are the asking rules with times so short that a machine reaches them.
func machineRules() consent.Rules {
	rules := askingRules()
	rules.GuardianUnderYears = 0
	for i := range rules.Purposes {
		if rules.Purposes[i].ID == "news" {
			rules.Purposes[i].ValidMonths, rules.Purposes[i].RenewDays = 1, 5
		}
	}
	return rules
}

// machineCells are the questions that the machine asks.
func machineCells() []consent.Question {
	var cells []consent.Question
	for _, one := range []string{
		"letter/care", "mail/care", "mail/news", "letter/news", "mail/contract", "letter/survey", "mail/service", "/profiling",
		"/handover/maker", "mail/news/maker", "mail/news/partner",
	} {
		cells = append(cells, question(one))
	}
	return cells
}

// modelWord is one word of hers, as the model keeps it.
type modelWord struct {
	at        time.Time
	no        func(consent.Question) bool // about what; nil: it is a yes
	cell      consent.Question            // of a yes
	ref       string
	version   int    // of the notice that she saw
	notice    string // empty: none
	until     time.Time
	by        time.Time // by when it must be confirmed
	confirmed time.Time
}

// model is a shoebox full of slips: what it says is found by sorting them and reading them all.
type model struct {
	words             []*modelWord
	objected, allowed []time.Time
}

// last reads the slips up to an instant: for each cell the yeses since the last no. Of one instant, a no
// comes after a yes.
func (m *model) last(cell consent.Question, at time.Time) (yeses []*modelWord, denied bool) {
	words := slices.Clone(m.words)
	slices.SortStableFunc(words, func(x, y *modelWord) int {
		if order := x.at.Compare(y.at); order != 0 {
			return order
		}
		return cmp.Compare(bit(x.no != nil), bit(y.no != nil))
	})
	for _, word := range words {
		switch {
		case word.at.After(at):
			return yeses, denied
		case word.no == nil && word.cell == cell:
			yeses = append(yeses, word)
		case word.no != nil && word.no(cell):
			yeses, denied = nil, true
		}
	}
	return yeses, denied
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (m *model) optedOut(at time.Time) bool {
	last := func(list []time.Time) (found time.Time) {
		for _, one := range list {
			if !one.After(at) && one.After(found) {
				found = one
			}
		}
		return found
	}
	out, back := last(m.objected), last(m.allowed)
	return !out.IsZero() && !out.Before(back)
}

// allows is what the policy should say.
func (m *model) allows(rules consent.Rules, cell consent.Question, at time.Time) bool {
	purpose := rules.Purposes[slices.IndexFunc(rules.Purposes, func(p consent.Purpose) bool { return p.ID == cell.Purpose })]
	notice, since := purpose.Notice, purpose.SinceNotice
	for _, party := range rules.Parties {
		if party.ID == cell.Party && party.Notice != "" {
			notice, since = party.Notice, party.SinceNotice
		}
	}
	if m.optedOut(at) && !purpose.DespiteOptOut {
		return false
	}
	yeses, denied := m.last(cell, at)
	for _, yes := range yeses {
		confirmed := yes.by.IsZero() || !yes.confirmed.IsZero() && !yes.confirmed.After(at)
		current := yes.until.IsZero() || at.Before(yes.until)
		shown := notice == "" || yes.notice == notice && yes.version >= since
		if confirmed && current && shown {
			return true
		}
	}
	return cell.Party == "" && purpose.Basis != "" && (!denied || purpose.DespiteOptOut)
}

// Whatever she says, in whatever order it is booked and whatever the store does: the policy says what
// the slips in a shoebox say, for every instant, and the history leads to the same state.
func TestMachine(t *testing.T) {
	rules := machineRules()
	policy := newPolicy(t, rules)
	later := machineRules() // news has changed what it says
	later.Version = 2
	later.Purposes[slices.IndexFunc(later.Purposes, func(p consent.Purpose) bool { return p.ID == "news" })].SinceNotice = 2
	laterPolicy := newPolicy(t, later)
	ctx := t.Context()
	rapid.Check(t, func(t *rapid.T) {
		var mem journal.Mem[customer.ID, consent.Consents, consent.Entry]
		store := consent.Store(&mem)
		switch rapid.IntRange(0, 2).Draw(t, "store") {
		case 1:
			store = journaltest.LostReply(store, 2)
		case 2:
			store = journaltest.FailOn(store, rapid.IntRange(1, 9).Draw(t, "fails on"))
		}
		m := &model{}
		var state consent.Consents
		n := 0
		instant := func(name string) time.Time {
			return at("2026-01-29 12:00").Add(time.Duration(rapid.IntRange(0, 120).Draw(t, name)) * 12 * time.Hour)
		}
		next := func() journal.Step {
			n++
			return journal.Step{Ref: fmt.Sprint("w-", n), By: "ann", At: instant("at")}
		}
		// book repeats what was lost, as a till does, and says whether it was booked.
		book := func(run func() (consent.Consents, error)) bool {
			for {
				got, err := run()
				var refusal *customer.Refusal
				switch {
				case err == nil:
					state = got
					return true
				case errors.As(err, &refusal):
					return false
				}
				var faults customer.Faults
				require.NotErrorAs(t, err, &faults)
				require.NotErrorIs(t, err, consent.ErrBroken)
			}
		}
		scope := func() consent.Scope {
			var s consent.Scope
			if rapid.Bool().Draw(t, "some purposes") {
				s.Purposes = []string{rapid.SampledFrom([]string{"care", "news", "contract", "survey", "profiling", "handover"}).Draw(t, "purpose")}
			}
			if rapid.IntRange(0, 3).Draw(t, "some channels") == 0 {
				s.Channels = []string{rapid.SampledFrom([]string{"mail", "letter"}).Draw(t, "channel")}
			}
			s.Party = rapid.SampledFrom([]string{"", "", "maker"}).Draw(t, "party")
			s.Parties = s.Party == "" && rapid.IntRange(0, 3).Draw(t, "parties") == 0
			return s
		}
		no := func(step journal.Step, s consent.Scope) {
			m.words = append(m.words, &modelWord{at: step.At, ref: step.Ref, no: func(q consent.Question) bool {
				return (s.Parties || q.Party == s.Party) && (s.Purposes == nil || slices.Contains(s.Purposes, q.Purpose)) &&
					(s.Channels == nil || slices.Contains(s.Channels, q.Channel))
			}})
		}
		t.Repeat(map[string]func(*rapid.T){
			"give": func(t *rapid.T) {
				cell := rapid.SampledFrom(machineCells()).Draw(t, "cell")
				give := consent.Give{Step: next(), Boxes: []consent.Box{{Purpose: cell.Purpose, Channel: cell.Channel}}, Party: cell.Party}
				word := &modelWord{at: give.At, cell: cell, ref: give.Ref}
				give.Evidence = consent.Evidence{Medium: "paper", Record: "form"}
				switch {
				case cell.Party == "maker":
					give.Evidence, word.notice, word.version = seen("maker", "1"), "maker", 1
				case cell.Purpose == "news":
					version := rapid.SampledFrom([]string{"1", "2"}).Draw(t, "version")
					give.Evidence, word.notice, word.version = seen("news", version), "news", int(version[0]-'0')
				}
				if cell.Purpose == "news" {
					word.until = customer.DateOf(give.At, time.UTC).AddMonths(1).Start(time.UTC)
				}
				if cell.Channel == "mail" {
					word.by = customer.DateOf(give.At, time.UTC).AddDays(8).Start(time.UTC)
				}
				booked := book(func() (consent.Consents, error) {
					answer, err := journal.Book(ctx, store, "c-1", give, policy.Give)
					return answer.State, err
				})
				despite := cell.Purpose == "contract" || cell.Purpose == "service"
				require.Equal(t, despite || !m.optedOut(give.At), booked)
				if booked {
					m.words = append(m.words, word)
				}
			},
			"confirm": func(t *rapid.T) {
				confirm := consent.Confirm{Step: next(), Grant: fmt.Sprint("w-", rapid.IntRange(1, n).Draw(t, "given")), Channel: "mail"}
				want := false
				var found *modelWord
				for _, word := range m.words {
					if word.no != nil || word.ref != confirm.Grant || word.cell.Channel != "mail" {
						continue
					}
					found = word
					yeses, _ := m.last(word.cell, confirm.At)
					want = slices.Contains(yeses, word) && word.confirmed.IsZero() && confirm.At.Before(word.by)
				}
				booked := book(func() (consent.Consents, error) {
					answer, err := journal.Book(ctx, store, "c-1", confirm, policy.Confirm)
					return answer.State, err
				})
				require.Equal(t, want, booked)
				if booked {
					found.confirmed = confirm.At
				}
			},
			"decline": func(t *rapid.T) {
				decline := consent.Decline{Step: next(), Scope: scope()}
				require.True(t, book(func() (consent.Consents, error) {
					answer, err := journal.Book(ctx, store, "c-1", decline, policy.Decline)
					return answer.State, err
				}))
				no(decline.Step, decline.Scope)
			},
			"withdraw": func(t *rapid.T) {
				withdraw := consent.Withdraw{Step: next(), Scope: scope()}
				require.True(t, book(func() (consent.Consents, error) {
					answer, err := journal.Book(ctx, store, "c-1", withdraw, policy.Withdraw)
					return answer.State, err
				}), "a no is always taken")
				no(withdraw.Step, withdraw.Scope)
			},
			"object": func(t *rapid.T) {
				if rapid.IntRange(0, 2).Draw(t, "rarely") > 0 {
					t.Skip()
				}
				object := consent.Object{Step: next()}
				require.True(t, book(func() (consent.Consents, error) {
					answer, err := journal.Book(ctx, store, "c-1", object, policy.Object)
					return answer.State, err
				}))
				m.objected = append(m.objected, object.At)
			},
			"restore": func(t *rapid.T) {
				restore := consent.Restore{Step: next(), Evidence: consent.Evidence{Medium: "phone"}}
				require.True(t, book(func() (consent.Consents, error) {
					answer, err := journal.Book(ctx, store, "c-1", restore, policy.Restore)
					return answer.State, err
				}))
				m.allowed = append(m.allowed, restore.At)
			},
			"": func(t *rapid.T) {
				asked := instant("asked for")
				permitted := map[consent.Question]bool{}
				reach, err := policy.Reach("c-1", state, consent.Facts{}, asked)
				require.NoError(t, err)
				for _, one := range reach.Allowed {
					permitted[consent.Question{Purpose: one.Purpose, Channel: one.Channel}] = true
				}
				assert.Equal(t, m.optedOut(asked), reach.OptedOut)
				for _, cell := range machineCells() {
					answer, err := policy.Allowed(state, cell, asked)
					require.NoError(t, err)
					assert.Equal(t, m.allows(rules, cell, asked), answer.Allowed, "%v at %s", cell, asked)
					assert.Equal(t, answer.Allowed, len(answer.Missing) == 0, "%v: no without a reason", cell)
					if answer.Allowed && !answer.Until.IsZero() {
						assert.True(t, asked.Before(answer.Until))
					}
					if cell.Party == "" && cell.Channel != "" && !reach.OptedOut {
						assert.Equal(t, answer.Allowed, permitted[cell], "a plan is told the same: %v", cell)
					}
					changed, err := laterPolicy.Allowed(state, cell, asked)
					require.NoError(t, err)
					assert.Equal(t, m.allows(later, cell, asked), changed.Allowed, "%v at %s, under the later notice", cell, asked)
				}
				asks, err := policy.Missing(state, asked)
				require.NoError(t, err)
				for _, ask := range asks {
					channels := ask.Channels
					if channels == nil {
						channels = []string{""}
					}
					for _, channel := range channels {
						q := consent.Question{Purpose: ask.Purpose, Channel: channel, Party: ask.Party}
						answer, err := policy.Allowed(state, q, asked)
						require.NoError(t, err)
						assert.Equal(t, ask.Because.Code == consent.CodeExpiring, answer.Allowed, "%v: she is asked for what she has not said", q)
					}
				}
				replayed, err := consent.Replay(mem.History("c-1"))
				require.NoError(t, err)
				assert.Equal(t, replayed, state)
			},
		})
	})
}

// Of several records of one customer a no counts whatever the others say, the order does not matter,
// and one record is what it was.
func TestStrictest(t *testing.T) {
	policy := newPolicy(t, machineRules())
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) consent.Consents {
			var c consent.Consents
			for i := range rapid.IntRange(0, 6).Draw(t, name) {
				s := journal.Step{Ref: fmt.Sprint(i), By: "ann", At: at("2026-01-29 12:00").Add(time.Duration(rapid.IntRange(0, 30).Draw(t, "at")) * 24 * time.Hour)}
				var d consent.Decision
				var err error
				switch rapid.IntRange(0, 4).Draw(t, "word") {
				case 0, 1:
					d, err = policy.Give(c, consent.Give{Step: s, Boxes: boxesOf("letter/care", "letter/survey"), Evidence: consent.Evidence{Medium: "till"}})
				case 2:
					d, err = policy.Withdraw(c, consent.Withdraw{Step: s})
				case 3:
					d, err = policy.Object(c, consent.Object{Step: s})
				case 4:
					d, err = policy.Restore(c, consent.Restore{Step: s, Evidence: consent.Evidence{Medium: "till"}})
				}
				if err == nil {
					c = d.Next
				}
			}
			return c
		}
		a, b, c := draw("a"), draw("b"), draw("c")
		asked := at("2026-03-01 12:00")
		for _, cell := range []consent.Question{question("letter/care"), question("letter/survey"), question("letter/contract")} {
			allowed := func(c consent.Consents) consent.Answer {
				answer, err := policy.Allowed(c, cell, asked)
				require.NoError(t, err)
				return answer
			}
			says := func(c consent.Consents) bool { // whether a no of hers stands
				for _, reason := range allowed(c).Missing {
					if reason.Code != consent.CodeNoConsent {
						return true
					}
				}
				return false
			}
			one, other := allowed(a), allowed(b)
			both := allowed(consent.Strictest(a, b))
			assert.Equal(t, (one.Allowed || other.Allowed) && !says(a) && !says(b), both.Allowed)
			assert.Equal(t, both.Allowed, allowed(consent.Strictest(b, a)).Allowed)
			assert.Equal(t, one, allowed(consent.Strictest(a)))
			assert.Equal(t, one.Allowed, allowed(consent.Strictest(a, a)).Allowed)
			assert.Equal(t, one.Allowed, allowed(consent.Strictest(consent.Consents{}, a)).Allowed, "of a record on which nobody has asked her")
			all := allowed(consent.Strictest(a, b, c)).Allowed
			assert.Equal(t, all, allowed(consent.Strictest(consent.Strictest(a, b), c)).Allowed)
			assert.Equal(t, all, allowed(consent.Strictest(a, consent.Strictest(c, b))).Allowed)
			assert.Len(t, consent.Strictest(a, b).History(cell), len(a.History(cell))+len(b.History(cell)))
		}
		_, err := policy.Object(consent.Strictest(a, b), consent.Object{Step: step("o", "2026-03-01 12:00")})
		require.Error(t, err, "nothing is booked on several records at once")
	})
}
