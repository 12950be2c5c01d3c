package lifecycle_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/lifecycle"
)

// promises draws valid promises of few people about few things, around November.
func promises() *rapid.Generator[lifecycle.Promise] {
	return rapid.Custom(func(t *rapid.T) lifecycle.Promise {
		promise := lifecycle.Promise{
			By:      rapid.SampledFrom([]string{"li", "wu"}).Draw(t, "by"),
			Product: rapid.SampledFrom([]string{"", "phone", "radio"}).Draw(t, "product"),
			Due:     drawReportDay(t, "due", "2026-10-30", 34),
			AtMost:  rapid.Bool().Draw(t, "at most"),
		}
		figure := rapid.OneOf(rapid.Int64Range(0, 20), rapid.Just(int64(lifecycle.MaxFigure)))
		promise.Promised = figure.Draw(t, "promised")
		if rapid.Bool().Draw(t, "done") {
			promise.Done = drawReportDay(t, "done", "2026-10-25", 40)
			if promise.Promised != 0 || promise.AtMost {
				promise.Delivered = figure.Draw(t, "delivered")
			}
		}
		return promise
	})
}

// row D15: what became of a promise, on both sides of every mark.
func TestVerdict(t *testing.T) {
	due := lifecycle.Promise{By: "li", Due: on("2026-11-10")}
	done := func(day string) lifecycle.Promise { p := due; p.Done = on(day); return p }
	figure := func(promised, delivered int64, atMost bool) lifecycle.Promise {
		p := done("2026-11-10")
		p.Promised, p.Delivered, p.AtMost = promised, delivered, atMost
		return p
	}
	for _, tc := range []struct {
		name    string
		promise lifecycle.Promise
		on      string
		want    lifecycle.Verdict
	}{
		{"its day is not over", due, "2026-11-10", lifecycle.Awaited},
		{"and now it is", due, "2026-11-11", lifecycle.Broken},
		{"on its day", done("2026-11-10"), "2026-11-10", lifecycle.Kept},
		{"a day early", done("2026-11-09"), "2026-11-10", lifecycle.Bettered},
		{"a day late", done("2026-11-11"), "2026-11-11", lifecycle.Broken},
		{"not done yet, as known then", done("2026-11-09"), "2026-11-08", lifecycle.Awaited},
		{"ten points, and ten they were", figure(10, 10, false), "2026-11-10", lifecycle.Kept},
		{"seven for ten", figure(10, 7, false), "2026-11-10", lifecycle.Broken},
		{"ten for seven", figure(7, 10, false), "2026-11-10", lifecycle.Bettered},
		{"twenty minutes at most", figure(20, 20, true), "2026-11-10", lifecycle.Kept},
		{"twenty-one", figure(20, 21, true), "2026-11-10", lifecycle.Broken},
		{"nineteen", figure(20, 19, true), "2026-11-10", lifecycle.Bettered},
		{"none at all", figure(0, 0, true), "2026-11-10", lifecycle.Kept},
		{"one where none was promised", figure(0, 1, true), "2026-11-10", lifecycle.Broken},
	} {
		require.NoError(t, tc.promise.Check())
		assert.Equal(t, tc.want, tc.promise.Verdict(on(tc.on)), tc.name)
	}
	early := figure(10, 7, false) // early, but worse
	early.Done = on("2026-11-01")
	assert.Equal(t, lifecycle.Broken, early.Verdict(on("2026-11-10")))

	assert.Equal(t, []string{"by = ", "due = ", "done = -1", "promised = -1", "delivered = 1000000000001"},
		faults(lifecycle.Promise{Done: -1, Promised: -1, Delivered: lifecycle.MaxFigure + 1}.Check()), "at once")
	assert.Equal(t, []string{"delivered = 1"}, faults(lifecycle.Promise{By: "li", Due: 5, Promised: 1, Delivered: 1}.Check()))
	assert.Equal(t, []string{"delivered = 1"}, faults(lifecycle.Promise{By: "li", Due: 5, Done: 5, Delivered: 1}.Check()))
	require.Error(t, newPromises(t).Add(lifecycle.Promise{}))
}

// row D15: counts and margins by person and product, and how much was delivered of what was
// promised.
func TestPromises(t *testing.T) {
	p := newPromises(t)
	for _, promise := range []lifecycle.Promise{
		{By: "li", Product: "phone", Due: on("2026-11-01"), Done: on("2026-10-30"), Promised: 7, Delivered: 9},                 // 1285 ‰
		{By: "li", Product: "phone", Due: on("2026-11-10"), Done: on("2026-11-13"), Promised: 20, Delivered: 30, AtMost: true}, // 666 ‰
		{By: "li", Product: "phone", Due: on("2026-11-19")},
		{By: "li", Product: "phone", Due: on("2026-11-20")},
		{By: "li", Product: "phone", Due: on("2026-11-20"), Done: on("2026-11-21")}, // not known on the 20th
		{By: "li", Product: "radio", Due: on("2026-11-20"), Done: on("2026-11-20"), Promised: 1, Delivered: lifecycle.MaxFigure},
		{By: "wu", Product: "phone", Due: on("2026-11-15"), Done: on("2026-11-15"), Promised: 3, AtMost: true}, // none at all
		{By: "li", Product: "phone", Due: on("2026-10-31")},
		{By: "li", Product: "phone", Due: on("2026-12-01")},
	} {
		require.NoError(t, p.Add(promise))
	}
	rows := p.Rows()
	assert.Equal(t, []lifecycle.PromiseRow{
		{By: "li", Product: "phone", Awaited: 2, Broken: 2, Bettered: 1, DaysEarly: 2, DaysLate: 3, Measured: 2, Permille: 1285 + 666},
		{By: "li", Product: "radio", Bettered: 1, Measured: 1, Permille: 10_000},
		{By: "wu", Product: "phone", Bettered: 1, Measured: 1, Permille: 10_000},
	}, rows)
	assert.Equal(t, lifecycle.PromiseRow{By: "li", Awaited: 2, Broken: 2, Bettered: 2, DaysEarly: 2, DaysLate: 3, Measured: 3, Permille: 11_951}, rows[0].Plus(rows[1]))
	assert.Equal(t, lifecycle.PromiseRow{Product: "phone", Awaited: 2, Broken: 2, Bettered: 2, DaysEarly: 2, DaysLate: 3, Measured: 3, Permille: 11_951}, rows[0].Plus(rows[2]))

	assert.Equal(t, []customer.Reason{{Code: lifecycle.CodeTooFewPromises, Fact: 3, Mark: 4, Unit: customer.UnitTimes}}, rows[0].Reasons(4))
	assert.Equal(t, []customer.Reason{
		{Code: lifecycle.CodePromisesKept, Fact: 1, Mark: 3, Unit: customer.UnitTimes},
		{Code: lifecycle.CodePromisesBettered, Fact: 1, Mark: 3, Unit: customer.UnitTimes},
		{Code: lifecycle.CodePromisesWorth, Fact: 975, Mark: 2, Unit: customer.UnitPermille},
	}, rows[0].Reasons(3))
	assert.Equal(t, []customer.Reason{{Code: lifecycle.CodeTooFewPromises, Mark: 1, Unit: customer.UnitTimes}}, lifecycle.PromiseRow{}.Reasons(-1))
}

// Each promise is in one place, and delivering more or earlier never makes a verdict worse.
func TestPromisesProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		promise := promises().Draw(t, "promise")
		require.NoError(t, promise.Check())
		verdict := promise.Verdict(on("2026-12-10"))
		require.NotEqual(t, lifecycle.Awaited, verdict, "everything is over")
		if promise.Done != 0 {
			better := promise
			better.Done--
			if better.AtMost {
				better.Delivered = max(0, better.Delivered-1)
			} else if better.Promised != 0 {
				better.Delivered = min(lifecycle.MaxFigure, better.Delivered+1)
			}
			require.GreaterOrEqual(t, better.Verdict(on("2026-12-10")), verdict)
		}
		p := newPromises(t)
		require.NoError(t, p.Add(promise))
		counted := int64(0)
		for _, word := range p.Rows() {
			counted += word.Awaited + word.Broken + word.Kept + word.Bettered
			require.LessOrEqual(t, word.Permille, 10_000*word.Measured)
		}
		require.Equal(t, inNovember().Contains(promise.Due), counted == 1)
	})
}

func BenchmarkPromisesAdd(b *testing.B) {
	p := newPromises(b)
	promise := lifecycle.Promise{By: "li", Product: "phone", Due: on("2026-11-10"), Done: on("2026-11-09"), Promised: 7, Delivered: 9}
	b.ReportAllocs()
	for b.Loop() {
		if err := p.Add(promise); err != nil {
			b.Fatal(err)
		}
	}
}
