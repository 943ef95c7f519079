package members_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// asksCode asks one, and tells whether it opens the door: whether it was
// mailed.
func (w town) asksCode(t *testing.T, mail kernel.Email) (ticket string, opens bool) {
	t.Helper()
	ctx := context.Background()
	ticket = must(w.AskCode(ctx, members.Browser{Device: "hers"}, mail))
	cookie, err := w.SignIn(ctx, members.Browser{}, ticket, w.mailed(t, ticket))
	if err != nil && kernel.CodeOf(err) != kernel.Invalid {
		t.Fatal(err)
	}
	return ticket, cookie != ""
}

// To whom codes go is the installation's to say; a code that nobody was sent
// opens nothing, not even for who guesses it.
func TestToWhomCodesGo(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		w, ctx := newTown(t, d), context.Background()
		trusted := true
		w.Trusts = func(provider string) members.Trusts { return members.Trusts{Known: trusted && provider == "acmidm"} }
		goes := func(when string, codes members.Codes, want bool) {
			t.Helper()
			*w.clock = w.clock.Add(2 * time.Hour) // past what one may ask in an hour
			w.Codes = codes
			if _, opens := w.asksCode(t, "aicha@ocmw.example"); opens != want {
				t.Errorf("%s, codes for %q: opens %v, want %v", when, codes, opens, want)
			}
		}
		goes("with nothing else", "", true)
		goes("with nothing else", members.CodesForEverybody, true)
		goes("with nothing else", members.CodesUntilBetter, true)
		goes("with nothing else", members.CodesForNobody, false)

		_, key := w.withKey(t, w.aicha)
		goes("with a passkey", members.CodesForEverybody, true)
		goes("with a passkey", members.CodesUntilBetter, false)
		base := w.Base
		w.Base = "http://127.0.0.1:8080"
		goes("with a passkey, where none work", members.CodesUntilBetter, true)
		w.Base = base
		if err := w.RemovePasskey(w.as(w.aicha), key.ID); err != nil {
			t.Fatal(err)
		}
		goes("after taking it away", members.CodesUntilBetter, true)

		if err := w.LinkIdentity(w.self(w.aicha, w.ocmw), shown("s-1")); err != nil {
			t.Fatal(err)
		}
		goes("with a provider", members.CodesUntilBetter, false)
		trusted = false
		goes("with a provider that is trusted no more", members.CodesUntilBetter, true)
		trusted = true

		elsewhere := must(w.Found(ctx, members.Alliance{Slug: "anders", Municipalities: []kernel.NIS{"24054"},
			Name: kernel.Text{NL: "Anders", FR: "Anders", DE: "Anders", EN: "Anders"}}))
		there := act.As(ctx, policy.Actor{Alliance: elsewhere.ID, Person: kernel.NewID(), Org: kernel.NewID(), Roles: []policy.Role{policy.Administrator}})
		house := must(w.AddOrganisation(there, members.Organisation{Name: "Huis", Kind: members.HouseOfChild}))
		must(w.AddWorker(there, members.Worker{Name: "Aïcha Peeters", Mail: "aicha@ocmw.example", Lang: kernel.NL}, house.ID, policy.Caseworker))
		goes("with a provider, in one of two alliances", members.CodesUntilBetter, false)
	})
}

// Who has no other way asks a code, and gets it from the operator: the newest
// one, in the browser that asked, for ten minutes.
func TestTheOperatorGivesACode(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		w, ctx := newTown(t, d), context.Background()
		w.Codes = members.CodesForNobody
		if _, err := w.GiveCode(w.admin, "aicha@ocmw.example"); !errors.Is(err, kernel.NewNotFound("code.unasked")) {
			t.Errorf("before she asked: %v", err)
		}
		early := must(w.AskCode(ctx, members.Browser{}, "aicha@ocmw.example"))
		*w.clock = w.clock.Add(time.Minute)
		ticket := must(w.AskCode(ctx, members.Browser{}, "Aicha@ocmw.example"))
		digits := must(w.GiveCode(w.admin, "aicha@ocmw.example"))
		if cookie, _ := w.SignIn(ctx, members.Browser{}, early, digits); cookie != "" {
			t.Error("it opens in another browser too")
		}
		session := must(w.Session(ctx, must(w.SignIn(ctx, members.Browser{}, ticket, digits))))
		if session.Worker.ID != w.aicha.ID || session.How != members.ByCode {
			t.Errorf("the session is %+v", session)
		}
		if cookie, _ := w.SignIn(ctx, members.Browser{}, ticket, digits); cookie != "" {
			t.Error("it opens twice")
		}
		must(w.AskCode(ctx, members.Browser{}, "aicha@ocmw.example"))
		*w.clock = w.clock.Add(11 * time.Minute)
		if _, err := w.GiveCode(w.admin, "aicha@ocmw.example"); kernel.CodeOf(err) != kernel.NotFound {
			t.Errorf("eleven minutes after she asked: %v", err)
		}
		if _, err := w.GiveCode(w.as(w.aicha), "aicha@ocmw.example"); kernel.CodeOf(err) != kernel.Forbidden {
			t.Errorf("a caseworker gives one: %v", err)
		}
		records, letters := 0, 0
		err := d.Read(ctx, func(q db.Querier) error {
			if err := q.QueryRowContext(ctx, `SELECT count(*) FROM audit_record WHERE action = 'session.code_given'`).Scan(&records); err != nil {
				return err
			}
			return q.QueryRowContext(ctx, `SELECT count(*) FROM job WHERE kind = $1`, members.WayInToldJob).Scan(&letters)
		})
		if err != nil || records != 1 || letters != 1 {
			t.Errorf("%d records and %d letters (%v), want one of each", records, letters, err)
		}
	})
}

// Who came by a provider that says for which organisation they act, asks it
// again for another one; for a team of the same, one press is enough.
func TestAnotherOrganisationIsTheProvidersToSay(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		w, ctx := newTown(t, d), context.Background()
		w.Trusts = func(string) members.Trusts { return members.Trusts{Known: true, Binds: true} }
		for _, o := range []struct {
			stored members.Organisation
			code   string
		}{{w.ocmw, "ovo000123"}, {w.house, "OVO000456"}} {
			changed := o.stored
			changed.SignInCode = o.code
			must(w.ChangeOrganisation(w.admin, changed))
		}
		team := must(w.AddOrganisation(w.admin, members.Organisation{Name: "Gezinsteam", Kind: members.OCMW, PartOf: w.ocmw.ID}))
		bare := must(w.AddOrganisation(w.admin, members.Organisation{Name: "Vrijwilligers", Kind: members.NonProfit}))
		for _, at := range []kernel.ID{w.house.ID, team.ID, bare.ID} {
			must(w.AddWorker(w.admin, w.aicha, at, policy.Caseworker))
		}
		if err := w.LinkIdentity(w.self(w.aicha, w.ocmw), shown("s-1")); err != nil {
			t.Fatal(err)
		}
		cookie := must(w.SignInWithIdentity(ctx, members.Browser{}, shownAt("s-1", "OVO000123")))
		session := must(w.Session(ctx, cookie))
		if session.Organisation.ID != w.ocmw.ID {
			t.Fatalf("she begins at %s", session.Organisation.Name)
		}
		want := map[kernel.ID][2]string{w.ocmw.ID: {"", "OVO000123"}, team.ID: {"", "OVO000123"}, w.house.ID: {"acmidm", "OVO000456"}, bare.ID: {"acmidm", ""}}
		for _, c := range must(w.Choices(ctx, session)) {
			if got := [2]string{c.Provider, c.Code}; got != want[c.Organisation.ID] {
				t.Errorf("to %s: %v, want %v", c.Organisation.Name, got, want[c.Organisation.ID])
			}
		}
		for _, other := range []kernel.ID{w.house.ID, bare.ID} {
			if _, err := w.ActFor(ctx, cookie, session, w.alliance, other); !errors.Is(err, kernel.NewConflict("session.elsewhere")) {
				t.Errorf("acting for another organisation: %v", err)
			}
		}
		next := must(w.ActFor(ctx, cookie, session, w.alliance, team.ID))
		if s := must(w.Session(ctx, next)); s.Organisation.ID != team.ID {
			t.Errorf("she acts for %s", s.Organisation.Name)
		}

		asked := shownAt("s-1", "OVO000456")
		asked.Alliance, asked.At = w.alliance, w.house.ID
		if s := must(w.Session(ctx, must(w.SignInWithIdentity(ctx, members.Browser{}, asked)))); s.Organisation.ID != w.house.ID {
			t.Errorf("the provider let her act for %s", s.Organisation.Name)
		}
		asked = shownAt("s-1", "OVO000123") // not the one that was asked for
		asked.Alliance, asked.At = w.alliance, w.house.ID
		if _, err := w.SignInWithIdentity(ctx, members.Browser{}, asked); !errors.Is(err, kernel.NewForbidden("identity.organisation")) {
			t.Errorf("the provider names another one than was asked: %v", err)
		}
	})
}

// What one may change of how one signs in ends some minutes after one showed
// who one is, and acting for another organisation does not begin it anew.
func TestHavingShownWhoOneIsEndsAfterSomeMinutes(t *testing.T) {
	began := kernel.InstantOf(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC))
	for name, tt := range map[string]struct {
		how   members.How
		after time.Duration
		want  bool
	}{
		"at once":                               {members.ByCode, 0, true},
		"a second before":                       {members.ByPasskey, members.Provenance - time.Second, true},
		"a quarter of an hour later":            {members.ByProvider, members.Provenance, false},
		"a telephone that takes part":           {members.ByPairing, members.Provenance, false},
		"in a demonstration, however long ago":  {members.ByChoice, 24 * time.Hour, true},
		"a session from before ways were known": {"", time.Hour, false},
	} {
		if got := (members.Session{How: tt.how, Began: began}).Proven(began.Add(tt.after)); got != tt.want {
			t.Errorf("%s: %v, want %v", name, got, tt.want)
		}
	}
}
