package codes_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/codes"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

func TestOnePersonHasOneCodeHoweverTheyAreWritten(t *testing.T) {
	key := codes.NewKey(kernel.NewID(), "2026-12-31")
	want := key.Of(codes.Person{First: "Marie-Louise", Last: "De Smet", Birth: "2021-02-03"})
	for name, p := range map[string]codes.Person{
		"in capitals":              {First: "MARIE-LOUISE", Last: "DE SMET", Birth: "2021-02-03"},
		"without a hyphen":         {First: "Marie Louise", Last: "Desmet", Birth: "2021-02-03"},
		"with an accent too many":  {First: "Márie-Louisé", Last: "De Smet", Birth: "2021-02-03"},
		"with the names turned":    {First: "De Smet", Last: "Marie-Louise", Birth: "2021-02-03"},
		"with a space at the end":  {First: "Marie-Louise ", Last: " De  Smet", Birth: "2021-02-03"},
		"with an apostrophe added": {First: "Marie'Louise", Last: "De Smet", Birth: "2021-02-03"},
	} {
		if got := key.Of(p); !slices.Equal(got, want) {
			t.Errorf("%s: another code", name)
		}
	}
	for name, p := range map[string]codes.Person{
		"a twin":              {First: "Anna", Last: "De Smet", Birth: "2021-02-03"},
		"born a day later":    {First: "Marie-Louise", Last: "De Smet", Birth: "2021-02-04"},
		"of another name":     {First: "Marie-Louise", Last: "De Smedt", Birth: "2021-02-03"},
		"without a birthday":  {First: "Marie-Louise", Last: "De Smet"},
		"without a last name": {First: "Marie-Louise", Birth: "2021-02-03"},
	} {
		if got := key.Of(p); len(got) > 0 && got[0] == want[0] {
			t.Errorf("%s: the same code", name)
		}
	}
	if (codes.Key{}).Of(codes.Person{First: "An", Last: "Maes", Birth: "2021-02-03"}) != nil {
		t.Error("no key makes codes")
	}
}

// What was learnt in one comparison says nothing in another: neither of two keys,
// nor of one key under another number.
func TestCodesOfTwoRunsShareNothing(t *testing.T) {
	a, b := codes.NewKey(kernel.NewID(), "2026-12-31"), codes.NewKey(kernel.NewID(), "2026-12-31")
	seen := map[string]bool{}
	for i := range 200 {
		p := codes.Person{First: "An", Last: strings.Repeat("a", i+1), Birth: "2021-02-03", INSZ: kernel.INSZ("90630100268")}
		for _, c := range a.Of(p) {
			seen[c] = true
		}
	}
	for i := range 200 {
		p := codes.Person{First: "An", Last: strings.Repeat("a", i+1), Birth: "2021-02-03", INSZ: kernel.INSZ("90630100268")}
		for _, c := range b.Of(p) {
			if seen[c] {
				t.Fatal("two runs share a code")
			}
		}
	}
	if a.Mark() == b.Mark() {
		t.Error("two keys have one mark")
	}
}

func TestAKeyAndAListTravel(t *testing.T) {
	key := codes.NewKey(kernel.NewID(), "2026-12-31")
	file, err := json.Marshal(key)
	if err != nil {
		t.Fatal(err)
	}
	var came codes.Key
	if err := json.Unmarshal(file, &came); err != nil || came.Mark() != key.Mark() || came.Run() != key.Run() || came.Until() != key.Until() {
		t.Fatalf("%+v, %v", came, err)
	}
	l := codes.List{Run: key.Run()}
	for _, first := range []string{"Zoe", "An", "Mats"} {
		l.People = append(l.People, came.Of(codes.Person{First: first, Last: "Maes", Birth: "2021-02-03"}))
	}
	l.Sort()
	var b bytes.Buffer
	if err := l.Write(&b); err != nil {
		t.Fatal(err)
	}
	got, err := codes.Read(b.Bytes())
	if err != nil || got.Run != key.Run() || len(got.People) != 3 || !slices.IsSortedFunc(got.People, slices.Compare) {
		t.Errorf("%+v, %v", got, err)
	}
	for _, word := range []string{"Maes", "maes", "2021"} {
		if strings.Contains(b.String(), word) {
			t.Errorf("the list of codes says %s", word)
		}
	}
}

func FuzzCodes(f *testing.F) {
	f.Add([]byte("bondgenoot-codes-1 01a206e1-d93e-7f22-adf3-f5567be43d3e\n" + strings.Repeat("0a", 32) + "\n"))
	f.Add([]byte(`{"version":"bondgenoot-codes-1","run":"01a206e1-d93e-7f22-adf3-f5567be43d3e","until":"2026-12-31","key":"AAAA"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if l, err := codes.Read(data); err == nil {
			var b bytes.Buffer
			if err := l.Write(&b); err != nil {
				t.Fatal(err)
			}
			if again, err := codes.Read(b.Bytes()); err != nil || len(again.People) != len(l.People) {
				t.Fatalf("what was written is not read: %v", err)
			}
		} else if kernel.CodeOf(err) == kernel.Internal {
			t.Fatal(err)
		}
		var key codes.Key
		if err := key.UnmarshalJSON(data); err != nil && kernel.CodeOf(err) == kernel.Internal {
			t.Fatal(err)
		}
	})
}
