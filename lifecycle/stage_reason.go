package lifecycle

import "github.com/rapport-crm/rapport/customer"

// stageWord is a stage as a sentence names it.
func stageWord(s Stage, language customer.Language) string {
	if language != customer.Chinese {
		return s.String()
	}
	switch s {
	case Potential:
		return "潜在期"
	case Developing:
		return "开发期"
	case Growing:
		return "成长期"
	case Mature:
		return "成熟期"
	case Ending:
		return "终止期"
	}
	return s.String()
}
