package families

import (
	"context"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// Household is who a family is, as far as a comparison of lists needs it.
type Household struct {
	Family     kernel.ID
	PostalCode kernel.PostalCode // zero: not known, or nobody's to know
	Persons    []Person          // who belongs to it now, with names, birth and number
}

// HouseholdsIn are the open files of the act's alliance with who is in them, for
// the house itself when it compares lists: nobody sees them. They come in the
// order of their numbers, after one. For anybody else there are none.
func (s *Service) HouseholdsIn(ctx context.Context, a *act.Act, after kernel.ID, limit int) (all []Household, err error) {
	files, err := s.CasesIn(ctx, a, after, limit)
	if err != nil {
		return nil, err
	}
	at, ids := map[kernel.ID]int{}, []kernel.ID{}
	for i, f := range files {
		h := Household{Family: f.ID, PostalCode: f.PostalCode, Persons: f.Persons}
		if f.Confidential {
			h.PostalCode = ""
		}
		at[f.ID], ids, all = i, append(ids, f.ID), append(all, h)
	}
	err = s.Vault.EachOf(ctx, a, a.Alliance(), ids, "person/", func(family kernel.ID, name string, decode func(any) error) error {
		persons := all[at[family]].Persons
		i := slices.IndexFunc(persons, func(p Person) bool { return "person/"+string(p.ID) == name })
		if i < 0 {
			return nil // who left
		}
		var who identity
		err := decode(&who)
		persons[i].First, persons[i].Last, persons[i].INSZ = who.First, who.Last, who.INSZ
		return err
	})
	return all, err
}
