package audit

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// Trouble is one thing in the record that is not as it was written.
type Trouble struct {
	Alliance kernel.ID
	Seq      int64 // of the record, or the size of the checkpoint
	Finding  Finding
	Number   int64 // a second number, where the finding has one
}

// String tells it as the command line does: in English, with both numbers.
func (t Trouble) String() string {
	what := findings[t.Finding]
	if strings.Contains(what, "%d") {
		what = fmt.Sprintf(what, t.Number)
	}
	return fmt.Sprintf("alliance %s, record %d: %s", t.Alliance, t.Seq, what)
}

// Finding is what is not as it was written.
type Finding string

// The findings.
const (
	CheckpointMissing  Finding = "checkpoint_missing"
	CheckpointUnsigned Finding = "checkpoint_unsigned"
	CheckpointBroken   Finding = "checkpoint_broken"   // Number: the size of the last checkpoint that holds
	CheckpointTooLong  Finding = "checkpoint_too_long" // Number: how many records are left
	NoSuchNumber       Finding = "no_such_number"
	RemovedUpTo        Finding = "removed_up_to" // Number: the last that was removed
	Removed            Finding = "removed"
	RemovedFromEnd     Finding = "removed_from_end"
	Changed            Finding = "changed"
	Misplaced          Finding = "misplaced"
	HashMissing        Finding = "hash_missing"
	GrownOverAnother   Finding = "grown_over_another"
	TreeChanged        Finding = "tree_changed"
	AddedAtEnd         Finding = "added_at_end" // Number: how long the record was
	HeadElsewhere      Finding = "head_elsewhere"
	HashesBefore       Finding = "hashes_before" // Number: how many
	More               Finding = "more"
)

// findings are the findings in English, with a %d where the Number goes.
var findings = map[Finding]string{
	CheckpointMissing:  "the checkpoint over these records is missing",
	CheckpointUnsigned: "the checkpoint is not signed by this installation",
	CheckpointBroken:   "the records before this checkpoint are not those it was signed over: one from %d on is another now",
	CheckpointTooLong:  "the checkpoint counted so many records, and only %d are left",
	NoSuchNumber:       "added: no record has such a number",
	RemovedUpTo:        "removed, and every record after it up to %d; what follows cannot be held against the tree",
	Removed:            "removed",
	RemovedFromEnd:     "removed from the end",
	Changed:            "changed after it was written",
	Misplaced:          "does not follow the record before it: added or put elsewhere",
	HashMissing:        "the tree over the records misses a hash that came with it",
	GrownOverAnother:   "changed after it was written: the tree was grown over another record",
	TreeChanged:        "the tree over the records was changed where this one closed a part of it",
	AddedAtEnd:         "added: the record was %d long when it was last written",
	HeadElsewhere:      "the head of the record names another one as the last",
	HashesBefore:       "the tree holds %d hashes before its first",
	More:               "there is more trouble after this than is told here",
}

// Findings are all of them, for who has words of their own for each.
func Findings() []Finding { return slices.Sorted(maps.Keys(findings)) }

// Report is the outcome of a verification.
type Report struct {
	Alliances, Records, Checkpoints int64
	Troubles                        []Trouble
}

const (
	verifyPage = 1000 // records that are in memory at once
	mostHoles  = 1000 // missing records among them that are still named one by one
	// mostTroubles is how many are told of one alliance.
	mostTroubles = 1000
)

// Verify reads the whole record of every alliance and names each record that
// was changed, removed, added or put elsewhere, and each checkpoint that does
// not hold. It keeps a page of records in memory, however many there are.
//
// What it cannot see from the inside is a record whose end was cut off, with
// every trace of it, back to before a checkpoint or beyond; a statement of
// [Log.Checkpoint] that somebody else holds shows that: see [Log.Holds].
func (l *Log) Verify(ctx context.Context, q db.Querier) (Report, error) {
	var report Report
	alliances, err := column(ctx, q, `SELECT alliance FROM audit_head
		UNION SELECT alliance FROM audit_record UNION SELECT alliance FROM audit_checkpoint
		UNION SELECT alliance FROM audit_hash ORDER BY 1`)
	if err != nil {
		return report, err
	}
	for _, a := range alliances {
		if err := l.verify(ctx, q, kernel.ID(a), &report); err != nil {
			return report, err
		}
	}
	return report, nil
}

// VerifyOf reads the record of one alliance as [Log.Verify] does.
func (l *Log) VerifyOf(ctx context.Context, q db.Querier, alliance kernel.ID) (report Report, err error) {
	err = l.verify(ctx, q, alliance, &report)
	return report, err
}

func (l *Log) verify(ctx context.Context, q db.Querier, alliance kernel.ID, report *Report) error {
	report.Alliances++
	w := &walk{log: l, q: q, alliance: alliance, report: report}
	return w.all(ctx)
}

// walk is the verification of one alliance, from its first record to its last.
type walk struct {
	log      *Log
	q        db.Querier
	alliance kernel.ID
	report   *Report
	told     int // troubles of this alliance

	tree   tree
	lost   bool   // so many records are missing that the tree cannot be followed
	last   string // the hash of the record before
	broken bool   // the record before is missing or was changed
	sound  int64  // the size of the last checkpoint that held

	upTo        int64            // the last record for which the tree is loaded
	stored      map[int64]string // of the present page: the tree's hashes by index
	checkpoints map[int64]checkpoint
}

func (w *walk) trouble(seq int64, finding Finding, number int64) {
	switch w.told++; {
	case w.told == mostTroubles:
		finding, number = More, 0
	case w.told > mostTroubles:
		return
	}
	w.report.Troubles = append(w.report.Troubles, Trouble{w.alliance, seq, finding, number})
}

func (w *walk) all(ctx context.Context) error {
	after := int64(math.MinInt64)
	for {
		page, err := w.page(ctx, after)
		if err != nil {
			return err
		}
		if len(page) == 0 {
			break
		}
		after = page[len(page)-1].Seq
		if err := w.load(ctx, min(after, w.tree.size+verifyPage+mostHoles)); err != nil {
			return err
		}
		for _, r := range page {
			w.report.Records++
			w.record(r)
		}
	}
	if err := w.end(ctx); err != nil {
		return err
	}
	return w.otherCheckpoints(ctx)
}

// written is a record with what binds it to the others.
type written struct {
	Record
	body, prev, hash string
}

func (w *walk) page(ctx context.Context, after int64) ([]written, error) {
	rows, err := w.q.QueryContext(ctx, fmt.Sprintf(`SELECT seq, at, person, org, action, subject, rule, body, prev, hash
		FROM audit_record WHERE alliance = $1 AND seq > $2 ORDER BY seq LIMIT %d`, verifyPage), w.alliance, after)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	page := make([]written, 0, verifyPage)
	for rows.Next() {
		r := written{Record: Record{Alliance: w.alliance}}
		if err := rows.Scan(&r.Seq, &r.At, &r.Person, &r.Org, &r.Action, &r.Subject, &r.Rule, &r.body, &r.prev, &r.hash); err != nil {
			return nil, err
		}
		page = append(page, r)
	}
	return page, rows.Err()
}

// load reads what was kept of the tree and the checkpoints up to a record.
func (w *walk) load(ctx context.Context, upTo int64) error {
	w.upTo, w.stored, w.checkpoints = upTo, map[int64]string{}, map[int64]checkpoint{}
	if upTo < w.tree.size {
		return nil
	}
	rows, err := w.q.QueryContext(ctx, `SELECT idx, hash FROM audit_hash WHERE alliance = $1 AND idx >= $2 AND idx < $3`,
		w.alliance, tlog.StoredHashIndex(0, w.tree.size), tlog.StoredHashIndex(0, upTo+1))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var at int64
		var hash string
		if err := rows.Scan(&at, &hash); err != nil {
			return err
		}
		w.stored[at] = hash
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	found, err := w.readCheckpoints(ctx, `size > $2 AND size <= $3`, w.tree.size, upTo+1)
	for _, c := range found {
		w.checkpoints[c.size] = c
	}
	return err
}

// record holds one record against the one before it, the tree and the
// checkpoint that may stand behind it.
func (w *walk) record(r written) {
	if r.Seq < 0 {
		w.trouble(r.Seq, NoSuchNumber, 0)
		return
	}
	if r.Seq > w.upTo && !w.lost {
		w.trouble(w.tree.size, RemovedUpTo, r.Seq-1)
		w.lost, w.broken = true, true
	}
	for !w.lost && w.tree.size < r.Seq {
		w.trouble(w.tree.size, Removed, 0)
		w.hole()
	}
	changed := chain(r.prev, r.Record, r.body) != r.hash
	switch {
	case changed:
		w.trouble(r.Seq, Changed, 0)
	case !w.broken && r.prev != w.last:
		w.trouble(r.Seq, Misplaced, 0)
		changed = true
	}
	if !w.lost {
		changed = w.leaf(tlog.RecordHash([]byte(r.hash)), changed) || changed
	} else {
		w.tree.size = r.Seq + 1 // only the numbers are followed from here on
	}
	w.last, w.broken = r.hash, changed
}

// hole keeps the place of a missing record, so that those after it can still
// be held against the tree: by what the tree says of it, if it does.
func (w *walk) hole() {
	leaf, err := tlog.ParseHash(w.stored[tlog.StoredHashIndex(0, w.tree.size)])
	if err != nil {
		leaf = tlog.RecordHash(nil)
	}
	w.leaf(leaf, true)
	w.broken = true
}

// leaf adds a record's hash to the tree and holds what the tree gains against
// what was stored. It tells whether the record's own place does not fit it;
// known says that the trouble with this record was told already.
func (w *walk) leaf(leaf tlog.Hash, known bool) (misfit bool) {
	seq := w.tree.size
	at := tlog.StoredHashIndex(0, seq)
	w.tree.add(leaf, func(level int, hash tlog.Hash, explained bool) (fits bool) {
		stored, there := w.stored[at+int64(level)]
		if stored == hash.String() {
			return true
		}
		misfit = misfit || level == 0
		switch {
		case explained || level == 0 && known:
		case !there:
			w.trouble(seq, HashMissing, 0)
		case level == 0:
			w.trouble(seq, GrownOverAnother, 0)
		default:
			w.trouble(seq, TreeChanged, 0)
		}
		return false
	})
	w.passCheckpoint()
	return misfit
}

// end holds the last record against the head, and against a tree that may
// know of more.
func (w *walk) end(ctx context.Context) error {
	var size int64
	var hash string
	err := w.q.QueryRowContext(ctx, `SELECT size, hash FROM audit_head WHERE alliance = $1`, w.alliance).Scan(&size, &hash)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	for seq := max(size, 0); seq < w.tree.size && w.told < mostTroubles; seq++ {
		w.trouble(seq, AddedAtEnd, size)
	}
	var most sql.NullInt64
	err = w.q.QueryRowContext(ctx, `SELECT max(idx) FROM audit_hash WHERE alliance = $1`, w.alliance).Scan(&most)
	if err != nil {
		return err
	}
	grown := int64(0)
	if most.Valid && most.Int64 >= 0 {
		level, n := tlog.SplitStoredHashIndex(most.Int64)
		grown = (n + 1) << level
	}
	for seq := w.tree.size; seq < max(size, grown) && w.told < mostTroubles; seq++ {
		w.trouble(seq, RemovedFromEnd, 0)
	}
	if size == w.tree.size && size > 0 && hash != w.last && !w.broken {
		w.trouble(size-1, HeadElsewhere, 0)
	}
	var before int64
	err = w.q.QueryRowContext(ctx, `SELECT count(*) FROM audit_hash WHERE alliance = $1 AND idx < 0`, w.alliance).Scan(&before)
	if before > 0 {
		w.trouble(0, HashesBefore, before)
	}
	return err
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
