package ownpage_test

import (
	"sync"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/ownpage"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// officer is who watches over the data of the alliance.
func (w town) officer() policy.Actor {
	return policy.Actor{Alliance: w.alliance, Person: kernel.NewID(), Org: w.ocmw, Roles: []policy.Role{policy.PrivacyOfficer}}
}

func TestTheTermOfARequestIsMadeLongerOnceWithAReason(t *testing.T) {
	inTown(t, func(t *testing.T, w town) {
		h := w.open()
		amina := w.enter(w.give(h.id, ownpage.Give{Person: h.amina}))
		wants(t, "asks", w.Write(ctx, amina, ownpage.Correction, "people", "Noor is in januari geboren."), "")
		m := w.last(h.id, h.amina)
		wants(t, "by others", w.Extend(w.chloe, h.id, m.ID, "Te veel werk."), "not_found object")
		wants(t, "without a reason", w.Extend(w.aicha, h.id, m.ID, " "), "invalid own.extend_reason")
		var all sync.WaitGroup
		errs := make([]error, 100)
		for i := range errs {
			all.Go(func() { errs[i] = w.Extend(w.aicha, h.id, m.ID, "De akte komt uit Marokko.") })
		}
		all.Wait()
		done := 0
		for _, err := range errs {
			if err == nil {
				done++
			} else {
				wants(t, "one of a hundred", err, "conflict own.extended")
			}
		}
		talk := must(w.Talk(ctx, amina))
		if n := len(talk.Messages); done != 1 || n != 2 || talk.Messages[1].Text != "De akte komt uit Marokko." || !talk.Messages[1].ByTeam {
			t.Errorf("%d of a hundred made it longer; she reads %+v", done, talk.Messages)
		}
		if x := talk.Messages[0]; x.Due != "2026-06-02" || x.ExtendedAt == "" || x.SettledAt != "" {
			t.Errorf("her request: %+v", x)
		}
		wants(t, "a word", w.Extend(w.aicha, h.id, talk.Messages[1].ID, "x"), "not_found message")
		wants(t, "decided", w.Decide(w.aicha, h.id, m.ID, ownpage.PutRight, ""), "")
		wants(t, "longer after it was decided", w.Extend(w.aicha, h.id, m.ID, "x"), "conflict own.decided")

		wants(t, "another", w.Write(ctx, amina, ownpage.Correction, "people", "Nog iets."), "")
		m = w.last(h.id, h.amina)
		w.later(31 * 24 * time.Hour) // 2 April, the last day
		if !m.MayExtend("2026-04-02") || m.MayExtend("2026-04-03") {
			t.Errorf("it may be made longer until its last day: %+v", m)
		}
		w.later(24 * time.Hour)
		wants(t, "after the first month", w.Extend(w.aicha, h.id, m.ID, "x"), "conflict own.extend_late")
	})
}

// Who watches over the data hears of what is late by number, and of nothing else.
func TestWhatIsLateIsToldToThePrivacyOfficerByNumber(t *testing.T) {
	inTown(t, func(t *testing.T, w town) {
		h := w.open()
		nele := act.As(ctx, w.officer())
		amina := w.enter(w.give(h.id, ownpage.Give{Person: h.amina}))
		wants(t, "asks", w.Write(ctx, amina, ownpage.Correction, "people", "Noor is in januari geboren."), "")
		wants(t, "asks, longer", w.Write(ctx, amina, ownpage.Correction, "", "En de straat."), "")
		wants(t, "a word", w.Write(ctx, amina, ownpage.Word, "", "Dag."), "")
		longer := w.last(h.id, h.amina)
		for _, m := range must(w.Talk(ctx, amina)).Messages {
			if m.Text == "En de straat." {
				longer = m
			}
		}
		wants(t, "longer", w.Extend(w.aicha, h.id, longer.ID, "Wij zoeken het op."), "")
		_, err := w.Late(w.aicha)
		wants(t, "by the care team", err, "forbidden role")
		w.later(31 * 24 * time.Hour)
		if late := must(w.Late(nele)); len(late) != 0 {
			t.Errorf("on the last day: %+v", late)
		}
		w.later(24 * time.Hour)
		late := must(w.Late(nele))
		if len(late) != 1 || late[0].Family != h.id || late[0].Due != "2026-04-02" || late[0].AskedOn != "2026-03-02" || late[0].Extended {
			t.Fatalf("a day later: %+v", late)
		}
		if len(late[0].Houses) != 1 || late[0].Houses[0] != w.ocmw {
			t.Errorf("whom to ask: %v", late[0].Houses)
		}
		w.later(62 * 24 * time.Hour)
		if late := must(w.Late(nele)); len(late) != 2 || !late[1].Extended {
			t.Errorf("after three months: %+v", late)
		}
		for _, x := range must(w.Late(nele)) {
			wants(t, "decided", w.Decide(w.aicha, h.id, x.Message, ownpage.PutRight, ""), "")
		}
		if late := must(w.Late(nele)); len(late) != 0 {
			t.Errorf("after all was decided: %+v", late)
		}
	})
}
