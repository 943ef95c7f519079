package page

import (
	"errors"
	"net/url"
	"slices"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// What happens when two people change one thing at once: the second sees what
// is stored beside what they typed, and decides.

// isStale tells whether an edit began before somebody else's was saved.
func isStale(err error) bool {
	f := faultOf(err)
	return f != nil && f.Key == "stale"
}

// faultOf is the fault in an error, or nil.
func faultOf(err error) *kernel.Fault {
	f, _ := errors.AsType[*kernel.Fault](err)
	return f
}

// versionIn is the version from which an edit began; what is no number is the
// version of nothing.
func versionIn(form url.Values) int64 {
	n, err := strconv.ParseInt(form.Get("version"), 10, 64)
	if err != nil {
		return -1
	}
	return n
}

// said is one thing in words, under its label.
type said struct{ Label, Words string }

// differing are the things that are stored otherwise than they were typed; what
// one of the two does not tell has no words there.
func differing(stored, typed []said) (rows []differ) {
	find := func(all []said, label string) string {
		if i := slices.IndexFunc(all, func(s said) bool { return s.Label == label }); i >= 0 {
			return all[i].Words
		}
		return ""
	}
	for _, s := range typed {
		if now := find(stored, s.Label); now != s.Words {
			rows = append(rows, differ{s.Label, now, s.Words})
		}
	}
	for _, s := range stored {
		if !slices.ContainsFunc(typed, func(t said) bool { return t.Label == s.Label }) {
			rows = append(rows, differ{s.Label, s.Words, ""})
		}
	}
	return rows
}

// staleErrors says once that somebody else was first; the table says the rest.
func staleErrors(v kit.View) kit.Errors {
	return kit.Errors{{Text: v.Fault(kernel.NewConflict("stale"))}}
}
