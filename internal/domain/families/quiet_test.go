package families_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

const week = 7 * 24 * time.Hour

func TestAFileThatNobodyTouchesIsShownToWhoKeepsIt(t *testing.T) {
	inTown(t, func(w town) {
		ctx := t.Context()
		katrien := act.As(ctx, policy.Actor{Alliance: w.alliance, Person: kernel.NewID(), Org: w.ocmw, Roles: []policy.Role{policy.Coordinator}})
		first := must(w.Open(w.aicha, peeters()))
		w.later(time.Minute)
		same := peeters()
		same.Anyway = true
		second := must(w.Open(w.bram, same))
		alone := same
		alone.Restricted = true
		w.later(time.Second)
		third := must(w.Open(w.aicha, alone))
		quiet := func(by string, in families.AskQuiet, want ...kernel.ID) {
			t.Helper()
			who := map[string]func() (families.QuietPage, error){
				"aicha":   func() (families.QuietPage, error) { return w.Quiet(w.aicha, in) },
				"bram":    func() (families.QuietPage, error) { return w.Quiet(w.bram, in) },
				"chloe":   func() (families.QuietPage, error) { return w.Quiet(w.chloe, in) },
				"katrien": func() (families.QuietPage, error) { return w.Quiet(katrien, in) },
			}[by]
			var got []kernel.ID
			for _, x := range must(who()).Rows {
				got = append(got, x.ID)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s, %+v: quiet are %v, want %v", by, in, got, want)
			}
		}
		quiet("katrien", families.AskQuiet{})
		w.later(8*week + time.Minute)
		quiet("katrien", families.AskQuiet{}, first.ID, second.ID) // not the one that a worker alone knows
		quiet("aicha", families.AskQuiet{Mine: true}, first.ID, third.ID)
		quiet("bram", families.AskQuiet{Mine: true}, second.ID)
		quiet("chloe", families.AskQuiet{})
		quiet("bram", families.AskQuiet{Mine: true, Of: []kernel.ID{w.person(w.aicha)}}, first.ID, second.ID) // stands in; what she alone knows stays so
		if page := must(w.Quiet(katrien, families.AskQuiet{})); page.Weeks != families.QuietWeeks || page.Own || !slices.Equal(page.Rows[0].Workers, []kernel.ID{w.person(w.aicha)}) || page.Rows[0].Since != "2026-11-23" {
			t.Errorf("page %+v", page)
		}

		must(w.Read(w.aicha, first.ID, families.ForCare)) // reading does not count
		quiet("katrien", families.AskQuiet{}, first.ID, second.ID)
		must(w.AddNote(w.aicha, first.ID, "Gebeld."))
		quiet("katrien", families.AskQuiet{}, second.ID)
		wants(t, "who does not keep it looks again", w.LookAgain(w.chloe, second.ID), "not_found object")
		wants(t, "looks again", w.LookAgain(w.bram, second.ID), "")
		quiet("katrien", families.AskQuiet{})
		must(0, w.Acts.Do(w.aicha, func(a *act.Act) error { // a module above marks an event
			if err := a.Allow(ctx, "family.change", third.ID); err != nil {
				return err
			}
			if err := w.Mark(ctx, a, third.ID, families.Event{Kind: "claim.applied"}); err != nil {
				return err
			}
			return a.Record(ctx, act.Entry{Action: "family.change", Subject: third.ID})
		}))
		quiet("aicha", families.AskQuiet{Mine: true})

		wants(t, "a term by a caseworker", w.SetQuiet(w.aicha, 2), "forbidden role")
		for _, n := range []int64{0, -1, 53} {
			wants(t, fmt.Sprint(n, " weeks"), w.SetQuiet(katrien, n), "invalid family.quiet_weeks")
		}
		wants(t, "two weeks", w.SetQuiet(katrien, 2), "")
		wants(t, "three weeks", w.SetQuiet(katrien, 3), "")
		w.later(2 * week)
		quiet("katrien", families.AskQuiet{})
		w.later(week + time.Hour)
		quiet("katrien", families.AskQuiet{}, first.ID, second.ID)
		quiet("katrien", families.AskQuiet{Limit: 1}, first.ID)
		must(0, w.Close(w.aicha, first.ID, families.CloseReasons[0]))
		quiet("katrien", families.AskQuiet{}, second.ID)
		if page := must(w.Quiet(katrien, families.AskQuiet{})); page.Weeks != 3 || !page.Own {
			t.Errorf("term %+v", page)
		}
	})
}
