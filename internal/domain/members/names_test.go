package members_test

import (
	"context"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
)

func TestNamesOfWorkersAndOrganisations(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		ids := []kernel.ID{w.aicha.ID, w.house.ID, "", kernel.NewID(), w.aicha.ID}
		for range 600 {
			ids = append(ids, kernel.NewID())
		}
		names := must(w.Names(w.admin, ids...))
		if len(names) != 2 || names[w.aicha.ID] != "Aïcha Peeters" || names[w.house.ID] != "Huis van het Kind" {
			t.Errorf("names %v", names)
		}
		if none := must(w.Names(w.admin)); len(none) != 0 {
			t.Errorf("no IDs give %v", none)
		}
		if _, err := w.Names(context.Background(), w.aicha.ID); kernel.CodeOf(err) != kernel.Unauthenticated {
			t.Errorf("a stranger: %v", err)
		}
	})
}
