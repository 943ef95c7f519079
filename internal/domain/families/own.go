package families

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// OwnIn reads a file for somebody of the family itself, within an act of a
// module above, which has asked whether it may and leaves the record. Nothing
// is left out: what one adult may know of another the module above cuts, before
// it shows anything. Notes are the care team's, and are not among it. For any
// other family, and for a worker, there is no file.
func (s *Service) OwnIn(ctx context.Context, a *act.Act, id kernel.ID) (File, error) {
	if a.Actor.Family == "" || a.Actor.Family != id {
		return File{}, kernel.NewNotFound("family")
	}
	file, err := s.entire(ctx, a, id)
	file.Notes, file.Sight = nil, policy.Sight{All: true}
	return file, err
}
