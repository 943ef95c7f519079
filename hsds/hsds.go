// Package hsds reads and writes the Human Services Data Specification of Open
// Referral, 3.1 and 3.0: what help there is, where, when and for whom.
//
// A record is a struct named after its table: [Organization], [Service],
// [Location] and so on. Records come in two forms. In JSON they are nested, a
// service with its places and hours inside ([Read], [Append], [Page]). In a
// tabular data package they lie flat in CSV files and name each other
// ([ReadTables], [Tables.Write]); [Tables.Nest] and [Flatten] go from one to
// the other.
//
// Nothing is lost on the way: numbers keep their digits, a member that the
// specification does not know is kept in Also, a link to a record that is not
// there is kept as it stands. Absent, null and the empty text mean the same,
// and so do absent and an empty list; in CSV a line ends with \n alone. What
// does not hold to the specification is read as far as it goes, and told: a
// [Problem] names the record, the field and the reason.
//
// The package does no I/O but through readers and file systems that it is
// given, and keeps no state that changes. Everything it exports may be used by
// many goroutines at once.
package hsds

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Version is an edition of the specification.
type Version string

// The editions that are written. Both are read alike.
const (
	V30 Version = "3.0"
	V31 Version = "3.1"
)

// Number is a JSON number with the digits that it was written with; "" is
// absent.
type Number string

// Members are members of a record that the specification does not know, by
// their names, as JSON.
type Members map[string]json.RawMessage

// Record is any of the tables of the specification.
type Record interface {
	Organization | Program | Service | ServiceAtLocation | Location | Phone | Contact | Address | Schedule |
		ServiceArea | Funding | RequiredDocument | Language | Accessibility | CostOption | ServiceCapacity | Unit | URL |
		OrganizationIdentifier | Taxonomy | TaxonomyTerm | Attribute | Metadata | MetaTableDescription
}

// Reason is what is wrong with a field.
type Reason string

// The reasons.
const (
	Missing   Reason = "missing"   // required, and not there
	Malformed Reason = "malformed" // not of the form that the specification asks for; what could be read is kept
	Unlisted  Reason = "unlisted"  // not one of the values that are allowed; kept
	Twice     Reason = "twice"     // given twice; the last one counts
	Unknown   Reason = "unknown"   // not in the specification; kept in Also
	Astray    Reason = "astray"    // names a record that is not there; kept
	Differs   Reason = "differs"   // the same record is told in two ways; the first one counts
	TooDeep   Reason = "too deep"  // nested deeper than any record is; left out
)

// Problem is one thing that does not hold to the specification.
type Problem struct {
	Record string // the table: "service"
	ID     string // of the record, "" where it has none
	Line   int    // of a CSV file; 0 in JSON
	Field  string // "" where the record as a whole is meant
	Reason Reason
	Detail string // what was expected, for a reader: "a date such as 2026-03-01"
}

// Error says where and what, in one line. It never repeats the value.
func (p Problem) Error() string {
	var b strings.Builder
	b.WriteString(p.Record)
	if p.ID != "" {
		b.WriteString(" " + p.ID)
	}
	if p.Line > 0 {
		fmt.Fprintf(&b, " (line %d)", p.Line)
	}
	if p.Field != "" {
		b.WriteString(", " + p.Field)
	}
	b.WriteString(": " + string(p.Reason))
	if p.Detail != "" {
		b.WriteString(", " + p.Detail)
	}
	return b.String()
}

// Problems are those of one record with all that is nested in it, or of a set
// of tables.
type Problems []Problem

// Error lists them, a line each.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

// Serious are the problems but for members that are not in the specification,
// which do no harm.
func (ps Problems) Serious() Problems {
	var out Problems
	for _, p := range ps {
		if p.Reason != Unknown {
			out = append(out, p)
		}
	}
	return out
}
