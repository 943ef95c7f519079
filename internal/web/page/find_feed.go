package page

import (
	"cmp"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// feedPages are for the site of a city: what is new, and a field to put into
// a page of its own.
func (s *Site) feedPages(routes *kit.Routes) {
	routes.Handle("GET /find/{alliance}/feed.json", "directory.read", s.finding(s.feedJSON))
	routes.Handle("GET /find/{alliance}/feed.atom", "directory.read", s.finding(s.feedAtom))
	routes.Handle("GET /find/{alliance}/widget", "directory.read", s.finding(s.widget))
}

// feedLength is how many services a feed tells: those that changed last.
const feedLength = 50

// feedItem is one service of a feed.
type feedItem struct {
	ID       string `json:"id" xml:"id"`
	URL      string `json:"url" xml:"-"`
	Title    string `json:"title" xml:"title"`
	Text     string `json:"content_text" xml:"summary"`
	Modified string `json:"date_modified" xml:"updated"`
	Language string `json:"language,omitempty" xml:"-"`
	Link     struct {
		Href string `xml:"href,attr"`
	} `json:"-" xml:"link"`
	Author struct {
		Name string `xml:"name"`
	} `json:"-" xml:"author"`
}

// feed is what an alliance told last, in the reader's language.
func (s *Site) feed(r *Request) (al members.Alliance, items []feedItem, err error) {
	if al, err = s.alliancePublic(r); err != nil {
		return al, nil, err
	}
	index, err := s.Finder.Index(r.Context(), al.ID)
	if err != nil {
		return al, nil, err
	}
	all := slices.Collect(index.All())
	slices.SortFunc(all, func(a, b *directory.PublicRecord) int {
		return cmp.Or(cmp.Compare(b.Service.ChangedAt, a.Service.ChangedAt), cmp.Compare(a.Service.ID, b.Service.ID))
	})
	for _, record := range all[:min(len(all), feedLength)] {
		name, lang := wording(record.Service.Name, r.View.Lang())
		about, _ := wording(record.Service.About, r.View.Lang())
		item := feedItem{Title: name, Text: about, Language: string(lang), Modified: record.Service.ChangedAt.Time().UTC().Format("2006-01-02T15:04:05Z"),
			URL: s.base(r) + "/find/" + al.Slug + "/" + string(record.Service.ID)}
		item.ID, item.Link.Href, item.Author.Name = item.URL, item.URL, record.Organisation.Name
		items = append(items, item)
	}
	return al, items, nil
}

func (s *Site) feedJSON(r *Request) (Answer, error) {
	al, items, err := s.feed(r)
	if err != nil {
		return Answer{}, err
	}
	body, err := json.MarshalIndent(map[string]any{"version": "https://jsonfeed.org/version/1.1", "title": al.Called(r.View.Lang()),
		"home_page_url": s.base(r) + "/find", "feed_url": s.base(r) + "/find/" + al.Slug + "/feed.json", "language": string(r.View.Lang()), "items": slices.Concat([]feedItem{}, items)}, "", "  ")
	return sendFile(r, "application/feed+json; charset=utf-8", body, err)
}

func (s *Site) feedAtom(r *Request) (Answer, error) {
	al, items, err := s.feed(r)
	if err != nil {
		return Answer{}, err
	}
	type atom struct {
		XMLName xml.Name   `xml:"http://www.w3.org/2005/Atom feed"`
		ID      string     `xml:"id"`
		Title   string     `xml:"title"`
		Updated string     `xml:"updated"`
		Entries []feedItem `xml:"entry"`
	}
	doc := atom{ID: s.base(r) + "/find/" + al.Slug + "/feed.atom", Title: al.Called(r.View.Lang()), Entries: items,
		Updated: kernel.InstantOf(s.Now()).Time().UTC().Format("2006-01-02T15:04:05Z")}
	if len(items) > 0 {
		doc.Updated = items[0].Modified
	}
	body, err := xml.MarshalIndent(doc, "", "  ")
	return sendFile(r, "application/atom+xml; charset=utf-8", append([]byte(xml.Header), body...), err)
}

// sendFile answers with a file that other sites may read.
func sendFile(r *Request, kind string, body []byte, err error) (Answer, error) {
	if err != nil {
		return Answer{}, err
	}
	h := r.writer.Header()
	h.Set("Content-Type", kind)
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Cache-Control", "no-store")
	r.writer.WriteHeader(http.StatusOK)
	_, _ = r.writer.Write(body) // a reader who left is no fault of ours
	return Answer{Sent: true}, nil
}

// widget is the one field, to be put into a page of a city: the only page of
// the house that another site may frame. What is typed there is answered in a
// window of its own.
func (s *Site) widget(r *Request) (Answer, error) {
	al, err := s.alliancePublic(r)
	if err != nil {
		return Answer{}, err
	}
	h := r.writer.Header()
	h.Set("Content-Security-Policy", strings.Replace(h.Get("Content-Security-Policy"), "frame-ancestors 'none'", "frame-ancestors *", 1))
	h.Del("X-Frame-Options")
	w := findView{Alliance: al, Place: al.Called(r.View.Lang())}
	if len(al.Municipalities) == 1 {
		w.NIS = al.Municipalities[0]
		if m, known := kernel.MunicipalityByNIS(w.NIS); known {
			w.Place = m.Called(r.View.Lang())
		}
	}
	return show(widgetPage(r.View, w))
}
