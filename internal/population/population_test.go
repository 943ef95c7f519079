package population

import (
	"bytes"
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"github.com/bondgenoot/bondgenoot/packs"
	"github.com/bondgenoot/bondgenoot/rules"
)

var library = sync.OnceValue(func() *rules.Library {
	lib, err := rules.Load(packs.FS)
	if err != nil {
		panic(err)
	}
	return lib
})

var belgium = sync.OnceValue(func() *model {
	m, err := newModel(theDay)
	if err != nil {
		panic(err)
	}
	return m
})

var theDay = rules.DateOf(2026, 3, 1)

// made generates a population into a folder.
func made(t *testing.T, o Options, format Format) (dir string, all []Deviation) {
	t.Helper()
	dir = t.TempDir()
	w, err := Create(dir, format, library())
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abandon()
	if all, err = Generate(t.Context(), o, w); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return dir, all
}

func TestTheSameSeedGivesTheSameFilesOnAnyNumberOfCores(t *testing.T) {
	o := Options{Households: 6_010, Seed: 7, Date: theDay, together: 1_000}
	before := runtime.GOMAXPROCS(1)
	one, _ := made(t, o, Parquet)
	runtime.GOMAXPROCS(4)
	four, _ := made(t, o, Parquet)
	runtime.GOMAXPROCS(before)
	for _, name := range []string{"families.parquet", "persons.parquet"} {
		a, err := os.ReadFile(filepath.Join(one, name))
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(filepath.Join(four, name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a, b) {
			t.Errorf("%s differs", name)
		}
	}
}

func TestWhatIsMadeUpMatchesWhatIsPublished(t *testing.T) {
	_, all := made(t, Options{Households: 30_000, Seed: 3, Date: theDay}, CSV)
	if len(all) < 600 {
		t.Fatalf("only %d figures are compared", len(all))
	}
	for _, d := range all {
		most := 1.5 // points, of which chance takes most in so small a country
		switch d.Topic {
		case "size":
			most = .06
		case "tenure", "benefits":
			most = 5
		case "income":
			most = 2.5
		}
		if diff := d.Difference(); !d.Compared && (diff > most || diff < -most) {
			t.Errorf("%s, %s, %s: %.2f and not %.2f", d.Topic, d.Where, d.What, d.Got, d.Target)
		}
	}
}

// batchOf is a batch of made-up families.
func batchOf(t *testing.T, n int, seed uint64) *rules.Batch {
	t.Helper()
	m := belgium()
	s, r := newSheet(), rand.New(rand.NewPCG(seed, 0))
	for i := range n {
		h := m.draw(r)
		m.live(&h, r)
		s.write(m, &h, int64(i+1), r)
	}
	return s.batch()
}

func TestEveryMadeUpFamilyCanBeAndMostIsKnownOfThem(t *testing.T) {
	lib, b := library(), batchOf(t, 800, 1)
	for i := range b.Len() {
		if _, err := b.Case(lib, i, theDay); err != nil {
			t.Fatalf("family %d: %v", i, err)
		}
	}
	small := batchOf(t, 80, 2)
	answers, err := lib.Scan(small, rules.ScanOptions{Date: theDay})
	if err != nil {
		t.Fatal(err)
	}
	unknown, all := 0, 0
	for _, r := range answers.Rights {
		open := 0
		for _, s := range r.Status {
			all++
			if s == rules.AnswerUnknown {
				open++
			}
		}
		if unknown += open; open > 0 {
			t.Logf("%s is open for %d of %d", r.Right.ID, open, len(r.Status))
		}
	}
	if unknown*20 > all {
		t.Errorf("%d of %d answers are open", unknown, all)
	}
}

func TestWhoStopsLeavesNoFile(t *testing.T) {
	dir := t.TempDir()
	w, err := Create(dir, Parquet, library())
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := Generate(ctx, Options{Households: 10, Seed: 1, Date: theDay}, w); err == nil {
		t.Error("a population that was stopped is whole")
	}
	if err := w.Abandon(); err != nil {
		t.Error(err)
	}
	if files, _ := os.ReadDir(dir); len(files) > 0 {
		t.Errorf("%v is left", files)
	}
}
