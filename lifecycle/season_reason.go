package lifecycle

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of days that do not count, and of whose gaps speak. They are format.
// The Rule of the first two names the seasons' edition and the season: "year/2/christmas".
const (
	CodeCountedDays  = "lifecycle.counted-days"  // Fact: days that count; Mark: civil days; On: last visit, after which they begin; By: the day of decision
	CodeSilenceRests = "lifecycle.silence-rests" // On: the day of decision, which does not count; By: the next day that does, zero where the calendar has none
	CodeFewGaps      = "lifecycle.few-gaps"      // Fact: gaps of the first population; Mark: how many are asked for, so that a wider one spoke
)

// explainSeason renders the codes above, and returns false for any other.
func explainSeason(r customer.Reason, language customer.Language) (string, bool) {
	on, by := language.Between(r.On, r.By)
	chinese := language == customer.Chinese
	switch r.Code {
	case CodeCountedDays:
		if chinese {
			return fmt.Sprintf("%s之后至%s共%d天，其中%d天计入", on, by, r.Mark, r.Fact), true
		}
		return fmt.Sprintf("of the %s from %s to %s, %d count", count(r.Mark, "day"), on, by, r.Fact), true
	case CodeSilenceRests:
		if chinese && r.By == 0 {
			return "该日及以后均不计入", true
		}
		if chinese {
			return fmt.Sprintf("在%s之前不计天数", by), true
		}
		if r.By == 0 {
			return "this day does not count, nor does any later one", true
		}
		return fmt.Sprintf("no day counts before %s", by), true
	case CodeFewGaps:
		if chinese {
			return fmt.Sprintf("仅有%d个间隔，至少需要%d个，故采用更大范围的间隔", r.Fact, r.Mark), true
		}
		return fmt.Sprintf("%s of its own, where %d are asked for: a wider range speaks", count(r.Fact, "gap"), r.Mark), true
	}
	return "", false
}

// rhythmUnit is the unit of days where the seasons say which count, if any.
func rhythmUnit(seasons string) customer.Unit {
	if seasons != "" {
		return customer.UnitCountedDays
	}
	return customer.UnitDays
}

// rhythmDays writes a number of days, saying so where not every day counts.
func rhythmDays(n int64, unit customer.Unit) string {
	if unit == customer.UnitCountedDays {
		return count(n, "counted day")
	}
	return count(n, "day")
}

func rhythmDaysChinese(n int64, unit customer.Unit) string {
	if unit == customer.UnitCountedDays {
		return customer.Chinese.Count(n, "个计入日")
	}
	return customer.Chinese.Count(n, "天")
}
