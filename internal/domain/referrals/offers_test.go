package referrals_test

import (
	"slices"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/audit"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// offered is an organisation among what is offered; fails when it is not.
func offered(t *testing.T, on referrals.Onward, org kernel.ID) (at int, x referrals.NextBest) {
	t.Helper()
	at = slices.IndexFunc(on.Offers, func(x referrals.NextBest) bool { return x.Org == org })
	if at < 0 {
		t.Fatalf("it is not offered: %+v", on.Offers)
	}
	return at, on.Offers[at]
}

// The welfare office declined Zelmira: a programme for young children that runs
// where she lives comes first, then another welfare office; one that is full
// last; who was asked already, and who takes no referrals, not at all.
func TestWhenOneCannotHelpTheNextBestAreOffered(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		coordinator := w.hire("Nora", "nora@huis.example", w.house, policy.Coordinator)
		space := must(w.Programmes.SwitchOn(coordinator, programmes.New{Template: "liege-parent-child-space", Municipalities: []kernel.NIS{"24054"},
			Partners: []programmes.Partner{{Org: w.house, Part: programmes.Lead}}, From: "2026-11-01"}))
		add := func(name string, kind members.Kind, at kernel.NIS) kernel.ID {
			return must(w.Members.AddOrganisation(w.admin, members.Organisation{Name: name, Kind: kind, Municipality: at, Receives: true})).ID
		}
		far, near := add("OCMW elders", members.OCMW, ""), add("OCMW dichtbij", members.OCMW, "24054")
		full := add("OCMW vol", members.OCMW, "24054")
		boss := w.hire("Fien", "fien@vol.example", full, policy.Coordinator)
		w.ok(w.SetLimit(boss, referrals.Limit{Most: 1}))
		fien := w.hire("Fons", "fons@vol.example", full, policy.Caseworker)
		in := w.letter()
		in.To = full
		must(w.Accept(fien, must(w.Send(w.mia, in)).ID))

		id := w.bring(referrals.Declined) // with the house of the child proposed
		on := must(w.NextBest(w.mia, id))
		if on.Move != referrals.ReRefer {
			t.Errorf("it goes on by %s", on.Move)
		}
		first, x := offered(t, on, w.house)
		if first != 0 || x.Programme != space.ID || !slices.Contains(x.Because, referrals.Proposed) || !slices.Contains(x.Because, referrals.ForTown) ||
			!slices.Contains(x.Because, referrals.IsEntitled) && !slices.Contains(x.Because, referrals.MayBe) && !slices.Contains(x.Because, referrals.BySomebody) {
			t.Errorf("at %d: %+v", first, x)
		}
		nearAt, x := offered(t, on, near)
		if !slices.Equal(x.Because, []referrals.Because{referrals.SameKind, referrals.SameTown}) {
			t.Errorf("near by: %+v", x)
		}
		farAt, _ := offered(t, on, far)
		fullAt, x := offered(t, on, full)
		if !slices.Contains(x.Because, referrals.NoRoom) || !(first < nearAt && nearAt < farAt && farAt < fullAt) {
			t.Errorf("the order is %d, %d, %d, %d; %+v", first, nearAt, farAt, fullAt, x)
		}
		for _, x := range on.Offers {
			if x.Org == w.ocmw || x.Org == w.midwives || x.Org == w.school || len(x.Because) == 0 {
				t.Errorf("offered is %+v", x)
			}
		}
		next := must(w.ReRefer(w.mia, id, referrals.Again{To: near, Told: w.told()}))
		if r := w.stored(next.ID); r.PartOf != id || w.stored(id).FollowedBy != next.ID {
			t.Errorf("the chain is %+v", r)
		}
		records := w.records(w.stored(id).Family)
		if !slices.ContainsFunc(records, func(r audit.Record) bool { return r.Action == "referral.offers" }) {
			t.Error("no record was left")
		}
		_, err := w.NextBest(w.mia, id)
		wants(t, "once it went on", err, "conflict referral.followed")
		_, err = w.NextBest(w.sam, id)
		wants(t, "somebody else", err, "not_found object")
		_, err = w.NextBest(w.aicha, id)
		wants(t, "who declined it", err, "conflict referral.over")
	})
}

// What came from outside is taken on, and passed on with the chain kept; who
// asked follows it there, and their name does not go along.
func TestWhatCameFromOutsideIsPassedOn(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		_, door, _ := w.doors()
		near := must(w.Members.AddOrganisation(w.admin, members.Organisation{Name: "OCMW dichtbij", Kind: members.OCMW, Municipality: "24054", Receives: true})).ID
		nel := w.hire("Nel", "nel@dichtbij.example", near, policy.Caseworker)
		code := must(w.Knock(street, door.Token, w.knock(door)))
		id := w.inboxOf(w.aicha)[0].ID
		_, err := w.NextBest(w.aicha, id)
		wants(t, "before it is taken on", err, "conflict referral.state")
		must(w.Accept(w.aicha, id))
		on := must(w.NextBest(w.aicha, id))
		if _, x := offered(t, on, near); on.Move != referrals.PassOn || !slices.Contains(x.Because, referrals.SameTown) {
			t.Errorf("offered is %+v", on)
		}
		next := must(w.PassOn(w.aicha, id, referrals.Again{To: near, Told: w.told()}))
		l := must(w.Read(nel, next.ID))
		if l.From != (referrals.Asker{Town: "Kortenaken"}) || l.SenderOrg != w.ocmw || l.PartOf != id {
			t.Errorf("the next reads %+v", l)
		}
		word, org, err := w.Follow(street, code)
		if err != nil || word != referrals.WordReceived || org != "OCMW" {
			t.Errorf("who asked sees %q of %q, %v", word, org, err)
		}
		must(w.Accept(nel, next.ID))
		must(w.Arrived(nel, next.ID))
		if word, _, _ := w.Follow(street, code); word != referrals.WordContacted {
			t.Errorf("who asked sees %q", word)
		}
	})
}

// Of a family that has a file the rules are asked only for who may know its
// rights.
func TestNextBestOfAFileAsksTheRulesForWhoMayKnow(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		file := must(w.Families.Open(w.chloe, families.NewFamily{Persons: zelmira().Persons, Contact: zelmira().Contact, PostalCode: "3470", Anyway: true}))
		coordinator := w.hire("Nora", "nora@school.example", w.school, policy.Coordinator)
		space := must(w.Programmes.SwitchOn(coordinator, programmes.New{Template: "liege-parent-child-space", Municipalities: []kernel.NIS{"24054"},
			Partners: []programmes.Partner{{Org: w.school, Part: programmes.Lead}}, From: "2026-11-01"}))
		sent := must(w.Send(w.chloe, referrals.NewReferral{To: w.ocmw, Family: file.ID, Why: "Steun.", Told: w.told()}))
		must(w.Decline(w.aicha, sent.ID, referrals.NotOurs, ""))
		if _, x := offered(t, must(w.NextBest(w.chloe, sent.ID)), w.school); x.Programme != space.ID {
			t.Errorf("the care team is offered %+v", x)
		}
		second := must(w.Send(w.chloe, referrals.NewReferral{To: w.ocmw, Family: file.ID, Why: "Steun.", Told: w.told()}))
		must(w.Accept(w.aicha, second.ID))
		for _, x := range must(w.NextBest(w.aicha, second.ID)).Offers {
			if x.Programme != "" {
				t.Errorf("who only reads the file is offered %+v", x)
			}
		}
	})
}
