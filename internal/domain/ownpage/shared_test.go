package ownpage_test

import (
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/ownpage"
	"github.com/bondgenoot/bondgenoot/internal/domain/sharing"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// What a family stops is stopped at once. What it was not told of, and what a
// child said, its page does not speak of; what a law asks it cannot stop.
func TestAFamilySeesWhatIsSharedAndStopsIt(t *testing.T) {
	inTown(t, func(t *testing.T, w town) {
		h := w.open()
		amina := w.enter(w.give(h.id, ownpage.Give{Person: h.amina}))
		jan := w.enter(w.give(h.id, ownpage.Give{Person: h.jan, Away: true}))
		decide := func(in sharing.New) sharing.Decision {
			in.Recipients, in.Ends = []kernel.ID{w.house}, "2026-09-01"
			if in.ToldHow == "" {
				in.ToldHow, in.ToldOn = sharing.ToldInPerson, "2026-03-01"
			}
			return must(w.Sharing.Decide(w.aicha, h.id, in))
		}
		agreed := decide(sharing.New{Basis: sharing.Consent, Evidence: sharing.Spoken, Groups: []policy.Group{policy.Contact}})
		byLaw := decide(sharing.New{Basis: sharing.Law, Evidence: sharing.Order, Groups: []policy.Group{policy.School}})
		untold := decide(sharing.New{Basis: sharing.Vital, Evidence: sharing.Spoken, Groups: []policy.Group{policy.Health}, ToldHow: sharing.NotYetTold})
		said := decide(sharing.New{Basis: sharing.Law, Evidence: sharing.Order, Groups: []policy.Group{policy.Child}})

		shared := must(w.Shared(ctx, amina))
		shown := map[kernel.ID]bool{}
		for _, d := range shared.Decisions {
			shown[d.ID] = true
		}
		if !shown[agreed.ID] || !shown[byLaw.ID] || shown[untold.ID] || shown[said.ID] || shared.Names[w.house] == "" || len(shared.Team) == 0 {
			t.Errorf("she is told %+v", shared)
		}
		if his := must(w.Shared(ctx, jan)); len(his.Decisions)+len(his.Team)+len(his.Asked) != 0 {
			t.Errorf("who lives elsewhere is told %+v", his)
		}
		must(w.Families.Read(w.chloe, h.id, families.ForCare))
		wants(t, "by law", w.StopSharing(ctx, amina, byLaw.ID), "conflict own.firm")
		wants(t, "of which she was not told", w.StopSharing(ctx, amina, untold.ID), "not_found decision")
		wants(t, "by who lives elsewhere", w.StopSharing(ctx, jan, agreed.ID), "not_found decision")
		wants(t, "what she agreed to", w.StopSharing(ctx, amina, agreed.ID), "")
		wants(t, "a second time", w.StopSharing(ctx, amina, agreed.ID), "conflict sharing.ended")
		file := must(w.Families.Read(w.chloe, h.id, families.ForCare))
		if len(file.Contact.Phones) != 0 {
			t.Error("who received still reads the telephone")
		}
	})
}
