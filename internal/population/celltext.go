package population

import (
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/rules"
)

// setText reads a cell as people write it and puts it into a column. reason
// says why it cannot be. An empty cell is not known.
func (f *filled) setText(x *rules.Fact, row int, text string) (reason, remedy string) {
	if text = strings.TrimSpace(text); text == "" {
		return "", ""
	}
	switch x.Type {
	case rules.TypeBool:
		switch strings.ToLower(text) {
		case "true", "1", "yes", "ja", "oui":
			f.Bools.Set(row)
		case "false", "0", "no", "nee", "non", "nein":
		default:
			return "this is neither true nor false", "write true, false or nothing"
		}
	case rules.TypeDate:
		d, ok := day(text)
		if !ok {
			return "this is no day that exists", "write it as 2026-03-01 or 01/03/2026"
		}
		f.Dates[row] = d
	case rules.TypeInt:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return "this is no whole number", "write digits alone"
		}
		f.Ints[row] = n
	case rules.TypeMoney:
		n, ok := amount(text)
		if !ok {
			return "this is no amount with at most two decimals", "write it as 1234,56 or 1234.56"
		}
		f.Ints[row] = n
	default:
		f.setWord(row, text)
		return "", ""
	}
	f.Known.Set(row)
	return "", ""
}

// setWord puts a text into a column that keeps each text once.
func (f *filled) setWord(row int, text string) {
	at, ok := f.word[text]
	if !ok {
		if f.word == nil {
			f.word = map[string]int32{}
		}
		at = int32(len(f.Words))
		text = strings.Clone(text)
		f.word[text] = at
		f.Words = append(f.Words, text)
	}
	f.Codes[row] = at
	f.Known.Set(row)
}

// day reads 2026-03-01 and 1/3/2026.
func day(text string) (rules.Date, bool) {
	if parts := strings.Split(text, "/"); len(parts) == 3 && len(parts[2]) == 4 && len(parts[0]) <= 2 && len(parts[1]) <= 2 && parts[0] != "" && parts[1] != "" {
		two := func(s string) string { return strings.Repeat("0", 2-len(s)) + s }
		text = parts[2] + "-" + two(parts[1]) + "-" + two(parts[0])
	}
	d, err := rules.ParseDate(text)
	return d, err == nil
}

// amount reads euros into cents: 1234.56, 1234,56, 1.234,56 and 1 234,56. One
// point with three digits behind it could be either, and is refused.
func amount(text string) (int64, bool) {
	text = strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(text, "€"), "€"))
	text = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "").Replace(text)
	negative := strings.HasPrefix(text, "-")
	text = strings.TrimPrefix(text, "-")
	whole, part := text, ""
	if i := strings.LastIndexAny(text, ",."); i >= 0 {
		if whole, part = text[:i], text[i+1:]; len(part) < 1 || len(part) > 2 {
			return 0, false
		}
		if grouped := strings.Split(whole, "."); text[i] == ',' && len(grouped) > 1 {
			for k, g := range grouped {
				if k > 0 && len(g) != 3 || k == 0 && (g == "" || len(g) > 3) {
					return 0, false
				}
			}
			whole = strings.Join(grouped, "")
		}
	}
	for len(part) < 2 {
		part += "0"
	}
	if whole == "" || len(whole) > 15 {
		return 0, false
	}
	n := int64(0)
	for _, r := range whole + part {
		if r < '0' || r > '9' {
			return 0, false
		}
		n = n*10 + int64(r-'0')
	}
	if negative {
		n = -n
	}
	return n, true
}
