package directory

import (
	"encoding/csv"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// A table is a line a service, with its organisation and its first place. What
// is written can be read again; of a table from elsewhere the columns that it
// shares by name are read, and the others are left.

// texted are the columns that are there once for each language.
var texted = []string{"service", "about", "how", "for"}

// Columns are the names of the columns of a table, in order.
func Columns() (names []string) {
	names = []string{"organisation_id", "organisation", "kbo", "organisation_website", "service_id"}
	for _, name := range texted {
		for _, l := range kernel.Langs {
			names = append(names, name+"_"+string(l))
		}
	}
	return append(names, "levers", "phases", "age_from_months", "age_to_months", "free", "price_cents", "per", "languages", "access", "areas", "numbers", "mail",
		"website", "words", "room", "place_id", "place", "street", "postal_code", "city", "municipality", "lat", "lon", "verified")
}

// WriteTable writes records as a table (CSV), line by line. What would be read
// as a formula by a spreadsheet gets an apostrophe before it.
func WriteTable(w io.Writer, records iter.Seq2[PublicRecord, error], now kernel.Instant) error {
	out := csv.NewWriter(w)
	names := Columns()
	if err := out.Write(names); err != nil {
		return err
	}
	for r, err := range records {
		if err != nil {
			return err
		}
		line := r.line(now)
		row := make([]string, len(names))
		for i, name := range names {
			row[i] = plainCell(line[name])
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// plainCell keeps a spreadsheet from reckoning with what somebody wrote.
func plainCell(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

func (r PublicRecord) line(now kernel.Instant) map[string]string {
	v, o := r.Service, r.Organisation
	line := map[string]string{"organisation_id": string(o.ID), "organisation": o.Name, "kbo": o.KBO.String(), "organisation_website": o.Website,
		"service_id": string(v.ID), "levers": listed(v.Levers, func(l Lever) string { return strconv.Itoa(int(l)) }),
		"phases": listed(v.Phases, func(p Phase) string { return string(p) }), "languages": strings.Join(v.Languages, " "),
		"access": listed(v.Access, func(x Access) string { return string(x) }), "areas": listed(v.Areas, func(n kernel.NIS) string { return string(n) }),
		"numbers": listed(v.Numbers, func(p PublicPhone) string { return p.Number.String() }), "mail": string(v.Mail), "website": v.Website,
		"words": strings.Join(v.Words, "|"), "room": string(v.Room.At(now).Status)}
	for i, t := range []kernel.Text{v.Name, v.About, v.How, v.For.Words} {
		for _, l := range kernel.Langs {
			line[texted[i]+"_"+string(l)] = t.In(l)
		}
	}
	if v.For.From > 0 {
		line["age_from_months"] = strconv.Itoa(v.For.From)
	}
	if v.For.To > 0 {
		line["age_to_months"] = strconv.Itoa(v.For.To)
	}
	if len(v.Costs) > 0 {
		line["free"] = map[bool]string{true: "yes"}[v.Costs[0].Free]
		if !v.Costs[0].Free {
			line["price_cents"], line["per"] = strconv.FormatInt(int64(v.Costs[0].Amount), 10), v.Costs[0].Per
		}
	}
	if len(r.Places) > 0 {
		p := r.Places[0]
		line["place_id"], line["place"], line["street"], line["postal_code"], line["city"] = string(p.ID), p.Name, p.Street, p.Postal, p.City
		line["municipality"], line["lat"], line["lon"] = string(p.Municipality), p.Lat, p.Lon
	}
	line["verified"] = string(v.Told["name"].Verified)
	return line
}

func listed[T any](all []T, write func(T) string) string {
	var words []string
	for _, v := range all {
		words = append(words, write(v))
	}
	return strings.Join(words, " ")
}

// numbersIn reads the telephone numbers of one cell: apart by a semicolon, a
// comma, a bar or a line, as people write them, with spaces within; or apart by
// spaces, each without any, as [WriteTable] does.
func numbersIn(cell string) (all []Phone, err error) {
	for _, part := range strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune(";|,\n", r) }) {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		p, err := kernel.AcceptPhone(part, true)
		if err == nil {
			all = append(all, Phone{Number: p})
			continue
		}
		for _, s := range strings.Fields(part) {
			if p, err = kernel.AcceptPhone(s, true); err != nil {
				return nil, err
			}
			all = append(all, Phone{Number: p})
		}
	}
	return all, nil
}

// ItemOf reads one line, as its cells by the names of [Columns]; "price" is a
// price in euros. Where it has no names of its own, it is known by the words in
// it.
func ItemOf(cells map[string]string) (x Item, err error) {
	wrong := kernel.Faults{}
	number := func(name string) int {
		if cells[name] == "" {
			return 0
		}
		n, err := strconv.Atoi(cells[name])
		if err != nil {
			wrong.Check(name, kernel.NewInvalid("directory.count"))
		}
		return n
	}
	text := func(name string) kernel.Text {
		t := kernel.Text{NL: cells[name+"_nl"], FR: cells[name+"_fr"], DE: cells[name+"_de"], EN: cells[name+"_en"]}
		if t == (kernel.Text{}) {
			t.NL = cells[name]
		}
		return t
	}
	o := Organisation{Name: cells["organisation"], Website: cells["organisation_website"]}
	if cells["kbo"] != "" {
		o.KBO, err = kernel.ParseKBO(cells["kbo"])
		wrong.Check("kbo", err)
	}
	v := Service{Name: text("service"), About: text("about"), How: text("how"), For: Audience{From: number("age_from_months"), To: number("age_to_months"), Words: text("for")},
		Languages: strings.Fields(cells["languages"]), Website: cells["website"], State: Draft}
	if cells["words"] != "" {
		v.Words = strings.Split(cells["words"], "|")
	}
	for _, s := range strings.Fields(cells["levers"]) {
		n, err := strconv.Atoi(s)
		if err != nil {
			wrong.Check("levers", kernel.NewInvalid("directory.lever"))
		}
		v.Levers = append(v.Levers, Lever(n))
	}
	for _, s := range strings.Fields(cells["phases"]) {
		v.Phases = append(v.Phases, Phase(s))
	}
	for _, s := range strings.Fields(cells["access"]) {
		v.Access = append(v.Access, Access(s))
	}
	for _, s := range strings.Fields(cells["areas"]) {
		v.Areas = append(v.Areas, kernel.NIS(s))
	}
	v.Numbers, err = numbersIn(cells["numbers"])
	wrong.Check("numbers", err)
	if cells["mail"] != "" {
		v.Mail, err = kernel.ParseEmail(cells["mail"])
		wrong.Check("mail", err)
	}
	switch {
	case slices.Contains([]string{"yes", "ja", "oui", "1", "true"}, kernel.Fold(cells["free"])):
		v.Costs = []Cost{{Free: true}}
	case cells["price"] != "":
		amount, err := kernel.ParseCents(strings.TrimSpace(strings.Trim(cells["price"], "€ ")))
		wrong.Check("price", err)
		v.Costs = []Cost{{Free: err == nil && amount == 0, Amount: amount, Per: cells["per"]}}
	case cells["price_cents"] != "":
		v.Costs = []Cost{{Amount: kernel.Cents(number("price_cents")), Per: cells["per"]}}
	}
	x = Item{OrganisationID: cells["organisation_id"], Organisation: o, ServiceID: cells["service_id"], Service: v}
	if x.OrganisationID == "" {
		x.OrganisationID = "name:" + kernel.Fold(o.Name)
	}
	if x.ServiceID == "" {
		x.ServiceID = x.OrganisationID + "/" + kernel.Fold(v.Name.NL+v.Name.FR+v.Name.DE+v.Name.EN)
	}
	if cells["street"] != "" || cells["place"] != "" {
		l := Location{Name: cells["place"], Street: cells["street"], Postal: cells["postal_code"], City: cells["city"],
			Municipality: kernel.NIS(cells["municipality"]), Lat: cells["lat"], Lon: cells["lon"]}
		id := cells["place_id"]
		if id == "" {
			id = kernel.Fold(l.Name + "/" + l.Street + "/" + l.Postal)
		}
		x.Places = []ItemPlace{{SourceID: id, Location: l}}
	}
	return x, wrong.Err()
}
