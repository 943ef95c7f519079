package members_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"
	"github.com/google/uuid"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// telephone is a device with a passkey, at the address of a site.
type telephone struct {
	site  virtualwebauthn.RelyingParty
	holds virtualwebauthn.Authenticator
	key   virtualwebauthn.Credential
}

func (w town) telephone(of members.Worker) *telephone {
	a, p := uuid.MustParse(string(w.alliance)), uuid.MustParse(string(of.ID))
	phone := &telephone{
		site:  virtualwebauthn.RelyingParty{Name: "Bondgenoot", ID: "bondgenoot.example", Origin: "https://bondgenoot.example"},
		holds: virtualwebauthn.NewAuthenticatorWithOptions(virtualwebauthn.AuthenticatorOptions{UserHandle: append(a[:], p[:]...)}),
		key:   virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2),
	}
	phone.holds.AddCredential(phone.key)
	return phone
}

// makes answers the question for a new passkey; opens the one at the door.
func (p *telephone) makes(q members.Question) string {
	options := must(virtualwebauthn.ParseAttestationOptions(string(q.Options)))
	return virtualwebauthn.CreateAttestationResponse(p.site, p.holds, p.key, *options)
}

func (p *telephone) opens(q members.Question) string {
	options := must(virtualwebauthn.ParseAssertionOptions(string(q.Options)))
	p.key.Counter++
	return virtualwebauthn.CreateAssertionResponse(p.site, p.holds, p.key, *options)
}

// withKey is a telephone whose passkey the worker has added.
func (w town) withKey(t *testing.T, of members.Worker) (*telephone, members.Passkey) {
	t.Helper()
	w.Base = "https://bondgenoot.example"
	phone := w.telephone(of)
	q := must(w.AskNewPasskey(w.as(of)))
	key, err := w.AddPasskey(w.as(of), q.Sealed, " my  telephone", phone.makes(q))
	if err != nil {
		t.Fatal(err)
	}
	return phone, key
}

func TestAPasskeyOpensASessionAndAnswersOnce(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		w, ctx := newTown(t, d), context.Background()
		w.Service.Base = "https://bondgenoot.example"
		phone, key := w.withKey(t, w.aicha)
		q := must(w.AskPasskey())
		answer := phone.opens(q)

		cookies := make([]string, 20)
		var sending sync.WaitGroup
		for i := range cookies {
			sending.Go(func() { cookies[i], _ = w.SignInWithPasskey(ctx, members.Browser{}, q.Sealed, answer) })
		}
		sending.Wait()
		opened := slices.DeleteFunc(cookies, func(cookie string) bool { return cookie == "" })
		if len(opened) != 1 {
			t.Fatalf("an answer sent twenty times at once opened %d sessions, want 1", len(opened))
		}
		session := must(w.Session(ctx, opened[0]))
		if session.Worker.ID != w.aicha.ID || session.How != members.ByPasskey {
			t.Errorf("session %+v", session)
		}
		keys := must(w.Passkeys(w.as(w.aicha)))
		if len(keys) != 1 || keys[0].Name != "my telephone" || keys[0].Used == "" {
			t.Errorf("passkeys %+v", keys)
		}
		if err := w.RemovePasskey(w.as(w.aicha), key.ID); err != nil {
			t.Fatal(err)
		}
		q = must(w.AskPasskey())
		if _, err := w.SignInWithPasskey(ctx, members.Browser{}, q.Sealed, phone.opens(q)); kernel.CodeOf(err) != kernel.Invalid {
			t.Errorf("a passkey that was taken away: %v", err)
		}
	})
}

func TestWhatDoesNotFitAPasskeyIsRefused(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		w, ctx := newTown(t, d), context.Background()
		w.Service.Base = "https://bondgenoot.example"
		wim := must(w.AddWorker(w.admin, members.Worker{Name: "Wim Hermans", Mail: "wim@ocmw.example", Lang: kernel.NL}, w.ocmw.ID, policy.Caseworker))
		phone, key := w.withKey(t, w.aicha)
		hers := w.telephone(wim)
		for name, tt := range map[string]func() (sealed, answer string){
			"a question that nobody asked": func() (string, string) { q := must(w.AskPasskey()); return "", phone.opens(q) },
			"the answer to another question": func() (string, string) {
				return must(w.AskPasskey()).Sealed, phone.opens(must(w.AskPasskey()))
			},
			"a question that was changed": func() (string, string) {
				q := must(w.AskPasskey())
				return "e30" + q.Sealed[strings.IndexByte(q.Sealed, '.'):], phone.opens(q)
			},
			"a question for a new one": func() (string, string) {
				return must(w.AskNewPasskey(w.as(w.aicha))).Sealed, phone.opens(must(w.AskPasskey()))
			},
			"a key that nobody added": func() (string, string) { q := must(w.AskPasskey()); return q.Sealed, hers.opens(q) },
			"somebody else's name": func() (string, string) {
				q, other := must(w.AskPasskey()), *phone
				other.holds = hers.holds
				return q.Sealed, other.opens(q)
			},
			"another site": func() (string, string) {
				q, other := must(w.AskPasskey()), *phone
				other.site.Origin = "https://bondgenoot.elsewhere.example"
				return q.Sealed, other.opens(q)
			},
			"a finger that was not asked": func() (string, string) {
				q, other := must(w.AskPasskey()), *phone
				other.holds.Options.UserNotVerified = true
				return q.Sealed, other.opens(q)
			},
			"no answer at all": func() (string, string) { return must(w.AskPasskey()).Sealed, `{"id":"x"}` },
			"after a quarter of an hour": func() (string, string) {
				q := must(w.AskPasskey())
				*w.clock = w.clock.Add(15*time.Minute + time.Second)
				return q.Sealed, phone.opens(q)
			},
		} {
			sealed, answer := tt()
			if cookie, err := w.SignInWithPasskey(ctx, members.Browser{}, sealed, answer); cookie != "" || kernel.CodeOf(err) != kernel.Invalid {
				t.Errorf("%s: %q, %v", name, cookie, err)
			}
		}
		if err := w.RemovePasskey(w.as(wim), key.ID); kernel.CodeOf(err) != kernel.NotFound {
			t.Errorf("a colleague takes it away: %v", err)
		}
		q := must(w.AskNewPasskey(w.as(w.aicha)))
		if _, err := w.AddPasskey(w.as(wim), q.Sealed, "mine", hers.makes(q)); kernel.CodeOf(err) != kernel.Invalid {
			t.Errorf("a colleague answers her question: %v", err)
		}
		q = must(w.AskPasskey())
		must(w.SignInWithPasskey(ctx, members.Browser{}, q.Sealed, phone.opens(q)))

		w.Service.Base = "http://192.0.2.1:8080"
		if _, err := w.AskPasskey(); kernel.CodeOf(err) != kernel.NotFound || w.HasPasskeys() {
			t.Errorf("at an address that is a number: %v", err)
		}
	})
}

func TestSessionsAreListedAndEndEverywhere(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		w, ctx := newTown(t, d), context.Background()
		wim := must(w.AddWorker(w.admin, members.Worker{Name: "Wim Hermans", Mail: "wim@ocmw.example", Lang: kernel.NL}, w.ocmw.ID, policy.Caseworker))
		his := must(w.SignInAs(ctx, w.alliance, wim.ID, w.ocmw.ID))
		desk := members.Browser{Device: "the desk in the office", Kind: "Firefox, Linux"}
		ticket := must(w.AskCode(ctx, desk, w.aicha.Mail))
		first := must(w.SignIn(ctx, desk, ticket, w.mailed(t, ticket)))
		*w.clock = w.clock.Add(time.Minute)
		second := must(w.SignInAs(ctx, w.alliance, w.aicha.ID, w.ocmw.ID))
		open := must(w.Sessions(w.as(w.aicha)))
		if len(open) != 2 || open[1].Browser != "Firefox, Linux" || open[1].How != members.ByCode || open[0].ID != must(w.Session(ctx, second)).ID {
			t.Fatalf("sessions %+v", open)
		}
		if err := w.EndSession(w.as(wim), open[1].ID); kernel.CodeOf(err) != kernel.NotFound {
			t.Errorf("a colleague ends it: %v", err)
		}
		if err := w.EndSession(w.as(w.aicha), open[1].ID); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Session(ctx, first); kernel.CodeOf(err) != kernel.Unauthenticated {
			t.Errorf("the ended session: %v", err)
		}
		if err := w.SignOutEverywhere(w.as(w.aicha)); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Session(ctx, second); kernel.CodeOf(err) != kernel.Unauthenticated {
			t.Errorf("after signing out everywhere: %v", err)
		}
		if _, err := w.Session(ctx, his); err != nil {
			t.Errorf("a colleague's session ended too: %v", err)
		}
		if err := w.SignOutWorker(w.as(w.aicha), wim.ID); kernel.CodeOf(err) != kernel.Forbidden {
			t.Errorf("a colleague signs him out: %v", err)
		}
		if err := w.SignOutWorker(w.admin, wim.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Session(ctx, his); kernel.CodeOf(err) != kernel.Unauthenticated {
			t.Errorf("after the administrator signed him out: %v", err)
		}
	})
}

// Who acts for another organisation does not stay longer for it.
func TestActingForAnotherDoesNotMakeASessionLonger(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		w, ctx := newTown(t, d), context.Background()
		must(w.AddWorker(w.admin, w.aicha, w.house.ID, policy.Coordinator))
		cookie := must(w.SignInAs(ctx, w.alliance, w.aicha.ID, w.ocmw.ID))
		orgs := [2]kernel.ID{w.house.ID, w.ocmw.ID}
		for i := range 18 { // every nine hours, for almost seven days
			*w.clock = w.clock.Add(9 * time.Hour)
			cookie = must(w.ActFor(ctx, cookie, must(w.Session(ctx, cookie)), w.alliance, orgs[i%2]))
		}
		*w.clock = w.clock.Add(7 * time.Hour)
		if _, err := w.Session(ctx, cookie); kernel.CodeOf(err) != kernel.Unauthenticated {
			t.Errorf("after a week: %v", err)
		}
	})
}
