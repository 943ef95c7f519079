package rules

import (
	"strconv"
	"strings"

	"cel.dev/cel-go/common/types"
)

// literalNumber recovers the decimal that an author wrote: CEL keeps 0.8 as
// the nearest binary fraction, and up to 15 digits the shortest decimal that
// gives the same fraction is the one that was written.
func literalNumber(v types.Double) (number, bool) {
	s := strconv.FormatFloat(float64(v), 'f', -1, 64)
	if len(strings.Trim(strings.TrimPrefix(strings.Replace(s, ".", "", 1), "-"), "0")) > 15 {
		return number{}, false
	}
	n, err := parseNumber(s)
	return n, err == nil
}
