package rights

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/rules"
)

// Edition is one version of the rules of an alliance: the law as it came with
// the program, and what the alliance offers. It is kept, word for word, when
// something is first found with it.
type Edition struct {
	Name   string // as findings name it
	KeptAt kernel.Instant
	Files  map[string]string // the digest of each file, by its name
	Differ []string          // files that the edition kept before it had not, had otherwise, or had and this one has not
}

// Short is the edition as people read it to each other: of the law, and of the
// alliance.
func (e Edition) Short() string { return ShortEdition(e.Name) }

// ShortEdition is the name of an edition, short enough to be read out.
func ShortEdition(name string) string {
	const law, own = 16, 6 // digits of a Fingerprint, and as many of what follows as tell editions of one law apart
	if len(name) < law+1+own {
		return name
	}
	return name[:8] + "-" + name[law+1:law+1+own]
}

// Editions are those that something was found with, the newest first. Their
// texts are read with [Service.EditionFiles].
func (s *Service) Editions(ctx context.Context) (all []Edition, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "job.manage", ""); err != nil {
			return err
		}
		all, err = editionsOf(ctx, a, a.Alliance())
		return err
	})
	for i := range all {
		if i+1 < len(all) {
			all[i].Differ = differ(all[i+1].Files, all[i].Files)
		}
	}
	return all, err
}

// EditionFiles are the packs of an edition as they were applied, by name, such
// as [rules.Load] reads them from a folder.
func (s *Service) EditionFiles(ctx context.Context, edition string) (files map[string][]byte, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "job.manage", ""); err != nil {
			return err
		}
		files, err = filesOf(ctx, a, a.Alliance(), edition)
		return err
	})
	return files, err
}

// differ lists the files in which two editions differ.
func differ(before, after map[string]string) (names []string) {
	for name, digest := range after {
		if before[name] != digest {
			names = append(names, name)
		}
	}
	for name := range before {
		if _, still := after[name]; !still {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// keepEdition keeps the texts of a library under the name of its edition, if
// nobody did yet.
func keepEdition(ctx context.Context, q db.Querier, alliance kernel.ID, edition string, lib *rules.Library, now kernel.Instant) error {
	var n int
	if err := q.QueryRowContext(ctx, `SELECT count(*) FROM pack_edition WHERE alliance = $1 AND edition = $2`, alliance, edition).Scan(&n); err != nil || n > 0 {
		return err
	}
	digests := map[string]string{}
	files := lib.Files()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		sum := sha256.Sum256(files[name])
		digests[name] = hex.EncodeToString(sum[:])
		if _, err := q.ExecContext(ctx, `INSERT INTO pack_text (alliance, digest, content) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
			alliance, digests[name], string(files[name])); err != nil {
			return err
		}
	}
	list, err := json.Marshal(digests)
	if err != nil {
		return err
	}
	_, err = q.ExecContext(ctx, `INSERT INTO pack_edition (alliance, edition, kept_at, files) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
		alliance, edition, now, string(list))
	return err
}

func editionsOf(ctx context.Context, q db.Querier, alliance kernel.ID) (all []Edition, err error) {
	rows, err := q.QueryContext(ctx, `SELECT edition, kept_at, files FROM pack_edition WHERE alliance = $1`, alliance)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var e Edition
		var list string
		if err := rows.Scan(&e.Name, &e.KeptAt, &list); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(list), &e.Files); err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	slices.SortFunc(all, func(x, y Edition) int { return cmp.Or(cmp.Compare(y.KeptAt, x.KeptAt), cmp.Compare(x.Name, y.Name)) })
	return all, rows.Err()
}

// filesOf are the texts of an edition. One that was changed since is an error:
// nothing may be found again with other words than those of then.
func filesOf(ctx context.Context, q db.Querier, alliance kernel.ID, edition string) (map[string][]byte, error) {
	var list string
	err := q.QueryRowContext(ctx, `SELECT files FROM pack_edition WHERE alliance = $1 AND edition = $2`, alliance, edition).Scan(&list)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, kernel.NewNotFound("edition")
	}
	if err != nil {
		return nil, err
	}
	digests := map[string]string{}
	if err := json.Unmarshal([]byte(list), &digests); err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for name, digest := range digests {
		var content string
		if err := q.QueryRowContext(ctx, `SELECT content FROM pack_text WHERE alliance = $1 AND digest = $2`, alliance, digest).Scan(&content); err != nil {
			return nil, err
		}
		if sum := sha256.Sum256([]byte(content)); hex.EncodeToString(sum[:]) != digest {
			return nil, errors.New("the kept pack " + name + " is not the one that was applied")
		}
		files[name] = []byte(content)
	}
	return files, nil
}
