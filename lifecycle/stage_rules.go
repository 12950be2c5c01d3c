package lifecycle

// Bounds of windows and of money in rules.
const (
	MaxStageDays = 3660    // of a window, a stay, a silence
	maxSpend     = 1 << 50 // minor units
)
