package directory

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

func TestWhereAShelterIsOnlyThoseKnowWhoWorkThere(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		x := must(w.KeepShelter(w.jan, Shelter{Organisation: w.refuge.ID, Name: "Huis 1", Address: "Geheime Laan 12 bus 3, 3000 Leuven", Municipality: "24062"}))
		if all := must(w.Shelters(w.jan, w.refuge.ID)); len(all) != 1 || all[0] != x {
			t.Errorf("who works there reads %+v", all)
		}
		for name, ctx := range map[string]context.Context{"a colleague of another": w.aicha, "the coordinator": w.katrien, "another alliance": w.stranger} {
			if all, err := w.Shelters(ctx, w.refuge.ID); kernel.CodeOf(err) != kernel.NotFound || len(all) > 0 {
				t.Errorf("%s reads %v, %v", name, all, err)
			}
			if _, err := w.KeepShelter(ctx, x); kernel.CodeOf(err) != kernel.NotFound {
				t.Errorf("%s writes: %v", name, err)
			}
			if err := w.DropShelter(ctx, w.refuge.ID, x.ID); kernel.CodeOf(err) != kernel.NotFound {
				t.Errorf("%s drops: %v", name, err)
			}
		}
		x.Address = "Andere Laan 4, 3000 Leuven"
		x = must(w.KeepShelter(w.jan, x))
		x.Version = 1
		_, err := w.KeepShelter(w.jan, x)
		wants(t, "an older version", err, "conflict stale")
		if err := w.DropShelter(w.jan, w.refuge.ID, x.ID); err != nil {
			t.Error(err)
		}
	})
}

// What told an address before it was known for a shelter's goes on telling it,
// and who works there is shown where.
func TestWhatToldWhereAShelterIsBeforeIsShown(t *testing.T) {
	at := Shelter{Address: "Geheime Laan 12 bus 3, 3000 Leuven"}
	open := Held{Organisation: Organisation{ID: "o", Name: "Toevlucht"},
		Services:  []Service{{ID: "tells", How: kernel.Text{FR: "Sonnez, geheime laan 12"}}, {ID: "silent", How: kernel.Text{NL: "Geheime Laan 121"}}},
		Locations: []Location{{ID: "tells", Street: "Geheime Laan 12", Postal: "3000", City: "Leuven"}, {ID: "silent", Street: "Markt 1"}}}
	told := at.ToldBy(open)
	if told.ID != "" || len(told.Services) != 1 || told.Services[0].ID != "tells" || len(told.Locations) != 1 || told.Locations[0].ID != "tells" {
		t.Errorf("it stands in %+v", told)
	}
	open.About = kernel.Text{NL: "Al jaren in de Geheime laan 12"}
	if at.ToldBy(open).ID != "o" {
		t.Error("what the organisation says of itself is not shown")
	}
}

// Who has the database and not the key file does not learn where a shelter is,
// and one that is forgotten leaves nothing to open.
func TestWhereAShelterIsStandsSealed(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		x := must(w.KeepShelter(w.jan, Shelter{Organisation: w.refuge.ID, Name: "Huis 1", Address: "Geheime Laan 12, 3000 Leuven", Municipality: "24062"}))
		kept := func() (keys, entries int, all string) {
			err := w.Acts.DB.Read(t.Context(), func(q db.Querier) error {
				for query, n := range map[string]*int{"SELECT sealed FROM vault_key": &keys, "SELECT sealed FROM vault_entry": &entries, "SELECT organisation FROM directory_shelter": new(int)} {
					rows, err := q.QueryContext(t.Context(), query)
					if err != nil {
						return err
					}
					for ; rows.Next(); *n++ {
						var b []byte
						if err := rows.Scan(&b); err != nil {
							return err
						}
						all += string(b)
					}
					if err := errors.Join(rows.Err(), rows.Close()); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			return keys, entries, all
		}
		if keys, entries, all := kept(); keys != 1 || entries != 1 || strings.Contains(all, "Geheime") || strings.Contains(all, "24062") {
			t.Errorf("%d keys, %d entries: %q", keys, entries, all)
		}
		if err := w.DropShelter(w.jan, w.refuge.ID, x.ID); err != nil {
			t.Fatal(err)
		}
		if keys, entries, all := kept(); keys != 0 || entries != 0 || all != "" {
			t.Errorf("of a shelter that was forgotten is left: %d keys, %d entries, %q", keys, entries, all)
		}
	})
}

func TestTheAddressOfAShelterIsRefusedWhereThePublicReads(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		must(w.KeepShelter(w.jan, Shelter{Organisation: w.refuge.ID, Name: "Huis 1", Address: "Geheime Laan 12 bus 3, 3000 Leuven"}))
		room := must(w.AddLocation(w.katrien, Location{Organisation: w.refuge.ID, Street: "Open Plein 1"}))
		refused := func(what string, x Item) {
			t.Helper()
			got := must(w.TakeOver(w.katrien, Take{Source: "kaart", Retrieved: "2026-11-23", Items: []Item{x}}))
			if len(got.Refused) != 1 || got.Refused[0].Why.Key != "directory.shelter_address" {
				t.Errorf("%s from a source: %+v", what, got)
			}
		}
		for name, v := range map[string]Service{
			"in words":       {About: kernel.Text{FR: "Venez, geheime laan 12!"}},
			"as how":         {How: kernel.Text{NL: "Bel aan, GEHEIME-LAAN 12, tweede deur"}},
			"for a number":   {Numbers: []Phone{{Number: kernel.FictionalPhone(1), For: "Geheime laan 12"}}},
			"in the hours":   {Hours: []Hours{{Words: kernel.Text{NL: "Geheime Laan 12, altijd"}}}},
			"as other word":  {Words: []string{"Geheime Laan 12"}},
			"in the price":   {Costs: []Cost{{Free: true, Words: kernel.Text{NL: "Betalen in de Geheime Laan 12"}}}},
			"hours of place": {At: []Place{{Location: room.ID, Hours: []Hours{{Words: kernel.Text{NL: "Geheime Laan 12"}}}}}},
		} {
			v.Organisation, v.Name = w.refuge.ID, kernel.Text{NL: "Opvang"}
			_, err := w.AddService(w.jan, v)
			wants(t, name, err, "invalid directory.shelter_address")
			x := Item{Line: 1, OrganisationID: "1", Organisation: Organisation{Name: "Vluchthuis"}, ServiceID: name, Service: v}
			refused(name, x)
		}
		for name, o := range map[string]Organisation{
			"another name": {Also: "Huis Geheime Laan 12"}, "a number": {Numbers: []Phone{{Number: kernel.FictionalPhone(1), For: "Geheime Laan 12"}}}, "about it": {About: kernel.Text{EN: "We are in Geheime Laan 12"}},
		} {
			o.Name = "Vluchthuis"
			refused("of the organisation alone, "+name, Item{Line: 1, OrganisationID: "1", Organisation: o})
			twin := must(w.AddOrganisation(w.katrien, Organisation{Name: "Vluchthuis vzw " + name, Also: o.Also, About: o.About, Numbers: o.Numbers}))
			_, err := w.Join(w.katrien, Merging{Kept: w.refuge.ID, Gone: twin.ID, KeptVersion: 1, GoneVersion: 1})
			wants(t, "joined with the refuge, "+name, err, "invalid directory.shelter_address")
		}
		for name, l := range map[string]Location{
			"a place": {Street: "Geheime Laan 12"}, "its hours": {Street: "Markt 1", Hours: []Hours{{Words: kernel.Text{NL: "in de Geheime Laan 12"}}}},
		} {
			refused("from a source, "+name, Item{Line: 1, OrganisationID: "1", Organisation: Organisation{Name: "Vluchthuis"}, Places: []ItemPlace{{SourceID: "p", Location: l}}})
		}
		other := must(w.AddService(w.katrien, Service{Organisation: w.office.ID, Name: kernel.Text{NL: "Hulp"}, About: kernel.Text{NL: "Ook in de Geheime Laan 12."}}))
		mine := must(w.AddService(w.katrien, Service{Organisation: w.refuge.ID, Name: kernel.Text{NL: "Hulp"}}))
		for _, pair := range [][2]kernel.ID{{mine.ID, other.ID}, {other.ID, mine.ID}} {
			_, err := w.JoinServices(w.katrien, Merging{Kept: pair[0], Gone: pair[1], KeptVersion: 1, GoneVersion: 1})
			wants(t, "two services joined", err, "invalid directory.shelter_address")
		}
		_, err := w.AddLocation(w.jan, Location{Organisation: w.refuge.ID, Street: "Geheime Laan 12"})
		wants(t, "as a place", err, "invalid directory.shelter_address")
		_, err = w.AddLocation(w.jan, Location{Organisation: w.refuge.ID, Street: "Geheime Laan 120"})
		wants(t, "another number of the street", err, "")
		o := w.refuge
		o.About.NL = "Wij zijn in de Geheime Laan 12."
		_, err = w.ChangeOrganisation(w.jan, o)
		wants(t, "of the organisation", err, "invalid directory.shelter_address")
	})
}

func TestAShelteredServiceHasNoPlaceForThePublic(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		v := w.milk()
		place := v.At
		v = must(w.AddService(w.katrien, v))
		v.Sheltered = true
		v = must(w.ChangeService(w.katrien, v))
		v.At = place
		v = must(w.ChangeService(w.katrien, v))
		got := w.shown("north")
		if len(got) != 1 || len(got[0].Places) != 0 || strings.Contains(fmt.Sprintf("%+v", got), "Kerkstraat") {
			t.Errorf("told %+v", got)
		}
	})
}
