package lifecycle

import "errors"

// Attempt is one attempt to win a customer back.
type Attempt struct{}

func (a *Attempt) note(*Entry) error { return errors.New("no attempts yet") }
