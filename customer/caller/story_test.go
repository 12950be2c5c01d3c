package caller_test

import (
	"cmp"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/caller"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/warranty"
)

// The stories. `who` begins a customer, `supply` gives a part with its rows as of an instant, `call`
// asks for the view in a language.
func TestStories(t *testing.T) {
	customertest.Stories(t, os.DirFS("testdata"), func(t *testing.T) func(customertest.Step) string {
		t.Helper()
		var parts caller.Parts
		return func(step customertest.Step) string {
			switch step.Name {
			case "who":
				parts = caller.Parts{Who: caller.Who{
					Customer: customer.ID(step.Words[0]), Name: step.Value("name"), Called: step.Value("called"), Address: step.Value("address"), Class: step.Value("class"),
					Owner: step.Value("owner"), StandIn: step.Value("stand-in"), KeyAccount: step.Value("key") == "yes", Bypass: step.Value("bypass") == "yes", Sharing: int(number(t, step, "sharing")),
				}}
				if phone := step.Value("phone"); phone != "" {
					parts.Who.Identifiers = []caller.Identifier{{Scheme: "phone", Value: phone}}
				}
				return fmt.Sprint(parts.Who.Identifiers)
			case "supply":
				asOf := moment(t, step, "as-of")
				rows := step.Rows(t)
				for _, row := range rows {
					supply(t, &parts, step.Words[0], asOf, row)
				}
				if len(rows) == 0 {
					supply(t, &parts, step.Words[0], asOf, customertest.Step{})
				}
				if limit := number(t, step, "limit"); limit != 0 {
					parts.Credit = caller.Credit{Limited: true, LimitMinor: limit}
				}
				return customer.English.Count(int64(len(rows)), "row")
			case "call":
				call := caller.Call{At: moment(t, step, "at")}
				if about := step.Value("about"); about != "" {
					call.About = strings.Split(about, ",")
				}
				book := rules()
				book.First = int(number(t, step, "first"))
				s := screen(t, book)
				seen, err := s.View(call, parts)
				require.NoError(t, err, step.Where)
				language := customer.English
				if step.Value("in") == "chinese" {
					language = customer.Chinese
				}
				return strings.Join(s.Lines(seen, language), "\n")
			}
			require.Fail(t, "no such step", "%s: %s", step.Where, step.Name)
			return ""
		}
	})
}

// supply adds a row to a part; a step without a name only says that the part was supplied.
func supply(t *testing.T, p *caller.Parts, part string, asOf time.Time, row customertest.Step) {
	t.Helper()
	head := caller.Head{Ref: row.Name, What: row.Value("what")}
	if of := row.Value("of"); of != "" {
		head.Of = strings.Split(of, ",")
	}
	is := row.Name != ""
	switch part {
	case "orders":
		add(&p.Orders, asOf, is, func() caller.Order {
			return caller.Order{
				Head: head, Placed: date(t, row, "placed"), Promised: date(t, row, "promised"), Ready: date(t, row, "ready"), Stage: row.Value("stage"),
				Step: int(number(t, row, "step")), Steps: int(number(t, row, "steps")), TotalMinor: number(t, row, "total"),
			}
		})
	case "cases":
		add(&p.Cases, asOf, is, func() caller.Case {
			one := caller.Case{Head: head, Opened: moment(t, row, "opened"), Grade: int(number(t, row, "grade")), Contacts: int(number(t, row, "contacts"))}
			require.NoError(t, one.With.UnmarshalText([]byte(cmp.Or(row.Value("with"), "us"))))
			if row.Value("due") != "" {
				one.Due = moment(t, row, "due")
			}
			return one
		})
	case "products":
		add(&p.Products, asOf, is, func() caller.Product { return product(t, head, row) })
	case "money":
		add(&p.Money, asOf, is, func() caller.Receivable {
			return caller.Receivable{Head: head, LeftMinor: number(t, row, "left"), Due: date(t, row, "due")}
		})
	case "promises":
		add(&p.Promises, asOf, is, func() caller.Promise {
			return caller.Promise{Head: head, By: row.Value("by"), Due: moment(t, row, "due")}
		})
	case "wishes":
		add(&p.Wishes, asOf, is, func() caller.Wish {
			return caller.Wish{Head: head, Since: date(t, row, "since"), Arrived: date(t, row, "arrived"), Until: date(t, row, "until")}
		})
	case "quotes":
		add(&p.Quotes, asOf, is, func() caller.Quote {
			return caller.Quote{Head: head, On: date(t, row, "on"), By: row.Value("by"), EachMinor: number(t, row, "each"), Until: date(t, row, "until")}
		})
	case "contacts":
		add(&p.Contacts, asOf, is, func() caller.Contact {
			return caller.Contact{Head: head, At: moment(t, row, "at"), Channel: row.Value("channel"), By: row.Value("by")}
		})
	case "purchases":
		add(&p.Purchases, asOf, is, func() caller.Purchase {
			return caller.Purchase{Head: head, On: date(t, row, "on"), Where: row.Value("where"), PaidMinor: number(t, row, "paid"), BackMinor: number(t, row, "back")}
		})
	case "consents":
		add(&p.Consents, asOf, is, func() caller.Consent {
			return caller.Consent{Purpose: row.Name, Channel: row.Value("channel"), May: row.Value("may") == "yes"}
		})
	default:
		require.Fail(t, "no such part", part)
	}
}

func add[T any](part *caller.Part[T], asOf time.Time, is bool, row func() T) {
	part.AsOf = asOf
	if is {
		part.Rows = append(part.Rows, row())
	}
}

// product reads a product; its words are services, "what/from/to".
func product(t *testing.T, head caller.Head, row customertest.Step) caller.Product {
	t.Helper()
	p := caller.Product{
		Head: head, Model: row.Value("model"), Serial: row.Value("serial"), Where: row.Value("where"),
		Bought: date(t, row, "bought"), Delivered: date(t, row, "bought"), Installed: date(t, row, "bought"),
	}
	if years := number(t, row, "years"); years != 0 {
		p.Covers = append(p.Covers, caller.Cover{ID: "whole", Window: warranty.Window{Years: int(years), Counted: warranty.FromPurchase, RepairsProlong: true}})
	}
	if life := row.Value("for-life"); life != "" {
		p.Covers = append(p.Covers, caller.Cover{ID: life, Window: warranty.Window{Lifetime: true, Counted: warranty.FromPurchase}})
	}
	for i, word := range row.Words {
		fields := strings.Split(word, "/")
		service := caller.Service{Ref: fmt.Sprint("s-", i+1), What: fields[0], From: day(t, fields[1])}
		if fields[2] != "" {
			service.To = day(t, fields[2])
		}
		p.Service = append(p.Service, service)
	}
	return p
}

func number(t *testing.T, step customertest.Step, key string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(cmp.Or(step.Value(key), "0"), 10, 64)
	require.NoError(t, err, step.Where)
	return n
}

func date(t *testing.T, step customertest.Step, key string) customer.Date {
	t.Helper()
	if text := step.Value(key); text != "" {
		return day(t, text)
	}
	return 0
}

func moment(t *testing.T, step customertest.Step, key string) time.Time {
	t.Helper()
	at, err := time.Parse("2006-01-02T15:04", step.Value(key))
	require.NoError(t, err, "%s: %s", step.Where, key)
	return at
}
