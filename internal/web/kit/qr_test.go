package kit

import (
	"context"
	"strings"
	"testing"
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

func FuzzDrawQR(f *testing.F) {
	f.Add("tel:+3221234567")
	f.Add("\x00\xff")
	f.Fuzz(func(t *testing.T, text string) {
		if d := drawQR(text); (d.Path == "") != (d.Box == "") {
			t.Errorf("half a drawing of %q", text)
		}
	})
}
