package ownpage_test

import (
	"sync"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/ownpage"
	"github.com/bondgenoot/bondgenoot/internal/domain/sharing"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// last is the last message in somebody's conversation, as the care team sees it.
func (w town) last(family, person kernel.ID) ownpage.Message {
	w.t.Helper()
	for _, talk := range must(w.Talks(w.aicha, family)) {
		if talk.Person.ID == person && len(talk.Messages) > 0 {
			return talk.Messages[len(talk.Messages)-1]
		}
	}
	w.t.Fatal("nothing was written")
	return ownpage.Message{}
}

// A no of the family works from the next request on, whatever is decided later,
// and the care team finds it among what the family wrote.
func TestANoOfTheFamilyWorksAtOnce(t *testing.T) {
	inTown(t, func(t *testing.T, w town) {
		h := w.open()
		amina := w.enter(w.give(h.id, ownpage.Give{Person: h.amina}))
		jan := w.enter(w.give(h.id, ownpage.Give{Person: h.jan, Away: true}))
		agree := func() error {
			_, err := w.Sharing.Decide(w.aicha, h.id, sharing.New{Basis: sharing.Consent, Evidence: sharing.Spoken, Groups: []policy.Group{policy.Contact},
				Recipients: []kernel.ID{w.house}, Ends: "2026-09-01", ToldHow: sharing.ToldInPerson, ToldOn: "2026-03-01"})
			return err
		}
		wants(t, "to whom nothing is shared", w.Object(ctx, amina, w.house, ""), "not_found decision")
		wants(t, "shares", agree(), "")
		must(w.Families.Read(w.chloe, h.id, families.ForCare))
		wants(t, "who lives elsewhere", w.Object(ctx, jan, w.house, ""), "not_found decision")
		wants(t, "who lives elsewhere, to all", w.Object(ctx, jan, "", ""), "not_found decision")
		wants(t, "says no", w.Object(ctx, amina, w.house, "Ze bellen te vaak."), "")
		_, err := w.Families.Read(w.chloe, h.id, families.ForCare)
		wants(t, "the next request", err, "not_found object")
		m := w.last(h.id, h.amina)
		if org, _, _ := m.Stopped(); org != w.house || m.Kind != ownpage.Objection || m.Text != "Ze bellen te vaak." || m.SettledAt != "" {
			t.Errorf("the care team is told %+v", m)
		}
		if waiting := must(w.Waiting(w.aicha)); len(waiting) != 1 || waiting[0].N != 1 {
			t.Errorf("waiting: %+v", waiting)
		}
		wants(t, "shares all the same", agree(), "conflict sharing.objected")
		if shared := must(w.Shared(ctx, amina)); len(shared.Refused) != 1 || shared.Names[w.house] == "" {
			t.Errorf("her page says %+v", shared)
		}
		wants(t, "to all", w.Object(ctx, amina, "", ""), "")
		if _, all, _ := w.last(h.id, h.amina).Stopped(); !all {
			t.Errorf("the care team is told %+v", w.last(h.id, h.amina))
		}
	})
}

func TestWhatIsStoppedIsToldToTheCareTeam(t *testing.T) {
	inTown(t, func(t *testing.T, w town) {
		h := w.open()
		amina := w.enter(w.give(h.id, ownpage.Give{Person: h.amina}))
		d := must(w.Sharing.Decide(w.aicha, h.id, sharing.New{Basis: sharing.Consent, Evidence: sharing.Spoken, Groups: []policy.Group{policy.Contact},
			Recipients: []kernel.ID{w.house}, Ends: "2026-09-01", ToldHow: sharing.ToldInPerson, ToldOn: "2026-03-01"}))
		wants(t, "stops", w.StopSharing(ctx, amina, d.ID), "")
		if _, _, decision := w.last(h.id, h.amina).Stopped(); decision != d.ID {
			t.Errorf("the care team is told %+v", w.last(h.id, h.amina))
		}
	})
}

func TestARequestToCorrectIsDecidedWithinAMonth(t *testing.T) {
	inTown(t, func(t *testing.T, w town) {
		h := w.open()
		amina := w.enter(w.give(h.id, ownpage.Give{Person: h.amina}))
		wants(t, "asks", w.Write(ctx, amina, ownpage.Correction, "people", "Noor is in januari geboren."), "")
		m := w.last(h.id, h.amina)
		if m.Due != "2026-04-02" {
			t.Errorf("it is to be decided by %q", m.Due)
		}
		if waiting := must(w.Waiting(w.aicha)); len(waiting) != 1 || waiting[0].Due != "2026-04-02" {
			t.Errorf("waiting: %+v", waiting)
		}
		wants(t, "by others", w.Decide(w.chloe, h.id, m.ID, ownpage.PutRight, ""), "not_found object")
		wants(t, "somehow", w.Decide(w.aicha, h.id, m.ID, "perhaps", ""), "invalid own.outcome")
		wants(t, "a no without a word", w.Decide(w.aicha, h.id, m.ID, ownpage.Declined, "  "), "invalid own.reason")
		if w.last(h.id, h.amina).SettledAt != "" {
			t.Error("what was refused settled it")
		}
		wants(t, "a no", w.Decide(w.aicha, h.id, m.ID, ownpage.Declined, "Op de geboorteakte staat februari."), "")
		wants(t, "and again", w.Decide(w.aicha, h.id, m.ID, ownpage.PutRight, ""), "conflict own.decided")
		talk := must(w.Talk(ctx, amina))
		if n := len(talk.Messages); n != 2 || talk.Messages[0].Outcome != ownpage.Declined || talk.Messages[1].Text != "Op de geboorteakte staat februari." {
			t.Errorf("she reads %+v", talk.Messages)
		}
		wants(t, "is a word decided", w.Decide(w.aicha, h.id, talk.Messages[1].ID, ownpage.PutRight, ""), "not_found message")

		w.later(time.Hour)
		wants(t, "noted for a child", w.NoteCorrection(w.aicha, h.id, h.noor, "x"), "invalid pagecode.person")
		wants(t, "noted without a word", w.NoteCorrection(w.aicha, h.id, h.jan, " "), "invalid own.text_empty")
		wants(t, "noted by others", w.NoteCorrection(w.chloe, h.id, h.jan, "x"), "not_found object")
		wants(t, "noted", w.NoteCorrection(w.aicha, h.id, h.jan, "Jan werkt niet meer."), "")
		m = w.last(h.id, h.jan)
		if m.ByTeam || m.Worker == "" || m.Due != "2026-04-02" || m.Kind != ownpage.Correction {
			t.Errorf("noted: %+v", m)
		}
		var all sync.WaitGroup
		errs := make([]error, 100)
		for i := range errs {
			all.Go(func() { errs[i] = w.Decide(w.aicha, h.id, m.ID, ownpage.PutRight, "Aangepast.") })
		}
		all.Wait()
		done := 0
		for _, err := range errs {
			if err == nil {
				done++
			} else {
				wants(t, "one of a hundred", err, "conflict own.decided")
			}
		}
		if done != 1 {
			t.Errorf("%d of a hundred decided it", done)
		}
	})
}
