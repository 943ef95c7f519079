package reach

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// FamilyOpened hears of a file that was made.
func (s *Service) FamilyOpened(ctx context.Context, a *act.Act, e families.Opened) error {
	return s.heard(ctx, a, e.Family)
}

// FactsChanged hears that rules may answer otherwise.
func (s *Service) FactsChanged(ctx context.Context, a *act.Act, e families.FactsChanged) error {
	return s.heard(ctx, a, e.Family)
}

// FamilyReopened hears that somebody works with a family again.
func (s *Service) FamilyReopened(ctx context.Context, a *act.Act, e families.Reopened) error {
	return s.heard(ctx, a, e.Family)
}

// heard has a family looked at, once whoever writes has come to rest.
func (s *Service) heard(ctx context.Context, a *act.Act, family kernel.ID) error {
	if err := countChange(ctx, a, a.Alliance(), family); err != nil {
		return err
	}
	return a.Later(ctx, LookJob, looking{family}, a.Now.Add(settles), string(family))
}

// FamilyClosed hears that nobody works with a family any more: nothing of it is
// on a list.
func (s *Service) FamilyClosed(ctx context.Context, a *act.Act, e families.Closed) error {
	return s.endAll(ctx, a, e.Family)
}

func (s *Service) endAll(ctx context.Context, a *act.Act, family kernel.ID) error {
	if err := countChange(ctx, a, a.Alliance(), family); err != nil {
		return err
	}
	_, err := s.keep(ctx, a, family, nil, nil)
	return err
}

// FamilyForgotten hears that a family was erased: of it nothing stays here.
func (s *Service) FamilyForgotten(ctx context.Context, a *act.Act, e families.Forgotten) error {
	_, err := a.ExecContext(ctx, `DELETE FROM reach_merge WHERE alliance = $1 AND (family = $2 OR kept = $2)`, a.Alliance(), e.Family)
	if err != nil {
		return err
	}
	return forget(ctx, a, a.Alliance(), e.Family)
}

// ProgrammeChanged hears that the alliance offers something else: the next round
// begins at once, for its rules are of another edition.
func (s *Service) ProgrammeChanged(ctx context.Context, a *act.Act, _ programmes.Changed) error {
	return a.Later(ctx, BeginJob, struct{}{}, a.Now.Add(settles), "begin")
}

// ClaimMoved hears that a right was asked for, or what came of it.
func (s *Service) ClaimMoved(ctx context.Context, a *act.Act, e rights.Moved) error {
	known, err := linesOf(ctx, a, a.Alliance(), e.Family)
	if err != nil {
		return err
	}
	line, was := known[key{e.Right, e.Person}]
	if !was { // somebody knew better than the rules
		f, err := s.Families.FamilyIn(ctx, a, e.Family)
		if err != nil {
			return err
		}
		line = Line{ID: kernel.NewID(), Family: e.Family, Right: e.Right, Person: e.Person, Home: homeOf(f), FoundOn: a.Today(), EndedOn: a.Today()}
	}
	line.Stage, line.Why = claimed(e.State, e.Reason)
	line.Until = ""
	if err := saveLine(ctx, a, a.Alliance(), line); err != nil {
		return err
	}
	return saveStep(ctx, a, a.Alliance(), line, line.Stage, a.Today())
}
