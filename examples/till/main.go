// Till shows what a till does with a loyalty card, from the day on which the card is
// opened to the statement at the end of the month:
//
//	go run ./examples/till
//	go run ./examples/till -language zh
//
// Sales give points; a part of a sale is paid with them, held before the payment and
// captured when it is made; an answer is lost, and the till sends the request again
// without anything being booked twice; goods come back; the line is down for a while,
// and what the till kept meanwhile is sent in bulk. It prints what was sent and what
// became of it, every receipt, and the statement.
//
// There is no network, no clock and no chance in it: the line to the store breaks where
// the story says so, and the output is the same text every time.
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
	os.Exit(status(run(os.Args[1:], os.Stdout, os.Stderr), os.Stderr))
}

var errUsage = errors.New("usage")

// status is the exit code for what run returned.
func status(err error, stderr io.Writer) int {
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, errUsage):
		return 2 // parse has said why
	}
	_, _ = fmt.Fprintln(stderr, "till:", err) // the exit code says it too
	return 1
}

func parse(args []string, stderr io.Writer) (customer.Language, error) {
	language := customer.English
	flags := flag.NewFlagSet("till", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Func("language", "`en|zh`, the language of the receipts and the reasons (default en)", func(text string) error {
		switch text {
		case "en":
			language = customer.English
		case "zh":
			language = customer.Chinese
		default:
			return errors.New("is en or zh")
		}
		return nil
	})
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0, err
	case err != nil:
		return 0, errUsage // the flag package has said why
	case flags.NArg() > 0:
		_, _ = fmt.Fprintf(stderr, "argument %q: there are flags only\n", flags.Arg(0))
		flags.Usage()
		return 0, errUsage
	}
	return language, nil
}

func run(args []string, stdout, stderr io.Writer) error {
	language, err := parse(args, stderr)
	if err != nil {
		return err
	}
	s, err := newShop()
	if err != nil {
		return err
	}
	if err := s.month(context.Background()); err != nil {
		return err
	}
	p := &printer{out: stdout, shop: s, language: language}
	p.printLog(s.till.log)
	p.printSlips(s.till.slips)
	if err := p.printStatement(); err != nil {
		return err
	}
	return p.err
}
