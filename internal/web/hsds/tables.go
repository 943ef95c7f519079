package hsds

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/bondgenoot/bondgenoot/hsds"
)

// tablesName is the address of all that is open as a tabular data package.
const tablesName = "tables.zip"

// tables sends everything as CSV files with their description, in one archive.
func (f *Feed) tables(w http.ResponseWriter, in request, q url.Values) error {
	for name := range q {
		if name != "lang" {
			return &wrong{name, "is not a parameter of the tables; they take lang"}
		}
	}
	a, bad := parse("taxonomies", url.Values{"lang": q["lang"]})
	if bad != nil {
		return bad
	}
	in.ask = a
	tell, lang := f.teller(in)
	d := hsds.Dataset{Taxonomies: tell.Taxonomies(), TaxonomyTerms: tell.Terms()}
	for _, o := range in.shelf.orgs {
		org := tell.Organization(o.PublicOrganisation, nil)
		d.Organizations = append(d.Organizations, org)
	}
	for _, e := range in.shelf.services {
		v := tell.Service(e.PublicRecord)
		v.Organization = nil // stands in its own table
		d.Services = append(d.Services, v)
	}
	flat, problems := hsds.Flatten(d)
	if len(problems) > 0 {
		return fmt.Errorf("lay out the tables: %w", problems)
	}
	var body bytes.Buffer
	archive := zip.NewWriter(&body)
	if err := flat.Write(in.version, func(name string) (io.Writer, error) { return archive.Create(name) }); err != nil {
		return fmt.Errorf("write the tables: %w", err)
	}
	if err := archive.Close(); err != nil {
		return fmt.Errorf("close the archive: %w", err)
	}
	w.Header().Set("Content-Disposition", `attachment; filename="`+in.shelf.alliance.Slug+`-hsds.zip"`)
	return send(w, in.Request, "application/zip", string(lang), body.Bytes())
}
