package app_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// A family that has a file is told of its appointment by mail like one that has
// none, and a partner without an account can answer for it; unless it said in
// the meantime that mail is not safe.
func TestAFamilyWithAFileHearsOfItsAppointmentToo(t *testing.T) {
	onEachEngine(t, func(w *world) {
		leuven := w.towns["leuven"]
		aicha, omar, wim := leuven.As(w.Context(), "aicha"), leuven.As(w.Context(), "omar"), leuven.As(w.Context(), "wim")
		told := referrals.Told{How: referrals.Spoken, On: "2026-11-20", Agrees: true}
		shop, err := w.app.Members.AddOrganisation(wim, members.Organisation{Name: "Weggeefwinkel", Kind: members.NonProfit, Mail: "info@weggeef.example", Receives: true})
		w.did(err)
		visit := func(first, mail string, safe families.Safe) (families.Family, kernel.ID) {
			f, err := w.app.Families.Open(aicha, families.NewFamily{Anyway: true, PostalCode: "3000",
				Persons: []families.NewPerson{{Role: families.Applicant, First: first, Last: "Quintelier", Birth: "1996-02-02"}, {Role: families.Child, First: "Mats", Last: "Quintelier", Birth: "2023-01-01"}},
				Contact: families.Contact{Mails: []kernel.Email{kernel.Email(mail)}, Phones: []kernel.Phone{kernel.FictionalPhone(12)}, Languages: []string{"fr"}, Safe: safe}})
			w.did(err)
			r, err := w.app.Referrals.Send(aicha, referrals.NewReferral{To: leuven.Orgs["lampeke"].ID, Family: f.ID, Why: "Er is geen bed.", Told: told})
			w.did(err)
			_, err = w.app.Referrals.Accept(omar, r.ID)
			w.did(err)
			_, err = w.app.Referrals.Schedule(omar, r.ID, kernel.InstantOf(w.clock().Add(50*time.Hour)), "Riddersstraat 3")
			w.did(err)
			return f, r.ID
		}
		family, _ := visit("Leonie", "leonie@gezin.example", families.Safe{})
		visit("Zephyrine", "zephyrine@gezin.example", families.Safe{NoMail: true})
		visit("Rosalinde", "rosalinde@gezin.example", families.Safe{OnlyVia: "de vroedvrouw"})
		changed, _ := visit("Amandine", "amandine@gezin.example", families.Safe{})
		w.did(w.app.Families.ChangeContact(aicha, changed.ID, families.ContactEdit{Version: 1, PostalCode: "3000",
			Contact: families.Contact{Mails: []kernel.Email{"amandine@gezin.example"}, Safe: families.Safe{NoMail: true}}}))

		if _, err := w.app.Referrals.Send(aicha, referrals.NewReferral{To: shop.ID, Family: family.ID, Why: "Er is geen bed.", Asked: "Een bed.", Told: told}); err != nil {
			t.Fatal(err)
		}
		w.work()
		var to []string
		link := ""
		for _, letter := range w.mail.Kept() {
			if strings.HasSuffix(string(letter.To), "@gezin.example") {
				to = append(to, string(letter.To))
			}
			if letter.To == "info@weggeef.example" {
				_, link, _ = strings.Cut(letter.Text, "/answer/")
				link, _, _ = strings.Cut(link, "\n")
			}
		}
		slices.Sort(to)
		if !slices.Equal(to, []string{"leonie@gezin.example"}) {
			t.Errorf("a letter of an appointment went to %v", to)
		}
		partner := w.stranger()
		partner.sees("GET /answer/"+strings.TrimSpace(link), nil, 200, "Kunt u dit gezin helpen?", "Een bed.", "Leeftijd van de kinderen")
		partner.misses("GET /answer/"+strings.TrimSpace(link), "Leonie", "Quintelier", "Mats")
	})
}

func (w *world) did(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}
