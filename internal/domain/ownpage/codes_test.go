package ownpage_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/ownpage"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

var ctx = context.Background()

// When a family looked is not kept for longer than its page needs it.
func TestVisitsThatEndedAreSweptAway(t *testing.T) {
	inTown(t, func(t *testing.T, w town) {
		h := w.open()
		code := w.give(h.id, ownpage.Give{Person: h.amina, Lang: kernel.NL, Days: 30})
		ended := must(w.Scanned(ctx, code.Scan))
		w.later(31 * time.Minute)
		cookie := must(w.Scanned(ctx, code.Scan))
		if n := must(w.Sweep(ctx)); n != 1 {
			t.Errorf("%d visits are swept away, want the one that ended", n)
		}
		_, err := w.Visit(ctx, ended)
		wants(t, "what was swept away", err, "unauthenticated own.over")
		must(w.Visit(ctx, cookie))
	})
}

func TestACodeOpensUntilItEnds(t *testing.T) {
	inTown(t, func(t *testing.T, w town) {
		h := w.open()
		first := w.give(h.id, ownpage.Give{Person: h.amina, Lang: kernel.AR, Days: 30})
		v := w.enter(first)
		if v.Person != h.amina || v.Family != h.id || v.Lang != kernel.AR || v.Names != kernel.FR || v.Child {
			t.Errorf("the visit is %+v", v)
		}
		if len(first.Scan) != 20 || len(strings.ReplaceAll(first.Digits, " ", "")) != 12 {
			t.Errorf("the code is %q and %q", first.Scan, first.Digits)
		}
		second := w.give(h.id, ownpage.Give{Person: h.amina, Lang: kernel.UK, Days: 1})
		_, err := w.Scanned(ctx, first.Scan)
		wants(t, "the code before a new one", err, "invalid own.code")
		cookie := must(w.Scanned(ctx, strings.ToLower(second.Scan)))
		w.later(20 * time.Minute)
		must(w.Visit(ctx, cookie))
		w.later(31 * time.Minute)
		_, err = w.Visit(ctx, cookie)
		wants(t, "a visit that nobody touched for half an hour", err, "unauthenticated own.over")
		cookie = must(w.Scanned(ctx, second.Scan))
		for range 12 {
			w.later(20 * time.Minute)
			_, err = w.Visit(ctx, cookie)
		}
		wants(t, "a visit that was touched again and again", err, "")
		w.later(20 * time.Minute)
		_, err = w.Visit(ctx, cookie)
		wants(t, "a visit of more than four hours", err, "unauthenticated own.over")
		w.later(48 * time.Hour)
		_, err = w.Scanned(ctx, second.Scan)
		wants(t, "a code after its last day", err, "invalid own.code")

		third := w.give(h.id, ownpage.Give{Person: h.amina})
		cookie = must(w.Scanned(ctx, third.Scan))
		codes := must(w.Codes(w.bram, h.id))
		if len(codes) != 3 || codes[0].Uses != 1 || codes[0].UsedAt == "" || codes[1].EndedAt == "" {
			t.Errorf("the codes are %+v", codes)
		}
		if err := w.EndCode(w.bram, h.id, third.ID); err != nil {
			t.Fatal(err)
		}
		_, err = w.Visit(ctx, cookie)
		wants(t, "a visit whose code was ended", err, "unauthenticated own.over")
	})
}

func TestWhoCanBeGivenWhat(t *testing.T) {
	inTown(t, func(t *testing.T, w town) {
		h, other := w.open(), w.open()
		bram := ownpage.ChildsPerson{Worker: w.person(w.bram), When: "dinsdag"}
		for name, tt := range map[string]struct {
			by   context.Context
			give ownpage.Give
			want string
		}{
			"to a child of nine":                   {w.aicha, ownpage.Give{Person: h.yara, Lang: kernel.TR, Days: 30, Contact: bram}, ""},
			"to a child of two":                    {w.aicha, ownpage.Give{Person: h.noor, Lang: kernel.NL, Days: 30, Contact: bram}, "invalid pagecode.child_age"},
			"to a child without anybody":           {w.aicha, ownpage.Give{Person: h.yara, Lang: kernel.NL, Days: 30}, "invalid pagecode.worker"},
			"to a child with a stranger":           {w.aicha, ownpage.Give{Person: h.yara, Lang: kernel.NL, Days: 30, Contact: ownpage.ChildsPerson{Worker: w.person(w.chloe), When: "x"}}, "invalid pagecode.worker"},
			"to a child who cannot reach anybody":  {w.aicha, ownpage.Give{Person: h.yara, Lang: kernel.NL, Days: 30, Contact: ownpage.ChildsPerson{Worker: w.person(w.bram)}}, "invalid pagecode.reach"},
			"to somebody of another family":        {w.aicha, ownpage.Give{Person: other.amina, Lang: kernel.NL, Days: 30}, "invalid pagecode.person"},
			"in a language that nobody reads here": {w.aicha, ownpage.Give{Person: h.amina, Lang: "ru", Days: 30}, "invalid lang"},
			"with names in Arabic":                 {w.aicha, ownpage.Give{Person: h.amina, Lang: kernel.AR, Names: kernel.AR, Days: 30}, "invalid lang"},
			"for no day":                           {w.aicha, ownpage.Give{Person: h.amina, Lang: kernel.NL}, "invalid pagecode.days"},
			"for two years":                        {w.aicha, ownpage.Give{Person: h.amina, Lang: kernel.NL, Days: 730}, "invalid pagecode.days"},
			"with another family's child":          {w.aicha, ownpage.Give{Person: h.jan, Lang: kernel.NL, Days: 3, Away: true, Children: []kernel.ID{other.noor}}, "invalid pagecode.children"},
			"by somebody who does not know them":   {w.chloe, ownpage.Give{Person: h.amina, Lang: kernel.NL, Days: 30}, "not_found object"},
		} {
			_, err := w.GiveCode(tt.by, h.id, tt.give)
			wants(t, name, err, tt.want)
		}
		slip := w.give(other.id, ownpage.Give{Person: other.amina})
		wants(t, "a code of another family is ended", w.EndCode(w.aicha, h.id, slip.ID), "not_found code")
	})
}

// Five wrong dates an hour close the digits, whoever typed them, and never the
// square: nobody is locked out by another.
func TestWrongDatesShutTheDigitsAndNothingElse(t *testing.T) {
	inTown(t, func(t *testing.T, w town) {
		h := w.open()
		slip := w.give(h.id, ownpage.Give{Person: h.amina})
		var wrong sync.WaitGroup
		for range 100 {
			wrong.Go(func() {
				if _, err := w.Typed(ctx, slip.Digits, "1999-09-09"); kernel.CodeOf(err) != kernel.Invalid {
					t.Errorf("a wrong date: %v", err)
				}
			})
		}
		wrong.Wait()
		if c := must(w.Codes(w.aicha, h.id))[0]; c.Wrong != 5 || !c.Shut(kernel.InstantOf(w.Acts.Now())) {
			t.Errorf("of a hundred wrong dates at once %d counted", c.Wrong)
		}
		_, err := w.Typed(ctx, slip.Digits, "2024-02-01")
		wants(t, "the right date within the hour", err, "invalid own.code")
		w.enter(slip)
		w.later(61 * time.Minute)
		must(w.Typed(ctx, slip.Digits, "2024-02-01"))
		for range 5 {
			_, err = w.Typed(ctx, slip.Digits, "1999-09-09")
			wants(t, "wrong again", err, "invalid own.code")
		}
		_, err = w.Typed(ctx, "0000 0000 0000", "2024-02-01")
		wants(t, "digits that nobody has", err, "invalid own.code")
		for range 20 {
			w.later(20 * time.Minute)
			_, _ = w.Typed(ctx, slip.Digits, "1999-09-09")
		}
		w.later(24 * time.Hour)
		_, err = w.Typed(ctx, slip.Digits, "2024-02-01")
		wants(t, "after twenty-five wrong dates in all", err, "invalid own.code")
		w.enter(slip)
	})
}

func TestTheSecondThingIsTheChildsDateOrOnesOwn(t *testing.T) {
	inTown(t, func(t *testing.T, w town) {
		h := w.open()
		amina := w.give(h.id, ownpage.Give{Person: h.amina})
		away := w.give(h.id, ownpage.Give{Person: h.jan, Away: true, Children: []kernel.ID{h.yara}})
		alone := ownpage.Slip{}
		for name, tt := range map[string]struct {
			slip  ownpage.Slip
			birth kernel.Date
			opens bool
		}{
			"a mother, by the younger child":               {amina, "2024-02-01", true},
			"a mother, by the elder child":                 {amina, "2016-11-20", true},
			"a mother, by her own":                         {amina, "1996-05-17", false},
			"a father elsewhere, by a child he sees":       {away, "2016-11-20", true},
			"a father elsewhere, by one he does not see":   {away, "2024-02-01", false},
			"nothing, by nothing":                          {alone, "", false},
			"a mother, by a date that is none":             {amina, "", false},
			"a mother, in the digits of where she is from": {ownpage.Slip{Digits: eastern(amina.Digits)}, "2024-02-01", true},
		} {
			_, err := w.Typed(ctx, tt.slip.Digits, tt.birth)
			if (err == nil) != tt.opens {
				t.Errorf("%s: %v", name, err)
			}
		}
		child := w.give(h.id, ownpage.Give{Person: h.yara, Contact: ownpage.ChildsPerson{Worker: w.person(w.bram), When: "dinsdag"}})
		if _, err := w.Typed(ctx, child.Digits, "2016-11-20"); err != nil || !child.Mine {
			t.Errorf("a child, by its own date: %v", err)
		}
		if _, err := w.Typed(ctx, child.Digits, "2024-02-01"); err == nil {
			t.Error("a child comes in by the date of another")
		}
	})
}

func eastern(digits string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return '٠' + r - '0'
		}
		return r
	}, digits)
}

// No table holds a code, nor the words that were written.
func TestNoTableHoldsACodeOrAWord(t *testing.T) {
	inTown(t, func(t *testing.T, w town) {
		h := w.open()
		slip := w.give(h.id, ownpage.Give{Person: h.amina})
		v := w.enter(slip)
		if err := w.Write(ctx, v, ownpage.Word, "", "geheimschrift van Amina"); err != nil {
			t.Fatal(err)
		}
		if err := w.AddStep(w.aicha, h.id, ownpage.NewStep{Text: "geheimstap"}); err != nil {
			t.Fatal(err)
		}
		everything := w.dump()
		digits := strings.ReplaceAll(slip.Digits, " ", "")
		for _, secret := range []string{slip.Scan, slip.Digits, digits, "geheim", "Amina"} {
			if strings.Contains(everything, secret) {
				t.Errorf("a table holds %q", secret)
			}
		}
		if err := w.Families.Forget(w.as("privacy"), h.id, "asked"); err != nil {
			t.Fatal(err)
		}
		_, err := w.Scanned(ctx, slip.Scan)
		wants(t, "the code of a family that was forgotten", err, "invalid own.code")
		for _, table := range []string{"own_code", "own_visit", "own_message", "own_step"} {
			if n := w.count(`SELECT count(*) FROM ` + table); n != 0 {
				t.Errorf("%s keeps %d rows of it", table, n)
			}
		}
	})
}

// dump is what the tables of this module, and those beside them, hold as text.
func (w town) dump() string {
	w.t.Helper()
	var all strings.Builder
	for table, columns := range map[string]string{
		"own_code":     "id || person || children || lang || names || scanned || typed || made_at || made_by || last_day || ended_at || used_at",
		"own_visit":    "token || code || family || lang || names || began || seen",
		"own_message":  "id || person || kind || about || worker || org || at || seen_at || settled_at || settled_by || due || outcome",
		"own_step":     "id || person || worker || org || due || made_at || made_by || done_at || done_by",
		"audit_record": "person || org || action || subject || rule || body", "job": "kind || payload",
	} {
		err := w.db.Read(ctx, func(q db.Querier) error {
			rows, err := q.QueryContext(ctx, "SELECT "+columns+" FROM "+table)
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
				var cell string
				if err := rows.Scan(&cell); err != nil {
					return err
				}
				fmt.Fprintln(&all, table, cell)
			}
			return rows.Err()
		})
		if err != nil {
			w.t.Fatal(err)
		}
	}
	return all.String()
}
