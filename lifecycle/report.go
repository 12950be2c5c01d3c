package lifecycle

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
)

// MaxReportRows is how many rows a report has at most.
const MaxReportRows = population.MaxSums

// maxReport bounds any figure of a report; two of them add up in an int64.
const maxReport = population.MaxFigure

// reportName is what the reports of this package count under: promises by person and product,
// reasons for leaving by label, walk-outs by place and hour.
type reportName = [2]string

func errReportFigures() error {
	return fmt.Errorf("lifecycle: a report reckons with figures up to %d", int64(maxReport))
}

// reportState writes a format version, the terms under which a report counts, and its rows.
func reportState(version byte, terms []byte, counts *population.Sums[reportName]) []byte {
	return counts.Append(population.AppendBytes([]byte{version}, terms))
}

// readReport reads what reportState wrote under the same terms, each row as far as fits finds
// it possible; at an error the counts stay as they were.
func readReport(what string, data []byte, version byte, terms []byte, counts *population.Sums[reportName], fits func(reportName, []int64) bool) error {
	from := population.NewDecoder(data, version)
	if got := from.Bytes(); from.Err() == nil && string(got) != string(terms) {
		from.Fail("it counts under other terms, or over another period")
	}
	read := *counts
	read.Read(from, fits)
	if err := from.Close(); err != nil {
		return fmt.Errorf("lifecycle: %s: %w", what, err)
	}
	*counts = read
	return nil
}

// errTerms says that two reports count differently.
func errTerms(what string) error {
	return fmt.Errorf("lifecycle: two %s that count under other terms, or over other periods, do not merge", what)
}

// checkMade returns a fault where a report has no period, or no day, since its maker did not make
// it: the zero report would pass over everybody, and look as if there were nobody.
func checkMade(made bool, path, maker string) error {
	if made {
		return nil
	}
	return customer.Faults{{Path: path, Rule: "is required, and comes from " + maker}}
}
