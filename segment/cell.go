package segment

import (
	"fmt"
	"strconv"
	"strings"
)

// Brand is where a customer stands between national brands and the shop's own, in one
// category. The zero Brand is unknown: too little evidence. It is a state of its own
// beside the three and never counts as switching.
type Brand uint8

// The brand axis. Its texts are format.
const (
	BrandUnknown Brand = iota
	NationalLoyal
	Switcher
	StoreLoyal
)

// String returns the stored text.
func (b Brand) String() string {
	switch b {
	case BrandUnknown:
		return "unknown"
	case NationalLoyal:
		return "national-loyal"
	case Switcher:
		return "switcher"
	case StoreLoyal:
		return "store-loyal"
	}
	return "brand " + strconv.Itoa(int(b))
}

// Usage is how much of a category a customer uses. The zero Usage is unknown: nothing
// measurable was bought, or the category has no cuts.
type Usage uint8

// The usage axis. Its texts are format.
const (
	UsageUnknown Usage = iota
	Light
	Medium
	Heavy
)

// String returns the stored text.
func (u Usage) String() string {
	switch u {
	case UsageUnknown:
		return "unknown"
	case Light:
		return "light"
	case Medium:
		return "medium"
	case Heavy:
		return "heavy"
	}
	return "usage " + strconv.Itoa(int(u))
}

// Cell is a customer's place in one category. The zero Cell knows nothing; as a
// sitting cell it means that there was none.
type Cell struct {
	Brand Brand
	Usage Usage
}

// Cells returns the nine cells, national to store brand, light to heavy.
func Cells() [9]Cell {
	var cells [9]Cell
	for i := range cells {
		cells[i] = Cell{Brand: NationalLoyal + Brand(i/3), Usage: Light + Usage(i%3)}
	}
	return cells
}

// OneOfNine reports whether both axes are known.
func (c Cell) OneOfNine() bool {
	return c.Brand != BrandUnknown && c.Usage != UsageUnknown
}

// String returns the stored text: "store-loyal/heavy".
func (c Cell) String() string { return c.Brand.String() + "/" + c.Usage.String() }

// MarshalText writes the stored text; a number that is no cell is an error.
func (c Cell) MarshalText() ([]byte, error) {
	if c.Brand > StoreLoyal || c.Usage > Heavy {
		return nil, fmt.Errorf("segment: %s is no cell", c)
	}
	return []byte(c.String()), nil
}

// UnmarshalText reads what MarshalText wrote.
func (c *Cell) UnmarshalText(text []byte) error {
	brand, usage, _ := strings.Cut(string(text), "/")
	for b := BrandUnknown; b <= StoreLoyal; b++ {
		for u := UsageUnknown; u <= Heavy; u++ {
			if b.String() == brand && u.String() == usage {
				*c = Cell{Brand: b, Usage: u}
				return nil
			}
		}
	}
	return fmt.Errorf("segment: %q is no cell such as store-loyal/heavy", text)
}
