package vault

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
)

func TestAKeyFileIsItsOwnersAloneAndNeverReplaced(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret", "key")
	if err := CreateKeyFile(path); err != nil {
		t.Fatal(err)
	}
	was, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700 | os.ModeDir} {
		if info, err := os.Stat(name); err != nil || info.Mode() != want && runtime.GOOS != "windows" {
			t.Errorf("%s has mode %v, %v; want %v", name, info.Mode(), err, want)
		}
	}
	if err := CreateKeyFile(path); !errors.Is(err, os.ErrExist) {
		t.Errorf("a second key: %v", err)
	}
	if is, err := os.ReadFile(path); err != nil || !bytes.Equal(was, is) {
		t.Errorf("the key was replaced, %v", err)
	}
	if _, err := OpenKeyFile(path); err != nil {
		t.Error(err)
	}
	for _, mode := range []os.FileMode{0o640, 0o604, 0o644, 0o660, 0o777} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := OpenKeyFile(path); err == nil || !strings.Contains(err.Error(), "chmod 600") {
			t.Errorf("a key that others may read (%v) was opened: %v", mode, err)
		}
	}
}

func TestAKeyFileThatIsNoneIsRefused(t *testing.T) {
	dir := t.TempDir()
	good := filepath.Join(dir, "good")
	if err := CreateKeyFile(good); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := OpenKeyFile(filepath.Join(dir, "missing")); !errors.Is(err, ErrNoKey) {
		t.Errorf("a missing file: %v", err)
	}
	key := strings.TrimSpace(strings.TrimPrefix(string(text), keyHeader))
	for name, content := range map[string]string{
		"empty": "", "another file": "hello", "without its head": key, "too short": keyHeader + key[:8], "too long": keyHeader + key + key,
		"of another version": "bondgenoot-key-2:" + key, "not base64": keyHeader + "!!!!",
	} {
		path := filepath.Join(dir, "bad")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := OpenKeyFile(path)
		if err == nil || !strings.Contains(err.Error(), "not a key") {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && strings.Contains(err.Error(), key[:8]) {
			t.Errorf("%s: the error tells the key", name)
		}
	}
	if err := os.WriteFile(good, []byte(strings.ReplaceAll(string(text), "\n", "\r\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenKeyFile(good); err != nil {
		t.Errorf("with other line ends: %v", err)
	}
}

func TestTheSameFileOpensTheSameVault(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	if err := CreateKeyFile(path); err != nil {
		t.Fatal(err)
	}
	d := dbtest.Open(t, dbtest.SQLite(t), Migrations())
	for i := range 2 {
		k, err := OpenKeyFile(path)
		if err != nil {
			t.Fatal(err)
		}
		v := &Vault{Keeper: k}
		if i == 0 {
			keep(t, d, v, north, one, fatima)
		}
		write(t, d, func(q db.Querier) error {
			p, _, err := read(q, v, north, one, "person/1")
			if p.Name != fatima.Name {
				t.Errorf("%+v, %v", p, err)
			}
			return nil
		})
		if got := search(t, d, v, north, "bensaid"); len(got) != 1 {
			t.Errorf("found %v", got)
		}
		signed, err := k.Signer().Sign(nil, []byte("stated"), crypto.Hash(0))
		if now := k.SignersAt(kernel.InstantOf(time.Now())); err != nil || len(now) != 1 || !ed25519.Verify(now[0], []byte("stated"), signed) {
			t.Errorf("the signer is not one: %v", err)
		}
	}
}

// files are the bytes of a SQLite database with all that lies beside it.
func files(t *testing.T, address string) (all []byte) {
	t.Helper()
	found, err := filepath.Glob(strings.TrimPrefix(address, "sqlite:") + "*")
	if err != nil || len(found) == 0 {
		t.Fatal(found, err)
	}
	for _, name := range found {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, content...)
	}
	return all
}

func TestNoNameStandsReadableInTheDatabaseFile(t *testing.T) {
	address := dbtest.SQLite(t)
	d := dbtest.Open(t, address, Migrations())
	v := newVault(t, 1)
	p := person{Name: "Fatima Vandewalle-Ozdemir", Phones: []string{"+3221234599"}}
	keep(t, d, v, north, one, p)
	for when, look := range map[string]func(){"with its log": func() {}, "closed": func() { d.Close() }} {
		look()
		all := bytes.ToLower(files(t, address))
		if !bytes.Contains(all, []byte(north)) {
			t.Fatalf("%s: not even the alliance is in the file; this test looks at the wrong one", when)
		}
		for _, secret := range []string{"fatima", "vandewalle", "ozdemir", "234599", "vand"} {
			if bytes.Contains(all, []byte(secret)) {
				t.Errorf("%s: %q stands in the file", when, secret)
			}
		}
	}
}

func TestADestroyedKeyDoesNotLiveOnInTheFile(t *testing.T) {
	address := dbtest.SQLite(t)
	d := dbtest.Open(t, address, Migrations())
	v := newVault(t, 1)
	for i := range 200 {
		id := one
		if i > 0 {
			id = one + "-" + two[:i%8] + "-" + one[:i%30] + two[:i/30]
		}
		write(t, d, func(q db.Querier) error {
			if _, err := v.Open(ctx, q, north, id); err == nil {
				return nil
			}
			f, err := v.Create(ctx, q, north, id)
			return errors.Join(err, f.Put(ctx, q, "person/1", fatima))
		})
	}
	var key, entry []byte
	write(t, d, func(q db.Querier) error {
		return errors.Join(
			q.QueryRowContext(ctx, `SELECT sealed FROM vault_key WHERE family = $1`, one).Scan(&key),
			q.QueryRowContext(ctx, `SELECT sealed FROM vault_entry WHERE family = $1`, one).Scan(&entry))
	})
	write(t, d, func(q db.Querier) error { return v.Forget(ctx, q, north, one) })
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	all := files(t, address)
	if bytes.Contains(all, key) || bytes.Contains(all, entry) {
		t.Error("what was destroyed is still in the file")
	}
}
