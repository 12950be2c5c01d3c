package identity_test

import (
	"testing"

	"github.com/rapport-crm/rapport/customer/identity"
)

// recordSecrets are what no print of a record, a command, an entry or an error may show.
func recordSecrets() []string {
	return []string{
		"7654321", "87654322", "wei.wang", "91330100", "T99887766", "0012345678", "888800000", "1985-04-12", "Ouyang", "Ouyank", "Moonlight Road", "Wangxiao", "Xiaoxiao", "whispered",
	}
}

// recordLife is the life of a company's record in which every command of a record is given, but those
// that link it to others.
func recordLife(tb testing.TB) *recordDesk {
	tb.Helper()
	d := &recordDesk{tb: tb, Register: recordRegister(tb), at: recordAt("2026-05-04 09:30")}
	id := func(scheme, issuer, raw string) identity.Identifier {
		return identity.Identifier{Token: identity.Token{Scheme: scheme, Issuer: issuer}, Raw: raw}
	}
	licence := id("licence", "", "91330100")
	licence.From, licence.LastDay = recordDate("2025-01-01"), recordDate("2026-12-31")
	d.must(d.Open(d.r, identity.Open{
		Step: d.step("ann"), Kind: identity.Organisation, Source: "till", Class: "retailer", Permille: 900, On: recordDate("2026-05-01"),
		Identifiers: []identity.Identifier{id("phone", "", "(0571) 8765-4321 ext. 12"), licence},
		Facts:       []identity.Fact{{Field: "family-name", Value: "Ouyank"}, {Field: "trade", Value: "retail"}},
	}))
	d.at = recordAt("2026-05-05 10:00")
	mail := d.attach("email", "", "wei.wang@example.cn")
	fax := d.attach("fax", "", "0571 87654322")
	d.attach("list-code", "rapport", "L-77")
	d.must(d.Spoil(d.r, identity.Spoil{Step: d.step("mailer"), Token: mail, Flaw: identity.Bounces, Evidence: "mail-returned-550", Note: "whispered twice"}))
	d.must(d.Confirm(d.r, identity.Confirm{Step: d.step("ann"), Token: fax, Source: "call"}))
	d.at = recordAt("2026-05-06 10:00")
	d.must(d.Restore(d.r, identity.Restore{Step: d.step("ann"), Token: mail, Evidence: "called-back", Note: "whispered"}))
	d.must(d.Detach(d.r, identity.Detach{Step: d.step("ann"), Token: fax, Note: "whispered"}))
	tell := recordTell(d.step("ann"), "form", "2026-05-05", "address=7 Moonlight Road", "stores=12", "title=Dr", "shop-name=Corner")
	tell.Permille = 700
	d.must(d.Tell(d.r, tell))
	d.must(d.Strike(d.r, identity.Strike{Step: d.step("ann"), Field: "stores", Fact: "tell:" + tell.Ref, Note: "whispered"}))
	d.must(d.Decline(d.r, identity.Decline{Step: d.step("ann"), What: "phone"}))
	d.must(d.Decline(d.r, identity.Decline{Step: d.step("ann"), What: "email", Never: true}))

	correct := identity.Correct{Step: d.step("ann"), Field: "family-name", Value: "Ouyang", Source: "call", Evidence: "she-called", Note: "whispered"}
	d.must(d.Correct(d.r, correct))
	d.must(d.Approve(d.r, identity.Approve{Step: d.step("bea"), Correction: correct.Ref, Role: "shift-lead"}))
	permit := d.attach("permit", "CN", "0012345678")
	becomes := id("permit", "CN", "T99887766")
	becomes.LastDay = recordDate("2031-02-01")
	number := identity.Correct{Step: d.step("ann"), Was: permit, Becomes: becomes, NeverHers: true, Source: "permit-seen", Evidence: "permit-seen", Proof: "scan-77"}
	d.must(d.Correct(d.r, number))
	d.must(d.Reject(d.r, identity.Reject{Step: d.step("cem"), Correction: number.Ref, Note: "whispered"}))
	number.Step = d.step("ann")
	d.must(d.Correct(d.r, number))
	d.must(d.Approve(d.r, identity.Approve{Step: d.step("bea"), Correction: number.Ref, Role: "manager"}))

	d.at = recordAt("2026-06-01 09:00")
	d.must(d.Classify(d.r, identity.Classify{Step: d.step("ann"), Class: "group", KeyAccount: true, From: recordDate("2026-07-01")}))
	d.must(d.Assign(d.r, identity.Assign{Step: d.step("ann"), Owner: "bea", LastDay: recordDate("2026-12-31")}))
	card := id("buyer-card", "rapport", "8888000001")
	card.From, card.LastDay = recordDate("2026-06-01"), recordDate("2027-05-31")
	d.must(d.Issue(d.r, identity.Issue{Step: d.step("ann"), Holder: "h-1", Name: "Wangxiao", Card: card, Limits: identity.Limits{PurchaseMinor: 200_000, DayMinor: 300_000, MonthMinor: 1_000_000}, Source: "form"}))
	d.must(d.Issue(d.r, identity.Issue{Step: d.step("ann"), Holder: "h-2", Person: "c-77", Card: id("buyer-card", "rapport", "8888000002"), Source: "form"}))
	d.must(d.Reissue(d.r, identity.Reissue{Step: d.step("ann"), Holder: "h-1", Card: id("buyer-card", "rapport", "8888000003"), Source: "form"}))
	d.must(d.Limit(d.r, identity.Limit{Step: d.step("ann"), Holder: "h-2", Limits: identity.Limits{DayMinor: 50_000}}))
	d.must(d.Call(d.r, identity.Call{Step: d.step("ann"), Language: "zh", Called: "Xiaoxiao"}))
	name := identity.Correct{Step: d.step("ann"), Holder: "h-1", Value: "Wangxiaoming", Source: "call", Evidence: "she-called", Note: "whispered"}
	d.must(d.Correct(d.r, name))
	d.must(d.Approve(d.r, identity.Approve{Step: d.step("bea"), Correction: name.Ref, Role: "manager"}))
	return d
}
