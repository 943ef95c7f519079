// Command bench measures the house under load on this machine and prints the
// table of docs/performance.md: what was asked, how often, how long it took,
// and beside it the same reads by a bare net/http handler over the same
// database, with no policy, no record, no unsealing and no page.
//
//	go run ./bench                          100,000 families, SQLite
//	go run ./bench -families 5000           a quick look
//	go run ./bench -db postgres://…         an empty PostgreSQL database
//	go run ./bench -keep DIR                keeps the database, or goes on with the one there
//	go run ./bench -tenth                   asks the same of a tenth of the families too
//	go run ./bench -services 20000 -rate 200  measures the directory instead: taken over, searched, exported
//
// Requests are sent at a fixed rate, whatever the answers take, and each is
// timed from the moment at which it was due: a slow answer cannot hide the
// ones that wait behind it. Beside the time on the wall stands what an answer
// took of the processors, which other work on the machine does not change: its
// ratio to that of the bare reads is the figure to hold on to. All traffic stays on the loopback address.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strings"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/app"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/mail"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
)

func main() {
	log.SetFlags(0)
	families := flag.Int("families", 100_000, "how many families to make")
	url := flag.String("db", "", "an empty database; left out: SQLite in a temporary folder")
	keep := flag.String("keep", "", "a folder that keeps the SQLite database and its key")
	rate := flag.Int("rate", 100, "requests a second")
	span := flag.Duration("for", 20*time.Second, "how long each question is asked")
	only := flag.String("only", "", "asks only the questions whose name holds this")
	tenth := flag.Bool("tenth", false, "asks a tenth of the families too, and says how much more the processors spend among all of them; on SQLite")
	services := flag.Int("services", 0, "how many services to make, to measure the directory instead of the families")
	profile := flag.String("profile", "", "a file for a CPU profile of it all")
	flag.Parse()
	if *profile != "" {
		f, err := os.Create(*profile)
		if err != nil {
			log.Fatal(err)
		}
		if err := pprof.StartCPUProfile(f); err != nil {
			log.Fatal(err)
		}
		defer pprof.StopCPUProfile()
	}
	p := plan{*families, *url, *keep, *only, *rate, *span, *tenth}
	if *services > 0 {
		if err := besides(context.Background(), p, *services); err != nil {
			log.Print(err)
		}
		return
	}
	if err := run(context.Background(), p, os.Stdout); err != nil {
		log.Print(err)
	}
}

// besides measures the directory, in a folder that goes away.
func besides(ctx context.Context, p plan, services int) (err error) {
	if p.keep, err = os.MkdirTemp("", "bondgenoot-bench-"); err != nil {
		return err
	}
	defer os.RemoveAll(p.keep)
	return guide(ctx, p, services, os.Stdout)
}

// plan is what the flags said.
type plan struct {
	families        int
	url, keep, only string
	rate            int
	span            time.Duration
	tenth           bool
}

// town is a house with its families and the bare reads beside it.
type town struct {
	db       *db.DB
	families int
	ask      []question
}

func run(ctx context.Context, p plan, out io.Writer) error {
	dir := p.keep
	if dir == "" {
		made, err := os.MkdirTemp("", "bondgenoot-bench-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(made)
		dir = made
	}
	if p.tenth && p.url != "" {
		return errors.New("-tenth makes two databases, and -db names one: leave one of them out")
	}
	whole, leave, err := settle(ctx, p.families, p.url, dir)
	if err != nil {
		return err
	}
	defer leave()
	var few town
	if p.tenth {
		if few, leave, err = settle(ctx, max(each, whole.families/10), "", filepath.Join(dir, "tenth")); err != nil {
			return err
		}
		defer leave()
	}

	fmt.Fprintf(out, "%d families, %s, %s/%s, %d cores, %s, %d requests a second for %s each\n\n",
		whole.families, whole.db.Engine, runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version(), p.rate, p.span)
	fmt.Fprintln(out, "| question | p50 | p95 | p99 | worst | answers that failed | bare p50 | bare p95 | ratio of the p50 | processor | bare | ratio |")
	fmt.Fprintln(out, "|---|---|---|---|---|---|---|---|---|---|---|---|")
	var beside []string
	for i, q := range whole.ask {
		if !strings.Contains(q.name, p.only) {
			continue
		}
		ours, err := measure(q.ours, p.rate, p.span)
		if err != nil {
			return fmt.Errorf("%s: %w", q.name, err)
		}
		theirs, err := measure(q.bare, p.rate, p.span)
		if err != nil {
			return fmt.Errorf("%s, bare: %w", q.name, err)
		}
		fmt.Fprintf(out, "| %s | %s | %s | %s | %s | %d | %s | %s | %.1f | %s | %s | %.1f |\n", q.name,
			ms(ours.at(50)), ms(ours.at(95)), ms(ours.at(99)), ms(ours.at(100)), ours.failed,
			ms(theirs.at(50)), ms(theirs.at(95)), float64(ours.at(50))/float64(theirs.at(50)),
			ms(ours.cpu), ms(theirs.cpu), float64(ours.cpu)/float64(theirs.cpu))
		if !p.tenth {
			continue
		}
		among, err := measure(few.ask[i].ours, p.rate, p.span)
		if err != nil {
			return fmt.Errorf("%s, among a tenth: %w", q.name, err)
		}
		beside = append(beside, fmt.Sprintf("| %s | %s | %s | %.2f |", q.name, ms(among.cpu), ms(ours.cpu), float64(ours.cpu)/float64(among.cpu)))
	}
	if p.tenth {
		fmt.Fprintf(out, "\n| question | processor among %d | among %d | ratio |\n|---|---|---|---|\n%s\n", few.families, whole.families, strings.Join(beside, "\n"))
	}
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	fmt.Fprintf(out, "\nheap after a collection: %d MB, load generator included\n", m.HeapAlloc>>20)
	return nil
}

// settle opens a house with its families in a folder, and makes them if they
// are not there yet; leave closes it.
func settle(ctx context.Context, families int, url, dir string) (t town, leave func(), err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return t, nil, err
	}
	if url == "" {
		url = "sqlite:" + filepath.Join(dir, "bench.db")
	}
	keeper, err := key(filepath.Join(dir, "bench.key"))
	if err != nil {
		return t, nil, err
	}
	if t.db, err = db.Open(ctx, url); err != nil {
		return t, nil, err
	}
	leave = func() { _ = t.db.Close() } // nothing is lost with it
	house, err := app.New(ctx, app.Config{DB: t.db, Keeper: keeper, Mail: mail.New(mail.Server{Kept: true}), Demo: true,
		Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		leave()
		return t, nil, err
	}
	crowd, err := gather(ctx, house, families, filepath.Join(dir, "bench.json"))
	if err != nil {
		leave()
		return t, nil, err
	}
	if _, err := house.Families.Hint(ctx); err != nil { // a folder that was kept may be from before there were hints
		leave()
		return t, nil, err
	}
	for _, k := range crowd.Workers {
		t.families += len(k.Families)
	}
	server, bare := httptest.NewServer(house.Handler), httptest.NewServer(bareReads(t.db, crowd.Alliance))
	t.ask = questions(crowd, server.URL, bare.URL)
	leave = func() {
		server.Close()
		bare.Close()
		_ = t.db.Close()
	}
	return t, leave, nil
}

func key(path string) (*vault.KeyFile, error) {
	if _, err := os.Stat(path); err != nil {
		if err := vault.CreateKeyFile(path); err != nil {
			return nil, err
		}
	}
	return vault.OpenKeyFile(path)
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000) }

// question is one thing that is asked again and again, of the house and of the
// bare reads.
type question struct {
	name       string
	ours, bare func(n int) *http.Request
}
