package members

import (
	"context"
	"encoding/hex"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// A worker may show who they are to a provider that an installation trusts,
// such as ACM/IDM. Somebody whom the provider names is let in only when they
// linked that identity themself, while signed in another way: no account comes
// to be by itself, and no mail address that a provider tells opens one. What is
// kept is a keyed digest of who they are there.
//
// Where a provider says for which organisation somebody acts, they act for that
// one, by its KBO or the code that an administrator gave it, or for a team of
// it; where it is none of theirs they are not let in.

const mostIdentities = 10 // of one worker

// Shown is what a provider says of somebody, once it could be trusted.
type Shown struct {
	Provider, Issuer, Subject string
	Bound                     bool   // it says for which organisation they act
	Organisation              string // its code
	Once                      string // names the answer, which counts once

	Alliance, At kernel.ID // the post that they asked for; zero: the first that fits
}

// Identity is a way in by a provider that a worker linked.
type Identity struct {
	ID         kernel.ID
	Worker     kernel.ID
	Provider   string         // its name among the settings
	Made, Used kernel.Instant // Used is zero when it never was

	alliance kernel.ID
}

// digests are those of who somebody is at a provider, by each key that may have
// made one; the first is by the key in use.
func (s *Service) digests(shown Shown) (all []string) {
	for _, d := range s.Keeper.Tokens([]byte("identity/" + shown.Issuer + "\x00" + shown.Subject)) {
		all = append(all, hex.EncodeToString(d))
	}
	return all
}

// Identities are those of the signed-in worker.
func (s *Service) Identities(ctx context.Context) (all []Identity, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "session.own", ""); err != nil {
			return err
		}
		all, err = listIdentities(ctx, a, a.Alliance(), a.Actor.Person)
		return err
	})
	return all, err
}

// LinkIdentity lets the signed-in worker come in by what a provider said of
// them. One that is linked already, to them or to a colleague, is Conflict
// ("identity.known", "identity.taken"). They are told by letter.
func (s *Service) LinkIdentity(ctx context.Context, shown Shown) error {
	digests := s.digests(shown)
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "session.own", ""); err != nil {
			return err
		}
		if _, err := loadWorker(ctx, a, a.Alliance(), a.Actor.Person); err != nil {
			return err
		}
		known, err := identitiesOf(ctx, a, digests)
		if err != nil {
			return err
		}
		for _, k := range known {
			switch {
			case k.alliance != a.Alliance():
			case k.Worker == a.Actor.Person:
				return kernel.NewConflict("identity.known")
			default:
				return kernel.NewConflict("identity.taken")
			}
		}
		own, err := listIdentities(ctx, a, a.Alliance(), a.Actor.Person)
		if err != nil {
			return err
		}
		if len(own) >= mostIdentities {
			return kernel.NewConflict("identity.many")
		}
		if err := shownOnce(ctx, a, a.Alliance(), shown, a.Now); err != nil {
			return err
		}
		one := Identity{ID: kernel.NewID(), Worker: a.Actor.Person, Provider: shown.Provider, Made: a.Now}
		if err := insertIdentity(ctx, a, a.Alliance(), one, digests[0]); err != nil {
			return err
		}
		if err := tellWayIn(ctx, a, IdentityLinked, shown.Provider); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "identity.link", Subject: a.Actor.Person, Detail: map[string]string{"provider": shown.Provider}})
	})
}

// RemoveIdentity takes one of the signed-in worker's away; NotFound when they
// have none such.
func (s *Service) RemoveIdentity(ctx context.Context, id kernel.ID) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "session.own", ""); err != nil {
			return err
		}
		provider, err := deleteIdentity(ctx, a, a.Alliance(), a.Actor.Person, id)
		if err != nil {
			return err
		}
		if err := tellWayIn(ctx, a, IdentityRemoved, provider); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "identity.remove", Subject: a.Actor.Person, Detail: map[string]string{"provider": provider}})
	})
}

// SignInWithIdentity begins a session for whom a provider named, and answers
// with its cookie. Somebody who is linked to nobody, or who works nowhere any
// more, is Forbidden ("identity.unknown"); one who acts, so says the provider,
// for an organisation that is none of theirs is Forbidden
// ("identity.organisation").
func (s *Service) SignInWithIdentity(ctx context.Context, from Browser, shown Shown) (cookie string, err error) {
	digests := s.digests(shown)
	var links []Identity
	var posts []Post
	err = s.Acts.DB.Read(ctx, func(q db.Querier) error {
		if links, err = identitiesOf(ctx, q, digests); err != nil {
			return err
		}
		posts, err = s.postsBehind(ctx, q, links, shown)
		return err
	})
	switch {
	case err != nil:
		return "", err
	case len(links) == 0 || len(posts) == 0 && !shown.Bound:
		return "", kernel.NewForbidden("identity.unknown")
	case len(posts) == 0:
		return "", kernel.NewForbidden("identity.organisation")
	}
	post, link := posts[0], links[0]
	for _, l := range links {
		if l.alliance == post.Alliance.ID {
			link = l
		}
	}
	there := act.As(ctx, policy.Actor{Alliance: link.alliance})
	o := opening{how: ByProvider, browser: from.Kind, by: shown.Provider}
	err = s.Acts.Do(there, func(a *act.Act) error {
		cookie = ""
		if err := a.Allow(ctx, "session.begin", ""); err != nil {
			return err
		}
		if err := shownOnce(ctx, a, link.alliance, shown, a.Now); err != nil {
			return err
		}
		if err := useIdentity(ctx, a, link, digests[0], a.Now); err != nil {
			return err
		}
		if from.Device != "" {
			if err := rememberDevice(ctx, a, link.alliance, link.Worker, hashed(from.Device), a.Now); err != nil {
				return err
			}
		}
		if post.Alliance.ID != link.alliance { // the same person at work in another alliance
			return a.Record(ctx, act.Entry{Action: "identity.use", Subject: link.Worker, Detail: map[string]string{"provider": shown.Provider}})
		}
		cookie, err = s.begin(ctx, a, link.Worker, post.Organisation.ID, o)
		return err
	})
	if err != nil || cookie != "" {
		return cookie, err
	}
	return s.beginAs(ctx, post.Alliance.ID, post.Worker.ID, post.Organisation.ID, o)
}

// postsBehind are where somebody who is linked may act, as far as what the
// provider says allows: first where they linked it, and the organisation itself
// before its teams.
func (s *Service) postsBehind(ctx context.Context, q db.Querier, links []Identity, shown Shown) (fit []Post, err error) {
	var teams, elsewhere []Post
	mails := map[kernel.Email]bool{}
	for _, l := range links {
		posts, err := listPosts(ctx, q, l.alliance, "r.worker = $2", l.Worker)
		if err != nil {
			return nil, err
		}
		if len(posts) > 0 && !mails[posts[0].Worker.Mail] {
			mails[posts[0].Worker.Mail] = true
			all, err := postsByMail(ctx, q, posts[0].Worker.Mail)
			if err != nil {
				return nil, err
			}
			elsewhere = append(elsewhere, all...)
		}
		fit = append(fit, posts...)
	}
	if !shown.Bound {
		return fit, nil
	}
	candidates := append(fit, elsewhere...)
	fit = nil
	for _, p := range candidates {
		if shown.At != "" && (p.Organisation.ID != shown.At || p.Alliance.ID != shown.Alliance) {
			continue
		}
		if p.Organisation.knownAs(shown.Organisation) {
			fit = append(fit, p)
			continue
		}
		if p.Organisation.PartOf == "" {
			continue
		}
		whole, err := loadOrganisation(ctx, q, p.Alliance.ID, p.Organisation.PartOf)
		if err != nil {
			return nil, err
		}
		if whole.knownAs(shown.Organisation) {
			teams = append(teams, p)
		}
	}
	return append(fit, teams...), nil
}

// knownAs tells whether a provider means this organisation by a code.
func (o Organisation) knownAs(code string) bool {
	if code == "" {
		return false
	}
	if kbo, err := kernel.ParseKBO(code); err == nil && kbo == o.KBO {
		return true
	}
	return strings.EqualFold(code, o.SignInCode)
}

// WayIn is what came or went that opens a worker's door.
type WayIn string

// What a worker is told of.
const (
	PasskeyAdded    WayIn = "passkey_added"
	PasskeyRemoved  WayIn = "passkey_removed"
	IdentityLinked  WayIn = "identity_linked"
	IdentityRemoved WayIn = "identity_removed"
	CodeGiven       WayIn = "code_given" // by the operator
)

// WayInToldJob is the job that tells a worker of it by letter, so that somebody
// who sat down at their screen does not stay unnoticed.
const WayInToldJob = "members.way_in_told"

// WayInTold is what that job is about.
type WayInTold struct {
	Worker   kernel.ID
	What     WayIn
	Provider string `json:",omitempty"`
}

// tellWayIn has the actor told of a way in that came or went.
func tellWayIn(ctx context.Context, a *act.Act, what WayIn, provider string) error {
	return a.Later(ctx, WayInToldJob, WayInTold{a.Actor.Person, what, provider}, "", "")
}

// WorkerToTell is to whom the job behind [WayInToldJob] writes.
func (s *Service) WorkerToTell(ctx context.Context, alliance, worker kernel.ID) (w Worker, err error) {
	err = s.Acts.DB.Read(ctx, func(q db.Querier) error {
		w, err = loadWorker(ctx, q, alliance, worker)
		return err
	})
	return w, err
}
