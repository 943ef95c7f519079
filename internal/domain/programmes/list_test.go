package programmes

import (
	"context"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

func split(s string) []string { return strings.Fields(s) }

func TestAListPagesFromTheNewestOn(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		var made []kernel.ID
		for range 5 {
			made = append(made, must(w.SwitchOn(w.katrien, bikes())).ID)
		}
		must(w.Pause(w.katrien, made[1]))
		must(w.End(w.katrien, made[3]))
		must(w.SwitchOn(w.elsewhere, bikes()))
		read := func(q Query) (ids []kernel.ID) {
			for {
				page := must(w.List(w.aicha, q))
				for _, p := range page.Rows {
					ids = append(ids, p.ID)
					if p.Of() == nil || len(p.Partners) != 1 {
						t.Errorf("a row without its template or its partner")
					}
				}
				if page.Next == "" {
					return ids
				}
				q.After = page.Next
			}
		}
		same := func(what string, got []kernel.ID, want ...int) {
			t.Helper()
			ok := len(got) == len(want)
			for i := 0; ok && i < len(want); i++ {
				ok = got[i] == made[want[i]]
			}
			if !ok {
				t.Errorf("%s: %v of %v, want %v", what, got, made, want)
			}
		}
		same("all, two at a time", read(Query{Limit: 2}), 4, 3, 2, 1, 0)
		same("all at once", read(Query{}), 4, 3, 2, 1, 0)
		same("those that are on", read(Query{States: []State{On}, Limit: 1}), 4, 2, 0)
		same("paused or ended", read(Query{States: []State{Paused, Ended}}), 3, 1)
	})
}

func TestAProgrammeOfAnotherAllianceDoesNotExist(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		p := must(w.SwitchOn(w.katrien, bikes()))
		_, err := w.Programme(w.elsewhere, p.ID)
		wants(t, "reading it", err, "not_found programme")
		_, err = w.Change(w.elsewhere, p.ID, edit(p))
		wants(t, "changing it", err, "not_found programme")
		_, err = w.End(w.elsewhere, p.ID)
		wants(t, "ending it", err, "not_found programme")
		_, err = w.Programme(context.Background(), p.ID)
		wants(t, "reading it without signing in", err, "unauthenticated sign_in")
	})
}

func TestAFamilyIsReferredToWhoReceivesIt(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		receiver := func(id kernel.ID) (org kernel.ID, err error) {
			err = w.Acts.Look(w.aicha, func(a *act.Act) error {
				a.Filter("programme.read", "id", 1)
				org, err = w.ReceivingOrgIn(w.aicha, a, id)
				return err
			})
			return org, err
		}
		in := bikes()
		for name, tt := range map[string]struct {
			partners []Partner
			want     kernel.ID
		}{
			"the partner that receives families": {[]Partner{{w.office, Lead}, {w.shop, HandsOut}, {w.house, RefersTo}}, w.house},
			"else the one that hands out":        {[]Partner{{w.office, Lead}, {w.shop, HandsOut}}, w.shop},
			"else the lead":                      {[]Partner{{w.office, Lead}, {w.shop, Funder}}, w.office},
		} {
			t.Run(name, func(t *testing.T) {
				in.Partners = tt.partners
				p := must(w.SwitchOn(w.katrien, in))
				if got, err := receiver(p.ID); err != nil || got != tt.want {
					t.Errorf("receiver %v, %v; want %v", got, err, tt.want)
				}
				must(w.Pause(w.katrien, p.ID))
				_, err := receiver(p.ID)
				wants(t, "while it is paused", err, "conflict programme.not_on")
			})
		}
		in.From = "2026-12-01"
		p := must(w.SwitchOn(w.katrien, in))
		_, err := receiver(p.ID)
		wants(t, "before it begins", err, "conflict programme.not_on")
	})
}

func TestAnOfferIsFoundByWhatItIs(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		bike := must(w.SwitchOn(w.katrien, bikes()))
		must(w.SwitchOn(w.elsewhere, bikes()))
		ended := must(w.SwitchOn(w.katrien, bikes()))
		must(w.End(w.katrien, ended.ID))
		draft := bikes()
		draft.Draft = true
		must(w.SwitchOn(w.katrien, draft))
		for typed, want := range map[string]int{
			"velokadee": 1, "VELOKADÉE": 1, "fiets": 1, "velo": 1, "fiets kind": 1, // by name, by summary, in another language
			"vliegtuig": 0, "fiets vliegtuig": 0, "ve": 0, "": 0, "…": 0,
		} {
			found := must(w.Search(w.aicha, typed, 10))
			if len(found) != want || want == 1 && found[0].ID != bike.ID {
				t.Errorf("%q finds %d, want %d", typed, len(found), want)
			}
		}
		if none := must(w.Search(w.aicha, "velokadee", 0)); len(none) != 0 {
			t.Errorf("of none at most: %d", len(none))
		}
		if theirs := must(w.Search(t.Context(), "velokadee", 10)); len(theirs) != 0 {
			t.Errorf("who is not signed in finds %d", len(theirs))
		}
	})
}
