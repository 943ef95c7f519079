package api

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// referralEndpoints send, list and read.
func (s *API) referralEndpoints(d *desk) {
	add(d, endpoint{Method: "POST", Path: "/referrals", Action: "referral.send", ID: "send-referral", Tag: "referrals", Status: created, Names: true,
		Says: "Ask an organisation to help a family.",
		More: "About a family whose file you keep (family), or about one without a file, whom you describe (persons, contact). The receipt is all that the sender sees from now on."}, s.send)
	add(d, endpoint{Method: "GET", Path: "/referrals/inbox", Action: "referral.list", ID: "list-inbox", Tag: "referrals",
		Says: "What your organisation received: the open ones by the day on which something must be done."}, s.inbox)
	add(d, endpoint{Method: "GET", Path: "/referrals/outbox", Action: "referral.follow", ID: "list-outbox", Tag: "referrals",
		Says: "What your organisation sent, as receipts."}, s.outbox)
	add(d, endpoint{Method: "GET", Path: "/referrals/counts", Action: "referral.list", ID: "count-referrals", Tag: "referrals",
		Says: "How many open referrals your organisation received."}, s.counts)
	add(d, endpoint{Method: "GET", Path: "/referrals/{referral}", Action: "referral.read", ID: "read-referral", Tag: "referrals",
		Says: "A referral that your organisation received.", More: "It leaves a record."}, s.letter)
	add(d, endpoint{Method: "GET", Path: "/referrals/{referral}/receipt", Action: "referral.follow", ID: "read-receipt", Tag: "referrals",
		Says: "How far a referral of your organisation is."}, s.receipt)
	add(d, endpoint{Method: "GET", Path: "/referrals/{referral}/onward", Action: "referral.send", ID: "list-next-best", Tag: "referrals", Stands: true,
		Says: "Which services come next for a referral that goes no further with you, and why.",
		More: "For its sender when it is over without the family having arrived, for its receiver who has taken it on. Send it there with re-refer or pass-on. It leaves a record."}, s.onward)
	add(d, endpoint{Method: "GET", Path: "/referrals/figures", Action: "referral.figures", ID: "read-referral-figures", Tag: "referrals",
		Says: "How referrals fare: how many, where they stand, why they were lost, how soon an answer came.",
		More: "Those of the own organisation whole; those of all partners (side=alliance) with small figures kept back, as hidden."}, s.figures)
	add(d, endpoint{Method: "GET", Path: "/referrals/figures/rows", Action: "referral.figures", ID: "list-figure-rows", Tag: "referrals",
		Says: "The referrals behind a figure of the own organisation."}, s.figureRows)
	add(d, endpoint{Method: "GET", Path: "/caseload", Action: "referral.arrange", ID: "read-caseload", Tag: "referrals",
		Says: "How many open referrals each colleague has, and how many at most."}, s.caseload)
	add(d, endpoint{Method: "POST", Path: "/caseload", Action: "referral.arrange", ID: "set-limit", Tag: "referrals",
		Says: "Say how many open referrals a colleague, or your organisation as a whole, has at most."}, s.setLimit)
	add(d, endpoint{Method: "POST", Path: "/away", Action: "referral.away", ID: "set-away", Tag: "referrals", Status: noContent,
		Says: "Say when you are away and who stands in; a coordinator says it of a colleague too."}, s.setAway)
	add(d, endpoint{Method: "GET", Path: "/away", Action: "referral.away", ID: "list-away", Tag: "referrals",
		Says: "Who of your organisation is away now or will be, and who stands in."}, s.away)
	add(d, endpoint{Method: "DELETE", Path: "/away/{worker}", Action: "referral.away", ID: "end-away", Tag: "referrals", Status: noContent,
		Says: "Say that somebody is back: you yourself, or as a coordinator a colleague."}, s.endAway)
	add(d, endpoint{Method: "GET", Path: "/terms", Action: "referral.arrange", ID: "list-terms", Tag: "referrals",
		Says: "Within how many working days your organisation, its teams, and the programmes that they receive families for, answer."}, s.arranged)
	add(d, endpoint{Method: "GET", Path: "/organisations/{organisation}/terms", Action: "network.read", ID: "read-terms", Tag: "referrals",
		Says: "Within how many working days an organisation, a team or a programme answers."}, s.terms)
	add(d, endpoint{Method: "PUT", Path: "/organisations/{organisation}/terms", Action: "referral.arrange", ID: "set-terms", Tag: "referrals",
		Says: "Arrange within how many working days your organisation, a team of it, or a programme that it receives families for, answers.",
		More: "It counts from the next step of each referral on."}, s.setTerms)
}

// referral is a referral in codes and days.
type referral struct {
	ID           kernel.ID         `json:"id"`
	Version      int64             `json:"version"`
	Family       kernel.ID         `json:"family"`
	Provisional  bool              `json:"provisional" doc:"The family has no file: it is a sketch."`
	Origin       referrals.Origin  `json:"origin,omitempty" doc:"Who asked from outside, as a code; left out: an organisation of the alliance."`
	Sender       kernel.ID         `json:"sender" doc:"The organisation; empty when somebody outside asked."`
	Receiver     kernel.ID         `json:"receiver" doc:"The organisation, or the team of it that answers."`
	Programme    kernel.ID         `json:"programme,omitempty"`
	Urgency      referrals.Urgency `json:"urgency"`
	State        referrals.State   `json:"state"`
	OfferedTo    kernel.ID         `json:"offered_to,omitempty" doc:"The colleague whom the owner asked to take it over."`
	Owner        kernel.ID         `json:"owner,omitempty" doc:"The worker who has it; left out: the organisation as a whole."`
	Next         string            `json:"next,omitempty" doc:"What has to be done next, as a code."`
	Due          kernel.Date       `json:"due,omitempty" doc:"The last day for it."`
	SentAt       kernel.Instant    `json:"sent_at"`
	AcceptedAt   kernel.Instant    `json:"accepted_at,omitempty"`
	ScheduledFor kernel.Instant    `json:"scheduled_for,omitempty"`
	ArrivedAt    kernel.Instant    `json:"arrived_at,omitempty"`
	EndedAt      kernel.Instant    `json:"ended_at,omitempty"`
	NoShows      int64             `json:"no_shows"`
	AnsweredAt   kernel.Instant    `json:"answered_at,omitempty" doc:"When the receiver first said yes or no."`
	Released     int64             `json:"released" doc:"How often somebody who had taken it on gave it back."`
	Held         string            `json:"held,omitempty" doc:"Why it stands still, as a code."`
	ReviewOn     kernel.Date       `json:"review_on,omitempty" doc:"While it waits: when it is looked at again."`
	Declined     referrals.Reason  `json:"declined,omitempty"`
	Proposed     kernel.ID         `json:"proposed,omitempty" doc:"The organisation that the receiver proposes instead."`
	Outcome      referrals.Outcome `json:"outcome,omitempty"`
	PartOf       kernel.ID         `json:"part_of,omitempty" doc:"The referral of which this is the next try."`
}

func referralJSON(r referrals.Referral) referral {
	return referral{
		ID: r.ID, Version: r.Version, Family: r.Family, Provisional: r.Provisional, Origin: r.Origin, Sender: r.SenderOrg, Receiver: r.ReceiverOrg,
		Programme: r.Programme, Urgency: r.Urgency, State: r.State, Owner: r.Owner, Next: string(r.Next), Due: r.Due, SentAt: r.SentAt,
		AcceptedAt: r.AcceptedAt, ScheduledFor: r.ScheduledFor, ArrivedAt: r.ArrivedAt, EndedAt: r.EndedAt, NoShows: r.NoShows,
		OfferedTo: r.OfferedTo, AnsweredAt: r.AnsweredAt, Released: r.Released, Held: r.Held, ReviewOn: r.ReviewOn,
		Declined: r.Declined, Proposed: r.Proposed, Outcome: r.Outcome, PartOf: r.PartOf,
	}
}

// receipt is a referral as its sender sees it.
type receipt struct {
	ID         kernel.ID          `json:"id"`
	To         kernel.ID          `json:"to" doc:"The organisation that the sender chose."`
	By         kernel.ID          `json:"by" doc:"The worker who sent it."`
	Programme  kernel.ID          `json:"programme,omitempty"`
	Urgency    referrals.Urgency  `json:"urgency"`
	Progress   referrals.Progress `json:"progress"`
	SentAt     kernel.Instant     `json:"sent_at"`
	AnswerBy   kernel.Date        `json:"answer_by,omitempty"`
	Late       bool               `json:"late"`
	AcceptedOn kernel.Date        `json:"accepted_on,omitempty"`
	ArrivedOn  kernel.Date        `json:"arrived_on,omitempty"`
	EndedOn    kernel.Date        `json:"ended_on,omitempty"`
	Reason     referrals.Reason   `json:"reason,omitempty" doc:"Of one that was declined."`
	Instead    kernel.ID          `json:"instead,omitempty"`
	PartOf     kernel.ID          `json:"part_of,omitempty"`
	FollowedBy kernel.ID          `json:"followed_by,omitempty"`
	ByLink     bool               `json:"by_link,omitempty" doc:"Nobody at the receiver has an account: it answers by a link from a mail."`
	Mistaken   bool               `json:"mistaken,omitempty" doc:"The sender said that it was entered in error."`
	Joint      bool               `json:"joint,omitempty" doc:"You come along to the first appointment."`
	When       kernel.Instant     `json:"when,omitempty" doc:"Of the appointment, when you come along."`
	Where      string             `json:"where,omitempty"`
	Reference  string             `json:"reference,omitempty" doc:"By which words you know it; never in the answer to a POST."`
}

func receiptJSON(r referrals.Receipt) receipt {
	return receipt{r.ID, r.To, r.By, r.Programme, r.Urgency, r.Progress, r.SentAt, r.AnswerBy, r.Late, r.AcceptedOn, r.ArrivedOn,
		r.EndedOn, r.Reason, r.Instead, r.PartOf, r.FollowedBy, r.ByLink, r.Mistaken, r.Joint, r.When, r.Where, r.Reference}
}

type told struct {
	How    referrals.Way `json:"how"`
	On     kernel.Date   `json:"on"`
	Agrees bool          `json:"agrees" doc:"Without the family's agreement nothing is sent."`
}

type referralSent struct {
	Body struct {
		To           kernel.ID         `json:"to,omitempty" doc:"An organisation that receives referrals; left out: the one that carries out the programme."`
		Programme    kernel.ID         `json:"programme,omitempty"`
		Urgency      referrals.Urgency `json:"urgency,omitempty"`
		Family       kernel.ID         `json:"family,omitempty" doc:"Whose file you keep."`
		Persons      []newPerson       `json:"persons,omitempty" maxItems:"20" nullable:"false" doc:"Where there is no file."`
		Contact      contact           `json:"contact,omitzero"`
		PostalCode   kernel.PostalCode `json:"postal_code,omitempty"`
		Municipality kernel.NIS        `json:"municipality,omitempty"`
		Why          string            `json:"why" doc:"What is going on; sealed."`
		Asked        string            `json:"asked,omitempty" doc:"What is hoped for; sealed."`
		Told         told              `json:"told"`
		Wish         string            `json:"wish,omitempty" doc:"What the family wants, in its own words; sealed."`
		Meets        referrals.Meeting `json:"meets,omitempty" enum:"alone,call,along,by_somebody" doc:"How it meets the receiver. Along: you come along to the first appointment, and see when and where it is."`
		With         string            `json:"with,omitempty" doc:"Who introduces it; sealed."`
		Reference    string            `json:"reference,omitempty" doc:"By which words you will know it; sealed, and shown to you alone."`
		PartOf       kernel.ID         `json:"part_of,omitempty" doc:"An own referral that is over without the family having arrived."`
	}
}

func (s *API) send(ctx context.Context, in *referralSent) (*made[receipt], error) {
	b := in.Body
	r, err := s.Referrals.Send(ctx, referrals.NewReferral{
		To: b.To, Programme: b.Programme, Urgency: b.Urgency, Family: b.Family, Why: b.Why, Asked: b.Asked,
		Told: referrals.Told(b.Told), Wish: b.Wish, Meets: b.Meets, With: b.With, Reference: b.Reference, PartOf: b.PartOf,
		Sketch: families.NewFamily{Persons: readPersons(b.Persons), Contact: b.Contact.read(), PostalCode: b.PostalCode, Municipality: b.Municipality},
	})
	return sentOn(r, err)
}

// BoxAsked is how the lists of referrals are asked for.
type BoxAsked struct {
	Paging
	Over    bool      `query:"over" doc:"Those that are over, instead of the open ones."`
	Mine    bool      `query:"mine" doc:"Only those that you took on, or sent."`
	Overdue bool      `query:"overdue" doc:"Only those whose day has passed."`
	Family  kernel.ID `query:"family" doc:"Only those about this family."`
}

func (b BoxAsked) query() referrals.Query {
	return referrals.Query{Over: b.Over, Mine: b.Mine, Overdue: b.Overdue, Family: b.Family, After: b.After, Limit: b.Limit}
}

type inboxRow struct {
	Referral referral `json:"referral"`
	Who      string   `json:"who,omitempty" doc:"How the adults were called, for who may read referrals."`
}

type inboxAsked struct {
	BoxAsked
	Unclaimed bool `query:"unclaimed" doc:"Only those that nobody has taken on."`
}

func (s *API) inbox(ctx context.Context, in *inboxAsked) (*listed[inboxRow], error) {
	ask := in.query()
	ask.Unclaimed = in.Unclaimed
	p, err := s.Referrals.Inbox(ctx, ask)
	if err != nil {
		return nil, err
	}
	return listOf(askedOf(ctx).URL, p.Rows, p.Next, func(r referrals.Row) inboxRow { return inboxRow{referralJSON(r.Referral), r.Who} }), nil
}

func (s *API) outbox(ctx context.Context, in *BoxAsked) (*listed[receipt], error) {
	p, err := s.Referrals.Outbox(ctx, in.query())
	if err != nil {
		return nil, err
	}
	return listOf(askedOf(ctx).URL, p.Rows, p.Next, receiptJSON), nil
}

type counts struct {
	Open      int64 `json:"open"`
	Unclaimed int64 `json:"unclaimed" doc:"Nobody has taken them on yet."`
	Mine      int64 `json:"mine" doc:"Those that you took on."`
	Overdue   int64 `json:"overdue" doc:"Of all, those whose day has passed."`
}

func (s *API) counts(ctx context.Context, _ *struct{}) (*one[counts], error) {
	c, err := s.Referrals.Counts(ctx)
	if err != nil {
		return nil, err
	}
	return answer(counts(c))
}

type step struct {
	At     kernel.Instant  `json:"at"`
	Move   string          `json:"move"`
	From   string          `json:"from,omitempty"`
	To     referrals.State `json:"to"`
	Worker kernel.ID       `json:"worker,omitempty"`
	Org    kernel.ID       `json:"organisation,omitempty"`
	Detail string          `json:"detail,omitempty"`
}

type asker struct {
	Name  string `json:"name,omitempty" doc:"With the function."`
	Reach string `json:"reach,omitempty" doc:"How to reach them."`
	Town  string `json:"town,omitempty" doc:"Where the family lives, as it was written."`
}

type letter struct {
	Referral     referral          `json:"referral"`
	Who          string            `json:"who,omitempty"`
	Asker        *asker            `json:"asker,omitempty" doc:"Who asks from outside."`
	Why          string            `json:"why,omitempty"`
	Asked        string            `json:"asked,omitempty"`
	Told         told              `json:"told,omitzero" doc:"How the family was told."`
	Persons      []newPerson       `json:"persons" nullable:"false" doc:"While there is no file."`
	Contact      contact           `json:"contact,omitzero"`
	PostalCode   kernel.PostalCode `json:"postal_code,omitempty"`
	Municipality kernel.NIS        `json:"municipality,omitempty"`
	Wish         string            `json:"wish,omitempty" doc:"What the family wants, in its own words."`
	Meets        string            `json:"meets,omitempty" doc:"How it meets you, as a code."`
	With         string            `json:"with,omitempty" doc:"Who introduces it."`
	Confirmed    string            `json:"confirmed,omitempty" doc:"While there is an appointment: mail when the house tells the family by mail, paper when no way is safe that the house may use."`
	Place        string            `json:"place,omitempty" doc:"Of the appointment."`
	Steps        []step            `json:"steps" nullable:"false" doc:"The oldest first."`
	Shut         bool              `json:"shut" doc:"It is over for you: what was written is no longer shown."`
}

type referralAsked struct {
	Referral kernel.ID `path:"referral"`
}

func (s *API) letter(ctx context.Context, in *referralAsked) (*one[letter], error) {
	l, err := s.Referrals.Read(ctx, in.Referral)
	if err != nil {
		return nil, err
	}
	out := letter{
		Referral: referralJSON(l.Referral), Who: l.Who, Why: l.Why, Asked: l.Asked, Told: told(l.Told),
		Wish: l.Wish, Meets: string(l.Meets), With: l.With, Confirmed: string(l.Safely), Persons: []newPerson{},
		PostalCode: l.Sketch.PostalCode, Municipality: l.Sketch.Municipality, Place: l.Place, Steps: []step{}, Shut: l.Shut,
	}
	if l.From != (referrals.Asker{}) {
		out.Asker = &asker{l.From.Name, l.From.Reach, l.From.Town}
	}
	if len(l.Sketch.Persons) > 0 {
		out.Contact = contactJSON(l.Sketch.Contact)
	}
	for _, p := range l.Sketch.Persons {
		out.Persons = append(out.Persons, newPerson(p))
	}
	for _, x := range l.Steps {
		out.Steps = append(out.Steps, step{x.At, string(x.Move), string(x.From), x.To, x.Worker, x.Org, x.Detail})
	}
	return answer(out)
}

func (s *API) receipt(ctx context.Context, in *referralAsked) (*one[receipt], error) {
	r, err := s.Referrals.Receipt(ctx, in.Referral)
	if err != nil {
		return nil, err
	}
	return answer(receiptJSON(r))
}

// terms is within how many working days somebody answers.
type terms struct {
	Answer  int64 `json:"answer" minimum:"1" maximum:"20" doc:"Working days until an answer."`
	Contact int64 `json:"contact" minimum:"1" maximum:"20" doc:"Working days from then until a first contact with the family."`
	Own     bool  `json:"own" readOnly:"true" required:"false" doc:"Whether this was arranged; otherwise it is what holds for everybody."`
}

type termsAsked struct {
	Organisation kernel.ID `path:"organisation" doc:"An organisation, a team or a programme."`
}

func (s *API) terms(ctx context.Context, in *termsAsked) (*one[terms], error) {
	t, own, err := s.Referrals.Terms(ctx, in.Organisation)
	if err != nil {
		return nil, err
	}
	return answer(terms{t.Answer, t.Contact, own})
}

type termsSet struct {
	Organisation kernel.ID `path:"organisation" doc:"An organisation, a team or a programme."`
	Body         terms
}

func (s *API) setTerms(ctx context.Context, in *termsSet) (*one[terms], error) {
	t := referrals.Terms{Answer: in.Body.Answer, Contact: in.Body.Contact}
	if err := s.Referrals.SetTerms(ctx, in.Organisation, t); err != nil {
		return nil, err
	}
	return answer(terms{t.Answer, t.Contact, true})
}
