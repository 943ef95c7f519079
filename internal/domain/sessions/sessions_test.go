package sessions_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/sessions"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// The programmes that exist fit as data.
func TestTheProgrammesRecurAsTheyDo(t *testing.T) {
	wednesday := sessions.Recurrence{Weeks: 2, Days: []string{"WE"}, From: "13:30", To: "16:30", First: "2026-11-04"}
	for name, tt := range map[string]struct {
		recurs sessions.Recurrence
		want   string
	}{
		"Liège and Charleroi, twice a week, not on the first of January": {sessions.Recurrence{Weeks: 1, Days: []string{"TU", "FR"}, From: "13:30", To: "16:00", First: "2026-12-01"},
			"2026-12-22 2026-12-29 2027-01-05 2027-01-08"},
		"Liège and Charleroi, on holidays too": {sessions.Recurrence{Weeks: 1, Days: []string{"TU", "FR"}, From: "13:30", To: "16:00", First: "2026-12-01", Holidays: true},
			"2026-12-22 2026-12-25 2026-12-29 2027-01-01 2027-01-05 2027-01-08"},
		"La Louvière, the first Thursday of the month":              {sessions.Recurrence{Nth: 1, Days: []string{"TH"}, From: "09:00", To: "12:00", First: "2026-01-01"}, "2027-01-07"},
		"the last Wednesday of the month":                           {sessions.Recurrence{Nth: -1, Days: []string{"WE"}, From: "09:00", To: "12:00", First: "2026-01-01"}, "2026-12-30"},
		"Vielsalm, every other Wednesday, counted from a Wednesday": {wednesday, "2026-12-30"},
		"not on a day that was named": {sessions.Recurrence{Weeks: 1, Days: []string{"WE"}, From: "13:30", To: "16:30", First: "2026-11-04", Not: []kernel.Date{"2026-12-30"}},
			"2026-12-23 2027-01-06"},
		"none after the last day": {sessions.Recurrence{Weeks: 1, Days: []string{"WE"}, From: "13:30", To: "16:30", First: "2026-11-04", Last: "2026-12-23"}, "2026-12-23"},
	} {
		t.Run(name, func(t *testing.T) {
			var days []string
			for _, d := range tt.recurs.On("2026-12-20", "2027-01-10") {
				days = append(days, string(d))
			}
			if got := strings.Join(days, " "); got != tt.want {
				t.Errorf("%s\nwant %s", got, tt.want)
			}
		})
	}
}

// A session is at the same hour on the wall before and after the clocks change.
func TestSessionsKeepTheirHourWhenTheClocksChange(t *testing.T) {
	inTown(t, func(w *town) {
		w.at("2026-10-20 09:00")
		in := liege()
		in.Recurs.First = "2026-10-20"
		made := must(w.Plan(w.lucie, in))
		_, all, err := w.Series(w.lucie, made.ID, "2026-10-20")
		if err != nil {
			w.t.Fatal(err)
		}
		for _, one := range all[:3] {
			if got := one.Starts.Time().In(kernel.Brussels).Format("15:04"); got != "13:30" {
				w.t.Errorf("on %s it begins at %s", one.Day, got)
			}
			if n := len(one.Slots); n != 5 {
				w.t.Errorf("on %s there are %d times, want 5", one.Day, n)
			}
		}
		if a, b := all[1].Starts, all[2].Starts; b.Time().Sub(a.Time()).Hours() != 5*24+1 {
			w.t.Errorf("%s to %s is not over the change", a, b)
		}
	})
}

// A hundred book the last place: exactly one has it.
func TestAHundredBookTheLastPlaceAndOneHasIt(t *testing.T) {
	inTown(t, func(w *town) {
		in := liege()
		in.Places = 1
		_, day := w.tuesday(in)
		const n = 100
		var all [n]kernel.ID
		for i := range all {
			all[i] = w.family("Anna")
		}
		var won, full atomic.Int64
		var wg sync.WaitGroup
		for _, family := range all {
			wg.Go(func() {
				_, err := w.Book(w.aicha, sessions.Asking{Session: day.ID, Slot: 0, Family: family})
				switch {
				case err == nil:
					won.Add(1)
				case kernel.CodeOf(err) == kernel.Conflict:
					full.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if won.Load() != 1 || full.Load() != n-1 {
			w.t.Errorf("%d had the place, %d were told it is full", won.Load(), full.Load())
		}
		c := must(w.Session(w.lucie, day.ID))
		if s, _ := c.Session.Slot(0); s.Taken != 1 {
			w.t.Errorf("%d taken of 1", s.Taken)
		}
	})
}

// The Tuesday of Liège: booked, listed, checked off; who does not come gives
// the place free, and who walks in has a number.
func TestTheTuesdayOfLiege(t *testing.T) {
	inTown(t, func(w *town) {
		series, day := w.tuesday(liege())
		anna, bea, carla := w.family("Anna"), w.family("Bea"), w.family("Carla")
		a, b := w.books(anna, day.ID, 0), w.books(bea, day.ID, 0)
		_, err := w.Book(w.aicha, sessions.Asking{Session: day.ID, Slot: 1, Family: anna})
		wants(t, "a second appointment on one day", err, "conflict handout.already")
		_, err = w.Book(w.olga, sessions.Asking{Session: day.ID, Slot: 1, Family: carla})
		wants(t, "a coordinator who knows no family", err, "forbidden role")
		_, err = w.Day(w.olga, day.ID)
		wants(t, "the list of another house", err, "not_found object")
		_, err = w.Day(w.aicha, day.ID)
		wants(t, "the list, for who books from elsewhere", err, "not_found object")

		d := must(w.Day(w.vic, day.ID))
		if len(d.Entries) != 2 || d.Entries[0].First != "Anna" || d.Entries[0].Number != 1 || d.Entries[1].First != "Bea" || d.Entries[0].Family != "" {
			w.t.Fatalf("the list is %+v", d.Entries)
		}
		milk := series.Items[0].Key
		if got := d.Sum()[milk]; got != 4 {
			w.t.Errorf("%d tins to prepare, want 4", got)
		}
		e := sessions.Event{ID: kernel.NewID(), Booking: a.ID, Kind: sessions.Hand, Lines: a.Lines, Seq: 1}
		_, err = w.Tell(w.vic, day.ID, e)
		wants(t, "the day before", err, "conflict handout.early")

		w.at("2026-11-24 13:40")
		_, err = w.Tell(w.olga, day.ID, e)
		wants(t, "from another house", err, "not_found object")
		if told := must(w.Tell(w.vic, day.ID, e)); told.Outcome != sessions.Done || told.Again {
			w.t.Errorf("%+v", told)
		}
		if told := must(w.Tell(w.vic, day.ID, e)); told.Outcome != sessions.Done || !told.Again {
			w.t.Errorf("told twice: %+v", told)
		}
		other := e
		other.Lines = []sessions.Line{{Item: milk, Quantity: 9}}
		_, err = w.Tell(w.vic, day.ID, other)
		wants(t, "the same ID with another content", err, "invalid handout.event")
		e.ID = kernel.NewID()
		if told := must(w.Tell(w.lucie, day.ID, e)); told.Outcome != sessions.Already {
			w.t.Errorf("handed out twice: %+v", told)
		}
		d = must(w.Day(w.vic, day.ID))
		if len(d.Conflicts) != 1 || d.Conflicts[0].Number != 1 {
			w.t.Errorf("what did not fit: %+v", d.Conflicts)
		}
		wants(t, "looks at it", w.Seen(w.lucie, day.ID, e.ID), "")
		if d = must(w.Day(w.vic, day.ID)); len(d.Conflicts) != 0 {
			w.t.Errorf("still there: %+v", d.Conflicts)
		}

		walked := sessions.Event{ID: kernel.NewID(), Booking: kernel.NewID(), Kind: sessions.WalkIn, Lines: []sessions.Line{{Item: milk, Quantity: 1}}, Seq: 2}
		if told := must(w.Tell(w.vic, day.ID, walked)); told.Number != 3 {
			w.t.Errorf("who walked in has number %d", told.Number)
		}

		w.at("2026-11-24 14:20")
		al := act.ActorOf(w.lucie).Alliance
		wants(t, "releases too early", w.Release(context.Background(), al, sessions.Releasing{Session: day.ID, Slot: 0}), "")
		if x, _ := w.entry(day.ID, b.ID); x.State != sessions.Booked {
			w.t.Errorf("Bea is %s before the term", x.State)
		}
		w.at("2026-11-24 14:30")
		wants(t, "releases", w.Release(context.Background(), al, sessions.Releasing{Session: day.ID, Slot: 0}), "")
		if x, _ := w.entry(day.ID, b.ID); x.State != sessions.NoShow {
			w.t.Errorf("Bea is %s after the term", x.State)
		}
		c := must(w.Session(w.lucie, day.ID))
		if s, _ := c.Session.Slot(0); s.Taken != 1 {
			w.t.Errorf("%d places taken after one did not come, want 1", s.Taken)
		}
		late := sessions.Event{ID: kernel.NewID(), Booking: b.ID, Kind: sessions.Hand, Lines: b.Lines, Seq: 3}
		if told := must(w.Tell(w.vic, day.ID, late)); told.Outcome != sessions.Done {
			w.t.Errorf("who comes late: %+v", told)
		}

		w.at("2026-11-26 09:00")
		must(w.Sweep(context.Background()))
		for _, x := range must(w.Day(w.vic, day.ID)).Entries {
			if x.First != "" {
				w.t.Errorf("a day later number %d is still called %s", x.Number, x.First)
			}
		}
	})
}

func TestAPlaceThatBecomesFreeGoesToWhoWaitsLongest(t *testing.T) {
	inTown(t, func(w *town) {
		in := liege()
		in.Places = 1
		series, day := w.tuesday(in)
		a := w.books(w.family("Anna"), day.ID, 2)
		b, c := w.books(w.family("Bea"), day.ID, sessions.NoSlot), w.books(w.family("Carla"), day.ID, sessions.NoSlot)
		if b.State != sessions.Waiting {
			w.t.Fatalf("%+v", b)
		}
		_, all, _ := w.Series(w.lucie, series.ID, "2026-11-23")
		moved := must(w.Move(w.aicha, a.ID, all[1].ID, 0))
		if moved.Session != all[1].ID || moved.Number != 1 {
			w.t.Errorf("%+v", moved)
		}
		if x, _ := w.entry(day.ID, b.ID); x.State != sessions.Booked || x.Slot != 2 {
			w.t.Errorf("who waited longest: %+v", x)
		}
		w.at("2026-11-24 12:00")
		wants(t, "cancels", w.Cancel(w.lucie, b.ID), "")
		if x, _ := w.entry(day.ID, c.ID); x.State != sessions.Waiting {
			w.t.Errorf("too late to hear of it: %+v", x)
		}
		wants(t, "cancels again", w.Cancel(w.lucie, b.ID), "conflict handout.done")
		wants(t, "calls off", w.CallOff(w.lucie, all[1].ID), "")
		_, err := w.Move(w.aicha, c.ID, all[1].ID, 0)
		wants(t, "moves to a day that was called off", err, "conflict handout.over")
	})
}

func TestAFamilyBooksForItselfWhereItMay(t *testing.T) {
	inTown(t, func(w *town) {
		_, day := w.tuesday(liege())
		in := liege()
		in.Own, in.Name = false, "Sur rendez-vous du service"
		_, closed := w.tuesday(in)
		anna, bea := w.family("Anna"), w.family("Bea")
		p := must(w.Families.Read(w.aicha, anna, families.ForCare)).Persons[0]
		own := act.As(context.Background(), policy.MemberActor(act.ActorOf(w.aicha).Alliance, anna, p.ID, false))
		b := must(w.BookOwn(own, day.ID, 1))
		if b.Family != anna || len(b.Lines) != 2 {
			w.t.Errorf("%+v", b)
		}
		_, err := w.BookOwn(own, closed.ID, 1)
		wants(t, "where families do not book", err, "not_found handout")
		mine, next, err := w.Mine(own)
		if err != nil || len(mine) != 1 || len(next) == 0 {
			w.t.Errorf("%d of its own, %d to come, %v", len(mine), len(next), err)
		}
		for _, c := range next {
			if !c.Own {
				w.t.Errorf("%s is shown to families", c.Name)
			}
		}
		wants(t, "another family's", w.Cancel(own, w.books(bea, day.ID, 1).ID), "not_found object")
		wants(t, "its own", w.Cancel(own, b.ID), "")
	})
}

// Whose address is secret is called by a number alone, and whom it is not safe
// to write to is not written to.
func TestWhoHidesIsCalledByANumberAndNotWrittenTo(t *testing.T) {
	inTown(t, func(w *town) {
		_, day := w.tuesday(liege())
		for name, tt := range map[string]struct {
			edit  families.ContactEdit
			first string
			to    kernel.Email
			text  kernel.Phone
		}{
			"nothing was asked":     {families.ContactEdit{Contact: families.Contact{Mails: []kernel.Email{"a@example.org"}}}, "Anna", "a@example.org", ""},
			"the address is secret": {families.ContactEdit{Contact: families.Contact{Mails: []kernel.Email{"a@example.org"}}, Confidential: true}, "", "a@example.org", ""},
			"no mail":               {families.ContactEdit{Contact: families.Contact{Mails: []kernel.Email{"a@example.org"}, Safe: families.Safe{NoMail: true}}}, "Anna", "", ""},
			"only through somebody": {families.ContactEdit{Contact: families.Contact{Mails: []kernel.Email{"a@example.org"}, Safe: families.Safe{OnlyVia: "Oma"}}}, "Anna", "", ""},
			"no mail is known":      {families.ContactEdit{}, "Anna", "", ""},
			"a text message instead": {families.ContactEdit{Contact: families.Contact{Mails: []kernel.Email{"a@example.org"}, Phones: []kernel.Phone{"0400 12 34 56"}, TextTo: "0400 12 34 56",
				Safe: families.Safe{NoMail: true}}, Confidential: true}, "", "", "+32400123456"},
			"a mobile number that is only known": {families.ContactEdit{Contact: families.Contact{Phones: []kernel.Phone{"0400 12 34 56"}}}, "Anna", "", ""},
			"a text message through somebody": {families.ContactEdit{Contact: families.Contact{Phones: []kernel.Phone{"0400 12 34 56"}, TextTo: "0400 12 34 56",
				Safe: families.Safe{OnlyVia: "Oma"}}}, "Anna", "", ""},
			"a text message at some hours": {families.ContactEdit{Contact: families.Contact{Phones: []kernel.Phone{"0400 12 34 56"}, TextTo: "0400 12 34 56",
				Safe: families.Safe{Hours: "voor de middag"}}}, "Anna", "", ""},
		} {
			t.Run(name, func(t *testing.T) {
				family := w.family("Anna")
				f := must(w.Families.Read(w.aicha, family, families.ForCare))
				tt.edit.Version, tt.edit.PostalCode, tt.edit.Municipality = f.ContactVersion, f.PostalCode, f.Municipality
				if err := w.Families.ChangeContact(w.aicha, family, tt.edit); err != nil {
					t.Fatal(err)
				}
				b := w.books(family, day.ID, sessions.NoSlot)
				must(w.Move(w.aicha, b.ID, day.ID, int64(len(w.families)%5)))
				e, _ := w.entry(day.ID, b.ID)
				if e.First != tt.first {
					t.Errorf("called %q, want %q", e.First, tt.first)
				}
				c := must(w.Session(w.lucie, day.ID))
				slot, _ := c.Session.Slot(e.Slot)
				l := must(w.LetterToMail(context.Background(), act.ActorOf(w.lucie).Alliance, sessions.Reminding{Booking: b.ID, Why: sessions.Tomorrow, At: slot.Starts}))
				if l.Mail != tt.to || l.Text != tt.text {
					t.Errorf("written to %q and %q, want %q and %q", l.Mail, string(l.Text), tt.to, string(tt.text))
				}
				l = must(w.LetterToMail(context.Background(), act.ActorOf(w.lucie).Alliance, sessions.Reminding{Booking: b.ID, Why: sessions.Tomorrow, At: slot.Ends}))
				if l.Mail != "" || l.Text != "" {
					t.Error("written to about an appointment that is another by now")
				}
			})
		}
	})
}

func TestAppointmentsFollowAMergeAndAreForgotten(t *testing.T) {
	inTown(t, func(w *town) {
		_, day := w.tuesday(liege())
		anna, annie := w.family("Anna"), w.family("Annie")
		b := w.books(annie, day.ID, 0)
		k, g := must(w.Families.Read(w.aicha, anna, families.ForCare)), must(w.Families.Read(w.aicha, annie, families.ForCare))
		in := families.Merging{Kept: anna, Gone: annie, KeptVersion: k.Version, GoneVersion: g.Version, Choose: map[string]families.Which{},
			Same: map[kernel.ID]kernel.ID{g.Persons[0].ID: k.Persons[0].ID}}
		for _, x := range must(w.Families.Compare(w.aicha, anna, annie, in.Same)).Differences {
			in.Choose[x.Field] = families.InKept
		}
		merge := must(w.Families.Join(w.aicha, in))
		if all := must(w.Of(w.aicha, anna)); len(all) != 1 || all[0].ID != b.ID {
			w.t.Fatalf("after the merge: %+v", all)
		}
		if e, _ := w.entry(day.ID, b.ID); e.First != "Annie" {
			w.t.Errorf("called %q after the merge", e.First)
		}
		must(w.Families.Part(w.aicha, anna, merge.ID))
		if all := must(w.Of(w.aicha, annie)); len(all) != 1 {
			w.t.Errorf("after it was undone: %+v", all)
		}
		if e, _ := w.entry(day.ID, b.ID); e.First != "Annie" {
			w.t.Errorf("called %q after it was undone", e.First)
		}

		w.at("2026-11-24 14:00")
		c := w.books(anna, day.ID, 4)
		must(w.Tell(w.vic, day.ID, sessions.Event{ID: kernel.NewID(), Booking: c.ID, Kind: sessions.Hand, Lines: c.Lines, Seq: 1}))
		officer := act.ActorOf(w.lucie)
		officer.Roles = []policy.Role{policy.PrivacyOfficer}
		for _, family := range []kernel.ID{anna, annie} {
			wants(t, "forgets", w.Families.Forget(act.As(context.Background(), officer), family, families.EraseReasons[0]), "")
		}
		if e, ok := w.entry(day.ID, c.ID); !ok || e.First != "" || len(e.Given) != 2 {
			w.t.Errorf("of what was given the quantities stay, with nobody: %+v", e)
		}
		if _, ok := w.entry(day.ID, b.ID); ok {
			w.t.Error("who is forgotten is still expected")
		}
		if s, _ := must(w.Session(w.lucie, day.ID)).Session.Slot(0); s.Taken != 0 {
			w.t.Errorf("%d places are kept for who is forgotten", s.Taken)
		}
	})
}

func TestASeriesIsRefusedWithAllThatIsWrong(t *testing.T) {
	inTown(t, func(w *town) {
		for name, tt := range map[string]struct {
			change func(s *sessions.Series)
			field  string
		}{
			"no name":                  {func(s *sessions.Series) { s.Name = "  " }, "name"},
			"a name too long":          {func(s *sessions.Series) { s.Name = strings.Repeat("a", 121) }, "name"},
			"no day":                   {func(s *sessions.Series) { s.Recurs.Days = nil }, "days"},
			"a day that is none":       {func(s *sessions.Series) { s.Recurs.Days = []string{"XX"} }, "days"},
			"an end before its start":  {func(s *sessions.Series) { s.Recurs.To = "10:00" }, "to"},
			"an hour that is none":     {func(s *sessions.Series) { s.Recurs.From = "25:00" }, "from"},
			"nothing to hand out":      {func(s *sessions.Series) { s.Items = nil }, "items"},
			"no place":                 {func(s *sessions.Series) { s.Places = 0 }, "places"},
			"a time longer than it is": {func(s *sessions.Series) { s.Slot = 200 }, "slot"},
			"the fifth of the month":   {func(s *sessions.Series) { s.Recurs.Weeks, s.Recurs.Nth = 0, 5 }, "nth"},
			"a last day before":        {func(s *sessions.Series) { s.Recurs.Last = "2026-01-01" }, "last"},
		} {
			in := liege()
			tt.change(&in)
			_, err := w.Plan(w.lucie, in)
			var fields []string
			if f, ok := err.(*kernel.Fault); ok {
				for _, one := range f.All() {
					fields = append(fields, one.Field)
				}
			}
			if !slices.Contains(fields, tt.field) {
				w.t.Errorf("%s: %v %v, want %s", name, err, fields, tt.field)
			}
		}
		_, err := w.Plan(w.vic, liege())
		wants(t, "a volunteer plans", err, "forbidden role")
	})
}

func TestAnOpenSessionCountsAndRegistersNobody(t *testing.T) {
	inTown(t, func(w *town) {
		_, day := w.tuesday(sessions.Series{Name: "Le Trésor des enfants", Place: "Vielsalm", Way: sessions.Open,
			Recurs: sessions.Recurrence{Weeks: 2, Days: []string{"WE"}, From: "13:30", To: "16:30", First: "2026-11-25"}})
		if day.Day != "2026-11-25" || len(day.Slots) != 0 {
			w.t.Fatalf("%+v", day)
		}
		wants(t, "before it", w.Count(w.vic, day.ID, "", map[string]int64{"families": 3}), "conflict handout.early")
		w.at("2026-11-25 17:00")
		wants(t, "too many", w.Count(w.vic, day.ID, "", map[string]int64{"families": -1}), "invalid handout.within")
		wants(t, "counts", w.Count(w.vic, day.ID, "", map[string]int64{"families": 12, "taken": 80}), "")
		wants(t, "counts again", w.Count(w.vic, day.ID, "", map[string]int64{"families": 13, "taken": 80}), "")
		if d := must(w.Day(w.vic, day.ID)); d.Counts["families"] != 13 || d.Counts["taken"] != 80 {
			w.t.Errorf("%v", d.Counts)
		}
		// Somebody else counts at the same time: both are kept, and each mends
		// their own.
		wants(t, "another counts too", w.Count(w.lucie, day.ID, "", map[string]int64{"families": 4, "taken": 9}), "")
		wants(t, "the first mends", w.Count(w.vic, day.ID, "", map[string]int64{"families": 12, "taken": 80}), "")
		if d := must(w.Day(w.vic, day.ID)); d.Counts["families"] != 16 || d.Mine[""]["families"] != 12 || d.Others("")["taken"] != 9 {
			w.t.Errorf("together %v, mine %v, others %v", d.Counts, d.Mine, d.Others(""))
		}
		// The same account on two telephones: both are kept, and sent twice counts once.
		one, two := kernel.NewID(), kernel.NewID()
		for range 2 {
			wants(t, "one telephone", w.Count(w.vic, day.ID, one, map[string]int64{"families": 2}), "")
			wants(t, "the other", w.Count(w.vic, day.ID, two, map[string]int64{"families": 3}), "")
		}
		wants(t, "a telephone of no number", w.Count(w.vic, day.ID, "x", map[string]int64{"families": 3}), "invalid ledger.id")
		if d := must(w.Day(w.vic, day.ID)); d.Counts["families"] != 21 || d.Mine[one]["families"] != 2 || d.Others(two)["families"] != 18 {
			w.t.Errorf("together %v, mine %v, elsewhere %v", d.Counts, d.Mine, d.Others(two))
		}
		_, err := w.Book(w.aicha, sessions.Asking{Session: day.ID, Slot: 0, Family: w.family("Anna")})
		wants(t, "an appointment where nobody registers", err, "not_found handout")
	})
}

// Thirty families checked off twice from two desks at once: each is given what
// it gets once, and what did not fit is told.
func TestTwoDesksAtOnceHandOutOnce(t *testing.T) {
	inTown(t, func(w *town) {
		in := liege()
		in.Places = 10
		_, day := w.tuesday(in)
		var all []sessions.Booking
		for i := range 30 {
			all = append(all, w.books(w.family(fmt.Sprintf("Anna%c", 'a'+i%26)), day.ID, int64(i%5)))
		}
		w.at("2026-11-24 14:00")
		var done, already atomic.Int64
		var wg sync.WaitGroup
		for _, who := range []context.Context{w.vic, w.lucie} {
			wg.Go(func() {
				for i, b := range all {
					told, err := w.Tell(who, day.ID, sessions.Event{ID: kernel.NewID(), Booking: b.ID, Kind: sessions.Hand, Lines: b.Lines, Seq: int64(i)})
					switch {
					case err != nil:
						t.Error(err)
					case told.Outcome == sessions.Done:
						done.Add(1)
					case told.Outcome == sessions.Already:
						already.Add(1)
					}
				}
			})
		}
		wg.Wait()
		if done.Load() != 30 || already.Load() != 30 {
			w.t.Errorf("%d handed out, %d already", done.Load(), already.Load())
		}
	})
}

// What is ticked at the desk leaves the stock of the depot in the same act: once,
// back when it is undone, and where the book holds less than was handed out a
// person is told.
func TestWhatIsHandedOutLeavesTheStockOnce(t *testing.T) {
	inTown(t, func(w *town) {
		store := must(w.Depot.OpenPlace(w.lucie, depot.Place{ID: kernel.NewID(), Name: "Remise", Kind: depot.Store}))
		others := must(w.Depot.OpenPlace(w.olga, depot.Place{ID: kernel.NewID(), Name: "Autre remise", Kind: depot.Store}))
		milk := must(w.Depot.SaveItem(w.lucie, depot.Item{ID: kernel.NewID(), Category: "milk", Name: "1er âge", Season: depot.AllYear, Grade: depot.New, Pack: 1, Dated: true}))
		pram := must(w.Depot.SaveItem(w.lucie, depot.Item{ID: kernel.NewID(), Category: "pram", Season: depot.AllYear, Grade: depot.Good, Pack: 1, Numbered: true}))
		in := liege()
		in.Items[0].Asset = milk.ID
		_, err := w.Plan(w.lucie, in)
		wants(t, "from no depot", err, "invalid handout.depot")
		in.Depot = others.ID
		_, err = w.Plan(w.lucie, in)
		wants(t, "from a depot of others", err, "invalid depot.gives")
		in.Depot, in.Items[0].Asset = store.ID, pram.ID
		_, err = w.Plan(w.lucie, in)
		wants(t, "of what has a number of its own", err, "invalid depot.gives")
		in.Items[0].Asset = milk.ID
		if err := w.Depot.Receive(w.lucie, depot.Receiving{ID: kernel.NewID(), Place: store.ID, From: depot.Bought, Lines: []depot.Incoming{
			{Item: milk.ID, Amount: 1, Until: "2026-12-24"}, {Item: milk.ID, Amount: 2, Until: "2027-05-01"}, {Item: milk.ID, Amount: 5, Until: "2026-11-23"}}}); err != nil {
			t.Fatal(err)
		}
		_, day := w.tuesday(in)
		holds := func(what string, want int64) {
			t.Helper()
			for _, of := range must(w.Depot.At(w.vic, store.ID)).Stock {
				if of.Item.ID == milk.ID && of.Free != want {
					t.Errorf("%s: %d are free, want %d", what, of.Free, want)
				}
			}
		}
		a, b := w.books(w.family("Anna"), day.ID, 0), w.books(w.family("Bea"), day.ID, 0)
		w.at("2026-11-24 14:00")
		tells := func(kind sessions.Kind, booking sessions.Booking, id kernel.ID) sessions.Told {
			t.Helper()
			lines := booking.Lines
			if kind == sessions.Undo {
				lines = nil
			}
			told, err := w.Tell(w.vic, day.ID, sessions.Event{ID: id, Booking: booking.ID, Kind: kind, Lines: lines, Seq: 1})
			if err != nil {
				t.Fatal(err)
			}
			return told
		}
		first := kernel.NewID()
		tells(sessions.Hand, a, first)
		tells(sessions.Hand, a, first)
		tells(sessions.Hand, a, kernel.NewID())
		holds("two tins are handed out, told three times", 1)
		if told := tells(sessions.Hand, b, kernel.NewID()); told.Outcome != sessions.Short {
			t.Errorf("more than there is: %+v", told)
		}
		holds("more than there is", 1)
		if d := must(w.Day(w.vic, day.ID)); d.Of(sessions.Handed) != 2 || len(d.Conflicts) != 2 {
			t.Errorf("%d handed out, %d to look at", d.Of(sessions.Handed), len(d.Conflicts))
		}
		tells(sessions.Undo, b, kernel.NewID())
		holds("what moved nothing is undone", 1)
		tells(sessions.Undo, a, kernel.NewID())
		holds("undone", 3)
		tells(sessions.Hand, b, kernel.NewID())
		holds("after it was put back", 1)
	})
}

// By night nobody is written to of a place that became free, unless the morning
// would be too late.
func TestAFamilyIsNotWokenByNight(t *testing.T) {
	inTown(t, func(w *town) {
		in := liege()
		in.Places = 1
		_, day := w.tuesday(in) // from half past one on
		for i := range day.Slots {
			w.books(w.family("Anna"), day.ID, int64(i))
		}
		waits := []sessions.Booking{w.books(w.family("Bea"), day.ID, sessions.NoSlot), w.books(w.family("Cora"), day.ID, sessions.NoSlot), w.books(w.family("Dina"), day.ID, sessions.NoSlot)}
		booked := must(w.Of(w.aicha, w.families[len(day.Slots)-1]))[0].Booking
		for i, tt := range []struct{ now, want string }{
			{"2026-11-23 20:59", "2026-11-23 20:59"}, {"2026-11-23 21:00", "2026-11-24 08:00"}, {"2026-11-24 02:00", "2026-11-24 08:00"},
		} {
			w.at(tt.now)
			wants(t, tt.now, w.Cancel(w.aicha, booked.ID), "")
			booked = waits[i]
			var runs kernel.Instant
			err := w.db.Read(t.Context(), func(q db.Querier) error {
				return q.QueryRowContext(t.Context(), `SELECT run_at FROM job WHERE kind = $1 AND unique_key LIKE $2`, sessions.RemindJob, string(booked.ID)+"/place_free/%").Scan(&runs)
			})
			if want := kernel.InstantOf(must(time.ParseInLocation("2006-01-02 15:04", tt.want, kernel.Brussels))); err != nil || runs != want {
				t.Errorf("at %s: told at %s (%v), want %s", tt.now, runs, err, want)
			}
		}
	})
}
