package kit

import (
	"fmt"
	"net/http/httptest"
	"testing"
	"time"
)

func TestALimiterTellsClientsApart(t *testing.T) {
	now := time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC)
	from := func(l *Limiter, addr, forwarded string) bool {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = addr
		if forwarded != "" {
			r.Header.Set("X-Forwarded-For", forwarded)
		}
		return l.Allow(r, now)
	}

	t.Run("two at once, then one a second", func(t *testing.T) {
		l := NewLimiter(1, 2, 10, false)
		got := fmt.Sprint(from(l, "192.0.2.1:1", ""), from(l, "192.0.2.1:2", ""), from(l, "192.0.2.1:3", ""), from(l, "192.0.2.2:1", ""))
		if got != "true true false true" {
			t.Error(got)
		}
		now = now.Add(time.Second)
		if !from(l, "192.0.2.1:4", "") {
			t.Error("a second later it is still refused")
		}
	})
	t.Run("one household has one allowance, whatever address it takes", func(t *testing.T) {
		l := NewLimiter(1, 1, 10, false)
		if !from(l, "[2001:db8:1:2::1]:1", "") || from(l, "[2001:db8:1:2:ffff::9]:1", "") || !from(l, "[2001:db8:1:3::1]:1", "") {
			t.Error("a /64 is not one client")
		}
	})
	t.Run("only our own proxy may name the client", func(t *testing.T) {
		open := NewLimiter(1, 1, 10, false)
		if !from(open, "192.0.2.1:1", "198.51.100.1") || from(open, "192.0.2.1:1", "198.51.100.2") {
			t.Error("a client chose its own address")
		}
		behind := NewLimiter(1, 1, 10, true)
		if !from(behind, "10.0.0.1:1", "6.6.6.6, 198.51.100.1") || from(behind, "10.0.0.1:1", "7.7.7.7, 198.51.100.1") || !from(behind, "10.0.0.1:1", "198.51.100.2") {
			t.Error("behind a proxy the last address counts")
		}
	})
	t.Run("it remembers no more than it was told", func(t *testing.T) {
		l := NewLimiter(1, 1, 3, false)
		for i := range 100 {
			from(l, fmt.Sprintf("192.0.2.%d:1", i), "")
		}
		if len(l.clients) != 3 || l.recent.Len() != 3 {
			t.Errorf("remembers %d and %d", len(l.clients), l.recent.Len())
		}
		if from(l, "192.0.2.99:1", "") {
			t.Error("the latest client was forgotten")
		}
	})
	t.Run("who is over the limit reads why and when", func(t *testing.T) {
		w := site(t, func(g *Guard) { g.Rate = NewLimiter(1, 1, 10, false) })
		w.ask(get("/families/1"))
		got := w.ask(get("/families/1"))
		if got.Code != 429 || got.Header().Get("Retry-After") == "" {
			t.Errorf("got %d", got.Code)
		}
		if got := w.ask(get(Asset("app.css"))); got.Code != 200 {
			t.Errorf("the look is refused with %d", got.Code)
		}
	})
}
