package complaint

// book books what the entry says. It calls the apply of each type by its name: called through
// an interface, it would send every ground to the heap.
func (g *ground) book(e *Entry) error {
	switch b := e.Body.(type) {
	case Receive:
		return b.apply(g, e)
	case Log:
		return b.apply(g, e)
	case Add:
		return b.apply(g, e)
	case Withdraw:
		return b.apply(g, e)
	case Link:
		return b.apply(g, e)
	case Unlink:
		return b.apply(g, e)
	case Assess:
		return b.apply(g, e)
	case Investigate:
		return b.apply(g, e)
	case Advise:
		return b.apply(g, e)
	case File:
		return b.apply(g, e)
	case Conclude:
		return b.apply(g, e)
	case Close:
		return b.apply(g, e)
	case Reopen:
		return b.apply(g, e)
	case Wait:
		return b.apply(g, e)
	case Extend:
		return b.apply(g, e)
	case Switch:
		return b.apply(g, e)
	case Confirm:
		return b.apply(g, e)
	case Wake:
		return b.apply(g, e)
	case Promise:
		return b.apply(g, e)
	case Keep:
		return b.apply(g, e)
	case Renew:
		return b.apply(g, e)
	case Release:
		return b.apply(g, e)
	case Insist:
		return b.apply(g, e)
	case Ask:
		return b.apply(g, e)
	case Answer:
		return b.apply(g, e)
	case Take:
		return b.apply(g, e)
	case Transfer:
		return b.apply(g, e)
	case Accept:
		return b.apply(g, e)
	case Decline:
		return b.apply(g, e)
	case Send:
		return b.apply(g, e)
	case Escalate:
		return b.apply(g, e)
	case Divert:
		return b.apply(g, e)
	case Serve:
		return b.apply(g, e)
	case HandIn:
		return b.apply(g, e)
	case Move:
		return b.apply(g, e)
	case Inspect:
		return b.apply(g, e)
	case HandBack:
		return b.apply(g, e)
	case Scrap:
		return b.apply(g, e)
	case Lose:
		return b.apply(g, e)
	case Suspect:
		return b.apply(g, e)
	case Weigh:
		return b.apply(g, e)
	case Find:
		return b.apply(g, e)
	case Judge:
		return b.apply(g, e)
	case Match:
		return b.apply(g, e)
	case Testify:
		return b.apply(g, e)
	case Vet:
		return b.apply(g, e)
	case Decide:
		return b.apply(g, e)
	case Approve:
		return b.apply(g, e)
	case Object:
		return b.apply(g, e)
	case Settle:
		return b.apply(g, e)
	case Bridge:
		return b.apply(g, e)
	case Deviate:
		return b.apply(g, e)
	case Discipline:
		return b.apply(g, e)
	case Correct:
		return b.apply(g, e)
	case Act:
		return b.apply(g, e)
	case Grade:
		return b.apply(g, e)
	case ClockStarted:
		return b.apply(g, e)
	case ClockStopped:
		return b.apply(g, e)
	case ClockPaused:
		return b.apply(g, e)
	case ClockResumed:
		return b.apply(g, e)
	case ClockExtended:
		return b.apply(g, e)
	case ClockSwitched:
		return b.apply(g, e)
	case RungReached:
		return b.apply(g, e)
	case Broken:
		return b.apply(g, e)
	case Chased:
		return b.apply(g, e)
	case SurveySet:
		return b.apply(g, e)
	case SurveyDue:
		return b.apply(g, e)
	case Raised:
		return b.apply(g, e)
	case Placed:
		return b.apply(g, e)
	case Unprepared:
		return b.apply(g, e)
	case Granted:
		return b.apply(g, e)
	case ApprovalAsked:
		return b.apply(g, e)
	case Overdue:
		return b.apply(g, e)
	case NoticeProven:
		return b.apply(g, e)
	case AppealLapsed:
		return b.apply(g, e)
	case Vetted:
		return b.apply(g, e)
	case Erase:
		return b.apply(g, e)
	case Scrubbed:
		return b.apply(g, e)
	}
	return errInvalid("kind")
}

// kindOf is the kind of a body. A pointer to one, and a type of another package that embeds one,
// has none.
func kindOf(body Body) Kind {
	switch body.(type) {
	case Receive:
		return KindReceive
	case Log:
		return KindLog
	case Add:
		return KindAdd
	case Withdraw:
		return KindWithdraw
	case Link:
		return KindLink
	case Unlink:
		return KindUnlink
	case Assess:
		return KindAssess
	case Investigate:
		return KindInvestigate
	case Advise:
		return KindAdvise
	case File:
		return KindFile
	case Conclude:
		return KindConclude
	case Close:
		return KindClose
	case Reopen:
		return KindReopen
	case Wait:
		return KindWait
	case Extend:
		return KindExtend
	case Switch:
		return KindSwitch
	case Confirm:
		return KindConfirm
	case Wake:
		return KindWake
	case Promise:
		return KindPromise
	case Keep:
		return KindKeep
	case Renew:
		return KindRenew
	case Release:
		return KindRelease
	case Insist:
		return KindInsist
	case Ask:
		return KindAsk
	case Answer:
		return KindAnswer
	case Take:
		return KindTake
	case Transfer:
		return KindTransfer
	case Accept:
		return KindAccept
	case Decline:
		return KindDecline
	case Send:
		return KindSend
	case Escalate:
		return KindEscalate
	case Divert:
		return KindDivert
	case Serve:
		return KindServe
	case HandIn:
		return KindHandIn
	case Move:
		return KindMove
	case Inspect:
		return KindInspect
	case HandBack:
		return KindHandBack
	case Scrap:
		return KindScrap
	case Lose:
		return KindLose
	case Suspect:
		return KindSuspect
	case Weigh:
		return KindWeigh
	case Find:
		return KindFind
	case Judge:
		return KindJudge
	case Match:
		return KindMatch
	case Testify:
		return KindTestify
	case Vet:
		return KindVet
	case Decide:
		return KindDecide
	case Approve:
		return KindApprove
	case Object:
		return KindObject
	case Settle:
		return KindSettle
	case Bridge:
		return KindBridge
	case Deviate:
		return KindDeviate
	case Discipline:
		return KindDiscipline
	case Correct:
		return KindCorrect
	case Act:
		return KindAct
	case Grade:
		return KindGrade
	case ClockStarted:
		return KindClockStarted
	case ClockStopped:
		return KindClockStopped
	case ClockPaused:
		return KindClockPaused
	case ClockResumed:
		return KindClockResumed
	case ClockExtended:
		return KindClockExtended
	case ClockSwitched:
		return KindClockSwitched
	case RungReached:
		return KindRungReached
	case Broken:
		return KindBroken
	case Chased:
		return KindChased
	case SurveySet:
		return KindSurveySet
	case SurveyDue:
		return KindSurveyDue
	case Raised:
		return KindRaised
	case Placed:
		return KindPlaced
	case Unprepared:
		return KindUnprepared
	case Granted:
		return KindGranted
	case ApprovalAsked:
		return KindApprovalAsked
	case Overdue:
		return KindOverdue
	case NoticeProven:
		return KindNoticeProven
	case AppealLapsed:
		return KindAppealLapsed
	case Vetted:
		return KindVetted
	case Erase:
		return KindErase
	case Scrubbed:
		return KindScrubbed
	}
	return 0
}
