package audit

import (
	"context"
	"crypto"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// Checkpoint signs the present size and root of an alliance's tree and keeps
// it. The text it returns may be printed or given to partners: who holds it
// can prove that no record before it was changed.
func (l *Log) Checkpoint(ctx context.Context, q db.Querier, alliance kernel.ID, at kernel.Instant) (string, error) {
	var size int64
	err := q.QueryRowContext(ctx, `SELECT size FROM audit_head WHERE alliance = $1`, alliance).Scan(&size)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil // nothing was done yet
	}
	if err != nil {
		return "", err
	}
	root, err := tlog.TreeHash(size, stored{ctx, q, alliance})
	if err != nil {
		return "", err
	}
	text := statement(alliance, size, root, at)
	signed, err := l.Key.Sign(rand.Reader, []byte(text), crypto.Hash(0))
	if err != nil {
		return "", err
	}
	signature := hex.EncodeToString(signed)
	_, err = q.ExecContext(ctx, `INSERT INTO audit_checkpoint (alliance, size, root, at, signature)
		VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`, alliance, size, root.String(), at, signature)
	return text + signature + "\n", err
}

// Statements are a statement of [Log.Checkpoint] for each alliance, as things
// are now.
func (l *Log) Statements(ctx context.Context, q db.Querier, at kernel.Instant) (all []string, err error) {
	alliances, err := column(ctx, q, `SELECT alliance FROM audit_head WHERE size > 0 ORDER BY alliance`)
	if err != nil {
		return nil, err
	}
	for _, a := range alliances {
		text, err := l.Checkpoint(ctx, q, kernel.ID(a), at)
		if err != nil {
			return nil, err
		}
		all = append(all, text)
	}
	return all, nil
}

// ParseStatements takes apart a text of statements, one after the other; lines
// that say nothing do not count.
func ParseStatements(text string) (all []string) {
	var lines []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	for part := range slices.Chunk(lines, statementLines) {
		all = append(all, strings.Join(part, "\n"))
	}
	return all
}

// statementLines is how many lines a statement has, its signature among them.
const statementLines = 6

func statement(alliance kernel.ID, size int64, root tlog.Hash, at kernel.Instant) string {
	return fmt.Sprintf("bondgenoot audit\n%s\n%d\n%s\n%s\n", alliance, size, root, at)
}

// checkpoint is a signed statement as it was kept.
type checkpoint struct {
	size                int64
	root, at, signature string
}

// signed tells whether this installation signed the checkpoint.
func (c checkpoint) signed(l *Log, alliance kernel.ID) bool {
	root, err := tlog.ParseHash(c.root)
	if err != nil {
		return false
	}
	signature, err := hex.DecodeString(c.signature)
	text := statement(alliance, c.size, root, kernel.Instant(c.at))
	return err == nil && l.signed([]byte(text), signature, kernel.Instant(c.at))
}

// Holds checks a statement of [Log.Checkpoint] that was kept elsewhere against
// the tree as it is now; nil means that the records up to it are those of that
// day, if [Log.Verify] finds no trouble either. What does not hold is Invalid
// ("audit.statement": not a statement of this installation) or Conflict
// ("audit.statement_broken": the record is another one now).
func (l *Log) Holds(ctx context.Context, q db.Querier, text string) error {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	if len(lines) != statementLines {
		return kernel.NewInvalid("audit.statement")
	}
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	size, err := strconv.ParseInt(lines[2], 10, 64)
	c := checkpoint{size: size, root: lines[3], at: lines[4], signature: lines[5]}
	alliance := kernel.ID(lines[1])
	if err != nil || size < 1 || !c.signed(l, alliance) {
		return kernel.NewInvalid("audit.statement")
	}
	var now int64
	err = q.QueryRowContext(ctx, `SELECT size FROM audit_head WHERE alliance = $1`, alliance).Scan(&now)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if now < size {
		return kernel.NewConflict("audit.statement_broken")
	}
	root, err := tlog.TreeHash(size, stored{ctx, q, alliance})
	if errors.Is(err, sql.ErrNoRows) || err == nil && root.String() != c.root {
		return kernel.NewConflict("audit.statement_broken")
	}
	return err
}

func (w *walk) readCheckpoints(ctx context.Context, where string, args ...any) ([]checkpoint, error) {
	rows, err := w.q.QueryContext(ctx, `SELECT size, root, at, signature FROM audit_checkpoint
		WHERE alliance = $1 AND (`+where+`) ORDER BY size`, append([]any{w.alliance}, args...)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []checkpoint
	for rows.Next() {
		var c checkpoint
		if err := rows.Scan(&c.size, &c.root, &c.at, &c.signature); err != nil {
			return nil, err
		}
		found = append(found, c)
	}
	return found, rows.Err()
}

// passCheckpoint holds the tree against the checkpoint of its present size.
// Every so many records there must be one.
func (w *walk) passCheckpoint() {
	c, there := w.checkpoints[w.tree.size]
	switch {
	case !there && w.tree.size%checkpointEvery == 0:
		w.trouble(w.tree.size, CheckpointMissing, 0)
	case !there:
		return
	case !c.signed(w.log, w.alliance):
		w.trouble(c.size, CheckpointUnsigned, 0)
	case w.tree.root().String() != c.root:
		w.trouble(c.size, CheckpointBroken, w.sound)
	default:
		w.sound = c.size
	}
	if there {
		w.report.Checkpoints++
	}
}

// otherCheckpoints names those at which no record stands.
func (w *walk) otherCheckpoints(ctx context.Context) error {
	found, err := w.readCheckpoints(ctx, `size < 1 OR size > $2`, w.tree.size)
	for _, c := range found {
		w.report.Checkpoints++
		if !c.signed(w.log, w.alliance) {
			w.trouble(c.size, CheckpointUnsigned, 0)
		} else {
			w.trouble(c.size, CheckpointTooLong, w.tree.size)
		}
	}
	return err
}
