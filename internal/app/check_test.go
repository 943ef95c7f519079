package app_test

import (
	"html"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

var inputs = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)"`)

// carried are the hidden values of the form on a page that asks a question.
func carried(body string) url.Values {
	form := url.Values{}
	_, main, _ := strings.Cut(body, "<main")
	one, _, _ := strings.Cut(main, "</form>")
	for _, m := range inputs.FindAllStringSubmatch(one, -1) {
		form.Add(m[1], html.UnescapeString(m[2]))
	}
	return form
}

func first() url.Values {
	return url.Values{"postal": {"3000"}, "called": {"Noor"}, "partner": {"no"}, "rows": {"1"}, "born1-day": {"2"}, "born1-month": {"8"}, "born1-year": {"2024"},
		"unborn": {"yes"}, "due-day": {"20"}, "due-month": {"2"}, "due-year": {"2027"}, "do": {"start"}}
}

// A mother checks what there is for her, without telling who she is.
func TestAnybodyCanCheckAndNothingIsKept(t *testing.T) {
	onEachEngine(t, func(w *world) {
		startProgrammes(w)
		before := w.rowsOf()
		mother := w.stranger()
		mother.sees("GET /check", nil, 200, "Niemand leest mee", "Wat is uw postcode?", "Verlaat snel deze pagina")
		status, body, _ := mother.asks("POST /check", first())
		for n := 0; n < 80 && !strings.Contains(body, "€ 496,94"); n++ {
			if status != 200 {
				t.Fatalf("question %d answers %d", n, status)
			}
			form := carried(body)
			if form.Get("at") == "result" {
				form.Set("do", "ask")
				status, body, _ = mother.asks("POST /check", form)
				continue
			}
			_, fact, _ := strings.Cut(form.Get("fact"), ".")
			form.Set("do", "answer")
			form.Set("answer", spoken(body, fact))
			if form.Get("fact") == "me.birth_date" {
				form.Del("answer")
				form.Set("answer-day", "14")
				form.Set("answer-month", "3")
				form.Set("answer-year", "1996")
			}
			status, body, _ = mother.asks("POST /check", form)
		}
		form := carried(body)
		form.Set("do", "result")
		mother.sees("POST /check", form, 200, "Wat er is voor u", "Leefloon", "€ 496,94", "Kirikou", "OCMW Leuven", "Afdrukken", "Wat u antwoordde")
		form.Del("do")
		form.Set("at", "result")
		for lang, words := range map[string][]string{
			"fr": {"Ce qui existe pour vous", "496,94 €", "Ce qui est certain"},
			"de": {"Was es für Sie gibt", "Das ist sicher"},
			"en": {"What there is for you", "This is certain"},
		} {
			form.Set("lang", lang)
			mother.sees("POST /check", form, 200, words...)
		}
		if after := w.rowsOf(); !slices.Equal(before, after) {
			t.Errorf("rows before %v, after %v", before, after)
		}
		base, _ := url.Parse(w.url)
		if cookies := mother.client.Jar.Cookies(base); len(cookies) != 0 {
			t.Errorf("the check left cookies: %v", cookies)
		}
	})
}

// rowsOf counts the rows of the tables in which something could be kept.
func (w *world) rowsOf() (counts []int) {
	w.Helper()
	for _, table := range []string{"family", "family_fact", "finding", "finding_round", "claim", "audit_record", "job", "session", "vault_entry"} {
		var n int
		err := w.db.Read(w.Context(), func(q db.Querier) error {
			return q.QueryRowContext(w.Context(), `SELECT count(*) FROM `+table).Scan(&n)
		})
		if err != nil {
			w.Fatal(err)
		}
		counts = append(counts, n)
	}
	return counts
}

func TestTheFirstPageOfTheCheckSaysWhatIsWrong(t *testing.T) {
	onEachEngine(t, func(w *world) {
		for name, tt := range map[string]struct {
			lang   string
			change url.Values
			says   []string
		}{
			"nothing at all":              {"nl", url.Values{"postal": {""}, "partner": {""}}, []string{"Zeg of u met een partner samenwoont", "postcode"}},
			"a code that no place has":    {"fr", url.Values{"postal": {"9999"}}, []string{"code postal"}},
			"a code of several":           {"nl", url.Values{"postal": {"9700"}}, nil},
			"a child of the future":       {"nl", url.Values{"born1-year": {"2027"}}, []string{"Deze geboortedatum kan niet"}},
			"a child born on 31 June":     {"fr", url.Values{"born1-day": {"31"}, "born1-month": {"6"}}, []string{"Ce jour n’existe pas"}},
			"a child that is forty":       {"fr", url.Values{"born1-year": {"1986"}}, []string{"Cette date de naissance n’est pas possible"}},
			"due in two years":            {"nl", url.Values{"due-year": {"2028"}}, []string{"ten laatste over negen maanden"}},
			"a name of a whole paragraph": {"nl", url.Values{"called": {strings.Repeat("a", 41)}}, []string{"Houd het korter"}},
		} {
			w.Log(name)
			form := first()
			maps.Copy(form, tt.change)
			status := 422
			if tt.says == nil {
				status = 200
			}
			w.stranger().reads(tt.lang).sees("POST /check", form, status, tt.says...)
		}
	})
}

func TestTheCheckHoldsAgainstWhoeverChangesTheForm(t *testing.T) {
	onEachEngine(t, func(w *world) {
		p := w.stranger()
		start := carried(func() string { _, body, _ := p.asks("POST /check", first()); return body }())
		for name, change := range map[string]url.Values{
			"a fact of nobody":         {"known": {"stranger.benefit=\"leefloon\""}},
			"a fact that is none":      {"known": {"me.shoe_size=43"}},
			"a value that is none":     {"known": {"me.benefit=\"lottery\""}},
			"no JSON":                  {"known": {"me.benefit=leefloon"}},
			"a role of one's own":      {"known": {"me.role=\"child\""}},
			"an id of one's own":       {"known": {"me.id=\"x\""}},
			"a municipality elsewhere": {"nis": {"21004"}},
			"a child of the past":      {"child": {"1850-01-01", "2024-02-30", "x"}},
			"no question":              {"fact": {"family.moon"}, "answer": {"yes"}},
			"a question of nobody":     {"fact": {"child9.birth_date"}, "do": {"answer"}},
			"another language":         {"lang": {"xx"}},
			"nothing to do":            {"do": {"fly"}},
		} {
			for _, do := range []string{"answer", "result", "later", "back", "more", "ask:me.moon", ""} {
				form := maps.Clone(start)
				form.Set("do", do)
				maps.Copy(form, change)
				if status, body, _ := p.asks("POST /check", form); status != 200 && status != 422 {
					t.Errorf("%s, do %q answers %d: %s", name, do, status, plain(body))
				}
			}
		}
		large := first()
		large.Set("called", strings.Repeat("a", 30<<10))
		p.sees("POST /check", large, 413)
		many := first()
		for range 500 {
			many.Add("known", "family.all_may_stay=true")
			many.Add("later", "family.has_bim")
		}
		if status, _, _ := p.asks("POST /check", many); status != 200 {
			t.Errorf("many answers: %d", status)
		}
	})
}

// Who changed the form into something that cannot be is not told that it is
// still there.
func TestABrokenCheckDoesNotSayThatItIsStillThere(t *testing.T) {
	onEachEngine(t, func(w *world) {
		p := w.stranger()
		start := carried(func() string { _, body, _ := p.asks("POST /check", first()); return body }())
		start.Set("do", "result")
		start.Set("known", `me.benefit="lottery"`)
		_, body, _ := p.asks("POST /check", start)
		if !strings.Contains(body, "kwam niet goed over") || strings.Contains(body, "staat er nog") {
			t.Errorf("a tampered form is answered\n%s", plain(body))
		}
		start = first()
		start.Set("postal", "")
		p.sees("POST /check", start, 422, "Wat u al invulde, staat er nog")
	})
}

// Whatever is asked in an odd way is answered in the reader's language: a page
// to people, a problem to programs.
func TestOddMethodsAreRefusedInWords(t *testing.T) {
	onEachEngine(t, func(w *world) {
		p := w.stranger()
		p.sees("DELETE /families", nil, 405, "Zo kan deze pagina niet geopend worden", "Er is niets veranderd")
		p.reads("de").sees("PROPFIND /today", nil, 405, "So lässt sich diese Seite nicht öffnen")
		p.sees("GET /assets/0/none.css", nil, 404, "Deze pagina vinden we niet")
		p.reads("fr").sees("PROPFIND /api/v1/families", nil, 405, `"status":405`, "Cette adresse ne connaît pas cette méthode")
	})
}

// Each question of the check says what hangs on it: what its answer decides, or,
// where it decides nothing alone, how many rights wait for it. An answer that
// cannot be beside what is known is not taken, and the question stands again.
func TestTheCheckSaysWhyItAsksAndTakesNoAnswerThatCannotBe(t *testing.T) {
	onEachEngine(t, func(w *world) {
		mother := w.stranger().reads("fr")
		_, body, _ := mother.asks("POST /check", first())
		answer := func(said string) (status int) {
			form := carried(body)
			form.Set("do", "answer")
			form.Set("answer", said)
			status, body, _ = mother.asks("POST /check", form)
			return status
		}
		if !strings.Contains(body, "Cette réponse peut éclaircir 3 droits, jusqu’à ") || !strings.HasSuffix(carried(body).Get("fact"), ".school") {
			t.Errorf("the first question does not say what it decides: %s", body)
		}
		if status := answer("secondary"); status != 422 || !strings.Contains(body, "Une des réponses ne peut pas être juste") || !strings.HasSuffix(carried(body).Get("fact"), ".school") {
			t.Errorf("a child of two at secondary school: %d %s", status, body)
		}
		answer("none")
		for n := 0; !strings.Contains(body, "Cette réponse est nécessaire pour "); n++ {
			_, fact, _ := strings.Cut(carried(body).Get("fact"), ".")
			if status := answer(spoken(body, fact)); status != 200 || n > 5 {
				t.Fatalf("question %d: %d, and none says how many rights wait for it", n, status)
			}
		}
	})
}
