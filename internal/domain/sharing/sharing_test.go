package sharing_test

import (
	"slices"
	"sync"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/sharing"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

func TestWhatIsSharedIsSeenAndNothingElse(t *testing.T) {
	inTown(t, func(w *town) {
		_, err := w.Families.Read(w.chloe, w.family, families.ForCare)
		wants(t, "before anything is shared", err, "not_found object")
		if rows := must(w.Families.List(w.chloe, families.Query{})).Rows; len(rows) != 0 {
			t.Errorf("the list holds %d", len(rows))
		}
		d := must(w.Decide(w.aicha, w.family, w.says(w.midwives, policy.Health)))
		mother := w.persons[0].ID
		file := must(w.Families.Read(w.chloe, w.family, families.ForCare))
		_, health := file.Fact(mother, "disability_66")
		if !health || !file.Partial || file.Persons[0].First != "Amina" {
			t.Errorf("the midwife sees %+v", file)
		}
		for _, key := range []string{"benefit", "residence_right"} {
			if _, seen := file.Fact(mother, key); seen {
				t.Errorf("the midwife sees %s", key)
			}
		}
		if _, seen := file.Fact("", "rent_month"); seen || len(file.Notes) != 0 || len(file.Events) != 0 || len(file.Contact.Phones) != 0 ||
			file.Contact.Address.Street != "" || file.Municipality != "" {
			t.Errorf("the midwife sees more than health: %+v", file)
		}
		if rows := must(w.Families.List(w.chloe, families.Query{})).Rows; len(rows) != 1 {
			t.Errorf("the list holds %d", len(rows))
		}
		_, err = w.Families.AddNote(w.chloe, w.family, "Dag.")
		wants(t, "she writes a note", err, "not_found object")
		_, err = w.Decide(w.chloe, w.family, w.says(w.school, policy.School))
		wants(t, "she shares it on", err, "not_found object")
		_, err = w.Of(w.chloe, w.family)
		wants(t, "she looks at what else is shared", err, "not_found object")
		_, err = w.Families.Read(w.nadia, w.family, families.ForCare)
		wants(t, "somebody with whom nothing is shared", err, "not_found object")

		wants(t, "the family says stop", w.End(w.aicha, w.family, d.ID, sharing.Withdrawn), "")
		_, err = w.Families.Read(w.chloe, w.family, families.ForCare)
		wants(t, "at the next request", err, "not_found object")
		if rows := must(w.Families.List(w.chloe, families.Query{})).Rows; len(rows) != 0 {
			t.Errorf("the list still holds %d", len(rows))
		}
		wants(t, "stopping again", w.End(w.aicha, w.family, d.ID, sharing.Withdrawn), "conflict sharing.ended")
	})
}

func TestADecisionEndsByItselfAtMidnight(t *testing.T) {
	inTown(t, func(w *town) {
		in := w.says(w.midwives, policy.Contact)
		in.Starts, in.Ends = w.today().AddDays(2), w.today().AddDays(3)
		must(w.Decide(w.aicha, w.family, in))
		for day, want := range map[int]int{0: 0, 1: 0, 2: 2, 3: 2, 4: 0} {
			before := *w.clock
			w.days(day)
			if got := w.sees(w.midwives, false); len(got) != want {
				t.Errorf("after %d days: %v, want %d groups", day, got, want)
			}
			*w.clock = before
		}
	})
}

func TestWhatCannotBeSharedIsRefusedInWords(t *testing.T) {
	inTown(t, func(w *town) {
		for name, tt := range map[string]struct {
			change func(*sharing.New)
			want   string
		}{
			"nothing":                    {func(in *sharing.New) { in.Groups = nil }, "invalid sharing.groups"},
			"a group that there is not":  {func(in *sharing.New) { in.Groups = []policy.Group{"secrets"} }, "invalid sharing.group"},
			"what is for the team alone": {func(in *sharing.New) { in.Groups = []policy.Group{policy.Sealed} }, "invalid sharing.group"},
			"with nobody":                {func(in *sharing.New) { in.Recipients = nil }, "invalid sharing.recipients"},
			"with somebody unknown":      {func(in *sharing.New) { in.Recipients = []kernel.ID{kernel.NewID()} }, "invalid sharing.recipients"},
			"with oneself":               {func(in *sharing.New) { in.Recipients = []kernel.ID{w.ocmw} }, "invalid sharing.own"},
			"without a ground":           {func(in *sharing.New) { in.Basis = "habit" }, "invalid sharing.basis"},
			"without an end":             {func(in *sharing.New) { in.Ends = "" }, "invalid date"},
			"for three years":            {func(in *sharing.New) { in.Ends = w.today().AddMonths(36) }, "invalid sharing.ends"},
			"from before today":          {func(in *sharing.New) { in.Starts = w.today().AddDays(-1) }, "invalid sharing.starts"},
			"that ends before it begins": {func(in *sharing.New) { in.Starts, in.Ends = w.today().AddDays(9), w.today().AddDays(8) }, "invalid sharing.ends"},
			"without evidence":           {func(in *sharing.New) { in.Evidence = "" }, "invalid sharing.evidence"},
			"of which nobody was told":   {func(in *sharing.New) { in.ToldHow = sharing.NotYetTold }, "invalid sharing.told_first"},
			"told tomorrow":              {func(in *sharing.New) { in.ToldOn = w.today().AddDays(1) }, "invalid sharing.told_on"},
			"shared secrecy, four of five": {func(in *sharing.New) {
				in.Basis, in.Conditions = sharing.Secrecy, sharing.EditionOn(w.today()).Conditions[:4]
			}, "invalid sharing.conditions"},
			"shared secrecy with a school":  {secret(w, w.school), "invalid sharing.not_bound"},
			"the police, because one may":   {func(in *sharing.New) { in.Recipients = []kernel.ID{w.police} }, "invalid sharing.police"},
			"notes with a school":           {func(in *sharing.New) { in.Recipients, in.Groups = []kernel.ID{w.school}, []policy.Group{policy.Care} }, "invalid sharing.too_close"},
			"a child's words with a school": {func(in *sharing.New) { in.Recipients, in.Groups = []kernel.ID{w.school}, []policy.Group{policy.Child} }, "invalid sharing.too_close"},
			"shared secrecy with midwives":  {secret(w, w.midwives), ""},
			"danger, told later": {func(in *sharing.New) {
				in.Basis, in.ToldHow, in.Recipients = sharing.Vital, sharing.NotYetTold, []kernel.ID{w.police}
			}, ""},
			"the school, by consent": {func(in *sharing.New) { in.Recipients, in.Groups = []kernel.ID{w.school}, []policy.Group{policy.School} }, ""},
		} {
			in := w.says(w.midwives, policy.Contact)
			tt.change(&in)
			_, err := w.Decide(w.aicha, w.family, in)
			wants(t, name, err, tt.want)
		}
	})
}

func secret(w *town, to kernel.ID) func(*sharing.New) {
	return func(in *sharing.New) {
		in.Basis, in.Conditions, in.Recipients = sharing.Secrecy, sharing.EditionOn(w.today()).Conditions, []kernel.ID{to}
	}
}

func TestWhatIsSaidInAConsultationStaysThere(t *testing.T) {
	inTown(t, func(w *town) {
		in := w.says(w.police, policy.Health)
		in.Basis, in.Evidence, in.ToldHow = sharing.Consultation, sharing.Minutes, sharing.NotYetTold
		must(w.Decide(w.aicha, w.family, in))
		if got := w.sees(w.police, false); len(got) != 0 {
			t.Errorf("outside the consultation: %v", got)
		}
		_, err := w.Families.Read(w.piet, w.family, families.ForCare)
		wants(t, "read for care", err, "not_found object")
		file := must(w.Families.Read(w.piet, w.family, families.ForConsultation))
		if _, seen := file.Fact(w.persons[0].ID, "disability_66"); !seen || len(file.Notes) != 0 {
			t.Errorf("in the consultation: %+v", file)
		}
		if rows := must(w.Families.List(w.piet, families.Query{})).Rows; len(rows) != 0 {
			t.Error("a consultation puts a family in the list")
		}
	})
}

func TestAnObjectionStopsWhatTheFamilyHasASayIn(t *testing.T) {
	inTown(t, func(w *town) {
		must(w.Decide(w.aicha, w.family, w.says(w.midwives, policy.Contact, policy.Health)))
		vital := w.says(w.midwives, policy.Home)
		vital.Basis = sharing.Vital
		must(w.Decide(w.aicha, w.family, vital))
		o := must(w.Object(w.aicha, w.family, w.midwives, []policy.Group{policy.Health}, sharing.ToldInPerson))
		if got, want := w.sees(w.midwives, false), []policy.Group{policy.Identity, policy.Contact, policy.Home}; !slices.Equal(got, want) {
			t.Errorf("after a no to health: %v, want %v", got, want)
		}
		_, err := w.Decide(w.aicha, w.family, w.says(w.midwives, policy.Health))
		wants(t, "sharing against it", err, "conflict sharing.objected")
		all := must(w.Object(w.aicha, w.family, "", nil, sharing.ToldByPhone))
		if got, want := w.sees(w.midwives, false), []policy.Group{policy.Identity, policy.Home}; !slices.Equal(got, want) {
			t.Errorf("after a no to everybody: %v, want what danger needs, %v", got, want)
		}
		for _, id := range []kernel.ID{o.ID, all.ID} {
			wants(t, "a no is taken back", w.Lift(w.aicha, w.family, id), "")
			wants(t, "and again", w.Lift(w.aicha, w.family, id), "conflict sharing.lifted")
		}
		if got := w.sees(w.midwives, false); len(got) != 4 {
			t.Errorf("after both were taken back: %v", got)
		}
	})
}

func TestAnAcceptedReferralShowsNothingAgainstTheFamilysNo(t *testing.T) {
	inTown(t, func(w *town) {
		accept := func() {
			t.Helper()
			must(0, w.db.Write(t.Context(), func(q dbQuerier) error {
				return policy.Related(t.Context(), q, w.alliance, w.midwives, policy.Accepted, w.family, kernel.InstantOf(*w.clock))
			}))
		}
		accept()
		if got := w.sees(w.midwives, false); len(got) != 3 {
			t.Errorf("an accepted referral shows %v", got)
		}
		o := must(w.Object(w.aicha, w.family, w.midwives, nil, sharing.ToldInPerson))
		if got := w.sees(w.midwives, false); len(got) != 0 {
			t.Errorf("after the no: %v", got)
		}
		accept()
		if got := w.sees(w.midwives, false); len(got) != 0 {
			t.Errorf("a referral accepted after the no: %v", got)
		}
		must(0, w.Lift(w.aicha, w.family, o.ID))
		accept()
		if got := w.sees(w.midwives, false); len(got) != 3 {
			t.Errorf("after it was taken back: %v", got)
		}
	})
}

func TestAHundredWithdrawOneDecisionAndOneDoes(t *testing.T) {
	inTown(t, func(w *town) {
		d := must(w.Decide(w.aicha, w.family, w.says(w.midwives, policy.Contact)))
		var wg sync.WaitGroup
		var mu sync.Mutex
		done := map[kernel.Code]int{}
		for range 100 {
			wg.Go(func() {
				err := w.End(w.aicha, w.family, d.ID, sharing.Withdrawn)
				mu.Lock()
				defer mu.Unlock()
				done[kernel.CodeOf(err)]++
			})
		}
		wg.Wait()
		if done[""] != 1 || done[kernel.Conflict] != 99 {
			t.Errorf("%v, want one that did and 99 conflicts", done)
		}
		if got := w.sees(w.midwives, false); len(got) != 0 {
			t.Errorf("sees %v", got)
		}
	})
}

func TestOfAForgottenFamilyNothingIsShared(t *testing.T) {
	inTown(t, func(w *town) {
		must(w.Decide(w.aicha, w.family, w.says(w.midwives, policy.Contact)))
		must(w.Object(w.aicha, w.family, w.school, nil, sharing.ToldInPerson))
		must(0, w.Families.Forget(w.officer(), w.family, "asked"))
		must(0, w.db.Read(t.Context(), func(q dbQuerier) error {
			for _, table := range []string{"sharing_decision", "sharing_objection", "policy_relation"} {
				var n int
				if err := q.QueryRowContext(t.Context(), `SELECT count(*) FROM `+table).Scan(&n); err != nil || n != 0 {
					t.Errorf("%s holds %d rows, %v", table, n, err)
				}
			}
			return nil
		}))
	})
}
