package app_test

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

var (
	ticketIn = regexp.MustCompile(`name="ticket" value="([^"]+)"`)
	codeIn   = regexp.MustCompile(`bg-slip__code"><bdi dir="ltr">([0-9A-Z ]+)<`)
	formIn   = regexp.MustCompile(`/ask/([0-9A-Z]{16})`)
)

// ticket opens a form and takes what goes along with it.
func (p *person) ticket(form string) string {
	p.Helper()
	_, body, _ := p.asks("GET "+form, nil)
	found := ticketIn.FindStringSubmatch(body)
	if found == nil {
		p.Fatalf("no form at %s:\n%s", form, plain(body))
	}
	return found[1]
}

// asking is what a general practitioner writes, in the form at an address.
func (p *person) asking(form string) url.Values {
	p.Helper()
	return url.Values{"ticket": {p.ticket(form)}, "lang": {"nl"}, "origin": {"health"}, "name": {"Dr. Hasselblad"}, "reach": {"02 123 45 60"},
		"consent": {"agreed"}, "first": {"Ottilia"}, "phone": {kernel.FictionalPhone(71).Display()}, "safely": {"Niet na zes uur"}, "hours": {"Voormiddag"},
		"town": {"Leuven"}, "asked": {"Er is geen geld voor luiers."}}
}

// A coordinator switches the form on and prints it; a general practitioner
// without an account asks help for a family; it lies in the inbox, is taken on
// and becomes a file; and with the code one sees three words and no more.
func TestAGeneralPractitionerAsksFromOutside(t *testing.T) {
	onEachEngine(t, func(w *world) {
		katrien, aicha, doctor := w.as("leuven", "katrien"), w.as("leuven", "aicha"), w.stranger()
		team := string(w.towns["leuven"].Orgs["team"].ID)
		katrien.sees("GET /doors", nil, 200, "Vragen van buitenaf", "Gezinsteam", "Staat uit")
		aicha.sees("GET /doors", nil, 403)
		katrien.sees("POST /doors", url.Values{"org": {team}, "audience": {"partners"}, "lang": {"ar"}}, 422, "taal waarin dit formulier")
		sheet := katrien.sees("POST /doors", url.Values{"org": {team}, "audience": {"partners"}, "lang": {"fr"}}, 200, "Inquiet pour une famille", "/ask/")
		_, body, _ := katrien.asks("GET "+sheet, nil)
		form := formIn.FindString(body)

		doctor.sees("GET "+form, nil, 200, "Vraag hulp voor een gezin", "Gezinsteam", "Weet het gezin", "112")
		doctor.reads("fr").sees("GET "+form, nil, 200, "Demandez de l’aide pour une famille")
		doctor.sees("POST /ask/language", url.Values{"lang": {"de"}, "back": {form}}, 200, "Bitten Sie um Hilfe")
		doctor.sees("POST /ask/language", url.Values{"lang": {"de"}, "back": {"//elsewhere.example"}}, 200, "Wie weit ist Ihre Frage?")

		in := doctor.asking(form)
		for field, word := range map[string]string{"origin": "Kies waar u werkt", "name": "naam en functie", "first": "voornaam", "asked": "wat er nodig is", "consent": "Kies of het gezin"} {
			wrong := doctor.asking(form)
			wrong.Del(field)
			doctor.sees("POST "+form, wrong, 422, word)
		}
		in.Set("consent", "unaware")
		_, body, _ = doctor.asks("POST "+form, in)
		if got := plain(body); !strings.Contains(got, "Zonder akkoord nemen we niets aan") || !strings.Contains(got, "zonder een naam te noemen") {
			t.Errorf("without agreement it says\n%s", got)
		}
		in.Set("consent", "agreed")
		in.Set("website", "https://spam.example")
		doctor.sees("POST "+form, in, 422, "moet leeg blijven")
		in.Del("website")
		status, body, path := doctor.asks("POST "+form, in)
		code := codeIn.FindStringSubmatch(body)
		if status != 200 || code == nil || path != form {
			t.Fatalf("sent, it answers %d at %s:\n%s", status, path, plain(body))
		}
		_, again, _ := doctor.asks("POST "+form, in)
		if got := codeIn.FindStringSubmatch(again); got == nil || got[1] != code[1] {
			t.Errorf("sent twice, the code is %v and %v", code[1], got)
		}

		follow := url.Values{"code": {strings.ToLower(code[1])}}
		doctor.sees("POST /ask", follow, 200, "Aangekomen", "Gezinsteam")
		doctor.sees("POST /ask", url.Values{"code": {"AAAA BBBB CCCC"}}, 422, "kennen we niet")
		doctor.sees("POST /ask", url.Values{"code": {"x"}}, 422, "kennen we niet")
		aicha.sees("GET /referrals", nil, 200, "Ottilia", "Van buitenaf: Huisarts")
		aicha.sees("GET /today", nil, 200, "Van buitenaf")
		here := aicha.referralOf("Ottilia")
		aicha.sees("GET "+here, nil, 200, "geen geld voor luiers", "Dr. Hasselblad", "02 123 45 60", "Niet na zes uur", "Voormiddag", "zegt dat het gezin het weet")
		aicha.sees("POST "+here+"/accept", url.Values{}, 200)
		aicha.sees("POST "+here+"/open-file", url.Values{}, 200)
		aicha.sees("POST "+here+"/schedule", url.Values{"day-day": {"30"}, "day-month": {"11"}, "day-year": {"2026"}, "hour": {"14:00"}}, 200)
		doctor.sees("POST /ask", follow, 200, "Er is contact")
		_, body, _ = doctor.asks("POST /ask", follow)
		for _, secret := range []string{"Ottilia", "Hasselblad", "luiers", "14:00", "30 november", "Aïcha"} {
			if strings.Contains(body, secret) {
				t.Errorf("with the code one sees %q", secret)
			}
		}
		aicha.sees("POST "+here+"/arrived", url.Values{}, 200)
		aicha.sees("POST "+here+"/close", url.Values{"outcome": {"helped"}}, 200)
		doctor.sees("POST /ask", follow, 200, "Afgerond")

		katrien.sees("GET /doors", nil, 200, "1 vraag kwam zo binnen")
		katrien.sees("POST /doors", url.Values{"org": {team}, "audience": {"partners"}, "lang": {"nl"}}, 200, "Zorgen om een gezin?")
		doctor.sees("GET "+form, nil, 404, "bestaat niet meer")
		doctor.sees("POST "+form, in, 404, "bestaat niet meer")
		w.later(24 * time.Hour * 30)
		w.work()
		for _, letter := range w.mail.Kept() {
			for _, name := range []string{"Ottilia", "Hasselblad", "luiers"} {
				if strings.Contains(letter.Subject+letter.Text, name) {
					t.Errorf("a letter says %q", name)
				}
			}
		}
	})
}

// A mother asks in Arabic, in the form for families.
func TestAFamilyAsksFromOutsideInItsOwnLanguage(t *testing.T) {
	onEachEngine(t, func(w *world) {
		s := w.furnish()
		mother, aicha := w.stranger().reads("ar"), w.as("leuven", "aicha")
		mother.sees("GET "+s.familyAsks, nil, 200, "ماذا تحتاجون؟", "اسمكم الأول")
		mother.misses("GET "+s.familyAsks, `name="consent"`, `name="origin"`, "Wie bent u?")
		in := url.Values{"ticket": {mother.ticket(s.familyAsks)}, "lang": {"ar"}, "first": {"Rasha"}, "phone": {kernel.FictionalPhone(72).Display()}, "asked": {"حليب للطفل"}}
		bad := url.Values{"ticket": in["ticket"], "lang": {"ar"}, "first": {"Rasha"}, "asked": {"حليب"}}
		mother.sees("POST "+s.familyAsks, bad, 422, "اكتبوا رقم هاتف", "حليب")
		mother.sees("POST "+s.familyAsks, in, 200, "وصل طلبكم")
		aicha.sees("GET "+aicha.referralOf("Rasha"), nil, 200, "Van buitenaf: Het gezin zelf", "حليب للطفل", "vraagt het zelf")
		w.later(25 * time.Hour)
		in.Set("ticket", strings.Replace(in.Get("ticket"), ".", ".X", 1))
		mother.sees("POST "+s.familyAsks, in, 409, "بقي النموذج مفتوحًا", "حليب للطفل")
	})
}

// Of a family that is known and of one that is not, the answer is the same but
// for the code; the receiver sees the file, and what came before.
func TestWhoAsksFromOutsideDoesNotLearnWhoIsKnown(t *testing.T) {
	onEachEngine(t, func(w *world) {
		s := w.furnish()
		aicha, police := w.as("leuven", "aicha"), w.stranger()
		known, unknown := police.asking(s.asks), police.asking(s.asks)
		known.Set("phone", kernel.FictionalPhone(7).Display()) // Fatima's
		known.Set("first", "Zuhra")
		unknown.Set("first", "Zohra")
		one, bodyOne, _ := police.asks("POST "+s.asks, known)
		two, bodyTwo, _ := police.asks("POST "+s.asks, unknown)
		same := func(body string) string { return codeIn.ReplaceAllString(body, "") }
		if one != two || same(bodyOne) != same(bodyTwo) {
			t.Errorf("the answers differ: %d and %d\n%s\n%s", one, two, plain(bodyOne), plain(bodyTwo))
		}
		here := aicha.referralOf("Zuhra")
		aicha.sees("GET "+here, nil, 200, "Misschien hetzelfde gezin", "Fatima Peeters")
		aicha.sees("POST "+here+"/accept", url.Values{}, 200, "Dit is")
		aicha.sees("POST "+here+"/tie", url.Values{"family": {string(s.family)}}, 200)
		_, body, _ := aicha.asks("GET "+aicha.referralOf("Zohra"), nil)
		if strings.Contains(body, "Misschien hetzelfde gezin") {
			t.Error("a stranger seems to be known")
		}
	})
}

// One address that asks without end is told to wait, and loses nothing of what
// it wrote. The bound is that of newWorld.
func TestOneAddressCannotFillAForm(t *testing.T) {
	onEachEngine(t, func(w *world) {
		s := w.furnish()
		p := w.stranger()
		in := p.asking(s.asks)
		in.Set("consent", "unaware")
		for range asksAtOnce {
			p.sees("POST "+s.asks, in, 422)
		}
		in.Set("consent", "agreed")
		p.sees("POST "+s.asks, in, 429, "kwamen al veel vragen", "geen geld voor luiers")
		w.later(time.Hour)
		p.sees("POST "+s.asks, in, 200, "Uw code")
	})
}

// A hundred people send the form at once: each gets a code of their own.
func TestAHundredSendTheFormAtOnce(t *testing.T) {
	onEachEngine(t, func(w *world) {
		s := w.furnish()
		forms := make([]url.Values, 100)
		p := w.stranger()
		for i := range forms {
			forms[i] = p.asking(s.asks)
			forms[i].Set("first", fmt.Sprintf("Ottilia %d", i))
		}
		var mu sync.Mutex
		codes := map[string]bool{}
		var all sync.WaitGroup
		for _, in := range forms {
			all.Go(func() {
				status, body, _ := p.asks("POST "+s.asks, in)
				mu.Lock()
				defer mu.Unlock()
				if got := codeIn.FindStringSubmatch(body); status == 200 && got != nil {
					codes[got[1]] = true
				} else {
					t.Errorf("answers %d", status)
				}
			})
		}
		all.Wait()
		if len(codes) != len(forms) {
			t.Errorf("%d codes", len(codes))
		}
	})
}

// referralOf is the page of a received referral, by how the family is called.
func (p *person) referralOf(who string) string {
	p.Helper()
	_, body, _ := p.asks("GET /referrals", nil)
	found := regexp.MustCompile(`href="(/referrals/[0-9a-f-]{36})"[^>]*>` + who).FindStringSubmatch(body)
	if found == nil {
		p.Fatalf("no referral of %s:\n%s", who, plain(body))
	}
	return found[1]
}
