package rights_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

func TestAClaimGoesFromTheFindToTheDecision(t *testing.T) {
	inTown(t, func(w town) {
		c := must(w.Claim(w.aicha, w.noor, rights.New{Right: leefloon}))
		if c.State != rights.ToApply || c.Deadline != "2026-03-16" {
			t.Errorf("found on 2 March, it is %s until %s", c.State, c.Deadline)
		}
		_, err := w.Claim(w.bram, w.noor, rights.New{Right: leefloon})
		wants(t, "the same right again", err, "conflict claim.open")
		must(w.Claim(w.bram, w.noor, rights.New{Right: basis, Person: w.noorsChild}))

		c = must(w.Apply(w.aicha, c.ID, c.Version, "2026-03-01", ""))
		if c.State != rights.Applied || c.AppliedOn != "2026-03-01" || c.Deadline != "2026-03-31" {
			t.Errorf("applied: %+v", c)
		}
		w.later(20 * 24 * time.Hour)
		c = must(w.Refuse(w.bram, c.ID, c.Version, "2026-03-20", rights.ByDocuments, ""))
		if c.State != rights.Refused || c.Deadline != "2026-06-20" || c.Reason != rights.ByDocuments {
			t.Errorf("refused: %+v", c)
		}
		c = must(w.Appeal(w.aicha, c.ID, c.Version, "", ""))
		if c.State != rights.Appeal || c.Deadline != "2026-06-20" {
			t.Errorf("in appeal: %+v", c)
		}
		c = must(w.Grant(w.aicha, c.ID, c.Version, "2026-03-22", 1314_20, rights.PerMonth))
		if c.State != rights.Granted || c.Deadline != "" || c.Amount != 1314_20 || c.Reason != "" {
			t.Errorf("granted: %+v", c)
		}
		must(w.Claim(w.aicha, w.noor, rights.New{Right: leefloon})) // another year, another claim

		var states []rights.State
		for _, e := range *w.moved {
			if e.Claim == c.ID {
				states = append(states, e.State)
			}
		}
		if want := []rights.State{rights.ToApply, rights.Applied, rights.Refused, rights.Appeal, rights.Granted}; !slices.Equal(states, want) {
			t.Errorf("told %v, want %v", states, want)
		}
		if n := w.records(w.noor)["rights.change"]; n != 7 {
			t.Errorf("%d records of seven steps", n)
		}
	})
}

// TestEveryStepFromEveryState tries each step from each state.
func TestEveryStepFromEveryState(t *testing.T) {
	allowed := map[rights.State][]rights.State{
		rights.ToApply: {rights.Applied, rights.Granted, rights.Dropped},
		rights.Applied: {rights.Granted, rights.Refused, rights.Dropped},
		rights.Refused: {rights.Appeal, rights.Dropped},
		rights.Appeal:  {rights.Granted, rights.Refused, rights.Dropped},
		rights.Granted: {rights.Appeal},
		rights.Dropped: {},
	}
	inTown(t, func(w town) {
		take := func(c rights.Claim, to rights.State) (rights.Claim, error) {
			switch to {
			case rights.Applied:
				return w.Apply(w.aicha, c.ID, c.Version, "", "")
			case rights.Granted:
				return w.Grant(w.aicha, c.ID, c.Version, "", 0, "")
			case rights.Refused:
				return w.Refuse(w.aicha, c.ID, c.Version, "", rights.ByIncome, "")
			case rights.Appeal:
				return w.Appeal(w.aicha, c.ID, c.Version, "", "")
			}
			return w.Drop(w.aicha, c.ID, c.Version, rights.NotWanted)
		}
		way := map[rights.State][]rights.State{
			rights.ToApply: {}, rights.Applied: {rights.Applied}, rights.Refused: {rights.Applied, rights.Refused},
			rights.Appeal: {rights.Applied, rights.Refused, rights.Appeal}, rights.Granted: {rights.Granted}, rights.Dropped: {rights.Dropped},
		}
		for from, steps := range way {
			for _, to := range []rights.State{rights.Applied, rights.Granted, rights.Refused, rights.Appeal, rights.Dropped} {
				family := w.open("Els", "2023-01-01")
				c := must(w.Claim(w.aicha, family, rights.New{Right: leefloon}))
				for _, s := range steps {
					c = must(take(c, s))
				}
				after, err := take(c, to)
				if slices.Contains(allowed[from], to) {
					if err != nil || after.State != to || after.State.Open() != (after.State != rights.Granted && after.State != rights.Dropped) {
						t.Errorf("from %s to %s: %+v, %v", from, to, after, err)
					}
					if after.State.Open() && after.Deadline == "" {
						t.Errorf("from %s to %s: open without a clock", from, to)
					}
				} else {
					wants(t, fmt.Sprintf("from %s to %s", from, to), err, "conflict claim.state."+string(from))
				}
			}
			if next := from.Next(); len(next) != len(allowed[from]) {
				t.Errorf("after %s come %v, want %v", from, next, allowed[from])
			}
		}
	})
}

func TestAClaimIsRefusedFieldByField(t *testing.T) {
	inTown(t, func(w town) {
		for name, tt := range map[string]struct {
			in   rights.New
			want string
		}{
			"a right that nobody knows":   {rights.New{Right: "be.moon"}, "invalid claim.right"},
			"a person of another family":  {rights.New{Right: basis, Person: kernel.NewID()}, "invalid family.person"},
			"a deadline that has passed":  {rights.New{Right: basis, Person: w.noorsChild, Deadline: "2026-03-01"}, "invalid claim.deadline"},
			"a deadline in another age":   {rights.New{Right: basis, Person: w.noorsChild, Deadline: "2099-01-01"}, "invalid claim.deadline"},
			"a deadline that is no day":   {rights.New{Right: basis, Person: w.noorsChild, Deadline: "2026-02-30"}, "invalid date"},
			"today, which is soon enough": {rights.New{Right: basis, Person: w.noorsChild, Deadline: "2026-03-02"}, ""},
		} {
			t.Run(name, func(t *testing.T) {
				_, err := w.Claim(w.aicha, w.noor, tt.in)
				wants(t, name, err, tt.want)
			})
		}
		c := must(w.Claim(w.aicha, w.noor, rights.New{Right: leefloon}))
		c = must(w.Apply(w.aicha, c.ID, c.Version, "2026-02-20", ""))
		for name, tt := range map[string]struct {
			take func() (rights.Claim, error)
			want string
		}{
			"granted tomorrow":               {func() (rights.Claim, error) { return w.Grant(w.aicha, c.ID, c.Version, "2026-03-03", 0, "") }, "invalid claim.on"},
			"granted before it was asked":    {func() (rights.Claim, error) { return w.Grant(w.aicha, c.ID, c.Version, "2026-02-19", 0, "") }, "invalid claim.on"},
			"less than nothing":              {func() (rights.Claim, error) { return w.Grant(w.aicha, c.ID, c.Version, "", -1, rights.PerMonth) }, "invalid claim.amount"},
			"a million":                      {func() (rights.Claim, error) { return w.Grant(w.aicha, c.ID, c.Version, "", 1_000_000_01, rights.Once) }, "invalid claim.amount"},
			"an amount without a period":     {func() (rights.Claim, error) { return w.Grant(w.aicha, c.ID, c.Version, "", 5, "") }, "invalid claim.per"},
			"refused for no reason":          {func() (rights.Claim, error) { return w.Refuse(w.aicha, c.ID, c.Version, "", "", "") }, "invalid claim.reason"},
			"refused for a reason to drop":   {func() (rights.Claim, error) { return w.Refuse(w.aicha, c.ID, c.Version, "", rights.NotWanted, "") }, "invalid claim.reason"},
			"dropped because data went":      {func() (rights.Claim, error) { return w.Drop(w.aicha, c.ID, c.Version, "erased") }, "invalid claim.reason"},
			"put off to the past":            {func() (rights.Claim, error) { return w.Postpone(w.aicha, c.ID, c.Version, "2026-03-01") }, "invalid claim.deadline"},
			"put off to no day":              {func() (rights.Claim, error) { return w.Postpone(w.aicha, c.ID, c.Version, "") }, "invalid claim.deadline"},
			"by somebody elsewhere":          {func() (rights.Claim, error) { return w.Drop(w.chloe, c.ID, c.Version, rights.NotWanted) }, "not_found object"},
			"by a coordinator":               {func() (rights.Claim, error) { return w.Drop(w.katrien, c.ID, c.Version, rights.NotWanted) }, "forbidden role"},
			"of a claim that does not exist": {func() (rights.Claim, error) { return w.Drop(w.aicha, kernel.NewID(), 1, rights.NotWanted) }, "not_found claim"},
			"from an older version":          {func() (rights.Claim, error) { return w.Drop(w.aicha, c.ID, c.Version-1, rights.NotWanted) }, "conflict stale"},
		} {
			t.Run(name, func(t *testing.T) {
				_, err := tt.take()
				wants(t, name, err, tt.want)
			})
		}
		if now := must(w.ClaimOf(w.aicha, c.ID)); now.Claim != c {
			t.Errorf("after all that the claim is %+v, want %+v", now.Claim, c)
		}
		later := must(w.Postpone(w.bram, c.ID, c.Version, "2026-05-01"))
		if later.Deadline != "2026-05-01" || later.State != rights.Applied {
			t.Errorf("put off: %+v", later)
		}
	})
}

func TestALocalRefusalHasNoCourtBehindIt(t *testing.T) {
	inTown(t, func(w town) {
		found := must(w.Find(w.aicha, w.noor, kernel.NL))
		for id := range found.Local {
			c := must(w.Claim(w.aicha, w.noor, rights.New{Right: id}))
			c = must(w.Apply(w.aicha, c.ID, c.Version, "", ""))
			c = must(w.Refuse(w.aicha, c.ID, c.Version, "", rights.OtherReason, ""))
			if c.Deadline != "" {
				t.Errorf("a local refusal can be fought until %s", c.Deadline)
			}
			row := must(w.ClaimOf(w.aicha, c.ID))
			if row.Name.NL != found.Finding(id).Name || row.FamilyRow.Title() != "Noor Verbeeck" {
				t.Errorf("it is called %q, of %q", row.Name.NL, row.FamilyRow.Title())
			}
		}
	})
}

func TestClaimsAreListedByDeadlineForWhoWorksWithTheFamily(t *testing.T) {
	inTown(t, func(w town) {
		deadlines := []kernel.Date{"2026-04-10", "2026-03-05", "2026-06-01", "2026-03-05", "2026-03-20"}
		for i, d := range deadlines {
			must(w.Claim(w.aicha, w.open(fmt.Sprintf("Ann%c", 'a'+i), "2023-01-01"), rights.New{Right: leefloon, Deadline: d}))
		}
		settled := must(w.Claim(w.aicha, w.noor, rights.New{Right: leefloon}))
		must(w.Grant(w.aicha, settled.ID, settled.Version, "", 0, ""))

		var seen []kernel.Date
		for after := ""; ; {
			page := must(w.Claims(w.bram, rights.Query{After: after, Limit: 2}))
			for _, c := range page.Rows {
				seen = append(seen, c.Deadline)
			}
			if after = page.Next; after == "" {
				break
			}
		}
		if want := []kernel.Date{"2026-03-05", "2026-03-05", "2026-03-20", "2026-04-10", "2026-06-01"}; !slices.Equal(seen, want) {
			t.Errorf("listed %v, want %v", seen, want)
		}
		every := must(w.Claims(w.aicha, rights.Query{Every: true}))
		if len(every.Rows) != 6 || every.Rows[5].ID != settled.ID {
			t.Errorf("with what is settled: %d, the last %s", len(every.Rows), every.Rows[len(every.Rows)-1].State)
		}
		if due := must(w.Claims(w.aicha, rights.Query{Due: "2026-03-20"})); len(due.Rows) != 3 {
			t.Errorf("due by 20 March: %d", len(due.Rows))
		}
		if of := must(w.Claims(w.aicha, rights.Query{Family: w.noor, Every: true})); len(of.Rows) != 1 {
			t.Errorf("of Noor: %d", len(of.Rows))
		}
		if none := must(w.Claims(w.chloe, rights.Query{Every: true})); len(none.Rows) != 0 {
			t.Errorf("a caseworker elsewhere lists %d claims", len(none.Rows))
		}
		_, err := w.Claims(w.aicha, rights.Query{After: "x"})
		wants(t, "a cursor of nobody's", err, "invalid claim.cursor")
	})
}

func TestOneOfAHundredOpensTheClaim(t *testing.T) {
	inTown(t, func(w town) {
		var wg sync.WaitGroup
		errs := make(chan error, 100)
		for range 100 {
			wg.Go(func() {
				_, err := w.Claim(w.aicha, w.noor, rights.New{Right: leefloon})
				errs <- err
			})
		}
		wg.Wait()
		close(errs)
		won := 0
		for err := range errs {
			if err == nil {
				won++
				continue
			}
			wants(t, "who came later", err, "conflict claim.open")
		}
		if n := w.count(`SELECT count(*) FROM claim`); won != 1 || n != 1 {
			t.Errorf("%d won, %d claims", won, n)
		}
	})
}

func TestOneOfAHundredTakesTheStep(t *testing.T) {
	inTown(t, func(w town) {
		c := must(w.Claim(w.aicha, w.noor, rights.New{Right: leefloon}))
		var wg sync.WaitGroup
		errs := make(chan error, 100)
		for i := range 100 {
			wg.Go(func() {
				var err error
				if i%2 == 0 {
					_, err = w.Apply(w.aicha, c.ID, c.Version, "", "")
				} else {
					_, err = w.Drop(w.bram, c.ID, c.Version, rights.NotWanted)
				}
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
				wants(t, "who came later", err, "conflict stale")
			}
		}
		if won != 1 {
			t.Errorf("%d won", won)
		}
	})
}

func TestNobodyElseIsToldWhichClaimsThereAre(t *testing.T) {
	inTown(t, func(w town) {
		c := must(w.Claim(w.aicha, w.noor, rights.New{Right: leefloon}))
		_, theirs := w.ClaimOf(w.chloe, c.ID)
		wants(t, "a claim of a family one does not know", theirs, "not_found object")
		if _, none := w.ClaimOf(w.chloe, kernel.NewID()); kernel.CodeOf(none) != kernel.CodeOf(theirs) {
			t.Errorf("a claim that is not there answers %v", none)
		}
		_, err := w.Claim(context.Background(), w.noor, rights.New{Right: basis})
		wants(t, "nobody", err, "unauthenticated sign_in")
	})
}
