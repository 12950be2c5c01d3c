package complaint

import (
	"fmt"
	"strconv"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// Kind says what the Body of an [Entry] is. The zero Kind is refused.
type Kind uint8

// The kinds of commands, each named for its type and for the method of [Policy] that takes
// it. Their texts are format.
const (
	KindReceive Kind = iota + 1
	KindLog
	KindAdd
	KindWithdraw
	KindLink
	KindUnlink
	KindAssess
	KindInvestigate
	KindAdvise
	KindFile
	KindConclude
	KindClose
	KindReopen
	KindWait
	KindExtend
	KindSwitch
	KindConfirm
	KindWake
	KindPromise
	KindKeep
	KindRenew
	KindRelease
	KindInsist
	KindAsk
	KindAnswer
	KindTake
	KindTransfer
	KindAccept
	KindDecline
	KindSend
	KindEscalate
	KindDivert
	KindServe
	KindHandIn
	KindMove
	KindInspect
	KindHandBack
	KindScrap
	KindLose
	KindSuspect
	KindWeigh
	KindFind
	KindJudge
	KindMatch
	KindTestify
	KindVet
	KindDecide
	KindApprove
	KindObject
	KindSettle
	KindBridge
	KindDeviate
	KindDiscipline
	KindCorrect
	KindAct
	KindGrade

	// What follows from a command by the policy.

	KindClockStarted
	KindClockStopped
	KindClockPaused
	KindClockResumed
	KindClockExtended
	KindClockSwitched
	KindRungReached
	KindBroken
	KindChased
	KindSurveySet
	KindSurveyDue
	KindRaised
	KindPlaced
	KindUnprepared
	KindGranted
	KindApprovalAsked
	KindOverdue
	KindNoticeProven
	KindAppealLapsed
	KindVetted

	// What becomes of a history whose customer is erased.

	KindErase
	KindScrubbed

	lastKind = KindScrubbed
)

// String returns the stored text.
func (k Kind) String() string {
	if text, _ := k.row(); text != "" {
		return text
	}
	return "kind " + strconv.Itoa(int(k))
}

// MarshalText writes the stored text; anything else is an error.
func (k Kind) MarshalText() ([]byte, error) {
	return customer.WriteStored("complaint", k, lastKind)
}

// UnmarshalText reads what MarshalText wrote.
func (k *Kind) UnmarshalText(text []byte) error {
	return customer.ReadStored("complaint", "kind", k, lastKind, text)
}

// read reads the body of an entry of the kind.
func (k Kind) read(data []byte) (Body, error) {
	_, read := k.row()
	if read == nil {
		return nil, fmt.Errorf("%s is unknown", k)
	}
	return read(data)
}

// row is the stored text of the kind, and what reads the body of an entry of it.
func (k Kind) row() (string, func([]byte) (Body, error)) {
	switch k {
	case KindReceive:
		return "receive", read[Receive]
	case KindLog:
		return "log", read[Log]
	case KindAdd:
		return "add", read[Add]
	case KindWithdraw:
		return "withdraw", read[Withdraw]
	case KindLink:
		return "link", read[Link]
	case KindUnlink:
		return "unlink", read[Unlink]
	case KindAssess:
		return "assess", read[Assess]
	case KindInvestigate:
		return "investigate", read[Investigate]
	case KindAdvise:
		return "advise", read[Advise]
	case KindFile:
		return "file", read[File]
	case KindConclude:
		return "conclude", read[Conclude]
	case KindClose:
		return "close", read[Close]
	case KindReopen:
		return "reopen", read[Reopen]
	case KindWait:
		return "wait", read[Wait]
	case KindExtend:
		return "extend", read[Extend]
	case KindSwitch:
		return "switch", read[Switch]
	case KindConfirm:
		return "confirm", read[Confirm]
	case KindWake:
		return "wake", read[Wake]
	case KindPromise:
		return "promise", read[Promise]
	case KindKeep:
		return "keep", read[Keep]
	case KindRenew:
		return "renew", read[Renew]
	case KindRelease:
		return "release", read[Release]
	case KindInsist:
		return "insist", read[Insist]
	case KindAsk:
		return "ask", read[Ask]
	case KindAnswer:
		return "answer", read[Answer]
	case KindTake:
		return "take", read[Take]
	case KindTransfer:
		return "transfer", read[Transfer]
	case KindAccept:
		return "accept", read[Accept]
	case KindDecline:
		return "decline", read[Decline]
	case KindSend:
		return "send", read[Send]
	case KindEscalate:
		return "escalate", read[Escalate]
	case KindDivert:
		return "divert", read[Divert]
	case KindServe:
		return "serve", read[Serve]
	case KindHandIn:
		return "hand-in", read[HandIn]
	case KindMove:
		return "move", read[Move]
	case KindInspect:
		return "inspect", read[Inspect]
	case KindHandBack:
		return "hand-back", read[HandBack]
	case KindScrap:
		return "scrap", read[Scrap]
	case KindLose:
		return "lose", read[Lose]
	case KindSuspect:
		return "suspect", read[Suspect]
	case KindWeigh:
		return "weigh", read[Weigh]
	case KindFind:
		return "find", read[Find]
	case KindJudge:
		return "judge", read[Judge]
	case KindMatch:
		return "match", read[Match]
	case KindTestify:
		return "testify", read[Testify]
	case KindVet:
		return "vet", read[Vet]
	case KindDecide:
		return "decide", read[Decide]
	case KindApprove:
		return "approve", read[Approve]
	case KindObject:
		return "object", read[Object]
	case KindSettle:
		return "settle", read[Settle]
	case KindBridge:
		return "bridge", read[Bridge]
	case KindDeviate:
		return "deviate", read[Deviate]
	case KindDiscipline:
		return "discipline", read[Discipline]
	case KindCorrect:
		return "correct", read[Correct]
	case KindAct:
		return "act", read[Act]
	case KindGrade:
		return "grade", read[Grade]
	case KindClockStarted:
		return "clock-started", read[ClockStarted]
	case KindClockStopped:
		return "clock-stopped", read[ClockStopped]
	case KindClockPaused:
		return "clock-paused", read[ClockPaused]
	case KindClockResumed:
		return "clock-resumed", read[ClockResumed]
	case KindClockExtended:
		return "clock-extended", read[ClockExtended]
	case KindClockSwitched:
		return "clock-switched", read[ClockSwitched]
	case KindRungReached:
		return "rung-reached", read[RungReached]
	case KindBroken:
		return "broken", read[Broken]
	case KindChased:
		return "chased", read[Chased]
	case KindSurveySet:
		return "survey-set", read[SurveySet]
	case KindSurveyDue:
		return "survey-due", read[SurveyDue]
	case KindRaised:
		return "raised", read[Raised]
	case KindPlaced:
		return "placed", read[Placed]
	case KindUnprepared:
		return "unprepared", read[Unprepared]
	case KindGranted:
		return "granted", read[Granted]
	case KindApprovalAsked:
		return "approval-asked", read[ApprovalAsked]
	case KindOverdue:
		return "overdue", read[Overdue]
	case KindNoticeProven:
		return "notice-proven", read[NoticeProven]
	case KindAppealLapsed:
		return "appeal-lapsed", read[AppealLapsed]
	case KindVetted:
		return "vetted", read[Vetted]
	case KindErase:
		return journal.KindErase, read[Erase]
	case KindScrubbed:
		return journal.KindScrubbed, read[Scrubbed]
	}
	return "", nil
}
