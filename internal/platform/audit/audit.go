// Package audit keeps the record of what was done and read: append-only and
// tamper-evident. Each record is chained to the one before it in the
// transaction of the act itself, a Merkle tree stands over the records of an
// alliance, and signed checkpoints state how many there were and what the
// tree's root was.
//
// A record holds no personal data: who acted and for which organisation, the
// action, the pseudonymous ID of what it concerned, and which fields changed,
// never what was in them.
//
// Owns the tables audit_record, audit_head, audit_hash and audit_checkpoint.
package audit

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are the tables of this package.
func Migrations() db.Migrations {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // cannot happen: the folder is embedded
	}
	return db.Migrations{Module: "audit", Files: files}
}

// Record is one thing done or read.
type Record struct {
	Alliance kernel.ID
	Seq      int64 // from 0, without holes
	At       kernel.Instant
	Person   kernel.ID // zero: the house itself, or somebody who was not signed in
	Org      kernel.ID
	Action   string
	Subject  kernel.ID
	Rule     string            // why it was allowed
	Fields   []string          // the names of what changed
	Detail   map[string]string // states and codes; never a name, a number or free text
}

// Log writes and checks records.
type Log struct {
	// Key signs checkpoints; its public key is an [ed25519.PublicKey].
	Key crypto.Signer
	// SignersAt are the public keys that may have signed at that moment, for
	// an installation that replaced its key; nil: that of Key alone.
	SignersAt func(at kernel.Instant) []ed25519.PublicKey
}

// signed tells whether this installation signed the text at that moment.
func (l *Log) signed(text, signature []byte, at kernel.Instant) bool {
	if l.SignersAt == nil {
		return ed25519.Verify(l.Key.Public().(ed25519.PublicKey), text, signature)
	}
	return slices.ContainsFunc(l.SignersAt(at), func(public ed25519.PublicKey) bool { return ed25519.Verify(public, text, signature) })
}

// checkpointEvery is how many records lie between two checkpoints.
const checkpointEvery = 64

// Append writes the next record of its alliance, within the transaction q.
// Seq is given here.
func (l *Log) Append(ctx context.Context, q db.Querier, r Record) error {
	// The head is taken before anything is written: two that append at once
	// meet here, where the engine lets one of them begin again.
	var prev string
	err := db.Row(ctx, q, `INSERT INTO audit_head (alliance, size, hash) VALUES ($1, 0, '')
		ON CONFLICT (alliance) DO UPDATE SET size = audit_head.size RETURNING size, hash`, r.Alliance).Scan(&r.Seq, &prev)
	if err != nil {
		return err
	}
	body, err := json.Marshal(struct {
		Fields []string          `json:"fields,omitempty"`
		Detail map[string]string `json:"detail,omitempty"`
	}{r.Fields, r.Detail})
	if err != nil {
		return err
	}
	hash := chain(prev, r, string(body))
	if err := l.grow(ctx, q, r.Alliance, r.Seq, hash); err != nil {
		return err
	}
	err = db.Soon(ctx, q, `INSERT INTO audit_record
		(alliance, seq, at, person, org, action, subject, rule, body, prev, hash)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		r.Alliance, r.Seq, r.At, r.Person, r.Org, r.Action, r.Subject, r.Rule, string(body), prev, hash)
	if err != nil {
		return err
	}
	err = db.Soon(ctx, q, `UPDATE audit_head SET size = $2, hash = $3 WHERE alliance = $1`, r.Alliance, r.Seq+1, hash)
	if err != nil || (r.Seq+1)%checkpointEvery != 0 {
		return err
	}
	_, err = l.Checkpoint(ctx, q, r.Alliance, r.At)
	return err
}

// chain is the hash of a record and, through prev, of every record before it.
// Each part goes in with its length, so that nothing can move from one part
// into the next and leave the hash as it was.
func chain(prev string, r Record, body string) string {
	parts := [...]string{
		prev, string(r.Alliance), strconv.FormatInt(r.Seq, 10), string(r.At), string(r.Person), string(r.Org),
		r.Action, string(r.Subject), r.Rule, body,
	}
	var all []byte
	for _, part := range parts {
		all = strconv.AppendInt(all, int64(len(part)), 10)
		all = append(append(append(all, ':'), part...), ',')
	}
	sum := sha256.Sum256(all)
	return hex.EncodeToString(sum[:])
}

// grow adds the record's hash to the Merkle tree.
func (l *Log) grow(ctx context.Context, q db.Querier, alliance kernel.ID, seq int64, hash string) error {
	added, err := tlog.StoredHashes(seq, []byte(hash), stored{ctx, q, alliance})
	if err != nil {
		return fmt.Errorf("audit tree at %d: %w", seq, err)
	}
	var query strings.Builder
	query.WriteString(`INSERT INTO audit_hash (alliance, idx, hash) VALUES `)
	args, at := []any{alliance}, tlog.StoredHashIndex(0, seq)
	for i, h := range added {
		if i > 0 {
			query.WriteString(", ")
		}
		query.WriteString("($1, " + db.Marks(len(args)+1, 2) + ")")
		args = append(args, at+int64(i), h.String())
	}
	return db.Soon(ctx, q, query.String(), args...)
}

// stored reads tree hashes for tlog.
type stored struct {
	ctx      context.Context // of the one call that made it
	q        db.Querier
	alliance kernel.ID
}

func (s stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	if len(indexes) == 0 {
		return nil, nil
	}
	args := []any{s.alliance}
	for _, at := range indexes {
		args = append(args, at)
	}
	found := map[int64]string{}
	err := db.Each(s.ctx, s.q, func(rows *sql.Rows) error {
		var at int64
		var text string
		err := rows.Scan(&at, &text)
		found[at] = text
		return err
	}, `SELECT idx, hash FROM audit_hash WHERE alliance = $1 AND idx IN (`+db.Marks(2, len(indexes))+`)`, args...)
	if err != nil {
		return nil, err
	}
	hashes := make([]tlog.Hash, len(indexes))
	for i, at := range indexes {
		text, there := found[at]
		if !there {
			return nil, fmt.Errorf("tree hash %d: %w", at, sql.ErrNoRows)
		}
		if hashes[i], err = tlog.ParseHash(text); err != nil {
			return nil, fmt.Errorf("tree hash %d: %w", at, err)
		}
	}
	return hashes, nil
}

// Of lists the records about one subject, newest first, at most limit, from
// before the record number before (0: from the newest; a page that ends with
// record 0 is therefore the last one).
func (l *Log) Of(ctx context.Context, q db.Querier, alliance, subject kernel.ID, before int64, limit int) ([]Record, error) {
	return list(ctx, q, `subject = $2 AND (seq < $3 OR $3 = 0)`, limit, alliance, subject, before)
}

// Latest lists the newest records of an alliance, at most limit, from before
// the record number before (0: from the newest; a page that ends with record 0
// is therefore the last one).
func (l *Log) Latest(ctx context.Context, q db.Querier, alliance kernel.ID, before int64, limit int) ([]Record, error) {
	return list(ctx, q, `(seq < $2 OR $2 = 0)`, limit, alliance, before)
}

func list(ctx context.Context, q db.Querier, where string, limit int, args ...any) ([]Record, error) {
	rows, err := q.QueryContext(ctx, `SELECT alliance, seq, at, person, org, action, subject, rule, body
		FROM audit_record WHERE alliance = $1 AND `+where+fmt.Sprintf(` ORDER BY seq DESC LIMIT %d`, limit), args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var records []Record
	for rows.Next() {
		var r Record
		var body string
		if err := rows.Scan(&r.Alliance, &r.Seq, &r.At, &r.Person, &r.Org, &r.Action, &r.Subject, &r.Rule, &body); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(body), &r); err != nil {
			return nil, fmt.Errorf("audit record %d: %w", r.Seq, err)
		}
		records = append(records, r)
	}
	return records, rows.Err()
}
