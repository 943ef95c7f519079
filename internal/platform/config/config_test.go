package config_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/platform/config"
)

// checked is a group of settings.
type checked interface{ Check(*config.Problems) }

func TestGoodSettingsAreTaken(t *testing.T) {
	dir := t.TempDir()
	key := filepath.Join(dir, "key")
	if err := os.WriteFile(key, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, settings := range map[string]checked{
		"a file beside us":             config.Database{DB: "sqlite:bondgenoot.db"},
		"a file in a folder":           config.Database{DB: config.Hidden("sqlite:" + filepath.Join(dir, "data.db"))},
		"a server":                     config.Database{DB: "postgres://u:p@db.example.org:5432/bondgenoot?sslmode=verify-full"},
		"a server on a network apart":  config.Database{DB: "postgres://u:p@db.internal/bondgenoot", DBOpen: "db.internal"},
		"a server on this machine":     config.Database{DB: "postgres://u:p@[::1]:5432/bondgenoot?sslmode=disable"},
		"a server by its socket":       config.Database{DB: "postgresql:///bondgenoot?host=/run/postgresql"},
		"a key of our own":             config.Keys{KeyFile: key},
		"a key still to be made":       config.Keys{KeyFile: filepath.Join(dir, "new.key")},
		"this machine":                 config.Web{Addr: "127.0.0.1:8080"},
		"every network, named outside": config.Web{Addr: ":8080", PublicURL: "https://bondgenoot.example.org"},
		"any port, for a trial":        config.Web{Addr: "[::1]:0", PublicURL: "http://localhost:8080/"},
		"a mail server":                config.Mail{Mail: "smtps://u:p@mail.example.org?from=a@example.org"},
		"no text messages":             config.SMS{},
		"text messages":                config.SMS{SMS: "smtp://u:p@mail.example.org?from=a@example.org&to=NUMBER@sms.example.com"},
		"a quiet log":                  config.Log{Level: "error"},
	} {
		t.Run(name, func(t *testing.T) {
			var ps config.Problems
			settings.Check(&ps)
			if err := ps.Err(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestWhatIsWrongIsExplained(t *testing.T) {
	dir := t.TempDir()
	open := filepath.Join(dir, "open.key")
	if err := os.WriteFile(open, []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		settings checked
		field    string
		says     string // part of the remedy
	}{
		"no database":                  {config.Database{}, "db", "sqlite:PATH"},
		"another database":             {config.Database{DB: "mysql://u:hunter2@host/db"}, "db", "postgres://"},
		"no file":                      {config.Database{DB: "sqlite:"}, "db", "sqlite:/var/lib"},
		"driver words behind the file": {config.Database{DB: "sqlite:x.db?mode=ro"}, "db", "sqlite:/var/lib"},
		"a folder that is not there":   {config.Database{DB: config.Hidden("sqlite:" + dir + "/none/x.db")}, "db", "mkdir -p " + dir + "/none"},
		"a file for a folder":          {config.Database{DB: config.Hidden("sqlite:" + open + "/x.db")}, "db", "folder"},
		"a server without a database":  {config.Database{DB: "postgres://u:hunter2@host"}, "db", "/NAME"},
		"a server that nobody checks":  {config.Database{DB: "postgres://u:hunter2@db.example.org/b"}, "db", "--db-open db.example.org"},
		"one that is only encrypted":   {config.Database{DB: "postgres://u:hunter2@db.example.org/b?sslmode=require"}, "db", "verify-full"},
		"another than the one named":   {config.Database{DB: "postgres://u:hunter2@db.example.org/b", DBOpen: "db.internal"}, "db", "verify-full"},
		"a second one, in an option":   {config.Database{DB: "postgres://u:hunter2@localhost/b?host=db.example.org"}, "db", "verify-full"},
		"two of which one is far":      {config.Database{DB: "postgres://u:hunter2@localhost,db.example.org/b"}, "db", "verify-full"},
		"a server without a name":      {config.Database{DB: "postgres:///db"}, "db", "HOST"},
		"a password with a sign":       {config.Database{DB: "postgres://u:hunter2%@host/db"}, "db", "%40"},
		"no key file":                  {config.Keys{}, "key-file", "only this program's user"},
		"a key that others may read":   {config.Keys{KeyFile: open}, "key-file", "chmod 600 " + open},
		"a folder for a key":           {config.Keys{KeyFile: dir}, "key-file", "file itself"},
		"a key in no folder":           {config.Keys{KeyFile: dir + "/none/key"}, "key-file", "mkdir -p"},
		"no port":                      {config.Web{Addr: "localhost"}, "addr", "127.0.0.1:8080"},
		"a port that is none":          {config.Web{Addr: "localhost:http"}, "addr", "127.0.0.1:8080"},
		"a website without its scheme": {config.Web{Addr: ":1", PublicURL: "bondgenoot.example.org"}, "public-url", "https://"},
		"a website below another":      {config.Web{Addr: ":1", PublicURL: "https://example.org/bondgenoot"}, "public-url", "https://"},
		"a website in the clear":       {config.Web{Addr: ":1", PublicURL: "http://bondgenoot.example.org"}, "public-url", "TLS"},
		"a website with a password":    {config.Web{Addr: ":1", PublicURL: "https://u:hunter2@example.org"}, "public-url", "https://"},
		"providers in no file":         {config.SignIn{Providers: "/nowhere/providers.yaml"}, "providers", "there is no file"},
		"codes for a stranger":         {config.SignIn{Codes: "sometimes"}, "codes", "until-stronger"},
		"no mail":                      {config.Mail{}, "mail", "smtp://"},
		"mail without a sender":        {config.Mail{Mail: "smtp://u:hunter2@mail.example.org"}, "mail", "from="},
		"text messages to one number":  {config.SMS{SMS: "smtp://u:hunter2@mail.example.org?from=a@example.org&to=a@sms.example.com"}, "sms", "to=NUMBER@"},
		"text messages to nobody":      {config.SMS{SMS: "log:"}, "sms", "to=NUMBER@"},
		"a level that is none":         {config.Log{Level: "loud"}, "log-level", "debug, info"},
	} {
		t.Run(name, func(t *testing.T) {
			var ps config.Problems
			tt.settings.Check(&ps)
			if len(ps) != 1 {
				t.Fatalf("%d problems, want 1: %v", len(ps), ps.Err())
			}
			if ps[0].Field != tt.field || ps[0].Reason == "" || !strings.Contains(ps[0].Remedy, tt.says) {
				t.Errorf("problem %+v, want %s with a remedy that says %q", ps[0], tt.field, tt.says)
			}
			said := ps.Err().Error()
			if strings.Contains(said, "hunter2") {
				t.Errorf("the password is repeated: %s", said)
			}
			variable := "BONDGENOOT_" + strings.ToUpper(strings.ReplaceAll(tt.field, "-", "_"))
			if !strings.Contains(said, "--"+tt.field) || !strings.Contains(said, variable) {
				t.Errorf("it does not name flag and variable: %s", said)
			}
		})
	}
}

func TestAllProblemsAreToldAtOnce(t *testing.T) {
	var ps config.Problems
	for _, s := range []checked{config.Database{}, config.Web{Addr: "x", PublicURL: "x"}, config.Log{}} {
		s.Check(&ps)
	}
	if got := strings.Count(ps.Err().Error(), "\n") + 1; got != 4 {
		t.Errorf("%d lines, want 4:\n%v", got, ps.Err())
	}
}

// The tags and the explanations must speak of the same flag and variable.
func TestEveryFlagHasItsVariableAndHelp(t *testing.T) {
	for _, group := range []any{config.Database{}, config.Keys{}, config.Web{}, config.Mail{}, config.SMS{}, config.SignIn{}, config.Log{}} {
		for _, f := range reflect.VisibleFields(reflect.TypeOf(group)) {
			name := f.Tag.Get("name")
			if want := "BONDGENOOT_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_")); name == "" || f.Tag.Get("env") != want {
				t.Errorf("%T.%s: flag %q with variable %q, want %q", group, f.Name, name, f.Tag.Get("env"), want)
			}
			if !strings.HasSuffix(f.Tag.Get("help"), ".") {
				t.Errorf("%T.%s: its help is no sentence", group, f.Name)
			}
		}
	}
}

func TestBase(t *testing.T) {
	for name, tt := range map[string]struct {
		web  config.Web
		want string
	}{
		"as people reach it":  {config.Web{Addr: ":8080", PublicURL: "https://bondgenoot.example.org/"}, "https://bondgenoot.example.org"},
		"this machine":        {config.Web{Addr: "127.0.0.1:8080"}, "http://127.0.0.1:8080"},
		"every network":       {config.Web{Addr: ":8080"}, "http://localhost:8080"},
		"every network, IPv6": {config.Web{Addr: "[::]:8080"}, "http://localhost:8080"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := tt.web.Base(); got != tt.want {
				t.Errorf("Base = %s, want %s", got, tt.want)
			}
		})
	}
}

func TestMailServerAndLogLevel(t *testing.T) {
	server, err := config.Mail{Mail: "log:"}.Server()
	if err != nil || !server.Kept {
		t.Errorf("Server = %v, %v", server, err)
	}
	if _, err := (config.Mail{Mail: "x"}).Server(); err == nil {
		t.Error("a wrong address gave a server")
	}
	if got := (config.Log{Level: "warn"}).Slog(); got != slog.LevelWarn {
		t.Errorf("Slog = %v", got)
	}
}

func TestOnlyAFileThatIsThereIsThere(t *testing.T) {
	dir := t.TempDir()
	there := filepath.Join(dir, "there.db")
	if err := os.WriteFile(there, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for url, want := range map[string]int{
		"sqlite:" + there: 0, "sqlite:" + filepath.Join(dir, "elsewhere.db"): 1, "postgres://db.example.org/bondgenoot": 0,
	} {
		var ps config.Problems
		config.Database{DB: config.Hidden(url)}.CheckThere(&ps)
		if len(ps) != want {
			t.Errorf("%s: %v", url, ps)
		}
	}
}

func TestNobodyIsLockedOutByASetting(t *testing.T) {
	for name, tt := range map[string]struct {
		signIn config.SignIn
		base   string
		wrong  bool
	}{
		"codes":                       {config.SignIn{Codes: "everybody"}, "http://127.0.0.1:8080", false},
		"passkeys, which need a name": {config.SignIn{Codes: "nobody"}, "http://127.0.0.1:8080", true},
		"passkeys":                    {config.SignIn{Codes: "nobody"}, "https://bondgenoot.example.org", false},
		"providers":                   {config.SignIn{Codes: "nobody", Providers: "providers.yaml"}, "http://127.0.0.1:8080", false},
	} {
		var ps config.Problems
		tt.signIn.CheckDoors(&ps, tt.base)
		if (len(ps) > 0) != tt.wrong {
			t.Errorf("%s: %v", name, ps)
		}
	}
}
