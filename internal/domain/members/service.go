package members

import (
	"context"
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
)

// Service is the module's use cases.
type Service struct {
	Acts   *act.Acts
	Keeper vault.Keeper // makes the codes with which people sign in
	Base   string       // the public address, for passkeys, which belong to it
	Codes  Codes        // to whom codes go by mail
	Trusts func(provider string) Trusts
}

// Found makes an alliance. Its municipalities may lie in other alliances too.
// Only the installation itself does this.
func (s *Service) Found(ctx context.Context, al Alliance) (Alliance, error) {
	if al.ID == "" {
		al.ID = kernel.NewID()
	}
	if err := al.Check(); err != nil {
		return al, err
	}
	ctx = act.As(ctx, policy.SystemActor(al.ID))
	return al, s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "alliance.found", ""); err != nil {
			return err
		}
		al.Founded = a.Today()
		if err := insertAlliance(ctx, a, al); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "alliance.found", Subject: al.ID})
	})
}

// Alliances lists every alliance of the installation, by name: what exists is
// no secret.
func (s *Service) Alliances(ctx context.Context) (all []Alliance, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "public.read", ""); err != nil {
			return err
		}
		all, err = listAlliances(ctx, a)
		return err
	})
	return all, err
}

// AllianceOf finds the alliances that a municipality belongs to.
func (s *Service) AllianceOf(ctx context.Context, nis kernel.NIS) (of []Alliance, err error) {
	all, err := s.Alliances(ctx)
	for _, al := range all {
		for _, m := range al.Municipalities {
			if m == nis {
				of = append(of, al)
			}
		}
	}
	return of, err
}

// Organisations lists the partners of the actor's alliance by name: those
// whose name holds every word of typed, or all. After is the last name and ID
// of the page before.
func (s *Service) Organisations(ctx context.Context, q Query) (page Page, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "network.read", ""); err != nil {
			return err
		}
		page, err = listOrganisations(ctx, a, a.Alliance(), q)
		return err
	})
	return page, err
}

// Query asks for a page of organisations.
type Query struct {
	Typed    string
	Kind     Kind      // zero: every kind
	PartOf   kernel.ID // zero: of any organisation and of none
	Receives bool      // only those to which a referral can be sent
	Gone     bool      // those that no longer take part, instead of those that do
	After    string
	Limit    int // 1 to 100; otherwise 50
}

// Page is part of a list; Next continues it, and is empty at its end.
type Page struct {
	Rows []Organisation
	Next string
}

// Organisation is one partner of the actor's alliance, with its people.
func (s *Service) Organisation(ctx context.Context, id kernel.ID) (o Organisation, people []Post, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "network.read", ""); err != nil {
			return err
		}
		if o, err = loadOrganisation(ctx, a, a.Alliance(), id); err != nil {
			return err
		}
		people, err = listPosts(ctx, a, a.Alliance(), "r.org = $2", id)
		return err
	})
	return o, people, err
}

// OrganisationIn reads a partner within an act of a module above.
func (s *Service) OrganisationIn(ctx context.Context, a *act.Act, id kernel.ID) (Organisation, error) {
	return loadOrganisation(ctx, a, a.Alliance(), id)
}

// TeamsIn lists the teams of an organisation that still take part, by name,
// within an act of a module above.
func (s *Service) TeamsIn(ctx context.Context, a *act.Act, org kernel.ID) ([]Organisation, error) {
	page, err := listOrganisations(ctx, a, a.Alliance(), Query{PartOf: org, Limit: 100})
	return page.Rows, err
}

// ReceivingIn lists the organisations to which a referral can be sent, by name,
// at most a hundred, within an act of a module above.
func (s *Service) ReceivingIn(ctx context.Context, a *act.Act) ([]Organisation, error) {
	page, err := listOrganisations(ctx, a, a.Alliance(), Query{Receives: true, Limit: 100})
	return page.Rows, err
}

// WorkerIn reads a worker within an act of a module above.
func (s *Service) WorkerIn(ctx context.Context, a *act.Act, id kernel.ID) (Worker, error) {
	return loadWorker(ctx, a, a.Alliance(), id)
}

// PostsIn lists where a worker of the alliance may act, within an act of a
// module above.
func (s *Service) PostsIn(ctx context.Context, a *act.Act, worker kernel.ID) ([]Post, error) {
	return listPosts(ctx, a, a.Alliance(), "r.worker = $2", worker)
}

// ActorIn is a worker as they are at a post today, within an act that has asked
// for permission: with the roles that they have there, none when they left.
func (s *Service) ActorIn(ctx context.Context, a *act.Act, worker, org kernel.ID) (who policy.Actor, err error) {
	posts, err := s.PostsIn(ctx, a, worker)
	who = policy.Actor{Alliance: a.Alliance(), Person: worker, Org: org}
	for _, p := range posts {
		if p.Organisation.ID == org {
			who.Roles = p.Roles
		}
	}
	return who, err
}

// ColleaguesIn lists who works for an organisation, within an act of a module
// above.
func (s *Service) ColleaguesIn(ctx context.Context, a *act.Act, org kernel.ID) ([]Post, error) {
	return listPosts(ctx, a, a.Alliance(), "r.org = $2", org)
}

// AddOrganisation takes a partner into the actor's alliance.
func (s *Service) AddOrganisation(ctx context.Context, o Organisation) (Organisation, error) {
	if o.ID == "" {
		o.ID = kernel.NewID()
	}
	o.Version, o.Active, o.Name = 1, true, strings.TrimSpace(o.Name)
	if err := o.Check(); err != nil {
		return o, err
	}
	return o, s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "member.manage", ""); err != nil {
			return err
		}
		if o.PartOf != "" {
			if _, err := loadOrganisation(ctx, a, a.Alliance(), o.PartOf); err != nil {
				return kernel.NewInvalid("organisation.part_of").At("part_of")
			}
		}
		if err := insertOrganisation(ctx, a, a.Alliance(), o); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "organisation.add", Subject: o.ID})
	})
}

// ChangeOrganisation replaces what is known of a partner. o carries the
// version from which the edit began. A partner stops taking part only when
// nothing is left behind with it: whoever hears [Stopping] may refuse.
func (s *Service) ChangeOrganisation(ctx context.Context, o Organisation) (Organisation, error) {
	o.Name = strings.TrimSpace(o.Name)
	if err := o.Check(); err != nil {
		return o, err
	}
	return act.Change(ctx, s.Acts, "member.manage", o.ID, organisations, func(a *act.Act, stored *Organisation) error {
		began := o.Version
		o.Version = stored.Version
		if err := act.Fresh(began, stored.Version, act.Differing(o, *stored)...); err != nil {
			return err
		}
		if o.PartOf != "" && o.PartOf != stored.PartOf {
			if _, err := loadOrganisation(ctx, a, a.Alliance(), o.PartOf); err != nil {
				return kernel.NewInvalid("organisation.part_of").At("part_of")
			}
		}
		if stored.Active && !o.Active {
			if err := s.administered(ctx, a, "", o.ID); err != nil {
				return err
			}
			if err := a.Tell(ctx, Stopping{o.ID}); err != nil {
				return err
			}
		}
		*stored = o
		return nil
	})
}

// administered refuses to leave an alliance without an administrator: that
// somebody, at a post other than of this worker (any, when zero) at this
// organisation, manages members.
func (s *Service) administered(ctx context.Context, a *act.Act, worker, org kernel.ID) error {
	posts, err := listPosts(ctx, a, a.Alliance(), "1 = 1")
	if err != nil {
		return err
	}
	was, stays := false, false
	for _, p := range posts {
		if slices.Contains(p.Roles, policy.Administrator) {
			goes := p.Organisation.ID == org && (worker == "" || p.Worker.ID == worker)
			was, stays = was || goes, stays || !goes
		}
	}
	if was && !stays {
		return kernel.NewConflict("administrator.last")
	}
	return nil
}

// AddWorker gives a person roles at an organisation of the actor's alliance.
// A person who works in the alliance already, known by mail address, keeps
// name and language, and the roles that they have there.
func (s *Service) AddWorker(ctx context.Context, w Worker, org kernel.ID, roles ...policy.Role) (Worker, error) {
	if w.ID == "" {
		w.ID = kernel.NewID()
	}
	w.Version, w.Active, w.Name, w.Mail = 1, true, strings.TrimSpace(w.Name), folded(w.Mail)
	if err := w.Check(); err != nil {
		return w, err
	}
	if err := checkRoles(roles); err != nil {
		return w, err
	}
	return w, s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "member.manage", ""); err != nil {
			return err
		}
		if _, err := loadOrganisation(ctx, a, a.Alliance(), org); err != nil {
			return err
		}
		known, err := workerByMail(ctx, a, a.Alliance(), w.Mail)
		switch kernel.CodeOf(err) {
		case "":
			w = known
			had, err := rolesAt(ctx, a, a.Alliance(), w.ID, org)
			if err != nil {
				return err
			}
			roles = append(had, roles...)
		case kernel.NotFound:
			if err := mailFree(ctx, a, a.Alliance(), w.ID, w.Mail); err != nil {
				return err
			}
			if err := insertWorker(ctx, a, a.Alliance(), w); err != nil {
				return err
			}
		default:
			return err
		}
		if err := setRoles(ctx, a, a.Alliance(), w.ID, org, roles); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "worker.add", Subject: w.ID, Detail: map[string]string{"org": string(org), "roles": joined(roles)}})
	})
}

// SetRoles replaces a worker's roles at an organisation; without roles the
// worker no longer acts for it, and sessions there end. The last administrator
// of an alliance stays: Conflict ("administrator.last").
func (s *Service) SetRoles(ctx context.Context, worker, org kernel.ID, roles ...policy.Role) error {
	if len(roles) > 0 {
		if err := checkRoles(roles); err != nil {
			return err
		}
	}
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "member.manage", ""); err != nil {
			return err
		}
		if _, err := loadWorker(ctx, a, a.Alliance(), worker); err != nil {
			return err
		}
		if _, err := loadOrganisation(ctx, a, a.Alliance(), org); err != nil {
			return err
		}
		if !slices.Contains(roles, policy.Administrator) {
			if err := s.administered(ctx, a, worker, org); err != nil {
				return err
			}
		}
		had, err := rolesAt(ctx, a, a.Alliance(), worker, org)
		if err != nil {
			return err
		}
		if err := setRoles(ctx, a, a.Alliance(), worker, org, roles); err != nil {
			return err
		}
		if len(roles) == 0 || slices.ContainsFunc(had, func(r policy.Role) bool { return !slices.Contains(roles, r) }) {
			if err := a.Tell(ctx, Left{worker, org, roles}); err != nil {
				return err
			}
		}
		if len(roles) == 0 {
			if err := endSessions(ctx, a, a.Alliance(), worker, org); err != nil {
				return err
			}
			if err := endTokens(ctx, a, a.Alliance(), worker, org, a.Actor.Person, a.Now); err != nil {
				return err
			}
		}
		return a.Record(ctx, act.Entry{Action: "worker.roles", Subject: worker, Detail: map[string]string{"org": string(org), "roles": joined(roles)}})
	})
}

// Workers lists everybody who works in the actor's alliance, with their posts.
func (s *Service) Workers(ctx context.Context) (posts []Post, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "member.manage", ""); err != nil {
			return err
		}
		posts, err = listPosts(ctx, a, a.Alliance(), "1 = 1")
		return err
	})
	return posts, err
}

func checkRoles(roles []policy.Role) error {
	if len(roles) == 0 {
		return kernel.NewInvalid("role").At("roles")
	}
	for _, r := range roles {
		if _, err := policy.ParseRole(string(r)); err != nil {
			return kernel.NewInvalid("role").At("roles")
		}
	}
	return nil
}

func joined(roles []policy.Role) string {
	var names []string
	for _, r := range roles {
		names = append(names, string(r))
	}
	return strings.Join(names, " ")
}
