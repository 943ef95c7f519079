package members_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// asAicha is Aïcha at work at the welfare office.
func (w town) asAicha() context.Context {
	return act.As(context.Background(), policy.Actor{Alliance: w.alliance, Person: w.aicha.ID, Org: w.ocmw.ID, Roles: []policy.Role{policy.Caseworker}})
}

var scanned = regexp.MustCompile(`^bg_[a-z2-7]{77}$`)

// A token acts for who made it, there where it was made, until its last day.
// Nothing that is kept is the token.
func TestATokenActsForItsMaker(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		ctx, last := w.asAicha(), kernel.Date("2027-11-23")
		made, secret, err := w.MakeToken(ctx, members.NewToken{Name: "  Praktijk   De Bron ", LastDay: last, ReadOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		if !scanned.MatchString(secret) || made.Name != "Praktijk De Bron" || made.Org != w.ocmw.ID || !made.ReadOnly {
			t.Errorf("the token is %+v, its secret %d letters", made, len(secret))
		}
		post, token, err := w.ByToken(context.Background(), secret)
		if err != nil || post.Worker.ID != w.aicha.ID || post.Organisation.ID != w.ocmw.ID || token.ID != made.ID || len(post.Roles) == 0 {
			t.Errorf("it acts for %+v: %v", post.Worker.ID, err)
		}
		if own := must(w.Tokens(ctx)); len(own) != 1 || own[0].UsedAt == "" {
			t.Errorf("its maker sees %+v", own)
		}
		var kept int
		if err := d.Read(ctx, func(q db.Querier) error {
			return q.QueryRowContext(ctx, `SELECT count(*) FROM token WHERE hash = $1 OR name LIKE $2`, secret, "%"+secret[3:20]+"%").Scan(&kept)
		}); err != nil || kept != 0 {
			t.Errorf("the token itself is kept (%d, %v)", kept, err)
		}
		for name, wrong := range map[string]string{
			"nothing": "", "a session": "x.y", "the prefix": "bg_", "one letter more": secret + "a", "another ending": secret[:len(secret)-2] + "aa",
			"capitals": strings.ToUpper(secret), "another alliance": secret[:5] + "aaaa" + secret[9:], "no letters": "bg_" + strings.Repeat("1", 77),
		} {
			if _, _, err := w.ByToken(ctx, wrong); kernel.CodeOf(err) != kernel.Unauthenticated {
				t.Errorf("%s: %v", name, err)
			}
		}
		*w.clock = w.clock.AddDate(1, 0, 0)
		if _, _, err := w.ByToken(ctx, secret); err != nil {
			t.Errorf("on its last day: %v", err)
		}
		*w.clock = w.clock.AddDate(0, 0, 1)
		if _, _, err := w.ByToken(ctx, secret); kernel.CodeOf(err) != kernel.Unauthenticated {
			t.Errorf("the day after: %v", err)
		}
		if own := must(w.Tokens(ctx)); len(own) != 0 {
			t.Errorf("what has ended is still shown: %+v", own)
		}
	})
}

// A token stops at once when its maker or the administrator says so, and when
// the post is taken away, for good; nobody else can stop it.
func TestATokenIsStopped(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		ctx, day := w.asAicha(), kernel.Date("2027-01-01")
		colleague := act.As(ctx, policy.Actor{Alliance: w.alliance, Person: kernel.NewID(), Org: w.ocmw.ID, Roles: []policy.Role{policy.Caseworker}})
		for name, stop := range map[string]func(id kernel.ID) error{
			"by its maker":         func(id kernel.ID) error { return w.RevokeToken(ctx, id) },
			"by the administrator": func(id kernel.ID) error { return w.RevokeAnyToken(w.admin, id) },
			"with the post, for good": func(kernel.ID) error {
				return errors.Join(w.SetRoles(w.admin, w.aicha.ID, w.ocmw.ID), w.SetRoles(w.admin, w.aicha.ID, w.ocmw.ID, policy.Caseworker))
			},
		} {
			made, secret, err := w.MakeToken(ctx, members.NewToken{Name: name, LastDay: day})
			if err != nil {
				t.Fatal(err)
			}
			if err := w.RevokeToken(colleague, made.ID); kernel.CodeOf(err) != kernel.NotFound {
				t.Errorf("a colleague stops it: %v", err)
			}
			if err := w.RevokeAnyToken(colleague, made.ID); kernel.CodeOf(err) != kernel.Forbidden {
				t.Errorf("a colleague stops anybody's: %v", err)
			}
			if all := must(w.AllTokens(w.admin)); len(all) != 1 {
				t.Errorf("the administrator sees %d", len(all))
			}
			if err := stop(made.ID); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if _, _, err := w.ByToken(ctx, secret); kernel.CodeOf(err) != kernel.Unauthenticated {
				t.Errorf("%s: it still works: %v", name, err)
			}
			if err := w.RevokeToken(ctx, made.ID); kernel.CodeOf(err) != kernel.NotFound {
				t.Errorf("%s: it is stopped twice: %v", name, err)
			}
		}
	})
}

func TestWhatATokenCannotBe(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		for name, tt := range map[string]struct {
			in    members.NewToken
			field string
		}{
			"without a name":      {members.NewToken{Name: "  ", LastDay: "2026-12-01"}, "name"},
			"a name without end":  {members.NewToken{Name: strings.Repeat("ж", 81), LastDay: "2026-12-01"}, "name"},
			"a name with a bell":  {members.NewToken{Name: "a\ab", LastDay: "2026-12-01"}, "name"},
			"without a last day":  {members.NewToken{Name: "a"}, "last_day"},
			"over before it is":   {members.NewToken{Name: "a", LastDay: "2026-11-22"}, "last_day"},
			"a day over a year":   {members.NewToken{Name: "a", LastDay: "2027-11-24"}, "last_day"},
			"until kingdom comes": {members.NewToken{Name: "a", LastDay: "9999-12-31"}, "last_day"},
		} {
			_, secret, err := w.MakeToken(w.asAicha(), tt.in)
			fault, _ := errors.AsType[*kernel.Fault](err)
			if fault == nil || fault.Field != tt.field || secret != "" {
				t.Errorf("%s: %v, and a secret of %d letters", name, err, len(secret))
			}
		}
	})
}

// A hundred at once make no more than the twenty that one may have.
func TestAHundredTokensAtOnce(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		var made atomic.Int64
		var all sync.WaitGroup
		for i := range 100 {
			all.Go(func() {
				_, _, err := w.MakeToken(w.asAicha(), members.NewToken{Name: fmt.Sprint("nr ", i), LastDay: "2026-12-01"})
				switch kernel.CodeOf(err) {
				case "":
					made.Add(1)
				case kernel.Conflict:
				default:
					t.Error(err)
				}
			})
		}
		all.Wait()
		if n := made.Load(); n != 20 {
			t.Errorf("%d were made", n)
		}
	})
}

func FuzzTokens(f *testing.F) {
	f.Add("bg_" + strings.Repeat("a", 77))
	f.Add("bg_" + strings.Repeat("7", 77))
	f.Add("")
	d := dbtest.Open(f, dbtest.SQLite(f), modules...)
	s := members.Service{Acts: &act.Acts{DB: d, Now: time.Now}}
	f.Fuzz(func(t *testing.T, secret string) {
		if _, _, err := s.ByToken(context.Background(), secret); kernel.CodeOf(err) != kernel.Unauthenticated {
			t.Errorf("%q: %v", secret, err)
		}
	})
}
