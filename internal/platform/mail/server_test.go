package mail

import (
	"errors"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	const from = "?from=hallo@example.org"
	for name, tt := range map[string]struct {
		address string
		want    Server
		shown   string
	}{
		"memory":                  {"log:", Server{Kept: true}, "log:"},
		"a server with a sign-in": {"smtp://u%40example.org:p%2Fw@mail.example.org" + from, Server{Host: "mail.example.org", Port: 587, User: "u@example.org", Password: "p/w"}, "smtp://mail.example.org:587"},
		"TLS from the first byte": {"smtps://u:p@mail.example.org" + from, Server{Host: "mail.example.org", Port: 465, Implicit: true, User: "u", Password: "p"}, "smtps://mail.example.org:465"},
		"another port":            {"smtp://mail.example.org:2525" + from, Server{Host: "mail.example.org", Port: 2525}, "smtp://mail.example.org:2525"},
		"this machine":            {"smtp://localhost:25" + from, Server{Host: "localhost", Port: 25, Plain: true}, "smtp://localhost:25"},
		"this machine, IPv6":      {"smtp://[::1]:25" + from, Server{Host: "::1", Port: 25, Plain: true}, "smtp://[::1]:25"},
		"a relay without TLS":     {"smtp://10.0.0.5" + from + "&tls=optional", Server{Host: "10.0.0.5", Port: 587, Plain: true}, "smtp://10.0.0.5:587"},
		"a name of its own":       {"smtp://mail.example.org" + from + "&name=Huis+van+het+Kind", Server{Host: "mail.example.org", Port: 587, Name: "Huis van het Kind"}, "smtp://mail.example.org:587"},
	} {
		t.Run(name, func(t *testing.T) {
			if !tt.want.Kept {
				tt.want.From = "hallo@example.org"
				if tt.want.Name == "" {
					tt.want.Name = "Bondgenoot"
				}
			}
			got, err := Parse(tt.address)
			if err != nil || got != tt.want {
				t.Errorf("Parse = %+v, %v; want %+v", got, err, tt.want)
			}
			if got.String() != tt.shown {
				t.Errorf("shown as %s, want %s", got, tt.shown)
			}
		})
	}
}

func TestParseRefusesWithoutRepeatingTheAddress(t *testing.T) {
	const secret = "hunter2"
	for name, address := range map[string]string{
		"nothing":                        "",
		"another protocol":               "https://u:hunter2@mail.example.org?from=a@example.org",
		"no protocol":                    "u:hunter2@mail.example.org",
		"a slash in the password":        "smtp://u:hunter2/x@mail.example.org?from=a@example.org",
		"no server":                      "smtp://u:hunter2@?from=a@example.org",
		"no such port":                   "smtp://u:hunter2@mail.example.org:99999?from=a@example.org",
		"no sender":                      "smtp://u:hunter2@mail.example.org",
		"a sender that is no address":    "smtp://u:hunter2@mail.example.org?from=somebody",
		"a folder":                       "smtp://u:hunter2@mail.example.org/inbox?from=a@example.org",
		"an unknown option":              "smtp://u:hunter2@mail.example.org?from=a@example.org&color=red",
		"a password without protection":  "smtp://u:hunter2@mail.example.org?from=a@example.org&tls=optional",
		"a name that begins a new line":  "smtp://u:hunter2@mail.example.org?from=a@example.org&name=x%0d%0ay",
		"a word for tls that is unknown": "smtp://u:hunter2@mail.example.org?from=a@example.org&tls=never",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse(address)
			wrong, ok := errors.AsType[*AddressError](err)
			if !ok || wrong.Reason == "" || wrong.Remedy == "" {
				t.Fatalf("Parse = %v, want a reason and a remedy", err)
			}
			if strings.Contains(err.Error(), secret) {
				t.Errorf("the error repeats the password: %v", err)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add("log:")
	f.Add("smtp://u:p@mail.example.org:587?from=a@example.org&name=x&tls=optional")
	f.Add("smtps://[::1]:465?from=a@example.org")
	f.Fuzz(func(t *testing.T, address string) {
		s, err := Parse(address)
		if err == nil && !s.Kept && (s.Host == "" || s.From == "" || s.Port == 0) {
			t.Errorf("Parse(%q) = %+v without an error", address, s)
		}
	})
}
