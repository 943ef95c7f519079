package identity

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml"
)

// Settings are what an operator writes about one provider.
type Settings struct {
	Name              string   `yaml:"name"`               // in addresses: "acmidm"
	Label             string   `yaml:"label"`              // as people know it: "ACM/IDM"
	Issuer            string   `yaml:"issuer"`             // as it calls itself
	ClientID          string   `yaml:"client_id"`          // as it calls this installation
	SecretFile        string   `yaml:"secret_file"`        // where the secret lies that it gave
	KeyFile           string   `yaml:"key_file"`           // where a private key lies, for who asks for one instead of a secret, or encrypts
	Scopes            []string `yaml:"scopes"`             // besides openid
	PersonClaim       string   `yaml:"person_claim"`       // what names the person; empty: sub
	OrganisationClaim string   `yaml:"organisation_claim"` // the code of the organisation acted for; empty: not told
	OrganisationName  string   `yaml:"organisation_name"`  // its name
	OrganisationHint  string   `yaml:"organisation_hint"`  // how to ask for one: "acmidm", or "code", the code alone; empty: not
	OrganisationGroup Groups   `yaml:"organisation_group"` // how ACM/IDM calls what sort of organisation it is, by kind
	Levels            []string `yaml:"levels"`             // how well people must have shown who they are, any of these; empty: as the provider likes
	LevelClaim        string   `yaml:"level_claim"`        // what tells it; empty: acr

	Secret string `yaml:"-"`
	Key    Key    `yaml:"-"`
}

// Groups are how a provider calls sorts of organisations, by our kinds: ocmw
// is LB, a local government.
type Groups map[string]string

var (
	nameForm  = regexp.MustCompile(`^[a-z][a-z0-9]{0,29}$`)
	claimForm = regexp.MustCompile(`^[A-Za-z0-9_:./-]{1,100}$`)
)

const (
	mostProviders = 10
	mostLevels    = 10 // that one provider may be asked for
	mostGroups    = 20 // of organisations

	hintByCode   = "code"
	hintAsACMIDM = "acmidm"
)

// ReadSettings reads the file in which an operator writes about providers, and
// the secrets that it names. A path in it is from the folder of the file. All
// that is wrong is told at once; no secret is repeated.
func ReadSettings(path string) ([]Settings, error) {
	written, err := os.ReadFile(path)
	if err != nil {
		return nil, unread(path, err)
	}
	all, err := ParseSettings(written)
	if err != nil {
		return nil, err
	}
	var wrong []error
	for i := range all {
		s := &all[i]
		if s.SecretFile != "" { // without one, a key or PKCE alone vouches for this client
			if s.Secret, err = readSecret(beside(path, s.SecretFile)); err != nil {
				wrong = append(wrong, fmt.Errorf("%s: secret_file: %w", s.Name, err))
			}
		}
		if s.KeyFile != "" {
			if s.Key, err = readKey(beside(path, s.KeyFile)); err != nil {
				wrong = append(wrong, fmt.Errorf("%s: key_file: %w", s.Name, err))
			}
		}
	}
	return all, errors.Join(wrong...)
}

// beside is a path that was written in a file, from the folder of that file.
func beside(path, file string) string {
	if filepath.IsAbs(file) {
		return file
	}
	return filepath.Join(filepath.Dir(path), file)
}

func readSecret(file string) (string, error) {
	secret, err := readPrivate(file)
	if err != nil {
		return "", err
	}
	line := strings.TrimSpace(string(secret))
	if line == "" || strings.ContainsAny(line, "\n\r") {
		return "", fmt.Errorf("%s does not hold one line with a secret", file)
	}
	return line, nil
}

// unread says why a file could not be read.
func unread(path string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no file %s", path)
	}
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		err = e.Err
	}
	return fmt.Errorf("%s cannot be read: %w", path, err)
}

// ParseSettings reads what an operator wrote, and tells all that is wrong with
// it at once. Secrets are not looked at.
func ParseSettings(written []byte) ([]Settings, error) {
	var file struct {
		Providers []Settings `yaml:"providers"`
	}
	if err := yaml.UnmarshalWithOptions(written, &file, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("it cannot be understood: %s", yaml.FormatError(err, false, false))
	}
	if n := len(file.Providers); n == 0 || n > mostProviders {
		return nil, fmt.Errorf("it names %d providers under \"providers:\"; from 1 to %d fit", n, mostProviders)
	}
	var wrong []error
	seen := map[string]bool{}
	for i := range file.Providers {
		s := &file.Providers[i]
		if s.PersonClaim == "" {
			s.PersonClaim = "sub"
		}
		if s.LevelClaim == "" {
			s.LevelClaim = "acr"
		}
		for _, err := range s.check() {
			wrong = append(wrong, fmt.Errorf("provider %d (%s): %w", i+1, s.Name, err))
		}
		if seen[s.Name] {
			wrong = append(wrong, fmt.Errorf("provider %d: another one is called %s already", i+1, s.Name))
		}
		seen[s.Name] = true
	}
	if len(wrong) > 0 {
		return nil, errors.Join(wrong...)
	}
	return file.Providers, nil
}

func (s Settings) check() (wrong []error) {
	not := func(ok bool, format string, args ...any) {
		if !ok {
			wrong = append(wrong, fmt.Errorf(format, args...))
		}
	}
	not(nameForm.MatchString(s.Name), "name: write a short word of small letters and digits, such as acmidm")
	not(s.Label != "" && len(s.Label) <= 60 && strings.TrimSpace(s.Label) == s.Label, "label: write how people know it, such as ACM/IDM")
	u, err := url.Parse(s.Issuer)
	switch {
	case err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.RawQuery != "" || u.Fragment != "":
		not(false, "issuer: write its address, such as https://authenticatie.vlaanderen.be/op")
	case u.Scheme == "http":
		not(u.Hostname() == "localhost" || net.ParseIP(u.Hostname()).IsLoopback(), "issuer: without https, anybody on the way could pretend to be it")
	}
	not(s.ClientID != "", "client_id: write how the provider calls this installation")
	not(len(s.Levels) <= mostLevels, "levels: %d are too many; %d fit", len(s.Levels), mostLevels)
	for _, level := range s.Levels {
		not(claimForm.MatchString(level), "levels: %q is no level", level)
	}
	for _, claim := range []string{s.PersonClaim, s.OrganisationClaim, s.OrganisationName, s.LevelClaim} {
		not(claim == "" || claimForm.MatchString(claim), "%q is no name of a claim", claim)
	}
	for _, scope := range s.Scopes {
		not(claimForm.MatchString(scope), "%q is no scope", scope)
	}
	switch s.OrganisationHint {
	case "", hintByCode, hintAsACMIDM:
	default:
		not(false, "organisation_hint: write acmidm, or code for a provider that takes the code of an organisation as login_hint")
	}
	not(s.OrganisationHint == "" || s.OrganisationClaim != "", "organisation_hint: say under organisation_claim where the code is")
	not(len(s.OrganisationGroup) == 0 || s.OrganisationHint == hintAsACMIDM, "organisation_group: it goes with organisation_hint: acmidm")
	not(len(s.OrganisationGroup) <= mostGroups, "organisation_group: %d are too many; %d fit", len(s.OrganisationGroup), mostGroups)
	for kind, group := range s.OrganisationGroup {
		not(claimForm.MatchString(kind) && claimForm.MatchString(group), "organisation_group: %q: %q is no kind and group, such as ocmw: LB", kind, group)
	}
	not(s.OrganisationName == "" || s.OrganisationClaim != "", "organisation_name: say under organisation_claim where the code is")
	return wrong
}

// New is the providers of an installation.
func New(settings []Settings, ps Providers) *Providers {
	for _, s := range settings {
		ps.All = append(ps.All, &Provider{Settings: s})
	}
	return &ps
}

// hint is how a provider is asked for an organisation, so that nobody has to
// choose it there once more; empty when it takes none, or none is asked for.
func (s Settings) hint(of Question) string {
	switch {
	case of.Organisation == "":
		return ""
	case s.OrganisationHint == hintByCode:
		return of.Organisation
	case s.OrganisationHint == hintAsACMIDM:
		written, err := json.Marshal(struct {
			Group string `json:"cap_hint,omitempty"`
			Code  string `json:"code_hint"`
		}{s.OrganisationGroup[of.Kind], of.Organisation})
		if err != nil {
			return "" // cannot happen: two texts
		}
		return base64.StdEncoding.EncodeToString(written)
	}
	return ""
}
