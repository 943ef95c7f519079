package identity_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
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
		"a hint of no form":             {"    organisation_name: vo_orgnaam\n", "    organisation_hint: shout\n", "organisation_hint"},
		"a hint of what is not told of": {"    organisation_claim: vo_orgcode\n    organisation_name: vo_orgnaam\n", "    organisation_hint: code\n", "organisation_hint"},
		"groups that nobody asks for":   {"    organisation_name: vo_orgnaam\n", "    organisation_group: {ocmw: LB}\n", "organisation_group"},
		"a group that is none":          {"    organisation_name: vo_orgnaam\n", "    organisation_hint: acmidm\n    organisation_group: {ocmw: \"L B\"}\n", "organisation_group"},
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

// key writes a key as openssl does, and settings that name it.
func key(t *testing.T, private any, mode os.FileMode) (path string) {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return keyed(t, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), mode)
}

func keyed(t *testing.T, written []byte, mode os.FileMode) (path string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.pem"), written, mode); err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(dir, "providers.yaml")
	if err := os.WriteFile(path, []byte("providers: [{name: a, label: A, issuer: \"https://a.example\", client_id: b, key_file: a.pem}]"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAKeyIsReadOrSaidToBeNone(t *testing.T) {
	long, _ := rsa.GenerateKey(rand.Reader, 2048)
	short, _ := rsa.GenerateKey(rand.Reader, 1024)
	curve, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	wide, _ := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	_, edwards, _ := ed25519.GenerateKey(rand.Reader)
	for name, tt := range map[string]struct{ path, want string }{
		"RSA":                  {key(t, long, 0o600), ""},
		"elliptic":             {key(t, curve, 0o600), ""},
		"too short":            {key(t, short, 0o600), "shorter than 2048"},
		"of another curve":     {key(t, wide, 0o600), "P-256"},
		"of another kind":      {key(t, edwards, 0o600), "neither RSA nor elliptic"},
		"that others may read": {key(t, long, 0o644), "chmod 600"},
		"that is no key":       {keyed(t, []byte("hunter2"), 0o600), "openssl genpkey"},
		"that is cut in half":  {keyed(t, []byte("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"), 0o600), "cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			all, err := identity.ReadSettings(tt.path)
			if tt.want != "" {
				if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "hunter2") {
					t.Errorf("ReadSettings = %v, want it to say %q", err, tt.want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			public, err := all[0].Key.Public()
			if err != nil || !strings.Contains(string(public), `"use":"sig"`) || strings.Contains(string(public), `"d":`) {
				t.Errorf("Public = %s, %v", public, err)
			}
		})
	}
}
