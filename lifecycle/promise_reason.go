package lifecycle

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
)

// The reason codes of promises. They are format.
const (
	CodePromisesKept     = "lifecycle.promises-kept"     // Fact: kept, those bettered among them; Mark: promises that are over
	CodePromisesBettered = "lifecycle.promises-bettered" // Fact: kept, and better than promised; Mark: promises that are over
	CodePromisesWorth    = "lifecycle.promises-worth"    // Fact: ‰ delivered of what was promised, on average, rounded down; Mark: promises with a figure
	CodeTooFewPromises   = "lifecycle.promises-too-few"  // Fact: promises that are over; Mark: how many a share needs
)

// explainPromise renders a reason of promises.
func explainPromise(r customer.Reason, language customer.Language) (text string, ok bool) {
	permille, _ := customer.Permille(r.Fact, r.Mark) // rounded down
	if language == customer.Chinese {
		switch r.Code {
		case CodePromisesKept:
			text = fmt.Sprintf("%d项承诺中兑现%d项（%s）", r.Mark, r.Fact, language.Percent(permille))
		case CodePromisesBettered:
			text = fmt.Sprintf("%d项承诺中做得比承诺更好的有%d项（%s）", r.Mark, r.Fact, language.Percent(permille))
		case CodePromisesWorth:
			text = fmt.Sprintf("%d项承诺平均兑现%s", r.Mark, language.Percent(r.Fact))
		case CodeTooFewPromises:
			text = fmt.Sprintf("承诺太少，无法判断：仅%d项，至少需要%d项", r.Fact, r.Mark)
		}
		return text, text != ""
	}
	switch r.Code {
	case CodePromisesKept:
		text = fmt.Sprintf("%d of %s kept (%s)", r.Fact, count(r.Mark, "promise"), language.Percent(permille))
	case CodePromisesBettered:
		text = fmt.Sprintf("%d of %s bettered (%s)", r.Fact, count(r.Mark, "promise"), language.Percent(permille))
	case CodePromisesWorth:
		text = fmt.Sprintf("%s of what was promised was delivered, on average over %s", language.Percent(r.Fact), count(r.Mark, "promise"))
	case CodeTooFewPromises:
		text = fmt.Sprintf("too few promises to tell: %d, where %d are needed", r.Fact, r.Mark)
	}
	return text, text != ""
}
