package depot

import (
	"context"
	"slices"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// earlier is for how many months somebody who got something is not new.
const earlier = 12

// inTurn are the requests that wait in a place, in the order in which its rules
// let them come: who waits longest first, where the rule says nothing else.
func inTurn(ctx context.Context, a *act.Act, p Place, most int) (all []Request, err error) {
	order := map[First]string{Youngest: `months, `, Urgent: `urgent DESC, `}[p.Rules.First]
	if p.Rules.First != Newest {
		return requestsWhere(ctx, a, a.Alliance(), `place = $2 AND state = 'asked' ORDER BY `+order+`number`, most, p.ID)
	}
	since := kernel.InstantOf(a.Today().AddMonths(-earlier).Time())
	helped := `EXISTS (SELECT 1 FROM depot_request h WHERE h.alliance = depot_request.alliance AND h.place = depot_request.place AND h.family = depot_request.family
		AND h.family <> '' AND h.state = 'collected' AND h.closed_at > $3)`
	return requestsWhere(ctx, a, a.Alliance(), `place = $2 AND state = 'asked' ORDER BY CASE WHEN `+helped+` THEN 1 ELSE 0 END, number`, most, p.ID, since)
}

// within refuses a line with which a child would get more of a category than the
// rules of the place say: at "lines.N.pieces", with what may still be asked. Of
// a child without a file nobody knows what it got.
func within(ctx context.Context, a *act.Act, p Place, in Asking, items map[kernel.ID]Item, faults *kernel.Faults) error {
	if in.Child == "" || p.Rules.PerChild == 0 {
		return nil
	}
	before, err := askedFor(ctx, a, a.Alliance(), p.ID, in.Child, kernel.InstantOf(a.Today().AddMonths(-int(p.Rules.PerMonths)).Time()))
	if err != nil {
		return err
	}
	by := map[Category]int64{}
	for item, n := range before {
		by[items[item].Category] += n
	}
	for n, w := range in.Lines {
		c := items[w.Item].Category
		left := max(0, p.Rules.PerChild-by[c])
		if w.Pieces > left {
			faults.Check("lines."+strconv.Itoa(n)+".pieces", kernel.NewConflict("depot.per_child").With("most", strconv.FormatInt(p.Rules.PerChild, 10)).
				With("months", strconv.FormatInt(p.Rules.PerMonths, 10)).With("left", strconv.FormatInt(left, 10)))
		}
		by[c] += w.Pieces
	}
	return nil
}

// askedFor is what was asked for a child in a place since a moment, and came or
// may still come, by item.
func askedFor(ctx context.Context, q db.Querier, alliance, place, child kernel.ID, since kernel.Instant) (map[kernel.ID]int64, error) {
	return byItem(ctx, q, `SELECT l.item, CAST(sum(l.asked) AS BIGINT) FROM depot_request r JOIN depot_line l ON l.alliance = r.alliance AND l.request = r.id
		WHERE r.alliance = $1 AND r.place = $2 AND r.child = $3 AND r.made_at > $4 AND r.state IN ('asked', 'ready', 'collected') GROUP BY l.item`,
		alliance, place, child, since)
}

// known tells whether an order of requests is one of [Firsts].
func (f First) known() bool { return slices.Contains(Firsts[:], f) }
