package rules_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/rules"
)

// finding evaluates one right.
func finding(t *testing.T, lib *rules.Library, right, in string, lang rules.Lang) rules.Finding {
	t.Helper()
	c, err := lib.ParseCase([]byte(in))
	if err != nil {
		t.Fatal(err)
	}
	r := lib.Evaluate(c, rules.Options{Rights: []string{right}, Lang: lang})
	if len(r.Rights) != 1 {
		t.Fatalf("%d findings", len(r.Rights))
	}
	return r.Rights[0]
}

const loneParentAtWork = `{"date": "2025-02-15", "persons": [
	{"id": "a", "role": "applicant", "birth_date": "1995-05-01", "residence_right": "belgian", "willing_to_work": "yes_willing", "work": "employed",
	 "net_income_month": 600, "net_work_income_month": 600, "started_job_on_aid": true},
	{"id": "b", "role": "child", "birth_date": "2015-01-01"}, {"id": "c", "role": "child", "birth_date": "2018-01-01"}]}`

// The arithmetic of the living wage, as a person would write it down.
func TestStepsOfAnAmount(t *testing.T) {
	f := finding(t, library(t), "be.leefloon", loneParentAtWork, rules.EN)
	if len(f.Amounts) != 1 {
		t.Fatalf("amounts %v", f.Amounts)
	}
	var got []string
	for _, s := range f.Amounts[0].Steps {
		got = append(got, s.Label+": "+s.Expression+" = "+s.Value)
	}
	want := []string{
		"living wage a year for this category: 21,312.84 = 21312.84",
		"wage that does not count a month: lowest of (600.00; 309.48) = 309.48",
		"own income that counts a year: 12 × highest of (0; 600.00 − 309.48) = 3486.24",
		"partner's income above category 1 a year: 0.00 = 0.00",
		"income that counts a year: 3,486.24 + 0.00 = 3486.24",
		"general exemption a year: 310.00 = 310.00",
		"income after the general exemption: highest of (0; 3,486.24 − 310.00) = 3176.24",
		"living wage a month: (21,312.84 − 3,176.24) / 12 = 1511.38",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if f.Amounts[0].Cents != 1511_38 {
		t.Errorf("%d cents", f.Amounts[0].Cents)
	}
}

func TestReasonsSayWhatTheySaw(t *testing.T) {
	f := finding(t, library(t), "be.leefloon", loneParentAtWork, rules.EN)
	for _, r := range f.Reasons {
		if r.Holds == nil || !*r.Holds || r.Law == "" || r.Source == "" || r.Text == "" {
			t.Errorf("reason %+v", r)
		}
		if r.Condition != "means" {
			continue
		}
		if r.Saw["a.net_income_month"] != "600.00" || r.Saw["param.work_exempt"] != "309.48" || r.Saw["a.started_job_on_aid"] != true {
			t.Errorf("saw %v", r.Saw)
		}
		for _, p := range r.Parameters {
			if p.Name == "work_exempt" && (p.From != "2025-02-01" || p.Confidence != "high" || !strings.Contains(p.Source, "bdas-wwsb")) {
				t.Errorf("parameter %+v", p)
			}
		}
	}
}

func TestAFactThatIsNotKnownIsSeenAsNull(t *testing.T) {
	in := strings.Replace(loneParentAtWork, `"net_income_month": 600,`, ``, 1)
	f := finding(t, library(t), "be.leefloon", in, rules.NL)
	for _, r := range f.Reasons {
		if v, saw := r.Saw["a.net_income_month"]; r.Condition == "means" && (!saw || v != nil || r.Holds != nil) {
			t.Errorf("reason %+v", r)
		}
	}
}

// The JSON has the keys that others rely on.
func TestShapeOfTheResult(t *testing.T) {
	lib := library(t)
	c, err := lib.ParseCase([]byte(`{"date": "2026-03-01", "family": {"municipality": "24062", "all_may_stay": true}, "persons": [
		{"id": "a", "role": "applicant"}, {"id": "k", "role": "child", "birth_date": "2018-12-31"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(lib.Evaluate(c, rules.Options{}))
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Date   string `json:"date"`
		Rights []struct {
			ID      string           `json:"id"`
			Status  string           `json:"status"`
			Amounts []map[string]any `json:"amounts"`
			Reasons []map[string]any `json:"reasons"`
			Missing []map[string]any `json:"missing"`
			Decides *string          `json:"decides"`
			How     *string          `json:"how_to_apply"`
		} `json:"rights"`
		Next map[string]any `json:"next_question"`
	}
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	if got.Date != "2026-03-01" || len(got.Rights) != len(lib.Rights()) {
		t.Errorf("%s, %d rights", got.Date, len(got.Rights))
	}
	for _, r := range got.Rights {
		if r.Amounts == nil || r.Reasons == nil || r.Missing == nil || r.Decides == nil || r.How == nil {
			t.Errorf("%s leaves a key out", r.ID)
		}
		for _, reason := range r.Reasons {
			for _, key := range []string{"condition", "holds", "saw", "law", "source"} {
				if _, there := reason[key]; !there {
					t.Errorf("a reason of %s has no %s", r.ID, key)
				}
			}
		}
		for _, m := range r.Missing {
			if m["fact"] == nil {
				t.Errorf("%s misses %v", r.ID, m)
			}
		}
	}
	if _, there := got.Next["person"]; !there {
		t.Error("the question does not say of whom; null is the family")
	}
	for _, key := range []string{"fact", "why"} {
		if got.Next[key] == nil {
			t.Errorf("the question has no %s", key)
		}
	}
}

func TestWarningsHangOnWhatTheAnswerHangsOn(t *testing.T) {
	pack := func(indexed, confidence, to string) string {
		values := "{from: 2024-03-01, " + to + "value: 5, confidence: " + confidence + ", source: s}"
		return strings.Replace(smallPack("be.one", "conditions:\n  - {id: c, text: {nl: n, fr: n, de: n, en: n}, when: 'family.wet || family.rooms < param.x'}\namount: {value: 1, per: month}\n"),
			"parameters:\n", "parameters:\n  - {name: x, unit: EUR, indexed: "+indexed+", text: {nl: n, fr: n, de: n, en: n}, values: ["+values+"]}\n", 1)
	}
	for name, tt := range map[string]struct{ indexed, confidence, to, day, family, want string }{
		"nothing to warn of":                  {"none", "high", "", "2030-01-01", `"wet": false, "rooms": 4`, ""},
		"low confidence":                      {"none", "low", "", "2024-03-01", `"wet": false, "rooms": 4`, "low_confidence"},
		"low confidence that does not matter": {"none", "low", "", "2024-03-01", `"wet": true`, ""},
		"the last day":                        {"none", "high", "to: 2024-12-31, ", "2024-12-31", `"wet": false, "rooms": 4`, ""},
		"the day after the last":              {"none", "high", "to: 2024-12-31, ", "2025-01-01", `"wet": false, "rooms": 4`, "ended"},
		"before September":                    {"september", "high", "", "2024-08-31", `"wet": false, "rooms": 4`, ""},
		"from September on":                   {"september", "high", "", "2024-09-01", `"wet": false, "rooms": 4`, "outdated"},
		"before January":                      {"january", "high", "", "2024-12-31", `"wet": false, "rooms": 4`, ""},
		"from January on":                     {"january", "high", "", "2025-01-01", `"wet": false, "rooms": 4`, "outdated"},
		"from July on":                        {"july", "high", "", "2024-07-01", `"wet": false, "rooms": 4`, "outdated"},
		"less than a year of pivot":           {"pivot", "high", "", "2025-02-28", `"wet": false, "rooms": 4`, ""},
		"a year of pivot":                     {"pivot", "high", "", "2025-03-01", `"wet": false, "rooms": 4`, "outdated"},
		"two years of nobody knows what":      {"unknown", "high", "", "2026-03-01", `"wet": false, "rooms": 4`, "outdated"},
		"while the answer is open":            {"none", "low", "", "2024-03-01", `"wet": false`, "low_confidence"},
	} {
		t.Run(name, func(t *testing.T) {
			lib := small(t, pack(tt.indexed, tt.confidence, tt.to))
			f := finding(t, lib, "be.one", `{"date": "`+tt.day+`", "family": {`+tt.family+`}, "persons": [{"id": "a", "role": "applicant"}]}`, rules.NL)
			var got []string
			for _, w := range f.Warnings {
				got = append(got, w.Code)
			}
			if strings.Join(got, " ") != tt.want {
				t.Errorf("warns %v, want %q", f.Warnings, tt.want)
			}
		})
	}
}

// A right that cannot be computed says why and names who decides.
func TestReferralsNameWhoDecides(t *testing.T) {
	pack := smallPack("be.one", "refer:\n  - {id: odd, text: {nl: vreemd, fr: n, de: n, en: odd}, decides: {nl: de raad, fr: n, de: n, en: the council}, when: family.wet}\namount: {value: 'family.warm ? param.never : 1 / family.rooms', per: month}\n")
	other := smallPack("be.two", "conditions:\n  - {id: c, text: {nl: n, fr: n, de: n, en: n}, when: 'right(\"be.one\")'}\namount: {value: 1, per: month}\n")
	lib := small(t, pack, other)
	for name, tt := range map[string]struct{ right, family, id, decides string }{
		"a case for the council":          {"be.one", `"wet": true`, "odd", "de raad"},
		"an amount that is not published": {"be.one", `"wet": false, "warm": true`, "no_amount", "gezag"},
		"a division by nothing":           {"be.one", `"wet": false, "warm": false, "rooms": 0`, "no_amount", "gezag"},
		"a right that hangs on it":        {"be.two", `"wet": true`, "depends_on", "gezag"},
	} {
		t.Run(name, func(t *testing.T) {
			f := finding(t, lib, tt.right, `{"date": "2026-03-01", "family": {`+tt.family+`}, "persons": [{"id": "a", "role": "applicant"}]}`, rules.NL)
			if f.Status != rules.Refer || len(f.Refers) != 1 || f.Refers[0].ID != tt.id || f.Decides != tt.decides || len(f.Amounts) != 0 || len(f.Missing) != 0 {
				t.Errorf("got %s by %s, %+v, missing %v", f.Status, f.Decides, f.Refers, f.Missing)
			}
		})
	}
}

// What a right gives is never less than nothing, and neither is what it may
// give while something is not known.
func TestARangeNeverBeginsBelowNothing(t *testing.T) {
	for name, tt := range map[string]struct{ value, round, min, max string }{
		"a difference":                       {"family.rooms - 2", "", "0.00", "2.00"},
		"one that is never more":             {"family.rooms - 4", "", "", ""},
		"a product with less than nothing":   {"-2 * family.rooms + 1", "", "0.00", "1.00"},
		"a product of two":                   {"(family.rooms - 2) * (family.rent - 0.03)", "none", "0.00", "0.06"},
		"a division by what may be nothing":  {"1 / (family.rooms - 2)", "", "0.00", ""},
		"a choice, one of them below":        {"family.wet ? -5.0 : 3.0", "", "0.00", "3.00"},
		"the least, one of them below":       {"min(family.rooms, family.rent - 1)", "", "", ""},
		"a sum over persons, less something": {"sum(persons, q, true, q.coins) - 1", "", "0.00", "5.00"},
	} {
		t.Run(name, func(t *testing.T) {
			round := ""
			if tt.round != "" {
				round = ", round: " + tt.round
			}
			lib := small(t, smallPack("be.a", "amount: {value: '"+tt.value+"', per: month"+round+"}\n"))
			f := finding(t, lib, "be.a", `{"date": "2026-03-01", "persons": [{"id": "a", "role": "applicant"}, {"id": "k", "role": "child"}]}`, rules.NL)
			if tt.min == "" && tt.max == "" {
				if len(f.Ranges)+len(f.Amounts) > 0 {
					t.Errorf("ranges %v, amounts %v of what is always nothing", f.Ranges, f.Amounts)
				}
				return
			}
			if len(f.Ranges) != 1 || f.Ranges[0].Min != tt.min || f.Ranges[0].Max != tt.max {
				t.Errorf("ranges %+v, want %s to %s", f.Ranges, tt.min, tt.max)
			}
		})
	}
}
