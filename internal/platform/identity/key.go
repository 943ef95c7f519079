package identity

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"golang.org/x/oauth2"
)

// Key is with what an installation shows a provider that it is itself, where
// it holds no secret, and with what it opens ID tokens that were encrypted for
// it. The zero value is none.
type Key struct {
	private crypto.Signer
	id      string // as its public half is found among others
}

const (
	smallestRSA   = 2048 // bits
	assertionLife = time.Minute
	assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
)

// What an ID token may be encrypted with: nothing whose weakness is known.
var (
	keyAlgorithms     = []jose.KeyAlgorithm{jose.RSA_OAEP, jose.RSA_OAEP_256, jose.ECDH_ES, jose.ECDH_ES_A128KW, jose.ECDH_ES_A256KW}
	contentAlgorithms = []jose.ContentEncryption{jose.A128CBC_HS256, jose.A256CBC_HS512, jose.A128GCM, jose.A256GCM}
)

// readKey reads a private key, RSA or elliptic, as openssl genpkey writes it.
func readKey(file string) (k Key, err error) {
	written, err := readPrivate(file)
	if err != nil {
		return k, err
	}
	block, _ := pem.Decode(written)
	if block == nil || block.Type != "PRIVATE KEY" {
		return k, fmt.Errorf("%s holds no private key. Make one: openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072 -out %s", file, file)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return k, fmt.Errorf("the key in %s cannot be read", file)
	}
	return keyOf(parsed)
}

func keyOf(private any) (k Key, err error) {
	switch p := private.(type) {
	case *rsa.PrivateKey:
		if p.N.BitLen() < smallestRSA {
			return k, fmt.Errorf("the key is shorter than %d bits", smallestRSA)
		}
		k.private = p
	case *ecdsa.PrivateKey:
		if p.Curve.Params().BitSize != 256 {
			return k, errors.New("an elliptic key must be of the curve P-256")
		}
		k.private = p
	default:
		return k, errors.New("the key is neither RSA nor elliptic")
	}
	mark, err := (&jose.JSONWebKey{Key: k.private.Public()}).Thumbprint(crypto.SHA256)
	k.id = base64.RawURLEncoding.EncodeToString(mark)
	return k, err
}

func (k Key) algorithm() jose.SignatureAlgorithm {
	if _, is := k.private.(*rsa.PrivateKey); is {
		return jose.RS256
	}
	return jose.ES256
}

// Public is the public half, as providers fetch it: once to check what was
// signed, once to encrypt with.
func (k Key) Public() ([]byte, error) {
	if k.private == nil {
		return nil, errors.New("there is no key")
	}
	sign := jose.JSONWebKey{Key: k.private.Public(), KeyID: k.id, Use: "sig", Algorithm: string(k.algorithm())}
	encrypt := jose.JSONWebKey{Key: k.private.Public(), KeyID: k.id + "-enc", Use: "enc", Algorithm: string(jose.RSA_OAEP)}
	if k.algorithm() == jose.ES256 {
		encrypt.Algorithm = string(jose.ECDH_ES)
	}
	return json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{sign, encrypt}})
}

// assertion shows a provider that this installation is the client.
func (k Key) assertion(client, endpoint string, now time.Time) ([]oauth2.AuthCodeOption, error) {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: k.algorithm(), Key: jose.JSONWebKey{Key: k.private, KeyID: k.id}},
		(&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return nil, err
	}
	claims, err := json.Marshal(map[string]any{"iss": client, "sub": client, "aud": endpoint, "jti": rand.Text(),
		"iat": now.Unix(), "exp": now.Add(assertionLife).Unix()})
	if err != nil {
		return nil, err
	}
	signed, err := signer.Sign(claims)
	if err != nil {
		return nil, err
	}
	text, err := signed.CompactSerialize()
	return []oauth2.AuthCodeOption{oauth2.SetAuthURLParam("client_assertion_type", assertionType), oauth2.SetAuthURLParam("client_assertion", text)}, err
}

// opened is an ID token without what it was encrypted in; one that was not is
// as it is.
func (k Key) opened(raw string) (string, error) {
	if strings.Count(raw, ".") != 4 {
		return raw, nil
	}
	if k.private == nil {
		return "", errors.New("the ID token is encrypted, and key_file names no key that opens it")
	}
	sealed, err := jose.ParseEncryptedCompact(raw, keyAlgorithms, contentAlgorithms)
	if err != nil {
		return "", errors.New("the ID token is encrypted in a way that is not accepted")
	}
	plain, err := sealed.Decrypt(k.private)
	if err != nil {
		return "", errors.New("the ID token was encrypted for another key")
	}
	return string(plain), nil
}

// readPrivate reads a file that only this program's user may read.
func readPrivate(file string) ([]byte, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, unread(file, err)
	}
	if info.Mode().Perm()&0o077 != 0 && os.PathSeparator == '/' {
		return nil, fmt.Errorf("others on this machine may read %s. Run: chmod 600 %s", file, file)
	}
	written, err := os.ReadFile(file)
	if err != nil {
		return nil, unread(file, err)
	}
	return written, nil
}
