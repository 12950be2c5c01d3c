package complaint

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// EntryVersion is the format in which entries are written. Entries of an earlier version are
// read; a later one is an error.
//
// Version 1 kept in a match the customers on the lists of notices, which no case has a use for, and
// called the remedy of an offer "ref".
const EntryVersion = 2

// Entry is one fact of a case's history: what somebody did, or what followed from it by the
// policy, complete in itself. Whatever a rule used (a budget, a limit, a calendar's version)
// is pinned in it, so that an old history replays to the same case under any later policy.
type Entry struct { //nolint:recvcheck // a value; read and checked in place
	Version int
	At      time.Time       // the business instant; an earlier one than the entry before is allowed
	By      string          // who did it
	Ref     string          // the command that led to it
	Rule    string          // the policy
	Because customer.Reason // of what followed: why
	Body    Body            // what was done
}

// Body is what an entry says: one type for each [Kind], and none from outside this package.
// A command is the Body of the entry that it leads to.
type Body interface {
	kind() Kind
}

// Kind says what the entry's Body is. What is no body, be it a pointer to one or a type from
// outside that holds one, is of none.
func (e Entry) Kind() Kind {
	return kindOf(e.Body)
}

// checkEntry refuses what is no entry, of whatever kind.
func checkEntry(e *Entry) error {
	switch {
	case e.Version != EntryVersion:
		return fmt.Errorf("format version %d, where %d is known", e.Version, EntryVersion)
	case e.At.IsZero():
		return errors.New("it has no instant")
	case e.Kind() == 0:
		return errors.New("it says nothing")
	}
	return nil
}

// stored is the entry as JSON has it.
type stored struct {
	Version int             `json:"v"`
	Kind    Kind            `json:"kind"`
	At      time.Time       `json:"at"`
	By      string          `json:"by,omitempty"`
	Ref     string          `json:"ref"`
	Rule    string          `json:"rule,omitempty"`
	Because customer.Reason `json:"because,omitzero"`
	Body    json.RawMessage `json:"body"`
}

// MarshalJSON writes the entry with the text of its kind, so that it can be read again.
func (e Entry) MarshalJSON() ([]byte, error) {
	if err := checkEntry(&e); err != nil {
		return nil, fmt.Errorf("complaint: an entry cannot be written: %w", err)
	}
	body, err := json.Marshal(e.Body)
	if err != nil {
		return nil, err
	}
	return json.Marshal(stored{e.Version, e.Kind(), e.At, e.By, e.Ref, e.Rule, e.Because, body})
}

// UnmarshalJSON reads what MarshalJSON wrote, in this version or an earlier one. A version or
// a kind that is not known is an error, and so is a field that the kind does not have: an
// entry is never read in part.
func (e *Entry) UnmarshalJSON(data []byte) error {
	in, err := journal.ReadBody[stored](data, nil)
	if err != nil {
		return fmt.Errorf("complaint: an entry cannot be read: %w", err)
	}
	body, err := in.read()
	if err != nil {
		return err
	}
	read := Entry{EntryVersion, in.At, in.By, in.Ref, in.Rule, in.Because, body}
	if err := checkRead(&read); err != nil {
		return fmt.Errorf("complaint: a %s that nobody wrote: %w", in.Kind, err)
	}
	*e = read
	return nil
}

// read reads the body by the entry's version. This is the one place where versions differ: what
// an earlier one said is turned into what this one says.
func (s *stored) read() (Body, error) {
	if s.Version < 1 || s.Version > EntryVersion {
		return nil, fmt.Errorf("complaint: an entry of version %d, where up to %d is known", s.Version, EntryVersion)
	}
	said := []byte(s.Body)
	if s.Version == 1 && s.Kind == KindDecide {
		said = offersOfVersion1(said)
	}
	body, err := s.Kind.read(said)
	if err != nil {
		return nil, fmt.Errorf("complaint: the body of a %s cannot be read: %w", s.Kind, err)
	}
	if match, is := body.(Match); is && s.Version == 1 {
		match.Known = match.Known.kept()
		body = match
	}
	return body, nil
}

// offersOfVersion1 gives the remedy of an offer the name that it has elsewhere: version 1 called it
// "ref". What cannot be read is left to the reader of this version, which says so.
func offersOfVersion1(body []byte) []byte {
	var decide map[string]json.RawMessage
	var offers []map[string]json.RawMessage
	if json.Unmarshal(body, &decide) != nil || json.Unmarshal(decide["offers"], &offers) != nil {
		return body
	}
	for _, offer := range offers {
		if ref, old := offer["ref"]; old {
			offer["remedy"] = ref
			delete(offer, "ref")
		}
	}
	list, err := json.Marshal(offers)
	if err != nil {
		return body
	}
	decide["offers"] = list
	if upcast, err := json.Marshal(decide); err == nil {
		return upcast
	}
	return body
}

// checkRead refuses an entry that came from outside and says what no command may say, so that
// a forged amount or a text of megabytes never reaches a case.
func checkRead(e *Entry) error {
	var faults customer.Faults
	step := Step{Ref: e.Ref, By: e.By, At: e.At}
	step.Check(&faults)
	faults.Text("rule", e.Rule)
	return faults.Err()
}

// read reads a body of one type, whose fields are held to what a command of it may say.
func read[B Body](data []byte) (Body, error) {
	return journal.ReadBody(data, func(body *B, faults *customer.Faults) {
		if checked, can := any(body).(interface{ faults(*customer.Faults) }); can {
			checked.faults(faults)
		}
	})
}
