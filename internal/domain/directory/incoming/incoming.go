// Package incoming reads what others tell of help, so that the directory can
// take it over: records of the Human Services Data Specification, as JSON or as
// a package of tables, records of the Flemish catalogue of products and services
// (IPDC, LPDC) as JSON-LD, and tables of any making, CSV, Excel or Parquet, once
// somebody has said what their columns are.
//
// A file is looked at before it is taken over: what is new, what is different,
// what is gone, what cannot be, object by object. Until then it waits here;
// nothing of it is told to anybody. What is taken over comes in as drafts.
//
// What comes in is never trusted: a file cannot say that something is open, that
// a person confirmed it, or whose partner it is.
//
// Owns the tables incoming_file and incoming_mapping. Acts: directory.manage.
// Tells nothing and hears nothing itself; what is taken over, the directory
// tells.
package incoming

import (
	"archive/zip"
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are the tables of this module.
func Migrations() db.Migrations {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // cannot happen: the folder is embedded
	}
	return db.Migrations{Module: "incoming", Files: files}
}

// Bounds of what is brought.
const (
	MaxBytes = 32 << 20  // of a file
	MaxItems = 20_000    // services in it
	unpacked = 256 << 20 // bytes of all that is packed in a file
	maxFiles = 200       // files that are packed in one
	maxNotes = 2_000     // remarks that are kept of one file
)

// Form is what a file turned out to be.
type Form string

// The forms.
const (
	HSDS   Form = "hsds"   // JSON of the specification
	Tables Form = "tables" // its package of tables
	IPDC   Form = "ipdc"   // JSON-LD of the catalogue
	Table  Form = "table"  // any other table
)

// Reading is how a file is to be read.
type Reading struct {
	Lang         kernel.Lang                                     // of texts of which nobody says it
	Organisation string                                          // who offers what names no organisation
	Columns      map[string]string                               // what the columns of a table are, by their names; nil: as they seem
	Today        kernel.Date                                     // what ended before is over
	Authority    func(ovo string) (directory.Organisation, bool) // who has a number of the Flemish register; nil: nobody is known
}

// File is what was read.
type File struct {
	Form    Form
	Items   []directory.Item
	Refused []directory.Refused // objects of which nothing is taken
	Notes   []Note              // what was left out of the others
	Columns []Column            // of a table
}

// Note is a field that was left out or that does not hold to its standard.
type Note struct {
	Line   int    // of the table, or the number of the object
	Name   string // of what it tells
	Record string // the part of it: "phone"
	Field  string
	Reason string // a reason of the specification: "malformed"
}

// Read reads a file. What it cannot be is Invalid or TooMany, at the field
// "file", with a key under "list." or "incoming.": form, empty, items, packed.
func Read(data []byte, how Reading) (File, error) {
	f, err := read(data, how)
	if err != nil {
		return File{}, at(err, "file")
	}
	if len(f.Items) > MaxItems {
		return File{}, kernel.NewTooMany("incoming.items").With("limit", strconv.Itoa(MaxItems)).At("file")
	}
	if len(f.Items)+len(f.Refused) == 0 {
		return File{}, kernel.NewInvalid("incoming.empty").At("file")
	}
	for i := range f.Items {
		f.Items[i] = harmless(f.Items[i])
	}
	if len(f.Notes) > maxNotes {
		f.Notes = f.Notes[:maxNotes]
	}
	return f, nil
}

func read(data []byte, how Reading) (File, error) {
	if len(data) > MaxBytes {
		return File{}, kernel.NewTooMany("list.bytes").With("limit", strconv.Itoa(MaxBytes>>20))
	}
	text := bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")))
	switch {
	case len(text) == 0:
		return File{}, kernel.NewInvalid("list.empty")
	case text[0] == '{' || text[0] == '[':
		return readJSON(text, how)
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return readZip(data, how)
	}
	return readTable(data, how)
}

// readJSON tells the two kinds of JSON apart: linked data says what it is.
func readJSON(text []byte, how Reading) (File, error) {
	if linked(text) {
		return readIPDC(text, how)
	}
	return readHSDS(text, how)
}

// readZip opens an archive: a workbook, a package of tables, or files of JSON
// that are read one after the other.
func readZip(data []byte, how Reading) (File, error) {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return File{}, kernel.NewInvalid("list.broken")
	}
	var total uint64
	var documents []*zip.File
	folder := ""
	for _, f := range archive.File {
		total += f.UncompressedSize64
		name := strings.ToLower(f.Name)
		switch {
		case name == "xl/workbook.xml":
			return readTable(data, how)
		case path.Base(name) == "services.csv" || path.Base(name) == "organizations.csv":
			folder = path.Dir(f.Name)
		case path.Ext(name) == ".json" || path.Ext(name) == ".jsonld" || path.Ext(name) == ".ndjson":
			documents = append(documents, f)
		}
	}
	if total > unpacked || len(archive.File) > maxFiles {
		return File{}, kernel.NewTooMany("incoming.packed").With("limit", strconv.Itoa(unpacked>>20))
	}
	if folder != "" {
		inside, err := fs.Sub(archive, folder)
		if err != nil {
			return File{}, kernel.NewInvalid("list.broken")
		}
		return readPackage(limited{inside}, how)
	}
	var all File
	for _, f := range documents {
		text, err := unpack(f)
		if err != nil {
			return File{}, err
		}
		if text = bytes.TrimSpace(text); len(text) == 0 || path.Base(f.Name) == "datapackage.json" {
			continue
		}
		one, err := readJSON(text, how)
		if err != nil {
			return File{}, err
		}
		all.Form = one.Form
		for i := range one.Items {
			one.Items[i].Line += len(all.Items)
		}
		all.Items, all.Refused, all.Notes = append(all.Items, one.Items...), append(all.Refused, one.Refused...), append(all.Notes, one.Notes...)
	}
	if all.Form == "" {
		return File{}, kernel.NewInvalid("incoming.form")
	}
	return all, nil
}

// unpack reads one packed file, and no more than its archive may hold: what an
// archive says of its sizes may be a lie.
func unpack(f *zip.File) ([]byte, error) {
	in, err := f.Open()
	if err != nil {
		return nil, kernel.NewInvalid("list.broken")
	}
	text, err := io.ReadAll(io.LimitReader(in, int64(f.UncompressedSize64)+1))
	if err != nil || in.Close() != nil || uint64(len(text)) > f.UncompressedSize64 {
		return nil, kernel.NewInvalid("list.broken")
	}
	return text, nil
}

// limited is a file system whose files end where they should.
type limited struct{ fs.FS }

// Open opens a file that ends with an error where it becomes too long.
func (l limited) Open(name string) (fs.File, error) {
	f, err := l.FS.Open(name)
	if err != nil {
		return nil, err
	}
	if _, list := f.(fs.ReadDirFile); list {
		return f, nil
	}
	return &bounded{f, unpacked}, nil
}

type bounded struct {
	fs.File
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errors.New("the file is longer than it may be")
	}
	n, err := b.File.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

// harmless is an item as a stranger may tell it: a draft, or over, that claims
// no partner, no programme and no confirmation.
func harmless(x directory.Item) directory.Item {
	o, v := &x.Organisation, &x.Service
	o.ID, o.Version, o.Member, o.Told, o.MergedIn, o.ChangedAt = "", 0, "", nil, "", ""
	v.ID, v.Version, v.Organisation, v.Programme, v.Told, v.MergedIn, v.ChangedAt = "", 0, "", "", nil, "", ""
	v.At, v.Room = nil, directory.Room{}
	if v.State != directory.Stopped {
		v.State = directory.Draft
	}
	x.Places = slices.Clone(x.Places)
	for i := range x.Places {
		l := &x.Places[i].Location
		l.ID, l.Version, l.Organisation, l.Told, l.MergedIn, l.ChangedAt = "", 0, "", nil, "", ""
	}
	return x
}

// at names the field of a fault.
func at(err error, field string) error {
	if f, ok := errors.AsType[*kernel.Fault](err); ok && f.Field == "" {
		return f.At(field)
	}
	return err
}

// linked tells whether a document is linked data: its first object says in what
// words it speaks, or who it is.
func linked(text []byte) bool {
	dec := json.NewDecoder(bytes.NewReader(text))
	for depth := 0; depth < 3; {
		t, err := dec.Token()
		if err != nil {
			return false
		}
		switch t := t.(type) {
		case json.Delim:
			depth++
		case string:
			if strings.HasPrefix(t, "@") {
				return true
			}
			var skip json.RawMessage
			if dec.Decode(&skip) != nil {
				return false
			}
			if slices.Contains([]string{"id", "contents", "name", "status"}, t) {
				return false
			}
		}
	}
	return false
}
