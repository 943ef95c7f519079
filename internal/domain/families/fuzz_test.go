package families

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/rules"
)

// FuzzValue reads whatever may come in as the value of a fact: it is refused,
// or kept in a form that is read again as itself.
func FuzzValue(f *testing.F) {
	law, err := rules.Load(os.DirFS("testdata"))
	if err != nil {
		f.Fatal(err)
	}
	in := intake{today: "2026-11-23", fictional: true, law: law}
	facts := []struct {
		key  string
		role Role
	}{{"rent", ""}, {"tenure", ""}, {"region", ""}, {"birth_date", Child}, {"due_date", Unborn}, {"works", Partner}, {"net_income_month", Applicant}, {"benefit_months", Other}}
	for i, value := range []string{
		`null`, `true`, `650`, `"650.5"`, `-0.00`, `"tenant"`, `"2024-02-29"`, `"2026-11-24"`, `7.0`, `1e400`, `00`, `"\u0000"`, `{"a":1}`, `[[[[]]]]`,
		``, ` `, `"flanders"`, `99999999999999999999`, `"` + "\xff" + `"`, `0.1`, `"1,5"`, `"-5"`,
	} {
		f.Add(uint8(i), value)
	}
	f.Fuzz(func(t *testing.T, which uint8, value string) {
		at := facts[int(which)%len(facts)]
		kept, err := in.canonical(Fact{Key: at.key, Value: json.RawMessage(value)}, at.role)
		if err != nil {
			if kernel.CodeOf(err) != kernel.Invalid {
				t.Fatalf("%s of %q: %v", at.key, value, err)
			}
			return
		}
		again, err := in.canonical(Fact{Key: at.key, Value: kept}, at.role)
		if err != nil || string(again) != string(kept) {
			t.Fatalf("%s of %q is kept as %s and read again as %s, %v", at.key, value, kept, again, err)
		}
	})
}

// FuzzTyped reads whatever may be typed of a family: no panic, and what was
// accepted is accepted again.
func FuzzTyped(f *testing.F) {
	law, err := rules.Load(os.DirFS("testdata"))
	if err != nil {
		f.Fatal(err)
	}
	in := intake{today: "2026-11-23", fictional: true, law: law}
	f.Add("Amina", "Peeters", "1996-05-17", "02 123 45 67", "ar", "3470", "24054", "Dorpsstraat")
	f.Add("Yıldız", "Ben Saïd", "2024-02-30", "+32", "x", "", "62063", "a\x00b")
	f.Add("\u202e", "\xff", "9999-99-99", "112", "nl-BE", "B-3470", "0", "\n\n")
	f.Fuzz(func(t *testing.T, first, last, birth, phone, lang, code, nis, street string) {
		family := NewFamily{
			Persons:    []NewPerson{{Role: Applicant, First: first, Last: last, Birth: kernel.Date(birth)}},
			Contact:    Contact{Phones: []kernel.Phone{kernel.Phone(phone)}, Languages: []string{lang}, Address: Address{Street: street}},
			PostalCode: kernel.PostalCode(code), Municipality: kernel.NIS(nis),
		}
		got, err := family.read(in)
		if err != nil {
			if kernel.CodeOf(err) != kernel.Invalid && kernel.CodeOf(err) != kernel.TooMany {
				t.Fatal(err)
			}
			return
		}
		p := got.persons[0]
		family.Persons[0].First, family.Persons[0].Last = p.First, p.Last
		family.Contact, family.PostalCode, family.Municipality = got.contact, got.code, got.nis
		if _, err := family.read(in); err != nil {
			t.Fatalf("what was accepted is refused: %v", err)
		}
	})
}
