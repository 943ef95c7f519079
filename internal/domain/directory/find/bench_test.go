package find_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory/find"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// country is a made-up directory of a size.
func country(n int) []directory.PublicRecord {
	random := rand.New(rand.NewPCG(1, 2))
	towns := kernel.AllMunicipalities()
	var nouns []string
	for _, c := range find.Concepts() {
		for _, lang := range kernel.Langs {
			nouns = append(nouns, find.ConceptWord(c, lang))
		}
	}
	noun := func() string { return nouns[random.IntN(len(nouns))] }
	all := make([]directory.PublicRecord, n)
	for i := range all {
		m := towns[random.IntN(len(towns))]
		r := service(fmt.Sprintf("%032d", i), noun()+" "+noun()+" "+m.Name.NL, noun()+" "+m.Name.FR,
			about(fmt.Sprintf("Voor ouders met %s en %s, elke week, dienst%d. U kunt er %s krijgen.", noun(), noun(), i, noun()),
				fmt.Sprintf("Pour les parents : %s, %s et %s.", noun(), noun(), noun())), at(string(m.PostalCodes[0]), m.NIS))
		r.Organisation.Name = fmt.Sprintf("Vereniging %d %s", random.IntN(n/4+1), m.Name.NL)
		r.Service.Hours = []directory.Hours{{Rule: "FREQ=WEEKLY;BYDAY=MO,WE,FR", From: "09:00", To: "17:00"}}
		r.Service.Levers = []directory.Lever{directory.Lever(1 + random.IntN(9))}
		all[i] = r
	}
	return all
}

var asked = []find.Query{
	{Words: "pampers", Lang: kernel.NL}, {Words: "lait en poudre", Lang: kernel.FR}, {Words: "حليب", Lang: kernel.AR}, {Words: "kinderopvang", Lang: kernel.NL, NIS: "24062", Postal: "3000"},
	{Words: "huiswrek hulp", Lang: kernel.NL}, {Lever: 3, NIS: "44021"}, {NIS: "21004", When: find.Now}, {Words: "advocaat scheiding geweld", Lang: kernel.NL}, {}, {Words: "підгузки", Lang: kernel.UK},
}

func BenchmarkSearch(b *testing.B) {
	ix := indexOf(b, country(20_000)...)
	var took []time.Duration
	for i := 0; b.Loop(); i++ {
		q := asked[i%len(asked)]
		q.Now = now
		began := time.Now()
		ix.Search(q)
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds()), "p95-µs")
	b.ReportMetric(float64(took[len(took)-1].Microseconds()), "max-µs")
}

func BenchmarkNew(b *testing.B) {
	all := country(20_000)
	for b.Loop() {
		indexOf(b, all...)
	}
}
