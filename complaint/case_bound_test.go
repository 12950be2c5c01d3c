package complaint

import (
	"math/bits"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// caseLists are the lists of a case by their paths; those inside their rows are the rows' own.
func caseLists(v reflect.Value, path string) map[string]reflect.Value {
	lists := map[string]reflect.Value{}
	for i := range v.NumField() {
		field, name := v.Field(i), path+v.Type().Field(i).Name
		switch {
		case field.Kind() == reflect.Slice:
			lists[name] = field
		case field.Kind() == reflect.Struct && field.NumField() > 0 && field.Field(0).CanSet():
			for below, list := range caseLists(field, name+".") {
				lists[below] = list
			}
		}
	}
	return lists
}

// Every list of a case has its bound, and its bit among the parts that are copied before they are
// changed: none that is added later is forgotten.
func TestEveryListOfACaseIsBounded(t *testing.T) {
	var g ground
	lists := caseLists(reflect.ValueOf(&g.Case).Elem(), "")
	delete(lists, "Graded.Criteria") // of which each stands once, and which no entry changes in part
	require.Contains(t, lists, "Recourse.Filings")
	assert.Len(t, lists, bits.Len32(uint32(ofFilings)))
	for name, list := range lists {
		list.Set(reflect.MakeSlice(list.Type(), MaxList, MaxList))
		require.NoError(t, g.bounds(), name)
		list.Set(reflect.MakeSlice(list.Type(), MaxList+1, MaxList+1))
		require.ErrorIs(t, g.bounds(), errFull, name)
		list.SetZero()
	}
}

// The axes of the package comment are all that a case has.
func TestAxes(t *testing.T) {
	data, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	_, rest, _ := strings.Cut(string(data), "// # Axes\n")
	axes, _, found := strings.Cut(rest, "// # Guards\n")
	require.True(t, found)
	for _, field := range reflect.VisibleFields(reflect.TypeFor[Case]()) {
		if len(field.Index) == 1 && field.Name != "Entries" {
			assert.Regexp(t, `\b`+field.Name+`\b`, axes)
		}
	}
}
