package kit

import (
	"container/list"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Limiter bounds how often one client may ask. It remembers a bounded number
// of clients: the one that was quiet longest is forgotten first, so a crowd of
// strangers costs memory for a crowd and no more.
type Limiter struct {
	perSecond  rate.Limit
	burst      int
	remembered int
	proxied    bool

	mu      sync.Mutex
	clients map[any]*list.Element // by address, or by ID
	recent  *list.List            // of *client, the latest first
}

type client struct {
	key    any
	bucket *rate.Limiter
}

// NewLimiter allows burst requests at once and perSecond on average, and
// remembers at most so many clients. Proxied tells that a proxy of our own
// stands in front, whose X-Forwarded-For names the client last.
func NewLimiter(perSecond, burst, remembered int, proxied bool) *Limiter {
	return newLimiter(rate.Limit(perSecond), burst, remembered, proxied)
}

// NewSlowLimiter is [NewLimiter] for what people seldom do: one request comes
// back after each pause.
func NewSlowLimiter(pause time.Duration, burst, remembered int, proxied bool) *Limiter {
	return newLimiter(rate.Every(pause), burst, remembered, proxied)
}

func newLimiter(perSecond rate.Limit, burst, remembered int, proxied bool) *Limiter {
	return &Limiter{
		perSecond: perSecond, burst: burst, remembered: max(1, remembered), proxied: proxied,
		clients: map[any]*list.Element{}, recent: list.New(),
	}
}

// Allow takes one request from the client's allowance, if any is left.
func (l *Limiter) Allow(r *http.Request, now time.Time) bool {
	return l.take(l.addressOf(r), now)
}

// AllowID takes one request from the allowance of whomever an ID names.
func (l *Limiter) AllowID(id kernel.ID, now time.Time) bool { return l.take(id, now) }

func (l *Limiter) take(key any, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	at, known := l.clients[key]
	if !known {
		if l.recent.Len() >= l.remembered {
			oldest := l.recent.Back()
			delete(l.clients, oldest.Value.(*client).key)
			l.recent.Remove(oldest)
		}
		at = l.recent.PushFront(&client{key, rate.NewLimiter(l.perSecond, l.burst)})
		l.clients[key] = at
	}
	l.recent.MoveToFront(at)
	return at.Value.(*client).bucket.AllowN(now, 1)
}

// addressOf is the client's address as an allowance goes by it.
func (l *Limiter) addressOf(r *http.Request) netip.Addr { return Source(r, l.proxied) }

// Source is the address from which a request came; of an IPv6 address its /64,
// which is one household. Who cannot be told apart has the zero address.
// Proxied tells that a proxy of our own stands in front.
func Source(r *http.Request, proxied bool) netip.Addr {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	if proxied {
		if all := r.Header.Values("X-Forwarded-For"); len(all) > 0 {
			last := all[len(all)-1]
			host = strings.TrimSpace(last[strings.LastIndexByte(last, ',')+1:])
		}
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Addr{}
	}
	addr = addr.Unmap().WithZone("")
	if addr.Is6() {
		if p, err := addr.Prefix(64); err == nil {
			return p.Addr()
		}
	}
	return addr
}
