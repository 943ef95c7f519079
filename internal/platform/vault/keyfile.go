package vault

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// KeyFile is a [Keeper] whose key lies in a file that only the service may
// read. It follows the file: a key that is added there is known within
// [KeyFileLag], without a new start.
type KeyFile struct {
	path string
	ring atomic.Pointer[ring]

	mu     sync.Mutex // held by whoever reads the file again
	looked atomic.Int64
	stamp  fileStamp
}

// KeyFileLag is how long a running service may not yet know of a change of its
// key file.
const KeyFileLag = time.Second

// fileStamp tells one content of the file from the next.
type fileStamp struct {
	size     int64
	modified time.Time
}

// ErrNoKey says that the key file is not there. Without the key of an
// installation nothing of its vault can be read.
var ErrNoKey = errors.New("the key file is missing")

// CreateKeyFile makes a new installation key at path, readable by its owner
// alone. It never replaces a file.
func CreateKeyFile(path string) error {
	return createFile(path, (&ring{keys: []key{newKey()}}).String())
}

func createFile(path, content string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.WriteString(f, content)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(path)) // half a key is none
	}
	return nil
}

// OpenKeyFile reads the installation key. A file that others may read is
// refused.
func OpenKeyFile(path string) (*KeyFile, error) {
	k := &KeyFile{path: path}
	r, stamp, err := readRing(path)
	if err != nil {
		return nil, err
	}
	k.ring.Store(r)
	k.stamp = stamp
	k.looked.Store(time.Now().UnixNano())
	return k, nil
}

func readRing(path string) (*ring, fileStamp, error) {
	info, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fileStamp{}, fmt.Errorf("%s: %w", path, ErrNoKey)
	}
	if err != nil {
		return nil, fileStamp{}, err
	}
	if info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows" { // where every file looks so
		return nil, fileStamp{}, fmt.Errorf("%s can be read by others; run: chmod 600 %s", path, path)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fileStamp{}, err
	}
	r, err := parseRing(string(content))
	if err != nil {
		return nil, fileStamp{}, fmt.Errorf("%s is not a key of Bondgenoot: %w", path, err)
	}
	return r, fileStamp{info.Size(), info.ModTime()}, nil
}

// keys are the keys as they are now, the one in use first.
func (k *KeyFile) keys() *ring {
	now := time.Now().UnixNano()
	if last := k.looked.Load(); now-last > int64(KeyFileLag) && k.looked.CompareAndSwap(last, now) {
		k.follow()
	}
	return k.ring.Load()
}

// follow reads the file again if it changed. A file that cannot be read leaves
// the keys as they were: a service does not stop because somebody moves it.
func (k *KeyFile) follow() (changed bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	info, err := os.Stat(k.path)
	if err != nil || (fileStamp{info.Size(), info.ModTime()}) == k.stamp {
		return false
	}
	r, stamp, err := readRing(k.path)
	if err != nil || !r.follows(k.ring.Load()) {
		return false
	}
	k.ring.Store(r)
	k.stamp = stamp
	return true
}

// Wrap implements [Keeper].
func (k *KeyFile) Wrap(key, about []byte) ([]byte, error) {
	return seal(k.keys().keys[0].wrap, key, about), nil
}

// Unwrap implements [Keeper]. What does not open may be sealed with a key that
// was added just now.
func (k *KeyFile) Unwrap(sealed, about []byte) ([]byte, error) {
	plain, err := k.keys().open(sealed, about)
	if err != nil && k.follow() {
		return k.keys().open(sealed, about)
	}
	return plain, err
}

// Fresh implements [Keeper].
func (k *KeyFile) Fresh(sealed, about []byte) bool {
	_, err := open(k.keys().keys[0].wrap, sealed, about)
	return err == nil
}

// Token implements [Keeper].
func (k *KeyFile) Token(value []byte) []byte { return k.keys().keys[0].digest(value) }

// Tokens implements [Keeper].
func (k *KeyFile) Tokens(value []byte) [][]byte {
	keys := k.keys().all()
	tokens := make([][]byte, len(keys))
	for i := range keys {
		tokens[i] = keys[i].digest(value)
	}
	return tokens
}

// Signer implements [Keeper].
func (k *KeyFile) Signer() crypto.Signer { return following{k} }

// following signs with the key that is in use when it signs.
type following struct{ *KeyFile }

func (f following) Public() crypto.PublicKey { return f.keys().keys[0].signer.Public() }

func (f following) Sign(_ io.Reader, message []byte, opts crypto.SignerOpts) ([]byte, error) {
	return f.keys().keys[0].signer.Sign(rand.Reader, message, opts)
}

// SignersAt are the public keys that this installation may have signed with at
// that moment: the one in use, the one that is coming, and those that were
// replaced later.
func (k *KeyFile) SignersAt(at kernel.Instant) []ed25519.PublicKey {
	r := k.keys()
	signers := []ed25519.PublicKey{r.keys[0].public()}
	for _, c := range r.coming {
		signers = append(signers, c.public())
	}
	for _, w := range r.was {
		if at <= w.until {
			signers = append(signers, w.public)
		}
	}
	return signers
}

// Marks say of whom a backup is, without saying anything of the key: first the
// mark of the key in use, then those of the keys before it.
func (k *KeyFile) Marks() []string {
	r := k.keys()
	marks := []string{r.keys[0].mark()}
	for _, w := range r.was {
		if !slices.Contains(marks, w.mark) {
			marks = append(marks, w.mark)
		}
	}
	return marks
}

// Mark is the mark of the key in use.
func (k *KeyFile) Mark() string { return k.Marks()[0] }

func markOf(digest []byte) string { return hex.EncodeToString(digest[:16]) }
