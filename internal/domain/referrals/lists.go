package referrals

import (
	"context"
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// Query asks for a page of a list.
type Query struct {
	Over      bool      // those that are over, the last first; otherwise the open ones
	Unclaimed bool      // only those that no worker has taken on
	Mine      bool      // only those that the actor has taken on, or sent
	Overdue   bool      // only those whose day has passed
	Family    kernel.ID // only those about one family; zero: all
	After     string    // the Next of the page before; empty: from the start
	Limit     int       // 1 to 100; otherwise 25
}

func (q Query) limit() int {
	if q.Limit < 1 || q.Limit > 100 {
		return 25
	}
	return q.Limit
}

// Page is part of a list; Next continues it, and is empty at its end. Rows is
// never nil.
type Page[T any] struct {
	Rows []T
	Next string
}

// Row is a received referral in a list.
type Row struct {
	Referral
	Who string // how the adults were called; empty for a reader who may not read referrals, and when nothing is shown any more
}

// Inbox lists what the actor's organisation received: the open ones by the day
// on which something must be done, so those whose day has passed come first;
// or, with Over, those that ended, the last first.
func (s *Service) Inbox(ctx context.Context, q Query) (page Page[Row], err error) {
	page.Rows = []Row{}
	after, id, err := cursor(q.After)
	if err != nil {
		return page, err
	}
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		page = Page[Row]{Rows: []Row{}}
		w := received(a)
		if q.Family != "" {
			w.and("x.family = %s", q.Family)
		}
		if q.Unclaimed {
			w.and("x.owner = ''")
		}
		if q.Mine { // with what one stands in for, and is asked to take over
			w.and(`(x.owner = %s OR x.offered_to = %s OR EXISTS (SELECT 1 FROM referral_away y WHERE y.alliance = x.alliance AND y.org = x.receiver_org
				AND y.worker = x.owner AND y.stand_in = %s AND y.from_day <= %s AND y.to_day >= %s))`,
				a.Actor.Person, a.Actor.Person, a.Actor.Person, a.Today(), a.Today())
		}
		if q.Overdue {
			w.and("x.due < %s", a.Today())
		}
		key, order := "x.due", "x.due, x.id"
		switch {
		case !q.Over:
			w.and("x.due <> ''")
			w.and("(x.due, x.id) > (%s, %s)", after, id)
		case after == "":
			key, order = "x.ended_at", "x.ended_at DESC, x.id DESC"
			w.and("x.due = ''")
		default:
			key, order = "x.ended_at", "x.ended_at DESC, x.id DESC"
			w.and("x.due = ''")
			w.and("(x.ended_at, x.id) < (%s, %s)", after, id)
		}
		found, err := query(ctx, a, w, key, order, q.limit()+1)
		if err != nil {
			return err
		}
		found, page.Next = cut(found, q.limit())
		for _, k := range found {
			row := Row{Referral: k.Referral}
			if row.Who, err = s.who(ctx, a, k.Referral); err != nil {
				return err
			}
			page.Rows = append(page.Rows, row)
		}
		return nil
	})
	return page, err
}

// received are the conditions of what the actor's organisation received.
func received(a *act.Act) *where {
	w := &where{}
	w.and("x.alliance = %s", a.Alliance())
	w.and("x.receiver_org = %s", a.Actor.Org)
	w.filter(a.Filter("referral.list", "x.id", w.next()))
	return w
}

// who is how a family is called, for a reader of the list who may know.
func (s *Service) who(ctx context.Context, a *act.Act, r Referral) (string, error) {
	if !policy.May(a.Actor, "referral.read") {
		return "", nil
	}
	if ok, err := s.readable(ctx, a, r); !ok {
		return "", err
	}
	var w writing
	err := s.sealed(ctx, a, r, entry(r.ID), &w)
	return w.Who, err
}

// Count is how much lies with the actor's organisation.
type Count struct {
	Open      int64
	Unclaimed int64 // nobody has taken them on yet
	Mine      int64 // the actor's own
	Overdue   int64 // of all, those whose day has passed
}

// Counts counts the open referrals that the actor's organisation received.
func (s *Service) Counts(ctx context.Context) (c Count, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		w := received(a)
		w.and("x.due <> ''")
		c, err = tally(ctx, a, w, a.Actor.Person, a.Today())
		return err
	})
	return c, err
}

// Progress is how far a referral is in the words that its sender may read.
type Progress string

// The progresses. What lies between accepted and arrived is the family's and
// the receiver's; so is what came of it.
const (
	Received    Progress = "received"
	TakenOn     Progress = "accepted"
	HasArrived  Progress = "arrived"
	NotTakenOn  Progress = "declined"
	EndedBefore Progress = "closed" // it ended, and the family had not arrived
	TakenBack   Progress = "withdrawn"
	Unanswered  Progress = "expired" // the receiver never answered
)

// Progresses lists the progresses.
var Progresses = [...]Progress{Received, TakenOn, HasArrived, NotTakenOn, EndedBefore, TakenBack, Unanswered}

// Progress is what a sender may know of the state.
func (r Referral) Progress() Progress {
	switch {
	case r.State == Withdrawn || r.State == Mistaken:
		return TakenBack
	case r.ArrivedAt != "" || r.State == Arrived:
		return HasArrived
	case r.State == Sent:
		return Received
	case r.State.Open():
		return TakenOn
	case r.State == Declined:
		return NotTakenOn
	case r.State == Expired && r.AcceptedAt == "":
		return Unanswered
	}
	return EndedBefore
}

// Receipt is a referral as its sender sees it, and all that a sender sees: not
// the appointment, not who has it, not what came of it.
type Receipt struct {
	ID         kernel.ID
	To         kernel.ID // the organisation that the sender chose
	By         kernel.ID // the worker who sent it
	Programme  kernel.ID
	Urgency    Urgency
	Progress   Progress
	SentAt     kernel.Instant
	AnswerBy   kernel.Date // while it is received: the last day on which an answer is due
	Late       bool        // that day has passed
	AcceptedOn kernel.Date
	ArrivedOn  kernel.Date
	EndedOn    kernel.Date // of one that ended before the family arrived
	Reason     Reason      // of one that was declined
	ByLink     bool        // it is open, and nobody at the receiver has an account: it answers by a link from a mail; not told in lists
	Mistaken   bool        // the sender said that it was entered in error
	Instead    kernel.ID   // the organisation that was proposed then
	PartOf     kernel.ID
	FollowedBy kernel.ID      // the sender's next try
	Reference  string         // the sender's own words
	Joint      bool           // the sender comes along
	When       kernel.Instant // of the appointment, for who comes along
	Where      string
}

// Can tells whether the sender can still withdraw it, send it again as it is
// ([ReRefer]), or say that it was a mistake; whether the reader may is the policy's to say.
func (r Receipt) Can(m Move) bool {
	switch m {
	case Withdraw:
		return r.Progress == Received || r.Progress == TakenOn
	case ReRefer:
		return r.AcceptedOn == "" && r.FollowedBy == "" && !r.Mistaken &&
			(r.Progress == NotTakenOn || r.Progress == TakenBack || r.Progress == Unanswered || r.Progress == EndedBefore)
	case Mistake:
		return !r.Mistaken
	}
	return false
}

// Receipt is how far a referral of the actor's organisation is.
func (s *Service) Receipt(ctx context.Context, id kernel.ID) (receipt Receipt, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "referral.follow", id); err != nil {
			return err
		}
		r, err := load(ctx, a, a.Alliance(), id)
		if err != nil {
			return err
		}
		if receipt, err = s.receiptOf(ctx, a, r); err == nil && r.State.Open() && r.ArrivedAt == "" {
			receipt.ByLink, err = s.withoutAccount(ctx, a, r.ReceiverOrg)
		}
		return err
	})
	return receipt, err
}

// receiptOf takes from a referral what its sender may know.
func (s *Service) receiptOf(ctx context.Context, a *act.Act, r Referral) (Receipt, error) {
	receipt := Receipt{
		ID: r.ID, To: r.SentTo, By: r.SenderWorker, Programme: r.Programme, Urgency: r.Urgency, Progress: r.Progress(),
		SentAt: r.SentAt, AcceptedOn: r.AcceptedAt.Date(), ArrivedOn: r.ArrivedAt.Date(), Reason: r.Declined, Instead: r.Proposed,
		PartOf: r.PartOf, FollowedBy: r.FollowedBy, Joint: r.Joint, Mistaken: r.State == Mistaken,
	}
	switch {
	case r.State == Sent:
		receipt.AnswerBy, receipt.Late = r.Due, r.Overdue(a.Today())
	case r.ArrivedAt == "":
		receipt.EndedOn = r.EndedAt.Date()
	}
	if r.Outcome == PassedOn {
		receipt.FollowedBy = "" // the receiver's next step, not the sender's
	}
	var err error
	if r.Joint && r.State == Scheduled {
		receipt.When = r.ScheduledFor
		if err := s.sealed(ctx, a, r, place(r.ID), &receipt.Where); err != nil {
			return receipt, err
		}
	}
	receipt.Reference, err = s.referenceOf(ctx, a, r)
	return receipt, err
}

func (s *Service) referenceOf(ctx context.Context, a *act.Act, r Referral) (words string, err error) {
	err = s.sealed(ctx, a, r, reference(r.ID), &words)
	return words, err
}

// tail sorts the receipts: those that ask something of the sender first (a
// refusal or no answer at all, without a next try), then those without an answer by the day on
// which it is due, so that late ones lead, then the rest. The order shows
// nothing that a receipt does not.
const tail = `CASE WHEN ` + asksSender + ` THEN '0000'
	WHEN x.state = 'sent' THEN x.due ELSE '9999' END`

// asksSender holds of a referral with which its sender has to go on.
const asksSender = `(x.state = 'declined' OR x.state = 'expired' AND x.accepted_at = '') AND x.followed_by = ''`

// Outbox lists what the actor's organisation sent, as receipts: first what was
// declined or never answered and not sent again, then what waits for an answer, the latest
// first, then the rest, the newest first. With Over it lists what is over for
// the sender (arrived, declined, closed or withdrawn), the last sent first.
// Unclaimed is of no meaning here.
func (s *Service) Outbox(ctx context.Context, q Query) (page Page[Receipt], err error) {
	page.Rows = []Receipt{}
	after, id, err := cursor(q.After)
	if err != nil {
		return page, err
	}
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		page = Page[Receipt]{Rows: []Receipt{}}
		w := &where{}
		w.and("x.alliance = %s", a.Alliance())
		w.and("x.sender_org = %s", a.Actor.Org)
		w.filter(a.Filter("referral.follow", "x.id", w.next()))
		if q.Family != "" {
			w.and("x.family = %s", q.Family)
		}
		if q.Mine {
			w.and("x.sender_worker = %s", a.Actor.Person)
		}
		if q.Overdue {
			w.and("x.state = 'sent' AND x.due < %s", a.Today())
		}
		key, order := tail+" AS page_key", "page_key, x.id DESC"
		if q.Over {
			key, order = "'' AS page_key", "x.id DESC"
			w.and("(x.arrived_at <> '' OR x.ended_at <> '')")
			if id != "" {
				w.and("x.id < %s", id)
			}
		} else {
			w.and("x.arrived_at = '' AND (x.ended_at = '' OR " + asksSender + ")")
			if id != "" {
				w.and("("+tail+" > %s OR "+tail+" = %s AND x.id < %s)", after, after, id)
			}
		}
		found, err := query(ctx, a, w, key, order, q.limit()+1)
		if err != nil {
			return err
		}
		found, page.Next = cut(found, q.limit())
		for _, k := range found {
			receipt, err := s.receiptOf(ctx, a, k.Referral)
			if err != nil {
				return err
			}
			page.Rows = append(page.Rows, receipt)
		}
		return nil
	})
	return page, err
}

// cut takes a page from what was found, which may be one more.
func cut(found []keyed, limit int) (page []keyed, next string) {
	if len(found) <= limit {
		return found, ""
	}
	last := found[limit-1]
	return slices.Clip(found[:limit]), last.key + "_" + string(last.ID)
}

// cursor reads the place at which a page went on; one that no list gave is
// Invalid
// ("referral.cursor").
func cursor(s string) (key string, id kernel.ID, err error) {
	if s == "" {
		return "", "", nil
	}
	key, rest, ok := strings.Cut(s, "_")
	id, bad := kernel.ParseID(rest)
	if !ok || bad != nil || len(key) > 32 || strings.Trim(key, "0123456789-:.TZ") != "" {
		return "", "", kernel.NewInvalid("referral.cursor")
	}
	return key, id, nil
}
