package page

import (
	"slices"
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// The directory in words: choices, rows, tags.

func leverValue(l directory.Lever) string {
	if l == 0 {
		return ""
	}
	return strconv.Itoa(int(l))
}

func leverBoxes(v kit.View) (options []kit.Option) {
	for n := 1; n <= 9; n++ {
		options = append(options, kit.Option{Value: strconv.Itoa(n), Label: v.T("programme.lever." + strconv.Itoa(n))})
	}
	return options
}

func leverChoices(v kit.View, first string) []kit.Option {
	return append([]kit.Option{{Value: "", Label: first}}, leverBoxes(v)...)
}

func phaseBoxes(v kit.View) (options []kit.Option) {
	for _, p := range directory.Phases {
		options = append(options, kit.Option{Value: string(p), Label: v.T("directory.phase." + string(p))})
	}
	return options
}

func phaseChoices(v kit.View, first string) []kit.Option {
	return append([]kit.Option{{Value: "", Label: first}}, phaseBoxes(v)...)
}

func areaChoices(v kit.View, places []kernel.NIS, first string) []kit.Option {
	options := []kit.Option{{Value: "", Label: first}}
	for _, n := range places {
		options = append(options, kit.Option{Value: string(n), Label: municipalityName(v, n)})
	}
	return options
}

var helpStates = [...]directory.State{directory.Draft, directory.Open, directory.Stopped}

func stateChoices(v kit.View, first string) []kit.Option {
	options := []kit.Option{{Value: "", Label: first}}
	for _, s := range helpStates {
		options = append(options, kit.Option{Value: string(s), Label: v.T("directory.state." + string(s))})
	}
	return options
}

func stateRadios(v kit.View) (options []kit.Option) {
	for _, s := range helpStates {
		options = append(options, kit.Option{Value: string(s), Label: v.T("directory.state." + string(s)), Hint: v.T("directory.state." + string(s) + ".hint")})
	}
	return options
}

func accessBoxes(v kit.View) (options []kit.Option) {
	for _, x := range directory.Accesses {
		options = append(options, kit.Option{Value: string(x), Label: v.T("directory.access." + string(x))})
	}
	return options
}

func perChoices(v kit.View) (options []kit.Option) {
	for _, p := range directory.Pers() {
		key := "none"
		if p != "" {
			key = p
		}
		options = append(options, kit.Option{Value: p, Label: v.T("directory.per." + key)})
	}
	return options
}

func holidayChoices(v kit.View) (options []kit.Option) {
	for _, h := range []directory.Holidays{directory.AsEver, directory.TermOnly, directory.HolidayOnly, directory.EveryDay} {
		key := "as_ever"
		if h != "" {
			key = string(h)
		}
		options = append(options, kit.Option{Value: string(h), Label: v.T("directory.holidays." + key)})
	}
	return options
}

func roomChoices(v kit.View) (options []kit.Option) {
	for _, s := range []directory.RoomStatus{directory.RoomFree, directory.RoomFull, directory.RoomWaiting} {
		options = append(options, kit.Option{Value: string(s), Label: v.T("directory.room." + string(s))})
	}
	return append(options, kit.Option{Value: "", Label: v.T("directory.room.unknown")})
}

func roomKind(s directory.RoomStatus) kit.Kind {
	switch s {
	case directory.RoomFree:
		return kit.Certain
	case directory.RoomWaiting:
		return kit.Possible
	}
	return kit.Not
}

func roomSaid(v kit.View, r directory.Room) string {
	words := v.T("directory.room." + string(r.Status))
	switch {
	case r.Status == directory.RoomFree && r.Free >= 0:
		words += ": " + strconv.Itoa(r.Free)
	case r.Status == directory.RoomWaiting && r.Waiting >= 0:
		words += ": " + strconv.Itoa(r.Waiting)
	}
	return words
}

func (w roomForm) roomPlaces(v kit.View) []kit.Option {
	options := []kit.Option{{Value: "", Label: v.T("directory.room.everywhere")}}
	for _, p := range w.At {
		options = append(options, kit.Option{Value: string(p.Location), Label: placeTitle(w.location(p.Location))})
	}
	return options
}

func (w listedView) path(rest string) string {
	return "/directory/organisations/" + string(w.ID) + rest
}

func (w helpView) path(rest string) string { return "/directory/services/" + string(w.ID) + rest }

func (f helpForm) areaBoxes(v kit.View) (options []kit.Option) {
	places := slices.Clone(f.Places)
	for _, n := range f.Form["areas"] {
		if _, known := kernel.MunicipalityByNIS(kernel.NIS(n)); known && !slices.Contains(places, kernel.NIS(n)) {
			places = append(places, kernel.NIS(n))
		}
	}
	for _, n := range places {
		options = append(options, kit.Option{Value: string(n), Label: municipalityName(v, n)})
	}
	return options
}

func (f helpForm) placeBoxes() (options []kit.Option) {
	for _, l := range f.In.Locations {
		options = append(options, kit.Option{Value: string(l.ID), Label: placeTitle(l), Hint: placeAddress(l)})
	}
	return options
}

func (f helpForm) costRadios(v kit.View) []kit.Option {
	options := []kit.Option{{Value: "", Label: v.T("directory.cost.unknown")}, {Value: "free", Label: v.T("directory.cost.free")},
		{Value: "price", Label: v.T("directory.cost.price")}}
	if len(f.Costs) > 1 {
		options = append(options, kit.Option{Value: "keep", Label: v.T("directory.cost.keep"), Hint: strings.Join(costLines(v, f.Costs), "; ")})
	}
	return options
}

// languageLines is how many languages a form offers to choose.
const languageLines = 4

func (f helpForm) languageField(v kit.View, i int) kit.Field {
	field := kit.Field{Name: "language-" + strconv.Itoa(i), Label: v.T("directory.language", "n", i+1)}.Kept(f.Form, f.Errors)
	field.Options = languageOptions(v, field.Value)
	return field
}

// numbers are as many lines as are filled, and one more, and at least so many.
func (f helpForm) numbers() int {
	n := 0
	for f.Form.Get("number-"+strconv.Itoa(n)) != "" && n < 99 {
		n++
	}
	return max(n+1, numberLines-1)
}

func (f helpForm) otherHours(v kit.View) (options []kit.Option) {
	for i, h := range f.Hours {
		if _, ok := weekly(h); !ok {
			options = append(options, kit.Option{Value: strconv.Itoa(i), Label: strings.Join(hoursLines(v, []directory.Hours{h}), "")})
		}
	}
	return options
}

func textLabel(v kit.View, name string, l kernel.Lang) string {
	return v.T("directory.field."+name) + " (" + languageName(v, string(l)) + ")"
}

func firstWords(s string) string {
	const most = 180
	if letters := []rune(s); len(letters) > most {
		return strings.TrimSpace(string(letters[:most])) + "…"
	}
	return s
}

func placeAddress(l directory.Location) string {
	return strings.TrimSpace(strings.Trim(l.Street+", "+strings.TrimSpace(l.Postal+" "+l.City), ", "))
}

func costLines(v kit.View, all []directory.Cost) (lines []string) {
	for _, c := range all {
		switch {
		case c.Free:
			lines = append(lines, v.T("directory.cost.free"))
		default:
			line := "€ " + amountTyped(c.Amount)
			if c.Per != "" {
				line += " " + v.T("directory.per."+c.Per)
			}
			if words := anyText(v, c.Words); words != "" {
				line = words + ": " + line
			}
			lines = append(lines, line)
		}
	}
	return lines
}

func numberLinesOf(v kit.View, all []directory.Phone) (lines []string) {
	for _, p := range all {
		line := p.Number.Display()
		if p.For != "" {
			line += " (" + p.For + ")"
		}
		if p.Private {
			line += " – " + v.T("directory.number.private")
		}
		lines = append(lines, line)
	}
	return lines
}

// whoTold say who told a field, when, and whether it is too old.
func whoTold(v kit.View, told directory.Tellings, field string, today kernel.Date) string {
	t, known := told[field]
	if !known {
		return ""
	}
	words := sourceName(v, t.Source)
	switch {
	case t.Verified != "":
		words += ", " + v.T("directory.verified", "day", v.Date(t.Verified))
	case t.Retrieved != "":
		words += ", " + v.T("directory.retrieved", "day", v.Date(t.Retrieved))
	default:
		words += ", " + v.T("directory.never")
	}
	return words
}

// sourceName is a source in words: those of the house have some, a register
// has its own name.
func sourceName(v kit.View, source string) string {
	switch source {
	case directory.ByPartner, directory.ByCoordinator, directory.ByLink, directory.ByProgramme, directory.ByRegister, directory.ByGazetteer, "network", "library":
		return v.T("directory.source." + source)
	}
	return source
}

func helpLine(v kit.View, told directory.Tellings, field, key string, lines []string, today kernel.Date) kit.SummaryRow {
	row := kit.SummaryRow{Key: v.T(key), Value: kit.Text(v.T("network.not_known"))}
	lines = slices.DeleteFunc(slices.Clone(lines), func(s string) bool { return s == "" })
	if text := strings.Join(lines, "; "); text != "" {
		row.Value, row.Note = kit.Text(text), whoTold(v, told, field, today)
	}
	return row
}

func listedRows(v kit.View, w listedView) []kit.SummaryRow {
	row := func(field string, lines ...string) kit.SummaryRow {
		return helpLine(v, w.Told, field, "directory.field."+field, lines, w.Today)
	}
	rows := []kit.SummaryRow{row("also", w.Also), row("kbo", w.KBO.Display()), row("numbers", numberLinesOf(v, w.Numbers)...), row("mail", string(w.Mail)), row("website", w.Website)}
	if w.Also == "" {
		rows = rows[1:]
	}
	return rows
}

func helpRows(v kit.View, w helpView) []kit.SummaryRow {
	row := func(field string, lines ...string) kit.SummaryRow {
		return helpLine(v, w.Told, field, "directory.field."+field, lines, w.Today)
	}
	var levers, phases, areas, ways, places []string
	for _, l := range w.Levers {
		levers = append(levers, v.T("programme.lever."+strconv.Itoa(int(l))))
	}
	for _, p := range w.Phases {
		phases = append(phases, v.T("directory.phase."+string(p)))
	}
	for _, n := range w.Areas {
		areas = append(areas, municipalityName(v, n))
	}
	for _, x := range w.Access {
		ways = append(ways, v.T("directory.access."+string(x)))
	}
	for _, p := range w.At {
		line := placeTitle(w.location(p.Location)) + ", " + placeAddress(w.location(p.Location))
		if room := p.Room.At(w.Now); room.Status != directory.RoomUnknown {
			line += " (" + roomSaid(v, room) + ")"
		}
		places = append(places, line)
	}
	if w.Sheltered {
		places = []string{v.T("directory.sheltered")}
	}
	return []kit.SummaryRow{row("how", anyText(v, w.How)), row("phases", phases...), row("for", anyText(v, w.For.Words), monthsWords(v, w.For)), row("levers", levers...),
		row("costs", costLines(v, w.Costs)...), row("hours", hoursLines(v, w.Hours)...), row("at", places...), row("areas", areas...),
		row("languages", languageNames(v, w.Languages)...), row("access", ways...), row("numbers", numberLinesOf(v, w.Numbers)...),
		row("mail", string(w.Mail)), row("website", w.Website)}
}

// monthsWords are the ages in words; "" where nobody told.
func monthsWords(v kit.View, a directory.Audience) string {
	switch {
	case a.From == 0 && a.To == 0:
		return ""
	case a.To == 0:
		return v.T("directory.age.from", "from", a.From)
	}
	return v.T("directory.age.between", "from", a.From, "to", a.To)
}

// nothing teaches what the directory is, or how to go on after a search.
func (w helpListing) nothing(v kit.View) kit.Blank {
	if w.asked() {
		return kit.Blank{Picture: "list", Title: v.T("directory.none"), Text: v.T("directory.none.text"), Action: &kit.Link{Href: "/directory", Label: v.T("directory.show_all")}}
	}
	return kit.Blank{Picture: "hello", Title: v.T("directory.empty"), Text: v.T("directory.empty.text")}
}
