package page

import (
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/i18n"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// A worker reads how the house reminds a family, and nothing that is not known:
// who does not see how it is reached is not told that nobody reminds it.
func TestAWorkerReadsHowAFamilyIsReminded(t *testing.T) {
	all, texts := policy.Sight{All: true}, i18n.MustLoad().In(kernel.DE)
	for want, w := range map[string]familyHandoutsView{
		"mail":   {fileView: fileView{File: families.File{Sight: all}}, Told: families.Addressee{Mail: "a@example.org"}},
		"text":   {fileView: fileView{File: families.File{Sight: all}}, Told: families.Addressee{Text: kernel.FictionalMobile(1)}},
		"off":    {fileView: fileView{File: families.File{Sight: all}}, Off: true},
		"nobody": {fileView: fileView{File: families.File{Sight: all}}},
		"unseen": {},
	} {
		if got := w.told(); got != want {
			t.Errorf("told %q, want %q", got, want)
		}
		if key := "handout.told." + want; !texts.Has(key) {
			t.Errorf("there is no text %s", key)
		}
	}
}
