package gaps

import (
	"context"
	"database/sql"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are the tables of this module.
func Migrations() db.Migrations {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // cannot happen: the folder is embedded
	}
	return db.Migrations{Module: "gaps", Files: files}
}

func saveDay(ctx context.Context, q db.Querier, alliance kernel.ID, day kernel.Date, at kernel.Instant, standings []Standing) error {
	written, err := json.Marshal(standings)
	if err != nil {
		return fmt.Errorf("gaps: %w", err)
	}
	_, err = q.ExecContext(ctx, `INSERT INTO gap_day (alliance, day, kept_at, standings) VALUES ($1, $2, $3, $4)
		ON CONFLICT (alliance, day) DO UPDATE SET kept_at = excluded.kept_at, standings = excluded.standings`, alliance, day, at, string(written))
	return err
}

func loadDay(ctx context.Context, q db.Querier, alliance kernel.ID, day kernel.Date) (standings []Standing, err error) {
	var written string
	err = q.QueryRowContext(ctx, `SELECT standings FROM gap_day WHERE alliance = $1 AND day = $2`, alliance, day).Scan(&written)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, kernel.NewNotFound("directory")
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal([]byte(written), &standings); err != nil {
		return nil, fmt.Errorf("gaps: %w", err)
	}
	return standings, nil
}

// listDays are the days that were kept, the newest first.
func listDays(ctx context.Context, q db.Querier, alliance kernel.ID) (days []kernel.Date, err error) {
	rows, err := q.QueryContext(ctx, `SELECT day FROM gap_day WHERE alliance = $1 ORDER BY day DESC`, alliance)
	if err != nil {
		return nil, fmt.Errorf("gaps: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var day kernel.Date
		if err := rows.Scan(&day); err != nil {
			return nil, fmt.Errorf("gaps: %w", err)
		}
		days = append(days, day)
	}
	return days, rows.Err()
}
