package rights

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/rules"
)

// Look is a moment at which something was found of a family that was not found
// before, or from other facts or rules.
type Look struct {
	ID      kernel.ID
	Edition string // of the rules
	On      kernel.Date
	At      kernel.Instant
	Status  rules.Status // of the right that is asked about
	As      bool         // the answer was, to the letter, that of the look before

	lang    kernel.Lang
	facts   json.RawMessage
	answers map[string]told
}

// told is what was told of one right: its status, and the digest of the whole
// answer as JSON, in the language of the look.
type told struct {
	Status rules.Status `json:"status"`
	Digest string       `json:"digest"`
}

// tell digests one answer.
func tell(x *rules.Finding) (told, error) {
	b, err := json.Marshal(x)
	sum := sha256.Sum256(b)
	return told{x.Status, hex.EncodeToString(sum[:])}, err
}

// Then is what was found of one right once, found again with the packs and the
// facts of that moment.
type Then struct {
	Look   Look
	Found  Found  // of that right alone, without claims; texts are in the language of the reader
	Answer []byte // as JSON, in the language of then
	Same   bool   // it is, to the letter, what was told then
}

// Looks are the moments at which a right of a family was looked at with other
// facts or rules than before, the newest first. Who may see a part of the file
// alone is told of none ("right").
func (s *Service) Looks(ctx context.Context, family kernel.ID, right string) (file families.File, all []Look, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if file, err = s.wholeIn(ctx, a, family); err != nil {
			return err
		}
		all, err = looksOf(ctx, a, a.Alliance(), family, right)
		return err
	})
	return file, all, err
}

// Again finds once more what was found of a right in a look. A look that is
// not of this family, or did not speak of the right, is NotFound ("look").
// Packs of then that this program cannot read any more are Conflict
// ("rights.then").
func (s *Service) Again(ctx context.Context, family, look kernel.ID, right string, lang kernel.Lang) (t Then, err error) {
	var files map[string][]byte
	var file families.File
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if file, err = s.wholeIn(ctx, a, family); err != nil {
			return err
		}
		if t.Look, err = lookOf(ctx, a, a.Alliance(), family, look); err != nil {
			return err
		}
		if _, spoke := t.Look.answers[right]; !spoke {
			return kernel.NewNotFound("look")
		}
		files, err = filesOf(ctx, a, a.Alliance(), t.Look.Edition)
		return err
	})
	if err != nil {
		return t, err
	}
	t.Look.Status = t.Look.answers[right].Status
	lib, err := rules.Again(files)
	if err != nil || lib.Right(right) == nil {
		return t, kernel.NewConflict("rights.then")
	}
	in := func(l kernel.Lang) (*rules.Result, error) {
		c, err := lib.ParseCase(t.Look.facts)
		if err != nil {
			return nil, kernel.NewConflict("rights.then")
		}
		return lib.Evaluate(c, rules.Options{Rights: []string{right}, Lang: rules.Lang(l), Audience: "worker", NoNext: true}), nil
	}
	then, err := in(t.Look.lang)
	if err != nil {
		return t, err
	}
	if t.Answer, err = json.Marshal(&then.Rights[0]); err != nil {
		return t, err
	}
	again, err := tell(&then.Rights[0])
	if err != nil {
		return t, err
	}
	t.Same = again == t.Look.answers[right]
	now, err := in(lang)
	if err != nil {
		return t, err
	}
	t.Found = Found{File: file, Rules: lib, Result: *now, PackVersion: t.Look.Edition, On: t.Look.On}
	return t, nil
}

// wholeIn reads a file of which the actor may see all; who sees a part is told
// NotFound, for the facts of then are not laid out by part.
func (s *Service) wholeIn(ctx context.Context, a *act.Act, family kernel.ID) (f families.File, err error) {
	if err := a.Allow(ctx, "rights.read", family); err != nil {
		return f, err
	}
	if f, err = s.Families.ReadIn(ctx, a, family); err != nil {
		return f, err
	}
	if f.Partial {
		return families.File{}, kernel.NewNotFound("right")
	}
	return f, a.Record(ctx, act.Entry{Action: "rights.read", Subject: family, Detail: map[string]string{"findings": "then"}})
}

// keepLook keeps from what something was found, with the packs, unless the
// newest look found from the very same.
func keepLook(ctx context.Context, a *act.Act, family kernel.ID, seen sight, found Found, lang kernel.Lang) error {
	newest, err := newestLook(ctx, a, a.Alliance(), family)
	if err != nil || newest.Edition == seen.edition && string(newest.facts) == string(seen.document) {
		return err
	}
	answers := map[string]told{}
	for i := range found.Result.Rights {
		x := &found.Result.Rights[i]
		if answers[x.ID], err = tell(x); err != nil {
			return err
		}
	}
	list, err := json.Marshal(answers)
	if err != nil {
		return err
	}
	if err := keepEdition(ctx, a, a.Alliance(), seen.edition, seen.set.Rules, a.Now); err != nil {
		return err
	}
	_, err = a.ExecContext(ctx, `INSERT INTO finding_look (alliance, family, id, edition, facts_version, looked_on, looked_at, lang, facts, answers)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, a.Alliance(), family, kernel.NewID(), seen.edition, seen.file.FactsVersion,
		seen.on, a.Now, string(lang), string(seen.document), string(list))
	return err
}

const lookColumns = `id, edition, looked_on, looked_at, lang, facts, answers`

func scanLook(row scanner) (l Look, err error) {
	var facts, answers string
	if err := row.Scan(&l.ID, &l.Edition, &l.On, &l.At, &l.lang, &facts, &answers); err != nil {
		return l, err
	}
	l.facts = json.RawMessage(facts)
	return l, json.Unmarshal([]byte(answers), &l.answers)
}

// newestLook is the last one at a family; zero when there was none.
func newestLook(ctx context.Context, q db.Querier, alliance, family kernel.ID) (Look, error) {
	l, err := scanLook(q.QueryRowContext(ctx, `SELECT `+lookColumns+` FROM finding_look WHERE alliance = $1 AND family = $2 ORDER BY id DESC LIMIT 1`, alliance, family))
	if errors.Is(err, sql.ErrNoRows) {
		return Look{}, nil
	}
	return l, err
}

func lookOf(ctx context.Context, q db.Querier, alliance, family, id kernel.ID) (Look, error) {
	l, err := scanLook(q.QueryRowContext(ctx, `SELECT `+lookColumns+` FROM finding_look WHERE alliance = $1 AND family = $2 AND id = $3`, alliance, family, id))
	if errors.Is(err, sql.ErrNoRows) {
		return l, kernel.NewNotFound("look")
	}
	return l, err
}

// maxLooks is how many looks are listed.
const maxLooks = 100

// looksOf are the looks that spoke of a right, the newest first.
func looksOf(ctx context.Context, q db.Querier, alliance, family kernel.ID, right string) (all []Look, err error) {
	rows, err := q.QueryContext(ctx, `SELECT `+lookColumns+` FROM finding_look WHERE alliance = $1 AND family = $2 ORDER BY id DESC LIMIT $3`, alliance, family, maxLooks)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		l, err := scanLook(rows)
		if err != nil {
			return nil, err
		}
		x, spoke := l.answers[right]
		if !spoke {
			continue
		}
		if l.Status = x.Status; len(all) > 0 {
			all[len(all)-1].As = all[len(all)-1].answers[right] == x
		}
		all = append(all, l)
	}
	return all, rows.Err()
}
