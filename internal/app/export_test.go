package app_test

import (
	"bytes"
	"encoding/json"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/sharing"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// inExport is what becomes, in the file that somebody of a family takes along,
// of each table that holds something of families: the part of the file in which
// it stands, or after "not: " the reason why it is not there.
var inExport = map[string]string{
	"family":            "home",
	"family_person":     "people",
	"family_fact":       "known",
	"family_carer":      "helpers",
	"claim":             "asked",
	"voucher_grant":     "vouchers",
	"ledger_transfer":   "not: the book of the alliance, in which no family stands; person is who wrote it down",
	"finding":           "rights",
	"referral":          "plan",
	"own_step":          "plan",
	"own_message":       "messages",
	"handout_booking":   "visits",
	"sharing_decision":  "sharing",
	"sharing_objection": "sharing",
	"audit_record":      "looks",
	"vault_entry":       "people",

	"depot_request": "things",
	"loan_borrower": "loans",
	"loan_loan":     "loans",
	"loan_wish":     "loans",

	"reach_right":       "rights",
	"reach_merge":       "not: what undoing a merge needs",
	"reach_family":      "not: when the house last looked at their rights; it stands under looks",
	"register_match":    "not: that a family is on a list of another, which is that one's to tell; what came of it stands under rights",
	"register_entry":    "not: which list said it; what it said is told, with its source",
	"reach_turn":        "not: what opens or stops soon, reckoned from what is told",
	"finding_look":      "not: from what was found before, to find it again; what is known now stands under known",
	"finding_round":     "not: when the house last looked at their rights",
	"family_event":      "not: codes of what stands in the other parts with its day",
	"family_merge":      "not: that two files were one; what was in them is told",
	"family_twin":       "not: that two files may be one, which nobody has looked at; it may be of others",
	"claim_merge":       "not: what undoing a merge needs",
	"own_merge":         "not: what undoing a merge needs",
	"own_code":          "not: the way in; the reader has it",
	"own_visit":         "not: the visit itself",
	"sharing_emergency": "not: it stands under looks once it was judged",
	"sharing_delay":     "not: what is kept back for the safety of somebody is counted on the page, and no more",
	"home_side":         "not: that a child's other home is helped too is that home's to tell",
	"home_merge":        "not: what undoing a merge needs",
	"retention_hold":    "not: of a closed file, whose page opens no more",
	"draft":             "not: what a worker is typing and has not kept",
	"policy_relation":   "not: who may see what stands under helpers and sharing, by name",
	"vault_key":         "not: the key; what it opens is told",
	"vault_token":       "not: digests by which a name is found",
	"payment_payee":     "not: the account that they gave themselves, sealed; who works with them shows it",
	"job":               "not: work to be done, by number",
}

func TestEveryTableOfAFamilyIsExportedOrExcused(t *testing.T) {
	onEachEngine(t, func(w *world) {
		tables, err := w.db.Schema(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		there := map[string]bool{}
		for _, table := range tables {
			there[table.Name] = true
			for _, c := range table.Columns {
				if (c.Name == "family" || c.Name == "person" || c.Name == "subject" || c.Name == "object") && inExport[table.Name] == "" {
					t.Errorf("%s holds something of families (%s): export it, or say in inExport why not", table.Name, c.Name)
				}
			}
		}
		parts := exportSchema(t)
		for table, where := range inExport {
			if !there[table] {
				t.Errorf("inExport names %s, which is no table", table)
			}
			if _, known := parts[where]; !known && !strings.HasPrefix(where, "not: ") {
				t.Errorf("%s stands under %q, which is no part of an export", table, where)
			}
		}
	})
}

// exportSchema are the parts of an export as its schema promises them.
func exportSchema(t *testing.T) map[string]any {
	t.Helper()
	b, err := os.ReadFile("../../docs/family-export.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var s struct{ Properties map[string]any }
	if err := json.Unmarshal(b, &s); err != nil {
		t.Fatal(err)
	}
	return s.Properties
}

// What a mother takes along keeps the promise of its schema, in every part, and
// says nothing of what is not hers.
func TestAnExportKeepsItsPromise(t *testing.T) {
	onEachEngine(t, func(w *world) {
		compiler := jsonschema.NewCompiler()
		schema, err := compiler.Compile("../../docs/family-export.schema.json")
		if err != nil {
			t.Fatal(err)
		}
		h := w.atHome()
		town := w.towns["leuven"]
		aicha := town.As(w.Context(), "aicha")
		today := kernel.InstantOf(w.clock()).Date()
		if _, err := w.app.Sharing.Decide(aicha, h.family, sharing.New{Basis: sharing.Consent, Groups: []policy.Group{policy.Contact},
			Recipients: []kernel.ID{town.Orgs["ocmw"].ID}, Ends: today.AddDays(300), Evidence: sharing.Spoken, ToldHow: sharing.ToldInPerson, ToldOn: today}); err != nil {
			t.Fatal(err)
		}
		other, err := w.app.Families.AddPerson(aicha, h.family, families.NewPerson{Role: families.Partner, First: "Zebedeus", Last: "Ander", Birth: "1985-01-01"})
		if err != nil {
			t.Fatal(err)
		}
		mother := w.stranger()
		mother.sees("POST /mine", url.Values{"k": {h.slip.Scan}}, 200, "Fatima")
		mother.sees("POST /mine/messages", url.Values{"text": {"Dank u."}}, 200)
		mother.sees("POST /mine/correct", url.Values{"about": {"people"}, "text": {"Noor is op 2 december geboren."}}, 200)
		mother.sees("GET /mine/copy", nil, 200, "Fatima", "Noor", "Yara", "Leefloon", "Dank u.", "Kirikou", "OCMW", "Aïcha")
		mother.misses("GET /mine/copy", "Zebedeus", "liever in de voormiddag")
		for _, lang := range []string{"ar", "nl"} {
			mother.sees("POST /mine/language", url.Values{"lang": {lang}, "back": {"/mine"}}, 200)
			status, body, _ := mother.asks("GET /mine/download", nil)
			parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader([]byte(body)))
			if status != 200 || err != nil {
				t.Fatalf("the export answers %d: %v", status, err)
			}
			if err := schema.Validate(parsed); err != nil {
				t.Errorf("in %s: %v", lang, err)
			}
			all := parsed.(map[string]any)
			for _, part := range []string{"people", "known", "rights", "asked", "plan", "messages", "helpers", "looks"} {
				if list, _ := all[part].([]any); len(list) == 0 {
					t.Errorf("in %s nothing stands under %s", lang, part)
				}
			}
			for _, word := range []string{"Fatima", "Noor", "Yara", "Leefloon", "Dank u.", "Kirikou", "OCMW", "02 ", "haar zus"} {
				if !strings.Contains(body, word) && !strings.Contains(body, strings.ReplaceAll(word, "02 ", "+322")) {
					t.Errorf("in %s the export does not say %q", lang, word)
				}
			}
			for _, secret := range []string{"Zebedeus", string(other.ID), string(h.family), string(h.mother), string(h.noor), "liever in de voormiddag", "own.read", "family.read"} {
				if strings.Contains(body, secret) {
					t.Errorf("in %s the export says %q", lang, secret)
				}
			}
		}
	})
}
