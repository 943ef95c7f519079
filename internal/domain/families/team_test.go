package families_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

func TestTheCareTeamOpensTheFileAndClosesIt(t *testing.T) {
	inTown(t, func(w town) {
		f := must(w.Open(w.aicha, peeters()))
		_, err := w.Read(w.chloe, f.ID, families.ForCare)
		wants(t, "somebody outside reads", err, "not_found object")
		wants(t, "somebody outside joins by themselves", w.JoinTeam(w.chloe, f.ID, w.person(w.chloe), families.CarerWorker), "not_found object")
		wants(t, "somebody who does not exist", w.JoinTeam(w.aicha, f.ID, kernel.NewID(), families.CarerWorker), "invalid family.carer")
		wants(t, "an organisation as a worker", w.JoinTeam(w.aicha, f.ID, w.house, families.CarerWorker), "invalid family.carer")
		wants(t, "a worker of another house", w.JoinTeam(w.aicha, f.ID, w.person(w.chloe), families.CarerWorker), "invalid family.team_share")
		wants(t, "another house", w.JoinTeam(w.aicha, f.ID, w.house, families.CarerOrganisation), "invalid family.team_share")
		chloe := w.hat(w.chloe, "chloe@huis.example", w.ocmw, policy.Caseworker)
		must(0, w.LeaveTeam(w.aicha, f.ID, w.ocmw))
		wants(t, "a kind that there is not", w.JoinTeam(w.aicha, f.ID, w.house, "friend"), "invalid family.carer_kind")
		wants(t, "a worker of the office", w.JoinTeam(w.aicha, f.ID, w.person(w.chloe), families.CarerWorker), "")
		wants(t, "once more", w.JoinTeam(w.aicha, f.ID, w.person(w.chloe), families.CarerWorker), "")
		file := must(w.Read(chloe, f.ID, families.ForCare))
		if len(file.Team) != 2 || file.Partial {
			t.Errorf("team %+v", file.Team)
		}
		wants(t, "she leaves", w.LeaveTeam(w.aicha, f.ID, w.person(w.chloe)), "")
		_, err = w.Read(chloe, f.ID, families.ForCare)
		wants(t, "who left reads", err, "not_found object")
		wants(t, "who left leaves again", w.LeaveTeam(w.aicha, f.ID, w.person(w.chloe)), "invalid family.carer")
	})
}

func (w town) administrator() context.Context {
	return act.As(context.Background(), policy.Actor{Alliance: w.alliance, Person: kernel.NewID(), Org: w.ocmw,
		Roles: []policy.Role{policy.Administrator}})
}

// hat is a worker of the town acting for another organisation, hired there.
func (w town) hat(who context.Context, mail string, org kernel.ID, roles ...policy.Role) context.Context {
	w.t.Helper()
	actor := act.ActorOf(who)
	must(w.Members.AddWorker(w.administrator(), members.Worker{Name: "x", Mail: kernel.Email(mail), Lang: kernel.NL}, org, roles...))
	actor.Org, actor.Roles = org, roles
	return act.As(who, actor)
}

// sees tells how a worker meets a family: in the list of all, in that of their
// own, and by reading it.
func (w town) sees(who context.Context, f kernel.ID) (found string) {
	w.t.Helper()
	for name, q := range map[string]families.Query{"l": {}, "m": {Mine: true}} {
		for _, row := range must(w.List(who, q)).Rows {
			if row.ID == f {
				found += name
			}
		}
	}
	if _, err := w.Read(who, f, families.ForCare); err == nil {
		found += "r"
	} else if kernel.CodeOf(err) != kernel.NotFound {
		w.t.Errorf("reading is refused with %v, want not found", err)
	}
	letters := []byte(found)
	slices.Sort(letters)
	return string(letters)
}

func TestAFamilyIsKnownAtThePostForWhichItWasTold(t *testing.T) {
	inTown(t, func(w town) {
		const all, none = "lmr", ""
		wants := func(what string, who context.Context, f kernel.ID, want string) {
			t.Helper()
			if got := w.sees(who, f); got != want {
				t.Errorf("%s: sees %q, want %q", what, got, want)
			}
		}
		aichaAtHouse := w.hat(w.aicha, "aicha@ocmw.example", w.house, policy.Caseworker)
		open := must(w.Open(w.aicha, peeters()))
		in := peeters()
		in.Restricted, in.Anyway = true, true
		shut := must(w.Open(w.aicha, in))
		for _, f := range []kernel.ID{open.ID, shut.ID} {
			wants("who opened it, for the office", w.aicha, f, all)
			wants("the same worker, for the house", aichaAtHouse, f, none)
		}
		if twins, err := w.Twins(w.dirk); err != nil || len(twins) != 0 {
			t.Errorf("twins %+v, %v", twins, err)
		}
		again := peeters()
		if _, err := w.Open(aichaAtHouse, again); err != nil {
			t.Errorf("for the house she is told of a file of the office: %v", err)
		}

		// A colleague is taken in at every post of this house that may read files.
		bramAtHouse := w.hat(w.bram, "bram@ocmw.example", w.house, policy.Caseworker)
		if err := w.JoinTeam(w.aicha, shut.ID, w.person(w.bram), families.CarerWorker); err != nil {
			t.Fatal(err)
		}
		wants("a colleague, for the office", w.bram, shut.ID, all)
		wants("for another house nothing", bramAtHouse, shut.ID, none)

		// A later post knows nothing until the team says so.
		school := must(w.Members.AddOrganisation(w.administrator(), members.Organisation{Name: "Team Noord", Kind: members.OCMW, PartOf: w.ocmw})).ID
		bramAtSchool := w.hat(w.bram, "bram@ocmw.example", school, policy.Caseworker)
		wants("at a post that came later", bramAtSchool, shut.ID, none)
		if err := w.JoinTeam(w.aicha, shut.ID, w.person(w.bram), families.CarerWorker); err != nil {
			t.Fatal(err)
		}
		wants("once the team said so again", bramAtSchool, shut.ID, all)
		if file := must(w.Read(w.aicha, shut.ID, families.ForCare)); len(file.Team) != 2 {
			t.Errorf("team %+v, want two", file.Team)
		}

		if err := w.LeaveTeam(w.aicha, shut.ID, w.person(w.bram)); err != nil {
			t.Fatal(err)
		}
		for _, who := range []context.Context{w.bram, bramAtHouse, bramAtSchool} {
			wants("who left, at any post", who, shut.ID, none)
		}

		// Who opens a file again is in the team at the post where they did.
		aichaAtTeam := w.hat(w.aicha, "aicha@ocmw.example", school, policy.Caseworker)
		if err := errors.Join(w.JoinTeam(w.aicha, open.ID, school, families.CarerOrganisation),
			w.Close(w.aicha, open.ID, families.ClosedHelped), w.Reopen(aichaAtTeam, open.ID),
			w.LeaveTeam(w.aicha, open.ID, school)); err != nil {
			t.Fatal(err)
		}
		wants("opened again for the team", aichaAtTeam, open.ID, all)
		wants("still nothing for another house", aichaAtHouse, open.ID, none)
		wants("and still for the office", w.aicha, open.ID, all)
	})
}

func TestAPostThatIsTakenAwayOpensNothing(t *testing.T) {
	inTown(t, func(w town) {
		f := must(w.Open(w.aicha, peeters()))
		wants(t, "a worker who may read no files", w.JoinTeam(w.aicha, f.ID, w.person(w.dirk), families.CarerWorker), "invalid family.carer")
		team := must(w.Members.AddOrganisation(w.administrator(), members.Organisation{Name: "Team Noord", Kind: members.OCMW, PartOf: w.ocmw})).ID
		chloe := w.hat(w.chloe, "chloe@huis.example", team, policy.Caseworker)
		must(0, w.JoinTeam(w.aicha, f.ID, w.person(w.chloe), families.CarerWorker))
		must(0, w.Members.SetRoles(w.administrator(), w.person(w.chloe), team, policy.Volunteer))
		actor := act.ActorOf(chloe)
		actor.Roles = []policy.Role{policy.Volunteer}
		_, err := w.Read(act.As(chloe, actor), f.ID, families.ForCare)
		wants(t, "in another role there", err, "forbidden role")
		must(0, w.Members.SetRoles(w.administrator(), w.person(w.chloe), team))
		chloeAtOffice := w.hat(w.chloe, "chloe@huis.example", w.ocmw, policy.Caseworker)
		must(0, w.LeaveTeam(w.aicha, f.ID, w.ocmw))
		if got := w.sees(chloeAtOffice, f.ID); got != "" {
			t.Errorf("at her new post she sees %q", got)
		}
		file := must(w.Read(w.aicha, f.ID, families.ForCare))
		if !slices.ContainsFunc(file.Team, func(c families.Carer) bool { return c.Holder == w.person(w.chloe) }) {
			t.Error("who lost her post is gone from the file too")
		}
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

// A worker leaves who had a file alone, one with the organisation, and one with
// a colleague. The first goes to the organisation, or to one person who
// coordinates and keeps files; none is without somebody.
func TestNoFileIsLeftBehindWhenAWorkerLeaves(t *testing.T) {
	for name, coordinated := range map[string]bool{"somebody coordinates": true, "nobody coordinates": false} {
		t.Run(name, func(t *testing.T) {
			inTown(t, func(w town) {
				act.On(w.Acts, w.WorkerLeft)
				here := w.hat(w.chloe, "chloe@huis.example", w.ocmw, policy.Caseworker)
				var cleo context.Context
				if coordinated {
					cleo = w.hat(w.bram, "bram@ocmw.example", w.ocmw, policy.Caseworker, policy.Coordinator)
				}
				closed := peeters()
				closed.Restricted, closed.Anyway = true, true
				alone := must(w.Open(here, closed)).ID
				open := peeters()
				open.Anyway = true
				together := must(w.Open(here, open)).ID
				withColleague := must(w.Open(here, closed)).ID
				must(0, w.JoinTeam(here, withColleague, w.person(w.aicha), families.CarerWorker))

				must(0, w.Members.SetRoles(w.administrator(), w.person(w.chloe), w.ocmw))
				reader, want := w.aicha, families.CarerOrganisation
				if coordinated {
					reader, want = cleo, families.CarerWorker
					for name, who := range map[string]context.Context{"who left": here, "a colleague, what was for one alone": w.aicha} {
						_, err := w.Read(who, alone, families.ForCare)
						wants(t, name, err, "not_found object")
					}
				}
				if file := must(w.Read(reader, alone, families.ForCare)); len(file.Team) != 1 || file.Team[0].Kind != want {
					t.Errorf("the team is %+v", file.Team)
				}
				for _, id := range []kernel.ID{together, withColleague} {
					file := must(w.Read(w.aicha, id, families.ForCare))
					if len(file.Team) != 1 || slices.ContainsFunc(file.Team, func(c families.Carer) bool { return c.Holder == w.person(w.chloe) }) {
						t.Errorf("the team is %+v", file.Team)
					}
				}
			})
		})
	}
}

// A worker keeps a post but no longer the role through which they kept files:
// that is leaving, as far as a file is concerned.
func TestNoFileIsLeftBehindWhenAWorkerLosesTheRole(t *testing.T) {
	inTown(t, func(w town) {
		act.On(w.Acts, w.WorkerLeft)
		in := peeters()
		in.Restricted, in.Anyway = true, true
		alone := must(w.Open(w.chloe, in)).ID
		must(0, w.Members.SetRoles(w.administrator(), w.person(w.chloe), w.house, policy.Caseworker, policy.Volunteer))
		must(0, w.Members.SetRoles(w.administrator(), w.person(w.chloe), w.house, policy.Caseworker))
		if file := must(w.Read(w.chloe, alone, families.ForCare)); len(file.Team) != 1 || file.Team[0].Kind != families.CarerWorker {
			t.Fatalf("a role that keeps no files was lost: the team is %+v", file.Team)
		}
		must(0, w.Members.SetRoles(w.administrator(), w.person(w.chloe), w.house, policy.Volunteer))
		colleague := w.hat(w.bram, "bram@ocmw.example", w.house, policy.Caseworker)
		if file := must(w.Read(colleague, alone, families.ForCare)); len(file.Team) != 1 || file.Team[0].Kind != families.CarerOrganisation {
			t.Errorf("the team is %+v", file.Team)
		}
	})
}

// An organisation that is all that an open file has cannot stop: nobody could
// open the file any more.
func TestAnOrganisationStopsWhenNoFileIsLeftWithIt(t *testing.T) {
	inTown(t, func(w town) {
		act.On(w.Acts, w.OrganisationStopping)
		restricted := peeters()
		restricted.Restricted, restricted.Anyway = true, true
		of, _, err := w.Members.Organisation(w.administrator(), w.house)
		must(0, err)
		alone := must(w.Open(w.chloe, restricted)).ID
		open := peeters()
		open.Anyway = true
		together := must(w.Open(w.chloe, open)).ID
		must(w.Open(w.aicha, restricted)) // of another organisation
		stop := func() error {
			of.Active = false
			_, err := w.Members.ChangeOrganisation(w.administrator(), of)
			return err
		}
		for left, file := range []kernel.ID{together, alone} {
			err := stop()
			wants(t, "with files", err, "conflict organisation.files")
			if fault, _ := errors.AsType[*kernel.Fault](err); fault.Args["files"] != strconv.Itoa(2-left) {
				t.Errorf("told of %v", fault.Args)
			}
			must(0, w.Close(w.chloe, file, families.ClosedHelped))
		}
		must(0, stop())
	})
}
