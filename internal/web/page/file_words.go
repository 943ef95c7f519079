package page

import (
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// lead says in a line who lives where and speaks what.
func (w fileView) lead(v kit.View) string {
	children, expected := 0, 0
	for _, p := range w.Persons {
		switch p.Role {
		case families.Child:
			children++
		case families.Unborn:
			expected++
		}
	}
	var words []string
	if children > 0 {
		words = append(words, v.T("families.children", "n", children))
	}
	if expected > 0 {
		words = append(words, v.T("families.expected", "n", expected))
	}
	if place, ok := kernel.MunicipalityByNIS(w.Municipality); ok {
		words = append(words, v.T("file.lives_in", "place", place.Called(v.Lang())))
	}
	if n := w.Contact.Languages; len(n) > 0 {
		words = append(words, v.T("file.speaks", "languages", v.List(languageNames(v, n))))
	}
	return strings.Join(words, " · ")
}

// ageWords is how old somebody is, or when they are expected.
func ageWords(v kit.View, p families.Person) string {
	switch {
	case p.Role == families.Unborn && p.Due != "":
		return v.T("file.due", "day", p.Due)
	case p.Role == families.Unborn:
		return v.T("file.due.unknown")
	case p.Birth == "":
		return v.T("file.birth.unknown")
	}
	if months := p.Birth.MonthsUntil(v.Today); months < 24 {
		return v.T("file.months", "n", months)
	}
	return v.T("file.years", "n", p.Birth.YearsUntil(v.Today))
}

// safeLines are what must be kept to in contact, the gravest first.
func safeLines(v kit.View, s families.Safe) (lines []string) {
	if s.OnlyVia != "" {
		lines = append(lines, v.T("safe.only_via", "who", s.OnlyVia))
	}
	for _, way := range safeWays {
		if unsafe(s, way) {
			lines = append(lines, v.T("safe."+way))
		}
	}
	if s.Hours != "" {
		lines = append(lines, v.T("safe.hours", "when", s.Hours))
	}
	if s.Note != "" {
		lines = append(lines, s.Note)
	}
	return lines
}

func unsafe(s families.Safe, way string) bool {
	switch way {
	case "no_mail":
		return s.NoMail
	case "no_letter":
		return s.NoLetter
	case "no_text":
		return s.NoText
	}
	return s.NoVoicemail
}

// safeFor repeats beside a way of contact what must be kept to there.
func safeFor(v kit.View, s families.Safe, ways ...string) string {
	var words []string
	if s.OnlyVia != "" {
		words = append(words, v.T("safe.only_via", "who", s.OnlyVia))
	}
	for _, way := range ways {
		if unsafe(s, way) {
			words = append(words, v.T("safe."+way))
		}
	}
	if s.Hours != "" && len(ways) > 1 { // a telephone
		words = append(words, v.T("safe.hours", "when", s.Hours))
	}
	return strings.Join(words, " · ")
}

// address is where a family lives, on one line; empty when not known.
func (w fileView) address(v kit.View) string {
	var words []string
	if street := strings.TrimSpace(w.Contact.Address.Street + " " + w.Contact.Address.Number); street != "" {
		words = append(words, street)
	}
	place := ""
	if m, ok := kernel.MunicipalityByNIS(w.Municipality); ok {
		place = m.Called(v.Lang())
	}
	if town := strings.TrimSpace(string(w.PostalCode) + " " + place); town != "" {
		words = append(words, town)
	}
	return strings.Join(words, ", ")
}

// contactRows are home, telephones, mail addresses and languages; every way of
// contact says what must be kept to.
func (w fileView) contactRows(v kit.View) []kit.SummaryRow {
	safe := w.Contact.Safe
	home := kit.SummaryRow{Key: v.T("file.home"), Value: reachable(v, w.address(v), safeFor(v, safe, "no_letter"))}
	if w.Confidential {
		home.Note = v.T("file.confidential")
	}
	rows := []kit.SummaryRow{home}
	for i, p := range w.Contact.Phones {
		row := kit.SummaryRow{Key: v.T("file.phone", "n", i+1), Value: reachable(v, p.Display(), safeFor(v, safe, "no_voicemail", "no_text"))}
		if p == w.Contact.TextTo {
			row.Note = v.T("file.text_to")
		}
		rows = append(rows, row)
	}
	if len(w.Contact.Phones) == 0 {
		rows = append(rows, kit.SummaryRow{Key: v.T("intake.phones"), Value: reachable(v, "", "")})
	}
	for _, m := range w.Contact.Mails {
		rows = append(rows, kit.SummaryRow{Key: v.T("intake.mails"), Value: reachable(v, string(m), safeFor(v, safe, "no_mail"))})
	}
	return append(rows, kit.SummaryRow{Key: v.T("file.languages"), Value: reachable(v, v.List(languageNames(v, w.Contact.Languages)), "")})
}

// events are moments of a file's timeline in words.
func (w fileView) events(v kit.View, events []families.Event) (shown []kit.Event) {
	for _, e := range events {
		x := kit.Event{When: v.Moment(e.At), Title: eventTitle(v, e), Icon: "note-pencil", Kind: kit.Plain}
		var body []string
		if about := w.about(v, e); about != "" {
			body = append(body, about)
		}
		if who := w.Names[e.Worker]; who != "" {
			body = append(body, v.T("file.by", "who", who, "org", w.Names[e.Org]))
		}
		if len(body) > 0 {
			x.Body = kit.Text(strings.Join(body, " · "))
		}
		x.Icon, x.Kind = eventLook(e.Kind)
		shown = append(shown, x)
	}
	return shown
}

func eventTitle(v kit.View, e families.Event) string {
	if key := "family.event." + e.Kind; v.Has(key) {
		return v.T("family.event." + e.Kind)
	}
	if state, ok := strings.CutPrefix(e.Kind, "claim."); ok && v.Has("claim.state."+state) {
		return v.T("file.event.claim", "state", v.T("claim.state."+state))
	}
	return v.T("file.event.other")
}

// about says whom or what an event concerns.
func (w fileView) about(v kit.View, e families.Event) string {
	switch e.Kind {
	case "closed":
		return v.T("family.close_reason." + e.Detail)
	case "person.left":
		return w.called(v, e.Subject) + ": " + v.T("family.left_reason."+e.Detail)
	case "person.added", "person.role", "person.born":
		return w.called(v, e.Subject)
	case "team.joined", "team.left", "sharing.decided", "sharing.ended", "sharing.objected", "sharing.lifted":
		return w.Names[e.Subject]
	}
	return ""
}

func eventLook(kind string) (icon string, k kit.Kind) {
	area, _, _ := strings.Cut(kind, ".")
	switch {
	case kind == "person.born":
		return "baby", kit.New
	case kind == "opened" || kind == "reopened":
		return "folder-open", kit.Certain
	case kind == "closed":
		return "folder-open", kit.Not
	case area == "team":
		return "users", kit.Plain
	case area == "person":
		return "person", kit.Plain
	case area == "claim":
		return "hand-coins", kit.Certain
	case area == "referral":
		return "hand-heart", kit.Certain
	case area == "contact":
		return "phone", kit.Plain
	}
	return "note-pencil", kit.Plain
}

// claimLine says how far a claim is and until when.
func claimLine(v kit.View, c rights.Claim) string {
	line := v.T("claim.state." + string(c.State))
	if c.Deadline != "" {
		line += " · " + v.T("file.claim.by", "day", c.Deadline)
	}
	return line
}

// receivedLine says what has to be done with a received referral, and by when.
func receivedLine(v kit.View, x referrals.Row) string {
	return v.T("file.referral.next", "what", v.T("referral.next."+string(x.Next)), "day", x.Due)
}
