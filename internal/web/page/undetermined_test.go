package page

import (
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/i18n"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// Of a right of which the search ended too early a card says so; of another it
// does not.
func TestACardSaysThatNotEverythingWasGoneThrough(t *testing.T) {
	texts, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	v := kit.View{Reader: texts.In(kernel.NL)}
	for undetermined, want := range map[bool]bool{true: true, false: false} {
		var b strings.Builder
		if err := possibleRight(v, rightCard{Name: "Leefloon", Undetermined: undetermined}).Render(t.Context(), &b); err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(b.String(), "niet alle mogelijkheden nagaan"); got != want {
			t.Errorf("undetermined %t: said %t", undetermined, got)
		}
	}
}
