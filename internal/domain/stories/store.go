package stories

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// load reads the page of a programme; one that nobody began is empty.
func load(ctx context.Context, q db.Querier, alliance, programme kernel.ID) (st Story, err error) {
	var body, public string
	st.Programme = programme
	err = q.QueryRowContext(ctx, `SELECT version, body, public, public_at, changed_at FROM story WHERE alliance = $1 AND programme = $2`, alliance, programme).
		Scan(&st.Version, &body, &public, &st.PublicAt, &st.ChangedAt)
	if errors.Is(err, sql.ErrNoRows) {
		return st, nil
	}
	if err != nil {
		return st, fmt.Errorf("stories: %w", err)
	}
	return st, errors.Join(unpack(body, &st.Page), unpack(public, &st.Public))
}

func unpack(written string, p *Page) error {
	if written == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(written), p); err != nil {
		return fmt.Errorf("stories: %w", err)
	}
	return nil
}

func save(ctx context.Context, q db.Querier, alliance kernel.ID, st Story) error {
	body, err := json.Marshal(st.Page)
	if err != nil {
		return fmt.Errorf("stories: %w", err)
	}
	var public []byte
	if st.PublicAt != "" {
		if public, err = json.Marshal(st.Public); err != nil {
			return fmt.Errorf("stories: %w", err)
		}
	}
	_, err = q.ExecContext(ctx, `INSERT INTO story (alliance, programme, version, body, public, public_at, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (alliance, programme) DO UPDATE SET version = excluded.version, body = excluded.body, public = excluded.public,
		public_at = excluded.public_at, changed_at = excluded.changed_at`,
		alliance, st.Programme, st.Version, string(body), string(public), st.PublicAt, st.ChangedAt)
	return err
}

// published are the pages that everybody reads: of one programme, or all.
func published(ctx context.Context, q db.Querier, alliance, programme kernel.ID) (all []Story, err error) {
	rows, err := q.QueryContext(ctx, `SELECT programme, public, public_at FROM story
		WHERE alliance = $1 AND public_at <> '' AND (programme = $2 OR $2 = '') ORDER BY programme`, alliance, programme)
	if err != nil {
		return nil, fmt.Errorf("stories: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var st Story
		var public string
		if err := rows.Scan(&st.Programme, &public, &st.PublicAt); err != nil {
			return nil, fmt.Errorf("stories: %w", err)
		}
		if err := unpack(public, &st.Public); err != nil {
			return nil, err
		}
		all = append(all, st)
	}
	return all, rows.Err()
}

func insertPhoto(ctx context.Context, q db.Querier, alliance, programme, id kernel.ID, p Picture) error {
	_, err := q.ExecContext(ctx, `INSERT INTO story_photo (alliance, id, programme, public, large, small) VALUES ($1, $2, $3, $4, $5, $6)`,
		alliance, id, programme, false, p.Large, p.Small)
	return err
}

// onePhoto reads one photograph and whose it is.
func onePhoto(ctx context.Context, q db.Querier, alliance, id kernel.ID, small, public bool) (file []byte, programme kernel.ID, err error) {
	column := "large"
	if small {
		column = "small"
	}
	var open bool
	err = q.QueryRowContext(ctx, `SELECT programme, public, `+column+` FROM story_photo WHERE alliance = $1 AND id = $2`, alliance, id).Scan(&programme, &open, &file)
	if errors.Is(err, sql.ErrNoRows) || err == nil && public && !open {
		return nil, "", kernel.NewNotFound("page")
	}
	return file, programme, err
}

// dropPhotos takes away the photographs that stand on neither page.
func dropPhotos(ctx context.Context, q db.Querier, alliance kernel.ID, st Story) error {
	ids, err := photosOf(ctx, q, alliance, st.Programme)
	for _, id := range ids {
		if st.Page.has(id) || st.Public.has(id) {
			continue
		}
		if _, err := q.ExecContext(ctx, `DELETE FROM story_photo WHERE alliance = $1 AND id = $2`, alliance, id); err != nil {
			return err
		}
	}
	return err
}

// publishPhotos lets everybody see the photographs of the public page, and no
// others.
func publishPhotos(ctx context.Context, q db.Querier, alliance kernel.ID, st Story) error {
	if err := dropPhotos(ctx, q, alliance, st); err != nil {
		return err
	}
	ids, err := photosOf(ctx, q, alliance, st.Programme)
	for _, id := range ids {
		if _, err := q.ExecContext(ctx, `UPDATE story_photo SET public = $3 WHERE alliance = $1 AND id = $2`, alliance, id, st.Public.has(id)); err != nil {
			return err
		}
	}
	return err
}

func photosOf(ctx context.Context, q db.Querier, alliance, programme kernel.ID) (ids []kernel.ID, err error) {
	rows, err := q.QueryContext(ctx, `SELECT id FROM story_photo WHERE alliance = $1 AND programme = $2 ORDER BY id`, alliance, programme)
	if err != nil {
		return nil, fmt.Errorf("stories: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id kernel.ID
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("stories: %w", err)
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}
