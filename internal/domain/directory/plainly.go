package directory

import (
	"slices"
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Plainly is the value of a field in a few words that need no page to be read:
// what stands beside something else in a report. "" for what has none.
func Plainly(value any) string {
	switch x := value.(type) {
	case string:
		return x
	case kernel.KBO:
		return x.Display()
	case kernel.Email:
		return string(x)
	case kernel.NIS:
		return municipality(x)
	case kernel.Text:
		return manyWords(x)
	case []string:
		return strings.Join(x, ", ")
	case []Lever:
		return joined(x, func(l Lever) string { return strconv.Itoa(int(l)) })
	case []Phase:
		return joined(x, func(p Phase) string { return string(p) })
	case []Access:
		return joined(x, func(a Access) string { return string(a) })
	case []kernel.NIS:
		return joined(x, municipality)
	case []Phone:
		return joined(x, func(p Phone) string { return strings.TrimSpace(p.Number.Display() + " " + p.For) })
	case []Cost:
		return joined(x, func(c Cost) string {
			return strings.TrimSpace("€ " + c.Amount.String() + " " + c.Per + " " + manyWords(c.Words))
		})
	case []Hours:
		return joined(x, func(h Hours) string {
			return strings.TrimSpace(h.Rule + " " + strings.Trim(h.From+"–"+h.To, "–") + " " + manyWords(h.Words))
		})
	case Audience:
		ages := ""
		if x.From > 0 || x.To > 0 {
			ages = strconv.Itoa(x.From) + "–" + strconv.Itoa(x.To)
		}
		return strings.TrimSpace(ages + " " + manyWords(x.Words) + " " + x.Rule)
	}
	return ""
}

func joined[T any](all []T, word func(T) string) string {
	var words []string
	for _, x := range all {
		words = append(words, word(x))
	}
	return strings.Join(words, ", ")
}

// manyWords is a text in each language in which it stands.
func manyWords(t kernel.Text) string {
	var words []string
	for _, lang := range kernel.Langs {
		if s := t.In(lang); s != "" && !slices.Contains(words, s) { // a name is often the same in all
			words = append(words, s)
		}
	}
	return strings.Join(words, " / ")
}

func municipality(n kernel.NIS) string {
	if m, ok := kernel.MunicipalityByNIS(n); ok {
		return m.Name.NL
	}
	return string(n)
}
