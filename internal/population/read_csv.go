package population

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/rules"
)

// key names a family in a file: a whole number, or a text.
type key struct {
	n int64
	s string
}

// source is a table that is read in pieces: first the keys of some rows, then
// each column of the same rows.
type source interface {
	name() string
	header() []string
	// keys are those of the next rows, at most n; none at the end. A row that
	// cannot be read at all is a problem and has no key (torn).
	keys(n int, report func(Problem)) ([]rowKey, error)
	// take fills a column with the next n rows.
	take(column int, x *rules.Fact, n int, into *filled, bad func(row int, reason, remedy string)) error
	// share is how much of the file was read.
	share() float64
	Close() error
}

// rowKey is the family that a row is about, and where it stands.
type rowKey struct {
	key
	at   int64
	torn bool
}

// csvSource reads a CSV: UTF-8, with or without a byte order mark, with commas,
// semicolons or tabs.
type csvSource struct {
	file    string
	from    io.Closer
	count   *counted
	size    int64
	rows    *csv.Reader
	head    []string
	columns [][]string // cells that were read and not taken
	key     int
}

// counted counts what is read.
type counted struct {
	io.Reader
	n int64
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	c.n += int64(n)
	return n, err
}

var errNoHeader = errors.New("the file has no line with the names of its columns")

func openCSV(path string) (*csvSource, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	size := int64(0)
	if info, err := f.Stat(); err == nil {
		size = info.Size()
	}
	s, err := newCSV(path, f, size)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	s.from = f
	return s, nil
}

func newCSV(name string, r io.Reader, size int64) (*csvSource, error) {
	s := &csvSource{file: name, count: &counted{Reader: r}, size: size}
	in := bufio.NewReaderSize(s.count, 1<<20)
	if mark, _ := in.Peek(3); bytes.Equal(mark, []byte("\ufeff")) {
		_, _ = in.Discard(3) // just seen
	}
	start, _ := in.Peek(64 << 10)
	first, _, _ := bytes.Cut(start, []byte("\n"))
	s.rows = csv.NewReader(in)
	s.rows.FieldsPerRecord = -1
	for _, c := range ";\t" {
		if strings.Count(string(first), string(c)) > strings.Count(string(first), string(s.rows.Comma)) {
			s.rows.Comma = c
		}
	}
	head, err := s.rows.Read()
	if err != nil {
		return nil, errNoHeader
	}
	s.rows.ReuseRecord = true
	s.key = -1
	for i, h := range head {
		h = strings.ToLower(strings.TrimSpace(h))
		s.head = append(s.head, strings.Clone(h))
		if h == "family" {
			s.key = i
		}
	}
	s.columns = make([][]string, len(s.head))
	return s, nil
}

func (s *csvSource) name() string     { return s.file }
func (s *csvSource) header() []string { return s.head }

func (s *csvSource) share() float64 {
	if s.size == 0 {
		return 1
	}
	return float64(s.count.n) / float64(s.size)
}

func (s *csvSource) Close() error {
	if s.from == nil {
		return nil
	}
	return s.from.Close()
}

func (s *csvSource) keys(n int, report func(Problem)) (out []rowKey, err error) {
	for len(out) < n {
		record, err := s.rows.Read()
		if err == io.EOF {
			break
		}
		k := rowKey{}
		wrong, torn := errors.AsType[*csv.ParseError](err)
		switch {
		case torn:
			k.at, k.torn = int64(wrong.Line), true
			report(Problem{File: s.file, Row: k.at, Reason: "this line cannot be taken apart", Remedy: "check its quotes"})
		case err != nil:
			return nil, err
		}
		if !torn {
			line, _ := s.rows.FieldPos(0)
			k.at = int64(line)
		}
		switch {
		case torn:
		case len(record) != len(s.head):
			k.torn = true
			report(Problem{File: s.file, Row: k.at, Reason: "this line has not as many cells as the first has names", Remedy: "check its separators and quotes"})
			if s.key < len(record) {
				k.key = keyOf(record[s.key])
			}
		default:
			k.key = keyOf(record[s.key])
		}
		if !k.torn && k.key == (key{}) {
			k.torn = true
			report(Problem{File: s.file, Row: k.at, Column: "family", Reason: "the family has no key", Remedy: "give every family one of its own"})
		}
		for i := range s.columns {
			cell := ""
			if !k.torn && i != s.key {
				cell = strings.Clone(record[i])
			}
			s.columns[i] = append(s.columns[i], cell)
		}
		out = append(out, k)
	}
	return out, nil
}

// keyOf reads a key: digits are a number unless that would lose something.
func keyOf(text string) key {
	text = strings.TrimSpace(text)
	if len(text) > 0 && len(text) < 19 && (text[0] != '0' || text == "0") {
		n := int64(0)
		for i := range len(text) {
			if text[i] < '0' || text[i] > '9' {
				return key{s: strings.Clone(text)}
			}
			n = n*10 + int64(text[i]-'0')
		}
		return key{n: n, s: numbered}
	}
	return key{s: strings.Clone(text)}
}

// numbered marks keys that are numbers, so that 0 is a key as well.
const numbered = "\x00"

func (s *csvSource) take(column int, x *rules.Fact, n int, into *filled, bad func(int, string, string)) error {
	cells := s.columns[column]
	if x != nil {
		for row, text := range cells[:n] {
			if reason, remedy := into.setText(x, row, text); reason != "" {
				bad(row, reason, remedy)
			}
		}
	}
	s.columns[column] = append(cells[:0], cells[n:]...)
	return nil
}

func (k key) String() string {
	if k.s == numbered {
		return strconv.FormatInt(k.n, 10)
	}
	return k.s
}
