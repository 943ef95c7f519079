package openreferral

import (
	"bytes"
	"fmt"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"github.com/bondgenoot/bondgenoot/hsds"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/i18n"
)

const now = kernel.Instant("2026-03-02T09:00:00.000000Z")

var words = i18n.MustLoad()

func teller(lang kernel.Lang) Teller { return Teller{Read: words.In(lang), Now: now} }

func id(t *rapid.T, label string) kernel.ID {
	return kernel.ID(derived(label, "drawn", rapid.IntRange(0, 1<<30).Draw(t, label)))
}

func text(t *rapid.T, label string) kernel.Text {
	word := rapid.StringMatching(`([A-Za-zé"\\ -]{1,20})?`)
	return kernel.Text{NL: word.Draw(t, label+".nl"), FR: word.Draw(t, label+".fr"), DE: word.Draw(t, label+".de"), EN: word.Draw(t, label+".en")}
}

func hours(t *rapid.T, label string) (all []directory.Hours) {
	for range rapid.IntRange(0, 2).Draw(t, label) {
		all = append(all, directory.Hours{
			Rule: rapid.SampledFrom([]string{"", "FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,WE", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", "FREQ=MONTHLY;BYDAY=1MO",
				"FREQ=MONTHLY;COUNT=3;BYMONTHDAY=2", "FREQ=YEARLY;BYMONTH=6", "FREQ=WEEKLY;BYDAY=TU;BYSETPOS=1"}).Draw(t, "rule"),
			From: "09:00", To: rapid.SampledFrom([]string{"12:30", "24:00"}).Draw(t, "to"), Words: text(t, "hours"),
			Since: rapid.SampledFrom([]kernel.Date{"", "2026-01-01"}).Draw(t, "since"), Until: rapid.SampledFrom([]kernel.Date{"", "2026-12-31"}).Draw(t, "until"),
			Not:      rapid.SampledFrom([][]kernel.Date{nil, {"2026-04-01", "2026-05-01"}}).Draw(t, "not"),
			Holidays: rapid.SampledFrom([]directory.Holidays{directory.AsEver, directory.TermOnly, directory.HolidayOnly, directory.EveryDay}).Draw(t, "holidays"),
		})
	}
	return all
}

func numbers(t *rapid.T) (all []directory.PublicPhone) {
	for i := range rapid.IntRange(0, 2).Draw(t, "numbers") {
		all = append(all, directory.PublicPhone{Number: kernel.FictionalPhone(i), For: rapid.SampledFrom([]string{"", "onthaal"}).Draw(t, "for")})
	}
	return all
}

func told(t *rapid.T) directory.PublicTellings {
	return directory.PublicTellings{
		"name": {Source: "sociale-kaart", SourceID: "12", Retrieved: "2026-01-02", Verified: rapid.SampledFrom([]kernel.Date{"", "2026-02-01"}).Draw(t, "verified")},
		"how":  {Source: "partner"}}
}

func record(t *rapid.T) directory.PublicRecord {
	org := directory.PublicOrganisation{ID: id(t, "org"), Name: "OCMW Noord", Also: "Welzijn", About: text(t, "about"), Website: "https://noord.example",
		KBO:  rapid.SampledFrom([]kernel.KBO{"", "0207437468"}).Draw(t, "kbo"),
		Mail: "hulp@noord.example", Numbers: numbers(t), Told: told(t), ChangedAt: "2026-02-01T09:00:00.000000Z"}
	v := directory.PublicService{
		ID: id(t, "service"), Organisation: org.ID, Name: text(t, "name"), About: text(t, "service.about"), How: text(t, "how"),
		Levers: rapid.SampledFrom([][]directory.Lever{nil, {1, 8}}).Draw(t, "levers"), Phases: rapid.SampledFrom([][]directory.Phase{nil, directory.Phases[:]}).Draw(t, "phases"),
		For: directory.Audience{From: rapid.IntRange(0, 40).Draw(t, "from"), To: rapid.SampledFrom([]int{0, 41, 66, 215}).Draw(t, "to"), Words: text(t, "for"),
			Rule: rapid.SampledFrom([]string{"", "child.age < 3"}).Draw(t, "rule")},
		Costs: rapid.SampledFrom([][]directory.Cost{nil, {{Free: true}}, {{Amount: 12_50, Per: "month"}, {Words: kernel.Text{NL: "naar inkomen", FR: "selon le revenu"}}},
			{{Amount: 0, Per: "visit"}}}).Draw(t, "costs"),
		Languages: rapid.SampledFrom([][]string{nil, {"nl", "ar", "pt-BR"}}).Draw(t, "languages"),
		Access:    rapid.SampledFrom([][]directory.Access{nil, {directory.StepFree, directory.Loop}}).Draw(t, "access"),
		Areas:     rapid.SampledFrom([][]kernel.NIS{nil, {"24062", "21004"}}).Draw(t, "areas"),
		Hours:     hours(t, "hours"), Numbers: numbers(t), Mail: "melk@noord.example", Website: "https://noord.example/melk", Words: []string{"pampers", "melkpoeder"},
		Room: directory.Room{Status: rapid.SampledFrom([]directory.RoomStatus{"", "free", "full", "waiting"}).Draw(t, "room"), Free: rapid.IntRange(-1, 3).Draw(t, "free"),
			Waiting: rapid.IntRange(-1, 3).Draw(t, "waiting"), Said: "2026-03-01T09:00:00.000000Z", Until: rapid.SampledFrom([]kernel.Instant{"2026-03-01T10:00:00.000000Z", "2026-04-01T10:00:00.000000Z"}).Draw(t, "room.until")},
		Sheltered: rapid.Bool().Draw(t, "sheltered"), Told: told(t), ChangedAt: "2026-02-03T09:00:00.000000Z",
	}
	v.Name.NL = "Melk voor baby's"
	r := directory.PublicRecord{Organisation: org, Service: v}
	if !v.Sheltered {
		for i := range rapid.IntRange(0, 2).Draw(t, "places") {
			r.Places = append(r.Places, directory.PublicPlace{ServiceHours: hours(t, "there"), ServiceNumbers: numbers(t), Room: directory.Room{Free: -1, Waiting: -1},
				PublicLocation: directory.PublicLocation{ID: id(t, fmt.Sprintf("location %d", i)), Organisation: org.ID, Name: "Loket", Street: "Kerkstraat 1", Postal: "3000", City: "Leuven", Municipality: "24062",
					Lat: "50.8798", Lon: "4.7005", Hours: hours(t, "open"), Access: []directory.Access{directory.Toilet}, Travel: text(t, "travel"), Told: told(t), ChangedAt: now}})
		}
	}
	return r
}

// Whatever the directory holds is told in records that hold to the
// specification, and read again it is the same.
func TestWhatIsToldIsReadAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := record(t)
		lang := rapid.SampledFrom(kernel.Langs[:]).Draw(t, "lang")
		v := teller(lang).Service(in)
		if p := hsds.Check(&v); p != nil {
			t.Fatalf("does not hold to the specification: %v", p)
		}
		for back, err := range hsds.Read[hsds.Service](bytes.NewReader(hsds.Append(nil, &v, hsds.V31))) {
			if err != nil {
				t.Fatal(err)
			}
			d, problems := Read(back, lang)
			if problems != nil {
				t.Fatalf("cannot be read again: %v", problems)
			}
			same(t, "organisation", d.Organisation, organisationOf(in.Organisation))
			same(t, "service", d.Service, serviceOf(in))
			for i, l := range d.Locations {
				same(t, "location", l, locationOf(in.Places[i].PublicLocation))
			}
		}
		flat, problems := hsds.Flatten(hsds.Dataset{Services: []hsds.Service{v}, Taxonomies: teller(lang).Taxonomies()})
		if problems != nil {
			t.Fatalf("does not lie flat: %v", problems)
		}
		nested, problems := flat.Nest()
		if problems != nil {
			t.Fatalf("does not nest: %v", problems)
		}
		d, _ := Read(nested.Services[0], lang)
		same(t, "service of tables", d.Service, serviceOf(in))
	})
}

func same[T any](t *rapid.T, what string, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("the %s comes back as\n%+v\nnot\n%+v", what, got, want)
	}
}

func phonesOf(all []directory.PublicPhone) (out []directory.Phone) {
	for _, p := range all {
		out = append(out, directory.Phone{Number: p.Number, For: p.For})
	}
	return out
}

func organisationOf(o directory.PublicOrganisation) directory.Organisation {
	return directory.Organisation{ID: o.ID, Name: o.Name, Also: o.Also, About: o.About, KBO: o.KBO, Website: o.Website, Mail: o.Mail, Numbers: phonesOf(o.Numbers)}
}

// serviceOf is what comes back of a service: all but its room, who told it and
// when it changed. It is a draft again.
func serviceOf(r directory.PublicRecord) directory.Service {
	v := r.Service
	out := directory.Service{ID: v.ID, Organisation: v.Organisation, State: directory.Draft, Name: v.Name, About: v.About, How: v.How, Levers: v.Levers, Phases: v.Phases, For: v.For,
		Costs: v.Costs, Languages: v.Languages, Access: v.Access, Areas: v.Areas, Hours: v.Hours, Numbers: phonesOf(v.Numbers), Mail: v.Mail, Website: v.Website,
		Words: v.Words, Room: noRoom(), Sheltered: v.Sheltered}
	for _, p := range r.Places {
		out.At = append(out.At, directory.Place{Location: p.ID, Hours: p.ServiceHours, Numbers: phonesOf(p.ServiceNumbers), Room: noRoom()})
	}
	return out
}

func locationOf(l directory.PublicLocation) directory.Location {
	return directory.Location{ID: l.ID, Organisation: l.Organisation, Name: l.Name, Street: l.Street, Postal: l.Postal, City: l.City, Municipality: l.Municipality,
		Lat: l.Lat, Lon: l.Lon, Hours: l.Hours, Access: l.Access, Travel: l.Travel}
}
