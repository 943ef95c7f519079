package kernel_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

func TestParseKBO(t *testing.T) {
	for name, tt := range map[string]struct{ in, want, key string }{
		"ten digits":                  {"0403019261", "0403019261", ""},
		"another":                     {"0428759497", "0428759497", ""},
		"as it is printed":            {"0403.019.261", "0403019261", ""},
		"as a VAT number":             {"BE 0403.019.261", "0403019261", ""},
		"as a VAT number in small":    {"be0403019261", "0403019261", ""},
		"nine digits of old":          {"403.019.261", "0403019261", ""},
		"check digits 97":             {"0200000097", "", "kbo.check"},
		"check digits that are wrong": {"0431150351", "", "kbo.check"},
		"an establishment is none":    {"2297964444", "", "kbo"},
		"all noughts":                 {"0000000097", "", "kbo"},
		"another country":             {"NL0403019261", "", "kbo"},
		"eleven digits":               {"04030192611", "", "kbo"},
		"nothing":                     {"", "", "kbo"},
		"BE alone":                    {"BE", "", "kbo"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := kernel.ParseKBO(tt.in)
			wantFault(t, err, tt.key)
			if got.String() != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
	k := kernel.KBO("0403019261")
	if k.Display() != "0403.019.261" || k.VAT() != "BE0403019261" {
		t.Errorf("shown as %q and %q", k.Display(), k.VAT())
	}
	if k = ""; k.Display() != "" || k.VAT() != "" {
		t.Errorf("no number is shown as %q and %q", k.Display(), k.VAT())
	}
}

func TestParseEstablishment(t *testing.T) {
	for name, tt := range map[string]struct{ in, want, key string }{
		"ten digits":                  {"2297964444", "2297964444", ""},
		"as it is printed":            {"2.297.964.444", "2297964444", ""},
		"check digits that are wrong": {"2297964445", "", "establishment.check"},
		"ones":                        {"2111111111", "", "establishment.check"},
		"an enterprise is none":       {"0403019261", "", "establishment"},
		"beginning with 9":            {"9297964444", "", "establishment"},
		"five digits":                 {"54321", "", "establishment"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := kernel.ParseEstablishment(tt.in)
			wantFault(t, err, tt.key)
			if got.String() != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
	if got := kernel.Establishment("2297964444").Display(); got != "2.297.964.444" {
		t.Errorf("shown as %q", got)
	}
	if got := kernel.Establishment("").Display(); got != "" {
		t.Errorf("none is shown as %q", got)
	}
}

func TestParseIBAN(t *testing.T) {
	for name, tt := range map[string]struct{ in, want, key string }{
		"Belgian":                              {"BE32123456789002", "BE32123456789002", ""},
		"another Belgian":                      {"BE48320070184927", "BE48320070184927", ""},
		"in groups and small letters":          {"be48 3200 7018 4927", "BE48320070184927", ""},
		"Dutch":                                {"NL91ABNA0417164300", "NL91ABNA0417164300", ""},
		"French, with a letter inside":         {"FR14 2004 1010 0505 0001 3M02 606", "FR1420041010050500013M02606", ""},
		"German":                               {"DE89370400440532013000", "DE89370400440532013000", ""},
		"Luxembourgish":                        {"LU280019400644750000", "LU280019400644750000", ""},
		"the shortest":                         {"NO9386011117947", "NO9386011117947", ""},
		"Maltese, of 31":                       {"MT84MALT011000012345MTLCAST001S", "MT84MALT011000012345MTLCAST001S", ""},
		"Belgian, national check digits wrong": {"BE41091811735141", "", "iban.check"},
		"Belgian, one digit wrong":             {"BE32123456789003", "", "iban.check"},
		"Belgian, two digits swapped":          {"BE32123456798002", "", "iban.check"},
		"Belgian, too long":                    {"BE321234567890021", "", "iban"},
		"Belgian with letters":                 {"BE32A23456789002", "", "iban.check"},
		"a Dutch one, too short":               {"NL91ABNA041716430", "", "iban"},
		"a country without":                    {"US91ABNA0417164300", "", "iban"},
		"half of two countries in the list":    {"24AE123456789012", "", "iban"},
		"the old Belgian form":                 {"123-4567890-02", "", "iban"},
		"check digits that are letters":        {"BEAA123456789002", "", "iban"},
		"a sign inside":                        {"BE32_23456789002", "", "iban"},
		"an accent that keeps the length":      {"BE32é3456789002", "", "iban"},
		"nothing":                              {"", "", "iban"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := kernel.ParseIBAN(tt.in)
			wantFault(t, err, tt.key)
			if got.String() != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
	i := kernel.IBAN("BE48320070184927")
	if i.Display() != "BE48 3200 7018 4927" || i.Country() != "BE" {
		t.Errorf("shown as %q of %q", i.Display(), i.Country())
	}
	if i = ""; i.Display() != "" || i.Country() != "" {
		t.Errorf("none is shown as %q of %q", i.Display(), i.Country())
	}
}

func TestCheckDigitsThatPassTheSumButAreNeverGivenOutAreRefused(t *testing.T) {
	// 97, 98 and 02 leave the same remainders as 00, 01 and 99.
	seen := map[string]bool{}
	for n := range 2000 {
		account := "ABNA" + string([]byte{'0', '0', '0', '0', '0', '0', byte('0' + n/1000%10), byte('0' + n/100%10), byte('0' + n/10%10), byte('0' + n%10)})
		for right, wrong := range map[string]string{"97": "00", "98": "01", "02": "99"} {
			if _, err := kernel.ParseIBAN("NL" + right + account); err == nil {
				seen[right] = true
				_, err := kernel.ParseIBAN("NL" + wrong + account)
				wantFault(t, err, "iban.check")
			}
		}
	}
	if len(seen) != 3 {
		t.Errorf("met only %v", seen)
	}
}

func TestParseOGM(t *testing.T) {
	for name, tt := range map[string]struct{ in, want, key string }{
		"twelve digits":               {"010806817183", "010806817183", ""},
		"as a bank prints it":         {"+++010/8068/17183+++", "010806817183", ""},
		"with asterisks":              {"***010/8068/17183***", "010806817183", ""},
		"a remainder of nought is 97": {"000000009797", "000000009797", ""},
		"nought itself":               {"000000000097", "000000000097", ""},
		"nought written 00":           {"000000009700", "", "ogm.check"},
		"one digit wrong":             {"010806817180", "", "ogm.check"},
		"eleven digits":               {"01080681718", "", "ogm"},
		"words":                       {"rent of March", "", "ogm"},
		"nothing":                     {"", "", "ogm"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := kernel.ParseOGM(tt.in)
			wantFault(t, err, tt.key)
			if got.String() != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
	if got := kernel.OGM("").Display(); got != "" {
		t.Errorf("none is shown as %q", got)
	}
}

func TestOGMCarriesANumber(t *testing.T) {
	for _, n := range []int64{-1, 10_000_000_000} {
		_, err := kernel.NewOGM(n)
		wantFault(t, err, "ogm")
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(0, 9_999_999_999).Draw(t, "n")
		o, err := kernel.NewOGM(n)
		if err != nil || o.Number() != n {
			t.Fatalf("%d became %s, which carries %d: %v", n, o, o.Number(), err)
		}
		if again, err := kernel.ParseOGM(o.Display()); err != nil || again != o {
			t.Fatalf("%s reads back as %s, %v", o.Display(), again, err)
		}
	})
	if got := kernel.OGM("1").Number(); got != 0 {
		t.Errorf("half a communication carries %d", got)
	}
}

func FuzzParseEnterpriseAndBankNumbers(f *testing.F) {
	for _, s := range []string{"", "BE", "0403.019.261", "BE0403019261", "2.297.964.444", "BE48 3200 7018 4927", "MT84MALT011000012345MTLCAST001S",
		"+++010/8068/17183+++", "++++++++++++", "AD", "ſSK", "\xff\xfe"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if k, err := kernel.ParseKBO(s); err == nil {
			if again, err := kernel.ParseKBO(k.VAT()); err != nil || again != k || len(k) != 10 {
				t.Errorf("%q is %q, which reads back as %q, %v", s, k, again, err)
			}
		}
		if e, err := kernel.ParseEstablishment(s); err == nil {
			if again, err := kernel.ParseEstablishment(e.Display()); err != nil || again != e {
				t.Errorf("%q is %q, which reads back as %q, %v", s, e, again, err)
			}
		}
		if i, err := kernel.ParseIBAN(s); err == nil {
			if again, err := kernel.ParseIBAN(i.Display()); err != nil || again != i || strings.ToUpper(string(i)) != string(i) {
				t.Errorf("%q is %q, which reads back as %q, %v", s, i, again, err)
			}
		}
		if o, err := kernel.ParseOGM(s); err == nil {
			if again, err := kernel.ParseOGM(o.Display()); err != nil || again != o {
				t.Errorf("%q is %q, which reads back as %q, %v", s, o, again, err)
			}
		}
	})
}
