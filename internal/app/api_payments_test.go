package app_test

import (
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/payments"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// The treasury's program prepares a batch and reads what became of it, the
// pharmacy's sees its own money; no program approves, and none is told an
// account.
func TestAProgramPreparesAPaymentAndPeoplePay(t *testing.T) {
	onEachEngine(t, func(w *world) {
		town := w.towns["kortenaken"]
		ocmw, pharmacy := town.Orgs["ocmw"].ID, town.Orgs["pharmacy"].ID
		hilde := town.As(w.Context(), "hilde")
		w.did(w.app.Payments.Arrange(hilde, ocmw, true))
		w.did(w.app.Payments.SetAccount(hilde, ocmw, 0, payments.Account{Name: "OCMW Kortenaken", IBAN: "BE71096123456769"}))
		w.did(w.app.Payments.SetAccount(hilde, pharmacy, 0, payments.Account{Name: "Apotheek Kortenaken", IBAN: "BE68539007547034"}))
		w.owes(town.ID, payments.Owe{Payer: ocmw, Payee: pharmacy, Cents: 12_50, Kind: "booked"})
		treasury, shop, stranger := w.token("kortenaken", "stijn", false), w.token("kortenaken", "piet", false), w.token("kortenaken", "griet", false)

		if owed := treasury.gets("GET /payments", nil, 200); owed.text("owed.0.amount") != "12.50" || owed.field("owed.0.account") != true {
			t.Errorf("what is owed: %s", owed.body)
		}
		shop.gets("GET /payments", nil, 403)
		stranger.gets("GET /payments/own", nil, 403)
		today := kernel.InstantOf(w.clock()).Date()
		in := obj{"id": kernel.NewID(), "until": today, "day": today.AddDays(2)}
		made := treasury.gets("POST /payments/batches", in, 201)
		treasury.gets("POST /payments/batches", in, 201) // sent twice
		at := "/payments/batches/" + made.text("id")
		if made.text("state") != "draft" || strings.Contains(string(made.body), "Apotheek") {
			t.Errorf("the draft: %s", made.body)
		}
		treasury.gets("POST "+at+"/cancel", nil, 204)
		in["id"] = kernel.NewID()
		batch := kernel.ID(treasury.gets("POST /payments/batches", in, 201).text("id"))
		roos := town.As(w.Context(), "roos")
		_, err := w.app.Payments.Approve(roos, batch)
		w.did(err)
		_, file, err := w.app.Payments.Export(roos, batch)
		w.did(err)
		at = "/payments/batches/" + string(batch)
		seen := treasury.gets("GET "+at, nil, 200)
		if seen.text("state") != "exported" || seen.text("lines.0.amount") != "12.50" || strings.Contains(string(seen.body), "BE68") {
			t.Errorf("the batch: %s", seen.body)
		}
		treasury.gets("POST "+at+"/cancel", nil, 409)
		w.as("kortenaken", "piet").program().gets("GET "+at, nil, 403)
		if own := shop.gets("GET /payments/own", nil, 200); own.text("coming") != "12.50" || own.text("payments.0.payer") == "" {
			t.Errorf("what the shop sees: %s", own.body)
		}
		if x := shop.gets("GET /payments/statements/"+seen.text("lines.0.id"), nil, 200); x.text("dues.0.amount") != "12.50" {
			t.Errorf("the statement: %s", x.body)
		}
		shop.gets("GET /payments/statements/"+string(kernel.NewID()), nil, 404)

		if r := treasury.gets("POST /payments/answers", obj{"file": string(file)}, 422); r.count("errors") == 0 && r.text("detail") == "" {
			t.Errorf("an order is no answer: %s", r.body)
		}
		if all := treasury.gets("GET /payments", nil, 200); all.count("batches") != 2 || all.text("clearing") != "12.50" {
			t.Errorf("the batches: %s", all.body)
		}
	})
}
