package churn

// MBGNBDParameters are a modified BG/NBD model as plain data, for storage and for JSON;
// read JSON strictly with customer.ParseRules.
type MBGNBDParameters struct {
	UnitDays int     `json:"unit_days"` // days in a unit of time: Weeks for rates per week
	R        float64 `json:"r"`         // shape of the purchase rates' gamma distribution
	Alpha    float64 `json:"alpha"`     // its rate, in units of time: R/Alpha purchases per unit on average
	A        float64 `json:"a"`         // with B, of the leaving probabilities' beta distribution: A/(A+B) on average
	B        float64 `json:"b"`
}

// MBGNBD is the modified beta-geometric/NBD model (Batislam, Denizel and Filiztekin,
// International Journal of Research in Marketing 24, 2007; Hoppe and Wagner, Marketing
// JRM 29, 2007). It is BGNBD with one thing changed: a customer may leave after her very
// first purchase too, as after any other. So those who bought once, most of any shop's
// customers, get a probability that falls with their silence, where BGNBD has them
// stay for ever.
//
// An MBGNBD is immutable and safe for concurrent use. The zero MBGNBD knows nothing: its
// answers are 0.
type MBGNBD struct{ geometric geometric }

// NewMBGNBD checks the parameters: each is MinParameter to MaxParameter, and the unit of
// time 1 to MaxUnitDays days. Otherwise it returns customer.Faults.
func NewMBGNBD(parameters MBGNBDParameters) (*MBGNBD, error) {
	model, err := newGeometric(parameters.UnitDays, parameters.R, parameters.Alpha, parameters.A, parameters.B, 1)
	if err != nil {
		return nil, err
	}
	return &MBGNBD{model}, nil
}

// FitMBGNBD finds the parameters under which the counts are likeliest, for a unit of time
// of so many days. Counts without a repeat purchase are customer.Faults. Where the
// data do not determine the parameters, as with one customer alone or with all of them
// alike, the error wraps ErrNotConverged, there is no model, and the Fit tells where
// the search stopped.
func FitMBGNBD(counts *Counts, unitDays int) (*MBGNBD, Fit, error) {
	model, fit, err := fitGeometric(counts, unitDays, 1)
	if err != nil {
		return nil, fit, err
	}
	return &MBGNBD{model}, fit, nil
}

// Parameters returns the model as plain data, of which NewMBGNBD makes the same again.
func (m *MBGNBD) Parameters() MBGNBDParameters {
	g := &m.geometric
	return MBGNBDParameters{UnitDays: int(g.unit), R: g.r, Alpha: g.alpha, A: g.a, B: g.b}
}

// LogLikelihood returns the logarithm of how likely one customer's history is, as a
// density per unit of time of her repeat purchases. A history that is not Valid gives 0.
func (m *MBGNBD) LogLikelihood(h History) float64 { return m.geometric.logLikelihood(h) }

// Alive returns the probability that she is a customer still, 0 to 1. It falls with her
// silence, and is below 1 from the first purchase on. A history that is not Valid gives
// 0.
func (m *MBGNBD) Alive(h History) float64 { return m.geometric.alive(h) }

// Expected returns how many purchases she is expected to make within so many days after
// the day of observation, as likely as she is to be a customer still. More days than
// MaxDays count as MaxDays; none gives 0, and so does a history that is not Valid.
func (m *MBGNBD) Expected(h History, horizonDays int) float64 {
	return m.geometric.expected(h, horizonDays)
}

// Staying returns what Expected would, were it known that she is a customer still on the
// day of observation.
func (m *MBGNBD) Staying(h History, horizonDays int) float64 {
	return m.geometric.staying(h, horizonDays)
}

// Newcomer returns how many repeat purchases a new customer is expected to make within
// so many days after the day of her first purchase.
func (m *MBGNBD) Newcomer(horizonDays int) float64 {
	return m.geometric.expected(History{}, horizonDays)
}
