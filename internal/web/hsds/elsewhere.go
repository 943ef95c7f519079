package hsds

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory/openreferral"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// elsewhere leads from the address of a record that was joined with another to
// that one: for now, since a merge can be undone. What was never there is
// NotFound.
func (f *Feed) elsewhere(w http.ResponseWriter, in request) error {
	now, err := f.nowOf(in)
	if err != nil {
		return err
	}
	path := strings.TrimSuffix(strings.TrimSuffix(in.URL.Path, "/"), in.id) + now
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Location", (&url.URL{Path: path, RawQuery: in.URL.RawQuery}).String())
	w.WriteHeader(http.StatusTemporaryRedirect)
	return nil
}

// nowOf is the identifier of the record that holds what one said.
func (f *Feed) nowOf(in request) (string, error) {
	kinds := map[string]directory.Kind{"services": directory.AService, "organizations": directory.AnOrganisation, "locations": directory.APlace}
	if kind, single := kinds[in.list]; single {
		now, err := f.Directory.WentIn(in.Context(), in.shelf.alliance.ID, kind, kernel.ID(in.id))
		return string(now), err
	}
	if in.list == "service_at_locations" {
		all, err := f.Directory.WentAt(in.Context(), in.shelf.alliance.ID)
		if err != nil {
			return "", err
		}
		for _, x := range all {
			if openreferral.AtID(x.Was[0], x.Was[1]) == in.id {
				return openreferral.AtID(x.Now[0], x.Now[1]), nil
			}
		}
	}
	return "", kernel.NewNotFound("page")
}
