package app_test

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/app/demo"
	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/ownpage"
	"github.com/bondgenoot/bondgenoot/internal/domain/reach"
	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// night lets the house walk over the files of Leuven.
func (w *world) night() {
	w.Helper()
	w.work()
	if _, err := w.app.Reach.Begin(w.Context(), w.towns["leuven"].ID); err != nil {
		w.Fatal(err)
	}
	w.work()
}

// tells records facts of a whole family of Leuven.
func (w *world) tells(family kernel.ID, yes ...string) {
	w.Helper()
	var facts []families.Fact
	for _, key := range yes {
		facts = append(facts, families.Fact{Key: key, Value: []byte("true"), Source: families.Told})
	}
	_, err := w.app.Families.RecordFacts(w.towns["leuven"].As(w.Context(), "aicha"), family, 0, facts)
	w.did(err)
}

// lines are the rights on the work list of a worker, with whose they are.
func (w *world) lines(worker string, q reach.Query) []string {
	w.Helper()
	q.Comes = true
	page, err := w.app.Reach.List(w.towns["leuven"].As(w.Context(), worker), q)
	w.did(err)
	names := []string{}
	for _, x := range page.Rows {
		whom, _ := x.Whom()
		names = append(names, x.Right+" "+whom.First)
	}
	return names
}

// A family of whom something became known has a right the next morning that
// nobody asked for. Who works with it, and the coordinator of that organisation,
// see it; nobody else does. It is put off, taken up, asked for, and refused; the
// family reads that the house looked, in one line.
func TestWhatNobodyAskedForIsOnTheListInTheMorning(t *testing.T) {
	onEachEngine(t, func(w *world) {
		family := noor(w)
		aicha := w.as("leuven", "aicha")
		aicha.sees("GET /reach", nil, 200, "Niemand loopt hier iets mis")
		w.tells(family, "all_may_stay", "all_live_here")
		w.later(15 * time.Minute)
		w.work()
		aicha.sees("GET /reach", nil, 200, "Niemand moet hier nog iets aanvragen", "komen vanzelf")
		aicha.sees("GET /reach?comes=1", nil, 200, "Groeipakket - basisbedrag voor Sami", "€ 2.215,44", "Komt vanzelf", "Noor Verbeeck",
			"Begint rond 20 februari 2027, na de geboorte")
		aicha.sees("GET /families/"+string(family)+"/rights", nil, 200, "Wat eraan komt", "Begint rond 20 februari 2027, na de geboorte")
		aicha.reads("fr").sees("GET /reach?comes=1&order=deadline", nil, 200, "Repérer", "Vient tout seul")
		w.as("leuven", "katrien").misses("GET /reach?comes=1", "Noor") // of another house
		for _, who := range []string{"lies", "wim", "nele"} {
			w.as("leuven", who).sees("GET /reach", nil, 403)
		}
		_, body, _ := aicha.asks("GET /families/"+string(family)+"/looks", nil)
		if n := strings.Count(plain(body), "Keek na of er nieuwe rechten zijn"); n != 1 {
			t.Errorf("the family reads %d times that the house looked, want once: %s", n, plain(body))
		}
		leuven := w.towns["leuven"]
		lead, err := w.app.Members.AddWorker(leuven.As(w.Context(), "wim"), members.Worker{Name: "Hanne Leemans", Lang: kernel.NL, Mail: "hanne@leuven.example"},
			leuven.Orgs["team"].ID, policy.Coordinator)
		w.did(err)
		leuven.Workers["hanne"] = demo.Worker{Worker: lead, Org: leuven.Orgs["team"], Roles: []policy.Role{policy.Coordinator}}
		hanne := w.as("leuven", "hanne")
		hanne.sees("GET /reach?comes=1", nil, 200, "Groeipakket - basisbedrag voor Sami", "Noor Verbeeck")
		hanne.misses("GET /reach?comes=1", "/families/"+string(family))
		if got := w.lines("hanne", reach.Query{Worker: leuven.Workers["bram"].ID}); len(got) != 0 {
			t.Errorf("Bram carries nothing, and has %v", got)
		}
		if got := w.lines("hanne", reach.Query{Worker: leuven.Workers["aicha"].ID}); len(got) == 0 {
			t.Error("Aïcha carries the family, and has nothing")
		}

		page, err := w.app.Reach.List(w.towns["leuven"].As(w.Context(), "aicha"), reach.Query{Comes: true, Right: "vl.groeipakket.basis"})
		if err != nil || len(page.Rows) != 1 || page.N != 1 || page.Year != 2215_44 {
			t.Fatalf("the list has %+v, %v", page, err)
		}
		at := "/reach/" + string(page.Rows[0].ID)
		aicha.sees("GET "+at+"/later", nil, 200, "waarom niet nu?", "Iets anders gaat voor")
		aicha.sees("POST "+at+"/later", url.Values{}, 422, "Kies waarom niet nu")
		aicha.sees("POST "+at+"/later", url.Values{"reason": {"papers"}, "until-day": {"1"}, "until-month": {"1"}, "until-year": {"2031"}}, 422, "ten laatste over een jaar")
		aicha.sees("POST "+at+"/later", url.Values{"reason": {"papers"}, "until-day": {"1"}, "until-month": {"12"}, "until-year": {"2026"}}, 200, "Genoteerd")
		if got := w.lines("aicha", reach.Query{Right: "vl.groeipakket.basis"}); len(got) != 0 {
			t.Errorf("what was put off is still on the list: %v", got)
		}
		aicha.sees("GET /reach?show=later&comes=1", nil, 200, "tot 01/12/2026", "Er moet nog een papier")
		file, err := w.app.Families.Read(w.towns["leuven"].As(w.Context(), "aicha"), family, families.ForCare)
		w.did(err)
		mother := w.stranger().reads("nl") // who may know why somebody waits with what is hers
		mother.sees("POST /mine", url.Values{"k": {w.gives(family, ownpage.Give{Person: file.Persons[0].ID, Lang: kernel.NL, Names: kernel.NL, Days: 30}).Scan}}, 200)
		mother.sees("GET /mine/rights", nil, 200, "Er ontbreken nog papieren. Hiermee wachten we tot 1 december 2026.", "per maand · Sami")
		mother.sees("GET /mine/download", nil, 200, "2026-12-01", "papers")
		w.later(20 * time.Hour)
		w.night()
		if got := w.lines("aicha", reach.Query{Right: "vl.groeipakket.basis"}); len(got) != 0 {
			t.Errorf("a night takes up what was put off: %v", got)
		}
		w.later(8 * 24 * time.Hour)
		if got := w.lines("aicha", reach.Query{Right: "vl.groeipakket.basis"}); len(got) != 1 {
			t.Errorf("when its day has come it is on the list: %v", got)
		}
		aicha = w.as("leuven", "aicha")
		path := aicha.sees("POST "+at+"/claim", url.Values{}, 200, "Groeipakket - basisbedrag voor Sami")
		aicha.sees("POST "+at+"/later", url.Values{"reason": {"papers"}}, 409, "intussen iets gebeurd")
		aicha.sees("POST "+path+"/applied", url.Values{"version": {"1"}}, 200)
		aicha.sees("POST "+path+"/refused", url.Values{"version": {"2"}, "reason": {"documents"}}, 200)
		if got := w.lines("aicha", reach.Query{Right: "vl.groeipakket.basis"}); len(got) != 0 {
			t.Errorf("what was asked for is still on the list: %v", got)
		}
		// Why it was refused is among the figures the morning after.
		w.as("leuven", "hanne").sees("GET /reach/figures?right=vl.groeipakket.basis", nil, 200, "Waarom niet", "er ontbrak een papier", "Geweigerd")
	})
}

// A round looks again only at the families of which an answer can be another
// one: nobody after a quiet night, one whose day has come, all when the alliance
// offers something else. A closed file is on no list.
func TestARoundLooksOnlyWhereSomethingCanHaveChanged(t *testing.T) {
	onEachEngine(t, func(w *world) {
		family := noor(w)
		other, err := w.app.Families.Open(w.towns["leuven"].As(w.Context(), "aicha"), families.NewFamily{PostalCode: "3010", Anyway: true,
			Persons: []families.NewPerson{{Role: families.Applicant, First: "Ella", Last: "Maes", Birth: "1990-06-11"}}})
		w.did(err)
		w.tells(family, "all_may_stay", "all_live_here")
		last := func(walked, looked int64) {
			t.Helper()
			w.night()
			rounds, err := w.app.Reach.Rounds(w.towns["leuven"].As(w.Context(), "wim"), 10)
			w.did(err)
			if r := rounds[0]; r.Walked != walked || r.Looked != looked || r.Failed != 0 || r.EndedAt == "" {
				t.Errorf("the round walked over %d and looked at %d (%d failed, ended %q), want %d and %d", r.Walked, r.Looked, r.Failed, r.EndedAt, walked, looked)
			}
		}
		last(2, 2)
		w.later(24 * time.Hour)
		last(2, 0)
		w.tells(other.ID, "all_may_stay")
		last(2, 0) // the round of this night has been
		w.later(24 * time.Hour)
		last(2, 0) // and what changed was looked at when it did
		w.later(30 * 24 * time.Hour)
		last(2, 2)
		w.as("leuven", "wim").sees("GET /administration/jobs", nil, 200, "Rondes over alle dossiers", "Herrekend")
		if len(w.lines("aicha", reach.Query{})) == 0 {
			t.Fatal("nothing is on the list")
		}
		aicha := w.towns["leuven"].As(w.Context(), "aicha")
		w.did(w.app.Families.Close(aicha, family, families.ClosedMoved))
		if got := w.lines("aicha", reach.Query{}); len(got) != 0 {
			t.Errorf("of a closed file there is %v", got)
		}
		w.did(w.app.Families.Reopen(aicha, family))
		w.later(15 * time.Minute)
		w.work()
		if len(w.lines("aicha", reach.Query{})) == 0 {
			t.Error("of a file that was opened again nothing is on the list")
		}
	})
}

// A family that cannot be looked at keeps no other from it. It is tried again by
// itself; an administrator sees which one it is and why, and once that is set
// right it is looked at like any other.
func TestAFamilyThatFailsInARoundIsToldAndTriedAgain(t *testing.T) {
	onEachEngine(t, func(w *world) {
		broken, leuven := noor(w), w.towns["leuven"]
		var sound []kernel.ID
		for i := range 6 {
			f, err := w.app.Families.Open(leuven.As(w.Context(), "aicha"), families.NewFamily{PostalCode: "3010", Anyway: true,
				Persons: []families.NewPerson{{Role: families.Applicant, First: "Ella", Last: fmt.Sprintf("Maes%c", 'a'+i), Birth: "1990-06-11"}}})
			w.did(err)
			sound = append(sound, f.ID)
		}
		w.tells(broken, "all_may_stay", "all_live_here")
		value := func(of string) {
			t.Helper()
			w.did(w.db.Write(w.Context(), func(q db.Querier) error {
				_, err := q.ExecContext(w.Context(), `UPDATE family_fact SET value = $2 WHERE family = $1 AND key = 'all_live_here'`, broken, of)
				return err
			}))
		}
		w.later(15 * time.Minute)
		w.work() // each was looked at when it was opened
		value("{")
		w.mu.Lock()
		w.now = time.Date(w.now.Year(), w.now.Month(), w.now.Day()+31, 2, 30, 0, 0, kernel.Brussels) // when several are looked at together
		w.mu.Unlock()
		w.night()
		rounds, err := w.app.Reach.Rounds(leuven.As(w.Context(), "wim"), 1)
		w.did(err)
		if r := rounds[0]; r.Walked != 7 || r.Looked != 7 || r.Failed != 1 || r.EndedAt == "" {
			t.Errorf("the round is %+v, want 7 families walked and looked at, one of which failed", r)
		}
		for range 24 { // more often than work is tried by itself
			w.later(2 * time.Hour)
			w.work()
		}
		w.as("leuven", "wim").sees("GET /administration/jobs", nil, 200, "Nakijken of één gezin nieuwe rechten heeft", string(broken))
		w.as("leuven", "wim").misses("GET /administration/jobs", string(sound[0]), "Noor")
		value("true")
		wim := w.as("leuven", "wim")
		_, body, _ := wim.asks("GET /administration/jobs", nil)
		failed := regexp.MustCompile(`/administration/jobs/[0-9a-f-]{36}/retry`).FindAllString(body, -1)
		for _, retry := range failed {
			wim.sees("POST "+retry, nil, 200)
		}
		w.work()
		if got := w.lines("aicha", reach.Query{Right: "vl.groeipakket.basis"}); len(failed) != 1 || len(got) != 1 {
			t.Errorf("%d pieces of work waited for the administrator, want one; on the list is %v", len(failed), got)
		}
	})
}

// A letter is laid out only for a family that lets letters come; for any other
// the page says by which way it is reached. An address that is secret stands on
// no letter.
func TestALetterGoesOnlyWhereItIsSafe(t *testing.T) {
	onEachEngine(t, func(w *world) {
		aicha, ctx := w.as("leuven", "aicha"), w.towns["leuven"].As(w.Context(), "aicha")
		open := func(secret bool, safe families.Safe) string {
			f, err := w.app.Families.Open(ctx, families.NewFamily{PostalCode: "3000", Anyway: true, Confidential: secret,
				Persons: []families.NewPerson{{Role: families.Applicant, First: "Zephyrine", Last: "Maes", Birth: "1990-06-11"}, {Role: families.Child, First: "Mats", Last: "Maes", Birth: "2022-06-11"}},
				Contact: families.Contact{Address: families.Address{Street: "Lievevrouwstraat", Number: "3"}, Languages: []string{"ar"}, Safe: safe,
					Phones: []kernel.Phone{kernel.FictionalPhone(12)}}})
			w.did(err)
			w.tells(f.ID, "all_may_stay", "all_live_here")
			return "/families/" + string(f.ID) + "/letter"
		}
		aicha.sees("GET "+open(false, families.Safe{}), nil, 200, "لكم الحق في مساعدة", "Lievevrouwstraat 3", "Groeipakket - basisbedrag")
		letter := open(false, families.Safe{})
		aicha.sees("GET "+letter+"?lang=uk", nil, 200, "Ви маєте право на допомогу")
		aicha.sees("GET "+letter+"?lang=en", nil, 200, "€184.62 a month") // as whoever reads it writes a sum
		secret := open(true, families.Safe{})
		aicha.sees("GET "+secret, nil, 200, "Geef deze brief zelf", "Groeipakket - basisbedrag")
		aicha.misses("GET "+secret, "Lievevrouwstraat")
		for _, safe := range []families.Safe{{NoLetter: true, Hours: "na negen uur"}, {OnlyVia: "vroedvrouw Rosalinde"}} {
			none := open(false, safe)
			aicha.sees("GET "+none, nil, 200, "Stuur geen brief", "Zo kan het wel", safe.OnlyVia, safe.Hours)
			aicha.misses("GET "+none, "Groeipakket", "Lievevrouwstraat", "لكم")
		}
		w.as("leuven", "omar").sees("GET "+secret, nil, 404)
	})
}

// Day after day for six weeks, the answers to a family in which a child is born, a
// child has a birthday and a lease grows older change on no day that the house
// would not look at.
func TestNoDayOnWhichAnAnswerChangesIsPassedOver(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	ctx := w.towns["leuven"].As(w.Context(), "aicha")
	f, err := w.app.Families.Open(ctx, families.NewFamily{PostalCode: "3000", Persons: []families.NewPerson{
		{Role: families.Applicant, First: "Noor", Last: "Verbeeck", Birth: "2001-12-14"},
		{Role: families.Child, First: "Sami", Last: "Verbeeck", Birth: "2023-12-09"}, {Role: families.Child, First: "Lou", Last: "Verbeeck", Birth: "2008-12-31"},
		{Role: families.Unborn, Due: "2026-12-20"}}})
	w.did(err)
	w.tells(f.ID, "all_may_stay", "all_live_here", "has_bim")
	var out rights.Outlook
	w.did(w.app.Acts.Do(act.As(w.Context(), policy.SystemActor(w.towns["leuven"].ID)), func(a *act.Act) (err error) {
		w.did(a.Allow(w.Context(), "system.work", ""))
		if out, err = w.app.Rights.OutlookIn(w.Context(), a, f.ID); err != nil {
			return err
		}
		return a.Record(w.Context(), act.Entry{Action: reach.Action, Subject: f.ID})
	}))
	answers := func(day kernel.Date) string {
		found, err := out.On(day)
		w.did(err)
		var b strings.Builder
		for _, x := range found.Result.Rights {
			fmt.Fprint(&b, x.ID, x.Status, x.Persons, len(x.Amounts), "\n")
		}
		return b.String()
	}
	turns, changed := out.Turns(out.Today().AddDays(45)), 0
	before := answers(out.Today())
	for n := 1; n <= 45; n++ {
		day := out.Today().AddDays(n)
		now := answers(day)
		if now != before {
			changed++
			if !slices.Contains(turns, day) {
				t.Errorf("an answer changes on %s, which is none of %v", day, turns)
			}
		}
		before = now
	}
	if changed < 3 || len(turns) > 20 {
		t.Errorf("the answers change on %d days, and the house would look at %d", changed, len(turns))
	}
	if _, err := w.app.Families.Read(act.As(w.Context(), policy.SystemActor(w.towns["leuven"].ID)), f.ID, families.ForCare); err == nil {
		t.Error("the house at work reads a file as a worker does")
	}
}
