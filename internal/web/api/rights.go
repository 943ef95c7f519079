package api

import (
	"context"
	"encoding/json"
	"maps"
	"reflect"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
	"github.com/bondgenoot/bondgenoot/rules"
)

// rightEndpoints are what there is for a family.
func (s *API) rightEndpoints(d *desk) {
	add(d, endpoint{Method: "GET", Path: "/rights/facts", Action: "public.read", ID: "list-facts", Tag: "rights",
		Says: "Every fact that a right can look at.", More: "As `bondgenoot rights facts` prints it."}, s.dictionary)
	add(d, endpoint{Method: "POST", Path: "/rights/check", Action: "public.read", ID: "check-rights", Tag: "rights", Safe: true,
		Says: "What a family that nobody knows is entitled to, and why.",
		More: "The answer is that of `bondgenoot rights check`. Nothing is kept. A fact that is left out is not known; it never counts as no. The persons are taken as complete. With an alliance, what is offered there counts too."}, s.check)
	add(d, endpoint{Method: "GET", Path: "/families/{family}/rights", Action: "rights.read", ID: "evaluate-family", Tag: "rights",
		Says: "What there is for a family today, by law and in its alliance.",
		More: "It is evaluated anew, and what was found is kept. It leaves a record, as reading the file does."}, s.evaluate)
	add(d, endpoint{Method: "GET", Path: "/families/{family}/findings", Action: "rights.read", ID: "read-findings", Tag: "rights",
		Says: "What was found for a family when it was last looked at.", More: "It leaves a record. Nothing is evaluated anew."}, s.findings)
}

// dictionary is the facts, described.
type dictionary struct{ *rules.Dictionary }

// Schema implements [huma.SchemaProvider].
func (dictionary) Schema(r huma.Registry) *huma.Schema {
	return r.Schema(reflect.TypeFor[rules.Dictionary](), true, "")
}

func (s *API) dictionary(_ context.Context, _ *struct{}) (*one[dictionary], error) {
	return answer(dictionary{s.Families.Law.Facts()})
}

// result is what the rules say, in the words of the engine.
type result struct{ *rules.Result }

// Schema implements [huma.SchemaProvider]: that of the engine's own type, with
// what can be null said so.
func (result) Schema(r huma.Registry) *huma.Schema {
	ref := r.Schema(reflect.TypeFor[rules.Result](), true, "")
	whole := r.SchemaFromRef(ref.Ref)
	if next := whole.Properties["next_question"]; next.Ref != "" {
		r.SchemaFromRef(next.Ref).Properties["person"] = &huma.Schema{AnyOf: []*huma.Schema{{Type: huma.TypeString}, {Type: "null"}},
			Description: "Whom it is asked about; null for a fact of the family."}
		whole.Properties["next_question"] = &huma.Schema{AnyOf: []*huma.Schema{{Ref: next.Ref}, {Type: "null"}},
			Description: "The fact that is worth asking first; null when none is."}
	}
	reason := r.SchemaFromRef(r.Schema(reflect.TypeFor[rules.Reason](), true, "").Ref)
	reason.Properties["saw"].AdditionalProperties = scalar("What it saw; null: not known.")
	return ref
}

// caseDocument is a case as the rules read it.
type caseDocument json.RawMessage

// UnmarshalJSON keeps it as it was sent: the rules judge it.
func (c *caseDocument) UnmarshalJSON(b []byte) error {
	*c = append(caseDocument(nil), b...)
	return nil
}

// Schema implements [huma.SchemaProvider].
func (caseDocument) Schema(huma.Registry) *huma.Schema {
	text := &huma.Schema{Type: huma.TypeString}
	facts := scalar("A fact, by its key; null: not known.")
	return &huma.Schema{
		Type: huma.TypeObject, AdditionalProperties: false, Required: []string{"date", "persons"},
		Properties: map[string]*huma.Schema{
			"date":   {Type: huma.TypeString, Format: "date", Description: "The day for which the rights are looked at."},
			"family": {Type: huma.TypeObject, AdditionalProperties: facts, Description: "Facts of the family, by key."},
			"persons": {Type: huma.TypeArray, Description: "Everybody who belongs to it.", Items: &huma.Schema{
				Type: huma.TypeObject, AdditionalProperties: facts, Required: []string{"id", "role"},
				Properties: map[string]*huma.Schema{"id": text, "role": {Type: huma.TypeString, Description: "applicant, partner, child, other or unborn."}},
			}},
		},
		Examples: []any{map[string]any{
			"date": "2026-03-01", "family": map[string]any{"municipality": "24062"},
			"persons": []any{map[string]any{"id": "a", "role": "applicant", "birth_date": "1990-05-01"}},
		}},
	}
}

type checkAsked struct {
	Alliance string `query:"alliance" maxLength:"100" doc:"The ID or the slug of an alliance."`
	Body     caseDocument
}

func (s *API) check(ctx context.Context, in *checkAsked) (*one[result], error) {
	id, err := s.allianceNamed(ctx, in.Alliance)
	if err != nil {
		return nil, err
	}
	found, err := s.Rights.Check(ctx, id, json.RawMessage(in.Body), kit.Reading(ctx).Lang())
	if err != nil {
		return nil, err
	}
	return answer(result{&found.Result})
}

func (s *API) allianceNamed(ctx context.Context, named string) (kernel.ID, error) {
	if named == "" {
		return "", nil
	}
	all, err := s.Members.Alliances(ctx)
	if err != nil {
		return "", err
	}
	for _, al := range all {
		if string(al.ID) == named || al.Slug == named {
			return al.ID, nil
		}
	}
	return "", kernel.NewInvalid("api.alliance").At("alliance")
}

type total struct {
	Month euros `json:"month" doc:"What comes every month, in euros."`
	Year  euros `json:"year" doc:"All of a year: twelve months, what comes yearly or more often, and what comes once."`
	Once  euros `json:"once" doc:"Of that, what comes once."`
}

type localRight struct {
	Right     string    `json:"right"`
	Programme kernel.ID `json:"programme"`
	Offers    []string  `json:"offers" nullable:"false"`
}

type evaluation struct {
	Family       kernel.ID    `json:"family"`
	On           kernel.Date  `json:"on"`
	FactsVersion int64        `json:"facts_version"`
	PackVersion  string       `json:"pack_version" doc:"Tells two sets of rules apart."`
	Result       result       `json:"result"`
	Total        total        `json:"total" doc:"What is certain, added up; what comes by the day, the meal or the session is not."`
	Local        []localRight `json:"local" nullable:"false" doc:"The rights that a programme of the alliance opens."`
	Claims       []claim      `json:"claims" nullable:"false" doc:"The newest first."`
}

type familyAsked struct {
	Family kernel.ID `path:"family"`
}

func (s *API) evaluate(ctx context.Context, in *familyAsked) (*one[evaluation], error) {
	found, err := s.Rights.Find(ctx, in.Family, kit.Reading(ctx).Lang())
	if err != nil {
		return nil, err
	}
	sum := found.Total()
	out := evaluation{
		Family: in.Family, On: found.On, FactsVersion: found.File.FactsVersion, PackVersion: found.PackVersion,
		Result: result{&found.Result}, Local: []localRight{}, Claims: claimsJSON(found.Claims),
		Total: total{euros(sum.Month.String()), euros(sum.Year.String()), euros(sum.Once.String())},
	}
	for _, x := range found.Result.Rights { // in the order of the rights
		if local, ok := found.Local[x.ID]; ok {
			out.Local = append(out.Local, localRight{x.ID, local.Programme.ID, offerIDs(local)})
		}
	}
	return answer(out)
}

func offerIDs(l rights.Local) []string {
	ids := make([]string, 0, len(l.Offers))
	for _, o := range l.Offers {
		ids = append(ids, o.ID)
	}
	return ids
}

// finding is what was found about one right. Amounts and Missing are as the
// engine writes them.
type finding struct {
	Right        string          `json:"right"`
	Status       rules.Status    `json:"status" enum:"entitled,not_entitled,unknown,refer"`
	Amounts      []rules.Amount  `json:"amounts" nullable:"false"`
	Missing      []rules.Missing `json:"missing" nullable:"false" doc:"The facts that could still change it."`
	PackVersion  string          `json:"pack_version"`
	FactsVersion int64           `json:"facts_version"`
	FoundOn      kernel.Date     `json:"found_on"`
}

type findings struct {
	Items []finding `json:"items" nullable:"false"`
	Stale bool      `json:"stale" doc:"The facts, the rules or the programmes changed since."`
}

func (s *API) findings(ctx context.Context, in *familyAsked) (*one[findings], error) {
	all, stale, err := s.Rights.Findings(ctx, in.Family)
	if err != nil {
		return nil, err
	}
	out := findings{Items: make([]finding, 0, len(all)), Stale: stale}
	for _, id := range slices.Sorted(maps.Keys(all)) {
		x := all[id]
		f := finding{x.Right, x.Status, []rules.Amount{}, []rules.Missing{}, x.PackVersion, x.FactsVersion, x.FoundOn}
		if len(x.Amounts) > 0 {
			if err := json.Unmarshal(x.Amounts, &f.Amounts); err != nil {
				return nil, err
			}
		}
		if len(x.Missing) > 0 {
			if err := json.Unmarshal(x.Missing, &f.Missing); err != nil {
				return nil, err
			}
		}
		out.Items = append(out.Items, f)
	}
	return answer(out)
}
