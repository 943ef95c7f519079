package kernel_test

import (
	"bytes"
	"encoding/csv"
	"log/slog"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

func TestParseINSZ(t *testing.T) {
	for name, tt := range map[string]struct{ in, want, key string }{
		"born in the last century":           {"85073003328", "85073003328", ""},
		"as a card prints it":                {"85.07.30-033.28", "85073003328", ""},
		"with spaces of any kind":            {" 850730 033\u00a028 ", "85073003328", ""},
		"born in this century":               {"17073003384", "17073003384", ""},
		"BIS, sex known":                     {"98472899765", "98472899765", ""},
		"BIS of this century":                {"01490700185", "01490700185", ""},
		"fictional, 1989":                    {"89662500128", "89662500128", ""},
		"fictional, 2018":                    {"18660100261", "18660100261", ""},
		"month and day left open":            {withCheck("850000001", 1900), withCheck("850000001", 1900), ""},
		"day left open":                      {withCheck("850700001", 1900), withCheck("850700001", 1900), ""},
		"the counter of a year that ran out": {withCheck("850099001", 1900), withCheck("850099001", 1900), ""},
		"nothing known of the birth":         {withCheck("000001001", 1900), withCheck("000001001", 1900), ""},
		"nothing known, BIS":                 {withCheck("002001001", 1900), withCheck("002001001", 1900), ""},
		"born today":                         {withCheck("260301001", 2000), withCheck("260301001", 2000), ""},
		"the last serial of a woman":         {withCheck("850730998", 1900), withCheck("850730998", 1900), ""},
		"digits that fit no century":         {"12345678901", "", "insz.check"},
		"one digit changed":                  {"85073003327", "", "insz.check"},
		"two digits swapped":                 {"85070303328", "", "insz.check"},
		"check digits 00":                    {"85073000000", "", "insz.check"},
		"born tomorrow":                      {withCheck("260302001", 2000), "", "insz.date"},
		"born next year, day unknown":        {withCheck("270000001", 2000), "", "insz.date"},
		"31 April":                           {withCheck("850431001", 1900), "", "insz.date"},
		"29 February 1985":                   {withCheck("850229001", 1900), "", "insz.date"},
		"29 February 1984":                   {withCheck("840229001", 1900), withCheck("840229001", 1900), ""},
		"29 February 2000":                   {withCheck("000229001", 2000), withCheck("000229001", 2000), ""},
		"29 February 1900, which was none":   {withCheck("000229001", 1900), "", "insz.date"},
		"month 13":                           {withCheck("851330001", 1900), "", "insz.date"},
		"month 33":                           {withCheck("853330001", 1900), "", "insz.date"},
		"month 81":                           {withCheck("858130001", 1900), "", "insz.date"},
		"nobody's serial":                    {withCheck("850730000", 1900), "", "insz.date"},
		"a serial past the last":             {withCheck("850730999", 1900), "", "insz.date"},
		"ten digits":                         {"8507300332", "", "insz"},
		"twelve digits":                      {"850730033280", "", "insz"},
		"a letter":                           {"8507300332a", "", "insz"},
		"digits of another script":           {"٨٥٠٧٣٠٠٣٣٢٨", "", "insz"},
		"nothing":                            {"", "", "insz"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := kernel.ParseINSZ(tt.in, today)
			wantFault(t, err, tt.key)
			if got.String() != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

// withCheck puts the check digits of a century behind nine digits: the rule
// written once more, so that a slip in the code does not agree with itself.
func withCheck(nine string, century int) string {
	n := 0
	if century == 2000 {
		n = 2
	}
	for _, r := range nine {
		n = (n*10 + int(r-'0')) % 97
	}
	check := 97 - n
	return nine + string(rune('0'+check/10)) + string(rune('0'+check%10))
}

func TestWhatAnINSZTells(t *testing.T) {
	for name, tt := range map[string]struct {
		n         kernel.INSZ
		born      kernel.Date
		year      int
		sex       string
		bis, test bool
		display   string
	}{
		"a man":                     {"85073003328", "1985-07-30", 1985, "m", false, false, "85.07.30-033.28"},
		"this century":              {"17073003384", "2017-07-30", 2017, "m", false, false, "17.07.30-033.84"},
		"BIS, sex known":            {"98472899765", "1998-07-28", 1998, "m", true, false, "98.47.28-997.65"},
		"BIS of this century":       {"01490700185", "2001-09-07", 2001, "m", true, false, "01.49.07-001.85"},
		"BIS, sex not known":        {kernel.INSZ(withCheck("982728997", 1900)), "1998-07-28", 1998, "", true, false, "98.27.28-997" + "." + withCheck("982728997", 1900)[9:]},
		"fictional man":             {"89662500128", "1989-06-25", 1989, "m", false, true, "89.66.25-001.28"},
		"fictional woman":           {"18660100261", "2018-06-01", 2018, "f", false, true, "18.66.01-002.61"},
		"only the year":             {kernel.INSZ(withCheck("850000002", 1900)), "", 1985, "f", false, false, "85.00.00-002." + withCheck("850000002", 1900)[9:]},
		"year and month":            {kernel.INSZ(withCheck("850700002", 1900)), "", 1985, "f", false, false, "85.07.00-002." + withCheck("850700002", 1900)[9:]},
		"nothing of the birth, BIS": {kernel.INSZ(withCheck("004001002", 1900)), "", 0, "f", true, false, "00.40.01-002." + withCheck("004001002", 1900)[9:]},
		"nobody's":                  {"", "", 0, "", false, false, ""},
		"what was never read":       {"12345678901", "", 0, "", false, false, "12.34.56-789.01"},
	} {
		t.Run(name, func(t *testing.T) {
			born, known := tt.n.BirthDate()
			if born != tt.born || known != (tt.born != "") {
				t.Errorf("born %q, %v, want %q", born, known, tt.born)
			}
			if year, known := tt.n.BirthYear(); year != tt.year || known != (tt.year != 0) {
				t.Errorf("born in %d, %v, want %d", year, known, tt.year)
			}
			if got := tt.n.Sex(); got != tt.sex {
				t.Errorf("sex %q, want %q", got, tt.sex)
			}
			if tt.n.BIS() != tt.bis || tt.n.Synthetic() != tt.test {
				t.Errorf("BIS %v, synthetic %v", tt.n.BIS(), tt.n.Synthetic())
			}
			if got := tt.n.Display(); got != tt.display {
				t.Errorf("display %q, want %q", got, tt.display)
			}
		})
	}
}

func TestAHouseTakesRealPeopleOrFictionalOnesNeverBoth(t *testing.T) {
	for name, tt := range map[string]struct {
		in        string
		fictional bool
		key       string
	}{
		"a demonstration takes a fictional number": {"89662500128", true, ""},
		"a demonstration refuses a real one":       {"85073003328", true, "insz.fictional_only"},
		"a demonstration refuses BIS":              {"98472899765", true, "insz.fictional_only"},
		"a house at work takes a real number":      {"85073003328", false, ""},
		"a house at work refuses a fictional one":  {"89662500128", false, "insz.fictional"},
		"what is wrong is wrong in both":           {"85073003327", true, "insz.check"},
	} {
		t.Run(name, func(t *testing.T) {
			n, err := kernel.AcceptINSZ(tt.in, today, tt.fictional)
			wantFault(t, err, tt.key)
			if (n == "") != (tt.key != "") {
				t.Errorf("gave %q", n)
			}
		})
	}
}

func TestTheFlemishTestRegisterIsRead(t *testing.T) {
	file, err := os.ReadFile("testdata/insz_magda.csv")
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(bytes.NewReader(file))
	r.Comment = '#'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 659 {
		t.Fatalf("%d rows", len(rows))
	}
	for _, row := range rows[1:] {
		n, err := kernel.AcceptINSZ(row[0], today, true)
		if row[2] != "valid" {
			wantFault(t, err, "insz.check")
			continue
		}
		if row[0] == "99610100179" { // its check digits say that it was born in 2099
			wantFault(t, err, "insz.date")
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", row[0], err)
			continue
		}
		if born, known := n.BirthDate(); known && !strings.HasPrefix(string(born), row[1][:2]) {
			t.Errorf("%s was born on %s, want the century of %s", n, born, row[1])
		}
	}
}

func TestSyntheticNumbersAreReadAsTheyAreMade(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		born := kernel.Date("1900-01-01").AddDays(rapid.IntRange(0, kernel.Date("1900-01-01").DaysUntil(today)).Draw(t, "day"))
		serial := rapid.IntRange(1, 998).Draw(t, "serial")
		n, err := kernel.NewSyntheticINSZ(born, serial)
		if err != nil {
			t.Fatal(err)
		}
		again, err := kernel.AcceptINSZ(n.Display(), today, true)
		if err != nil || again != n {
			t.Fatalf("%s reads back as %s, %v", n.Display(), again, err)
		}
		if got, known := n.BirthDate(); got != born || !known {
			t.Fatalf("%s was born on %s, not %s", n, born, got)
		}
		if want := map[bool]string{true: "m", false: "f"}[serial%2 == 1]; n.Sex() != want || !n.Synthetic() {
			t.Fatalf("%s: sex %q, synthetic %v", n, n.Sex(), n.Synthetic())
		}
	})
}

func TestNewSyntheticINSZRefusesWhatNobodyCanBe(t *testing.T) {
	for name, tt := range map[string]struct {
		born   kernel.Date
		serial int
	}{
		"no day":          {"", 1},
		"too long ago":    {"1899-12-31", 1},
		"too far off":     {"2100-01-01", 1},
		"no serial":       {"2000-01-01", 0},
		"a serial of 999": {"2000-01-01", 999},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := kernel.NewSyntheticINSZ(tt.born, tt.serial)
			wantFault(t, err, "insz.date")
		})
	}
}

// A slip in the serial or the check digits may turn a number into one of the
// other century, but never into one of the same.
func TestOneWrongDigitIsSeen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, err := kernel.NewSyntheticINSZ(kernel.DateOf(1930+rapid.IntRange(0, 90).Draw(t, "year"), 5, 17), rapid.IntRange(1, 998).Draw(t, "serial"))
		if err != nil {
			t.Fatal(err)
		}
		at := rapid.IntRange(6, 10).Draw(t, "at")
		wrong := []byte(n)
		wrong[at] = '0' + (wrong[at]-'0'+byte(rapid.IntRange(1, 9).Draw(t, "by")))%10
		was, _ := n.BirthDate()
		got, err := kernel.ParseINSZ(string(wrong), today)
		if born, _ := got.BirthDate(); err == nil && born == was {
			t.Fatalf("%s passes for %s", got, n)
		}
	})
}

func TestSecretsStayOutOfLogs(t *testing.T) {
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "insz", kernel.INSZ("89662500128"),
		"phone", kernel.FictionalPhone(7), "email", kernel.Email("an@voorbeeld.be"), "iban", kernel.IBAN("BE32123456789002"))
	for _, secret := range []string{"89662500128", "322123", "voorbeeld", "BE32"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log tells %s: %s", secret, log.String())
		}
	}
}

func FuzzParseINSZ(f *testing.F) {
	for _, s := range []string{"85073003328", "85.07.30-033.28", "00000100197", "99999999999", "00000000097", "8\xff", "-----------"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := kernel.ParseINSZ(s, today)
		if err != nil {
			return
		}
		if again, err := kernel.ParseINSZ(n.Display(), today); err != nil || again != n || len(n) != 11 {
			t.Errorf("%q is %q, which reads back as %q, %v", s, n, again, err)
		}
		if born, known := n.BirthDate(); known && (born > today || born < "1900-01-01") {
			t.Errorf("%q was born on %q", s, born)
		}
	})
}
