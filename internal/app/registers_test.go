package app_test

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/registers"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// brings sends a form with a file, as a browser does.
func (p *person) brings(to, name string, file []byte, form url.Values) (status int, body, path string) {
	p.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for field, values := range form {
		for _, v := range values {
			p.did(w.WriteField(field, v))
		}
	}
	part, err := w.CreateFormFile(name, "list")
	p.did(err)
	_, err = part.Write(file)
	p.did(err)
	p.did(w.Close())
	r, err := http.NewRequestWithContext(p.Context(), "POST", p.url+to, &b)
	p.did(err)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Accept-Language", p.lang)
	answer, err := p.client.Do(r)
	p.did(err)
	defer answer.Body.Close()
	all, err := io.ReadAll(answer.Body)
	p.did(err)
	return answer.StatusCode, plain(string(all)), answer.Request.URL.Path
}

// clients is a list of a welfare office: n clients of whom nobody exists.
func clients(t *testing.T, n int) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("Naam;Voornaam;Rijksregisternummer;Geboortedatum;Postcode;Naam kind;Voornaam kind;Kind geboren op;Steun\n")
	for i := range n {
		number, last := insz(t, i), surname(i)
		fmt.Fprintf(&b, "%s;Léonie;%s;%02d/03/1990;3470;%s;Mats;11/06/2022;leefloon\n", last, number, i%28+1, last)
	}
	return b.String()
}

// surname is a name that nobody has.
func surname(i int) string { return fmt.Sprintf("Zandloper%c%c", 'a'+i/9, 'a'+i%9) }

func insz(t *testing.T, i int) string {
	n, err := kernel.NewSyntheticINSZ(kernel.Date(fmt.Sprintf("1990-03-%02d", i%28+1)), 2+2*i)
	if err != nil {
		t.Fatal(err)
	}
	return n.Display()
}

var columns = url.Values{"dates": {"dmy"}, "decimal": {","}, "to.0": {"applicant.last"}, "to.1": {"applicant.first"}, "to.2": {"applicant.insz"}, "to.3": {"applicant.birth"},
	"to.4": {"family.postal"}, "to.5": {"child1.last"}, "to.6": {"child1.first"}, "to.7": {"child1.birth"}, "to.8": {"applicant.benefit"}}

func sent(form url.Values, more ...string) url.Values {
	out := url.Values{}
	for k, v := range form {
		out[k] = v
	}
	for i := 0; i < len(more); i += 2 {
		out.Set(more[i], more[i+1])
	}
	return out
}

// A welfare office reads a list of thirty clients, of whom it knows ten and three
// rows are wrong: it sees how the rows are read, what would come of them, and
// then the files and the work list have what the list says. Of the list itself
// nothing is left.
func TestAWelfareOfficeReadsAListOfItsOwnClients(t *testing.T) {
	onEachEngine(t, func(w *world) {
		town := w.towns["kortenaken"]
		stijn := town.As(w.Context(), "stijn")
		for i := range 10 {
			_, err := w.app.Families.Open(stijn, families.NewFamily{PostalCode: "3470", Persons: []families.NewPerson{
				{Role: families.Applicant, First: "Leonie", Last: surname(i), INSZ: insz(t, i)},
				{Role: families.Child, First: "Mats", Last: surname(i), Birth: "2022-06-11"}}})
			w.did(err)
		}
		list := clients(t, 27)
		list += "ZandloperX;Léonie;90.01.01-001.01;01/01/1990;3470;;;;leefloon\n" + // a number that cannot be
			"ZandloperY;Léonie;;31/02/1990;3470;;;;leefloon\n" + // a day that there is not
			"ZandloperZ;Léonie;" + insz(t, 60) + ";;3470;;;;sneeuwgeld\n" // a benefit that nobody knows
		w.night()

		p := w.as("kortenaken", "stijn")
		p.sees("GET /registers", nil, 200, "U las nog geen lijst in")
		form := url.Values{"name": {"leefloon"}, "ground": {"public_task"}, "purpose": {"find_rights"},
			"as_of.day": {"23"}, "as_of.month": {"11"}, "as_of.year": {"2026"}, "as_of-day": {"23"}, "as_of-month": {"11"}, "as_of-year": {"2026"}}
		if status, body, _ := p.brings("/registers", "list", []byte("%PDF-1.7"), sent(form, "ground", "")); status != 422 || !strings.Contains(body, "Kies waarom u deze lijst mag gebruiken") {
			t.Errorf("a list without a ground: %d\n%s", status, body)
		}
		if status, body, _ := p.brings("/registers", "list", []byte("%PDF-1.7"), form); status != 422 || !strings.Contains(body, "Dit is geen lijst die we kunnen lezen") {
			t.Errorf("a letter instead of a list: %d\n%s", status, body)
		}
		status, body, at := p.brings("/registers", "list", []byte(list), form)
		if status != 200 || !strings.Contains(body, "gescheiden door puntkomma’s") || !strings.Contains(body, "9 kolommen") || !strings.Contains(body, "Léonie") {
			t.Fatalf("the list is brought: %d at %s\n%s", status, at, body)
		}
		run := strings.TrimSuffix(at, "/columns")
		p.sees("POST "+run+"/columns", sent(columns, "to.8", "applicant.first"), 422, "Een andere kolom is dit al")
		p.sees("POST "+run+"/columns", columns, 200, "1 maart 1990", "11 juni 2022")
		p.sees("POST "+run+"/start", url.Values{}, 409, "Kijk eerst wat ervan zou komen")
		p.sees("POST "+run+"/columns", sent(columns, "do", "try", "make", "1"), 200, "U mag deze pagina verlaten", "0 %")
		before := w.counts("family", "family_fact")
		w.work()
		p.sees("GET "+run, nil, 200, "10 gezinnen met een dossier bij u", "17 dossiers die erbij zouden komen", "3 rijen met een fout",
			"Sociaal tarief voor elektriciteit", "Rijksregisternummer", "Geboortedatum", "Dit woord kennen we niet", "Lijn", "29")
		if after := w.counts("family", "family_fact"); after != before {
			t.Errorf("a dry run wrote: %s, then %s", before, after)
		}
		p.reads("fr").sees("GET "+run, nil, 200, "Voici ce qui en viendrait", "familles avec un dossier chez vous")
		w.as("kortenaken", "griet").sees("GET "+run, nil, 200) // a colleague
		w.as("kortenaken", "an").sees("GET "+run, nil, 403)
		w.as("leuven", "goele").sees("GET "+run, nil, 404)

		p.sees("POST "+run+"/start", url.Values{}, 200, "Wordt gelezen")
		w.work()
		p.sees("GET "+run, nil, 200, "17 nieuwe dossiers", "27 nieuwe gegevens", "De lijst is gelezen en vernietigd")
		w.later(20 * time.Minute)
		w.work()
		p.sees("GET /reach?comes=1", nil, 200, "54 rechten die niemand aanvroeg", "27 gezinnen")
		p.sees("GET /reach?comes=1&right=be.sociaal-tarief-energie", nil, 200, surname(26))
		w.misses(run)
		if n := w.number(`SELECT count(*) FROM family_fact WHERE source = 'register'`); n != 27 {
			t.Errorf("%d facts come from the list, want 27", n)
		}

		// The same list once more: nothing happens twice.
		_, _, at = p.brings("/registers", "list", []byte(list), form)
		run = strings.TrimSuffix(at, "/columns")
		p.sees("GET "+run+"/columns", nil, 200, "Cliënt: rijksregisternummer")
		p.sees("POST "+run+"/columns", sent(columns, "do", "try", "make", "1"), 200)
		w.work()
		p.sees("POST "+run+"/start", url.Values{}, 200)
		w.work()
		p.sees("GET "+run, nil, 200, "27 gezinnen met een dossier bij u", "0 nieuwe dossiers", "0 nieuwe gegevens")
	})
}

// What one office told of its columns goes as a file to another, which then
// reads a list of the same program at once; what is no such file is refused.
func TestColumnsGoFromOneOfficeToAnother(t *testing.T) {
	onEachEngine(t, func(w *world) {
		stijn := w.as("kortenaken", "stijn")
		ctx := w.towns["kortenaken"].As(w.Context(), "stijn")
		r, err := w.app.Registers.Upload(ctx, registers.Upload{Name: "leefloon", Ground: "public_task", Purpose: "find_rights", AsOf: "2026-11-23", Data: []byte(clients(t, 3))})
		w.did(err)
		m := r.Mapping
		for i := range m.Columns {
			m.Columns[i].To = columns.Get(fmt.Sprintf("to.%d", i))
		}
		m.Columns[8].Values = map[string]string{"steungeld": "living_wage"}
		w.did(w.app.Registers.Map(ctx, r.ID, m, false))
		kept, err := w.app.Registers.Overview(ctx)
		w.did(err)
		at := "/registers/mappings/" + string(kept.Saved[0].ID) + "/file"
		stijn.sees("GET /registers", nil, 200, "Bewaar de kolommen van leefloon als bestand", "Neem deze kolommen over")
		_, file, _ := stijn.asks("GET "+at, nil)
		for _, word := range []string{surname(0), "90.03", "Mats"} {
			if strings.Contains(file, word) {
				t.Errorf("the file of columns holds %q", word)
			}
		}
		w.as("kortenaken", "an").sees("GET "+at, nil, 403)

		post := w.as("leuven", "goele")
		post.sees("GET "+at, nil, 404)
		status, body, _ := post.brings("/registers/mappings", "mapping", []byte(clients(t, 3)), nil)
		if status != 422 || !strings.Contains(body, "Dit is geen bestand met kolommen") {
			t.Errorf("a list instead of its columns: %d\n%s", status, body)
		}
		_, raw, _ := stijn.fetches(stijn.url+at, nil)
		for range 2 { // the second time it takes the place of the first
			if status, body, _ := post.brings("/registers/mappings", "mapping", []byte(raw), nil); status != 200 || !strings.Contains(body, "De kolommen zijn bewaard") || strings.Count(body, "leefloon: 9 kolommen") != 1 {
				t.Fatalf("the columns are brought: %d\n%s", status, body)
			}
		}
		again, err := w.app.Registers.Upload(w.towns["leuven"].As(w.Context(), "goele"), registers.Upload{Name: "steun", Ground: "public_task", Purpose: "find_rights", AsOf: "2026-11-23", Data: []byte(clients(t, 3))})
		w.did(err)
		if got := again.Mapping.Columns[8]; got.To != "applicant.benefit" || got.Values["steungeld"] != "living_wage" {
			t.Errorf("the columns that came as a file are not known: %+v", got)
		}
		if status, _, _ := w.as("leuven", "katrien").brings("/registers/mappings", "mapping", []byte(raw), nil); status != 403 {
			t.Errorf("somebody who is of no welfare office takes columns over: %d", status)
		}
	})
}

// misses holds that nothing of a list that was read is left.
func (w *world) misses(run string) {
	w.Helper()
	id := strings.TrimPrefix(run, "/registers/")
	for _, table := range []string{"vault_key", "vault_entry", "vault_token"} {
		if n := w.number(`SELECT count(*) FROM `+table+` WHERE family = $1`, id); n != 0 {
			w.Errorf("%s holds %d rows of a list that was destroyed", table, n)
		}
	}
}

func (w *world) number(query string, args ...any) (n int) {
	w.Helper()
	w.did(w.db.Read(w.Context(), func(q db.Querier) error { return q.QueryRowContext(w.Context(), query, args...).Scan(&n) }))
	return n
}

func (w *world) counts(tables ...string) (out string) {
	for _, table := range tables {
		out += fmt.Sprintf("%s %d ", table, w.number(`SELECT count(*) FROM `+table))
	}
	return out
}

// Two colleagues read the same list at once: every family is made once.
func TestTwoRunsOfOneListMakeEveryFamilyOnce(t *testing.T) {
	onEachEngine(t, func(w *world) {
		town := w.towns["kortenaken"]
		ctx := town.As(w.Context(), "stijn")
		list, again := clients(t, 12), strings.SplitAfter(clients(t, 1), "\n")[1]
		list += strings.Repeat(again, 44) + strings.Repeat(strings.Replace(again, insz(t, 0), "", 1), 44) // a hundred rows, of which most are of one family
		before := w.number(`SELECT count(*) FROM family`)
		var jobs []registers.Run
		for range 2 {
			r, err := w.app.Registers.Upload(ctx, registers.Upload{Name: "leefloon", Ground: "public_task", Purpose: "find_rights", AsOf: "2026-11-23", Data: []byte(list)})
			w.did(err)
			m := r.Mapping
			for i := range m.Columns {
				m.Columns[i].To = columns.Get(fmt.Sprintf("to.%d", i))
			}
			w.did(w.app.Registers.Map(ctx, r.ID, m, true))
			w.did(w.app.Registers.Try(ctx, r.ID))
			jobs = append(jobs, r)
		}
		w.work()
		for _, r := range jobs {
			w.did(w.app.Registers.Start(ctx, r.ID))
		}
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				for {
					if did, err := w.app.Queue.Once(w.Context()); err != nil || !did {
						return
					}
				}
			})
		}
		all.Wait()
		w.later(time.Hour)
		w.work()
		if n := w.number(`SELECT count(*) FROM family`) - before; n != 12 {
			t.Errorf("%d files were made of 12 clients on a hundred rows", n)
		}
		for _, r := range jobs {
			told, err := w.app.Registers.Run(ctx, r.ID)
			w.did(err)
			if told.State != registers.Done || told.Met+told.Made != 100 || told.Wrong != 0 {
				t.Errorf("a run ended as %s with %d met, %d made and %d wrong", told.State, told.Met, told.Made, told.Wrong)
			}
		}
	})
}

// A list whose reader left, one that was stopped and one that was left alone for
// a week are destroyed.
func TestAListThatNobodyGoesOnWithIsDestroyed(t *testing.T) {
	onEachEngine(t, func(w *world) {
		town := w.towns["kortenaken"]
		ctx := town.As(w.Context(), "stijn")
		bring := func() registers.Run {
			r, err := w.app.Registers.Upload(ctx, registers.Upload{Name: "lijst", Ground: "consent", Purpose: "keep_right", AsOf: "2026-11-01", Data: []byte(clients(t, 3))})
			w.did(err)
			return r
		}
		stopped, left := bring(), bring()
		w.did(w.app.Registers.Stop(ctx, stopped.ID))
		w.misses("/registers/" + string(stopped.ID))
		if _, err := w.app.Registers.Preview(ctx, stopped.ID, registers.Mapping{}); kernel.CodeOf(err) != kernel.Conflict {
			t.Errorf("a list that was destroyed is shown: %v", err)
		}
		if n, err := w.app.Registers.Sweep(w.Context()); n != 0 || err != nil {
			t.Errorf("a list of today is swept away: %d, %v", n, err)
		}
		w.later(registers.Life + time.Hour)
		if n, err := w.app.Registers.Sweep(w.Context()); n != 1 || err != nil {
			t.Errorf("a list of last week: %d swept, %v", n, err)
		}
		w.misses("/registers/" + string(left.ID))
	})
}
