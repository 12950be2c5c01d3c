package customertest_test

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
)

// A step fills a struct by the JSON names of its fields, whatever a story can write.
func TestFill(t *testing.T) {
	type part struct {
		Said string `json:"said_by"`
	}
	type whole struct {
		part
		Skip       string           `json:"-"`
		TotalMinor int64            `json:"total_minor"`
		Times      int              `json:"times"`
		Open       bool             `json:"open"`
		At         time.Time        `json:"at"`
		Late       time.Time        `json:"late"`
		Day        customer.Weekday `json:"day"`
		Desks      []string         `json:"desks"`
		Left       string           `json:"left"`
	}
	zone := time.FixedZone("shop", 3600)
	terms := customertest.Terms{Currency: customer.Currency{Code: "EUR", Digits: 2}, Zone: zone}
	story := "fill said-by=ann total=12.50 times=3 open=yes at=\"2026-11-25 09:30\" late=\"2026-11-25 09:30:07\" day=monday desks=north,south\n----\nfilled\n"
	got := whole{Left: "as it was"}
	customertest.Stories(t, fstest.MapFS{"one.txt": {Data: []byte(story)}}, func(t *testing.T) func(customertest.Step) string {
		t.Helper()
		return func(step customertest.Step) string {
			terms.Fill(t, reflect.ValueOf(&got).Elem(), step)
			return "filled"
		}
	})
	_, err := os.Stat(filepath.Join("testdata", "one.txt"))
	require.ErrorIs(t, err, os.ErrNotExist)
	at := time.Date(2026, 11, 25, 9, 30, 0, 0, zone)
	assert.True(t, at.Equal(got.At) && at.Add(7*time.Second).Equal(got.Late))
	got.At, got.Late = time.Time{}, time.Time{}
	monday := customer.Weekday(1)
	assert.Equal(t, whole{part: part{"ann"}, TotalMinor: 1250, Times: 3, Open: true, Day: monday, Desks: []string{"north", "south"}, Left: "as it was"}, got)
}
