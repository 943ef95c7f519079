package rules_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/bondgenoot/bondgenoot/rules"
)

// The national catalogue of another country: 643 benefits of which somebody
// else has computed, with a program of their own, what 500 households get. Its
// data are not ours and are read from where they lie.

// catalogueDir is where the catalogue lies; the test is left out, and says so,
// where it does not.
func catalogueDir(t testing.TB) string {
	t.Helper()
	folder := os.Getenv("BONDGENOOT_FIXTURES")
	if folder == "" {
		folder = filepath.Join("..", "..", "shared", "fixtures")
	}
	dir := filepath.Join(folder, "rights-oracles", "french-catalogue")
	if _, err := os.Stat(filepath.Join(dir, "catalog.json")); err != nil {
		t.Skipf("the catalogue is not there: set BONDGENOOT_FIXTURES to the folder that holds rights-oracles/french-catalogue (%v)", err)
	}
	return dir
}

func catalogueFile(t testing.TB, name string, into any) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(catalogueDir(t), name))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, into); err != nil {
		t.Fatal(err)
	}
}

// catalogueLines reads a file of which each line is one value.
func catalogueLines[T any](t testing.TB, name string) (out []T) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(catalogueDir(t), name))
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(bytes.NewReader(b))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var v T
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			t.Fatal(err)
		}
		out = append(out, v)
	}
	return out
}

// benefit is one entry of the catalogue.
type benefit struct {
	ID           string           `json:"id"`
	Label        string           `json:"label"`
	Type         string           `json:"type"`
	Amount       json.Number      `json:"amount"`
	Unit         string           `json:"unit"`
	Periodicity  string           `json:"periodicity"`
	InterestFlag string           `json:"interestFlag"`
	Institution  institution      `json:"institution"`
	Profiles     []profile        `json:"profils"`
	Conditions   []theirCondition `json:"conditions_generales"`
}

type institution struct {
	Type  string `json:"type"`
	Siren string `json:"code_siren"`
	Insee string `json:"code_insee"`
}

type profile struct {
	Type       string           `json:"type"`
	Conditions []theirCondition `json:"conditions"`
}

type theirCondition struct {
	Type     string          `json:"type"`
	Operator string          `json:"operator"`
	Period   string          `json:"period"`
	Value    json.RawMessage `json:"value"`
	Values   []string        `json:"values"`
	Includes []string        `json:"includes"`
	Excludes []string        `json:"excludes"`
	AgeMin   int             `json:"age_min"`
	AgeMax   int             `json:"age_max"`
}

// profiles are what each profile asks, over the facts of the dictionary below.
var profiles = map[string]string{
	"apprenti": `family.alternation == "apprenti"`, "professionnalisation": `family.alternation == "professionnalisation"`,
	"beneficiaire_rsa": "family.rsa > 1", "chomeur": `family.activity == "chomeur"`, "etudiant": `family.activity == "etudiant"`,
	"inactif": `family.activity == "inactif"`, "independant": `family.activity == "independant"`, "salarie": `family.activity == "salarie"`,
	"enseignement_superieur": `family.schooling == "enseignement_superieur"`, "lyceen": `family.schooling == "lycee"`,
	"collegien": `family.schooling == "college"`, "service_civique": "family.civic_service", "stagiaire": "family.trainee",
	"situation_handicap": "family.disabled", "parent": "family.children > 0",
}

// places are the facts that hold a place, by the type of a condition or of an
// institution.
var places = map[string]string{"communes": "commune", "departements": "department", "regions": "region", "epcis": "grouping", "codes_postaux": "postcode",
	"commune": "commune", "departement": "department", "region": "region", "epci": "grouping"}

// pack writes a benefit as a pack of ours.
func (b benefit) pack(id string) string {
	w := &packWriter{}
	var conditions []string
	if b.InterestFlag != "" {
		conditions = append(conditions, "family.interest"+strings.ToLower(b.InterestFlag))
	}
	var some []string
	for _, p := range b.Profiles {
		all := []string{profiles[p.Type]}
		for _, c := range p.Conditions {
			all = append(all, w.condition(b, c))
		}
		some = append(some, "("+strings.Join(all, " && ")+")")
	}
	if len(some) > 0 {
		conditions = append(conditions, strings.Join(some, " || "))
	}
	for _, c := range b.Conditions {
		conditions = append(conditions, w.condition(b, c))
	}
	var out strings.Builder
	text := func(s string) string {
		q := fmt.Sprintf("%q", s)
		return "{nl: " + q + ", fr: " + q + ", de: " + q + ", en: " + q + "}"
	}
	fmt.Fprintf(&out, "id: %s\nnames: %s\nsummary: %s\nauthority: %s\nkind: local\n", id, text(b.Label), text(b.ID), text("who gives it"))
	fmt.Fprintf(&out, "sources: [{id: s, url: 'https://example.org', kind: official, dated: 2026-01-01}]\napply: {mode: application, how: %s}\n", text("ask"))
	if len(w.lets) > 0 {
		out.WriteString("let:\n")
		for i, l := range w.lets {
			fmt.Fprintf(&out, "  list%d: '%s'\n", i, l)
		}
	}
	if len(conditions) > 0 {
		out.WriteString("conditions:\n")
	}
	for i, c := range conditions {
		fmt.Fprintf(&out, "  - {id: c%d, text: %s, when: '%s'}\n", i, text("a condition"), c)
	}
	if b.Type == "float" && b.Unit == "€" {
		per := map[string]string{"mensuelle": "month", "annuelle": "year"}[b.Periodicity]
		if per == "" {
			per = "once"
		}
		fmt.Fprintf(&out, "parameters:\n  - {name: gift, unit: EUR, indexed: none, text: %s, values: [{from: 2020-01-01, value: %s, confidence: high, source: s}]}\n", text("gift"), b.Amount)
		fmt.Fprintf(&out, "amount: {value: param.gift, per: %s}\n", per)
	} else {
		fmt.Fprintf(&out, "in_kind: %s\n", text(b.kind()))
	}
	return out.String()
}

// kind is what a benefit gives that is no sum of money.
func (b benefit) kind() string {
	if b.Type == "float" {
		return b.Amount.String() + " " + b.Unit
	}
	return "true"
}

// packWriter gathers the lists that are too long for one expression.
type packWriter struct{ lets []string }

func (w *packWriter) condition(b benefit, c theirCondition) string {
	switch c.Type {
	case "not":
		var inner theirCondition
		if err := json.Unmarshal(c.Value, &inner); err != nil {
			panic(err)
		}
		return "!(" + w.condition(b, inner) + ")"
	case "age":
		return c.compare("family.age", 1)
	case "communes", "departements", "regions", "epcis", "codes_postaux":
		return w.among("family."+places[c.Type], c.Values)
	case "excluded_epcis":
		return "!(" + w.among("family.grouping", c.Values) + ")"
	case "mention_baccalaureat":
		return w.among("family.distinction", c.Values)
	case "annee_etude":
		return w.among("family.study_year", c.Values)
	case "boursier":
		return "family.scholarship"
	case "beneficiaire_rsa":
		return profiles[c.Type]
	case "agence_travail_temporaire":
		return "family.temporary_work"
	case "difficultes_acces_ou_frais_logement":
		return "family.housing_trouble"
	case "formation_sanitaire_social":
		return `family.speciality == "groupe_330"`
	case "taux_incapacite":
		return c.compare("family.disability", 100)
	case "regime_securite_sociale":
		return w.inAndOut("family.scheme", c)
	case "statut_occupation_logement":
		return w.inAndOut("family.housing", c)
	case "quotient_familial":
		quotient := "family.income / (family.half_shares * 0.5)"
		if c.Period == "month" {
			quotient += " / 12"
		}
		return c.compare(quotient, 1)
	case "enfants_eligibles":
		if c.AgeMin != 11 || c.AgeMax != 25 {
			panic("children of other ages")
		}
		return c.compare("family.children_11_25", 1)
	case "attached_to_institution":
		code := b.Institution.Insee
		if b.Institution.Type == "epci" {
			code = b.Institution.Siren
		}
		return w.among("family."+places[b.Institution.Type], []string{code})
	}
	panic("no such condition: " + c.Type)
}

func (c theirCondition) compare(what string, times float64) string {
	var n json.Number
	if err := json.Unmarshal(bytes.Trim(c.Value, `"`), &n); err != nil {
		panic(err)
	}
	f, err := n.Float64()
	if err != nil {
		panic(err)
	}
	op := c.Operator
	if op == "=" {
		op = "=="
	}
	return fmt.Sprintf("%s %s %g", what, op, f*times)
}

func (w *packWriter) inAndOut(fact string, c theirCondition) string {
	var parts []string
	if len(c.Includes) > 0 {
		parts = append(parts, w.among(fact, c.Includes))
	}
	if len(c.Excludes) > 0 {
		parts = append(parts, "!("+w.among(fact, c.Excludes)+")")
	}
	return strings.Join(parts, " && ")
}

// among is "the fact is one of them"; a long list is named in parts.
func (w *packWriter) among(fact string, values []string) string {
	const most = 100
	if len(values) <= most {
		list, err := json.Marshal(values)
		if err != nil {
			panic(err)
		}
		return fact + " in " + string(list)
	}
	var names []string
	for part := range slices.Chunk(values, most) {
		w.lets = append(w.lets, w.among(fact, part))
		names = append(names, fmt.Sprintf("list%d", len(w.lets)-1))
	}
	return "(" + strings.Join(names, " || ") + ")"
}

// theirPlace is where a household lives.
type theirPlace struct {
	Commune    string `json:"depcom"`
	Department string `json:"_departement"`
	Region     string `json:"_region"`
	Grouping   string `json:"_epci"`
	Postcode   string `json:"_codePostal"`
}

func (p theirPlace) row() string {
	row := []string{p.Commune, p.Department, p.Region, p.Grouping, p.Postcode}
	for i := range row {
		if row[i] == "" {
			row[i] = "-"
		}
	}
	return "      " + strings.Join(row, " ") + "\n"
}

// theirDictionary is the catalogue's domains as a dictionary of ours.
// Households whose place or income is known may lie outside the domains.
func theirDictionary(domains map[string]json.RawMessage, all []theirPlace, income int) string {
	const names = "names: {nl: n, fr: n, de: n, en: n}"
	var out strings.Builder
	out.WriteString("roles:\n  - {key: applicant, " + names + ", required: true}\n")
	out.WriteString("tables:\n  - key: places\n    columns: [commune, department, region, grouping, postcode]\n    rows: |\n")
	written := map[string]bool{}
	for _, p := range all {
		if !written[p.Commune] {
			written[p.Commune] = true
			out.WriteString(p.row())
		}
	}
	out.WriteString("facts:\n  - {key: commune, entity: family, type: code, listed: places, " + names + "}\n")
	for _, column := range []string{"department", "region", "grouping", "postcode"} {
		fmt.Fprintf(&out, "  - {key: %s, entity: family, type: code, derive: 'lookup(\"places.%s\", family.commune)', %s}\n", column, column, names)
	}
	for _, x := range [][2]string{{"activity", "activite"}, {"schooling", "scolarite"}, {"study_year", "annee_etude"}, {"alternation", "contratAlternance"},
		{"speciality", "groupe_specialites_formation"}, {"distinction", "mention_baccalaureat"}, {"housing", "statut_occupation_logement"}, {"scheme", "regime_securite_sociale"}} {
		var values []*string
		if err := json.Unmarshal(domains[x[1]], &values); err != nil {
			panic(err)
		}
		fmt.Fprintf(&out, "  - key: %s\n    entity: family\n    type: choice\n    %s\n    values:\n", x[0], names)
		for _, v := range values {
			fmt.Fprintf(&out, "      - {key: %s, %s}\n", orNone(v), names)
		}
	}
	for _, key := range []string{"civic_service", "trainee", "disabled", "temporary_work", "housing_trouble", "scholarship",
		"interest_interetbafa", "interest_interetpermisdeconduire", "interest_interetetudesetranger", "interest_interetaidessanitairesocial"} {
		fmt.Fprintf(&out, "  - {key: %s, entity: family, type: bool, %s}\n", key, names)
	}
	for key, ends := range map[string][2]int{"age": {10, 100}, "disability": {0, 90}, "rsa": {0, 635}, "income": {0, income}, "half_shares": {2, 8},
		"children": {0, 3}, "children_11_25": {0, 3}} {
		fmt.Fprintf(&out, "  - {key: %s, entity: family, type: int, min: %d, max: %d, %s}\n", key, ends[0], ends[1], names)
	}
	return out.String()
}

func orNone(s *string) string {
	if s == nil {
		return "none"
	}
	return *s
}

// theirHousehold is a household of the catalogue; what it lacks is not known.
type theirHousehold struct {
	Date  string `json:"date"`
	Facts struct {
		Interests   []string    `json:"interests"`
		Age         *int        `json:"age"`
		Activity    string      `json:"activite"`
		Schooling   string      `json:"scolarite"`
		StudyYear   string      `json:"annee_etude"`
		Alternation *string     `json:"contratAlternance"`
		Civic       *bool       `json:"service_civique"`
		Trainee     *bool       `json:"stagiaire"`
		Disabled    *bool       `json:"handicap"`
		Disability  *float64    `json:"taux_incapacite"`
		Speciality  string      `json:"groupe_specialites_formation"`
		Distinction string      `json:"mention_baccalaureat"`
		Temporary   *bool       `json:"agence_travail_temporaire"`
		Housing     string      `json:"statut_occupation_logement"`
		Trouble     *bool       `json:"difficultes_logement"`
		Scholarship *bool       `json:"boursier"`
		RSA         *int        `json:"rsa"`
		Income      *int        `json:"rfr"`
		Shares      *float64    `json:"nbptr"`
		Scheme      string      `json:"regime_securite_sociale"`
		Children    *[]int      `json:"enfants_ages"`
		Place       *theirPlace `json:"geo"`
	} `json:"facts"`

	Eligible map[string]any `json:"eligible"` // an amount, or true
	Missing  []string       `json:"missing"`
	Certain  []string       `json:"certain"`
	Open     []string       `json:"open"`
}

// document is the household as a case of ours.
func (h theirHousehold) document() []byte {
	f := h.Facts
	family := map[string]any{"age": f.Age, "civic_service": f.Civic, "trainee": f.Trainee, "disabled": f.Disabled, "temporary_work": f.Temporary,
		"housing_trouble": f.Trouble, "scholarship": f.Scholarship, "rsa": f.RSA, "income": f.Income}
	for key, v := range map[string]string{"activity": f.Activity, "schooling": f.Schooling, "study_year": f.StudyYear, "speciality": f.Speciality,
		"distinction": f.Distinction, "housing": f.Housing, "scheme": f.Scheme} {
		if v != "" {
			family[key] = v
		}
	}
	if !slices.Contains(h.Missing, "contratAlternance") {
		family["alternation"] = orNone(f.Alternation)
	}
	if f.Disability != nil {
		family["disability"] = int(*f.Disability*100 + 0.5)
	}
	if f.Shares != nil {
		family["half_shares"] = int(*f.Shares * 2)
	}
	if f.Place != nil {
		family["commune"] = f.Place.Commune
	}
	if f.Children != nil {
		older := 0
		for _, age := range *f.Children {
			if age >= 11 && age <= 25 {
				older++
			}
		}
		family["children"], family["children_11_25"] = len(*f.Children), older
	}
	for _, key := range []string{"bafa", "permisdeconduire", "etudesetranger", "aidessanitairesocial"} {
		family["interest_interet"+key] = slices.ContainsFunc(f.Interests, func(s string) bool { return strings.ToLower(s) == "_interet"+key })
	}
	b, err := json.Marshal(map[string]any{"date": h.Date, "family": family, "persons": []any{map[string]any{"id": "a", "role": "applicant"}}})
	if err != nil {
		panic(err)
	}
	return b
}

// ours are the facts of our dictionary that stand for one of theirs.
var ours = map[string][]string{"geo": {"commune"}, "activite": {"activity"}, "scolarite": {"schooling"}, "annee_etude": {"study_year"},
	"contratAlternance": {"alternation"}, "service_civique": {"civic_service"}, "stagiaire": {"trainee"}, "handicap": {"disabled"}, "taux_incapacite": {"disability"},
	"groupe_specialites_formation": {"speciality"}, "mention_baccalaureat": {"distinction"}, "agence_travail_temporaire": {"temporary_work"},
	"statut_occupation_logement": {"housing"}, "difficultes_logement": {"housing_trouble"}, "boursier": {"scholarship"}, "rsa": {"rsa"}, "rfr": {"income"},
	"nbptr": {"half_shares"}, "regime_securite_sociale": {"scheme"}, "enfants_ages": {"children", "children_11_25"}, "age": {"age"}}

// catalogue is their benefits as a library of ours.
type catalogue struct {
	*rules.Library
	benefits []benefit
	byID     map[string]*benefit // by the id of our right
}

// highestIncome is that of the domains.
const highestIncome = 60000

// readCatalogue converts the catalogue. Beside the places of their domains it
// knows those that are given, and incomes up to income.
func readCatalogue(t testing.TB, more []theirPlace, income int) catalogue {
	t.Helper()
	out := catalogue{byID: map[string]*benefit{}}
	catalogueFile(t, "catalog.json", &out.benefits)
	var domains map[string]json.RawMessage
	catalogueFile(t, "domains.json", &domains)
	var all []theirPlace
	if err := json.Unmarshal(domains["geo"], &all); err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{"facts.yaml": {Data: []byte(theirDictionary(domains, append(all, more...), income))}}
	for i := range out.benefits {
		id := fmt.Sprintf("fr.b%03d", i)
		out.byID[id] = &out.benefits[i]
		files[id+".yaml"] = &fstest.MapFile{Data: []byte(out.benefits[i].pack(id))}
	}
	lib, err := rules.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	if len(lib.Rights()) != 643 {
		t.Fatalf("%d benefits, not 643", len(lib.Rights()))
	}
	out.Library = lib
	return out
}

// What 500 households get of 643 benefits is what the evaluator of those who
// wrote the benefits says.
func TestAForeignCatalogueGivesWhatItsOwnEvaluatorGives(t *testing.T) {
	households := catalogueLines[theirHousehold](t, "oracle.jsonl")
	var where []theirPlace
	for _, h := range households {
		where = append(where, *h.Facts.Place)
	}
	cat := readCatalogue(t, where, 10*highestIncome)
	decisions, given, differences := 0, 0, 0
	for _, h := range households {
		for _, f := range cat.Evaluate(mustParse(t, cat.Library, h.document()), rules.Options{NoNext: true}).Rights {
			b := cat.byID[f.ID]
			want, due := h.Eligible[b.ID]
			got := "no"
			switch {
			case f.Status == rules.Entitled && len(f.Amounts) == 1:
				got = f.Amounts[0].Value
			case f.Status == rules.Entitled:
				got = f.InKind
			case f.Status != rules.NotEntitled:
				got = string(f.Status)
			}
			theirs := "no"
			switch v := want.(type) {
			case float64:
				theirs = fmt.Sprintf("%.2f", v)
				if b.Unit != "€" {
					theirs = fmt.Sprintf("%g %s", v, b.Unit)
				}
			case bool:
				theirs = "true"
			}
			decisions++
			if due {
				given++
			}
			if got != theirs {
				differences++
				t.Errorf("%s: we say %s, they say %s\n%s", b.ID, got, theirs, h.document())
			}
		}
	}
	if decisions != 500*643 || given == 0 {
		t.Errorf("%d decisions, %d of them positive", decisions, given)
	}
	t.Logf("%d decisions, %d of them positive, %d differences", decisions, given, differences)
}

// Of 200 households of which one or two facts are not known, what is certain,
// open and excluded is what every completion of them gives, and what is asked
// is among what is not known.
func TestAForeignCatalogueIsExactWhereFactsAreMissing(t *testing.T) {
	households := catalogueLines[theirHousehold](t, "oracle_missing.jsonl")
	var where []theirPlace
	for _, h := range households {
		if h.Facts.Place != nil {
			where = append(where, *h.Facts.Place)
		}
	}
	type domains struct{ place, income bool } // whether they bind the household
	libraries := map[domains]catalogue{}
	library := func(d domains) catalogue {
		if _, there := libraries[d]; !there {
			more, income := where, 10*highestIncome
			if d.place {
				more = nil
			}
			if d.income {
				income = highestIncome
			}
			libraries[d] = readCatalogue(t, more, income)
		}
		return libraries[d]
	}
	count := map[rules.Status]int{}
	for _, h := range households {
		lib := library(domains{place: h.Facts.Place == nil, income: h.Facts.Income == nil})
		var asked []string
		for _, m := range h.Missing {
			asked = append(asked, ours[m]...)
		}
		for _, f := range lib.Evaluate(mustParse(t, lib.Library, h.document()), rules.Options{NoNext: true}).Rights {
			id := lib.byID[f.ID].ID
			want := rules.NotEntitled
			switch {
			case slices.Contains(h.Certain, id):
				want = rules.Entitled
			case slices.Contains(h.Open, id):
				want = rules.Unknown
			}
			count[f.Status]++
			if f.Status != want {
				t.Errorf("%s: we say %s, every completion says %s, of %v", id, f.Status, want, h.Missing)
			}
			if (len(f.Missing) > 0) != (want == rules.Unknown) {
				t.Errorf("%s is %s and asks for %v", id, f.Status, f.Missing)
			}
			for _, m := range f.Missing {
				if !slices.Contains(asked, m.Fact) {
					t.Errorf("%s asks for %s, which is known", id, m.Fact)
				}
			}
		}
	}
	t.Log(count)
}
