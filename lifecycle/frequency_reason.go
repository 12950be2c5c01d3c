package lifecycle

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of a change in frequency. They are format.
const (
	CodeFrequencyRising  = "lifecycle.frequency-rising"   // Fact: visits in the last window; Mark: in the one before it; On, By: the last window
	CodeFrequencyFalling = "lifecycle.frequency-falling"  // the same
	CodeFrequencySteady  = "lifecycle.frequency-steady"   // the same
	CodeFrequencyWindows = "lifecycle.frequency-windows"  // Fact: days of a window; Mark: of both; On: first day of both; By: the last
	CodeFrequencyChance  = "lifecycle.frequency-chance"   // Fact: visits in both windows; Mark: how many in one of them are too many for chance; On, By: both windows
	CodeFrequencyTooFew  = "lifecycle.frequency-too-few"  // Fact: visits in both windows; Mark: the least that the rules ask for; On, By: both windows
	CodeFrequencyUntold  = "lifecycle.frequency-untold"   // Fact: visits in both windows, of which no division is beyond chance; Mark: one more; On, By: both windows
	CodeFrequencyTooNew  = "lifecycle.frequency-too-new"  // Fact: days of a window; Mark: of both; On: first purchase; By: the day before which it must lie
	CodeFrequencyNothing = "lifecycle.frequency-no-visit" // Fact: days of a window; Mark: of both; On: the day of decision, up to which she has bought nothing
)

// explainFrequency renders the codes above, and returns false for any other.
func explainFrequency(r customer.Reason, language customer.Language) (string, bool) {
	if language == customer.Chinese {
		return explainFrequencyChinese(r)
	}
	on, by := customer.English.Between(r.On, r.By)
	visits := count(r.Fact, "visit")
	switch r.Code {
	case CodeFrequencyRising:
		return fmt.Sprintf("rising: %s from %s to %s, %d in as many days before", visits, on, by, r.Mark), true
	case CodeFrequencyFalling:
		return fmt.Sprintf("falling: %s from %s to %s, %d in as many days before", visits, on, by, r.Mark), true
	case CodeFrequencySteady:
		return fmt.Sprintf("steady: %s from %s to %s, %d in as many days before", visits, on, by, r.Mark), true
	case CodeFrequencyWindows:
		return fmt.Sprintf("two windows of %s, from %s to %s", rhythmDays(r.Fact, r.Unit), on, by), true
	case CodeFrequencyChance:
		return fmt.Sprintf("of %s, %d in one window are too many for chance", visits, r.Mark), true
	case CodeFrequencyTooFew:
		return fmt.Sprintf("%s from %s to %s; at least %d are needed", visits, on, by, r.Mark), true
	case CodeFrequencyUntold:
		return fmt.Sprintf("%s from %s to %s can fall into either window by chance alone", visits, on, by), true
	case CodeFrequencyTooNew:
		return fmt.Sprintf("first purchase on %s, not before %s: two windows of %s tell nothing yet", on, by, rhythmDays(r.Fact, r.Unit)), true
	case CodeFrequencyNothing:
		return fmt.Sprintf("no purchase up to %s", customer.English.DayOfYear(r.On)), true
	}
	return "", false
}

func explainFrequencyChinese(r customer.Reason) (string, bool) {
	on, by := customer.Chinese.Between(r.On, r.By)
	switch r.Code {
	case CodeFrequencyRising:
		return fmt.Sprintf("上升：%s至%s到店%d次，此前同样天数内%d次", on, by, r.Fact, r.Mark), true
	case CodeFrequencyFalling:
		return fmt.Sprintf("下降：%s至%s到店%d次，此前同样天数内%d次", on, by, r.Fact, r.Mark), true
	case CodeFrequencySteady:
		return fmt.Sprintf("平稳：%s至%s到店%d次，此前同样天数内%d次", on, by, r.Fact, r.Mark), true
	case CodeFrequencyWindows:
		return fmt.Sprintf("两个时段各%s，%s至%s", rhythmDaysChinese(r.Fact, r.Unit), on, by), true
	case CodeFrequencyChance:
		return fmt.Sprintf("共%d次到店，其中一个时段达到%d次即非偶然", r.Fact, r.Mark), true
	case CodeFrequencyTooFew:
		return fmt.Sprintf("%s至%s到店%d次，至少需要%d次", on, by, r.Fact, r.Mark), true
	case CodeFrequencyUntold:
		return fmt.Sprintf("%s至%s到店%d次，如何分布都可能只是偶然", on, by, r.Fact), true
	case CodeFrequencyTooNew:
		return fmt.Sprintf("首次购买在%s，不早于%s：两个%s的时段尚不能说明变化", on, by, rhythmDaysChinese(r.Fact, r.Unit)), true
	case CodeFrequencyNothing:
		return fmt.Sprintf("截至%s没有购买", customer.Chinese.DayOfYear(r.On)), true
	}
	return "", false
}
