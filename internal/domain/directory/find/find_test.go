package find_test

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory/find"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// now is a Wednesday, half past one in the afternoon in Brussels.
const now = kernel.Instant("2026-11-25T12:30:00.000000Z")

func every(records ...directory.PublicRecord) iter.Seq2[directory.PublicRecord, error] {
	return func(yield func(directory.PublicRecord, error) bool) {
		for _, r := range records {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func indexOf(t testing.TB, records ...directory.PublicRecord) *find.Index {
	t.Helper()
	ix, err := find.New(every(records...))
	if err != nil {
		t.Fatal(err)
	}
	return ix
}

func service(id, nl, fr string, more ...func(*directory.PublicRecord)) directory.PublicRecord {
	r := directory.PublicRecord{
		Organisation: directory.PublicOrganisation{ID: "o", Name: "Huis Zonnebloem"},
		Service:      directory.PublicService{ID: kernel.ID(id), Name: kernel.Text{NL: nl, FR: fr}},
	}
	for _, m := range more {
		m(&r)
	}
	return r
}

func about(nl, fr string) func(*directory.PublicRecord) {
	return func(r *directory.PublicRecord) { r.Service.About = kernel.Text{NL: nl, FR: fr} }
}

func at(postal string, nis kernel.NIS) func(*directory.PublicRecord) {
	return func(r *directory.PublicRecord) {
		r.Places = append(r.Places, directory.PublicPlace{PublicLocation: directory.PublicLocation{Postal: postal, Municipality: nis}})
	}
}

func town() []directory.PublicRecord {
	return []directory.PublicRecord{
		service("luierbank", "Luierbank", "Banque de langes", about("Luiers voor wie ze niet kan betalen.", "Des langes pour qui ne peut pas les payer."), at("3000", "24062")),
		service("melk", "Flesvoeding", "Lait en poudre", about("Een blik melkpoeder per week.", "Une boîte de lait par semaine."), at("3001", "24062")),
		service("opvang", "Kinderopvang De Beer", "Crèche De Beer", about("Opvang voor baby’s en peuters, ook een paar uur.", "Accueil des tout-petits."), at("3010", "24062")),
		service("fiets", "Fietsbieb", "", about("Leen een fiets voor uw kind.", ""), at("9000", "44021")),
		service("huiswerk", "Huiswerkklas", "École de devoirs", about("Iedere woensdag samen huiswerk maken.", "Chaque mercredi."), at("3000", "24062")),
		service("kleding", "Weggeefwinkel", "Magasin gratuit", about("Tweedehands kleren en speelgoed.", "Vêtements et jouets."), at("9000", "44021")),
	}
}

// What people type, in the languages and spellings in which they type it.
func TestWhatPeopleTypeIsFound(t *testing.T) {
	ix := indexOf(t, town()...)
	for name, tt := range map[string]struct {
		lang  kernel.Lang
		typed string
		first kernel.ID
	}{
		"the word itself":                       {kernel.NL, "luierbank", "luierbank"},
		"another form of it":                    {kernel.NL, "luier", "luierbank"},
		"a brand":                               {kernel.NL, "pampers", "luierbank"},
		"in French":                             {kernel.FR, "couches", "luierbank"},
		"in German":                             {kernel.DE, "Windeln", "luierbank"},
		"in English":                            {kernel.EN, "diapers", "luierbank"},
		"in Arabic":                             {kernel.AR, "حفاضات", "luierbank"},
		"in Arabic, with the article":           {kernel.AR, "الحفاضات", "luierbank"},
		"in Ukrainian":                          {kernel.UK, "підгузків", "luierbank"},
		"in Turkish":                            {kernel.TR, "bebek bezi", "luierbank"},
		"with a typing error":                   {kernel.NL, "luiebrank", "luierbank"},
		"with a letter too few":                 {kernel.FR, "lanes", "luierbank"},
		"in capitals, without accents":          {kernel.FR, "CRECHE", "opvang"},
		"words that mean one thing":             {kernel.FR, "lait en poudre", "melk"},
		"milk in Arabic":                        {kernel.AR, "حليب", "melk"},
		"a sentence":                            {kernel.NL, "ik zoek hulp voor het huiswerk van mijn kinderen", "huiswerk"},
		"a part of a compound":                  {kernel.NL, "opvang", "opvang"},
		"another language than the page's":      {kernel.NL, "jouets", "kleding"},
		"the beginning of a word":               {kernel.NL, "weggeef", "kleding"},
		"a word of the description":             {kernel.NL, "blik", "melk"},
		"several words, of which all are meant": {kernel.NL, "fiets kind", "fiets"},
		"a compound that nobody wrote":          {kernel.NL, "babykleding", "kleding"},
	} {
		t.Run(name, func(t *testing.T) {
			f := ix.Search(find.Query{Words: tt.typed, Lang: tt.lang, Now: now})
			if len(f.Hits) == 0 {
				t.Fatalf("%q finds nothing: %+v", tt.typed, f)
			}
			if got := f.Hits[0].Record.Service.ID; got != tt.first {
				t.Errorf("%q finds %s first, for %+v", tt.typed, got, f.Hits[0].Why)
			}
			if len(f.Hits[0].Why) == 0 {
				t.Error("it is not said why")
			}
		})
	}
}

func TestWhatIsNotThereIsNotFound(t *testing.T) {
	ix := indexOf(t, town()...)
	for _, typed := range []string{"advocaat", "xyzzy", "tandarts", "9999999", "عنف"} {
		if f := ix.Search(find.Query{Words: typed, Lang: kernel.NL, Now: now}); f.Total != 0 {
			t.Errorf("%q finds %s for %+v", typed, f.Hits[0].Record.Service.ID, f.Hits[0].Why)
		}
	}
	f := ix.Search(find.Query{Words: "tandarts xyzzy", Lang: kernel.NL, Now: now})
	if !slices.Equal(f.Concepts, []string{"teeth"}) || !slices.Equal(f.Unknown, []string{"xyzzy"}) {
		t.Errorf("meant %v, unknown %v", f.Concepts, f.Unknown)
	}
	if f := ix.Search(find.Query{Words: "  de, het! ", Lang: kernel.NL, Now: now}); f.Total != 0 && f.Total != 6 {
		t.Errorf("%d for words that say nothing", f.Total)
	}
	if f := ix.Search(find.Query{Now: now}); f.Total != 6 || len(f.Hits) != 6 {
		t.Errorf("%d of six without a word", f.Total)
	}
}

func TestTheNearerComesFirst(t *testing.T) {
	ix := indexOf(t, service("far", "Speelotheek", "", at("8400", "35013")), service("near", "Speelotheek", "", at("3001", "24062")), service("nowhere", "Speelotheek", ""))
	f := ix.Search(find.Query{Words: "speelgoed", Lang: kernel.NL, Postal: "3000", NIS: "24062", Now: now})
	if len(f.Hits) != 3 || f.Hits[0].Record.Service.ID != "near" {
		t.Fatalf("%+v", f.Hits)
	}
	if d := f.Hits[0].Metres; d < 500 || d > 6000 {
		t.Errorf("Heverlee lies %d metres from Leuven", d)
	}
	if f.Hits[2].Record.Service.ID != "nowhere" || f.Hits[2].Metres != -1 || f.Hits[2].Place != -1 {
		t.Errorf("last %+v", f.Hits[2])
	}
}

func TestOnlyWhatFitsIsShown(t *testing.T) {
	weekly := func(rule, from, to string, h directory.Holidays) func(*directory.PublicRecord) {
		return func(r *directory.PublicRecord) {
			r.Service.Hours = append(r.Service.Hours, directory.Hours{Rule: rule, From: from, To: to, Holidays: h})
		}
	}
	ix := indexOf(t,
		service("baby", "Een", "", func(r *directory.PublicRecord) {
			r.Service.For = directory.Audience{To: 12}
			r.Service.Levers = []directory.Lever{1}
		}),
		service("teen", "Twee", "", func(r *directory.PublicRecord) { r.Service.Phases = []directory.Phase{directory.Teen} },
			weekly("FREQ=WEEKLY;BYDAY=WE", "13:00", "17:00", directory.TermOnly)),
		service("free", "Drie", "", func(r *directory.PublicRecord) {
			r.Service.Costs = []directory.Cost{{Free: true}}
			r.Service.Languages = []string{"nl", "ar"}
		},
			weekly("FREQ=WEEKLY;BYDAY=TH,SA", "09:00", "12:00", "")),
		service("elsewhere", "Vier", "", func(r *directory.PublicRecord) { r.Service.Areas = []kernel.NIS{"44021"} }),
		service("full", "Vijf", "", func(r *directory.PublicRecord) {
			r.Service.Room = directory.Room{Status: directory.RoomFull, Until: "2026-12-01T00:00:00.000000Z"}
			r.Service.Phases = []directory.Phase{directory.Parents}
		}),
	)
	for name, tt := range map[string]struct {
		q    find.Query
		want string
	}{
		"for a baby":                     {find.Query{Months: []int{5}}, "baby elsewhere free full teen"},
		"for a child of fourteen months": {find.Query{Months: []int{14}}, "elsewhere free full teen"},
		"in the phase of teens":          {find.Query{Phase: directory.Teen}, "elsewhere free teen"},
		"by theme":                       {find.Query{Lever: 1}, "baby"},
		"free":                           {find.Query{Free: true}, "free"},
		"in Arabic":                      {find.Query{Speaks: "ar"}, "free"},
		"open now":                       {find.Query{When: find.Now}, "teen"},
		"open tomorrow":                  {find.Query{When: find.Tomorrow}, "free"},
		"on Wednesday afternoon":         {find.Query{When: find.Wednesday}, "teen"},
		"at the weekend":                 {find.Query{When: find.Weekend}, "free"},
		"in the holidays":                {find.Query{When: find.InHoliday}, "free"},
		"in the evening":                 {find.Query{When: find.Evening}, ""},
		"for who lives in Leuven":        {find.Query{NIS: "24062"}, "baby free full teen"},
		"with room":                      {find.Query{Room: true}, "baby elsewhere free teen"},
	} {
		t.Run(name, func(t *testing.T) {
			tt.q.Now = now
			f := ix.Search(tt.q)
			var got []string
			for _, h := range f.Hits {
				got = append(got, string(h.Record.Service.ID))
			}
			slices.Sort(got)
			if s := strings.Join(got, " "); s != tt.want {
				t.Errorf("found %q, want %q", s, tt.want)
			}
			if name == "for who lives in Leuven" && f.Elsewhere != 1 {
				t.Errorf("%d elsewhere", f.Elsewhere)
			}
		})
	}
}

func TestShutOnPublicHolidays(t *testing.T) {
	open := func(r *directory.PublicRecord) {
		r.Service.Hours = []directory.Hours{{Rule: "FREQ=DAILY", From: "09:00", To: "17:00", Not: []kernel.Date{"2026-12-24"}}}
	}
	ix := indexOf(t, service("s", "Winkel", "", open))
	for moment, want := range map[kernel.Instant]find.Hour{
		"2026-12-23T12:00:00.000000Z": find.IsOpen, "2026-12-24T12:00:00.000000Z": find.IsShut,
		"2026-12-25T12:00:00.000000Z": find.IsShut, "2026-12-26T12:00:00.000000Z": find.IsOpen, "2026-12-26T20:00:00.000000Z": find.IsShut,
	} {
		if got := ix.Search(find.Query{Now: moment}).Hits[0].Open; got != want {
			t.Errorf("at %s: %q, want %q", moment, got, want)
		}
	}
	monthly := service("m", "Markt", "", func(r *directory.PublicRecord) {
		r.Service.Hours = []directory.Hours{{Rule: "FREQ=MONTHLY;BYDAY=1SA", From: "09:00", To: "12:00"}}
	})
	if got := indexOf(t, monthly).Search(find.Query{Now: now}).Hits[0].Open; got != find.HourUnknown {
		t.Errorf("of what comes back every month it is said: %q", got)
	}
}

// Room that was told is forgotten after its term, and is never free then.
func TestRoomIsNeverFreeAfterItsTerm(t *testing.T) {
	statuses := []directory.RoomStatus{directory.RoomUnknown, directory.RoomFree, directory.RoomFull, directory.RoomWaiting}
	instant := rapid.Custom(func(t *rapid.T) kernel.Instant {
		return kernel.Instant(fmt.Sprintf("2026-11-%02dT%02d:00:00.000000Z", rapid.IntRange(1, 30).Draw(t, "day"), rapid.IntRange(0, 23).Draw(t, "hour")))
	})
	room := rapid.Custom(func(t *rapid.T) directory.Room {
		return directory.Room{Status: rapid.SampledFrom(statuses).Draw(t, "status"), Until: instant.Draw(t, "until")}
	})
	rapid.Check(t, func(t *rapid.T) {
		r := service("s", "Kamp", "", at("3000", "24062"))
		r.Service.Room, r.Places[0].Room = room.Draw(t, "service"), room.Draw(t, "place")
		moment := instant.Draw(t, "now")
		ix, err := find.New(every(r))
		if err != nil {
			t.Fatal(err)
		}
		h := ix.Search(find.Query{Now: moment}).Hits[0]
		if h.Room.Status != directory.RoomUnknown && h.Room.Until < moment {
			t.Fatalf("%+v is told at %s", h.Room, moment)
		}
	})
}

// Pages together are all hits in one order, whatever their size.
func TestPagesFollowOnEachOther(t *testing.T) {
	var all []directory.PublicRecord
	for i := range 95 {
		all = append(all, service(fmt.Sprintf("s%02d", i), fmt.Sprintf("Speelgoed %d", i%7), "", at("3000", "24062")))
	}
	ix := indexOf(t, all...)
	q := find.Query{Words: "speelgoed", Lang: kernel.NL, Now: now, Limit: 95}
	whole := ix.Search(q).Hits
	for _, size := range []int{1, 7, 20, 94} {
		var got []find.Hit
		for q.Skip, q.Limit = 0, size; q.Skip < 95; q.Skip += size {
			got = append(got, ix.Search(q).Hits...)
		}
		if len(got) != 95 {
			t.Fatalf("%d hits on pages of %d", len(got), size)
		}
		for i := range got {
			if got[i].Record != whole[i].Record {
				t.Fatalf("pages of %d: hit %d is %s, want %s", size, i, got[i].Record.Service.ID, whole[i].Record.Service.ID)
			}
		}
	}
}

// The reasons of a hit are its points, no more and no less.
func TestReasonsAddUp(t *testing.T) {
	ix := indexOf(t, town()...)
	for _, typed := range []string{"pampers", "luiers kleding", "huiswerk opvang fiets", "weggeef", "luiebrank", ""} {
		for _, h := range ix.Search(find.Query{Words: typed, Lang: kernel.NL, Postal: "3000", NIS: "24062", Now: now}).Hits {
			sum := 0
			for _, why := range h.Why {
				sum += why.Points
			}
			if sum != h.Points {
				t.Errorf("%q: %s has %d points for %+v", typed, h.Record.Service.ID, h.Points, h.Why)
			}
		}
	}
}

func TestAHundredAskAtOnce(t *testing.T) {
	ix := indexOf(t, town()...)
	var all sync.WaitGroup
	for i := range 100 {
		all.Go(func() {
			typed, want := "pampers", kernel.ID("luierbank")
			if i%2 == 0 {
				typed, want = "huiswerk", "huiswerk"
			}
			if f := ix.Search(find.Query{Words: typed, Lang: kernel.NL, Now: now}); len(f.Hits) == 0 || f.Hits[0].Record.Service.ID != want {
				t.Errorf("%q finds %+v", typed, f.Hits)
			}
		})
	}
	all.Wait()
}

func TestWhatSaysInAConditionThatItIsForYouComesFirst(t *testing.T) {
	plain, ruled := directory.PublicRecord{}, directory.PublicRecord{}
	plain.Service.ID, plain.Service.Name.NL = "a", "Melk"
	ruled.Service.ID, ruled.Service.Name.NL, ruled.Service.For.Rule = "b", "Melk", "x"
	ix, err := find.New(every(plain, ruled))
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	certain := ix.Certain(func(rule string) bool { asked++; return rule == "x" })
	found := ix.Search(find.Query{Words: "melk", Lang: kernel.NL, Certain: certain})
	if asked != 1 || len(found.Hits) != 2 || found.Hits[0].Record.Service.ID != "b" || !found.Hits[0].Yours() || found.Hits[1].Yours() {
		t.Errorf("asked %d times, %+v", asked, found.Hits)
	}
}
