package kit

import (
	"compress/gzip"
	"net/http"
	"strings"
	"sync"
)

// packers are reused: one holds most of a megabyte.
var packers = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	return z
}}

// Compress sends text compressed to who takes it. A page holds no secret that
// a stranger could make it repeat beside his own words, so compression tells
// nothing; what is already packed, or is no text, passes unchanged.
func Compress(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !accepts(r, "gzip") {
			next.ServeHTTP(w, r)
			return
		}
		z := &packed{ResponseWriter: w}
		defer z.close()
		next.ServeHTTP(z, r)
	})
}

// packed decides at the header whether to pack what follows.
type packed struct {
	http.ResponseWriter
	zip     *gzip.Writer
	decided bool
}

func (w *packed) WriteHeader(status int) {
	if w.decided || status < 200 {
		w.ResponseWriter.WriteHeader(status)
		return
	}
	w.decided = true
	h := w.Header()
	hasBody := status != http.StatusNoContent && status != http.StatusNotModified
	if hasBody && h.Get("Content-Encoding") == "" && isText(h.Get("Content-Type")) {
		h.Set("Content-Encoding", "gzip")
		h.Add("Vary", "Accept-Encoding")
		h.Del("Content-Length")
		w.zip = packers.Get().(*gzip.Writer)
		w.zip.Reset(w.ResponseWriter)
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *packed) Write(b []byte) (int, error) {
	if !w.decided {
		if w.Header().Get("Content-Type") == "" {
			w.Header().Set("Content-Type", http.DetectContentType(b))
		}
		w.WriteHeader(http.StatusOK)
	}
	if w.zip != nil {
		return w.zip.Write(b)
	}
	return w.ResponseWriter.Write(b)
}

// FlushError sends what was written so far, for answers that stream.
func (w *packed) FlushError() error {
	if w.zip != nil {
		if err := w.zip.Flush(); err != nil {
			return err
		}
	}
	return http.NewResponseController(w.ResponseWriter).Flush()
}

// Unwrap lets http.ResponseController reach what lies below.
func (w *packed) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *packed) close() {
	if w.zip != nil {
		_ = w.zip.Close() // the reader left
		packers.Put(w.zip)
	}
}

func isText(contentType string) bool {
	kind, _, _ := strings.Cut(contentType, ";")
	return strings.HasPrefix(kind, "text/") || strings.HasSuffix(kind, "json") ||
		strings.HasSuffix(kind, "javascript") || strings.HasSuffix(kind, "xml")
}
