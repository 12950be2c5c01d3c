// Frontdesk is the front desk of a computer shop, from November to January: a customer asks for a
// white notebook that is not there, and gives a telephone number.
//
//	go run ./examples/frontdesk
//	go run ./examples/frontdesk -language zh
//
// When the notebook has come, may she be called? She is told once, and buys; two salesmen name
// her a price; a repair makes her warranty longer; she calls from her home, and need not
// explain anything; a second record of hers turns up; her salesman leaves; and at last she wants all of it
// erased. Each answer has its reasons, which are those of the library, word for word.
//
// There is no network, no clock and no chance in it: the output is the same text every time. All that
// is kept of her is booked through the journal.
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
		fmt.Fprintln(os.Stderr, "frontdesk:", err)
		os.Exit(1)
	}
}

func run(args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("frontdesk", flag.ContinueOnError)
	flags.SetOutput(stderr)
	tongue := flags.String("language", "en", "of the story and the reasons: en or zh")
	if err := flags.Parse(args); err != nil {
		return err
	}
	language, known := map[string]customer.Language{"en": customer.English, "zh": customer.Chinese}[*tongue]
	if !known {
		return fmt.Errorf("-language is en or zh, not %q", *tongue)
	}
	d, err := newDesk(language)
	if err != nil {
		return err
	}
	return d.live(context.Background(), stdout)
}
