package config

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"strings"
)

// Hidden is a setting that may hold a password. Written as file:PATH, it is the
// one line in that file, which nobody but its owner may read.
type Hidden string

// largestHidden bounds such a file, in bytes.
const largestHidden = 4096

// UnmarshalText takes the setting itself, or reads the file that it names. An
// error repeats nothing that the file holds.
func (h *Hidden) UnmarshalText(written []byte) error {
	path, isFile := strings.CutPrefix(string(written), "file:")
	if !isFile {
		*h = Hidden(written)
		return nil
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("there is no file %s", path)
	case err != nil:
		return fmt.Errorf("%s cannot be looked at: %s", path, cause(err))
	case !info.Mode().IsRegular() || info.Size() > largestHidden:
		return fmt.Errorf("%s does not hold one line with a setting", path)
	case info.Mode().Perm()&0o077 != 0 && os.PathSeparator == '/':
		return fmt.Errorf("others on this machine may read %s. Run: chmod 600 %s", path, path)
	}
	held, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("%s cannot be read: %s", path, cause(err))
	}
	line := strings.TrimSpace(string(held))
	if line == "" || strings.ContainsAny(line, "\r\n") {
		return fmt.Errorf("%s does not hold one line with a setting", path)
	}
	*h = Hidden(line)
	return nil
}

// Exposed names the first of these arguments of a command that shows a password
// to everybody who can list what runs on the machine: the flag without its
// dashes, or nothing. A password in a variable or in a file is not seen there.
func Exposed(args []string) string {
	for i, arg := range args {
		flag, value, joined := strings.Cut(arg, "=")
		if flag != "--db" && flag != "--mail" && flag != "--sms" {
			continue
		}
		if !joined && i+1 < len(args) {
			value = args[i+1]
		}
		if holdsPassword(value) {
			return strings.TrimPrefix(flag, "--")
		}
	}
	return ""
}

// holdsPassword tells whether an address has a password in it. One that cannot
// be read has one when anything stands before its @.
func holdsPassword(address string) bool {
	_, rest, ok := strings.Cut(address, "://")
	if !ok {
		return false
	}
	u, err := url.Parse(address)
	if err != nil {
		return strings.Contains(rest, "@") || strings.Contains(rest, "password=")
	}
	password, _ := u.User.Password()
	return password != "" || u.Query().Get("password") != "" || u.Query().Get("sslpassword") != "" || u.Query().Get("subject") != "" // some providers of text messages take their token there
}
