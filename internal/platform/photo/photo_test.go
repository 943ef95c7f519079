package photo

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"
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

func TestEveryWayOfHoldingACameraIsPutUpright(t *testing.T) {
	corner := map[int][2]int{1: {0, 0}, 2: {2, 0}, 3: {2, 1}, 4: {0, 1}, 5: {0, 0}, 6: {1, 0}, 7: {1, 2}, 8: {0, 2}} // where the first point comes to lie
	for how, at := range corner {
		m := image.NewRGBA(image.Rect(0, 0, 3, 2))
		m.SetRGBA(0, 0, color.RGBA{255, 0, 0, 255})
		if got := turned(m, how); got.RGBAAt(at[0], at[1]).R != 255 {
			t.Errorf("%d: the first point is not at %v", how, at)
		}
	}
}

// What one sees through becomes white, not black.
func TestWhatIsClearBecomesWhite(t *testing.T) {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewNRGBA(image.Rect(0, 0, 30, 30))); err != nil {
		t.Fatal(err)
	}
	p, err := Read(b.Bytes(), 1, 30)
	if err != nil {
		t.Fatal(err)
	}
	if c := p.points.RGBAAt(9, 9); c.R != 255 {
		t.Errorf("it is %v", c)
	}
}

// Whatever a file says, it is answered, and what comes out tells nothing else.
func FuzzRead(f *testing.F) {
	f.Add(held(6, 210, 220))
	f.Add([]byte("\x89PNG\r\n\x1a\n"))
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x10Exif\x00\x00MM\x00*\x00\x00\x00\x08"))
	f.Fuzz(func(t *testing.T, file []byte) {
		p, err := Read(file, 1, 300)
		if err != nil {
			if err != ErrNone && err != ErrLarge && err != ErrSmall {
				t.Fatalf("a fault of ours: %v", err)
			}
			return
		}
		out, err := p.JPEG(70)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := jpeg.DecodeConfig(bytes.NewReader(out)); err != nil || bytes.Contains(out, []byte("Exif")) {
			t.Fatal("what comes out is no plain photograph", err)
		}
	})
}
