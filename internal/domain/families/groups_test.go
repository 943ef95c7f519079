package families

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/packs"
	"github.com/bondgenoot/bondgenoot/rules"
)

// notKept are the facts of the dictionary that no file keeps: a role stands
// beside the person.
var notKept = []string{"role"}

// A fact that nobody put into a group would be seen by too many, or by the care
// team alone without anybody having thought about it.
func TestEveryFactOfTheDictionaryHasAGroup(t *testing.T) {
	law, err := rules.Load(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	for _, x := range law.Facts().Facts {
		if there[x.Key] = true; slices.Contains(notKept, x.Key) {
			continue
		}
		group, ok := groupOf[x.Key]
		if _, err := policy.ParseGroup(string(group)); !ok || err != nil {
			t.Errorf("the fact %s.%s (%s) belongs to no group that can be shared: say in groups.go who may see it", x.Entity, x.Key, x.Sensitivity)
		}
	}
	for key, group := range groupOf {
		if !there[key] {
			t.Errorf("%s is in the group %s and no longer in the dictionary", key, group)
		}
	}
}

// fields says to which group each field of a file belongs, apart from the
// program; number is what names nobody, part what is looked at field by field,
// facts what follows the groups of the facts.
var fields = map[string]policy.Group{
	"Family.ID": "number", "Family.Version": "number", "Family.FactsVersion": "number", "Family.ContactVersion": "number", "Family.State": "number",
	"Family.Municipality": policy.Home, "Family.PostalCode": policy.Home, "Family.Confidential": "number",
	"Family.OpenedAt": "number", "Family.OpenedBy": "number", "Family.OpenedOrg": "number", "Family.ChangedAt": "number",
	"Persons": "part", "Gone": "part", "Facts": "facts", "live": "facts", "Team": "number", "Notes": policy.Care, "Events": policy.Care,
	"Partial": "number", "Sight": "number", "law": "number", "Family": "part", "Contact": "part",
	"Person.ID": "number", "Person.Version": "number", "Person.Role": policy.Identity, "Person.First": policy.Identity, "Person.Last": policy.Identity,
	"Person.INSZ": policy.Sealed, "Person.Birth": policy.Identity, "Person.Due": policy.Identity, "Person.Added": "number", "Person.LeftOn": policy.Identity, "Person.position": "number",
	"Contact.Phones": policy.Contact, "Contact.Mails": policy.Contact, "Contact.Address": policy.Home, "Contact.Languages": policy.Contact, "Contact.Safe": policy.Contact, "Contact.TextTo": policy.Contact,
	"Row.Persons": "part", "Row.NextBirthday": policy.Identity, "Row.Due": policy.Identity, "Row.Family": "part",
	"RowPerson.ID": "number", "RowPerson.Role": policy.Identity, "RowPerson.First": policy.Identity, "RowPerson.Last": policy.Identity, "RowPerson.Birth": policy.Identity,
}

// Whatever field a file gets, somebody has said who may see it.
func TestEveryFieldOfAFileHasAGroup(t *testing.T) {
	known := map[string]bool{}
	for _, x := range []any{File{}, Family{}, Person{}, Contact{}, Row{}, RowPerson{}} {
		of := reflect.TypeOf(x)
		for i := range of.NumField() {
			name := of.Name() + "." + of.Field(i).Name
			if of.Name() == "File" {
				name = of.Field(i).Name
			}
			if known[name] = true; fields[name] == "" {
				t.Errorf("%s belongs to no group: say here, and in narrow, who may see it", name)
			}
		}
	}
	for name := range fields {
		if !known[name] {
			t.Errorf("%s is no field any more", name)
		}
	}
}

// Each group alone, on a file that is full: a reader sees the fields of that
// group, those of who they are, and not one of another group.
func TestAFileIsCutToExactlyTheGroupsThatAreSeen(t *testing.T) {
	law, err := rules.Load(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	for _, confidential := range []bool{false, true} {
		for _, g := range policy.Groups {
			f := full(law)
			f.Confidential = confidential
			f.Sight = policy.SightOfGroups(policy.Identity, g)
			f.narrow()
			see := func(x policy.Group) bool { return x == policy.Identity || x == g }
			for name, is := range map[string]struct {
				there bool
				group policy.Group
			}{
				"first name": {f.Persons[0].First != "", policy.Identity}, "national number": {f.Persons[0].INSZ != "", policy.Sealed},
				"national number of who left": {f.Gone[0].INSZ != "", policy.Sealed}, "notes": {len(f.Notes) > 0, policy.Care}, "events": {len(f.Events) > 0, policy.Care},
				"telephones": {len(f.Contact.Phones) > 0, policy.Contact}, "mails": {len(f.Contact.Mails) > 0, policy.Contact},
				"languages": {len(f.Contact.Languages) > 0, policy.Contact}, "through whom": {f.Contact.Safe.OnlyVia != "", policy.Contact},
				"hours": {f.Contact.Safe.Hours != "", policy.Contact}, "safe words": {f.Contact.Safe.Note != "", policy.Contact},
				"municipality": {f.Municipality != "", policy.Home},
			} {
				if is.there != see(is.group) {
					t.Errorf("who sees %s: %s there: %v", g, name, is.there)
				}
			}
			if home := see(policy.Home) && !confidential; (f.Contact.Address.Street != "") != home || (f.PostalCode != "") != home {
				t.Errorf("who sees %s: the address %+v %q of a family that keeps it secret: %v", g, f.Contact.Address, f.PostalCode, confidential)
			}
			if see(policy.Home) && !see(policy.Contact) && f.Contact.Safe.Allows(ByLetter) {
				t.Error("who knows the address is not told that no letter is safe")
			}
			for _, list := range [][]Fact{f.Facts, f.live} {
				shown := map[policy.Group]bool{}
				for _, x := range list {
					shown[groupOf[x.Key]] = true
				}
				for _, x := range policy.Groups {
					if some := slices.Contains(slices.Sorted(groupsOfFacts()), x); some && shown[x] != see(x) {
						t.Errorf("who sees %s: facts of %s are there: %v", g, x, shown[x])
					}
				}
			}
		}
	}
}

func groupsOfFacts() func(func(policy.Group) bool) {
	return func(yield func(policy.Group) bool) {
		for _, g := range groupOf {
			if !yield(g) {
				return
			}
		}
	}
}

// full is a file in which something stands everywhere.
func full(law *rules.Library) *File {
	f := &File{law: law, Family: Family{ID: "f", State: StateOpen, Municipality: "24062", PostalCode: "3000"},
		Persons: []Person{{ID: "a", Role: Applicant, First: "Amina", Last: "Peeters", INSZ: "87700900802"}},
		Gone:    []Person{{ID: "b", Role: Partner, First: "Jef", Last: "Peeters", INSZ: "87700900802"}},
		Contact: Contact{Phones: []kernel.Phone{kernel.FictionalPhone(1)}, Mails: []kernel.Email{"amina@gezin.example"}, Languages: []string{"ar"},
			Address: Address{Street: "Dorpsstraat", Number: "3"}, Safe: Safe{OnlyVia: "de vroedvrouw", Hours: "'s morgens", Note: "Niet bellen.", NoLetter: true}},
		Notes: []Note{{ID: "n", Text: "Ze slaapt slecht."}}, Events: []Event{{ID: "e", Kind: "note.added"}}, Team: []Carer{{Holder: "w"}},
	}
	for _, x := range law.Facts().Facts {
		fact := Fact{Key: x.Key, Value: json.RawMessage(fmt.Sprintf("%q", strings.Repeat("x", 3)))}
		if x.Entity == rules.OfPerson {
			fact.Person = "a"
		}
		if !slices.Contains(notKept, x.Key) {
			f.Facts, f.live = append(f.Facts, fact), append(f.live, fact)
		}
	}
	return f
}
