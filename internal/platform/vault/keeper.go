package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// Keeper holds the installation's key. A key file keeps it now; a key service
// can stand behind the same four methods.
type Keeper interface {
	// Wrap seals a family's key; about binds it to its family.
	Wrap(key, about []byte) ([]byte, error)
	// Unwrap opens what Wrap sealed, if about is the same.
	Unwrap(sealed, about []byte) ([]byte, error)
	// Token is a keyed digest of value: the same value gives the same token,
	// and nobody without the key can find the value from it.
	Token(value []byte) []byte
	// Signer is the key that signs what this installation states.
	Signer() ed25519.PrivateKey
}

// KeyFile is a [Keeper] whose key lies in a file that only the service may
// read.
type KeyFile struct {
	wrap   cipher.AEAD
	token  []byte
	signer ed25519.PrivateKey
}

const (
	keyHeader = "bondgenoot-key-1:"
	keySize   = 32
)

// ErrNoKey says that the key file is not there. Without the key of an
// installation nothing of its vault can be read.
var ErrNoKey = errors.New("the key file is missing")

// ErrSealed says that sealed data does not open.
var ErrSealed = errors.New("sealed data does not open with this key: it was changed, or the key file is another installation's")

// CreateKeyFile makes a new installation key at path, readable by its owner
// alone. It never replaces a file.
func CreateKeyFile(path string) error {
	key := make([]byte, keySize)
	rand.Read(key) // never fails
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(f, "%s%s\n", keyHeader, base64.StdEncoding.EncodeToString(key))
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(path)) // half a key is none
	}
	return nil
}

// OpenKeyFile reads the installation key. A file that others may read is
// refused.
func OpenKeyFile(path string) (*KeyFile, error) {
	info, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("%s: %w", path, ErrNoKey)
	}
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows" { // where every file looks so
		return nil, fmt.Errorf("%s can be read by others; run: chmod 600 %s", path, path)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	text, ok := strings.CutPrefix(strings.TrimSpace(string(content)), keyHeader)
	key, err := base64.StdEncoding.DecodeString(text)
	if !ok || err != nil || len(key) != keySize {
		return nil, fmt.Errorf("%s is not a key of Bondgenoot", path)
	}
	return newKeyFile(key)
}

func newKeyFile(key []byte) (*KeyFile, error) {
	wrapKey, err := derive(key, "wrap")
	if err != nil {
		return nil, err
	}
	wrap, err := sealer(wrapKey)
	if err != nil {
		return nil, err
	}
	token, err := derive(key, "token")
	if err != nil {
		return nil, err
	}
	seed, err := derive(key, "sign")
	if err != nil {
		return nil, err
	}
	return &KeyFile{wrap, token, ed25519.NewKeyFromSeed(seed)}, nil
}

func derive(key []byte, purpose string) ([]byte, error) {
	return hkdf.Key(sha256.New, key, nil, "bondgenoot "+purpose, keySize)
}

// Wrap implements [Keeper].
func (k *KeyFile) Wrap(key, about []byte) ([]byte, error) { return seal(k.wrap, key, about), nil }

// Unwrap implements [Keeper].
func (k *KeyFile) Unwrap(sealed, about []byte) ([]byte, error) { return open(k.wrap, sealed, about) }

// Token implements [Keeper].
func (k *KeyFile) Token(value []byte) []byte {
	mac := hmac.New(sha256.New, k.token)
	mac.Write(value)
	return mac.Sum(nil)
}

// Signer implements [Keeper].
func (k *KeyFile) Signer() ed25519.PrivateKey { return k.signer }

func sealer(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

func seal(with cipher.AEAD, plain, about []byte) []byte { return with.Seal(nil, nil, plain, about) }

func open(with cipher.AEAD, sealed, about []byte) ([]byte, error) {
	plain, err := with.Open(nil, nil, sealed, about)
	if err != nil {
		return nil, ErrSealed
	}
	return plain, nil
}
