package app_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory/find"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// secrets are words of which none may be told to somebody who has not signed
// in: where shelters are, and numbers that are for partners alone.
type secrets struct {
	words    []string
	services []kernel.ID // that everybody may find
	places   []kernel.ID
}

func (s *secrets) phone(n int) directory.Phone {
	p := kernel.FictionalPhone(n)
	s.words = append(s.words, string(p), strings.TrimPrefix(string(p), "+32"), p.Display())
	return directory.Phone{Number: p, For: "alleen partners", Private: true}
}

func (s *secrets) word(kind string, dice *rand.Rand) string {
	w := fmt.Sprintf("Zq%s%06d", kind, dice.IntN(1_000_000))
	s.words = append(s.words, w)
	return w
}

// hides fills the directory at random: of each organisation some services are
// sheltered from the first, some become so, and some are told to everybody at
// a place that others hide.
func (w *world) hides(dice *rand.Rand) (s secrets) {
	w.Helper()
	town := w.towns["leuven"]
	katrien, aicha, desk := town.As(w.Context(), "katrien"), town.As(w.Context(), "aicha"), w.app.Directory
	number := 100
	private := func() directory.Phone { number++; return s.phone(number) }
	for i := range 3 {
		in := directory.Organisation{Name: fmt.Sprintf("Huis %d", i), Numbers: []directory.Phone{private()}}
		if i == 0 {
			in.Member = town.Workers["aicha"].Org.ID
		}
		org, err := desk.AddOrganisation(katrien, in)
		w.did(err)
		if i == 0 {
			_, err := desk.KeepShelter(aicha, directory.Shelter{Organisation: org.ID, Name: s.word("schuil", dice), Address: s.word("laan", dice) + " 12, 3000 Leuven", Municipality: "24062"})
			w.did(err)
		}
		for j := range 3 {
			hidden := dice.IntN(2) == 0 || j == 0
			l := directory.Location{Organisation: org.ID, Name: "Open huis", Street: fmt.Sprintf("Markt %d", j), Postal: "3000", City: "Leuven", Municipality: "24062", Lat: "50.8798", Lon: "4.7005"}
			if hidden {
				l.Name, l.Street = s.word("huis", dice), s.word("straat", dice)+" 7"
				l.Lat = fmt.Sprintf("50.8%05d", dice.IntN(100_000))
				l.Travel.NL = s.word("bus", dice)
				s.words = append(s.words, l.Lat)
			}
			l, err := desk.AddLocation(katrien, l)
			w.did(err)
			v := directory.Service{Organisation: org.ID, State: directory.Open, Name: kernel.Text{NL: fmt.Sprintf("Opvang %d %d", i, j), FR: "Accueil"}, Levers: []directory.Lever{6}, Phases: []directory.Phase{directory.Baby},
				Numbers: []directory.Phone{private()}, At: []directory.Place{{Location: l.ID, Numbers: []directory.Phone{private()}}},
				Hours: []directory.Hours{{Rule: "FREQ=WEEKLY;BYDAY=MO", From: "09:00", To: "12:00", Since: "2026-01-01"}}, Sheltered: hidden && dice.IntN(2) == 0}
			v, err = desk.AddService(katrien, v)
			w.did(err)
			if hidden && !v.Sheltered { // it was told, and is not any more
				v.Sheltered = true
				v, err = desk.ChangeService(katrien, v)
				w.did(err)
			}
			s.services = append(s.services, v.ID)
			if !hidden {
				s.places = append(s.places, l.ID)
			}
		}
	}
	w.changes(&s, dice, private)
	return s
}

// changes adds what became secret by another way than a form: a draft, what a
// source tells again of what is sheltered since, what was joined with what is
// sheltered, and a number that an organisation wrote by a link.
func (w *world) changes(s *secrets, dice *rand.Rand, private func() directory.Phone) {
	w.Helper()
	town := w.towns["leuven"]
	katrien, desk := town.As(w.Context(), "katrien"), w.app.Directory
	org, err := desk.AddOrganisation(katrien, directory.Organisation{Name: "Huis van velen"})
	w.did(err)
	service := func(v directory.Service) directory.Service {
		v.Organisation = org.ID
		v, err := desk.AddService(katrien, v)
		w.did(err)
		s.services = append(s.services, v.ID)
		return v
	}
	at := func(name string) []directory.Place {
		l, err := desk.AddLocation(katrien, directory.Location{Organisation: org.ID, Name: s.word(name, dice), Street: s.word(name+"straat", dice) + " 3", Postal: "3000", Municipality: "24062"})
		w.did(err)
		return []directory.Place{{Location: l.ID}}
	}
	open := func(name string) directory.Service {
		return directory.Service{State: directory.Open, Name: kernel.Text{NL: "Opvang " + name}, Levers: []directory.Lever{6}}
	}
	service(directory.Service{State: directory.Draft, Name: kernel.Text{NL: s.word("ontwerp", dice)}, Words: []string{s.word("zoekwoord", dice)}, At: at("ontwerpplaats")})

	told := func(day kernel.Date) {
		_, err := desk.TakeOver(katrien, directory.Take{Source: "kaart", Retrieved: day, Items: []directory.Item{{OrganisationID: "1", Organisation: directory.Organisation{Name: org.Name}, ServiceID: "1", Service: open("van de kaart"),
			Places: []directory.ItemPlace{{SourceID: "1", Location: directory.Location{Name: s.word("kaart", dice), Street: s.word("kaartstraat", dice) + " 5", Postal: "3000"}, Numbers: []directory.Phone{private()}}}}}})
		w.did(err)
	}
	told("2026-11-20")
	page, err := desk.List(katrien, directory.Query{Typed: "van de kaart"})
	w.did(err)
	v := page.Rows[0].Service
	v.Sheltered = true
	_, err = desk.ChangeService(katrien, v)
	w.did(err)
	told("2026-11-22")
	s.services = append(s.services, v.ID)

	shown, hidden := open("die getoond werd"), open("die geheim is")
	shown.At, hidden.Sheltered = at("samen"), true
	shown, hidden = service(shown), service(hidden)
	_, err = desk.JoinServices(katrien, directory.Merging{Kept: shown.ID, Gone: hidden.ID, KeptVersion: 1, GoneVersion: 1})
	w.did(err)

	linked := service(open("met een link"))
	token := strings.TrimPrefix(w.helpLink(org.ID), "/right/")
	linked.Numbers = []directory.Phone{private()}
	_, err = desk.ChangeServiceBy(w.Context(), token, linked)
	w.did(err)
}

// ofOthers are public addresses that tell nothing of the directory, or only to
// who holds a link.
var ofOthers = []string{"/assets/", "/check", "/sign-in", "/signed-out", "/session", "/demo/", "/till", "/desk/", "/answer/", "/ask", "/mine", "/right/", "/calendar/", "/pair", "/photos/", "/api/"}

// most is how many examples of one address are looked at: others in each run of
// another seed.
const most = 16

// open are the examples of the addresses at which anybody reads of the
// directory; none for a pattern that nobody gave an example.
func (s secrets) open(pattern string) (paths []string) {
	langs := []string{"nl", "ar"}
	switch {
	case pattern == "/find":
		for _, when := range find.Whens {
			paths = append(paths, "/find?nis=24062&lever=6&when="+string(when))
		}
		return append(paths, "/find", "/find?at=3000", "/find?nis=24062&phase=baby&skip=20", "/find?nis=24062&lever=6&lang=fr")
	case strings.HasPrefix(pattern, "/hsds/"):
		for _, root := range []string{"/hsds/leuven/", "/hsds/3.0/leuven/"} {
			paths = append(paths, root, root+"openapi.json", root+"tables.zip")
			for _, list := range []string{"services", "service_at_locations", "organizations", "locations", "taxonomies", "taxonomy_terms"} {
				paths = append(paths, root+list+"?per_page=500", root+list+"?per_page=500&full=true")
			}
			for _, id := range s.services {
				paths = append(paths, root+"services/"+string(id))
			}
		}
		return paths
	case pattern == "/{$}", pattern == "/":
		return []string{"/"}
	case strings.HasPrefix(pattern, "/stories/"):
		return []string{"/stories/leuven"}
	case strings.HasPrefix(pattern, "/gifts/"):
		return []string{strings.ReplaceAll(pattern, "{alliance}", "leuven")}
	}
	filled := strings.ReplaceAll(pattern, "{alliance}", "leuven")
	for _, lang := range langs {
		for _, id := range s.services {
			for _, place := range s.places {
				paths = append(paths, strings.NewReplacer("{service}", string(id), "{place}", string(place)).Replace(filled)+"?nis=24062&lang="+lang)
				if !strings.Contains(pattern, "{place}") {
					break
				}
			}
			if !strings.Contains(pattern, "{service}") {
				break
			}
		}
	}
	if strings.Contains(strings.Join(paths, ""), "{") {
		return nil
	}
	return slices.Compact(paths)
}

// Whatever is hidden, and however the directory is asked by somebody who has not
// signed in, page, map, poster, calendar, feed, widget, open data and tables,
// no answer holds where a shelter is or a number for partners.
func TestNoPublicAddressTellsWhereAShelterIs(t *testing.T) {
	onEachEngine(t, func(w *world) {
		dice := rand.New(rand.NewPCG(5, 2026))
		s := w.hides(dice)
		mother, asked, told := w.stranger(), 0, 0
		look := func(what string, body []byte) {
			asked++
			if bytes.Contains(body, []byte("Opvang ")) {
				told++
			}
			for _, word := range s.words {
				if bytes.Contains(body, []byte(word)) || bytes.Contains(body, []byte(url.QueryEscape(word))) {
					w.Errorf("%s tells %s", what, word)
				}
			}
		}
		for _, route := range w.app.Routes.Table() {
			method, pattern, _ := strings.Cut(route.Pattern, " ")
			if method != http.MethodGet || !policy.May(policy.Actor{}, route.Action) || slices.ContainsFunc(ofOthers, func(p string) bool { return strings.HasPrefix(pattern, p) }) {
				continue
			}
			paths := s.open(pattern)
			if len(paths) == 0 {
				w.Errorf("anybody may read %s: give it an example in open, or say in ofOthers that it tells nothing of the directory", pattern)
			}
			if len(paths) > most {
				dice.Shuffle(len(paths), func(i, j int) { paths[i], paths[j] = paths[j], paths[i] })
				paths = paths[:most]
			}
			for _, path := range paths {
				answer, err := mother.client.Get(w.url + path)
				w.did(err)
				body, err := io.ReadAll(answer.Body)
				w.did(err)
				w.did(answer.Body.Close())
				if answer.StatusCode >= 500 {
					w.Errorf("%s: %d", path, answer.StatusCode)
				}
				look(path, body)
				if files, err := zip.NewReader(bytes.NewReader(body), int64(len(body))); err == nil && len(body) > 0 {
					for _, f := range files.File {
						r, err := f.Open()
						w.did(err)
						b, err := io.ReadAll(r)
						w.did(err)
						look(path+" "+f.Name, b)
					}
				}
			}
		}
		for _, words := range []string{"opvang", "accueil", "huis"} {
			_, body, _ := mother.asks("POST /find", url.Values{"lang": {"nl"}, "nis": {"24062"}, "q": {words}})
			look("searching "+words, []byte(body))
		}
		if asked < 40 || told < 20 { // or nothing was told at all
			w.Errorf("%d answers were looked at, %d told of services", asked, told)
		}
		for _, path := range []string{"GET /directory/folder?postal=3000", "GET /directory/table.csv"} { // for who works here: numbers for partners, and no shelter
			_, body, _ := w.as("leuven", "lies").asks(path, nil)
			for _, word := range s.words {
				if strings.HasPrefix(word, "Zqschuil") || strings.HasPrefix(word, "Zqlaan") {
					if strings.Contains(body, word) {
						w.Errorf("%s tells %s", path, word)
					}
				}
			}
		}
	})
}
