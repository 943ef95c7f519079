package lists_test

import (
	"bytes"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/lists"
)

// What is written can be read again, in either form, and a text that looks like
// a formula stays a text.
func TestAListThatIsWrittenIsReadAgain(t *testing.T) {
	for form, want := range map[lists.Form]string{lists.CSV: "'=1+1", lists.XLSX: "=1+1"} {
		var out bytes.Buffer
		w, err := lists.WriterOf(&out, form)
		if err == nil {
			err = w.Write("name", "amount")
		}
		if err == nil {
			err = w.Write("=1+1", kernel.Cents(12_50))
		}
		if err == nil {
			err = w.Write(`a <b> & "c"`, int64(0))
		}
		if err == nil {
			err = w.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
		l, err := lists.Read(out.Bytes())
		if err != nil {
			t.Fatal(form, err)
		}
		if l.Form != form || len(l.Rows) != 2 || l.Rows[0].Cells[0] != want || l.Rows[0].Cells[1] != "12.50" && l.Rows[0].Cells[1] != "12.5" || l.Rows[1].Cells[0] != `a <b> & "c"` {
			t.Errorf("%s: read as %+v", form, l)
		}
	}
}
