package page

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/reach"
	"github.com/bondgenoot/bondgenoot/internal/domain/registers"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/lists"
	"github.com/bondgenoot/bondgenoot/internal/platform/few"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// comparisonPages are lists that two partners compare without showing them.
func (s *Site) comparisonPages(page register) {
	page("GET /comparisons/new", "register.compare", s.newComparison)
	page("POST /comparisons", "register.compare", s.proposeComparison)
	page("GET /comparisons/{id}", "register.compare", s.comparison)
	page("POST /comparisons/{id}/agree", "register.compare", s.comparisonStep((*registers.Service).Agree, "said.compare.agree"))
	page("POST /comparisons/{id}/end", "register.compare", s.comparisonStep((*registers.Service).End, "said.compare.end"))
	page("POST /comparisons/{id}/key", "register.compare", s.comparisonKey)
	page("POST /comparisons/{id}/list", "register.compare", s.bringComparison)
	page("GET /comparisons/{id}/families", "register.import", s.comparedFamilies)
}

// comparisonForm is the form with which a comparison is proposed.
type comparisonForm struct {
	Form     url.Values
	Errors   kit.Errors
	Partners []members.Organisation
	mayOwn   bool
}

func (s *Site) comparisonForm(r *Request, form url.Values, wrong error) (Answer, error) {
	d := comparisonForm{Form: form}
	var err error
	if d.Partners, err = s.Registers.Partners(r.Context()); err != nil {
		return Answer{}, err
	}
	if d.mayOwn, err = s.Registers.MayImport(r.Context()); err != nil {
		return Answer{}, err
	}
	if wrong != nil {
		d.Errors = r.View.Problems(wrong)
		return again(newComparisonPage(r.View, d), wrong)
	}
	return show(newComparisonPage(r.View, d))
}

func (s *Site) newComparison(r *Request) (Answer, error) {
	return s.comparisonForm(r, url.Values{"until": {string(r.View.Today.AddDays(14))}}, nil)
}

func (s *Site) proposeComparison(r *Request) (Answer, error) {
	form := r.PostForm
	p := registers.Proposal{Name: form.Get("name"), Ground: registers.Ground(form.Get("ground")), OwnClients: form.Get("own") == "1"}
	p.Partner, _ = kernel.ParseID(form.Get("partner")) // nobody: the service says so
	until, err := kit.DateOf(form, "until")
	var c registers.Comparison
	if err != nil {
		var faults kernel.Faults
		faults.Check("until", err)
		err = faults.Err()
	} else {
		p.Until = until
		c, err = s.Registers.Propose(r.Context(), p)
	}
	if faulty(err) {
		return s.comparisonForm(r, form, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/comparisons/"+string(c.ID), "said.compare.propose")
}

// comparisonView is one comparison, as one of its two sides sees it.
type comparisonView struct {
	registers.Comparison
	Errors kit.Errors
	theirs bool // the reader's organisation is the one whose list it is
}

func (s *Site) comparison(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	return s.showComparison(r, id, nil)
}

func (s *Site) showComparison(r *Request, id kernel.ID, wrong error) (Answer, error) {
	c, err := s.Registers.Comparison(r.Context(), id)
	if err != nil {
		return Answer{}, err
	}
	w := comparisonView{Comparison: c, theirs: c.Partner == r.Session.Actor().Org}
	if wrong != nil {
		w.Errors = r.View.Problems(wrong)
		return again(comparisonPage(r.View, w), wrong)
	}
	return show(comparisonPage(r.View, w))
}

func (s *Site) comparisonStep(step func(*registers.Service, context.Context, kernel.ID) error, said string) handler {
	return func(r *Request) (Answer, error) {
		id, err := r.ID("id")
		if err == nil {
			err = step(s.Registers, r.Context(), id)
		}
		if err != nil {
			return Answer{}, err
		}
		return goTo("/comparisons/"+string(id), said)
	}
}

// comparisonKey hands the key to the side whose list it is, as a file.
func (s *Site) comparisonKey(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	key, err := s.Registers.Key(r.Context(), id)
	if err != nil {
		return Answer{}, err
	}
	file, err := json.Marshal(key)
	if err != nil {
		return Answer{}, err
	}
	r.writer.Header().Set("Content-Type", "application/json")
	r.writer.Header().Set("Content-Disposition", `attachment; filename="bondgenoot-run.json"`)
	r.writer.Header().Set("Cache-Control", "no-store")
	r.writer.WriteHeader(http.StatusOK)
	_, _ = r.writer.Write(file) // who went away meanwhile fetches it again
	return Answer{Sent: true}, nil
}

func (s *Site) bringComparison(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	_, file, err := kit.Upload(r.Request, "list", lists.MaxBytes)
	if err == nil {
		_, err = s.Registers.Bring(r.Context(), id, file)
	}
	if kernel.CodeOf(err) == kernel.Invalid || kernel.CodeOf(err) == kernel.TooMany {
		return s.showComparison(r, id, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/comparisons/"+string(id), "said.compare.done")
}

// comparedView is the work list of the own clients who are on the other list.
type comparedView struct {
	registers.Comparison
	Rows     []reach.Row
	mayClaim bool
}

func (s *Site) comparedFamilies(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	c, rows, err := s.Registers.Worklist(r.Context(), id)
	if err != nil {
		return Answer{}, err
	}
	return show(comparedPage(r.View, comparedView{c, rows, policy.May(r.Session.Actor(), "rights.change")}))
}

// areaWords is where families live.
func areaWords(v kit.View, code kernel.PostalCode) string {
	if code == "" {
		return v.T("compare.nowhere")
	}
	within := kernel.MunicipalitiesByPostalCode(code)
	if len(within) == 1 {
		return string(code) + " " + within[0].Name.In(v.Lang())
	}
	return string(code)
}

// hiddenOr is a figure that shows nobody.
func hiddenOr(v kit.View, f few.Figure) string {
	if f.Hidden {
		return v.T("compare.kept")
	}
	return v.Number(int(f.N))
}

func comparisonKind(stage registers.Stage) kit.Kind {
	switch stage {
	case registers.Compared:
		return kit.Certain
	case registers.Ended:
		return kit.Plain
	}
	return kit.Possible
}
