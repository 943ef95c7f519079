package homes_test

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/homes"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
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

// town is an alliance in which Aïcha works with a mother, Chloé of another
// organisation with the father, and Noor is a child of both.
type town struct {
	*homes.Service
	t                 testing.TB
	clock             *time.Time
	aicha, chloe      context.Context
	nele              context.Context // the privacy officer
	mother, father    kernel.ID       // their files
	noor, yara, noorB kernel.ID       // Noor and Yara in the mother's file, Noor in the father's
}

func inTown(t *testing.T, fn func(w *town)) {
	t.Helper()
	modules := []db.Migrations{policy.Migrations(), audit.Migrations(), job.Migrations(), vault.Migrations(), members.Migrations(),
		families.Migrations(), homes.Migrations()}
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
	w := &town{t: t, clock: &now}
	acts := &act.Acts{DB: d, Audit: &audit.Log{Key: ed25519.NewKeyFromSeed(make([]byte, 32))}, Now: func() time.Time { return now }}
	people := &members.Service{Acts: acts, Keeper: keeper}
	files := &families.Service{Acts: acts, Vault: &vault.Vault{Keeper: keeper}, Members: people, Law: law(), Fictional: true}
	w.Service = &homes.Service{Acts: acts, Families: files}
	act.On(acts, w.FamilyMerged)
	act.On(acts, w.FamilyParted)
	act.On(acts, w.FamilyForgotten)

	ctx := context.Background()
	al := must(people.Found(ctx, members.Alliance{Slug: "leuven", Municipalities: []kernel.NIS{"24062"},
		Name: kernel.Text{NL: "Leuven", FR: "Louvain", DE: "Löwen", EN: "Leuven"}})).ID
	as := func(person, org kernel.ID, role policy.Role) context.Context {
		return act.As(ctx, policy.Actor{Alliance: al, Person: person, Org: org, Roles: []policy.Role{role}})
	}
	admin := as(kernel.NewID(), kernel.NewID(), policy.Administrator)
	hire := func(name string, role policy.Role) context.Context {
		org := must(people.AddOrganisation(admin, members.Organisation{Name: "Huis " + name, Kind: members.OCMW}))
		worker := must(people.AddWorker(admin, members.Worker{Name: name, Mail: kernel.Email(name + "@huis.example"), Lang: kernel.NL}, org.ID, role))
		return as(worker.ID, org.ID, role)
	}
	w.aicha, w.chloe, w.nele = hire("aicha", policy.Caseworker), hire("chloe", policy.Caseworker), hire("nele", policy.PrivacyOfficer)
	w.mother = w.opens(w.aicha, "Fatima", "Noor", "Yara")
	w.father = w.opens(w.chloe, "Jan", "Noor")
	p := must(files.Read(w.aicha, w.mother, families.ForCare)).Persons
	w.noor, w.yara = p[1].ID, p[2].ID
	w.noorB = must(files.Read(w.chloe, w.father, families.ForCare)).Persons[1].ID
	return w
}

// opens opens a file of an adult with children, each with a day of birth of its
// own.
func (w *town) opens(who context.Context, adult string, children ...string) kernel.ID {
	w.t.Helper()
	in := families.NewFamily{Anyway: true, PostalCode: "3000", Persons: []families.NewPerson{{Role: families.Applicant, First: adult, Last: "Adult", Birth: "1990-01-01"}}}
	for _, first := range children {
		in.Persons = append(in.Persons, families.NewPerson{Role: families.Child, First: first, Last: "Peeters", Birth: kernel.Date(fmt.Sprintf("2020-01-%02d", 10+int(first[0])%20))})
	}
	return must(w.Families.Open(who, in)).ID
}

// secret makes the address of a file secret.
func (w *town) secret(who context.Context, family kernel.ID) {
	w.t.Helper()
	f := must(w.Families.Read(who, family, families.ForCare))
	err := w.Families.ChangeContact(who, family, families.ContactEdit{Contact: f.Contact, Version: f.ContactVersion, PostalCode: f.PostalCode, Municipality: f.Municipality, Confidential: true})
	if err != nil {
		w.t.Fatal(err)
	}
}

// one is the one other home that a file shows.
func (w *town) one(who context.Context, family kernel.ID) homes.Home {
	w.t.Helper()
	all := must(w.Of(who, family))
	if len(all) != 1 {
		w.t.Fatalf("%d other homes, want 1: %+v", len(all), all)
	}
	return all[0]
}

func (w *town) none(who context.Context, family kernel.ID, why string) {
	w.t.Helper()
	if all := must(w.Of(who, family)); len(all) != 0 {
		w.t.Errorf("%s: %+v", why, all)
	}
}

func (w *town) linked() {
	w.t.Helper()
	wants(w.t, "asks", w.Ask(w.aicha, w.mother, w.noor), "")
	wants(w.t, "answers", w.Answer(w.chloe, w.father, w.one(w.chloe, w.father).Link, true), "")
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

// Whoever asks learns nothing until somebody says yes: a home that is not
// there, one that says no and one whose address is secret look the same.
func TestWhoAsksIsToldTheSameUntilSomebodySaysYes(t *testing.T) {
	for name, then := range map[string]func(w *town){
		"nobody has such a child": func(w *town) { wants(w.t, "asks", w.Ask(w.aicha, w.mother, w.yara), "") },
		"the other home is asked": func(w *town) { wants(w.t, "asks", w.Ask(w.aicha, w.mother, w.noor), "") },
		"the other home says no": func(w *town) {
			wants(w.t, "asks", w.Ask(w.aicha, w.mother, w.noor), "")
			wants(w.t, "no", w.Answer(w.chloe, w.father, w.one(w.chloe, w.father).Link, false), "")
		},
		"the other address is secret": func(w *town) {
			w.secret(w.chloe, w.father)
			wants(w.t, "asks", w.Ask(w.aicha, w.mother, w.noor), "")
			w.none(w.chloe, w.father, "a secret address is asked")
		},
		"the other file closed before": func(w *town) {
			wants(w.t, "closes", w.Families.Close(w.chloe, w.father, families.ClosedMoved), "")
			wants(w.t, "asks", w.Ask(w.aicha, w.mother, w.noor), "")
		},
		"the other home is with another already": func(w *town) {
			third := w.opens(w.chloe, "Rik", "Noor")
			wants(w.t, "links", w.Link(w.chloe, w.father, w.noorB, third), "")
			wants(w.t, "asks", w.Ask(w.aicha, w.mother, w.noor), "")
		},
	} {
		t.Run(name, func(t *testing.T) {
			inTown(t, func(w *town) {
				w.t = t
				then(w)
				h := w.one(w.aicha, w.mother)
				h.Link, h.Child = "", ""
				want := homes.Home{State: homes.Asked, Mine: true, Until: kernel.InstantOf(w.clock.Add(30 * 24 * time.Hour))}
				if fmt.Sprintf("%+v", h) != fmt.Sprintf("%+v", want) {
					t.Errorf("who asked sees %+v, want %+v", h, want)
				}
			})
		})
	}
}

func TestTwoHomesKnowOfEachOtherAndNothingMore(t *testing.T) {
	inTown(t, func(w *town) {
		w.linked()
		for who, at := range map[context.Context]kernel.ID{w.aicha: w.mother, w.chloe: w.father} {
			if h := w.one(who, at); h.State != homes.Linked || fmt.Sprintf("%+v", h.Theirs) != fmt.Sprintf("%+v", homes.Theirs{}) {
				w.t.Errorf("a home sees %+v", h)
			}
		}
		link := w.one(w.aicha, w.mother).Link
		_, err := w.Of(w.chloe, w.mother)
		wants(w.t, "the other team looks", err, "not_found object")
		wants(w.t, "the other team ends it from there", w.End(w.chloe, w.mother, link), "not_found object")
		wants(w.t, "gives what there is not", w.Give(w.aicha, w.mother, link, []homes.Share{"address"}), "invalid home.gives")
		wants(w.t, "gives the register", w.Give(w.aicha, w.mother, link, []homes.Share{homes.GivesLives}), "")
		wants(w.t, "says where", w.Lives(w.aicha, w.mother, link, homes.Here), "")
		if h := w.one(w.chloe, w.father); h.Theirs.Lives != homes.Here || h.Theirs.Team != nil {
			w.t.Errorf("given: %+v", h.Theirs)
		}
		wants(w.t, "gives the team", w.Give(w.aicha, w.mother, link, []homes.Share{homes.GivesTeam}), "")
		if h := w.one(w.chloe, w.father); h.Theirs.Lives != "" || len(h.Theirs.Team) != 2 {
			w.t.Errorf("given: %+v", h.Theirs)
		}
		w.secret(w.aicha, w.mother)
		w.none(w.chloe, w.father, "a home whose address became secret is still seen")
		wants(w.t, "changes what it does not see", w.Give(w.chloe, w.father, link, nil), "not_found home")
		wants(w.t, "ends it", w.End(w.aicha, w.mother, link), "")
		w.none(w.aicha, w.mother, "it ended")
	})
}

func TestFromASecretAddressNothingIsAsked(t *testing.T) {
	inTown(t, func(w *town) {
		wants(w.t, "asks", w.Ask(w.chloe, w.father, w.noorB), "")
		w.secret(w.aicha, w.mother)
		wants(w.t, "asks", w.Ask(w.aicha, w.mother, w.yara), "conflict home.secret")
		wants(w.t, "says yes", w.Answer(w.aicha, w.mother, w.one(w.aicha, w.mother).Link, true), "conflict home.secret")
		if h := w.one(w.chloe, w.father); h.State != homes.Asked {
			w.t.Errorf("who asked sees %+v", h)
		}
	})
}

func TestWhoWorksWithBothHomesLinksThem(t *testing.T) {
	inTown(t, func(w *town) {
		wants(w.t, "a file of others", w.Link(w.aicha, w.mother, w.noor, w.father), "invalid home.with")
		wants(w.t, "a file of nobody", w.Link(w.aicha, w.mother, w.noor, kernel.NewID()), "invalid home.with")
		wants(w.t, "the same file", w.Link(w.aicha, w.mother, w.noor, w.mother), "invalid home.self")
		second := w.opens(w.aicha, "Piet", "Noor")
		wants(w.t, "another child", w.Link(w.aicha, w.mother, w.yara, second), "invalid home.child")
		wants(w.t, "who is no child of it", w.Link(w.aicha, w.mother, w.noorB, second), "invalid family.person")
		wants(w.t, "the child", w.Link(w.aicha, w.mother, w.noor, second), "")
		wants(w.t, "again", w.Ask(w.aicha, w.mother, w.noor), "conflict home.linked")
		if h := w.one(w.aicha, w.mother); h.Theirs.Family != second {
			w.t.Errorf("who works with both sees %+v", h)
		}
		both := must(w.Families.Compare(w.aicha, w.mother, second, nil))
		merging := families.Merging{Kept: w.mother, Gone: second, KeptVersion: both.Kept.Version, GoneVersion: both.Gone.Version, Same: both.Same, Choose: map[string]families.Which{}}
		for _, d := range both.Differences {
			merging.Choose[d.Field] = families.InKept
		}
		_, err := w.Families.Join(w.aicha, merging)
		wants(w.t, "two homes in one file", err, "conflict home.two")
	})
}

func TestRulesKnowWhereAChildIsRegistered(t *testing.T) {
	inTown(t, func(w *town) {
		must(w.Families.RecordFacts(w.aicha, w.mother, 0, []families.Fact{{Key: "all_live_here", Value: []byte("true"), Source: families.Told}}))
		w.linked()
		link := w.one(w.aicha, w.mother).Link
		wants(w.t, "nowhere", w.Lives(w.aicha, w.mother, link, "moon"), "invalid home.lives")
		wants(w.t, "elsewhere", w.Lives(w.aicha, w.mother, link, homes.Elsewhere), "")
		file := must(w.Families.Read(w.aicha, w.mother, families.ForCare))
		for _, want := range []struct {
			person     kernel.ID
			key, value string
		}{{"", "all_live_here", "false"}, {w.noor, "lives_here_self", "false"}, {w.yara, "lives_here_self", "true"}} {
			if x, _ := file.Fact(want.person, want.key); string(x.Value) != want.value {
				w.t.Errorf("%s is %s, want %s", want.key, x.Value, want.value)
			}
		}
		if facts := must(w.Families.Read(w.chloe, w.father, families.ForCare)).Facts; len(facts) != 2 { // two days of birth
			w.t.Errorf("the other file came to know something: %+v", facts)
		}
		wants(w.t, "here after all", w.Lives(w.aicha, w.mother, link, homes.Here), "")
		file = must(w.Families.Read(w.aicha, w.mother, families.ForCare))
		if x, _ := file.Fact(w.noor, "lives_here_self"); string(x.Value) != "true" {
			w.t.Errorf("registered here: %s", x.Value)
		}
	})
}

// To erase or to join one home leaves the other as it was.
func TestTheOtherHomeStaysWhateverHappensToOne(t *testing.T) {
	inTown(t, func(w *town) {
		w.linked()
		twice := w.opens(w.aicha, "Fatima", "Noor")
		both := must(w.Families.Compare(w.aicha, twice, w.mother, nil))
		merging := families.Merging{Kept: twice, Gone: w.mother, KeptVersion: both.Kept.Version, GoneVersion: both.Gone.Version, Same: both.Same, Choose: map[string]families.Which{}}
		for _, d := range both.Differences {
			merging.Choose[d.Field] = families.InKept
		}
		before := must(w.Families.Read(w.chloe, w.father, families.ForCare)).Family
		m := must(w.Families.Join(w.aicha, merging))
		if h := w.one(w.aicha, twice); h.Child != both.Same[w.noor] || h.State != homes.Linked {
			w.t.Errorf("after the files became one: %+v", h)
		}
		must(w.Families.Part(w.aicha, twice, m.ID))
		w.none(w.aicha, twice, "the files were parted")
		if h := w.one(w.aicha, w.mother); h.Child != w.noor {
			w.t.Errorf("after the files were parted: %+v", h)
		}
		if h := w.one(w.chloe, w.father); h.State != homes.Linked {
			w.t.Errorf("the other home: %+v", h)
		}
		wants(w.t, "erases", w.Families.Forget(w.nele, w.mother, "asked"), "")
		w.none(w.chloe, w.father, "the other home was erased")
		if after := must(w.Families.Read(w.chloe, w.father, families.ForCare)).Family; after != before {
			w.t.Errorf("the file that stays: %+v, was %+v", after, before)
		}
	})
}

// A hundred ask and a hundred answer at once: there is one question, and one
// answer to it.
func TestAHundredAtOnce(t *testing.T) {
	inTown(t, func(w *town) {
		atOnce := func(do func() error, other string) (done int) {
			errs := make([]error, 100)
			var all sync.WaitGroup
			for i := range errs {
				all.Go(func() { errs[i] = do() })
			}
			all.Wait()
			for _, err := range errs {
				if err == nil {
					done++
				} else {
					wants(w.t, "one of a hundred", err, other)
				}
			}
			return done
		}
		if n := atOnce(func() error { return w.Ask(w.aicha, w.mother, w.noor) }, "conflict home.asked"); n != 1 {
			w.t.Errorf("%d questions", n)
		}
		link := w.one(w.chloe, w.father).Link
		if n := atOnce(func() error { return w.Answer(w.chloe, w.father, link, true) }, "not_found home"); n != 1 {
			w.t.Errorf("%d answers", n)
		}
	})
}

func TestAQuestionLapses(t *testing.T) {
	inTown(t, func(w *town) {
		wants(w.t, "asks", w.Ask(w.aicha, w.mother, w.noor), "")
		if all := must(w.Waiting(w.chloe)); len(all) != 1 || all[0].Family != w.father {
			w.t.Errorf("waiting: %+v", all)
		}
		if all := must(w.Waiting(w.aicha)); len(all) != 0 {
			w.t.Errorf("waiting for who asked: %+v", all)
		}
		link := w.one(w.chloe, w.father).Link
		*w.clock = w.clock.Add(30 * 24 * time.Hour)
		wants(w.t, "answers late", w.Answer(w.chloe, w.father, link, true), "not_found home")
		w.none(w.aicha, w.mother, "it lapsed")
		if n := must(w.Sweep(context.Background())); n != 1 {
			w.t.Errorf("%d swept away", n)
		}
		wants(w.t, "asks again", w.Ask(w.aicha, w.mother, w.noor), "")
	})
}
