package api

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

func TestHowDeepABodyIs(t *testing.T) {
	for body, want := range map[string]int{
		``: 0, `1`: 0, `{}`: 1, `[{"a":[]}]`: 3, `"[[["`: 0, `{"a\"[[":[1]}`: 2, `]]][`: 0,
		strings.Repeat("[", 1000): 1000,
	} {
		if got := depth([]byte(body)); got != want {
			t.Errorf("%.40q is %d deep, want %d", body, got, want)
		}
	}
}

// FuzzDepth holds the depth against that of the standard decoder: what is
// JSON is as deep as it says, and nothing brings it down.
func FuzzDepth(f *testing.F) {
	for _, seed := range []string{`{"a":[1,{"b":"]"}]}`, `[[["\"["]]]`, `{`, "\"\\", `[]]`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		got := depth(body)
		if !json.Valid(body) {
			return
		}
		now, deepest := 0, 0
		for d := json.NewDecoder(bytes.NewReader(body)); ; {
			token, err := d.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				return // deeper than the decoder goes
			}
			switch token {
			case json.Delim('{'), json.Delim('['):
				now++
				deepest = max(deepest, now)
			case json.Delim('}'), json.Delim(']'):
				now--
			}
		}
		if got != deepest {
			t.Errorf("%q is %d deep, not %d", body, deepest, got)
		}
	})
}

func TestWhatIsReadOfABody(t *testing.T) {
	for name, tt := range map[string]struct {
		method, kind, body string
		want               kernel.Code
	}{
		"JSON":                      {"POST", "application/json", `{}`, ""},
		"JSON of another name":      {"PUT", "application/merge-patch+json; charset=utf-8", `{}`, ""},
		"JSON that says nothing":    {"POST", "", `{}`, ""},
		"a form":                    {"POST", "application/x-www-form-urlencoded", `a=b`, kernel.Invalid},
		"a type that cannot be":     {"POST", ";;", `{}`, kernel.Invalid},
		"too deep":                  {"POST", "application/json", strings.Repeat("[", 17), kernel.TooMany},
		"as deep as may be":         {"POST", "application/json", strings.Repeat("[", 16), ""},
		"a question has no body":    {"GET", "text/plain", strings.Repeat("[", 17), ""},
		"more than anybody can say": {"POST", "application/json", strings.Repeat(" ", maxBody+1), kernel.Internal}, // a size, of which kit knows the status
	} {
		t.Run(name, func(t *testing.T) {
			r, err := http.NewRequest(tt.method, "/", strings.NewReader(tt.body))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", tt.kind)
			if _, err := readBody(r, true); kernel.CodeOf(err) != tt.want {
				t.Errorf("it gives %v", err)
			}
		})
	}
}
