package page

import (
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// answerPages are for a partner without an account, who answers by a link from
// a mail. To open a link uses nothing up, since mail programs open links too;
// to answer does.
func (s *Site) answerPages(page register) {
	page("GET /answer/{token}", "referral.link", s.invitation)
	page("POST /answer/{token}", "referral.link", s.reply)
}

// invitationView is what a partner is asked.
type invitationView struct {
	referrals.Invitation
	Address string
	Form    url.Values
	Errors  kit.Errors
}

func (s *Site) invitation(r *Request) (Answer, error) { return s.showInvitation(r, nil) }

func (s *Site) showInvitation(r *Request, wrong error) (Answer, error) {
	token := r.PathValue("token")
	i, err := s.Referrals.Invitation(r.Context(), token)
	if linkGone(err) {
		return again(linkGonePage(r.View, r.View.Problems(err)), err)
	}
	if err != nil {
		return Answer{}, err
	}
	page := invitationPage(r.View, invitationView{i, "/answer/" + token, r.PostForm, r.View.Problems(wrong)})
	if wrong != nil {
		return again(page, wrong)
	}
	return show(page)
}

func (s *Site) reply(r *Request) (Answer, error) {
	in, err := readReply(r.PostForm)
	if err == nil {
		err = s.Referrals.ReplyBy(r.Context(), r.PathValue("token"), in)
	}
	switch {
	case linkGone(err):
		return again(linkGonePage(r.View, r.View.Problems(err)), err)
	case faulty(err):
		return s.showInvitation(r, err)
	case err != nil:
		return Answer{}, err
	}
	return show(repliedPage(r.View, in.Move))
}

// linkGone tells whether a link opens nothing: used, too old, or never made.
func linkGone(err error) bool {
	f, ok := errors.AsType[*kernel.Fault](err)
	return ok && (f.Key == "referral.link" || f.Key == "referral.link_used" || f.Key == "referral.link_ended")
}

func readReply(form url.Values) (in referrals.Reply, err error) {
	in = referrals.Reply{Move: referrals.Move(form.Get("move")), Reason: referrals.Reason(form.Get("reason")), Place: form.Get("place"),
		Absence: referrals.Absence(form.Get("absence")), Outcome: referrals.Outcome(form.Get("outcome"))}
	switch {
	case in.Move == referrals.Schedule:
		in.At, err = momentOf(form)
	case in.Move == referrals.Close && in.Outcome == referrals.NotWanted:
		in.Move = referrals.Stop
	}
	return in, err
}

// momentOf reads the day and the hour of an appointment.
func momentOf(form url.Values) (kernel.Instant, error) {
	var faults kernel.Faults
	day, err := kit.DateOf(form, "day")
	if err == nil && day == "" {
		err = kernel.NewInvalid("date")
	}
	faults.Check("day", err)
	clock, err := time.Parse("15:04", strings.TrimSpace(form.Get("hour")))
	if err != nil {
		faults.Check("hour", kernel.NewInvalid("hour"))
	}
	if err := faults.Err(); err != nil {
		return "", err
	}
	d := day.Time()
	return kernel.InstantOf(time.Date(d.Year(), d.Month(), d.Day(), clock.Hour(), clock.Minute(), 0, 0, kernel.Brussels)), nil
}

// invitationRows is what a partner needs to know, line by line.
func invitationRows(v kit.View, i invitationView) (rows []kit.SummaryRow) {
	add := func(key, value string) {
		if value != "" {
			rows = append(rows, kit.SummaryRow{Key: v.T(key), Value: kit.Text(value)})
		}
	}
	add("answer.who", i.Who)
	add("answer.asked", i.Asked)
	add("answer.programme", i.Programme.In(v.Lang()))
	var ages []string
	for _, age := range i.Ages {
		ages = append(ages, strconv.Itoa(age))
	}
	add("answer.children", strings.Join(ages, ", "))
	if i.Expecting {
		add("answer.expecting", v.T("answer.yes"))
	}
	add("answer.languages", strings.Join(i.Languages, ", "))
	var phones []string
	for _, p := range i.Phones {
		phones = append(phones, p.Display())
	}
	add("answer.phones", strings.Join(phones, ", "))
	add("answer.via", i.Via)
	add("answer.safe", strings.Join(i.Safe, " – "))
	add("answer.why", i.Why)
	if i.ScheduledFor != "" {
		add("answer.appointment", v.Moment(i.ScheduledFor))
	}
	if i.Phone != "" {
		add("answer.ask", i.Sender+", "+i.Phone.Display())
	}
	return rows
}

// invitationOutcomes are those that fit how far it is.
func invitationOutcomes(v kit.View, i invitationView) (options []kit.Option) {
	for _, o := range append(referrals.Outcomes[:], referrals.NotWanted) {
		if o.OfArrived() == (i.State == referrals.Arrived) {
			options = append(options, kit.Option{Value: string(o), Label: v.T("referral.outcome." + string(o))})
		}
	}
	return options
}
