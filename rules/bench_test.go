package rules_test

import (
	"testing"

	"github.com/bondgenoot/bondgenoot/packs"
	"github.com/bondgenoot/bondgenoot/rules"
)

// families of the benchmarks: one of whom little is known, and one of whom all.
var benchCases = map[string]string{
	"little known": `{"date": "2026-03-01", "family": {"municipality": "24062"}, "persons": [
		{"id": "a", "role": "applicant", "birth_date": "1996-04-01"}, {"id": "p", "role": "partner"},
		{"id": "k", "role": "child", "birth_date": "2024-02-01"}, {"id": "l", "role": "child"}, {"id": "u", "role": "unborn"}]}`,
	"all known": `{"date": "2026-03-01", "family": {"municipality": "24062", "all_may_stay": true, "all_live_here": true, "has_bim": false}, "persons": [
		{"id": "a", "role": "applicant", "birth_date": "1996-04-01", "residence_right": "belgian", "willing_to_work": "yes_willing", "work": "employed",
		 "net_income_month": 1500, "net_work_income_month": 1500, "started_job_on_aid": false, "benefit": "none", "disability_66": false, "widowed": false,
		 "gross_taxable_month": 1900, "gross_taxable_year_1": 21000.50, "gross_taxable_year_2": 20000},
		{"id": "k", "role": "child", "birth_date": "2024-02-01", "disability_66": false},
		{"id": "l", "role": "child", "birth_date": "2020-02-01", "disability_66": false}]}`,
}

func BenchmarkEvaluate(b *testing.B) {
	lib := library(b)
	for name, in := range benchCases {
		c, err := lib.ParseCase([]byte(in))
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			b.ReportMetric(float64(len(lib.Rights())), "rights")
			b.ReportAllocs()
			for b.Loop() {
				lib.Evaluate(c, rules.Options{})
			}
		})
	}
}

func BenchmarkParseCase(b *testing.B) {
	lib := library(b)
	for b.Loop() {
		if _, err := lib.ParseCase([]byte(benchCases["all known"])); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := rules.Load(packs.FS); err != nil {
			b.Fatal(err)
		}
	}
}
