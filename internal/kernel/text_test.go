package kernel_test

import (
	"slices"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

func TestTextIn(t *testing.T) {
	text := kernel.Text{NL: "kind", FR: "enfant", DE: "Kind", EN: "child"}
	for lang, want := range map[kernel.Lang]string{
		kernel.NL: "kind", kernel.FR: "enfant", kernel.DE: "Kind", kernel.EN: "child", "ar": "kind", "": "kind",
	} {
		if got := text.In(lang); got != want {
			t.Errorf("In(%q) = %q, want %q", lang, got, want)
		}
	}
}

func TestTextNamesWhatIsMissing(t *testing.T) {
	if got := (kernel.Text{NL: "a", DE: "b"}).Missing(); !slices.Equal(got, []kernel.Lang{kernel.FR, kernel.EN}) {
		t.Errorf("missing %v", got)
	}
	if got := (kernel.Text{NL: "a", FR: "b", DE: "c", EN: "d"}).Missing(); got != nil {
		t.Errorf("missing %v of a whole text", got)
	}
}

func TestParseLang(t *testing.T) {
	for _, l := range kernel.Langs {
		if got, err := kernel.ParseLang(string(l)); err != nil || got != l {
			t.Errorf("ParseLang(%q) = %q, %v", l, got, err)
		}
	}
	for _, s := range []string{"", "NL", "nl-BE", "ar"} {
		_, err := kernel.ParseLang(s)
		wantFault(t, err, "lang")
	}
}

func TestFamiliesAreSpokenToInSevenLanguages(t *testing.T) {
	for _, l := range kernel.FamilyLangs {
		if got, err := kernel.ParseFamilyLang(string(l)); err != nil || got != l {
			t.Errorf("ParseFamilyLang(%q) = %q, %v", l, got, err)
		}
		if near := l.Nearest(); !slices.Contains(kernel.Langs[:], near) {
			t.Errorf("who reads %s is shown names in %s, which is not complete", l, near)
		}
	}
	for _, l := range kernel.Langs {
		if l.Nearest() != l {
			t.Errorf("who reads %s is shown names in %s", l, l.Nearest())
		}
	}
	for _, s := range []string{"", "AR", "uk-UA", "ru"} {
		_, err := kernel.ParseFamilyLang(s)
		wantFault(t, err, "lang")
	}
}

func TestRightToLeft(t *testing.T) {
	for lang, want := range map[kernel.Lang]bool{"ar": true, "ckb": true, "fa": true, "nl": false, "": false} {
		if lang.RightToLeft() != want {
			t.Errorf("%q: %v", lang, !want)
		}
	}
}
