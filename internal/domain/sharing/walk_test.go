package sharing_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/sharing"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

type dbQuerier = db.Querier

func (w *town) officer() context.Context {
	return act.As(context.Background(), policy.Actor{Alliance: w.alliance, Person: kernel.NewID(), Org: w.ocmw, Roles: []policy.Role{policy.PrivacyOfficer}})
}

// ought is the slow definition: what an organisation ought to see today, said
// without a relation, a window or a job.
func ought(all sharing.Shared, org kernel.ID, today kernel.Date, consultation bool) (groups []policy.Group) {
	seen := map[policy.Group]bool{}
	for _, d := range all.Decisions {
		if !d.Runs(today) || !slices.Contains(d.Recipients, org) || d.Basis == sharing.Consultation && !consultation {
			continue
		}
		left := map[policy.Group]bool{}
		for _, g := range d.Groups {
			left[g] = true
			for _, o := range all.Objections {
				if o.LiftedAt == "" && !d.Basis.Firm() && (o.Recipient == "" || o.Recipient == org) && (len(o.Groups) == 0 || slices.Contains(o.Groups, g)) {
					left[g] = false
				}
			}
		}
		for _, g := range policy.RightsNeed {
			left[policy.Rights] = left[policy.Rights] && left[g]
		}
		for g, still := range left {
			seen[g] = seen[g] || still && left[policy.Identity]
		}
	}
	for _, g := range policy.Groups {
		if seen[g] {
			groups = append(groups, g)
		}
	}
	return groups
}

// Whatever is decided, ended, objected to and taken back in whatever order,
// and however much time passes: what the policy shows is what the decisions
// and objections say; an objection or an end never shows more; nobody sees
// anything without a decision that runs.
func TestWhatIsSeenIsWhatIsDecidedAfterAnyWalk(t *testing.T) {
	steps := 120
	if testing.Short() {
		steps = 40
	}
	inTown(t, func(w *town) {
		dice := rand.New(rand.NewPCG(20261123, 4))
		orgs := []kernel.ID{w.midwives, w.school, w.police}
		some := func() (groups []policy.Group) {
			for _, g := range policy.Groups {
				if dice.IntN(3) == 0 {
					groups = append(groups, g)
				}
			}
			return groups
		}
		did := map[string]int{}
		for step := range steps {
			before := map[kernel.ID][2][]policy.Group{}
			for _, org := range orgs {
				before[org] = [2][]policy.Group{w.sees(org, false), w.sees(org, true)}
			}
			all := must(w.Of(w.aicha, w.family))
			what, narrower := "wait", false
			var err error
			switch dice.IntN(8) {
			case 0, 1, 2:
				what = "decide"
				in := w.says(orgs[dice.IntN(3)], some()...)
				in.Basis = sharing.Bases[dice.IntN(len(sharing.Bases))]
				in.Conditions = sharing.EditionOn(w.today()).Conditions
				in.Starts = w.today().AddDays(dice.IntN(20))
				in.Ends = in.Starts.AddDays(dice.IntN(20))
				_, err = w.Decide(w.aicha, w.family, in)
			case 3:
				if what, narrower = "end", true; len(all.Decisions) > 0 {
					err = w.End(w.aicha, w.family, all.Decisions[dice.IntN(len(all.Decisions))].ID, sharing.Withdrawn)
				}
			case 4:
				what, narrower = "object", true
				_, err = w.Object(w.aicha, w.family, append(orgs, "")[dice.IntN(4)], some(), sharing.ToldInPerson)
			case 5:
				if what = "lift"; len(all.Objections) > 0 {
					err = w.Lift(w.aicha, w.family, all.Objections[dice.IntN(len(all.Objections))].ID)
				}
			default:
				w.days(dice.IntN(6))
				w.work()
			}
			if kernel.CodeOf(err) == kernel.Internal {
				t.Fatalf("step %d, %s: %v", step, what, err)
			}
			if err == nil {
				did[what]++
			}
			all = must(w.Of(w.aicha, w.family))
			for _, org := range orgs {
				for i, consultation := range []bool{false, true} {
					got := w.sees(org, consultation)
					if want := ought(all, org, w.today(), consultation); !slices.Equal(got, want) {
						t.Fatalf("step %d, %s: sees %v, ought to see %v (consultation: %v)\n%+v", step, what, got, want, consultation, all)
					}
					for _, g := range got {
						if narrower && !slices.Contains(before[org][i], g) {
							t.Fatalf("step %d: %s shows %s, which was not seen before", step, what, g)
						}
					}
				}
			}
		}
		for _, what := range []string{"decide", "end", "object", "lift", "wait"} {
			if did[what] < 2 {
				t.Errorf("the walk did %s only %d times", what, did[what])
			}
		}
	})
}

// work does what was left for later.
func (w *town) work() {
	w.t.Helper()
	for {
		did, err := w.queue.Once(context.Background())
		if err != nil {
			w.t.Fatal(err)
		}
		if !did {
			return
		}
	}
}
