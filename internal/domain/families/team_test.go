package families_test

import (
	"context"
	"slices"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

func TestTheCareTeamOpensTheFileAndClosesIt(t *testing.T) {
	inTown(t, func(w town) {
		f := must(w.Open(w.aicha, peeters()))
		_, err := w.Read(w.chloe, f.ID, families.ForCare)
		wants(t, "somebody outside reads", err, "not_found object")
		wants(t, "somebody outside joins by themselves", w.JoinTeam(w.chloe, f.ID, w.person(w.chloe), families.CarerWorker), "not_found object")
		wants(t, "somebody who does not exist", w.JoinTeam(w.aicha, f.ID, kernel.NewID(), families.CarerWorker), "invalid family.carer")
		wants(t, "an organisation as a worker", w.JoinTeam(w.aicha, f.ID, w.house, families.CarerWorker), "invalid family.carer")
		wants(t, "a kind that there is not", w.JoinTeam(w.aicha, f.ID, w.house, "friend"), "invalid family.carer_kind")
		wants(t, "a worker of the house", w.JoinTeam(w.aicha, f.ID, w.person(w.chloe), families.CarerWorker), "")
		wants(t, "once more", w.JoinTeam(w.aicha, f.ID, w.person(w.chloe), families.CarerWorker), "")
		file := must(w.Read(w.chloe, f.ID, families.ForCare))
		if len(file.Team) != 3 || file.Partial {
			t.Errorf("team %+v", file.Team)
		}
		wants(t, "she leaves", w.LeaveTeam(w.aicha, f.ID, w.person(w.chloe)), "")
		_, err = w.Read(w.chloe, f.ID, families.ForCare)
		wants(t, "who left reads", err, "not_found object")
		wants(t, "who left leaves again", w.LeaveTeam(w.aicha, f.ID, w.person(w.chloe)), "invalid family.carer")
	})
}

func TestAFileAlwaysHasSomebody(t *testing.T) {
	inTown(t, func(w town) {
		f := must(w.Open(w.aicha, peeters()))
		wants(t, "the organisation leaves", w.LeaveTeam(w.aicha, f.ID, w.ocmw), "")
		wants(t, "the last one leaves", w.LeaveTeam(w.aicha, f.ID, w.person(w.aicha)), "conflict family.team_last")
		_, err := w.Read(w.bram, f.ID, families.ForCare)
		wants(t, "a colleague", err, "not_found object")
	})
}

func TestNotesAndTimeline(t *testing.T) {
	inTown(t, func(w town) {
		f := must(w.Open(w.aicha, peeters()))
		_, err := w.AddNote(w.aicha, f.ID, "  ")
		wants(t, "an empty note", err, "invalid family.note_empty")
		must(w.AddNote(w.aicha, f.ID, "Eerste gesprek, rustig."))
		must(w.AddNote(w.bram, f.ID, "Papieren van de huur gezien."))
		file := must(w.Read(w.bram, f.ID, families.ForCare))
		if len(file.Notes) != 2 || file.Notes[0].Worker != w.person(w.bram) || file.Notes[1].Text != "Eerste gesprek, rustig." {
			t.Errorf("notes %+v, want two, the newest first", file.Notes)
		}
		events, next, err := w.Timeline(w.aicha, f.ID, families.Query{Limit: 2})
		if err != nil || len(events) != 2 || next == "" || events[0].Kind != "note.added" {
			t.Fatalf("timeline %+v, %q, %v", events, next, err)
		}
		events, next, err = w.Timeline(w.aicha, f.ID, families.Query{Limit: 2, After: next})
		if err != nil || len(events) != 1 || next != "" || events[0].Kind != "opened" {
			t.Errorf("timeline goes on with %+v, %q, %v", events, next, err)
		}
		_, _, err = w.Timeline(w.aicha, f.ID, families.Query{After: "x"})
		wants(t, "a cursor from nowhere", err, "invalid family.cursor")
		_, _, err = w.Timeline(w.chloe, f.ID, families.Query{})
		wants(t, "somebody outside", err, "not_found object")
		_, err = w.FactHistory(w.chloe, f.ID, "", "rent")
		wants(t, "history for somebody outside", err, "not_found object")
	})
}

func TestAClosedFileWaits(t *testing.T) {
	inTown(t, func(w town) {
		f := must(w.Open(w.aicha, peeters()))
		wants(t, "without a reason", w.Close(w.aicha, f.ID, "tired"), "invalid family.close_reason")
		wants(t, "closing", w.Close(w.aicha, f.ID, families.ClosedHelped), "")
		_, err := w.RecordFacts(w.aicha, f.ID, 0, []families.Fact{told("", "rent", `"1.00"`)})
		wants(t, "a fact in a closed file", err, "conflict family.closed")
		wants(t, "closing again", w.Close(w.aicha, f.ID, families.ClosedHelped), "conflict family.closed")
		if rows := must(w.List(w.aicha, families.Query{})).Rows; len(rows) != 0 {
			t.Error("a closed file is among the open ones")
		}
		for _, state := range []families.State{families.StateClosed, families.AnyState} {
			if rows := must(w.List(w.aicha, families.Query{State: state})).Rows; len(rows) != 1 {
				t.Errorf("the list %q holds %d", state, len(rows))
			}
		}
		wants(t, "a colleague opens it again", w.Reopen(w.bram, f.ID), "")
		wants(t, "and again", w.Reopen(w.bram, f.ID), "conflict family.not_closed")
		file := must(w.Read(w.bram, f.ID, families.ForCare))
		if file.State != families.StateOpen || !slices.ContainsFunc(file.Team, func(c families.Carer) bool { return c.Holder == w.person(w.bram) }) {
			t.Errorf("reopened %+v", file)
		}
		wants(t, "the coordinator of nobody", w.Close(context.Background(), f.ID, families.ClosedHelped), "unauthenticated sign_in")
	})
}
