// Package codes compares two lists of people without showing either to the
// other. Both sides turn each person into codes with a key that they share for
// one comparison; equal codes are the same person. Codes of two comparisons
// have nothing in common, and without the key a code tells nothing.
//
// How a person becomes a code is the same on both sides, and written down here:
//
//   - A name is its letters: lower case, without accents, spaces, hyphens and
//     apostrophes, with ß as ss, œ as oe, æ as ae (De Smet is desmet, Léa is lea,
//     Marie-Louise is marielouise).
//   - A day of birth is written 2021-02-03; a national number is its eleven
//     digits.
//   - A person has a code of the national number, when there is one, and a code
//     of both names, in the order of the alphabet, with the day of birth, when all
//     three are known. Two people are the same when they have a code in common.
//   - A code is HMAC-SHA-256, with the key of the comparison, of the version of
//     these rules, the number of the comparison, and the term, as hexadecimal
//     text.
//
// Who holds the key and the codes of the other side could guess at names and try
// them. That is why codes are compared and never kept, and why the key is
// destroyed.
package codes

import (
	"bufio"
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"unicode"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Version is that of the rules above.
const Version = "bondgenoot-codes-1"

// MaxPeople is how many people one list of codes can hold.
const MaxPeople = 20_000

// keySize is how many bytes a key has.
const keySize = 32

// Key is the secret of one comparison. Its zero value makes no codes.
type Key struct {
	run    kernel.ID
	until  kernel.Date
	secret []byte
}

// NewKey makes the key of a comparison, which ends on a day.
func NewKey(run kernel.ID, until kernel.Date) Key {
	secret := make([]byte, keySize)
	rand.Read(secret) // never fails
	return Key{run, until, secret}
}

// Run is the comparison of which it is the key.
func (k Key) Run() kernel.ID { return k.run }

// Until is the last day on which it may be used.
func (k Key) Until() kernel.Date { return k.until }

// Mark tells one key from another and tells nothing of it: 32 random bytes are
// not found by trying.
func (k Key) Mark() string {
	sum := sha256.Sum256(append([]byte(Version+" mark/"), k.secret...))
	return hex.EncodeToString(sum[:8])
}

// file is a key as it travels to the other side.
type file struct {
	Version string      `json:"version"`
	Run     kernel.ID   `json:"run"`
	Until   kernel.Date `json:"until"`
	Key     string      `json:"key"`
}

// MarshalJSON writes the file that the other side is given.
func (k Key) MarshalJSON() ([]byte, error) {
	return json.Marshal(file{Version, k.run, k.until, base64.StdEncoding.EncodeToString(k.secret)})
}

// UnmarshalJSON reads such a file; Invalid ("codes.run") when it is none.
func (k *Key) UnmarshalJSON(data []byte) error {
	bad := kernel.NewInvalid("codes.run")
	var f file
	if json.Unmarshal(data, &f) != nil || f.Version != Version {
		return bad
	}
	secret, err := base64.StdEncoding.DecodeString(f.Key)
	if err != nil || len(secret) != keySize {
		return bad
	}
	run, err := kernel.ParseID(string(f.Run))
	if err != nil {
		return bad
	}
	until, err := kernel.ParseDate(string(f.Until))
	if err != nil {
		return bad
	}
	*k = Key{run, until, secret}
	return nil
}

// Person is somebody as far as a code needs it.
type Person struct {
	First, Last string
	Birth       kernel.Date
	INSZ        kernel.INSZ
}

// Of are the codes of a person, none when too little is known.
func (k Key) Of(p Person) (codes []string) {
	if len(k.secret) != keySize {
		return nil
	}
	if p.INSZ != "" {
		codes = append(codes, k.code("n:"+string(p.INSZ)))
	}
	names := []string{letters(p.First), letters(p.Last)}
	slices.Sort(names)
	if names[0] != "" && p.Birth != "" {
		codes = append(codes, k.code("b:"+names[0]+"/"+names[1]+"/"+string(p.Birth)))
	}
	return codes
}

func (k Key) code(term string) string {
	mac := hmac.New(sha256.New, k.secret)
	io.WriteString(mac, Version+"/"+string(k.run)+"/"+term) // never fails
	return hex.EncodeToString(mac.Sum(nil))
}

// letters is a name as the rules write it.
func letters(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return r
		}
		return -1
	}, kernel.Fold(name))
}

// List is the codes of a list of people, each with their own, in an order that
// tells nothing.
type List struct {
	Run    kernel.ID
	People [][]string
}

// Sort puts a list in the order of its codes.
func (l *List) Sort() {
	for _, p := range l.People {
		slices.Sort(p)
	}
	slices.SortFunc(l.People, slices.Compare)
}

// Write writes a list: its version and comparison on the first line, then a
// line for each person.
func (l List) Write(w io.Writer) error {
	out := bufio.NewWriter(w)
	out.WriteString(Version + " " + string(l.Run) + "\n")
	for _, p := range l.People {
		out.WriteString(strings.Join(p, " ") + "\n")
	}
	return out.Flush() // tells what went wrong before
}

// IsList tells whether a file claims to be a list of codes.
func IsList(data []byte) bool { return bytes.HasPrefix(data, []byte("bondgenoot-codes-")) }

// Read reads a list of codes; Invalid ("codes.list") when it is none, TooMany
// ("list.rows") when it is too long.
func Read(data []byte) (l List, err error) {
	bad := kernel.NewInvalid("codes.list")
	first, rest, _ := bytes.Cut(data, []byte("\n"))
	version, run, _ := strings.Cut(strings.TrimSpace(string(first)), " ")
	if version != Version {
		return l, bad
	}
	if l.Run, err = kernel.ParseID(run); err != nil {
		return l, bad
	}
	for line := range strings.Lines(string(rest)) {
		codes := strings.Fields(line)
		if len(codes) == 0 {
			continue
		}
		if len(codes) > 2 {
			return List{}, bad
		}
		for _, c := range codes {
			if len(c) != 2*sha256.Size || strings.Trim(c, "0123456789abcdef") != "" {
				return List{}, bad
			}
		}
		l.People = append(l.People, codes)
		if len(l.People) > MaxPeople {
			return List{}, kernel.NewTooMany("list.rows").With("limit", "20000")
		}
	}
	if len(l.People) == 0 {
		return List{}, bad
	}
	return l, nil
}
