package kit

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"
)

//go:embed all:assets/dist
var dist embed.FS

// built is the look as it was compiled: files by name, and one hash of all of
// them. scripts/assets.sh writes it.
var built = sync.OnceValue(func() (b struct {
	files map[string][]byte
	hash  string
}) {
	b.files = map[string][]byte{}
	sum := sha256.New()
	err := fs.WalkDir(dist, "assets/dist", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := dist.ReadFile(p)
		if err != nil {
			return err
		}
		name := strings.TrimPrefix(p, "assets/dist/")
		b.files[name] = data
		sum.Write([]byte(name + "\x00"))
		sum.Write(data)
		return nil
	})
	if err != nil {
		panic(err) // cannot happen: the files are linked in
	}
	b.hash = hex.EncodeToString(sum.Sum(nil))[:12]
	return b
})

// Asset is the address of a file of the look. It changes with the content of
// the look, so a browser may keep what it has for ever.
func Asset(name string) string { return "/assets/" + built().hash + "/" + name }

// Assets answers for everything under /assets/. An address of an earlier
// version answers with today's file and is not to be kept; what is no file of
// the look is for missing to answer.
func Assets(missing http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hash, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/assets/"), "/")
		data, ok := built().files[name]
		if !ok || !served[path.Ext(name)] {
			missing.ServeHTTP(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Type", contentType(name))
		h.Set("Cache-Control", "public, max-age=300")
		if hash == built().hash {
			h.Set("Cache-Control", "public, max-age=31536000, immutable")
		}
		h.Add("Vary", "Accept-Encoding")
		for _, e := range [...]struct{ coding, suffix string }{{"br", ".br"}, {"gzip", ".gz"}} {
			if packed, ok := built().files[name+e.suffix]; ok && accepts(r, e.coding) {
				h.Set("Content-Encoding", e.coding)
				data = packed
				break
			}
		}
		h.Set("Content-Length", itoa(len(data)))
		if r.Method == http.MethodGet {
			_, _ = w.Write(data) // a reader who left is no fault of ours
		}
	})
}

// Worker answers with a script of the look that works beside pages, at an
// address of its own: what it may do is bound to where it lies. It is asked for
// anew each time, so that an old one does not stay.
func Worker(name string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Type", contentType(name))
		h.Set("Cache-Control", "no-store")
		_, _ = w.Write(built().files[name]) // a reader who left is no fault of ours
	})
}

// served are the kinds of file that a page may ask for by name.
var served = map[string]bool{".css": true, ".js": true, ".svg": true, ".woff2": true}

func contentType(name string) string {
	switch path.Ext(name) {
	case ".woff2":
		return "font/woff2" // not every system knows it
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	}
	return mime.TypeByExtension(path.Ext(name))
}

// accepts tells whether the browser takes a content coding; a quality of zero
// refuses it.
func accepts(r *http.Request, coding string) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(strings.TrimSpace(name), coding) {
			q := strings.ReplaceAll(params, " ", "")
			return q != "q=0" && q != "q=0.0" && q != "q=0.00" && q != "q=0.000"
		}
	}
	return false
}
