// Records keeps the customers of a shop that sells records by mail. It builds two years of
// purchases from a fixed seed, fits the models of package churn to the first year, and lives
// through the second week by week: where each customer stands, whom a ladder approaches and
// who is held out, who comes back. Then it says whom the shop would lose most by losing, and
// who visits or calls whom in the next week.
//
//	go run ./examples/records
//	go run ./examples/records -customers 10000 -language zh
//
// The shop is made up, and so is how its customers answer: what the ladder brings here was
// put in by hand (see tempt), and the program shows that it is found again.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	_ "time/tzdata" // zones on machines without zone files

	"github.com/rapport-crm/rapport/customer"
)

func main() {
	switch err := run(os.Args[1:], os.Stdout, os.Stderr); {
	case err == nil || errors.Is(err, flag.ErrHelp):
	default:
		fmt.Fprintln(os.Stderr, "records:", err)
		os.Exit(1)
	}
}

func run(args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("records", flag.ContinueOnError)
	flags.SetOutput(stderr)
	customers := flags.Int("customers", 2000, "how many customers the shop has, 300 to 100000: fewer leave the models undetermined")
	seed := flags.Uint64("seed", 1, "what the shop is built from")
	tongue := flags.String("language", "en", "of the reasons: en or zh")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *customers < 300 || *customers > 100_000 {
		return fmt.Errorf("-customers is 300 to 100000, not %d", *customers)
	}
	language, known := map[string]customer.Language{"en": customer.English, "zh": customer.Chinese}[*tongue]
	if !known {
		return fmt.Errorf("-language is en or zh, not %q", *tongue)
	}
	k, err := newKeeper(*customers, *seed)
	if err != nil {
		return err
	}
	if err := k.firstYear(); err != nil {
		return err
	}
	if err := k.secondYear(context.Background()); err != nil {
		return err
	}
	p := &printer{w: stdout, language: language}
	for _, tell := range []func(*printer) error{
		k.tellModel, k.tellStages, k.tellOne, k.tellLadder, k.tellRisk, k.tellWeek,
	} {
		if err := tell(p); err != nil {
			return err
		}
	}
	return p.err
}

// printer writes, and remembers the first thing that went wrong.
type printer struct {
	w        io.Writer
	language customer.Language // of reasons
	err      error
}

func (p *printer) printf(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, args...)
	}
}
