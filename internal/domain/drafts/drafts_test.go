package drafts_test

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/drafts"
	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/audit"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
	"github.com/bondgenoot/bondgenoot/internal/platform/job"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
)

// desk is where Aïcha types, at two posts, and Bram, her colleague. She may
// read one family.
type desk struct {
	*drafts.Service
	t                      *testing.T
	db                     *db.DB
	now                    time.Time
	alliance, family       kernel.ID
	team                   kernel.ID
	aicha, elsewhere, bram context.Context
	outside                context.Context
}

func atDesk(t *testing.T, fn func(w *desk)) {
	t.Helper()
	modules := []db.Migrations{policy.Migrations(), audit.Migrations(), job.Migrations(), vault.Migrations(), drafts.Migrations()}
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		path := filepath.Join(t.TempDir(), "key")
		if err := vault.CreateKeyFile(path); err != nil {
			t.Fatal(err)
		}
		keeper, err := vault.OpenKeyFile(path)
		if err != nil {
			t.Fatal(err)
		}
		w := &desk{t: t, db: d, now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC), alliance: kernel.NewID(), family: kernel.NewID(), team: kernel.NewID()}
		acts := &act.Acts{DB: d, Audit: &audit.Log{Key: ed25519.NewKeyFromSeed(make([]byte, 32))}, Now: func() time.Time { return w.now }}
		w.Service = &drafts.Service{Acts: acts, Vault: &vault.Vault{Keeper: keeper}}
		at := func(alliance, person, org kernel.ID, role policy.Role) context.Context {
			return act.As(t.Context(), policy.Actor{Alliance: alliance, Person: person, Org: org, Roles: []policy.Role{role}})
		}
		aicha := kernel.NewID()
		w.aicha, w.elsewhere = at(w.alliance, aicha, w.team, policy.Caseworker), at(w.alliance, aicha, kernel.NewID(), policy.Caseworker)
		w.bram, w.outside = at(w.alliance, kernel.NewID(), w.team, policy.Caseworker), at(kernel.NewID(), aicha, w.team, policy.Caseworker)
		err = d.Write(t.Context(), func(q db.Querier) error {
			if _, err := w.Vault.Create(t.Context(), q, w.alliance, w.family); err != nil {
				return err
			}
			return policy.Related(t.Context(), q, w.alliance, w.team, policy.CareTeam, w.family, kernel.InstantOf(w.now))
		})
		if err != nil {
			t.Fatal(err)
		}
		fn(w)
	})
}

// draft is what is being typed in a form.
func (w *desk) draft(form, words string, family kernel.ID) drafts.Draft {
	return drafts.Draft{Form: form, Page: form, Family: family, Typed: url.Values{"text": {words}}}
}

func (w *desk) keeps(ctx context.Context, d drafts.Draft) drafts.Draft {
	w.t.Helper()
	if err := w.Keep(ctx, d); err != nil {
		w.t.Fatalf("%s: %v", d.Form, err)
	}
	kept, found, err := w.On(ctx, d.Page)
	if err != nil || !found {
		w.t.Fatalf("%s: %v, %v", d.Page, found, err)
	}
	return kept
}

// is wants an error of a code.
func is(t *testing.T, what string, err error, want kernel.Code) {
	t.Helper()
	if kernel.CodeOf(err) != want {
		t.Errorf("%s: %v, want %q", what, err, want)
	}
}

// What somebody types is theirs, at the post for which they type it. A
// colleague, they themselves for another organisation, and another alliance
// find nothing, throw nothing away, and write over nothing.
func TestADraftIsItsWritersAlone(t *testing.T) {
	atDesk(t, func(w *desk) {
		form := "/families/" + string(w.family) + "/notes"
		kept := w.keeps(w.aicha, w.draft(form, "Zij slaapt slecht.", w.family))
		for name, other := range map[string]context.Context{"a colleague": w.bram, "another post": w.elsewhere, "another alliance": w.outside} {
			_, err := w.Open(other, kept.ID)
			is(w.t, name+" opens it", err, kernel.NotFound)
			_, err = w.Drop(other, kept.ID)
			is(w.t, name+" throws it away", err, kernel.NotFound)
			if _, found, err := w.On(other, form); found || err != nil {
				t.Errorf("%s is shown a draft: %v", name, err)
			}
			if err := w.Sent(other, form); err != nil {
				t.Errorf("%s sends the same form: %v", name, err)
			}
		}
		w.keeps(w.bram, w.draft(form, "Iets anders.", w.family))
		again, err := w.Open(w.aicha, kept.ID)
		if err != nil || again.Typed.Get("text") != "Zij slaapt slecht." {
			t.Errorf("it has become %v, %v", again.Typed, err)
		}
		is(t, "another post, which may not read the family, keeps one about it", w.Keep(w.elsewhere, w.draft(form, "x", w.family)), kernel.NotFound)
	})
}

// Who may not read a family any more does not find what they typed about it
// either.
func TestADraftEndsWithWhatOneMayKnow(t *testing.T) {
	atDesk(t, func(w *desk) {
		form := "/families/" + string(w.family) + "/notes"
		kept := w.keeps(w.aicha, w.draft(form, "Zij slaapt slecht.", w.family))
		err := w.db.Write(t.Context(), func(q db.Querier) error {
			return policy.Unrelated(t.Context(), q, w.alliance, w.team, policy.CareTeam, w.family)
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.Open(w.aicha, kept.ID)
		is(t, "the draft is opened", err, kernel.NotFound)
		if _, found, err := w.On(w.aicha, form); found || err != nil {
			t.Errorf("it is still shown: %v", err)
		}
		is(t, "more is typed", w.Keep(w.aicha, w.draft(form, "meer", w.family)), kernel.NotFound)
	})
}

// Drafts end after fourteen days, whoever asks and whether or not anybody swept;
// forty of a worker are kept, the newest; too much is refused.
func TestDraftsEndAndHaveBounds(t *testing.T) {
	atDesk(t, func(w *desk) {
		first := w.keeps(w.aicha, w.draft("/referrals/new", "Er is geen bed.", ""))
		w.now = w.now.Add(drafts.Life)
		if _, err := w.Open(w.aicha, first.ID); err != nil {
			t.Errorf("on its last moment: %v", err)
		}
		w.now = w.now.Add(time.Microsecond)
		_, err := w.Open(w.aicha, first.ID)
		is(t, "a moment later", err, kernel.NotFound)
		if n, err := w.Sweep(t.Context()); n != 1 || err != nil {
			t.Errorf("%d were swept: %v", n, err)
		}
		var kept []kernel.ID
		for i := range 45 {
			w.now = w.now.Add(time.Second)
			kept = append(kept, w.keeps(w.aicha, w.draft(fmt.Sprintf("/form/%d", i), "x", "")).ID)
		}
		for i, id := range kept {
			_, err := w.Open(w.aicha, id)
			if gone := i < 5; (kernel.CodeOf(err) == kernel.NotFound) != gone {
				t.Errorf("draft %d of %d: %v", i, len(kept), err)
			}
		}
		is(t, "a book", w.Keep(w.aicha, w.draft("/form", strings.Repeat("a", 65<<10), "")), kernel.TooMany)
		for _, form := range []string{"", "form", "//evil.example/?x", "/a#b", "/" + strings.Repeat("a", 300)} {
			is(t, form, w.Keep(w.aicha, w.draft(form, "x", "")), kernel.Invalid)
		}
	})
}

// What was typed lies in the vault alone, and is gone with the draft, with its
// key, and with the family.
func TestWhatWasTypedIsSealedAndForgotten(t *testing.T) {
	atDesk(t, func(w *desk) {
		const words = "Zqsecret"
		form := "/families/" + string(w.family) + "/notes"
		about, alone := w.keeps(w.aicha, w.draft(form, words, w.family)), w.keeps(w.aicha, w.draft("/referrals/new", words, ""))
		err := w.db.Read(t.Context(), func(q db.Querier) error {
			rows, err := q.QueryContext(t.Context(), `SELECT id, form, page FROM draft`)
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
				cells := make([]string, 3)
				if err := rows.Scan(&cells[0], &cells[1], &cells[2]); err != nil {
					return err
				}
				if slices.ContainsFunc(cells, func(c string) bool { return strings.Contains(c, words) }) {
					t.Errorf("what was typed stands in the table: %v", cells)
				}
			}
			return rows.Err()
		})
		if err != nil {
			t.Fatal(err)
		}
		if page, err := w.Drop(w.aicha, alone.ID); err != nil || page != "/referrals/new" {
			t.Errorf("to throw it away: %q, %v", page, err)
		}
		err = w.db.Read(t.Context(), func(q db.Querier) error {
			_, err := w.Vault.Open(t.Context(), q, w.alliance, alone.ID)
			return err
		})
		is(t, "the key that it had for itself", err, kernel.NotFound)
		err = w.Acts.Do(act.As(t.Context(), policy.SystemActor(w.alliance)), func(a *act.Act) error {
			if err := a.Allow(t.Context(), "system.work", ""); err != nil {
				return err
			}
			if err := w.FamilyForgotten(t.Context(), a, families.Forgotten{Family: w.family}); err != nil {
				return err
			}
			return a.Record(t.Context(), act.Entry{Action: "family.erase", Subject: w.family})
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.Open(w.aicha, about.ID)
		is(t, "the draft about a family that is forgotten", err, kernel.NotFound)
	})
}

// A hundred saves of one form at once are one draft, with what one of them held.
func TestAHundredSavesAtOnceAreOneDraft(t *testing.T) {
	atDesk(t, func(w *desk) {
		var all sync.WaitGroup
		for i := range 100 {
			all.Go(func() {
				if err := w.Keep(w.aicha, w.draft("/referrals/new", fmt.Sprint("Regel ", i), "")); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		n := 0
		err := w.db.Read(t.Context(), func(q db.Querier) error {
			return q.QueryRowContext(t.Context(), `SELECT count(*) FROM draft`).Scan(&n)
		})
		if err != nil || n != 1 {
			t.Errorf("there are %d drafts, %v", n, err)
		}
		kept, _, err := w.On(w.aicha, "/referrals/new")
		if err != nil {
			t.Fatal(err)
		}
		if d, err := w.Open(w.aicha, kept.ID); err != nil || !strings.HasPrefix(d.Typed.Get("text"), "Regel ") {
			t.Errorf("it holds %v, %v", d.Typed, err)
		}
	})
}
