package population

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/big"
	"os"
	"strconv"
	"strings"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"

	"github.com/bondgenoot/bondgenoot/rules"
)

// parquetSource reads a Parquet file, column by column, a page at a time.
type parquetSource struct {
	file    string
	from    io.Closer
	whole   *parquet.File
	head    []string
	cursors []*cursor
	key     int
	row     int64
}

var errNotParquet = errors.New("this is no whole Parquet file; write it again, or give CSV")

// sound turns what a broken file does to the library into an error.
func sound(err *error) {
	if r := recover(); r != nil {
		*err = errNotParquet
	}
}

func openParquet(path string) (*parquetSource, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	s, err := newParquet(path, f, info.Size())
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	s.from = f
	return s, nil
}

// footed refuses a file whose end, which says what is in it, would not lie
// within it: the library makes room for that before it looks.
func footed(r io.ReaderAt, size int64) error {
	const ends = 8 // its length, and the mark
	var end [ends]byte
	if size < 4+ends {
		return errNotParquet
	}
	if _, err := r.ReadAt(end[:], size-ends); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if int64(binary.LittleEndian.Uint32(end[:])) > size-4-ends {
		return errNotParquet
	}
	return nil
}

func newParquet(name string, r io.ReaderAt, size int64) (s *parquetSource, err error) {
	defer sound(&err)
	if err := footed(r, size); err != nil {
		return nil, err
	}
	whole, err := parquet.OpenFile(r, size, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true), parquet.ReadBufferSize(64<<10))
	if err != nil {
		return nil, fmt.Errorf("%w (%v)", errNotParquet, err)
	}
	s = &parquetSource{file: name, whole: whole, key: -1}
	for _, f := range whole.Root().Columns() {
		s.head = append(s.head, f.Name())
		s.cursors = append(s.cursors, nil)
		if !f.Leaf() || f.Repeated() {
			continue
		}
		c := &cursor{groups: whole.RowGroups(), column: f.Index(), kind: f.Type().Kind(), logical: f.Type().LogicalType()}
		if f.Optional() {
			c.level = 1
		}
		if f.Name() == "family" {
			s.key = len(s.cursors) - 1
		}
		s.cursors[len(s.cursors)-1] = c
	}
	return s, nil
}

func (s *parquetSource) name() string     { return s.file }
func (s *parquetSource) header() []string { return s.head }

func (s *parquetSource) share() float64 {
	return float64(s.row) / float64(max(1, s.whole.NumRows()))
}

func (s *parquetSource) Close() error {
	for _, c := range s.cursors {
		if c != nil {
			c.close()
		}
	}
	if s.from == nil {
		return nil
	}
	return s.from.Close()
}

func (s *parquetSource) keys(n int, report func(Problem)) (out []rowKey, err error) {
	defer sound(&err)
	n = int(min(int64(n), s.whole.NumRows()-s.row))
	err = s.cursors[s.key].each(n, func(_ int, p *page, at int) {
		s.row++
		k := rowKey{at: s.row}
		switch {
		case at < 0:
			k.torn = true
			report(Problem{File: s.file, Row: k.at, Column: "family", Reason: "the family has no key", Remedy: "give every family one of its own"})
		case s.cursors[s.key].kind == parquet.Int64 && p.words == nil:
			k.key = key{n: p.longs[at], s: numbered}
		default:
			text, _ := s.cursors[s.key].text(p, at)
			k.key = keyOf(text)
		}
		out = append(out, k)
	})
	return out, err
}

func (s *parquetSource) take(column int, x *rules.Fact, n int, into *filled, bad func(int, string, string)) (err error) {
	defer sound(&err)
	c := s.cursors[column]
	if c == nil || column == s.key || x == nil {
		return nil
	}
	decimal, scale := c.decimal()
	switch {
	case x.Type == rules.TypeBool && c.kind == parquet.Boolean:
		return c.each(n, func(row int, p *page, at int) {
			if at >= 0 {
				into.Known.Set(row)
				if p.bits[at>>3]>>(at&7)&1 != 0 {
					into.Bools.Set(row)
				}
			}
		})
	case c.kind == parquet.Int64 && (x.Type == rules.TypeInt && c.plain() || x.Type == rules.TypeMoney && decimal && scale == 2):
		return c.each(n, func(row int, p *page, at int) {
			if at >= 0 {
				into.Known.Set(row)
				into.Ints[row] = p.longs[at]
			}
		})
	case x.Type == rules.TypeDate && c.day():
		return c.each(n, func(row int, p *page, at int) {
			if at >= 0 {
				into.Known.Set(row)
				into.Dates[row] = rules.Date(p.ints[at])
			}
		})
	case (x.Type == rules.TypeChoice || x.Type == rules.TypeCode) && c.kind == parquet.ByteArray:
		var last *page
		var codes []int32 // of the words of a page's dictionary
		return c.each(n, func(row int, p *page, at int) {
			switch {
			case at < 0:
			case p.words == nil:
				into.setWord(row, string(p.bytes(at)))
			default:
				if p != last {
					if last == nil || &last.words[0] != &p.words[0] {
						codes = make([]int32, len(p.words))
					}
					last = p
				}
				i := p.ints[at]
				if codes[i] == 0 {
					into.setWord(row, p.words[i])
					codes[i] = into.Codes[row] + 1
					return
				}
				into.Codes[row] = codes[i] - 1
				into.Known.Set(row)
			}
		})
	}
	return c.each(n, func(row int, p *page, at int) {
		if at < 0 {
			return
		}
		text, ok := c.text(p, at)
		reason, remedy := "this kind of column cannot hold this fact", "write it as text"
		if ok {
			reason, remedy = into.setText(x, row, text)
		}
		if reason != "" {
			bad(row, reason, remedy)
		}
	})
}

// text is a value as CSV would have it.
func (c *cursor) text(p *page, at int) (string, bool) {
	decimal, scale := c.decimal()
	whole := func(n int64) (string, bool) {
		switch {
		case decimal:
			return shifted(big.NewInt(n), scale), true
		case c.day():
			return rules.Date(n).String(), true
		}
		return strconv.FormatInt(n, 10), c.plain()
	}
	if p.words != nil {
		return p.words[p.ints[at]], true
	}
	switch c.kind {
	case parquet.Boolean:
		return strconv.FormatBool(p.bits[at>>3]>>(at&7)&1 != 0), true
	case parquet.Int32:
		return whole(int64(p.ints[at]))
	case parquet.Int64:
		return whole(p.longs[at])
	case parquet.Double:
		return strconv.FormatFloat(p.doubles[at], 'f', -1, 64), true
	case parquet.Float:
		return strconv.FormatFloat(float64(p.floats[at]), 'f', -1, 32), true
	case parquet.ByteArray:
		return string(p.bytes(at)), !decimal
	case parquet.FixedLenByteArray:
		if b := p.fixed[at*p.width : (at+1)*p.width]; decimal && len(b) > 0 {
			n := new(big.Int).SetBytes(b)
			if b[0]&0x80 != 0 {
				n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
			}
			return shifted(n, scale), true
		}
	}
	return "", false
}

// shifted writes n with its last digits behind the point.
func shifted(n *big.Int, scale int) string {
	s := new(big.Rat).SetFrac(n, new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil)).FloatString(scale)
	if strings.Contains(s, ".") {
		s = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	}
	return s
}

func (c *cursor) decimal() (bool, int) {
	if c.logical != nil {
		if d, ok := c.logical.Value.(*format.DecimalType); ok {
			return true, int(min(38, max(0, d.Scale)))
		}
	}
	return false, 0
}

func (c *cursor) day() bool {
	if c.logical == nil || c.kind != parquet.Int32 {
		return false
	}
	_, ok := c.logical.Value.(*format.DateType)
	return ok
}

// plain tells whether whole numbers are just that.
func (c *cursor) plain() bool {
	if c.logical == nil || c.logical.Value == nil {
		return true
	}
	_, ok := c.logical.Value.(*format.IntType)
	return ok
}
