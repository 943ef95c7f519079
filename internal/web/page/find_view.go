package page

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory/find"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// spokenThere are the languages that can be asked for, by their tags.
var spokenThere = []string{"nl", "fr", "de", "en", "ar", "tr", "uk", "ru", "pl", "ro", "bg", "es", "pt", "it", "fa", "ps", "so", "ti", "sq", "rom"}

// tongueName is how a reader calls a language; a tag that nobody knows is
// its own name.
func tongueName(v kit.View, tag string) string {
	t, err := language.Parse(tag)
	if err != nil {
		return tag
	}
	return cmp.Or(display.Languages(language.Make(string(v.Lang()))).Name(t), tag)
}

// wording is a text in the language nearest to the reader's in which it is
// told, and which that is.
func wording(t kernel.Text, reader kernel.Lang) (text string, lang kernel.Lang) {
	for _, l := range [...]kernel.Lang{reader.Nearest(), kernel.NL, kernel.FR, kernel.DE, kernel.EN} {
		if s := t.In(l); s != "" {
			return s, l
		}
	}
	return "", ""
}

// saying is a text of the directory in a reader's language, or the nearest that
// there is, marked with its language.
type saying struct{ Text, Lang string }

func toldOf(v kit.View, t kernel.Text) saying {
	s, lang := wording(t, v.Lang())
	return saying{s, string(lang)}
}

// field is one question of the finder.
func (w findView) field(v kit.View, name string) kit.Field {
	f := kit.Field{Name: name}
	option := func(value, key string) {
		f.Options = append(f.Options, kit.Option{Value: value, Label: v.T(key)})
	}
	switch name {
	case "at":
		f.Label, f.Hint, f.Width, f.Autocomplete, f.Value = v.T("find.place"), v.T("find.place.hint"), 20, "off", w.At
	case "nis":
		f.Label = v.T("find.place.which")
		for _, m := range w.Choose {
			f.Options = append(f.Options, kit.Option{Value: string(m.NIS), Label: m.Called(v.Lang())})
		}
	case "q":
		f.Label, f.Hint, f.Value, f.Autocomplete = v.T("find.words"), v.T("find.words.hint"), w.Words, "off"
	case "phase":
		f.Label, f.Value = v.T("find.age"), string(w.Phase)
		option("", "find.any")
		for _, p := range directory.Phases {
			f.Options = append(f.Options, kit.Option{Value: string(p), Label: v.T("find.phase." + string(p))})
		}
	case "lever":
		f.Label, f.Value = v.T("find.about"), strconv.Itoa(int(w.Lever))
		option("0", "find.any")
		for n := 1; n <= 9; n++ {
			f.Options = append(f.Options, kit.Option{Value: strconv.Itoa(n), Label: v.T("find.lever." + strconv.Itoa(n))})
		}
	case "when":
		f.Label, f.Value = v.T("find.when"), string(w.When)
		option("", "find.any")
		for _, when := range find.Whens {
			f.Options = append(f.Options, kit.Option{Value: string(when), Label: v.T("find.when." + string(when))})
		}
	case "speaks":
		f.Label, f.Value = v.T("find.speaks"), w.Speaks
		option("", "find.any")
		for _, tag := range spokenThere {
			f.Options = append(f.Options, kit.Option{Value: tag, Label: tongueName(v, tag)})
		}
	case "only":
		f.Label, f.Values = v.T("find.only"), w.values("")["only"]
		for _, only := range []string{"free", "room", "step_free"} {
			option(only, "find.only."+only)
		}
	}
	f.Error = w.Errors.Of(name)
	return f
}

// pairs are values in a fixed order, but those that are asked on the page.
func pairs(form url.Values, asked ...string) (all [][2]string) {
	for _, name := range sortedKeys(form) {
		for _, value := range form[name] {
			if !slices.Contains(asked, name) {
				all = append(all, [2]string{name, value})
			}
		}
	}
	return all
}

func sortedKeys(form url.Values) []string {
	names := make([]string, 0, len(form))
	for name := range form {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// choice is a big choice of the first page: a link.
type choice struct{ Href, Label, Icon string }

func (w findView) phases(v kit.View) (all []choice) {
	icons := map[directory.Phase]string{directory.Pregnancy: "heart", directory.Baby: "baby", directory.Toddler: "baby-carriage", directory.Preschool: "puzzle-piece",
		directory.Primary: "student", directory.Teen: "user", directory.Parents: "users"}
	for _, p := range directory.Phases {
		c := w.findChoices
		c.Phase, c.Skip = p, 0
		all = append(all, choice{c.path(v.Lang()), v.T("find.phase." + string(p)), icons[p]})
	}
	return all
}

func (w findView) levers(v kit.View) (all []choice) {
	icons := [...]string{"", "baby-carriage", "books", "star", "hand-heart", "first-aid", "house-line", "briefcase", "coins", "users-three"}
	for n := 1; n <= 9; n++ {
		c := w.findChoices
		c.Lever, c.Skip = directory.Lever(n), 0
		all = append(all, choice{c.path(v.Lang()), v.T("find.lever." + strconv.Itoa(n)), icons[n]})
	}
	return all
}

// otherPage is the list some hits further on or back.
func (w findView) otherPage(by int) url.Values {
	c := w.findChoices
	c.Skip = max(0, c.Skip+by)
	return c.posted("")
}

// wider is the list without the choices that narrow it.
func (w findView) wider(v kit.View) string {
	return findChoices{Postal: w.Postal, NIS: w.NIS}.path(v.Lang())
}

// perPage is how many hits a page has.
const perPage = 20

// name is what a hit is called.
func hitName(v kit.View, h find.Hit) saying { return toldOf(v, h.Record.Service.Name) }

// hrefOf is the page of a service; the choices go along, to come back.
func (w findView) hrefOf(v kit.View, id kernel.ID) string {
	return "/find/" + w.Alliance.Slug + "/" + string(id) + "?" + w.values(v.Lang()).Encode()
}

// distance says how far a hit is.
func distance(v kit.View, metres int) string {
	switch {
	case metres < 0:
		return ""
	case metres < 1000:
		return v.T("find.near")
	}
	return v.T("find.km", "km", v.Number((metres+500)/1000))
}

// roomWords say whether there is room, and in which colour.
func roomWords(v kit.View, r directory.Room) (kit.Kind, string) {
	switch r.Status {
	case directory.RoomFree:
		return kit.Certain, v.T("find.room.free")
	case directory.RoomFull:
		return kit.Not, v.T("find.room.full")
	case directory.RoomWaiting:
		return kit.Possible, v.T("find.room.waiting")
	}
	return kit.Plain, v.T("find.room.unknown")
}

// priceWords say what it costs, as it was told.
func priceWords(v kit.View, costs []directory.Cost) (all []saying) {
	for _, c := range costs {
		words := toldOf(v, c.Words)
		switch {
		case c.Free:
			all = append(all, saying{Text: v.T("find.cost.free")})
		case c.Amount > 0 && slices.Contains([]string{"visit", "month", "year", "once"}, c.Per):
			all = append(all, saying{Text: v.T("find.cost."+c.Per, "amount", c.Amount)})
		case c.Amount > 0:
			all = append(all, saying{Text: v.Euro(c.Amount)})
		}
		if words.Text != "" {
			all = append(all, words)
		}
	}
	if len(all) == 0 {
		all = append(all, saying{Text: v.T("find.cost.unknown")})
	}
	return all
}

// languagesOf names the languages that are spoken there.
func languagesOf(v kit.View, tags []string) string {
	var names []string
	for _, tag := range tags {
		names = append(names, tongueName(v, tag))
	}
	return v.List(names)
}

// hourLine is one rule of opening hours in words.
type hourLine struct {
	Days, Times, Note string
	Words             saying
}

// hourLines are opening hours in words. What comes back neither every week nor
// on one such day of each month is told as its words alone.
func hourLines(v kit.View, hours []directory.Hours) (lines []hourLine) {
	for _, h := range hours {
		line := hourLine{Words: toldOf(v, h.Words)}
		if days, weekly := find.Weekdays(h.Rule); weekly && h.From != "" {
			var names []string
			for _, d := range days {
				names = append(names, v.Weekday(d))
			}
			line.Days, line.Times = v.List(names), h.From+" – "+h.To
			line.Note = hoursNote(v, h.Holidays)
		} else if nth, d, monthly := onceAMonth(h.Rule); monthly && h.From != "" {
			line.Days, line.Times = v.T("find.hours.nth."+nth, "day", v.Weekday(d)), h.From+" – "+h.To
			line.Note = hoursNote(v, h.Holidays)
		}
		if line.Days != "" || line.Words.Text != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// onceAMonth reads a rule such as the first Saturday of each month: which one
// ("1" to "4", "last"), and which day of the week.
func onceAMonth(rule string) (nth string, day time.Weekday, ok bool) {
	by, monthly := strings.CutPrefix(strings.TrimPrefix(rule, "RRULE:"), "FREQ=MONTHLY;BYDAY=")
	if !monthly {
		return "", 0, false
	}
	for _, n := range []string{"1", "2", "3", "4", "-1"} {
		if d, is := strings.CutPrefix(strings.TrimPrefix(by, "+"), n); is {
			days, weekly := find.Weekdays("FREQ=WEEKLY;BYDAY=" + d)
			if !weekly || len(days) != 1 {
				return "", 0, false
			}
			return strings.Replace(n, "-1", "last", 1), days[0], true
		}
	}
	return "", 0, false
}

// hoursNote says what the holidays change.
func hoursNote(v kit.View, h directory.Holidays) string {
	switch h {
	case directory.TermOnly:
		return v.T("find.hours.term")
	case directory.HolidayOnly:
		return v.T("find.hours.holiday")
	case directory.EveryDay:
		return v.T("find.hours.everyday")
	}
	return ""
}

// capitalised is a text with its first letter large, for a line of its own.
func capitalised(s string) string {
	for i, r := range s {
		if i == 0 {
			return strings.ToUpper(string(r)) + s[len(string(r)):]
		}
	}
	return s
}
