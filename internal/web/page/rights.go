package page

import (
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/reach"
	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
	"github.com/bondgenoot/bondgenoot/rules"
)

// rightsPages are what there is for a family, and what it asks for.
func (s *Site) rightsPages(page register) {
	page("GET /families/{id}/rights", "rights.read", s.rightsPage)
	page("POST /families/{id}/claims", "rights.change", s.openClaim)
	page("GET /claims", "rights.read", s.claimsPage)
	page("GET /claims/{id}", "rights.read", s.claimPage)
	page("GET /claims/{id}/{step}", "rights.change", s.stepForm)
	page("POST /claims/{id}/{step}", "rights.change", s.takeStep)
}

// familyRights is the page of a family's rights and offers.
type familyRights struct {
	rightsView
	Family       kernel.ID
	Title        string
	Open         bool // the file is worked with
	MayRefer     bool
	Questions    int // that are still open
	Organisation string
	Claims       []namedClaim // that the family made, the newest first
	Coming       []reach.Coming
	MayWrite     bool // a letter to the family
	nameOf       naming
}

// namedClaim is a claim with what it asks for.
type namedClaim struct {
	rights.Claim
	Name string
}

func (s *Site) rightsPage(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	found, err := s.Rights.Find(r.Context(), id, r.View.Lang())
	if err != nil {
		return Answer{}, err
	}
	name := called(r.View, &found)
	w := familyRights{
		rightsView: viewRights(r.View, &found, name, "worker"), nameOf: name,
		Family: id, Title: titleOf(r.View, found.File), Open: found.File.State == families.StateOpen,
		MayRefer: policy.May(r.Session.Actor(), "referral.send"), Questions: found.Open("worker"),
		Organisation: r.Session.Organisation.Name,
	}
	if !found.File.Partial {
		for _, cards := range [][]rightCard{w.Have, w.Certain, w.Possible, w.Referred, w.Not} {
			withBefore(cards, &found)
		}
		for _, g := range w.Asks {
			withBefore(g.Cards, &found)
		}
	}
	for _, c := range found.Claims {
		name := r.View.T("claim.gone")
		if right := found.Rules.Right(c.Right); right != nil {
			name = right.Names.In(rules.Lang(r.View.Lang()))
		}
		if whom := w.nameOf(string(c.Person)); whom != "" {
			name = r.View.T("claim.for", "what", name, "name", whom)
		}
		w.Claims = append(w.Claims, namedClaim{c, name})
	}
	if w.Coming, err = s.Reach.ComingOf(r.Context(), id); err != nil {
		return Answer{}, err
	}
	w.MayWrite = w.Open && !found.File.Partial
	return show(familyRightsPage(r.View, w))
}

// withBefore adds with which version of the rules cards were made, and the way
// to what was found before.
func withBefore(cards []rightCard, found *rights.Found) {
	for i, c := range cards {
		cards[i].Version, cards[i].Before = rights.ShortEdition(found.PackVersion), beforeAddress(found.File.ID, c.ID)
	}
}

func (s *Site) openClaim(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	right := r.PostFormValue("right")
	all := []rights.New{{Right: right}}
	if whom := r.PostForm["person"]; len(whom) > 0 {
		all = nil
		for _, person := range whom {
			who, err := kernel.ParseID(person)
			if err != nil {
				return Answer{}, kernel.NewInvalid("family.person")
			}
			all = append(all, rights.New{Right: right, Person: who})
		}
	}
	claims, err := s.Rights.ClaimAll(r.Context(), id, all...)
	if err != nil {
		return Answer{}, err
	}
	if len(claims) > 1 {
		return goTo("/families/"+string(id)+"/rights#"+anchorOf(right), "said.claim.opened.all")
	}
	return goTo("/claims/"+string(claims[0].ID), "said.claim.opened")
}

// titleOf is how a family is called at the head of a page: the adults by name.
func titleOf(v kit.View, f families.File) string {
	var names []string
	for _, p := range f.Persons {
		if name := p.Name(); name != "" && (p.Role == families.Applicant || p.Role == families.Partner) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return v.T("rights.family")
	}
	return v.List(names)
}

// called says how each person of a file is called: by first name, or else by
// what they are in the family.
func called(v kit.View, found *rights.Found) naming {
	return func(person string) string {
		if person == "" {
			return ""
		}
		p, ok := found.File.Person(kernel.ID(person))
		if !ok {
			return ""
		}
		if p.First != "" {
			return p.First
		}
		if p.Role == families.Unborn {
			return v.T("rights.called.unborn")
		}
		return roleWords(v, found.Rules, string(p.Role))
	}
}

// roleWords is a role in the words of the dictionary.
func roleWords(v kit.View, lib *rules.Library, role string) string {
	for _, x := range lib.Facts().Roles {
		if x.Key == role {
			return strings.TrimSpace(x.Names.In(rules.Lang(v.Lang())))
		}
	}
	return ""
}
