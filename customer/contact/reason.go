package contact

import (
	"fmt"
	"strings"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of contacts. They are format. Rule is the policy; Of is the thing that a reason
// speaks of, by its reference or the host's ID.
const (
	CodeTaken    = "contact.taken"    // Of: the reference or ID that the file has already
	CodeFull     = "contact.full"     // Of: what there is too much of; Mark: the most that there may be
	CodeArchived = "contact.archived" // Of: the list; Fact: how many rows were dropped; At: those settled before

	CodeChannelUnknown = "contact.channel-unknown" // Of: the channel, which the policy does not have
	CodeContactUnknown = "contact.unknown"         // Of: the contact, which the file does not have
	CodeInTarget       = "contact.in-target"       // Of: the contact; Fact: how long it took; Mark: its target
	CodeOverTarget     = "contact.over-target"     // likewise: it took longer
	CodeMissed         = "contact.missed"          // Of: the contact in which nobody was reached; At: when it began
	CodeUnreturned     = "contact.unreturned"      // Of: the contact in which she reached nobody; At: when; Fact: how long ago
	CodeNoteMissing    = "contact.note-missing"    // Of: the contact; At: when it was over; Fact: how long ago; Mark: when most is forgotten, 0: never
	CodeNoteLate       = "contact.note-late"       // Of: the contact; Fact: how long after it; At: when the note was written
	CodeNoteFaded      = "contact.note-faded"      // likewise; Mark: after how long most is forgotten
	CodeNoteEarly      = "contact.note-early"      // Of: the contact; At: when it began, after the note

	CodeNothingPrepared    = "contact.nothing-prepared"    // a list without a point
	CodePreparationUnknown = "contact.preparation-unknown" // Of: the preparation
	CodePreparationEnded   = "contact.preparation-ended"   // Of: the preparation; At: since when
	CodePreparationLeft    = "contact.preparation-left"    // Of: the preparation that was not used; Fact: its points; At: when it was written
	CodePointUnknown       = "contact.point-unknown"       // Of: the point, which is not on the list
	CodePointDropped       = "contact.point-dropped"       // Of: the point; At: since when it need not be said
	CodePointDone          = "contact.point-done"          // Of: the point, which was said, dropped or carried over
	CodeCarried            = "contact.carried"             // Of: the point; Fact: how often it was left unsaid
	CodeUnsaid             = "contact.unsaid"              // Of: the point; Fact: how often it was carried over before
	CodeMustUnsaid         = "contact.must-unsaid"         // likewise, of what must not be forgotten
	CodeComplete           = "contact.complete"            // Of: the preparation; Fact: how many points it has

	CodeWeekdayMissing       = "contact.weekday-missing"       // Of: the appointment; On: its day
	CodeWeekdayDiffers       = "contact.weekday-differs"       // Of: the appointment, if it has a name; On: its day; Fact: the weekday that was said, 1 is Monday
	CodeMeant                = "contact.meant"                 // likewise; On: a day that may have been meant
	CodeAppointmentPast      = "contact.appointment-past"      // Of: the appointment; On: its day
	CodeAppointmentUnknown   = "contact.appointment-unknown"   // Of: the appointment
	CodeAppointmentCancelled = "contact.appointment-cancelled" // Of: the appointment; At: since when
	CodeConfirmed            = "contact.confirmed"             // Of: the appointment; On: its day, which was read back
	CodeUnconfirmed          = "contact.unconfirmed"           // Of: the appointment; On: its day, which was not
	CodeReadBackDiffers      = "contact.read-back-differs"     // Of: the appointment; On: its day; By: the day that was read back
	CodeNumberUnknown        = "contact.number-unknown"        // Of: what the number is of, which the appointment does not have
	CodeNumberDiffers        = "contact.number-differs"        // Of: what it is of; Fact: the number read back; Mark: the one noted
	CodeNumberConfirmed      = "contact.number-confirmed"      // Of: what it is of; Fact: the number, 0 where it is not kept
	CodeNumberUnconfirmed    = "contact.number-unconfirmed"    // likewise
	CodeMisheard             = "contact.misheard"              // Of: what it is of; Fact: the number; Mark: what else it may have been

	CodePromisePast     = "contact.promise-past"      // Of: the promise; Until: by when, which is over when it is given
	CodePromiseUnknown  = "contact.promise-unknown"   // Of: the promise
	CodePromiseEnded    = "contact.promise-ended"     // Of: the promise; At: since when it is kept or released
	CodePromiseKept     = "contact.promise-kept"      // Of: the promise; At: when; Until: by when it was due
	CodePromiseKeptLate = "contact.promise-kept-late" // likewise
	CodePromiseDue      = "contact.promise-due"       // Of: the promise; Until: by when
	CodePromiseBroken   = "contact.promise-broken"    // Of: the promise; Until: by when it was due

	CodeAssigned        = "contact.assigned"         // Of: who had it until then
	CodeAssignedAlready = "contact.assigned-already" // Of: who has it already

	CodeFew           = "contact.few"            // Of: whose contacts, empty: those without a desk; Fact: how many; Mark: from how many on a share is told
	CodeShareOver     = "contact.share-over"     // Of: whose; Fact: contacts over their target; Mark: contacts with one
	CodeShareNoteless = "contact.share-noteless" // Of: whose; Fact: contacts without a note; Mark: those that want one
	CodeShareLate     = "contact.share-late"     // Of: whose; Fact: contacts noted from memory; Mark: those that want a note
	CodeShareMissed   = "contact.share-missed"   // Of: whose; Fact: contacts in which nobody was reached; Mark: all
)

// words are what a reason is rendered with.
type words struct{ customer.Words }

// rows writes how many rows there are of a list.
func (w words) rows(n int64, list string) string {
	if w.Language != customer.Chinese {
		return w.Count(n, strings.TrimSuffix(list, "s"))
	}
	name := map[string]string{
		contacts: "条联系记录", preparations: "份准备清单", appointments: "个约定", visits: "次拜访", promises: "项承诺", quotes: "份报价", "notes": "条记录", "records": "份拜访记录", "points": "个要点",
	}
	return w.Count(n, name[list])
}

// Explain renders a reason of this package as a sentence. It knows no policy: money it writes in minor
// units. A code of package customer is rendered too; any other is returned as it is.
func Explain(reason customer.Reason, language customer.Language) string {
	return explain(reason, words{customer.Words{Language: language}})
}

// Explain renders a reason as the function Explain does, with money in the policy's currency.
func (p *Policy) Explain(reason customer.Reason, language customer.Language) string {
	if p == nil {
		return Explain(reason, language)
	}
	return explain(reason, words{customer.Words{Language: language, Currency: p.rules.Currency}})
}

func explain(r customer.Reason, w words) string {
	for _, part := range [...]func(customer.Reason, words) string{
		explainLog, explainPreparation, explainAppointment, explainPromise, explainMeasure, explainVisit, explainQuote, explainQuoteEnd,
	} {
		if text := part(r, w); text != "" {
			return text
		}
	}
	return customer.Explain(r, w.Language)
}

func explainLog(r customer.Reason, w words) string {
	l := w.Language
	switch r.Code {
	case CodeTaken:
		return w.In("%s is in the file already", "档案中已有“%s”", r.Of)
	case CodeFull:
		return w.In("there is no room for more than %s", "已满：最多%s", w.rows(r.Mark, r.Of))
	case CodeArchived:
		return w.In("archived: %s, settled before %s", "已归档%[2]s之前了结的%[1]s", w.rows(r.Fact, r.Of), l.Instant(r.At))
	case CodeChannelUnknown:
		return w.In("the policy has no channel %s", "规则中没有渠道“%s”", r.Of)
	case CodeContactUnknown:
		return w.In("there is no contact %s in the file", "档案中没有联系记录“%s”", r.Of)
	case CodeInTarget:
		return w.In("contact %s took %s, within its target of %s", "联系“%s”用时%s，在目标%s之内", r.Of, l.Length(r.Fact), l.Length(r.Mark))
	case CodeOverTarget:
		return w.In("contact %s took %s, longer than its target of %s", "联系“%s”用时%s，超过目标%s", r.Of, l.Length(r.Fact), l.Length(r.Mark))
	case CodeMissed:
		return w.In("contact %s of %s reached nobody", "联系“%s”（%s）未能联系上", r.Of, l.Instant(r.At))
	case CodeUnreturned:
		return w.In("she tried to reach us on %[2]s (contact %[1]s), %[3]s ago, and nobody has called back", "顾客于%[2]s联系过我们（记录“%[1]s”），至今%[3]s无人回复", r.Of, l.Instant(r.At), l.Length(r.Fact))
	case CodeNoteMissing:
		return explainNoteMissing(r, w)
	case CodeNoteLate:
		return w.In("the note on contact %s was written %s after it, on %s", "联系“%s”的记录在结束%s后补写，写于%s", r.Of, l.Length(r.Fact), l.Instant(r.At))
	case CodeNoteFaded:
		return w.In("the note on contact %s was written %s after it, on %s; after %s most is forgotten", "联系“%s”的记录在结束%s后补写，写于%s；%s后大部分内容已被遗忘",
			r.Of, l.Length(r.Fact), l.Instant(r.At), l.Length(r.Mark))
	case CodeNoteEarly:
		return w.In("the note was written before contact %s, which began on %s", "记录写于联系“%s”开始（%s）之前", r.Of, l.Instant(r.At))
	}
	return ""
}

func explainNoteMissing(r customer.Reason, w words) string {
	text := w.In("contact %s, over on %s, has no note", "联系“%s”（结束于%s）没有记录", r.Of, w.Instant(r.At))
	if r.Fact > 0 {
		text += w.In(" after %s", "，已过%s", w.Length(r.Fact))
	}
	if r.Mark > 0 && r.Fact >= r.Mark {
		text += w.In(": most of it is forgotten", "，大部分内容已被遗忘")
	}
	return text
}

func explainPreparation(r customer.Reason, w words) string {
	l := w.Language
	switch r.Code {
	case CodeNothingPrepared:
		return w.In("there is nothing to say on the list", "清单上没有任何要点")
	case CodePreparationUnknown:
		return w.In("there is no list %s in the file", "档案中没有准备清单“%s”", r.Of)
	case CodePreparationEnded:
		return w.In("list %s was ended on %s", "准备清单“%s”已于%s结束", r.Of, l.Instant(r.At))
	case CodePreparationLeft:
		return w.In("list %s of %s with %s was not used", "%[2]s准备的清单“%[1]s”（%[3]s）未被使用", r.Of, l.Instant(r.At), w.CountIn(r.Fact, "point", "个要点"))
	case CodePointUnknown:
		return w.In("there is no point %s on the list", "清单上没有要点“%s”", r.Of)
	case CodePointDropped:
		return w.In("point %s was dropped on %s: it need not be said", "要点“%s”已于%s删去，不必再说", r.Of, l.Instant(r.At))
	case CodePointDone:
		return w.In("point %s is no longer to be said on this list", "要点“%s”在此清单上已了结", r.Of)
	case CodeCarried:
		return w.In("%s was carried over: it was left unsaid %s", "要点“%s”由上次清单转入：此前%s没有说到", r.Of, w.CountIn(r.Fact, "time", "次"))
	case CodeUnsaid, CodeMustUnsaid:
		text := w.In("%s is still to be said", "要点“%s”还没有说", r.Of)
		if r.Code == CodeMustUnsaid {
			text = w.In("%s must not be forgotten, and is still to be said", "要点“%s”不可遗漏，还没有说", r.Of)
		}
		if r.Fact > 0 {
			text += w.In("; it was carried over %s", "；已转入%s", w.CountIn(r.Fact, "time", "次"))
		}
		return text
	case CodeComplete:
		return w.In("all of list %s was said: %s", "清单“%s”全部说完：%s", r.Of, w.CountIn(r.Fact, "point", "个要点"))
	}
	return ""
}

func explainAppointment(r customer.Reason, w words) string {
	l := w.Language
	day := func(on customer.Date) string { return w.weekday(on) }
	switch r.Code {
	case CodeWeekdayMissing:
		return w.In("appointment %s on %s was made without its weekday", "约定“%s”（%s）未说星期几", r.Of, day(r.On))
	case CodeWeekdayDiffers:
		return w.appointment(r.Of) + w.In("%s was said, but %s is a %s", "说的是%s，但%s是%s", w.nameOf(customer.Weekday(r.Fact)), l.DayOfYear(r.On), w.nameOf(weekdayOf(r.On)))
	case CodeMeant:
		return w.appointment(r.Of) + w.In("%s may have been meant", "可能是指%s", day(r.On))
	case CodeAppointmentPast:
		return w.In("appointment %s is on %s, which is over", "约定“%s”的日期%s已过", r.Of, day(r.On))
	case CodeAppointmentUnknown:
		return w.In("there is no appointment %s in the file", "档案中没有约定“%s”", r.Of)
	case CodeAppointmentCancelled:
		return w.In("appointment %s was cancelled on %s", "约定“%s”已于%s取消", r.Of, l.Instant(r.At))
	case CodeConfirmed:
		return w.appointment(r.Of) + w.In("%s was read back and confirmed", "%s已复述并确认", day(r.On))
	case CodeUnconfirmed:
		return w.appointment(r.Of) + w.In("%s was not read back", "%s尚未复述确认", day(r.On))
	case CodeReadBackDiffers:
		return w.In("appointment %s is on %s, and %s was read back", "约定“%s”为%s，而复述为%s", r.Of, day(r.On), day(r.By))
	case CodeNumberUnknown:
		return w.In("the appointment has no number %s", "约定中没有数字“%s”", r.Of)
	case CodeNumberDiffers:
		return w.In("%s: %d was read back, and %d is noted", "“%s”：复述为%d，而记录为%d", r.Of, r.Fact, r.Mark)
	case CodeNumberConfirmed:
		return w.In("%s was read back and confirmed", "“%s”已复述并确认", w.number(r))
	case CodeNumberUnconfirmed:
		return w.In("%s was not read back", "“%s”尚未复述确认", w.number(r))
	case CodeMisheard:
		return w.In("%s: %d may have been %d", "“%s”：%d也可能是%d", r.Of, r.Fact, r.Mark)
	}
	return ""
}

// appointment writes of which appointment a sentence is that says so in front.
func (w words) appointment(id string) string {
	if id == "" {
		return ""
	}
	return w.In("appointment %s: ", "约定“%s”：", id)
}

// number writes what a number is of, and the number where it is kept.
func (w words) number(r customer.Reason) string {
	if r.Fact == 0 {
		return r.Of
	}
	return fmt.Sprintf("%s %d", r.Of, r.Fact)
}

// weekday writes a day with its weekday, as it is told on the phone.
func (w words) weekday(on customer.Date) string {
	if !on.Valid() {
		return ""
	}
	return w.In("%[2]s %[1]s", "%s%s", w.DayOfYear(on), w.nameOf(weekdayOf(on)))
}

// nameOf writes a weekday.
func (w words) nameOf(weekday customer.Weekday) string {
	return w.In("%[1]s", "星期%[2]s", time.Weekday(weekday%7), [...]string{"日", "一", "二", "三", "四", "五", "六"}[weekday%7])
}

func explainPromise(r customer.Reason, w words) string {
	l := w.Language
	switch r.Code {
	case CodePromisePast:
		return w.In("promise %s is due on %s, before it is given", "承诺“%s”的期限%s早于作出承诺之时", r.Of, l.Instant(r.Until))
	case CodePromiseUnknown:
		return w.In("there is no promise %s in the file", "档案中没有承诺“%s”", r.Of)
	case CodePromiseEnded:
		return w.In("promise %s was kept, or is no longer wanted, since %s", "承诺“%s”已于%s兑现或不再需要", r.Of, l.Instant(r.At))
	case CodePromiseKept:
		return w.In("promise %s was kept on %s, in time for %s", "承诺“%s”已于%s按时兑现（期限%s）", r.Of, l.Instant(r.At), l.Instant(r.Until))
	case CodePromiseKeptLate:
		return w.In("promise %s was kept on %s, late: it was due on %s", "承诺“%s”于%s才兑现，已逾期（期限%s）", r.Of, l.Instant(r.At), l.Instant(r.Until))
	case CodePromiseDue:
		return w.In("promise %s is due on %s", "承诺“%s”须于%s前兑现", r.Of, l.Instant(r.Until))
	case CodePromiseBroken:
		return w.In("promise %s was due on %s, and is not kept", "承诺“%s”应于%s前兑现，至今未兑现", r.Of, l.Instant(r.Until))
	case CodeAssigned:
		return w.In("taken over from %s", "由“%s”移交", r.Of)
	case CodeAssignedAlready:
		return w.In("%s has it already", "已由“%s”负责", r.Of)
	}
	return ""
}

func explainMeasure(r customer.Reason, w words) string {
	permille, _ := customer.Permille(r.Fact, r.Mark)
	share := w.Percent(permille)
	if r.Of == "" { // a contact has a channel and somebody who held it, but not always a desk
		r.Of = w.In("no desk", "未注明柜台")
	}
	switch r.Code {
	case CodeFew:
		return w.In("%s: too few to tell: %s of at least %d", "“%s”：仅%s，不足以判断；至少需%d次", r.Of, w.CountIn(r.Fact, "contact", "次联系"), r.Mark)
	case CodeShareOver:
		return w.In("%s: %d of %d contacts took longer than their target (%s)", "“%s”：%[3]d次联系中%[2]d次超时（%[4]s）", r.Of, r.Fact, r.Mark, share)
	case CodeShareNoteless:
		return w.In("%s: %d of %d contacts have no note (%s)", "“%s”：%[3]d次联系中%[2]d次没有记录（%[4]s）", r.Of, r.Fact, r.Mark, share)
	case CodeShareLate:
		return w.In("%s: %d of %d contacts were noted from memory (%s)", "“%s”：%[3]d次联系中%[2]d次凭记忆补记（%[4]s）", r.Of, r.Fact, r.Mark, share)
	case CodeShareMissed:
		return w.In("%s: %d of %d attempts reached nobody (%s)", "“%s”：%[3]d次联系中%[2]d次未能联系上（%[4]s）", r.Of, r.Fact, r.Mark, share)
	}
	return ""
}
