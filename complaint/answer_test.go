package complaint_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
)

// A telephone sounds for a second and is silent for two; it is answered on the second ring at
// best, on the third at the latest, and after ten seconds callers lose patience.
// row B31.
func answerRules() complaint.AnsweringRules {
	return complaint.AnsweringRules{RingSeconds: 3, IdealRings: 2, MostRings: 3, ImpatientSeconds: 10}
}

func answerPolicy(tb testing.TB, answering complaint.AnsweringRules) (*complaint.Policy, error) {
	tb.Helper()
	return complaint.NewPolicy(complaint.Rules{Edition: customer.Edition{ID: "phone", Version: 1}, Zone: "Asia/Shanghai", Answering: answering}, clockZone(tb, "Asia/Shanghai"))
}

func TestPickup(t *testing.T) {
	policy, err := answerPolicy(t, answerRules())
	require.NoError(t, err)
	for _, row := range []struct {
		waited    time.Duration
		rings     int
		ideal     bool
		inTime    bool
		impatient bool
		code      string
	}{
		{0, 1, false, true, false, complaint.CodeAnswerInTime},
		{3*time.Second - 1, 1, false, true, false, complaint.CodeAnswerInTime},
		{3 * time.Second, 2, true, true, false, complaint.CodeAnswerIdeal},
		{6*time.Second - 1, 2, true, true, false, complaint.CodeAnswerIdeal},
		{6 * time.Second, 3, false, true, false, complaint.CodeAnswerInTime},
		{9*time.Second - 1, 3, false, true, false, complaint.CodeAnswerInTime},
		{9 * time.Second, 4, false, false, false, complaint.CodeAnswerLate},
		{10*time.Second - 1, 4, false, false, false, complaint.CodeAnswerLate},
		{10 * time.Second, 4, false, false, true, complaint.CodeAnswerImpatient},
		{24 * time.Hour, 28801, false, false, true, complaint.CodeAnswerImpatient},
	} {
		got, err := policy.Pickup(row.waited)
		require.NoError(t, err)
		reason := customer.Reason{Code: row.code, Rule: "phone/1", Fact: int64(row.rings), Mark: 3, Unit: customer.UnitTimes}
		assert.Equal(t, complaint.Pickup{row.waited, row.rings, row.ideal, row.inTime, row.impatient, reason}, got)
	}
	for _, wrong := range []time.Duration{-1, 24*time.Hour + 1} {
		_, err := policy.Pickup(wrong)
		require.ErrorAs(t, err, new(customer.Faults))
	}
	silent, err := answerPolicy(t, complaint.AnsweringRules{})
	require.NoError(t, err)
	_, err = silent.Pickup(0)
	require.ErrorAs(t, err, new(customer.Faults))
	_, err = new(complaint.Policy).Pickup(0)
	require.Error(t, err)
}

func TestAnsweringRules(t *testing.T) {
	for path, change := range map[string]func(*complaint.AnsweringRules){
		"answering.ring_seconds":      func(r *complaint.AnsweringRules) { r.RingSeconds = 0 },
		"answering.ideal_rings":       func(r *complaint.AnsweringRules) { r.IdealRings = 0 },
		"answering.most_rings":        func(r *complaint.AnsweringRules) { r.MostRings = 1 },
		"answering.impatient_seconds": func(r *complaint.AnsweringRules) { r.ImpatientSeconds = 3601 },
	} {
		rules := answerRules()
		change(&rules)
		_, err := answerPolicy(t, rules)
		var faults customer.Faults
		require.ErrorAs(t, err, &faults, path)
		assert.Len(t, faults, 1)
		assert.Equal(t, path, faults[0].Path)
	}
}

func TestAnswerReasons(t *testing.T) {
	for _, row := range [][3]string{
		{complaint.CodeAnswerIdeal, "answered on ring 2, as is best", "在第2声铃响时接听，最为适宜"},
		{complaint.CodeAnswerInTime, "answered on ring 2, by ring 3", "在第2声铃响时接听，未超过3声"},
		{complaint.CodeAnswerLate, "answered on ring 2, not by ring 3", "在第2声铃响时才接听，应不超过3声"},
		{complaint.CodeAnswerImpatient, "answered on ring 2, not by ring 3: the caller had lost patience", "在第2声铃响时才接听，应不超过3声，来电者已不耐烦"},
	} {
		reason := customer.Reason{Code: row[0], Fact: 2, Mark: 3}
		assert.Equal(t, row[1], complaint.Explain(reason, customer.English))
		assert.Equal(t, row[2], complaint.Explain(reason, customer.Chinese))
	}
	assert.Len(t, customertest.Codes(t, "answer.go"), 4)
}
