package referrals

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/few"
)

// Network is how partners refer to each other, with small figures kept back.
type Network struct {
	From, To kernel.Date
	Paths    []Path // the most referrals first; the last is what is too small to stand by itself
	Totals   Line
}

// Path is what one partner referred to another; zero partners stand for those
// ways that are too small to stand by themselves.
type Path struct {
	Sender, Receiver kernel.ID
	Line
}

// Network counts the referrals of a period by who sent them and to whom. Who
// coordinates sees it.
func (s *Service) Network(ctx context.Context, from, to kernel.Date) (n Network, err error) {
	span := Span{Side: Everyone, From: from, To: to}
	if err := span.check(); err != nil {
		return n, err
	}
	n.From, n.To = from, to
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "referral.figures", ""); err != nil {
			return err
		}
		w := span.within(a)
		counts := map[[2]kernel.ID][]int64{}
		rows, err := a.QueryContext(ctx, fmt.Sprintf(`SELECT x.sender_org, x.sent_to, %s AS cell, count(*) FROM referral x WHERE %s
			GROUP BY x.sender_org, x.sent_to, cell`, cellOf, strings.Join(w.parts, " AND ")), w.args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var way [2]kernel.ID
			var cell Cell
			var c int64
			if err := rows.Scan(&way[0], &way[1], &cell, &c); err != nil {
				return err
			}
			if counts[way] == nil {
				counts[way] = make([]int64, len(Cells))
			}
			counts[way][slices.Index(Cells[:], cell)] += c
		}
		n.lay(counts)
		return rows.Err()
	})
	return n, err
}

func (n *Network) lay(counts map[[2]kernel.ID][]int64) {
	var ways [][2]kernel.ID
	for way := range counts {
		ways = append(ways, way)
	}
	order := func(a, b [2]kernel.ID) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) }
	slices.SortFunc(ways, order)
	ways = gathered(ways, counts, order)
	table := [][]int64{}
	for _, way := range ways {
		table = append(table, counts[way])
	}
	if len(table) == 0 {
		table = [][]int64{make([]int64, len(Cells))}
	}
	laid := few.Hide(table)
	for i, way := range ways {
		n.Paths = append(n.Paths, Path{way[0], way[1], lineOf(laid[i])})
	}
	slices.SortStableFunc(n.Paths, func(a, b Path) int {
		if (a.Sender == "") != (b.Sender == "") { // those together come last
			return cmp.Compare(b.Sender, a.Sender)
		}
		return cmp.Compare(b.All.N, a.All.N)
	})
	n.Totals = lineOf(laid[len(laid)-1])
}

// Refusals is how often an organisation refused referrals for lack of room, or of
// time.
type Refusals struct {
	SentTo    kernel.ID
	Programme kernel.ID // for which they asked; zero: none
	Times     int64
}

// WithoutRoom counts the refusals for lack of room of referrals that were sent
// from one day to another, for who coordinates. The numbers are whole: whoever
// shows them keeps small ones back.
func (s *Service) WithoutRoom(ctx context.Context, from, to kernel.Date) (all []Refusals, err error) {
	span := Span{Side: Everyone, From: from, To: to}
	if err := span.check(); err != nil {
		return nil, err
	}
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "referral.figures", ""); err != nil {
			return err
		}
		w := span.within(a)
		w.and("x.decline_reason = %s", Full)
		w.and("x.state = %s", Declined)
		all = nil
		rows, err := a.QueryContext(ctx, `SELECT x.sent_to, x.programme, count(*) FROM referral x WHERE `+strings.Join(w.parts, " AND ")+`
			GROUP BY x.sent_to, x.programme ORDER BY x.sent_to, x.programme`, w.args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var n Refusals
			if err := rows.Scan(&n.SentTo, &n.Programme, &n.Times); err != nil {
				return err
			}
			all = append(all, n)
		}
		return rows.Err()
	})
	return all, err
}
