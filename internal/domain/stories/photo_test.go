package stories

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/photo"
)

// held is a photograph as a telephone writes it: the points lie as the
// telephone was held, and beside them stand how, and where it was.
func held(how uint16, w, h int) []byte {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{30, 60, 200, 255}
			if x < w/2 {
				c = color.RGBA{220, 20, 20, 255}
			}
			m.SetRGBA(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		panic(err)
	}
	exif := []byte("Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00")
	exif = binary.LittleEndian.AppendUint16(exif, how)
	exif = append(exif, "\x00\x00\x00\x00\x00\x00GPS 50.8798 4.7005 secret place"...)
	out := append([]byte("\xff\xd8\xff\xe1"), byte((len(exif)+2)>>8), byte(len(exif)+2))
	out = append(out, exif...)
	return append(out, b.Bytes()[2:]...)
}

func TestAPhotographIsMadeAnewFromItsPointsAlone(t *testing.T) {
	file := held(6, 2000, 1000)
	p, err := Develop(file)
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{"large": p.Large, "small": p.Small} {
		if bytes.Contains(b, []byte("GPS")) || bytes.Contains(b, []byte("Exif")) || bytes.Contains(b, []byte("secret")) {
			t.Errorf("the %s one tells where it was taken", name)
		}
	}
	if p.Width != 600 || p.Height != 1200 {
		t.Errorf("it is %d by %d, want 600 by 1200: turned and made small", p.Width, p.Height)
	}
	small, err := jpeg.Decode(bytes.NewReader(p.Small))
	if err != nil || small.Bounds().Dy() != smallSide {
		t.Fatal(small.Bounds(), err)
	}
	red := func(x, y int) bool { r, _, b, _ := small.At(x, y).RGBA(); return r > b }
	if !red(120, 60) || red(120, 420) { // what was left on the chip is above when it is upright
		t.Error("it lies on its side")
	}
	if len(p.Small) > 30<<10 {
		t.Errorf("the small one has %d bytes", len(p.Small))
	}
}

func TestWhatIsNoPhotographIsRefusedBeforeItIsDecoded(t *testing.T) {
	huge := []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR")
	huge = binary.BigEndian.AppendUint32(huge, 60_000)
	huge = binary.BigEndian.AppendUint32(huge, 60_000)
	huge = append(huge, 8, 2, 0, 0, 0)
	huge = binary.BigEndian.AppendUint32(huge, crc32.ChecksumIEEE(huge[12:29]))
	var tiny bytes.Buffer
	if err := png.Encode(&tiny, image.NewGray(image.Rect(0, 0, 10, 10))); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		file []byte
		key  string
	}{
		"nothing":               {nil, "story.photo"},
		"a page":                {[]byte("<!DOCTYPE html><script>"), "story.photo"},
		"a moving picture":      {[]byte("GIF89a\x01\x00\x01\x00"), "story.photo"},
		"half a photograph":     {held(1, 400, 400)[:900], "story.photo"},
		"a beginning alone":     {[]byte("\xff\xd8\xff"), "story.photo"},
		"sixty thousand points": {huge, "story.photo_large"},
		"an icon":               {tiny.Bytes(), "story.photo_small"},
		"too many bytes":        {make([]byte, photo.MaxBytes+1), "story.photo_large"},
	} {
		_, err := Develop(c.file)
		if fault, ok := errors.AsType[*kernel.Fault](err); !ok || fault.Key != c.key {
			t.Errorf("%s: %v, want %s", name, err, c.key)
		}
	}
}
