package sessions

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

var _ depot.Coming = (*Service)(nil)

// lacks tells the depot what could not be given, of what is in its book.
func (s *Service) lacks(ctx context.Context, a *act.Act, series Series, t Told, lines []Line) error {
	var all []depot.Handed
	for _, l := range lines {
		if i, ok := series.Item(l.Item); ok && series.Depot != "" && i.Asset != "" {
			all = append(all, depot.Handed{Item: i.Asset, Pieces: l.Quantity})
		}
	}
	return s.Depot.LackIn(ctx, a, depot.Lacking{Event: t.ID, Occasion: t.Session, Noted: t.Kind == Lack, Place: series.Depot, Lines: all})
}

// lacksOf tells the depot what a family with an appointment did not get, where
// nothing of it lies there any more. Who got less while there was enough wanted
// less.
func (s *Service) lacksOf(ctx context.Context, a *act.Act, series Series, t Told, b Booking) error {
	if series.Depot == "" {
		return nil
	}
	given := map[string]int64{}
	for _, l := range t.Lines {
		given[l.Item] += l.Quantity
	}
	var less []Line
	for _, l := range b.Lines {
		if i, ok := series.Item(l.Item); ok && i.Asset != "" && l.Quantity > given[l.Item] {
			less = append(less, Line{l.Item, l.Quantity - given[l.Item]})
		}
	}
	if len(less) == 0 {
		return nil
	}
	free, err := s.Depot.FreeIn(ctx, a, series.Depot)
	if err != nil {
		return err
	}
	var gone []Line
	for _, l := range less {
		if i, _ := series.Item(l.Item); free[i.Asset] == 0 {
			gone = append(gone, l)
		}
	}
	return s.lacks(ctx, a, series, t, gone)
}

// stock brings onto the list of a day what lies free of what it hands out, and
// what could not be given today.
func (s *Service) stock(ctx context.Context, a *act.Act, d *Day) error {
	if d.Depot == "" {
		return nil
	}
	free, err := s.Depot.FreeIn(ctx, a, d.Depot)
	if err != nil {
		return err
	}
	events, err := eventsOf(ctx, a, a.Alliance(), `e.session = $2 AND e.kind = $3`, d.Session.ID, Lack)
	if err != nil {
		return err
	}
	d.Free, d.Lacked = map[string]int64{}, map[string]int64{}
	for _, i := range d.Items {
		if i.Asset != "" {
			d.Free[i.Key] = free[i.Asset]
		}
	}
	for _, e := range events {
		for _, l := range e.Lines {
			d.Lacked[l.Item] += l.Quantity
		}
	}
	return nil
}

// ComingIn is how many pieces of what a place has are promised to families with
// an appointment from a day to another. Of no family.
func (s *Service) ComingIn(ctx context.Context, a *act.Act, place kernel.ID, from, until kernel.Date) (map[kernel.ID]int64, error) {
	days, err := sessionsOf(ctx, a, a.Alliance(), `s.day >= $2 AND s.day <= $3 AND s.cancelled = $4 AND s.series IN
		(SELECT x.id FROM handout_series x WHERE x.alliance = s.alliance AND x.depot = $5)`, from, until, false, place)
	if err != nil {
		return nil, err
	}
	sum := map[kernel.ID]int64{}
	for _, day := range days {
		series, err := loadSeries(ctx, a, a.Alliance(), day.Series)
		if err != nil {
			return nil, err
		}
		coming, err := bookingsOf(ctx, a, a.Alliance(), `session = $2 AND state = $3`, day.ID, Booked)
		if err != nil {
			return nil, err
		}
		for _, b := range coming {
			for _, l := range b.Lines {
				if i, ok := series.Item(l.Item); ok && i.Asset != "" {
					sum[i.Asset] += l.Quantity
				}
			}
		}
	}
	return sum, nil
}
