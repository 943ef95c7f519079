package lists

import (
	"archive/zip"
	"bytes"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// readXLSX reads the first sheet of a workbook that holds anything.
func readXLSX(data []byte) (l *List, err error) {
	broken := kernel.NewInvalid("list.broken")
	defer func() {
		if recover() != nil { // a file that was made to make the library stumble
			l, err = nil, broken
		}
	}()
	if err := bounded(data); err != nil {
		return nil, err
	}
	// Nothing is unpacked to disk: the list is about people.
	book, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: unpacked, UnzipXMLSizeLimit: unpacked, RawCellValue: true})
	if err != nil {
		return nil, broken
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	names := book.GetSheetList()
	l = &List{Form: XLSX, Sheets: len(names)}
	days := &dayStyles{book: book, known: map[int]bool{}, since1904: since1904(book)}
	for _, name := range names {
		rows, err := book.Rows(name)
		if err != nil {
			continue // a sheet of charts
		}
		for n := int64(1); rows.Next(); n++ {
			cells, err := rows.Columns(excelize.Options{RawCellValue: true})
			if err != nil {
				return nil, errors.Join(broken, rows.Close())
			}
			switch {
			case len(cells) == 0:
			case l.Head == nil:
				l.Head = cells
			case len(cells) > 4*MaxColumns:
				l.Rows = append(l.Rows, Row{Line: n, Wrong: Width})
			default:
				for i := range cells {
					cells[i] = days.text(name, i+1, int(n), cells[i])
				}
				l.Rows = append(l.Rows, Row{Line: n, Cells: cells})
			}
			if len(l.Rows) > MaxRows || n > 4*MaxRows {
				return nil, errors.Join(kernel.NewTooMany("list.rows").With("limit", strconv.Itoa(MaxRows)), rows.Close())
			}
		}
		if err := rows.Close(); err != nil {
			return nil, broken
		}
		if l.Head != nil {
			l.Sheet = name
			return l, nil
		}
	}
	return nil, kernel.NewInvalid("list.empty")
}

// bounded refuses what would become too large when it is unpacked, and what is
// no workbook.
func bounded(data []byte) error {
	files, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return kernel.NewInvalid("list.broken")
	}
	total, sheets := uint64(0), false
	for _, f := range files.File {
		total += f.UncompressedSize64
		sheets = sheets || strings.EqualFold(f.Name, "xl/workbook.xml")
	}
	switch {
	case total > unpacked || len(files.File) > 1000:
		return kernel.NewTooMany("list.bytes").With("limit", strconv.Itoa(MaxBytes>>20))
	case !sheets:
		return kernel.NewInvalid("list.kind")
	}
	return nil
}

// dayStyles knows which cells of a workbook are days: there they are numbers,
// and only how they are shown tells.
type dayStyles struct {
	book      *excelize.File
	known     map[int]bool // by style
	since1904 bool
}

// text is a cell as a list would write it: a day as 2026-03-01.
func (d *dayStyles) text(sheet string, column, row int, raw string) string {
	number, err := strconv.ParseFloat(raw, 64)
	if err != nil || number < 1 || number > 80_000 { // 1900 to 2119
		return raw
	}
	at, err := excelize.CoordinatesToCellName(column, row)
	if err != nil {
		return raw
	}
	style, err := d.book.GetCellStyle(sheet, at)
	if err != nil || !d.day(style) {
		return raw
	}
	t, err := excelize.ExcelDateToTime(number, d.since1904)
	if err != nil {
		return raw
	}
	return t.Format(time.DateOnly)
}

func (d *dayStyles) day(id int) bool {
	is, known := d.known[id]
	if known {
		return is
	}
	if style, err := d.book.GetStyle(id); err == nil && style != nil {
		custom := ""
		if style.CustomNumFmt != nil {
			custom = strings.ToLower(*style.CustomNumFmt)
		}
		is = style.NumFmt >= 14 && style.NumFmt <= 17 || style.NumFmt == 22 || style.NumFmt >= 27 && style.NumFmt <= 36 ||
			style.NumFmt >= 50 && style.NumFmt <= 58 || strings.Contains(custom, "yy") || strings.Contains(custom, "jj") || strings.Contains(custom, "d/m")
	}
	d.known[id] = is
	return is
}

func since1904(book *excelize.File) bool {
	props, err := book.GetWorkbookProps()
	return err == nil && props.Date1904 != nil && *props.Date1904
}
