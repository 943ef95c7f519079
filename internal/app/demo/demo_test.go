package demo_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/app"
	"github.com/bondgenoot/bondgenoot/internal/app/demo"
	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
	"github.com/bondgenoot/bondgenoot/internal/platform/mail"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
)

func TestTheDemonstrationHasThreeHundredFiles(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, address string) {
		ctx := context.Background()
		d, err := db.Open(ctx, address)
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		path := filepath.Join(t.TempDir(), "key")
		if err := vault.CreateKeyFile(path); err != nil {
			t.Fatal(err)
		}
		keeper, err := vault.OpenKeyFile(path)
		if err != nil {
			t.Fatal(err)
		}
		now := time.Now()
		house, err := app.New(ctx, app.Config{DB: d, Keeper: keeper, Mail: mail.New(mail.Server{Kept: true}), Demo: true,
			Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		towns, err := demo.Found(ctx, house)
		if err != nil {
			t.Fatal(err)
		}
		if err := demo.Programmes(ctx, house, towns); err != nil {
			t.Fatal(err)
		}
		if err := demo.Help(ctx, house, towns); err != nil {
			t.Fatal(err)
		}
		if err := demo.Stories(ctx, house, towns, kernel.InstantOf(now).Date()); err != nil {
			t.Fatal(err)
		}
		for _, town := range towns {
			open, programmes := 0, 0
			for r, err := range house.Directory.Published(ctx, town.ID) {
				if err != nil {
					t.Fatal(err)
				}
				if open++; r.Service.Programme != "" {
					programmes++
				}
				for _, n := range append(r.Service.Numbers, r.Organisation.Numbers...) {
					if !n.Number.Fictional() {
						t.Errorf("%s: %q has a number that may reach somebody", town.Slug, r.Service.Name.NL)
					}
				}
				if !strings.Contains(r.Organisation.Name, "(fict") && len(r.Service.Numbers)+len(r.Organisation.Numbers) > 0 {
					t.Errorf("%s: a number for %q was made up", town.Slug, r.Organisation.Name)
				}
			}
			if open <= programmes || programmes == 0 {
				t.Errorf("%s: %d services are told, %d of programmes", town.Slug, open, programmes)
			}
		}
		n, err := demo.Families(ctx, house, towns, now)
		if err != nil {
			t.Fatal(err)
		}
		if n != 300 {
			t.Errorf("%d files", n)
		}
		if err := demo.Vouchers(ctx, house, towns, now); err != nil {
			t.Fatal(err)
		}
		if err := demo.Loans(ctx, house, towns, now); err != nil {
			t.Fatal(err)
		}
		if err := demo.Goods(ctx, house, towns, now); err != nil {
			t.Fatal(err)
		}
		if err := demo.Day(ctx, house, towns, now); err != nil {
			t.Fatal(err)
		}
		for _, town := range towns {
			if town.Slug == "rivierenland" {
				if twice, err := house.Vouchers.Conflicts(town.As(ctx, "ines"), town.Orgs["swap"].ID); err != nil || len(twice) != 1 {
					t.Errorf("at the till %d were no good any more: %v", len(twice), err)
				}
			}
		}
		lent, err := house.Loans.Libraries(towns[0].As(ctx, "rik"))
		if err != nil || len(lent) != 1 {
			t.Fatalf("%d lending libraries: %v", len(lent), err)
		}
		if b, err := house.Loans.Board(towns[0].As(ctx, "rik"), lent[0].ID); err != nil || len(b.Out) != 2 || len(b.Late()) != 1 || len(b.Look) != 1 || len(b.Waits) != 1 {
			t.Errorf("of the bicycles %d are out, %d late, %d to be looked at, %d reserved: %v", len(b.Out), len(b.Late()), len(b.Look), len(b.Waits), err)
		}
		for _, town := range towns {
			if town.Slug != "rivierenland" {
				continue
			}
			boards, err := house.Vouchers.Boards(town.As(ctx, "ines"))
			if err != nil || len(boards) != 1 || boards[0].Offers[0].All.Granted != 4 || boards[0].Offers[0].All.Redeemed != 3 {
				t.Errorf("the bags of Boom: %+v, %v", boards, err)
			}
		}
		t.Logf("made in %v", time.Since(now).Round(time.Millisecond))
		page, err := house.Families.List(towns[0].As(ctx, "aicha"), families.Query{Limit: 10})
		if err != nil || len(page.Rows) != 10 {
			t.Errorf("a caseworker lists %d files, %v", len(page.Rows), err)
		}
	})
}
