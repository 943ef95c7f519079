package referrals_test

import (
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/few"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// Every figure of the own organisation opens as many rows as it says, on both
// sides; those of all partners open none.
func TestEveryFigureOpensItsRows(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		carla := w.hire("Carla", "carla@ocmw.example", w.ocmw, policy.Coordinator)
		marc := w.hire("Marc", "marc@vroedvrouwen.example", w.midwives, policy.Coordinator)
		for n, state := range referrals.States {
			for range 1 + n%3 {
				w.bring(state)
			}
		}
		notReached := w.bring(referrals.Accepted)
		must(w.Close(w.aicha, notReached, referrals.NotReached))
		in := w.letter()
		in.To = w.house
		must(w.Send(w.mia, in))
		w.later(30 * 24 * time.Hour)
		outside := w.send() // after the period
		span := referrals.Span{Side: referrals.InSide, From: "2026-11-01", To: "2026-11-30"}
		for _, side := range []referrals.Side{referrals.InSide, referrals.OutSide} {
			span.Side = side
			ctx := carla
			if side == referrals.OutSide {
				ctx = marc
			}
			f := must(w.Figures(ctx, span))
			opens := func(what string, want few.Figure, b referrals.Behind) {
				b.Span = span
				n := int64(0)
				for {
					page := must(w.FigureRows(ctx, b))
					for _, row := range page.Rows {
						if row.ID == outside {
							t.Errorf("%s, %s: a row of another period", side, what)
						}
					}
					n += int64(len(page.Rows))
					if b.After = page.Next; page.Next == "" {
						break
					}
				}
				if want.Hidden || n != want.N {
					t.Errorf("%s, %s: %+v opens %d rows", side, what, want, n)
				}
			}
			for _, line := range f.Services {
				for cell, c := range line.Cells {
					opens(string(cell), c, referrals.Behind{Org: line.Org, Cell: cell})
				}
				opens("of one", line.All, referrals.Behind{Org: line.Org})
			}
			opens("all", f.Totals.All, referrals.Behind{})
			for _, r := range f.Reasons {
				opens(string(r.Cell)+" "+r.Why, r.Figure, referrals.Behind{Cell: r.Cell, Why: r.Why})
			}
			if len(f.Reasons) < 4 || f.Totals.All.N < 20 {
				t.Errorf("%s: %+v", side, f)
			}
			if side == referrals.OutSide {
				for _, r := range f.Reasons {
					if r.Why == "not_reached" || r.Why == "not_wanted" {
						t.Errorf("the sender learns that it ended by %s", r.Why)
					}
				}
			}
		}
		span.Side = referrals.Everyone
		f := must(w.Figures(carla, span))
		for _, line := range f.Services {
			for cell, c := range line.Cells {
				if !c.Hidden && 0 < c.N && c.N < 5 {
					t.Errorf("all partners: %d at %s of %q", c.N, cell, line.Org)
				}
			}
			if line.Org == w.house {
				t.Error("an organisation with one referral stands by itself")
			}
		}
		_, err := w.FigureRows(carla, referrals.Behind{Span: span})
		wants(t, "the rows of all partners", err, "forbidden referral.no_rows")
		_, err = w.Figures(w.aicha, span)
		wants(t, "a caseworker", err, "forbidden role")
		_, err = w.Figures(carla, referrals.Span{Side: "x", From: "2026-11-01", To: "2026-10-01"})
		wants(t, "no side", err, "invalid referral.side")
		_, err = w.Figures(carla, referrals.Span{Side: referrals.InSide, From: "2026-11-01", To: "2026-10-01"})
		wants(t, "the wrong way round", err, "invalid referral.span")
	})
}

func TestHowSoonAnAnswerCame(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		carla := w.hire("Carla", "carla@ocmw.example", w.ocmw, policy.Coordinator)
		span := referrals.Span{Side: referrals.InSide, From: "2026-11-23", To: "2026-11-23"}
		var sent []kernel.ID
		for range 4 {
			sent = append(sent, w.send())
		}
		if f := must(w.Figures(carla, span)); !f.Times.Hidden {
			t.Errorf("before any answer: %+v", f.Times)
		}
		w.later(3 * time.Hour)
		must(w.Accept(w.aicha, sent[0]))
		w.later(3 * time.Hour)
		must(w.Decline(w.aicha, sent[1], referrals.Full, ""))
		must(w.Release(w.aicha, sent[0], referrals.Full)) // its first answer stays the first
		w.later(4 * 24 * time.Hour)                       // too late, it was due after two working days
		must(w.Accept(w.aicha, sent[2]))
		must(w.Accept(w.bram, sent[0]))
		f := must(w.Figures(carla, span))
		if f.Times.Answered.N != 3 || f.Times.Hours != 6 || f.Times.InTime != 50 || f.Times.Hidden {
			t.Errorf("the times are %+v", f.Times)
		}
		span.Side = referrals.Everyone
		if f = must(w.Figures(carla, span)); !f.Times.Hidden || f.Times.Hours != 0 || f.Times.InTime != 0 {
			t.Errorf("of all partners, who are few: %+v", f.Times)
		}
	})
}
