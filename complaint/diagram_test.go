package complaint

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// diagram draws the machine from its tables: which command leads from which phase to which, and
// where the others may be given.
func diagram() string {
	name := func(phase Phase) string {
		if phase == 0 {
			return "nobody's"
		}
		return phase.String()
	}
	var text strings.Builder
	for from := Phase(0); from <= Closed; from++ {
		shown := name(from)
		for to := Phase(1); to <= Closed; to++ {
			var by []string
			for kind := KindReceive; kind <= KindGrade; kind++ {
				if kind.leads(from).has(to) {
					by = append(by, kind.String())
				}
			}
			if len(by) > 0 {
				line := "── " + strings.Join(by, ", ") + " "
				fmt.Fprintf(&text, "//\t%-13s %s%s► %s\n", shown, line, strings.Repeat("─", max(0, 22-len([]rune(line)))), name(to))
				shown = ""
			}
		}
	}
	var sets []phases
	kinds := map[phases][]string{}
	for kind := KindReceive; kind <= KindGrade; kind++ {
		leads := false
		for from := Phase(0); from <= Closed; from++ {
			leads = leads || kind.leads(from) != 0
		}
		if set := kind.phases(); !leads {
			if kinds[set] == nil {
				sets = append(sets, set)
			}
			kinds[set] = append(kinds[set], kind.String())
		}
	}
	for _, set := range sets {
		var where []string
		for phase := Received; phase <= Closed; phase++ {
			if set.has(phase) {
				where = append(where, phase.String())
			}
		}
		fmt.Fprintf(&text, "//\n//\t%s:\n", strings.Join(where, ", "))
		line := ""
		for _, kind := range kinds[set] {
			if len(line)+len(kind) > 80 {
				fmt.Fprintf(&text, "//\t  %s\n", line)
				line = ""
			}
			line = strings.TrimPrefix(line+" · "+kind, " · ")
		}
		fmt.Fprintf(&text, "//\t  %s\n", line)
	}
	return text.String()
}

// The diagram of the package comment is the machine's own. The flag -update of the stories writes
// it.
func TestDiagram(t *testing.T) {
	const first, last = "// Commands lead from phase to phase:\n//\n", "//\n// Of the commands that lead nowhere"
	data, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	head, rest, found := strings.Cut(string(data), first)
	require.True(t, found, first)
	drawn, tail, found := strings.Cut(rest, last)
	require.True(t, found, last)
	if update := flag.Lookup("update"); update != nil && update.Value.String() == "true" {
		require.NoError(t, os.WriteFile("doc.go", []byte(head+first+diagram()+last+tail), 0o600))
		return
	}
	require.Equal(t, diagram(), drawn, "go test -update draws it")
}
