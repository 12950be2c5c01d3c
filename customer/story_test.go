package customer_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
)

func TestStories(t *testing.T) {
	customertest.Stories(t, os.DirFS("testdata"), func(t *testing.T) func(customertest.Step) string {
		t.Helper()
		return func(step customertest.Step) string {
			switch step.Name {
			case "receipt":
				return tellReceipt(t, step)
			case "months":
				return tellMonths(t, step)
			case "day":
				return tellDay(t, step)
			case "share":
				return tellShare(t, step)
			}
			t.Fatalf("%s: unknown step %s", step.Where, step.Name)
			return ""
		}
	})
}

// tellReceipt plays `receipt REF at= currency= digits=` with its lines below.
func tellReceipt(t *testing.T, step customertest.Step) string {
	t.Helper()
	purchase := customer.Purchase{Ref: step.Words[0], Currency: customer.Currency{Code: step.Value("currency")}}
	if at := step.Value("at"); at != "" {
		purchase.At = instant(t, at)
	}
	if digits := step.Value("digits"); digits != "" {
		number, err := strconv.ParseInt(digits, 10, 32)
		require.NoError(t, err, step.Where)
		purchase.Currency.Digits = int32(number)
	}
	for _, row := range step.Rows(t) {
		line := customer.Line{SKU: row.Name}
		if quantity := row.Value("quantity"); quantity != "" {
			line.Quantity = dec(quantity)
		}
		if deposit := row.Value("deposit"); deposit != "" {
			line.Deposit = dec(deposit)
		}
		for key, amount := range map[string]*decimal.NullDecimal{"paid": &line.Paid, "cost": &line.Cost} {
			if text := row.Value(key); text != "" {
				*amount = some(text)
			}
		}
		purchase.Lines = append(purchase.Lines, line)
	}
	if err := purchase.Validate(); err != nil {
		return err.Error()
	}
	return "in order"
}

// tellMonths plays `months DAY N N …`.
func tellMonths(t *testing.T, step customertest.Step) string {
	t.Helper()
	var told []string
	for _, word := range step.Words[1:] {
		n, err := strconv.Atoi(word)
		require.NoError(t, err, step.Where)
		day := date(step.Words[0]).AddMonths(n)
		if !day.Valid() {
			told = append(told, fmt.Sprintf("%+d: no such day", n))
			continue
		}
		told = append(told, fmt.Sprintf("%+d: %s, %s", n, day, day.Weekday()))
	}
	return strings.Join(told, "\n")
}

// tellDay plays `day DAY zone=`.
func tellDay(t *testing.T, step customertest.Step) string {
	t.Helper()
	span := customer.SpanOf(date(step.Words[0]), date(step.Words[0]), zone(t, step.Value("zone")))
	if span.Empty() {
		return "not a moment of it"
	}
	return fmt.Sprintf("from %s, %s long", span.From.Format(time.DateTime), span.To.Sub(span.From))
}

// tellShare plays `share SUM CURRENCY over WEIGHT WEIGHT …`.
func tellShare(t *testing.T, step customertest.Step) string {
	t.Helper()
	currency := eur()
	if step.Words[1] == "JPY" {
		currency = jpy()
	}
	sum, err := currency.Minor(dec(step.Words[0]))
	if err != nil {
		return err.Error()
	}
	var weights []int64
	for _, word := range step.Words[3:] {
		weight, exact := customer.Scaled(dec(word), 2)
		require.True(t, exact, step.Where)
		weights = append(weights, weight)
	}
	parts, err := customer.Split(sum, weights)
	if err != nil {
		return err.Error()
	}
	told := make([]string, len(parts))
	for i, part := range parts {
		told[i] = currency.Amount(part).StringFixed(currency.Digits)
	}
	return strings.Join(told, " + ")
}
