package hsds

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"reflect"
)

// deepest is how deeply records may be nested: a service holds an
// organization, which holds a location, which holds a contact, which holds a
// telephone, which holds a language, which holds an attribute, which holds a
// term, and so on.
const deepest = 24

// Read reads records one after the other, however many there are: one object,
// a list, a page of the API, or any number of these after each other, as in
// NDJSON. With a record that does not hold to the specification comes an error
// of type [Problems], and reading goes on. Any other error means that the rest
// cannot be read: it is no JSON, or the reader failed.
func Read[T Record](r io.Reader) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		d := &document{dec: json.NewDecoder(r)}
		d.dec.UseNumber()
		for {
			t, err := d.dec.Token()
			if errors.Is(err, io.EOF) {
				return
			}
			if err == nil {
				err = readTop(d, t, nil, yield)
			}
			switch {
			case errors.Is(err, errEnough):
				return
			case err != nil:
				var none T
				yield(none, broken(err))
				return
			}
		}
	}
}

// ReadPage reads one page of the API. What is wrong with the records on it is
// an error of type [Problems]; the page is read as far as it goes.
func ReadPage[T Record](r io.Reader) (Page[T], error) {
	var page Page[T]
	var wrong Problems
	d := &document{dec: json.NewDecoder(r)}
	d.dec.UseNumber()
	t, err := d.dec.Token()
	if err != nil {
		return page, broken(err)
	}
	err = readTop(d, t, &page.PageHead, func(record T, err error) bool {
		var ps Problems
		if errors.As(err, &ps) {
			wrong = append(wrong, ps...)
		}
		page.Contents = append(page.Contents, record)
		return true
	})
	if err != nil {
		return page, broken(err)
	}
	if len(wrong) > 0 {
		return page, wrong
	}
	return page, nil
}

// errEnough says that the reader of the records wants no more.
var errEnough = errors.New("enough")

// broken says that the text itself is wrong. It never repeats it.
func broken(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("hsds: the document ends too early: %w", io.ErrUnexpectedEOF)
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Errorf("hsds: not JSON at byte %d: %w", syntax.Offset, err)
	}
	return fmt.Errorf("hsds: %w", err)
}

// document is a text that is being read.
type document struct {
	dec   *json.Decoder
	found Problems // in the record that is being read
}

// readTop reads what begins with the token: a record, a list or a page.
func readTop[T Record](d *document, t json.Token, head *PageHead, yield func(T, error) bool) error {
	switch t {
	case json.Delim('['):
		return readEach(d, yield)
	case json.Delim('{'):
	default:
		return errors.New("expected an object or a list")
	}
	s := shapeOf[T]()
	var record T
	r := d.record(s, reflect.ValueOf(&record).Elem(), 0)
	page := false
	for d.dec.More() {
		name, err := d.name()
		if err != nil {
			return err
		}
		switch at := head.member(name); {
		case name == "contents":
			page = true
			if t, err = d.dec.Token(); err != nil {
				return err
			}
			if t != json.Delim('[') {
				return errors.New("the contents of a page are a list")
			}
			err = readEach(d, yield)
		case at != nil:
			page = true
			err = d.dec.Decode(at)
		default:
			err = r.member(name)
		}
		if err != nil {
			return err
		}
	}
	if _, err := d.dec.Token(); err != nil {
		return err
	}
	if page {
		d.found = nil
		return nil
	}
	r.end()
	return hand(d, record, yield)
}

// readEach reads the records of a list whose bracket was read.
func readEach[T Record](d *document, yield func(T, error) bool) error {
	s := shapeOf[T]()
	for d.dec.More() {
		var record T
		d.found = nil
		t, err := d.dec.Token()
		if err != nil {
			return err
		}
		if t != json.Delim('{') {
			d.found = Problems{{Record: s.record, Reason: Malformed, Detail: "an object"}}
			err = d.skip(t)
		} else {
			err = d.object(s, reflect.ValueOf(&record).Elem(), 0)
		}
		if err == nil {
			err = hand(d, record, yield)
		}
		if err != nil {
			return err
		}
	}
	_, err := d.dec.Token()
	return err
}

func hand[T Record](d *document, record T, yield func(T, error) bool) error {
	var err error
	if len(d.found) > 0 {
		err = d.found
	}
	d.found = nil
	if !yield(record, err) {
		return errEnough
	}
	return nil
}

func (d *document) name() (string, error) {
	t, err := d.dec.Token()
	if err != nil {
		return "", err
	}
	name, _ := t.(string) // the decoder lets nothing else stand there
	return name, nil
}

// skip passes over the value whose first token was read.
func (d *document) skip(t json.Token) error {
	delim, ok := t.(json.Delim)
	if !ok {
		return nil
	}
	depth := 0
	for {
		switch delim {
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
		if depth == 0 {
			return nil
		}
		next, err := d.dec.Token()
		if err != nil {
			return err
		}
		delim, _ = next.(json.Delim)
	}
}

// object reads the members of a record whose brace was read.
func (d *document) object(s *shape, v reflect.Value, depth int) error {
	r := d.record(s, v, depth)
	for d.dec.More() {
		name, err := d.name()
		if err == nil {
			err = r.member(name)
		}
		if err != nil {
			return err
		}
	}
	_, err := d.dec.Token()
	if err == nil {
		r.end()
	}
	return err
}

// reading is a record that is being read.
type reading struct {
	*document
	shape *shape
	value reflect.Value
	depth int
	seen  []bool // by the fields of the shape
	own   Problems
}

func (d *document) record(s *shape, v reflect.Value, depth int) *reading {
	return &reading{document: d, shape: s, value: v, depth: depth, seen: make([]bool, len(s.fields))}
}

func (r *reading) tell(name string, why Reason, detail string) {
	r.own = append(r.own, Problem{Record: r.shape.record, Field: name, Reason: why, Detail: detail})
}

// end says what is missing, and whose problems these are.
func (r *reading) end() {
	for i := range r.shape.fields {
		if f := &r.shape.fields[i]; f.required && !r.seen[i] {
			r.tell(f.name, Missing, "")
		}
	}
	id := r.value.Field(r.shape.id).String()
	for _, p := range r.own {
		p.ID = id
		r.found = append(r.found, p)
	}
}

// member reads the value of a member whose name was read.
func (r *reading) member(name string) error {
	f := r.shape.byName[name]
	if f == nil {
		return r.unknown(name)
	}
	at := f.at
	if r.seen[at] {
		r.tell(name, Twice, "")
		r.value.Field(f.index).SetZero()
	}
	t, err := r.dec.Token()
	if err != nil {
		return err
	}
	if t == nil {
		return nil // null is absent
	}
	switch f.kind {
	case text, number:
		return r.scalar(f, at, t)
	case one:
		if t != json.Delim('{') {
			r.tell(name, Malformed, "an object")
			return r.skip(t)
		}
		r.seen[at] = true
		if r.depth == deepest {
			r.tell(name, TooDeep, "")
			return r.skip(t)
		}
		nested := reflect.New(f.of.typ)
		r.value.Field(f.index).Set(nested)
		return r.object(f.of, nested.Elem(), r.depth+1)
	}
	if t != json.Delim('[') {
		r.tell(name, Malformed, "a list")
		return r.skip(t)
	}
	r.seen[at] = true
	return r.list(f)
}

func (r *reading) list(f *field) error {
	list := r.value.Field(f.index)
	for r.dec.More() {
		t, err := r.dec.Token()
		if err != nil {
			return err
		}
		switch {
		case t != json.Delim('{'):
			r.tell(f.name, Malformed, "a list of objects")
			err = r.skip(t)
		case r.depth == deepest:
			r.tell(f.name, TooDeep, "")
			err = r.skip(t)
		default:
			nested := reflect.New(f.of.typ).Elem()
			err = r.object(f.of, nested, r.depth+1)
			list.Set(reflect.Append(list, nested))
		}
		if err != nil {
			return err
		}
	}
	_, err := r.dec.Token()
	return err
}

// scalar keeps a text or a number. A number where a text is asked for, or the
// other way about, is kept and told.
func (r *reading) scalar(f *field, at int, t json.Token) error {
	var value string
	fits := true
	switch t := t.(type) {
	case string:
		value, fits = t, f.kind == text
	case json.Number:
		value, fits = t.String(), f.kind == number
	case bool:
		value, fits = fmt.Sprint(t), false
	default:
		r.tell(f.name, Malformed, f.words())
		return r.skip(t)
	}
	r.seen[at] = value != "" || f.mayBeEmpty()
	r.value.Field(f.index).SetString(value)
	if why, detail := f.check(value); value != "" && why != "" {
		r.tell(f.name, why, detail)
	} else if value != "" && !fits {
		r.tell(f.name, Malformed, f.words())
	}
	return nil
}

func (r *reading) unknown(name string) error {
	var raw json.RawMessage
	if err := r.dec.Decode(&raw); err != nil {
		return err
	}
	also := r.value.Field(r.shape.also)
	if also.IsNil() {
		also.Set(reflect.ValueOf(Members{}))
	}
	if also.MapIndex(reflect.ValueOf(name)).IsValid() {
		r.tell(name, Twice, "")
	}
	also.SetMapIndex(reflect.ValueOf(name), reflect.ValueOf(raw))
	r.tell(name, Unknown, "")
	return nil
}

// words say what the field holds.
func (f *field) words() string {
	if f.kind == number {
		return "a number"
	}
	return "a text"
}
