package members_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
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

// answers numbers what a provider answers: each answer is another.
var answers atomic.Int64

// shown is what a provider says of somebody.
func shown(subject string) members.Shown {
	return members.Shown{Provider: "acmidm", Issuer: "https://idp.example", Subject: subject, Once: strconv.FormatInt(answers.Add(1), 10)}
}

func shownAt(subject, organisation string) members.Shown {
	s := shown(subject)
	s.Bound, s.Organisation = true, organisation
	return s
}

// self is a worker of the town as they act at an organisation.
func (w town) self(worker members.Worker, org members.Organisation) context.Context {
	return act.As(context.Background(), policy.Actor{Alliance: w.alliance, Person: worker.ID, Org: org.ID, Roles: []policy.Role{policy.Caseworker}})
}

func TestAProviderOpensOnlyWhatItsHolderLinked(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		w, ctx := newTown(t, d), context.Background()
		unknown, organisation := kernel.NewForbidden("identity.unknown"), kernel.NewForbidden("identity.organisation")
		comes := func(s members.Shown) (at string, err error) {
			cookie, err := w.SignInWithIdentity(ctx, members.Browser{Device: "hers"}, s)
			if err != nil {
				return "", err
			}
			session := must(w.Session(ctx, cookie))
			if session.How != members.ByProvider || session.Provider != "acmidm" {
				t.Errorf("the session began by %q of %q", session.How, session.Provider)
			}
			return session.Worker.Name + " @ " + session.Organisation.Name, nil
		}
		if _, err := comes(shown("aicha@ocmw.example")); !errors.Is(err, unknown) {
			t.Errorf("a stranger who has her address as a name: %v", err)
		}
		aicha := w.self(w.aicha, w.ocmw)
		if err := w.LinkIdentity(aicha, shown("s-1")); err != nil {
			t.Fatal(err)
		}
		if err := w.LinkIdentity(aicha, shown("s-1")); !errors.Is(err, kernel.NewConflict("identity.known")) {
			t.Errorf("linked again: %v", err)
		}
		wim := must(w.AddWorker(w.admin, members.Worker{Name: "Wim", Mail: "wim@ocmw.example", Lang: kernel.NL}, w.house.ID, policy.Caseworker))
		if err := w.LinkIdentity(w.self(wim, w.house), shown("s-1")); !errors.Is(err, kernel.NewConflict("identity.taken")) {
			t.Errorf("linked by a colleague: %v", err)
		}
		if at, err := comes(shown("s-1")); at != "Aïcha Peeters @ OCMW Kortenaken" {
			t.Errorf("she comes to %q, %v", at, err)
		}
		other := shown("s-1")
		other.Issuer = "https://other.example"
		if _, err := comes(other); !errors.Is(err, unknown) {
			t.Errorf("the same subject of another issuer: %v", err)
		}
		once := shown("s-1")
		if _, err := comes(once); err != nil {
			t.Fatal(err)
		}
		if _, err := comes(once); !errors.Is(err, kernel.NewInvalid("provider.state")) {
			t.Errorf("an answer counts twice: %v", err)
		}

		// the organisation that the provider names
		ocmw := w.ocmw
		ocmw.KBO, ocmw.SignInCode = "0203201340", "OVO000123"
		ocmw = must(w.ChangeOrganisation(w.admin, ocmw))
		team := must(w.AddOrganisation(w.admin, members.Organisation{Name: "Gezinsteam", Kind: members.HouseOfChild, PartOf: w.house.ID}))
		house := w.house
		house.SignInCode = "OVO000456"
		must(w.ChangeOrganisation(w.admin, house))
		if err := w.SetRoles(w.admin, w.aicha.ID, team.ID, policy.Coordinator); err != nil {
			t.Fatal(err)
		}
		for name, tt := range map[string]struct {
			code, at string
			want     error
		}{
			"by its number":                       {"0203.201.340", "Aïcha Peeters @ OCMW Kortenaken", nil},
			"by its code, in small letters":       {"ovo000123", "Aïcha Peeters @ OCMW Kortenaken", nil},
			"by the code of what her team is of":  {"OVO000456", "Aïcha Peeters @ Gezinsteam", nil},
			"by the code of nobody":               {"OVO999999", "", organisation},
			"by no code":                          {"", "", organisation},
			"by part of a code":                   {"OVO00012", "", organisation},
			"by a number with wrong check digits": {"0203201341", "", organisation},
		} {
			if at, err := comes(shownAt("s-1", tt.code)); at != tt.at || !errors.Is(err, tt.want) {
				t.Errorf("%s: %q, %v", name, at, err)
			}
		}

		// the same person in another alliance, where nothing was linked
		al := must(w.Found(ctx, members.Alliance{Slug: "leuven", Municipalities: []kernel.NIS{"24062"}, Name: kernel.Text{NL: "Leuven", FR: "Louvain", DE: "Löwen", EN: "Leuven"}}))
		there := act.As(ctx, policy.Actor{Alliance: al.ID, Person: kernel.NewID(), Org: kernel.NewID(), Roles: []policy.Role{policy.Administrator}})
		centre := must(w.AddOrganisation(there, members.Organisation{Name: "Wijkcentrum", Kind: members.NonProfit, SignInCode: "OVO000789"}))
		must(w.AddWorker(there, members.Worker{Name: "Aïcha Peeters", Mail: "aicha@ocmw.example", Lang: kernel.NL}, centre.ID, policy.Volunteer))
		if at, err := comes(shownAt("s-1", "OVO000789")); at != "Aïcha Peeters @ Wijkcentrum" {
			t.Errorf("in another alliance: %q, %v", at, err)
		}

		own := must(w.Identities(aicha))
		if len(own) != 1 || own[0].Used == "" || len(must(w.Identities(w.self(wim, w.house)))) != 0 {
			t.Errorf("her identities: %+v", own)
		}
		if err := w.RemoveIdentity(w.self(wim, w.house), own[0].ID); kernel.CodeOf(err) != kernel.NotFound {
			t.Errorf("a colleague takes hers away: %v", err)
		}
		for _, org := range []kernel.ID{w.ocmw.ID, team.ID} {
			if err := w.SetRoles(w.admin, w.aicha.ID, org); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := comes(shown("s-1")); !errors.Is(err, unknown) {
			t.Errorf("who works nowhere any more: %v", err)
		}
		if err := w.SetRoles(w.admin, w.aicha.ID, w.ocmw.ID, policy.Caseworker); err != nil {
			t.Fatal(err)
		}
		if err := w.RemoveIdentity(aicha, own[0].ID); err != nil {
			t.Fatal(err)
		}
		if _, err := comes(shown("s-1")); !errors.Is(err, unknown) {
			t.Errorf("what was taken away: %v", err)
		}
	})
}

// A new mail address shuts what the old one opened, this too: whoever linked
// something under a stolen address is out.
func TestANewAddressUnlinksIdentities(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		aicha := w.self(w.aicha, w.ocmw)
		must(w.SignInAs(context.Background(), w.alliance, w.aicha.ID, w.ocmw.ID))
		if err := w.LinkIdentity(aicha, shown("s-1")); err != nil {
			t.Fatal(err)
		}
		changed := w.aicha
		changed.Mail = "aicha.new@ocmw.example"
		if _, _, err := w.ChangeWorker(w.admin, changed); err != nil {
			t.Fatal(err)
		}
		if err := w.TakeMailChange(aicha); err != nil {
			t.Fatal(err)
		}
		if _, err := w.SignInWithIdentity(context.Background(), members.Browser{}, shown("s-1")); !errors.Is(err, kernel.NewForbidden("identity.unknown")) {
			t.Errorf("what was linked under the old address opens still: %v", err)
		}
	})
}

// A hundred workers' browsers link one identity at once: one has it. A hundred
// windows bring one answer: one session begins.
func TestOneOfAHundredLinksAndOneComesIn(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		var people []members.Worker
		for i := range 10 {
			mail := kernel.Email("w" + strconv.Itoa(i) + "@ocmw.example")
			people = append(people, must(w.AddWorker(w.admin, members.Worker{Name: "W", Mail: mail, Lang: kernel.NL}, w.ocmw.ID, policy.Caseworker)))
		}
		linked := atHundred(func(i int) error { return w.LinkIdentity(w.self(people[i%10], w.ocmw), shown("s-1")) })
		if n := count(linked, ""); n != 1 || count(linked, kernel.Conflict) != 99 {
			t.Errorf("%d have linked it: %v", n, linked)
		}
		one := shown("s-1")
		came := atHundred(func(int) error {
			_, err := w.SignInWithIdentity(context.Background(), members.Browser{}, one)
			return err
		})
		if n := count(came, ""); n != 1 || count(came, kernel.Invalid) != 99 {
			t.Errorf("%d have come in: %v", n, came)
		}
	})
}

// atHundred does it a hundred times at once, and tells how each ended.
func atHundred(do func(i int) error) (codes []kernel.Code) {
	codes = make([]kernel.Code, 100)
	var all sync.WaitGroup
	for i := range codes {
		all.Go(func() { codes[i] = kernel.CodeOf(do(i)) })
	}
	all.Wait()
	return codes
}

func count(codes []kernel.Code, code kernel.Code) (n int) {
	for _, c := range codes {
		if c == code {
			n++
		}
	}
	return n
}

// A way in that came or went is told to its holder, by what names nobody.
func TestAWayInIsToldToItsHolder(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		aicha := w.self(w.aicha, w.ocmw)
		if err := w.LinkIdentity(aicha, shown("s-1")); err != nil {
			t.Fatal(err)
		}
		if err := w.RemoveIdentity(aicha, must(w.Identities(aicha))[0].ID); err != nil {
			t.Fatal(err)
		}
		if told := must(w.told(aicha)); !slices.Equal(told, []string{"identity_linked", "identity_removed"}) {
			t.Errorf("told: %v", told)
		}
	})
}

// told is what the letters that wait are about, in their order.
func (w town) told(ctx context.Context) (what []string, err error) {
	err = w.db.Read(ctx, func(q db.Querier) error {
		rows, err := q.QueryContext(ctx, `SELECT payload FROM job WHERE kind = $1 ORDER BY id`, members.WayInToldJob)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var payload []byte
			if err := rows.Scan(&payload); err != nil {
				return err
			}
			var about members.WayInTold
			if err := json.Unmarshal(payload, &about); err != nil {
				return err
			}
			what = append(what, string(about.What))
		}
		return rows.Err()
	})
	return what, err
}

// A token that ended is gone after a month; one that works stays.
func TestTokensThatEndedAreSwept(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		aicha := w.self(w.aicha, w.ocmw)
		today := kernel.InstantOf(*w.clock).Date()
		for name, last := range map[string]kernel.Date{"a week": today.AddDays(7), "a year": today.AddDays(360), "stopped": today.AddDays(360)} {
			one, _, err := w.MakeToken(aicha, members.NewToken{Name: name, LastDay: last})
			if err != nil {
				t.Fatal(err)
			}
			if name == "stopped" {
				if err := w.RevokeToken(aicha, one.ID); err != nil {
					t.Fatal(err)
				}
			}
		}
		for _, tt := range []struct {
			later time.Duration
			want  int64
		}{{29 * 24 * time.Hour, 0}, {2 * 24 * time.Hour, 1}, {8 * 24 * time.Hour, 1}, {300 * 24 * time.Hour, 0}} {
			*w.clock = w.clock.Add(tt.later)
			if n := must(w.Sweep(context.Background())); n != tt.want {
				t.Errorf("%s: %d were swept away, want %d", w.clock, n, tt.want)
			}
		}
	})
}
