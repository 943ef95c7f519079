package lists_test

import (
	"bytes"
	"runtime"
	"slices"
	"testing"

	"github.com/parquet-go/parquet-go"

	"github.com/bondgenoot/bondgenoot/internal/lists"
)

// A table of which any byte says that something is great takes no more room than
// a list may: what it says of itself is not believed.
func TestATableThatSaysItIsGreatIsNotBelieved(t *testing.T) {
	day := int32(7374)
	for name, as := range map[string][]parquet.WriterOption{
		"as it is": nil, "packed by snappy": {parquet.Compression(&parquet.Snappy)}, "packed by zstd": {parquet.Compression(&parquet.Zstd)},
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			did(t, parquet.Write(&b, []tableRow{{"Peeters", day, 125050, true}, {"Maes", day, -5, false}}, as...))
			whole := b.Bytes()
			if _, err := lists.Read(whole); err != nil {
				t.Fatal(err)
			}
			var before, after runtime.MemStats
			read := 0
			for at := range whole {
				for _, great := range [][]byte{{0xff, 0xff, 0xff, 0xff, 0x07}, {0xff, 0xff, 0xff, 0x0f}, {0x7f}} {
					file := slices.Concat(whole[:at], great, whole[at+1:])
					length := len(great) - 1 // the end is as much longer when it lies there
					if from := len(whole) - 8 - int(whole[len(whole)-8]) - int(whole[len(whole)-7])<<8; at >= from && at < len(whole)-8 {
						n := len(whole) - 8 - from + length
						file[len(file)-8], file[len(file)-7] = byte(n), byte(n>>8)
					}
					runtime.ReadMemStats(&before)
					if _, err := lists.Read(file); err == nil {
						read++
					}
					runtime.ReadMemStats(&after)
					if took := after.TotalAlloc - before.TotalAlloc; took > 128<<20 {
						t.Fatalf("with % x at %d of %d it takes %d MB", great, at, len(whole), took>>20)
					}
				}
			}
			t.Logf("%d of %d were read", read, 3*len(whole))
		})
	}
}
