package sepa

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
)

// Limits of what is read.
const (
	MaxBytes    = 16 << 20 // of a file
	maxDepth    = 40
	maxElements = 1_000_000
	maxWords    = 4000 // characters of one element
	maxProblems = 500  // that are told
)

// element is one element of a message, with what stands in it.
type element struct {
	name     string
	currency string // the attribute Ccy
	text     string
	line     int
	kids     []*element
}

// parse reads a whole message of the family ("pain.002.001.", "camt.053.001.")
// into elements. It takes no document type, no entity of the file's own and no
// other encoding than UTF-8.
func parse(data []byte, family string) (*element, error) {
	one := func(line int, at, reason string) error {
		return Problems{{Payment: -1, Line: line, At: at, Reason: reason}}
	}
	if len(data) > MaxBytes {
		return nil, one(0, "file", "size")
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	d := xml.NewDecoder(bytes.NewReader(data))
	root := &element{name: "file", line: 1}
	stack := []*element{root}
	count := 0
	for {
		token, err := d.Token()
		line, _ := d.InputPos()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, one(line, "file", "xml")
		}
		top := stack[len(stack)-1]
		switch t := token.(type) {
		case xml.Directive:
			return nil, one(line, "file", "forbidden")
		case xml.StartElement:
			if count++; count > maxElements || len(stack) > maxDepth {
				return nil, one(line, shown(t.Name.Local), "deep")
			}
			if len(stack) == 1 && (t.Name.Local != "Document" || !strings.HasPrefix(t.Name.Space, "urn:iso:std:iso:20022:tech:xsd:"+family)) {
				return nil, one(line, shown(t.Name.Local), "message")
			}
			e := &element{name: t.Name.Local, line: line}
			for _, a := range t.Attr {
				if a.Name.Local == "Ccy" {
					e.currency = a.Value
				}
			}
			top.kids = append(top.kids, e)
			stack = append(stack, e)
		case xml.EndElement:
			top.text = strings.TrimSpace(top.text)
			stack = stack[:len(stack)-1]
		case xml.CharData:
			full := len(top.text)+len(t) > maxWords
			if full && len(bytes.TrimSpace(t)) > 0 {
				return nil, one(line, shown(top.name), "long")
			}
			if !full && len(top.kids) == 0 {
				top.text += string(t)
			}
		}
	}
	if len(stack) != 1 || len(root.kids) != 1 {
		return nil, one(1, "file", "xml")
	}
	return root.kids[0], nil
}

// shown is the name of an element, short enough to be told.
func shown(name string) string {
	if len(name) > maxID {
		return name[:maxID]
	}
	return name
}

// at is the first element on a path ("Acct/Id/IBAN"), or an empty one at the
// line of what it was looked for in.
func (e *element) at(path string) *element {
	for name := range strings.SplitSeq(path, "/") {
		next := &element{name: name, line: e.line}
		for _, k := range e.kids {
			if k.name == name {
				next = k
				break
			}
		}
		e = next
	}
	return e
}

// each lists the elements of a name.
func (e *element) each(name string) (all []*element) {
	for _, k := range e.kids {
		if k.name == name {
			all = append(all, k)
		}
	}
	return all
}

// told adds a problem at a line of a file, up to as many as are told.
func (ps *Problems) told(line int, at, reason string) {
	if len(*ps) < maxProblems {
		*ps = append(*ps, Problem{Payment: -1, Line: line, At: shown(at), Reason: reason})
	}
}

// amount reads an amount of euros, of which no part of a cent may be left.
func (ps *Problems) amount(e *element) int64 {
	switch {
	case e.text == "":
		ps.told(e.line, e.name, "missing")
		return 0
	case e.currency != "EUR":
		ps.told(e.line, e.name, "currency")
		return 0
	}
	cents, ok := parseEuros(e.text)
	if !ok {
		ps.told(e.line, e.name, "amount")
	}
	return cents
}

// parseEuros reads "12", "12.5" or "12.50000" as cents; not ok for what is
// negative, has parts of a cent, or is a hundred billion or more: as many of them
// as a file can hold can be summed.
func parseEuros(s string) (cents int64, ok bool) {
	whole, part, dotted := strings.Cut(s, ".")
	if !allDigits(whole) || dotted && !allDigits(part) || len(whole) > 11 || len(part) > 5 {
		return 0, false
	}
	if part = strings.TrimRight(part, "0"); len(part) > 2 {
		return 0, false
	}
	cents, err := strconv.ParseInt(whole+(part + "00")[:2], 10, 64)
	return cents, err == nil
}

// first is the first of some texts that is not empty.
func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// bounded is a text of the file, cut to what an identification may be long: what
// is longer names nothing of ours.
func bounded(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}
