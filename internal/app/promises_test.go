package app_test

import (
	"bytes"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/bondgenoot/bondgenoot/internal/web/api"
)

// promise is the API's description, against which answers are held. Each
// schema in it is prepared once: a test sends thousands of requests.
type promise struct {
	router   routers.Router
	mu       sync.Mutex // the compiler's, which is for one at a time
	compiler *jsonschema.Compiler
}

var promises = sync.OnceValues(func() (*promise, error) {
	doc, err := openapi3.NewLoader().LoadFromData(api.Document())
	if err != nil {
		return nil, err
	}
	router, err := legacy.NewRouter(doc)
	if err != nil {
		return nil, err
	}
	whole, err := jsonschema.UnmarshalJSON(bytes.NewReader(api.Document()))
	if err != nil {
		return nil, err
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource(description, whole); err != nil {
		return nil, err
	}
	return &promise{router: router, compiler: compiler}, nil
})

// description is where the schemas of the document stand for one another.
const description = "https://bondgenoot.example/openapi.json"

// kept says in which an answer differs from what its operation promises: its
// status, its form, or what stands in it. What is no operation promises
// nothing.
func (p *promise) kept(r *http.Request, answer reply) error {
	at := *r
	u := *r.URL
	u.Scheme, u.Host = "", ""
	at.URL = &u
	route, _, err := p.router.FindRoute(&at)
	if err != nil || answer.status == http.StatusMethodNotAllowed { // a path's wildcard would have taken it
		return nil
	}
	status := strconv.Itoa(answer.status)
	declared := route.Operation.Responses.Value(status)
	if declared == nil {
		return fmt.Errorf("the status %s is not declared", status)
	}
	for name, h := range declared.Value.Headers {
		if h.Value.Required && answer.header.Get(name) == "" {
			return fmt.Errorf("the header %s is missing", name)
		}
	}
	if len(declared.Value.Content) == 0 {
		if len(answer.body) > 0 {
			return fmt.Errorf("nothing is declared to stand in it, and %d bytes do", len(answer.body))
		}
		return nil
	}
	form, _, err := mime.ParseMediaType(answer.header.Get("Content-Type"))
	if err != nil {
		return err
	}
	if declared.Value.Content[form] == nil {
		return fmt.Errorf("the form %s is not declared", form)
	}
	if !strings.HasSuffix(form, "json") {
		return nil
	}
	in := declared.Ref
	if in == "" {
		in = "#/paths/" + pointed(route.Path) + "/" + strings.ToLower(route.Method) + "/responses/" + status
	}
	schema, err := p.schema(in + "/content/" + pointed(form) + "/schema")
	if err != nil {
		return err
	}
	body, err := jsonschema.UnmarshalJSON(bytes.NewReader(answer.body))
	if err != nil {
		return err
	}
	return schema.Validate(body)
}

// schema is what stands at a place in the document, prepared the first time.
func (p *promise) schema(pointer string) (*jsonschema.Schema, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.compiler.Compile(description + pointer)
}

// pointed writes a name as a part of a JSON pointer.
func pointed(name string) string {
	return strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D", "+", "%2B").Replace(name)
}
