package rights_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/rules"
)

func TestWhatIsThereForAFamilyIsFoundAndKept(t *testing.T) {
	inTown(t, func(w town) {
		found := must(w.Find(w.aicha, w.noor, kernel.FR))
		if x := found.Finding(basis); x == nil || x.Status != rules.Unknown {
			t.Fatalf("the basic amount of a child of whom nothing is known: %+v", x)
		}
		w.tell("", "all_may_stay", "true")
		w.tell("", "all_live_here", "true")
		if findings, stale, err := w.Findings(w.aicha, w.noor); err != nil || !stale || findings[basis].Status != rules.Unknown {
			t.Errorf("after the facts changed: %v, stale %v, %v", findings[basis], stale, err)
		}
		w.later(time.Hour)
		found = must(w.Find(w.aicha, w.noor, kernel.FR))
		x := found.Finding(basis)
		if x.Status != rules.Entitled || len(x.Amounts) != 1 || x.Amounts[0].Value != "184.62" || x.Amounts[0].To != string(w.noorsChild) {
			t.Errorf("the basic amount: %s %+v", x.Status, x.Amounts)
		}
		if total := found.Total(); total.Month != 184_62 || total.Year != 12*184_62 || len(total.Lines) != 1 {
			t.Errorf("it adds up to %+v", total)
		}
		findings, stale, err := w.Findings(w.aicha, w.noor)
		if err != nil || stale {
			t.Errorf("after looking again: stale %v, %v", stale, err)
		}
		kept := findings[basis]
		if kept.Status != rules.Entitled || kept.FactsVersion != found.File.FactsVersion || kept.FoundOn != "2026-03-02" ||
			string(kept.Amounts) != `[{"value":"184.62","currency":"EUR","per":"month","to":"`+string(w.noorsChild)+`"}]` {
			t.Errorf("kept: %+v", kept)
		}
		if kept.PackVersion == "" || kept.PackVersion != found.PackVersion {
			t.Errorf("the rules it was found by: %q, want %q", kept.PackVersion, found.PackVersion)
		}

		w.later(24 * time.Hour)
		must(w.Find(w.aicha, w.noor, kernel.FR))
		if again := must2(w.Findings(w.aicha, w.noor))[basis]; again.FoundOn != "2026-03-02" {
			t.Errorf("what is still so was found on %s", again.FoundOn)
		}
	})
}

func must2[T any](v T, _ bool, err error) T { return must(v, err) }

func TestAProgrammeOfTheAllianceIsFoundBesideTheLaw(t *testing.T) {
	inTown(t, func(w town) {
		found := must(w.Find(w.aicha, w.noor, kernel.NL))
		i := slices.IndexFunc(found.Result.Rights, func(x rules.Finding) bool { return x.Kind == "local" })
		if i < 0 {
			t.Fatal("no local right")
		}
		x := found.Result.Rights[i]
		local, ok := found.Local[x.ID]
		if !ok || local.Programme.Template != "leuven-kirikou" || len(local.Offers) == 0 {
			t.Fatalf("behind %s stands %+v", x.ID, local)
		}
		if _, err := w.Programmes.Pause(w.katrien, local.Programme.ID); err != nil {
			t.Fatal(err)
		}
		if _, stale, err := w.Findings(w.aicha, w.noor); err != nil || !stale {
			t.Errorf("after a programme was paused the findings are stale: %v, %v", stale, err)
		}
		found = must(w.Find(w.aicha, w.noor, kernel.NL))
		if found.Finding(x.ID) != nil || len(found.Local) != 0 {
			t.Error("a paused programme is still offered")
		}
		if _, ok := must2(w.Findings(w.aicha, w.noor))[x.ID]; ok {
			t.Error("a paused programme is still among the findings")
		}
	})
}

func TestLookingForRightsLeavesOneRecordAndIsForTheCareTeam(t *testing.T) {
	inTown(t, func(w town) {
		before := w.records(w.noor)
		must(w.Find(w.bram, w.noor, kernel.NL)) // a colleague of the same organisation
		after := w.records(w.noor)
		if after["rights.read"] != before["rights.read"]+1 || after["rights.found"] != before["rights.found"]+1 || after["family.read"] != before["family.read"] {
			t.Errorf("records before %v, after %v", before, after)
		}
		must(w.Find(w.aicha, w.noor, kernel.NL)) // nothing new
		if again := w.records(w.noor); again["rights.read"] != after["rights.read"]+1 || again["rights.found"] != after["rights.found"] {
			t.Errorf("records after looking again %v", again)
		}
		for name, tt := range map[string]struct {
			ctx  context.Context
			want string
		}{
			"a caseworker elsewhere": {w.chloe, "not_found object"},
			"a coordinator":          {w.katrien, "forbidden role"},
			"the privacy officer":    {w.dirk, "forbidden role"},
			"nobody":                 {context.Background(), "unauthenticated sign_in"},
		} {
			t.Run(name, func(t *testing.T) {
				_, err := w.Find(tt.ctx, w.noor, kernel.NL)
				wants(t, "find", err, tt.want)
				_, _, err = w.Findings(tt.ctx, w.noor)
				wants(t, "findings", err, tt.want)
			})
		}
		_, err := w.Find(w.aicha, kernel.NewID(), kernel.NL)
		wants(t, "a family that does not exist", err, "not_found object")
	})
}

func TestThePublicCheckAnswersAndKeepsNothing(t *testing.T) {
	inTown(t, func(w town) {
		tables := []string{"finding", "finding_round", "claim", "family", "audit_record", "job"}
		before := map[string]int{}
		for _, table := range tables {
			before[table] = w.count(`SELECT count(*) FROM ` + table)
		}
		document := json.RawMessage(`{"date":"2026-03-02","family":{"municipality":"24062","all_may_stay":true,"all_live_here":true},
			"persons":[{"id":"me","role":"applicant"},{"id":"child1","role":"child","birth_date":"2024-08-02"}]}`)
		found := must(w.Check(context.Background(), w.alliance, document, kernel.NL))
		if x := found.Finding(basis); x == nil || x.Status != rules.Entitled {
			t.Errorf("the basic amount: %+v", x)
		}
		if len(found.Local) != 1 {
			t.Errorf("%d local offers", len(found.Local))
		}
		if alone := must(w.Check(context.Background(), "", document, kernel.NL)); len(alone.Local) != 0 || len(alone.Result.Rights) != 3 {
			t.Errorf("without an alliance: %d rights, %d of them local", len(alone.Result.Rights), len(alone.Local))
		}
		crowd := func(n int) json.RawMessage {
			persons := `{"id":"me","role":"applicant"}`
			for i := range n - 1 {
				persons += fmt.Sprintf(`,{"id":"child%d","role":"child"}`, i)
			}
			return json.RawMessage(`{"date":"2026-03-02","persons":[` + persons + `]}`)
		}
		must(w.Check(context.Background(), "", crowd(families.MaxPersons), kernel.NL))
		_, err := w.Check(context.Background(), "", crowd(families.MaxPersons+1), kernel.NL)
		wants(t, "more people than a file holds", err, "too_many family.persons")
		for _, broken := range []string{``, `{}`, `{"date":"2026-03-02","persons":[]}`,
			`{"date":"2026-03-02","family":{"shoe_size":43},"persons":[{"id":"me","role":"applicant"}]}`} {
			_, err := w.Check(context.Background(), w.alliance, json.RawMessage(broken), kernel.NL)
			wants(t, broken, err, "invalid rights.case")
		}
		for _, table := range tables {
			if n := w.count(`SELECT count(*) FROM ` + table); n != before[table] {
				t.Errorf("%s had %d rows and has %d", table, before[table], n)
			}
		}
	})
}

func TestTheNextQuestionIsNeverOneThatWasLeftOpen(t *testing.T) {
	inTown(t, func(w town) {
		found := must(w.Find(w.aicha, w.noor, kernel.NL))
		open := found.Open("worker")
		var asked []rules.Missing
		for range open {
			ask, ok := found.Next("worker", asked)
			if !ok {
				break
			}
			m := rules.Missing{Fact: ask.Fact.Key, Person: ask.Person}
			if slices.Contains(asked, m) {
				t.Fatalf("%v is asked again", m)
			}
			if ask.Left != open-len(asked) {
				t.Errorf("question %d says that %d are open, want %d", len(asked)+1, ask.Left, open-len(asked))
			}
			asked = append(asked, m)
		}
		if len(asked) != open || open == 0 {
			t.Errorf("%d of %d questions came up", len(asked), open)
		}
		if _, ok := found.Next("worker", asked); ok {
			t.Error("there is still a question after all were left open")
		}
		if _, ok := found.Named("worker", rules.Missing{Fact: "region"}); ok {
			t.Error("a fact about which nobody is to be asked can be asked by name")
		}
		x := found.Finding(basis)
		if ask, more, ok := found.FirstMissing(*x, "worker"); !ok || more != len(x.Missing)-1 || !slices.Contains(x.Missing, rules.Missing{Fact: ask.Fact.Key, Person: ask.Person}) {
			t.Errorf("the first of %v is %v, with %d more", x.Missing, ask.Fact, more)
		}
	})
}

func TestAnErasedFamilyLeavesFiguresOnly(t *testing.T) {
	inTown(t, func(w town) {
		must(w.Find(w.aicha, w.noor, kernel.NL))
		open := must(w.Claim(w.aicha, w.noor, rights.New{Right: basis, Person: w.noorsChild}))
		granted := must(w.Claim(w.aicha, w.noor, rights.New{Right: leefloon}))
		granted = must(w.Grant(w.aicha, granted.ID, granted.Version, "", 100_00, rights.PerMonth))
		if err := w.Families.Forget(w.dirk, w.noor, families.EraseReasons[0]); err != nil {
			t.Fatal(err)
		}
		if n := w.count(`SELECT count(*) FROM finding WHERE family = $1`, w.noor) + w.count(`SELECT count(*) FROM finding_round WHERE family = $1`, w.noor); n != 0 {
			t.Errorf("%d rows of findings are left", n)
		}
		if n := w.count(`SELECT count(*) FROM claim WHERE id = $1 AND state = 'dropped' AND reason = 'erased' AND deadline = ''`, open.ID); n != 1 {
			t.Error("the open claim was not closed")
		}
		if n := w.count(`SELECT count(*) FROM claim WHERE id = $1 AND state = 'granted' AND amount_cents = 10000`, granted.ID); n != 1 {
			t.Error("what was granted no longer counts")
		}
		if page := must(w.Claims(w.aicha, rights.Query{Every: true})); len(page.Rows) != 0 {
			t.Errorf("a caseworker still lists %d claims", len(page.Rows))
		}
	})
}
