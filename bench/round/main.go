// Command round measures the nightly round over all families of an alliance, by
// the jobs with which the house does it: the first, in which each family is
// looked at, and the one of the next night, in which nothing changed but the day.
//
//	go run ./bench -only nothing -keep DIR    makes the families, or keeps those that are there
//	go run ./bench/round DIR                  walks over them, in a copy that it changes
//	go run ./bench/round -families 2000 DIR   over some of them
//
// It changes the database: make a copy.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"syscall"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/app"
	"github.com/bondgenoot/bondgenoot/internal/domain/reach"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/job"
	"github.com/bondgenoot/bondgenoot/internal/platform/mail"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
)

func main() {
	log.SetFlags(0)
	families := flag.Int64("families", 0, "how many families the first round passes; 0: all")
	profile := flag.String("profile", "", "a file for a CPU profile of the first round")
	flag.Parse()
	if flag.NArg() != 1 {
		log.Fatal("name the folder that go run ./bench -keep made")
	}
	if err := run(context.Background(), flag.Arg(0), *families, *profile); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, dir string, families int64, profile string) error {
	d, err := db.Open(ctx, "sqlite:"+filepath.Join(dir, "bench.db"))
	if err != nil {
		return err
	}
	defer d.Close()
	keeper, err := vault.OpenKeyFile(filepath.Join(dir, "bench.key"))
	if err != nil {
		return err
	}
	var crowd struct{ Alliance kernel.ID }
	text, err := os.ReadFile(filepath.Join(dir, "bench.json"))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, &crowd); err != nil {
		return err
	}
	night := time.Now().AddDate(0, 0, 1)
	night = time.Date(night.Year(), night.Month(), night.Day(), 3, 0, 0, 0, kernel.Brussels)
	house, err := app.New(ctx, app.Config{DB: d, Keeper: keeper, Mail: mail.New(mail.Server{Kept: true}), Demo: true,
		Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return night }})
	if err != nil {
		return err
	}
	// What waits for single families would be done first; a round does it too.
	look := house.Queue.Handlers[reach.LookJob]
	house.Queue.Handlers[reach.LookJob] = func(context.Context, job.Job) error { return nil }
	for did := true; did && err == nil; {
		did, err = house.Queue.Once(ctx)
	}
	if err != nil {
		return err
	}
	house.Queue.Handlers[reach.LookJob] = look
	if profile != "" {
		f, err := os.Create(profile)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
	}
	err = walk(ctx, house, crowd.Alliance, "each looked at", families)
	pprof.StopCPUProfile()
	if err != nil || families > 0 {
		return err
	}
	night = night.AddDate(0, 0, 1)
	return walk(ctx, house, crowd.Alliance, "nothing changed but the day", 0)
}

// walk does the jobs of one round and prints what they took.
func walk(ctx context.Context, house *app.App, alliance kernel.ID, name string, families int64) error {
	if begun, err := house.Reach.Begin(ctx, alliance); err != nil || !begun {
		return fmt.Errorf("no round was due: %w", err)
	}
	began, spent := time.Now(), processor()
	var r reach.Round
	watcher := act.As(ctx, policy.Actor{Alliance: alliance, Person: kernel.NewID(), Roles: []policy.Role{policy.Administrator}})
	for r.EndedAt == "" && (families == 0 || r.Walked < families) {
		if did, err := house.Queue.Once(ctx); err != nil || !did {
			return fmt.Errorf("no work was left before the round ended: %w", err)
		}
		rounds, err := house.Reach.Rounds(watcher, 1)
		if err != nil || len(rounds) == 0 {
			return fmt.Errorf("the round is not there: %w", err)
		}
		r = rounds[0]
	}
	clock, cpu := time.Since(began), processor()-spent
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	fmt.Printf("%s: %d families passed, %d looked at, %d failed; %s by the clock, %s of the processors, %.2f ms a family; %d MB\n",
		name, r.Walked, r.Looked, r.Failed, clock.Round(time.Millisecond), cpu.Round(time.Millisecond), cpu.Seconds()*1000/float64(max(r.Walked, 1)), m.Sys>>20)
	return nil
}

// processor is what this program took of the processors until now.
func processor() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
