package api

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// SpanAsked is which referrals figures are asked of.
type SpanAsked struct {
	Side referrals.Side `query:"side" enum:"received,sent,alliance" default:"received" doc:"Received or sent by your organisation, or of all partners."`
	From kernel.Date    `query:"from" required:"true" doc:"The first day on which they were sent."`
	To   kernel.Date    `query:"to" required:"true" doc:"The last day on which they were sent."`
}

func (q SpanAsked) span() referrals.Span {
	return referrals.Span{Side: q.Side, From: q.From, To: q.To}
}

// counted is a figure that may be kept back.
type counted struct {
	N      int64 `json:"n"`
	Hidden bool  `json:"hidden,omitempty" doc:"Too small to show, or what would tell one that is."`
}

// serviceFigures are the figures of one organisation.
type serviceFigures struct {
	Organisation kernel.ID `json:"organisation,omitempty" doc:"To which they were sent; left out: those that are too small to stand by themselves, or all together."`
	Waits        counted   `json:"waits" doc:"Nobody has answered yet."`
	UnderWay     counted   `json:"under_way"`
	Arrived      counted   `json:"arrived"`
	Declined     counted   `json:"declined"`
	Lost         counted   `json:"lost" doc:"Ended, and the family had not come."`
	All          counted   `json:"all"`
}

type reasonFigure struct {
	Cell  string  `json:"cell" doc:"declined or lost"`
	Why   string  `json:"why" doc:"As a code."`
	Count counted `json:"count"`
}

type referralFigures struct {
	Services []serviceFigures `json:"services" nullable:"false"`
	All      serviceFigures   `json:"all"`
	Reasons  []reasonFigure   `json:"reasons" nullable:"false"`
	Hours    *int64           `json:"median_hours,omitempty" doc:"From sending to the first answer; left out when too few were answered."`
	InTime   *int64           `json:"in_time_percent,omitempty" doc:"Answered within the term, of what should have been."`
}

func lineJSON(org kernel.ID, l referrals.Line) serviceFigures {
	of := func(c referrals.Cell) counted { return counted(l.Cells[c]) }
	return serviceFigures{org, of(referrals.Unanswering), of(referrals.UnderWay), of(referrals.CameThrough), of(referrals.Refused), of(referrals.Lost), counted(l.All)}
}

func (s *API) figures(ctx context.Context, in *SpanAsked) (*one[referralFigures], error) {
	f, err := s.Referrals.Figures(ctx, in.span())
	if err != nil {
		return nil, err
	}
	out := referralFigures{Services: []serviceFigures{}, All: lineJSON("", f.Totals), Reasons: []reasonFigure{}}
	for _, line := range f.Services {
		out.Services = append(out.Services, lineJSON(line.Org, line.Line))
	}
	for _, r := range f.Reasons {
		out.Reasons = append(out.Reasons, reasonFigure{string(r.Cell), r.Why, counted(r.Figure)})
	}
	if !f.Times.Hidden {
		out.Hours, out.InTime = &f.Times.Hours, &f.Times.InTime
	}
	return answer(out)
}

type behindAsked struct {
	SpanAsked
	Organisation kernel.ID `query:"organisation" doc:"Only those sent to it."`
	Cell         string    `query:"cell" enum:"waits,under_way,arrived,declined,lost" doc:"Only those that stand there."`
	Why          string    `query:"why" maxLength:"40" doc:"Only those declined or lost for this reason."`
	After        string    `query:"after" doc:"Where the page before ended."`
}

type figureRow struct {
	ID     kernel.ID   `json:"id"`
	Who    string      `json:"who,omitempty" doc:"How you know the family, for who may read referrals."`
	SentTo kernel.ID   `json:"sent_to"`
	SentOn kernel.Date `json:"sent_on"`
	Cell   string      `json:"cell"`
}

func (s *API) figureRows(ctx context.Context, in *behindAsked) (*listed[figureRow], error) {
	p, err := s.Referrals.FigureRows(ctx, referrals.Behind{Span: in.span(), Org: in.Organisation, Cell: referrals.Cell(in.Cell), Why: in.Why, After: in.After})
	if err != nil {
		return nil, err
	}
	return listOf(askedOf(ctx).URL, p.Rows, p.Next, func(r referrals.FigureRow) figureRow {
		return figureRow{r.ID, r.Who, r.SentTo, r.SentOn, string(r.Cell)}
	}), nil
}
