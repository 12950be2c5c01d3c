package complaint

import "time"

// WakePromises and WakeSurvey are two of the sources of NextWake.
func (p *Policy) WakePromises(c Case) (time.Time, bool) { return p.wakePromises(&c) }

func (p *Policy) WakeSurvey(c Case) (time.Time, bool) { return p.wakeSurvey(&c) }
