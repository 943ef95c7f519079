package page

import (
	"encoding/json"
	"net/url"
	"slices"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/rules"
)

var work = &rules.Fact{Key: "work", Type: rules.TypeChoice, Values: []rules.Choice{{Key: "employed"}, {Key: "none"}}}

func TestAnAnswerIsReadAsItsFactIs(t *testing.T) {
	fact := func(kind string) *rules.Fact { return &rules.Fact{Key: "x", Type: kind} }
	day := func(d, m, y string) url.Values {
		return url.Values{"answer-day": {d}, "answer-month": {m}, "answer-year": {y}}
	}
	typed := func(s string) url.Values { return url.Values{"answer": {s}} }
	for name, tt := range map[string]struct {
		fact *rules.Fact
		form url.Values
		want string // the value as JSON, "open", or the key of the fault
	}{
		"yes":                           {fact(rules.TypeBool), typed("yes"), "true"},
		"no":                            {fact(rules.TypeBool), typed(" no "), "false"},
		"nobody knows":                  {fact(rules.TypeBool), typed("unknown"), "open"},
		"perhaps":                       {fact(rules.TypeBool), typed("perhaps"), "question.choose"},
		"one of the choices":            {work, typed("none"), `"none"`},
		"none of the choices":           {work, typed("retired"), "question.choose"},
		"a choice left open":            {work, typed("unknown"), "open"},
		"an amount with a comma":        {fact(rules.TypeMoney), typed("1.340,47"), `"1340.47"`},
		"an amount with a sign":         {fact(rules.TypeMoney), typed("€ 900"), `"900.00"`},
		"an amount of three decimals":   {fact(rules.TypeMoney), typed("1.2345"), "amount"},
		"a number":                      {fact(rules.TypeInt), typed("14"), "14"},
		"a number with leading noughts": {fact(rules.TypeInt), typed("007"), "7"},
		"half a number":                 {fact(rules.TypeInt), typed("1,5"), "question.number"},
		"more than there is":            {fact(rules.TypeInt), typed("99999999999"), "question.number"},
		"a day":                         {fact(rules.TypeDate), day("2", "8", "2024"), `"2024-08-02"`},
		"no day":                        {fact(rules.TypeDate), day("", "", ""), "question.empty"},
		"half a day":                    {fact(rules.TypeDate), day("2", "8", ""), "date"},
		"a day that does not come":      {fact(rules.TypeDate), day("30", "2", "2024"), "date"},
		"a code":                        {fact(rules.TypeCode), typed(`24062"`), `"24062\""`},
		"nothing":                       {fact(rules.TypeMoney), typed("  "), "question.empty"},
	} {
		t.Run(name, func(t *testing.T) {
			value, open, err := readAnswer(tt.fact, tt.form)
			got := string(value)
			if open {
				got = "open"
			}
			if f, ok := err.(*kernel.Fault); ok {
				got = f.Key
				if f.Field != answerField {
					t.Errorf("the fault is at %q", f.Field)
				}
			}
			if got != tt.want {
				t.Errorf("%s (%v), want %s", got, err, tt.want)
			}
		})
	}
}

func TestAReferenceIsReadBackAndNothingElseIs(t *testing.T) {
	for _, m := range []rules.Missing{{Fact: "has_bim"}, {Fact: "benefit", Person: "me"}, {Fact: "work", Person: "01932f0e-7349-70f9-ad69-cb90c3222c0d"}} {
		if got, ok := parseRef(refOf(m)); !ok || got != m {
			t.Errorf("%v comes back as %v", m, got)
		}
	}
	for _, s := range []string{"", ".", "family", "family.", ".work", "a.b.c", "me.Work", "me.work ", "<i>.work", "me.1"} {
		if m, ok := parseRef(s); ok {
			t.Errorf("%q is read as %v", s, m)
		}
	}
}

// FuzzAnswer holds that whatever is typed becomes JSON, is left open, or is
// refused with words for the reader.
func FuzzAnswer(f *testing.F) {
	for _, s := range []string{"yes", "unknown", "1.340,47", "-0", "2024-08-02", "\"", "\x00", "٣", "𝟙", "1e9", "€"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, x := range []*rules.Fact{{Type: rules.TypeBool}, {Type: rules.TypeInt}, {Type: rules.TypeMoney}, {Type: rules.TypeDate}, {Type: rules.TypeCode}, work} {
			value, open, err := readAnswer(x, url.Values{"answer": {s}, "answer-day": {s}, "answer-month": {s}, "answer-year": {s}})
			switch {
			case err != nil && kernel.CodeOf(err) != kernel.Invalid:
				t.Errorf("%s %q: %v", x.Type, s, err)
			case err == nil && !open && !json.Valid(value):
				t.Errorf("%s %q becomes %q", x.Type, s, value)
			}
		}
	})
}

const today kernel.Date = "2026-11-23"

func TestACheckComesBackFromItsForm(t *testing.T) {
	c := checkState{Postal: "3000", NIS: "24062", Called: "Noor", Partner: true, Children: []kernel.Date{"2024-08-02", "2021-05-01"}, Unborn: true, Due: "2027-02-20"}
	c.tell(rules.Missing{Fact: "all_may_stay"}, json.RawMessage("true"))
	c.tell(rules.Missing{Fact: "benefit", Person: "me"}, json.RawMessage(`"leefloon"`))
	c.tell(rules.Missing{Fact: "work", Person: "child2"}, json.RawMessage(`"none"`))
	c = c.with(rules.Missing{Fact: "has_bim"}, nil, true)
	got := parseCheck(c.hidden(), today)
	if got.Postal != c.Postal || got.NIS != c.NIS || got.Called != c.Called || !got.Partner || !got.Unborn || got.Due != c.Due ||
		!slices.Equal(got.Children, c.Children) || len(got.Facts) != 3 || !slices.Equal(got.Later, c.Later) {
		t.Errorf("comes back as %+v", got)
	}
	again := got.with(rules.Missing{Fact: "has_bim"}, json.RawMessage("true"), false)
	if len(again.Later) != 0 || string(again.known(rules.Missing{Fact: "has_bim"})) != "true" || len(got.Later) != 1 {
		t.Errorf("an answer to what was left open: %+v; before it %+v", again, got)
	}
	if again.has("child3") || !again.has("child2") || !again.has("") || again.has("stranger") {
		t.Error("who belongs to the check")
	}
}

// FuzzCheck holds that a form that somebody changed never becomes more than
// its bounds allow, and always a document.
func FuzzCheck(f *testing.F) {
	f.Add("postal=3000&nis=24062&child=2024-08-02&known=me.benefit%3D%22leefloon%22&later=family.has_bim")
	f.Add("child=9999-99-99&known=family.x%3D%7B%7D&called=%7Bname%7D")
	f.Fuzz(func(t *testing.T, query string) {
		form, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		c := parseCheck(form, today)
		if len(c.Children) > maxChildren || len(c.Facts) > maxCheckFacts || len(c.Later) > maxLater {
			t.Errorf("%d children, %d facts, %d left open", len(c.Children), len(c.Facts), len(c.Later))
		}
		document, err := c.document(today)
		if err != nil || !json.Valid(document) {
			t.Errorf("%s: %v", document, err)
		}
	})
}
