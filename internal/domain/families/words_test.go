package families_test

import (
	"slices"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/platform/i18n"
)

func TestEveryCodeHasWords(t *testing.T) {
	texts := i18n.MustLoad().In("nl")
	for prefix, codes := range map[string][]string{
		"family.role.":         words(families.Roles[:]),
		"family.source.":       words(families.Sources[:]),
		"family.purpose.":      words(families.Purposes[:]),
		"family.close_reason.": families.CloseReasons[:],
		"family.erase_reason.": families.EraseReasons[:],
		"family.left_reason.":  families.LeftReasons[:],
		"family.carer.":        words([]families.CarerKind{families.CarerWorker, families.CarerOrganisation}),
		"family.state.":        words([]families.State{families.StateOpen, families.StateClosed, families.StateErased}),
		"family.event.": {"opened", "closed", "reopened", "team.joined", "team.left", "person.added", "person.role", "person.born",
			"person.left", "contact.changed", "note.added", "sharing.decided", "sharing.ended", "sharing.objected", "sharing.lifted"},
	} {
		for _, code := range codes {
			if !texts.Has(prefix + code) {
				t.Errorf("no text for %s%s", prefix, code)
			}
		}
	}
}

func words[S ~string](codes []S) (out []string) {
	for c := range slices.Values(codes) {
		out = append(out, string(c))
	}
	return out
}
