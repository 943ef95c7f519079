package vault

import (
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ed25519"
	"errors"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Keeper holds the installation's key. A key file keeps it now; a key service
// can stand behind the same few methods.
//
// While the installation's key is being replaced there is more than one: what
// any of them sealed opens, and only the one in use seals.
type Keeper interface {
	// Wrap seals a family's key; about binds it to its family.
	Wrap(key, about []byte) ([]byte, error)
	// Unwrap opens what Wrap sealed, if about is the same.
	Unwrap(sealed, about []byte) ([]byte, error)
	// Fresh tells whether the key in use sealed it.
	Fresh(sealed, about []byte) bool
	// Token is a keyed digest of value: the same value gives the same token,
	// and nobody without the key can find the value from it.
	Token(value []byte) []byte
	// Tokens are the digests of value by each key that may have made one; the
	// first is that of Token.
	Tokens(value []byte) [][]byte
	// Signer signs what this installation states, with the key in use.
	Signer() crypto.Signer
	// SignersAt are the public keys of all that may have signed at that moment.
	SignersAt(at kernel.Instant) []ed25519.PublicKey
}

// ErrSealed says that sealed data does not open.
var ErrSealed = errors.New("sealed data does not open with this key: it was changed, or the key file is another installation's")

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
