package vault

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strings"
)

// A copy of the key file in one hand can open every backup. Shares spread that
// over people: any two of them make the key file again, and one alone says
// nothing of it, however long one tries. This is the scheme of Shamir (1979)
// with two points of a line, byte by byte in the field of 256 elements with
// the polynomial of AES.
//
// A share is one line that can be printed and typed again: its number, which
// key file it is of, the point, and a sum that finds a typing error.

const shareHeader = "bondgenoot-share-1"

// ErrShares says that shares do not make a key file.
var ErrShares = errors.New("these are not two different shares of one key file")

// maxShares is how many people can hold a share.
const maxShares = 9

// ShareKey splits the key file at path into n shares, of 2 to 9, of which any
// two are enough. A key that is being replaced is not split: the shares would
// be of one that is about to go.
func ShareKey(path string, n int) ([]string, error) {
	r, _, err := readRing(path)
	if err != nil {
		return nil, err
	}
	if n < 2 || n > maxShares {
		return nil, fmt.Errorf("a key is shared by 2 to %d people", maxShares)
	}
	if len(r.coming) > 0 || len(r.keys) > 1 {
		return nil, errors.New("the key is being replaced; share it when that is done")
	}
	slope := make([]byte, keySize)
	rand.Read(slope) // never fails
	shares := make([]string, n)
	for i := range shares {
		x := byte(i + 1)
		point := make([]byte, keySize)
		for j := range point {
			point[j] = r.keys[0].secret[j] ^ times(slope[j], x)
		}
		shares[i] = shareLine(x, r.keys[0].mark(), point)
	}
	return shares, nil
}

func shareLine(x byte, mark string, point []byte) string {
	text := fmt.Sprintf("%s %d %s %s", shareHeader, x, mark, hex.EncodeToString(point))
	return text + " " + sumOf(text)
}

// sumOf finds typing errors; it protects nothing.
func sumOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:4])
}

type share struct {
	x     byte
	mark  string
	point []byte
}

// parseShare reads a share as it was printed. What is wrong with it is said
// without repeating any of it.
func parseShare(line string) (s share, err error) {
	words := strings.Fields(strings.ToLower(line))
	if len(words) != 5 || words[0] != shareHeader || len(words[1]) != 1 || words[1] < "1" || words[1] > "9" {
		return s, errors.New("it is no share of a key: a share is one line that begins with " + shareHeader)
	}
	if sumOf(strings.Join(words[:4], " ")) != words[4] {
		return s, errors.New("a sign of it is another than was printed: compare it with the paper")
	}
	s = share{x: words[1][0] - '0', mark: words[2]}
	if s.point, err = hex.DecodeString(words[3]); err != nil || len(s.point) != keySize {
		return s, errors.New("it is no share of a key")
	}
	return s, nil
}

// JoinShares makes the key file at path again from two shares. It never
// replaces a file.
func JoinShares(path, one, other string) error {
	a, err := parseShare(one)
	if err != nil {
		return fmt.Errorf("the first share: %w", err)
	}
	b, err := parseShare(other)
	if err != nil {
		return fmt.Errorf("the second share: %w", err)
	}
	if a.x == b.x || a.mark != b.mark {
		return ErrShares
	}
	// The line through both points, where x is 0.
	secret := make([]byte, keySize)
	across := inverse(a.x ^ b.x)
	for i := range secret {
		secret[i] = times(times(a.point[i], b.x)^times(b.point[i], a.x), across)
	}
	k, err := keyOf(secret)
	if err != nil {
		return err
	}
	if k.mark() != a.mark {
		return ErrShares
	}
	return createFile(path, (&ring{keys: []key{k}}).String())
}

// ShareIn reads the share in a file.
func ShareIn(path string) (string, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(string(content)) {
		if strings.HasPrefix(line, shareHeader) {
			return strings.TrimSpace(line), nil
		}
	}
	return "", fmt.Errorf("%s holds no share of a key", path)
}

// times multiplies in the field; it takes as long whatever a is.
func times(a, b byte) (product byte) {
	for range 8 {
		product ^= a & -(b & 1)
		carry := -(a >> 7)
		a = a<<1 ^ carry&0x1b
		b >>= 1
	}
	return product
}

// inverse is what a, not zero, must be multiplied with to give 1: a to the
// power of 254.
func inverse(a byte) byte {
	product := byte(1)
	for range 254 {
		product = times(product, a)
	}
	return product
}
