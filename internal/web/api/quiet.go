package api

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// quietEndpoints are the open files in which nothing happened for a term.
func (s *API) quietEndpoints(d *desk) {
	add(d, endpoint{Method: "GET", Path: "/families/quiet", Action: "family.list", ID: "list-quiet", Tag: "families",
		Says: "The open files in which nothing happened for a while, the longest first.",
		More: "A coordinator sees those of the organisation, anybody else their own. That somebody read a file does not count."}, s.quiet)
	add(d, endpoint{Method: "PUT", Path: "/families/quiet", Action: "quiet.arrange", ID: "set-quiet", Tag: "families", Status: noContent,
		Says: "Say after how many weeks a file counts as quiet in your organisation."}, s.setQuiet)
}

type quietAsked struct {
	Mine  bool `query:"mine" doc:"A coordinator too: only your own."`
	Limit int  `query:"limit" minimum:"0" maximum:"100" doc:"How many at most; 25 when left out."`
}

type quietFile struct {
	Family  kernel.ID   `json:"family"`
	Since   kernel.Date `json:"since" doc:"When something happened last."`
	Workers []kernel.ID `json:"workers" nullable:"false" doc:"Who works with the family in person; none: only organisations do."`
}

type quietFiles struct {
	Weeks int64       `json:"weeks" doc:"After how many weeks a file counts as quiet."`
	Own   bool        `json:"own" doc:"Your organisation said so itself; otherwise it is that of its house, or the usual term."`
	Items []quietFile `json:"items" nullable:"false"`
}

func (s *API) quiet(ctx context.Context, in *quietAsked) (*one[quietFiles], error) {
	mine := in.Mine || !act.ActorOf(ctx).Is(policy.Coordinator)
	page, err := s.Families.Quiet(ctx, families.AskQuiet{Mine: mine, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	out := quietFiles{Weeks: page.Weeks, Own: page.Own, Items: []quietFile{}}
	for _, x := range page.Rows {
		out.Items = append(out.Items, quietFile{x.ID, x.Since, append([]kernel.ID{}, x.Workers...)})
	}
	return answer(out)
}

type quietTerm struct {
	Body struct {
		Weeks int64 `json:"weeks" minimum:"1" maximum:"52"`
	}
}

func (s *API) setQuiet(ctx context.Context, in *quietTerm) (*nothing, error) {
	return &nothing{}, s.Families.SetQuiet(ctx, in.Body.Weeks)
}
