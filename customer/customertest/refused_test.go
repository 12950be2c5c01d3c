package customertest_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
)

type fatal struct{ said string }

func (*fatal) Helper() {}

func (f *fatal) Fatalf(format string, args ...any) { f.said = fmt.Sprintf(format, args...) }

func TestPaths(t *testing.T) {
	var faults customer.Faults
	faults.Name("at", "")
	faults.Name("by", "")
	assert.Equal(t, []string{"at", "by"}, customertest.Paths(t, fmt.Errorf("wrapped: %w", faults.Err())))

	failed := new(fatal)
	assert.Empty(t, customertest.Paths(failed, errors.New("something else")))
	assert.Equal(t, "no faults, but something else", failed.said)
}
