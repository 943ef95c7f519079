package demo

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Names that are common in Belgium; who carries which, chance decides.
var (
	firstWomen = []string{"Fatima", "Sofie", "Hannah", "Maria", "Amina", "Elif", "Lotte", "Nora", "Julie", "Camille", "Yasmina", "Oksana", "Sara",
		"Emma", "Léa", "Hafsa", "Merel", "Anaïs", "Kadiatou", "Ines", "Zofia", "Rania", "Chloé", "Naomi"}
	firstMen = []string{"Mohamed", "Pieter", "Jonas", "Yusuf", "Thomas", "Karim", "Bram", "Lucas", "Mehmet", "Adam", "Ivan", "Samuel", "Hugo",
		"Ali", "Mathis", "Bilal", "Wout", "Nathan", "Ousmane", "David", "Piotr", "Rachid", "Louis", "Elias"}
	lastFlemish  = []string{"Peeters", "Janssens", "Maes", "Jacobs", "Mertens", "Willems", "Claes", "Goossens", "Wouters", "De Smet", "Van Damme", "Aerts"}
	lastWalloon  = []string{"Dubois", "Lambert", "Dupont", "Martin", "Simon", "Leroy", "Laurent", "Denis", "Renard", "Lejeune", "Gérard", "Mathieu"}
	lastFromAfar = []string{"El Amrani", "Yılmaz", "Diallo", "Benali", "Kowalska", "Haddad", "Nguyen", "Bah", "Popescu", "Demir", "Shevchenko", "Okafor"}
)

// Made is a family that chance has made, and what the worker was told of it.
type Made struct {
	Family families.NewFamily
	told   []told
}

// told is a fact about the person at a place in the family; -1 is the family.
type told struct {
	person int
	key    string
	value  any
}

// Facts are what was told, of a family whose persons have these IDs.
func (m Made) Facts(persons []families.Person) []families.Fact {
	facts := make([]families.Fact, len(m.told))
	for i, t := range m.told {
		value, err := json.Marshal(t.value)
		if err != nil {
			panic(err) // cannot happen: the values are written in this package
		}
		facts[i] = families.Fact{Key: t.key, Value: value, Source: families.Told}
		if t.person >= 0 {
			facts[i].Person = persons[t.person].ID
		}
	}
	return facts
}

// Maker makes families; the same seed makes the same ones. It is for one
// goroutine.
type Maker struct {
	*rand.Rand
	today  kernel.Date
	phone  int
	serial int
}

// NewMaker begins with a seed, for families as they are on a day.
func NewMaker(seed int, today kernel.Date) *Maker {
	return &Maker{Rand: rand.New(rand.NewPCG(2026, uint64(seed))), today: today, phone: 1000 * seed, serial: 100 * seed % 900}
}

func (m *Maker) of(list []string) string { return list[m.IntN(len(list))] }

// often is true about percent times in a hundred.
func (m *Maker) often(percent int) bool { return m.IntN(100) < percent }

// Family makes one: every other one has a single parent, children are young,
// some are not born yet; money is short and seldom fully told.
func (m *Maker) Family(home kernel.PostalCode, surnames []string) Made {
	last := m.of(surnames)
	if m.often(35) {
		last = m.of(lastFromAfar)
	}
	var f Made
	f.Family.PostalCode = home
	mother := families.NewPerson{Role: families.Applicant, First: m.of(firstWomen), Last: last, Birth: m.born(19, 43)}
	mother.INSZ = m.number(mother.Birth, 1)
	f.Family.Persons = append(f.Family.Persons, mother)
	couple := m.often(48)
	if couple {
		father := families.NewPerson{Role: families.Partner, First: m.of(firstMen), Last: m.of(surnames), Birth: m.born(21, 48)}
		f.Family.Persons = append(f.Family.Persons, father)
	}
	for range 1 + m.IntN(2) + m.IntN(2)*m.IntN(3) {
		child := families.NewPerson{Role: families.Child, First: m.of(append(firstWomen, firstMen...)), Last: last, Birth: m.born(0, 15)}
		f.Family.Persons = append(f.Family.Persons, child)
	}
	if m.often(14) {
		f.Family.Persons = append(f.Family.Persons, families.NewPerson{Role: families.Unborn, Due: m.today.AddDays(10 + m.IntN(220))})
	}
	f.Family.Contact = m.contact()
	m.tell(&f, couple)
	return f
}

func (m *Maker) born(youngest, oldest int) kernel.Date {
	return m.today.AddDays(-365*youngest - 20 - m.IntN(365*(oldest-youngest)))
}

// number is a national number of the range that nobody has. Odd serials are
// men's, even ones women's.
func (m *Maker) number(born kernel.Date, woman int) string {
	m.serial = (m.serial + 2) % 900
	n, err := kernel.NewSyntheticINSZ(born, 2+m.serial+(1-woman))
	if err != nil {
		panic(err) // cannot happen: the serial is in range
	}
	return n.String()
}

func (m *Maker) contact() families.Contact {
	m.phone++
	c := families.Contact{
		Phones:    []kernel.Phone{kernel.FictionalPhone(m.phone)},
		Languages: []string{m.of([]string{"nl", "nl", "fr", "ar", "tr", "uk", "en"})},
	}
	if m.often(30) {
		c.Mails = []kernel.Email{kernel.Email(fmt.Sprintf("familie%d@voorbeeld.example", m.phone))}
	}
	if m.phone%3 == 0 { // of whom a text message may go to a mobile number
		c.TextTo = kernel.FictionalMobile(m.phone)
		c.Phones = append(c.Phones, c.TextTo)
	}
	switch m.IntN(14) {
	case 0:
		c.Safe = families.Safe{NoMail: true, NoVoicemail: true, Note: "Alleen bellen als de kinderen op school zijn."}
	case 1:
		c.Safe = families.Safe{OnlyVia: "de vroedvrouw"}
	}
	return c
}

// tell says some of what a first talk brings up. What is left out is what the
// conversation will ask.
func (m *Maker) tell(f *Made, couple bool) {
	say := func(percent, person int, key string, value any) {
		if m.often(percent) {
			f.told = append(f.told, told{person, key, value})
		}
	}
	benefit := m.of([]string{"none", "none", "none", "leefloon", "leefloon", "equivalent_aid", "disability"})
	work := m.of([]string{"none", "none", "employed", "unemployed", "incapacitated", "invalid"})
	if benefit == "leefloon" || benefit == "equivalent_aid" {
		work = "none"
	}
	net := 100 * (m.IntN(19))
	if benefit == "leefloon" {
		net = 1100
	}
	say(85, -1, "all_may_stay", true)
	say(85, -1, "all_live_here", true)
	say(75, 0, "residence_right", m.of([]string{"belgian", "belgian", "belgian", "eu", "refugee", "unlimited"}))
	say(80, 0, "benefit", benefit)
	say(75, 0, "work", work)
	say(60, 0, "willing_to_work", "yes_willing")
	say(65, 0, "net_income_month", money(net))
	say(45, 0, "gross_taxable_year_2", money(net*13))
	say(40, -1, "has_bim", m.often(40))
	if couple {
		say(60, 1, "benefit", "none")
		say(60, 1, "work", "employed")
		say(50, 1, "net_income_month", money(1400+50*m.IntN(20)))
		say(35, 1, "gross_taxable_year_2", money(20000+500*m.IntN(30)))
	}
}

// money is whole euros as a fact carries them.
func money(euros int) string { return fmt.Sprintf("%d.00", euros) }
