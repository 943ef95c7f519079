package page

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

func inboxTable(v kit.View, w referralListing) kit.Table {
	t := kit.Table{Caption: v.T("referrals.in.caption"), Columns: []kit.Column{
		{Title: v.T("referrals.col.who")}, {Title: v.T("referrals.col.from")}, {Title: v.T("referrals.col.state")}, {Title: v.T("referrals.col.next")},
	}}
	for _, row := range w.In.Rows {
		who := row.Who
		if who == "" {
			who = v.T("referrals.unnamed")
		}
		next := nextWords(v, row.Referral, w.Names)
		t.Rows = append(t.Rows, []templ.Component{
			kit.LinkText(kit.Link{Href: "/referrals/" + string(row.ID), Label: who}),
			kit.Text(senderWords(v, row.Referral, w.Names)),
			kit.Tag(referralKind(row.State), v.T("referral.state."+string(row.State))),
			dueCell(v, next, row.Overdue(v.Today)),
		})
	}
	return t
}

func outboxTable(v kit.View, w referralListing) kit.Table {
	t := kit.Table{Caption: v.T("referrals.out.caption"), Columns: []kit.Column{
		{Title: v.T("referrals.col.to")}, {Title: v.T("referrals.col.sent")}, {Title: v.T("referrals.col.state")}, {Title: v.T("referrals.col.answer")},
	}}
	for _, row := range w.Out.Rows {
		label := w.Names[row.To]
		if row.Reference != "" {
			label += " (" + row.Reference + ")"
		}
		answer := ""
		if row.AnswerBy != "" {
			answer = v.Date(row.AnswerBy)
		}
		t.Rows = append(t.Rows, []templ.Component{
			kit.LinkText(kit.Link{Href: "/referrals/" + string(row.ID), Label: label}),
			kit.Text(v.Date(row.SentAt.Date())),
			kit.Tag(progressKind(row.Progress), v.T("referral.progress."+string(row.Progress))),
			dueCell(v, answer, row.Late),
		})
	}
	return t
}

// senderWords is who sent a referral: an organisation, or somebody outside.
func senderWords(v kit.View, r referrals.Referral, names map[kernel.ID]string) string {
	if r.Origin != "" {
		return v.T("referrals.letter.outside", "who", v.T("referral.origin."+string(r.Origin)))
	}
	return names[r.SenderOrg]
}

// fromWords says it above the letter.
func fromWords(v kit.View, l letterView) string {
	if l.Origin != "" {
		return senderWords(v, l.Referral, l.Names)
	}
	return v.T("referrals.letter.from", "organisation", l.Names[l.SenderOrg])
}

// askerRows is who asks from outside, and how to reach them.
func askerRows(v kit.View, from referrals.Asker) (rows []kit.SummaryRow) {
	for _, x := range [][2]string{{"referrals.letter.asker", from.Name}, {"referrals.letter.reach", from.Reach}, {"referrals.letter.town", from.Town}} {
		if x[1] != "" {
			rows = append(rows, kit.SummaryRow{Key: v.T(x[0]), Value: kit.Text(x[1])})
		}
	}
	return rows
}

// toldWords says how the family was told.
func toldWords(v kit.View, told referrals.Told) string {
	if told.How == referrals.ByItself || told.How == referrals.Claimed {
		return v.T("referral.told." + string(told.How))
	}
	return v.T("referrals.letter.told", "how", v.T("referral.told."+string(told.How)), "day", told.On)
}

// title is how the referral is called for its receiver.
func (l letterView) title(v kit.View) string {
	if l.Who == "" {
		return v.T("referrals.unnamed")
	}
	return l.Who
}

func (l letterView) to(move string) string { return "/referrals/" + string(l.ID) + "/" + move }

// arriveWeight lets "the family was there" be the biggest button once there is
// an appointment.
func (l letterView) arriveWeight() kit.Weight {
	if l.State == referrals.Scheduled {
		return kit.Primary
	}
	return kit.Secondary
}

func (l letterView) proposals(v kit.View) []kit.Option {
	options := []kit.Option{{Value: "", Label: v.T("referrals.nobody")}}
	for _, o := range l.Receivers {
		if o.ID != l.ReceiverOrg && o.ID != l.SentTo {
			options = append(options, kit.Option{Value: string(o.ID), Label: o.Name})
		}
	}
	return options
}

// outcomes are those that fit: of a family that arrived, or of one that did
// not.
func (l letterView) outcomes(v kit.View) []kit.Option {
	var options []kit.Option
	for _, o := range append(referrals.Outcomes[:], referrals.NotWanted) {
		if o.OfArrived() == (l.ArrivedAt != "") {
			options = append(options, kit.Option{Value: string(o), Label: v.T("referral.outcome." + string(o))})
		}
	}
	return options
}

func holdOptions(v kit.View) (options []kit.Option) {
	for _, h := range referrals.Holds {
		options = append(options, kit.Option{Value: string(h), Label: v.T("referral.hold." + string(h))})
	}
	return options
}

// endings are why a sender may take back what it sent: once it is over, only
// that it was a mistake.
func endings(v kit.View, r referrals.Receipt) (options []kit.Option) {
	for _, o := range referrals.Endings {
		if o == referrals.InError || r.Can(referrals.Withdraw) {
			options = append(options, kit.Option{Value: string(o), Label: v.T("referral.ending." + string(o))})
		}
	}
	return options
}

// heldWords says why a referral stands still.
func heldWords(v kit.View, l letterView) string {
	switch {
	case l.State == referrals.Waiting:
		return v.T("referrals.held", "why", v.T("referral.hold."+l.Held), "day", l.ReviewOn)
	case l.State == referrals.Missed:
		return v.T("referral.absence." + l.Held)
	case l.State == referrals.Sent && l.Released > 0:
		return v.T("referrals.given_back", "why", v.T("referral.reason."+l.Held))
	}
	return ""
}

func receiverOptions(v kit.View, d referralDraft) []kit.Option {
	options := []kit.Option{{Value: "", Label: v.T("referrals.choose")}}
	for _, o := range d.Receivers {
		options = append(options, kit.Option{Value: string(o.ID), Label: o.Name})
	}
	return options
}

func programmeOptions(v kit.View, d referralDraft) []kit.Option {
	options := []kit.Option{{Value: "", Label: v.T("referrals.none")}}
	for i := range d.Programmes {
		options = append(options, kit.Option{Value: string(d.Programmes[i].ID), Label: d.Programmes[i].Name().In(v.Lang())})
	}
	return options
}

func urgencyOptions(v kit.View) []kit.Option {
	return []kit.Option{
		{Value: string(referrals.Normal), Label: v.T("referral.urgency.normal")},
		{Value: string(referrals.Urgent), Label: v.T("referral.urgency.urgent")},
	}
}

func wayOptions(v kit.View) (options []kit.Option) {
	for _, w := range referrals.Ways {
		options = append(options, kit.Option{Value: string(w), Label: v.T("referral.told." + string(w))})
	}
	return options
}

func reasonOptions(v kit.View) (options []kit.Option) {
	for _, o := range referrals.Reasons {
		options = append(options, kit.Option{Value: string(o), Label: v.T("referral.reason." + string(o))})
	}
	return options
}

func absenceOptions(v kit.View) (options []kit.Option) {
	for _, o := range referrals.Absences {
		options = append(options, kit.Option{Value: string(o), Label: v.T("referral.absence." + string(o))})
	}
	return options
}

// keptIf is the form when it says something under key: before the first
// sending a field keeps its own value.
func keptIf(form url.Values, key string) url.Values {
	if form.Has(key) {
		return form
	}
	return nil
}

// sketchErrors points faults of the service's fields at those of the form: of
// the persons that the form told, persons.0 is the adult, whose fields have no
// name before them here.
func sketchErrors(errs kit.Errors, persons []string) kit.Errors {
	out := make(kit.Errors, 0, len(errs))
	for _, p := range errs {
		p.Field = formField(p.Field, persons)
		out = append(out, p)
	}
	return out
}

// aboutChildren tells whether a child was typed, or one is wrong.
func aboutChildren(d referralDraft) bool {
	return slices.ContainsFunc(childFields, func(field string) bool {
		return filled(d.Form, field+".") || slices.ContainsFunc(d.Errors, func(p kit.Problem) bool { return strings.HasPrefix(p.Field, field+".") })
	})
}

func formField(field string, persons []string) string {
	field = strings.TrimPrefix(field, "sketch.")
	if rest, ok := strings.CutPrefix(field, "persons."); ok {
		n, part, _ := strings.Cut(rest, ".")
		if at, err := strconv.Atoi(n); err == nil && at < len(persons) {
			return persons[at] + part
		}
		return "first"
	}
	if strings.HasPrefix(field, "contact.phones") {
		return "phone"
	}
	return field
}

// againAddress is the form for the next try of a referral that was declined:
// the services that come next, or a new referral once a receiver had taken the
// family on.
func againAddress(r referrals.Receipt) string {
	if r.Can(referrals.ReRefer) {
		return "/referrals/" + string(r.ID) + "/onward"
	}
	q := url.Values{}
	if r.Instead != "" {
		q.Set("to", string(r.Instead))
	}
	return "/referrals/new?" + q.Encode()
}

// sketchRows is who a family is, as the sender told it.
func sketchRows(v kit.View, f families.NewFamily) (rows []kit.SummaryRow) {
	for _, p := range f.Persons {
		rows = append(rows, kit.SummaryRow{Key: v.T("family.role." + string(p.Role)), Value: personWords(v, p)})
	}
	var phones []string
	for _, p := range f.Contact.Phones {
		phones = append(phones, p.Display())
	}
	if len(phones) > 0 {
		rows = append(rows, kit.SummaryRow{Key: v.T("referrals.form.phone"), Value: kit.Text(strings.Join(phones, ", "))})
	}
	if f.Contact.Safe.Hours != "" {
		rows = append(rows, kit.SummaryRow{Key: v.T("referrals.letter.hours"), Value: kit.Text(f.Contact.Safe.Hours)})
	}
	if safe := f.Contact.Safe; safe.NoVoicemail || safe.NoText || safe.OnlyVia != "" || safe.Note != "" {
		var words []string
		if safe.NoVoicemail || safe.NoText || safe.NoLetter {
			words = append(words, v.T("referrals.form.safe.careful"))
		}
		for _, s := range []string{f.Contact.Safe.OnlyVia, f.Contact.Safe.Note} {
			if s != "" {
				words = append(words, s)
			}
		}
		rows = append(rows, kit.SummaryRow{Key: v.T("referrals.form.safe"), Value: kit.Tag(kit.Danger, strings.Join(words, " – "))})
	}
	if f.PostalCode != "" {
		rows = append(rows, kit.SummaryRow{Key: v.T("referrals.form.postal_code"), Value: kit.Text(string(f.PostalCode))})
	}
	return rows
}

func sketchPerson(v kit.View, p families.NewPerson) string {
	words := []string{}
	if name := strings.TrimSpace(p.First + " " + p.Last); name != "" {
		words = append(words, name)
	}
	if p.Birth != "" {
		words = append(words, v.T("referrals.born", "day", p.Birth, "n", p.Birth.YearsUntil(v.Today)))
	}
	if p.Due != "" {
		words = append(words, v.T("referrals.due", "day", p.Due))
	}
	return strings.Join(words, ", ")
}
