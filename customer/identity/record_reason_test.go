package identity_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/identity"
)

// Every code has a sentence in both languages, and both have the same figures. Row B12.
func TestRecordExplain(t *testing.T) {
	g := recordRegister(t)
	codes := slices.Concat(customertest.Codes(t, "reason.go"), customertest.Codes(t, "holder_reason.go"))
	seen := map[string]bool{}
	var lines []string
	for _, code := range codes {
		assert.False(t, seen[code], code)
		seen[code] = true
		reason := customer.Reason{
			Code: code, Rule: "house/3", Of: "phone", Fact: 1200, Mark: 34_500, At: recordAt("2026-05-04 09:30"), Until: recordAt("2026-06-04 00:00"),
			On: recordDate("2026-05-04"), By: recordDate("2026-04-30"),
		}
		switch code {
		case identity.CodeFull:
			reason.Of = "holders"
		case identity.CodeUnknownIssuer:
			reason.Of = "card/rival"
		case identity.CodeInvalid:
			reason.Of = "email/bounces"
		case identity.CodeBlocked:
			reason.Of = "buyer-card/lost"
		}
		english, chinese := g.Explain(reason, customer.English), g.Explain(reason, customer.Chinese)
		assert.NotEqual(t, code, english)
		assert.NotContains(t, english+chinese, "%!")
		assert.True(t, strings.ContainsFunc(chinese, func(r rune) bool { return unicode.Is(unicode.Han, r) }), chinese)
		assert.False(t, strings.ContainsFunc(english, func(r rune) bool { return unicode.Is(unicode.Han, r) }), english)
		lines = append(lines, code, "\t"+english, "\t"+chinese)
	}
	customertest.Golden(t, "record.reasons.golden", strings.Join(lines, "\n")+"\n")

	for _, flaw := range []identity.Flaw{identity.NoSuch, identity.Bounces, identity.NotHers, identity.Lost, identity.Stolen, identity.Stopped} {
		text := identity.Explain(customer.Reason{Code: identity.CodeInvalid, Of: "card/" + flaw.String()}, customer.Chinese)
		assert.NotContains(t, text, flaw.String())
	}
	for _, list := range []string{"identifiers", "facts", "corrections", "classes", "owners", "holders", "wishes", "declined"} {
		text := identity.Explain(customer.Reason{Code: identity.CodeFull, Of: list}, customer.Chinese)
		assert.NotContains(t, text, list)
	}
	assert.Equal(t, "h-1 may buy for 2 minor units a day, and this makes 1 minor unit", identity.Explain(customer.Reason{Code: identity.CodeOverDay, Of: "h-1", Fact: 1, Mark: 2}, customer.English))
	assert.Equal(t, "card needs its issuer", identity.Explain(customer.Reason{Code: identity.CodeUnknownIssuer, Of: "card/"}, customer.English))
	assert.Equal(t, "she is in no class", identity.Explain(customer.Reason{Code: identity.CodeOtherClass}, customer.English))
	for reason, want := range map[customer.Reason]string{
		{Code: identity.CodeFull, Of: "declined", Fact: 701, Mark: 700}: "no room: there would be 701 declined questions, and 700 is the most",
		{Code: identity.CodePast, On: 2, By: 1}:                         "it would end on 1 Jan 1, before 2 Jan 1", // an owner that is nobody
		{Code: identity.CodeAskMissing, Of: "title"}:                    "title is not known",                      // and weighs nothing
	} {
		assert.Equal(t, want, identity.Explain(reason, customer.English))
	}
	assert.Equal(t, "phone is good", identity.Explain(customer.Reason{Code: identity.CodeGood, Of: "phone"}, customer.English))
	assert.Equal(t, "rule book house/3 needs the day to decide for", identity.Explain(customer.Reason{Code: customer.CodeNoDay, Rule: "house/3"}, customer.English))
	assert.Equal(t, "weather.rain", g.Explain(customer.Reason{Code: "weather.rain"}, customer.Chinese))
}
