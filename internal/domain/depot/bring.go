package depot

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/lists"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// Column is what a column of a list of stock says.
type Column string

// The columns.
const (
	Unread         Column = ""
	CategoryColumn Column = "category"
	NameColumn     Column = "name"
	SizeColumn     Column = "size"
	SeasonColumn   Column = "season"
	GradeColumn    Column = "grade"
	EANColumn      Column = "ean"
	AmountColumn   Column = "amount"
	PacksColumn    Column = "packs"
	UntilColumn    Column = "until"
	MarkColumn     Column = "mark"
	MadeColumn     Column = "made"
)

// Columns lists the columns as they are offered.
var Columns = [...]Column{AmountColumn, PacksColumn, CategoryColumn, NameColumn, SizeColumn, SeasonColumn, GradeColumn, EANColumn, UntilColumn, MarkColumn, MadeColumn}

// Bounds of a list of stock.
const (
	MaxListBytes = 512 << 10
	MaxListRows  = mostIncoming
)

// Bringing is a list of stock that comes into a place, whole or not at all.
type Bringing struct {
	ID      kernel.ID // made by who asks: sent twice, it comes in once
	Place   kernel.ID
	From    Source
	List    *lists.List
	Columns map[string]Column // what each name of the head says; nil: as the place said last, else by its name
	Words   Words
	Sure    bool // the amounts are right, however unusual
}

// Words reads what people write in a list: a word in lower case, as the code of
// a category, a season or a grade, or the name of a column.
type Words map[Column]map[string]string

// HeadWords is under what [Words] holds the names of columns.
const HeadWords Column = "head"

// Brought is what a list says, a row each.
type Brought struct {
	Columns map[string]Column
	Rows    []BroughtRow
	Right   int // rows that can come in
	Pieces  int64
	Fresh   int // sorts of things that come into the list of things with it
}

// BroughtRow is a line of the list, as it would come in.
type BroughtRow struct {
	Line  int64
	Item  Item
	Fresh bool // the list of things does not have it yet
	In    Incoming
	Wrong []*kernel.Fault
}

// errOnlyLooked ends an act that was only to be looked at.
var errOnlyLooked = errors.New("depot: only looked")

// Preview tells what a list would bring, row by row, with all that is wrong
// with it. Nothing comes in.
func (s *Service) Preview(ctx context.Context, in Bringing) (out Brought, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if out, err = s.bring(ctx, a, in); err != nil {
			return err
		}
		return errOnlyLooked
	})
	if errors.Is(err, errOnlyLooked) {
		err = nil
	}
	return out, err
}

// Bring takes a list in: every row, or where one is wrong none (Invalid
// "depot.list.wrong", with the rows). The place remembers what the columns say.
// What the list of things does not have is added by who may manage it.
func (s *Service) Bring(ctx context.Context, in Bringing) (out Brought, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if out, err = s.bring(ctx, a, in); err != nil {
			return err
		}
		if wrong := len(out.Rows) - out.Right; wrong > 0 {
			return kernel.NewInvalid("depot.list.wrong").At("text").With("n", strconv.Itoa(wrong))
		}
		return saveColumns(ctx, a, a.Alliance(), in.Place, out.Columns)
	})
	return out, err
}

func (s *Service) bring(ctx context.Context, a *act.Act, in Bringing) (out Brought, err error) {
	p, err := s.works(ctx, a, in.Place)
	if err != nil {
		return out, err
	}
	switch {
	case in.From != Given && in.From != Bought:
		return out, kernel.NewInvalid("depot.choose").At("from")
	case p.Closed || p.Kind != Store:
		return out, kernel.NewConflict("depot.closed")
	case len(in.List.Rows) == 0:
		return out, kernel.NewInvalid("list.empty").At("text")
	case len(in.List.Rows) > MaxListRows:
		return out, kernel.NewTooMany("list.rows").At("text").With("limit", strconv.Itoa(MaxListRows))
	}
	if out.Columns, err = s.columnsOf(ctx, a, in); err != nil {
		return out, err
	}
	says := func(c Column) bool {
		for _, x := range out.Columns {
			if x == c {
				return true
			}
		}
		return false
	}
	if !says(EANColumn) && !says(CategoryColumn) {
		return out, kernel.NewInvalid("depot.list.what").At("text")
	}
	items, err := itemsOf(ctx, a, a.Alliance())
	if err != nil {
		return out, err
	}
	mayAdd := a.Allow(ctx, "depot.manage", p.Org) == nil
	receiving := Receiving{ID: in.ID, Place: in.Place, From: in.From}
	var of []int // the row of each line that comes in
	for _, row := range in.List.Rows {
		r := in.row(row, out.Columns, items, mayAdd)
		if r.Fresh && len(r.Wrong) == 0 {
			if r.Item, err = saveOne(ctx, a, r.Item); err != nil {
				r.Wrong = append(r.Wrong, faultsOf(err)...)
			} else {
				items[r.Item.ID] = r.Item
				out.Fresh++
			}
			r.In.Item = r.Item.ID
		}
		if len(r.Wrong) == 0 {
			receiving.Lines = append(receiving.Lines, r.In)
			of = append(of, len(out.Rows))
		}
		out.Rows = append(out.Rows, r)
	}
	if len(receiving.Lines) > 0 {
		if err := s.receive(ctx, a, p, receiving); err != nil {
			if kernel.CodeOf(err) == kernel.Internal {
				return out, err
			}
			for _, f := range faultsOf(err) {
				parts := strings.Split(f.Field, ".")
				n, nope := -1, error(nil)
				if len(parts) == 3 && parts[0] == "lines" {
					n, nope = strconv.Atoi(parts[1])
				}
				if nope != nil || n < 0 || n >= len(of) {
					return out, err // of the whole list
				}
				r := &out.Rows[of[n]]
				r.Wrong = append(r.Wrong, f.At(parts[2]))
			}
		}
	}
	for _, r := range out.Rows {
		if len(r.Wrong) > 0 {
			continue
		}
		out.Right++
		if r.In.Packs {
			out.Pieces += r.In.Amount * r.Item.Pack
		} else {
			out.Pieces += r.In.Amount
		}
	}
	return out, nil
}

// columnsOf is what each column of a list says: as it was told, as this place
// told of one with that name before, or as its name says.
func (s *Service) columnsOf(ctx context.Context, a *act.Act, in Bringing) (map[string]Column, error) {
	kept, err := loadColumns(ctx, a, a.Alliance(), in.Place)
	if err != nil {
		return nil, err
	}
	all := map[string]Column{}
	for _, name := range in.List.Head {
		c, told := in.Columns[name]
		if !told {
			if c, told = kept[name]; !told {
				c = Column(in.Words[HeadWords][lower(name)])
			}
		}
		if c != Unread && !slices.Contains(Columns[:], c) {
			return nil, kernel.NewInvalid("depot.choose").At("text")
		}
		for other, o := range all {
			if c != Unread && o == c {
				return nil, kernel.NewInvalid("depot.list.twice").At("text").With("one", other).With("other", name)
			}
		}
		all[name] = c
	}
	return all, nil
}

func lower(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

// row reads one line of a list.
func (in Bringing) row(row lists.Row, columns map[string]Column, items map[kernel.ID]Item, mayAdd bool) (r BroughtRow) {
	r.Line = row.Line
	if row.Wrong != "" {
		r.Wrong = append(r.Wrong, kernel.NewInvalid("depot.list."+row.Wrong))
		return r
	}
	typed := map[Column]string{}
	for n, name := range in.List.Head {
		if c := columns[name]; c != Unread && n < len(row.Cells) {
			typed[c] = strings.TrimSpace(row.Cells[n])
		}
	}
	refuse := func(c Column, f *kernel.Fault) { r.Wrong = append(r.Wrong, f.At(string(c))) }
	code := func(c Column, usual string) string {
		if typed[c] == "" {
			return usual
		}
		if known, ok := in.Words[c][lower(typed[c])]; ok {
			return known
		}
		refuse(c, kernel.NewInvalid("depot.list.word").With("word", typed[c]))
		return ""
	}
	day := func(c Column) kernel.Date {
		if typed[c] == "" {
			return ""
		}
		d, ok := readDay(typed[c])
		if !ok {
			refuse(c, kernel.NewInvalid("depot.list.day").With("word", typed[c]))
		}
		return d
	}
	i := Item{Category: Category(code(CategoryColumn, "")), Name: typed[NameColumn], Size: strings.ToUpper(typed[SizeColumn]),
		Season: Season(code(SeasonColumn, string(AllYear))), Grade: Grade(code(GradeColumn, string(Good))), Pack: 1, EAN: digitsOf(typed[EANColumn])}
	r.In.Until, r.In.Made, r.In.Mark = day(UntilColumn), day(MadeColumn), typed[MarkColumn]
	r.In.Amount, r.In.Sure = 1, in.Sure
	for _, c := range []Column{AmountColumn, PacksColumn} {
		if typed[c] == "" {
			continue
		}
		n, err := strconv.ParseInt(digitsOf(typed[c]), 10, 64)
		if err != nil || n < 1 || n > mostPieces {
			refuse(c, kernel.NewInvalid("depot.list.number").With("word", typed[c]))
		}
		r.In.Amount, r.In.Packs = n, c == PacksColumn
	}
	if typed[AmountColumn] == "" && typed[PacksColumn] == "" && typed[MarkColumn] == "" {
		refuse(AmountColumn, kernel.NewInvalid("depot.list.no_number"))
	}
	if err := checkEAN(i.EAN); err != nil {
		r.Wrong = append(r.Wrong, err.(*kernel.Fault).At(string(EANColumn)))
	}
	if len(r.Wrong) > 0 {
		return r
	}
	if found, ok := i.among(items); ok {
		r.Item, r.In.Item = found, found.ID
		return r
	}
	switch {
	case i.Category == "" && i.EAN != "":
		refuse(EANColumn, kernel.NewInvalid("depot.scan.unknown").With("code", i.EAN))
	case i.Category == "":
		refuse(CategoryColumn, kernel.NewInvalid("depot.choose"))
	case !mayAdd:
		refuse(CategoryColumn, kernel.NewInvalid("depot.list.new"))
	default:
		i.ID, i.Dated, i.Numbered = kernel.NewID(), r.In.Until != "", r.In.Mark != ""
		r.Item, r.In.Item, r.Fresh = i, i.ID, true
	}
	return r
}

// among is the sort of thing that a line of a list means: by its EAN, else by
// what it is.
func (i Item) among(items map[kernel.ID]Item) (found Item, ok bool) {
	for _, x := range items {
		if i.EAN != "" && x.EAN == i.EAN {
			return x, true
		}
	}
	for _, x := range items {
		if x.Category == i.Category && lower(x.Name) == lower(i.Name) && x.Size == i.Size && x.Season == i.Season && x.Grade == i.Grade {
			return x, true
		}
	}
	return Item{}, false
}

// readDay reads a day as lists have it: 2027-05-01, 1/5/2027, 1.5.2027.
func readDay(s string) (kernel.Date, bool) {
	for _, sep := range []string{"/", ".", "-"} {
		if parts := strings.Split(s, sep); len(parts) == 3 && len(parts[2]) == 4 {
			d, m := "0"+parts[0], "0"+parts[1]
			s = parts[2] + "-" + m[len(m)-2:] + "-" + d[len(d)-2:]
			break
		}
	}
	d, err := kernel.ParseDate(s)
	return d, err == nil
}

// faultsOf are all faults in an error.
func faultsOf(err error) []*kernel.Fault {
	if f, ok := errors.AsType[*kernel.Fault](err); ok {
		return f.All()
	}
	return nil
}
