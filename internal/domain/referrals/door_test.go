package referrals_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// Whoever stands at a door has no session.
var street = context.Background()

// doors hires a coordinator at the welfare office, who opens both doors.
func (w *town) doors() (carla context.Context, partners, families referrals.Door) {
	carla = w.hire("Carla", "carla@ocmw.example", w.ocmw, policy.Coordinator)
	return carla, must(w.OpenDoor(carla, w.ocmw, referrals.ForPartners, kernel.NL)), must(w.OpenDoor(carla, w.ocmw, referrals.ForFamilies, kernel.FR))
}

// knock is a police officer who asks help for Zelmira.
func (w *town) knock(d referrals.Door) referrals.Knock {
	return referrals.Knock{Ticket: must(w.Threshold(street, d.Token)).Ticket, Lang: kernel.NL, Origin: referrals.FromPolice,
		Name: "Wijkinspecteur Odette", Reach: "02 123 45 68", Consent: referrals.Agreed, First: secretName, Phone: "02 123 45 67",
		Safely: "Via de buurvrouw", Hours: "In de voormiddag", Town: "Kortenaken", Asked: "De " + secretWhy + " is afgesloten."}
}

// inboxOf lists what lies open with somebody's organisation.
func (w *town) inboxOf(ctx context.Context) []referrals.Row {
	return must(w.Inbox(ctx, referrals.Query{})).Rows
}

func TestWhoHasNoAccountAsksAtADoor(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		_, door, _ := w.doors()
		at := must(w.Threshold(street, " "+strings.ToLower(door.Token)))
		if at.Organisation != "OCMW" || at.For != referrals.ForPartners || at.Lang != kernel.NL {
			t.Errorf("the door is %+v", at)
		}
		code := must(w.Knock(street, door.Token, w.knock(door)))
		rows := w.inboxOf(w.aicha)
		if len(rows) != 1 || rows[0].Who != secretName || rows[0].Origin != referrals.FromPolice || rows[0].SenderOrg != "" || rows[0].Due == "" {
			t.Fatalf("the inbox holds %+v", rows)
		}
		id := rows[0].ID
		l := must(w.Read(w.aicha, id))
		if l.From != (referrals.Asker{Name: "Wijkinspecteur Odette", Reach: "02 123 45 68", Town: "Kortenaken"}) || !strings.Contains(l.Why, secretWhy) ||
			l.Told.How != referrals.Claimed || l.Sketch.Municipality != "24054" || l.Sketch.Contact.Safe.Note != "Via de buurvrouw" || !l.Sketch.Contact.Safe.NoMail {
			t.Errorf("the receiver reads %+v", l)
		}
		_, err := w.Read(w.chloe, id)
		wants(t, "somebody else", err, "not_found object")

		sees := func(when string, want referrals.Word) {
			t.Helper()
			word, org, err := w.Follow(street, strings.ToLower(referrals.GroupedCode(code)))
			if err != nil || word != want || org != "OCMW" {
				t.Errorf("%s: with the code one sees %q of %q, %v; want %q", when, word, org, err, want)
			}
		}
		sees("as it came", referrals.WordReceived)
		must(w.Accept(w.aicha, id))
		sees("somebody took it on", referrals.WordReceived)
		must(w.Schedule(w.aicha, id, w.in(48*time.Hour), ""))
		sees("there is an appointment", referrals.WordContacted)
		done := must(w.OpenFile(w.aicha, id, referrals.Filing{}))
		sees("it has a file", referrals.WordContacted)
		if file := must(w.Families.Read(w.aicha, done.Family, "care")); file.Persons[0].First != secretName {
			t.Errorf("the file is of %+v", file.Persons)
		}
		must(w.Arrived(w.aicha, id))
		must(w.Close(w.aicha, id, referrals.Helped))
		sees("it is over", referrals.WordClosed)
		w.later(91 * 24 * time.Hour)
		_, _, err = w.Follow(street, code)
		wants(t, "long after", err, "not_found door.code")
		_, _, err = w.Follow(street, "AAAA BBBB CCCC")
		wants(t, "a code that nobody has", err, "not_found door.code")
		if n := len(w.jobs(referrals.BackJob)); n != 0 {
			t.Errorf("%d mails to a sender that there is not", n)
		}
	})
}

func TestAFamilyAsksItself(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		_, _, door := w.doors()
		in := w.knock(door)
		in.Origin, in.Name, in.Reach, in.Consent, in.Lang, in.Careful = "", "", "", "", kernel.Lang("ar"), true
		must(w.Knock(street, door.Token, in))
		l := must(w.Read(w.aicha, w.inboxOf(w.aicha)[0].ID))
		safe := l.Sketch.Contact.Safe
		if l.Origin != referrals.FromFamily || l.Told.How != referrals.ByItself || l.From.Name != "" || l.Sketch.Contact.Languages[0] != "ar" || !safe.NoText || !safe.NoVoicemail || !safe.NoLetter {
			t.Errorf("it reads %+v", l)
		}
	})
}

func TestOfAFamilyThatDidNotAgreeNothingIsTaken(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		_, door, _ := w.doors()
		count := func() (n int64) {
			w.ok(w.db.Read(street, func(q db.Querier) error {
				return q.QueryRowContext(street, `SELECT (SELECT count(*) FROM vault_key) + (SELECT count(*) FROM vault_token)
					+ (SELECT count(*) FROM referral) + (SELECT count(*) FROM referral_knock) + (SELECT count(*) FROM job)`).Scan(&n)
			}))
			return n
		}
		before := count()
		for _, c := range []referrals.Consent{referrals.NotWilling, referrals.Unaware} {
			in := w.knock(door)
			in.Consent = c
			_, err := w.Knock(street, door.Token, in)
			wants(t, string(c), err, "invalid door.consent")
		}
		if count() != before {
			t.Error("something was kept")
		}
	})
}

func TestWhatIsWrongIsSaidAtItsField(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		_, door, _ := w.doors()
		for name, tt := range map[string]struct {
			change func(*referrals.Knock)
			want   string
		}{
			"nobody in particular":             {func(k *referrals.Knock) { k.Origin = "king" }, "origin"},
			"a family that cannot say so":      {func(k *referrals.Knock) { k.Origin = referrals.FromFamily }, "origin"},
			"without a name":                   {func(k *referrals.Knock) { k.Name = " " }, "name"},
			"who cannot be reached":            {func(k *referrals.Knock) { k.Reach = "" }, "reach"},
			"nothing said of consent":          {func(k *referrals.Knock) { k.Consent = "" }, "consent"},
			"a family without a name":          {func(k *referrals.Knock) { k.First = "" }, "first"},
			"a name that turns round":          {func(k *referrals.Knock) { k.First = "a\u202eb" }, "first"},
			"a family that cannot be reached":  {func(k *referrals.Knock) { k.Phone, k.Safely = "", "" }, "phone"},
			"a telephone that is none":         {func(k *referrals.Knock) { k.Phone = "12" }, "phone"},
			"nothing is asked":                 {func(k *referrals.Knock) { k.Asked = "" }, "asked"},
			"a book":                           {func(k *referrals.Knock) { k.Asked = strings.Repeat("a", 1001) }, "asked"},
			"a town with a line that controls": {func(k *referrals.Knock) { k.Town = "a\x07" }, "town"},
		} {
			in := w.knock(door)
			tt.change(&in)
			_, err := w.Knock(street, door.Token, in)
			f, ok := err.(*kernel.Fault)
			if !ok || f.All()[0].Field != tt.want {
				t.Errorf("%s: %v (%+v), want a fault at %q", name, err, f, tt.want)
			}
		}
		if n := len(w.inboxOf(w.aicha)); n != 0 {
			t.Errorf("%d came all the same", n)
		}
		for typed, want := range map[string]kernel.NIS{"3470": "24054", "kortenaken": "24054", "KORTENAKEN ": "24054", "Nergenshuizen": "", "": ""} {
			in := w.knock(door)
			in.Town = typed
			must(w.Knock(street, door.Token, in))
			rows := w.inboxOf(w.aicha)
			if l := must(w.Read(w.aicha, rows[len(rows)-1].ID)); l.Sketch.Municipality != want || l.From.Town != strings.TrimSpace(typed) {
				t.Errorf("%q is read as %q (%q), want %q", typed, l.Sketch.Municipality, l.From.Town, want)
			}
		}
	})
}

// A family that is known, one of whom another referral lies there, and one
// that nobody knows: who asks sees no difference, the receiver does.
func TestThatAFamilyIsKnownIsToldToTheReceiverAlone(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		_, door, _ := w.doors()
		file := must(w.Families.Open(w.aicha, zelmira()))
		must(w.Families.Open(w.chloe, families.NewFamily{Persons: zelmira().Persons[:1], Contact: zelmira().Contact, Anyway: true}))
		first := must(w.Knock(street, door.Token, w.knock(door)))
		second := must(w.Knock(street, door.Token, w.knock(door)))
		in := w.knock(door)
		in.Phone = "02 123 45 69"
		stranger := must(w.Knock(street, door.Token, in))
		if len(first) != len(second) || len(first) != len(stranger) || first == second {
			t.Errorf("the codes are %q, %q and %q", first, second, stranger)
		}
		var seen []referrals.Letter
		for _, row := range w.inboxOf(w.aicha) {
			seen = append(seen, must(w.Read(w.aicha, row.ID)))
		}
		one, two, other := seen[0], seen[1], seen[2]
		if len(one.Known) != 1 || one.Known[0] != file.ID || len(one.Alike) != 1 || one.Alike[0] != two.ID || len(two.Alike) != 1 || two.Alike[0] != one.ID {
			t.Errorf("the receiver sees %v and %v, then %v and %v", one.Known, one.Alike, two.Known, two.Alike)
		}
		if len(other.Known)+len(other.Alike) != 0 {
			t.Errorf("of a stranger the receiver sees %v and %v", other.Known, other.Alike)
		}
		must(w.Accept(w.aicha, one.ID))
		must(w.Tie(w.aicha, one.ID, file.ID))
		if word, _, err := w.Follow(street, first); err != nil || word != referrals.WordReceived {
			t.Errorf("tied to a file it shows %q, %v", word, err)
		}
	})
}

func TestADoorBelongsToItsOrganisationAndCanBeRenewed(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		carla, old, _ := w.doors()
		in := w.knock(old)
		fresh := must(w.OpenDoor(carla, w.ocmw, referrals.ForPartners, kernel.DE))
		_, err := w.Threshold(street, old.Token)
		wants(t, "the old address", err, "not_found door.shut")
		_, err = w.Knock(street, old.Token, in)
		wants(t, "a form of the old address", err, "not_found door.shut")
		_, err = w.Knock(street, fresh.Token, in)
		wants(t, "that form at the new address", err, "conflict door.ticket")
		must(w.OpenDoor(carla, w.team, referrals.ForPartners, kernel.NL))
		_, err = w.OpenDoor(carla, w.house, referrals.ForPartners, kernel.NL)
		wants(t, "a door of another", err, "not_found organisation")
		_, err = w.OpenDoor(carla, w.ocmw, "kings", kernel.NL)
		wants(t, "for kings", err, "invalid door.audience")
		_, err = w.OpenDoor(carla, w.ocmw, referrals.ForPartners, kernel.Lang("ar"))
		wants(t, "a form that is not written in Arabic", err, "invalid door.lang")
		_, err = w.OpenDoor(w.aicha, w.ocmw, referrals.ForPartners, kernel.NL)
		wants(t, "a caseworker", err, "forbidden role")
		_, _, err = w.Door(w.sam, fresh.ID)
		wants(t, "the coordinator of another", err, "not_found door")
		wants(t, "to shut another's", w.ShutDoor(w.sam, fresh.ID), "not_found door")
		entries := must(w.Doors(carla))
		if len(entries) != 2 || len(entries[0].Doors) != 2 || len(entries[1].Doors) != 1 || entries[0].Doors[0].ID != fresh.ID {
			t.Errorf("the doors are %+v", entries)
		}
		w.ok(w.ShutDoor(carla, fresh.ID))
		_, err = w.Threshold(street, fresh.Token)
		wants(t, "a shut door", err, "not_found door.shut")

		ocmw, _, err := w.Members.Organisation(w.admin, w.ocmw)
		w.ok(err)
		ocmw.Receives = false
		must(w.Members.ChangeOrganisation(w.admin, ocmw))
		_, err = w.Threshold(street, must(w.OpenDoor(carla, w.team, referrals.ForFamilies, kernel.NL)).Token)
		w.ok(err)
		_, err = w.OpenDoor(carla, w.ocmw, referrals.ForFamilies, kernel.NL)
		wants(t, "of an organisation that takes no referrals", err, "not_found organisation")
	})
}

func TestAFormIsOpenForADayAndSentOnce(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		_, door, other := w.doors()
		in := w.knock(door)
		w.later(25 * time.Hour)
		_, err := w.Knock(street, door.Token, in)
		wants(t, "after a day", err, "conflict door.ticket")
		for _, ticket := range []string{"", "1.2.3", strings.Repeat("A", 5000), w.knock(other).Ticket, "." + in.Ticket[1:]} {
			in.Ticket = ticket
			_, err := w.Knock(street, door.Token, in)
			wants(t, "a ticket that is none", err, "conflict door.ticket")
		}
		in = w.knock(door)
		code := must(w.Knock(street, door.Token, in))
		in.Asked = "Iets anders."
		if again := must(w.Knock(street, door.Token, in)); again != code {
			t.Errorf("sent twice it has the codes %q and %q", code, again)
		}
		if n := len(w.inboxOf(w.aicha)); n != 1 {
			t.Errorf("%d came", n)
		}
	})
}

// A hundred at once, each with a form of their own but ten with the same one:
// each gets a code, and each request is there once.
func TestAHundredKnockAtOnce(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		_, door, _ := w.doors()
		forms := make([]referrals.Knock, 100)
		for i := range forms {
			forms[i] = w.knock(door)
			forms[i].Phone = string(kernel.FictionalPhone(i))
			if i > 90 {
				forms[i] = forms[90]
			}
		}
		codes := make([]string, len(forms))
		var all sync.WaitGroup
		for i := range forms {
			all.Go(func() {
				code, err := w.Knock(street, door.Token, forms[i])
				if err != nil {
					t.Errorf("number %d: %v", i, err)
				}
				codes[i] = code
			})
		}
		all.Wait()
		different := map[string]bool{}
		for _, code := range codes {
			different[code] = true
		}
		if n := len(must(w.Inbox(w.aicha, referrals.Query{Limit: 100})).Rows); n != 91 || len(different) != 91 {
			t.Errorf("%d came, with %d codes", n, len(different))
		}
	})
}

func TestTooManyAtOneDoorAreAskedToWait(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		_, door, other := w.doors()
		for range referrals.KnocksAnHour {
			must(w.Knock(street, door.Token, w.knock(door)))
		}
		_, err := w.Knock(street, door.Token, w.knock(door))
		wants(t, "one too many", err, "too_many door.busy")
		must(w.Knock(street, other.Token, w.knock(other)))
		w.later(61 * time.Minute)
		must(w.Knock(street, door.Token, w.knock(door)))
	})
}

// What was written stands nowhere in the clear, in no job and no record, and
// is forgotten as that of any referral.
func TestWhatWasWrittenAtADoorIsSealedAndForgotten(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		_, door, _ := w.doors()
		code := must(w.Knock(street, door.Token, w.knock(door)))
		all := strings.ToLower(w.everything())
		for _, secret := range []string{secretName, secretWhy, "Odette", secretPhone, "buurvrouw", "voormiddag", code} {
			if strings.Contains(all, strings.ToLower(secret)) {
				t.Errorf("%q stands in the clear", secret)
			}
		}
		row := w.inboxOf(w.aicha)[0]
		records := w.records(row.Family)
		if len(records) != 1 || records[0].Action != "referral.send" || records[0].Rule != "door.knock" {
			t.Errorf("on record stands %+v", records)
		}
		must(w.Decline(w.aicha, row.ID, referrals.Full, ""))
		w.later(91 * 24 * time.Hour)
		w.ok(w.Forget(street, w.alliance, row.ID))
		if w.known(row.Family) {
			t.Error("its key is still there")
		}
	})
}

// A team at which nobody has an account answers by a link, which says that
// somebody outside asks.
func TestAPartnerWithoutAnAccountGetsWhatCameFromOutside(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		carla := w.hire("Carla", "carla@ocmw.example", w.ocmw, policy.Coordinator)
		quiet := must(w.Members.AddOrganisation(w.admin, members.Organisation{Name: "Onthaal", Kind: members.OCMW, PartOf: w.ocmw, Mail: "info@weggeef.example", Receives: true}))
		door := must(w.OpenDoor(carla, quiet.ID, referrals.ForPartners, kernel.NL))
		must(w.Knock(street, door.Token, w.knock(door)))
		token, _ := w.link()
		if i := must(w.Invitation(street, token)); i.Sender != "" || i.Organisation != "Onthaal" {
			t.Errorf("the link shows %+v", i)
		}
	})
}

// FuzzKnock throws what nobody would write at a door. It is taken or refused
// with a fault that people can read; nothing breaks, and what is refused leaves
// nothing.
func FuzzKnock(f *testing.F) {
	f.Add("police", "Odette", "02 123 45 68", "agreed", "Z.", "02 123 45 67", "", "", "3470", "Hulp.", "", false)
	f.Add("family", "\x00", "\u202e", "", strings.Repeat("ab ", 200), "++32", "\n\n", "'; DROP TABLE referral", "1000", "<script>", ".", true)
	f.Add("", "", "", "unaware", "", "", "", "", "", "", "1.2.3", true)
	w := newTown(f, dbtest.Open(f, dbtest.SQLite(f), modules...))
	_, partners, families := w.doors()
	f.Fuzz(func(t *testing.T, origin, name, reach, consent, first, phone, safely, hours, town, asked, ticket string, careful bool) {
		for _, door := range []referrals.Door{partners, families} {
			in := referrals.Knock{Ticket: must(w.Threshold(street, door.Token)).Ticket + ticket, Lang: kernel.NL, Origin: referrals.Origin(origin), Name: name,
				Reach: reach, Consent: referrals.Consent(consent), First: first, Phone: phone, Safely: safely, Hours: hours, Town: town, Asked: asked, Careful: careful}
			code, err := w.Knock(street, door.Token, in)
			if kernel.CodeOf(err) == kernel.Internal {
				t.Fatalf("%+v: %v", in, err)
			}
			if (err == nil) != (len(code) == 12) {
				t.Fatalf("%+v: %q with %v", in, code, err)
			}
			if _, _, err := w.Follow(street, code+ticket); err != nil && kernel.CodeOf(err) != kernel.NotFound {
				t.Fatalf("followed: %v", err)
			}
			w.later(time.Minute)
		}
	})
}
