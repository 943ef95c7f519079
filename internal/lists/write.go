package lists

import (
	"archive/zip"
	"encoding/csv"
	"encoding/xml"
	"io"
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Writer writes a list row by row, so that nothing is gathered first. Cells are
// text, or what can be added up: whole numbers (int64) and euros
// ([kernel.Cents]). Text never becomes a formula in the reader's program.
type Writer struct {
	csv   *csv.Writer
	zip   *zip.Writer
	sheet io.Writer
	row   int64
}

// WriterOf writes a list in a form: [CSV] by RFC 4180 with a mark by which a
// spreadsheet knows its letters, or else [XLSX].
func WriterOf(out io.Writer, form Form) (*Writer, error) {
	if form == CSV {
		if _, err := io.WriteString(out, "\ufeff"); err != nil {
			return nil, err
		}
		w := csv.NewWriter(out)
		w.UseCRLF = true
		return &Writer{csv: w}, nil
	}
	z := zip.NewWriter(out)
	for _, part := range []struct{ name, text string }{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`},
		{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="1" sheetId="1" r:id="rId1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`},
		{"xl/worksheets/sheet1.xml", `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`},
	} {
		to, err := z.Create(part.name)
		if err == nil {
			_, err = io.WriteString(to, xml.Header+part.text)
		}
		if err != nil {
			return nil, err
		}
		if strings.HasPrefix(part.name, "xl/worksheets/") {
			return &Writer{zip: z, sheet: to}, nil
		}
	}
	return nil, nil // cannot happen: the sheet is the last part
}

// Write writes a row.
func (w *Writer) Write(cells ...any) error {
	if w.csv != nil {
		row := make([]string, len(cells))
		for n, c := range cells {
			switch c := c.(type) {
			case int64:
				row[n] = strconv.FormatInt(c, 10)
			case kernel.Cents:
				row[n] = c.String()
			case string:
				row[n] = plain(c)
			}
		}
		return w.csv.Write(row)
	}
	w.row++
	var b strings.Builder
	b.WriteString(`<row r="` + strconv.FormatInt(w.row, 10) + `">`)
	for _, c := range cells {
		switch c := c.(type) {
		case int64:
			b.WriteString(`<c><v>` + strconv.FormatInt(c, 10) + `</v></c>`)
		case kernel.Cents:
			b.WriteString(`<c><v>` + c.String() + `</v></c>`)
		case string:
			b.WriteString(`<c t="inlineStr"><is><t xml:space="preserve">`)
			if err := xml.EscapeText(&b, []byte(c)); err != nil {
				return err
			}
			b.WriteString(`</t></is></c>`)
		}
	}
	b.WriteString(`</row>`)
	_, err := io.WriteString(w.sheet, b.String())
	return err
}

// plain keeps a text from being read as a formula.
func plain(s string) string {
	if strings.IndexAny(s, "=+-@\t\r＝＋－＠") == 0 {
		return "'" + s
	}
	return s
}

// Close ends the list.
func (w *Writer) Close() error {
	if w.csv != nil {
		w.csv.Flush()
		return w.csv.Error()
	}
	if _, err := io.WriteString(w.sheet, `</sheetData></worksheet>`); err != nil {
		return err
	}
	return w.zip.Close()
}
