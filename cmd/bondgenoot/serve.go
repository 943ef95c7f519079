package main

import (
	"context"
	"errors"
	"io"

	"github.com/bondgenoot/bondgenoot/internal/platform/config"
)

// errUnfinished is for commands whose rooms are not in the house yet.
var errUnfinished = errors.New("this command is not finished in this version")

// ServeCmd runs the service.
type ServeCmd struct {
	config.Database
	config.Keys
	config.Web
	config.Mail
	config.Log
}

// Help teaches.
func (ServeCmd) Help() string {
	return `Serves pages and API until it is told to stop (Ctrl-C, or SIGTERM), and then
lets running requests finish. On start it brings the database up to date. It
speaks plain HTTP: put a web server with TLS before it, and give the address
that people type as --public-url.

For one town, one machine and one file are enough:

    bondgenoot serve --db sqlite:/var/lib/bondgenoot/bondgenoot.db \
        --key-file /var/lib/bondgenoot/bondgenoot.key \
        --public-url https://bondgenoot.example.org

with the mail server in the environment, since it holds a password:

    BONDGENOOT_MAIL='smtp://USER:PASSWORD@mail.example.org:587?from=bondgenoot@example.org'

Before the first start, make an alliance and its first administrator:
bondgenoot user first --help.`
}

// Check tells every setting that cannot be used.
func (c ServeCmd) Check() error {
	var ps config.Problems
	c.Database.Check(&ps)
	c.Keys.Check(&ps)
	c.Web.Check(&ps)
	c.Mail.Check(&ps)
	c.Log.Check(&ps)
	return ps.Err()
}

// Run ends when ctx does.
func (c ServeCmd) Run(_ context.Context, _ io.Writer) error {
	if err := c.Check(); err != nil {
		return err
	}
	return errUnfinished
}
