package kit

import (
	"context"
	"fmt"
	"image"
	"image/draw"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
)

func TestAQRCodeIsDrawnAsOnePath(t *testing.T) {
	var b strings.Builder
	if err := QR("https://bondgenoot.example/mine?k=ABCD", true).Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`viewBox="0 0 `, `<path d="M4 4h7v1h-7z`, `aria-hidden="true"`} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the drawing lacks %s", want)
		}
	}
	for name, text := range map[string]string{"nothing": "", "more than a code holds": strings.Repeat("a", 4000)} {
		b.Reset()
		if err := QR(text, false).Render(context.Background(), &b); err != nil || b.Len() > 0 {
			t.Errorf("%s is drawn as %q (%v)", name, b.String(), err)
		}
	}
}

// What is drawn, another program reads: the address of a family's page, a
// telephone number, and the longest text that a code holds.
func TestAnotherProgramReadsTheQRCode(t *testing.T) {
	for _, text := range []string{
		"https://bondgenoot.example/mine?k=9K2MWX7PQ4TR8VBN", "tel:+3221234567", "Huis van het Kind – été", strings.Repeat("a", 2331),
	} {
		reader := qrcode.NewQRCodeReader()
		bitmap, err := gozxing.NewBinaryBitmapFromImage(printed(t, drawQR(text)))
		if err != nil {
			t.Fatal(err)
		}
		read, err := reader.Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_PURE_BARCODE: true, gozxing.DecodeHintType_CHARACTER_SET: "UTF-8"})
		if err != nil || read.GetText() != text {
			t.Errorf("%q is read as %v (%v)", text, read, err)
		}
	}
}

// printed is a drawing as a printer would put it on paper: four dots a square.
func printed(t *testing.T, d drawing) image.Image {
	t.Helper()
	var side int
	if _, err := fmt.Sscanf(d.Box, "0 0 %d", &side); err != nil {
		t.Fatal(err)
	}
	const dots = 4
	paper := image.NewGray(image.Rect(0, 0, side*dots, side*dots))
	draw.Draw(paper, paper.Bounds(), image.White, image.Point{}, draw.Src)
	for _, run := range strings.Split(strings.TrimSuffix(d.Path, "z"), "z") {
		var x, y, wide int
		if _, err := fmt.Sscanf(run, "M%d %dh%dv1", &x, &y, &wide); err != nil {
			t.Fatalf("%q: %v", run, err)
		}
		draw.Draw(paper, image.Rect(x*dots, y*dots, (x+wide)*dots, (y+1)*dots), image.Black, image.Point{}, draw.Src)
	}
	return paper
}

func FuzzDrawQR(f *testing.F) {
	f.Add("tel:+3221234567")
	f.Add("\x00\xff")
	f.Fuzz(func(t *testing.T, text string) {
		if d := drawQR(text); (d.Path == "") != (d.Box == "") {
			t.Errorf("half a drawing of %q", text)
		}
	})
}
