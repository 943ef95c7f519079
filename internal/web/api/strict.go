package api

import (
	"bytes"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// strict refuses what the description forbids and huma lets pass as though it
// had not been sent: a value in the address that is empty, and a null in the
// body. A program that sends them means something, and would not get it.
func (d *desk) strict(op *huma.Operation, query url.Values, body []byte) error {
	var faults kernel.Faults
	for _, p := range op.Parameters {
		if p.In == "query" && p.Schema != nil && query.Has(p.Name) && query.Get(p.Name) == "" && !emptyFits(p.Schema) {
			faults.Check(p.Name, kernel.NewInvalid("api.value"))
		}
	}
	if op.RequestBody != nil && bytes.Contains(body, []byte("null")) {
		var sent any
		if media := op.RequestBody.Content["application/json"]; media != nil && json.Unmarshal(body, &sent) == nil {
			d.nulls(media.Schema, sent, "", &faults)
		}
	}
	return faults.Err()
}

// emptyFits tells whether a schema describes the empty text.
func emptyFits(s *huma.Schema) bool {
	return s.Type == huma.TypeString && s.Format == "" && len(s.Enum) == 0 && (s.MinLength == nil || *s.MinLength == 0)
}

// nulls finds each null that the schema of its place does not allow. What is
// of another type altogether is found elsewhere.
func (d *desk) nulls(s *huma.Schema, sent any, at string, faults *kernel.Faults) {
	if s != nil && s.Ref != "" {
		s = d.huma.OpenAPI().Components.Schemas.SchemaFromRef(s.Ref)
	}
	if s == nil {
		return
	}
	below := func(name string) string {
		if at == "" {
			return name
		}
		return at + "." + name
	}
	switch x := sent.(type) {
	case nil:
		types, _ := s.Extensions["type"].([]string)
		if at != "" && !s.Nullable && !slices.Contains(types, "null") && (s.Type != "" || len(types) > 0) {
			faults.Check(at, kernel.NewInvalid("api.value"))
		}
	case []any:
		for i, item := range x {
			d.nulls(s.Items, item, below(strconv.Itoa(i)), faults)
		}
	case map[string]any:
		others, _ := s.AdditionalProperties.(*huma.Schema)
		for name, value := range x {
			if known := s.Properties[name]; known != nil {
				d.nulls(known, value, below(name), faults)
			} else {
				d.nulls(others, value, below(name), faults)
			}
		}
	}
}
