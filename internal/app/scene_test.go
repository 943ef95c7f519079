package app_test

import (
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/app/demo"
	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// scene is one of everything in Leuven, so that every page has something to
// show.
type scene struct {
	family, person, unborn     kernel.ID
	claim, referral, programme kernel.ID
	organisation, colleague    kernel.ID
}

// furnish makes the scene: a family with a child on the way that Aïcha works
// with, a claim, a referral that Lies sent to her team, and the programmes.
func (w *world) furnish() scene {
	w.Helper()
	if err := demo.Programmes(w.Context(), w.app, townsOf(w)); err != nil {
		w.Fatal(err)
	}
	town := w.towns["leuven"]
	aicha, lies := town.As(w.Context(), "aicha"), town.As(w.Context(), "lies")
	s := scene{organisation: town.Orgs["kirikou"].ID, colleague: town.Workers["bram"].ID}

	f, err := w.app.Families.Open(aicha, families.NewFamily{PostalCode: "3000", Persons: []families.NewPerson{
		{Role: families.Applicant, First: "Fatima", Last: "Peeters", Birth: "1994-03-04"},
		{Role: families.Child, First: "Noor", Last: "Peeters", Birth: "2023-12-01"},
		{Role: families.Unborn, Due: "2027-01-10"},
	}, Contact: families.Contact{Phones: []kernel.Phone{kernel.FictionalPhone(7)}, Languages: []string{"ar"},
		Safe: families.Safe{NoMail: true, OnlyVia: "haar zus"}}})
	if err != nil {
		w.Fatal(err)
	}
	file, err := w.app.Families.Read(aicha, f.ID, families.ForCare)
	if err != nil {
		w.Fatal(err)
	}
	s.family, s.person, s.unborn = f.ID, file.Persons[1].ID, file.Persons[2].ID
	if _, err := w.app.Families.RecordFacts(aicha, f.ID, 0, []families.Fact{
		{Key: "has_bim", Value: []byte("true"), Source: families.Told},
		{Person: file.Persons[0].ID, Key: "benefit", Value: []byte(`"leefloon"`), Source: families.Document},
	}); err != nil {
		w.Fatal(err)
	}
	if _, err := w.app.Families.AddNote(aicha, f.ID, "Ze komt liever in de voormiddag."); err != nil {
		w.Fatal(err)
	}
	claim, err := w.app.Rights.Claim(aicha, f.ID, rights.New{Right: "be.leefloon"})
	if err != nil {
		w.Fatal(err)
	}
	s.claim = claim.ID
	sent, err := w.app.Referrals.Send(lies, referrals.NewReferral{
		To: town.Orgs["team"].ID, Why: "Er is te weinig geld voor spullen.",
		Sketch: families.NewFamily{Anyway: true, Persons: []families.NewPerson{{Role: families.Applicant, First: "Elif", Last: "Demir", Birth: "1996-02-02"}},
			Contact: families.Contact{Phones: []kernel.Phone{kernel.FictionalPhone(8)}}},
		Told: referrals.Told{How: referrals.Spoken, On: "2026-11-20", Agrees: true},
	})
	if err != nil {
		w.Fatal(err)
	}
	s.referral = sent.ID
	running, err := w.app.Programmes.List(aicha, programmes.Query{States: []programmes.State{programmes.On}})
	if err != nil || len(running.Rows) == 0 {
		w.Fatalf("no programme runs: %v", err)
	}
	s.programme = running.Rows[0].ID
	return s
}

// paths are the addresses at which a route shows its page to a reader; none
// when the page is not that reader's.
func (s scene) paths(pattern, reader string) []string {
	caseworker := reader == "aicha"
	switch pattern {
	case "/{$}", "/check", "/sign-in":
		return only(reader == "", strings.TrimSuffix(pattern, "{$}"))
	case "/sign-in/code":
		return only(reader == "", "/sign-in") // without a ticket it leads back
	case "/demo/mail":
		return only(reader == "", pattern)
	case "/":
		return only(caseworker, "/an-address-that-nobody-made")
	case "/today":
		return only(reader != "", pattern)
	case "/session", "/tokens", "/network", "/programmes", "/programmes/library", "/families", "/families/ahead", "/families/new",
		"/search", "/claims", "/referrals", "/referrals/new":
		return only(caseworker, pattern)
	case "/administration", "/administration/jobs", "/administration/tokens":
		return only(reader == "wim", pattern)
	case "/administration/record", "/administration/twins", "/administration/erasure":
		return only(reader == "nele", pattern)
	}
	filled := strings.NewReplacer(
		"/families/{id}", "/families/"+string(s.family), "/claims/{id}", "/claims/"+string(s.claim),
		"/referrals/{id}", "/referrals/"+string(s.referral), "/programmes/{id}", "/programmes/"+string(s.programme),
		"/network/{id}", "/network/"+string(s.organisation), "{template}", "leuven-kirikou",
		"{person}/born", string(s.unborn)+"/born", "{person}", string(s.person), "{holder}", string(s.colleague),
		"{fact}", "family.has_bim",
	).Replace(pattern)
	switch {
	case strings.HasPrefix(pattern, "/administration/organisations"):
		return only(reader == "wim", strings.ReplaceAll(filled, "{id}", string(s.organisation)))
	case strings.HasPrefix(pattern, "/programmes/"):
		return only(reader == "katrien", strings.ReplaceAll(filled, "{step}", "change"))
	case pattern == "/referrals/{id}":
		return only(caseworker || reader == "lies", filled)
	}
	return only(caseworker, strings.ReplaceAll(filled, "{step}", "apply"))
}

func only(yes bool, paths ...string) []string {
	if yes {
		return paths
	}
	return nil
}
