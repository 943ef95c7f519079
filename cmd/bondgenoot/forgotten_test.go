package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/app"
	"github.com/bondgenoot/bondgenoot/internal/app/demo"
	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/config"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
	"github.com/bondgenoot/bondgenoot/internal/platform/mail"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
)

// installation is a house on a database with its key file, and a folder for
// backups.
type installation struct {
	*testing.T
	*app.App
	db        *db.DB
	url, dir  string
	town      demo.Town
	aicha     context.Context // a caseworker
	nele      context.Context // the privacy officer
	lies      context.Context // a midwife, who refers
	forgotten kernel.ID       // a family with a file
	sketched  kernel.ID       // a referral of a family without one
	stays     kernel.ID
	log       *bytes.Buffer // what the house said
}

func (in *installation) open(url string) *app.App {
	in.Helper()
	ctx := in.Context()
	d, err := db.Open(ctx, url)
	if err != nil {
		in.Fatal(err)
	}
	in.Cleanup(func() { d.Close() })
	key, err := vault.OpenKeyFile(in.keys().KeyFile)
	if err != nil {
		in.Fatal(err)
	}
	house, err := app.New(ctx, app.Config{DB: d, Keeper: key, Mail: mail.New(mail.Server{Kept: true}), Log: slog.New(slog.NewTextHandler(in.log, &slog.HandlerOptions{Level: slog.LevelDebug})), Demo: true})
	if err != nil {
		in.Fatal(err)
	}
	in.db = d
	return house
}

func (in *installation) keys() config.Keys {
	return config.Keys{KeyFile: filepath.Join(in.dir, "installation.key")}
}

func (in *installation) path(name string) string { return filepath.Join(in.dir, name) }

func (in *installation) backup(name string) {
	in.Helper()
	c := BackupCmd{To: in.path(name), Database: config.Database{DB: config.Hidden(in.url)}, Keys: in.keys()}
	if err := c.Run(in.Context(), io.Discard, logTo{io.Discard}); err != nil {
		in.Fatal(err)
	}
}

func (in *installation) restore(url, name, keys string) (said string, err error) {
	in.Helper()
	var out bytes.Buffer
	c := RestoreCmd{From: in.path(name), familyKeys: familyKeys{in.path(keys)}, Database: config.Database{DB: config.Hidden(url)}, Keys: in.keys()}
	err = c.Run(in.Context(), strings.NewReader(""), &out)
	return out.String(), err
}

// secret is all that says who the two families are that are forgotten.
var secret = []string{"Quintelier", "quintelier", "Rosalinde", "Vandenbulcke", "vandenbulcke", "geheimschrift"}

func person(role families.Role, first, last string, birth kernel.Date) families.NewPerson {
	return families.NewPerson{Role: role, First: first, Last: last, Birth: birth}
}

func newInstallation(t *testing.T, url string) *installation {
	t.Helper()
	in := &installation{T: t, url: url, dir: t.TempDir(), log: new(bytes.Buffer)}
	if err := vault.CreateKeyFile(in.keys().KeyFile); err != nil {
		t.Fatal(err)
	}
	in.App = in.open(url)
	towns, err := demo.Found(t.Context(), in.App)
	if err != nil {
		t.Fatal(err)
	}
	in.town = towns[0]
	in.aicha, in.nele, in.lies = in.town.As(t.Context(), "aicha"), in.town.As(t.Context(), "nele"), in.town.As(t.Context(), "lies")
	file := func(last string, birth kernel.Date) kernel.ID {
		f, err := in.Families.Open(in.aicha, families.NewFamily{PostalCode: "3000", Persons: []families.NewPerson{
			person(families.Applicant, "Zephyrine", last, birth), person(families.Child, "Marigold", last, "2024-03-01")},
			Contact: families.Contact{Phones: []kernel.Phone{"02 123 88 71"}}, Anyway: true})
		if err != nil {
			t.Fatal(err)
		}
		return f.ID
	}
	in.stays, in.forgotten = file("Peeters", "1990-05-17"), file("Quintelier", "1996-05-17")
	if _, err := in.Families.AddNote(in.aicha, in.forgotten, "geheimschrift"); err != nil {
		t.Fatal(err)
	}
	told := referrals.Told{How: referrals.Together, On: kernel.InstantOf(time.Now()).Date(), Agrees: true}
	sent, err := in.Referrals.Send(in.lies, referrals.NewReferral{To: in.town.Orgs["team"].ID, Why: "geheimschrift", Told: told, Reference: "mevrouw Vandenbulcke",
		Sketch: families.NewFamily{Contact: families.Contact{Phones: []kernel.Phone{"02 123 88 72"}}, PostalCode: "3000",
			Persons: []families.NewPerson{person(families.Applicant, "Rosalinde", "Vandenbulcke", "1999-01-02")}}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = in.Referrals.Send(in.aicha, referrals.NewReferral{To: in.town.Orgs["ocmw"].ID, Family: in.forgotten, Why: "geheimschrift", Told: told})
	if err != nil {
		t.Fatal(err)
	}
	in.sketched = sent.ID
	return in
}

// Who is forgotten is forgotten in the backups too.
func TestARestoredBackupHoldsNobodyWhoWasForgotten(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, url string) {
		in := newInstallation(t, url)
		letter, err := in.Referrals.Read(in.aicha, in.sketched)
		if err != nil {
			t.Fatal(err)
		}
		in.backup("first.gz")
		content, err := os.ReadFile(in.path("family-keys.gz"))
		if err == nil {
			err = os.WriteFile(in.path("old-keys.gz"), content, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := in.Families.Forget(in.nele, in.forgotten, "asked"); err != nil {
			t.Fatal(err)
		}
		if err := in.Referrals.Erase(in.nele, letter.Family); err != nil {
			t.Fatal(err)
		}
		in.backup("second.gz")
		if left, _ := filepath.Glob(in.path("*.part")); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}

		in.holdsNothing("second.gz", "family-keys.gz")
		targets := map[string]string{"to SQLite": dbtest.SQLite(t)}
		if !strings.HasPrefix(url, "sqlite:") {
			targets["to PostgreSQL"] = dbtest.Postgres(t)
		}
		for name, to := range targets {
			said, err := in.restore(to, "first.gz", "family-keys.gz")
			if err != nil || !strings.Contains(said, "who stay forgotten: 2") {
				t.Fatalf("%s: %q, %v", name, said, err)
			}
			in.App = in.open(to)
			in.nobodyIsFound(name, letter.Family)
			in.theOthersAreThere(name)
		}
		if said, err := in.restore(another(t, url), "second.gz", "family-keys.gz"); err != nil || strings.Contains(said, "forgotten") {
			t.Errorf("the second backup: %q, %v", said, err)
		}
		if _, err := in.restore(another(t, url), "second.gz", "old-keys.gz"); err == nil || !strings.Contains(err.Error(), "older than the data") {
			t.Errorf("with keys older than the data: %v", err)
		}
	})
}

// another is an empty database on the same engine.
func another(t *testing.T, url string) string {
	if strings.HasPrefix(url, "sqlite:") {
		return dbtest.SQLite(t)
	}
	return dbtest.Postgres(t)
}

// holdsNothing wants that backups made after the erasure, and the log, hold
// nothing that says who was forgotten, nor their number among the keys.
func (in *installation) holdsNothing(backup, keys string) {
	in.Helper()
	for _, name := range []string{backup, keys} {
		packed, err := os.Open(in.path(name))
		if err != nil {
			in.Fatal(err)
		}
		defer packed.Close()
		unpacked, err := gzip.NewReader(packed)
		if err != nil {
			in.Fatal(err)
		}
		content, err := io.ReadAll(unpacked)
		if err != nil {
			in.Fatal(err)
		}
		if !bytes.Contains(content, []byte(in.stays)) {
			in.Errorf("%s does not hold who stays", name)
		}
		for _, word := range secret {
			if bytes.Contains(content, []byte(word)) {
				in.Errorf("%s holds %q", name, word)
			}
		}
		if name == keys && bytes.Contains(content, []byte(in.forgotten)) {
			in.Errorf("%s holds the key of who was forgotten", name)
		}
	}
	for _, word := range secret {
		if bytes.Contains(in.log.Bytes(), []byte(word)) {
			in.Errorf("the log says %q", word)
		}
	}
}

func (in *installation) nobodyIsFound(name string, sketch kernel.ID) {
	in.Helper()
	if _, err := in.Families.Read(in.aicha, in.forgotten, families.ForCare); kernel.CodeOf(err) != kernel.NotFound {
		in.Errorf("%s: the file answers %v", name, err)
	}
	for _, typed := range []string{"Quintelier", "Vandenbulcke", "02 123 88 72"} {
		if page, err := in.Families.Search(in.aicha, typed, families.Query{State: families.AnyState}); err != nil || len(page.Rows) > 0 {
			in.Errorf("%s: %s finds %v, %v", name, typed, page.Rows, err)
		}
	}
	tables, err := in.db.Schema(in.Context())
	if err != nil {
		in.Fatal(err)
	}
	err = in.db.Read(in.Context(), func(q db.Querier) error {
		for _, table := range tables {
			if err := in.rows(q, table.Name, func(row string) {
				for _, s := range secret {
					if strings.Contains(row, s) {
						in.Errorf("%s: %s holds %q", name, table.Name, s)
					}
				}
				if strings.HasPrefix(table.Name, "vault_") && (strings.Contains(row, string(in.forgotten)) || strings.Contains(row, string(sketch))) {
					in.Errorf("%s: %s holds something of a family that was forgotten", name, table.Name)
				}
			}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		in.Error(err)
	}
}

// rows hands over each row of a table as text.
func (in *installation) rows(q db.Querier, table string, fn func(row string)) error {
	rows, err := q.QueryContext(in.Context(), "SELECT * FROM "+table)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	cells, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range cells {
		into[i] = &cells[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		fn(fmt.Sprintf("%s", cells))
	}
	return rows.Err()
}

// theOthersAreThere looks at what a team, a midwife and a privacy officer see
// first.
func (in *installation) theOthersAreThere(name string) {
	in.Helper()
	file, err := in.Families.Read(in.aicha, in.stays, families.ForCare)
	if err != nil || file.Persons[0].Last != "Peeters" {
		in.Errorf("%s: the family that stays: %+v, %v", name, file.Persons, err)
	}
	if page, err := in.Families.List(in.aicha, families.Query{State: families.AnyState}); err != nil || len(page.Rows) != 1 || page.Rows[0].ID != in.stays {
		in.Errorf("%s: the list holds %+v, %v", name, page.Rows, err)
	}
	err = in.db.Read(in.Context(), func(q db.Querier) error {
		report, err := in.Acts.Audit.Verify(in.Context(), q)
		if len(report.Troubles) > 0 {
			in.Errorf("%s: the record: %v", name, report.Troubles)
		}
		return err
	})
	if err != nil {
		in.Error(err)
	}
	for who, paths := range map[string][]string{
		"aicha": {"/today", "/families", "/families/" + string(in.stays), "/families/" + string(in.forgotten), "/search?q=quintelier",
			"/referrals", "/referrals?box=sent", "/referrals?over=on", "/referrals/" + string(in.sketched), "/claims"},
		"lies":  {"/today", "/referrals", "/referrals?box=sent", "/referrals?over=on", "/referrals/" + string(in.sketched)},
		"goele": {"/today", "/referrals", "/referrals?over=on"},
		"nele":  {"/today", "/administration", "/administration/record", "/administration/twins", "/administration/requests", "/administration/erasure"},
	} {
		w := in.town.Workers[who]
		cookie, err := in.Members.SignInAs(in.Context(), in.town.ID, w.ID, w.Org.ID)
		if err != nil {
			in.Fatal(err)
		}
		for _, path := range paths {
			r := httptest.NewRequest(http.MethodGet, path, nil)
			r.AddCookie(&http.Cookie{Name: "session", Value: cookie})
			answer := httptest.NewRecorder()
			in.Handler.ServeHTTP(answer, r)
			want := http.StatusOK
			if path == "/families/"+string(in.forgotten) {
				want = http.StatusNotFound
			}
			if answer.Code != want {
				in.Errorf("%s: %s for %s answers %d, want %d", name, path, who, answer.Code, want)
			}
			for _, s := range secret {
				if strings.Contains(answer.Body.String(), s) && !strings.HasPrefix(path, "/search") {
					in.Errorf("%s: %s for %s says %q", name, path, who, s)
				}
			}
		}
	}
}

// A house on the data of another does not open for a single family.
func TestAWrongKeyFileFailsAtTheStart(t *testing.T) {
	in := newInstallation(t, dbtest.SQLite(t))
	other := config.Keys{KeyFile: in.path("other.key")}
	if err := vault.CreateKeyFile(other.KeyFile); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	err := ServeCmd{Database: config.Database{DB: config.Hidden(in.url)}, Keys: other, Web: config.Web{Addr: "127.0.0.1:0"},
		Mail: config.Mail{Mail: "smtp://localhost?from=a@example.org"}, Log: config.Log{Level: "error"}}.Run(ctx, logTo{io.Discard})
	if err == nil || !strings.Contains(err.Error(), "other.key does not open the families of this database") || ctx.Err() != nil {
		t.Errorf("serve: %v", err)
	}
	h, err := openHouse(ctx, config.Database{DB: config.Hidden(in.url)}, other, false)
	if err == nil || !strings.Contains(err.Error(), "does not open the families") {
		t.Errorf("a command: %v, %v", h, err)
	}

	// The demonstration, kept in a folder whose key was exchanged.
	dir := t.TempDir()
	if err := in.db.Close(); err != nil { // so that all of it is in the one file
		t.Fatal(err)
	}
	for from, to := range map[string]string{strings.TrimPrefix(in.url, "sqlite:"): "demo.db", other.KeyFile: "demo.key"} {
		content, err := os.ReadFile(from)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, to), content, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	err = DemoCmd{Addr: "127.0.0.1:0", Dir: dir, Log: config.Log{Level: "error"}}.Run(ctx, io.Discard, logTo{io.Discard})
	if err == nil || !strings.Contains(err.Error(), "demo.key does not open the families of this database") || ctx.Err() != nil {
		t.Errorf("demo: %v", err)
	}
}
