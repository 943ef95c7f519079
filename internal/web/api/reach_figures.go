package api

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/reach"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// TakeAsked is which families figures are asked of.
type TakeAsked struct {
	Side reach.Side  `query:"side" enum:"own,all" default:"own" doc:"Of your organisation, or of the whole alliance."`
	On   kernel.Date `query:"on" doc:"How it stood at the end of that day; left out: today."`
}

// takeFigures count families; each is in one cell, with a right for several of
// its persons in that of the least far.
type takeFigures struct {
	Key      string  `json:"key" doc:"The right, the municipality or the day."`
	All      counted `json:"all" doc:"Are entitled."`
	Never    counted `json:"never" doc:"Never reached."`
	NotNow   counted `json:"not_now"`
	Asked    counted `json:"asked"`
	Comes    counted `json:"comes" doc:"Comes by itself; nobody told that it came."`
	Received counted `json:"received"`
	Refused  counted `json:"refused"`
}

type takeOf struct {
	Lines   []takeFigures  `json:"lines" nullable:"false" doc:"By right; of one right by municipality."`
	Months  []takeFigures  `json:"months" nullable:"false" doc:"At the end of each of the last months; a family counts once."`
	Reasons []reasonFigure `json:"reasons" nullable:"false"`
	Few     bool           `json:"few" doc:"The figures of this right are too small to be told by municipality."`
}

type takeAsked struct {
	TakeAsked
	Right string `query:"right" maxLength:"200" doc:"By municipality of this right; left out: by right."`

	Municipality kernel.NIS `query:"municipality" doc:"By neighbourhood of this municipality, of the right; left out: by municipality."`
}

func takeJSON(lines []reach.TakeLine) []takeFigures {
	out := []takeFigures{}
	for _, l := range lines {
		of := func(c reach.Cell) counted { return counted(l.Cells[c]) }
		out = append(out, takeFigures{l.Key, counted(l.All), of(reach.NeverReached), of(reach.NotNow), of(reach.UnderWay), of(reach.ByItself), of(reach.Received), of(reach.TurnedDown)})
	}
	return out
}

func (s *API) take(ctx context.Context, in *takeAsked) (*one[takeOf], error) {
	t, err := s.Reach.Take(ctx, reach.Counting{Side: in.Side, On: in.On, Right: in.Right, Municipality: in.Municipality})
	if err != nil {
		return nil, err
	}
	out := takeOf{Lines: takeJSON(t.Lines), Months: takeJSON(t.Months), Reasons: []reasonFigure{}, Few: t.Kept}
	for _, r := range t.Reasons {
		out.Reasons = append(out.Reasons, reasonFigure{string(r.Cell), r.Why, counted(r.Figure)})
	}
	return answer(out)
}

type takeBehind struct {
	TakeAsked
	Right        string     `query:"right" required:"true" maxLength:"200"`
	Cell         string     `query:"cell" enum:"never,not_now,asked,comes,received,refused" doc:"Only families that stand there."`
	Municipality kernel.NIS `query:"municipality" doc:"Only there."`
	Near         string     `query:"neighbourhood" maxLength:"10" doc:"Only in this neighbourhood, by postal code; - for those of whom it is not known."`
	After        string     `query:"after" doc:"Where the page before ended."`
}

func (s *API) takeRows(ctx context.Context, in *takeBehind) (*listed[reachLine], error) {
	p, err := s.Reach.TakeRows(ctx, reach.Behind{Counting: reach.Counting{Side: in.Side, On: in.On, Right: in.Right, Municipality: in.Municipality}, Cell: reach.Cell(in.Cell), Neighbourhood: in.Near, After: in.After})
	if err != nil {
		return nil, err
	}
	return listOf(askedOf(ctx).URL, p.Rows, p.Next, reachJSON), nil
}
