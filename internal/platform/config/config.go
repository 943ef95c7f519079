// Package config holds what an operator may set, checks it before anything
// starts, and explains what is wrong: which setting, why, and what to write
// instead, all problems at once.
//
// Every setting is a flag and an environment variable: --public-url is
// BONDGENOOT_PUBLIC_URL. The struct tags are those of the command line; this
// package itself reads neither arguments nor environment, and never repeats a
// value that may hold a password.
package config

import (
	"errors"
	"io/fs"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/platform/identity"
	"github.com/bondgenoot/bondgenoot/internal/platform/mail"
	"github.com/bondgenoot/bondgenoot/internal/platform/sms"
)

// Problem is one setting that cannot be used.
type Problem struct {
	Field  string // the flag without its dashes, such as public-url
	Reason string
	Remedy string
}

// Error names the flag and its variable, the reason and the remedy.
func (p Problem) Error() string {
	variable := "BONDGENOOT_" + strings.ToUpper(strings.ReplaceAll(p.Field, "-", "_"))
	return "--" + p.Field + " (" + variable + "): " + p.Reason + " " + p.Remedy
}

// Problems gathers what is wrong, so that all of it is told at once.
type Problems []Problem

// Add notes a problem.
func (ps *Problems) Add(field, reason, remedy string) {
	*ps = append(*ps, Problem{field, reason, remedy})
}

// Err is one error for all problems, a line each, or nil.
func (ps Problems) Err() error {
	all := make([]error, len(ps))
	for i, p := range ps {
		all[i] = p
	}
	return errors.Join(all...)
}

// Database says where the data is.
type Database struct {
	DB     Hidden `name:"db" env:"BONDGENOOT_DB" default:"sqlite:bondgenoot.db" placeholder:"URL" help:"Where the data is: sqlite:PATH for one machine, or postgres://USER:PASSWORD@HOST/NAME. file:PATH reads the address from a file. Default: ${default}."`
	DBOpen string `name:"db-open" env:"BONDGENOOT_DB_OPEN" placeholder:"HOST" help:"The name of a PostgreSQL server on another machine that may be reached without sslmode=verify-full, because the network between is yours alone."`
}

// Check notes what is wrong. It opens nothing.
func (d Database) Check(ps *Problems) {
	const choose = "Write sqlite:PATH, for example sqlite:/var/lib/bondgenoot/bondgenoot.db, or postgres://USER:PASSWORD@HOST/NAME."
	path, isFile := strings.CutPrefix(string(d.DB), "sqlite:")
	switch {
	case isFile && (path == "" || strings.ContainsAny(path, "?#")):
		ps.Add("db", "No plain path to a file follows sqlite:.", choose)
	case isFile:
		checkParent(ps, "db", path)
	case strings.HasPrefix(string(d.DB), "postgres://"), strings.HasPrefix(string(d.DB), "postgresql://"):
		u, err := url.Parse(string(d.DB))
		switch {
		case err != nil:
			ps.Add("db", "The postgres:// address cannot be read.", "In a password write %40 for @, %2F for / and %3A for a colon.")
		case u.Host == "" && u.Query().Get("host") == "":
			ps.Add("db", "The postgres:// address names no server.", choose)
		case strings.Trim(u.Path, "/") == "":
			ps.Add("db", "The postgres:// address names no database.", choose)
		case u.Query().Get("sslmode") != "verify-full":
			for _, host := range serversOf(u) {
				if !ownMachine(host) && !strings.HasPrefix(host, "/") && host != d.DBOpen {
					ps.Add("db", "The PostgreSQL server "+host+" is another machine, and nothing sees to it that it is the one you mean, nor that nobody reads along.",
						"Add ?sslmode=verify-full to the address. Where the network between is yours alone, write --db-open "+host+" (BONDGENOOT_DB_OPEN).")
				}
			}
		}
	default:
		ps.Add("db", "It is neither a SQLite file nor a PostgreSQL server.", choose)
	}
}

// serversOf are the machines that a PostgreSQL address names.
func serversOf(u *url.URL) (hosts []string) {
	for _, list := range []string{u.Host, u.Query().Get("host"), u.Query().Get("hostaddr")} {
		for _, host := range strings.Split(list, ",") {
			if alone, _, err := net.SplitHostPort(host); err == nil {
				host = alone
			}
			if host = strings.Trim(host, "[]"); host != "" {
				hosts = append(hosts, host)
			}
		}
	}
	return hosts
}

// CheckThere notes a SQLite file that is not there, for what works on data that
// somebody made before: in its place an empty one would be made, and looked at.
func (d Database) CheckThere(ps *Problems) {
	path, isFile := strings.CutPrefix(string(d.DB), "sqlite:")
	if !isFile || path == "" {
		return
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		ps.Add("db", "There is no database at "+path+" yet.", "Look whether the path is right. \"bondgenoot user first\" and \"bondgenoot restore\" make a new one.")
	}
}

// Keys says where the installation's key is.
type Keys struct {
	KeyFile string `name:"key-file" env:"BONDGENOOT_KEY_FILE" default:"bondgenoot.key" type:"path" placeholder:"PATH" help:"The installation's key, which opens the sealed identities of families. Keep a copy in another place than the backups: without it they stay closed for ever. Default: ${default}."`
}

// Check notes what is wrong. A key file that is not there is no problem here:
// founding the first alliance makes it.
func (k Keys) Check(ps *Problems) {
	if k.KeyFile == "" {
		ps.Add("key-file", "No file is named.", "Name one that only this program's user may read, for example /var/lib/bondgenoot/bondgenoot.key.")
		return
	}
	info, err := os.Stat(k.KeyFile)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		checkParent(ps, "key-file", k.KeyFile)
	case err != nil:
		ps.Add("key-file", "The file cannot be looked at: "+cause(err)+".", "Let this program's user reach it.")
	case !info.Mode().IsRegular():
		ps.Add("key-file", k.KeyFile+" is not a file.", "Name the file itself.")
	case info.Mode().Perm()&0o077 != 0 && os.PathSeparator == '/':
		ps.Add("key-file", "Others on this machine may read "+k.KeyFile+".", "Run: chmod 600 "+k.KeyFile)
	}
}

// Web says where the pages are.
type Web struct {
	Addr      string `name:"addr" env:"BONDGENOOT_ADDR" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Where to listen. Put a web server with TLS before it. Default: ${default}."`
	PublicURL string `name:"public-url" env:"BONDGENOOT_PUBLIC_URL" placeholder:"URL" help:"How people reach it, for links in mail and for sign-in: https://bondgenoot.example.org. Left out: the address it listens on."`
}

// Check notes what is wrong. It does not listen yet.
func (w Web) Check(ps *Problems) {
	host, port, err := net.SplitHostPort(w.Addr)
	n, notNumber := strconv.Atoi(port)
	if err != nil || notNumber != nil || n < 0 || n > 65535 || strings.ContainsAny(host, "/ ") {
		ps.Add("addr", "It is not a host and a port from 0 to 65535.", "Write 127.0.0.1:8080 for this machine alone, or :8080 for every network.")
	}
	if w.PublicURL == "" {
		return
	}
	const example = "Write it as people type it: https://bondgenoot.example.org."
	u, err := url.Parse(w.PublicURL)
	switch {
	case err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Hostname() == "":
		ps.Add("public-url", "It is not the address of a website.", example)
	case u.User != nil || (u.Path != "" && u.Path != "/") || u.RawQuery != "" || u.Fragment != "":
		ps.Add("public-url", "More stands there than a name and a port.", example)
	case u.Scheme == "http" && !ownMachine(u.Hostname()):
		ps.Add("public-url", "Without https, what people type can be read on the way.", "Put a web server with TLS before it, and write https://.")
	}
}

// CheckAlone notes an address that others than this machine could reach, for
// what must stay on it.
func (w Web) CheckAlone(ps *Problems) {
	if host, _, _ := net.SplitHostPort(w.Addr); !ownMachine(host) {
		ps.Add("addr", "Others could reach a demonstration there, and in one anybody signs in as anybody.",
			"Write 127.0.0.1:8080, which is this machine alone; in a container whose port stays on this machine, add --shared. To work with others: bondgenoot serve --help.")
	}
}

// Base is the address before every path, without a slash at its end.
func (w Web) Base() string {
	if w.PublicURL != "" {
		return strings.TrimSuffix(w.PublicURL, "/")
	}
	host, port, _ := net.SplitHostPort(w.Addr)
	if host == "" || net.ParseIP(host).IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// Mail says who carries the letters.
type Mail struct {
	Mail Hidden `name:"mail" env:"BONDGENOOT_MAIL" placeholder:"URL" help:"Who sends mail: smtp://USER:PASSWORD@HOST:587?from=ADDRESS, or smtps:// on port 465. file:PATH reads that from a file. Sign-in codes go by mail, so people cannot come in without it."`
}

// Check notes what is wrong. It calls no server.
func (m Mail) Check(ps *Problems) {
	_, _ = m.server(ps)
}

// Server is where letters go; what is wrong is in ps.
func (m Mail) server(ps *Problems) (mail.Server, bool) {
	if m.Mail == "" {
		ps.Add("mail", "No mail server is named, and people sign in by a code sent by mail.", "Write smtp://USER:PASSWORD@HOST:587?from=ADDRESS. To look around without one, run the demo.")
		return mail.Server{}, false
	}
	server, err := mail.Parse(string(m.Mail))
	if wrong, ok := errors.AsType[*mail.AddressError](err); ok {
		ps.Add("mail", wrong.Reason, wrong.Remedy)
	}
	return server, err == nil
}

// Server is where letters go, once Check found nothing.
func (m Mail) Server() (mail.Server, error) {
	var ps Problems
	server, _ := m.server(&ps)
	return server, ps.Err()
}

// SMS says who carries text messages to families.
type SMS struct {
	SMS Hidden `name:"sms" env:"BONDGENOOT_SMS" placeholder:"URL" help:"Who sends text messages to families that may be reminded so: a provider that takes mail, as smtp://USER:PASSWORD@HOST:587?from=ADDRESS&to=NUMBER@DOMAIN. file:PATH reads that from a file. Left out: none are sent, and a person rings."`
}

// Check notes what is wrong. It calls no provider.
func (c SMS) Check(ps *Problems) {
	_, _ = c.gateway(ps)
}

// gateway is where text messages go; what is wrong is in ps.
func (c SMS) gateway(ps *Problems) (sms.Gateway, bool) {
	if c.SMS == "" {
		return sms.Gateway{}, true
	}
	gateway, err := sms.Parse(string(c.SMS))
	if wrong, ok := errors.AsType[*mail.AddressError](err); ok {
		ps.Add("sms", wrong.Reason, wrong.Remedy)
	}
	return gateway, err == nil
}

// Gateway is where text messages go, none when nothing is set, once Check found
// nothing.
func (c SMS) Gateway() (sms.Gateway, error) {
	var ps Problems
	gateway, _ := c.gateway(&ps)
	return gateway, ps.Err()
}

// SignIn says where else workers may show who they are.
type SignIn struct {
	Providers string `name:"providers" env:"BONDGENOOT_PROVIDERS" type:"path" placeholder:"PATH" help:"A file with the OpenID providers by which workers may sign in too, such as ACM/IDM. Left out: none. docs/operations.md shows one."`
	Codes     string `name:"codes" env:"BONDGENOOT_CODES" default:"everybody" placeholder:"WORD" help:"To whom a code to sign in goes by mail: everybody; until-stronger, to who has no passkey and no linked provider yet; or nobody. Who has no other way asks the operator: bondgenoot user code --help. Default: ${default}."`
}

// Check notes what is wrong. It calls no provider.
func (c SignIn) Check(ps *Problems) {
	_, _ = c.settings(ps)
	switch c.Codes {
	case "", "everybody", "until-stronger", "nobody":
	default:
		ps.Add("codes", "It is none of the choices.", "Write everybody, until-stronger or nobody.")
	}
}

// CheckDoors notes that nobody could come in at a public address.
func (c SignIn) CheckDoors(ps *Problems, base string) {
	u, err := url.Parse(base)
	if err == nil && c.Codes == "nobody" && c.Providers == "" && net.ParseIP(u.Hostname()) != nil {
		ps.Add("codes", "Nobody could come in: no codes go by mail, no provider is named, and passkeys need an address that is a name, which "+u.Hostname()+" is not.",
			"Write the name that people type as --public-url, name providers with --providers, or write until-stronger.")
	}
}

func (c SignIn) settings(ps *Problems) (all []identity.Settings, ok bool) {
	if c.Providers == "" {
		return nil, true
	}
	all, err := identity.ReadSettings(c.Providers)
	if err != nil {
		ps.Add("providers", "The file cannot be used.", err.Error()+"\ndocs/operations.md shows one that can.")
	}
	return all, err == nil
}

// Settings are the providers, once Check found nothing.
func (c SignIn) Settings() ([]identity.Settings, error) {
	var ps Problems
	all, _ := c.settings(&ps)
	return all, ps.Err()
}

// Log says what the program tells about its work.
type Log struct {
	Level string `name:"log-level" env:"BONDGENOOT_LOG_LEVEL" default:"info" placeholder:"WORD" help:"How much to tell: debug, info, warn or error. Default: ${default}."`
}

// Check notes what is wrong.
func (l Log) Check(ps *Problems) {
	switch l.Level {
	case "debug", "info", "warn", "error":
	default:
		ps.Add("log-level", "It is no level.", "Write debug, info, warn or error.")
	}
}

// Slog is the level for log/slog; info for a word that is none.
func (l Log) Slog() slog.Level {
	var level slog.Level
	_ = level.UnmarshalText([]byte(l.Level))
	return level
}

// checkParent notes that a file could not be made, because its folder is not there.
func checkParent(ps *Problems, field, path string) {
	folder := filepath.Dir(path)
	info, err := os.Stat(folder)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		ps.Add(field, "The folder "+folder+" is not there.", "Make it, for the user who runs this program: mkdir -p "+folder)
	case err != nil:
		ps.Add(field, "The folder "+folder+" cannot be looked at: "+cause(err)+".", "Let this program's user reach it.")
	case !info.IsDir():
		ps.Add(field, folder+" is not a folder.", "Name a file in a folder that is there.")
	}
}

// cause is what the system said, without the path.
func cause(err error) string {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err.Error()
	}
	return err.Error()
}

func ownMachine(host string) bool {
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || net.ParseIP(host).IsLoopback()
}
