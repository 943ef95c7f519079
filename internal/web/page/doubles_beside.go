package page

import (
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// alikeWords say why two look the same.
func alikeWords(v kit.View, why []directory.Alike) (lines []string) {
	for _, x := range why {
		lines = append(lines, strings.TrimSpace(v.T("doubles.why."+x.What, "value", x.Value)))
	}
	return lines
}

// choose sorts the fields of two records: those of which one is chosen, and
// those that come along. Each is a name, what stands here, and what there.
func (w *joinView) choose(v kit.View, fields [][3]string) {
	for _, f := range fields {
		switch {
		case f[1] != "" && f[2] != "" && f[1] != f[2]:
			w.Choices = append(w.Choices, mergeChoice{f[0], f[1], f[2]})
		case f[1] == "" && f[2] != "":
			w.Comes = append(w.Comes, v.T("directory.field."+f[0]))
		}
	}
	slices.Sort(w.Comes)
}

func (c mergeChoice) options(v kit.View) []kit.Option {
	return []kit.Option{{Value: "kept", Label: c.Kept}, {Value: "gone", Label: c.Gone}}
}

func (w joinView) chosen(field string) string {
	if w.Form.Get("choose."+field) == "gone" {
		return "gone"
	}
	return "kept"
}

func (w *joinView) organisations(v kit.View, both [2]directory.Held) {
	values := [2][]string{}
	for i, h := range both {
		half := joinHalfView{ID: h.ID, Version: h.Version, Name: h.Name, Has: v.T("doubles.has", "services", len(h.Services), "places", len(h.Locations))}
		half.add(h.KBO.Display())
		half.add(numberLinesOf(v, h.Numbers)...)
		for _, l := range h.Locations {
			half.add(placeAddress(l))
		}
		for _, x := range h.Services {
			half.add(anyText(v, x.Name))
		}
		w.Halves[i] = half
		values[i] = []string{h.Name, h.Also, directory.Plainly(h.About), h.KBO.Display(), h.Website, string(h.Mail), directory.Plainly(h.Numbers)}
	}
	w.choose(v, beside(directory.MergeFields[:], values))
}

func (w *joinView) services(v kit.View, both [2]directory.ServiceBeside) {
	values := [2][]string{}
	for i, x := range both {
		half := joinHalfView{ID: x.ID, Version: x.Version, Name: anyText(v, x.Name), Has: joinParts(", ", x.Of.Name, v.T("directory.state."+string(x.State)))}
		half.add(firstWords(anyText(v, x.About)))
		for _, l := range x.Places {
			half.add(joinParts(", ", l.Name, placeAddress(l)))
		}
		half.add(hoursLines(v, x.Hours)...)
		half.add(costLines(v, x.Costs)...)
		half.add(numberLinesOf(v, x.Numbers)...)
		if x.Sheltered {
			half.add(v.T("directory.field.sheltered"))
		}
		w.Halves[i] = half
		areas := v.T("doubles.everywhere")
		if len(x.Areas) > 0 {
			areas = municipalityNames(v, x.Areas)
		}
		values[i] = []string{directory.Plainly(x.Name), directory.Plainly(x.About), directory.Plainly(x.How), v.T("directory.state." + string(x.State)),
			helpLevers(v, x.Levers), phaseWords(v, x.Phases), audienceWords(v, x.For), strings.Join(costLines(v, x.Costs), "; "), v.List(languageNames(v, x.Languages)), accessWords(v, x.Access), areas,
			strings.Join(hoursLines(v, x.Hours), "; "), strings.Join(numberLinesOf(v, x.Numbers), "; "), string(x.Mail), x.Website}
	}
	w.choose(v, beside(directory.ServiceMergeFields[:], values))
}

func (w *joinView) places(v kit.View, both [2]directory.PlaceBeside) {
	values := [2][]string{}
	for i, l := range both {
		half := joinHalfView{ID: l.ID, Version: l.Version, Name: placeTitle(l.Location), Has: l.Of.Name}
		half.add(placeAddress(l.Location))
		half.add(hoursLines(v, l.Hours)...)
		for _, x := range l.Services {
			half.add(anyText(v, x.Name))
		}
		w.Halves[i] = half
		values[i] = []string{l.Name, joinParts(", ", placeAddress(l.Location), joinParts(" ", l.Lat, l.Lon)), strings.Join(hoursLines(v, l.Hours), "; "),
			accessWords(v, l.Access), directory.Plainly(l.Travel)}
	}
	w.choose(v, beside(directory.PlaceMergeFields[:], values))
}

// add adds what is there to the lines.
func (h *joinHalfView) add(lines ...string) {
	for _, line := range lines {
		if line != "" {
			h.Lines = append(h.Lines, line)
		}
	}
}

// beside names each field with what stands in both.
func beside(fields []string, values [2][]string) (all [][3]string) {
	for i, field := range fields {
		if i < len(values[0]) && i < len(values[1]) {
			all = append(all, [3]string{field, values[0][i], values[1][i]})
		}
	}
	return all
}

func helpLevers(v kit.View, all []directory.Lever) string {
	var words []string
	for _, l := range all {
		words = append(words, v.T("programme.lever."+leverValue(l)))
	}
	return v.List(words)
}

func phaseWords(v kit.View, all []directory.Phase) string {
	var words []string
	for _, p := range all {
		words = append(words, v.T("directory.phase."+string(p)))
	}
	return v.List(words)
}

func accessWords(v kit.View, all []directory.Access) string {
	var words []string
	for _, x := range all {
		words = append(words, v.T("directory.access."+string(x)))
	}
	return v.List(words)
}

func audienceWords(v kit.View, x directory.Audience) string {
	ages := ""
	if x.From > 0 || x.To > 0 {
		ages = v.T("doubles.months", "from", x.From, "to", x.To)
	}
	return joinParts(", ", ages, directory.Plainly(x.Words), x.Rule)
}

func municipalityNames(v kit.View, all []kernel.NIS) string {
	var words []string
	for _, n := range all {
		words = append(words, municipalityName(v, n))
	}
	return v.List(words)
}
