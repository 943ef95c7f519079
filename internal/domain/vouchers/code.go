package vouchers

import (
	"crypto/rand"
	"encoding/binary"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Serial is the number of a paper: fifty random bits. It says nothing of whose
// it is, and among a million vouchers a guess is right once in a thousand million.
type Serial int64

const (
	serialBits   = 50
	crockford    = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	crockfordTen = 10
	checks       = crockford + "*~$=U" // of a number modulo 37
)

func newSerial() Serial {
	var b [8]byte
	rand.Read(b[:]) // never fails
	return Serial(binary.BigEndian.Uint64(b[:]) >> (64 - serialBits))
}

// String is the serial as it is printed and typed: ten letters and digits in
// two groups, and a character that shows a slip of the finger.
func (s Serial) String() string {
	var b [crockfordTen]byte
	n := uint64(s)
	for i := crockfordTen - 1; i >= 0; i-- {
		b[i] = crockford[n&31]
		n >>= 5
	}
	return string(b[:5]) + "-" + string(b[5:]) + "-" + string(checks[uint64(s)%37])
}

// ParseSerial reads a serial as people type it: small letters, spaces and
// dashes do no harm, O is read as 0 and I and L as 1. Anything else, or a
// character that was mistyped, is Invalid ("voucher.code").
func ParseSerial(typed string) (Serial, error) {
	wrong := kernel.NewInvalid("voucher.code")
	bare := strings.NewReplacer(" ", "", "-", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(strings.TrimSpace(typed)))
	if len(bare) != crockfordTen+1 {
		return 0, wrong
	}
	var n uint64
	for i := range crockfordTen {
		digit := strings.IndexByte(crockford, bare[i])
		if digit < 0 {
			return 0, wrong
		}
		n = n<<5 | uint64(digit)
	}
	if checks[n%37] != bare[crockfordTen] {
		return 0, wrong
	}
	return Serial(n), nil
}
