package api

import (
	"context"
	"encoding/json"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// factEndpoints are what is known of a family.
func (s *API) factEndpoints(d *desk) {
	add(d, endpoint{Method: "POST", Path: "/families/{family}/facts", Action: "family.change", ID: "record-facts", Tag: "families",
		Says: "Write down several facts at once, all or none.",
		More: "GET /rights/facts lists the keys. With began, a fact that somebody else recorded differently since then is 409, and nothing is written."}, s.recordFacts)
	add(d, endpoint{Method: "GET", Path: "/families/{family}/facts", Action: "family.read", ID: "read-fact-history", Tag: "families",
		Says: "All that was ever recorded under one key, the newest first.", More: "What holds today is in the file."}, s.factHistory)
}

type fact struct {
	ID         kernel.ID       `json:"id"`
	Person     kernel.ID       `json:"person,omitempty" doc:"Left out: of the family."`
	Key        string          `json:"key"`
	Value      value           `json:"value"`
	Source     families.Source `json:"source"`
	ValidFrom  kernel.Date     `json:"valid_from,omitempty"`
	ValidTo    kernel.Date     `json:"valid_to,omitempty"`
	RecordedAt kernel.Instant  `json:"recorded_at"`
	RecordedBy kernel.ID       `json:"recorded_by"`
}

func factsJSON(all []families.Fact) []fact {
	out := make([]fact, 0, len(all))
	for _, x := range all {
		out = append(out, fact{x.ID, x.Person, x.Key, value(x.Value), x.Source, x.ValidFrom, x.ValidTo, x.RecordedAt, x.RecordedBy})
	}
	return out
}

type newFact struct {
	Person    kernel.ID       `json:"person,omitempty" doc:"Left out: of the family."`
	Key       string          `json:"key" maxLength:"100"`
	Value     value           `json:"value"`
	Source    families.Source `json:"source"`
	ValidFrom kernel.Date     `json:"valid_from,omitempty"`
	ValidTo   kernel.Date     `json:"valid_to,omitempty" doc:"The last day."`
}

type factsRecorded struct {
	Family kernel.ID `path:"family"`
	Body   struct {
		Began int64     `json:"began,omitempty" minimum:"0" doc:"The facts_version that you saw; left out when it does not matter."`
		Facts []newFact `json:"facts" minItems:"1" maxItems:"300" nullable:"false"`
	}
}

func (s *API) recordFacts(ctx context.Context, in *factsRecorded) (*one[familyRef], error) {
	var facts []families.Fact
	for _, x := range in.Body.Facts {
		facts = append(facts, families.Fact{Person: x.Person, Key: x.Key, Value: json.RawMessage(x.Value), Source: x.Source, ValidFrom: x.ValidFrom, ValidTo: x.ValidTo})
	}
	f, err := s.Families.RecordFacts(ctx, in.Family, in.Body.Began, facts)
	if err != nil {
		return nil, err
	}
	return answer(familyRefJSON(f))
}

type historyAsked struct {
	Family kernel.ID `path:"family"`
	Person kernel.ID `query:"person" doc:"Left out: of the family."`
	Key    string    `query:"key" required:"true" maxLength:"100"`
}

func (s *API) factHistory(ctx context.Context, in *historyAsked) (*listed[fact], error) {
	facts, err := s.Families.FactHistory(ctx, in.Family, in.Person, in.Key)
	if err != nil {
		return nil, err
	}
	return &listed[fact]{Body: page[fact]{Items: factsJSON(facts)}}, nil
}
