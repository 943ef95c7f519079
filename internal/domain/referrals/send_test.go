package referrals_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

func TestAReferralThatCannotBeRightIsRefusedFieldByField(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		closed := must(w.Members.AddOrganisation(w.admin, members.Organisation{Name: "Winkel", Kind: members.Shop})).ID
		for name, tt := range map[string]struct {
			spoil func(in *referrals.NewReferral)
			want  string // field: key, in the order in which they are told
		}{
			"to nobody":                   {func(in *referrals.NewReferral) { in.To = "" }, "to: referral.to"},
			"to somebody unknown":         {func(in *referrals.NewReferral) { in.To = kernel.NewID() }, "to: referral.to"},
			"to oneself":                  {func(in *referrals.NewReferral) { in.To = w.midwives }, "to: referral.self"},
			"to a shop that takes none":   {func(in *referrals.NewReferral) { in.To = closed }, "to: referral.to"},
			"for an unknown programme":    {func(in *referrals.NewReferral) { in.Programme = kernel.NewID() }, "programme: referral.programme"},
			"without saying why":          {func(in *referrals.NewReferral) { in.Why = " \n" }, "why: referral.why"},
			"with a book":                 {func(in *referrals.NewReferral) { in.Why = strings.Repeat("é", 4001) }, "why: referral.text"},
			"with hidden signs":           {func(in *referrals.NewReferral) { in.Asked = "hulp\u202e" }, "asked: referral.text_form"},
			"with a long reference":       {func(in *referrals.NewReferral) { in.Reference = strings.Repeat("x", 41) }, "reference: referral.text"},
			"in an unknown hurry":         {func(in *referrals.NewReferral) { in.Urgency = "now" }, "urgency: referral.urgency"},
			"without telling the family":  {func(in *referrals.NewReferral) { in.Told = referrals.Told{} }, "told.how: referral.told_how, told.on: date, told.agrees: referral.told_agrees"},
			"told tomorrow":               {func(in *referrals.NewReferral) { in.Told.On = "2026-11-24" }, "told.on: referral.told_on"},
			"told long ago":               {func(in *referrals.NewReferral) { in.Told.On = "2025-11-22" }, "told.on: referral.told_on"},
			"against the family's wish":   {func(in *referrals.NewReferral) { in.Told.Agrees = false }, "told.agrees: referral.told_agrees"},
			"of nobody":                   {func(in *referrals.NewReferral) { in.Sketch.Persons = nil }, "persons: family.applicant"},
			"of somebody out of reach":    {func(in *referrals.NewReferral) { in.Sketch.Contact = families.Contact{} }, "contact.phones: referral.reach"},
			"with a phone that cannot be": {func(in *referrals.NewReferral) { in.Sketch.Contact.Phones[0] = "12" }, "contact.phones.0: phone"},
			"with more than one fault": {func(in *referrals.NewReferral) {
				in.Why, in.Sketch.Persons[1].Birth = "", "2030-01-01"
			}, "why: referral.why, persons.1.birth: family.birth"},
		} {
			t.Run(name, func(t *testing.T) {
				in := w.letter()
				tt.spoil(&in)
				_, err := w.Send(w.mia, in)
				var told []string
				if f, ok := errors.AsType[*kernel.Fault](err); ok {
					for _, one := range f.All() {
						told = append(told, one.Field+": "+one.Key)
					}
				}
				if got := strings.Join(told, ", "); got != tt.want {
					t.Errorf("got %q (%v), want %q", got, err, tt.want)
				}
			})
		}
		if page := must(w.Outbox(w.mia, referrals.Query{})); len(page.Rows) != 0 {
			t.Errorf("%d were kept all the same", len(page.Rows))
		}
		if all := w.everything(); strings.Contains(all, `"vault_key"`) && strings.Contains(all, secretName) {
			t.Error("a name was kept")
		}
	})
}

func TestWhoMaySend(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		_, err := w.Send(w.vic, w.letter())
		wants(t, "a volunteer", err, "forbidden role")
		_, err = w.Send(context.Background(), w.letter())
		wants(t, "somebody who did not sign in", err, "unauthenticated sign_in")
		must(w.Send(w.sam, w.letter()))
	})
}

// A family that has a file is referred by its care team alone; who accepts
// reads the file until the referral is over, and not a minute longer.
func TestAKnownFamilyIsReadWhileTheReferralIsOpen(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		family := must(w.Families.Open(w.aicha, zelmira())).ID
		in := referrals.NewReferral{To: w.house, Family: family, Why: "Graag speelgroep.", Told: w.told()}
		for name, ctx := range map[string]context.Context{"the house": w.chloe, "the school": w.sam} {
			other := in
			other.To = w.midwives
			if _, err := w.Send(ctx, other); kernel.CodeOf(err) != kernel.NotFound && kernel.CodeOf(err) != kernel.Forbidden {
				t.Errorf("%s refers a family it does not know: %v", name, err)
			}
		}
		first, second := must(w.Send(w.aicha, in)).ID, must(w.Send(w.aicha, in)).ID
		reads := func() bool {
			_, err := w.Families.Read(w.chloe, family, families.ForReferral)
			return err == nil
		}
		if letter := must(w.Read(w.chloe, first)); letter.Provisional || letter.Who != secretName+" "+secretLast || letter.Why != in.Why || len(letter.Sketch.Persons) != 0 {
			t.Errorf("the letter says %+v", letter)
		}
		if reads() {
			t.Error("read before anybody accepted")
		}
		must(w.Accept(w.chloe, first))
		must(w.Accept(w.chloe, second))
		if !reads() {
			t.Error("not read though accepted")
		}
		_, err := w.Send(w.chloe, referrals.NewReferral{To: w.school, Family: family, Why: "x", Told: w.told()})
		wants(t, "who only accepted refers on", err, "not_found object")
		_, err = w.PassOn(w.chloe, first, referrals.Again{To: w.school, Told: w.told()})
		wants(t, "who only accepted passes on", err, "conflict referral.not_your_file")

		must(w.Arrived(w.chloe, first))
		must(w.Close(w.chloe, first, referrals.Helped))
		if !reads() {
			t.Error("not read though the second is open")
		}
		w.ok(w.Withdraw(w.aicha, second, referrals.NotNeeded))
		if reads() {
			t.Error("read though both are over")
		}
		if letter := must(w.Read(w.chloe, first)); !letter.Shut || letter.Why != "" || letter.Who != "" {
			t.Errorf("the letter is still open: %+v", letter)
		}
		var kinds []string
		for _, e := range must(w.Families.Read(w.aicha, family, families.ForCare)).Events {
			kinds = append([]string{e.Kind}, kinds...)
		}
		if got := strings.Join(kinds, " "); got != "opened referral.sent referral.sent referral.accepted referral.accepted referral.arrived referral.withdrawn" {
			t.Errorf("the timeline says %s", got)
		}
		w.verified()
	})
}

func TestADeclinedReferralIsSentAgainWithAllThatWasWritten(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		id := w.send()
		must(w.Decline(w.aicha, id, referrals.Elsewhere, w.house))
		receipt := must(w.Receipt(w.mia, id))
		if receipt.Progress != referrals.NotTakenOn || receipt.Reason != referrals.Elsewhere || receipt.Instead != w.house || receipt.EndedOn != "2026-11-23" {
			t.Errorf("the receipt says %+v", receipt)
		}
		if letter := must(w.Read(w.aicha, id)); !letter.Shut || letter.Why != "" || letter.Who != "" || len(letter.Sketch.Persons) != 0 {
			t.Errorf("who declined still reads %+v", letter)
		}
		w.later(time.Hour)
		next := must(w.ReRefer(w.mia, id, referrals.Again{To: receipt.Instead, Told: w.told()}))
		if next.PartOf != id || next.Progress != referrals.Received || next.Reference != secretRef {
			t.Errorf("the next try: %+v", next)
		}
		if old := must(w.Receipt(w.mia, id)); old.FollowedBy != next.ID {
			t.Errorf("the first try: %+v", old)
		}
		letter := must(w.Read(w.chloe, next.ID))
		if !strings.Contains(letter.Why, secretWhy) || letter.Who != secretName+" "+secretLast || len(letter.Sketch.Persons) != 3 {
			t.Errorf("the house reads %+v", letter)
		}
		if letter.Family == w.stored(id).Family {
			t.Error("two receivers share a sketch")
		}
		opened := must(w.Accept(w.chloe, next.ID))
		must(w.OpenFile(w.chloe, next.ID, referrals.Filing{}))
		if _, err := w.Families.Read(w.aicha, opened.Family, families.ForCare); kernel.CodeOf(err) != kernel.NotFound {
			t.Errorf("who declined reads the file: %v", err)
		}
	})
}

func TestAReferralThatEndedIsWrittenAnewAsItsNextTry(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		id := w.bring(referrals.Accepted)
		must(w.Close(w.aicha, id, referrals.NotReached))
		in := w.letter()
		in.To, in.PartOf = w.house, id
		next := must(w.Send(w.mia, in))
		if next.PartOf != id || must(w.Receipt(w.mia, id)).FollowedBy != next.ID {
			t.Errorf("the next try: %+v", next)
		}
		for name, of := range map[string]kernel.ID{"a third try of the first": id, "of one that is open": w.send(), "of one that arrived": w.bring(referrals.Closed)} {
			in.PartOf = of
			if _, err := w.Send(w.mia, in); kernel.CodeOf(err) != kernel.Conflict {
				t.Errorf("%s: %v", name, err)
			}
		}
		in.PartOf, in.To = id, w.midwives
		if _, err := w.Send(w.aicha, in); kernel.CodeOf(err) != kernel.NotFound {
			t.Errorf("of somebody else's: %v", err)
		}
	})
}

func TestAReceiverPassesOn(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		id := w.bring(referrals.Accepted)
		next := must(w.PassOn(w.aicha, id, referrals.Again{To: w.house, Told: w.told(), Why: "Beter bij u."}))
		if r := w.stored(id); r.State != referrals.Closed || r.Outcome != referrals.PassedOn || r.FollowedBy != next.ID {
			t.Errorf("passed on: %+v", r)
		}
		if next.Reference != "" {
			t.Errorf("the sender's words went along: %q", next.Reference)
		}
		letter := must(w.Read(w.chloe, next.ID))
		if letter.Why != "Beter bij u." || !strings.Contains(letter.Asked, secretAsked) || letter.SenderOrg != w.ocmw || letter.PartOf != id {
			t.Errorf("the house reads %+v", letter)
		}
		if receipt := must(w.Receipt(w.mia, id)); receipt.Progress != referrals.EndedBefore || receipt.FollowedBy != "" {
			t.Errorf("the first sender sees %+v", receipt)
		}
		if _, err := w.Receipt(w.mia, next.ID); kernel.CodeOf(err) != kernel.NotFound {
			t.Errorf("the first sender follows the second: %v", err)
		}

		// With a file: it goes along as a known family.
		id = w.bring(referrals.Arrived)
		filed := must(w.OpenFile(w.aicha, id, referrals.Filing{Anyway: true}))
		next = must(w.PassOn(w.aicha, id, referrals.Again{To: w.house, Told: w.told()}))
		if r := w.stored(next.ID); r.Provisional || r.Family != filed.Family {
			t.Errorf("with a file: %+v", r)
		}
		must(w.Accept(w.chloe, next.ID))
		must(w.Families.Read(w.chloe, filed.Family, families.ForReferral))
	})
}

func TestAFileThatWasThereIsTied(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		family := must(w.Families.Open(w.aicha, zelmira())).ID
		id := w.bring(referrals.Scheduled)
		sketch := w.stored(id).Family

		_, err := w.OpenFile(w.bram, id, referrals.Filing{})
		twin, ok := errors.AsType[*families.DuplicateError](err)
		if !ok || len(twin.Families) != 1 || twin.Families[0] != family {
			t.Fatalf("OpenFile = %v, want the file that is there", err)
		}
		if r := w.stored(id); !r.Provisional {
			t.Error("half done")
		}
		if _, err := w.Tie(w.bram, id, kernel.NewID()); kernel.CodeOf(err) != kernel.NotFound {
			t.Errorf("tied to nobody: %v", err)
		}
		tied := must(w.Tie(w.bram, id, family))
		if tied.Provisional || tied.Family != family {
			t.Errorf("tied: %+v", tied)
		}
		letter := must(w.Read(w.aicha, id))
		if !strings.Contains(letter.Why, secretWhy) || letter.Place != secretPlace+" 1" || must(w.Receipt(w.mia, id)).Reference != secretRef {
			t.Errorf("what was written did not come along: %+v", letter)
		}
		if w.known(sketch) {
			t.Error("the sketch is still there")
		}
		must(w.Arrived(w.aicha, id))
		must(w.Close(w.aicha, id, referrals.Helped))
		if letter := must(w.Read(w.aicha, id)); letter.Shut {
			t.Error("the care team reads it no more")
		}
	})
}

func TestATeamOfTheReceiverAnswers(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		id := w.send()
		due := w.stored(id).Due
		w.later(24 * time.Hour)
		directed := must(w.Direct(w.aicha, id, w.team))
		if directed.ReceiverOrg != w.team || directed.Due != due {
			t.Errorf("directed: %+v", directed)
		}
		if _, err := w.Read(w.aicha, id); kernel.CodeOf(err) != kernel.NotFound {
			t.Errorf("who directed it reads on: %v", err)
		}
		if receipt := must(w.Receipt(w.mia, id)); receipt.To != w.ocmw {
			t.Errorf("the sender learns of the team: %+v", receipt)
		}
		must(w.Direct(w.tess, id, w.ocmw)) // and back, when it was a mistake
		must(w.Direct(w.aicha, id, w.team))
		must(w.Accept(w.tess, id))
	})
}

func TestAColleagueTakesOver(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		id := w.bring(referrals.Scheduled)
		before := w.stored(id)
		must(w.HandOver(w.aicha, id, person(w.bram)))
		after := must(w.TakeOver(w.bram, id))
		if after.Owner != person(w.bram) || after.Due != before.Due || after.State != before.State {
			t.Errorf("handed over: %+v", after)
		}
		if rows := must(w.Inbox(w.bram, referrals.Query{Mine: true})).Rows; len(rows) != 1 {
			t.Errorf("Bram has %d", len(rows))
		}
		if rows := must(w.Inbox(w.aicha, referrals.Query{Mine: true})).Rows; len(rows) != 0 {
			t.Errorf("Aïcha has %d", len(rows))
		}
	})
}

func TestAProgrammeSaysWhoReceives(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		coordinator := w.hire("Nora", "nora@huis.example", w.house, policy.Coordinator)
		space := must(w.Programmes.SwitchOn(coordinator, programmes.New{Template: "liege-parent-child-space",
			Partners: []programmes.Partner{{Org: w.house, Part: programmes.Lead}, {Org: w.team, Part: programmes.RefersTo}}}))
		in := w.letter()
		in.To, in.Programme = "", space.ID
		sent := must(w.Send(w.mia, in))
		if sent.To != w.team || sent.Programme != space.ID {
			t.Errorf("sent to %s for %s", sent.To, sent.Programme)
		}
		must(w.Accept(w.tess, sent.ID))
		must(w.Programmes.Pause(coordinator, space.ID))
		if _, err := w.Send(w.mia, in); fault(err) != "invalid referral.programme" {
			t.Errorf("while it pauses: %v", err)
		}
	})
}
