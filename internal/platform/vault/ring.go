package vault

import (
	"crypto/cipher"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// A key file has a line for each key, and the first is the one in use. While
// it is being replaced others stand below it:
//
//	bondgenoot-key-1:…                     in use
//	coming bondgenoot-key-1:…              will be: opens, finds, and seals nothing yet
//	former bondgenoot-key-1:…              was: opens and finds what it sealed
//	was MARK PUBLIC-KEY UNTIL              was, and is destroyed: opens nothing
//
// Of a destroyed key stays by what older backups and statements are known as
// this installation's.
const (
	keyHeader = "bondgenoot-key-1:"
	keySize   = 32
)

// key is one installation key, with what is derived from it.
type key struct {
	secret []byte
	wrap   cipher.AEAD
	token  []byte
	signer ed25519.PrivateKey
}

// past is what is left of a key that was replaced.
type past struct {
	mark   string
	public ed25519.PublicKey
	until  kernel.Instant
}

// ring is the content of a key file.
type ring struct {
	keys   []key // the one in use, and then the former
	coming []key // none or one
	was    []past
}

func newKey() key {
	secret := make([]byte, keySize)
	rand.Read(secret) // never fails
	k, err := keyOf(secret)
	if err != nil {
		panic(err) // cannot happen: the sizes are right
	}
	return k
}

func keyOf(secret []byte) (k key, err error) {
	if len(secret) != keySize {
		return k, fmt.Errorf("a key has %d bytes, and this %d", keySize, len(secret))
	}
	wrapKey, err := derive(secret, "wrap")
	if err != nil {
		return k, err
	}
	wrap, err := sealer(wrapKey)
	if err != nil {
		return k, err
	}
	token, err := derive(secret, "token")
	if err != nil {
		return k, err
	}
	seed, err := derive(secret, "sign")
	if err != nil {
		return k, err
	}
	return key{secret, wrap, token, ed25519.NewKeyFromSeed(seed)}, nil
}

func derive(secret []byte, purpose string) ([]byte, error) {
	return hkdf.Key(sha256.New, secret, nil, "bondgenoot "+purpose, keySize)
}

func (k key) digest(value []byte) []byte {
	mac := hmac.New(sha256.New, k.token)
	mac.Write(value)
	return mac.Sum(nil)
}

func (k key) public() ed25519.PublicKey { return k.signer.Public().(ed25519.PublicKey) }

func (k key) mark() string {
	sum := sha256.Sum256(k.digest([]byte("whose backup this is")))
	return markOf(sum[:])
}

func (k key) String() string { return keyHeader + base64.StdEncoding.EncodeToString(k.secret) }

// all are the keys that may have sealed something or digested it, the one in
// use first: the coming one is in use already where the file was read later.
func (r *ring) all() []key { return slices.Concat(r.keys, r.coming) }

func (r *ring) open(sealed, about []byte) ([]byte, error) {
	for _, k := range r.all() {
		if plain, err := open(k.wrap, sealed, about); err == nil {
			return plain, nil
		}
	}
	return nil, ErrSealed
}

// follows tells whether r can be what the file before became: the key in use
// is one that was known, or the one that was known is remembered. The key of
// another installation is neither.
func (r *ring) follows(before *ring) bool {
	used := before.keys[0].mark()
	return r.keys[0].mark() == used || slices.ContainsFunc(r.was, func(p past) bool { return p.mark == used })
}

// String is the ring as it stands in the file.
func (r *ring) String() string {
	var b strings.Builder
	fmt.Fprintln(&b, r.keys[0])
	for _, k := range r.coming {
		fmt.Fprintln(&b, "coming", k)
	}
	for _, k := range r.keys[1:] {
		fmt.Fprintln(&b, "former", k)
	}
	for _, p := range r.was {
		fmt.Fprintln(&b, "was", p.mark, base64.StdEncoding.EncodeToString(p.public), p.until)
	}
	return b.String()
}

var errLine = errors.New("a line of it cannot be read")

func parseRing(text string) (*ring, error) {
	r := &ring{}
	var former []key
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		var err error
		switch {
		case len(words) == 0:
		case len(words) == 1:
			r.keys, err = withKey(r.keys, words[0])
		case len(words) == 2 && words[0] == "coming":
			r.coming, err = withKey(r.coming, words[1])
		case len(words) == 2 && words[0] == "former":
			former, err = withKey(former, words[1])
		case len(words) == 4 && words[0] == "was":
			r.was, err = withPast(r.was, words)
		default:
			err = errLine
		}
		if err != nil {
			return nil, err
		}
	}
	if len(r.keys) != 1 || len(r.coming) > 1 {
		return nil, errors.New("it names not one key in use")
	}
	r.keys = append(r.keys, former...)
	return r, nil
}

func withKey(keys []key, word string) ([]key, error) {
	text, ok := strings.CutPrefix(word, keyHeader)
	secret, err := base64.StdEncoding.DecodeString(text)
	if !ok || err != nil {
		return nil, errLine
	}
	k, err := keyOf(secret)
	return append(keys, k), err
}

func withPast(was []past, words []string) ([]past, error) {
	mark, err := hex.DecodeString(words[1])
	public, err2 := base64.StdEncoding.DecodeString(words[2])
	until, err3 := kernel.ParseInstant(words[3])
	if errors.Join(err, err2, err3) != nil || len(mark) != 16 || len(public) != ed25519.PublicKeySize {
		return nil, errLine
	}
	return append(was, past{words[1], public, until}), nil
}
