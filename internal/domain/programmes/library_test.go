package programmes

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/i18n"
	"github.com/bondgenoot/bondgenoot/packs"
	templates "github.com/bondgenoot/bondgenoot/programmes"
	"github.com/bondgenoot/bondgenoot/rules"
)

// The library and the law are read once: neither changes.
var (
	readLibrary = sync.OnceValues(func() (*Library, error) { return ReadLibrary(templates.FS) })
	readLaw     = sync.OnceValues(func() (*rules.Library, error) { return rules.Load(packs.FS) })
)

func library(t testing.TB) *Library {
	t.Helper()
	l, err := readLibrary()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func law(t testing.TB) *rules.Library {
	t.Helper()
	l, err := readLaw()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// The ids are promises: a programme of an alliance names its template for ever.
func TestNoTemplateLeavesTheLibrary(t *testing.T) {
	promised := strings.Fields(`antwerp-collectief-goed farciennes-pole-emploi
		genappe-petits-sourires kortrijk-children-speak leuven-house-of-the-child aalst-koala beringen-broad-school boom-school-bag charleroi-free-care
		charleroi-parent-child-space hannut-meals kortenaken-kikaz la-louviere-milk leuven-kirikou
		leuven-parelcoaching leuven-velokadee liege-parent-child-space mechelen-go-team namur-homework-class
		geel-bongo ostend-dn-opvang roeselare-kinderkansen turnhout-sterke-start vielsalm-pas-a-pas woluwe-school-premium`)
	l := library(t)
	for _, id := range promised {
		if _, err := l.Template(id); err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
	if _, err := l.Template("nowhere-nothing"); !errors.Is(err, kernel.NewInvalid("programme.template")) {
		t.Errorf("an unknown template gives %v", err)
	}
}

func TestTheRulesOfEveryTemplateSayWhatTheirTestsExpect(t *testing.T) {
	l := library(t)
	files, err := l.TestPacks()
	if err != nil {
		t.Fatal(err)
	}
	all, err := law(t).With(files)
	if err != nil {
		t.Fatal(err)
	}
	tested := map[string]bool{}
	for _, p := range all.Test().Packs {
		if !strings.HasPrefix(p.File, "programmes/") {
			continue
		}
		tested[p.Right] = p.Tests > 0
		for _, failure := range p.Failures {
			t.Error(failure)
		}
	}
	for _, template := range l.All() {
		for _, r := range template.rights(template.own()) {
			if !tested[r.id] {
				t.Errorf("%s: the rule of %v has no test", template.file, r.offers)
			}
		}
	}
}

func TestEveryTemplateCanBeTakenOverElsewhere(t *testing.T) {
	files := map[string][]byte{}
	for _, template := range library(t).All() {
		params, err := template.Read(template.Trial())
		if err != nil {
			t.Fatalf("%s: the trial values: %v", template.ID, err)
		}
		if err := template.Complete(params); err != nil {
			t.Errorf("%s: with the trial values: %v", template.ID, err)
		}
		for _, r := range template.rights(maker{
			id: "loc." + template.ID + ".p0", names: template.Names, summary: template.Summary, how: template.Apply.How,
			authority: template.Names, municipalities: []kernel.NIS{"44021"}, from: "2026-01-01", to: "2026-12-31", params: params,
		}) {
			files[r.id+".yaml"] = r.pack
		}
	}
	packs, err := inMemory(files)
	if err != nil {
		t.Fatal(err)
	}
	all, err := law(t).With(packs)
	if err != nil {
		t.Fatal(err)
	}
	if got := len(all.Rights()) - len(law(t).Rights()); got != len(files) {
		t.Errorf("%d rights, want %d", got, len(files))
	}
}

// Every word that a template uses for a lever, a channel, a unit and so on is
// one that a page can say.
func TestEveryKeyOfATemplateHasAText(t *testing.T) {
	words := i18n.MustLoad().In(kernel.NL)
	has := func(where, key string) {
		if !words.Has(key) {
			t.Errorf("%s: no text %s", where, key)
		}
	}
	for _, template := range library(t).All() {
		for _, channel := range template.Channels {
			has(template.ID, "programme.channel."+channel)
		}
		for _, p := range template.Parameters {
			if p.Unit != "" {
				has(template.ID, "programme.unit."+p.Unit)
			}
		}
		for _, f := range template.Figures {
			has(template.ID, "programme.unit."+f.Unit)
		}
		for _, s := range template.Sources {
			has(template.ID, "programme.source."+s.Kind)
		}
	}
	for _, state := range []State{Draft, On, Paused, Ended} {
		has("states", "programme.state."+string(state))
		has("states", "fault.programme.state."+string(state))
	}
	for _, part := range Parts {
		has("parts", "programme.part."+string(part))
	}
	for _, kind := range Kinds {
		has("kinds", "programme.kind."+string(kind))
	}
	for _, way := range ways {
		has("ways", "programme.way."+string(way))
	}
	for prefix, keys := range map[string][]string{"programme.per.": pers, "programme.every.": every[1:], "programme.once.": onces[1:]} {
		for _, key := range keys {
			has("offers", prefix+key)
		}
	}
	for lever := Childcare; lever <= Participation; lever++ {
		has("levers", "programme.lever."+string(rune('0'+lever)))
	}
}

func TestWhatChangedSinceTheBrochureIsSaid(t *testing.T) {
	for id, word := range map[string]string{
		"charleroi-free-care": "niet meer gratis",
		"kortenaken-kikaz":    "eerste melk",
	} {
		template, err := library(t).Template(id)
		if err != nil {
			t.Fatal(err)
		}
		notes := template.notes()
		if len(notes.Missing()) > 0 || !strings.Contains(notes.NL, word) {
			t.Errorf("%s says %q, want %q in it", id, notes.NL, word)
		}
		elsewhere := template.own()
		elsewhere.municipalities = []kernel.NIS{"24062"}
		for i, r := range template.rights(template.own()) {
			if !strings.Contains(string(r.pack), word) {
				t.Errorf("%s: the right %s does not carry the note", id, r.id)
			}
			if strings.Contains(string(template.rights(elsewhere)[i].pack), word) {
				t.Errorf("%s: families elsewhere would read it too", id)
			}
		}
	}
}

// changed is the school bag with one line put in another's place.
func changed(t *testing.T, from, to string) fs.FS {
	t.Helper()
	data, err := fs.ReadFile(templates.FS, "boom-school-bag.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(data), from) != 1 {
		t.Fatalf("%q stands there %d times", from, strings.Count(string(data), from))
	}
	return fstest.MapFS{"boom-school-bag.yaml": {Data: []byte(strings.Replace(string(data), from, to, 1))}}
}

func TestATemplateThatCannotBeIsRefused(t *testing.T) {
	for name, tt := range map[string]struct{ from, to, want string }{
		"an unknown key":                        {"levers: [2, 4, 8]", "leavers: [2, 4, 8]", "leavers"},
		"a tenth lever":                         {"levers: [2, 4, 8]", "levers: [10]", "none of the nine"},
		"an id that is not its file":            {"id: boom-school-bag\n", "id: boom-bag\n", "name of the file"},
		"a municipality that is no more":        {`where: ["11005"]`, `where: ["12030"]`, "no municipality of today"},
		"a price without a source":              {"    default: \"1.00\"\n    max: \"50.00\"\n    source: brochure", "    default: \"1.00\"\n    max: \"50.00\"", "no id of a source"},
		"a default above the bound":             {`default: "1.00"`, `default: "51.00"`, "cannot be"},
		"neither a default nor a trial value":   {"    trial: \"12\"\n", "", "trial value"},
		"an offer whose price is no parameter":  {"    price: price\n", "    price: cost\n", "no parameter"},
		"an offer priced by a number of months": {"    price: price\n", "    price: months_valid\n", "of type count"},
		"an offer that no rule opens":           {"  - offers: [bag]", "  - offers: [sack]", "opened by 0 rules"},
		"a rule that opens nothing":             {"  - offers: [bag]", "  - for: everybody", "begins with the offers"},
		"a text that misses a language":         {"      en: A bag with everything a toddler needs at school.\n", "", "no text in [en]"},
		"no rule at all":                        {"eligibility:", "eligible:", "is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ReadLibrary(changed(t, tt.from, tt.to))
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), "boom-school-bag.yaml") {
				t.Errorf("ReadLibrary = %v, want %q", err, tt.want)
			}
		})
	}
}

// What the engine says about a rule points at its line in the template.
func TestAFaultInARuleNamesItsLine(t *testing.T) {
	files := changed(t, "p.role == \"child\" && months(p.birth_date, date) >= 12", "p.rool == \"child\" && months(p.birth_date, date) >= 12")
	l, err := ReadLibrary(files)
	if err != nil {
		t.Fatal(err)
	}
	data, _ := fs.ReadFile(files, "boom-school-bag.yaml")
	line := 1 + slices.IndexFunc(strings.Split(string(data), "\n"), func(s string) bool { return strings.Contains(s, "p.rool") })
	packs, err := l.TestPacks()
	if err != nil {
		t.Fatal(err)
	}
	_, err = law(t).With(packs)
	problems, ok := errors.AsType[rules.Problems](err)
	if !ok || problems[0].Line != line {
		t.Errorf("With = %v, want a problem on line %d", err, line)
	}
}
