package main

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/app"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/config"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/i18n"
	"github.com/bondgenoot/bondgenoot/internal/platform/mail"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
)

// house is an installation that is open for a command of the operator: no
// pages are served and no mail is sent.
type house struct {
	*app.App
	db     *db.DB
	newKey string // the key file, if it was made just now

	replaced bool // the key was replaced at some time
}

// openHouse checks the settings, opens the data and brings it up to date. A
// key is made only if mayMakeKey, by the command that founds an alliance.
func openHouse(ctx context.Context, d config.Database, k config.Keys, mayMakeKey bool) (*house, error) {
	check := checkThere
	if mayMakeKey {
		check = checkStore
	}
	if err := check(d, k); err != nil {
		return nil, err
	}
	h := &house{}
	if _, err := os.Stat(k.KeyFile); mayMakeKey && errors.Is(err, fs.ErrNotExist) {
		if err := vault.CreateKeyFile(k.KeyFile); err != nil {
			return nil, err
		}
		h.newKey = k.KeyFile
	}
	err := h.open(ctx, d, k)
	if err != nil {
		return nil, errors.Join(err, h.close(), h.dropNewKey())
	}
	return h, nil
}

func (h *house) open(ctx context.Context, d config.Database, k config.Keys) (err error) {
	key, err := openKey(k)
	if err != nil {
		return err
	}
	h.replaced = len(key.Marks()) > 1
	if h.db, err = db.Open(ctx, string(d.DB)); err != nil {
		return err
	}
	h.App, err = app.New(ctx, app.Config{
		DB: h.db, Keeper: key, Mail: mail.New(mail.Server{Kept: true}), Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return err
	}
	if h.newKey == "" {
		return fits(ctx, h.db, key, k.KeyFile)
	}
	// Sealed data without its key is a loss, or a slip in a setting: a new key
	// beside it would hide that.
	alliances, err := h.Members.Alliances(ctx)
	if err == nil && len(alliances) > 0 {
		err = errors.New("the database holds alliances, but their key file is not at --key-file (BONDGENOOT_KEY_FILE); put the copy of it there")
	}
	return err
}

func (h *house) close() error {
	if h.db == nil {
		return nil
	}
	return h.db.Close()
}

// dropNewKey takes away a key that sealed nothing.
func (h *house) dropNewKey() error {
	if h.newKey == "" {
		return nil
	}
	return os.Remove(h.newKey)
}

// openKey reads the installation's key and says where one comes from.
func openKey(k config.Keys) (*vault.KeyFile, error) {
	key, err := vault.OpenKeyFile(k.KeyFile)
	if errors.Is(err, vault.ErrNoKey) {
		return nil, errors.Join(err, errors.New("\"bondgenoot user first\" makes it; if it was lost, put its copy at --key-file (BONDGENOOT_KEY_FILE)"))
	}
	return key, err
}

// explained is an error as an operator reads it: a fault by its text, all else
// as it is.
func explained(err error) string {
	f, ok := errors.AsType[*kernel.Fault](err)
	if !ok {
		return err.Error()
	}
	texts, loadErr := i18n.Load()
	if loadErr != nil {
		return err.Error()
	}
	var lines []string
	for _, f := range f.All() {
		line := texts.In(kernel.EN).Fault(f)
		if f.Field != "" {
			line = f.Field + ": " + line
		}
		if cause := errors.Unwrap(f); cause != nil { // who works at the command line reads what others leave to the log
			line += " (" + cause.Error() + ")"
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}
