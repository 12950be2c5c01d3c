package customertest

import (
	"errors"

	"github.com/rapport-crm/rapport/customer"
)

// Paths returns where the faults of an error are, in their order. It fails where the error is
// none of [customer.Faults].
func Paths(t interface {
	Helper()
	Fatalf(format string, args ...any)
}, err error,
) []string {
	t.Helper()
	var faults customer.Faults
	if !errors.As(err, &faults) {
		t.Fatalf("no faults, but %v", err)
	}
	var paths []string
	for _, fault := range faults {
		paths = append(paths, fault.Path)
	}
	return paths
}
