package customer_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
)

func TestReturnValidate(t *testing.T) {
	returned := func() customer.Return {
		return customer.Return{
			Ref: "south-2026-0003", Sale: "north-2026-0017", Customer: "17",
			At: time.Date(2026, time.November, 26, 10, 0, 0, 0, time.UTC), Shop: "south", Currency: eur(),
			Lines: []customer.ReturnLine{{SaleLine: 1, Line: customer.Line{SKU: "4006381333931", Quantity: dec("2"), Paid: some("1.83")}}},
		}
	}
	unknown := func(change func(*customer.ReturnLine)) func(*customer.Return) {
		return func(r *customer.Return) { r.Sale, r.Lines[0].SaleLine = "", 0; change(&r.Lines[0]) }
	}
	const place = "is 1 to 10000 where the sale is known"
	for _, tc := range []struct {
		name              string
		change            func(*customer.Return)
		path, value, rule string // no path: in order
	}{
		{"as it stands", func(*customer.Return) {}, "", "", ""},
		{"sale not known", unknown(func(*customer.ReturnLine) {}), "", "", ""},
		{"last line there can be", func(r *customer.Return) { r.Lines[0].SaleLine = customer.MaxLines }, "", "", ""},
		{"one line twice", func(r *customer.Return) { r.Lines = append(r.Lines, r.Lines[0]) }, "", "", ""},

		{"no ref", func(r *customer.Return) { r.Ref = "" }, "ref", "", "is required"},
		{"no instant", func(r *customer.Return) { r.At = time.Time{} }, "at", "0001-01-01T00:00:00Z", "is an instant of the years 1 to 9999, and not the zero Time"},
		{"sale of two lines", func(r *customer.Return) { r.Sale = "1\n2" }, "sale", "1\n2", ruleText},
		{"no lines", func(r *customer.Return) { r.Lines = nil }, "lines", "0", "are 1 to 10000"},
		{"too many lines", func(r *customer.Return) {
			for len(r.Lines) <= customer.MaxLines {
				r.Lines = append(r.Lines, r.Lines[0])
			}
		}, "lines", "10001", "are 1 to 10000"},
		{"no place in a known sale", func(r *customer.Return) { r.Lines[0].SaleLine = 0 }, "lines[0].sale_line", "0", place},
		{"negative place", func(r *customer.Return) { r.Lines[0].SaleLine = -1 }, "lines[0].sale_line", "-1", place},
		{"place beyond any receipt", func(r *customer.Return) { r.Lines[0].SaleLine = customer.MaxLines + 1 }, "lines[0].sale_line", "10001", place},
		{"a place in no sale", unknown(func(l *customer.ReturnLine) { l.SaleLine = 1 }), "lines[0].sale_line", "1", "is absent where the sale is not known"},
		{"negative quantity", func(r *customer.Return) { r.Lines[0].Quantity = dec("-2") }, "lines[0].quantity", "-2", "is 0 or more"},
		{"negative refund", func(r *customer.Return) { r.Lines[0].Paid = some("-1.83") }, "lines[0].paid", "-1.83", "is 0 or more"},
		{"refund without a currency", func(r *customer.Return) { r.Currency = customer.Currency{} }, "lines[0].paid", "1.83", "needs the receipt's currency"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := returned()
			tc.change(&r)
			err := r.Validate()
			if tc.path == "" {
				require.NoError(t, err)
				return
			}
			oneFault(t, err, tc.path, tc.value, tc.rule)
		})
	}
	many := returned()
	many.Ref, many.Lines[0].SaleLine, many.Lines[0].SKU, many.Lines[0].Paid = "", 0, "", some("0.001")
	var faults customer.Faults
	require.ErrorAs(t, many.Validate(), &faults)
	assert.Len(t, faults, 4)
}

func TestReturnJSONKeepsTheLineFlat(t *testing.T) {
	text, err := json.Marshal(customer.ReturnLine{SaleLine: 2, Line: customer.Line{SKU: "milk", Quantity: dec("1")}})
	require.NoError(t, err)
	assert.JSONEq(t, `{"sale_line":2,"sku":"milk","quantity":"1"}`, string(text))
}
