package ownpage_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/ownpage"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

func TestWhatAFamilyWritesWaitsUntilSomebodyAnswers(t *testing.T) {
	inTown(t, func(t *testing.T, w town) {
		h := w.open()
		amina := w.enter(w.give(h.id, ownpage.Give{Person: h.amina}))
		for _, m := range []struct {
			kind ownpage.MessageKind
			text string
		}{{ownpage.Word, "Ik kom dinsdag."}, {ownpage.Correction, "Noor is geboren op 2 februari."}, {ownpage.Objection, "De school hoeft dit niet te weten."}} {
			if err := w.Write(ctx, amina, m.kind, "", m.text); err != nil {
				t.Fatal(err)
			}
			w.later(time.Minute)
		}
		waiting := func() int {
			n := 0
			for _, x := range must(w.Waiting(w.bram)) {
				n += x.N
			}
			return n
		}
		if n := waiting(); n != 3 {
			t.Errorf("%d messages wait", n)
		}
		if left := must(w.Waiting(w.chloe)); len(left) != 0 {
			t.Errorf("another organisation is told that %d families wrote", len(left))
		}
		talk := must(w.Talks(w.bram, h.id))[0]
		if talk.Person.ID != h.amina || len(talk.Messages) != 3 || talk.Messages[0].Text != "Ik kom dinsdag." {
			t.Fatalf("the care team reads %+v", talk)
		}
		if err := w.Answer(w.bram, h.id, h.amina, "Tot dan."); err != nil {
			t.Fatal(err)
		}
		if n := waiting(); n != 2 {
			t.Errorf("after an answer %d wait, want the correction and the objection", n)
		}
		for _, m := range talk.Messages[1:] {
			if err := w.Settle(w.bram, h.id, m.ID); err != nil {
				t.Fatal(err)
			}
		}
		if n := waiting(); n != 0 {
			t.Errorf("%d wait after all was settled", n)
		}
		if p := must(w.Plan(ctx, amina, kernel.NL)); p.Waiting != 1 {
			t.Errorf("she is told of %d new messages", p.Waiting)
		}
		back := must(w.Talk(ctx, amina))
		if last := back.Messages[len(back.Messages)-1]; last.Text != "Tot dan." || !last.ByTeam || back.Names[last.Worker] != "Bram" {
			t.Errorf("she reads %+v", last)
		}
		if p := must(w.Plan(ctx, amina, kernel.NL)); p.Waiting != 0 {
			t.Error("what was read is still new")
		}
	})
}

func TestWhatCannotBeWritten(t *testing.T) {
	inTown(t, func(t *testing.T, w town) {
		h, other := w.open(), w.open()
		amina := w.enter(w.give(h.id, ownpage.Give{Person: h.amina}))
		for name, tt := range map[string]struct {
			kind        ownpage.MessageKind
			about, text string
			want        string
		}{
			"nothing":                       {ownpage.Word, "", " \n ", "invalid own.text_empty"},
			"too much":                      {ownpage.Word, "", strings.Repeat("م", 2001), "too_many own.text"},
			"as much as can be":             {ownpage.Word, "", strings.Repeat("م", 2000), ""},
			"with a sign that turns it":     {ownpage.Word, "", "a\u202eb", "invalid own.text_form"},
			"with a mark of Arabic writing": {ownpage.Word, "", "موعد\u200f 12:30", ""},
			"of no kind":                    {"shout", "", "a", "invalid own.kind"},
			"about a sentence":              {ownpage.Correction, "Noor Peeters", "a", "invalid own.about"},
			"about a fact":                  {ownpage.Correction, "birth_date", "a", ""},
		} {
			wants(t, name, w.Write(ctx, amina, tt.kind, tt.about, tt.text), tt.want)
		}
		wants(t, "an answer to another family", w.Answer(w.aicha, h.id, other.amina, "a"), "invalid pagecode.person")
		wants(t, "an answer to a child", w.Answer(w.aicha, h.id, h.yara, "a"), "invalid pagecode.person")
		wants(t, "by somebody else", w.Answer(w.chloe, h.id, h.amina, "a"), "not_found object")
	})
}

// A hundred at once write no more than a day allows.
func TestAHundredMessagesAtOnce(t *testing.T) {
	inTown(t, func(t *testing.T, w town) {
		h := w.open()
		amina := w.enter(w.give(h.id, ownpage.Give{Person: h.amina}))
		var all sync.WaitGroup
		var mu sync.Mutex
		kept := 0
		for range 100 {
			all.Go(func() {
				err := w.Write(ctx, amina, ownpage.Word, "", "Hallo")
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					kept++
				} else if kernel.CodeOf(err) != kernel.TooMany {
					t.Errorf("one of a hundred: %v", err)
				}
			})
		}
		all.Wait()
		if n := w.count(`SELECT count(*) FROM own_message`); kept != 30 || n != 30 {
			t.Errorf("%d were told that it was kept, %d are", kept, n)
		}
	})
}

func TestThePlanIsWhatWasAgreedAndWhatIsUnderWay(t *testing.T) {
	inTown(t, func(t *testing.T, w town) {
		h := w.open()
		amina := w.enter(w.give(h.id, ownpage.Give{Person: h.amina}))
		for _, step := range []ownpage.NewStep{{Text: "Wij bellen de school", Due: "2026-03-20"}, {Text: "U brengt de brief mee", Theirs: true, Due: "2026-03-10"}} {
			if err := w.AddStep(w.aicha, h.id, step); err != nil {
				t.Fatal(err)
			}
		}
		wants(t, "an empty step", w.AddStep(w.aicha, h.id, ownpage.NewStep{}), "invalid own.text_empty")
		wants(t, "a step for yesterday", w.AddStep(w.aicha, h.id, ownpage.NewStep{Text: "a", Due: "2026-03-01"}), "invalid plan.due")
		wants(t, "by somebody else", w.AddStep(w.chloe, h.id, ownpage.NewStep{Text: "a"}), "not_found object")
		plan := must(w.Plan(ctx, amina, kernel.NL))
		if len(plan.Open) != 2 || plan.Open[0].Text != "U brengt de brief mee" || plan.Names[plan.Open[1].Worker] != "Aïcha" {
			t.Fatalf("the plan is %+v", plan.Open)
		}
		theirs, ours := plan.Open[0].ID, plan.Open[1].ID
		wants(t, "the family says that ours is done", w.Tick(ctx, amina, ours, ownpage.Finished), "not_found step")
		wants(t, "the family takes one off", w.Tick(ctx, amina, theirs, ownpage.TakenOff), "invalid own.step")
		wants(t, "the family did theirs", w.Tick(ctx, amina, theirs, ownpage.Finished), "")
		if p := must(w.PlanOf(w.bram, h.id, "", kernel.NL)); len(p.Done) != 1 || p.Done[0].ID != theirs {
			t.Errorf("the care team sees %+v", p.Done)
		}
		wants(t, "ours is taken off", w.StepDone(w.bram, h.id, ours, ownpage.TakenOff), "")
		if n := w.count(`SELECT count(*) FROM vault_entry WHERE name LIKE 'own/step/%'`); n != 1 {
			t.Errorf("%d steps lie in the vault", n)
		}
	})
}

// A worker's context, or another family's, opens nothing of a page.
func TestAPageIsItsVisitorsAlone(t *testing.T) {
	inTown(t, func(t *testing.T, w town) {
		h := w.open()
		child := w.enter(w.give(h.id, ownpage.Give{Person: h.yara, Contact: ownpage.ChildsPerson{Worker: w.person(w.bram), When: "dinsdag"}}))
		if page := must(w.ChildsPage(ctx, child)); page.First != "Yara" || page.Worker != "Bram" || page.When != "dinsdag" {
			t.Errorf("the child sees %+v", page)
		}
		_, err := w.About(ctx, child)
		wants(t, "a child on a parent's page", err, "forbidden role")
		amina := w.enter(w.give(h.id, ownpage.Give{Person: h.amina}))
		_, err = w.ChildsPage(ctx, amina)
		wants(t, "a parent on the child's page", err, "forbidden role")
		if err := w.Families.Left(w.aicha, h.id, h.yara, "2026-03-01", "moved"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.ChildsPage(ctx, child); kernel.CodeOf(err) != kernel.NotFound {
			t.Errorf("a child who left: %v", err)
		}
		member := act.As(ctx, policy.MemberActor(w.alliance, h.id, h.amina, false))
		if _, err := w.Families.Read(member, h.id, "care"); kernel.CodeOf(err) != kernel.Forbidden {
			t.Errorf("somebody of the family opens the worker's file: %v", err)
		}
		if _, err := w.Codes(member, h.id); kernel.CodeOf(err) != kernel.Forbidden {
			t.Errorf("somebody of the family lists codes: %v", err)
		}
	})
}

func FuzzTyped(f *testing.F) {
	w := newTown(f, open(f))
	h := w.open()
	slip := w.give(h.id, ownpage.Give{Person: h.amina})
	f.Add(slip.Digits, "2024-02-01")
	f.Add("١٢٣٤ 5678 9012", "1999-13-40")
	f.Add("\x00\xff", "")
	f.Fuzz(func(t *testing.T, digits, birth string) {
		if _, err := w.Typed(ctx, digits, kernel.Date(birth)); err != nil && kernel.CodeOf(err) != kernel.Invalid {
			t.Errorf("Typed(%q, %q): %v", digits, birth, err)
		}
		if _, err := w.Scanned(ctx, digits); err != nil && kernel.CodeOf(err) != kernel.Invalid {
			t.Errorf("Scanned(%q): %v", digits, err)
		}
		if _, err := w.Visit(ctx, digits); err != nil && kernel.CodeOf(err) != kernel.Unauthenticated {
			t.Errorf("Visit(%q): %v", digits, err)
		}
	})
}
