package conversation_test

import (
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/complaint/conversation"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/population"
)

func newCoaching(t tester) *conversation.Coaching {
	t.Helper()
	coaching, err := conversation.NewCoaching(population.Period{From: today, Until: today + 30})
	require.NoError(t, err)
	return coaching
}

func fault(code, of string) conversation.Finding {
	return conversation.Finding{Fault: true, Reason: customer.Reason{Code: code, Of: of}}
}

func bytesOf(t tester, coaching *conversation.Coaching) []byte {
	t.Helper()
	data, err := coaching.MarshalBinary()
	require.NoError(t, err)
	return data
}

// Row A35: what was found, by agent, the most frequent first.
func TestCoaching(t *testing.T) {
	coaching := newCoaching(t)
	broke, but := fault(conversation.CodeBrokeIn, ""), fault(conversation.CodeWords, "but-zh")
	remark := conversation.Finding{Reason: customer.Reason{Code: conversation.CodeActLeftOut, Of: "explanation"}}
	for _, contact := range []struct {
		agent    string
		on       customer.Date
		findings []conversation.Finding
	}{
		{"0815", today, []conversation.Finding{broke, broke, broke}},
		{"0815", today + 1, []conversation.Finding{but, remark}},
		{"0815", today + 29, []conversation.Finding{but}},
		{"0815", today + 30, []conversation.Finding{but}}, // the period is over
		{"0815", today - 1, []conversation.Finding{but}},
		{"0815", today + 2, nil},
		{"0007", today, []conversation.Finding{remark}},
		{"0420", today, []conversation.Finding{fault(conversation.CodeUntold, "R1"), fault(conversation.CodeUntold, "R2")}},
	} {
		require.NoError(t, coaching.Add(contact.agent, contact.on, contact.findings))
	}
	assert.Equal(t, []conversation.Lesson{
		{Agent: "0420", Code: conversation.CodeUntold, Contacts: 1, Times: 2, Heard: 1},
		{Agent: "0815", Code: conversation.CodeWords, Of: "but-zh", Contacts: 2, Times: 2, Heard: 4},
		{Agent: "0815", Code: conversation.CodeBrokeIn, Contacts: 1, Times: 3, Heard: 4},
	}, coaching.Lessons())
	assert.Equal(t, int64(1), coaching.Heard("0007"))
	assert.Zero(t, coaching.Heard("none"))
	assert.Equal(t, customer.Reason{Code: conversation.CodeLesson, Rule: conversation.CodeWords, Of: "but-zh", Fact: 2, Mark: 4, Unit: customer.UnitTimes}, coaching.Lessons()[1].Reason())
}

// Any order and any split give the same bytes, and bytes are read back as they were written.
func TestCoachingMerges(t *testing.T) {
	type contact struct {
		agent    string
		findings []conversation.Finding
	}
	rapid.Check(t, func(t *rapid.T) {
		finding := rapid.Custom(func(t *rapid.T) conversation.Finding {
			return conversation.Finding{Fault: rapid.Bool().Draw(t, "fault"), Reason: customer.Reason{
				Code: rapid.SampledFrom([]string{conversation.CodeWords, conversation.CodeBrokeIn}).Draw(t, "code"),
				Of:   rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "of"),
			}}
		})
		contacts := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) contact {
			return contact{rapid.SampledFrom([]string{"1", "2", "3"}).Draw(t, "agent"), rapid.SliceOfN(finding, 0, 5).Draw(t, "findings")}
		}), 0, 20).Draw(t, "contacts")

		whole, parts := newCoaching(t), []*conversation.Coaching{newCoaching(t), newCoaching(t), newCoaching(t)}
		for _, one := range contacts {
			require.NoError(t, whole.Add(one.agent, today, one.findings))
		}
		for _, one := range rapid.Permutation(contacts).Draw(t, "order") {
			part := parts[rapid.IntRange(0, 2).Draw(t, "part")]
			require.NoError(t, part.Add(one.agent, today, one.findings))
		}
		merged := newCoaching(t)
		for _, part := range rapid.Permutation(parts).Draw(t, "parts") {
			require.NoError(t, merged.Merge(part))
		}
		data := bytesOf(t, whole)
		assert.Equal(t, data, bytesOf(t, merged))

		read := newCoaching(t)
		require.NoError(t, read.UnmarshalBinary(data))
		assert.Equal(t, data, bytesOf(t, read))
		assert.Equal(t, whole.Lessons(), read.Lessons())
	})
}

// The stored form, version 1.
func TestCoachingFormat(t *testing.T) {
	coaching := newCoaching(t)
	require.NoError(t, coaching.Add("0815", today, []conversation.Finding{fault("conversation.words", "but"), fault("conversation.words", "but")}))
	require.NoError(t, coaching.Add("0815", today, nil))
	assert.Equal(t, "01"+"e6942d"+"84952d"+"02"+
		"0430383135"+"00"+"00"+"0202"+
		"0430383135"+"12"+hex.EncodeToString([]byte("conversation.words"))+"03627574"+"0102", hex.EncodeToString(bytesOf(t, coaching)))
}

// Whatever bytes come in, they are an error or a report that writes the same bytes.
func FuzzCoaching(f *testing.F) {
	coaching := newCoaching(f)
	require.NoError(f, coaching.Add("0815", today, []conversation.Finding{fault("conversation.words", "but")}))
	require.NoError(f, coaching.Add("0816", today, nil))
	f.Add(bytesOf(f, coaching))
	f.Fuzz(func(t *testing.T, data []byte) {
		read := newCoaching(t)
		if err := read.UnmarshalBinary(data); err != nil {
			require.ErrorIs(t, err, population.ErrFormat)
			require.Empty(t, read.Lessons())
			return
		}
		require.Equal(t, data, bytesOf(t, read))
		for _, lesson := range read.Lessons() {
			require.LessOrEqual(t, lesson.Contacts, lesson.Heard)
			require.LessOrEqual(t, lesson.Contacts, lesson.Times)
		}
		other := newCoaching(t)
		require.NoError(t, other.Merge(read))
		require.Equal(t, data, bytesOf(t, other))
	})
}

// Forged bytes, one lie each.
func TestCoachingForged(t *testing.T) {
	coaching := newCoaching(t)
	require.NoError(t, coaching.Add("0815", today, []conversation.Finding{fault("conversation.words", "but")}))
	good := bytesOf(t, coaching)
	untold := newCoaching(t)
	require.NoError(t, untold.Add("0815", today, []conversation.Finding{fault(conversation.CodeUntold, "R1")}))
	forged := bytesOf(t, untold)
	forged = append(append(forged[:len(forged)-3:len(forged)-3], 2, 'R', '1'), 1, 1)
	require.ErrorIs(t, newCoaching(t).UnmarshalBinary(forged), population.ErrFormat, "nobody learns from one request")
	for name, change := range map[string]func([]byte) []byte{
		"another version":        func(b []byte) []byte { b[0] = 2; return b },
		"another period":         func(b []byte) []byte { b[1]++; return b },
		"more rows than follow":  func(b []byte) []byte { b[7]++; return b },
		"something left over":    func(b []byte) []byte { return append(b, 0) },
		"cut short":              func(b []byte) []byte { return b[:len(b)-1] },
		"never found":            func(b []byte) []byte { b[len(b)-2] = 0; return b },
		"more often than at all": func(b []byte) []byte { b[len(b)-1] = 0; return b },
		"in more contacts than there were": func(b []byte) []byte {
			b[len(b)-2], b[len(b)-1] = 2, 2
			return b
		},
		"empty": func([]byte) []byte { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			read := newCoaching(t)
			require.NoError(t, read.UnmarshalBinary(good))
			require.ErrorIs(t, read.UnmarshalBinary(change(append([]byte(nil), good...))), population.ErrFormat)
			assert.Equal(t, good, bytesOf(t, read), "the report stays as it was")
		})
	}
}

// Reports that nobody made, periods that are none, and contacts that are malformed.
func TestCoachingFaults(t *testing.T) {
	for _, period := range []population.Period{{}, {From: today}, {From: today, Until: today}, {From: today, Until: today - 1}} {
		_, err := conversation.NewCoaching(period)
		require.Error(t, err)
	}
	var none conversation.Coaching
	require.Error(t, none.Add("0815", today, nil))
	require.Error(t, none.Merge(newCoaching(t)))
	require.Error(t, none.UnmarshalBinary(bytesOf(t, newCoaching(t))))
	_, err := none.MarshalBinary()
	require.Error(t, err)

	coaching := newCoaching(t)
	assert.Equal(t, []string{"agent", "on", "findings[0].reason.code"}, customertest.Paths(t, coaching.Add("", 0, []conversation.Finding{{Fault: true}})))
	other, err := conversation.NewCoaching(population.Period{From: today, Until: today + 31})
	require.NoError(t, err)
	require.Error(t, coaching.Merge(other))
}
