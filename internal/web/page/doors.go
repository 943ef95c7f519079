package page

import (
	"net/url"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// doorPages are where a coordinator decides who can ask the own organisation
// for help without an account, and prints the sheet with the address.
func (s *Site) doorPages(page register) {
	page("GET /doors", "door.manage", s.doors)
	page("POST /doors", "door.manage", s.openDoor)
	page("GET /doors/{id}", "door.manage", s.doorSheet)
	page("POST /doors/{id}/shut", "door.manage", s.shutDoor)
}

// doorsView is the forms of an organisation and its teams.
type doorsView struct {
	Entries []referrals.Entry
	Form    url.Values
	Errors  kit.Errors
}

func (s *Site) doors(r *Request) (Answer, error) { return s.showDoors(r, nil) }

func (s *Site) showDoors(r *Request, wrong error) (Answer, error) {
	entries, err := s.Referrals.Doors(r.Context())
	if err != nil {
		return Answer{}, err
	}
	page := doorsPage(r.View, doorsView{entries, r.PostForm, r.View.Problems(wrong)})
	if wrong != nil {
		return again(page, wrong)
	}
	return show(page)
}

func (s *Site) openDoor(r *Request) (Answer, error) {
	org, err := kernel.ParseID(r.PostForm.Get("org"))
	if err != nil {
		return Answer{}, kernel.NewNotFound("organisation")
	}
	d, err := s.Referrals.OpenDoor(r.Context(), org, referrals.Audience(r.PostForm.Get("audience")), kernel.Lang(r.PostForm.Get("lang")))
	if faulty(err) {
		return s.showDoors(r, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/doors/"+string(d.ID), "said.door.open")
}

func (s *Site) shutDoor(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	if err := s.Referrals.ShutDoor(r.Context(), id); err != nil {
		return Answer{}, err
	}
	return goTo("/doors", "said.door.shut")
}

// doorSheetView is the sheet that is printed, in its own language.
type doorSheetView struct {
	referrals.Door
	Org     members.Organisation
	Theirs  kit.View
	Address string
}

func (s *Site) doorSheet(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	d, o, err := s.Referrals.Door(r.Context(), id)
	if err != nil {
		return Answer{}, err
	}
	w := doorSheetView{Door: d, Org: o, Theirs: r.View, Address: s.base(r) + "/ask/" + d.Token}
	w.Theirs.Reader = s.Texts.In(d.Lang)
	return show(doorSheetPage(r.View, w))
}

// doorFor is the door of an entry for an audience, if it is open.
func doorFor(x referrals.Entry, audience referrals.Audience) (d referrals.Door, open bool) {
	for _, d := range x.Doors {
		if d.For == audience {
			return d, true
		}
	}
	return d, false
}

func doorLangs(v kit.View, audience referrals.Audience) (options []kit.Option) {
	for _, l := range audience.Langs() {
		options = append(options, kit.Option{Value: string(l), Label: kit.LanguageName(l)})
	}
	return options
}
