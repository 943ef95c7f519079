package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/platform/config"
)

func TestAPasswordIsReadFromAFileThatOthersMayNotRead(t *testing.T) {
	dir := t.TempDir()
	write := func(name, held string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(held), mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	const address = "postgres://u:hunter2@localhost/b"
	for name, tt := range map[string]struct{ written, want, says string }{
		"as it stands":          {address, address, ""},
		"in a file":             {"file:" + write("good", address+"\n", 0o600), address, ""},
		"in no file":            {"file:" + dir + "/none", "", "there is no file"},
		"in a file of everyone": {"file:" + write("open", address, 0o644), "", "chmod 600"},
		"in an empty file":      {"file:" + write("empty", " \n", 0o600), "", "one line"},
		"on two lines":          {"file:" + write("two", address+"\n"+address, 0o600), "", "one line"},
		"in a long file":        {"file:" + write("long", strings.Repeat("x", 5000), 0o600), "", "one line"},
		"in a folder":           {"file:" + dir, "", "one line"},
	} {
		t.Run(name, func(t *testing.T) {
			var got config.Hidden
			err := got.UnmarshalText([]byte(tt.written))
			if string(got) != tt.want || (err == nil) != (tt.says == "") {
				t.Fatalf("got %q, %v", got, err)
			}
			if err != nil && (!strings.Contains(err.Error(), tt.says) || strings.Contains(err.Error(), "hunter2")) {
				t.Errorf("it says: %v", err)
			}
		})
	}
}

func TestAPasswordInAnArgumentIsNoticed(t *testing.T) {
	for name, tt := range map[string]struct {
		args []string
		want string
	}{
		"beside its flag":            {[]string{"serve", "--db", "postgres://u:p@localhost/b"}, "db"},
		"in its flag":                {[]string{"serve", "--mail=smtps://u:p@mail.example.org?from=a@example.org"}, "mail"},
		"as an option":               {[]string{"backup", "x", "--db=postgres://localhost/b?password=p"}, "db"},
		"in one that cannot be read": {[]string{"--db", "postgres://u:p%@localhost/b"}, "db"},
		"in that of text messages":   {[]string{"serve", "--sms=smtp://u:p@mail.example.org?from=a@example.org&to=NUMBER@sms.example.com"}, "sms"},
		"as the subject of them":     {[]string{"serve", "--sms", "smtp://mail.example.org?from=a@example.org&to=NUMBER@sms.example.com&subject=token"}, "sms"},
		"none at all":                {[]string{"serve", "--db", "postgres://u@localhost/b", "--mail", "smtp://localhost?from=a@example.org"}, ""},
		"in a file":                  {[]string{"serve", "--db", "file:/etc/bondgenoot/db", "--db"}, ""},
		"a file of data":             {[]string{"serve", "--db", "sqlite:a:b@c.db"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := config.Exposed(tt.args); got != tt.want {
				t.Errorf("Exposed = %q, want %q", got, tt.want)
			}
		})
	}
}
