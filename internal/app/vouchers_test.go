package app_test

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/domain/vouchers"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// bags switches Boom's school bag on, to be taken at Boempetat!.
func (w *world) bags() programmes.Programme {
	w.Helper()
	town := w.towns["rivierenland"]
	p, err := w.app.Programmes.SwitchOn(town.As(w.Context(), "ines"), programmes.New{Template: "boom-school-bag", Params: map[string]string{"months_valid": "12"},
		From: "2026-01-01", Municipalities: []kernel.NIS{"11005"}, Partners: []programmes.Partner{{Org: town.Orgs["boom"].ID, Part: programmes.Lead}, {Org: town.Orgs["swap"].ID, Part: programmes.Redeems}}})
	w.did(err)
	return p
}

// toddler opens a file in Boom with a child who is two today.
func (w *world) toddler() (family, child kernel.ID) {
	w.Helper()
	ines := w.towns["rivierenland"].As(w.Context(), "ines")
	f, err := w.app.Families.Open(ines, families.NewFamily{PostalCode: "2850", Anyway: true, Persons: []families.NewPerson{
		{Role: families.Applicant, First: "Samira", Last: "Celik", Birth: "1996-05-06"}, {Role: families.Child, First: "Yusuf", Last: "Celik", Birth: "2024-11-23"}}})
	w.did(err)
	file, err := w.app.Families.Read(ines, f.ID, families.ForCare)
	w.did(err)
	return f.ID, file.Persons[1].ID
}

var (
	hiddenID  = regexp.MustCompile(`name="id" value="([^"]+)"`)
	codeShown = regexp.MustCompile(`[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z*~$=]`)
	tillLink  = regexp.MustCompile(`/till/[A-Za-z0-9_-]{64}`)
	pinShown  = regexp.MustCompile(`>(\d \d \d \d \d \d)<`)
	grantPath = regexp.MustCompile(`/families/[0-9a-f-]{36}/vouchers/[0-9a-f-]{36}`)
)

// found is the first that a pattern finds on a page, its group if it has one.
func (p *person) found(what *regexp.Regexp, request string, form url.Values) string {
	p.Helper()
	status, body, _ := p.asks(request, form)
	m := what.FindStringSubmatch(body)
	if status != 200 || m == nil {
		p.Fatalf("%s: %d, and %s is not on the page:\n%s", request, status, what, body)
	}
	return m[len(m)-1]
}

// The story of Boom through pages: budget, the second birthday, paper, the
// swap shop's telephone, one euro, and what the coordinator sees of it.
func TestTheSchoolBagOfBoomFromBudgetToTill(t *testing.T) {
	onEachEngine(t, func(w *world) {
		bags, ines := w.bags(), w.as("rivierenland", "ines")
		family, _ := w.toddler()
		board := "/vouchers/" + string(bags.ID)
		ines.sees("GET /vouchers", nil, 200, "Boekentas voor de kleuterklas")
		ines.sees("POST "+board+"/bag", url.Values{"version": {"0"}, "units": {"1"}, "worth": {"24,00"}, "copay": {"1,00"}, "months": {"12"}, "event": {"birthday"}, "age": {"2"},
			"period": {"once"}, "anywhere": {"1"}}, 200, "Zo wordt het voortaan gegeven")
		fund := url.Values{"id": {ines.found(hiddenID, "GET "+board, nil)}, "units": {"20"}, "cents": {"480"}}
		ines.sees("POST "+board+"/bag/budget", fund, 200, "Nog € 480,00")
		ines.sees("POST "+board+"/bag/budget", fund, 200, "Nog € 480,00") // sent twice

		w.did(w.app.Vouchers.Begin(w.Context(), w.towns["rivierenland"].ID))
		w.work()
		file := "/families/" + string(family) + "/vouchers"
		ines.sees("GET "+file, nil, 200, "Wacht op u", "Yusuf Celik", "Vanzelf voorgesteld")
		ines.sees("GET "+board, nil, 200, "Wacht op een beslissing: 1")
		card := ines.found(grantPath, "GET "+file, nil)
		ines.sees("POST "+card, url.Values{"do": {"approve"}}, 200, "De bon is gegeven", "Boempetat!", "Geldig tot en met 22 november 2027")
		ines.sees("GET "+card, nil, 200, "Goed voor 1 stuk", "Het gezin betaalt € 1,00")
		ines.misses("GET "+card, "Yusuf", "Celik", "Samira") // whose it is stands on paper nowhere
		if _, page, _ := ines.asks("GET "+card, nil); !strings.Contains(page, "bg-page--alone") {
			t.Error("the card says on paper which office gave it")
		}
		code := ines.found(codeShown, "GET "+card, nil)

		phone := w.letsIn(ines, "swap")
		phone.sees("POST /till", url.Values{"code": {"AAAAA-AAAAA-2"}}, 422, "Deze code klopt niet")
		look := url.Values{"code": {strings.ToLower(code)}}
		phone.sees("POST /till", look, 200, "Geldig", "Bon voor een boekentas", "Het gezin betaalt u € 1,00")
		phone.missesAfter("POST /till", look, "Yusuf", "Celik", "Samira", "Ines")
		sale := url.Values{"id": {phone.found(hiddenID, "POST /till", look)}, "code": {strings.ToLower(code)}, "units": {"1"}}
		phone.sees("POST /till/take", sale, 200, "De bon is aangenomen", "Het gezin betaalt u nu € 1,00")
		phone.sees("POST /till/take", sale, 200, "De bon is aangenomen") // sent twice
		phone.sees("POST /till", look, 409, "Hij is gebruikt op 23 november 2026", "bij Boempetat!")
		phone.reads("fr").sees("POST /till", look, 409, "Ce bon est épuisé")
		phone.sees("GET /till", nil, 200, "Te betalen aan de winkel: € 24,00")
		ines.sees("GET "+board, nil, 200, "Te betalen aan de winkel: € 24,00", "november 2026", "Nog € 456,00")
		ines.sees("GET "+file, nil, 200, "bij Boempetat!")

		phone.sees("POST /till/undo", url.Values{"id": sale["id"]}, 200, "De bon is weer goed", "Te betalen aan de winkel: € 0,00")
		phone.sees("POST /till", look, 200, "Geldig")
		ines.sees("POST "+card, url.Values{"do": {"replace"}}, 200, "Er is een nieuwe bon")
		phone.sees("POST /till", look, 409, "vervangen door een nieuwe")
		stranger := w.stranger()
		if status, _, path := stranger.asks("GET /till", nil); path != "/sign-in" {
			t.Errorf("a stranger at the till gets %d at %s", status, path)
		}
	})
}

// letsIn makes a till for a shop, and opens it on a telephone.
func (w *world) letsIn(coordinator *person, shop string) *person {
	w.Helper()
	_, body, _ := coordinator.asks("POST /shops/"+string(w.towns["rivierenland"].Orgs[shop].ID), url.Values{"name": {"Toonbank"}})
	link, pin := tillLink.FindString(body), pinShown.FindStringSubmatch(body)
	if link == "" || pin == nil {
		w.Fatalf("no link and PIN on the page:\n%s", body)
	}
	phone := w.stranger()
	typed := strings.ReplaceAll(pin[1], " ", "")
	other := fmt.Sprintf("%06d", (figure(typed)+1)%1_000_000)
	phone.sees("GET "+link, nil, 200, "Typ de pincode van uw winkel")
	phone.sees("POST "+link, url.Values{"pin": {other}}, 422, "Deze pincode klopt niet")
	phone.sees("POST "+link, url.Values{"pin": {typed}}, 200, "Kassa", "Boempetat!")
	return phone
}

func figure(s string) (n int) {
	fmt.Sscan(s, &n)
	return n
}

// missesAfter holds that the answer to a form says none of these.
func (p *person) missesAfter(what string, form url.Values, words ...string) {
	p.Helper()
	_, body, _ := p.asks(what, form)
	for _, word := range words {
		if strings.Contains(body, word) {
			p.Errorf("%s says %q", what, word)
		}
	}
}

// bagIn gives a child in Leuven a school bag, whatever its age, as a committee
// decided, to be taken at Kirikou, and makes a till there.
func (w *world) bagIn(team context.Context, family, child kernel.ID) (programme, grant kernel.ID, code string, till vouchers.Till, link string) {
	w.Helper()
	town := w.towns["leuven"]
	katrien, shop := town.As(w.Context(), "katrien"), town.Orgs["kirikou"].ID
	p, err := w.app.Programmes.SwitchOn(katrien, programmes.New{Template: "boom-school-bag", Params: map[string]string{"months_valid": "3"},
		Partners: []programmes.Partner{{Org: shop, Part: programmes.Redeems}}})
	w.did(err)
	w.did(w.app.Vouchers.AddBudget(katrien, vouchers.Fund{ID: kernel.NewID(), Programme: p.ID, Offer: "bag", Units: 20}))
	g, err := w.app.Vouchers.Give(team, vouchers.NewGrant{ID: kernel.NewID(), Family: family, Child: child, Programme: p.ID, Offer: "bag",
		Decision: "BCSD 2026/114", DecidedOn: kernel.InstantOf(w.clock()).Date()})
	w.did(err)
	h, _, err := w.app.Vouchers.Print(team, family, g.ID)
	w.did(err)
	till, err = w.app.Vouchers.OpenTill(katrien, shop, "Toonbank")
	w.did(err)
	_, link, _, err = w.app.Vouchers.Till(katrien, till.ID)
	w.did(err)
	return p.ID, g.ID, h.Paper.Serial.String(), till, link
}

// bag gives the youngest of a family a bag.
func (w *world) bag(team context.Context, programme, family kernel.ID) {
	w.Helper()
	file, err := w.app.Families.Read(team, family, families.ForCare)
	w.did(err)
	_, err = w.app.Vouchers.Give(team, vouchers.NewGrant{ID: kernel.NewID(), Family: family, Child: file.Persons[len(file.Persons)-1].ID, Programme: programme, Offer: "bag",
		Decision: "BCSD 2026/115", DecidedOn: kernel.InstantOf(w.clock()).Date()})
	w.did(err)
}
