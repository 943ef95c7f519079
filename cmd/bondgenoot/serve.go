package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/app"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/platform/config"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/mail"
	"github.com/bondgenoot/bondgenoot/internal/platform/sms"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// ServeCmd runs the service.
type ServeCmd struct {
	config.Database
	config.Keys
	config.Web
	config.Mail
	config.SMS
	config.SignIn
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
	c.SMS.Check(&ps)
	c.SignIn.Check(&ps)
	c.CheckDoors(&ps, c.Base())
	c.Log.Check(&ps)
	return ps.Err()
}

// Run ends when ctx does.
func (c ServeCmd) Run(ctx context.Context, errOut logTo) (err error) {
	if err := c.Check(); err != nil {
		return err
	}
	key, err := openKey(c.Keys)
	if err != nil {
		return err
	}
	if err := checkThere(c.Database, c.Keys); err != nil { // an empty file at a path with a slip in it is no help
		return err
	}
	server, err := c.Server()
	if err != nil {
		return err
	}
	gateway, err := c.Gateway()
	if err != nil {
		return err
	}
	providers, err := c.SignIn.Settings()
	if err != nil {
		return err
	}
	log := errOut.logger(c.Log)
	d, err := db.Open(ctx, string(c.DB))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()

	// It speaks no TLS itself; an https address means that a server of the
	// operator's own stands before it and tells who is asking.
	behindTLS := strings.HasPrefix(c.Base(), "https://")
	house, err := app.New(ctx, app.Config{
		DB: d, Keeper: key, Mail: mail.New(server), SMS: sms.New(gateway), Log: log, Base: c.Base(), Secure: behindTLS, SignIn: providers, Codes: members.Codes(c.Codes),
		Rate:   kit.NewLimiter(perSecond, burst, rememberedClients, behindTLS),
		Tokens: kit.NewLimiter(perSecond, burst, rememberedClients, false),
		Asks:   kit.NewSlowLimiter(asksPause, asksAtOnce, rememberedClients, behindTLS),
	})
	if err != nil {
		return err
	}
	if err := ready(ctx, house, d, key, c.KeyFile); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return err
	}
	log.Info("serving", "address", listener.Addr().String(), "public", c.Base(), "engine", string(d.Engine), "version", versionName())
	err = serveOn(ctx, listener, house.Handler, func(ctx context.Context) {
		house.Families.Law.Prepare()
		var beside sync.WaitGroup
		beside.Go(func() {
			if _, err := house.Families.Hint(ctx); err != nil && ctx.Err() == nil {
				log.Error("searches stay slow for families from before there were hints; the next start tries again", "error", err)
			}
		})
		house.Queue.Run(ctx, jobWorkers)
		beside.Wait()
	})
	log.Info("stopped")
	return err
}

// ready sees to it that families can be served: the key file is theirs, and of
// those whose key was destroyed nothing is left.
func ready(ctx context.Context, house *app.App, d *db.DB, key vault.Keeper, keyFile string) error {
	if err := fits(ctx, d, key, keyFile); err != nil {
		return err
	}
	_, err := house.Families.ForgetKeyless(ctx)
	return err
}

// fits refuses the key file of another installation.
func fits(ctx context.Context, d *db.DB, key vault.Keeper, keyFile string) error {
	sealed := vault.Vault{Keeper: key}
	err := d.Read(ctx, func(q db.Querier) error { return sealed.Check(ctx, q) })
	if errors.Is(err, vault.ErrSealed) {
		return fmt.Errorf("the key file %s does not open the families of this database: it belongs to another installation. Put this database's own key file there", keyFile)
	}
	return err
}

// What one address may ask, and what one token: a town hall shares an address,
// so it is ample.
const (
	perSecond         = 30
	burst             = 300
	rememberedClients = 20_000
)

// What one address may ask by the forms for who has no account: a hospital
// shares an address too, and a machine must tire.
const (
	asksPause  = 2 * time.Minute
	asksAtOnce = 30
)

// jobWorkers is how many jobs (mail, scans, reminders) run at once.
const jobWorkers = 2

// logTo is where the program tells about its work.
type logTo struct{ io.Writer }

func (w logTo) logger(l config.Log) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: l.Slog()}))
}
