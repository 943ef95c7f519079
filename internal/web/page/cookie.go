package page

import (
	"net/http"
	"time"
)

func (s *Site) cookieName() string { return s.ownName("session") }

// ownName is the name of a cookie that is this site's alone.
func (s *Site) ownName(name string) string {
	if s.Secure {
		return "__Host-" + name // a browser takes it over TLS alone, and no neighbour can set it
	}
	return name
}

// cookie is a cookie that no script can read; life zero ends with the browser.
func (s *Site) cookie(name, value string, life time.Duration) *http.Cookie {
	return &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: int(life.Seconds()),
		HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteLaxMode}
}
