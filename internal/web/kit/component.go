package kit

import (
	"maps"
	"slices"
)

func sortedNames(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }

// money asks for euros with the right keys on a phone.
func (f Field) money() Field {
	if f.Prefix == "" {
		f.Prefix = "€"
	}
	if f.Width == 0 {
		f.Width = 10
	}
	f.InputMode = "decimal"
	return f
}

func noticeIcon(k Kind) string {
	switch k {
	case Possible:
		return "warning"
	case Plain:
		return "info"
	}
	return k.icon()
}
