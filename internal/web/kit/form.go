package kit

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Field is one question of a form, whatever control asks it.
type Field struct {
	Name    string // of the form value; a fault's Field points here
	Label   string
	Hint    string
	Value   string   // a date is "2006-01-02", an amount as people write it
	Values  []string // the boxes that are ticked
	Options []Option // of radios, boxes and lists
	Error   string

	Heading  bool // the label is the page's question: shown as its heading
	Optional bool // may stay open; the label says so
	Inline   bool // few short options: side by side
	Hidden   bool // the label is for screen readers alone

	Apart string // sets the ids of the same field in several forms of one page apart

	Type         string // of an input: text (the default), email, tel, search, password
	InputMode    string // numeric, decimal, tel, email
	Autocomplete string
	Prefix       string // before an input: €
	Suffix       string // after it: per month
	Width        int    // of an input, in characters: 2, 3, 4, 5, 10, 20; 0 is wide
	Rows         int    // of a text area; 0 is five
	Max          int    // most characters; 0 is no bound shown

	typed url.Values // the parts of a date as they were typed
}

// Option is one answer that may be chosen.
type Option struct {
	Value, Label, Hint string
	Divider            bool // shows "or" before it
}

// Kept is the field with what was typed and with what is wrong about it. A
// form that was not sent (nil) leaves the field's own value.
func (f Field) Kept(form url.Values, errs Errors) Field {
	f.Error = errs.Of(f.Name)
	if form == nil {
		return f
	}
	f.typed = form
	f.Values = form[f.Name]
	f.Value = form.Get(f.Name)
	return f
}

// Legible tells whether all of a form or query is text: UTF-8, and without NUL,
// which one of the two databases cannot hold. No browser sends anything else.
func Legible(form url.Values) bool {
	is := func(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }
	for name, values := range form {
		if !is(name) || !is(strings.Join(values, "")) {
			return false
		}
	}
	return true
}

// FieldID is the id of the first control of a field, where its error links to.
func FieldID(name string) string { return "field-" + name }

func (f Field) id() string {
	if f.Apart != "" && f.Error == "" { // the one with a fault is where the error leads
		return FieldID(f.Name) + "-" + f.Apart
	}
	return FieldID(f.Name)
}
func (f Field) hintID() string  { return f.id() + "-hint" }
func (f Field) errorID() string { return f.id() + "-error" }

// describedBy names hint and error, in the order in which they are read.
func (f Field) describedBy() string {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, f.hintID())
	}
	if f.Error != "" {
		ids = append(ids, f.errorID())
	}
	return strings.Join(ids, " ")
}

// optionID is the id of the option at i; the first has the field's own, so
// that an error leads there.
func (f Field) optionID(i int) string {
	if i == 0 {
		return f.id()
	}
	return f.id() + "-" + strconv.Itoa(i+1)
}

func (f Field) chosen(o Option) bool {
	return o.Value == f.Value || slices.Contains(f.Values, o.Value)
}

func (f Field) groupClass() string {
	if f.Error != "" {
		return "govuk-form-group govuk-form-group--error"
	}
	return "govuk-form-group"
}

func (f Field) inputClass(base string) string {
	class := base
	if f.Error != "" {
		class += " " + base + "--error"
	}
	if f.Width > 0 {
		class += " govuk-input--width-" + strconv.Itoa(f.Width)
	}
	return class
}

func (f Field) inputType() string {
	if f.Type == "" {
		return "text"
	}
	return f.Type
}

func (f Field) rows() string {
	if f.Rows == 0 {
		return "5"
	}
	return strconv.Itoa(f.Rows)
}

// datePart is what stands in one of the three inputs of a date.
func (f Field) datePart(part string) string {
	if f.typed.Has(f.Name + "-" + part) {
		return f.typed.Get(f.Name + "-" + part)
	}
	year, rest, ok := strings.Cut(f.Value, "-")
	month, day, ok2 := strings.Cut(rest, "-")
	if !ok || !ok2 {
		return ""
	}
	switch part {
	case "day":
		return strings.TrimPrefix(day, "0")
	case "month":
		return strings.TrimPrefix(month, "0")
	}
	return year
}

// DateOf reads a date that [DateField] asked, from its three inputs or from
// one that holds the whole day. Nothing typed is no day and no fault; anything
// else that is no day is Invalid ("date").
func DateOf(form url.Values, name string) (kernel.Date, error) {
	bad := kernel.NewInvalid("date").At(name)
	typed := strings.TrimSpace(form.Get(name))
	if typed == "" {
		var parts [3]string
		for i, part := range [...]string{"year", "month", "day"} {
			parts[i] = strings.TrimSpace(form.Get(name + "-" + part))
		}
		if parts == [3]string{} {
			return "", nil
		}
		if len(parts[0]) != 4 {
			return "", bad
		}
		typed = parts[0] + "-" + pad(parts[1]) + "-" + pad(parts[2])
	}
	d, err := kernel.ParseDate(typed)
	if err != nil {
		return "", bad
	}
	return d, nil
}

func pad(s string) string {
	if len(s) == 1 {
		return "0" + s
	}
	return s
}
