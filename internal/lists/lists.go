// Package lists reads a list that somebody made in another program, CSV, an
// Excel workbook or Parquet, as a line of names and rows of text. Which of the
// three it is shows its content, never its name. How a CSV is written (its
// letters, its separator) is found out and told; what no program can be sure
// of, a date or a decimal comma, is left to who knows the list.
//
// It keeps nothing, writes no file besides, and its faults hold no value of
// anybody: a list is about people.
package lists

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Form is the kind of file in which a list came.
type Form string

// The forms.
const (
	CSV     Form = "csv"
	XLSX    Form = "xlsx"
	Parquet Form = "parquet"
)

// Bounds of a list.
const (
	MaxBytes   = 5 << 20 // of the file
	MaxRows    = 20_000
	MaxColumns = 60
	MaxCell    = 500      // letters
	unpacked   = 64 << 20 // bytes of all that is packed in the file
)

// List is what was read.
type List struct {
	Form      Form
	Encoding  string // of a CSV: utf-8, utf-16 or windows-1252
	Separator string // of a CSV: one letter
	Sheet     string // of a workbook: the one that was read
	Sheets    int    // how many a workbook has
	Head      []string
	Rows      []Row
}

// Row is one line. What cannot be read as one has no cells, and a reason.
type Row struct {
	Line  int64    // of a CSV its line, of a workbook its row, of Parquet its number; from 1
	Cells []string // as many as the head has names
	Wrong string   // a reason, of [Torn], [Width], [Long]; empty: it can be read
}

// The reasons why a row cannot be read.
const (
	Torn  = "torn"  // its quotes do not close
	Width = "width" // it has more cells than the head has names
	Long  = "long"  // a cell is longer than anything a list should hold
)

// Bounds are how large a list may be. Those of a list of people are the
// narrowest; a list of what there is for them holds texts.
type Bounds struct {
	Bytes int // of the file
	Cell  int // letters of one cell
}

// Read reads a list of people, as [Bounds.Read] does.
func Read(data []byte) (*List, error) { return Bounds{MaxBytes, MaxCell}.Read(data) }

// Read reads a list. What is no list at all is Invalid or TooMany with a key
// under "list.": empty, kind, locked, broken, head, head_data, head_twice, bytes,
// rows, columns.
func (b Bounds) Read(data []byte) (l *List, err error) {
	if len(data) > b.Bytes {
		return nil, kernel.NewTooMany("list.bytes").With("limit", strconv.Itoa(b.Bytes>>20))
	}
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		return nil, kernel.NewInvalid("list.empty")
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		l, err = readXLSX(data)
	case bytes.HasPrefix(data, []byte("PAR1")):
		l, err = readParquet(data)
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")): // an old workbook, or one with a password
		return nil, kernel.NewInvalid("list.locked")
	default:
		l, err = readCSV(data)
	}
	if err != nil {
		return nil, err
	}
	if err := l.tidy(b.Cell); err != nil {
		return nil, err
	}
	return l, nil
}

// tidy holds what every list must be, whatever it came from.
func (l *List) tidy(cell int) error {
	for len(l.Head) > 0 && strings.TrimSpace(l.Head[len(l.Head)-1]) == "" {
		l.Head = l.Head[:len(l.Head)-1] // a separator at the end of each line
	}
	if len(l.Head) == 0 {
		return kernel.NewInvalid("list.head")
	}
	if len(l.Head) > MaxColumns {
		return kernel.NewTooMany("list.columns").With("limit", strconv.Itoa(MaxColumns))
	}
	seen := map[string]bool{}
	for i, name := range l.Head {
		name = strings.Join(strings.Fields(clean(name)), " ")
		if utf8.RuneCountInString(name) > 80 {
			return kernel.NewInvalid("list.head_data")
		}
		if name == "" {
			name = "(" + strconv.Itoa(i+1) + ")"
		}
		folded := kernel.Fold(name)
		if seen[folded] {
			return kernel.NewInvalid("list.head_twice").With("column", strconv.Itoa(i+1))
		}
		seen[folded] = true
		l.Head[i] = name
	}
	if headless(l.Head) {
		return kernel.NewInvalid("list.head_data")
	}
	if len(l.Rows) > MaxRows {
		return kernel.NewTooMany("list.rows").With("limit", strconv.Itoa(MaxRows))
	}
	rows := l.Rows[:0]
	for _, r := range l.Rows {
		if r = r.tidied(len(l.Head), cell); r.Wrong != "" || !r.blank() {
			rows = append(rows, r)
		}
	}
	l.Rows = rows
	if len(l.Rows) == 0 {
		return kernel.NewInvalid("list.empty")
	}
	return nil
}

func (r Row) tidied(width, most int) Row {
	if r.Wrong != "" {
		r.Cells = nil
		return r
	}
	for i, cell := range r.Cells {
		cell = strings.TrimSpace(clean(cell))
		if utf8.RuneCountInString(cell) > most {
			return Row{Line: r.Line, Wrong: Long}
		}
		if i >= width && cell != "" {
			return Row{Line: r.Line, Wrong: Width}
		}
		r.Cells[i] = cell
	}
	for len(r.Cells) < width {
		r.Cells = append(r.Cells, "")
	}
	r.Cells = r.Cells[:width]
	return r
}

func (r Row) blank() bool {
	for _, cell := range r.Cells {
		if cell != "" {
			return false
		}
	}
	return true
}

// clean leaves out what is no letter: what is not UTF-8, and what a database or
// a page cannot hold.
func clean(s string) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r' || r == '\u00a0':
			return ' '
		case r < ' ' || r == 0x7f || r == '\ufeff':
			return -1
		}
		return r
	}, s)
}

// headless tells whether what should be names of columns is the first of the
// rows: a national number, a day or an amount is the name of no column.
func headless(head []string) bool {
	numbers := 0
	for _, name := range head {
		digits := 0
		for _, r := range name {
			if r >= '0' && r <= '9' {
				digits++
			}
		}
		if digits >= 6 {
			return true
		}
		if digits > 0 && digits*2 >= utf8.RuneCountInString(name) && !strings.HasPrefix(name, "(") {
			numbers++
		}
	}
	return numbers*2 > len(head) || numbers > 2
}
