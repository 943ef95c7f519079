package gaps

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory/find"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// Service answers about the directory of the actor's alliance.
type Service struct {
	Acts      *act.Acts
	Members   *members.Service
	Directory *directory.Desk
	Finder    *find.Finder
}

// Look lays the directory out, and gives the open services that it counted,
// by their IDs, and the municipalities of the alliance.
func (s *Service) Look(ctx context.Context, q Ask) (m Matrix, records []directory.PublicRecord, places []kernel.NIS, err error) {
	var alliance kernel.ID
	var now kernel.Instant
	if err := s.Acts.Look(ctx, func(a *act.Act) error {
		alliance, now = a.Alliance(), a.Now
		return a.Allow(ctx, "directory.work", "")
	}); err != nil {
		return m, nil, nil, err
	}
	all, err := s.Members.Alliances(ctx)
	if err != nil {
		return m, nil, nil, err
	}
	for _, al := range all {
		if al.ID == alliance {
			places = al.Municipalities
		}
	}
	for r, err := range s.Directory.Published(ctx, alliance) {
		if err != nil {
			return m, nil, nil, err
		}
		records = append(records, r)
	}
	m = Compute(q, records, places, now)
	switch misses, err := s.Finder.Misses(ctx, Since(now.Date()), now.Date()); kernel.CodeOf(err) {
	case "":
		m.Seek(misses)
	case kernel.Forbidden: // who does not coordinate sees what there is, not what was sought
	default:
		return m, nil, nil, err
	}
	return m, records, places, nil
}
