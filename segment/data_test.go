package segment_test

import (
	"compress/gzip"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
)

// sold is a row of the real purchases, which are no part of the project.
type sold struct {
	Customer customer.ID // empty: nobody showed a card
	At       time.Time
	Order    string
	SKU      string
	Category string // empty: the source has none
	Kind     customer.BrandKind
	Quantity int64 // below 0: came back, or was written off
	Cents    int64 // paid, with the sign of Quantity: as the source says, or else quantity × price, half away from zero
	Discount int64 // cents off; 0 where the source has none
}

// readSold reads online_retail or dunnhumby_sample once, sorted by customer and time. Rows
// with a price below 0 (two corrections of bad debt) are left out.
func readSold(tb testing.TB, name string) []sold {
	tb.Helper()
	read := readRetail
	if name == "dunnhumby_sample" {
		read = readGrocery
	}
	rows, err := read()
	if errors.Is(err, os.ErrNotExist) {
		tb.Skipf("the real data is not here: %v", err)
	}
	require.NoError(tb, err)
	return rows
}

var (
	readRetail  = sync.OnceValues(func() ([]sold, error) { return readRows("online_retail") })
	readGrocery = sync.OnceValues(func() ([]sold, error) { return readRows("dunnhumby_sample") })
)

func readRows(name string) (rows []sold, err error) {
	file, err := os.Open(filepath.Join("..", "..", "shared", "data", name+".csv.gz"))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	unpacked, err := gzip.NewReader(file)
	if err != nil {
		return nil, err
	}
	table := csv.NewReader(unpacked)
	table.ReuseRecord = true
	if _, err := table.Read(); err != nil { // the heading
		return nil, err
	}
	for {
		record, err := table.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, err
		}
		row, ok, err := readRow(record)
		if err != nil {
			return nil, err
		}
		if ok {
			rows = append(rows, row)
		}
	}
}

// paidColumn is where the grocery rows have what was paid.
const paidColumn = 11

func readRow(record []string) (row sold, ok bool, err error) {
	at, err := time.Parse(time.RFC3339, record[1])
	if err != nil {
		return sold{}, false, err
	}
	figures := [3]decimal.Decimal{}
	for i, text := range record[6:9] {
		if text == "" {
			continue
		}
		if figures[i], err = decimal.NewFromString(text); err != nil {
			return sold{}, false, err
		}
	}
	quantity, price, discount := figures[0], figures[1], figures[2]
	row = sold{
		Customer: customer.ID(strings.Clone(record[0])), At: at, Order: strings.Clone(record[2]),
		SKU: strings.Clone(record[3]), Category: strings.Clone(record[4]),
		Quantity: quantity.IntPart(), // whole in both files
		Cents:    quantity.Mul(price).Round(2).Shift(2).IntPart(),
		Discount: discount.Shift(2).IntPart(),
	}
	if len(record) > paidColumn {
		paid, err := decimal.NewFromString(record[paidColumn])
		if err != nil {
			return sold{}, false, err
		}
		row.Cents = paid.Shift(2).IntPart()
	}
	if err := row.Kind.UnmarshalText([]byte(record[5])); err != nil {
		return sold{}, false, err
	}
	return row, price.Sign() >= 0, nil
}

// realReceipts puts neighbouring rows of one order together: what was sold, and what came
// back. Amounts are in euros, whatever the source's currency.
func realReceipts(rows []sold) (sales []customer.Purchase, returns []customer.Return) {
	euro := customer.Currency{Code: "EUR", Digits: 2}
	for i := range rows {
		row := &rows[i]
		line := customer.Line{
			SKU: row.SKU, Category: row.Category, Kind: row.Kind,
			Quantity: decimal.NewFromInt(max(row.Quantity, -row.Quantity)),
			Paid:     decimal.NewNullDecimal(decimal.New(max(row.Cents, -row.Cents), -2)),
		}
		if row.Quantity < 0 {
			if n := len(returns); n == 0 || returns[n-1].Ref != row.Order || returns[n-1].Customer != row.Customer || !returns[n-1].At.Equal(row.At) {
				returns = append(returns, customer.Return{Ref: row.Order, Customer: row.Customer, At: row.At, Currency: euro})
			}
			back := &returns[len(returns)-1]
			back.Lines = append(back.Lines, customer.ReturnLine{Line: line})
			continue
		}
		if n := len(sales); n == 0 || sales[n-1].Ref != row.Order || sales[n-1].Customer != row.Customer || !sales[n-1].At.Equal(row.At) {
			sales = append(sales, customer.Purchase{Ref: row.Order, Customer: row.Customer, At: row.At, Currency: euro})
		}
		sale := &sales[len(sales)-1]
		sale.Lines = append(sale.Lines, line)
	}
	return sales, returns
}

// What the loader reads is what another reader counts: Python's csv and decimal modules.
func TestReadSold(t *testing.T) {
	for _, test := range []struct {
		name                        string
		rows, sales, returns        int
		paidCents, backCents, units int64
	}{
		{"online_retail", 541_907, 20_768, 5_173, 1_066_668_454, 89_681_249, 5_176_448},
		{"dunnhumby_sample", 75_000, 47_243, 0, 23_393_524, 0, 7_784_694},
	} {
		t.Run(test.name, func(t *testing.T) {
			rows := readSold(t, test.name)
			assert.Len(t, rows, test.rows)
			paid, back, units := int64(0), int64(0), int64(0)
			for _, row := range rows {
				units += row.Quantity
				if row.Quantity < 0 {
					back -= row.Cents
				} else {
					paid += row.Cents
				}
			}
			sales, returns := realReceipts(rows)
			assert.Len(t, sales, test.sales)
			assert.Len(t, returns, test.returns)
			assert.Equal(t, test.paidCents, paid)
			assert.Equal(t, test.backCents, back)
			assert.Equal(t, test.units, units)
		})
	}
}
