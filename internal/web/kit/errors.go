package kit

import (
	"errors"
	"net/http"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// MethodError is a request with a method that its address does not take.
type MethodError struct {
	Allow string // the methods that it does take, as the header Allow lists them
}

// Error implements error.
func (e *MethodError) Error() string { return "the address takes " + e.Allow }

// Status is the HTTP status of an error. This is the only place that knows.
func Status(err error) int {
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return http.StatusRequestEntityTooLarge
	}
	if _, method := errors.AsType[*MethodError](err); method {
		return http.StatusMethodNotAllowed
	}
	switch kernel.CodeOf(err) {
	case "":
		return http.StatusOK
	case kernel.Invalid:
		return http.StatusUnprocessableEntity
	case kernel.NotFound:
		return http.StatusNotFound
	case kernel.Conflict:
		return http.StatusConflict
	case kernel.Forbidden:
		return http.StatusForbidden
	case kernel.Unauthenticated:
		return http.StatusUnauthorized
	case kernel.TooMany:
		return http.StatusTooManyRequests
	}
	return http.StatusInternalServerError
}

// Problem is one thing that is wrong with a form, in the reader's words.
type Problem struct {
	Field string // the name of the field; empty when it concerns the whole form
	Text  string
	Lost  bool // what was filled in is not there any more
}

// Errors are the problems of one form. The zero value is a form without any.
type Errors []Problem

// Problems tells a reader what is wrong with what was sent. An error that is
// not for outsiders is told in general words.
func (v View) Problems(err error) Errors {
	if err == nil {
		return nil
	}
	f, ok := errors.AsType[*kernel.Fault](err)
	if !ok {
		f = &kernel.Fault{Code: kernel.Internal}
	}
	var all Errors
	for _, one := range f.All() {
		all = append(all, Problem{Field: one.Field, Text: v.Fault(one)})
	}
	return all
}

// kept tells that what was filled in is still there.
func (e Errors) kept() bool {
	return !slices.ContainsFunc(e, func(p Problem) bool { return p.Lost })
}

// Of is what is wrong with one field, or nothing.
func (e Errors) Of(field string) string {
	for _, p := range e {
		if p.Field == field {
			return p.Text
		}
	}
	return ""
}
