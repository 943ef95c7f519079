package families_test

import (
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Every way in which a family can ask to be left alone, with every channel and
// every address: the house reaches nobody who asked it not to.
func TestTheHouseReachesNobodyWhoAskedItNotTo(t *testing.T) {
	asked, reached := 0, 0
	for bits := range 1 << 9 {
		on := func(i int) bool { return bits&(1<<i) != 0 }
		file := families.File{Family: families.Family{Confidential: on(6)}, Contact: families.Contact{
			Phones: []kernel.Phone{kernel.FictionalPhone(4), kernel.FictionalMobile(4)}, Mails: []kernel.Email{"amina@example.be"}, Address: families.Address{Street: "Dorpsstraat", Number: "3"},
			Safe: families.Safe{NoMail: on(0), NoLetter: on(1), NoText: on(2), NoVoicemail: on(3)}}}
		if on(4) {
			file.Contact.Safe.OnlyVia = "de vroedvrouw"
		}
		if on(5) {
			file.Contact.Safe.Hours = "voor de middag"
		}
		if on(7) {
			file.Contact.TextTo = kernel.FictionalMobile(4)
		}
		if on(8) {
			file.Contact.Phones = file.Contact.Phones[:1] // the number is not theirs any more
		}
		refused := map[families.Channel]bool{
			families.ByMail:   on(0) || on(4),
			families.ByLetter: on(1) || on(4) || on(6),
			families.ByText:   on(2) || on(4) || on(5) || !on(7) || on(8),
			families.ByPhone:  on(3) || on(4) || on(5),
			"pigeon":          true,
		}
		for channel, no := range refused {
			to, ok := file.Reach(channel)
			if asked++; ok {
				reached++
			}
			if ok == no || (to == "") == ok {
				t.Errorf("%+v, secret %v, by %s: %q, %v", file.Contact.Safe, file.Confidential, channel, to, ok)
			}
		}
		if to, ok := file.Reach(families.ByText); ok && to != string(kernel.FictionalMobile(4)) {
			t.Errorf("a text message goes to %s, of which nothing was said", to)
		}
		none := families.File{Contact: families.Contact{Safe: file.Contact.Safe}}
		for channel := range refused {
			if to, ok := none.Reach(channel); ok || to != "" {
				t.Errorf("a family without a way is reached by %s at %q", channel, to)
			}
		}
	}
	if reached == 0 || reached == asked {
		t.Errorf("%d of %d were reached", reached, asked)
	}
}

// The house writes to a family by mail where it may, else by text message to the
// one number that was told for it, in a language of that family; never by both,
// and by none where the house sends none.
func TestAFamilyIsWrittenToByOneWay(t *testing.T) {
	mobile := kernel.FictionalMobile(4)
	both := families.Contact{Phones: []kernel.Phone{mobile}, TextTo: mobile, Mails: []kernel.Email{"amina@example.be"}, Languages: []string{"ti", "ar", "fr"}}
	change := func(c families.Contact, do func(*families.Contact)) families.Contact { do(&c); return c }
	for name, tt := range map[string]struct {
		contact families.Contact
		off     bool
		want    families.Addressee
	}{
		"a mail and a number":     {contact: both, want: families.Addressee{Mail: "amina@example.be", Lang: kernel.FR}},
		"no mail":                 {contact: change(both, func(c *families.Contact) { c.Mails = nil }), want: families.Addressee{Text: mobile, Lang: kernel.AR}},
		"a mail that others read": {contact: change(both, func(c *families.Contact) { c.Safe.NoMail = true }), want: families.Addressee{Text: mobile, Lang: kernel.AR}},
		"nothing that is sent":    {contact: change(both, func(c *families.Contact) { c.Mails = nil }), off: true, want: families.Addressee{Lang: kernel.FR}},
		"only through somebody":   {contact: change(both, func(c *families.Contact) { c.Safe.OnlyVia = "Oma" }), want: families.Addressee{Lang: kernel.FR}},
		"a number that is only known": {contact: change(both, func(c *families.Contact) { c.Mails, c.TextTo = nil, "" }),
			want: families.Addressee{Lang: kernel.FR}},
		"a landline": {contact: families.Contact{Phones: []kernel.Phone{kernel.FictionalPhone(4)}, TextTo: kernel.FictionalPhone(4)}, want: families.Addressee{Lang: kernel.NL}},
	} {
		s := &families.Service{Texting: !tt.off}
		if got := s.Addressee(tt.contact); got != tt.want {
			t.Errorf("%s: %+v, want %+v", name, got, tt.want)
		}
	}
}

// What is told of text messages is held to: a mobile number, one of the family's,
// and not beside the wish to get none. Files that are joined keep it only where
// neither says no.
func TestWhereATextMessageMayGoIsTold(t *testing.T) {
	inTown(t, func(w town) {
		open := func(first string, c families.Contact) kernel.ID {
			return must(w.Open(w.aicha, families.NewFamily{Anyway: true, PostalCode: "3000", Contact: c,
				Persons: []families.NewPerson{{Role: families.Applicant, First: first, Last: "Peeters", Birth: "1990-05-01"}}})).ID
		}
		for name, tt := range map[string]struct {
			contact families.Contact
			want    string
		}{
			"as people write it":      {families.Contact{Phones: []kernel.Phone{"0400/12.34.56"}, TextTo: "+32 400 12 34 56"}, ""},
			"a landline":              {families.Contact{Phones: []kernel.Phone{"02 123 45 67"}, TextTo: "02 123 45 67"}, "invalid phone.mobile"},
			"another's number":        {families.Contact{Phones: []kernel.Phone{"0400 12 34 56"}, TextTo: "0400 12 34 57"}, "invalid family.text_to"},
			"no number":               {families.Contact{Phones: []kernel.Phone{"0400 12 34 56"}, TextTo: "later"}, "invalid phone"},
			"and that none may be so": {families.Contact{Phones: []kernel.Phone{"0400 12 34 56"}, TextTo: "0400 12 34 56", Safe: families.Safe{NoText: true}}, "invalid family.text_to_refused"},
		} {
			_, err := w.Open(w.aicha, families.NewFamily{Anyway: true, PostalCode: "3000", Contact: tt.contact,
				Persons: []families.NewPerson{{Role: families.Applicant, First: "Amina", Last: "Peeters", Birth: "1990-05-01"}}})
			wants(t, name, err, tt.want)
		}
		for name, tt := range map[string]struct {
			kept, gone families.Contact
			want       kernel.Phone
		}{
			"told in both":             {families.Contact{Phones: []kernel.Phone{"0400 12 34 56"}, TextTo: "0400 12 34 56"}, families.Contact{Phones: []kernel.Phone{"0400 12 34 56"}, TextTo: "0400 12 34 56"}, "+32400123456"},
			"told in the one":          {families.Contact{Phones: []kernel.Phone{"0400 12 34 56"}, TextTo: "0400 12 34 56"}, families.Contact{}, ""},
			"taken back in the one":    {families.Contact{Phones: []kernel.Phone{"0400 12 34 56"}}, families.Contact{Phones: []kernel.Phone{"0400 12 34 56"}, TextTo: "0400 12 34 56"}, ""},
			"refused in the one":       {families.Contact{Safe: families.Safe{NoText: true}}, families.Contact{Phones: []kernel.Phone{"0400 12 34 56"}, TextTo: "0400 12 34 56"}, ""},
			"refused in the other":     {families.Contact{Phones: []kernel.Phone{"0400 12 34 56"}, TextTo: "0400 12 34 56"}, families.Contact{Safe: families.Safe{NoText: true}}, ""},
			"another in the other":     {families.Contact{Phones: []kernel.Phone{"0400 12 34 56"}, TextTo: "0400 12 34 56"}, families.Contact{Phones: []kernel.Phone{"0400 12 34 57"}, TextTo: "0400 12 34 57"}, ""},
			"no more room for a phone": {families.Contact{Phones: []kernel.Phone{"02 123 00 01", "02 123 00 02", "02 123 00 03", "02 123 00 04", "02 123 00 05", "02 123 00 06"}}, families.Contact{Phones: []kernel.Phone{"0400 12 34 56"}, TextTo: "0400 12 34 56"}, ""},
		} {
			kept, gone := open("Kaat", tt.kept), open("Guusje", tt.gone)
			k, g := must(w.Read(w.aicha, kept, families.ForCare)), must(w.Read(w.aicha, gone, families.ForCare))
			in := families.Merging{Kept: kept, Gone: gone, KeptVersion: k.Version, GoneVersion: g.Version, Choose: map[string]families.Which{},
				Same: map[kernel.ID]kernel.ID{g.Persons[0].ID: k.Persons[0].ID}}
			for _, x := range must(w.Compare(w.aicha, kept, gone, in.Same)).Differences {
				in.Choose[x.Field] = families.InKept
			}
			must(w.Join(w.aicha, in))
			if got := must(w.Read(w.aicha, kept, families.ForCare)).Contact.TextTo; got != tt.want {
				t.Errorf("%s: a text message may go to %q, want %q", name, string(got), string(tt.want))
			}
		}
	})
}
