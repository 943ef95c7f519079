package kit

import (
	"net/url"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

func TestDateOf(t *testing.T) {
	for name, tt := range map[string]struct {
		year, month, day, whole string
		want                    kernel.Date
		wrong                   bool
	}{
		"three parts":                     {year: "2024", month: "2", day: "29", want: "2024-02-29"},
		"with zeros and spaces":           {year: " 2024 ", month: "02", day: "09", want: "2024-02-09"},
		"one input that knows days":       {whole: "2024-02-29", want: "2024-02-29"},
		"nothing typed is no day":         {},
		"a day that does not exist":       {year: "2023", month: "2", day: "29", wrong: true},
		"a month is missing":              {year: "2023", day: "29", wrong: true},
		"a year of two figures":           {year: "23", month: "1", day: "2", wrong: true},
		"letters":                         {year: "2023", month: "mei", day: "2", wrong: true},
		"less than nothing":               {year: "2023", month: "-1", day: "2", wrong: true},
		"one input with something else":   {whole: "2024-13-01", wrong: true},
		"a number too large for anything": {year: "99999999999999999999", month: "1", day: "2", wrong: true},
	} {
		t.Run(name, func(t *testing.T) {
			form := url.Values{"d-year": {tt.year}, "d-month": {tt.month}, "d-day": {tt.day}, "d": {tt.whole}}
			got, err := DateOf(form, "d")
			if got != tt.want || (err != nil) != tt.wrong {
				t.Fatalf("got %q and %v, want %q", got, err, tt.want)
			}
			if err != nil {
				if f := err.(*kernel.Fault); f.Field != "d" || f.Key != "date" {
					t.Errorf("the fault points at %q and says %q", f.Field, f.Key)
				}
			}
		})
	}
}

func FuzzDateOf(f *testing.F) {
	f.Add("2024", "2", "29")
	f.Add("", "", "")
	f.Fuzz(func(t *testing.T, year, month, day string) {
		got, err := DateOf(url.Values{"d-year": {year}, "d-month": {month}, "d-day": {day}}, "d")
		if err == nil && got != "" {
			if _, err := kernel.ParseDate(string(got)); err != nil {
				t.Errorf("%q is no day", got)
			}
		}
	})
}

func TestADateShowsInThreeParts(t *testing.T) {
	f := Field{Name: "d", Value: "2026-03-07"}
	if got := f.datePart("day") + " " + f.datePart("month") + " " + f.datePart("year"); got != "7 3 2026" {
		t.Errorf("got %s", got)
	}
	f = f.Kept(url.Values{"d-day": {"31"}, "d-month": {"2"}, "d-year": {""}}, nil)
	if got := f.datePart("day") + " " + f.datePart("month") + " " + f.datePart("year"); got != "31 2 " {
		t.Errorf("kept %s", got)
	}
}

func TestAFieldKeepsWhatWasTyped(t *testing.T) {
	errs := Errors{{Field: "name", Text: "why"}, {Text: "all"}}
	f := Field{Name: "name", Value: "before"}
	if got := f.Kept(nil, nil); got.Value != "before" || got.Error != "" {
		t.Errorf("a form that was not sent gives %q", got.Value)
	}
	if got := f.Kept(url.Values{"name": {""}}, errs); got.Value != "" || got.Error != "why" {
		t.Errorf("an emptied field gives %q, %q", got.Value, got.Error)
	}
}

func TestLocalPath(t *testing.T) {
	for in, want := range map[string]string{
		"/families?q=a":        "/families?q=a",
		"":                     "/",
		"//evil.example":       "/",
		"https://evil.example": "/",
		`/\evil.example`:       "/",
		"/\t/evil.example":     "/",
		"/a\r\nSet-Cookie: x":  "/",
		"families":             "/",
	} {
		if got := LocalPath(in); got != want {
			t.Errorf("LocalPath(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzLocalPath(f *testing.F) {
	f.Add("/a?b=c")
	f.Add("//x")
	f.Fuzz(func(t *testing.T, s string) {
		got := LocalPath(s)
		u, err := url.Parse(got)
		if err == nil && (u.Host != "" || u.Scheme != "") {
			t.Errorf("%q leads to %q", s, got)
		}
		if !strings.HasPrefix(got, "/") {
			t.Errorf("%q gives %q", s, got)
		}
	})
}
