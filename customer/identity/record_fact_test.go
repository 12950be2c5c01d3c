package identity_test

import (
	"testing"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/customer/journal"
	"github.com/rapport-crm/rapport/customer/journal/journaltest"
)

// The canonical form of each command has every field that a caller fills in: two requests that differ in
// any of them are never taken for one.
func TestRecordFacts(t *testing.T) {
	journaltest.TestFact(t, identity.Detach{})
	journaltest.TestFact(t, identity.Confirm{})
	journaltest.TestFact(t, identity.Spoil{})
	journaltest.TestFact(t, identity.Restore{})
	journaltest.TestFact(t, identity.Strike{})
	journaltest.TestFact(t, identity.Approve{})
	journaltest.TestFact(t, identity.Reject{})
	journaltest.TestFact(t, identity.Classify{})
	journaltest.TestFact(t, identity.Assign{})
	journaltest.TestFact(t, identity.Limit{})
	journaltest.TestFact(t, identity.Call{})
	journaltest.TestFact(t, toldOpen{})
	journaltest.TestFact(t, toldAttach{})
	journaltest.TestFact(t, toldTell{})
	journaltest.TestFact(t, toldCorrect{})
	journaltest.TestFact(t, toldIssue{})
	journaltest.TestFact(t, toldReissue{})
	journaltest.TestFact(t, toldDecline{})
}

// The types below are what a caller fills in of the commands of which the register pins the rest.

type toldIdentifier struct {
	Scheme, Issuer, Raw string
	From, LastDay       customer.Date
}

func (x toldIdentifier) id() identity.Identifier {
	id := identity.Told(x.Scheme, x.Issuer, x.Raw)
	id.From, id.LastDay = x.From, x.LastDay
	return id
}

type toldFacts struct {
	On           customer.Date
	Permille     int
	Field, Value string
}

func (x toldFacts) facts() []identity.Fact {
	if x.Field+x.Value == "" {
		return nil
	}
	return []identity.Fact{{Field: x.Field, Value: x.Value}}
}

type toldOpen struct {
	journal.Step
	Kind          identity.Kind
	Source, Class string
	ID            toldIdentifier
	Facts         toldFacts
}

// Canonical is that of the command.
func (x toldOpen) Canonical(c *customer.Canonical) {
	open := identity.Open{Step: x.Step, Kind: x.Kind, Source: x.Source, Class: x.Class, On: x.Facts.On, Permille: x.Facts.Permille, Facts: x.Facts.facts()}
	if x.ID != (toldIdentifier{}) {
		open.Identifiers = []identity.Identifier{x.ID.id()}
	}
	open.Canonical(c)
}

type toldAttach struct {
	journal.Step
	ID     toldIdentifier
	Source string
}

// Canonical is that of the command.
func (x toldAttach) Canonical(c *customer.Canonical) {
	identity.Attach{Step: x.Step, Identifier: x.ID.id(), Source: x.Source}.Canonical(c)
}

type toldTell struct {
	journal.Step
	Source string
	Facts  toldFacts
}

// Canonical is that of the command.
func (x toldTell) Canonical(c *customer.Canonical) {
	identity.Tell{Step: x.Step, Source: x.Source, On: x.Facts.On, Permille: x.Facts.Permille, Facts: x.Facts.facts()}.Canonical(c)
}

type toldCorrect struct {
	journal.Step
	Field, Value, Holder          string
	On                            customer.Date
	Was                           identity.Token
	Becomes                       toldIdentifier
	NeverHers                     bool
	Source, Evidence, Proof, Note string
}

// Canonical is that of the command.
func (x toldCorrect) Canonical(c *customer.Canonical) {
	identity.Correct{
		Step: x.Step, Field: x.Field, Value: x.Value, On: x.On, Holder: x.Holder, Was: x.Was, Becomes: x.Becomes.id(), NeverHers: x.NeverHers,
		Source: x.Source, Evidence: x.Evidence, Proof: x.Proof, Note: x.Note,
	}.Canonical(c)
}

type toldIssue struct {
	journal.Step
	Holder, Name, Source string
	Person               customer.ID
	Card                 toldIdentifier
	Limits               identity.Limits
}

// Canonical is that of the command.
func (x toldIssue) Canonical(c *customer.Canonical) {
	identity.Issue{Step: x.Step, Holder: x.Holder, Person: x.Person, Name: x.Name, Card: x.Card.id(), Limits: x.Limits, Source: x.Source}.Canonical(c)
}

type toldReissue struct {
	journal.Step
	Holder, Source string
	Card           toldIdentifier
}

// Canonical is that of the command.
func (x toldReissue) Canonical(c *customer.Canonical) {
	identity.Reissue{Step: x.Step, Holder: x.Holder, Card: x.Card.id(), Source: x.Source}.Canonical(c)
}

type toldDecline struct {
	journal.Step
	What  string
	Never bool
}

// Canonical is that of the command.
func (x toldDecline) Canonical(c *customer.Canonical) {
	identity.Decline{Step: x.Step, What: x.What, Never: x.Never}.Canonical(c)
}
