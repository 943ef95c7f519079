package page

import (
	"net/url"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// networkPages are the partners of the alliance, for partners who look for
// each other.
func (s *Site) networkPages(page register) {
	page("GET /network", "network.read", s.network)
	page("GET /network/{id}", "network.read", s.organisation)
}

// network is the list of partners as it was asked for. What is typed here is
// the name of an organisation, which is no secret among partners.
type network struct {
	Rows  []members.Organisation
	Names map[kernel.ID]string // of the organisations that the rows are teams of
	Typed string
	Kind  members.Kind
	Whole bool // the page is the whole list: it can be shown kind by kind
	Pages kit.Pages
}

func (s *Site) network(r *Request) (Answer, error) {
	asked := r.URL.Query()
	w := network{Typed: asked.Get("q"), Kind: knownKind(asked.Get("kind"))}
	q := members.Query{Typed: w.Typed, Kind: w.Kind, After: asked.Get("after"), Limit: 50}
	list, err := s.Members.Organisations(r.Context(), q)
	if err != nil {
		return Answer{}, err
	}
	w.Rows = list.Rows
	w.Whole = q.After == "" && list.Next == "" && w.Kind == ""
	w.Pages = partnerPager("/network", asked, list.Next)
	var parents []kernel.ID
	for _, o := range list.Rows {
		if o.PartOf != "" {
			parents = append(parents, o.PartOf)
		}
	}
	if w.Names, err = s.Members.Names(r.Context(), parents...); err != nil {
		return Answer{}, err
	}
	return show(networkPage(r.View, w))
}

// knownKind is a kind that was asked for, or every kind.
func knownKind(asked string) members.Kind {
	for _, k := range members.Kinds {
		if string(k) == asked {
			return k
		}
	}
	return ""
}

// partnerPager leads through a list of organisations, and keeps what was
// asked for.
func partnerPager(path string, asked url.Values, next string) (p kit.Pages) {
	address := func(after string) string {
		q := url.Values{}
		for _, name := range []string{"q", "kind", "show"} {
			if asked.Get(name) != "" {
				q.Set(name, asked.Get(name))
			}
		}
		if after != "" {
			q.Set("after", after)
		}
		if len(q) == 0 {
			return path
		}
		return path + "?" + q.Encode()
	}
	if asked.Get("after") != "" {
		p.First = address("")
	}
	if next != "" {
		p.Next = address(next)
	}
	return p
}

// partner is one organisation of the alliance.
type partner struct {
	members.Organisation
	Parent     *kit.Link
	Teams      []members.Organisation
	People     []members.Post
	Programmes []programmes.Programme
	Parts      map[kernel.ID][]string // by programme: the parts, in words
	MaySend    bool
	MayManage  bool
}

func (s *Site) organisation(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	w := partner{MaySend: r.may("referral.send"), MayManage: r.may("member.manage")}
	if w.Organisation, w.People, err = s.Members.Organisation(r.Context(), id); err != nil {
		return Answer{}, err
	}
	teams, err := s.Members.Organisations(r.Context(), members.Query{PartOf: id, Limit: 100})
	if err != nil {
		return Answer{}, err
	}
	w.Teams = teams.Rows
	if w.PartOf != "" {
		names, err := s.Members.Names(r.Context(), w.PartOf)
		if err != nil {
			return Answer{}, err
		}
		w.Parent = &kit.Link{Href: "/network/" + string(w.PartOf), Label: names[w.PartOf]}
	}
	has, err := s.Programmes.List(r.Context(), programmes.Query{Partner: id, Limit: 100,
		States: []programmes.State{programmes.On, programmes.Paused}})
	if err != nil {
		return Answer{}, err
	}
	w.Programmes, w.Parts = has.Rows, map[kernel.ID][]string{}
	for _, p := range has.Rows {
		for _, part := range programmes.Parts {
			if p.Has(id, part) {
				w.Parts[p.ID] = append(w.Parts[p.ID], r.View.T("programme.part."+string(part)))
			}
		}
	}
	return show(partnerPage(r.View, w))
}

// byKind are the rows of one kind.
func (w network) byKind(k members.Kind) (rows []members.Organisation) {
	for _, o := range w.Rows {
		if o.Kind == k {
			rows = append(rows, o)
		}
	}
	return rows
}

// nothing teaches what the network is, or how to go on after a search.
func (w network) nothing(v kit.View) kit.Blank {
	if w.Typed == "" && w.Kind == "" {
		return kit.Blank{Picture: "hello", Title: v.T("network.empty"), Text: v.T("network.empty.text")}
	}
	return kit.Blank{Picture: "list", Title: v.T("network.none"), Text: v.T("network.none.text"),
		Action: &kit.Link{Href: "/network", Label: v.T("network.all")}}
}

func kindOptions(v kit.View, first string) []kit.Option {
	options := []kit.Option{{Value: "", Label: first}}
	for _, k := range members.Kinds {
		options = append(options, kit.Option{Value: string(k), Label: v.T("organisation.kind." + string(k))})
	}
	return options
}

// reach are the ways to reach a partner; what is not known says so.
func (w partner) reach(v kit.View) []kit.SummaryRow {
	row := func(key, known string, link templLink) kit.SummaryRow {
		if known == "" {
			return kit.SummaryRow{Key: v.T(key), Value: kit.Text(v.T("network.not_known"))}
		}
		if link == nil {
			return kit.SummaryRow{Key: v.T(key), Value: kit.Text(known)}
		}
		return kit.SummaryRow{Key: v.T(key), Value: kit.LinkText(link(known))}
	}
	place := ""
	if w.Municipality != "" {
		place = municipalityName(v, w.Municipality)
	}
	return []kit.SummaryRow{
		row("network.place", place, nil),
		row("network.phone", w.Phone.Display(), func(s string) kit.Link { return kit.Link{Href: "tel:" + string(w.Phone), Label: s} }),
		row("network.mail", string(w.Mail), func(s string) kit.Link { return kit.Link{Href: "mailto:" + s, Label: s} }),
		row("network.website", w.Website, func(s string) kit.Link { return kit.Link{Href: s, Label: hostOf(s)} }),
	}
}

// templLink makes a link of what is known.
type templLink func(known string) kit.Link
