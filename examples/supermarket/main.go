// Supermarket shows Rapport at work in a shop with cards: it reads purchases, puts
// every customer into one of nine cells per category, finds when she will buy again,
// and says what is due for her, with the reason on every line.
//
//	go run ./examples/supermarket                            a built shop, from a fixed seed
//	go run ./examples/supermarket -purchases FILE.csv[.gz]   a real file
//	go run ./examples/supermarket -customer c00042           one customer, explained
//
// The file's columns are customer_id, timestamp, order_id, sku, category, brand_kind,
// quantity, unit_price and discount; it is sorted by customer as text, byte by byte (10
// before 2), then time. It is read three times, so it is no pipe. One customer's lines
// are held at a time: memory grows with the longest history and with the number of
// categories, not with the file.
//
// The day of decision is the day after the last purchase, or the one that -on names.
// Purchases and returns on or after that day are counted, and neither the cells nor the
// lists, the population's figures or the backtest see them.
//
// On purchases alone nothing can be said about people who never saw a list: what the
// program prints at the end is a backtest, not an effect.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"time"
	_ "time/tzdata" // zones on machines without zone files

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/promo/personal"
	"github.com/rapport-crm/rapport/segment"
)

func main() {
	err := run(os.Args[1:], os.Stdout, os.Stderr)
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
	case errors.Is(err, errUsage):
		os.Exit(2) // the flag package has said why
	default:
		fmt.Fprintln(os.Stderr, "supermarket:", err)
		os.Exit(1)
	}
}

var errUsage = errors.New("usage")

// options is the command line.
type options struct {
	purchases string
	skipBad   bool
	currency  customer.Currency
	zone      *time.Location
	on        customer.Date // zero: the day after the last purchase
	customers int
	seed      uint64
	customer  customer.ID
	shown     int
	lines     int
	minBuys   int
	language  customer.Language
	write     string
	lists     bool   // play the loop of the built shop
	report    string // a file to write the page to
}

func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("supermarket", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.purchases, "purchases", "", "read purchases from this CSV `file`, gzipped or not, sorted by customer as text, byte by byte (10 before 2), then time; empty builds a shop")
	flags.BoolVar(&o.skipBad, "skip-bad", false, "count rows at fault and set them aside, instead of stopping at the first")
	flags.StringVar(&o.currency.Code, "currency", "USD", "`code` of the file's money")
	digits := flags.Int("digits", 2, "decimal digits of the file's money")
	zone := flags.String("zone", "UTC", "IANA `name` of the zone whose midnight ends a day")
	on := flags.String("on", "", "the `day` of decision, such as 2026-11-25: purchases on or after it are not seen (default the day after the last purchase)")
	flags.IntVar(&o.customers, "customers", 3000, "how many customers the built shop has")
	flags.Uint64Var(&o.seed, "seed", 1, "what the built shop is built from")
	id := flags.String("customer", "", "explain this customer; empty explains the one with the most shopping days")
	flags.IntVar(&o.shown, "categories", 6, "how many categories to print, those with the most buyers first; 0 prints all")
	flags.IntVar(&o.lines, "lines", 6, "lines of a due list")
	flags.IntVar(&o.minBuys, "min-buys", 2, "days of purchase below which a customer's brand is unknown")
	language := flags.String("language", "en", "of the reasons: en or zh")
	flags.StringVar(&o.write, "write", "", "write the built shop to this CSV `file` (gzipped where it ends in .gz) and stop; it has no base units and no receipts without a customer, so that read back its usage is another, in packs")
	flags.BoolVar(&o.lists, "loop", true, "play six fortnights of lists in the built shop, after its year")
	flags.StringVar(&o.report, "report", "", "write everything as one page to this HTML `file`")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return o, err
		}
		return o, errUsage
	}
	var faults customer.Faults
	o.customer = customer.ID(*id)
	if err := o.currency.Validate(); err != nil { // its digits are 0 here
		faults.Add("-currency", o.currency.Code, "is three capital letters")
	}
	if *digits < 0 || *digits > 4 { // before the conversion, which would wrap
		faults.Add("-digits", *digits, "is 0 to 4")
	} else {
		o.currency.Digits = int32(*digits)
	}
	var err error
	if *on != "" {
		if o.on, err = customer.ParseDate(*on); err != nil {
			faults.Add("-on", *on, "is a day such as 2026-11-25")
		}
	}
	if o.zone, err = time.LoadLocation(*zone); err != nil || *zone == "" || *zone == "Local" {
		faults.Add("-zone", *zone, "is an IANA name such as Europe/Berlin")
	}
	switch *language {
	case "en":
		o.language = customer.English
	case "zh":
		o.language = customer.Chinese
	default:
		faults.Add("-language", *language, "is en or zh")
	}
	for _, number := range []struct {
		name               string
		value, least, most int
	}{
		{"-customers", o.customers, 1, 10_000_000},
		{"-categories", o.shown, 0, 1_000_000},
		{"-lines", o.lines, 1, 1000},
		{"-min-buys", o.minBuys, 1, 100},
	} {
		if number.value < number.least || number.value > number.most {
			faults.Add(number.name, number.value, fmt.Sprintf("is %d to %d", number.least, number.most))
		}
	}
	if flags.NArg() > 0 {
		faults.Add("arguments", flags.Arg(0), "are flags only")
	}
	flags.Visit(func(set *flag.Flag) { // what was set and would have no effect
		switch set.Name {
		case "currency", "digits", "skip-bad":
			if o.purchases == "" {
				faults.Add("-"+set.Name, set.Value, "is about a file, so -purchases names one")
			}
		case "customers", "seed":
			if o.purchases != "" {
				faults.Add("-"+set.Name, set.Value, "is about the built shop, so -purchases is absent")
			}
		case "loop":
			if o.purchases != "" && o.lists {
				faults.Add("-loop", set.Value, "is about the built shop: on a file nothing can be said of lists that nobody saw")
			}
		case "on":
			if o.write != "" {
				faults.Add("-on", set.Value, "is about a decision, so -write is absent")
			}
		case "write":
			if o.write != "" && o.purchases != "" {
				faults.Add("-write", o.write, "writes the built shop, so -purchases is absent")
			}
		}
	})
	return o, faults.Err()
}

func run(args []string, stdout, stderr io.Writer) error {
	o, err := parse(args, stderr)
	if err != nil {
		return err
	}
	began := time.Now()
	progress := newProgress(stderr)
	s := &study{options: o, progress: progress}
	var built *shop
	if o.purchases == "" {
		built = newShop(o.seed, o.customers, o.zone)
		if o.write != "" {
			return writePurchases(o.write, built.events)
		}
		s.events = built.events
	} else {
		s.file = &purchasesFile{Path: o.purchases, Currency: o.currency, Zone: o.zone, SkipBad: o.skipBad, Progress: progress.rows}
		s.events = s.file.events
	}
	err = s.run()
	if err == nil && built != nil && o.lists && o.on == 0 { // an earlier day of decision would know the days after it
		err = s.play(built)
	}
	progress.clear()
	if refusal := (*customer.Refusal)(nil); errors.As(err, &refusal) {
		return &refusalError{refusal, o.language}
	}
	if err != nil {
		return err
	}
	if err := s.print(stdout); err != nil {
		return err
	}
	if o.report != "" {
		if err := s.writeReport(o.report); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(stderr, "%s lines read three times in %.1f s, with %d MB of memory from the system\n",
		thousands(s.survey.lines), time.Since(began).Seconds(), memory()>>20)
	return err
}

// refusalError is a refusal of the library in words: its own text has codes.
type refusalError struct {
	refusal  *customer.Refusal
	language customer.Language
}

func (r *refusalError) Error() string {
	sentences := make([]string, len(r.refusal.Missing))
	for i, reason := range r.refusal.Missing {
		sentences[i] = explain(reason, r.language)
	}
	return r.refusal.Rule + ": " + strings.Join(sentences, "; ")
}

func (r *refusalError) Unwrap() error { return r.refusal }

// explain finds the package whose reason it is: each returns the code of another as it
// is.
func explain(reason customer.Reason, language customer.Language) string {
	for _, words := range []func(customer.Reason, customer.Language) string{customer.Explain, segment.Explain, personal.Explain} {
		if text := words(reason, language); text != reason.Code {
			return text
		}
	}
	return reason.Code
}

// memory is what the program has asked the system for: its peak, as Go rarely gives
// back.
func memory() uint64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.Sys
}

// progress shows on a terminal how far the reading is. Elsewhere it is silent.
type progress struct {
	out    io.Writer // nil: no terminal
	pass   string
	length int // of the line that is shown
}

func newProgress(stderr io.Writer) *progress {
	file, ok := stderr.(*os.File)
	if !ok {
		return &progress{}
	}
	if info, err := file.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return &progress{}
	}
	return &progress{out: stderr}
}

func (p *progress) begin(pass string) {
	p.pass = pass
	p.show(pass)
}

func (p *progress) rows(read tally) {
	percent := ""
	if read.Size > 0 {
		percent = fmt.Sprintf(", %d %%", read.Bytes*100/read.Size)
	}
	p.show(fmt.Sprintf("%s: %s rows%s", p.pass, thousands(int64(read.Rows)), percent))
}

func (p *progress) show(line string) {
	if p.out == nil {
		return
	}
	_, _ = fmt.Fprintf(p.out, "\r%-*s", p.length, line) // nothing hangs on it
	p.length = len(line)
}

func (p *progress) clear() {
	p.show("")
	if p.out != nil {
		_, _ = fmt.Fprint(p.out, "\r")
	}
}
