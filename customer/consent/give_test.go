package consent_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/consent"
	"github.com/rapport-crm/rapport/customer/journal"
)

// What a yes needs, on both sides of every mark; all that is missing is told at once.
func TestGive(t *testing.T) {
	policy := newPolicy(t, askingRules())
	none := consent.Evidence{Medium: "till"}
	for _, tc := range []struct {
		name   string
		change func(*consent.Give)
		want   []string
	}{
		{name: "plain", change: func(x *consent.Give) {}},
		{name: "without a record", change: func(x *consent.Give) { x.Evidence = none }},
		{name: "of age", change: func(x *consent.Give) { x.Years = 14 }},
		{name: "a year too young", change: func(x *consent.Give) { x.Years = 13 }, want: []string{consent.CodeGuardian}},
		{name: "of an unknown age", change: func(x *consent.Give) { x.Years = 0 }, want: []string{consent.CodeAgeUnknown}},
		{name: "by her guardian", change: func(x *consent.Give) { x.Years, x.Guardian = 13, "c-9" }},
		{name: "two plain purposes", change: func(x *consent.Give) { x.Boxes = boxesOf("phone/care", "letter/greeting") }},
		{name: "for a discount", change: func(x *consent.Give) { x.Condition = "5 percent" }},
		{name: "separate, alone", change: func(x *consent.Give) { x.Boxes = boxesOf("/profiling") }},
		{
			name: "separate, with another", change: func(x *consent.Give) { x.Boxes = boxesOf("/profiling", "phone/care") },
			want: []string{consent.CodeBundled},
		},
		{
			name: "separate, for a discount", change: func(x *consent.Give) { x.Boxes, x.Condition = boxesOf("/profiling"), "5 percent" },
			want: []string{consent.CodeCondition},
		},
		{
			name: "separate, without a record", change: func(x *consent.Give) { x.Boxes, x.Evidence = boxesOf("/profiling"), none },
			want: []string{consent.CodeNoRecord},
		},
		{name: "to a notice", change: func(x *consent.Give) { x.Boxes, x.Evidence = boxesOf("mail/news", "letter/news"), seen("news", "1") }},
		{name: "to the next version", change: func(x *consent.Give) { x.Boxes, x.Evidence = boxesOf("mail/news"), seen("news", "2") }},
		{name: "to no notice", change: func(x *consent.Give) { x.Boxes = boxesOf("mail/news") }, want: []string{consent.CodeNotice}},
		{
			name: "to another notice", change: func(x *consent.Give) { x.Boxes, x.Evidence = boxesOf("mail/news"), seen("maker", "1") },
			want: []string{consent.CodeNotice},
		},
		{
			name: "to a version that nobody wrote", change: func(x *consent.Give) { x.Boxes, x.Evidence = boxesOf("mail/news"), seen("news", "3") },
			want: []string{consent.CodeNoticeText},
		},
		{name: "to another text", change: func(x *consent.Give) {
			x.Boxes, x.Evidence = boxesOf("mail/news"), seen("news", "1")
			x.Evidence.Hash = consent.Hash("something else")
		}, want: []string{consent.CodeNoticeText}},
		{
			name: "through what it never goes", change: func(x *consent.Give) { x.Boxes, x.Evidence = boxesOf("phone/news"), seen("news", "1") },
			want: []string{consent.CodeNotThrough},
		},
		{name: "to a third party", change: func(x *consent.Give) {
			x.Boxes, x.Party, x.Evidence = boxesOf("/handover"), "maker", seen("maker", "1")
		}},
		{name: "to a third party, through two channels", change: func(x *consent.Give) {
			x.Boxes, x.Party, x.Evidence = boxesOf("mail/news", "letter/news"), "maker", seen("maker", "1")
		}},
		{name: "to a third party, for two purposes", change: func(x *consent.Give) {
			x.Boxes, x.Party, x.Evidence = boxesOf("/handover", "letter/news"), "maker", seen("maker", "1")
		}, want: []string{consent.CodeBundled, consent.CodeBundled}},
		{name: "to a third party, for a discount", change: func(x *consent.Give) {
			x.Boxes, x.Party, x.Evidence, x.Condition = boxesOf("/handover"), "maker", seen("maker", "1"), "the warranty"
		}, want: []string{consent.CodeCondition}},
		{name: "to a third party, for what it has no part in", change: func(x *consent.Give) {
			x.Boxes, x.Party = boxesOf("/handover"), "partner"
		}, want: []string{consent.CodeNotForParty}},
		{name: "to a third party without a notice of its own", change: func(x *consent.Give) {
			x.Boxes, x.Party, x.Evidence = boxesOf("letter/news"), "partner", seen("news", "1")
		}},
		{name: "everything at once", change: func(x *consent.Give) {
			x.Boxes, x.Evidence, x.Condition, x.Years = boxesOf("/profiling", "phone/news"), consent.Evidence{
				Notice: "news", Version: 3, Hash: consent.Hash(""), Medium: "till",
			}, "5 percent", 3
		}, want: []string{
			consent.CodeBundled, consent.CodeCondition, consent.CodeNoticeText, consent.CodeNoRecord, consent.CodeGuardian, consent.CodeNotThrough,
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			x := give("g-1", "2026-11-23 11:00", "phone/care")
			x.Years = 30
			tc.change(&x)
			d, err := policy.Give(consent.Consents{}, x)
			assert.Equal(t, tc.want, missingOf(t, err))
			if tc.want != nil {
				return
			}
			assert.Len(t, d.Next.Grants, len(x.Boxes))
			for i, g := range d.Next.Grants {
				assert.Equal(t, x.Boxes[i].Purpose, g.Purpose)
				assert.Equal(t, x.Party != "", g.Recipient.Name != "", "what she was told of a third party stands in the grant")
				assert.Zero(t, x.Boxes[i].Until, "the command is the caller's")
			}
		})
	}
}

// What a command must not say, all at once.
func TestFaultyCommands(t *testing.T) {
	policy := newPolicy(t, askingRules())
	_, err := policy.Give(consent.Consents{}, consent.Give{
		Boxes: []consent.Box{
			{Purpose: "spam", Channel: "fax"}, {Purpose: "care", Channel: "phone", Until: eleven}, {Purpose: "care", Channel: "phone"}, {Purpose: "profiling", Channel: "phone"},
		},
		Party: "nobody", Evidence: consent.Evidence{Version: 1}, Years: 151, Recipient: consent.Recipient{Name: "x"},
	})
	assert.Equal(t, []string{
		"ref = ", "by = ", "at = 0001-01-01T00:00:00Z", "boxes[2].purpose = care", "evidence.notice = ", "evidence.medium = ", "years = 151",
		"recipient.contact = ", "recipient.way = ", "recipient.data = 0",
		"boxes[0].purpose = spam", "boxes[0].channel = fax", "boxes[1].until = 2026-11-23 11:00:00 +0000 UTC", "boxes[3].channel = phone", "party = nobody", "recipient = x",
	}, faultsOf(err))
	_, err = policy.Give(consent.Consents{}, consent.Give{
		Step: step("g", "2026-11-23 11:00"), Boxes: make([]consent.Box, 101), Evidence: consent.Evidence{Notice: "news", Version: 0, Hash: "x", Medium: "web"},
	})
	assert.Equal(t, "boxes = 101", faultsOf(err)[0])
	assert.LessOrEqual(t, len(faultsOf(err)), customer.MaxFaults)
	_, err = policy.Withdraw(consent.Consents{}, consent.Withdraw{Step: step("w", "2026-11-23 11:00"), Scope: consent.Scope{
		Purposes: []string{"spam", "care", "care"}, Channels: []string{"fax"}, Party: "nobody", Parties: true,
	}})
	assert.Equal(t, []string{"purposes[2] = care", "party = nobody", "purposes[0] = spam", "channels[0] = fax", "party = nobody"}, faultsOf(err))
	_, err = policy.Confirm(consent.Consents{}, consent.Confirm{Step: step("c", "2026-11-23 11:00"), Channel: "fax"})
	assert.Equal(t, []string{"grant = ", "channel[0] = fax"}, faultsOf(err))
	_, err = policy.Restore(consent.Consents{}, consent.Restore{Step: step("r", "2026-11-23 11:00")})
	assert.Equal(t, []string{"evidence.medium = "}, faultsOf(err))
}

// A mail address counts once she has confirmed it through the mail, before the last of her days is
// over, and from then on.
func TestConfirm(t *testing.T) {
	policy := newPolicy(t, askingRules())
	x := give("g-1", "2026-11-23 11:00", "mail/care", "letter/care")
	x.Years = 30
	d, err := policy.Give(consent.Consents{}, x)
	require.NoError(t, err)
	assert.Equal(t, []string{consent.CodeToConfirm, consent.CodeGiven, consent.CodeGiven}, codesOf(d.Reasons))
	said := d.Next
	allowed := func(c consent.Consents, q, instant string) []string {
		answer, err := policy.Allowed(c, question(q), at(instant))
		require.NoError(t, err)
		return codesOf(answer.Missing)
	}
	assert.Nil(t, allowed(said, "letter/care", "2026-11-23 11:00"), "a letter box needs no confirming")
	assert.Equal(t, []string{consent.CodeUnconfirmed}, allowed(said, "mail/care", "2026-11-23 11:00"))

	confirm := func(c consent.Consents, grant, channel, instant string) (consent.Consents, []string) {
		d, err := policy.Confirm(c, consent.Confirm{Step: step("c-"+instant, instant), Grant: grant, Channel: channel})
		return d.Next, missingOf(t, err)
	}
	_, missing := confirm(said, "g-2", "mail", "2026-11-24 11:00")
	assert.Equal(t, []string{consent.CodeNoGive}, missing)
	_, missing = confirm(said, "g-1", "letter", "2026-11-24 11:00")
	assert.Equal(t, []string{consent.CodeNothingToConfirm}, missing)
	_, missing = confirm(said, "g-1", "phone", "2026-11-24 11:00")
	assert.Equal(t, []string{consent.CodeNothingToConfirm}, missing)
	_, missing = confirm(said, "g-1", "mail", "2026-11-23 10:59")
	assert.Equal(t, []string{consent.CodeConfirmEarly}, missing)
	_, missing = confirm(said, "g-1", "mail", "2026-12-01 00:00")
	assert.Equal(t, []string{consent.CodeConfirmLate}, missing)
	confirmed, missing := confirm(said, "g-1", "mail", "2026-11-30 23:59")
	require.Nil(t, missing)
	assert.Equal(t, []string{consent.CodeUnconfirmed}, allowed(confirmed, "mail/care", "2026-11-30 23:58"), "not before she did")
	assert.Nil(t, allowed(confirmed, "mail/care", "2026-11-30 23:59"))
	_, missing = confirm(confirmed, "g-1", "mail", "2026-11-30 23:59")
	assert.Equal(t, []string{consent.CodeNothingToConfirm}, missing, "once is enough")

	d, err = policy.Withdraw(said, consent.Withdraw{Step: step("w", "2026-11-24 11:00"), Scope: consent.Scope{Channels: []string{"mail"}}})
	require.NoError(t, err)
	_, missing = confirm(d.Next, "g-1", "mail", "2026-11-25 11:00")
	assert.Equal(t, []string{consent.CodeWithdrawn}, missing, "an old link does not bring back what she took back")
	d, err = policy.Withdraw(said, consent.Withdraw{Step: step("w", "2026-11-23 11:00")})
	require.NoError(t, err)
	_, missing = confirm(d.Next, "g-1", "mail", "2026-11-25 11:00")
	assert.Equal(t, []string{consent.CodeWithdrawn}, missing, "nor what she took back as she gave it")

	late := consent.Entry{Version: consent.EntryVersion, By: "ann", Ref: "c", At: at("2026-12-01 00:00"), Body: consent.Confirm{Grant: "g-1", Channel: "mail"}}
	_, err = said.Apply(late)
	require.ErrorIs(t, err, consent.ErrBroken, "no history confirms what nobody waits for any more")
	late.At = late.At.Add(-time.Nanosecond)
	_, err = said.Apply(late)
	require.NoError(t, err)
}

// A yes ends at the first instant of a day, however long the months and days in between are.
func TestExpiry(t *testing.T) {
	for _, tc := range []struct {
		zone, given string
		months      int
		until       string
	}{
		{"UTC", "2026-01-31T09:00:00Z", 1, "2026-02-28T00:00:00Z"},
		{"UTC", "2028-01-31T09:00:00Z", 1, "2028-02-29T00:00:00Z"},
		{"UTC", "2026-01-31T09:00:00Z", 2, "2026-03-31T00:00:00Z"},
		{"UTC", "2028-02-29T09:00:00Z", 12, "2029-02-28T00:00:00Z"},
		{"UTC", "2026-01-31T23:59:59Z", 12, "2027-01-31T00:00:00Z"},
		{"Asia/Shanghai", "2026-01-31T16:00:00Z", 12, "2027-02-01T00:00:00+08:00"}, // it was February there
		{"Europe/Berlin", "2026-02-28T12:00:00Z", 1, "2026-03-28T00:00:00+01:00"},
		{"Europe/Berlin", "2026-03-28T12:00:00Z", 7, "2026-10-28T00:00:00+01:00"}, // summer time lies between
		{"Europe/Berlin", "2026-04-01T12:00:00Z", 6, "2026-10-01T00:00:00+02:00"},
		{"America/Sao_Paulo", "2018-10-04T12:00:00Z", 1, "2018-11-04T01:00:00-02:00"}, // a day that begins at one
	} {
		t.Run(fmt.Sprint(tc.zone, tc.given), func(t *testing.T) {
			zone, err := time.LoadLocation(tc.zone)
			require.NoError(t, err)
			policy, err := consent.New(consent.Rules{
				Edition: customer.Edition{ID: "contact", Version: 1}, Zone: tc.zone, Channels: []consent.Channel{{ID: "letter"}},
				Purposes: []consent.Purpose{{ID: "care", Weight: 1, ValidMonths: tc.months}},
			}, nil, zone)
			require.NoError(t, err)
			given, err := time.Parse(time.RFC3339, tc.given)
			require.NoError(t, err)
			until, err := time.Parse(time.RFC3339, tc.until)
			require.NoError(t, err)
			d, err := policy.Give(consent.Consents{}, consent.Give{
				Step: journal.Step{Ref: "g", By: "ann", At: given}, Boxes: boxesOf("letter/care"), Evidence: consent.Evidence{Medium: "till"},
			})
			require.NoError(t, err)
			answer, err := policy.Allowed(d.Next, question("letter/care"), until.Add(-time.Nanosecond))
			require.NoError(t, err)
			require.True(t, answer.Allowed)
			assert.Equal(t, tc.until, answer.Until.Format(time.RFC3339))
			assert.Equal(t, "g", answer.Grant.Ref)
			answer, err = policy.Allowed(d.Next, question("letter/care"), until)
			require.NoError(t, err)
			assert.Equal(t, []string{consent.CodeExpired}, codesOf(answer.Missing))
			answer, err = policy.Allowed(d.Next, question("letter/care"), given.Add(-time.Nanosecond))
			require.NoError(t, err)
			assert.Equal(t, []string{consent.CodeNoConsent}, codesOf(answer.Missing), "before she said it")
			reach, err := policy.Reach("c-1", d.Next, consent.Facts{}, given)
			require.NoError(t, err)
			assert.Equal(t, customer.DateOf(until, zone), reach.Allowed[0].Until)
		})
	}
}

// The last word counts, by when she said it; the rules of a later book change nothing that was pinned,
// but may ask for a later notice.
func TestLastWord(t *testing.T) {
	policy := newPolicy(t, machineRules())
	said := consent.Consents{}
	book := func(d consent.Decision, err error) consent.Decision {
		require.NoError(t, err)
		said = d.Next
		return d
	}
	code := func(q, instant string) string {
		answer, err := policy.Allowed(said, question(q), at(instant))
		require.NoError(t, err)
		if answer.Allowed {
			return answer.Because.Code
		}
		return answer.Missing[0].Code
	}
	letters := consent.Scope{Purposes: []string{"care"}, Channels: []string{"letter"}}
	book(policy.Give(said, give("g-1", "2026-03-01 10:00", "letter/care")))
	book(policy.Give(said, give("g-2", "2026-05-01 10:00", "letter/care")))
	d := book(policy.Withdraw(said, consent.Withdraw{Step: step("w-1", "2026-04-01 10:00"), Scope: letters})) // booked late
	assert.Equal(t, []string{consent.CodeOvertaken}, codesOf(d.Reasons), "whoever books it hears that a later yes stands")
	assert.Equal(t, consent.CodeGiven, code("letter/care", "2026-03-31 10:00"))
	assert.Equal(t, consent.CodeWithdrawn, code("letter/care", "2026-04-01 10:00"), "from that instant on, as it turns out")
	assert.Equal(t, consent.CodeWithdrawn, code("letter/care", "2026-05-01 09:59"))
	assert.Equal(t, consent.CodeGiven, code("letter/care", "2026-05-01 10:00"))

	// At one instant the no counts, in whatever order they are booked.
	book(policy.Withdraw(said, consent.Withdraw{Step: step("w-2", "2026-05-01 10:00"), Scope: letters}))
	assert.Equal(t, consent.CodeWithdrawn, code("letter/care", "2026-05-01 10:00"))
	d = book(policy.Give(said, give("g-3", "2026-05-01 10:00", "letter/care")))
	assert.Equal(t, consent.CodeWithdrawn, code("letter/care", "2026-05-01 10:00"))
	assert.Contains(t, codesOf(d.Reasons), consent.CodeOvertaken)
	book(policy.Give(said, give("g-4", "2026-05-01 10:01", "letter/care")))
	assert.Equal(t, consent.CodeGiven, code("letter/care", "2026-05-01 10:01"))

	// What rests on a contract goes on, and whoever takes the no down hears it; what rests on an interest
	// of the shop's does not.
	assert.Equal(t, consent.CodeBasis, code("letter/contract", "2026-05-02 10:00"))
	assert.Equal(t, consent.CodeBasis, code("letter/survey", "2026-05-02 10:00"))
	d = book(policy.Withdraw(said, consent.Withdraw{Step: step("w-3", "2026-06-01 10:00")}))
	assert.Equal(t, []string{consent.CodeGoesOn}, codesOf(d.Reasons))
	assert.Equal(t, consent.CodeBasis, code("letter/contract", "2026-06-01 10:00"))
	assert.Equal(t, consent.CodeWithdrawn, code("letter/survey", "2026-06-01 10:00"))

	// An objection stops even that which she says yes to, until it is restored; of one instant it counts.
	book(policy.Give(said, give("g-5", "2026-06-02 10:00", "letter/care", "letter/service")))
	d = book(policy.Object(said, consent.Object{Step: step("o-1", "2026-07-01 10:00")}))
	assert.Equal(t, []string{consent.CodeGoesOn, consent.CodeGoesOn}, codesOf(d.Reasons))
	assert.Equal(t, consent.CodeOptedOut, code("letter/care", "2026-07-01 10:00"))
	assert.Equal(t, consent.CodeGiven, code("letter/service", "2026-07-01 10:00"), "it goes on despite opting out")
	_, err := policy.Give(said, give("g-6", "2026-07-02 10:00", "letter/care"))
	assert.Equal(t, []string{consent.CodeOptedOut}, missingOf(t, err))
	book(policy.Restore(said, consent.Restore{Step: step("r-1", "2026-07-01 10:00"), Evidence: consent.Evidence{Medium: "phone"}}))
	assert.Equal(t, consent.CodeOptedOut, code("letter/care", "2026-07-01 10:00"))
	book(policy.Restore(said, consent.Restore{Step: step("r-2", "2026-07-03 10:00"), Evidence: consent.Evidence{Medium: "phone"}}))
	assert.Equal(t, consent.CodeGiven, code("letter/care", "2026-07-03 10:00"))
	d = book(policy.Restore(said, consent.Restore{Step: step("r-3", "2026-07-04 10:00"), Evidence: consent.Evidence{Medium: "phone"}}))
	assert.Equal(t, []string{consent.CodeNoObjection}, codesOf(d.Reasons))

	// A third party's letters are another thing than the shop's.
	news := consent.Give{Step: step("g-7", "2026-08-01 10:00"), Boxes: boxesOf("letter/news"), Party: "maker", Evidence: seen("maker", "1")}
	book(policy.Give(said, news))
	assert.Equal(t, consent.CodeGiven, code("letter/news/maker", "2026-08-02 10:00"))
	assert.Equal(t, consent.CodeWithdrawn, code("letter/news", "2026-08-02 10:00"))
	assert.Equal(t, consent.CodeNoConsent, code("letter/news/partner", "2026-08-02 10:00"))
	book(policy.Withdraw(said, consent.Withdraw{Step: step("w-4", "2026-08-03 10:00")}))
	assert.Equal(t, consent.CodeGiven, code("letter/news/maker", "2026-08-03 10:00"), "she spoke of the shop")
	book(policy.Withdraw(said, consent.Withdraw{Step: step("w-5", "2026-08-04 10:00"), Scope: consent.Scope{Parties: true}}))
	assert.Equal(t, consent.CodeWithdrawn, code("letter/news/maker", "2026-08-04 10:00"), "and now of everybody")
	assert.Equal(t, consent.CodeGiven, code("letter/news/maker", "2026-08-03 23:00"), "what was done until then was allowed")
	assert.Equal(t, consent.CodeBasis, code("letter/contract", "2026-08-04 10:00"))
	assert.Equal(t, consent.CodeNotForParty, code("letter/contract/maker", "2026-08-04 10:00"), "the contract is the shop's")
}

// A yes under which she saw a text that has changed since asks again, by the rules of today; one that is
// renewed holds until the later of the two ends.
func TestNoticeAndRenewal(t *testing.T) {
	rules := askingRules()
	rules.GuardianUnderYears = 0
	policy := newPolicy(t, rules)
	first := consent.Give{Step: step("g-1", "2026-03-15 10:00"), Boxes: boxesOf("letter/news"), Evidence: seen("news", "1")}
	d, err := policy.Give(consent.Consents{}, first)
	require.NoError(t, err)
	ask := func(policy *consent.Policy, instant string) consent.Answer {
		answer, err := policy.Allowed(d.Next, question("letter/news"), at(instant))
		require.NoError(t, err)
		return answer
	}
	rules.Version, rules.Purposes[4].SinceNotice = 2, 2
	changed := newPolicy(t, rules)
	assert.True(t, ask(policy, "2026-04-01 10:00").Allowed)
	answer := ask(changed, "2026-04-01 10:00")
	assert.Equal(t, []customer.Reason{{Code: consent.CodeNoticeChanged, Rule: "contact/2#news", Of: "news", Fact: 1, Mark: 2}}, answer.Missing)
	_, err = changed.Give(d.Next, first)
	assert.Equal(t, []string{consent.CodeNotice}, missingOf(t, err), "the old text is shown no more")

	again := first
	again.Step, again.Evidence = step("g-2", "2026-09-15 10:00"), seen("news", "2")
	d, err = changed.Give(d.Next, again)
	require.NoError(t, err)
	answer = ask(policy, "2026-12-01 10:00")
	assert.Equal(t, "g-2", answer.Grant.Ref)
	assert.Equal(t, at("2027-09-15 00:00"), answer.Until)
	assert.Equal(t, "g-1", ask(policy, "2026-09-15 09:59").Grant.Ref)
	assert.Equal(t, []string{consent.CodeExpired}, codesOf(ask(changed, "2027-09-15 00:00").Missing))

	// Under rules by which a yes holds for a month only, the year that she was promised goes on.
	rules.Version, rules.Purposes[4].ValidMonths, rules.Purposes[4].RenewDays = 3, 1, 0
	short := newPolicy(t, rules)
	again.Step = step("g-3", "2026-10-01 10:00")
	d, err = short.Give(d.Next, again)
	require.NoError(t, err)
	answer = ask(short, "2026-10-02 10:00")
	assert.Equal(t, "g-2", answer.Grant.Ref)
	assert.Equal(t, at("2027-09-15 00:00"), answer.Until)
	assert.Equal(t, "news", answer.Grant.Evidence.Notice)
	assert.Equal(t, consent.Hash(text("news", "2")), answer.Grant.Evidence.Hash)
}

// What she may be asked for: what rests on her yes, neither while she has said no nor before her mail has come
// back, and again before a yes ends.
func TestMissing(t *testing.T) {
	rules := askingRules()
	rules.GuardianUnderYears = 0
	rules.Purposes = slices.DeleteFunc(rules.Purposes, func(p consent.Purpose) bool { return p.ID != "news" && p.ID != "survey" && p.ID != "profiling" })
	rules.Parties, rules.Caps = rules.Parties[1:], nil // the partner, for news
	policy := newPolicy(t, rules)
	said := consent.Consents{}
	asks := func(instant string) []string {
		list, err := policy.Missing(said, at(instant))
		require.NoError(t, err)
		var told []string
		for _, ask := range list {
			told = append(told, strings.Join(ask.Channels, "+")+"/"+ask.Purpose+"/"+ask.Party+" "+ask.Because.Code)
		}
		return told
	}
	book := func(d consent.Decision, err error) {
		require.NoError(t, err)
		said = d.Next
	}
	const mail, letter, partner = "mail/news/ consent.", "letter/news/ consent.", "mail+letter/news/partner consent."
	assert.Equal(t, []string{"mail+letter/news/ consent.no-consent", partner + "no-consent", "/profiling/ consent.no-consent"}, asks("2026-03-01 10:00"), "a survey rests on something else")

	book(policy.Give(said, consent.Give{Step: step("g-1", "2026-03-01 10:00"), Boxes: boxesOf("mail/news", "letter/news"), Evidence: seen("news", "1")}))
	book(policy.Decline(said, consent.Decline{Step: step("d-1", "2026-03-01 10:00"), Scope: consent.Scope{Party: "partner"}}))
	book(policy.Decline(said, consent.Decline{Step: step("d-2", "2026-03-01 10:00"), Scope: consent.Scope{Purposes: []string{"profiling"}}}))
	assert.Empty(t, asks("2026-03-08 23:59"), "she may still confirm it")
	assert.Equal(t, []string{mail + "unconfirmed"}, asks("2026-03-09 00:00"))
	assert.Equal(t, []string{mail + "unconfirmed"}, asks("2026-05-29 23:59"))
	assert.Equal(t, []string{mail + "unconfirmed", partner + "declined"}, asks("2026-05-30 00:00"), "after 90 days; of profiling never")
	book(policy.Decline(said, consent.Decline{Step: step("d-3", "2026-05-30 10:00"), Scope: consent.Scope{Party: "partner"}}))
	book(policy.Decline(said, consent.Decline{Step: step("d-4", "2026-05-30 10:00"), Scope: consent.Scope{Channels: []string{"mail"}}}))
	assert.Empty(t, asks("2026-05-31 10:00"))
	assert.NotContains(t, asks("2027-01-29 23:59"), letter+"expiring")
	assert.Contains(t, asks("2027-01-30 00:00"), letter+"expiring", "30 days before 1 March")
	assert.Contains(t, asks("2027-03-01 00:00"), letter+"expired")
	book(policy.Object(said, consent.Object{Step: step("o-1", "2027-03-02 10:00")}))
	assert.Empty(t, asks("2027-03-02 10:00"), "she does not want to be asked either")
}

// What can be shown to an authority: every word on a question with what shows it, and what was known when.
func TestHistory(t *testing.T) {
	policy := newPolicy(t, machineRules())
	var entries []consent.Entry
	said := consent.Consents{}
	book := func(d consent.Decision, err error) {
		require.NoError(t, err)
		said, entries = d.Next, append(entries, d.Entries...)
	}
	book(policy.Give(said, consent.Give{Step: step("g-1", "2026-03-01 10:00"), Boxes: boxesOf("mail/news"), Party: "maker", Evidence: seen("maker", "1"), Guardian: "c-9", Years: 13}))
	book(policy.Confirm(said, consent.Confirm{Step: step("c-1", "2026-03-02 10:00"), Grant: "g-1", Channel: "mail", Record: "click 5"}))
	book(policy.Object(said, consent.Object{Step: step("o-1", "2026-03-10 10:00")}))
	book(policy.Restore(said, consent.Restore{Step: step("r-1", "2026-03-11 10:00"), Evidence: consent.Evidence{Medium: "phone", Record: "call 8"}}))
	book(policy.Withdraw(said, consent.Withdraw{Step: step("w-1", "2026-03-05 10:00"), Scope: consent.Scope{Parties: true}, Evidence: consent.Evidence{Medium: "letter"}}))
	book(policy.Decline(said, consent.Decline{Step: step("d-1", "2026-03-06 10:00"), Scope: consent.Scope{Purposes: []string{"care"}}}))

	var told []string
	for _, record := range said.History(question("mail/news/maker")) {
		told = append(told, fmt.Sprint(record.At.Format("01-02 "), record.Said, " ", record.Ref, " by ", record.By, ", entry ", record.Entry, " ",
			record.Evidence.Medium, record.Evidence.Notice, " ", record.Evidence.Record, record.Guardian, record.Grant, record.Recipient.Name))
	}
	assert.Equal(t, []string{
		"03-01 given g-1 by ann, entry 1 webmaker page 3c-9Maker Ltd",
		"03-02 confirmed c-1 by ann, entry 2  click 5g-1",
		"03-05 withdrawn w-1 by ann, entry 5 letter ",
		"03-10 objected o-1 by ann, entry 3  ",
		"03-11 restored r-1 by ann, entry 4 phone call 8",
	}, told)
	assert.Equal(t, 13, said.History(question("mail/news/maker"))[0].Years)
	allowed := func(c consent.Consents, instant string) bool {
		answer, err := policy.Allowed(c, question("mail/news/maker"), at(instant))
		require.NoError(t, err)
		return answer.Allowed
	}
	assert.True(t, allowed(said, "2026-03-04 10:00"))
	assert.False(t, allowed(said, "2026-03-12 10:00"))
	known, err := consent.Replay(entries[:4])
	require.NoError(t, err)
	assert.True(t, allowed(known, "2026-03-12 10:00"), "what whoever wrote to her on 12 March could know, before her letter was opened")
}

// Lists have an end, and it is her noes that find room last.
func TestFull(t *testing.T) {
	policy := newPolicy(t, contactRules())
	full := consent.Consents{Grants: make([]consent.Grant, 4500), Denials: make([]consent.Denial, 4500), Objections: make([]consent.Objection, 4500)}
	_, err := policy.Give(full, give("g", "2026-11-23 11:00", "letter/care"))
	assert.Equal(t, []string{consent.CodeFull, consent.CodeOptedOut}, missingOf(t, err))
	_, err = policy.Decline(full, consent.Decline{Step: step("d", "2026-11-23 11:00")})
	assert.Equal(t, []string{consent.CodeFull}, missingOf(t, err))
	_, err = policy.Restore(full, consent.Restore{Step: step("r", "2026-11-23 11:00"), Evidence: consent.Evidence{Medium: "till"}})
	assert.Equal(t, []string{consent.CodeFull}, missingOf(t, err))
	_, err = policy.Withdraw(full, consent.Withdraw{Step: step("w", "2026-11-23 11:00")})
	require.NoError(t, err)
	_, err = policy.Object(full, consent.Object{Step: step("o", "2026-11-23 11:00")})
	require.NoError(t, err)
	full.Denials = make([]consent.Denial, consent.MaxWords)
	_, err = policy.Withdraw(full, consent.Withdraw{Step: step("w", "2026-11-23 11:00")})
	assert.Equal(t, []string{consent.CodeFull}, missingOf(t, err))
	entry := consent.Entry{Version: consent.EntryVersion, At: eleven, By: "ann", Ref: "w", Body: consent.Withdraw{}}
	_, err = full.Apply(entry)
	require.ErrorIs(t, err, consent.ErrBroken)
}
