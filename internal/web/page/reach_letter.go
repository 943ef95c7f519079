package page

import (
	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// reachLetter is the letter with what a family can still ask for, in its own
// language; or, where no letter may go, by which way it is reached.
type reachLetter struct {
	fileView
	Own    kit.View
	Names  kernel.Lang // of the names of rights
	Cards  []rightCard
	By     string // who writes
	From   string
	Phone  kernel.Phone
	Letter bool // a letter may be sent or given
	To     string
}

func (s *Site) rightsLetter(r *Request) (Answer, error) {
	var w reachLetter
	var err error
	if w.fileView, err = s.readFile(r, families.ForCare); err != nil {
		return Answer{}, err
	}
	w.Own = r.View
	w.Own.Reader = s.Texts.In(w.reads(r))
	if w.Names, err = kernel.ParseLang(string(w.Own.Lang())); err != nil {
		w.Names = r.View.Lang() // the authorities write in the language in which one works here
	}
	w.By, w.From, w.Phone = r.Session.Worker.Name, r.Session.Organisation.Name, r.Session.Organisation.Phone
	w.Letter = w.Contact.Safe.Allows(families.ByLetter)
	w.To, _ = w.Reach(families.ByLetter)
	if !w.Letter {
		return show(reachLetterPage(r.View, w))
	}
	found, err := s.Rights.Find(r.Context(), w.ID, w.Names)
	if err != nil {
		return Answer{}, err
	}
	reader := r.View
	reader.Reader = s.Texts.In(w.Names)
	for _, c := range viewRights(w.Own, &found, called(reader, &found), "family").Certain {
		if len(c.ToAsk()) > 0 {
			w.Cards = append(w.Cards, c)
		}
	}
	return show(reachLetterPage(r.View, w))
}

// safeWays are the ways by which a family may be reached, in words.
func (w reachLetter) safeWays(v kit.View) (ways []string) {
	safe := w.Contact.Safe
	if safe.OnlyVia != "" {
		ways = append(ways, v.T("reach.letter.via", "who", safe.OnlyVia))
	}
	for _, c := range []families.Channel{families.ByPhone, families.ByText, families.ByMail} {
		if to, ok := w.Reach(c); ok {
			ways = append(ways, v.T("reach.letter.way."+string(c), "to", to))
		}
	}
	if safe.OnlyVia == "" && safe.Hours != "" && len(w.Contact.Phones) > 0 {
		ways = append(ways, v.T("reach.letter.hours", "to", w.Contact.Phones[0].Display(), "hours", safe.Hours))
	}
	return append(ways, v.T("reach.letter.speak"))
}
