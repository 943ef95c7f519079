package api

import (
	"bytes"
	"context"
	"io"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// Bounds of what is sent.
const (
	maxBody  = 512 << 10 // bytes
	maxDepth = 16        // of JSON within JSON
)

// endpoint is one thing that can be asked.
type endpoint struct {
	Method string
	Path   string // after [Root]
	Action string // that the policy must allow
	ID     string
	Tag    string
	Says   string // in a line
	More   string // what else one must know
	Status int    // when it went well; zero: 200
	Safe   bool   // a POST that changes nothing: asked again, it is answered anew
	Names  bool   // something in the body or the query may not be there, and then the answer is 404
	Stands bool   // what is read is there only while the matter stands so: else the answer is 409
}

// changes tells whether something is different afterwards.
func (e endpoint) changes() bool { return e.Method != http.MethodGet && !e.Safe }

// problems are the statuses with which it can fail, besides going well: as
// the document promises them.
func (e endpoint) problems(takesBody bool) []int {
	all := []int{http.StatusUnprocessableEntity, http.StatusTooManyRequests, http.StatusInternalServerError}
	if !policy.May(policy.Actor{}, e.Action) {
		all = append(all, http.StatusUnauthorized, http.StatusForbidden)
	} else {
		all = append(all, http.StatusUnauthorized) // a token that does not work
		if e.Method != http.MethodGet {
			all = append(all, http.StatusForbidden) // another site's page sent it
		}
	}
	if strings.Contains(e.Path, "{") || e.Names {
		all = append(all, http.StatusNotFound)
	}
	if e.Method == http.MethodPost || e.changes() {
		all = append(all, http.StatusConflict, http.StatusRequestEntityTooLarge)
	} else if e.Stands {
		all = append(all, http.StatusConflict)
	}
	if takesBody {
		all = append(all, http.StatusBadRequest)
	}
	return all
}

// desk is where endpoints are made: huma's adapter over the routes of the
// house, which know no address without a policy.
type desk struct {
	*API
	huma   huma.API
	handle func(pattern, action string, h http.Handler)
	paths  map[string][]string // the methods of each path
}

const endpointKey = "endpoint"

// add makes an endpoint: described in the document, guarded, answered by fn.
func add[I, O any](d *desk, e endpoint, fn func(ctx context.Context, in *I) (*O, error)) {
	op := huma.Operation{
		OperationID: e.ID, Method: e.Method, Path: Root + e.Path, Summary: e.Says, Description: e.More, Tags: []string{e.Tag},
		DefaultStatus: e.Status, MaxBodyBytes: maxBody,
		Metadata: map[string]any{endpointKey: e}, Extensions: map[string]any{"x-action": e.Action},
		Responses: map[string]*huma.Response{},
		Security:  []map[string][]string{{"session": {}}, {"bearer": {}}},
	}
	_, takesBody := reflect.TypeFor[I]().FieldByName("Body")
	for _, status := range e.problems(takesBody) {
		op.Responses[strconv.Itoa(status)] = &huma.Response{Ref: "#/components/responses/Problem"}
	}
	if policy.May(policy.Actor{}, e.Action) {
		op.Security = []map[string][]string{}
	} else if e.Method == http.MethodPost {
		op.Parameters = []*huma.Param{{Ref: "#/components/parameters/IdempotencyKey"}}
	}
	huma.Register(d.huma, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := fn(ctx, in)
		if err != nil {
			return nil, d.problem(ctx, err)
		}
		return out, nil
	})
}

// Handle implements [huma.Adapter].
func (d *desk) Handle(op *huma.Operation, answer func(huma.Context)) {
	e := op.Metadata[endpointKey].(endpoint)
	d.paths[op.Path] = append(d.paths[op.Path], op.Method)
	d.handle(op.Method+" "+op.Path, e.Action, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store") // most of it is about people
		r, body, err := d.enter(r, e, op.RequestBody != nil)
		if err == nil {
			err = d.strict(op, r.URL.Query(), body)
		}
		if err != nil {
			d.fail(w, r, err)
			return
		}
		d.once(w, r, e, body, func(w http.ResponseWriter, r *http.Request) {
			answer(humago.NewContext(op, r, w))
		})
	}))
}

// ServeHTTP implements [huma.Adapter]; requests come through the routes.
func (d *desk) ServeHTTP(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) }

type askedKey struct{}

// asked is what handlers need of the request besides their input.
type asked struct {
	Session members.Session // zero when nobody signed in
	URL     *url.URL
	Route   string
}

func askedOf(ctx context.Context) asked {
	a, _ := ctx.Value(askedKey{}).(asked)
	return a
}

// enter finds out who asks, whether their role has the action, and what they
// sent.
func (d *desk) enter(r *http.Request, e endpoint, takesBody bool) (*http.Request, []byte, error) {
	session, token, err := d.whoAsks(r)
	if err != nil {
		return r, nil, err
	}
	ctx := context.WithValue(r.Context(), askedKey{}, asked{session, r.URL, r.Pattern})
	actor := session.Actor()
	actor.Token = token.ID
	if actor.SignedIn() {
		ctx = act.As(ctx, actor)
	}
	r = r.WithContext(ctx)
	if !policy.May(actor, e.Action) {
		if !actor.SignedIn() {
			return r, nil, &kernel.Fault{Code: kernel.Unauthenticated, Key: "sign_in"}
		}
		return r, nil, kernel.NewForbidden("role")
	}
	if token.ReadOnly && e.changes() {
		return r, nil, kernel.NewForbidden("token.read_only")
	}
	body, err := readBody(r, takesBody)
	r.Body = io.NopCloser(bytes.NewReader(body))
	return r, body, err
}

// whoAsks is the program behind a token, or the person behind a cookie. Who
// says Bearer is known by that alone: a token that does not work is refused,
// also where nobody need be signed in.
func (d *desk) whoAsks(r *http.Request) (session members.Session, token members.Token, err error) {
	if said := r.Header.Get("Authorization"); said != "" {
		scheme, value, _ := strings.Cut(said, " ")
		if !strings.EqualFold(scheme, "Bearer") {
			return session, token, &kernel.Fault{Code: kernel.Unauthenticated, Key: "token.none"}
		}
		session.Post, token, err = d.Members.ByToken(r.Context(), strings.TrimSpace(value))
		if err == nil && d.PerToken != nil && !d.PerToken.AllowID(token.ID, d.Now()) {
			err = kernel.NewTooMany("kit.rate")
		}
		return session, token, err
	}
	name := "session"
	if d.Secure {
		name = "__Host-session"
	}
	c, err := r.Cookie(name)
	if err != nil {
		return session, token, nil
	}
	session, err = d.Members.Session(r.Context(), c.Value)
	if kernel.CodeOf(err) == kernel.Unauthenticated {
		err = nil // nobody, as far as anybody knows
	}
	return session, token, err
}

// readBody reads what was sent, where something can be: JSON, not too large
// and not too deep.
func readBody(r *http.Request, takesBody bool) ([]byte, error) {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return nil, nil
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		if _, tooLarge := err.(*http.MaxBytesError); tooLarge {
			return nil, err
		}
		return nil, kernel.NewInvalid("api.json") // who sent it left, or sent less than was said
	}
	if len(body) > maxBody {
		return nil, &http.MaxBytesError{Limit: maxBody}
	}
	if !takesBody {
		return body, nil
	}
	if sent := r.Header.Get("Content-Type"); sent != "" {
		kind, _, err := mime.ParseMediaType(sent)
		if err != nil || kind != "application/json" && !strings.HasSuffix(kind, "+json") {
			return nil, kernel.NewInvalid("api.media").At("Content-Type")
		}
	}
	if depth(body) > maxDepth {
		return nil, kernel.NewTooMany("api.depth").With("limit", "16")
	}
	return body, nil
}

// depth is how deep objects and lists lie in one another.
func depth(body []byte) (deepest int) {
	now, quoted := 0, false
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			now++
			deepest = max(deepest, now)
		case c == '}' || c == ']':
			now--
		}
	}
	return deepest
}
