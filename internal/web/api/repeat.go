package api

import (
	"bytes"
	"context"
	"net/http"

	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/idempotent"
)

// once carries out a POST with an Idempotency-Key one time, however often it
// comes. Who did not sign in changes nothing, so nothing is remembered of
// them.
func (d *desk) once(w http.ResponseWriter, r *http.Request, e endpoint, body []byte, answer http.HandlerFunc) {
	key := r.Header.Get("Idempotency-Key")
	actor := act.ActorOf(r.Context())
	_, sent := r.Header["Idempotency-Key"] // one that is empty is not one that was not sent: it is refused
	if r.Method != http.MethodPost || !sent || !actor.SignedIn() {
		answer(w, r)
		return
	}
	content := []byte(string(actor.Org) + "\n" + r.Method + " " + r.URL.EscapedPath() + "?" + r.URL.RawQuery + "\n")
	attempt, before, err := d.Requests.Begin(r.Context(), idempotent.Request{
		Alliance: actor.Alliance, Actor: actor.Person, Key: key, Content: append(content, body...),
	})
	switch {
	case err != nil:
		d.fail(w, r, err)
	case before != nil && before.Status == 0:
		answer(w, r)
	case before != nil:
		replay(w, *before)
	default:
		d.attempt(w, r, e, attempt, answer)
	}
}

// attempt carries a request out, keeps its answer, and sends it. What failed
// may be tried again under the same key.
func (d *desk) attempt(w http.ResponseWriter, r *http.Request, e endpoint, a *idempotent.Attempt, answer http.HandlerFunc) {
	ctx := context.WithoutCancel(r.Context()) // who left early still has it done once
	held := &held{header: w.Header()}
	went := false
	defer func() {
		if went {
			return
		}
		if err := a.Abandon(ctx); err != nil {
			d.Log.ErrorContext(ctx, "a request with a key was not let go", "error", err)
		}
	}()
	if e.Safe {
		answer(held, r)
	} else {
		answer(held, r.WithContext(act.Along(r.Context(), a.Effect)))
	}
	if went = held.status < 300; went {
		kept := idempotent.Answer{}
		if !e.Safe {
			kept = idempotent.Answer{Status: held.status, Location: w.Header().Get("Location"), Body: held.body.Bytes()}
		}
		if err := a.Answered(ctx, kept); err != nil {
			d.Log.ErrorContext(ctx, "the answer to a request with a key was not kept", "error", err)
		}
	}
	w.WriteHeader(held.status)
	_, _ = w.Write(held.body.Bytes()) // a reader who left is no fault of ours
}

// replay gives an answer once more.
func replay(w http.ResponseWriter, a idempotent.Answer) {
	h := w.Header()
	if a.Location != "" {
		h.Set("Location", a.Location)
	}
	h.Set("Idempotency-Replayed", "true")
	h.Set("Content-Type", "application/json")
	w.WriteHeader(a.Status)
	_, _ = w.Write(a.Body) // a reader who left is no fault of ours
}

// held is an answer that is not sent yet.
type held struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (h *held) Header() http.Header { return h.header }

func (h *held) WriteHeader(status int) {
	if h.status == 0 {
		h.status = status
	}
}

func (h *held) Write(b []byte) (int, error) {
	h.WriteHeader(http.StatusOK)
	return h.body.Write(b)
}
