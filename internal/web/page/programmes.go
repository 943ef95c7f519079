package page

import (
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// programmesPages are what the alliance offers besides the law: the list, each
// programme as partners and workers read it, and what its coordinator does.
func (s *Site) programmesPages(page register) {
	page("GET /programmes", "programme.read", s.programmeList)
	page("GET /programmes/{id}", "programme.read", s.programme)
	page("GET /programmes/{id}/{step}", "programme.manage", s.programmeStep)
	page("POST /programmes/{id}/change", "programme.manage", s.changeProgramme)
	page("POST /programmes/{id}/{move}", "programme.manage", s.moveProgramme)
}

// programmeListing is a page of the list.
type programmeListing struct {
	Rows      []programmes.Programme
	Names     map[kernel.ID]string
	Over      bool // those that have ended, instead of those that run or will
	MayManage bool
	Pages     kit.Pages
}

func (s *Site) programmeList(r *Request) (Answer, error) {
	w := programmeListing{Over: r.URL.Query().Get("show") == "over", MayManage: r.may("programme.manage")}
	q := programmes.Query{States: []programmes.State{programmes.On, programmes.Paused}, Limit: 20}
	address := "/programmes?"
	switch {
	case w.Over:
		q.States, address = []programmes.State{programmes.Ended}, "/programmes?show=over&"
	case w.MayManage:
		q.States = append(q.States, programmes.Draft)
	}
	if after := r.URL.Query().Get("after"); after != "" {
		id, err := kernel.ParseID(after)
		if err != nil {
			return goTo(strings.TrimRight(address, "?&"), "")
		}
		q.After, w.Pages.First = id, strings.TrimRight(address, "?&")
	}
	list, err := s.Programmes.List(r.Context(), q)
	if err != nil {
		return Answer{}, err
	}
	w.Rows = list.Rows
	if list.Next != "" {
		w.Pages.Next = address + "after=" + string(list.Next)
	}
	if w.Names, err = s.partnerNames(r, list.Rows...); err != nil {
		return Answer{}, err
	}
	return show(programmeListPage(r.View, w))
}

// partnerNames says how the partners of programmes are called.
func (s *Site) partnerNames(r *Request, rows ...programmes.Programme) (map[kernel.ID]string, error) {
	var ids []kernel.ID
	for _, p := range rows {
		for _, q := range p.Partners {
			ids = append(ids, q.Org)
		}
	}
	return s.Members.Names(r.Context(), ids...)
}

// may tells whether the reader's role has an action at all, for a page that
// decides which doors to show.
func (r *Request) may(action string) bool { return policy.May(r.Session.Actor(), action) }

// programmeView is one programme as everybody who works here reads it.
type programmeView struct {
	programmes.Programme
	Names     map[kernel.ID]string
	MayManage bool
	MaySend   bool
	MayTell   bool // may write its page for everybody
	Here      bool // it runs where the template was found
}

func (s *Site) programme(r *Request) (Answer, error) {
	p, err := s.programmeOf(r)
	if err != nil {
		return Answer{}, err
	}
	w := programmeView{Programme: p, MayManage: r.may("programme.manage"), MaySend: r.may("referral.send")}
	if _, err := s.Stories.Of(r.Context(), p.ID); err == nil {
		w.MayTell = true
	} else if kernel.CodeOf(err) == kernel.Internal {
		return Answer{}, err
	}
	if t := p.Of(); t != nil {
		w.Here = slices.ContainsFunc(p.Municipalities, func(n kernel.NIS) bool { return slices.Contains(t.Where, n) })
	}
	if w.Names, err = s.partnerNames(r, p); err != nil {
		return Answer{}, err
	}
	return show(programmePage(r.View, w))
}

func (s *Site) programmeOf(r *Request) (p programmes.Programme, err error) {
	id, err := r.ID("id")
	if err != nil {
		return p, err
	}
	return s.Programmes.Programme(r.Context(), id)
}

// programmeStep shows the form to change a programme, or asks once more before
// it ends.
func (s *Site) programmeStep(r *Request) (Answer, error) {
	p, err := s.programmeOf(r)
	if err != nil {
		return Answer{}, err
	}
	switch step := r.PathValue("step"); {
	case step == "end" && p.State != programmes.Ended:
		return show(endProgrammePage(r.View, p))
	case step == "change" && p.State != programmes.Ended && p.Of() != nil:
		return s.showDecisions(r, storedDecisions(r.View, p), nil)
	}
	return Answer{}, kernel.NewNotFound("page")
}

// moveProgramme starts, pauses, resumes or ends a programme. A draft that is
// not complete shows what is still to be decided.
func (s *Site) moveProgramme(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	ctx, move := r.Context(), r.PathValue("move")
	switch move {
	case "start":
		_, err = s.Programmes.Start(ctx, id)
	case "pause":
		_, err = s.Programmes.Pause(ctx, id)
	case "resume":
		_, err = s.Programmes.Resume(ctx, id)
	case "end":
		_, err = s.Programmes.End(ctx, id)
	default:
		return Answer{}, kernel.NewNotFound("page")
	}
	if kernel.CodeOf(err) == kernel.Invalid {
		p, loading := s.programmeOf(r)
		if loading != nil {
			return Answer{}, loading
		}
		if p.Of() != nil {
			return s.showDecisions(r, storedDecisions(r.View, p), err)
		}
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/programmes/"+string(id), "said.programme."+move)
}

// changeProgramme saves what the coordinator decided anew. Who began before a
// colleague saved sees both side by side.
func (s *Site) changeProgramme(r *Request) (Answer, error) {
	p, err := s.programmeOf(r)
	if err != nil {
		return Answer{}, err
	}
	if p.Of() == nil {
		return Answer{}, kernel.NewNotFound("page")
	}
	if err := r.ParseForm(); err != nil {
		return Answer{}, err
	}
	d := typedDecisions(p.Of(), r.PostForm)
	d.Programme, d.State, d.Version = p.ID, p.State, versionIn(r.PostForm)
	if d.more() {
		return s.showDecisions(r, d, nil)
	}
	wanted, faults := d.read()
	if err := faults.Err(); err != nil {
		return s.showDecisions(r, d, err)
	}
	_, err = s.Programmes.Change(r.Context(), p.ID, programmes.Edit{Version: d.Version, Params: wanted.Params, Partners: wanted.Partners,
		Municipalities: wanted.Municipalities, From: wanted.From, To: wanted.To, Budget: wanted.Budget, Overrides: wanted.Overrides})
	if isStale(err) {
		stored, loading := s.programmeOf(r)
		if loading != nil {
			return Answer{}, loading
		}
		return s.showDecisionsBeside(r, d, wanted, stored, err)
	}
	if faulty(err) {
		return s.showDecisions(r, d, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/programmes/"+string(p.ID), "said.programme.change")
}
