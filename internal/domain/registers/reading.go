package registers

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/lists"
	"github.com/bondgenoot/bondgenoot/rules"
)

// reader reads the rows of one list.
type reader struct {
	Mapping
	law   *rules.Library
	today kernel.Date
	as    kernel.Date // of which day the list speaks
	make  bool
}

// entry is a row as the file of a family takes it. at says which column each of
// its parts came from.
type entry struct {
	families.Entry
	at map[string]int // by the field of a fault
}

// read reads one row. What cannot be read is told of each cell.
func (r reader) read(row lists.Row) (e entry, faults []Fault) {
	if row.Wrong != "" {
		return e, []Fault{{Line: row.Line, Column: -1, Reason: "register.row." + row.Wrong}}
	}
	e = entry{Entry: families.Entry{On: r.as, Make: r.make}, at: map[string]int{}}
	bad := func(i int, err error) {
		f := faultOf(err)
		f.Line, f.Column = row.Line, i
		faults = append(faults, f)
	}
	who := r.persons(row)
	place := map[string]int{"family": -1}
	for i, p := range who {
		place[p] = i
		role := families.Child
		switch p {
		case "applicant":
			role = families.Applicant
		case "partner":
			role = families.Partner
		}
		e.Family.Persons = append(e.Family.Persons, families.NewPerson{Role: role})
	}
	for i, c := range r.Columns {
		cell := ""
		if i < len(row.Cells) {
			cell = row.Cells[i]
		}
		of, what, _ := strings.Cut(c.To, ".")
		at, there := place[of]
		if c.To == "" || cell == "" || !there {
			continue
		}
		field := what
		if at >= 0 {
			field = "persons." + strconv.Itoa(at) + "." + what
		}
		e.at[field] = i
		if x := FactOf(r.law, c.To); x != nil {
			value, err := r.value(x, c, cell)
			if err != nil {
				bad(i, err)
				continue
			}
			e.at[what] = i
			e.Facts = append(e.Facts, families.EntryFact{Person: at, Key: what, Value: value})
			continue
		}
		if err := r.field(&e, at, what, cell); err != nil {
			bad(i, err)
		}
	}
	if len(faults) == 0 && !slices.Contains(who, "applicant") {
		faults = append(faults, Fault{Line: row.Line, Column: -1, Reason: "register.who"})
	}
	return e, faults
}

// persons are who stands in a row: of whom a cell that says who they are is not
// empty, or any cell of the applicant.
func (r reader) persons(row lists.Row) (who []string) {
	for _, p := range Whose[:len(Whose)-1] {
		for i, c := range r.Columns {
			of, _, _ := strings.Cut(c.To, ".")
			if of == p && i < len(row.Cells) && row.Cells[i] != "" {
				who = append(who, p)
				break
			}
		}
	}
	return who
}

func (r reader) field(e *entry, at int, what, cell string) (err error) {
	switch what {
	case lists.Postal:
		code, _, _ := strings.Cut(cell, " ") // the place may stand behind it
		e.Family.PostalCode, err = kernel.ParsePostalCode(code)
		if within := kernel.MunicipalitiesByPostalCode(e.Family.PostalCode); err == nil && len(within) > 1 {
			place := kernel.Fold(strings.TrimSpace(cell[len(code):]))
			for _, m := range within { // of several the one that is named behind it
				if slices.ContainsFunc(kernel.Langs[:], func(l kernel.Lang) bool { return kernel.Fold(m.Name.In(l)) == place }) {
					e.Family.Municipality = m.NIS
				}
			}
		}
		return err
	case lists.Phone:
		e.Family.Contact.Phones = []kernel.Phone{kernel.Phone(cell)}
		_, err = kernel.AcceptPhone(cell, true) // told with all else that is wrong, as the number is
		return err
	}
	p := &e.Family.Persons[at]
	switch what {
	case lists.First:
		p.First = cell
	case lists.Last:
		p.Last = cell
	case lists.INSZ:
		p.INSZ = cell
		_, err = kernel.ParseINSZ(cell, r.today)
	case lists.Birth:
		p.Birth, err = lists.Day(cell, r.Dates, r.today)
	}
	return err
}

// yes and no as lists write them, folded.
var (
	yes = []string{"ja", "j", "oui", "o", "yes", "y", "1", "x", "true", "waar", "vrai", "wahr", "actief"}
	no  = []string{"nee", "neen", "n", "non", "nein", "no", "0", "false", "onwaar", "faux", "falsch", "-"}
)

// value is a cell as the dictionary writes it; Invalid when it cannot be read:
// "register.value.yes", .choice, .number, or "date".
func (r reader) value(x *rules.Fact, c Column, cell string) (json.RawMessage, error) {
	folded := kernel.Fold(cell)
	meant, told := c.Values[folded]
	switch x.Type {
	case rules.TypeBool:
		switch {
		case told && (meant == "true" || meant == "false"):
			return json.RawMessage(meant), nil
		case slices.Contains(yes, folded):
			return json.RawMessage("true"), nil
		case slices.Contains(no, folded):
			return json.RawMessage("false"), nil
		}
		return nil, kernel.NewInvalid("register.value.yes")
	case rules.TypeChoice:
		for _, v := range x.Values {
			if told && v.Key == meant || !told && choiceCalled(v, folded) {
				return json.Marshal(v.Key)
			}
		}
		return nil, kernel.NewInvalid("register.value.choice")
	case rules.TypeMoney, rules.TypeInt:
		n, ok := number(cell, r.Decimal)
		if !ok {
			return nil, kernel.NewInvalid("register.value.number")
		}
		if x.Type == rules.TypeInt {
			n = strings.TrimSuffix(strings.TrimSuffix(n, ".00"), ".0")
			return json.RawMessage(n), nil
		}
		return json.Marshal(n)
	case rules.TypeDate:
		day, err := lists.Day(cell, r.Dates, r.today)
		if err != nil {
			return nil, err
		}
		return json.Marshal(string(day))
	}
	if told {
		cell = meant
	}
	return json.Marshal(cell)
}

func choiceCalled(v rules.Choice, folded string) bool {
	if kernel.Fold(v.Key) == folded {
		return true
	}
	for _, lang := range kernel.Langs {
		if kernel.Fold(v.Names.In(rules.Lang(lang))) == folded {
			return true
		}
	}
	return false
}

// number is an amount or a count as people write it, with a point for the
// decimals; € and spaces are left out, and so is what stands between thousands.
func number(cell, decimal string) (string, bool) {
	cell = strings.TrimSpace(strings.NewReplacer("€", "", "EUR", "", "eur", "", " ", "", "\u202f", "", "'", "").Replace(cell))
	between := "."
	if decimal == "." {
		between = ","
	}
	whole, part, _ := strings.Cut(cell, decimal)
	if strings.Contains(part, between) || strings.Contains(part, decimal) {
		return "", false
	}
	groups := strings.Split(whole, between)
	for _, g := range groups[1:] {
		if len(g) != 3 {
			return "", false // 12.5 where the comma is for decimals
		}
	}
	whole = strings.Join(groups, "")
	sign := ""
	if rest, cut := strings.CutPrefix(whole, "-"); cut {
		sign, whole = "-", rest
	}
	part = strings.TrimSuffix(part, "-")
	if whole == "" && part == "" || strings.Trim(whole+part, "0123456789") != "" || len(whole) > 12 || len(part) > 6 {
		return "", false
	}
	if whole == "" {
		whole = "0"
	}
	if part = strings.TrimRight(part, "0"); len(part) > 2 {
		return "", false // parts of a cent
	}
	if part == "" {
		return sign + whole, true
	}
	return sign + whole + "." + (part + "0")[:2], true
}

// faultOf is an error as a list of faults holds it: its key, and of its words
// the bound alone, for the others may be somebody's.
func faultOf(err error) Fault {
	f, ok := errors.AsType[*kernel.Fault](err)
	if !ok || f.Code == kernel.Internal {
		return Fault{Column: -1, Reason: "register.row.other"}
	}
	return Fault{Column: -1, Reason: f.Key, Bound: f.Args["limit"]}
}
