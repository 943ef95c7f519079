package sharing_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/sharing"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/audit"
)

func alarm() sharing.Alarm {
	return sharing.Alarm{Last: " peeters", Birth: "2024-03-01", Reason: sharing.ChildInDanger, Words: "Het kind is alleen thuis.", Minutes: 15}
}

func TestAFileOpensForSomeMinutesAndSomebodyElseJudges(t *testing.T) {
	inTown(t, func(w *town) {
		e := must(w.Raise(w.chloe, alarm()))
		if e.Family != w.family {
			t.Fatalf("opened %q", e.Family)
		}
		file := must(w.Families.Read(w.chloe, w.family, families.ForCare))
		if _, income := file.Fact(w.persons[0].ID, "benefit"); income || len(file.Contact.Phones) != 1 || len(file.Notes) != 1 {
			t.Errorf("an emergency shows %+v", file)
		}
		if rows := must(w.Families.List(w.chloe, families.Query{})).Rows; len(rows) != 0 {
			t.Error("an emergency puts a family in the list")
		}
		_, err := w.Emergencies(w.chloe, false)
		wants(t, "a caseworker reads the queue", err, "forbidden role")
		queue := must(w.Emergencies(w.officer(), false))
		if len(queue) != 1 || queue[0].Words != "Het kind is alleen thuis." || queue[0].JudgeBy != w.today().AddDays(5) {
			t.Errorf("the queue holds %+v", queue)
		}
		*w.clock = w.clock.Add(15 * time.Minute)
		_, err = w.Families.Read(w.chloe, w.family, families.ForCare)
		wants(t, "after fifteen minutes", err, "not_found object")

		again := must(w.Raise(w.chloe, alarm()))
		wants(t, "denied", w.Judge(w.officer(), again.ID, sharing.Refused), "")
		_, err = w.Families.Read(w.chloe, w.family, families.ForCare)
		wants(t, "once it was denied", err, "not_found object")
		wants(t, "judged twice", w.Judge(w.officer(), again.ID, sharing.Justified), "conflict emergency.judged")
		wants(t, "by one who may not", w.Judge(w.chloe, e.ID, sharing.Justified), "forbidden role")
		wants(t, "with another word", w.Judge(w.officer(), e.ID, "well"), "invalid emergency.verdict")
		if queue := must(w.Emergencies(w.officer(), false)); len(queue) != 1 {
			t.Errorf("%d wait, want one", len(queue))
		}
	})
}

func TestWhoGuessesNamesIsSeenAndStopped(t *testing.T) {
	inTown(t, func(w *town) {
		guess := alarm()
		for _, last := range []string{"Janssens", "Claes", "Peeterz", "Wouters"} {
			guess.Last = last
			if e := must(w.Raise(w.stef, guess)); e.Family != "" {
				t.Errorf("%s opened a file", last)
			}
		}
		if queue := must(w.Emergencies(w.officer(), false)); len(queue) != 4 || queue[0].Worker != act.ActorOf(w.stef).Person {
			t.Errorf("the officer sees %+v", queue)
		}
		var wg sync.WaitGroup
		var mu sync.Mutex
		done := map[kernel.Code]int{}
		for range 100 {
			wg.Go(func() {
				_, err := w.Raise(w.stef, alarm())
				mu.Lock()
				defer mu.Unlock()
				done[kernel.CodeOf(err)]++
			})
		}
		wg.Wait()
		if done[""] != 1 || done[kernel.TooMany] != 99 {
			t.Errorf("%v, want the fifth of the day and 99 too many", done)
		}
		w.days(2)
		must(w.Raise(w.stef, alarm()))
	})
}

func TestAnAlarmIsTypedWhole(t *testing.T) {
	inTown(t, func(w *town) {
		for name, tt := range map[string]struct {
			change func(*sharing.Alarm)
			want   string
		}{
			"nobody":            {func(in *sharing.Alarm) { in.Last = " " }, "invalid emergency.last"},
			"born tomorrow":     {func(in *sharing.Alarm) { in.Birth = w.today().AddDays(1) }, "invalid emergency.birth"},
			"born never":        {func(in *sharing.Alarm) { in.Birth = "" }, "invalid date"},
			"no reason":         {func(in *sharing.Alarm) { in.Reason = "curious" }, "invalid emergency.reason"},
			"no words":          {func(in *sharing.Alarm) { in.Words = "vlug" }, "invalid emergency.words"},
			"a thousand words":  {func(in *sharing.Alarm) { in.Words = strings.Repeat("woord ", 1000) }, "invalid emergency.words"},
			"for a day":         {func(in *sharing.Alarm) { in.Minutes = 1440 }, "invalid emergency.minutes"},
			"for no time":       {func(in *sharing.Alarm) { in.Minutes = 0 }, "invalid emergency.minutes"},
			"what is not text":  {func(in *sharing.Alarm) { in.Last = "\xff" }, "invalid emergency.last"},
			"for a long moment": {func(in *sharing.Alarm) { in.Minutes = -15 }, "invalid emergency.minutes"},
		} {
			in := alarm()
			tt.change(&in)
			_, err := w.Raise(w.chloe, in)
			wants(t, name, err, tt.want)
		}
	})
}

// curtain is what is kept from an adult of the family now.
func (w *town) curtain(adult kernel.ID) (c sharing.Curtain) {
	w.t.Helper()
	err := w.Acts.Look(w.aicha, func(a *act.Act) (err error) {
		if err := a.Allow(w.aicha, "family.looks", w.family); err != nil {
			return err
		}
		c, err = w.CurtainIn(w.aicha, a, w.family, adult)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// shown counts the records by an organisation that an adult of the family sees.
func (w *town) shown(adult, org kernel.ID) (n int) {
	w.t.Helper()
	c := w.curtain(adult)
	all, _, err := w.Families.Looks(w.aicha, w.family, 0, 100)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, r := range all {
		if r.Org == org && !c.Hides(r) {
			n++
		}
	}
	return n
}

func TestWhatEndangersSomebodyIsNotShownToWhoWouldUseIt(t *testing.T) {
	inTown(t, func(w *town) {
		mother := w.persons[0].ID
		father := must(w.Families.AddPerson(w.aicha, w.family, families.NewPerson{Role: families.Partner, First: "Karim", Last: "Peeters"})).ID
		must(w.Decide(w.aicha, w.family, w.says(w.midwives, "contact")))
		must(w.Families.Read(w.chloe, w.family, families.ForCare))
		if w.shown(mother, w.midwives) != 1 || w.shown(father, w.midwives) != 1 {
			t.Fatal("a look is not shown to the parents")
		}
		for name, tt := range map[string]struct {
			in   sharing.Delay
			want string
		}{
			"of nobody":        {sharing.Delay{Org: kernel.NewID(), Reason: sharing.EndangersAdult, ReviewOn: w.today().AddDays(9)}, "invalid sharing.recipients"},
			"from a child":     {sharing.Delay{Org: w.midwives, Adult: w.persons[1].ID, Reason: sharing.EndangersAdult, ReviewOn: w.today().AddDays(9)}, "invalid delay.adult"},
			"without a reason": {sharing.Delay{Org: w.midwives, ReviewOn: w.today().AddDays(9)}, "invalid delay.reason"},
			"for ever":         {sharing.Delay{Org: w.midwives, Reason: sharing.Inquiry, ReviewOn: w.today().AddMonths(12)}, "invalid delay.review"},
			"until yesterday":  {sharing.Delay{Org: w.midwives, Reason: sharing.Inquiry, ReviewOn: w.today().AddDays(-1)}, "invalid delay.review"},
		} {
			_, err := w.Delay(w.aicha, w.family, tt.in)
			wants(t, name, err, tt.want)
		}
		_, err := w.Delay(w.chloe, w.family, sharing.Delay{})
		wants(t, "by one who does not work with them", err, "not_found object")

		d := must(w.Delay(w.aicha, w.family, sharing.Delay{Org: w.midwives, Adult: father, Reason: sharing.EndangersAdult, ReviewOn: w.today().AddDays(30)}))
		if w.shown(mother, w.midwives) != 1 || w.shown(father, w.midwives) != 0 || w.shown("", w.midwives) != 0 {
			t.Error("the look is kept from another than the father and paper")
		}
		if n, _ := w.curtain(father).KeptBack(); n != 0 {
			t.Error("the father is told that something is kept from him")
		}
		if c := w.curtain(mother); !c.Hides(audit.Record{Action: "looks.delay", Org: w.ocmw}) {
			t.Error("that something is kept back is told")
		}
		w.days(31)
		if w.shown(father, w.midwives) != 1 {
			t.Error("after the review nothing is kept back any more")
		}
		w.days(-31)
		must(0, w.EndDelay(w.aicha, w.family, d.ID))
		wants(t, "ended twice", w.EndDelay(w.aicha, w.family, d.ID), "not_found delay")
		if w.shown(father, w.midwives) != 1 {
			t.Error("ended, it is still kept back")
		}
		must(w.Delay(w.aicha, w.family, sharing.Delay{Org: w.midwives, Reason: sharing.Inquiry, ReviewOn: w.today().AddDays(60)}))
		if n, review := w.curtain(mother).KeptBack(); n != 1 || review != w.today().AddDays(60) || w.shown(mother, w.midwives) != 0 {
			t.Errorf("of an inquiry everybody is told that something waits: %d, %s", n, review)
		}
	})
}

func TestAnEmergencyIsShownOnceItWasJudgedOrOughtToHaveBeen(t *testing.T) {
	inTown(t, func(w *town) {
		mother := w.persons[0].ID
		e := must(w.Raise(w.chloe, alarm()))
		must(w.Families.Read(w.chloe, w.family, families.ForCare))
		if n := w.shown(mother, w.midwives); n != 0 {
			t.Errorf("%d records are shown at once", n)
		}
		w.days(6)
		if n := w.shown(mother, w.midwives); n != 2 {
			t.Errorf("%d records are shown when nobody judged in time, want two", n)
		}
		w.days(-6)
		must(0, w.Judge(w.officer(), e.ID, sharing.Justified))
		if n := w.shown(mother, w.midwives); n != 2 {
			t.Errorf("%d records are shown once it was judged, want two", n)
		}
	})
}

func TestWhatTheFamilyCouldNotBeToldYetIsKeptBack(t *testing.T) {
	inTown(t, func(w *town) {
		in := w.says(w.police, "health")
		in.Basis, in.ToldHow = sharing.Consultation, sharing.NotYetTold
		must(w.Decide(w.aicha, w.family, in))
		must(w.Families.Read(w.piet, w.family, families.ForConsultation))
		c := w.curtain(w.persons[0].ID)
		all, _, err := w.Families.Looks(w.aicha, w.family, 0, 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range all {
			if (r.Org == w.police || r.Detail["basis"] == "consultation") && !c.Hides(r) {
				t.Errorf("%+v is shown", r)
			}
		}
	})
}
