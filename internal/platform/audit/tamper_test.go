package audit

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
)

var errUndo = errors.New("undo")

// tampered tells what Verify says after somebody did fn to the database. It is
// undone afterwards.
func tampered(t interface{ Fatal(...any) }, d *db.DB, l *Log, fn func(q db.Querier) error) (report Report) {
	err := d.Write(ctx, func(q db.Querier) error {
		if err := fn(q); err != nil {
			return err
		}
		var err error
		if report, err = l.Verify(ctx, q); err != nil {
			return err
		}
		return errUndo
	})
	if !errors.Is(err, errUndo) {
		t.Fatal(err)
	}
	return report
}

func run(statements ...string) func(q db.Querier) error {
	return func(q db.Querier) error {
		for _, s := range statements {
			if _, err := q.ExecContext(ctx, strings.ReplaceAll(s, "NORTH", "alliance = '"+string(north)+"'")); err != nil {
				return fmt.Errorf("%s: %w", s, err)
			}
		}
		return nil
	}
}

// named are the numbers of the records of north that are in trouble, once
// each, without those of checkpoints.
func named(report Report) (seqs []int64) {
	for _, tr := range report.Troubles {
		if tr.Alliance == north && !strings.HasPrefix(string(tr.Finding), "checkpoint") {
			seqs = append(seqs, tr.Seq)
		}
	}
	slices.Sort(seqs)
	return slices.Compact(seqs)
}

// two hundred records of north with three checkpoints, ten of south.
func prepared(t testing.TB, d *db.DB) *Log {
	l := newLog(1)
	write(t, d, l, north, 200)
	write(t, d, l, south, 10)
	return l
}

var recordColumns = []string{"at", "person", "org", "action", "subject", "rule", "body", "prev", "hash"}

func TestAChangeOfAnyColumnOfAnyRecordIsNamed(t *testing.T) {
	dbtest.Each(t, open(), func(t *testing.T, d *db.DB) {
		l := prepared(t, d)
		for _, seq := range []int64{0, 1, 63, 64, 100, 199} {
			for _, column := range recordColumns {
				for _, to := range []string{"'other'", "''", column + " || ' '"} {
					report := tampered(t, d, l, run(fmt.Sprintf(`UPDATE audit_record SET %s = %s WHERE NORTH AND seq = %d`, column, to, seq)))
					if got := named(report); !slices.Equal(got, []int64{seq}) && !(seq == 0 && column == "prev" && to == "''") {
						t.Errorf("%s of record %d set to %s: named %v: %v", column, seq, to, got, report.Troubles)
					}
				}
			}
		}
	})
}

func TestEachKindOfTamperingIsNamed(t *testing.T) {
	const copied = `INSERT INTO audit_record (alliance, seq, at, person, org, action, subject, rule, body, prev, hash)
		SELECT alliance, %d, at, person, org, action, subject, rule, body, prev, hash FROM audit_record WHERE NORTH AND seq = %d`
	kinds := map[string]struct {
		do   func(q db.Querier) error
		want []int64 // the records that must be named, and no other
		says string
	}{
		"nothing":           {run(), nil, ""},
		"one removed":       {run(`DELETE FROM audit_record WHERE NORTH AND seq = 70`), []int64{70}, "removed"},
		"the first removed": {run(`DELETE FROM audit_record WHERE NORTH AND seq = 0`), []int64{0}, "removed"},
		"the last removed":  {run(`DELETE FROM audit_record WHERE NORTH AND seq = 199`), []int64{199}, "removed from the end"},
		"three removed":     {run(`DELETE FROM audit_record WHERE NORTH AND seq IN (5, 6, 190)`), []int64{5, 6, 190}, "removed"},
		"the last removed from the head too": {run(`DELETE FROM audit_record WHERE NORTH AND seq = 199`,
			`UPDATE audit_head SET size = 199, hash = (SELECT hash FROM audit_record WHERE NORTH AND seq = 198) WHERE NORTH`), []int64{199}, "removed"},
		"the tree cut off too": {run(`DELETE FROM audit_record WHERE NORTH AND seq >= 190`, `DELETE FROM audit_hash WHERE NORTH AND idx >= 375`), []int64{190, 191, 192, 193, 194, 195, 196, 197, 198, 199}, "removed"},
		"two swapped": {run(`UPDATE audit_record SET seq = -1 WHERE NORTH AND seq = 80`, `UPDATE audit_record SET seq = 80 WHERE NORTH AND seq = 85`,
			`UPDATE audit_record SET seq = 85 WHERE NORTH AND seq = -1`), []int64{80, 85}, "changed"},
		"one given another number":   {run(`UPDATE audit_record SET seq = 203 WHERE NORTH AND seq = 80`), []int64{80, 200, 201, 202, 203}, "removed"},
		"one given a number below 0": {run(`UPDATE audit_record SET seq = -7 WHERE NORTH AND seq = 80`), []int64{-7, 80}, "added"},
		"one moved to another alliance": {run(`UPDATE audit_record SET seq = 10, alliance = '` + string(south) + `' WHERE NORTH AND seq = 80`),
			[]int64{80}, "removed"},
		"one copied to the end":          {run(fmt.Sprintf(copied, 200, 80)), []int64{200}, "added"},
		"one copied before the first":    {run(fmt.Sprintf(copied, -1, 80)), []int64{-1}, "added"},
		"a leaf of the tree changed":     {run(`UPDATE audit_hash SET hash = (SELECT hash FROM audit_hash WHERE NORTH AND idx = 1) WHERE NORTH AND idx = 0`), []int64{0}, "the tree"},
		"a hash within the tree changed": {run(`UPDATE audit_hash SET hash = 'x' WHERE NORTH AND idx = 2`), []int64{1}, "closed a part"},
		"a hash within the tree removed": {run(`DELETE FROM audit_hash WHERE NORTH AND idx = 2`), []int64{1}, "misses a hash"},
		"a leaf removed":                 {run(`DELETE FROM audit_hash WHERE NORTH AND idx = 3`), []int64{2}, "misses a hash"},
		"a hash added to the tree": {run(`INSERT INTO audit_hash (alliance, idx, hash) SELECT alliance, 5000, hash FROM audit_hash WHERE NORTH AND idx = 0`),
			nil, "removed from the end"},
		"a hash added before the tree": {run(`INSERT INTO audit_hash (alliance, idx, hash) SELECT alliance, -1, hash FROM audit_hash WHERE NORTH AND idx = 0`),
			[]int64{0}, "before its first"},
		"the head moved back":      {run(`UPDATE audit_head SET size = 198 WHERE NORTH`), []int64{198, 199}, "added"},
		"the head moved on":        {run(`UPDATE audit_head SET size = 202 WHERE NORTH`), []int64{200, 201}, "removed"},
		"the head of another":      {run(`UPDATE audit_head SET hash = 'x' WHERE NORTH`), []int64{199}, "names another one"},
		"a checkpoint's root":      {run(`UPDATE audit_checkpoint SET root = (SELECT hash FROM audit_hash WHERE NORTH AND idx = 0) WHERE NORTH AND size = 128`), nil, "record 128: the checkpoint is not signed"},
		"a checkpoint's time":      {run(`UPDATE audit_checkpoint SET at = 'x' WHERE NORTH AND size = 128`), nil, "record 128: the checkpoint is not signed"},
		"a checkpoint's signature": {run(`UPDATE audit_checkpoint SET signature = 'zz' WHERE NORTH AND size = 128`), nil, "record 128: the checkpoint is not signed"},
		"a checkpoint's size":      {run(`UPDATE audit_checkpoint SET size = 129 WHERE NORTH AND size = 128`), nil, "record 128: the checkpoint over these records is missing"},
		"a checkpoint of none":     {run(`UPDATE audit_checkpoint SET size = 0 WHERE NORTH AND size = 128`), nil, "record 0: the checkpoint is not signed"},
		"a checkpoint removed":     {run(`DELETE FROM audit_checkpoint WHERE NORTH AND size = 64`), nil, "record 64: the checkpoint over these records is missing"},
		"a checkpoint of another alliance": {run(`INSERT INTO audit_checkpoint (alliance, size, root, at, signature)
			SELECT '` + string(south) + `', 5, root, at, signature FROM audit_checkpoint WHERE NORTH AND size = 64`), nil, "not signed"},
		"everything but the checkpoints removed": {run(`DELETE FROM audit_record WHERE NORTH`, `DELETE FROM audit_head WHERE NORTH`, `DELETE FROM audit_hash WHERE NORTH`),
			nil, "record 192: the checkpoint counted so many records, and only 0 are left"},
		"everything but the tree removed": {run(`DELETE FROM audit_record WHERE NORTH`, `DELETE FROM audit_head WHERE NORTH`, `DELETE FROM audit_checkpoint WHERE NORTH`),
			nil, "record 199: removed from the end"},
	}
	dbtest.Each(t, open(), func(t *testing.T, d *db.DB) {
		l := prepared(t, d)
		for name, tt := range kinds {
			t.Run(name, func(t *testing.T) {
				report := tampered(t, d, l, tt.do)
				all := fmt.Sprint(report.Troubles)
				if (len(report.Troubles) > 0) != (tt.says != "") || !strings.Contains(all, tt.says) {
					t.Errorf("said %s, want %q in it", all, tt.says)
				}
				if got := named(report); tt.want != nil && !slices.Equal(got, tt.want) {
					t.Errorf("named %v, want %v: %s", got, tt.want, all)
				}
			})
		}
	})
}

// forge writes every record from seq on anew, with another action in the first
// of them, and makes all hashes, the tree and the head fit: whoever has the
// database and not the key can do so.
func forge(l *Log, from int64, upTo int64) func(q db.Querier) error {
	return func(q db.Querier) error {
		w := &walk{log: l, q: q, alliance: north, report: &Report{}}
		all, err := w.page(ctx, -1)
		if err != nil {
			return err
		}
		err = run(`DELETE FROM audit_record WHERE NORTH`, `DELETE FROM audit_hash WHERE NORTH`, `DELETE FROM audit_head WHERE NORTH`)(q)
		if err != nil {
			return err
		}
		for _, r := range all[:upTo] {
			if r.Seq == from {
				r.Action = "nothing.happened"
			}
			if err := appendForged(l, q, r); err != nil {
				return err
			}
		}
		return nil
	}
}

func appendForged(l *Log, q db.Querier, r written) error {
	var prev string
	if r.Seq > 0 {
		if err := q.QueryRowContext(ctx, `SELECT hash FROM audit_head WHERE alliance = $1`, north).Scan(&prev); err != nil {
			return err
		}
	}
	hash := chain(prev, r.Record, r.body)
	if _, err := q.ExecContext(ctx, `INSERT INTO audit_record (alliance, seq, at, person, org, action, subject, rule, body, prev, hash)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		r.Alliance, r.Seq, r.At, r.Person, r.Org, r.Action, r.Subject, r.Rule, r.body, prev, hash); err != nil {
		return err
	}
	if err := l.grow(ctx, q, north, r.Seq, hash); err != nil {
		return err
	}
	_, err := q.ExecContext(ctx, `INSERT INTO audit_head (alliance, size, hash) VALUES ($1, $2, $3)
		ON CONFLICT (alliance) DO UPDATE SET size = excluded.size, hash = excluded.hash`, north, r.Seq+1, hash)
	return err
}

func TestNoRecomputedHashHidesAChangeBeforeACheckpoint(t *testing.T) {
	ways := map[string]struct {
		from, upTo int64
		also       []string
		says       string
	}{
		"the first record":    {0, 200, nil, "record 64: the records before this checkpoint"},
		"one between two":     {100, 200, nil, "record 128: the records before this checkpoint are not those it was signed over: one from 64 on"},
		"the last before one": {191, 200, nil, "record 192: the records before"},
		"cut off before it":   {-1, 191, nil, "record 192: the checkpoint counted so many"},
		"with the checkpoint removed": {100, 200, []string{`DELETE FROM audit_checkpoint WHERE NORTH AND size = 128`},
			"record 128: the checkpoint over these records is missing"},
	}
	dbtest.Each(t, open(), func(t *testing.T, d *db.DB) {
		l := prepared(t, d)
		for name, tt := range ways {
			report := tampered(t, d, l, func(q db.Querier) error {
				return errors.Join(forge(l, tt.from, tt.upTo)(q), run(tt.also...)(q))
			})
			if all := fmt.Sprint(report.Troubles); !strings.Contains(all, tt.says) {
				t.Errorf("%s: said %s, want %q in it", name, all, tt.says)
			}
		}
	})
}

func TestACheckpointOfAnotherKeyIsRefused(t *testing.T) {
	dbtest.Each(t, open(), func(t *testing.T, d *db.DB) {
		prepared(t, d)
		other := newLog(2)
		report := verify(t, d, other)
		if len(report.Troubles) != 3 || report.Troubles[0].Finding != CheckpointUnsigned {
			t.Errorf("%v", report.Troubles)
		}
		// One that is forged with another key over a forged record, too.
		l := newLog(1)
		report = tampered(t, d, l, func(q db.Querier) error {
			if err := errors.Join(forge(l, 10, 200)(q), run(`DELETE FROM audit_checkpoint WHERE NORTH`)(q)); err != nil {
				return err
			}
			_, err := other.Checkpoint(ctx, q, north, "2026-03-01T09:00:00.000000Z")
			return err
		})
		if all := fmt.Sprint(report.Troubles); !strings.Contains(all, "record 200: the checkpoint is not signed") {
			t.Errorf("said %s", all)
		}
	})
}

func TestAStatementKeptElsewhereShowsWhatTheDatabaseCannot(t *testing.T) {
	dbtest.Each(t, open(), func(t *testing.T, d *db.DB) {
		l := prepared(t, d)
		var kept string
		err := d.Write(ctx, func(q db.Querier) (err error) {
			kept, err = l.Checkpoint(ctx, q, north, "2026-03-01T09:00:00.000000Z")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		write(t, d, l, north, 5) // later records change nothing about it
		holds := func(do func(q db.Querier) error, text string) (code kernel.Code) {
			tampered(t, d, l, func(q db.Querier) error {
				if err := do(q); err != nil {
					return err
				}
				code = kernel.CodeOf(l.Holds(ctx, q, text))
				return nil
			})
			return code
		}
		for name, tt := range map[string]struct {
			do   func(q db.Querier) error
			text string
			want kernel.Code
		}{
			"as it was":             {run(), kept, ""},
			"with other line ends":  {run(), strings.ReplaceAll(kept, "\n", "\r\n"), ""},
			"another number":        {run(), strings.Replace(kept, "\n200\n", "\n199\n", 1), kernel.Invalid},
			"no statement":          {run(), "hello", kernel.Invalid},
			"the tree written anew": {forge(l, 150, 200), kept, kernel.Conflict},
			"the record cut off":    {forge(l, -1, 100), kept, kernel.Conflict},
			"the alliance gone":     {run(`DELETE FROM audit_head WHERE NORTH`), kept, kernel.Conflict},
			"every checkpoint gone too": {func(q db.Querier) error {
				return errors.Join(forge(l, 3, 200)(q), run(`DELETE FROM audit_checkpoint WHERE NORTH`)(q))
			}, kept, kernel.Conflict},
		} {
			if got := holds(tt.do, tt.text); got != tt.want {
				t.Errorf("%s: %q, want %q", name, got, tt.want)
			}
		}
	})
}

// Any records removed and any others changed: all of them are named and no
// other is.
func TestExactlyTheTamperedRecordsAreNamed(t *testing.T) {
	dbtest.Each(t, open(), func(t *testing.T, d *db.DB) {
		l := prepared(t, d)
		rapid.Check(t, func(rt *rapid.T) {
			touched := rapid.SliceOfNDistinct(rapid.Int64Range(0, 199), 1, 8, rapid.ID).Draw(rt, "records")
			var statements []string
			for _, seq := range touched {
				where := fmt.Sprintf(` WHERE NORTH AND seq = %d`, seq)
				if rapid.Bool().Draw(rt, "remove") {
					statements = append(statements, `DELETE FROM audit_record`+where)
					continue
				}
				column := rapid.SampledFrom(recordColumns).Draw(rt, "column")
				statements = append(statements, `UPDATE audit_record SET `+column+` = `+column+` || 'x'`+where)
			}
			slices.Sort(touched)
			report := tampered(rt, d, l, run(statements...))
			if got := named(report); !slices.Equal(got, touched) {
				rt.Fatalf("named %v, want %v: %v", got, touched, report.Troubles)
			}
		})
	})
}

func TestARecordInPiecesIsStillReadToItsEnd(t *testing.T) {
	d := dbtest.Open(t, dbtest.SQLite(t), open()...)
	l := newLog(1)
	write(t, d, l, north, 3000)
	for name, statement := range map[string]string{
		"every second one removed":   `DELETE FROM audit_record WHERE NORTH AND seq % 2 = 0`,
		"a thousand removed":         `DELETE FROM audit_record WHERE NORTH AND seq > 500 AND seq <= 1500`,
		"two thousand removed":       `DELETE FROM audit_record WHERE NORTH AND seq > 500 AND seq <= 2500`,
		"all spread far apart":       `UPDATE audit_record SET seq = seq * 1000000000000 WHERE NORTH`,
		"all changed":                `UPDATE audit_record SET action = '' WHERE NORTH`,
		"all hashes changed":         `UPDATE audit_record SET hash = 'x' WHERE NORTH`,
		"a head of a trillion":       `UPDATE audit_head SET size = 1000000000000 WHERE NORTH`,
		"a tree of a trillion":       `UPDATE audit_hash SET idx = 1000000000000 WHERE NORTH AND idx = 100`,
		"a number beyond all others": `UPDATE audit_record SET seq = 9223372036854775807 WHERE NORTH AND seq = 7`,
		"a head below nothing":       `UPDATE audit_head SET size = -9223372036854775808 WHERE NORTH`,
	} {
		report := tampered(t, d, l, run(statement))
		if n := len(report.Troubles); n == 0 || n > mostTroubles {
			t.Errorf("%s: %d troubles", name, n)
		}
	}
}
