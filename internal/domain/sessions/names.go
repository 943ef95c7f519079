package sessions

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// called is what the vault holds of a booking: by which name somebody is called
// at the desk.
type called struct {
	First string `json:"first"`
}

const prefix = "handout/"

func sealed(booking kernel.ID) string { return prefix + string(booking) }

// keepName keeps the first name of who comes, under the family's key. A family
// whose address is secret is called by its number alone: who stands at the desk
// may know those from whom it hides.
func (s *Service) keepName(ctx context.Context, a *act.Act, b Booking, file families.File, person kernel.ID) error {
	if file.Confidential || len(file.Persons) == 0 {
		return nil
	}
	who := file.Persons[0]
	for _, p := range file.Persons {
		if p.ID == person {
			who = p
		}
	}
	if who.First == "" {
		return nil
	}
	key, err := s.Vault.Open(ctx, a, a.Alliance(), b.Family)
	if err != nil {
		return err
	}
	return key.Put(ctx, a, sealed(b.ID), called{who.First})
}

// dropName takes the name away. Where the family was forgotten it is gone
// already.
func (s *Service) dropName(ctx context.Context, a *act.Act, b Booking) error {
	if b.Family == "" {
		return nil
	}
	key, err := s.Vault.Open(ctx, a, a.Alliance(), b.Family)
	if kernel.CodeOf(err) == kernel.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	return key.Drop(ctx, a, sealed(b.ID))
}

// names brings the first names into bookings: in two queries, however many
// there are.
func (s *Service) names(ctx context.Context, a *act.Act, all []Booking) error {
	var of []kernel.ID
	at := map[string]int{}
	for i, b := range all {
		if b.Family != "" {
			of = append(of, b.Family)
			at[sealed(b.ID)] = i
		}
	}
	return s.Vault.EachOf(ctx, a, a.Alliance(), of, prefix, func(_ kernel.ID, name string, decode func(any) error) error {
		i, ok := at[name]
		if !ok {
			return nil
		}
		var c called
		if err := decode(&c); err != nil {
			return err
		}
		all[i].First = c.First
		return nil
	})
}
