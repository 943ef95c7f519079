package rights_test

import (
	"sync"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/rules"
)

const bim = "be.vt-bim"

func TestWhatAFamilyHasIsNotAskedFor(t *testing.T) {
	inTown(t, func(w town) {
		before := must(w.Find(w.aicha, w.noor, kernel.NL))
		if x := *before.Finding(bim); x.Status != rules.Unknown || before.Had(x) || before.Standings(x)[0].ToAsk() {
			t.Fatalf("of increased reimbursement nothing is known: %+v", before.Standings(x))
		}
		c := must(w.Claim(w.aicha, w.noor, rights.New{Right: bim}))
		w.tell("", "has_bim", "true")
		found := must(w.Find(w.aicha, w.noor, kernel.NL))
		if x := *found.Finding(bim); !found.Had(x) || !found.Standings(x)[0].Has || found.Standings(x)[0].Claim.ID != c.ID {
			t.Errorf("a family that said so: %+v", found.Standings(x))
		}
		if row := must(w.ClaimOf(w.bram, c.ID)); !row.Has {
			t.Error("the claim does not know that the family has it")
		}
		if got, want := found.Open("worker"), before.Open("worker"); got >= want {
			t.Errorf("%d questions before, %d after: it is still asked for", want, got)
		}
		was, is := must(w.Undecided(w.aicha, []kernel.ID{w.noor}))[w.noor], 0
		for _, x := range found.Result.Rights {
			if x.Status == rules.Unknown && !found.Had(x) {
				is++
			}
		}
		if was != is {
			t.Errorf("%d rights wait for an answer, want %d", was, is)
		}
		if kept := must2(w.Findings(w.aicha, w.noor))[bim]; kept.Received != "family" || !kept.Had {
			t.Errorf("kept: %+v", kept)
		}
		w.tell("", "has_bim", "false")
		found = must(w.Find(w.aicha, w.noor, kernel.NL))
		if row := must(w.ClaimOf(w.aicha, c.ID)); row.Has || found.Had(*found.Finding(bim)) {
			t.Error("a family that took it back still has it")
		}
	})
}

func TestARightOfPersonsIsAskedForPersons(t *testing.T) {
	inTown(t, func(w town) {
		w.tell("", "all_may_stay", "true")
		w.tell("", "all_live_here", "true")
		second := must(w.Families.AddPerson(w.aicha, w.noor, families.NewPerson{Role: families.Child, First: "Lina", Last: "Verbeeck", Birth: "2021-05-01"}))
		for name, tt := range map[string]struct {
			in   rights.New
			want string
		}{
			"the basic amount of nobody": {rights.New{Right: basis}, "invalid claim.whom"},
			"a living wage of a child":   {rights.New{Right: leefloon, Person: w.noorsChild}, "invalid claim.family"},
		} {
			_, err := w.Claim(w.aicha, w.noor, tt.in)
			wants(t, name, err, tt.want)
		}
		_, err := w.ClaimAll(w.aicha, w.noor)
		wants(t, "nothing at all", err, "invalid claim.whom")
		_, err = w.ClaimAll(w.aicha, w.noor, rights.New{Right: basis, Person: w.noorsChild}, rights.New{Right: basis, Person: kernel.NewID()})
		wants(t, "one of two who is not there", err, "invalid family.person")
		if n := w.count(`SELECT count(*) FROM claim`); n != 0 {
			t.Errorf("half was done: %d claims", n)
		}
		found := must(w.Find(w.aicha, w.noor, kernel.NL))
		var all []rights.New
		for _, s := range found.Standings(*found.Finding(basis)) {
			if !s.ToAsk() {
				t.Errorf("%+v is not to be asked for", s)
			}
			all = append(all, rights.New{Right: basis, Person: s.Person})
		}
		claims := must(w.ClaimAll(w.aicha, w.noor, all...))
		if len(claims) != 2 {
			t.Fatalf("%d claims for two children", len(claims))
		}
		_, err = w.ClaimAll(w.aicha, w.noor, rights.New{Right: basis, Person: second.ID})
		wants(t, "a child twice", err, "conflict claim.open")
		for _, c := range claims {
			if c.Person == w.noorsChild {
				must(w.Grant(w.aicha, c.ID, c.Version, "", 184_62, rights.PerMonth))
			}
		}
		found = must(w.Find(w.aicha, w.noor, kernel.NL))
		for _, s := range found.Standings(*found.Finding(basis)) {
			if mine := s.Person == w.noorsChild; s.Has != mine || s.Asked() == mine || s.ToAsk() {
				t.Errorf("after one was granted: %+v", s)
			}
		}
		if total := found.Total(); total.Had != 12*184_62 || total.Year != 2*total.Had {
			t.Errorf("of a year they have %v of %v", total.Had, total.Year)
		}
		for _, row := range must(w.Claims(w.aicha, rights.Query{Every: true})).Rows {
			if p, ok := row.Whom(); !ok || p.ID != row.Person || p.First == "" {
				t.Errorf("a claim for %+v", p)
			}
		}
	})
}

func TestOneOfAHundredOpensTheClaimsOfAllChildren(t *testing.T) {
	inTown(t, func(w town) {
		second := must(w.Families.AddPerson(w.aicha, w.noor, families.NewPerson{Role: families.Child, First: "Lina", Last: "Verbeeck", Birth: "2021-05-01"}))
		var wg sync.WaitGroup
		errs := make(chan error, 100)
		for i := range 100 {
			wg.Go(func() {
				all := []rights.New{{Right: basis, Person: w.noorsChild}, {Right: basis, Person: second.ID}}
				if i%2 == 0 {
					all[0], all[1] = all[1], all[0]
				}
				_, err := w.ClaimAll(w.aicha, w.noor, all...)
				errs <- err
			})
		}
		wg.Wait()
		close(errs)
		won := 0
		for err := range errs {
			if err == nil {
				won++
			} else {
				wants(t, "who came later", err, "conflict claim.open")
			}
		}
		if n := w.count(`SELECT count(*) FROM claim`); won != 1 || n != 2 {
			t.Errorf("%d won, %d claims", won, n)
		}
	})
}
