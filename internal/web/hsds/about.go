package hsds

import (
	"encoding/json"
	"net/http"
	"slices"

	"github.com/bondgenoot/bondgenoot/hsds"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
)

// profile is where it is written how we use the specification.
const profile = "https://github.com/bondgenoot/bondgenoot/blob/main/docs/open-data.md"

// meta is what is served, as the specification asks for it at /. Feeds are the
// alliances of an installation that has several.
type meta struct {
	Version     string `json:"version"`
	Profile     string `json:"profile"`
	OpenAPI     string `json:"openapi_url"`
	Description string `json:"description,omitempty"`
	Feeds       []feed `json:"feeds,omitempty"`
}

type feed struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

// about tells what is served: of one alliance, or of which alliances.
func (f *Feed) about(w http.ResponseWriter, in request, all []members.Alliance, al members.Alliance) error {
	base := f.Base + Root
	if in.version != hsds.V31 {
		base += string(in.version) + "/"
	}
	here := base
	if al.Slug != "" {
		here += al.Slug + "/"
	}
	if in.list == "openapi.json" {
		body, err := json.Marshal(describe(in.version, here))
		if err != nil {
			return err
		}
		return send(w, in.Request, "application/json", "en", body)
	}
	m := meta{Version: string(in.version), Profile: profile, OpenAPI: here + "openapi.json"}
	if al.Slug != "" {
		m.Description = al.Name.In(languageOf(al))
	} else {
		for _, al := range all {
			m.Feeds = append(m.Feeds, feed{al.Name.In(languageOf(al)), base + al.Slug + "/"})
		}
	}
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return send(w, in.Request, "application/json", "", body)
}

// what are the words for one and all of each list in the description.
var what = map[string]struct{ one, schema string }{
	"services":             {"service", "service"},
	"service_at_locations": {"service at a location", "service_at_location"},
	"organizations":        {"organization", "organization"},
	"locations":            {"location", "location"},
	"taxonomies":           {"taxonomy", "taxonomy"},
	"taxonomy_terms":       {"term", "taxonomy_term"},
}

// parameters say what each parameter asks for.
var parameters = map[string]struct{ about, kind string }{
	"page":             {"Which page, from 1.", "integer"},
	"per_page":         {"How many on a page: 50, at most 500.", "integer"},
	"format":           {"json, or ndjson for everything at once, whole, a record a line.", "string"},
	"lang":             {"nl, fr, de or en: in which language texts are, where they are written in it.", "string"},
	"search":           {"Words that must all be found, in any language.", "string"},
	"taxonomy_term_id": {"Terms that it must all have: several by commas.", "string"},
	"taxonomy_id":      {"Taxonomies of each of which it must have some term; of terms: the taxonomy they are of.", "string"},
	"organization_id":  {"Of this organization alone.", "string"},
	"modified_after":   {"Changed at this moment or later.", "string"},
	"minimal":          {"id and last_modified alone, all on one page.", "boolean"},
	"full":             {"With all that is nested in each record.", "boolean"},
	"full_service":     {"With whole services in each organization.", "boolean"},
	"postcode":         {"For who lives at this postal code.", "string"},
	"proximity":        {"At most so many metres from the middle of the postcode.", "integer"},
	"top_only":         {"Terms that stand under no other.", "boolean"},
	"parent_id":        {"Terms that stand under this one.", "string"},
}

// object is a JSON object of the description.
type object = map[string]any

// describe is the OpenAPI document.
func describe(v hsds.Version, server string) object {
	paths := object{"/": object{"get": operation("getAPIMetaInformation", "What is served.", nil, object{"$ref": "#/components/schemas/Meta"})},
		"/" + tablesName: object{"get": operation("getTables", "All of it as a tabular data package.", []string{"lang"}, nil)}}
	for _, list := range lists {
		w := what[list]
		schema := object{"$ref": schemaURL(v, w.schema)}
		takes := append(slices.Clone(known[list]), forAll...)
		page := object{"allOf": []any{object{"$ref": "#/components/schemas/Page"}},
			"properties": object{"contents": object{"type": "array", "items": schema}}}
		paths["/"+list] = object{
			"get":  operation("list_"+list, "A page of the list.", takes, page),
			"post": operation("query_"+list, "The same, with the parameters as a form. It changes nothing.", nil, page),
		}
		one := []string{"lang"}
		if list == "organizations" {
			one = append(one, "full_service")
		}
		get := operation("get_"+w.schema, "One "+w.one+".", one, schema)
		get["parameters"] = append(get["parameters"].([]any), object{"name": "id", "in": "path", "required": true, "schema": object{"type": "string", "format": "uuid"}})
		paths["/"+list+"/{id}"] = object{"get": get}
	}
	return object{
		"openapi": "3.1.0",
		"info": object{"title": "Directory of help for families", "version": string(v),
			"summary":     "Human Services Data Specification " + string(v),
			"description": "What help there is for families with young children: open data, for anybody, without a key."},
		"jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
		"servers":           []any{object{"url": server}},
		"paths":             paths,
		"components":        object{"schemas": object{"Page": pageSchema(), "Meta": metaSchema()}},
	}
}

func schemaURL(v hsds.Version, record string) string {
	branch := "3.0"
	if v == hsds.V31 {
		branch = "3.1"
	}
	return "https://raw.githubusercontent.com/openreferral/specification/" + branch + "/schema/" + record + ".json"
}

func operation(id, summary string, takes []string, answer object) object {
	asked := []any{}
	for _, name := range takes {
		p := parameters[name]
		asked = append(asked, object{"name": name, "in": "query", "required": false, "description": p.about, "schema": object{"type": p.kind}})
	}
	content := object{"application/json": object{"schema": answer}}
	if answer == nil {
		content = object{"application/zip": object{"schema": object{"type": "string", "format": "binary"}}}
	}
	refused := object{"description": "What is wrong.", "content": object{"application/problem+json": object{}}}
	return object{"operationId": id, "summary": summary, "parameters": asked, "security": []any{},
		"responses": object{"200": object{"description": summary, "content": content}, "304": object{"description": "The asker has it already."},
			"400": refused, "404": refused, "429": refused}}
}

func pageSchema() object {
	whole, yes := object{"type": "integer"}, object{"type": "boolean"}
	return object{"type": "object",
		"properties": object{"total_items": whole, "total_pages": whole, "page_number": whole, "size": whole, "first_page": yes, "last_page": yes, "empty": yes},
		"required":   []string{"total_items", "total_pages", "page_number", "size", "first_page", "last_page", "empty", "contents"}}
}

func metaSchema() object {
	uri, text := object{"type": "string", "format": "uri"}, object{"type": "string"}
	return object{"type": "object", "required": []string{"version", "profile", "openapi_url"},
		"properties": object{"version": text, "profile": uri, "openapi_url": uri, "description": text,
			"feeds": object{"type": "array", "items": object{"type": "object", "properties": object{"name": text, "url": uri}}}}}
}
