package mail

import (
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Server is where letters are handed in. Make one with [Parse].
type Server struct {
	Kept bool // letters stay in memory, for a demonstration; the rest is empty

	Host     string
	Port     int
	Implicit bool   // TLS from the first byte (smtps)
	Plain    bool   // TLS only if the server offers it: on this machine, or where the operator said so
	User     string // empty: no sign-in
	Password string

	From kernel.Email // who the letters come from
	Name string       // the name beside it
}

// String names the server without user and password.
func (s Server) String() string {
	switch {
	case s.Kept:
		return "log:"
	case s.Implicit:
		return "smtps://" + net.JoinHostPort(s.Host, strconv.Itoa(s.Port))
	}
	return "smtp://" + net.JoinHostPort(s.Host, strconv.Itoa(s.Port))
}

// AddressError says why a server's address cannot be used and what to write
// instead. It repeats no part of the address, which may hold a password.
type AddressError struct{ Reason, Remedy string }

// Error is both sentences.
func (e *AddressError) Error() string { return e.Reason + " " + e.Remedy }

const example = "smtp://USER:PASSWORD@mail.example.org:587?from=bondgenoot@example.org"

// Parse reads where letters go:
//
//	log:                                       kept in memory
//	smtp://USER:PASSWORD@HOST:587?from=ADDRESS   TLS by STARTTLS, required
//	smtps://USER:PASSWORD@HOST:465?from=ADDRESS  TLS from the first byte
//
// Beside from there are name, the sender's name (Bondgenoot if it is left
// out), and tls=optional, for a relay in the same room that knows no TLS; then
// no password may be given. A server on this machine may always go without
// TLS. An error is an [AddressError].
func Parse(address string) (Server, error) {
	if address == "log:" || address == "log" {
		return Server{Kept: true}, nil
	}
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "smtp" && u.Scheme != "smtps") {
		return Server{}, &AddressError{"It is not the address of a mail server.",
			"Write " + example + ", or log: to keep mail in memory. Write %40 for an @ in a user name, and %2F for a / in a password."}
	}
	s := Server{Host: u.Hostname(), Implicit: u.Scheme == "smtps", Port: 587, Name: "Bondgenoot"}
	if s.Host == "" {
		return Server{}, &AddressError{"It names no server.", "Write " + example + "."}
	}
	if s.Implicit {
		s.Port = 465
	}
	if port := u.Port(); port != "" {
		if s.Port, err = strconv.Atoi(port); err != nil || s.Port < 1 || s.Port > 65535 {
			return Server{}, &AddressError{"Its port is no number from 1 to 65535.", "Mail servers mostly listen on 587 (smtp) or 465 (smtps)."}
		}
	}
	if u.User != nil {
		s.User = u.User.Username()
		s.Password, _ = u.User.Password()
	}
	return s.options(u)
}

func (s Server) options(u *url.URL) (Server, error) {
	if u.Path != "" && u.Path != "/" {
		return Server{}, &AddressError{"Something stands behind the server's name.", "Write " + example + ", and %2F for a / in a password."}
	}
	optional := false
	for name, values := range u.Query() {
		value := values[0]
		switch name {
		case "from":
			from, err := kernel.ParseEmail(value)
			if err != nil {
				return Server{}, &AddressError{"The sender (from) is not a mail address.", "Write " + example + "."}
			}
			s.From = from
		case "name":
			if strings.ContainsAny(value, "\r\n") {
				return Server{}, &AddressError{"The sender's name has more than one line.", "Write it on one line: name=Bondgenoot."}
			}
			s.Name = value
		case "tls":
			if value != "optional" && value != "required" {
				return Server{}, &AddressError{"tls is neither required nor optional.", "Leave it out: TLS is then required."}
			}
			optional = value == "optional"
		default:
			return Server{}, &AddressError{"It has an option that is not known.", "The options are from, name and tls."}
		}
	}
	if s.From == "" {
		return Server{}, &AddressError{"It names no sender.", "Add ?from=bondgenoot@example.org, an address of your own."}
	}
	s.Plain = !s.Implicit && (optional || onThisMachine(s.Host))
	if optional && s.Password != "" && !onThisMachine(s.Host) {
		return Server{}, &AddressError{"A password would be sent without protection.", "Leave tls=optional out, or leave the password out."}
	}
	return s, nil
}

func onThisMachine(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
