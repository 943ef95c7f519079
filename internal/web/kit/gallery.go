package kit

import (
	"net/http"
	"net/url"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Gallery answers with one page that shows every component, for tests and for
// who works on the look: ?errors=1 shows what is wrong, ?public=1 the frame of
// a page without sign-in, ?actor=1 the frame of one with.
func Gallery() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := NewView(r, "2026-03-03")
		q := r.URL.Query()
		v.Public = q.Get("public") != ""
		if q.Get("actor") != "" {
			v.Actor = &Actor{
				Name: "Aïcha Janssens", Organisation: "Huis van het Kind", Alliance: "Rivierenland",
				Account: "/me", Switch: "/switch", SignOut: "/sign-out",
			}
			v.Demo, v.Search = true, "/search"
			v.Nav = []NavItem{
				{Href: "/gallery", Label: words(v)[8], Icon: "sun-horizon", Current: true},
				{Href: "/families", Label: words(v)[6], Icon: "users-three"},
				{Href: "/referrals", Label: words(v)[7], Icon: "handshake", Count: 12},
				{Href: "/network", Label: words(v)[0], Icon: "tree-structure"},
			}
			v.Flash = &Flash{Certain, words(v)[4]}
		}
		s := newSample(v)
		if q.Get("errors") != "" {
			s.form = url.Values{
				"name": {""}, "birth-day": {"31"}, "birth-month": {"2"}, "birth-year": {"2024"}, "rent": {"8oo"},
				"home": {"rent"}, "needs": {"food", "care"},
			}
			s.errors = v.Problems(&kernel.Fault{Code: kernel.Invalid, Field: "name", More: []*kernel.Fault{
				kernel.NewInvalid("date").At("birth"), kernel.NewInvalid("amount").At("rent"), {Code: kernel.Invalid, Field: "agree"},
			}})
		}
		if err := Render(w, r, http.StatusOK, gallery(v, s)); err != nil {
			Fail(w, r, v, err)
		}
	})
}

// sample is what the gallery shows.
type sample struct {
	title, caption, lead string
	words                []string
	form                 url.Values
	errors               Errors
	fields               []Field
}

var sampleWords = map[kernel.Lang][]string{
	kernel.NL: {"Sociale toeslag", "per maand", "Voor twee kinderen", "Waarom denken we dit?", "Vraag dit aan", "Verwijder dit", "Gezinnen", "Doorverwijzingen", "Vandaag", "Rechten en aanbod", "Dit gezin krijgt dit zeker, als niets verandert. Het bedrag komt vanzelf op de rekening."},
	kernel.FR: {"Supplément social", "par mois", "Pour deux enfants", "Pourquoi le pensons-nous ?", "Faire la demande", "Supprimer", "Familles", "Orientations", "Aujourd’hui", "Droits et offres", "Cette famille y a certainement droit, si rien ne change. Le montant arrive seul sur le compte."},
	kernel.DE: {"Sozialzuschlag", "im Monat", "Für zwei Kinder", "Warum denken wir das?", "Jetzt beantragen", "Löschen", "Familien", "Weitervermittlungen", "Heute", "Rechte und Angebote", "Diese Familie bekommt das sicher, wenn sich nichts ändert. Der Betrag kommt von selbst auf das Konto."},
	kernel.EN: {"Social supplement", "per month", "For two children", "Why do we think so?", "Apply for this", "Delete this", "Families", "Referrals", "Today", "Rights and offers", "This family certainly gets this, if nothing changes. The amount arrives in the account by itself."},
}

func words(v View) []string {
	if w, ok := sampleWords[v.Lang()]; ok {
		return w
	}
	return sampleWords[kernel.NL]
}

func newSample(v View) sample {
	w := words(v)
	s := sample{title: w[9], caption: w[6], lead: w[10], words: w}
	s.fields = []Field{
		{Name: "name", Label: w[0], Hint: w[10], Autocomplete: "off"},
		{Name: "birth", Label: w[8], Hint: "27 3 2026", Value: "2026-03-27"},
		{Name: "rent", Label: w[2], Suffix: w[1], Value: "812,50"},
		{Name: "home", Label: w[3], Heading: false, Hint: w[10], Value: "rent", Options: []Option{
			{Value: "own", Label: w[0], Hint: w[10]}, {Value: "rent", Label: w[6]}, {Value: "?", Label: v.T("kit.unknown"), Divider: true},
		}},
		{Name: "agree", Label: w[4], Inline: true, Options: []Option{{Value: "yes", Label: v.T("kit.yes")}, {Value: "no", Label: v.T("kit.no")}}},
		{Name: "needs", Label: w[7], Values: []string{"food"}, Options: []Option{{Value: "food", Label: w[0]}, {Value: "care", Label: w[6], Hint: w[10]}, {Value: "home", Label: w[7]}}},
		{Name: "place", Label: w[6], Value: "b", Options: []Option{{Value: "a", Label: w[0]}, {Value: "b", Label: w[7]}}},
		{Name: "note", Label: w[3], Optional: true, Value: w[10], Rows: 3},
		{Name: "find", Label: v.T("kit.search"), Hidden: true},
	}
	return s
}

func (s sample) field(name string) Field {
	for _, f := range s.fields {
		if f.Name == name {
			return f
		}
	}
	return Field{Name: name, Label: name}
}
