package vouchers

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"math"
	"strings"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// A QR holds 88 bytes, always as many: a version (1), the key (2), a mark of
// programme and offer (4), the serial (8), pieces or cents (4), the first and
// the last day (2 each), flags (1), and an Ed25519 signature of these 24 under
// the alliance's name (64). Written in base 45 that is 132 characters, which a
// QR of version 6 with medium correction takes.
//
// How much is left is not in it: that is the ledger's to say.
const (
	tokenVersion = 1
	signedBytes  = 24
	tokenBytes   = signedBytes + ed25519.SignatureSize
	tokenLetters = tokenBytes / 2 * 3

	flagEuros    = 1
	flagAnywhere = 2
)

// Token is what a QR says of a voucher.
type Token struct {
	Key      uint16
	Mark     uint32 // of programme and offer
	Serial   Serial
	Amount   uint32 // pieces, or cents of euros
	Begins   kernel.Date
	LastDay  kernel.Date
	Euros    bool
	Anywhere bool
}

// daysBegin is the day from which a QR counts days.
const daysBegin kernel.Date = "2020-01-01"

// markOf tells programmes apart in four bytes, for a telephone that is offline.
func markOf(programme kernel.ID, offer string) uint32 {
	sum := sha256.Sum256([]byte(string(programme) + "/" + offer))
	return binary.BigEndian.Uint32(sum[:])
}

func (t Token) bytes() []byte {
	b := make([]byte, 0, tokenBytes)
	b = append(b, tokenVersion)
	b = binary.BigEndian.AppendUint16(b, t.Key)
	b = binary.BigEndian.AppendUint32(b, t.Mark)
	b = binary.BigEndian.AppendUint64(b, uint64(t.Serial))
	b = binary.BigEndian.AppendUint32(b, t.Amount)
	b = binary.BigEndian.AppendUint16(b, dayNumber(t.Begins))
	b = binary.BigEndian.AppendUint16(b, dayNumber(t.LastDay))
	var flags byte
	if t.Euros {
		flags |= flagEuros
	}
	if t.Anywhere {
		flags |= flagAnywhere
	}
	return append(b, flags)
}

func dayNumber(d kernel.Date) uint16 {
	return uint16(min(max(0, daysBegin.DaysUntil(d)), math.MaxUint16))
}

// underName is what is signed: the bytes, and whose they are.
func underName(alliance kernel.ID, b []byte) []byte {
	return append([]byte("bondgenoot voucher/"+string(alliance)+"/"), b...)
}

// Sign writes a token as a QR holds it.
func (t Token) Sign(alliance kernel.ID, key ed25519.PrivateKey) string {
	b := t.bytes()
	return base45(append(b, ed25519.Sign(key, underName(alliance, b))...))
}

// LooksSigned tells whether a text can be a QR of ours, as opposed to a code
// that somebody typed.
func LooksSigned(text string) bool { return len(strings.TrimSpace(text)) > 2*crockfordTen }

// ReadToken reads what a QR says, if one of the keys signed it; keyOf is the
// public key with a number, nil where there is none. What is no voucher, was
// changed, or was signed by nobody here is Invalid ("voucher.unsigned").
func ReadToken(alliance kernel.ID, text string, keyOf func(id uint16) ed25519.PublicKey) (t Token, err error) {
	unsigned := kernel.NewInvalid("voucher.unsigned")
	b, ok := unbase45(strings.TrimSpace(text))
	if !ok || len(b) != tokenBytes || b[0] != tokenVersion {
		return t, unsigned
	}
	key := keyOf(binary.BigEndian.Uint16(b[1:]))
	if len(key) != ed25519.PublicKeySize || !ed25519.Verify(key, underName(alliance, b[:signedBytes:signedBytes]), b[signedBytes:]) {
		return t, unsigned
	}
	flags := b[23]
	return Token{Key: binary.BigEndian.Uint16(b[1:]), Mark: binary.BigEndian.Uint32(b[3:]), Serial: Serial(binary.BigEndian.Uint64(b[7:])),
		Amount: binary.BigEndian.Uint32(b[15:]), Begins: dayOf(b[19:]), LastDay: dayOf(b[21:]),
		Euros: flags&flagEuros != 0, Anywhere: flags&flagAnywhere != 0}, nil
}

func dayOf(b []byte) kernel.Date { return daysBegin.AddDays(int(binary.BigEndian.Uint16(b))) }

// base45 writes bytes in the letters that a QR packs closest (RFC 9285).
const alphabet45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"

func base45(b []byte) string {
	var s strings.Builder
	for ; len(b) >= 2; b = b[2:] {
		n := int(b[0])<<8 | int(b[1])
		s.WriteByte(alphabet45[n%45])
		s.WriteByte(alphabet45[n/45%45])
		s.WriteByte(alphabet45[n/45/45])
	}
	if len(b) == 1 {
		s.WriteByte(alphabet45[int(b[0])%45])
		s.WriteByte(alphabet45[int(b[0])/45])
	}
	return s.String()
}

func unbase45(s string) (b []byte, ok bool) {
	if len(s)%3 == 1 {
		return nil, false
	}
	for ; len(s) > 0; s = s[min(3, len(s)):] {
		n, unit := 0, 1
		for _, r := range []byte(s[:min(3, len(s))]) {
			digit := strings.IndexByte(alphabet45, r)
			if digit < 0 {
				return nil, false
			}
			n, unit = n+digit*unit, unit*45
		}
		switch {
		case len(s) == 2 && n > 0xff, n > 0xffff:
			return nil, false
		case len(s) == 2:
			b = append(b, byte(n))
		default:
			b = append(b, byte(n>>8), byte(n))
		}
	}
	return b, true
}

// yearKey is the key with which an alliance signs in a year. It is nowhere
// kept: the installation's key makes it.
func (s *Service) yearKey(alliance kernel.ID, year int) ed25519.PrivateKey {
	seed := sha256.Sum256(s.Keeper.Token([]byte("voucher key/" + string(alliance) + "/" + time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC).Format("2006"))))
	return ed25519.NewKeyFromSeed(seed[:])
}
