package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/app"
	"github.com/bondgenoot/bondgenoot/internal/app/demo"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/config"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/mail"
	"github.com/bondgenoot/bondgenoot/internal/platform/sms"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
)

// DemoCmd runs the demonstration.
type DemoCmd struct {
	Addr   string `env:"BONDGENOOT_ADDR" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Where to listen. Default: ${default}."`
	Dir    string `env:"BONDGENOOT_DIR" type:"path" placeholder:"PATH" help:"Keep the data in this folder, to go on with it next time. Left out: a temporary folder, removed at the end."`
	Shared bool   `env:"BONDGENOOT_SHARED" help:"Listen where others may come too: for a container whose port stays on this machine."`
	config.Log
}

// Help teaches.
func (DemoCmd) Help() string {
	return `Starts everything on this machine with four alliances, the real programmes of
Belgian towns, and three hundred families that nobody lives in. It prints the
address and who you may sign in as: a caseworker, a midwife, a volunteer, a
coordinator. Mail is not sent; the letters are shown on a page.

    bondgenoot demo
    bondgenoot demo --dir ~/bondgenoot-demo

Nobody else can reach it: it listens on this machine alone, and refuses another
address unless --shared says that whoever reaches it may. Never put real families
into it; anybody may sign in as anybody.`
}

// Run ends when ctx does.
func (c DemoCmd) Run(ctx context.Context, out io.Writer, errOut logTo) (err error) {
	var ps config.Problems
	config.Web{Addr: c.Addr}.Check(&ps)
	if len(ps) == 0 && !c.Shared {
		config.Web{Addr: c.Addr}.CheckAlone(&ps)
	}
	c.Log.Check(&ps)
	if err := ps.Err(); err != nil {
		return err
	}
	dir := c.Dir
	if dir == "" {
		if dir, err = os.MkdirTemp("", "bondgenoot-demo-"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	} else if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	keyFile := filepath.Join(dir, "demo.key")
	key, err := demoKey(keyFile)
	if err != nil {
		return err
	}
	d, err := db.Open(ctx, "sqlite:"+filepath.Join(dir, "demo.db"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	listener, err := c.listen()
	if err != nil {
		return err
	}
	base := config.Web{Addr: listener.Addr().String()}.Base()
	house, err := app.New(ctx, app.Config{
		DB: d, Keeper: key, Mail: mail.New(mail.Server{Kept: true}), SMS: sms.New(sms.Gateway{Kept: true}), Log: errOut.logger(c.Log), Base: base, Demo: true,
	})
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	if err := ready(ctx, house, d, key, keyFile); err != nil {
		return errors.Join(err, listener.Close())
	}
	towns, err := found(ctx, house)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	if err := c.greet(ctx, house, out, base); err != nil {
		return errors.Join(err, listener.Close())
	}
	return serveOn(ctx, listener, house.Handler, func(ctx context.Context) {
		house.Families.Law.Prepare()
		if err := fill(ctx, house, towns, out); err != nil && ctx.Err() == nil {
			errOut.logger(c.Log).Error("the demonstration is not complete", "error", err)
		}
		house.Queue.Run(ctx, jobWorkers)
	})
}

// found makes alliances, workers and programmes, unless the folder holds them
// from before: then it answers with no towns to fill.
func found(ctx context.Context, house *app.App) ([]demo.Town, error) {
	alliances, err := house.Members.Alliances(ctx)
	if err != nil || len(alliances) > 0 {
		return nil, err
	}
	towns, err := demo.Found(ctx, house)
	if err != nil {
		return nil, err
	}
	if err := demo.Programmes(ctx, house, towns); err != nil {
		return towns, err
	}
	if err := demo.Help(ctx, house, towns); err != nil {
		return towns, err
	}
	if err := demo.Stories(ctx, house, towns, kernel.InstantOf(time.Now()).Date()); err != nil {
		return towns, err
	}
	if err := demo.Payments(ctx, house, towns); err != nil {
		return towns, err
	}
	if err := demo.Goods(ctx, house, towns, time.Now()); err != nil {
		return towns, err
	}
	return towns, demo.Handouts(ctx, house, towns, kernel.InstantOf(time.Now()).Date())
}

// fill opens the files of the families while the first visitor looks around.
func fill(ctx context.Context, house *app.App, towns []demo.Town, out io.Writer) error {
	if len(towns) == 0 {
		return nil
	}
	n, err := demo.Families(ctx, house, towns, time.Now())
	if err == nil {
		fmt.Fprintf(out, "%d families have a file by now.\n", n)
		err = errors.Join(demo.Vouchers(ctx, house, towns, time.Now()), demo.Loans(ctx, house, towns, time.Now()))
	}
	if err == nil {
		err = demo.Day(ctx, house, towns, time.Now())
	}
	return err
}

// listen takes the address that was asked for; when the usual one is taken, by
// another demonstration perhaps, any free port does.
func (c DemoCmd) listen() (net.Listener, error) {
	listener, err := net.Listen("tcp", c.Addr)
	if err != nil && c.Addr == "127.0.0.1:8080" {
		return net.Listen("tcp", "127.0.0.1:0")
	}
	return listener, err
}

// greet says where to go, and who one may be there.
func (c DemoCmd) greet(ctx context.Context, house *app.App, out io.Writer, base string) error {
	fmt.Fprintf(out, "Bondgenoot, a demonstration with people who do not exist.\n\n    %s\n\n", base)
	fmt.Fprintf(out, "Choose at %s/sign-in whom to be: nobody needs a password. Letters are shown, not sent.\n\n", base)
	alliances, err := house.Members.Alliances(ctx)
	if err != nil {
		return err
	}
	if err := listWorkers(ctx, house, alliances, out, "    "); err != nil {
		return err
	}
	fmt.Fprintln(out)
	if c.Dir == "" {
		fmt.Fprintf(out, "All of it is gone when you stop it (Ctrl-C).\n")
	} else {
		fmt.Fprintf(out, "It is kept in %s. Stop it with Ctrl-C.\n", c.Dir)
	}
	return nil
}

// demoKey opens the demonstration's key, and makes it the first time.
func demoKey(path string) (*vault.KeyFile, error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if err := vault.CreateKeyFile(path); err != nil {
			return nil, err
		}
	}
	return vault.OpenKeyFile(path)
}
