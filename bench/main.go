// Command bench measures the house under load on this machine and prints the
// table of docs/performance.md: what was asked, how often, how long it took,
// and beside it the same reads by a bare net/http handler over the same
// database, with no policy, no record, no unsealing and no page.
//
//	go run ./bench                          100,000 families, SQLite
//	go run ./bench -families 5000           a quick look
//	go run ./bench -db postgres://…         an empty PostgreSQL database
//	go run ./bench -keep DIR                keeps the database, or goes on with the one there
//
// Requests are sent at a fixed rate, whatever the answers take, and each is
// timed from the moment at which it was due: a slow answer cannot hide the
// ones that wait behind it. Beside the time on the wall stands what an answer
// took of the processors, which other work on the machine does not change: its
// ratio to that of the bare reads is the figure to hold on to. All traffic stays on the loopback address.
package main

import (
	"context"
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
	if err := run(context.Background(), *families, *url, *keep, *only, *rate, *span, os.Stdout); err != nil {
		log.Print(err)
	}
}

func run(ctx context.Context, families int, url, keep, only string, rate int, span time.Duration, out io.Writer) error {
	dir := keep
	if dir == "" {
		made, err := os.MkdirTemp("", "bondgenoot-bench-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(made)
		dir = made
	}
	if url == "" {
		url = "sqlite:" + filepath.Join(dir, "bench.db")
	}
	keeper, err := key(filepath.Join(dir, "bench.key"))
	if err != nil {
		return err
	}
	d, err := db.Open(ctx, url)
	if err != nil {
		return err
	}
	defer d.Close()
	house, err := app.New(ctx, app.Config{DB: d, Keeper: keeper, Mail: mail.New(mail.Server{Kept: true}), Demo: true,
		Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	crowd, err := gather(ctx, house, families, filepath.Join(dir, "bench.json"))
	if err != nil {
		return err
	}
	server := httptest.NewServer(house.Handler)
	defer server.Close()
	bare := httptest.NewServer(bareReads(d, crowd.Alliance))
	defer bare.Close()

	families = 0
	for _, k := range crowd.Workers {
		families += len(k.Families)
	}
	fmt.Fprintf(out, "%d families, %s, %s/%s, %d cores, %s, %d requests a second for %s each\n\n",
		families, d.Engine, runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version(), rate, span)
	fmt.Fprintln(out, "| question | p50 | p95 | p99 | worst | answers that failed | bare p50 | bare p95 | ratio of the p50 | processor | bare | ratio |")
	fmt.Fprintln(out, "|---|---|---|---|---|---|---|---|---|---|---|---|")
	for _, q := range questions(crowd, server.URL, bare.URL) {
		if !strings.Contains(q.name, only) {
			continue
		}
		ours, err := measure(q.ours, rate, span)
		if err != nil {
			return fmt.Errorf("%s: %w", q.name, err)
		}
		theirs, err := measure(q.bare, rate, span)
		if err != nil {
			return fmt.Errorf("%s, bare: %w", q.name, err)
		}
		fmt.Fprintf(out, "| %s | %s | %s | %s | %s | %d | %s | %s | %.1f | %s | %s | %.1f |\n", q.name,
			ms(ours.at(50)), ms(ours.at(95)), ms(ours.at(99)), ms(ours.at(100)), ours.failed,
			ms(theirs.at(50)), ms(theirs.at(95)), float64(ours.at(50))/float64(theirs.at(50)),
			ms(ours.cpu), ms(theirs.cpu), float64(ours.cpu)/float64(theirs.cpu))
	}
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	fmt.Fprintf(out, "\nheap after a collection: %d MB, load generator included\n", m.HeapAlloc>>20)
	return nil
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
