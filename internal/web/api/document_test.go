package api_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bondgenoot/bondgenoot/internal/web/api"
)

var renew = flag.Bool("renew", false, "write docs/openapi.json anew")

// The document is a promise to whoever wrote a program: it does not change
// unseen.
func TestTheDocumentIsTheOneThatWasPromised(t *testing.T) {
	golden := filepath.Join("..", "..", "..", "docs", "openapi.json")
	now := api.Document()
	if *renew {
		if err := os.WriteFile(golden, now, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	promised, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(now, promised) {
		t.Errorf("docs/openapi.json is not what the code says (from %q). If the change is meant, renew it:\n"+
			"\tgo test ./internal/web/api -run TestTheDocument -renew", differs(now, promised))
	}
}

// differs is the beginning of what differs.
func differs(a, b []byte) string {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return string(a[max(0, i-80):min(len(a), i+80)])
		}
	}
	return "its end"
}

// unversioned replace a whole of which nobody keeps a half-finished edit open.
var unversioned = map[string]string{
	"set-roles": "the roles of one post: a list of boxes, replaced as a whole",
	"set-terms": "two numbers of one's own organisation",
	"set-quiet": "one number of one's own organisation",
}

// Who began to edit before somebody else saved is told, and overwrites nothing:
// whatever replaces something carries the version from which the edit began.
func TestWhatReplacesSomethingCarriesItsVersion(t *testing.T) {
	doc, err := openapi3.NewLoader().LoadFromData(api.Document())
	if err != nil {
		t.Fatal(err)
	}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			if method != "PUT" && method != "PATCH" {
				continue
			}
			body := op.RequestBody.Value.Content["application/json"].Schema.Value
			if slices.Contains(body.Required, "version") == (unversioned[op.OperationID] != "") {
				t.Errorf("%s %s must require the version from which the edit began, or be excused in unversioned", method, path)
			}
			if op.Responses.Value("409") == nil {
				t.Errorf("%s %s does not say that it can be 409", method, path)
			}
		}
	}
}

func TestTheDocumentIsValid(t *testing.T) {
	doc, err := openapi3.NewLoader().LoadFromData(api.Document())
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Error(err)
	}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			if op.Summary == "" || len(op.Tags) == 0 || op.Extensions["x-action"] == nil {
				t.Errorf("%s %s says not what it does, where it belongs or which action it needs", method, path)
			}
		}
	}
}
