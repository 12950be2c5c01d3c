package privacy_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/privacy"
)

func rules() privacy.Rules {
	return privacy.Rules{
		Edition: customer.Edition{ID: "privacy", Version: 2}, Zone: "UTC", AnswerDays: 30, PurgeDays: 10,
		Holds: []privacy.Hold{
			{ID: "open-case", What: "case", Effect: privacy.Blocks},
			{ID: "unpaid", What: "bill", Effect: privacy.Blocks},
			{ID: "warranty-claims", What: "sale", Effect: privacy.Blocks, Months: 24},
			{ID: "tax-10-years", What: "invoice", Effect: privacy.Keeps, Months: 120, YearEnd: true},
		},
		Systems:  []privacy.System{{ID: "backup", Days: 35}, {ID: "mailing-house"}},
		Packages: []string{"card", "points"},
		Staff:    []string{"owner"}, Others: []string{"card/guest"},
		Words: []privacy.Word{
			{Key: "told", English: "name and number told", Chinese: "告知姓名与电话"},
			{Key: "card/phones", English: "telephone", Chinese: "电话"},
			{Key: "customer", English: "yourself", Chinese: "您本人"},
			{Key: "staff", English: "our staff", Chinese: "本店员工"},
		},
	}
}

func policy(t tester) *privacy.Policy {
	t.Helper()
	policy, err := privacy.New(rules(), time.UTC)
	require.NoError(t, err)
	return policy
}

func day(t tester, text string) customer.Date {
	t.Helper()
	day, err := customer.ParseDate(text)
	require.NoError(t, err)
	return day
}

// What is open blocks without an end, what is dated until a day, both sides of it; what is kept
// blocks nothing. All that is in the way is named at once.
func TestMayErase(t *testing.T) {
	for _, tc := range []struct {
		name    string
		items   []privacy.Item
		on      string
		missing []string // code and hold
		from    string
		kept    []string
	}{
		{"nothing", nil, "2026-11-25", nil, "2026-11-25", nil},
		{"an open case", []privacy.Item{{What: "case", Ref: "k-1", Open: true}}, "2026-11-25", []string{"open open-case"}, "", nil},
		{"a closed one", []privacy.Item{{What: "case", Ref: "k-1", Day: 739_000}}, "2026-11-25", nil, "2026-11-25", nil},
		{"a sale, on the last day of its two years", []privacy.Item{{What: "sale", Ref: "s", Day: day(t, "2024-11-25")}}, "2026-11-25", []string{"retained warranty-claims"}, "2026-11-26", nil},
		{"and on the day after", []privacy.Item{{What: "sale", Ref: "s", Day: day(t, "2024-11-24")}}, "2026-11-25", nil, "2026-11-25", nil},
		{
			"all of it",
			[]privacy.Item{
				{What: "case", Ref: "k-1", Open: true}, {What: "bill", Ref: "b-1", Open: true}, {What: "sale", Ref: "s", Day: day(t, "2026-01-01")}, {What: "invoice", Ref: "i", Day: day(t, "2026-01-01")},
			},
			"2026-11-25",
			[]string{"open open-case", "open unpaid", "retained warranty-claims"},
			"", nil,
		},
		{
			"the longest of two sales",
			[]privacy.Item{{What: "sale", Ref: "a", Day: day(t, "2026-01-01")}, {What: "sale", Ref: "b", Day: day(t, "2026-02-01")}},
			"2026-11-25",
			[]string{"retained warranty-claims", "retained warranty-claims"},
			"2028-02-02", nil,
		},
		{
			"invoices are kept",
			[]privacy.Item{{What: "invoice", Ref: "a", Day: day(t, "2020-03-01")}, {What: "invoice", Ref: "b", Day: day(t, "2022-03-01")}},
			"2026-11-25",
			nil, "2026-11-25",
			[]string{"invoice tax-10-years 2033-01-01"},
		},
		{"on the last day", []privacy.Item{{What: "invoice", Ref: "a", Day: day(t, "2016-03-01")}}, "2026-12-31", nil, "2026-12-31", []string{"invoice tax-10-years 2027-01-01"}},
		{"and not after it", []privacy.Item{{What: "invoice", Ref: "a", Day: day(t, "2016-03-01")}}, "2027-01-01", nil, "2027-01-01", nil},
		{"an invoice that is not written yet", []privacy.Item{{What: "invoice", Ref: "a", Open: true}, {What: "invoice", Ref: "b", Day: day(t, "2026-03-01")}}, "2026-11-25", nil, "2026-11-25", []string{"invoice tax-10-years "}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			verdict, err := policy(t).MayErase(day(t, tc.on), day(t, tc.on), tc.items)
			var missing []string
			if err != nil {
				var refusal *customer.Refusal
				require.ErrorAs(t, err, &refusal)
				for _, why := range refusal.Missing {
					_, hold, _ := strings.Cut(why.Rule, " ")
					missing = append(missing, strings.TrimPrefix(why.Code, "privacy.")+" "+hold)
				}
			}
			assert.Equal(t, tc.missing, missing)
			assert.Equal(t, tc.from, verdict.From.String())
			assert.Equal(t, day(t, tc.on)+30, verdict.AnswerBy)
			var kept []string
			for _, k := range verdict.Kept {
				kept = append(kept, fmt.Sprintf("%s %s %s", k.What, k.Why, k.Until))
			}
			assert.Equal(t, tc.kept, kept)
			var faults customer.Faults
			journal.Erasure{Asked: "customer", Ground: "x", Kept: verdict.Kept}.Check(&faults)
			assert.NoError(t, faults.Err(), "it goes into the order as it is")
		})
	}
}

func TestMayEraseFaults(t *testing.T) {
	_, err := policy(t).MayErase(0, -1, []privacy.Item{{What: "letter", Day: 739_000}, {What: "case", Ref: "k"}, {What: "bill", Ref: "b", Open: true, Day: 739_000}})
	assert.Equal(t, []string{"asked", "on", "on", "items[0].ref", "items[0].what", "items[1].day", "items[2].day"}, customertest.Paths(t, err))
}

func TestPurge(t *testing.T) {
	on := day(t, "2026-11-25")
	rows, err := policy(t).Purge(on, []privacy.Found{
		{Place: privacy.AtThirdParty, Name: "courier"},
		{Place: privacy.InDirectory, Name: "phone", Ref: "+8613912345678"},
		{Place: privacy.AtSystem, Name: "mailing-house", Ref: "m-77"},
		{Place: privacy.InDirectory, Name: "card", Ref: "771"},
		{Place: privacy.InDirectory, Name: "card", Ref: "771"},
		{Place: privacy.InLinked, Name: "customer", Ref: "c-9"},
		{Place: privacy.AtScan, Name: "passport", Ref: "scan-1"},
		{Place: privacy.InProfile, Name: "purchases"},
	})
	require.NoError(t, err)
	var got []string
	for _, row := range rows {
		got = append(got, fmt.Sprintf("%s|%s|%s", row.Found, row.Ref, row.By))
	}
	assert.Equal(t, []string{
		"directory card|771|2026-12-05", "directory phone|+8613912345678|2026-12-05", "linked-record customer|c-9|2026-12-05", "profile purchases||2026-12-05",
		"scan passport|scan-1|2026-12-05", "third-party courier||2026-12-05", "system backup||2026-12-30", "system mailing-house|m-77|2026-12-05",
	}, got, "each once, and no number in what a log may have")
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		assert.NotContains(t, fmt.Sprintf(verb, rows), "8613912345678", verb)
		assert.NotContains(t, fmt.Sprintf(verb, rows[1].Found), "8613912345678", verb)
	}
	_, err = policy(t).Purge(on, []privacy.Found{{Place: privacy.InDirectory, Name: "phone", Ref: "+8613912345678\x00"}})
	assert.Equal(t, []string{"found[0].ref"}, customertest.Paths(t, err))
	assert.NotContains(t, err.Error(), "8613912345678", "errors end in logs")
	_, err = policy(t).Purge(0, []privacy.Found{{}})
	assert.Equal(t, []string{"on", "found[0].place", "found[0].name"}, customertest.Paths(t, err))
}

func TestRulesFaults(t *testing.T) {
	_, err := privacy.New(privacy.Rules{
		Zone: "UTC", PurgeDays: -1,
		Holds:   []privacy.Hold{{YearEnd: true}, {ID: "a", What: "x", Effect: privacy.Blocks, Months: -1}, {ID: "a", What: "y", Effect: 3}},
		Systems: []privacy.System{{ID: "s", Days: -1}, {ID: "s"}}, Packages: []string{""}, Staff: []string{""}, Others: []string{""},
		Words: []privacy.Word{{}, {Key: "k", English: "a", Chinese: "b"}, {Key: "k", English: "a", Chinese: "b"}},
	}, time.UTC)
	assert.Equal(t, []string{
		"id", "version", "answer_days", "purge_days", "holds[0].id", "holds[0].what", "holds[0].effect", "holds[0].year_end",
		"holds[1].months", "holds[2].id", "holds[2].effect", "systems[0].days", "systems[1].id", "packages[0]", "staff[0]", "others[0]",
		"words[0].english", "words[0].chinese", "words[0].key", "words[2].key",
	}, customertest.Paths(t, err))

	data, err := json.Marshal(rules())
	require.NoError(t, err)
	read, err := privacy.ParseRules(data)
	require.NoError(t, err)
	assert.Equal(t, rules(), read)

	later := rules()
	later.From = day(t, "2026-11-26")
	future, err := privacy.New(later, time.UTC)
	require.NoError(t, err)
	var refusal *customer.Refusal
	_, err = future.MayErase(later.From-1, later.From-1, nil)
	require.ErrorAs(t, err, &refusal)
	_, err = future.Purge(later.From-1, nil)
	require.ErrorAs(t, err, &refusal)
	_, err = future.Export("c-1", noon(), customer.English, nil)
	require.ErrorAs(t, err, &refusal)
}

func TestTexts(t *testing.T) {
	assert.Equal(t, "blocks keeps", customertest.Texts(t, privacy.Keeps))
	assert.Equal(t, "directory linked-record profile scan third-party system", customertest.Texts(t, privacy.AtSystem))
}

// Every code has a sentence in both languages, and no two the same.
func TestExplain(t *testing.T) {
	seen := map[string]string{}
	for _, code := range customertest.Codes(t, "reason.go") {
		for _, language := range []customer.Language{customer.English, customer.Chinese} {
			for _, by := range []customer.Date{0, day(t, "2027-01-01")} {
				text := privacy.Explain(customer.Reason{Code: code, Of: "invoice i-1", Fact: 3, On: day(t, "2026-11-20"), By: by}, language)
				assert.NotContains(t, text, "privacy.", code)
				assert.NotContains(t, text, "%!", code)
				assert.Contains(t, text, "invoice i-1", code)
				assert.True(t, seen[text] == "" || seen[text] == code, "%s and %s are one sentence", seen[text], code)
				seen[text] = code
			}
		}
	}
	assert.Equal(t, "other.code", privacy.Explain(customer.Reason{Code: "other.code"}, customer.English))
}
