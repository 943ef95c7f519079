// Package paper makes a sheet that somebody keeps: a PDF file with a heading, a
// few facts and a table that runs on over as many pages as it needs, in the
// house's own letters, readable in black and white.
//
// The same sheet is the same bytes each time: there is no clock in it and
// nothing drawn by lot. It has a title, a language and real text, and no
// structure for a screen reader: the page that it stands beside is what
// everybody can read.
package paper

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/text/unicode/norm"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

//go:embed fonts/regular.ttf
var regular []byte

//go:embed fonts/bold.ttf
var bold []byte

// letters are those that both fonts have.
//
//go:embed fonts/letters.txt
var letters string

// Sheet is what stands on the paper.
type Sheet struct {
	Title string
	From  string         // over the title: whose paper it is
	Lang  kernel.Lang    // of its words
	Made  kernel.Instant // what it says is when it was made
	Big   string         // what matters most, in big letters; may be empty
	Facts []Fact
	Table Table
}

// Fact is a name and what goes with it; Note stands under it, smaller.
type Fact struct{ Name, Text, Note string }

// Table is rows under a head that stands on each page again.
type Table struct {
	Caption string
	Columns []Column
	Rows    [][]string
	Total   []string // the last row, bold; may be empty
}

// Column is one of a table. Numbers are put to the right.
type Column struct {
	Title  string
	Number bool
	Width  float64 // in millimetres; the first column takes what is left
}

// An A4 sheet, in millimetres.
const (
	wide, high = 210.0, 297.0
	side, top  = 20.0, 20.0
	bottom     = 25.0 // where only the number of the page stands
	inner      = wide - 2*side
	nameWide   = 55.0 // of a fact
	lineHigh   = 5.2
	factSize   = 10.5 // of its letters
	rowGap     = 1.0
)

// pen draws one sheet.
type pen struct {
	*fpdf.Fpdf
	sheet Sheet
	pages int // in all
}

// Bytes is the file.
func (s Sheet) Bytes() ([]byte, error) {
	if s.Made == "" {
		return nil, errors.New("paper: a sheet without its day would take the clock's")
	}
	p := s.draw(1)
	if n := p.PageCount(); n > 1 {
		p = s.draw(n)
	}
	var out bytes.Buffer
	if err := p.Output(&out); err != nil {
		return nil, fmt.Errorf("paper: %w", err)
	}
	return out.Bytes(), nil
}

func (s Sheet) draw(pages int) pen {
	p := pen{fpdf.New("P", "mm", "A4", ""), s, pages}
	p.SetCatalogSort(true)
	p.SetCreationDate(s.Made.Time().UTC())
	p.SetModificationDate(s.Made.Time().UTC())
	p.SetProducer("Bondgenoot", true)
	p.SetTitle(clean(s.Title), true)
	p.SetAuthor(clean(s.From), true)
	p.SetLang(string(s.Lang))
	p.SetDisplayMode("fullwidth", "continuous")
	p.AddUTF8FontFromBytes("text", "", regular)
	p.AddUTF8FontFromBytes("text", "B", bold)
	p.SetMargins(side, top, side)
	p.SetAutoPageBreak(false, 0)
	p.SetCellMargin(0)
	p.SetFooterFunc(p.foot)
	p.AddPage()
	p.head()
	for _, f := range s.Facts {
		p.fact(f)
	}
	p.table(s.Table)
	p.Close()
	return p
}

// foot numbers a page: "1 / 3".
func (p pen) foot() {
	p.SetFont("text", "", 9)
	p.SetXY(side, high-bottom+10)
	what := " – " + clean(p.sheet.Title)
	from := p.clip(clean(p.sheet.From), inner-30-p.GetStringWidth(what))
	p.CellFormat(inner-25, lineHigh, p.clip(from+what, inner-30), "", 0, "L", false, 0, "")
	p.CellFormat(25, lineHigh, fmt.Sprintf("%d / %d", p.PageNo(), p.pages), "", 0, "R", false, 0, "")
}

// clip cuts a text to a width, with "…" where something is missing.
func (p pen) clip(text string, width float64) string {
	letters := []rune(text)
	for n := len(letters); n > 0 && p.GetStringWidth(text) > width; {
		n--
		text = string(letters[:n]) + "…"
	}
	return text
}

func (p pen) head() {
	p.text("", 11, 0, inner, p.sheet.From)
	p.Ln(1)
	p.text("B", 22, 0, inner, p.sheet.Title)
	if p.sheet.Big != "" {
		p.Ln(2)
		p.text("B", 15, 0, inner, p.sheet.Big)
	}
	p.Ln(5)
}

// fact is a name at the left, and beside it what goes with it: line by line, so
// that what is long goes on over the page, each half beside the other.
func (p pen) fact(f Fact) {
	if f.Text == "" {
		return
	}
	p.room(2*lineHigh + rowGap)
	p.SetFont("text", "B", factSize)
	names := p.lines(f.Name, nameWide-3)
	p.SetFont("text", "", factSize)
	told := p.lines(f.Text, inner-nameWide)
	for n := range max(len(names), len(told)) {
		p.room(factSize / 2)
		if n < len(names) {
			p.SetX(side)
			p.SetFont("text", "B", factSize)
			p.CellFormat(nameWide, factSize/2, names[n], "", 0, "L", false, 0, "")
		}
		if n < len(told) {
			p.SetX(side + nameWide)
			p.SetFont("text", "", factSize)
			p.CellFormat(inner-nameWide, factSize/2, told[n], "", 0, "L", false, 0, "")
		}
		p.Ln(factSize / 2)
	}
	if f.Note != "" {
		p.text("", 9, nameWide, inner-nameWide, f.Note)
	}
	p.Ln(rowGap)
}

// text writes lines within a width, from an indent, and goes on under them.
func (p pen) text(style string, size, indent, width float64, text string) {
	p.SetFont("text", style, size)
	high := size * 0.5
	for _, line := range p.lines(text, width) {
		p.room(high)
		p.SetX(side + indent)
		p.CellFormat(width, high, line, "", 1, "L", false, 0, "")
	}
}

// lines parts a text into what fits a width. A word that is longer is parted.
func (p pen) lines(text string, width float64) []string {
	if text = clean(text); text == "" {
		return []string{""}
	}
	return p.SplitText(text, width)
}

// room goes to the next page unless so much is left of this one.
func (p pen) room(need float64) bool {
	if p.GetY()+need <= high-bottom {
		return false
	}
	p.AddPage()
	return true
}

func (p pen) table(t Table) {
	if len(t.Columns) == 0 {
		return
	}
	widths := make([]float64, len(t.Columns))
	widths[0] = inner
	for n, c := range t.Columns[1:] {
		widths[n+1] = c.Width
		widths[0] -= c.Width
	}
	p.Ln(4)
	p.room(8 * lineHigh)
	if t.Caption != "" {
		p.text("B", 13, 0, inner, t.Caption)
		p.Ln(1)
	}
	titles := make([]string, len(t.Columns))
	for n, c := range t.Columns {
		titles[n] = c.Title
	}
	header := func() { p.row(t.Columns, widths, titles, "B", 0.5) }
	header()
	for n, row := range t.Rows {
		need := p.rowHigh(widths, row)
		if n == len(t.Rows)-1 && len(t.Total) > 0 {
			need += p.rowHigh(widths, t.Total) // a total never stands alone
		}
		if p.room(need) {
			header()
		}
		p.row(t.Columns, widths, row, "", 0.1)
	}
	if len(t.Total) > 0 {
		p.row(t.Columns, widths, t.Total, "B", 0.5)
	}
}

const rowSize = 10

func (p pen) rowHigh(widths []float64, row []string) float64 {
	p.SetFont("text", "B", rowSize)
	most := 1
	for n, cell := range row {
		most = max(most, len(p.lines(cell, widths[n]-2)))
	}
	return float64(most)*lineHigh + 2*rowGap
}

// row writes one row with a line under it.
func (p pen) row(columns []Column, widths []float64, row []string, style string, thick float64) {
	high, y, x := p.rowHigh(widths, row), p.GetY(), side
	p.SetFont("text", style, rowSize)
	for n, cell := range row {
		align := "L"
		if columns[n].Number {
			align = "R"
		}
		for at, line := range p.lines(cell, widths[n]-2) {
			p.SetXY(x, y+rowGap+float64(at)*lineHigh)
			width := widths[n] - 2
			if n == len(row)-1 {
				width += 2
			}
			p.CellFormat(width, lineHigh, line, "", 0, align, false, 0, "")
		}
		x += widths[n]
	}
	p.SetLineWidth(thick)
	p.Line(side, y+high, wide-side, y+high)
	p.SetXY(side, y+high)
}

// clean writes a text in the letters that the sheet has: a letter with a mark
// that it lacks goes without the mark, and another script's letter is "?".
func clean(text string) string {
	var b strings.Builder
	for _, r := range norm.NFC.String(text) {
		switch {
		case r == '\u202f' || r == '\u2007':
			b.WriteRune('\u00a0')
		case unicode.IsSpace(r) && r != '\u00a0', unicode.IsControl(r):
			b.WriteByte(' ')
		case unicode.Is(unicode.Cf, r): // marks of direction, soft hyphens: nothing to see
		case has(r):
			b.WriteRune(r)
		default:
			b.WriteString(without(r))
		}
	}
	return strings.TrimSpace(b.String())
}

// without is a letter without what the sheet has no sign for.
func without(r rune) string {
	var b strings.Builder
	for _, part := range norm.NFKD.String(string(r)) {
		if has(part) && !unicode.Is(unicode.M, part) {
			b.WriteRune(part)
		}
	}
	if b.Len() == 0 {
		return "?"
	}
	return b.String()
}

func has(r rune) bool { return strings.ContainsRune(letters, r) }
