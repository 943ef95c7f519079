package ownpage_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/ownpage"
	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// secret is a word that stands in one place of a family, and who may read it
// there: the holders of the codes by name.
type secret struct {
	word, what string
	readers    map[kernel.ID]bool
}

// Whatever a family is like, each adult reads what concerns them and the
// children they live with, and not a word of another's: no income, message or
// step of another adult, nothing of a home that is not theirs, nothing that is a
// child's.
func TestNobodyReadsWhatIsAnothers(t *testing.T) {
	inTown(t, func(t *testing.T, w town) {
		families := 16
		if testing.Short() {
			families = 6
		}
		for seed := range families {
			w.oneFamily(t, rand.New(rand.NewPCG(uint64(seed), 20260301)))
		}
	})
}

func (w town) oneFamily(t *testing.T, dice *rand.Rand) {
	t.Helper()
	often := func(percent int) bool { return dice.IntN(100) < percent }
	word := func() string { return fmt.Sprintf("geheim%d", dice.Uint64()) }
	street, place := word(), word()

	persons := []families.NewPerson{{Role: families.Applicant, First: "Amina", Last: "A", Birth: "1990-01-01"}}
	if often(60) {
		persons = append(persons, families.NewPerson{Role: families.Partner, First: "Jan", Last: "B", Birth: "1990-01-02"})
	}
	if often(60) {
		persons = append(persons, families.NewPerson{Role: families.Other, First: "Oma", Last: "C", Birth: "1950-01-02"})
	}
	for i := range 1 + dice.IntN(3) {
		persons = append(persons, families.NewPerson{Role: families.Child, First: "Kind", Last: fmt.Sprint("K", i), Birth: kernel.DateOf(2010+i, 3, 4)})
	}
	f := must(w.Families.Open(w.aicha, families.NewFamily{Anyway: true, PostalCode: "3000", Persons: persons,
		Contact: families.Contact{Phones: []kernel.Phone{kernel.FictionalPhone(dice.IntN(90))}, Address: families.Address{Street: street, Number: "1"}}}))
	file := must(w.Families.Read(w.aicha, f.ID, families.ForCare))

	// One adult may live elsewhere: the partner, who left, or the grandmother.
	var adults, children, kept []kernel.ID
	for _, p := range file.Persons {
		if p.Role == families.Child {
			children = append(children, p.ID)
		} else {
			adults = append(adults, p.ID)
		}
	}
	whole := map[kernel.ID]bool{}
	sees := map[kernel.ID]map[kernel.ID]bool{}
	give := map[kernel.ID]ownpage.Give{}
	for _, id := range adults {
		p, _ := file.Person(id)
		g := ownpage.Give{Person: id, Lang: kernel.NL, Days: 30, Away: p.Role != families.Applicant && often(50)}
		whole[id] = !g.Away && p.Role != families.Other
		sees[id] = map[kernel.ID]bool{}
		kept = nil
		for _, child := range children {
			if often(50) {
				kept = append(kept, child)
			}
			sees[id][child] = whole[id]
		}
		g.Children = kept
		for _, child := range kept {
			sees[id][child] = true
		}
		give[id] = g
	}

	var secrets []secret
	only := func(ids ...kernel.ID) map[kernel.ID]bool {
		m := map[kernel.ID]bool{}
		for _, id := range ids {
			m[id] = true
		}
		return m
	}
	secrets = append(secrets, secret{street, "the street", whole}, secret{string(file.Contact.Phones[0]), "the telephone", whole})
	money := func(of kernel.ID, key, what string, readers map[kernel.ID]bool) {
		amount := fmt.Sprintf("%d.%02d", 1000+dice.IntN(4000), dice.IntN(100))
		value := must(json.Marshal(amount))
		must(w.Families.RecordFacts(w.aicha, f.ID, 0, []families.Fact{{Person: of, Key: key, Value: value, Source: families.Told}}))
		secrets = append(secrets, secret{`"Value":"` + amount + `"`, what, readers})
	}
	for _, id := range adults {
		money(id, "net_income_month", "an adult's income", only(id))
	}
	for _, child := range children {
		if often(50) {
			money(child, "net_income_month", "a child's income", whole)
		}
	}
	if often(50) {
		if _, err := w.Rights.Claim(w.aicha, f.ID, rights.New{Right: "be.leefloon"}); err != nil {
			t.Fatal(err)
		}
		secrets = append(secrets, secret{`"Right":"be.leefloon"`, "what the household asked for", whole})
	}

	// A child of eight or more has a page; what stands on it no adult reads.
	for _, child := range children {
		when := word()
		p, _ := file.Person(child)
		if p.Birth.YearsUntil("2026-03-02") >= ownpage.ChildFrom {
			w.give(f.ID, ownpage.Give{Person: child, Contact: ownpage.ChildsPerson{Worker: w.person(w.bram), When: when}})
			secrets = append(secrets, secret{when, "a child's page", nil})
		}
	}
	visits := map[kernel.ID]ownpage.Visit{}
	for _, id := range adults {
		visits[id] = w.enter(w.give(f.ID, give[id]))
		said, answered, mine := word(), word(), word()
		if err := w.Write(ctx, visits[id], ownpage.Word, "", said); err != nil {
			t.Fatal(err)
		}
		if err := w.Answer(w.aicha, f.ID, id, answered); err != nil {
			t.Fatal(err)
		}
		if err := w.AddStep(w.aicha, f.ID, ownpage.NewStep{Text: mine, Person: id}); err != nil {
			t.Fatal(err)
		}
		secrets = append(secrets, secret{said, "a message", only(id)}, secret{answered, "an answer", only(id)}, secret{mine, "a step for one alone", only(id)})
	}
	ours := word()
	if err := w.AddStep(w.aicha, f.ID, ownpage.NewStep{Text: ours}); err != nil {
		t.Fatal(err)
	}
	secrets = append(secrets, secret{ours, "a step of the household", whole})
	sent := must(w.Referrals.Send(w.aicha, referrals.NewReferral{To: w.house, Family: f.ID, Why: place,
		Told: referrals.Told{How: referrals.Spoken, On: "2026-03-01", Agrees: true}}))
	secrets = append(secrets, secret{place, "why somebody was asked to help", nil}, secret{`"they_answer"`, "who was asked to help", whole})
	_ = sent

	// One of them may have left meanwhile: then the household is theirs no more.
	if p, _ := file.Person(adults[len(adults)-1]); p.Role != families.Applicant && often(40) {
		if err := w.Families.Left(w.aicha, f.ID, p.ID, "2026-03-01", families.LeftSeparated); err != nil {
			t.Fatal(err)
		}
		whole[p.ID] = false
		for _, child := range children {
			sees[p.ID][child] = sees[p.ID][child] && give[p.ID].Away || p.Role == families.Other && sees[p.ID][child]
		}
	}

	for _, id := range adults {
		text := w.all(visits[id])
		for _, x := range secrets {
			if has := strings.Contains(text, x.word); has != x.readers[id] {
				p, _ := file.Person(id)
				t.Errorf("%s (whole %v, away %v): reads %s: %v, want %v", p.First, whole[id], give[id].Away, x.what, has, x.readers[id])
			}
		}
		for _, child := range children {
			if has := strings.Contains(text, string(child)); has != sees[id][child] {
				t.Errorf("an adult (whole %v, away %v, children %v) reads of the child %s: %v, want %v", whole[id], give[id].Away, give[id].Children, child, has, sees[id][child])
			}
		}
		for _, other := range adults {
			if other != id && strings.Contains(text, string(other)) {
				t.Errorf("an adult (whole %v) reads of another", whole[id])
			}
		}
	}
}

// Who looked at one adult's messages or code another is not told; a child's page
// is told to nobody; what was opened of the household is told to who lives there.
func TestWhoLookedIsToldToWhomItConcerns(t *testing.T) {
	inTown(t, func(t *testing.T, w town) {
		h := w.open()
		amina := w.enter(w.give(h.id, ownpage.Give{Person: h.amina}))
		jan := w.enter(w.give(h.id, ownpage.Give{Person: h.jan, Away: true, Children: []kernel.ID{h.noor}}))
		w.give(h.id, ownpage.Give{Person: h.yara, Contact: ownpage.ChildsPerson{Worker: w.person(w.bram), When: "dinsdag"}})
		if err := w.Write(ctx, jan, ownpage.Word, "", "Mag ik Noor zien?"); err != nil {
			t.Fatal(err)
		}
		must(w.Talks(w.bram, h.id))
		must(w.Families.Read(w.bram, h.id, families.ForCare))
		of := func(v ownpage.Visit) (did []string) {
			for _, x := range must(w.Looks(ctx, v, 0)).Records {
				did = append(did, x.Action+" "+string(x.Subject))
			}
			return did
		}
		hers, his := strings.Join(of(amina), "|"), strings.Join(of(jan), "|")
		for _, want := range []string{"family.open " + string(h.id), "family.read " + string(h.id), "family.codes " + string(h.amina)} {
			if !strings.Contains(hers, want) {
				t.Errorf("she is not told %s, but %s", want, hers)
			}
		}
		for _, want := range []string{"family.messages " + string(h.jan), "family.codes " + string(h.jan)} {
			if !strings.Contains(his, want) {
				t.Errorf("he is not told %s, but %s", want, his)
			}
		}
		if strings.Contains(hers, string(h.jan)) || strings.Contains(hers, string(h.yara)) || strings.Contains(hers, "own.") {
			t.Errorf("she is told what concerns another: %s", hers)
		}
		if strings.Contains(his, string(h.id)) || strings.Contains(his, string(h.amina)) || strings.Contains(his, string(h.yara)) {
			t.Errorf("he is told what concerns another home: %s", his)
		}
	})
}

func TestPagesOfLooksGoOn(t *testing.T) {
	inTown(t, func(t *testing.T, w town) {
		h := w.open()
		v := w.enter(w.give(h.id, ownpage.Give{Person: h.amina}))
		for range 70 {
			must(w.Families.Read(w.bram, h.id, families.ForCare))
		}
		seen, before := map[int64]bool{}, int64(0)
		for range 10 {
			looks := must(w.Looks(ctx, v, before))
			for _, x := range looks.Records {
				if seen[x.Seq] {
					t.Fatalf("record %d is told twice", x.Seq)
				}
				seen[x.Seq] = true
			}
			if before = looks.Next; before == 0 {
				break
			}
		}
		if len(seen) < 72 || before != 0 {
			t.Errorf("%d looks are told, and there is more: %d", len(seen), before)
		}
	})
}
