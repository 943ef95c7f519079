package lists_test

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/xuri/excelize/v2"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/lists"
)

func TestHowACSVIsWrittenIsFoundOut(t *testing.T) {
	latin := []byte("Naam;Voornaam\nDubois;L\xe9a \x80\n")
	for name, tt := range map[string]struct {
		data                []byte
		encoding, separator string
		cell                string
	}{
		"with semicolons, from Excel in Belgium":    {latin, "windows-1252", ";", "Léa €"},
		"with commas, and a mark before it":         {[]byte("\xef\xbb\xbfNaam,Voornaam\nDubois,Léa\n"), "utf-8", ",", "Léa"},
		"with tabs, in two bytes a letter":          {[]byte("\xff\xfeN\x00\t\x00V\x00\n\x00D\x00\t\x00\xe9\x00"), "utf-16", "\t", "é"},
		"with a comma inside quotes":                {[]byte("Naam;Voornaam\n\"De Smet, Jr.\";\"Léa; Marie\"\n"), "utf-8", ";", "Léa; Marie"},
		"with commas in amounts between semicolons": {[]byte("Naam;Huur\nA;450,50\nB;1.200,00\n"), "utf-8", ";", "450,50"},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := lists.Read(tt.data)
			if err != nil {
				t.Fatal(err)
			}
			if l.Encoding != tt.encoding || l.Separator != tt.separator || l.Rows[0].Cells[1] != tt.cell {
				t.Errorf("%+v, want %s, %q and %q", l, tt.encoding, tt.separator, tt.cell)
			}
		})
	}
}

func TestWhatIsNoListIsRefusedWithAReason(t *testing.T) {
	for name, tt := range map[string]struct{ data, key string }{
		"nothing":                        {" \n", "list.empty"},
		"names of columns alone":         {"Naam;Voornaam\n", "list.empty"},
		"a letter":                       {"%PDF-1.7 ...", "list.kind"},
		"a page":                         {"<html><table>", "list.kind"},
		"a picture":                      {"\x89PNG\r\n\x1a\n\x00\x00", "list.kind"},
		"a workbook of before 2007":      {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", "list.locked"},
		"half a workbook":                {"PK\x03\x04....", "list.broken"},
		"half a Parquet file":            {"PAR1....PAR1", "list.broken"},
		"people on the first line":       {"Peeters;Fatima;90.63.01-002.68\nMaes;An;90.63.02-004.36\n", "list.head_data"},
		"the same name twice":            {"Naam;naam\na;b\n", "list.head_twice"},
		"more columns than anybody maps": {strings.Repeat("a;", 1) + strings.Join(names(70), ";") + "\nx\n", "list.columns"},
		"too many rows":                  {"Naam;Voornaam\n" + strings.Repeat("a;b\n", lists.MaxRows+1), "list.rows"},
		"a file too large":               {"Naam\n" + strings.Repeat("x", lists.MaxBytes), "list.bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := lists.Read([]byte(tt.data))
			if f, ok := errors.AsType[*kernel.Fault](err); !ok || f.Key != tt.key {
				t.Errorf("%v, want %s", err, tt.key)
			}
		})
	}
}

func names(n int) (all []string) {
	for i := range n {
		all = append(all, "kolom"+string(rune('a'+i/26))+string(rune('a'+i%26)))
	}
	return all
}

func TestABadRowDoesNotStopTheRest(t *testing.T) {
	l, err := lists.Read([]byte("Naam;Voornaam\nPeeters;An\nMaes;An;te veel\n\n" + strings.Repeat("x", 600) + ";b\nClaes\n"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range l.Rows {
		got = append(got, r.Wrong)
	}
	if strings.Join(got, ",") != ",width,long," || l.Rows[1].Line != 3 || l.Rows[3].Line != 6 || len(l.Rows[3].Cells) != 2 {
		t.Errorf("%+v", l.Rows)
	}
}

// A day in a workbook is a number that is shown as a day.
func TestAWorkbookIsReadAsItsReaderSeesIt(t *testing.T) {
	l, err := lists.Read(workbook(t))
	if err != nil {
		t.Fatal(err)
	}
	if l.Sheet != "Cliënten" || l.Sheets != 2 || strings.Join(l.Rows[0].Cells, "|") != "Peeters|1990-03-11|1250.5|80" {
		t.Errorf("%+v", l)
	}
}

func workbook(t testing.TB) []byte {
	t.Helper()
	f := excelize.NewFile()
	_, err := f.NewSheet("Cliënten")
	did(t, err)
	day, err := f.NewStyle(&excelize.Style{NumFmt: 14})
	did(t, err)
	did(t, f.SetSheetRow("Cliënten", "A1", &[]any{"Naam", "Geboren", "Huur", "Punten"}))
	did(t, f.SetSheetRow("Cliënten", "A2", &[]any{"Peeters", time.Date(1990, 3, 11, 0, 0, 0, 0, time.UTC), 1250.5, 80}))
	did(t, f.SetCellStyle("Cliënten", "B2", "B2", day))
	var b bytes.Buffer
	did(t, f.Write(&b))
	return b.Bytes()
}

func TestAParquetTableIsRead(t *testing.T) {
	l, err := lists.Read(table(t))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Join(l.Head, "|") != "Naam|Geboren|Huur|Vrij" || strings.Join(l.Rows[0].Cells, "|") != "Peeters|1990-03-11|1250.50|true" || l.Rows[1].Cells[2] != "-0.05" {
		t.Errorf("%+v", l)
	}
}

type tableRow struct {
	Name string `parquet:"Naam"`
	Born int32  `parquet:"Geboren,date"`
	Rent int64  `parquet:"Huur,decimal(2:18)"`
	Free bool   `parquet:"Vrij"`
}

func table(t testing.TB) []byte {
	t.Helper()
	day := int32(time.Date(1990, 3, 11, 0, 0, 0, 0, time.UTC).Unix() / 86400)
	var b bytes.Buffer
	did(t, parquet.Write(&b, []tableRow{{"Peeters", day, 125050, true}, {"Maes", day, -5, false}}))
	return b.Bytes()
}

func did(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestADayIsReadInTheOrderOfTheList(t *testing.T) {
	for _, tt := range []struct {
		cell  string
		order lists.Order
		want  kernel.Date
	}{
		{"3/02/2021", lists.DayFirst, "2021-02-03"}, {"3/02/2021", lists.MonthFirst, "2021-03-02"}, {"2021-02-03", lists.DayFirst, "2021-02-03"},
		{"03.02.21", lists.DayFirst, "2021-02-03"}, {"03.02.41", lists.DayFirst, "1941-02-03"}, {"20210203", lists.YearFirst, "2021-02-03"},
		{"2021-02-03T00:00:00", lists.YearFirst, "2021-02-03"}, {"2021-02-03 00:00", lists.YearFirst, "2021-02-03"},
		{"31/02/2021", lists.DayFirst, ""}, {"geen", lists.DayFirst, ""}, {"1-2", lists.DayFirst, ""}, {"1/2/20211", lists.DayFirst, ""},
	} {
		got, err := lists.Day(tt.cell, tt.order, "2026-11-23")
		if got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("%s as %s is %q, %v; want %q", tt.cell, tt.order, got, err, tt.want)
		}
	}
}

// Whatever is brought, reading it ends, and what comes of it keeps its bounds.
func FuzzRead(f *testing.F) {
	f.Add([]byte("Naam;Voornaam\nPeeters;An\n"))
	f.Add([]byte("\xff\xfeN\x00"))
	f.Add([]byte("\"a\nb"))
	f.Fuzz(bounded)
}

// The same from inside a workbook, which a byte at random seldom reaches.
func FuzzXLSX(f *testing.F) {
	f.Add(workbook(f))
	f.Fuzz(bounded)
}

func FuzzParquetList(f *testing.F) {
	f.Add(table(f))
	f.Fuzz(bounded)
}

func bounded(t *testing.T, data []byte) {
	l, err := lists.Read(data)
	if err != nil {
		if kernel.CodeOf(err) == kernel.Internal {
			t.Fatalf("an error that nobody may read: %v", err)
		}
		return
	}
	if len(l.Head) == 0 || len(l.Head) > lists.MaxColumns || len(l.Rows) == 0 || len(l.Rows) > lists.MaxRows {
		t.Fatalf("%d columns and %d rows", len(l.Head), len(l.Rows))
	}
	for _, r := range l.Rows {
		if r.Wrong == "" && len(r.Cells) != len(l.Head) || r.Wrong != "" && r.Cells != nil {
			t.Fatalf("row %+v under %d names", r, len(l.Head))
		}
	}
	left, err := os.ReadDir(os.TempDir())
	if err == nil {
		for _, e := range left {
			if strings.HasPrefix(e.Name(), "excelize-") {
				t.Fatalf("%s was written to disk", e.Name())
			}
		}
	}
}
