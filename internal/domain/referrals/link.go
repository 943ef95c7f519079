package referrals

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// A partner at which nobody has an account answers by a link in a mail to the
// organisation. A link is for one answer to one referral: with the answer it is
// used up, and the next step gets a link of its own. Its token is made of the
// installation's key and the ID of its row, so that it stands neither in the
// database nor in a job; the database knows its hash.

// LinkJob mails a link: {"link"}.
const LinkJob = "referrals.link"

// Bounds of links.
const (
	linkDays    = 30 // how long one can be used at most
	linksADay   = 6  // for one referral, before a sender may ask for no more
	tokenBytes  = 20
	tokenLength = 32 // letters: 160 bits
)

// link is a row of referral_link.
type link struct {
	Alliance, ID, Referral kernel.ID
	MadeBy                 kernel.ID // whose language the mail has
	EndsAt, UsedAt         kernel.Instant
}

// LinkMail is a mail with a link; without To nothing is mailed.
type LinkMail struct {
	To    kernel.Email
	Lang  kernel.Lang
	Token string
	Next  Action
	Due   kernel.Date
	Until kernel.Date // the last day on which the link can be used
}

// Invitation is what a partner without an account sees of a referral: what is
// asked of whom, and once it has taken the family on, who that is and how to
// reach it.
type Invitation struct {
	Organisation string // the partner's own
	Sender       string // the organisation that asks; empty: somebody outside
	Phone        kernel.Phone
	State        State
	Next         Action
	Due          kernel.Date
	Urgency      Urgency
	Programme    kernel.Text
	Asked        string
	Languages    []string
	Ages         []int // of the children, in years
	Expecting    bool
	ScheduledFor kernel.Instant

	Who    string         // empty until it was taken on, and so is what follows
	Why    string         // what is going on
	Phones []kernel.Phone // empty when it is reached through somebody
	Via    string         // through whom alone it may be reached
	Safe   []string       // what must be kept to, in the sender's words
}

// May tells whether the partner can make a move now.
func (i Invitation) May(m Move) bool {
	_, can := i.State.Leads(m)
	return can
}

// Reply is what a partner answers.
type Reply struct {
	Move    Move           // Accept, Decline, Schedule (which also takes it on), Arrive, NoShow, Stop or Close
	Reason  Reason         // of Decline
	At      kernel.Instant // of Schedule
	Place   string
	Absence Absence // of NoShow
	Outcome Outcome // of Close
}

// invite gives a receiver at which nobody has an account a link for the next
// step, and mails it: at once, or after the appointment.
func (s *Service) invite(ctx context.Context, a *act.Act, r Referral) error {
	if !r.State.Open() {
		return endLinks(ctx, a, a.Alliance(), r.ID, a.Now)
	}
	without, err := s.withoutAccount(ctx, a, r.ReceiverOrg)
	if err != nil || !without {
		return err
	}
	at := a.Now
	if r.State == Scheduled && at.Before(r.ScheduledFor) {
		at = r.ScheduledFor
	}
	return s.linkIn(ctx, a, r, at)
}

// withoutAccount tells whether an organisation can be reached by a link alone.
func (s *Service) withoutAccount(ctx context.Context, a *act.Act, org kernel.ID) (bool, error) {
	o, err := s.Members.OrganisationIn(ctx, a, org)
	if err != nil || o.Mail == "" {
		return false, err
	}
	posts, err := s.Members.ColleaguesIn(ctx, a, org)
	return !slices.ContainsFunc(posts, func(p members.Post) bool { return answers(p) }), err
}

// linkIn makes a link in place of those that there were, and asks for its mail.
func (s *Service) linkIn(ctx context.Context, a *act.Act, r Referral, at kernel.Instant) error {
	if err := endLinks(ctx, a, a.Alliance(), r.ID, a.Now); err != nil {
		return err
	}
	l := link{Alliance: a.Alliance(), ID: kernel.NewID(), Referral: r.ID, MadeBy: r.SenderWorker, EndsAt: at.Add(linkDays * 24 * time.Hour)}
	if err := insertLink(ctx, a, l, tokenHash(s.token(l)), a.Now); err != nil {
		return err
	}
	return a.Later(ctx, LinkJob, map[string]kernel.ID{"link": l.ID}, at, string(l.ID))
}

// SendLink mails a partner without an account a new link for the next step, in
// place of the one before: the sender's act, when a mail was lost or too old.
func (s *Service) SendLink(ctx context.Context, id kernel.ID) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "referral.withdraw", id); err != nil {
			return err
		}
		r, err := load(ctx, a, a.Alliance(), id)
		if err != nil {
			return err
		}
		if !r.State.Open() {
			return kernel.NewConflict("referral.over")
		}
		switch without, err := s.withoutAccount(ctx, a, r.ReceiverOrg); {
		case err != nil:
			return err
		case !without:
			return kernel.NewConflict("referral.no_link")
		}
		n, err := linksSince(ctx, a, a.Alliance(), r.ID, a.Now.Add(-24*time.Hour))
		if err != nil {
			return err
		}
		if n >= linksADay {
			return kernel.NewTooMany("referral.links")
		}
		if err := s.linkIn(ctx, a, r, a.Now); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "referral.link", Subject: r.Family, Detail: map[string]string{"referral": string(r.ID)}})
	})
}

// LinkToMail is what the job behind [LinkJob] mails: to the organisation, in
// the language of who sent the referral. It names nobody.
func (s *Service) LinkToMail(ctx context.Context, alliance, id kernel.ID) (m LinkMail, err error) {
	ctx = act.As(ctx, policy.SystemActor(alliance))
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "system.work", ""); err != nil {
			return err
		}
		l, err := loadLink(ctx, a, "x.alliance = $1 AND x.id = $2", alliance, id)
		if err != nil {
			return err
		}
		r, err := load(ctx, a, alliance, l.Referral)
		if err != nil {
			return err
		}
		m = LinkMail{}
		if l.UsedAt != "" || !r.State.Open() || l.EndsAt.Before(a.Now) {
			return nil
		}
		o, err := s.Members.OrganisationIn(ctx, a, r.ReceiverOrg)
		if err != nil {
			return err
		}
		m = LinkMail{To: o.Mail, Lang: kernel.NL, Token: s.token(l), Next: r.Next, Due: r.Due, Until: l.EndsAt.Date()}
		if by, err := s.Members.WorkerIn(ctx, a, l.MadeBy); err == nil {
			m.Lang = by.Lang
		} else if kernel.CodeOf(err) != kernel.NotFound {
			return err
		}
		return nil
	})
	return m, err
}

// Invitation opens a link. It can be opened as often as one likes until it is
// answered; each time leaves a record. One that nobody made is NotFound
// ("referral.link"); one that was used, or is too old, is Conflict
// ("referral.link_used", "referral.link_ended").
func (s *Service) Invitation(ctx context.Context, token string) (i Invitation, err error) {
	err = s.invited(ctx, token, func(ctx context.Context, a *act.Act, _ link, r Referral) error {
		if i, err = s.invitationOf(ctx, a, r); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "referral.read", Subject: r.Family, Detail: map[string]string{"referral": string(r.ID), "by": "link"}})
	})
	if err != nil {
		return Invitation{}, err
	}
	return i, nil
}

// ReplyBy answers a referral by a link, and uses it up. Of many who answer at
// once with the same link, one does.
func (s *Service) ReplyBy(ctx context.Context, token string, in Reply) error {
	place, err := line(in.Place, maxPlace)
	if err != nil {
		return fieldOf(err, "place")
	}
	return s.invited(ctx, token, func(ctx context.Context, a *act.Act, l link, r Referral) error {
		m := making{move: in.Move}
		switch in.Move {
		case Accept:
			m.change = func(a *act.Act, r *Referral) error { return r.accept("", a.Now) }
		case Decline:
			m.detail = string(in.Reason)
			m.change = func(a *act.Act, r *Referral) error { return r.decline(in.Reason, "", a.Now) }
		case Schedule:
			m.change = func(a *act.Act, r *Referral) error { return r.schedule(in.At, a.Now) }
			m.follow = func(a *act.Act, _ Referral, r *Referral) error { return s.sealPlace(ctx, a, *r, place) }
		case Arrive:
			m.change = func(a *act.Act, r *Referral) error { return r.arrive(a.Now) }
		case NoShow:
			m.detail = string(in.Absence)
			m.change = func(a *act.Act, r *Referral) error { return r.noShow(in.Absence, a.Now) }
		case Stop:
			m.detail = string(NotWanted)
			m.change = func(a *act.Act, r *Referral) error { return r.end(Stop, NotWanted, a.Now) }
		case Close:
			m.detail = string(in.Outcome)
			m.change = func(a *act.Act, r *Referral) error { return r.close(in.Outcome, a.Now) }
		default:
			return kernel.NewInvalid("referral.reply").At("move")
		}
		if err := useLink(ctx, a, l, a.Now); err != nil {
			return err
		}
		if in.Move == Schedule && r.State == Sent {
			err := s.makeIn(ctx, a, &r, making{move: Accept, change: func(a *act.Act, r *Referral) error { return r.accept("", a.Now) }})
			if err != nil {
				return err
			}
		}
		return s.makeIn(ctx, a, &r, m)
	})
}

// invited is the act of who holds a link.
func (s *Service) invited(ctx context.Context, token string, fn func(context.Context, *act.Act, link, Referral) error) error {
	none := kernel.NewNotFound("referral.link")
	token = strings.ToUpper(strings.TrimSpace(token))
	if len(token) != tokenLength {
		return none
	}
	var l link
	var r Referral
	err := s.Acts.DB.Read(ctx, func(q db.Querier) (err error) {
		if l, err = loadLink(ctx, q, "x.token_hash = $1", tokenHash(token)); err == nil {
			r, err = load(ctx, q, l.Alliance, l.Referral)
		}
		return err
	})
	if kernel.CodeOf(err) == kernel.NotFound {
		return none
	}
	if err != nil {
		return err
	}
	ctx = act.As(ctx, policy.Actor{Alliance: l.Alliance, Org: r.ReceiverOrg, Roles: []policy.Role{policy.Invited}})
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if l, err = loadLink(ctx, a, "x.alliance = $1 AND x.id = $2", l.Alliance, l.ID); err != nil {
			return err
		}
		if r, err = load(ctx, a, l.Alliance, l.Referral); err != nil {
			return err
		}
		switch {
		case l.UsedAt != "" || !r.State.Open():
			return kernel.NewConflict("referral.link_used")
		case l.EndsAt.Before(a.Now):
			return kernel.NewConflict("referral.link_ended")
		}
		switch err := a.Allow(ctx, "referral.reply", r.ID); {
		case kernel.CodeOf(err) == kernel.NotFound:
			return kernel.NewConflict("referral.link_used") // it lies with another team since
		case err != nil:
			return err
		}
		return fn(ctx, a, l, r)
	})
}

// invitationOf takes from a referral what a partner needs.
func (s *Service) invitationOf(ctx context.Context, a *act.Act, r Referral) (i Invitation, err error) {
	own, err := s.Members.OrganisationIn(ctx, a, r.ReceiverOrg)
	if err != nil {
		return i, err
	}
	var from members.Organisation // none when it came from outside
	if r.SenderOrg != "" {
		if from, err = s.Members.OrganisationIn(ctx, a, r.SenderOrg); err != nil {
			return i, err
		}
	}
	i = Invitation{Organisation: own.Name, Sender: from.Name, Phone: from.Phone, State: r.State, Next: r.Next, Due: r.Due,
		Urgency: r.Urgency, ScheduledFor: r.ScheduledFor}
	if r.Programme != "" {
		p, err := s.Programmes.ProgrammeIn(ctx, a, r.Programme)
		if err != nil {
			return i, err
		}
		i.Programme = p.Name()
	}
	w, _, err := s.letterOf(ctx, a, r)
	if err != nil {
		return i, err
	}
	people, contact, err := s.household(ctx, a, r)
	if err != nil {
		return i, err
	}
	i.Asked, i.Languages = w.Asked, contact.Languages
	for _, p := range people {
		switch {
		case p.child && p.birth != "":
			i.Ages = append(i.Ages, p.birth.YearsUntil(a.Today()))
		case p.due:
			i.Expecting = true
		}
	}
	if r.AcceptedAt == "" {
		return i, nil
	}
	i.Who, i.Why, i.Via = w.Who, w.Why, contact.Safe.OnlyVia
	if i.Via == "" {
		i.Phones = contact.Phones
	}
	for _, words := range []string{contact.Safe.Hours, contact.Safe.Note} {
		if words != "" {
			i.Safe = append(i.Safe, words)
		}
	}
	return i, nil
}
