package i18n

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

func TestTheEmbeddedTextsLoad(t *testing.T) {
	if _, err := Load(); err != nil {
		t.Fatal(err)
	}
}

const children = `
family.children:
  nl: {one: "{{.n}} kind", other: "{{.n}} kinderen"}
  fr: {one: "{{.n}} enfant", other: "{{.n}} enfants"}
  de: {one: "{{.n}} Kind", other: "{{.n}} Kinder"}
  en: {one: "one child", other: "{{.n}} children"}
family.paid:
  nl: "{{.who}} kreeg {{.amount}} op {{.day}}"
  fr: "{{.who}} a reçu {{.amount}} le {{.day}}"
  de: "{{.who}} bekam {{.amount}} am {{.day}}"
  en: "{{.who}} got {{.amount}} on {{.day}}"
fault.amount:
  nl: Schrijf een bedrag van ten hoogste {{.max}}.
  fr: Écrivez un montant d’au plus {{.max}}.
  de: Schreiben Sie einen Betrag bis {{.max}}.
  en: Write an amount of at most {{.max}}.
fault.code.internal:
  nl: Er ging iets mis.
  fr: Un problème est survenu.
  de: Etwas ging schief.
  en: Something went wrong.
`

func texts(t *testing.T, yaml string) *Texts {
	t.Helper()
	got, err := LoadFrom(fstest.MapFS{"a.yaml": {Data: []byte(yaml)}})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestALackingTextDoesNotLoad(t *testing.T) {
	const ok = "a.b:\n  nl: n\n  fr: f\n  de: d\n  en: e\n"
	for name, tt := range map[string]struct{ yaml, says string }{
		"without German":                       {"a.b:\n  nl: n\n  fr: f\n  en: e\n", "a.yaml:1: a.b: no text in de"},
		"empty in English":                     {"a.b:\n  nl: n\n  fr: f\n  de: d\n  en:\n", "no text in en"},
		"in a fifth language":                  {ok + "  es: s\n", `"es" is not a language`},
		"with half a plural":                   {"a.b:\n  nl: {one: n}\n  fr: f\n  de: d\n  en: e\n", "each of one, other"},
		"in one language of families alone":    {ok + "  ar: a\n", "a.yaml:1: a.b: no text in uk"},
		"to families, without Turkish":         {strings.Replace(ok, "a.b", "own.b", 1) + "  ar: a\n  uk: u\n", "own.b: no text in tr"},
		"to families, in four languages":       {strings.Replace(ok, "a.b", "fault.own.b", 1), "fault.own.b: no text in ar"},
		"with a plural that Arabic lacks":      {ok + "  ar: {one: a, other: b}\n  uk: u\n  tr: t\n", "each of zero, one, two, few, many, other"},
		"with a form that does not exist":      {"a.b:\n  nl: {one: n, few: m, other: o}\n  fr: f\n  de: d\n  en: e\n", `"few" is not a plural form`},
		"that mentions another name":           {"a.b:\n  nl: \"{{.x}}\"\n  fr: \"{{.x}}\"\n  de: \"{{.y}}\"\n  en: \"{{.x}}\"\n", "de mentions [y], nl mentions [x]"},
		"that is not a text":                   {"a.b:\n  nl: 12\n  fr: f\n  de: d\n  en: e\n", "12 is not a text"},
		"that calculates between braces":       {"a.b:\n  nl: \"{{if .x}}{{end}}\"\n  fr: f\n  de: d\n  en: e\n", "a name only"},
		"with a brace that is never closed":    {"a.b:\n  nl: \"{{.x\"\n  fr: f\n  de: d\n  en: e\n", "nl:"},
		"that is written twice":                {ok + ok, ""},
		"in a file that is not YAML":           {"a: [", "a.yaml"},
		"that is a bare word in place of four": {"a.b: hallo\n", "no text in nl"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := LoadFrom(fstest.MapFS{"a.yaml": {Data: []byte(tt.yaml)}})
			if err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %v, want an error that says %q", err, tt.says)
			}
		})
	}
	t.Run("that stands in two files", func(t *testing.T) {
		_, err := LoadFrom(fstest.MapFS{"a.yaml": {Data: []byte(ok)}, "b.yaml": {Data: []byte(ok)}})
		if err == nil || !strings.Contains(err.Error(), "b.yaml:1: a.b: already written at a.yaml:1") {
			t.Errorf("got %v", err)
		}
	})
}

func TestAReaderReadsItsOwnLanguage(t *testing.T) {
	all := texts(t, children)
	for lang, want := range map[kernel.Lang]string{
		kernel.NL: "0 kinderen, 1 kind, 2 kinderen, 1.000 kinderen, 1.000.000 kinderen",
		kernel.FR: "0 enfant, 1 enfant, 2 enfants, 1.000 enfants, 1.000.000 enfants",
		kernel.DE: "0 Kinder, 1 Kind, 2 Kinder, 1.000 Kinder, 1.000.000 Kinder",
		kernel.EN: "0 children, one child, 2 children, 1,000 children, 1,000,000 children",
	} {
		r := all.In(lang)
		var got []string
		for _, n := range []int{0, 1, 2, 1000, 1_000_000} {
			got = append(got, r.T("family.children", "n", n))
		}
		if s := strings.Join(got, ", "); s != want {
			t.Errorf("%s: %s, want %s", lang, s, want)
		}
	}
}

func TestNoLineOfFrenchBeginsWithAMark(t *testing.T) {
	r := texts(t, strings.Replace(children, "Un problème est survenu.", `"« Oui » ou non ? Attention : non ; oui !"`, 1)).In(kernel.FR)
	if got, want := r.T("fault.code.internal"), "«\u00a0Oui\u00a0» ou non\u00a0? Attention\u00a0: non\u00a0; oui\u00a0!"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	all, err := fs.Sub(files, "texts")
	if err != nil {
		t.Fatal(err)
	}
	entries, err := parseAll(all)
	if err != nil {
		t.Fatal(err)
	}
	for key, e := range entries {
		if text := e.in[kernel.FR].all(); frenchMarks.Replace(text) != text {
			t.Errorf("%s: %q", key, text)
		}
	}
}

func TestValuesAreWrittenAsTheLanguageWritesThem(t *testing.T) {
	all := texts(t, children)
	who := kernel.Text{NL: "het OCMW", FR: "le CPAS", DE: "das ÖSHZ", EN: "the OCMW"}
	for lang, want := range map[kernel.Lang]string{
		kernel.NL: "het OCMW kreeg € 1.234,50 op 1 maart 2026",
		kernel.FR: "le CPAS a reçu 1.234,50 € le 1er mars 2026",
		kernel.DE: "das ÖSHZ bekam 1.234,50 € am 1. März 2026",
		kernel.EN: "the OCMW got €1,234.50 on 1 March 2026",
	} {
		got := all.In(lang).T("family.paid", "who", who, "amount", kernel.Cents(1234_50), "day", kernel.Date("2026-03-01"))
		if got = strings.ReplaceAll(got, space, " "); got != want {
			t.Errorf("%s: %q, want %q", lang, got, want)
		}
	}
}

func TestWhatIsMissingStaysReadable(t *testing.T) {
	r := texts(t, children).In(kernel.EN)
	for name, tt := range map[string]struct{ got, want string }{
		"a key without a text":            {r.T("nobody.wrote.this"), "nobody.wrote.this"},
		"a name without a value":          {r.T("family.paid", "who", "Ann"), "Ann got … on …"},
		"a fault without a text":          {r.Fault(&kernel.Fault{Code: kernel.Invalid, Key: "no"}), "Something went wrong."},
		"a fault with its own text":       {r.Fault(kernel.NewInvalid("amount").With("max", "€20")), "Write an amount of at most €20."},
		"no fault":                        {r.Fault(nil), ""},
		"a language that nobody speaks":   {texts(t, children).In("ru").T("family.children", "n", 2), "2 kinderen"},
		"a text that is not for families": {texts(t, children).In(kernel.AR).T("family.children", "n", 2), "2 enfants"},
		"the zero reader":                 {Reader{}.T("family.children", "n", 2), "family.children"},
		"the zero reader's fault":         {Reader{}.Fault(kernel.NewInvalid("amount")), "fault.code.internal"},
	} {
		t.Run(name, func(t *testing.T) {
			if tt.got != tt.want {
				t.Errorf("got %q, want %q", tt.got, tt.want)
			}
		})
	}
}

func TestDaysAndTimes(t *testing.T) {
	all := texts(t, children)
	const night = kernel.Instant("2026-03-02T23:05:00.000000Z") // five past midnight in Belgium
	for lang, want := range map[kernel.Lang]string{
		kernel.NL: "3 maart 2026 om 00.05 uur|03/03/2026|dinsdag 3 maart|maart 2026",
		kernel.FR: "3 mars 2026 à 00 h 05|03/03/2026|mardi 3 mars|mars 2026",
		kernel.DE: "3. März 2026, 00:05 Uhr|03.03.2026|Dienstag, 3. März|März 2026",
		kernel.EN: "3 March 2026, 00:05|03/03/2026|Tuesday 3 March|March 2026",
	} {
		r, d := all.In(lang), night.Date()
		got := strings.Join([]string{r.Moment(night), r.DateShort(d), r.Day(d), r.Month(d)}, "|")
		if got = strings.ReplaceAll(got, space, " "); got != want {
			t.Errorf("%s: %s, want %s", lang, got, want)
		}
	}
	r := all.In(kernel.NL)
	if s := r.Date("") + r.Moment("") + r.DateShort("") + r.Day("") + r.Month("") + r.Time(""); s != "" {
		t.Errorf("no day and no moment give %q", s)
	}
}

func TestAmountsAndLists(t *testing.T) {
	all := texts(t, children)
	nl, fr, en := all.In(kernel.NL), all.In(kernel.FR), all.In(kernel.EN)
	for _, tt := range []struct{ got, want string }{
		{nl.Euro(0), "€ 0,00"},
		{nl.Euro(5), "€ 0,05"},
		{nl.Euro(-1234_05), "€ -1.234,05"},
		{fr.Euro(-1234_05), "-1.234,05 €"},
		{en.Euro(-1234_05), "-€1,234.05"},
		{nl.Euro(-9223372036854775808), "€ -92.233.720.368.547.758,08"},
		{nl.Number(-1234), "-1.234"},
		{nl.List(nil), ""},
		{nl.List([]string{"a"}), "a"},
		{nl.List([]string{"a", "b"}), "a en b"},
		{fr.List([]string{"a", "b", "c"}), "a, b et c"},
	} {
		if got := strings.ReplaceAll(tt.got, space, " "); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

const toThem = `
own.things:
  nl: {one: "{{.n}} ding", other: "{{.n}} dingen"}
  fr: {one: "{{.n}} chose", other: "{{.n}} choses"}
  de: {one: "{{.n}} Ding", other: "{{.n}} Dinge"}
  en: {one: "{{.n}} thing", other: "{{.n}} things"}
  ar: {zero: لا شيء, one: شيء واحد, two: شيئان, few: "{{.n}} أشياء", many: "{{.n}} شيئًا", other: "{{.n}} شيء"}
  uk: {one: "{{.n}} річ", few: "{{.n}} речі", many: "{{.n}} речей", other: "{{.n}} речі"}
  tr: {one: "{{.n}} şey", other: "{{.n}} şey"}
fault.code.invalid:
  nl: Dat klopt niet.
  fr: Ce n’est pas juste.
  de: Das stimmt nicht.
  en: That is not right.
  ar: هذا غير صحيح.
  uk: Це неправильно.
  tr: Bu doğru değil.
fault.money:
  nl: Dat is geen bedrag.
  fr: Ce n’est pas un montant.
  de: Das ist kein Betrag.
  en: That is not an amount.
`

func TestFamiliesReadTheirOwnLanguage(t *testing.T) {
	all := texts(t, toThem)
	for lang, want := range map[kernel.Lang]string{
		kernel.AR: "لا شيء|شيء واحد|شيئان|3 أشياء|11 شيئًا|100 شيء",
		kernel.UK: "0 речей|1 річ|2 речі|3 речі|11 речей|100 речей",
		kernel.TR: "0 şey|1 şey|2 şey|3 şey|11 şey|100 şey",
	} {
		var got []string
		for _, n := range []int{0, 1, 2, 3, 11, 100} {
			got = append(got, all.In(lang).T("own.things", "n", n))
		}
		if s := strings.Join(got, "|"); s != want {
			t.Errorf("%s: %s, want %s", lang, s, want)
		}
	}
	const noon = kernel.Instant("2026-03-03T11:05:00.000000Z")
	for lang, want := range map[kernel.Lang]string{
		kernel.AR: "3 مارس 2026، الساعة 12:05|الثلاثاء، 3 مارس|مارس 2026|1.234,50 €|a، b وc",
		kernel.UK: "3 березня 2026 о 12:05|вівторок, 3 березня|березень 2026|1.234,50 €|a, b і c",
		kernel.TR: "3 Mart 2026, saat 12.05|3 Mart Salı|Mart 2026|1.234,50 €|a, b ve c",
	} {
		r := all.In(lang)
		got := strings.Join([]string{r.Moment(noon), r.Day(noon.Date()), r.Month(noon.Date()), r.Euro(1234_50), r.List([]string{"a", "b", "c"})}, "|")
		if got = strings.ReplaceAll(got, space, " "); got != want {
			t.Errorf("%s: %s, want %s", lang, got, want)
		}
	}
	r := all.In(kernel.AR)
	if got := r.Fault(kernel.NewInvalid("money")); got != "هذا غير صحيح." {
		t.Errorf("a fault without an Arabic text is told as %q", got)
	}
	if r.Dir() != "rtl" || r.LangOf("fault.money") != kernel.FR || r.LangOf("own.things") != kernel.AR {
		t.Error("an Arabic reader does not know which text is in which language")
	}
}

func TestMatchForFamilies(t *testing.T) {
	for header, want := range map[string]kernel.Lang{
		"ar-SY,fr;q=0.5": kernel.AR, "ar": kernel.AR, "uk-UA,ru;q=0.8": kernel.UK, "tr": kernel.TR, "nl-BE": kernel.NL, "": kernel.NL, "pl": kernel.NL,
	} {
		if got := MatchFamily(header); got != want {
			t.Errorf("MatchFamily(%q) = %s, want %s", header, got, want)
		}
	}
}

func TestMatch(t *testing.T) {
	for header, want := range map[string]kernel.Lang{
		"":                         kernel.NL,
		"fr-BE,fr;q=0.9,en;q=0.8":  kernel.FR,
		"de-AT":                    kernel.DE,
		"ar,en;q=0.5":              kernel.EN,
		"ar":                       kernel.NL,
		"nl;q=0.3, en;q=0.9":       kernel.EN,
		"*":                        kernel.NL,
		";;;q=,":                   kernel.NL,
		strings.Repeat("fr,", 100): kernel.NL,
		"lb":                       kernel.DE, // Luxembourgish is read by who reads German
	} {
		if got := Match(header); got != want {
			t.Errorf("Match(%q) = %s, want %s", header, got, want)
		}
	}
}
