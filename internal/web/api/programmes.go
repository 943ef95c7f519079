package api

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// programmeEndpoints are what the alliance offers, and the library.
func (s *API) programmeEndpoints(d *desk) {
	add(d, endpoint{Method: "GET", Path: "/programmes", Action: "programme.read", ID: "list-programmes", Tag: "programmes",
		Says: "The programmes of your alliance, the newest first."}, s.programmes)
	add(d, endpoint{Method: "GET", Path: "/programmes/{programme}", Action: "programme.read", ID: "read-programme", Tag: "programmes",
		Says: "One programme."}, s.programme)
	add(d, endpoint{Method: "GET", Path: "/library", Action: "programme.read", ID: "list-library", Tag: "programmes",
		Says: "What works elsewhere, to take over.", More: "The library is small: it comes whole."}, s.library)
	add(d, endpoint{Method: "GET", Path: "/library/{template}", Action: "programme.read", ID: "read-template", Tag: "programmes",
		Says: "One template of the library."}, s.template)
}

type partner struct {
	Organisation kernel.ID       `json:"organisation"`
	Part         programmes.Part `json:"part"`
}

type offer struct {
	ID    string          `json:"id"`
	Kind  programmes.Kind `json:"kind"`
	Names kernel.Text     `json:"names"`
	Text  kernel.Text     `json:"text" doc:"What one gets."`
	Per   string          `json:"per" doc:"child, family, parent or pregnancy."`
	Every string          `json:"every,omitempty"`
	Once  string          `json:"once,omitempty" doc:"The life event at which it is given once."`
	Way   string          `json:"way" doc:"How a family comes to it."`
}

func offersJSON(all []programmes.Offer) []offer {
	out := make([]offer, 0, len(all))
	for _, o := range all {
		out = append(out, offer{o.ID, o.Kind, o.Names, o.Text, o.Per, o.Every, o.Once, string(o.Way)})
	}
	return out
}

func leversJSON(all []programmes.Lever) []int {
	out := make([]int, 0, len(all))
	for _, l := range all {
		out = append(out, int(l))
	}
	return out
}

type programme struct {
	ID             kernel.ID         `json:"id"`
	Version        int64             `json:"version"`
	Template       string            `json:"template" doc:"Of the library."`
	State          programmes.State  `json:"state"`
	Names          kernel.Text       `json:"names"`
	Summary        kernel.Text       `json:"summary"`
	How            kernel.Text       `json:"how" doc:"How one gets it."`
	Levers         []int             `json:"levers" nullable:"false" doc:"Of the nine levers against child poverty, 1 to 9."`
	Params         map[string]string `json:"params" doc:"What the alliance decided, by id; what is not here has the default of the template."`
	Municipalities []string          `json:"municipalities" nullable:"false" doc:"For who lives there; none: for who lives anywhere."`
	Partners       []partner         `json:"partners" nullable:"false"`
	From           kernel.Date       `json:"from"`
	To             kernel.Date       `json:"to,omitempty" doc:"The last day, when one is planned."`
	Budget         euros             `json:"budget,omitempty" doc:"In euros, for the whole period."`
	Offers         []offer           `json:"offers" nullable:"false"`
}

func programmeJSON(p programmes.Programme) programme {
	out := programme{
		ID: p.ID, Version: p.Version, Template: p.Template, State: p.State, Names: p.Name(), Summary: p.Summary(), How: p.How(),
		Levers: leversJSON(p.Levers()), Params: map[string]string{}, Municipalities: texts(p.Municipalities),
		Partners: []partner{}, From: p.From, To: p.To, Offers: offersJSON(p.Offers()),
	}
	for k, v := range p.Params {
		out.Params[k] = v
	}
	for _, q := range p.Partners {
		out.Partners = append(out.Partners, partner{q.Org, q.Part})
	}
	if p.Budget != 0 {
		out.Budget = euros(p.Budget.String())
	}
	return out
}

type programmesAsked struct {
	Limit   int              `query:"limit" minimum:"1" maximum:"100" doc:"At most so many."`
	After   kernel.ID        `query:"after" doc:"The next of the page before."`
	State   programmes.State `query:"state"`
	Partner kernel.ID        `query:"partner" doc:"Only those in which this organisation has a part."`
}

func (s *API) programmes(ctx context.Context, in *programmesAsked) (*listed[programme], error) {
	ask := programmes.Query{Partner: in.Partner, After: in.After, Limit: in.Limit}
	if in.State != "" {
		ask.States = []programmes.State{in.State}
	}
	p, err := s.Programmes.List(ctx, ask)
	if err != nil {
		return nil, err
	}
	return listOf(askedOf(ctx).URL, p.Rows, string(p.Next), programmeJSON), nil
}

type programmeAsked struct {
	Programme kernel.ID `path:"programme"`
}

func (s *API) programme(ctx context.Context, in *programmeAsked) (*one[programme], error) {
	p, err := s.Programmes.Programme(ctx, in.Programme)
	if err != nil {
		return nil, err
	}
	return answer(programmeJSON(p))
}

type parameter struct {
	ID       string      `json:"id"`
	Names    kernel.Text `json:"names"`
	Help     kernel.Text `json:"help"`
	Type     string      `json:"type" doc:"money, count, text, date, bool or choice."`
	Unit     string      `json:"unit,omitempty"`
	Default  string      `json:"default,omitempty"`
	Optional bool        `json:"optional" doc:"May stay undecided. What is not, and has no default, must be decided."`
	Choices  []string    `json:"choices" nullable:"false"`
}

type note struct {
	Dated   string      `json:"dated"`
	Changed bool        `json:"changed" doc:"Practice changed since the brochure."`
	Text    kernel.Text `json:"text"`
}

type source struct {
	Title string `json:"title"`
	URL   string `json:"url,omitempty"`
	Kind  string `json:"kind"`
	Dated string `json:"dated,omitempty"`
}

type template struct {
	ID         string      `json:"id"`
	Names      kernel.Text `json:"names"`
	Summary    kernel.Text `json:"summary"`
	Where      []string    `json:"where" nullable:"false" doc:"The municipalities in which it was found."`
	Levers     []int       `json:"levers" nullable:"false"`
	Ended      kernel.Date `json:"ended,omitempty" doc:"Since when it no longer runs there as the brochure tells."`
	Practice   []note      `json:"practice" nullable:"false"`
	Channels   []string    `json:"channels" nullable:"false" doc:"How families find it."`
	How        kernel.Text `json:"how" doc:"How one gets it."`
	Parameters []parameter `json:"parameters" nullable:"false"`
	Offers     []offer     `json:"offers" nullable:"false"`
	Sources    []source    `json:"sources" nullable:"false"`
}

func templateJSON(t *programmes.Template) template {
	out := template{
		ID: t.ID, Names: t.Names, Summary: t.Summary, Where: texts(t.Where), Levers: leversJSON(t.Levers), Ended: t.Ended,
		Practice: []note{}, Channels: texts(t.Channels), How: t.Apply.How, Parameters: []parameter{},
		Offers: offersJSON(t.Offers), Sources: []source{},
	}
	for _, n := range t.Practice {
		out.Practice = append(out.Practice, note{n.Dated, n.Changed, n.Text})
	}
	for _, p := range t.Parameters {
		one := parameter{p.ID, p.Names, p.Help, string(p.Type), p.Unit, p.Default, p.Optional, []string{}}
		for _, c := range p.Choices {
			one.Choices = append(one.Choices, c.Key)
		}
		out.Parameters = append(out.Parameters, one)
	}
	for _, x := range t.Sources {
		out.Sources = append(out.Sources, source{x.Title, x.URL, x.Kind, x.Dated})
	}
	return out
}

type libraryAsked struct {
	Typed string `query:"q" maxLength:"200" doc:"Words of the name or the summary."`
	Lever int    `query:"lever" minimum:"1" maximum:"9" doc:"Only those of this lever."`
}

func (s *API) library(ctx context.Context, in *libraryAsked) (*listed[template], error) {
	return listOf(askedOf(ctx).URL, s.Programmes.Library.Find(in.Typed, programmes.Lever(in.Lever)), "", templateJSON), nil
}

type templateAsked struct {
	Template string `path:"template" maxLength:"100"`
}

func (s *API) template(_ context.Context, in *templateAsked) (*one[template], error) {
	t, err := s.Programmes.Library.Template(in.Template)
	if err != nil {
		return nil, err
	}
	return answer(templateJSON(t))
}
