package families

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
	"github.com/bondgenoot/bondgenoot/rules"
)

// Role is what a person is in the family, seen from the person with whom the
// file began. The roles are those of the rules' dictionary.
type Role string

// The roles.
const (
	Applicant Role = "applicant"
	Partner   Role = "partner"
	Child     Role = "child"
	Other     Role = "other"  // a relative or housemate
	Unborn    Role = "unborn" // an expected child
)

// Roles lists the roles in the order in which a family is shown.
var Roles = [...]Role{Applicant, Partner, Child, Unborn, Other}

// The facts that every person has, by their keys in the dictionary.
const (
	factBirth = "birth_date"
	factDue   = "due_date"
)

// Person is somebody who belongs to a family.
type Person struct {
	ID      kernel.ID
	Version int64
	Role    Role
	First   string // empty: not known, or not born yet
	Last    string
	INSZ    kernel.INSZ // zero: not known
	Birth   kernel.Date // zero: not known
	Due     kernel.Date // of an expected child; zero: not known
	Added   kernel.Instant
	LeftOn  kernel.Date // zero: belongs to the family

	position int64
}

// Name is how the person is written; empty when not known.
func (p Person) Name() string { return strings.TrimSpace(p.First + " " + p.Last) }

// identity is what the vault holds of a person.
type identity struct {
	First string      `json:"first,omitempty"`
	Last  string      `json:"last,omitempty"`
	INSZ  kernel.INSZ `json:"insz,omitempty"`
}

// NewPerson is somebody to be added to a family, as typed.
type NewPerson struct {
	Role  Role
	First string
	Last  string
	Birth kernel.Date // zero: not known
	Due   kernel.Date // of an expected child; zero: not known
	INSZ  string      // empty: not known
}

// MaxPersons is how many people a file holds: more are no family, and their
// rights would take long to think through.
const MaxPersons = 20

// Bounds of what a person's data can be.
const (
	maxName = 80
	oldest  = 125 // years
)

// intake is what holds while data enters: the day, whether this house plays
// with fictional people, and the dictionary of facts.
type intake struct {
	today     kernel.Date
	fictional bool
	law       *rules.Library
}

// person reads one person, and gathers what is wrong under field.
func (in intake) person(p NewPerson, field string, faults *kernel.Faults) Person {
	got := Person{ID: kernel.NewID(), Version: 1, Role: p.Role, Birth: p.Birth, Due: p.Due}
	if !slices.Contains(Roles[:], p.Role) {
		faults.Check(field+"role", kernel.NewInvalid("family.role"))
	}
	got.First, got.Last = in.name(p.First, field+"first", faults), in.name(p.Last, field+"last", faults)
	if got.Name() == "" && p.Role != Unborn && p.First+p.Last == "" {
		faults.Check(field+"first", kernel.NewInvalid("family.name"))
	}
	got.INSZ = in.number(p.INSZ, field+"insz", faults)
	if born, known := got.INSZ.BirthDate(); known {
		if got.Birth == "" {
			got.Birth = born
		} else if got.Birth != born {
			faults.Check(field+"birth", kernel.NewInvalid("family.birth_insz"))
		}
	}
	in.dates(got, field, faults)
	return got
}

func (in intake) dates(p Person, field string, faults *kernel.Faults) {
	switch {
	case p.Birth == "":
	case p.Role == Unborn:
		faults.Check(field+"birth", kernel.NewInvalid("family.birth_unborn"))
	default:
		faults.Check(field+"birth", in.birth(p.Birth))
	}
	switch {
	case p.Due == "":
	case p.Role != Unborn:
		faults.Check(field+"due", kernel.NewInvalid("family.due_born"))
	default:
		faults.Check(field+"due", in.due(p.Due))
	}
}

func (in intake) birth(d kernel.Date) error {
	if _, err := kernel.ParseDate(string(d)); err != nil {
		return err
	}
	if d.YearsUntil(in.today) > oldest || in.possible(factBirth, quoted(string(d)), Child) != nil {
		return kernel.NewInvalid("family.birth")
	}
	return nil
}

func (in intake) due(d kernel.Date) error {
	if _, err := kernel.ParseDate(string(d)); err != nil {
		return err
	}
	if in.possible(factDue, quoted(string(d)), Unborn) != nil {
		return kernel.NewInvalid("family.due")
	}
	return nil
}

func (in intake) number(typed, field string, faults *kernel.Faults) kernel.INSZ {
	if strings.TrimSpace(typed) == "" {
		return ""
	}
	n, err := kernel.AcceptINSZ(typed, in.today, in.fictional)
	faults.Check(field, err)
	return n
}

// name reads a first or last name: one line, its spaces tidied.
func (in intake) name(typed, field string, faults *kernel.Faults) string {
	name := strings.Join(strings.Fields(typed), " ")
	if utf8.RuneCountInString(name) > maxName || !utf8.ValidString(name) || strings.ContainsFunc(name, unprintable) {
		faults.Check(field, kernel.NewInvalid("family.name_form").With("limit", "80"))
		return ""
	}
	return name
}

// unprintable tells whether a letter could make a text other than it looks.
func unprintable(r rune) bool {
	return unicode.IsControl(r) && r != '\n' && r != '\t' || unicode.Is(unicode.Bidi_Control, r)
}

// household checks what persons are together: one applicant, at most one
// partner, not too many.
func household(persons []Person) error {
	count := map[Role]int{}
	for _, p := range persons {
		count[p.Role]++
	}
	switch {
	case count[Applicant] != 1:
		return kernel.NewInvalid("family.applicant")
	case count[Partner] > 1:
		return kernel.NewInvalid("family.partner")
	case len(persons) > MaxPersons:
		return kernel.NewTooMany("family.persons").With("limit", strconv.Itoa(MaxPersons))
	}
	return nil
}

// terms are the words by which a family can be found. Who left it does not
// lead to it any more.
func terms(persons []Person, c Contact) vault.Terms {
	var t vault.Terms
	for _, p := range persons {
		name := p.Name()
		if p.LeftOn != "" || name == "" {
			continue
		}
		t.Names = append(t.Names, name)
		if p.INSZ != "" {
			t.Numbers = append(t.Numbers, string(p.INSZ))
		}
		if p.Birth != "" {
			last := p.Last
			if last == "" {
				last = p.First
			}
			t.Births = append(t.Births, last+" "+string(p.Birth))
		}
	}
	for _, p := range c.Phones {
		if !p.Short() {
			t.Phones = append(t.Phones, string(p))
		}
	}
	return t
}
