package privacy

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of this package. They are format. Rule is the rule book, with the hold where it is
// one.
const (
	CodeOpen     = "privacy.open"     // Of: what is open, and its reference; it blocks, or is kept, without an end
	CodeRetained = "privacy.retained" // Of: what it is of; On: its day; By: the day from which it holds no more; Fact: days until then
	CodeKept     = "privacy.kept"     // Of: what is kept; On: its day; By: the day from which it may go too; zero: nobody knows

	// CodeDirectory and the next ones say what is to be done beside the rewriting. Of: the scheme, the
	// record's kind, the name; By: by when; Fact: days for it.
	CodeDirectory  = "privacy.directory"
	CodeLinked     = "privacy.linked"
	CodeProfile    = "privacy.profile"
	CodeScan       = "privacy.scan"
	CodeThirdParty = "privacy.third-party"
	CodeSystem     = "privacy.system"
)

// compareFound puts what was found into the order in which it is purged.
func compareFound(a, b Found) int {
	return cmp.Or(cmp.Compare(a.Place, b.Place), strings.Compare(a.Name, b.Name), strings.Compare(a.Ref, b.Ref))
}

// Explain renders a reason of this package as a sentence. A code of package customer is rendered
// too; any other is returned as it is.
func Explain(r customer.Reason, language customer.Language) string {
	text := ""
	if language == customer.Chinese {
		text = chinese(r)
	} else {
		text = english(r)
	}
	if text == "" {
		return customer.Explain(r, language)
	}
	return text
}

func english(r customer.Reason) string {
	on, by := customer.English.DayOfYear(r.On), customer.English.DayOfYear(r.By)
	switch r.Code {
	case CodeOpen:
		return fmt.Sprintf("%s is open; nothing is erased before it is closed", r.Of)
	case CodeRetained:
		return fmt.Sprintf("%s of %s must be kept; erasing is possible from %s, in %s", r.Of, on, by, customer.English.Count(r.Fact, "day"))
	case CodeKept:
		if r.By == 0 {
			return r.Of + " stays while it is open"
		}
		return fmt.Sprintf("%s of %s stays; it may go from %s", r.Of, on, by)
	case CodeDirectory:
		return fmt.Sprintf("take the %s out of the directory by %s", r.Of, by)
	case CodeLinked:
		return fmt.Sprintf("erase the linked record (%s) likewise by %s", r.Of, by)
	case CodeProfile:
		return fmt.Sprintf("remove the lines of the profile (%s) by %s", r.Of, by)
	case CodeScan:
		return fmt.Sprintf("destroy the file (%s) by %s", r.Of, by)
	case CodeThirdParty:
		return fmt.Sprintf("tell %s by %s that what was kept of the customer is erased", r.Of, by)
	case CodeSystem:
		return fmt.Sprintf("erase in %s by %s", r.Of, by)
	}
	return ""
}

func chinese(r customer.Reason) string {
	on, by := customer.Chinese.DayOfYear(r.On), customer.Chinese.DayOfYear(r.By)
	switch r.Code {
	case CodeOpen:
		return r.Of + "尚未了结，了结之前不予删除"
	case CodeRetained:
		return fmt.Sprintf("%s（%s）须予保存，%s起方可删除，还有%d天", r.Of, on, by, r.Fact)
	case CodeKept:
		if r.By == 0 {
			return r.Of + "未了结，予以保留"
		}
		return fmt.Sprintf("%s（%s）予以保留，%s起可删除", r.Of, on, by)
	case CodeDirectory:
		return fmt.Sprintf("最迟于%s从目录中移除%s", by, r.Of)
	case CodeLinked:
		return fmt.Sprintf("最迟于%s一并删除关联记录（%s）", by, r.Of)
	case CodeProfile:
		return fmt.Sprintf("最迟于%s移除消费档案中的明细（%s）", by, r.Of)
	case CodeScan:
		return fmt.Sprintf("最迟于%s销毁文件（%s）", by, r.Of)
	case CodeThirdParty:
		return fmt.Sprintf("最迟于%s告知%s该客户的资料已删除", by, r.Of)
	case CodeSystem:
		return fmt.Sprintf("最迟于%s在%s中删除", by, r.Of)
	}
	return ""
}
