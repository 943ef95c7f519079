package kernel

import (
	"log/slog"
	"net/mail"
	"strings"
)

// Email is an address to which mail can be sent, its domain in lower case. Its
// zero value is none.
type Email string

// ParseEmail reads a bare address: no display name, no quotes, no comment,
// ASCII only, at most 64 characters before the @ and 254 in all, and a domain
// with a dot in it. Anything else is Invalid ("email"). Whether somebody reads
// that mail it does not tell.
func ParseEmail(s string) (Email, error) {
	bad := NewInvalid("email")
	s = strings.TrimSpace(s)
	if len(s) > 254 {
		return "", bad
	}
	a, err := mail.ParseAddress(s)
	if err != nil || a.Name != "" || a.Address != s {
		return "", bad
	}
	at := strings.LastIndexByte(s, '@')
	local, domain := s[:at], strings.ToLower(s[at+1:])
	if len(local) > 64 || strings.ContainsFunc(local, func(r rune) bool { return r > '~' }) || !mailDomain(domain) {
		return "", bad
	}
	return Email(local + "@" + domain), nil
}

// mailDomain tells whether a lower-case domain has two labels or more, each of
// letters, digits and inner dashes, and ends in one that is no number.
func mailDomain(domain string) bool {
	labels := strings.Split(domain, ".")
	for _, label := range labels {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for _, r := range label {
			if r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') {
				return false
			}
		}
	}
	return len(labels) > 1 && !digits(labels[len(labels)-1])
}

// Domain is what stands behind the @.
func (e Email) Domain() string { return string(e[strings.LastIndexByte(string(e), '@')+1:]) }

// String is the address.
func (e Email) String() string { return string(e) }

// LogValue keeps the address out of logs.
func (Email) LogValue() slog.Value { return hidden }
