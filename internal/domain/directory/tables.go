package directory

import (
	"encoding/csv"
	"errors"
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

// MaxRows is how many lines one table may have.
const MaxRows = 20_000

// ReadTable reads a table (CSV, with commas or semicolons) as what can be taken
// over. A line that cannot be read is refused with all that is wrong with it;
// the others are read. A table without a column for an organisation or a
// service is Invalid ("directory.table").
func ReadTable(text string) (items []Item, refused []Refused, err error) {
	text = strings.TrimPrefix(text, "\ufeff")
	first, _, _ := strings.Cut(text, "\n")
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord, r.LazyQuotes, r.TrimLeadingSpace = -1, true, true
	if strings.Count(first, ";") > strings.Count(first, ",") {
		r.Comma = ';'
	}
	head, err := r.Read()
	if err != nil {
		return nil, nil, kernel.NewInvalid("directory.table").At("table")
	}
	for i := range head {
		head[i] = strings.ToLower(strings.TrimSpace(head[i]))
	}
	if !slices.Contains(head, "organisation") || !slices.ContainsFunc(head, func(s string) bool { return strings.HasPrefix(s, "service") && s != "service_id" }) {
		return nil, nil, kernel.NewInvalid("directory.table").At("table")
	}
	for {
		row, err := r.Read()
		line, _ := r.FieldPos(0)
		switch {
		case errors.Is(err, io.EOF):
			return items, refused, nil
		case err != nil:
			refused = append(refused, Refused{line, kernel.NewInvalid("directory.table")})
			continue
		case len(items) >= MaxRows:
			return nil, nil, kernel.NewTooMany("directory.list").With("limit", strconv.Itoa(MaxRows)).At("table")
		}
		cells := map[string]string{}
		for i, cell := range row {
			if i < len(head) {
				cells[head[i]] = strings.TrimPrefix(strings.TrimSpace(cell), "'")
			}
		}
		item, err := itemOf(cells)
		item.Line = line
		if f, ok := errors.AsType[*kernel.Fault](err); ok {
			refused = append(refused, Refused{line, f})
			continue
		}
		items = append(items, item)
	}
}

// itemOf reads one line. Where it has no names of its own, it is known by the
// words in it.
func itemOf(cells map[string]string) (x Item, err error) {
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
	for _, s := range strings.FieldsFunc(cells["numbers"], func(r rune) bool { return r == ' ' || r == ';' || r == '|' }) {
		p, err := kernel.AcceptPhone(s, true)
		wrong.Check("numbers", err)
		v.Numbers = append(v.Numbers, Phone{Number: p})
	}
	if cells["mail"] != "" {
		v.Mail, err = kernel.ParseEmail(cells["mail"])
		wrong.Check("mail", err)
	}
	switch {
	case cells["free"] == "yes":
		v.Costs = []Cost{{Free: true}}
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
		x.Places = []ItemPlace{{id, l}}
	}
	return x, wrong.Err()
}
