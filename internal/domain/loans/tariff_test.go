package loans_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/loans"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/photo"
)

// What Fietsbieb and the bicycle library of Zemst ask, to the cent.
func TestTheTariffsThatExistComeOut(t *testing.T) {
	models := map[string]loans.Tariff{}
	for _, m := range loans.Models() {
		models[m.Key] = m.Tariff
	}
	for name, tt := range map[string]struct {
		of           string
		c            loans.Case
		fee, deposit kernel.Cents
	}{
		"Fietsbieb: a year of a bicycle":              {"fietsbieb", loans.Case{Child: 1, Thing: 1}, 20_00, 20_00},
		"Fietsbieb: each bicycle costs the same":      {"fietsbieb", loans.Case{Child: 3, Thing: 3}, 20_00, 20_00},
		"Fietsbieb: who gave a bicycle, a year free":  {"fietsbieb", loans.Case{Child: 1, Thing: 1, Coupon: true}, 0, 20_00},
		"Zemst: the first child":                      {"zemst", loans.Case{Child: 1, Thing: 1}, 30_00, 50_00},
		"Zemst: the next child":                       {"zemst", loans.Case{Child: 2, Thing: 2}, 20_00, 30_00},
		"Zemst: the fourth child":                     {"zemst", loans.Case{Child: 4, Thing: 4}, 20_00, 30_00},
		"Zemst: from elsewhere ten euros more":        {"zemst", loans.Case{Child: 1, Thing: 1, Outside: true}, 40_00, 50_00},
		"Zemst: the next child from elsewhere":        {"zemst", loans.Case{Child: 2, Thing: 2, Outside: true}, 30_00, 30_00},
		"Zemst: a second bicycle for the first child": {"zemst", loans.Case{Child: 1, Thing: 2}, 30_00, 30_00},
	} {
		t.Run(name, func(t *testing.T) {
			if got := models[tt.of].Price(tt.c); got != (loans.Price{Fee: tt.fee, Deposit: tt.deposit}) {
				t.Errorf("%v, want %s and %s", got, tt.fee, tt.deposit)
			}
		})
	}
}

func TestALoanTakesAThingForAsLongAsNobodyKnowsWhenItComes(t *testing.T) {
	l := loans.Loan{OutOn: "2026-03-01", Due: "2026-04-01"}
	for name, tt := range map[string]struct {
		day, today kernel.Date
		back       kernel.Date
		want       bool
	}{
		"on its last day it is out":                           {"2026-04-01", "2026-03-10", "", true},
		"the day after one counts on it":                      {"2026-04-02", "2026-03-10", "", false},
		"once it is late, nobody counts on it":                {"2026-04-03", "2026-04-02", "", true},
		"a late one is out for ever, as far as anybody knows": {"2036-04-03", "2026-04-02", "", true},
		"when it is back it is free":                          {"2026-04-10", "2026-04-12", "2026-04-09", false},
		"before it went it was free":                          {"2026-02-28", "2026-04-02", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			l := l
			l.ReturnedOn = tt.back
			if got := l.Takes(tt.day, tt.today); got != tt.want {
				t.Errorf("taken %v", got)
			}
		})
	}
}

func TestASizeFitsByHeightWhereItIsKnownAndElseByAge(t *testing.T) {
	size := loans.Size{FromMonths: 54, ToMonths: 84, FromCM: 105, ToCM: 120}
	for name, tt := range map[string]struct {
		c    loans.Card
		want loans.Fit
	}{
		"a child of five":                         {loans.Card{Birth: "2021-01-10"}, loans.Fits},
		"a child of three":                        {loans.Card{Birth: "2023-01-10"}, loans.Large},
		"the month in which it is seven":          {loans.Card{Birth: "2019-03-14"}, loans.Small},
		"the day before that":                     {loans.Card{Birth: "2019-03-15"}, loans.Fits},
		"a tall child of five":                    {loans.Card{Birth: "2021-01-10", Height: 121, HeightOn: "2026-02-01"}, loans.Small},
		"a height of two years ago says no more":  {loans.Card{Birth: "2019-03-14", Height: 106, HeightOn: "2024-02-01"}, loans.Small},
		"a child of whom nothing is known":        {loans.Card{}, loans.Unknown},
		"a small child of seven, measured lately": {loans.Card{Birth: "2019-01-10", Height: 110, HeightOn: "2026-03-01"}, loans.Fits},
	} {
		t.Run(name, func(t *testing.T) {
			if got := size.Fit(tt.c, "2026-03-14"); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}

// camera is a JPEG of a wide picture, with where it was taken, held upright.
func camera() []byte {
	img := image.NewRGBA(image.Rect(0, 0, 40, 20))
	for x := range 40 {
		for y := range 20 {
			img.Set(x, y, color.RGBA{R: 250, A: 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		panic(err)
	}
	exif := append([]byte("Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00"), "GPS 50.8798N 4.7005E"...)
	head := append([]byte{0xFF, 0xD8, 0xFF, 0xE1, 0, byte(len(exif) + 2)}, exif...)
	return append(head, b.Bytes()[2:]...)
}

func TestAPhotographKeepsItsPixelsAlone(t *testing.T) {
	out, err := loans.Clean(camera())
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(out, []byte("GPS")) || bytes.Contains(out, []byte("Exif")) {
		t.Error("it says where it was taken")
	}
	img, err := jpeg.Decode(bytes.NewReader(out))
	if err != nil || img.Bounds().Dx() != 20 || img.Bounds().Dy() != 40 {
		t.Errorf("%v: %v, want it upright", img.Bounds(), err)
	}
	var huge bytes.Buffer
	if err := png.Encode(&huge, image.NewGray(image.Rect(0, 0, 1, 1))); err != nil {
		t.Fatal(err)
	}
	wide := huge.Bytes()
	copy(wide[16:], []byte{0, 1, 0, 0, 0, 1, 0, 0}) // it says that it is 65536 by 65536
	for name, data := range map[string][]byte{"words": []byte("<svg onload=alert(1)>"), "half a picture": camera()[:60], "a picture that is too wide": wide,
		"too many bytes": append(camera(), make([]byte, photo.MaxBytes)...)} {
		if _, err := loans.Clean(data); kernel.CodeOf(err) != kernel.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}
