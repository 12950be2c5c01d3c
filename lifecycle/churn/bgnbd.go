package churn

// BGNBDParameters are a BG/NBD model as plain data, for storage and for JSON; read JSON
// strictly with customer.ParseRules.
type BGNBDParameters struct {
	UnitDays int     `json:"unit_days"` // days in a unit of time: Weeks for rates per week
	R        float64 `json:"r"`         // shape of the purchase rates' gamma distribution
	Alpha    float64 `json:"alpha"`     // its rate, in units of time: R/Alpha purchases per unit on average
	A        float64 `json:"a"`         // with B, of the leaving probabilities' beta distribution: A/(A+B) on average
	B        float64 `json:"b"`
}

// BGNBD is the beta-geometric/NBD model of Fader, Hardie and Lee ("Counting Your
// Customers" the Easy Way, Marketing Science 24, 2005): while she is a customer, she
// buys at random at a rate of her own; after each repeat purchase she leaves with a
// probability of her own.
//
// Nobody leaves before the second purchase in it, so it takes everyone who bought only
// once for a customer for ever, however long she has been silent. Where that matters,
// and it does for a list of whom to win back, ask the modified model, MBGNBD.
//
// A BGNBD is immutable and safe for concurrent use. The zero BGNBD knows nothing: its
// answers are 0.
type BGNBD struct{ geometric geometric }

// NewBGNBD checks the parameters: each is MinParameter to MaxParameter, and the unit of
// time 1 to MaxUnitDays days. Otherwise it returns customer.Faults.
func NewBGNBD(parameters BGNBDParameters) (*BGNBD, error) {
	model, err := newGeometric(parameters.UnitDays, parameters.R, parameters.Alpha, parameters.A, parameters.B, 0)
	if err != nil {
		return nil, err
	}
	return &BGNBD{model}, nil
}

// FitBGNBD finds the parameters under which the counts are likeliest, for a unit of time
// of so many days. Counts without a repeat purchase are customer.Faults. Where the
// data do not determine the parameters, as with one customer alone or with all of them
// alike, the error wraps ErrNotConverged, there is no model, and the Fit tells where
// the search stopped.
func FitBGNBD(counts *Counts, unitDays int) (*BGNBD, Fit, error) {
	model, fit, err := fitGeometric(counts, unitDays, 0)
	if err != nil {
		return nil, fit, err
	}
	return &BGNBD{model}, fit, nil
}

// Parameters returns the model as plain data, of which NewBGNBD makes the same again.
func (m *BGNBD) Parameters() BGNBDParameters {
	g := &m.geometric
	return BGNBDParameters{UnitDays: int(g.unit), R: g.r, Alpha: g.alpha, A: g.a, B: g.b}
}

// LogLikelihood returns the logarithm of how likely one customer's history is, as a
// density per unit of time of her repeat purchases. A history that is not Valid gives 0.
func (m *BGNBD) LogLikelihood(h History) float64 { return m.geometric.logLikelihood(h) }

// Alive returns the probability that she is a customer still, 0 to 1. It falls with her
// silence, except for a customer without a repeat purchase: hers is 1 for ever, which
// is this model and no finding; see MBGNBD. A history that is not Valid gives 0.
func (m *BGNBD) Alive(h History) float64 { return m.geometric.alive(h) }

// Expected returns how many purchases she is expected to make within so many days after
// the day of observation, as likely as she is to be a customer still. More days than
// MaxDays count as MaxDays; none gives 0, and so does a history that is not Valid.
func (m *BGNBD) Expected(h History, horizonDays int) float64 {
	return m.geometric.expected(h, horizonDays)
}

// Staying returns what Expected would, were it known that she is a customer still on the
// day of observation.
func (m *BGNBD) Staying(h History, horizonDays int) float64 {
	return m.geometric.staying(h, horizonDays)
}

// Newcomer returns how many repeat purchases a new customer is expected to make within
// so many days after the day of her first purchase.
func (m *BGNBD) Newcomer(horizonDays int) float64 {
	return m.geometric.expected(History{}, horizonDays)
}
