package lists

import (
	"bytes"
	"encoding/binary"
	"encoding/csv"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// separators are the letters between cells, the likeliest in Belgium first.
const separators = ";,\t|"

// readCSV reads a list of text.
func readCSV(data []byte) (*List, error) {
	text, encoding, err := decoded(data)
	if err != nil {
		return nil, err
	}
	l := &List{Form: CSV, Encoding: encoding}
	separator := separatorOf(text)
	l.Separator = string(separator)
	rows := csv.NewReader(strings.NewReader(text))
	rows.Comma, rows.FieldsPerRecord = separator, -1
	for {
		record, err := rows.Read()
		if err == io.EOF {
			return l, nil
		}
		wrong, torn := errors.AsType[*csv.ParseError](err)
		switch {
		case torn && l.Head == nil:
			return nil, kernel.NewInvalid("list.broken")
		case torn:
			l.Rows = append(l.Rows, Row{Line: int64(wrong.Line), Wrong: Torn})
		case err != nil:
			return nil, kernel.NewInvalid("list.broken")
		case l.Head == nil:
			l.Head = record
		default:
			line, _ := rows.FieldPos(0)
			l.Rows = append(l.Rows, Row{Line: int64(line), Cells: record})
		}
		if len(l.Rows) > 2*MaxRows { // also empty ones
			return nil, kernel.NewTooMany("list.rows").With("limit", strconv.Itoa(MaxRows))
		}
	}
}

// decoded is the file as text, and how its letters were written.
func decoded(data []byte) (text, encoding string, err error) {
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		data = data[3:]
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		return fromUTF16(data[2:], binary.LittleEndian)
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		return fromUTF16(data[2:], binary.BigEndian)
	}
	if bytes.IndexByte(data, 0) >= 0 { // a picture, a letter, a program
		return "", "", kernel.NewInvalid("list.kind")
	}
	if bytes.HasPrefix(data, []byte("%PDF")) || bytes.HasPrefix(data, []byte("{\\rtf")) || bytes.HasPrefix(bytes.TrimSpace(data), []byte("<")) {
		return "", "", kernel.NewInvalid("list.kind")
	}
	if utf8.Valid(data) {
		return string(data), "utf-8", nil
	}
	var b strings.Builder
	b.Grow(len(data) + len(data)/8)
	for _, c := range data {
		switch {
		case c < 0x80 || c >= 0xa0:
			b.WriteRune(rune(c))
		default:
			b.WriteRune(windows1252[c-0x80])
		}
	}
	return b.String(), "windows-1252", nil
}

// windows1252 are the letters from 0x80 to 0x9f, in which it differs from
// Latin-1.
var windows1252 = [32]rune{'€', '\ufffd', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\ufffd', 'Ž', '\ufffd',
	'\ufffd', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\ufffd', 'ž', 'Ÿ'}

func fromUTF16(data []byte, order binary.ByteOrder) (text, encoding string, err error) {
	if len(data)%2 != 0 {
		return "", "", kernel.NewInvalid("list.broken")
	}
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = order.Uint16(data[2*i:])
	}
	return string(utf16.Decode(units)), "utf-16", nil
}

// separatorOf is the letter that takes the first lines apart into the same
// number of cells, and into the most of them.
func separatorOf(text string) rune {
	best, most := rune(separators[0]), 0
	for _, c := range separators {
		rows := csv.NewReader(strings.NewReader(text))
		rows.Comma, rows.FieldsPerRecord = c, -1
		width, same := 0, 0
		for range 20 {
			record, err := rows.Read()
			if err != nil {
				break
			}
			if width == 0 {
				width = len(record)
			}
			if len(record) == width {
				same++
			}
		}
		if score := (width - 1) * same; score > most {
			best, most = c, score
		}
	}
	return best
}
