package members

import (
	"context"
	"crypto/subtle"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// missing turns an empty answer into NotFound.
func missing(err error, what string) error {
	if errors.Is(err, sql.ErrNoRows) {
		return kernel.NewNotFound(what)
	}
	return err
}

func insertAlliance(ctx context.Context, q db.Querier, al Alliance) error {
	_, err := q.ExecContext(ctx, `INSERT INTO alliance (alliance, slug, name_nl, name_fr, name_de, name_en, founded)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`, al.ID, al.Slug, al.Name.NL, al.Name.FR, al.Name.DE, al.Name.EN, al.Founded)
	if db.Taken(err) {
		return kernel.NewConflict("alliance.slug").At("slug")
	}
	for _, nis := range al.Municipalities {
		if err == nil {
			_, err = q.ExecContext(ctx, `INSERT INTO alliance_municipality (alliance, nis) VALUES ($1, $2)`, al.ID, nis)
		}
	}
	return err
}

func listAlliances(ctx context.Context, q db.Querier) (all []Alliance, err error) {
	rows, err := q.QueryContext(ctx, `SELECT al.alliance, slug, name_nl, name_fr, name_de, name_en, founded, coalesce(nis, '')
		FROM alliance al LEFT JOIN alliance_municipality m ON m.alliance = al.alliance ORDER BY slug, nis`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var al Alliance
		var nis kernel.NIS
		if err := rows.Scan(&al.ID, &al.Slug, &al.Name.NL, &al.Name.FR, &al.Name.DE, &al.Name.EN, &al.Founded, &nis); err != nil {
			return nil, err
		}
		if len(all) == 0 || all[len(all)-1].ID != al.ID {
			all = append(all, al)
		}
		if nis != "" {
			last := &all[len(all)-1]
			last.Municipalities = append(last.Municipalities, nis)
		}
	}
	return all, rows.Err()
}

const organisationColumns = `o.id, o.version, o.name, o.kind, o.part_of, o.municipality, o.kbo, o.phone, o.mail, o.website, o.does, o.receives, o.active, o.sign_in_code`

func (o *Organisation) columns() []any {
	return []any{&o.ID, &o.Version, &o.Name, &o.Kind, &o.PartOf, &o.Municipality, &o.KBO, &o.Phone, &o.Mail, &o.Website, &o.Does, &o.Receives, &o.Active, &o.SignInCode}
}

var organisations = act.Table[Organisation]{Load: loadOrganisation, Save: updateOrganisation}

func loadOrganisation(ctx context.Context, q db.Querier, alliance, id kernel.ID) (o Organisation, err error) {
	err = q.QueryRowContext(ctx, `SELECT `+organisationColumns+` FROM organisation o WHERE alliance = $1 AND id = $2`, alliance, id).
		Scan(o.columns()...)
	return o, missing(err, "organisation")
}

func insertOrganisation(ctx context.Context, q db.Querier, alliance kernel.ID, o Organisation) error {
	_, err := q.ExecContext(ctx, `INSERT INTO organisation
		(alliance, id, version, name, folded, kind, part_of, municipality, kbo, phone, mail, website, does, receives, active, sign_in_code)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		alliance, o.ID, o.Version, o.Name, kernel.Fold(o.Name), o.Kind, o.PartOf, o.Municipality, o.KBO, o.Phone, o.Mail,
		o.Website, o.Does, o.Receives, o.Active, o.SignInCode)
	return err
}

func updateOrganisation(ctx context.Context, q db.Querier, alliance kernel.ID, o Organisation) error {
	_, err := q.ExecContext(ctx, `UPDATE organisation SET version = version + 1, name = $4, folded = $5, kind = $6, part_of = $7,
		municipality = $8, kbo = $9, phone = $10, mail = $11, website = $12, does = $13, receives = $14, active = $15, sign_in_code = $16
		WHERE alliance = $1 AND id = $2 AND version = $3`,
		alliance, o.ID, o.Version, o.Name, kernel.Fold(o.Name), o.Kind, o.PartOf, o.Municipality, o.KBO, o.Phone, o.Mail,
		o.Website, o.Does, o.Receives, o.Active, o.SignInCode)
	return err
}

// listOrganisations pages by folded name and ID; the cursor is both, with a
// tab between them, which no folded name holds.
func listOrganisations(ctx context.Context, q db.Querier, alliance kernel.ID, ask Query) (page Page, err error) {
	if ask.Limit < 1 || ask.Limit > 100 {
		ask.Limit = 50
	}
	name, id, _ := strings.Cut(ask.After, "\t")
	args := []any{alliance, name, id}
	where := `alliance = $1 AND active AND (folded, id) > ($2, $3)`
	if ask.Gone {
		where = `alliance = $1 AND NOT active AND (folded, id) > ($2, $3)`
	}
	for _, word := range kernel.Words(ask.Typed) {
		args = append(args, "%"+word+"%")
		where += fmt.Sprintf(` AND folded LIKE $%d`, len(args))
	}
	if ask.Kind != "" {
		args = append(args, ask.Kind)
		where += fmt.Sprintf(` AND kind = $%d`, len(args))
	}
	if ask.PartOf != "" {
		args = append(args, ask.PartOf)
		where += fmt.Sprintf(` AND part_of = $%d`, len(args))
	}
	if ask.Receives {
		where += ` AND receives`
	}
	rows, err := q.QueryContext(ctx, fmt.Sprintf(`SELECT %s FROM organisation o WHERE %s ORDER BY folded, id LIMIT %d`,
		organisationColumns, where, ask.Limit+1), args...)
	if err != nil {
		return page, err
	}
	defer rows.Close()
	for rows.Next() {
		var o Organisation
		if err := rows.Scan(o.columns()...); err != nil {
			return page, err
		}
		if len(page.Rows) == ask.Limit {
			last := page.Rows[ask.Limit-1]
			page.Next = kernel.Fold(last.Name) + "\t" + string(last.ID)
			break
		}
		page.Rows = append(page.Rows, o)
	}
	return page, rows.Err()
}

func insertWorker(ctx context.Context, q db.Querier, alliance kernel.ID, w Worker) error {
	_, err := q.ExecContext(ctx, `INSERT INTO worker (alliance, id, version, name, folded, mail, lang, active, entered)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, FALSE)`, alliance, w.ID, w.Version, w.Name, kernel.Fold(w.Name), w.Mail, w.Lang, w.Active)
	return err
}

const workerColumns = `w.id, w.version, w.name, w.mail, w.lang, w.active`

func (w *Worker) columns() []any {
	return []any{&w.ID, &w.Version, &w.Name, &w.Mail, &w.Lang, &w.Active}
}

func loadWorker(ctx context.Context, q db.Querier, alliance, id kernel.ID) (w Worker, err error) {
	err = q.QueryRowContext(ctx, `SELECT `+workerColumns+` FROM worker w WHERE alliance = $1 AND id = $2`, alliance, id).Scan(w.columns()...)
	return w, missing(err, "worker")
}

func workerByMail(ctx context.Context, q db.Querier, alliance kernel.ID, mail kernel.Email) (w Worker, err error) {
	err = q.QueryRowContext(ctx, `SELECT `+workerColumns+` FROM worker w WHERE alliance = $1 AND mail = $2`, alliance, mail).Scan(w.columns()...)
	return w, missing(err, "worker")
}

// anyWorkerByMail finds a worker who may sign in, in the alliance founded
// first.
func anyWorkerByMail(ctx context.Context, q db.Querier, mail kernel.Email) (alliance kernel.ID, w Worker, err error) {
	err = q.QueryRowContext(ctx, `SELECT w.alliance, `+workerColumns+` FROM worker w
		WHERE w.mail = $1 AND w.active ORDER BY w.alliance LIMIT 1`, mail).Scan(append([]any{&alliance}, w.columns()...)...)
	return alliance, w, missing(err, "worker")
}

func setRoles(ctx context.Context, q db.Querier, alliance, worker, org kernel.ID, roles []policy.Role) error {
	_, err := q.ExecContext(ctx, `DELETE FROM worker_role WHERE alliance = $1 AND worker = $2 AND org = $3`, alliance, worker, org)
	for _, r := range roles {
		if err == nil {
			_, err = q.ExecContext(ctx, `INSERT INTO worker_role (alliance, worker, org, role) VALUES ($1, $2, $3, $4)
				ON CONFLICT DO NOTHING`, alliance, worker, org, r)
		}
	}
	return err
}

// rolesAt are the roles of a worker at an organisation; none when they do not
// act for it.
func rolesAt(ctx context.Context, q db.Querier, alliance, worker, org kernel.ID) (roles []policy.Role, err error) {
	rows, err := q.QueryContext(ctx, `SELECT role FROM worker_role WHERE alliance = $1 AND worker = $2 AND org = $3 ORDER BY role`, alliance, worker, org)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var r policy.Role
		if err := rows.Scan(&r); err != nil {
			return nil, err
		}
		roles = append(roles, r)
	}
	return roles, rows.Err()
}

// listPosts lists posts by worker's and organisation's name. The condition is
// one of this package's own; its parameters start at $2.
func listPosts(ctx context.Context, q db.Querier, alliance kernel.ID, condition string, args ...any) ([]Post, error) {
	return queryPosts(ctx, q, `r.alliance = $1 AND `+condition, append([]any{alliance}, args...)...)
}

func postsByMail(ctx context.Context, q db.Querier, mail kernel.Email) ([]Post, error) {
	return queryPosts(ctx, q, `w.mail = $1`, mail)
}

func queryPosts(ctx context.Context, q db.Querier, condition string, args ...any) (posts []Post, err error) {
	rows, err := q.QueryContext(ctx, `SELECT al.alliance, al.slug, al.name_nl, al.name_fr, al.name_de, al.name_en, al.founded, r.role, `+
		workerColumns+`, `+organisationColumns+`
		FROM worker_role r
		JOIN alliance al ON al.alliance = r.alliance
		JOIN worker w ON w.alliance = r.alliance AND w.id = r.worker
		JOIN organisation o ON o.alliance = r.alliance AND o.id = r.org
		WHERE w.active AND o.active AND `+condition+`
		ORDER BY w.folded, w.id, o.folded, o.id, r.role`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var p Post
		var role policy.Role
		into := []any{&p.Alliance.ID, &p.Alliance.Slug, &p.Alliance.Name.NL, &p.Alliance.Name.FR, &p.Alliance.Name.DE, &p.Alliance.Name.EN,
			&p.Alliance.Founded, &role}
		into = append(append(into, p.Worker.columns()...), p.Organisation.columns()...)
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		if n := len(posts); n > 0 && posts[n-1].Worker.ID == p.Worker.ID && posts[n-1].Organisation.ID == p.Organisation.ID {
			posts[n-1].Roles = append(posts[n-1].Roles, role)
			continue
		}
		p.Roles = []policy.Role{role}
		posts = append(posts, p)
	}
	return posts, rows.Err()
}

// code is a row of sign_in_code.
type code struct {
	id, worker kernel.ID
	asked      kernel.Instant
	tries      int64
	used       bool
	source     string // a digest of the known browser, or of the network
	known      bool
	given      bool // somebody got it
}

func insertCode(ctx context.Context, q db.Querier, alliance kernel.ID, c code) error {
	_, err := q.ExecContext(ctx, `INSERT INTO sign_in_code (alliance, id, worker, asked_at, tries, used, source, known, given)
		VALUES ($1, $2, $3, $4, 0, '', $5, $6, $7)`, alliance, c.id, c.worker, c.asked, c.source, c.known, c.given)
	return err
}

func loadCode(ctx context.Context, q db.Querier, alliance, id kernel.ID) (c code, err error) {
	var used string
	err = q.QueryRowContext(ctx, `SELECT id, worker, asked_at, tries, used, given FROM sign_in_code WHERE alliance = $1 AND id = $2`, alliance, id).
		Scan(&c.id, &c.worker, &c.asked, &c.tries, &used, &c.given)
	c.used = used != ""
	return c, missing(err, "code")
}

func saveCode(ctx context.Context, q db.Querier, alliance kernel.ID, c code) error {
	used := ""
	if c.used {
		used = "yes"
	}
	_, err := q.ExecContext(ctx, `UPDATE sign_in_code SET tries = $3, used = $4 WHERE alliance = $1 AND id = $2`, alliance, c.id, c.tries, used)
	return err
}

func loadSession(ctx context.Context, q db.Querier, alliance kernel.ID, token string) (s Session, err error) {
	var worker, org kernel.ID
	err = q.QueryRowContext(ctx, `SELECT worker, org, began, seen, id, how, browser, provider FROM session WHERE alliance = $1 AND token = $2`, alliance, token).
		Scan(&worker, &org, &s.Began, &s.Seen, &s.ID, &s.How, &s.Browser, &s.Provider)
	if err != nil {
		return s, missing(err, "session")
	}
	posts, err := listPosts(ctx, q, alliance, "r.worker = $2 AND r.org = $3", worker, org)
	if err == nil && len(posts) == 0 {
		err = kernel.NewNotFound("session") // the post was taken away since
	}
	if err == nil {
		s.Post = posts[0]
	}
	return s, err
}

func touchSession(ctx context.Context, q db.Querier, alliance kernel.ID, token string, now kernel.Instant) error {
	_, err := q.ExecContext(ctx, `UPDATE session SET seen = $3 WHERE alliance = $1 AND token = $2`, alliance, token, now)
	return err
}

func deleteSession(ctx context.Context, q db.Querier, alliance kernel.ID, token string) error {
	_, err := q.ExecContext(ctx, `DELETE FROM session WHERE alliance = $1 AND token = $2`, alliance, token)
	return err
}

func endSessions(ctx context.Context, q db.Querier, alliance, worker, org kernel.ID) error {
	_, err := q.ExecContext(ctx, `DELETE FROM session WHERE alliance = $1 AND worker = $2 AND org = $3`, alliance, worker, org)
	return err
}

func sameText(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}
