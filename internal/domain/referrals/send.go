package referrals

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// NewReferral is a referral as typed.
type NewReferral struct {
	To        kernel.ID          // an organisation, or a team of one, that receives referrals; zero: the one that carries out Programme
	Programme kernel.ID          // zero: none in particular
	Urgency   Urgency            // zero: normal
	Family    kernel.ID          // a family whose file the actor keeps; zero: one that is told in Sketch
	Sketch    families.NewFamily // who it is and how to reach it, where there is no file
	Why       string             // what is going on; sealed
	Asked     string             // what is hoped for; sealed
	Told      Told
	Wish      string    // what the family wants, in its own words; sealed
	Meets     Meeting   // how it meets the receiver; zero: alone
	With      string    // who introduces it; sealed
	Reference string    // by which words the sender will know it; sealed, and shown to the sender alone
	PartOf    kernel.ID // an own referral that is over without the family having arrived; zero: the first try
}

// Send asks an organisation to help a family: one whose file the actor keeps,
// or one without a file, of which the receiver gets what was typed. The
// receipt is all that the sender sees from now on.
func (s *Service) Send(ctx context.Context, in NewReferral) (Receipt, error) {
	return s.sending(ctx, func(a *act.Act, faults *kernel.Faults) (Referral, error) {
		w := writing{Told: in.Told}
		w.Why = read(in.Why, maxWhy, "why", text, faults)
		w.Asked = read(in.Asked, maxAsked, "asked", text, faults)
		w.Wish = read(in.Wish, maxAsked, "wish", text, faults)
		w.With = read(in.With, maxPlace, "with", line, faults)
		if w.Meets = cmp.Or(in.Meets, Alone); !slices.Contains(Meetings[:], w.Meets) {
			faults.Check("meets", kernel.NewInvalid("referral.meets"))
		}
		known := read(in.Reference, maxReference, "reference", line, faults)
		if strings.TrimSpace(in.Why) == "" {
			faults.Check("why", kernel.NewInvalid("referral.why"))
		}
		r, err := s.begin(ctx, a, in.To, in.Programme, in.Urgency, in.Told, faults)
		if err != nil {
			return r, err
		}
		if r.Family, w.Who, err = s.about(ctx, a, in, faults); err != nil {
			return r, err
		}
		if err := faults.Err(); err != nil {
			return r, err
		}
		r.Provisional, r.PartOf, r.Joint = in.Family == "", in.PartOf, w.Meets == ComesAlong
		if in.PartOf != "" {
			if err := s.follow(ctx, a, in.PartOf, r.ID, false); err != nil {
				return r, err
			}
		}
		return r, s.enter(ctx, a, r, w, known)
	})
}

// Again is what is said anew when a referral goes to another organisation: the
// family must know of that one too.
type Again struct {
	To        kernel.ID // zero: the one that carries out Programme
	Programme kernel.ID // zero: none in particular
	Told      Told
	Why       string // in place of what was written; empty: that stays
}

// ReRefer sends a referral of the sender's to another organisation, with all
// that was written, after it was declined or withdrawn. Once a receiver had
// taken it on, it is written anew ([NewReferral].PartOf).
func (s *Service) ReRefer(ctx context.Context, id kernel.ID, in Again) (Receipt, error) {
	return s.sending(ctx, func(a *act.Act, faults *kernel.Faults) (Referral, error) {
		if err := a.Allow(ctx, "referral.withdraw", id); err != nil {
			return Referral{}, err
		}
		old, err := load(ctx, a, a.Alliance(), id)
		if err != nil {
			return old, err
		}
		if err := old.check(ReRefer); err != nil {
			return old, err
		}
		if old.AcceptedAt != "" {
			return old, kernel.NewConflict("referral.write_anew")
		}
		next, err := s.copied(ctx, a, old, in, faults)
		if err != nil {
			return next, err
		}
		return next, s.follow(ctx, a, id, next.ID, true)
	})
}

// PassOn sends a family that the receiver has taken on to another
// organisation, and closes the referral with it. A family whose file the
// sender keeps is not the receiver's to pass on: the referral is closed, and
// the sender decides.
func (s *Service) PassOn(ctx context.Context, id kernel.ID, in Again) (Receipt, error) {
	return s.sending(ctx, func(a *act.Act, faults *kernel.Faults) (next Referral, err error) {
		if err := a.Allow(ctx, "referral.answer", id); err != nil {
			return next, err
		}
		old, err := load(ctx, a, a.Alliance(), id)
		if err != nil {
			return old, err
		}
		if err := old.check(PassOn); err != nil {
			return old, err
		}
		if next, err = s.copied(ctx, a, old, in, faults); err != nil {
			return next, err
		}
		if err := a.Allow(ctx, "referral.answer", id); err != nil { // the rule of what follows
			return next, err
		}
		return next, s.makeIn(ctx, a, &old, making{
			move: PassOn, detail: string(PassedOn),
			change: func(a *act.Act, r *Referral) error { return r.passOn(next.ID, a.Now) },
		})
	})
}

// sending is the act behind all that makes a new referral.
func (s *Service) sending(ctx context.Context, fn func(a *act.Act, faults *kernel.Faults) (Referral, error)) (receipt Receipt, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "referral.send", ""); err != nil {
			return err
		}
		var faults kernel.Faults
		r, err := fn(a, &faults)
		if err != nil {
			return err
		}
		receipt, err = s.receiptOf(ctx, a, r)
		return err
	})
	if err != nil {
		return Receipt{}, err
	}
	return receipt, nil
}

// begin is a new referral to an organisation, its clock wound.
func (s *Service) begin(ctx context.Context, a *act.Act, to, programme kernel.ID, urgency Urgency, told Told, faults *kernel.Faults) (Referral, error) {
	if urgency == "" {
		urgency = Normal
	}
	if !slices.Contains(Urgencies[:], urgency) {
		faults.Check("urgency", kernel.NewInvalid("referral.urgency"))
	}
	if programme != "" {
		carrier, err := s.Programmes.ReceivingOrgIn(ctx, a, programme)
		switch kernel.CodeOf(err) {
		case "":
			to = cmp.Or(to, carrier)
		case kernel.Internal:
			return Referral{}, err
		default:
			faults.Check("programme", kernel.NewInvalid("referral.programme"))
		}
	}
	told.check(a.Today(), faults)
	if to == a.Actor.Org {
		faults.Check("to", kernel.NewInvalid("referral.self"))
	} else if err := s.receives(ctx, a, to, "referral.to", "to"); kernel.CodeOf(err) == kernel.Internal {
		return Referral{}, err
	} else {
		faults.Check("to", err)
	}
	r := Referral{
		ID: kernel.NewID(), Version: 1, SenderOrg: a.Actor.Org, SenderWorker: a.Actor.Person, SentTo: to, ReceiverOrg: to,
		Programme: programme, Urgency: urgency, State: Sent, SentAt: a.Now,
	}
	terms, err := s.termsIn(ctx, a, r)
	if kernel.CodeOf(err) == kernel.Internal {
		return r, err
	}
	r.wind(a.Today(), terms)
	r.AnswerBy = r.Due
	return r, nil
}

// about finds the family of a new referral and how its adults are called: the
// file that the actor keeps, or a sketch of what was typed.
func (s *Service) about(ctx context.Context, a *act.Act, in NewReferral, faults *kernel.Faults) (id kernel.ID, who string, err error) {
	if in.Family != "" {
		if err := a.Allow(ctx, "family.change", in.Family); err != nil {
			return "", "", err
		}
		file, err := s.Families.ReadIn(ctx, a, in.Family)
		if err != nil {
			return "", "", err
		}
		if file.State != families.StateOpen {
			return "", "", kernel.NewConflict("family.closed")
		}
		for _, p := range file.Persons {
			who = together(who, p.Role, p.Name())
		}
		return in.Family, who, nil
	}
	if c := in.Sketch.Contact; len(c.Phones)+len(c.Mails) == 0 && c.Address.Street == "" && c.Safe.OnlyVia == "" {
		faults.Check("contact.phones", kernel.NewInvalid("referral.reach"))
	}
	id, err = s.Families.Sketch(ctx, a, in.Sketch)
	if fault, ok := errors.AsType[*kernel.Fault](err); ok && fault.Code != kernel.Internal {
		for _, f := range fault.All() {
			one := *f
			one.More = nil
			*faults = append(*faults, &one)
		}
		return "", "", nil
	}
	return id, calledIn(in.Sketch), err
}

func calledIn(sketch families.NewFamily) (who string) {
	for _, p := range sketch.Persons {
		who = together(who, p.Role, strings.Join(strings.Fields(p.First+" "+p.Last), " "))
	}
	return who
}

// together adds an adult to how a family is called.
func together(who string, role families.Role, name string) string {
	switch {
	case name == "" || role != families.Applicant && role != families.Partner:
		return who
	case who == "":
		return name
	}
	return who + " & " + name
}

// copied is a new referral with what was written in an old one, which the
// actor may send on. A sketch is copied; a file must be the actor's.
func (s *Service) copied(ctx context.Context, a *act.Act, old Referral, in Again, faults *kernel.Faults) (next Referral, err error) {
	why := read(in.Why, maxWhy, "why", text, faults)
	if next, err = s.begin(ctx, a, in.To, in.Programme, old.Urgency, in.Told, faults); err != nil {
		return next, err
	}
	if next.SentTo == old.ReceiverOrg || next.SentTo == old.SentTo {
		faults.Check("to", kernel.NewInvalid("referral.same"))
	}
	if err := faults.Err(); err != nil {
		return next, err
	}
	w, _, err := s.letterOf(ctx, a, old)
	if err != nil {
		return next, err
	}
	if w.Told = in.Told; why != "" {
		w.Why = why
	}
	w.From = Asker{Town: w.From.Town} // who asked from outside asked the first organisation alone
	next.PartOf, next.Provisional = old.ID, old.Provisional
	if old.SenderOrg == a.Actor.Org {
		next.Joint = old.Joint
	} else if w.Meets == ComesAlong {
		w.Meets, w.With = Alone, "" // whoever that was does not know of this one
	}
	if next.Family, err = s.alsoAbout(ctx, a, old); err != nil {
		return next, err
	}
	known := ""
	if old.SenderOrg == a.Actor.Org {
		if known, err = s.referenceOf(ctx, a, old); err != nil {
			return next, err
		}
	}
	return next, s.enter(ctx, a, next, w, known)
}

func (s *Service) alsoAbout(ctx context.Context, a *act.Act, old Referral) (kernel.ID, error) {
	if old.Provisional {
		sketch, err := s.Families.SketchIn(ctx, a, old.Family)
		if err != nil {
			return "", err
		}
		return s.Families.Sketch(ctx, a, sketch)
	}
	err := a.Allow(ctx, "family.change", old.Family)
	if code := kernel.CodeOf(err); code == kernel.NotFound || code == kernel.Forbidden {
		return "", kernel.NewConflict("referral.not_your_file")
	}
	return old.Family, err
}

// enter writes a new referral with all that comes with it.
func (s *Service) enter(ctx context.Context, a *act.Act, r Referral, w writing, known string) error {
	if err := a.Allow(ctx, "referral.send", ""); err != nil { // so that the record says by which rule
		return err
	}
	return s.enterIn(ctx, a, r, w, known)
}

// enterIn is [Service.enter] within an act that was allowed.
func (s *Service) enterIn(ctx context.Context, a *act.Act, r Referral, w writing, known string) error {
	step := Step{ID: kernel.NewID(), At: a.Now, Move: Send, To: r.State, Worker: a.Actor.Person, Org: a.Actor.Org}
	r.clock = step.ID
	if err := insert(ctx, a, a.Alliance(), r); err != nil {
		return err
	}
	if err := s.sealLetter(ctx, a, r, w, known); err != nil {
		return err
	}
	if err := policy.Related(ctx, a, a.Alliance(), r.ReceiverOrg, policy.Receiver, r.ID, a.Now); err != nil {
		return err
	}
	if r.SenderOrg != "" {
		if err := policy.Related(ctx, a, a.Alliance(), r.SenderOrg, policy.Sender, r.ID, a.Now); err != nil {
			return err
		}
	}
	if err := s.noted(ctx, a, Referral{}, r, step); err != nil {
		return err
	}
	if err := remind(ctx, a, r); err != nil {
		return err
	}
	if err := s.invite(ctx, a, r); err != nil {
		return err
	}
	return a.Tell(ctx, Moved{r.ID, r.Family, r.Provisional, Send, "", r.State})
}

// follow ties the next try to an own referral that is over.
func (s *Service) follow(ctx context.Context, a *act.Act, id, next kernel.ID, allowed bool) error {
	if !allowed {
		if err := a.Allow(ctx, "referral.withdraw", id); err != nil {
			return err
		}
	}
	old, err := load(ctx, a, a.Alliance(), id)
	if err != nil {
		return err
	}
	return s.makeIn(ctx, a, &old, making{
		move:   ReRefer,
		change: func(a *act.Act, r *Referral) error { return r.followUp(next, a.Now) },
	})
}

// read reads a field, and gathers what is wrong with it.
func read(typed string, limit int, field string, how func(string, int) (string, error), faults *kernel.Faults) string {
	got, err := how(typed, limit)
	faults.Check(field, err)
	return got
}
