package audit_test

import (
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/audit"
	"github.com/bondgenoot/bondgenoot/internal/platform/i18n"
)

func TestEveryFindingHasItsWordsInEachLanguage(t *testing.T) {
	texts := i18n.MustLoad()
	for _, finding := range audit.Findings() {
		if key := "record.trouble." + string(finding); !texts.In(kernel.NL).Has(key) {
			t.Errorf("no text for %q", key)
		}
	}
}
