package population

import "math"

// Share is some of all.
type Share struct{ Of, All int64 }

// Verdict is what a difference allows to say. The zero Verdict is none.
type Verdict uint8

// The verdicts.
const (
	TooFew       Verdict = iota + 1 // a group is smaller than asked for: nothing is said
	NoDifference                    // the interval holds 0: none is shown, which is not that there is none
	Higher                          // the whole interval lies above 0
	Lower                           // the whole interval lies below 0
)

// Difference is the share of those who were treated less the share of those who were held
// out, and the interval that holds the true difference with 95 % confidence. The figures
// are statistics, in floating point; they are 0 where the verdict is TooFew. Permille has
// them as integers.
type Difference struct {
	Treated, HeldOut Share
	Least            int64 // customers that each group must have
	Value, Low, Top  float64
	Verdict          Verdict
}

// Compare holds two shares against each other. The interval is Newcombe's hybrid score
// interval, made from Wilson's interval of each share, without continuity correction:
// method 10 in R. G. Newcombe, Interval estimation for the difference between
// independent proportions, Statistics in Medicine 17 (1998), 873–890. It stays within -1
// and 1 and serves small groups and shares near 0 better than the textbook one.
//
// Too few are fewer than least in either group; an empty group is always too few. A share
// of more than all, or of fewer than none, is too few as well: it is none.
func Compare(treated, heldOut Share, least int64) Difference {
	d := Difference{Treated: treated, HeldOut: heldOut, Least: max(least, 1), Verdict: TooFew}
	for _, s := range [...]Share{treated, heldOut} {
		if s.All < d.Least || s.Of < 0 || s.Of > s.All {
			return d
		}
	}
	p1, low1, top1 := treated.wilson()
	p2, low2, top2 := heldOut.wilson()
	d.Value = p1 - p2
	d.Low = max(-1, d.Value-root(p1-low1, top2-p2))
	d.Top = min(1, d.Value+root(top1-p1, p2-low2))
	switch {
	case d.Low > 0:
		d.Verdict = Higher
	case d.Top < 0:
		d.Verdict = Lower
	default:
		d.Verdict = NoDifference
	}
	return d
}

// Permille returns the difference in thousandths, rounded half away from zero, and the
// bounds of its interval rounded outwards, so that the interval told is never narrower
// than the one found. All are 0 where the verdict is TooFew.
func (d Difference) Permille() (value, low, top int64) {
	return int64(math.Round(1000 * d.Value)), int64(math.Floor(1000 * d.Low)), int64(math.Ceil(1000 * d.Top))
}

// z95 is the point of the normal distribution beyond which lie 2.5 %.
const z95 = 1.959963984540054

// wilson returns the share and its 95 % score interval (E. B. Wilson, 1927). Products are
// rounded by conversion, because a processor that fuses them with the next sum would
// give other last digits.
func (s Share) wilson() (share, low, top float64) {
	x, n := float64(s.Of), float64(s.All)
	const zz = z95 * z95
	share = x / n
	spread := z95 * math.Sqrt(zz+float64(4*float64(x*(1-share))))
	middle := float64(2*x) + zz
	whole := 2 * (n + zz)
	low, top = (middle-spread)/whole, (middle+spread)/whole
	if s.Of == 0 {
		low = 0 // exactly, where rounding may leave a trace
	}
	if s.Of == s.All {
		top = 1
	}
	return share, low, top
}

// root adds two distances at right angles.
func root(a, b float64) float64 { return math.Sqrt(float64(a*a) + float64(b*b)) }
