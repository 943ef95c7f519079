package kit

import (
	"bytes"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Sheet is a form as it stands in a page that was rendered: what a reader sees
// there, field by field. Two edits of one thing are laid beside each other, and
// a draft is put back, on what people saw and not on what lies beneath: so it
// holds for every form alike. The zero Sheet has no fields.
type Sheet struct {
	Whole [][]string // names of fields that only make sense together, as street and number

	page   *html.Node
	form   *html.Node
	labels map[string]string // by the id of a control
}

// togetherMark marks a form whose edits are brought together with those of a
// colleague; its value names what is kept whole: "street number, from to".
const togetherMark = "data-together"

// SheetOf reads the form of a page that posts to action; false when the page has
// none. An empty action means the first form that is marked as one in which two
// people's edits are brought together.
func SheetOf(page []byte, action string) (s Sheet, ok bool) {
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		return s, false // cannot happen: reading bytes does not fail
	}
	s.page, s.labels = root, map[string]string{}
	each(root, func(n *html.Node) {
		mark, marked := attribute(n, togetherMark)
		to, _ := attribute(n, "action")
		if n.DataAtom == atom.Form && s.form == nil && (action == "" && marked || action != "" && to == action) {
			s.form = n
			for group := range strings.SplitSeq(mark, ",") {
				if names := strings.Fields(group); len(names) > 1 {
					s.Whole = append(s.Whole, names)
				}
			}
		}
	})
	if s.form == nil {
		return s, false
	}
	each(s.form, func(n *html.Node) {
		if of, ok := attribute(n, "for"); ok && n.DataAtom == atom.Label {
			s.labels[of] = spoken(n)
		}
	})
	return s, true
}

// Marked tells whether a page holds a form in which edits are brought together.
func Marked(page []byte) bool { return bytes.Contains(page, []byte(togetherMark)) }

// Bytes is the page, with what was done to the form.
func (s Sheet) Bytes() []byte {
	var b bytes.Buffer
	_ = html.Render(&b, s.page) // a buffer takes all
	return b.Bytes()
}

// Values are what the form would send if it were sent as it stands.
func (s Sheet) Values() url.Values {
	all := url.Values{}
	s.controls(func(n *html.Node, name string) {
		switch n.DataAtom {
		case atom.Textarea:
			all.Add(name, strings.TrimPrefix(text(n), "\n"))
		case atom.Select:
			if o := chosen(n); o != nil {
				all.Add(name, optionValue(o))
			}
		default:
			kind, _ := attribute(n, "type")
			_, checked := attribute(n, "checked")
			if value, _ := attribute(n, "value"); kind != "radio" && kind != "checkbox" || checked {
				all.Add(name, value)
			}
		}
	})
	return all
}

// Fill puts values into the form: what was typed earlier takes the place of
// what stands there. It tells which values found no field.
func (s Sheet) Fill(values url.Values) (left url.Values) {
	left = url.Values{}
	for name, all := range values {
		left[name] = slices.Clone(all)
	}
	take := func(name, value string) bool {
		i := slices.Index(left[name], value)
		if i >= 0 {
			left[name] = slices.Delete(left[name], i, i+1)
		}
		return i >= 0
	}
	next := func(name string) (value string) {
		if len(left[name]) > 0 {
			value, left[name] = left[name][0], left[name][1:]
		}
		return value
	}
	s.controls(func(n *html.Node, name string) {
		kind, _ := attribute(n, "type")
		value, _ := attribute(n, "value")
		switch {
		case n.DataAtom == atom.Textarea:
			for n.FirstChild != nil {
				n.RemoveChild(n.FirstChild)
			}
			n.AppendChild(&html.Node{Type: html.TextNode, Data: next(name)})
		case n.DataAtom == atom.Select:
			each(n, func(o *html.Node) {
				if o.DataAtom == atom.Option {
					set(o, "selected", take(name, optionValue(o)))
				}
			})
		case kind == "radio" || kind == "checkbox":
			set(n, "checked", take(name, value))
		case values.Has(name) || kind != "hidden":
			put(n, "value", next(name))
		}
	})
	for name, all := range left {
		if all = slices.DeleteFunc(all, func(v string) bool { return strings.TrimSpace(v) == "" }); len(all) == 0 {
			delete(left, name)
		}
	}
	return left
}

// Hide adds a hidden field to the form.
func (s Sheet) Hide(name, value string) {
	n := &html.Node{Type: html.ElementNode, Data: "input", DataAtom: atom.Input,
		Attr: []html.Attribute{{Key: "type", Val: "hidden"}, {Key: "name", Val: name}, {Key: "value", Val: value}}}
	s.form.InsertBefore(n, s.form.FirstChild)
}

// Label is how the form calls a field, or a group of them ("phones" for
// "phones.0" and the lines after it); the name itself when it says nothing.
func (s Sheet) Label(in func(name string) bool) string {
	var labels []string
	s.controls(func(n *html.Node, name string) {
		label := ""
		id, _ := attribute(n, "id")
		kind, _ := attribute(n, "type")
		_, part := cutDate(name)
		if set := above(n, atom.Fieldset); set != nil && (kind == "radio" || kind == "checkbox" || part) {
			label = legend(set)
		} else {
			label = s.labels[id]
		}
		if in(name) && kind != "hidden" && label != "" && !slices.Contains(labels, label) {
			labels = append(labels, label)
		}
	})
	if len(labels) > 3 { // lines of a list: the first stands for all
		labels = labels[:1]
	}
	return strings.Join(labels, ", ")
}

// Words are values of a form as the reader sees them there: an option by its
// label, the parts of a date as one.
func (s Sheet) Words(values url.Values, in func(name string) bool) string {
	var all []string
	seen := map[string]bool{}
	s.controls(func(n *html.Node, name string) {
		kind, _ := attribute(n, "type")
		if !in(name) || kind == "hidden" {
			return
		}
		switch {
		case kind == "radio" || kind == "checkbox":
			id, _ := attribute(n, "id")
			if value, _ := attribute(n, "value"); slices.Contains(values[name], value) {
				all = append(all, s.labels[id])
			}
		case n.DataAtom == atom.Select:
			each(n, func(o *html.Node) {
				if o.DataAtom == atom.Option && optionValue(o) != "" && slices.Contains(values[name], optionValue(o)) {
					all = append(all, spoken(o))
				}
			})
		default:
			if base, part := cutDate(name); part {
				if !seen[base] {
					seen[base] = true
					all = append(all, strings.Trim(values.Get(base+"-day")+"-"+values.Get(base+"-month")+"-"+values.Get(base+"-year"), "-"))
				}
				return
			}
			if v := strings.TrimSpace(values.Get(name)); v != "" {
				all = append(all, v)
			}
		}
		seen[name] = true
	})
	for name, values := range values { // lines that this form does not show
		if in(name) && !seen[name] {
			if _, part := cutDate(name); !part && strings.Join(values, "") != "" && s.unseen(name) {
				all = append(all, strings.Join(values, ", "))
			}
		}
	}
	all = slices.DeleteFunc(all, func(s string) bool { return s == "" })
	return strings.Join(all, ", ")
}

func (s Sheet) unseen(name string) bool {
	found := false
	s.controls(func(_ *html.Node, has string) { found = found || has == name })
	return !found
}

// cutDate is the name of a date without that of its part.
func cutDate(name string) (base string, part bool) {
	for _, end := range [...]string{"-day", "-month", "-year"} {
		if base, ok := strings.CutSuffix(name, end); ok {
			return base, true
		}
	}
	return name, false
}

// controls calls fn for every control of the form that has a name, in order.
func (s Sheet) controls(fn func(n *html.Node, name string)) {
	each(s.form, func(n *html.Node) {
		name, ok := attribute(n, "name")
		_, off := attribute(n, "disabled")
		if !ok || off || name == "" {
			return
		}
		switch n.DataAtom {
		case atom.Input, atom.Textarea, atom.Select:
			if kind, _ := attribute(n, "type"); kind != "submit" && kind != "button" && kind != "file" {
				fn(n, name)
			}
		}
	})
}

func each(n *html.Node, fn func(n *html.Node)) {
	if n.Type == html.ElementNode {
		fn(n)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		each(c, fn)
	}
}

func attribute(n *html.Node, key string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val, true
		}
	}
	return "", false
}

func put(n *html.Node, key, value string) {
	for i := range n.Attr {
		if n.Attr[i].Key == key {
			n.Attr[i].Val = value
			return
		}
	}
	n.Attr = append(n.Attr, html.Attribute{Key: key, Val: value})
}

func set(n *html.Node, key string, on bool) {
	n.Attr = slices.DeleteFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
	if on {
		n.Attr = append(n.Attr, html.Attribute{Key: key})
	}
}

func text(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	if class, _ := attribute(n, "class"); class == "bg-optional" {
		return "" // says how to answer, not what is asked
	}
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		b.WriteString(text(c))
	}
	return b.String()
}

// spoken is the text within a part of a page, on one line.
func spoken(n *html.Node) string { return strings.Join(strings.Fields(text(n)), " ") }

func above(n *html.Node, tag atom.Atom) *html.Node {
	for n != nil && n.DataAtom != tag {
		n = n.Parent
	}
	return n
}

func legend(set *html.Node) string {
	for c := set.FirstChild; c != nil; c = c.NextSibling {
		if c.DataAtom == atom.Legend {
			return spoken(c)
		}
	}
	return ""
}

// chosen is the option of a list that is sent: the one selected, or the first.
func chosen(list *html.Node) (it *html.Node) {
	each(list, func(o *html.Node) {
		if _, selected := attribute(o, "selected"); o.DataAtom == atom.Option && (selected || it == nil) {
			it = o
		}
	})
	return it
}

func optionValue(o *html.Node) string {
	if value, ok := attribute(o, "value"); ok {
		return value
	}
	return spoken(o)
}
