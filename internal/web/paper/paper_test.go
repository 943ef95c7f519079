package paper_test

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/paper"
)

var renew = flag.Bool("renew", false, "write the golden file anew")

func sheet(rows int) paper.Sheet {
	s := paper.Sheet{
		Title: "Décompte 12", From: "CPAS Exemple (0123.456.749)", Lang: kernel.FR, Made: "2026-11-23T09:00:00.000000Z", Big: "€\u00a01\u202f234,56",
		Facts: []paper.Fact{{Name: "De", Text: "CPAS Exemple"}, {Name: "Compte", Text: "BE68 5390 0754 7034", Note: "Œuvre Łódź (vzw) \\ Ñandú – “ß”"}, {Name: "Vide"}},
		Table: paper.Table{Caption: "De quoi ce montant est fait",
			Columns: []paper.Column{{Title: "Pour quoi"}, {Title: "Jour", Width: 50}, {Title: "Montant", Number: true, Width: 40}},
			Total:   []string{"Ensemble", "", "€\u00a01\u202f234,56"}},
	}
	for n := range rows {
		s.Table.Rows = append(s.Table.Rows, []string{"Bons et cartes", "23 novembre 2026", fmt.Sprintf("€\u00a0%d,00", n)})
	}
	return s
}

func made(t *testing.T, s paper.Sheet) []byte {
	t.Helper()
	file, err := s.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return file
}

var streams = regexp.MustCompile(`(?s)<<([^>]*/Filter /FlateDecode[^>]*)>>\nstream\n(.*?)\nendstream`)

// pagesOf reads back what stands on each page of a file, a line a piece of text.
// It reads what paper writes, and no other PDF.
func pagesOf(t *testing.T, file []byte) (pages []string) {
	t.Helper()
	for _, s := range streams.FindAllSubmatch(file, -1) {
		z, err := zlib.NewReader(bytes.NewReader(s[2]))
		if err != nil {
			t.Fatal(err)
		}
		plain, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(plain, []byte(")Tj ET")) {
			pages = append(pages, textOf(plain))
		}
	}
	return pages
}

// textOf is the text of one page: two bytes a letter, in brackets.
func textOf(page []byte) string {
	var out strings.Builder
	for at := 0; at < len(page); at++ {
		if page[at] != '(' {
			continue
		}
		var letters []byte
		for at++; page[at] != ')'; at++ {
			if page[at] == '\\' {
				if at++; page[at] == 'r' {
					page[at] = '\r'
				}
			}
			letters = append(letters, page[at])
		}
		units := make([]uint16, len(letters)/2)
		for n := range units {
			units[n] = uint16(letters[2*n])<<8 | uint16(letters[2*n+1])
		}
		out.WriteString(string(utf16.Decode(units)) + "\n")
	}
	return out.String()
}

// A paper is read back as it was meant: every page with its number and the head
// of the table, the total with the last rows, letters of all our languages.
func TestAPaperSaysWhatItShould(t *testing.T) {
	short := pagesOf(t, made(t, sheet(2)))
	if len(short) != 1 {
		t.Fatalf("%d pages", len(short))
	}
	for _, want := range []string{"Décompte 12\n", "€\u00a01\u00a0234,56\n", "Œuvre Łódź (vzw) \\ Ñandú – “ß”\n", "Ensemble\n", "CPAS Exemple (0123.456.749) – Décompte 12\n1 / 1\n"} {
		if !strings.Contains(short[0], want) {
			t.Errorf("lacks %q:\n%s", want, short[0])
		}
	}
	if strings.Contains(short[0], "Vide") {
		t.Error("a fact that is not known stands there")
	}
	if empty := pagesOf(t, made(t, sheet(0))); len(empty) != 1 || !strings.Contains(empty[0], "Montant\nEnsemble\n") {
		t.Errorf("without rows: %q", empty)
	}

	file := made(t, sheet(1000))
	long := pagesOf(t, file)
	if len(long) < 20 || len(file) > 200_000 {
		t.Errorf("a thousand rows are %d pages, %d bytes", len(long), len(file))
	}
	next := 0
	for n, page := range long {
		if !strings.Contains(page, fmt.Sprintf("\n%d / %d\n", n+1, len(long))) || strings.Count(page, "Pour quoi\nJour\nMontant\n") != 1 {
			t.Errorf("page %d of %d:\n%s", n+1, len(long), page)
		}
		for strings.Contains(page, fmt.Sprintf("\n€\u00a0%d,00\n", next)) {
			next++
		}
	}
	if last := long[len(long)-1]; next != 1000 || !strings.Contains(last, "€\u00a0999,00\nEnsemble\n") {
		t.Errorf("%d rows, and at the end\n%s", next, last)
	}
	for _, want := range []string{"/Lang (fr)", "/CreationDate (D:20261123090000"} {
		if !bytes.Contains(file, []byte(want)) {
			t.Errorf("the file lacks %s", want)
		}
	}
	if _, err := (paper.Sheet{Title: "x"}).Bytes(); err == nil {
		t.Error("a paper without its day takes the clock's")
	}
}

// Whatever somebody called an organisation, the paper is made: what it has no
// sign for is left without its mark, or is "?".
func TestAPaperIsMadeOfAnyLetters(t *testing.T) {
	for name, want := range map[string]string{
		"Ngũgĩ & Phạm": "Ngug\u0129 & Pham", "Аптека": "??????", "A\u202eB\u00adC\x00": "ABC", "😀 jeu": "? jeu", "e\u0301te\u0301": "été", "ﬁets": "fiets", "Тест\n\tx": "????  x",
	} {
		want = strings.ReplaceAll(want, "\u0129", "i") // the sheet lacks it too
		s := sheet(0)
		s.Facts = []paper.Fact{{Name: "Aan", Text: name}}
		if page := pagesOf(t, made(t, s))[0]; !strings.Contains(page, "Aan\n"+want+"\n") {
			t.Errorf("%q is not %q:\n%s", name, want, page)
		}
	}
	s := sheet(1)
	s.Facts = []paper.Fact{{Name: strings.Repeat("naam ", 80), Text: strings.Repeat("W", 3000)}}
	s.Table.Rows[0][0] = strings.Repeat("voor veel ", 60)
	if pages := pagesOf(t, made(t, s)); len(pages) < 2 || strings.Count(strings.Join(pages, ""), "W") < 3000 {
		t.Errorf("a very long name: %d pages", len(pages))
	}
	s = sheet(1)
	s.From = strings.Repeat("W", 200)
	if page := pagesOf(t, made(t, s))[0]; !strings.Contains(page, "WW… – Décompte 12\n1 / 1\n") {
		t.Errorf("a long name runs over the number of the page:\n%s", page)
	}
	s.Title = strings.Repeat("M", 90)
	if page := pagesOf(t, made(t, s))[0]; !strings.Contains(page, "MM…\n1 / 1\n") {
		t.Errorf("a long title runs over the number of the page:\n%s", page)
	}
}

// A fact that goes on over the page takes no more room there than it needs.
func TestAFactGoesOnOverThePage(t *testing.T) {
	s := sheet(0)
	s.Facts = nil
	for range 32 {
		s.Facts = append(s.Facts, paper.Fact{Name: "Aan", Text: "CPAS"})
	}
	s.Facts = append(s.Facts, paper.Fact{Name: "Lang", Text: strings.Repeat("W", 300)}, paper.Fact{Name: "Daarna", Text: "kort"})
	pages := pagesOf(t, made(t, s))
	if len(pages) != 2 || !strings.Contains(pages[0], "\nLang\nWWW") || !strings.HasPrefix(pages[1], "WWW") || !strings.Contains(pages[1], "Daarna\nkort\n") {
		t.Errorf("%d pages:\n%s", len(pages), strings.Join(pages, "--\n"))
	}
}

// The same sheet is the same bytes: now, and after every change that does not
// mean to change it. What was handed out is kept, so a new face harms no paper
// of before; but nobody changes it without seeing it.
func TestTheSameSheetIsTheSameBytes(t *testing.T) {
	const golden = "testdata/sheet.txt"
	first := made(t, sheet(60))
	for range 10 {
		if !bytes.Equal(first, made(t, sheet(60))) {
			t.Fatal("made twice it is two files")
		}
	}
	sum := sha256.Sum256(first)
	said := "bytes " + strconv.Itoa(len(first)) + "\nsha256 " + hex.EncodeToString(sum[:]) + "\n" + strings.Join(pagesOf(t, first), "--\n")
	if *renew {
		if err := os.WriteFile(golden, []byte(said), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) == said {
		return
	}
	had, has := strings.Split(string(want), "\n"), strings.Split(said, "\n")
	changed := 0
	for n := range max(len(had), len(has)) {
		if a, b := at(had, n), at(has, n); a != b {
			if n > 1 {
				changed++
			}
			t.Errorf("line %d was %q, is %q", n+1, a, b)
		}
	}
	if changed == 0 {
		t.Error("the words are the same: where they stand, the letters or how they are packed changed. Look at it; if it was meant, -renew")
	}
}

func at(lines []string, n int) string {
	if n < len(lines) {
		return lines[n]
	}
	return ""
}
