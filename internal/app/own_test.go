package app_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/ownpage"
	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// atHome is a family of Leuven with everything that its own page shows: Fatima
// and her children Noor (three) and Yara (ten), a claim, an appointment, a plan.
type atHome struct {
	family, mother, noor, yara kernel.ID
	slip                       ownpage.Slip // Fatima's
}

func (w *world) atHome() (h atHome) {
	w.Helper()
	s := w.furnish()
	town := w.towns["leuven"]
	aicha := town.As(w.Context(), "aicha")
	h.family, h.noor = s.family, s.person
	yara, err := w.app.Families.AddPerson(aicha, s.family, families.NewPerson{Role: families.Child, First: "Yara", Last: "Peeters", Birth: "2016-05-06"})
	if err != nil {
		w.Fatal(err)
	}
	h.yara = yara.ID
	file, err := w.app.Families.Read(aicha, h.family, families.ForCare)
	if err != nil {
		w.Fatal(err)
	}
	h.mother = file.Persons[0].ID
	r, err := w.app.Referrals.Send(aicha, referrals.NewReferral{To: town.Orgs["kirikou"].ID, Family: h.family, Why: "Babyspullen.",
		Told: referrals.Told{How: referrals.Together, On: "2026-11-20", Agrees: true}})
	if err != nil {
		w.Fatal(err)
	}
	_ = r
	for _, step := range []ownpage.NewStep{{Text: "نحضر شهادة الميلاد", Theirs: true, Due: "2026-12-01"}, {Text: "Aïcha belt de school", Due: "2026-11-30"}} {
		if err := w.app.Own.AddStep(aicha, h.family, step); err != nil {
			w.Fatal(err)
		}
	}
	h.slip = w.gives(h.family, ownpage.Give{Person: h.mother, Lang: kernel.AR, Names: kernel.NL, Days: 90})
	return h
}

// gives makes a code as Aïcha of Leuven.
func (w *world) gives(family kernel.ID, give ownpage.Give) ownpage.Slip {
	w.Helper()
	slip, err := w.app.Own.GiveCode(w.towns["leuven"].As(w.Context(), "aicha"), family, give)
	if err != nil {
		w.Fatal(err)
	}
	return slip
}

// A mother reads in Arabic what is hers, asks to correct something, is answered,
// and leaves; then nothing of it opens any more.
func TestAFamilyAtTheTable(t *testing.T) {
	onEachEngine(t, func(w *world) {
		h := w.atHome()
		mother := w.stranger().reads("ar-SY")
		mother.sees("GET /mine", nil, 200, "صفحتكم الخاصة", "الأرقام الاثنا عشر")
		mother.sees("GET /mine?k="+h.slip.Scan, nil, 200, "افتحوا صفحتي")
		mother.sees("POST /mine", url.Values{"k": {h.slip.Scan}}, 200, "مرحبًا Fatima", "خطتنا", "نحضر شهادة الميلاد", "Aïcha belt de school")
		mother.sees("GET /mine/plan", nil, 200, "Aïcha", "Leefloon", "Kirikou", "1 ديسمبر 2026")
		mother.sees("GET /mine/rights", nil, 200, "من حقكم", "Leefloon")
		mother.sees("GET /mine/about", nil, 200, "Noor Peeters", "Yara Peeters", "1 ديسمبر 2023", "Leuven")
		mother.sees("GET /mine/looks", nil, 200, "Aïcha", "قرأ ما كُتب عنكم")
		mother.sees("GET /mine/sharing", nil, 200, "من يرى بياناتكم", "Kirikou")
		mother.sees("POST /mine/correct", url.Values{"about": {"people"}, "text": {"ابنتي نور وُلدت في 2 ديسمبر"}}, 200, "تم الإرسال", "ابنتي نور وُلدت")
		mother.sees("POST /mine/messages", url.Values{"text": {"  "}}, 422, "اكتبوا شيئًا أولًا")
		mother.sees("GET /mine/download", nil, 200, "Fatima", "Leefloon")

		aicha := w.as("leuven", "aicha")
		aicha.sees("GET /today", nil, 200, "Gezinnen die schreven", "Fatima Peeters", "bericht van een gezin")
		path := "/families/" + string(h.family) + "/messages"
		_, page, _ := aicha.asks("GET "+path, nil)
		if !strings.Contains(page, "ابنتي نور") || !strings.Contains(page, "Vraagt om te verbeteren") {
			t.Errorf("the care team does not see the correction:\n%s", plain(page))
		}
		aicha.sees("POST "+path, url.Values{"person": {string(h.mother)}, "text": {"Dank u, ik pas het aan."}}, 200, "Uw bericht staat op hun pagina")
		aicha.sees("GET /today", nil, 200, "Gezinnen die schreven") // a correction waits until it is put right
		message := regexp.MustCompile(`name="message" value="([^"]+)"`).FindStringSubmatch(page)
		if message == nil {
			t.Fatal("nothing settles the correction")
		}
		aicha.sees("POST "+path+"/settled", url.Values{"message": {message[1]}}, 200, "Afgerond")
		aicha.misses("GET /today", "Gezinnen die schreven")
		mother.sees("GET /mine", nil, 200, "جديد: 1")
		mother.sees("GET /mine/messages", nil, 200, "Dank u, ik pas het aan.", "تمت تسويته في 23 نوفمبر 2026")
		mother.misses("GET /mine", "جديد: 1")

		status, to := mother.leaves()
		if status != http.StatusSeeOther || to != "https://www.meteo.be/" {
			t.Errorf("the quick way out answers %d and leads to %q", status, to)
		}
		mother.sees("GET /mine/plan", nil, 200, "انتهت زيارتكم")
	})
}

// leaves takes the quick way out, without following it.
func (p *person) leaves() (status int, to string) {
	p.Helper()
	client := *p.client
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	answer, err := client.Get(p.url + "/mine/leave")
	if err != nil {
		p.Fatal(err)
	}
	answer.Body.Close()
	return answer.StatusCode, answer.Header.Get("Location")
}

// What is typed needs a date of birth; a visit ends by itself, and what was
// written when it ended goes along into the next.
func TestAVisitEndsAndLosesNothing(t *testing.T) {
	onEachEngine(t, func(w *world) {
		h := w.atHome()
		mother := w.stranger().reads("tr")
		form := url.Values{"digits": {h.slip.Digits}, "birth-day": {"2"}, "birth-month": {"12"}, "birth-year": {"2023"}}
		mother.sees("POST /mine", form, 422, "Bu bir şey açmıyor")
		form.Set("birth-day", "1")
		mother.sees("POST /mine", form, 200, "مرحبًا Fatima") // her page is in the language of her slip
		mother.sees("POST /mine/language", url.Values{"lang": {"tr"}, "back": {"/mine/plan"}}, 200, "Planımız")
		w.later(31 * time.Minute)
		mother.sees("POST /mine/messages", url.Values{"text": {"Yarın gelemem."}}, 401, "Ziyaretiniz bitti", "Yazdığınız kaybolmadı")
		form.Set("text", "Yarın gelemem.")
		_, body, _ := mother.asks("POST /mine", form)
		if !strings.Contains(body, "Yarın gelemem.") || !strings.Contains(body, "<textarea") {
			t.Errorf("what was written is gone:\n%s", plain(body))
		}
		aicha := w.towns["leuven"].As(w.Context(), "aicha")
		if err := w.app.Own.EndCode(aicha, h.family, h.slip.ID); err != nil {
			t.Fatal(err)
		}
		mother.sees("GET /mine/rights", nil, 200, "on iki rakam") // out at once
		mother.sees("POST /mine", url.Values{"k": {h.slip.Scan}}, 422)
	})
}

// A child sees who is there for them. Nothing of it stands on a parent's page.
func TestAChildHasAPageOfTheirOwn(t *testing.T) {
	onEachEngine(t, func(w *world) {
		h := w.atHome()
		town := w.towns["leuven"]
		slip := w.gives(h.family, ownpage.Give{Person: h.yara, Lang: kernel.NL, Days: 30,
			Contact: ownpage.ChildsPerson{Worker: town.Workers["bram"].ID, Phone: "02 123 45 67", When: "Dinsdag na school"}})
		child := w.stranger()
		child.sees("POST /mine", url.Values{"k": {slip.Scan}}, 200, "Dag Yara", "Bram", "02 123 45 67", "Dinsdag na school", "102", "112")
		for _, path := range []string{"/mine", "/mine/plan", "/mine/about", "/mine/looks", "/mine/messages", "/mine/download"} {
			if at := child.sees("GET "+path, nil, 200, "Dag Yara"); at != "/mine/me" {
				t.Errorf("a child on %s comes to %s", path, at)
			}
		}
		child.sees("POST /mine/messages", url.Values{"text": {"x"}}, 404)

		mother := w.stranger()
		mother.sees("POST /mine", url.Values{"k": {h.slip.Scan}}, 200, "Fatima")
		for _, path := range []string{"/mine", "/mine/plan", "/mine/about", "/mine/looks", "/mine/messages", "/mine/sharing", "/mine/download", "/mine/copy", "/mine/rights"} {
			mother.misses("GET "+path, "Dinsdag na school", "02 123 45 67", "own.child", "Bram")
		}
		if at := mother.sees("GET /mine/me", nil, 200, "Fatima"); at != "/mine" {
			t.Errorf("a parent on the child's page comes to %s", at)
		}
		aicha := w.as("leuven", "aicha")
		aicha.misses("GET /families/"+string(h.family)+"/looks", "Dinsdag na school")
		aicha.misses("GET /families/"+string(h.family)+"/copy", "Dinsdag na school")
	})
}

// What a visitor may not do a worker's page does not do for them, and the other
// way round: the two kinds of coming in know nothing of one another.
func TestAVisitIsNoSessionAndASessionNoVisit(t *testing.T) {
	onEachEngine(t, func(w *world) {
		h := w.atHome()
		mother, aicha := w.stranger(), w.as("leuven", "aicha")
		mother.sees("POST /mine", url.Values{"k": {h.slip.Scan}}, 200, "Fatima")
		for _, path := range []string{"/mine/plan", "/mine/looks", "/mine/sharing"} {
			mother.sees("GET "+path, nil, 200)
		}
		base, _ := url.Parse(w.url)
		for _, c := range mother.client.Jar.Cookies(base) { // before the sign-in page, which leaves what it asks a passkey
			if c.Name != "visit" {
				t.Errorf("a visit leaves the cookie %q", c.Name)
			}
		}
		for _, path := range []string{"/today", "/families", "/families/" + string(h.family), "/families/" + string(h.family) + "/codes", "/network"} {
			if at := mother.sees("GET "+path, nil, 200); at != "/sign-in" {
				t.Errorf("a visitor on %s comes to %s", path, at)
			}
		}
		for _, path := range []string{"/mine/plan", "/mine/looks", "/mine/me", "/mine/download"} {
			if at := aicha.sees("GET "+path, nil, 200); at != "/mine" {
				t.Errorf("a worker on %s comes to %s", path, at)
			}
		}
	})
}

// A mother tries every route of those who work here, on what is there and on
// what is not: her visit opens none of them, and none tells the two apart.
func TestAVisitOpensNothingOfThoseWhoWorkHere(t *testing.T) {
	onEachEngine(t, func(w *world) {
		real, s := w.knowledge()
		file, err := w.app.Families.Read(w.towns["leuven"].As(w.Context(), "aicha"), s.family, families.ForCare)
		if err != nil {
			t.Fatal(err)
		}
		slip := w.gives(s.family, ownpage.Give{Person: file.Persons[0].ID, Lang: kernel.NL, Days: 5})
		cookie, err := w.app.Own.Scanned(w.Context(), slip.Scan)
		if err != nil {
			t.Fatal(err)
		}
		mother, nobody := w.outsider("", ""), w.outsider("", "")
		mother.visit = cookie
		for _, route := range w.app.Routes.Table() {
			method, pattern, _ := strings.Cut(route.Pattern, " ")
			if strings.HasPrefix(pattern, "/mine") || pattern == "/language" {
				continue
			}
			kind, body := "", ""
			if method != http.MethodGet {
				kind, body = asForm, typed(real)
			}
			there, _ := real.paths(pattern)
			for _, path := range there {
				if a, b := told(mother.tries(method, path, kind, body)), told(nobody.tries(method, path, kind, body)); a != b && !strings.Contains(pattern, "/sign-in") {
					t.Errorf("%s answers a visitor otherwise than a stranger:\n%s", route.Pattern, difference(a, b))
				}
			}
		}
	})
}

// A mother stops what is shared, on her page, and who was shown it sees nothing
// from the next request on. Her worker finds it, and answers a correction.
func TestAFamilyStopsItAndIsAnswered(t *testing.T) {
	onEachEngine(t, func(w *world) {
		h := w.atHome()
		town := w.towns["leuven"]
		kirikou := town.Orgs["kirikou"].ID
		mother, aicha := w.stranger(), w.as("leuven", "aicha")
		mother.sees("POST /mine", url.Values{"k": {h.slip.Scan}}, 200, "Fatima")
		mother.sees("POST /mine/language", url.Values{"lang": {"nl"}, "back": {"/mine/sharing"}}, 200, "Wie mag niets meer zien?", "Kirikou", "Niemand, behalve wie ons gezin helpt")
		mother.sees("POST /mine/sharing", url.Values{"to": {"words"}, "text": {" "}}, 422, "Schrijf eerst iets")
		mother.sees("POST /mine/sharing", url.Values{"to": {string(town.Orgs["ocmw"].ID)}}, 404)
		mother.sees("POST /mine/sharing", url.Values{"to": {string(kirikou)}, "text": {"Ze vroegen te veel."}}, 200, "Gestopt.", "U wilt dat deze dienst niets meer ziet: Kirikou")
		mother.sees("GET /mine/messages", nil, 200, "U wilt dat deze dienst niets meer ziet: Kirikou", "Ze vroegen te veel.")
		aicha.sees("GET /today", nil, 200, "Gezinnen die schreven")
		aicha.sees("GET /families/"+string(h.family)+"/messages", nil, 200, "Kirikou ziet niets meer van het gezin. Dat is meteen gebeurd.", "Ze vroegen te veel.")
		aicha.sees("GET /families/"+string(h.family)+"/sharing", nil, 200, "Kirikou")

		path := "/families/" + string(h.family) + "/messages"
		mother.sees("POST /mine/correct", url.Values{"about": {"people"}, "text": {"Noor is op 2 december geboren."}}, 200, "U krijgt een antwoord ten laatste op 23 december 2026")
		aicha.sees("GET /today", nil, 200, "Antwoord voor 23 december 2026")
		_, page, _ := aicha.asks("GET "+path, nil)
		_, after, _ := strings.Cut(page, "Noor is op 2 december")
		message := regexp.MustCompile(`name="message" value="([^"]+)"`).FindStringSubmatch(after)
		if message == nil {
			t.Fatalf("nothing decides the correction:\n%s", plain(page))
		}
		decide := url.Values{"message": {message[1]}, "outcome": {"refused"}, "reason": {""}}
		aicha.sees("POST "+path+"/settled", decide, 422, "Leg het gezin uit waarom")
		decide.Set("reason", "Op de akte staat 1 december.")
		aicha.sees("POST "+path+"/settled", decide, 200, "Afgerond", "Niet aangepast op 23 november 2026")
		mother.sees("GET /mine/messages", nil, 200, "Niet aangepast op 23 november 2026", "Op de akte staat 1 december.", "Gegevensbeschermingsautoriteit")
		aicha.sees("POST "+path+"/correction", url.Values{"person": {string(h.mother)}, "text": {""}}, 422, "Schrijf eerst iets")
		aicha.sees("POST "+path+"/correction", url.Values{"person": {string(h.mother)}, "text": {"De huur is 700 euro."}}, 200, "Opgeschreven", "De huur is 700 euro.", "Opgeschreven door Aïcha")
		mother.sees("GET /mine/messages", nil, 200, "De huur is 700 euro.", "Opgeschreven voor u door Aïcha")
	})
}
