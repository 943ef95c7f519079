package kit

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/i18n"
)

// Guard is everything that stands before the first handler, in one order:
// record, recover, headers, language, rate, origin, text, size, compression. The
// zero value of a bound is a sensible one.
type Guard struct {
	Texts   *i18n.Texts
	Log     *slog.Logger
	Secure  bool             // served over TLS, perhaps by a proxy in front
	MaxBody int64            // bytes of a request's body; zero is 1 MiB
	Uploads map[string]int64 // bytes of a body below a path to which people bring files
	Rate    *Limiter         // nil does not limit
	Now     func() time.Time // nil is the clock
	Trusted []string         // origins, besides the site's own, that may post; normally none

	// Programs, if set, answers what is refused to a program, which reads no
	// pages; false when a person asked.
	Programs func(w http.ResponseWriter, r *http.Request, err error) bool
}

// Wrap puts the guards before next. Pages and API share them; what next needs
// of a request it finds in the context ([Reading]).
func (g Guard) Wrap(next http.Handler) (http.Handler, error) {
	origin := http.NewCrossOriginProtection()
	for _, o := range g.Trusted {
		if err := origin.AddTrustedOrigin(o); err != nil {
			return nil, fmt.Errorf("trusted origin: %w", err)
		}
	}
	origin.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g.refuse(w, r, kernel.NewForbidden("kit.cross_origin"))
	}))

	if mux, ok := next.(addresses); ok {
		next = g.known(mux)
	}
	h := Compress(next)
	h = g.limitBody(h)
	h = g.readable(h)
	h = origin.Handler(h)
	h = g.limitRate(h)
	h = Languages(g.Texts, h)
	h = Headers(g.Secure, h)
	h = g.recover(h)
	return g.record(h), nil
}

func (g Guard) now() time.Time {
	if g.Now == nil {
		return time.Now()
	}
	return g.Now()
}

// refuse answers before a handler was reached. Nobody is signed in here as
// far as a guard knows.
func (g Guard) refuse(w http.ResponseWriter, r *http.Request, err error) {
	if g.Programs != nil && g.Programs(w, r, err) {
		return
	}
	v := View{Reader: Reading(r.Context()), Path: "/", Today: kernel.InstantOf(g.now()).Date()}
	if !v.Has("kit.skip") { // before the language was chosen
		v.Reader = g.Texts.In(i18n.Match(r.Header.Get("Accept-Language")))
	}
	Fail(w, r, v, err)
}

// addresses is what [http.ServeMux] and [Routes] know beside answering.
type addresses interface {
	http.Handler
	Handler(r *http.Request) (h http.Handler, pattern string)
}

// known refuses, in the reader's words, what no route takes: the mux by itself
// would say so in English.
func (g Guard) known(mux addresses) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h, pattern := mux.Handler(r)
		if pattern != "" {
			mux.ServeHTTP(w, r)
			return
		}
		said := unsaid{}
		h.ServeHTTP(said, r)
		allow := http.Header(said).Get("Allow")
		if allow == "" {
			g.refuse(w, r, kernel.NewNotFound("page"))
			return
		}
		w.Header().Set("Allow", allow)
		g.refuse(w, r, &MethodError{Allow: allow})
	})
}

// unsaid keeps the headers of an answer that nobody is to read.
type unsaid http.Header

func (u unsaid) Header() http.Header         { return http.Header(u) }
func (u unsaid) Write(b []byte) (int, error) { return len(b), nil }
func (u unsaid) WriteHeader(int)             {}

// readable refuses a query that is no text.
func (g Guard) readable(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !Legible(r.URL.Query()) {
			g.refuse(w, r, kernel.NewInvalid("form"))
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (g Guard) limitBody(next http.Handler) http.Handler {
	limit := g.MaxBody
	if limit == 0 {
		limit = 1 << 20
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		limit := limit
		for path, larger := range g.Uploads {
			if strings.HasPrefix(r.URL.Path, path) {
				limit = larger
			}
		}
		if r.ContentLength > limit {
			g.refuse(w, r, &http.MaxBytesError{Limit: limit})
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, limit)
		next.ServeHTTP(w, r)
	})
}

func (g Guard) limitRate(next http.Handler) http.Handler {
	if g.Rate == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		isAsset := strings.HasPrefix(r.URL.Path, "/assets/") // one page asks for several, once
		if !isAsset && !g.Rate.Allow(r, g.now()) {
			w.Header().Set("Retry-After", "5")
			g.refuse(w, r, kernel.NewTooMany("kit.rate"))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// recover turns a panic into the page for our own faults. The stack goes to
// the log; the values in it do not, for they could be somebody's.
func (g Guard) recover(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			switch p := recover(); p {
			case nil:
			case http.ErrAbortHandler:
				panic(p)
			default:
				g.Log.ErrorContext(r.Context(), "a handler panicked",
					"kind", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
				if rec, ok := w.(*recorder); !ok || rec.status == 0 {
					g.refuse(w, r, fmt.Errorf("panic"))
				}
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// recorder remembers the status that was sent.
type recorder struct {
	http.ResponseWriter
	status int
}

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *recorder) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach what lies below.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

type patternKey struct{}

// record logs what was asked as a pattern, never as a path: a path could hold
// the number of a family, a query what somebody searched for.
func (g Guard) record(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := g.now()
		rec, pattern := &recorder{ResponseWriter: w}, new(string)
		defer func() {
			if *pattern == "" {
				*pattern = "none"
			}
			g.Log.InfoContext(r.Context(), "request", "method", method(r), "route", *pattern,
				"status", rec.status, "ms", g.now().Sub(start).Milliseconds())
		}()
		next.ServeHTTP(rec, r.WithContext(context.WithValue(r.Context(), patternKey{}, pattern)))
	})
}

// Pattern is called inside the mux, by who registers routes, so that the log
// can name the route: the guards outside see a request that is not yet matched.
func Pattern(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p, ok := r.Context().Value(patternKey{}).(*string); ok {
			*p = r.Pattern
		}
		next.ServeHTTP(w, r)
	})
}

// method is the method if it is a known one: a log line holds nothing that a
// stranger wrote.
func method(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return r.Method
	}
	return "other"
}
