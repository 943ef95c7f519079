package hsds

import "strconv"

// PageHead says where in a list a page stands.
type PageHead struct {
	TotalItems int  // in the whole list
	TotalPages int  // 0 where the list is empty
	PageNumber int  // from 1
	Size       int  // on this page
	FirstPage  bool // nothing stands before it
	LastPage   bool // nothing stands after it
	Empty      bool // nothing stands on it
}

// Page is one page of a list.
type Page[T Record] struct {
	PageHead
	Contents []T
}

// PageOf is the head of page number, from 1, of a list of total things of
// which perPage, at least 1, stand on a page. A page after the last one is
// empty. Where the list is empty its first page is also the last.
func PageOf(total, number, perPage int) PageHead {
	pages := (total + perPage - 1) / perPage
	size := min(perPage, max(0, total-(number-1)*perPage))
	return PageHead{
		TotalItems: total, TotalPages: pages, PageNumber: number, Size: size,
		FirstPage: number == 1, LastPage: number >= pages, Empty: size == 0,
	}
}

// From is the index in the whole list of the first thing on the page, when
// perPage stand on each.
func (h PageHead) From(perPage int) int { return min((h.PageNumber-1)*perPage, h.TotalItems) }

// member is where a member of the head is kept; nil for any other name, and
// where no head is wanted, a place that is thrown away.
func (h *PageHead) member(name string) any {
	var away PageHead
	if h == nil {
		h = &away
	}
	switch name {
	case "total_items":
		return &h.TotalItems
	case "total_pages":
		return &h.TotalPages
	case "page_number":
		return &h.PageNumber
	case "size":
		return &h.Size
	case "first_page":
		return &h.FirstPage
	case "last_page":
		return &h.LastPage
	case "empty":
		return &h.Empty
	}
	return nil
}

// AppendOpen writes the head of a page up to the bracket that opens its
// contents; after them come "]}".
func (h PageHead) AppendOpen(b []byte) []byte {
	for i, m := range []struct {
		name  string
		value int
	}{{"total_items", h.TotalItems}, {"total_pages", h.TotalPages}, {"page_number", h.PageNumber}, {"size", h.Size}} {
		b = append(b, "{,"[min(i, 1)])
		b = append(appendText(b, m.name), ':')
		b = strconv.AppendInt(b, int64(m.value), 10)
	}
	for _, m := range []struct {
		name  string
		value bool
	}{{"first_page", h.FirstPage}, {"last_page", h.LastPage}, {"empty", h.Empty}} {
		b = append(appendText(append(b, ','), m.name), ':')
		b = strconv.AppendBool(b, m.value)
	}
	return append(b, `,"contents":[`...)
}

// AppendPage writes a page with its records, whole or brief.
func AppendPage[T Record](b []byte, p Page[T], v Version, full bool) []byte {
	b = p.AppendOpen(b)
	for i := range p.Contents {
		if i > 0 {
			b = append(b, ',')
		}
		if full {
			b = Append(b, &p.Contents[i], v)
		} else {
			b = AppendBrief(b, &p.Contents[i], v)
		}
	}
	return append(b, "]}"...)
}
