package lifecycle_test

import (
	"encoding"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/lifecycle"
)

// report is what counts under names, or under scores, and is stored as bytes.
type report interface {
	encoding.BinaryMarshaler
	encoding.BinaryUnmarshaler
}

// inNovember is the period of the reports in the tests.
func inNovember() population.Period {
	return population.Period{From: on("2026-11-01"), Until: on("2026-12-01")}
}

func newCircles(t require.TestingT) *lifecycle.Circles {
	circles, err := newReferrals(t, referralRules()).Circles(on("2027-06-30"))
	require.NoError(t, err)
	return circles
}

func newLeavers(t require.TestingT) *lifecycle.Leavers {
	leavers, err := lifecycle.NewLeavers(inNovember())
	require.NoError(t, err)
	return leavers
}

func newWalkOuts(t require.TestingT) *lifecycle.WalkOuts {
	walkOuts, err := lifecycle.NewWalkOuts(inNovember(), time.UTC)
	require.NoError(t, err)
	return walkOuts
}

func newPromises(t require.TestingT) *lifecycle.Promises {
	promises, err := lifecycle.NewPromises(inNovember(), on("2026-11-20"))
	require.NoError(t, err)
	return promises
}

func newSurvey(t require.TestingT) *lifecycle.Survey {
	satisfaction, err := lifecycle.NewSatisfaction(satisfactionRules())
	require.NoError(t, err)
	survey, err := satisfaction.Survey(inNovember(), on("2026-11-30"))
	require.NoError(t, err)
	return survey
}

// splits holds that a report does not depend on the order in which facts are added, nor on
// how they are dealt out over reports that are merged, and that its bytes come back.
func splits[R report, F any](t *rapid.T, facts []F, begin func(require.TestingT) R, add func(R, F) error, merge func(into, from R) error) {
	whole := begin(t)
	for _, fact := range facts {
		require.NoError(t, add(whole, fact))
	}
	merged := begin(t)
	for _, part := range parts(t, facts) {
		one := begin(t)
		for _, fact := range part {
			require.NoError(t, add(one, fact))
		}
		require.NoError(t, merge(merged, one))
	}
	want := marshal(t, whole)
	require.Equal(t, want, marshal(t, merged))
	read := begin(t)
	require.NoError(t, read.UnmarshalBinary(want))
	require.Equal(t, want, marshal(t, read))
}

func drawReportDay(t *rapid.T, label string, from string, days int) customer.Date {
	return on(from) + customer.Date(rapid.IntRange(0, days).Draw(t, label))
}

func drawVisitDays(t *rapid.T, from string, days int) customer.Days {
	var all customer.Days
	for range rapid.IntRange(0, 6).Draw(t, "visits") {
		all.Add(drawReportDay(t, "visit", from, days))
	}
	return all
}

func TestReportsSplit(t *testing.T) {
	name := rapid.SampledFrom([]string{"a", "b", "奶", "long name"})
	t.Run("circles", func(t *testing.T) {
		type fact struct {
			standing lifecycle.Standing
			days     customer.Days
		}
		rapid.Check(t, func(t *rapid.T) {
			facts := rapid.SliceOf(rapid.Custom(func(t *rapid.T) fact {
				standing := lifecycle.Standing{Brought: lifecycle.Referral{
					State: lifecycle.BondState(rapid.IntRange(0, 4).Draw(t, "state")),
					Bond:  lifecycle.Bond{By: customer.ID(name.Draw(t, "by")), On: drawReportDay(t, "on", "2026-11-01", 300)},
				}}
				return fact{standing, drawVisitDays(t, "2026-11-01", 400)}
			})).Draw(t, "facts")
			splits(t, facts, newCircles, func(c *lifecycle.Circles, f fact) error { return c.Add(f.standing, f.days) }, (*lifecycle.Circles).Merge)
		})
	})
	t.Run("leavers", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			facts := rapid.SliceOf(rapid.Custom(func(t *rapid.T) lifecycle.Departure {
				last := drawReportDay(t, "last", "2026-10-01", 60)
				signals := rapid.SliceOfN(rapid.SampledFrom([]lifecycle.Signal{
					signOn("2026-10-20", lifecycle.ComplaintMade), signOn("2026-10-20", lifecycle.WalkedOut),
					leftOn("2026-11-05", lifecycle.CausePrice, lifecycle.Said), leftOn("2026-11-05", lifecycle.CauseComplaintLost, lifecycle.Judged),
				}), 0, 2).Draw(t, "signals")
				return lifecycle.Departure{Label: name.Draw(t, "label"), Last: last, On: last + customer.Date(rapid.IntRange(0, 40).Draw(t, "silence")), Signals: signals}
			})).Draw(t, "facts")
			splits(t, facts, newLeavers, (*lifecycle.Leavers).Add, (*lifecycle.Leavers).Merge)
		})
	})
	t.Run("walk-outs", func(t *testing.T) {
		type fact struct {
			place string
			at    time.Time
			times int64
		}
		rapid.Check(t, func(t *rapid.T) {
			facts := rapid.SliceOf(rapid.Custom(func(t *rapid.T) fact {
				at := on("2026-10-31").Start(time.UTC).Add(time.Duration(rapid.IntRange(0, 33*24).Draw(t, "hours")) * time.Hour)
				return fact{name.Draw(t, "place"), at, rapid.Int64Range(1, 1_000_000).Draw(t, "times")}
			})).Draw(t, "facts")
			splits(t, facts, newWalkOuts, func(w *lifecycle.WalkOuts, f fact) error { return w.Add(f.place, f.at, f.times) }, (*lifecycle.WalkOuts).Merge)
		})
	})
	t.Run("promises", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			splits(t, rapid.SliceOf(promises()).Draw(t, "facts"), newPromises, (*lifecycle.Promises).Add, (*lifecycle.Promises).Merge)
		})
	})
	t.Run("survey", func(t *testing.T) {
		type fact struct {
			answer lifecycle.Answer
			days   customer.Days
		}
		rapid.Check(t, func(t *rapid.T) {
			facts := rapid.SliceOf(rapid.Custom(func(t *rapid.T) fact {
				answer := lifecycle.Answer{Asked: drawReportDay(t, "asked", "2026-10-30", 35)}
				if rapid.Bool().Draw(t, "answered") {
					answer.On, answer.Score = answer.Asked+customer.Date(rapid.IntRange(0, 5).Draw(t, "after")), rapid.IntRange(0, 10).Draw(t, "score")
				}
				return fact{answer, drawVisitDays(t, "2026-11-01", 40)}
			})).Draw(t, "facts")
			splits(t, facts, newSurvey, func(s *lifecycle.Survey, f fact) error { return s.Add(f.answer, f.days) }, (*lifecycle.Survey).Merge)
		})
	})
}

// Reports that count differently do not merge, and do not read each other.
func TestReportsUnderOtherTerms(t *testing.T) {
	october := population.Period{From: inNovember().From - 31, Until: inNovember().From}
	rules, marks := referralRules(), satisfactionRules()
	rules.StayedUntilDays++
	marks.LoyalDays++
	otherCircles, err := newReferrals(t, rules).Circles(on("2027-06-30"))
	require.NoError(t, err)
	otherLeavers, err := lifecycle.NewLeavers(october)
	require.NoError(t, err)
	otherWalkOuts, err := lifecycle.NewWalkOuts(inNovember(), time.FixedZone("Other", 0))
	require.NoError(t, err)
	otherPromises, err := lifecycle.NewPromises(inNovember(), on("2026-11-21"))
	require.NoError(t, err)
	satisfaction, err := lifecycle.NewSatisfaction(marks)
	require.NoError(t, err)
	otherSurvey, err := satisfaction.Survey(inNovember(), on("2026-11-30"))
	require.NoError(t, err)

	require.Error(t, newCircles(t).Merge(otherCircles))
	require.Error(t, newLeavers(t).Merge(otherLeavers))
	require.Error(t, newWalkOuts(t).Merge(otherWalkOuts))
	require.Error(t, newPromises(t).Merge(otherPromises))
	require.Error(t, newSurvey(t).Merge(otherSurvey))
	for _, pair := range [][2]report{
		{newCircles(t), otherCircles},
		{newLeavers(t), otherLeavers},
		{newWalkOuts(t), otherWalkOuts},
		{newPromises(t), otherPromises},
		{newSurvey(t), otherSurvey},
		{new(lifecycle.Circles), otherCircles},
		{new(lifecycle.Leavers), otherLeavers},
		{new(lifecycle.WalkOuts), otherWalkOuts},
		{new(lifecycle.Promises), otherPromises},
		{new(lifecycle.Survey), otherSurvey},
	} {
		require.ErrorIs(t, pair[0].UnmarshalBinary(marshal(t, pair[1])), population.ErrFormat, "%T", pair[0])
	}
}

func TestReportPeriods(t *testing.T) {
	for _, period := range []population.Period{{}, {From: 5}, {From: 5, Until: 5}, {From: 5, Until: 4}, {From: 5, Until: customer.MaxDate + 1}} {
		_, err := lifecycle.NewLeavers(period)
		assert.Len(t, faults(err), 1)
		_, err = lifecycle.NewStageReport(period)
		assert.Len(t, faults(err), 1)
		_, err = lifecycle.NewLeadReport(period)
		assert.Len(t, faults(err), 1)
		_, err = lifecycle.NewUplift("win-back", period, 9)
		assert.Len(t, faults(err), 1)
		_, err = lifecycle.NewWalkOuts(period, nil)
		assert.Len(t, faults(err), 2)
		_, err = lifecycle.NewPromises(period, 0)
		assert.Len(t, faults(err), 2)
	}
	_, err := lifecycle.NewWalkOuts(inNovember(), time.Local)
	assert.Equal(t, []string{"zone = Local"}, faults(err))
	_, err = newReferrals(t, referralRules()).Circles(0)
	assert.Equal(t, []string{"on = "}, faults(err))
}

// A report that its maker did not make has no period and no day: it says so, and passes over
// nobody in silence.
func TestReportZero(t *testing.T) {
	for maker, err := range map[string]error{
		"NewLeavers":          new(lifecycle.Leavers).Add(lifecycle.Departure{Last: 5, On: 6}),
		"NewPromises":         new(lifecycle.Promises).Add(lifecycle.Promise{By: "li", Due: 5}),
		"Satisfaction.Survey": new(lifecycle.Survey).Add(lifecycle.Answer{Asked: 5}, nil),
		"Referrals.Circles":   new(lifecycle.Circles).Add(lifecycle.Standing{}, nil),
		"NewStageReport":      new(lifecycle.StageReport).Add(nil),
		"NewLeadReport":       new(lifecycle.LeadReport).Add(nil),
		"NewUplift":           new(lifecycle.Uplift).Add(lifecycle.Attempt{}, 0),
		"NewKeepList":         new(lifecycle.KeepList[customer.ID]).Add("c-1", lifecycle.Standing{}, lifecycle.Facts{}),
	} {
		assert.Len(t, faults(err), 1, maker)
		assert.ErrorContains(t, err, "is required, and comes from "+maker)
	}
}

// filledReports are reports with something in them.
func filledReports(t require.TestingT) []report {
	circles, leavers, walkOuts, promises, survey := newCircles(t), newLeavers(t), newWalkOuts(t), newPromises(t), newSurvey(t)
	for i, by := range []customer.ID{"anna", "ben", "anna"} {
		standing := lifecycle.Standing{Brought: lifecycle.Referral{
			State: lifecycle.BondState(1 + i), Bond: lifecycle.Bond{By: by, On: on("2026-11-02")},
		}}
		require.NoError(t, circles.Add(standing, customer.Days{on("2026-11-05"), on("2026-12-05") + customer.Date(i)}))
		departure := lifecycle.Departure{Label: string(by), Last: on("2026-10-01"), On: on("2026-11-10")}
		if i > 0 {
			departure.Signals = []lifecycle.Signal{leftOn("2026-11-09", lifecycle.CausePrice, lifecycle.Teller(i))}
		}
		require.NoError(t, leavers.Add(departure))
		require.NoError(t, walkOuts.Add(string(by), noon("2026-11-05").Add(time.Duration(i)*time.Hour), 3))
		require.NoError(t, promises.Add(lifecycle.Promise{By: string(by), Product: "tea", Due: on("2026-11-10"), Done: on("2026-11-08") + customer.Date(2*i), Promised: 10, Delivered: 7}))
		require.NoError(t, survey.Add(lifecycle.Answer{Asked: on("2026-11-02"), On: on("2026-11-03"), Score: 4 * i}, customer.Days{on("2026-11-05")}))
	}
	require.NoError(t, survey.Add(lifecycle.Answer{Asked: on("2026-11-02")}, nil))
	return []report{circles, leavers, walkOuts, promises, survey}
}

// The stored form of reports. A changed line is a migration of data.
func TestReportsGolden(t *testing.T) {
	var lines strings.Builder
	for _, one := range filledReports(t) {
		fmt.Fprintf(&lines, "%T %x\n", one, marshal(t, one))
	}
	customertest.Golden(t, "reports.golden", lines.String())
}

// Every byte of a report is changed, cut off, and repeated in turn: what is read is what
// would be written, and what is refused changes nothing.
func TestForgedReports(t *testing.T) {
	for i, one := range filledReports(t) {
		data := marshal(t, one)
		try := func(forged []byte) {
			read := filledReports(t)[i]
			if err := read.UnmarshalBinary(forged); err != nil {
				require.ErrorIs(t, err, population.ErrFormat)
				require.Equal(t, data, marshal(t, read))
			} else {
				require.Equal(t, forged, marshal(t, read))
			}
		}
		for at := range data {
			try(data[:at])
			for _, b := range []byte{0, 1, 2, 127, 128, 255} {
				forged := append([]byte(nil), data...)
				forged[at] = b
				try(forged)
			}
		}
		try(append(append([]byte(nil), data...), 0))
	}
}

// Nobody is called gone too early: whoever is gone on a day, as far as is known then, is gone
// for ever, whatever she buys on that day and after it.
func TestGoneIsGone(t *testing.T) {
	marks, rules := satisfactionRules(), referralRules()
	marks.LoyalVisits, marks.LoyalDays, rules.StayedFromDays, rules.StayedUntilDays = 1, 3, 2, 3
	satisfaction, err := lifecycle.NewSatisfaction(marks)
	require.NoError(t, err)
	referrals := newReferrals(t, rules)
	rapid.Check(t, func(t *rapid.T) {
		answer := lifecycle.Answer{Asked: drawReportDay(t, "asked", "2026-11-01", 2)}
		if rapid.Bool().Draw(t, "answered") {
			answer.On = answer.Asked + customer.Date(rapid.IntRange(0, 3).Draw(t, "after"))
		}
		bond := lifecycle.Referral{State: lifecycle.BondOpen, Bond: lifecycle.Bond{By: "anna", On: answer.Asked}}
		all, today := drawVisitDays(t, "2026-11-01", 10), drawReportDay(t, "today", "2026-11-03", 6)
		look := func(day customer.Date, days customer.Days) (asked, brought int64) {
			survey, err := satisfaction.Survey(inNovember(), day)
			require.NoError(t, err)
			require.NoError(t, survey.Add(answer, days))
			circles, err := referrals.Circles(day)
			require.NoError(t, err)
			require.NoError(t, circles.Add(lifecycle.Standing{Brought: bond}, days))
			r := survey.Report()
			return r.Unanswered.Gone + r.Dissatisfied.Gone, circles.Rows()[0].Gone
		}
		if answer.On > today {
			answer.On = 0 // an answer to come would be another look
		}
		asked, brought := look(today, all.Before(today))
		askedLater, broughtLater := look(on("2027-03-01"), all)
		require.LessOrEqual(t, asked, askedLater)
		require.LessOrEqual(t, brought, broughtLater)
	})
}

// Rows that no facts make are refused, though every figure in them is one: more days late
// than broken promises have, early ones where nothing came early, the silent among those
// whom a complaint lost.
func TestImpossibleReports(t *testing.T) {
	promises, leavers := newPromises(t), newLeavers(t)
	require.NoError(t, promises.Add(lifecycle.Promise{By: "li", Due: on("2026-11-10"), Done: on("2026-11-10")}))
	row := len(marshal(t, promises)) - 8 // the last eight bytes: one kept
	for _, tc := range []struct {
		figures [8]byte
		fits    bool
	}{
		{[8]byte{0, 0, 1}, true},
		{[8]byte{0, 0, 1, 0, 1}, false},
		{[8]byte{0, 0, 0, 1, 1}, true},
		{[8]byte{0, 1, 0, 0, 1}, true}, // early, and worse than promised
		{[8]byte{0, 0, 1, 1, 0, 1}, false},
		{[8]byte{0, 1, 0, 0, 0, 1}, true},
		{[8]byte{1, 0, 0, 0, 0, 0, 1}, false},
		{[8]byte{0, 0, 1, 0, 0, 0, 0, 1}, false},
		{[8]byte{}, false},
	} {
		data := append(marshal(t, promises)[:row:row], tc.figures[:]...)
		assert.Equal(t, tc.fits, newPromises(t).UnmarshalBinary(data) == nil, "%v", tc.figures)
	}

	require.NoError(t, leavers.Add(lifecycle.Departure{Last: on("2026-10-01"), On: on("2026-11-10"), Signals: []lifecycle.Signal{
		leftOn("2026-11-09", lifecycle.CauseComplaintLost, lifecycle.Said),
	}}))
	data := marshal(t, leavers)
	require.NoError(t, newLeavers(t).UnmarshalBinary(data))
	data[len(data)-1] = 1
	require.Error(t, newLeavers(t).UnmarshalBinary(data))
}

// A name that could not be read again is not counted.
func TestReportNames(t *testing.T) {
	leavers := newLeavers(t)
	for _, cause := range []lifecycle.Cause{"a\nb", "\xff", lifecycle.Cause(strings.Repeat("x", 257))} {
		require.Error(t, leavers.Add(lifecycle.Departure{Last: on("2026-10-01"), On: on("2026-11-10"), Signals: []lifecycle.Signal{
			leftOn("2026-11-09", cause, lifecycle.Said),
		}}))
	}
	assert.Empty(t, leavers.Rows())
}

// Beyond its bounds a report counts nothing of a call.
func TestReportBounds(t *testing.T) {
	full, one := newWalkOuts(t), newWalkOuts(t)
	require.NoError(t, one.Add("door", noon("2026-11-05"), 1))
	data := marshal(t, one)
	data = binary.AppendUvarint(data[:len(data)-1], 1<<50) // in place of the 1
	require.NoError(t, full.UnmarshalBinary(data))
	require.NoError(t, one.Add("another", noon("2026-11-05"), 1))
	require.Error(t, full.Merge(one))
	require.Error(t, full.Add("door", noon("2026-11-06"), 1))
	assert.Equal(t, data, marshal(t, full))
	require.NoError(t, full.Add("door", noon("2026-11-06").Add(time.Hour), 1), "another row has room")

	// A figure above it, and more rows than there may be, are not read.
	require.Error(t, full.UnmarshalBinary(binary.AppendUvarint(data[:len(data)-8], 1<<50+1)))
	empty := marshal(t, newWalkOuts(t))
	require.Error(t, full.UnmarshalBinary(binary.AppendUvarint(empty[:len(empty)-1], lifecycle.MaxReportRows+1)))

	survey := newSurvey(t)
	data = marshal(t, survey)
	data = binary.AppendUvarint(data[:len(data)-1], 1<<50) // unanswered and open
	require.NoError(t, survey.UnmarshalBinary(data))
	require.NoError(t, survey.Add(lifecycle.Answer{Asked: on("2026-11-02")}, nil), "gone has room")
	other := newSurvey(t)
	require.NoError(t, other.Add(lifecycle.Answer{Asked: on("2026-11-29")}, nil))
	before := marshal(t, survey)
	require.Error(t, survey.Merge(other))
	assert.Equal(t, before, marshal(t, survey))
}

func FuzzReports(f *testing.F) {
	for i, one := range filledReports(f) {
		f.Add(i, marshal(f, one))
	}
	f.Fuzz(func(t *testing.T, which int, data []byte) {
		all := filledReports(t)
		read := all[uint(which)%uint(len(all))]
		before := marshal(t, read)
		if err := read.UnmarshalBinary(data); err != nil {
			require.Equal(t, before, marshal(t, read))
			return
		}
		require.Equal(t, data, marshal(t, read))
		switch read := read.(type) { // whatever was accepted is fit to be told
		case *lifecycle.Circles:
			for _, row := range read.Rows() {
				require.True(t, row.Open() >= 0 && row.Bought <= row.Brought, "%+v", row)
			}
		case *lifecycle.Leavers:
			require.LessOrEqual(t, lifecycle.Silence(read.All()).Fact, lifecycle.Silence(read.All()).Mark)
		case *lifecycle.WalkOuts:
			for _, row := range read.Rows() {
				require.True(t, row.Hour >= 0 && row.Hour < 24 && row.Times > 0, "%+v", row)
			}
		case *lifecycle.Promises:
			for _, row := range read.Rows() {
				for _, reason := range row.Reasons(1) {
					require.NotEmpty(t, lifecycle.Explain(reason, customer.English))
				}
			}
		case *lifecycle.Survey:
			for _, reason := range read.Report().Reasons() {
				require.GreaterOrEqual(t, reason.Fact, int64(0))
			}
		}
	})
}
