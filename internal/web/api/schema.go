package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/domain/sharing"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

const about = `What alliances against child poverty work with: families, what there is for them, and referrals that arrive.

**Who asks.** A program signs in with a token: ` + "`Authorization: Bearer bg_…`" + `. A person makes it on the page /tokens, for one organisation, for a year at most, if they wish to read only; the program sees and may do what the person sees and may do there, and the record tells that a program did it. A token that is revoked stops at once. Each operation names the action of the policy in ` + "`x-action`" + `.

**What is not there and what is not for you** get the same answer: 404.

**Twice is once.** A POST with an ` + "`Idempotency-Key`" + ` is carried out once: the same key with the same content gets the answer that was given (` + "`Idempotency-Replayed: true`" + `), with another content 422. Keys are remembered for 24 hours. What failed may be sent again under the same key.

**Lists** go on with ` + "`after`" + `: the value is ` + "`next`" + ` of the page before, which the ` + "`Link`" + ` header carries too.

**Edits** carry the version from which they began; when somebody was first, the answer is 409 with the fields that differ.

**Errors** are problem+json in the language of Accept-Language (nl, fr, de, en): each with the field, the reason and what to do.`

// overview is the document before any endpoint is in it.
func overview() *huma.OpenAPI {
	registry := huma.NewMapRegistry("#/components/schemas/", schemaName)
	aliases(registry)
	materialAliases(registry)
	text := &huma.Schema{Type: huma.TypeString}
	one, most := 1, 128
	return &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info:    &huma.Info{Title: "Bondgenoot", Version: "1", Description: about, License: &huma.License{Name: "EUPL-1.2", Identifier: "EUPL-1.2"}},
		Servers: []*huma.Server{{URL: "/"}},
		Tags: []*huma.Tag{
			{Name: "tokens", Description: "With which programs sign in. A person makes them on a page; a program cannot."}, {Name: "alliances", Description: "Who works together, where."}, {Name: "organisations", Description: "The partners of one's alliance."},
			{Name: "programmes", Description: "What the alliance offers, and the library of what works elsewhere."},
			{Name: "families", Description: "The files of one's own families. Each reading leaves a record that the family may see."},
			{Name: "rights", Description: "What a family is entitled to, by law and in its alliance, explained."},
			{Name: "claims", Description: "Rights that a family asks for, until the decision."},
			{Name: "referrals", Description: "A family on its way to who can help, until it arrived."},
			{Name: "vouchers", Description: "What a programme promises to a child: granted, printed, spent."},
			{Name: "shops", Description: "Where vouchers are spent: what a shop's own till asks. It sees nothing of a family."},
			{Name: "depot", Description: "Things for children: what lies where, who asks for what, what goes out. A depot knows no child."},
			{Name: "loans", Description: "Things that grow along with a child, lent. The desk sees numbers and first names."},
			{Name: "handouts", Description: "Days on which something is handed out, appointments, and the desk."},
			{Name: "payments", Description: "What the alliance owes and pays. A program prepares and reads; two people pay."},
			{Name: "administration", Description: "What keeps the house: work that failed, the record, files that may be double."},
		},
		Components: &huma.Components{
			Schemas: registry,
			SecuritySchemes: map[string]*huma.SecurityScheme{
				"session": {Type: "apiKey", In: "cookie", Name: "session", Description: "The cookie of a session; over TLS its name is __Host-session."},
				"bearer":  {Type: "http", Scheme: "bearer", BearerFormat: "bg_[a-z2-7]{77}", Description: "A token that somebody made on the page /tokens."},
			},
			Parameters: map[string]*huma.Param{"IdempotencyKey": {
				Name: "Idempotency-Key", In: "header", Schema: &huma.Schema{Type: huma.TypeString, MinLength: &one, MaxLength: &most, Pattern: "^[!-~]+$"},
				Description: "A key of your own for this request, such as a UUID. With it the request is carried out once.",
			}},
			Responses: map[string]*huma.Response{"Problem": {
				Description: "What went wrong, and what to do.",
				Headers: map[string]*huma.Param{
					"WWW-Authenticate": {Description: "When nobody signed in.", Schema: text},
					"Retry-After":      {Description: "When it was asked too often: in how many seconds to ask again.", Schema: text},
				},
				Content: map[string]*huma.MediaType{"application/problem+json": {Schema: registry.Schema(reflect.TypeFor[problem](), true, "")}},
			}},
		},
	}
}

// schemaName names a schema: a type of the rules engine after it, any other by
// its own name.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	if strings.HasSuffix(t.PkgPath(), "/rules") || t.Kind() == reflect.Pointer && strings.HasSuffix(t.Elem().PkgPath(), "/rules") {
		return "Rules" + name
	}
	return name
}

func among[S ~string](all []S) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString}
	for _, x := range all {
		s.Enum = append(s.Enum, string(x))
	}
	return s
}

func form(format string) *huma.Schema { return &huma.Schema{Type: huma.TypeString, Format: format} }

// The schemas of codes: each lists what its module lists.
type (
	idSchema       struct{}
	dateSchema     struct{}
	instantSchema  struct{}
	langSchema     struct{}
	kindSchema     struct{}
	workRoleSchema struct{}
	roleSchema     struct{}
	stateSchema    struct{}
	purposeSchema  struct{}
	sourceSchema   struct{}
	partSchema     struct{}
	offerSchema    struct{}
	progSchema     struct{}
	claimSchema    struct{}
	perSchema      struct{}
	refStateSchema struct{}
	urgencySchema  struct{}
	reasonSchema   struct{}
	absenceSchema  struct{}
	outcomeSchema  struct{}
	waySchema      struct{}
	holdSchema     struct{}
	progressSchema struct{}
	groupSchema    struct{}
	basisSchema    struct{}
	shownSchema    struct{}
	toldSchema     struct{}
	endedSchema    struct{}
	termSchema     struct{}
	dangerSchema   struct{}
	delaySchema    struct{}

	// The reasons for which a file closes, or is erased.
	closeReason string
	eraseReason string
)

// Schema implements [huma.SchemaProvider].
func (closeReason) Schema(huma.Registry) *huma.Schema { return among(families.CloseReasons[:]) }

// Schema implements [huma.SchemaProvider].
func (eraseReason) Schema(huma.Registry) *huma.Schema { return among(families.EraseReasons[:]) }

func (groupSchema) Schema(huma.Registry) *huma.Schema { return among(policy.Groups[:]) }
func (basisSchema) Schema(huma.Registry) *huma.Schema { return among(sharing.Bases[:]) }
func (shownSchema) Schema(huma.Registry) *huma.Schema { return among(sharing.Evidences[:]) }
func (toldSchema) Schema(huma.Registry) *huma.Schema  { return among(sharing.ToldHows[:]) }
func (endedSchema) Schema(huma.Registry) *huma.Schema { return among(sharing.EndedReasons[:]) }
func (termSchema) Schema(huma.Registry) *huma.Schema {
	return among(sharing.EditionOn("9999-12-31").Conditions)
}
func (dangerSchema) Schema(huma.Registry) *huma.Schema   { return among(sharing.Reasons[:]) }
func (delaySchema) Schema(huma.Registry) *huma.Schema    { return among(sharing.DelayReasons[:]) }
func (idSchema) Schema(huma.Registry) *huma.Schema       { return form("uuid") }
func (dateSchema) Schema(huma.Registry) *huma.Schema     { return form("date") }
func (instantSchema) Schema(huma.Registry) *huma.Schema  { return form("date-time") }
func (langSchema) Schema(huma.Registry) *huma.Schema     { return among(kernel.Langs[:]) }
func (kindSchema) Schema(huma.Registry) *huma.Schema     { return among(members.Kinds[:]) }
func (workRoleSchema) Schema(huma.Registry) *huma.Schema { return among(policy.Roles[:]) }
func (roleSchema) Schema(huma.Registry) *huma.Schema     { return among(families.Roles[:]) }
func (stateSchema) Schema(huma.Registry) *huma.Schema {
	return among([]families.State{families.StateOpen, families.StateClosed})
}
func (purposeSchema) Schema(huma.Registry) *huma.Schema { return among(families.Purposes[:]) }
func (sourceSchema) Schema(huma.Registry) *huma.Schema  { return among(families.Sources[:]) }
func (partSchema) Schema(huma.Registry) *huma.Schema    { return among(programmes.Parts[:]) }
func (offerSchema) Schema(huma.Registry) *huma.Schema   { return among(programmes.Kinds[:]) }
func (progSchema) Schema(huma.Registry) *huma.Schema {
	return among([]programmes.State{programmes.Draft, programmes.On, programmes.Paused, programmes.Ended})
}
func (claimSchema) Schema(huma.Registry) *huma.Schema    { return among(rights.States[:]) }
func (perSchema) Schema(huma.Registry) *huma.Schema      { return among(rights.Pers[:]) }
func (refStateSchema) Schema(huma.Registry) *huma.Schema { return among(referrals.States[:]) }
func (urgencySchema) Schema(huma.Registry) *huma.Schema  { return among(referrals.Urgencies[:]) }
func (reasonSchema) Schema(huma.Registry) *huma.Schema   { return among(referrals.Reasons[:]) }
func (absenceSchema) Schema(huma.Registry) *huma.Schema  { return among(referrals.Absences[:]) }
func (outcomeSchema) Schema(huma.Registry) *huma.Schema  { return among(referrals.AllOutcomes[:]) }
func (waySchema) Schema(huma.Registry) *huma.Schema      { return among(referrals.Ways[:]) }
func (holdSchema) Schema(huma.Registry) *huma.Schema     { return among(referrals.Holds[:]) }
func (progressSchema) Schema(huma.Registry) *huma.Schema { return among(referrals.Progresses[:]) }

// aliases tells how the words of the modules are described.
func aliases(r huma.Registry) {
	for _, a := range [][2]reflect.Type{
		{reflect.TypeFor[kernel.ID](), reflect.TypeFor[idSchema]()},
		{reflect.TypeFor[kernel.Date](), reflect.TypeFor[dateSchema]()},
		{reflect.TypeFor[kernel.Instant](), reflect.TypeFor[instantSchema]()},
		{reflect.TypeFor[kernel.Lang](), reflect.TypeFor[langSchema]()},
		{reflect.TypeFor[members.Kind](), reflect.TypeFor[kindSchema]()},
		{reflect.TypeFor[policy.Role](), reflect.TypeFor[workRoleSchema]()},
		{reflect.TypeFor[families.Role](), reflect.TypeFor[roleSchema]()},
		{reflect.TypeFor[families.State](), reflect.TypeFor[stateSchema]()},
		{reflect.TypeFor[families.Purpose](), reflect.TypeFor[purposeSchema]()},
		{reflect.TypeFor[families.Source](), reflect.TypeFor[sourceSchema]()},
		{reflect.TypeFor[programmes.Part](), reflect.TypeFor[partSchema]()},
		{reflect.TypeFor[programmes.Kind](), reflect.TypeFor[offerSchema]()},
		{reflect.TypeFor[programmes.State](), reflect.TypeFor[progSchema]()},
		{reflect.TypeFor[rights.State](), reflect.TypeFor[claimSchema]()},
		{reflect.TypeFor[rights.Per](), reflect.TypeFor[perSchema]()},
		{reflect.TypeFor[referrals.State](), reflect.TypeFor[refStateSchema]()},
		{reflect.TypeFor[referrals.Urgency](), reflect.TypeFor[urgencySchema]()},
		{reflect.TypeFor[referrals.Reason](), reflect.TypeFor[reasonSchema]()},
		{reflect.TypeFor[referrals.Absence](), reflect.TypeFor[absenceSchema]()},
		{reflect.TypeFor[referrals.Outcome](), reflect.TypeFor[outcomeSchema]()},
		{reflect.TypeFor[referrals.Way](), reflect.TypeFor[waySchema]()},
		{reflect.TypeFor[referrals.Hold](), reflect.TypeFor[holdSchema]()},
		{reflect.TypeFor[referrals.Progress](), reflect.TypeFor[progressSchema]()},
		{reflect.TypeFor[policy.Group](), reflect.TypeFor[groupSchema]()},
		{reflect.TypeFor[sharing.Basis](), reflect.TypeFor[basisSchema]()},
		{reflect.TypeFor[sharing.Evidence](), reflect.TypeFor[shownSchema]()},
		{reflect.TypeFor[sharing.ToldHow](), reflect.TypeFor[toldSchema]()},
		{reflect.TypeFor[sharing.Ended](), reflect.TypeFor[endedSchema]()},
		{reflect.TypeFor[sharing.Condition](), reflect.TypeFor[termSchema]()},
		{reflect.TypeFor[sharing.Reason](), reflect.TypeFor[dangerSchema]()},
		{reflect.TypeFor[sharing.DelayReason](), reflect.TypeFor[delaySchema]()},
	} {
		r.RegisterTypeAlias(a[0], a[1])
	}
}

// euros is an amount with a point and two decimals.
type euros string

// Schema implements [huma.SchemaProvider].
func (euros) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Pattern: `^-?[0-9]+\.[0-9]{2}$`, Examples: []any{"123.45"}}
}

// cents reads the amount of a field; where none was sent it is nothing.
func (e euros) cents(field string) (kernel.Cents, error) {
	if e == "" {
		return 0, nil
	}
	c, err := kernel.ParseCents(string(e))
	if err != nil {
		return 0, kernel.NewInvalid("amount").At(field)
	}
	return c, nil
}

// amount writes cents as the API does; nothing is left out.
func amount(c kernel.Cents) euros {
	if c == 0 {
		return ""
	}
	return euros(c.String())
}

// called gives the fields of a fault the names that the API has for them: pairs
// of the module's name and the API's.
func called(err error, names ...string) error {
	f, ok := errors.AsType[*kernel.Fault](err)
	if !ok {
		return err
	}
	var all kernel.Faults
	for _, one := range f.All() {
		field := one.Field
		for i := 0; i < len(names); i += 2 {
			if field == names[i] {
				field = names[i+1]
			}
		}
		g := one.At(field)
		g.More = nil
		all = append(all, g)
	}
	return all.Err()
}

// scalar is a value of any type that a fact can have, or null.
func scalar(says string) *huma.Schema {
	return &huma.Schema{Description: says, Extensions: map[string]any{"type": []string{"string", "number", "boolean", "null"}}}
}

// value is the value of a fact, as JSON.
type value json.RawMessage

// Schema implements [huma.SchemaProvider].
func (value) Schema(huma.Registry) *huma.Schema {
	return scalar("As the dictionary describes the fact; null when what was known no longer holds.")
}

// MarshalJSON implements [json.Marshaler].
func (v value) MarshalJSON() ([]byte, error) { return json.RawMessage(v).MarshalJSON() }

// UnmarshalJSON implements [json.Unmarshaler]: the module judges it.
func (v *value) UnmarshalJSON(b []byte) error {
	*v = append(value(nil), b...)
	return nil
}

// Paging is how a list is asked for.
type Paging struct {
	Limit int    `query:"limit" minimum:"1" maximum:"100" doc:"At most so many."`
	After string `query:"after" maxLength:"400" doc:"The next of the page before."`
}

// page is part of a list.
type page[T any] struct {
	Items []T    `json:"items" nullable:"false"`
	Next  string `json:"next,omitempty" doc:"Where the list goes on; left out at its end."`
}

// listed is the answer with part of a list.
type listed[T any] struct {
	Link string `header:"Link" doc:"The next page (rel=\"next\")."`
	Body page[T]
}

// listOf answers with part of a list; where it goes on is in Link too, with
// all else that was asked.
func listOf[T, R any](at *url.URL, rows []R, next string, show func(R) T) *listed[T] {
	out := &listed[T]{Body: page[T]{Items: make([]T, 0, len(rows)), Next: next}}
	for _, r := range rows {
		out.Body.Items = append(out.Body.Items, show(r))
	}
	if next != "" {
		q := at.Query()
		q.Set("after", next)
		out.Link = "<" + at.EscapedPath() + "?" + q.Encode() + `>; rel="next"`
	}
	return out
}

// one is the answer with one thing.
type one[T any] struct {
	Body T
}

func answer[T any](body T) (*one[T], error) { return &one[T]{body}, nil }

// made is the answer with something new.
type made[T any] struct {
	Location string `header:"Location" doc:"Where it is."`
	Body     T
}

const created = http.StatusCreated

func texts[S ~string](in []S) []string {
	out := make([]string, 0, len(in))
	for _, s := range in {
		out = append(out, string(s))
	}
	return out
}
