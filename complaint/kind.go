package complaint

import (
	"fmt"
	"strconv"

	"github.com/rapport-crm/rapport/customer"
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
)

// String returns the stored text.
func (k Kind) String() string {
	switch k {
	case KindReceive:
		return "receive"
	case KindLog:
		return "log"
	case KindAdd:
		return "add"
	case KindWithdraw:
		return "withdraw"
	case KindLink:
		return "link"
	case KindUnlink:
		return "unlink"
	case KindAssess:
		return "assess"
	case KindInvestigate:
		return "investigate"
	case KindAdvise:
		return "advise"
	case KindFile:
		return "file"
	case KindConclude:
		return "conclude"
	case KindClose:
		return "close"
	case KindReopen:
		return "reopen"
	case KindWait:
		return "wait"
	case KindExtend:
		return "extend"
	case KindSwitch:
		return "switch"
	case KindConfirm:
		return "confirm"
	case KindWake:
		return "wake"
	case KindPromise:
		return "promise"
	case KindKeep:
		return "keep"
	case KindRenew:
		return "renew"
	case KindRelease:
		return "release"
	case KindInsist:
		return "insist"
	case KindAsk:
		return "ask"
	case KindAnswer:
		return "answer"
	case KindTake:
		return "take"
	case KindTransfer:
		return "transfer"
	case KindAccept:
		return "accept"
	case KindDecline:
		return "decline"
	case KindSend:
		return "send"
	case KindEscalate:
		return "escalate"
	case KindDivert:
		return "divert"
	case KindServe:
		return "serve"
	case KindHandIn:
		return "hand-in"
	case KindMove:
		return "move"
	case KindInspect:
		return "inspect"
	case KindHandBack:
		return "hand-back"
	case KindScrap:
		return "scrap"
	case KindLose:
		return "lose"
	case KindSuspect:
		return "suspect"
	case KindWeigh:
		return "weigh"
	case KindFind:
		return "find"
	case KindJudge:
		return "judge"
	case KindMatch:
		return "match"
	case KindTestify:
		return "testify"
	case KindVet:
		return "vet"
	case KindDecide:
		return "decide"
	case KindApprove:
		return "approve"
	case KindObject:
		return "object"
	case KindSettle:
		return "settle"
	case KindBridge:
		return "bridge"
	case KindDeviate:
		return "deviate"
	case KindDiscipline:
		return "discipline"
	case KindCorrect:
		return "correct"
	case KindAct:
		return "act"
	case KindGrade:
		return "grade"
	case KindClockStarted:
		return "clock-started"
	case KindClockStopped:
		return "clock-stopped"
	case KindClockPaused:
		return "clock-paused"
	case KindClockResumed:
		return "clock-resumed"
	case KindClockExtended:
		return "clock-extended"
	case KindClockSwitched:
		return "clock-switched"
	case KindRungReached:
		return "rung-reached"
	case KindBroken:
		return "broken"
	case KindChased:
		return "chased"
	case KindSurveySet:
		return "survey-set"
	case KindSurveyDue:
		return "survey-due"
	case KindRaised:
		return "raised"
	case KindPlaced:
		return "placed"
	case KindUnprepared:
		return "unprepared"
	case KindGranted:
		return "granted"
	case KindApprovalAsked:
		return "approval-asked"
	case KindOverdue:
		return "overdue"
	case KindNoticeProven:
		return "notice-proven"
	case KindAppealLapsed:
		return "appeal-lapsed"
	case KindVetted:
		return "vetted"
	}
	return "kind " + strconv.Itoa(int(k))
}

// MarshalText writes the stored text; anything else is an error.
func (k Kind) MarshalText() ([]byte, error) {
	return customer.WriteStored("complaint", k, KindVetted)
}

// UnmarshalText reads what MarshalText wrote.
func (k *Kind) UnmarshalText(text []byte) error {
	return customer.ReadStored("complaint", "kind", k, KindVetted, text)
}

// read reads the body of an entry of the kind.
func (k Kind) read(data []byte) (Body, error) {
	switch k {
	case KindReceive:
		return read[Receive](data)
	case KindLog:
		return read[Log](data)
	case KindAdd:
		return read[Add](data)
	case KindWithdraw:
		return read[Withdraw](data)
	case KindLink:
		return read[Link](data)
	case KindUnlink:
		return read[Unlink](data)
	case KindAssess:
		return read[Assess](data)
	case KindInvestigate:
		return read[Investigate](data)
	case KindAdvise:
		return read[Advise](data)
	case KindFile:
		return read[File](data)
	case KindConclude:
		return read[Conclude](data)
	case KindClose:
		return read[Close](data)
	case KindReopen:
		return read[Reopen](data)
	case KindWait:
		return read[Wait](data)
	case KindExtend:
		return read[Extend](data)
	case KindSwitch:
		return read[Switch](data)
	case KindConfirm:
		return read[Confirm](data)
	case KindWake:
		return read[Wake](data)
	case KindPromise:
		return read[Promise](data)
	case KindKeep:
		return read[Keep](data)
	case KindRenew:
		return read[Renew](data)
	case KindRelease:
		return read[Release](data)
	case KindInsist:
		return read[Insist](data)
	case KindAsk:
		return read[Ask](data)
	case KindAnswer:
		return read[Answer](data)
	case KindTake:
		return read[Take](data)
	case KindTransfer:
		return read[Transfer](data)
	case KindAccept:
		return read[Accept](data)
	case KindDecline:
		return read[Decline](data)
	case KindSend:
		return read[Send](data)
	case KindEscalate:
		return read[Escalate](data)
	case KindDivert:
		return read[Divert](data)
	case KindServe:
		return read[Serve](data)
	case KindHandIn:
		return read[HandIn](data)
	case KindMove:
		return read[Move](data)
	case KindInspect:
		return read[Inspect](data)
	case KindHandBack:
		return read[HandBack](data)
	case KindScrap:
		return read[Scrap](data)
	case KindLose:
		return read[Lose](data)
	case KindSuspect:
		return read[Suspect](data)
	case KindWeigh:
		return read[Weigh](data)
	case KindFind:
		return read[Find](data)
	case KindJudge:
		return read[Judge](data)
	case KindMatch:
		return read[Match](data)
	case KindTestify:
		return read[Testify](data)
	case KindVet:
		return read[Vet](data)
	case KindDecide:
		return read[Decide](data)
	case KindApprove:
		return read[Approve](data)
	case KindObject:
		return read[Object](data)
	case KindSettle:
		return read[Settle](data)
	case KindBridge:
		return read[Bridge](data)
	case KindDeviate:
		return read[Deviate](data)
	case KindDiscipline:
		return read[Discipline](data)
	case KindCorrect:
		return read[Correct](data)
	case KindAct:
		return read[Act](data)
	case KindGrade:
		return read[Grade](data)
	case KindClockStarted:
		return read[ClockStarted](data)
	case KindClockStopped:
		return read[ClockStopped](data)
	case KindClockPaused:
		return read[ClockPaused](data)
	case KindClockResumed:
		return read[ClockResumed](data)
	case KindClockExtended:
		return read[ClockExtended](data)
	case KindClockSwitched:
		return read[ClockSwitched](data)
	case KindRungReached:
		return read[RungReached](data)
	case KindBroken:
		return read[Broken](data)
	case KindChased:
		return read[Chased](data)
	case KindSurveySet:
		return read[SurveySet](data)
	case KindSurveyDue:
		return read[SurveyDue](data)
	case KindRaised:
		return read[Raised](data)
	case KindPlaced:
		return read[Placed](data)
	case KindUnprepared:
		return read[Unprepared](data)
	case KindGranted:
		return read[Granted](data)
	case KindApprovalAsked:
		return read[ApprovalAsked](data)
	case KindOverdue:
		return read[Overdue](data)
	case KindNoticeProven:
		return read[NoticeProven](data)
	case KindAppealLapsed:
		return read[AppealLapsed](data)
	case KindVetted:
		return read[Vetted](data)
	}
	return nil, fmt.Errorf("%s is unknown", k)
}
