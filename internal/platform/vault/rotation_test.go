package vault

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// keyFile makes a key file and opens it as two services do.
func keyFile(t *testing.T) (path string, one, other *KeyFile) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "key")
	if err := CreateKeyFile(path); err != nil {
		t.Fatal(err)
	}
	open := func() *KeyFile {
		k, err := OpenKeyFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	return path, open(), open()
}

// follow makes a service look at its file now, as it does by itself in time.
func follow(services ...*KeyFile) {
	for _, k := range services {
		k.follow()
	}
}

func TestEveryServiceOpensWhatAnotherSealedAtEachStep(t *testing.T) {
	path, quick, slow := keyFile(t)
	about := []byte("alliance/family")
	first := quick.Mark()
	check := func(when string) {
		t.Helper()
		for _, pair := range [][2]*KeyFile{{quick, slow}, {slow, quick}} {
			sealed, err := pair[0].Wrap([]byte("key"), about)
			if err != nil {
				t.Fatal(err)
			}
			if plain, err := pair[1].Unwrap(sealed, about); err != nil || string(plain) != "key" {
				t.Errorf("%s: %q, %v", when, plain, err)
			}
			digest := pair[0].Token([]byte("name"))
			found := false
			for _, d := range pair[1].Tokens([]byte("name")) {
				found = found || bytes.Equal(d, digest)
			}
			if !found {
				t.Errorf("%s: what one digests the other does not find", when)
			}
			signed, err := pair[0].Signer().Sign(nil, []byte("stated"), crypto.Hash(0))
			ok := false
			for _, public := range pair[1].SignersAt(kernel.InstantOf(time.Now())) {
				ok = ok || ed25519.Verify(public, []byte("stated"), signed)
			}
			if err != nil || !ok {
				t.Errorf("%s: what one signs the other does not know, %v", when, err)
			}
		}
	}
	check("before")
	if err := AddKey(path); err != nil {
		t.Fatal(err)
	}
	follow(quick)
	check("one knows that a key is coming")
	if err := AddKey(path); err == nil {
		t.Error("a second key is coming")
	}
	follow(slow)
	check("both know that a key is coming")
	if err := UseKey(path, time.Now()); err != nil {
		t.Fatal(err)
	}
	follow(quick)
	check("one uses it")
	follow(slow)
	check("both use it")
	if marks := slow.Marks(); len(marks) != 2 || marks[0] == first || marks[1] != first {
		t.Errorf("the marks are %v", marks)
	}
	sealed, _ := quick.Wrap([]byte("key"), about)
	if err := DropFormerKeys(path); err != nil {
		t.Fatal(err)
	}
	follow(quick, slow)
	check("the former key is destroyed")
	if plain, err := slow.Unwrap(sealed, about); err != nil || string(plain) != "key" {
		t.Errorf("%q, %v", plain, err)
	}
	if len(slow.Tokens([]byte("name"))) != 1 || slow.Stage() != KeySettled {
		t.Error("a key that was destroyed is still searched with")
	}
	later := kernel.InstantOf(time.Now().Add(time.Hour))
	if n := len(slow.SignersAt(later)); n != 1 {
		t.Errorf("%d keys can sign after the former was replaced", n)
	}
}

func TestAServiceFollowsItsKeyFileByItself(t *testing.T) {
	path, service, _ := keyFile(t)
	if err := errors.Join(AddKey(path), UseKey(path, time.Now())); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	for was := service.Token(nil); bytes.Equal(was, service.Token(nil)); time.Sleep(10 * time.Millisecond) {
		if time.Since(began) > 30*KeyFileLag {
			t.Fatal("the service still uses the former key")
		}
	}
}

func TestAServiceDoesNotFollowToAnotherInstallation(t *testing.T) {
	path, service, _ := keyFile(t)
	was := service.Token(nil)
	other := filepath.Join(t.TempDir(), "other")
	if err := errors.Join(CreateKeyFile(other), AddKey(other), os.Rename(other, path)); err != nil {
		t.Fatal(err)
	}
	follow(service)
	if !bytes.Equal(was, service.Token(nil)) {
		t.Error("it uses the key of another")
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	follow(service)
	if !bytes.Equal(was, service.Token(nil)) {
		t.Error("it lost its key with the file")
	}
}

// Of a hundred who begin at once one adds a key, and the file is always whole.
func TestAHundredChangeAKeyFileAtOnce(t *testing.T) {
	path, _, _ := keyFile(t)
	var added sync.Map
	var all sync.WaitGroup
	for i := range 100 {
		all.Go(func() {
			if err := AddKey(path); err == nil {
				added.Store(i, true)
			}
			if _, err := OpenKeyFile(path); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	n := 0
	added.Range(func(any, any) bool { n++; return true })
	if n != 1 {
		t.Errorf("%d added a key", n)
	}
}

func FuzzAKeyFile(f *testing.F) {
	k := newKey()
	whole := ring{keys: []key{k, newKey()}, was: []past{{k.mark(), k.public(), "2026-11-22T10:00:00.000Z"}}}
	f.Add(whole.String())
	f.Add((&ring{keys: []key{k}, coming: []key{newKey()}}).String())
	f.Add("")
	f.Add(keyHeader)
	f.Add("coming " + k.String())
	f.Add("was a b c")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := parseRing(text)
		if err != nil {
			if k := strings.TrimPrefix(strings.TrimSpace(text), keyHeader); len(k) > 20 && strings.Contains(err.Error(), k) {
				t.Error("an error repeats a key")
			}
			return
		}
		again, err := parseRing(r.String())
		if err != nil || again.String() != r.String() {
			t.Errorf("%q is read as %q and then as %v, %v", text, r, again, err)
		}
	})
}

func TestAnyTwoSharesMakeTheKeyAndOneTellsNothing(t *testing.T) {
	path, _, _ := keyFile(t)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.IntRange(2, maxShares).Draw(r, "people")
		shares, err := ShareKey(path, n)
		if err != nil || len(shares) != n {
			r.Fatal(shares, err)
		}
		i := rapid.IntRange(0, n-1).Draw(r, "one")
		j := rapid.IntRange(0, n-1).Draw(r, "other")
		to := filepath.Join(t.TempDir(), "again")
		err = JoinShares(to, shares[i], strings.ToUpper(shares[j]))
		if i == j {
			if !errors.Is(err, ErrShares) {
				r.Fatalf("one share twice: %v", err)
			}
			return
		}
		again, readErr := os.ReadFile(to)
		if err != nil || readErr != nil || !bytes.Equal(whole, again) {
			r.Fatal("another key came of it", err, readErr)
		}

		// For a share alone every key is as possible as any other: with the
		// right second share it would be that one.
		one, err := parseShare(shares[i])
		if err != nil {
			r.Fatal(err)
		}
		any := rapid.SliceOfN(rapid.Byte(), keySize, keySize).Draw(r, "any key")
		second := make([]byte, keySize)
		for b := range second {
			slope := times(one.point[b]^any[b], inverse(one.x))
			second[b] = any[b] ^ times(slope, one.x+1)
		}
		k, err := keyOf(any)
		if err != nil {
			r.Fatal(err)
		}
		if err := JoinShares(filepath.Join(t.TempDir(), "any"), shareLine(one.x, k.mark(), one.point), shareLine(one.x+1, k.mark(), second)); err != nil && one.x < maxShares {
			r.Fatal("a key that no second share makes", err)
		}
	})
}

func TestAShareThatWasTypedWrongIsFound(t *testing.T) {
	path, _, _ := keyFile(t)
	shares, err := ShareKey(path, 3)
	if err != nil {
		t.Fatal(err)
	}
	secret := strings.Fields(shares[0])[3]
	for i := range shares[0] {
		typed := []byte(shares[0])
		if typed[i]++; typed[i] == shares[0][i]|0x20 {
			continue
		}
		err := JoinShares(filepath.Join(t.TempDir(), "key"), string(typed), shares[1])
		if err == nil {
			t.Fatalf("a wrong sign at %d was taken", i)
		}
		if strings.Contains(err.Error(), secret[:16]) {
			t.Error("an error repeats a share")
		}
	}
	for _, n := range []int{-1, 0, 1, 10} {
		if _, err := ShareKey(path, n); err == nil {
			t.Errorf("%d shares were made", n)
		}
	}
}

func TestTheFieldHasAnInverse(t *testing.T) {
	for a := 1; a < 256; a++ {
		if got := times(byte(a), inverse(byte(a))); got != 1 {
			t.Errorf("%s times its inverse is %d", hex.EncodeToString([]byte{byte(a)}), got)
		}
	}
	if times(0x57, 0x83) != 0xc1 { // the example of FIPS 197, 4.2
		t.Error("the field is not that of AES")
	}
}
