package kit

import (
	"strconv"
	"strings"

	"rsc.io/qr"
)

// drawing is a QR code as one path of squares, a quiet zone around it.
type drawing struct{ Box, Path string }

// quiet is how many squares around a code stay white, as its standard wants.
const quiet = 4

// drawQR draws what fits into a code; of anything longer it draws nothing.
func drawQR(text string) (d drawing) {
	if text == "" {
		return d
	}
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return d
	}
	var b strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			run := 0
			for x+run < code.Size && code.Black(x+run, y) {
				run++
			}
			if run > 0 {
				b.WriteString("M" + strconv.Itoa(x+quiet) + " " + strconv.Itoa(y+quiet) + "h" + strconv.Itoa(run) + "v1h-" + strconv.Itoa(run) + "z")
				x += run
			}
		}
	}
	side := strconv.Itoa(code.Size + 2*quiet)
	return drawing{Box: "0 0 " + side + " " + side, Path: b.String()}
}
