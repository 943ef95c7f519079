package population

import (
	"io"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// cursor goes down one column of a Parquet file.
type cursor struct {
	groups  []parquet.RowGroup
	column  int
	kind    parquet.Kind
	logical *format.LogicalType
	level   byte // of a value that is there
	pages   parquet.Pages
	page    *page
	dict    parquet.Dictionary
	words   []string
}

// page is a page in the types in which it lies.
type page struct {
	raw     parquet.Page
	levels  []byte
	rows    int
	row, at int // the next row, and where its value stands if it has one
	bits    []byte
	ints    []int32 // or places in words
	longs   []int64
	doubles []float64
	floats  []float32
	fixed   []byte
	width   int
	data    []byte
	offsets []uint32
	words   []string // of the dictionary
}

func (p *page) bytes(at int) []byte { return p.data[p.offsets[at]:p.offsets[at+1]] }

// each goes over the next n rows: at is where the value stands in the page, -1
// when there is none. The end of the column before that is an error.
func (c *cursor) each(n int, f func(row int, p *page, at int)) error {
	for row := 0; row < n; {
		if c.page == nil || c.page.row == c.page.rows {
			if err := c.next(); err != nil {
				return err
			}
			continue
		}
		p := c.page
		for ; row < n && p.row < p.rows; row++ {
			at := -1
			if p.levels == nil || p.levels[p.row] == c.level {
				at = p.at
				p.at++
			}
			p.row++
			f(row, p, at)
		}
	}
	return nil
}

// next reads a page.
func (c *cursor) next() error {
	if c.page != nil {
		parquet.Release(c.page.raw)
		c.page = nil
	}
	for {
		if c.pages == nil {
			if len(c.groups) == 0 {
				return io.ErrUnexpectedEOF
			}
			c.pages, c.groups = c.groups[0].ColumnChunks()[c.column].Pages(), c.groups[1:]
		}
		raw, err := c.pages.ReadPage()
		if err == io.EOF {
			if err := c.pages.Close(); err != nil {
				return err
			}
			c.pages = nil
			continue
		}
		if err != nil {
			return err
		}
		return c.open(raw)
	}
}

func (c *cursor) open(raw parquet.Page) error {
	p := &page{raw: raw, rows: int(raw.NumRows())}
	if c.level > 0 {
		p.levels = raw.DefinitionLevels()
	}
	c.page = p
	data := raw.Data()
	if dict := raw.Dictionary(); dict != nil && c.kind != parquet.Boolean {
		p.ints = data.Int32()
		if dict != c.dict {
			c.dict, c.words = dict, nil
			for i := range dict.Len() {
				v := dict.Index(int32(i))
				switch c.kind {
				case parquet.ByteArray:
					c.words = append(c.words, string(v.ByteArray()))
				default:
					c.words = append(c.words, "")
				}
			}
		}
		if c.kind == parquet.ByteArray {
			p.words = c.words
			if len(c.words) == 0 {
				p.words = []string{""}
			}
			return nil
		}
		return c.plainly(p, dict)
	}
	switch c.kind {
	case parquet.Boolean:
		p.bits = data.Boolean()
	case parquet.Int32:
		p.ints = data.Int32()
	case parquet.Int64:
		p.longs = data.Int64()
	case parquet.Double:
		p.doubles = data.Double()
	case parquet.Float:
		p.floats = data.Float()
	case parquet.ByteArray:
		p.data, p.offsets = data.ByteArray()
	case parquet.FixedLenByteArray:
		p.fixed, p.width = data.FixedLenByteArray()
	}
	return nil
}

// plainly looks the values of a page up in its dictionary.
func (c *cursor) plainly(p *page, dict parquet.Dictionary) error {
	places := p.ints
	p.ints = nil
	for _, i := range places {
		switch v := dict.Index(i); c.kind {
		case parquet.Int32:
			p.ints = append(p.ints, v.Int32())
		case parquet.Int64:
			p.longs = append(p.longs, v.Int64())
		case parquet.Double:
			p.doubles = append(p.doubles, v.Double())
		case parquet.Float:
			p.floats = append(p.floats, v.Float())
		case parquet.FixedLenByteArray:
			p.fixed, p.width = append(p.fixed, v.ByteArray()...), len(v.ByteArray())
		}
	}
	return nil
}

func (c *cursor) close() {
	if c.page != nil {
		parquet.Release(c.page.raw)
		c.page = nil
	}
	if c.pages != nil {
		_ = c.pages.Close() // it was only read
		c.pages = nil
	}
}
