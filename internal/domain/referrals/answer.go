package referrals

import (
	"context"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// Accept takes a referral on: the actor is its owner from now. Of a family
// that has a file with the sender, the receiving organisation reads that file
// until the referral is over. When a colleague was first: Conflict
// ("referral.taken").
func (s *Service) Accept(ctx context.Context, id kernel.ID) (Referral, error) {
	return s.answer(ctx, id, making{
		move: Accept,
		change: func(a *act.Act, r *Referral) error {
			if err := r.accept(a.Actor.Person, a.Now); err != nil {
				return err
			}
			return s.roomFor(ctx, a, *r, a.Actor.Person, true)
		},
		follow: func(a *act.Act, _ Referral, r *Referral) error {
			if r.Provisional {
				return nil
			}
			if o, err := s.Members.OrganisationIn(ctx, a, r.ReceiverOrg); err != nil || !o.Bound() {
				return err // who is not bound by secrecy reads what was written to them, and no file
			}
			return policy.Related(ctx, a, a.Alliance(), r.ReceiverOrg, policy.Accepted, r.Family, a.Now)
		},
	})
}

// Decline says that the receiver cannot help, why, and who perhaps can (zero:
// nobody is proposed). The sender sees all three.
func (s *Service) Decline(ctx context.Context, id kernel.ID, why Reason, instead kernel.ID) (Referral, error) {
	return s.answer(ctx, id, making{
		move: Decline, detail: string(why),
		change: func(a *act.Act, r *Referral) error {
			if err := r.decline(why, instead, a.Now); err != nil || instead == "" {
				return err
			}
			return s.receives(ctx, a, instead, "referral.instead", "instead")
		},
	})
}

// Direct hands a referral that nobody has taken on to a team of the same
// organisation. The clock goes on, and the sender sees no difference.
func (s *Service) Direct(ctx context.Context, id, team kernel.ID) (Referral, error) {
	return s.answer(ctx, id, making{
		move: Direct,
		change: func(a *act.Act, r *Referral) error {
			house, err := s.Members.OrganisationIn(ctx, a, r.ReceiverOrg)
			if err != nil {
				return err
			}
			to, err := s.Members.OrganisationIn(ctx, a, team)
			related := to.PartOf == house.ID || house.PartOf != "" && (to.ID == house.PartOf || to.PartOf == house.PartOf)
			switch {
			case err != nil && kernel.CodeOf(err) != kernel.NotFound:
				return err
			case err != nil || !related || !to.Active || to.ID == house.ID || to.ID == r.SenderOrg:
				return kernel.NewInvalid("referral.team").At("team")
			}
			return r.direct(team, a.Now)
		},
		follow: func(a *act.Act, was Referral, r *Referral) error {
			if err := policy.Unrelated(ctx, a, a.Alliance(), was.ReceiverOrg, policy.Receiver, r.ID); err != nil {
				return err
			}
			return policy.Related(ctx, a, a.Alliance(), r.ReceiverOrg, policy.Receiver, r.ID, a.Now)
		},
	})
}

// HandOver asks a colleague to take a referral over: a caseworker or
// coordinator of the receiving organisation. Until they do, it stays with its
// owner; the clock goes on.
func (s *Service) HandOver(ctx context.Context, id, worker kernel.ID) (Referral, error) {
	return s.answer(ctx, id, making{
		move: HandOver,
		change: func(a *act.Act, r *Referral) error {
			colleagues, err := s.Members.ColleaguesIn(ctx, a, r.ReceiverOrg)
			if err != nil {
				return err
			}
			if !slices.ContainsFunc(colleagues, func(p members.Post) bool { return p.Worker.ID == worker && answers(p) }) {
				return kernel.NewInvalid("referral.colleague").At("worker")
			}
			return r.handOver(worker, a.Now)
		},
	})
}

// TakeOver makes the actor the owner, when they were asked, or coordinate. The
// clock goes on.
func (s *Service) TakeOver(ctx context.Context, id kernel.ID) (Referral, error) {
	return s.answer(ctx, id, making{
		move: TakeOver,
		change: func(a *act.Act, r *Referral) error {
			if err := r.takeOver(a.Actor.Person, a.Actor.Is(policy.Coordinator), a.Now); err != nil {
				return err
			}
			return s.roomFor(ctx, a, *r, a.Actor.Person, false)
		},
	})
}

// TurnDown says that the colleague who was asked does not take it over, or that
// they need not any more: it stays with its owner.
func (s *Service) TurnDown(ctx context.Context, id kernel.ID) (Referral, error) {
	return s.answer(ctx, id, making{
		move:   TurnDown,
		change: func(a *act.Act, r *Referral) error { return r.turnDown(a.Now) },
	})
}

// answers tells whether somebody at a post may answer referrals.
func answers(p members.Post) bool {
	return slices.ContainsFunc(p.Roles, func(role policy.Role) bool {
		return policy.May(policy.Actor{Roles: []policy.Role{role}}, "referral.answer")
	})
}

// Filing is what a file is opened with besides what the sender told. Without
// persons the sketch is taken as it is.
type Filing struct {
	Family     families.NewFamily // typed anew, or left empty; its ID is not looked at
	Restricted bool               // for the worker alone
	Anyway     bool               // although a file of the same people may exist
}

// OpenFile makes a file of the sketch, under the same ID; the actor and their
// organisation are its care team. When the actor knows a file that seems to be
// of the same people it refuses with a [families.DuplicateError]: that file is
// tied to the referral with [Service.Tie], or another opened Anyway.
func (s *Service) OpenFile(ctx context.Context, id kernel.ID, in Filing) (Referral, error) {
	return s.answer(ctx, id, making{
		move:   OpenFile,
		change: func(a *act.Act, r *Referral) error { return r.fileUnder(r.Family, a.Now) },
		follow: func(a *act.Act, _ Referral, r *Referral) error {
			in.Family.ID = r.Family
			in.Family.Restricted, in.Family.Anyway = in.Restricted, in.Anyway
			_, err := s.Families.OpenIn(ctx, a, in.Family)
			return err
		},
	})
}

// Tie says that the sketch is a family of which the actor keeps the file
// already: what the sender wrote goes there, and the sketch is forgotten.
func (s *Service) Tie(ctx context.Context, id, family kernel.ID) (Referral, error) {
	return s.answer(ctx, id, making{
		move: OpenFile, detail: "tied",
		change: func(a *act.Act, r *Referral) error { return r.fileUnder(family, a.Now) },
		follow: func(a *act.Act, was Referral, r *Referral) error {
			if err := a.Allow(ctx, "family.change", family); err != nil {
				return err
			}
			if err := s.moveLetter(ctx, a, r.ID, was.Family, family); err != nil {
				return err
			}
			return s.Families.DropSketch(ctx, a, was.Family)
		},
	})
}

// Wait puts a referral on the waiting list, and says why and until when; a zero
// day leaves a month of working days. Then it is looked at again, so that
// nobody waits unseen.
func (s *Service) Wait(ctx context.Context, id kernel.ID, why Hold, until kernel.Date) (Referral, error) {
	return s.answer(ctx, id, making{
		move: Wait, detail: string(why),
		change: func(a *act.Act, r *Referral) error { return r.wait(why, until, a.Now) },
		follow: func(a *act.Act, _ Referral, r *Referral) error { return s.sealPlace(ctx, a, *r, "") },
	})
}

// Release gives back what somebody had taken on: it lies with the organisation
// again, with a new day for an answer, and the sender sees that. All that was
// written stays, and so does what happened.
func (s *Service) Release(ctx context.Context, id kernel.ID, why Reason) (Referral, error) {
	return s.answer(ctx, id, making{
		move: Release, detail: string(why),
		change: func(a *act.Act, r *Referral) error { return r.release(why, a.Now) },
		follow: func(a *act.Act, _ Referral, r *Referral) error {
			if err := s.sealPlace(ctx, a, *r, ""); err != nil {
				return err
			}
			return s.letGo(ctx, a, *r)
		},
	})
}

// Stop says that the family does not want it any more, before it arrived. A
// sender says so with [Service.Withdraw].
func (s *Service) Stop(ctx context.Context, id kernel.ID) (Referral, error) {
	return s.answer(ctx, id, making{
		move: Stop, detail: string(NotWanted),
		change: func(a *act.Act, r *Referral) error { return r.end(Stop, NotWanted, a.Now) },
	})
}

// Schedule plans when the family comes, or plans it anew. Where is sealed:
// only the receiver reads it.
func (s *Service) Schedule(ctx context.Context, id kernel.ID, at kernel.Instant, place string) (Referral, error) {
	place, err := line(place, maxPlace)
	if err != nil {
		return Referral{}, fieldOf(err, "place")
	}
	return s.answer(ctx, id, making{
		move:   Schedule,
		change: func(a *act.Act, r *Referral) error { return r.schedule(at, a.Now) },
		follow: func(a *act.Act, _ Referral, r *Referral) error { return s.sealPlace(ctx, a, *r, place) },
	})
}

// Arrived says that the family came; an appointment is not needed for it.
func (s *Service) Arrived(ctx context.Context, id kernel.ID) (Referral, error) {
	return s.answer(ctx, id, making{
		move:   Arrive,
		change: func(a *act.Act, r *Referral) error { return r.arrive(a.Now) },
	})
}

// NoShow says that the family did not come, or will not, and why. The referral
// is with its owner, who gets in touch again.
func (s *Service) NoShow(ctx context.Context, id kernel.ID, why Absence) (Referral, error) {
	return s.answer(ctx, id, making{
		move: NoShow, detail: string(why),
		change: func(a *act.Act, r *Referral) error { return r.noShow(why, a.Now) },
		follow: func(a *act.Act, _ Referral, r *Referral) error { return s.sealPlace(ctx, a, *r, "") },
	})
}

// Close ends a referral with its outcome: one of a family that arrived once it
// did, one of a family that did not as long as it did not.
func (s *Service) Close(ctx context.Context, id kernel.ID, how Outcome) (Referral, error) {
	return s.answer(ctx, id, making{
		move: Close, detail: string(how),
		change: func(a *act.Act, r *Referral) error { return r.close(how, a.Now) },
	})
}

// receives refuses an organisation to which no referral can be sent.
func (s *Service) receives(ctx context.Context, a *act.Act, org kernel.ID, key, field string) error {
	o, err := s.Members.OrganisationIn(ctx, a, org)
	if kernel.CodeOf(err) == kernel.NotFound || err == nil && !(o.Active && o.Receives) {
		return kernel.NewInvalid(key).At(field)
	}
	return err
}
