package rules_test

import (
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/rules"
)

// What each part of the language means, on one family:
// a (happy, 3 coins, born two days ago), k (happy, 1 coin, born today) and
// l (unhappy, so that coins make no sense, born yesterday).
const threePeople = `{"date": "2026-03-01", "family": {"wet": true, "warm": false, "colour": "red", "rooms": 3, "rent": 0.05, "place": "12"}, "persons": [
	{"id": "a", "role": "applicant", "happy": true, "coins": 3, "born": "2026-02-27"},
	{"id": "k", "role": "child", "happy": true, "coins": 1, "born": "2026-03-01"},
	{"id": "l", "role": "child", "happy": false, "born": "2026-02-28"}]}`

func TestWhatExpressionsMean(t *testing.T) {
	for expression, want := range map[string]string{
		"1 / 3 * 3":                                                       "1.00",
		"0.1 + 0.2 == 0.3 ? 1 : 2":                                        "1.00",
		"family.rent / 7":                                                 "0.007143",
		"2 - 3 * 0.5 + 4 / 8":                                             "1.00",
		"-(2 - 3)":                                                        "1.00",
		"min(3, 1, 2) + max(3, 1, 2)":                                     "4.00",
		"round(2.5) + round_up(2.1)":                                      "6.00",
		"round_down(2.9)":                                                 "2.00",
		"count(persons, q, true)":                                         "3.00",
		"count(persons, q, q.old)":                                        "1.00",
		"sum(persons, q, true, q.coins)":                                  "4.00", // what makes no sense counts as 0
		"sum(persons, q, q.role == \"child\", 2)":                         "4.00",
		"smallest(persons, q, true, q.coins)":                             "1.00", // and is neither the smallest
		"largest(persons, q, true, q.coins)":                              "3.00", // nor the largest
		"largest(persons, q, false, q.coins) + 1":                         "1.00", // of nobody there is none
		"persons.exists(q, q.coins < 1) ? 1 : 2":                          "2.00", // no comparison holds with it
		"persons.all(q, q.coins > 0) ? 1 : 2":                             "2.00",
		"persons.exists(q, q != applicant && q.coins == 1) ? 1 : 2":       "1.00",
		"count(persons, q, persons.exists(r, r != q && r.born < q.born))": "2.00",
		"days(date(\"2026-02-01\"), date)":                                "28.00",
		"months(date(\"2025-03-02\"), date) + years(date(\"2008-03-01\"), date)": "29.00",
		"year(date) + month(date)":                                                       "2029.00",
		"days(date, add_months(date, 1))":                                                "31.00",
		"days(largest(persons, q, true, q.born), date)":                                  "nothing",
		"days(smallest(persons, q, true, q.born), date)":                                 "2.00",
		"family.colour in [\"red\", \"blue\"] && family.place.startsWith(\"1\") ? 1 : 2": "1.00",
		"family.colour != \"red\" || !family.wet || family.place == \"11\" ? 1 : 2":      "2.00",
		"family.wet == family.warm ? 1 : 2":                                              "2.00",
		"family.rooms in [1, 2] ? 1 : 2":                                                 "2.00",
		"(family.warm ? \"a\" : family.colour) == \"red\" ? 1 : 2":                       "1.00",
		"param.limit * param.limit":                                                      "4.00",
		"family.warm ? param.never : 1":                                                  "1.00", // what is not needed is not missed
		"family.wet || param.never > 1 ? 1 : 2":                                          "1.00",
		"family.rooms > 2 ? (family.rooms > 5 ? 1 : 2) : 3":                              "2.00",
		"count(persons, q, q.old == (q == applicant)) == 3 ? 1 : 2":                      "1.00",
		"count(persons, q, q.born >= date(\"2026-02-28\") && q.born <= date)":            "2.00",
		"0.07 * 100 == 7 && 1.10 + 2.20 == 3.30 ? 1 : 2":                                 "1.00",
		"123456789.12 * 1000 / 1000":                                                     "123456789.12",
		"max(0, family.rent - 1) == 0 ? 1 : 2":                                           "1.00",
		"1 - 2":                                                                          "nothing", // never less than nothing
	} {
		t.Run(expression, func(t *testing.T) {
			quoted := strings.ReplaceAll(expression, "'", "''")
			lib := small(t, smallPack("be.one", "amount: {value: '"+quoted+"', per: month, round: none}\n"))
			f := finding(t, lib, "be.one", threePeople, rules.NL)
			got := "nothing"
			if len(f.Amounts) == 1 {
				got = f.Amounts[0].Value
			}
			if f.Status != rules.Entitled || got != want {
				t.Errorf("got %s %s, want %s", f.Status, got, want)
			}
		})
	}
}

func TestBracketsAndTables(t *testing.T) {
	body := `let:
  rate:
    bracket: {of: family.rent, rows: [{to: 0.01, value: 10}, {to: 0.03, value: 20}], above: 30}
  factor:
    table:
      - {when: family.wet && family.warm, then: 1}
      - {when: family.wet, then: 2}
      - {otherwise: 3}
amount: {value: rate * factor, per: month}
`
	lib := small(t, smallPack("be.one", body))
	for name, tt := range map[string]struct{ family, want string }{
		"at nothing":                     {`"rent": 0, "wet": true, "warm": true`, "10.00"},
		"on the first limit":             {`"rent": 0.01, "wet": true, "warm": true`, "10.00"},
		"a cent above it":                {`"rent": 0.02, "wet": true, "warm": true`, "20.00"},
		"on the last limit":              {`"rent": 0.03, "wet": true, "warm": true`, "20.00"},
		"above all":                      {`"rent": 0.04, "wet": true, "warm": true`, "30.00"},
		"the second row":                 {`"rent": 0, "wet": true, "warm": false`, "20.00"},
		"no row":                         {`"rent": 0, "wet": false, "warm": false`, "30.00"},
		"a row that does not matter":     {`"rent": 0, "wet": false`, "30.00"},
		"a row that matters is not told": {`"rent": 0, "wet": true`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			f := finding(t, lib, "be.one", `{"date": "2026-03-01", "family": {`+tt.family+`}, "persons": [{"id": "a", "role": "applicant"}]}`, rules.NL)
			got := ""
			if len(f.Amounts) == 1 {
				got = f.Amounts[0].Value
			}
			if got != tt.want || f.Status != rules.Entitled {
				t.Errorf("got %s %q, want %q; %v", f.Status, got, tt.want, f.Ranges)
			}
			if tt.want == "" && (len(f.Ranges) != 1 || f.Ranges[0].Min != "10.00" || f.Ranges[0].Max != "20.00" || len(f.Missing) != 1) {
				t.Errorf("ranges %v, missing %v", f.Ranges, f.Missing)
			}
		})
	}
}

func TestRoundingAsTheLawSays(t *testing.T) {
	for round, want := range map[string]string{"cent half-up": "0.67", "cent down": "0.66", "cent up": "0.67", "euro half-up": "1.00", "euro down": "nothing", "euro up": "1.00", "none": "0.666667"} {
		t.Run(round, func(t *testing.T) {
			f := finding(t, small(t, smallPack("be.one", "amount: {value: 2 / 3, per: month, round: "+round+"}\n")), "be.one", threePeople, rules.NL)
			got := "nothing"
			if len(f.Amounts) == 1 {
				got = f.Amounts[0].Value
			}
			if got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

// Who has a right already is what a fact says; nothing else of the answer
// changes with it, but that its questions come last.
func TestWhoHasItAlready(t *testing.T) {
	const text = "text: {nl: n, fr: n, de: n, en: n}"
	const each = "for: {each: 'p.role == \"child\"', " + text + "}\n"
	const amount = "amount: {value: 1, per: month}\n"
	const warm = "conditions: [{id: c, " + text + ", when: family.warm}]\n"
	for name, tt := range map[string]struct {
		body, family, k, l string
		want               string
		had, asked         bool
	}{
		"the family said so":                   {"received: family.wet\n" + amount, `"wet": true`, "", "", "family entitled", true, false},
		"the family said no":                   {"received: family.wet\n" + amount, `"wet": false`, "", "", " entitled", false, false},
		"nobody said anything":                 {"received: family.wet\n" + amount, ``, "", "", " entitled", false, false},
		"it is not sure what is given":         {"received: family.wet\n" + warm + amount, `"wet": true`, "", "", "family unknown", true, true},
		"without the fact it is asked":         {"received: family.wet\n" + warm + amount, ``, "", "", " unknown", false, true},
		"the rules say no and the family has":  {"received: family.wet\n" + warm + amount, `"wet": true, "warm": false`, "", "", "family not_entitled", true, false},
		"one of two children":                  {each + "received: p.happy\n" + amount, ``, `, "happy": true`, `, "happy": false`, "k entitled", false, false},
		"both children":                        {each + "received: p.happy\n" + amount, ``, `, "happy": true`, `, "happy": true`, "k,l entitled", true, false},
		"the other child has no right to it":   {each + "conditions: [{id: c, " + text + ", when: '!p.old'}]\nreceived: p.happy\n" + amount, ``, `, "happy": true, "born": "2026-03-01"`, `, "born": "2026-02-26"`, "k entitled", true, false},
		"of the other child it is still asked": {each + "conditions: [{id: c, " + text + ", when: '!p.old'}]\nreceived: p.happy\n" + amount, ``, `, "happy": true, "born": "2026-03-01"`, ``, "k entitled", false, true},
	} {
		t.Run(name, func(t *testing.T) {
			lib := small(t, smallPack("be.one", tt.body))
			c, err := lib.ParseCase([]byte(`{"date": "2026-03-01", "family": {` + tt.family + `}, "persons": [{"id": "a", "role": "applicant"},
				{"id": "k", "role": "child"` + tt.k + `}, {"id": "l", "role": "child"` + tt.l + `}]}`))
			if err != nil {
				t.Fatal(err)
			}
			r := lib.Evaluate(c, rules.Options{})
			f := r.Rights[0]
			if got := strings.Join(f.Received, ",") + " " + string(f.Status); got != tt.want || f.Had() != tt.had || (r.Next != nil) != tt.asked {
				t.Errorf("%s, had %t, asked %+v; want %s, %t, %t", got, f.Had(), r.Next, tt.want, tt.had, tt.asked)
			}
		})
	}
}

func TestWhatAFamilyHasIsAskedLast(t *testing.T) {
	const text = "text: {nl: n, fr: n, de: n, en: n}"
	lib := small(t,
		smallPack("be.had", "received: family.wet\nconditions: [{id: c, "+text+", when: family.warm}]\namount: {value: 900, per: month}\n"),
		smallPack("be.open", "conditions: [{id: c, "+text+", when: family.rooms > 2}]\namount: {value: 1, per: month}\n"))
	for given, want := range map[string]string{
		``:                           "family.warm", // the most money first
		`"wet": true`:                "family.rooms",
		`"wet": true, "rooms": 3`:    "family.warm",
		`"wet": true, "warm": false`: "family.rooms",
	} {
		c, err := lib.ParseCase([]byte(`{"date": "2026-03-01", "family": {` + given + `}, "persons": [{"id": "a", "role": "applicant"}]}`))
		if err != nil {
			t.Fatal(err)
		}
		if q := lib.Evaluate(c, rules.Options{}).Next; q == nil || place(q.Person, q.Fact) != want {
			t.Errorf("with %s: %+v, want %s", given, q, want)
		}
	}
}

func TestWhoIsEntitled(t *testing.T) {
	text := "text: {nl: n, fr: n, de: n, en: n}"
	for name, tt := range map[string]struct{ body, want string }{
		"a condition that holds":         {"conditions: [{id: c, " + text + ", when: family.wet}]\namount: {value: 1, per: month}\n", "entitled 1.00/month/family"},
		"a condition that fails":         {"conditions: [{id: c, " + text + ", when: family.warm}]\namount: {value: 1, per: month}\n", "not_entitled"},
		"an exclusion that bites":        {"exclusions: [{id: c, " + text + ", when: family.wet}]\namount: {value: 1, per: month}\n", "not_entitled"},
		"an exclusion that does not":     {"exclusions: [{id: c, " + text + ", when: family.warm}]\namount: {value: 1, per: month}\n", "entitled 1.00/month/family"},
		"on the first day":               {"valid: {from: 2026-03-01}\namount: {value: 1, per: month}\n", "entitled 1.00/month/family"},
		"the day before":                 {"valid: {from: 2026-03-02}\namount: {value: 1, per: month}\n", "not_entitled"},
		"on the last day":                {"valid: {to: 2026-03-01}\namount: {value: 1, per: month}\n", "entitled 1.00/month/family"},
		"the day after":                  {"valid: {to: 2026-02-28}\namount: {value: 1, per: month}\n", "not_entitled"},
		"an amount with a condition":     {"amounts: [{value: 1, per: month, when: family.warm}, {value: 2, per: year}]\n", "entitled 2.00/year/family"},
		"something that is no sum":       {"in_kind: {nl: n, fr: n, de: n, en: n}\n", "entitled"},
		"each child":                     {"for: {each: 'p.role == \"child\"', " + text + "}\namount: {value: '1 + p.coins', per: month}\n", "entitled k:entitled l:entitled 2.00/month/k 1.00/month/l"},
		"one of the children":            {"for: {each: 'p.role == \"child\"', " + text + "}\nconditions: [{id: c, " + text + ", when: p.happy}]\namount: {value: 1, per: month}\n", "entitled k:entitled 1.00/month/k"},
		"one child, the other elsewhere": {"for: {each: 'p.role == \"child\"', " + text + "}\nrefer: [{id: r, " + text + ", decides: {nl: n, fr: n, de: n, en: n}, when: p.happy}]\namount: {value: 1, per: month}\n", "entitled k:refer l:entitled 1.00/month/l"},
		"all elsewhere":                  {"for: {each: 'p.role == \"child\"', " + text + "}\nrefer: [{id: r, " + text + ", decides: {nl: n, fr: n, de: n, en: n}, when: 'true'}]\namount: {value: 1, per: month}\n", "refer k:refer l:refer"},
		"nobody":                         {"for: {each: 'p.coins > 3', " + text + "}\namount: {value: 1, per: month}\n", "not_entitled"},
		"who fails is not sent elsewhere": {"conditions: [{id: c, " + text + ", when: family.warm}]\nrefer: [{id: r, " + text + ", decides: {nl: n, fr: n, de: n, en: n}, when: 'true'}]\namount: {value: 1, per: month}\n",
			"not_entitled"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := answer(finding(t, small(t, smallPack("be.one", tt.body)), "be.one", threePeople, rules.NL)); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}
