package demo

import (
	"context"
	"fmt"

	"github.com/bondgenoot/bondgenoot/internal/app"
	"github.com/bondgenoot/bondgenoot/internal/domain/payments"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// Payments has Kortenaken's welfare office pay the pharmacy: a payment that is
// with the bank, one that waits for a second person, and something that is owed
// still. The accounts are those that banks print as examples.
func Payments(ctx context.Context, a *app.App, towns []Town) error {
	t := called(towns, "kortenaken")
	if err := payOut(ctx, a, t); err != nil {
		return fmt.Errorf("demonstration of payments: %w", err)
	}
	return nil
}

func payOut(ctx context.Context, a *app.App, t Town) error {
	ocmw, pharmacy := t.Orgs["ocmw"].ID, t.Orgs["pharmacy"].ID
	hilde, stijn := t.As(ctx, "hilde"), t.As(ctx, "stijn")
	if err := a.Payments.Arrange(hilde, ocmw, true); err != nil {
		return err
	}
	for org, c := range map[kernel.ID]payments.Account{
		ocmw:     {Name: "OCMW Kortenaken (voorbeeld)", IBAN: "BE71096123456769"},
		pharmacy: {Name: "Apotheek Kortenaken (fictief)", IBAN: "BE68539007547034"},
	} {
		if err := a.Payments.SetAccount(hilde, org, 0, c); err != nil {
			return err
		}
	}
	today := kernel.InstantOf(a.Acts.Now()).Date()
	first := today[:8] + "01"
	sent, err := owedAndMade(stijn, a, t, today, 184_50, 62_00)
	if err != nil {
		return err
	}
	if _, err := a.Payments.Approve(t.As(ctx, "roos"), sent.ID); err != nil {
		return err
	}
	if _, _, err := a.Payments.Export(stijn, sent.ID); err != nil {
		return err
	}
	if _, err := owedAndMade(stijn, a, t, today, 47_25); err != nil {
		return err
	}
	return owe(ctx, a, t, 12_00, first)
}

// owedAndMade makes amounts owed to the pharmacy, and a batch that pays them.
func owedAndMade(ctx context.Context, a *app.App, t Town, today kernel.Date, amounts ...kernel.Cents) (payments.Batch, error) {
	for _, cents := range amounts {
		if err := owe(ctx, a, t, cents, today); err != nil {
			return payments.Batch{}, err
		}
	}
	return a.Payments.Make(ctx, payments.New{ID: kernel.NewID(), Until: today, Day: today.AddDays(2)})
}

func owe(ctx context.Context, a *app.App, t Town, cents kernel.Cents, day kernel.Date) error {
	ctx = act.As(ctx, policy.SystemActor(t.ID))
	return a.Acts.Do(ctx, func(x *act.Act) error {
		if err := x.Allow(ctx, "system.work", ""); err != nil {
			return err
		}
		if _, err := a.Payments.OweIn(ctx, x, payments.Owe{ID: kernel.NewID(), Payer: t.Orgs["ocmw"].ID, Payee: t.Orgs["pharmacy"].ID,
			Cents: cents, From: "world/budget", Kind: payments.Booked, Day: day}); err != nil {
			return err
		}
		return x.Record(ctx, act.Entry{Action: "payment.owe", Subject: t.Orgs["pharmacy"].ID})
	})
}
