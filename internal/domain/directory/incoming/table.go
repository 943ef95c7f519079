package incoming

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/lists"
)

// Column is a column of a table: what it is called, what it is, and what stands
// in its first rows.
type Column struct {
	Head    string
	To      string // a name of [Targets]; "": it is not read
	Samples []string
}

// Targets are what a column can be, in the order in which they are offered.
func Targets() (all []string) {
	left := []string{"room", "verified", "place_id"}
	for _, name := range directory.Columns() {
		if !slices.Contains(left, name) {
			all = append(all, name)
		}
	}
	at := slices.Index(all, "price_cents")
	return slices.Insert(all, at, "price")
}

// rows are the bounds of a table of what there is: its cells hold texts.
var rows = lists.Bounds{Bytes: MaxBytes, Cell: 8_000}

// readTable reads a table whose columns somebody told, or that seem to be known.
func readTable(data []byte, how Reading) (File, error) {
	l, err := rows.Read(data)
	if err != nil {
		return File{}, err
	}
	f := File{Form: Table}
	used := map[string]bool{}
	for i, head := range l.Head {
		to, told := how.Columns[head]
		if !told && how.Columns == nil {
			to = seems(head, how.Lang)
		}
		if !slices.Contains(Targets(), to) || used[to] {
			to = ""
		}
		used[to] = true
		c := Column{Head: head, To: to}
		for _, cell := range l.Column(i) {
			if cell != "" && !slices.Contains(c.Samples, cell) {
				if c.Samples = append(c.Samples, short(cell)); len(c.Samples) == 3 {
					break
				}
			}
		}
		f.Columns = append(f.Columns, c)
	}
	for _, r := range l.Rows {
		line := int(r.Line)
		if r.Wrong != "" {
			f.Refused = append(f.Refused, directory.Refused{Line: line, Why: kernel.NewInvalid("incoming.row_" + r.Wrong)})
			continue
		}
		cells := map[string]string{}
		for i, cell := range r.Cells {
			if to := f.Columns[i].To; to != "" {
				cells[to] = strings.TrimPrefix(cell, "'")
			}
		}
		x, err := directory.ItemOf(cells)
		x.Line = line
		if wrong, ok := errors.AsType[*kernel.Fault](err); ok {
			f.Refused = append(f.Refused, directory.Refused{Line: line, Name: x.Organisation.Name, Why: wrong})
			continue
		}
		if x.Organisation.Name == "" && cells["organisation_id"] == "" {
			x.OrganisationID = ""
		}
		if x.Service.Name == (kernel.Text{}) && cells["service_id"] == "" {
			x.ServiceID, x.Service = "", directory.Service{} // a list of organisations
		}
		f.put(x, how)
	}
	return f, nil
}

func short(s string) string {
	if letters := []rune(s); len(letters) > 40 {
		return string(letters[:40]) + "…"
	}
	return s
}

// Ready tells whether enough columns are known to read anything: who offers it,
// and what or where it is.
func (f File) Ready(how Reading) bool {
	has := func(names ...string) bool {
		return slices.ContainsFunc(f.Columns, func(c Column) bool { return slices.Contains(names, c.To) })
	}
	return f.Form != Table || has("organisation") || how.Organisation != "" && has("service_nl", "service_fr", "service_de", "service_en")
}

// called are names under which columns go about, folded, beside our own, in
// Dutch, French, German and English. Texts are in the language of the name.
var called = map[string][]string{
	"organisation":         {"organisatie", "naam organisatie", "aanbieder", "voorziening", "organisme", "association", "opérateur", "nom de l'organisme", "träger", "anbieter", "organization", "provider"},
	"organisation_website": {"website organisatie", "site de l'organisme", "website des trägers"},
	"kbo":                  {"kbo nummer", "ondernemingsnummer", "kbo-nr", "bce", "numéro bce", "numéro d'entreprise", "unternehmensnummer", "zdu", "enterprise number", "vat"},
	"service_id":           {"id", "nummer", "numéro", "referentie", "référence", "kenmerk"},
	"service_nl":           {"aanbod", "dienst", "naam", "titel", "activiteit", "naam aanbod", "naam dienst"},
	"service_fr":           {"service", "nom", "titre", "activité", "offre", "aide", "nom du service"},
	"service_de":           {"dienst (de)", "angebot", "name des angebots", "leistung"},
	"service_en":           {"service name", "title", "name"},
	"about_nl":             {"beschrijving", "omschrijving", "uitleg"},
	"about_fr":             {"description", "explication"},
	"about_de":             {"beschreibung"},
	"how_nl":               {"hoe aanvragen", "aanmelden", "procedure"},
	"how_fr":               {"comment demander", "inscription"},
	"for_nl":               {"doelgroep", "voor wie"},
	"for_fr":               {"public cible", "pour qui", "public"},
	"for_de":               {"zielgruppe", "für wen"},
	"numbers":              {"telefoon", "tel", "telefoonnummer", "gsm", "téléphone", "telefon", "telefonnummer", "phone", "telephone"},
	"mail":                 {"e-mail", "email", "mailadres", "courriel", "adresse e-mail"},
	"website":              {"web", "url", "webseite", "site", "site web", "link"},
	"place":                {"plaats", "locatie", "lieu", "ort", "location"},
	"street":               {"straat", "adres", "straat en nummer", "rue", "adresse", "straße", "strasse", "address"},
	"postal_code":          {"postcode", "code postal", "cp", "plz", "postleitzahl", "zip"},
	"city":                 {"gemeente", "stad", "woonplaats", "commune", "ville", "localité", "gemeinde", "stadt", "town"},
	"municipality":         {"nis", "nis-code", "niscode", "refnis", "code nis", "ins", "code ins"},
	"areas":                {"werkingsgebied", "zone d'action", "einzugsgebiet"},
	"languages":            {"talen", "taal", "langues", "sprachen"},
	"free":                 {"gratis", "gratuit", "kostenlos"},
	"price":                {"prijs", "kostprijs", "prix", "preis", "cost", "kosten"},
	"lat":                  {"latitude", "breedtegraad"},
	"lon":                  {"longitude", "lengtegraad", "lng"},
	"words":                {"zoekwoorden", "trefwoorden", "mots-clés", "keywords", "tags"},
}

// seems is what a column seems to be by its name.
func seems(head string, lang kernel.Lang) string {
	name := strings.ToLower(strings.TrimSpace(head))
	all := Targets()
	if slices.Contains(all, name) {
		return name
	}
	for _, text := range []string{"service", "about", "how", "for"} {
		if name == text {
			return text + "_" + string(lang)
		}
	}
	words := strings.Join(kernel.Words(head), " ")
	for _, to := range all { // in their order, so that it is always the same
		if slices.ContainsFunc(called[to], func(s string) bool { return strings.Join(kernel.Words(s), " ") == words }) {
			return to
		}
	}
	return ""
}

// Check refuses what a mapping cannot be: two columns that are the same, or
// something that no column is. Faults are at "to.N", the column.
func Check(columns []Column) error {
	var wrong kernel.Faults
	seen := map[string]bool{}
	for i, c := range columns {
		switch {
		case c.To == "":
		case !slices.Contains(Targets(), c.To):
			wrong.Check("to."+strconv.Itoa(i), kernel.NewInvalid("register.column"))
		case seen[c.To]:
			wrong.Check("to."+strconv.Itoa(i), kernel.NewInvalid("register.column_twice"))
		}
		seen[c.To] = true
	}
	return wrong.Err()
}
