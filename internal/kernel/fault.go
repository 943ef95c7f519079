package kernel

import (
	"errors"
	"slices"
	"strings"
)

// Code says what kind of thing went wrong, in words that are not HTTP's.
type Code string

// The codes. Whatever is not a [Fault] is Internal and is told to nobody.
const (
	Invalid         Code = "invalid"         // what was sent cannot be right
	NotFound        Code = "not_found"       // it does not exist, or not for you: the two are never told apart
	Conflict        Code = "conflict"        // right in itself, but not now
	Forbidden       Code = "forbidden"       // you may not do this, and that is no secret
	Unauthenticated Code = "unauthenticated" // we do not know who you are
	TooMany         Code = "too_many"        // too often, too large or too deep
	Internal        Code = "internal"        // ours
)

// Fault is an error that an outsider may read. Key names the text that tells
// reason and remedy ("fault."+Key in the catalogue); Field the form field or
// the place in a document that it concerns; Args what the text mentions, and
// never anything about a family.
type Fault struct {
	Code  Code
	Key   string
	Field string
	Args  map[string]string
	More  []*Fault // the other fields, when several are wrong at once

	cause error // of an Internal fault: for the log, never for a reader
}

// Error is for logs and tests; people read the text that Key names.
func (f *Fault) Error() string {
	parts := []string{string(f.Code) + " " + f.Key}
	if f.Field != "" {
		parts[0] += " (" + f.Field + ")"
	}
	if f.cause != nil {
		parts[0] += ": " + f.cause.Error()
	}
	for _, m := range f.More {
		parts = append(parts, m.Error())
	}
	return strings.Join(parts, "; ")
}

// Unwrap is the error behind an Internal fault, or nil.
func (f *Fault) Unwrap() error { return f.cause }

// Is lets errors.Is compare faults by code and key.
func (f *Fault) Is(target error) bool {
	other, ok := target.(*Fault)
	return ok && f.Code == other.Code && f.Key == other.Key
}

// At is a copy of the fault that points at a field.
func (f *Fault) At(field string) *Fault {
	g := *f
	g.Field = field
	return &g
}

// With is a copy of the fault whose text may mention value by name.
func (f *Fault) With(name, value string) *Fault {
	g := *f
	g.Args = map[string]string{name: value}
	for k, v := range f.Args {
		if k != name {
			g.Args[k] = v
		}
	}
	return &g
}

// All lists the fault and all that came with it.
func (f *Fault) All() []*Fault {
	all := []*Fault{f}
	for _, m := range f.More {
		all = append(all, m.All()...)
	}
	return all
}

// NewInvalid is a fault of the sender's.
func NewInvalid(key string) *Fault { return &Fault{Code: Invalid, Key: key} }

// NewNotFound is the answer for what does not exist and for what this reader
// may not know to exist.
func NewNotFound(key string) *Fault { return &Fault{Code: NotFound, Key: key} }

// NewConflict refuses what would be right at another moment.
func NewConflict(key string) *Fault { return &Fault{Code: Conflict, Key: key} }

// NewForbidden refuses an act that the actor's role does not have.
func NewForbidden(key string) *Fault { return &Fault{Code: Forbidden, Key: key} }

// NewTooMany refuses what comes too often or is too large.
func NewTooMany(key string) *Fault { return &Fault{Code: TooMany, Key: key} }

// CodeOf is the code of an error: "" for nil, Internal for what is no Fault.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	if f, ok := errors.AsType[*Fault](err); ok {
		return f.Code
	}
	return Internal
}

// Faults gathers what is wrong with the fields of one form, so that all of it
// is told at once.
type Faults []*Fault

// Check adds what err says about a field. A nil error adds nothing. An error
// that is no Fault becomes one that is Internal ("internal"): its words stay
// in the log and reach no reader.
func (fs *Faults) Check(field string, err error) {
	if err == nil {
		return
	}
	f, ok := errors.AsType[*Fault](err)
	if !ok {
		f = &Fault{Code: Internal, Key: "internal", cause: err}
	}
	*fs = append(*fs, f.At(field))
}

// Err is one error for all that was gathered, or nil. When one of them is
// ours, it leads: a form that we failed to judge was not judged.
func (fs Faults) Err() error {
	if len(fs) == 0 {
		return nil
	}
	lead := max(0, slices.IndexFunc(fs, func(f *Fault) bool { return f.Code == Internal }))
	first := *fs[lead]
	first.More = slices.Concat(first.More, fs[:lead], fs[lead+1:])
	return &first
}
