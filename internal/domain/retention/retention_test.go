package retention_test

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/retention"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/audit"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
	"github.com/bondgenoot/bondgenoot/internal/platform/job"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
	"github.com/bondgenoot/bondgenoot/packs"
	"github.com/bondgenoot/bondgenoot/rules"
)

var law = sync.OnceValue(func() *rules.Library { return must(rules.Load(packs.FS)) })

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// town is an alliance with a caseworker and a privacy officer.
type town struct {
	*retention.Service
	t           testing.TB
	db          *db.DB
	clock       *time.Time
	alliance    kernel.ID
	aicha, nele context.Context
	queue       *job.Queue
}

func inTown(t *testing.T, fn func(w *town)) {
	t.Helper()
	modules := []db.Migrations{policy.Migrations(), audit.Migrations(), job.Migrations(), vault.Migrations(), members.Migrations(),
		families.Migrations(), retention.Migrations()}
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) { fn(newTown(t, d)) })
}

func newTown(t testing.TB, d *db.DB) *town {
	t.Helper()
	path := filepath.Join(t.TempDir(), "key")
	if err := vault.CreateKeyFile(path); err != nil {
		t.Fatal(err)
	}
	keeper := must(vault.OpenKeyFile(path))
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	w := &town{t: t, db: d, clock: &now}
	acts := &act.Acts{DB: d, Audit: &audit.Log{Key: ed25519.NewKeyFromSeed(make([]byte, 32))}, Now: func() time.Time { return now }}
	people := &members.Service{Acts: acts, Keeper: keeper}
	files := &families.Service{Acts: acts, Vault: &vault.Vault{Keeper: keeper}, Members: people, Law: law(), Fictional: true}
	w.Service = &retention.Service{Acts: acts, Families: files}
	act.On(acts, w.FamilyForgotten)
	act.On(acts, w.FamilyReopened)
	act.On(acts, w.FamilyMerged)
	w.queue = &job.Queue{DB: d, Now: func() time.Time { return now }, Handlers: map[string]job.Handler{retention.EraseJob: w.EraseOne}}
	ctx := context.Background()
	w.alliance = must(people.Found(ctx, members.Alliance{Slug: "leuven", Municipalities: []kernel.NIS{"24062"},
		Name: kernel.Text{NL: "Leuven", FR: "Louvain", DE: "Löwen", EN: "Leuven"}})).ID
	as := func(role policy.Role) context.Context {
		return act.As(ctx, policy.Actor{Alliance: w.alliance, Person: kernel.NewID(), Org: kernel.NewID(), Roles: []policy.Role{role}})
	}
	w.aicha, w.nele = as(policy.Caseworker), as(policy.PrivacyOfficer)
	return w
}

func (w *town) days(n int) { *w.clock = w.clock.AddDate(0, 0, n) }

func (w *town) today() kernel.Date { return kernel.InstantOf(*w.clock).Date() }

// closed is a file that was closed today.
func (w *town) closed(reason string) kernel.ID {
	w.t.Helper()
	f := must(w.Families.Open(w.aicha, families.NewFamily{Anyway: true, PostalCode: "3000", Persons: []families.NewPerson{{Role: families.Applicant, First: "Amina", Last: "Peeters", Birth: "1996-05-17"}}}))
	wants(w.t, "closes", w.Families.Close(w.aicha, f.ID, reason), "")
	return f.ID
}

func (w *town) rule(kind string, months int64, begins kernel.Date) error {
	return w.SetRule(w.nele, retention.Rule{Kind: kind, Months: months, Begins: begins, Source: "stuurgroep van 3 maart 2026"})
}

func (w *town) over() (ids []kernel.ID) {
	w.t.Helper()
	for _, d := range must(w.List(w.nele)).Over() {
		ids = append(ids, d.ID)
	}
	return ids
}

func (w *town) work() {
	w.t.Helper()
	for must(w.queue.Once(context.Background())) {
	}
}

func wants(t testing.TB, what string, err error, want string) {
	t.Helper()
	got := ""
	if err != nil {
		got = err.Error()
		if f, ok := errors.AsType[*kernel.Fault](err); ok {
			got = string(f.Code) + " " + f.Key
		}
	}
	if got != want {
		t.Errorf("%s: %q (%v), want %q", what, got, err, want)
	}
}

func TestNothingIsDueUntilTheAllianceDecides(t *testing.T) {
	inTown(t, func(w *town) {
		w.closed(families.ClosedHelped)
		w.days(36500)
		if over := w.over(); len(over) != 0 {
			w.t.Errorf("due by no rule: %v", over)
		}
		wants(w.t, "by no rule", erase(w, must(w.List(w.nele)).Files[0].ID), "conflict retention.not_due")
	})
}

func erase(w *town, ids ...kernel.ID) error {
	_, err := w.Erase(w.nele, ids)
	return err
}

func TestARuleHasADayASourceAndAMeasure(t *testing.T) {
	inTown(t, func(w *town) {
		good := retention.Rule{Kind: families.ClosedHelped, Months: 24, Begins: w.today(), Source: "stuurgroep van 3 maart 2026"}
		for name, tt := range map[string]struct {
			change func(*retention.Rule)
			want   string
		}{
			"as it should be":      {func(*retention.Rule) {}, ""},
			"of no kind":           {func(r *retention.Rule) { r.Kind = "forever" }, "invalid retention.kind"},
			"before today":         {func(r *retention.Rule) { r.Begins = w.today().AddDays(-1) }, "invalid retention.begins"},
			"on no day":            {func(r *retention.Rule) { r.Begins = "soon" }, "invalid date"},
			"less than nothing":    {func(r *retention.Rule) { r.Months = -1 }, "invalid retention.months"},
			"longer than anybody":  {func(r *retention.Rule) { r.Months = 361 }, "invalid retention.months"},
			"that stands nowhere":  {func(r *retention.Rule) { r.Source = " \n " }, "invalid retention.source"},
			"at once, when closed": {func(r *retention.Rule) { r.Months = 0 }, ""},
		} {
			r := good
			tt.change(&r)
			wants(w.t, name, w.SetRule(w.nele, r), tt.want)
		}
		wants(w.t, "by a caseworker", w.SetRule(w.aicha, good), "forbidden role")
		_, err := w.List(w.aicha)
		wants(w.t, "a caseworker looks", err, "forbidden role")
	})
}

func TestAFileIsDueOnItsDayByTheRuleOfThatDay(t *testing.T) {
	inTown(t, func(w *town) {
		f := w.closed(families.ClosedMoved)
		wants(w.t, "a rule", w.rule(families.ClosedMoved, 6, w.today()), "")
		wants(w.t, "another for later", w.rule(families.ClosedMoved, 12, w.today().AddDays(100)), "")
		w.days(99) // the first holds, and is not over
		if d := must(w.List(w.nele)).Files[0]; d.On != "2027-05-23" || d.Rule.Months != 6 {
			w.t.Errorf("by the first rule: %+v", d)
		}
		w.days(1)
		if d := must(w.List(w.nele)).Files[0]; d.On != "2027-11-23" {
			w.t.Errorf("by the second rule: %+v", d)
		}
		w.days(264) // the day before
		if over := w.over(); len(over) != 0 {
			w.t.Errorf("a day too soon: %v on %s", over, w.today())
		}
		w.days(1)
		if over := w.over(); len(over) != 1 || over[0] != f {
			w.t.Errorf("on its day: %v on %s", over, w.today())
		}
	})
}

func TestWhatIsKeptLongerStaysUntilItIsLookedAt(t *testing.T) {
	inTown(t, func(w *town) {
		f := w.closed(families.ClosedAsked)
		wants(w.t, "a rule", w.rule(families.ClosedAsked, 0, w.today()), "")
		keep := func(id kernel.ID, why retention.HoldReason, until kernel.Date) error {
			return w.Keep(w.nele, retention.Hold{Family: id, Reason: why, ReviewOn: until})
		}
		wants(w.t, "for no reason", keep(f, "", w.today().AddDays(10)), "invalid retention.reason")
		wants(w.t, "until today", keep(f, retention.Dispute, w.today()), "invalid retention.review")
		wants(w.t, "for ever", keep(f, retention.Dispute, w.today().AddDays(367)), "invalid retention.review")
		wants(w.t, "of nobody", keep(kernel.NewID(), retention.Dispute, w.today().AddDays(10)), "not_found family")
		wants(w.t, "for ten days", keep(f, retention.Dispute, w.today().AddDays(10)), "")
		wants(w.t, "erases it", erase(w, f), "conflict retention.not_due")
		w.days(10)
		if over := w.over(); len(over) != 0 {
			w.t.Errorf("on the last day: %v", over)
		}
		w.days(1)
		if over := w.over(); len(over) != 1 {
			w.t.Errorf("the day after: %v", over)
		}
	})
}

// The queue erases what was decided, one act each; who is worked with again in
// between, or is to be kept longer, stays. The record of it verifies.
func TestTheQueueErasesOneActEach(t *testing.T) {
	inTown(t, func(w *town) {
		goes, back, kept, open := w.closed(families.ClosedHelped), w.closed(families.ClosedHelped), w.closed(families.ClosedHelped), w.closed(families.ClosedMistake)
		wants(w.t, "a rule", w.rule(families.ClosedHelped, 0, w.today()), "")
		wants(w.t, "with one that is not due", erase(w, goes, open), "conflict retention.not_due")
		wants(w.t, "none", erase(w), "invalid retention.none")
		w.work()
		must(w.Families.Read(w.aicha, goes, families.ForCare)) // nothing went
		wants(w.t, "three", erase(w, goes, back, kept, goes), "")
		wants(w.t, "works again", w.Families.Reopen(w.aicha, back), "")
		wants(w.t, "keeps", w.Keep(w.nele, retention.Hold{Family: kept, Reason: retention.Looking, ReviewOn: w.today().AddDays(9)}), "")
		w.work()
		_, err := w.Families.Read(w.aicha, goes, families.ForCare)
		wants(w.t, "who goes", err, "not_found object")
		must(w.Families.Read(w.aicha, back, families.ForCare))
		must(w.Families.Read(w.aicha, kept, families.ForCare))
		// To do it twice is as good as once.
		payload := must(json.Marshal(map[string]kernel.ID{"family": goes, "batch": kernel.NewID()}))
		wants(w.t, "again", w.EraseOne(context.Background(), job.Job{Alliance: w.alliance, Payload: payload}), "")
		var acts int
		err = w.db.Read(context.Background(), func(q db.Querier) error {
			report, err := w.Acts.Audit.VerifyOf(context.Background(), q, w.alliance)
			if err == nil && len(report.Troubles) > 0 {
				w.t.Errorf("the record: %+v", report.Troubles)
			}
			if err != nil {
				return err
			}
			return q.QueryRowContext(context.Background(), `SELECT count(*) FROM audit_record WHERE alliance = $1 AND action = 'family.erase' AND subject = $2`, w.alliance, goes).Scan(&acts)
		})
		if err != nil || acts != 1 {
			w.t.Errorf("%d acts of erasing, %v", acts, err)
		}
	})
}

func TestAHundredAskForTheSame(t *testing.T) {
	inTown(t, func(w *town) {
		f := w.closed(families.ClosedHelped)
		wants(w.t, "a rule", w.rule(families.ClosedHelped, 0, w.today()), "")
		var all sync.WaitGroup
		for range 100 {
			all.Go(func() { _, _ = w.Erase(w.nele, []kernel.ID{f}) })
		}
		all.Wait()
		w.work()
		var acts int
		err := w.db.Read(context.Background(), func(q db.Querier) error {
			return q.QueryRowContext(context.Background(), `SELECT count(*) FROM audit_record WHERE action = 'family.erase'`).Scan(&acts)
		})
		if err != nil || acts != 1 {
			w.t.Errorf("erased %d times, %v", acts, err)
		}
	})
}
