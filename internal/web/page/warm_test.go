package page

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestLongLinesOfACalendarAreFolded(t *testing.T) {
	for _, line := range []string{"SUMMARY:kort", "SUMMARY:" + strings.Repeat("é", 200), strings.Repeat("a", 75), strings.Repeat("a", 76), strings.Repeat("€", 75), ""} {
		folded := calendarLines(line)
		for _, part := range strings.Split(strings.TrimSuffix(folded, "\r\n"), "\r\n") {
			if len(part) > 75 || !utf8.ValidString(part) {
				t.Errorf("%q has a line of %d octets: %q", line, len(part), part)
			}
		}
		if back := strings.ReplaceAll(folded, "\r\n ", ""); back != line+"\r\n" {
			t.Errorf("unfolded it is %q, want %q", back, line)
		}
	}
}

func TestASpreadsheetIsGivenNoFormula(t *testing.T) {
	for typed, want := range map[string]string{"=1+1": "'=1+1", "+32": "'+32", "-": "'-", "@SUM(A1)": "'@SUM(A1)", "\t=1": "'\t=1", "＝1": "'＝1", "OCMW": "OCMW", "": "", "a=b": "a=b"} {
		if got := unformula(typed); got != want {
			t.Errorf("%q becomes %q, want %q", typed, got, want)
		}
	}
}
