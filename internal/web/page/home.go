package page

import (
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// homePages are the front door: for who works here the day's work, for anybody
// else what this is.
func (s *Site) homePages(page register) {
	page("GET /{$}", "public.read", s.home)
}

func (s *Site) home(r *Request) (Answer, error) {
	if r.Session.Actor().SignedIn() {
		return goTo("/today", "")
	}
	alliances, err := s.Members.Alliances(r.Context())
	if err != nil {
		return Answer{}, err
	}
	return show(homePage(r.View, alliances))
}

// placesOf names the municipalities of an alliance.
func placesOf(v kit.View, al members.Alliance) string {
	var names []string
	for _, nis := range al.Municipalities {
		if m, ok := kernel.MunicipalityByNIS(nis); ok {
			names = append(names, m.Called(v.Lang()))
		}
	}
	slices.SortFunc(names, strings.Compare)
	return v.List(names)
}
