package contact

import "github.com/rapport-crm/rapport/customer"

// The reason codes of visits. They are format. Rule is the policy.
const (
	CodeVisitUnknown   = "contact.visit-unknown"   // Of: the visit
	CodeVisitPast      = "contact.visit-past"      // Of: the visit; On: its day, over when it is planned
	CodeVisitMade      = "contact.visit-made"      // Of: the visit; At: when it began
	CodeVisitOff       = "contact.visit-off"       // Of: the visit; At: since when it is called off
	CodeVisitUnplanned = "contact.visit-unplanned" // Of: the visit that was made without a plan; At: when it began
	CodeVisitUnmade    = "contact.visit-unmade"    // Of: the visit; On: its day; Fact: how often nobody was there
	CodeRecordEarly    = "contact.record-early"    // Of: the visit; At: when it is over, after the record
	CodeRecordLate     = "contact.record-late"     // Of: the visit; Fact: how long after it; Mark: within how long; At: when it was over
	CodeRecordMissing  = "contact.record-missing"  // likewise; Mark 0: at any time
	CodeRecordOverdue  = "contact.record-overdue"  // likewise
	CodeUnchecked      = "contact.unchecked"       // Of: what was to be seen, and is in no record
	CodeUnverified     = "contact.unverified"      // Of: the field that was to be found right or changed
	CodeWasDiffers     = "contact.was-differs"     // Of: the field that was known otherwise than the record says it was
	CodeChanged        = "contact.changed"         // Of: the field, which is to be handed to package identity
)

func explainVisit(r customer.Reason, w words) string {
	l := w.Language
	switch r.Code {
	case CodeVisitUnknown:
		return w.In("there is no visit %s in the file", "档案中没有拜访“%s”", r.Of)
	case CodeVisitPast:
		return w.In("visit %s is planned for %s, which is over", "拜访“%s”计划的日期%s已过", r.Of, w.weekday(r.On))
	case CodeVisitMade:
		return w.In("visit %s was made on %s", "拜访“%s”已于%s进行", r.Of, l.Instant(r.At))
	case CodeVisitOff:
		return w.In("visit %s was called off on %s", "拜访“%s”已于%s取消", r.Of, l.Instant(r.At))
	case CodeVisitUnplanned:
		return w.In("visit %s of %s was made without a plan", "拜访“%s”（%s）没有事先计划", r.Of, l.Instant(r.At))
	case CodeVisitUnmade:
		return explainUnmade(r, w)
	case CodeRecordEarly:
		return w.In("visit %s is over only on %s", "拜访“%s”到%s才结束", r.Of, l.Instant(r.At))
	case CodeRecordLate:
		return w.In("visit %s was recorded %s after its end; within %s it should have been", "拜访“%s”结束%s后才填写记录，应在%s之内", r.Of, l.Length(r.Fact), l.Length(r.Mark))
	case CodeRecordMissing:
		text := w.In("visit %s, over on %s, is not recorded yet", "拜访“%s”（结束于%s）尚未填写记录", r.Of, l.Instant(r.At))
		if r.Mark > 0 {
			text += w.In(": within %s it is to be", "：应在%s之内填写", l.Length(r.Mark))
		}
		return text
	case CodeRecordOverdue:
		return w.In("visit %s was over %s ago and is not recorded; within %s it should have been", "拜访“%s”已结束%s仍未填写记录，应在%s之内填写", r.Of, l.Length(r.Fact), l.Length(r.Mark))
	case CodeUnchecked:
		return w.In("%s was to be seen, and is not recorded", "计划查看的“%s”没有记录", r.Of)
	case CodeUnverified:
		return w.In("nobody has found out whether %s is still right", "“%s”是否仍然正确，无人核实", r.Of)
	case CodeWasDiffers:
		return w.In("%s was known otherwise than the record says it was", "“%s”的原值与已知资料不符", r.Of)
	case CodeChanged:
		return w.In("%s has changed", "“%s”有变更", r.Of)
	}
	return ""
}

func explainUnmade(r customer.Reason, w words) string {
	if r.On == 0 {
		return w.In("visit %s was not made", "拜访“%s”未进行", r.Of)
	}
	text := w.In("visit %s, planned for %s, was not made", "计划于%[2]s的拜访“%[1]s”未进行", r.Of, w.weekday(r.On))
	if r.Fact > 0 {
		text += w.In(": %s nobody was there", "：%s无人在场", w.CountIn(r.Fact, "time", "次"))
	}
	return text
}
