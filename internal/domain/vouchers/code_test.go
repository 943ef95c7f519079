package vouchers_test

import (
	"crypto/ed25519"
	"math/rand/v2"
	"strings"
	"testing"

	"rsc.io/qr"

	"github.com/bondgenoot/bondgenoot/internal/domain/vouchers"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

func TestOneWrongCharacterOfACodeIsSeen(t *testing.T) {
	chance := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		code := vouchers.Serial(chance.Int64N(1 << 50)).String()
		back, err := vouchers.ParseSerial(" " + strings.ToLower(strings.ReplaceAll(code, "-", " ")))
		if err != nil || back.String() != code {
			t.Fatalf("%s is read as %s: %v", code, back, err)
		}
		i := []int{0, 1, 2, 3, 4, 6, 7, 8, 9, 10}[chance.IntN(10)]
		for _, r := range "0123456789ABCDEFGHJKMNPQRSTVWXYZ" {
			other := code[:i] + string(r) + code[i+1:]
			if _, err := vouchers.ParseSerial(other); err == nil && other != code {
				t.Errorf("%s is taken for %s", other, code)
			}
		}
	}
	if s, err := vouchers.ParseSerial("o000o-ooool-1"); err != nil || s != 1 {
		t.Errorf("O and L are read as %d, %v", s, err)
	}
}

var key = ed25519.NewKeyFromSeed(make([]byte, 32))

var token = vouchers.Token{Key: 1, Mark: 7, Serial: 123456789, Amount: 30_00, Begins: "2026-11-23", LastDay: "2027-11-22", Euros: true}

func keyOf(id uint16) ed25519.PublicKey {
	if id != 1 {
		return nil
	}
	return key.Public().(ed25519.PublicKey)
}

func TestAQRSaysWhatWasSignedAndFitsOnACard(t *testing.T) {
	text := token.Sign("boom", key)
	if len(text) != 132 {
		t.Errorf("it has %d characters", len(text))
	}
	back, err := vouchers.ReadToken("boom", text, keyOf)
	if err != nil || back != token {
		t.Errorf("%+v, %v", back, err)
	}
	if drawn, err := qr.Encode(text, qr.M); err != nil || drawn.Size != 41 {
		t.Errorf("the QR is not of version 6: %v, %v", drawn, err)
	}
	other := ed25519.NewKeyFromSeed([]byte(strings.Repeat("x", 32)))
	for what, signed := range map[string]string{
		"another alliance's": token.Sign("leuven", key), "another key's": token.Sign("boom", other),
		"an unknown key's": vouchers.Token{Key: 2}.Sign("boom", key), "cut short": text[:129], "nothing": "", "a word": "boekentas",
	} {
		if _, err := vouchers.ReadToken("boom", signed, keyOf); kernel.CodeOf(err) != kernel.Invalid {
			t.Errorf("%s is read: %v", what, err)
		}
	}
	for i := range text {
		if _, err := vouchers.ReadToken("boom", text[:i]+map[bool]string{true: "0", false: "1"}[text[i] != '0']+text[i+1:], keyOf); err == nil {
			t.Errorf("letter %d may be changed", i)
		}
	}
}

func FuzzReadToken(f *testing.F) {
	f.Add(token.Sign("boom", key))
	f.Add("")
	f.Add(":::")
	f.Add(strings.Repeat("0", 132))
	f.Fuzz(func(t *testing.T, text string) {
		back, err := vouchers.ReadToken("boom", text, keyOf)
		if err == nil && back.Sign("boom", key) != strings.TrimSpace(text) {
			t.Errorf("%q is read, and is not what was signed", text)
		}
		if s, err := vouchers.ParseSerial(text); err == nil {
			if back, err := vouchers.ParseSerial(s.String()); err != nil || back != s {
				t.Errorf("%q is read as %s, which is not read", text, s)
			}
		}
	})
}
