package main

import (
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/rapport-crm/rapport/customer"
)

// writePurchases writes receipts as a purchases file that this program reads back. A
// receipt without a customer is left out, as it would be set aside there.
func writePurchases(path string, events source) (err error) {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	buffered := bufio.NewWriterSize(file, 1<<16)
	defer func() { err = errors.Join(err, buffered.Flush()) }()
	var out io.Writer = buffered
	if strings.HasSuffix(path, ".gz") {
		zipped := gzip.NewWriter(buffered)
		defer func() { err = errors.Join(err, zipped.Close()) }()
		out = zipped
	}
	rows := csv.NewWriter(out)
	names := columnNames()
	if err := rows.Write(names[:]); err != nil {
		return err
	}
	for e, err := range events() {
		if err != nil {
			return err
		}
		if e.customer() == "" {
			continue
		}
		if e.Sale != nil {
			for i := range e.Sale.Lines {
				err = errors.Join(err, rows.Write(row(e.Sale.Ref, e.Sale.Customer, e.Sale.At, &e.Sale.Lines[i], "")))
			}
		} else {
			for i := range e.Return.Lines {
				err = errors.Join(err, rows.Write(row(e.Return.Ref, e.Return.Customer, e.Return.At, &e.Return.Lines[i].Line, "-")))
			}
		}
		if err != nil {
			return err
		}
	}
	rows.Flush()
	return rows.Error()
}

// row is a line in the order of columnNames. Goods brought back have the sign in front
// of their quantity.
func row(ref string, id customer.ID, at time.Time, line *customer.Line, sign string) []string {
	kind := ""
	if line.Kind != customer.UnknownBrand {
		kind = line.Kind.String()
	}
	return []string{
		string(id), at.Format(time.RFC3339), ref, line.SKU, line.Category, kind,
		sign + line.Quantity.String(), known(line.ListPrice), "", known(line.Paid),
	}
}

// known writes a figure, or nothing where there is none.
func known(figure decimal.NullDecimal) string {
	if !figure.Valid {
		return ""
	}
	return figure.Decimal.String()
}
