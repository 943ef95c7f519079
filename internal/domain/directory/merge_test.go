package directory

import (
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// double is a second record of the welfare office, with a service, a place, and
// a link.
func (w *town) double() Organisation {
	o := must(w.AddOrganisation(w.katrien, Organisation{Name: "vzw OCMW Noord", KBO: "0212237186", Website: "https://www.noord.example/wie", Mail: "hulp@noord.example"}))
	l := must(w.AddLocation(w.katrien, Location{Organisation: o.ID, Name: "Balie", Street: "Markt 2", Postal: "3000", City: "Leuven"}))
	v := must(w.AddService(w.katrien, Service{Organisation: o.ID, State: Open, Name: kernel.Text{NL: "Brood"}, At: []Place{{Location: l.ID}}}))
	must(w.SayRoom(w.katrien, Saying{Service: v.ID, Status: RoomFree, Free: 3}))
	return o
}

func TestTwoThatLookLikeOneAreShownWithTheReason(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		o := w.double()
		must(w.AddOrganisation(w.katrien, Organisation{Name: "Iets anders", Website: "https://anders.example"}))
		all := must(w.Twins(w.katrien))
		if len(all) != 1 || all[0].One.ID != w.office.ID || all[0].Other.ID != o.ID {
			t.Fatalf("%+v", all)
		}
		var why []string
		for _, x := range all[0].Why {
			why = append(why, x.What)
		}
		if !slices.Equal(why, []string{"name", "mail"}) || all[0].Score != nameWorth+mailWorth {
			t.Errorf("%v %d", why, all[0].Score)
		}
		if _, err := w.Twins(w.aicha); kernel.CodeOf(err) != kernel.Forbidden {
			t.Error(err)
		}
		if err := w.Apart(w.katrien, AnOrganisation, o.ID, w.office.ID); err != nil {
			t.Fatal(err)
		}
		if all := must(w.Twins(w.katrien)); len(all) != 0 {
			t.Errorf("asked again: %+v", all)
		}
	})
}

// Two become one: services, room, places follow, and no field is lost. Undone,
// both are as they were to the last byte, but for the count of versions.
func TestTwoBecomeOneAndAreBothBack(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		o := w.double()
		must(w.KeepShelter(w.jan, Shelter{Organisation: w.refuge.ID, Name: "Huis", Address: "Verborgenlaan 12"}))
		before := [2]Held{must(w.Organisation(w.katrien, w.office.ID)), must(w.Organisation(w.katrien, o.ID))}
		m, err := w.Join(w.katrien, Merging{Kept: w.office.ID, Gone: o.ID, KeptVersion: 1, GoneVersion: 1, Gones: []string{"name"}})
		if err != nil {
			t.Fatal(err)
		}
		one := must(w.Organisation(w.katrien, w.office.ID))
		if one.Name != "vzw OCMW Noord" || one.KBO != "0212237186" || one.Member != "member-office" || one.Mail != "hulp@noord.example" || len(one.Services) != 1 || len(one.Locations) != 1 {
			t.Errorf("%+v", one)
		}
		shown := w.shown("north")
		if len(shown) != 1 || shown[0].Organisation.ID != w.office.ID || shown[0].Service.Room.Free != 3 || len(shown[0].Places) != 1 {
			t.Errorf("%+v", shown)
		}
		rows, _, err := w.Organisations(w.katrien, OrganisationQuery{})
		if err != nil || len(rows) != 2 {
			t.Errorf("%d are listed, %v", len(rows), err)
		}
		other := before[1].Organisation
		other.Name = "Weer een ander"
		_, err = w.ChangeOrganisation(w.katrien, other)
		wants(t, "a change of the one that went", err, "not_found directory")
		_, clashes, err := w.Part(w.katrien, m.ID)
		if err != nil || len(clashes) != 0 {
			t.Fatal(clashes, err)
		}
		for i, id := range []kernel.ID{w.office.ID, o.ID} {
			after := must(w.Organisation(w.katrien, id))
			after.Version, after.ChangedAt = before[i].Version, before[i].ChangedAt
			for j := range after.Services {
				after.Services[j].Version, after.Services[j].ChangedAt = before[i].Services[j].Version, before[i].Services[j].ChangedAt
			}
			for j := range after.Locations {
				after.Locations[j].Version, after.Locations[j].ChangedAt = before[i].Locations[j].Version, before[i].Locations[j].ChangedAt
			}
			was, is := must(document(before[i])), must(document(after))
			if was != is || !reflect.DeepEqual(before[i], after) {
				t.Errorf("was %s\nis  %s", was, is)
			}
		}
		_, _, err = w.Part(w.katrien, m.ID)
		wants(t, "undone twice", err, "conflict stale")
	})
}

// What was changed after a merge stays when it is undone; where that clashes with
// what the merge did, it is said.
func TestWhatWasChangedSinceAMergeStaysWhenItIsUndone(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		o := w.double()
		m := must(w.Join(w.katrien, Merging{Kept: w.office.ID, Gone: o.ID, KeptVersion: 1, GoneVersion: 1}))
		one := must(w.Organisation(w.katrien, w.office.ID)).Organisation
		one.About.NL, one.Website = "Wij helpen.", "https://nieuw.example" // the first was nobody's, the second came with the merge
		must(w.ChangeOrganisation(w.katrien, one))
		added := must(w.AddService(w.katrien, Service{Organisation: w.office.ID, State: Open, Name: kernel.Text{NL: "Nieuw"}}))
		_, clashes, err := w.Part(w.katrien, m.ID)
		if err != nil || !slices.Equal(clashes, []string{"website"}) {
			t.Fatal(clashes, err)
		}
		kept, gone := must(w.Organisation(w.katrien, w.office.ID)), must(w.Organisation(w.katrien, o.ID))
		if kept.About.NL != "Wij helpen." || kept.Website != "https://nieuw.example" || kept.KBO != "" || gone.Website != "https://www.noord.example/wie" || gone.MergedIn != "" {
			t.Errorf("%+v\n%+v", kept.Organisation, gone.Organisation)
		}
		if len(kept.Services) != 1 || kept.Services[0].ID != added.ID || len(gone.Services) != 1 {
			t.Errorf("%+v\n%+v", kept.Services, gone.Services)
		}
	})
}

func TestWhatIsTwoPartnersOrDoneAlreadyIsNotJoined(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		o := w.double()
		_, err := w.Join(w.katrien, Merging{Kept: w.office.ID, Gone: w.refuge.ID, KeptVersion: 1, GoneVersion: 1})
		wants(t, "two partners", err, "conflict directory.merge_partners")
		_, err = w.Join(w.katrien, Merging{Kept: o.ID, Gone: o.ID, KeptVersion: 1, GoneVersion: 1})
		wants(t, "one and the same", err, "invalid directory.merge_self with")
		_, err = w.Join(w.aicha, Merging{Kept: w.office.ID, Gone: o.ID, KeptVersion: 1, GoneVersion: 1})
		wants(t, "a caseworker", err, "forbidden role")
		_, err = w.Join(w.stranger, Merging{Kept: w.office.ID, Gone: o.ID, KeptVersion: 1, GoneVersion: 1})
		wants(t, "a coordinator of elsewhere", err, "not_found directory")
		third := must(w.AddOrganisation(w.katrien, Organisation{Name: "OCMW Noord bis"}))
		first := must(w.Join(w.katrien, Merging{Kept: o.ID, Gone: third.ID, KeptVersion: 1, GoneVersion: 1}))
		must(w.Join(w.katrien, Merging{Kept: w.office.ID, Gone: o.ID, KeptVersion: 1, GoneVersion: 2}))
		_, _, err = w.Part(w.katrien, first.ID)
		wants(t, "the inner one first", err, "conflict directory.merge_later")
	})
}

// What a source tells again of an organisation that went up in another comes to
// that one.
func TestASourceThatTellsOfTheOneThatWentTellsOfTheOneThatStayed(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		take := Take{Source: "kaart", Retrieved: "2026-11-01", Items: []Item{{OrganisationID: "7", Organisation: Organisation{Name: "Welzijn Noord"}}}}
		must(w.TakeOver(w.katrien, take))
		rows, _, err := w.Organisations(w.katrien, OrganisationQuery{Typed: "welzijn"})
		if err != nil || len(rows) != 1 {
			t.Fatal(rows, err)
		}
		must(w.Join(w.katrien, Merging{Kept: w.office.ID, Gone: rows[0].ID, KeptVersion: 1, GoneVersion: 1}))
		take.Retrieved, take.Items[0].Organisation.Website = "2026-11-20", "https://noord.example"
		if got := must(w.TakeOver(w.katrien, take)); got.Added != 0 {
			t.Errorf("%+v", got)
		}
		if one := must(w.Organisation(w.katrien, w.office.ID)); one.Website != "https://noord.example" || one.Name != "OCMW Noord" {
			t.Errorf("%+v", one.Organisation)
		}
	})
}

func TestOfAHundredMergesAtOnceOneWins(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		o := w.double()
		var won atomic.Int64
		var all sync.WaitGroup
		for i := range 100 {
			all.Go(func() {
				in := Merging{Kept: w.office.ID, Gone: o.ID, KeptVersion: 1, GoneVersion: 1}
				if i%2 == 0 {
					in.Kept, in.Gone = o.ID, w.office.ID
				}
				_, err := w.Join(w.katrien, in)
				switch kernel.CodeOf(err) {
				case "":
					won.Add(1)
				case kernel.Conflict:
				default:
					t.Error(err)
				}
			})
		}
		all.Wait()
		rows, _, err := w.Organisations(w.katrien, OrganisationQuery{Typed: "noord"})
		if won.Load() != 1 || err != nil || len(rows) != 1 {
			t.Errorf("%d won, %d are there, %v", won.Load(), len(rows), err)
		}
	})
}

func BenchmarkTwins(b *testing.B) {
	var orgs []Organisation
	var places []Location
	for i := range 5_000 {
		o := Organisation{ID: kernel.NewID(), Name: "Huis " + kernel.FictionalPhone(i).Display(), Numbers: []Phone{{Number: kernel.FictionalPhone(i / 2)}}}
		orgs, places = append(orgs, o), append(places, Location{Organisation: o.ID, Street: "Markt 1", Postal: "3000"})
	}
	for b.Loop() {
		began := time.Now()
		twinsAmong(orgs, places, nil, nil)
		b.ReportMetric(time.Since(began).Seconds(), "s/5000")
	}
}
