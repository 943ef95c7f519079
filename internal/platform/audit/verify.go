package audit

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// Trouble is one thing in the record that is not as it was written.
type Trouble struct {
	Alliance kernel.ID
	Seq      int64 // of the record, or the size of the checkpoint
	What     string
}

func (t Trouble) String() string {
	return fmt.Sprintf("alliance %s, record %d: %s", t.Alliance, t.Seq, t.What)
}

// Report is the outcome of a verification.
type Report struct {
	Alliances, Records, Checkpoints int64
	Troubles                        []Trouble
}

// Verify reads the whole record of every alliance and names each record that
// was changed, removed, added or put elsewhere, and each checkpoint that does
// not hold.
func (l *Log) Verify(ctx context.Context, q db.Querier) (Report, error) {
	var report Report
	alliances, err := column(ctx, q, `SELECT alliance FROM audit_head
		UNION SELECT alliance FROM audit_record UNION SELECT alliance FROM audit_checkpoint ORDER BY 1`)
	if err != nil {
		return report, err
	}
	for _, a := range alliances {
		report.Alliances++
		if err := l.verify(ctx, q, kernel.ID(a), &report); err != nil {
			return report, err
		}
	}
	return report, nil
}

func (l *Log) verify(ctx context.Context, q db.Querier, alliance kernel.ID, report *Report) error {
	trouble := func(seq int64, format string, args ...any) {
		report.Troubles = append(report.Troubles, Trouble{alliance, seq, fmt.Sprintf(format, args...)})
	}
	tree := &rebuilt{}
	size, last, err := l.verifyChain(ctx, q, alliance, tree, trouble)
	if err != nil {
		return err
	}
	report.Records += size

	var headSize int64
	var headHash string
	if err := q.QueryRowContext(ctx, `SELECT coalesce(sum(size), 0), coalesce(min(hash), '') FROM audit_head WHERE alliance = $1`, alliance).
		Scan(&headSize, &headHash); err != nil {
		return err
	}
	if headSize != size || headHash != last {
		trouble(size, "the record ends here, but %d records were written", headSize)
	}
	if err := tree.compare(ctx, q, alliance, trouble); err != nil {
		return err
	}
	return l.verifyCheckpoints(ctx, q, alliance, size, tree, report, trouble)
}

// verifyChain walks the records in order and rebuilds the tree over them.
func (l *Log) verifyChain(ctx context.Context, q db.Querier, alliance kernel.ID, tree *rebuilt, trouble func(int64, string, ...any)) (size int64, last string, err error) {
	rows, err := q.QueryContext(ctx, `SELECT seq, at, person, org, action, subject, rule, body, prev, hash
		FROM audit_record WHERE alliance = $1 ORDER BY seq`, alliance)
	if err != nil {
		return 0, "", err
	}
	defer rows.Close()
	for rows.Next() {
		r := Record{Alliance: alliance}
		var body, prev, hash string
		if err := rows.Scan(&r.Seq, &r.At, &r.Person, &r.Org, &r.Action, &r.Subject, &r.Rule, &body, &prev, &hash); err != nil {
			return 0, "", err
		}
		for ; size < r.Seq; size++ {
			trouble(size, "removed")
			tree.add("") // keeps the places of those after it
		}
		switch {
		case chain(prev, r, body) != hash:
			trouble(r.Seq, "changed after it was written")
		case prev != last && !tree.holed(r.Seq-1):
			trouble(r.Seq, "does not follow the record before it: changed or put elsewhere")
		}
		tree.add(hash)
		size, last = r.Seq+1, hash
	}
	return size, last, rows.Err()
}

func (l *Log) verifyCheckpoints(ctx context.Context, q db.Querier, alliance kernel.ID, size int64, tree *rebuilt, report *Report, trouble func(int64, string, ...any)) error {
	rows, err := q.QueryContext(ctx, `SELECT size, root, at, signature FROM audit_checkpoint WHERE alliance = $1 ORDER BY size`, alliance)
	if err != nil {
		return err
	}
	defer rows.Close()
	public := l.Key.Public().(ed25519.PublicKey)
	for rows.Next() {
		var at kernel.Instant
		var n int64
		var root, signature string
		if err := rows.Scan(&n, &root, &at, &signature); err != nil {
			return err
		}
		report.Checkpoints++
		h, err := tlog.ParseHash(root)
		sig, _ := hex.DecodeString(signature)
		if err != nil || !ed25519.Verify(public, []byte(statement(alliance, n, h, at)), sig) {
			trouble(n, "the checkpoint is not signed by this installation")
			continue
		}
		if n > size {
			trouble(n, "the checkpoint counted %d records and only %d are left", n, size)
			continue
		}
		if now, err := tlog.TreeHash(n, tree); err != nil || now != h {
			trouble(n, "the records before this checkpoint are not those it was signed over")
		}
	}
	return rows.Err()
}

// rebuilt is the Merkle tree over the records as they are read now.
type rebuilt struct {
	hashes []tlog.Hash
	leaves []string
}

func (t *rebuilt) add(hash string) {
	seq := int64(len(t.leaves))
	t.leaves = append(t.leaves, hash)
	more, err := tlog.StoredHashes(seq, []byte(hash), t)
	if err != nil {
		panic(err) // cannot happen: every hash before seq is in memory
	}
	t.hashes = append(t.hashes, more...)
}

func (t *rebuilt) holed(seq int64) bool { return seq >= 0 && t.leaves[seq] == "" }

// ReadHashes reads from memory.
func (t *rebuilt) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, at := range indexes {
		if at >= int64(len(t.hashes)) {
			return nil, fmt.Errorf("no tree hash %d", at)
		}
		out[i] = t.hashes[at]
	}
	return out, nil
}

// compare holds the stored tree against the rebuilt one.
func (t *rebuilt) compare(ctx context.Context, q db.Querier, alliance kernel.ID, trouble func(int64, string, ...any)) error {
	rows, err := q.QueryContext(ctx, `SELECT idx, hash FROM audit_hash WHERE alliance = $1 ORDER BY idx`, alliance)
	if err != nil {
		return err
	}
	defer rows.Close()
	var n int64
	for rows.Next() {
		var at int64
		var text string
		if err := rows.Scan(&at, &text); err != nil {
			return err
		}
		if at >= int64(len(t.hashes)) || t.hashes[at].String() != text {
			_, seq := tlog.SplitStoredHashIndex(at)
			trouble(seq, "its place in the tree does not fit it")
		}
		n++
	}
	if n < int64(len(t.hashes)) {
		trouble(int64(len(t.leaves)), "the tree misses %d of its hashes", int64(len(t.hashes))-n)
	}
	return rows.Err()
}

func column(ctx context.Context, q db.Querier, query string) ([]string, error) {
	rows, err := q.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, rows.Err()
}
