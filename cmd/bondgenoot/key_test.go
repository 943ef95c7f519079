package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/config"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
)

func (in *installation) database() config.Database { return config.Database{DB: config.Hidden(in.url)} }

func (in *installation) rotate() {
	in.Helper()
	if err := (KeyRotateCmd{in.database(), in.keys()}).Run(in.Context(), io.Discard); err != nil {
		in.Fatal(err)
	}
}

func (in *installation) retire() error {
	return KeyRetireCmd{in.path("family-keys.gz"), in.database(), in.keys()}.Run(in.Context(), io.Discard)
}

// copied keeps a file as it is now, under another name.
func (in *installation) copied(from, to string) {
	in.Helper()
	content, err := os.ReadFile(in.path(from))
	if err == nil {
		err = os.WriteFile(in.path(to), content, 0o600)
	}
	if err != nil {
		in.Fatal(err)
	}
}

// column reads the first column of every row.
func (in *installation) column(query string) (all []string) {
	in.Helper()
	err := in.db.Read(in.Context(), func(q db.Querier) error {
		rows, err := q.QueryContext(in.Context(), query)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var cell string
			if err := rows.Scan(&cell); err != nil {
				return err
			}
			all = append(all, cell)
		}
		return rows.Err()
	})
	if err != nil {
		in.Fatal(err)
	}
	return all
}

// finds tells whether the one family is among those that a name finds; names
// that sound alike are found with it.
func (in *installation) finds(when, typed string, family kernel.ID) bool {
	in.Helper()
	page, err := in.Families.Search(in.aicha, typed, families.Query{State: families.AnyState, Limit: 100})
	if err != nil {
		in.Errorf("%s: %q: %v", when, typed, err)
	}
	return slices.ContainsFunc(page.Rows, func(r families.Row) bool { return r.ID == family })
}

func (in *installation) mustFind(when, typed string, family kernel.ID) {
	in.Helper()
	if !in.finds(when, typed, family) {
		in.Errorf("%s: %q does not find the family", when, typed)
	}
}

// surname is a name of letters for a number, so that each can be searched.
func surname(n int64) string {
	syllables := []string{"ka", "lo", "mi", "nu", "pe", "ro", "sa", "ti", "wo", "za"}
	return "Rot" + syllables[n/100%10] + syllables[n/10%10] + syllables[n%10]
}

// A running service opens files, finds them and answers while its key is
// replaced: nobody notices. Afterwards the former key opens and finds nothing.
func TestTheKeyIsReplacedWhileEverybodyWorks(t *testing.T) {
	if testing.Short() {
		t.Skip("a key is replaced while three work: make test does it")
	}
	dbtest.EachURL(t, func(t *testing.T, url string) {
		in := newInstallation(t, url)
		in.backup("before.gz")
		in.copied("family-keys.gz", "former-keys.gz")
		in.copied("installation.key", "former.key")
		var stated bytes.Buffer
		if err := (AuditStatementCmd{in.database(), in.keys()}).Run(t.Context(), &stated); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(in.path("statement.txt"), stated.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}

		var opened sync.Map // names, each with the family
		var count atomic.Int64
		work, stop := context.WithCancel(t.Context())
		var workers sync.WaitGroup
		for range 3 {
			workers.Go(func() {
				for work.Err() == nil {
					name := surname(count.Add(1))
					file, err := in.Families.Open(in.aicha, families.NewFamily{PostalCode: "3000", Anyway: true,
						Persons: []families.NewPerson{person(families.Applicant, "Zephyrine", name, "1990-05-17")}})
					if err != nil {
						t.Errorf("opening a file: %v", err)
						return
					}
					opened.Store(name, file.ID)
					in.mustFind("meanwhile", name, file.ID)
					in.mustFind("meanwhile", "Quintelier", in.forgotten)
					if _, err := in.Families.Read(in.aicha, in.stays, families.ForCare); err != nil {
						t.Errorf("reading a file: %v", err)
					}
					time.Sleep(50 * time.Millisecond)
				}
			})
		}
		began := in.column(`SELECT token FROM vault_token`)
		in.rotate()
		stop()
		workers.Wait()
		in.rotate() // what was begun before the key was in use and written after
		in.onlyTheNewKeyOpens(began)

		if err := in.retire(); err == nil || !strings.Contains(err.Error(), "make a backup first") {
			t.Errorf("the former key was destroyed while the backup needs it: %v", err)
		}
		in.backup("after.gz")
		if err := in.retire(); err != nil {
			t.Fatal(err)
		}
		content, err := os.ReadFile(in.keys().KeyFile)
		if err != nil || strings.Count(string(content), "bondgenoot-key-1:") != 1 {
			t.Errorf("the key file still holds more than the key in use, %v", err)
		}

		in.App = in.open(url)
		opened.Range(func(name, family any) bool {
			in.mustFind("afterwards", name.(string), family.(kernel.ID))
			return true
		})
		if _, err := in.Referrals.Read(in.aicha, in.sketched); err != nil {
			t.Errorf("a sketch: %v", err)
		}
		var said bytes.Buffer
		verify := AuditVerifyCmd{Held: []string{in.path("statement.txt")}, Database: in.database(), Keys: in.keys()}
		if err := verify.Run(t.Context(), &said); err != nil {
			t.Errorf("the record, with what the former key stated: %v\n%s", err, said.String())
		}

		// Data from before, with the newest keys, is found by name.
		in.url = another(t, url)
		if said, err := in.restore(in.url, "before.gz", "family-keys.gz"); err != nil {
			t.Fatalf("%s, %v", said, err)
		}
		in.App = in.open(in.url)
		in.mustFind("restored", "Quintelier", in.forgotten)
		if _, err := in.Referrals.Read(in.aicha, in.sketched); err != nil {
			t.Errorf("restored: a sketch: %v", err)
		}
		// What only the former key opens is not half restored.
		if said, err := in.restore(another(t, url), "before.gz", "former-keys.gz"); err == nil {
			t.Errorf("keys that nothing opens were restored: %s", said)
		}
	})
}

func (in *installation) onlyTheNewKeyOpens(before []string) {
	in.Helper()
	former, err := vault.OpenKeyFile(in.path("former.key"))
	if err != nil {
		in.Fatal(err)
	}
	sealed := vault.Vault{Keeper: former}
	err = in.db.Read(in.Context(), func(q db.Querier) error {
		keys, err := sealed.Keys(in.Context(), q, vault.Known{}, 10_000)
		for _, k := range keys {
			if _, err := sealed.Open(in.Context(), q, k.Alliance, k.Family); !errors.Is(err, vault.ErrSealed) {
				in.Errorf("the former key opens a family: %v", err)
			}
		}
		if len(keys) < 3 {
			in.Errorf("only %d families were looked at", len(keys))
		}
		return err
	})
	if err != nil {
		in.Fatal(err)
	}
	left := map[string]bool{}
	for _, token := range in.column(`SELECT token FROM vault_token`) {
		left[token] = true
	}
	for _, token := range before {
		if left[token] {
			in.Fatal("a digest that the former key made is still there")
		}
	}
}

func TestARotationThatWasBrokenOffGoesOn(t *testing.T) {
	if testing.Short() {
		t.Skip("a rotation is broken off at every step: make test does it")
	}
	steps := []struct {
		name string
		do   func(path string) error
	}{
		{"before anything", func(string) error { return nil }},
		{"when the new key was added", vault.AddKey},
		{"when it was put in use", func(path string) error { return vault.UseKey(path, time.Now()) }},
	}
	for broken := range steps {
		t.Run(steps[broken].name, func(t *testing.T) {
			in := newInstallation(t, dbtest.SQLite(t))
			in.copied("installation.key", "former.key")
			before := in.column(`SELECT token FROM vault_token`)
			for _, step := range steps[:broken+1] {
				if err := step.do(in.keys().KeyFile); err != nil {
					t.Fatal(err)
				}
			}
			if broken == 1 {
				if err := in.retire(); err == nil || !strings.Contains(err.Error(), "not in use yet") {
					t.Errorf("retired half way: %v", err)
				}
			}
			in.rotate()
			in.onlyTheNewKeyOpens(before)
			in.mustFind("then", "Peeters", in.stays)
		})
	}
}

// Two people with a share each restore on another machine; one cannot.
func TestARestoreNeedsFourEyes(t *testing.T) {
	in := newInstallation(t, dbtest.SQLite(t))
	in.backup("night.gz")
	if err := (KeyShareCmd{Of: 3, To: in.dir, Keys: in.keys()}).Run(t.Context(), io.Discard); err != nil {
		t.Fatal(err)
	}
	if err := (KeyShareCmd{Of: 3, To: in.dir, Keys: in.keys()}).Run(t.Context(), io.Discard); err == nil || !strings.Contains(err.Error(), "there already") {
		t.Errorf("shares were written over shares: %v", err)
	}
	if err := os.Rename(in.keys().KeyFile, in.path("lost.key")); err != nil {
		t.Fatal(err)
	}
	restore := func(shares ...string) error {
		to := dbtest.SQLite(t)
		c := RestoreCmd{From: in.path("night.gz"), familyKeys: familyKeys{in.path("family-keys.gz")}, Database: config.Database{DB: config.Hidden(to)}, Keys: in.keys()}
		for _, name := range shares {
			c.KeyShares = append(c.KeyShares, in.path(name))
		}
		err := c.Run(t.Context(), strings.NewReader(""), io.Discard)
		if err == nil {
			in.App = in.open(to)
		}
		return err
	}
	elsewhere := filepath.Join(in.dir, "elsewhere")
	if err := errors.Join(os.Mkdir(elsewhere, 0o700), vault.CreateKeyFile(filepath.Join(elsewhere, "key"))); err != nil {
		t.Fatal(err)
	}
	if err := (KeyShareCmd{Of: 2, To: elsewhere, Keys: config.Keys{KeyFile: filepath.Join(elsewhere, "key")}}).Run(t.Context(), io.Discard); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		shares []string
		says   string
	}{
		"nobody":                     {nil, "key file"},
		"one person":                 {[]string{"share-1.txt"}, "two shares"},
		"one person twice":           {[]string{"share-1.txt", "share-1.txt"}, "two different shares"},
		"one of another house":       {[]string{"share-1.txt", "elsewhere/share-2.txt"}, "two different shares"},
		"somebody with a wrong file": {[]string{"share-1.txt", "night.gz"}, "holds no share"},
	} {
		if err := restore(tt.shares...); err == nil || !strings.Contains(explained(err), tt.says) {
			t.Errorf("%s: %v, want %q", name, err, tt.says)
		}
		if _, err := os.Stat(in.keys().KeyFile); err == nil {
			t.Fatalf("%s made a key file", name)
		}
	}
	if err := restore("share-3.txt", "share-1.txt"); err != nil {
		t.Fatal(err)
	}
	in.theOthersAreThereAfter("four eyes")
	if err := (KeyJoinCmd{One: in.path("share-1.txt"), Other: in.path("share-2.txt"), Keys: in.keys()}).Run(t.Context(), io.Discard); err == nil || !strings.Contains(err.Error(), "nothing was written over it") {
		t.Errorf("a key file was written over: %v", err)
	}
}

func (in *installation) theOthersAreThereAfter(when string) {
	in.Helper()
	file, err := in.Families.Read(in.aicha, in.stays, families.ForCare)
	if err != nil || file.Persons[0].Last != "Peeters" {
		in.Errorf("%s: the family that stays: %v, %v", when, kernel.CodeOf(err), err)
	}
	in.mustFind(when, "Peeters", in.stays)
}
