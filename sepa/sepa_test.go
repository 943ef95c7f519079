package sepa

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var renew = flag.Bool("renew", false, "write the golden files anew")

// order is one of every kind of payment: a pharmacy by structured
// communication, a shop with an address, a family by free words.
func order() Order {
	return Order{
		ID: "BG-0192f3a1c4d77c20", At: time.Date(2026, 11, 23, 10, 15, 30, 0, time.UTC), Day: "2026-11-25", Number: "0207437468",
		Payer: Party{Name: "OCMW Kortenaken", IBAN: "BE71096123456769", BIC: "GKCCBEBB"},
		Payments: []Payment{
			{ID: "BG-0192f3a1c4d77c20-1", To: Party{Name: "Apotheek De Gaper & Zonen", IBAN: "BE68539007547034"}, Cents: 1_234_56, Structured: "010806817183"},
			{ID: "BG-0192f3a1c4d77c20-2", To: Party{Name: "Bébé Confiance «Été» S.P.R.L.", IBAN: "FR7630006000011234567890189", BIC: "AGRIFRPP",
				Address: &Address{Street: "Rue de l’Église", Number: "12/3", Postcode: "4000", Town: "Liège", Country: "BE"}}, Cents: 5, Text: "Bons de septembre – n° 7 <merci>"},
			{ID: "BG-0192f3a1c4d77c20-3", To: Party{Name: "Zoë Straßmaïer-Łukasz", IBAN: "NL91ABNA0417164300"}, Cents: MaxCents},
		},
	}
}

func TestAnOrderIsTheSameFileAlways(t *testing.T) {
	got, err := order().Write()
	if err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join("testdata", "order.xml")
	if *renew {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("the file differs from %s:\n%s", golden, got)
	}
	for _, part := range []string{"<CtrlSum>1000001234.60</CtrlSum>", "<NbOfTxs>3</NbOfTxs>", "Bebe Confiance &#39;Ete&#39; S.P.R.L.", "Zoe Strassmaier-Lukasz",
		"Apotheek De Gaper + Zonen", "<Ref>010806817183</Ref>", `<InstdAmt Ccy="EUR">0.05</InstdAmt>`} {
		if !strings.Contains(string(got), part) {
			t.Errorf("the file lacks %s", part)
		}
	}
}

// TestOrdersKeepTheSchemaOfISO has the schema of ISO 20022 judge what is
// written: the golden file, the smallest order and drawn ones. The schema may be
// used and not passed on, so it comes with a public package into .cache.
func TestOrdersKeepTheSchemaOfISO(t *testing.T) {
	python := os.Getenv("BONDGENOOT_TEST_ISO20022")
	if python == "" {
		python = filepath.Join("..", ".cache", "iso20022", "bin", "python")
	}
	if _, err := os.Stat(python); err != nil {
		if testing.Short() {
			t.Skipf("this is a short run, and the schema of ISO 20022 is not there (%v): `make test` fetches it", err)
		}
		t.Fatalf("the schema of ISO 20022 is not there (%v): run `make test`, which fetches it, or leave it out with -short", err)
	}
	folder := t.TempDir()
	write := func(name string, o Order) {
		data, err := o.Write()
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("whole.xml", order())
	small := order()
	small.Number, small.Payer.BIC, small.Payments = "", "", small.Payments[:1]
	write("small.xml", small)
	for i := range 20 {
		write(fmt.Sprintf("drawn%d.xml", i), rapid.Custom(drawn).Example(i))
	}
	broken, err := order().Write()
	if err != nil {
		t.Fatal(err)
	}
	bad := strings.Replace(string(broken), "<ChrgBr>SLEV</ChrgBr>", "<ChrgBr>NONE</ChrgBr>", 1)
	if err := os.WriteFile(filepath.Join(folder, "broken.xml"), []byte(bad), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(python, filepath.Join("..", "scripts", "iso20022", "validate.py"), folder).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(lines) != 23 {
		t.Fatalf("%d files were judged, want 23:\n%s", len(lines), out)
	}
	for _, line := range lines {
		name, said, _ := strings.Cut(line, "\t")
		if (name == "broken.xml") == (said == "valid") {
			t.Errorf("%s: %s", name, said)
		}
	}
}

// drawn is an order with all that a person could type, of which only what no
// bank takes is left out.
func drawn(t *rapid.T) Order {
	o := order()
	words := func(most int, label string) string {
		return rapid.StringMatching(`[A-Za-zéèàçüñß&<>"'’–@_ .,0-9]{1,`+fmt.Sprint(most)+`}`).Filter(func(s string) bool {
			text, ok := Text(s)
			return ok && text != "" && len(text) <= 2*most
		}).Draw(t, label)
	}
	n := rapid.IntRange(1, 5).Draw(t, "payments")
	o.Payments = nil
	for i := range n {
		p := Payment{ID: fmt.Sprintf("E%d", i), To: Party{Name: words(20, "name"), IBAN: "BE68539007547034"}, Cents: rapid.Int64Range(1, MaxCents).Draw(t, "cents")}
		if rapid.Bool().Draw(t, "has words") {
			p.Text = words(40, "text")
		}
		if rapid.Bool().Draw(t, "lives somewhere") {
			p.To.Address = &Address{Town: words(8, "town"), Country: "BE"}
		}
		o.Payments = append(o.Payments, p)
	}
	return o
}

func TestWhatABankWouldRefuseIsRefusedAllAtOnce(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*Order)
		want   []Problem
	}{
		"no payments": {func(o *Order) { o.Payments = nil }, []Problem{{-1, 0, "Payments", "none"}}},
		"a name of another script, and no amount": {func(o *Order) { o.Payments[1].To.Name, o.Payments[1].Cents = "Ольга", 0 },
			[]Problem{{1, 0, "To.Name", "characters"}, {1, 0, "Cents", "amount"}}},
		"less than nothing":                  {func(o *Order) { o.Payments[0].Cents = -1 }, []Problem{{0, 0, "Cents", "amount"}}},
		"a cent more than a bank takes":      {func(o *Order) { o.Payments[2].Cents++ }, []Problem{{2, 0, "Cents", "too_large"}}},
		"an account with a wrong digit":      {func(o *Order) { o.Payments[0].To.IBAN = "BE68539007547035" }, []Problem{{0, 0, "To.IBAN", "iban"}}},
		"an account with spaces":             {func(o *Order) { o.Payer.IBAN = "BE71 0961 2345 6769" }, []Problem{{-1, 0, "Payer.IBAN", "iban"}}},
		"two payments with one ID":           {func(o *Order) { o.Payments[1].ID = o.Payments[0].ID }, []Problem{{1, 0, "ID", "twice"}}},
		"an ID that begins with a slash":     {func(o *Order) { o.Payments[0].ID = "/1" }, []Problem{{0, 0, "ID", "characters"}}},
		"an ID of 36 characters":             {func(o *Order) { o.ID = strings.Repeat("x", 36) }, []Problem{{-1, 0, "ID", "long"}}},
		"a day that is none":                 {func(o *Order) { o.Day = "2026-02-30" }, []Problem{{-1, 0, "Day", "day"}}},
		"both communications":                {func(o *Order) { o.Payments[0].Text = "x" }, []Problem{{0, 0, "Text", "both"}}},
		"a communication with a wrong digit": {func(o *Order) { o.Payments[0].Structured = "010806817184" }, []Problem{{0, 0, "Structured", "communication"}}},
		"an address without a town":          {func(o *Order) { o.Payments[1].To.Address.Town = "" }, []Problem{{1, 0, "To.Address.Town", "empty"}}},
		"a name of 71 characters":            {func(o *Order) { o.Payments[0].To.Name = strings.Repeat("ß", 36) }, []Problem{{0, 0, "To.Name", "long"}}},
		"a bank that is none":                {func(o *Order) { o.Payer.BIC = "gkccbebb" }, []Problem{{-1, 0, "Payer.BIC", "bic"}}},
		"an enterprise of nine digits":       {func(o *Order) { o.Number = "207437468" }, []Problem{{-1, 0, "Number", "number"}}},
	} {
		t.Run(name, func(t *testing.T) {
			o := order()
			tt.change(&o)
			data, err := o.Write()
			ps, _ := errors.AsType[Problems](err)
			if data != nil || fmt.Sprint([]Problem(ps)) != fmt.Sprint(tt.want) {
				t.Errorf("%v, want %v", ps, tt.want)
			}
			for _, p := range ps {
				if Reasons[p.Reason] == "" {
					t.Errorf("the reason %q has no meaning", p.Reason)
				}
			}
		})
	}
}

func TestTextIsWrittenAsBanksTakeIt(t *testing.T) {
	for in, want := range map[string]string{
		"Crèche «L’Été»":        "Creche 'L'Ete'",
		"Jos & Zn; 50% [nu]!":   "Jos + Zn, 50. (nu).",
		"  a\u00a0 b\t c ":      "a b c",
		"Åse Ørsted, Þór, Ægir": "Ase Orsted, THor, AEgir",
		"e\u0301tude ﬁn ½":      "etude fin 1/2",
		"100 €":                 "100 EUR",
	} {
		if got, ok := Text(in); got != want || !ok {
			t.Errorf("Text(%q) = %q, %v, want %q", in, got, ok, want)
		}
	}
	for _, in := range []string{"Ольга", "محمد", "王", "a\x00b", "x\u202ey"} {
		if got, ok := Text(in); ok {
			t.Errorf("Text(%q) = %q, and it should not be", in, got)
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add("Crèche «L’Été»")
	f.Fuzz(func(t *testing.T, s string) {
		text, _ := Text(s)
		if !all(text, isLatin) || strings.TrimSpace(text) != text {
			t.Errorf("Text(%q) = %q", s, text)
		}
		if again, ok := Text(text); again != text || !ok {
			t.Errorf("Text(%q) = %q the second time, %v", text, again, ok)
		}
	})
}
