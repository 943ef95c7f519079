package members_test

import (
	"context"
	"errors"
	"strings"
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

var gone = kernel.NewConflict("paired.gone")

// joins is a telephone that scans a code; who shows it says yes.
func (w town) joins(t *testing.T, by context.Context, hours int) (id kernel.ID, cookie string) {
	t.Helper()
	p := must(w.Pair(by, "Kleding, tafel 2", hours))
	_, code, err := w.Paired(by, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	cookie = must(w.Claim(context.Background(), members.Browser{Kind: "Firefox, Android"}, code))
	both := must(w.Claimed(context.Background(), cookie))
	if err := w.ConfirmPaired(by, p.ID, both.Number); err != nil {
		t.Fatal(err)
	}
	return p.ID, cookie
}

func TestATelephoneTakesPartAsAVolunteerForItsHours(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		w, ctx := newTown(t, d), context.Background()
		aicha := w.self(w.aicha, w.ocmw)
		p := must(w.Pair(aicha, "  Kleding,   tafel 2 ", 4))
		_, code, err := w.Paired(aicha, p.ID)
		if err != nil || p.State != members.PairedOffered || p.Place != "Kleding, tafel 2" || code == "" {
			t.Fatalf("offered: %+v, %v", p, err)
		}
		for name, wrong := range map[string]string{"nothing": "", "half": code[:30], "another": strings.ToUpper(code), "longer": code + "AA"} {
			if _, err := w.Claim(ctx, members.Browser{}, wrong); !errors.Is(err, gone) {
				t.Errorf("%s opens: %v", name, err)
			}
		}
		if err := w.ConfirmPaired(aicha, p.ID, ""); !errors.Is(err, gone) {
			t.Errorf("confirmed before a telephone came: %v", err)
		}
		cookie := must(w.Claim(ctx, members.Browser{Kind: "Firefox, Android"}, code))
		if _, err := w.Session(ctx, cookie); kernel.CodeOf(err) != kernel.Unauthenticated {
			t.Errorf("it takes part before anybody said so: %v", err)
		}
		phone := must(w.Claimed(ctx, cookie))
		screen, code, err := w.Paired(aicha, p.ID)
		if err != nil || code != "" || len(phone.Number) != 3 || phone.Number != screen.Number || screen.State != members.PairedClaimed {
			t.Errorf("the telephone shows %+v, the screen %+v (%v)", phone, screen, err)
		}
		if err := w.ConfirmPaired(aicha, p.ID, "x"+phone.Number); !errors.Is(err, gone) {
			t.Errorf("another number will do: %v", err)
		}
		if err := w.ConfirmPaired(aicha, p.ID, phone.Number); err != nil {
			t.Fatal(err)
		}
		session := must(w.Session(ctx, cookie))
		actor := session.Actor()
		if len(actor.Roles) != 1 || actor.Roles[0] != policy.Volunteer || actor.Org != w.ocmw.ID || actor.Person == w.aicha.ID || session.How != members.ByPairing {
			t.Errorf("it acts as %+v", actor)
		}

		// what an account has, it has not
		its := act.As(ctx, actor)
		for name, do := range map[string]func() error{
			"a token": func() error {
				_, _, err := w.MakeToken(its, members.NewToken{Name: "x", LastDay: "2026-12-01"})
				return err
			},
			"an identity":  func() error { return w.LinkIdentity(its, shown("s-9")) },
			"a language":   func() error { return w.SetLanguage(its, kernel.FR) },
			"its own page": func() error { _, err := w.Own(its); return err },
			"a passkey":    func() error { _, err := w.AskNewPasskey(its); return err },
			"another post": func() error { _, err := w.ActFor(ctx, cookie, session, w.alliance, w.house.ID); return err },
			"one more":     func() error { _, err := w.Pair(its, "x", 1); return err },
			"the list":     func() error { _, err := w.PairedNow(its); return err },
		} {
			if err := do(); err == nil {
				t.Errorf("a telephone gets %s", name)
			}
		}
		if posts := must(w.Choices(ctx, session)); len(posts) != 0 {
			t.Errorf("it may act for %+v", posts)
		}

		*w.clock = w.clock.Add(4*time.Hour - time.Minute)
		must(w.Session(ctx, cookie))
		*w.clock = w.clock.Add(time.Minute)
		if _, err := w.Session(ctx, cookie); kernel.CodeOf(err) != kernel.Unauthenticated {
			t.Errorf("its hour has come, and it goes on: %v", err)
		}
		if open := must(w.PairedNow(aicha)); len(open) != 0 {
			t.Errorf("its hour has come, and it is listed: %+v", open)
		}
	})
}

func TestATelephoneStopsAtOnce(t *testing.T) {
	for name, stop := range map[string]func(w town, by context.Context, id kernel.ID, cookie string) error{
		"when the worker says so": func(w town, by context.Context, id kernel.ID, _ string) error { return w.EndPaired(by, id) },
		"when who holds it signs out": func(w town, _ context.Context, _ kernel.ID, cookie string) error {
			return w.SignOut(context.Background(), cookie)
		},
		"when the worker signs out everywhere": func(w town, by context.Context, _ kernel.ID, _ string) error { return w.SignOutEverywhere(by) },
		"when the administrator signs them out": func(w town, _ context.Context, _ kernel.ID, _ string) error {
			return w.SignOutWorker(w.admin, w.aicha.ID)
		},
		"when the worker leaves": func(w town, _ context.Context, _ kernel.ID, _ string) error {
			return w.SetRoles(w.admin, w.aicha.ID, w.ocmw.ID)
		},
		"when the worker may no longer": func(w town, _ context.Context, _ kernel.ID, _ string) error {
			return w.SetRoles(w.admin, w.aicha.ID, w.ocmw.ID, policy.Referrer)
		},
		"when the organisation is gone": func(w town, _ context.Context, _ kernel.ID, _ string) error {
			o := w.ocmw
			o.Active = false
			_, err := w.ChangeOrganisation(w.admin, o)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
				w := newTown(t, d)
				aicha := w.self(w.aicha, w.ocmw)
				id, cookie := w.joins(t, aicha, 12)
				must(w.Session(context.Background(), cookie))
				if err := stop(w, aicha, id, cookie); err != nil {
					t.Fatal(err)
				}
				if _, err := w.Session(context.Background(), cookie); kernel.CodeOf(err) != kernel.Unauthenticated {
					t.Errorf("it goes on: %v", err)
				}
			})
		})
	}
}

func TestACodeForATelephoneHoldsTenMinutes(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		w, ctx := newTown(t, d), context.Background()
		aicha := w.self(w.aicha, w.ocmw)
		offered := must(w.Pair(aicha, "a", 12))
		_, code, _ := w.Paired(aicha, offered.ID)
		*w.clock = w.clock.Add(10 * time.Minute)
		if _, err := w.Claim(ctx, members.Browser{}, code); !errors.Is(err, gone) {
			t.Errorf("after ten minutes: %v", err)
		}
		claimed := must(w.Pair(aicha, "b", 12))
		_, code, _ = w.Paired(aicha, claimed.ID)
		cookie := must(w.Claim(ctx, members.Browser{}, code))
		number := must(w.Claimed(ctx, cookie)).Number
		*w.clock = w.clock.Add(10 * time.Minute)
		if err := w.ConfirmPaired(aicha, claimed.ID, number); !errors.Is(err, gone) {
			t.Errorf("confirmed after ten minutes: %v", err)
		}
		for _, hours := range []int{-1, 0, 13} {
			if _, err := w.Pair(aicha, "a", hours); kernel.CodeOf(err) != kernel.Invalid {
				t.Errorf("%d hours: %v", hours, err)
			}
		}
		for _, place := range []string{"", " ", strings.Repeat("a", 61), "a\x00"} {
			if _, err := w.Pair(aicha, place, 1); kernel.CodeOf(err) != kernel.Invalid {
				t.Errorf("the place %q: %v", place, err)
			}
		}
		wim := must(w.AddWorker(w.admin, members.Worker{Name: "Wim", Mail: "wim@ocmw.example", Lang: kernel.NL}, w.house.ID, policy.Caseworker))
		other := must(w.Pair(aicha, "c", 1))
		if _, _, err := w.Paired(w.self(wim, w.house), other.ID); kernel.CodeOf(err) != kernel.NotFound {
			t.Errorf("another organisation sees it: %v", err)
		}
		if err := w.EndPaired(w.self(wim, w.house), other.ID); kernel.CodeOf(err) != kernel.NotFound {
			t.Errorf("another organisation ends it: %v", err)
		}
		*w.clock = w.clock.Add(31 * 24 * time.Hour)
		if n := must(w.Sweep(ctx)); n != 3 {
			t.Errorf("%d were swept away, want 3", n)
		}
	})
}

// A hundred telephones scan one code at once: one has it.
func TestOneOfAHundredTelephonesIsPaired(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		w, ctx := newTown(t, d), context.Background()
		aicha := w.self(w.aicha, w.ocmw)
		p := must(w.Pair(aicha, "a", 1))
		_, code, _ := w.Paired(aicha, p.ID)
		var has atomic.Value
		came := atHundred(func(int) error {
			cookie, err := w.Claim(ctx, members.Browser{}, code)
			if err == nil {
				has.Store(cookie)
			}
			return err
		})
		if count(came, "") != 1 || count(came, kernel.Conflict) != 99 {
			t.Errorf("paired: %v", came)
		}
		if err := w.ConfirmPaired(aicha, p.ID, must(w.Claimed(ctx, has.Load().(string))).Number); err != nil {
			t.Fatal(err)
		}
		must(w.Session(ctx, has.Load().(string)))
	})
}
