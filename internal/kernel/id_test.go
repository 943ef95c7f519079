package kernel_test

import (
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

func TestParseID(t *testing.T) {
	for name, tt := range map[string]struct{ in, key string }{
		"the canonical form":   {"0190163d-8694-739b-aea5-966c26f8ad91", ""},
		"capitals":             {"0190163D-8694-739B-AEA5-966C26F8AD91", "id"},
		"no dashes":            {"0190163d8694739baea5966c26f8ad91", "id"},
		"braces":               {"{0190163d-8694-739b-aea5-966c26f8ad91}", "id"},
		"a line behind it":     {"0190163d-8694-739b-aea5-966c26f8ad91\n", "id"},
		"nothing":              {"", "id"},
		"something else":       {"../../etc", "id"},
		"a letter that is not": {"0190163d-8694-739b-aea5-966c26f8adg1", "id"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := kernel.ParseID(tt.in)
			wantFault(t, err, tt.key)
			if err == nil && string(got) != tt.in {
				t.Errorf("%q became %q", tt.in, got)
			}
		})
	}
}

func TestIDsSortByTheMomentTheyWereMade(t *testing.T) {
	last := kernel.ID("")
	for range 10_000 {
		id := kernel.NewID()
		if id <= last {
			t.Fatalf("%s came after %s", id, last)
		}
		if _, err := kernel.ParseID(string(id)); err != nil {
			t.Fatalf("%s: %v", id, err)
		}
		last = id
	}
}

func FuzzParseID(f *testing.F) {
	for _, s := range []string{"", "0190163d-8694-739b-aea5-966c26f8ad91", "0190163d-8694-739b-aea5-966c26f8ad91 ", "-"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if id, err := kernel.ParseID(s); err == nil && (string(id) != s || len(s) != 36) {
			t.Errorf("%q became %q", s, id)
		}
	})
}
