package main

import (
	"context"
	"io"

	"github.com/bondgenoot/bondgenoot/internal/platform/config"
)

// DemoCmd runs the demonstration.
type DemoCmd struct {
	Addr string `env:"BONDGENOOT_ADDR" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Where to listen. Default: ${default}."`
	Dir  string `env:"BONDGENOOT_DIR" type:"path" placeholder:"PATH" help:"Keep the data in this folder, to go on with it next time. Left out: a temporary folder, removed at the end."`
	config.Log
}

// Help teaches.
func (DemoCmd) Help() string {
	return `Starts everything on this machine with three alliances, the real programmes of
Belgian towns, and three hundred families that nobody lives in. It prints the
address and who you may sign in as: a caseworker, a midwife, a volunteer, a
coordinator. Mail is not sent; the letters are shown on a page.

    bondgenoot demo
    bondgenoot demo --dir ~/bondgenoot-demo

Nobody else can reach it: it listens on this machine alone. Never put real
families into it; anybody may sign in as anybody.`
}

// Run ends when ctx does.
func (c DemoCmd) Run(_ context.Context, _ io.Writer) error {
	var ps config.Problems
	config.Web{Addr: c.Addr}.Check(&ps)
	c.Log.Check(&ps)
	if err := ps.Err(); err != nil {
		return err
	}
	return errUnfinished
}
