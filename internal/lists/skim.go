package lists

import (
	"encoding/binary"

	"github.com/parquet-go/parquet-go/format"
)

// A Parquet file says how long its parts are, and the library makes room for
// them before it looks whether they are there: forty bytes can ask for four
// gigabytes. So what such a file says of itself is skimmed first, and each part
// has to lie within the file and within what a list may be.

// Bounds of what a file says of itself.
const (
	mostParts  = 1 << 14 // in one list of parts
	allParts   = 1 << 17 // in all lists of one place
	deepest    = 24      // structures within each other
	onePage    = unpacked
	mostPages  = 1 << 16
	parquetEnd = 8 // the length of the end, and the mark
)

// footed tells whether the end of a file that says what is in it lies within it,
// and is what it has to be.
func footed(data []byte) bool {
	if len(data) < 4+parquetEnd {
		return false
	}
	length := int64(binary.LittleEndian.Uint32(data[len(data)-parquetEnd:]))
	if length > int64(len(data)-4-parquetEnd) {
		return false
	}
	s := skim{left: data[int64(len(data)-parquetEnd)-length : len(data)-parquetEnd]}
	return s.structure(0, nil)
}

// paged tells whether the pages of each column lie within the file, and are no
// longer than a list may be.
func paged(data []byte, of *format.FileMetaData) bool {
	pages := 0
	for _, group := range of.RowGroups {
		for _, c := range group.Columns {
			at := c.MetaData.DataPageOffset
			if d := c.MetaData.DictionaryPageOffset; d > 0 && d < at {
				at = d
			}
			length := c.MetaData.TotalCompressedSize
			if at < 0 || length < 0 || at > int64(len(data)) || length > int64(len(data))-at {
				return false
			}
			for left := data[at : at+length]; len(left) > 0; pages++ {
				s := skim{left: left}
				sizes := map[int64]int64{}
				if pages > mostPages || !s.structure(0, sizes) {
					return false
				}
				whole, packed := sizes[2], sizes[3]
				if whole < 0 || whole > onePage || packed < 0 || packed > int64(len(s.left)) {
					return false
				}
				left = s.left[packed:]
			}
		}
	}
	return true
}

// skim passes over what is written in Thrift's compact form.
type skim struct {
	left  []byte
	parts int
}

func (s *skim) pass(n uint64) bool {
	if n > uint64(len(s.left)) {
		return false
	}
	s.left = s.left[n:]
	return true
}

func (s *skim) number() (n uint64, ok bool) {
	n, k := binary.Uvarint(s.left)
	if k <= 0 {
		return 0, false
	}
	s.left = s.left[k:]
	return n, true
}

func (s *skim) one() (b byte, ok bool) {
	if len(s.left) == 0 {
		return 0, false
	}
	b, s.left = s.left[0], s.left[1:]
	return b, true
}

// structure passes over one, and notes its whole numbers by field where asked.
func (s *skim) structure(depth int, numbers map[int64]int64) bool {
	for field := int64(0); depth < deepest; {
		head, ok := s.one()
		if !ok {
			return false
		}
		if head&15 == 0 {
			return true
		}
		if step := int64(head >> 4); step > 0 {
			field += step
		} else if n, ok := s.number(); ok {
			field = zigzag(n)
		} else {
			return false
		}
		if kind := head & 15; numbers != nil && (kind == 4 || kind == 5 || kind == 6) {
			n, ok := s.number()
			if !ok {
				return false
			}
			numbers[field] = zigzag(n)
		} else if kind > 2 && !s.value(kind, depth) { // yes and no stand in the head itself
			return false
		}
	}
	return false
}

func zigzag(n uint64) int64 { return int64(n>>1) ^ -int64(n&1) }

func (s *skim) value(kind byte, depth int) bool {
	switch kind {
	case 1, 2, 3: // a byte, or yes or no within a list
		return s.pass(1)
	case 4, 5, 6:
		_, ok := s.number()
		return ok
	case 7:
		return s.pass(8)
	case 8:
		n, ok := s.number()
		return ok && s.pass(n)
	case 9, 10:
		head, ok := s.one()
		n := uint64(head >> 4)
		if n == 15 && ok {
			n, ok = s.number()
		}
		return ok && s.list(n, depth, head&15)
	case 12:
		return s.structure(depth+1, nil)
	}
	return false // maps stand nowhere in these
}

func (s *skim) list(n uint64, depth int, kind byte) bool {
	if n > mostParts {
		return false
	}
	if s.parts += int(n); s.parts > allParts {
		return false
	}
	for range n {
		if !s.value(kind, depth+1) {
			return false
		}
	}
	return true
}
