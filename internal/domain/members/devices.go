package members

import (
	"context"
	"encoding/hex"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// Browser is what is known of the browser at the other end. Its zero value is
// one of which nothing is known.
type Browser struct {
	Device string // a value of its own that it was given and brings back; empty: none
	Source string // its address on the network
	Kind   string // a browser and a system: "Firefox, Android"
}

// How many codes one worker gets in an hour, so that nobody can keep a
// colleague from theirs by asking in their name: a browser in which the worker
// signed in before has an allowance that no stranger can use up. Strangers have
// one for each network, and one for all of them, which bounds both letters and
// guesses.
const (
	codesAnHour          = 6  // from one known browser
	codesFromOneNetwork  = 4  // from all strange browsers of one network
	codesFromAllNetworks = 12 // from all strange browsers
	deviceLife           = 400 * 24 * time.Hour
)

// asker is from where a code is asked: a browser that the worker knows, or
// otherwise the network. What is kept of either is a digest.
func (s *Service) asker(ctx context.Context, q db.Querier, alliance, worker kernel.ID, b Browser) (source string, known bool, err error) {
	if b.Device != "" {
		device := hashed(b.Device)
		if known, err = deviceKnown(ctx, q, alliance, worker, device); err != nil || known {
			return device, known, err
		}
	}
	return hex.EncodeToString(s.Keeper.Token([]byte("sign-in network/" + b.Source))[:16]), false, nil
}

// mayAsk tells whether the worker still has a code to get from there.
func (s *Service) mayAsk(ctx context.Context, q db.Querier, alliance, worker kernel.ID, source string, known bool, now kernel.Instant) (bool, error) {
	fromHere, fromStrangers, err := codesSince(ctx, q, alliance, worker, source, now.Add(-time.Hour))
	if known {
		return fromHere < codesAnHour, err
	}
	return fromHere < codesFromOneNetwork && fromStrangers < codesFromAllNetworks, err
}

func deviceKnown(ctx context.Context, q db.Querier, alliance, worker kernel.ID, token string) (known bool, err error) {
	var n int
	err = q.QueryRowContext(ctx, `SELECT count(*) FROM worker_device WHERE alliance = $1 AND worker = $2 AND token = $3`,
		alliance, worker, token).Scan(&n)
	return n > 0, err
}

func rememberDevice(ctx context.Context, q db.Querier, alliance, worker kernel.ID, token string, now kernel.Instant) error {
	_, err := q.ExecContext(ctx, `INSERT INTO worker_device (alliance, worker, token, since, seen) VALUES ($1, $2, $3, $4, $4)
		ON CONFLICT (alliance, worker, token) DO UPDATE SET seen = excluded.seen`, alliance, worker, token, now)
	return err
}

func codesSince(ctx context.Context, q db.Querier, alliance, worker kernel.ID, source string, since kernel.Instant) (fromHere, fromStrangers int, err error) {
	err = q.QueryRowContext(ctx, `SELECT count(*) FILTER (WHERE source = $3), count(*) FILTER (WHERE NOT known) FROM sign_in_code
		WHERE alliance = $1 AND worker = $2 AND asked_at > $4`, alliance, worker, source, since).Scan(&fromHere, &fromStrangers)
	return fromHere, fromStrangers, err
}
