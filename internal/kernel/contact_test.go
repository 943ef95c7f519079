package kernel_test

import (
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

func TestParsePhone(t *testing.T) {
	for name, tt := range map[string]struct {
		in, want, display string
		mobile            bool
		key               string
	}{
		"of Leuven":                        {"016 12 34 56", "+3216123456", "016 12 34 56", false, ""},
		"with slash and points":            {"016/12.34.56", "+3216123456", "016 12 34 56", false, ""},
		"with the country":                 {"+32 16 12 34 56", "+3216123456", "016 12 34 56", false, ""},
		"with the country dialled":         {"0032 16 12 34 56", "+3216123456", "016 12 34 56", false, ""},
		"with country and zero":            {"+32 (0)16 12 34 56", "+3216123456", "016 12 34 56", false, ""},
		"mobile":                           {"0470 12 34 56", "+32470123456", "0470 12 34 56", true, ""},
		"free of charge":                   {"0800 120 33", "+3280012033", "0800 12 033", false, ""},
		"of America, mobile or not":        {"+1 201 555 0123", "+12015550123", "+1 201-555-0123", false, ""},
		"a mobile one of nobody":           {"0400 12 34 56", "", "", false, "phone"},
		"of the Netherlands":               {"+31 10 123 4567", "+31101234567", "+31 10 123 4567", false, ""},
		"the Flemish information line":     {"1712", "1712", "1712", false, ""},
		"emergency":                        {"112", "112", "112", false, ""},
		"the children's line":              {"102", "102", "102", false, ""},
		"the line that listens":            {"106", "106", "106", false, ""},
		"its French sister":                {"107", "107", "107", false, ""},
		"the doctor on duty":               {"1733", "1733", "1733", false, ""},
		"the line against suicide":         {"1813", "1813", "1813", false, ""},
		"ambulance of old":                 {"100", "100", "100", false, ""},
		"police of old":                    {"101", "101", "101", false, ""},
		"missing children":                 {"116 000", "116000", "116000", false, ""},
		"nobody's in Brussels":             {"02 123 45 67", "", "", false, "phone"},
		"nobody's in Antwerp":              {"03 000 00 00", "", "", false, "phone"},
		"too short":                        {"016 12 34", "", "", false, "phone"},
		"too long":                         {"016 12 34 56 78 90", "", "", false, "phone"},
		"with an extension":                {"016 12 34 56 ext. 5", "", "", false, "phone"},
		"in letters":                       {"0800 KINDEREN", "", "", false, "phone"},
		"two numbers":                      {"016 12 34 56, 016 12 34 57", "", "", false, "phone"},
		"a short number nobody is sent to": {"999", "", "", false, "phone"},
		"nothing":                          {"", "", "", false, "phone"},
		"very much":                        {strings.Repeat("0", 10_000), "", "", false, "phone"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := kernel.ParsePhone(tt.in)
			wantFault(t, err, tt.key)
			if got.String() != tt.want || got.Display() != tt.display || got.Mobile() != tt.mobile {
				t.Errorf("%q, shown as %q, mobile %v; want %q, %q, %v", got, got.Display(), got.Mobile(), tt.want, tt.display, tt.mobile)
			}
			if got != "" && got.Short() != !strings.HasPrefix(tt.want, "+") {
				t.Errorf("short: %v", got.Short())
			}
		})
	}
}

func TestFictionalNumbersReachNobody(t *testing.T) {
	for n := range 10_000 {
		p := kernel.FictionalPhone(n)
		if _, err := kernel.ParsePhone(string(p)); err == nil {
			t.Fatalf("%s may reach somebody", p)
		}
		if !p.Fictional() || p.Mobile() {
			t.Fatalf("%s: fictional %v, mobile %v", p, p.Fictional(), p.Mobile())
		}
		m := kernel.FictionalMobile(n)
		if _, err := kernel.ParsePhone(string(m)); err == nil || !m.Fictional() || !m.Mobile() {
			t.Fatalf("%s: %v, fictional %v, mobile %v", m, err, m.Fictional(), m.Mobile())
		}
	}
	if m := kernel.FictionalMobile(4567); m != "+32400124567" || m.Display() != "0400 12 45 67" {
		t.Errorf("%s, shown as %q", m, m.Display())
	}
	if a, b := kernel.FictionalPhone(4567), kernel.FictionalPhone(-5433); a != "+3221234567" || a != b || a.Display() != "02 123 45 67" {
		t.Errorf("%s and %s, shown as %q", a, b, a.Display())
	}
}

func TestADemonstrationTakesTheNumbersOfFictionalPeople(t *testing.T) {
	for name, tt := range map[string]struct {
		in        string
		fictional bool
		want      kernel.Phone
		key       string
	}{
		"a fictional one":                    {"02 123 45 67", true, "+3221234567", ""},
		"a fictional mobile one":             {"0400 12 34 56", true, "+32400123456", ""},
		"a public one":                       {"0800 120 33", true, "+3280012033", ""},
		"another that cannot exist":          {"03 000 00 00", true, "", "phone"},
		"words":                              {"later", true, "", "phone"},
		"a fictional one in a house at work": {"02 123 45 67", false, "", "phone"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := kernel.AcceptPhone(tt.in, tt.fictional)
			wantFault(t, err, tt.key)
			if got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func TestParseEmail(t *testing.T) {
	long := strings.Repeat("a", 63)
	for name, tt := range map[string]struct{ in, want, key string }{
		"an address":                  {"an.peeters@voorbeeld.be", "an.peeters@voorbeeld.be", ""},
		"the domain in capitals":      {"An@Voorbeeld.BE", "An@voorbeeld.be", ""},
		"with a label for the reader": {"an+ocmw@voorbeeld.be", "an+ocmw@voorbeeld.be", ""},
		"spaces around it":            {"  an@voorbeeld.be\n", "an@voorbeeld.be", ""},
		"an apostrophe":               {"an.d'hondt@voorbeeld.be", "an.d'hondt@voorbeeld.be", ""},
		"a long domain":               {"an@" + long + "." + long + ".be", "an@" + long + "." + long + ".be", ""},
		"a name before it":            {"An <an@voorbeeld.be>", "", "email"},
		"in angle brackets":           {"<an@voorbeeld.be>", "", "email"},
		"a comment behind":            {"an@voorbeeld.be (thuis)", "", "email"},
		"two addresses":               {"an@voorbeeld.be, jan@voorbeeld.be", "", "email"},
		"a quoted part":               {`"an peeters"@voorbeeld.be`, "", "email"},
		"a domain without a dot":      {"an@localhost", "", "email"},
		"a number for a machine":      {"an@[127.0.0.1]", "", "email"},
		"a number without brackets":   {"an@127.0.0.1", "", "email"},
		"a dash at the edge":          {"an@-voorbeeld.be", "", "email"},
		"an underscore in the domain": {"an@voor_beeld.be", "", "email"},
		"two dots":                    {"an..p@voorbeeld.be", "", "email"},
		"two dots in the domain":      {"an@voorbeeld..be", "", "email"},
		"an accent before the @":      {"andré@voorbeeld.be", "", "email"},
		"an accent in the domain":     {"an@voorbéeld.be", "", "email"},
		"more than 64 before the @":   {strings.Repeat("a", 65) + "@voorbeeld.be", "", "email"},
		"more than 63 in a label":     {"an@" + strings.Repeat("a", 64) + ".be", "", "email"},
		"more than 254 in all":        {"an@" + long + "." + long + "." + long + "." + long + ".be", "", "email"},
		"a line that adds a header":   {"an@voorbeeld.be\nBcc: jan@voorbeeld.be", "", "email"},
		"no @":                        {"an.voorbeeld.be", "", "email"},
		"nothing":                     {"", "", "email"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := kernel.ParseEmail(tt.in)
			wantFault(t, err, tt.key)
			if got.String() != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
	if got := kernel.Email("an@voorbeeld.be").Domain(); got != "voorbeeld.be" {
		t.Errorf("domain %q", got)
	}
}

func FuzzParsePhoneAndEmail(f *testing.F) {
	for _, s := range []string{"", "+", "016 12 34 56", "+32 (0)16 12 34 56", "1712", "an@voorbeeld.be", "<a@b.c>", "@", "a@b.\xff", "+٣٢١٦١٢٣٤٥٦"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if p, err := kernel.ParsePhone(s); err == nil {
			for _, form := range []string{p.String(), p.Display()} {
				if again, err := kernel.ParsePhone(form); err != nil || again != p {
					t.Errorf("%q is %q, whose %q reads back as %q, %v", s, p, form, again, err)
				}
			}
		}
		if e, err := kernel.ParseEmail(s); err == nil {
			if again, err := kernel.ParseEmail(string(e)); err != nil || again != e || strings.ContainsAny(string(e), "\r\n <>,") {
				t.Errorf("%q is %q, which reads back as %q, %v", s, e, again, err)
			}
		}
	})
}
