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
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/mail"
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
	err = d.Write(ctx, func(q db.Querier) error {
		_, err := q.ExecContext(ctx, `DELETE FROM job WHERE kind = $1`, reach.LookJob)
		return err
	})
	if err != nil {
		return err
	}
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
	err = walk(ctx, d, house, crowd.Alliance, "each looked at", families)
	pprof.StopCPUProfile()
	if err != nil || families > 0 {
		return err
	}
	night = night.AddDate(0, 0, 1)
	return walk(ctx, d, house, crowd.Alliance, "nothing changed but the day", 0)
}

// walk does the jobs of one round and prints what they took.
func walk(ctx context.Context, d *db.DB, house *app.App, alliance kernel.ID, name string, families int64) error {
	if begun, err := house.Reach.Begin(ctx, alliance); err != nil || !begun {
		return fmt.Errorf("no round was due: %w", err)
	}
	began, spent := time.Now(), processor()
	var walked, looked, failed int64
	for ended := ""; ended == "" && (families == 0 || walked < families); {
		if did, err := house.Queue.Once(ctx); err != nil || !did {
			return fmt.Errorf("no work was left before the round ended: %w", err)
		}
		err := d.Read(ctx, func(q db.Querier) error {
			return q.QueryRowContext(ctx, `SELECT walked, looked, failed, ended_at FROM reach_round WHERE alliance = $1 ORDER BY begun_at DESC LIMIT 1`, alliance).
				Scan(&walked, &looked, &failed, &ended)
		})
		if err != nil {
			return err
		}
	}
	clock, cpu := time.Since(began), processor()-spent
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	fmt.Printf("%s: %d families passed, %d looked at, %d failed; %s by the clock, %s of the processors, %.2f ms a family; %d MB\n",
		name, walked, looked, failed, clock.Round(time.Millisecond), cpu.Round(time.Millisecond), cpu.Seconds()*1000/float64(max(walked, 1)), m.Sys>>20)
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
