package rules_test

import (
	"fmt"
	"log"
	"testing/fstest"

	"github.com/bondgenoot/bondgenoot/packs"
	"github.com/bondgenoot/bondgenoot/rules"
)

// What a mother in Leuven gets for her child of one. Little is known of her,
// and nothing that is not known is taken for a no.
func Example() {
	lib, err := rules.Load(packs.FS) // once, when the program starts
	if err != nil {
		log.Fatal(err)
	}
	family, err := lib.ParseCase([]byte(`{"date": "2026-03-01",
		"family": {"municipality": "24062", "all_live_here": true, "all_may_stay": true},
		"persons": [{"id": "mother", "role": "applicant"},
			{"id": "noor", "role": "child", "birth_date": "2024-06-10"}]}`))
	if err != nil {
		log.Fatal(err)
	}
	found := lib.Evaluate(family, rules.Options{Lang: rules.EN, Rights: []string{
		"vl.groeipakket.basis", "vl.groeipakket.sociale-toeslag", "wal.af.base",
	}})
	for _, right := range found.Rights {
		fmt.Println(right.ID, right.Status)
		for _, a := range right.Amounts {
			fmt.Println("   ", a.Value, a.Currency, "a", a.Per, "for", a.To)
		}
	}
	fmt.Println("something to ask next:", found.Next != nil)
	// Output:
	// vl.groeipakket.basis entitled
	//     184.62 EUR a month for noor
	// vl.groeipakket.sociale-toeslag unknown
	// wal.af.base not_entitled
	// something to ask next: true
}

// An alliance adds a right of its own. The library that was there stays as it
// was, so any number of goroutines may go on using it.
func ExampleLibrary_With() {
	lib, err := rules.Load(packs.FS)
	if err != nil {
		log.Fatal(err)
	}
	own, err := lib.With(fstest.MapFS{"nappies.yaml": {Data: []byte(nappies)}})
	if err != nil {
		log.Fatal(err)
	}
	family, err := own.ParseCase([]byte(`{"date": "2026-03-01",
		"family": {"municipality": "24062"},
		"persons": [{"id": "mother", "role": "applicant"},
			{"id": "noor", "role": "child", "birth_date": "2024-06-10"}]}`))
	if err != nil {
		log.Fatal(err)
	}
	found := own.Evaluate(family, rules.Options{Lang: rules.EN, Rights: []string{"loc.example.nappies"}})
	fmt.Println(found.Rights[0].Status, "up to", found.Rights[0].Ranges[0].Max, "euros")
	fmt.Println("ask about", found.Next.Fact)
	fmt.Println("one right more:", len(own.Rights()) == len(lib.Rights())+1)
	// Output:
	// unknown up to 70.00 euros
	// ask about has_bim
	// one right more: true
}

// What cannot be right in the facts of a family is refused, with its place and
// how to mend it; nothing is guessed.
func ExampleLibrary_ParseCase() {
	lib, err := rules.Load(packs.FS)
	if err != nil {
		log.Fatal(err)
	}
	_, err = lib.ParseCase([]byte(`{"date": "2026-02-30", "family": {}, "persons": []}`))
	fmt.Println(err)
	// Output: date: this is no day that exists; write it as "2026-03-01"
}

const nappies = `
id: loc.example.nappies
names: {nl: Luiertoelage, fr: Allocation langes, de: Windelzuschuss, en: Nappy allowance}
summary: {nl: Geld voor luiers., fr: De l'argent pour des langes., de: Geld für Windeln., en: Money for nappies.}
authority: {nl: het OCMW, fr: le CPAS, de: das ÖSHZ, en: the public welfare office}
kind: local
municipality: ["24062"]
sources: [{id: page, url: 'https://www.example.org/nappies', kind: official, dated: 2026-01-05}]
parameters:
  - name: support
    unit: EUR/quarter
    indexed: none
    text: {nl: luiertoelage, fr: allocation langes, de: Windelzuschuss, en: nappy allowance}
    values: [{from: 2026-01-01, value: 70, confidence: high, source: page}]
for:
  each: p.role == "child" && p.age < 3
  text: {nl: Voor elk kind onder de drie., fr: Pour chaque enfant de moins de trois ans., de: Für jedes Kind unter drei., en: For each child under three.}
conditions:
  - id: bim
    text: {nl: U hebt de verhoogde tegemoetkoming., fr: "Vous avez l'intervention majorée.", de: Sie haben die erhöhte Kostenerstattung., en: You have increased reimbursement.}
    when: family.has_bim
amount: {value: param.support, per: quarter}
apply: {mode: application, how: {nl: Vraag het aan het OCMW., fr: Demandez-la au CPAS., de: Fragen Sie beim ÖSHZ., en: Ask the welfare office.}}
`
