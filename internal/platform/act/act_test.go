package act_test

import (
	"context"
	"crypto/ed25519"
	"errors"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/audit"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
	"github.com/bondgenoot/bondgenoot/internal/platform/job"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

var modules = []db.Migrations{policy.Migrations(), audit.Migrations(), job.Migrations()}

func acts(d *db.DB) *act.Acts {
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	return &act.Acts{DB: d, Audit: &audit.Log{Key: key}, Now: time.Now}
}

func officer() context.Context {
	return act.As(context.Background(), policy.Actor{
		Alliance: kernel.NewID(), Person: kernel.NewID(), Org: kernel.NewID(),
		Roles: []policy.Role{policy.PrivacyOfficer},
	})
}

func TestAnActCommitsOnlyWhenItWasDecidedAndRecorded(t *testing.T) {
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		s := acts(d)
		ctx := officer()
		for name, tt := range map[string]struct {
			fn   func(a *act.Act) error
			want error
		}{
			"decided and recorded": {func(a *act.Act) error {
				return errors.Join(a.Allow(ctx, "audit.read", ""), a.Record(ctx, act.Entry{Action: "audit.read"}))
			}, nil},
			"not decided":  {func(a *act.Act) error { return a.Record(ctx, act.Entry{Action: "audit.read"}) }, act.ErrUndecided},
			"not recorded": {func(a *act.Act) error { return a.Allow(ctx, "audit.read", "") }, act.ErrUnrecorded},
		} {
			t.Run(name, func(t *testing.T) {
				if err := s.Do(ctx, tt.fn); !errors.Is(err, tt.want) {
					t.Errorf("Do = %v, want %v", err, tt.want)
				}
			})
		}
		err := d.Read(ctx, func(q db.Querier) error {
			report, err := s.Audit.Verify(ctx, q)
			if report.Records != 1 || len(report.Troubles) != 0 {
				t.Errorf("report %+v, want one record and no trouble", report)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
