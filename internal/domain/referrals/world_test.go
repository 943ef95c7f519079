package referrals_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/ed25519"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/audit"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
	"github.com/bondgenoot/bondgenoot/internal/platform/job"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
	"github.com/bondgenoot/bondgenoot/packs"
	templates "github.com/bondgenoot/bondgenoot/programmes"
	"github.com/bondgenoot/bondgenoot/rules"
)

var modules = []db.Migrations{policy.Migrations(), audit.Migrations(), job.Migrations(), vault.Migrations(),
	members.Migrations(), families.Migrations(), programmes.Migrations(), referrals.Migrations()}

// clock is a time that a test moves.
type clock struct {
	sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.Lock()
	defer c.Unlock()
	return c.now
}

func (c *clock) later(d time.Duration) {
	c.Lock()
	defer c.Unlock()
	c.now = c.now.Add(d)
}

// town is an alliance: Mia is a midwife who refers; Aïcha and Bram are
// caseworkers of the welfare office, Vic volunteers there and Tess works in its
// family team; Chloé is at the house of the child; Sam coordinates at a school
// that has nothing to do with any of it; Dirk is the privacy officer.
type town struct {
	*referrals.Service
	*clock
	t                                             testing.TB
	db                                            *db.DB
	alliance                                      kernel.ID
	midwives, ocmw, team, house, school           kernel.ID
	mia, aicha, bram, vic, tess, chloe, sam, dirk context.Context
	moved                                         *[]referrals.Moved
	admin                                         context.Context
}

// inTown runs fn in a new town on each engine.
func inTown(t *testing.T, fn func(t *testing.T, w *town)) {
	t.Helper()
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) { fn(t, newTown(t, d)) })
}

func newTown(t testing.TB, d *db.DB) *town {
	t.Helper()
	path := filepath.Join(t.TempDir(), "key")
	if err := vault.CreateKeyFile(path); err != nil {
		t.Fatal(err)
	}
	keeper, err := vault.OpenKeyFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// A Monday; Wednesday of that week two weeks before was Armistice Day.
	w := &town{t: t, db: d, clock: &clock{now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}, moved: new([]referrals.Moved)}
	acts := &act.Acts{DB: d, Audit: &audit.Log{Key: ed25519.NewKeyFromSeed(make([]byte, 32))}, Now: w.Now}
	safe := &vault.Vault{Keeper: keeper}
	people := &members.Service{Acts: acts, Keeper: keeper}
	w.Service = &referrals.Service{Acts: acts, Vault: safe, Members: people,
		Families:   &families.Service{Acts: acts, Vault: safe, Members: people, Law: law(), Fictional: true, Texting: true},
		Programmes: &programmes.Service{Acts: acts, Members: people, Library: library(), Law: law()},
	}
	act.On(acts, w.FamilyForgotten)
	act.On(acts, w.WorkerLeft)
	act.On(acts, w.OrganisationStopping)
	act.On(acts, func(_ context.Context, _ *act.Act, e referrals.Moved) error {
		*w.moved = append(*w.moved, e)
		return nil
	})

	ctx := context.Background()
	al := must(people.Found(ctx, members.Alliance{Slug: "kortenaken", Municipalities: []kernel.NIS{"24054"},
		Name: kernel.Text{NL: "Kortenaken", FR: "Kortenaken", DE: "Kortenaken", EN: "Kortenaken"}}))
	w.alliance = al.ID
	w.admin = act.As(ctx, policy.Actor{Alliance: al.ID, Person: kernel.NewID(), Org: kernel.NewID(), Roles: []policy.Role{policy.Administrator}})
	found := func(name string, kind members.Kind, partOf kernel.ID) kernel.ID {
		return must(people.AddOrganisation(w.admin, members.Organisation{Name: name, Kind: kind, PartOf: partOf, Receives: true})).ID
	}
	w.midwives = found("Vroedvrouwen", members.Midwives, "")
	w.ocmw = found("OCMW", members.OCMW, "")
	w.team = found("Gezinsteam", members.OCMW, w.ocmw)
	w.house = found("Huis van het Kind", members.HouseOfChild, "")
	w.school = found("School", members.School, "")
	w.mia = w.hire("Mia", "mia@vroedvrouwen.example", w.midwives, policy.Referrer)
	w.aicha = w.hire("Aïcha", "aicha@ocmw.example", w.ocmw, policy.Caseworker)
	w.bram = w.hire("Bram", "bram@ocmw.example", w.ocmw, policy.Caseworker)
	w.vic = w.hire("Vic", "vic@ocmw.example", w.ocmw, policy.Volunteer)
	w.tess = w.hire("Tess", "tess@ocmw.example", w.team, policy.Caseworker)
	w.chloe = w.hire("Chloé", "chloe@huis.example", w.house, policy.Caseworker)
	w.sam = w.hire("Sam", "sam@school.example", w.school, policy.Coordinator)
	w.dirk = w.hire("Dirk", "dirk@ocmw.example", w.ocmw, policy.PrivacyOfficer)
	return w
}

func (w *town) hire(name, mail string, org kernel.ID, role policy.Role) context.Context {
	worker := must(w.Members.AddWorker(w.admin, members.Worker{Name: name, Mail: kernel.Email(mail), Lang: kernel.NL}, org, role))
	return act.As(context.Background(), policy.Actor{Alliance: w.alliance, Person: worker.ID, Org: org, Roles: []policy.Role{role}})
}

func person(ctx context.Context) kernel.ID { return act.ActorOf(ctx).Person }

// The words that may stand nowhere but in the vault.
const (
	secretName  = "Zelmira"
	secretLast  = "Wouterszoon"
	secretPhone = "2123456"
	secretWhy   = "verwarming"
	secretAsked = "winterjassen"
	secretPlace = "Veldstraat"
	secretRef   = "Z.W. tweeling"
)

// zelmira is a mother with a child of two who expects another, all fictional.
func zelmira() families.NewFamily {
	return families.NewFamily{
		Persons: []families.NewPerson{
			{Role: families.Applicant, First: secretName, Last: secretLast, Birth: "1996-05-17"},
			{Role: families.Child, First: "Oriane", Last: secretLast, Birth: "2024-03-01"},
			{Role: families.Unborn, Due: "2027-02-10"},
		},
		Contact:    families.Contact{Phones: []kernel.Phone{"02 123 45 67"}, Languages: []string{"ar", "nl"}},
		PostalCode: "3470",
	}
}

// told is a family that was told today, and agrees.
func (w *town) told() referrals.Told {
	return referrals.Told{How: referrals.Together, On: kernel.InstantOf(w.Now()).Date(), Agrees: true}
}

// letter is a referral of Zelmira to the welfare office, as Mia types it.
func (w *town) letter() referrals.NewReferral {
	return referrals.NewReferral{To: w.ocmw, Sketch: zelmira(), Told: w.told(), Reference: secretRef,
		Why: "De " + secretWhy + " is afgesloten.", Asked: "Graag hulp en " + secretAsked + "."}
}

// send is a letter sent by Mia.
func (w *town) send() kernel.ID { return must(w.Send(w.mia, w.letter())).ID }

// bring brings a new referral of Mia's to a state.
func (w *town) bring(to referrals.State) kernel.ID {
	id := w.send()
	switch to {
	case referrals.Declined:
		must(w.Decline(w.aicha, id, referrals.Full, w.house))
	case referrals.Withdrawn:
		w.ok(w.Withdraw(w.mia, id, referrals.NotNeeded))
	case referrals.Stopped:
		must(w.Stop(w.aicha, id))
	case referrals.Mistaken:
		w.ok(w.Withdraw(w.mia, id, referrals.InError))
	case referrals.Expired:
		w.ok(w.expire(id))
	case referrals.Accepted, referrals.Waiting, referrals.Scheduled, referrals.Missed, referrals.Arrived, referrals.Closed:
		must(w.Accept(w.aicha, id))
		if to == referrals.Accepted {
			break
		}
		if to == referrals.Waiting {
			must(w.Wait(w.aicha, id, referrals.NoRoomYet, ""))
			break
		}
		must(w.Schedule(w.aicha, id, w.in(48*time.Hour), secretPlace+" 1"))
		if to == referrals.Scheduled {
			break
		}
		if to == referrals.Missed {
			must(w.NoShow(w.aicha, id, referrals.Ill))
			break
		}
		must(w.Arrived(w.aicha, id))
		if to == referrals.Closed {
			must(w.Close(w.aicha, id, referrals.Helped))
		}
	}
	return id
}

// expire is the clock's end of a referral: the job that ends it, at its time.
func (w *town) expire(id kernel.ID) error {
	r := w.stored(id)
	if !r.State.Open() {
		return nil
	}
	job, day := r.Ends()
	now := w.Now()
	defer func() { w.clock.now = now }()
	if at := day.Time(); at.After(now) {
		w.clock.now = at
	}
	return w.Expire(context.Background(), w.alliance, job)
}

func (w *town) in(d time.Duration) kernel.Instant { return kernel.InstantOf(w.Now().Add(d)) }

func (w *town) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// stored is the referral as it is, whoever may know.
func (w *town) stored(id kernel.ID) referrals.Referral { return must(w.Stored(w.alliance, id)) }

// jobs are the jobs of a kind that wait.
func (w *town) jobs(kind string) (of []job.Job) {
	w.t.Helper()
	w.ok(w.db.Read(context.Background(), func(q db.Querier) error {
		all, err := job.List(context.Background(), q, w.alliance, job.Waiting, 10000)
		for _, j := range all {
			if j.Kind == kind {
				of = append(of, j)
			}
		}
		return err
	}))
	return of
}

// records lists what stands on record of a family, oldest first.
func (w *town) records(family kernel.ID) (all []audit.Record) {
	w.t.Helper()
	w.ok(w.db.Read(context.Background(), func(q db.Querier) error {
		newest, err := w.Acts.Audit.Of(context.Background(), q, w.alliance, family, 0, 1000)
		for _, r := range newest {
			all = append([]audit.Record{r}, all...)
		}
		return err
	}))
	return all
}

// known tells whether the vault has a key of a family.
func (w *town) known(family kernel.ID) bool {
	w.t.Helper()
	var n int64
	w.ok(w.db.Read(context.Background(), func(q db.Querier) error {
		return q.QueryRowContext(context.Background(), `SELECT count(*) FROM vault_key WHERE alliance = $1 AND family = $2`, w.alliance, family).Scan(&n)
	}))
	return n > 0
}

// everything is all that the tables hold, as text.
func (w *town) everything() string {
	w.t.Helper()
	var data, keys bytes.Buffer
	_, err := w.db.Backup(context.Background(), db.Target{Data: &data, Apart: &keys}, modules...)
	w.ok(err)
	var all strings.Builder
	for _, zipped := range []io.Reader{&data, &keys} {
		plain, err := gzip.NewReader(zipped)
		w.ok(err)
		_, err = io.Copy(&all, plain)
		w.ok(err)
	}
	return all.String()
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// fault is the code and key of an error, "conflict referral.over"; empty for
// none.
func fault(err error) string {
	if err == nil {
		return ""
	}
	if f, ok := errors.AsType[*kernel.Fault](err); ok {
		return string(f.Code) + " " + f.Key
	}
	return err.Error()
}

func wants(t *testing.T, what string, err error, want string) {
	t.Helper()
	if got := fault(err); got != want {
		t.Errorf("%s: got %q (%v), want %q", what, got, err, want)
	}
}

// library is the templates that the house ships, read once.
var library = sync.OnceValue(func() *programmes.Library { return must(programmes.ReadLibrary(templates.FS)) })

// law is the rules that the house ships, read once.
var law = sync.OnceValue(func() *rules.Library { return must(rules.Load(packs.FS)) })
