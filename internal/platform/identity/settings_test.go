package identity_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/platform/identity"
)

const written = `providers:
  - name: acmidm
    label: ACM/IDM
    issuer: https://authenticatie.example.be/op
    client_id: bondgenoot
    secret_file: acmidm.secret
    scopes: [profile, vo]
    organisation_claim: vo_orgcode
    organisation_name: vo_orgnaam
`

func TestSettingsAreRead(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "providers.yaml")
	if err := os.WriteFile(path, []byte(written), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "acmidm.secret"), []byte("hunter2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	all, err := identity.ReadSettings(path)
	if err != nil || len(all) != 1 || all[0].Secret != "hunter2" || all[0].PersonClaim != "sub" || all[0].OrganisationClaim != "vo_orgcode" {
		t.Fatalf("ReadSettings = %+v, %v", all, err)
	}
	if err := os.Chmod(filepath.Join(dir, "acmidm.secret"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := identity.ReadSettings(path); err == nil || !strings.Contains(err.Error(), "chmod 600") || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("a secret that others may read: %v", err)
	}
	if _, err := identity.ReadSettings(filepath.Join(dir, "nowhere")); err == nil || !strings.Contains(err.Error(), "there is no file") {
		t.Errorf("a file that is not there: %v", err)
	}
}

func TestWhatIsWrongWithSettingsIsTold(t *testing.T) {
	for name, tt := range map[string]struct{ was, is, want string }{
		"a word that nobody knows":      {"client_id:", "clientid:", "clientid"},
		"no secret in the file":         {"secret_file: acmidm.secret", "secret: hunter2", "secret"},
		"an address without https":      {"https://authenticatie", "http://authenticatie", "without https"},
		"no address":                    {"https://authenticatie.example.be/op", "authenticatie", "issuer"},
		"a name that fits no address":   {"name: acmidm", "name: ACM/IDM", "name:"},
		"no label":                      {"label: ACM/IDM", "label: \"\"", "label:"},
		"a claim that is none":          {"vo_orgcode", "vo orgcode", "claim"},
		"a scope that is two":           {"[profile, vo]", "[profile vo]", "scope"},
		"no client":                     {"client_id: bondgenoot", "client_id: \"\"", "client_id"},
		"none":                          {written, "providers: []", "0 providers"},
		"no YAML":                       {written, "providers: [", "cannot be understood"},
		"twice the same":                {"    organisation_name: vo_orgnaam\n", "  - {name: acmidm, label: A, issuer: \"https://a.example\", client_id: b}\n", "called acmidm already"},
		"a name of what is not told of": {"    organisation_claim: vo_orgcode\n", "", "organisation_name"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := identity.ParseSettings([]byte(strings.Replace(written, tt.was, tt.is, 1)))
			if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("ParseSettings = %v, want it to say %q", err, tt.want)
			}
		})
	}
}

func FuzzParseSettings(f *testing.F) {
	f.Add(written)
	f.Add("providers: [{name: a}]")
	f.Fuzz(func(t *testing.T, s string) {
		all, err := identity.ParseSettings([]byte(s))
		if err == nil && len(all) == 0 {
			t.Error("nothing was read, and nothing is wrong")
		}
	})
}
