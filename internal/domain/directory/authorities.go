package directory

import (
	"encoding/csv"
	"fmt"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// ByRegister is the source of what the register of local authorities tells;
// ByGazetteer of what only the list of municipalities does: their names.
const (
	ByRegister  = "register"
	ByGazetteer = "gazetteer"
)

// Authorities are the local authorities that are known before anybody types,
// by municipality. The zero value knows their names alone.
type Authorities struct {
	of map[kernel.NIS][]authority
}

type authority struct {
	welfare bool // the welfare office; else the municipality
	name    string
	kbo     kernel.KBO
	ovo     string
	street  string
	postal  string
	city    string
}

// ReadAuthorities reads the register of local authorities: a line each, after a
// line that names the columns. Its error names the line.
func ReadAuthorities(text string) (Authorities, error) {
	a := Authorities{map[kernel.NIS][]authority{}}
	r := csv.NewReader(strings.NewReader(text))
	r.Comment, r.FieldsPerRecord = '#', 10
	rows, err := r.ReadAll()
	if err != nil {
		return a, err
	}
	for i, row := range rows {
		if i == 0 {
			continue
		}
		nis, err := kernel.ParseNIS(row[0])
		if err != nil {
			return a, fmt.Errorf("authorities, line %d: %w", i+1, err)
		}
		kbo, err := kernel.ParseKBO(row[3])
		if err != nil && row[3] != "" {
			return a, fmt.Errorf("authorities, line %d: %w", i+1, err)
		}
		street := strings.TrimSpace(row[5] + " " + row[6])
		if row[7] != "" {
			street += " bus " + row[7]
		}
		a.of[nis] = append(a.of[nis], authority{row[1] == "ocmw", row[2], kbo, row[4], street, row[8], row[9]})
	}
	return a, nil
}

// Of are the municipality and its welfare office, as what can be taken over:
// from the register where it tells of them, else by their names alone.
func (a Authorities) Of(nis kernel.NIS) (register, names []Item) {
	m, ok := kernel.MunicipalityByNIS(nis)
	if !ok {
		return nil, nil
	}
	for _, welfare := range []bool{false, true} {
		known := false
		for _, x := range a.of[nis] {
			if x.welfare == welfare {
				register, known = append(register, x.item(m)), true
			}
		}
		if !known {
			names = append(names, authority{welfare: welfare}.item(m))
		}
	}
	return register, names
}

// ByNumber is the authority with a number of the register of organisations of
// the Flemish government ("OVO001234"); false where the register here does not
// tell of it.
func (a Authorities) ByNumber(ovo string) (Organisation, bool) {
	for nis, all := range a.of {
		m, _ := kernel.MunicipalityByNIS(nis)
		for _, x := range all {
			if x.ovo != "" && x.ovo == ovo {
				return x.item(m).Organisation, true
			}
		}
	}
	return Organisation{}, false
}

func (x authority) item(m kernel.Municipality) Item {
	id := x.ovo
	if id == "" {
		id = string(m.NIS) + map[bool]string{true: "-welfare", false: ""}[x.welfare]
	}
	name := x.name
	if name == "" || !x.welfare {
		name = officeName(m, x.welfare)
	}
	item := Item{OrganisationID: id, Organisation: Organisation{Name: name, KBO: x.kbo}}
	if x.street != "" {
		item.Places = []ItemPlace{{SourceID: id, Location: Location{Name: name, Street: x.street, Postal: x.postal, City: x.city, Municipality: m.NIS}}}
	}
	if x.welfare {
		item.ServiceID = id
		item.Service = Service{State: Open, Name: welfareName(m), About: welfareAbout, Levers: []Lever{8}, Phases: []Phase{Parents},
			Areas: []kernel.NIS{m.NIS}}
	}
	return item
}

// officeName is how an authority is called in the language of its
// municipality: in Brussels, which has two, in both.
func officeName(m kernel.Municipality, welfare bool) string {
	nl, fr, de := "Gemeentebestuur "+m.Name.NL, "Administration communale "+m.Name.FR, "Gemeindeverwaltung "+m.Name.DE
	if welfare {
		nl, fr, de = "OCMW "+m.Name.NL, "CPAS "+m.Name.FR, "ÖSHZ "+m.Name.DE
	}
	switch {
	case m.Region == kernel.BRU:
		return fr + " – " + nl
	case m.German:
		return de
	case m.Region == kernel.WAL:
		return fr
	}
	return nl
}

func welfareName(m kernel.Municipality) kernel.Text {
	return kernel.Text{NL: "Hulp van het OCMW van " + m.Name.NL, FR: "L’aide du CPAS : " + m.Name.FR, DE: "Hilfe vom ÖSHZ: " + m.Name.DE,
		EN: "Help from the public welfare office of " + m.Name.EN}
}

// welfareAbout says what the law gives each welfare office to do (organic law
// of 8 July 1976), and no more.
var welfareAbout = kernel.Text{
	NL: "Hebt u te weinig geld, of vragen over uw rechten, uw woning of uw schulden? Het OCMW van uw gemeente luistert en zoekt met u wat kan.",
	FR: "Vous manquez d’argent, ou vous avez des questions sur vos droits, votre logement ou vos dettes ? Le CPAS de votre commune vous écoute et cherche avec vous ce qui est possible.",
	DE: "Haben Sie zu wenig Geld oder Fragen zu Ihren Rechten, Ihrer Wohnung oder Ihren Schulden? Das ÖSHZ Ihrer Gemeinde hört zu und sucht mit Ihnen, was möglich ist.",
	EN: "Do you have too little money, or questions about your rights, your home or your debts? The welfare office of your municipality listens, and looks with you for what can be done.",
}
