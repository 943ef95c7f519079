package lists

import (
	"bytes"
	"errors"
	"io"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// readParquet reads a table without tables inside it.
func readParquet(data []byte) (l *List, err error) {
	broken := kernel.NewInvalid("list.broken")
	defer func() {
		if recover() != nil { // a file that was made to make the library stumble
			l, err = nil, broken
		}
	}()
	if !footed(data) {
		return nil, broken
	}
	file, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)), parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return nil, broken
	}
	if !paged(data, file.Metadata()) {
		return nil, broken
	}
	if file.NumRows() > MaxRows {
		return nil, kernel.NewTooMany("list.rows").With("limit", strconv.Itoa(MaxRows))
	}
	l = &List{Form: Parquet}
	var kinds []any
	for _, c := range file.Root().Columns() {
		if !c.Leaf() || c.Repeated() {
			return nil, kernel.NewInvalid("list.nested")
		}
		l.Head = append(l.Head, c.Name())
		var logical any
		if t := c.Type().LogicalType(); t != nil {
			logical = t.Value
		}
		kinds = append(kinds, logical)
	}
	if len(l.Head) > MaxColumns {
		return nil, kernel.NewTooMany("list.columns").With("limit", strconv.Itoa(MaxColumns))
	}
	size := 0
	for _, group := range file.RowGroups() {
		rows := group.Rows()
		err := func() (err error) {
			defer func() { err = errors.Join(err, rows.Close()) }()
			batch := make([]parquet.Row, 64)
			for {
				n, err := rows.ReadRows(batch)
				for _, values := range batch[:n] {
					row := Row{Line: int64(len(l.Rows) + 1), Cells: make([]string, len(l.Head))}
					for _, v := range values {
						if i := v.Column(); i >= 0 && i < len(l.Head) && !v.IsNull() {
							row.Cells[i] = cellOf(v, kinds[i])
							size += len(row.Cells[i])
						}
					}
					l.Rows = append(l.Rows, row)
				}
				if size > unpacked || len(l.Rows) > MaxRows {
					return kernel.NewTooMany("list.rows").With("limit", strconv.Itoa(MaxRows))
				}
				if errors.Is(err, io.EOF) {
					return nil
				}
				if err != nil {
					return broken
				}
				if n == 0 {
					return broken // or it would go on for ever
				}
			}
		}()
		if err != nil {
			if kernel.CodeOf(err) == kernel.Internal {
				err = broken
			}
			return nil, err
		}
	}
	return l, nil
}

// cellOf is a value as a list would write it: a day as 2026-03-01, an amount
// with a point.
func cellOf(v parquet.Value, logical any) string {
	decimal, _ := logical.(*format.DecimalType)
	switch v.Kind() {
	case parquet.Boolean:
		return strconv.FormatBool(v.Boolean())
	case parquet.Int32, parquet.Int64:
		n := v.Int64()
		if v.Kind() == parquet.Int32 {
			n = int64(v.Int32())
		}
		if decimal != nil {
			return scaled(big.NewInt(n), int(decimal.Scale))
		}
		switch t := logical.(type) {
		case *format.DateType:
			return time.Unix(0, 0).UTC().AddDate(0, 0, int(n)).Format(time.DateOnly)
		case *format.TimestampType:
			return momentOf(n, t.Unit.Value).Format(time.DateOnly)
		}
		return strconv.FormatInt(n, 10)
	case parquet.Float:
		return strconv.FormatFloat(float64(v.Float()), 'f', -1, 32)
	case parquet.Double:
		return strconv.FormatFloat(v.Double(), 'f', -1, 64)
	case parquet.ByteArray, parquet.FixedLenByteArray:
		b := v.ByteArray()
		if decimal == nil {
			return string(b)
		}
		n := new(big.Int).SetBytes(b)
		if len(b) > 0 && b[0]&0x80 != 0 {
			n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
		}
		return scaled(n, int(decimal.Scale))
	}
	return ""
}

func momentOf(n int64, unit any) time.Time {
	switch unit.(type) {
	case *format.MilliSeconds:
		return time.UnixMilli(n).UTC()
	case *format.MicroSeconds:
		return time.UnixMicro(n).UTC()
	}
	return time.Unix(0, n).UTC()
}

// scaled writes a whole number with so many decimals.
func scaled(n *big.Int, scale int) string {
	if scale <= 0 || scale > 30 {
		return n.String()
	}
	digits := new(big.Int).Abs(n).String()
	if len(digits) <= scale {
		digits = strings.Repeat("0", scale+1-len(digits)) + digits
	}
	text := digits[:len(digits)-scale] + "." + digits[len(digits)-scale:]
	if n.Sign() < 0 {
		text = "-" + text
	}
	return text
}
