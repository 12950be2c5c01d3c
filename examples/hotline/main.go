// Hotline is the complaints desk of a telephone company, for four weeks: cases come in, agents
// work on them, and the desk wakes up whenever a policy says that something is due: a clock that
// is half used, a promise that was not kept, a survey. Everything is booked through the journal,
// and the payments of refunds with keys that pay nothing twice.
//
//	go run ./examples/hotline
//	go run ./examples/hotline -cases 2000 -language zh
//
// The company is made up, and so is how its customers and agents behave (see life.go).
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
		fmt.Fprintln(os.Stderr, "hotline:", err)
		os.Exit(1)
	}
}

func run(args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("hotline", flag.ContinueOnError)
	flags.SetOutput(stderr)
	cases := flags.Int("cases", 200, "how many complaints come in, 10 to 20000")
	seed := flags.String("seed", "november", "what their lives are drawn from")
	tongue := flags.String("language", "en", "of the reasons: en or zh")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *cases < 10 || *cases > 20_000 {
		return fmt.Errorf("-cases is 10 to 20000, not %d", *cases)
	}
	language, known := map[string]customer.Language{"en": customer.English, "zh": customer.Chinese}[*tongue]
	if !known {
		return fmt.Errorf("-language is en or zh, not %q", *tongue)
	}
	d, err := newDesk(language)
	if err != nil {
		return err
	}
	for i := range *cases {
		d.plan(*seed, i, *cases)
	}
	if err := d.live(context.Background()); err != nil {
		return err
	}
	return d.tell(stdout)
}
